//! Ways to go on for what is selected: one owner for a table, two pieces cut apart; else merges, splits and libraries.

use std::sync::Arc;

use egui::{Ui, text::LayoutJob, text::TextFormat};

use super::{
    controls::{Button, note},
    design::{Colours, font},
    map::effects::{changes, phrase},
    view::{Intent, Selection, View},
};
use crate::{
    facts::Piece,
    proposal::{
        Proposal,
        advice::{Advice, Question},
    },
};

/// So many reasons are told below each way.
const MOST_REASONS: usize = 6;

/// A question about a proposal, and what came of it.
type Answered = (Arc<Proposal>, Question, Result<Vec<Advice>, String>);

/// What came of the last question.
#[derive(Default)]
pub(super) struct AdviceState {
    found: Option<Answered>,
    asked: Option<(Arc<Proposal>, Question)>,
}

impl AdviceState {
    pub(super) fn take(
        &mut self,
        of: Arc<Proposal>,
        question: Question,
        answer: Result<Vec<Advice>, String>,
    ) {
        self.found = Some((of, question, answer));
    }
}

/// What can be asked about what is selected.
fn question(view: &View<'_>) -> Question {
    let Selection::Pieces(pieces) = view.selection else { return Question::Larger };
    let mut pieces = pieces.iter().copied();
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(piece), None, None) => match view.facts.piece(piece) {
            Piece::Table(table) => Question::Owner(table),
            Piece::Module(_) => Question::Larger,
        },
        (Some(a), Some(b), None) if view.proposal.service_of(a) == view.proposal.service_of(b) => {
            Question::Apart(a, b)
        }
        _ => Question::Larger,
    }
}

pub(super) fn advice_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut AdviceState,
    intents: &mut Vec<Intent>,
) {
    let question = question(view);
    let is_for =
        |of: &Arc<Proposal>, asked: Question| Arc::ptr_eq(of, view.proposal) && asked == question;
    let known = state.found.as_ref().is_some_and(|(of, asked, _)| is_for(of, *asked));
    let asked = state.asked.as_ref().is_some_and(|(of, asked)| is_for(of, *asked));
    if !known && !asked && !view.busy {
        state.asked = Some((Arc::clone(view.proposal), question));
        intents.push(Intent::Advise(question));
    }
    let heading = match question {
        Question::Owner(_) => "One owner for the table: the cheapest way first.",
        Question::Apart(..) => "To cut the two apart, this is the least that would cross.",
        Question::Larger => {
            "Larger moves. Select a table to find its owner, or two pieces to cut them apart."
        }
    };
    note(ui, heading);
    match &state.found {
        Some((of, asked, Ok(advice))) if is_for(of, *asked) => {
            if advice.is_empty() {
                note(ui, "Nothing is worth a look.");
            }
            for advice in advice {
                one_ui(ui, advice, intents);
            }
        }
        Some((of, asked, Err(trouble))) if is_for(of, *asked) => drop(note(ui, trouble.as_str())),
        _ => drop(note(ui, "Looking…")),
    }
    ui.add_space(10.0);
}

fn one_ui(ui: &mut Ui, advice: &Advice, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let Advice { title, reasons, command, effect, .. } = advice;
    ui.add_space(4.0);
    let mut job = LayoutJob::default();
    job.append(title, 0.0, TextFormat::simple(font::medium(13.0), colours.text));
    for change in changes(effect) {
        let colour = colours.change(change.delta as f64, true);
        let format = TextFormat::simple(font::regular(11.5), colour);
        job.append(&format!("\n{}", change.text), 0.0, format);
    }
    for reason in reasons.iter().take(MOST_REASONS) {
        let format = TextFormat::simple(font::regular(11.5), colours.text_soft);
        job.append(&format!("\n{reason}"), 0.0, format);
    }
    if reasons.len() > MOST_REASONS {
        let format = TextFormat::simple(font::regular(11.5), colours.text_faint);
        job.append(&format!("\nand {} more", reasons.len() - MOST_REASONS), 0.0, format);
    }
    job.wrap.max_width = ui.available_width();
    ui.label(job);
    // Where only code has to change there is no move to be done.
    let name = format!("Do: {title}: {}", phrase(effect));
    if advice.moves_anything() && Button::new("Do it").quiet().named(&name).show(ui).clicked() {
        intents.push(Intent::Do(command.clone()));
    }
}
