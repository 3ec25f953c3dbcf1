//! The window, driven as people drive it: by what things are called.

use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::{Harness, kittest::Queryable as _};
use pretty_assertions::assert_eq;
use seamline::{
    analysis::grouping::Role,
    facts::{Facts, notation},
    proposal::{Proposal, Service, ServiceId},
    session::Session,
    ui::{App, install},
};

const SHOP: &str = "\
module shop/order/OrderManager.java 400 lines
module shop/order/OrderCart.java 200 lines
module shop/customer/CustomerProfile.java 300 lines
module shop/customer/CustomerLogin.java 150 lines
table orders id customer_id
table customers id
shop/order/OrderManager.java#place writes orders
shop/order/OrderManager.java#place reads customers
shop/order/OrderCart.java#add calls shop/order/OrderManager.java#place
shop/order/OrderCart.java#add calls shop/customer/CustomerProfile.java#find
shop/customer/CustomerProfile.java#find reads customers
orders keys customers
";

/// The shop with a service for orders and one for customers.
fn shop() -> Session {
    let facts = notation::parse(SHOP).expect("a good notation");
    let placement = facts
        .pieces()
        .map(|piece| ServiceId(u32::from(facts.piece_name(piece).contains("customer"))))
        .collect::<Vec<_>>();
    let service = |id: u32, name: &str| Service {
        id: ServiceId(id),
        name: name.to_owned(),
        role: Role::Service,
        colour: u8::try_from(id).expect("few"),
        ..Service::default()
    };
    let proposal = Proposal {
        name: "A".to_owned(),
        services: vec![service(0, "Order"), service(1, "Customer")],
        placement: placement.into(),
        next_service: 2,
        ..Proposal::default()
    };
    let mut session = Session::from_facts(facts);
    session.add_proposal(proposal, "Begin").expect("a free name");
    session
}

fn window(session: Session) -> Harness<'static, App> {
    let mut harness = Harness::builder()
        .with_size(vec2(1600.0, 1000.0))
        .with_context_setup(install)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), App::with_session(session));
    harness.run_steps(3);
    harness
}

fn proposal<'a>(harness: &'a Harness<'_, App>) -> &'a Proposal {
    let session = harness.state().session().expect("an open project");
    session.proposal(0).expect("a proposal")
}

fn service_of(harness: &Harness<'_, App>, piece: &str) -> String {
    let session = harness.state().session().expect("an open project");
    let piece = session.facts().piece_named(piece).expect("a piece");
    let proposal = proposal(harness);
    proposal.service(proposal.service_of(piece)).expect("a service").name.clone()
}

fn place(harness: &Harness<'_, App>, label: &str) -> Pos2 {
    harness.get_by_label(label).rect().center()
}

/// Takes up what is at `from` and carries it to `to`, without letting go.
fn carry(harness: &mut Harness<'_, App>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for share in [0.2, 0.6, 1.0] {
        harness.hover_at(from.lerp(to, share));
        harness.step();
    }
    harness.step();
}

