//! Signatures as their languages write them, as JSON schemas.

use serde_json::{Value, json};

/// A parameter of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// As written; empty where the language says none.
    pub(super) type_name: String,
}

/// The parameters of a signature, without the object that it is called on.
pub(super) fn parameters(signature: &str, language: &str) -> Vec<Parameter> {
    let Some(inner) = parenthesised(signature) else { return Vec::new() };
    split(inner, ',').into_iter().filter_map(|text| parameter(&text, language)).collect()
}

/// What comes back, as written; empty where nothing does or nothing says.
pub(super) fn result(signature: &str) -> &str {
    let Some(inner) = parenthesised(signature) else { return "" };
    let from = signature.find(inner).unwrap_or(0) + inner.len();
    let rest = signature.get(from + 1..).unwrap_or("");
    let rest = rest.trim_start_matches([':', '-', '>', ' ']).trim();
    if matches!(rest, "void" | "None" | "Unit" | "nil" | "()" | "Void") { "" } else { rest }
}

/// What stands between the first parenthesis and the one that closes it.
fn parenthesised(signature: &str) -> Option<&str> {
    let from = signature.find('(')? + 1;
    let mut depth = 1_u32;
    for (at, letter) in signature[from..].char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&signature[from..from + at]);
        }
    }
    None
}

/// Parts between separators that stand in no bracket.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '(' | '<' | '[' | '{' => depth += 1,
            '>' if before == '-' || before == '=' => {}
            ')' | '>' | ']' | '}' => depth -= 1,
            _ => {}
        }
        before = letter;
        match parts.last_mut() {
            Some(last) if letter != separator || depth > 0 => last.push(letter),
            _ => parts.push(String::new()),
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn parameter(text: &str, language: &str) -> Option<Parameter> {
    let text = split(text, '=').into_iter().next()?;
    let text = text.trim_start_matches(['&', '*', '.', ' ']);
    let colon = split(text, ':');
    let (name, type_name) = match (colon.as_slice(), language) {
        ([name, type_name], _) => (name.clone(), type_name.clone()),
        (_, "Go") => {
            let (name, type_name) = text.split_once(' ').unwrap_or((text, ""));
            (name.to_owned(), type_name.to_owned())
        }
        _ => {
            let words: Vec<&str> = text
                .split_whitespace()
                .filter(|word| !word.starts_with('@') && !is_modifier(word))
                .collect();
            let (name, before) = words.split_last()?;
            ((*name).to_owned(), before.join(" "))
        }
    };
    let name =
        name.rsplit(' ').next().unwrap_or(&name).trim_start_matches(['$', '&', '*', '.', '@']);
    let is_object = matches!(name, "self" | "this" | "cls" | "ctx" | "");
    (!is_object && name != "mut").then(|| Parameter {
        name: name.to_owned(),
        type_name: type_name
            .trim()
            .trim_start_matches(['&', '*'])
            .trim_start_matches("mut ")
            .to_owned(),
    })
}

fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "final"
            | "ref"
            | "out"
            | "in"
            | "const"
            | "params"
            | "readonly"
            | "public"
            | "private"
            | "protected"
            | "mut"
    )
}

/// The schema of a type; `named` answers the reference to a type of the monolith.
pub(super) fn schema(type_name: &str, named: &mut dyn FnMut(&str) -> Option<Value>) -> Value {
    schema_within(type_name, named, 0)
}

/// Types within types are followed to this depth.
const DEEPEST: u32 = 6;

fn schema_within(
    type_name: &str,
    named: &mut dyn FnMut(&str) -> Option<Value>,
    depth: u32,
) -> Value {
    let text = type_name.trim().trim_start_matches(['&', '*']).trim();
    if depth > DEEPEST || text.is_empty() {
        return json!({});
    }
    if let Some(inner) = text.strip_suffix('?').or_else(|| text.strip_prefix('?')) {
        return optional(schema_within(inner, named, depth + 1));
    }
    let alternatives = split(text, '|');
    if alternatives.len() > 1 {
        let is_nothing =
            |part: &&String| matches!(part.as_str(), "None" | "null" | "undefined" | "nil");
        let (nothing, some): (Vec<&String>, Vec<&String>) =
            alternatives.iter().partition(is_nothing);
        let mut any: Vec<Value> =
            some.into_iter().map(|part| schema_within(part, named, depth + 1)).collect();
        if !nothing.is_empty() {
            any.push(json!({ "type": "null" }));
        }
        return json!({ "anyOf": any });
    }
    if let Some(inner) = text.strip_suffix("[]").or_else(|| text.strip_prefix("[]")) {
        return json!({ "type": "array", "items": schema_within(inner, named, depth + 1) });
    }
    let (outer, arguments) = generic(text);
    let last = outer.rsplit(['.', ':', '\\']).next().unwrap_or(outer);
    let mut argument = |at: usize| {
        arguments.get(at).map_or_else(|| json!({}), |inner| schema_within(inner, named, depth + 1))
    };
    match last.to_ascii_lowercase().as_str() {
        "optional" | "option" | "nullable" | "maybe" => optional(argument(0)),
        "result" | "future" | "completablefuture" | "task" | "promise" | "mono" | "box" | "arc"
        | "rc" | "awaitable" | "coroutine" | "responseentity" | "valuetask" => argument(0),
        "list" | "arraylist" | "vec" | "array" | "set" | "hashset" | "collection" | "iterable"
        | "ienumerable" | "sequence" | "queryset" | "flux" | "stream" | "seq" | "ilist"
        | "icollection" | "iterator" | "tuple" | "page" => {
            json!({ "type": "array", "items": argument(0) })
        }
        "map" | "hashmap" | "dict" | "dictionary" | "record" | "idictionary" | "btreemap"
        | "mapping" => {
            json!({ "type": "object", "additionalProperties": argument(1) })
        }
        word => simple(word)
            .unwrap_or_else(|| named(last).unwrap_or_else(|| json!({ "description": type_name }))),
    }
}

