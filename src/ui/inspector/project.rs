//! Nothing is selected: what was read, which services there are, and what to do next.

use egui::Ui;

use super::parts::{service_bar, title};
use crate::ui::{
    actions::Action,
    controls::{Button, counted, heading, note, number},
    design::font,
    view::{Intent, Selection, View},
};

pub(super) fn show(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    title(ui, &view.proposal.name, "proposal");
    let facts = view.facts;
    let services = view.proposal.services.len();
    if services == 1 {
        note(
            ui,
            "Everything is in one place. Drag a module, a table or a package onto free ground to begin a \
             service, or select some and press Ctrl+N.",
        );
    } else {
        note(
            ui,
            "Drag a module, a table or a package: every service says what dropping it there would cost.",
        );
    }
    heading(ui, "Services", &number(services as i64));
    let mut by_lines: Vec<_> = view
        .proposal
        .services
        .iter()
        .map(|service| (service.id, view.scorer.size(service.id.group())))
        .collect();
    by_lines.sort_by_key(|(id, size)| (std::cmp::Reverse(size.lines), *id));
    let most = by_lines.first().map_or(1, |(_, size)| size.lines).max(1) as f32;
    ui.spacing_mut().item_spacing.y = 2.0;
    for (id, size) in by_lines {
        let text = format!("{} lines", number(size.lines));
        if service_bar(ui, view, id, (size.lines as f32 / most, 0.0), &text).clicked() {
            intents.push(Intent::Select(Selection::Service(id)));
            intents.push(Intent::ShowService(id));
        }
    }
    ui.spacing_mut().item_spacing.y = 6.0;
    heading(ui, "What was read", "");
    for language in &facts.report.languages {
        let known = language.references;
        let inside = known.exact + known.by_name + known.unresolved;
        let resolved = if inside == 0 {
            String::new()
        } else {
            let share = f64::from(known.exact + known.by_name) / f64::from(inside) * 100.0;
            format!(" · {share:.0} % of references resolved")
        };
        let files = counted(language.files as usize, "file");
        note(
            ui,
            format!(
                "{}: {files}, {} lines{resolved}",
                language.language,
                number(i64::from(language.lines))
            ),
        );
    }
    let calls = counted(facts.calls.len(), "call");
    let keys = counted(facts.foreign_keys.len(), "foreign key");
    let commits = counted(facts.commits.len(), "commit");
    note(
        ui,
        format!(
            "{calls} · {} table accesses · {keys} · {commits}",
            number(facts.accesses.len() as i64)
        ),
    );
    if !facts.report.history.is_empty() {
        note(ui, &facts.report.history);
    }
    if !facts.warnings.is_empty() {
        ui.add_space(4.0);
        let name = counted(facts.warnings.len(), "warning");
        let button = Button::new(&name).icon(crate::ui::icons::Icon::Warning).show(ui);
        if button.on_hover_text(Action::Warnings.hint(ui.ctx())).clicked() {
            intents.push(Intent::Act(Action::Warnings));
        }
    }
    heading(ui, "Good to know", "");
    for (action, text) in [
        (Action::Palette, "finds every piece and every action"),
        (Action::MoveTo, "moves the selection without a pointer"),
        (Action::Help, "lists keys and gestures"),
    ] {
        let keys = action.keys(ui.ctx());
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new(keys).font(font::semibold(12.0)));
            note(ui, text);
        });
    }
}
