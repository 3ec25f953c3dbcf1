//! What runs between services: ribbons with direction and number, and the edges of selected pieces.

use std::collections::BTreeMap;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use super::{
    MapState,
    camera::Lens,
    hit::{Target, place_of},
};
use crate::{
    analysis::figures::Crossings,
    proposal::{ServiceId, map::Ribbon, map::Stream},
    ui::{
        controls::short_number,
        design::{Colours, font},
        ran,
        view::{Selection, View},
    },
};

/// So many ribbons are drawn whatever they carry, and at most so many: more is a web that nobody can follow.
const FEWEST: usize = 12;
const MOST: usize = 26;
/// In between, ribbons are drawn until they carry this share of all crossings; the rest shows when a service is chosen.
const SAID: f64 = 0.8;
/// Ribbons of a service that is chosen.
const MOST_OF_ONE: usize = 16;

/// Which crossings make ribbons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Layers {
    pub calls: bool,
    pub tables: bool,
    pub keys: bool,
    pub transactions: bool,
    pub change: bool,
    /// What ran, where traces were read.
    pub runtime: bool,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            calls: true,
            tables: true,
            keys: true,
            transactions: false,
            change: false,
            runtime: false,
        }
    }
}

impl Layers {
    /// How much of what runs between two services is shown.
    pub(super) fn count(self, crossings: &Crossings) -> u32 {
        let keys = crossings.declared_keys + crossings.implied_keys + crossings.joins;
        let shown = [
            (self.calls, crossings.calls),
            (self.tables, crossings.reads + crossings.writes),
            (self.keys, keys),
            (self.transactions, crossings.transactions),
            (self.change, crossings.commits),
        ];
        let count: i64 =
            shown.into_iter().filter(|(shown, _)| *shown).map(|(_, count)| count).sum();
        u32::try_from(count).unwrap_or(if count < 0 { 0 } else { u32::MAX })
    }
}

/// The streams to draw: the strongest of all, and all of what is selected.
pub(super) fn streams(view: &View<'_>, layers: Layers, chosen: Option<ServiceId>) -> Vec<Stream> {
    let mut pairs: BTreeMap<(ServiceId, ServiceId), Stream> = BTreeMap::new();
    for (from, to, crossings) in view.scorer.pairs() {
        let (from, to) = (ServiceId(from.0), ServiceId(to.0));
        let (a, b) = (from.min(to), from.max(to));
        let stream = pairs.entry((a, b)).or_insert(Stream { from: a, to: b, there: 0, back: 0 });
        let count = layers.count(&crossings);
        if from == a {
            stream.there = count;
        } else {
            stream.back = count;
        }
    }
    if layers.runtime {
        for ((from, to), ran) in ran::between(view) {
            let (a, b) = (from.min(to), from.max(to));
            let stream =
                pairs.entry((a, b)).or_insert(Stream { from: a, to: b, there: 0, back: 0 });
            let count = u32::try_from(ran.count()).unwrap_or(u32::MAX);
            let side = if from == a { &mut stream.there } else { &mut stream.back };
            *side = side.saturating_add(count);
        }
    }
    let mut streams: Vec<Stream> =
        pairs.into_values().filter(|stream| stream.count() > 0).collect();
    streams.sort_by_key(|stream| (std::cmp::Reverse(stream.count()), stream.from, stream.to));
    let touches = |stream: &Stream| {
        chosen.is_some_and(|service| stream.from == service || stream.to == service)
    };
    let total: u64 = streams.iter().map(|stream| u64::from(stream.count())).sum();
    let (mut at, mut of_chosen, mut shown) = (0, 0, 0_u64);
    streams.retain(|stream| {
        at += 1;
        let is_heavy = at <= FEWEST || at <= MOST && (shown as f64) < SAID * total as f64;
        if is_heavy {
            shown += u64::from(stream.count());
        }
        of_chosen += usize::from(touches(stream));
        is_heavy || touches(stream) && of_chosen <= MOST_OF_ONE
    });
    streams
}

