//! The best cut of one service in two: what the clusterer would do if that service were all there is.

use std::collections::BTreeMap;

use super::{Proposal, ServiceId, command::Command};
use crate::{
    analysis::{
        cluster::{Dendrogram, Network, leiden},
        graph::{Coupling, Weights},
        grouping::{GroupId, Role},
        naming,
    },
    facts::{Facts, PieceId},
};

/// With fewer pieces than this there is nothing to cut.
const FEWEST_PIECES: usize = 2;

/// The command that takes the smaller half of a service out of it; `None` where it hangs together so well, or is so
/// small, that there is no cut.
#[must_use]
pub fn best_cut(facts: &Facts, proposal: &Proposal, service: ServiceId) -> Option<Command> {
    let free = |piece: &PieceId| !proposal.locked.contains(piece);
    let pieces: Vec<PieceId> = proposal.pieces_of(service).filter(free).collect();
    if pieces.len() < FEWEST_PIECES || proposal.service(service)?.locked {
        return None;
    }
    let halves = halves(facts, proposal, &pieces);
    let in_second = halves.iter().filter(|half| **half == 1).count();
    let smaller = u32::from(in_second * 2 <= pieces.len());
    let taken: Vec<PieceId> =
        pieces.iter().zip(&halves).filter(|(_, half)| **half == smaller).map(|(p, _)| *p).collect();
    if taken.is_empty() || taken.len() == pieces.len() {
        return None;
    }
    let name = free_name(facts, proposal, &taken);
    Some(Command::SplitService { service, parts: vec![(name, taken)] })
}

/// For each piece the half it belongs to, 0 or 1.
fn halves(facts: &Facts, proposal: &Proposal, pieces: &[PieceId]) -> Vec<u32> {
    let node_of = nodes(proposal, pieces);
    let node = |piece: &PieceId| node_of.get(piece).copied();
    let count = node_of.values().max().map_or(0, |most| most + 1);
    let coupling = Coupling::new(facts);
    let weights = Weights::default();
    let ties = coupling
        .weighted(&weights)
        .filter_map(|tie| Some((node(&tie.a)?, node(&tie.b)?, tie.strength)))
        .filter(|(a, b, _)| a != b);
    let network = Network::new(count as usize, ties);
    let parts = leiden(&network, &[], 1.0, 0);
    let halves = Dendrogram::new(&network, &parts, &[]).cut(2);
    // What hangs together with nothing makes more than two parts: all but the first go into the second half.
    let of = |piece: &PieceId| halves[node_of[piece] as usize].min(1);
    pieces.iter().map(of).collect()
}

/// Pieces that are kept together are one node.
fn nodes(proposal: &Proposal, pieces: &[PieceId]) -> BTreeMap<PieceId, u32> {
    let mut first_of: BTreeMap<PieceId, PieceId> = pieces.iter().map(|p| (*p, *p)).collect();
    // As long as something changes, every pair takes over the lower first piece of the two.
    let mut changed = true;
    while changed {
        changed = false;
        for (a, b) in &proposal.together {
            if let (Some(x), Some(y)) = (first_of.get(a).copied(), first_of.get(b).copied())
                && x != y
            {
                let least = x.min(y);
                first_of.insert(*a, least);
                first_of.insert(*b, least);
                changed = true;
            }
        }
    }
    let mut numbers: BTreeMap<PieceId, u32> = BTreeMap::new();
    for first in first_of.values() {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        numbers.entry(*first).or_insert(next);
    }
    first_of.into_iter().map(|(piece, first)| (piece, numbers[&first])).collect()
}

/// A name that no service has yet.
pub(super) fn free_name(facts: &Facts, proposal: &Proposal, taken: &[PieceId]) -> String {
    let mut grouping = proposal.grouping();
    let new = GroupId(u32::try_from(grouping.roles.len()).unwrap_or(u32::MAX));
    grouping.roles.push(Role::Service);
    for piece in taken {
        grouping.of[piece.index()] = new;
    }
    let wanted = naming::names(facts, &grouping, &[]).pop().unwrap_or_default();
    let wanted = if wanted.is_empty() { "Part".to_owned() } else { wanted };
    let numbered = (2_u32..).map(|number| format!("{wanted} {number}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| proposal.service_named(name).is_none()).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    #[test]
    fn a_service_is_cut_where_it_hangs_together_least() {
        let facts = parse(
            "billing/invoice.rb calls billing/total.rb
             billing/invoice.rb calls billing/tax.rb
             billing/total.rb calls billing/tax.rb
             billing/invoice.rb writes invoices
             orders/cart.rb calls orders/line.rb
             orders/cart.rb calls orders/price.rb
             orders/line.rb calls orders/price.rb
             orders/cart.rb writes orders
             orders/cart.rb calls billing/invoice.rb",
        )
        .expect("good notation");
        let proposal = Proposal::undivided("First", facts.piece_count());
        let cut = best_cut(&facts, &proposal, ServiceId(0));
        let Some(Command::SplitService { parts, .. }) = cut else { panic!("there is a cut") };
        let names: Vec<String> = parts[0].1.iter().map(|piece| facts.piece_name(*piece)).collect();
        let is_billing = |name: &String| name.contains("billing") || name == "invoices";
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(is_billing) || !names.iter().any(is_billing), "{names:?}");
    }

    #[test]
    fn what_is_locked_or_alone_is_not_cut() {
        let facts = parse("module a.rb\nmodule b.rb").expect("good notation");
        let mut proposal = Proposal::undivided("First", facts.piece_count());
        proposal.locked.insert(PieceId(0));
        assert_eq!(best_cut(&facts, &proposal, ServiceId(0)), None);
    }
}
