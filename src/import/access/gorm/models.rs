//! Structs that stand for rows: their tables, columns, and the keys that their associations imply.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{
        AccessMode, Column, ColumnKey, ForeignKey, KeyOrigin, ModuleId, SourceKind, TableId, Via,
    },
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{ExprKind, Field, Stmt, TypeDecl, TypeKind},
            types::TypeId,
        },
        schema::inflect::plural,
    },
};

/// Structs that stand for rows, by class.
#[derive(Default)]
pub(super) struct Rows {
    tables: BTreeMap<TypeId, TableId>,
    /// Where each is declared.
    places: BTreeMap<TypeId, (ModuleId, usize)>,
}

/// The mappers that a module's tags are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mapper {
    Gorm,
    Xorm,
}

impl Rows {
    pub(super) fn find(code: Code<'_>, tables: &mut Tables, gather: &mut Gather) -> Self {
        let singular = names_are_singular(code);
        let embedded = embedded(code);
        let mut rows = Self::default();
        for (module, place, decl) in code.types() {
            if code.sources[module.index()].language.name() != "Go" || decl.kind != TypeKind::Class
            {
                continue;
            }
            let Some(class) = code.resolved.symbols.declared(module, place) else { continue };
            let told = table_name(code, class);
            let Some(mapper) = mapper(decl).or_else(|| told.as_ref().map(|_| Mapper::Gorm)) else {
                continue;
            };
            let keyed = told.is_some() || decl.fields.iter().any(is_key) || embeds_model(decl);
            if !keyed || embedded.contains(&class) && told.is_none() {
                continue;
            }
            let is_plural = mapper == Mapper::Gorm && !singular;
            let name = told.unwrap_or_else(|| by_convention(&decl.name, is_plural));
            let at = At { module, function: None, line: decl.line };
            let table = tables.declare(None, &name, SourceKind::OrmModel, code.place(at));
            if tables.get(table).columns.is_empty() {
                tables.get_mut(table).columns = columns(code, module, place, decl, 0);
            }
            gather.access(at, table, AccessMode::Read, Via::Entity);
            rows.tables.insert(class, table);
            rows.places.insert(class, (module, place));
        }
        rows
    }

    /// Whether there are so many that they must be the whole schema: a program that maps some tables maps all.
    pub(super) fn are_the_schema(&self) -> bool {
        self.tables.len() >= 5
    }

    pub(super) fn table(&self, class: TypeId) -> Option<TableId> {
        self.tables.get(&class).copied()
    }

    /// `User User` beside `UserID` is a key, and `[]Line` in an order one of the lines.
    pub(super) fn implied_keys(
        &self,
        code: Code<'_>,
        known: &[ForeignKey],
        tables: &Tables,
    ) -> Vec<ForeignKey> {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for (class, (module, place)) in &self.places {
            let decl = &code.sources[module.index()].outline.types[*place];
            let own = self.tables[class];
            for field in &decl.fields {
                let Some(ty) = &field.ty else { continue };
                if is_left_out(field)
                    && !has_column(tables, own, &format!("{}_id", snake(&field.name)))
                {
                    continue;
                }
                let many = ty.name == "[]";
                let written = if many { ty.args.first() } else { Some(ty) };
                let Some(written) = written else { continue };
                let target = code.resolved.symbols.resolve_type(*module, Some(*place), written);
                let Some(target) = target.monolith().and_then(|class| self.table(class)) else {
                    continue;
                };
                let said = setting(field, "gorm", "foreignKey").map(|name| snake(&name));
                let (from, column, to) = if many {
                    let column = said.unwrap_or_else(|| format!("{}_id", snake(&decl.name)));
                    (target, column, own)
                } else {
                    let column = said.unwrap_or_else(|| format!("{}_id", snake(&field.name)));
                    (own, column, target)
                };
                let is_over =
                    |key: &ForeignKey| key.from == from && key.columns == [column.clone()];
                if !has_column(tables, from, &column) || known.iter().chain(&keys).any(is_over) {
                    continue;
                }
                keys.push(ForeignKey {
                    from,
                    columns: vec![column],
                    to,
                    to_columns: vec!["id".to_owned()],
                    origin: KeyOrigin::Implied {
                        reason: format!(
                            "the field `{}` of `{}` leads there",
                            field.name, decl.name
                        ),
                    },
                    place: code.place(At { module: *module, function: None, line: field.line }),
                });
            }
        }
        keys
    }
}

fn has_column(tables: &Tables, table: TableId, name: &str) -> bool {
    tables.get(table).columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))
}

