//! Where containers stand: connected ones near each other, none on top of another, the rest as it was.

use super::geometry::{Point, Rect};

/// Sizes are multiples of this, and so are distances: borders line up.
const GRID: f32 = 4.0;
/// How much wider than high the whole map should be.
const ASPECT: f32 = 1.3;
/// How often every container is taken out and put back where it stands best.
const ROUNDS: usize = 3;

/// How strongly each two containers pull each other; symmetric, 0 on the diagonal.
pub(super) struct Pulls {
    count: usize,
    strength: Vec<f32>,
}

impl Pulls {
    pub(super) fn none(count: usize) -> Self {
        Self { count, strength: vec![0.0; count * count] }
    }

    pub(super) fn add(&mut self, a: usize, b: usize, strength: f32) {
        if a != b {
            self.strength[a * self.count + b] += strength;
            self.strength[b * self.count + a] += strength;
        }
    }

    fn of(&self, a: usize, b: usize) -> f32 {
        self.strength[a * self.count + b]
    }

    fn total(&self, a: usize) -> f32 {
        self.strength[a * self.count..(a + 1) * self.count].iter().sum()
    }
}

/// The free ground between neighbours: wide enough for ribbons and their numbers.
pub(super) fn gap(sizes: &[(f32, f32)]) -> f32 {
    let sides: f32 = sizes.iter().map(|(width, height)| (width + height) / 2.0).sum();
    on_grid((sides / sizes.len().max(1) as f32 * 0.16).max(64.0))
}

/// Places all containers anew.
pub(super) fn place_all(sizes: &[(f32, f32)], pulls: &Pulls) -> Vec<Rect> {
    let gap = gap(sizes);
    let mut placed: Vec<Option<Rect>> = vec![None; sizes.len()];
    for index in order(sizes, pulls) {
        placed[index] = Some(best_place(index, sizes[index], &placed, pulls, gap));
    }
    for _ in 0..ROUNDS {
        for index in order(sizes, pulls) {
            placed[index] = None;
            placed[index] = Some(best_place(index, sizes[index], &placed, pulls, gap));
        }
    }
    let mut rects: Vec<Rect> = placed.into_iter().flatten().collect();
    let bounds = Rect::around_all(&rects);
    for rect in &mut rects {
        *rect = rect.moved(-bounds.x, -bounds.y);
    }
    rects
}

/// The strongest first, then always the one that pulls most towards those that stand already.
fn order(sizes: &[(f32, f32)], pulls: &Pulls) -> Vec<usize> {
    let area = |index: usize| sizes[index].0 * sizes[index].1;
    let mut rest: Vec<usize> = (0..sizes.len()).collect();
    rest.sort_by(|a, b| {
        pulls.total(*b).total_cmp(&pulls.total(*a)).then(area(*b).total_cmp(&area(*a)))
    });
    let mut order: Vec<usize> = Vec::with_capacity(rest.len());
    let mut pull_to_placed = vec![0.0_f32; sizes.len()];
    while !rest.is_empty() {
        let mut next = 0;
        for (at, index) in rest.iter().enumerate() {
            if pull_to_placed[*index] > pull_to_placed[rest[next]] {
                next = at;
            }
        }
        let chosen = rest.remove(next);
        for index in &rest {
            pull_to_placed[*index] += pulls.of(chosen, *index);
        }
        order.push(chosen);
    }
    order
}

/// The best free place beside those that stand already.
pub(super) fn best_place(
    index: usize,
    size: (f32, f32),
    placed: &[Option<Rect>],
    pulls: &Pulls,
    gap: f32,
) -> Rect {
    let standing: Vec<(usize, Rect)> =
        placed.iter().enumerate().filter_map(|(at, rect)| Some((at, (*rect)?))).collect();
    if standing.is_empty() {
        return Rect::new(0.0, 0.0, size.0, size.1);
    }
    let bounds = Rect::around_all(standing.iter().map(|(_, rect)| rect));
    let wanted: f32 = standing.iter().map(|(other, _)| pulls.of(index, *other)).sum();
    let cost = |rect: &Rect| {
        let centre = rect.centre();
        let mut pulled = 0.0;
        for (other, at) in &standing {
            let strength = pulls.of(index, *other);
            if strength > 0.0 {
                pulled += strength / wanted * centre.distance(at.centre());
            }
        }
        let all = bounds.around(rect);
        let middle = bounds.centre();
        let (dx, dy) = ((centre.x - middle.x) / ASPECT, centre.y - middle.y);
        let reach = (dx * dx + dy * dy).sqrt();
        // Borders in one line are worth a detour: a map in which things line up is read faster.
        let lines_up = |same: fn(&Rect, &Rect) -> bool| {
            f32::from(u8::from(standing.iter().any(|(_, at)| same(at, rect))))
        };
        let in_line = lines_up(|a, b| a.y == b.y) + lines_up(|a, b| a.x == b.x);
        pulled - 0.5 * gap * in_line + 0.5 * reach + 1.6 * (all.width / ASPECT).max(all.height)
    };
    candidates(size, &standing, gap)
        .into_iter()
        .filter(|rect| is_free(rect, &standing, gap))
        .map(|rect| (cost(&rect), rect))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map_or_else(|| beyond(size, &bounds, gap), |(_, rect)| rect)
}

