//! What a window needs of a project beside the project itself, made on a thread of its own so that nobody waits.

use std::sync::Arc;

use super::super::{explorer::ExplorerState, names::Lookup};
use crate::{
    analysis::figures::Scorer,
    facts::Facts,
    proposal::{
        Proposal,
        map::{Layout, Request, arrange},
    },
    session::{Session, exports::pulls},
};

/// Indexes of the facts, and the map of the first proposal.
pub(in crate::ui) struct Ready {
    pub lookup: Lookup,
    pub explorer: ExplorerState,
    pub first: Option<Arranged>,
}

/// Where everything stands, and in which proposal.
pub(in crate::ui) struct Arranged {
    pub of: Arc<Proposal>,
    pub layout: Layout,
}

impl Ready {
    /// Costs time in proportion to the facts.
    pub(in crate::ui) fn of(facts: &Facts) -> Self {
        let lookup = Lookup::of(facts);
        let explorer = ExplorerState::new(facts, &lookup);
        Self { lookup, explorer, first: None }
    }

    /// With the figures and the map of the first proposal.
    pub(in crate::ui) fn of_session(session: &Session) -> Self {
        let first = session.proposal(0).zip(session.scorer(0)).map(|(proposal, scorer)| {
            let restored = session.layout(0).and_then(Layout::restored);
            Arranged::new(session.facts(), proposal, scorer, restored.as_ref())
        });
        // Asked for so that they are known.
        drop(session.figures_at_start(0));
        Self { first, ..Self::of(session.facts()) }
    }
}

impl Arranged {
    pub(in crate::ui) fn new(
        facts: &Arc<Facts>,
        proposal: &Arc<Proposal>,
        scorer: &Scorer,
        previous: Option<&Layout>,
    ) -> Self {
        let pulls = pulls(scorer);
        let layout = arrange(&Request { facts, proposal, pulls: &pulls, previous });
        Self { of: Arc::clone(proposal), layout }
    }
}
