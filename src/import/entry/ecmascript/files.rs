//! Routes that are files: Next.js, Remix and React Router, SvelteKit, Nuxt, and route files that export methods.

use std::collections::BTreeSet;

use super::is_script;
use crate::{
    facts::{EntryKind, EntryPoint, ModuleId},
    import::code::{
        outline::Outline,
        resolve::{Resolved, Source},
    },
};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Finds the routes of all files.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    let projects = Projects::new(sources);
    let mut entries = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        if !is_script(source) {
            continue;
        }
        let module = ModuleId::at(at);
        for (method, path, export) in routes(&source.path, &source.outline, &projects) {
            let function = function(&source.outline, export)
                .and_then(|place| resolved.symbols.function_id(module, place));
            let route = format!("{method} {path}");
            entries.push(EntryPoint { module, function, kind: EntryKind::Http, route });
        }
    }
    entries
}

/// Folders in which a framework that routes by files is configured.
struct Projects {
    next: BTreeSet<String>,
    nuxt: BTreeSet<String>,
}

impl Projects {
    fn new(sources: &[Source]) -> Self {
        let with = |config: &str| {
            let files = sources.iter().filter_map(|source| {
                let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
                file.starts_with(config).then(|| folder.to_owned())
            });
            files.collect()
        };
        Self { next: with("next.config."), nuxt: with("nuxt.config.") }
    }
}

type Found = Vec<(&'static str, String, &'static str)>;

/// Methods, paths, and the name of the export that serves each.
fn routes(path: &str, outline: &Outline, projects: &Projects) -> Found {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let Some((stem, _)) = file.rsplit_once('.') else { return Vec::new() };
    let segments: Vec<&str> = folder.split('/').collect();
    let below = |name: &str| {
        segments.iter().rposition(|it| *it == name).map(|at| segments[at + 1..].to_vec())
    };
    match stem {
        "route" => match below("app").or_else(|| below("api")) {
            Some(rest) => methods(outline, &bracketed(&rest)),
            None => Vec::new(),
        },
        "page" if exports(outline, "default") => match below("app") {
            Some(rest) => vec![("GET", bracketed(&rest), "default")],
            None => Vec::new(),
        },
        "+server" => methods(outline, &bracketed(&below("routes").unwrap_or_default())),
        "+page.server" => {
            let route = bracketed(&below("routes").unwrap_or_default());
            let load = exports(outline, "load").then(|| ("GET", route.clone(), "load"));
            let actions = exports(outline, "actions").then_some(("POST", route, "actions"));
            load.into_iter().chain(actions).collect()
        }
        _ => pages(&segments, stem, outline, projects)
            .or_else(|| remix(&segments, stem, outline))
            .or_else(|| nuxt(&segments, stem, outline, projects))
            .unwrap_or_default(),
    }
}

/// `pages/orders/[id].tsx` and `pages/api/orders.ts` of Next.js.
fn pages(segments: &[&str], stem: &str, outline: &Outline, projects: &Projects) -> Option<Found> {
    let at = segments.iter().position(|it| *it == "pages")?;
    let around = segments[..at].join("/");
    let root = around.strip_suffix("/src").unwrap_or(if around == "src" { "" } else { &around });
    if !projects.next.contains(root) || stem.starts_with('_') || !exports(outline, "default") {
        return None;
    }
    let mut rest = segments[at + 1..].to_vec();
    let is_api = rest.first() == Some(&"api");
    if stem != "index" {
        rest.push(stem);
    }
    Some(vec![(if is_api { "ANY" } else { "GET" }, bracketed(&rest), "default")])
}

/// `server/api/orders.get.ts` of Nuxt.
fn nuxt(segments: &[&str], stem: &str, outline: &Outline, projects: &Projects) -> Option<Found> {
    let at = segments.iter().position(|it| *it == "server")?;
    let kind = segments.get(at + 1).filter(|it| matches!(**it, "api" | "routes"))?;
    let is_project = projects.nuxt.contains(&segments[..at].join("/"));
    if !is_project || !exports(outline, "default") {
        return None;
    }
    let mut rest = segments[if *kind == "api" { at + 1 } else { at + 2 }..].to_vec();
    let (name, method) = stem.rsplit_once('.').unwrap_or((stem, ""));
    let method = METHODS.iter().find(|it| it.eq_ignore_ascii_case(method)).copied();
    let name = if method.is_some() { name } else { stem };
    if name != "index" {
        rest.push(name);
    }
    Some(vec![(method.unwrap_or("ANY"), bracketed(&rest), "default")])
}

