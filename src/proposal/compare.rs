//! Two proposals side by side: which services stand for each other, and which pieces are placed differently.

use std::collections::{BTreeMap, BTreeSet};

use super::{Proposal, ServiceId};
use crate::{
    analysis::{
        grouping::{GroupId, Role},
        similarity,
    },
    facts::PieceId,
};

/// What two proposals have in common, and where they differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Every service of the first in its order, then those of the second that match none of the first.
    pub matches: Vec<Match>,
    /// Pieces whose services do not match each other.
    pub differences: Vec<Difference>,
    /// Pieces that were compared: all but those left out.
    pub compared: usize,
    /// How many of them are modules, and how many of those stand in services that match; the others are tables.
    pub compared_modules: usize,
    pub alike_modules: usize,
    pub alike_tables: usize,
    /// Pieces that are excluded by a proposal, or that an adopted split does not mention.
    pub left_out: usize,
    /// Over all pieces that were compared.
    pub pieces: Similarity,
    /// Over the modules among them alone, as the literature measures.
    pub modules: Similarity,
}

/// Two services that stand for each other, by content; one is absent where nothing matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    pub a: Option<ServiceId>,
    pub b: Option<ServiceId>,
    /// Compared pieces of the service of the first, of the second, and of both.
    pub in_a: usize,
    pub in_b: usize,
    pub common: usize,
}

/// A piece that two proposals place differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub piece: PieceId,
    pub in_a: ServiceId,
    pub in_b: ServiceId,
}

/// How alike two splits are, in the measures of [`similarity`]. Where a measure is not symmetric, the second
/// proposal is the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Similarity {
    /// From 0 to 100.
    pub mojofm: f64,
    /// The share of the reference's services that are matched by more than a half, from 0 to 100.
    pub c2c_50: f64,
    /// From 0 to 100.
    pub a2a: f64,
    /// 1 where equal, about 0 where unrelated.
    pub adjusted_rand: f64,
}

/// Compares two proposals for the same monolith, the first of whose pieces are `modules` modules.
#[must_use]
pub fn compare(a: &Proposal, b: &Proposal, modules: usize) -> Comparison {
    let compared = compared_pieces(a, b);
    let matches = match_services(a, b, &compared);
    let partner: BTreeMap<ServiceId, ServiceId> =
        matches.iter().filter_map(|found| Some((found.a?, found.b?))).collect();
    let differs = |piece: &PieceId| {
        let (in_a, in_b) = (a.service_of(*piece), b.service_of(*piece));
        let difference = Difference { piece: *piece, in_a, in_b };
        (partner.get(&in_a) != Some(&in_b)).then_some(difference)
    };
    let code: Vec<PieceId> =
        compared.iter().copied().filter(|piece| piece.index() < modules).collect();
    let differences: Vec<Difference> = compared.iter().filter_map(differs).collect();
    let other_modules = differences.iter().filter(|other| other.piece.index() < modules).count();
    let tables = compared.len() - code.len();
    Comparison {
        compared_modules: code.len(),
        alike_modules: code.len() - other_modules,
        alike_tables: tables - (differences.len() - other_modules),
        differences,
        left_out: a.placement.len().min(b.placement.len()) - compared.len(),
        pieces: Similarity::of(a, b, &compared),
        modules: Similarity::of(a, b, &code),
        compared: compared.len(),
        matches,
    }
}

/// The second proposal with the colours of the services of the first that its own stand for.
#[must_use]
pub fn in_colours_of(first: &Proposal, other: &Proposal, found: &Comparison) -> Proposal {
    let colour_of: BTreeMap<ServiceId, u8> = found
        .matches
        .iter()
        .filter_map(|pair| Some((pair.b?, first.service(pair.a?)?.colour)))
        .collect();
    let mut other = other.clone();
    for service in &mut other.services {
        if let Some(colour) = colour_of.get(&service.id) {
            service.colour = *colour;
        }
    }
    other
}

impl Similarity {
    fn of(a: &Proposal, b: &Proposal, pieces: &[PieceId]) -> Self {
        let groups = |proposal: &Proposal| -> Vec<GroupId> {
            pieces.iter().map(|piece| proposal.service_of(*piece).group()).collect()
        };
        let (a, b) = (groups(a), groups(b));
        Self {
            mojofm: similarity::mojofm(&a, &b),
            c2c_50: similarity::c2c(&a, &b, 0.5),
            a2a: similarity::a2a(&a, &b),
            adjusted_rand: similarity::adjusted_rand(&a, &b),
        }
    }
}

