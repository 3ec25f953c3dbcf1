//! `CREATE TABLE`, `CREATE VIEW`, `CREATE UNIQUE INDEX`.

use super::{Reader, cursor::Cursor, query, tokens::TokenKind};
use crate::{
    facts::TableKind,
    import::schema::change::{Change, NewColumn, NewKey, NewTable, Origin, QueryColumn, TableName},
};

/// More columns than any database allows in a table; the rest isn't read.
const MOST_COLUMNS: usize = 5_000;

/// Words that may stand between `CREATE` and the kind of thing that is created.
const MODIFIERS: [&str; 40] = [
    "OR",
    "REPLACE",
    "ALTER",
    "GLOBAL",
    "LOCAL",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "CACHED",
    "MEMORY",
    "TEXT",
    "FOREIGN",
    "EXTERNAL",
    "VIRTUAL",
    "COLUMN",
    "ROW",
    "UNIQUE",
    "CLUSTERED",
    "NONCLUSTERED",
    "COLUMNSTORE",
    "FULLTEXT",
    "SPATIAL",
    "BITMAP",
    "MATERIALIZED",
    "RECURSIVE",
    "FORCE",
    "NO",
    "NOFORCE",
    "EDITIONABLE",
    "NONEDITIONABLE",
    "ALGORITHM",
    "DEFINER",
    "SQL",
    "SECURITY",
    "INVOKER",
    "TRANSACTIONAL",
    "PRIVATE",
    "IMMUTABLE",
    "BLOCKCHAIN",
    "SHARDED",
];

/// Kinds of things that are no tables; others that look like one are reported.
const OTHER_KINDS: [&str; 60] = [
    "FUNCTION",
    "PROCEDURE",
    "PROC",
    "TRIGGER",
    "TYPE",
    "DOMAIN",
    "SEQUENCE",
    "EXTENSION",
    "ROLE",
    "USER",
    "DATABASE",
    "POLICY",
    "RULE",
    "AGGREGATE",
    "OPERATOR",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "EVENT",
    "LANGUAGE",
    "PUBLICATION",
    "SUBSCRIPTION",
    "SERVER",
    "STATISTICS",
    "TABLESPACE",
    "SEARCH",
    "TRANSFORM",
    "ACCESS",
    "SYNONYM",
    "PACKAGE",
    "LOGIN",
    "CERTIFICATE",
    "ASSEMBLY",
    "PARTITION",
    "XML",
    "CREDENTIAL",
    "QUEUE",
    "SERVICE",
    "CONTRACT",
    "MESSAGE",
    "ROUTE",
    "ENDPOINT",
    "ALIAS",
    "CONSTANT",
    "DIRECTORY",
    "LIBRARY",
    "PROFILE",
    "CONTEXT",
    "DIMENSION",
    "CLUSTER",
    "JAVA",
    "ASSERTION",
    "PROPERTY",
    "RESOURCE",
    "SYMMETRIC",
    "MASTER",
    "DEFAULT",
    "BODY",
    "GROUP",
    "CONSTRAINT",
];

impl Reader {
    pub(super) fn create(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        let mut words = Modifiers::default();
        while let Some(token) = cursor.peek() {
            let word = token.kind == TokenKind::Word && token.text != "@";
            if word && !token.is_any(&MODIFIERS) && words.may_end() {
                break;
            }
            words.note(token.text);
            cursor.next();
        }
        if cursor.eat("TABLE") {
            if !words.temporary {
                self.create_table(cursor, at);
            }
        } else if cursor.eat("VIEW") {
            if !words.temporary {
                self.create_view(cursor, at);
            }
        } else if cursor.eat("INDEX") {
            self.create_index(cursor, at, words.unique);
        } else if cursor.eat("SCHEMA") {
            // `CREATE SCHEMA s CREATE TABLE t ( … )`
            self.block(cursor.rest(), cursor.position());
        } else if cursor.sees("FUNCTION") || cursor.sees("PROCEDURE") {
            self.routine(&cursor, at);
        } else {
            self.create_something(&cursor, at);
        }
    }

