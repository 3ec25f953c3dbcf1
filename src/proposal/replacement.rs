//! Another placement of the same pieces, as a command that keeps what can be kept.

use std::collections::{BTreeMap, BTreeSet};

use super::{Proposal, REMAINDER_NAME, Service, ServiceId, apply::apply, command::Command};
use crate::{analysis::grouping::Role, facts::PieceId};

/// One service of another placement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub role: Role,
    pub pieces: Vec<PieceId>,
}

impl Proposal {
    /// A proposal that begins with these parts as its services. Pieces in no part go to the remainder.
    ///
    /// # Panics
    /// If two parts are meant to be the remainder, or a piece is not below `piece_count`.
    #[must_use]
    pub fn of_parts(name: &str, piece_count: usize, parts: Vec<Part>) -> Self {
        let nothing = Self {
            name: name.to_owned(),
            placement: vec![ServiceId(u32::MAX); piece_count].into(),
            ..Self::default()
        };
        let command = nothing.replacement(parts, "Begin");
        apply(&nothing, &command).expect("nothing is locked, and names are made unique")
    }

    /// The command that makes these parts the services. Pieces in no part go to the remainder.
    ///
    /// A part that holds most of what a service held, and of which that service holds most too, keeps that
    /// service's id, colour, owner and lock, so that the map and notes stay what they were.
    #[must_use]
    pub fn replacement(&self, parts: Vec<Part>, why: &str) -> Command {
        let mut parts = parts;
        self.leave_rest_to_remainder(&mut parts);
        make_names_unique(&mut parts);
        let kept = self.kept_services(&parts);
        let mut next = self.next_service;
        let mut placement = vec![ServiceId(0); self.placement.len()];
        let mut services = Vec::new();
        let mut colour = 0;
        for (at, part) in parts.into_iter().enumerate() {
            let old = kept.get(&at).and_then(|id| self.service(*id)).cloned();
            let mut service = old.unwrap_or_else(|| {
                next += 1;
                let id = ServiceId(next - 1);
                Service { id, colour: u8::MAX, ..Service::default() }
            });
            if service.colour == u8::MAX {
                service.colour = self.free_colour(&kept, &mut colour);
            }
            service.name = part.name;
            service.role = part.role;
            for piece in part.pieces {
                placement[piece.index()] = service.id;
            }
            services.push(service);
        }
        Command::Replace { services, placement, why: why.to_owned() }
    }

    fn leave_rest_to_remainder(&self, parts: &mut Vec<Part>) {
        let listed: BTreeSet<PieceId> =
            parts.iter().flat_map(|part| part.pieces.iter().copied()).collect();
        let rest: Vec<PieceId> = (0..self.placement.len())
            .map(PieceId::at)
            .filter(|piece| !listed.contains(piece))
            .collect();
        if rest.is_empty() {
            return;
        }
        match parts.iter_mut().find(|part| part.role == Role::Remainder) {
            Some(remainder) => remainder.pieces.extend(rest),
            None => parts.push(Part {
                name: REMAINDER_NAME.to_owned(),
                role: Role::Remainder,
                pieces: rest,
            }),
        }
    }

    /// For each part the service it continues: each is the other's greatest overlap.
    fn kept_services(&self, parts: &[Part]) -> BTreeMap<usize, ServiceId> {
        let mut overlaps: BTreeMap<(usize, ServiceId), usize> = BTreeMap::new();
        for (at, part) in parts.iter().enumerate() {
            for piece in &part.pieces {
                *overlaps.entry((at, self.service_of(*piece))).or_default() += 1;
            }
        }
        let mut best_of_part: BTreeMap<usize, (usize, ServiceId)> = BTreeMap::new();
        let mut best_of_service: BTreeMap<ServiceId, (usize, usize)> = BTreeMap::new();
        for ((part, service), count) in &overlaps {
            let best = best_of_part.entry(*part).or_insert((0, *service));
            if *count > best.0 {
                *best = (*count, *service);
            }
            let best = best_of_service.entry(*service).or_insert((0, *part));
            if *count > best.0 {
                *best = (*count, *part);
            }
        }
        best_of_part
            .into_iter()
            .filter(|(part, (_, service))| best_of_service[service].1 == *part)
            .map(|(part, (_, service))| (part, service))
            .collect()
    }

    /// The next colour that no kept service has.
    fn free_colour(&self, kept: &BTreeMap<usize, ServiceId>, next: &mut u8) -> u8 {
        let used: BTreeSet<u8> = kept
            .values()
            .filter_map(|id| self.service(*id))
            .map(|service| service.colour)
            .collect();
        while used.contains(next) && usize::from(*next) < used.len() {
            *next += 1;
        }
        let colour = *next;
        *next = next.wrapping_add(1) % u8::MAX;
        colour
    }
}

/// Numbers names that are taken, and names what has none.
fn make_names_unique(parts: &mut [Part]) {
    let mut taken = BTreeSet::new();
    for part in parts {
        let wanted = match part.name.trim() {
            "" => "Unnamed".to_owned(),
            name => name.to_owned(),
        };
        let numbered = (2_u32..).map(|number| format!("{wanted} {number}"));
        let mut names = std::iter::once(wanted.clone()).chain(numbered);
        part.name = names.find(|name| !taken.contains(name)).unwrap_or(wanted);
        taken.insert(part.name.clone());
    }
}
