//! The map: services, what is in them, what runs between them, and every gesture on it.

mod camera;
mod carry;
mod containers;
pub(super) mod effects;
mod filter;
mod gestures;
pub(super) mod heat;
mod hit;
mod layers;
mod meaning;
mod menu;
mod minimap;
mod names;
mod rename;
mod ribbons;
mod shelf;
mod tooltip;
mod wrapped;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo};

pub(super) use self::{camera::Camera, carry::Carry, filter::Filter, heat::Heat, hit::Target};
use self::{camera::Lens, containers::Drawing, ribbons::Layers};
use super::{
    design::Colours,
    ran,
    view::{Intent, Selection, View},
};
use crate::{
    facts::PieceId,
    proposal::{
        Proposal, ServiceId,
        map::{self, Layout, Request, Ribbon, arrange},
    },
};

/// How long the view takes to fly somewhere, in seconds.
const FLIGHT: f64 = 0.22;

/// What the map of one proposal remembers between frames. Nothing of it is part of the proposal.
#[derive(Default)]
pub(super) struct MapState {
    pub camera: Camera,
    pub layers: Layers,
    pub carry: Option<Carry>,
    /// It stands beside another map, which has the bar of layers for both.
    pub is_beside: bool,
    /// Everything fades that has nothing to do with the selection.
    pub focuses: bool,
    /// What the selection is tied to, and what for: made once.
    near: Option<Near>,
    /// What stays while everything else fades.
    pub filter: Option<Filter>,
    kept: Option<filter::Kept>,
    /// The service whose name is being written, and the name so far.
    pub rename: Option<(ServiceId, String)>,
    layout: Layout,
    /// The proposal that `layout` shows.
    laid_out: Option<Arc<Proposal>>,
    /// Where services stood that are gone: undo brings them back there.
    places: BTreeMap<ServiceId, map::Container>,
    ribbons: Vec<Ribbon>,
    /// What `ribbons` was made for: which layout, layers and selected service.
    routed: Option<(u64, Layers, Option<ServiceId>)>,
    /// Counts layouts, so that whatever was made from one knows when it is stale.
    edition: u64,
    most_on_a_ribbon: u32,
    /// Crossings into and out of each service.
    traffic: BTreeMap<ServiceId, (u64, u64)>,
    wants_fit: bool,
    /// The view that fitting chose, and the screen it chose it for: as long as nobody moved it, it follows the
    /// window's size.
    fitted: Option<(Camera, Rect)>,
    /// The layout of an earlier run, until the first layout is made from it.
    restored: Option<Layout>,
    /// The edition that was handed out to be saved.
    saved: u64,
    flight: Option<Flight>,
    gesture: Gesture,
    /// A container on its way to another place on the map, and how far it is, in map units.
    place_preview: Option<(ServiceId, egui::Vec2)>,
    /// What the pointer rests on, and since when.
    rests: (Target, f64),
    /// What the context menu is about.
    menu_for: Target,
    screen: Option<Rect>,
}

/// A short move of the view from one camera to another.
#[derive(Clone, Copy, Debug)]
struct Flight {
    from: Camera,
    to: Camera,
    /// When it began, in seconds; `None` before its first frame.
    since: Option<f64>,
}

/// What the pointer is doing, apart from carrying pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Gesture {
    #[default]
    Idle,
    Pan,
    /// Selects what is between here and the pointer.
    Box(egui::Pos2),
    /// Moves a container on the map.
    Place(ServiceId),
}

impl MapState {
    /// A map that is laid out when it is first shown, and then seen as a whole.
    /// `restored` is where things stood in an earlier run.
    pub(super) fn new(restored: Option<Layout>) -> Self {
        Self { wants_fit: true, restored, ..Self::default() }
    }

    /// A map that was laid out already, seen as a whole when it is first shown.
    pub(super) fn arranged(of: Arc<Proposal>, layout: Layout) -> Self {
        Self { wants_fit: true, layout, laid_out: Some(of), edition: 1, ..Self::default() }
    }

