//! Parts of statements that stand alone in programs: what follows `SELECT` in one function and is put after it in
//! another.
//!
//! Prose has `from` and `join` too. A part of a statement is told from it by the short name that it gives to a table
//! and then uses: `from orders o where o.state = 1`.

use super::scan::is_reserved;

/// A part longer than this is a document.
const LONGEST: usize = 20_000;

/// The statement that a part may be read as, if it names a table by a short name and uses that.
pub(super) fn completed(text: &str) -> Option<String> {
    let (start, alias) = opening(text)?;
    uses(text, &alias).then(|| complete(text, start))
}

/// The same for a part that only opens a statement, `from orders o`, among other texts that use the short name.
pub(crate) fn completed_among(text: &str, others: &str) -> Option<String> {
    let (start, alias) = opening(text)?;
    let begins = text[..start].trim().is_empty();
    (begins && uses(others, &alias)).then(|| complete(text, start))
}

/// Whether a text may begin with the clause that names tables.
pub(crate) fn may_open(text: &str) -> bool {
    opening(text).is_some_and(|(start, _)| text[..start].trim().is_empty())
}

fn complete(text: &str, start: usize) -> String {
    let rest = &text[start..];
    let is_from = rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("from"));
    if is_from { format!("SELECT 1 {rest}") } else { format!("SELECT 1 FROM ? {rest}") }
}

/// Where the first `FROM` or `JOIN` with a table and a short name begins, and that name.
fn opening(text: &str) -> Option<(usize, String)> {
    if text.len() > LONGEST || text.len() < 8 {
        return None;
    }
    let words = words(text);
    let first = words.iter().position(|(_, word)| is_key(word))?;
    let name = words.get(first + 1)?.1;
    let mut next = first + 2;
    if words.get(next).is_some_and(|(_, word)| word.eq_ignore_ascii_case("as")) {
        next += 1;
    }
    let alias = words.get(next)?.1.trim_end_matches(',');
    let is_name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let is_table = name
        .split('.')
        .all(|part| is_name(part.trim_matches(['`', '"', '[', ']'])) && !is_reserved(part));
    if !is_table || !is_name(alias) || is_reserved(alias) {
        return None;
    }
    let mut begin = first;
    while begin > 0 && is_kind_of_join(words[begin - 1].1) && !is_from(words[first].1) {
        begin -= 1;
    }
    Some((words[begin].0, alias.to_owned()))
}

fn is_from(word: &str) -> bool {
    word.eq_ignore_ascii_case("from")
}

fn is_key(word: &str) -> bool {
    is_from(word) || word.eq_ignore_ascii_case("join")
}

fn is_kind_of_join(word: &str) -> bool {
    ["left", "right", "inner", "outer", "full", "cross"]
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind))
}

/// Words with the places where they begin, up to the first that names a table and a little further.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut after_key = 0;
    for word in text.split_whitespace() {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        if after_key > 0 || is_key(word) {
            after_key += 1;
        }
        found.push((at, word));
        if after_key > 4 {
            break;
        }
    }
    found
}

/// Whether a text has `alias.` before a name.
fn uses(text: &str, alias: &str) -> bool {
    let bytes = text.as_bytes();
    text.match_indices(alias).any(|(at, _)| {
        let end = at + alias.len();
        let free = at == 0 || {
            let before = bytes[at - 1];
            !before.is_ascii_alphanumeric() && !matches!(before, b'_' | b'.')
        };
        free && bytes.get(end) == Some(&b'.')
            && bytes.get(end + 1).is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_')
    })
}
