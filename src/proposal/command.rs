//! The closed list of edits, as an architect would say them, and the words the list of undo steps uses for them.

use serde::{Deserialize, Serialize};

use super::{Note, Proposal, ServiceId};
use crate::{
    analysis::grouping::Role,
    facts::{Facts, PieceId},
};

/// One edit of a proposal. Every gesture in the window and every `place` on the command line is one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Pieces that are kept together with one of these come along.
    MovePieces {
        pieces: Vec<PieceId>,
        to: ServiceId,
    },
    /// Makes a service out of pieces; they may be none. Pieces kept together with one of these come along.
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
    /// Takes pieces out of a service into new ones. The service is gone if nothing stays in it.
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
    /// From now on these move only as one; `keep: false` frees each of them from whatever it was kept with.
    KeepTogether {
        pieces: Vec<PieceId>,
        keep: bool,
    },
    /// From now on no two of these share a service; `keep: false` lifts that, for one piece against all others.
    KeepApart {
        pieces: Vec<PieceId>,
        keep: bool,
    },
    /// Pieces that a new import placed are where they should be: they are no longer marked as new.
    AcceptPieces {
        pieces: Vec<PieceId>,
    },
    AddNote {
        note: Note,
    },
    RemoveNote {
        index: usize,
    },
    /// Takes over another placement as a whole, services included: re-proposing, or a split made elsewhere.
    /// `why` says what was done, for the list of undo steps. [`Proposal::replacement`] makes one that keeps the
    /// ids of services that stay what they are.
    Replace {
        services: Vec<super::Service>,
        placement: Vec<ServiceId>,
        why: String,
    },
}

impl Command {
    /// What the command does, as the list of undo steps says it. `proposal` is the one before the command.
    #[must_use]
    pub fn describe(&self, facts: &Facts, proposal: &Proposal) -> String {
        let service = |id: &ServiceId| {
            proposal
                .service(*id)
                .map_or("a service that is gone", |service| &service.name)
                .to_owned()
        };
        let pieces = |pieces: &[PieceId]| pieces_in_words(facts, pieces);
        match self {
            Self::MovePieces { pieces: moved, to } => {
                format!("Move {} to {}", pieces(moved), service(to))
            }
            Self::NewService { name, role, pieces: taken } => {
                let new = format!("New {} {name}", role_word(*role));
                if taken.is_empty() { new } else { format!("{new} from {}", pieces(taken)) }
            }
            Self::RenameService { service: id, name } => {
                format!("Rename {} to {name}", service(id))
            }
            Self::MergeServices { from, into } => {
                format!("Merge {} into {}", service(from), service(into))
            }
            Self::SplitService { service: id, parts } => {
                let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
                format!("Split {} into {}", service(id), names.join(", "))
            }
            Self::RemoveService { service: id } => format!("Remove {}", service(id)),
            Self::SetRole { service: id, role } => {
                format!("Make {} a {}", service(id), role_word(*role))
            }
            Self::SetColour { service: id, .. } => format!("Colour {}", service(id)),
            Self::SetOwner { service: id, owner } if owner.is_empty() => {
                format!("Take the owner from {}", service(id))
            }
            Self::SetOwner { service: id, owner } => format!("Give {} to {owner}", service(id)),
            Self::LockService { service: id, locked } => {
                format!("{} {}", lock_word(*locked), service(id))
            }
            Self::LockPieces { pieces: some, locked } => {
                format!("{} {}", lock_word(*locked), pieces(some))
            }
            Self::KeepTogether { pieces: some, keep: true } => {
                format!("Keep {} together", pieces(some))
            }
            Self::KeepTogether { pieces: some, keep: false } => {
                format!("No longer keep {} together", pieces(some))
            }
            Self::KeepApart { pieces: some, keep: true } => format!("Keep {} apart", pieces(some)),
            Self::KeepApart { pieces: some, keep: false } => {
                format!("No longer keep {} apart", pieces(some))
            }
            Self::AcceptPieces { pieces: some } => format!("Accept {}", pieces(some)),
            Self::AddNote { note } if note.decision => "Write down a decision".to_owned(),
            Self::AddNote { .. } => "Add a note".to_owned(),
            Self::RemoveNote { .. } => "Remove a note".to_owned(),
            Self::Replace { why, .. } => why.clone(),
        }
    }
}

/// The word for a group of that role.
#[must_use]
pub fn role_word(role: Role) -> &'static str {
    match role {
        Role::Service => "service",
        Role::Library => "library",
        Role::Remainder => "remainder",
        Role::Excluded => "excluded group",
    }
}

fn lock_word(locked: bool) -> &'static str {
    if locked { "Lock" } else { "Unlock" }
}

/// Up to two pieces by their short names; more as a number.
fn pieces_in_words(facts: &Facts, pieces: &[PieceId]) -> String {
    let short = |piece: &PieceId| {
        if piece.index() >= facts.piece_count() {
            return "a piece that is gone".to_owned();
        }
        let name = facts.piece_name(*piece);
        name.rsplit('/').next().unwrap_or(&name).to_owned()
    };
    match pieces {
        [] => "nothing".to_owned(),
        [one] => short(one),
        [one, other] => format!("{} and {}", short(one), short(other)),
        more => format!("{} pieces", more.len()),
    }
}
