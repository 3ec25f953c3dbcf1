//! Several pieces at once: what they are together, and where they could go together.

use egui::Ui;

use super::parts::{service_bar, title};
use crate::{
    facts::{Piece, PieceId},
    proposal::{ServiceId, command::Command, suggest::cost},
    ui::{
        actions::Action,
        controls::{Button, counted, heading, note, number},
        design::{Colours, font},
        map::effects::phrase,
        names::piece_name,
        view::{Intent, Selection, View},
    },
};

/// How many names are listed.
const MOST_NAMED: usize = 14;
const PLACES: usize = 4;

pub(in crate::ui) struct Sheet {
    pieces: Vec<PieceId>,
    modules: usize,
    lines: i64,
    services: Vec<(ServiceId, usize)>,
    places: Vec<(ServiceId, String, f64)>,
}

impl Sheet {
    pub(super) fn of(view: &View<'_>, pieces: Vec<PieceId>) -> Self {
        let mut lines = 0;
        let mut modules = 0;
        for piece in &pieces {
            if let Piece::Module(id) = view.facts.piece(*piece) {
                modules += 1;
                lines += i64::from(view.facts.module(id).lines);
            }
        }
        let mut homes: Vec<ServiceId> =
            pieces.iter().map(|piece| view.proposal.service_of(*piece)).collect();
        homes.sort_unstable();
        let mut services: Vec<(ServiceId, usize)> =
            homes.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
        services.sort_by_key(|(service, count)| (std::cmp::Reverse(*count), *service));
        let only_home = if let [(one, _)] = services[..] { Some(one) } else { None };
        let mut places: Vec<(ServiceId, String, f64)> = view
            .session
            .effects(view.at, &pieces)
            .into_iter()
            .filter_map(|effect| {
                let service = effect.service.filter(|id| Some(*id) != only_home)?;
                Some((service, phrase(&effect.delta), cost(&effect.delta)))
            })
            .collect();
        places.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        places.truncate(PLACES);
        Self { pieces, modules, lines, services, places }
    }

    pub(super) fn show(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        let count = self.pieces.len();
        title(ui, &format!("{} pieces", number(count as i64)), "selection");
        let modules = counted(self.modules, "module");
        let tables = counted(count - self.modules, "table");
        note(ui, format!("{modules} · {tables} · {} lines", number(self.lines)));
        ui.add_space(4.0);
        ui.horizontal(|ui| {
            for (action, name) in
                [(Action::NewService, "New service"), (Action::MoveTo, "Move to…")]
            {
                let button = Button::new(name).named(action.entry().name).show(ui);
                if button.on_hover_text(action.hint(ui.ctx())).clicked() {
                    intents.push(Intent::Act(action));
                }
            }
        });
        heading(ui, "Where they are", "");
        for (service, pieces) in &self.services {
            let share = *pieces as f32 / count as f32;
            let text = number(*pieces as i64);
            if service_bar(ui, view, *service, (0.0, share), &text).clicked() {
                intents.push(Intent::Select(Selection::Service(*service)));
            }
        }
        heading(ui, "What moving them would change", "");
        for (service, cost, weight) in &self.places {
            self.place(ui, view, *service, cost, *weight, intents);
        }
        heading(ui, "Pieces", "");
        for piece in self.pieces.iter().take(MOST_NAMED) {
            let text =
                egui::RichText::new(piece_name(view.facts, *piece)).font(font::regular(12.5));
            if ui.link(text).clicked() {
                intents.push(Intent::Select(Selection::of([*piece])));
                intents.push(Intent::ShowPieces(vec![*piece]));
            }
        }
        if count > MOST_NAMED {
            note(ui, format!("and {} more", number((count - MOST_NAMED) as i64)));
        }
    }

    fn place(
        &self,
        ui: &mut Ui,
        view: &View<'_>,
        service: ServiceId,
        cost: &str,
        weight: f64,
        intents: &mut Vec<Intent>,
    ) {
        let colours = Colours::of(ui.ctx());
        let name = view.service_name(service);
        let text = egui::RichText::new(format!("Move to {name}")).font(font::medium(12.5));
        if ui.link(text).clicked() {
            let pieces = self.pieces.clone();
            intents.push(Intent::Do(Command::MovePieces { pieces, to: service }));
        }
        let tone = colours.change(weight, true);
        let cost = egui::RichText::new(cost).font(font::regular(12.0)).color(tone);
        ui.add(egui::Label::new(cost).wrap());
    }
}
