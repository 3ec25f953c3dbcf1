//! The layers that compare what pieces are called and where they live.
//!
//! A word or a folder says as much as the other evidence confirms: pieces that share `invoice` mostly call each other
//! and access the same tables, pieces that share `manager` don't. So no list of words has to know every framework.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Tie, cohesion::Evidence};
use crate::{
    analysis::words::{domain_folders, domain_words, is_verb, words},
    facts::{Facts, PieceId},
};

/// Each piece is tied to at most this many of those most like it.
const NEIGHBOURS: usize = 8;
/// So many pieces are looked at by one thread before it takes the next.
const PIECES_AT_ONCE: usize = 2_048;
/// Of a feature that more pieces have, each looks at this many others only.
const SAMPLE: usize = 96;
/// Less alike than this is not alike.
const LEAST_ALIKE: f64 = 0.1;
/// Pieces whose features weigh less than this in all are said to be vague: little ties them to anything.
const VAGUE: f64 = 1.0;
/// What a feature counts that nothing confirms.
const UNCONFIRMED: f64 = 0.1;

/// Words of the domain in names: of the file and its types, of functions (half), of columns (a fifth).
///
/// Words count by their rarity (tf-idf), doubled where a table has them in its name too: such words are the nouns
/// that the business speaks of. Two pieces are tied by the cosine of their words.
pub(super) fn names(facts: &Facts, evidence: &Evidence) -> Vec<Tie> {
    let mut pieces: Vec<BTreeMap<String, f64>> = Vec::with_capacity(facts.piece_count());
    for module in &facts.modules {
        let stem = module.file_name().split('.').next().unwrap_or_default();
        let mut words = BTreeMap::new();
        add(&mut words, stem, 1.0);
        pieces.push(words);
    }
    for function in &facts.functions {
        let words = &mut pieces[function.module.index()];
        let mut found = domain_words(function.short_name());
        found.retain(|word| !is_verb(word));
        for word in found {
            let count = words.entry(word).or_insert(0.0);
            *count = if *count < 1.0 { (*count + 0.5).min(1.0) } else { *count };
        }
    }
    let mut nouns: Vec<String> = Vec::new();
    for table in &facts.tables {
        let mut words = BTreeMap::new();
        add(&mut words, &table.name, 1.0);
        nouns.extend(words.keys().cloned());
        for column in &table.columns {
            add(&mut words, &column.name, 0.2);
        }
        pieces.push(words);
    }
    nouns.sort_unstable();
    nouns.dedup();
    for words in &mut pieces {
        for (word, count) in words {
            *count *= if nouns.binary_search(word).is_ok() { 2.0 } else { 1.0 };
        }
    }
    Features::new(&pieces).alike(evidence)
}

/// Each word counts once, as the strongest place says.
fn add(words: &mut BTreeMap<String, f64>, name: &str, strength: f64) {
    for word in domain_words(name) {
        let count = words.entry(word).or_insert(0.0);
        *count = count.max(strength);
    }
}

/// Folders that modules share, without those that only name a layer: `app/controllers/orders` and
/// `app/models/orders` are one place. Every enclosing folder counts, and the name of each wherever it stands:
/// `api/orders` and `domain/orders` are about the same. The rarer the folder, the stronger.
pub(super) fn packages(facts: &Facts, evidence: &Evidence) -> Vec<Tie> {
    let mut pieces: Vec<BTreeMap<String, f64>> = Vec::with_capacity(facts.piece_count());
    for module in &facts.modules {
        let mut features = BTreeMap::new();
        let mut path = String::new();
        for part in domain_folders(module.folder()) {
            path.push('/');
            path.push_str(part);
            features.insert(path.clone(), 1.0);
            features.insert(words(part).join(" "), 1.0);
        }
        pieces.push(features);
    }
    pieces.resize(facts.piece_count(), BTreeMap::new());
    Features::new(&pieces).alike(evidence)
}

/// Who answers for modules: the people who changed them lately, each by the share of the changes that are theirs (of
/// all changes where there are none lately), and the teams that they belong to, each as much as all people together.
/// The fewer modules somebody works on, the more that says.
pub(super) fn owners(facts: &Facts) -> Vec<Tie> {
    let modules = facts.modules.len();
    let mut lately: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); modules];
    let mut ever = lately.clone();
    for commit in facts.recent_commits() {
        for module in &commit.modules {
            *lately[module.index()].entry(commit.author.0).or_insert(0.0) += 1.0;
        }
    }
    let by_people = |author: usize| facts.authors.get(author).is_some_and(|author| !author.bot);
    for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
        for module in commit.modules.iter().filter(|_| by_people(commit.author.index())) {
            *ever[module.index()].entry(commit.author.0).or_insert(0.0) += 1.0;
        }
    }
    let mut pieces: Vec<BTreeMap<String, f64>> = Vec::with_capacity(facts.piece_count());
    for (lately, ever) in lately.into_iter().zip(ever) {
        let changes = if lately.is_empty() { ever } else { lately };
        let all: f64 = changes.values().sum();
        let shares = changes.into_iter().map(|(author, count)| (author.to_string(), count / all));
        pieces.push(shares.collect());
    }
    for (team, at) in facts.teams.iter().zip(0..) {
        for module in &team.modules {
            pieces[module.index()].insert(format!("team {at}"), 1.0);
        }
    }
    pieces.resize(facts.piece_count(), BTreeMap::new());
    let features = Features::new(&pieces);
    let all_say = vec![1.0; features.having.len()];
    features.weighed(&all_say)
}

