//! The chapters of the diagnosis: the verdict with its reasons at the front, the symptoms with what they were measured by.

use super::{Block, Section, Span, Table, argument, cell, plain, severity};
use crate::{
    export::{diagnosis::sentence, names::Names},
    proposal::diagnosis::{Diagnosis, Severity},
};

/// At most this many findings of a symptom stand in the document.
const FINDINGS: usize = 3;

/// The verdict and its reasons.
pub(super) fn diagnosis(names: &Names<'_>, diagnosis: &Diagnosis) -> Section {
    let verdict = &diagnosis.verdict;
    let reasons = verdict.reasons.iter();
    let reasons = reasons.map(|reason| argument(reason.speaks_for_splitting, &reason.sentence));
    let merges = verdict.merges.iter().map(|merge| {
        let pair = format!("{} and {} are one:", names.service(merge.a), names.service(merge.b));
        vec![Span::Strong { text: pair }, plain(format!(" {}.", merge.sentence))]
    });
    let lines = reasons.chain(merges).collect();
    Section::new("verdict", 2, "Verdict")
        .with(Block::Lead(vec![plain(verdict.sentence.clone())]))
        .with(Block::List(lines))
}

/// The symptoms, each with the measures that are above their limits.
pub(super) fn symptoms(_names: &Names<'_>, diagnosis: &Diagnosis) -> Section {
    let mut table = Table::new(&["symptom", "severity", "measured", "for example", "what helps"]);
    for symptom in &diagnosis.symptoms {
        let loud = symptom.measures.iter().filter(|measure| measure.severity > Severity::None);
        let measured: Vec<String> = loud.clone().map(sentence).collect();
        let examples: Vec<&str> = loud
            .filter_map(|measure| measure.findings.first())
            .take(FINDINGS)
            .map(|finding| finding.what.as_str())
            .collect();
        let is_quiet = symptom.severity == Severity::None;
        table.row(vec![
            cell(symptom.kind.sentence()),
            severity(symptom.severity),
            cell(measured.join(". ")),
            cell(examples.join(". ")),
            cell(if is_quiet { "" } else { symptom.kind.advice() }),
        ]);
    }
    Section::new("symptoms", 2, "Symptoms of a distributed monolith")
        .with_text("One alone proves nothing. Limits have defaults and can be set; “seamline diagnose” says where each comes from.")
        .with_table(table)
}
