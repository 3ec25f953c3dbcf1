//! The tables that Django's models stand for, with columns where no schema has them, and the keys between them.

use std::collections::BTreeMap;

use crate::{
    facts::{Column, ColumnKey, ForeignKey, KeyOrigin, Place, SourceKind, TableId},
    import::{
        access::{gather::Code, tables::Tables},
        code::{
            outline::ExprKind,
            python::django::{
                Django, Through,
                models::{Model, ModelField},
            },
            types::TypeId,
        },
        schema::django_column_type,
    },
};

/// Which table each model is kept in.
#[derive(Clone, Debug, Default)]
pub(super) struct ModelTables {
    /// By model: its own table. A proxy has none.
    pub own: BTreeMap<TypeId, TableId>,
    /// By model: its own table and those that hold a part of its rows.
    all: BTreeMap<TypeId, Vec<TableId>>,
    /// By model and field: the table that is made for it.
    between: BTreeMap<(TypeId, String), TableId>,
}

impl ModelTables {
    pub(super) fn new(code: Code<'_>, django: &Django, tables: &mut Tables) -> Self {
        let mut found = Self::default();
        for model in django.models.values().filter(|it| !it.is_abstract && !it.is_proxy) {
            let table = declare(code, model, model.line, &table_name(model), tables);
            found.own.insert(model.class, table);
            if tables.get(table).columns.is_empty() {
                tables.get_mut(table).columns = columns(code, django, model);
            }
        }
        for model in django.models.values().filter(|it| !it.is_abstract && !it.is_proxy) {
            for field in django.own_fields(model.class) {
                if field.is_many() && field.option("through").is_none() {
                    found.between(code, django, model, field, tables);
                }
            }
        }
        for model in django.models.values().filter(|it| !it.is_abstract) {
            let own = found.own.get(&model.class).copied();
            let bases = django.concrete_bases(model.class);
            let bases = bases.iter().filter_map(|id| found.own.get(id).copied());
            found.all.insert(model.class, own.into_iter().chain(bases).collect());
        }
        found
    }

    fn between(
        &mut self,
        code: Code<'_>,
        django: &Django,
        model: &Model,
        field: &ModelField,
        tables: &mut Tables,
    ) {
        let said = field.text("db_table").map(str::to_owned);
        let name = said.unwrap_or_else(|| format!("{}_{}", table_name(model), field.name));
        let table = declare(code, model, field.line, &name, tables);
        self.between.insert((model.class, field.name.clone()), table);
        if !tables.get(table).columns.is_empty() {
            return;
        }
        let own = model.name.to_lowercase();
        let lead = django.attribute(model.class, &field.name);
        let other = lead.map(|lead| django.models[&lead.to].name.to_lowercase());
        let other = other.unwrap_or_else(|| field.name.clone());
        let sides = if own == other {
            [format!("from_{own}_id"), format!("to_{own}_id")]
        } else {
            [format!("{own}_id"), format!("{other}_id")]
        };
        let mut columns = vec![automatic_key()];
        columns.extend(sides.map(|name| column(name, "bigint".to_owned())));
        tables.get_mut(table).columns = columns;
    }

