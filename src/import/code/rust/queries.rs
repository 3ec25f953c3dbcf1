//! Diesel's tables as values: a query keeps the table it began with, and says what loading it gives.

use super::{TABLE, library, scopes::Tree};
use crate::import::code::{
    outline::TypeKind,
    types::{Head, Ty},
};

/// Whether a type was declared by Diesel's `table!`.
pub(super) fn is_table(tree: &Tree<'_>, number: usize) -> bool {
    tree.decl(number).annotations.iter().any(|note| note.name == TABLE)
}

/// The table that a name stands for: `posts::table`, or `posts` of `posts::dsl`.
pub(super) fn table_named_by(tree: &Tree<'_>, number: usize, field: usize) -> Option<usize> {
    let decl = tree.decl(number);
    let field = decl.fields.get(field)?;
    if is_table(tree, number) {
        return (field.ty.is_none()).then_some(number);
    }
    if decl.kind != TypeKind::Namespace || field.ty.is_some() {
        return None;
    }
    let around = tree.types[number].0;
    let types = &tree.sources[around].outline.types;
    let (outer, _) = decl.name.rsplit_once('.')?;
    let at = types.iter().position(|ty| ty.name == outer)?;
    let outer = tree.type_number(around, at);
    is_table(tree, outer).then_some(outer)
}

/// What a method of an outside type gives that the library's table does not know.
pub(super) fn method(tree: &Tree<'_>, receiver: &Ty, name: &str, types: &[Ty]) -> Ty {
    let on_table = match receiver {
        Ty::Class(Head::Monolith(id)) => is_table(tree, id.0 as usize),
        _ => false,
    };
    match (name, types.first()) {
        ("load" | "get_results" | "load_iter" | "load_stream", Some(row)) => library::outside(
            "Result",
            vec![library::outside("Vec", vec![row.clone()]), Ty::Unknown],
        ),
        (
            "first" | "get_result" | "parse" | "fetch_one" | "json" | "extract" | "try_into",
            Some(row),
        ) => library::outside("Result", vec![row.clone(), Ty::Unknown]),
        ("load" | "get_results" | "load_iter" | "first" | "get_result" | "execute", None) => {
            Ty::Unknown
        }
        _ if on_table => receiver.clone(),
        _ => Ty::Unknown,
    }
}