/// Width on the screen: the root of the count, so that few stays visible and many does not flood the map.
pub(super) fn width(ribbon: &Ribbon, state: &MapState) -> f32 {
    let share = (ribbon.stream.count() as f32 / state.most_on_a_ribbon.max(1) as f32).sqrt();
    // Many ribbons are thinner, so that together they cover no more of the map than a few do.
    let crowd = (16.0 / state.ribbons.len().max(1) as f32).sqrt().clamp(0.45, 1.0);
    (1.5 + 8.5 * share * crowd) * state.camera.zoom.clamp(0.55, 1.1)
}

/// Whether a ribbon is what the selection or the pointer is about.
fn is_about(ribbon: &Ribbon, view: &View<'_>, hover: Target) -> bool {
    let Stream { from, to, .. } = ribbon.stream;
    let pointed = match hover {
        Target::Ribbon(a, b) => (a, b) == (from, to),
        Target::Title(service) => service == from || service == to,
        _ => false,
    };
    pointed
        || match view.selection {
            Selection::Service(id) => from == *id || to == *id,
            Selection::Pair(a, b) => (from, to) == (*a, *b) || (from, to) == (*b, *a),
            _ => false,
        }
}

pub(super) fn paint(ui: &Ui, view: &View<'_>, state: &MapState, lens: &Lens, hover: Target) {
    let colours = Colours::of(ui.ctx());
    let something_chosen = matches!(view.selection, Selection::Service(_) | Selection::Pair(..));
    let quiet = if state.carry.is_some() || something_chosen {
        colours.ribbon.gamma_multiply(0.55)
    } else {
        colours.ribbon
    };
    for loud in [false, true] {
        for ribbon in state.ribbons.iter().filter(|ribbon| !state.is_under_way(ribbon)) {
            if is_about(ribbon, view, hover) == loud {
                let colour = if loud { colours.selection.gamma_multiply(0.85) } else { quiet };
                paint_one(ui.painter(), ribbon, state, lens, colour);
            }
        }
    }
}

fn paint_one(painter: &Painter, ribbon: &Ribbon, state: &MapState, lens: &Lens, colour: Color32) {
    let mut points: Vec<Pos2> = ribbon.points.iter().map(|point| lens.point(*point)).collect();
    if !lens.screen.intersects(Rect::from_points(&points).expand(20.0)) {
        return;
    }
    let width = width(ribbon, state);
    let head = 6.0 * state.camera.zoom.clamp(0.55, 1.1) + width * 0.9;
    let mut heads = Vec::with_capacity(2);
    for count in [ribbon.stream.there, ribbon.stream.back] {
        if count > 0 {
            heads.extend(shorten(&mut points, head));
        }
        points.reverse();
    }
    painter.add(Shape::line(points, Stroke::new(width, colour)));
    for (tip, direction) in heads {
        let across = direction.rot90() * (width * 0.5 + head * 0.32);
        let base = tip - direction * (head + 0.5);
        let arrow = vec![tip, base + across, base - across];
        painter.add(Shape::convex_polygon(arrow, colour, Stroke::NONE));
    }
}

/// Takes room for an arrowhead off the end of a line; answers the tip and where it points.
fn shorten(points: &mut Vec<Pos2>, by: f32) -> Option<(Pos2, Vec2)> {
    let tip = points.last().copied()?;
    while points.len() > 1 {
        let last = points[points.len() - 1];
        let before = points[points.len() - 2];
        if before.distance(tip) <= by {
            points.pop();
            continue;
        }
        let direction = (tip - before).normalized();
        let reach = (before.distance(tip) - by).max(0.0);
        let share = if last == before { 0.0 } else { reach / before.distance(tip) };
        let end = before + (tip - before) * share;
        let at = points.len() - 1;
        points[at] = end;
        return Some((tip, direction));
    }
    None
}

