//! The map of a proposal: where services, modules and tables stand, and how ribbons run between services.
//!
//! Request in, layout out; the previous layout is part of the request, so that whatever was not changed stays
//! where it is. Absent on purpose: colours, fonts, zoom, and anything that draws.

mod contents;
mod geometry;
mod placing;
mod ribbons;
mod saved;
mod treemap;

use std::{collections::BTreeMap, sync::Arc};

pub use self::{
    contents::{CHIP, Chip, Contents, PADDING, PackageBox, TITLE, Tile},
    geometry::{Point, Rect},
    ribbons::{Ribbon, Stream, ribbons},
};
use self::{
    contents::{Load, average_lines},
    placing::{Pulls, best_place, grow, make_room, place_all},
};
use super::{Proposal, ServiceId};
use crate::facts::{Facts, PieceId};

/// When a container that grows comes closer than this to a neighbour, the neighbour makes room.
const CLEARANCE: f32 = 28.0;
/// A container keeps its size as long as its tiles have between this much of the ground that the map's scale
/// gives them ...
const LEAST_ROOM: f32 = 0.72;
/// ... and this much.
const MOST_ROOM: f32 = 1.6;

/// What a layout is made from.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub facts: &'a Facts,
    pub proposal: &'a Proposal,
    /// How much runs between services, in whatever unit; strongly connected ones come to stand near each other.
    /// Only asked about containers that have no place yet.
    pub pulls: &'a [(ServiceId, ServiceId, f32)],
    /// The layout before the last command. What it has and the proposal still has stays where it is.
    pub previous: Option<&'a Layout>,
}

/// A service on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    pub service: ServiceId,
    pub rect: Rect,
    /// Relative to the corner of `rect`; shared with earlier layouts while it is the same.
    pub contents: Arc<Contents>,
}

/// Where everything stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// In the order of [`Proposal::services`].
    pub containers: Vec<Container>,
    /// Around all containers.
    pub bounds: Rect,
}

impl Layout {
    /// The container of a service.
    #[must_use]
    pub fn container(&self, service: ServiceId) -> Option<&Container> {
        self.containers.iter().find(|container| container.service == service)
    }

    /// The same layout with one container moved by hand; whatever it comes too close to makes room.
    #[must_use]
    pub fn with_moved(&self, service: ServiceId, dx: f32, dy: f32) -> Self {
        let mut moved = self.clone();
        let Some(at) = moved.containers.iter().position(|container| container.service == service)
        else {
            return moved;
        };
        let mut rects: Vec<Rect> =
            moved.containers.iter().map(|container| container.rect).collect();
        rects[at] = rects[at].moved((dx / 4.0).round() * 4.0, (dy / 4.0).round() * 4.0);
        make_room(&mut rects, &[at], CLEARANCE);
        for (container, rect) in moved.containers.iter_mut().zip(&rects) {
            container.rect = *rect;
        }
        moved.bounds = Rect::around_all(&rects);
        moved
    }
}

/// Lays the map out.
#[must_use]
pub fn arrange(request: &Request<'_>) -> Layout {
    let Request { facts, proposal, previous, .. } = *request;
    let average = average_lines(facts);
    let old: BTreeMap<ServiceId, &Container> = previous
        .map(|layout| layout.containers.iter().map(|old| (old.service, old)).collect())
        .unwrap_or_default();
    let mut drafts: Vec<Draft<'_>> = pieces_by_service(proposal)
        .into_iter()
        .map(|(service, pieces)| {
            Draft::of(facts, service, pieces, old.get(&service).copied(), average)
        })
        .collect();
    let stays = drafts.iter().any(|draft| draft.old.is_some());
    let rects =
        if stays { keep_places(&mut drafts, request) } else { place_anew(&drafts, request) };
    let bounds = Rect::around_all(&rects);
    let containers = drafts.into_iter().zip(rects).map(|(draft, rect)| draft.pack(rect)).collect();
    Layout { containers, bounds }
}

/// A container on its way: what it holds, and what is left of it from before.
struct Draft<'a> {
    service: ServiceId,
    old: Option<&'a Container>,
    /// Absent where the old contents are still right.
    load: Option<Load>,
    size: (f32, f32),
}

