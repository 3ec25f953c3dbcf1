//! Entity classes with decorators: TypeORM, MikroORM, Sequelize's.

use super::{Models, Relation, bare, belongs, entry, is_script, snake_case, table_of};
use crate::{
    facts::{Column, ColumnKey, ModuleId, Place, TableId},
    import::{
        access::{
            gather::{Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Annotation, Arg, Expr, ExprKind, Field, Stmt, TypeDecl, TypeRef},
            types::{Ty, TypeId},
        },
        schema::plural,
    },
};

/// Decorators of fields that are columns.
const COLUMNS: [&str; 20] = [
    "Column",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "CreateDateColumn",
    "UpdateDateColumn",
    "DeleteDateColumn",
    "VersionColumn",
    "ObjectIdColumn",
    "ViewColumn",
    "Generated",
    "Property",
    "PrimaryKey",
    "SerializedPrimaryKey",
    "Enum",
    "CreatedAt",
    "UpdatedAt",
    "DeletedAt",
    "AutoIncrement",
    "Index",
    "ForeignKey",
];

/// Decorators of fields that lead to other entities, and whether their table holds the key.
const RELATIONS: [(&str, Holds); 7] = [
    ("ManyToOne", Holds::Key),
    ("OneToOne", Holds::Perhaps),
    ("OneToMany", Holds::Nothing),
    ("ManyToMany", Holds::Nothing),
    ("BelongsTo", Holds::Key),
    ("HasMany", Holds::Nothing),
    ("HasOne", Holds::Nothing),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Key,
    /// Where a column to join on is named, or nothing says that the other side has it.
    Perhaps,
    Nothing,
}

/// Reads all entity classes.
pub(super) fn read(
    code: Code<'_>,
    models: &mut Models,
    relations: &mut Vec<Relation>,
    tables: &mut Tables,
    gather: &mut Gather,
) {
    let mut entities = Vec::new();
    for (module, place, decl) in code.types().filter(|(module, ..)| is_script(code, *module)) {
        let Some(names) = table_names(decl) else { continue };
        let Some(class) = code.resolved.symbols.declared(module, place) else { continue };
        let entity = Entity { code, place, decl, class };
        let schema = argument(&decl.annotations, "schema");
        let columns = entity.columns();
        let at = Place::new(code.sources[module.index()].path.as_str(), decl.line);
        let Some(table) = table_of(tables, schema, &names, at, columns) else { continue };
        let name = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        let model = models.push(name, table);
        models.by_class.insert(class, model);
        belongs(gather, module, decl.line, table);
        entities.push((entity, model));
    }
    for (entity, model) in entities {
        entity.relations(model, models, relations, tables);
    }
}

/// The names that the table of an entity class may have, the likeliest first.
fn table_names(decl: &TypeDecl) -> Option<Vec<String>> {
    let class = decl.name.rsplit('.').next().unwrap_or(&decl.name);
    let named = |name: &str| decl.annotations.iter().find(|it| last(&it.name) == name);
    let entity = ["Entity", "ViewEntity", "ChildEntity"].into_iter().find_map(named);
    if let Some(entity) = entity {
        if named("Controller").is_some() || argument_of(entity, "abstract").is_some() {
            return None;
        }
        let said =
            entity.args.iter().find(|it| it.name.is_none()).and_then(|it| written(&it.value));
        let said = said
            .or_else(|| argument_of(entity, "tableName"))
            .or_else(|| argument_of(entity, "name"));
        return Some(match said {
            Some(name) => vec![name.to_owned()],
            None => guesses(&snake_case(class), class),
        });
    }
    let table = named("Table")?;
    Some(match argument_of(table, "tableName") {
        Some(name) => vec![name.to_owned()],
        None => guesses(&format!("{class}s"), class),
    })
}

fn guesses(first: &str, class: &str) -> Vec<String> {
    let snake = snake_case(class);
    vec![first.to_owned(), snake.clone(), plural(&snake), class.to_owned()]
}

