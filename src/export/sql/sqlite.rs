//! SQLite: a file for each service, attached; tables are made anew there, because SQLite moves none.

use super::{Change, Cut, Dialect, Located, Move, column, is_view};
use crate::facts::{ColumnKey, ForeignKey, Table};

pub(super) struct Sqlite;

impl Sqlite {
    /// `CREATE TABLE` from what was read; only keys that stay.
    fn create(&self, name: &str, table: &Table, keys: &[(&ForeignKey, &str)]) -> String {
        let mut parts: Vec<String> = table.columns.iter().map(|of| column(self, of)).collect();
        let primary = table.columns.iter().filter(|column| column.key == ColumnKey::Primary);
        let primary: Vec<String> = primary.map(|column| self.quote(&column.name)).collect();
        if !primary.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", primary.join(", ")));
        }
        for (key, parent) in keys {
            let list = |columns: &[String]| {
                columns.iter().map(|name| self.quote(name)).collect::<Vec<_>>().join(", ")
            };
            let (own, other) = (list(&key.columns), list(&key.to_columns));
            parts.push(format!("FOREIGN KEY ({own}) REFERENCES {} ({other})", self.quote(parent)));
        }
        format!("CREATE TABLE {name} (\n  {}\n);", parts.join(",\n  "))
    }
}

const LOST: &str = "Defaults, checks, indexes and triggers were not read: take them from `.schema` before you run this";

impl Dialect for Sqlite {
    fn frame(&self) -> Change {
        let pragmas = "PRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\n".to_owned();
        Change { about: String::new(), forth: pragmas, back: String::new() }
    }

    fn reopen(&self, schemas: &[&str]) -> String {
        let attach = schemas.iter().map(|name| format!("{}\n", self.schema(name).forth));
        attach.fold(self.frame().forth, |text, line| text + &line)
    }

    fn schema(&self, name: &str) -> Change {
        let quoted = self.quote(name);
        Change {
            about: String::new(),
            forth: format!("ATTACH DATABASE '{name}.db' AS {quoted};"),
            back: format!("DETACH DATABASE {quoted};"),
        }
    }

    fn drop_key(&self, cut: &Cut<'_>) -> Change {
        let (from, to) = (self.name(&cut.from), self.name(&cut.to));
        let columns = cut.key.columns.join(", ");
        Change {
            about: String::new(),
            forth: format!(
                "-- {from} ({columns}) refers to {to}: SQLite drops no key. It is left out where its table is made anew; \
                 until then keep foreign_keys OFF."
            ),
            back: String::new(),
        }
    }

    fn move_table(&self, moved: &Move<'_>) -> Change {
        let table = moved.from.table;
        let old = self.name(&moved.from);
        let new = self.in_schema(moved.to, &table.name);
        if is_view(table) || table.columns.is_empty() {
            let say =
                format!("-- {old}: make it anew in {} from its definition.", self.quote(moved.to));
            return Change { about: String::new(), forth: say, back: String::new() };
        }
        let kept = self.quote(&format!("{}_before_step_{}", table.name, moved.step));
        let create = self.create(&new, table, &moved.keys);
        Change {
            about: LOST.to_owned(),
            forth: format!(
                "{create}\nINSERT INTO {new} SELECT * FROM {old};\nALTER TABLE {old} RENAME TO {kept};\nCREATE TEMP VIEW \
                 {} AS SELECT * FROM {new};",
                self.quote(&table.name)
            ),
            back: format!(
                "DROP VIEW IF EXISTS temp.{};\nDELETE FROM {kept};\nINSERT INTO {kept} SELECT * FROM {new};\nALTER TABLE \
                 {kept} RENAME TO {};\nDROP TABLE {new};",
                self.quote(&table.name),
                self.quote(&table.name)
            ),
        }
    }

    fn copy(&self, table: &Located<'_>, into: &str, name: &str) -> Change {
        let (source, copy) = (self.name(table), self.in_schema(into, name));
        Change {
            about: String::new(),
            forth: format!("CREATE TABLE {copy} AS SELECT * FROM {source};"),
            back: format!("DROP TABLE {copy};"),
        }
    }

    fn quote(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
