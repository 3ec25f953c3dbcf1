//! Classes that are stored: those that a context, its configuration or a snapshot names, with their tables.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::{
    facts::{
        AccessMode, Column, ColumnKey, ForeignKey, KeyOrigin, ModuleId, Place, SourceKind, TableId,
        Via,
    },
    import::{
        access::{
            annotation,
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Expr, ExprKind, Field, TypeDecl, TypeKind},
            types::{Head, Ty, TypeId},
        },
    },
};

/// The stored classes of a monolith.
pub(super) struct Entities {
    tables: BTreeMap<TypeId, TableId>,
    /// Contexts: classes of the monolith that descend from one of the framework's.
    contexts: Vec<TypeId>,
}

/// What the code says of the table of a class.
#[derive(Clone, Debug, Default)]
struct Said {
    schema: Option<String>,
    /// By `ToTable` or an attribute.
    table: Option<String>,
    /// The property of the context that holds its rows.
    property: Option<String>,
    place: Option<Place>,
    /// It is part of another row, or no table at all.
    is_none: bool,
}

/// Outside types whose descendants are contexts.
const CONTEXTS: [&str; 5] =
    ["DbContext", "IdentityDbContext", "ApiAuthorizationDbContext", "ObjectContext", "DataContext"];

impl Entities {
    pub(super) fn find(code: Code<'_>, named: &[(String, String)], tables: &mut Tables) -> Self {
        let mut entities = Self { tables: BTreeMap::new(), contexts: Vec::new() };
        let by_name = class_names(code);
        for (class, table) in named {
            // Generic classes of the framework, `IdentityUserRole<long>`, are none of the monolith.
            let simple = class.replace('+', ".");
            let path: Vec<String> = table.split('.').map(str::to_owned).collect();
            if let (Some(id), Some(table)) = (by_name.get(&simple), tables.lookup(&path)) {
                entities.tables.insert(*id, table);
            }
        }
        let mut said: BTreeMap<TypeId, Said> = BTreeMap::new();
        entities.contexts(code, &mut said);
        configured(code, &mut said);
        attributes(code, &mut said);
        for (class, said) in said {
            if said.is_none || entities.tables.contains_key(&class) {
                continue;
            }
            let Some((module, decl)) = code.resolved.symbols.declarations(class).into_iter().next()
            else {
                continue;
            };
            let simple = decl.name.rsplit('.').next().unwrap_or(&decl.name).to_owned();
            let name = said.table.or(said.property).unwrap_or(simple);
            let path = code.sources[module.index()].path.as_str();
            let place = said.place.unwrap_or_else(|| Place::new(path, decl.line));
            let table = tables.declare(said.schema.as_deref(), &name, SourceKind::OrmModel, place);
            entities.tables.insert(class, table);
        }
        entities.inherit(code);
        entities
    }

    /// Classes below a stored class are stored in its table, unless they have one of their own.
    fn inherit(&mut self, code: Code<'_>) {
        let symbols = &code.resolved.symbols;
        for (module, at, decl) in code.types() {
            let is_class = decl.kind == TypeKind::Class;
            let Some(class) = symbols.declared(module, at).filter(|_| is_class) else { continue };
            let mut above = class;
            for _ in 0..8 {
                if let Some(table) = self.tables.get(&above) {
                    let table = *table;
                    self.tables.entry(class).or_insert(table);
                    break;
                }
                let supers = symbols.supers(above);
                let Some(next) = supers.iter().find_map(Ty::monolith) else { break };
                above = next;
            }
        }
    }

