//! PostgreSQL's log of statements with their durations: as plain lines, as CSV and as JSON.

use std::io::{BufRead, BufReader, Read};

use rustc_hash::FxHashMap;

use super::{
    reading::{Ran, Reading},
    statements::LONGEST,
};
use crate::facts::Recorder;

/// How the server was told to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Lines,
    Csv,
    Json,
}

/// Reads a log.
pub(super) fn read(shape: Shape, file: impl BufRead, reading: &mut Reading<'_>) {
    let mut log = Log::default();
    match shape {
        Shape::Lines => lines(file, &mut log, reading),
        Shape::Csv => rows(file, &mut log, reading),
        Shape::Json => objects(file, &mut log, reading),
    }
    log.end(reading);
}

/// Statements that wait for their durations, by the process that runs them.
#[derive(Default)]
struct Log {
    waiting: FxHashMap<String, (String, String)>,
}

/// What a message says.
#[derive(Debug, PartialEq, Eq)]
enum Said<'a> {
    Statement(&'a str),
    /// Microseconds, and the statement where it stands behind them.
    Duration(u64, Option<&'a str>),
    Nothing,
}

fn said(message: &str) -> Said<'_> {
    if let Some(rest) = message.strip_prefix("duration: ") {
        let (number, rest) = rest.split_once(" ms").unwrap_or((rest, ""));
        let Some(duration) = number.trim().parse::<f64>().ok().filter(|n| *n >= 0.0) else {
            return Said::Nothing;
        };
        let rest = rest.trim_start();
        // To be parsed and bound is a part of being executed.
        if rest.starts_with("parse ") || rest.starts_with("bind ") {
            return Said::Nothing;
        }
        let text = if rest.is_empty() { None } else { statement(rest) };
        return Said::Duration((duration * 1e3).round() as u64, text);
    }
    statement(message).map_or(Said::Nothing, Said::Statement)
}

/// The text of `statement: …` and of `execute NAME: …`.
fn statement(message: &str) -> Option<&str> {
    if let Some(text) = message.strip_prefix("statement: ") {
        return Some(text);
    }
    let rest = message.strip_prefix("execute ")?;
    rest.split_once(": ").map(|(_, text)| text)
}

impl Log {
    fn message(&mut self, process: &str, database: &str, text: &str, reading: &mut Reading<'_>) {
        let by = Recorder::Log;
        match said(text) {
            Said::Statement(text) => {
                let waiting = (database.to_owned(), text.to_owned());
                if let Some((database, before)) = self.waiting.insert(process.to_owned(), waiting) {
                    reading.statement(by, &database, &before, Ran::Once(None));
                }
            }
            Said::Duration(duration, Some(text)) => {
                self.waiting.remove(process);
                reading.statement(by, database, text, Ran::Once(Some(duration)));
            }
            Said::Duration(duration, None) => {
                if let Some((database, text)) = self.waiting.remove(process) {
                    reading.statement(by, &database, &text, Ran::Once(Some(duration)));
                }
            }
            Said::Nothing => {}
        }
    }

    fn end(self, reading: &mut Reading<'_>) {
        let mut waiting: Vec<_> = self.waiting.into_iter().collect();
        waiting.sort();
        for (_, (database, text)) in waiting {
            reading.statement(Recorder::Log, &database, &text, Ran::Once(None));
        }
    }
}

/// The process and the message of a line, if one begins there: `… [4711] LOG:  duration: …`.
pub(super) fn message_of(line: &str) -> Option<(&str, &str)> {
    let at = line.find("LOG:  ").filter(|at| *at < 512)?;
    let (prefix, message) = (&line[..at], &line[at + 6..]);
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let bracketed = prefix.split('[').filter_map(|part| part.split_once(']')).map(|it| it.0);
    let process = bracketed.map(|part| part.split('-').next().unwrap_or(part)).find(digits);
    Some((process.unwrap_or_default(), message))
}

/// The words that begin other messages: they end the one before.
fn is_other(line: &str) -> bool {
    [
        "DETAIL:  ",
        "ERROR:  ",
        "STATEMENT:  ",
        "HINT:  ",
        "WARNING:  ",
        "CONTEXT:  ",
        "FATAL:  ",
        "NOTICE:  ",
        "INFO:  ",
        "DEBUG",
        "PANIC:  ",
        "QUERY:  ",
    ]
    .iter()
    .any(|word| line.find(word).is_some_and(|at| at < 512))
}

