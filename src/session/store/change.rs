//! What one step of a proposal's history changed, with pieces by name, so that it outlives the next import.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    facts::{Facts, PieceId},
    proposal::{Note, Proposal, Service, ServiceId, Vanished, command::Command},
};

/// The difference between two revisions; what is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<Service>>,
    /// Where pieces went, by the id of their service: modules by path, tables by full name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    modules: BTreeMap<u32, Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tables: BTreeMap<u32, Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Rules>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<Vec<NamedNote>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vanished: Option<Vec<Vanished>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_service: Option<u32>,
}

/// Everything about single pieces but their place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Rules {
    locked: Vec<String>,
    together: Vec<(String, String)>,
    apart: Vec<(String, String)>,
    unlisted: Vec<String>,
    arrived: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct NamedNote {
    pieces: Vec<String>,
    services: Vec<ServiceId>,
    text: String,
    author: String,
    time: i64,
    decision: bool,
}

/// Pieces by name, both ways. A table is marked so that no module is taken for it.
pub(super) struct Names {
    names: Vec<String>,
    pieces: FxHashMap<String, PieceId>,
    modules: usize,
}

/// What stands before a table's name where modules and tables are mixed.
const TABLE_MARK: &str = "table ";

impl Names {
    pub(super) fn new(facts: &Facts) -> Self {
        let modules = facts.modules.len();
        let name = |piece: PieceId| {
            let mark = if piece.index() < modules { "" } else { TABLE_MARK };
            format!("{mark}{}", facts.piece_name(piece))
        };
        let names: Vec<String> = facts.pieces().map(name).collect();
        let pieces = names.iter().cloned().zip(facts.pieces()).collect();
        Self { names, pieces, modules }
    }

    fn name(&self, piece: PieceId) -> String {
        self.names[piece.index()].clone()
    }

    fn list<'a>(&self, pieces: impl IntoIterator<Item = &'a PieceId>) -> Vec<String> {
        pieces.into_iter().map(|piece| self.name(*piece)).collect()
    }

    fn pairs<'a>(
        &self,
        pairs: impl IntoIterator<Item = &'a (PieceId, PieceId)>,
    ) -> Vec<(String, String)> {
        pairs.into_iter().map(|(a, b)| (self.name(*a), self.name(*b))).collect()
    }

    fn find<C: FromIterator<PieceId>>(&self, names: &[String]) -> C {
        names.iter().filter_map(|name| self.pieces.get(name)).copied().collect()
    }

    fn find_pairs<C: FromIterator<(PieceId, PieceId)>>(&self, pairs: &[(String, String)]) -> C {
        let find = |name: &String| self.pieces.get(name).copied();
        pairs.iter().filter_map(|(a, b)| Some((find(a)?, find(b)?))).collect()
    }
}

impl Change {
    /// What has to change so that `before` becomes `after`.
    pub(super) fn between(names: &Names, before: &Proposal, after: &Proposal) -> Self {
        let rules = rules(names, after);
        let mut change = Self {
            services: (before.services != after.services).then(|| after.services.clone()),
            rules: (rules != self::rules(names, before)).then_some(rules),
            notes: (before.notes != after.notes)
                .then(|| after.notes.iter().map(|note| named(names, note)).collect()),
            vanished: (before.vanished != after.vanished).then(|| after.vanished.clone()),
            next_service: (before.next_service != after.next_service).then_some(after.next_service),
            ..Self::default()
        };
        for (at, service) in after.placement.iter().enumerate() {
            if before.placement.get(at) == Some(service) {
                continue;
            }
            let name = &names.names[at];
            if at < names.modules {
                change.modules.entry(service.0).or_default().push(name.clone());
            } else {
                let name = name[TABLE_MARK.len()..].to_owned();
                change.tables.entry(service.0).or_default().push(name);
            }
        }
        change
    }

    /// The first revision, as a change of nothing.
    pub(super) fn beginning(names: &Names, first: &Proposal) -> Self {
        Self::between(names, &Proposal::default(), first)
    }

    /// The revision that this change makes of the one before. Names that nobody knows are passed over.
    pub(super) fn onto(self, names: &Names, before: &Proposal) -> Proposal {
        let mut after = before.clone();
        if let Some(services) = self.services {
            after.services = services;
        }
        if let Some(rules) = self.rules {
            after.locked = names.find(&rules.locked);
            after.together = names.find_pairs(&rules.together);
            after.apart = names.find_pairs(&rules.apart);
            after.unlisted = names.find(&rules.unlisted);
            after.arrived = names.find(&rules.arrived);
        }
        if let Some(notes) = self.notes {
            after.notes = notes.into_iter().map(|note| note.found(names)).collect();
        }
        if let Some(vanished) = self.vanished {
            after.vanished = vanished;
        }
        if let Some(next) = self.next_service {
            after.next_service = next;
        }
        let mut placement = after.placement.to_vec();
        placement.resize(names.names.len(), NOWHERE);
        for (service, modules) in &self.modules {
            for piece in names.find::<Vec<PieceId>>(modules) {
                placement[piece.index()] = ServiceId(*service);
            }
        }
        for (service, tables) in &self.tables {
            let marked: Vec<String> =
                tables.iter().map(|name| format!("{TABLE_MARK}{name}")).collect();
            for piece in names.find::<Vec<PieceId>>(&marked) {
                placement[piece.index()] = ServiceId(*service);
            }
        }
        if placement[..] != after.placement[..] {
            after.placement = Arc::from(placement);
        }
        after
    }
}