    fn contexts(&mut self, code: Code<'_>, said: &mut BTreeMap<TypeId, Said>) {
        let symbols = &code.resolved.symbols;
        for (module, at, decl) in code.types() {
            let Some(class) = symbols.declared(module, at) else { continue };
            if !CONTEXTS.iter().any(|context| symbols.descends_from(class, context)) {
                continue;
            }
            if !self.contexts.contains(&class) {
                self.contexts.push(class);
            }
            let path = code.sources[module.index()].path.as_str();
            let own = code.sources[module.index()].outline.functions.iter();
            // A set may be a property that asks for it: `DbSet<Order> Orders => Set<Order>();`.
            let functions = own
                .filter(|function| function.owner == Some(at) && function.params.is_empty())
                .filter_map(|it| Some((it.name.as_str(), it.returns.as_ref()?, it.line)));
            let fields = decl.fields.iter();
            let fields = fields.filter_map(|it| Some((it.name.as_str(), it.ty.as_ref()?, it.line)));
            for (name, ty, line) in fields.chain(functions) {
                if !matches!(ty.name.rsplit('.').next(), Some("DbSet" | "IDbSet" | "ObjectSet")) {
                    continue;
                }
                let Some(element) = ty.args.first() else { continue };
                if let Some(entity) = symbols.resolve_type(module, Some(at), element).monolith() {
                    let entry = said.entry(entity).or_default();
                    entry.property.get_or_insert_with(|| name.to_owned());
                    entry.place.get_or_insert_with(|| Place::new(path, line));
                }
            }
        }
    }

    /// The table of a class.
    pub(super) fn of(&self, class: TypeId) -> Option<TableId> {
        self.tables.get(&class).copied()
    }

    /// The stored class that a type is, or that it holds.
    pub(super) fn in_type(&self, ty: &Ty) -> Option<(TypeId, TableId)> {
        let is = |ty: &Ty| ty.monolith().and_then(|class| Some((class, self.of(class)?)));
        is(ty).or_else(|| match ty.head() {
            Some(Head::Outside(_)) => ty.args().iter().rev().find_map(is),
            _ => None,
        })
    }

    pub(super) fn is_context(&self, ty: &Ty) -> bool {
        let outside = ty.outside_name().is_some_and(|name| CONTEXTS.contains(&name));
        outside || ty.monolith().is_some_and(|class| self.contexts.contains(&class))
    }

    /// A stored class and its table belong together.
    pub(super) fn note(&self, code: Code<'_>, gather: &mut Gather) {
        for (class, table) in &self.tables {
            for (module, decl) in code.resolved.symbols.declarations(*class) {
                let at = At { module, function: None, line: decl.line };
                gather.access(at, *table, AccessMode::Read, Via::Entity);
            }
        }
    }

    /// The keys that associations imply; tables that only code tells of get the columns that it tells.
    pub(super) fn keys(
        &mut self,
        code: Code<'_>,
        known: &[ForeignKey],
        tables: &mut Tables,
    ) -> Vec<ForeignKey> {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for (class, table) in &self.tables {
            for (module, decl) in code.resolved.symbols.declarations(*class) {
                let at = code.resolved.symbols.declarations(*class);
                debug_assert!(!at.is_empty());
                let own = code.sources[module.index()].outline.types.iter();
                let place = own.clone().position(|other| std::ptr::eq(other, decl));
                self.columns(code, module, place, decl, *table, tables);
                for key in self.implied(code, module, place, decl, *table, tables) {
                    let same = |other: &ForeignKey| {
                        other.from == key.from
                            && other.to == key.to
                            && other
                                .columns
                                .iter()
                                .map(|it| it.to_lowercase())
                                .eq(key.columns.iter().map(|it| it.to_lowercase()))
                    };
                    if !known.iter().any(same) && !keys.iter().any(same) {
                        keys.push(key);
                    }
                }
            }
        }
        keys
    }

