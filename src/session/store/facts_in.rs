//! Facts out of the project file, in the order they were written.

use rusqlite::{Connection, Error, Result, Row, types::Type};

use super::words::Word;
use crate::facts::{
    Access, Author, AuthorId, Call, Column, Commit, EntryPoint, EntryPointId, Excluded, Facts,
    ForeignKey, Function, FunctionId, ImportReport, Join, KeyOrigin, LanguageReport, Module,
    ModuleId, Place, References, Release, RuntimeAccess, RuntimeCall, RuntimeEntry, RuntimeSource,
    SchemaReport, Step, Table, TableId, TableSource, Team, Timing, Transaction, Warning,
};

/// Reads all facts. Ids that lead nowhere are an error: the file was changed by something else.
pub(super) fn read(connection: &Connection) -> Result<Facts> {
    let mut facts = Facts {
        name: meta(connection, "name")?,
        modules: rows(connection, "SELECT path, language, lines, package FROM modules", module)?,
        ..Facts::default()
    };
    read_code(connection, &mut facts)?;
    read_data(connection, &mut facts)?;
    read_work(connection, &mut facts)?;
    read_runtime(connection, &mut facts)?;
    read_people(connection, &mut facts)?;
    facts.warnings =
        rows(connection, "SELECT path, line, message, hint FROM warnings ORDER BY id", |row| {
            Ok(Warning {
                place: Place { path: row.get(0)?, line: row.get(1)? },
                message: row.get(2)?,
                hint: row.get(3)?,
            })
        })?;
    facts.report = report(connection)?;
    Ok(facts)
}

pub(super) fn meta(connection: &Connection, key: &str) -> Result<String> {
    connection.query_row("SELECT value FROM meta WHERE key = ?", [key], |row| row.get(0))
}

fn rows<T>(
    connection: &Connection,
    select: &str,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let ordered = if select.contains("ORDER BY") {
        select.to_owned()
    } else {
        format!("{select} ORDER BY id")
    };
    connection.prepare(&ordered)?.query_map([], read)?.collect()
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, at: usize) -> Result<T> {
    let text = row.get_ref(at)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|error| Error::FromSqlConversionFailure(at, Type::Text, Box::new(error)))
}

/// A number of a fact, which must be below `count`.
fn id(row: &Row<'_>, at: usize, count: usize) -> Result<u32> {
    let number: u32 = row.get(at)?;
    if (number as usize) < count {
        Ok(number)
    } else {
        Err(Error::IntegralValueOutOfRange(at, i64::from(number)))
    }
}

fn optional(row: &Row<'_>, at: usize, count: usize) -> Result<Option<FunctionId>> {
    Ok(optional_id(row, at, count)?.map(FunctionId))
}

fn optional_id(row: &Row<'_>, at: usize, count: usize) -> Result<Option<u32>> {
    match row.get_ref(at)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => id(row, at, count).map(Some),
    }
}

/// What stands in three columns from `at` on; no number of them is negative.
fn timing(row: &Row<'_>, at: usize) -> Result<Timing> {
    let p95: Option<i64> = row.get(at + 2)?;
    Ok(Timing {
        count: large(row, at)?,
        total_us: large(row, at + 1)?,
        p95_us: p95.map(|number| u64::try_from(number).unwrap_or(0)),
    })
}

fn large(row: &Row<'_>, at: usize) -> Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(at)?).unwrap_or(0))
}

fn module(row: &Row<'_>) -> Result<Module> {
    Ok(Module {
        path: row.get(0)?,
        language: row.get(1)?,
        lines: row.get(2)?,
        package: row.get(3)?,
    })
}

fn read_code(connection: &Connection, facts: &mut Facts) -> Result<()> {
    let modules = facts.modules.len();
    let select = "SELECT module, name, line, end_line, visibility, signature, opens_transaction \
                  FROM functions";
    facts.functions = rows(connection, select, |row| {
        Ok(Function {
            module: ModuleId(id(row, 0, modules)?),
            name: row.get(1)?,
            line: row.get(2)?,
            end_line: row.get(3)?,
            visibility: row.get::<_, Word<_>>(4)?.0,
            signature: row.get(5)?,
            transaction: row.get(6)?,
        })
    })?;
    let functions = facts.functions.len();
    let select = "SELECT from_module, from_function, to_module, to_function, kind, line, \
                  certainty, in_loop FROM calls";
    facts.calls = rows(connection, select, |row| {
        Ok(Call {
            from_module: ModuleId(id(row, 0, modules)?),
            from_function: optional(row, 1, functions)?,
            to_module: ModuleId(id(row, 2, modules)?),
            to_function: optional(row, 3, functions)?,
            kind: row.get::<_, Word<_>>(4)?.0,
            line: row.get(5)?,
            certainty: row.get::<_, Word<_>>(6)?.0,
            in_loop: row.get(7)?,
        })
    })?;
    Ok(())
}

