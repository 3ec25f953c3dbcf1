//! The known tables by their names, and those that only code knows.

use rustc_hash::FxHashMap;

use crate::facts::{Place, SourceKind, Table, TableId, TableKind, TableSource};

/// Tables that grow while code is read. Ids of the tables it began with stay as they were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    list: Vec<Table>,
    /// By the lower-case name without schema.
    by_name: FxHashMap<String, Vec<TableId>>,
    /// By the name in lower case without underscores, as naming strategies of mappers differ in nothing else.
    by_loose_name: FxHashMap<String, Vec<TableId>>,
    /// No schema was given: SQL text may bring in tables of its own.
    open: bool,
}

impl Tables {
    pub(crate) fn new(list: Vec<Table>) -> Self {
        let mut tables = Self { open: list.is_empty(), ..Self::default() };
        for table in list {
            tables.push(table);
        }
        tables
    }

    pub(crate) fn into_list(self) -> Vec<Table> {
        self.list
    }

    pub(crate) fn get(&self, id: TableId) -> &Table {
        &self.list[id.index()]
    }

    pub(crate) fn get_mut(&mut self, id: TableId) -> &mut Table {
        &mut self.list[id.index()]
    }

    /// Whether tables may come from SQL text alone.
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Says that all tables are known now: text brings in no more.
    pub(crate) fn close(&mut self) {
        self.open = false;
    }

    pub(crate) fn push(&mut self, table: Table) -> TableId {
        let id = TableId::at(self.list.len());
        self.by_name.entry(table.name.to_lowercase()).or_default().push(id);
        self.by_loose_name.entry(loose(&table.name)).or_default().push(id);
        self.list.push(table);
        id
    }

    /// A table by its name, with the segments before it as far as they help. What is ambiguous is not guessed.
    pub(crate) fn lookup(&self, path: &[String]) -> Option<TableId> {
        let (name, qualifiers) = path.split_last()?;
        let schema = qualifiers.last().map(String::as_str);
        self.choose(self.by_name.get(&name.to_lowercase())?, schema)
    }

    /// A table by a name that a mapper made: the exact one, else one that differs in case and underscores only.
    pub(crate) fn lookup_loosely(&self, schema: Option<&str>, name: &str) -> Option<TableId> {
        let exact = self.by_name.get(&name.to_lowercase());
        exact
            .and_then(|ids| self.choose(ids, schema))
            .or_else(|| self.choose(self.by_loose_name.get(&loose(name))?, schema))
    }

    fn choose(&self, ids: &[TableId], schema: Option<&str>) -> Option<TableId> {
        let schema_of = |id: &TableId| self.get(*id).schema.as_str();
        let named = schema.filter(|schema| !is_default_schema(schema)).unwrap_or_default();
        let exact = ids.iter().find(|id| schema_of(id).eq_ignore_ascii_case(named));
        match (exact, ids) {
            (Some(id), _) => Some(*id),
            // A schema that is only known to the code may stand for the default one, and the reverse.
            (None, [only]) if named.is_empty() || schema_of(only).is_empty() => Some(*only),
            _ => None,
        }
    }

    /// The table of that name, entered if it is not known yet; either way `place` is where code declares it.
    pub(crate) fn declare(
        &mut self,
        schema: Option<&str>,
        name: &str,
        kind: SourceKind,
        place: Place,
    ) -> TableId {
        let source = TableSource { kind, place };
        let id = self.lookup_loosely(schema, name).unwrap_or_else(|| {
            let schema = schema.filter(|schema| !is_default_schema(schema)).unwrap_or_default();
            self.push(Table {
                schema: schema.to_owned(),
                name: name.to_owned(),
                kind: TableKind::Table,
                columns: Vec::new(),
                sources: Vec::new(),
            })
        });
        let sources = &mut self.list[id.index()].sources;
        if !sources.contains(&source) {
            sources.push(source);
            sources.sort();
        }
        id
    }
}

fn is_default_schema(schema: &str) -> bool {
    matches!(schema.to_ascii_lowercase().as_str(), "" | "public" | "dbo" | "main")
}

/// A name as all naming strategies of mappers agree on it.
fn loose(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn table(full_name: &str) -> Table {
        let (schema, name) = full_name.split_once('.').unwrap_or(("", full_name));
        Table {
            schema: schema.to_owned(),
            name: name.to_owned(),
            kind: TableKind::Table,
            columns: Vec::new(),
            sources: Vec::new(),
        }
    }

    fn check(tables: &[&str], name: &str, expected: Option<&str>) {
        let tables = Tables::new(tables.iter().copied().map(table).collect());
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let found = tables.lookup(&path).map(|id| tables.get(id).full_name());
        assert_eq!(found.as_deref(), expected, "{name}");
    }

    #[test]
    fn names_are_found_in_any_case_and_with_any_schema_that_helps() {
        check(&["orders"], "ORDERS", Some("orders"));
        check(&["orders"], "dbo.Orders", Some("orders"));
        check(&["orders"], "shopdb.orders", Some("orders"));
        check(&["shop.orders"], "orders", Some("shop.orders"));
        check(&["shop.orders"], "crm.orders", None);
        check(&["shop.orders", "crm.orders"], "crm.orders", Some("crm.orders"));
        check(&["shop.orders", "crm.orders"], "orders", None);
        check(&["orders", "crm.orders"], "orders", Some("orders"));
    }

    #[test]
    fn mappers_differ_in_case_and_underscores() {
        let mut tables = Tables::new(vec![table("order_lines")]);
        let place = Place::new("OrderLine.java", 3);
        let known = tables.declare(None, "OrderLines", SourceKind::OrmModel, place.clone());
        let new = tables.declare(None, "stock", SourceKind::OrmModel, place);
        assert_eq!(tables.get(known).name, "order_lines");
        assert_eq!((known, new), (TableId(0), TableId(1)));
    }
}
