//! Symptoms in code: talk between services, chains of requests, shared models, and who takes whom down.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Measure, Reading, real, settings::Setting};
use crate::{
    analysis::{figures::Item, grouping::Role},
    facts::{Call, CallKind, FunctionId, ModuleId},
    proposal::{
        ServiceId,
        owners::{ratio, recent_changes},
        reach::{Needs, gives_nothing_back, needs, reaching},
    },
};

const NO_CALLS: &str = "no calls between modules were found";
const NO_ENTRIES: &str = "no entry points were found";
/// Used by this many other services, a module is shared.
const SHARED_BY: usize = 3;

/// From where to where a call crosses; `None` for those that don't.
fn crossing(reading: &Reading<'_>, call: &Call) -> Option<(ServiceId, ServiceId)> {
    let (from, to) = (reading.of_module(call.from_module), reading.of_module(call.to_module));
    let counts = reading.role(from) != Role::Excluded && reading.runs(to);
    (from != to && counts).then_some((from, to))
}

/// Crossing call sites that would become requests, by place, with where they cross. Calls of models, rules and
/// calculations are none: they are looked at as shared code.
fn requests(reading: &Reading<'_>) -> Vec<(usize, ServiceId, ServiceId)> {
    let calls = reading.facts.calls.iter().enumerate();
    let calls = calls.filter(|(_, call)| reading.works.request(call));
    calls
        .filter_map(|(at, call)| crossing(reading, call).map(|(from, to)| (at, from, to)))
        .collect()
}

pub(super) fn chatty(reading: &Reading<'_>) -> Vec<Measure> {
    let facts = reading.facts;
    let requests = requests(reading);
    let counts = |call: &&Call| {
        reading.works.request(call)
            && call.from_module != call.to_module
            && reading.role(reading.of_module(call.from_module)) != Role::Excluded
            && reading.runs(reading.of_module(call.to_module))
    };
    let between = facts.calls.iter().filter(counts);
    let of = between.count();
    vec![
        reading.share(
            Setting::CrossingRequests,
            "calls between modules that lead to work on data go to another service",
            of,
            by_pair(reading, &requests),
            if of == 0 { NO_CALLS } else { "" },
        ),
        operations_per_pair(reading, &requests),
        reading.share(
            Setting::CallsInLoops,
            "crossing calls stand in a loop",
            requests.len(),
            in_loops(reading, &requests),
            "",
        ),
    ]
}

fn by_pair(reading: &Reading<'_>, requests: &[(usize, ServiceId, ServiceId)]) -> Vec<Finding> {
    let facts = reading.facts;
    let event = reading.settings.of(Setting::Event);
    let mut pairs: BTreeMap<(ServiceId, ServiceId), (Vec<Item>, usize)> = BTreeMap::new();
    for (at, from, to) in requests {
        let could_be_event = facts.calls[*at]
            .to_function
            .is_some_and(|function| gives_nothing_back(facts, function));
        let pair = pairs.entry((*from, *to)).or_default();
        pair.0.push(Item::Call(*at));
        pair.1 += usize::from(could_be_event);
    }
    let told = pairs.into_iter().map(|((from, to), (items, events))| {
        let mut what =
            format!("{} calls {} in {} places", reading.name(from), reading.name(to), items.len());
        if events > 0 {
            what.push_str(&format!("; {events} of them give nothing back"));
        }
        let finding = reading.finding(vec![from, to], what, items);
        let factor = reading.context.factor(&finding.services);
        let weight = (real(finding.count - events) + real(events) * event) * factor;
        Finding { weight, ..finding }
    });
    told.collect()
}

