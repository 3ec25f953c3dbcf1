//! The one order of facts, whatever order they were read in.

use super::{
    Facts,
    ids::{AuthorId, EntryPointId, FunctionId, ModuleId, TableId},
};

impl Facts {
    /// The same facts in canonical order, repetitions dropped, with every id following its fact.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        let modules = sort(&mut self.modules, |module| module.path.clone());
        let module = |id: &mut ModuleId| *id = ModuleId(modules[id.index()]);
        for function in &mut self.functions {
            module(&mut function.module);
        }
        let functions = sort(&mut self.functions, |f| (f.module, f.line, f.name.clone()));
        let function = |id: &mut FunctionId| *id = FunctionId(functions[id.index()]);
        let tables = sort(&mut self.tables, |table| table.full_name());
        let table = |id: &mut TableId| *id = TableId(tables[id.index()]);
        let authors = sort(&mut self.authors, Clone::clone);

        for call in &mut self.calls {
            module(&mut call.from_module);
            module(&mut call.to_module);
            call.from_function.as_mut().map(function);
            call.to_function.as_mut().map(function);
        }
        for key in &mut self.foreign_keys {
            table(&mut key.from);
            table(&mut key.to);
        }
        for access in &mut self.accesses {
            module(&mut access.module);
            access.function.as_mut().map(function);
            table(&mut access.table);
        }
        for join in &mut self.joins {
            module(&mut join.module);
            join.function.as_mut().map(function);
            table(&mut join.table_a);
            table(&mut join.table_b);
            if join.table_a > join.table_b {
                std::mem::swap(&mut join.table_a, &mut join.table_b);
            }
        }
        for entry in &mut self.entry_points {
            module(&mut entry.module);
            entry.function.as_mut().map(function);
        }
        let entries = sort(&mut self.entry_points, Clone::clone);
        for transaction in &mut self.transactions {
            transaction.entry_point = EntryPointId(entries[transaction.entry_point.index()]);
            for step in &mut transaction.steps {
                table(&mut step.table);
                module(&mut step.module);
                step.path.iter_mut().for_each(function);
            }
        }
        for entry in &mut self.runtime.entries {
            entry.entry_point = EntryPointId(entries[entry.entry_point.index()]);
        }
        for call in &mut self.runtime.calls {
            module(&mut call.from);
            module(&mut call.to);
        }
        for access in &mut self.runtime.accesses {
            access.module.as_mut().map(module);
            table(&mut access.table);
            if let Some(entry) = &mut access.entry_point {
                *entry = EntryPointId(entries[entry.index()]);
            }
        }
        for commit in &mut self.commits {
            commit.author = AuthorId(authors[commit.author.index()]);
            commit.modules.iter_mut().for_each(module);
            commit.tables.iter_mut().for_each(table);
            order(&mut commit.modules);
            order(&mut commit.tables);
        }
        for team in &mut self.teams {
            team.modules.iter_mut().for_each(module);
            order(&mut team.modules);
        }
        self.transactions.sort_by_key(|transaction| transaction.entry_point);
        order(&mut self.calls);
        order(&mut self.foreign_keys);
        order(&mut self.accesses);
        order(&mut self.joins);
        order(&mut self.runtime.entries);
        order(&mut self.runtime.calls);
        order(&mut self.runtime.accesses);
        order(&mut self.runtime.sources);
        order(&mut self.teams);
        order(&mut self.warnings);
        self
    }
}

fn order<T: Ord>(list: &mut Vec<T>) {
    list.sort();
    list.dedup();
}

/// Sorts a list and answers, for each old place, the new one.
fn sort<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) -> Vec<u32> {
    let mut keyed: Vec<(K, usize, T)> =
        list.drain(..).enumerate().map(|(old, item)| (key(&item), old, item)).collect();
    keyed.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut new_place = vec![0; keyed.len()];
    for (new, (_, old, item)) in keyed.into_iter().enumerate() {
        new_place[old] = u32::try_from(new).unwrap_or(u32::MAX);
        list.push(item);
    }
    new_place
}
