//! Rows about people, about how pieces changed, and about releases.

use std::collections::{BTreeMap, BTreeSet};

use super::{filled, moment};
use crate::{
    analysis::people::{Changes, gone, working_groups},
    export::rows::{Cell, Rows},
    facts::{Author, Commit, Facts, Uses},
};

/// Who committed, when, and with whom of them they work: people of one suggested team have the same number.
pub(super) fn people(facts: &Facts) -> Rows {
    let gone = gone(facts);
    let groups = working_groups(facts);
    let mut seen: Vec<(u32, i64, i64)> = vec![(0, i64::MAX, i64::MIN); facts.authors.len()];
    for commit in &facts.commits {
        let (count, first, last) = &mut seen[commit.author.index()];
        *count += 1;
        (*first, *last) = (commit.time.min(*first), commit.time.max(*last));
    }
    let people = facts.authors.iter().zip(seen).enumerate();
    let people = people.filter(|(_, (author, seen))| !author.bot && seen.0 > 0);
    let row = |(at, (author, (count, first, last))): (usize, (&Author, (u32, i64, i64)))| {
        let is_in =
            |group: &Vec<_>| group.iter().any(|id: &crate::facts::AuthorId| id.index() == at);
        let group = groups.iter().position(is_in);
        vec![
            (&author.name).into(),
            (&author.email).into(),
            count.into(),
            moment(first).into(),
            moment(last).into(),
            gone[at].into(),
            group.map_or(String::new(), |group| (group + 1).to_string()).into(),
        ]
    };
    let columns = &["author", "email", "commits", "first", "last", "gone", "works_with"];
    filled(columns, people.map(row))
}

/// How often each piece changed, lately and before, in how many releases, and how much of its knowledge has gone.
pub(super) fn changes(facts: &Facts) -> Rows {
    let (uses, gone) = (Uses::of(facts), gone(facts));
    let row = |piece| {
        let changes = Changes::of(facts, &gone, uses.commits(piece));
        let authors = u32::try_from(uses.authors(facts, piece).len()).unwrap_or(u32::MAX);
        (changes.commits > 0).then(|| -> Vec<Cell> {
            vec![
                facts.piece_name(piece).into(),
                changes.commits.into(),
                changes.lately.into(),
                changes.before.into(),
                changes.releases.into(),
                authors.into(),
                Cell::Share(changes.gone),
                moment(changes.last).into(),
            ]
        })
    };
    let columns = &[
        "piece",
        "commits",
        "last_half_year",
        "half_year_before",
        "releases",
        "authors",
        "gone",
        "last",
    ];
    filled(columns, facts.pieces().filter_map(row))
}

/// The releases, the youngest first, with how many commits and pieces each was the first to have.
pub(super) fn releases(facts: &Facts) -> Rows {
    let mut brought: BTreeMap<u32, Vec<&Commit>> = BTreeMap::new();
    for commit in &facts.commits {
        if let Some(release) = commit.release {
            brought.entry(release).or_default().push(commit);
        }
    }
    let row = |(at, release): (usize, &crate::facts::Release)| {
        let commits = u32::try_from(at).ok().and_then(|at| brought.get(&at));
        let commits = commits.map_or(&[][..], Vec::as_slice);
        let modules = commits.iter().flat_map(|it| &it.modules).map(|id| facts.module_piece(*id));
        let tables = commits.iter().flat_map(|it| &it.tables).map(|id| facts.table_piece(*id));
        let pieces: BTreeSet<_> = modules.chain(tables).collect();
        let count = |count: usize| Cell::from(u32::try_from(count).unwrap_or(u32::MAX));
        let time = moment(release.time);
        vec![(&release.name).into(), time.into(), count(commits.len()), count(pieces.len())]
    };
    let releases = facts.releases.iter().enumerate().rev();
    filled(&["release", "time", "commits", "pieces"], releases.map(row))
}
