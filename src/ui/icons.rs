//! Icons, drawn from lines so that no font can lack them.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Icon {
    Search,
    Undo,
    Redo,
    Plus,
    Minus,
    Close,
    ChevronRight,
    ChevronDown,
    Table,
    Module,
    Folder,
    Lock,
    Fit,
    Warning,
    Export,
    Moon,
    Sun,
    More,
    ArrowRight,
    Help,
    Tidy,
}

/// Paints an icon into the middle of `rect`, `side` points high.
pub(super) fn paint(painter: &Painter, icon: Icon, centre: Pos2, side: f32, colour: Color32) {
    let pen = Pen {
        painter,
        centre,
        unit: side / 16.0,
        stroke: Stroke::new((side / 11.0).max(1.2), colour),
    };
    match icon {
        Icon::Search => {
            pen.circle(7.0, 7.0, 4.5);
            pen.line(&[(10.4, 10.4), (14.0, 14.0)]);
        }
        Icon::Undo => pen.turn(false),
        Icon::Redo => pen.turn(true),
        Icon::Plus => {
            pen.line(&[(8.0, 2.5), (8.0, 13.5)]);
            pen.line(&[(2.5, 8.0), (13.5, 8.0)]);
        }
        Icon::Minus => pen.line(&[(2.5, 8.0), (13.5, 8.0)]),
        Icon::Close => {
            pen.line(&[(3.5, 3.5), (12.5, 12.5)]);
            pen.line(&[(12.5, 3.5), (3.5, 12.5)]);
        }
        Icon::ChevronRight => pen.line(&[(6.0, 3.5), (10.5, 8.0), (6.0, 12.5)]),
        Icon::ChevronDown => pen.line(&[(3.5, 6.0), (8.0, 10.5), (12.5, 6.0)]),
        Icon::Table => pen.cylinder(),
        Icon::Module => {
            pen.line(&[(9.5, 1.5), (3.5, 1.5), (3.5, 14.5), (12.5, 14.5), (12.5, 4.5), (9.5, 1.5)]);
            pen.line(&[(9.5, 1.5), (9.5, 4.5), (12.5, 4.5)]);
        }
        Icon::Folder => pen.line(&[
            (1.5, 13.0),
            (1.5, 3.0),
            (6.0, 3.0),
            (7.8, 5.0),
            (14.5, 5.0),
            (14.5, 13.0),
            (1.5, 13.0),
        ]),
        Icon::Lock => {
            pen.rect(3.0, 7.0, 13.0, 14.0);
            pen.line(&[
                (5.0, 7.0),
                (5.0, 4.6),
                (6.2, 2.6),
                (8.0, 2.0),
                (9.8, 2.6),
                (11.0, 4.6),
                (11.0, 7.0),
            ]);
        }
        Icon::Fit => {
            for (x, y, dx, dy) in [
                (2.0, 2.0, 1.0, 1.0),
                (14.0, 2.0, -1.0, 1.0),
                (2.0, 14.0, 1.0, -1.0),
                (14.0, 14.0, -1.0, -1.0),
            ] {
                pen.line(&[(x + 3.5 * dx, y), (x, y), (x, y + 3.5 * dy)]);
            }
        }
        Icon::Warning => {
            pen.line(&[(8.0, 2.0), (14.5, 13.5), (1.5, 13.5), (8.0, 2.0)]);
            pen.line(&[(8.0, 6.5), (8.0, 9.5)]);
            pen.dot(8.0, 11.6, 0.8);
        }
        Icon::Export => {
            pen.line(&[(8.0, 10.0), (8.0, 2.0)]);
            pen.line(&[(4.8, 5.0), (8.0, 1.8), (11.2, 5.0)]);
            pen.line(&[(2.5, 10.0), (2.5, 14.0), (13.5, 14.0), (13.5, 10.0)]);
        }
        Icon::Moon => pen.moon(),
        Icon::Sun => pen.sun(),
        Icon::More => [3.0, 8.0, 13.0].into_iter().for_each(|x| pen.dot(x, 8.0, 1.3)),
        Icon::ArrowRight => {
            pen.line(&[(2.0, 8.0), (13.5, 8.0)]);
            pen.line(&[(9.5, 4.0), (13.5, 8.0), (9.5, 12.0)]);
        }
        Icon::Help => {
            pen.circle(8.0, 8.0, 6.3);
            pen.line(&[
                (5.9, 6.3),
                (6.6, 4.9),
                (8.0, 4.4),
                (9.5, 4.9),
                (10.1, 6.2),
                (9.4, 7.3),
                (8.0, 8.2),
                (8.0, 9.3),
            ]);
            pen.dot(8.0, 11.4, 0.8);
        }
        Icon::Tidy => {
            pen.rect(2.0, 2.0, 7.0, 7.0);
            pen.rect(9.0, 2.0, 14.0, 7.0);
            pen.rect(2.0, 9.0, 7.0, 14.0);
            pen.rect(9.0, 9.0, 14.0, 14.0);
        }
    }
}

