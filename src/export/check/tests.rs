//! Checks of a small monolith with and without a baseline.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    export::plan::tests::{SHOP, SHOP_SPLIT, monoliths, proposal},
    facts::notation,
};

fn crossings_of(facts: &str) -> Vec<Crossing> {
    let facts = Arc::new(notation::parse(facts).expect("a good notation"));
    let proposal = proposal(&facts, SHOP_SPLIT);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    crossings(&Names::new(&facts, &proposal), &scorer)
}

/// Allows what the shop has, then checks the shop with a change.
fn check(changed: &str, expected: &str) {
    let baseline = Baseline::of(&crossings_of(SHOP), BTreeMap::new());
    let checked = compare(&crossings_of(changed), Some(&baseline));
    assert_eq!(text(&checked), expected);
}

#[test]
fn without_a_baseline_nothing_may_cross() {
    let checked = compare(&crossings_of(SHOP), None);
    assert!(!checked.passes());
    assert_eq!(
        text(&checked),
        "\
shop/cart.java:9: Rest calls reserve of Stock
  instead: ask it through an operation it offers, send it an event, or place the module in the service it works for
shop/cart.java:12: Rest reads stock of Stock
  instead: ask its owner, or keep a copy that the owner's events bring up to date
notation:17: stock(orders_id) of Stock refers to orders of Rest
  instead: keep the id without a constraint, and let the owner announce when a row is gone
shop/cart.java:13: orders and stock are joined, of Rest and Stock
  instead: ask the other service for its part by ids, or keep a projection of it
shop/stock.java:10: POST /orders writes stock of Stock in one go with tables of Rest
  instead: write to one service and let the other follow by an event, or make it a saga
5 new crossings, 0 allowed by the baseline, 0 fixed
"
    );
}

#[test]
fn what_was_there_may_stay_and_lines_may_move() {
    let moved = format!("\n\n{SHOP}");
    check(&moved, "0 new crossings, 5 allowed by the baseline, 0 fixed\n");
}

#[test]
fn one_more_fails_with_its_line_and_a_hint() {
    check(
        &format!("{SHOP}shop/mail.java#send writes orders\n"),
        "\
shop/mail.java:23: Mail writes orders of Rest
  instead: only its owner writes a table: call an operation of the owner, or send it an event
shop/mail.java:23: nightly writes orders of Rest in one go with tables of Mail
  instead: write to one service and let the other follow by an event, or make it a saga
2 new crossings, 5 allowed by the baseline, 0 fixed
",
    );
}

#[test]
fn what_is_fixed_leaves_the_baseline_and_does_not_come_back() {
    let fixed = SHOP.replace("shop/cart.java#place calls shop/stock.java#reserve\n", "");
    let baseline = Baseline::of(&crossings_of(SHOP), BTreeMap::new());
    let now = crossings_of(&fixed);
    let checked = compare(&now, Some(&baseline));
    assert!(checked.passes());
    assert_eq!(checked.fixed.len(), 2, "the call, and the transaction that went through it");
    let tight = baseline.tightened(&now, BTreeMap::new());
    assert_eq!(compare(&crossings_of(SHOP), Some(&tight)).new.len(), 2);
}

#[test]
fn a_baseline_reads_back_and_names_what_is_wrong_with_it() {
    let placed = BTreeMap::from([("a/\"b\".java".to_owned(), "Rest".to_owned())]);
    let baseline = Baseline::of(&crossings_of(SHOP), placed);
    let printed = baseline.print();
    assert_eq!(Baseline::parse("b.json", &printed), Ok(baseline));
    let empty = Baseline::default().print();
    assert_eq!(Baseline::parse("b.json", &empty), Ok(Baseline::default()));
    let wrong = |text: &str| Baseline::parse("b.json", text).expect_err("no baseline").to_string();
    assert!(wrong("").starts_with("b.json is no baseline: EOF"));
    assert_eq!(wrong("{\"version\": 2}"), "b.json is no baseline: version 2 is not known");
    let row =
        "{\"version\": 1, \"crossings\": [{\"rule\": \"x\", \"from\": \"a\", \"to\": \"b\"}]}";
    assert_eq!(wrong(row), "b.json is no baseline: there is no rule x");
}

#[test]
fn sarif_names_rule_place_and_fingerprint() {
    let report = sarif(&compare(&crossings_of(SHOP), None), "1.0.0");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let result = &report["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "crossing-call");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "shop/cart.java");
    assert_eq!(place["region"]["startLine"], 9);
    assert_eq!(report::uri("a b/ü.java"), "a%20b/%C3%BC.java");
}

proptest! {
    #[test]
    fn a_monolith_passes_its_own_baseline((facts, proposal) in monoliths()) {
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let all = crossings(&Names::new(&facts, &proposal), &scorer);
        let baseline = Baseline::of(&all, BTreeMap::new());
        let checked = compare(&all, Some(&baseline));
        prop_assert!(checked.passes() && checked.fixed.is_empty());
        prop_assert_eq!(&baseline.tightened(&all, BTreeMap::new()), &baseline);
        let figures = scorer.figures();
        let data = all.iter().filter(|one| matches!(one.key.rule, Rule::Read | Rule::Write));
        let accesses: usize = data.map(|one| one.places.len()).sum();
        prop_assert_eq!(
            i64::try_from(accesses).expect("small"),
            figures.crossing_reads + figures.crossing_writes
        );
    }
}
