//! Proposes again near an earlier proposal: what was placed stays where it is, unless the evidence clearly wants it
//! elsewhere; what is new goes where it is tied most.

use std::collections::BTreeMap;

use super::{
    Wish,
    constraints::Nodes,
    search::Division,
    settle::{forbidden, place},
};
use crate::facts::PieceId;

/// How many times as strongly as its own service another one has to pull before a piece that was placed moves there.
const CLEARLY: f64 = 4.0;
/// Rounds over all pieces; few are ever needed.
const ROUNDS: usize = 4;

/// Places of all pieces that were placed before, the others still open. Where what has to stay together was in
/// several services, it goes where most of it was; where two that have to be apart were together, the later one is open.
pub(super) fn places(wish: &Wish, nodes: &Nodes) -> Vec<Option<usize>> {
    let mut counts: BTreeMap<u32, BTreeMap<usize, u32>> = BTreeMap::new();
    let earlier = |piece: usize| wish.earlier.get(piece).copied().flatten();
    for (piece, node) in nodes.node_of.iter().enumerate() {
        if let (Some(node), Some(at)) = (node, earlier(piece)) {
            *counts.entry(*node).or_default().entry(at).or_default() += 1;
        }
    }
    let of_node = |node: u32| match nodes.kept[node as usize] {
        Some(kept) => Some(kept),
        None => counts.get(&node).and_then(|counts| {
            let most = counts.iter().max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at)));
            most.map(|(at, _)| *at)
        }),
    };
    let mut of: Vec<Option<usize>> = (0..nodes.node_of.len())
        .map(|piece| match nodes.node_of[piece] {
            Some(node) => of_node(node),
            None => nodes.locked[piece].or_else(|| earlier(piece)),
        })
        .collect();
    let fixed = |node: u32| nodes.kept[node as usize].is_some();
    for (a, b) in &nodes.apart {
        let at =
            |node: u32| (0..of.len()).find(|p| nodes.node_of[*p] == Some(node)).and_then(|p| of[p]);
        if at(*a).is_some() && at(*a) == at(*b) {
            let leaves = if fixed(*b) { *a } else { *b };
            for (piece, node) in nodes.node_of.iter().enumerate() {
                if *node == Some(leaves) {
                    of[piece] = None;
                }
            }
        }
    }
    of
}

/// Moves what another service pulls clearly more than its own. What nothing ties to its own was put there for another
/// reason, and stays.
pub(super) fn drift(
    wish: &Wish,
    nodes: &Nodes,
    ties: &[Vec<(PieceId, f64)>],
    of: &mut [Option<usize>],
) {
    let mut pieces_of: Vec<Vec<usize>> = vec![Vec::new(); nodes.sizes.len()];
    for (piece, node) in nodes.node_of.iter().enumerate() {
        if let Some(node) = node {
            pieces_of[*node as usize].push(piece);
        }
    }
    let open = |group: usize| {
        wish.kept.get(group).is_none_or(|kept| {
            !kept.closed && kept.role == crate::analysis::grouping::Role::Service
        })
    };
    for _ in 0..ROUNDS {
        let mut moved = false;
        for (node, pieces) in (0..).zip(&pieces_of) {
            let Some(own) = pieces.first().and_then(|piece| of[*piece]) else { continue };
            if nodes.kept[node as usize].is_some() || !open(own) {
                continue;
            }
            let mut pulls: BTreeMap<usize, f64> = BTreeMap::new();
            // What is placed as one holds itself where it is.
            for (other, strength) in pieces.iter().flat_map(|piece| &ties[*piece]) {
                if let Some(group) = of[other.index()] {
                    *pulls.entry(group).or_default() += strength;
                }
            }
            let here = pulls.get(&own).copied().unwrap_or(0.0);
            let barred = forbidden(node, of, nodes);
            let best = pulls
                .iter()
                .filter(|(group, _)| **group != own && open(**group) && !barred.contains(group))
                .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
            if let Some((group, pull)) = best
                && *pull > CLEARLY * here
                && here > 0.0
            {
                place(node, *group, of, nodes);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

/// A division that nothing was disturbed for: every node is as sure as its ties say.
pub(super) fn division(nodes: &Nodes) -> Division {
    let count = nodes.sizes.len();
    Division {
        part_of: (0..count).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect(),
        agreement: vec![1.0; count],
        stands: vec![false; count],
        least: 1,
        reason: "what was placed before stays, unless the evidence clearly wants it elsewhere"
            .to_owned(),
    }
}
