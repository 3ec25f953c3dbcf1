//! The verdict: split, merge some first, a modular monolith first, or stay one; with the numbers for and against.

use std::collections::BTreeMap;

use super::{
    Answer, Question, Reading, Severity, Symptom, SymptomKind, real, settings::Setting,
    work::activity,
};
use crate::{analysis::grouping::Role, facts::CallKind, proposal::ServiceId};

/// What the diagnosis comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub judgement: Judgement,
    /// The judgement as a sentence for people.
    pub sentence: String,
    pub reasons: Vec<Reason>,
    /// Pairs of services that are one, the closest first.
    pub merges: Vec<Merge>,
    /// Good first candidates with what speaks for them, the best first.
    pub begin_with: Vec<(ServiceId, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// There are no two services.
    NothingToJudge,
    /// This monolith should stay one.
    Stay,
    /// First these borders within the monolith.
    ModularFirst,
    /// Some services of the proposal are one.
    MergeFirst,
    /// The proposal can be carried out, one service at a time.
    Split,
}

impl Judgement {
    /// The name in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NothingToJudge => "nothing-to-judge",
            Self::Stay => "stay-a-monolith",
            Self::ModularFirst => "modular-monolith-first",
            Self::MergeFirst => "merge-first",
            Self::Split => "split",
        }
    }
}

/// One argument, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub speaks_for_splitting: bool,
    pub sentence: String,
}

/// Two services that are one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    pub a: ServiceId,
    pub b: ServiceId,
    /// Ties between the two, divided by the ties within the one that has fewer.
    pub tied: f64,
    pub sentence: String,
}

/// The symptoms that show that the domain doesn't separate here; the others can be worked on afterwards.
const BORDERS: [SymptomKind; 4] = [
    SymptomKind::ChangeTogether,
    SymptomKind::Chatty,
    SymptomKind::SharedData,
    SymptomKind::SpanningTransactions,
];
/// This many of [`BORDERS`] at high severity: one symptom alone proves nothing.
const NOT_SEPARATED: usize = 3;
/// At most this many first candidates are named.
const CANDIDATES: usize = 3;

pub(super) fn verdict(reading: &Reading<'_>, symptoms: &[Symptom], answers: &[Answer]) -> Verdict {
    let running = reading.running();
    let merges = merges(reading, &running);
    let mut weighing = Weighing::default();
    let is_small = weigh_size(reading, &mut weighing);
    if !reading.proposal.unlisted.is_empty() {
        let pieces = reading.proposal.unlisted.len();
        weighing.say(
            false,
            format!("{pieces} pieces are in no service yet, and are left out here: place them, and look again"),
        );
    }
    let few = weigh_people(reading, &running, &mut weighing);
    let separates = weigh_borders(symptoms, &mut weighing);
    weigh_cost(reading, &running, &mut weighing);
    weigh_gain(reading, answers, &mut weighing);
    let judgement = if running.len() < 2 {
        Judgement::NothingToJudge
    } else if (is_small && few != Some(false)) || (few == Some(true) && !separates) {
        Judgement::Stay
    } else if !separates {
        Judgement::ModularFirst
    } else if !merges.is_empty() {
        Judgement::MergeFirst
    } else {
        Judgement::Split
    };
    let begin_with = match judgement {
        Judgement::MergeFirst | Judgement::Split => begin_with(reading, answers, &merges),
        _ => Vec::new(),
    };
    let sentence = sentence(reading, judgement, &merges, &begin_with);
    Verdict { judgement, sentence, reasons: weighing.reasons, merges, begin_with }
}

fn sentence(
    reading: &Reading<'_>,
    judgement: Judgement,
    merges: &[Merge],
    begin_with: &[(ServiceId, String)],
) -> String {
    let first = match begin_with.first() {
        Some((service, _)) => format!(" Begin with {}.", reading.name(*service)),
        None => String::new(),
    };
    match judgement {
        Judgement::NothingToJudge => {
            "There are no two services: nothing is split, so nothing can be judged.".to_owned()
        }
        Judgement::Stay => {
            "This monolith should stay one: what running services costs is more than what is gained.".to_owned()
        }
        Judgement::ModularFirst => "A modular monolith first: give these borders packages of their own within the \
                                    monolith, let the build refuse new crossings, and move pieces until the symptoms fade. \
                                    Today these services would still be one system, over a network."
            .to_owned(),
        Judgement::MergeFirst => {
            let pair = &merges[0];
            let (a, b) = (reading.name(pair.a), reading.name(pair.b));
            let more = match merges.len() {
                1 => String::new(),
                many => format!(" (and {} more pairs)", many - 1),
            };
            format!("These two are one service: {a} and {b}{more}. Merge them, then go on.{first}")
        }
        Judgement::Split => format!("The borders hold: the services can leave one at a time.{first}"),
    }
}

