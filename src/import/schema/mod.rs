//! Reads the database schema of a monolith: scripts, dumps, migrations, SQLite files, and the schemas and
//! migrations that frameworks keep.
//!
//! Every reader turns its file into the same list of changes; changes of migrations are replayed in order; what
//! several sources say about one table is merged. Nothing is executed; a database is asked only where somebody gave
//! its address.
//!
//! A partition is no table of its own: it holds rows of its parent, and code names the parent. A temporary table
//! is none either.

mod alembic;
mod calls;
mod catalog;
mod change;
mod dialect;
mod django;
mod django_types;
mod ef;
mod encoding;
mod implied;
pub(crate) mod inflect;
mod laravel;
mod liquibase;
mod live;
mod markup;
mod merge;
mod migrations;
mod prisma;
mod rails;
mod script;
mod script_migrations;
mod source;
mod sql;
mod sql_in_code;
mod sqlite_file;
mod templated;

use std::path::Path;

pub use self::{dialect::Dialect, implied::imply, live::Live};
pub(crate) use self::{django_types::django_column_type, inflect::plural};
use super::progress::{Phase, Watch};
use crate::facts::{KeyOrigin, Place, SchemaReport, Table, Warning};

/// What was read of a database's schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// Ordered by full name.
    pub tables: Vec<Table>,
    /// Declared and implied, ordered.
    pub foreign_keys: Vec<NamedForeignKey>,
    /// What each view reads, ordered by view.
    pub views: Vec<ViewReads>,
    /// Full names of classes with the full names of the tables that hold their objects, where a schema says so.
    pub entities: Vec<(String, String)>,
    pub warnings: Vec<Warning>,
    /// One entry for each file that defines anything, ordered by path.
    pub reports: Vec<SchemaReport>,
}

/// A foreign key between tables by their full names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedForeignKey {
    pub from: String,
    pub columns: Vec<String>,
    pub to: String,
    /// Empty only where neither the key nor the other table's primary key is known.
    pub to_columns: Vec<String>,
    pub origin: KeyOrigin,
    pub place: Place,
}

/// The tables that a view's query reads, by full names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ViewReads {
    pub view: String,
    pub reads: Vec<String>,
}

/// Whether a file, going by its path, says something about a schema that this floor reads.
#[must_use]
pub fn reads(path: &str) -> bool {
    source::Format::of(path).is_some()
}

/// Reads the files, given by their paths from `root`; an absolute path stands for itself. Files that say nothing
/// about a schema are passed over.
#[must_use]
pub fn read(root: &Path, files: &[String], watch: &dyn Watch) -> Schema {
    let sources = files.iter().filter_map(|path| source::Source::file(root, path)).collect();
    read_sources(sources, watch)
}

/// Reads the files, and the schemas of the databases. A database that does not answer is a warning.
#[must_use]
pub fn read_with(root: &Path, files: &[String], databases: &[Live], watch: &dyn Watch) -> Schema {
    let (mut dumps, mut warnings) = (Vec::new(), Vec::new());
    for database in databases {
        match database.dump() {
            Ok(dump) => dumps.push((database.name(), dump)),
            Err(warning) => warnings.push(warning),
        }
    }
    let files = files.iter().filter_map(|path| source::Source::file(root, path));
    let dumps = dumps.iter().map(|(name, dump)| source::Source::dump(name, dump));
    let mut schema = read_sources(files.chain(dumps).collect(), watch);
    schema.warnings.extend(warnings);
    schema.warnings.sort();
    schema
}

/// Reads texts, each with the path it is to be known by.
#[must_use]
pub fn read_texts(files: &[(&str, &str)], watch: &dyn Watch) -> Schema {
    let sources =
        files.iter().filter_map(|(path, text)| source::Source::text(path, text)).collect();
    read_sources(sources, watch)
}

fn read_sources(mut sources: Vec<source::Source<'_>>, watch: &dyn Watch) -> Schema {
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources.dedup_by(|a, b| a.path == b.path);
    watch.progress(Phase::Schema, 0, sources.len());
    let mut schema = Schema::default();
    let parts = source::parts(&sources, watch, &mut schema);
    let merged = merge::merge(parts);
    schema.tables = merged.tables;
    schema.foreign_keys = merged.foreign_keys;
    schema.views = merged.views;
    schema.warnings.extend(merged.warnings);
    schema.foreign_keys.extend(imply(&schema.tables, &schema.foreign_keys));
    schema.foreign_keys.sort();
    schema.entities.sort();
    schema.entities.dedup();
    schema.warnings.sort();
    schema.warnings.dedup();
    schema.reports.retain(|report| report.statements > 0);
    schema.reports.sort();
    schema
}

/// A schema as text, one table or declared key a line, for tests.
#[cfg(test)]
pub(crate) fn print(schema: &Schema) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for table in &schema.tables {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let mut words = vec![column.name.as_str(), &column.data_type, column.key.word()];
                words.push(if column.nullable { "null" } else { "" });
                words.retain(|word| !word.is_empty());
                words.join(" ")
            })
            .collect();
        let kind = if table.kind == crate::facts::TableKind::View { " view" } else { "" };
        writeln!(text, "table {}{kind}: {}", table.full_name(), columns.join(", ")).unwrap();
    }
    for key in &schema.foreign_keys {
        let verb = if matches!(key.origin, KeyOrigin::Declared { .. }) { "key" } else { "implied" };
        let (columns, to_columns) = (key.columns.join(", "), key.to_columns.join(", "));
        writeln!(text, "{verb} {}({columns}) -> {}({to_columns})", key.from, key.to).unwrap();
    }
    text
}

#[cfg(test)]
mod tests;
