//! The extraction plan of a proposal: ordered steps that turn the monolith into the proposal, one service at a time.
//!
//! Each step is described in the world as it is at that point: the services of earlier steps run on their own,
//! everything else is still one monolith. So what a step lists (operations, cut keys, joins, transactions) is what
//! this step brings about, and the last step ends in the proposal itself.

mod api;
mod data;
mod effort;
mod order;
mod patterns;
mod readiness;
mod sagas;
mod shared;
#[cfg(test)]
pub(super) mod tests;
mod world;

use std::sync::Arc;

pub use self::{
    api::{Api, Caller, Chatty, Operation, SharedType},
    data::{Advice, BrokenJoin, CutKey, DataWork, TableUse},
    effort::{Cost, Effort, Risk, RiskLevel, WEEKS_OF_FIRST_TWO, Weights},
    order::Appeal,
    patterns::{Pattern, TablePlan, table_plans},
    readiness::Readiness,
    sagas::{Saga, SagaWrite},
    shared::{SharedAdvice, SharedModule},
    world::Holder,
};
use self::{shared::find_shared, world::World};
use super::names::Names;
pub use crate::proposal::owners::Owners;
use crate::{
    analysis::{figures::Figures, grouping::Role},
    facts::{EntryPointId, Facts, ModuleId, TableId},
    proposal::{
        Proposal, ServiceId,
        owners::{self, recent_changes},
    },
};

/// The ordered work that turns the monolith into a proposal.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The figures of the finished proposal.
    pub figures: Figures,
    /// Libraries of the proposal: published or copied before the step that first needs them.
    pub libraries: Vec<LibraryScope>,
    pub steps: Vec<Step>,
    /// Modules outside libraries that three or more services use.
    pub shared: Vec<SharedModule>,
    /// Every table with who uses it when all steps are done, and what becomes of it.
    pub tables: Vec<TablePlan>,
    /// What stays in the monolith when all steps are done; empty where nothing does.
    pub remainder: Scope,
}

/// A library, and who needs it.
#[derive(Clone, Debug)]
pub struct LibraryScope {
    pub service: ServiceId,
    pub scope: Scope,
    /// Services, and the remainder, that call it, in the order of the proposal.
    pub users: Vec<ServiceId>,
    /// Commits of the last year that changed it: each is a release for every user.
    pub changes: usize,
}

/// The pieces of one service, and what comes with them.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub modules: Vec<ModuleId>,
    pub tables: Vec<TableId>,
    pub lines: u64,
    pub owners: Owners,
    pub entry_points: Vec<EntryPointId>,
}

/// One service leaves the monolith.
#[derive(Clone, Debug)]
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    pub service: ServiceId,
    /// Nothing else is left in the monolith: this step only gives the rest its name.
    pub is_last_of_monolith: bool,
    /// Why this step comes now.
    pub appeal: Appeal,
    pub scope: Scope,
    /// What crosses this service's border right after the step, as the facts' places in their lists.
    pub crossings: Crossings,
    pub api: Api,
    pub data: DataWork,
    pub sagas: Vec<Saga>,
    /// Libraries that its modules call, with how many calls.
    pub libraries: Vec<(ServiceId, usize)>,
    /// Of [`Plan::shared`], those that are in this service or that it uses, by place.
    pub shared: Vec<usize>,
    pub readiness: Readiness,
    pub effort: Effort,
    pub risk: Risk,
    /// Figures of the whole right before and after the step.
    pub before: Figures,
    pub after: Figures,
}

/// What crosses the border of one service at one point in time: places in the lists of the facts, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crossings {
    pub calls: Vec<usize>,
    pub accesses: Vec<usize>,
    pub keys: Vec<usize>,
    pub joins: Vec<usize>,
    pub transactions: Vec<usize>,
    pub commits: Vec<usize>,
}

/// Makes the plan. Pure: the same facts and proposal give the same plan.
#[must_use]
pub fn plan(facts: &Arc<Facts>, proposal: &Proposal) -> Plan {
    plan_in(facts, proposal, &[])
}

