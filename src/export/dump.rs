//! Facts as rows: what `dump` prints, one kind of fact at a time.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    ran,
    rows::{Cell, Rows},
};
use crate::facts::{
    AccessMode, AuthorId, CallKind, Facts, Function, FunctionId, ModuleId, PieceId, TableId,
};

/// A kind of facts that can be dumped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dump {
    Modules,
    Functions,
    Calls,
    Dependencies,
    Tables,
    Columns,
    ForeignKeys,
    Accesses,
    Joins,
    EntryPoints,
    Transactions,
    Runtime,
    Commits,
    CoChanges,
    Owners,
    People,
    Changes,
    Releases,
    Warnings,
}

impl Dump {
    pub const ALL: [Self; 19] = [
        Self::Modules,
        Self::Functions,
        Self::Calls,
        Self::Dependencies,
        Self::Tables,
        Self::Columns,
        Self::ForeignKeys,
        Self::Accesses,
        Self::Joins,
        Self::EntryPoints,
        Self::Transactions,
        Self::Runtime,
        Self::Commits,
        Self::CoChanges,
        Self::Owners,
        Self::People,
        Self::Changes,
        Self::Releases,
        Self::Warnings,
    ];

    /// What it is called on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Modules => "modules",
            Self::Functions => "functions",
            Self::Calls => "calls",
            Self::Dependencies => "dependencies",
            Self::Tables => "tables",
            Self::Columns => "columns",
            Self::ForeignKeys => "foreign-keys",
            Self::Accesses => "accesses",
            Self::Joins => "joins",
            Self::EntryPoints => "entry-points",
            Self::Transactions => "transactions",
            Self::Runtime => "runtime",
            Self::Commits => "commits",
            Self::CoChanges => "co-changes",
            Self::Owners => "owners",
            Self::People => "people",
            Self::Changes => "changes",
            Self::Releases => "releases",
            Self::Warnings => "warnings",
        }
    }

    /// The rows, sorted; commits and releases stand youngest first.
    #[must_use]
    pub fn rows(self, facts: &Facts) -> Rows {
        match self {
            Self::Modules => modules(facts),
            Self::Functions => functions(facts),
            Self::Calls => calls(facts),
            Self::Dependencies => dependencies(facts),
            Self::Tables => tables(facts),
            Self::Columns => columns(facts),
            Self::ForeignKeys => foreign_keys(facts),
            Self::Accesses => accesses(facts),
            Self::Joins => joins(facts),
            Self::EntryPoints => entry_points(facts),
            Self::Transactions => transactions(facts),
            Self::Runtime => ran::rows(facts),
            Self::Commits => return commits(facts),
            Self::CoChanges => co_changes(facts),
            Self::Owners => owners(facts),
            Self::People => history::people(facts),
            Self::Changes => history::changes(facts),
            Self::Releases => return history::releases(facts),
            Self::Warnings => warnings(facts),
        }
        .sorted()
    }
}

mod history;

fn filled(columns: &'static [&'static str], rows: impl Iterator<Item = Vec<Cell>>) -> Rows {
    Rows { columns, rows: rows.collect() }
}

fn path(facts: &Facts, id: ModuleId) -> Cell {
    (&facts.module(id).path).into()
}

fn function(facts: &Facts, id: Option<FunctionId>) -> Cell {
    id.map_or("", |id| &facts.function(id).name).into()
}

fn table(facts: &Facts, id: TableId) -> Cell {
    facts.table(id).full_name().into()
}

fn modules(facts: &Facts) -> Rows {
    filled(
        &["module", "language", "lines", "package"],
        facts.modules.iter().map(|module| {
            let (path, language) = (&module.path, &module.language);
            vec![path.into(), language.into(), module.lines.into(), (&module.package).into()]
        }),
    )
}

fn functions(facts: &Facts) -> Rows {
    let row = |function: &Function| {
        vec![
            path(facts, function.module),
            (&function.name).into(),
            function.line.into(),
            format!("{:?}", function.visibility).to_lowercase().into(),
            (&function.signature).into(),
            function.transaction.as_deref().unwrap_or("").into(),
        ]
    };
    let columns = &["module", "function", "line", "visibility", "signature", "transaction"];
    filled(columns, facts.functions.iter().map(row))
}