/// Where a piece is that no step has placed.
const NOWHERE: ServiceId = ServiceId(u32::MAX);

/// No proposal ever had this many services; a file that says so is damaged.
const MOST_SERVICES: u32 = 1 << 20;

/// Mends what a file that was changed by something else may have broken: every piece is in a service that exists.
pub(super) fn mended(mut proposal: Proposal) -> Proposal {
    proposal.services.retain(|service| service.id.0 < MOST_SERVICES);
    proposal.next_service = proposal.next_service.min(MOST_SERVICES);
    let ids: std::collections::BTreeSet<ServiceId> =
        proposal.services.iter().map(|service| service.id).collect();
    let highest = ids.last().map_or(0, |id| id.0.saturating_add(1));
    proposal.next_service = proposal.next_service.max(highest);
    if proposal.placement.iter().all(|service| ids.contains(service)) {
        return proposal;
    }
    let home = proposal.remainder().map(|remainder| remainder.id).unwrap_or_else(|| {
        let whole = Proposal::undivided("", 0).services.swap_remove(0);
        let id = ServiceId(proposal.next_service);
        proposal.next_service += 1;
        proposal.services.push(Service { id, ..whole });
        id
    });
    let place = |service: &ServiceId| if ids.contains(service) { *service } else { home };
    proposal.placement = proposal.placement.iter().map(place).collect();
    proposal
}

fn rules(names: &Names, proposal: &Proposal) -> Rules {
    let within = |piece: &&PieceId| piece.index() < names.names.len();
    Rules {
        locked: names.list(proposal.locked.iter().filter(within)),
        together: names.pairs(&proposal.together),
        apart: names.pairs(&proposal.apart),
        unlisted: names.list(proposal.unlisted.iter().filter(within)),
        arrived: names.list(proposal.arrived.iter().filter(within)),
    }
}

fn named(names: &Names, note: &Note) -> NamedNote {
    let Note { pieces, services, text, author, time, decision } = note;
    NamedNote {
        pieces: names.list(pieces),
        services: services.clone(),
        text: text.clone(),
        author: author.clone(),
        time: *time,
        decision: *decision,
    }
}

impl NamedNote {
    fn found(self, names: &Names) -> Note {
        Note {
            pieces: names.find(&self.pieces),
            services: self.services,
            text: self.text,
            author: self.author,
            time: self.time,
            decision: self.decision,
        }
    }
}

/// The command as JSON with pieces by name, for people and scripts who read the history.
pub(super) fn command_json(names: &Names, command: &Command) -> String {
    let value = match command {
        // The change says where everything went.
        Command::Replace { why, .. } => serde_json::json!({ "Replace": { "why": why } }),
        other => {
            let mut value = serde_json::to_value(other).expect("a command is JSON");
            each_list_of_pieces(&mut value, &|list| {
                for piece in list.iter_mut() {
                    let number = piece.as_u64().and_then(|number| usize::try_from(number).ok());
                    if let Some(name) = number.and_then(|at| names.names.get(at)) {
                        *piece = Value::String(name.clone());
                    }
                }
            });
            value
        }
    };
    value.to_string()
}

/// The command that [`command_json`] wrote. Names that nobody knows are passed over; `None` where that leaves nothing
/// that is a command.
pub(super) fn command_from(names: &Names, json: &str) -> Option<Command> {
    let mut value: Value = serde_json::from_str(json).ok()?;
    each_list_of_pieces(&mut value, &|list| {
        list.retain_mut(|piece| {
            let known = piece.as_str().and_then(|name| names.pieces.get(name));
            known.map(|id| *piece = Value::from(id.0)).is_some()
        });
    });
    serde_json::from_value(value).ok()
}

/// Changes every list called `pieces`, and those of the parts of a split.
fn each_list_of_pieces(value: &mut Value, change: &dyn Fn(&mut Vec<Value>)) {
    let Value::Object(fields) = value else { return };
    for (field, inner) in fields.iter_mut() {
        match (field.as_str(), inner) {
            ("pieces", Value::Array(list)) => change(list),
            ("parts", Value::Array(parts)) => {
                for part in parts {
                    if let Some(Value::Array(list)) = part.get_mut(1) {
                        change(list);
                    }
                }
            }
            (_, inner) => each_list_of_pieces(inner, change),
        }
    }
}
