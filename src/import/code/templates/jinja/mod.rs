//! Templates of Django and Jinja: what they extend, include and load, and the routes that they lead to.

mod views;

use self::views::Views;
use super::{Found, named::Named, outline, tags};
use crate::{
    facts::ModuleId,
    import::code::{
        language::{Language, Rules},
        outline::{Expr, ExprKind, Outline, Stmt},
        resolve::{Own, Source},
        symbols::Symbols,
    },
};

/// Pages and mails as Django and Jinja fill them.
#[derive(Clone, Copy, Debug)]
pub struct Jinja;

const NAME: &str = "Jinja";

/// Folders whose content is asked for by path.
const ROOTS: [&str; 3] = ["templates", "jinja2", "jinja"];

/// The languages whose code fills these templates.
const CODE: [&str; 1] = ["Python"];

static RULES: Rules = Rules {
    family: NAME,
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

impl Language for Jinja {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "txt", "jinja", "jinja2", "j2"]
    }

    /// Pages below a folder of templates; those among the resources of a Java program are written otherwise.
    fn reads(&self, path: &str) -> bool {
        let mut folders = path.split('/').rev().skip(1);
        folders.any(|folder| ROOTS.contains(&folder)) && !path.contains("resources/")
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        outline(tags::expressions(text), text)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn is_builtin(&self, _name: &str) -> bool {
        true
    }

    fn resolve<'a>(
        &self,
        sources: &'a [Source],
        symbols: &Symbols<'a>,
        _manifests: &[(String, String)],
    ) -> Option<Own<'a>> {
        let named = Named::new(sources, NAME, &ROOTS);
        let views = Views::new(sources, symbols);
        let mut found = Found::default();
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() != NAME {
                continue;
            }
            for stmt in &source.outline.top {
                if let Stmt::Expr(expr) = stmt {
                    refer(at, expr, &named, &views, &mut found);
                }
            }
        }
        found.named_by_code(sources, symbols, &CODE, |from, text| {
            named.find(from, below_root(text)?)
        });
        for (from, function, name, line) in views.implied_templates() {
            if let Some(to) = named.find(from.index(), &name) {
                found.link(from, function, ModuleId::at(to), line);
            }
        }
        Some(found.into_own())
    }
}

/// The name of a template in a text, which may name the package and the folder before it: `shop:templates/a.html`.
fn below_root(text: &str) -> Option<&str> {
    if !text.contains('.') || text.contains(char::is_whitespace) {
        return None;
    }
    Some(text.split_once(":templates/").map_or(text, |(_, name)| name))
}

/// What one expression of a template refers to.
fn refer(at: usize, expr: &Expr, named: &Named<'_>, views: &Views<'_>, found: &mut Found) {
    let module = ModuleId::at(at);
    match &expr.kind {
        ExprKind::Text(text) => {
            if let Some(to) = below_root(text).and_then(|name| named.find(at, name)) {
                found.link(module, None, ModuleId::at(to), expr.line);
            }
        }
        ExprKind::Call { callee, args } => {
            let name = callee.dotted().unwrap_or_default();
            let name = name.rsplit('.').next().unwrap_or_default();
            let text = args.first().and_then(|arg| match &arg.value.kind {
                ExprKind::Text(text) => Some(text.as_str()),
                _ => None,
            });
            match (name, text) {
                ("load", _) => {
                    let words = args.iter().filter_map(|arg| arg.value.dotted());
                    for to in words.filter_map(|word| views.library(at, &word)) {
                        found.link(module, None, to, expr.line);
                    }
                }
                ("url" | "url_for" | "route_path" | "route_url", Some(text)) => {
                    match views.named(at, text) {
                        Some(to) => found.link(module, None, to, expr.line),
                        None if text.starts_with("static") || text.contains('/') => {
                            found.references.outside += 1;
                        }
                        None => found.unresolved(text),
                    }
                }
                _ => {}
            }
        }
        _ => {}
    }
}
