//! `check`: for continuous integration, whether anything new crosses between services.

use super::{
    Failure,
    args::{Check, CheckFormat},
    output::{Bar, data, say, warn},
};
use crate::{
    export::check::{json, sarif, text},
    session::{
        check::{CheckError, Question, check as compare},
        project::{Choice, HistorySource, Options},
    },
};

pub(super) fn check(asked: &Check) -> Result<(), Failure> {
    let options = Options {
        schema: asked.schema.clone(),
        // What crosses between services is in the code of today.
        history: HistorySource::None,
        choice: Choice { exclude: asked.exclude.clone(), include_excluded: false },
        ..Options::default()
    };
    let question = Question {
        project: asked.project.clone(),
        source: asked.source.clone(),
        proposal: asked.proposal.clone(),
        baseline: asked.baseline.clone(),
        update: asked.update,
        options,
    };
    let answer = compare(&question, &Bar::new()).map_err(|error| match error {
        CheckError::Usage(message) => Failure::Usage(message),
        other => Failure::Failed(other.to_string()),
    })?;
    warn(&answer.warnings, "");
    for (piece, service) in &answer.unknown {
        say(&format!("new: {piece} is in no service yet; it is taken to be in {service}"));
    }
    let report = match asked.format {
        CheckFormat::Text => text(&answer.checked),
        CheckFormat::Json => json(&answer.checked),
        CheckFormat::Sarif => sarif(&answer.checked, env!("CARGO_PKG_VERSION")),
    };
    data(&report)?;
    if let (true, Some(file)) = (answer.is_written, &asked.baseline) {
        say(&format!("{} is written: commit it", file.display()));
    } else if !answer.checked.fixed.is_empty() {
        say(
            "something is fixed: --update takes it out of the baseline, so that it does not come back",
        );
    }
    if answer.checked.passes() { Ok(()) } else { Err(Failure::Crossings) }
}
