//! Numbers that stand for facts: small, ordered, and only meaningful together with their [`Facts`].
//!
//! [`Facts`]: super::Facts

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the fact that stands at `index` of its list.
            #[must_use]
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).expect("no monolith holds four billion of anything"))
            }

            /// Where the fact stands in its list.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

ids! {
    /// A source file, by its place in [`super::Facts::modules`].
    ModuleId,
    /// A table or view, by its place in [`super::Facts::tables`].
    TableId,
    /// A function, by its place in [`super::Facts::functions`].
    FunctionId,
    /// Where work enters, by its place in [`super::Facts::entry_points`].
    EntryPointId,
    /// Somebody who committed, by its place in [`super::Facts::authors`].
    AuthorId,
    /// A team, by its place in [`super::Facts::teams`].
    TeamId,
    /// A piece that can be placed: the modules come first, then the tables.
    PieceId,
}

/// A piece, told apart by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    Module(ModuleId),
    Table(TableId),
}