fn lines(mut file: impl BufRead, log: &mut Log, reading: &mut Reading<'_>) {
    let mut now: Option<(String, String)> = None;
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
        // A message goes on in lines that begin with a tab.
        if text.starts_with('\t') {
            if let Some((_, message)) = now.as_mut().filter(|(_, text)| text.len() < LONGEST) {
                message.push('\n');
                message.push_str(text.trim_start());
            }
            continue;
        }
        let begins = message_of(text);
        if begins.is_none() && !is_other(text) {
            continue;
        }
        if let Some((process, message)) = now.take() {
            log.message(&process, "", &message, reading);
        }
        now = begins.map(|(process, message)| (process.to_owned(), message.to_owned()));
    }
    if let Some((process, message)) = now {
        log.message(&process, "", &message, reading);
    }
}

/// Where the columns of the server's CSV stand; they have no header, and later versions added some at the end.
const DATABASE: usize = 2;
const PROCESS: usize = 3;
const SEVERITY: usize = 11;
const MESSAGE: usize = 13;

/// Whether a line is one of the server's CSV.
pub(super) fn is_csv(line: &str) -> bool {
    let mut record = csv::StringRecord::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    let severities = ["LOG", "ERROR", "FATAL", "WARNING", "NOTICE", "INFO", "PANIC"];
    reader.read_record(&mut record).is_ok_and(|found| found)
        && record.len() > MESSAGE
        && record.get(SEVERITY).is_some_and(|word| severities.contains(&word))
}

fn rows(file: impl BufRead, log: &mut Log, reading: &mut Reading<'_>) {
    let mut records = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut record = csv::ByteRecord::new();
    loop {
        match records.read_byte_record(&mut record) {
            Ok(false) => return,
            Ok(true) if reading.cancelled() => return,
            Ok(true) => {
                let field = |at: usize| record.get(at).map(String::from_utf8_lossy);
                let (Some(severity), Some(message)) = (field(SEVERITY), field(MESSAGE)) else {
                    let line = record.position().map_or(0, csv::Position::line);
                    reading.broken(u32::try_from(line).unwrap_or(u32::MAX), "a row is cut off");
                    continue;
                };
                if severity == "LOG" {
                    let process = field(PROCESS).unwrap_or_default();
                    let database = field(DATABASE).unwrap_or_default();
                    log.message(&process, &database, &message, reading);
                }
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                return reading.broken(u32::try_from(line).unwrap_or(u32::MAX), &error.to_string());
            }
        }
    }
}

#[derive(serde::Deserialize)]
struct Object {
    #[serde(default)]
    pid: u64,
    #[serde(default)]
    dbname: String,
    #[serde(default)]
    error_severity: String,
    #[serde(default)]
    message: String,
}

fn objects(file: impl Read, log: &mut Log, reading: &mut Reading<'_>) {
    let mut file = BufReader::new(file);
    let (mut line, mut number) = (Vec::new(), 0_u32);
    loop {
        line.clear();
        number = number.saturating_add(1);
        match file.read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) if reading.cancelled() => return,
            Ok(_) => {}
            Err(error) => return reading.broken(number, &error.to_string()),
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice::<Object>(&line) {
            Ok(object) if object.error_severity == "LOG" => {
                let process = object.pid.to_string();
                log.message(&process, &object.dbname, &object.message, reading);
            }
            Ok(_) => {}
            Err(error) => reading.broken(number, &error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn messages_say_statements_and_durations() {
        assert_eq!(
            said("duration: 1.500 ms  statement: SELECT 1"),
            Said::Duration(1_500, Some("SELECT 1"))
        );
        assert_eq!(
            said("duration: 0.020 ms  execute <unnamed>: SELECT 1"),
            Said::Duration(20, Some("SELECT 1"))
        );
        assert_eq!(said("duration: 0.020 ms  bind <unnamed>: SELECT 1"), Said::Nothing);
        assert_eq!(said("duration: 0.020 ms"), Said::Duration(20, None));
        assert_eq!(said("statement: BEGIN"), Said::Statement("BEGIN"));
        assert_eq!(said("execute a: SELECT 1"), Said::Statement("SELECT 1"));
        assert_eq!(said("checkpoint starting: time"), Said::Nothing);
    }

    #[test]
    fn lines_begin_with_any_prefix() {
        let message = "duration: 1 ms";
        for (line, process) in [
            ("2026-11-21 02:50:00.123 UTC [47] LOG:  duration: 1 ms", "47"),
            ("2026-11-21 02:50:00 UTC:10.0.0.1(5432):web@shop:[815]:LOG:  duration: 1 ms", "815"),
            ("web@shop[47-3] LOG:  duration: 1 ms", "47"),
            ("LOG:  duration: 1 ms", ""),
        ] {
            assert_eq!(message_of(line), Some((process, message)), "{line}");
        }
        assert_eq!(message_of("2026-11-21 [47] ERROR:  no such table"), None);
    }
}
