//! Holds services within the sizes that were asked for: what is too large is divided, what is too small joins others.

use std::collections::BTreeMap;

use super::{Wish, constraints::Nodes, group, settle::forbidden};
use crate::{
    analysis::{
        cluster::{Dendrogram, Network, leiden},
        graph::Coupling,
        grouping::{Grouping, Role},
    },
    facts::PieceId,
};

/// The resolution that finds the smallest parts to divide a service into.
const KNOTS: f64 = 24.0;

/// Divides and joins services until each has as many pieces as was asked for. Answers what could not be done.
pub(super) fn hold(
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
    grouping: &mut Grouping,
) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(largest) = wish.largest {
        for at in 0..grouping.roles.len() {
            if is_open(wish, grouping, at) && size(grouping, at) > largest {
                remarks.extend(divide(coupling, wish, nodes, grouping, at, largest));
            }
        }
    }
    if let Some(smallest) = wish.smallest {
        remarks.extend(join(coupling, wish, nodes, grouping, smallest));
    }
    remarks
}

/// Whether a group is a service that pieces may leave and join.
fn is_open(wish: &Wish, grouping: &Grouping, at: usize) -> bool {
    grouping.roles[at] == Role::Service && wish.kept.get(at).is_none_or(|kept| !kept.closed)
}

fn size(grouping: &Grouping, at: usize) -> u32 {
    grouping.of.iter().filter(|of| of.index() == at).map(|_| 1).sum()
}

/// Divides one service where it hangs together least, into as few parts as are small enough. The part with the most
/// pieces keeps its place.
fn divide(
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
    grouping: &mut Grouping,
    at: usize,
    largest: u32,
) -> Option<String> {
    let pieces: Vec<PieceId> = (0..grouping.of.len())
        .map(PieceId::at)
        .filter(|piece| grouping.group(*piece) == group(at))
        .collect();
    // What has to stay together is one node; what is in no node is one of its own.
    let mut number_of: BTreeMap<(Option<u32>, usize), u32> = BTreeMap::new();
    let mut number = vec![None; grouping.of.len()];
    let mut sizes: Vec<u32> = Vec::new();
    for piece in &pieces {
        let node = nodes.node_of[piece.index()];
        let key = (node, if node.is_none() { piece.index() } else { 0 });
        let next = u32::try_from(sizes.len()).expect("fewer nodes than pieces");
        let own = *number_of.entry(key).or_insert(next);
        if own == next {
            sizes.push(0);
        }
        sizes[own as usize] += 1;
        number[piece.index()] = Some(own);
    }
    let ties = coupling
        .weighted(&wish.weights)
        .filter_map(|tie| Some((number[tie.a.index()]?, number[tie.b.index()]?, tie.strength)));
    let network = Network::new(sizes.len(), ties.filter(|(a, b, _)| a != b));
    let knots = leiden(&network, &[], KNOTS, wish.seed);
    let (coarse, fine) = (Dendrogram::new(&network, &knots, &[]), singles(&network));
    let fits = |parts: &Vec<u32>| {
        let mut sum: BTreeMap<u32, u32> = BTreeMap::new();
        for (node, part) in parts.iter().enumerate() {
            *sum.entry(*part).or_default() += sizes[node];
        }
        sum.values().all(|size| *size <= largest)
    };
    let tries = (2..=coarse.leaves()).map(|parts| coarse.cut(parts));
    let tries = tries.chain((2..=fine.leaves()).map(|parts| fine.cut(parts)));
    let Some(parts) = tries.filter(|parts| parts.len() > 1).find(fits) else {
        let most = sizes.iter().max().copied().unwrap_or(0);
        return Some(format!(
            "a service stays larger than {largest} pieces: {most} of them have to stay together"
        ));
    };
    let mut sum: BTreeMap<u32, u32> = BTreeMap::new();
    for (node, part) in parts.iter().enumerate() {
        *sum.entry(*part).or_default() += sizes[node];
    }
    let kept_of = |part: &u32| {
        let fixed = |piece: &PieceId| nodes.locked[piece.index()].is_some();
        pieces.iter().any(|piece| {
            fixed(piece) && number[piece.index()].map(|own| parts[own as usize]) == Some(*part)
        })
    };
    let stays =
        sum.iter().max_by_key(|(part, size)| (kept_of(part), **size, std::cmp::Reverse(**part)));
    let stays = stays.map_or(0, |(part, _)| *part);
    let mut new_group: BTreeMap<u32, usize> = BTreeMap::from([(stays, at)]);
    for piece in pieces {
        let Some(own) = number[piece.index()] else { continue };
        let to = *new_group.entry(parts[own as usize]).or_insert_with(|| {
            grouping.roles.push(Role::Service);
            grouping.roles.len() - 1
        });
        if nodes.locked[piece.index()].is_none() {
            grouping.of[piece.index()] = group(to);
        }
    }
    None
}

/// Merges from single nodes on, for what knots don't divide finely enough.
fn singles(network: &Network) -> Dendrogram {
    let each: Vec<u32> =
        (0..network.len()).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
    Dendrogram::new(network, &each, &[])
}

/// Joins services that are too small with the one they are tied to most, the smallest first.
fn join(
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
    grouping: &mut Grouping,
    smallest: u32,
) -> Vec<String> {
    let largest = wish.largest.unwrap_or(u32::MAX);
    let mut given_up = vec![false; grouping.roles.len()];
    loop {
        let small = (0..grouping.roles.len())
            .filter(|at| !given_up[*at] && is_open(wish, grouping, *at) && *at >= wish.kept.len())
            .map(|at| (size(grouping, at), at))
            .filter(|(size, _)| (1..smallest).contains(size))
            .min();
        let Some((own_size, own)) = small else { break };
        let mut pulls: BTreeMap<usize, f64> = BTreeMap::new();
        for tie in coupling.weighted(&wish.weights) {
            let (a, b) = (grouping.group(tie.a).index(), grouping.group(tie.b).index());
            for (from, to) in [(a, b), (b, a)] {
                if from == own && to != own {
                    *pulls.entry(to).or_default() += tie.strength;
                }
            }
        }
        let places: Vec<Option<usize>> = grouping.of.iter().map(|of| Some(of.index())).collect();
        let moving = (0..places.len()).filter(|piece| places[*piece] == Some(own));
        let moving: Vec<u32> = moving.filter_map(|piece| nodes.node_of[piece]).collect();
        let may = |to: usize| {
            is_open(wish, grouping, to)
                && size(grouping, to).saturating_add(own_size) <= largest
                && moving.iter().all(|node| !forbidden(*node, &places, nodes).contains(&to))
        };
        let best = pulls
            .iter()
            .filter(|(to, _)| may(**to))
            .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
        match best {
            Some((to, _)) => {
                let to = group(*to);
                grouping.of.iter_mut().filter(|of| of.index() == own).for_each(|of| *of = to);
            }
            None => given_up[own] = true,
        }
    }
    let left = given_up.iter().filter(|given_up| **given_up).count();
    let remark = format!(
        "{left} services stay smaller than {smallest} pieces: nothing they are tied to may take them in"
    );
    if left > 0 { vec![remark] } else { Vec::new() }
}
