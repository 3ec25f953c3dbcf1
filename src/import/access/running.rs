//! The tables of statements that ran, as logs and traces hold them: SQL for sure, with every name in its place.

use super::{sql, tables::Tables};
use crate::facts::{AccessMode, Place, SourceKind, Table, TableId};

/// Finds the tables of statements that ran.
pub(crate) struct Running {
    tables: Tables,
    known: usize,
}

impl Running {
    /// Where no table is known, statements bring in those they name.
    pub(crate) fn new(tables: &[Table]) -> Self {
        Self { tables: Tables::new(tables.to_vec()), known: tables.len() }
    }

    /// The tables that a statement reads and writes, ascending, and the names that mean none. `place` is where a
    /// table comes from that only the statement knows.
    pub(crate) fn read(
        &mut self,
        text: &str,
        place: &Place,
    ) -> (Vec<(TableId, AccessMode)>, Vec<String>) {
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for statement in sql::read(text) {
            for hit in statement.hits() {
                let id = self.tables.lookup(&hit.path).or_else(|| self.declare(&hit.path, place));
                match id {
                    Some(id) => found.push((id, hit.mode)),
                    None if is_of_the_server(&hit.path) => {}
                    None => unknown.push(hit.path.join(".")),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        (found, unknown)
    }

    /// The tables that statements brought in, to stand after those that were known.
    pub(crate) fn brought_in(self) -> Vec<Table> {
        self.tables.into_list().split_off(self.known)
    }

    fn declare(&mut self, path: &[String], place: &Place) -> Option<TableId> {
        let (name, qualifiers) = path.split_last()?;
        let schema = qualifiers.last().map(String::as_str);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let is_name = !name.is_empty() && name.chars().all(plain);
        if !self.tables.is_open() || !is_name || is_of_the_server(path) {
            return None;
        }
        Some(self.tables.declare(schema, name, SourceKind::Log, place.clone()))
    }
}

/// Whether a name means what servers keep of themselves.
fn is_of_the_server(path: &[String]) -> bool {
    const SCHEMAS: [&str; 6] =
        ["information_schema", "mysql", "performance_schema", "pg_catalog", "pg_toast", "sys"];
    let Some((name, qualifiers)) = path.split_last() else { return false };
    let within = qualifiers.last().map_or("", String::as_str);
    let is_own = SCHEMAS.iter().any(|schema| within.eq_ignore_ascii_case(schema));
    // PostgreSQL keeps names with this beginning for itself.
    is_own || within.is_empty() && name.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("pg_"))
}