    /// `CREATE TABEL x (`.
    fn create_something(&mut self, cursor: &Cursor<'_, '_>, at: usize) {
        let Some(kind) = cursor.peek().filter(|token| !token.is_any(&OTHER_KINDS)) else { return };
        let list = [2, 4].iter().any(|&n| cursor.peek_at(n).is_some_and(|t| t.is_sign('(')));
        if list {
            self.defines = true;
            let message = format!("`CREATE {}` isn't a statement", kind.text);
            self.problem(at, message, "correct the word, if it is to define a table");
        }
    }

    fn create_table(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        let only_if_absent = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
        let Some(name) = cursor.table_name().filter(|name| !is_temporary(name)) else {
            if !cursor.peek().is_some_and(|token| token.text.starts_with(['#', '@'])) {
                self.nameless(&cursor, at);
            }
            return;
        };
        self.defines = true;
        let mut table = NewTable { name, only_if_absent, ..NewTable::default() };
        if cursor.eat_all(&["PARTITION", "OF"]) {
            table.partition_of = cursor.table_name();
        } else if cursor.eat("USING") {
            // SQLite's virtual tables name their columns as arguments of a module.
            self.virtual_columns(&mut cursor, &mut table);
        } else if cursor.eat("CLONE") || cursor.eat("LIKE") {
            table.like.extend(cursor.table_name());
        }
        self.table_body(&mut cursor, &mut table);
        self.table_rest(cursor, &mut table);
        self.change(at, Change::CreateTable(Box::new(table)));
    }

    fn nameless(&mut self, cursor: &Cursor<'_, '_>, at: usize) {
        // A temporary table was asked for in SQL Server's way.
        let named = cursor.peek().is_none_or(|token| token.kind != TokenKind::Sign);
        if named && cursor.peek().is_some() {
            return;
        }
        self.defines = true;
        self.problem(at, "the table has no name", "give it one");
    }

    fn table_body(&mut self, cursor: &mut Cursor<'_, '_>, table: &mut NewTable) {
        if !cursor.sees_sign('(') {
            return;
        }
        let query =
            cursor.peek_at(1).is_some_and(|token| token.is_any(&["SELECT", "WITH", "VALUES"]));
        let at = cursor.position();
        let list = match cursor.parens() {
            Some(list) => list,
            None => {
                let hint = "the columns up to the end of the statement were read";
                self.problem(at, "a parenthesis opens here and never closes", hint);
                cursor.next();
                let rest = cursor.over(cursor.rest(), cursor.position());
                while cursor.next().is_some() {}
                rest
            }
        };
        if query {
            table.query = Some(query::read(&list));
            return;
        }
        let elements = list.elements();
        let count = elements.len();
        if count > MOST_COLUMNS {
            self.problem(at, "the table has more columns than any database allows", "is it one?");
        }
        for (index, element) in elements.into_iter().take(MOST_COLUMNS).enumerate() {
            if !element.is_done() {
                self.table_element(element, table);
            } else if index + 1 < count {
                self.problem(element.position(), "there is nothing before this comma", "remove it");
            }
        }
    }

    /// What may follow the list of columns.
    fn table_rest(&mut self, mut cursor: Cursor<'_, '_>, table: &mut NewTable) {
        while let Some(token) = cursor.peek() {
            if token.is("INHERITS") {
                cursor.next();
                let parents = cursor.parens().map(|list| list.elements()).unwrap_or_default();
                table.like.extend(parents.into_iter().filter_map(|mut one| one.table_name()));
            } else if cursor.sees_all(&["PARTITION", "OF"]) {
                cursor.eat_all(&["PARTITION", "OF"]);
                table.partition_of = cursor.table_name();
            } else if token.is("AS")
                || token.is_any(&["SELECT", "WITH"]) && self.opens_query(&cursor)
            {
                cursor.eat("AS");
                if self.opens_query(&cursor) {
                    table.query = Some(query::read(&cursor));
                    name_columns(table);
                    return;
                }
            } else if cursor.parens().is_none() {
                cursor.next();
            }
        }
    }

    fn opens_query(&self, cursor: &Cursor<'_, '_>) -> bool {
        let mut tokens = cursor.rest().iter().skip_while(|token| token.is_sign('('));
        let Some(first) = tokens.next() else { return false };
        if first.is("WITH") {
            // Not `WITH (PAD_INDEX = OFF)`, `WITH SYSTEM VERSIONING`.
            let next = tokens.next();
            return tokens.next().is_some_and(|token| token.is("AS") || token.is_sign('('))
                && next.is_some_and(|token| !token.is_sign('('));
        }
        first.is_any(&["SELECT", "VALUES", "TABLE"])
    }

