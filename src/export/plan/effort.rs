//! What a step costs and what can go wrong with it, each with the numbers it was made from.

use super::{Api, DataWork, Holder, Saga, Scope, Step, order::real};
use crate::{
    export::names::count,
    facts::{AccessMode, Facts},
    proposal::{Proposal, ServiceId},
};

/// What one piece of work counts, in points. Points compare steps; they are not days. The weights are a judgement,
/// not measured: after the first step, compare what it took with its points.
#[derive(Clone, Copy, Debug)]
pub struct Weights;

impl Weights {
    /// One call site, when services are ordered.
    pub const CALL: f64 = 0.5;
    pub const OFFERED_OPERATION: f64 = 2.0;
    pub const NEEDED_OPERATION: f64 = 3.0;
    pub const SHARED_TYPE: f64 = 1.0;
    pub const READ: f64 = 2.0;
    pub const WRITE: f64 = 5.0;
    pub const DECLARED_KEY: f64 = 2.0;
    pub const IMPLIED_KEY: f64 = 1.0;
    pub const JOIN: f64 = 3.0;
    pub const TRANSACTION: f64 = 8.0;
    pub const TABLE: f64 = 2.0;
    pub const LINES_PER_POINT: f64 = 400.0;
    /// Pipeline, deployment, dashboards: every service, however small.
    pub const SERVICE: f64 = 5.0;
}

/// Weeks that the first two steps take together: "the first three months usually give two services, then it goes
/// faster" (Microservice guidelines, 2021).
pub const WEEKS_OF_FIRST_TWO: f64 = 13.0;
/// How much longer the first and the second step take than later ones of the same size, while people learn.
const LEARNING: [f64; 2] = [2.0, 1.5];

/// The size of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effort {
    pub costs: Vec<Cost>,
    /// The sum of the costs.
    pub points: f64,
    /// Weeks from its begin to its end, one step after the other; see [`WEEKS_OF_FIRST_TWO`].
    pub weeks: f64,
}

/// One line of an effort: how many of what, and what each counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    pub what: &'static str,
    pub count: usize,
    pub each: f64,
}

impl Cost {
    #[must_use]
    pub fn points(&self) -> f64 {
        real(self.count) * self.each
    }
}

/// What can go wrong with a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    pub level: RiskLevel,
    /// Sentences, each with its number; more than two make a high risk.
    pub reasons: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLevel {
    Low,
    Medium,
    High,
}

impl RiskLevel {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

pub(super) fn effort(scope: &Scope, api: &Api, data: &DataWork, sagas: &[Saga]) -> Effort {
    let uses = |mode: AccessMode| data.uses.iter().filter(|used| used.mode == mode).count();
    let keys = |declared: bool| data.keys.iter().filter(|key| key.declared == declared).count();
    let lines = usize::try_from(scope.lines).unwrap_or(usize::MAX);
    let models = api.types.iter().filter(|shared| !shared.is_called).count();
    let cost = |what, count, each| Cost { what, count, each };
    let mut costs = vec![
        cost("service to build and run", 1, Weights::SERVICE),
        cost("lines to move", lines, 1.0 / Weights::LINES_PER_POINT),
        cost("operations to offer", api.offers.len(), Weights::OFFERED_OPERATION),
        cost("operations to call", api.needs.len(), Weights::NEEDED_OPERATION),
        cost("models named across the border", models, Weights::SHARED_TYPE),
        cost("tables to move", data.tables.len(), Weights::TABLE),
        cost("reads of tables across the border", uses(AccessMode::Read), Weights::READ),
        cost("writes of tables across the border", uses(AccessMode::Write), Weights::WRITE),
        cost("declared keys to drop", keys(true), Weights::DECLARED_KEY),
        cost("implied keys to guard", keys(false), Weights::IMPLIED_KEY),
        cost("queries to rewrite", data.joins.len(), Weights::JOIN),
        cost("transactions to turn into sagas", sagas.len(), Weights::TRANSACTION),
    ];
    costs.retain(|cost| cost.count > 0);
    let points = costs.iter().map(Cost::points).sum();
    Effort { costs, points, weeks: 0.0 }
}

/// Two services of average size would take [`WEEKS_OF_FIRST_TWO`] together at first; the others go at the speed learnt. The
/// first two take that long even where they are small: most of it is building what every service needs.
pub(super) fn schedule(steps: &mut [Step]) {
    let factor = |at: usize| LEARNING.get(at).copied().unwrap_or(1.0);
    let average =
        steps.iter().map(|step| step.effort.points).sum::<f64>() / real(steps.len().max(1));
    if average <= 0.0 {
        return;
    }
    let weeks_of_average = WEEKS_OF_FIRST_TWO / LEARNING.iter().sum::<f64>();
    for (at, step) in steps.iter_mut().enumerate() {
        let size = step.effort.points / average;
        let size = if at < LEARNING.len() { size.max(1.0) } else { size };
        step.effort.weeks = size * factor(at) * weeks_of_average;
    }
}

pub(super) fn risk(
    facts: &Facts,
    service: ServiceId,
    proposal: &Proposal,
    scope: &Scope,
    (api, data, sagas): (&Api, &DataWork, &[Saga]),
) -> Risk {
    let own = Holder::Service(service);
    let mut reasons = Vec::new();
    let mut say = |number: usize, threshold: usize, what: [&str; 3]| {
        if number >= threshold {
            reasons.push(format!("{} {}", count(number, what[0], what[1]), what[2]));
        }
    };
    say(sagas.len(), 1, ["transaction", "transactions", "no longer succeeding or failing as one."]);
    let outside_writes = data.uses.iter().filter(|used| used.mode == AccessMode::Write);
    let (of_own, of_others): (Vec<_>, Vec<_>) = outside_writes.partition(|used| used.owner == own);
    say(of_own.len(), 1, ["write", "writes", "of its tables by others, to be stopped first."]);
    say(of_others.len(), 1, ["write", "writes", "of its own, to tables that stay elsewhere."]);
    let loops = api.offers.iter().chain(&api.needs).filter(|operation| operation.in_loops > 0);
    say(
        loops.count(),
        1,
        ["operation", "operations", "called in loops: a request each time is too slow."],
    );
    let back = api.needs.iter().filter(|operation| operation.at == Holder::Monolith).count();
    say(
        back,
        10,
        ["operation", "operations", "leading back into the monolith: it can't run alone."],
    );
    say(data.joins.len(), 5, ["query", "queries", "to rewrite."]);
    if scope.owners.commits == 0 && !facts.commits.is_empty() && !scope.modules.is_empty() {
        reasons.push("Nobody changed it within the last year: who knows it?".to_owned());
    }
    let unsure = scope.modules.iter().filter(|module| {
        let piece = facts.module_piece(**module);
        proposal.unlisted.contains(&piece) || proposal.arrived.contains(&piece)
    });
    let unsure = unsure.count();
    if unsure > 0 {
        reasons.push(format!("{} that nobody placed yet.", count(unsure, "module", "modules")));
    }
    let level = match reasons.len() {
        0 => RiskLevel::Low,
        1 | 2 => RiskLevel::Medium,
        _ => RiskLevel::High,
    };
    Risk { level, reasons }
}
