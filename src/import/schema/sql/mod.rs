//! Reads SQL statements into changes of a schema, whatever the dialect.
//!
//! No grammar of any one database is followed. Tables, columns and keys are looked for where all databases have
//! them, and what stands between is passed over, so that an option nobody has heard of costs nothing. Nothing
//! here calls itself: nesting as deep as a script can be is only a longer run of tokens.

mod alter;
mod column;
mod create;
mod cursor;
mod drop;
mod embedded;
mod query;
pub(crate) mod splitter;
pub(crate) mod tokens;

use self::{cursor::Cursor, splitter::Statement, tokens::Token};
use super::{change::Change, dialect::Dialect};

/// What one statement says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Each change with the line on which it is said.
    pub changes: Vec<(Change, u32)>,
    /// Whether the statement defines tables or keys.
    pub defines: bool,
    pub problems: Vec<Problem>,
}

/// Something in a statement that wasn't understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub line: u32,
    pub message: String,
    pub hint: String,
}

/// Reads one statement.
pub(crate) fn read(statement: &Statement, dialect: Dialect) -> Reading {
    if !can_matter(&statement.text) {
        return Reading::default();
    }
    let mut tokens = tokens::tokenize(&statement.text, dialect);
    while tokens.last().is_some_and(|last| [';', '/', '$'].iter().any(|&end| last.is_sign(end))) {
        tokens.pop();
    }
    let mut reader = Reader::new(&statement.text, statement.line, dialect);
    let cursor = Cursor::new(&tokens, dialect, statement.text.len());
    if statement.whole {
        reader.statement(cursor);
    } else if tokens.first().is_some_and(|token| token.is_any(&["CREATE", "ALTER"])) {
        reader.defines = true;
        reader.problem(cursor.position(), "the statement is too long to be held", "split it");
    }
    reader.finish()
}

/// The words that a statement about tables begins with.
const HEADS: [&str; 14] = [
    "CREATE", "ALTER", "DROP", "RENAME", "SET", "SELECT", "DO", "IF", "BEGIN", "DECLARE", "WHILE",
    "EXEC", "EXECUTE", "USE",
];

/// Whether the statement can be about tables at all; rows are most of a dump and needn't be cut into tokens.
fn can_matter(text: &str) -> bool {
    let begins_plainly = text
        .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .get(..7)
        .is_some_and(|head| {
            let word = head.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            matches!(
                word.to_ascii_uppercase().as_str(),
                "INSERT" | "REPLACE" | "COPY" | "UPDATE" | "DELETE" | "MERGE" | "GRANT" | "REVOKE"
            )
        });
    !begins_plainly
}

/// Collects what a statement says while its readers walk over it.
pub(in crate::import::schema) struct Reader {
    pub dialect: Dialect,
    /// The line of the text's first byte.
    first_line: u32,
    /// Where the text's lines end.
    line_ends: Vec<usize>,
    reading: Reading,
    defines: bool,
    /// How many texts this one stands in.
    depth: u32,
}

impl Reader {
    fn new(text: &str, first_line: u32, dialect: Dialect) -> Self {
        let line_ends = text.match_indices('\n').map(|(at, _)| at).collect();
        let reading = Reading::default();
        Self { dialect, first_line, line_ends, reading, defines: false, depth: 0 }
    }

    fn finish(mut self) -> Reading {
        self.reading.defines = self.defines;
        self.reading
    }

    /// The line of the byte at `at`.
    fn line(&self, at: usize) -> u32 {
        let before = self.line_ends.partition_point(|&end| end < at);
        self.first_line.saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }

    fn change(&mut self, at: usize, change: Change) {
        let line = self.line(at);
        self.reading.changes.push((change, line));
    }

    fn problem(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        let line = self.line(at);
        self.reading.problems.push(Problem { line, message: message.into(), hint: hint.into() });
    }

