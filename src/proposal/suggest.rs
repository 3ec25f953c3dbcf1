//! The next best single moves: what would make a proposal cheaper, each with its effect.

use std::collections::BTreeSet;

use super::{Proposal, ServiceId, apply::with_kept_together};
use crate::{
    analysis::{
        figures::{Figures, Scorer},
        grouping::Role,
    },
    facts::PieceId,
};

/// A move that would make the proposal cheaper.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The piece, and what is kept together with it.
    pub pieces: Vec<PieceId>,
    pub from: ServiceId,
    pub to: ServiceId,
    /// The figures after minus the figures before.
    pub effect: Figures,
    /// What is gained, in the units of [`cost`].
    pub gain: f64,
}

/// What figures cost, to put moves in an order: about how many call sites' worth of work each thing is.
///
/// One call site becomes one request: 1. An operation needs an API, a contract and a test: 3. A read of another
/// service's table becomes a request or a replica: 2, a write breaks ownership: 4. A shared table needs an owner and
/// an interface for the others: 5, one with several writers more: 8. Keys and joins have to be replaced: 2 where
/// declared, 1 where implied, 3 for a join. A spanning transaction becomes a saga: 12. A circle of services can't be
/// deployed in any order: 10. A crossing commit is a change that would need two teams: 0.2. These are judgements;
/// only the order of moves depends on them, never a figure.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 of anything")]
pub fn cost(figures: &Figures) -> f64 {
    let Figures {
        crossing_calls,
        operations,
        crossing_reads,
        crossing_writes,
        shared_tables,
        multi_writer_tables,
        cut_declared_keys,
        cut_implied_keys,
        broken_joins,
        spanning_transactions,
        crossing_commits,
        cycles,
        ..
    } = figures;
    let weighted = [
        (*crossing_calls, 1.0),
        (*operations, 3.0),
        (*crossing_reads, 2.0),
        (*crossing_writes, 4.0),
        (*shared_tables, 5.0),
        (*multi_writer_tables, 8.0),
        (*cut_declared_keys, 2.0),
        (*cut_implied_keys, 1.0),
        (*broken_joins, 3.0),
        (*spanning_transactions, 12.0),
        (*crossing_commits, 0.2),
        (*cycles, 10.0),
    ];
    weighted.iter().map(|(count, weight)| *count as f64 * weight).sum()
}

/// The best single moves, the best first, at most `top` and each piece at most once.
///
/// What is locked stays; nothing moves into or out of what is excluded, and no service is emptied: that would be a
/// merge, which is another decision. `scorer` must have the proposal's grouping.
#[must_use]
pub fn suggest(proposal: &Proposal, scorer: &Scorer, top: usize) -> Vec<Suggestion> {
    let mut seen: BTreeSet<PieceId> = BTreeSet::new();
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for piece in border(proposal, scorer) {
        if seen.contains(&piece) {
            continue;
        }
        let pieces = with_kept_together(proposal, &[piece]);
        seen.extend(&pieces);
        if movable(proposal, &pieces) && is_move(proposal, &pieces) {
            suggestions.extend(best_move(proposal, scorer, pieces));
        }
    }
    suggestions.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| a.pieces.cmp(&b.pieces)));
    suggestions.truncate(top);
    suggestions
}

/// The pieces that something ties to another service, in order.
fn border(proposal: &Proposal, scorer: &Scorer) -> BTreeSet<PieceId> {
    let facts = scorer.facts();
    let calls = facts
        .calls
        .iter()
        .map(|call| [facts.module_piece(call.from_module), facts.module_piece(call.to_module)]);
    let accesses = facts
        .accesses
        .iter()
        .map(|access| [facts.module_piece(access.module), facts.table_piece(access.table)]);
    let keys = facts
        .foreign_keys
        .iter()
        .map(|key| [facts.table_piece(key.from), facts.table_piece(key.to)]);
    let joins = facts
        .joins
        .iter()
        .map(|join| [facts.table_piece(join.table_a), facts.table_piece(join.table_b)]);
    calls
        .chain(accesses)
        .chain(keys)
        .chain(joins)
        .filter(|[a, b]| proposal.service_of(*a) != proposal.service_of(*b))
        .flatten()
        .collect()
}

