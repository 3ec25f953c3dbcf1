//! Cuts an SQL script of any length into statements, holding one statement at a time.
//!
//! It knows quotes, comments and the bodies of routines, but no grammar, so that a statement nobody understands
//! costs only itself. What carries rows (`INSERT`, `COPY`) is passed over: its beginning is kept, the rest is
//! dropped as it is read. The pieces follow each other without a gap: together they are the whole script.

mod lines;
mod quotes;
mod words;

use std::io::{ErrorKind, Read};

pub(in crate::import::schema) use self::lines::direction;
use self::words::Shape;
use crate::import::schema::dialect::Dialect;

/// One statement as it stands in the script, with the white space and comments before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The text, or its first bytes where `whole` is false. Bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Where the text begins, in bytes of the script.
    pub offset: u64,
    /// How many bytes of the script it takes.
    pub length: u64,
    /// The line on which the text begins, counted from 1.
    pub line: u32,
    /// Whether `text` is everything, not just the beginning of rows or of something too long to hold.
    pub whole: bool,
}

/// How many bytes are read at once.
const CHUNK: usize = 64 * 1024;

/// The longest statement that is held whole. Definitions are shorter by far.
const LONGEST: usize = 2 * 1024 * 1024;

/// How much is kept of a statement that isn't held whole.
const KEPT: usize = 1024;

/// After how many quotes without an end the rest of a script is taken as it comes: each costs another reading.
const MOST_REWINDS: u32 = 64;

/// Iterates over the statements of a script.
pub(crate) struct Splitter<R> {
    input: R,
    dialect: Dialect,
    /// What was read and not yet given away.
    held: Vec<u8>,
    /// Where in the script `held` begins.
    base: u64,
    /// Where in `held` the statement begins, or what is left of it once it was cut.
    start: usize,
    /// Where in `held` scanning stands.
    at: usize,
    ended: bool,
    failure: Option<std::io::Error>,
    /// Where in the script the statement begins.
    offset: u64,
    /// The line on which the statement begins.
    line: u32,
    delimiter: Vec<u8>,
    rewinds: u32,
    /// Up to here a string was found to go on in good order, so that nobody asks again.
    trusted_until: u64,
    /// Whether scanning stands at the beginning of a line, outside quotes.
    fresh_line: bool,
    shape: Shape,
    cut: Option<Cut>,
}

/// What is remembered of a statement whose bytes were dropped.
struct Cut {
    head: Vec<u8>,
    length: u64,
    newlines: u32,
}

/// Whether the statement goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    End,
}

impl<R: Read> Splitter<R> {
    pub(crate) fn new(input: R, dialect: Dialect) -> Self {
        Self {
            input,
            dialect,
            held: Vec::new(),
            base: 0,
            start: 0,
            at: 0,
            ended: false,
            failure: None,
            offset: 0,
            line: 1,
            delimiter: b";".to_vec(),
            rewinds: 0,
            trusted_until: 0,
            fresh_line: true,
            shape: Shape::default(),
            cut: None,
        }
    }

    /// Why reading ended before the end of the script, if it did.
    pub(crate) fn failure(&self) -> Option<&std::io::Error> {
        self.failure.as_ref()
    }

    /// The byte `ahead` of where scanning stands.
    fn peek(&mut self, ahead: usize) -> Option<u8> {
        while self.at + ahead >= self.held.len() && self.fill() {}
        self.held.get(self.at + ahead).copied()
    }

    /// Up to `count` bytes from where scanning stands.
    fn ahead(&mut self, count: usize) -> &[u8] {
        while self.at + count > self.held.len() && self.fill() {}
        let end = self.held.len().min(self.at + count);
        &self.held[self.at..end]
    }

