//! Facts into the project file: one row a fact, in their order.
//!
//! Every struct is taken apart without `..`, so that a fact with a new field does not compile until it is stored.

use rusqlite::{Connection, Result, ToSql};

use super::words::Word;
use crate::facts::{
    Access, Author, Call, Column, Commit, EntryPoint, Excluded, Facts, ForeignKey, Function,
    ImportReport, Join, KeyOrigin, LanguageReport, Module, Place, References, Release, Runtime,
    RuntimeAccess, RuntimeCall, RuntimeEntry, RuntimeSource, SchemaReport, Step, Table,
    TableSource, Team, Timing, Transaction, Warning, ids::FunctionId,
};

/// Writes all facts into the empty tables of a project file.
pub(super) fn write(connection: &Connection, facts: &Facts) -> Result<()> {
    let Facts {
        name,
        modules,
        functions,
        calls,
        tables,
        foreign_keys,
        accesses,
        joins,
        entry_points,
        transactions,
        runtime,
        commits,
        authors,
        releases,
        teams,
        warnings,
        report,
    } = facts;
    let rows = Rows { connection };
    rows.meta("name", name)?;
    write_code(&rows, modules, functions, calls)?;
    write_tables(&rows, tables, foreign_keys)?;
    write_data(&rows, accesses, joins)?;
    write_work(&rows, entry_points, transactions)?;
    write_runtime(&rows, runtime)?;
    write_people(&rows, authors, commits, teams)?;
    write_releases(&rows, releases)?;
    write_warnings(&rows, warnings)?;
    write_report(&rows, report)
}

struct Rows<'a> {
    connection: &'a Connection,
}

impl Rows<'_> {
    fn meta(&self, key: &str, value: &str) -> Result<()> {
        let insert = "INSERT OR REPLACE INTO meta VALUES (?, ?)";
        self.connection.execute(insert, [key, value]).map(|_| ())
    }

    /// Writes one row for each item: `row` says its values and hands them to the statement.
    fn insert<T>(
        &self,
        into: &str,
        items: &[T],
        row: impl Fn(i64, &T, &mut dyn FnMut(&[&dyn ToSql]) -> Result<()>) -> Result<()>,
    ) -> Result<()> {
        let values = into.matches(',').count() + 1;
        let marks = vec!["?"; values].join(",");
        let mut statement =
            self.connection.prepare(&format!("INSERT INTO {into} VALUES ({marks})"))?;
        for (item, id) in items.iter().zip(0..) {
            row(id, item, &mut |values| statement.execute(values).map(|_| ()))?;
        }
        Ok(())
    }
}

/// Writes one row: the values, each by reference.
macro_rules! values {
    ($put:ident, $($value:expr),+ $(,)?) => {
        $put(&[$(&$value as &dyn ToSql),+])
    };
}

fn number(function: Option<FunctionId>) -> Option<u32> {
    function.map(|id| id.0)
}

fn json(list: &impl serde::Serialize) -> String {
    serde_json::to_string(list).expect("lists of text and numbers are JSON")
}

fn write_code(
    rows: &Rows<'_>,
    modules: &[Module],
    functions: &[Function],
    calls: &[Call],
) -> Result<()> {
    rows.insert("modules (id, path, language, lines, package)", modules, |id, module, put| {
        let Module { path, language, lines, package } = module;
        values!(put, id, path, language, lines, package)
    })?;
    let into = "functions (id, module, name, line, end_line, visibility, signature, \
                opens_transaction)";
    rows.insert(into, functions, |id, function, put| {
        let Function { module, name, line, end_line, visibility, signature, transaction } =
            function;
        let visibility = Word(*visibility);
        values!(put, id, module.0, name, line, end_line, visibility, signature, transaction)
    })?;
    let into = "calls (id, from_module, from_function, to_module, to_function, kind, line, \
                certainty, in_loop)";
    rows.insert(into, calls, |id, call, put| {
        let Call {
            from_module,
            from_function,
            to_module,
            to_function,
            kind,
            line,
            certainty,
            in_loop,
        } = *call;
        let (from, to) = (number(from_function), number(to_function));
        let (kind, certainty) = (Word(kind), Word(certainty));
        values!(put, id, from_module.0, from, to_module.0, to, kind, line, certainty, in_loop)
    })
}

