//! The words, names, strings and signs of one statement.

use std::borrow::Cow;

use crate::import::schema::dialect::Dialect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes of any kind.
    Name,
    /// A string in single quotes.
    Text,
    /// A string in dollar quotes.
    Body,
    Number,
    /// One sign.
    Sign,
}

/// One token; `text` is what stands inside the quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    /// Where it begins in the statement's text, in bytes.
    pub at: usize,
}

impl<'a> Token<'a> {
    /// Whether it is this keyword, given in upper case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(crate) fn is_any(&self, keywords: &[&str]) -> bool {
        self.kind == TokenKind::Word
            && keywords.iter().any(|keyword| self.text.eq_ignore_ascii_case(keyword))
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        self.kind == TokenKind::Sign && self.text.starts_with(sign)
    }

    /// The token as a name, if it can be one.
    pub(crate) fn as_name(&self, dialect: Dialect) -> Option<String> {
        match self.kind {
            TokenKind::Word => Some(dialect.fold(without_placeholder(self.text), false)),
            TokenKind::Name => Some(dialect.fold(&self.unescaped(), true)),
            _ => None,
        }
        .filter(|name| !name.is_empty())
    }

    /// What stands inside the quotes, doubled quotes made single.
    pub(crate) fn unescaped(&self) -> Cow<'a, str> {
        let text = self.text;
        if text.contains(['\'', '"', '`', ']']) {
            let single = text.replace("''", "'").replace("\"\"", "\"");
            return Cow::Owned(single.replace("``", "`").replace("]]", "]"));
        }
        Cow::Borrowed(text)
    }
}

/// `${prefix}users` is `users`: what a tool fills in before the script runs isn't known.
fn without_placeholder(word: &str) -> &str {
    match word.strip_prefix("${").and_then(|rest| rest.split_once('}')) {
        Some((_, rest)) => rest,
        None => word,
    }
}

/// Cuts the text of one statement into tokens. A quote without an end is a stray sign.
pub(crate) fn tokenize(text: &str, dialect: Dialect) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut lexer = Lexer { text, bytes, at: 0, dialect, tokens: Vec::new(), unclosed: 0 };
    while lexer.at < lexer.bytes.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    tokens: Vec<Token<'a>>,
    /// How many quotes had no end. Each costs a look at all the rest.
    unclosed: u32,
}

/// After how many quotes without an end nobody looks for ends any more.
const MOST_UNCLOSED: u32 = 64;

