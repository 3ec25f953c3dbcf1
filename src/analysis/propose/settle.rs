//! From parts to groups: fragments join those they are tied to, tables go to who writes them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Found, Wish, constraints::Nodes, data, group, migrations, near, search::Division};
use crate::{
    analysis::{
        graph::{Coupling, Weights},
        grouping::{GroupId, Grouping, Role},
    },
    facts::{AccessMode, Facts, ModuleId, PieceId, TableId, Via},
};

/// How many times as large as others services must be that own too little to stand alone.
const INCOMPLETE: u32 = 3;

/// A grouping in the making.
pub(super) struct Settled {
    pub(super) grouping: Grouping,
    locked: Vec<bool>,
}

/// Makes groups out of parts: kept groups first, then the others by their lowest piece.
pub(super) fn settle(
    facts: &Facts,
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
    division: &Division,
    found: &Found,
) -> Settled {
    let (mut of, mut roles) = groups_of_parts(facts, wish, nodes, division);
    let ties = ties_of_pieces(coupling, &wish.weights);
    absorb(&mut of, &mut roles, &ties, nodes);
    if wish.services.is_none() {
        data::join_without_data(facts, wish, nodes, &roles, &mut of);
    }
    place_libraries(wish, &found.libraries, &mut of, &mut roles);
    follow_folders(facts, wish, &roles, &found.migrations, &mut of);
    tables_to_writers(facts, wish, nodes, &mut of);
    if wish.services.is_none() {
        data::dissolve_without_code(facts, wish, nodes, &mut of);
    }
    migrations::place(facts, coupling, &wish.weights, &found.migrations, &mut of);
    follow_folders(facts, wish, &roles, &BTreeSet::new(), &mut of);
    grouped(wish, nodes, of, roles)
}

/// The same near an earlier proposal: what was placed stays, unless another group clearly pulls more.
pub(super) fn settle_near(
    facts: &Facts,
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
) -> Settled {
    let mut roles: Vec<Role> = wish.kept.iter().map(|kept| kept.role).collect();
    let mut of = near::places(wish, nodes);
    let ties = ties_of_pieces(coupling, &wish.weights);
    absorb(&mut of, &mut roles, &ties, nodes);
    near::drift(wish, nodes, &ties, &mut of);
    follow_folders(facts, wish, &roles, &BTreeSet::new(), &mut of);
    grouped(wish, nodes, of, roles)
}

/// The groups of pieces; those that are in none go to the remainder.
fn grouped(wish: &Wish, nodes: &Nodes, of: Vec<Option<usize>>, mut roles: Vec<Role>) -> Settled {
    let remainder = roles.iter().position(|role| *role == Role::Remainder);
    let unplaced = of.iter().any(Option::is_none);
    let rest = remainder.unwrap_or(roles.len());
    if unplaced && remainder.is_none() {
        roles.push(Role::Remainder);
    }
    let of = of.into_iter().map(|at| group(at.unwrap_or(rest))).collect();
    let locked = nodes.locked.iter().map(Option::is_some).collect();
    let mut settled = Settled { grouping: Grouping { of, roles }, locked };
    settled.drop_empty(wish.kept.len());
    settled
}

/// By piece its group, as far as its part is large enough to be one; and the roles of the groups.
///
/// A part that couldn't stand alone must be larger, unless there is a wanted number: it is rather a corner of a
/// service than one.
fn groups_of_parts(
    facts: &Facts,
    wish: &Wish,
    nodes: &Nodes,
    division: &Division,
) -> (Vec<Option<usize>>, Vec<Role>) {
    let mut roles: Vec<Role> = wish.kept.iter().map(|kept| kept.role).collect();
    let parts = division.part_of.iter().max().map_or(0, |last| *last as usize + 1);
    let (mut sizes, mut group_of) = (vec![0; parts], vec![None; parts]);
    for (node, part) in division.part_of.iter().enumerate() {
        sizes[*part as usize] += nodes.sizes[node];
        group_of[*part as usize] = group_of[*part as usize].or(nodes.kept[node]);
    }
    let alone = able_alone(facts, nodes, division, parts);
    for part in 0..parts {
        let whole = alone[part] || wish.services.is_some();
        let least = if whole { 0 } else { INCOMPLETE * division.least };
        if group_of[part].is_none() && division.stands[part] && sizes[part] >= least {
            group_of[part] = Some(roles.len());
            roles.push(Role::Service);
        }
    }
    let place = |(piece, node): (usize, &Option<u32>)| match node {
        Some(node) => group_of[division.part_of[*node as usize] as usize],
        None => nodes.locked[piece],
    };
    (nodes.node_of.iter().enumerate().map(place).collect(), roles)
}

