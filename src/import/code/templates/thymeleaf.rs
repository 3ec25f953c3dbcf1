//! Thymeleaf's templates: the fragments that they take from each other, and the controllers that show them.

use super::{Found, jsp::shows_views, lines_between, named::Named, outline};
use crate::{
    facts::ModuleId,
    import::code::{
        language::{Language, Rules},
        outline::{Expr, ExprKind, Outline, Stmt, TypeRef},
        resolve::{Own, Source},
        symbols::Symbols,
    },
};

/// Pages and mails as Thymeleaf fills them.
#[derive(Clone, Copy, Debug)]
pub struct Thymeleaf;

const NAME: &str = "Thymeleaf";

/// Folders whose content is asked for by path.
const ROOTS: [&str; 1] = ["templates"];

/// Attributes whose value names a fragment of another template.
const FRAGMENTS: [&str; 5] = ["replace", "insert", "include", "decorate", "decorator"];

static RULES: Rules = Rules {
    family: NAME,
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

impl Language for Thymeleaf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm"]
    }

    fn reads(&self, path: &str) -> bool {
        path.contains("resources/") && path.split('/').any(|folder| folder == ROOTS[0])
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        outline(expressions(text), text)
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
        let code = sources.iter().position(|it| matches!(it.language.name(), "Java" | "Kotlin"));
        let mut found = Found::default();
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() != NAME {
                continue;
            }
            let module = ModuleId::at(at);
            for stmt in &source.outline.top {
                let Stmt::Expr(expr) = stmt else { continue };
                let to = match &expr.kind {
                    ExprKind::Text(text) => template(&named, at, text).map(ModuleId::at),
                    ExprKind::Type(ty) => code.and_then(|code| {
                        let id = symbols.type_named(ModuleId::at(code), &ty.name)?;
                        symbols.declarations(id).first().map(|(module, _)| *module)
                    }),
                    _ => None,
                };
                match to {
                    Some(to) => found.link(module, None, to, expr.line),
                    None => found.references.outside += 1,
                }
            }
        }
        let shows: Vec<bool> = sources.iter().map(shows_views).collect();
        found.named_by_code(sources, symbols, &["Java", "Kotlin"], |from, text| {
            (shows[from] || text.ends_with(".html")).then(|| template(&named, from, text))?
        });
        Some(found.into_own())
    }
}

/// The template of a name, which its ending may be left out of.
fn template(named: &Named<'_>, from: usize, name: &str) -> Option<usize> {
    if name.is_empty() || name.contains(char::is_whitespace) {
        return None;
    }
    let name = name.split(" :: ").next().unwrap_or(name);
    named.find(from, name).or_else(|| named.find(from, &format!("{name}.html")))
}

/// Names of templates as texts, and classes that expressions name: `T(shop.orders.State)`.
fn expressions(text: &str) -> Vec<Expr> {
    let mut found = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1, 0);
    let mut move_to = |to: usize| {
        line += lines_between(text, counted, to);
        counted = to;
        line
    };
    while let Some(sign) = text[at..].find(['=', '(']).map(|sign| sign + at) {
        at = sign + 1;
        let before = &text[..sign];
        if text[sign..].starts_with('(') {
            let is_type = before.ends_with('T')
                && !before[..before.len() - 1].ends_with(|c: char| c.is_alphanumeric());
            let name = text[at..].split(')').next().unwrap_or_default().trim();
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
            if is_type && name.contains('.') && name.chars().all(is_name) {
                let line = move_to(sign);
                let ty = TypeRef { name: name.replace('$', "."), args: Vec::new(), line };
                found.push(Expr::new(ExprKind::Type(ty), line));
            }
            continue;
        }
        let attribute = before.trim_end();
        let start = attribute.rfind(|c: char| !(c.is_alphanumeric() || c == '-' || c == ':'));
        let attribute = &attribute[start.map_or(0, |start| {
            start + attribute[start..].chars().next().map_or(1, char::len_utf8)
        })..];
        let Some((space, word)) = attribute.rsplit_once([':', '-']) else { continue };
        if !FRAGMENTS.contains(&word) || !matches!(space, "th" | "layout" | "data-th") {
            continue;
        }
        let value = text[at..].trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        let value = value[1..].split(quote).next().unwrap_or_default();
        let line = move_to(sign);
        for name in fragments(value) {
            found.push(Expr::new(ExprKind::Text(name.to_owned()), line));
        }
    }
    found
}

/// The templates that a value names: `~{fragments/layout :: head}`, `fragments/layout :: head`.
fn fragments(value: &str) -> Vec<&str> {
    let parts: Vec<&str> = if value.contains("~{") {
        value.split("~{").skip(1).map(|part| part.split('}').next().unwrap_or_default()).collect()
    } else {
        vec![value]
    };
    let names = parts.into_iter().map(|part| part.split("::").next().unwrap_or_default());
    names
        .map(|name| name.trim().trim_matches('\''))
        .filter(|name| !name.is_empty() && *name != "this" && !name.contains(['$', '(']))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_name_their_templates() {
        assert_eq!(fragments("~{parts/layout :: layout (~{::body},'a')}"), ["parts/layout"]);
        assert_eq!(fragments("parts/head :: head"), ["parts/head"]);
        assert_eq!(fragments("~{::menu}"), Vec::<&str>::new());
    }
}
