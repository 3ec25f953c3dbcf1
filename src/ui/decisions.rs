//! What was written down about a proposal, by whom and why, and every step that led to it.

use egui::{Frame, Margin, ScrollArea, Ui, pos2};

use super::{
    actions::Action,
    controls::{Button, clickable_row, heading, note, write, write_right},
    design::{Colours, font},
    names::piece_name,
    view::{Intent, Selection, View},
};
use crate::{
    facts::PieceId,
    proposal::{Note, command::Command},
};

pub(super) fn decisions_ui(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let frame = Frame::new().inner_margin(Margin::symmetric(28, 18));
    frame.show(ui, |ui| {
        let width = ui.available_width();
        ui.columns(if width > 760.0 { 2 } else { 1 }, |columns| {
            let (first, rest) = columns.split_at_mut(1);
            // Columns stretch their texts: one within doesn't.
            first[0].vertical(|ui| {
                ui.set_max_width(ui.available_width() - 12.0);
                written_ui(ui, view, intents);
            });
            let steps = rest.first_mut().unwrap_or(&mut first[0]);
            steps.vertical(|ui| steps_ui(ui, view, intents));
        });
    });
}

fn written_ui(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let notes = &view.proposal.notes;
    let decisions = notes.iter().filter(|note| note.decision).count();
    heading(ui, "Decisions and notes", &format!("{decisions} of {}", notes.len()));
    ui.horizontal(|ui| {
        for action in [Action::Decide, Action::Note] {
            let button = Button::new(action.entry().name).show(ui);
            if button.on_hover_text(action.hint(ui.ctx())).clicked() {
                intents.push(Intent::Act(action));
            }
        }
    });
    if notes.is_empty() {
        note(
            ui,
            "Nothing was written down yet. Select pieces or a service and press D: what was decided, by whom, and \
             why goes with the proposal, into the plan and into the next import.",
        );
        return;
    }
    let height = ui.available_height();
    ScrollArea::vertical().id_salt("notes").max_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        for (index, written) in notes.iter().enumerate().rev() {
            note_ui(ui, view, index, written, intents);
        }
    });
}

fn note_ui(ui: &mut Ui, view: &View<'_>, index: usize, written: &Note, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let card = Frame::new()
        .fill(colours.panel)
        .stroke(egui::Stroke::new(1.0, colours.border))
        .corner_radius(8.0)
        .inner_margin(12.0);
    card.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let kind = if written.decision { "Decision" } else { "Note" };
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new(kind).font(font::semibold(12.5)));
            let by = if written.author.is_empty() { "somebody" } else { &written.author };
            note(ui, format!("{by}, {}", day(written.time)));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let name = format!("Remove the {} “{}”", kind.to_lowercase(), written.text);
                if Button::new("Remove").quiet().named(&name).show(ui).clicked() {
                    intents.push(Intent::Do(Command::RemoveNote { index }));
                }
            });
        });
        let text = egui::RichText::new(&written.text).font(font::regular(14.0));
        ui.add(egui::Label::new(text).wrap());
        about_ui(ui, view, written, intents);
    });
}

/// What it is about, as links to it.
fn about_ui(ui: &mut Ui, view: &View<'_>, written: &Note, intents: &mut Vec<Intent>) {
    ui.horizontal_wrapped(|ui| {
        let small = |text: &str| egui::RichText::new(text).font(font::regular(12.0));
        for service in &written.services {
            if ui.link(small(view.service_name(*service))).clicked() {
                intents.push(Intent::Select(Selection::Service(*service)));
            }
        }
        let there = |piece: &&PieceId| piece.index() < view.facts.piece_count();
        for piece in written.pieces.iter().filter(there).take(6) {
            if ui.link(small(&piece_name(view.facts, *piece))).clicked() {
                intents.push(Intent::Select(Selection::of([*piece])));
                intents.push(Intent::ShowPieces(vec![*piece]));
            }
        }
        if written.pieces.len() > 6 {
            ui.label(small(&format!("and {} more", written.pieces.len() - 6)));
        }
    });
}

fn steps_ui(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let Some(history) = view.session.proposals().get(view.at) else { return };
    heading(ui, "Steps", "click one to go back to it");
    ui.add_space(4.0);
    let colours = Colours::of(ui.ctx());
    let height = ui.available_height();
    ScrollArea::vertical().id_salt("steps").max_height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (revision, step) in history.revisions().iter().enumerate().rev() {
            let is_now = revision == history.at();
            let name = format!("step {revision}: {}", step.what);
            let (rect, response) = clickable_row(ui, 26.0, &name, is_now);
            let colour = if revision > history.at() { colours.text_faint } else { colours.text };
            let right = pos2(rect.right() - 4.0, rect.center().y);
            let time = clock(step.time);
            let left =
                write_right(ui, right, &time, font::regular(11.5), colours.text_faint, 120.0);
            let at = pos2(rect.left() + 4.0, rect.center().y);
            let face = if is_now { font::semibold(12.5) } else { font::regular(12.5) };
            write(ui, at, &step.what, face, colour, left - at.x - 10.0);
            if response.on_hover_text(&step.what).clicked() && !is_now {
                intents.push(Intent::GoTo(revision));
            }
        }
    });
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|time| time.strftime("%-d %b %Y").to_string())
        .unwrap_or_default()
}

fn clock(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|time| time.strftime("%-d %b, %H:%M").to_string())
        .unwrap_or_default()
}
