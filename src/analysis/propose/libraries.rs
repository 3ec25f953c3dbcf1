//! Recognises modules that would be a library: used by many services, owning no data, using no service.

use std::collections::BTreeSet;

use super::{constraints::Nodes, search::Division};
use crate::facts::{CallKind, Facts, PieceId};

/// Fewer modules that use it don't make a library.
const LEAST_USERS: usize = 5;
/// Fewer services that use it don't make a library.
const LEAST_SERVICES: usize = 3;
/// No service may hold a larger share of the users.
const LARGEST_SHARE: f64 = 0.4;

/// The modules that belong into a library, given a first division.
///
/// A library's module accesses no table, is no entry point, is used by modules of at least three services and a
/// third of all, none of which has more than two fifths of its users; and it uses nothing but other such modules,
/// because a library that calls back into a service isn't one.
pub(super) fn find(facts: &Facts, nodes: &Nodes, division: &Division) -> Vec<PieceId> {
    let count = facts.modules.len();
    let part = |module: usize| nodes.node_of[module].map(|node| division.part_of[node as usize]);
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut uses: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    for call in facts.calls.iter().filter(|call| call.from_module != call.to_module) {
        let (from, to) = (call.from_module.index(), call.to_module.index());
        users[to].insert(from);
        if call.kind != CallKind::Import {
            uses[from].insert(to);
        }
    }
    let mut busy = vec![false; count];
    for access in &facts.accesses {
        busy[access.module.index()] = true;
    }
    for entry in &facts.entry_points {
        busy[entry.module.index()] = true;
    }
    let services = services(nodes, division);
    let mut libraries: BTreeSet<usize> = (0..count)
        .filter(|module| !busy[*module] && nodes.locked[*module].is_none())
        .filter(|module| nodes.node_of[*module].is_some_and(|node| nodes.sizes[node as usize] == 1))
        .filter(|module| used_everywhere(&users[*module], &part, services))
        .collect();
    // Whoever uses something that is no library isn't one either, and so on.
    loop {
        let before = libraries.len();
        let kept: BTreeSet<usize> = libraries
            .iter()
            .copied()
            .filter(|module| uses[*module].iter().all(|used| libraries.contains(used)))
            .collect();
        libraries = kept;
        if libraries.len() == before {
            break;
        }
    }
    libraries.into_iter().map(PieceId::at).collect()
}

fn services(nodes: &Nodes, division: &Division) -> usize {
    let mut sizes = vec![0; division.part_of.iter().max().map_or(0, |last| *last as usize + 1)];
    for (node, part) in division.part_of.iter().enumerate() {
        sizes[*part as usize] += nodes.sizes[node];
    }
    sizes.iter().filter(|size| **size >= division.least).count()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of modules are far below 2^52")]
fn used_everywhere(
    users: &BTreeSet<usize>,
    part: &dyn Fn(usize) -> Option<u32>,
    services: usize,
) -> bool {
    let mut parts: Vec<u32> = users.iter().filter_map(|user| part(*user)).collect();
    parts.sort_unstable();
    let runs: Vec<usize> = parts.chunk_by(|a, b| a == b).map(<[u32]>::len).collect();
    let largest = runs.iter().copied().max().unwrap_or(0);
    users.len() >= LEAST_USERS
        && runs.len() >= LEAST_SERVICES.max(services.div_ceil(3))
        && largest as f64 <= LARGEST_SHARE * users.len() as f64
}
