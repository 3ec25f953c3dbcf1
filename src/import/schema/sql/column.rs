//! What stands between the commas of `CREATE TABLE ( … )`: columns with all that can hang on them, and keys.

use super::{Reader, cursor::Cursor, tokens::TokenKind};
use crate::import::schema::{
    change::{NewColumn, NewForeignKey, NewKey, NewTable},
    dialect::Dialect,
};

/// A column, and the keys that are declared with it.
pub(super) struct ColumnParts {
    pub column: NewColumn,
    pub keys: Vec<NewKey>,
    pub foreign_keys: Vec<NewForeignKey>,
}

/// The words that end a column's type.
const OPTIONS: [&str; 41] = [
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "CHECK",
    "CONSTRAINT",
    "COLLATE",
    "GENERATED",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "IDENTITY",
    "COMMENT",
    "ON",
    "AS",
    "KEY",
    "CHARSET",
    "STORED",
    "VIRTUAL",
    "PERSISTED",
    "INVISIBLE",
    "VISIBLE",
    "ROWGUIDCOL",
    "SPARSE",
    "ENABLE",
    "DISABLE",
    "USING",
    "FIRST",
    "AFTER",
    "DEFERRABLE",
    "INITIALLY",
    "OPTIONS",
    "STORAGE",
    "COMPRESSION",
    "MASKED",
    "ENCRYPTED",
    "HIDDEN",
    "FOREIGN",
    "MATCH",
    "WITH",
];

/// Words that can only begin an option, so that a column may go without a type before them.
const NO_TYPES: [&str; 10] = [
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "REFERENCES",
    "CHECK",
    "CONSTRAINT",
    "COLLATE",
    "AS",
];

impl Reader {
    /// Reads one element of a table's definition into it.
    pub(super) fn table_element(&mut self, mut cursor: Cursor<'_, '_>, table: &mut NewTable) {
        let at = cursor.position();
        if is_constraint(&cursor) {
            self.table_constraint(cursor, table);
            return;
        }
        if cursor.peek().is_some_and(|token| token.is("LIKE")) {
            cursor.next();
            table.like.extend(cursor.table_name());
            return;
        }
        match self.column(&mut cursor) {
            Some(parts) => {
                table.columns.push(parts.column);
                table.keys.extend(parts.keys);
                table.foreign_keys.extend(parts.foreign_keys);
            }
            None => {
                let found = cursor.peek().map_or("nothing", |token| token.text);
                let message = format!("a column was expected here, not `{}`", shortened(found));
                self.problem(at, message, "the table's other columns were read");
            }
        }
    }

    /// A key, a check or an index that is declared beside the columns.
    pub(super) fn table_constraint(&mut self, mut cursor: Cursor<'_, '_>, table: &mut NewTable) {
        let at = cursor.position();
        let mut name = String::new();
        if cursor.eat("CONSTRAINT") {
            cursor.eat_all(&["IF", "NOT", "EXISTS"]);
            if !is_constraint(&cursor) || cursor.sees("CONSTRAINT") {
                name = cursor.ident().unwrap_or_default();
            }
        }
        let understood = if cursor.eat_all(&["PRIMARY", "KEY"]) {
            self.key(cursor, &mut name, true, table)
        } else if cursor.eat("UNIQUE") {
            self.key(cursor, &mut name, false, table)
        } else if cursor.eat_all(&["FOREIGN", "KEY"]) {
            cursor.eat_all(&["IF", "NOT", "EXISTS"]);
            if !cursor.sees_sign('(') {
                // MySQL calls the index so, and the constraint too where it has no name.
                let index = cursor.ident().unwrap_or_default();
                name = if name.is_empty() { index } else { name };
            }
            let key = cursor.columns().and_then(|columns| {
                cursor.eat("REFERENCES").then(|| self.references(&mut cursor, name, columns, at))?
            });
            key.map(|key| table.foreign_keys.push(key)).is_some()
        } else {
            // Checks, exclusions and indexes say nothing about tables and keys.
            true
        };
        if !understood {
            self.problem(
                at,
                "the constraint isn't understood",
                "correct it; the table's columns were read",
            );
        }
    }

