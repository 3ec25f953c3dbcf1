//! What a statement may hide from the splitter: strings, quoted names, dollar quotes, comments, copied rows.
//!
//! A quote that never ends would swallow the rest of the script. Two things bring it back: at the end of the
//! script scanning goes back to just after such a quote and takes it for a stray sign; and a line inside a string
//! that begins like a statement is held against the next quote, which tells whether the string can still be open.

use std::io::Read;

use super::{Flow, MOST_REWINDS, Splitter, is_word_byte};

/// How far the next quote is looked for, to tell whether a string can still be open.
const FAR: usize = 64 * 1024;

impl<R: Read> Splitter<R> {
    /// Passes a string that begins here. `backslash`: whether `\` escapes; nothing where that must be guessed.
    pub(super) fn string(&mut self, close: u8, backslash: Option<bool>) {
        let opened = self.absolute();
        self.at += 1;
        loop {
            let rest = &self.held[self.at..];
            let next = rest.iter().position(|&b| b == close || b == b'\\' || b == b'\n');
            let Some(next) = next else {
                self.at = self.held.len();
                if self.fill() {
                    continue;
                }
                return self.go_back(opened);
            };
            self.at += next;
            let byte = self.held[self.at];
            match byte {
                b'\n' => {
                    self.at += 1;
                    if self.cannot_be_inside(close) {
                        self.fresh_line = true;
                        return;
                    }
                }
                b'\\' if close != b'\\' => self.backslash(close, backslash),
                _ if self.peek(1) == Some(close) => self.at += 2,
                _ => {
                    self.at += 1;
                    return;
                }
            }
        }
    }

    fn backslash(&mut self, close: u8, escapes: Option<bool>) {
        let escapes = escapes.unwrap_or_else(|| {
            // `'C:\', 1` ends a string; `'it\'s'` does not.
            self.peek(1) != Some(close)
                || !matches!(self.peek(2), None | Some(b',' | b')' | b';' | b' ' | b'\r' | b'\n'))
        });
        let length = if escapes && self.peek(1).is_some() { 2 } else { 1 };
        self.at += length;
    }

    /// Whether the line that begins here starts a statement although a string is thought open.
    fn cannot_be_inside(&mut self, close: u8) -> bool {
        if self.absolute() < self.trusted_until {
            return false;
        }
        let line = self.ahead(13).to_ascii_uppercase();
        let heads = [&b"CREATE TABLE "[..], b"INSERT INTO ", b"ALTER TABLE ", b"DROP TABLE "];
        if !heads.iter().any(|head| line.starts_with(head)) {
            return false;
        }
        let window = self.ahead(FAR);
        let Some(quote) = window.iter().position(|&byte| byte == close) else {
            return true;
        };
        let before = if quote == 0 { b' ' } else { window[quote - 1] };
        let mut after = window.get(quote + 1).copied();
        if after == Some(close) {
            after = window.get(quote + 2).copied();
            // An empty string: `DEFAULT ''`.
            if !after.is_some_and(is_word_byte) && matches!(before, b' ' | b'(' | b',' | b'=') {
                return true;
            }
        }
        let ends = after
            .is_none_or(|byte| matches!(byte, b',' | b')' | b';' | b' ' | b'\t' | b'\r' | b'\n'));
        let begins = matches!(before, b' ' | b'(' | b',' | b'=' | b'\t' | b'\n');
        if begins && !ends {
            return true;
        }
        self.trusted_until = self.absolute() + quote as u64;
        false
    }

    /// Takes the quote at `opened`, which has no end, for a stray sign, and scans on right after it.
    fn go_back(&mut self, opened: u64) {
        let first_held = self.base + self.start as u64;
        if opened >= first_held && self.rewinds < MOST_REWINDS {
            self.rewinds += 1;
            self.at = usize::try_from(opened - self.base).unwrap_or(self.at) + 1;
        }
    }

    /// Passes a quoted name, which ends with its line at the latest.
    pub(super) fn name(&mut self, close: u8) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            if byte == b'\n' {
                return;
            }
            self.at += 1;
            if byte == close {
                if self.peek(0) != Some(close) {
                    return;
                }
                self.at += 1;
            }
        }
    }

    /// Passes `$tag$ … $tag$`, or the `$` alone where it opens nothing.
    pub(super) fn dollar_quote(&mut self) {
        let mut length = 1;
        while self.peek(length).is_some_and(|byte| is_word_byte(byte) && length < 64) {
            length += 1;
        }
        let digit = self.peek(1).is_some_and(|byte| byte.is_ascii_digit());
        if self.peek(length) != Some(b'$') || digit {
            self.at += 1;
            return;
        }
        let tag = self.ahead(length + 1).to_vec();
        let opened = self.absolute();
        self.at += tag.len();
        loop {
            match self.held[self.at..].iter().position(|&byte| byte == b'$') {
                Some(next) => {
                    self.at += next;
                    if self.ahead(tag.len()) == tag {
                        self.at += tag.len();
                        return;
                    }
                    self.at += 1;
                }
                None => {
                    self.at = self.held.len();
                    if !self.fill() {
                        return self.go_back(opened);
                    }
                }
            }
        }
    }

    /// Passes a comment, or enters one that MySQL executes.
    pub(super) fn block_comment(&mut self) -> Flow {
        let opener = self.ahead(4);
        let executed = opener.starts_with(b"/*!") || opener.starts_with(b"/*M!");
        if executed && self.dialect.conditional_comments() {
            let mut length = 3;
            while self.peek(length).is_some_and(|byte| byte == b'!' || byte.is_ascii_digit()) {
                length += 1;
            }
            self.at += length;
            self.shape.conditional += 1;
            return Flow::On;
        }
        let opened = self.absolute();
        self.at += 2;
        let mut depth = 1_u32;
        while depth > 0 {
            let rest = &self.held[self.at..];
            let Some(next) = rest.iter().position(|&byte| byte == b'*' || byte == b'/') else {
                self.at = self.held.len();
                if self.fill() {
                    continue;
                }
                self.go_back(opened);
                break;
            };
            self.at += next;
            match (self.held[self.at], self.peek(1)) {
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                }
                (b'/', Some(b'*')) if self.dialect.nests_comments() => {
                    depth += 1;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        Flow::On
    }

    /// Passes the rows after `COPY … FROM stdin;`, up to and with the line `\.`.
    pub(super) fn copied_rows(&mut self) {
        loop {
            match self.held[self.at..].iter().position(|&byte| byte == b'\n') {
                None => {
                    self.at = self.held.len();
                    if !self.fill() {
                        return;
                    }
                }
                Some(next) => {
                    self.at += next + 1;
                    if self.ahead(2) == b"\\." {
                        self.pass_line();
                        return;
                    }
                }
            }
        }
    }
}
