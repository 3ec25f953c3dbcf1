//! Squarified treemap: rectangles whose areas follow weights, as close to squares as they get.
//!
//! After Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000).

use super::geometry::Rect;

/// Divides `rect` among `weights`, one rectangle each, in their order. Weights must be positive; descending
/// order gives the best shapes. Every rectangle lies inside `rect`, and none overlaps another.
#[must_use]
pub(super) fn squarify(weights: &[f32], rect: Rect) -> Vec<Rect> {
    let total: f32 = weights.iter().sum();
    let mut placed = Vec::with_capacity(weights.len());
    if total <= 0.0 || rect.area() <= 0.0 {
        placed.resize(weights.len(), Rect { width: 0.0, height: 0.0, ..rect });
        return placed;
    }
    let scale = rect.area() / total;
    let mut free = rect;
    let mut rest = weights;
    while !rest.is_empty() {
        let count = row_length(rest, scale, free.width.min(free.height));
        let (row, after) = rest.split_at(count);
        free = lay_row(row, scale, free, after.is_empty(), &mut placed);
        rest = after;
    }
    placed
}

/// How many of the next weights make the best row along a side of that length.
fn row_length(weights: &[f32], scale: f32, side: f32) -> usize {
    let mut best = f32::INFINITY;
    let (mut sum, mut least, mut most) = (0.0_f32, f32::INFINITY, 0.0_f32);
    for (index, weight) in weights.iter().enumerate() {
        let area = weight * scale;
        sum += area;
        least = least.min(area);
        most = most.max(area);
        let thickness = (sum / side).powi(2);
        let worst = (most / thickness).max(thickness / least);
        if worst > best {
            return index;
        }
        best = worst;
    }
    weights.len()
}

/// Lays one row along the shorter side of `free` and returns what is left of it.
fn lay_row(row: &[f32], scale: f32, free: Rect, is_last: bool, placed: &mut Vec<Rect>) -> Rect {
    let sum: f32 = row.iter().sum();
    let upright = free.height <= free.width;
    let (side, depth) = if upright { (free.height, free.width) } else { (free.width, free.height) };
    let thickness = if is_last { depth } else { (sum * scale / side).min(depth) };
    let mut at = 0.0;
    for (index, weight) in row.iter().enumerate() {
        let is_end = index + 1 == row.len();
        let length = if is_end { side - at } else { (side * weight / sum).min(side - at) };
        placed.push(if upright {
            Rect::new(free.x, free.y + at, thickness, length)
        } else {
            Rect::new(free.x + at, free.y, length, thickness)
        });
        at += length;
    }
    if upright {
        Rect::new(free.x + thickness, free.y, free.width - thickness, free.height)
    } else {
        Rect::new(free.x, free.y + thickness, free.width, free.height - thickness)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn tiles_fill_the_ground_and_never_overlap(
            mut weights in prop::collection::vec(0.05_f32..500.0, 1..80),
            width in 20.0_f32..4000.0,
            height in 20.0_f32..4000.0,
        ) {
            weights.sort_by(|a, b| b.total_cmp(a));
            let ground = Rect::new(10.0, 20.0, width, height);
            let tiles = squarify(&weights, ground);
            let covered: f32 = tiles.iter().map(Rect::area).sum();
            prop_assert!((covered - ground.area()).abs() < ground.area() * 0.01);
            for (index, tile) in tiles.iter().enumerate() {
                prop_assert!(ground.holds(tile, 0.05), "{tile:?} outside {ground:?}");
                for other in &tiles[index + 1..] {
                    prop_assert!(!tile.grown(-0.02).overlaps(&other.grown(-0.02)));
                }
            }
        }
    }

    #[test]
    fn equal_weights_make_a_grid() {
        let tiles = squarify(&[1.0; 4], Rect::new(0.0, 0.0, 100.0, 100.0));
        assert!(tiles.iter().all(|tile| tile.width == 50.0 && tile.height == 50.0));
    }
}
