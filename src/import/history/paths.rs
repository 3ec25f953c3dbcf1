//! Following files through renames to the modules and tables they are today.

use rustc_hash::FxHashMap;

use super::{
    Today,
    raw::{PathId, Raw, RawCommit},
};
use crate::facts::{ModuleId, TableId};

/// A change of a file that defines more tables than this, such as a dump of the whole schema, does not say which of
/// them it changed.
const MOST_TABLES: usize = 5;

/// Which piece of today every path of the past became.
pub struct Paths<'a> {
    /// By path.
    modules: Vec<Option<ModuleId>>,
    /// By path.
    tables: Vec<&'a [TableId]>,
    module_count: usize,
}

impl<'a> Paths<'a> {
    /// Follows renames from the youngest commit to the oldest. A path that is a module today stays that module,
    /// whatever had the name before; a path that several modules came from counts for the one that left last.
    pub fn follow(raw: &Raw, today: &Today<'a>) -> Self {
        let known: FxHashMap<&str, ModuleId> =
            today.modules.iter().map(String::as_str).zip((0..).map(ModuleId::at)).collect();
        let module = |path: &String| known.get(path.as_str()).copied();
        let table = |path: &String| match today.schema.get(path) {
            Some(tables) if tables.len() <= MOST_TABLES => tables.as_slice(),
            _ => &[],
        };
        let mut modules: Vec<Option<ModuleId>> = raw.paths.iter().map(module).collect();
        let mut tables: Vec<&'a [TableId]> = raw.paths.iter().map(table).collect();
        for change in raw.commits.iter().flat_map(|commit| &commit.changes) {
            let Some(from) = change.before.elsewhere() else { continue };
            let (path, from) = (change.path as usize, from as usize);
            modules[from] = modules[from].or(modules[path]);
            if tables[from].is_empty() {
                tables[from] = tables[path];
            }
        }
        Self { modules, tables, module_count: today.modules.len() }
    }

    /// Whether a path is, or became, a module of today.
    pub fn is_module(&self, path: PathId) -> bool {
        self.modules[path as usize].is_some()
    }

    /// How many modules there are today.
    pub fn module_count(&self) -> usize {
        self.module_count
    }

    /// The modules and tables of today that a commit changed, ordered.
    pub fn pieces(&self, commit: &RawCommit) -> (Vec<ModuleId>, Vec<TableId>) {
        let mut modules = Vec::new();
        let mut tables = Vec::new();
        for change in &commit.changes {
            modules.extend(self.modules[change.path as usize]);
            tables.extend_from_slice(self.tables[change.path as usize]);
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

    use super::{
        super::raw::{Before, Change},
        *,
    };

    #[test]
    fn a_file_of_the_whole_schema_says_of_no_table_that_it_changed() {
        let tables = |count| (0..count).map(TableId::at).collect::<Vec<_>>();
        let names = ["db/7_orders.sql", "db/schema.sql"].map(str::to_owned);
        let schema =
            BTreeMap::from([(names[0].clone(), tables(2)), (names[1].clone(), tables(40))]);
        let raw = Raw { paths: names.to_vec(), ..Raw::default() };
        let paths = Paths::follow(&raw, &Today { modules: &[], schema: &schema });
        let changed = |path: PathId| {
            let change = Change { path, before: Before::Here };
            let commit = RawCommit { changes: vec![change], ..RawCommit::default() };
            paths.pieces(&commit).1
        };
        assert_eq!(changed(0), tables(2));
        assert_eq!(changed(1), []);
    }
}
