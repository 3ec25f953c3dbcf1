//! Reading annotations: their arguments by name, as texts, types, switches and lists.

use crate::import::code::outline::{Annotation, Expr, ExprKind, TypeRef};

/// The annotation of that name, however it is qualified.
pub(crate) fn find<'a>(annotations: &'a [Annotation], name: &str) -> Option<&'a Annotation> {
    annotations.iter().find(|annotation| last_segment(&annotation.name) == name)
}

/// Whether one of these names annotates it.
pub(crate) fn has(annotations: &[Annotation], name: &str) -> bool {
    find(annotations, name).is_some()
}

/// What follows the last dot.
pub(crate) fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The argument of that name; `value` is also the one without a name.
pub(crate) fn argument<'a>(annotation: &'a Annotation, name: &str) -> Option<&'a Expr> {
    let named = annotation.args.iter().find(|arg| arg.name.as_deref() == Some(name));
    let unnamed = || annotation.args.iter().find(|arg| arg.name.is_none());
    named.or_else(|| if name == "value" { unnamed() } else { None }).map(|arg| &arg.value)
}

/// The text of an argument that is written as a literal.
pub(crate) fn text<'a>(annotation: &'a Annotation, name: &str) -> Option<&'a str> {
    argument(annotation, name).and_then(as_text)
}

pub(crate) fn as_text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Same(inner) => as_text(inner),
        _ => None,
    }
}

/// The class that an argument names: `targetEntity = Order.class`.
pub(crate) fn class<'a>(annotation: &'a Annotation, name: &str) -> Option<&'a TypeRef> {
    argument(annotation, name).and_then(as_class)
}

pub(crate) fn as_class(expr: &Expr) -> Option<&TypeRef> {
    match &expr.kind {
        ExprKind::Type(ty) => Some(ty),
        ExprKind::Same(inner) => as_class(inner),
        ExprKind::Member(of, member) if matches!(member.as_str(), "java" | "class") => as_class(of),
        _ => None,
    }
}

/// The elements of a list, or the one thing that stands in its place.
pub(crate) fn items(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::List(items) => items.iter().collect(),
        ExprKind::Same(inner) => items(inner),
        _ => vec![expr],
    }
}

/// The last names of the constants that an argument lists: `ALL` of `CascadeType.ALL`.
pub(crate) fn constants<'a>(annotation: &'a Annotation, name: &str) -> Vec<&'a str> {
    let Some(expr) = argument(annotation, name) else { return Vec::new() };
    items(expr)
        .into_iter()
        .filter_map(|item| match &item.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}

/// Whether a switch is written as this value: `nullable = false`.
pub(crate) fn is_switched(annotation: &Annotation, name: &str, to: bool) -> bool {
    let word = if to { "true" } else { "false" };
    argument(annotation, name).is_some_and(|expr| match &expr.kind {
        ExprKind::Name(name) => name == word,
        ExprKind::Text(text) => text == word,
        _ => false,
    })
}

/// The annotations that an argument lists: `@NamedQueries({@NamedQuery(…), …})`, lowered as calls or constructions.
pub(crate) fn nested(annotation: &Annotation, name: &str) -> Vec<Annotation> {
    let Some(expr) = argument(annotation, name) else { return Vec::new() };
    items(expr).into_iter().filter_map(as_annotation).collect()
}

fn as_annotation(expr: &Expr) -> Option<Annotation> {
    let (name, args) = match &expr.kind {
        ExprKind::Call { callee, args } => (callee.dotted()?, args),
        ExprKind::New { ty, args } => (ty.name.clone(), args),
        ExprKind::Same(inner) => return as_annotation(inner),
        _ => return None,
    };
    Some(Annotation { name, args: args.clone(), line: expr.line })
}
