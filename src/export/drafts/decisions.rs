//! Architecture decision records: one for the proposal as a whole, one for each decision of the workshop.

use super::Drafts;
use crate::{
    analysis::figures::{Figure, Scorer},
    export::names::count,
    proposal::diagnosis::{Settings, diagnose},
};

/// Titles and texts, the proposal first.
pub(super) fn records(drafts: &Drafts<'_>, scorer: &Scorer) -> Vec<(String, String)> {
    let mut records = vec![whole(drafts, scorer)];
    let proposal = drafts.names.proposal;
    for note in proposal.notes.iter().filter(|note| note.decision) {
        let first = note.text.lines().next().unwrap_or_default();
        let title: String = first.chars().take(80).collect();
        let services = note.services.iter().map(|id| drafts.name(*id));
        let pieces =
            note.pieces.iter().map(|piece| format!("`{}`", drafts.names.facts.piece_name(*piece)));
        let about: Vec<String> = services.chain(pieces).collect();
        let by = if note.author.is_empty() { "not written down" } else { &note.author };
        let mut text = format!(
            "# {title}\n\n- status: accepted\n- date: {}\n- decided by: {by}\n",
            day(note.time)
        );
        text.push_str(&format!(
            "\n## Context\n\nProposal {} for {}.",
            proposal.name, drafts.names.facts.name
        ));
        if !about.is_empty() {
            text.push_str(&format!(" It is about {}.", about.join(", ")));
        }
        text.push_str(&format!("\n\n## Decision\n\n{}\n\n## Consequences\n\nTo be written down by those who decided.\n", note.text));
        records.push((title, text));
    }
    records
}

fn whole(drafts: &Drafts<'_>, scorer: &Scorer) -> (String, String) {
    let proposal = drafts.names.proposal;
    let diagnosis = diagnose(scorer, proposal, &Settings::default());
    let title = format!("Take {} apart as {} proposes", drafts.names.facts.name, proposal.name);
    let mut text = format!("# {title}\n\n- status: proposed\n\n## Context\n\n");
    for reason in &diagnosis.verdict.reasons {
        let mark = if reason.speaks_for_splitting { "for" } else { "against" };
        text.push_str(&format!("- {mark}: {}.\n", reason.sentence));
    }
    text.push_str(&format!("\n{}\n\n## Decision\n\n", diagnosis.verdict.sentence));
    for step in &drafts.plan.steps {
        text.push_str(&format!(
            "{}. {}: {}, {}\n",
            step.number,
            drafts.name(step.service),
            count(step.scope.modules.len(), "module", "modules"),
            count(step.scope.tables.len(), "table", "tables")
        ));
    }
    text.push_str("\n## Consequences\n\nWhen all steps are done:\n\n");
    for figure in Figure::ALL.into_iter().filter(|figure| *figure != Figure::LargestShare) {
        text.push_str(&format!("- {}: {:.0}\n", figure.name(), figure.of(&drafts.plan.figures)));
    }
    (title, text)
}

fn day(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) if seconds != 0 => time.strftime("%Y-%m-%d").to_string(),
        _ => "not written down".to_owned(),
    }
}