fn read_data(connection: &Connection, facts: &mut Facts) -> Result<()> {
    facts.tables = rows(connection, "SELECT schema, name, kind FROM tables", |row| {
        Ok(Table {
            schema: row.get(0)?,
            name: row.get(1)?,
            kind: row.get::<_, Word<_>>(2)?.0,
            columns: Vec::new(),
            sources: Vec::new(),
        })
    })?;
    let (modules, functions, tables) =
        (facts.modules.len(), facts.functions.len(), facts.tables.len());
    let select = r#"SELECT "table", kind, path, line FROM table_sources
                    ORDER BY "table", position"#;
    let sources = rows(connection, select, |row| {
        let place = Place { path: row.get(2)?, line: row.get(3)? };
        Ok((id(row, 0, tables)?, TableSource { kind: row.get::<_, Word<_>>(1)?.0, place }))
    })?;
    for (table, source) in sources {
        facts.tables[table as usize].sources.push(source);
    }
    let select = r#"SELECT "table", name, type, nullable, key FROM columns
                    ORDER BY "table", position"#;
    let columns = rows(connection, select, |row| {
        let column = Column {
            name: row.get(1)?,
            data_type: row.get(2)?,
            nullable: row.get(3)?,
            key: row.get::<_, Word<_>>(4)?.0,
        };
        Ok((id(row, 0, tables)?, column))
    })?;
    for (table, column) in columns {
        facts.tables[table as usize].columns.push(column);
    }
    let select = "SELECT from_table, columns, to_table, to_columns, origin, reason, path, line \
                  FROM foreign_keys";
    facts.foreign_keys = rows(connection, select, |row| {
        let declared = row.get_ref(4)?.as_str()? == "declared";
        let reason = row.get(5)?;
        Ok(ForeignKey {
            from: TableId(id(row, 0, tables)?),
            columns: json(row, 1)?,
            to: TableId(id(row, 2, tables)?),
            to_columns: json(row, 3)?,
            origin: if declared {
                KeyOrigin::Declared { constraint: reason }
            } else {
                KeyOrigin::Implied { reason }
            },
            place: Place { path: row.get(6)?, line: row.get(7)? },
        })
    })?;
    let select = r#"SELECT module, function, "table", mode, line, via FROM accesses"#;
    facts.accesses = rows(connection, select, |row| {
        Ok(Access {
            module: ModuleId(id(row, 0, modules)?),
            function: optional(row, 1, functions)?,
            table: TableId(id(row, 2, tables)?),
            mode: row.get::<_, Word<_>>(3)?.0,
            line: row.get(4)?,
            via: row.get::<_, Word<_>>(5)?.0,
        })
    })?;
    let select = "SELECT module, function, line, table_a, table_b FROM joins";
    facts.joins = rows(connection, select, |row| {
        Ok(Join {
            module: ModuleId(id(row, 0, modules)?),
            function: optional(row, 1, functions)?,
            line: row.get(2)?,
            table_a: TableId(id(row, 3, tables)?),
            table_b: TableId(id(row, 4, tables)?),
        })
    })?;
    Ok(())
}

fn read_work(connection: &Connection, facts: &mut Facts) -> Result<()> {
    let (modules, functions, tables) =
        (facts.modules.len(), facts.functions.len(), facts.tables.len());
    let select = "SELECT module, function, kind, route FROM entry_points";
    facts.entry_points = rows(connection, select, |row| {
        Ok(EntryPoint {
            module: ModuleId(id(row, 0, modules)?),
            function: optional(row, 1, functions)?,
            kind: row.get::<_, Word<_>>(2)?.0,
            route: row.get(3)?,
        })
    })?;
    let entry_points = facts.entry_points.len();
    facts.transactions = rows(connection, "SELECT entry_point FROM transactions", |row| {
        let entry_point = EntryPointId(id(row, 0, entry_points)?);
        Ok(Transaction { entry_point, steps: Vec::new() })
    })?;
    let transactions = facts.transactions.len();
    let select = r#"SELECT "transaction", "table", mode, module, line, path FROM transaction_steps
                    ORDER BY "transaction", position"#;
    let steps = rows(connection, select, |row| {
        let path: Vec<FunctionId> = json(row, 5)?;
        if path.iter().any(|function| function.index() >= functions) {
            return Err(Error::IntegralValueOutOfRange(5, 0));
        }
        let step = Step {
            table: TableId(id(row, 1, tables)?),
            mode: row.get::<_, Word<_>>(2)?.0,
            module: ModuleId(id(row, 3, modules)?),
            line: row.get(4)?,
            path,
        };
        Ok((id(row, 0, transactions)?, step))
    })?;
    for (transaction, step) in steps {
        facts.transactions[transaction as usize].steps.push(step);
    }
    Ok(())
}

