//! An open project: the facts of one monolith and the proposals made for it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    facts::Facts,
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
    clock: fn() -> i64,
}

impl Session {
    /// A project that is in memory only.
    #[must_use]
    pub fn from_facts(facts: Facts) -> Self {
        Self { facts: Arc::new(facts), proposals: Vec::new(), clock: now }
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
        })
    }

    /// Takes the last step back; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub fn undo(&mut self, at: usize) -> Result<bool, SessionError> {
        Ok(self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?.undo())
    }

    /// Does the next step again; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal.
    pub fn redo(&mut self, at: usize) -> Result<bool, SessionError> {
        Ok(self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?.redo())
    }
}

/// The wall clock, in seconds since 1970, in UTC.
fn now() -> i64 {
    Timestamp::now().as_second()
}
