//! The diagnosis: the verdict with what speaks for and against it, and every symptom with what is behind it; each item
//! leads to the map.

use std::{collections::BTreeSet, sync::Arc};

use egui::{Color32, Frame, Margin, ScrollArea, Ui, pos2, vec2};

use super::{
    controls::{Button, clickable_row, note, number, write, write_right},
    design::{Colours, font},
    icons::{self, Icon},
    view::{Intent, Selection, View},
};
use crate::{
    analysis::figures::Item,
    facts::{Facts, PieceId},
    proposal::{
        Proposal, ServiceId,
        command::Command,
        diagnosis::{Diagnosis, Finding, Measure, Severity, Symptom, SymptomKind},
    },
};

/// Findings of a measure that are listed until more are asked for.
const FIRST: usize = 5;
/// A finding that touches more pieces than this is shown by its services.
const MOST_PIECES: usize = 60;

/// The diagnosis that was made last.
#[derive(Default)]
pub(super) struct DiagnosisState {
    made: Option<(Arc<Proposal>, Diagnosis)>,
    asked_for: Option<Arc<Proposal>>,
    /// The symptoms that are unfolded.
    open: BTreeSet<SymptomKind>,
    /// All findings are listed.
    shows_all: bool,
}

impl DiagnosisState {
    pub(super) fn take(&mut self, of: Arc<Proposal>, diagnosis: Diagnosis) {
        if self.made.is_none() {
            let severe = diagnosis.symptoms.iter().max_by_key(|symptom| symptom.severity);
            self.open.extend(severe.map(|symptom| symptom.kind));
        }
        self.made = Some((of, diagnosis));
    }
}

pub(super) fn diagnosis_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut DiagnosisState,
    intents: &mut Vec<Intent>,
) {
    let is_for = |of: &Arc<Proposal>| Arc::ptr_eq(of, view.proposal);
    let is_made = state.made.as_ref().is_some_and(|(of, _)| is_for(of));
    if !is_made && !state.asked_for.as_ref().is_some_and(is_for) && !view.busy {
        state.asked_for = Some(Arc::clone(view.proposal));
        intents.push(Intent::Diagnose);
    }
    let frame = Frame::new().inner_margin(Margin::symmetric(28, 18));
    frame.show(ui, |ui| {
        let DiagnosisState { made, open, shows_all, .. } = state;
        let Some((_, diagnosis)) = made.as_ref().filter(|_| is_made) else {
            note(ui, "Examining the proposal…");
            return;
        };
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 14.0);
            ui.spacing_mut().item_spacing.y = 8.0;
            verdict_ui(ui, view, diagnosis, intents);
            ui.checkbox(shows_all, "List everything that was found");
            for symptom in &diagnosis.symptoms {
                symptom_ui(ui, view, symptom, (open, *shows_all), intents);
            }
            ui.add_space(16.0);
        });
    });
}

fn card(ui: &Ui) -> Frame {
    let colours = Colours::of(ui.ctx());
    Frame::new()
        .fill(colours.panel)
        .stroke(egui::Stroke::new(1.0, colours.border))
        .corner_radius(8.0)
        .inner_margin(Margin::symmetric(16, 12))
}