/// The numbers, over everything: the largest first, and none on top of another.
pub(super) fn paint_numbers(
    ui: &Ui,
    view: &View<'_>,
    state: &MapState,
    lens: &Lens,
    hover: Target,
) {
    let colours = Colours::of(ui.ctx());
    let mut taken: Vec<Rect> = Vec::new();
    let mut ribbons: Vec<&Ribbon> = state.ribbons.iter().collect();
    ribbons.retain(|ribbon| !state.is_under_way(ribbon));
    ribbons.sort_by_key(|ribbon| !is_about(ribbon, view, hover));
    let loud = ribbons.iter().filter(|ribbon| is_about(ribbon, view, hover)).count();
    for ribbon in ribbons {
        let about = is_about(ribbon, view, hover);
        let at = lens.point(ribbon.label);
        let quiet =
            state.carry.is_some() || state.place_preview.is_some() || !about && lens.zoom() < 0.16;
        if !lens.screen.contains(at) || quiet {
            continue;
        }
        let text = if about { colours.selection } else { colours.text_soft };
        let number = said(ribbon, about && loud <= 8);
        let galley = ui.painter().layout_no_wrap(number, font::semibold(11.0), text);
        let plate = Rect::from_center_size(at, galley.size() + vec2(12.0, 5.0));
        if taken.iter().any(|other| other.expand(1.0).intersects(plate)) {
            continue;
        }
        taken.push(plate);
        let border = Stroke::new(1.0, if about { colours.selection } else { colours.border });
        ui.painter().rect(plate, plate.height() / 2.0, colours.panel, border, StrokeKind::Inside);
        ui.painter().galley(plate.center() - galley.size() / 2.0, galley, text);
    }
}

/// How much runs; both ways apart, where somebody looks closer.
fn said(ribbon: &Ribbon, apart: bool) -> String {
    let Stream { there, back, .. } = ribbon.stream;
    let short = |count: u32| short_number(u64::from(count));
    if !apart || there == 0 || back == 0 {
        return short(ribbon.stream.count());
    }
    // The arrows point the way the ribbon runs on the map.
    let ends = (ribbon.points.first(), ribbon.points.last());
    let rightwards = matches!(ends, (Some(first), Some(last)) if last.x >= first.x);
    if rightwards {
        format!("← {}   {} →", short(back), short(there))
    } else {
        format!("← {}   {} →", short(there), short(back))
    }
}

/// Lines from the selected pieces to what they are connected with. Those that cross a border are strong.
pub(super) fn paint_edges(ui: &Ui, view: &View<'_>, state: &MapState, lens: &Lens) {
    /// More pieces than this would cover the map with lines, and say nothing.
    const MOST_PIECES: usize = 12;
    const MOST_LINES: usize = 400;
    let pieces = view.selection.pieces();
    if pieces.is_empty() || pieces.len() > MOST_PIECES || state.carry.is_some() {
        return;
    }
    let colours = Colours::of(ui.ctx());
    let mut lines = 0;
    for piece in &pieces {
        let home = view.proposal.service_of(*piece);
        let Some(from) = place_of(&state.layout, home, *piece) else { continue };
        let start = lens.rect(&from).center();
        for (other, count) in view.lookup.uses.neighbours(view.facts, *piece) {
            let service = view.proposal.service_of(other);
            let Some(to) = place_of(&state.layout, service, other) else { continue };
            lines += 1;
            if lines > MOST_LINES {
                return;
            }
            let crosses = service != home;
            let colour =
                if crosses { colours.selection } else { colours.text_faint.gamma_multiply(0.6) };
            let width = (1.0 + (count as f32).ln() * 0.6).min(3.5);
            let end = lens.rect(&to).center();
            edge(ui.painter(), start, end, Stroke::new(width, colour.gamma_multiply(0.8)));
        }
    }
}

fn edge(painter: &Painter, start: Pos2, end: Pos2, stroke: Stroke) {
    let bend = (end - start).rot90() * 0.08;
    let middle = start + (end - start) * 0.5 + bend;
    let points = (0..=12)
        .map(|step| {
            let t = step as f32 / 12.0;
            start.lerp(middle, t).lerp(middle.lerp(end, t), t)
        })
        .collect();
    painter.add(Shape::line(points, stroke));
    painter.circle_filled(end, stroke.width + 1.5, stroke.color);
}

/// A dashed line with a sag, from where something is to where it would go.
pub(super) fn paint_lead(painter: &Painter, start: Pos2, end: Pos2, colour: Color32) {
    let sag = (start.distance(end) * 0.12).min(46.0);
    let middle = pos2((start.x + end.x) / 2.0, (start.y + end.y) / 2.0 + sag);
    let points: Vec<Pos2> = (0..=32)
        .map(|step| {
            let t = step as f32 / 32.0;
            start.lerp(middle, t).lerp(middle.lerp(end, t), t)
        })
        .collect();
    painter.extend(Shape::dashed_line(&points, Stroke::new(1.5, colour), 6.0, 4.0));
}
