//! Recognising commits that say nothing about what belongs together: bots, formatting, licences, mass moves.

use super::{
    paths::Paths,
    raw::{Before, Raw, RawCommit},
};

/// No commit with fewer modules than this is left out because of its size alone.
const SMALLEST_BULK: usize = 12;

/// Whether a name or address is that of a program.
#[must_use]
pub fn is_bot(name: &str, email: &str) -> bool {
    let name = name.to_lowercase();
    let email = email.to_lowercase();
    let words = || name.split(|c: char| !c.is_alphanumeric());
    let known = ["dependabot", "renovate", "greenkeeper", "snyk", "bors", "mergify", "semantic"];
    name.contains("[bot]")
        || email.contains("[bot]")
        || words().any(|word| word == "bot")
        || name.ends_with("-bot")
        || email.starts_with("bot@")
        || email.starts_with("noreply+bot")
        || known.iter().any(|bot| name.starts_with(bot))
        || name == "github actions"
        || name == "github-actions"
        || name.starts_with("weblate")
        || name.starts_with("transifex")
}

/// For every commit, why it is left out of co-change; `None` for an ordinary one.
///
/// Size is judged against the repository's own commits: the logarithm of the number of modules is compared with
/// the median, in units of the median absolute deviation, so that one rule serves repositories of any habit.
#[must_use]
pub fn reasons(raw: &Raw, paths: &Paths<'_>) -> Vec<Option<String>> {
    let modules = |commit: &RawCommit| modules(commit, paths);
    let counts: Vec<usize> = raw.commits.iter().map(modules).collect();
    let limit = size_limit(&counts, paths.module_count());
    let judge = |(commit, modules): (&RawCommit, &usize)| {
        let known_as = raw.author(commit);
        if is_bot(&known_as.name, &known_as.email) {
            return Some(format!("made by the bot {}", known_as.name));
        }
        reason(commit, *modules, limit, paths)
    };
    raw.commits.iter().zip(&counts).map(judge).collect()
}

/// How many modules a commit changed.
fn modules(commit: &RawCommit, paths: &Paths<'_>) -> usize {
    let named = commit.changes.iter().filter(|change| paths.is_module(change.path)).count();
    // Where a module was before is listed apart, unless its content stayed the same.
    named.saturating_sub(moved_modules(commit, paths, |before| matches!(before, Before::Alike(_))))
}

/// Modules that a commit moved, in the ways that count.
fn moved_modules(commit: &RawCommit, paths: &Paths<'_>, counts: impl Fn(Before) -> bool) -> usize {
    let changes = commit.changes.iter();
    changes.filter(|change| counts(change.before) && paths.is_module(change.path)).count()
}

fn reason(commit: &RawCommit, modules: usize, limit: usize, paths: &Paths<'_>) -> Option<String> {
    let files = commit.changes.len();
    if commit.root && files > SMALLEST_BULK {
        return Some(format!("the beginning of the history: {files} files at once"));
    }
    let moved = commit.changes.iter().filter(|it| matches!(it.before, Before::Moved(_))).count();
    if moved >= SMALLEST_BULK && moved * 2 > files {
        return Some(format!("moves {moved} of its {files} files"));
    }
    // Whether files are alike is known only of those that are modules today.
    let moved = moved_modules(commit, paths, |before| before != Before::Here);
    if moved >= SMALLEST_BULK && moved * 2 > modules {
        return Some(format!("moves {moved} of its {modules} modules"));
    }
    if modules >= SMALLEST_BULK
        && let Some(word) = mechanical_word(&commit.subject)
    {
        return Some(format!("“{word}” over {modules} modules"));
    }
    (modules > limit).then(|| format!("{modules} modules at once; here {limit} is already much"))
}

/// The largest number of modules that an ordinary commit of this repository changes.
///
/// `exp(median + 4 · 1.4826 · MAD)` over the logarithms of the counts, of commits that touch two modules or
/// more; at least [`SMALLEST_BULK`], at most 80, and never more than half of all modules, but for tiny monoliths.
fn size_limit(counts: &[usize], modules: usize) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "counts of files are far below 2^52")]
    let mut logs: Vec<f64> =
        counts.iter().filter(|count| **count >= 2).map(|count| (*count as f64).ln()).collect();
    if logs.is_empty() {
        return SMALLEST_BULK;
    }
    let middle = median(&mut logs);
    let mut distances: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    let spread = 1.4826 * median(&mut distances);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a small range right away"
    )]
    let statistical = (middle + 4.0 * spread).exp().clamp(0.0, 80.0) as usize;
    let half = (modules / 2).max(SMALLEST_BULK);
    statistical.clamp(SMALLEST_BULK, half)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A word in a message that names work done by a machine over many files.
fn mechanical_word(subject: &str) -> Option<&'static str> {
    const WORDS: [&str; 22] = [
        "license",
        "licence",
        "copyright",
        "header",
        "format",
        "reformat",
        "formatting",
        "whitespace",
        "indent",
        "indentation",
        "prettier",
        "rubocop",
        "eslint",
        "lint",
        "spotless",
        "black",
        "isort",
        "checkstyle",
        "clippy",
        "typo",
        "typos",
        "codemod",
    ];
    let subject = subject.to_lowercase();
    let words: Vec<&str> = subject.split(|c: char| !c.is_alphanumeric()).collect();
    WORDS.into_iter().find(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::import::history::{
        Today,
        raw::{Change, Person},
    };

    /// Files are numbers, by which they are named.
    fn commit(person: u32, subject: &str, files: std::ops::Range<u32>) -> RawCommit {
        let change = |path| Change { path, before: Before::Here };
        let changes = files.map(change).collect();
        RawCommit { person, subject: subject.to_owned(), changes, ..RawCommit::default() }
    }

    fn check(people: &[&str], commits: Vec<RawCommit>, expect: &[Option<&str>]) {
        let modules: Vec<String> = (0..200).map(|n| format!("{n:03}.rb")).collect();
        let schema = BTreeMap::new();
        let person = |name: &&str| Person { name: (*name).to_owned(), ..Person::default() };
        let people = people.iter().map(person).collect();
        let raw = Raw { commits, paths: modules.clone(), people, ..Raw::default() };
        let paths = Paths::follow(&raw, &Today { modules: &modules, schema: &schema });
        let found = reasons(&raw, &paths);
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        assert_eq!(&found[..expect.len()], expect);
    }

    #[test]
    fn bots_formatting_and_outliers_are_told_with_their_reason() {
        let mut commits = vec![
            commit(1, "Bump", 0..1),
            commit(0, "Apply prettier", 0..20),
            commit(0, "Rework billing", 0..70),
            commit(0, "Rework billing", 0..9),
        ];
        commits.extend((0..30).map(|n| commit(0, "Work", n..n + 3)));
        check(
            &["ada", "dependabot[bot]"],
            commits,
            &[
                Some("made by the bot dependabot[bot]"),
                Some("“prettier” over 20 modules"),
                Some("70 modules at once; here 12 is already much"),
                None,
            ],
        );
    }

    #[test]
    fn people_whose_names_contain_bot_are_people() {
        assert!(!is_bot("Abbott", "abbott@example.org"));
        assert!(is_bot("release-bot", "x@example.org"));
    }
}
