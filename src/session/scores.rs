//! The figures of every proposal of an open project, kept right from command to command.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::{
    analysis::figures::{Figures, Scorer},
    facts::{Facts, PieceId},
    proposal::{Proposal, ServiceId, apply::with_kept_together, history::History},
};

/// What dropping pieces on a service would change.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceEffect {
    /// The service; `None` stands for a new one.
    pub service: Option<ServiceId>,
    /// The figures after minus the figures before.
    pub delta: Figures,
}

/// The scorer of one proposal, made when it is first needed, and the figures of revisions seen so far.
#[derive(Debug, Default)]
pub(super) struct Scores {
    scorer: OnceLock<Scorer>,
    by_revision: Mutex<BTreeMap<usize, Figures>>,
}

impl Scores {
    /// With a scorer that stands at the current revision.
    pub(super) fn of(scorer: Scorer) -> Self {
        Self { scorer: scorer.into(), ..Self::default() }
    }

    pub(super) fn scorer(&self, facts: &Arc<Facts>, history: &History) -> &Scorer {
        self.scorer.get_or_init(|| Scorer::new(Arc::clone(facts), history.current().grouping()))
    }

    /// Follows the history to its current revision. `kept` revisions are what they were.
    pub(super) fn follow(&mut self, history: &History, kept: usize) {
        let known = self.by_revision.get_mut().unwrap_or_else(PoisonError::into_inner);
        known.retain(|revision, _| *revision < kept);
        if let Some(scorer) = self.scorer.get_mut() {
            scorer.regroup(history.current().grouping());
            known.insert(history.at(), scorer.figures().clone());
        }
    }

    /// The figures of a revision that may not be the current one.
    pub(super) fn of_revision(
        &self,
        facts: &Arc<Facts>,
        history: &History,
        revision: usize,
    ) -> Figures {
        let scorer = self.scorer(facts, history);
        let mut known = self.by_revision.lock().unwrap_or_else(PoisonError::into_inner);
        let count = || {
            let mut scorer = scorer.clone();
            scorer.regroup(history.revisions()[revision].proposal.grouping());
            scorer.figures().clone()
        };
        known.entry(revision).or_insert_with(count).clone()
    }

    /// What dropping the pieces, and all that is kept together with them, would change, service by service in the
    /// order they are shown, and last for a new one.
    pub(super) fn effects(
        &self,
        facts: &Arc<Facts>,
        history: &History,
        pieces: &[PieceId],
    ) -> Vec<ServiceEffect> {
        let proposal: &Proposal = history.current();
        let pieces = with_kept_together(proposal, pieces);
        let mut effects = self.scorer(facts, history).effects(&pieces);
        let new = effects.pop().map(|effect| ServiceEffect { service: None, delta: effect.delta });
        let of_service = |id: ServiceId| ServiceEffect {
            service: Some(id),
            delta: std::mem::take(&mut effects[id.group().index()].delta),
        };
        proposal.services.iter().map(|service| service.id).map(of_service).chain(new).collect()
    }
}
