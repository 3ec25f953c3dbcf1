//! The Leiden algorithm: move nodes, refine what was found so that it hangs together, aggregate, repeat.
//!
//! Source: Traag, Waltman, van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", 2019. Ours
//! picks the best refinement instead of drawing one by chance; chance only orders the visits.

use std::collections::VecDeque;

use super::network::{Network, renumber};
use crate::facts::seeded::Seeded;

/// Rounds after which the partition is taken as it is; each starts from the last one's.
const ROUNDS: usize = 8;
/// In networks with more nodes, a round in which hardly a node wants to move is the last, and costs no more than asking.
const LARGE: usize = 20_000;
/// How many of so many nodes one is, where hardly one wants to move.
const HARDLY: usize = 500;

/// Divides a network into communities that maximise modularity at a resolution: the higher, the more there are.
///
/// `apart` are pairs of nodes that may not share a community. Communities are connected, numbered from 0 in the
/// order of their lowest node.
#[must_use]
pub fn leiden(network: &Network, apart: &[(u32, u32)], resolution: f64, seed: u64) -> Vec<u32> {
    let single: Vec<u32> = (0..network.len()).map(number).collect();
    leiden_from(network, apart, resolution, seed, &single)
}

/// The same in one pass: nearly as good, in a fraction of the time.
#[must_use]
pub fn leiden_once(
    network: &Network,
    apart: &[(u32, u32)],
    resolution: f64,
    seed: u64,
) -> Vec<u32> {
    let mut part_of: Vec<u32> = (0..network.len()).map(number).collect();
    round(network, apart, resolution, &mut Seeded::new(seed), &mut part_of);
    connected(network, &part_of)
}

/// The same, starting from a partition that is good already. It must keep apart what is to be apart.
#[must_use]
pub fn leiden_from(
    network: &Network,
    apart: &[(u32, u32)],
    resolution: f64,
    seed: u64,
    start: &[u32],
) -> Vec<u32> {
    let mut seeded = Seeded::new(seed);
    let mut part_of = start.to_vec();
    let mut quality = f64::NEG_INFINITY;
    for _ in 0..ROUNDS {
        let mut next = part_of.clone();
        let settled = round(network, apart, resolution, &mut seeded, &mut next);
        let reached = network.modularity(&next, resolution);
        if reached <= quality + 1e-9 {
            break;
        }
        (part_of, quality) = (next, reached);
        if settled {
            break;
        }
    }
    connected(network, &part_of)
}

/// The same partition with every part that falls into pieces divided into them.
fn connected(network: &Network, part_of: &[u32]) -> Vec<u32> {
    let mut piece_of = vec![u32::MAX; part_of.len()];
    let mut pieces = 0;
    for first in 0..part_of.len() {
        if piece_of[first] != u32::MAX {
            continue;
        }
        piece_of[first] = pieces;
        let mut next = vec![first];
        while let Some(node) = next.pop() {
            for (other, _) in network.ties_of(node) {
                let other = *other as usize;
                if piece_of[other] == u32::MAX && part_of[other] == part_of[first] {
                    piece_of[other] = pieces;
                    next.push(other);
                }
            }
        }
        pieces += 1;
    }
    piece_of
}