/// `app/routes/orders.$id.tsx` of Remix and React Router.
fn remix(segments: &[&str], stem: &str, outline: &Outline) -> Option<Found> {
    let at = segments.windows(2).position(|two| two == ["app", "routes"])?;
    let mut parts: Vec<String> = Vec::new();
    let folders = segments[at + 2..].iter();
    for name in folders.copied().chain([stem]) {
        let name = name.strip_suffix('+').unwrap_or(name);
        parts.extend(name.split('.').map(str::to_owned));
    }
    let last = parts.len().saturating_sub(1);
    let route: Vec<String> = parts
        .iter()
        .enumerate()
        .filter(|(at, part)| {
            let is_index = matches!(part.as_str(), "_index" | "index" | "route");
            !(part.starts_with('_') || is_index && *at == last)
        })
        .map(|(_, part)| dynamic(part.trim_end_matches('_')))
        .collect();
    let route = format!("/{}", route.join("/"));
    let mut found = Vec::new();
    if exports(outline, "loader") {
        found.push(("GET", route.clone(), "loader"));
    } else if exports(outline, "default") {
        found.push(("GET", route.clone(), "default"));
    }
    if exports(outline, "action") {
        found.push(("POST", route, "action"));
    }
    Some(found)
}

fn dynamic(part: &str) -> String {
    let (part, optional) = match part.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some(inner) => (inner, "?"),
        None => (part, ""),
    };
    match part.strip_prefix('$') {
        Some("") => "*".to_owned(),
        Some(name) => format!(":{name}{optional}"),
        None => format!("{part}{optional}"),
    }
}

/// The methods that a file exports functions for.
fn methods(outline: &Outline, route: &str) -> Found {
    let exported = METHODS.into_iter().filter(|method| exports(outline, method));
    exported.map(|method| (method, route.to_owned(), method)).collect()
}

/// `orders/[id]` is `/orders/:id`; groups and slots say nothing.
fn bracketed(segments: &[&str]) -> String {
    let mut route = String::new();
    for segment in segments {
        if segment.starts_with('(') && segment.ends_with(')') || segment.starts_with('@') {
            continue;
        }
        let inner = segment.trim_start_matches('[').trim_end_matches(']');
        route.push('/');
        match inner.strip_prefix("...") {
            Some(rest) => route.push_str(&format!("*{rest}")),
            None if segment.starts_with('[') => route.push_str(&format!(":{inner}")),
            None => route.push_str(segment),
        }
    }
    if route.is_empty() { "/".to_owned() } else { route }
}

fn exports(outline: &Outline, name: &str) -> bool {
    let is_public = |visibility| visibility == crate::facts::Visibility::Public;
    let free = outline.functions.iter().filter(|it| it.owner.is_none());
    let handed = outline.imports.iter().filter(|it| it.reexport);
    free.filter(|it| is_public(it.visibility)).any(|it| it.name == name)
        || outline.types.iter().any(|it| it.name == name)
        || handed.into_iter().any(|it| {
            it.alias.as_deref().or(it.member.as_deref()) == Some(name)
        })
        || outline.top.iter().any(|stmt| {
            matches!(stmt, crate::import::code::outline::Stmt::Let { name: bound, .. } if bound == name)
        })
}

/// The function that an export is, by its place.
fn function(outline: &Outline, export: &str) -> Option<usize> {
    let named =
        |name: &str| outline.functions.iter().position(|it| it.owner.is_none() && it.name == name);
    named(export).or_else(|| {
        let handed = outline
            .imports
            .iter()
            .find(|it| it.reexport && it.path.is_empty() && it.alias.as_deref() == Some(export))?;
        named(handed.member.as_deref()?)
    })
}
