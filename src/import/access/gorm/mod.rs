//! GORM and xorm: structs of Go that stand for rows, and what sessions and query chains do with them.

mod chains;
mod handles;
mod models;

#[cfg(test)]
mod tests;

use self::{chains::Chains, models::Rows};
use super::{
    gather::{Code, Gather},
    tables::Tables,
};
use crate::facts::ForeignKey;

/// Reads all Go modules; answers the foreign keys that associations imply.
pub(crate) fn read(
    code: Code<'_>,
    foreign_keys: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    if !code.sources.iter().any(|source| source.language.name() == "Go") {
        return Vec::new();
    }
    let rows = Rows::find(code, tables, gather);
    if rows.are_the_schema() {
        tables.close();
    }
    let keys = rows.implied_keys(code, foreign_keys, tables);
    Chains { code, rows: &rows, tables }.read(gather);
    keys
}
