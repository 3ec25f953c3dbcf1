//! What the pointer rests on, in a few lines.

use egui::{Ui, vec2};

use super::{MapState, hit::Target};
use crate::{
    facts::{AccessMode, Piece, PieceId},
    proposal::ServiceId,
    ui::{
        controls::{counted, note, number},
        design::font,
        names::crossing_words,
        ran,
        view::View,
    },
};

/// How long the pointer rests before something is said, in seconds.
const DELAY: f64 = 0.45;

pub(super) fn show(ui: &Ui, view: &View<'_>, state: &mut MapState, target: Target) {
    if state.carry.is_some() {
        // What is carried explains itself, and keeps its own time.
        return;
    }
    let now = ui.input(|input| input.time);
    let pressed = ui.input(|input| input.pointer.any_down());
    if pressed {
        // Whatever was pressed is known by now: it explains itself again only after the pointer was elsewhere.
        state.rests = (target, f64::INFINITY);
    } else if state.rests.0 != target {
        state.rests = (target, now);
    }
    if matches!(target, Target::Ground | Target::Inside(_)) || pressed {
        return;
    }
    let rested = now - state.rests.1;
    if rested == f64::NEG_INFINITY {
        return;
    }
    if rested < DELAY {
        ui.ctx().request_repaint_after_secs((DELAY - rested) as f32 + 0.01);
        return;
    }
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
    egui::Area::new(ui.scope_id().with("map tooltip"))
        .order(egui::Order::Tooltip)
        .fixed_pos(pointer + vec2(16.0, 18.0))
        .constrain(true)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).inner_margin(10.0).show(ui, |ui| {
                ui.set_max_width(340.0);
                ui.spacing_mut().item_spacing.y = 3.0;
                say(ui, view, state, target);
            });
        });
}

fn say(ui: &mut Ui, view: &View<'_>, state: &MapState, target: Target) {
    match target {
        Target::Piece(_, piece) => say_piece(ui, view, piece),
        Target::Package(service, index) => say_package(ui, view, state, service, index),
        Target::Title(service) => say_service(ui, view, state, service),
        Target::Ribbon(from, to) => say_pair(ui, view, from, to),
        Target::Ground | Target::Inside(_) => {}
    }
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(egui::RichText::new(text).font(font::semibold(13.0)));
}

fn say_piece(ui: &mut Ui, view: &View<'_>, piece: PieceId) {
    let uses = &view.lookup.uses;
    title(ui, &view.facts.piece_name(piece));
    if let Some(heat) = view.heat {
        note(ui, format!("{}: {}", heat.kind.name(), heat.words(piece)));
    }
    match view.facts.piece(piece) {
        Piece::Module(id) => {
            let module = view.facts.module(id);
            let functions = counted(uses.functions(id).count(), "function");
            let lines = number(i64::from(module.lines));
            note(ui, format!("{} · {lines} lines · {functions}", module.language));
            let (out, into) = (uses.calls_from(id).count(), uses.calls_to(id).count());
            note(ui, format!("{} out, {} in", counted(out, "call"), counted(into, "call")));
            let tables = uses.accesses_by(id).count();
            if tables > 0 {
                note(
                    ui,
                    format!(
                        "{} of tables",
                        counted(tables, "access").replace("accesss", "accesses")
                    ),
                );
            }
        }
        Piece::Table(id) => {
            let table = view.facts.table(id);
            let keys = counted(uses.keys(id).count(), "foreign key");
            note(ui, format!("{} · {keys}", counted(table.columns.len(), "column")));
            let mode = |mode: AccessMode| {
                uses.accesses_of(id).filter(|at| view.facts.accesses[*at].mode == mode).count()
            };
            let (reads, writes) = (mode(AccessMode::Read), mode(AccessMode::Write));
            note(ui, format!("{}, {}", counted(reads, "read"), counted(writes, "write")));
        }
    }
}

fn say_package(ui: &mut Ui, view: &View<'_>, state: &MapState, service: ServiceId, index: usize) {
    let container = state.layout.container(service);
    let package = container.and_then(|container| container.contents.packages.get(index));
    let Some(package) = package else { return };
    title(ui, &package.name);
    let lines = number(i64::try_from(package.lines).unwrap_or(i64::MAX));
    let modules = counted(package.tiles.len(), "module");
    note(ui, format!("{modules} here · {lines} lines"));
    note(ui, format!("in {} · drag to move them all", view.service_name(service)));
}

fn say_service(ui: &mut Ui, view: &View<'_>, state: &MapState, service: ServiceId) {
    title(ui, view.service_name(service));
    let size = view.scorer.size(service.group());
    let (into, out) = state.traffic(service);
    note(
        ui,
        format!(
            "{} lines · {} modules · {} tables",
            number(size.lines),
            number(size.modules),
            number(size.tables)
        ),
    );
    note(ui, format!("{into} crossings in, {out} out"));
    note(ui, "Double-click to rename · drag to move it on the map");
}

fn say_pair(ui: &mut Ui, view: &View<'_>, from: ServiceId, to: ServiceId) {
    title(ui, &format!("{} – {}", view.service_name(from), view.service_name(to)));
    let there = view.scorer.pair(from.group(), to.group());
    let undirected = there.plus(view.scorer.pair(to.group(), from.group()));
    for (from, to) in [(from, to), (to, from)] {
        let crossings = view.scorer.pair(from.group(), to.group());
        let words = crossing_words(&crossings);
        if !words.is_empty() {
            let (from, to) = (view.service_name(from), view.service_name(to));
            note(ui, format!("{from} → {to}: {words}"));
        }
    }
    let ran = ran::between(view);
    for (from, to) in [(from, to), (to, from)] {
        if let Some(ran) = ran.get(&(from, to)) {
            let (from, to) = (view.service_name(from), view.service_name(to));
            note(ui, format!("ran {from} → {to}: {}", ran.words()));
        }
    }
    for (count, word) in [
        (undirected.joins, "joins"),
        (undirected.transactions, "transactions write both"),
        (undirected.commits, "commits touched both"),
    ] {
        if count > 0 {
            note(ui, format!("{} {word}", number(count)));
        }
    }
}
