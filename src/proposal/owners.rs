//! Who changed modules lately, and which teams answer for them.

use std::collections::BTreeMap;

use crate::facts::{AuthorId, Commit, Facts, ModuleId, TeamId};

/// Who stands behind a set of modules.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    /// Teams by how many of the modules they answer for, the most first.
    pub teams: Vec<(TeamId, usize)>,
    /// People by how many recent commits of theirs touched the modules, the most first; bots left out.
    pub people: Vec<(AuthorId, usize)>,
    /// Recent commits that touched any of the modules; bulk commits and bots left out.
    pub commits: usize,
}

impl Owners {
    /// The share, from 0 to 1, of recent commits that come from the one who made most of them.
    #[must_use]
    pub fn top_share(&self) -> f64 {
        match self.people.first() {
            Some((_, commits)) => ratio(*commits, self.commits),
            None => 0.0,
        }
    }

    /// The share, from 0 to 1, of modules that the first team answers for.
    #[must_use]
    pub fn team_share(&self, modules: usize) -> f64 {
        self.teams.first().map_or(0.0, |(_, count)| ratio(*count, modules))
    }
}

/// How many recent commits of people changed any of the modules.
#[must_use]
pub fn recent_changes(facts: &Facts, modules: &[ModuleId]) -> usize {
    let touches = |commit: &&Commit| {
        commit.modules.iter().any(|module| modules.binary_search(module).is_ok())
    };
    facts.recent_commits().filter(touches).count()
}

/// Who stands behind modules, which are in ascending order.
#[must_use]
pub fn owners(facts: &Facts, modules: &[ModuleId]) -> Owners {
    let has = |module: &ModuleId| modules.binary_search(module).is_ok();
    let mut people: BTreeMap<AuthorId, usize> = BTreeMap::new();
    let mut commits = 0;
    for commit in facts.recent_commits().filter(|commit| commit.modules.iter().any(has)) {
        *people.entry(commit.author).or_default() += 1;
        commits += 1;
    }
    let teams = facts.teams.iter().enumerate();
    let teams = teams
        .map(|(at, team)| (TeamId::at(at), team.modules.iter().filter(|m| has(m)).count()))
        .filter(|(_, count)| *count > 0);
    Owners {
        teams: most_first(teams.collect()),
        people: most_first(people.into_iter().collect()),
        commits,
    }
}

fn most_first<T: Ord + Copy>(mut list: Vec<(T, usize)>) -> Vec<(T, usize)> {
    list.sort_by_key(|(who, count)| (std::cmp::Reverse(*count), *who));
    list
}

/// A part of a whole, from 0 to 1; 0 where there is nothing.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
#[must_use]
pub fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
