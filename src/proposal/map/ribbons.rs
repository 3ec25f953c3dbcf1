//! How ribbons run between containers: from border to border, around what stands in between.

use std::collections::BTreeMap;

use super::{
    Layout,
    geometry::{Point, Rect},
};
use crate::proposal::ServiceId;

/// What runs between two services; one for each two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    pub from: ServiceId,
    pub to: ServiceId,
    /// How much runs from `from` to `to`.
    pub there: u32,
    /// How much runs the other way.
    pub back: u32,
}

impl Stream {
    /// How much runs either way.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.there.saturating_add(self.back)
    }
}

/// A stream as a line on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Ribbon {
    pub stream: Stream,
    /// From the border of the container of `from` to the border of that of `to`.
    pub points: Vec<Point>,
    /// Where its number stands.
    pub label: Point,
}

/// How far ribbons keep from containers they go around.
const DISTANCE: f32 = 14.0;
/// Points on one curve.
const SAMPLES: usize = 20;
/// Ground between two ribbons that leave a container on the same side.
const PORT_STEP: f32 = 26.0;

/// Routes every stream. Streams of services that have no container are left out.
#[must_use]
pub fn ribbons(layout: &Layout, streams: &[Stream]) -> Vec<Ribbon> {
    let rects: Vec<Rect> = layout.containers.iter().map(|container| container.rect).collect();
    let at: BTreeMap<ServiceId, usize> =
        layout.containers.iter().enumerate().map(|(at, c)| (c.service, at)).collect();
    let ends: Vec<(Stream, usize, usize)> = streams
        .iter()
        .filter_map(|stream| Some((*stream, *at.get(&stream.from)?, *at.get(&stream.to)?)))
        .filter(|(_, from, to)| from != to)
        .collect();
    let ports = ports(&rects, &ends);
    let mut detours = Detours::new(&rects);
    let mut labels: Vec<Point> = Vec::with_capacity(ends.len());
    let mut ribbons = Vec::with_capacity(ends.len());
    for ((stream, from, to), (start, end)) in ends.iter().zip(ports) {
        let mut points = curve(&start, &end);
        if hits(&points, &rects, *from, *to)
            && let Some(around) = detours.route(&start, &end, *from, *to)
        {
            points = around;
        }
        let label = label_place(&points, &rects, &labels);
        labels.push(label);
        ribbons.push(Ribbon { stream: *stream, points, label });
    }
    ribbons
}