    /// Reads the statement that begins at the cursor.
    fn statement(&mut self, mut cursor: Cursor<'_, '_>) {
        while cursor.eat_sign(';') {}
        let Some(head) = cursor.peek().copied() else { return };
        if !head.is_any(&HEADS) {
            self.suspect(&cursor);
            return;
        }
        cursor.next();
        match head.text.to_ascii_uppercase().as_str() {
            "CREATE" => self.create(cursor, head.at),
            "ALTER" => self.alter(cursor, head.at),
            "DROP" => self.drop(cursor, head.at),
            "RENAME" => self.rename(cursor, head.at),
            "SET" => self.set(cursor, head.at),
            "SELECT" => self.select(cursor, head.at),
            "DO" => self.do_block(cursor),
            "EXEC" | "EXECUTE" => self.execute(cursor, head.at),
            "IF" | "BEGIN" | "DECLARE" | "WHILE" => self.block(cursor.rest(), cursor.position()),
            _ => {}
        }
    }

    /// `CRAETE TABLE x (`: not known, but it looks like a table somebody misses later.
    fn suspect(&mut self, cursor: &Cursor<'_, '_>) {
        let rest = cursor.rest();
        let Some(first) = rest.first().filter(|token| token.kind == tokens::TokenKind::Word) else {
            return;
        };
        let table_follows = rest.iter().take(4).skip(1).position(|token| token.is("TABLE"));
        let common = [
            "LOCK",
            "UNLOCK",
            "TRUNCATE",
            "ANALYZE",
            "OPTIMIZE",
            "REPAIR",
            "CHECK",
            "COMMENT",
            "GRANT",
            "REVOKE",
            "VACUUM",
            "CLUSTER",
            "REINDEX",
            "FLUSH",
            "SHOW",
            "DESCRIBE",
            "COPY",
            "LOAD",
            "EXPLAIN",
            "WITH",
            "PRINT",
            "PURGE",
            "REFRESH",
            "SECURITY",
            "DBCC",
            "HANDLER",
            "INSERT",
            "FLASHBACK",
            "REM",
            "PROMPT",
        ];
        if table_follows == Some(0) && !first.is_any(&common) {
            self.defines = true;
            let message = format!("`{} TABLE` isn't a statement", first.text);
            self.problem(first.at, message, "correct the first word, if it is to define a table");
        }
    }

    /// `SET search_path = a, public`: the first is where tables are made.
    fn set(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat_any(&["SESSION", "LOCAL"]);
        let schema_command = cursor.eat("SCHEMA");
        if !schema_command && !cursor.eat_any(&["search_path"]) {
            return;
        }
        if !schema_command && !cursor.eat_sign('=') && !cursor.eat("TO") {
            return;
        }
        let Some(token) = cursor.next() else { return };
        let name = match token.kind {
            tokens::TokenKind::Text => self.dialect.fold(&token.unescaped(), true),
            _ => token.as_name(self.dialect).unwrap_or_default(),
        };
        self.use_schema(at, &name);
    }

    fn use_schema(&mut self, at: usize, name: &str) {
        let own = ["$user", "pg_catalog", "default", ""].contains(&name.to_lowercase().as_str());
        let schema = if own { String::new() } else { name.to_owned() };
        self.change(at, Change::UseSchema { schema });
    }

    /// `SELECT set_config('search_path', 'a', false)`, and `SELECT … INTO new_table`.
    fn select(&mut self, cursor: Cursor<'_, '_>, at: usize) {
        let rest = cursor.rest();
        let position = rest.iter().take(4).position(|token| token.is("set_config"));
        if let Some(position) = position {
            let texts: Vec<&Token<'_>> = rest[position..]
                .iter()
                .filter(|token| token.kind == tokens::TokenKind::Text)
                .take(2)
                .collect();
            if let [setting, value] = texts[..]
                && setting.text.eq_ignore_ascii_case("search_path")
            {
                let first = value.text.split(',').next().unwrap_or_default().trim();
                self.use_schema(at, first.trim_matches('"'));
            }
        }
    }
}

#[cfg(test)]
mod tests;