fn operations_per_pair(
    reading: &Reading<'_>,
    requests: &[(usize, ServiceId, ServiceId)],
) -> Measure {
    let mut pairs: BTreeMap<(ServiceId, ServiceId), BTreeSet<FunctionId>> = BTreeMap::new();
    for (at, from, to) in requests {
        if let Some(function) = reading.facts.calls[*at].to_function {
            pairs.entry((*from, *to)).or_default().insert(function);
        }
    }
    let all = pairs.into_iter().map(|((from, to), operations)| {
        let count = operations.len();
        let (by, of) = (reading.name(from), reading.name(to));
        let what = format!("{by} uses {count} operations of {of}");
        let items = operations.into_iter().map(Item::Operation).collect();
        let finding = reading.finding(vec![from, to], what, items);
        (real(count), finding)
    });
    let all = all.collect();
    reading.worst(
        Setting::OperationsPerPair,
        "the most operations that one service uses of another",
        all,
        "",
    )
}

fn in_loops(reading: &Reading<'_>, requests: &[(usize, ServiceId, ServiceId)]) -> Vec<Finding> {
    let facts = reading.facts;
    let mut groups: BTreeMap<(ServiceId, ServiceId, Option<FunctionId>, ModuleId), Vec<Item>> =
        BTreeMap::new();
    for (at, from, to) in requests.iter().filter(|(at, ..)| facts.calls[*at].in_loop) {
        let call = &facts.calls[*at];
        let key = (*from, *to, call.to_function, call.to_module);
        groups.entry(key).or_default().push(Item::Call(*at));
    }
    let told = groups.into_iter().map(|((from, to, function, module), items)| {
        let operation = match function {
            Some(function) => &facts.function(function).name,
            None => facts.module(module).file_name(),
        };
        let what =
            format!("{} calls {operation} of {} in a loop", reading.name(from), reading.name(to));
        reading.finding(vec![from, to], what, items)
    });
    told.collect()
}

pub(super) fn chains(reading: &Reading<'_>) -> Vec<Measure> {
    vec![longest_chain(reading), synchronous(reading)]
}

fn longest_chain(reading: &Reading<'_>) -> Measure {
    let mut chains: BTreeMap<Vec<ServiceId>, Vec<Needs>> = BTreeMap::new();
    for need in needs(reading.facts, reading.proposal) {
        chains.entry(need.chain.clone()).or_default().push(need);
    }
    let all = chains.into_iter().map(|(chain, entries)| {
        let names: Vec<&str> = chain.iter().map(|service| reading.name(*service)).collect();
        let first = reading.entry(entries[0].entry_point);
        let more = match entries.len() {
            1 => String::new(),
            many => format!(" and {} more", many - 1),
        };
        let what = format!("{}: begins at {first}{more}", names.join(" → "));
        let groups = chain.iter().map(|service| service.group()).collect();
        let length = real(chain.len());
        let finding = reading.finding(chain, what, vec![Item::Chain(groups)]);
        // Who deploys or owns the services makes waiting no shorter.
        (length, Finding { count: entries.len(), weight: length, context: Vec::new(), ..finding })
    });
    let all = all.collect();
    reading.worst(
        Setting::LongestChain,
        "the most services that a request passes one after the other",
        all,
        if reading.facts.entry_points.is_empty() { NO_ENTRIES } else { "" },
    )
}

fn synchronous(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let requests = requests(reading);
    let waits = |at: usize| {
        let function = facts.calls[at].to_function;
        !function.is_some_and(|function| gives_nothing_back(facts, function))
    };
    let mut pairs: BTreeMap<(ServiceId, ServiceId), Vec<Item>> = BTreeMap::new();
    for (at, from, to) in requests.iter().filter(|(at, ..)| waits(*at)) {
        pairs.entry((*from, *to)).or_default().push(Item::Call(*at));
    }
    let findings = pairs.into_iter().map(|((from, to), items)| {
        let what = format!(
            "{} waits for {} in {} places",
            reading.name(from),
            reading.name(to),
            items.len()
        );
        let finding = reading.finding(vec![from, to], what, items);
        Finding { weight: real(finding.count), context: Vec::new(), ..finding }
    });
    let findings = findings.collect();
    let what = "crossing calls wait for an answer";
    reading.share(Setting::Synchronous, what, requests.len(), findings, "")
}

pub(super) fn shared_code(reading: &Reading<'_>) -> Vec<Measure> {
    vec![shared_modules(reading), types_across(reading), library_releases(reading)]
}

