//! The plan of small monoliths, and for every prefix of a plan an independent recount.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    facts::{AccessMode, PieceId, notation},
    proposal::Service,
};

/// A proposal in one line a service: `role Name: piece piece`. Pieces that are not named are in the first one.
pub(in crate::export) fn proposal(facts: &Facts, text: &str) -> Proposal {
    let mut placement = vec![ServiceId(0); facts.piece_count()];
    let mut services = Vec::new();
    for (number, line) in (0..).zip(text.lines()) {
        let (head, pieces) = line.split_once(':').expect("role Name: pieces");
        let (role, name) = head.trim().split_once(' ').expect("role Name");
        let role = match role {
            "service" => Role::Service,
            "library" => Role::Library,
            "remainder" => Role::Remainder,
            _ => Role::Excluded,
        };
        let id = ServiceId(number);
        services.push(Service { id, name: name.to_owned(), role, ..Service::default() });
        for piece in pieces.split_whitespace() {
            placement[facts.piece_named(piece).expect("a piece of the facts").index()] = id;
        }
    }
    let next_service = u32::try_from(services.len()).expect("few services");
    Proposal {
        name: "test".to_owned(),
        services,
        placement: placement.into(),
        next_service,
        ..Proposal::default()
    }
}

pub(in crate::export) const SHOP: &str = "\
module shop/cart.java 300 lines
module shop/stock.java 100 lines
module shop/mail.java 50 lines
module shop/money.java 20 lines
table orders id
table stock id
table mails id
shop/cart.java#place writes orders
shop/cart.java#place calls shop/stock.java#reserve
shop/stock.java#reserve writes stock
shop/stock.java#release writes stock
shop/cart.java#list reads stock
shop/cart.java#list joins orders stock
shop/mail.java#send writes mails
shop/cart.java#place calls shop/money.java#sum
shop/stock.java#reserve calls shop/money.java#sum
stock keys orders
entry http shop/cart.java#place POST /orders
entry job shop/mail.java#send nightly
commit ada shop/mail.java
commit ada shop/mail.java
commit bea shop/cart.java shop/stock.java
";

pub(in crate::export) const SHOP_SPLIT: &str = "\
remainder Rest: shop/cart.java orders
service Stock: shop/stock.java stock
service Mail: shop/mail.java mails
library Util: shop/money.java";

fn shop() -> (Arc<Facts>, Proposal) {
    let facts = notation::parse(SHOP).expect("a good notation");
    let proposal = proposal(&facts, SHOP_SPLIT);
    (Arc::new(facts), proposal)
}

#[test]
fn what_is_tacked_on_comes_first() {
    let (facts, proposal) = shop();
    let plan = plan(&facts, &proposal);
    let names: Vec<_> =
        plan.steps.iter().map(|step| Names::new(&facts, &proposal).service(step.service)).collect();
    assert_eq!(names, ["Mail", "Stock"]);
    assert_eq!(plan.steps[0].crossings, Crossings::default());
    assert!(plan.steps.iter().all(|step| !step.is_last_of_monolith));
    let weeks: f64 = plan.steps.iter().map(|step| step.effort.weeks).sum();
    assert!(
        weeks + 1e-9 >= WEEKS_OF_FIRST_TWO,
        "the first two are no smaller than the average: {weeks}"
    );
}

#[test]
fn who_is_wanted_first_leaves_first() {
    let (facts, proposal) = shop();
    let plan = plan_in(&facts, &proposal, &[ServiceId(1)]);
    let order: Vec<ServiceId> = plan.steps.iter().map(|step| step.service).collect();
    assert_eq!(order, [ServiceId(1), ServiceId(2)]);
}

#[test]
fn a_step_lists_its_operations_data_and_sagas() {
    let (facts, proposal) = shop();
    let plan = plan(&facts, &proposal);
    let step = &plan.steps[1];
    let names = Names::new(&facts, &proposal);
    let offers: Vec<_> = step
        .api
        .offers
        .iter()
        .map(|offer| (names.function(offer.function.unwrap()), offer.writes, offer.callers[0].by))
        .collect();
    assert_eq!(offers, [("reserve", true, Holder::Monolith)]);
    assert_eq!(step.data.keys.len(), 1);
    assert_eq!(step.data.joins.len(), 1);
    assert_eq!(step.data.uses[0].advice, Advice::Replica);
    let [saga] = step.sagas.as_slice() else { panic!("one saga") };
    assert_eq!(saga.holders, [Holder::Monolith, Holder::Service(ServiceId(1))]);
    let undo: Vec<_> =
        saga.writes.iter().map(|w| w.undo.map(|undo| names.function(undo))).collect();
    assert_eq!(undo, [None, Some("release")]);
    assert_eq!(step.libraries, [(ServiceId(3), 1)]);
    assert_eq!(plan.libraries[0].users, [ServiceId(0), ServiceId(1)]);
}

