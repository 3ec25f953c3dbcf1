//! Migrations stand among the modules, but they are history: they follow the tables they made and bind nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analysis::graph::{Coupling, Weights},
    facts::{Facts, ModuleId, PieceId, TableId},
};

/// Folders that frameworks keep migrations in.
const FOLDERS: [&str; 4] = ["migrations", "migration", "migrate", "dbmigrations"];

/// The modules below a folder of migrations that nobody outside such folders names: a framework runs them.
pub(super) fn find(facts: &Facts) -> BTreeSet<ModuleId> {
    let in_folder = |module: ModuleId| {
        let folder = facts.module(module).folder();
        folder.split('/').any(|name| FOLDERS.contains(&name.to_ascii_lowercase().as_str()))
    };
    let all = (0..facts.modules.len()).map(ModuleId::at);
    let mut migrations: BTreeSet<ModuleId> = all.filter(|module| in_folder(*module)).collect();
    let named: BTreeSet<ModuleId> = facts
        .calls
        .iter()
        .filter(|call| !migrations.contains(&call.from_module))
        .map(|call| call.to_module)
        .collect();
    migrations.retain(|module| !named.contains(module));
    migrations
}

/// Puts each migration where most of its tables are; where it has none, to what it is tied to most.
pub(super) fn place(
    facts: &Facts,
    coupling: &Coupling,
    weights: &Weights,
    migrations: &BTreeSet<ModuleId>,
    of: &mut [Option<usize>],
) {
    let mut pulls: BTreeMap<PieceId, BTreeMap<usize, f64>> = BTreeMap::new();
    let open: BTreeSet<PieceId> = migrations
        .iter()
        .map(|module| facts.module_piece(*module))
        .filter(|piece| of[piece.index()].is_none())
        .collect();
    let mut pull = |piece: PieceId, to: PieceId, strength: f64| {
        if let (true, Some(group)) = (open.contains(&piece), of[to.index()]) {
            *pulls.entry(piece).or_default().entry(group).or_default() += strength;
        }
    };
    for (module, table) in changes(facts) {
        pull(facts.module_piece(module), facts.table_piece(table), TABLE);
    }
    for tie in coupling.weighted(weights) {
        pull(tie.a, tie.b, tie.strength);
        pull(tie.b, tie.a, tie.strength);
    }
    for (piece, groups) in pulls {
        let most = groups.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
        of[piece.index()] = most.map(|(group, _)| *group);
    }
}

/// What one table says about a migration, against the ties: those decide only where no table does.
const TABLE: f64 = 1e6;

/// The tables that each module is a source of, or accesses.
fn changes(facts: &Facts) -> impl Iterator<Item = (ModuleId, TableId)> {
    let module_of: BTreeMap<&str, ModuleId> = facts
        .modules
        .iter()
        .enumerate()
        .map(|(at, module)| (module.path.as_str(), ModuleId::at(at)))
        .collect();
    let sources = facts.tables.iter().enumerate().flat_map(move |(at, table)| {
        let modules: BTreeSet<ModuleId> = table
            .sources
            .iter()
            .filter_map(|source| module_of.get(source.place.path.as_str()).copied())
            .collect();
        modules.into_iter().map(move |module| (module, TableId::at(at)))
    });
    sources.chain(facts.accesses.iter().map(|access| (access.module, access.table)))
}
