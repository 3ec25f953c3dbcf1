//! The only function that changes a proposal, and the reasons it may refuse to.
//!
//! What holds after every command: each piece is in exactly one service that exists; names are unique and not
//! empty; nothing locked was moved; pieces kept together are together and pieces kept apart are apart; a service
//! that a command took the last piece from is gone, unless it is a library, the remainder or excluded; an id is
//! never given twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Note, Proposal, REMAINDER_NAME, Service, ServiceId, command::Command};
use crate::{
    analysis::grouping::Role,
    facts::{Facts, PieceId},
};

/// At most this many pieces are kept apart in one command: each pair of them becomes a rule.
pub const MOST_KEPT_APART: usize = 64;

/// Why a command was not done. The proposal is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("That service is gone")]
    UnknownService,
    #[error("That piece is not in the monolith")]
    UnknownPiece,
    #[error("There is a service called {0} already")]
    NameTaken(String),
    #[error("A service needs a name")]
    EmptyName,
    #[error("{0} is locked: unlock it first")]
    LockedService(String),
    #[error("{} is locked: unlock it first", piece(.0))]
    LockedPiece(PieceId),
    #[error("{} and {} are to be kept apart", piece(.a), piece(.b))]
    Apart { a: PieceId, b: PieceId },
    #[error("{} and {} are to be kept together", piece(.a), piece(.b))]
    Together { a: PieceId, b: PieceId },
    #[error("{} and {} are in two services: move them into one first", piece(.a), piece(.b))]
    NotTogetherYet { a: PieceId, b: PieceId },
    #[error("{} and {} are both in {service}: move one of them first", piece(.a), piece(.b))]
    NotApartYet { a: PieceId, b: PieceId, service: String },
    #[error("At most {MOST_KEPT_APART} pieces can be kept apart at once")]
    TooManyApart,
    #[error("{0} is the remainder already, and there is only one")]
    SecondRemainder(String),
    #[error("{0} is the only place there is: make another service first")]
    OnlyService(String),
    #[error("A service is not merged into itself")]
    MergeIntoItself,
    #[error("{} is not in {service}", piece(.missing))]
    NotInService { missing: PieceId, service: String },
    #[error("{} is meant for two of the parts", piece(.0))]
    InTwoParts(PieceId),
    #[error("{0} would be a part without pieces")]
    EmptyPart(String),
    #[error("Choose at least two pieces")]
    TooFewPieces,
    #[error("A note needs a text")]
    EmptyNote,
    #[error("There is no such note")]
    UnknownNote,
    #[error("The new placement does not fit this monolith: {0}")]
    MisfitReplacement(&'static str),
}

/// How a piece is called where its name is not known.
fn piece(id: &PieceId) -> String {
    format!("Piece {}", id.0)
}

impl Refusal {
    /// The refusal as a sentence that calls pieces by their names.
    #[must_use]
    pub fn sentence(&self, facts: &Facts) -> String {
        let name = |id: &PieceId| match id.index() < facts.piece_count() {
            true => facts.piece_name(*id),
            false => piece(id),
        };
        let mut sentence = self.to_string();
        for id in self.pieces() {
            sentence = sentence.replacen(&piece(&id), &name(&id), 1);
        }
        sentence
    }

    /// The pieces that stand in the way, in the order the sentence names them.
    #[must_use]
    pub fn pieces(&self) -> Vec<PieceId> {
        match self {
            Self::LockedPiece(piece) | Self::InTwoParts(piece) => vec![*piece],
            Self::Apart { a, b }
            | Self::Together { a, b }
            | Self::NotTogetherYet { a, b }
            | Self::NotApartYet { a, b, .. } => vec![*a, *b],
            Self::NotInService { missing, .. } => vec![*missing],
            _ => Vec::new(),
        }
    }
}

/// The only function that changes a proposal. The old one stays whole.
///
/// # Errors
/// The reason why the command can't be done on this proposal.
pub fn apply(proposal: &Proposal, command: &Command) -> Result<Proposal, Refusal> {
    let mut edit = Edit { before: proposal, after: proposal.clone() };
    edit.run(command)?;
    Ok(edit.after)
}

