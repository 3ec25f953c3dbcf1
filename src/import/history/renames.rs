//! Finding files that one commit moved: first by equal content, then by similar lines where the blobs are there.
//!
//! Comparing lines costs most of what reading history costs. So it waits until it is known which files are there
//! today, and is done only for those and for what they were before.

use std::{cmp::Reverse, rc::Rc};

use gix::ObjectId;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::raw::{Before, Change, PathId, Raw, RawCommit, Unpaired};

/// A file by its path and content.
pub(super) type File = (PathId, ObjectId);

/// How much of the larger file must stand in the other one too.
const SIMILAR: f64 = 0.5;
/// Files of which so much is the same are one file, whatever else there is.
const CERTAIN: f64 = 0.8;
/// Files that went away are compared with a new one in the order of likeness of their paths, up to so many.
const MOST_COMPARISONS: usize = 12;
/// A new file may claim one that went away only if so many others, those with the most alike paths, are less like it.
const MOST_RIVALS: usize = 3;
/// A commit that adds more files than this moved whole trees: only equal content counts there.
const MOST_ADDED: usize = 500;

/// Pairs files that a commit took away with files of the same content that it added. Both are in the order of their
/// paths. What finds no partner is a change of its own, and may still turn out to be alike.
pub(super) fn pair_equal(
    gone: Vec<File>,
    added: &[File],
    paths: &[String],
) -> (Vec<Change>, Option<Box<Unpaired>>) {
    let mut changes = Vec::with_capacity(added.len() + gone.len());
    let mut fresh = Vec::new();
    let mut left = Left::new(gone);
    for (path, id) in added {
        let before = left.take(paths, *path, *id).map_or(Before::Here, Before::Moved);
        changes.push(Change { path: *path, before });
        if before == Before::Here {
            fresh.push((*path, *id));
        }
    }
    let gone = left.rest();
    changes.extend(gone.iter().map(|(path, _)| Change { path: *path, before: Before::Here }));
    (changes, unpaired(fresh, gone, paths))
}

/// Files that went away, by their content.
struct Left {
    files: Vec<Option<File>>,
    by_content: FxHashMap<ObjectId, Vec<usize>>,
}

impl Left {
    fn new(files: Vec<File>) -> Self {
        let mut by_content: FxHashMap<ObjectId, Vec<usize>> = FxHashMap::default();
        for (at, (_, id)) in files.iter().enumerate() {
            by_content.entry(*id).or_default().push(at);
        }
        Self { files: files.into_iter().map(Some).collect(), by_content }
    }

    /// The file with the same content, preferring one of the same name. Empty files are all alike, so they are no
    /// sign.
    fn take(&mut self, paths: &[String], path: PathId, id: ObjectId) -> Option<PathId> {
        if id.is_empty_blob() {
            return None;
        }
        let places = self.by_content.get_mut(&id)?;
        let own = name(&paths[path as usize]);
        let is_named = |at: &usize| {
            self.files[*at].is_some_and(|(path, _)| name(&paths[path as usize]) == own)
        };
        let at = places.iter().position(is_named).unwrap_or(0);
        let place = (at < places.len()).then(|| places.remove(at))?;
        self.files[place].take().map(|(path, _)| path)
    }

    fn rest(self) -> Vec<File> {
        self.files.into_iter().flatten().collect()
    }
}

/// What comparing lines could still pair: files with the same ending on both sides.
fn unpaired(added: Vec<File>, gone: Vec<File>, paths: &[String]) -> Option<Box<Unpaired>> {
    if added.is_empty() || gone.is_empty() || added.len() > MOST_ADDED {
        return None;
    }
    let ending = |file: &File| extension(&paths[file.0 as usize]);
    let endings = |files: &[File]| files.iter().map(ending).collect::<FxHashSet<_>>();
    let (new, old) = (endings(&added), endings(&gone));
    let of = |files: Vec<File>, other: &FxHashSet<Option<&str>>| -> Vec<File> {
        files.into_iter().filter(|file| other.contains(&ending(file))).collect()
    };
    let (added, gone) = (of(added, &old), of(gone, &new));
    let open: Vec<PathId> = added.iter().map(|(path, _)| *path).collect();
    (!open.is_empty()).then(|| Box::new(Unpaired { added, gone, open }))
}

