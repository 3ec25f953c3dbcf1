//! What the words of a statement say about where it ends: rows to pass over, and bodies with `;` in them.

use std::io::Read;

use super::{Splitter, is_word_byte};
use crate::import::schema::dialect::Dialect;

/// How many words of a statement are remembered.
const REMEMBERED: usize = 8;

/// The longest word that can mean anything here.
const LONGEST_WORD: usize = 24;

/// What is known so far of the statement that is being scanned.
#[derive(Default)]
pub(super) struct Shape {
    /// The first words, in upper case.
    words: Vec<String>,
    /// Whether anything but white space and comments was seen.
    pub significant: bool,
    pub parens: u32,
    /// How many executed comments are open.
    pub conditional: u32,
    /// How many `BEGIN … END` and `CASE … END` are open.
    blocks: u32,
    /// Whether a routine was announced whose `BEGIN` is still to come, after declarations with `;`.
    awaits_body: bool,
    /// Whether `BEGIN` means a block here.
    has_blocks: bool,
    from_stdin: bool,
}

impl Shape {
    fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Whether the statement is about rows, not about tables.
    pub(super) fn carries_rows(&self) -> bool {
        matches!(self.first(), "INSERT" | "REPLACE" | "COPY" | "MERGE" | "UPDATE" | "DELETE")
    }

    /// Whether `;` is inside the statement.
    pub(super) fn is_open(&self) -> bool {
        self.blocks > 0 || self.awaits_body
    }

    pub(super) fn is_copy_from_stdin(&self) -> bool {
        self.first() == "COPY" && self.from_stdin
    }

    /// Whether the next statement may begin on a new line although this one has no `;`.
    pub(super) fn may_lack_an_end(&self) -> bool {
        let rule = self.words.iter().take(4).any(|word| word == "RULE");
        !self.has_blocks
            && !rule
            && matches!(
                self.first(),
                "CREATE"
                    | "ALTER"
                    | "DROP"
                    | "INSERT"
                    | "SET"
                    | "USE"
                    | "PRINT"
                    | "DELETE"
                    | "UPDATE"
                    | "TRUNCATE"
                    | "GRANT"
            )
    }

    fn is_routine(&self) -> bool {
        const KINDS: [&str; 10] = [
            "TABLE",
            "VIEW",
            "INDEX",
            "TRIGGER",
            "PROCEDURE",
            "PROC",
            "FUNCTION",
            "EVENT",
            "PACKAGE",
            "BODY",
        ];
        matches!(self.first(), "CREATE" | "ALTER")
            && self.words[1..]
                .iter()
                .find(|word| KINDS.contains(&word.as_str()))
                .is_some_and(|kind| !matches!(kind.as_str(), "TABLE" | "VIEW" | "INDEX"))
    }
}

impl<R: Read> Splitter<R> {
    /// Passes a word and draws conclusions from it.
    pub(super) fn word(&mut self) {
        let mut length = 1;
        while self.peek(length).is_some_and(|byte| is_word_byte(byte) || byte == b'$') {
            length += 1;
        }
        let shown = self.ahead(length.min(LONGEST_WORD));
        let upper = String::from_utf8_lossy(shown).to_ascii_uppercase();
        let quote_follows = self.peek(length) == Some(b'\'');
        self.at += length;
        if quote_follows && upper == "E" {
            self.string(b'\'', Some(true));
            return;
        }
        if self.shape.words.len() < REMEMBERED {
            self.shape.words.push(upper.clone());
            self.head_word(&upper);
        }
        if self.shape.first() == "COPY" && upper == "STDIN" {
            self.shape.from_stdin = true;
        }
        if self.shape.has_blocks {
            self.block_word(&upper);
        }
    }

    /// What the first words announce.
    fn head_word(&mut self, word: &str) {
        if self.shape.words.len() > 1 {
            self.shape.has_blocks |= self.shape.is_routine();
            return;
        }
        match word {
            "BEGIN" => self.shape.has_blocks = !self.begins_transaction(),
            "DECLARE" if self.dialect != Dialect::PostgreSql => {
                let variable = self.next_sign() == Some(b'@');
                self.shape.has_blocks = !variable;
                self.shape.awaits_body = !variable;
            }
            "IF" | "WHILE" => self.shape.has_blocks = true,
            _ => {}
        }
    }

    fn block_word(&mut self, word: &str) {
        match word {
            "BEGIN" if !self.begins_transaction() || self.shape.awaits_body => {
                self.shape.blocks += 1;
                self.shape.awaits_body = false;
            }
            "CASE" => self.shape.blocks += 1,
            "END" => self.block_ends(),
            "IS" | "AS" if self.shape.blocks == 0 && self.shape.parens == 0 => self.body_follows(),
            _ => {}
        }
    }

    fn block_ends(&mut self) {
        let next = self.next_word();
        if matches!(next.as_str(), "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR") {
            return;
        }
        self.shape.blocks = self.shape.blocks.saturating_sub(1);
        if next == "CASE" {
            let spaces = self.spaces();
            self.at += spaces + next.len();
        }
    }

    /// `AS` or `IS` in the head of a routine: whether declarations with `;` come before its `BEGIN`.
    fn body_follows(&mut self) {
        let possible =
            matches!(self.dialect, Dialect::Oracle | Dialect::SqlServer | Dialect::Unknown);
        let trigger = self.shape.words.iter().any(|word| word == "TRIGGER");
        let quoted = matches!(self.next_sign(), Some(b'\'' | b'$' | b'"'));
        if !possible || quoted || (trigger && self.dialect != Dialect::SqlServer) {
            return;
        }
        if self.shape.words.iter().any(|word| word == "PACKAGE") {
            self.shape.blocks = 1;
        } else {
            self.shape.awaits_body = true;
        }
    }

    /// Whether the `BEGIN` just passed begins a transaction, not a block.
    fn begins_transaction(&mut self) -> bool {
        matches!(self.next_sign(), None | Some(b';'))
            || matches!(
                self.next_word().as_str(),
                "TRANSACTION"
                    | "TRAN"
                    | "WORK"
                    | "DEFERRED"
                    | "IMMEDIATE"
                    | "EXCLUSIVE"
                    | "CONCURRENT"
                    | "ISOLATION"
                    | "READ"
            )
    }

    fn spaces(&mut self) -> usize {
        let mut count = 0;
        while count < 256 && self.peek(count).is_some_and(|byte| byte.is_ascii_whitespace()) {
            count += 1;
        }
        count
    }

    fn next_sign(&mut self) -> Option<u8> {
        let spaces = self.spaces();
        self.peek(spaces)
    }

    fn next_word(&mut self) -> String {
        let spaces = self.spaces();
        let mut word = String::new();
        while let Some(byte) = self.peek(spaces + word.len()) {
            if !byte.is_ascii_alphabetic() || word.len() == LONGEST_WORD {
                break;
            }
            word.push(char::from(byte.to_ascii_uppercase()));
        }
        word
    }
}