fn verdict_ui(ui: &mut Ui, view: &View<'_>, diagnosis: &Diagnosis, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let verdict = &diagnosis.verdict;
    card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        let text = egui::RichText::new(&verdict.sentence).font(font::semibold(16.0));
        ui.add(egui::Label::new(text).wrap());
        for reason in &verdict.reasons {
            let (sign, colour) = if reason.speaks_for_splitting {
                ("+", colours.better)
            } else {
                ("−", colours.worse)
            };
            sentence(ui, sign, colour, &reason.sentence);
        }
        if !verdict.begin_with.is_empty() {
            ui.add_space(4.0);
            ui.label(egui::RichText::new("Good first candidates").font(font::semibold(13.0)));
        }
        for (service, why) in verdict.begin_with.iter().take(4) {
            let text = format!("{}: {why}", view.service_name(*service));
            if ui.link(egui::RichText::new(text).font(font::regular(13.0))).clicked() {
                show_services(&[*service], intents);
            }
        }
        for merge in verdict.merges.iter().take(6) {
            ui.horizontal_top(|ui| {
                let into = view.service_name(merge.b);
                let name = format!("Merge {} into {into}", view.service_name(merge.a));
                if Button::new("Merge").named(&name).show(ui).on_hover_text(&name).clicked() {
                    let command = Command::MergeServices { from: merge.a, into: merge.b };
                    intents.push(Intent::Do(command));
                }
                let text = egui::RichText::new(&merge.sentence).font(font::regular(13.0));
                let link = egui::Label::new(text).wrap().sense(egui::Sense::click());
                ui.vertical(|ui| {
                    ui.add_space(6.0);
                    let response = ui.add(link).on_hover_cursor(egui::CursorIcon::PointingHand);
                    if response.clicked() {
                        intents.push(Intent::Select(Selection::Pair(merge.a, merge.b)));
                    }
                });
            });
        }
    });
}

/// A sentence with a sign before it, wrapped beside it.
fn sentence(ui: &mut Ui, sign: &str, colour: Color32, text: &str) {
    ui.horizontal_top(|ui| {
        ui.label(egui::RichText::new(sign).font(font::semibold(13.0)).color(colour));
        let text = egui::RichText::new(text).font(font::regular(13.0));
        ui.add(egui::Label::new(text).wrap());
    });
}

fn tone(colours: &Colours, severity: Severity) -> Color32 {
    match severity {
        Severity::None => colours.better,
        severity if severity >= Severity::High => colours.worse,
        _ => colours.caution,
    }
}

fn symptom_ui(
    ui: &mut Ui,
    view: &View<'_>,
    symptom: &Symptom,
    (open, shows_all): (&mut BTreeSet<SymptomKind>, bool),
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let is_open = open.contains(&symptom.kind);
    card(ui).show(ui, |ui| {
        ui.set_width(ui.available_width());
        let text = symptom.kind.sentence();
        let severity = symptom.severity.word();
        let label = format!("symptom {text}: {severity}");
        let (rect, response) = clickable_row(ui, 26.0, &label, false);
        let y = rect.center().y;
        let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
        icons::paint(ui.painter(), icon, pos2(rect.left() + 8.0, y), 11.0, colours.text_soft);
        let colour = tone(colours, symptom.severity);
        let right = pos2(rect.right() - 4.0, y);
        let left = write_right(ui, right, severity, font::semibold(12.5), colour, 140.0);
        let mark = egui::Rect::from_center_size(pos2(left - 12.0, y), vec2(8.0, 8.0));
        ui.painter().rect_filled(mark, 4.0, colour);
        let at = pos2(rect.left() + 24.0, y);
        write(ui, at, text, font::semibold(13.5), colours.text, left - at.x - 30.0);
        if response.clicked() && !open.remove(&symptom.kind) {
            open.insert(symptom.kind);
        }
        if !is_open {
            return;
        }
        if symptom.severity != Severity::None {
            note(ui, format!("What usually helps: {}.", symptom.kind.advice()));
        }
        for measure in &symptom.measures {
            measure_ui(ui, view, measure, shows_all, intents);
        }
    });
}

fn measure_ui(
    ui: &mut Ui,
    view: &View<'_>,
    measure: &Measure,
    shows_all: bool,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    if !measure.unknown.is_empty() {
        note(ui, format!("{}: not measured, {}", measure.what, measure.unknown));
        return;
    }
    let count = match measure.of {
        0 => number(measure.count as i64),
        of => format!("{} of {}", number(measure.count as i64), number(of as i64)),
    };
    let setting = measure.setting;
    let text = format!(
        "{}: {count} · {} against a limit of {}",
        measure.what,
        setting.shown(measure.weighed),
        setting.shown(measure.limit)
    );
    let text = egui::RichText::new(text)
        .font(font::medium(13.0))
        .color(tone(colours, measure.severity).lerp_to_gamma(colours.text, 0.35));
    ui.add(egui::Label::new(text).wrap()).on_hover_text(format!(
        "{}: {}",
        setting.name(),
        setting.source()
    ));
    let shown = if shows_all { usize::MAX } else { FIRST };
    ui.spacing_mut().item_spacing.y = 0.0;
    for finding in measure.findings.iter().take(shown) {
        finding_ui(ui, view, finding, intents);
    }
    ui.spacing_mut().item_spacing.y = 8.0;
    let more = measure.findings.len().saturating_sub(shown);
    if more > 0 {
        note(ui, format!("and {} more", number(more as i64)));
    }
}