/// One pass from single nodes to where nothing can be aggregated any more. Answers whether a large network is settled.
fn round(
    network: &Network,
    apart: &[(u32, u32)],
    resolution: f64,
    seeded: &mut Seeded,
    part_of: &mut [u32],
) -> bool {
    let mut node_at: Vec<u32> = (0..network.len()).map(number).collect();
    let mut level = Level::new(network.clone(), apart.to_vec(), resolution);
    level.start_from(part_of);
    let mut first = network.len() > LARGE;
    loop {
        level.move_nodes(seeded);
        if std::mem::take(&mut first) {
            let moved = part_of.iter().zip(&level.part_of).filter(|(a, b)| a != b).count();
            if moved * HARDLY <= network.len() {
                part_of.copy_from_slice(&level.part_of);
                renumber(part_of);
                return true;
            }
        }
        let count = renumber(&mut level.part_of);
        if count == level.network.len() {
            break;
        }
        let mut refined = level.refine(seeded);
        let count = renumber(&mut refined);
        let last = count == level.network.len();
        // Where refining finds nothing to hold together, the parts themselves are aggregated: so it always ends.
        if last {
            refined.clone_from(&level.part_of);
        }
        for node in &mut node_at {
            *node = refined[*node as usize];
        }
        level = level.aggregate(&refined);
    }
    for (part, node) in part_of.iter_mut().zip(&node_at) {
        *part = level.part_of[*node as usize];
    }
    renumber(part_of);
    false
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("fewer nodes than four billion")
}

/// A network on its way up, and its partition.
struct Level {
    network: Network,
    apart: Vec<(u32, u32)>,
    /// By node: those it may not share a part with.
    apart_from: Vec<Vec<u32>>,
    resolution: f64,
    part_of: Vec<u32>,
    /// By part: the strength of its nodes, and how many they are.
    strength: Vec<f64>,
    size: Vec<u32>,
}

impl Level {
    fn new(network: Network, apart: Vec<(u32, u32)>, resolution: f64) -> Self {
        let mut apart_from = vec![Vec::new(); network.len()];
        for (a, b) in &apart {
            apart_from[*a as usize].push(*b);
            apart_from[*b as usize].push(*a);
        }
        let mut level = Self {
            part_of: Vec::new(),
            strength: Vec::new(),
            size: Vec::new(),
            network,
            apart,
            apart_from,
            resolution,
        };
        let single: Vec<u32> = (0..level.network.len()).map(number).collect();
        level.start_from(&single);
        level
    }

    fn start_from(&mut self, part_of: &[u32]) {
        let count = self.network.len();
        self.part_of = part_of.to_vec();
        self.strength = vec![0.0; count];
        self.size = vec![0; count];
        for (node, part) in part_of.iter().enumerate() {
            self.strength[*part as usize] += self.network.strength(node);
            self.size[*part as usize] += 1;
        }
    }

    /// What a part of that strength costs a node of that strength to be in.
    fn cost(&self, node: f64, part: f64) -> f64 {
        self.resolution * node * part / self.network.total()
    }

    /// Moves every node to the part that pulls it most, until none wants to move.
    fn move_nodes(&mut self, seeded: &mut Seeded) {
        let count = self.network.len();
        let mut order: Vec<u32> = (0..count).map(number).collect();
        seeded.shuffle(&mut order);
        let mut queue: VecDeque<u32> = order.into();
        let mut queued = vec![true; count];
        let mut free: Vec<u32> =
            (0..count).map(number).filter(|part| self.size[*part as usize] == 0).collect();
        let mut pull = vec![0.0; count];
        while let Some(node) = queue.pop_front() {
            queued[node as usize] = false;
            let old = self.part_of[node as usize];
            let new = self.best_part(node as usize, &free, &mut pull);
            if new == old {
                continue;
            }
            let strength = self.network.strength(node as usize);
            if free.last() == Some(&new) {
                free.pop();
            }
            self.strength[old as usize] -= strength;
            self.size[old as usize] -= 1;
            self.strength[new as usize] += strength;
            self.size[new as usize] += 1;
            self.part_of[node as usize] = new;
            if self.size[old as usize] == 0 {
                self.strength[old as usize] = 0.0;
                free.push(old);
            }
            for (other, _) in self.network.ties_of(node as usize) {
                let elsewhere = self.part_of[*other as usize] != new;
                if elsewhere && !std::mem::replace(&mut queued[*other as usize], true) {
                    queue.push_back(*other);
                }
            }
        }
    }

