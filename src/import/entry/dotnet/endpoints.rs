//! Routes that code maps to functions (`app.MapGet("/orders", …)`, groups of them), endpoints as classes, functions
//! of Azure, and jobs that Hangfire is told of.

use rustc_hash::FxHashMap;

use super::{File, first_text, path, plain_name, text};
use crate::{
    facts::{EntryKind, FunctionId},
    import::{
        code::{
            outline::{Expr, ExprKind, FunctionDecl, Stmt},
            types::MemberUse,
        },
        entry::Entries,
    },
};

pub(super) fn find(file: &File<'_>, entries: &mut Entries) {
    mapped(file, entries);
    as_classes(file, entries);
    azure(file, entries);
    hangfire(file, entries);
}

/// The method of HTTP that a mapping function stands for.
fn method_of(member: &str) -> Option<&'static str> {
    Some(match member {
        "MapGet" => "GET",
        "MapPost" => "POST",
        "MapPut" => "PUT",
        "MapDelete" => "DELETE",
        "MapPatch" => "PATCH",
        "MapMethods" => "ANY",
        _ => return None,
    })
}

/// Minimal APIs. Paths of groups are put before those of their routes, as far as variables of the function tell.
fn mapped(file: &File<'_>, entries: &mut Entries) {
    let outline = &file.source.outline;
    let mut bodies: Vec<(Option<usize>, &[Stmt])> = vec![(None, &outline.top)];
    bodies.extend(outline.functions.iter().enumerate().map(|(at, it)| (Some(at), &it.body[..])));
    for (at, body) in bodies {
        let mut groups: FxHashMap<&str, String> = FxHashMap::default();
        let mut routes: Vec<(String, &Expr, &Expr)> = Vec::new();
        for stmt in body {
            if let Stmt::Let { name, value: Some(value), .. } = stmt
                && let Some(prefix) = prefix_of(value, &groups, 0)
            {
                groups.insert(name, prefix);
            }
            stmt.walk(&mut |expr| {
                let ExprKind::Call { callee, args } = &expr.kind else { return };
                let ExprKind::Member(of, member) = &callee.kind else { return };
                let Some(method) = method_of(member) else { return };
                let [first, .., last] = &args[..] else { return };
                let Some(template) = text(&first.value) else { return };
                let prefix = prefix_of(of, &groups, 0).unwrap_or_default();
                let route = format!("{method} {}", path(&[&prefix, template]));
                routes.push((route, expr, &last.value));
            });
        }
        for (route, _, handler) in routes {
            let own = at.and_then(|at| file.resolved.symbols.function_id(file.module(), at));
            let owner = at.and_then(|at| outline.functions[at].owner);
            let function = handled_by(file, handler, owner).or(own);
            entries.entry_points.push(file.entry(function, EntryKind::Http, route));
        }
    }
}

/// The path that a group of routes stands under: `app.MapGroup("/orders")`, or a variable that holds one.
fn prefix_of(expr: &Expr, groups: &FxHashMap<&str, String>, depth: u32) -> Option<String> {
    if depth > 60 {
        return None;
    }
    match &expr.kind {
        ExprKind::Name(name) => groups.get(name.as_str()).cloned(),
        ExprKind::Same(inner) => prefix_of(inner, groups, depth + 1),
        ExprKind::Call { callee, args } => {
            let ExprKind::Member(of, member) = &callee.kind else { return None };
            let before = prefix_of(of, groups, depth + 1);
            if member != "MapGroup" {
                return before;
            }
            let own = first_text(args).unwrap_or_default();
            Some(path(&[&before.unwrap_or_default(), own]))
        }
        _ => None,
    }
}

/// The function that a handler names; a lambda is part of the function around it.
fn handled_by(file: &File<'_>, handler: &Expr, owner: Option<usize>) -> Option<FunctionId> {
    let name = match &handler.kind {
        ExprKind::Name(name) => name,
        ExprKind::Member(_, name) => name,
        ExprKind::Same(inner) => return handled_by(file, inner, owner),
        _ => return None,
    };
    let functions = file.source.outline.functions.iter().enumerate();
    let is_own = matches!(handler.kind, ExprKind::Name(_));
    let mut found = functions
        .filter(|(_, it)| it.name == *name && (!is_own || it.owner == owner || owner.is_none()));
    let (at, _) = found.next()?;
    file.resolved.symbols.function_id(file.module(), at)
}

