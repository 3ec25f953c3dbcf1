//! One schema out of many sources: the same table in several scripts, dialects and migrations is one table.
//!
//! Its columns come from the most telling source; the others are kept as evidence. Changes that found no table
//! among their own scripts are tried on what all of them give together.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{
    NamedForeignKey, ViewReads,
    catalog::{Catalog, Entry},
    change::{Change, NewForeignKey, TableName},
    dialect::Dialect,
};
use crate::facts::{Column, ColumnKey, KeyOrigin, Place, Table, TableKind, Warning};

/// How far a source is trusted about columns, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// Written by a database.
    Dump,
    /// Replayed from the beginning, or kept by a tool.
    Migrations,
    /// Somebody's script, or a database file that may be old.
    Script,
}

/// What one set of scripts gives.
pub(crate) struct Part {
    pub catalog: Catalog,
    pub trust: Trust,
}

/// Tables, keys and warnings of all parts together.
#[derive(Default)]
pub(crate) struct Merged {
    pub tables: Vec<Table>,
    pub foreign_keys: Vec<NamedForeignKey>,
    pub views: Vec<ViewReads>,
    pub warnings: Vec<Warning>,
}

/// Merges parts in their order, which must not depend on chance.
pub(crate) fn merge(mut parts: Vec<Part>) -> Merged {
    for part in &mut parts {
        if part.catalog.dialect == Dialect::MySql {
            part.catalog.drop_only_schema();
        }
    }
    let dialect = parts.iter().map(|part| part.catalog.dialect).min().unwrap_or_default();
    let mut whole = Catalog::of(dialect, together(&parts));
    let mut merged = Merged::default();
    for part in &mut parts {
        let destructive = part.trust == Trust::Migrations;
        for (change, place) in std::mem::take(&mut part.catalog.orphans) {
            let adds = matches!(
                change,
                Change::AddColumn { .. } | Change::AddKey { .. } | Change::AddForeignKey { .. }
            );
            if destructive || adds {
                whole.apply(change, &place);
            }
        }
    }
    warn_of_orphans(&whole, &mut merged);
    for entry in whole.tables() {
        merged.tables.push(table(entry));
        for (key, path) in &entry.foreign_keys {
            declared(entry, key, path, &whole, &mut merged);
        }
        if !entry.reads.is_empty() {
            let reads = entry.reads.iter().filter_map(|name| whole.get(name));
            let mut reads: Vec<String> = reads.map(|read| read.name.full()).collect();
            reads.sort();
            reads.dedup();
            merged.views.push(ViewReads { view: entry.name.full(), reads });
        }
    }
    merged.tables.sort_by_key(Table::full_name);
    merged.foreign_keys.sort();
    merged.foreign_keys.dedup();
    merged.views.sort();
    merged
}

/// Each table once, with the columns of its most telling source.
fn together(parts: &[Part]) -> Vec<Entry> {
    let mut by_name: BTreeMap<String, Vec<(&Part, &Entry)>> = BTreeMap::new();
    for part in parts {
        let mut here: BTreeMap<String, u32> = BTreeMap::new();
        for entry in part.catalog.tables() {
            *here.entry(entry.name.lower()).or_default() += 1;
        }
        for entry in part.catalog.tables() {
            // Names that differ only in case are different tables where one database holds both.
            let lower = entry.name.lower();
            let name = if here[&lower] > 1 { entry.name.full() } else { lower };
            by_name.entry(name).or_default().push((part, entry));
        }
    }
    let migrations = parts.iter().filter(|part| part.trust == Trust::Migrations);
    let gone: FxHashSet<String> =
        migrations.flat_map(|part| part.catalog.gone.iter().map(TableName::lower)).collect();
    let mut entries = Vec::new();
    for mut members in by_name.into_values() {
        members.sort_by(|(part, entry), (other_part, other)| {
            let key = |part: &Part, entry: &Entry| {
                let sources = entry.sources.clone();
                (part.trust, usize::MAX - weight(entry), part.catalog.dialect, sources)
            };
            key(part, entry).cmp(&key(other_part, other))
        });
        let from_migrations = members.iter().any(|(part, _)| part.trust == Trust::Migrations);
        let dumped = members.iter().any(|(part, _)| part.trust == Trust::Dump);
        if !from_migrations && !dumped && gone.contains(&members[0].1.name.lower()) {
            continue;
        }
        entries.push(united(&members));
    }
    entries
}

/// How much a definition says: tables that are no views first, then columns, then keys.
fn weight(entry: &Entry) -> usize {
    entry.columns.len() * 8 + entry.keys.len() + entry.foreign_keys.len()
}

