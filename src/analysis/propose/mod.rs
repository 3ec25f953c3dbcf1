//! Proposes a grouping: services that hang together, a library of what everybody uses, and how sure that is.

mod bonds;
mod bounds;
mod constraints;
mod data;
mod libraries;
mod migrations;
mod near;
mod packages;
mod search;
mod settle;
mod views;

use std::collections::BTreeSet;

use self::{
    constraints::Nodes,
    search::{Division, Search},
};
use super::{
    cluster::Network,
    graph::{Coupling, Weights},
    grouping::{GroupId, Grouping, Role},
    naming,
};
use crate::facts::{Facts, ModuleId, PieceId};

/// How often one more service is asked for when settling emptied one.
const ATTEMPTS: u32 = 6;

/// What a proposal should look like.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// How many services; `None` finds a number.
    pub services: Option<u32>,
    pub weights: Weights,
    /// Another seed looks at the monolith in another order.
    pub seed: u64,
    /// Groups that exist already and keep their place, name and role.
    pub kept: Vec<Kept>,
    /// Pieces that stay in a kept group, by its place in `kept`.
    pub locked: Vec<(PieceId, usize)>,
    pub together: Vec<(PieceId, PieceId)>,
    pub apart: Vec<(PieceId, PieceId)>,
    /// By piece: the kept group it was in before, as far as it was in any. Empty where nothing is to stay near an
    /// earlier proposal. A wanted number of services goes before.
    pub earlier: Vec<Option<usize>>,
    /// No service is to have fewer pieces.
    pub smallest: Option<u32>,
    /// No service is to have more pieces.
    pub largest: Option<u32>,
}

/// A group that exists already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    pub role: Role,
    /// Nothing else may join it.
    pub closed: bool,
}

/// A grouping, and why it is as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    pub grouping: Grouping,
    /// By group: a name, unique. Kept groups come first, in their order.
    pub names: Vec<String>,
    /// By piece: how sure its place is, from 0 to 1.
    ///
    /// The share of disturbed runs that put it with the same pieces, times how much of what pulls at it comes from
    /// its own group rather than from the strongest other one. 1 for pieces that were locked.
    pub confidence: Vec<f64>,
    /// Why there are as many services as there are: a sentence for people.
    pub reason: String,
    /// Wishes that could not be granted, as sentences for people.
    pub remarks: Vec<String>,
}

/// What is no part of any service's making, and finds its place afterwards.
struct Found {
    libraries: Vec<PieceId>,
    migrations: BTreeSet<ModuleId>,
}

/// Divides the pieces into services. The same facts and the same wish give the same proposal.
#[must_use]
pub fn propose(facts: &Facts, wish: &Wish) -> Proposed {
    let coupling = Coupling::new(facts);
    propose_from(facts, &coupling, wish)
}

/// The same, with the coupling at hand: it doesn't depend on the wish.
#[must_use]
pub fn propose_from(facts: &Facts, coupling: &Coupling, wish: &Wish) -> Proposed {
    let migrations = migrations::find(facts);
    let bonds = bonds(facts, coupling, wish, &migrations);
    if !wish.earlier.is_empty() && wish.services.is_none() {
        return propose_near(facts, coupling, wish, &bonds);
    }
    let history: Vec<PieceId> = migrations.iter().map(|at| facts.module_piece(*at)).collect();
    let everything = Nodes::new(facts, wish, &bonds, &history);
    let first = search(coupling, wish, &everything, wish.services, |search| search.rough());
    let libraries = libraries::find(facts, &everything, &first);
    let placed_later: Vec<PieceId> = libraries.iter().chain(&history).copied().collect();
    let nodes = Nodes::new(facts, wish, &bonds, &placed_later);
    let found = Found { libraries, migrations };
    let mut division = divide(coupling, wish, &nodes, wish.services);
    let mut settled = settle::settle(facts, coupling, wish, &nodes, &division, &found);
    // Settling may empty a service, such as one of tables that others write: then one more is asked for.
    for more in 1..=ATTEMPTS {
        let Some(wanted) = wish.services.filter(|wanted| settled.services() < *wanted) else {
            break;
        };
        let again = divide(coupling, wish, &nodes, Some(wanted + more));
        let other = settle::settle(facts, coupling, wish, &nodes, &again, &found);
        if other.services() > settled.services() && other.services() <= wanted {
            (settled, division) = (other, again);
        }
    }
    let reason = match wish.services {
        Some(wanted) => format!("{wanted} services were asked for"),
        None => division.reason.clone(),
    };
    finish(facts, coupling, wish, nodes, &Division { reason, ..division }, settled)
}

