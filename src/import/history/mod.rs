//! Reading history and people: commits mapped to today's modules and tables, authors, teams.
//!
//! A source of history (a git directory, or the text of a log) gives raw commits: ids, times, authors and paths.
//! Everything after that (following renames, recognising bulk commits and bots) is written once, for all sources.
//!
//! Absent on purpose: running `git`, reading blobs that may not be there, and figures such as co-change.

pub mod bulk;
pub mod git;
mod kept;
pub mod log;
pub mod owners;
mod paths;
mod raw;
pub mod releases;
mod renames;
pub mod sets;
mod trees;
mod walk;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use self::paths::Paths;
use self::raw::{Person, State};
pub use self::{
    kept::Kept,
    raw::{Raw, RawCommit},
};
use super::progress::Watch;
use crate::facts::{Author, AuthorId, Commit, Place, Release, TableId, Team, Warning};

/// Where history comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HistorySource {
    /// The folder's own `.git`, else a log text that lies beside the source, else none.
    #[default]
    Found,
    /// A log text: see [`log`].
    Log(PathBuf),
    None,
}

/// What was read from history.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The youngest first.
    pub commits: Vec<Commit>,
    pub authors: Vec<Author>,
    /// The oldest first.
    pub releases: Vec<Release>,
    pub teams: Vec<Team>,
    pub warnings: Vec<Warning>,
    /// Where it came from, or why there is none, as a phrase for people.
    pub note: String,
}

/// What of the monolith exists today, for history to be mapped to.
#[derive(Clone, Copy, Debug)]
pub struct Today<'a> {
    /// Paths of the modules, in order: a module's place is its id.
    pub modules: &'a [String],
    /// The tables that each schema file defines or changes.
    pub schema: &'a BTreeMap<String, Vec<TableId>>,
}

/// Names under which a log text is found beside the source.
const LOG_NAMES: [&str; 4] = ["history.log", "git.log", "gitlog.txt", "history.txt"];

/// Reads history from its source and maps it to the monolith of today.
#[must_use]
pub fn read(root: &Path, source: &HistorySource, today: &Today<'_>, watch: &dyn Watch) -> History {
    read_again(root, source, today, &Kept::default(), watch).0
}

/// The same, where an earlier reading knows most commits already. Answers what the next one should know, too.
#[must_use]
pub fn read_again(
    root: &Path,
    source: &HistorySource,
    today: &Today<'_>,
    known: &Kept,
    watch: &dyn Watch,
) -> (History, Kept) {
    let living: Vec<&str> =
        today.modules.iter().chain(today.schema.keys()).map(String::as_str).collect();
    let raw = read_raw(root, source, &living, known, watch);
    let mut history = map(&raw, today);
    history.teams = owners::read(root, today.modules);
    (history, Kept::of(&raw))
}

/// Reads history as its source tells it. `living` are the files of today: only what they were before is followed
/// through changes of content.
#[must_use]
pub fn read_raw(
    root: &Path,
    source: &HistorySource,
    living: &[&str],
    known: &Kept,
    watch: &dyn Watch,
) -> Raw {
    match source {
        HistorySource::None => Raw { note: "not read, as asked".to_owned(), ..Raw::default() },
        HistorySource::Log(path) => log_file(path),
        HistorySource::Found => {
            let log = LOG_NAMES.iter().map(|name| root.join(name)).find(|path| path.is_file());
            match log {
                _ if root.join(".git").is_dir() => git::read(root, living, &known.raw(), watch),
                Some(path) => log_file(&path),
                None => no_history(root),
            }
        }
    }
}

fn log_file(path: &Path) -> Raw {
    match fs::read(path) {
        Ok(bytes) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let mut raw = log::parse(&name, &String::from_utf8_lossy(&bytes));
            raw.note = format!("{} commits from the log {name}", raw.commits.len());
            raw
        }
        Err(error) => {
            let place = Place::new(path.to_string_lossy(), 0);
            let hint = "name a file made with `git log --numstat`, or leave it out";
            let message = format!("the log cannot be read: {error}");
            Raw {
                warnings: vec![Warning::new(place, message, hint)],
                note: "the log could not be read".to_owned(),
                ..Raw::default()
            }
        }
    }
}

fn no_history(root: &Path) -> Raw {
    let message = if root.join(".git").exists() {
        "history lies outside the chosen folder, so it is not read"
    } else {
        "there is no version history here, so co-change and authors are missing"
    };
    let hint = "choose the folder that holds .git, or pass a log with --history";
    let warnings = vec![Warning::new(Place::default(), message, hint)];
    Raw { warnings, note: "none found".to_owned(), ..Raw::default() }
}

/// Maps raw commits to pieces of today, names the authors, and marks the bulk commits. Merges are left out: what
/// they bring together was changed before.
#[must_use]
pub fn map(raw: &Raw, today: &Today<'_>) -> History {
    let paths = Paths::follow(raw, today);
    let bulk = bulk::reasons(raw, &paths);
    let sets = sets::sets(raw);
    let (releases, release_of) = releases::releases(raw);
    let mut authors = Authors::default();
    let counts = |commit: &RawCommit| !commit.is_merge() && commit.state != State::Lost;
    let commits = raw
        .commits
        .iter()
        .zip(bulk)
        .enumerate()
        .filter(|(_, (commit, _))| counts(commit))
        .map(|(at, (commit, bulk))| {
            let (modules, tables) = paths.pieces(commit);
            let Person { name, email } = raw.author(commit);
            Commit {
                id: commit.id.clone(),
                time: commit.time,
                author: authors.id(name, email),
                bulk,
                files: u32::try_from(commit.file_count()).unwrap_or(u32::MAX),
                modules,
                tables,
                set: sets[at],
                release: release_of[at],
            }
        })
        .collect();
    let (warnings, note) = (raw.warnings.clone(), raw.note.clone());
    History { commits, authors: authors.list, releases, teams: Vec::new(), warnings, note }
}

#[derive(Default)]
struct Authors {
    list: Vec<Author>,
    known: BTreeMap<(String, String), AuthorId>,
}

impl Authors {
    fn id(&mut self, name: &str, email: &str) -> AuthorId {
        let list = &mut self.list;
        *self.known.entry((name.to_owned(), email.to_owned())).or_insert_with(|| {
            let bot = bulk::is_bot(name, email);
            list.push(Author { name: name.to_owned(), email: email.to_owned(), bot });
            AuthorId::at(list.len() - 1)
        })
    }
}
