//! Points and rectangles of the map, in map units: one unit is one point on the screen at 100 %.

use serde::{Deserialize, Serialize};

/// A place on the map; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    #[must_use]
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    #[must_use]
    pub fn plus(self, dx: f32, dy: f32) -> Self {
        Self { x: self.x + dx, y: self.y + dy }
    }

    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// The point at `share` (0 to 1) of the way to `other`.
    #[must_use]
    pub fn towards(self, other: Self, share: f32) -> Self {
        Self { x: self.x + (other.x - self.x) * share, y: self.y + (other.y - self.y) * share }
    }
}

/// A rectangle by its left upper corner and its size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    #[must_use]
    pub fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height }
    }

    #[must_use]
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    #[must_use]
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    #[must_use]
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    #[must_use]
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The same rectangle elsewhere.
    #[must_use]
    pub fn moved(&self, dx: f32, dy: f32) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..*self }
    }

    /// Larger by `by` on every side; smaller where `by` is negative, but never less than nothing.
    #[must_use]
    pub fn grown(&self, by: f32) -> Self {
        let width = (self.width + 2.0 * by).max(0.0);
        let height = (self.height + 2.0 * by).max(0.0);
        let centre = self.centre();
        Self { x: centre.x - width / 2.0, y: centre.y - height / 2.0, width, height }
    }

    /// Whether the two share ground. Touching borders share none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x
            && point.x <= self.right()
            && point.y >= self.y
            && point.y <= self.bottom()
    }

    /// Whether `other` lies inside, with `slack` for what rounding does to sums.
    #[must_use]
    pub fn holds(&self, other: &Self, slack: f32) -> bool {
        other.x >= self.x - slack
            && other.y >= self.y - slack
            && other.right() <= self.right() + slack
            && other.bottom() <= self.bottom() + slack
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn around(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let width = self.right().max(other.right()) - x;
        let height = self.bottom().max(other.bottom()) - y;
        Self { x, y, width, height }
    }

    /// The smallest rectangle around all; nothing at the origin where there are none.
    #[must_use]
    pub fn around_all<'a>(rects: impl IntoIterator<Item = &'a Self>) -> Self {
        rects.into_iter().copied().reduce(|all, rect| all.around(&rect)).unwrap_or_default()
    }

    /// Whether the segment from `a` to `b` passes through the inside.
    #[must_use]
    pub fn crossed_by(&self, a: Point, b: Point) -> bool {
        let (mut first, mut last) = (0.0_f32, 1.0_f32);
        for (start, step, low, high) in
            [(a.x, b.x - a.x, self.x, self.right()), (a.y, b.y - a.y, self.y, self.bottom())]
        {
            if step == 0.0 {
                if start <= low || start >= high {
                    return false;
                }
                continue;
            }
            let (enters, leaves) = ((low - start) / step, (high - start) / step);
            first = first.max(enters.min(leaves));
            last = last.min(enters.max(leaves));
        }
        first < last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_crosses_only_what_it_passes_through() {
        let rect = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(rect.crossed_by(Point::new(-5.0, 5.0), Point::new(15.0, 6.0)));
        assert!(rect.crossed_by(Point::new(5.0, 5.0), Point::new(6.0, 6.0)));
        assert!(!rect.crossed_by(Point::new(-5.0, 0.0), Point::new(15.0, 0.0)));
        assert!(!rect.crossed_by(Point::new(-5.0, 12.0), Point::new(15.0, 12.0)));
        assert!(!rect.crossed_by(Point::new(-5.0, 5.0), Point::new(-1.0, 5.0)));
    }
}