fn calls(facts: &Facts) -> Rows {
    filled(
        &["from_module", "from_function", "to_module", "to_function", "kind", "line", "certainty"],
        facts.calls.iter().map(|call| {
            vec![
                path(facts, call.from_module),
                function(facts, call.from_function),
                path(facts, call.to_module),
                function(facts, call.to_function),
                call.kind.word().into(),
                call.line.into(),
                call.certainty.word().into(),
            ]
        }),
    )
}

/// One row for each ordered pair of different modules, with the calls of each kind.
fn dependencies(facts: &Facts) -> Rows {
    let mut pairs: BTreeMap<(ModuleId, ModuleId), [u32; CallKind::ALL.len()]> = BTreeMap::new();
    for call in facts.calls.iter().filter(|call| call.from_module != call.to_module) {
        pairs.entry((call.from_module, call.to_module)).or_default()[call.kind as usize] += 1;
    }
    filled(
        &["from", "to", "calls", "constructs", "inherits", "types", "imports"],
        pairs.into_iter().map(|((from, to), counts)| {
            let ends = [path(facts, from), path(facts, to)];
            ends.into_iter().chain(counts.into_iter().map(Cell::from)).collect()
        }),
    )
}

fn tables(facts: &Facts) -> Rows {
    filled(
        &["table", "schema", "kind", "columns", "source"],
        facts.tables.iter().map(|table| {
            let source = table.sources.first();
            let source = source
                .map_or(String::new(), |source| format!("{} {}", source.kind.word(), source.place));
            let columns = u32::try_from(table.columns.len()).unwrap_or(u32::MAX);
            let (name, schema) = (table.full_name(), &table.schema);
            let kind = table.kind.word();
            vec![name.into(), schema.into(), kind.into(), columns.into(), source.into()]
        }),
    )
}

fn columns(facts: &Facts) -> Rows {
    let rows = facts.tables.iter().flat_map(|table| {
        table.columns.iter().map(|column| {
            vec![
                table.full_name().into(),
                (&column.name).into(),
                (&column.data_type).into(),
                column.nullable.into(),
                column.key.word().into(),
            ]
        })
    });
    filled(&["table", "column", "type", "nullable", "key"], rows)
}

fn foreign_keys(facts: &Facts) -> Rows {
    filled(
        &["table", "columns", "to_table", "to_columns", "origin"],
        facts.foreign_keys.iter().map(|key| {
            vec![
                table(facts, key.from),
                key.columns.join(";").into(),
                table(facts, key.to),
                key.to_columns.join(";").into(),
                key.origin.word().into(),
            ]
        }),
    )
}

fn accesses(facts: &Facts) -> Rows {
    filled(
        &["module", "function", "table", "mode", "line", "via"],
        facts.accesses.iter().map(|access| {
            vec![
                path(facts, access.module),
                function(facts, access.function),
                table(facts, access.table),
                access.mode.word().into(),
                access.line.into(),
                access.via.word().into(),
            ]
        }),
    )
}

fn joins(facts: &Facts) -> Rows {
    filled(
        &["module", "line", "table_a", "table_b"],
        facts.joins.iter().map(|join| {
            let (a, b) = (table(facts, join.table_a), table(facts, join.table_b));
            vec![path(facts, join.module), join.line.into(), a, b]
        }),
    )
}

fn entry_points(facts: &Facts) -> Rows {
    filled(
        &["module", "function", "kind", "route"],
        facts.entry_points.iter().map(|entry| {
            let function = function(facts, entry.function);
            let (kind, route) = (entry.kind.word(), &entry.route);
            vec![path(facts, entry.module), function, kind.into(), route.into()]
        }),
    )
}

fn transactions(facts: &Facts) -> Rows {
    let rows = facts.transactions.iter().filter(|transaction| !transaction.steps.is_empty());
    let rows = rows.map(|transaction| {
        let entry = &facts.entry_points[transaction.entry_point.index()];
        let module = &facts.module(entry.module).path;
        let name = match entry.function {
            Some(function) => format!("{module}#{}", facts.function(function).name),
            None => module.clone(),
        };
        let tables = |mode: AccessMode| -> String {
            let steps = transaction.steps.iter().filter(|step| step.mode == mode);
            let mut tables: Vec<String> =
                steps.map(|step| facts.table(step.table).full_name()).collect();
            tables.sort();
            tables.dedup();
            tables.join(";")
        };
        vec![name.into(), tables(AccessMode::Read).into(), tables(AccessMode::Write).into()]
    });
    filled(&["entry_point", "reads", "writes"], rows)
}

