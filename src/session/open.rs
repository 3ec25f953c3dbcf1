//! An open project: the facts of one monolith and the proposals made for it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    project::Options,
    scores::{Scores, ServiceEffect},
    store::{Contents, Key, Store, StoreError},
};
use crate::{
    analysis::figures::{Figures, Scorer},
    facts::{Facts, PieceId},
    import::history::Kept,
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
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An open project. Faces read it, and change it only by commands.
///
/// Once it has a file, everything that is done is in that file before the method that did it returns.
#[derive(Debug)]
pub struct Session {
    pub(super) facts: Arc<Facts>,
    pub(super) proposals: Vec<History>,
    /// By proposal.
    pub(super) scores: Vec<Scores>,
    /// By proposal.
    pub(super) layouts: Vec<Option<String>>,
    /// By proposal; without meaning while there is no file.
    pub(super) keys: Vec<Key>,
    pub(super) store: Option<Store>,
    pub(super) folder: Option<PathBuf>,
    /// Commits as they were read; `None` while only the file holds them.
    pub(super) history: Option<Kept>,
    /// How the monolith was imported, so that it is imported again in the same way.
    pub(super) asked: Option<Options>,
    clock: fn() -> i64,
}

impl Session {
    /// A project that is in memory only.
    #[must_use]
    pub fn from_facts(facts: Facts) -> Self {
        Self {
            facts: Arc::new(facts),
            proposals: Vec::new(),
            scores: Vec::new(),
            layouts: Vec::new(),
            keys: Vec::new(),
            store: None,
            folder: None,
            history: None,
            asked: None,
            clock: now,
        }
    }

    /// Opens a project file.
    ///
    /// # Errors
    /// When it is no project file, is newer than this program, or can't be read.
    pub fn open(path: &Path) -> Result<Self, SessionError> {
        let (store, stored) = Store::open(path)?;
        let mut session = Self::from_facts(stored.facts);
        for (key, history) in stored.proposals {
            session.push(history, key);
        }
        session.layouts = stored.layouts;
        session.folder = stored.folder;
        session.asked = stored.asked;
        session.store = Some(store);
        Ok(session)
    }

    /// Writes the whole project to a file, which is its home from now on. What was there is replaced only once the
    /// new file is complete.
    ///
    /// # Errors
    /// When the file can't be written; the project stays where it was.
    pub fn save_as(&mut self, path: &Path) -> Result<(), SessionError> {
        let history = self.kept_history();
        let contents = Contents {
            facts: &self.facts,
            history: &history,
            proposals: &self.proposals,
            layouts: &self.layouts,
            folder: self.folder.as_deref(),
            asked: self.asked.as_ref(),
        };
        let (store, keys) = Store::create(path, &contents)?;
        self.store = Some(store);
        self.keys = keys;
        self.history = None;
        Ok(())
    }

    /// What the last import knows of history, so that the next one reads only what came since.
    #[must_use]
    pub fn kept_history(&self) -> Kept {
        let stored = || self.store.as_ref().and_then(|store| store.history().ok());
        self.history.clone().or_else(stored).unwrap_or_default()
    }

    /// The file that holds the project; `None` while it is in memory only.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.store.as_ref().map(Store::path)
    }

    /// The folder that the monolith was imported from; `None` where that is not known or it is gone.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref().filter(|folder| folder.is_dir())
    }

    /// How to import the monolith again: as it was imported last, patterns, schema files and history included; `None`
    /// where its folder is not known or gone.
    #[must_use]
    pub fn import_options(&self) -> Option<Options> {
        let folder = self.folder()?.to_owned();
        Some(Options { folder, ..self.asked.clone().unwrap_or_default() })
    }

    /// Whether what is done is kept: false while there is no file, or one that can only be read.
    #[must_use]
    pub fn keeps(&self) -> bool {
        self.store.as_ref().is_some_and(Store::writable)
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

    /// The first name like `wanted` that no proposal has: `wanted`, `wanted 2`, `wanted 3`, …
    #[must_use]
    pub fn free_name(&self, wanted: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted} {number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        names.find(|name| self.proposal_named(name).is_none()).unwrap_or_default()
    }

    /// Adds a proposal and answers its place. `what` says how it began, for the list of steps.
    ///
    /// # Errors
    /// When the name is empty or taken, or the file can't be written.
    pub fn add_proposal(&mut self, proposal: Proposal, what: &str) -> Result<usize, SessionError> {
        self.check_name(&proposal.name, None)?;
        let history = History::new(proposal, what, (self.clock)());
        let key = match &mut self.store {
            Some(store) => store.add(&self.facts, &history)?,
            None => 0,
        };
        self.push(history, key);
        Ok(self.proposals.len() - 1)
    }

    fn push(&mut self, history: History, key: Key) {
        self.proposals.push(history);
        self.scores.push(Scores::default());
        self.layouts.push(None);
        self.keys.push(key);
    }

    /// Adds a copy of a proposal as it is now and answers its place.
    ///
    /// # Errors
    /// When there is no such proposal, the name is empty or taken, or the file can't be written.
    pub fn copy_proposal(&mut self, at: usize, name: &str) -> Result<usize, SessionError> {
        let original = self.proposal(at).ok_or(SessionError::UnknownProposal)?;
        let what = format!("Copy {}", original.name);
        let copy = Proposal { name: name.trim().to_owned(), ..Proposal::clone(original) };
        let new = self.add_proposal(copy, &what)?;
        // The same pieces in the same places have the same figures.
        if let Some(scorer) = self.scorer(at).cloned() {
            self.scores[new] = Scores::of(scorer);
        }
        if let Some(layout) = self.layouts[at].clone() {
            self.set_layout(new, layout)?;
        }
        Ok(new)
    }

    /// Gives a proposal another name. This is no step of its history.
    ///
    /// # Errors
    /// When there is no such proposal, the name is empty or taken, or the file can't be written.
    pub fn rename_proposal(&mut self, at: usize, name: &str) -> Result<(), SessionError> {
        let name = name.trim();
        self.check_name(name, Some(at))?;
        let history = self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?;
        if let Some(store) = &mut self.store {
            store.rename(self.keys[at], name)?;
        }
        history.rename(name);
        Ok(())
    }

    /// Forgets a proposal with its history.
    ///
    /// # Errors
    /// When there is no such proposal or the file can't be written.
    pub fn remove_proposal(&mut self, at: usize) -> Result<(), SessionError> {
        if at >= self.proposals.len() {
            return Err(SessionError::UnknownProposal);
        }
        if let Some(store) = &mut self.store {
            store.remove(self.keys[at])?;
        }
        self.proposals.remove(at);
        self.scores.remove(at);
        self.layouts.remove(at);
        self.keys.remove(at);
        Ok(())
    }

    fn check_name(&self, name: &str, except: Option<usize>) -> Result<(), SessionError> {
        if name.trim().is_empty() {
            return Err(SessionError::EmptyName);
        }
        match self.proposal_named(name) {
            Some(at) if Some(at) != except => Err(SessionError::NameTaken(name.to_owned())),
            _ => Ok(()),
        }
    }

    /// Does a command on the proposal at `at`.
    ///
    /// # Errors
    /// When the command is refused or can't be written; nothing has changed then.
    pub fn apply(&mut self, at: usize, command: &Command) -> Result<(), SessionError> {
        let history = self.proposals.get(at).ok_or(SessionError::UnknownProposal)?;
        let what = command.describe(&self.facts, history.current());
        let mut next = history.clone();
        let is_step = next.apply(command, &what, (self.clock)()).map_err(|refusal| {
            let sentence = refusal.sentence(&self.facts);
            SessionError::Refused { refusal, sentence }
        })?;
        if !is_step {
            return Ok(());
        }
        if let Some(store) = &mut self.store {
            store.append(&self.facts, self.keys[at], &next)?;
        }
        self.scores[at].follow(&next, next.at());
        self.proposals[at] = next;
        Ok(())
    }

    /// Takes the last step back; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal or the file can't be written.
    pub fn undo(&mut self, at: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get(at).ok_or(SessionError::UnknownProposal)?;
        history.at().checked_sub(1).map_or(Ok(false), |revision| self.go_to(at, revision))
    }

    /// Does the next step again; says whether there was one.
    ///
    /// # Errors
    /// When there is no such proposal or the file can't be written.
    pub fn redo(&mut self, at: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get(at).ok_or(SessionError::UnknownProposal)?;
        self.go_to(at, history.at() + 1)
    }

    /// Makes another revision of a proposal count; says whether there is one.
    ///
    /// # Errors
    /// When there is no such proposal or the file can't be written.
    pub fn go_to(&mut self, at: usize, revision: usize) -> Result<bool, SessionError> {
        let history = self.proposals.get_mut(at).ok_or(SessionError::UnknownProposal)?;
        let from = history.at();
        if !history.go_to(revision) {
            return Ok(false);
        }
        if let Some(store) = &mut self.store
            && let Err(error) = store.go_to(&self.facts, self.keys[at], history, from)
        {
            history.go_to(from);
            return Err(error.into());
        }
        self.scores[at].follow(history, usize::MAX);
        Ok(true)
    }

    /// Where the map showed things of a proposal, as the map wrote it.
    #[must_use]
    pub fn layout(&self, at: usize) -> Option<&str> {
        self.layouts.get(at)?.as_deref()
    }

    /// Keeps where the map shows things of a proposal.
    ///
    /// # Errors
    /// When there is no such proposal or the file can't be written.
    pub fn set_layout(&mut self, at: usize, layout: String) -> Result<(), SessionError> {
        let place = self.layouts.get_mut(at).ok_or(SessionError::UnknownProposal)?;
        if let Some(store) = &mut self.store {
            store.set_layout(self.keys[at], &layout)?;
        }
        *place = Some(layout);
        Ok(())
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
