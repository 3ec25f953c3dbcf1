//! The database steps of a plan as SQL, in the dialect of the monolith: forth, and the way back.
//!
//! Within one database server first: each service gets a schema (or database) of its own, its tables move there, and a
//! view under the old name keeps old code working. Keys across borders are dropped, and kept aside so that they can be put
//! back as they were. What is read often across a border gets a copy. Nothing that is written here deletes a row.

mod mysql;
mod postgresql;
mod sqlite;
mod sqlserver;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    names::Names,
    plan::{Advice, CutKey, Holder, Plan, Step},
    relations::Identifiers,
};
use crate::{
    facts::{AccessMode, Column, ForeignKey, Table, TableId, TableKind},
    proposal::ServiceId,
};

/// Which way a script goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the monolith to the proposal, step by step.
    Forth,
    /// From the proposal to the monolith, the last step first.
    Back,
}

/// One change of the database and what takes it back.
struct Change {
    /// A remark that stands above the way forth.
    about: String,
    forth: String,
    back: String,
}

/// A table where it is at some point of the plan.
struct Located<'a> {
    /// Empty for the database's default.
    schema: &'a str,
    table: &'a Table,
}

/// A key that is cut, with its tables where they are.
struct Cut<'a> {
    step: usize,
    from: Located<'a>,
    to: Located<'a>,
    key: &'a ForeignKey,
}

/// A table that moves from where it is to a service's schema.
struct Move<'a> {
    step: usize,
    from: Located<'a>,
    to: &'a str,
    /// Keys of the table that stay, with the names of the tables they lead to: SQLite makes tables anew.
    keys: Vec<(&'a ForeignKey, &'a str)>,
}

/// What differs from dialect to dialect.
trait Dialect {
    /// What every script begins with, one way and the other.
    fn frame(&self) -> Change;
    /// What the way back begins with; the schemas are still there.
    fn reopen(&self, _schemas: &[&str]) -> String {
        String::new()
    }
    fn schema(&self, name: &str) -> Change;
    fn drop_key(&self, cut: &Cut<'_>) -> Change;
    fn move_table(&self, moved: &Move<'_>) -> Change;
    /// A copy of a table in the schema of who reads it.
    fn copy(&self, table: &Located<'_>, into: &str, name: &str) -> Change;
    fn quote(&self, name: &str) -> String;

    /// The table's name with its schema.
    fn name(&self, located: &Located<'_>) -> String {
        self.in_schema(located.schema, &located.table.name)
    }

    fn in_schema(&self, schema: &str, name: &str) -> String {
        if schema.is_empty() {
            self.quote(name)
        } else {
            format!("{}.{}", self.quote(schema), self.quote(name))
        }
    }
}

/// Writes the script.
#[must_use]
pub fn print(names: &Names<'_>, plan: &Plan, way: Way) -> String {
    let (word, dialect) = dialect(names);
    let mut script = Script {
        names,
        dialect: dialect.as_ref(),
        schemas: schemas(names, plan),
        out: BTreeSet::new(),
        copied: BTreeSet::new(),
    };
    let steps: Vec<(&Step, Vec<Change>)> =
        plan.steps.iter().map(|step| (step, script.step(step))).collect();
    let frame = dialect.frame();
    let mut text = introduction(names, word, way);
    match way {
        Way::Forth => {
            put(&mut text, &frame.forth);
            for (step, changes) in &steps {
                heading(&mut text, names, step);
                changes.iter().for_each(|change| section(&mut text, &change.about, &change.forth));
            }
        }
        Way::Back => {
            let used = plan.steps.iter().filter(|step| !step.data.tables.is_empty());
            let used: Vec<&str> = used.map(|step| script.schemas[&step.service].as_str()).collect();
            put(&mut text, &dialect.reopen(&used));
            for (step, changes) in steps.iter().rev() {
                heading(&mut text, names, step);
                let reversed = changes.iter().rev();
                reversed.for_each(|change| section(&mut text, "", &change.back));
            }
            section(&mut text, "", &frame.back);
        }
    }
    text
}

/// The dialect in which most of the schema was written, and its name.
fn dialect(names: &Names<'_>) -> (&'static str, Box<dyn Dialect>) {
    let mut statements: BTreeMap<&str, u32> = BTreeMap::new();
    for source in &names.facts.report.schema {
        *statements.entry(&source.dialect).or_default() += source.understood.max(1);
    }
    let most =
        statements.iter().max_by_key(|(dialect, count)| (**count, std::cmp::Reverse(**dialect)));
    // `Rails on MySQL`; of Laravel alone, the database that it was made for first.
    match most.map(|(dialect, _)| dialect.rsplit(" on ").next().unwrap_or(dialect)) {
        Some("MySQL" | "Laravel") => ("MySQL and MariaDB", Box::new(mysql::MySql)),
        Some("SQL Server") => ("SQL Server", Box::new(sqlserver::SqlServer)),
        Some("SQLite") => ("SQLite", Box::new(sqlite::Sqlite)),
        _ => ("PostgreSQL", Box::new(postgresql::PostgreSql)),
    }
}

/// A schema for each service that gets tables, in the letters that every database takes.
fn schemas(names: &Names<'_>, plan: &Plan) -> BTreeMap<ServiceId, String> {
    let mut taken = Identifiers::default();
    for reserved in
        ["public", "dbo", "main", "temp", "seamline", "mysql", "sys", "order", "user", "group"]
    {
        drop(taken.next(reserved));
    }
    for table in &names.facts.tables {
        if !table.schema.is_empty() {
            drop(taken.next(&table.schema));
        }
    }
    let name = |service: ServiceId| names.service(service).to_lowercase();
    plan.steps
        .iter()
        .map(|step| (step.service, taken.next(&format!("{} service", name(step.service)))))
        .collect()
}

fn introduction(names: &Names<'_>, dialect: &str, way: Way) -> String {
    let title = match way {
        Way::Forth => "The database steps of the plan",
        Way::Back => "The way back, the last step first",
    };
    let lines = [
        format!("{title}: {}, proposal {}.", names.facts.name, names.proposal.name),
        format!("Dialect: {dialect}. Rehearse on a copy; run one step at a time, each when its code is ready."),
        "A view keeps the old name of each table that moved: drop it when nothing uses it any more.".to_owned(),
    ];
    lines.iter().map(|line| comment(line)).collect()
}

/// A line of comment; nothing in it can end the line.
fn comment(text: &str) -> String {
    let line: String =
        text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("-- {line}\n")
}

fn heading(text: &mut String, names: &Names<'_>, step: &Step) {
    text.push('\n');
    text.push_str(&comment(&format!("Step {}: {}", step.number, names.service(step.service))));
}

fn section(text: &mut String, about: &str, sql: &str) {
    if sql.is_empty() {
        return;
    }
    text.push('\n');
    if !about.is_empty() {
        text.push_str(&comment(about));
    }
    put(text, sql);
}

fn put(text: &mut String, sql: &str) {
    text.push_str(sql);
    if !sql.is_empty() && !sql.ends_with('\n') {
        text.push('\n');
    }
}

/// A script while it is written.
struct Script<'a> {
    names: &'a Names<'a>,
    dialect: &'a dyn Dialect,
    schemas: BTreeMap<ServiceId, String>,
    out: BTreeSet<ServiceId>,
    copied: BTreeSet<(Holder, TableId)>,
}

impl Script<'_> {
    fn step(&mut self, step: &Step) -> Vec<Change> {
        let mut changes = Vec::new();
        if !step.is_last_of_monolith {
            let keys = step.data.keys.iter().filter(|cut| cut.declared && cut.is_new());
            changes.extend(keys.map(|cut| self.drop_key(step, cut)));
        }
        if !step.data.tables.is_empty() {
            changes.push(self.dialect.schema(&self.schemas[&step.service]));
        }
        for table in step.data.tables.iter().copied() {
            changes.push(self.move_table(step, table));
        }
        self.out.insert(step.service);
        let copies: Vec<Change> = step
            .data
            .uses
            .iter()
            .filter_map(|used| {
                let wanted = used.mode == AccessMode::Read && used.advice == Advice::Replica;
                (wanted && self.copied.insert((used.by, used.table)))
                    .then(|| self.copy(used.by, used.table))
            })
            .collect();
        changes.extend(copies);
        changes
    }

    fn located(&self, table: TableId) -> Located<'_> {
        let service = self.names.proposal.service_of(self.names.facts.table_piece(table));
        let table = self.names.facts.table(table);
        let moved = self.schemas.get(&service).filter(|_| self.out.contains(&service));
        Located { schema: moved.map_or(table.schema.as_str(), String::as_str), table }
    }

