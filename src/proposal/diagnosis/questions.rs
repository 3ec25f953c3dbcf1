//! The questions by which a monolith says where to cut, answered from what was read.

use super::{Reading, periods::Periods, ran, real, settings::Setting};
use crate::{
    analysis::grouping::Role,
    facts::{EntryKind, TableId},
    proposal::{
        ServiceId,
        owners::{owners, ratio},
    },
};

/// What is asked of every service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    ChangesFaster,
    ReleasedMore,
    OneOwner,
    TackedOn,
    OwnTables,
    Worker,
    ScalesApart,
}

impl Question {
    pub const ALL: [Self; 7] = [
        Self::ChangesFaster,
        Self::ReleasedMore,
        Self::OneOwner,
        Self::TackedOn,
        Self::OwnTables,
        Self::Worker,
        Self::ScalesApart,
    ];

    /// The question as people ask it.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ChangesFaster => "What changes faster than the rest?",
            Self::ReleasedMore => "What would be released more often than the rest?",
            Self::OneOwner => "What does one person or one small team own?",
            Self::TackedOn => "What is tacked on to the outside?",
            Self::OwnTables => "Which tables are connected to nothing else?",
            Self::Worker => "What runs as a worker, fed by a queue or a schedule?",
            Self::ScalesApart => "What scales differently?",
        }
    }

    /// The name in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ChangesFaster => "changes-faster",
            Self::ReleasedMore => "released-more",
            Self::OneOwner => "one-owner",
            Self::TackedOn => "tacked-on",
            Self::OwnTables => "own-tables",
            Self::Worker => "worker",
            Self::ScalesApart => "scales-apart",
        }
    }
}

/// What the facts answer to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub question: Question,
    /// Services it is true of, with the numbers, the clearest first.
    pub services: Vec<(ServiceId, String)>,
    /// Why there is no answer; empty where there is one, also if it is "none".
    pub unknown: &'static str,
}

pub(super) fn answers(reading: &Reading<'_>) -> Vec<Answer> {
    Question::ALL.into_iter().map(|question| answer(reading, question)).collect()
}

/// A service, how clearly the answer is yes, and the numbers.
type Said = (f64, ServiceId, String);

fn answer(reading: &Reading<'_>, question: Question) -> Answer {
    let has_history = reading.facts.recent_commits().next().is_some();
    let unknown = match question {
        Question::ChangesFaster | Question::ReleasedMore if !has_history => "no history was read",
        Question::OneOwner if !has_history && reading.facts.teams.is_empty() => {
            "neither history nor teams were read"
        }
        Question::OwnTables if reading.facts.tables.is_empty() => "no tables were found",
        // Where no routes are known, a service without one may have them all the same.
        Question::Worker if !has_routes(reading) => {
            "no routes were found, so who waits is not known"
        }
        Question::ScalesApart if !ran::has_requests(reading) => {
            "no traces were read; ask those who run it"
        }
        _ => "",
    };
    let asked = reading.proposal.services.iter().filter(|service| {
        let size = reading.scorer.size(service.id.group());
        service.role == Role::Service && size.modules + size.tables > 0
    });
    let ask = |service: ServiceId| match question {
        Question::ChangesFaster => changes_faster(reading, service),
        Question::ReleasedMore => released_more(reading, service),
        Question::OneOwner => one_owner(reading, service),
        Question::TackedOn => tacked_on(reading, service),
        Question::OwnTables => own_tables(reading, service),
        Question::Worker => worker(reading, service),
        Question::ScalesApart => ran::load(reading, service),
    };
    let mut said: Vec<Said> = match unknown {
        "" => asked.filter_map(|service| ask(service.id)).collect(),
        _ => Vec::new(),
    };
    said.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let services = said.into_iter().map(|(_, service, numbers)| (service, numbers)).collect();
    Answer { question, services, unknown }
}

/// Its share of all changes of services beside its share of all lines.
fn changes_faster(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let running = reading.running();
    let changes = |of: ServiceId| owners(reading.facts, &reading.modules(of)).commits;
    let lines = |of: ServiceId| usize::try_from(reading.scorer.size(of.group()).lines).unwrap_or(0);
    let all: usize = running.iter().map(|service| changes(*service)).sum();
    let of_lines = ratio(lines(service), running.iter().map(|service| lines(*service)).sum());
    let of_changes = ratio(changes(service), all);
    let rate = if of_lines > 0.0 { of_changes / of_lines } else { 0.0 };
    let numbers = format!(
        "{:.0} % of the changes of the last year for {:.0} % of the lines: {rate:.1} times the average",
        of_changes * 100.0,
        of_lines * 100.0
    );
    (running.len() > 1 && rate >= reading.settings.of(Setting::FasterChange))
        .then_some((rate, service, numbers))
}

