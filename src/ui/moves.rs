//! The next best single moves, each with its effect, shown before it is done.

use std::sync::Arc;

use egui::{ScrollArea, Ui, pos2};

use super::{
    advice::{AdviceState, advice_ui},
    controls::{Button, clickable_row, note, swatch, write},
    design::{Colours, font},
    map::effects::{changes, phrase},
    names::pieces_name,
    view::{Intent, Selection, View, service_colour},
};
use crate::proposal::{Proposal, command::Command, suggest::Suggestion};

/// The moves that were found last.
#[derive(Default)]
pub(super) struct MovesState {
    found: Option<(Arc<Proposal>, Vec<Suggestion>)>,
    asked_for: Option<Arc<Proposal>>,
    pub(super) advice: AdviceState,
}

impl MovesState {
    pub(super) fn take(&mut self, of: Arc<Proposal>, suggestions: Vec<Suggestion>) {
        self.found = Some((of, suggestions));
    }
}

pub(super) fn moves_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut MovesState,
    intents: &mut Vec<Intent>,
) {
    let area = ScrollArea::vertical().id_salt("next moves").auto_shrink([false, false]);
    area.show(ui, |ui| {
        // What is asked about a selection comes first, what is there anyhow last.
        let about_selection = !view.selection.pieces().is_empty();
        if about_selection {
            advice_ui(ui, view, &mut state.advice, intents);
        }
        single_ui(ui, view, state, intents);
        if !about_selection {
            ui.add_space(10.0);
            advice_ui(ui, view, &mut state.advice, intents);
        }
    });
}

fn single_ui(ui: &mut Ui, view: &View<'_>, state: &mut MovesState, intents: &mut Vec<Intent>) {
    let is_for = |of: &Arc<Proposal>| Arc::ptr_eq(of, view.proposal);
    if !state.found.as_ref().is_some_and(|(of, _)| is_for(of)) {
        if !state.asked_for.as_ref().is_some_and(is_for) && !view.busy {
            state.asked_for = Some(Arc::clone(view.proposal));
            intents.push(Intent::Suggest);
        }
        note(ui, "Looking for better places…");
    }
    let Some((of, suggestions)) = &state.found else { return };
    if suggestions.is_empty() {
        note(
            ui,
            "No single move makes it cheaper. What is left takes a merge, a split, or work on the code.",
        );
        return;
    }
    note(ui, "Single moves that would make it cheaper, the best first. A click shows the pieces.");
    ui.add_space(4.0);
    let enabled = is_for(of);
    ui.spacing_mut().item_spacing.y = 2.0;
    for suggestion in suggestions {
        move_ui(ui, view, suggestion, enabled, intents);
    }
}

fn move_ui(
    ui: &mut Ui,
    view: &View<'_>,
    suggestion: &Suggestion,
    enabled: bool,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let name = pieces_name(view.facts, &suggestion.pieces);
    let Some(to) = view.proposal.service(suggestion.to) else { return };
    let effect = phrase(&suggestion.effect);
    let label = format!("Move {name} to {}: {effect}", to.name);
    let chosen = suggestion.pieces.iter().all(|piece| view.selection.holds(*piece));
    let width = ui.available_width();
    let mut job = egui::text::LayoutJob::default();
    for (at, change) in changes(&suggestion.effect).iter().enumerate() {
        let colour = colours.change(change.delta as f64, true);
        let format = egui::text::TextFormat::simple(font::regular(11.5), colour);
        let comma = if at == 0 { "" } else { ", " };
        job.append(&format!("{comma}{}", change.text), 0.0, format);
    }
    job.wrap.max_width = width - 66.0;
    let text = ui.painter().layout_job(job);
    let (rect, response) = clickable_row(ui, 44.0 + text.size().y, &label, chosen);
    let left = rect.left() + 2.0;
    write(
        ui,
        pos2(left, rect.top() + 12.0),
        &name,
        font::medium(13.0),
        colours.text,
        rect.width() - 8.0,
    );
    let y = rect.top() + 29.0;
    let from = view.service_name(suggestion.from);
    let soft = font::regular(11.5);
    let x = write(ui, pos2(left, y), from, soft.clone(), colours.text_soft, rect.width() * 0.38);
    let x = write(ui, pos2(x + 5.0, y), "→", soft.clone(), colours.text_faint, 20.0);
    swatch(ui, pos2(x + 10.0, y), 8.0, service_colour(colours, to));
    write(ui, pos2(x + 18.0, y), &to.name, soft, colours.text_soft, rect.right() - x - 22.0);
    ui.painter().galley(pos2(left, rect.top() + 38.0), text, colours.better);
    let corner = egui::Rect::from_min_size(
        pos2(rect.right() - 52.0, rect.bottom() - 32.0),
        egui::vec2(52.0, 30.0),
    );
    let done = ui
        .scope_builder(egui::UiBuilder::new().max_rect(corner), |ui| {
            let name = format!("Do: {label}");
            Button::new("Do it").quiet().named(&name).enabled(enabled).show(ui)
        })
        .inner;
    if done.clicked() {
        let command = Command::MovePieces { pieces: suggestion.pieces.clone(), to: suggestion.to };
        intents.push(Intent::Do(command));
    } else if response.clicked() {
        intents.push(Intent::Select(Selection::of(suggestion.pieces.iter().copied())));
        intents.push(Intent::ShowPieces(suggestion.pieces.clone()));
    }
}
