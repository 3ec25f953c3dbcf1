//! Carrying pieces from service to service: what is under way, where it would land, and the one command at the end.

use egui::{Pos2, Rect, Stroke, StrokeKind, Ui, vec2};

use super::{MapState, camera::Lens, effects, hit::Target, meaning::Meaning, ribbons::paint_lead};
use crate::{
    analysis::figures::Figures,
    facts::{Piece, PieceId},
    proposal::{ServiceId, apply::with_kept_together, command::Command},
    session::ServiceEffect,
    ui::{
        design::{Colours, font, high_shadow},
        icons::{self, Icon},
        names::pieces_name,
        view::{Intent, Selection, View},
    },
};

/// Pieces under way.
#[derive(Clone, Debug)]
pub(in crate::ui) struct Carry {
    /// What the gesture took up; what is kept together with them moves too.
    pub pieces: Vec<PieceId>,
    pub all: Vec<PieceId>,
    /// The service all of them are in, if it is one.
    pub home: Option<ServiceId>,
    pub effects: Vec<ServiceEffect>,
    pub best: Option<ServiceId>,
    /// Where the gesture began, on the screen.
    pub start: Pos2,
    /// What is under the pointer.
    pub over: Target,
    /// The service that is carried as a whole: dropped on another one, the two become one.
    pub whole: Option<ServiceId>,
    /// What dropping on the service under the pointer would mean, call by call: made when the pointer rests there.
    pub meaning: Option<(ServiceId, Meaning)>,
}

impl Carry {
    /// Takes pieces up; asks once what dropping them anywhere would change.
    pub(in crate::ui) fn take_up(view: &View<'_>, pieces: Vec<PieceId>, start: Pos2) -> Self {
        let all = with_kept_together(view.proposal, &pieces);
        let mut services: Vec<ServiceId> =
            all.iter().map(|piece| view.proposal.service_of(*piece)).collect();
        services.sort_unstable();
        services.dedup();
        let home = if let [one] = services[..] { Some(one) } else { None };
        let effects = view.session.effects(view.at, &pieces);
        let best = effects::best(view.proposal, &all, &effects).filter(|best| Some(*best) != home);
        let over = Target::Ground;
        Self { pieces, all, home, effects, best, start, over, whole: None, meaning: None }
    }

    /// Takes a whole service up.
    pub(in crate::ui) fn of_service(
        view: &View<'_>,
        service: ServiceId,
        pieces: Vec<PieceId>,
        start: Pos2,
    ) -> Self {
        Self { whole: Some(service), ..Self::take_up(view, pieces, start) }
    }

    /// What dropping there would change; `None` stands for a new service.
    pub(in crate::ui) fn effect(&self, service: Option<ServiceId>) -> Option<&Figures> {
        self.effects.iter().find(|effect| effect.service == service).map(|effect| &effect.delta)
    }

    /// What dropping where the pointer is would change; `None` where nothing would happen.
    pub(in crate::ui) fn effect_here(&self) -> Option<&Figures> {
        match self.over.service() {
            Some(service) if Some(service) == self.home => None,
            over => self.effect(over),
        }
    }

    /// What letting go here asks for.
    pub(super) fn drop(self) -> Vec<Intent> {
        let chosen = Intent::Select(Selection::of(self.pieces.iter().copied()));
        if let Some(from) = self.whole {
            return match self.over.service() {
                Some(into) if into != from => vec![
                    Intent::Do(Command::MergeServices { from, into }),
                    Intent::Select(Selection::Service(into)),
                ],
                _ => Vec::new(),
            };
        }
        match self.over.service() {
            Some(to) if Some(to) == self.home => vec![chosen],
            Some(to) => vec![chosen, Intent::Do(Command::MovePieces { pieces: self.pieces, to })],
            None => vec![Intent::NewService(self.pieces)],
        }
    }

    /// What is carried is called.
    fn name(&self, view: &View<'_>) -> String {
        match self.whole {
            Some(service) => view.service_name(service).to_owned(),
            None => pieces_name(view.facts, &self.pieces),
        }
    }

    /// What the status line says.
    pub(in crate::ui) fn status(&self, view: &View<'_>) -> String {
        let name = self.name(view);
        match self.over.service() {
            None if self.whole.is_some() => {
                format!("Drop “{name}” on another service to make the two one · Esc to cancel")
            }
            Some(service) if Some(service) == self.home => {
                format!("“{name}” is in {} · Esc to cancel", view.service_name(service))
            }
            Some(service) => format!(
                "Dropping “{name}” on {} · release to move, Esc to cancel",
                view.service_name(service)
            ),
            None => format!("Dropping “{name}” on free ground makes a new service · Esc to cancel"),
        }
    }
}

/// Draws what is carried at the pointer, and the line to where it comes from.
pub(super) fn paint(ui: &Ui, view: &View<'_>, state: &MapState, lens: &Lens, carry: &Carry) {
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
    let colours = Colours::of(ui.ctx());
    let painter = ui.ctx().layer_painter(egui::LayerId::new(
        egui::Order::Tooltip,
        egui::Id::unique("what is carried"),
    ));
    let from = carry.pieces.first().and_then(|piece| {
        let service = view.proposal.service_of(*piece);
        super::hit::place_of(&state.layout, service, *piece)
    });
    let start = from.map_or(carry.start, |rect| lens.rect(&rect).center());
    paint_lead(&painter.with_clip_rect(lens.screen), start, pointer, colours.selection);
    let name = carry.name(view);
    let galley = painter.layout_no_wrap(name, font::semibold(12.5), colours.text);
    let size = vec2(galley.size().x + 40.0, 30.0);
    let rect = Rect::from_min_size(pointer + vec2(-18.0, -15.0), size);
    painter.add(high_shadow(colours).as_shape(rect, 6.0));
    if carry.pieces.len() > 1 {
        let behind = rect.translate(vec2(4.0, 4.0));
        let border = Stroke::new(1.0, colours.selection);
        painter.rect(behind, 6.0, colours.panel, border, StrokeKind::Inside);
    }
    painter.rect(rect, 6.0, colours.panel, Stroke::new(1.6, colours.selection), StrokeKind::Inside);
    let icon = match carry.pieces.first().map(|piece| view.facts.piece(*piece)) {
        Some(Piece::Table(_)) => Icon::Table,
        _ => Icon::Module,
    };
    let at = rect.left_center() + vec2(17.0, 0.0);
    icons::paint(&painter, icon, at, 14.0, colours.selection);
    painter.galley(rect.min + vec2(30.0, 15.0 - galley.size().y / 2.0), galley, colours.text);
    let is_free = carry.over == Target::Ground && carry.whole.is_none();
    if is_free && lens.screen.contains(pointer) {
        new_service_hint(&painter, colours, carry, rect);
    }
}

fn new_service_hint(painter: &egui::Painter, colours: &Colours, carry: &Carry, ghost: Rect) {
    let Some(delta) = carry.effect(None) else { return };
    let text = format!("New service: {}", effects::phrase(delta));
    let galley = painter.layout_no_wrap(text, font::medium(12.0), colours.text_soft);
    let plate =
        Rect::from_min_size(ghost.left_bottom() + vec2(0.0, 8.0), galley.size() + vec2(16.0, 8.0));
    let border = Stroke::new(1.0, colours.edge);
    painter.rect(plate, 6.0, colours.panel, border, StrokeKind::Inside);
    painter.galley(plate.min + vec2(8.0, 4.0), galley, colours.text_soft);
}
