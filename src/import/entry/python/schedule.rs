//! Tasks that Celery runs by the clock: its schedule in the settings, and what is added to it.

use super::{Program, text};
use crate::{
    facts::{EntryKind, EntryPoint, ModuleId},
    import::code::{
        outline::{Expr, ExprKind, Stmt},
        symbols::Target,
    },
};

/// Finds what schedules name.
pub(super) fn find(program: Program<'_>) -> Vec<EntryPoint> {
    let mut found = Vec::new();
    for (module, source) in program.modules() {
        for stmt in &source.outline.top {
            let (name, value) = match stmt {
                Stmt::Let { name, value: Some(value), .. } => (name.as_str(), value),
                Stmt::Assign { target, value } => match &target.kind {
                    ExprKind::Member(_, name) => (name.as_str(), value),
                    _ => continue,
                },
                _ => continue,
            };
            if name.to_uppercase().ends_with("BEAT_SCHEDULE") {
                entries(program, module, value, &mut found);
            }
        }
    }
    found
}

/// `{"nightly": {"task": "shop.tasks.clean", "schedule": …}}`
fn entries(program: Program<'_>, module: ModuleId, value: &Expr, found: &mut Vec<EntryPoint>) {
    let ExprKind::Map(pairs) = &value.kind else { return };
    for (name, said) in pairs {
        let (Some(route), ExprKind::Map(said)) = (text(name), &said.kind) else { continue };
        let task = said.iter().find(|(key, _)| text(key) == Some("task"));
        let Some(task) = task.and_then(|(_, task)| text(task)) else { continue };
        let symbols = &program.resolved.symbols;
        let target = symbols.lookup(module, None, task, value.line);
        let ids = match target {
            Some(Target::Functions(ids)) => ids,
            _ => continue,
        };
        if let Some((id, (module, _))) =
            ids.first().and_then(|id| Some((*id, symbols.function(*id)?)))
        {
            let (function, kind, route) = (Some(id), EntryKind::Job, route.to_owned());
            found.push(EntryPoint { module, function, kind, route });
        }
    }
}
