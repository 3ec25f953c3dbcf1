//! What must be there before a step is live, when it is done, and how to go back.

use std::collections::BTreeMap;

use super::{Api, DataWork, Holder, Saga, Scope};
use crate::{
    export::names::{Names, count, join},
    facts::{AccessMode, EntryKind, KeyOrigin},
    proposal::ServiceId,
};

/// The conditions of a step, as sentences for people, each with its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Built once, with the first step; empty afterwards.
    pub foundations: Vec<String>,
    pub must_be_there: Vec<String>,
    pub dashboards: Vec<String>,
    pub done_when: Vec<String>,
    pub go_back: Vec<String>,
}

pub(super) fn readiness(
    names: &Names<'_>,
    (number, service): (usize, ServiceId),
    scope: &Scope,
    api: &Api,
    data: &DataWork,
    sagas: &[Saga],
) -> Readiness {
    let name = names.service(service);
    Readiness {
        foundations: if number == 1 { foundations() } else { Vec::new() },
        must_be_there: must_be_there(names, &name, api, sagas),
        dashboards: dashboards(names, scope, api),
        done_when: done_when(names, service, scope, api, data, sagas),
        go_back: go_back(&name, scope, data),
    }
}

fn foundations() -> Vec<String> {
    [
        "A gateway in front of the monolith, so that a route can move without its callers noticing.",
        "Traces with one id across the gateway, the monolith and the new service.",
        "A pipeline that builds, tests and deploys one service on its own with one command.",
        "A way to publish events with a version, at least once, in the transaction that writes the rows (an outbox).",
        "Within the monolith first: move the code of each future service into its own package, and let the \
         build refuse new crossings.",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn must_be_there(names: &Names<'_>, name: &str, api: &Api, sagas: &[Saga]) -> Vec<String> {
    let mut list = Vec::new();
    let mut downstream: BTreeMap<Holder, usize> = BTreeMap::new();
    for operation in &api.needs {
        *downstream.entry(operation.at).or_default() += 1;
    }
    for (holder, operations) in downstream {
        list.push(format!(
            "{name} calls {}: a timeout, a circuit breaker and a pool of its own, and an answer for the time \
             it does not respond ({}).",
            names.holder(holder),
            count(operations, "operation", "operations"),
        ));
    }
    let mut upstream: BTreeMap<Holder, usize> = BTreeMap::new();
    for caller in api.offers.iter().flat_map(|operation| &operation.callers) {
        *upstream.entry(caller.by).or_default() += 1;
    }
    for (holder, operations) in upstream {
        list.push(format!(
            "A timeout, a circuit breaker and a pool of its own also where {name} is called: in {} ({}).",
            names.holder(holder),
            count(operations, "operation", "operations"),
        ));
    }
    let writing: Vec<String> = api
        .offers
        .iter()
        .filter(|operation| operation.writes)
        .filter_map(|operation| operation.function)
        .map(|function| names.function(function).to_owned())
        .collect();
    if !writing.is_empty() {
        list.push(format!(
            "An idempotence key for {} that {}: {}.",
            count(writing.len(), "operation", "operations"),
            if writing.len() == 1 { "writes" } else { "write" },
            join(&writing),
        ));
    }
    if !sagas.is_empty() {
        list.push(format!(
            "A record of every running saga ({}), and an alarm for those that neither end nor are taken back.",
            count(sagas.len(), "kind", "kinds"),
        ));
    }
    list.push(
        "An artifact that runs anywhere (a container image), its configuration from outside, a health check.".to_owned(),
    );
    list
}

fn dashboards(names: &Names<'_>, scope: &Scope, api: &Api) -> Vec<String> {
    let mut by_kind: BTreeMap<EntryKind, usize> = BTreeMap::new();
    for entry in &scope.entry_points {
        *by_kind.entry(names.facts.entry_points[entry.index()].kind).or_default() += 1;
    }
    let mut list = vec!["CPU, memory, restarts and logs of its own processes.".to_owned()];
    let requests = by_kind.get(&EntryKind::Http).copied().unwrap_or(0) + api.offers.len();
    if requests > 0 {
        list.push(format!(
            "Rate, errors and latency of {}.",
            count(requests, "route or operation", "routes and operations")
        ));
    }
    if let Some(consumers) = by_kind.get(&EntryKind::Message) {
        list.push(format!(
            "Depth and age of the queue of {}.",
            count(*consumers, "message consumer", "message consumers")
        ));
    }
    if let Some(jobs) = by_kind.get(&EntryKind::Job) {
        list.push(format!(
            "Last success and duration of {}.",
            count(*jobs, "scheduled job", "scheduled jobs")
        ));
    }
    list
}

fn done_when(
    names: &Names<'_>,
    service: ServiceId,
    scope: &Scope,
    api: &Api,
    data: &DataWork,
    sagas: &[Saga],
) -> Vec<String> {
    let own = Holder::Service(service);
    let name = names.service(service);
    let mut list = Vec::new();
    if !scope.entry_points.is_empty() {
        list.push(format!(
            "{} served by {name}, and none by the monolith.",
            count(scope.entry_points.len(), "entry point is", "entry points are")
        ));
    }
    let by_others: usize =
        data.uses.iter().filter(|used| used.owner == own).map(|used| used.accesses.len()).sum();
    let by_it: usize =
        data.uses.iter().filter(|used| used.owner != own).map(|used| used.accesses.len()).sum();
    if !data.tables.is_empty() {
        list.push(format!(
            "Only {name} holds credentials for its {} (today {} from outside).",
            count(data.tables.len(), "table", "tables"),
            count(by_others, "access", "accesses")
        ));
    }
    if by_it > 0 {
        list.push(format!(
            "{name} no longer reaches tables of others (today {}).",
            count(by_it, "access", "accesses")
        ));
    }
    let constraints: Vec<String> = data
        .keys
        .iter()
        .filter_map(|key| match &names.facts.foreign_keys[key.key].origin {
            KeyOrigin::Declared { constraint } if constraint.is_empty() => None,
            KeyOrigin::Declared { constraint } => Some(constraint.clone()),
            KeyOrigin::Implied { .. } => None,
        })
        .collect();
    if !constraints.is_empty() {
        list.push(format!(
            "Dropped, with a nightly count of orphans instead: {}.",
            join(&constraints)
        ));
    }
    if !api.offers.is_empty() {
        let operations = count(api.offers.len(), "operation has", "operations have");
        list.push(format!("{operations} a contract test that its callers wrote."));
    }
    if !sagas.is_empty() {
        list.push(format!(
            "Every step of {} was made to fail once in a rehearsal, and was taken back.",
            count(sagas.len(), "saga", "sagas")
        ));
    }
    list.push(format!("{name} was deployed twice without deploying anything else."));
    list
}

fn go_back(name: &str, scope: &Scope, data: &DataWork) -> Vec<String> {
    let mut list = Vec::new();
    if !scope.entry_points.is_empty() {
        list.push("Switch the routes, topics and schedules back at the gateway; the code stays in the monolith, \
                   switched off, until the step is done.".to_owned());
    }
    if !data.tables.is_empty() {
        list.push(format!(
            "Until then copy every change of the {} of {name} back to the monolith's database, so that the old \
             code finds today's rows.",
            count(data.tables.len(), "table", "tables")
        ));
        list.push("Drop constraints and old tables last, in a release of their own: that is the point of no return.".to_owned());
    }
    let writes = data.uses.iter().filter(|used| used.mode == AccessMode::Write).count();
    if writes > 0 {
        list.push(format!(
            "Keep {} behind a switch beside the new operations.",
            count(writes, "direct write", "direct writes")
        ));
    }
    if list.is_empty() {
        list.push("Deploy the monolith's last release: nothing else was changed.".to_owned());
    }
    list
}
