//! Reading what ran: traces, query logs and the statistics of databases, counted for the pieces of the monolith.
//!
//! A span is put to a module by the file, type, namespace or route that it names, and a statement to tables by the
//! reader of SQL. What a span does not say, its parents may: a statement belongs to the nearest module above it.
//! Files are read a record at a time; of a span a few numbers are kept, of a statement its tables.
//!
//! Absent on purpose: asking a running system, and mixing what ran with what was read from source.

mod attributes;
mod format;
mod json;
mod names;
mod reading;
mod routes;
mod server_log;
mod slow_log;
mod spans;
mod statements;
mod statistics;
mod timing;

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _, Seek as _},
    path::{Path, PathBuf},
};

use self::{format::Format, reading::Reading};
use super::progress::Watch;
use crate::facts::{Facts, Runtime, Table, Warning};

/// What ran, and what comes with it.
#[derive(Debug, Default)]
pub struct Ran {
    pub runtime: Runtime,
    /// Tables that only statements know, to stand after those of the facts; none where a schema was read.
    pub tables: Vec<Table>,
    pub warnings: Vec<Warning>,
}

/// So much of a file is looked at to know what it is, in bytes.
const HEAD: usize = 256 * 1024;

/// Counts what ran in the files, and in those of the folders, for the pieces of `facts`.
#[must_use]
pub fn read(root: &Path, paths: &[PathBuf], facts: &Facts, watch: &dyn Watch) -> Ran {
    let mut reading = Reading::new(facts, watch);
    for path in files(paths, &mut reading) {
        if watch.cancelled() {
            break;
        }
        let name = name_of(root, &path);
        match File::open(&path).map(BufReader::new) {
            Ok(file) => read_file(&name, file, &mut reading),
            Err(error) => {
                reading.refuse(&name, &format!("cannot be read: {error}"), "check who may read it");
            }
        }
    }
    let (runtime, tables, warnings) = reading.finish();
    Ran { runtime, tables, warnings }
}

/// Counts what ran in texts, each with the name it is to be known by.
#[must_use]
pub fn read_texts(texts: &[(&str, &str)], facts: &Facts, watch: &dyn Watch) -> Ran {
    let mut reading = Reading::new(facts, watch);
    for (name, text) in texts {
        read_one(name, text.as_bytes(), text.as_bytes(), &mut reading);
    }
    let (runtime, tables, warnings) = reading.finish();
    Ran { runtime, tables, warnings }
}

/// The files, each once and in order; a folder stands for what is in it.
fn files(paths: &[PathBuf], reading: &mut Reading<'_>) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        match path.read_dir() {
            Ok(entries) => {
                let entries = entries.flatten().map(|entry| entry.path());
                files.extend(entries.filter(|path| path.is_file()));
            }
            Err(error) => {
                let name = path.to_string_lossy();
                reading.refuse(&name, &format!("cannot be read: {error}"), "check who may read it");
            }
        }
    }
    let mut files: Vec<PathBuf> =
        files.into_iter().map(|path| path.canonicalize().unwrap_or(path)).collect();
    files.sort();
    files.dedup();
    files
}

/// The path from the root where it lies below it, else the whole path.
fn name_of(root: &Path, path: &Path) -> String {
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
    name.replace(std::path::MAIN_SEPARATOR, "/")
}

fn read_file(name: &str, mut file: BufReader<File>, reading: &mut Reading<'_>) {
    let mut head = Vec::new();
    let begun = (&mut file).take(HEAD as u64).read_to_end(&mut head);
    if let Err(error) = begun.and_then(|_| file.rewind()) {
        let hint = "give a file that can be read from its beginning";
        return reading.refuse(name, &format!("cannot be read: {error}"), hint);
    }
    read_one(name, &head, file, reading);
}

fn read_one(name: &str, head: &[u8], file: impl BufRead, reading: &mut Reading<'_>) {
    let head = &head[..head.len().min(HEAD)];
    if head.trim_ascii().is_empty() {
        return reading.refuse(name, "is empty", "record again");
    }
    if head.starts_with(&[0x1F, 0x8B]) || head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
        return reading.refuse(name, "is compressed", "unpack it first");
    }
    let Some(format) = Format::of(head) else {
        let hint = "give traces of OpenTelemetry, Jaeger or Zipkin in JSON, pg_stat_statements or \
                    statement digests as CSV with a header, or a log of PostgreSQL or MySQL";
        return reading.refuse(name, "is neither a trace nor a log of statements", hint);
    };
    reading.begin(name, format.name());
    match format {
        Format::Traces(_) => json::read(file, reading),
        Format::Statistics(_) => statistics::read(file, reading),
        Format::SlowLog => slow_log::read(file, reading),
        Format::ServerLog(shape) => server_log::read(shape, file, reading),
    }
    reading.end();
}

#[cfg(test)]
mod tests;
