//! Every habit is tried as people try it, and does what help says.

use egui::{
    Event, Key, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, Rect, TouchPhase,
    Vec2, vec2,
};
use egui_kittest::{Harness, kittest::Queryable as _};

use super::HABITS;
use crate::{
    analysis::grouping::Role,
    facts::notation,
    proposal::{Proposal, Service, ServiceId},
    session::Session,
    ui::{App, install},
};

const SHOP: &str = "\
module shop/order/OrderManager.java 400 lines
module shop/order/OrderCart.java 300 lines
module shop/customer/CustomerProfile.java 300 lines
module shop/customer/CustomerLogin.java 250 lines
table orders id customer_id
table customers id
shop/order/OrderManager.java#place writes orders
shop/order/OrderCart.java#add calls shop/customer/CustomerProfile.java#find
shop/customer/CustomerProfile.java#find reads customers
orders keys customers
";

/// A window with two services.
struct Window {
    harness: Harness<'static, App>,
}

impl Window {
    fn new() -> Self {
        let facts = notation::parse(SHOP).expect("a good notation");
        let home = |name: &str| ServiceId(u32::from(name.contains("ustomer")));
        let placement: Vec<ServiceId> =
            facts.pieces().map(|piece| home(&facts.piece_name(piece))).collect();
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
        let mut harness = Harness::builder()
            .with_size(vec2(1600.0, 1000.0))
            .with_step_dt(1.0 / 60.0)
            .with_context_setup(install)
            .build_ui_state(|ui, app: &mut App| app.ui(ui), App::with_session(session));
        harness.run_steps(3);
        Self { harness }
    }

    fn rect(&self, label: &str) -> Rect {
        self.harness.get_by_label(label).rect()
    }

    fn place(&self, label: &str) -> Pos2 {
        self.rect(label).center()
    }

    fn has(&self, label: &str) -> bool {
        self.harness.query_by_label(label).is_some()
    }

    fn has_like(&self, label: &str) -> bool {
        self.harness.query_all_by_label_contains(label).next().is_some()
    }

    /// Where the map is: the corner of a service, and how wide that is.
    fn view(&self) -> (Pos2, f32) {
        let rect = self.rect("service Customer");
        (rect.min, rect.width())
    }

    fn service_of(&self, piece: &str) -> String {
        let session = self.harness.state().session().expect("an open project");
        let piece = session.facts().piece_named(piece).expect("a piece");
        let proposal = session.proposal(0).expect("a proposal");
        proposal.service(proposal.service_of(piece)).expect("a service").name.clone()
    }

    fn services(&self) -> usize {
        let session = self.harness.state().session().expect("an open project");
        session.proposal(0).expect("a proposal").services.len()
    }

    fn frames(&mut self, count: usize) {
        self.harness.run_steps(count);
    }

    fn button(&self, at: Pos2, button: PointerButton, pressed: bool) {
        let modifiers = Modifiers::NONE;
        self.harness.event(Event::PointerButton { pos: at, button, pressed, modifiers });
    }

    fn hold(&self, modifiers: Modifiers) {
        self.harness.event(Event::ModifiersChanged(modifiers));
    }

    /// Clicks, with time enough around it for no other click to be part of it.
    fn click(&mut self, at: Pos2, button: PointerButton) {
        self.frames(40);
        self.click_at_once(at, button);
        self.frames(3);
    }

    fn click_at_once(&mut self, at: Pos2, button: PointerButton) {
        self.harness.hover_at(at);
        self.harness.step();
        self.button(at, button, true);
        self.harness.step();
        self.button(at, button, false);
        self.harness.step();
    }

    fn double_click(&mut self, at: Pos2) {
        self.frames(40);
        self.click_at_once(at, PointerButton::Primary);
        self.click_at_once(at, PointerButton::Primary);
        self.frames(20);
    }

