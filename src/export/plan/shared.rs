//! Code that many services need: libraries of the proposal, and modules that should perhaps become some.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analysis::grouping::Role,
    facts::{Access, CallKind, Facts, ModuleId, PieceId, Via},
    proposal::{Proposal, ServiceId, reach::reaching},
};

/// Used by this many services, a module is shared.
const SHARED_BY: usize = 3;

/// A module, not in a library, that three or more other services use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedModule {
    pub module: ModuleId,
    pub service: ServiceId,
    /// The other services whose modules refer to it, in the order of their ids.
    pub users: Vec<ServiceId>,
    /// References from them, of every kind.
    pub calls: usize,
    pub advice: SharedAdvice,
}

/// What to do about shared code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharedAdvice {
    /// It reaches no data and is only called: publish it as a library, or copy it if it rarely changes.
    Library,
    /// It stands for rows, or is handed around without reaching data: every service keeps the narrow view it needs.
    Narrow,
    /// It does work on data: it stays with its owner and is asked.
    Operation,
}

pub(super) fn find_shared(facts: &Facts, proposal: &Proposal) -> Vec<SharedModule> {
    let role = |service: ServiceId| proposal.service(service).map(|service| service.role);
    let runs = |service| matches!(role(service), Some(Role::Service | Role::Remainder));
    let at = |module: ModuleId| proposal.service_of(facts.module_piece(module));
    let mut users: BTreeMap<ModuleId, BTreeMap<ServiceId, usize>> = BTreeMap::new();
    let mut handed_around: BTreeSet<ModuleId> = BTreeSet::new();
    for call in &facts.calls {
        let (from, to) = (at(call.from_module), at(call.to_module));
        if from == to || !runs(from) || !runs(to) {
            continue;
        }
        *users.entry(call.to_module).or_default().entry(from).or_default() += 1;
        if matches!(call.kind, CallKind::Type | CallKind::Construct | CallKind::Inherit) {
            handed_around.insert(call.to_module);
        }
    }
    let working = working_modules(facts);
    users
        .into_iter()
        .filter(|(_, users)| users.len() >= SHARED_BY)
        .map(|(module, users)| {
            let calls = users.values().sum();
            let advice = if working.contains(&module) {
                SharedAdvice::Operation
            } else if handed_around.contains(&module) {
                SharedAdvice::Narrow
            } else {
                SharedAdvice::Library
            };
            let users = users.into_keys().collect();
            SharedModule { module, service: at(module), users, calls, advice }
        })
        .collect()
}

/// Modules that reach data themselves or through what they call. Standing for the rows of a table is no work.
fn working_modules(facts: &Facts) -> BTreeSet<ModuleId> {
    let is_work = |access: &Access| access.via != Via::Entity;
    let reaching = reaching(facts, is_work);
    let functions = facts.functions.iter().zip(reaching).filter(|(_, reaches)| *reaches);
    let at_top =
        facts.accesses.iter().filter(|access| is_work(access) && access.function.is_none());
    functions
        .map(|(function, _)| function.module)
        .chain(at_top.map(|access| access.module))
        .collect()
}

/// Which of the shared modules a service has or uses, by place.
pub(super) fn touching(shared: &[SharedModule], service: ServiceId) -> Vec<usize> {
    let touches = |at: &usize| {
        let module = &shared[*at];
        module.service == service || module.users.contains(&service)
    };
    (0..shared.len()).filter(touches).collect()
}

/// Libraries that modules of a service refer to, with how many references.
pub(super) fn libraries_used(
    facts: &Facts,
    proposal: &Proposal,
    service: ServiceId,
) -> Vec<(ServiceId, usize)> {
    let mut used: BTreeMap<ServiceId, usize> = BTreeMap::new();
    for (from, to) in references(facts, proposal) {
        if from == service && is_library(proposal, to) {
            *used.entry(to).or_default() += 1;
        }
    }
    used.into_iter().collect()
}

/// Who refers to a library.
pub(super) fn users_of(facts: &Facts, proposal: &Proposal, library: ServiceId) -> Vec<ServiceId> {
    let users: BTreeSet<ServiceId> = references(facts, proposal)
        .filter(|(from, to)| *to == library && *from != library)
        .map(|(from, _)| from)
        .collect();
    let order = proposal.services.iter().map(|service| service.id);
    order.filter(|service| users.contains(service)).collect()
}

fn references(facts: &Facts, proposal: &Proposal) -> impl Iterator<Item = (ServiceId, ServiceId)> {
    let at = |piece: PieceId| proposal.service_of(piece);
    facts.calls.iter().map(move |call| {
        (at(facts.module_piece(call.from_module)), at(facts.module_piece(call.to_module)))
    })
}

fn is_library(proposal: &Proposal, service: ServiceId) -> bool {
    proposal.service(service).is_some_and(|service| service.role == Role::Library)
}