/// Proposes near an earlier proposal.
fn propose_near(
    facts: &Facts,
    coupling: &Coupling,
    wish: &Wish,
    bonds: &[(PieceId, PieceId)],
) -> Proposed {
    let was = |piece: &PieceId| wish.earlier.get(piece.index()).copied().flatten();
    // What was divided before is not tied together again.
    let bonds: Vec<(PieceId, PieceId)> = bonds
        .iter()
        .filter(|(a, b)| was(a) == was(b) || was(a).is_none() || was(b).is_none())
        .copied()
        .collect();
    let nodes = Nodes::new(facts, wish, &bonds, &[]);
    let division = near::division(&nodes);
    let settled = settle::settle_near(facts, coupling, wish, &nodes);
    finish(facts, coupling, wish, nodes, &division, settled)
}

/// Sizes, names, and how sure everything is.
fn finish(
    facts: &Facts,
    coupling: &Coupling,
    wish: &Wish,
    nodes: Nodes,
    division: &Division,
    mut settled: settle::Settled,
) -> Proposed {
    let sizes = bounds::hold(coupling, wish, &nodes, &mut settled.grouping);
    settled.drop_empty(wish.kept.len());
    let confidence = settled.confidence(coupling, wish, &nodes, division);
    let names = naming::names(facts, &settled.grouping, &wish.kept);
    let mut remarks = nodes.remarks;
    remarks.extend(sizes);
    let reason = division.reason.clone();
    Proposed { grouping: settled.grouping, names, confidence, reason, remarks }
}

/// Pairs of pieces that are placed as one unless people say otherwise.
fn bonds(
    facts: &Facts,
    coupling: &Coupling,
    wish: &Wish,
    migrations: &BTreeSet<ModuleId>,
) -> Vec<(PieceId, PieceId)> {
    let packages = if wish.weights.packages > 0.0 {
        packages::find(facts, coupling, &wish.weights)
    } else {
        Vec::new()
    };
    let mut bonds = Vec::new();
    let mut package_of = vec![None; facts.piece_count()];
    for (package, modules) in packages.iter().enumerate() {
        bonds.extend(modules.windows(2).map(|pair| (pair[0], pair[1])));
        modules.iter().for_each(|module| package_of[module.index()] = Some(package));
    }
    for (a, b) in bonds::find(facts, migrations).into_iter().chain(views::find(facts)) {
        // A class and its interface in two packages, or a view and its code, must not glue the packages together.
        match (package_of[a.index()], package_of[b.index()]) {
            (Some(one), Some(other)) if one != other => continue,
            (one, other) => {
                package_of[a.index()] = one.or(other);
                package_of[b.index()] = one.or(other);
            }
        }
        bonds.push((a, b));
    }
    bonds
}

fn divide(coupling: &Coupling, wish: &Wish, nodes: &Nodes, services: Option<u32>) -> Division {
    search(coupling, wish, nodes, services, |search| search.run())
}

