//! What the pointer does on the map, and what it means.

use egui::{Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, Response, Ui, Vec2};

use super::{
    Gesture, MapState,
    camera::Lens,
    carry::Carry,
    hit::{Target, pieces_in, pieces_of, place_of, target_at},
};
use crate::{
    facts::PieceId,
    ui::{
        actions::Action,
        view::{Intent, Selection, View},
    },
};

/// How near the border of the map a carried piece makes the map move along, in points.
const EDGE: f32 = 28.0;
/// How far the wheel turns, in points, for the map to be shown e times as large: one notch is about a fifth more.
const WHEEL: f32 = 420.0;

/// Hears everything that is done on the map; answers what the pointer is on.
pub(super) fn hear(
    ui: &Ui,
    view: &View<'_>,
    state: &mut MapState,
    canvas: &Response,
    screen: Rect,
    intents: &mut Vec<Intent>,
) -> Target {
    hear_wheel(ui, state, canvas, screen);
    let lens = Lens { camera: state.camera, screen };
    let pointer = ui.input(|input| input.pointer.latest_pos());
    let over = pointer
        .filter(|at| screen.contains(*at))
        .map_or(Target::Ground, |at| target_at(state, &lens, at));
    if state.carry.is_some() {
        hear_carry(ui, state, screen, over, intents);
        return over;
    }
    hear_drag(ui, view, state, canvas, &lens, intents);
    if canvas.clicked() {
        intents.push(Intent::Select(clicked(ui, view, state, over)));
    }
    if canvas.double_clicked() {
        match over {
            Target::Title(service) => intents.push(Intent::Rename(service)),
            Target::Piece(_, piece) => intents.push(Intent::ShowPieces(vec![piece])),
            Target::Package(service, _) | Target::Inside(service) => {
                intents.push(Intent::ShowService(service));
            }
            Target::Ground => intents.push(Intent::Act(Action::Fit)),
            Target::Ribbon(..) => {}
        }
    }
    hear_arrows(ui, view, state, intents);
    if canvas.secondary_clicked() {
        state.menu_for = over;
        choose_for_menu(view, state, over, intents);
    }
    if canvas.contains_pointer() { over } else { Target::Ground }
}

/// A right click on something that is not chosen chooses it: the menu is about what is chosen.
fn choose_for_menu(view: &View<'_>, state: &MapState, over: Target, intents: &mut Vec<Intent>) {
    let pieces = pieces_of(&state.layout, over);
    let selection = match over {
        Target::Title(service) | Target::Inside(service) => Selection::Service(service),
        Target::Ribbon(from, to) => Selection::Pair(from, to),
        _ => Selection::of(pieces.iter().copied()),
    };
    let is_chosen = !pieces.is_empty() && pieces.iter().all(|piece| view.selection.holds(*piece));
    if !is_chosen && over != Target::Ground {
        intents.push(Intent::Select(selection));
    }
}

fn clicked(ui: &Ui, view: &View<'_>, state: &MapState, over: Target) -> Selection {
    let adds = ui.input(|input| input.modifiers.command || input.modifiers.shift);
    let pieces = pieces_of(&state.layout, over);
    match over {
        _ if adds && !pieces.is_empty() => view.selection.toggled(&pieces),
        _ if !pieces.is_empty() => Selection::of(pieces),
        Target::Title(service) => Selection::Service(service),
        Target::Ribbon(from, to) => Selection::Pair(from, to),
        _ if adds => view.selection.clone(),
        _ => Selection::Nothing,
    }
}

fn hear_wheel(ui: &Ui, state: &mut MapState, canvas: &Response, screen: Rect) {
    if !canvas.contains_pointer() {
        return;
    }
    let Some(at) = ui.input(|input| input.pointer.hover_pos()) else { return };
    let (pinch, scroll, fine) = ui.input(|input| {
        let fine = input.events.iter().any(|event| {
            matches!(event, egui::Event::MouseWheel { unit: MouseWheelUnit::Point, .. })
        });
        (input.zoom_delta(), input.smooth_scroll_delta(), fine)
    });
    if pinch != 1.0 {
        state.flight = None;
        state.camera.zoom_at(pinch, at, screen);
    } else if scroll != Vec2::ZERO && fine {
        // A touchpad: two fingers move the map, a pinch zooms.
        state.flight = None;
        state.camera.pan(scroll);
    } else if scroll.x != 0.0 {
        // A wheel turned with Shift held moves sideways, as everywhere.
        state.flight = None;
        state.camera.pan(Vec2::new(scroll.x, 0.0));
    } else if scroll.y != 0.0 {
        state.flight = None;
        state.camera.zoom_at((scroll.y / WHEEL).exp(), at, screen);
    }
}