fn write_tables(rows: &Rows<'_>, tables: &[Table], keys: &[ForeignKey]) -> Result<()> {
    rows.insert("tables (id, schema, name, kind)", tables, |id, table, put| {
        let Table { schema, name, kind, columns: _, sources: _ } = table;
        values!(put, id, schema, name, Word(*kind))
    })?;
    for (table, id) in tables.iter().zip(0_u32..) {
        let into = r#"table_sources ("table", position, kind, path, line)"#;
        rows.insert(into, &table.sources, |position, source, put| {
            let TableSource { kind, place: Place { path, line } } = source;
            values!(put, id, position, Word(*kind), path, line)
        })?;
        let into = r#"columns ("table", position, name, type, nullable, key)"#;
        rows.insert(into, &table.columns, |position, column, put| {
            let Column { name, data_type, nullable, key } = column;
            values!(put, id, position, name, data_type, nullable, Word(*key))
        })?;
    }
    let into = "foreign_keys (id, from_table, columns, to_table, to_columns, origin, reason, path, \
                line)";
    rows.insert(into, keys, |id, key, put| {
        let ForeignKey { from, columns, to, to_columns, origin, place: Place { path, line } } = key;
        let (KeyOrigin::Declared { constraint: reason } | KeyOrigin::Implied { reason }) = origin;
        let (columns, to_columns) = (json(columns), json(to_columns));
        values!(put, id, from.0, columns, to.0, to_columns, origin.word(), reason, path, line)
    })
}

fn write_data(rows: &Rows<'_>, accesses: &[Access], joins: &[Join]) -> Result<()> {
    let into = r#"accesses (id, module, function, "table", mode, line, via)"#;
    rows.insert(into, accesses, |id, access, put| {
        let Access { module, function, table, mode, line, via } = *access;
        values!(put, id, module.0, number(function), table.0, Word(mode), line, Word(via))
    })?;
    let into = "joins (id, module, function, line, table_a, table_b)";
    rows.insert(into, joins, |id, join, put| {
        let Join { module, function, line, table_a, table_b } = *join;
        values!(put, id, module.0, number(function), line, table_a.0, table_b.0)
    })
}

fn write_work(
    rows: &Rows<'_>,
    entry_points: &[EntryPoint],
    transactions: &[Transaction],
) -> Result<()> {
    let into = "entry_points (id, module, function, kind, route)";
    rows.insert(into, entry_points, |id, entry, put| {
        let EntryPoint { module, function, kind, route } = entry;
        values!(put, id, module.0, number(*function), Word(*kind), route)
    })?;
    rows.insert("transactions (id, entry_point)", transactions, |id, transaction, put| {
        let Transaction { entry_point, steps: _ } = transaction;
        values!(put, id, entry_point.0)
    })?;
    for (transaction, id) in transactions.iter().zip(0_u32..) {
        let into =
            r#"transaction_steps ("transaction", position, "table", mode, module, line, path)"#;
        rows.insert(into, &transaction.steps, |position, step, put| {
            let Step { table, mode, module, line, path } = step;
            values!(put, id, position, table.0, Word(*mode), module.0, line, json(path))
        })?;
    }
    Ok(())
}

fn write_runtime(rows: &Rows<'_>, runtime: &Runtime) -> Result<()> {
    let Runtime { entries, calls, accesses, sources } = runtime;
    let stored = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let times = |timing: &Timing| {
        let Timing { count, total_us, p95_us } = *timing;
        (stored(count), stored(total_us), p95_us.map(stored))
    };
    let into = "runtime_entries (id, entry_point, service, count, total_us, p95_us)";
    rows.insert(into, entries, |id, entry, put| {
        let RuntimeEntry { entry_point, service, timing } = entry;
        let (count, total, p95) = times(timing);
        values!(put, id, entry_point.0, service, count, total, p95)
    })?;
    let into = "runtime_calls (id, from_module, to_module, service, count, total_us, p95_us)";
    rows.insert(into, calls, |id, call, put| {
        let RuntimeCall { from, to, service, timing } = call;
        let (count, total, p95) = times(timing);
        values!(put, id, from.0, to.0, service, count, total, p95)
    })?;
    let into = r#"runtime_accesses (id, module, entry_point, "table", mode, recorder, service,
                  count, total_us, p95_us)"#;
    rows.insert(into, accesses, |id, access, put| {
        let RuntimeAccess { module, entry_point, table, mode, recorder, service, timing } = access;
        let (module, entry) = (module.map(|it| it.0), entry_point.map(|it| it.0));
        let (count, total, p95) = times(timing);
        let (mode, recorder) = (Word(*mode), Word(*recorder));
        values!(put, id, module, entry, table.0, mode, recorder, service, count, total, p95)
    })?;
    let into = "runtime_sources (id, path, format, records, understood)";
    rows.insert(into, sources, |id, source, put| {
        let RuntimeSource { path, format, records, understood } = source;
        values!(put, id, path, format, stored(*records), stored(*understood))
    })
}

