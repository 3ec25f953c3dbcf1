//! New facts are taken in two steps: a thread of its own follows the proposals and writes the file beside its place,
//! and then the open project takes all of it at once, so that nobody waits.

use std::{path::PathBuf, sync::Arc};

use super::{
    Session, SessionError, kept_runtime,
    project::{Imported, Kept, Options},
    reimport::{Followed, Following},
    scores::Scores,
    store::{Contents, Store, Unplaced},
};
use crate::{
    facts::Facts,
    proposal::{Proposal, history::History},
};

impl Session {
    /// The project as it is now, for a thread of its own.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            facts: Arc::clone(&self.facts),
            proposals: self.proposals.clone(),
            layouts: self.layouts.clone(),
            folder: self.folder.clone(),
            asked: self.asked.clone(),
            path: self.path().map(std::path::Path::to_owned),
        }
    }

    /// Takes what was prepared, unless the project has changed since the snapshot: then it answers `None`, and all has
    /// to be prepared once more.
    ///
    /// # Errors
    /// When the file can't be put in its place; the project is as it was.
    pub fn take_prepared(&mut self, prepared: Prepared) -> Result<Option<Followed>, SessionError> {
        let is_same = prepared.of.len() == self.proposals.len()
            && prepared.of.iter().zip(&self.proposals).all(|(before, now)| {
                before.0 == now.at()
                    && before.1 == now.revisions().len()
                    && Arc::ptr_eq(&before.2, now.current())
            });
        if !is_same {
            if let Some(file) = prepared.file {
                file.remove();
            }
            return Ok(None);
        }
        self.place(prepared).map(Some)
    }

    pub(super) fn place(&mut self, prepared: Prepared) -> Result<Followed, SessionError> {
        let Prepared { fresh: Fresh { facts, history }, proposals, followed, file, .. } = prepared;
        if let Some(file) = file {
            let path = self.path().map(std::path::Path::to_owned);
            // An open file can't be replaced everywhere: ours is closed for that moment.
            let held = self.store.take();
            drop(held);
            match file.place() {
                Ok((store, keys)) => (self.store, self.keys) = (Some(store), keys),
                Err(error) => {
                    let old = path.and_then(|path| Store::open(&path).ok());
                    self.store = old.map(|(store, _)| store);
                    return Err(error.into());
                }
            }
        }
        self.scores = proposals.iter().map(|_| Scores::default()).collect();
        self.proposals = proposals;
        self.facts = facts;
        self.history = self.store.is_none().then(|| Kept::clone(&history));
        Ok(followed)
    }
}

/// A project as it was at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    facts: Arc<Facts>,
    proposals: Vec<History>,
    layouts: Vec<Option<String>>,
    folder: Option<PathBuf>,
    asked: Option<Options>,
    path: Option<PathBuf>,
}

/// What an import gave, for several threads.
#[derive(Clone, Debug)]
pub struct Fresh {
    facts: Arc<Facts>,
    history: Arc<Kept>,
}

impl From<Imported> for Fresh {
    fn from(imported: Imported) -> Self {
        let Imported { facts, history } = imported;
        Self { facts: Arc::new(facts), history: Arc::new(history) }
    }
}

impl Fresh {
    /// The new facts.
    #[must_use]
    pub fn facts(&self) -> &Arc<Facts> {
        &self.facts
    }
}

/// A project as it will be with new facts; its file lies beside its place already.
#[derive(Debug)]
pub struct Prepared {
    fresh: Fresh,
    proposals: Vec<History>,
    followed: Followed,
    file: Option<Unplaced>,
    /// What the proposals were when this was prepared: which revision counts, how many there are, and which it is.
    of: Vec<(usize, usize, Arc<Proposal>)>,
}

