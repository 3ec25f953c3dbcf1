//! Proposals that the clusterer makes: from a wish to a proposal, and again where people have decided some of it.

use std::collections::BTreeMap;

use super::{Session, SessionError, scores::Scores};
use crate::{
    analysis::{
        figures::Scorer,
        grouping::Role,
        propose::{Kept, Proposed, Wish, propose},
    },
    facts::{Facts, PieceId},
    proposal::{Proposal, Service, ServiceId, command::Command, replacement::Part},
};

/// What the clusterer made of a wish. Made on a thread of its own; [`Session`] then takes it in.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub wish: WishedRules,
    pub proposed: Proposed,
}

/// The rules of a wish, which the proposal keeps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WishedRules {
    locked: Vec<PieceId>,
    together: Vec<(PieceId, PieceId)>,
    apart: Vec<(PieceId, PieceId)>,
}

/// Lets the clusterer work. Takes its time: seconds on a large monolith.
#[must_use]
pub fn work(facts: &Facts, wish: &Wish) -> Outcome {
    let rules = WishedRules {
        locked: wish.locked.iter().map(|(piece, _)| *piece).collect(),
        together: wish.together.clone(),
        apart: wish.apart.clone(),
    };
    Outcome { wish: rules, proposed: propose(facts, wish) }
}

/// The wish that leaves alone what people have decided in a proposal: locked services and pieces, what is kept
/// together and apart, and what is excluded.
#[must_use]
pub fn wish_from(proposal: &Proposal, wish: Wish) -> Wish {
    let mut wish = wish;
    let decided: Vec<ServiceId> = proposal
        .services
        .iter()
        .filter(|service| {
            let holds_locked =
                || proposal.locked.iter().any(|piece| proposal.service_of(*piece) == service.id);
            service.locked || service.role == Role::Excluded || holds_locked()
        })
        .map(|service| service.id)
        .collect();
    for id in decided {
        let Some(service) = proposal.service(id) else { continue };
        let at = wish.kept.len();
        wish.kept.push(Kept {
            name: service.name.clone(),
            role: service.role,
            closed: service.locked || service.role == Role::Excluded,
        });
        let whole = service.locked || service.role == Role::Excluded;
        let stays = |piece: &PieceId| whole || proposal.locked.contains(piece);
        let pieces = proposal.pieces_of(id).filter(stays);
        wish.locked.extend(pieces.map(|piece| (piece, at)));
    }
    wish.together.extend(proposal.together.iter().copied());
    wish.apart.extend(proposal.apart.iter().copied());
    wish
}

/// The same, staying near the proposal: all that was placed stays, unless the evidence clearly wants it elsewhere.
/// A wanted number of services goes before.
#[must_use]
pub fn wish_near(proposal: &Proposal, wish: Wish) -> Wish {
    let mut wish = wish_from(proposal, wish);
    let names: Vec<String> = wish.kept.iter().map(|kept| kept.name.clone()).collect();
    let mut place_of: BTreeMap<ServiceId, usize> = BTreeMap::new();
    for service in &proposal.services {
        let known = names.iter().position(|name| *name == service.name);
        let at = known.unwrap_or_else(|| {
            let Service { name, role, .. } = service;
            wish.kept.push(Kept { name: name.clone(), role: *role, closed: false });
            wish.kept.len() - 1
        });
        place_of.insert(service.id, at);
    }
    // What only waits in the remainder was not put there by anybody.
    let waits = |piece: PieceId| proposal.unlisted.contains(&piece);
    let places = proposal.placement.iter().enumerate();
    wish.earlier = places
        .map(|(piece, at)| place_of.get(at).copied().filter(|_| !waits(PieceId::at(piece))))
        .collect();
    wish
}

impl Outcome {
    fn parts(&self) -> Vec<Part> {
        let grouping = &self.proposed.grouping;
        let names = self.proposed.names.iter();
        let mut parts: Vec<Part> = names
            .zip(&grouping.roles)
            .map(|(name, role)| Part { name: name.clone(), role: *role, pieces: Vec::new() })
            .collect();
        for (group, piece) in grouping.of.iter().zip(0..) {
            if let Some(part) = parts.get_mut(group.index()) {
                part.pieces.push(PieceId(piece));
            }
        }
        parts.retain(|part| !part.pieces.is_empty());
        parts
    }

    /// The outcome as a new proposal, with the rules of the wish as far as they were granted.
    #[must_use]
    pub fn proposal(&self, name: &str) -> Proposal {
        let count = self.proposed.grouping.of.len();
        let mut proposal = Proposal::of_parts(name, count, self.parts());
        proposal.locked = self.wish.locked.iter().copied().collect();
        let ordered = |(a, b): &(PieceId, PieceId)| (*a.min(b), *a.max(b));
        let same = |(a, b): &(PieceId, PieceId)| proposal.service_of(*a) == proposal.service_of(*b);
        let together = self.wish.together.iter().map(ordered).filter(|(a, b)| a != b);
        let together = together.filter(same).collect();
        let apart = self.wish.apart.iter().map(ordered).filter(|pair| !same(pair)).collect();
        (proposal.together, proposal.apart) = (together, apart);
        proposal
    }