/// By part: whether it owns tables, and work enters through it or it owns several. Where no table or no entry point is
/// known at all, none is asked for.
fn able_alone(facts: &Facts, nodes: &Nodes, division: &Division, parts: usize) -> Vec<bool> {
    let part_of = |piece: PieceId| {
        nodes.node_of[piece.index()].map(|node| division.part_of[node as usize] as usize)
    };
    let mut tables = vec![0_usize; parts];
    let mut entered = vec![facts.entry_points.is_empty(); parts];
    for table in 0..facts.tables.len() {
        if let Some(part) = part_of(facts.table_piece(TableId::at(table))) {
            tables[part] += 1;
        }
    }
    for entry in &facts.entry_points {
        if let Some(part) = part_of(facts.module_piece(entry.module)) {
            entered[part] = true;
        }
    }
    let able = |(tables, entered): (usize, bool)| {
        facts.tables.is_empty() || tables > 1 || (tables == 1 && entered)
    };
    tables.into_iter().zip(entered).map(able).collect()
}

/// By piece: what it is tied to, and how strongly.
fn ties_of_pieces(coupling: &Coupling, weights: &Weights) -> Vec<Vec<(PieceId, f64)>> {
    let mut ties = vec![Vec::new(); coupling.pieces];
    for tie in coupling.weighted(weights) {
        ties[tie.a.index()].push((tie.b, tie.strength));
        ties[tie.b.index()].push((tie.a, tie.strength));
    }
    ties
}

/// Places what has no group with the group that pulls it most, until nothing more finds a place. What has to stay
/// together moves together, and nothing joins what it has to be apart from: that makes a group of its own.
fn absorb(
    of: &mut [Option<usize>],
    roles: &mut Vec<Role>,
    ties: &[Vec<(PieceId, f64)>],
    nodes: &Nodes,
) {
    loop {
        // Pulls on whole nodes, in their order.
        let mut pulls: BTreeMap<u32, BTreeMap<usize, f64>> = BTreeMap::new();
        for piece in (0..of.len()).filter(|piece| of[*piece].is_none()) {
            let Some(node) = nodes.node_of[piece] else { continue };
            for (other, strength) in &ties[piece] {
                let open = nodes.node_of[other.index()].is_some();
                if let (Some(group), true) = (of[other.index()], open) {
                    *pulls.entry(node).or_default().entry(group).or_default() += strength;
                }
            }
        }
        let mut placed = false;
        for (node, pulls) in pulls {
            let forbidden = forbidden(node, of, nodes);
            let most = pulls
                .iter()
                .filter(|(group, _)| !forbidden.contains(*group))
                .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
            if let Some((group, _)) = most {
                place(node, *group, of, nodes);
                placed = true;
            }
        }
        if !placed {
            break;
        }
    }
    for node in nodes.apart.iter().flat_map(|(a, b)| [*a, *b]) {
        let unplaced = |piece: usize| of[piece].is_none() && nodes.node_of[piece] == Some(node);
        if (0..of.len()).any(unplaced) {
            place(node, roles.len(), of, nodes);
            roles.push(Role::Service);
        }
    }
}

/// The groups that a node may not join.
pub(super) fn forbidden(node: u32, of: &[Option<usize>], nodes: &Nodes) -> BTreeSet<usize> {
    let others: BTreeSet<u32> = nodes
        .apart
        .iter()
        .filter_map(|(a, b)| match (*a == node, *b == node) {
            (true, _) => Some(*b),
            (_, true) => Some(*a),
            _ => None,
        })
        .collect();
    if others.is_empty() {
        return BTreeSet::new();
    }
    let there = |(at, place): (&Option<u32>, &Option<usize>)| {
        place.filter(|_| at.is_some_and(|at| others.contains(&at)))
    };
    nodes.node_of.iter().zip(of).filter_map(there).collect()
}

pub(super) fn place(node: u32, group: usize, of: &mut [Option<usize>], nodes: &Nodes) {
    for (place, at) in of.iter_mut().zip(&nodes.node_of) {
        if *at == Some(node) {
            *place = Some(group);
        }
    }
}

/// Puts what was recognised as a library into the kept one that is open, or into a new one.
fn place_libraries(
    wish: &Wish,
    libraries: &[PieceId],
    of: &mut [Option<usize>],
    roles: &mut Vec<Role>,
) {
    if libraries.is_empty() {
        return;
    }
    let open = wish.kept.iter().position(|kept| kept.role == Role::Library && !kept.closed);
    let library = open.unwrap_or(roles.len());
    if open.is_none() {
        roles.push(Role::Library);
    }
    for piece in libraries {
        of[piece.index()] = Some(library);
    }
}

