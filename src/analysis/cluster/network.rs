//! A weighted undirected network, and the quality of a partition of it.

use crate::facts::seeded::Seeded;

/// Nodes and weighted ties. Ties within a node are kept apart, as what aggregation leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Network {
    starts: Vec<u32>,
    ties: Vec<(u32, f64)>,
    /// By node: the weight of ties within it, each counted once.
    within: Vec<f64>,
    /// By node: the sum of its ties' weights; those within it count twice.
    strength: Vec<f64>,
    /// The sum of all strengths: twice the weight of all ties.
    total: f64,
}

impl Network {
    /// Builds a network of `count` nodes. Ties may come in any order and repeat: repetitions are summed up.
    #[must_use]
    pub fn new(count: usize, ties: impl IntoIterator<Item = (u32, u32, f64)>) -> Self {
        let mut within = vec![0.0; count];
        let mut between: Vec<(u32, u32, f64)> = Vec::new();
        let mut ends = vec![0_u32; count + 1];
        for (a, b, weight) in ties {
            if a == b {
                within[a as usize] += weight;
            } else {
                between.push((a, b, weight));
                ends[a as usize] += 1;
                ends[b as usize] += 1;
            }
        }
        // Each node's ties in one run, in the order they came: so the sum of repetitions is the same every time.
        let mut next = 0;
        for end in &mut ends {
            next += std::mem::replace(end, next);
        }
        let mut both = vec![(0_u32, 0.0); 2 * between.len()];
        for (a, b, weight) in between {
            for (from, to) in [(a, b), (b, a)] {
                let at = &mut ends[from as usize];
                both[*at as usize] = (to, weight);
                *at += 1;
            }
        }
        let mut starts = vec![0; count + 1];
        let mut list: Vec<(u32, f64)> = Vec::with_capacity(both.len());
        let mut first = 0;
        for node in 0..count {
            let run = &mut both[first..ends[node] as usize];
            first = ends[node] as usize;
            run.sort_by_key(|(to, _)| *to);
            let begin = list.len();
            for (to, weight) in run.iter() {
                match list[begin..].last_mut() {
                    Some(last) if last.0 == *to => last.1 += weight,
                    _ => list.push((*to, *weight)),
                }
            }
            starts[node + 1] = u32::try_from(list.len()).expect("fewer ties than four billion");
        }
        let mut network = Self { starts, ties: list, within, strength: Vec::new(), total: 0.0 };
        network.weigh();
        network
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.within.len()
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.within.is_empty()
    }

    /// The other ends of a node's ties, ordered, with their weights.
    #[must_use]
    pub fn ties_of(&self, node: usize) -> &[(u32, f64)] {
        &self.ties[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    #[must_use]
    pub fn strength(&self, node: usize) -> f64 {
        self.strength[node]
    }

    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The network of the parts of a partition. Parts are numbered from 0 without gaps.
    #[must_use]
    pub fn aggregate(&self, part_of: &[u32], parts: usize) -> Self {
        let mut ties = Vec::with_capacity(self.ties.len() / 2 + self.len());
        for node in 0..self.len() {
            let part = part_of[node];
            if self.within[node] > 0.0 {
                ties.push((part, part, self.within[node]));
            }
            for (other, weight) in self.ties_of(node) {
                if *other as usize > node {
                    ties.push((part, part_of[*other as usize], *weight));
                }
            }
        }
        Self::new(parts, ties)
    }

    /// The same network with every tie up to half weaker or stronger, by chance.
    #[must_use]
    pub fn disturbed(&self, seeded: &mut Seeded) -> Self {
        let mut factor = || 0.5 + f64::from(u32::try_from(seeded.below(1_001)).unwrap_or(0)) / 1e3;
        let mut other = self.clone();
        // Ties are ordered at both ends: the other direction of each is met in order, too.
        let mut next: Vec<u32> = self.starts[..self.len()].to_vec();
        for node in 0..self.len() {
            for at in self.starts[node] as usize..self.starts[node + 1] as usize {
                let (to, weight) = self.ties[at];
                if to as usize > node {
                    let weight = weight * factor();
                    other.ties[at].1 = weight;
                    other.ties[next[to as usize] as usize].1 = weight;
                    next[to as usize] += 1;
                }
            }
        }
        other.weigh();
        other
    }

    fn weigh(&mut self) {
        self.strength = (0..self.len())
            .map(|node| {
                let outside: f64 = self.ties_of(node).iter().map(|(_, weight)| weight).sum();
                outside + 2.0 * self.within[node]
            })
            .collect();
        self.total = self.strength.iter().sum();
    }

    /// Newman's modularity with a resolution: `Σ_c [ w_c / m - γ (K_c / 2m)² ]`, where `w_c` is the weight within a
    /// part, `K_c` its strength and `m` the weight of all ties. From -γ to 1, higher is better.
    ///
    /// Sources: Newman, Girvan, "Finding and evaluating community structure in networks", 2004; Reichardt,
    /// Bornholdt, "Statistical mechanics of community detection", 2006 (γ).
    #[must_use]
    pub fn modularity(&self, part_of: &[u32], resolution: f64) -> f64 {
        if self.total <= 0.0 {
            return 0.0;
        }
        let parts = part_of.iter().max().map_or(0, |last| *last as usize + 1);
        let (mut within, mut strength) = (vec![0.0; parts], vec![0.0; parts]);
        for node in 0..self.len() {
            let part = part_of[node];
            strength[part as usize] += self.strength[node];
            within[part as usize] += 2.0 * self.within[node];
            for (other, weight) in self.ties_of(node) {
                if part_of[*other as usize] == part {
                    within[part as usize] += weight;
                }
            }
        }
        let parts = within.iter().zip(&strength);
        let shares = parts.map(|(w, k)| w / self.total - resolution * (k / self.total).powi(2));
        shares.sum()
    }
}

/// Numbers parts from 0 without gaps, in the order of their lowest node; how many there are.
pub(crate) fn renumber(part_of: &mut [u32]) -> usize {
    let mut new_number = vec![u32::MAX; part_of.iter().max().map_or(0, |last| *last as usize + 1)];
    let mut next = 0;
    for part in part_of {
        let number = &mut new_number[*part as usize];
        if *number == u32::MAX {
            *number = next;
            next += 1;
        }
        *part = *number;
    }
    next as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two triangles joined by one tie: the textbook's 5/14 for the obvious parts.
    #[test]
    fn modularity_of_two_triangles() {
        let ties = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)];
        let network = Network::new(6, ties.map(|(a, b)| (a, b, 1.0)));
        let parts = [0, 0, 0, 1, 1, 1];
        assert!((network.modularity(&parts, 1.0) - 5.0 / 14.0).abs() < 1e-12);
        let aggregated = network.aggregate(&parts, 2);
        assert!((aggregated.modularity(&[0, 1], 1.0) - 5.0 / 14.0).abs() < 1e-12);
    }
}
