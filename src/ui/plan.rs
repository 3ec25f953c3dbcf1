//! The extraction plan as a list of steps: what leaves when, what it takes, and where that is on the map.

use std::sync::Arc;

use egui::{Frame, Margin, ScrollArea, Ui};

use super::{
    actions::Action,
    controls::{Button, counted, note, number},
    design::{Colours, font},
    view::{Intent, Selection, View, service_colour},
};
use crate::{
    export::plan::{Plan, Step},
    proposal::Proposal,
    session::exports::Format,
};

/// The plan that was made last.
#[derive(Default)]
pub(super) struct PlanState {
    made: Option<(Arc<Proposal>, Plan)>,
    asked_for: Option<Arc<Proposal>>,
}

impl PlanState {
    pub(super) fn take(&mut self, of: Arc<Proposal>, plan: Plan) {
        self.made = Some((of, plan));
    }
}

pub(super) fn plan_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut PlanState,
    intents: &mut Vec<Intent>,
) {
    let is_for = |of: &Arc<Proposal>| Arc::ptr_eq(of, view.proposal);
    let is_made = state.made.as_ref().is_some_and(|(of, _)| is_for(of));
    if !is_made && !state.asked_for.as_ref().is_some_and(is_for) && !view.busy {
        state.asked_for = Some(Arc::clone(view.proposal));
        intents.push(Intent::MakePlan);
    }
    let frame = Frame::new().inner_margin(Margin::symmetric(28, 18));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new("Extraction plan").font(font::semibold(18.0)));
            for format in [Format::Html, Format::Markdown] {
                if Button::new(format.name()).show(ui).clicked() {
                    intents.push(Intent::Export(format));
                }
            }
            if Button::new("Other formats…").show(ui).clicked() {
                intents.push(Intent::Act(Action::Export));
            }
        });
        let Some((_, plan)) = state.made.as_ref().filter(|_| is_made) else {
            note(ui, "Making the plan…");
            return;
        };
        if plan.steps.is_empty() {
            note(ui, "No service leaves the monolith in this proposal: there is nothing to plan yet.");
            return;
        }
        note(
            ui,
            "What comes off easily and teaches most comes first; each step leaves a working system. A click shows the \
             service on the map.",
        );
        ui.add_space(8.0);
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            for step in &plan.steps {
                step_ui(ui, view, step, intents);
            }
            ui.add_space(16.0);
        });
    });
}

fn step_ui(ui: &mut Ui, view: &View<'_>, step: &Step, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let Some(service) = view.proposal.service(step.service) else { return };
    let colour = service_colour(colours, service);
    let card = Frame::new()
        .fill(colours.panel)
        .stroke(egui::Stroke::new(1.0, colours.border))
        .corner_radius(8.0)
        .inner_margin(Margin::symmetric(16, 12));
    card.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            let (mark, _) = ui.allocate_exact_size(egui::Vec2::splat(26.0), egui::Sense::hover());
            ui.painter().circle_filled(mark.center(), 12.0, colours.tile_strong(colour));
            let number = step.number.to_string();
            let face = font::semibold(12.5);
            ui.painter().text(
                mark.center(),
                egui::Align2::CENTER_CENTER,
                number,
                face,
                colours.text,
            );
            let name = egui::RichText::new(&service.name).font(font::semibold(15.0));
            let label = format!("Step {}: {}", step.number, service.name);
            let link = ui.add(egui::Button::new(name).frame(false)).accessible_name(label);
            if link.clicked() {
                intents.push(Intent::Select(Selection::Service(service.id)));
                intents.push(Intent::Act(Action::ShowMap));
                intents.push(Intent::ShowService(service.id));
            }
            if step.is_last_of_monolith {
                note(ui, "what is left of the monolith");
            }
        });
        let scope = &step.scope;
        note(
            ui,
            format!(
                "{} · {} · {} lines · {}",
                counted(scope.modules.len(), "module"),
                counted(scope.tables.len(), "table"),
                number(i64::try_from(scope.lines).unwrap_or(i64::MAX)),
                counted(scope.entry_points.len(), "entry point")
            ),
        );
        let crossings = &step.crossings;
        let work = [
            (
                crossings.calls.len(),
                "call site to turn into requests",
                "call sites to turn into requests",
            ),
            (crossings.accesses.len(), "table access to replace", "table accesses to replace"),
            (crossings.keys.len(), "foreign key to drop", "foreign keys to drop"),
            (crossings.joins.len(), "join to rewrite", "joins to rewrite"),
            (step.sagas.len(), "transaction becomes a saga", "transactions become sagas"),
        ];
        let work: Vec<String> = work
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| {
                format!("{} {}", number(count as i64), if count == 1 { one } else { many })
            })
            .collect();
        let text = if work.is_empty() {
            "Nothing crosses its border.".to_owned()
        } else {
            work.join(" · ")
        };
        let text = egui::RichText::new(text).font(font::regular(13.0));
        ui.add(egui::Label::new(text).wrap());
    });
}
