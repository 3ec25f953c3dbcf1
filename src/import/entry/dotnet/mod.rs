//! Entry points of .NET programs: controllers with routes of their own or by convention, Razor pages, minimal APIs,
//! endpoints as classes, hubs, functions of Azure, jobs of Hangfire; and what a mediator calls.

mod controllers;
mod endpoints;
mod mediator;

#[cfg(test)]
mod tests;

use super::{Entries, constants::Constants};
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Annotation, Arg, Expr, ExprKind},
        resolve::{Resolved, Source},
    },
};

/// Finds the entry points of all C# files, `Main` and hosted services excepted.
pub(super) fn find(
    sources: &[Source],
    resolved: &Resolved<'_>,
    constants: &Constants,
    entries: &mut Entries,
) {
    if !sources.iter().any(|source| source.language.name() == "C#") {
        return;
    }
    for (at, source) in sources.iter().enumerate() {
        if source.language.name() != "C#" {
            continue;
        }
        let file = File { at, source, resolved, constants };
        controllers::find(&file, entries);
        endpoints::find(&file, entries);
    }
    mediator::connect(sources, resolved, entries);
}

/// One file with what its names mean.
struct File<'a> {
    at: usize,
    source: &'a Source,
    resolved: &'a Resolved<'a>,
    constants: &'a Constants,
}

impl File<'_> {
    fn module(&self) -> ModuleId {
        ModuleId::at(self.at)
    }

    fn entry(&self, function: Option<FunctionId>, kind: EntryKind, route: String) -> EntryPoint {
        EntryPoint { module: self.module(), function, kind, route }
    }

    fn texts(&self, annotation: &Annotation) -> Vec<String> {
        self.constants.texts(self.at, annotation, &["value", "template", "Template", "name"])
    }
}

fn named<'a>(annotations: &'a [Annotation], name: &str) -> Option<&'a Annotation> {
    annotations.iter().find(|annotation| plain_name(annotation) == name)
}

/// The name of an attribute without what qualifies it and without its ending.
fn plain_name(annotation: &Annotation) -> &str {
    let name = annotation.name.rsplit('.').next().unwrap_or(&annotation.name);
    name.strip_suffix("Attribute").unwrap_or(name)
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(own) => Some(own),
        ExprKind::Same(inner) => text(inner),
        ExprKind::Other(parts) => match parts.first().map(|first| &first.kind) {
            Some(ExprKind::Text(own)) => Some(own),
            _ => None,
        },
        _ => None,
    }
}

fn first_text(args: &[Arg]) -> Option<&str> {
    args.iter().find_map(|arg| text(&arg.value))
}

/// Parts of a path with one `/` before each.
fn path(parts: &[&str]) -> String {
    let segments = parts.iter().flat_map(|part| part.split('/'));
    let segments: Vec<&str> =
        segments.map(str::trim).filter(|part| !part.is_empty() && *part != "~").collect();
    format!("/{}", segments.join("/"))
}
