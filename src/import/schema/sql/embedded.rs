//! Statements inside other statements: `DO` blocks, `IF … BEGIN … END` of SQL Server, text that is executed.
//!
//! Conditions are taken to hold: a script asks whether a table is there already so that it can run twice. What is
//! put together from pieces at run time can't be known and is reported.

use super::{
    Reader,
    cursor::Cursor,
    splitter::Splitter,
    tokens::{self, Token, TokenKind},
};

/// How many texts inside texts are opened. Nobody writes more; a hostile script could.
const DEEPEST: u32 = 3;

impl Reader {
    /// PostgreSQL's `DO $$ … $$`.
    pub(super) fn do_block(&mut self, cursor: Cursor<'_, '_>) {
        let body = cursor
            .rest()
            .iter()
            .find(|token| matches!(token.kind, TokenKind::Body | TokenKind::Text));
        if let Some(body) = body {
            self.body(body);
        }
    }

    /// The statements about tables in a run of tokens, whatever stands around them.
    pub(super) fn block(&mut self, tokens: &[Token<'_>], end: usize) {
        let mut at = 0;
        while at < tokens.len() {
            let Some(begin) = next_head(tokens, at) else { break };
            let length = statement_length(&tokens[begin..]);
            let dialect = self.dialect;
            let inner = &tokens[begin..begin + length];
            let inner_end = tokens.get(begin + length).map_or(end, |token| token.at);
            self.statement(Cursor::new(inner, dialect, inner_end));
            at = begin + length.max(1);
        }
    }

    /// `EXECUTE 'CREATE TABLE …'`, where the text is a plain literal.
    pub(super) fn literal(&mut self, cursor: Cursor<'_, '_>) {
        let rest = cursor.rest();
        let text = rest
            .iter()
            .take(3)
            .find(|token| matches!(token.kind, TokenKind::Text | TokenKind::Body));
        let Some(text) = text else { return };
        let put_together = rest.iter().any(|token| token.is_sign('|') || token.is_sign('+'))
            || rest.first().is_some_and(|token| token.is("format"));
        let defines = defines_tables(text.text);
        if defines && put_together {
            self.problem(
                text.at,
                "a statement about tables is put together at run time",
                "give a dump of the database with --schema, if a table is missing",
            );
        } else if defines {
            self.body(text);
        }
    }

    /// A routine isn't run, so what it creates isn't known.
    pub(super) fn routine(&mut self, cursor: &Cursor<'_, '_>, at: usize) {
        let body = cursor.rest().iter().find(|token| token.kind == TokenKind::Body);
        let creates = body.is_some_and(|body| {
            let upper = body.text.to_ascii_uppercase();
            upper.contains("CREATE TABLE") && !upper.contains("TEMP")
        });
        if creates {
            self.problem(
                at,
                "the routine creates tables when it is called, which is not followed",
                "give a dump of the database with --schema, if a table is missing",
            );
        }
    }

    /// Reads the text inside a literal as a script. Lines are counted on from the literal's own.
    fn body(&mut self, literal: &Token<'_>) {
        if self.depth == DEEPEST {
            return;
        }
        let text = if literal.kind == TokenKind::Text {
            literal.unescaped().into_owned()
        } else {
            literal.text.to_owned()
        };
        let first_line = self.line(literal.at);
        let mut inner = Reader::new(&text, first_line, self.dialect);
        inner.depth = self.depth + 1;
        for statement in Splitter::new(text.as_bytes(), self.dialect) {
            let tokens = tokens::tokenize(&statement.text, self.dialect);
            inner.first_line = first_line.saturating_add(statement.line - 1);
            inner.line_ends = statement.text.match_indices('\n').map(|(at, _)| at).collect();
            inner.block(&tokens, statement.text.len());
        }
        let reading = inner.finish();
        self.defines |= reading.defines;
        self.reading.changes.extend(reading.changes);
        self.reading.problems.extend(reading.problems);
    }
}

/// Where the next statement about tables begins.
fn next_head(tokens: &[Token<'_>], from: usize) -> Option<usize> {
    (from..tokens.len()).find(|&index| {
        let follows =
            |words: &[&str]| tokens[index + 1..].iter().take(4).any(|token| token.is_any(words));
        let next = |words: &[&str]| tokens.get(index + 1).is_some_and(|token| token.is_any(words));
        let token = &tokens[index];
        // `x.create`, `@drop` are no statements.
        let apart = index == 0 || !tokens[index - 1].is_sign('.');
        apart
            && ((token.is("CREATE") && follows(&["TABLE", "VIEW", "INDEX"]))
                || (token.is("ALTER") && next(&["TABLE", "VIEW", "FOREIGN"]))
                || (token.is("DROP")
                    && next(&["TABLE", "VIEW", "INDEX", "MATERIALIZED", "FOREIGN"]))
                || (token.is_any(&["EXEC", "EXECUTE"]) && index + 1 < tokens.len()))
    })
}

/// How many tokens the statement takes that begins with the first.
fn statement_length(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.is_sign('(') {
            depth += 1;
        } else if token.is_sign(')') {
            depth = depth.saturating_sub(1);
        }
        let ends = token.is_sign(';')
            || (index > 0
                && depth == 0
                && token.is_any(&["END", "ELSE", "GO", "PRINT", "EXCEPTION"]))
            || (index > 1
                && depth == 0
                && next_head(&tokens[..tokens.len().min(index + 6)], index) == Some(index));
        if ends {
            return index.max(1);
        }
    }
    tokens.len()
}

fn defines_tables(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    ["CREATE TABLE", "ALTER TABLE", "DROP TABLE", "CREATE UNIQUE INDEX"]
        .iter()
        .any(|head| upper.contains(head))
}
