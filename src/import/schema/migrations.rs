//! Which scripts are migrations that belong together, and in which order they run.
//!
//! Recognised by name: Flyway (`V1_2__x.sql`, `R__x.sql`), golang-migrate and sqlx (`0001_x.up.sql`), Diesel and
//! Prisma (`2020-01-01-000000_x/up.sql`, `…/migration.sql`), dbmate, goose, drizzle and everybody's
//! `001_x.sql`. What takes a migration back is left out.

use super::dialect::Dialect;

/// A script's place in a row of migrations. Orders as the tools do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    /// Repeatable migrations run after all others.
    repeatable: bool,
    /// Dates come after numbers.
    date: bool,
    numbers: Vec<u64>,
    digits: String,
    rest: String,
}

/// What a path says about a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Stands for itself.
    Script,
    /// Runs in its turn among the others of its folder.
    Migration { folder: String, version: Version },
    /// Takes something back, so it is not read.
    Undo,
}

/// Folders whose numbered scripts are migrations.
const FOLDERS: [&str; 18] = [
    "migration",
    "migrations",
    "migrate",
    "evolutions",
    "versions",
    "changes",
    "changesets",
    "updates",
    "update",
    "upgrade",
    "upgrades",
    "deltas",
    "patches",
    "db-migrations",
    "flyway",
    "drizzle",
    "changelog",
    "changelogs",
];

/// Tells what a script is for, from its path alone.
pub(crate) fn role(path: &str) -> Role {
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    let lower = file.to_ascii_lowercase();
    let stem = lower.strip_suffix(".sql").unwrap_or(&lower);
    let folder_undoes = parts.last().is_some_and(|folder| {
        matches!(folder.to_ascii_lowercase().as_str(), "down" | "undo" | "rollback" | "rollbacks")
    });
    let undoes = folder_undoes
        || stem == "down"
        || [".down", "_down", "-down", ".rollback", "_rollback", "-rollback", ".undo", "_undo"]
            .iter()
            .any(|end| stem.ends_with(end));
    if undoes {
        return Role::Undo;
    }
    if let Some(role) = flyway(file, &parts) {
        return role;
    }
    if matches!(stem, "up" | "migration")
        && let Some((own, above)) = parts.split_last()
        && let Some(version) = version(own)
    {
        return Role::Migration { folder: root(above), version };
    }
    match version(stem.strip_suffix(".up").unwrap_or(stem)) {
        Some(version) => Role::Migration { folder: root(&parts), version },
        None => Role::Script,
    }
}

/// Whether a folder of migrations says by its name that this is what it holds.
pub(crate) fn is_named_so(folder: &str) -> bool {
    folder.split('/').any(|part| FOLDERS.contains(&part.to_ascii_lowercase().as_str()))
}

/// `V1_2__add_users.sql`, `R__views.sql`, `B3__base.sql`; `U1__…` takes back.
fn flyway(file: &str, folders: &[&str]) -> Option<Role> {
    let (head, name) = file.split_once("__")?;
    let kind = head.chars().next()?;
    let number = &head[kind.len_utf8()..];
    let numbered = number.starts_with(|c: char| c.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-'));
    match kind {
        'U' if numbered => Some(Role::Undo),
        'V' | 'v' | 'B' if numbered => {
            let numbers = number
                .split(['.', '_', '-'])
                .map(|part| part.parse().unwrap_or(u64::MAX))
                .collect();
            let rest = format!("{name}{}", if kind == 'B' { "~" } else { "" });
            let digits = String::new();
            let version = Version { repeatable: false, date: false, numbers, digits, rest };
            Some(Role::Migration { folder: root(folders), version })
        }
        'R' if number.is_empty() => {
            let version = Version {
                repeatable: true,
                date: false,
                numbers: Vec::new(),
                digits: String::new(),
                rest: name.to_owned(),
            };
            Some(Role::Migration { folder: root(folders), version })
        }
        _ => None,
    }
}

/// The version at the beginning of a name: `20140924113530_x`, `2020-01-01-000000_x`, `0001-x`, `1.10.2`.
fn version(name: &str) -> Option<Version> {
    let bytes = name.strip_prefix(['v', 'V']).unwrap_or(name).as_bytes();
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        let inner = matches!(byte, b'.' | b'-')
            && end > 0
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !byte.is_ascii_digit() && !inner {
            break;
        }
        end += 1;
    }
    let ends_well = bytes.get(end).is_none_or(|&byte| matches!(byte, b'_' | b'-' | b'.' | b' '));
    if end == 0 || !ends_well {
        return None;
    }
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let rest = name[name.len() - (bytes.len() - end)..].to_owned();
    let digits: String = head.chars().filter(char::is_ascii_digit).collect();
    let date = digits.len() >= 8 && (digits.starts_with("19") || digits.starts_with("20"));
    let numbers = if date {
        Vec::new()
    } else {
        head.split(['.', '-']).map(|part| part.parse().unwrap_or(u64::MAX)).collect()
    };
    let digits = if date { digits } else { String::new() };
    Some(Version { repeatable: false, date, numbers, digits, rest })
}

/// The folder whose migrations form one row: the lowest that is called like one, or that a database is named in
/// below it; else the folder itself.
fn root(folders: &[&str]) -> String {
    let named =
        folders.iter().rposition(|folder| FOLDERS.contains(&folder.to_ascii_lowercase().as_str()));
    let dialect = folders.iter().rposition(|folder| Dialect::named_in(folder).is_some());
    let end = match (named, dialect) {
        (Some(named), Some(dialect)) => named.max(dialect) + 1,
        (Some(named), None) => named + 1,
        (None, _) => folders.len(),
    };
    folders[..end].join("/")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[track_caller]
    fn in_order(folder: &str, paths: &[&str]) {
        let versions: Vec<Version> = paths
            .iter()
            .map(|path| match role(path) {
                Role::Migration { folder: own, version } => {
                    assert_eq!(own, folder, "{path}");
                    version
                }
                other => panic!("{path} is {other:?}"),
            })
            .collect();
        assert!(versions.is_sorted(), "{versions:#?}");
    }

    #[test]
    fn versions_order_as_their_tools_do() {
        in_order(
            "db/migration",
            &[
                "db/migration/V1__a.sql",
                "db/migration/V1_1__b.sql",
                "db/migration/2020/V2__c.sql",
                "db/migration/V10__d.sql",
                "db/migration/R__views.sql",
            ],
        );
        in_order("migrations", &["migrations/000002_a.up.sql", "migrations/000010_b.up.sql"]);
        in_order(
            "migrations",
            &[
                "migrations/00000000000000_setup/up.sql",
                "migrations/20140924113530_a/up.sql",
                "migrations/2020-01-01-000000_b/up.sql",
                "migrations/2026-07-30-140000-0000_c/up.sql",
            ],
        );
        in_order(
            "m/mysql",
            &["m/mysql/2024-03-06-170000_a/up.sql", "m/mysql/2024-03-13_17_b/up.sql"],
        );
        in_order("db", &["db/1.2.0.sql", "db/1.10.0.sql"]);
    }

    #[test]
    fn what_takes_back_is_told_apart() {
        for path in ["m/1_a.down.sql", "m/1_a/down.sql", "m/U1__a.sql", "m/rollback/1_a.sql"] {
            assert_eq!(role(path), Role::Undo, "{path}");
        }
        for path in ["db/schema.sql", "db/up.sql", "2fa.sql", "db/3d-models/schema.sql"] {
            assert_eq!(role(path), Role::Script, "{path}");
        }
    }
}