/// By module: the calls, of every kind, from other services.
fn users(
    reading: &Reading<'_>,
    is_meant: impl Fn(&Call) -> bool,
) -> BTreeMap<ModuleId, BTreeMap<ServiceId, Vec<Item>>> {
    let mut users: BTreeMap<ModuleId, BTreeMap<ServiceId, Vec<Item>>> = BTreeMap::new();
    for (at, call) in reading.facts.calls.iter().enumerate().filter(|(_, call)| is_meant(call)) {
        if let Some((from, _)) = crossing(reading, call) {
            let of_module = users.entry(call.to_module).or_default();
            of_module.entry(from).or_default().push(Item::Call(at));
        }
    }
    users
}

/// One module that other services use.
fn used(
    reading: &Reading<'_>,
    module: ModuleId,
    users: BTreeMap<ServiceId, Vec<Item>>,
    verb: &str,
) -> Finding {
    let owner = reading.of_module(module);
    let by: Vec<ServiceId> = users.keys().copied().collect();
    let path = &reading.facts.module(module).path;
    let what = format!("{path} of {} is {verb} by {}", reading.name(owner), reading.names(&by));
    let mut services = by;
    services.push(owner);
    let finding = reading.finding(services, what, users.into_values().flatten().collect());
    let weight = reading.context.factor(&finding.services);
    Finding { count: 1, weight, ..finding }
}

fn shared_modules(reading: &Reading<'_>) -> Measure {
    let shared = users(reading, |_| true).into_iter().filter(|(_, users)| users.len() >= SHARED_BY);
    let findings = shared.map(|(module, users)| used(reading, module, users, "used"));
    let findings = findings.collect();
    let of = reading.facts.modules.len();
    let what = "modules outside libraries are used by three or more other services";
    reading.share(Setting::SharedModules, what, of, findings, "")
}

/// Services that reach each other by requests that wait for an answer, each circle ordered. What gives nothing back can be
/// an event, which ties nobody to a release.
pub(super) fn circles(reading: &Reading<'_>) -> Vec<Vec<ServiceId>> {
    let mut calls: BTreeMap<ServiceId, BTreeSet<ServiceId>> = BTreeMap::new();
    let waits = |at: usize| {
        let function = reading.facts.calls[at].to_function;
        !function.is_some_and(|function| gives_nothing_back(reading.facts, function))
    };
    for (at, from, to) in requests(reading) {
        if reading.runs(from) && waits(at) {
            calls.entry(from).or_default().insert(to);
        }
    }
    let reached = |from: ServiceId| {
        let mut known: BTreeSet<ServiceId> = BTreeSet::new();
        let mut open = vec![from];
        while let Some(service) = open.pop() {
            for next in calls.get(&service).into_iter().flatten() {
                if known.insert(*next) {
                    open.push(*next);
                }
            }
        }
        known
    };
    let reach: BTreeMap<ServiceId, BTreeSet<ServiceId>> =
        calls.keys().map(|service| (*service, reached(*service))).collect();
    let circles: BTreeSet<Vec<ServiceId>> = reach
        .iter()
        .map(|(service, others)| {
            let back = |other: &&ServiceId| {
                reach.get(*other).is_some_and(|reached| reached.contains(service))
            };
            others.iter().filter(back).copied().collect::<Vec<ServiceId>>()
        })
        .filter(|circle| circle.len() > 1)
        .collect();
    circles.into_iter().collect()
}

/// Modules that stand for data: named by others, and nothing of them that others call does any work.
fn types_across(reading: &Reading<'_>) -> Measure {
    let facts = reading.facts;
    let working = reaching(facts, |access| access.via != crate::facts::Via::Entity);
    let asked: BTreeSet<ModuleId> = requests(reading)
        .iter()
        .map(|(at, ..)| &facts.calls[*at])
        .filter(|call| call.to_function.is_some_and(|function| working[function.index()]))
        .map(|call| call.to_module)
        .collect();
    let named = users(reading, |call| matches!(call.kind, CallKind::Type | CallKind::Construct));
    let models = named.into_iter().filter(|(module, _)| !asked.contains(module));
    let findings = models.map(|(module, users)| used(reading, module, users, "named"));
    let findings = findings.collect();
    let what = "modules are data types that other services name";
    reading.share(Setting::TypesAcross, what, facts.modules.len(), findings, "")
}

