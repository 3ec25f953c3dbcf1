//! Eloquent: models of Laravel and the tables they stand for, their relations, and what queries of them do.

mod builder;
mod models;
mod relations;
mod uses;
mod verbs;

#[cfg(test)]
mod tests;

use self::{builder::Builders, models::Rows, relations::Relations, uses::Uses};
use super::{
    gather::{Code, Gather},
    tables::Tables,
};
use crate::facts::ForeignKey;

/// Reads all PHP modules; answers the foreign keys that relations imply.
pub(crate) fn read(
    code: Code<'_>,
    foreign_keys: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    if !code.sources.iter().any(|source| source.language.name() == "PHP") {
        return Vec::new();
    }
    let rows = Rows::find(code, tables, gather);
    let relations = Relations::find(code, &rows, tables);
    let keys = relations.implied_keys(code, foreign_keys, tables);
    Uses { code, rows: &rows, relations: &relations, tables }.read(gather);
    Builders { code, tables }.read(gather);
    keys
}
