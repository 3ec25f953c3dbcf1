//! How much what the code, the data and the history say confirms that pieces which share something belong together.

use super::Tie;

/// Ties that are trusted to judge others: calls, accesses, keys, transactions, commits; no names, no folders.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    ties: Vec<Tie>,
    /// By piece: the sum of its ties.
    strength: Vec<f64>,
    total: f64,
}

/// How much evidence, in strengths of a piece, a feature must have before what is seen counts more than what is
/// assumed of any feature.
const DOUBT: f64 = 2.0;
/// The cohesion that is assumed of a feature that nothing is known of.
const ASSUMED: f64 = 0.1;

impl Evidence {
    pub(super) fn new(pieces: usize, ties: Vec<Tie>) -> Self {
        let mut strength = vec![0.0; pieces];
        for tie in &ties {
            strength[tie.a.index()] += tie.strength;
            strength[tie.b.index()] += tie.strength;
        }
        let total = strength.iter().sum();
        Self { ties, strength, total }
    }

    /// By feature, from 0 to 1: how much more of the ties of the pieces that have it stays among them than chance
    /// would have it.
    ///
    /// `(inside / strength - strength / total) / (1 - strength / total)`, below 0 counted as 0, where `strength` is
    /// the sum over the pieces and `inside` the part of it that ends at pieces with the same feature; drawn towards
    /// what is assumed where there is little evidence. The share that one community adds to modularity, as a share of
    /// the most it could add. `of` has the features of each piece, ordered.
    pub(crate) fn cohesion(&self, of: &[Vec<(u32, f64)>], features: usize) -> Vec<f64> {
        let (mut strength, mut inside) = (vec![0.0; features], vec![0.0; features]);
        for (piece, list) in of.iter().enumerate() {
            for (feature, _) in list {
                strength[*feature as usize] += self.strength[piece];
            }
        }
        for tie in &self.ties {
            let (mut a, mut b) = (of[tie.a.index()].iter().peekable(), of[tie.b.index()].iter());
            let mut next_b = b.next();
            while let (Some((in_a, _)), Some((in_b, _))) = (a.peek(), next_b) {
                match in_a.cmp(in_b) {
                    std::cmp::Ordering::Less => {
                        a.next();
                    }
                    std::cmp::Ordering::Greater => next_b = b.next(),
                    std::cmp::Ordering::Equal => {
                        inside[*in_a as usize] += 2.0 * tie.strength;
                        a.next();
                        next_b = b.next();
                    }
                }
            }
        }
        let cohesion = |(inside, strength): (f64, f64)| {
            let chance = if self.total > 0.0 { strength / self.total } else { 0.0 };
            if chance >= 1.0 - 1e-9 {
                return 0.0;
            }
            let seen = (DOUBT * ASSUMED + inside) / (DOUBT + strength);
            ((seen - chance) / (1.0 - chance)).clamp(0.0, 1.0)
        };
        inside.into_iter().zip(strength).map(cohesion).collect()
    }
}
