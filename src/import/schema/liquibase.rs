//! Reads Liquibase's change logs in XML, YAML and JSON, in the order in which they include each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    dialect::Dialect,
    markup::{self, Element},
    script::{self, FileReading},
};
use crate::facts::{Place, TableKind};

/// How deep change logs may include each other.
const DEEPEST: usize = 32;

/// Reads all change logs of a project, each given as its text and path; SQL files they include may be among them.
pub(crate) fn read(files: &[(String, String)]) -> Vec<FileReading> {
    let mut logs: BTreeMap<&str, Log> = BTreeMap::new();
    for (text, path) in files {
        logs.insert(path, Log::of(text, path));
    }
    let database = main_database(logs.values());
    let mut walk = Walk {
        logs: &logs,
        database,
        read: BTreeSet::new(),
        properties: BTreeMap::new(),
        readings: Vec::new(),
    };
    for root in roots(&logs) {
        walk.file(root, 0);
    }
    walk.readings
}

/// One file: elements, or SQL.
struct Log {
    root: Element,
    sql: Option<String>,
    problem: Option<(u32, String)>,
}

impl Log {
    fn of(text: &str, path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let (root, problem) = if lower.ends_with(".xml") {
            markup::xml(text)
        } else if lower.ends_with(".json") {
            match markup::json(text) {
                Ok(root) => (root, None),
                Err(error) => (Element::default(), Some((0, error))),
            }
        } else if lower.ends_with(".sql") {
            return Self { root: Element::default(), sql: Some(text.to_owned()), problem: None };
        } else {
            (markup::yaml(text), None)
        };
        Self { root, sql: None, problem }
    }

    /// What stands in the change log; bare where the file is none.
    fn entries(&self) -> &[Element] {
        let log = self.root.children.iter().find(|child| child.name == "databaseChangeLog");
        log.map_or(&[], |log| &log.children)
    }

    fn creates(&self) -> BTreeSet<String> {
        let changes = self.entries().iter().flat_map(|set| set.named("createTable"));
        changes.filter_map(|table| table.get("tableName")).map(str::to_lowercase).collect()
    }
}

/// The files that no other includes. Of several versions of one snapshot only the last counts.
fn roots<'a>(logs: &BTreeMap<&'a str, Log>) -> Vec<&'a str> {
    let mut included: BTreeSet<&str> = BTreeSet::new();
    for (path, log) in logs {
        for entry in log.entries() {
            included
                .extend(inclusions(entry, path, logs).into_iter().filter(|other| other != path));
        }
    }
    let mut roots: Vec<&str> = logs
        .keys()
        .copied()
        .filter(|path| !included.contains(path) && logs[path].sql.is_none())
        .collect();
    roots.sort_by_key(|path| natural(path));
    let mut kept: Vec<&str> = Vec::new();
    for (at, path) in roots.iter().enumerate() {
        let creates = logs[path].creates();
        let replaced = roots[at + 1..].iter().any(|later| {
            let other = logs[later].creates();
            without_version(path) == without_version(later)
                && !creates.is_empty()
                && creates.intersection(&other).count() * 2 > creates.len()
        });
        if !replaced {
            kept.push(path);
        }
    }
    kept
}

/// A path in which numbers compare as numbers.
fn natural(path: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, tail) = rest.split_at(word);
        let number = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (digits, tail) = tail.split_at(number);
        parts.push((text.to_owned(), digits.parse().unwrap_or(0)));
        rest = tail;
    }
    parts
}

fn without_version(path: &str) -> String {
    let letters = |c: &char| !c.is_ascii_digit() && !matches!(c, '.' | 'x' | '-' | '_');
    path.chars().filter(letters).collect()
}

/// The files that an `include` or `includeAll` means.
fn inclusions<'a>(entry: &Element, from: &str, logs: &BTreeMap<&'a str, Log>) -> Vec<&'a str> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let relative = entry.get("relativeToChangelogFile") == Some("true");
    let target = match entry.name.as_str() {
        "include" => entry.get("file"),
        "includeAll" => entry.get("path"),
        _ => None,
    };
    let Some(target) = target else { return Vec::new() };
    let target = target.rsplit_once(':').map_or(target, |(_, path)| path);
    let target = target.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
    let near =
        normal(&if folder.is_empty() { target.to_owned() } else { format!("{folder}/{target}") });
    let paths = logs.keys().copied();
    if entry.name == "includeAll" {
        let inside = |path: &&str| {
            let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if relative {
                own == near || own.starts_with(&format!("{near}/"))
            } else {
                let own = format!("/{own}/");
                own.contains(&format!("/{target}/"))
            }
        };
        return paths.filter(inside).collect();
    }
    let exact = logs.keys().copied().find(|path| *path == near);
    if relative || exact.is_some() {
        return exact.into_iter().collect();
    }
    // From the class path: whatever ends so.
    let ending = format!("/{target}");
    paths.filter(|path| *path == target || path.ends_with(&ending)).take(1).collect()
}

