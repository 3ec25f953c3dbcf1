//! What a container hands out where a class is asked for by name: `app(Cart::class)`, `$container->get(Cart::class)`.

use crate::import::code::outline::{Arg, Expr, ExprKind, TypeRef};

/// `app(X::class)`, `resolve(X::class)`.
pub(super) fn given_by_function(name: &str, args: &[Arg]) -> Option<TypeRef> {
    let name = name.rsplit('.').next().unwrap_or(name);
    if matches!(name, "app" | "resolve" | "make" | "mock") { class_of(args) } else { None }
}

/// `$this->app->make(X::class)`, `$container->get(X::class)`, `app()->make(X::class)`.
pub(super) fn given_by_method(name: &str, of: &Expr, args: &[Arg]) -> Option<TypeRef> {
    let is_make = matches!(name, "make" | "makeWith" | "resolve");
    (is_make || name == "get" && is_container(of)).then(|| class_of(args)).flatten()
}

/// `App::make(X::class)`.
pub(super) fn given_by_static(name: &str, of: &Expr, args: &[Arg]) -> Option<TypeRef> {
    let ExprKind::Type(ty) = &of.kind else { return None };
    let short = ty.name.rsplit('.').next().unwrap_or(&ty.name);
    let is_container = matches!(short, "App" | "Container" | "Application");
    (is_container && matches!(name, "make" | "makeWith" | "get")).then(|| class_of(args)).flatten()
}

fn is_container(of: &Expr) -> bool {
    let name = match &of.kind {
        ExprKind::Member(_, name) | ExprKind::Name(name) => name.trim_start_matches('$'),
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) => name,
            _ => return false,
        },
        _ => return false,
    };
    let name = name.to_ascii_lowercase();
    name == "app" || name.ends_with("container") || name == "getcontainer"
}

fn class_of(args: &[Arg]) -> Option<TypeRef> {
    match &args.first()?.value.kind {
        ExprKind::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}
