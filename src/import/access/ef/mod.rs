//! Entity Framework: which classes are rows of which tables, and what code does with them.
//!
//! Where a model snapshot names the table of a class, that counts; else what the code says: `ToTable`, `[Table]`, the
//! property of the context, the class's own name.

mod entities;
mod queries;

#[cfg(test)]
mod tests;

use self::{entities::Entities, queries::Queries};
use super::{
    gather::{Code, Gather},
    tables::Tables,
};
use crate::facts::ForeignKey;

/// Finds what C# code does with rows, and the keys that associations of classes imply and that were not known.
pub(crate) fn read(
    code: Code<'_>,
    named: &[(String, String)],
    known: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    if !code.sources.iter().any(|source| source.language.name() == "C#") {
        return Vec::new();
    }
    let mut entities = Entities::find(code, named, tables);
    entities.note(code, gather);
    let keys = entities.keys(code, known, tables);
    Queries::new(code, &entities).accesses(gather);
    keys
}
