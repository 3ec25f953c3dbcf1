//! Symptoms and answers in what ran: how much talk each request makes, and how many requests need many services.
//!
//! Without traces there is nothing to measure, and nothing is said.

use std::collections::BTreeMap;

use super::{Finding, Measure, Reading, real, settings::Setting};
use crate::{
    analysis::figures::Item,
    facts::{CallKind, RuntimeEntry},
    proposal::{ServiceId, owners::ratio, reach::needs},
};

/// How many requests came in through entry points, all together.
fn came_in(reading: &Reading<'_>) -> u64 {
    reading.facts.runtime.entries.iter().map(|entry| entry.timing.count).sum()
}

/// The requests between two services for each request that came in.
pub(super) fn requests(reading: &Reading<'_>) -> Option<Measure> {
    let came_in = came_in(reading);
    if came_in == 0 || reading.facts.runtime.calls.is_empty() {
        return None;
    }
    let mut pairs: BTreeMap<(ServiceId, ServiceId), u64> = BTreeMap::new();
    for call in &reading.facts.runtime.calls {
        let (from, to) = (reading.of_module(call.from), reading.of_module(call.to));
        if from != to && reading.runs(from) && reading.runs(to) {
            *pairs.entry((from, to)).or_default() += call.timing.count;
        }
    }
    let all = pairs.into_iter().map(|((from, to), count)| {
        let each = share(count, came_in);
        let (by, of) = (reading.name(from), reading.name(to));
        let what = format!("{by} called {of} {each:.1} times for each request that came in");
        let finding = reading.finding(vec![from, to], what, places(reading, from, to));
        let weight = each * reading.context.factor(&finding.services);
        (each, Finding { count: usize::try_from(count).unwrap_or(usize::MAX), weight, ..finding })
    });
    let all = all.collect();
    let what = "the most calls that ran from one service to another for each request that came in";
    Some(reading.worst(Setting::RequestsThatRan, what, all, ""))
}

/// Where the source makes the calls that ran.
fn places(reading: &Reading<'_>, from: ServiceId, to: ServiceId) -> Vec<Item> {
    let calls = reading.facts.calls.iter().enumerate();
    let between = calls.filter(|(_, call)| {
        matches!(call.kind, CallKind::Call | CallKind::Construct)
            && reading.of_module(call.from_module) == from
            && reading.of_module(call.to_module) == to
    });
    between.map(|(at, _)| Item::Call(at)).collect()
}

/// The requests that came in through entry points which need many services.
pub(super) fn needy(reading: &Reading<'_>) -> Option<Measure> {
    let came_in = came_in(reading);
    if came_in == 0 {
        return None;
    }
    let limit = reading.settings.of(Setting::NeededServices);
    let all = needs(reading.facts, reading.proposal);
    let needy = all.into_iter().filter(|need| real(need.services.len()) > limit);
    let findings = needy.filter_map(|need| {
        let ran = reading.facts.runtime.entries.iter();
        let ran = ran.filter(|ran| ran.entry_point == need.entry_point);
        let count: u64 = ran.map(|ran| ran.timing.count).sum();
        let entry = reading.entry(need.entry_point);
        let names = reading.names(&need.services);
        let what =
            format!("{entry} of {} came {count} times and needs {names}", reading.name(need.at));
        let chain = need.chain.iter().map(|service| service.group()).collect();
        let mut services = vec![need.at];
        services.extend(need.services);
        let finding = reading.finding(services, what, vec![Item::Chain(chain)]);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        (count > 0).then_some(Finding {
            count,
            weight: real(count),
            context: Vec::new(),
            ..finding
        })
    });
    let findings = findings.collect();
    let what = format!("requests that came in need more than {limit:.0} other services");
    let of = usize::try_from(came_in).unwrap_or(usize::MAX);
    Some(reading.share(Setting::NeedyRequests, &what, of, findings, ""))
}

/// Whether requests were recorded.
pub(super) fn has_requests(reading: &Reading<'_>) -> bool {
    came_in(reading) > 0
}

/// Its share of the time of all requests beside its share of all lines; how clearly, and the numbers.
pub(super) fn load(reading: &Reading<'_>, service: ServiceId) -> Option<(f64, ServiceId, String)> {
    let running = reading.running();
    let is_of = |ran: &&RuntimeEntry, service: ServiceId| {
        let entry = &reading.facts.entry_points[ran.entry_point.index()];
        reading.of_module(entry.module) == service
    };
    let entries = || reading.facts.runtime.entries.iter();
    let all: u64 = entries().map(|ran| ran.timing.total_us).sum();
    let own = || entries().filter(|ran| is_of(ran, service));
    let time: u64 = own().map(|ran| ran.timing.total_us).sum();
    let count: u64 = own().map(|ran| ran.timing.count).sum();
    let lines = |of: ServiceId| usize::try_from(reading.scorer.size(of.group()).lines).unwrap_or(0);
    let of_lines = ratio(lines(service), running.iter().map(|service| lines(*service)).sum());
    let of_time = if all == 0 { 0.0 } else { share(time, all) };
    let rate = if of_lines > 0.0 { of_time / of_lines } else { 0.0 };
    let numbers = format!(
        "{count} of {} requests and {:.0} % of their time for {:.0} % of the lines: {rate:.1} times \
         the average",
        came_in(reading),
        of_time * 100.0,
        of_lines * 100.0
    );
    (running.len() > 1 && rate >= reading.settings.of(Setting::MoreLoad))
        .then_some((rate, service, numbers))
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
