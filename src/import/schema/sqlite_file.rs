//! Reads tables, columns and keys out of a SQLite database file, without changing or trusting it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    script::FileReading,
    sql::{self, splitter::Statement},
};
use crate::{
    facts::{Place, TableKind},
    import::schema::dialect::Dialect,
};

/// The first bytes of every SQLite database.
pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

/// Reads a file that begins with [`MAGIC`].
pub(crate) fn read(file: &Path, path: &str) -> FileReading {
    let mut reading = FileReading::new(path, Dialect::Sqlite.name());
    if let Err(error) = open(file).and_then(|connection| tables(&connection, &mut reading)) {
        reading.warn(
            0,
            format!("the database can't be read: {error}"),
            "is it whole, and not encrypted?",
        );
    }
    reading
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let escaped: String = file
        .to_string_lossy()
        .chars()
        .map(|c| match c {
            '%' | '?' | '#' => format!("%{:02x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

fn tables(connection: &Connection, reading: &mut FileReading) -> rusqlite::Result<()> {
    let mut all = connection.prepare(
        "SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view') \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
    )?;
    let rows = all.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
    })?;
    for row in rows {
        let (name, kind, sql) = row?;
        reading.report.statements += 1;
        let view = kind == "view";
        let found = if view { view_of(sql.as_deref()) } else { table(connection, &name) };
        match found {
            Ok(table) => {
                reading.report.understood += 1;
                let place = Place::new(reading.report.path.clone(), 0);
                reading.changes.push((Change::CreateTable(Box::new(table)), place));
            }
            Err(error) => {
                let message = format!("`{name}` can't be read: {error}");
                reading.warn(0, message, "the other tables were read");
            }
        }
    }
    Ok(())
}

/// A view is read from its text: asking SQLite for its columns would run what the file says.
fn view_of(sql: Option<&str>) -> rusqlite::Result<NewTable> {
    let text = sql.unwrap_or_default().to_owned();
    let length = text.len() as u64;
    let statement = Statement { text, offset: 0, length, line: 1, whole: true };
    let changes = sql::read(&statement, Dialect::Sqlite).changes;
    changes
        .into_iter()
        .find_map(|(change, _)| match change {
            Change::CreateTable(table) if table.kind == TableKind::View => Some(*table),
            _ => None,
        })
        .ok_or(rusqlite::Error::InvalidQuery)
}

fn table(connection: &Connection, name: &str) -> rusqlite::Result<NewTable> {
    let mut table = NewTable { name: TableName::bare(name), ..NewTable::default() };
    let mut primary: Vec<(u32, String)> = Vec::new();
    let mut columns = connection
        .prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let mut rows = columns.query([name])?;
    while let Some(row) = rows.next()? {
        let column: String = row.get(0)?;
        let data_type = row.get::<_, String>(1)?.to_lowercase();
        let rank: u32 = row.get(3)?;
        if rank > 0 {
            primary.push((rank, column.clone()));
        }
        let nullable = !row.get::<_, bool>(2)? && rank == 0;
        table.columns.push(NewColumn { name: column, data_type, nullable });
    }
    primary.sort();
    if !primary.is_empty() {
        let columns = primary.into_iter().map(|(_, column)| column).collect();
        table.keys.push(NewKey { columns, primary: true, ..NewKey::default() });
    }
    unique_keys(connection, &mut table)?;
    foreign_keys(connection, &mut table)?;
    Ok(table)
}

fn unique_keys(connection: &Connection, table: &mut NewTable) -> rusqlite::Result<()> {
    let mut indexes = connection.prepare(
        "SELECT i.name, c.name FROM pragma_index_list(?1) i, pragma_index_info(i.name) c \
         WHERE i.\"unique\" AND NOT i.partial AND i.origin <> 'pk' ORDER BY i.name, c.seqno",
    )?;
    let mut rows = indexes.query([table.name.name.clone()])?;
    let mut keys: Vec<(String, Vec<Option<String>>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (index, column): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        match keys.last_mut().filter(|(name, _)| *name == index) {
            Some((_, columns)) => columns.push(column),
            None => keys.push((index, vec![column])),
        }
    }
    for (name, columns) in keys {
        // A part without a name is an expression, and then it is no key of columns.
        if let Some(columns) = columns.into_iter().collect::<Option<Vec<String>>>() {
            table.keys.push(NewKey { name, columns, ..NewKey::default() });
        }
    }
    Ok(())
}

fn foreign_keys(connection: &Connection, table: &mut NewTable) -> rusqlite::Result<()> {
    let mut list = connection.prepare(
        "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq",
    )?;
    let mut rows = list.query([table.name.name.clone()])?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let (from, to): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        if last != Some(id) {
            let to = TableName::bare(&row.get::<_, String>(1)?);
            table.foreign_keys.push(NewForeignKey { to, ..NewForeignKey::default() });
            last = Some(id);
        }
        if let Some(key) = table.foreign_keys.last_mut() {
            key.columns.push(from);
            key.to_columns.extend(to);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::import::schema;

    #[test]
    fn tables_and_keys_of_a_file_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b#c.db");
        let connection = Connection::open(&file).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE owners (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE);
                 CREATE TABLE pets (owner_id INTEGER REFERENCES owners, n INT, PRIMARY KEY (owner_id, n));
                 CREATE VIEW old AS SELECT n FROM pets;",
            )
            .unwrap();
        drop(connection);
        let files = ["a b#c.db".to_owned()];
        let schema = schema::read(folder.path(), &files, &crate::import::progress::Unwatched);
        assert_eq!(
            schema::print(&schema),
            "table old view: n int null
table owners: id integer primary, email text unique
table pets: owner_id integer primary, n int primary
key pets(owner_id) -> owners(id)
"
        );
    }

    #[test]
    fn a_broken_file_is_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = MAGIC.to_vec();
        bytes.extend([7; 4000]);
        std::fs::write(folder.path().join("x.sqlite"), bytes).unwrap();
        std::fs::write(folder.path().join("Thumbs.db"), [0xD0, 0xCF]).unwrap();
        let files = ["Thumbs.db".to_owned(), "x.sqlite".to_owned()];
        let schema = schema::read(folder.path(), &files, &crate::import::progress::Unwatched);
        assert_eq!(schema.tables, Vec::new());
        assert_eq!(schema.warnings.len(), 1);
    }
}
