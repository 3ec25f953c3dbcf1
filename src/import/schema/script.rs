//! Reads one SQL script from beginning to end, a statement at a time, into changes, warnings and a report.

use std::io::Read;

use super::{
    change::{Change, TableName},
    dialect::Dialect,
    sql::{self, splitter},
};
use crate::facts::{Place, SchemaReport, Warning};

/// How many warnings one file may give; what is no SQL at all would give millions.
const MOST_WARNINGS: usize = 50;

/// What one file says, in its order.
#[derive(Debug, Default)]
pub(crate) struct FileReading {
    pub changes: Vec<(Change, Place)>,
    /// Full names of classes with the tables that hold their objects, where the file says that.
    pub entities: Vec<(String, TableName)>,
    pub warnings: Vec<Warning>,
    pub report: SchemaReport,
}

/// Reads a script. What takes a migration back is passed over.
pub(crate) fn read(input: impl Read, path: &str, dialect: Dialect) -> FileReading {
    let mut file = FileReading::new(path, dialect.name());
    let mut splitter = splitter::Splitter::new(input, dialect);
    let mut forward = true;
    for statement in splitter.by_ref() {
        forward = direction(&statement.text).unwrap_or(forward);
        if !forward {
            continue;
        }
        let reading = sql::read(&statement, dialect);
        file.note(reading);
    }
    if let Some(error) = splitter.failure() {
        let message = format!("the file can't be read to its end: {error}");
        file.warn(0, message, "see whether the file is whole");
    }
    file
}

/// What the comments before a statement say about the direction it belongs to; the last one counts.
fn direction(text: &str) -> Option<bool> {
    text.lines()
        .map(str::trim_start)
        .take_while(|line| line.is_empty() || line.starts_with("--") || line.starts_with('#'))
        .filter_map(splitter::direction)
        .last()
}

impl FileReading {
    pub(crate) fn new(path: &str, dialect: &str) -> Self {
        let report = SchemaReport {
            path: path.to_owned(),
            dialect: dialect.to_owned(),
            ..Default::default()
        };
        Self { report, ..Self::default() }
    }

    /// Adds what one statement says.
    pub(crate) fn note(&mut self, reading: sql::Reading) {
        if reading.defines {
            self.report.statements += 1;
            self.report.understood += u32::from(reading.problems.is_empty());
        }
        for (change, line) in reading.changes {
            let place = Place::new(self.report.path.clone(), line);
            self.changes.push((change, place));
        }
        for problem in reading.problems {
            self.warn(problem.line, problem.message, &problem.hint);
        }
    }

    pub(crate) fn warn(&mut self, line: u32, message: impl Into<String>, hint: &str) {
        let place = Place::new(self.report.path.clone(), line);
        match self.warnings.len() {
            0..MOST_WARNINGS => self.warnings.push(Warning::new(place, message, hint)),
            MOST_WARNINGS => self.warnings.push(Warning::new(
                Place::new(self.report.path.clone(), 0),
                "more in this file isn't understood",
                "is it a script for a database?",
            )),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_takes_a_migration_back_is_passed_over() {
        let text = "-- migrate:up\ncreate table a (x int);\n-- migrate:down\ndrop table a;\n";
        let file = read(text.as_bytes(), "1.sql", Dialect::Unknown);
        assert_eq!(file.changes.len(), 1);
        assert_eq!(file.changes[0].1, Place::new("1.sql", 2));
        assert_eq!((file.report.statements, file.report.understood), (1, 1));
    }

    #[test]
    fn a_file_that_is_no_sql_warns_a_little() {
        let text = "create table ( ; ".repeat(10_000);
        let file = read(text.as_bytes(), "1.sql", Dialect::Unknown);
        assert_eq!(file.warnings.len(), MOST_WARNINGS + 1);
        assert_eq!(file.report.understood, 0);
    }
}
