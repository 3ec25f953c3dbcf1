//! The project file: one SQLite database with facts, proposals with their histories, notes and layouts.
//!
//! Whole files are written beside their place and then put there, so that a file being saved is never the only
//! copy. Every command is a transaction of its own, committed before anybody is told that it was done.

mod change;
mod facts_in;
mod facts_out;
mod migrate;
mod proposals;
mod words;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use self::change::Names;
pub(super) use self::proposals::Key;
use crate::{
    facts::Facts, import::history::Kept, proposal::history::History, session::project::Options,
};

/// The version of the file's format that this program writes.
pub(super) const VERSION: u32 = 4;

/// Bytes of history in one row: far less than SQLite's largest value.
const HISTORY_PART: usize = 64 << 20;

/// What marks an SQLite database as a Seamline project: `Seam` in ASCII.
const APPLICATION_ID: u32 = 0x5365_616d;

/// Why a project file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: {reason}")]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("{0} is not a Seamline project")]
    NotAProject(PathBuf),
    #[error(
        "{path} was written by a newer Seamline: its format is version {version}, and this program \
         reads up to version {VERSION}. Open it with the newer program"
    )]
    Newer { path: PathBuf, version: u32 },
    #[error("Another program has changed this project. Open it again to go on from there")]
    ChangedElsewhere,
    #[error("{0} can only be read, not written")]
    ReadOnly(PathBuf),
    #[error("The project file could not be read or written: {0}")]
    Database(#[from] rusqlite::Error),
}

/// An open project file.
pub(super) struct Store {
    connection: Connection,
    path: PathBuf,
    names: Names,
    writable: bool,
    identity: Option<(u64, u64)>,
}

/// What a project file holds.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) facts: Facts,
    pub(super) proposals: Vec<(Key, History)>,
    pub(super) layouts: Vec<Option<String>>,
    /// Where the monolith's source was when it was imported.
    pub(super) folder: Option<PathBuf>,
    /// How it was imported.
    pub(super) asked: Option<Options>,
}

/// What a whole file is made from.
pub(super) struct Contents<'a> {
    pub(super) facts: &'a Facts,
    pub(super) history: &'a Kept,
    pub(super) proposals: &'a [History],
    pub(super) layouts: &'a [Option<String>],
    pub(super) folder: Option<&'a Path>,
    pub(super) asked: Option<&'a Options>,
}

/// A whole file that lies beside its place: putting it there takes no time worth speaking of.
pub(super) struct Unplaced {
    unfinished: PathBuf,
    path: PathBuf,
    names: Names,
    keys: Vec<Key>,
}

impl Unplaced {
    /// Writes a whole file beside the place it is for.
    pub(super) fn write(path: &Path, contents: &Contents<'_>) -> Result<Self, StoreError> {
        let names = Names::new(contents.facts);
        let unfinished = beside(path, "saving");
        remove_if_there(&unfinished)?;
        let keys = write_whole(&unfinished, contents, &names).inspect_err(|_| {
            // What was written so far is of no use; that it can't be removed changes nothing.
            drop(fs::remove_file(&unfinished));
        })?;
        Ok(Self { unfinished, path: path.to_owned(), names, keys })
    }

    /// Puts the file in its place, whatever was there before, and opens it. Answers the keys of the proposals.
    pub(super) fn place(self) -> Result<(Store, Vec<Key>), StoreError> {
        put_in_place(&self.unfinished, &self.path)?;
        let (connection, writable) = connect(&self.path)?;
        Ok((Store::of(connection, &self.path, self.names, writable), self.keys))
    }

    /// Forgets what was written.
    pub(super) fn remove(self) {
        // What lies beside its place is of no use; that it can't be removed changes nothing.
        drop(fs::remove_file(&self.unfinished));
    }
}

