//! History from a git directory, by its commits and trees: no blob is needed, and `git` is not run.

use std::path::Path;

use gix::{
    ObjectId,
    diff::tree::{Recorder, State, recorder::Change as Recorded},
    objs::TreeRefIter,
    revision::walk::Sorting,
    traverse::commit::simple::CommitTimeOrder,
};
use rayon::prelude::*;

use super::{Change, Raw, RawCommit, renames};
use crate::{
    facts::{Place, Warning},
    import::progress::{Phase, Watch},
};

/// Bytes; a larger blob is no source file anybody moves and edits at once.
const LARGEST_SOURCE: u64 = 512 << 10;

/// Reads every commit that HEAD reaches, merges left out, the youngest first.
pub fn read(root: &Path, watch: &dyn Watch) -> Raw {
    read_all(root, watch).unwrap_or_else(|message| {
        let hint = "check it with `git fsck`, or pass a log with --history";
        let warnings = vec![Warning::new(Place::new(".git", 0), message, hint)];
        Raw { warnings, note: "the git directory could not be read".to_owned(), ..Raw::default() }
    })
}

fn read_all(root: &Path, watch: &dyn Watch) -> Result<Raw, String> {
    let say = |what: &str, error: &dyn std::fmt::Display| format!("{what}: {error}");
    let options = gix::open::Options::isolated();
    let repo = gix::open_opts(root.join(".git"), options)
        .map_err(|error| say("the git directory cannot be opened", &error))?;
    let shallow = repo.is_shallow().unwrap_or(false);
    let mut warnings = Vec::new();
    if shallow {
        let hint = "fetch the rest with `git fetch --unshallow` and import again";
        let message = "this is a shallow clone: its history begins late";
        warnings.push(Warning::new(Place::new(".git", 0), message, hint));
    }
    let Ok(head) = repo.head_id() else {
        let note = "a git directory without any commit".to_owned();
        return Ok(Raw { note, warnings, ..Raw::default() });
    };
    let ids = walk(&repo, head.detach(), &mut warnings)?;
    let mailmap = repo.open_mailmap();
    let total = ids.len();
    let sync = repo.into_sync();
    let chunks: Vec<Vec<Option<RawCommit>>> = ids
        .par_chunks(256)
        .enumerate()
        .map_init(
            || Reader::new(sync.to_thread_local(), &mailmap),
            |reader, (at, chunk)| {
                if watch.cancelled() {
                    return Vec::new();
                }
                watch.progress(Phase::History, at * 256, total);
                chunk.iter().map(|(id, parent)| reader.commit(*id, *parent, shallow)).collect()
            },
        )
        .collect();
    let commits: Vec<RawCommit> = chunks.into_iter().flatten().flatten().collect();
    if commits.len() < total && !watch.cancelled() {
        let missing = total - commits.len();
        let message = format!("{missing} of {total} commits could not be read");
        let hint = "objects are missing; fetch them with `git fetch` and import again";
        warnings.push(Warning::new(Place::new(".git", 0), message, hint));
    }
    let note = format!("{} commits from git, merges left out", commits.len());
    Ok(Raw { commits, warnings, note })
}

/// The commits with their first parent, merges left out, the youngest first.
fn walk(
    repo: &gix::Repository,
    head: ObjectId,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<(ObjectId, Option<ObjectId>)>, String> {
    let order = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
    let walk = repo
        .rev_walk([head])
        .sorting(order)
        .all()
        .map_err(|error| format!("the history cannot be walked: {error}"))?;
    let mut ids = Vec::new();
    for info in walk {
        match info {
            Ok(info) if info.parent_ids.len() < 2 => {
                ids.push((info.id, info.parent_ids.first().copied()));
            }
            Ok(_) => {}
            Err(error) => {
                let hint = "commits before that are missing; fetch them and import again";
                let message = format!("the history breaks off: {error}");
                warnings.push(Warning::new(Place::new(".git", 0), message, hint));
                break;
            }
        }
    }
    Ok(ids)
}

/// Reads commits on one thread, reusing what can be reused.
struct Reader<'a> {
    repo: gix::Repository,
    mailmap: &'a gix::mailmap::Snapshot,
    state: State,
}

impl<'a> Reader<'a> {
    fn new(mut repo: gix::Repository, mailmap: &'a gix::mailmap::Snapshot) -> Self {
        repo.object_cache_size(64 << 20);
        Self { repo, mailmap, state: State::default() }
    }

    /// `None` where the commit or one of its trees is missing.
    fn commit(
        &mut self,
        id: ObjectId,
        parent: Option<ObjectId>,
        shallow: bool,
    ) -> Option<RawCommit> {
        let commit = self.repo.find_commit(id).ok()?;
        let author = self.mailmap.resolve(commit.author().ok()?);
        let subject = commit.message_raw_sloppy().to_string();
        let new = commit.tree_id().ok()?.detach();
        let has_parents = commit.parent_ids().next().is_some();
        let old = match parent {
            Some(parent) => Some(self.repo.find_commit(parent).ok()?.tree_id().ok()?.detach()),
            None => None,
        };
        // Where a shallow clone was cut off, the commit's own changes are not known.
        let cut_off = shallow && has_parents && parent.is_none();
        let changes =
            if cut_off { Vec::new() } else { changes(&self.repo, &mut self.state, old, new)? };
        Some(RawCommit {
            id: id.to_string(),
            time: author.time.seconds,
            name: author.name.to_string(),
            email: author.email.to_string(),
            subject: subject.lines().next().unwrap_or_default().to_owned(),
            changes,
            root: !has_parents,
        })
    }
}

fn changes(
    repo: &gix::Repository,
    state: &mut State,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Option<Vec<Change>> {
    let old = match old {
        Some(id) => repo.find_object(id).ok()?.data.clone(),
        None => Vec::new(),
    };
    let new = repo.find_object(new).ok()?.data.clone();
    let kind = repo.object_hash();
    let mut recorder = Recorder::default();
    gix::diff::tree(
        TreeRefIter::from_bytes(&old, kind),
        TreeRefIter::from_bytes(&new, kind),
        state,
        &repo.objects,
        &mut recorder,
    )
    .ok()?;
    Some(with_renames(repo, recorder.records))
}

/// Turns what a tree diff recorded into changed files, moves paired.
fn with_renames(repo: &gix::Repository, records: Vec<Recorded>) -> Vec<Change> {
    let mut gone = Vec::new();
    let mut added = Vec::new();
    let mut changes = Vec::new();
    for record in records {
        match record {
            Recorded::Addition { entry_mode, oid, path, .. } if !entry_mode.is_tree() => {
                added.push((path.to_string(), oid));
            }
            Recorded::Deletion { entry_mode, oid, path, .. } if !entry_mode.is_tree() => {
                gone.push((path.to_string(), oid));
            }
            Recorded::Modification { entry_mode, path, .. } if !entry_mode.is_tree() => {
                changes.push(Change { path: path.to_string(), from: None });
            }
            _ => {}
        }
    }
    changes.extend(renames::pair(gone, added, |id| text(repo, id)));
    changes.sort();
    changes
}

/// A blob's content, unless the clone lacks it or it is too large to be source.
fn text(repo: &gix::Repository, id: ObjectId) -> Option<Vec<u8>> {
    let header = repo.find_header(id).ok()?;
    if header.kind() != gix::object::Kind::Blob || header.size() > LARGEST_SOURCE {
        return None;
    }
    Some(repo.find_object(id).ok()?.data.clone())
}
