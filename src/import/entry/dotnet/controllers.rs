//! Controllers, Razor pages and hubs: classes whose public functions are called from outside.

use super::{File, first_text, named, path, plain_name};
use crate::{
    facts::{EntryKind, Visibility},
    import::{
        code::{
            outline::{Annotation, Expr, ExprKind, FunctionDecl, TypeDecl, TypeKind},
            types::{Ty, TypeId},
        },
        entry::Entries,
    },
};

/// Attributes that say an HTTP method.
const VERBS: [(&str, &str); 7] = [
    ("HttpGet", "GET"),
    ("HttpPost", "POST"),
    ("HttpPut", "PUT"),
    ("HttpPatch", "PATCH"),
    ("HttpDelete", "DELETE"),
    ("HttpHead", "HEAD"),
    ("HttpOptions", "OPTIONS"),
];

const BASES: [&str; 5] =
    ["Controller", "ControllerBase", "ApiController", "ODataController", "AsyncController"];

/// What is known of a class with routes.
struct Class<'a> {
    decl: &'a TypeDecl,
    id: Option<TypeId>,
    /// `Orders` of `OrdersController`.
    name: String,
    area: String,
    prefixes: Vec<String>,
    is_controller: bool,
    is_web_api: bool,
}

pub(super) fn find(file: &File<'_>, entries: &mut Entries) {
    for (at, decl) in file.source.outline.types.iter().enumerate() {
        if decl.kind != TypeKind::Class {
            continue;
        }
        let class = class(file, at, decl);
        for (index, function) in file.source.outline.functions.iter().enumerate() {
            if function.owner != Some(at) {
                continue;
            }
            let id = file.resolved.symbols.function_id(file.module(), index);
            for (kind, route) in routes(file, &class, function) {
                entries.entry_points.push(file.entry(id, kind, route));
            }
        }
    }
}

fn class<'a>(file: &File<'_>, at: usize, decl: &'a TypeDecl) -> Class<'a> {
    let symbols = &file.resolved.symbols;
    let id = symbols.declared(file.module(), at);
    let simple = decl.name.rsplit('.').next().unwrap_or(&decl.name);
    let descends = |bases: &[&str]| {
        id.is_some_and(|id| bases.iter().any(|base| symbols.descends_from(id, base)))
    };
    let has_base = decl.supers.iter().any(|base| !is_interface(&base.name));
    let is_named = simple.ends_with("Controller") && has_base;
    let is_base = simple.starts_with("Base") || simple.ends_with("BaseController");
    let is_out = named(&decl.annotations, "NonController").is_some();
    let annotations = all_annotations(file, decl, id);
    let prefixes = ["Route", "RoutePrefix"].iter().find_map(|name| {
        // The nearest class that says a route says it for all below it.
        let said: Vec<&Annotation> =
            annotations.iter().copied().filter(|it| plain_name(it) == *name).collect();
        let found: Vec<String> = said.iter().flat_map(|it| file.texts(it)).collect();
        (!found.is_empty()).then_some(found)
    });
    let area = annotations.iter().find(|annotation| plain_name(annotation) == "Area");
    Class {
        decl,
        id,
        name: simple.strip_suffix("Controller").unwrap_or(simple).to_owned(),
        area: area.and_then(|area| first_text(&area.args)).unwrap_or_default().to_owned(),
        prefixes: prefixes.unwrap_or_default(),
        is_controller: (descends(&BASES) || is_named) && !is_base && !is_out,
        is_web_api: descends(&["ApiController"]),
    }
}

/// Whether a type is called as interfaces are: `IDisposable`.
fn is_interface(name: &str) -> bool {
    let simple = name.rsplit('.').next().unwrap_or(name);
    simple.strip_prefix('I').is_some_and(|rest| rest.starts_with(char::is_uppercase))
}

/// The attributes of a class; those of its bases in the monolith where it has no route of its own.
fn all_annotations<'a>(
    file: &File<'a>,
    decl: &'a TypeDecl,
    id: Option<TypeId>,
) -> Vec<&'a Annotation> {
    let mut found: Vec<&Annotation> = decl.annotations.iter().collect();
    let symbols = &file.resolved.symbols;
    let mut next = id;
    for _ in 0..6 {
        let supers = next.map(|id| symbols.supers(id)).unwrap_or_default();
        let Some(base) = supers.iter().find_map(Ty::monolith) else { break };
        let has_route = found.iter().any(|it| matches!(plain_name(it), "Route" | "RoutePrefix"));
        for (_, base) in symbols.declarations(base) {
            let inherited = base.annotations.iter();
            found.extend(inherited.filter(|it| plain_name(it) != "Route" || !has_route));
        }
        next = Some(base);
    }
    found
}