/// xorm names tables in the singular, and GORM where it is told to.
fn names_are_singular(code: Code<'_>) -> bool {
    code.modules().filter(|(_, source)| source.language.name() == "Go").any(|(_, source)| {
        let mut found = false;
        let mut visit = |expr: &crate::import::code::outline::Expr| {
            if let ExprKind::New { args, .. } = &expr.kind {
                found |= args.iter().any(|arg| {
                    let yes = matches!(&arg.value.kind, ExprKind::Other(parts) if parts.is_empty());
                    arg.name.as_deref() == Some("SingularTable") && yes
                });
            }
        };
        for function in &source.outline.functions {
            function.body.iter().for_each(|stmt| stmt.walk(&mut visit));
        }
        source.outline.top.iter().for_each(|stmt| stmt.walk(&mut visit));
        found
    })
}

/// Structs that others embed have no tables of their own.
fn embedded(code: Code<'_>) -> BTreeSet<TypeId> {
    let mut found = BTreeSet::new();
    for (module, place, decl) in code.types() {
        // What embeds a row to show it, and is mapped to nothing itself, says nothing of the row's table.
        if code.sources[module.index()].language.name() != "Go" || mapper(decl).is_none() {
            continue;
        }
        for written in &decl.supers {
            let is_skipped = decl.fields.iter().any(|field| {
                field.ty.as_ref().is_some_and(|ty| ty.name == written.name) && is_left_out(field)
            });
            if !is_skipped {
                let ty = code.resolved.symbols.resolve_type(module, Some(place), written);
                found.extend(ty.monolith());
            }
        }
    }
    found
}

