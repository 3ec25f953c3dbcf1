//! A schema as it grows: changes go in, one after the other; tables of today come out.
//!
//! A change that does not fit is no error. A script may run twice, may be written for a database that has more
//! than the script, or may have been misread; what fits is done, and what needs a table that isn't there is
//! kept, so that it can be tried on a schema that has it.

use rustc_hash::FxHashMap;

use super::{
    change::{
        Change, NewColumn, NewForeignKey, NewKey, NewTable, Origin, Query, QueryColumn, TableName,
    },
    dialect::Dialect,
};
use crate::facts::{Place, SourceKind, TableKind, TableSource};

/// A table, view or partition in the making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub name: TableName,
    pub kind: TableKind,
    pub columns: Vec<NewColumn>,
    pub keys: Vec<NewKey>,
    /// The place of each is in the file beside it.
    pub foreign_keys: Vec<(NewForeignKey, String)>,
    /// What a view or a table made from a query reads.
    pub reads: Vec<TableName>,
    pub partition_of: Option<TableName>,
    /// What it was called before it was last renamed.
    renamed_from: Option<TableName>,
    pub sources: Vec<TableSource>,
}

/// Tables by name, and the changes that found none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub dialect: Dialect,
    /// What kind of place the changes come from.
    source: Option<SourceKind>,
    entries: Vec<Option<Entry>>,
    /// Where a table stands, by its full name in lower case. Names that differ only in case share a list.
    index: FxHashMap<String, Vec<usize>>,
    /// The schema that names without one mean now.
    current_schema: String,
    /// Changes of tables that aren't here, with their places.
    pub orphans: Vec<(Change, Place)>,
    /// Names of tables that were there once and were dropped or renamed.
    pub gone: Vec<TableName>,
}

impl Catalog {
    pub(crate) fn new(dialect: Dialect, source: SourceKind) -> Self {
        Self { dialect, source: Some(source), ..Self::default() }
    }