    fn virtual_columns(&mut self, cursor: &mut Cursor<'_, '_>, table: &mut NewTable) {
        cursor.ident();
        let elements = cursor.parens().map(|list| list.elements()).unwrap_or_default();
        for mut element in elements {
            let setting = element.rest().iter().any(|token| token.is_sign('='));
            if let Some(name) = element.ident().filter(|_| !setting) {
                let column = NewColumn { name, data_type: String::new(), nullable: true };
                table.columns.push(column);
            }
        }
    }

    fn create_view(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        self.defines = true;
        let only_if_absent = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
        let Some(name) = cursor.table_name() else {
            self.problem(at, "the view has no name", "give it one");
            return;
        };
        let mut table =
            NewTable { name, kind: TableKind::View, only_if_absent, ..NewTable::default() };
        if let Some(list) = cursor.parens() {
            for mut element in list.elements() {
                let name = element.ident().unwrap_or_default();
                let column = NewColumn { name, data_type: String::new(), nullable: true };
                table.columns.push(column);
            }
        }
        while !cursor.is_done() && !self.opens_query(&cursor) {
            cursor.next();
        }
        if !cursor.is_done() {
            table.query = Some(query::read(&cursor));
            name_columns(&mut table);
        }
        self.change(at, Change::CreateTable(Box::new(table)));
    }

    fn create_index(&mut self, mut cursor: Cursor<'_, '_>, at: usize, unique: bool) {
        if !unique {
            return;
        }
        self.defines = true;
        cursor.eat("CONCURRENTLY");
        cursor.eat_all(&["IF", "NOT", "EXISTS"]);
        let name = if cursor.sees("ON") {
            String::new()
        } else {
            cursor.table_name().unwrap_or_default().name
        };
        if cursor.eat("USING") {
            cursor.ident();
        }
        let target = cursor.eat("ON").then(|| {
            cursor.eat("ONLY");
            cursor.table_name()
        });
        let Some(table) = target.flatten() else {
            self.problem(at, "the index names no table", "write `ON` and the table");
            return;
        };
        if cursor.eat("USING") {
            cursor.ident();
        }
        let columns = cursor.columns();
        // Over part of the rows, or over an expression, it is no key.
        let partial = cursor.rest().iter().any(|token| token.is("WHERE"));
        if let Some(columns) = columns.filter(|_| !partial) {
            let key = NewKey { name, columns, ..NewKey::default() };
            self.change(at, Change::AddKey { table, key });
        }
    }
}

/// The words between `CREATE` and what is created.
#[derive(Default)]
struct Modifiers {
    temporary: bool,
    unique: bool,
    definer: bool,
    signs: bool,
}

impl Modifiers {
    fn note(&mut self, word: &str) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword);
        self.temporary |= is("TEMP") || is("TEMPORARY");
        self.unique |= is("UNIQUE");
        if is("DEFINER") || is("ALGORITHM") {
            self.definer = true;
        } else if !matches!(word, "=" | "@") {
            self.signs = false;
        }
        self.signs |= matches!(word, "=" | "@");
    }

    /// Whether an unknown word ends the modifiers; after `DEFINER =` it belongs to them.
    fn may_end(&self) -> bool {
        !(self.definer && self.signs)
    }
}

/// The columns of a query, under the names in parentheses before it where there are any.
fn name_columns(table: &mut NewTable) {
    let Some(query) = table.query.as_mut() else { return };
    if table.columns.is_empty() {
        return;
    }
    // The list gives the names, the query may still tell the types.
    let known = std::mem::take(&mut query.columns);
    let mut known = known.into_iter();
    for column in table.columns.drain(..) {
        let from = match known.next() {
            Some(QueryColumn::Named { from, .. }) => from,
            _ => Origin::Unknown,
        };
        query.columns.push(QueryColumn::Named { name: column.name, from });
    }
}

/// Tables that only live as long as a connection.
fn is_temporary(name: &TableName) -> bool {
    name.name.starts_with('#') || name.schema.eq_ignore_ascii_case("pg_temp")
}