/// Whether pieces may leave where they are: neither they nor their services are locked.
#[must_use]
pub fn movable(proposal: &Proposal, pieces: &[PieceId]) -> bool {
    pieces.iter().all(|piece| {
        let from = proposal.service(proposal.service_of(*piece));
        from.is_some_and(|service| !service.locked) && !proposal.locked.contains(piece)
    })
}

/// Whether a service may take pieces in: it is neither locked nor left out, and holds none that they are kept apart
/// from.
#[must_use]
pub fn takes(proposal: &Proposal, pieces: &[PieceId], to: ServiceId) -> bool {
    let service = proposal.service(to);
    service.is_some_and(|service| !service.locked && service.role != Role::Excluded)
        && !meets_apart(proposal, pieces, to)
}

/// Whether a move is worth a suggestion: what is excluded stays so, and no service is emptied.
fn is_move(proposal: &Proposal, pieces: &[PieceId]) -> bool {
    let from = proposal.service_of(pieces[0]);
    let counts = proposal.service(from).is_some_and(|service| service.role != Role::Excluded);
    counts && proposal.pieces_of(from).nth(pieces.len()).is_some()
}

fn best_move(proposal: &Proposal, scorer: &Scorer, pieces: Vec<PieceId>) -> Option<Suggestion> {
    let from = proposal.service_of(pieces[0]);
    let mut effects = scorer.effects(&pieces);
    let open = |id: ServiceId| id != from && takes(proposal, &pieces, id);
    let gains = effects.iter().enumerate().map(|(at, effect)| (at, -cost(&effect.delta)));
    let (at, gain) = gains
        .filter(|(at, gain)| *gain > 0.0 && open(ServiceId::from(effects[*at].group)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let effect = effects.swap_remove(at);
    let to = ServiceId::from(effect.group);
    Some(Suggestion { pieces, from, to, effect: effect.delta, gain })
}

/// Whether a piece would come into the service of one it is kept apart from.
fn meets_apart(proposal: &Proposal, pieces: &[PieceId], to: ServiceId) -> bool {
    proposal.apart.iter().any(|(a, b)| {
        let meets = |one: &PieceId, other: &PieceId| {
            pieces.contains(one) && proposal.service_of(*other) == to
        };
        meets(a, b) || meets(b, a)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{
        facts::{Facts, notation::parse},
        proposal::replacement::Part,
    };

    fn facts() -> Arc<Facts> {
        let facts = parse(
            "billing/invoice.rb writes invoices
             billing/total.rb writes invoices
             orders/cart.rb writes orders
             orders/cart.rb calls billing/total.rb",
        );
        Arc::new(facts.expect("good notation"))
    }

    /// Invoices were put among orders by mistake.
    fn proposal(facts: &Facts) -> Proposal {
        let part = |name: &str, pieces: &[&str]| Part {
            name: name.to_owned(),
            pieces: pieces.iter().map(|name| facts.piece_named(name).expect("a piece")).collect(),
            ..Part::default()
        };
        let parts = vec![
            part("Billing", &["billing/invoice.rb", "billing/total.rb"]),
            part("Orders", &["orders/cart.rb", "orders", "invoices"]),
        ];
        Proposal::of_parts("First", facts.piece_count(), parts)
    }

    fn check(facts: &Arc<Facts>, proposal: &Proposal, expected: &[&str]) {
        let scorer = Scorer::new(Arc::clone(facts), proposal.grouping());
        let suggestions = suggest(proposal, &scorer, 5);
        let written = suggestions.iter().map(|suggestion| {
            let to = &proposal.service(suggestion.to).expect("it exists").name;
            let piece = facts.piece_name(suggestion.pieces[0]);
            format!("{piece} to {to}: {} writes", suggestion.effect.crossing_writes)
        });
        assert_eq!(written.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_stands_wrong_is_suggested_first() {
        let facts = facts();
        let proposal = proposal(&facts);
        let expected = ["invoices to Billing: -2 writes"];
        check(&facts, &proposal, &expected);
    }

    #[test]
    fn what_is_locked_is_not_suggested() {
        let facts = facts();
        let mut proposal = proposal(&facts);
        proposal.services[0].locked = true;
        check(&facts, &proposal, &[]);
    }
}
