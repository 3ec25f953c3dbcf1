//! Turns wishes into a network's nodes: pieces that must stay together are one node, and some nodes stay apart.

use std::collections::{BTreeMap, BTreeSet};

use super::Wish;
use crate::facts::{Facts, PieceId};

/// The nodes to be divided.
#[derive(Clone, Debug)]
pub(super) struct Nodes {
    /// By piece; `None` where nothing is to be decided: closed groups, libraries found before.
    pub(super) node_of: Vec<Option<u32>>,
    /// By node: how many pieces it stands for.
    pub(super) sizes: Vec<u32>,
    /// By node: the kept group that it is part of.
    pub(super) kept: Vec<Option<usize>>,
    pub(super) apart: Vec<(u32, u32)>,
    /// By piece: the kept group it is locked into.
    pub(super) locked: Vec<Option<usize>>,
    pub(super) remarks: Vec<String>,
}

impl Nodes {
    /// `left_out` are pieces whose place is known already.
    pub(super) fn new(
        facts: &Facts,
        wish: &Wish,
        bonds: &[(PieceId, PieceId)],
        left_out: &[PieceId],
    ) -> Self {
        let count = facts.piece_count();
        let mut remarks = Vec::new();
        let mut locked = vec![None; count];
        for (piece, kept) in &wish.locked {
            if piece.index() < count && *kept < wish.kept.len() {
                locked[piece.index()] = Some(*kept);
            }
        }
        let mut sets = Sets::new(count);
        // One node for each kept group, so that it can't be torn apart.
        let mut first_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (piece, kept) in locked.iter().enumerate() {
            if let Some(kept) = kept {
                sets.join(*first_of.entry(*kept).or_insert(piece), piece);
            }
        }
        let known = |pair: &&(PieceId, PieceId)| pair.0.index() < count && pair.1.index() < count;
        let mut kept_of: Vec<Option<usize>> = locked.clone();
        for (a, b) in wish.together.iter().filter(known) {
            let (at_a, at_b) = (sets.find(a.index()), sets.find(b.index()));
            match (kept_of[at_a], kept_of[at_b]) {
                (Some(one), Some(other)) if one != other => remarks.push(format!(
                    "{} and {} cannot be kept together: one has to be in {}, the other in {}",
                    facts.piece_name(*a),
                    facts.piece_name(*b),
                    wish.kept[one].name,
                    wish.kept[other].name
                )),
                (one, other) => {
                    sets.join(at_a, at_b);
                    kept_of[sets.find(at_a)] = one.or(other);
                }
            }
        }
        bind(wish, bonds, left_out, &mut sets, &kept_of);
        let out = Self::left_out(wish, &locked, left_out);
        let mut nodes = Self {
            node_of: vec![None; count],
            sizes: Vec::new(),
            kept: Vec::new(),
            apart: Vec::new(),
            locked,
            remarks,
        };
        nodes.number(&mut sets, &kept_of, &out);
        nodes.keep_apart(facts, wish);
        nodes
    }

    fn left_out(wish: &Wish, locked: &[Option<usize>], left_out: &[PieceId]) -> BTreeSet<usize> {
        let closed = |kept: &Option<usize>| kept.is_some_and(|kept| wish.kept[kept].closed);
        let closed = (0..locked.len()).filter(|piece| closed(&locked[*piece]));
        closed.chain(left_out.iter().map(|piece| piece.index())).collect()
    }

    fn number(&mut self, sets: &mut Sets, kept_of: &[Option<usize>], out: &BTreeSet<usize>) {
        let mut node_of_set: BTreeMap<usize, u32> = BTreeMap::new();
        for piece in (0..self.node_of.len()).filter(|piece| !out.contains(piece)) {
            let set = sets.find(piece);
            let node = *node_of_set.entry(set).or_insert_with(|| {
                self.sizes.push(0);
                self.kept.push(kept_of[set]);
                u32::try_from(self.sizes.len() - 1).expect("fewer nodes than pieces")
            });
            self.node_of[piece] = Some(node);
            self.sizes[node as usize] += 1;
        }
    }

    fn keep_apart(&mut self, facts: &Facts, wish: &Wish) {
        let count = self.node_of.len();
        let mut pairs = BTreeSet::new();
        for (a, b) in &wish.apart {
            if a.index() >= count || b.index() >= count {
                continue;
            }
            let nodes = (self.node_of[a.index()], self.node_of[b.index()]);
            let why = match (self.locked[a.index()], self.locked[b.index()], nodes) {
                (Some(one), Some(other), _) if one == other => {
                    format!("both are locked into {}", wish.kept[one].name)
                }
                (_, _, (Some(one), Some(other))) if one == other => {
                    "other rules keep them together".to_owned()
                }
                (_, _, (Some(one), Some(other))) => {
                    pairs.insert((one.min(other), one.max(other)));
                    continue;
                }
                _ => continue,
            };
            let (a, b) = (facts.piece_name(*a), facts.piece_name(*b));
            self.remarks.push(format!("{a} and {b} cannot be kept apart: {why}"));
        }
        let fixed: Vec<u32> = (0..self.kept.len())
            .filter(|node| self.kept[*node].is_some())
            .map(|node| u32::try_from(node).expect("fewer nodes than pieces"))
            .collect();
        for (at, a) in fixed.iter().enumerate() {
            pairs.extend(fixed[at + 1..].iter().map(|b| (*a, *b)));
        }
        self.apart = pairs.into_iter().collect();
    }
}

/// Joins what is one thing, except where a wish says otherwise.
fn bind(
    wish: &Wish,
    bonds: &[(PieceId, PieceId)],
    left_out: &[PieceId],
    sets: &mut Sets,
    kept_of: &[Option<usize>],
) {
    let decided: BTreeSet<PieceId> =
        wish.apart.iter().flat_map(|(a, b)| [*a, *b]).chain(left_out.iter().copied()).collect();
    for (a, b) in bonds {
        if decided.contains(a) || decided.contains(b) {
            continue;
        }
        let (at_a, at_b) = (sets.find(a.index()), sets.find(b.index()));
        let (one, other) = (kept_of[at_a], kept_of[at_b]);
        // What people put into a service on purpose takes nothing along.
        if one.is_none() && other.is_none() {
            sets.join(at_a, at_b);
        }
    }
}

/// Sets of pieces that have to stay together (union-find, the lowest piece stands for its set).
struct Sets {
    above: Vec<usize>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { above: (0..count).collect() }
    }

    fn find(&mut self, piece: usize) -> usize {
        let mut top = piece;
        while self.above[top] != top {
            top = self.above[top];
        }
        let mut at = piece;
        while self.above[at] != top {
            at = std::mem::replace(&mut self.above[at], top);
        }
        top
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.above[a.max(b)] = a.min(b);
    }
}