fn finding_ui(ui: &mut Ui, view: &View<'_>, finding: &Finding, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = clickable_row(ui, 24.0, &format!("finding {}", finding.what), false);
    let y = rect.center().y;
    let mut x = rect.left() + 24.0;
    for service in finding.services.iter().take(4) {
        if let Some(service) = view.proposal.service(*service) {
            let colour = super::view::service_colour(colours, service);
            super::controls::swatch(ui, pos2(x + 4.0, y), 8.0, colour);
            x += 13.0;
        }
    }
    let why = finding.context.join(", ");
    let right = pos2(rect.right() - 4.0, y);
    let end = write_right(ui, right, &why, font::regular(11.5), colours.text_faint, 200.0);
    let at = pos2(x + 4.0, y);
    write(ui, at, &finding.what, font::regular(12.5), colours.text, end - at.x - 10.0);
    if response.on_hover_text(&finding.what).clicked() {
        show(view, finding, intents);
    }
}

/// What a finding is about, on the map: its pieces, or its services where those are too many.
fn show(view: &View<'_>, finding: &Finding, intents: &mut Vec<Intent>) {
    let pieces: BTreeSet<PieceId> =
        finding.items.iter().flat_map(|item| pieces_of(view.facts, item)).collect();
    if pieces.is_empty() || pieces.len() > MOST_PIECES {
        show_services(&finding.services, intents);
        return;
    }
    intents.push(Intent::Act(super::actions::Action::ShowMap));
    intents.push(Intent::Select(Selection::of(pieces.iter().copied())));
    intents.push(Intent::ShowPieces(pieces.into_iter().collect()));
}

fn show_services(services: &[ServiceId], intents: &mut Vec<Intent>) {
    intents.push(Intent::Act(super::actions::Action::ShowMap));
    match services {
        [] => {}
        [one] => {
            intents.push(Intent::Select(Selection::Service(*one)));
            intents.push(Intent::ShowService(*one));
        }
        [a, b, ..] => intents.push(Intent::Select(Selection::Pair(*a, *b))),
    }
}

/// The pieces that something counted touches.
fn pieces_of(facts: &Facts, item: &Item) -> Vec<PieceId> {
    match item {
        Item::Call(at) => {
            let call = &facts.calls[*at];
            vec![facts.module_piece(call.from_module), facts.module_piece(call.to_module)]
        }
        Item::Operation(function) => vec![facts.module_piece(facts.function(*function).module)],
        Item::Access(at) => {
            let access = &facts.accesses[*at];
            vec![facts.module_piece(access.module), facts.table_piece(access.table)]
        }
        Item::Table(table) => vec![facts.table_piece(*table)],
        Item::ForeignKey(at) => {
            let key = &facts.foreign_keys[*at];
            vec![facts.table_piece(key.from), facts.table_piece(key.to)]
        }
        Item::Join(at) => {
            let join = &facts.joins[*at];
            vec![facts.table_piece(join.table_a), facts.table_piece(join.table_b)]
        }
        Item::Transaction(at) => {
            let steps = facts.transactions[*at].steps.iter();
            steps.map(|step| facts.table_piece(step.table)).collect()
        }
        Item::Commit(at) => {
            let commit = &facts.commits[*at];
            let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
            modules.chain(commit.tables.iter().map(|table| facts.table_piece(*table))).collect()
        }
        Item::Author(_) | Item::Service(_) | Item::Cycle(_) | Item::Chain(_) => Vec::new(),
    }
}
