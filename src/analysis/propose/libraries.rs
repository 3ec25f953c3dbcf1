//! Recognises modules that would be a library: used by many services, owning no data, using no service.

use std::collections::BTreeSet;

use super::{constraints::Nodes, search::Division};
use crate::facts::{CallKind, Facts, PieceId};

/// Fewer modules that use it don't make a library.
const LEAST_USERS: usize = 5;
/// Fewer services that use it don't make a library.
const LEAST_SERVICES: usize = 3;
/// How many times as many calls must come into a part that is a library as go out of it.
const OUTGOING: usize = 3;
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
    libraries.extend(common_parts(facts, nodes, division, &busy, &libraries));
    libraries.into_iter().map(PieceId::at).collect()
}

/// The modules of parts that are used like a library as a whole: they own no table, nothing enters through them, they
/// are used from everywhere, and they use services far less than services use them.
fn common_parts(
    facts: &Facts,
    nodes: &Nodes,
    division: &Division,
    busy: &[bool],
    libraries: &BTreeSet<usize>,
) -> Vec<usize> {
    let part_of =
        |piece: usize| nodes.node_of[piece].map(|node| division.part_of[node as usize] as usize);
    let parts = division.part_of.iter().max().map_or(0, |last| *last as usize + 1);
    let mut modules: Vec<Vec<usize>> = vec![Vec::new(); parts];
    let mut owned = vec![false; parts];
    for piece in 0..facts.piece_count() {
        let Some(part) = part_of(piece) else { continue };
        if piece < facts.modules.len() {
            modules[part].push(piece);
        }
        owned[part] |= piece >= facts.modules.len()
            || busy.get(piece).copied().unwrap_or(false)
            || nodes.locked[piece].is_some();
    }
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); parts];
    let (mut incoming, mut outgoing) = (vec![0_usize; parts], vec![0_usize; parts]);
    for call in facts.calls.iter().filter(|call| call.kind != CallKind::Import) {
        let (from, to) = (call.from_module.index(), call.to_module.index());
        let (Some(part_from), Some(part_to)) = (part_of(from), part_of(to)) else { continue };
        if part_from != part_to && !libraries.contains(&to) && !libraries.contains(&from) {
            users[part_to].insert(from);
            incoming[part_to] += 1;
            outgoing[part_from] += 1;
        }
    }
    let services = services(nodes, division);
    let module_part = |module: usize| nodes.node_of[module].map(|n| division.part_of[n as usize]);
    (0..parts)
        .filter(|part| !owned[*part] && OUTGOING * outgoing[*part] <= incoming[*part])
        .filter(|part| used_everywhere(&users[*part], &module_part, services))
        .flat_map(|part| modules[part].iter().copied())
        .collect()
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
