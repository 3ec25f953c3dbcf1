//! The closed list of formats that a proposal is written in, for both faces: what each is called, and its text.

use std::sync::Arc;

use super::Session;
use crate::{
    analysis::figures::{Crossings, Scorer},
    export::{
        csv, document::document, html::html, json, markdown::markdown, plan::plan, ron, split, svg,
    },
    facts::Facts,
    proposal::{
        Proposal, ServiceId,
        map::{Layout, Request, arrange},
    },
};

/// A format that a proposal can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Markdown,
    Html,
    Json,
    Csv,
    Ron,
    Svg,
}

impl Format {
    /// In the order menus show them.
    pub const ALL: [Self; 6] =
        [Self::Markdown, Self::Html, Self::Json, Self::Csv, Self::Ron, Self::Svg];

    /// The word of the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ron => "ron",
            Self::Svg => "svg",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Plan as Markdown",
            Self::Html => "Plan as a web page",
            Self::Json => "Proposal and figures as JSON",
            Self::Csv => "Placement as CSV",
            Self::Ron => "Proposal as RON",
            Self::Svg => "Map as SVG",
        }
    }

    /// What the file is called, after the proposal's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "plan.md",
            Self::Html => "plan.html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ron => "ron",
            Self::Svg => "map.svg",
        }
    }

    /// The text of a proposal in this format. `layout` is how the map shows it; without one it is laid out afresh.
    #[must_use]
    pub fn text(self, facts: &Arc<Facts>, proposal: &Proposal, layout: Option<&Layout>) -> String {
        let document = || document(facts, proposal, &plan(facts, proposal));
        let scorer = || Scorer::new(Arc::clone(facts), proposal.grouping());
        match self {
            Self::Markdown => markdown(&document()),
            Self::Html => html(&document(), Some(&picture(&scorer(), proposal, layout))),
            Self::Json => json::proposal(facts, proposal, scorer().figures()),
            Self::Csv => csv::print(&split::rows(facts, proposal)),
            Self::Ron => ron::print(facts, proposal),
            Self::Svg => picture(&scorer(), proposal, layout),
        }
    }
}

impl Session {
    /// A proposal in one of the formats; empty when there is no such proposal.
    #[must_use]
    pub fn export(&self, at: usize, format: Format) -> String {
        let text = |proposal: &Arc<Proposal>| format.text(self.facts(), proposal, None);
        self.proposal(at).map(text).unwrap_or_default()
    }
}

/// The map as a picture.
fn picture(scorer: &Scorer, proposal: &Proposal, layout: Option<&Layout>) -> String {
    let pairs: Vec<_> = scorer.pairs().collect();
    if let Some(layout) = layout {
        return svg::picture(scorer.facts(), proposal, layout, &pairs);
    }
    let pulls = pulls(scorer);
    let request = Request { facts: scorer.facts(), proposal, pulls: &pulls, previous: None };
    svg::picture(scorer.facts(), proposal, &arrange(&request), &pairs)
}

/// How strongly each two services pull each other on the map.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a strength to lay out by")]
pub fn pulls(scorer: &Scorer) -> Vec<(ServiceId, ServiceId, f32)> {
    let pull = |crossings: &Crossings| {
        let Crossings { calls, reads, writes, declared_keys, implied_keys, .. } = crossings;
        (calls + reads + 2 * writes + 3 * (declared_keys + implied_keys)) as f32
    };
    let pairs = scorer.pairs();
    pairs.map(|(from, to, crossings)| (from.into(), to.into(), pull(&crossings))).collect()
}