fn united(members: &[(&Part, &Entry)]) -> Entry {
    let mut entry = members[0].1.clone();
    for (_, other) in &members[1..] {
        if entry.primary_key().is_empty() {
            let known = |name: &String| entry.column(name).is_some();
            let primary =
                other.keys.iter().find(|key| key.primary && key.columns.iter().all(known));
            entry.keys.extend(primary.cloned());
        }
        for (key, path) in &other.foreign_keys {
            let known = key.columns.iter().all(|name| entry.column(name).is_some());
            let lower = |columns: &[String]| -> Vec<String> {
                columns.iter().map(|name| name.to_lowercase()).collect()
            };
            let same = entry
                .foreign_keys
                .iter()
                .any(|(own, _)| lower(&own.columns) == lower(&key.columns));
            if known && !same {
                entry.foreign_keys.push((key.clone(), path.clone()));
            }
        }
        for name in &other.reads {
            if !entry.reads.contains(name) && entry.kind == TableKind::View {
                entry.reads.push(name.clone());
            }
        }
        entry.sources.extend(other.sources.iter().cloned());
    }
    entry.sources.sort();
    entry.sources.dedup();
    entry
}

fn table(entry: &Entry) -> Table {
    let primary = entry.primary_key();
    let column = |column: &super::change::NewColumn| {
        let is = |name: &String| name.eq_ignore_ascii_case(&column.name);
        let key = if primary.iter().any(is) {
            ColumnKey::Primary
        } else if entry.keys.iter().any(|key| key.columns.len() == 1 && is(&key.columns[0])) {
            ColumnKey::Unique
        } else {
            ColumnKey::None
        };
        let name = column.name.clone();
        Column { name, data_type: column.data_type.clone(), nullable: column.nullable, key }
    };
    Table {
        schema: entry.name.schema.clone(),
        name: entry.name.name.clone(),
        kind: entry.kind,
        columns: entry.columns.iter().map(column).collect(),
        sources: entry.sources.clone(),
    }
}

fn declared(entry: &Entry, key: &NewForeignKey, path: &str, whole: &Catalog, merged: &mut Merged) {
    let place = Place::new(path, key.line);
    // A key without a schema means its own table's schema first.
    let mut near = key.to.clone();
    if near.schema.is_empty() {
        near.schema.clone_from(&entry.name.schema);
    }
    let target =
        whole.get(&near).or_else(|| whole.get(&key.to)).or_else(|| whole.only_named(&key.to));
    let target = target.map(|target| {
        // A partition stands for the table it is a part of.
        target.partition_of.as_ref().and_then(|parent| whole.get(parent)).unwrap_or(target)
    });
    let Some(target) = target else {
        merged.warnings.push(Warning::new(
            place,
            format!("`{}` refers to `{}`, which nothing creates", entry.name.full(), key.to.full()),
            "give a dump of the whole database with --schema",
        ));
        return;
    };
    let named = |names: &[String], of: &Entry| -> Vec<String> {
        let spelled =
            |name: &String| of.column(name).map_or_else(|| name.clone(), |c| c.name.clone());
        names.iter().map(spelled).collect()
    };
    let to_columns =
        if key.to_columns.is_empty() { target.primary_key() } else { &key.to_columns[..] };
    merged.foreign_keys.push(NamedForeignKey {
        from: entry.name.full(),
        columns: named(&key.columns, entry),
        to: target.name.full(),
        to_columns: named(to_columns, target),
        origin: KeyOrigin::Declared { constraint: key.name.clone() },
        place,
    });
}

/// One warning for each table that is changed and never created.
fn warn_of_orphans(whole: &Catalog, merged: &mut Merged) {
    let mut first: BTreeMap<String, &Place> = BTreeMap::new();
    for (change, place) in &whole.orphans {
        let renamed = matches!(change, Change::RenameTable { .. } | Change::DropConstraint { .. });
        let Some(table) = change.needs().filter(|_| !renamed) else { continue };
        if !whole.is_gone(table) {
            first.entry(table.full()).or_insert(place);
        }
    }
    for (table, place) in first {
        merged.warnings.push(Warning::new(
            place.clone(),
            format!("`{table}` is changed here, but nothing creates it"),
            "give the script that creates it, or a dump of the database, with --schema",
        ));
    }
}

impl Catalog {
    /// A catalog of entries that are known already.
    fn of(dialect: Dialect, entries: Vec<Entry>) -> Self {
        let mut catalog = Self::default();
        catalog.dialect = dialect;
        for entry in entries {
            catalog.insert(entry);
        }
        catalog
    }

    fn is_gone(&self, name: &TableName) -> bool {
        self.gone.iter().any(|gone| gone.lower() == name.lower())
    }

    /// The table of that name in whatever schema, if there is only one.
    fn only_named(&self, name: &TableName) -> Option<&Entry> {
        let mut same =
            self.tables().filter(|entry| entry.name.name.eq_ignore_ascii_case(&name.name));
        same.next().filter(|_| same.next().is_none())
    }

    /// MySQL's scripts may put the one database before every name, where code never does.
    fn drop_only_schema(&mut self) {
        let mut schemas: Vec<String> = self
            .tables()
            .map(|entry| entry.name.schema.clone())
            .filter(|s| !s.is_empty())
            .collect();
        schemas.sort();
        schemas.dedup();
        if let [only] = &schemas[..] {
            let only = only.clone();
            for entry in self.entries_mut() {
                let keys = entry.foreign_keys.iter_mut().map(|(key, _)| &mut key.to);
                for name in keys.chain([&mut entry.name]).chain(&mut entry.reads) {
                    if name.schema == only {
                        name.schema.clear();
                    }
                }
            }
            self.index_again();
        }
    }
}
