//! History from the text of a log, for monoliths whose repository is not at hand.
//!
//! Two shapes are read, with `--numstat`, `--name-only` or `--name-status` below either:
//!
//! ```text
//! --4f2a91c--2024-03-01--Ada Lovelace        git log --pretty=format:'--%h--%ad--%aN' --date=short
//! commit 4f2a91c…                            plain git log
//! ```

use jiff::{civil::Date, fmt::rfc2822, tz::TimeZone};

use super::raw::{Before, Change, Numbers, Person, Raw, RawCommit};
use crate::facts::{Place, Warning};

/// Reads a log; `name` is the file's, for warnings. The youngest commit comes first, as in the text.
#[must_use]
pub fn parse(name: &str, text: &str) -> Raw {
    let mut raw = Raw::default();
    let mut commits: Vec<Told> = Vec::new();
    let mut strange = 0;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_end_matches('\r');
        if let Some(commit) = header(line) {
            commits.push(commit);
            continue;
        }
        let Some(commit) = commits.last_mut() else {
            strange += u32::from(!line.trim().is_empty());
            continue;
        };
        if !detail(commit, line) {
            let message = format!("`{}` is no line of a log", shortened(line));
            let hint =
                "make it with git log --numstat --date=short --pretty=format:'--%h--%ad--%aN'";
            raw.warnings.push(Warning::new(Place::new(name, number), message, hint));
        }
    }
    if commits.is_empty() && strange > 0 {
        let hint = "make it with git log --numstat --date=short --pretty=format:'--%h--%ad--%aN'";
        raw.warnings.push(Warning::new(Place::new(name, 1), "this is no log of commits", hint));
    }
    number(&mut raw, commits);
    raw
}

/// A commit as the text tells it.
#[derive(Default)]
struct Told {
    id: String,
    time: i64,
    person: Person,
    subject: String,
    /// Paths, each with the one that it had before.
    changes: Vec<(String, Option<String>)>,
}

/// Names become numbers.
fn number(raw: &mut Raw, commits: Vec<Told>) {
    let (mut paths, mut people) = (Numbers::<String>::default(), Numbers::<Person>::default());
    for Told { id, time, person, subject, mut changes } in commits {
        changes.sort();
        changes.dedup();
        let change = |(path, from): (String, Option<String>)| Change {
            path: paths.number(&path),
            before: from.map_or(Before::Here, |from| Before::Moved(paths.number(&from))),
        };
        raw.commits.push(RawCommit {
            id,
            time,
            committed: time,
            person: people.number(&person),
            subject,
            changes: changes.into_iter().map(change).collect(),
            ..RawCommit::default()
        });
    }
    (raw.paths, raw.people) = (paths.items, people.items);
}

fn header(line: &str) -> Option<Told> {
    if let Some(rest) = line.strip_prefix("commit ") {
        let id = rest.split_whitespace().next()?;
        let is_id = id.len() >= 7 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        return is_id.then(|| Told { id: id.to_owned(), ..Told::default() });
    }
    let mut parts = line.strip_prefix("--")?.splitn(3, "--");
    let (id, date, name) = (parts.next()?, parts.next()?, parts.next()?);
    let time = date_seconds(date)?;
    let person = Person { name: name.to_owned(), ..Person::default() };
    Some(Told { id: id.to_owned(), time, person, ..Told::default() })
}

/// Reads a line below a header; `false` where it is none that belongs there.
fn detail(commit: &mut Told, line: &str) -> bool {
    if line.trim().is_empty() || line.starts_with("Merge: ") {
        return true;
    }
    if let Some(author) = line.strip_prefix("Author:") {
        let (name, email) = author.trim().rsplit_once(" <").unwrap_or((author.trim(), ""));
        commit.person.name = name.to_owned();
        commit.person.email = email.trim_end_matches('>').to_owned();
        return true;
    }
    if let Some(date) = line.strip_prefix("Date:") {
        commit.time = date_seconds(date.trim()).unwrap_or_default();
        return true;
    }
    if let Some(message) = line.strip_prefix("    ") {
        if commit.subject.is_empty() {
            commit.subject = message.to_owned();
        }
        return true;
    }
    match line.split('\t').collect::<Vec<_>>()[..] {
        [added, deleted, path] if is_count(added) && is_count(deleted) => {
            commit.changes.push(moved(path));
        }
        [status, path] if is_status(status) => {
            commit.changes.push((path.to_owned(), None));
        }
        [status, from, path] if is_status(status) => {
            commit.changes.push((path.to_owned(), Some(from.to_owned())));
        }
        [path] if !path.starts_with(' ') => {
            commit.changes.push((path.to_owned(), None));
        }
        _ => return false,
    }
    true
}