impl std::fmt::Debug for Unplaced {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unplaced").field("path", &self.path).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a project file and reads all of it. A file of an older version is migrated on a copy first.
    pub(super) fn open(path: &Path) -> Result<(Self, Stored), StoreError> {
        check_is_project(path)?;
        let version = version_of(path)?;
        if version < VERSION {
            migrate::migrate(path, version, migrate::STEPS)?;
        }
        let (connection, writable) = connect(path)?;
        let facts = facts_in::read(&connection)?;
        let names = Names::new(&facts);
        let proposals = proposals::read(&connection, &names)?;
        let layout = |(key, _): &(Key, History)| {
            let select = "SELECT layout FROM layouts WHERE proposal = ?";
            connection.query_row(select, [key], |row| row.get(0)).optional()
        };
        let layouts = proposals.iter().map(layout).collect::<Result<_, _>>()?;
        // Optional: files of programs that didn't keep it have no such line, and other programs pass over it.
        let meta = |key: &str| -> Result<Option<String>, StoreError> {
            let select = "SELECT value FROM meta WHERE key = ?";
            Ok(connection.query_row(select, [key], |row| row.get(0)).optional()?)
        };
        let folder = meta("folder")?.map(PathBuf::from);
        // What another program wrote there and this one can't read is as if nothing was asked for.
        let asked = meta("import")?.and_then(|asked| serde_json::from_str(&asked).ok());
        let store = Self::of(connection, path, names, writable);
        Ok((store, Stored { facts, proposals, layouts, folder, asked }))
    }

    /// Writes a whole file, whatever was there before, and opens it. Answers the keys of the proposals.
    pub(super) fn create(
        path: &Path,
        contents: &Contents<'_>,
    ) -> Result<(Self, Vec<Key>), StoreError> {
        Unplaced::write(path, contents)?.place()
    }

    fn of(connection: Connection, path: &Path, names: Names, writable: bool) -> Self {
        Self { connection, path: path.to_owned(), names, writable, identity: identity(path) }
    }

    /// Commits as the last import read them.
    pub(super) fn history(&self) -> Result<Kept, StoreError> {
        let select = "SELECT bytes FROM history ORDER BY part";
        let mut statement = self.connection.prepare(select)?;
        let parts = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(Kept::of_bytes(parts.concat()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether commands can be written.
    pub(super) fn writable(&self) -> bool {
        self.writable
    }

    pub(super) fn add(&mut self, facts: &Facts, history: &History) -> Result<Key, StoreError> {
        self.transact(|connection, names| {
            proposals::insert(connection, facts, names, history).map_err(StoreError::from)
        })
    }

    /// Writes the step that was just done.
    pub(super) fn append(
        &mut self,
        facts: &Facts,
        key: Key,
        history: &History,
    ) -> Result<(), StoreError> {
        self.transact(|connection, names| proposals::append(connection, facts, names, key, history))
    }

    /// Writes which revision counts from now on; `from` counted until now.
    pub(super) fn go_to(
        &mut self,
        facts: &Facts,
        key: Key,
        history: &History,
        from: usize,
    ) -> Result<(), StoreError> {
        self.transact(|connection, _| proposals::go_to(connection, facts, key, history, from))
    }

    pub(super) fn remove(&mut self, key: Key) -> Result<(), StoreError> {
        self.transact(|connection, _| proposals::remove(connection, key).map_err(StoreError::from))
    }

    pub(super) fn rename(&mut self, key: Key, name: &str) -> Result<(), StoreError> {
        self.transact(|connection, _| {
            let update = "UPDATE proposals SET name = ? WHERE id = ?";
            connection.execute(update, rusqlite::params![name, key])?;
            Ok(())
        })
    }

    pub(super) fn set_layout(&mut self, key: Key, layout: &str) -> Result<(), StoreError> {
        self.transact(|connection, _| {
            let insert = "INSERT OR REPLACE INTO layouts (proposal, layout) VALUES (?, ?)";
            connection.execute(insert, rusqlite::params![key, layout])?;
            Ok(())
        })
    }

    fn transact<T>(
        &mut self,
        work: impl FnOnce(&Connection, &Names) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly(self.path.clone()));
        }
        if identity(&self.path) != self.identity {
            return Err(StoreError::ChangedElsewhere);
        }
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction, &self.names)?;
        transaction.commit()?;
        Ok(result)
    }
}

