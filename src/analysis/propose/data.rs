//! Services need data and code: what owns no table but works on the tables of one service is a part of it, and tables
//! that no code stands beside are no service.

use std::collections::{BTreeMap, BTreeSet};

use super::{Wish, constraints::Nodes, settle::forbidden};
use crate::{
    analysis::grouping::Role,
    facts::{AccessMode, Facts, PieceId, Via},
};

/// What share of all accesses of a service without tables goes to one other service, so that it is a part of that.
const ONE_OWNER: f64 = 0.7;
/// With fewer modules that access tables at all, accesses say nothing about a service.
const LEAST_USERS: usize = 2;
/// Nothing joins if the two together would have a larger share of all pieces.
const LARGEST: f64 = 0.4;

/// How much one access ties a module to a table's owner.
fn weight(mode: AccessMode, via: Via) -> u32 {
    match (mode, via) {
        (AccessMode::Write, _) | (_, Via::Entity) => 3,
        (AccessMode::Read, _) => 1,
    }
}

/// Joins services without tables with the service whose tables they mostly access. `of` is by piece.
pub(super) fn join_without_data(
    facts: &Facts,
    wish: &Wish,
    nodes: &Nodes,
    roles: &[Role],
    of: &mut [Option<usize>],
) {
    let modules = facts.modules.len();
    let mut sizes = vec![0_usize; roles.len()];
    let mut tables = vec![0_usize; roles.len()];
    for (piece, group) in of.iter().enumerate() {
        if let Some(group) = group {
            sizes[*group] += 1;
            tables[*group] += usize::from(piece >= modules);
        }
    }
    let mut pulls: BTreeMap<usize, BTreeMap<usize, u32>> = BTreeMap::new();
    let mut users: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for access in &facts.accesses {
        let module = of[facts.module_piece(access.module).index()];
        let table = of[facts.table_piece(access.table).index()];
        if let (Some(from), Some(to)) = (module, table)
            && tables[from] == 0
        {
            *pulls.entry(from).or_default().entry(to).or_default() +=
                weight(access.mode, access.via);
            users.entry(from).or_default().insert(access.module.0);
        }
    }
    for (from, pulls) in pulls {
        let all: u32 = pulls.values().sum();
        let most = pulls.iter().max_by_key(|(to, pull)| (**pull, std::cmp::Reverse(**to)));
        let Some((to, pull)) = most.map(|(to, pull)| (*to, *pull)) else { continue };
        let new = from >= wish.kept.len() && wish.kept.get(to).is_none_or(|kept| !kept.closed);
        let telling =
            users[&from].len() >= LEAST_USERS && f64::from(pull) >= ONE_OWNER * f64::from(all);
        if new
            && telling
            && fits(sizes[from] + sizes[to], of.len())
            && may_join(from, to, nodes, of)
        {
            of.iter_mut().filter(|group| **group == Some(from)).for_each(|group| *group = Some(to));
            sizes[to] += std::mem::take(&mut sizes[from]);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of pieces are far below 2^52")]
fn fits(together: usize, all: usize) -> bool {
    together as f64 <= LARGEST * all as f64
}

fn may_join(from: usize, to: usize, nodes: &Nodes, of: &[Option<usize>]) -> bool {
    let moving: BTreeSet<u32> = (0..of.len())
        .filter(|piece| of[*piece] == Some(from))
        .filter_map(|piece| nodes.node_of[piece])
        .collect();
    let apart: BTreeSet<u32> = nodes.apart.iter().flat_map(|(a, b)| [*a, *b]).collect();
    moving.intersection(&apart).all(|node| !forbidden(*node, of, nodes).contains(&to))
}

/// Tables of services that have no module go to whoever reads them most; those that nobody reads are left over. Where
/// there is no code at all, tables are all there is.
pub(super) fn dissolve_without_code(
    facts: &Facts,
    wish: &Wish,
    nodes: &Nodes,
    of: &mut [Option<usize>],
) {
    if facts.modules.is_empty() {
        return;
    }
    let with_code: BTreeSet<usize> = of[..facts.modules.len()].iter().flatten().copied().collect();
    let mut users: BTreeMap<PieceId, BTreeMap<usize, u32>> = BTreeMap::new();
    for access in &facts.accesses {
        if let Some(group) = of[facts.module_piece(access.module).index()] {
            let closed = wish.kept.get(group).is_some_and(|kept| kept.closed);
            let groups = users.entry(facts.table_piece(access.table)).or_default();
            if !closed {
                *groups.entry(group).or_default() += weight(access.mode, access.via);
            }
        }
    }
    for (at, place) in of.iter_mut().enumerate().skip(facts.modules.len()) {
        let codeless = place.is_some_and(|own| own >= wish.kept.len() && !with_code.contains(&own));
        let decided = nodes.node_of[at].is_none_or(|node| {
            nodes.kept[node as usize].is_some()
                || nodes.apart.iter().any(|(a, b)| *a == node || *b == node)
        });
        if codeless && !decided {
            let groups = users.get(&PieceId::at(at)).into_iter().flatten();
            let most = groups.max_by_key(|(group, uses)| (**uses, std::cmp::Reverse(**group)));
            *place = most.map(|(group, _)| *group);
        }
    }
}