/// Arguments as they are found.
#[derive(Default)]
struct Weighing {
    reasons: Vec<Reason>,
}

impl Weighing {
    fn say(&mut self, speaks_for_splitting: bool, sentence: String) {
        self.reasons.push(Reason { speaks_for_splitting, sentence });
    }
}

fn weigh_size(reading: &Reading<'_>, weighing: &mut Weighing) -> bool {
    let lines: u64 = reading.facts.modules.iter().map(|module| u64::from(module.lines)).sum();
    let limit = reading.settings.of(Setting::SmallMonolith);
    let is_small = real(usize::try_from(lines).unwrap_or(usize::MAX)) < limit;
    let modules = reading.facts.modules.len();
    let sentence = if is_small {
        format!("It is small: {lines} lines in {modules} modules, below {limit:.0}")
    } else {
        format!("It is large: {lines} lines in {modules} modules, above {limit:.0}")
    };
    weighing.say(!is_small, sentence);
    is_small
}

/// Whether few people work on it; `None` where neither history nor teams were read.
fn weigh_people(
    reading: &Reading<'_>,
    running: &[ServiceId],
    weighing: &mut Weighing,
) -> Option<bool> {
    let limit = reading.settings.of(Setting::FewPeople);
    let has_history = reading.facts.recent_commits().next().is_some();
    let people = activity(reading).len();
    let teams = reading.context.teams(running).max(reading.facts.teams.len());
    if !has_history && teams == 0 {
        weighing.say(
            false,
            "How many people work on it is not known: neither history nor teams were read"
                .to_owned(),
        );
        return None;
    }
    let few_people = if has_history { real(people) <= limit } else { teams <= 1 };
    if has_history {
        let sentence = format!(
            "{} changed it more than once within the last year; up to {limit:.0} could be one team",
            if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
        );
        weighing.say(!few_people, sentence);
    }
    if teams > 0 {
        let sentence = match teams {
            1 => "One team has all of it: decoupled teams, the main gain, are no gain here"
                .to_owned(),
            many => format!("{many} teams have parts of it, which services would decouple"),
        };
        weighing.say(teams > 1, sentence);
    }
    Some(few_people)
}

fn weigh_borders(symptoms: &[Symptom], weighing: &mut Weighing) -> bool {
    let at_least = |severity: Severity| {
        let of_borders = symptoms.iter().filter(|symptom| BORDERS.contains(&symptom.kind));
        let meant = of_borders.filter(|symptom| symptom.severity >= severity);
        meant.map(|symptom| symptom.kind.sentence().to_lowercase()).collect::<Vec<_>>()
    };
    let high = at_least(Severity::High);
    let separates = high.len() < NOT_SEPARATED;
    let some = at_least(Severity::Low);
    let sentence = if !separates {
        format!("The domain does not separate at these borders: {}", high.join("; "))
    } else if some.is_empty() {
        "The domain separates at these borders: little is changed, called, stored or written across them".to_owned()
    } else {
        format!("The domain separates at these borders, with work left: {}", some.join("; "))
    };
    weighing.say(separates, sentence);
    separates
}

fn weigh_cost(reading: &Reading<'_>, running: &[ServiceId], weighing: &mut Weighing) {
    let teams = reading.context.teams(running);
    let limit = reading.settings.of(Setting::ServicesPerTeam);
    if teams > 0 {
        let each = real(running.len()) / real(teams);
        let few = each <= limit;
        let than = if few { "at most" } else { "more than" };
        weighing.say(
            few,
            format!(
                "{} services for {teams} {} are {each:.1} for each, {than} {limit:.0}: each needs a pipeline, dashboards \
                 and somebody on call",
                running.len(),
                if teams == 1 { "team" } else { "teams" }
            ),
        );
    } else {
        weighing.say(
            false,
            format!(
                "{} services have to be built, deployed and watched; it is not known by which teams, nor how cheap a new \
                 service is",
                running.len()
            ),
        );
    }
    let limit = reading.settings.of(Setting::TwoWeeks);
    let small: Vec<ServiceId> = running
        .iter()
        .copied()
        .filter(|service| {
            let size = reading.scorer.size(service.group());
            reading.role(*service) == Role::Service
                && real(usize::try_from(size.lines).unwrap_or(0)) < limit
        })
        .collect();
    if small.len() > 1 || (small.len() == 1 && running.len() > 2) {
        weighing.say(
            false,
            format!(
                "{} of {} services could be rewritten in two weeks (under {limit:.0} lines), which makes them cheap to \
                 replace and dear to run: {}",
                small.len(),
                running.len(),
                reading.names(&small)
            ),
        );
    }
}

