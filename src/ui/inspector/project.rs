//! Nothing is selected: what was read, which services there are, and what to do next.

use std::collections::BTreeMap;

use egui::{Ui, pos2};

use super::parts::{service_bar, title};
use crate::{
    proposal::ServiceId,
    ui::{
        actions::Action,
        controls::{
            Button, clickable_row, counted, heading, note, number, swatch, write, write_right,
        },
        design::{Colours, font},
        view::{Intent, Selection, View, service_colour},
    },
};

/// So many pairs of services are named.
const MOST_PAIRS: usize = 5;

/// The services that exchange most: where a workshop begins to ask.
fn couplings(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let mut pairs: BTreeMap<(ServiceId, ServiceId), (i64, i64)> = BTreeMap::new();
    for (from, to, crossings) in view.scorer.pairs() {
        let (from, to) = (ServiceId(from.0), ServiceId(to.0));
        let data = crossings.reads
            + crossings.writes
            + crossings.declared_keys
            + crossings.implied_keys
            + crossings.joins;
        let pair = pairs.entry((from.min(to), from.max(to))).or_default();
        pair.0 += crossings.calls;
        pair.1 += data;
    }
    let mut pairs: Vec<_> =
        pairs.into_iter().filter(|(_, (calls, data))| calls + data > 0).collect();
    pairs.sort_by_key(|(pair, (calls, data))| (std::cmp::Reverse(calls + data), *pair));
    if pairs.is_empty() {
        return;
    }
    let colours = Colours::of(ui.ctx());
    heading(ui, "Heaviest couplings", "calls · data");
    ui.spacing_mut().item_spacing.y = 2.0;
    for ((a, b), (calls, data)) in pairs.into_iter().take(MOST_PAIRS) {
        let (first, second) = (view.service_name(a), view.service_name(b));
        let text = format!("{} · {}", number(calls), number(data));
        let label = format!("coupling {first} – {second}: {text}");
        let (rect, response) = clickable_row(ui, 24.0, &label, false);
        let y = rect.center().y;
        let small = font::regular(12.0);
        let end = write_right(ui, rect.right_center(), &text, small, colours.text, 120.0);
        let mut x = rect.left();
        for (id, name) in [(a, first), (b, second)] {
            let Some(service) = view.proposal.service(id) else { continue };
            swatch(ui, pos2(x + 5.0, y), 10.0, service_colour(colours, service));
            let room = (end - rect.left()) / 2.0 - 26.0;
            x = write(ui, pos2(x + 15.0, y), name, font::regular(12.5), colours.text, room) + 12.0;
        }
        if response.clicked() {
            intents.push(Intent::Select(Selection::Pair(a, b)));
        }
    }
    ui.spacing_mut().item_spacing.y = 6.0;
}

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
    couplings(ui, view, intents);
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
