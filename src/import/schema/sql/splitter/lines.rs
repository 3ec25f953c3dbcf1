//! What the beginning of a line says to the splitter: commands of clients, and statements nobody ended.

use std::io::Read;

use super::{Flow, Splitter};
use crate::import::schema::dialect::Dialect;

/// How much of a line is looked at.
const LOOK: usize = 120;

impl<R: Read> Splitter<R> {
    /// Looks at the line that begins here, outside quotes.
    pub(super) fn line_begins(&mut self) -> Flow {
        let window = self.ahead(LOOK);
        let line = window.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let cut_short = line.len() == LOOK;
        let text = line.trim_ascii();
        // Most lines begin with nothing of interest.
        let Some(first) = text.first().map(u8::to_ascii_uppercase) else { return Flow::On };
        if !matches!(first, b'G' | b'/' | b'\\' | b'D' | b'C' | b'A' | b'I' | b'-' | b'#') {
            return Flow::On;
        }
        let indented = line.first().is_some_and(u8::is_ascii_whitespace);
        let text = text.to_vec();
        if first == b'-' || first == b'#' {
            return self.comment_line(&text);
        }
        if !self.shape.significant && self.client_command(&text) {
            return Flow::End;
        }
        if self.delimiter != b";" {
            return Flow::On;
        }
        if !cut_short && self.is_batch_end(&text) {
            self.shape.significant = true;
            self.pass_line();
            return Flow::End;
        }
        if self.shape.significant && self.starts_another_statement(&text, indented) {
            self.fresh_line = true;
            return Flow::End;
        }
        Flow::On
    }

    /// A comment in which a migration tool says that the other direction begins ends what stands before it.
    fn comment_line(&mut self, text: &[u8]) -> Flow {
        let marker = is_marker(&String::from_utf8_lossy(text));
        if marker && self.shape.significant && self.delimiter == b";" {
            self.fresh_line = true;
            return Flow::End;
        }
        if text[0] == b'#' {
            self.line_comment();
        }
        Flow::On
    }

    /// `DELIMITER x` and psql's `\command` take a line each.
    fn client_command(&mut self, text: &[u8]) -> bool {
        let upper = text[..text.len().min(10)].to_ascii_uppercase();
        if upper.starts_with(b"DELIMITER ") || upper.starts_with(b"DELIMITER\t") {
            let word = text[10..].trim_ascii();
            let word = word.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
            if !word.is_empty() && word.len() <= 16 {
                self.delimiter = word.to_vec();
            }
            self.pass_line();
            return true;
        }
        let psql = matches!(self.dialect, Dialect::PostgreSql | Dialect::Unknown);
        let command = text.get(1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'.');
        if psql && text[0] == b'\\' && command {
            self.pass_line();
            return true;
        }
        false
    }

    /// psql's `\g` and `\gexec` end a statement in the midst of a line.
    pub(super) fn ends_with_a_command(&mut self) -> bool {
        let psql = matches!(self.dialect, Dialect::PostgreSql | Dialect::Unknown);
        if psql && self.peek(1) == Some(b'g') && self.shape.parens == 0 {
            self.pass_line();
            return true;
        }
        false
    }

    /// SQL Server's `GO` and Oracle's `/`, each alone in its line.
    fn is_batch_end(&self, text: &[u8]) -> bool {
        if text == b"/" {
            return self.dialect == Dialect::Oracle || self.shape.is_open();
        }
        if !matches!(self.dialect, Dialect::SqlServer | Dialect::Unknown) {
            return false;
        }
        let upper = text.to_ascii_uppercase();
        let Some(rest) = upper.strip_prefix(b"GO") else { return false };
        rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b';') || byte.is_ascii_digit())
            && rest.first().is_none_or(|byte| !byte.is_ascii_digit())
            && (self.dialect == Dialect::SqlServer || self.shape.parens == 0)
    }

    /// Whether the line starts a statement although the one before has no end: SQL Server needs none, and
    /// people forget it.
    fn starts_another_statement(&self, text: &[u8], indented: bool) -> bool {
        let mut words = text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let first = words.next().unwrap_or_default().to_ascii_uppercase();
        let second = words.next().unwrap_or_default().to_ascii_uppercase();
        let starts = match first.as_slice() {
            b"CREATE" => !second.is_empty(),
            b"ALTER" | b"DROP" => second == b"TABLE",
            b"INSERT" => second == b"INTO",
            _ => false,
        };
        if !starts || self.shape.conditional > 0 {
            return false;
        }
        if self.shape.is_open() {
            let temporary = text.get(13).is_some_and(|byte| matches!(byte, b'#' | b'@'));
            return !indented && first == b"CREATE" && second == b"TABLE" && !temporary;
        }
        if self.shape.parens > 0 {
            return !indented && second == b"TABLE";
        }
        self.shape.may_lack_an_end()
    }

    /// Scans to the end of the line, and over it.
    pub(super) fn pass_line(&mut self) {
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            if byte == b'\n' {
                self.fresh_line = true;
                return;
            }
        }
    }
}

/// Whether a comment is one by which a migration tool tells its two directions apart.
pub(crate) fn is_marker(comment: &str) -> bool {
    direction(comment).is_some()
}

/// Whether a comment begins what a migration does (true) or what takes it back (false).
pub(in crate::import::schema) fn direction(comment: &str) -> Option<bool> {
    let lower = comment.trim_start_matches(['-', '#', ' ', '\t']).to_ascii_lowercase();
    let words: Vec<&str> = lower.split_whitespace().take(3).collect();
    match words.as_slice() {
        ["migrate:up", ..] | ["+goose" | "+migrate", "up", ..] | ["!ups", ..] => Some(true),
        ["up", "migration", ..] | ["rambler", "up", ..] => Some(true),
        ["migrate:down", ..] | ["+goose" | "+migrate", "down", ..] | ["!downs", ..] => Some(false),
        ["down", "migration", ..] | ["rambler", "down", ..] | ["//@undo", ..] => Some(false),
        _ => None,
    }
}
