//! History as its source tells it, whatever there is today: commits with the paths they changed.

use std::{borrow::Borrow, hash::Hash};

use gix::ObjectId;
use rustc_hash::FxHashMap;

use super::releases::Tag;
use crate::facts::Warning;

/// A path by its place in [`Raw::paths`].
pub(super) type PathId = u32;

/// What a source of history gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Raw {
    /// The youngest first, merges too: see [`RawCommit::is_merge`].
    pub commits: Vec<RawCommit>,
    /// Every path that a commit names, once, in the order in which they are named.
    pub paths: Vec<String>,
    /// Everybody who made a commit, once, as the commits name them.
    pub people: Vec<Person>,
    /// By person: what a mailmap calls them; empty where there is none.
    pub known_as: Vec<Person>,
    /// Tags that may be releases.
    pub tags: Vec<Tag>,
    pub warnings: Vec<Warning>,
    /// Where it came from, or why there is none, as a phrase for people.
    pub note: String,
    /// As many commits were known from an earlier reading, and not read again.
    pub known: usize,
    /// A git directory says of every commit all that there is to know.
    pub is_from_git: bool,
}

/// Somebody as a commit names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// A commit as its source tells it, before it is mapped to today's pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCommit {
    pub id: String,
    /// When it was written, in seconds since 1970, UTC.
    pub time: i64,
    /// When it was put where it stands, in seconds since 1970, UTC: what git orders commits by.
    pub committed: i64,
    /// A place in [`Raw::people`].
    pub person: u32,
    /// The first line of the message, shortened; empty where the source has none.
    pub subject: String,
    /// The commits it was made on, by their places in [`Raw::commits`]; empty where the source doesn't say.
    pub parents: Vec<u32>,
    /// What it changed; a merge says nothing here.
    pub changes: Vec<Change>,
    /// Files that it took away and added without anybody knowing yet whether one became the other.
    pub unpaired: Option<Box<Unpaired>>,
    /// The history begins here, so all its files seem new.
    pub root: bool,
    pub state: State,
}

/// How much of a commit could be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Whole,
    /// A shallow clone ends here, so that nobody knows what it changed.
    CutOff,
    /// Objects are missing: it counts for nothing.
    Lost,
}

impl Raw {
    /// Who made a commit, as the mailmap calls them.
    #[must_use]
    pub fn author(&self, commit: &RawCommit) -> &Person {
        let at = commit.person as usize;
        self.known_as.get(at).unwrap_or_else(|| &self.people[at])
    }
}

impl RawCommit {
    /// How many paths are not what they were; a file that was moved counts for both its paths.
    #[must_use]
    pub fn file_count(&self) -> usize {
        let moved = self.changes.iter().filter(|it| matches!(it.before, Before::Moved(_)));
        self.changes.len() + moved.count()
    }

    /// Gives every path another number.
    pub(super) fn renumber(&mut self, mut number: impl FnMut(PathId) -> PathId) {
        for change in &mut self.changes {
            change.path = number(change.path);
            change.before = match change.before {
                Before::Here => Before::Here,
                Before::Moved(from) => Before::Moved(number(from)),
                Before::Alike(from) => Before::Alike(number(from)),
            };
        }
        if let Some(unpaired) = &mut self.unpaired {
            let Unpaired { added, gone, open } = &mut **unpaired;
            let files = added.iter_mut().chain(gone).map(|(path, _)| path);
            for path in files.chain(open) {
                *path = number(*path);
            }
        }
    }

    /// Whether it joins lines of work, so that what it changed was changed by others before.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// A file that a commit changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: PathId,
    pub before: Before,
}

/// Where a file was before a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Where it is, or nowhere, or nobody knows yet: see [`RawCommit::unpaired`].
    Here,
    /// Elsewhere, with the very same content, or the source says so.
    Moved(PathId),
    /// Elsewhere, with content that is alike.
    Alike(PathId),
}

impl Before {
    /// Where it was, if it was elsewhere.
    #[must_use]
    pub fn elsewhere(self) -> Option<PathId> {
        match self {
            Self::Here => None,
            Self::Moved(from) | Self::Alike(from) => Some(from),
        }
    }
}

/// Files that one commit added and took away, with their content, each in the order of its path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpaired {
    pub added: Vec<(PathId, ObjectId)>,
    pub gone: Vec<(PathId, ObjectId)>,
    /// The added ones that nobody has compared yet.
    pub open: Vec<PathId>,
}

/// Gives every item a number, the same one each time.
#[derive(Debug)]
pub(super) struct Numbers<T> {
    pub(super) items: Vec<T>,
    known: FxHashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { items: Vec::new(), known: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + Hash> Numbers<T> {
    pub(super) fn number<Q>(&mut self, item: &Q) -> u32
    where
        T: Borrow<Q>,
        Q: ToOwned<Owned = T> + Eq + Hash + ?Sized,
    {
        if let Some(number) = self.known.get(item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(item.to_owned());
        self.known.insert(item.to_owned(), number);
        number
    }
}