    fn key(
        &mut self,
        mut cursor: Cursor<'_, '_>,
        name: &mut String,
        primary: bool,
        table: &mut NewTable,
    ) -> bool {
        cursor.eat_any(&["KEY", "INDEX"]);
        cursor.eat_any(&["CLUSTERED", "NONCLUSTERED"]);
        cursor.eat_all(&["NULLS", "NOT", "DISTINCT"]);
        if cursor.eat_all(&["USING", "INDEX"]) {
            let index = cursor.ident().unwrap_or_default();
            let name = std::mem::take(name);
            table.keys.push(NewKey { name, columns: Vec::new(), primary, index });
            return true;
        }
        if !cursor.sees_sign('(') && !cursor.sees("USING") {
            let index = cursor.ident().unwrap_or_default();
            *name = if name.is_empty() { index } else { std::mem::take(name) };
        }
        if cursor.eat("USING") {
            cursor.ident();
        }
        cursor.eat_any(&["CLUSTERED", "NONCLUSTERED"]);
        let list_opens = cursor.sees_sign('(');
        match cursor.columns() {
            Some(columns) => {
                let name = std::mem::take(name);
                table.keys.push(NewKey { name, columns, primary, ..NewKey::default() });
                true
            }
            // A key over an expression is well understood, but it is no key of columns.
            None => list_opens && !primary && cursor.parens().is_none(),
        }
    }

    /// What follows `REFERENCES`.
    pub(super) fn references(
        &mut self,
        cursor: &mut Cursor<'_, '_>,
        name: String,
        columns: Vec<String>,
        at: usize,
    ) -> Option<NewForeignKey> {
        let to = cursor.table_name()?;
        let to_columns = cursor.columns().unwrap_or_default();
        pass_actions(cursor);
        Some(NewForeignKey { name, columns, to, to_columns, line: self.line(at) })
    }

    /// A column with its options, up to the end of the cursor.
    pub(super) fn column(&mut self, cursor: &mut Cursor<'_, '_>) -> Option<ColumnParts> {
        let at = cursor.position();
        let name = cursor.ident()?;
        let data_type = data_type(cursor);
        let serial = data_type.contains("serial") && self.dialect != Dialect::MySql;
        let identity = data_type == "identity";
        let mut parts = ColumnParts {
            column: NewColumn { name, data_type, nullable: !serial && !identity },
            keys: Vec::new(),
            foreign_keys: Vec::new(),
        };
        if identity {
            parts.add_key(String::new(), true);
        }
        self.options(cursor, &mut parts, at);
        Some(parts)
    }

    fn options(&mut self, cursor: &mut Cursor<'_, '_>, parts: &mut ColumnParts, at: usize) {
        let mut constraint = String::new();
        // After a word that isn't known anything may follow.
        let mut lenient = false;
        while let Some(token) = cursor.next() {
            let known = token.kind == TokenKind::Word
                && self.option(
                    &token.text.to_ascii_uppercase(),
                    cursor,
                    parts,
                    &mut constraint,
                    at,
                );
            if known {
                lenient = false;
            } else if matches!(token.kind, TokenKind::Word | TokenKind::Name) {
                lenient = true;
            } else if !lenient && !token.is_sign('(') && !token.is_sign(')') {
                let name = &parts.column.name;
                let sign = shortened(token.text);
                let message = format!("`{sign}` isn't expected in the definition of `{name}`");
                self.problem(token.at, message, "the column was kept; see whether it is right");
                return;
            }
        }
    }