impl<'a> Draft<'a> {
    fn of(
        facts: &Facts,
        service: ServiceId,
        pieces: Vec<PieceId>,
        old: Option<&'a Container>,
        average: f32,
    ) -> Self {
        if let Some(container) = old.filter(|old| old.contents.pieces == pieces) {
            let size = (container.rect.width, container.rect.height);
            return Self { service, old, load: None, size };
        }
        let load = Load::of(facts, pieces, average);
        let size = old.map_or_else(|| load.best_size(), |old| size_after(&load, &old.rect));
        Self { service, old, load: Some(load), size }
    }

    fn is_resized(&self) -> bool {
        self.old.is_some_and(|old| (old.rect.width, old.rect.height) != self.size)
    }

    fn pack(self, rect: Rect) -> Container {
        let contents = match (self.load, self.old) {
            (Some(load), _) => Arc::new(load.pack(rect.width, rect.height)),
            (None, Some(old)) => Arc::clone(&old.contents),
            (None, None) => Arc::default(),
        };
        Container { service: self.service, rect, contents }
    }
}

/// The size of a container whose contents changed: the old one as long as it does.
fn size_after(load: &Load, old: &Rect) -> (f32, f32) {
    let room = load.room(old.width, old.height);
    if (LEAST_ROOM..=MOST_ROOM).contains(&room) {
        return (old.width, old.height);
    }
    let height = load.height_at(old.width);
    let aspect = old.width / height;
    if (0.75..=2.2).contains(&aspect) { (old.width, height) } else { load.best_size() }
}

fn pieces_by_service(proposal: &Proposal) -> Vec<(ServiceId, Vec<PieceId>)> {
    let mut pieces: Vec<(ServiceId, Vec<PieceId>)> =
        proposal.services.iter().map(|service| (service.id, Vec::new())).collect();
    let at: BTreeMap<ServiceId, usize> =
        pieces.iter().enumerate().map(|(at, (service, _))| (*service, at)).collect();
    for (piece, service) in proposal.placement.iter().enumerate() {
        if let Some(at) = at.get(service) {
            pieces[*at].1.push(PieceId::at(piece));
        }
    }
    pieces
}

fn pulls(drafts: &[Draft<'_>], request: &Request<'_>) -> Pulls {
    let at: BTreeMap<ServiceId, usize> =
        drafts.iter().enumerate().map(|(at, draft)| (draft.service, at)).collect();
    let mut pulls = Pulls::none(drafts.len());
    for (a, b, strength) in request.pulls {
        if let (Some(a), Some(b)) = (at.get(a), at.get(b)) {
            pulls.add(*a, *b, strength.max(0.0));
        }
    }
    pulls
}

fn place_anew(drafts: &[Draft<'_>], request: &Request<'_>) -> Vec<Rect> {
    let sizes: Vec<(f32, f32)> = drafts.iter().map(|draft| draft.size).collect();
    place_all(&sizes, &pulls(drafts, request))
}

/// Whatever had a place keeps it; what grew takes the room it needs; what is new comes beside what it is
/// connected with.
fn keep_places(drafts: &mut [Draft<'_>], request: &Request<'_>) -> Vec<Rect> {
    let kept: Vec<usize> = (0..drafts.len()).filter(|at| drafts[*at].old.is_some()).collect();
    let mut rects: Vec<Rect> =
        kept.iter().filter_map(|at| drafts[*at].old.map(|old| old.rect)).collect();
    let resized: Vec<usize> = (0..kept.len()).filter(|at| drafts[kept[*at]].is_resized()).collect();
    for at in &resized {
        let others: Vec<Rect> =
            (0..rects.len()).filter(|other| other != at).map(|other| rects[other]).collect();
        rects[*at] = grow(&rects[*at], drafts[kept[*at]].size, &others, CLEARANCE);
    }
    make_room(&mut rects, &resized, CLEARANCE);
    let mut placed: Vec<Option<Rect>> = vec![None; drafts.len()];
    for (at, rect) in kept.iter().zip(rects) {
        placed[*at] = Some(rect);
    }
    let sizes: Vec<(f32, f32)> = drafts.iter().map(|draft| draft.size).collect();
    let (pulls, gap) = (pulls(drafts, request), placing::gap(&sizes));
    for at in 0..drafts.len() {
        if placed[at].is_none() {
            placed[at] = Some(best_place(at, sizes[at], &placed, &pulls, gap));
        }
    }
    placed.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