/// `Map<K, V>` or `Dict[K, V]` as its name and arguments.
fn generic(text: &str) -> (&str, Vec<String>) {
    let Some(from) = text.find(['<', '[']) else { return (text, Vec::new()) };
    let inner = text[from + 1..].trim_end_matches(['>', ']']);
    (text[..from].trim(), split(inner, ','))
}

fn optional(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn simple(word: &str) -> Option<Value> {
    let of = |kind: &str| Some(json!({ "type": kind }));
    let formatted = |format: &str| Some(json!({ "type": "string", "format": format }));
    match word {
        "int" | "integer" | "long" | "short" | "byte" | "i8" | "i16" | "i32" | "i64" | "u8"
        | "u16" | "u32" | "u64" | "usize" | "isize" | "int32" | "int64" | "uint" | "uint32"
        | "uint64" | "ulong" | "bigint" | "biginteger" => of("integer"),
        "float" | "double" | "decimal" | "bigdecimal" | "number" | "f32" | "f64" | "float64" => {
            of("number")
        }
        "bool" | "boolean" => of("boolean"),
        "string" | "str" | "char" | "character" | "charsequence" => of("string"),
        "uuid" | "guid" => formatted("uuid"),
        "date" | "localdate" | "naivedate" | "dateonly" => formatted("date"),
        "datetime" | "localdatetime" | "instant" | "timestamp" | "zoneddatetime"
        | "offsetdatetime" | "time" => formatted("date-time"),
        "uri" | "url" => formatted("uri"),
        "bytes" => Some(json!({ "type": "string", "contentEncoding": "base64" })),
        "any" | "object" | "mixed" => Some(json!({})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(signature: &str, language: &str, expected: &str) {
        let parameters = parameters(signature, language);
        let told: Vec<String> =
            parameters.iter().map(|one| format!("{}: {}", one.name, one.type_name)).collect();
        assert_eq!(format!("{} -> {}", told.join("; "), result(signature)), expected);
    }

    #[test]
    fn signatures_of_all_languages_have_parameters_and_a_result() {
        check(
            "(final Order order, @Valid int count): Receipt",
            "Java",
            "order: Order; count: int -> Receipt",
        );
        check("(Map<String, List<Long>> ids): void", "Java", "ids: Map<String, List<Long>> -> ");
        check(
            "(self, order: \"Order\", count: int = 1) -> Receipt",
            "Python",
            "order: \"Order\"; count: int -> Receipt",
        );
        check("(self, *args, key=None)", "Python", "args: ; key:  -> ");
        check(
            "(&self, ids: &[i64]) -> Result<Vec<Post>, Error>",
            "Rust",
            "ids: [i64] -> Result<Vec<Post>, Error>",
        );
        check(
            "(ctx context.Context, id int64) (Order, error)",
            "Go",
            "id: int64 -> (Order, error)",
        );
        check(
            "(?Order $order, array $rows = []): ?Receipt",
            "PHP",
            "order: ?Order; rows: array -> ?Receipt",
        );
        check("(order, count)", "Ruby", "order: ; count:  -> ");
        check("no signature", "Ruby", " -> ");
    }

    #[test]
    fn types_become_schemas() {
        let check = |type_name: &str, expected: &str| {
            let mut named = |name: &str| (name == "Order").then(|| json!({ "$ref": "#/Order" }));
            assert_eq!(schema(type_name, &mut named).to_string(), expected);
        };
        check("long", r#"{"type":"integer"}"#);
        check("List<Order>", r##"{"items":{"$ref":"#/Order"},"type":"array"}"##);
        check("Order[]", r##"{"items":{"$ref":"#/Order"},"type":"array"}"##);
        check("Optional[shop.Order]", r##"{"anyOf":[{"$ref":"#/Order"},{"type":"null"}]}"##);
        check("str | None", r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#);
        check(
            "Map<String, java.math.BigDecimal>",
            r#"{"additionalProperties":{"type":"number"},"type":"object"}"#,
        );
        check("Elsewhere", r#"{"description":"Elsewhere"}"#);
        check("", "{}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "[a-z<>()\\[\\]{}:,|?*& -]{0,40}") {
            for parameter in parameters(&text, "Java") {
                let _ = schema(&parameter.type_name, &mut |_| None);
            }
            let _ = schema(result(&text), &mut |_| None);
        }
    }
}
