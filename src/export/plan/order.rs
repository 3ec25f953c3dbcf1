//! In which order services leave the monolith: first what comes off easily and teaches most.

use std::{collections::BTreeSet, sync::Arc};

use super::effort::Weights;
use crate::{
    analysis::{
        figures::{Crossings, Scorer},
        grouping::{GroupId, Role},
    },
    facts::{EntryKind, Facts, ModuleId, Piece},
    proposal::{
        Proposal, ServiceId,
        owners::{Owners, owners, ratio},
    },
};

/// Why a service comes when it comes, in numbers.
///
/// The next one is always the service with the least `new_points / (1 + changes + owner + own_data + worker)`. The
/// questions behind the four are those by which a monolith says where to cut: what changes much faster, what one
/// team or person works in alone, which tables are connected to nothing else, what is fed by a queue or a schedule.
/// The weights are a judgement, not measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appeal {
    /// Points of the crossings that arise between this service and what remains, and of its lines.
    pub new_points: f64,
    /// What arises, both directions together.
    pub calls: usize,
    pub accesses: usize,
    pub keys: usize,
    pub joins: usize,
    pub transactions: usize,
    /// Recent commits that touched it.
    pub commits: usize,
    /// How much more often it changes than the whole, by lines: r / (1 + r), from 0 to 1.
    pub changes: f64,
    /// From 0 to 0.5: half the share of the one team, or else person, that has most of it.
    pub owner: f64,
    /// From 0 to 1: the share of accesses of its tables that are its own; 1 where it neither has nor shares data.
    pub own_data: f64,
    /// 0.5 where all its entry points are jobs, messages or commands: nobody waits for an answer.
    pub worker: f64,
}

impl Appeal {
    /// How hard it is to begin with this service; the least comes first.
    #[must_use]
    pub fn hardness(&self) -> f64 {
        self.new_points / (1.0 + self.changes + self.owner + self.own_data + self.worker)
    }
}

/// The services of a proposal that become steps, in the order of the plan: those that are wanted first, then the
/// easiest each time.
pub(super) fn order(
    facts: &Arc<Facts>,
    proposal: &Proposal,
    wanted: &[ServiceId],
) -> Vec<(ServiceId, Appeal)> {
    let scorer = Scorer::new(Arc::clone(facts), proposal.grouping());
    let mut left: Vec<(ServiceId, Appeal)> = proposal
        .services
        .iter()
        .filter(|service| service.role == Role::Service)
        .filter(|service| proposal.pieces_of(service.id).next().is_some())
        .map(|service| (service.id, lasting_appeal(facts, proposal, service.id)))
        .collect();
    let remainders = proposal.services.iter().filter(|service| service.role == Role::Remainder);
    let mut monolith: BTreeSet<GroupId> = remainders.map(|service| service.id.group()).collect();
    monolith.extend(left.iter().map(|(service, _)| service.group()));
    let mut ordered = Vec::new();
    while !left.is_empty() {
        for (service, appeal) in &mut left {
            count_new(&scorer, service.group(), &monolith, appeal);
        }
        let easiest = (0..left.len())
            .min_by(|a, b| left[*a].1.hardness().total_cmp(&left[*b].1.hardness()))
            .expect("some are left");
        let wish = wanted.iter().find_map(|id| left.iter().position(|(left, _)| left == id));
        let next = left.remove(wish.unwrap_or(easiest));
        monolith.remove(&next.0.group());
        ordered.push(next);
    }
    ordered
}

/// What arises between a service and the rest of the monolith when it leaves now.
fn count_new(scorer: &Scorer, group: GroupId, monolith: &BTreeSet<GroupId>, appeal: &mut Appeal) {
    let (mut sum, mut out) = (Crossings::default(), Crossings::default());
    for other in monolith.iter().filter(|other| **other != group) {
        sum = sum.plus(scorer.pair(group, *other)).plus(scorer.pair(*other, group));
        out = out.plus(scorer.pair(group, *other));
    }
    let size = |number: i64| usize::try_from(number).unwrap_or(0);
    appeal.calls = size(sum.requests);
    appeal.accesses = size(sum.reads + sum.writes);
    appeal.keys = size(sum.declared_keys + sum.implied_keys);
    appeal.joins = size(sum.joins);
    appeal.transactions = size(sum.transactions);
    // Calls back into the monolith weigh more than calls from it: the new service can't run alone.
    let calls = appeal.calls + size(out.requests) / 2;
    appeal.new_points = Weights::CALL * real(calls)
        + Weights::READ * real(size(sum.reads))
        + Weights::WRITE * real(size(sum.writes))
        + Weights::DECLARED_KEY * real(size(sum.declared_keys))
        + Weights::IMPLIED_KEY * real(size(sum.implied_keys))
        + Weights::JOIN * real(appeal.joins)
        + Weights::TRANSACTION * real(appeal.transactions)
        + real(size(scorer.size(group).lines)) / Weights::LINES_PER_POINT;
}

/// What does not change while others leave.
fn lasting_appeal(facts: &Facts, proposal: &Proposal, service: ServiceId) -> Appeal {
    let modules: Vec<ModuleId> = proposal
        .pieces_of(service)
        .filter_map(|piece| match facts.piece(piece) {
            Piece::Module(module) => Some(module),
            Piece::Table(_) => None,
        })
        .collect();
    let owners = owners(facts, &modules);
    Appeal {
        commits: owners.commits,
        changes: change_appeal(facts, &modules, owners.commits),
        owner: 0.5 * ownership(&owners, modules.len()),
        own_data: own_data(facts, proposal, service),
        worker: if is_worker(facts, proposal, service) { 0.5 } else { 0.0 },
        ..Appeal::default()
    }
}

fn change_appeal(facts: &Facts, modules: &[ModuleId], commits: usize) -> f64 {
    let lines = |lines: u64| usize::try_from(lines).unwrap_or(usize::MAX);
    let own = modules.iter().map(|module| u64::from(facts.module(*module).lines)).sum();
    let all = facts.modules.iter().map(|module| u64::from(module.lines)).sum();
    let of_lines = ratio(lines(own), lines(all));
    let of_commits = ratio(commits, facts.recent_commits().count());
    if of_lines <= 0.0 {
        return 0.0;
    }
    let rate = of_commits / of_lines;
    rate / (1.0 + rate)
}

fn ownership(owners: &Owners, modules: usize) -> f64 {
    if owners.teams.is_empty() { owners.top_share() } else { owners.team_share(modules) }
}

fn own_data(facts: &Facts, proposal: &Proposal, service: ServiceId) -> f64 {
    let (mut own, mut all) = (0, 0);
    for access in &facts.accesses {
        let by_it = proposal.service_of(facts.module_piece(access.module)) == service;
        let of_it = proposal.service_of(facts.table_piece(access.table)) == service;
        all += usize::from(by_it || of_it);
        own += usize::from(by_it && of_it);
    }
    if all == 0 { 1.0 } else { ratio(own, all) }
}

fn is_worker(facts: &Facts, proposal: &Proposal, service: ServiceId) -> bool {
    let mut entries = facts
        .entry_points
        .iter()
        .filter(|entry| proposal.service_of(facts.module_piece(entry.module)) == service)
        .peekable();
    // Where no routes are known, a service without one may have them all the same.
    let has_routes = facts.entry_points.iter().any(|entry| entry.kind == EntryKind::Http);
    has_routes
        && entries.peek().is_some()
        && entries.all(|entry| {
            matches!(entry.kind, EntryKind::Job | EntryKind::Message | EntryKind::Command)
        })
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn real(number: usize) -> f64 {
    number as f64
}
