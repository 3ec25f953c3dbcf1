//! The ways to have a table owned by one service, the cheapest first.

use std::collections::{BTreeMap, BTreeSet};

use super::{Advice, counted};
use crate::{
    analysis::{figures::Scorer, grouping::Role},
    facts::{AccessMode, Facts, ModuleId, PieceId, Place, TableId},
    proposal::{
        Proposal, ServiceId, apply::with_kept_together, command::Command, suggest::movable,
    },
};

/// Who does what with one table.
#[derive(Default)]
struct Users {
    /// By module: the places where it writes the table.
    writers: BTreeMap<ModuleId, Vec<Place>>,
    readers: BTreeSet<ModuleId>,
}

/// For every service that uses a table, up to three ways to make it the owner: the table goes there and the others
/// write through it; the modules that write the table go along; all that use it go along. The cheapest first.
///
/// `scorer` must have the proposal's grouping.
pub(super) fn owners(proposal: &Proposal, scorer: &Scorer, table: TableId) -> Vec<Advice> {
    let facts = scorer.facts();
    let users = users(facts, table);
    let piece = facts.table_piece(table);
    let modules = users.writers.keys().chain(&users.readers);
    let mut candidates: BTreeSet<ServiceId> =
        modules.map(|module| proposal.service_of(facts.module_piece(*module))).collect();
    candidates.insert(proposal.service_of(piece));
    let mut ways: Vec<Advice> = Vec::new();
    for id in candidates {
        let open = proposal.service(id).is_some_and(|service| {
            matches!(service.role, Role::Service | Role::Remainder) && !service.locked
        });
        if open {
            ways.extend(ways_into(proposal, scorer, (table, piece), &users, id));
        }
    }
    ways.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| a.title.cmp(&b.title)));
    ways
}

fn users(facts: &Facts, table: TableId) -> Users {
    let mut users = Users::default();
    for access in facts.accesses.iter().filter(|access| access.table == table) {
        match access.mode {
            AccessMode::Write => {
                let place = Place::new(facts.module(access.module).path.clone(), access.line);
                users.writers.entry(access.module).or_default().push(place);
            }
            AccessMode::Read => {
                users.readers.insert(access.module);
            }
        }
    }
    users
}

/// The ways to make one service the owner.
fn ways_into(
    proposal: &Proposal,
    scorer: &Scorer,
    (table, piece): (TableId, PieceId),
    users: &Users,
    to: ServiceId,
) -> Vec<Advice> {
    let facts = scorer.facts();
    let away = |module: &&ModuleId| proposal.service_of(facts.module_piece(**module)) != to;
    let writers: Vec<ModuleId> = users.writers.keys().filter(away).copied().collect();
    let readers: BTreeSet<ModuleId> = users.readers.iter().filter(away).copied().collect();
    let both: BTreeSet<ModuleId> = writers.iter().chain(&readers).copied().collect();
    let only_reading = both.len() - writers.len();
    let both: Vec<ModuleId> = both.into_iter().collect();
    let mut sets: Vec<&[ModuleId]> = vec![&[], &writers, &both];
    sets.dedup_by(|later, earlier| later == earlier);
    let ways = sets.into_iter().filter_map(|moved| {
        let mut pieces: Vec<PieceId> =
            moved.iter().map(|module| facts.module_piece(*module)).collect();
        pieces.push(piece);
        let pieces = with_kept_together(proposal, &pieces);
        let going: Vec<PieceId> =
            pieces.into_iter().filter(|piece| proposal.service_of(*piece) != to).collect();
        if !movable(proposal, &going) {
            return None;
        }
        let left: Vec<&Place> = if moved.is_empty() {
            writers.iter().flat_map(|module| &users.writers[module]).collect()
        } else {
            Vec::new()
        };
        let reading = if moved.len() == both.len() { 0 } else { only_reading };
        let mut reasons: Vec<String> =
            left.iter().map(|place| format!("writes it through the owner: {place}")).collect();
        reasons.extend(
            moved.iter().map(|module| format!("goes along: {}", facts.module(*module).path)),
        );
        if reading > 0 {
            reasons.push(format!("{} of other services still read it", counted(reading, "module")));
        }
        let title = title(proposal, facts, (table, piece), to, moved.len(), left.len());
        let command = Command::MovePieces { pieces: going.clone(), to };
        if going.is_empty() {
            // It is the owner as things stand: what is left is work on the code, no move.
            return Some(Advice::without_move(title, reasons, to));
        }
        Advice::new(proposal, scorer, title, reasons, command)
    });
    ways.collect()
}

fn title(
    proposal: &Proposal,
    facts: &Facts,
    (table, piece): (TableId, PieceId),
    to: ServiceId,
    moved: usize,
    writes: usize,
) -> String {
    let owner = proposal.service(to).map_or("", |service| service.name.as_str());
    let table = facts.table(table).full_name();
    let verb = if proposal.service_of(piece) == to { "keeps" } else { "takes" };
    let mut title = format!("{owner} {verb} {table}");
    if moved > 0 {
        title.push_str(&format!(" with {}", counted(moved, "module")));
    }
    if writes > 0 {
        title.push_str(&format!("; {} elsewhere go through it", counted(writes, "write")));
    }
    title
}