    /// One option of a column; false where the word isn't known.
    fn option(
        &mut self,
        word: &str,
        cursor: &mut Cursor<'_, '_>,
        parts: &mut ColumnParts,
        constraint: &mut String,
        at: usize,
    ) -> bool {
        match word {
            "CONSTRAINT" => *constraint = cursor.ident().unwrap_or_default(),
            "NOT" if cursor.eat("NULL") => parts.column.nullable = false,
            "NOT" => _ = cursor.next(),
            "NULL" => parts.column.nullable = true,
            "PRIMARY" => {
                cursor.eat("KEY");
                parts.add_key(std::mem::take(constraint), true);
                cursor.eat_any(&["CLUSTERED", "NONCLUSTERED"]);
            }
            "UNIQUE" => {
                cursor.eat_any(&["KEY", "INDEX"]);
                cursor.eat_all(&["NULLS", "NOT", "DISTINCT"]);
                parts.add_key(std::mem::take(constraint), false);
            }
            // MySQL: `id int AUTO_INCREMENT KEY`.
            "KEY" => parts.add_key(String::new(), true),
            "REFERENCES" => {
                let columns = vec![parts.column.name.clone()];
                let name = std::mem::take(constraint);
                parts.foreign_keys.extend(self.references(cursor, name, columns, at));
            }
            // In HSQLDB and H2 an identity is the primary key.
            "IDENTITY" => {
                cursor.parens();
                parts.column.nullable = false;
                if self.dialect == Dialect::Hsqldb && !parts.has_primary() {
                    parts.add_key(String::new(), true);
                }
            }
            "GENERATED" => {
                while cursor.eat_any(&[
                    "ALWAYS", "BY", "DEFAULT", "ON", "NULL", "AS", "ROW", "START", "END",
                ]) {}
                if cursor.eat("IDENTITY") {
                    parts.column.nullable = false;
                }
                cursor.parens();
            }
            "DEFAULT" => pass_expression(cursor),
            "ON" => pass_action(cursor),
            "CHECK" | "AS" | "OPTIONS" | "WITH" => _ = cursor.parens(),
            "COLLATE" => _ = cursor.table_name(),
            "CHARACTER" | "CHARSET" => {
                cursor.eat("SET");
                cursor.eat_sign('=');
                cursor.next();
            }
            "COMMENT" => {
                cursor.eat_sign('=');
                cursor.next();
            }
            "FIRST" | "DEFERRABLE" | "AUTO_INCREMENT" | "AUTOINCREMENT" | "STORED" | "VIRTUAL"
            | "ENABLE" | "DISABLE" | "PERSISTED" => {}
            "AFTER" | "INITIALLY" | "MATCH" | "STORAGE" | "COMPRESSION" => _ = cursor.next(),
            _ => return false,
        }
        true
    }
}

impl ColumnParts {
    fn add_key(&mut self, name: String, primary: bool) {
        if primary && self.has_primary() {
            return;
        }
        if primary {
            self.column.nullable = false;
        }
        let columns = vec![self.column.name.clone()];
        self.keys.push(NewKey { name, columns, primary, ..NewKey::default() });
    }

    fn has_primary(&self) -> bool {
        self.keys.iter().any(|key| key.primary)
    }
}

/// Whether an element is a constraint or an index, not a column that is merely called so.
pub(super) fn is_constraint(cursor: &Cursor<'_, '_>) -> bool {
    let Some(first) = cursor.peek().filter(|token| token.kind == TokenKind::Word) else {
        return false;
    };
    let next_is = |words: &[&str]| cursor.peek_at(1).is_some_and(|token| token.is_any(words));
    let list_at = |ahead: usize| {
        cursor.peek_at(ahead).is_some_and(|token| token.is_sign('('))
            && cursor.peek_at(ahead + 1).is_some_and(|token| token.kind != TokenKind::Number)
    };
    match first.text.to_ascii_uppercase().as_str() {
        "CONSTRAINT" | "UNIQUE" => true,
        "PRIMARY" | "FOREIGN" => next_is(&["KEY"]),
        "CHECK" => list_at(1),
        "EXCLUDE" => list_at(1) || next_is(&["USING"]),
        "KEY" | "INDEX" => (1..=5).any(list_at) || next_is(&["USING"]),
        "FULLTEXT" | "SPATIAL" => next_is(&["KEY", "INDEX"]) || (1..=2).any(list_at),
        "PERIOD" => next_is(&["FOR"]),
        "SUPPLEMENTAL" => next_is(&["LOG"]),
        _ => false,
    }
}