#[test]
fn without_a_remainder_the_last_step_names_the_rest() {
    let (facts, mut proposal) = shop();
    proposal.services[0].role = Role::Service;
    let plan = plan(&facts, &proposal);
    assert_eq!(plan.steps.len(), 3);
    assert!(plan.steps[2].is_last_of_monolith);
    assert_eq!(plan.steps[2].before, plan.steps[2].after, "the rest was alone already");
}

#[test]
fn nothing_gives_an_empty_plan() {
    let facts = Arc::new(Facts::default());
    assert!(plan(&facts, &Proposal::undivided("none", 0)).steps.is_empty());
}

/// One random fact of a monolith with six modules and five tables.
fn fact() -> impl Strategy<Value = String> {
    let module = || (0..6_usize).prop_map(|at| format!("m{at}.java"));
    let function = || (0..6_usize, 0..2_usize).prop_map(|(at, name)| format!("m{at}.java#f{name}"));
    let table = || (0..5_usize).prop_map(|at| format!("t{at}"));
    let verb = prop::sample::select(vec!["calls", "constructs", "uses", "imports", "inherits"]);
    prop_oneof![
        4 => (function(), function()).prop_map(|(a, b)| format!("{a} calls {b}")),
        2 => (module(), verb, module()).prop_map(|(a, verb, b)| format!("{a} {verb} {b}")),
        3 => (function(), any::<bool>(), table()).prop_map(|(a, write, table)| {
            format!("{a} {} {table}", if write { "writes" } else { "reads" })
        }),
        2 => (table(), any::<bool>(), table()).prop_map(|(a, declared, b)| {
            format!("{a} {} {b}", if declared { "keys" } else { "implies" })
        }),
        1 => (function(), table(), table()).prop_map(|(f, a, b)| format!("{f} joins {a} {b}")),
        2 => function().prop_map(|f| format!("entry http {f} GET /{f}")),
        2 => (module(), module()).prop_map(|(a, b)| format!("commit ada {a} {b}")),
    ]
}

pub(in crate::export) fn monoliths() -> impl Strategy<Value = (Arc<Facts>, Proposal)> {
    let facts = prop::collection::vec(fact(), 0..40);
    let roles = prop::collection::vec(
        prop::sample::select(vec![
            "service",
            "service",
            "service",
            "library",
            "remainder",
            "excluded",
        ]),
        1..6,
    );
    (facts, roles, prop::collection::vec(0..100_usize, 11)).prop_map(|(lines, roles, places)| {
        let mut text: String = (0..6).map(|at| format!("module m{at}.java 10 lines\n")).collect();
        text.extend((0..5).map(|at| format!("table t{at}\n")));
        text.push_str(&lines.join("\n"));
        let facts = notation::parse(&text).expect("a good notation");
        let mut had_remainder = false;
        let split: Vec<String> = roles
            .iter()
            .enumerate()
            .map(|(at, role)| {
                let again = *role == "remainder" && std::mem::replace(&mut had_remainder, true);
                format!("{} S{at}:", if again { "service" } else { role })
            })
            .collect();
        let mut proposal = proposal(&facts, &split.join("\n"));
        let count = u32::try_from(roles.len()).expect("few");
        let place = |at: &usize| ServiceId(u32::try_from(*at).expect("small") % count);
        proposal.placement = places.iter().map(place).collect();
        (Arc::new(facts), proposal)
    })
}

/// Who has a piece after a number of steps: `None` where it doesn't count. Written without the code of the plan.
fn holder_afresh(facts: &Proposal, plan: &Plan, done: usize, piece: PieceId) -> Option<u32> {
    let service = facts.service(facts.service_of(piece)).expect("every piece has a service");
    let is_out = plan.steps[..done].iter().any(|step| step.service == service.id);
    match service.role {
        Role::Excluded => None,
        Role::Library => Some(service.id.0),
        Role::Service if is_out => Some(service.id.0),
        Role::Service | Role::Remainder => Some(u32::MAX),
    }
}

