//! What is inside one container: a title bar, modules as tiles packed by package, tables on a shelf.
//!
//! All places are relative to the container's left upper corner, so that a container that is only moved shares
//! its contents with where it was.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{geometry::Rect, treemap::squarify};
use crate::facts::{Facts, Piece, PieceId};

/// Height of the bar that holds a service's name.
pub const TITLE: f32 = 48.0;
/// Distance of tiles and chips from the container's border.
pub const PADDING: f32 = 10.0;
/// Height of a table's chip.
pub const CHIP: f32 = 26.0;

const CHIP_GAP: f32 = 6.0;
const MIN_WIDTH: f32 = 236.0;
const MIN_FIELD: f32 = 64.0;
const PACKAGE_HEADER: f32 = 16.0;
/// Ground that a module of average length gets.
const AREA_OF_AVERAGE: f32 = 3400.0;
/// A module shorter than this share of the average is drawn as if it had this share, so that it can be hit.
const LEAST_SHARE: f32 = 0.15;
/// Width divided by height that a container is given when nothing else decides.
const ASPECT: f32 = 1.35;
/// Sizes are multiples of this, which makes borders line up.
const GRID: f32 = 4.0;

/// A module on the map. Its area follows its lines.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    pub piece: PieceId,
    pub rect: Rect,
}

/// A table on the map.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chip {
    pub piece: PieceId,
    pub rect: Rect,
}

/// The modules of one package that are in the same service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackageBox {
    pub name: String,
    pub rect: Rect,
    /// Where its name stands, if there is room for it beside the tiles.
    pub header: Option<Rect>,
    /// Its tiles, by their places in [`Contents::tiles`].
    pub tiles: Range<usize>,
    pub lines: u64,
}

/// What is inside a container, relative to its corner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    pub width: f32,
    pub height: f32,
    /// Where tiles are.
    pub field: Rect,
    /// Where chips are; without height where the service has no tables.
    pub shelf: Rect,
    pub packages: Vec<PackageBox>,
    pub tiles: Vec<Tile>,
    pub chips: Vec<Chip>,
    /// Lines of all its modules.
    pub lines: u64,
    /// All its pieces in their order: what decides whether it has to be packed again.
    pub pieces: Vec<PieceId>,
}

/// The pieces of one service, measured and sorted, before a size is chosen.
pub(super) struct Load {
    pieces: Vec<PieceId>,
    packages: Vec<PackageLoad>,
    chips: Vec<(PieceId, f32)>,
    weight: f32,
    lines: u64,
}

struct PackageLoad {
    name: String,
    weight: f32,
    lines: u64,
    modules: Vec<(PieceId, f32)>,
}

/// How many lines a module of this monolith has on average: the scale of the map. Never zero.
pub(super) fn average_lines(facts: &Facts) -> f32 {
    let lines: u64 = facts.modules.iter().map(|module| u64::from(module.lines)).sum();
    (lines as f32 / facts.modules.len().max(1) as f32).max(1.0)
}

impl Load {
    pub(super) fn of(facts: &Facts, pieces: Vec<PieceId>, average: f32) -> Self {
        let mut packages: BTreeMap<&str, PackageLoad> = BTreeMap::new();
        let mut chips = Vec::new();
        for piece in &pieces {
            match facts.piece(*piece) {
                Piece::Table(table) => chips.push((*piece, chip_width(facts.table(table)))),
                Piece::Module(module) => {
                    let module = facts.module(module);
                    let weight = (module.lines as f32 / average).max(LEAST_SHARE);
                    let package = packages.entry(&module.package).or_insert_with(|| PackageLoad {
                        name: module.package.clone(),
                        weight: 0.0,
                        lines: 0,
                        modules: Vec::new(),
                    });
                    package.weight += weight;
                    package.lines += u64::from(module.lines);
                    package.modules.push((*piece, weight));
                }
            }
        }
        let mut packages: Vec<PackageLoad> = packages.into_values().collect();
        packages.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.name.cmp(&b.name)));
        for package in &mut packages {
            package.modules.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        let weight = packages.iter().map(|package| package.weight).sum();
        let lines = packages.iter().map(|package| package.lines).sum();
        Self { pieces, packages, chips, weight, lines }
    }

    /// The size that shows everything at the scale of the map.
    pub(super) fn best_size(&self) -> (f32, f32) {
        let chips: f32 =
            self.chips.iter().map(|(_, width)| (width + CHIP_GAP) * (CHIP + CHIP_GAP)).sum();
        let width = ((self.tile_area() + chips) * ASPECT).sqrt() + 2.0 * PADDING;
        let width = on_grid(width.max(MIN_WIDTH));
        (width, self.height_at(width))
    }

    /// The height that shows everything at the scale of the map, at that width.
    pub(super) fn height_at(&self, width: f32) -> f32 {
        let inner = width - 2.0 * PADDING;
        let field = (self.tile_area() / inner).max(self.least_field());
        on_grid(TITLE + PADDING + field + self.shelf_height(inner))
    }

    /// How the ground for tiles in a container of that size compares with what the map's scale gives them:
    /// 1 is just right, less is cramped, 0 is no room at all.
    pub(super) fn room(&self, width: f32, height: f32) -> f32 {
        let inner = width - 2.0 * PADDING;
        let field = height - TITLE - PADDING - self.shelf_height(inner);
        if width < MIN_WIDTH || field + GRID < self.least_field() {
            return 0.0;
        }
        let wanted = self.tile_area().max(self.least_field() * inner);
        if wanted <= 0.0 { 1.0 } else { field * inner / wanted }
    }

    fn tile_area(&self) -> f32 {
        self.weight * AREA_OF_AVERAGE
    }

    fn least_field(&self) -> f32 {
        // A container without modules still shows where they would go, unless tables fill it.
        if self.packages.is_empty() && !self.chips.is_empty() { 0.0 } else { MIN_FIELD }
    }

    fn shelf_height(&self, inner: f32) -> f32 {
        let rows = self.chip_rows(inner);
        if rows == 0 { PADDING } else { rows as f32 * (CHIP + CHIP_GAP) + 2.0 * PADDING - CHIP_GAP }
    }

    fn chip_rows(&self, inner: f32) -> usize {
        let mut rows = usize::from(!self.chips.is_empty());
        let mut x = 0.0;
        for (_, width) in &self.chips {
            if x > 0.0 && x + width > inner {
                rows += 1;
                x = 0.0;
            }
            x += width + CHIP_GAP;
        }
        rows
    }

    /// Packs everything into a container of that size.
    pub(super) fn pack(self, width: f32, height: f32) -> Contents {
        let inner = width - 2.0 * PADDING;
        let shelf_height = self.shelf_height(inner);
        let field_height = (height - TITLE - PADDING - shelf_height).max(0.0);
        let field = Rect::new(PADDING, TITLE + PADDING, inner, field_height);
        let shelf = Rect::new(0.0, height - shelf_height, width, shelf_height);
        let chips = self.pack_chips(shelf, inner);
        let (packages, tiles) = pack_packages(&self.packages, field);
        let Self { pieces, lines, .. } = self;
        Contents { width, height, field, shelf, packages, tiles, chips, lines, pieces }
    }

    fn pack_chips(&self, shelf: Rect, inner: f32) -> Vec<Chip> {
        let (mut x, mut y) = (0.0, shelf.y + PADDING);
        let mut chips = Vec::with_capacity(self.chips.len());
        for (piece, width) in &self.chips {
            if x > 0.0 && x + width > inner {
                x = 0.0;
                y += CHIP + CHIP_GAP;
            }
            chips.push(Chip { piece: *piece, rect: Rect::new(PADDING + x, y, *width, CHIP) });
            x += width + CHIP_GAP;
        }
        chips
    }
}