fn write_whole(
    path: &Path,
    contents: &Contents<'_>,
    names: &Names,
) -> Result<Vec<Key>, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(include_str!("schema.sql"))?;
    transaction.execute_batch(migrate::RUNTIME)?;
    facts_out::write(&transaction, contents.facts)?;
    for (part, bytes) in (0_i64..).zip(contents.history.bytes().chunks(HISTORY_PART)) {
        let insert = "INSERT INTO history (part, bytes) VALUES (?, ?)";
        transaction.execute(insert, rusqlite::params![part, bytes])?;
    }
    if let Some(folder) = contents.folder.and_then(Path::to_str) {
        transaction.execute("INSERT OR REPLACE INTO meta VALUES ('folder', ?)", [folder])?;
    }
    if let Some(asked) = contents.asked.and_then(|asked| serde_json::to_string(asked).ok()) {
        transaction.execute("INSERT OR REPLACE INTO meta VALUES ('import', ?)", [asked])?;
    }
    let mut keys = Vec::new();
    for (at, history) in contents.proposals.iter().enumerate() {
        let key = proposals::insert(&transaction, contents.facts, names, history)?;
        if let Some(layout) = contents.layouts.get(at).and_then(Option::as_ref) {
            let insert = "INSERT INTO layouts (proposal, layout) VALUES (?, ?)";
            transaction.execute(insert, rusqlite::params![key, layout])?;
        }
        keys.push(key);
    }
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(keys)
}

/// Opens a database to write where that is possible, otherwise to read.
fn connect(path: &Path) -> Result<(Connection, bool), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    let writable = !connection.is_readonly("main")?;
    // The rollback journal keeps everything in one file; every commit waits until the disk has it.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;")?;
    Ok((connection, writable))
}

/// A look at the first bytes, so that no other file is ever opened as a database, let alone changed.
fn check_is_project(path: &Path) -> Result<(), StoreError> {
    use io::Read as _;
    let unreadable = |reason| StoreError::Unreadable { path: path.to_owned(), reason };
    let mut head = [0; 100];
    let mut file = fs::File::open(path).map_err(unreadable)?;
    match file.read_exact(&mut head) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(StoreError::NotAProject(path.to_owned()));
        }
        Err(error) => return Err(unreadable(error)),
    }
    let is_project =
        head.starts_with(b"SQLite format 3\0") && head[68..72] == APPLICATION_ID.to_be_bytes();
    if is_project { Ok(()) } else { Err(StoreError::NotAProject(path.to_owned())) }
}

/// The version of the file's format; refused when it is newer than this program.
fn version_of(path: &Path) -> Result<u32, StoreError> {
    let (connection, _) = connect(path)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), version });
    }
    Ok(version)
}

/// The path of a file that is used while `path` is being made.
fn beside(path: &Path, what: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{what}-{}", std::process::id()))
}

/// Puts a finished file where it belongs, once the disk has it.
fn put_in_place(finished: &Path, path: &Path) -> Result<(), StoreError> {
    let unreadable = |reason| StoreError::Unreadable { path: path.to_owned(), reason };
    fs::File::open(finished).and_then(|file| file.sync_all()).map_err(unreadable)?;
    let mut journal = path.as_os_str().to_owned();
    journal.push("-journal");
    if Path::new(&journal).exists() {
        // A killed program left a step half-done. It must not be taken back from the file that comes now.
        drop(
            Connection::open(path).and_then(|old| old.execute_batch("BEGIN IMMEDIATE; ROLLBACK;")),
        );
        remove_if_there(Path::new(&journal))?;
    }
    fs::rename(finished, path).map_err(unreadable)
}

/// What tells a file from another that was put in its place.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Elsewhere an open file can't be replaced.
#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::Unreadable { path: path.to_owned(), reason })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
