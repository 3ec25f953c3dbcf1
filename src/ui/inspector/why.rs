//! Why a piece is where it is, and what pulls it elsewhere: every tie to each service, the strongest first.

use egui::Ui;

use super::parts::{Evidence, Source, Tone, evidence, service_bar};
use crate::{
    facts::{PieceId, Place},
    proposal::explain::{Explanation, Pull, TieKind, explain},
    ui::{
        controls::{heading, note},
        names::piece_name,
        view::{Intent, Selection, View},
    },
};

/// Services that are named.
const MOST_SERVICES: usize = 4;
/// Ties that are told of each.
const MOST_TIES: usize = 3;

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
        let total = pulls.iter().map(|pull| pull.strength).sum::<u32>().max(1);
        let name = view.service_name(*service);
        heading(ui, &format!("Why it is in {name}"), "");
        match pulls.iter().find(|pull| pull.service == *service) {
            Some(pull) => pull_ui(ui, view, pull, total, source, intents),
            None => drop(note(ui, "Nothing ties it to what is there.")),
        }
        let mut elsewhere = pulls.iter().filter(|pull| pull.service != *service).peekable();
        if elsewhere.peek().is_some() {
            heading(ui, "What pulls it elsewhere", "");
        }
        for pull in elsewhere.take(MOST_SERVICES) {
            pull_ui(ui, view, pull, total, source, intents);
        }
    }
}

fn pull_ui(
    ui: &mut Ui,
    view: &View<'_>,
    pull: &Pull,
    total: u32,
    source: &mut Source,
    intents: &mut Vec<Intent>,
) {
    let share = pull.strength as f32 / total as f32;
    let text = format!("{:.0} %", share * 100.0);
    ui.spacing_mut().item_spacing.y = 1.0;
    if service_bar(ui, view, pull.service, (0.0, share), &text).clicked() {
        intents.push(Intent::Select(Selection::Service(pull.service)));
    }
    // That two pieces changed together says less than what is written in the code.
    let in_code = pull.ties.iter().filter(|tie| tie.kind != TieKind::Commit);
    let in_history = pull.ties.iter().filter(|tie| tie.kind == TieKind::Commit);
    for tie in in_code.chain(in_history).take(MOST_TIES) {
        let other = piece_name(view.facts, tie.other);
        let times = if tie.count == 1 { String::new() } else { format!(", {} times", tie.count) };
        let text = format!("{} {other}{times}", tie.kind.words());
        match &tie.place {
            Some(place) => {
                let item = Evidence { text, place: Place::clone(place), tone: Tone::Plain };
                evidence(ui, view, &item, source);
            }
            None => drop(note(ui, text)),
        }
    }
    let more = pull.ties.len().saturating_sub(MOST_TIES);
    if more > 0 {
        note(ui, format!("and {more} more"));
    }
    ui.spacing_mut().item_spacing.y = 6.0;
}