/// The pieces that both proposals say something about.
fn compared_pieces(a: &Proposal, b: &Proposal) -> Vec<PieceId> {
    let says = |proposal: &Proposal, excluded: &BTreeSet<ServiceId>, piece: &PieceId| {
        !proposal.unlisted.contains(piece) && !excluded.contains(&proposal.service_of(*piece))
    };
    let excluded = |proposal: &Proposal| -> BTreeSet<ServiceId> {
        let services = proposal.services.iter();
        services
            .filter(|service| service.role == Role::Excluded)
            .map(|service| service.id)
            .collect()
    };
    let (excluded_a, excluded_b) = (excluded(a), excluded(b));
    (0..a.placement.len().min(b.placement.len()))
        .map(PieceId::at)
        .filter(|piece| says(a, &excluded_a, piece) && says(b, &excluded_b, piece))
        .collect()
}

/// Pairs services off, the largest overlap first; among equal overlaps the pair with less else in it, then the
/// order of the services decides.
fn match_services(a: &Proposal, b: &Proposal, compared: &[PieceId]) -> Vec<Match> {
    let mut common: BTreeMap<(ServiceId, ServiceId), usize> = BTreeMap::new();
    let mut sizes_a: BTreeMap<ServiceId, usize> = BTreeMap::new();
    let mut sizes_b: BTreeMap<ServiceId, usize> = BTreeMap::new();
    for piece in compared {
        let (in_a, in_b) = (a.service_of(*piece), b.service_of(*piece));
        *common.entry((in_a, in_b)).or_default() += 1;
        *sizes_a.entry(in_a).or_default() += 1;
        *sizes_b.entry(in_b).or_default() += 1;
    }
    let mut pairs: Vec<Match> = common
        .into_iter()
        .map(|((in_a, in_b), common)| Match {
            a: Some(in_a),
            b: Some(in_b),
            in_a: sizes_a[&in_a],
            in_b: sizes_b[&in_b],
            common,
        })
        .collect();
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.common), pair.in_a + pair.in_b));
    let mut taken_a: BTreeMap<ServiceId, Match> = BTreeMap::new();
    let mut taken_b: BTreeSet<ServiceId> = BTreeSet::new();
    for pair in pairs {
        let (Some(in_a), Some(in_b)) = (pair.a, pair.b) else { continue };
        if !taken_a.contains_key(&in_a) && !taken_b.contains(&in_b) {
            taken_a.insert(in_a, pair);
            taken_b.insert(in_b);
        }
    }
    let alone = Match { a: None, b: None, in_a: 0, in_b: 0, common: 0 };
    let of_a = sized(a, &sizes_a).map(|(id, size)| {
        taken_a.get(&id).copied().unwrap_or(Match { a: Some(id), in_a: size, ..alone })
    });
    let rest = sized(b, &sizes_b).filter(|(id, _)| !taken_b.contains(id));
    of_a.chain(rest.map(|(id, size)| Match { b: Some(id), in_b: size, ..alone })).collect()
}

/// The services with at least one compared piece, in their order.
fn sized<'a>(
    proposal: &'a Proposal,
    sizes: &'a BTreeMap<ServiceId, usize>,
) -> impl Iterator<Item = (ServiceId, usize)> + 'a {
    let services = proposal.services.iter();
    services.filter_map(|service| Some((service.id, *sizes.get(&service.id)?)))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::proposal::apply::tests::proposal;

    /// Writes the matches and the pieces placed differently.
    fn check(a: &Proposal, b: &Proposal, matches: &str, differences: &[u32]) {
        let comparison = compare(a, b, a.placement.len());
        let name = |proposal: &Proposal, id: Option<ServiceId>| {
            let service = id.and_then(|id| proposal.service(id));
            service.map_or("-".to_owned(), |service| service.name.clone())
        };
        let pair =
            |found: &Match| format!("{}={} {}", name(a, found.a), name(b, found.b), found.common);
        let written: Vec<String> = comparison.matches.iter().map(pair).collect();
        assert_eq!(written.join(", "), matches);
        let pieces: Vec<u32> =
            comparison.differences.iter().map(|difference| difference.piece.0).collect();
        assert_eq!(pieces, differences);
    }

    #[test]
    fn services_are_matched_by_what_is_in_them() {
        let a = proposal("x: 0 1 2 | y: 3 4 | z: 5");
        let b = proposal("p: 3 4 5 | q: 0 1 | r: 2");
        check(&a, &b, "x=q 2, y=p 2, z=- 0, -=r 0", &[2, 5]);
        check(&a, &a, "x=x 3, y=y 2, z=z 1", &[]);
    }

    #[test]
    fn what_a_partial_split_does_not_mention_is_left_out() {
        let a = proposal("x: 0 1 2 | y: 3 4 5");
        let mut b = proposal("p: 0 1 | q: 3 | rest.: 2 4 5");
        check(&a, &b, "x=p 2, y=rest 2, -=q 0", &[2, 3]);
        b.unlisted = [2, 4, 5].map(PieceId).into();
        check(&a, &b, "x=p 2, y=q 1", &[]);
        let comparison = compare(&a, &b, 2);
        assert_eq!((comparison.compared, comparison.left_out), (3, 3));
        assert_eq!(comparison.pieces.mojofm, 100.0);
    }
}