impl Snapshot {
    /// Follows all proposals to the new facts, and writes the project file beside its place.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn prepare(self, fresh: Fresh) -> Result<Prepared, SessionError> {
        let mut fresh = fresh;
        let following = Following::new(&self.facts, &fresh.facts);
        if fresh.facts.runtime.sources.is_empty() && !self.facts.runtime.sources.is_empty() {
            let runtime =
                kept_runtime::keep(&self.facts, &fresh.facts, |piece| following.find(piece));
            Arc::make_mut(&mut fresh.facts).runtime = runtime;
        }
        let facts = &fresh.facts;
        let carry = |history: &History| following.carry(&self.facts, facts, history);
        let proposals: Vec<History> = self.proposals.iter().filter_map(carry).collect();
        let contents = Contents {
            facts,
            history: &fresh.history,
            proposals: &proposals,
            layouts: &self.layouts,
            folder: self.folder.as_deref(),
            asked: self.asked.as_ref(),
        };
        let file = self.path.as_ref().map(|path| Unplaced::write(path, &contents)).transpose()?;
        let state = |history: &History| {
            (history.at(), history.revisions().len(), Arc::clone(history.current()))
        };
        let of = self.proposals.iter().map(state).collect();
        Ok(Prepared { fresh, proposals, followed: following.followed, file, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::notation,
        proposal::command::Command,
        session::project::{Choice, Unwatched},
    };

    fn fresh(text: &str) -> Fresh {
        let facts = notation::parse(text).expect("a good notation");
        Imported { facts, ..Imported::default() }.into()
    }

    #[test]
    fn what_was_prepared_is_taken_only_while_nothing_else_was_done() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut session =
            Session::from_facts(Facts::clone(fresh("module a.rb\nmodule b.rb").facts()));
        let whole = Proposal::undivided("A", 2);
        session.add_proposal(whole, "Begin").expect("a free name");
        session.save_as(&folder.path().join("shop.seamline")).expect("it can be written");
        let new = fresh("module a.rb\nmodule b.rb\nmodule c.rb");
        let late = session.snapshot().prepare(new.clone()).expect("it can be written");
        let remainder = session.proposal(0).expect("there is one").services[0].id;
        let rename = Command::RenameService { service: remainder, name: "Core".to_owned() };
        session.apply(0, &rename).expect("it can be done");
        assert_eq!(session.take_prepared(late).expect("nothing went wrong"), None);
        assert_eq!(session.facts().modules.len(), 2);
        let ready = session.snapshot().prepare(new).expect("it can be written");
        let followed = session.take_prepared(ready).expect("nothing went wrong");
        assert_eq!(followed.map(|followed| followed.arrived.len()), Some(1));
        assert_eq!(session.proposal(0).expect("it is kept").services[0].name, "Core");
        drop(session);
        let opened = Session::open(&folder.path().join("shop.seamline")).expect("it can be read");
        assert_eq!(opened.facts().modules.len(), 3);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn what_was_left_out_is_left_out_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("shop");
        std::fs::create_dir_all(source.join("legacy")).expect("it can be written");
        for file in ["new.py", "legacy/old.py"] {
            std::fs::write(source.join(file), "def f():\n    pass\n").expect("it can be written");
        }
        let choice = Choice { exclude: vec!["legacy/**".to_owned()], include_excluded: false };
        let options = Options { folder: source, choice: choice.clone(), ..Options::default() };
        let mut session = Session::import_folder(&options, &Unwatched).expect("it can be read");
        let file = folder.path().join("shop.seamline");
        session.save_as(&file).expect("it can be written");
        let mut opened = Session::open(&file).expect("it can be read");
        let again = opened.import_options().expect("the folder is there");
        assert_eq!(again.choice, choice);
        opened.import_again(&again, &Unwatched).expect("it can be read");
        assert_eq!(opened.facts().modules.len(), 1);
        let once_more = Session::open(&file).expect("it can be read");
        assert_eq!(once_more.import_options().map(|options| options.choice), Some(choice));
    }
}