/// Compares the lines of files that are `living`, or became something living, with those that went away beside them.
/// `reader` gives what reads a blob's text, or `None` where the clone lacks it.
pub(super) fn settle<R, F>(raw: &mut Raw, living: &FxHashSet<&str>, reader: F)
where
    R: FnMut(ObjectId) -> Option<Vec<u8>>,
    F: Fn() -> R + Sync,
{
    let mut alive: Vec<bool> =
        raw.paths.iter().map(|path| living.contains(path.as_str())).collect();
    let mut tried = FxHashSet::default();
    loop {
        spread(&raw.commits, &mut alive);
        let todo = asked(&raw.commits, &alive, &mut tried);
        if todo.is_empty() {
            return;
        }
        let (commits, paths) = (&raw.commits, &raw.paths);
        let answers: Vec<(usize, Vec<Answer>)> = todo
            .into_par_iter()
            .map_init(&reader, |read, (at, added)| {
                let unpaired = commits[at].unpaired.as_deref();
                (at, unpaired.map(|files| compare(files, &added, paths, read)).unwrap_or_default())
            })
            .collect();
        for (at, answers) in answers {
            for answer in answers {
                take(&mut raw.commits[at], &answer);
            }
        }
    }
}

/// What became something living is living.
fn spread(commits: &[RawCommit], alive: &mut [bool]) {
    let mut is_new = true;
    while is_new {
        is_new = false;
        for change in commits.iter().flat_map(|commit| &commit.changes) {
            if let Some(from) = change.before.elsewhere()
                && alive[change.path as usize]
                && !alive[from as usize]
            {
                alive[from as usize] = true;
                is_new = true;
            }
        }
    }
}

/// By commit the living files that it added, of which nobody knows what they were; each is asked for only once.
fn asked(
    commits: &[RawCommit],
    alive: &[bool],
    tried: &mut FxHashSet<(usize, PathId)>,
) -> Vec<(usize, Vec<PathId>)> {
    let mut todo = Vec::new();
    for (at, commit) in commits.iter().enumerate() {
        let Some(unpaired) = &commit.unpaired else { continue };
        let living = unpaired.open.iter().filter(|path| alive[**path as usize]);
        let files: Vec<PathId> =
            living.filter(|path| tried.insert((at, **path))).copied().collect();
        if !files.is_empty() {
            todo.push((at, files));
        }
    }
    todo
}

/// What comparing said of an added file.
struct Answer {
    path: PathId,
    from: Option<PathId>,
    /// Every blob was there, so that the answer holds for ever.
    is_final: bool,
}

fn take(commit: &mut RawCommit, answer: &Answer) {
    if let Some(from) = answer.from {
        let mut changes = commit.changes.iter_mut();
        if let Some(change) = changes.find(|change| change.path == answer.path) {
            change.before = Before::Alike(from);
        }
    }
    if answer.is_final
        && let Some(unpaired) = &mut commit.unpaired
    {
        unpaired.open.retain(|path| *path != answer.path);
        if unpaired.open.is_empty() {
            commit.unpaired = None;
        }
    }
}

fn compare(
    files: &Unpaired,
    asked: &[PathId],
    paths: &[String],
    read: &mut impl FnMut(ObjectId) -> Option<Vec<u8>>,
) -> Vec<Answer> {
    let mut known: FxHashMap<ObjectId, Option<Rc<Lines>>> = FxHashMap::default();
    let mut lines = |id: ObjectId| -> Option<Rc<Lines>> {
        let known = known.entry(id);
        known.or_insert_with(|| read(id).map(|text| Rc::new(Lines::of(&text)))).clone()
    };
    let added = files.added.iter().filter(|(path, _)| asked.contains(path));
    added.map(|file| similar(files, *file, paths, &mut lines)).collect()
}

/// The file that went away whose lines are most like those of an added one, unless they are more like another's.
fn similar(
    files: &Unpaired,
    (path, id): File,
    paths: &[String],
    lines: &mut impl FnMut(ObjectId) -> Option<Rc<Lines>>,
) -> Answer {
    let mut answer = Answer { path, from: None, is_final: true };
    let Some(new) = lines(id) else { return Answer { is_final: false, ..answer } };
    let mut alike = Vec::new();
    for (from, old) in nearest(&files.gone, path, paths, MOST_COMPARISONS) {
        match lines(old) {
            Some(old) => {
                let share = new.share_with(&old);
                if share >= CERTAIN {
                    return Answer { from: Some(from), ..answer };
                }
                alike.push((share, from, old));
            }
            None => answer.is_final = false,
        }
    }
    alike.retain(|(share, ..)| *share >= SIMILAR);
    // The sort is stable: of equally alike ones the nearest comes first.
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (share, from, old) in alike {
        let others = nearest(&files.added, from, paths, MOST_RIVALS + 1);
        let rivals = others.into_iter().filter(|other| other.0 != path);
        let mut shares = rivals.filter_map(|(_, id)| Some(lines(id)?.share_with(&old)));
        if shares.all(|other| other <= share) {
            answer.from = Some(from);
            break;
        }
    }
    answer
}

