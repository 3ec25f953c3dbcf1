//! A grouping: which group every piece belongs to.

use serde::{Deserialize, Serialize};

use crate::facts::PieceId;

/// A group, by its place in [`Grouping::roles`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct GroupId(pub u32);

impl GroupId {
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer groups than pieces"))
    }

    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What becomes of a group, which decides what counts as a crossing.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Role {
    /// Runs on its own; whatever crosses its border is a crossing.
    #[default]
    Service,
    /// Copied or published as a package: calls into it cross nothing.
    Library,
    /// What stays in the monolith for now: it counts like a service.
    Remainder,
    /// Left out of every figure.
    Excluded,
}

/// Every piece in exactly one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grouping {
    /// By [`PieceId`]: modules, then tables.
    pub of: Vec<GroupId>,
    /// By [`GroupId`]. A group may be empty.
    pub roles: Vec<Role>,
}

impl Grouping {
    /// The group of a piece.
    #[must_use]
    pub fn group(&self, piece: PieceId) -> GroupId {
        self.of[piece.index()]
    }

    /// The role of the group of a piece.
    #[must_use]
    pub fn role(&self, piece: PieceId) -> Role {
        self.roles[self.group(piece).index()]
    }
}