fn hear_drag(
    ui: &Ui,
    view: &View<'_>,
    state: &mut MapState,
    canvas: &Response,
    lens: &Lens,
    intents: &mut Vec<Intent>,
) {
    if canvas.drag_started()
        && let Some(start) = ui.input(|input| input.pointer.press_origin())
    {
        state.flight = None;
        begin_drag(ui, view, state, canvas, lens, start, intents);
    }
    if canvas.dragged() {
        match state.gesture {
            Gesture::Pan => state.camera.pan(canvas.drag_delta()),
            Gesture::Place(service) => {
                let by = canvas.total_drag_delta().unwrap_or_default();
                ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
                state.place_preview = Some((service, by / state.camera.zoom));
            }
            Gesture::Box(_) | Gesture::Idle => {}
        }
    }
    if ui.input(|input| input.key_pressed(Key::Escape)) {
        state.gesture = Gesture::Idle;
        state.place_preview = None;
    }
    if canvas.drag_stopped() {
        end_drag(ui, view, state, lens, intents);
    }
}

fn begin_drag(
    ui: &Ui,
    view: &View<'_>,
    state: &mut MapState,
    canvas: &Response,
    lens: &Lens,
    start: Pos2,
    intents: &mut Vec<Intent>,
) {
    let (shift, alt, space) =
        ui.input(|input| (input.modifiers.shift, input.modifiers.alt, input.key_down(Key::Space)));
    let over = target_at(state, lens, start);
    state.gesture = Gesture::Idle;
    let by_other_button = [PointerButton::Middle, PointerButton::Secondary]
        .into_iter()
        .any(|button| canvas.drag_started_by(button));
    if by_other_button || space {
        state.gesture = Gesture::Pan;
        return;
    }
    if !canvas.drag_started_by(PointerButton::Primary) {
        return;
    }
    if shift {
        state.gesture = Gesture::Box(start);
        return;
    }
    let pieces = pieces_of(&state.layout, over);
    if !pieces.is_empty() {
        let pieces = taken_up(view.selection, pieces);
        intents.push(Intent::Select(Selection::of(pieces.iter().copied())));
        state.carry = Some(Carry::take_up(view, pieces, start));
        state.rename = None;
        return;
    }
    match over {
        // With Alt the whole service is carried: dropped on another one, the two become one.
        Target::Title(service) if alt => {
            let pieces: Vec<PieceId> = view.proposal.pieces_of(service).collect();
            intents.push(Intent::Select(Selection::Service(service)));
            state.carry = Some(Carry::of_service(view, service, pieces, start));
            state.rename = None;
        }
        Target::Title(service) => {
            state.gesture = Gesture::Place(service);
            intents.push(Intent::Select(Selection::Service(service)));
        }
        _ => state.gesture = Gesture::Pan,
    }
}

/// Arrow keys go from a chosen piece to the next one on that side, and move the map while nothing is chosen.
fn hear_arrows(ui: &Ui, view: &View<'_>, state: &mut MapState, intents: &mut Vec<Intent>) {
    const STEP: f32 = 80.0;
    if ui.ctx().memory(|memory| memory.focused().is_some()) {
        return;
    }
    let arrows = [
        (Key::ArrowLeft, Vec2::LEFT),
        (Key::ArrowRight, Vec2::RIGHT),
        (Key::ArrowUp, Vec2::UP),
        (Key::ArrowDown, Vec2::DOWN),
    ];
    for (key, towards) in arrows {
        if !ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            continue;
        }
        match view.selection.pieces()[..] {
            [piece] => {
                if let Some(next) = next_piece(view, state, piece, towards) {
                    intents.push(Intent::Select(Selection::of([next])));
                    intents.push(Intent::KeepInView(next));
                }
            }
            _ => {
                state.flight = None;
                state.camera.pan(-towards * STEP);
            }
        }
    }
}

