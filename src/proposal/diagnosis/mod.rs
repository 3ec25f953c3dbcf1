//! The diagnosis of a proposal: symptoms of a distributed monolith with their items, answers of the monolith, a verdict.
//!
//! Every measure says what it counted, of how many, and what it was compared with; limits have defaults with their
//! sources and can be set. A crossing counts less between two services of one team, or deployed together, or in one
//! repository, and less where an event would do.

mod code;
mod context;
mod data;
mod periods;
mod questions;
mod ran;
mod settings;
#[cfg(test)]
mod tests;
mod verdict;
mod work;

use std::{collections::BTreeSet, sync::Arc};

use self::context::Context;
pub use self::{
    questions::{Answer, Question},
    settings::{Setting, Settings, Unit},
    verdict::{Judgement, Merge, Reason, Verdict},
};
use super::{
    Proposal, ServiceId,
    owners::ratio,
    reach::{Works, works},
};
use crate::{
    analysis::{
        figures::{Item, Scorer},
        grouping::Role,
    },
    facts::{EntryPointId, Facts, ModuleId, PieceId, TableId},
};

/// What was found out about a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    pub settings: Settings,
    /// One of each kind, in the order of [`SymptomKind::ALL`].
    pub symptoms: Vec<Symptom>,
    /// One of each question, in the order of [`Question::ALL`].
    pub answers: Vec<Answer>,
    pub verdict: Verdict,
}

/// A sign that the proposal would end as a distributed monolith.
#[derive(Clone, Debug, PartialEq)]
pub struct Symptom {
    pub kind: SymptomKind,
    /// The most severe of its measures.
    pub severity: Severity,
    pub measures: Vec<Measure>,
}

/// The symptoms that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymptomKind {
    ChangeTogether,
    DeployTogether,
    Chatty,
    SynchronousChains,
    SamePeople,
    SharedData,
    SharedCode,
    SpanningTransactions,
    CascadingFailure,
}

impl SymptomKind {
    pub const ALL: [Self; 9] = [
        Self::ChangeTogether,
        Self::DeployTogether,
        Self::Chatty,
        Self::SynchronousChains,
        Self::SamePeople,
        Self::SharedData,
        Self::SharedCode,
        Self::SpanningTransactions,
        Self::CascadingFailure,
    ];

    /// The symptom as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ChangeTogether => "A change to one service often needs changes in others",
            Self::DeployTogether => "Services must be deployed together",
            Self::Chatty => "Services talk too much with each other",
            Self::SynchronousChains => "Requests wait in chains of services",
            Self::SamePeople => "The same people work everywhere",
            Self::SharedData => "Services share a data store",
            Self::SharedCode => "Services share models and code",
            Self::SpanningTransactions => "Transactions span services",
            Self::CascadingFailure => "One failure takes others down",
        }
    }

    /// The name in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ChangeTogether => "change-together",
            Self::DeployTogether => "deploy-together",
            Self::Chatty => "chatty",
            Self::SynchronousChains => "synchronous-chains",
            Self::SamePeople => "same-people",
            Self::SharedData => "shared-data",
            Self::SharedCode => "shared-code",
            Self::SpanningTransactions => "spanning-transactions",
            Self::CascadingFailure => "cascading-failure",
        }
    }

    /// What usually helps.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::ChangeTogether => {
                "Move what changes together into one service; what is left wants a contract with versions"
            }
            Self::DeployTogether => {
                "Turn one call of each circle round, or make it an event; or deploy these by one action and say so"
            }
            Self::Chatty => {
                "Offer one coarse operation per use case, or a back end for the front end; ask for many at once"
            }
            Self::SynchronousChains => {
                "Let calls that need no answer become events; keep a copy of what is asked for on every request"
            }
            Self::SamePeople => {
                "Give each service one owner, or let one team have those it works in anyway"
            }
            Self::SharedData => {
                "Give each table one owner; others read a replica or ask, and write through its operations"
            }
            Self::SharedCode => {
                "Each service keeps the narrow view it needs; publish what is stable, copy what rarely changes"
            }
            Self::SpanningTransactions => {
                "Keep together what must succeed together; the rest becomes a saga with compensations"
            }
            Self::CascadingFailure => {
                "Timeouts, circuit breakers and an answer for the time the other does not respond; fewer needs"
            }
        }
    }
}

/// How bad something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing above its limit.
    #[default]
    None,
    /// Above the limit.
    Low,
    /// More than one and a half times the limit.
    Medium,
    /// More than three times the limit.
    High,
}

