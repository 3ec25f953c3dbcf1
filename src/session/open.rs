//! An open project: the facts of one monolith and the proposals made for it.

use std::sync::Arc;

use jiff::Timestamp;

use super::scores::{Scores, ServiceEffect};
use crate::{
    analysis::figures::{Figures, Scorer},
    facts::{Facts, PieceId},
    proposal::{Proposal, apply::Refusal, command::Command, history::History},
};

/// Why something could not be done with an open project.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The command can't be done on this proposal; the sentence says why.
    #[error("{sentence}")]
    Refused { refusal: Refusal, sentence: String },
    #[error("There is no such proposal")]
    UnknownProposal,
    #[error("There is a proposal called {0} already")]
    NameTaken(String),
    #[error("A proposal needs a name")]
    EmptyName,
}

/// An open project. Faces read it, and change it only by commands.
#[derive(Debug)]
pub struct Session {
    facts: Arc<Facts>,
    proposals: Vec<History>,
    /// By proposal.
    scores: Vec<Scores>,
    clock: fn() -> i64,
}

impl Session {
    /// A project that is in memory only.
    #[must_use]
    pub fn from_facts(facts: Facts) -> Self {
        Self { facts: Arc::new(facts), proposals: Vec::new(), scores: Vec::new(), clock: now }
    }

    /// What was read of the monolith.
    #[must_use]
    pub fn facts(&self) -> &Arc<Facts> {
        &self.facts
    }

    /// The proposals with their histories, in the order they were made.
    #[must_use]
    pub fn proposals(&self) -> &[History] {
        &self.proposals
    }

    /// A proposal as it is now.
    #[must_use]
    pub fn proposal(&self, at: usize) -> Option<&Arc<Proposal>> {
        self.proposals.get(at).map(History::current)
    }

    /// The place of the proposal with that name.
    #[must_use]
    pub fn proposal_named(&self, name: &str) -> Option<usize> {
        self.proposals.iter().position(|history| history.current().name == name)
    }

    /// Adds a proposal and answers its place. `what` says how it began, for the list of steps.
    ///
    /// # Errors
    /// When the name is empty or taken.
    pub fn add_proposal(&mut self, proposal: Proposal, what: &str) -> Result<usize, SessionError> {
        if proposal.name.trim().is_empty() {
            return Err(SessionError::EmptyName);
        }
        if self.proposal_named(&proposal.name).is_some() {
            return Err(SessionError::NameTaken(proposal.name));
        }
        self.proposals.push(History::new(proposal, what, (self.clock)()));
        self.scores.push(Scores::default());
        Ok(self.proposals.len() - 1)
    }

    /// Does a command on the proposal at `at`.
    ///
    /// # Errors
    /// When the command is refused; nothing has changed then.
    pub fn apply(&mut self, at: usize, command: &Command) -> Result<(), SessionError> {
        let time = (self.clock)();
        let history = self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?;
        let what = command.describe(&self.facts, history.current());
        history.apply(command, &what, time).map_err(|refusal| {
            let sentence = refusal.sentence(&self.facts);
            SessionError::Refused { refusal, sentence }
        })?;
        self.scores[at].follow(history, history.at());
        Ok(())
    }