/// The files with the same ending as `path` whose paths are most like it.
fn nearest(files: &[File], path: PathId, paths: &[String], most: usize) -> Vec<File> {
    let text = |path: PathId| paths[path as usize].as_str();
    let own = text(path);
    let same = files.iter().filter(|file| extension(text(file.0)) == extension(own));
    let mut near: Vec<(Reverse<usize>, &str, File)> =
        same.map(|file| (Reverse(common_ending(text(file.0), own)), text(file.0), *file)).collect();
    near.sort();
    near.into_iter().take(most).map(|(_, _, file)| file).collect()
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

/// The lines of a text, each by a number made from it, in order.
struct Lines(Vec<u64>);

impl Lines {
    fn of(text: &[u8]) -> Self {
        let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let mut numbers: Vec<u64> =
            lines.filter(|line| line.len() > 1).map(rustc_hash_of).collect();
        numbers.sort_unstable();
        Self(numbers)
    }

    /// Lines in both, of the lines of the longer one; 0 to 1.
    fn share_with(&self, other: &Self) -> f64 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = 0_usize;
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let order = x.cmp(y);
            both += usize::from(order.is_eq());
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
        }
        let longer = self.0.len().max(other.0.len());
        #[expect(clippy::cast_precision_loss, reason = "no file has 2^52 lines")]
        let share = both as f64 / longer.max(1) as f64;
        share
    }
}

/// The same number for the same line, on every machine.
fn rustc_hash_of(line: &[u8]) -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    hasher.write(line);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::raw::Numbers, *};

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[number; 20])
    }

    /// One commit that takes away and adds files, those of `living` being there today.
    fn check(
        gone: &[(&str, u8)],
        added: &[(&str, u8)],
        blobs: &[(u8, &str)],
        living: &[&str],
        expect: &[&str],
    ) {
        let mut paths = Numbers::<String>::default();
        let mut files = |list: &[(&str, u8)]| -> Vec<File> {
            list.iter().map(|(path, number)| (paths.number(*path), id(*number))).collect()
        };
        let (gone, added) = (files(gone), files(added));
        let (changes, unpaired) = pair_equal(gone, &added, &paths.items);
        let commit = RawCommit { changes, unpaired, ..RawCommit::default() };
        let mut raw = Raw { commits: vec![commit], paths: paths.items, ..Raw::default() };
        let read = |wanted: ObjectId| {
            let blob = blobs.iter().find(|(number, _)| id(*number) == wanted);
            blob.map(|(_, text)| text.as_bytes().to_vec())
        };
        settle(&mut raw, &living.iter().copied().collect(), || read);
        let text = |path: PathId| raw.paths[path as usize].as_str();
        let changes = raw.commits[0].changes.iter();
        let mut found: Vec<String> = changes
            .map(|change| match change.before.elsewhere() {
                Some(from) => format!("{} -> {}", text(from), text(change.path)),
                None => text(change.path).to_owned(),
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
            &[],
            &["a/x.rb", "b/y.rb -> c/y.rb"],
        );
    }

    const BLOBS: &[(u8, &str)] =
        &[(1, "alpha\nbeta\ngamma\n"), (2, "alpha\nbeta\ndelta\n"), (3, "omega\n")];

    #[test]
    fn similar_content_is_a_move_where_the_blobs_are_there() {
        let (gone, added) = (&[("a.rb", 1)], &[("b.rb", 2), ("c.rb", 3)]);
        check(gone, added, BLOBS, &["b.rb", "c.rb"], &["a.rb", "a.rb -> b.rb", "c.rb"]);
        check(&[("a.rb", 1)], &[("b.rb", 2)], &[], &["b.rb"], &["a.rb", "b.rb"]);
    }

    #[test]
    fn a_file_goes_to_the_one_that_is_most_like_it() {
        let added = &[("b.rb", 4), ("c.rb", 2)];
        let blobs = &[(1, "a\nbb\ncc\ndd\n"), (2, "a\nbb\ncc\nee\n"), (4, "a\nbb\ncc\ndd\nff\n")];
        check(&[("a.rb", 1)], added, blobs, &["c.rb"], &["a.rb", "b.rb", "c.rb"]);
        check(&[("a.rb", 1)], added, blobs, &["b.rb"], &["a.rb", "a.rb -> b.rb", "c.rb"]);
    }

    #[test]
    fn what_is_not_there_today_is_not_compared() {
        check(&[("a.rb", 1)], &[("b.rb", 2)], BLOBS, &["other.rb"], &["a.rb", "b.rb"]);
    }
}
