//! Proposals in the project file: every step as it is done, and the revision that counts for readers of SQL.

use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::{
    StoreError,
    change::{Change, Names, command_from, command_json, mended},
    words::Word,
};
use crate::{
    facts::{Facts, Piece},
    proposal::{
        Proposal,
        history::{History, Revision},
    },
};

/// The number a proposal has in its file.
pub(in crate::session) type Key = i64;

/// Writes a proposal with all its revisions.
pub(super) fn insert(
    connection: &Connection,
    facts: &Facts,
    names: &Names,
    history: &History,
) -> Result<Key> {
    let insert = "INSERT INTO proposals (position, name, revision)
                  VALUES ((SELECT coalesce(max(position), -1) + 1 FROM proposals), ?, ?)";
    connection.execute(insert, params![history.current().name, number(history.at())])?;
    let key = connection.last_insert_rowid();
    let mut before = None;
    for (at, revision) in history.revisions().iter().enumerate() {
        let change = match before {
            None => Change::beginning(names, &revision.proposal),
            Some(before) => Change::between(names, before, &revision.proposal),
        };
        insert_revision(connection, names, key, at, revision, &change)?;
        before = Some(&*revision.proposal);
    }
    write_current(connection, facts, key, None, history.current())?;
    Ok(key)
}

/// Writes the step that was just done. `before` is the proposal it was done on.
pub(super) fn append(
    connection: &Connection,
    facts: &Facts,
    names: &Names,
    key: Key,
    history: &History,
) -> Result<(), StoreError> {
    let at = history.at();
    let (Some(before), Some(revision)) = (history.before(), history.revisions().get(at)) else {
        return Ok(());
    };
    expect_revision(connection, key, at - 1)?;
    connection.execute(
        "DELETE FROM revisions WHERE proposal = ? AND number >= ?",
        params![key, number(at)],
    )?;
    let change = Change::between(names, before, &revision.proposal);
    insert_revision(connection, names, key, at, revision, &change)?;
    set_revision(connection, key, at)?;
    write_current(connection, facts, key, Some(before), &revision.proposal)?;
    Ok(())
}

/// Writes which revision counts from now on; `from` counted until now.
pub(super) fn go_to(
    connection: &Connection,
    facts: &Facts,
    key: Key,
    history: &History,
    from: usize,
) -> Result<(), StoreError> {
    expect_revision(connection, key, from)?;
    set_revision(connection, key, history.at())?;
    let before = history.revisions().get(from).map(|revision| &*revision.proposal);
    write_current(connection, facts, key, before, history.current())?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, key: Key) -> Result<()> {
    for table in ["layouts", "notes", "placements", "services", "revisions"] {
        connection.execute(&format!("DELETE FROM {table} WHERE proposal = ?"), [key])?;
    }
    connection.execute("DELETE FROM proposals WHERE id = ?", [key])?;
    Ok(())
}

/// Reads all proposals with their histories, in their order.
pub(super) fn read(connection: &Connection, names: &Names) -> Result<Vec<(Key, History)>> {
    let mut select =
        connection.prepare("SELECT id, name, revision FROM proposals ORDER BY position, id")?;
    let rows: Vec<(Key, String, i64)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_>>()?;
    let mut proposals = Vec::new();
    for (key, name, at) in rows {
        let revisions = read_revisions(connection, names, key, &name)?;
        let at = usize::try_from(at).unwrap_or(0);
        proposals.extend(History::restored(revisions, at).map(|history| (key, history)));
    }
    Ok(proposals)
}

fn read_revisions(
    connection: &Connection,
    names: &Names,
    key: Key,
    name: &str,
) -> Result<Vec<Revision>> {
    let select = "SELECT what, time, change, command FROM revisions WHERE proposal = ?
                  ORDER BY number";
    let mut select = connection.prepare(select)?;
    let mut rows = select.query([key])?;
    let mut revisions = Vec::new();
    let mut now = Proposal { name: name.to_owned(), ..Proposal::default() };
    while let Some(row) = rows.next()? {
        let change = row.get_ref(2)?.as_str()?;
        let change: Change = serde_json::from_str(change).map_err(|error| {
            let text = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(2, text, Box::new(error))
        })?;
        now = mended(change.onto(names, &now));
        let proposal = std::sync::Arc::new(now.clone());
        let command = row.get_ref(3)?.as_str_or_null()?;
        let command = command.and_then(|json| command_from(names, json));
        revisions.push(Revision { proposal, what: row.get(0)?, time: row.get(1)?, command });
    }
    Ok(revisions)
}

