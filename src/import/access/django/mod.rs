//! Django: the tables of models, the keys between them, and which code reads, writes and joins them.

mod lookups;
mod queries;
mod tables;

use std::collections::BTreeMap;

use self::{queries::Queries, tables::ModelTables};
use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{AccessMode, ForeignKey, Via},
    import::code::python::django::Django,
};

/// Reads models, then what functions do with them. Returns the keys that models imply and the schema does not
/// declare.
pub(super) fn read(
    code: Code<'_>,
    known: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    let symbols = &code.resolved.symbols;
    let django = Django::new(code.sources, symbols);
    if django.is_empty() {
        return Vec::new();
    }
    let model_tables = ModelTables::new(code, &django, tables);
    for (id, table) in &model_tables.own {
        let model = &django.models[id];
        let at = At { module: model.module, function: None, line: model.line };
        gather.access(at, *table, AccessMode::Read, Via::Entity);
    }
    let owners: BTreeMap<_, _> = code
        .modules()
        .flat_map(|(module, source)| {
            source.outline.functions.iter().enumerate().filter_map(move |(index, decl)| {
                let function = symbols.function_id(module, index)?;
                Some((function, symbols.declared(module, decl.owner?)?))
            })
        })
        .collect();
    let queries = Queries { code, symbols, django: &django, tables: &model_tables, owners };
    queries.accesses(gather);
    tables::keys(code, &django, &model_tables, known, tables)
}

#[cfg(test)]
mod tests;