/// What pieces have, by numbers that stand for features.
struct Features {
    /// By piece: its features, ordered, with how much they count.
    of: Vec<Vec<(u32, f64)>>,
    /// By feature: the pieces that have it, ordered.
    having: Vec<Vec<u32>>,
}

impl Features {
    fn new(pieces: &[BTreeMap<String, f64>]) -> Self {
        let mut number_of: FxHashMap<&str, u32> = FxHashMap::default();
        let mut having: Vec<Vec<u32>> = Vec::new();
        let mut of = Vec::with_capacity(pieces.len());
        for (features, piece) in pieces.iter().zip(0..) {
            let mut list = Vec::with_capacity(features.len());
            for (feature, count) in features {
                let number = *number_of.entry(feature).or_insert_with(|| {
                    having.push(Vec::new());
                    u32::try_from(having.len() - 1).expect("fewer features than four billion")
                });
                having[number as usize].push(piece);
                list.push((number, *count));
            }
            list.sort_unstable_by_key(|(feature, _)| *feature);
            of.push(list);
        }
        Self { of, having }
    }

    /// Ties each piece to those whose features are most like its own: the cosine of features weighted by rarity and
    /// by how much the evidence confirms them.
    fn alike(self, evidence: &Evidence) -> Vec<Tie> {
        let cohesion = evidence.cohesion(&self.of, self.having.len());
        let weights: Vec<f64> = cohesion.iter().map(|cohesion| UNCONFIRMED + cohesion).collect();
        self.weighed(&weights)
    }

    /// The same, with how much each feature says beside its rarity.
    #[expect(clippy::cast_precision_loss, reason = "numbers of pieces are far below 2^52")]
    fn weighed(mut self, says: &[f64]) -> Vec<Tie> {
        let known = self.of.iter().filter(|features| !features.is_empty()).count() as f64;
        let weights: Vec<f64> = self
            .having
            .iter()
            .zip(says)
            .map(|(having, says)| (known / having.len() as f64).ln() * says)
            .collect();
        for features in &mut self.of {
            for (feature, count) in features.iter_mut() {
                *count *= weights[*feature as usize];
            }
            features.retain(|(_, weight)| *weight > 0.0);
            let squares = features.iter().map(|(_, weight)| weight * weight).sum::<f64>();
            let length = (squares + VAGUE * VAGUE).sqrt();
            features.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        let fresh = || vec![0.0; self.of.len()];
        let mut strengths: Vec<(PieceId, PieceId, f64)> = (0..self.of.len())
            .into_par_iter()
            .with_min_len(PIECES_AT_ONCE)
            .map_init(fresh, |likeness, piece| {
                let pair = |(other, alike): (usize, f64)| {
                    (PieceId::at(piece.min(other)), PieceId::at(piece.max(other)), alike)
                };
                self.nearest(piece, likeness).into_iter().map(pair).collect::<Vec<_>>()
            })
            .flatten_iter()
            .collect();
        strengths.sort_by_key(|(a, b, _)| (*a, *b));
        strengths.dedup_by_key(|(a, b, _)| (*a, *b));
        strengths.into_iter().map(|(a, b, strength)| Tie { a, b, strength }).collect()
    }

    /// The pieces most like one, with their likeness. Ties are broken by a number that looks random, so that in a
    /// folder of hundreds not everybody is tied to the same few. `likeness` is all 0, and is left so.
    fn nearest(&self, piece: usize, likeness: &mut [f64]) -> Vec<(usize, f64)> {
        let mut seen: Vec<usize> = Vec::new();
        for (feature, weight) in &self.of[piece] {
            for other in sample(&self.having[*feature as usize], piece) {
                if other == piece {
                    continue;
                }
                let theirs = &self.of[other];
                if let Ok(at) = theirs.binary_search_by_key(feature, |(feature, _)| *feature) {
                    if likeness[other] == 0.0 {
                        seen.push(other);
                    }
                    likeness[other] += weight * theirs[at].1;
                }
            }
        }
        let mut others: Vec<(usize, f64)> = seen
            .into_iter()
            .map(|other| (other, std::mem::take(&mut likeness[other])))
            .filter(|(_, alike)| *alike > LEAST_ALIKE)
            .collect();
        let lot = |other: usize| mixed(piece.min(other), piece.max(other));
        others.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| lot(a.0).cmp(&lot(b.0))));
        others.truncate(NEIGHBOURS);
        others
    }
}

/// All of a short list; of a long one some at even distances, another selection for each piece.
fn sample(list: &[u32], piece: usize) -> impl Iterator<Item = usize> {
    let step = list.len().div_ceil(SAMPLE).max(1);
    list.iter().skip(mixed(piece, step) % step).step_by(step).map(|other| *other as usize)
}

fn mixed(a: usize, b: usize) -> usize {
    let mixed = (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).rotate_left(32);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    usize::try_from((mixed ^ (mixed >> 32)) & 0x7FFF_FFFF).unwrap_or(0)
}