/// What a library costs: each change is a release for each of its users.
fn library_releases(reading: &Reading<'_>) -> Measure {
    let libraries =
        reading.proposal.services.iter().filter(|service| service.role == Role::Library);
    let all = libraries.filter_map(|library| {
        let modules = reading.modules(library.id);
        let changes = recent_changes(reading.facts, &modules);
        let users: BTreeSet<ServiceId> = reading
            .facts
            .calls
            .iter()
            .filter(|call| modules.binary_search(&call.to_module).is_ok())
            .map(|call| reading.of_module(call.from_module))
            .filter(|service| reading.runs(*service))
            .collect();
        let releases = users.len() * changes;
        let what = format!(
            "{}: {changes} changes within the last year, each deployed with {} services",
            library.name,
            users.len()
        );
        let mut services: Vec<ServiceId> = users.into_iter().collect();
        services.push(library.id);
        let finding = reading.finding(services, what, Vec::new());
        let factor = reading.context.factor(&finding.services);
        let finding = Finding { count: releases, weight: real(releases) * factor, ..finding };
        (releases > 0).then_some((real(releases), finding))
    });
    let all = all.collect();
    reading.worst(
        Setting::LibraryReleases,
        "the most deployments a year that one library causes",
        all,
        if reading.facts.commits.is_empty() { "no history was read" } else { "" },
    )
}

pub(super) fn cascading(reading: &Reading<'_>) -> Vec<Measure> {
    let limit = reading.settings.of(Setting::NeededServices);
    let all = needs(reading.facts, reading.proposal);
    let needy = all.into_iter().filter(|need| real(need.services.len()) > limit);
    let findings = needy.map(|need| {
        let entry = reading.entry(need.entry_point);
        let what =
            format!("{entry} of {} needs {}", reading.name(need.at), reading.names(&need.services));
        let chain = need.chain.iter().map(|service| service.group()).collect();
        let mut services = vec![need.at];
        services.extend(need.services);
        let finding = reading.finding(services, what, vec![Item::Chain(chain)]);
        Finding { count: 1, weight: 1.0, context: Vec::new(), ..finding }
    });
    let findings: Vec<Finding> = findings.collect();
    let of = reading.facts.entry_points.len();
    let unknown = if of == 0 { NO_ENTRIES } else { "" };
    let what = format!("entry points need more than {limit:.0} other services");
    vec![
        reading.share(Setting::NeedyEntryPoints, &what, of, findings, unknown),
        needed_by_many(reading, unknown),
    ]
}

/// How much of what enters other services stands still when one service does.
fn needed_by_many(reading: &Reading<'_>, unknown: &'static str) -> Measure {
    let mut enters: BTreeMap<ServiceId, usize> = BTreeMap::new();
    for entry in &reading.facts.entry_points {
        let service = reading.of_module(entry.module);
        if reading.runs(service) {
            *enters.entry(service).or_default() += 1;
        }
    }
    let of_all: usize = enters.values().sum();
    let mut needed: BTreeMap<ServiceId, usize> = BTreeMap::new();
    for need in needs(reading.facts, reading.proposal) {
        for service in need.services {
            *needed.entry(service).or_default() += 1;
        }
    }
    let all = needed.into_iter().map(|(service, count)| {
        let of = of_all - enters.get(&service).copied().unwrap_or(0);
        let name = reading.name(service);
        let what = format!("{name} is needed by {count} of the {of} entry points of others");
        let share = ratio(count, of);
        let finding = reading.finding(vec![service], what, Vec::new());
        // Who deploys or owns them makes nothing run again.
        (share, Finding { count, weight: share, context: Vec::new(), ..finding })
    });
    let all = all.collect();
    let what = "of the entry points of other services need one and the same, at the most";
    reading.worst(Setting::NeededByMany, what, all, unknown)
}