    /// Columns of a table that no schema has: properties of plain types.
    fn columns(
        &self,
        code: Code<'_>,
        module: ModuleId,
        at: Option<usize>,
        decl: &TypeDecl,
        table: TableId,
        tables: &mut Tables,
    ) {
        let only_code =
            tables.get(table).sources.iter().all(|source| source.kind == SourceKind::OrmModel);
        if !only_code || tables.get(table).columns.len() > 400 {
            return;
        }
        let simple = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        let mut bases = Vec::new();
        let mut above: Vec<Ty> = at
            .and_then(|at| code.resolved.symbols.declared(module, at))
            .map(|class| code.resolved.symbols.supers(class))
            .unwrap_or_default();
        for _ in 0..8 {
            let Some(class) = above.iter().find_map(Ty::monolith) else { break };
            bases.extend(code.resolved.symbols.declarations(class));
            above = code.resolved.symbols.supers(class);
        }
        let inherited = bases.iter().flat_map(|(_, base)| &base.fields);
        for field in decl.fields.iter().chain(inherited) {
            let Some(ty) = field.ty.as_ref().filter(|ty| is_plain(&ty.name)) else { continue };
            let private = field.name.starts_with(['_', '<']);
            if private || annotation::find(&field.annotations, "NotMapped").is_some() {
                continue;
            }
            let column = annotation::find(&field.annotations, "Column");
            let said = column.and_then(|column| first_text(&column.args));
            let name = said.unwrap_or_else(|| field.name.clone());
            let id = field.name.eq_ignore_ascii_case("id")
                || field.name.eq_ignore_ascii_case(&format!("{simple}id"));
            let is_key = annotation::find(&field.annotations, "Key").is_some() || id;
            let columns = &mut tables.get_mut(table).columns;
            if columns.iter().any(|known| known.name.eq_ignore_ascii_case(&name)) {
                continue;
            }
            columns.push(Column {
                name,
                data_type: ty.name.to_lowercase(),
                nullable: !is_key,
                key: if is_key { ColumnKey::Primary } else { ColumnKey::None },
            });
        }
    }

    fn implied(
        &self,
        code: Code<'_>,
        module: ModuleId,
        at: Option<usize>,
        decl: &TypeDecl,
        table: TableId,
        tables: &Tables,
    ) -> Vec<ForeignKey> {
        let mut found = Vec::new();
        for field in &decl.fields {
            let Some(written) = &field.ty else { continue };
            let ty = code.resolved.symbols.resolve_type(module, at, written);
            let Some(to) = ty.monolith().and_then(|class| self.of(class)) else { continue };
            let Some(column) = self.key_column(decl, field, table, tables) else { continue };
            let path = code.sources[module.index()].path.as_str();
            let primary = tables.get(to).columns.iter();
            let primary = primary.filter(|column| column.key == ColumnKey::Primary);
            found.push(ForeignKey {
                from: table,
                columns: vec![column],
                to,
                to_columns: primary.map(|column| column.name.clone()).take(1).collect(),
                origin: KeyOrigin::Implied {
                    reason: format!("`{}.{}` leads to `{}`", decl.name, field.name, written.name),
                },
                place: Place::new(path, field.line),
            });
        }
        found
    }

    /// The column that holds the key of what a property leads to: said by an attribute, or called after it.
    fn key_column(
        &self,
        decl: &TypeDecl,
        field: &Field,
        table: TableId,
        tables: &Tables,
    ) -> Option<String> {
        let said = annotation::find(&field.annotations, "ForeignKey");
        let said = said.and_then(|said| first_text(&said.args));
        let by_other = decl.fields.iter().find(|other| {
            annotation::find(&other.annotations, "ForeignKey")
                .and_then(|said| first_text(&said.args))
                .is_some_and(|said| said == field.name)
        });
        let name = said
            .or_else(|| by_other.map(|other| other.name.clone()))
            .unwrap_or_else(|| format!("{}Id", field.name));
        let columns = &tables.get(table).columns;
        let column = columns.iter().find(|column| column.name.eq_ignore_ascii_case(&name))?;
        Some(column.name.clone())
    }
}

