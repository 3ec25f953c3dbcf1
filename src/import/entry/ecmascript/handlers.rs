//! Consumers of queues, scheduled jobs and commands, as calls set them up.

use super::{
    Scene,
    chain::{Chain, Link, bare, entry, text},
    procedures::{Nested, is_router_maker},
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
    nested: &Nested,
    entries: &mut Vec<EntryPoint>,
) {
    if let ExprKind::Call { callee, args } = &chain.root.kind
        && let ExprKind::Name(name) = &bare(callee).kind
        && is_router_maker(name)
    {
        nested.enter(scene, function, args, entries);
    }
    made(scene, function, chain.root, entries);
    for (at, link) in chain.links.iter().enumerate() {
        let Some(args) = link.args else { continue };
        if link.name == "router" && args.len() == 1 {
            nested.enter(scene, function, args, entries);
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
