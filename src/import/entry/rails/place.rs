//! Where one stands while routes are drawn: paths, folders of controllers, the resource around.

use crate::import::code::{
    outline::{Arg, Expr, ExprKind},
    ruby::{BLOCK, text_of},
};

/// Where in the file of routes one stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) path: String,
    /// Folders of controllers.
    pub(super) modules: Vec<String>,
    pub(super) controller: Option<String>,
    /// The innermost resource.
    pub(super) resource: Option<Resource>,
    /// What the resource's member, collection or new path is, within such a block.
    pub(super) on: On,
    /// Actions that `only` and `except` of a scope around leave.
    pub(super) only: Option<Vec<String>>,
    pub(super) except: Vec<String>,
    pub(super) shallow: bool,
    /// The path of a shallow resource's members.
    pub(super) shallow_path: String,
    /// Variables of unrolled loops.
    pub(super) bound: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum On {
    #[default]
    Nested,
    Member,
    Collection,
}

#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) controller: String,
    /// The path of all of them, and of one.
    pub(super) collection: String,
    pub(super) member: String,
    /// The path under which others nest.
    pub(super) nested: String,
}

/// The actions of a resource: name, verbs, whether of one, and the end of the path.
pub(super) fn actions(
    is_single: bool,
) -> Vec<(&'static str, &'static [&'static str], bool, &'static str)> {
    let mut actions: Vec<(&str, &[&str], bool, &str)> = vec![
        ("create", &["post"], false, ""),
        ("new", &["get"], false, "new"),
        ("edit", &["get"], true, "edit"),
        ("show", &["get"], true, ""),
        ("update", &["patch", "put"], true, ""),
        ("destroy", &["delete"], true, ""),
    ];
    if !is_single {
        actions.push(("index", &["get"], false, ""));
    }
    actions
}

/// The path before what stands here.
pub(super) fn base_of(place: &Place) -> String {
    match (&place.resource, place.on) {
        (Some(resource), On::Member) => resource.member.clone(),
        (Some(resource), On::Collection) => resource.collection.clone(),
        (Some(resource), On::Nested) => resource.nested.clone(),
        (None, _) => place.path.clone(),
    }
}

/// Goes into a path; what stands in it is below the resource around.
pub(super) fn enter(place: &mut Place, path: &str) {
    let base = join(&base_of(place), path);
    if let Some(resource) = &mut place.resource {
        resource.member = join(&resource.member, path);
        resource.collection = join(&resource.collection, path);
        resource.nested = base.clone();
    }
    place.shallow_path = join(&place.shallow_path, path);
    place.path = base;
}

pub(super) fn restrict(place: &mut Place, args: &[Arg]) {
    if let Some(only) = option(args, "only") {
        place.only = Some(texts(only));
        place.except.clear();
    }
    if let Some(except) = option(args, "except") {
        place.except = texts(except);
        place.only = None;
    }
}

pub(super) fn full_controller(place: &Place, controller: &str) -> String {
    match controller.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => {
            let parts = place.modules.iter().map(String::as_str).chain([controller]);
            parts.collect::<Vec<_>>().join("/")
        }
    }
}

pub(super) fn join(base: &str, path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() { base.to_owned() } else { format!("{}/{path}", base.trim_end_matches('/')) }
}

pub(super) fn option<'a>(args: &'a [Arg], name: &str) -> Option<&'a Expr> {
    args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
}

pub(super) fn texts(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::List(items) => items.iter().filter_map(text_of).map(str::to_owned).collect(),
        _ => text_of(expr).map(str::to_owned).into_iter().collect(),
    }
}

pub(super) fn is_true(expr: Option<&Expr>) -> bool {
    expr.is_some_and(|expr| matches!(&expr.kind, ExprKind::Name(name) if name == "true"))
}

pub(super) fn is_option(name: &str) -> bool {
    matches!(
        name,
        "to" | "as"
            | "via"
            | "on"
            | "controller"
            | "action"
            | "constraints"
            | "defaults"
            | "format"
            | "path"
            | "module"
            | "only"
            | "except"
            | "param"
            | "shallow"
            | "concerns"
            | "anchor"
            | "host"
            | "subdomain"
            | "id"
            | "locale"
            | "protocol"
            | "status"
            | "code"
            | BLOCK
    )
}
