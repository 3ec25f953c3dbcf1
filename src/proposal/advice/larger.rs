//! Merges, splits and libraries that would make a proposal cheaper or clearer.

use std::collections::{BTreeMap, BTreeSet};

use super::{Advice, counted};
use crate::{
    analysis::{
        figures::{Crossings, Scorer},
        grouping::{GroupId, Role},
    },
    facts::{CallKind, PieceId},
    proposal::{
        Proposal, Service, ServiceId,
        command::Command,
        cut::best_cut,
        cycles::{Level, Link, links_to_cut},
    },
};

/// A merge that would make a service with a larger share of all pieces is no help.
const LARGEST: f64 = 0.4;
/// A service with a larger share of all pieces is worth a split.
const GIANT: f64 = 0.25;
/// So many merges are tried.
const TRIED: usize = 12;
/// A library is used by at least so many services.
const USERS: usize = 3;
/// How many times as many calls must come into a library as go out of it.
const OUTGOING: usize = 3;

/// The merges, splits, libraries and circles that are worth looking at, at most `top` of each kind: merges that spare
/// most for what they move first, then splits of what holds a quarter of everything, then what is used like a library,
/// then the references that close circles.
///
/// `scorer` must have the proposal's grouping.
pub(super) fn larger_moves(proposal: &Proposal, scorer: &Scorer, top: usize) -> Vec<Advice> {
    let mut advice = merges(proposal, scorer);
    advice.truncate(top);
    advice.extend(splits(proposal, scorer).into_iter().take(top));
    advice.extend(libraries(proposal, scorer).into_iter().take(top));
    advice.extend(circles(proposal, scorer).into_iter().take(top));
    advice
}

/// What closes circles among services with the fewest references: work on the code, no move.
fn circles(proposal: &Proposal, scorer: &Scorer) -> Vec<Advice> {
    let facts = scorer.facts();
    let links = links_to_cut(facts, proposal, Level::Services);
    let advice = links.into_iter().filter_map(|Link { from, to, references }| {
        let references: Vec<String> =
            references.iter().map(|(what, place)| format!("{what} ({place})")).collect();
        let count = counted(references.len(), "reference");
        let title = format!("Turn around {count} from {from} to {to}, which close a circle");
        Some(Advice::without_move(title, references, proposal.service_named(&from)?.id))
    });
    advice.collect()
}

fn open(proposal: &Proposal) -> impl Iterator<Item = &Service> {
    proposal.services.iter().filter(|service| service.role == Role::Service && !service.locked)
}

#[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 pieces")]
fn merges(proposal: &Proposal, scorer: &Scorer) -> Vec<Advice> {
    let services: BTreeSet<GroupId> = open(proposal).map(|service| service.id.group()).collect();
    let mut between: BTreeMap<(GroupId, GroupId), i64> = BTreeMap::new();
    for (from, to, crossings) in scorer.pairs() {
        if services.contains(&from) && services.contains(&to) {
            *between.entry((from.min(to), from.max(to))).or_default() += weight(&crossings);
        }
    }
    let all = scorer.facts().piece_count() as f64;
    let pieces = |group: GroupId| scorer.size(group).pieces() as f64;
    let mut tried: Vec<((GroupId, GroupId), f64)> = between
        .into_iter()
        .filter(|((a, b), _)| pieces(*a) + pieces(*b) <= LARGEST * all)
        .map(|((a, b), weight)| ((a, b), weight as f64 / pieces(a).min(pieces(b)).max(1.0)))
        .collect();
    tried.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    tried.truncate(TRIED);
    let mut advice: Vec<(f64, Advice)> = Vec::new();
    for ((a, b), _) in tried {
        let (into, from) = if pieces(b) > pieces(a) { (b, a) } else { (a, b) };
        let (into, from) = (ServiceId::from(into), ServiceId::from(from));
        let name = |id| proposal.service(id).map_or("", |service| service.name.as_str());
        let title = format!("Merge {} into {}", name(from), name(into));
        let moved = scorer.size(from.group()).pieces();
        let reason = format!("{moved} pieces move");
        let command = Command::MergeServices { from, into };
        let found = Advice::new(proposal, scorer, title, vec![reason], command);
        advice.extend(found.map(|advice| (advice.gain / (moved as f64).max(1.0), advice)));
    }
    advice.retain(|(_, advice)| advice.gain > 0.0);
    advice.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.title.cmp(&b.1.title)));
    advice.into_iter().map(|(_, advice)| advice).collect()
}

/// What crosses between two services, in about the units of [`cost`](crate::proposal::suggest::cost).
fn weight(crossings: &Crossings) -> i64 {
    let Crossings { calls, reads, writes, declared_keys, implied_keys, joins, .. } = crossings;
    calls + 2 * reads + 4 * writes + 2 * declared_keys + implied_keys + 3 * joins
}

#[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 pieces")]
fn splits(proposal: &Proposal, scorer: &Scorer) -> Vec<Advice> {
    let facts = scorer.facts();
    let all = facts.piece_count() as f64;
    let share = |service: &&Service| scorer.size(service.id.group()).pieces() as f64 / all;
    let giants = open(proposal).filter(|service| share(service) > GIANT);
    let cuts = giants.filter_map(|service| {
        let command = best_cut(facts, proposal, service.id)?;
        let title = command.describe(facts, proposal);
        let reason = format!("it holds {:.0}% of all pieces", share(&service) * 100.0);
        Advice::new(proposal, scorer, title, vec![reason], command)
    });
    cuts.collect()
}

/// Services that own no table, are entered nowhere, are used by many and use few: their code would be published.
fn libraries(proposal: &Proposal, scorer: &Scorer) -> Vec<Advice> {
    let facts = scorer.facts();
    let is_table = |piece: PieceId| piece.index() >= facts.modules.len();
    let mut busy: BTreeSet<ServiceId> =
        facts.pieces().filter(|piece| is_table(*piece)).map(|p| proposal.service_of(p)).collect();
    let at = |module| proposal.service_of(facts.module_piece(module));
    busy.extend(facts.accesses.iter().map(|access| at(access.module)));
    busy.extend(facts.entry_points.iter().map(|entry| at(entry.module)));
    let mut users: BTreeMap<ServiceId, BTreeSet<ServiceId>> = BTreeMap::new();
    let mut calls: BTreeMap<ServiceId, (usize, usize)> = BTreeMap::new();
    for call in facts.calls.iter().filter(|call| call.kind != CallKind::Import) {
        let (from, to) = (at(call.from_module), at(call.to_module));
        if from != to {
            users.entry(to).or_default().insert(from);
            calls.entry(to).or_default().0 += 1;
            calls.entry(from).or_default().1 += 1;
        }
    }
    let like_one = |service: &&Service| {
        let (into, out) = calls.get(&service.id).copied().unwrap_or_default();
        let users = users.get(&service.id).map_or(0, BTreeSet::len);
        !busy.contains(&service.id) && users >= USERS && OUTGOING * out <= into
    };
    let found = open(proposal).filter(like_one).filter_map(|service| {
        let title = format!("Make {} a library", service.name);
        let users = users.get(&service.id).map_or(0, BTreeSet::len);
        let reason = format!("{} use it, and it owns no data", counted(users, "service"));
        let command = Command::SetRole { service: service.id, role: Role::Library };
        Advice::new(proposal, scorer, title, vec![reason], command)
    });
    found.collect()
}