fn read_runtime(connection: &Connection, facts: &mut Facts) -> Result<()> {
    let (modules, tables, entries) =
        (facts.modules.len(), facts.tables.len(), facts.entry_points.len());
    let select = "SELECT entry_point, service, count, total_us, p95_us FROM runtime_entries";
    facts.runtime.entries = rows(connection, select, |row| {
        let entry_point = EntryPointId(id(row, 0, entries)?);
        Ok(RuntimeEntry { entry_point, service: row.get(1)?, timing: timing(row, 2)? })
    })?;
    let select = "SELECT from_module, to_module, service, count, total_us, p95_us \
                  FROM runtime_calls";
    facts.runtime.calls = rows(connection, select, |row| {
        let (from, to) = (ModuleId(id(row, 0, modules)?), ModuleId(id(row, 1, modules)?));
        Ok(RuntimeCall { from, to, service: row.get(2)?, timing: timing(row, 3)? })
    })?;
    let select = r#"SELECT module, entry_point, "table", mode, recorder, service, count, total_us,
                    p95_us FROM runtime_accesses"#;
    facts.runtime.accesses = rows(connection, select, |row| {
        Ok(RuntimeAccess {
            module: optional_id(row, 0, modules)?.map(ModuleId),
            entry_point: optional_id(row, 1, entries)?.map(EntryPointId),
            table: TableId(id(row, 2, tables)?),
            mode: row.get::<_, Word<_>>(3)?.0,
            recorder: row.get::<_, Word<_>>(4)?.0,
            service: row.get(5)?,
            timing: timing(row, 6)?,
        })
    })?;
    let select = "SELECT path, format, records, understood FROM runtime_sources";
    facts.runtime.sources = rows(connection, select, |row| {
        Ok(RuntimeSource {
            path: row.get(0)?,
            format: row.get(1)?,
            records: large(row, 2)?,
            understood: large(row, 3)?,
        })
    })?;
    Ok(())
}

fn read_people(connection: &Connection, facts: &mut Facts) -> Result<()> {
    facts.authors = rows(connection, "SELECT name, email, bot FROM authors", |row| {
        Ok(Author { name: row.get(0)?, email: row.get(1)?, bot: row.get(2)? })
    })?;
    let authors = facts.authors.len();
    let select = "SELECT hash, time, author, bulk, files, change_set, release FROM commits";
    facts.commits = rows(connection, select, |row| {
        Ok(Commit {
            id: row.get(0)?,
            time: row.get(1)?,
            author: AuthorId(id(row, 2, authors)?),
            bulk: row.get(3)?,
            files: row.get(4)?,
            modules: Vec::new(),
            tables: Vec::new(),
            set: row.get(5)?,
            release: row.get(6)?,
        })
    })?;
    facts.releases = rows(connection, "SELECT name, time FROM releases", |row| {
        Ok(Release { name: row.get(0)?, time: row.get(1)? })
    })?;
    facts.teams = rows(connection, "SELECT name FROM teams", |row| {
        Ok(Team { name: row.get(0)?, modules: Vec::new() })
    })?;
    let (modules, tables) = (facts.modules.len(), facts.tables.len());
    let pairs = |select: &str, owners: usize, count: usize| {
        rows(connection, select, |row| Ok((id(row, 0, owners)?, id(row, 1, count)?)))
    };
    let select = r#"SELECT "commit", module FROM commit_modules ORDER BY 1, 2"#;
    for (commit, module) in pairs(select, facts.commits.len(), modules)? {
        facts.commits[commit as usize].modules.push(ModuleId(module));
    }
    let select = r#"SELECT "commit", "table" FROM commit_tables ORDER BY 1, 2"#;
    for (commit, table) in pairs(select, facts.commits.len(), tables)? {
        facts.commits[commit as usize].tables.push(TableId(table));
    }
    let select = "SELECT team, module FROM team_modules ORDER BY 1, 2";
    for (team, module) in pairs(select, facts.teams.len(), modules)? {
        facts.teams[team as usize].modules.push(ModuleId(module));
    }
    Ok(())
}

fn report(connection: &Connection) -> Result<ImportReport> {
    let select = "SELECT language, files, lines, files_with_errors, exact, by_name, unresolved, \
                  outside, most_unresolved, milliseconds FROM languages";
    let languages = rows(connection, select, |row| {
        Ok(LanguageReport {
            language: row.get(0)?,
            files: row.get(1)?,
            lines: row.get(2)?,
            files_with_errors: row.get(3)?,
            references: References {
                exact: row.get(4)?,
                by_name: row.get(5)?,
                unresolved: row.get(6)?,
                outside: row.get(7)?,
            },
            most_unresolved: json(row, 8)?,
            milliseconds: u64::try_from(row.get::<_, i64>(9)?).unwrap_or(0),
        })
    })?;
    let excluded = rows(connection, "SELECT path, reason, files FROM excluded", |row| {
        Ok(Excluded { path: row.get(0)?, reason: row.get::<_, Word<_>>(1)?.0, files: row.get(2)? })
    })?;
    let select = "SELECT path, dialect, statements, understood FROM schema_files";
    let schema = rows(connection, select, |row| {
        Ok(SchemaReport {
            path: row.get(0)?,
            dialect: row.get(1)?,
            statements: row.get(2)?,
            understood: row.get(3)?,
        })
    })?;
    Ok(ImportReport { languages, excluded, schema, history: meta(connection, "history")? })
}
