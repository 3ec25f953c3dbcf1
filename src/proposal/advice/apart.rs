//! What it would take to put two pieces of one service into different ones: the least that ties them, item by item.

use std::collections::BTreeMap;

use super::{Advice, call_line};
use crate::{
    analysis::{cut::minimum_cut, figures::Scorer},
    facts::{AccessMode, Facts, KeyOrigin, PieceId, Place},
    proposal::{Proposal, command::Command, cut::free_name},
};

/// So heavy that no cut goes through what is kept together.
const UNCUTTABLE: u64 = 1 << 40;

/// One thing that ties two pieces, how much it would cost to cut it, and how it reads.
struct Tie {
    a: PieceId,
    b: PieceId,
    weight: u64,
    line: String,
}

/// The least cut of a service between two of its pieces: what goes with the smaller half becomes a service of its own,
/// and the reasons list everything that would cross between the halves, the dearest first.
///
/// Costs are those of [`cost`](crate::proposal::suggest::cost) for single crossings: a call 1, a read 2, a write 4, a
/// declared key 2, an implied one 1, a join 3.
///
/// # Errors
/// A sentence why there is no such cut. `scorer` must have the proposal's grouping.
pub(super) fn cut_apart(
    proposal: &Proposal,
    scorer: &Scorer,
    a: PieceId,
    b: PieceId,
) -> Result<Advice, String> {
    let facts = scorer.facts();
    if a == b {
        return Err("a piece cannot be cut apart from itself".to_owned());
    }
    let names = format!("{} and {}", facts.piece_name(a), facts.piece_name(b));
    let service = proposal.service_of(a);
    if proposal.service_of(b) != service {
        return Err(format!("{names} are in different services already"));
    }
    let number: BTreeMap<PieceId, u32> = proposal.pieces_of(service).zip(0..).collect();
    let ties = ties(facts, &number);
    let kept = proposal.together.iter();
    let kept = kept.filter_map(|(a, b)| Some((*number.get(a)?, *number.get(b)?, UNCUTTABLE)));
    let weighed = ties.iter().map(|tie| (number[&tie.a], number[&tie.b], tie.weight)).chain(kept);
    let cut = minimum_cut(number.len(), weighed, number[&a], number[&b])
        .ok_or_else(|| format!("{names} cannot be cut apart"))?;
    if cut.weight >= UNCUTTABLE {
        return Err(format!("{names} are kept together"));
    }
    let side = |piece: &PieceId| cut.with_first[number[piece] as usize];
    let (with_a, with_b): (Vec<PieceId>, Vec<PieceId>) = number.keys().copied().partition(side);
    let taken = if with_a.len() <= with_b.len() { with_a } else { with_b };
    let mut crossing: Vec<&Tie> = ties.iter().filter(|tie| side(&tie.a) != side(&tie.b)).collect();
    crossing.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.line.cmp(&b.line)));
    let title = format!(
        "{} of {} pieces leave {}; {} would cross",
        taken.len(),
        number.len(),
        proposal.service(service).map_or("it", |service| service.name.as_str()),
        if crossing.is_empty() {
            "nothing".to_owned()
        } else {
            super::counted(crossing.len(), "tie")
        },
    );
    let reasons = crossing.into_iter().map(|tie| tie.line.clone()).collect();
    let name = free_name(facts, proposal, &taken);
    let command = Command::SplitService { service, parts: vec![(name, taken)] };
    Advice::new(proposal, scorer, title, reasons, command)
        .ok_or_else(|| format!("{names} cannot be cut apart: something of it is locked"))
}

/// Everything that ties two of the pieces.
fn ties(facts: &Facts, pieces: &BTreeMap<PieceId, u32>) -> Vec<Tie> {
    let mut ties = Vec::new();
    let mut tie = |a: PieceId, b: PieceId, weight: u64, line: &dyn Fn() -> String| {
        if a != b && pieces.contains_key(&a) && pieces.contains_key(&b) {
            ties.push(Tie { a, b, weight, line: line() });
        }
    };
    for call in &facts.calls {
        let (from, to) = (facts.module_piece(call.from_module), facts.module_piece(call.to_module));
        tie(from, to, 1, &|| call_line(facts, call));
    }
    for access in &facts.accesses {
        let (module, table) = (facts.module(access.module), facts.table(access.table));
        let (weight, word) = match access.mode {
            AccessMode::Write => (4, "writes"),
            AccessMode::Read => (2, "reads"),
        };
        let pieces = (facts.module_piece(access.module), facts.table_piece(access.table));
        tie(pieces.0, pieces.1, weight, &|| {
            let place = Place::new(module.path.clone(), access.line);
            format!("{} {word} {} ({place})", module.file_name(), table.full_name())
        });
    }
    for key in &facts.foreign_keys {
        let (from, to) = (facts.table(key.from), facts.table(key.to));
        let (weight, word) = match key.origin {
            KeyOrigin::Declared { .. } => (2, "has a declared key to"),
            KeyOrigin::Implied { .. } => (1, "has an implied key to"),
        };
        tie(facts.table_piece(key.from), facts.table_piece(key.to), weight, &|| {
            format!("{} {word} {} ({})", from.full_name(), to.full_name(), key.place)
        });
    }
    for join in &facts.joins {
        let (a, b) = (facts.table(join.table_a), facts.table(join.table_b));
        tie(facts.table_piece(join.table_a), facts.table_piece(join.table_b), 3, &|| {
            let place = Place::new(facts.module(join.module).path.clone(), join.line);
            format!("{} is joined with {} ({place})", a.full_name(), b.full_name())
        });
    }
    ties
}
