//! Entry points of Python programs that no decorator declares: Django's routes and commands, GraphQL's mutations
//! and queries, tasks on a schedule.

mod graphql;
pub(super) mod mounts;
mod schedule;
mod urls;
mod views;

use crate::{
    facts::{EntryKind, EntryPoint, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind},
        resolve::{Resolved, Source},
    },
};

/// Finds them in all Python files.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    let program = Program { sources, resolved };
    let mut found = urls::find(program);
    found.extend(graphql::find(program));
    found.extend(schedule::find(program));
    found.extend(commands(program));
    found
}

/// All sources, and what their names mean.
#[derive(Clone, Copy)]
struct Program<'a> {
    sources: &'a [Source],
    resolved: &'a Resolved<'a>,
}

impl<'a> Program<'a> {
    /// The Python files.
    fn modules(self) -> impl Iterator<Item = (ModuleId, &'a Source)> {
        let all = self.sources.iter().enumerate();
        all.filter(|(_, it)| it.language.name() == "Python").map(|(at, it)| (ModuleId::at(at), it))
    }
}

/// Django's commands: `handle` of what stands below `management/commands`.
fn commands(program: Program<'_>) -> Vec<EntryPoint> {
    let mut found = Vec::new();
    for (module, source) in program.modules() {
        let Some((folder, file)) = source.path.rsplit_once('/') else { continue };
        if !folder.ends_with("management/commands") {
            continue;
        }
        let handles = source.outline.functions.iter().enumerate();
        for (at, _) in handles.filter(|(_, decl)| decl.name == "handle" && decl.owner.is_some()) {
            let function = program.resolved.symbols.function_id(module, at);
            let route = file.trim_end_matches(".py").to_owned();
            found.push(EntryPoint { module, function, kind: EntryKind::Command, route });
        }
    }
    found
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Same(inner) => text(inner),
        // `_("orders/")`
        ExprKind::Call { args, .. } => match &args[..] {
            [only] => text(&only.value),
            _ => None,
        },
        _ => None,
    }
}

fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The argument of that name, or the one at that place.
fn argument<'e>(args: &'e [Arg], name: &str, place: usize) -> Option<&'e Expr> {
    let named = args.iter().find(|arg| arg.name.as_deref() == Some(name));
    named.or_else(|| args.get(place).filter(|arg| arg.name.is_none())).map(|arg| &arg.value)
}
