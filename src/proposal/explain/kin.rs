//! What a piece shares with others without naming them: commits, a folder, words of the domain.

use std::collections::{BTreeMap, BTreeSet};

use super::{Group, Tie, TieKind};
use crate::{
    analysis::{graph::layers::tables_with_files_of_their_own, words::domain_words},
    facts::{Facts, Piece, PieceId},
    proposal::{Proposal, ServiceId},
};

/// Commits that changed more pieces say little about any two of them.
const LARGEST_COMMIT: usize = 40;
/// A word that more than this share of all pieces have in their names says nothing.
const COMMON: f64 = 0.2;
/// How much a whole folder, or all pieces that share a word, weigh in one service.
const WHOLE: f64 = 4.0;

/// What commits say, by service: in how many of the piece's commits pieces of that service changed, and which. Each
/// commit counts once, shared out among its other pieces; more and more commits count less and less.
pub(super) fn commits(
    facts: &Facts,
    proposal: &Proposal,
    piece: PieceId,
) -> Vec<(ServiceId, Group)> {
    #[derive(Default)]
    struct Changes {
        commits: u32,
        share: f64,
        with: BTreeMap<PieceId, u32>,
    }
    let mut changes: BTreeMap<ServiceId, Changes> = BTreeMap::new();
    let mut own = 0;
    // A schema file that declares many tables changes with all of them: that says nothing about any two.
    let telling = tables_with_files_of_their_own(facts);
    for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
        let modules = commit.modules.iter().map(|id| facts.module_piece(*id));
        let tables = commit.tables.iter().filter(|table| telling[table.index()]);
        let tables = tables.map(|id| facts.table_piece(*id));
        let pieces: BTreeSet<PieceId> = modules.chain(tables).collect();
        if !pieces.contains(&piece) || pieces.len() > LARGEST_COMMIT {
            continue;
        }
        own += 1;
        let mut services: BTreeSet<ServiceId> = BTreeSet::new();
        for other in pieces.iter().filter(|other| **other != piece) {
            let service = proposal.service_of(*other);
            let change = changes.entry(service).or_default();
            change.share += 1.0 / ratio_base(pieces.len() - 1);
            *change.with.entry(*other).or_default() += 1;
            services.insert(service);
        }
        for service in services {
            changes.entry(service).or_default().commits += 1;
        }
    }
    let group = |(service, change): (ServiceId, Changes)| {
        let tie = |(other, count): (PieceId, u32)| Tie { other, count, place: None };
        let mut ties: Vec<Tie> = change.with.into_iter().map(tie).collect();
        ties.sort_by_key(|tie| (std::cmp::Reverse(tie.count), tie.other));
        let strength = TieKind::Commit.weight() * change.share.ln_1p();
        let what = format!("of {own}");
        (service, Group { kind: TieKind::Commit, ties, count: change.commits, strength, what })
    };
    changes.into_iter().map(group).collect()
}

/// The folder of a module, by service: how many of its other modules are there.
pub(super) fn folder(
    facts: &Facts,
    proposal: &Proposal,
    piece: PieceId,
) -> Vec<(ServiceId, Group)> {
    let Some(module) = facts.modules.get(piece.index()) else { return Vec::new() };
    let folder = module.folder();
    let same = |other: &PieceId| {
        *other != piece && facts.modules.get(other.index()).is_some_and(|m| m.folder() == folder)
    };
    let others: Vec<PieceId> = facts.pieces().filter(same).collect();
    shared_out(proposal, &others, TieKind::Folder, folder, WHOLE)
}

/// The words of a piece's name, by service: how many other pieces there have them in theirs. Only the word that
/// says most is told of each service.
pub(super) fn words(facts: &Facts, proposal: &Proposal, piece: PieceId) -> Vec<(ServiceId, Group)> {
    let own: BTreeSet<String> = words_of(facts, piece);
    let mut having: BTreeMap<&String, Vec<PieceId>> = BTreeMap::new();
    for other in facts.pieces().filter(|other| *other != piece) {
        let theirs = words_of(facts, other);
        for word in own.iter().filter(|word| theirs.contains(*word)) {
            having.entry(word).or_default().push(other);
        }
    }
    let most = COMMON * ratio_base(facts.piece_count());
    let mut best: BTreeMap<ServiceId, Group> = BTreeMap::new();
    let share = WHOLE / ratio_base(own.len());
    for (word, others) in
        having.into_iter().filter(|(_, list)| ratio_base(list.len()) <= most.max(3.0))
    {
        for (service, group) in shared_out(proposal, &others, TieKind::Word, word, share) {
            let at = best.entry(service).or_insert_with(|| group.clone());
            if group.strength > at.strength {
                *at = group;
            }
        }
    }
    best.into_iter().collect()
}

fn words_of(facts: &Facts, piece: PieceId) -> BTreeSet<String> {
    let name = match facts.piece(piece) {
        Piece::Module(module) => {
            let name = facts.module(module).file_name();
            name.split('.').next().unwrap_or(name)
        }
        Piece::Table(table) => &facts.table(table).name,
    };
    domain_words(name).into_iter().collect()
}

/// Shares `weight` out among services by how many of the pieces each has.
fn shared_out(
    proposal: &Proposal,
    pieces: &[PieceId],
    kind: TieKind,
    what: &str,
    weight: f64,
) -> Vec<(ServiceId, Group)> {
    let mut counts: BTreeMap<ServiceId, u32> = BTreeMap::new();
    for piece in pieces {
        *counts.entry(proposal.service_of(*piece)).or_default() += 1;
    }
    let group = |(service, count): (ServiceId, u32)| {
        let strength = weight * f64::from(count) / ratio_base(pieces.len());
        (service, Group { kind, ties: Vec::new(), count, strength, what: what.to_owned() })
    };
    counts.into_iter().map(group).collect()
}

#[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 pieces")]
fn ratio_base(count: usize) -> f64 {
    count.max(1) as f64
}
