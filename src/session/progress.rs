//! How far the services of an adopted proposal have left the monolith: what the proposal names and the code no longer has.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    export::{
        check::{Key, Progress, Rule},
        names::Names,
        split::{Finder, Listed},
    },
    facts::{Facts, PieceId},
    proposal::{Proposal, ServiceId},
};

/// What a proposal's file names and the monolith doesn't have, by service.
pub(super) type Gone = BTreeMap<String, BTreeSet<String>>;

/// Pieces of a file that the monolith doesn't have, in two kinds.
pub(super) struct Missing {
    pub(super) gone: Gone,
    /// Modules that only moved to another folder, with the services that their old paths are in.
    pub(super) moved: BTreeMap<PieceId, String>,
}

/// Looks for everything that a file names. `arrived` are the pieces that no line of it names: a module among them that is
/// the only one with the file name of a missing one, which in turn is the only missing one of that name, is that one.
pub(super) fn missing(facts: &Facts, listed: Vec<Listed>, arrived: &BTreeSet<PieceId>) -> Missing {
    let finder = Finder::new(facts);
    let lost: Vec<Listed> =
        listed.into_iter().filter(|one| finder.find(&one.name, &one.kind).is_none()).collect();
    let mut lost_by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, one) in lost.iter().enumerate().filter(|(_, one)| one.kind != "table") {
        lost_by_name.entry(file_name(&one.name)).or_default().push(at);
    }
    let mut new_by_name: BTreeMap<String, Vec<PieceId>> = BTreeMap::new();
    for piece in arrived.iter().filter(|piece| piece.index() < facts.modules.len()) {
        new_by_name.entry(file_name(&facts.piece_name(*piece))).or_default().push(*piece);
    }
    let mut moved: BTreeMap<PieceId, String> = BTreeMap::new();
    let mut found: BTreeSet<usize> = BTreeSet::new();
    for (name, at) in &lost_by_name {
        if let ([at], Some([piece])) = (at.as_slice(), new_by_name.get(name).map(Vec::as_slice)) {
            moved.insert(*piece, lost[*at].service.clone());
            found.insert(*at);
        }
    }
    let mut gone = Gone::new();
    let lost = lost.into_iter().enumerate().filter(|(at, _)| !found.contains(at));
    for (_, Listed { service, name, .. }) in lost {
        gone.entry(service).or_default().insert(name);
    }
    Missing { gone, moved }
}

fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned()
}

/// What a project's proposal has struck out, by service.
pub(super) fn struck_out(proposal: &Proposal) -> Gone {
    let mut gone = Gone::new();
    for vanished in &proposal.vanished {
        if let Some(service) = proposal.service(vanished.service) {
            gone.entry(service.name.clone()).or_default().insert(vanished.name.clone());
        }
    }
    gone
}

/// How far each service has come that anything of is gone: its pieces, and the keys across its border that were allowed
/// and are no more in the schema.
pub(super) fn progress(
    names: &Names<'_>,
    mut gone: Gone,
    fixed: &[(Key, usize, usize)],
) -> Vec<Progress> {
    let (facts, proposal) = (names.facts, names.proposal);
    let keys = fixed.iter().filter(|(key, _, now)| key.rule == Rule::ForeignKey && *now == 0);
    for (key, ..) in keys {
        let table = key.from.split_once('(').map_or(key.from.as_str(), |(table, _)| table);
        let (from, to) = (facts.table_named(table), facts.table_named(&key.to));
        // A key of a table that is gone went with the table.
        if let (Some(from), Some(_)) = (from, to) {
            let service = names.service(proposal.service_of(facts.table_piece(from)));
            let name = format!("the key {} → {}", key.from, key.to);
            gone.entry(service).or_default().insert(name);
        }
    }
    let left = |service: ServiceId| {
        let known = |piece: &PieceId| !proposal.arrived.contains(piece);
        proposal.pieces_of(service).filter(known).count()
    };
    let told = gone.into_iter().map(|(service, gone)| Progress {
        left: proposal.service_named(&service).map_or(0, |service| left(service.id)),
        gone: gone.into_iter().collect(),
        service,
    });
    told.collect()
}