fn weigh_gain(reading: &Reading<'_>, answers: &[Answer], weighing: &mut Weighing) {
    let gains = [
        (Question::ChangesFaster, "Changes much faster than the rest, and would be released alone"),
        (Question::Worker, "A worker that nobody waits for, cheap to take out"),
        (Question::OwnTables, "Its data is connected to nothing else"),
    ];
    for (question, gain) in gains {
        let answer = answers.iter().find(|answer| answer.question == question);
        let services: Vec<ServiceId> = answer
            .iter()
            .flat_map(|answer| &answer.services)
            .map(|(service, _)| *service)
            .collect();
        if !services.is_empty() {
            weighing.say(true, format!("{gain}: {}", reading.names(&services)));
        }
    }
}

/// Pairs of services that are tied to each other at least as much as the looser one is to itself.
fn merges(reading: &Reading<'_>, running: &[ServiceId]) -> Vec<Merge> {
    let limit = reading.settings.of(Setting::TiedToOther);
    let within = ties_within(reading);
    let mut merges = Vec::new();
    for (place, a) in running.iter().enumerate() {
        for b in &running[place + 1..] {
            let both = reading
                .scorer
                .pair(a.group(), b.group())
                .plus(reading.scorer.pair(b.group(), a.group()));
            let between = both.requests
                + both.reads
                + both.writes
                + both.declared_keys
                + both.implied_keys
                + both.joins;
            let inner = |service: &ServiceId| within.get(service).copied().unwrap_or(0);
            let looser = inner(a).min(inner(b));
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            let tied = between as f64 / looser.max(1) as f64;
            // Code alone can be turned round; shared data or transactions make them one.
            let shares = both.writes + both.transactions > 0;
            let is_remainder =
                [a, b].into_iter().any(|service| reading.role(*service) == Role::Remainder);
            if tied < limit || !shares || between < FEWEST_TIES || is_remainder {
                continue;
            }
            let less = if inner(a) <= inner(b) { *a } else { *b };
            let sentence = format!(
                "{between} calls, accesses, keys and joins tie {} and {} together, and only {looser} hold {} together within; \
                 {} and {} cross between them",
                reading.name(*a),
                reading.name(*b),
                reading.name(less),
                counted(both.writes, "write"),
                counted(both.transactions, "transaction"),
            );
            merges.push(Merge { a: *a, b: *b, tied, sentence });
        }
    }
    merges.sort_by(|x, y| y.tied.total_cmp(&x.tied).then((x.a, x.b).cmp(&(y.a, y.b))));
    merges
}

/// `1 write`, `2 writes`.
fn counted(number: i64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Fewer ties than this between two services say nothing about small ones.
const FEWEST_TIES: i64 = 5;

/// By service: calls between its modules, accesses, keys and joins that stay within.
fn ties_within(reading: &Reading<'_>) -> BTreeMap<ServiceId, i64> {
    let facts = reading.facts;
    let mut ties: BTreeMap<ServiceId, i64> = BTreeMap::new();
    let mut tie = |a: ServiceId, b: ServiceId| {
        if a == b {
            *ties.entry(a).or_default() += 1;
        }
    };
    let requests =
        facts.calls.iter().filter(|call| matches!(call.kind, CallKind::Call | CallKind::Construct));
    for call in requests.filter(|call| call.from_module != call.to_module) {
        tie(reading.of_module(call.from_module), reading.of_module(call.to_module));
    }
    for access in &facts.accesses {
        tie(reading.of_module(access.module), reading.of_table(access.table));
    }
    for key in &facts.foreign_keys {
        tie(reading.of_table(key.from), reading.of_table(key.to));
    }
    for join in &facts.joins {
        tie(reading.of_table(join.table_a), reading.of_table(join.table_b));
    }
    ties
}

/// Services by how many questions name them, then by how little crosses their borders; those that should be merged first are no candidates.
fn begin_with(
    reading: &Reading<'_>,
    answers: &[Answer],
    merges: &[Merge],
) -> Vec<(ServiceId, String)> {
    let mut named: BTreeMap<ServiceId, Vec<&str>> = BTreeMap::new();
    for answer in answers {
        for (service, numbers) in &answer.services {
            named.entry(*service).or_default().push(numbers);
        }
    }
    let merged =
        |service: &ServiceId| merges.iter().any(|merge| merge.a == *service || merge.b == *service);
    let mut candidates: Vec<(ServiceId, Vec<&str>)> =
        named.into_iter().filter(|(service, _)| !merged(service)).collect();
    let crossing = |service: ServiceId| -> i64 {
        let touching =
            reading.scorer.pairs().filter(|(from, to, _)| [from, to].contains(&&service.group()));
        touching
            .map(|(_, _, ties)| {
                ties.requests + ties.reads + 2 * ties.writes + 8 * ties.transactions
            })
            .sum()
    };
    candidates.sort_by_key(|(service, said)| {
        (std::cmp::Reverse(said.len()), crossing(*service), *service)
    });
    candidates.truncate(CANDIDATES);
    candidates.into_iter().map(|(service, said)| (service, said.join("; "))).collect()
}