    fn absolute(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Reads more; false at the end. Moves what is held to the front, so only distances from `at` stay true.
    fn fill(&mut self) -> bool {
        if self.ended {
            return false;
        }
        self.cut_what_is_too_long();
        self.held.drain(..self.start);
        self.base += self.start as u64;
        self.at -= self.start;
        self.start = 0;
        let old = self.held.len();
        self.held.resize(old + CHUNK, 0);
        let count = loop {
            match self.input.read(&mut self.held[old..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failure = Some(error);
                    break 0;
                }
                Ok(count) => break count,
            }
        };
        self.held.truncate(old + count);
        self.ended = count == 0;
        !self.ended
    }

    fn cut_what_is_too_long(&mut self) {
        let limit = if self.shape.carries_rows() { CHUNK / 2 } else { LONGEST };
        let scanned = &self.held[self.start..self.at];
        if scanned.len() <= limit {
            return;
        }
        let cut = self.cut.get_or_insert_with(|| Cut {
            head: scanned[..KEPT.min(scanned.len())].to_vec(),
            length: 0,
            newlines: 0,
        });
        cut.length += scanned.len() as u64;
        cut.newlines = cut.newlines.saturating_add(newlines(scanned));
        self.start = self.at;
    }

    /// Scans one thing: a quote, a comment, a word, a sign.
    fn step(&mut self) -> Flow {
        if std::mem::take(&mut self.fresh_line) && self.line_begins() == Flow::End {
            return Flow::End;
        }
        let Some(byte) = self.peek(0) else { return Flow::End };
        if self.at_delimiter(byte) {
            return self.delimiter_ends();
        }
        match byte {
            b'\n' => {
                self.at += 1;
                self.fresh_line = true;
                return Flow::On;
            }
            b' ' | b'\t' | b'\r' => {
                self.at += 1;
                return Flow::On;
            }
            b'-' if self.peek(1) == Some(b'-') => return self.line_comment(),
            b'#' if self.dialect.hash_comments() => return self.line_comment(),
            b'/' if self.peek(1) == Some(b'*') => return self.block_comment(),
            b'*' if self.shape.conditional > 0 && self.peek(1) == Some(b'/') => {
                self.shape.conditional -= 1;
                self.at += 2;
                return Flow::On;
            }
            0xEF if self.absolute() == 0 && self.ahead(3) == b"\xEF\xBB\xBF" => {
                self.at += 3;
                self.fresh_line = true;
                return Flow::On;
            }
            _ => {}
        }
        self.shape.significant = true;
        match byte {
            b'\'' => self.string(b'\'', self.dialect.backslash_escapes()),
            b'"' => self.string(b'"', Some(self.dialect == Dialect::MySql)),
            b'`' => self.name(b'`'),
            b'[' if self.dialect == Dialect::SqlServer => self.name(b']'),
            b'$' if self.dialect.dollar_quotes() => self.dollar_quote(),
            b'\\' if self.ends_with_a_command() => return Flow::End,
            b'(' => {
                self.at += 1;
                self.shape.parens += 1;
            }
            b')' => {
                self.at += 1;
                self.shape.parens = self.shape.parens.saturating_sub(1);
            }
            _ if is_word_byte(byte) => self.word(),
            _ => self.at += 1,
        }
        Flow::On
    }

    fn at_delimiter(&mut self, byte: u8) -> bool {
        if self.delimiter.first() != Some(&byte) {
            return false;
        }
        let length = self.delimiter.len();
        self.ahead(length);
        self.held[self.at..].starts_with(&self.delimiter)
    }

    fn delimiter_ends(&mut self) -> Flow {
        self.at += self.delimiter.len();
        self.shape.significant = true;
        if self.delimiter == b";" && self.shape.is_open() {
            return Flow::On;
        }
        if self.shape.is_copy_from_stdin() {
            self.copied_rows();
        }
        Flow::End
    }

    fn line_comment(&mut self) -> Flow {
        while let Some(byte) = self.peek(0) {
            if byte == b'\n' {
                break;
            }
            self.at += 1;
        }
        Flow::On
    }

    /// What was scanned becomes a statement.
    fn take(&mut self) -> Statement {
        let rest = &self.held[self.start..self.at];
        let cut = self.cut.take();
        let whole = cut.is_none();
        let cut = cut.unwrap_or(Cut { head: Vec::new(), length: 0, newlines: 0 });
        let bytes = if whole { rest } else { &cut.head[..] };
        let statement = Statement {
            text: String::from_utf8_lossy(bytes).into_owned(),
            offset: self.offset,
            length: cut.length + rest.len() as u64,
            line: self.line,
            whole,
        };
        self.line = self.line.saturating_add(cut.newlines).saturating_add(newlines(rest));
        self.offset += statement.length;
        self.start = self.at;
        statement
    }
}

impl<R: Read> Iterator for Splitter<R> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        self.peek(0)?;
        self.shape = Shape::default();
        while self.step() == Flow::On {}
        Some(self.take())
    }
}

fn newlines(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|&&byte| byte == b'\n').count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'#' | 0x80..)
}

#[cfg(test)]
mod tests;