/// The pieces, and all that are kept together with them: what a move really moves. Ordered.
#[must_use]
pub fn with_kept_together(proposal: &Proposal, pieces: &[PieceId]) -> Vec<PieceId> {
    let mut all: BTreeSet<PieceId> = pieces.iter().copied().collect();
    if proposal.together.is_empty() {
        return all.into_iter().collect();
    }
    loop {
        let before = all.len();
        for (a, b) in &proposal.together {
            if all.contains(a) || all.contains(b) {
                all.extend([*a, *b]);
            }
        }
        if all.len() == before {
            return all.into_iter().collect();
        }
    }
}

struct Edit<'a> {
    before: &'a Proposal,
    after: Proposal,
}

impl Edit<'_> {
    fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::MovePieces { pieces, to } => self.move_pieces(pieces, *to),
            Command::NewService { name, role, pieces } => self.new_service(name, *role, pieces),
            Command::RenameService { service, name } => {
                let name = self.free_name(name, Some(*service))?;
                self.service_mut(*service)?.name = name;
                Ok(())
            }
            Command::MergeServices { from, into } => self.merge(*from, *into),
            Command::SplitService { service, parts } => self.split(*service, parts),
            Command::RemoveService { service } => self.remove(*service),
            Command::SetRole { service, role } => self.set_role(*service, *role),
            Command::SetColour { service, colour } => {
                self.service_mut(*service)?.colour = *colour;
                Ok(())
            }
            Command::SetOwner { service, owner } => {
                self.service_mut(*service)?.owner = owner.trim().to_owned();
                Ok(())
            }
            Command::LockService { service, locked } => {
                self.service_mut(*service)?.locked = *locked;
                Ok(())
            }
            Command::LockPieces { pieces, locked } => self.lock_pieces(pieces, *locked),
            Command::KeepTogether { pieces, keep } => self.keep_together(pieces, *keep),
            Command::KeepApart { pieces, keep } => self.keep_apart(pieces, *keep),
            Command::AcceptPieces { pieces } => {
                self.known(pieces)?;
                self.after.arrived.retain(|piece| !pieces.contains(piece));
                Ok(())
            }
            Command::AddNote { note } => self.add_note(note),
            Command::RemoveNote { index } => {
                if *index >= self.after.notes.len() {
                    return Err(Refusal::UnknownNote);
                }
                self.after.notes.remove(*index);
                Ok(())
            }
            Command::Replace { services, placement, .. } => self.replace(services, placement),
        }
    }

    fn move_pieces(&mut self, pieces: &[PieceId], to: ServiceId) -> Result<(), Refusal> {
        self.known(pieces)?;
        self.known_service(to)?;
        let pieces = with_kept_together(self.before, pieces);
        self.place(pieces.iter().map(|piece| (*piece, to)))?;
        for piece in &pieces {
            self.after.unlisted.remove(piece);
            self.after.arrived.remove(piece);
        }
        Ok(())
    }

    fn new_service(&mut self, name: &str, role: Role, pieces: &[PieceId]) -> Result<(), Refusal> {
        self.known(pieces)?;
        let id = self.add_service(name, role)?;
        self.move_pieces_to_new(pieces, id)
    }

    fn move_pieces_to_new(&mut self, pieces: &[PieceId], id: ServiceId) -> Result<(), Refusal> {
        if pieces.is_empty() { Ok(()) } else { self.move_pieces(pieces, id) }
    }

    fn merge(&mut self, from: ServiceId, into: ServiceId) -> Result<(), Refusal> {
        if from == into {
            return Err(Refusal::MergeIntoItself);
        }
        self.known_service(into)?;
        self.known_unlocked(from)?;
        self.known_unlocked(into)?;
        let pieces: Vec<PieceId> = self.before.pieces_of(from).collect();
        self.place(pieces.into_iter().map(|piece| (piece, into)))?;
        self.drop_service(from);
        for note in &mut self.after.notes {
            for service in &mut note.services {
                if *service == from {
                    *service = into;
                }
            }
            note.services.dedup();
        }
        for vanished in &mut self.after.vanished {
            if vanished.service == from {
                vanished.service = into;
            }
        }
        Ok(())
    }

    fn split(
        &mut self,
        service: ServiceId,
        parts: &[(String, Vec<PieceId>)],
    ) -> Result<(), Refusal> {
        let whole = self.known_service(service)?.name.clone();
        let mut part_of: BTreeMap<PieceId, ServiceId> = BTreeMap::new();
        for (name, pieces) in parts {
            self.known(pieces)?;
            if pieces.is_empty() {
                return Err(Refusal::EmptyPart(name.clone()));
            }
            let id = self.add_service(name, Role::Service)?;
            for piece in pieces {
                if self.before.service_of(*piece) != service {
                    return Err(Refusal::NotInService { missing: *piece, service: whole });
                }
                if part_of.insert(*piece, id).is_some_and(|other| other != id) {
                    return Err(Refusal::InTwoParts(*piece));
                }
            }
        }
        for piece in part_of.keys() {
            self.after.unlisted.remove(piece);
            self.after.arrived.remove(piece);
        }
        self.place(part_of.into_iter())
    }

    fn remove(&mut self, service: ServiceId) -> Result<(), Refusal> {
        let gone = self.known_unlocked(service)?.clone();
        let pieces: Vec<PieceId> = self.before.pieces_of(service).collect();
        if !pieces.is_empty() {
            let remainder = match self.before.remainder() {
                Some(remainder) if remainder.id == service => {
                    return Err(Refusal::OnlyService(gone.name));
                }
                Some(remainder) => remainder.id,
                None => {
                    let name = self.name_like(REMAINDER_NAME);
                    self.add_service(&name, Role::Remainder)?
                }
            };
            self.place(pieces.into_iter().map(|piece| (piece, remainder)))?;
        }
        self.drop_service(service);
        Ok(())
    }

    fn set_role(&mut self, service: ServiceId, role: Role) -> Result<(), Refusal> {
        self.one_remainder(role, Some(service))?;
        self.service_mut(service)?.role = role;
        Ok(())
    }

    fn lock_pieces(&mut self, pieces: &[PieceId], locked: bool) -> Result<(), Refusal> {
        self.known(pieces)?;
        for piece in pieces {
            if locked {
                self.after.locked.insert(*piece);
            } else {
                self.after.locked.remove(piece);
            }
        }
        Ok(())
    }

    fn keep_together(&mut self, pieces: &[PieceId], keep: bool) -> Result<(), Refusal> {
        self.known(pieces)?;
        let chosen: BTreeSet<PieceId> = pieces.iter().copied().collect();
        if keep && chosen.len() < 2 {
            return Err(Refusal::TooFewPieces);
        }
        let mut chain: Vec<PieceId> = if keep {
            chosen.iter().copied().collect()
        } else {
            with_kept_together(self.before, pieces)
        };
        if keep {
            let away = |pair: &&[PieceId]| {
                self.before.service_of(pair[0]) != self.before.service_of(pair[1])
            };
            if let Some(pair) = chain.windows(2).find(away) {
                return Err(Refusal::NotTogetherYet { a: pair[0], b: pair[1] });
            }
            self.after.together.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
            return Ok(());
        }
        // Those that stay kept together are linked anew, each old group on its own.
        let groups = self.groups_of(&chain);
        self.after.together.retain(|(a, b)| !chain.contains(a) && !chain.contains(b));
        for group in groups {
            chain = group.into_iter().filter(|piece| !chosen.contains(piece)).collect();
            self.after.together.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
        }
        Ok(())
    }

    /// The pieces by what they are kept together with.
    fn groups_of(&self, pieces: &[PieceId]) -> Vec<Vec<PieceId>> {
        let mut left: BTreeSet<PieceId> = pieces.iter().copied().collect();
        let mut groups = Vec::new();
        while let Some(first) = left.pop_first() {
            let group = with_kept_together(self.before, &[first]);
            left.retain(|piece| !group.contains(piece));
            groups.push(group);
        }
        groups
    }

    fn keep_apart(&mut self, pieces: &[PieceId], keep: bool) -> Result<(), Refusal> {
        self.known(pieces)?;
        let chosen: BTreeSet<PieceId> = pieces.iter().copied().collect();
        if !keep {
            let alone = chosen.len() == 1;
            self.after.apart.retain(|(a, b)| {
                let (a, b) = (chosen.contains(a), chosen.contains(b));
                if alone { !a && !b } else { !(a && b) }
            });
            return Ok(());
        }
        if chosen.len() < 2 {
            return Err(Refusal::TooFewPieces);
        }
        if chosen.len() > MOST_KEPT_APART {
            return Err(Refusal::TooManyApart);
        }
        for a in &chosen {
            for b in chosen.range(a..).skip(1) {
                let at = self.before.service_of(*a);
                if at == self.before.service_of(*b) {
                    let service = self.known_service(at)?.name.clone();
                    return Err(Refusal::NotApartYet { a: *a, b: *b, service });
                }
                self.after.apart.insert((*a, *b));
            }
        }
        Ok(())
    }

    fn add_note(&mut self, note: &Note) -> Result<(), Refusal> {
        self.known(&note.pieces)?;
        for service in &note.services {
            self.known_service(*service)?;
        }
        if note.text.trim().is_empty() {
            return Err(Refusal::EmptyNote);
        }
        self.after.notes.push(note.clone());
        Ok(())
    }

    fn replace(&mut self, services: &[Service], placement: &[ServiceId]) -> Result<(), Refusal> {
        if placement.len() != self.before.placement.len() {
            return Err(Refusal::MisfitReplacement("it has another number of pieces"));
        }
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for service in services {
            let is_new = service.id.0 >= self.before.next_service;
            if !ids.insert(service.id) || (!is_new && self.before.service(service.id).is_none()) {
                return Err(Refusal::MisfitReplacement("it uses the id of a service that is gone"));
            }
            if service.name.trim().is_empty() {
                return Err(Refusal::EmptyName);
            }
            if !names.insert(&service.name) {
                return Err(Refusal::NameTaken(service.name.clone()));
            }
        }
        if let Some(second) =
            services.iter().filter(|service| service.role == Role::Remainder).nth(1)
        {
            return Err(Refusal::SecondRemainder(second.name.clone()));
        }
        if placement.iter().any(|service| !ids.contains(service)) {
            return Err(Refusal::MisfitReplacement("a piece is in no service"));
        }
        for kept in self.before.services.iter().filter(|service| service.locked) {
            if !ids.contains(&kept.id) {
                return Err(Refusal::LockedService(kept.name.clone()));
            }
        }
        self.after.services = services.to_vec();
        let next = services.iter().map(|service| service.id.0 + 1).max().unwrap_or(0);
        self.after.next_service = self.before.next_service.max(next);
        self.place(placement.iter().zip(0..).map(|(to, piece)| (PieceId(piece), *to)))?;
        let used: BTreeSet<ServiceId> = self.after.placement.iter().copied().collect();
        self.after.services.retain(|service| used.contains(&service.id) || stays_empty(service));
        self.after.unlisted.clear();
        self.after.arrived.clear();
        Ok(())
    }

    /// Puts pieces into services: the one place where the placement changes, so that locks and rules hold.
    fn place(&mut self, moves: impl Iterator<Item = (PieceId, ServiceId)>) -> Result<(), Refusal> {
        let mut placement = self.after.placement.to_vec();
        let mut moved = BTreeSet::new();
        let mut left = BTreeSet::new();
        for (piece, to) in moves {
            let from = placement[piece.index()];
            if from == to {
                continue;
            }
            if self.before.locked.contains(&piece) {
                return Err(Refusal::LockedPiece(piece));
            }
            for end in [from, to] {
                if let Some(locked) = self.before.service(end).filter(|service| service.locked) {
                    return Err(Refusal::LockedService(locked.name.clone()));
                }
            }
            placement[piece.index()] = to;
            moved.insert(piece);
            left.insert(from);
        }
        let same = |a: &PieceId, b: &PieceId| placement[a.index()] == placement[b.index()];
        if let Some((a, b)) = self.before.apart.iter().find(|(a, b)| same(a, b)) {
            return Err(Refusal::Apart { a: *a, b: *b });
        }
        if let Some((a, b)) = self.before.together.iter().find(|(a, b)| !same(a, b)) {
            return Err(Refusal::Together { a: *a, b: *b });
        }
        if moved.is_empty() {
            return Ok(());
        }
        left.retain(|service| !placement.contains(service));
        self.after.placement = Arc::from(placement);
        self.after.services.retain(|service| !left.contains(&service.id) || stays_empty(service));
        Ok(())
    }

    fn add_service(&mut self, name: &str, role: Role) -> Result<ServiceId, Refusal> {
        let name = self.free_name(name, None)?;
        self.one_remainder(role, None)?;
        let id = ServiceId(self.after.next_service);
        self.after.next_service += 1;
        let colour = self.least_used_colour();
        self.after.services.push(Service { id, name, role, colour, ..Service::default() });
        Ok(id)
    }

    /// The colour that the fewest services have, so that a new one stands out.
    fn least_used_colour(&self) -> u8 {
        let uses = |colour: &u8| {
            self.after.services.iter().filter(|other| other.colour == *colour).count()
        };
        (0..COLOURS).min_by_key(uses).unwrap_or(0)
    }

    fn drop_service(&mut self, id: ServiceId) {
        self.after.services.retain(|service| service.id != id);
    }

    fn free_name(&self, name: &str, except: Option<ServiceId>) -> Result<String, Refusal> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Refusal::EmptyName);
        }
        match self.after.service_named(name) {
            Some(taken) if Some(taken.id) != except => Err(Refusal::NameTaken(name.to_owned())),
            _ => Ok(name.to_owned()),
        }
    }

    /// The name itself, or with the first number that makes it free.
    fn name_like(&self, name: &str) -> String {
        let taken = |name: &str| self.after.service_named(name).is_some();
        if !taken(name) {
            return name.to_owned();
        }
        let numbered = (2_u32..).map(|number| format!("{name} {number}"));
        numbered.into_iter().find(|name| !taken(name)).unwrap_or_default()
    }

    fn one_remainder(&self, role: Role, except: Option<ServiceId>) -> Result<(), Refusal> {
        match self.after.remainder() {
            Some(other) if role == Role::Remainder && Some(other.id) != except => {
                Err(Refusal::SecondRemainder(other.name.clone()))
            }
            _ => Ok(()),
        }
    }

    fn known(&self, pieces: &[PieceId]) -> Result<(), Refusal> {
        let count = self.before.placement.len();
        match pieces.iter().find(|piece| piece.index() >= count) {
            Some(_) => Err(Refusal::UnknownPiece),
            None => Ok(()),
        }
    }

    fn known_service(&self, id: ServiceId) -> Result<&Service, Refusal> {
        self.after.service(id).ok_or(Refusal::UnknownService)
    }

    fn known_unlocked(&self, id: ServiceId) -> Result<&Service, Refusal> {
        let service = self.known_service(id)?;
        if service.locked {
            return Err(Refusal::LockedService(service.name.clone()));
        }
        Ok(service)
    }

    fn service_mut(&mut self, id: ServiceId) -> Result<&mut Service, Refusal> {
        let services = &mut self.after.services;
        services.iter_mut().find(|service| service.id == id).ok_or(Refusal::UnknownService)
    }
}

/// How many colours services are told apart by before they repeat.
const COLOURS: u8 = 12;

/// Libraries, the remainder and what is excluded are decisions: they stay when their last piece leaves.
fn stays_empty(service: &Service) -> bool {
    service.role != Role::Service
}

#[cfg(test)]
pub(super) mod tests;
