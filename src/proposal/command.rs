//! The closed list of edits, as an architect would say them, and the one function that applies them.

use serde::{Deserialize, Serialize};

use super::{Note, ServiceId};
use crate::{analysis::grouping::Role, facts::PieceId};

/// One edit of a proposal. Every gesture in the window and every `place` on the command line is one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    MovePieces {
        pieces: Vec<PieceId>,
        to: ServiceId,
    },
    /// Makes a service out of pieces; they may be none.
    NewService {
        name: String,
        role: Role,
        pieces: Vec<PieceId>,
    },
    RenameService {
        service: ServiceId,
        name: String,
    },
    /// All pieces of `from` go into `into`, and `from` is gone.
    MergeServices {
        from: ServiceId,
        into: ServiceId,
    },
    /// Takes pieces out of a service into new ones.
    SplitService {
        service: ServiceId,
        parts: Vec<(String, Vec<PieceId>)>,
    },
    /// The service is gone; its pieces go to the remainder, which is made if there is none.
    RemoveService {
        service: ServiceId,
    },
    SetRole {
        service: ServiceId,
        role: Role,
    },
    SetColour {
        service: ServiceId,
        colour: u8,
    },
    SetOwner {
        service: ServiceId,
        owner: String,
    },
    LockService {
        service: ServiceId,
        locked: bool,
    },
    LockPieces {
        pieces: Vec<PieceId>,
        locked: bool,
    },
    KeepTogether {
        pieces: Vec<PieceId>,
        keep: bool,
    },
    KeepApart {
        pieces: Vec<PieceId>,
        keep: bool,
    },
    AddNote {
        note: Note,
    },
    RemoveNote {
        index: usize,
    },
    /// Takes over another placement as a whole, services included: re-proposing, or a split made elsewhere.
    /// `why` says what was done, for the list of undo steps.
    Replace {
        services: Vec<super::Service>,
        placement: Vec<ServiceId>,
        why: String,
    },
}