/// Counts what crosses the border of a service after a number of steps, straight from the definitions.
fn crossings_afresh(facts: &Facts, proposal: &Proposal, plan: &Plan, done: usize) -> Crossings {
    let own = Some(plan.steps[done - 1].service.0);
    let of = |piece: PieceId| holder_afresh(proposal, plan, done, piece);
    let module = |id| of(facts.module_piece(id));
    let table = |id| of(facts.table_piece(id));
    let meet = |a: Option<u32>, b: Option<u32>| {
        a.is_some() && b.is_some() && a != b && (a == own || b == own)
    };
    let is_library = |id: ModuleId| {
        let service = proposal.service_of(facts.module_piece(id));
        proposal.service(service).expect("a service").role == Role::Library
    };
    let all = |holders: &[Option<u32>]| {
        let mut holders: Vec<u32> = holders.iter().copied().flatten().collect();
        holders.sort_unstable();
        holders.dedup();
        holders.len() > 1 && own.is_some_and(|own| holders.contains(&own))
    };
    let places = |count: usize, test: &dyn Fn(usize) -> bool| -> Vec<usize> {
        (0..count).filter(|at| test(*at)).collect()
    };
    Crossings {
        calls: places(facts.calls.len(), &|at| {
            let call = &facts.calls[at];
            meet(module(call.from_module), module(call.to_module)) && !is_library(call.to_module)
        }),
        accesses: places(facts.accesses.len(), &|at| {
            let access = &facts.accesses[at];
            meet(module(access.module), table(access.table))
        }),
        keys: places(facts.foreign_keys.len(), &|at| {
            let key = &facts.foreign_keys[at];
            meet(table(key.from), table(key.to))
        }),
        joins: places(facts.joins.len(), &|at| {
            let join = &facts.joins[at];
            meet(table(join.table_a), table(join.table_b))
        }),
        transactions: places(facts.transactions.len(), &|at| {
            let steps = facts.transactions[at].steps.iter();
            let writes = steps.filter(|step| step.mode == AccessMode::Write);
            all(&writes.map(|step| table(step.table)).collect::<Vec<_>>())
        }),
        commits: places(facts.commits.len(), &|at| {
            let commit = &facts.commits[at];
            let modules = commit.modules.iter().map(|id| module(*id));
            let tables = commit.tables.iter().map(|id| table(*id));
            all(&modules.chain(tables).collect::<Vec<_>>())
        }),
    }
}

/// What the lists of a step say again in other words must be the same call sites, accesses, keys and joins.
fn check_lists(facts: &Facts, step: &Step) {
    let own = Holder::Service(step.service);
    let sites = |callers: &[Caller]| -> Vec<usize> {
        callers.iter().flat_map(|caller| caller.calls.iter().copied()).collect()
    };
    let operations = step.api.offers.iter().chain(&step.api.needs);
    let mut calls: Vec<usize> =
        operations.flat_map(|operation| sites(&operation.callers)).collect();
    calls.extend(step.api.types.iter().flat_map(|shared| sites(&shared.users)));
    calls.sort_unstable();
    assert_eq!(calls, step.crossings.calls);
    assert!(step.api.offers.iter().all(|operation| operation.at == own));
    let mut accesses: Vec<usize> =
        step.data.uses.iter().flat_map(|used| used.accesses.iter().copied()).collect();
    accesses.sort_unstable();
    assert_eq!(accesses, step.crossings.accesses);
    let keys: Vec<usize> = step.data.keys.iter().map(|key| key.key).collect();
    assert_eq!(keys, step.crossings.keys);
    let mut joins: Vec<usize> =
        step.data.joins.iter().flat_map(|query| query.joins.iter().copied()).collect();
    joins.sort_unstable();
    assert_eq!(joins, step.crossings.joins);
    let sagas: Vec<usize> = step.sagas.iter().map(|saga| saga.transaction).collect();
    assert_eq!(sagas, step.crossings.transactions);
    let mut moved = step.data.tables.clone();
    moved.sort_unstable();
    assert_eq!(moved, step.scope.tables);
    for saga in &step.sagas {
        assert!(saga.holders.len() > 1 && saga.holders.contains(&own));
        let written = saga.writes.iter().map(|write| facts.table_piece(write.table));
        assert!(written.count() > 1);
    }
}

proptest! {
    #[test]
    fn every_prefix_equals_a_recount((facts, proposal) in monoliths(), wanted in prop::collection::vec(0..6_u32, 0..3)) {
        let wanted: Vec<ServiceId> = wanted.into_iter().map(ServiceId).collect();
        let plan = plan_in(&facts, &proposal, &wanted);
        let (mut grouping, rest) = world::undivided_grouping(&proposal);
        for (at, step) in plan.steps.iter().enumerate() {
            let expected = crossings_afresh(&facts, &proposal, &plan, at + 1);
            assert_eq!(&step.crossings, &expected, "step {}", at + 1);
            check_lists(&facts, step);
            for piece in proposal.pieces_of(step.service) {
                assert_eq!(grouping.group(piece), rest);
                grouping.of[piece.index()] = step.service.group();
            }
            let afresh = crate::analysis::figures::Scorer::new(Arc::clone(&facts), grouping.clone());
            assert_eq!(&step.after, afresh.figures());
        }
        let last = crate::analysis::figures::Scorer::new(Arc::clone(&facts), proposal.grouping());
        assert_eq!(&plan.figures, last.figures());
        let services = proposal.services.iter().filter(|service| {
            service.role == Role::Service && proposal.pieces_of(service.id).next().is_some()
        });
        assert_eq!(services.count(), plan.steps.len());
    }
}
