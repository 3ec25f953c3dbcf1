//! Texts as programs put them together: operands of `+` and values between braces become one text with `?` in it.

use rustc_hash::FxHashMap;

use super::outline::{Expr, ExprKind};

/// Joins parts into one text, each that is no constant as `?`; the parts that are no text follow it. Where no part
/// is a text, nothing is known of the sum.
#[must_use]
pub fn joined(parts: Vec<Expr>, constants: &FxHashMap<String, String>) -> ExprKind {
    if !parts.iter().any(holds_text) {
        return ExprKind::Other(parts);
    }
    let line = parts.first().map_or(0, |part| part.line);
    let mut text = String::new();
    let mut others = Vec::new();
    for part in parts {
        let inner = match part.kind {
            ExprKind::Same(inner) => *inner,
            kind => Expr::new(kind, part.line),
        };
        match inner.kind {
            ExprKind::Text(own) => text.push_str(&own),
            ExprKind::Other(mut own) if starts_with_text(&own) => {
                if let ExprKind::Text(own) = own.remove(0).kind {
                    text.push_str(&own);
                }
                others.extend(own);
            }
            kind => {
                text.push_str(constant(&kind, constants).unwrap_or("?"));
                others.push(Expr::new(kind, inner.line));
            }
        }
    }
    if others.is_empty() {
        return ExprKind::Text(text);
    }
    others.insert(0, Expr::new(ExprKind::Text(text), line));
    ExprKind::Other(others)
}

fn constant<'a>(kind: &ExprKind, constants: &'a FxHashMap<String, String>) -> Option<&'a str> {
    let name = match kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name,
        _ => return None,
    };
    constants.get(name).map(String::as_str)
}

fn holds_text(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Text(_) => true,
        ExprKind::Same(inner) => holds_text(inner),
        ExprKind::Other(parts) => starts_with_text(parts),
        _ => false,
    }
}

fn starts_with_text(parts: &[Expr]) -> bool {
    matches!(parts.first(), Some(Expr { kind: ExprKind::Text(_), .. }))
}

/// A text of several lines without the first, empty one, and without the indentation that all of them share.
#[must_use]
pub fn unindented(block: &str) -> String {
    let body = block.split_once('\n').map_or(block, |(_, body)| body);
    let indent = body
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    body.lines().map(|line| line.get(indent..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// A text with `\n` and its like as what they stand for.
#[must_use]
pub fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('s') => out.push(' '),
            Some('\n') | None => {}
            Some(other) => out.push(other),
        }
    }
    out
}
