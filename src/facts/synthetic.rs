//! Monoliths of any size that nobody wrote: what benches and tests measure on. The product never uses them.

use super::{
    Access, AccessMode, Author, AuthorId, Call, CallKind, Certainty, Column, ColumnKey, Commit,
    EntryKind, EntryPoint, EntryPointId, Facts, ForeignKey, Function, FunctionId, KeyOrigin,
    Module, ModuleId, Place, Step, Table, TableId, TableKind, Transaction, Via, Visibility,
    seeded::Seeded,
};

/// How large the monolith is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Bounded contexts that are hidden in it.
    pub contexts: usize,
    pub modules: usize,
    pub tables: usize,
    /// Calls between modules.
    pub calls: usize,
    pub commits: usize,
    /// Calls, accesses and commits that stay within their context, in percent.
    pub cohesion: usize,
    pub seed: u64,
}

impl Default for Size {
    /// The size at which a move has to be scored within 100 ms.
    fn default() -> Self {
        let (modules, tables, calls, commits) = (10_000, 1_000, 100_000, 20_000);
        Self { contexts: 40, modules, tables, calls, commits, cohesion: 80, seed: 1 }
    }
}

/// A monolith, and the contexts that were hidden in it.
#[derive(Clone, Debug)]
pub struct Synthetic {
    pub facts: Facts,
    /// By piece: the context it belongs to.
    pub context_of: Vec<usize>,
}

const NOUNS: [&str; 16] = [
    "order", "invoice", "customer", "product", "shipment", "payment", "ticket", "course", "tenant",
    "claim", "booking", "recipe", "asset", "vehicle", "meter", "contract",
];

/// Makes a monolith: the same one for the same size.
#[must_use]
pub fn monolith(size: &Size) -> Synthetic {
    let mut maker = Maker { size: *size, seeded: Seeded::new(size.seed), facts: Facts::default() };
    maker.facts.name = "synthetic".to_owned();
    maker.modules();
    maker.tables();
    maker.calls();
    maker.accesses();
    maker.commits();
    let contexts = |count: usize| (0..count).map(move |at| at * size.contexts / count.max(1));
    let context_of = contexts(size.modules).chain(contexts(size.tables)).collect();
    Synthetic { facts: maker.facts.canonical(), context_of }
}

/// The name of a context, in the order of the contexts.
fn context_name(context: usize) -> String {
    format!("c{context:03}_{}", NOUNS[context % NOUNS.len()])
}

struct Maker {
    size: Size,
    seeded: Seeded,
    facts: Facts,
}

impl Maker {
    /// Paths are made in their own order, so that the facts are canonical.
    fn modules(&mut self) {
        for at in 0..self.size.modules {
            let context = context_name(at * self.size.contexts / self.size.modules);
            let package = format!("src/{context}");
            let module = ModuleId::at(self.facts.modules.len());
            self.facts.modules.push(Module {
                path: format!("{package}/m{at:06}.java"),
                language: "Java".to_owned(),
                lines: u32::try_from(20 + self.seeded.below(400)).unwrap_or(20),
                package,
            });
            for number in 1..=3 {
                self.facts.functions.push(Function {
                    module,
                    name: format!("M{at}.f{number}"),
                    line: number * 10,
                    end_line: number * 10 + 8,
                    visibility: Visibility::Public,
                    signature: "()".to_owned(),
                    transaction: None,
                });
            }
        }
    }

    fn tables(&mut self) {
        for at in 0..self.size.tables {
            let context = context_name(at * self.size.contexts / self.size.tables);
            self.facts.tables.push(Table {
                schema: String::new(),
                name: format!("{context}_{at:05}"),
                kind: TableKind::Table,
                columns: vec![Column {
                    name: "id".to_owned(),
                    data_type: "bigint".to_owned(),
                    nullable: false,
                    key: ColumnKey::Primary,
                }],
                sources: Vec::new(),
            });
        }
        for at in 1..self.size.tables {
            let (from, to) = (TableId::at(at), TableId::at(self.near(at, self.size.tables)));
            self.facts.foreign_keys.push(ForeignKey {
                from,
                columns: vec![format!("{}_id", self.facts.table(to).name)],
                to,
                to_columns: vec!["id".to_owned()],
                origin: KeyOrigin::Declared { constraint: String::new() },
                place: Place::new("schema.sql", u32::try_from(at).unwrap_or(0)),
            });
        }
        self.facts.foreign_keys.sort();
    }

