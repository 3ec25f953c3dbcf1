//! Older project files become today's: on a copy, so that the old file stays whole until the new one is.

use std::{fs, path::Path};

use rusqlite::Connection;

use super::{StoreError, beside, put_in_place, remove_if_there};

/// What makes the next version of each version, the first one's step first.
pub(super) const STEPS: &[&str] = &[
    // 2: history, as it was read.
    "CREATE TABLE history (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    // 3: what ran.
    RUNTIME,
    // 4: change sets and releases. Without a new import every commit stands for itself, and no release is known.
    "ALTER TABLE commits ADD COLUMN change_set INTEGER NOT NULL DEFAULT 0;
     ALTER TABLE commits ADD COLUMN release INTEGER;
     UPDATE commits SET change_set = id;
     CREATE TABLE releases (id INTEGER PRIMARY KEY, name TEXT NOT NULL, time INTEGER NOT NULL);",
];

/// The tables of what ran.
pub(super) const RUNTIME: &str = include_str!("runtime.sql");

/// Migrates a file of an older version; the old one is kept beside it as `NAME.vN`.
pub(super) fn migrate(path: &Path, version: u32, steps: &[&str]) -> Result<(), StoreError> {
    let unreadable = |reason| StoreError::Unreadable { path: path.to_owned(), reason };
    let missing = steps.get((version as usize).wrapping_sub(1)..);
    let Some(missing) = missing.filter(|_| version > 0) else {
        return Err(StoreError::NotAProject(path.to_owned()));
    };
    let copy = beside(path, "migrating");
    remove_if_there(&copy)?;
    {
        // Whatever a killed program left half-done is taken back before the file is copied.
        let connection = Connection::open(path)?;
        connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK;")?;
    }
    fs::copy(path, &copy).map_err(unreadable)?;
    let migrated = || -> Result<(), StoreError> {
        let mut connection = Connection::open(&copy)?;
        let transaction = connection.transaction()?;
        for step in missing {
            transaction.execute_batch(step)?;
        }
        let newest = u32::try_from(steps.len() + 1).unwrap_or(u32::MAX);
        transaction.pragma_update(None, "user_version", newest)?;
        transaction.commit()?;
        Ok(())
    };
    if let Err(error) = migrated() {
        remove_if_there(&copy)?;
        return Err(error);
    }
    let mut kept = path.as_os_str().to_owned();
    kept.push(format!(".v{version}"));
    fs::copy(path, Path::new(&kept)).map_err(unreadable)?;
    put_in_place(&copy, path)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn project(version: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.seamline");
        let connection = Connection::open(&path).expect("a database");
        connection.execute_batch("CREATE TABLE notes (text TEXT)").expect("a table");
        connection.pragma_update(None, "user_version", version).expect("a version");
        (folder, path)
    }

    fn check(path: &Path, version: u32, columns: i64) {
        let connection = Connection::open(path).expect("a database");
        let stored: u32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version");
        let count: i64 = connection
            .query_row("SELECT count(*) FROM pragma_table_info('notes')", [], |row| row.get(0))
            .expect("a table");
        assert_eq!((stored, count), (version, columns));
    }

    const TWO_STEPS: &[&str] =
        &["ALTER TABLE notes ADD COLUMN author TEXT", "ALTER TABLE notes ADD COLUMN time INTEGER"];

    #[test]
    fn an_old_file_is_migrated_and_kept() {
        let (_folder, path) = project(1);
        migrate(&path, 1, TWO_STEPS).expect("two good steps");
        check(&path, 3, 3);
        check(&path.with_extension("seamline.v1"), 1, 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_old_file_as_it_was() {
        let (folder, path) = project(2);
        migrate(&path, 2, &["", "ALTER TABLE nothing ADD COLUMN a"]).expect_err("no such table");
        check(&path, 2, 1);
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 1);
    }
}
