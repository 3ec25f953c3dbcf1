//! Change sets: commits that were made for one purpose, told by the ticket they name or by the branch they came with.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::raw::{Raw, RawCommit, State};

/// A project key counts only if commits name so many different tickets of it: `UTF-8` is no ticket.
const FEWEST_TICKETS: usize = 5;
/// Seconds without a commit after which a ticket that is named again is other work: 30 days.
const LONGEST_PAUSE: i64 = 30 * 86_400;
/// A branch that brings more commits than this is no single purpose: what it merged itself is looked at instead.
const MOST_COMMITS: usize = 20;

/// For every commit the number of its change set: the place of the youngest commit in it.
#[must_use]
pub fn sets(raw: &Raw) -> Vec<u32> {
    let mut sets = Sets((0..raw.commits.len()).collect());
    by_ticket(raw, &mut sets);
    by_branch(raw, &mut sets);
    let number = |at: usize| u32::try_from(sets.first(at)).unwrap_or(u32::MAX);
    (0..raw.commits.len()).map(number).collect()
}

/// By commit the one that stands for its set, or leads to it; the youngest stands for all.
struct Sets(Vec<usize>);

impl Sets {
    fn first(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        let (low, high) = (a.min(b), a.max(b));
        self.0[high] = low;
        // Keeps the ways short.
        self.0[a] = low;
        self.0[b] = low;
    }
}

fn counts(commit: &RawCommit) -> bool {
    !commit.is_merge() && commit.state == State::Whole
}

fn by_ticket(raw: &Raw, sets: &mut Sets) {
    let mut commits: BTreeMap<(&str, u32), Vec<usize>> = BTreeMap::new();
    for (at, commit) in raw.commits.iter().enumerate().filter(|(_, commit)| counts(commit)) {
        for ticket in tickets(&commit.subject) {
            commits.entry(ticket).or_default().push(at);
        }
    }
    let mut different: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in commits.keys() {
        *different.entry(key).or_default() += 1;
    }
    for ((key, _), places) in &commits {
        if different[key] < FEWEST_TICKETS {
            continue;
        }
        for pair in places.windows(2) {
            let pause = raw.commits[pair[0]].time - raw.commits[pair[1]].time;
            if pause.abs() <= LONGEST_PAUSE {
                sets.join(pair[0], pair[1]);
            }
        }
    }
}

/// Tickets that a message names: `ABC-12`, and `#12` under the empty key. A revert names those of another commit.
fn tickets(subject: &str) -> Vec<(&str, u32)> {
    if subject.starts_with("Revert") {
        return Vec::new();
    }
    let words = subject.split(|c: char| !(c.is_ascii_alphanumeric() || "-#_".contains(c)));
    words.filter_map(ticket).collect()
}

fn ticket(word: &str) -> Option<(&str, u32)> {
    let (key, number) = match word.strip_prefix('#') {
        Some(number) => ("", number),
        None => word.split_once('-')?,
    };
    let mut letters = key.bytes();
    let is_key = key.is_empty()
        || (key.len() >= 2
            && letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
            && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_key && is_number).then(|| Some((key, number.parse().ok()?))).flatten()
}

/// Commits that one merge brought to the line it was made on.
fn by_branch(raw: &Raw, sets: &mut Sets) {
    let mut is_known = vec![false; raw.commits.len()];
    let mut lines = if raw.commits.is_empty() { Vec::new() } else { vec![0] };
    while let Some(start) = lines.pop() {
        let line = main_line(raw, start, &mut is_known);
        // From the oldest merge on, so that each brings only what no other had brought.
        for merge in line.into_iter().rev().filter(|at| raw.commits[*at].is_merge()) {
            for side in parents(&raw.commits[merge]).skip(1) {
                let brought = brought(raw, side, &is_known);
                if brought.len() > MOST_COMMITS {
                    lines.push(side);
                    continue;
                }
                for at in &brought {
                    is_known[*at] = true;
                }
                let ordinary: Vec<usize> =
                    brought.into_iter().filter(|at| counts(&raw.commits[*at])).collect();
                ordinary.windows(2).for_each(|pair| sets.join(pair[0], pair[1]));
            }
        }
    }
}

fn parents(commit: &RawCommit) -> impl Iterator<Item = usize> + '_ {
    commit.parents.iter().filter(|parent| **parent != u32::MAX).map(|parent| *parent as usize)
}

/// A commit and its first parents, as far as they are not known yet.
fn main_line(raw: &Raw, start: usize, is_known: &mut [bool]) -> Vec<usize> {
    let mut line = Vec::new();
    let mut next = Some(start);
    while let Some(at) = next.filter(|at| !is_known[*at]) {
        is_known[at] = true;
        line.push(at);
        next = raw.commits[at].parents.first().filter(|at| **at != u32::MAX).map(|at| *at as usize);
    }
    line
}

/// What is reached from a commit and not known yet; ends soon after it is clear that it is too much.
fn brought(raw: &Raw, side: usize, is_known: &[bool]) -> Vec<usize> {
    let mut found = FxHashMap::default();
    let mut waiting = vec![side];
    while let Some(at) = waiting.pop() {
        if is_known[at] || found.len() > MOST_COMMITS || found.insert(at, ()).is_some() {
            continue;
        }
        waiting.extend(parents(&raw.commits[at]));
    }
    let mut places: Vec<usize> = found.into_keys().collect();
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    /// Commits are `(day, subject, parents)`, the youngest first; answers the set of each.
    fn check(commits: &[(i64, &str, &[u32])], expect: &[u32]) {
        let commit = |(day, subject, parents): &(i64, &str, &[u32])| RawCommit {
            time: day * 86_400,
            subject: (*subject).to_owned(),
            parents: parents.to_vec(),
            ..RawCommit::default()
        };
        let raw = Raw { commits: commits.iter().map(commit).collect(), ..Raw::default() };
        assert_eq!(sets(&raw), expect);
    }

    #[test]
    fn what_names_one_ticket_is_one_set_until_the_work_rests() {
        check(
            &[
                (50, "SHOP-7: later", &[1]),
                (9, "[SHOP-7] Add tax", &[2]),
                (8, "SHOP-1 SHOP-2", &[3]),
                (7, "SHOP-7 Begin UTF-8", &[4]),
                (6, "Revert \"SHOP-7 Begin\"", &[5]),
                (5, "SHOP-3 SHOP-4 UTF-8", &[]),
            ],
            &[0, 1, 2, 1, 4, 5],
        );
    }

    #[test]
    fn what_a_merge_brings_is_one_set() {
        // 0 merges 1 and 2, which were made on 4; 3 was made on the main line.
        check(
            &[
                (9, "Merge", &[3, 1]),
                (8, "Second", &[2]),
                (7, "First", &[4]),
                (6, "Other", &[4]),
                (5, "Begin", &[]),
            ],
            &[0, 1, 1, 3, 4],
        );
    }
}
