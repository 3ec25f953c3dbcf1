//! Small monoliths that are split well and badly, and what the diagnosis says of each.

use std::{fmt::Write as _, sync::Arc};

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    facts::notation,
    proposal::{Service, replacement::Part},
};

/// Two contexts in three layers, changed by context.
const SHOP: &str = "\
module web/orders.java 400 lines
module web/stock.java 400 lines
module logic/orders.java 800 lines
module logic/stock.java 800 lines
module model/order.java 100 lines
module model/item.java 100 lines
table orders id item_id
table items id
table counts id
web/orders.java#post calls logic/orders.java#place
web/stock.java#post calls logic/stock.java#add
logic/orders.java#place writes orders
logic/orders.java#place calls model/order.java#total
logic/orders.java#place constructs model/order.java
logic/stock.java#add writes items
logic/stock.java#add writes counts
logic/stock.java#add calls model/item.java#name
logic/stock.java#add constructs model/item.java
counts keys items
entry http web/orders.java#post POST /orders
entry job web/stock.java#post nightly
team shop web/orders.java logic/orders.java model/order.java
team warehouse web/stock.java logic/stock.java model/item.java
commit ada web/orders.java logic/orders.java
commit ada logic/orders.java model/order.java
commit ada logic/orders.java model/order.java
commit bea web/stock.java logic/stock.java
commit bea logic/stock.java model/item.java
commit bea logic/stock.java model/item.java
";

const BY_CONTEXT: &str = "Orders: web/orders.java logic/orders.java model/order.java orders
Stock: web/stock.java logic/stock.java model/item.java items counts";
const BY_LAYER: &str = "Web: web/orders.java web/stock.java
Logic: logic/orders.java logic/stock.java counts
Model: model/order.java model/item.java orders items";

/// A proposal in one line a service: `Name: piece piece`.
fn proposal(facts: &Facts, split: &str) -> Proposal {
    let part = |line: &str| {
        let (name, pieces) = line.split_once(':').expect("Name: pieces");
        let pieces = pieces.split_whitespace();
        let pieces = pieces.map(|name| facts.piece_named(name).expect("a piece")).collect();
        Part { name: name.to_owned(), pieces, ..Part::default() }
    };
    Proposal::of_parts("test", facts.piece_count(), split.lines().map(part).collect())
}

fn examined(facts: &str, split: &str, settings: &Settings) -> Diagnosis {
    let facts = Arc::new(notation::parse(facts).expect("a good notation"));
    let proposal = proposal(&facts, split);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    diagnose(&scorer, &proposal, settings)
}

/// The judgement, then a line for each measure that is above its limit.
fn check(facts: &str, split: &str, expected: &str) {
    let diagnosis = examined(facts, split, &Settings::default());
    let mut text = format!("{}\n", diagnosis.verdict.judgement.word());
    for symptom in &diagnosis.symptoms {
        let loud = symptom.measures.iter().filter(|measure| measure.severity > Severity::None);
        for measure in loud {
            let Measure { setting, count, of, .. } = measure;
            writeln!(text, "{} {} {count}/{of}", symptom.severity.word(), setting.name())
                .expect("a string");
            for finding in &measure.findings {
                writeln!(text, "  {}", finding.what).expect("a string");
            }
        }
    }
    assert_eq!(text, expected);
}

#[test]
fn a_split_by_context_is_quiet() {
    check(SHOP, BY_CONTEXT, "stay-a-monolith\n");
}

#[test]
fn a_split_by_layer_shows_what_it_is() {
    check(
        SHOP,
        BY_LAYER,
        "\
stay-a-monolith
high crossing-commits 6/6
  4 commits touch Logic and Model
  2 commits touch Web and Logic
medium coordinated-releases 5/5
  Logic: 2 of 2 releases of 14 days hold a commit that touches others too
  Model: 2 of 2 releases of 14 days hold a commit that touches others too
  Web: 1 of 1 releases of 14 days hold a commit that touches others too
high crossing-requests 2/2
  Web calls Logic in 2 places
low synchronous 2/2
  Web waits for Logic in 2 places
high authors-in-many 2/2
  ada: Logic (3), Model (2)
  bea: Logic (3), Model (2)
high without-owner 3/3
  Logic: no team has most of its modules, and nobody made most of its 6 changes of the last year
  Model: no team has most of its modules, and nobody made most of its 4 changes of the last year
  Web: no team has most of its modules, and nobody made most of its 2 changes of the last year
high crossing-accesses 2/3
  Logic writes items of Model
  Logic writes orders of Model
high cut-keys 1/1
  counts(items_id) of Logic refers to items of Model, declared
high types-across 2/6
  model/item.java of Model is named by Logic
  model/order.java of Model is named by Logic
high spanning-transactions 1/2
  nightly writes tables of Logic and Model
medium needed-by-many 1/0
  Logic is needed by 2 of the 2 entry points of others
",
    );
}

#[test]
fn a_large_monolith_is_first_made_modular_or_split() {
    let large = SHOP.replace(" 800 lines", " 80000 lines");
    let mut many_people = Settings::default();
    many_people.set("few-people=1").expect("a setting");
    let judged = |split| examined(&large, split, &many_people).verdict.judgement;
    assert_eq!(
        examined(&large, BY_LAYER, &Settings::default()).verdict.judgement,
        Judgement::Stay,
        "two people gain nothing from services that are none"
    );
    assert_eq!(judged(BY_LAYER), Judgement::ModularFirst);
    assert_eq!(judged(BY_CONTEXT), Judgement::Split);
    let candidates = examined(&large, BY_CONTEXT, &Settings::default()).verdict.begin_with;
    assert_eq!(candidates[0].0, ServiceId(1), "the worker comes first");
}

