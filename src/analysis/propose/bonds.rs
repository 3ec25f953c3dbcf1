//! Pairs of pieces that are two halves of one thing: a table and the class that stands for its rows, a table and its
//! only writer, an interface and its only implementation.
//!
//! They are placed as one, unless people decided otherwise: so tables follow the code that owns them, whatever else
//! is tied to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{AccessMode, CallKind, Facts, ModuleId, PieceId, TableId, Via};

/// A module that stands for or writes more tables than this, and more than their fourth part, holds none of them: it is
/// everybody's.
const MOST_TABLES: usize = 6;
/// What share of the writes of a table one module must have to be its writer, as a fraction.
const MAIN_WRITER: (usize, usize) = (2, 3);

/// All such pairs, the surest first. What migrations do to a table makes it nobody's.
pub(super) fn find(facts: &Facts, migrations: &BTreeSet<ModuleId>) -> Vec<(PieceId, PieceId)> {
    let mut found = tables(facts, migrations);
    found.extend(implementations(facts));
    found
}

/// Each table with the one module it belongs to, if there is one.
fn tables(facts: &Facts, migrations: &BTreeSet<ModuleId>) -> Vec<(PieceId, PieceId)> {
    let mut modules_of: BTreeMap<TableId, [BTreeMap<ModuleId, usize>; 3]> = BTreeMap::new();
    for access in facts.accesses.iter().filter(|access| !migrations.contains(&access.module)) {
        let kind = match (access.via, access.mode) {
            (Via::Entity, _) => 0,
            (_, AccessMode::Write) => 1,
            (_, AccessMode::Read) => 2,
        };
        *modules_of.entry(access.table).or_default()[kind].entry(access.module).or_default() += 1;
    }
    let mut owner_of: BTreeMap<TableId, ModuleId> = BTreeMap::new();
    for (table, [entities, writers, readers]) in &modules_of {
        let owner = match (entities.len(), writers.len()) {
            (1, _) => entities.keys().next().copied(),
            (0, 0) => Some(readers).filter(|readers| readers.len() == 1).and_then(main),
            (0, _) => main(writers),
            _ => None,
        };
        if let Some(owner) = owner {
            owner_of.insert(*table, owner);
        }
    }
    for (table, declared) in
        facts.tables.iter().zip(0..).filter(|(table, _)| !table.sources.is_empty())
    {
        let table_id = TableId(declared);
        // Nothing is known to use it: then it belongs to the code that declares it, if that is one module.
        if !modules_of.contains_key(&table_id) {
            let declaring =
                table.sources.iter().find_map(|source| facts.module_at(&source.place.path));
            owner_of.extend(declaring.map(|module| (table_id, module)));
        }
    }
    let most = MOST_TABLES.max(facts.tables.len() / 4);
    let mut owned: BTreeMap<ModuleId, usize> = BTreeMap::new();
    for owner in owner_of.values() {
        *owned.entry(*owner).or_default() += 1;
    }
    owner_of
        .into_iter()
        .filter(|(_, owner)| owned[owner] <= most)
        .map(|(table, owner)| (facts.module_piece(owner), facts.table_piece(table)))
        .collect()
}

/// The module with most of them, if it has at least [`MAIN_WRITER`] of all.
pub(super) fn main(modules: &BTreeMap<ModuleId, usize>) -> Option<ModuleId> {
    let all: usize = modules.values().sum();
    let most = modules.iter().max_by_key(|(module, count)| (**count, std::cmp::Reverse(**module)));
    most.filter(|(_, count)| **count * MAIN_WRITER.1 >= all * MAIN_WRITER.0)
        .map(|(module, _)| *module)
}

/// Each module that inherits from one other only, with that one, if nobody else inherits from it.
fn implementations(facts: &Facts) -> Vec<(PieceId, PieceId)> {
    let (mut above, mut below): (BTreeMap<_, BTreeSet<_>>, BTreeMap<_, BTreeSet<_>>) =
        (BTreeMap::new(), BTreeMap::new());
    for call in facts.calls.iter().filter(|call| call.kind == CallKind::Inherit) {
        if call.from_module != call.to_module {
            above.entry(call.from_module).or_default().insert(call.to_module);
            below.entry(call.to_module).or_default().insert(call.from_module);
        }
    }
    let only = |set: Option<&BTreeSet<ModuleId>>| {
        set.filter(|set| set.len() == 1).and_then(|set| set.first().copied())
    };
    let pairs = above.keys().filter_map(|module| {
        let to = only(above.get(module))?;
        (only(below.get(&to)) == Some(*module)).then_some((*module, to))
    });
    pairs.map(|(a, b)| (facts.module_piece(a), facts.module_piece(b))).collect()
}