fn search(
    coupling: &Coupling,
    wish: &Wish,
    nodes: &Nodes,
    services: Option<u32>,
    how: impl Fn(&Search<'_>) -> Division,
) -> Division {
    let ties = coupling.weighted(&wish.weights).filter_map(|tie| {
        Some((nodes.node_of[tie.a.index()]?, nodes.node_of[tie.b.index()]?, tie.strength))
    });
    let network = Network::new(nodes.sizes.len(), ties);
    let wanted = services.map(|services| services as usize);
    how(&Search { network: &network, nodes, wanted, seed: wish.seed })
}

/// A group's number as an id.
fn group(at: usize) -> GroupId {
    GroupId::at(at)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{
        analysis::similarity::adjusted_rand,
        facts::{notation, synthetic},
    };

    const SHOP: &str = "\
module orders/OrderController.java
module orders/OrderService.java
module orders/OrderRepository.java
module billing/InvoiceController.java
module billing/InvoiceService.java
module billing/InvoiceRepository.java
table orders
table order_lines
table invoices
table payments
orders/OrderController.java calls orders/OrderService.java
orders/OrderService.java calls orders/OrderRepository.java
orders/OrderRepository.java writes orders order_lines
order_lines keys orders
billing/InvoiceController.java calls billing/InvoiceService.java
billing/InvoiceService.java calls billing/InvoiceRepository.java
billing/InvoiceRepository.java writes invoices payments
payments keys invoices
billing/InvoiceService.java calls orders/OrderService.java
";

    fn shop() -> Facts {
        notation::parse(SHOP).expect("a good notation")
    }

    /// One line a group: its name, then its pieces.
    fn check(facts: &Facts, wish: &Wish, expected: &str) -> Proposed {
        let proposed = propose(facts, wish);
        let mut lines = String::new();
        for (at, name) in proposed.names.iter().enumerate() {
            let inside =
                facts.pieces().filter(|piece| proposed.grouping.group(*piece) == group(at));
            let pieces: Vec<String> = inside
                .map(|piece| facts.piece_name(piece).rsplit('/').next().unwrap().to_owned())
                .collect();
            lines.push_str(&format!("{name}: {}\n", pieces.join(" ")));
        }
        assert_eq!(lines, expected);
        proposed
    }

    fn piece(facts: &Facts, name: &str) -> PieceId {
        facts.piece_named(name).expect("a piece of the shop")
    }

    #[test]
    fn migrations_follow_the_tables_they_made() {
        let facts = notation::parse(&format!(
            "module db/migrate/1_make_orders.rb\nmodule db/migrate/2_make_invoices.rb\n{SHOP}\
             db/migrate/1_make_orders.rb writes orders order_lines\n\
             db/migrate/2_make_invoices.rb writes invoices\n"
        ))
        .expect("a good notation");
        let proposed = propose(&facts, &Wish::default());
        let group = |name: &str| {
            let piece = facts.pieces().find(|piece| facts.piece_name(*piece) == name);
            proposed.grouping.group(piece.expect("a piece"))
        };
        assert_eq!(group("db/migrate/1_make_orders.rb"), group("orders"));
        assert_eq!(group("db/migrate/2_make_invoices.rb"), group("invoices"));
        assert!(group("orders") != group("invoices"), "migrations glue nothing together");
    }

    #[test]
    fn what_hangs_together_becomes_a_service() {
        let proposed = check(
            &shop(),
            &Wish::default(),
            "\
Billing: InvoiceController.java InvoiceRepository.java InvoiceService.java invoices payments
Orders: OrderController.java OrderRepository.java OrderService.java order_lines orders
",
        );
        assert!(proposed.confidence.iter().all(|sure| (0.0..=1.0).contains(sure)));
        assert!(proposed.confidence.iter().all(|sure| *sure > 0.5));
    }

    #[test]
    fn a_locked_piece_stays_and_its_service_keeps_its_name() {
        let facts = shop();
        let locked = piece(&facts, "payments");
        let kept = vec![Kept { name: "Money".to_owned(), ..Kept::default() }];
        let wish = Wish { kept, locked: vec![(locked, 0)], ..Wish::default() };
        let proposed = propose(&facts, &wish);
        assert_eq!(proposed.names[0], "Money");
        assert_eq!(proposed.grouping.group(locked), group(0));
        assert!((proposed.confidence[locked.index()] - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn together_and_apart_are_granted_and_contradictions_told() {
        let facts = shop();
        let (orders, invoices) = (piece(&facts, "orders"), piece(&facts, "invoices"));
        let payments = piece(&facts, "payments");
        let wish = Wish {
            together: vec![(orders, invoices)],
            apart: vec![(invoices, payments), (orders, invoices)],
            ..Wish::default()
        };
        let proposed = propose(&facts, &wish);
        assert_eq!(proposed.grouping.group(orders), proposed.grouping.group(invoices));
        assert_ne!(proposed.grouping.group(payments), proposed.grouping.group(invoices));
        assert_eq!(proposed.remarks.len(), 1);
    }

    #[test]
    fn the_wanted_number_of_services_is_met() {
        let size = synthetic::Size {
            contexts: 8,
            modules: 160,
            tables: 40,
            calls: 1_200,
            commits: 300,
            cohesion: 85,
            seed: 3,
        };
        let facts = synthetic::monolith(&size).facts;
        for wanted in [2, 5, 8, 12] {
            let proposed = propose(&facts, &Wish { services: Some(wanted), ..Wish::default() });
            let services = proposed.grouping.roles.iter().filter(|role| **role == Role::Service);
            assert_eq!(services.count(), wanted as usize);
        }
    }

    #[test]
    fn hidden_contexts_are_found_and_every_time_the_same() {
        let size = synthetic::Size {
            contexts: 10,
            modules: 300,
            tables: 60,
            calls: 2_500,
            commits: 600,
            cohesion: 85,
            seed: 1,
        };
        let made = synthetic::monolith(&size);
        let contexts: Vec<_> = made.context_of.iter().map(|context| group(*context)).collect();
        let weights = Weights { names: 0.0, packages: 0.0, ..Weights::default() };
        let wish = Wish { weights, services: Some(10), ..Wish::default() };
        let proposed = propose(&made.facts, &wish);
        assert!(adjusted_rand(&proposed.grouping.of, &contexts) > 0.9);
        assert_eq!(propose(&made.facts, &wish), proposed);
    }

    #[test]
    fn nothing_at_all_is_no_trouble() {
        let nothing = propose(&Facts::default(), &Wish::default());
        assert!(nothing.grouping.of.is_empty());
        let lone = notation::parse("module a.rb\nmodule b.rb").expect("a good notation");
        assert_eq!(propose(&lone, &Wish::default()).grouping.of.len(), 2);
    }
}
