//! Types of Go where they are named: pointers fall away, slices and maps hold their elements.

use super::Lowering;
use crate::import::code::{
    outline::TypeRef,
    tree::{DEEPEST, Syntax},
};

impl Lowering {
    /// A type where it is written.
    pub(super) fn type_ref(&self, node: Syntax<'_>) -> Option<TypeRef> {
        type_at(node, 0)
    }
}

fn type_at(node: Syntax<'_>, depth: usize) -> Option<TypeRef> {
    if depth > DEEPEST {
        return None;
    }
    let deeper = |node: Syntax<'_>| type_at(node, depth + 1);
    let line = node.line();
    let of = |name: &str, args: Vec<TypeRef>| Some(TypeRef { name: name.to_owned(), args, line });
    match node.kind() {
        "type_identifier" | "identifier" => of(node.text(), Vec::new()),
        "qualified_type" => {
            let package = node.field("package")?.text();
            of(&format!("{package}.{}", node.field("name")?.text()), Vec::new())
        }
        "selector_expression" => {
            let name: String = node.text().split_whitespace().collect();
            let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
            plain.then(|| of(&name, Vec::new())).flatten()
        }
        "generic_type" => {
            let name = deeper(node.field("type")?)?;
            let args = node.field("type_arguments").map(Syntax::children).unwrap_or_default();
            Some(TypeRef { args: args.into_iter().filter_map(deeper).collect(), ..name })
        }
        "slice_type" | "array_type" | "implicit_length_array_type" => {
            of("[]", node.field("element").and_then(deeper).into_iter().collect())
        }
        "map_type" => {
            let parts = [node.field("key"), node.field("value")];
            of("map", parts.into_iter().flatten().filter_map(deeper).collect())
        }
        "channel_type" => of("chan", node.field("value").and_then(deeper).into_iter().collect()),
        "pointer_type" | "parenthesized_type" | "type_elem" | "type_constraint"
        | "negated_type" => node.children().into_iter().find_map(deeper),
        "function_type" => {
            let mut args = Vec::new();
            for list in [node.field("parameters"), node.field("result")].into_iter().flatten() {
                args.extend(types_of(list, depth + 1));
            }
            of("func", args)
        }
        "struct_type" => {
            let fields = node.child("field_declaration_list").map(Syntax::children);
            let types = fields.unwrap_or_default().into_iter().filter_map(|it| it.field("type"));
            of("struct", types.filter_map(deeper).collect())
        }
        "interface_type" => of("interface", Vec::new()),
        _ => None,
    }
}

/// The types of parameters or results, or the one type that stands there.
pub(super) fn types_of(list: Syntax<'_>, depth: usize) -> Vec<TypeRef> {
    if list.kind() != "parameter_list" {
        return type_at(list, depth).into_iter().collect();
    }
    let types = list.children().into_iter().filter_map(|param| param.field("type"));
    types.filter_map(|ty| type_at(ty, depth)).collect()
}
