//! Active Record: classes that stand for tables by convention, their associations, and what queries on them do.

mod keys;
mod queries;
mod tables;

#[cfg(test)]
mod tests;

use self::tables::Models;
use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{AccessMode, ForeignKey, Via},
    import::code::ruby::{FAMILY, tree::Tree},
};

/// Finds the tables of all models, and what code does with them. Returns the keys that associations imply.
pub(super) fn read(
    code: Code<'_>,
    known: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    if !code.sources.iter().any(|source| source.language.rules().family == FAMILY) {
        return Vec::new();
    }
    let tree = Tree::new(code.sources, &code.resolved.symbols);
    let models = Models::find(&tree, tables);
    for (class, table) in &models.by_class {
        for (module, at) in &tree.class(*class).declarations {
            if Some(*module) == tree.class(*class).home {
                let line = code.sources[module.index()].outline.types[*at].line;
                let at = At { module: *module, function: None, line };
                gather.access(at, *table, AccessMode::Read, Via::Entity);
            }
        }
    }
    queries::read(code, &tree, &models, tables, gather);
    keys::implied(code, &tree, &models, known, tables)
}
