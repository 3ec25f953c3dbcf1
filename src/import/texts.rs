//! Reading text files as people left them: byte order marks, other encodings, line ends, and files that are no text.

use std::{fs, path::Path};

use crate::facts::{Place, Warning};

/// Reads a file below `root` as text with lines that end in `\n`. What is not readable becomes a warning; bytes that
/// are no UTF-8 are replaced, and that is said too.
pub(super) fn read(root: &Path, path: &str, warnings: &mut Vec<Warning>) -> Option<String> {
    let place = || Place::new(path, 0);
    let bytes = match fs::read(root.join(path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            warnings.push(Warning::new(place(), message, "check who may read it"));
            return None;
        }
    };
    match decode(&bytes) {
        Decoded::Text(text) => Some(text),
        Decoded::Repaired(text) => {
            let hint = "save it as UTF-8; what could be read was read";
            warnings.push(Warning::new(place(), "contains bytes that are no UTF-8", hint));
            Some(text)
        }
        Decoded::Binary => {
            let hint = "it is left out; rename it if it is no source";
            warnings.push(Warning::new(place(), "is no text, whatever its name says", hint));
            None
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Decoded {
    Text(String),
    Repaired(String),
    Binary,
}

fn decode(bytes: &[u8]) -> Decoded {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        Decoded::Text(lines(&String::from_utf16_lossy(&units)))
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return wide(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().take(8_000).any(|byte| *byte == 0) {
        return Decoded::Binary;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded::Text(lines(text)),
        Err(_) => Decoded::Repaired(lines(&String::from_utf8_lossy(bytes))),
    }
}

fn lines(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn text_is_read_as_people_left_it() {
        assert_eq!(decode(b"\xEF\xBB\xBFa\r\nb"), Decoded::Text("a\nb".to_owned()));
        assert_eq!(decode(b"\xFF\xFEa\0b\0"), Decoded::Text("ab".to_owned()));
        assert_eq!(decode(b"caf\xE9"), Decoded::Repaired("caf\u{FFFD}".to_owned()));
        assert_eq!(decode(b"\xCA\xFE\xBA\xBE\0\0\0\x34"), Decoded::Binary);
    }
}