/// What `TableName()` returns.
fn table_name(code: Code<'_>, class: TypeId) -> Option<String> {
    let symbols = &code.resolved.symbols;
    symbols.methods(class, "TableName").into_iter().find_map(|id| {
        let (_, decl) = symbols.function(id)?;
        decl.body.iter().find_map(|stmt| match stmt {
            Stmt::Return(value) => match &value.kind {
                ExprKind::Text(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        })
    })
}

fn mapper(decl: &TypeDecl) -> Option<Mapper> {
    let has = |tag: &str| {
        decl.fields.iter().flat_map(|field| &field.annotations).any(|it| it.name == tag)
    };
    if embeds_model(decl) || has("gorm") {
        return Some(if has("xorm") { Mapper::Xorm } else { Mapper::Gorm });
    }
    has("xorm").then_some(Mapper::Xorm)
}

fn embeds_model(decl: &TypeDecl) -> bool {
    decl.supers.iter().any(|of| of.name == "gorm.Model")
}

/// The text of a tag.
fn tag<'a>(field: &'a Field, name: &str) -> Option<&'a str> {
    let annotation = field.annotations.iter().find(|it| it.name == name)?;
    match &annotation.args.first()?.value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// What `gorm:"column:id;primaryKey"` says under a name; empty where it only has the name.
fn setting(field: &Field, mapper: &str, name: &str) -> Option<String> {
    tag(field, mapper)?.split(';').find_map(|part| {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn is_left_out(field: &Field) -> bool {
    ["gorm", "xorm"]
        .iter()
        .any(|mapper| tag(field, mapper).is_some_and(|text| text == "-" || text.starts_with("-:")))
}

fn is_key(field: &Field) -> bool {
    let words = tag(field, "xorm").unwrap_or_default().to_lowercase();
    let by_name = matches!(field.name.as_str(), "ID" | "Id");
    by_name
        || setting(field, "gorm", "primaryKey").is_some()
        || setting(field, "gorm", "primary_key").is_some()
        || words.split_whitespace().any(|word| word == "pk")
}

/// The columns of a struct, those of embedded structs included.
fn columns(
    code: Code<'_>,
    module: ModuleId,
    place: usize,
    decl: &TypeDecl,
    depth: u32,
) -> Vec<Column> {
    let mut columns = Vec::new();
    if embeds_model(decl) {
        for (name, data_type) in [
            ("id", "bigint"),
            ("created_at", "timestamp"),
            ("updated_at", "timestamp"),
            ("deleted_at", "timestamp"),
        ] {
            let key = if name == "id" { ColumnKey::Primary } else { ColumnKey::None };
            let (name, data_type) = (name.to_owned(), data_type.to_owned());
            columns.push(Column { nullable: name != "id", name, data_type, key });
        }
    }
    for field in &decl.fields {
        let Some(ty) = &field.ty else { continue };
        if is_left_out(field)
            || field.name.is_empty()
            || !field.name.starts_with(char::is_uppercase)
        {
            continue;
        }
        let target = code.resolved.symbols.resolve_type(module, Some(place), ty).monolith();
        let is_embedded = decl.supers.iter().any(|of| of.name == ty.name)
            || setting(field, "gorm", "embedded").is_some()
            || tag(field, "xorm").is_some_and(|words| words.contains("extends"));
        if let (Some(class), true, true) = (target, is_embedded, depth < 4) {
            let symbols = &code.resolved.symbols;
            for (module, inner) in symbols.declarations(class) {
                let types = &code.sources[module.index()].outline.types;
                if let Some(at) = types.iter().position(|it| it.line == inner.line) {
                    columns.extend(columns_of(code, module, at, inner, depth + 1));
                }
            }
            continue;
        }
        let written = setting(field, "gorm", "type").or_else(|| xorm_type(field));
        // What leads to other rows is no column, unless it is told to be stored as text.
        let is_struct = target.is_some_and(|class| is_struct(code, class));
        let is_list = ty.name == "[]"
            && ty.args.first().is_some_and(|it| it.name != "byte" && it.name != "uint8");
        let serialized = setting(field, "gorm", "serializer").is_some();
        if written.is_none() && !serialized && (is_struct || is_list || ty.name == "map")
            || ty.name == "func"
        {
            continue;
        }
        columns.push(Column {
            name: column_name(field),
            data_type: written.unwrap_or_else(|| data_type(&ty.name).to_owned()),
            nullable: !is_key(field) && !says_not_null(field),
            key: key_of(field),
        });
    }
    columns
}

fn columns_of(
    code: Code<'_>,
    module: ModuleId,
    place: usize,
    decl: &TypeDecl,
    depth: u32,
) -> Vec<Column> {
    columns(code, module, place, decl, depth)
}

fn is_struct(code: Code<'_>, class: TypeId) -> bool {
    let declarations = code.resolved.symbols.declarations(class);
    declarations.first().is_some_and(|(_, decl)| {
        decl.kind == TypeKind::Class && decl.fields.iter().any(|field| !field.name.is_empty())
    })
}

fn says_not_null(field: &Field) -> bool {
    let lower = tag(field, "xorm").unwrap_or_default().to_lowercase();
    lower.contains("not null") || setting(field, "gorm", "not null").is_some()
}

fn key_of(field: &Field) -> ColumnKey {
    let words = tag(field, "xorm").unwrap_or_default().to_lowercase();
    let unique = words.split_whitespace().any(|word| word == "unique")
        || setting(field, "gorm", "unique").is_some()
        || setting(field, "gorm", "uniqueIndex").is_some_and(|name| name.is_empty());
    if is_key(field) {
        ColumnKey::Primary
    } else if unique {
        ColumnKey::Unique
    } else {
        ColumnKey::None
    }
}

fn column_name(field: &Field) -> String {
    let quoted = tag(field, "xorm").and_then(|words| {
        let (_, rest) = words.split_once('\'')?;
        Some(rest.split_once('\'')?.0.to_owned())
    });
    let plain = tag(field, "xorm").and_then(|words| {
        let first = words.split_whitespace().next()?;
        let is_name = first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let is_word = matches!(
            first,
            "pk" | "autoincr"
                | "index"
                | "unique"
                | "created"
                | "updated"
                | "deleted"
                | "extends"
                | "notnull"
                | "null"
                | "default"
                | "json"
                | "text"
                | "varchar"
                | "version"
                | "not"
        );
        (is_name && !is_word).then(|| first.to_owned())
    });
    let told = setting(field, "gorm", "column").filter(|name| !name.is_empty());
    told.or(quoted).or(plain).unwrap_or_else(|| snake(&field.name))
}

/// `xorm:"VARCHAR(40) NOT NULL"`.
fn xorm_type(field: &Field) -> Option<String> {
    const TYPES: [&str; 14] = [
        "varchar",
        "char",
        "text",
        "mediumtext",
        "longtext",
        "tinytext",
        "int",
        "bigint",
        "blob",
        "longblob",
        "json",
        "decimal",
        "datetime",
        "timestamp",
    ];
    tag(field, "xorm")?.split_whitespace().find_map(|word| {
        let lower = word.to_lowercase();
        let head = lower.split('(').next().unwrap_or(&lower).to_owned();
        TYPES.contains(&head.as_str()).then_some(lower)
    })
}

fn data_type(go: &str) -> &'static str {
    match go.rsplit('.').next().unwrap_or(go) {
        "string" | "NullString" => "text",
        "bool" | "NullBool" => "boolean",
        "int" | "int64" | "uint" | "uint64" | "NullInt64" | "uintptr" => "bigint",
        "int32" | "uint32" | "NullInt32" => "int",
        "int16" | "uint16" => "smallint",
        "int8" | "uint8" => "tinyint",
        "float32" => "float",
        "float64" | "NullFloat64" => "double",
        "Time" | "NullTime" | "DeletedAt" => "timestamp",
        "[]" => "blob",
        "UUID" => "uuid",
        _ => "",
    }
}

fn by_convention(name: &str, is_plural: bool) -> String {
    let snake = snake(name);
    if is_plural { plural(&snake) } else { snake }
}

/// `LFSObjectID` as `lfs_object_id`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, c) in letters.iter().enumerate() {
        let after_lower = at > 0 && !letters[at - 1].is_uppercase();
        let before_lower = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) && !snake.ends_with('_') && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
