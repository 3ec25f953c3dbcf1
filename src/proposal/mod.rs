//! Floor 2: one way to place all pieces into services, libraries and the remainder, and how it is changed.
//!
//! Absent on purpose: how a proposal is stored, drawn or exported.

pub mod advice;
pub mod apply;
pub mod command;
pub mod compare;
pub mod cut;
pub mod cycles;
pub mod diagnosis;
pub mod explain;
pub mod history;
pub mod map;
pub mod owners;
pub mod reach;
pub mod recommend;
pub mod replacement;
pub mod suggest;

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    analysis::grouping::{GroupId, Grouping, Role},
    facts::PieceId,
};

/// What the remainder is called where nobody named it.
pub const REMAINDER_NAME: &str = "Remainder";

/// A service of one proposal. Never reused, so that undo, notes and the map can rely on it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ServiceId(pub u32);

impl ServiceId {
    /// The service's group in [`Proposal::grouping`].
    #[must_use]
    pub fn group(self) -> GroupId {
        GroupId(self.0)
    }
}

impl From<GroupId> for ServiceId {
    fn from(group: GroupId) -> Self {
        Self(group.0)
    }
}

/// A candidate bounded context: a named group of pieces. Libraries and the remainder are services of their own
/// [`Role`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    pub role: Role,
    /// A place in the palette of service colours; it wraps around.
    pub colour: u8,
    /// Nothing is moved in or out, by hand or by re-proposing.
    pub locked: bool,
    /// The team or person who would own it; empty where nobody decided.
    pub owner: String,
}

/// A remark or a decision, on pieces or on services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub pieces: Vec<PieceId>,
    pub services: Vec<ServiceId>,
    pub text: String,
    pub author: String,
    /// Seconds since 1970, in UTC.
    pub time: i64,
    /// A decision, rather than a remark.
    pub decision: bool,
}

/// A piece that a new import no longer found, or a foreign key between two services that the schema no longer has.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Vanished {
    /// Its name when it was last seen.
    pub name: String,
    /// Where it was; of a key, where the table is that it was declared on.
    pub service: ServiceId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_key: bool,
}

/// One way to place all pieces. A value: a command makes a new one and leaves this one whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub name: String,
    /// In the order they are shown.
    pub services: Vec<Service>,
    /// By [`PieceId`]: where every piece is.
    pub placement: Arc<[ServiceId]>,
    pub locked: BTreeSet<PieceId>,
    pub together: BTreeSet<(PieceId, PieceId)>,
    pub apart: BTreeSet<(PieceId, PieceId)>,
    pub notes: Vec<Note>,
    /// Pieces that an adopted split does not mention and nobody placed since: they wait in the remainder, and no
    /// comparison counts them.
    pub unlisted: BTreeSet<PieceId>,
    /// Pieces that a new import found and placed where they pull strongest; nobody has looked at them yet.
    pub arrived: BTreeSet<PieceId>,
    /// Pieces that are no longer in the monolith: struck out.
    pub vanished: Vec<Vanished>,
    /// The id that the next new service gets.
    pub next_service: u32,
}

impl Proposal {
    /// All pieces in one service that waits to be taken apart.
    #[must_use]
    pub fn undivided(name: &str, piece_count: usize) -> Self {
        let id = ServiceId(0);
        let whole = Service {
            id,
            name: REMAINDER_NAME.to_owned(),
            role: Role::Remainder,
            ..Service::default()
        };
        Self {
            name: name.to_owned(),
            services: vec![whole],
            placement: vec![id; piece_count].into(),
            next_service: 1,
            ..Self::default()
        }
    }

    /// The service with that id, if it still exists.
    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The service with that name, if there is one.
    #[must_use]
    pub fn service_named(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The service that stands for what stays in the monolith, if there is one.
    #[must_use]
    pub fn remainder(&self) -> Option<&Service> {
        self.services.iter().find(|service| service.role == Role::Remainder)
    }

    /// Where a piece is.
    #[must_use]
    pub fn service_of(&self, piece: PieceId) -> ServiceId {
        self.placement[piece.index()]
    }

    /// The pieces of a service, in their order.
    pub fn pieces_of(&self, id: ServiceId) -> impl Iterator<Item = PieceId> {
        let places = self.placement.iter().enumerate();
        places.filter(move |(_, at)| **at == id).map(|(piece, _)| PieceId::at(piece))
    }

    /// The proposal as analysis sees it: a service's group has the number of its id, so that it stays the same
    /// from command to command. Services that are gone leave an empty group behind.
    #[must_use]
    pub fn grouping(&self) -> Grouping {
        let mut roles = vec![Role::Service; self.next_service as usize];
        for service in &self.services {
            roles[service.id.0 as usize] = service.role;
        }
        Grouping { of: self.placement.iter().map(|service| service.group()).collect(), roles }
    }
}
