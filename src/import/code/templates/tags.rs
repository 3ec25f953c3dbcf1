//! Tags and expressions of templates that are written like Django's, Jinja's and Twig's: `{% … %}` and `{{ … }}`.

use super::lines_between;
use crate::import::code::outline::{Arg, Expr, ExprKind};

/// What stands in the tags of a template: each tag as a call of its first word with its words and texts, each
/// function as a call, each filter as a call of `|` and its name, other texts as they are.
pub(super) fn expressions(text: &str) -> Vec<Expr> {
    let mut found = Vec::new();
    let mut at = 0;
    let (mut line, mut counted) = (1, 0);
    while let Some(open) = text[at..].find('{').map(|open| open + at) {
        let rest = &text[open..];
        let (close, is_tag) = match rest.as_bytes().get(1) {
            Some(b'%') => ("%}", true),
            Some(b'{') => ("}}", false),
            Some(b'#') => {
                at = end_of(text, open, "#}");
                continue;
            }
            _ => {
                at = open + 1;
                continue;
            }
        };
        let end = end_of(text, open, close);
        let inner = text[open + 2..end].strip_suffix(close).unwrap_or(&text[open + 2..end]);
        let inner = inner.trim_start_matches(['-', '+', '~']);
        line += lines_between(text, counted, open);
        counted = open;
        let words = tokens(inner);
        let name = match words.first() {
            Some(Token::Word(word)) if is_tag => *word,
            _ => "",
        };
        // What stands within is text about templates, not part of this one.
        if let Some(stop) = verbatim(name) {
            at = text[end..].find(stop).map_or(text.len(), |found| end + found + stop.len());
            continue;
        }
        if name.is_empty() {
            calls(&words, line, &mut found);
        } else {
            found.push(tag(name, &words[1..], line));
            calls(&words[1..], line, &mut found);
        }
        at = end;
    }
    found
}

/// Where a tag ends, its closing marks included.
fn end_of(text: &str, open: usize, close: &str) -> usize {
    text[open + 2..].find(close).map_or(text.len(), |at| open + 2 + at + close.len())
}

fn verbatim(name: &str) -> Option<&'static str> {
    match name {
        "verbatim" => Some("endverbatim"),
        "raw" => Some("endraw"),
        "comment" => Some("endcomment"),
        _ => None,
    }
}

enum Token<'t> {
    /// A name with its dots.
    Word(&'t str),
    Text(&'t str),
    Mark(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                let inner = &rest[1..];
                let length = closing(inner, first);
                found.push(Token::Text(&inner[..length]));
                (length + 2).min(rest.len())
            }
            _ if first.is_alphabetic() || first == '_' => {
                let part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
                let length = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
                found.push(Token::Word(&rest[..length]));
                length
            }
            _ => {
                if !first.is_whitespace() {
                    found.push(Token::Mark(first));
                }
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    found
}

/// Where a text that begins after a quote ends.
fn closing(inner: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at,
            _ => {}
        }
    }
    inner.len()
}

fn text(value: &str, line: u32) -> Expr {
    Expr::new(ExprKind::Text(value.replace("\\\\", "\\")), line)
}

fn call(name: &str, args: Vec<Expr>, line: u32) -> Expr {
    let callee = Box::new(Expr::new(ExprKind::Name(name.to_owned()), line));
    let args = args.into_iter().map(|value| Arg { name: None, value }).collect();
    Expr::new(ExprKind::Call { callee, args }, line)
}

/// A tag with the words and texts that stand in it, as far as they are not arguments of a function.
fn tag(name: &str, words: &[Token<'_>], line: u32) -> Expr {
    let args = words.iter().filter_map(|token| match token {
        Token::Word(word) => Some(Expr::new(ExprKind::Name((*word).to_owned()), line)),
        Token::Text(value) => Some(text(value, line)),
        Token::Mark(_) => None,
    });
    call(name, args.collect(), line)
}

/// Functions with the texts that are their first arguments, filters, and texts that stand for themselves.
fn calls(words: &[Token<'_>], line: u32, found: &mut Vec<Expr>) {
    for (at, token) in words.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &words[at]);
        match (token, words.get(at + 1)) {
            (Token::Word(name), Some(Token::Mark('('))) => {
                let args = match words.get(at + 2) {
                    Some(Token::Text(value)) => vec![text(value, line)],
                    _ => Vec::new(),
                };
                found.push(call(name, args, line));
            }
            (Token::Word(name), _) if matches!(before, Some(Token::Mark('|'))) => {
                found.push(call(&format!("|{name}"), Vec::new(), line));
            }
            (Token::Text(value), _) => found.push(text(value, line)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(template: &str, expected: &[&str]) {
        let said = |expr: &Expr| match &expr.kind {
            ExprKind::Call { callee, args } => {
                let args = args.iter().map(|arg| match &arg.value.kind {
                    ExprKind::Text(text) => format!("'{text}'"),
                    _ => arg.value.dotted().unwrap_or_default(),
                });
                let args: Vec<String> = args.collect();
                let callee = callee.dotted().unwrap_or_default();
                format!("{}:{callee}({})", expr.line, args.join(" "))
            }
            ExprKind::Text(text) => format!("{}:'{text}'", expr.line),
            _ => String::new(),
        };
        let found: Vec<String> = expressions(template).iter().map(said).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tags_are_calls_of_their_first_word() {
        check("a\n{% extends \"b.html\" %}", &["2:extends('b.html')", "2:'b.html'"]);
        check("{%- load a b.c -%}", &["1:load(a b.c)"]);
        check("{# {% x %} #}{% verbatim %}{% y %}{% endverbatim %}", &[]);
    }

    #[test]
    fn functions_and_filters_stand_for_themselves() {
        check("{{ path('a', {b: 1}) }}", &["1:path('a')", "1:'a'"]);
        check("{{ a.b|money }}", &["1:|money()"]);
        check("{{ open", &[]);
    }
}