struct Entity<'a> {
    code: Code<'a>,
    place: usize,
    decl: &'a TypeDecl,
    class: TypeId,
}

impl<'a> Entity<'a> {
    /// The fields of the class and of those that it extends, with the module and type they stand in.
    fn fields(&self) -> Vec<(ModuleId, usize, &'a Field)> {
        let symbols = &self.code.resolved.symbols;
        let mut found: Vec<(ModuleId, usize, &'a Field)> = Vec::new();
        let mut waiting = vec![self.class];
        let mut seen = Vec::new();
        while let Some(class) = waiting.pop() {
            if seen.contains(&class) || seen.len() > 20 {
                continue;
            }
            seen.push(class);
            for (module, decl) in symbols.declarations(class) {
                let types = &self.code.sources[module.index()].outline.types;
                let at = types.iter().position(|it| std::ptr::eq(it, decl)).unwrap_or(self.place);
                let is_new = |field: &&Field| !found.iter().any(|it| it.2.name == field.name);
                let new: Vec<_> =
                    decl.fields.iter().filter(is_new).map(|field| (module, at, field)).collect();
                found.extend(new);
            }
            waiting.extend(symbols.supers(class).iter().filter_map(Ty::monolith));
        }
        found
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = Vec::new();
        for (_, _, field) in self.fields() {
            columns.extend(column(field).or_else(|| held_key(field)));
        }
        columns
    }

    /// Connects the fields that lead to other entities.
    fn relations(
        &self,
        model: super::ModelAt,
        models: &mut Models,
        relations: &mut Vec<Relation>,
        tables: &mut Tables,
    ) {
        let from = models.table(model);
        for (module, place, field) in self.fields() {
            let path = self.code.sources[module.index()].path.as_str();
            let related = field.annotations.iter().find_map(|it| {
                let (name, holds) = RELATIONS.iter().find(|(name, _)| *name == last(&it.name))?;
                Some((*name, *holds, it))
            });
            let Some((kind, holds, annotation)) = related else { continue };
            let Some(to) = self.target(module, place, field, annotation, models) else { continue };
            models.list[model].relations.insert(field.name.clone(), to);
            let joined = field.annotations.iter().find(|it| last(&it.name) == "JoinColumn");
            let is_inverse = annotation.args.iter().any(|arg| {
                matches!(arg.name.as_deref(), Some("mappedBy"))
                    || arg.name.is_none() && is_inverse_side(&arg.value)
            });
            let holds_key = match holds {
                Holds::Key => true,
                Holds::Perhaps => joined.is_some() || !is_inverse && is_mikro(annotation),
                Holds::Nothing => false,
            };
            if let Some(joining) = field.annotations.iter().find(|it| last(&it.name) == "JoinTable")
            {
                let place = Place::new(path, field.line);
                join_table(from, to, field, joining, place, (models, relations, tables));
            }
            if !holds_key {
                continue;
            }
            let column = key_column(field, annotation, joined);
            let class = self.decl.name.as_str();
            relations.push(Relation {
                from,
                columns: vec![column],
                to,
                to_columns: Vec::new(),
                reason: format!("`{class}.{}` is a {kind}", field.name),
                place: Place::new(path, field.line),
            });
        }
    }

    fn target(
        &self,
        module: ModuleId,
        place: usize,
        field: &Field,
        annotation: &Annotation,
        models: &Models,
    ) -> Option<super::ModelAt> {
        let symbols = &self.code.resolved.symbols;
        let class = |name: &str| {
            let written = TypeRef { name: name.to_owned(), line: field.line, ..TypeRef::default() };
            let id = symbols.resolve_type(module, Some(place), &written).monolith()?;
            models.by_class.get(&id).copied()
        };
        let said = annotation
            .args
            .iter()
            .filter(|arg| matches!(arg.name.as_deref(), None | Some("entity" | "type" | "target")));
        for arg in said {
            let found = match named(&arg.value) {
                Some((name, true)) => class(&name).or_else(|| models.named(&name)),
                Some((name, false)) => models.named(&name),
                None => None,
            };
            if found.is_some() {
                return found;
            }
        }
        let ty = field.ty.as_ref()?;
        let inner = ty.args.first().unwrap_or(ty);
        class(&inner.name).or_else(|| class(&ty.name))
    }
}

/// The table between two entities, with its keys: `@ManyToMany(…) @JoinTable()`.
fn join_table(
    from: TableId,
    to: super::ModelAt,
    field: &Field,
    joining: &Annotation,
    place: Place,
    (models, relations, tables): (&mut Models, &mut Vec<Relation>, &mut Tables),
) {
    let (own, other) = (tables.get(from).name.clone(), tables.get(models.table(to)).name.clone());
    let default =
        format!("{}_{}_{}", snake_case(&own), snake_case(&field.name), snake_case(&other));
    let name = argument_of(joining, "name").map_or(default, str::to_owned);
    let id = |table: &str| {
        let mut words = table.split('_').filter(|word| !word.is_empty());
        let mut camel = words.next().unwrap_or("").to_owned();
        for word in words {
            let mut letters = word.chars();
            camel.extend(letters.next().map(|it| it.to_ascii_uppercase()));
            camel.push_str(letters.as_str());
        }
        format!("{camel}Id")
    };
    let (own_id, other_id) = (id(&own), id(&other));
    let column = |name: &str| Column {
        name: name.to_owned(),
        data_type: String::new(),
        nullable: false,
        key: ColumnKey::Primary,
    };
    let columns = vec![column(&own_id), column(&other_id)];
    let Some(table) = table_of(tables, None, &[name], place.clone(), columns) else { return };
    let Some(own_model) = models.list.iter().position(|it| it.table == from) else { return };
    let reason = format!("`{}` is a ManyToMany with a table between", field.name);
    for (column, to) in [(own_id, own_model), (other_id, to)] {
        relations.push(Relation {
            from: table,
            columns: vec![column],
            to,
            to_columns: Vec::new(),
            reason: reason.clone(),
            place: place.clone(),
        });
    }
}

/// The column of a field that leads to another entity whose key its table holds.
fn held_key(field: &Field) -> Option<Column> {
    let annotation = field
        .annotations
        .iter()
        .find(|it| matches!(last(&it.name), "ManyToOne" | "BelongsTo" | "OneToOne"))?;
    let joined = field.annotations.iter().find(|it| last(&it.name) == "JoinColumn");
    if last(&annotation.name) == "OneToOne" && joined.is_none() {
        return None;
    }
    Some(Column {
        name: key_column(field, annotation, joined),
        data_type: String::new(),
        nullable: true,
        key: ColumnKey::None,
    })
}

/// What an argument names: the class that a function gives, or a text. The second says whether it is a name of code.
fn named(expr: &Expr) -> Option<(String, bool)> {
    match &bare(expr).kind {
        ExprKind::Text(text) => Some((text.clone(), false)),
        ExprKind::Name(name) => Some((name.clone(), true)),
        ExprKind::Lambda { params, body } if params.len() <= 1 => match body.last()? {
            Stmt::Return(value) | Stmt::Expr(value) => named(value).filter(|(_, code)| *code),
            _ => None,
        },
        _ => None,
    }
}

/// `(order) => order.lines` and `"lines"` name the field of the other side.
fn is_inverse_side(expr: &Expr) -> bool {
    match &bare(expr).kind {
        ExprKind::Lambda { params, body } => {
            params.len() == 1
                && matches!(body.last(), Some(Stmt::Return(value))
                    if matches!(bare(value).kind, ExprKind::Member(..)))
        }
        _ => false,
    }
}

/// MikroORM says what it wants by name.
fn is_mikro(annotation: &Annotation) -> bool {
    annotation.args.iter().any(|arg| {
        matches!(arg.name.as_deref(), Some("owner" | "entity" | "fieldName" | "joinColumn"))
    })
}

fn key_column(field: &Field, annotation: &Annotation, joined: Option<&Annotation>) -> String {
    let said = joined.and_then(|it| argument_of(it, "name"));
    let said = said
        .or_else(|| argument_of(annotation, "fieldName"))
        .or_else(|| argument_of(annotation, "joinColumn"))
        .or_else(|| argument_of(annotation, "foreignKey"));
    match said {
        Some(name) => name.to_owned(),
        None if is_mikro(annotation) => format!("{}_id", snake_case(&field.name)),
        None if last(&annotation.name) == "BelongsTo" => {
            let key =
                annotation.args.iter().find_map(|arg| match (&arg.name, &bare(&arg.value).kind) {
                    (None, ExprKind::Text(text)) => Some(text.clone()),
                    _ => None,
                });
            key.unwrap_or_else(|| format!("{}Id", field.name))
        }
        None => format!("{}Id", field.name),
    }
}

fn column(field: &Field) -> Option<Column> {
    let annotation = field.annotations.iter().find(|it| COLUMNS.contains(&last(&it.name)))?;
    let has = |name: &str| field.annotations.iter().any(|it| last(&it.name).starts_with(name));
    let switched = |name: &str| {
        annotation.args.iter().any(|arg| arg.name.as_deref() == Some(name))
            && argument_text(annotation, name) != Some("false")
    };
    let name = argument_of(annotation, "name").or_else(|| argument_of(annotation, "fieldName"));
    let first = annotation.args.iter().find(|arg| arg.name.is_none());
    let data_type = argument_of(annotation, "type")
        .or_else(|| argument_of(annotation, "columnType"))
        .or_else(|| first.and_then(|arg| written(&arg.value)))
        .map_or_else(|| plain_type(field, last(&annotation.name)), str::to_lowercase);
    let primary = has("Primary") || switched("primary") || switched("primaryKey");
    let unique = has("Unique") || switched("unique");
    Some(Column {
        name: name.map_or_else(|| field.name.clone(), str::to_owned),
        data_type,
        nullable: switched("nullable") || switched("allowNull"),
        key: match (primary, unique) {
            (true, _) => ColumnKey::Primary,
            (_, true) => ColumnKey::Unique,
            _ => ColumnKey::None,
        },
    })
}

fn plain_type(field: &Field, annotation: &str) -> String {
    let plain = match field.ty.as_ref().map(|ty| ty.name.as_str()) {
        Some("string") => "varchar",
        Some("number") => "integer",
        Some("boolean") => "boolean",
        Some("Date") => "timestamp",
        Some("bigint") => "bigint",
        _ if annotation.ends_with("DateColumn") => "timestamp",
        _ => "",
    };
    plain.to_owned()
}

/// The text of an argument by its name, of whichever annotation has it.
fn argument<'a>(annotations: &'a [Annotation], name: &str) -> Option<&'a str> {
    let entity = |it: &&Annotation| matches!(last(&it.name), "Entity" | "Table" | "ViewEntity");
    annotations.iter().filter(entity).find_map(|it| argument_of(it, name))
}

fn argument_of<'a>(annotation: &'a Annotation, name: &str) -> Option<&'a str> {
    let direct = annotation.args.iter().find(|arg| arg.name.as_deref() == Some(name));
    direct.and_then(|arg| written(&arg.value)).or_else(|| {
        let objects = annotation.args.iter().filter(|arg: &&Arg| arg.name.is_none());
        objects.filter_map(|arg| entry(&arg.value, name)).find_map(written)
    })
}

/// `true` and `false` are nothing but parts without a name.
fn argument_text<'a>(annotation: &'a Annotation, name: &str) -> Option<&'a str> {
    argument_of(annotation, name)
}

fn written(expr: &Expr) -> Option<&str> {
    super::text(expr)
}

pub(super) fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