/// FastEndpoints: `Configure` says the route, `HandleAsync` or `ExecuteAsync` does the work.
fn as_classes(file: &File<'_>, entries: &mut Entries) {
    let outline = &file.source.outline;
    for configure in outline.functions.iter().filter(|it| it.name == "Configure") {
        let Some(owner) = configure.owner else { continue };
        let class = file.resolved.symbols.declared(file.module(), owner);
        let is_endpoint = class.is_some_and(|class| {
            ["Endpoint", "EndpointWithoutRequest", "EndpointWithMapping", "BaseEndpoint"]
                .iter()
                .any(|base| file.resolved.symbols.descends_from(class, base))
        });
        if !is_endpoint {
            continue;
        }
        let handler = outline.functions.iter().position(|it| {
            it.owner == Some(owner) && matches!(it.name.as_str(), "HandleAsync" | "ExecuteAsync")
        });
        let id = handler.and_then(|at| file.resolved.symbols.function_id(file.module(), at));
        for stmt in &configure.body {
            stmt.walk(&mut |expr| {
                let ExprKind::Call { callee, args } = &expr.kind else { return };
                let ExprKind::Name(name) = &callee.kind else { return };
                let method = match name.as_str() {
                    "Get" | "Post" | "Put" | "Patch" | "Delete" => name.to_uppercase(),
                    "Routes" => "ANY".to_owned(),
                    _ => return,
                };
                if let Some(template) = first_text(args) {
                    let route = format!("{method} {}", path(&[template]));
                    entries.entry_points.push(file.entry(id, EntryKind::Http, route));
                }
            });
        }
    }
}

/// Functions of Azure, told by the attributes of their parameters.
fn azure(file: &File<'_>, entries: &mut Entries) {
    for (at, function) in file.source.outline.functions.iter().enumerate() {
        let is_one = function
            .annotations
            .iter()
            .any(|it| matches!(plain_name(it), "Function" | "FunctionName"));
        if !is_one {
            continue;
        }
        let id = file.resolved.symbols.function_id(file.module(), at);
        for (kind, route) in triggers(function) {
            entries.entry_points.push(file.entry(id, kind, route));
        }
    }
}

fn triggers(function: &FunctionDecl) -> Vec<(EntryKind, String)> {
    let mut found = Vec::new();
    for annotation in function.params.iter().flat_map(|param| &param.annotations) {
        let name = plain_name(annotation);
        let Some(trigger) = name.strip_suffix("Trigger") else { continue };
        let first = first_text(&annotation.args).unwrap_or_default().to_owned();
        found.push(match trigger {
            "Http" => {
                let route = annotation.args.iter().find(|it| it.name.as_deref() == Some("Route"));
                let route = route.and_then(|it| text(&it.value)).unwrap_or(&function.name);
                (EntryKind::Http, format!("ANY {}", path(&["api", route])))
            }
            "Timer" => (EntryKind::Job, first),
            _ => (EntryKind::Message, first),
        });
    }
    found
}

/// `RecurringJob.AddOrUpdate<Mailer>(m => m.Send(), Cron.Daily)`, `BackgroundJob.Enqueue(() => …)`.
fn hangfire(file: &File<'_>, entries: &mut Entries) {
    let uses = &file.resolved.uses[file.at];
    let is_job = |use_: &&MemberUse<'_>| {
        let of = use_.receiver.outside_name().map(str::to_owned);
        let of = of.or_else(|| called_on(use_.expr)).unwrap_or_default();
        let told = matches!(
            of.as_str(),
            "RecurringJob"
                | "BackgroundJob"
                | "IRecurringJobManager"
                | "IBackgroundJobClient"
                | "RecurringJobManager"
                | "BackgroundJobClient"
        );
        told && matches!(use_.member, "AddOrUpdate" | "Enqueue" | "Schedule" | "ContinueJobWith")
    };
    for job in uses.iter().filter(is_job) {
        for arg in job.args {
            let ExprKind::Lambda { body, .. } = &arg.value.kind else { continue };
            let mut within: Vec<*const Expr> = Vec::new();
            for stmt in body {
                stmt.walk(&mut |expr| within.push(std::ptr::from_ref(expr)));
            }
            let called = uses.iter().filter(|use_| within.contains(&std::ptr::from_ref(use_.expr)));
            for id in called.filter_map(|use_| use_.target) {
                let Some((module, _)) = file.resolved.symbols.function(id) else { continue };
                let mut entry = file.entry(Some(id), EntryKind::Job, String::new());
                entry.module = module;
                entries.entry_points.push(entry);
            }
        }
    }
}

/// The name of what a function is called on.
fn called_on(expr: &Expr) -> Option<String> {
    let ExprKind::Call { callee, .. } = &expr.kind else { return None };
    let callee = match &callee.kind {
        ExprKind::Applied(callee, _) => callee,
        _ => callee,
    };
    match &callee.kind {
        ExprKind::Member(of, _) => of.dotted(),
        _ => None,
    }
}