/// The youngest first; the time in UTC, as RFC 3339 has it; `bulk` says why it is left out of co-change.
fn commits(facts: &Facts) -> Rows {
    let mut order: Vec<usize> = (0..facts.commits.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(facts.commits[*at].time), &facts.commits[*at].id));
    let rows = order.into_iter().map(|at| {
        let commit = &facts.commits[at];
        let time = moment(commit.time);
        let modules: Vec<&str> =
            commit.modules.iter().map(|id| facts.module(*id).path.as_str()).collect();
        vec![
            (&commit.id).into(),
            time.into(),
            (&facts.authors[commit.author.index()].name).into(),
            commit.bulk.as_deref().unwrap_or("").into(),
            modules.join(";").into(),
        ]
    });
    filled(&["id", "time", "author", "bulk", "modules"], rows)
}

/// Seconds since 1970 as a moment in UTC.
fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// Pieces changed in the same commit, bulk commits left out.
fn co_changes(facts: &Facts) -> Rows {
    let mut together: FxHashMap<(PieceId, PieceId), u32> = FxHashMap::default();
    let mut alone: BTreeMap<PieceId, u32> = BTreeMap::new();
    for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
        let modules = commit.modules.iter().map(|id| facts.module_piece(*id));
        let tables = commit.tables.iter().map(|id| facts.table_piece(*id));
        let pieces: Vec<PieceId> = modules.chain(tables).collect();
        for (at, a) in pieces.iter().enumerate() {
            *alone.entry(*a).or_default() += 1;
            for b in &pieces[at + 1..] {
                *together.entry((*a.min(b), *a.max(b))).or_default() += 1;
            }
        }
    }
    let rows = together.into_iter().map(|((a, b), count)| {
        let ends = [a, b].map(|piece| Cell::from(facts.piece_name(piece)));
        let counts = [count, alone[&a], alone[&b]].map(Cell::from);
        ends.into_iter().chain(counts).collect()
    });
    filled(&["a", "b", "commits_together", "commits_a", "commits_b"], rows)
}

/// Who changed each module in the last year of its history: people only, bulk commits left out.
fn owners(facts: &Facts) -> Rows {
    let mut changes: BTreeMap<ModuleId, BTreeMap<AuthorId, u32>> = BTreeMap::new();
    for commit in facts.recent_commits() {
        for module in &commit.modules {
            *changes.entry(*module).or_default().entry(commit.author).or_default() += 1;
        }
    }
    let team = |module: ModuleId| {
        let teams = facts.teams.iter().filter(|team| team.modules.contains(&module));
        teams.map(|team| team.name.as_str()).collect::<Vec<_>>().join(";")
    };
    let rows = changes.iter().flat_map(|(module, authors)| {
        let all: u32 = authors.values().sum();
        authors.iter().map(move |(author, count)| {
            vec![
                path(facts, *module),
                (&facts.authors[author.index()].name).into(),
                (*count).into(),
                Cell::Share(f64::from(*count) / f64::from(all)),
                team(*module).into(),
            ]
        })
    });
    filled(&["module", "author", "commits", "share", "team"], rows)
}

