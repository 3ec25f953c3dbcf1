//! Which pieces that a new import does not find are only called otherwise now: by what they define.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{Facts, Function, PieceId};

/// Modules that share at least this much of what they define are the same module under another name.
const ALIKE: f64 = 0.6;
/// With fewer functions or columns than this, what a piece defines says too little.
const FEWEST_MARKS: usize = 3;

/// Which lost pieces are which arrived ones: the most alike first, each once.
pub(super) fn renames(
    old: &Facts,
    lost: &[PieceId],
    new: &Facts,
    arrived: &[PieceId],
) -> Vec<(PieceId, PieceId)> {
    let (old_marks, new_marks) = (Marks::new(old, lost), Marks::new(new, arrived));
    let mut by_mark: FxHashMap<&str, Vec<PieceId>> = FxHashMap::default();
    for piece in arrived {
        for mark in new_marks.of(*piece) {
            by_mark.entry(mark).or_default().push(*piece);
        }
    }
    let mut alike: Vec<(f64, bool, PieceId, PieceId)> = Vec::new();
    for from in lost {
        let candidates: BTreeSet<PieceId> = old_marks
            .of(*from)
            .filter_map(|mark| by_mark.get(mark))
            .filter(|pieces| {
                // A file name alone says something only where no other new piece has it.
                let only_named = old_marks.of[from].len() == 1;
                pieces.len() <= if only_named { 1 } else { MOST_CANDIDATES }
            })
            .flatten()
            .copied()
            .collect();
        for to in candidates {
            let same_kind = (from.index() < old.modules.len()) == (to.index() < new.modules.len());
            let alikeness = old_marks.alikeness(*from, &new_marks, to);
            let same_name = last_name(old, *from) == last_name(new, to);
            if same_kind && (alikeness >= ALIKE || (same_name && alikeness >= ALIKE / 2.0)) {
                alike.push((alikeness, same_name, *from, to));
            }
        }
    }
    alike.sort_by(|a, b| b.1.cmp(&a.1).then(b.0.total_cmp(&a.0)).then((a.2, a.3).cmp(&(b.2, b.3))));
    let (mut from_taken, mut to_taken) = (BTreeSet::new(), BTreeSet::new());
    let mut renames = Vec::new();
    for (_, _, from, to) in alike {
        if !from_taken.contains(&from) && !to_taken.contains(&to) {
            from_taken.insert(from);
            to_taken.insert(to);
            renames.push((from, to));
        }
    }
    renames.sort();
    renames
}

/// A mark that this many new pieces bear tells nobody apart.
const MOST_CANDIDATES: usize = 50;

fn last_name(facts: &Facts, piece: PieceId) -> String {
    let name = facts.piece_name(piece);
    name.rsplit(['/', '.']).next().unwrap_or(&name).to_owned() + language(facts, piece)
}

fn language(facts: &Facts, piece: PieceId) -> &str {
    facts.modules.get(piece.index()).map_or("", |module| &module.language)
}

/// What a piece is recognised by: a module's file name and functions, a table's name and columns.
struct Marks {
    of: BTreeMap<PieceId, FxHashSet<String>>,
}

impl Marks {
    fn new(facts: &Facts, pieces: &[PieceId]) -> Self {
        let mut of: BTreeMap<PieceId, FxHashSet<String>> =
            pieces.iter().map(|piece| (*piece, FxHashSet::default())).collect();
        for Function { module, name, .. } in &facts.functions {
            if let Some(marks) = of.get_mut(&facts.module_piece(*module)) {
                marks.insert(name.clone());
            }
        }
        for (piece, marks) in &mut of {
            match facts.modules.get(piece.index()) {
                Some(module) => marks.insert(format!("file {}", module.file_name())),
                None => {
                    let table = &facts.tables[piece.index() - facts.modules.len()];
                    marks.extend(table.columns.iter().map(|column| column.name.to_lowercase()));
                    marks.insert(format!("table {}", table.name.to_lowercase()))
                }
            };
        }
        Self { of }
    }

    fn of(&self, piece: PieceId) -> impl Iterator<Item = &str> {
        let mut marks: Vec<&str> =
            self.of.get(&piece).into_iter().flatten().map(String::as_str).collect();
        marks.sort_unstable();
        marks.into_iter()
    }

    /// The share of marks that both bear, of all that either bears (Jaccard). A file name alone is enough where
    /// neither defines much.
    fn alikeness(&self, piece: PieceId, other: &Self, other_piece: PieceId) -> f64 {
        let (a, b) = (&self.of[&piece], &other.of[&other_piece]);
        let common = a.intersection(b).count();
        let all = a.len() + b.len() - common;
        if a.len() <= FEWEST_MARKS && b.len() <= FEWEST_MARKS && common < all {
            // Too little to tell a rename from another piece with a common name.
            let named = a.intersection(b).any(|mark| mark.starts_with("file "));
            return if named { ALIKE / 2.0 } else { 0.0 };
        }
        #[expect(clippy::cast_precision_loss, reason = "a share of a few names")]
        let share = common as f64 / all as f64;
        share
    }
}
