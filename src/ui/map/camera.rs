//! Which part of the map is on the screen, and how large.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::proposal::map;

/// How small and how large the map can be shown.
const ZOOM: std::ops::RangeInclusive<f32> = 0.02..=4.0;
/// The largest zoom that fitting chooses by itself: more would only blow a small map up.
const MOST_TO_FIT: f32 = 1.25;

/// What of the map is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) struct Camera {
    /// The point of the map in the middle of the screen.
    pub middle: map::Point,
    /// Points on the screen for each unit of the map.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { middle: map::Point::default(), zoom: 1.0 }
    }
}

impl Camera {
    /// Shows all of `area` in `screen`, with a margin.
    pub(super) fn fitted(area: &map::Rect, screen: Rect, most: f32) -> Self {
        // The bar of layers and the overview take the lower corners.
        let below = if screen.height() > 400.0 { 36.0 } else { 0.0 };
        let room = (screen.size() - vec2(56.0, 48.0 + below)).max(Vec2::splat(40.0));
        let zoom = (room.x / area.width.max(1.0)).min(room.y / area.height.max(1.0));
        let zoom = zoom.clamp(*ZOOM.start(), most);
        Self { middle: area.centre().plus(0.0, below / 2.0 / zoom), zoom }
    }

    pub(super) fn fitted_to_map(area: &map::Rect, screen: Rect) -> Self {
        Self::fitted(area, screen, MOST_TO_FIT)
    }

    /// Zooms so that what is under `at` stays there.
    pub(super) fn zoom_at(&mut self, factor: f32, at: Pos2, screen: Rect) {
        let before = self.map_from_screen(at, screen);
        self.zoom = (self.zoom * factor).clamp(*ZOOM.start(), *ZOOM.end());
        let after = self.map_from_screen(at, screen);
        self.middle = self.middle.plus(before.x - after.x, before.y - after.y);
    }

    /// Moves the map with the pointer.
    pub(super) fn pan(&mut self, by: Vec2) {
        self.middle = self.middle.plus(-by.x / self.zoom, -by.y / self.zoom);
    }
}

/// Turns places on the map into places on the screen, and back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lens {
    pub camera: Camera,
    pub screen: Rect,
}

impl Camera {
    pub(super) fn map_from_screen(&self, at: Pos2, screen: Rect) -> map::Point {
        let from_middle = (at - screen.center()) / self.zoom;
        self.middle.plus(from_middle.x, from_middle.y)
    }
}

impl Lens {
    pub(super) fn zoom(&self) -> f32 {
        self.camera.zoom
    }

    pub(super) fn point(&self, at: map::Point) -> Pos2 {
        let (dx, dy) = (at.x - self.camera.middle.x, at.y - self.camera.middle.y);
        self.screen.center() + vec2(dx, dy) * self.camera.zoom
    }

    pub(super) fn rect(&self, rect: &map::Rect) -> Rect {
        let least = self.point(map::Point::new(rect.x, rect.y));
        Rect::from_min_size(least, vec2(rect.width, rect.height) * self.camera.zoom)
    }

    /// A rectangle that is relative to a container's corner.
    pub(super) fn inner(&self, container: &map::Rect, rect: &map::Rect) -> Rect {
        self.rect(&rect.moved(container.x, container.y))
    }

    pub(super) fn map_point(&self, at: Pos2) -> map::Point {
        self.camera.map_from_screen(at, self.screen)
    }

    pub(super) fn map_rect(&self, rect: Rect) -> map::Rect {
        let (a, b) = (self.map_point(rect.min), self.map_point(rect.max));
        map::Rect::new(a.x, a.y, b.x - a.x, b.y - a.y)
    }

    /// Whether any of it can be seen.
    pub(super) fn shows(&self, rect: Rect) -> bool {
        self.screen.intersects(rect)
    }
}

/// The part of a rectangle that stays when its borders are put on whole pixels.
pub(super) fn crisp(rect: Rect) -> Rect {
    Rect::from_min_max(
        pos2(rect.min.x.round(), rect.min.y.round()),
        pos2(rect.max.x.round(), rect.max.y.round()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_leaves_what_is_under_the_pointer_where_it_is() {
        let screen = Rect::from_min_size(pos2(100.0, 50.0), vec2(800.0, 600.0));
        let mut camera = Camera::default();
        let pointer = pos2(333.0, 222.0);
        let before = camera.map_from_screen(pointer, screen);
        camera.zoom_at(1.7, pointer, screen);
        let after = camera.map_from_screen(pointer, screen);
        assert!((before.x - after.x).abs() < 0.01 && (before.y - after.y).abs() < 0.01);
        let lens = Lens { camera, screen };
        assert!((lens.point(after) - pointer).length() < 0.01);
    }

    #[test]
    fn fitting_shows_everything() {
        let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 600.0));
        let area = map::Rect::new(-50.0, 10.0, 9000.0, 300.0);
        let lens = Lens { camera: Camera::fitted_to_map(&area, screen), screen };
        assert!(screen.contains_rect(lens.rect(&area)));
    }
}