    /// The tables that a model's rows are in, its own first.
    pub(super) fn of(&self, id: TypeId) -> &[TableId] {
        self.all.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The table between two models.
    pub(super) fn through(&self, through: &Through) -> Option<TableId> {
        match through {
            Through::Field(model, field) => self.between.get(&(*model, field.clone())).copied(),
            Through::Model(model) => self.of(*model).first().copied(),
        }
    }
}

/// `shop_order` for the model `Order` of the app `shop`.
fn table_name(model: &Model) -> String {
    let default = || format!("{}_{}", model.app, model.name.to_lowercase());
    model.table.clone().unwrap_or_else(default)
}

fn declare(code: Code<'_>, model: &Model, line: u32, name: &str, tables: &mut Tables) -> TableId {
    let place = Place::new(code.sources[model.module.index()].path.as_str(), line);
    // `schema"."table` is a known way to name a schema.
    let (schema, name) = match name.split_once("\".\"") {
        Some((schema, name)) => (Some(schema.trim_matches('"')), name.trim_matches('"')),
        None => (None, name),
    };
    tables.declare(schema, name, SourceKind::OrmModel, place)
}

fn column(name: String, data_type: String) -> Column {
    Column { name, data_type, nullable: false, key: ColumnKey::None }
}

fn automatic_key() -> Column {
    let key = ColumnKey::Primary;
    Column { name: "id".to_owned(), data_type: "bigint".to_owned(), nullable: false, key }
}

/// The columns of a model's own table, as Django would create them.
fn columns(code: Code<'_>, django: &Django, model: &Model) -> Vec<Column> {
    let mut columns = Vec::new();
    for base in &model.bases {
        if let Some(base) = django.models.get(base).filter(|base| !base.is_abstract) {
            let name = format!("{}_ptr_id", base.name.to_lowercase());
            let key = ColumnKey::Primary;
            columns.push(Column { key, ..column(name, "bigint".to_owned()) });
        }
    }
    for field in django.own_fields(model.class) {
        let Some(name) = field.column() else { continue };
        let key = if field.is_set("primary_key") {
            ColumnKey::Primary
        } else if field.is_set("unique") || field.is_one() {
            ColumnKey::Unique
        } else {
            ColumnKey::None
        };
        let data_type = match field.is_key() {
            true => target(code, django, model, field)
                .map_or_else(|| "bigint".to_owned(), |id| key_type(django, id)),
            false => column_type(field),
        };
        columns.push(Column { name, data_type, nullable: field.is_set("null"), key });
    }
    if !columns.iter().any(|column| column.key == ColumnKey::Primary) {
        columns.insert(0, automatic_key());
    }
    columns
}

fn target(code: Code<'_>, django: &Django, model: &Model, field: &ModelField) -> Option<TypeId> {
    django.target(&code.resolved.symbols, field.module, model.class, field.to()?)
}

fn primary_key(django: &Django, id: TypeId) -> Option<&ModelField> {
    django.own_fields(id).into_iter().find(|field| field.is_set("primary_key"))
}

fn key_type(django: &Django, id: TypeId) -> String {
    match primary_key(django, id) {
        Some(field) if !field.is_key() => match field.kind.as_str() {
            "AutoField" => "integer".to_owned(),
            "BigAutoField" => "bigint".to_owned(),
            _ => column_type(field),
        },
        _ => "bigint".to_owned(),
    }
}

/// The type that a field has in the database.
fn column_type(field: &ModelField) -> String {
    django_column_type(&field.kind, |option| match field.option(option).map(|expr| &expr.kind) {
        Some(ExprKind::Name(number)) if number.chars().all(|c| c.is_ascii_digit()) => {
            Some(number.clone())
        }
        _ => None,
    })
}

/// The keys that fields imply and the schema does not declare.
pub(super) fn keys(
    code: Code<'_>,
    django: &Django,
    model_tables: &ModelTables,
    known: &[ForeignKey],
    tables: &Tables,
) -> Vec<ForeignKey> {
    let mut keys = Vec::new();
    for model in django.models.values() {
        let Some(from) = model_tables.own.get(&model.class).copied() else { continue };
        for field in django.own_fields(model.class) {
            let Some(target) = target(code, django, model, field) else { continue };
            let Some(to) = model_tables.of(target).first().copied() else { continue };
            let path = code.sources[field.module.index()].path.as_str();
            let place = Place::new(path, field.line);
            let names = (model.name.as_str(), django.models[&target].name.as_str());
            let reason = format!("`{}.{}` leads to `{}`", names.0, field.name, names.1);
            let key = |from: TableId, column: String, to: TableId, to_column: String| ForeignKey {
                from,
                columns: vec![column],
                to,
                to_columns: vec![to_column],
                origin: KeyOrigin::Implied { reason: reason.clone() },
                place: place.clone(),
            };
            let key_column = |id| {
                primary_key(django, id)
                    .and_then(ModelField::column)
                    .unwrap_or_else(|| "id".to_owned())
            };
            if field.is_key() {
                keys.extend(field.column().map(|it| key(from, it, to, key_column(target))));
            }
            let between = (model.class, field.name.clone());
            if let Some(between) = model_tables.between.get(&between) {
                let columns: Vec<&str> =
                    tables.get(*between).columns.iter().map(|it| it.name.as_str()).collect();
                let (own, other) = (names.0.to_lowercase(), names.1.to_lowercase());
                let sides = [(own, from, model.class, "from_"), (other, to, target, "to_")];
                for (name, to, model, prefix) in sides {
                    let plain = format!("{name}_id");
                    let column = [plain.clone(), format!("{prefix}{plain}")];
                    let column = column.into_iter().find(|it| columns.contains(&it.as_str()));
                    keys.extend(column.map(|it| key(*between, it, to, key_column(model))));
                }
            }
        }
    }
    keys.retain(|key| !known.iter().any(|old| old.from == key.from && old.columns == key.columns));
    keys.sort();
    keys.dedup_by(|a, b| a.from == b.from && a.columns == b.columns && a.to == b.to);
    keys
}
