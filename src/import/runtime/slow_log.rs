//! MySQL's and MariaDB's slow log: statements after lines that say how long each took.

use std::io::BufRead;

use super::{
    reading::{Ran, Reading},
    statements::LONGEST,
};
use crate::facts::Recorder;

/// Whether a line begins the report of a statement.
pub(super) fn is_head(line: &str) -> bool {
    ["# Time:", "# User@Host:", "# Query_time:", "# Thread_id:"]
        .iter()
        .any(|head| line.starts_with(head))
}

#[derive(Default)]
struct Entry {
    /// Microseconds.
    duration: Option<u64>,
    database: String,
    text: String,
}

/// Reads a log, a line at a time.
pub(super) fn read(mut file: impl BufRead, reading: &mut Reading<'_>) {
    let mut entry = Entry::default();
    // What `use` chose counts until another is chosen.
    let mut database = String::new();
    let (mut line, mut number) = (Vec::new(), 0_u32);
    loop {
        line.clear();
        number = number.saturating_add(1);
        match file.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) if reading.cancelled() => return,
            Ok(_) => {}
            Err(error) => {
                reading.broken(number, &error.to_string());
                break;
            }
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        if is_head(text) {
            if !entry.text.is_empty() {
                finish(std::mem::take(&mut entry), &database, reading);
            }
            head(text, &mut entry, number, reading);
        } else if let Some(name) = chosen(text).filter(|_| entry.text.is_empty()) {
            name.clone_into(&mut database);
        } else if is_statement(text, &entry) {
            take(&mut entry.text, text);
        }
    }
    finish(entry, &database, reading);
}

fn head(line: &str, entry: &mut Entry, number: u32, reading: &mut Reading<'_>) {
    let after = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        rest.split_whitespace().next()
    };
    if let Some(seconds) = after("Query_time:") {
        match seconds.parse::<f64>() {
            Ok(seconds) if seconds >= 0.0 => entry.duration = Some((seconds * 1e6).round() as u64),
            _ => reading.broken(number, &format!("`{seconds}` is no time")),
        }
    }
    if let Some(schema) = after("Schema:").filter(|schema| !schema.contains(':')) {
        schema.clone_into(&mut entry.database);
    }
}

/// The database of `use shop;`.
fn chosen(line: &str) -> Option<&str> {
    let (word, name) = line.split_at_checked(4)?;
    let name = name.trim().strip_suffix(';')?.trim_matches('`');
    (word.eq_ignore_ascii_case("use ") && !name.contains(' ')).then_some(name)
}

/// Neither what the server says of itself nor what only sets the clock.
fn is_statement(line: &str, entry: &Entry) -> bool {
    !(entry.text.is_empty()
        && (line.trim().is_empty()
            || line.starts_with('#')
            || line.starts_with("SET timestamp=")
            || entry.duration.is_none()))
}

fn take(text: &mut String, line: &str) {
    if text.len() < LONGEST {
        text.push_str(line);
        text.push('\n');
    }
}

fn finish(entry: Entry, database: &str, reading: &mut Reading<'_>) {
    if entry.text.is_empty() {
        return;
    }
    let database = if entry.database.is_empty() { database } else { &entry.database };
    reading.statement(Recorder::Log, database, &entry.text, Ran::Once(entry.duration));
}
