//! What a frame of the window costs the processor at 1,000, 10,000 and 20,000 modules with ten times as many
//! dependencies: the panels, the map, and turning it all into triangles. The goal is less than 16 ms at 10,000.

use divan::Bencher;
use egui::{Context, Event, Modifiers, PointerButton, Pos2, RawInput, Rect, vec2};
use seamline::{
    analysis::grouping::Role,
    facts::synthetic,
    proposal::{Proposal, Service, ServiceId},
    session::Session,
    ui::{App, install},
};

fn main() {
    divan::main();
}

/// How many modules there are; tables are a tenth of that, calls ten times as many.
const SIZES: [usize; 3] = [1_000, 10_000, 20_000];

/// A window without a window.
struct Window {
    ctx: Context,
    app: App,
    time: f64,
}

impl Window {
    fn new(modules: usize) -> Self {
        let size = synthetic::Size {
            modules,
            tables: modules / 10,
            calls: modules * 10,
            commits: modules * 2,
            ..synthetic::Size::default()
        };
        let made = synthetic::monolith(&size);
        let services = (0..40_u8)
            .map(|id| Service {
                id: ServiceId(u32::from(id)),
                name: format!("Context {id}"),
                role: Role::Service,
                colour: id,
                ..Service::default()
            })
            .collect();
        let placement: Vec<ServiceId> = made
            .context_of
            .iter()
            .map(|context| ServiceId(u32::try_from(*context).expect("few contexts")))
            .collect();
        let proposal = Proposal {
            name: "A".to_owned(),
            services,
            placement: placement.into(),
            next_service: 40,
            ..Proposal::default()
        };
        let mut session = Session::from_facts(made.facts);
        session.add_proposal(proposal, "Begin").expect("a free name");
        let ctx = Context::default();
        install(&ctx);
        let mut window = Self { ctx, app: App::with_session(session), time: 0.0 };
        for _ in 0..4 {
            window.frame(Vec::new());
        }
        window
    }

    /// Draws a frame up to its triangles; answers how many there are.
    fn frame(&mut self, events: Vec<Event>) -> usize {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 1000.0))),
            time: Some(self.time),
            events,
            ..RawInput::default()
        };
        let mut output = self.ctx.run_ui(input, |ui| self.app.ui(ui));
        output.textures_delta.clear();
        self.ctx.tessellate(output.shapes, output.pixels_per_point).len()
    }

    fn zoom(&mut self, factor: f32, at: Pos2) {
        self.frame(vec![Event::PointerMoved(at)]);
        self.frame(vec![Event::Zoom(factor)]);
        for _ in 0..3 {
            self.frame(Vec::new());
        }
    }

    fn press(&mut self, at: Pos2, pressed: bool) {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        self.frame(vec![Event::PointerButton { pos: at, button, pressed, modifiers }]);
    }
}

const MIDDLE: Pos2 = Pos2::new(760.0, 470.0);

/// The whole map, the pointer over it, nothing going on.
#[divan::bench(args = SIZES)]
fn idle(bencher: Bencher<'_, '_>, modules: usize) {
    let mut window = Window::new(modules);
    window.frame(vec![Event::PointerMoved(MIDDLE)]);
    bencher.bench_local(|| window.frame(Vec::new()));
}

/// As large as tiles get without names, and larger: the most shapes there are.
#[divan::bench(args = [1.35, 2.2, 5.0, 12.0])]
fn zoomed_in_at_10_000(bencher: Bencher<'_, '_>, factor: f32) {
    let mut window = Window::new(10_000);
    window.zoom(factor, MIDDLE);
    bencher.bench_local(|| window.frame(Vec::new()));
}

/// The zoom changes with every frame, from services to names and back.
#[divan::bench(args = SIZES)]
fn zooming(bencher: Bencher<'_, '_>, modules: usize) {
    let mut window = Window::new(modules);
    window.frame(vec![Event::PointerMoved(MIDDLE)]);
    let mut step = 0_u32;
    bencher.bench_local(|| {
        step += 1;
        let factor = if step % 60 < 30 { 1.08 } else { 1.0 / 1.08 };
        window.frame(vec![Event::Zoom(factor)])
    });
}

/// A package under way over all services, each saying what it would cost; the pointer never rests.
#[divan::bench(args = SIZES)]
fn dragging(bencher: Bencher<'_, '_>, modules: usize) {
    let mut window = Window::new(modules);
    window.zoom(1.35, MIDDLE);
    window.frame(vec![Event::PointerMoved(MIDDLE)]);
    window.press(MIDDLE, true);
    let mut step = 0.0_f32;
    bencher.bench_local(|| {
        step += 1.0;
        let at = MIDDLE + vec2(30.0 + step * 7.0 % 300.0, 40.0 + step * 3.0 % 160.0);
        window.frame(vec![Event::PointerMoved(at)])
    });
}

/// The view moves with every frame.
#[divan::bench(args = SIZES)]
fn panning(bencher: Bencher<'_, '_>, modules: usize) {
    let mut window = Window::new(modules);
    window.zoom(2.2, MIDDLE);
    let mut way = 1.0;
    bencher.bench_local(|| {
        way = -way;
        let delta = vec2(6.0 * way, 4.0 * way);
        window.frame(vec![Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        }])
    });
}