    /// The part with the largest gain; the own one unless another is better, the lowest among equals.
    fn best_part(&self, node: usize, free: &[u32], pull: &mut [f64]) -> u32 {
        let own = self.part_of[node];
        let strength = self.network.strength(node);
        let mut parts: Vec<u32> = Vec::new();
        for (other, weight) in self.network.ties_of(node) {
            let part = self.part_of[*other as usize];
            if pull[part as usize] == 0.0 {
                parts.push(part);
            }
            pull[part as usize] += weight;
        }
        let stay = pull[own as usize] - self.cost(strength, self.strength[own as usize] - strength);
        let (mut best, mut gain) = (own, stay);
        parts.sort_unstable();
        for part in &parts {
            let there = pull[*part as usize] - self.cost(strength, self.strength[*part as usize]);
            if *part != own && there > gain + 1e-12 && self.may_join(node, *part) {
                (best, gain) = (*part, there);
            }
        }
        let alone = self.size[own as usize] == 1;
        if let Some(empty) = free.last()
            && gain < -1e-12
            && !alone
        {
            best = *empty;
        }
        for part in parts {
            pull[part as usize] = 0.0;
        }
        best
    }

    fn may_join(&self, node: usize, part: u32) -> bool {
        self.apart_from[node].iter().all(|other| self.part_of[*other as usize] != part)
    }

    /// Splits every part into pieces that hang together well, by merging single nodes within it.
    fn refine(&self, seeded: &mut Seeded) -> Vec<u32> {
        let count = self.network.len();
        let mut refined = Refined {
            part_of: (0..count).map(number).collect(),
            strength: (0..count).map(|node| self.network.strength(node)).collect(),
            size: vec![1; count],
            outside: vec![0.0; count],
        };
        for node in 0..count {
            let part = self.part_of[node];
            let inside = self.network.ties_of(node).iter();
            let inside = inside.filter(|(other, _)| self.part_of[*other as usize] == part);
            refined.outside[node] = inside.map(|(_, weight)| weight).sum();
        }
        let mut order: Vec<u32> = (0..count).map(number).collect();
        seeded.shuffle(&mut order);
        let mut pull = vec![0.0; count];
        for node in order {
            self.merge_node(node as usize, &mut refined, &mut pull);
        }
        refined.part_of
    }

    /// Merges a node that is still alone into the best well-connected piece of its part.
    fn merge_node(&self, node: usize, refined: &mut Refined, pull: &mut [f64]) {
        let own = refined.part_of[node];
        let part = self.part_of[node];
        let (strength, whole) = (self.network.strength(node), self.strength[part as usize]);
        let holds =
            |outside: f64, strength: f64| outside >= self.cost(strength, whole - strength) - 1e-12;
        if refined.size[own as usize] != 1 || !holds(refined.outside[own as usize], strength) {
            return;
        }
        let mut candidates: Vec<u32> = Vec::new();
        for (other, weight) in self.network.ties_of(node) {
            if self.part_of[*other as usize] == part {
                let piece = refined.part_of[*other as usize];
                if pull[piece as usize] == 0.0 {
                    candidates.push(piece);
                }
                pull[piece as usize] += weight;
            }
        }
        candidates.sort_unstable();
        let (mut best, mut gain) = (own, 0.0);
        for piece in &candidates {
            let at = *piece as usize;
            let there = pull[at] - self.cost(strength, refined.strength[at]);
            if there > gain + 1e-12 && holds(refined.outside[at], refined.strength[at]) {
                (best, gain) = (*piece, there);
            }
        }
        if best != own {
            let at = best as usize;
            refined.outside[at] += refined.outside[own as usize] - 2.0 * pull[at];
            refined.strength[at] += strength;
            refined.size[at] += 1;
            refined.size[own as usize] = 0;
            refined.part_of[node] = best;
        }
        for piece in candidates {
            pull[piece as usize] = 0.0;
        }
    }

