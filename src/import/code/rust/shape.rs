//! What can be said about a Rust text without parsing it: its lines of code, and whether it is safe to parse.

/// What can be said about a text without parsing it.
#[derive(Default)]
pub(super) struct Shape {
    /// Lines with more than blanks and comments.
    pub(super) code_lines: u32,
    /// How deep brackets are nested, at most.
    pub(super) deepest: u32,
    /// How many operators stand in one statement, at most.
    pub(super) longest: u32,
    /// The line where either is worst.
    pub(super) line: u32,
}

impl Shape {
    pub(super) fn of(text: &str) -> Self {
        let mut shape = Self::default();
        let mut scan = Scan { rest: text.as_bytes(), line: 1, code_on_line: false };
        let (mut depth, mut length) = (0_u32, 0_u32);
        while let Some(sign) = scan.next_sign(&mut shape.code_lines) {
            match sign {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            match sign {
                b';' | b'{' | b'}' | b',' => length = 0,
                b'.' | b'+' | b'-' | b'*' | b'/' | b'&' | b'|' | b'!' | b'<' | b'=' | b'?'
                | b'(' | b'[' => {
                    length += 1;
                }
                _ => {}
            }
            if depth > shape.deepest || length > shape.longest.max(super::LONG) {
                shape.line = scan.line;
            }
            shape.deepest = shape.deepest.max(depth);
            shape.longest = shape.longest.max(length);
        }
        shape
    }
}

/// Walks over a text, skipping comments, strings and characters.
struct Scan<'t> {
    rest: &'t [u8],
    line: u32,
    code_on_line: bool,
}

impl Scan<'_> {
    /// The next byte of code; counts the lines that have any.
    fn next_sign(&mut self, code_lines: &mut u32) -> Option<u8> {
        loop {
            let byte = *self.rest.first()?;
            match byte {
                b'\n' => {
                    self.line += 1;
                    self.code_on_line = false;
                    self.rest = &self.rest[1..];
                    continue;
                }
                _ if byte.is_ascii_whitespace() => {
                    self.rest = &self.rest[1..];
                    continue;
                }
                b'/' if self.rest.starts_with(b"//") => {
                    let end = self.rest.iter().position(|b| *b == b'\n').unwrap_or(self.rest.len());
                    self.rest = &self.rest[end..];
                    continue;
                }
                b'/' if self.rest.starts_with(b"/*") => {
                    self.block_comment();
                    continue;
                }
                _ => {}
            }
            if !self.code_on_line {
                self.code_on_line = true;
                *code_lines += 1;
            }
            let length = self.token_length();
            self.skip_code(length, code_lines);
            return Some(byte);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_u32;
        while let Some(byte) = self.rest.first() {
            let length = if self.rest.starts_with(b"/*") {
                depth += 1;
                2
            } else if self.rest.starts_with(b"*/") {
                depth -= 1;
                2
            } else {
                if *byte == b'\n' {
                    self.line += 1;
                    self.code_on_line = false;
                }
                1
            };
            self.rest = &self.rest[length..];
            if depth == 0 {
                return;
            }
        }
    }

    /// How many bytes the string, character or sign at the front has.
    fn token_length(&self) -> usize {
        let rest = self.rest;
        match rest[0] {
            b'"' => quoted(rest, 0),
            b'r' | b'b' | b'c' => {
                let prefix =
                    rest.iter().take(2).take_while(|b| matches!(b, b'r' | b'b' | b'c')).count();
                let hashes = rest[prefix..].iter().take_while(|b| **b == b'#').count();
                match rest.get(prefix + hashes) {
                    Some(b'"') if rest[..prefix].contains(&b'r') => {
                        raw(rest, prefix + hashes, hashes)
                    }
                    Some(b'"') if hashes == 0 => quoted(rest, prefix),
                    _ => word(rest),
                }
            }
            b'\'' => match rest {
                [_, b'\\', ..] => {
                    let end = rest.iter().skip(3).position(|b| *b == b'\'');
                    end.map_or(1, |end| end + 4)
                }
                [_, _, b'\'', ..] => 3,
                _ => 1,
            },
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => word(rest),
            _ => 1,
        }
    }

    fn skip_code(&mut self, length: usize, code_lines: &mut u32) {
        let (token, rest) = self.rest.split_at(length.clamp(1, self.rest.len()));
        let breaks =
            u32::try_from(token.iter().filter(|b| **b == b'\n').count()).unwrap_or(u32::MAX);
        let blank =
            token.split(|b| *b == b'\n').skip(1).filter(|row| row.trim_ascii().is_empty()).count();
        self.line = self.line.saturating_add(breaks);
        *code_lines += breaks.saturating_sub(u32::try_from(blank).unwrap_or(0));
        self.rest = rest;
    }
}

fn quoted(rest: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw(rest: &[u8], quote: usize, hashes: usize) -> usize {
    let mut at = quote + 1;
    while at < rest.len() {
        if rest[at] == b'"'
            && rest[at + 1..].iter().take(hashes).filter(|b| **b == b'#').count() == hashes
        {
            return at + 1 + hashes;
        }
        at += 1;
    }
    rest.len()
}

fn word(rest: &[u8]) -> usize {
    rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count().max(1)
}