fn is_count(text: &str) -> bool {
    text == "-" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_status(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| "AMDRCTU".contains(c)) && chars.all(|c| c.is_ascii_digit())
}

/// `src/{old => new}/a.rb` and `old.rb => new.rb`, as numstat writes a rename.
fn moved(path: &str) -> (String, Option<String>) {
    let Some((before, after)) = path.split_once(" => ") else {
        return (path.to_owned(), None);
    };
    let (from, to) = match (before.rsplit_once('{'), after.split_once('}')) {
        (Some((head, old)), Some((new, tail))) => {
            let join = |middle: &str| format!("{head}{middle}{tail}").replace("//", "/");
            (join(old), join(new))
        }
        _ => (before.to_owned(), after.to_owned()),
    };
    (to, Some(from))
}

fn date_seconds(text: &str) -> Option<i64> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds);
    }
    if let Ok(date) = text.parse::<Date>() {
        return Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second());
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_second());
    }
    if let Ok(time) = rfc2822::parse(text) {
        return Some(time.timestamp().as_second());
    }
    let git = jiff::fmt::strtime::parse("%a %b %d %H:%M:%S %Y %z", text).ok()?;
    Some(git.to_timestamp().ok()?.as_second())
}

fn shortened(line: &str) -> String {
    line.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use pretty_assertions::assert_eq;

    use super::*;

    fn check(text: &str, expect: &str) {
        let raw = parse("x.log", text);
        let mut found = String::new();
        for commit in &raw.commits {
            let name = &raw.people[commit.person as usize].name;
            writeln!(found, "{} {} {name}", commit.id, commit.time).unwrap();
            for change in &commit.changes {
                let path = |at: u32| &raw.paths[at as usize];
                match change.before.elsewhere() {
                    Some(from) => {
                        writeln!(found, "  {} -> {}", path(from), path(change.path)).unwrap()
                    }
                    None => writeln!(found, "  {}", path(change.path)).unwrap(),
                }
            }
        }
        for warning in &raw.warnings {
            writeln!(found, "warning {warning}").unwrap();
        }
        assert_eq!(found, expect);
    }

    #[test]
    fn the_same_history_in_two_shapes_reads_the_same() {
        let expect = "\
4f2a91c 1709251200 Ada
  lib/a.rb
  src/old/b.rb -> src/new/b.rb
1111111 1709164800 Grace
  lib/a.rb
";
        check(
            "--4f2a91c--2024-03-01--Ada\n1\t2\tlib/a.rb\n0\t0\tsrc/{old => new}/b.rb\n\n\
             --1111111--2024-02-29--Grace\n-\t-\tlib/a.rb\n",
            expect,
        );
        check(
            "commit 4f2a91c\nAuthor: Ada <ada@example.org>\nDate:   Fri Mar 1 00:00:00 2024 +0000\n\n    \
             Move b\n\nM\tlib/a.rb\nR100\tsrc/old/b.rb\tsrc/new/b.rb\n\n\
             commit 1111111\nAuthor: Grace <g@example.org>\nDate:   2024-02-29\n\nM\tlib/a.rb\n",
            expect,
        );
    }

    #[test]
    fn what_is_no_log_is_said_once() {
        check(
            "hello\nworld\n",
            "warning x.log:1: this is no log of commits (make it with git log --numstat --date=short \
             --pretty=format:'--%h--%ad--%aN')\n",
        );
    }
}