    /// The network of refined pieces, in the partition found so far.
    fn aggregate(&self, refined: &[u32]) -> Self {
        let count = refined.iter().max().map_or(0, |last| *last as usize + 1);
        let mut part_of = vec![0; count];
        for (node, piece) in refined.iter().enumerate() {
            part_of[*piece as usize] = self.part_of[node];
        }
        let mut apart: Vec<(u32, u32)> = self
            .apart
            .iter()
            .map(|(a, b)| (refined[*a as usize], refined[*b as usize]))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        apart.sort_unstable();
        apart.dedup();
        let network = self.network.aggregate(refined, count);
        let mut level = Self::new(network, apart, self.resolution);
        renumber(&mut part_of);
        level.start_from(&part_of);
        level
    }
}

/// The pieces that a part is refined into.
struct Refined {
    part_of: Vec<u32>,
    strength: Vec<f64>,
    size: Vec<u32>,
    /// By piece: the weight of its ties to the rest of its part.
    outside: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of ten, densely tied within and sparsely between.
    fn planted(groups: u32, seed: u64) -> Network {
        let mut seeded = Seeded::new(seed);
        let mut ties = Vec::new();
        for a in 0..groups * 10 {
            for b in 0..a {
                let percent = if a / 10 == b / 10 { 60 } else { 4 };
                if seeded.chance(percent) {
                    ties.push((b, a, 1.0));
                }
            }
        }
        Network::new(groups as usize * 10, ties)
    }

    #[test]
    fn planted_groups_are_found() {
        let found = leiden(&planted(8, 1), &[], 1.0, 1);
        let expected: Vec<u32> = (0..80).map(|node| node / 10).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_seed_gives_one_answer() {
        let network = planted(12, 3);
        assert_eq!(leiden(&network, &[], 1.0, 5), leiden(&network, &[], 1.0, 5));
    }

    #[test]
    fn what_is_to_be_apart_stays_apart() {
        let network = planted(4, 2);
        let found = leiden(&network, &[(0, 1), (1, 2)], 1.0, 1);
        assert_ne!(found[0], found[1]);
        assert_ne!(found[1], found[2]);
    }

    #[test]
    fn nodes_without_ties_stay_alone() {
        assert_eq!(leiden(&Network::new(3, [(0, 1, 1.0)]), &[], 1.0, 1), [0, 0, 1]);
        assert!(leiden(&Network::new(0, []), &[], 1.0, 1).is_empty());
        assert_eq!(leiden(&Network::new(2, []), &[], 1.0, 1), [0, 1]);
    }

    /// Every community can be walked through without leaving it.
    #[test]
    fn communities_are_connected() {
        for seed in 0..20 {
            let network = planted(6, seed);
            let found = leiden(&network, &[], 0.7, seed);
            assert_eq!(connected(&network, &found), found);
        }
    }

    fn oracle(network: &Network) -> Vec<u32> {
        let mut builder = leiden_rs::GraphDataBuilder::new(network.len());
        for node in 0..network.len() {
            for (other, weight) in network.ties_of(node).iter().filter(|tie| tie.0 as usize > node)
            {
                builder.add_edge(node, *other as usize, *weight).unwrap();
            }
        }
        let config = leiden_rs::LeidenConfig { seed: Some(1), ..Default::default() };
        let found = leiden_rs::Leiden::new(config).run(&builder.build().unwrap()).unwrap();
        (0..network.len()).map(|node| number(found.partition.community_of(node))).collect()
    }

    /// The oracle: another implementation may not be better by more than a fiftieth.
    #[test]
    fn modularity_is_as_good_as_the_oracles() {
        for seed in 0..10 {
            let network = planted(15, seed);
            let ours = network.modularity(&leiden(&network, &[], 1.0, seed), 1.0);
            let theirs = network.modularity(&oracle(&network), 1.0);
            assert!(ours >= 0.98 * theirs, "{ours} against {theirs}");
        }
    }
}