impl Severity {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// Compares a value with its limit. Where the limit is a share of 0, a tenth is medium and a quarter high.
    fn of(value: f64, limit: f64, unit: Unit) -> Self {
        let steps = if unit == Unit::Share && limit <= 0.0 {
            [0.0, 0.10, 0.25]
        } else {
            [limit, limit * 1.5, limit * 3.0]
        };
        match steps.into_iter().filter(|step| value > *step).count() {
            0 => Self::None,
            1 => Self::Low,
            2 => Self::Medium,
            _ => Self::High,
        }
    }
}

/// One number behind a symptom.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The limit it is compared with.
    pub setting: Setting,
    /// What is counted, as a phrase.
    pub what: String,
    /// How many, of how many; the whole is 0 where the value is a plain count.
    pub count: usize,
    pub of: usize,
    /// In the unit of the setting.
    pub value: f64,
    /// The same after each crossing was weighed by its context.
    pub weighed: f64,
    pub limit: f64,
    pub severity: Severity,
    /// What is behind it, the weightiest first.
    pub findings: Vec<Finding>,
    /// Why it could not be measured; empty where it was.
    pub unknown: &'static str,
}

/// Something behind a measure: facts that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub services: Vec<ServiceId>,
    /// A sentence without a final stop.
    pub what: String,
    pub items: Vec<Item>,
    pub count: usize,
    /// What it counts after its context.
    pub weight: f64,
    /// Why it counts less, as phrases: `one team`, `deployed together`.
    pub context: Vec<&'static str>,
}

/// Examines a proposal. `scorer` must hold the proposal's grouping. Pieces that an adopted split does not mention are in no
/// service yet: they are left out, as they are where proposals are compared.
#[must_use]
pub fn diagnose(scorer: &Scorer, proposal: &Proposal, settings: &Settings) -> Diagnosis {
    if proposal.unlisted.is_empty() {
        return examine(scorer, proposal, settings);
    }
    let placed = without_unlisted(proposal);
    let scorer = Scorer::new(Arc::clone(scorer.facts()), placed.grouping());
    examine(&scorer, &placed, settings)
}

/// The same proposal, with what nobody placed in an excluded service of its own.
fn without_unlisted(proposal: &Proposal) -> Proposal {
    let id = ServiceId(proposal.next_service);
    let name = "not placed".to_owned();
    let mut placed = proposal.clone();
    placed.services.push(super::Service {
        id,
        name,
        role: Role::Excluded,
        ..super::Service::default()
    });
    placed.next_service += 1;
    let mut placement = placed.placement.to_vec();
    for piece in &proposal.unlisted {
        placement[piece.index()] = id;
    }
    placed.placement = placement.into();
    placed
}

fn examine(scorer: &Scorer, proposal: &Proposal, settings: &Settings) -> Diagnosis {
    let reading = Reading {
        facts: scorer.facts(),
        scorer,
        proposal,
        settings,
        context: Context::new(scorer.facts(), proposal, settings),
        works: works(scorer.facts()),
    };
    let symptoms: Vec<Symptom> =
        SymptomKind::ALL.into_iter().map(|kind| reading.symptom(kind)).collect();
    let answers = questions::answers(&reading);
    let verdict = verdict::verdict(&reading, &symptoms, &answers);
    Diagnosis { settings: settings.clone(), symptoms, answers, verdict }
}

/// What a diagnosis looks at.
struct Reading<'a> {
    facts: &'a Facts,
    scorer: &'a Scorer,
    proposal: &'a Proposal,
    settings: &'a Settings,
    context: Context,
    works: Works,
}

