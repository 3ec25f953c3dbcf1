//! How long work says what it is doing, and hears that it should stop.

/// A phase of an import, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Walk,
    Outline,
    Schema,
    Resolve,
    Access,
    History,
    Transactions,
    Runtime,
    Propose,
    Save,
}

impl Phase {
    /// What the phase does, as both faces show it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Walk => "Looking through the folder",
            Self::Outline => "Reading source code",
            Self::Schema => "Reading the database schema",
            Self::Resolve => "Resolving references",
            Self::Access => "Finding table accesses",
            Self::History => "Reading history",
            Self::Transactions => "Following transactions",
            Self::Runtime => "Counting what ran",
            Self::Propose => "Proposing services",
            Self::Save => "Saving",
        }
    }
}

/// Whoever watches the work: told what is going on from any thread, asked whether to go on.
pub trait Watch: Sync {
    /// `done` of `total` steps of a phase are over; `total` is 0 while it is not known.
    fn progress(&self, phase: Phase, done: usize, total: usize);

    /// Whether somebody asked to stop. Work looks often and gives up what it has.
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn progress(&self, _phase: Phase, _done: usize, _total: usize) {}

    fn cancelled(&self) -> bool {
        false
    }
}