/// Where a ribbon meets a container, and which way is out.
#[derive(Clone, Copy, Debug)]
struct Port {
    at: Point,
    out: (f32, f32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

impl Side {
    fn is_upright(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }

    /// The side of `rect` that faces `other`: the one with the larger gap, as seen from its size.
    fn facing(rect: &Rect, other: &Rect) -> Self {
        let across = (other.x - rect.right()).max(rect.x - other.right());
        let along = (other.y - rect.bottom()).max(rect.y - other.bottom());
        let (here, there) = (rect.centre(), other.centre());
        match (across >= along, there.x >= here.x, there.y >= here.y) {
            (true, true, _) => Self::Right,
            (true, false, _) => Self::Left,
            (false, _, true) => Self::Bottom,
            (false, _, false) => Self::Top,
        }
    }

    fn port(self, rect: &Rect, along: f32) -> Port {
        let (at, out) = match self {
            Self::Left => (Point::new(rect.x, along), (-1.0, 0.0)),
            Self::Right => (Point::new(rect.right(), along), (1.0, 0.0)),
            Self::Top => (Point::new(along, rect.y), (0.0, -1.0)),
            Self::Bottom => (Point::new(along, rect.bottom()), (0.0, 1.0)),
        };
        Port { at, out }
    }
}

/// One end of a ribbon at one side of a container.
struct Landing {
    ribbon: usize,
    is_start: bool,
    /// Where it would like to be along the side.
    wish: f32,
    /// Where the other end is, for those with the same wish.
    tie: f32,
}

/// Both ends of every ribbon, spread along the sides so that ribbons don't lie on each other.
fn ports(rects: &[Rect], ends: &[(Stream, usize, usize)]) -> Vec<(Port, Port)> {
    let mut sides: BTreeMap<(usize, Side), Vec<Landing>> = BTreeMap::new();
    for (ribbon, (_, from, to)) in ends.iter().enumerate() {
        for (here, there, is_start) in [(*from, *to, true), (*to, *from, false)] {
            let side = Side::facing(&rects[here], &rects[there]);
            let wish = wish(side, &rects[here], &rects[there]);
            let centre = rects[there].centre();
            let along = if side.is_upright() { centre.y } else { centre.x };
            sides.entry((here, side)).or_default().push(Landing {
                ribbon,
                is_start,
                wish,
                tie: along,
            });
        }
    }
    let nowhere = Port { at: Point::default(), out: (0.0, 0.0) };
    let mut ports = vec![(nowhere, nowhere); ends.len()];
    for ((here, side), mut landings) in sides {
        landings.sort_by(|a, b| a.wish.total_cmp(&b.wish).then(a.tie.total_cmp(&b.tie)));
        let rect = &rects[here];
        for (landing, along) in landings.iter().zip(spread(side, rect, &landings)) {
            let port = side.port(rect, along);
            if landing.is_start {
                ports[landing.ribbon].0 = port;
            } else {
                ports[landing.ribbon].1 = port;
            }
        }
    }
    ports
}

/// The middle of what both containers span along that side, or the end nearest to the other one.
fn wish(side: Side, here: &Rect, there: &Rect) -> f32 {
    let (low, high, other_low, other_high) = if side.is_upright() {
        (here.y, here.bottom(), there.y, there.bottom())
    } else {
        (here.x, here.right(), there.x, there.right())
    };
    let (first, last) = (low.max(other_low), high.min(other_high));
    if first < last {
        return (first + last) / 2.0;
    }
    let inset = (high - low) * 0.22;
    ((other_low + other_high) / 2.0).clamp(low + inset, high - inset)
}

/// Places along a side, in order, near their wishes and apart from each other.
fn spread(side: Side, rect: &Rect, landings: &[Landing]) -> Vec<f32> {
    let (low, high) =
        if side.is_upright() { (rect.y, rect.bottom()) } else { (rect.x, rect.right()) };
    let inset = 16.0_f32.min((high - low) / 4.0);
    let (low, high) = (low + inset, high - inset);
    let step = PORT_STEP.min((high - low) / landings.len().max(1) as f32);
    let mut places: Vec<f32> = Vec::with_capacity(landings.len());
    for landing in landings {
        let least = places.last().map_or(low, |last| last + step);
        places.push(landing.wish.max(least));
    }
    // Whatever was pushed past the end moves back, and so does half of what clusters were pushed down.
    let mut most = high;
    for (place, landing) in places.iter_mut().zip(landings).rev() {
        let half_back = (*place + landing.wish) / 2.0;
        *place = half_back.min(most);
        most = *place - step;
    }
    let mut least = low;
    for place in &mut places {
        *place = place.max(least);
        least = *place + step;
    }
    places
}

/// A smooth line that leaves and arrives at right angles.
fn curve(start: &Port, end: &Port) -> Vec<Point> {
    let distance = start.at.distance(end.at);
    let reach = (distance * 0.42).clamp(8.0, 260.0);
    let a = start.at.plus(start.out.0 * reach, start.out.1 * reach);
    let b = end.at.plus(end.out.0 * reach, end.out.1 * reach);
    (0..=SAMPLES)
        .map(|step| {
            let t = step as f32 / SAMPLES as f32;
            let (ab, bc, cd) = (start.at.towards(a, t), a.towards(b, t), b.towards(end.at, t));
            ab.towards(bc, t).towards(bc.towards(cd, t), t)
        })
        .collect()
}

/// Whether the line passes through a container other than its own two, or through one of those inside out.
fn hits(points: &[Point], rects: &[Rect], from: usize, to: usize) -> bool {
    rects.iter().enumerate().any(|(index, rect)| {
        let own = index == from || index == to;
        let rect = rect.grown(if own { -1.0 } else { 4.0 });
        points.windows(2).any(|pair| rect.crossed_by(pair[0], pair[1]))
    })
}

/// Ways around containers, from corner to corner.
struct Detours<'a> {
    rects: &'a [Rect],
    corners: Vec<Point>,
    /// By corner: the corners it sees and how far they are. Filled when first asked for.
    seen: Vec<Option<Vec<(usize, f32)>>>,
}

impl<'a> Detours<'a> {
    fn new(rects: &'a [Rect]) -> Self {
        let corners: Vec<Point> = rects
            .iter()
            .flat_map(|rect| {
                let around = rect.grown(DISTANCE);
                [
                    Point::new(around.x, around.y),
                    Point::new(around.right(), around.y),
                    Point::new(around.x, around.bottom()),
                    Point::new(around.right(), around.bottom()),
                ]
            })
            .filter(|corner| !rects.iter().any(|rect| rect.contains(*corner)))
            .collect();
        let seen = vec![None; corners.len()];
        Self { rects, corners, seen }
    }

    fn is_clear(&self, a: Point, b: Point) -> bool {
        self.rects.iter().all(|rect| !rect.grown(DISTANCE - 2.0).crossed_by(a, b))
    }

