//! What must hold for every map: nothing overlaps, everything is inside, nothing jumps.

use std::fmt::Write as _;

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;
use crate::{
    analysis::grouping::Role,
    facts::notation,
    proposal::{Service, apply::apply, command::Command},
};

/// Facts with modules and tables of these sizes, and a proposal that deals them out to services.
fn dealt(lines: &[u32], tables: usize, services: usize) -> (Facts, Proposal) {
    let mut text = String::new();
    for (at, lines) in lines.iter().enumerate() {
        writeln!(text, "module p{}/m{at}.rb {lines} lines", at % 7).expect("a string");
    }
    for at in 0..tables {
        writeln!(text, "table table_{at}").expect("a string");
    }
    let facts = notation::parse(&text).expect("a good notation");
    let ids = || 0..u32::try_from(services).expect("few");
    let proposal = Proposal {
        name: "A".to_owned(),
        services: ids()
            .map(|id| Service {
                id: ServiceId(id),
                name: format!("S{id}"),
                role: Role::Service,
                ..Service::default()
            })
            .collect(),
        placement: ids().cycle().take(facts.piece_count()).map(ServiceId).collect(),
        next_service: ids().end,
        ..Proposal::default()
    };
    (facts, proposal)
}

fn laid_out(facts: &Facts, proposal: &Proposal, previous: Option<&Layout>) -> Layout {
    let services = &proposal.services;
    let pulls: Vec<(ServiceId, ServiceId, f32)> = services
        .windows(2)
        .enumerate()
        .map(|(at, pair)| (pair[0].id, pair[1].id, (at % 5) as f32))
        .collect();
    arrange(&Request { facts, proposal, pulls: &pulls, previous })
}

/// Fails unless the layout is sound.
fn sweep(layout: &Layout, facts: &Facts) {
    let mut pieces = 0;
    for (at, container) in layout.containers.iter().enumerate() {
        assert!(layout.bounds.holds(&container.rect, 0.01));
        for other in &layout.containers[at + 1..] {
            assert!(!container.rect.overlaps(&other.rect), "{container:?}\n{other:?}");
        }
        pieces += sweep_contents(&container.contents, &container.rect);
    }
    assert_eq!(pieces, facts.piece_count());
}

fn sweep_contents(contents: &Contents, rect: &Rect) -> usize {
    let all = Rect::new(0.0, 0.0, rect.width, rect.height);
    let field = contents.field.grown(1.6);
    for (at, tile) in contents.tiles.iter().enumerate() {
        assert!(field.holds(&tile.rect, 0.05), "{tile:?} outside {:?}", contents.field);
        for other in &contents.tiles[at + 1..] {
            assert!(!tile.rect.grown(-0.02).overlaps(&other.rect.grown(-0.02)));
        }
    }
    for (at, chip) in contents.chips.iter().enumerate() {
        assert!(all.holds(&chip.rect, 0.01) && contents.shelf.holds(&chip.rect, 0.01));
        for other in &contents.chips[at + 1..] {
            assert!(!chip.rect.overlaps(&other.rect));
        }
    }
    for package in &contents.packages {
        for tile in &contents.tiles[package.tiles.clone()] {
            assert!(package.rect.holds(&tile.rect, 0.05));
        }
    }
    contents.tiles.len() + contents.chips.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_map_is_sound_and_the_same_twice(
        lines in prop::collection::vec(0_u32..3000, 0..120),
        tables in 0_usize..40,
        services in 1_usize..41,
    ) {
        let (facts, proposal) = dealt(&lines, tables, services);
        let layout = laid_out(&facts, &proposal, None);
        sweep(&layout, &facts);
        prop_assert_eq!(&layout, &laid_out(&facts, &proposal, None));
    }

    #[test]
    fn a_move_packs_two_containers_anew_and_leaves_the_rest(
        lines in prop::collection::vec(1_u32..3000, 12..80),
        tables in 0_usize..20,
        services in 2_usize..9,
        moves in prop::collection::vec((0_usize..100, 0_u32..9), 1..6),
    ) {
        let (facts, mut proposal) = dealt(&lines, tables, services);
        let mut layout = laid_out(&facts, &proposal, None);
        for (piece, to) in moves {
            let piece = PieceId::at(piece % facts.piece_count());
            let to = proposal.services[to as usize % proposal.services.len()].id;
            let from = proposal.service_of(piece);
            let command = Command::MovePieces { pieces: vec![piece], to };
            let after = apply(&proposal, &command).expect("nothing forbids it");
            let next = laid_out(&facts, &after, Some(&layout));
            sweep(&next, &facts);
            for container in &next.containers {
                let before = layout.container(container.service).expect("no service is new");
                if container.service != from && container.service != to {
                    prop_assert!(Arc::ptr_eq(&container.contents, &before.contents));
                    prop_assert_eq!(container.rect.width, before.rect.width);
                }
            }
            (proposal, layout) = (after, next);
        }
    }
}

