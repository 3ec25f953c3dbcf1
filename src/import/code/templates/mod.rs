//! Templates of web pages: modules that name each other, code and routes, and that code names by their paths.

pub mod jinja;
pub mod jsp;
mod named;
pub mod razor;
mod tags;
pub mod thymeleaf;
pub mod twig;

use std::collections::BTreeMap;

use super::{
    outline::{Expr, ExprKind, Outline, Stmt},
    resolve::{Own, Source},
    symbols::Symbols,
};
use crate::facts::{Call, CallKind, Certainty, FunctionId, LanguageReport, ModuleId, References};

/// How many of the most frequent unresolved names a report tells.
const MOST_UNRESOLVED: usize = 10;

/// What templates of one language refer to, and who refers to them.
#[derive(Default)]
struct Found {
    calls: Vec<Call>,
    references: References,
    unresolved: BTreeMap<String, u32>,
}

impl Found {
    /// Records that a module names another one.
    fn link(&mut self, from: ModuleId, function: Option<FunctionId>, to: ModuleId, line: u32) {
        self.references.exact += 1;
        if from != to {
            self.calls.push(Call {
                from_module: from,
                from_function: function,
                to_module: to,
                to_function: None,
                kind: CallKind::Import,
                line,
                certainty: Certainty::Exact,
                in_loop: false,
            });
        }
    }

    fn unresolved(&mut self, name: &str) {
        self.references.unresolved += 1;
        *self.unresolved.entry(name.to_owned()).or_insert(0) += 1;
    }

    fn into_own<'a>(self) -> Own<'a> {
        let mut most: Vec<(String, u32)> = self.unresolved.into_iter().collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        most.truncate(MOST_UNRESOLVED);
        let report = LanguageReport {
            references: self.references,
            most_unresolved: most,
            ..LanguageReport::default()
        };
        Own { calls: self.calls, report, ..Own::default() }
    }

    /// Every text of the code in some languages that is the name of a template, as `find` knows it.
    fn named_by_code(
        &mut self,
        sources: &[Source],
        symbols: &Symbols<'_>,
        languages: &[&str],
        find: impl Fn(usize, &str) -> Option<usize>,
    ) {
        let code = sources.iter().enumerate();
        for (at, source) in code.filter(|(_, it)| languages.contains(&it.language.name())) {
            let module = ModuleId::at(at);
            source.outline.walk(&mut |function, expr| {
                if let ExprKind::Text(text) = &expr.kind
                    && let Some(to) = find(at, text)
                {
                    let function = function.and_then(|it| symbols.function_id(module, it));
                    self.link(module, function, ModuleId::at(to), expr.line);
                }
            });
        }
    }
}

/// An outline of a template that says what stands in it, and how long it is.
fn outline(top: Vec<Expr>, text: &str) -> Outline {
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    Outline { top: top.into_iter().map(Stmt::Expr).collect(), lines, ..Outline::default() }
}

/// How many lines end between two places in a text.
fn lines_between(text: &str, from: usize, to: usize) -> u32 {
    let bytes = text.as_bytes().get(from..to).unwrap_or_default();
    u32::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
