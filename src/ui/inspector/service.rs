//! A service: how large it is, who owns it, with whom it exchanges what.

use egui::{Align2, Role, Sense, Ui, WidgetInfo, vec2};

use super::parts::{service_bar, title};
use crate::{
    analysis::{
        figures::{Crossings, Figure, Scope},
        grouping::Role as GroupRole,
    },
    facts::{ModuleId, Piece},
    proposal::{
        ServiceId,
        command::role_word,
        owners::{owners, ratio},
    },
    ui::{
        actions::Action,
        controls::{Button, counted, heading, note, number},
        design::{Colours, font},
        view::{Intent, Selection, View},
    },
};

const PARTNERS: usize = 10;

pub(in crate::ui) struct Sheet {
    service: ServiceId,
    /// Services it exchanges something with: what goes out to them, and what comes in.
    partners: Vec<(ServiceId, Crossings, Crossings)>,
    /// Figures of which some items touch this service, with how many.
    figures: Vec<(Figure, usize)>,
    /// Teams and people behind it, in one line each.
    behind: Vec<String>,
}

/// How many people are named.
const MOST_NAMED: usize = 3;

/// Who answers for a service's modules, and who changed them within the last year.
fn behind(view: &View<'_>, service: ServiceId) -> Vec<String> {
    let facts = view.facts;
    let pieces = view.proposal.pieces_of(service);
    let modules: Vec<ModuleId> = pieces
        .filter_map(|piece| match facts.piece(piece) {
            Piece::Module(module) => Some(module),
            Piece::Table(_) => None,
        })
        .collect();
    let owners = owners(facts, &modules);
    let mut lines = Vec::new();
    if let Some((team, count)) = owners.teams.first() {
        let name = &facts.teams[team.index()].name;
        lines.push(format!("Team {name} has {count} of its {} modules", modules.len()));
    }
    let people = owners.people.iter().take(MOST_NAMED).map(|(author, commits)| {
        let name = &facts.authors[author.index()].name;
        format!("{name} {:.0} %", ratio(*commits, owners.commits) * 100.0)
    });
    let people: Vec<String> = people.collect();
    if !people.is_empty() {
        let changes = counted(owners.commits, "change");
        lines.push(format!("{changes} within the last year: {}", people.join(", ")));
    }
    lines
}

impl Sheet {
    pub(super) fn of(view: &View<'_>, service: ServiceId) -> Self {
        let here = service.group();
        let mut partners: Vec<(ServiceId, Crossings, Crossings)> = view
            .proposal
            .services
            .iter()
            .filter(|other| other.id != service)
            .map(|other| {
                let there = other.id.group();
                (other.id, view.scorer.pair(here, there), view.scorer.pair(there, here))
            })
            .filter(|(_, out, into)| total(out) + total(into) > 0)
            .collect();
        partners.sort_by_key(|(id, out, into)| (std::cmp::Reverse(total(out) + total(into)), *id));
        let figures = [
            Figure::Operations,
            Figure::SharedTables,
            Figure::CutDeclaredKeys,
            Figure::CutImpliedKeys,
            Figure::BrokenJoins,
            Figure::SpanningTransactions,
            Figure::CrossingCommits,
        ]
        .into_iter()
        .map(|figure| (figure, view.scorer.items(figure, &Scope::Group(here)).len()))
        .collect();
        let behind = behind(view, service);
        Self { service, partners, figures, behind }
    }

    pub(super) fn show(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        let Some(service) = view.proposal.service(self.service) else { return };
        title(ui, &service.name, role_word(service.role));
        let size = view.scorer.size(self.service.group());
        let modules = counted(usize::try_from(size.modules).unwrap_or(0), "module");
        let tables = counted(usize::try_from(size.tables).unwrap_or(0), "table");
        note(ui, format!("{} lines · {modules} · {tables}", number(size.lines)));
        if !service.owner.is_empty() {
            note(ui, format!("Owned by {}", service.owner));
        }
        for line in &self.behind {
            note(ui, line);
        }
        if service.role == GroupRole::Remainder {
            note(
                ui,
                "What stays in the monolith for now. Drag pieces out of it, or select some and press Ctrl+N.",
            );
        }
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            let lock = if service.locked { Action::Unlock } else { Action::Lock };
            for action in [Action::Rename, lock, Action::SetOwner] {
                let button = Button::new(action.entry().name).show(ui);
                if button.on_hover_text(action.hint(ui.ctx())).clicked() {
                    intents.push(Intent::Act(action));
                }
            }
        });
        ui.horizontal(|ui| {
            for action in [Action::Split, Action::MergeInto, Action::NextColour] {
                let enabled = action.enabled(&view.situation());
                let button = Button::new(action.entry().name).enabled(enabled).show(ui);
                if button.on_hover_text(action.hint(ui.ctx())).clicked() {
                    intents.push(Intent::Act(action));
                }
            }
        });
        self.exchange(ui, view, intents);
        heading(ui, "What touches it", "");
        for (figure, count) in &self.figures {
            figure_row(ui, *figure, *count);
        }
        let service = self.service;
        super::notes::show(ui, view, |note| note.services.contains(&service), intents);
    }

    fn exchange(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        heading(ui, "Exchanges with", "out · in");
        if self.partners.is_empty() {
            note(ui, "Nothing crosses its border.");
        }
        let most = self
            .partners
            .first()
            .map_or(1.0, |(_, out, into)| (total(out) + total(into)).max(1) as f32);
        ui.spacing_mut().item_spacing.y = 2.0;
        for (other, out, into) in self.partners.iter().take(PARTNERS) {
            let (out, into) = (total(out), total(into));
            let text = format!("{} · {}", number(out), number(into));
            let parts = (into as f32 / most, out as f32 / most);
            if service_bar(ui, view, *other, parts, &text).clicked() {
                intents.push(Intent::Select(Selection::Pair(self.service, *other)));
            }
        }
        ui.spacing_mut().item_spacing.y = 6.0;
    }
}

fn total(crossings: &Crossings) -> i64 {
    crossings.calls
        + crossings.reads
        + crossings.writes
        + crossings.declared_keys
        + crossings.implied_keys
        + crossings.joins
}

fn figure_row(ui: &mut Ui, figure: Figure, count: usize) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    let count = number(count as i64);
    let label = format!("{}: {count}", figure.name());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    let painter = ui.painter();
    let name = figure.name();
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        name,
        font::regular(12.5),
        colours.text_soft,
    );
    painter.text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        count,
        font::medium(12.5),
        colours.text,
    );
    response.on_hover_text(crate::ui::figures::definition(figure));
}