/// A type as it is written, in lower case, with single spaces.
pub(super) fn data_type(cursor: &mut Cursor<'_, '_>) -> String {
    let mut text = String::new();
    let mut glued = true;
    while let Some(token) = cursor.peek() {
        match token.kind {
            TokenKind::Word => {
                let first = text.is_empty();
                if (!first && ends_type(cursor)) || (first && token.is_any(&NO_TYPES)) {
                    break;
                }
                if first && token.is("GENERATED") {
                    break;
                }
                push_word(&mut text, token.text, glued);
                glued = false;
                cursor.next();
            }
            TokenKind::Name => {
                push_word(&mut text, token.text, glued);
                glued = false;
                cursor.next();
            }
            TokenKind::Sign if token.is_sign('.') => {
                text.push('.');
                glued = true;
                cursor.next();
            }
            TokenKind::Sign if token.is_sign('[') => {
                while let Some(part) = cursor.next() {
                    text.push_str(part.text);
                    if part.is_sign(']') {
                        break;
                    }
                }
            }
            TokenKind::Sign if token.is_sign('(') && !text.is_empty() => {
                let Some(inside) = cursor.parens() else { break };
                push_arguments(&mut text, &inside);
            }
            _ => break,
        }
    }
    for schema in ["public.", "dbo.", "pg_catalog.", "sys."] {
        if let Some(rest) = text.strip_prefix(schema) {
            return rest.to_owned();
        }
    }
    text
}

fn ends_type(cursor: &Cursor<'_, '_>) -> bool {
    let Some(token) = cursor.peek() else { return true };
    if token.is("CHARACTER") {
        return cursor.sees_all(&["CHARACTER", "SET"]);
    }
    if token.is("WITH") {
        let next = cursor.peek_at(1);
        return !next.is_some_and(|token| token.is_any(&["TIME", "LOCAL", "TIMEZONE"]));
    }
    token.is_any(&OPTIONS)
}

fn push_word(text: &mut String, word: &str, glued: bool) {
    if !glued {
        text.push(' ');
    }
    text.push_str(&word.to_lowercase());
}

/// `(10, 2)` becomes `(10,2)`; the values of an enumeration keep their case.
fn push_arguments(text: &mut String, inside: &Cursor<'_, '_>) {
    text.push('(');
    let mut spaced = false;
    for token in inside.rest() {
        let word = matches!(token.kind, TokenKind::Word | TokenKind::Number);
        if word && spaced {
            text.push(' ');
        }
        match token.kind {
            TokenKind::Text | TokenKind::Body => {
                text.push('\'');
                text.push_str(token.text);
                text.push('\'');
            }
            _ => text.push_str(&token.text.to_lowercase()),
        }
        spaced = word;
    }
    text.push(')');
}

/// Passes an expression: at least one thing, up to the next option.
fn pass_expression(cursor: &mut Cursor<'_, '_>) {
    if cursor.parens().is_none() {
        cursor.next();
    }
    while let Some(token) = cursor.peek() {
        // `DEFAULT 'x'::character varying`, `DEFAULT a COLLATE b`.
        let ends = ends_type(cursor) && token.kind == TokenKind::Word;
        if ends && !token.is_any(&["WITH", "AS"]) {
            break;
        }
        if cursor.parens().is_none() {
            cursor.next();
        }
    }
}

/// Passes what follows `ON`: `DELETE SET NULL`, `UPDATE CURRENT_TIMESTAMP(6)`, `CONFLICT REPLACE`.
fn pass_action(cursor: &mut Cursor<'_, '_>) {
    cursor.next();
    cursor.eat_any(&["SET", "NO"]);
    cursor.next();
    cursor.parens();
}

fn pass_actions(cursor: &mut Cursor<'_, '_>) {
    loop {
        if cursor.eat("ON") {
            pass_action(cursor);
        } else if cursor.eat("MATCH") || cursor.eat("INITIALLY") {
            cursor.next();
        } else if !cursor.eat_all(&["NOT", "DEFERRABLE"])
            && !cursor.eat_all(&["NOT", "VALID"])
            && !cursor.eat_all(&["NOT", "FOR", "REPLICATION"])
            && !cursor.eat("DEFERRABLE")
        {
            return;
        }
    }
}

/// A piece of the source that fits into a message.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(30).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