    /// Presses a button and carries it along, without letting go.
    fn drag(&mut self, from: Pos2, to: Pos2, button: PointerButton) {
        self.harness.hover_at(from);
        self.harness.step();
        self.button(from, button, true);
        self.harness.step();
        for share in [0.2, 0.6, 1.0] {
            self.harness.hover_at(from.lerp(to, share));
            self.harness.step();
        }
        self.harness.step();
    }

    fn release(&mut self, at: Pos2, button: PointerButton) {
        self.button(at, button, false);
        self.frames(3);
    }

    fn wheel(&mut self, unit: MouseWheelUnit, delta: Vec2, modifiers: Modifiers) {
        let at = self.place("service Customer");
        self.harness.hover_at(at);
        self.hold(modifiers);
        self.harness.event(Event::MouseWheel {
            unit,
            delta,
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers,
        });
        self.frames(20);
        self.hold(Modifiers::NONE);
        self.frames(1);
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.frames(20);
    }

    /// Free ground between the services and the border of the map.
    fn ground(&self) -> Pos2 {
        Pos2::new(620.0, 120.0)
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const MOVED: Vec2 = Vec2::new(60.0, 40.0);

/// Whether the map moved by about so much and is as large as before.
fn is_moved(before: (Pos2, f32), after: (Pos2, f32), by: Vec2) -> bool {
    ((after.0 - before.0) - by).length() < 12.0 && (after.1 - before.1).abs() < 1.0
}

fn pans(window: &mut Window, from: Pos2, button: PointerButton) -> bool {
    let before = window.view();
    window.drag(from, from + MOVED, button);
    let after = window.view();
    window.release(from + MOVED, button);
    is_moved(before, after, MOVED)
}

/// Does what a habit says and tells whether it came true.
fn holds(gesture: &str, window: &mut Window) -> Option<bool> {
    pointer(gesture, window)
        .or_else(|| dragging(gesture, window))
        .or_else(|| clicking(gesture, window))
        .or_else(|| keys(gesture, window))
}

fn pointer(gesture: &str, window: &mut Window) -> Option<bool> {
    let before = window.view();
    Some(match gesture {
        "Wheel" => {
            window.wheel(MouseWheelUnit::Line, vec2(0.0, 2.0), NONE);
            window.view().1 > before.1 * 1.1
        }
        "Ctrl and wheel, or pinch" => {
            window.wheel(MouseWheelUnit::Line, vec2(0.0, 2.0), CTRL);
            let after = window.view();
            window.harness.event(Event::Zoom(1.3));
            window.frames(3);
            after.1 > before.1 * 1.1 && window.view().1 > after.1 * 1.1
        }
        "Two fingers on a touchpad" => {
            window.wheel(MouseWheelUnit::Point, vec2(30.0, 20.0), NONE);
            let after = window.view();
            after.0 != before.0 && (after.1 - before.1).abs() < 1.0
        }
        "Shift and wheel" => {
            window.wheel(MouseWheelUnit::Line, vec2(0.0, 2.0), SHIFT);
            let after = window.view();
            (after.0.x - before.0.x).abs() > 5.0 && (after.1 - before.1).abs() < 1.0
        }
        "Drag free ground" => pans(window, window.ground(), PointerButton::Primary),
        "Drag with the middle button" => {
            pans(window, window.place("table orders in Order"), PointerButton::Middle)
        }
        "Drag with the right button" => {
            pans(window, window.place("table orders in Order"), PointerButton::Secondary)
        }
        "Space and drag" => {
            window.harness.key_down(Key::Space);
            window.frames(1);
            let moved = pans(window, window.place("table orders in Order"), PointerButton::Primary);
            window.harness.key_up(Key::Space);
            window.frames(2);
            moved && window.service_of("orders") == "Order"
        }
        _ => return None,
    })
}

fn dragging(gesture: &str, window: &mut Window) -> Option<bool> {
    let button = PointerButton::Primary;
    let orders = window.place("table orders in Order");
    let title = window.place("service Customer");
    let customer = title + vec2(0.0, 60.0);
    Some(match gesture {
        "Drag a module, table or package" => {
            window.drag(orders, customer, button);
            let said = window.has_like("Dropping on Customer:");
            window.release(customer, button);
            said && window.service_of("orders") == "Customer"
        }
        "Rest over a service while dragging" => {
            window.drag(orders, customer, button);
            window.frames(60);
            let said = window.has("Would cross") && window.has("OrderManager: 1 write");
            window.release(customer, button);
            said
        }
        "Drop on free ground" => {
            let ground = window.ground();
            window.drag(orders, ground, button);
            window.release(ground, button);
            window.service_of("orders") == "Orders"
        }
        "Drag a title bar" => {
            let to = title + vec2(40.0, -70.0);
            window.drag(title, to, button);
            window.release(to, button);
            window.place("service Customer") != title && window.services() == 2
        }
        "Alt and drag a title bar" => {
            let order = window.place("service Order") + vec2(0.0, 60.0);
            window.hold(Modifiers::ALT);
            window.drag(title, order, button);
            window.release(order, button);
            window.hold(NONE);
            window.frames(2);
            window.services() == 1 && window.service_of("customers") == "Order"
        }
        "Drag a selected piece" => {
            window.click(orders, button);
            window.hold(CTRL);
            let cart = window.place("module OrderCart in Order");
            window.click(cart, button);
            window.hold(NONE);
            window.frames(2);
            window.drag(orders, customer, button);
            window.release(customer, button);
            window.service_of("shop/order/OrderCart.java") == "Customer"
        }
        "Esc" => {
            window.drag(orders, customer, button);
            window.press(NONE, Key::Escape);
            window.release(customer, button);
            let taken_back = window.service_of("orders") == "Order";
            window.press(NONE, Key::Escape);
            taken_back && !window.has_like("selected")
        }
        _ => return None,
    })
}

fn clicking(gesture: &str, window: &mut Window) -> Option<bool> {
    let button = PointerButton::Primary;
    let orders = window.place("table orders in Order");
    let (ground, before) = (window.ground(), window.view());
    Some(match gesture {
        "Click" => {
            window.click(orders, button);
            let selected = window.has("1 piece selected");
            window.click(ground, button);
            selected && !window.has_like("selected")
        }
        "Ctrl or Shift and click" => {
            window.click(orders, button);
            let cart = window.place("module OrderCart in Order");
            let mut seen = Vec::new();
            for modifiers in [CTRL, SHIFT] {
                window.hold(modifiers);
                window.click(cart, button);
                window.hold(NONE);
                window.frames(2);
                seen.push(window.has("2 pieces selected"));
            }
            seen == [true, false] && window.has("1 piece selected")
        }
        "Shift and drag" => {
            let all = window.rect("module OrderManager in Order");
            window.hold(SHIFT);
            window.drag(all.min + vec2(4.0, 4.0), all.max - vec2(4.0, 4.0), button);
            window.release(all.max - vec2(4.0, 4.0), button);
            window.hold(NONE);
            window.frames(2);
            window.has_like("selected")
        }
        "Double-click a title" => {
            window.double_click(window.place("service Customer"));
            window.has("Name of the service")
        }
        "Double-click a piece" => {
            window.press(NONE, Key::Minus);
            window.press(NONE, Key::Minus);
            window.press(NONE, Key::Minus);
            let small = window.view().1;
            window.double_click(window.place("table orders in Order"));
            window.view().1 > small
        }
        "Double-click free ground" => {
            window.press(NONE, Key::Minus);
            window.double_click(ground);
            (window.view().1 - before.1).abs() < 2.0
        }
        "Right click" => {
            window.click(orders, PointerButton::Secondary);
            window.has_like("Keep together") || window.has_like("Leave out of the figures")
        }
        _ => return None,
    })
}

fn keys(gesture: &str, window: &mut Window) -> Option<bool> {
    let button = PointerButton::Primary;
    let orders = window.place("table orders in Order");
    let before = window.view();
    Some(match gesture {
        "Ctrl+A" => {
            window.press(CTRL, Key::A);
            window.has("6 pieces selected")
        }
        "Arrow keys" => {
            window.press(NONE, Key::ArrowRight);
            let moved = window.view().0.x < before.0.x;
            let orders = window.place("table orders in Order");
            window.click(orders, button);
            window.press(NONE, Key::ArrowUp);
            moved && window.has("1 piece selected") && !window.has_like("Who uses it")
                || window.has_like("Why it is in")
        }
        "Tab" => {
            let focused = |window: &Window| window.harness.ctx.memory(|memory| memory.focused());
            window.press(NONE, Key::Tab);
            let first = focused(window);
            window.press(NONE, Key::Tab);
            first.is_some() && focused(window) != first
        }
        "Delete or Backspace" => {
            window.click(orders, button);
            window.press(NONE, Key::Delete);
            let put_back = window.service_of("orders") == "Remainder";
            let customer = window.place("service Customer");
            window.click(customer, button);
            window.press(NONE, Key::Delete);
            put_back && window.service_of("customers") == "Remainder"
        }
        "F2" => {
            window.click(window.place("service Customer"), button);
            window.press(NONE, Key::F2);
            window.has("Name of the service")
        }
        "+ and −" => {
            window.press(NONE, Key::Plus);
            let larger = window.view().1 > before.1;
            window.press(NONE, Key::Minus);
            window.press(NONE, Key::Minus);
            larger && window.view().1 < before.1
        }
        "0, Shift+1, Shift+2" => {
            window.press(NONE, Key::Minus);
            window.press(NONE, Key::Num0);
            let actual = window.has("Zoom: 100 %");
            window.press(SHIFT, Key::Num1);
            let fits = (window.view().1 - before.1).abs() < 2.0;
            window.click(orders, button);
            for _ in 0..4 {
                window.press(NONE, Key::Minus);
            }
            let small = window.view().1;
            window.press(SHIFT, Key::Num2);
            actual && fits && window.view().1 > small
        }
        "Ctrl+G, Ctrl+Shift+G" => {
            window.click(orders, button);
            window.press(CTRL, Key::G);
            window.press(NONE, Key::Escape);
            let made = window.services() == 3;
            window.press(CTRL | SHIFT, Key::G);
            made && window.service_of("orders") == "Remainder"
        }
        "Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y" => {
            window.click(orders, button);
            window.press(NONE, Key::Delete);
            let mut seen = Vec::new();
            for (modifiers, key) in
                [(CTRL, Key::Z), (CTRL | SHIFT, Key::Z), (CTRL, Key::Z), (CTRL, Key::Y)]
            {
                window.press(modifiers, key);
                seen.push(window.service_of("orders") == "Remainder");
            }
            seen == [false, true, false, true]
        }
        "Ctrl+F or /, Ctrl+K or Ctrl+/" => {
            window.press(NONE, Key::Slash);
            let writes = |window: &Window| window.harness.ctx.egui_wants_keyboard_input();
            let filters = writes(window);
            window.press(NONE, Key::Escape);
            window.press(CTRL, Key::Slash);
            filters && window.has("Find anything")
        }
        "Ctrl+S" => {
            window.press(CTRL, Key::S);
            window.has_like("This project has no file")
        }
        _ => return None,
    })
}

#[test]
fn every_habit_does_what_help_says() {
    let mut broken = Vec::new();
    for habit in &HABITS {
        match holds(habit.gesture, &mut Window::new()) {
            Some(true) => {}
            Some(false) => broken.push(habit.gesture),
            None => panic!("nobody tries {}", habit.gesture),
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