    /// The tables and views of today, without partitions.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().flatten().filter(|entry| entry.partition_of.is_none())
    }

    /// Each file begins with the database's default schema.
    pub(crate) fn begin_file(&mut self) {
        self.current_schema.clear();
    }

    /// Does one change; whether there was something to do it to.
    pub(crate) fn apply(&mut self, change: Change, place: &Place) -> bool {
        if let Some(table) = change.needs()
            && self.find(table).is_none()
        {
            self.orphans.push((change, place.clone()));
            return false;
        }
        match change {
            Change::CreateTable(table) => self.create(*table, place),
            Change::DropTable { table, view } => self.drop(&table, view),
            Change::RenameTable { from, mut to } => {
                if from.schema.is_empty() && to.schema.is_empty() {
                    let old = self.get(&from).map(|entry| entry.name.schema.clone());
                    to.schema = old.unwrap_or_default();
                }
                self.rename(&from, to);
            }
            Change::MoveTable { table, schema } => {
                let to = TableName { schema, name: table.name.clone() };
                self.rename(&table, to);
            }
            Change::AttachPartition { parent, partition } => {
                if let Some(at) = self.find(&partition) {
                    self.entry(at).partition_of = Some(parent);
                }
            }
            Change::DetachPartition { partition } => {
                if let Some(at) = self.find(&partition) {
                    self.entry(at).partition_of = None;
                }
            }
            Change::DropConstraint { table, name } => self.drop_constraint(table.as_ref(), &name),
            Change::RenameConstraint { from, to } => self.rename_constraint(&from, &to),
            Change::DropSchema { schema } => self.drop_schema(&schema),
            Change::RenameSchema { from, to } => self.rename_schema(&from, &to),
            Change::UseSchema { schema } => {
                self.current_schema = TableName::new(&schema, "").schema;
            }
            other => self.alter(other, place),
        }
        true
    }

    /// The changes of one table that is known to be there.
    fn alter(&mut self, change: Change, place: &Place) {
        let Some(at) = change.needs().and_then(|table| self.find(table)) else { return };
        let dialect = self.dialect;
        match change {
            Change::AddColumn { column, .. } => {
                let entry = self.entry(at);
                if entry.column(&column.name).is_none() {
                    entry.columns.push(column);
                }
            }
            Change::DropColumn { column, .. } => self.drop_column(at, &column),
            Change::RenameColumn { from, to, .. } => self.rename_column(at, &from, &to),
            Change::SetType { column, data_type, .. } => {
                if let Some(column) = self.entry(at).column_mut(&column) {
                    column.data_type = data_type;
                }
            }
            Change::SetNullable { column, nullable, .. } => {
                let entry = self.entry(at);
                let primary =
                    entry.keys.iter().any(|key| key.primary && has(&key.columns, &column));
                if let Some(column) = entry.column_mut(&column) {
                    column.nullable = nullable && !primary;
                }
            }
            Change::AddKey { key, .. } => self.entry(at).add_key(key, dialect),
            Change::AddForeignKey { key, .. } => {
                let path = place.path.clone();
                self.entry(at).add_foreign_key(key, path, dialect);
            }
            Change::DropPrimaryKey { .. } => self.entry(at).keys.retain(|key| !key.primary),
            Change::DropForeignKeyOver { columns, .. } => {
                self.entry(at).foreign_keys.retain(|(key, _)| !same_names(&key.columns, &columns));
            }
            _ => {}
        }
    }

    /// Where the table of that name stands: just so, else without regard to case, else as the only one of that
    /// name in any schema.
    pub(crate) fn find(&self, name: &TableName) -> Option<usize> {
        if name.schema.is_empty() && !self.current_schema.is_empty() {
            let here = TableName { schema: self.current_schema.clone(), name: name.name.clone() };
            if let Some(at) = self.find_exactly(&here) {
                return Some(at);
            }
        }
        self.find_exactly(name)
    }

    fn find_exactly(&self, name: &TableName) -> Option<usize> {
        let same = self.index.get(&name.lower())?;
        let entry = |at: &&usize| self.entries[**at].as_ref().is_some_and(|one| one.name == *name);
        same.iter().find(entry).or_else(|| same.first()).copied()
    }

    fn entry(&mut self, at: usize) -> &mut Entry {
        self.entries[at].as_mut().expect("the index names only what is there")
    }

    pub(crate) fn get(&self, name: &TableName) -> Option<&Entry> {
        self.find(name).and_then(|at| self.entries[at].as_ref())
    }

    pub(super) fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut().flatten()
    }

    /// Finds everything under its present name.
    pub(super) fn index_again(&mut self) {
        self.index.clear();
        for (at, entry) in self.entries.iter().enumerate() {
            if let Some(entry) = entry {
                self.index.entry(entry.name.lower()).or_default().push(at);
            }
        }
    }

    pub(super) fn insert(&mut self, entry: Entry) {
        self.gone.retain(|gone| *gone != entry.name);
        self.index.entry(entry.name.lower()).or_default().push(self.entries.len());
        self.entries.push(Some(entry));
    }

    fn remove(&mut self, at: usize) -> Option<Entry> {
        let entry = self.entries[at].take()?;
        let lower = entry.name.lower();
        if let Some(list) = self.index.get_mut(&lower) {
            list.retain(|&other| other != at);
            if list.is_empty() {
                self.index.remove(&lower);
            }
        }
        Some(entry)
    }

    fn create(&mut self, table: NewTable, place: &Place) {
        let mut name = table.name.clone();
        if name.schema.is_empty() {
            name.schema.clone_from(&self.current_schema);
        }
        let kind = self.source.unwrap_or(SourceKind::Dump);
        let source = TableSource { kind, place: place.clone() };
        let existing = self.find_exactly(&name).filter(|&at| {
            let same_case = self.entries[at].as_ref().is_some_and(|entry| entry.name == name);
            same_case || self.dialect != Dialect::PostgreSql
        });
        let mut sources = Vec::new();
        if let Some(at) = existing {
            if table.only_if_absent {
                self.entry(at).sources.push(source);
                return;
            }
            // Created again: the new definition holds, and both places stay known.
            sources = self.remove(at).map(|entry| entry.sources).unwrap_or_default();
        }
        sources.push(source);
        let mut entry = Entry {
            name,
            kind: table.kind,
            columns: Vec::new(),
            keys: Vec::new(),
            foreign_keys: Vec::new(),
            reads: table.query.as_ref().map(|query| query.reads.clone()).unwrap_or_default(),
            partition_of: table.partition_of.clone(),
            renamed_from: None,
            sources,
        };
        for like in &table.like {
            if let Some(model) = self.get(like) {
                entry.columns.extend(model.columns.clone());
                entry.keys.extend(model.keys.iter().map(NewKey::without_name));
            }
        }
        let foreign_keys = table.foreign_keys;
        for column in table.columns {
            match entry.column_mut(&column.name) {
                Some(same) => *same = column,
                None => entry.columns.push(column),
            }
        }
        if let Some(query) = &table.query {
            self.query_columns(query, &mut entry);
        }
        for key in table.keys {
            entry.add_key(key, self.dialect);
        }
        for key in foreign_keys {
            entry.add_foreign_key(key, place.path.clone(), self.dialect);
        }
        self.insert(entry);
    }

    /// The columns a query gives, with their types where they are taken from one table that is known.
    fn query_columns(&self, query: &Query, entry: &mut Entry) {
        let read: Vec<&Entry> = query.reads.iter().filter_map(|name| self.get(name)).collect();
        for column in &query.columns {
            match column {
                QueryColumn::Named { name, from } => {
                    let data_type = type_of(from, query, &read);
                    entry.columns.push(NewColumn { name: name.clone(), data_type, nullable: true });
                }
                QueryColumn::All(owner) => {
                    let owned = |table: &&&Entry| match owner {
                        None => true,
                        Some(owner) => owner.lower() == table.name.lower(),
                    };
                    for table in read.iter().filter(owned) {
                        let columns = table.columns.iter().cloned();
                        entry.columns.extend(columns.map(|c| NewColumn { nullable: true, ..c }));
                    }
                }
            }
        }
    }

    fn drop(&mut self, table: &TableName, view: bool) {
        let Some(at) = self.find(table) else { return };
        let is_view = self.entry(at).kind == TableKind::View;
        // MySQL's dumps stand a table in for each view, and the other way round: the name alone decides only
        // where the kinds agree.
        if view && !is_view {
            return;
        }
        let Some(gone) = self.remove(at) else { return };
        self.let_go_of(&gone);
        let partitions: Vec<usize> = (0..self.entries.len())
            .filter(|&at| {
                let parent =
                    self.entries[at].as_ref().and_then(|entry| entry.partition_of.as_ref());
                parent.is_some_and(|parent| names_table(parent, &gone.name))
            })
            .collect();
        for at in partitions {
            self.remove(at);
        }
        self.gone.push(gone.name);
    }

    /// What becomes of foreign keys to a table that was dropped.
    fn let_go_of(&mut self, gone: &Entry) {
        // `RENAME a TO old; CREATE a …; DROP old`: the keys meant the new `a` all along.
        let heir = gone.renamed_from.clone().filter(|name| self.find_exactly(name).is_some());
        // SQLite and MySQL keep keys by name, so that a table can be made anew under it.
        let by_name = matches!(self.dialect, Dialect::Sqlite | Dialect::MySql | Dialect::Unknown);
        for entry in self.entries.iter_mut().flatten() {
            match &heir {
                Some(heir) => {
                    for (key, _) in &mut entry.foreign_keys {
                        if names_table(&key.to, &gone.name) {
                            key.to = heir.clone();
                        }
                    }
                }
                None if by_name => {}
                None => entry.foreign_keys.retain(|(key, _)| !names_table(&key.to, &gone.name)),
            }
        }
    }

    fn rename(&mut self, from: &TableName, to: TableName) {
        let Some(at) = self.find(from) else { return };
        let Some(mut entry) = self.remove(at) else { return };
        let old = std::mem::replace(&mut entry.name, to.clone());
        // What stood under the new name was moved away by something that wasn't read.
        if let Some(at) = self.find_exactly(&to).filter(|_| to.lower() != old.lower()) {
            self.remove(at);
        }
        for other in self.entries.iter_mut().flatten().chain([&mut entry]) {
            for (key, _) in &mut other.foreign_keys {
                if names_table(&key.to, &old) {
                    key.to = to.clone();
                }
            }
            for name in other.reads.iter_mut().chain(&mut other.partition_of) {
                if names_table(name, &old) {
                    *name = to.clone();
                }
            }
        }
        entry.renamed_from = Some(old.clone());
        self.gone.push(old);
        self.insert(entry);
    }

    fn drop_column(&mut self, at: usize, column: &str) {
        let entry = self.entry(at);
        let name = entry.name.clone();
        entry.columns.retain(|one| !one.name.eq_ignore_ascii_case(column));
        entry.keys.retain(|key| !has(&key.columns, column));
        entry.foreign_keys.retain(|(key, _)| !has(&key.columns, column));
        for other in self.entries.iter_mut().flatten() {
            other
                .foreign_keys
                .retain(|(key, _)| !(names_table(&key.to, &name) && has(&key.to_columns, column)));
        }
    }

    fn rename_column(&mut self, at: usize, from: &str, to: &str) {
        let rename = |columns: &mut Vec<String>| {
            for column in columns {
                if column.eq_ignore_ascii_case(from) {
                    to.clone_into(column);
                }
            }
        };
        let entry = self.entry(at);
        let name = entry.name.clone();
        if let Some(column) = entry.column_mut(from) {
            to.clone_into(&mut column.name);
        }
        entry.keys.iter_mut().for_each(|key| rename(&mut key.columns));
        entry.foreign_keys.iter_mut().for_each(|(key, _)| rename(&mut key.columns));
        for other in self.entries.iter_mut().flatten() {
            for (key, _) in &mut other.foreign_keys {
                if names_table(&key.to, &name) {
                    rename(&mut key.to_columns);
                }
            }
        }
    }

    fn drop_constraint(&mut self, table: Option<&TableName>, name: &str) {
        let only = table.and_then(|table| self.find(table));
        for (at, entry) in self.entries.iter_mut().enumerate() {
            let Some(entry) = entry.as_mut().filter(|_| only.is_none_or(|only| only == at)) else {
                continue;
            };
            let same = |other: &str| other.eq_ignore_ascii_case(name) && !name.is_empty();
            entry.keys.retain(|key| !same(&key.name));
            entry.foreign_keys.retain(|(key, _)| !same(&key.name));
        }
    }

    fn rename_constraint(&mut self, from: &str, to: &str) {
        for entry in self.entries.iter_mut().flatten() {
            let keys = entry.keys.iter_mut().map(|key| &mut key.name);
            let foreign_keys = entry.foreign_keys.iter_mut().map(|(key, _)| &mut key.name);
            for name in keys.chain(foreign_keys).filter(|name| name.eq_ignore_ascii_case(from)) {
                to.clone_into(name);
            }
        }
    }

    fn names_in(&self, schema: &str) -> Vec<TableName> {
        let names = self.entries.iter().flatten().map(|entry| &entry.name);
        names.filter(|name| name.schema.eq_ignore_ascii_case(schema)).cloned().collect()
    }

    fn drop_schema(&mut self, schema: &str) {
        for name in self.names_in(schema) {
            self.drop(&name, false);
        }
    }

    fn rename_schema(&mut self, from: &str, to: &str) {
        for name in self.names_in(from) {
            let to = TableName::new(to, &name.name);
            self.rename(&name, to);
        }
    }
}