#[test]
fn two_services_that_write_each_other_are_one() {
    let facts = "\
module a.java 50000 lines
module b.java 50000 lines
module c.java 50000 lines
table t
table u
table v
a.java#x writes t u
b.java#y writes u t
c.java#z writes v
a.java#x calls b.java#y
b.java#y reads t
t keys u
team one a.java b.java
team two c.java";
    let split = "A: a.java t\nB: b.java u\nC: c.java v";
    let verdict = examined(facts, split, &Settings::default()).verdict;
    assert_eq!(verdict.judgement, Judgement::MergeFirst);
    assert_eq!((verdict.merges[0].a, verdict.merges[0].b), (ServiceId(0), ServiceId(1)));
}

#[test]
fn the_same_crossing_hurts_less_within_one_team_and_deployment() {
    let weighed = |facts: &str, settings: &Settings| {
        let diagnosis = examined(facts, BY_LAYER, settings);
        let measure = &diagnosis.symptoms[5].measures[0];
        assert_eq!(measure.setting, Setting::CrossingAccesses);
        (measure.value * 300.0).round() / (measure.weighed * 300.0).round()
    };
    let one_team = SHOP.replace("team warehouse", "team shop").replace(
        "team shop web/orders.java logic/orders.java model/order.java\nteam shop",
        "team shop web/orders.java logic/orders.java model/order.java",
    );
    let mut together = Settings::default();
    together.deployed_together.push(["Logic", "Model"].map(str::to_owned).into());
    assert_eq!(weighed(SHOP, &Settings::default()), 1.0);
    assert_eq!(weighed(&one_team, &Settings::default()), 2.0);
    assert_eq!(weighed(&one_team, &together), 4.0);
}

#[test]
fn what_ran_says_how_much_services_talk() {
    let facts = format!(
        "{SHOP}web/orders.java#post ran 100\nweb/orders.java ran 100 logic/orders.java\n\
         logic/orders.java ran 800 model/order.java\n"
    );
    let mut settings = Settings::default();
    settings.set("needed-services=0").expect("a setting");
    let diagnosis = examined(&facts, BY_LAYER, &settings);
    let first = |setting: Setting| {
        let measures = diagnosis.symptoms.iter().flat_map(|symptom| &symptom.measures);
        let measure = measures.into_iter().find(|measure| measure.setting == setting);
        measure.map(|measure| measure.findings[0].what.as_str())
    };
    assert_eq!(
        first(Setting::RequestsThatRan),
        Some("Logic called Model 8.0 times for each request that came in")
    );
    assert_eq!(
        first(Setting::NeedyRequests),
        Some("POST /orders of Web came 100 times and needs Logic")
    );
    let answers = examined(&facts, BY_CONTEXT, &settings).answers;
    let (service, numbers) = &answers[6].services[0];
    assert_eq!(*service, ServiceId(0));
    assert_eq!(
        numbers,
        "100 of 100 requests and 100 % of their time for 50 % of the lines: 2.0 times the average"
    );
}

#[test]
fn a_higher_limit_quietens() {
    let mut settings = Settings::default();
    settings.set("crossing-commits=100%").expect("a setting");
    let diagnosis = examined(SHOP, BY_LAYER, &settings);
    assert_eq!(diagnosis.symptoms[0].measures[0].severity, Severity::None);
    assert_eq!(diagnosis.symptoms[0].measures[0].count, 6, "it is counted all the same");
}

proptest! {
    #[test]
    fn whatever_is_split_gets_a_diagnosis(places in prop::collection::vec(0..4_u32, 9), roles in prop::collection::vec(0..4_usize, 4)) {
        let facts = Arc::new(notation::parse(SHOP).expect("a good notation"));
        let role = |at: usize| [Role::Service, Role::Library, Role::Remainder, Role::Excluded][at];
        let services = (0..4).zip(&roles).map(|(id, at)| Service {
            id: ServiceId(id),
            name: format!("S{id}"),
            role: role(*at),
            ..Service::default()
        });
        let proposal = Proposal {
            services: services.collect(),
            placement: places.iter().map(|at| ServiceId(*at)).collect(),
            next_service: 4,
            ..Proposal::default()
        };
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let diagnosis = diagnose(&scorer, &proposal, &Settings::default());
        let figures = scorer.figures();
        let measure = |symptom: usize, at: usize| diagnosis.symptoms[symptom].measures[at].count;
        let count = |number: i64| usize::try_from(number).expect("no figure is negative");
        prop_assert_eq!(measure(0, 0), count(figures.crossing_commits));
        prop_assert_eq!(measure(5, 0), count(figures.crossing_reads + figures.crossing_writes));
        prop_assert_eq!(measure(5, 3), count(figures.cut_declared_keys + figures.cut_implied_keys));
        prop_assert_eq!(measure(5, 4), count(figures.broken_joins));
        prop_assert_eq!(measure(7, 0), count(figures.spanning_transactions));
        for symptom in &diagnosis.symptoms {
            for measure in &symptom.measures {
                prop_assert!(measure.weighed <= measure.value + 1e-9, "{:?}", measure);
                prop_assert!(measure.of == 0 || measure.count <= measure.of, "{:?}", measure);
            }
        }
    }
}
