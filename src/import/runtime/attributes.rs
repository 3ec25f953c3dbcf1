//! What the attributes of a span say, by the names they have today and those they had.

use super::spans::{SpanKind, ToldSpan};

/// Enters one attribute or tag. Names are those of OpenTelemetry's semantic conventions from 1.0 on, and of
/// OpenTracing before them; the newer name wins where both are there.
pub(super) fn enter(span: &mut ToldSpan, key: &str, value: String) {
    match key {
        "code.file.path" => span.code.file = value,
        "code.filepath" => or(&mut span.code.file, value),
        "code.namespace" => span.code.namespace = value,
        "code.function.name" => span.code.function = value,
        "code.function" => or(&mut span.code.function, value),
        "http.route" => span.route = value,
        "http.request.method" => span.method = value,
        "http.method" => or(&mut span.method, value),
        "url.path" => span.path = value,
        "http.target" => or(&mut span.path, value),
        "url.full" | "http.url" => or(&mut span.path, path_of(&value).to_owned()),
        "messaging.destination.name" => span.destination = value,
        "messaging.destination" | "message_bus.destination" => or(&mut span.destination, value),
        "db.query.text" => span.statement = value,
        "db.statement" | "sql.query" => or(&mut span.statement, value),
        "db.collection.name" => span.collection = value,
        "db.sql.table" => or(&mut span.collection, value),
        "db.operation.name" => span.operation = value,
        "db.operation" => or(&mut span.operation, value),
        "span.kind" => span.kind = SpanKind::named(&value),
        _ => {}
    }
}

fn or(field: &mut String, value: String) {
    if field.is_empty() {
        *field = value;
    }
}

/// The path of an address: `/orders` of `https://shop.example.org/orders`.
fn path_of(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, rest)| rest);
    after.find('/').map_or("/", |at| &after[at..])
}

/// Fills in what the name of the span says where its attributes don't: `GET /orders/{id}` is a method and a route.
pub(super) fn fill_in(span: &mut ToldSpan) {
    if span.kind != SpanKind::Server {
        return;
    }
    if let Some((method, route)) = span.name.split_once(' ')
        && is_method(method)
        && route.starts_with('/')
    {
        or(&mut span.method, method.to_owned());
        // The name holds the route, never what was asked for: names of spans must be few.
        or(&mut span.route, route.to_owned());
    }
}

fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&word)
}

/// A number for an id, in whatever way it is written; zeros before it don't count.
pub(super) fn hashed(id: &str) -> u64 {
    use std::hash::Hasher as _;
    let id = id.trim();
    let id = id.strip_prefix("0x").unwrap_or(id).trim_start_matches('0');
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(id.to_ascii_lowercase().as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(attributes: &[(&str, &str)], name: &str, expected: [&str; 5]) {
        let mut span =
            ToldSpan { name: name.to_owned(), kind: SpanKind::Server, ..ToldSpan::default() };
        for (key, value) in attributes {
            enter(&mut span, key, (*value).to_owned());
        }
        fill_in(&mut span);
        let ToldSpan { method, route, path, statement, code, .. } = &span;
        assert_eq!([method, route, path, statement, &code.function].map(String::as_str), expected);
    }

    #[test]
    fn names_of_today_win_over_those_of_the_past() {
        check(
            &[("db.query.text", "new"), ("db.statement", "old"), ("code.function", "f")],
            "",
            ["", "", "", "new", "f"],
        );
        check(
            &[("http.method", "GET"), ("http.url", "https://x.org:8080/a?b")],
            "GET",
            ["GET", "", "/a?b", "", ""],
        );
        check(
            &[("http.request.method", "POST"), ("http.route", "/a"), ("http.target", "/a/")],
            "POST /b",
            ["POST", "/a", "/a/", "", ""],
        );
        check(&[], "GET /a/{id}", ["GET", "/a/{id}", "", "", ""]);
        check(&[], "OrdersController#index", ["", "", "", "", ""]);
    }

    #[test]
    fn ids_are_the_same_however_they_are_written() {
        assert_eq!(hashed("0x00AB"), hashed("ab"));
        assert_ne!(hashed("ab"), hashed("ac"));
    }
}