fn drop_at(harness: &mut Harness<'_, App>, to: Pos2) {
    harness.drop_at(to);
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'_, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

#[test]
fn a_table_is_dragged_every_service_says_what_it_costs_and_undo_takes_it_back() {
    let mut harness = window(shop());
    let from = place(&harness, "table orders in Order");
    let to = place(&harness, "service Customer") + vec2(0.0, 60.0);
    carry(&mut harness, from, to);
    harness.get_by_label("Dropping on Order: It is here");
    harness.get_by_label("Dropping on Customer: +1 write, −1 key");
    harness.get_by_label("Crossing writes: 1, +1");
    drop_at(&mut harness, to);
    assert_eq!(service_of(&harness, "orders"), "Customer");
    harness.get_by_label("table orders in Customer");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(service_of(&harness, "orders"), "Order");
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(service_of(&harness, "orders"), "Customer");
}

#[test]
fn escape_during_a_drag_changes_nothing() {
    let mut harness = window(shop());
    let from = place(&harness, "table orders in Order");
    let to = place(&harness, "service Customer");
    carry(&mut harness, from, to);
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert!(harness.query_by_label_contains("Dropping on").is_none());
    drop_at(&mut harness, to);
    assert_eq!(service_of(&harness, "orders"), "Order");
    assert_eq!(harness.state().session().expect("open").proposals()[0].at(), 0);
}

#[test]
fn dropping_on_free_ground_makes_a_service_whose_name_can_be_written_at_once() {
    let mut harness = window(shop());
    let from = place(&harness, "module OrderCart in Order");
    let ground = Pos2::new(620.0, 120.0);
    carry(&mut harness, from, ground);
    drop_at(&mut harness, ground);
    assert_eq!(service_of(&harness, "shop/order/OrderCart.java"), "Order cart");
    harness.get_by_label("Name of the service");
    harness.event(Event::Text("Cart".to_owned()));
    harness.step();
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(service_of(&harness, "shop/order/OrderCart.java"), "Cart");
}

#[test]
fn undo_right_after_a_drop_on_free_ground_takes_the_drop_back() {
    let mut harness = window(shop());
    let from = place(&harness, "module OrderCart in Order");
    let ground = Pos2::new(620.0, 120.0);
    carry(&mut harness, from, ground);
    drop_at(&mut harness, ground);
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert!(harness.query_by_label("Name of the service").is_none());
    assert_eq!(service_of(&harness, "shop/order/OrderCart.java"), "Order");
}

#[test]
fn a_click_selects_and_the_keyboard_moves() {
    let mut harness = window(shop());
    let piece = place(&harness, "table orders in Order");
    harness.hover_at(piece);
    harness.step();
    harness.drag_at(piece);
    harness.step();
    drop_at(&mut harness, piece);
    harness.get_by_label("Who uses it");
    press(&mut harness, Modifiers::NONE, Key::M);
    harness.get_by_label("Customer: +1 write, −1 key").click();
    harness.run_steps(3);
    assert_eq!(service_of(&harness, "orders"), "Customer");
}

#[test]
fn the_palette_finds_pieces_and_actions() {
    let mut harness = window(shop());
    press(&mut harness, Modifiers::COMMAND, Key::K);
    harness.event(Event::Text("orderman".to_owned()));
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(4);
    harness.get_by_label("1 piece selected");
    press(&mut harness, Modifiers::NONE, Key::F1);
    harness.get_by_label("Wheel: Zooms at the pointer");
}

#[test]
fn every_shown_thing_has_a_name_in_both_looks_and_with_nothing_in_it() {
    let mut harness = window(shop());
    press(&mut harness, Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    harness.get_by_label("Map of services");
    let mut empty = window(Session::from_facts(Facts::default()));
    empty.run_steps(2);
    empty.get_by_label("Services: 0, 0");
}

/// Draws until something has come of work beside the window.
fn wait_for(harness: &mut Harness<'_, App>, mut is_there: impl FnMut(&Harness<'_, App>) -> bool) {
    for _ in 0..600 {
        harness.step();
        if is_there(harness) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("waited in vain");
}

fn proposals(harness: &Harness<'_, App>) -> usize {
    harness.state().session().expect("an open project").proposals().len()
}

fn current<'a>(harness: &'a Harness<'_, App>, at: usize) -> &'a Proposal {
    harness.state().session().expect("an open project").proposal(at).expect("a proposal")
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn write(harness: &mut Harness<'_, App>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run_steps(2);
}

/// Proposes once more, and waits until it is there.
fn propose(harness: &mut Harness<'_, App>) {
    let before = proposals(harness);
    press(harness, Modifiers::COMMAND, Key::P);
    wait_for(harness, |harness| proposals(harness) > before);
    harness.run_steps(3);
}

fn drag_orders_to_customer(harness: &mut Harness<'_, App>) {
    let from = place(harness, "table orders in Order");
    let to = place(harness, "service Customer") + vec2(0.0, 60.0);
    carry(harness, from, to);
    harness.get_by_label("Dropping on Customer: +1 write, −1 key");
    drop_at(harness, to);
}

#[test]
fn a_workshop_from_the_first_proposal_to_the_plan() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut session = shop();
    session.save_as(&folder.path().join("shop.seamline")).expect("it can be written");
    let mut harness = window(session);

    propose(&mut harness);
    click(&mut harness, "proposal A");
    drag_orders_to_customer(&mut harness);
    assert_eq!(service_of(&harness, "orders"), "Customer");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(service_of(&harness, "orders"), "Order");

    // What is locked stays when services are proposed again.
    press(&mut harness, Modifiers::NONE, Key::L);
    assert_eq!(current(&harness, 0).locked.len(), 1);
    propose(&mut harness);
    let locked = *current(&harness, 0).locked.first().expect("it was locked");
    let again = current(&harness, 2);
    let home = again.service(again.service_of(locked)).expect("a service");
    assert_eq!(home.name, "Order");

    // Another opinion: compare it with the first, and take it over.
    click(&mut harness, "proposal A");
    press(&mut harness, Modifiers::SHIFT, Key::L);
    drag_orders_to_customer(&mut harness);
    press(&mut harness, Modifiers::COMMAND, Key::Num5);
    wait_for(&mut harness, |harness| {
        harness.query_by_label_contains("pieces differ elsewhere").is_some()
    });
    let steps = harness.state().session().expect("open").proposals()[0].at();
    let take_over = harness.query_all_by_label_contains("Take over into A").next();
    take_over.expect("orders stands elsewhere").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session().expect("open").proposals()[0].at(), steps + 1);

    press(&mut harness, Modifiers::COMMAND, Key::Num1);
    press(&mut harness, Modifiers::NONE, Key::D);
    harness.get_by_label("Write down a decision");
    write(&mut harness, "Orders own the status of an order");
    click(&mut harness, "Write it down");
    let note = current(&harness, 0).notes.first().expect("it was written");
    assert_eq!((note.text.as_str(), note.decision), ("Orders own the status of an order", true));
    press(&mut harness, Modifiers::COMMAND, Key::Num7);
    harness.get_by_label("Orders own the status of an order");

    press(&mut harness, Modifiers::COMMAND, Key::E);
    write(&mut harness, "markdown");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let plan = folder.path().join("-a.plan.md");
    wait_for(&mut harness, |_| plan.exists());
    wait_for(&mut harness, |harness| harness.query_by_label_contains("Saved").is_some());
}

#[test]
fn every_view_shows_the_same_proposal() {
    let mut harness = window(shop());
    for (key, label) in [
        (Key::Num2, "Dependency structure matrix"),
        (Key::Num4, "uses of orders"),
        (Key::Num7, "step 0: Begin"),
        (Key::Num1, "Map of services"),
    ] {
        press(&mut harness, Modifiers::COMMAND, key);
        harness.get_by_label(label);
    }
    press(&mut harness, Modifiers::COMMAND, Key::Num6);
    wait_for(&mut harness, |harness| harness.query_by_label("Step 1: Customer").is_some());
}

#[test]
fn a_module_says_why_it_is_where_it_is() {
    let mut harness = window(shop());
    press(&mut harness, Modifiers::COMMAND, Key::K);
    write(&mut harness, "ordercart");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.run_steps(4);
    harness.get_by_label("Why it is in Order");
    harness.get_by_label("What pulls it elsewhere");
}

#[test]
fn where_services_stand_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.seamline");
    let mut session = shop();
    session.save_as(&path).expect("it can be written");
    let mut harness = window(session);
    let from = place(&harness, "service Customer");
    carry(&mut harness, from, from + vec2(40.0, -70.0));
    drop_at(&mut harness, from + vec2(40.0, -70.0));
    let kept = harness.state().session().expect("open").layout(0).map(str::to_owned);
    assert!(kept.is_some());
    drop(harness);
    let opened = Session::open(&path).expect("it can be read");
    assert_eq!(opened.layout(0), kept.as_deref());
}