    /// Where everything stands, as text to be kept, if that has changed since it was last asked for.
    pub(super) fn take_changed_places(&mut self) -> Option<String> {
        if self.edition == self.saved {
            return None;
        }
        self.saved = self.edition;
        Some(self.layout.saved())
    }

    /// Nothing was shown yet.
    pub(super) fn is_new(&self) -> bool {
        self.wants_fit || self.screen.is_none()
    }

    /// The view is where somebody moved it, rather than on its way somewhere.
    pub(super) fn is_led_by_hand(&self) -> bool {
        self.flight.is_none()
    }

    /// The next frame shows the whole map, whatever size it has then.
    pub(super) fn fit_when_shown(&mut self) {
        self.wants_fit = true;
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Crossings into a service and out of it.
    fn traffic(&self, service: ServiceId) -> (u64, u64) {
        self.traffic.get(&service).copied().unwrap_or_default()
    }

    /// Whether one end of a ribbon is being moved on the map, so that it runs nowhere for now.
    fn is_under_way(&self, ribbon: &Ribbon) -> bool {
        self.place_preview
            .is_some_and(|(service, _)| [ribbon.stream.from, ribbon.stream.to].contains(&service))
    }

    /// Brings the layout up to date with the proposal; costs nothing while that is the same.
    pub(super) fn follow(&mut self, view: &View<'_>) {
        if self.laid_out.as_ref().is_some_and(|shown| Arc::ptr_eq(shown, view.proposal)) {
            return;
        }
        let previous = self.previous(view.proposal);
        let pulls = crate::session::exports::pulls(view.scorer);
        self.layout = arrange(&Request {
            facts: view.facts,
            proposal: view.proposal,
            pulls: &pulls,
            previous: previous.as_ref(),
        });
        self.laid_out = Some(Arc::clone(view.proposal));
        self.edition += 1;
        self.rename = self.rename.take().filter(|(id, _)| view.proposal.service(*id).is_some());
    }

    /// The last layout, and services that were there before and are back, where they stood if that is free.
    fn previous(&mut self, proposal: &Proposal) -> Option<Layout> {
        if self.laid_out.is_none() {
            return self.restored.take();
        }
        let mut previous = self.layout.clone();
        for container in &previous.containers {
            self.places.insert(container.service, container.clone());
        }
        for service in &proposal.services {
            let Some(place) = self.places.get(&service.id) else { continue };
            let stands = previous.container(service.id).is_some();
            let still_there = previous
                .containers
                .iter()
                .filter(|other| proposal.service(other.service).is_some())
                .any(|other| other.rect.overlaps(&place.rect));
            if !stands && !still_there {
                previous.containers.push(place.clone());
            }
        }
        Some(previous)
    }

    /// Forgets where everything stands; the next frame lays the map out anew.
    pub(super) fn tidy(&mut self) {
        self.laid_out = None;
        self.restored = None;
        self.places.clear();
        self.wants_fit = true;
    }

    fn route(&mut self, view: &View<'_>) {
        let chosen = match view.selection {
            Selection::Service(id) => Some(*id),
            _ => None,
        };
        let wanted = (self.edition, self.layers, chosen);
        if self.routed == Some(wanted) {
            return;
        }
        let streams = ribbons::streams(view, self.layers, chosen);
        self.ribbons = map::ribbons(&self.layout, &streams);
        self.most_on_a_ribbon = streams.iter().map(map::Stream::count).max().unwrap_or(1);
        self.traffic.clear();
        for (from, to, crossings) in view.scorer.pairs() {
            let count = u64::from(self.layers.count(&crossings));
            self.traffic.entry(ServiceId(from.0)).or_default().1 += count;
            self.traffic.entry(ServiceId(to.0)).or_default().0 += count;
        }
        if self.layers.runtime {
            for ((from, to), ran) in ran::between(view) {
                self.traffic.entry(from).or_default().1 += ran.count();
                self.traffic.entry(to).or_default().0 += ran.count();
            }
        }
        self.routed = Some(wanted);
    }

    /// Flies to where all of `area` can be seen.
    pub(super) fn show_area(&mut self, area: &map::Rect, most: f32) {
        if let Some(screen) = self.screen {
            let to = Camera::fitted(area, screen, most);
            self.flight = Some(Flight { from: self.camera, to, since: None });
        }
    }

    pub(super) fn fit(&mut self) {
        let bounds = self.layout.bounds;
        self.show_area(&bounds, 1.25);
    }

    /// Brings pieces into view; moves as little as possible if they can be seen already.
    pub(super) fn show_pieces(&mut self, proposal: &Proposal, pieces: &[PieceId]) {
        let places = pieces
            .iter()
            .filter_map(|piece| hit::place_of(&self.layout, proposal.service_of(*piece), *piece));
        let Some(area) = places.reduce(|all, place| all.around(&place)) else { return };
        self.show_area(&area.grown(160.0), self.camera.zoom.clamp(0.8, 1.6));
    }

    /// Moves the view no farther than a piece needs to be seen.
    pub(super) fn keep_in_view(&mut self, proposal: &Proposal, piece: PieceId) {
        let place = hit::place_of(&self.layout, proposal.service_of(piece), piece);
        let (Some(place), Some(screen)) = (place, self.screen) else { return };
        let lens = Lens { camera: self.camera, screen };
        if !screen.shrink(40.0).contains(lens.rect(&place).center()) {
            let to = Camera { middle: place.centre(), zoom: self.camera.zoom };
            self.flight = Some(Flight { from: self.camera, to, since: None });
        }
    }

    pub(super) fn show_service(&mut self, service: ServiceId) {
        if let Some(container) = self.layout.container(service) {
            let area = container.rect.grown(60.0);
            self.show_area(&area, 1.25);
        }
    }

    /// Zooms around the middle of the screen.
    pub(super) fn zoom_by(&mut self, factor: f32) {
        if let Some(screen) = self.screen {
            self.flight = None;
            self.camera.zoom_at(factor, screen.center(), screen);
        }
    }

    pub(super) fn actual_size(&mut self) {
        self.zoom_by(1.0 / self.camera.zoom);
    }

    fn fly(&mut self, ui: &Ui) {
        let Some(mut flight) = self.flight else { return };
        let now = ui.input(|input| input.time);
        let since = *flight.since.get_or_insert(now);
        let moves = crate::ui::design::moves(ui.ctx());
        let share = if moves { ((now - since) / FLIGHT).clamp(0.0, 1.0) as f32 } else { 1.0 };
        let eased = share * share * (3.0 - 2.0 * share);
        let (from, to) = (flight.from, flight.to);
        self.camera = Camera {
            middle: from.middle.towards(to.middle, eased),
            zoom: from.zoom * (to.zoom / from.zoom).powf(eased),
        };
        if share < 1.0 {
            self.flight = Some(flight);
            ui.ctx().request_repaint();
        } else {
            self.camera = to;
            self.flight = None;
        }
    }
}

/// The selection and everything tied to it, for whoever looks at nothing else.
struct Near {
    selection: Selection,
    pieces: BTreeSet<PieceId>,
}

impl MapState {
    /// Finds what the selection is tied to, where that is asked for.
    fn look_around(&mut self, view: &View<'_>) {
        if !self.focuses || *view.selection == Selection::Nothing {
            self.near = None;
            return;
        }
        if self.near.as_ref().is_some_and(|near| near.selection == *view.selection) {
            return;
        }
        let chosen: Vec<PieceId> = match view.selection {
            Selection::Service(id) => view.proposal.pieces_of(*id).collect(),
            other => other.pieces(),
        };
        let mut pieces: BTreeSet<PieceId> = chosen.iter().copied().collect();
        for piece in chosen {
            let neighbours = view.lookup.uses.neighbours(view.facts, piece);
            pieces.extend(neighbours.into_iter().map(|(other, _)| other));
        }
        self.near = Some(Near { selection: view.selection.clone(), pieces });
    }

