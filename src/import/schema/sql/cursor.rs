//! Walks over the tokens of a statement, never backwards and never deeper than needed.

use super::tokens::{Token, TokenKind};
use crate::import::schema::{change::TableName, dialect::Dialect};

/// A place in a run of tokens.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    pub dialect: Dialect,
    /// Where in the statement the run ends, for messages about what is missing.
    end: usize,
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub(crate) fn new(tokens: &'t [Token<'a>], dialect: Dialect, end: usize) -> Self {
        Self { tokens, at: 0, dialect, end }
    }

    /// Where in the statement's text the next token stands.
    pub(crate) fn position(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    pub(crate) fn peek(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at)
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<&'t Token<'a>> {
        self.tokens.get(self.at + ahead)
    }

    pub(crate) fn rest(&self) -> &'t [Token<'a>] {
        &self.tokens[self.at.min(self.tokens.len())..]
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(crate) fn next(&mut self) -> Option<&'t Token<'a>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    pub(crate) fn sees(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is(keyword))
    }

    pub(crate) fn sees_sign(&self, sign: char) -> bool {
        self.peek().is_some_and(|token| token.is_sign(sign))
    }

    /// Whether all these keywords follow.
    pub(crate) fn sees_all(&self, keywords: &[&str]) -> bool {
        let rest = self.rest();
        rest.len() >= keywords.len()
            && rest.iter().zip(keywords).all(|(token, keyword)| token.is(keyword))
    }

    pub(crate) fn eat(&mut self, keyword: &str) -> bool {
        let found = self.sees(keyword);
        self.at += usize::from(found);
        found
    }

    /// Passes all these keywords, or none.
    pub(crate) fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let found = self.sees_all(keywords);
        self.at += if found { keywords.len() } else { 0 };
        found
    }

    /// Passes one of these keywords.
    pub(crate) fn eat_any(&mut self, keywords: &[&str]) -> bool {
        let found = self.peek().is_some_and(|token| token.is_any(keywords));
        self.at += usize::from(found);
        found
    }

    pub(crate) fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.sees_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// One identifier.
    pub(crate) fn ident(&mut self) -> Option<String> {
        let name = self.peek()?.as_name(self.dialect)?;
        self.at += 1;
        Some(name)
    }

    /// A table's name, with the schema before it where there is one. Names of databases are dropped.
    pub(crate) fn table_name(&mut self) -> Option<TableName> {
        let first = self.peek()?;
        // A placeholder that stands for a whole schema leaves nothing.
        let mut name = match self.ident() {
            Some(name) => name,
            None if first.text.starts_with("${") => {
                self.at += 1;
                String::new()
            }
            None => return None,
        };
        let mut schema = String::new();
        while self.eat_sign('.') {
            // `database..table` leaves the schema out.
            while self.eat_sign('.') {
                name.clear();
            }
            schema = name;
            name = self.ident()?;
        }
        (!name.is_empty()).then(|| TableName::new(&schema, &name))
    }

    /// What stands in the parentheses that open here; the cursor goes behind them. Nothing where none open, or
    /// where they never close.
    pub(crate) fn parens(&mut self) -> Option<Self> {
        if !self.sees_sign('(') {
            return None;
        }
        let rest = self.rest();
        let mut depth = 0_usize;
        for (index, token) in rest.iter().enumerate() {
            if token.is_sign('(') {
                depth += 1;
            } else if token.is_sign(')') {
                depth -= 1;
                if depth == 0 {
                    self.at += index + 1;
                    return Some(self.over(&rest[1..index], token.at));
                }
            }
        }
        None
    }

    /// A cursor over part of the tokens.
    pub(crate) fn over(&self, tokens: &'t [Token<'a>], end: usize) -> Self {
        Cursor { tokens, at: 0, dialect: self.dialect, end }
    }

    /// What stands between the commas from here to the end, parentheses kept whole.
    pub(crate) fn elements(&self) -> Vec<Self> {
        let rest = self.rest();
        let mut elements = Vec::new();
        let (mut depth, mut begin) = (0_usize, 0);
        for (index, token) in rest.iter().enumerate() {
            if token.is_sign('(') {
                depth += 1;
            } else if token.is_sign(')') {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && token.is_sign(',') {
                elements.push(self.over(&rest[begin..index], token.at));
                begin = index + 1;
            }
        }
        elements.push(self.over(&rest[begin..], self.end));
        elements
    }

    /// The plain identifiers of a list in parentheses, such as the columns of a key; nothing at the first element
    /// that is more than a column with an order or a length.
    pub(crate) fn columns(&mut self) -> Option<Vec<String>> {
        let list = self.parens()?;
        list.elements().into_iter().map(|mut element| element.key_column()).collect()
    }

    fn key_column(&mut self) -> Option<String> {
        let name = self.ident()?;
        if let Some(length) = self.parens() {
            let number = length.rest().iter().all(|token| token.kind == TokenKind::Number);
            if !number {
                return None;
            }
        }
        let plain = self.rest().iter().all(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Name | TokenKind::Text)
                || token.is_sign('.')
        });
        plain.then_some(name)
    }
}