/// The longest name in brackets.
const LONGEST_NAME: usize = 256;

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn step(&mut self) {
        if self.unclosed >= MOST_UNCLOSED
            && matches!(self.peek(0), b'\'' | b'"' | b'`' | b'$' | b'/')
        {
            return self.sign();
        }
        match self.peek(0) {
            0xEF if self.text[self.at..].starts_with('\u{feff}') => self.at += 3,
            byte if byte.is_ascii_whitespace() => self.at += 1,
            b'-' if self.peek(1) == b'-' => self.line_comment(),
            b'#' if self.dialect.hash_comments() || self.begins_line() => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.block_comment(),
            b'*' if self.peek(1) == b'/' && self.dialect.conditional_comments() => self.at += 2,
            b'\'' => self.string(TokenKind::Text, b'\'', self.dialect.backslash_escapes()),
            b'"' => self.string(TokenKind::Name, b'"', Some(self.dialect == Dialect::MySql)),
            b'`' => self.string(TokenKind::Name, b'`', Some(false)),
            b'[' if self.dialect.bracket_names() && self.opens_name() => {
                self.string(TokenKind::Name, b']', Some(false));
            }
            b'$' if self.peek(1) == b'{' => self.word(),
            b'$' if self.dialect.dollar_quotes() => self.dollar_quote(),
            byte if byte.is_ascii_digit() => self.number(),
            b'.' if self.peek(1).is_ascii_digit() && !self.after_name() => self.number(),
            byte if begins_word(byte) => self.word(),
            _ => self.sign(),
        }
    }

    fn begins_line(&self) -> bool {
        let before = self.text[..self.at].trim_end_matches([' ', '\t']);
        before.is_empty() || before.ends_with('\n')
    }

    /// Whether the token just before stands directly here, so that `.` parts a name.
    fn after_name(&self) -> bool {
        self.tokens.last().is_some_and(|token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Name)
                && !self.bytes[self.at - 1].is_ascii_whitespace()
        })
    }

    /// `[name]`, but not `int[]` or `a[1]`.
    fn opens_name(&self) -> bool {
        let next = self.peek(1);
        let rest = &self.bytes[self.at + 1..];
        let end = rest.iter().take(LONGEST_NAME).position(|&byte| matches!(byte, b']' | b'\n'));
        next != b']'
            && (self.dialect != Dialect::Unknown || next.is_ascii_alphabetic() || next == b'_')
            && end.is_some_and(|end| rest[end] == b']')
    }

    fn push(&mut self, kind: TokenKind, at: usize, from: usize, to: usize) {
        self.tokens.push(Token { kind, text: &self.text[from..to], at });
    }

    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    }

    fn block_comment(&mut self) {
        let rest = &self.text[self.at..];
        if self.dialect.conditional_comments()
            && (rest.starts_with("/*!") || rest.starts_with("/*M!"))
        {
            self.at += 3;
            while self.peek(0) == b'!' || self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            return;
        }
        let mut depth = 0_u32;
        let mut at = self.at;
        while at < self.bytes.len() {
            match &self.bytes[at..self.bytes.len().min(at + 2)] {
                b"/*" if depth == 0 || self.dialect.nests_comments() => {
                    depth += 1;
                    at += 2;
                }
                b"*/" => {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        self.at = at;
                        return;
                    }
                }
                _ => at += 1,
            }
        }
        self.unclosed();
    }

    fn string(&mut self, kind: TokenKind, close: u8, backslash: Option<bool>) {
        let begin = self.at;
        let mut at = begin + 1;
        while let Some(&byte) = self.bytes.get(at) {
            if byte == close {
                if self.bytes.get(at + 1) != Some(&close) {
                    self.push(kind, begin, begin + 1, at);
                    self.at = at + 1;
                    return;
                }
                at += 2;
            } else if byte == b'\\' && backslash != Some(false) {
                let after = self.bytes.get(at + 1..).unwrap_or_default();
                let ends = backslash.is_none()
                    && after.first() == Some(&close)
                    && matches!(
                        after.get(1),
                        None | Some(b',' | b')' | b';' | b' ' | b'\r' | b'\n')
                    );
                at += if ends { 1 } else { 2 };
            } else {
                at += 1;
            }
        }
        self.unclosed();
    }

    fn dollar_quote(&mut self) {
        let rest = &self.text[self.at + 1..];
        let tag = rest.find('$').map(|end| &rest[..end]);
        let good = tag.is_some_and(|tag| {
            tag.chars().all(|c| c == '_' || c.is_alphanumeric())
                && !tag.starts_with(|c: char| c.is_ascii_digit())
        });
        let Some(tag) = tag.filter(|_| good) else { return self.sign() };
        let length = tag.len() + 2;
        let opener = &self.text[self.at..self.at + length];
        match self.text[self.at + length..].find(opener) {
            Some(end) => {
                let from = self.at + length;
                self.push(TokenKind::Body, self.at, from, from + end);
                self.at = from + end + length;
            }
            None => self.unclosed(),
        }
    }

    fn number(&mut self) {
        let begin = self.at;
        while self.peek(0).is_ascii_alphanumeric() || matches!(self.peek(0), b'.' | b'_') {
            self.at += 1;
        }
        // A name may begin with a digit in MySQL.
        let digits = self.text[begin..self.at].bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let kind = if digits || self.dialect != Dialect::MySql {
            TokenKind::Number
        } else {
            TokenKind::Word
        };
        self.push(kind, begin, begin, self.at);
    }

    fn word(&mut self) {
        let begin = self.at;
        loop {
            if self.peek(0) == b'$' && self.peek(1) == b'{' {
                let rest = &self.bytes[self.at..];
                let end = rest.iter().take(64).position(|&byte| byte == b'}');
                self.at += end.map_or(2, |end| end + 1);
            } else if begins_word(self.peek(0)) || matches!(self.peek(0), b'0'..=b'9' | b'$') {
                self.at += 1;
            } else {
                break;
            }
        }
        let text = &self.text[begin..self.at];
        // `E'…'`, `N'…'`: the letter belongs to the string.
        if self.peek(0) == b'\'' && text.len() == 1 && "EeNnBbXx".contains(text) {
            let escapes = text.eq_ignore_ascii_case("E") || self.dialect == Dialect::MySql;
            return self.string(TokenKind::Text, b'\'', Some(escapes));
        }
        self.push(TokenKind::Word, begin, begin, self.at);
    }

    /// Takes a quote without an end for a sign.
    fn unclosed(&mut self) {
        self.unclosed += 1;
        self.sign();
    }

    fn sign(&mut self) {
        let length = self.text[self.at..].chars().next().map_or(1, char::len_utf8);
        self.push(TokenKind::Sign, self.at, self.at, self.at + length);
        self.at += length;
    }
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@' | b'#') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, text: &str, expect: &str) {
        let shown: Vec<String> = tokenize(text, dialect)
            .iter()
            .map(|token| match token.kind {
                TokenKind::Word | TokenKind::Number | TokenKind::Sign => token.text.to_owned(),
                TokenKind::Name => format!("<{}>", token.unescaped()),
                TokenKind::Text => format!("'{}'", token.unescaped()),
                TokenKind::Body => format!("${}$", token.text),
            })
            .collect();
        assert_eq!(shown.join(" "), expect);
    }

    #[test]
    fn quotes_of_all_dialects_are_told_apart() {
        check(Dialect::MySql, "`a``b` \"c\" 'it\\'s' # x", "<a`b> <c> 'it\\'s'");
        check(Dialect::SqlServer, "[a].[b c] N'x' #t", "<a> . <b c> 'x' #t");
        check(
            Dialect::PostgreSql,
            "int[] '\\' E'\\'' $a$ ' $a$ \"x\"\"y\"",
            "int [ ] '\\' '\\'' $ ' $ <x\"y>",
        );
        check(Dialect::Unknown, "a[1] [b] int[]", "a [ 1 ] <b> int [ ]");
    }

    #[test]
    fn comments_vanish_and_executed_ones_open() {
        check(Dialect::MySql, "a /* b */ /*!50001 c */ -- d\ne", "a c e");
        check(Dialect::PostgreSql, "a /* /* b */ */ /*!5 c */ d", "a d");
    }

    #[test]
    fn placeholders_belong_to_names() {
        check(Dialect::Unknown, "${schema}.t ${p}_x 1.5 t1.c2", "${schema} . t ${p}_x 1.5 t1 . c2");
    }

    #[test]
    fn a_quote_without_end_is_a_sign() {
        check(Dialect::Unknown, "a 'b c", "a ' b c");
        check(Dialect::PostgreSql, "a $x$ b", "a $ x$ b");
    }

    proptest! {
        #[test]
        fn tokens_stand_where_they_say(text in "['\"`$\\[\\]#/*\\\\a-c0-9é;,.() \n-]{0,40}") {
            for dialect in Dialect::ALL {
                let mut last = 0;
                for token in tokenize(&text, dialect) {
                    prop_assert!(token.at >= last);
                    prop_assert!(text[token.at..].contains(token.text));
                    last = token.at;
                }
            }
        }
    }
}