fn insert_revision(
    connection: &Connection,
    names: &Names,
    key: Key,
    at: usize,
    revision: &Revision,
    change: &Change,
) -> Result<()> {
    let command = revision.command.as_ref().map(|command| command_json(names, command));
    let change = serde_json::to_string(change).expect("a change is JSON");
    let insert = "INSERT INTO revisions (proposal, number, what, time, command, change)
                  VALUES (?, ?, ?, ?, ?, ?)";
    connection.prepare_cached(insert)?.execute(params![
        key,
        number(at),
        revision.what,
        revision.time,
        command,
        change
    ])?;
    Ok(())
}

/// Makes sure that nobody else has changed the proposal since we read it.
fn expect_revision(connection: &Connection, key: Key, at: usize) -> Result<(), StoreError> {
    let stored: Option<i64> = connection
        .query_row("SELECT revision FROM proposals WHERE id = ?", [key], |row| row.get(0))
        .optional()?;
    if stored == Some(number(at)) { Ok(()) } else { Err(StoreError::ChangedElsewhere) }
}

fn set_revision(connection: &Connection, key: Key, at: usize) -> Result<()> {
    let update = "UPDATE proposals SET revision = ? WHERE id = ?";
    connection.execute(update, params![number(at), key])?;
    Ok(())
}

/// Brings the tables for readers of SQL up to date; only what differs from `before` is written.
fn write_current(
    connection: &Connection,
    facts: &Facts,
    key: Key,
    before: Option<&Proposal>,
    now: &Proposal,
) -> Result<()> {
    if before.is_none_or(|before| before.services != now.services) {
        connection.execute("DELETE FROM services WHERE proposal = ?", [key])?;
        let insert = "INSERT INTO services (proposal, id, position, name, role, owner, locked)
                      VALUES (?, ?, ?, ?, ?, ?, ?)";
        let mut insert = connection.prepare_cached(insert)?;
        for (service, position) in now.services.iter().zip(0_i64..) {
            let crate::proposal::Service { id, name, role, owner, locked, .. } = service;
            insert.execute(params![key, id.0, position, name, Word(*role), owner, locked])?;
        }
    }
    let insert = "INSERT OR REPLACE INTO placements (proposal, piece, kind, service)
                  VALUES (?, ?, ?, ?)";
    let mut insert = connection.prepare_cached(insert)?;
    for piece in facts.pieces() {
        let service = now.service_of(piece);
        if before.is_some_and(|before| before.service_of(piece) == service) {
            continue;
        }
        let kind = match facts.piece(piece) {
            Piece::Module(_) => "module",
            Piece::Table(_) => "table",
        };
        insert.execute(params![key, facts.piece_name(piece), kind, service.0])?;
    }
    if before.is_none_or(|before| before.notes != now.notes) {
        write_notes(connection, facts, key, now)?;
    }
    Ok(())
}

fn write_notes(connection: &Connection, facts: &Facts, key: Key, now: &Proposal) -> Result<()> {
    connection.execute("DELETE FROM notes WHERE proposal = ?", [key])?;
    let insert = "INSERT INTO notes (proposal, position, about, text, author, time, decision)
                  VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = connection.prepare_cached(insert)?;
    for (note, position) in now.notes.iter().zip(0_i64..) {
        let services = note.services.iter().filter_map(|id| now.service(*id));
        let services = services.map(|service| service.name.clone());
        let pieces = note.pieces.iter().map(|piece| facts.piece_name(*piece));
        let about: Vec<String> = services.chain(pieces).collect();
        let crate::proposal::Note { text, author, time, decision, .. } = note;
        let about = about.join("\n");
        insert.execute(params![key, position, about, text, author, time, decision])?;
    }
    Ok(())
}

fn number(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}
