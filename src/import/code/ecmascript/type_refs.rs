//! Types where they are written.

use crate::import::code::{
    outline::TypeRef,
    tree::{DEEPEST, Syntax},
};

/// Types that only look at another one from some side: their objects have its members.
const SEEN_THROUGH: [&str; 11] = [
    "Promise",
    "PromiseLike",
    "Awaited",
    "Partial",
    "Required",
    "Readonly",
    "NonNullable",
    "Omit",
    "Pick",
    "DeepPartial",
    "Loaded",
];

/// A written type. What it says besides one type whose members its objects have is kept as arguments of a type
/// without a name.
pub(super) fn type_ref(node: Syntax<'_>) -> TypeRef {
    type_at(node, 0)
}

/// The type after a `:`.
pub(super) fn annotated(node: Syntax<'_>) -> Option<TypeRef> {
    node.children().into_iter().next().map(type_ref)
}

fn type_at(node: Syntax<'_>, depth: usize) -> TypeRef {
    let line = node.line();
    let named = |name: &str| TypeRef { name: name.to_owned(), args: Vec::new(), line };
    if depth > DEEPEST / 4 {
        return named("");
    }
    let below = |node: Syntax<'_>| type_at(node, depth + 1);
    match node.kind() {
        "type_identifier"
        | "identifier"
        | "predefined_type"
        | "nested_type_identifier"
        | "nested_identifier"
        | "member_expression" => named(&plain(node)),
        "this_type" => named("this"),
        "generic_type" => generic(node, depth),
        "array_type" => TypeRef { args: every(node, depth), ..named("[]") },
        "readonly_type" | "parenthesized_type" | "optional_type" | "type_annotation" => {
            node.children().into_iter().next().map_or_else(|| named(""), below)
        }
        "union_type" | "intersection_type" => sum(node, depth),
        "literal_type" | "template_literal_type" => match node.children().first() {
            Some(only) if matches!(only.kind(), "null" | "undefined") => named(only.kind()),
            Some(only) if only.kind() == "string" => named("string"),
            _ => named(""),
        },
        "type_query" | "index_type_query" | "existential_type" => named(""),
        "object_type" => mentions(node, depth),
        _ => {
            let mut whole = TypeRef { args: every(node, depth), ..named("") };
            whole.args.push(named(""));
            whole
        }
    }
}

fn plain(node: Syntax<'_>) -> String {
    node.text().split_whitespace().collect()
}

fn every(node: Syntax<'_>, depth: usize) -> Vec<TypeRef> {
    node.children().into_iter().map(|child| type_at(child, depth + 1)).collect()
}

fn generic(node: Syntax<'_>, depth: usize) -> TypeRef {
    let name = node.field("name").map(plain).unwrap_or_default();
    let mut args = node.field("type_arguments").map(|args| every(args, depth)).unwrap_or_default();
    if SEEN_THROUGH.contains(&name.as_str()) && !args.is_empty() {
        return args.remove(0);
    }
    TypeRef { name, args, line: node.line() }
}

/// `Order | null` is an `Order`; of other unions it is only known what they name.
fn sum(node: Syntax<'_>, depth: usize) -> TypeRef {
    let is_nothing = |part: &TypeRef| matches!(part.name.as_str(), "null" | "undefined" | "void");
    let mut parts: Vec<TypeRef> =
        every(node, depth).into_iter().filter(|part| !is_nothing(part)).collect();
    match parts.len() {
        1 => parts.remove(0),
        _ => {
            parts.push(TypeRef { line: node.line(), ..TypeRef::default() });
            TypeRef { name: String::new(), args: parts, line: node.line() }
        }
    }
}

/// What an object type without a name mentions.
fn mentions(node: Syntax<'_>, depth: usize) -> TypeRef {
    let mut args: Vec<TypeRef> = Vec::new();
    for member in node.children() {
        let types = [member.field("type"), member.field("return_type")];
        args.extend(types.into_iter().flatten().map(|ty| type_at(ty, depth + 1)));
        if let Some(parameters) = member.field("parameters") {
            let types = parameters.children().into_iter().filter_map(|it| it.field("type"));
            args.extend(types.map(|ty| type_at(ty, depth + 1)));
        }
    }
    args.push(TypeRef { line: node.line(), ..TypeRef::default() });
    TypeRef { name: String::new(), args, line: node.line() }
}

/// Names of type parameters, and what they are at least.
pub(super) fn parameters(node: Syntax<'_>) -> (Vec<String>, Vec<(String, TypeRef)>) {
    let mut names = Vec::new();
    let mut bounds = Vec::new();
    let list = node.field("type_parameters").map(Syntax::children).unwrap_or_default();
    for parameter in list {
        let Some(name) = parameter.field("name").map(plain) else { continue };
        let constraint = parameter.field("constraint");
        if let Some(bound) = constraint.and_then(|it| it.children().into_iter().next()) {
            bounds.push((name.clone(), type_ref(bound)));
        }
        names.push(name);
    }
    (names, bounds)
}