#[test]
fn a_small_move_moves_no_container() {
    let lines: Vec<u32> = (0..60).map(|at| 100 + at % 9 * 10).collect();
    let (facts, proposal) = dealt(&lines, 12, 5);
    let layout = laid_out(&facts, &proposal, None);
    let command = Command::MovePieces { pieces: vec![PieceId(0)], to: ServiceId(3) };
    let after = apply(&proposal, &command).expect("nothing forbids it");
    let next = laid_out(&facts, &after, Some(&layout));
    let places = |layout: &Layout| layout.containers.iter().map(|c| c.rect).collect::<Vec<_>>();
    assert_eq!(places(&layout), places(&next));
}

#[test]
fn a_new_service_stands_free_and_moves_nobody() {
    let (facts, proposal) = dealt(&[100; 40], 10, 4);
    let layout = laid_out(&facts, &proposal, None);
    let command = Command::NewService {
        name: "New".to_owned(),
        role: Role::Service,
        pieces: vec![PieceId(1), PieceId(2)],
    };
    let after = apply(&proposal, &command).expect("nothing forbids it");
    let next = laid_out(&facts, &after, Some(&layout));
    sweep(&next, &facts);
    for container in &layout.containers {
        assert_eq!(next.container(container.service).map(|c| c.rect), Some(container.rect));
    }
}

#[test]
fn ribbons_go_around_what_stands_between() {
    let (facts, proposal) = dealt(&[100; 90], 20, 9);
    let layout = laid_out(&facts, &proposal, None);
    let ids: Vec<ServiceId> = proposal.services.iter().map(|service| service.id).collect();
    let streams: Vec<Stream> = ids
        .iter()
        .flat_map(|from| ids.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| from <= to)
        .map(|(from, to)| Stream { from, to, there: 3, back: 1 })
        .collect();
    let ribbons = ribbons(&layout, &streams);
    assert_eq!(ribbons.len(), 36, "none from a service to itself");
    for ribbon in &ribbons {
        for container in &layout.containers {
            let own = [ribbon.stream.from, ribbon.stream.to].contains(&container.service);
            let inside = container.rect.grown(-2.0);
            let hit = ribbon.points.windows(2).any(|pair| inside.crossed_by(pair[0], pair[1]));
            assert!(own || !hit, "{ribbon:?} runs through {:?}", container.service);
        }
    }
}

#[test]
fn a_large_monolith_is_laid_out_too() {
    let lines: Vec<u32> = (0..20_000).map(|at| 20 + at * 7919 % 900).collect();
    let (facts, proposal) = dealt(&lines, 1000, 40);
    let layout = laid_out(&facts, &proposal, None);
    let tiles: usize = layout.containers.iter().map(|c| c.contents.tiles.len()).sum();
    assert_eq!(tiles, 20_000);
    for (at, container) in layout.containers.iter().enumerate() {
        for other in &layout.containers[at + 1..] {
            assert!(!container.rect.overlaps(&other.rect));
        }
    }
}
