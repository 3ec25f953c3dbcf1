//! Finding files that one commit moved: first by equal content, then by similar lines where the blobs are there.

use std::{cmp::Reverse, rc::Rc};

use gix::ObjectId;
use rustc_hash::FxHashMap;

use super::Change;

/// A file by its path and content.
pub(super) type File = (String, ObjectId);

/// How much of the larger file must stand in the other one too.
const SIMILAR: f64 = 0.5;
/// Files that went away are compared with a new one in the order of likeness of their paths, up to so many.
const MOST_COMPARISONS: usize = 12;
/// A commit that adds more files than this moved whole trees: only equal content counts there.
const MOST_ADDED: usize = 500;

/// Pairs files that a commit took away with files that it added; what finds no partner changed on its own.
/// `read` gives a blob's text, or `None` where the clone lacks it.
pub(super) fn pair(
    mut gone: Vec<File>,
    added: Vec<File>,
    mut read: impl FnMut(ObjectId) -> Option<Vec<u8>>,
) -> Vec<Change> {
    gone.sort();
    let mut changes = Vec::new();
    let mut fresh = Vec::new();
    for (path, id) in added {
        match equal(&gone, &path, id) {
            Some(at) => changes.push(Change { path, from: Some(gone.remove(at).0) }),
            None => fresh.push((path, id)),
        }
    }
    let compare = fresh.len() <= MOST_ADDED;
    let mut known = FxHashMap::default();
    let mut lines = |id: ObjectId| -> Option<Rc<Lines>> {
        let known = known.entry(id);
        known.or_insert_with(|| read(id).map(|text| Rc::new(Lines::of(&text)))).clone()
    };
    for (path, id) in fresh {
        let at = if compare { similar(&gone, &path, id, &mut lines) } else { None };
        let from = at.map(|at| gone.remove(at).0);
        changes.push(Change { path, from });
    }
    changes.extend(gone.into_iter().map(|(path, _)| Change { path, from: None }));
    changes
}

/// The file that went away with the same content, preferring one of the same name. Empty files are all alike, so
/// they are no sign.
fn equal(gone: &[File], path: &str, id: ObjectId) -> Option<usize> {
    if id.is_empty_blob() {
        return None;
    }
    let same = |file: &&File| file.1 == id;
    let named = gone.iter().position(|file| same(&file) && name(&file.0) == name(path));
    named.or_else(|| gone.iter().position(|file| same(&file)))
}

fn similar(
    gone: &[File],
    path: &str,
    id: ObjectId,
    lines: &mut impl FnMut(ObjectId) -> Option<Rc<Lines>>,
) -> Option<usize> {
    let same_extension = |at: &usize| extension(&gone[*at].0) == extension(path);
    let mut candidates: Vec<usize> = (0..gone.len()).filter(same_extension).collect();
    if candidates.is_empty() {
        return None;
    }
    candidates.sort_by_key(|at| (Reverse(common_ending(&gone[*at].0, path)), *at));
    let new = lines(id)?;
    let mut best = None;
    for at in candidates.into_iter().take(MOST_COMPARISONS) {
        let Some(old) = lines(gone[at].1) else { continue };
        let share = new.share_with(&old);
        let better = best.is_none_or(|(_, most)| share > most);
        if share >= SIMILAR && better {
            best = Some((at, share));
        }
    }
    best.map(|(at, _)| at)
}

/// How many segments two paths have in common, counted from their ends.
fn common_ending(a: &str, b: &str) -> usize {
    a.rsplit('/').zip(b.rsplit('/')).take_while(|(a, b)| a == b).count()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn extension(path: &str) -> Option<&str> {
    name(path).rsplit_once('.').map(|(_, extension)| extension)
}

/// The lines of a text, each with how often it stands there.
struct Lines {
    counts: FxHashMap<Vec<u8>, usize>,
    total: usize,
}

impl Lines {
    fn of(text: &[u8]) -> Self {
        let mut counts = FxHashMap::default();
        let mut total = 0;
        for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            if line.len() > 1 {
                *counts.entry(line.to_vec()).or_insert(0) += 1;
                total += 1;
            }
        }
        Self { counts, total }
    }

    /// Lines in both, of the lines of the longer one; 0 to 1.
    fn share_with(&self, other: &Self) -> f64 {
        let both: usize = self
            .counts
            .iter()
            .map(|(line, count)| other.counts.get(line).map_or(0, |there| *count.min(there)))
            .sum();
        let longer = self.total.max(other.total);
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^52 lines")]
        let share = both as f64 / longer.max(1) as f64;
        share
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[number; 20])
    }

    fn check(gone: &[(&str, u8)], added: &[(&str, u8)], blobs: &[(u8, &str)], expect: &[&str]) {
        let files = |list: &[(&str, u8)]| -> Vec<File> {
            list.iter().map(|(path, number)| ((*path).to_owned(), id(*number))).collect()
        };
        let read = |wanted: ObjectId| {
            let blob = blobs.iter().find(|(number, _)| id(*number) == wanted);
            blob.map(|(_, text)| text.as_bytes().to_vec())
        };
        let mut found: Vec<String> = pair(files(gone), files(added), read)
            .into_iter()
            .map(|change| match change.from {
                Some(from) => format!("{from} -> {}", change.path),
                None => change.path,
            })
            .collect();
        found.sort();
        assert_eq!(found, expect);
    }

    #[test]
    fn equal_content_is_a_move_without_any_blob() {
        check(
            &[("a/x.rb", 1), ("b/y.rb", 1)],
            &[("c/y.rb", 1)],
            &[],
            &["a/x.rb", "b/y.rb -> c/y.rb"],
        );
    }

    #[test]
    fn similar_content_is_a_move_where_the_blobs_are_there() {
        let blobs = [(1, "alpha\nbeta\ngamma\n"), (2, "alpha\nbeta\ndelta\n"), (3, "omega\n")];
        check(&[("a.rb", 1)], &[("b.rb", 2), ("c.rb", 3)], &blobs, &["a.rb -> b.rb", "c.rb"]);
        check(&[("a.rb", 1)], &[("b.rb", 2)], &[], &["a.rb", "b.rb"]);
    }
}
