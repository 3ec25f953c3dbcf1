//! Statistics that databases keep of each kind of statement, as CSV: PostgreSQL's `pg_stat_statements` and MySQL's
//! `events_statements_summary_by_digest`.

use std::io::{BufRead, Read};

use csv::StringRecord;

use super::reading::{Ran, Reading};
use crate::facts::Recorder;

/// Which columns say what.
struct Columns {
    text: usize,
    count: usize,
    total: Option<usize>,
    p95: Option<usize>,
    database: Option<usize>,
    /// What the times are multiplied with to be microseconds.
    scale: f64,
    format: &'static str,
}

impl Columns {
    /// The columns of a header, if it is one of these.
    fn of(header: &StringRecord) -> Option<Self> {
        let at = |names: &[&str]| {
            names.iter().find_map(|name| {
                header.iter().position(|column| column.trim().eq_ignore_ascii_case(name))
            })
        };
        if let (Some(text), Some(count)) = (at(&["digest_text"]), at(&["count_star"])) {
            return Some(Self {
                text,
                count,
                total: at(&["sum_timer_wait"]),
                p95: at(&["quantile_95"]),
                database: at(&["schema_name"]),
                // Picoseconds.
                scale: 1e-6,
                format: "MySQL statement digests",
            });
        }
        let (text, count) = (at(&["query"])?, at(&["calls"])?);
        Some(Self {
            text,
            count,
            // Milliseconds; the name changed with version 13.
            total: at(&["total_exec_time", "total_time"]),
            p95: None,
            database: at(&["datname"]),
            scale: 1e3,
            format: "pg_stat_statements",
        })
    }
}

/// What the first line of a file says it is, if it is a header of statistics.
pub(super) fn format(first_line: &str) -> Option<&'static str> {
    let header = header(first_line);
    Columns::of(&header).map(|columns| columns.format)
}

fn header(line: &str) -> StringRecord {
    let mut record = StringRecord::new();
    let mut reader = builder(delimiter(line)).has_headers(false).from_reader(line.as_bytes());
    if reader.read_record(&mut record).is_err() {
        record.clear();
    }
    record
}

fn delimiter(line: &str) -> u8 {
    let most = [b',', b'\t', b';', b'|']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| line.bytes().filter(|byte| byte == delimiter).count());
    most.unwrap_or(b',')
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    // Clients write tabs without quotes.
    builder.delimiter(delimiter).flexible(true).quoting(delimiter != b'\t');
    builder
}

/// Reads statistics with a header.
pub(super) fn read(mut file: impl BufRead, reading: &mut Reading<'_>) {
    let mut first = Vec::new();
    if let Err(error) = (&mut file).take(1 << 20).read_until(b'\n', &mut first) {
        return reading.broken(1, &error.to_string());
    }
    let line = String::from_utf8_lossy(&first);
    let line = line.trim_start_matches('\u{FEFF}');
    let header = header(line);
    let Some(columns) = Columns::of(&header) else { return };
    let mut records = builder(delimiter(line)).has_headers(false).from_reader(file);
    let mut record = csv::ByteRecord::new();
    loop {
        match records.read_byte_record(&mut record) {
            Ok(false) => return,
            Ok(true) if reading.cancelled() => return,
            Ok(true) => {
                if row(&columns, header.len(), &record, reading).is_none() {
                    let line = line_of(record.position());
                    reading.broken(line, "a row has other columns than the header");
                }
            }
            Err(error) => {
                return reading.broken(line_of(error.position()), &error.to_string());
            }
        }
    }
}

/// The line in the file: the header was read before.
fn line_of(position: Option<&csv::Position>) -> u32 {
    let line = position.map_or(0, csv::Position::line);
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

fn row(
    columns: &Columns,
    width: usize,
    record: &csv::ByteRecord,
    reading: &mut Reading<'_>,
) -> Option<()> {
    // psql ends what it prints with the number of rows.
    if record.len() == 1 && record.get(0)?.starts_with(b"(") {
        return Some(());
    }
    if record.len() != width {
        return None;
    }
    let text = |at: usize| record.get(at).map(String::from_utf8_lossy);
    let number = |at: usize| text(at)?.trim().parse::<f64>().ok().filter(|n| *n >= 0.0);
    let micros = |at: Option<usize>| Some((number(at?)? * columns.scale).round() as u64);
    let count = number(columns.count)? as u64;
    let ran =
        Ran::Many { count, total: micros(columns.total).unwrap_or(0), p95: micros(columns.p95) };
    let database = columns.database.and_then(text).unwrap_or_default();
    let database = if database == "NULL" { "" } else { database.as_ref() };
    let statement = text(columns.text)?.replace("\\n", "\n");
    // What was not called since the statistics were reset did not run.
    if count > 0 {
        reading.statement(Recorder::Statistics, database, &statement, ran);
    }
    Some(())
}