    /// Takes the last step back; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub fn undo(&mut self, at: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get(at).ok_or(SessionError::UnknownProposal)?;
        history.at().checked_sub(1).map_or(Ok(false), |revision| self.go_to(at, revision))
    }

    /// Does the next step again; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub fn redo(&mut self, at: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get(at).ok_or(SessionError::UnknownProposal)?;
        self.go_to(at, history.at() + 1)
    }

    /// Makes another revision of a proposal count; says whether there is one.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub fn go_to(&mut self, at: usize, revision: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?;
        let exists = history.go_to(revision);
        if exists {
            self.scores[at].follow(history, usize::MAX);
        }
        Ok(exists)
    }

    /// The scorer of a proposal: its figures, what crosses between each two services, and the items behind every
    /// count. Groups have the numbers of services' ids.
    #[must_use]
    pub fn scorer(&self, at: usize) -> Option<&Scorer> {
        Some(self.scores.get(at)?.scorer(&self.facts, &self.proposals[at]))
    }

    /// The figures of a proposal as it is now.
    #[must_use]
    pub fn figures(&self, at: usize) -> Option<&Figures> {
        self.scorer(at).map(Scorer::figures)
    }

    /// The figures before the last step; `None` at the start.
    #[must_use]
    pub fn figures_before(&self, at: usize) -> Option<Figures> {
        let history = self.proposals.get(at)?;
        let before = history.at().checked_sub(1)?;
        Some(self.scores[at].of_revision(&self.facts, history, before))
    }

    /// The figures of a proposal as it began.
    #[must_use]
    pub fn figures_at_start(&self, at: usize) -> Option<Figures> {
        let history = self.proposals.get(at)?;
        Some(self.scores[at].of_revision(&self.facts, history, 0))
    }

    /// What dropping the pieces, and all that is kept together with them, would change: service by service in the
    /// order they are shown, and last for a new one. Empty when there is no such proposal.
    #[must_use]
    pub fn effects(&self, at: usize, pieces: &[PieceId]) -> Vec<ServiceEffect> {
        self.proposals
            .get(at)
            .map(|history| self.scores[at].effects(&self.facts, history, pieces))
            .unwrap_or_default()
    }
}

/// The wall clock, in seconds since 1970, in UTC.
fn now() -> i64 {
    Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{analysis::grouping::Role, facts::notation::parse};

    /// Does commands on a proposal for these facts and writes each figure line down.
    fn session() -> Session {
        let facts = parse(
            "orders/cart.rb calls billing/invoice.rb
             billing/invoice.rb writes invoices
             orders/cart.rb writes orders
             orders keys invoices",
        );
        let mut session = Session::from_facts(facts.expect("good notation"));
        let count = session.facts().piece_count();
        session.clock = || 0;
        session.add_proposal(Proposal::undivided("First", count), "Begin").expect("a free name");
        session
    }

    fn new_service(session: &mut Session, name: &str, pieces: &[&str]) {
        let named = |name: &&str| session.facts().piece_named(name).expect("a piece");
        let pieces = pieces.iter().map(named).collect();
        let command = Command::NewService { name: name.to_owned(), role: Role::Service, pieces };
        session.apply(0, &command).expect("possible");
    }

    #[test]
    fn figures_follow_commands_and_undo() {
        let mut session = session();
        assert_eq!(session.figures(0).map(|figures| figures.crossing_calls), Some(0));
        new_service(&mut session, "Billing", &["billing/invoice.rb"]);
        assert_eq!(session.figures(0).map(|figures| figures.crossing_calls), Some(1));
        assert_eq!(session.figures(0).map(|figures| figures.crossing_writes), Some(1));
        assert_eq!(session.figures_before(0).map(|figures| figures.crossing_calls), Some(0));
        assert_eq!(session.undo(0).ok(), Some(true));
        assert_eq!(session.figures(0), session.figures_at_start(0).as_ref());
        assert_eq!(session.figures_before(0), None);
        assert_eq!(session.undo(0).ok(), Some(false));
        assert_eq!(session.redo(0).ok(), Some(true));
        assert_eq!(session.figures(0).map(|figures| figures.crossing_calls), Some(1));
    }

    #[test]
    fn effects_are_told_service_by_service_and_for_a_new_one() {
        let mut session = session();
        new_service(&mut session, "Billing", &["billing/invoice.rb"]);
        let invoices = session.facts().piece_named("invoices").expect("a table");
        let effects: Vec<(Option<u32>, i64)> = session
            .effects(0, &[invoices])
            .into_iter()
            .map(|effect| (effect.service.map(|id| id.0), effect.delta.crossing_writes))
            .collect();
        assert_eq!(effects, [(Some(0), 0), (Some(1), -1), (None, 0)]);
    }
}