/// Places beside each container that stands, in line with one of its borders or its middle.
fn candidates(size: (f32, f32), standing: &[(usize, Rect)], gap: f32) -> Vec<Rect> {
    let (width, height) = size;
    let mut places = Vec::with_capacity(standing.len() * 12);
    for (_, at) in standing {
        let across = [at.x, at.right() - width, on_grid(at.x + (at.width - width) / 2.0)];
        let along = [at.y, at.bottom() - height, on_grid(at.y + (at.height - height) / 2.0)];
        for x in across {
            places.push(Rect::new(x, at.y - gap - height, width, height));
            places.push(Rect::new(x, at.bottom() + gap, width, height));
        }
        for y in along {
            places.push(Rect::new(at.x - gap - width, y, width, height));
            places.push(Rect::new(at.right() + gap, y, width, height));
        }
    }
    places
}

fn is_free(rect: &Rect, standing: &[(usize, Rect)], gap: f32) -> bool {
    let with_gap = rect.grown(gap - 0.5);
    standing.iter().all(|(_, other)| !with_gap.overlaps(other))
}

fn beyond(size: (f32, f32), bounds: &Rect, gap: f32) -> Rect {
    Rect::new(bounds.x, bounds.bottom() + gap, size.0, size.1)
}

/// How `old` becomes as large as `size` while it gets in the way of its neighbours least: it keeps one of its
/// corners, the left upper one if all are equal.
pub(super) fn grow(old: &Rect, size: (f32, f32), others: &[Rect], clearance: f32) -> Rect {
    let (width, height) = size;
    let (left, top) = (old.right() - width, old.bottom() - height);
    let in_the_way = |rect: &Rect| {
        let with_gap = rect.grown(clearance);
        others
            .iter()
            .filter(|other| with_gap.overlaps(other))
            .map(|other| depth(&with_gap, other))
            .sum::<f32>()
    };
    [(old.x, old.y), (left, old.y), (old.x, top), (left, top)]
        .into_iter()
        .map(|(x, y)| Rect::new(x, y, width, height))
        .map(|rect| (in_the_way(&rect), rect))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map_or(*old, |(_, rect)| rect)
}

/// How far one of the two has to move so that they no longer overlap.
fn depth(a: &Rect, b: &Rect) -> f32 {
    let across = a.right().min(b.right()) - a.x.max(b.x);
    let along = a.bottom().min(b.bottom()) - a.y.max(b.y);
    across.min(along)
}

/// Moves whatever is closer than `clearance` to the rectangles at `changed` out of the way, as little as
/// possible, and whatever is hit by that in turn. What is in nobody's way stays.
pub(super) fn make_room(rects: &mut [Rect], changed: &[usize], clearance: f32) {
    let mut settled = vec![false; rects.len()];
    let mut pushing: Vec<usize> = changed.to_vec();
    for index in changed {
        settled[*index] = true;
    }
    let mut next = 0;
    while next < pushing.len() {
        let pusher = rects[pushing[next]];
        for other in 0..rects.len() {
            if !settled[other] && pusher.grown(clearance - 0.5).overlaps(&rects[other]) {
                rects[other] = pushed_away(&rects[other], &pusher, clearance);
                settled[other] = true;
                pushing.push(other);
            }
        }
        next += 1;
    }
    move_what_still_overlaps(rects, &pushing, clearance);
}

fn pushed_away(rect: &Rect, from: &Rect, clearance: f32) -> Rect {
    let ways = [
        (from.right() + clearance - rect.x, 0.0),
        (from.x - clearance - rect.right(), 0.0),
        (0.0, from.bottom() + clearance - rect.y),
        (0.0, from.y - clearance - rect.bottom()),
    ];
    let length = |(dx, dy): &(f32, f32)| dx.abs() + dy.abs();
    let (dx, dy) =
        ways.into_iter().min_by(|a, b| length(a).total_cmp(&length(b))).unwrap_or_default();
    rect.moved(dx, dy)
}

/// Whatever was pushed onto something else goes to the nearest free place.
fn move_what_still_overlaps(rects: &mut [Rect], moved: &[usize], clearance: f32) {
    for index in moved.iter().rev() {
        let rect = rects[*index];
        let others: Vec<(usize, Rect)> =
            rects.iter().copied().enumerate().filter(|(other, _)| other != index).collect();
        if is_free(&rect, &others, 0.5) {
            continue;
        }
        let from = rect.centre();
        let distance = |place: &Rect| Point::distance(place.centre(), from);
        let bounds = Rect::around_all(rects.iter());
        rects[*index] = candidates((rect.width, rect.height), &others, clearance)
            .into_iter()
            .filter(|place| is_free(place, &others, clearance))
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or_else(|| beyond((rect.width, rect.height), &bounds, clearance));
    }
}

fn on_grid(length: f32) -> f32 {
    (length / GRID).round() * GRID
}
