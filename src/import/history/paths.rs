//! Following files through renames to the modules and tables they are today.

use rustc_hash::FxHashMap;

use super::{RawCommit, Today};
use crate::facts::{ModuleId, TableId};

/// A change of a file that defines more tables than this, such as a dump of the whole schema, does not say which of
/// them it changed.
const MOST_TABLES: usize = 5;

/// Which piece of today every path of the past became.
pub struct Paths<'a> {
    modules: FxHashMap<&'a str, ModuleId>,
    tables: FxHashMap<&'a str, &'a [TableId]>,
}

impl<'a> Paths<'a> {
    /// Follows renames from the youngest commit to the oldest. A path that is a module today stays that module,
    /// whatever had the name before; a path that several modules came from counts for the one that left last.
    pub fn follow(commits: &'a [RawCommit], today: &Today<'a>) -> Self {
        let mut modules: FxHashMap<&'a str, ModuleId> = today
            .modules
            .iter()
            .enumerate()
            .map(|(at, path)| (path.as_str(), ModuleId::at(at)))
            .collect();
        let mut tables: FxHashMap<&'a str, &'a [TableId]> = today
            .schema
            .iter()
            .filter(|(_, tables)| tables.len() <= MOST_TABLES)
            .map(|(path, tables)| (path.as_str(), tables.as_slice()))
            .collect();
        let moves = commits.iter().flat_map(|commit| &commit.changes);
        for change in moves {
            let Some(from) = change.from.as_deref() else { continue };
            if let Some(module) = modules.get(change.path.as_str()).copied() {
                modules.entry(from).or_insert(module);
            }
            if let Some(list) = tables.get(change.path.as_str()).copied() {
                tables.entry(from).or_insert(list);
            }
        }
        Self { modules, tables }
    }

    /// Whether a path is, or became, a module of today.
    pub fn is_module(&self, path: &str) -> bool {
        self.modules.contains_key(path)
    }

    /// How many modules there are today.
    pub fn module_count(&self) -> usize {
        let mut ids: Vec<ModuleId> = self.modules.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// The modules and tables of today that a commit changed, ordered.
    pub fn pieces(&self, commit: &RawCommit) -> (Vec<ModuleId>, Vec<TableId>) {
        let mut modules = Vec::new();
        let mut tables = Vec::new();
        for change in &commit.changes {
            modules.extend(self.modules.get(change.path.as_str()).copied());
            if let Some(list) = self.tables.get(change.path.as_str()) {
                tables.extend_from_slice(list);
            }
        }
        modules.sort_unstable();
        modules.dedup();
        tables.sort_unstable();
        tables.dedup();
        (modules, tables)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::{super::Change, *};

    #[test]
    fn a_file_of_the_whole_schema_says_of_no_table_that_it_changed() {
        let tables = |count| (0..count).map(TableId::at).collect::<Vec<_>>();
        let schema = BTreeMap::from([
            ("db/7_orders.sql".to_owned(), tables(2)),
            ("db/schema.sql".to_owned(), tables(40)),
        ]);
        let paths = Paths::follow(&[], &Today { modules: &[], schema: &schema });
        let changed = |path: &str| {
            let change = Change { path: path.to_owned(), from: None };
            let commit = RawCommit { changes: vec![change], ..RawCommit::default() };
            paths.pieces(&commit).1
        };
        assert_eq!(changed("db/7_orders.sql"), tables(2));
        assert_eq!(changed("db/schema.sql"), []);
    }
}
