//! Procedures of tRPC, consumers of queues, scheduled jobs and commands, as calls set them up.

use super::{
    Scene,
    chain::{Chain, Link, bare, entry, text},
};
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId},
    import::code::outline::{Arg, Expr, ExprKind},
};

const QUEUES: [&str; 10] = [
    "bull",
    "bullmq",
    "kafkajs",
    "amqplib",
    "amqp-connection-manager",
    "bee-queue",
    "nats",
    "pg-boss",
    "kue",
    "rhea",
];

const SCHEDULERS: [&str; 8] = [
    "node-cron",
    "cron",
    "node-schedule",
    "agenda",
    "bree",
    "croner",
    "toad-scheduler",
    "@breejs/later",
];

/// Enters what a chain sets up.
pub(super) fn read<'a>(
    scene: &Scene<'a>,
    function: Option<FunctionId>,
    chain: &Chain<'a>,
    entries: &mut Vec<EntryPoint>,
) {
    if let ExprKind::Call { callee, args } = &chain.root.kind
        && let ExprKind::Name(name) = &bare(callee).kind
        && is_router_maker(name)
    {
        procedures(scene, function, args, "", entries, 0);
    }
    made(scene, function, chain.root, entries);
    for (at, link) in chain.links.iter().enumerate() {
        let Some(args) = link.args else { continue };
        if link.name == "router" && args.len() == 1 {
            procedures(scene, function, args, "", entries, 0);
        }
        for arg in args {
            made(scene, function, bare(&arg.value), entries);
        }
        if let Some((kind, route)) = set_up(scene, chain, at, link, args) {
            let handler = args.iter().rev().find_map(|arg| scene.handler(&arg.value, None));
            entries.push(scene.entry(kind, handler.or(function), route));
        }
    }
}

fn is_router_maker(name: &str) -> bool {
    matches!(
        name,
        "router" | "createTRPCRouter" | "createRouter" | "trpcRouter" | "createTRPCRouterFactory"
    )
}

/// The procedures in the object that a tRPC router is made of.
fn procedures<'a>(
    scene: &Scene<'a>,
    function: Option<FunctionId>,
    args: &'a [Arg],
    prefix: &str,
    entries: &mut Vec<EntryPoint>,
    depth: u32,
) {
    let Some(ExprKind::Map(pairs)) = args.first().map(|arg| &bare(&arg.value).kind) else { return };
    for (key, value) in pairs {
        let ExprKind::Text(key) = &key.kind else { continue };
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let value = bare(value);
        if let Some(word) = procedure(value) {
            let route = format!("{word} {name}");
            entries.push(scene.entry(EntryKind::Http, function, route));
            continue;
        }
        match &value.kind {
            ExprKind::Call { callee, args } if depth < 6 => {
                let made = callee
                    .dotted()
                    .is_some_and(|it| is_router_maker(it.rsplit('.').next().unwrap_or(&it)));
                if made {
                    procedures(scene, function, args, &name, entries, depth + 1);
                }
            }
            ExprKind::Map(_) if depth < 6 => {
                let inner = pairs_of(value);
                for (key, value) in inner {
                    if let (ExprKind::Text(key), Some(word)) = (&key.kind, procedure(bare(value))) {
                        let route = format!("{word} {name}.{key}");
                        entries.push(scene.entry(EntryKind::Http, function, route));
                    } else if let (ExprKind::Text(key), ExprKind::Name(of)) =
                        (&key.kind, &bare(value).kind)
                    {
                        named(scene, of, value.line, &format!("{name}.{key}"), entries);
                    }
                }
            }
            ExprKind::Name(of) => named(scene, of, value.line, &name, entries),
            _ => {}
        }
    }
}

fn pairs_of(expr: &Expr) -> &[(Expr, Expr)] {
    match &expr.kind {
        ExprKind::Map(pairs) => pairs,
        _ => &[],
    }
}

/// A procedure that is declared elsewhere.
fn named(scene: &Scene<'_>, of: &str, line: u32, name: &str, entries: &mut Vec<EntryPoint>) {
    let Some(id) = scene.first(of, line) else { return };
    let Some((_, decl)) = scene.resolved.symbols.function(id) else { return };
    let Some(crate::import::code::outline::Stmt::Expr(value)) = decl.body.first() else { return };
    if let Some(word) = procedure(bare(value)) {
        entries.push(scene.entry(EntryKind::Http, Some(id), format!("{word} {name}")));
    }
}