/// The nearest piece on one side of another. What lies askew counts as farther away.
fn next_piece(view: &View<'_>, state: &MapState, piece: PieceId, towards: Vec2) -> Option<PieceId> {
    let from = place_of(&state.layout, view.proposal.service_of(piece), piece)?.centre();
    let mut nearest: Option<(f32, PieceId)> = None;
    for container in &state.layout.containers {
        let contents = &container.contents;
        let tiles = contents.tiles.iter().map(|tile| (tile.piece, tile.rect));
        let chips = contents.chips.iter().map(|chip| (chip.piece, chip.rect));
        for (other, rect) in tiles.chain(chips).filter(|(other, _)| *other != piece) {
            let to = rect.moved(container.rect.x, container.rect.y).centre();
            let way = Vec2::new(to.x - from.x, to.y - from.y);
            let (along, across) = (way.dot(towards), way.dot(towards.rot90()).abs());
            let far = along + 2.0 * across;
            if along > 0.5 && along >= across && nearest.is_none_or(|(least, _)| far < least) {
                nearest = Some((far, other));
            }
        }
    }
    nearest.map(|(_, other)| other)
}

/// Whoever takes up one of the chosen pieces takes up all of them.
fn taken_up(selection: &Selection, pieces: Vec<PieceId>) -> Vec<PieceId> {
    if pieces.iter().all(|piece| selection.holds(*piece)) { selection.pieces() } else { pieces }
}

fn end_drag(
    ui: &Ui,
    view: &View<'_>,
    state: &mut MapState,
    lens: &Lens,
    intents: &mut Vec<Intent>,
) {
    if let Gesture::Box(start) = state.gesture
        && let Some(end) = ui.input(|input| input.pointer.latest_pos())
    {
        let area = lens.map_rect(Rect::from_two_pos(start, end));
        let mut pieces = pieces_in(&state.layout, &area);
        if ui
            .input(|input| input.modifiers.matches_logically(Modifiers::COMMAND | Modifiers::SHIFT))
        {
            pieces.extend(view.selection.pieces());
        }
        intents.push(Intent::Select(Selection::of(pieces)));
    }
    if let Some((service, by)) = state.place_preview.take() {
        state.layout = state.layout.with_moved(service, by.x, by.y);
        state.edition += 1;
    }
    state.gesture = Gesture::Idle;
}

/// While pieces are under way, the pointer may come from anywhere: also from the explorer.
fn hear_carry(
    ui: &Ui,
    state: &mut MapState,
    screen: Rect,
    over: Target,
    intents: &mut Vec<Intent>,
) {
    ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
    let (escape, released, at) = ui.input(|input| {
        let released = input.pointer.primary_released() || !input.pointer.any_down();
        (input.key_pressed(Key::Escape), released, input.pointer.latest_pos())
    });
    if escape || at.is_none() {
        state.carry = None;
        return;
    }
    let Some(at) = at else { return };
    if let Some(carry) = &mut state.carry {
        carry.over = over;
    }
    if released {
        let carry = state.carry.take();
        if screen.contains(at) {
            intents.extend(carry.into_iter().flat_map(Carry::drop));
        }
        return;
    }
    let along = edge_pull(at, screen);
    if along != Vec2::ZERO {
        state.camera.pan(along);
        ui.ctx().request_repaint();
    }
}

/// How far the map moves along, when something is carried near its border.
fn edge_pull(at: Pos2, screen: Rect) -> Vec2 {
    if !screen.contains(at) {
        return Vec2::ZERO;
    }
    let pull = |low: f32, high: f32| {
        let near_low = (EDGE - low).max(0.0);
        let near_high = (EDGE - high).max(0.0);
        (near_low - near_high) * 0.4
    };
    Vec2::new(
        pull(at.x - screen.left(), screen.right() - at.x),
        pull(at.y - screen.top(), screen.bottom() - at.y),
    )
}