    /// The outcome as one step of a proposal that is there already.
    #[must_use]
    pub fn command(&self, proposal: &Proposal) -> Command {
        proposal.replacement(self.parts(), "Propose again")
    }
}

impl Session {
    /// Adds what the clusterer made as a proposal and answers its place.
    ///
    /// # Errors
    /// When the name is empty or taken, or the file can't be written.
    pub fn add_proposed(&mut self, name: &str, outcome: &Outcome) -> Result<usize, SessionError> {
        let proposal = outcome.proposal(name.trim());
        let services = proposal.services.iter().filter(|service| service.role == Role::Service);
        let what = match services.count() {
            1 => "Propose 1 service".to_owned(),
            more => format!("Propose {more} services"),
        };
        self.add_proposal(proposal, &what)
    }

    /// The same with the figures of exactly this outcome, where a thread of its own has counted them already.
    ///
    /// # Errors
    /// When the name is empty or taken, or the file can't be written.
    pub fn add_scored(
        &mut self,
        name: &str,
        outcome: &Outcome,
        scorer: Scorer,
    ) -> Result<usize, SessionError> {
        let at = self.add_proposed(name, outcome)?;
        self.scores[at] = Scores::of(scorer);
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::similarity::adjusted_rand,
        facts::{seeded::Seeded, synthetic},
        proposal::apply::apply,
    };

    fn facts(seed: u64) -> Facts {
        let size = synthetic::Size {
            contexts: 8,
            modules: 160,
            tables: 40,
            calls: 1_200,
            commits: 300,
            cohesion: 85,
            seed,
        };
        synthetic::monolith(&size).facts
    }

    /// A decision that people could take; those that a proposal refuses are not taken.
    fn decide(facts: &Facts, proposal: &Proposal, seeded: &mut Seeded) -> Command {
        let mut piece = || PieceId::at(seeded.below(facts.piece_count()));
        let (a, b) = (piece(), piece());
        match seeded.below(4) {
            0 => {
                let to = proposal.services[seeded.below(proposal.services.len())].id;
                Command::MovePieces { pieces: vec![a], to }
            }
            1 => Command::KeepTogether { pieces: vec![a, b], keep: true },
            2 => Command::KeepApart { pieces: vec![a, b], keep: true },
            _ => Command::LockPieces { pieces: vec![a], locked: true },
        }
    }

    #[test]
    fn proposing_near_moves_nothing_without_reason() {
        let facts = facts(2);
        let first = work(&facts, &Wish::default()).proposal("First");
        let again = work(&facts, &wish_near(&first, Wish::default())).proposal("Second");
        let moved = facts.pieces().filter(|piece| {
            let name = |proposal: &Proposal| {
                proposal.service(proposal.service_of(*piece)).map(|service| service.name.clone())
            };
            name(&first) != name(&again)
        });
        assert!(moved.count() * 50 <= facts.piece_count(), "at most one in fifty moves");
    }

    #[test]
    fn sizes_that_were_asked_for_are_held() {
        let facts = facts(1);
        let wish = Wish { smallest: Some(12), largest: Some(40), ..Wish::default() };
        let proposal = work(&facts, &wish).proposal("Even");
        let services = proposal.services.iter().filter(|service| service.role == Role::Service);
        for service in services {
            let size = proposal.pieces_of(service.id).count();
            assert!((12..=40).contains(&size), "{}: {size}", service.name);
        }
    }

    /// Twenty decisions by chance: all are kept by the next proposal, and most of the rest stays where it was.
    #[test]
    fn proposing_again_keeps_what_was_decided() {
        for seed in 1..=3 {
            let facts = facts(seed);
            let mut seeded = Seeded::new(seed);
            let mut proposal = work(&facts, &Wish::default()).proposal("First");
            for _ in 0..20 {
                let command = decide(&facts, &proposal, &mut seeded);
                let Ok(moved) = apply(&proposal, &command) else { continue };
                proposal = moved;
                // Where somebody put a piece is a decision once it is locked.
                if let Command::MovePieces { pieces, .. } = command {
                    let lock = Command::LockPieces { pieces, locked: true };
                    if let Ok(locked) = apply(&proposal, &lock) {
                        proposal = locked;
                    }
                }
            }
            let again = work(&facts, &wish_from(&proposal, Wish::default()));
            let next = again.proposal("Second");
            let name = |proposal: &Proposal, piece: PieceId| {
                let service = proposal.service(proposal.service_of(piece));
                service.map(|service| service.name.clone())
            };
            for piece in &proposal.locked {
                assert_eq!(name(&next, *piece), name(&proposal, *piece), "{seed}");
            }
            for (a, b) in &proposal.together {
                assert_eq!(next.service_of(*a), next.service_of(*b), "{seed}");
            }
            for (a, b) in &proposal.apart {
                assert_ne!(next.service_of(*a), next.service_of(*b), "{seed}");
            }
            let alike = adjusted_rand(&next.grouping().of, &proposal.grouping().of);
            assert!(alike > 0.7, "{seed}: {alike}");
        }
    }
}