fn write_people(
    rows: &Rows<'_>,
    authors: &[Author],
    commits: &[Commit],
    teams: &[Team],
) -> Result<()> {
    rows.insert("authors (id, name, email, bot)", authors, |id, author, put| {
        let Author { name, email, bot } = author;
        values!(put, id, name, email, bot)
    })?;
    let into = "commits (id, hash, time, author, bulk, files, change_set, release)";
    rows.insert(into, commits, |row, commit, put| {
        let Commit { id, time, author, bulk, files, modules: _, tables: _, set, release } = commit;
        values!(put, row, id, time, author.0, bulk, files, set, release)
    })?;
    let modules: Vec<(u32, u32)> = (0..)
        .zip(commits)
        .flat_map(|(id, commit)| commit.modules.iter().map(move |module| (id, module.0)))
        .collect();
    let pair = |_: i64, (a, b): &(u32, u32), put: &mut dyn FnMut(&[&dyn ToSql]) -> Result<()>| {
        values!(put, a, b)
    };
    rows.insert(r#"commit_modules ("commit", module)"#, &modules, pair)?;
    let tables: Vec<(u32, u32)> = (0..)
        .zip(commits)
        .flat_map(|(id, commit)| commit.tables.iter().map(move |table| (id, table.0)))
        .collect();
    rows.insert(r#"commit_tables ("commit", "table")"#, &tables, pair)?;
    rows.insert("teams (id, name)", teams, |id, team, put| {
        let Team { name, modules: _ } = team;
        values!(put, id, name)
    })?;
    let modules: Vec<(u32, u32)> = (0..)
        .zip(teams)
        .flat_map(|(id, team)| team.modules.iter().map(move |module| (id, module.0)))
        .collect();
    rows.insert("team_modules (team, module)", &modules, pair)
}

fn write_releases(rows: &Rows<'_>, releases: &[Release]) -> Result<()> {
    rows.insert("releases (id, name, time)", releases, |id, release, put| {
        let Release { name, time } = release;
        values!(put, id, name, time)
    })
}

fn write_warnings(rows: &Rows<'_>, warnings: &[Warning]) -> Result<()> {
    rows.insert("warnings (id, path, line, message, hint)", warnings, |id, warning, put| {
        let Warning { place: Place { path, line }, message, hint } = warning;
        values!(put, id, path, line, message, hint)
    })
}

fn write_report(rows: &Rows<'_>, report: &ImportReport) -> Result<()> {
    let ImportReport { languages, excluded, schema, history } = report;
    rows.meta("history", history)?;
    let into = "languages (id, language, files, lines, files_with_errors, exact, by_name, \
                unresolved, outside, most_unresolved, milliseconds)";
    rows.insert(into, languages, |id, report, put| {
        let LanguageReport {
            language,
            files,
            lines,
            files_with_errors: errors,
            references: References { exact, by_name, unresolved, outside },
            most_unresolved,
            milliseconds,
        } = report;
        let names = json(most_unresolved);
        let time = i64::try_from(*milliseconds).unwrap_or(i64::MAX);
        values!(
            put, id, language, files, lines, errors, exact, by_name, unresolved, outside, names,
            time
        )
    })?;
    rows.insert("excluded (id, path, reason, files)", excluded, |id, excluded, put| {
        let Excluded { path, reason, files } = excluded;
        values!(put, id, path, Word(*reason), files)
    })?;
    let into = "schema_files (id, path, dialect, statements, understood)";
    rows.insert(into, schema, |id, report, put| {
        let SchemaReport { path, dialect, statements, understood } = report;
        values!(put, id, path, dialect, statements, understood)
    })
}