    fn drop_key(&self, step: &Step, cut: &CutKey) -> Change {
        let key = &self.names.facts.foreign_keys[cut.key];
        let cut =
            Cut { step: step.number, from: self.located(key.from), to: self.located(key.to), key };
        let orphans = orphans(self.dialect, &cut);
        let change = self.dialect.drop_key(&cut);
        Change { about: format!("Count the orphans every night: {orphans}"), ..change }
    }

    fn move_table(&self, step: &Step, table: TableId) -> Change {
        let facts = self.names.facts;
        let stays = |key: &&ForeignKey| {
            let home = self.names.proposal.service_of(facts.table_piece(key.to));
            key.from == table
                && home == step.service
                && matches!(key.origin, crate::facts::KeyOrigin::Declared { .. })
        };
        self.dialect.move_table(&Move {
            step: step.number,
            from: self.located(table),
            to: &self.schemas[&step.service],
            keys: facts
                .foreign_keys
                .iter()
                .filter(stays)
                .map(|key| (key, facts.table(key.to).name.as_str()))
                .collect(),
        })
    }

    fn copy(&self, reader: Holder, table: TableId) -> Change {
        let located = self.located(table);
        let schema = match reader {
            Holder::Service(service) => self.schemas.get(&service).map_or("", String::as_str),
            Holder::Monolith => "",
        };
        let name = format!("{}_copy", located.table.name);
        let change = self.dialect.copy(&located, schema, &name);
        let about = format!(
            "A copy for {}, filled once; from then on the owner's events keep it up to date",
            self.names.holder(reader)
        );
        Change { about, ..change }
    }
}

/// What counts rows whose reference leads nowhere.
fn orphans(dialect: &dyn Dialect, cut: &Cut<'_>) -> String {
    let pairs = cut.key.columns.iter().zip(&cut.key.to_columns);
    let equal: Vec<String> =
        pairs.map(|(a, b)| format!("p.{} = c.{}", dialect.quote(b), dialect.quote(a))).collect();
    let present: Vec<String> = cut
        .key
        .columns
        .iter()
        .map(|column| format!("c.{} IS NOT NULL", dialect.quote(column)))
        .collect();
    format!(
        "SELECT count(*) FROM {} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {});",
        dialect.name(&cut.from),
        present.join(" AND "),
        dialect.name(&cut.to),
        equal.join(" AND ")
    )
}

/// A string of SQL.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn is_view(table: &Table) -> bool {
    table.kind == TableKind::View
}

/// A column as `CREATE TABLE` has it.
fn column(dialect: &dyn Dialect, column: &Column) -> String {
    let mut definition = format!("{} {}", dialect.quote(&column.name), column.data_type);
    if !column.nullable {
        definition.push_str(" NOT NULL");
    }
    definition
}

#[cfg(test)]
mod tests;
