//! Twig's templates: what they extend, include and embed, the routes and controllers that they lead to, and the
//! functions that extensions add.

mod controllers;

use self::controllers::Controllers;
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

/// Pages and mails as Twig fills them.
#[derive(Clone, Copy, Debug)]
pub struct Twig;

const NAME: &str = "Twig";

/// Folders whose content is asked for by path.
const ROOTS: [&str; 4] = ["templates", "views", "themes", "twig"];

static RULES: Rules = Rules {
    family: NAME,
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

impl Language for Twig {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["twig"]
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
        let controllers = Controllers::new(sources, symbols);
        let mut found = Found::default();
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() != NAME {
                continue;
            }
            for stmt in &source.outline.top {
                if let Stmt::Expr(expr) = stmt {
                    refer(at, expr, &named, &controllers, &mut found);
                }
            }
        }
        found.named_by_code(sources, symbols, &["PHP"], |from, text| template(&named, from, text));
        Some(found.into_own())
    }
}

/// The template that a text names: by its path below a root, which a bundle's name may stand before
/// (`@Shop/order.html.twig`, `ShopBundle:Order:show.html.twig`).
fn template(named: &Named<'_>, from: usize, text: &str) -> Option<usize> {
    if !text.ends_with(".twig") {
        return None;
    }
    let (space, name) = match text.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((space, name)) => (space.trim_start_matches('!'), name.to_owned()),
        None => match text.split_once(':') {
            Some((bundle, rest)) => (bundle, rest.trim_start_matches(':').replace(':', "/")),
            None => ("", text.to_owned()),
        },
    };
    if space.is_empty() {
        return named.find(from, &name);
    }
    let plain = |text: &str| {
        let text = text.to_lowercase().replace(['-', '_'], "");
        text.strip_suffix("bundle").unwrap_or(&text).to_owned()
    };
    let space = plain(space);
    let fits = |path: &str| path.split('/').any(|folder| plain(folder) == space);
    let inner = format!("{space}/{name}");
    named
        .find_where(from, &name, fits)
        .or_else(|| named.find_where(from, &inner, |_| true))
        .or_else(|| named.find(from, &name))
}

/// What one expression of a template refers to.
fn refer(at: usize, expr: &Expr, named: &Named<'_>, controllers: &Controllers, found: &mut Found) {
    let module = ModuleId::at(at);
    match &expr.kind {
        ExprKind::Text(text) => {
            if let Some(to) = template(named, at, text) {
                found.link(module, None, ModuleId::at(to), expr.line);
            }
        }
        ExprKind::Call { callee, args } => {
            let name = callee.dotted().unwrap_or_default();
            let text = args.first().and_then(|arg| match &arg.value.kind {
                ExprKind::Text(text) => Some(text.as_str()),
                _ => None,
            });
            match (name.as_str(), text) {
                ("path" | "url", Some(route)) => match controllers.route(route) {
                    Some(to) => found.link(module, None, to, expr.line),
                    None => found.unresolved(route),
                },
                ("controller" | "constant" | "enum" | "enum_cases", Some(class)) => {
                    let class = class.split("::").next().unwrap_or(class);
                    match controllers.class(class) {
                        Some(to) => found.link(module, None, to, expr.line),
                        None => found.references.outside += 1,
                    }
                }
                (function, _) => {
                    if let Some(to) = controllers.function(function) {
                        found.link(module, None, to, expr.line);
                    }
                }
            }
        }
        _ => {}
    }
}
