//! What was written down about what is selected, and where more is written.

use egui::Ui;

use super::parts::day;
use crate::{
    proposal::Note,
    ui::{
        actions::Action,
        controls::{Button, heading, note},
        view::{Intent, View},
    },
};

pub(super) fn show(
    ui: &mut Ui,
    view: &View<'_>,
    is_about: impl Fn(&Note) -> bool,
    intents: &mut Vec<Intent>,
) {
    heading(ui, "Notes and decisions", "");
    for written in view.proposal.notes.iter().filter(|note| is_about(note)) {
        let kind = if written.decision { "Decision" } else { "Note" };
        let by = if written.author.is_empty() { "somebody" } else { &written.author };
        note(ui, format!("{kind}: {} — {by}, {}", written.text, day(written.time)));
    }
    ui.horizontal(|ui| {
        for (action, name) in [(Action::Decide, "Decision…"), (Action::Note, "Note…")] {
            let button = Button::new(name).named(action.entry().name).show(ui);
            if button.on_hover_text(action.hint(ui.ctx())).clicked() {
                intents.push(Intent::Act(action));
            }
        }
    });
}