impl Reading<'_> {
    fn symptom(&self, kind: SymptomKind) -> Symptom {
        let measures = match kind {
            SymptomKind::ChangeTogether => work::change_together(self),
            SymptomKind::DeployTogether => work::deploy_together(self),
            SymptomKind::Chatty => {
                code::chatty(self).into_iter().chain(ran::requests(self)).collect()
            }
            SymptomKind::SynchronousChains => code::chains(self),
            SymptomKind::SamePeople => work::same_people(self),
            SymptomKind::SharedData => data::shared_data(self),
            SymptomKind::SharedCode => code::shared_code(self),
            SymptomKind::SpanningTransactions => data::transactions(self),
            SymptomKind::CascadingFailure => {
                code::cascading(self).into_iter().chain(ran::needy(self)).collect()
            }
        };
        let severity = measures.iter().map(|measure| measure.severity).max().unwrap_or_default();
        Symptom { kind, severity, measures }
    }

    /// A share of something: as many as its findings count, of `of`.
    fn share(
        &self,
        setting: Setting,
        what: &str,
        of: usize,
        findings: Vec<Finding>,
        unknown: &'static str,
    ) -> Measure {
        let count = findings.iter().map(|finding| finding.count).sum();
        let weight: f64 = findings.iter().map(|finding| finding.weight).sum();
        let weighed = if of == 0 { 0.0 } else { weight / real(of) };
        self.measure(setting, what, (count, of), (ratio(count, of), weighed), findings, unknown)
    }

    /// The largest of something, in the unit of the setting; findings are those above the limit. `all` are what was
    /// looked at, each with its value and its value after the context.
    fn worst(
        &self,
        setting: Setting,
        what: &str,
        all: Vec<(f64, Finding)>,
        unknown: &'static str,
    ) -> Measure {
        let value = all.iter().map(|(value, _)| *value).fold(0.0, f64::max);
        let weighed = all.iter().map(|(_, finding)| finding.weight).fold(0.0, f64::max);
        let limit = self.settings.of(setting);
        let above = all.into_iter().filter(|(value, _)| *value > limit);
        let findings: Vec<Finding> = above.map(|(_, finding)| finding).collect();
        let count = findings.len();
        self.measure(setting, what, (count, 0), (value, weighed), findings, unknown)
    }

    fn measure(
        &self,
        setting: Setting,
        what: &str,
        (count, of): (usize, usize),
        (value, weighed): (f64, f64),
        mut findings: Vec<Finding>,
        unknown: &'static str,
    ) -> Measure {
        let limit = self.settings.of(setting);
        findings.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| (&a.what, &a.services).cmp(&(&b.what, &b.services)))
        });
        let severity = Severity::of(weighed, limit, setting.unit());
        Measure {
            setting,
            what: what.to_owned(),
            count,
            of,
            value,
            weighed,
            limit,
            severity,
            findings,
            unknown,
        }
    }

    /// Something between services; `count` of them, weighed by the context.
    fn finding(&self, services: Vec<ServiceId>, what: String, items: Vec<Item>) -> Finding {
        let count = items.len();
        let factor = self.context.factor(&services);
        let context = self.context.words(&services);
        Finding { what, items, count, weight: real(count) * factor, context, services }
    }

    /// Services and the remainder that have pieces, in the order of the proposal.
    fn running(&self) -> Vec<ServiceId> {
        let runs = |service: &&super::Service| {
            let size = self.scorer.size(service.id.group());
            matches!(service.role, Role::Service | Role::Remainder)
                && size.modules + size.tables > 0
        };
        self.proposal.services.iter().filter(runs).map(|service| service.id).collect()
    }

    fn role(&self, service: ServiceId) -> Role {
        self.proposal.service(service).map_or(Role::Excluded, |service| service.role)
    }

    fn runs(&self, service: ServiceId) -> bool {
        matches!(self.role(service), Role::Service | Role::Remainder)
    }

    fn of_module(&self, module: ModuleId) -> ServiceId {
        self.proposal.service_of(self.facts.module_piece(module))
    }

    fn of_table(&self, table: TableId) -> ServiceId {
        self.proposal.service_of(self.facts.table_piece(table))
    }

    fn name(&self, service: ServiceId) -> &str {
        self.proposal.service(service).map_or("", |service| &service.name)
    }

    /// Names in one phrase: `A, B and C`.
    fn names(&self, services: &[ServiceId]) -> String {
        let names: Vec<&str> = services.iter().map(|service| self.name(*service)).collect();
        match names.as_slice() {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }

    /// The services that pieces are in, excluded ones left out.
    fn touched(&self, pieces: impl Iterator<Item = PieceId>) -> Vec<ServiceId> {
        let services: BTreeSet<ServiceId> =
            pieces.map(|piece| self.proposal.service_of(piece)).collect();
        services.into_iter().filter(|service| self.role(*service) != Role::Excluded).collect()
    }

    /// The modules of a service, ascending.
    fn modules(&self, service: ServiceId) -> Vec<ModuleId> {
        let modules = (0..self.facts.modules.len()).map(ModuleId::at);
        modules.filter(|module| self.of_module(*module) == service).collect()
    }

    /// What enters there: `POST /orders`, or the function that is started.
    fn entry(&self, id: EntryPointId) -> String {
        let entry = &self.facts.entry_points[id.index()];
        match (entry.route.as_str(), entry.function) {
            ("", Some(function)) => self.facts.function(function).name.clone(),
            ("", None) => self.facts.module(entry.module).file_name().to_owned(),
            (route, _) => route.to_owned(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn real(number: usize) -> f64 {
    number as f64
}
