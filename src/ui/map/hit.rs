//! What is under the pointer.

use egui::Pos2;

use super::{MapState, camera::Lens, containers::title_height};
use crate::{
    facts::PieceId,
    proposal::{ServiceId, map},
};

/// Something on the map that can be pointed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) enum Target {
    #[default]
    Ground,
    Title(ServiceId),
    /// A container where no piece is.
    Inside(ServiceId),
    /// The modules of one package in one service, by its place in the container.
    Package(ServiceId, usize),
    Piece(ServiceId, PieceId),
    Ribbon(ServiceId, ServiceId),
}

impl Target {
    /// The service it belongs to.
    pub(super) fn service(self) -> Option<ServiceId> {
        match self {
            Self::Title(service)
            | Self::Inside(service)
            | Self::Package(service, _)
            | Self::Piece(service, _) => Some(service),
            Self::Ground | Self::Ribbon(..) => None,
        }
    }
}

/// Below this zoom packages are blocks: most tiles would be too small to tell apart. It is the same for all, so
/// that the whole map changes at once from packages to modules.
const LEAST_ZOOM_FOR_TILES: f32 = 0.125;

/// Whether a package is shown as one block.
pub(super) fn is_block(package: &map::PackageBox, zoom: f32) -> bool {
    package.tiles.len() > 1 && zoom < LEAST_ZOOM_FOR_TILES
}

pub(super) fn target_at(state: &MapState, lens: &Lens, at: Pos2) -> Target {
    let point = lens.map_point(at);
    for container in &state.layout.containers {
        if container.rect.contains(point) {
            return within(container, lens, at, point);
        }
    }
    let near = state.ribbons.iter().rev().find(|ribbon| {
        let reach = (super::ribbons::width(ribbon, state) / 2.0 + 4.0) / lens.zoom();
        ribbon.points.windows(2).any(|pair| distance(point, pair[0], pair[1]) <= reach)
    });
    near.map_or(Target::Ground, |ribbon| Target::Ribbon(ribbon.stream.from, ribbon.stream.to))
}

fn within(container: &map::Container, lens: &Lens, at: Pos2, point: map::Point) -> Target {
    let service = container.service;
    let rect = lens.rect(&container.rect);
    if at.y < rect.top() + title_height(rect.height(), lens.zoom()) {
        return Target::Title(service);
    }
    let inner = map::Point::new(point.x - container.rect.x, point.y - container.rect.y);
    let contents = &container.contents;
    if let Some(chip) = contents.chips.iter().find(|chip| chip.rect.contains(inner)) {
        return Target::Piece(service, chip.piece);
    }
    let package = contents.packages.iter().position(|package| package.rect.contains(inner));
    let Some(index) = package else { return Target::Inside(service) };
    let package = &contents.packages[index];
    if is_block(package, lens.zoom()) {
        return Target::Package(service, index);
    }
    let tiles = &contents.tiles[package.tiles.clone()];
    let tile = tiles.iter().find(|tile| tile.rect.contains(inner));
    match (tile, package.header) {
        (Some(tile), _) => Target::Piece(service, tile.piece),
        (None, Some(header)) if header.contains(inner) => Target::Package(service, index),
        (None, _) => Target::Inside(service),
    }
}

/// How far a point is from a segment.
fn distance(point: map::Point, a: map::Point, b: map::Point) -> f32 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    if length == 0.0 {
        return point.distance(a);
    }
    let share = ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
    point.distance(a.towards(b, share.clamp(0.0, 1.0)))
}

/// The pieces that a target stands for.
pub(super) fn pieces_of(layout: &map::Layout, target: Target) -> Vec<PieceId> {
    match target {
        Target::Piece(_, piece) => vec![piece],
        Target::Package(service, index) => layout
            .container(service)
            .and_then(|container| {
                let contents = &container.contents;
                let package = contents.packages.get(index)?;
                Some(contents.tiles[package.tiles.clone()].iter().map(|tile| tile.piece).collect())
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The pieces whose tiles or chips touch an area of the map.
pub(super) fn pieces_in(layout: &map::Layout, area: &map::Rect) -> Vec<PieceId> {
    let mut pieces = Vec::new();
    for container in &layout.containers {
        if !container.rect.overlaps(area) {
            continue;
        }
        let inner = area.moved(-container.rect.x, -container.rect.y);
        let contents = &container.contents;
        let tiles = contents.tiles.iter().filter(|tile| tile.rect.overlaps(&inner));
        pieces.extend(tiles.map(|tile| tile.piece));
        let chips = contents.chips.iter().filter(|chip| chip.rect.overlaps(&inner));
        pieces.extend(chips.map(|chip| chip.piece));
    }
    pieces
}

/// Where a piece stands on the map.
pub(super) fn place_of(
    layout: &map::Layout,
    service: ServiceId,
    piece: PieceId,
) -> Option<map::Rect> {
    let container = layout.container(service)?;
    let contents = &container.contents;
    let tile = contents.tiles.iter().find(|tile| tile.piece == piece).map(|tile| tile.rect);
    let chip = || contents.chips.iter().find(|chip| chip.piece == piece).map(|chip| chip.rect);
    tile.or_else(chip).map(|rect| rect.moved(container.rect.x, container.rect.y))
}