/// `procedure.input(…).query(…)`
fn procedure(value: &Expr) -> Option<&'static str> {
    let ExprKind::Call { callee, args } = &value.kind else { return None };
    let ExprKind::Member(of, name) = &bare(callee).kind else { return None };
    let word = match name.as_str() {
        "query" => "QUERY",
        "mutation" => "MUTATION",
        "subscription" => "SUBSCRIPTION",
        _ => return None,
    };
    let mut of = bare(of);
    for _ in 0..40 {
        of = match &of.kind {
            ExprKind::Call { callee, .. } => bare(callee),
            ExprKind::Member(of, name) if !name.to_lowercase().ends_with("procedure") => bare(of),
            ExprKind::Member(..) => return (args.len() == 1).then_some(word),
            ExprKind::Name(name) => {
                let is_one = name.to_lowercase().contains("procedure") || name == "t";
                return (is_one && args.len() == 1).then_some(word);
            }
            _ => return None,
        };
    }
    None
}

/// `new Worker("orders", handle)`, `new CronJob("* * * * *", run)`
fn made<'a>(
    scene: &Scene<'a>,
    function: Option<FunctionId>,
    expr: &'a Expr,
    entries: &mut Vec<EntryPoint>,
) {
    let ExprKind::New { ty, args } = &expr.kind else { return };
    let name = ty.name.rsplit('.').next().unwrap_or(&ty.name);
    let kind = match name {
        "Worker" if scene.imports(&QUEUES) => EntryKind::Message,
        "CronJob" | "Cron" if scene.imports(&SCHEDULERS) => EntryKind::Job,
        _ => return,
    };
    let route = args.first().and_then(|arg| text(&arg.value)).unwrap_or("").to_owned();
    let handler = args.iter().skip(1).find_map(|arg| scene.handler(&arg.value, None));
    entries.push(scene.entry(kind, handler.or(function), route));
}

fn set_up(
    scene: &Scene<'_>,
    chain: &Chain<'_>,
    at: usize,
    link: &Link<'_>,
    args: &[Arg],
) -> Option<(EntryKind, String)> {
    let first = args.first().and_then(|arg| text(&arg.value)).unwrap_or("").to_owned();
    let takes = args.iter().any(|arg| {
        matches!(
            bare(&arg.value).kind,
            ExprKind::Lambda { .. } | ExprKind::Name(_) | ExprKind::Member(..)
        )
    });
    match link.name {
        "schedule" | "scheduleJob" if takes && scene.imports(&SCHEDULERS) => {
            Some((EntryKind::Job, first))
        }
        "define" if takes && args.len() >= 2 && scene.imports(&["agenda", "@hokify/agenda"]) => {
            Some((EntryKind::Job, first))
        }
        "process" | "work" | "consume" if takes && scene.imports(&QUEUES) => {
            let queue = if first.is_empty() { chain.receiver(at).to_owned() } else { first };
            Some((EntryKind::Message, queue))
        }
        "run"
            if scene.imports(&["kafkajs"])
                && entry(&args.first()?.value, "eachMessage").is_some() =>
        {
            Some((EntryKind::Message, chain.receiver(at).to_owned()))
        }
        "createFunction" if scene.imports(&["inngest"]) => {
            let id = entry(&args.first()?.value, "id").and_then(text).unwrap_or("").to_owned();
            let cron = args.get(1).is_some_and(|arg| entry(&arg.value, "cron").is_some());
            Some((if cron { EntryKind::Job } else { EntryKind::Message }, id))
        }
        "action" if takes && scene.imports(&["commander", "cac", "@caporal/core"]) => {
            let command = chain.links[..at].iter().rev().find(|it| it.name == "command")?;
            let name = command.args?.first().and_then(|arg| text(&arg.value)).unwrap_or("");
            Some((EntryKind::Command, name.split(' ').next().unwrap_or(name).to_owned()))
        }
        _ => None,
    }
}
