//! Reads what Entity Framework keeps of a schema: model snapshots, and migrations where there is no snapshot beside
//! them; both of EF Core, and the migrations of EF6.

mod chain;
mod migration;
mod model;
mod snapshot;

#[cfg(test)]
mod tests;

use super::{dialect::Dialect, script::FileReading};
use crate::import::code::{csharp, outline::FunctionDecl};

/// Reads one file, a snapshot or a migration.
pub(crate) fn read(text: &str, path: &str, dialect: Dialect) -> FileReading {
    let told = if dialect == Dialect::Unknown { dialect_of(text) } else { dialect };
    let mut file = FileReading::new(path, &told.under("Entity Framework"));
    let outline = csharp::outline_as_written(text.trim_start_matches('\u{feff}'));
    let named = |name: &str| outline.functions.iter().find(|function| function.name == name);
    let is_builder = |function: &&FunctionDecl| {
        let first = function.params.first().and_then(|first| first.ty.as_ref());
        first.is_some_and(|ty| ty.name.ends_with("Builder"))
    };
    if let Some(build) = named("BuildModel").filter(is_builder) {
        snapshot::read(&build.body, &mut file);
    } else if let Some(up) = named("Up").filter(|up| up.params.len() <= 1) {
        migration::read(&up.body, told, &mut file);
    }
    file
}

/// Which database a migration was made for, as far as its annotations tell.
pub(crate) fn dialect_of(text: &str) -> Dialect {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["SqlServer", "nvarchar(", "datetime2"]) {
        Dialect::SqlServer
    } else if says(&["Npgsql"]) {
        Dialect::PostgreSql
    } else if says(&["MySql", "MySQL"]) {
        Dialect::MySql
    } else if says(&["Sqlite"]) {
        Dialect::Sqlite
    } else if says(&["Oracle"]) {
        Dialect::Oracle
    } else {
        Dialect::Unknown
    }
}
