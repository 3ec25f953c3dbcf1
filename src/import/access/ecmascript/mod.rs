//! Object-relational mappers and query builders of TypeScript and JavaScript: TypeORM, MikroORM, Sequelize, Prisma,
//! Drizzle, Knex, Kysely, and Medusa's services.

mod chains;
mod delegates;
mod drizzle;
mod entities;
mod handing;
mod medusa;
mod prisma;
mod queries;
mod sequelize;

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use self::queries::Queries;
use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{AccessMode, Column, ForeignKey, KeyOrigin, ModuleId, Place, SourceKind, TableId, Via},
    import::code::{
        outline::{Expr, ExprKind},
        types::TypeId,
    },
};

/// A model, by its place in the list.
type ModelAt = usize;

/// What stands for the rows of a table.
#[derive(Clone, Debug)]
struct Model {
    table: TableId,
    /// By the field: the model that it leads to.
    relations: BTreeMap<String, ModelAt>,
}

/// Every model, and by what programs name it.
#[derive(Clone, Debug, Default)]
pub(super) struct Models {
    list: Vec<Model>,
    by_class: FxHashMap<TypeId, ModelAt>,
    /// Variables at the tops of modules.
    by_variable: FxHashMap<(ModuleId, String), ModelAt>,
    /// By the name that Prisma's client has for it.
    by_delegate: BTreeMap<String, ModelAt>,
    /// By the name of its class; none where several are called so.
    by_name: BTreeMap<String, Option<ModelAt>>,
}

impl Models {
    fn push(&mut self, name: &str, table: TableId) -> ModelAt {
        let at = self.list.len();
        self.list.push(Model { table, relations: BTreeMap::new() });
        self.by_name.entry(name.to_owned()).and_modify(|it| *it = None).or_insert(Some(at));
        at
    }

    fn named(&self, name: &str) -> Option<ModelAt> {
        self.by_name.get(name).copied().flatten()
    }

    fn table(&self, at: ModelAt) -> TableId {
        self.list[at].table
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// A key that a model implies: from a table's columns to another model.
struct Relation {
    from: TableId,
    columns: Vec<String>,
    to: ModelAt,
    to_columns: Vec<String>,
    reason: String,
    place: Place,
}

/// What models say.
pub(super) struct Mapped {
    models: Models,
    /// Keys that models imply and the schema doesn't declare.
    pub(super) keys: Vec<ForeignKey>,
}

/// Whether a module is written in one of the languages that these mappers are for.
pub(super) fn is_script(code: Code<'_>, module: ModuleId) -> bool {
    code.sources[module.index()].language.rules().family == "ecmascript"
}

/// Reads all models; tables that only they know come in.
pub(super) fn read(
    code: Code<'_>,
    manifests: &[(String, String)],
    declared: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Mapped {
    let mut models = Models::default();
    let mut relations = Vec::new();
    if code.modules().any(|(module, _)| is_script(code, module)) {
        entities::read(code, &mut models, &mut relations, tables, gather);
        sequelize::read(code, &mut models, tables, gather);
        drizzle::read(code, &mut models, &mut relations, tables, gather);
        prisma::read(manifests, &mut models, tables);
    }
    let keys = keys(&models, relations, declared, tables);
    Mapped { models, keys }
}

/// Finds what functions do with models and tables.
pub(super) fn accesses(code: Code<'_>, mapped: &Mapped, tables: &Tables, gather: &mut Gather) {
    Queries::new(code, &mapped.models, tables).run(gather);
}

fn keys(
    models: &Models,
    relations: Vec<Relation>,
    declared: &[ForeignKey],
    tables: &Tables,
) -> Vec<ForeignKey> {
    let mut keys: Vec<ForeignKey> = Vec::new();
    for relation in relations {
        let to = models.table(relation.to);
        let loose = |name: &str| name.replace('_', "").to_lowercase();
        let same = |key: &ForeignKey| {
            let columns = |list: &[String]| list.iter().map(|it| loose(it)).collect::<Vec<_>>();
            key.from == relation.from
                && key.to == to
                && columns(&key.columns) == columns(&relation.columns)
        };
        if declared.iter().chain(&keys).any(same) {
            continue;
        }
        let to_columns =
            if relation.to_columns.is_empty() { primary(tables, to) } else { relation.to_columns };
        keys.push(ForeignKey {
            from: relation.from,
            columns: relation.columns,
            to,
            to_columns,
            origin: KeyOrigin::Implied { reason: relation.reason },
            place: relation.place,
        });
    }
    keys
}

fn primary(tables: &Tables, table: TableId) -> Vec<String> {
    let columns = tables.get(table).columns.iter();
    let key = columns.filter(|it| it.key == crate::facts::ColumnKey::Primary);
    let names: Vec<String> = key.map(|it| it.name.clone()).collect();
    if names.is_empty() { vec!["id".to_owned()] } else { names }
}

/// The table of a model: a known one under one of the names that its mapper may give it, else a new one under the
/// first of them.
fn table_of(
    tables: &mut Tables,
    schema: Option<&str>,
    names: &[String],
    place: Place,
    columns: Vec<Column>,
) -> Option<TableId> {
    let known = names.iter().find(|name| tables.lookup_loosely(schema, name).is_some());
    let name = known.or_else(|| names.first())?;
    let id = tables.declare(schema, name, SourceKind::OrmModel, place);
    let table = tables.get_mut(id);
    if table.columns.is_empty() {
        table.columns = columns;
    }
    Some(id)
}

/// A class or variable that is a model reads its table, for they belong together.
fn belongs(gather: &mut Gather, module: ModuleId, line: u32, table: TableId) {
    let at = At { module, function: None, line };
    gather.access(at, table, AccessMode::Read, Via::Entity);
}

/// `OrderLine` is `order_line`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let after_small =
            at > 0 && (letters[at - 1].is_lowercase() || letters[at - 1].is_ascii_digit());
        let before_small = at > 0
            && letters[at - 1].is_uppercase()
            && letters.get(at + 1).is_some_and(|it| it.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// An expression without what only passes its value through.
fn bare(expr: &Expr) -> &Expr {
    let mut expr = expr;
    for _ in 0..20 {
        expr = match &expr.kind {
            ExprKind::Same(inner) => inner,
            ExprKind::Cast { value, .. } => value,
            ExprKind::Block(body) => match body.last() {
                Some(crate::import::code::outline::Stmt::Expr(last)) => last,
                _ => return expr,
            },
            _ => return expr,
        };
    }
    expr
}

/// The value of a key in an object literal.
fn entry<'a>(object: &'a Expr, key: &str) -> Option<&'a Expr> {
    let ExprKind::Map(pairs) = &bare(object).kind else { return None };
    pairs.iter().find_map(|(name, value)| match &name.kind {
        ExprKind::Text(text) if text == key => Some(value),
        _ => None,
    })
}

fn text(expr: &Expr) -> Option<&str> {
    match &bare(expr).kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