/// Draws in a field of 16 by 16 units.
struct Pen<'a> {
    painter: &'a Painter,
    centre: Pos2,
    unit: f32,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.centre + vec2(x - 8.0, y - 8.0) * self.unit
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn circle(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_stroke(self.at(x, y), radius * self.unit, self.stroke);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_filled(self.at(x, y), radius * self.unit, self.stroke.color);
    }

    fn rect(&self, left: f32, top: f32, right: f32, bottom: f32) {
        let rect = Rect::from_min_max(self.at(left, top), self.at(right, bottom));
        self.painter.rect_stroke(rect, 1.5 * self.unit, self.stroke, StrokeKind::Middle);
    }

    fn arc(&self, x: f32, y: f32, radius: (f32, f32), degrees: (f32, f32)) {
        let points = (0..=16)
            .map(|step| {
                let angle = (degrees.0 + (degrees.1 - degrees.0) * step as f32 / 16.0).to_radians();
                self.at(x + radius.0 * angle.cos(), y + radius.1 * angle.sin())
            })
            .collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn turn(&self, mirrored: bool) {
        let flip = |x: f32| if mirrored { 16.0 - x } else { x };
        let mirror = |points: &[(f32, f32)]| {
            self.line(&points.iter().map(|(x, y)| (flip(*x), *y)).collect::<Vec<_>>());
        };
        mirror(&[(5.5, 2.5), (2.2, 5.8), (5.5, 9.1)]);
        mirror(&[
            (2.2, 5.8),
            (9.6, 5.8),
            (11.9, 6.6),
            (13.5, 8.6),
            (13.5, 10.6),
            (11.9, 12.6),
            (9.6, 13.4),
            (6.0, 13.4),
        ]);
    }

    fn cylinder(&self) {
        self.arc(8.0, 4.0, (5.0, 2.0), (0.0, 360.0));
        self.line(&[(3.0, 4.0), (3.0, 12.0)]);
        self.line(&[(13.0, 4.0), (13.0, 12.0)]);
        self.arc(8.0, 12.0, (5.0, 2.0), (0.0, 180.0));
    }

    fn moon(&self) {
        self.arc(8.0, 8.0, (5.8, 5.8), (-20.0, -250.0 + 360.0 - 180.0 + 250.0));
        self.arc(11.2, 4.8, (4.6, 4.6), (35.0, 170.0 + 65.0));
    }

    fn sun(&self) {
        self.circle(8.0, 8.0, 3.0);
        for step in 0..8 {
            let angle = (step as f32 * 45.0).to_radians();
            let (sin, cos) = angle.sin_cos();
            self.line(&[(8.0 + 5.0 * cos, 8.0 + 5.0 * sin), (8.0 + 6.8 * cos, 8.0 + 6.8 * sin)]);
        }
    }
}

/// Paints the product's sign: two halves drawn apart along a seam.
pub(super) fn sign(painter: &Painter, rect: Rect, strong: Color32, soft: Color32) {
    let at = |x: f32, y: f32| pos2(rect.left() + rect.width() * x, rect.top() + rect.height() * y);
    let half =
        |points: Vec<Pos2>, fill| painter.add(Shape::convex_polygon(points, fill, Stroke::NONE));
    half(vec![at(0.0, 0.05), at(0.34, 0.05), at(0.56, 0.5), at(0.34, 0.95), at(0.0, 0.95)], strong);
    half(vec![at(0.56, 0.05), at(1.0, 0.05), at(1.0, 0.95), at(0.78, 0.5)], soft);
    half(vec![at(0.78, 0.5), at(1.0, 0.95), at(0.56, 0.95)], soft);
}