/// Modules that nothing ties to anything go where most of their folder is, or the folder above it; unless folders
/// are not to be looked at. Those in `later` wait.
fn follow_folders(
    facts: &Facts,
    wish: &Wish,
    roles: &[Role],
    later: &BTreeSet<ModuleId>,
    of: &mut [Option<usize>],
) {
    if wish.weights.packages <= 0.0 {
        return;
    }
    let mut groups_of: BTreeMap<&str, BTreeMap<usize, u32>> = BTreeMap::new();
    for (module, place) in facts.modules.iter().zip(of.iter()) {
        let open = place.filter(|at| {
            roles[*at] != Role::Library && wish.kept.get(*at).is_none_or(|kept| !kept.closed)
        });
        let Some(group) = open else { continue };
        let mut folder = module.folder();
        loop {
            *groups_of.entry(folder).or_default().entry(group).or_default() += 1;
            match folder.rsplit_once('/') {
                Some((above, _)) => folder = above,
                None => break,
            }
        }
    }
    for (at, place) in of.iter_mut().enumerate().take(facts.modules.len()) {
        let module = ModuleId::at(at);
        let mut folder = Some(facts.module(module).folder()).filter(|_| !later.contains(&module));
        while let (None, Some(at)) = (&place, folder) {
            let groups = groups_of.get(at).into_iter().flatten();
            let most = groups.max_by_key(|(group, count)| (**count, std::cmp::Reverse(**group)));
            *place = most.map(|(group, _)| *group);
            folder = at.rsplit_once('/').map(|(above, _)| above);
        }
    }
}

/// A table belongs to the group that writes it most, unless its own group writes it as much.
fn tables_to_writers(facts: &Facts, wish: &Wish, nodes: &Nodes, of: &mut [Option<usize>]) {
    let mut writers: BTreeMap<PieceId, BTreeMap<usize, u32>> = BTreeMap::new();
    for access in &facts.accesses {
        let writes = match (access.mode, access.via) {
            (_, Via::Entity) => 4,
            (AccessMode::Write, _) => 1,
            (AccessMode::Read, _) => continue,
        };
        let group = of[facts.module_piece(access.module).index()];
        let open = group.filter(|at| {
            wish.kept.get(*at).is_none_or(|kept| !kept.closed && kept.role != Role::Library)
        });
        if let Some(group) = open {
            let groups = writers.entry(facts.table_piece(access.table)).or_default();
            *groups.entry(group).or_default() += writes;
        }
    }
    for (table, groups) in writers {
        let at = table.index();
        // A number of services that was asked for is not undone by emptying one.
        let alone =
            wish.services.is_some() && of.iter().filter(|place| **place == of[at]).count() < 2;
        let free = nodes.node_of[at].is_some_and(|node| {
            nodes.sizes[node as usize] == 1 && nodes.kept[node as usize].is_none()
        });
        let apart = |group: usize| {
            nodes.node_of[at].is_some_and(|node| forbidden(node, of, nodes).contains(&group))
        };
        let most =
            groups.iter().max_by_key(|(group, writes)| (**writes, std::cmp::Reverse(**group)));
        if let Some((group, writes)) = most
            && free
            && !alone
            && of[at].is_none_or(|own| groups.get(&own).copied().unwrap_or(0) < *writes)
            && !apart(*group)
        {
            of[at] = Some(*group);
        }
    }
}

impl Settled {
    /// How many services there are.
    pub(super) fn services(&self) -> u32 {
        self.grouping.roles.iter().filter(|role| **role == Role::Service).map(|_| 1).sum()
    }

    /// Renumbers the groups so that none but kept ones is empty.
    pub(super) fn drop_empty(&mut self, kept: usize) {
        let mut used = vec![false; self.grouping.roles.len()];
        for group in &self.grouping.of {
            used[group.index()] = true;
        }
        let mut new_number = vec![GroupId(0); used.len()];
        let mut roles = Vec::new();
        for at in 0..used.len() {
            if used[at] || at < kept {
                new_number[at] = group(roles.len());
                roles.push(self.grouping.roles[at]);
            }
        }
        for group in &mut self.grouping.of {
            *group = new_number[group.index()];
        }
        self.grouping.roles = roles;
    }

    /// By piece: how sure its place is.
    pub(super) fn confidence(
        &self,
        coupling: &Coupling,
        wish: &Wish,
        nodes: &Nodes,
        division: &Division,
    ) -> Vec<f64> {
        let mut pulls: Vec<BTreeMap<GroupId, f64>> = vec![BTreeMap::new(); self.grouping.of.len()];
        for tie in coupling.weighted(&wish.weights) {
            for (piece, other) in [(tie.a, tie.b), (tie.b, tie.a)] {
                let group = self.grouping.group(other);
                *pulls[piece.index()].entry(group).or_default() += tie.strength;
            }
        }
        let held = |piece: usize| {
            let own = self.grouping.of[piece];
            let here = pulls[piece].get(&own).copied().unwrap_or(0.0);
            let others = pulls[piece].iter().filter(|(group, _)| **group != own);
            let most = others.map(|(_, pull)| *pull).fold(0.0, f64::max);
            if here > 0.0 { here / (here + most) } else { 0.0 }
        };
        let confidence = |piece: usize| match nodes.node_of[piece] {
            _ if self.locked[piece] => 1.0,
            Some(node) => division.agreement[node as usize] * held(piece),
            // A library's modules are in no run; what speaks for them is that nobody else may claim them.
            None => 0.5,
        };
        (0..self.grouping.of.len()).map(confidence).collect()
    }
}