    fn sight(&self, from: Point) -> Vec<(usize, f32)> {
        let corners = self.corners.iter().enumerate();
        corners
            .filter(|(_, corner)| **corner != from && self.is_clear(from, **corner))
            .map(|(index, corner)| (index, corner.distance(from)))
            .collect()
    }

    /// The shortest way that keeps off all containers, with rounded bends; `None` where there is none.
    fn route(&mut self, start: &Port, end: &Port, from: usize, to: usize) -> Option<Vec<Point>> {
        let outside = |port: &Port, rect: &Rect| {
            let step = (DISTANCE + 1.0).min(rect.width);
            port.at.plus(port.out.0 * step, port.out.1 * step)
        };
        let (first, last) = (outside(start, &self.rects[from]), outside(end, &self.rects[to]));
        let mut way = vec![start.at, first];
        if !self.is_clear(first, last) {
            way.extend(self.shortest(first, last)?);
        }
        way.extend([last, end.at]);
        Some(rounded(&way))
    }

    /// Dijkstra over corners.
    fn shortest(&mut self, first: Point, last: Point) -> Option<Vec<Point>> {
        let count = self.corners.len();
        let mut far = vec![f32::INFINITY; count];
        let mut before: Vec<Option<usize>> = vec![None; count];
        let mut done = vec![false; count];
        for (corner, distance) in self.sight(first) {
            far[corner] = distance;
        }
        let near_end: BTreeMap<usize, f32> = self.sight(last).into_iter().collect();
        let mut best: Option<(f32, usize)> = None;
        while let Some(here) = nearest(&far, &done) {
            if best.is_some_and(|(length, _)| far[here] >= length) {
                break;
            }
            done[here] = true;
            if let Some(rest) = near_end.get(&here) {
                let length = far[here] + rest;
                if best.is_none_or(|(shortest, _)| length < shortest) {
                    best = Some((length, here));
                }
            }
            if self.seen[here].is_none() {
                self.seen[here] = Some(self.sight(self.corners[here]));
            }
            for (corner, distance) in self.seen[here].iter().flatten() {
                // A bend costs a little, so that of two ways alike the straighter one is taken.
                let length = far[here] + distance + 12.0;
                if length < far[*corner] {
                    far[*corner] = length;
                    before[*corner] = Some(here);
                }
            }
        }
        let mut way: Vec<Point> = Vec::new();
        let mut at = Some(best?.1);
        while let Some(corner) = at {
            way.push(self.corners[corner]);
            at = before[corner];
        }
        way.reverse();
        Some(way)
    }
}

fn nearest(far: &[f32], done: &[bool]) -> Option<usize> {
    let open =
        far.iter().zip(done).enumerate().filter(|(_, (far, done))| !**done && far.is_finite());
    open.min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b)).map(|(index, _)| index)
}

/// The same way with every bend rounded off.
fn rounded(way: &[Point]) -> Vec<Point> {
    let mut points = vec![way[0]];
    for bend in way.windows(3) {
        let [a, corner, b] = [bend[0], bend[1], bend[2]];
        let (before, after) = (a.distance(corner), corner.distance(b));
        let radius = (before / 2.0).min(after / 2.0).min(40.0);
        if radius < 0.5 {
            continue;
        }
        let (start, end) = (corner.towards(a, radius / before), corner.towards(b, radius / after));
        for step in 0..=6 {
            let t = step as f32 / 6.0;
            points.push(start.towards(corner, t).towards(corner.towards(end, t), t));
        }
    }
    points.extend(way.last());
    points
}

/// A place on the line, near its middle, where the number covers no container and no other number.
fn label_place(points: &[Point], rects: &[Rect], labels: &[Point]) -> Point {
    let free = |place: &Point| {
        let around = Rect::new(place.x - 20.0, place.y - 12.0, 40.0, 24.0);
        let on_container = rects.iter().any(|rect| rect.overlaps(&around));
        let on_label =
            labels.iter().any(|l| (l.x - place.x).abs() < 42.0 && (l.y - place.y).abs() < 24.0);
        !on_container && !on_label
    };
    let shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
    let mut places = shares.iter().map(|share| along(points, *share));
    places.find(free).unwrap_or_else(|| along(points, 0.5))
}

/// The point that lies at `share` of the line's length.
#[must_use]
fn along(points: &[Point], share: f32) -> Point {
    let length: f32 = points.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
    let mut rest = length * share;
    for pair in points.windows(2) {
        let step = pair[0].distance(pair[1]);
        if step >= rest && step > 0.0 {
            return pair[0].towards(pair[1], rest / step);
        }
        rest -= step;
    }
    points.last().copied().unwrap_or_default()
}