    /// Whether a piece has nothing to do with what is looked at.
    fn is_far(&self, piece: PieceId) -> bool {
        self.near.as_ref().is_some_and(|near| !near.pieces.contains(&piece))
            || self.kept.as_ref().is_some_and(|kept| !kept.pieces.contains(&piece))
    }
}

/// Draws the map into what is left of the window, and hears what is done on it.
pub(super) fn map_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut MapState,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let (screen, canvas) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    canvas.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Map of services"));
    ui.set_clip_rect(screen);
    ui.painter().rect_filled(screen, 0.0, colours.ground);
    state.screen = Some(screen);
    state.follow(view);
    state.look_around(view);
    state.sift(view);
    let follows = state
        .fitted
        .is_some_and(|(camera, for_screen)| camera == state.camera && for_screen != screen);
    if std::mem::take(&mut state.wants_fit) || follows {
        state.camera = Camera::fitted_to_map(&state.layout.bounds, screen);
        state.fitted = Some((state.camera, screen));
        state.flight = None;
    }
    state.fly(ui);
    state.route(view);
    let hover = gestures::hear(ui, view, state, &canvas, screen, intents);
    let lens = Lens { camera: state.camera, screen };
    let activated = paint(ui, view, state, lens, hover);
    if let Some(piece) = activated.first() {
        intents.push(Intent::Select(Selection::of([*piece])));
    }
    rename::show(ui, state, &lens, intents);
    if !state.is_beside {
        layers::show(ui, view, state, &lens, intents);
    }
    minimap::show(ui, view, state, &lens);
    menu::show(&canvas, view, state, intents);
    meaning::show(ui, view, state);
    if canvas.contains_pointer() && !canvas.context_menu_opened() {
        tooltip::show(ui, view, state, hover);
    }
}

