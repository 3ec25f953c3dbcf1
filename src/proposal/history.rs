//! The history of a proposal: every revision it went through, so that undo is choosing an older one.

use std::sync::Arc;

use super::{
    Proposal,
    apply::{Refusal, apply},
    command::Command,
};

/// One state of a proposal and what led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    pub proposal: Arc<Proposal>,
    /// What was done, as the list of undo steps says it; for the first revision, how the proposal began.
    pub what: String,
    /// When, in seconds since 1970, in UTC.
    pub time: i64,
    /// The command that led here; absent for the first revision, and where only its effect was kept.
    pub command: Option<Command>,
}

/// All revisions of one proposal, and the one that counts now. There is always at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    revisions: Vec<Revision>,
    at: usize,
}

impl History {
    /// A history that begins here.
    #[must_use]
    pub fn new(proposal: Proposal, what: &str, time: i64) -> Self {
        let first =
            Revision { proposal: Arc::new(proposal), what: what.to_owned(), time, command: None };
        Self { revisions: vec![first], at: 0 }
    }

    /// A history that was saved: its revisions, the oldest first, and which one counts.
    #[must_use]
    pub fn restored(revisions: Vec<Revision>, at: usize) -> Option<Self> {
        let last = revisions.len().checked_sub(1)?;
        Some(Self { revisions, at: at.min(last) })
    }

    /// The proposal as it is now.
    #[must_use]
    pub fn current(&self) -> &Arc<Proposal> {
        &self.revisions[self.at].proposal
    }

    /// The proposal as it began.
    #[must_use]
    pub fn start(&self) -> &Arc<Proposal> {
        &self.revisions[0].proposal
    }

    /// The proposal before the last step; `None` at the start.
    #[must_use]
    pub fn before(&self) -> Option<&Arc<Proposal>> {
        Some(&self.revisions[self.at.checked_sub(1)?].proposal)
    }

    /// Every revision, the oldest first, the undone ones last.
    #[must_use]
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// Which of [`Self::revisions`] counts now.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Does a command, and says whether it was a step: what changes nothing is none. What was undone before a step is
    /// forgotten.
    ///
    /// # Errors
    /// The reason why the command can't be done; the history is as it was.
    pub fn apply(&mut self, command: &Command, what: &str, time: i64) -> Result<bool, Refusal> {
        let proposal = Arc::new(apply(self.current(), command)?);
        if proposal == *self.current() {
            return Ok(false);
        }
        self.revisions.truncate(self.at + 1);
        let (what, command) = (what.to_owned(), Some(command.clone()));
        self.revisions.push(Revision { proposal, what, time, command });
        self.at += 1;
        Ok(true)
    }

    /// What undo would take back; `None` when there is nothing.
    #[must_use]
    pub fn undo_what(&self) -> Option<&str> {
        (self.at > 0).then(|| self.revisions[self.at].what.as_str())
    }

    /// What redo would do again; `None` when there is nothing.
    #[must_use]
    pub fn redo_what(&self) -> Option<&str> {
        self.revisions.get(self.at + 1).map(|revision| revision.what.as_str())
    }

    /// Gives the proposal another name, in every revision.
    pub fn rename(&mut self, name: &str) {
        for revision in &mut self.revisions {
            name.clone_into(&mut Arc::make_mut(&mut revision.proposal).name);
        }
    }

    /// Takes the last step back; says whether there was one.
    pub fn undo(&mut self) -> bool {
        self.at.checked_sub(1).is_some_and(|at| self.go_to(at))
    }

    /// Does the next step again; says whether there was one.
    pub fn redo(&mut self) -> bool {
        self.go_to(self.at + 1)
    }

    /// Makes another revision count; says whether there is one.
    pub fn go_to(&mut self, at: usize) -> bool {
        let exists = at < self.revisions.len();
        if exists {
            self.at = at;
        }
        exists
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::proposal::apply::tests::{some_command, some_start};

    proptest! {
        #[test]
        fn undo_to_the_start_equals_the_start_and_redo_comes_back(
            commands in prop::collection::vec(some_command(), 0..30)
        ) {
            let mut history = History::new(some_start(), "Begin", 0);
            for (command, time) in commands.iter().zip(1..) {
                let before = history.clone();
                if history.apply(command, "step", time).is_err() {
                    assert_eq!(history, before);
                }
            }
            let end = history.current().clone();
            let mut steps = 0;
            while history.undo() {
                steps += 1;
            }
            assert_eq!(**history.current(), some_start());
            assert_eq!(history.undo_what(), None);
            while history.redo() {
                steps -= 1;
            }
            assert_eq!((history.current(), steps), (&end, 0));
        }
    }

    #[test]
    fn a_new_step_forgets_what_was_undone() {
        let rename = |name: &str| Command::RenameService {
            service: crate::proposal::ServiceId(0),
            name: name.to_owned(),
        };
        let mut history = History::new(some_start(), "Begin", 0);
        history.apply(&rename("x"), "Rename a to x", 1).expect("free");
        history.apply(&rename("y"), "Rename x to y", 2).expect("free");
        assert!(history.undo());
        assert_eq!(history.redo_what(), Some("Rename x to y"));
        let step = history.apply(&rename("x"), "Rename x to x", 3).expect("nobody else has it");
        assert_eq!((step, history.redo_what()), (false, Some("Rename x to y")));
        history.apply(&rename("z"), "Rename x to z", 3).expect("free");
        assert_eq!(history.redo_what(), None);
        assert_eq!(history.undo_what(), Some("Rename x to z"));
        assert_eq!(history.revisions().len(), 3);
    }
}
