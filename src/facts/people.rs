//! What was read from history: commits, and the people and teams behind them.

use serde::{Deserialize, Serialize};

use super::{
    Facts,
    ids::{AuthorId, ModuleId, TableId, TeamId},
};

/// How far back "lately" reaches, in seconds before the youngest commit: a year.
const RECENT: i64 = 365 * 86_400;

impl Facts {
    /// What people did lately: commits of the last year before the youngest one, bulk commits and bots left out.
    pub fn recent_commits(&self) -> impl Iterator<Item = &Commit> {
        let youngest = self.commits.iter().map(|commit| commit.time).max().unwrap_or(0);
        self.commits.iter().filter(move |commit| {
            commit.bulk.is_none()
                && commit.time >= youngest.saturating_sub(RECENT)
                && self.authors.get(commit.author.index()).is_some_and(|author| !author.bot)
        })
    }
}

/// One commit, with what of today's monolith it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The id that the version control system gives it.
    pub id: String,
    /// Seconds since 1970, in UTC.
    pub time: i64,
    pub author: AuthorId,
    /// Why it is left out of co-change, as a phrase for people; `None` for an ordinary commit.
    pub bulk: Option<String>,
    /// Files it changed, whatever they are.
    pub files: u32,
    /// Modules of today that it changed, ordered.
    pub modules: Vec<ModuleId>,
    /// Tables whose schema files it changed, ordered.
    pub tables: Vec<TableId>,
    /// Commits that were made for one purpose have the same number: they name one ticket, or came with one branch.
    pub set: u32,
    /// The first release that has it: a place in [`Facts::releases`]. `None` for what is not released yet, and
    /// where releases are not known.
    pub release: Option<u32>,
}

/// A version that was given a name: a tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Release {
    pub name: String,
    /// Seconds since 1970, in UTC.
    pub time: i64,
}

/// Somebody who committed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Author {
    pub name: String,
    pub email: String,
    /// A program rather than a person.
    pub bot: bool,
}

/// A team, and the modules it answers for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Team {
    pub name: String,
    pub modules: Vec<ModuleId>,
}

/// Who a module's recent changes come from: shares sum to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ownership {
    pub shares: Vec<(AuthorId, f32)>,
    pub team: Option<TeamId>,
}
