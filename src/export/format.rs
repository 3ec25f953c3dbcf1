//! The closed list of formats that a proposal is exported in: the command line and the window share it.

use std::sync::Arc;

use super::{
    cml, csv,
    document::document,
    dot,
    html::html,
    issues, json,
    markdown::markdown,
    mermaid,
    names::Names,
    plan::{Plan, plan_in},
    plan_json, ron, split,
    sql::{self, Way},
    structurizr, svg,
};
use crate::{
    analysis::figures::{Crossings, Scorer},
    facts::Facts,
    proposal::{
        Proposal, ServiceId,
        map::{Layout, Request, arrange},
    },
};

/// What a proposal can be exported as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Markdown,
    Html,
    Json,
    Csv,
    Ron,
    Svg,
    Mermaid,
    Dot,
    Structurizr,
    Cml,
    Issues,
    Sql,
    SqlBack,
}

impl Format {
    pub const ALL: [Self; 13] = [
        Self::Markdown,
        Self::Html,
        Self::Json,
        Self::Csv,
        Self::Ron,
        Self::Svg,
        Self::Mermaid,
        Self::Dot,
        Self::Structurizr,
        Self::Cml,
        Self::Issues,
        Self::Sql,
        Self::SqlBack,
    ];

    /// The word that the command line uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ron => "ron",
            Self::Svg => "svg",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Structurizr => "structurizr",
            Self::Cml => "cml",
            Self::Issues => "issues",
            Self::Sql => "sql",
            Self::SqlBack => "sql-back",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Plan as Markdown",
            Self::Html => "Plan as a page that works offline",
            Self::Json => "The whole plan as JSON",
            Self::Csv => "Pieces and services as CSV",
            Self::Ron => "Proposal as RON, to be reviewed in git",
            Self::Svg => "Map as a picture",
            Self::Mermaid => "Services as a Mermaid flowchart",
            Self::Dot => "Services and tables for Graphviz",
            Self::Structurizr => "Services in the Structurizr DSL",
            Self::Cml => "Context map for Context Mapper",
            Self::Issues => "Issues as CSV for Jira, GitLab, GitHub",
            Self::Sql => "Database steps as SQL",
            Self::SqlBack => "The way back as SQL",
        }
    }

    /// What its files are called, after the proposal's name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "plan.md",
            Self::Html => "plan.html",
            Self::Json => "plan.json",
            Self::Csv => "csv",
            Self::Ron => "ron",
            Self::Svg => "map.svg",
            Self::Mermaid => "mmd",
            Self::Dot => "dot",
            Self::Structurizr => "dsl",
            Self::Cml => "cml",
            Self::Issues => "issues.csv",
            Self::Sql => "sql",
            Self::SqlBack => "back.sql",
        }
    }

    /// The format with that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The text of a proposal in this format. `layout` is how the map shows it; without one it is laid out afresh.
    #[must_use]
    pub fn text(self, facts: &Arc<Facts>, proposal: &Proposal, layout: Option<&Layout>) -> String {
        self.text_in(facts, proposal, layout, &[])
    }

    /// The same, with the services that leave first in the order in which they do.
    #[must_use]
    pub fn text_in(
        self,
        facts: &Arc<Facts>,
        proposal: &Proposal,
        layout: Option<&Layout>,
        order: &[ServiceId],
    ) -> String {
        let plan = || plan_in(facts, proposal, order);
        let names = Names::new(facts, proposal);
        let document = || document(facts, proposal, &plan());
        let scorer = || Scorer::new(Arc::clone(facts), proposal.grouping());
        match self {
            Self::Markdown => markdown(&document()),
            Self::Html => html(&document(), Some(&picture(&scorer(), proposal, layout))),
            Self::Json => whole(&names, &scorer(), &plan()),
            Self::Csv => csv::print(&split::rows(facts, proposal)),
            Self::Ron => ron::print(facts, proposal),
            Self::Svg => picture(&scorer(), proposal, layout),
            Self::Mermaid => mermaid::print(facts, proposal, &scorer()),
            Self::Dot => dot::print(facts, proposal, &scorer()),
            Self::Structurizr => structurizr::print(facts, proposal, &scorer()),
            Self::Cml => cml::print(facts, proposal, &scorer()),
            Self::Issues => csv::print(&issues::rows(&names, &plan())),
            Self::Sql => sql::print(&names, &plan(), Way::Forth),
            Self::SqlBack => sql::print(&names, &plan(), Way::Back),
        }
    }
}

/// The proposal, its figures and the plan as JSON.
fn whole(names: &Names<'_>, scorer: &Scorer, plan: &Plan) -> String {
    let mut whole = json::proposal(names.facts, names.proposal, scorer.figures());
    whole["plan"] = plan_json::value(names, plan);
    format!("{whole:#}\n")
}

/// The map as a picture.
pub(super) fn picture(scorer: &Scorer, proposal: &Proposal, layout: Option<&Layout>) -> String {
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

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        export::plan::tests::{SHOP, SHOP_SPLIT, monoliths, proposal},
        facts::notation,
    };

    /// The shop, whose second service is called `Stock`.
    pub(in crate::export) fn shop() -> (Arc<Facts>, Proposal, Scorer) {
        shop_called("Stock")
    }

    pub(in crate::export) fn shop_called(name: &str) -> (Arc<Facts>, Proposal, Scorer) {
        let facts = Arc::new(notation::parse(SHOP).expect("a good notation"));
        let mut proposal = proposal(&facts, SHOP_SPLIT);
        proposal.services[1].name = name.to_owned();
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        (facts, proposal, scorer)
    }

    #[test]
    fn every_format_has_a_word_of_its_own() {
        for format in Format::ALL {
            assert_eq!(Format::named(format.word()), Some(format));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_proposal_can_be_written_in_every_format((facts, proposal) in monoliths()) {
            for format in Format::ALL {
                let written = format.text(&facts, &proposal, None);
                prop_assert_eq!(&written, &format.text(&facts, &proposal, None));
                prop_assert!(!written.is_empty());
            }
        }
    }
}
