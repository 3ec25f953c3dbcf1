//! The drafts of small plans.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::export::{
    format::tests::shop,
    plan::{plan, tests::monoliths},
};

fn drafts() -> BTreeMap<String, String> {
    let (facts, proposal, scorer) = shop();
    let plan = plan(&facts, &proposal);
    let files = files(&Names::new(&facts, &proposal), &plan, &scorer);
    files.into_iter().map(|file| (file.path, file.text)).collect()
}

#[test]
fn every_service_gets_its_files() {
    let drafts = drafts();
    let paths: Vec<&str> = drafts.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "CODEOWNERS",
            "catalog-info.yaml",
            "compose.yaml",
            "decisions/0001-take-apart-as-test-proposes.md",
            "mail/Dockerfile",
            "mail/deploy.md",
            "mail/openapi.json",
            "stock/Dockerfile",
            "stock/asyncapi.json",
            "stock/deploy.md",
            "stock/openapi.json",
            "terraform/_cluster.tf",
            "terraform/mail.tf",
            "terraform/stock.tf",
        ]
    );
}

#[test]
fn an_operation_that_others_call_is_offered_with_its_callers() {
    let document: Value = serde_json::from_str(&drafts()["stock/openapi.json"]).expect("JSON");
    let operation = &document["paths"]["/stock/reserve"]["post"];
    assert_eq!(operation["operationId"], "stock.reserve");
    assert_eq!(operation["parameters"][0]["$ref"], "#/components/parameters/IdempotencyKey");
    assert_eq!(operation["x-callers"][0]["service"], "Rest");
    assert_eq!(operation["x-callers"][0]["at"][0], "shop/cart.java:9");
    let messages: Value = serde_json::from_str(&drafts()["stock/asyncapi.json"]).expect("JSON");
    assert_eq!(messages["channels"]["stock_stock_changed"]["address"], "stock.stock.changed");
}

#[test]
fn a_service_is_built_and_run_from_drafts() {
    let drafts = drafts();
    assert!(drafts["stock/Dockerfile"].contains("EXPOSE 8080\nUSER 10001\n"));
    let terraform = &drafts["terraform/stock.tf"];
    assert!(terraform.contains("image = \"${var.images}/stock:${var.versions[\"stock\"]}\""));
    for text in drafts.iter().filter(|(path, _)| path.ends_with(".tf")).map(|(_, text)| text) {
        assert_eq!(text.matches(['{', '[']).count(), text.matches(['}', ']']).count(), "{text}");
    }
}

#[test]
fn names_become_words() {
    for (name, word) in [
        ("Order & Cart", "order-cart"),
        ("OrderMapper2nd", "order-mapper2nd"),
        ("", "service"),
        ("Größe", "gr-e"),
    ] {
        assert_eq!(word_of(name), word);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_plan_has_drafts((facts, proposal) in monoliths()) {
        let plan = plan(&facts, &proposal);
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let files = files(&Names::new(&facts, &proposal), &plan, &scorer);
        let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        prop_assert_eq!(paths.len(), files.len(), "no file is written twice");
        for file in files.iter().filter(|file| file.path.ends_with(".json")) {
            prop_assert!(serde_json::from_str::<Value>(&file.text).is_ok(), "{}", file.path);
        }
    }
}