fn pack_packages(packages: &[PackageLoad], field: Rect) -> (Vec<PackageBox>, Vec<Tile>) {
    let weights: Vec<f32> = packages.iter().map(|package| package.weight).collect();
    // The gap between tiles is taken from their own ground, so the outermost tiles would stand off the border
    // by half a gap without this.
    let rects = squarify(&weights, field.grown(1.5));
    let (mut boxes, mut tiles) = (Vec::with_capacity(packages.len()), Vec::new());
    for (package, ground) in packages.iter().zip(rects) {
        let many = packages.len() > 1 && package.modules.len() >= 3;
        let header = (many && ground.width >= 76.0 && ground.height >= 74.0)
            .then(|| Rect::new(ground.x + 1.5, ground.y, ground.width - 3.0, PACKAGE_HEADER));
        let top = if header.is_some() { PACKAGE_HEADER } else { 0.0 };
        let room = Rect::new(ground.x, ground.y + top, ground.width, ground.height - top);
        let weights: Vec<f32> = package.modules.iter().map(|(_, weight)| *weight).collect();
        let first = tiles.len();
        let places = package.modules.iter().zip(squarify(&weights, room));
        tiles.extend(places.map(|((piece, _), rect)| Tile { piece: *piece, rect: with_gap(rect) }));
        boxes.push(PackageBox {
            name: package.name.clone(),
            rect: ground,
            header,
            tiles: first..tiles.len(),
            lines: package.lines,
        });
    }
    (boxes, tiles)
}

/// The ground of a tile less the gap to its neighbours; small tiles keep most of what they have.
fn with_gap(rect: Rect) -> Rect {
    rect.grown(-(rect.width.min(rect.height) * 0.1).min(1.5))
}

fn chip_width(table: &crate::facts::Table) -> f32 {
    let letters = text_width(&table.name);
    (letters * 1.04 + 44.0).clamp(72.0, 236.0).round()
}

/// How wide a text is at size 12, roughly: the layout must not depend on a font.
fn text_width(text: &str) -> f32 {
    text.chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | 't' | 'f' | 'r' | '.' | 'I' => 4.0,
            'm' | 'w' | 'M' | 'W' => 10.2,
            letter if letter.is_uppercase() => 8.2,
            _ => 7.0,
        })
        .sum()
}

fn on_grid(length: f32) -> f32 {
    (length / GRID).ceil() * GRID
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::notation;

    fn contents(text: &str) -> Contents {
        let facts = notation::parse(text).expect("a good notation");
        let load = Load::of(&facts, facts.pieces().collect(), average_lines(&facts));
        let (width, height) = load.best_size();
        load.pack(width, height)
    }

    #[test]
    fn the_area_of_a_tile_follows_its_lines() {
        let contents = contents("module a/x.rb 400 lines\nmodule a/y.rb 100 lines");
        let area = |at: usize| contents.tiles[at].rect.area();
        let ratio = area(0) / area(1);
        assert!((3.5..4.6).contains(&ratio), "{ratio}");
    }

    #[test]
    fn tables_stand_below_the_tiles_within_the_container() {
        let names: Vec<String> = (0..30).map(|at| format!("table accounts_{at}")).collect();
        let contents = contents(&format!("module a/x.rb\n{}", names.join("\n")));
        let all = Rect::new(0.0, 0.0, contents.width, contents.height);
        assert_eq!(contents.chips.len(), 30);
        for chip in &contents.chips {
            assert!(all.holds(&chip.rect, 0.0) && chip.rect.y >= contents.field.bottom());
        }
    }

    #[test]
    fn an_empty_service_has_a_place_too() {
        let contents = contents("");
        assert!(contents.width >= MIN_WIDTH && contents.field.height >= MIN_FIELD);
    }
}
