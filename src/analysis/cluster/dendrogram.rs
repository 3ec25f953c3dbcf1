//! Merges communities one by one, so that every number of them can be had, each nested in the next coarser.
//!
//! Source of the order: Bonald, Charpentier, Galland, Hollocou, "Hierarchical graph clustering using node pair
//! sampling", 2018. Small parts go first, so that no crumbs are left beside giants.

use std::collections::{BTreeMap, BTreeSet};

use super::network::{Network, renumber};

/// One step up: `from` becomes part of `into`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    pub into: u32,
    pub from: u32,
    /// How much more the two were tied than chance would have it: `w * K / (K_into * K_from)`, from 0 up. It is also
    /// the resolution at which modularity doesn't care whether they are merged.
    pub likeness: f64,
}

/// A partition and the merges that lead up from it.
#[derive(Clone, Debug)]
pub struct Dendrogram {
    leaf_of: Vec<u32>,
    leaves: usize,
    merges: Vec<Merge>,
}

impl Dendrogram {
    /// Merges the parts of `part_of`, always the two that are tied most for their strength, until none of those left
    /// are tied. `apart` are pairs of nodes that may not share a part.
    #[must_use]
    pub fn new(network: &Network, part_of: &[u32], apart: &[(u32, u32)]) -> Self {
        let mut leaf_of = part_of.to_vec();
        let leaves = renumber(&mut leaf_of);
        let parts = network.aggregate(&leaf_of, leaves);
        let mut merger = Merger::new(&parts);
        for (a, b) in apart {
            merger.keep_apart(leaf_of[*a as usize], leaf_of[*b as usize]);
        }
        let mut merges = Vec::new();
        while let Some(merge) = merger.step() {
            merges.push(merge);
        }
        Self { leaf_of, leaves, merges }
    }

    /// How many parts there are before any merge.
    #[must_use]
    pub fn leaves(&self) -> usize {
        self.leaves
    }

    /// The fewest parts that merging reaches.
    #[must_use]
    pub fn roots(&self) -> usize {
        self.leaves - self.merges.len()
    }

    #[must_use]
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// The partition into that many parts, or the nearest number there is.
    #[must_use]
    pub fn cut(&self, parts: usize) -> Vec<u32> {
        let steps = self.leaves.saturating_sub(parts).min(self.merges.len());
        let mut number_of: Vec<u32> = (0..self.leaf_of.len().max(self.leaves))
            .map(|at| u32::try_from(at).expect("fewer nodes than four billion"))
            .collect();
        // Backwards, so that what `from` is called in the end is known when it is needed.
        for merge in self.merges[..steps].iter().rev() {
            number_of[merge.from as usize] = number_of[merge.into as usize];
        }
        let mut part_of: Vec<u32> =
            self.leaf_of.iter().map(|leaf| number_of[*leaf as usize]).collect();
        renumber(&mut part_of);
        part_of
    }
}

/// Parts while they are merged.
struct Merger {
    /// By part: the weights of its ties to others.
    ties: Vec<BTreeMap<u32, f64>>,
    strength: Vec<f64>,
    total: f64,
    apart: Vec<BTreeSet<u32>>,
    alive: Vec<bool>,
    /// By part: the partner it is tied to most, as far as that is known.
    best: Vec<Option<(u32, f64)>>,
}

impl Merger {
    fn new(parts: &Network) -> Self {
        let count = parts.len();
        let mut merger = Self {
            ties: (0..count).map(|part| parts.ties_of(part).iter().copied().collect()).collect(),
            strength: (0..count).map(|part| parts.strength(part)).collect(),
            total: parts.total(),
            apart: vec![BTreeSet::new(); count],
            alive: vec![true; count],
            best: vec![None; count],
        };
        for part in 0..count {
            merger.best[part] = merger.find_best(part);
        }
        merger
    }

    fn keep_apart(&mut self, a: u32, b: u32) {
        self.apart[a as usize].insert(b);
        self.apart[b as usize].insert(a);
        for part in [a as usize, b as usize] {
            self.best[part] = self.find_best(part);
        }
    }

    fn likeness(&self, a: usize, b: usize, weight: f64) -> f64 {
        weight * self.total / (self.strength[a] * self.strength[b])
    }

    fn find_best(&self, part: usize) -> Option<(u32, f64)> {
        let mut best: Option<(u32, f64)> = None;
        for (other, weight) in &self.ties[part] {
            let likeness = self.likeness(part, *other as usize, *weight);
            let better = best.is_none_or(|(_, most)| likeness > most);
            if better && *weight > 0.0 && !self.apart[part].contains(other) {
                best = Some((*other, likeness));
            }
        }
        best
    }

    /// Merges the two parts that are tied most; `None` where nothing is left to merge.
    fn step(&mut self) -> Option<Merge> {
        let mut most: Option<(usize, u32, f64)> = None;
        for part in (0..self.ties.len()).filter(|part| self.alive[*part]) {
            if let Some((other, likeness)) = self.best[part]
                && most.is_none_or(|(_, _, most)| likeness > most)
            {
                most = Some((part, other, likeness));
            }
        }
        let (a, b, likeness) = most?;
        let (into, from) = (a.min(b as usize), a.max(b as usize));
        self.merge(into, from);
        let number = |at: usize| u32::try_from(at).expect("fewer parts than four billion");
        Some(Merge { into: number(into), from: number(from), likeness })
    }

    fn merge(&mut self, into: usize, from: usize) {
        let number = |at: usize| u32::try_from(at).expect("fewer parts than four billion");
        self.alive[from] = false;
        self.best[from] = None;
        self.strength[into] += self.strength[from];
        let ties = std::mem::take(&mut self.ties[from]);
        self.ties[into].remove(&number(from));
        let mut touched: Vec<u32> = self.ties[into].keys().copied().collect();
        for (other, weight) in ties {
            if other as usize == into {
                continue;
            }
            *self.ties[into].entry(other).or_default() += weight;
            let theirs = &mut self.ties[other as usize];
            theirs.remove(&number(from));
            *theirs.entry(number(into)).or_default() += weight;
            touched.push(other);
        }
        for other in std::mem::take(&mut self.apart[from]) {
            self.apart[other as usize].remove(&number(from));
            self.apart[other as usize].insert(number(into));
            self.apart[into].insert(other);
        }
        self.best[into] = self.find_best(into);
        for other in touched {
            // Ties grew and strengths changed: whoever pointed at either looks again.
            self.best[other as usize] = self.find_best(other as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_parts_is_nested_in_the_next() {
        // Two pairs, tied weakly, and a loner.
        let network = Network::new(5, [(0, 1, 3.0), (2, 3, 2.0), (1, 2, 1.0)]);
        let dendrogram = Dendrogram::new(&network, &[0, 1, 2, 3, 4], &[]);
        assert_eq!(dendrogram.cut(5), [0, 1, 2, 3, 4]);
        assert_eq!(dendrogram.cut(3), [0, 0, 1, 1, 2]);
        assert_eq!(dendrogram.cut(1), [0, 0, 0, 0, 1]);
        assert_eq!((dendrogram.leaves(), dendrogram.roots()), (5, 2));
    }

    #[test]
    fn what_is_to_be_apart_is_never_merged() {
        let network = Network::new(3, [(0, 1, 5.0), (1, 2, 1.0)]);
        let dendrogram = Dendrogram::new(&network, &[0, 1, 2], &[(0, 1), (0, 2)]);
        assert_eq!(dendrogram.cut(1), [0, 1, 1]);
    }
}