/// In how many releases it changed, beside how many a service changes in on average.
fn released_more(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let periods = Periods::of(reading.facts, reading.settings);
    let releases = |of: ServiceId| {
        let modules = reading.modules(of);
        let mut releases: Vec<i64> = reading
            .facts
            .recent_commits()
            .filter(|commit| {
                commit.modules.iter().any(|module| modules.binary_search(module).is_ok())
            })
            .map(|commit| periods.release(commit))
            .collect();
        releases.sort_unstable();
        releases.dedup();
        releases.len()
    };
    let running = reading.running();
    let average =
        real(running.iter().map(|service| releases(*service)).sum()) / real(running.len().max(1));
    let own = releases(service);
    let rate = if average > 0.0 { real(own) / average } else { 0.0 };
    let numbers = format!(
        "changed in {own} {} within the last year, others in {average:.0} on average",
        periods.words()
    );
    (running.len() > 1 && rate >= reading.settings.of(Setting::FasterChange))
        .then_some((rate, service, numbers))
}

fn one_owner(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let modules = reading.modules(service);
    let owners = owners(reading.facts, &modules);
    let limit = reading.settings.of(Setting::OneOwner);
    let team = owners.team_share(modules.len());
    if let Some((id, count)) = owners.teams.first().filter(|_| team >= limit) {
        let name = &reading.facts.teams[id.index()].name;
        return Some((team, service, format!("{name} has {count} of {} modules", modules.len())));
    }
    let person = owners.top_share();
    let (author, commits) = owners.people.first().filter(|_| person >= limit)?;
    let name = &reading.facts.authors[author.index()].name;
    Some((
        person,
        service,
        format!("{name} made {commits} of {} changes of the last year", owners.commits),
    ))
}

/// Nobody calls it, or it calls nobody, and few modules are at its border.
fn tacked_on(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let (mut into, mut out) = (0, 0);
    for (from, to, crossings) in reading.scorer.pairs() {
        let data = crossings.reads + crossings.writes;
        into += if to == service.group() { crossings.requests + data } else { 0 };
        out += if from == service.group() { crossings.requests + data } else { 0 };
    }
    let size = reading.scorer.size(service.group());
    let tied = into + out;
    let is_outside = into.min(out) == 0 && tied <= size.modules + size.tables;
    let numbers = format!("{into} calls and accesses from others, {out} to others");
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let clearness = -(tied as f64);
    is_outside.then_some((clearness, service, numbers))
}

/// Its tables have no key, join or access that crosses.
fn own_tables(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let facts = reading.facts;
    let is_own = |table: TableId| reading.of_table(table) == service;
    let tables = (0..facts.tables.len()).map(TableId::at).filter(|table| is_own(*table)).count();
    let by_key = facts.foreign_keys.iter().any(|key| is_own(key.from) != is_own(key.to));
    let by_join = facts.joins.iter().any(|join| is_own(join.table_a) != is_own(join.table_b));
    let by_access = facts
        .accesses
        .iter()
        .any(|access| is_own(access.table) && reading.of_module(access.module) != service);
    let numbers = format!("{tables} tables without a key, join or access across its border");
    (tables > 0 && !by_key && !by_join && !by_access).then_some((real(tables), service, numbers))
}

fn has_routes(reading: &Reading<'_>) -> bool {
    reading.facts.entry_points.iter().any(|entry| entry.kind == EntryKind::Http)
}

/// All that enters is a job, a message or a command, and no other service calls it.
fn worker(reading: &Reading<'_>, service: ServiceId) -> Option<Said> {
    let is_called = reading
        .scorer
        .pairs()
        .any(|(_, to, crossings)| to == service.group() && crossings.requests > 0);
    if is_called {
        return None;
    }
    let entries: Vec<EntryKind> = reading
        .facts
        .entry_points
        .iter()
        .filter(|entry| reading.of_module(entry.module) == service)
        .map(|entry| entry.kind)
        .collect();
    let waits = |kind: &EntryKind| matches!(kind, EntryKind::Http | EntryKind::Main);
    let numbers = format!("all {} entry points are jobs, messages or commands", entries.len());
    (!entries.is_empty() && !entries.iter().any(waits)).then_some((
        real(entries.len()),
        service,
        numbers,
    ))
}
