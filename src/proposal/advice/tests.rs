//! Advice is what it says it is: its effects come true, and following it never makes a proposal worse.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    analysis::grouping::Role,
    facts::{notation::parse, seeded::Seeded, synthetic},
    proposal::{replacement::Part, suggest::suggest},
};

fn facts() -> Arc<Facts> {
    let facts = parse(
        "billing/invoice.rb writes invoices
         billing/total.rb reads invoices
         billing/total.rb calls billing/invoice.rb
         orders/cart.rb writes orders invoices
         orders/cart.rb calls orders/line.rb
         orders/line.rb writes orders
         orders/line.rb calls tax/rate.rb
         tax/rate.rb writes rates",
    );
    Arc::new(facts.expect("good notation"))
}

/// Billing and orders, the rates among orders.
fn proposal(facts: &Facts) -> Proposal {
    let part = |name: &str, pieces: &[&str]| Part {
        name: name.to_owned(),
        pieces: pieces.iter().map(|name| facts.piece_named(name).expect("a piece")).collect(),
        ..Part::default()
    };
    let parts = vec![
        part("Billing", &["billing/invoice.rb", "billing/total.rb", "invoices"]),
        part("Orders", &["orders/cart.rb", "orders/line.rb", "orders", "tax/rate.rb", "rates"]),
    ];
    Proposal::of_parts("First", facts.piece_count(), parts)
}

fn written(advice: &[Advice]) -> String {
    let mut text = String::new();
    for Advice { title, reasons, gain, .. } in advice {
        text.push_str(&format!("{title} ({gain:+.0})\n"));
        reasons.iter().for_each(|reason| text.push_str(&format!("  {reason}\n")));
    }
    text
}

#[test]
fn a_table_gets_one_owner_in_the_cheapest_way() {
    let facts = facts();
    let proposal = proposal(&facts);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    let table = facts.table_named("invoices").expect("a table");
    let expected = "\
Billing keeps invoices; 1 write elsewhere go through it (+0)
  writes it through the owner: orders/cart.rb:4
";
    let ways = owners(&proposal, &scorer, table);
    assert!(written(&ways).contains(expected), "{}", written(&ways));
    let cheapest = &ways[0];
    assert!(ways.iter().all(|way| way.gain <= cheapest.gain));
    assert!(ways.iter().any(|way| way.title == "Orders takes invoices with 1 module"));
}

#[test]
fn two_pieces_are_cut_apart_where_least_ties_them() {
    let facts = facts();
    let proposal = proposal(&facts);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    let named = |name: &str| facts.piece_named(name).expect("a piece");
    let cut = cut_apart(&proposal, &scorer, named("orders"), named("rates")).expect("a cut");
    let expected = "\
2 of 5 pieces leave Orders; 1 tie would cross (-1)
  line.rb calls rate.rb (orders/line.rb:7)
";
    assert_eq!(written(&[cut]), expected);
    let trouble = cut_apart(&proposal, &scorer, named("orders"), named("invoices"));
    assert_eq!(
        trouble.map(|cut| cut.title),
        Err("orders and invoices are in different services already".to_owned())
    );
}

#[test]
fn what_is_used_everywhere_is_offered_as_a_library() {
    let facts = parse(
        "a/one.rb calls money/sum.rb
         b/two.rb calls money/sum.rb
         c/three.rb calls money/sum.rb
         a/one.rb writes ones",
    );
    let facts = Arc::new(facts.expect("good notation"));
    let part = |name: &str, pieces: &[&str]| Part {
        name: name.to_owned(),
        pieces: pieces.iter().map(|name| facts.piece_named(name).expect("a piece")).collect(),
        role: Role::Service,
    };
    let parts = vec![
        part("A", &["a/one.rb", "ones"]),
        part("B", &["b/two.rb"]),
        part("C", &["c/three.rb"]),
        part("Money", &["money/sum.rb"]),
    ];
    let proposal = Proposal::of_parts("First", facts.piece_count(), parts);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    let advice = larger_moves(&proposal, &scorer, 5);
    assert!(advice.iter().any(|advice| advice.title == "Make Money a library"));
}

/// A monolith and a proposal for it by chance.
fn by_chance(seed: u64) -> (Arc<Facts>, Proposal) {
    let size = synthetic::Size {
        contexts: 4,
        modules: 40,
        tables: 12,
        calls: 200,
        commits: 40,
        cohesion: 70,
        seed,
    };
    let facts = Arc::new(synthetic::monolith(&size).facts);
    let mut seeded = Seeded::new(seed);
    let mut parts: Vec<Part> =
        (0..5).map(|at| Part { name: format!("S{at}"), ..Part::default() }).collect();
    for piece in facts.pieces() {
        parts[seeded.below(5)].pieces.push(piece);
    }
    parts.retain(|part| !part.pieces.is_empty());
    let proposal = Proposal::of_parts("Chance", facts.piece_count(), parts);
    (facts, proposal)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// What is said before is what comes after, for single moves and larger ones.
    #[test]
    fn effects_come_true(seed in 0_u64..1_000) {
        let (facts, proposal) = by_chance(seed);
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let single = suggest(&proposal, &scorer, 6).into_iter().map(|found| {
            (Command::MovePieces { pieces: found.pieces, to: found.to }, found.effect)
        });
        let larger = larger_moves(&proposal, &scorer, 3).into_iter().map(|a| (a.command, a.effect));
        for (command, effect) in single.chain(larger).collect::<Vec<_>>() {
            let after = apply(&proposal, &command).expect("it was offered");
            let afresh = Scorer::new(Arc::clone(&facts), after.grouping());
            prop_assert_eq!(afresh.figures() - scorer.figures(), effect);
        }
    }

    /// Doing the best suggestion again and again never costs anything, and comes to an end.
    #[test]
    fn following_suggestions_never_makes_it_worse(seed in 0_u64..1_000) {
        let (facts, mut proposal) = by_chance(seed);
        let mut scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let mut total = cost(scorer.figures());
        for _ in 0..400 {
            let Some(best) = suggest(&proposal, &scorer, 1).into_iter().next() else { return Ok(()) };
            let command = Command::MovePieces { pieces: best.pieces, to: best.to };
            proposal = apply(&proposal, &command).expect("it was offered");
            scorer.regroup(proposal.grouping());
            let now = cost(scorer.figures());
            prop_assert!(now < total, "{} is no less than {}", now, total);
            total = now;
        }
        prop_assert!(false, "suggestions never end");
    }
}

#[test]
fn nothing_is_advised_where_there_is_nothing() {
    let facts = Arc::new(Facts::default());
    let proposal = Proposal::undivided("None", 0);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    assert_eq!(larger_moves(&proposal, &scorer, 5), []);
    assert!(cut_apart(&proposal, &scorer, PieceId(0), PieceId(0)).is_err());
}
