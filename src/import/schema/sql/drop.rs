//! What takes tables, keys and schemas away or gives them other names: `DROP`, `RENAME TABLE`, `sp_rename`.

use super::{Reader, cursor::Cursor, tokens::TokenKind};
use crate::import::schema::{
    change::{Change, TableName},
    dialect::Dialect,
};

impl Reader {
    pub(super) fn drop(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat_any(&["MATERIALIZED", "FOREIGN", "TEMPORARY"]);
        if cursor.eat("TABLE") {
            self.drop_tables(cursor, at, false);
        } else if cursor.eat("VIEW") {
            self.drop_tables(cursor, at, true);
        } else if cursor.eat("INDEX") {
            self.drop_indexes(cursor, at);
        } else if cursor.eat("SCHEMA") {
            cursor.eat_all(&["IF", "EXISTS"]);
            if let Some(schema) = cursor.ident() {
                let schema = TableName::new(&schema, "").schema;
                self.change(at, Change::DropSchema { schema });
            }
        }
    }

    fn drop_tables(&mut self, mut cursor: Cursor<'_, '_>, at: usize, view: bool) {
        cursor.eat_all(&["IF", "EXISTS"]);
        self.defines = true;
        for mut element in cursor.elements() {
            match element.table_name() {
                Some(table) => self.change(at, Change::DropTable { table, view }),
                None => self.problem(at, "there is no name of what to drop", "complete it"),
            }
        }
    }

    /// An index may be a unique key.
    fn drop_indexes(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat("CONCURRENTLY");
        cursor.eat_all(&["IF", "EXISTS"]);
        for mut element in cursor.elements() {
            let Some(index) = element.table_name() else { continue };
            let mut table = element.eat("ON").then(|| element.table_name()).flatten();
            let mut name = index.name;
            // SQL Server's old way: `DROP INDEX table.index`.
            if table.is_none() && self.dialect == Dialect::SqlServer && !index.schema.is_empty() {
                table = Some(TableName::bare(&index.schema));
                name = name.clone();
            }
            name.shrink_to_fit();
            self.change(at, Change::DropConstraint { table, name });
        }
    }

    /// MySQL's `RENAME TABLE a TO b, c TO d`.
    pub(super) fn rename(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        if !cursor.eat_any(&["TABLE", "TABLES"]) {
            // Oracle: `RENAME a TO b`.
            if !cursor.peek_at(1).is_some_and(|token| token.is("TO")) {
                return;
            }
        }
        self.defines = true;
        for mut element in cursor.elements() {
            element.eat_all(&["IF", "EXISTS"]);
            let from = element.table_name();
            match (from, element.eat("TO")) {
                (Some(from), true) => self.renamed(element, from, at),
                _ => self.problem(at, "the names to change aren't understood", "write `a TO b`"),
            }
        }
    }

    /// `EXEC sp_rename 'old', 'new' [, 'COLUMN']`.
    pub(super) fn execute(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat("IMMEDIATE");
        let procedure =
            cursor.rest().iter().take(3).any(|token| token.text.eq_ignore_ascii_case("sp_rename"));
        if !procedure {
            self.literal(cursor);
            return;
        }
        self.defines = true;
        let texts: Vec<String> = cursor
            .rest()
            .iter()
            .filter(|token| token.kind == TokenKind::Text)
            .map(|token| token.unescaped().into_owned())
            .collect();
        let parts = |text: &str| -> Vec<String> {
            text.split('.').map(|part| part.trim_matches(['[', ']', '"']).to_owned()).collect()
        };
        let [old, new, kind @ ..] = &texts[..] else {
            self.problem(at, "the names to change aren't understood", "write both as literals");
            return;
        };
        let (mut path, to) = (parts(old), parts(new).pop().unwrap_or_default());
        let Some(last) = path.pop() else { return };
        let kind = kind.first().map(|kind| kind.to_ascii_uppercase()).unwrap_or_default();
        let named = |path: &mut Vec<String>, name: String| {
            TableName::new(&path.pop().unwrap_or_default(), &name)
        };
        match kind.as_str() {
            "COLUMN" => {
                let Some(name) = path.pop() else { return };
                let table = named(&mut path, name);
                self.change(at, Change::RenameColumn { table, from: last, to });
            }
            "INDEX" => self.change(at, Change::RenameConstraint { from: last, to }),
            _ => {
                let from = named(&mut path, last);
                let to = TableName::new(&from.schema, &to);
                self.change(at, Change::RenameTable { from, to });
            }
        }
    }
}