/// Every class by its full name; of generic ones with several of a name none.
fn class_names(code: Code<'_>) -> FxHashMap<String, TypeId> {
    let mut names = FxHashMap::default();
    for (module, at, _) in code.types() {
        if code.sources[module.index()].language.name() == "C#"
            && let Some(class) = code.resolved.symbols.declared(module, at)
        {
            names.insert(code.resolved.symbols.full_name(class), class);
        }
    }
    names
}

/// `builder.ToTable("Orders", "sales")` where the builder is one of a class, and `modelBuilder.Ignore<Order>()`.
fn configured(code: Code<'_>, said: &mut BTreeMap<TypeId, Said>) {
    for use_ in code.resolved.uses.iter().flatten() {
        let Some(builder) = use_.receiver.outside_name() else { continue };
        if builder == "ModelBuilder" && use_.member == "Entity" {
            if let Some(class) = use_.result.args().first().and_then(Ty::monolith) {
                said.entry(class).or_default();
            }
            continue;
        }
        if !matches!(builder, "EntityTypeBuilder" | "EntityTypeConfiguration") {
            continue;
        }
        let Some(class) = use_.receiver.args().first().and_then(Ty::monolith) else { continue };
        let entry = said.entry(class).or_default();
        if matches!(use_.member, "ToTable" | "ToView") {
            let texts: Vec<&str> = use_.args.iter().filter_map(|arg| text(&arg.value)).collect();
            if let Some(name) = texts.first() {
                let path = code.sources[use_.module.index()].path.as_str();
                // EF6 writes the schema into the name.
                let (schema, name) = match name.split_once('.') {
                    Some((schema, name)) if texts.len() == 1 => (Some(schema), name),
                    _ => (texts.get(1).copied(), *name),
                };
                entry.table = Some(name.to_owned());
                entry.schema = schema.map(str::to_owned);
                entry.place = Some(Place::new(path, use_.line));
            }
        }
        entry.is_none |= use_.member == "ToJson";
    }
}

/// `[Table("Orders", Schema = "sales")]`, `[NotMapped]`, `[Owned]`.
fn attributes(code: Code<'_>, said: &mut BTreeMap<TypeId, Said>) {
    for (module, at, decl) in code.types() {
        if code.sources[module.index()].language.name() != "C#" {
            continue;
        }
        let Some(class) = code.resolved.symbols.declared(module, at) else { continue };
        let has = |name: &str| annotation::find(&decl.annotations, name);
        if let Some(table) = has("Table").filter(|table| first_text(&table.args).is_some()) {
            let entry = said.entry(class).or_default();
            let schema = table.args.iter().find(|arg| arg.name.as_deref() == Some("Schema"));
            entry.schema = schema.and_then(|arg| text(&arg.value)).map(str::to_owned);
            entry.table = entry.table.take().or(first_text(&table.args));
            let path = code.sources[module.index()].path.as_str();
            entry.place.get_or_insert_with(|| Place::new(path, decl.line));
        }
        if has("NotMapped").is_some() || has("Owned").is_some() {
            said.entry(class).or_default().is_none = true;
        }
    }
}

fn first_text(args: &[crate::import::code::outline::Arg]) -> Option<String> {
    let first = args.first().filter(|arg| arg.name.is_none())?;
    text(&first.value).map(str::to_owned)
}

pub(super) fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(own) => Some(own),
        ExprKind::Same(inner) => text(inner),
        _ => None,
    }
}

/// Types whose values are one column.
fn is_plain(name: &str) -> bool {
    matches!(
        name.rsplit('.').next().unwrap_or(name),
        "int"
            | "long"
            | "short"
            | "byte"
            | "uint"
            | "ulong"
            | "bool"
            | "char"
            | "decimal"
            | "double"
            | "float"
            | "string"
            | "Guid"
            | "DateTime"
            | "DateTimeOffset"
            | "TimeSpan"
            | "DateOnly"
            | "TimeOnly"
            | "String"
            | "Int32"
            | "Int64"
    )
}
