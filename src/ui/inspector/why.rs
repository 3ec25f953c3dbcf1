//! Why a piece is where it is, and what pulls it elsewhere: what ties it to each service, kind by kind, the strongest first.

use egui::Ui;

use super::parts::{Evidence, Source, Tone, evidence, service_bar};
use crate::{
    facts::{PieceId, Place},
    proposal::explain::{Explanation, Pull, explain},
    ui::{
        controls::{heading, note},
        names::piece_name,
        view::{Intent, Selection, View},
    },
};

/// Services that are named.
const MOST_SERVICES: usize = 4;
/// Kinds of ties that are told of each.
const MOST_GROUPS: usize = 4;
/// Pieces that are named of each kind.
const MOST_PIECES: usize = 2;

pub(super) struct Why(Explanation);

impl Why {
    pub(super) fn of(view: &View<'_>, piece: PieceId) -> Self {
        Self(explain(view.facts, view.proposal, piece))
    }

    pub(super) fn show(
        &self,
        ui: &mut Ui,
        view: &View<'_>,
        source: &mut Source,
        intents: &mut Vec<Intent>,
    ) {
        let Explanation { service, pulls, .. } = &self.0;
        let share = |pull: &Pull| self.0.share(pull) as f32;
        let name = view.service_name(*service);
        heading(ui, &format!("Why it is in {name}"), "");
        match pulls.iter().find(|pull| pull.service == *service) {
            Some(pull) => pull_ui(ui, view, pull, share(pull), source, intents),
            None => drop(note(ui, "Nothing ties it to what is there.")),
        }
        let mut elsewhere = pulls.iter().filter(|pull| pull.service != *service).peekable();
        if elsewhere.peek().is_some() {
            heading(ui, "What pulls it elsewhere", "");
        }
        for pull in elsewhere.take(MOST_SERVICES) {
            pull_ui(ui, view, pull, share(pull), source, intents);
        }
    }
}

fn pull_ui(
    ui: &mut Ui,
    view: &View<'_>,
    pull: &Pull,
    share: f32,
    source: &mut Source,
    intents: &mut Vec<Intent>,
) {
    let text = format!("{:.0} %", share * 100.0);
    ui.spacing_mut().item_spacing.y = 1.0;
    if service_bar(ui, view, pull.service, (0.0, share), &text).clicked() {
        intents.push(Intent::Select(Selection::Service(pull.service)));
    }
    for group in pull.groups.iter().take(MOST_GROUPS) {
        let text = group.line(MOST_PIECES, |piece| piece_name(view.facts, piece));
        match group.ties.iter().find_map(|tie| tie.place.as_ref()) {
            Some(place) => {
                let item = Evidence { text, place: Place::clone(place), tone: Tone::Plain };
                evidence(ui, view, &item, source);
            }
            None => drop(note(ui, text)),
        }
    }
    let more = pull.groups.len().saturating_sub(MOST_GROUPS);
    if more > 0 {
        note(ui, format!("and {more} more kinds of ties"));
    }
    ui.spacing_mut().item_spacing.y = 6.0;
}