    /// One of `count` things, mostly of the same context as the one at `at`.
    fn near(&mut self, at: usize, count: usize) -> usize {
        self.in_context(at * self.size.contexts / count.max(1), count)
    }

    /// One of `count` things, mostly of that context.
    fn in_context(&mut self, context: usize, count: usize) -> usize {
        if !self.seeded.chance(self.size.cohesion) {
            return self.seeded.below(count);
        }
        let start = (context * count).div_ceil(self.size.contexts);
        let end = ((context + 1) * count).div_ceil(self.size.contexts);
        (start + self.seeded.below(end - start)).min(count - 1)
    }

    fn calls(&mut self) {
        for number in 0..self.size.calls {
            let from = self.seeded.below(self.size.modules);
            let to = self.near(from, self.size.modules);
            let function = |module: usize, at: usize| Some(FunctionId::at(module * 3 + at));
            self.facts.calls.push(Call {
                from_module: ModuleId::at(from),
                from_function: function(from, number % 3),
                to_module: ModuleId::at(to),
                to_function: function(to, self.seeded.below(3)),
                kind: CallKind::ALL[[0, 0, 0, 1, 2, 3, 4][number % 7]],
                line: u32::try_from(self.seeded.below(400)).unwrap_or(0),
                certainty: Certainty::Exact,
                in_loop: false,
            });
        }
        self.facts.calls.retain(|call| call.from_module != call.to_module);
        self.facts.calls.sort();
        self.facts.calls.dedup();
    }

    /// Every fourth module accesses tables, and enters work that writes two of them.
    fn accesses(&mut self) {
        for at in (0..self.size.modules).step_by(4) {
            let module = ModuleId::at(at);
            let context = at * self.size.contexts / self.size.modules;
            let mut steps = Vec::new();
            for number in 0..4_u32 {
                if self.size.tables == 0 {
                    return;
                }
                let table = TableId::at(self.in_context(context, self.size.tables));
                let mode = if number % 2 == 0 { AccessMode::Read } else { AccessMode::Write };
                let line = 10 + number;
                let function = Some(FunctionId::at(at * 3));
                let via = Via::Sql;
                self.facts.accesses.push(Access { module, function, table, mode, line, via });
                steps.push(Step { table, mode, module, line, path: vec![FunctionId::at(at * 3)] });
            }
            let entry_point = EntryPointId::at(self.facts.entry_points.len());
            self.facts.entry_points.push(EntryPoint {
                module,
                function: Some(FunctionId::at(at * 3)),
                kind: EntryKind::Http,
                route: format!("GET /{at}"),
            });
            self.facts.transactions.push(Transaction { entry_point, steps });
        }
    }

    fn commits(&mut self) {
        let author = |at: usize| Author {
            name: format!("author {at:02}"),
            email: format!("author{at:02}@example.org"),
            bot: false,
        };
        self.facts.authors = (0..20).map(author).collect();
        for number in 0..self.size.commits {
            let first = self.seeded.below(self.size.modules);
            let mut modules = vec![ModuleId::at(first)];
            for _ in 0..self.seeded.below(6) {
                modules.push(ModuleId::at(self.near(first, self.size.modules)));
            }
            modules.sort_unstable();
            modules.dedup();
            self.facts.commits.push(Commit {
                id: format!("{number:040x}"),
                time: 1_700_000_000 - i64::try_from(number).unwrap_or(0) * 3_600,
                author: AuthorId::at(first * 20 / self.size.modules),
                bulk: None,
                files: u32::try_from(modules.len()).unwrap_or(0),
                modules,
                tables: Vec::new(),
                set: u32::try_from(number).unwrap_or(u32::MAX),
                release: None,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_size_asked_for_and_knows_where_everything_belongs() {
        let size = Size {
            contexts: 3,
            modules: 40,
            tables: 8,
            calls: 200,
            commits: 30,
            ..Size::default()
        };
        let made = monolith(&size);
        assert_eq!((made.facts.modules.len(), made.facts.tables.len()), (40, 8));
        assert_eq!(made.context_of.len(), 48);
        let contexts = made.facts.modules.iter().zip(&made.context_of);
        assert!(
            contexts
                .into_iter()
                .all(|(module, context)| { module.package.ends_with(&context_name(*context)) })
        );
    }
}