fn paint(ui: &Ui, view: &View<'_>, state: &MapState, lens: Lens, hover: Target) -> Vec<PieceId> {
    let colours = Colours::of(ui.ctx());
    let carried: &[PieceId] = state.carry.as_ref().map_or(&[], |carry| &carry.all);
    ribbons::paint(ui, view, state, &lens, hover);
    let mut drawing = Drawing {
        ui,
        view,
        state,
        lens,
        colours,
        hover,
        carried,
        named: 0,
        outside: Vec::new(),
        top: 0.0,
        activated: Vec::new(),
    };
    let is_under_way = |service| state.place_preview.is_some_and(|(moving, _)| moving == service);
    for container in state.layout.containers.iter().filter(|it| !is_under_way(it.service)) {
        drawing.container(container);
    }
    // What is moved comes last: over everything else.
    if let Some((service, by)) = state.place_preview
        && let Some(container) = state.layout.container(service)
    {
        let rect = container.rect.moved(by.x, by.y);
        drawing.container(&map::Container { rect, ..container.clone() });
    }
    let (activated, outside) = (drawing.activated, drawing.outside);
    let places: Vec<Rect> =
        state.layout.containers.iter().map(|container| lens.rect(&container.rect)).collect();
    names::paint_outside(ui, colours, &outside, &places);
    ribbons::paint_numbers(ui, view, state, &lens, hover);
    ribbons::paint_edges(ui, view, state, &lens);
    if let Gesture::Box(start) = state.gesture
        && let Some(end) = ui.input(|input| input.pointer.latest_pos())
    {
        let area = Rect::from_two_pos(start, end);
        let ground = colours.selection.gamma_multiply(0.10);
        let border = Stroke::new(1.0, colours.selection);
        ui.painter().rect(area, 2.0, ground, border, StrokeKind::Inside);
    }
    if let Some(carry) = &state.carry {
        effects::paint_all(ui, view, &lens, &state.layout.containers, carry);
        carry::paint(ui, view, state, &lens, carry);
    }
    activated
}
