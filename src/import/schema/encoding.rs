//! Scripts as UTF-8, whatever they were saved as: SQL Server's tools write UTF-16.

use std::io::{self, Read};

/// The bytes of a script; UTF-16 with a byte order mark becomes UTF-8, anything else goes through unchanged.
pub(crate) fn as_utf8(mut input: impl Read) -> io::Result<impl Read> {
    let mut mark = [0; 2];
    let mut known = 0;
    while known < mark.len() {
        match input.read(&mut mark[known..])? {
            0 => break,
            count => known += count,
        }
    }
    let order = match mark {
        [0xFF, 0xFE] => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        [0xFE, 0xFF] => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    let first = if order.is_some() { Vec::new() } else { mark[..known].to_vec() };
    Ok(Utf8 {
        first: io::Cursor::new(first),
        input,
        order,
        half: None,
        high: None,
        ready: Vec::new(),
    })
}

struct Utf8<R> {
    /// What was read to look for a mark and is no mark.
    first: io::Cursor<Vec<u8>>,
    input: R,
    order: Option<fn([u8; 2]) -> u16>,
    /// The first byte of a unit whose second was not read yet.
    half: Option<u8>,
    /// The first unit of a pair.
    high: Option<u16>,
    /// What is translated and was not given out.
    ready: Vec<u8>,
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.first.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        let Some(order) = self.order else { return self.input.read(buffer) };
        while self.ready.is_empty() {
            let mut raw = [0; 8192];
            let count = self.input.read(&mut raw)?;
            if count == 0 {
                return Ok(0);
            }
            self.translate(&raw[..count], order);
        }
        let count = self.ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.ready[..count]);
        self.ready.drain(..count);
        Ok(count)
    }
}

impl<R> Utf8<R> {
    fn translate(&mut self, raw: &[u8], order: fn([u8; 2]) -> u16) {
        for &byte in raw {
            let Some(first) = self.half.take() else {
                self.half = Some(byte);
                continue;
            };
            let unit = order([first, byte]);
            let units: Vec<u16> = self.high.take().into_iter().chain([unit]).collect();
            if units.len() == 1 && (0xD800..0xDC00).contains(&unit) {
                self.high = Some(unit);
                continue;
            }
            for c in char::decode_utf16(units) {
                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.ready.extend(c.encode_utf8(&mut [0; 4]).bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: &str) {
        let mut text = String::new();
        as_utf8(bytes).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, expect);
    }

    #[test]
    fn both_orders_of_utf16_are_read_and_the_rest_is_left_alone() {
        let units: Vec<u16> = "aé😀".encode_utf16().collect();
        let little = units.iter().flat_map(|unit| unit.to_le_bytes());
        let big = units.iter().flat_map(|unit| unit.to_be_bytes());
        check(&[0xFF, 0xFE].into_iter().chain(little).collect::<Vec<u8>>(), "aé😀");
        check(&[0xFE, 0xFF].into_iter().chain(big).collect::<Vec<u8>>(), "aé😀");
        check("aé".as_bytes(), "aé");
        check(b"", "");
        check(b"a", "a");
    }
}
