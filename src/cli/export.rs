//! `export`: a proposal as a plan, as data, or as a picture.

use std::path::Path;

use super::{
    Failure,
    args::{Chosen, ExportFormat},
    chosen, look,
    output::data,
};
use crate::{
    analysis::figures::Crossings,
    export::{
        csv, document::document, html::html, json, markdown::markdown, plan::plan, ron, split, svg,
    },
    proposal::map::{Request, arrange},
    session::{Session, project::write_file},
};

pub(super) fn export(
    project: &Path,
    proposal: &Chosen,
    format: ExportFormat,
    output: Option<&Path>,
) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let text = text(&session, at, format);
    match output {
        None => Ok(data(&text)?),
        Some(path) if path == Path::new("-") => Ok(data(&text)?),
        Some(path) => write_file(path, &text)
            .map_err(|reason| Failure::File { path: path.to_owned(), reason }),
    }
}

/// A proposal in one of the formats; empty when there is no such proposal.
pub(super) fn text(session: &Session, at: usize, format: ExportFormat) -> String {
    let (Some(proposal), Some(figures)) = (session.proposal(at), session.figures(at)) else {
        return String::new();
    };
    let facts = session.facts();
    let document = || document(facts, proposal, &plan(facts, proposal));
    match format {
        ExportFormat::Markdown => markdown(&document()),
        ExportFormat::Html => html(&document(), Some(&map(session, at))),
        ExportFormat::Svg => map(session, at),
        ExportFormat::Json => json::proposal(facts, proposal, figures),
        ExportFormat::Csv => csv::print(&split::rows(facts, proposal)),
        ExportFormat::Ron => ron::print(facts, proposal),
    }
}

/// The map as a picture, as the window would lay it out afresh.
fn map(session: &Session, at: usize) -> String {
    let (Some(proposal), Some(scorer)) = (session.proposal(at), session.scorer(at)) else {
        return String::new();
    };
    let pairs: Vec<_> = scorer.pairs().collect();
    #[expect(clippy::cast_precision_loss, reason = "a strength to lay out by")]
    let pull = |crossings: &Crossings| {
        let Crossings { calls, reads, writes, declared_keys, implied_keys, .. } = crossings;
        (calls + reads + 2 * writes + 3 * (declared_keys + implied_keys)) as f32
    };
    let pulls: Vec<_> = pairs
        .iter()
        .map(|(from, to, crossings)| ((*from).into(), (*to).into(), pull(crossings)))
        .collect();
    let request = Request { facts: session.facts(), proposal, pulls: &pulls, previous: None };
    svg::picture(session.facts(), proposal, &arrange(&request), &pairs)
}
