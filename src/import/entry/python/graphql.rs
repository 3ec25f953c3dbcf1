//! GraphQL: the mutations that a schema offers, and the queries of its root.

use super::Program;
use crate::{
    facts::{EntryKind, EntryPoint},
    import::code::{
        outline::{Expr, ExprKind},
        types::TypeId,
    },
};

/// What runs when a mutation is asked for: the outermost first.
const RUNS: [&str; 3] = ["mutate", "mutate_and_get_payload", "perform_mutation"];

/// Finds the mutations and queries that classes built on Graphene offer.
pub(super) fn find(program: Program<'_>) -> Vec<EntryPoint> {
    let symbols = &program.resolved.symbols;
    let mut found = Vec::new();
    let mut roots: Vec<TypeId> = Vec::new();
    for (module, source) in program.modules() {
        for (at, decl) in source.outline.types.iter().enumerate() {
            for field in &decl.fields {
                // `place_order = PlaceOrder.Field()`
                let value = field.value.as_ref().map(unwrapped);
                let Some(ExprKind::Call { callee, .. }) = value.map(|it| &it.kind) else {
                    continue;
                };
                let ExprKind::Member(of, name) = &callee.kind else { continue };
                let class = of.dotted().filter(|_| name == "Field");
                let class = class.and_then(|name| program.class(module, &name, of.line));
                found.extend(class.and_then(|id| mutation(program, id, &field.name)));
            }
            if decl.name == "Query" || decl.name.ends_with("Queries") {
                let id = symbols.declared(module, at);
                roots.extend(id.filter(|id| symbols.descends_from(*id, "ObjectType")));
            }
        }
    }
    let mut all: Vec<TypeId> = roots.into_iter().flat_map(|id| symbols.with_supers(id)).collect();
    all.sort_unstable();
    all.dedup();
    for (module, source) in program.modules() {
        for (at, decl) in source.outline.functions.iter().enumerate() {
            let Some(name) = decl.name.strip_prefix("resolve_") else { continue };
            let owner = decl.owner.and_then(|at| symbols.declared(module, at));
            if owner.is_some_and(|id| all.binary_search(&id).is_ok()) {
                let function = symbols.function_id(module, at);
                let route = format!("QUERY {}", camel(name));
                found.push(EntryPoint { module, function, kind: EntryKind::Http, route });
            }
        }
    }
    found
}

fn mutation(program: Program<'_>, class: TypeId, field: &str) -> Option<EntryPoint> {
    let symbols = &program.resolved.symbols;
    if !symbols.outside_supers(class).iter().any(|base| base.ends_with("Mutation")) {
        return None;
    }
    let (module, _) = symbols.declarations(class).first().copied()?;
    let runs = RUNS.iter().find_map(|name| symbols.methods(class, name).first().copied());
    let route = format!("MUTATION {}", camel(field));
    Some(EntryPoint { module, function: runs, kind: EntryKind::Http, route })
}

/// What stands within parentheses.
fn unwrapped(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Same(inner) => unwrapped(inner),
        _ => expr,
    }
}

/// `place_order` as schemas show it: `placeOrder`.
fn camel(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let initial = letters.next().map(char::to_uppercase).into_iter().flatten();
        name + &initial.collect::<String>() + letters.as_str()
    })
}