/// Makes the plan with the services that people want to leave first, in their order; the others follow by the rule.
#[must_use]
pub fn plan_in(facts: &Arc<Facts>, proposal: &Proposal, wanted: &[ServiceId]) -> Plan {
    let shared = find_shared(facts, proposal);
    let order = order::order(facts, proposal, wanted);
    let remainder_is_empty = proposal
        .services
        .iter()
        .filter(|service| service.role == Role::Remainder)
        .all(|service| proposal.pieces_of(service.id).next().is_none());
    let mut world = World::undivided(facts, proposal);
    let mut steps = Vec::new();
    let count = order.len();
    for (number, (service, appeal)) in (1..).zip(order) {
        let before = world.figures().clone();
        world.take_out(service);
        steps.push(step(&world, &shared, StepStart { number, service, appeal, before }));
        if number == count && remainder_is_empty {
            steps.last_mut().expect("just pushed").is_last_of_monolith = true;
        }
    }
    effort::schedule(&mut steps);
    Plan {
        figures: world.figures().clone(),
        libraries: libraries(facts, proposal),
        steps,
        shared,
        tables: table_plans(facts, proposal),
        remainder: remainder(facts, proposal),
    }
}

struct StepStart {
    number: usize,
    service: ServiceId,
    appeal: Appeal,
    before: Figures,
}

fn step(world: &World<'_>, shared: &[SharedModule], start: StepStart) -> Step {
    let StepStart { number, service, appeal, before } = start;
    let (facts, proposal) = (world.facts, world.proposal);
    let scope = scope(facts, proposal, service);
    let crossings = world.crossings(service);
    let api = api::api(world, service, &crossings);
    let data = data::data_work(world, service, &scope.tables, &crossings);
    let sagas = sagas::sagas(world, &crossings.transactions);
    let after = world.figures().clone();
    let effort = effort::effort(&scope, &api, &data, &sagas);
    let risk = effort::risk(facts, service, proposal, &scope, (&api, &data, &sagas));
    let names = Names::new(facts, proposal);
    let readiness = readiness::readiness(&names, (number, service), &scope, &api, &data, &sagas);
    Step {
        number,
        service,
        is_last_of_monolith: false,
        appeal,
        crossings,
        libraries: shared::libraries_used(facts, proposal, service),
        shared: shared::touching(shared, service),
        scope,
        api,
        data,
        sagas,
        readiness,
        effort,
        risk,
        before,
        after,
    }
}

/// The pieces of a service and what comes with them.
fn scope(facts: &Facts, proposal: &Proposal, service: ServiceId) -> Scope {
    let is_in = |module: ModuleId| proposal.service_of(facts.module_piece(module)) == service;
    let modules: Vec<ModuleId> =
        (0..facts.modules.len()).map(ModuleId::at).filter(|module| is_in(*module)).collect();
    let tables = (0..facts.tables.len())
        .map(TableId::at)
        .filter(|table| proposal.service_of(facts.table_piece(*table)) == service)
        .collect();
    let entry_points = facts.entry_points.iter().enumerate();
    Scope {
        lines: modules.iter().map(|module| u64::from(facts.module(*module).lines)).sum(),
        owners: owners::owners(facts, &modules),
        entry_points: entry_points
            .filter(|(_, entry)| is_in(entry.module))
            .map(|(at, _)| EntryPointId::at(at))
            .collect(),
        modules,
        tables,
    }
}

fn libraries(facts: &Facts, proposal: &Proposal) -> Vec<LibraryScope> {
    let libraries = proposal.services.iter().filter(|service| service.role == Role::Library);
    libraries
        .map(|library| {
            let scope = scope(facts, proposal, library.id);
            let users = shared::users_of(facts, proposal, library.id);
            let changes = recent_changes(facts, &scope.modules);
            LibraryScope { service: library.id, scope, users, changes }
        })
        .filter(|library| !library.scope.modules.is_empty())
        .collect()
}

/// Everything that the proposal leaves in the monolith.
fn remainder(facts: &Facts, proposal: &Proposal) -> Scope {
    let mut whole = Scope::default();
    for service in proposal.services.iter().filter(|service| service.role == Role::Remainder) {
        let part = scope(facts, proposal, service.id);
        whole.modules.extend(part.modules);
        whole.tables.extend(part.tables);
        whole.lines += part.lines;
        whole.entry_points.extend(part.entry_points);
    }
    whole.owners = owners::owners(facts, &whole.modules);
    whole
}