impl Entry {
    pub(crate) fn column(&self, name: &str) -> Option<&NewColumn> {
        let same = |column: &&NewColumn| column.name == name;
        self.columns
            .iter()
            .find(same)
            .or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    fn column_mut(&mut self, name: &str) -> Option<&mut NewColumn> {
        let at = self
            .columns
            .iter()
            .position(|column| column.name == name)
            .or_else(|| self.columns.iter().position(|c| c.name.eq_ignore_ascii_case(name)))?;
        self.columns.get_mut(at)
    }

    /// The columns of the primary key.
    pub(crate) fn primary_key(&self) -> &[String] {
        self.keys.iter().find(|key| key.primary).map_or(&[], |key| &key.columns)
    }

    fn add_key(&mut self, mut key: NewKey, dialect: Dialect) {
        if !key.index.is_empty() {
            let index = std::mem::take(&mut key.index);
            let at = self.keys.iter().position(|other| other.name.eq_ignore_ascii_case(&index));
            let Some(at) = at else { return };
            key.columns = self.keys.remove(at).columns;
        }
        if key.primary {
            self.keys.retain(|other| !other.primary);
            for column in &key.columns {
                if let Some(column) = self.column_mut(column) {
                    column.nullable = false;
                }
            }
        }
        if key.name.is_empty() {
            key.name = self.made_up_key(&key, dialect);
        }
        self.keys.push(key);
    }

    fn add_foreign_key(&mut self, mut key: NewForeignKey, path: String, dialect: Dialect) {
        let same = |other: &NewForeignKey| {
            same_names(&other.columns, &key.columns)
                && other.to.lower() == key.to.lower()
                && same_names(&other.to_columns, &key.to_columns)
        };
        if self.foreign_keys.iter().any(|(other, _)| same(other)) {
            return;
        }
        if key.name.is_empty() {
            key.name = self.made_up_foreign_key(&key, dialect);
        }
        self.foreign_keys.push((key, path));
    }

    /// The name a database gives a key without one, so that `DROP CONSTRAINT` finds it later.
    fn made_up_key(&self, key: &NewKey, dialect: Dialect) -> String {
        let table = &self.name.name;
        match dialect {
            Dialect::PostgreSql if key.primary => post_fixed(table, "", "pkey"),
            Dialect::PostgreSql => self.unused(&post_fixed(table, &key.columns.join("_"), "key")),
            Dialect::MySql if key.primary => "PRIMARY".to_owned(),
            Dialect::MySql => key.columns.first().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn made_up_foreign_key(&self, key: &NewForeignKey, dialect: Dialect) -> String {
        match dialect {
            Dialect::PostgreSql => {
                self.unused(&post_fixed(&self.name.name, &key.columns.join("_"), "fkey"))
            }
            Dialect::MySql => {
                let prefix = format!("{}_ibfk_", self.name.name);
                let numbers = self.foreign_keys.iter().filter_map(|(other, _)| {
                    other.name.strip_prefix(&prefix).and_then(|number| number.parse::<u32>().ok())
                });
                format!("{prefix}{}", numbers.max().unwrap_or(0).saturating_add(1))
            }
            _ => String::new(),
        }
    }

    /// PostgreSQL counts up where a name is taken.
    fn unused(&self, name: &str) -> String {
        let taken = |candidate: &str| {
            self.keys.iter().any(|key| key.name == candidate)
                || self.foreign_keys.iter().any(|(key, _)| key.name == candidate)
        };
        if !taken(name) {
            return name.to_owned();
        }
        let numbered = (1_u32..).map(|number| format!("{name}{number}"));
        numbered.into_iter().find(|candidate| !taken(candidate)).unwrap_or_default()
    }
}

impl NewKey {
    /// A copy for another table, which gets a name of its own.
    fn without_name(&self) -> Self {
        Self { name: String::new(), ..self.clone() }
    }
}

/// The type of a column of a query, followed through the queries inside it; empty where it can't be told.
fn type_of(origin: &Origin, query: &Query, read: &[&Entry]) -> String {
    let mut origin = origin;
    // Names may go in a circle, and nobody nests more queries.
    for _ in 0..8 {
        match origin {
            Origin::Type(data_type) => return data_type.clone(),
            Origin::Unknown => break,
            Origin::Column(name) => {
                // `max(x) AS x` says nothing new about `x`.
                let renamed = |(alias, from): &&(String, Origin)| {
                    alias == name && *from != Origin::Column(name.clone())
                };
                let inner = query.aliases.iter().find(renamed).map(|(_, from)| from);
                let cast = inner.filter(|from| matches!(from, Origin::Type(_)));
                let known = read.iter().find_map(|table| table.column(name));
                match (cast, known, inner) {
                    (Some(from), ..) | (None, None, Some(from)) => origin = from,
                    (None, Some(column), _) => return column.data_type.clone(),
                    (None, None, None) => break,
                }
            }
        }
    }
    String::new()
}

/// `table_columns_key`, with the longer of both parts cut until PostgreSQL's 63 bytes hold it.
fn post_fixed(table: &str, columns: &str, label: &str) -> String {
    let mut parts = [table.to_owned(), columns.to_owned()];
    let separators = if columns.is_empty() { 1 } else { 2 };
    while parts[0].len() + parts[1].len() + label.len() + separators > 63 {
        let longer = usize::from(parts[1].len() >= parts[0].len());
        if parts[longer].pop().is_none() {
            break;
        }
    }
    let [table, columns] = parts;
    if columns.is_empty() {
        format!("{table}_{label}")
    } else {
        format!("{table}_{columns}_{label}")
    }
}

/// Whether a name as written means the table.
fn names_table(written: &TableName, table: &TableName) -> bool {
    written.name.eq_ignore_ascii_case(&table.name)
        && (written.schema.is_empty() || written.schema.eq_ignore_ascii_case(&table.schema))
}

fn has(columns: &[String], name: &str) -> bool {
    columns.iter().any(|column| column.eq_ignore_ascii_case(name))
}

fn same_names(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
}
