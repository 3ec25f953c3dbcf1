//! People behind pieces: what changes more than it did, whose knowledge has gone, and who works on the same things.

use std::collections::BTreeMap;

use super::cluster::{Network, leiden};
use crate::facts::{AuthorId, Commit, Facts, ModuleId};

/// Seconds after which somebody who committed nothing has gone: a year before the youngest commit.
const GONE_AFTER: i64 = 365 * 86_400;
/// Seconds of half a year: changes of the last one are compared with those of the one before.
const HALF_YEAR: i64 = GONE_AFTER / 2;
/// Seconds in which a change loses half of its weight as knowledge: two years. A judgement: studies of truck factors
/// use everything from one to three.
const HALF_LIFE: f64 = 2.0 * 365.0 * 86_400.0;
/// Somebody who made fewer commits in a year belongs to no suggested team.
const ACTIVE: usize = 5;

/// What happened to a piece, bulk commits and bots left out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Changes {
    pub commits: u32,
    /// Commits of the half year before the youngest commit of all.
    pub lately: u32,
    /// Commits of the half year before that.
    pub before: u32,
    /// Releases that brought a change of it; 0 where releases are not known.
    pub releases: u32,
    /// The share, from 0 to 1, of what was done to it by people who have gone since: the sum over their commits of
    /// `0.5 ^ (age / two years)`, of that over all commits.
    pub gone: f64,
    /// When it was changed last, in seconds since 1970; 0 where never.
    pub last: i64,
}

/// By author, whether they stopped committing: nothing within the year before the youngest commit of all.
#[must_use]
pub fn gone(facts: &Facts) -> Vec<bool> {
    let mut last = vec![i64::MIN; facts.authors.len()];
    for commit in &facts.commits {
        let own = &mut last[commit.author.index()];
        *own = commit.time.max(*own);
    }
    let end = youngest(facts).saturating_sub(GONE_AFTER);
    last.into_iter().map(|time| time < end).collect()
}

fn youngest(facts: &Facts) -> i64 {
    facts.commits.iter().map(|commit| commit.time).max().unwrap_or(0)
}

impl Changes {
    /// Counts commits that are places in [`Facts::commits`]; `gone` is what the function of that name says.
    #[must_use]
    pub fn of(facts: &Facts, gone: &[bool], commits: impl Iterator<Item = usize>) -> Self {
        let end = youngest(facts);
        let mut changes = Self::default();
        let (mut by_gone, mut by_all) = (0.0, 0.0);
        let mut releases = Vec::new();
        let commits = commits.map(|at| &facts.commits[at]);
        for commit in commits.filter(|commit| is_work(facts, commit)) {
            let age = end.saturating_sub(commit.time);
            changes.commits += 1;
            changes.lately += u32::from(age < HALF_YEAR);
            changes.before += u32::from((HALF_YEAR..2 * HALF_YEAR).contains(&age));
            changes.last = changes.last.max(commit.time);
            releases.extend(commit.release);
            #[expect(clippy::cast_precision_loss, reason = "an age in seconds is far below 2^52")]
            let weight = 0.5_f64.powf(age as f64 / HALF_LIFE);
            by_all += weight;
            by_gone += if gone[commit.author.index()] { weight } else { 0.0 };
        }
        releases.sort_unstable();
        releases.dedup();
        changes.releases = u32::try_from(releases.len()).unwrap_or(u32::MAX);
        changes.gone = if by_all > 0.0 { by_gone / by_all } else { 0.0 };
        changes
    }
}

fn is_work(facts: &Facts, commit: &Commit) -> bool {
    commit.bulk.is_none() && !facts.authors[commit.author.index()].bot
}

/// Teams that the work suggests: people who changed the same modules within the last year, the largest team first,
/// each with its people in their order. Who works with nobody is in none.
///
/// Two people are tied by `sum over modules of min(commits of the one, of the other) / (people at that module - 1)`,
/// divided by the root of both numbers of changes; communities are those of the highest modularity (Leiden).
#[must_use]
pub fn working_groups(facts: &Facts) -> Vec<Vec<AuthorId>> {
    let mut commits: BTreeMap<AuthorId, usize> = BTreeMap::new();
    let mut changes: BTreeMap<ModuleId, BTreeMap<AuthorId, u32>> = BTreeMap::new();
    for commit in facts.recent_commits() {
        *commits.entry(commit.author).or_default() += 1;
        for module in &commit.modules {
            *changes.entry(*module).or_default().entry(commit.author).or_default() += 1;
        }
    }
    commits.retain(|_, count| *count >= ACTIVE);
    let people: Vec<AuthorId> = commits.into_keys().collect();
    let node = |author: &AuthorId| people.binary_search(author).ok().map(|at| at as u32);
    let mut ties: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    let mut totals = vec![0.0; people.len()];
    for counts in changes.into_values() {
        let here: Vec<(u32, u32)> =
            counts.iter().filter_map(|(author, count)| Some((node(author)?, *count))).collect();
        for (at, (a, of_a)) in here.iter().enumerate() {
            totals[*a as usize] += f64::from(*of_a);
            for (b, of_b) in &here[at + 1..] {
                let shared = f64::from(*of_a.min(of_b)) / (here.len() - 1) as f64;
                *ties.entry((*a, *b)).or_default() += shared;
            }
        }
    }
    let scaled = ties.into_iter().map(|((a, b), shared)| {
        let both: f64 = totals[a as usize] * totals[b as usize];
        (a, b, shared / both.sqrt().max(1.0))
    });
    let network = Network::new(people.len(), scaled);
    let mut groups: BTreeMap<u32, Vec<AuthorId>> = BTreeMap::new();
    for (author, group) in people.iter().zip(leiden(&network, &[], 1.0, 0)) {
        groups.entry(group).or_default().push(*author);
    }
    let mut groups: Vec<Vec<AuthorId>> =
        groups.into_values().filter(|people| people.len() > 1).collect();
    groups.sort_by_key(|people| (std::cmp::Reverse(people.len()), people[0]));
    groups
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    #[test]
    fn who_changes_the_same_modules_works_together() {
        let mut text = String::new();
        for _ in 0..5 {
            for (author, modules) in [
                ("ada", "a.rb b.rb"),
                ("bob", "a.rb b.rb shared.rb"),
                ("cy", "x.rb y.rb shared.rb"),
                ("di", "x.rb"),
                ("ed", "alone.rb"),
            ] {
                text.push_str(&format!("commit {author} {modules}\n"));
            }
        }
        text.push_str("commit rare a.rb\n");
        let facts = parse(&text).expect("good notation");
        let names = |people: &Vec<AuthorId>| {
            let names = people.iter().map(|id| facts.authors[id.index()].name.as_str());
            names.collect::<Vec<_>>().join(" ")
        };
        let groups: Vec<String> = working_groups(&facts).iter().map(names).collect();
        assert_eq!(groups, ["ada bob", "cy di"]);
    }

    #[test]
    fn knowledge_goes_with_people_and_fades() {
        let mut facts = parse(
            "commit ada a.rb
             commit ada a.rb
             commit bob a.rb",
        )
        .expect("good notation");
        let year = 365 * 86_400;
        for (commit, years) in facts.commits.iter_mut().zip([4, 2, 0]) {
            commit.time = 10 * year - years * year;
            commit.release = Some(7);
        }
        let changes = Changes::of(&facts, &gone(&facts), 0..3);
        let expected = Changes {
            commits: 3,
            lately: 1,
            before: 0,
            releases: 1,
            gone: 0.75 / 1.75,
            last: 10 * year,
        };
        assert_eq!(changes, expected);
    }
}