fn warnings(facts: &Facts) -> Rows {
    filled(
        &["path", "line", "message", "hint"],
        facts.warnings.iter().map(|warning| {
            let (place, message) = (&warning.place, &warning.message);
            let hint = &warning.hint;
            vec![(&place.path).into(), place.line.into(), message.into(), hint.into()]
        }),
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{export::csv, facts::notation::parse};

    const MONOLITH: &str = "\
        module orders/cart.rb 120 lines
        table invoices id total
        orders/cart.rb#add calls billing/invoice.rb#draft
        orders/cart.rb#add calls billing/invoice.rb#draft
        orders/cart.rb imports billing/invoice.rb
        orders/cart.rb calls orders/cart.rb
        billing/invoice.rb#draft writes invoices
        orders/cart.rb reads invoices
        orders/cart.rb joins orders invoices
        orders keys invoices
        entry http orders/cart.rb#add POST /cart
        team shop orders/cart.rb
        commit ada orders/cart.rb billing/invoice.rb invoices
        commit bob orders/cart.rb";

    fn check(dump: Dump, expected: &str) {
        let facts = parse(MONOLITH).expect("good notation");
        assert_eq!(csv::print(&dump.rows(&facts)), expected);
    }

    #[test]
    fn every_kind_of_fact_has_its_rows() {
        check(
            Dump::Modules,
            "module,language,lines,package\nbilling/invoice.rb,Ruby,100,billing\n\
             orders/cart.rb,Ruby,120,orders\n",
        );
        check(
            Dump::Calls,
            "from_module,from_function,to_module,to_function,kind,line,certainty\n\
             orders/cart.rb,,billing/invoice.rb,,import,5,exact\n\
             orders/cart.rb,,orders/cart.rb,,call,6,exact\n\
             orders/cart.rb,add,billing/invoice.rb,draft,call,3,exact\n\
             orders/cart.rb,add,billing/invoice.rb,draft,call,4,exact\n",
        );
        check(
            Dump::Dependencies,
            "from,to,calls,constructs,inherits,types,imports\n\
             orders/cart.rb,billing/invoice.rb,2,0,0,0,1\n",
        );
        check(
            Dump::Tables,
            "table,schema,kind,columns,source\ninvoices,,table,2,\norders,,table,0,\n",
        );
        check(
            Dump::Columns,
            "table,column,type,nullable,key\ninvoices,id,,true,\ninvoices,total,,true,\n",
        );
        check(
            Dump::ForeignKeys,
            "table,columns,to_table,to_columns,origin\norders,invoices_id,invoices,id,declared\n",
        );
        check(
            Dump::Accesses,
            "module,function,table,mode,line,via\nbilling/invoice.rb,draft,invoices,write,7,sql\n\
             orders/cart.rb,,invoices,read,8,sql\n",
        );
        check(Dump::Joins, "module,line,table_a,table_b\norders/cart.rb,9,invoices,orders\n");
        check(
            Dump::EntryPoints,
            "module,function,kind,route\norders/cart.rb,add,http,POST /cart\n",
        );
        check(Dump::Transactions, "entry_point,reads,writes\norders/cart.rb#add,,invoices\n");
        check(Dump::Warnings, "path,line,message,hint\n");
    }

    #[test]
    fn history_has_its_rows() {
        check(
            Dump::Commits,
            "id,time,author,bulk,modules\n\
             000000000000000000000000000000000000000e,1970-01-15T00:00:00Z,bob,,orders/cart.rb\n\
             000000000000000000000000000000000000000d,1970-01-14T00:00:00Z,ada,,\
             billing/invoice.rb;orders/cart.rb\n",
        );
        check(
            Dump::CoChanges,
            "a,b,commits_together,commits_a,commits_b\nbilling/invoice.rb,invoices,1,1,1\n\
             billing/invoice.rb,orders/cart.rb,1,1,2\norders/cart.rb,invoices,1,2,1\n",
        );
        check(
            Dump::Owners,
            "module,author,commits,share,team\nbilling/invoice.rb,ada,1,1.0000,\n\
             orders/cart.rb,ada,1,0.5000,shop\norders/cart.rb,bob,1,0.5000,shop\n",
        );
        check(
            Dump::People,
            "author,email,commits,first,last,gone,works_with\n\
             ada,ada@example.org,1,1970-01-14T00:00:00Z,1970-01-14T00:00:00Z,false,\n\
             bob,bob@example.org,1,1970-01-15T00:00:00Z,1970-01-15T00:00:00Z,false,\n",
        );
        check(
            Dump::Changes,
            "piece,commits,last_half_year,half_year_before,releases,authors,gone,last\n\
             billing/invoice.rb,1,1,0,0,1,0.0000,1970-01-14T00:00:00Z\n\
             invoices,1,1,0,0,1,0.0000,1970-01-14T00:00:00Z\n\
             orders/cart.rb,2,2,0,0,2,0.0000,1970-01-15T00:00:00Z\n",
        );
        check(Dump::Releases, "release,time,commits,pieces\n");
    }
}
