//! The layers that compare what pieces are called and where they live.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Tie;
use crate::{
    analysis::words::{domain_folders, domain_words, is_verb},
    facts::{Facts, PieceId},
};

/// Each piece is tied to at most this many of those most like it.
const NEIGHBOURS: usize = 8;
/// Of a feature that more pieces have, each looks at this many others only.
const SAMPLE: usize = 96;
/// Less alike than this is not alike.
const LEAST_ALIKE: f64 = 0.1;

/// Words of the domain in names: of the file and its types, of functions (half), of columns (a fifth).
///
/// Words count by their rarity (tf-idf), doubled where a table has them in its name too: such words are the nouns
/// that the business speaks of. Two pieces are tied by the cosine of their words.
pub(super) fn names(facts: &Facts) -> Vec<Tie> {
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
    alike(&pieces)
}

/// Each word counts once, as the strongest place says.
fn add(words: &mut BTreeMap<String, f64>, name: &str, strength: f64) {
    for word in domain_words(name) {
        let count = words.entry(word).or_insert(0.0);
        *count = count.max(strength);
    }
}

/// Folders that modules share, without those that only name a layer: `app/controllers/orders` and
/// `app/models/orders` are one place. The rarer the folder, the stronger; every enclosing folder counts too.
///
/// A table lives where folders use the words of its name.
pub(super) fn packages(facts: &Facts) -> Vec<Tie> {
    let mut pieces: Vec<BTreeMap<String, f64>> = Vec::with_capacity(facts.piece_count());
    for module in &facts.modules {
        let mut features = BTreeMap::new();
        let mut path = String::new();
        for part in domain_folders(module.folder()) {
            path.push('/');
            path.push_str(part);
            features.insert(path.clone(), 1.0);
        }
        pieces.push(features);
    }
    pieces.resize(facts.piece_count(), BTreeMap::new());
    alike(&pieces)
}

/// Ties each piece to those whose features are most like its own: the cosine of features weighted by rarity.
#[expect(clippy::cast_precision_loss, reason = "numbers of pieces are far below 2^52")]
fn alike(pieces: &[BTreeMap<String, f64>]) -> Vec<Tie> {
    let mut having: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    for (features, piece) in pieces.iter().zip(0..) {
        for feature in features.keys() {
            having.entry(feature).or_default().push(piece);
        }
    }
    let known = pieces.iter().filter(|features| !features.is_empty()).count() as f64;
    let rarity = |feature: &str| (known / having[feature].len() as f64).ln();
    let vectors: Vec<Vec<(&str, f64)>> = pieces
        .iter()
        .map(|features| {
            let weighted = features.iter().map(|(f, count)| (f.as_str(), count * rarity(f)));
            let vector: Vec<(&str, f64)> = weighted.filter(|(_, weight)| *weight > 0.0).collect();
            let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
            vector.into_iter().map(|(feature, weight)| (feature, weight / length)).collect()
        })
        .collect();
    let weights: Vec<FxHashMap<&str, f64>> =
        vectors.iter().map(|vector| vector.iter().copied().collect()).collect();
    let mut strengths: BTreeMap<(PieceId, PieceId), f64> = BTreeMap::new();
    for (piece, vector) in vectors.iter().enumerate() {
        for (other, likeness) in nearest(piece, vector, &having, &weights) {
            let (a, b) = (PieceId::at(piece.min(other)), PieceId::at(piece.max(other)));
            strengths.insert((a, b), likeness);
        }
    }
    strengths.into_iter().map(|((a, b), strength)| Tie { a, b, strength }).collect()
}

/// The pieces most like one, with their likeness. Ties are broken by a number that looks random, so that in a folder
/// of hundreds not everybody is tied to the same few.
fn nearest(
    piece: usize,
    vector: &[(&str, f64)],
    having: &FxHashMap<&str, Vec<u32>>,
    weights: &[FxHashMap<&str, f64>],
) -> Vec<(usize, f64)> {
    let mut likeness: BTreeMap<usize, f64> = BTreeMap::new();
    for (feature, weight) in vector {
        for other in sample(&having[feature], piece) {
            if other != piece
                && let Some(theirs) = weights[other].get(feature)
            {
                *likeness.entry(other).or_default() += weight * theirs;
            }
        }
    }
    let mut others: Vec<(usize, f64)> =
        likeness.into_iter().filter(|(_, alike)| *alike > LEAST_ALIKE).collect();
    let lot = |other: usize| mixed(piece.min(other), piece.max(other));
    others.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| lot(a.0).cmp(&lot(b.0))));
    others.truncate(NEIGHBOURS);
    others
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