fn routes(file: &File<'_>, class: &Class<'_>, function: &FunctionDecl) -> Vec<(EntryKind, String)> {
    let symbols = &file.resolved.symbols;
    let is = |base: &str| class.id.is_some_and(|id| symbols.descends_from(id, base));
    if is("PageModel") {
        return page(file, function).into_iter().map(|route| (EntryKind::Http, route)).collect();
    }
    let is_called = function.visibility == Visibility::Public
        && !function.is_static
        && function.signature.starts_with('(')
        && function.signature.contains("):")
        && named(&function.annotations, "NonAction").is_none();
    if is("Hub") && is_called && !function.name.starts_with("OnConnected") {
        let route = format!("{}.{}", class.decl.name, function.name);
        return vec![(EntryKind::Message, route)];
    }
    let has_verb = function.annotations.iter().any(|it| {
        let name = plain_name(it);
        VERBS.iter().any(|(verb, _)| *verb == name) || name == "AcceptVerbs"
    });
    let is_action = has_verb || class.is_controller && is_called;
    if !is_action {
        return Vec::new();
    }
    let methods = methods(class, function);
    let mut paths: Vec<String> = Vec::new();
    for (method, template) in methods {
        for template in templates(file, class, function, template) {
            paths.push(format!("{method} {template}"));
        }
    }
    paths.into_iter().map(|route| (EntryKind::Http, route)).collect()
}

/// The methods of HTTP that a function answers, each with the attribute that says it.
fn methods<'a>(
    class: &Class<'_>,
    function: &'a FunctionDecl,
) -> Vec<(String, Option<&'a Annotation>)> {
    let mut found: Vec<(String, Option<&Annotation>)> = Vec::new();
    for annotation in &function.annotations {
        let name = plain_name(annotation);
        if let Some((_, method)) = VERBS.iter().find(|(verb, _)| *verb == name) {
            found.push(((*method).to_owned(), Some(annotation)));
        }
        if name == "AcceptVerbs" {
            let words = annotation.args.iter().flat_map(|arg| words(&arg.value));
            found.extend(words.map(|word| (word.to_uppercase(), None)));
        }
    }
    if found.is_empty() && class.is_web_api {
        let by_name = VERBS
            .iter()
            .map(|(_, method)| *method)
            .find(|method| function.name.to_uppercase().starts_with(method));
        found.push((by_name.unwrap_or("POST").to_owned(), None));
    }
    if found.is_empty() {
        found.push(("ANY".to_owned(), None));
    }
    found
}

fn words(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Text(text) => vec![text.clone()],
        ExprKind::Member(_, name) => vec![name.clone()],
        ExprKind::List(parts) | ExprKind::Other(parts) => parts.iter().flat_map(words).collect(),
        ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => words(inner),
        _ => Vec::new(),
    }
}

/// The paths of a function: what it says itself under what its class says, else by convention.
fn templates(
    file: &File<'_>,
    class: &Class<'_>,
    function: &FunctionDecl,
    verb: Option<&Annotation>,
) -> Vec<String> {
    let own =
        verb.map(|verb| file.constants.texts(file.at, verb, &["value", "template", "Template"]));
    let mut own = own.unwrap_or_default();
    if own.is_empty() {
        let routes = function.annotations.iter().filter(|it| plain_name(it) == "Route");
        own = routes.flat_map(|it| file.texts(it)).collect();
    }
    let action = named(&function.annotations, "ActionName").and_then(|it| first_text(&it.args));
    let action = action.unwrap_or_else(|| {
        function.name.strip_suffix("Async").filter(|it| !it.is_empty()).unwrap_or(&function.name)
    });
    let named_so = |template: &str| {
        template
            .replace("[controller]", &class.name.to_lowercase())
            .replace("[action]", &action.to_lowercase())
            .replace("[area]", &class.area.to_lowercase())
    };
    if own.is_empty() && class.prefixes.is_empty() {
        let (area, name) = (class.area.to_lowercase(), class.name.to_lowercase());
        return vec![match class.is_web_api {
            true => path(&["api", &name]),
            false => path(&[&area, &name, &action.to_lowercase()]),
        }];
    }
    if own.is_empty() {
        own.push(String::new());
    }
    let mut found = Vec::new();
    for template in &own {
        if template.starts_with('/') || template.starts_with("~/") || class.prefixes.is_empty() {
            found.push(path(&[&named_so(template)]));
            continue;
        }
        for prefix in &class.prefixes {
            found.push(path(&[&named_so(prefix), &named_so(template)]));
        }
    }
    found
}

/// `OnGet`, `OnPostUpdateAsync` of a page whose path is that of its file.
fn page(file: &File<'_>, function: &FunctionDecl) -> Option<String> {
    let name = function.name.strip_suffix("Async").unwrap_or(&function.name);
    let rest = name.strip_prefix("On")?;
    let method = ["Get", "Post", "Put", "Delete", "Patch", "Head"]
        .into_iter()
        .find(|method| rest.starts_with(method))?;
    let handler = &rest[method.len()..];
    if handler.starts_with(char::is_lowercase) {
        return None;
    }
    let below = file.source.path.strip_suffix(".cshtml.cs")?;
    let (before, page) = below.rsplit_once("Pages/").unwrap_or(("", below));
    let area = before.trim_end_matches('/').rsplit_once("Areas/").map_or("", |(_, area)| area);
    let page = page.strip_suffix("Index").unwrap_or(page);
    let route = path(&[area, page]).to_lowercase();
    let query = if handler.is_empty() { String::new() } else { format!("?handler={handler}") };
    Some(format!("{} {route}{query}", method.to_uppercase()))
}