/// A path without `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The database whose change sets are taken where some are only for one: the one named most often.
fn main_database<'a>(logs: impl Iterator<Item = &'a Log>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for set in logs.flat_map(Log::entries) {
        for name in set.get("dbms").unwrap_or_default().split(',') {
            let name = name.trim().to_lowercase();
            if !name.is_empty() && !name.starts_with('!') && name != "all" && name != "none" {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let most = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    most.map(|(name, _)| name).unwrap_or_default()
}

struct Walk<'a, 'b> {
    logs: &'b BTreeMap<&'a str, Log>,
    database: String,
    read: BTreeSet<&'a str>,
    properties: BTreeMap<String, String>,
    readings: Vec<FileReading>,
}

impl<'a> Walk<'a, '_> {
    fn file(&mut self, path: &'a str, depth: usize) {
        if depth > DEEPEST || !self.read.insert(path) {
            return;
        }
        let log = &self.logs[path];
        if let Some(sql) = &log.sql {
            self.readings.push(script::read(sql.as_bytes(), path, self.dialect()));
            return;
        }
        let mut reading = FileReading::new(path, "Liquibase");
        if let Some((line, error)) = &log.problem {
            let message = format!("the change log can't be read on: {error}");
            reading.warn(*line, message, "what stands before was read");
        }
        for entry in log.entries() {
            match entry.name.as_str() {
                "property" => self.property(entry),
                "changeSet" if self.applies(entry) => {
                    for change in changes(entry) {
                        self.change(change, path, &mut reading);
                    }
                }
                "include" | "includeAll" => {
                    // What stands before runs before.
                    let before =
                        std::mem::replace(&mut reading, FileReading::new(path, "Liquibase"));
                    self.readings.push(before);
                    for other in inclusions(entry, path, self.logs) {
                        self.file(other, depth + 1);
                    }
                }
                _ => {}
            }
        }
        self.readings.push(reading);
    }

    fn dialect(&self) -> Dialect {
        Dialect::named_in(&self.database).unwrap_or_default()
    }

    fn applies(&self, element: &Element) -> bool {
        let Some(dbms) = element.get("dbms") else { return true };
        let names: Vec<String> = dbms.split(',').map(|name| name.trim().to_lowercase()).collect();
        let (not, yes): (Vec<&String>, Vec<&String>) =
            names.iter().partition(|name| name.starts_with('!'));
        if not.iter().any(|name| name[1..] == self.database) {
            return false;
        }
        yes.is_empty() || yes.iter().any(|name| **name == self.database || *name == "all")
    }

    /// The value for the main database, else the first.
    fn property(&mut self, entry: &Element) {
        let (Some(name), Some(value)) = (entry.get("name"), entry.get("value")) else { return };
        let own = entry.get("dbms").is_some() && self.applies(entry);
        if own || !self.properties.contains_key(name) {
            self.properties.insert(name.to_owned(), value.to_owned());
        }
    }

    /// An attribute with properties put in.
    fn get(&self, element: &Element, name: &str) -> Option<String> {
        let mut text = element.get(name)?.to_owned();
        let mut begin = 0;
        while let Some(open) = text[begin..].find("${").map(|at| begin + at) {
            let Some(close) = text[open..].find('}').map(|at| open + at) else { break };
            match self.properties.get(&text[open + 2..close]) {
                Some(value) => {
                    text.replace_range(open..=close, value);
                    begin = open + value.len();
                }
                None => begin = close,
            }
        }
        Some(text)
    }

    fn list(&self, element: &Element, name: &str) -> Vec<String> {
        let text = self.get(element, name).unwrap_or_default();
        text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    }

    fn table(&self, element: &Element, name: &str, schema: &str) -> Option<TableName> {
        let name = self.get(element, name)?;
        Some(match self.get(element, schema) {
            Some(schema) if !schema.contains("${") => TableName::new(&schema, &name),
            _ => TableName::of(&name),
        })
    }

    fn change(&self, element: &Element, path: &str, reading: &mut FileReading) {
        if let Some(sql) = self.sql(element) {
            let inner = script::read(sql.as_bytes(), path, self.dialect());
            reading.report.statements += inner.report.statements;
            reading.report.understood += inner.report.understood;
            let place = Place::new(path, element.line);
            reading
                .changes
                .extend(inner.changes.into_iter().map(|(change, _)| (change, place.clone())));
            return;
        }
        let Some(changes) = self.changes_of(element) else {
            if DEFINING.contains(&element.name.as_str()) {
                reading.report.statements += 1;
                let message = format!("`{}` lacks a name", element.name);
                reading.warn(element.line, message, "complete the change");
            }
            return;
        };
        if !changes.is_empty() {
            reading.report.statements += 1;
            reading.report.understood += 1;
        }
        let place = Place::new(path, element.line);
        reading.changes.extend(changes.into_iter().map(|change| (change, place.clone())));
    }

    /// SQL text in a change log.
    fn sql(&self, element: &Element) -> Option<String> {
        if !self.applies(element) {
            return Some(String::new());
        }
        match element.name.as_str() {
            "sql" => Some(element.get("sql").map_or_else(|| element.text.clone(), str::to_owned)),
            "createView" => {
                let query = element.get("selectQuery").unwrap_or(&element.text);
                let name = self.get(element, "viewName")?;
                Some(format!("CREATE VIEW {name} AS {query}"))
            }
            "sqlFile" => {
                let path = element.get("path")?;
                let ending = format!("/{}", path.trim_start_matches('/'));
                let file =
                    self.logs.iter().find(|(other, _)| format!("/{other}").ends_with(&ending));
                file.and_then(|(_, log)| log.sql.clone())
            }
            _ => None,
        }
    }

    /// What a change does; nothing where it lacks what it needs, or isn't about tables.
    fn changes_of(&self, element: &Element) -> Option<Vec<Change>> {
        let table = || self.table(element, "tableName", "schemaName");
        let column = |name: &str| self.get(element, name);
        Some(match element.name.as_str() {
            "createTable" => vec![Change::CreateTable(Box::new(self.create_table(element)?))],
            "addColumn" => self.add_columns(element, &table()?),
            "dropTable" => vec![Change::DropTable { table: table()?, view: false }],
            "dropView" => {
                let table = self.table(element, "viewName", "schemaName")?;
                vec![Change::DropTable { table, view: true }]
            }
            "renameTable" => vec![Change::RenameTable {
                from: self.table(element, "oldTableName", "schemaName")?,
                to: self.table(element, "newTableName", "schemaName")?,
            }],
            "renameView" => vec![Change::RenameTable {
                from: self.table(element, "oldViewName", "schemaName")?,
                to: self.table(element, "newViewName", "schemaName")?,
            }],
            "dropColumn" => {
                let own = column("columnName");
                let listed = element.named("column").filter_map(|one| self.get(one, "name"));
                let table = table()?;
                let drop = |column| Change::DropColumn { table: table.clone(), column };
                own.into_iter().chain(listed).map(drop).collect()
            }
            "renameColumn" => vec![Change::RenameColumn {
                table: table()?,
                from: column("oldColumnName")?,
                to: column("newColumnName")?,
            }],
            "modifyDataType" => vec![Change::SetType {
                table: table()?,
                column: column("columnName")?,
                data_type: column("newDataType")?.to_lowercase(),
            }],
            "addNotNullConstraint" | "dropNotNullConstraint" => vec![Change::SetNullable {
                table: table()?,
                column: column("columnName")?,
                nullable: element.name.starts_with("drop"),
            }],
            _ => return self.key_changes(element),
        })
    }

    fn key_changes(&self, element: &Element) -> Option<Vec<Change>> {
        let table = || self.table(element, "tableName", "schemaName");
        let name = self.get(element, "constraintName").unwrap_or_default();
        let columns = self.list(element, "columnNames");
        Some(vec![match element.name.as_str() {
            "addPrimaryKey" => {
                let key = NewKey { name, ..NewKey::primary(columns) };
                Change::AddKey { table: table()?, key }
            }
            "addUniqueConstraint" => {
                Change::AddKey { table: table()?, key: NewKey::unique(&name, columns) }
            }
            "createIndex" if element.get("unique") == Some("true") => {
                let columns =
                    element.named("column").filter_map(|one| self.get(one, "name")).collect();
                let name = self.get(element, "indexName").unwrap_or_default();
                Change::AddKey { table: table()?, key: NewKey::unique(&name, columns) }
            }
            "dropPrimaryKey" => Change::DropPrimaryKey { table: table()? },
            "dropUniqueConstraint" => Change::DropConstraint { table: Some(table()?), name },
            "dropIndex" => {
                Change::DropConstraint { table: table(), name: self.get(element, "indexName")? }
            }
            "dropForeignKeyConstraint" => {
                let table = self.table(element, "baseTableName", "baseTableSchemaName")?;
                Change::DropConstraint { table: Some(table), name }
            }
            "addForeignKeyConstraint" => Change::AddForeignKey {
                table: self.table(element, "baseTableName", "baseTableSchemaName")?,
                key: NewForeignKey {
                    name,
                    columns: self.list(element, "baseColumnNames"),
                    to: self.table(element, "referencedTableName", "referencedTableSchemaName")?,
                    to_columns: self.list(element, "referencedColumnNames"),
                    line: element.line,
                },
            },
            _ => return None,
        }])
    }

    fn create_table(&self, element: &Element) -> Option<NewTable> {
        let mut table = NewTable {
            name: self.table(element, "tableName", "schemaName")?,
            kind: TableKind::Table,
            // A precondition usually asks first, and a change log for two databases says it twice.
            only_if_absent: true,
            ..NewTable::default()
        };
        let mut primary: Vec<String> = Vec::new();
        for column in element.named("column") {
            let Some(parts) = self.column(column) else { continue };
            primary.extend(parts.primary.then(|| parts.column.name.clone()));
            table.columns.push(parts.column);
            table.keys.extend(parts.unique);
            table.foreign_keys.extend(parts.foreign_key);
        }
        if !primary.is_empty() {
            table.keys.push(NewKey::primary(primary));
        }
        Some(table)
    }

    fn add_columns(&self, element: &Element, table: &TableName) -> Vec<Change> {
        let mut changes = Vec::new();
        for parts in element.named("column").filter_map(|column| self.column(column)) {
            let table = || table.clone();
            let name = parts.column.name.clone();
            changes.push(Change::AddColumn {
                table: table(),
                column: parts.column,
                only_if_absent: true,
            });
            let primary = parts.primary.then(|| NewKey::primary(vec![name]));
            for key in primary.into_iter().chain(parts.unique) {
                changes.push(Change::AddKey { table: table(), key });
            }
            if let Some(key) = parts.foreign_key {
                changes.push(Change::AddForeignKey { table: table(), key });
            }
        }
        changes
    }

    fn column(&self, element: &Element) -> Option<ColumnParts> {
        let name = self.get(element, "name")?;
        let data_type = self.get(element, "type").unwrap_or_default().to_lowercase();
        let mut parts = ColumnParts {
            column: NewColumn { name: name.clone(), data_type, nullable: true },
            primary: false,
            unique: None,
            foreign_key: None,
        };
        for constraints in element.children.iter().filter(|child| child.name == "constraints") {
            let says = |key: &str, value: &str| constraints.get(key) == Some(value);
            parts.primary |= says("primaryKey", "true");
            parts.column.nullable &= !says("nullable", "false") && !says("primaryKey", "true");
            if says("unique", "true") {
                let key = self.get(constraints, "uniqueConstraintName").unwrap_or_default();
                parts.unique = Some(NewKey::unique(&key, vec![name.clone()]));
            }
            parts.foreign_key = self.reference(constraints, &name, element.line);
        }
        Some(parts)
    }

    /// `references="owners(id)"`, or the same in two attributes.
    fn reference(&self, constraints: &Element, column: &str, line: u32) -> Option<NewForeignKey> {
        let (to, to_columns) = match self.get(constraints, "references") {
            Some(text) => match text.split_once('(') {
                Some((table, columns)) => {
                    (table.trim().to_owned(), columns.trim_end_matches(')').to_owned())
                }
                None => (text, String::new()),
            },
            None => (
                self.get(constraints, "referencedTableName")?,
                self.get(constraints, "referencedColumnNames").unwrap_or_default(),
            ),
        };
        let to_columns = to_columns.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(NewForeignKey {
            name: self.get(constraints, "foreignKeyName").unwrap_or_default(),
            columns: vec![column.to_owned()],
            to: TableName::of(&to),
            to_columns: to_columns.map(str::to_owned).collect(),
            line,
        })
    }
}

struct ColumnParts {
    column: NewColumn,
    primary: bool,
    unique: Option<NewKey>,
    foreign_key: Option<NewForeignKey>,
}

/// Changes that define tables or keys, so that one without a name is worth a warning.
const DEFINING: [&str; 8] = [
    "createTable",
    "addColumn",
    "dropTable",
    "renameTable",
    "dropColumn",
    "renameColumn",
    "addPrimaryKey",
    "addForeignKeyConstraint",
];

/// The changes of a change set, whatever way back it gives left out.
fn changes(set: &Element) -> impl Iterator<Item = &Element> {
    set.children.iter().flat_map(|child| match child.name.as_str() {
        "changes" => &child.children[..],
        "rollback" | "preConditions" => &[],
        _ => std::slice::from_ref(child),
    })
}

#[cfg(test)]
mod tests;
