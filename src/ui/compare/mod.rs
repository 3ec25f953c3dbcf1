//! Two or three proposals side by side: services matched by content, differing pieces marked, figures in one table,
//! and differences that can be taken over.

mod differences;
mod figures;

use std::{collections::BTreeSet, sync::Arc};

use egui::{Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{
    controls::{empty_stage, write},
    design::{Colours, font},
    map::{Camera, Carry, MapState, map_ui},
    view::{Intent, Selection, View},
};
use crate::{
    facts::PieceId,
    proposal::{
        Proposal,
        compare::{Comparison, in_colours_of},
        map::{Container, Layout},
    },
};

/// More do not fit side by side.
const MOST: usize = 3;
const HEAD: f32 = 34.0;
/// How high the figures and differences below the maps are.
const BELOW: f32 = 236.0;

/// A proposal that stands side by side with others.
pub(super) struct Pane<'a> {
    pub at: usize,
    pub view: View<'a>,
}

#[derive(Default)]
pub(super) struct CompareState {
    /// Places of the proposals, the first of which the others are compared with.
    chosen: Vec<usize>,
    known: Vec<(Arc<Proposal>, Arc<Proposal>, Comparison)>,
    /// The proposals in matched colours, with what is marked in each.
    shown: Vec<Shown>,
    maps: Vec<MapState>,
    /// The pane that something was just done in.
    active: Option<usize>,
    /// What was asked to be compared, so that it is asked once.
    asked_for: Vec<Arc<Proposal>>,
    /// Which of the others' differences are listed.
    listed: usize,
}

struct Shown {
    of: Arc<Proposal>,
    with: Arc<Proposal>,
    is_compared: bool,
    proposal: Arc<Proposal>,
    marked: BTreeSet<PieceId>,
}

impl CompareState {
    /// Puts these proposals beside one.
    pub(super) fn choose(&mut self, first: usize, others: Vec<usize>) {
        let kept: Vec<usize> = self.chosen.clone();
        self.chosen = if others.is_empty() { kept } else { vec![first] };
        for other in others {
            if !self.chosen.contains(&other) && self.chosen.len() < MOST {
                self.chosen.push(other);
            }
        }
        self.shown.clear();
        self.maps.clear();
    }

    /// The places of the proposals that stand side by side; `at` is one of them.
    pub(super) fn proposals(&self, at: usize, count: usize) -> Vec<usize> {
        let mut places: Vec<usize> =
            self.chosen.iter().copied().filter(|place| *place < count).collect();
        if !places.contains(&at) {
            places.insert(0, at);
            places.truncate(2.max(self.chosen.len()).min(MOST));
        }
        if places.len() < 2 {
            places.extend((0..count).find(|place| *place != at));
        }
        places
    }

    pub(super) fn take(&mut self, a: Arc<Proposal>, b: Arc<Proposal>, comparison: Comparison) {
        self.known.retain(|(known_a, known_b, _)| {
            !(Arc::ptr_eq(known_a, &a) && Arc::ptr_eq(known_b, &b))
        });
        self.known.push((a, b, comparison));
        // Comparisons of proposals as they were long ago are of no use.
        let old = self.known.len().saturating_sub(4);
        self.known.drain(..old);
    }

    pub(super) fn knows(&self, a: &Arc<Proposal>, b: &Arc<Proposal>) -> bool {
        self.comparison(a, b).is_some()
    }

    fn comparison(&self, a: &Arc<Proposal>, b: &Arc<Proposal>) -> Option<&Comparison> {
        let same = |(known_a, known_b, _): &&(Arc<Proposal>, Arc<Proposal>, Comparison)| {
            Arc::ptr_eq(known_a, a) && Arc::ptr_eq(known_b, b)
        };
        self.known.iter().find(same).map(|(_, _, comparison)| comparison)
    }

    pub(super) fn take_active(&mut self) -> Option<usize> {
        self.active.take()
    }

    pub(super) fn maps(&mut self) -> &mut [MapState] {
        &mut self.maps
    }

    /// What is carried in one of the panes.
    pub(super) fn carry(&self) -> Option<&Carry> {
        self.maps.iter().find_map(|map| map.carry.as_ref())
    }

    /// Brings colours and marks up to date.
    fn follow(&mut self, panes: &[Pane<'_>], intents: &mut Vec<Intent>) {
        self.chosen = panes.iter().map(|pane| pane.at).collect();
        let Some(first) = panes.first().map(|pane| Arc::clone(pane.view.proposal)) else { return };
        let proposals: Vec<Arc<Proposal>> =
            panes.iter().map(|pane| Arc::clone(pane.view.proposal)).collect();
        let unknown = proposals.iter().skip(1).any(|other| !self.knows(&first, other));
        let was_asked = self.asked_for.len() == proposals.len()
            && self.asked_for.iter().zip(&proposals).all(|(a, b)| Arc::ptr_eq(a, b));
        if unknown && !was_asked && !panes.iter().any(|pane| pane.view.busy) {
            self.asked_for = proposals.clone();
            intents.push(Intent::Compare);
        }
        for (at, of) in proposals.iter().enumerate() {
            let comparison = self.comparison(&first, of).cloned();
            let is_compared = comparison.is_some() || at == 0 && !unknown;
            let is_right = self.shown.get(at).is_some_and(|shown| {
                Arc::ptr_eq(&shown.of, of)
                    && Arc::ptr_eq(&shown.with, &first)
                    && shown.is_compared == is_compared
            });
            if !is_right {
                let others = proposals.iter().skip(1);
                let marked = match (&comparison, at) {
                    (_, 0) => others
                        .filter_map(|other| self.comparison(&first, other))
                        .flat_map(|found| found.differences.iter().map(|other| other.piece))
                        .collect(),
                    (Some(found), _) => found.differences.iter().map(|other| other.piece).collect(),
                    (None, _) => BTreeSet::new(),
                };
                let proposal = match &comparison {
                    Some(found) if at > 0 => Arc::new(in_colours_of(&first, of, found)),
                    _ => Arc::clone(of),
                };
                let shown = Shown {
                    of: Arc::clone(of),
                    with: Arc::clone(&first),
                    is_compared,
                    proposal,
                    marked,
                };
                self.shown.truncate(at);
                self.shown.push(shown);
            }
        }
        self.shown.truncate(proposals.len());
        self.place(panes);
    }

    /// Each pane has a map of its own; matched services begin where they stand in the first.
    fn place(&mut self, panes: &[Pane<'_>]) {
        self.maps.truncate(panes.len());
        while self.maps.len() < panes.len() {
            let at = self.maps.len();
            let places = self.maps.first().map(MapState::layout).and_then(|first| {
                let found = self.comparison(panes[0].view.proposal, panes[at].view.proposal)?;
                matched_places(first, found)
            });
            let waits = at > 0 && places.is_none() && !self.shown[at].is_compared;
            if waits {
                break;
            }
            let mut map = MapState::new(places);
            map.is_beside = at > 0;
            self.maps.push(map);
        }
    }
}

fn matched_places(first: &Layout, found: &Comparison) -> Option<Layout> {
    let containers: Vec<Container> = found
        .matches
        .iter()
        .filter_map(|pair| {
            let container = first.container(pair.a?)?;
            Some(Container { service: pair.b?, ..container.clone() })
        })
        .collect();
    (!containers.is_empty()).then_some(Layout { bounds: first.bounds, containers })
}

pub(super) fn compare_ui(
    ui: &mut Ui,
    panes: &[Pane<'_>],
    state: &mut CompareState,
    intents: &mut Vec<Intent>,
) {
    if panes.len() < 2 {
        empty_stage(
            ui,
            "There is only one proposal",
            "Make a second one: Ctrl+P proposes services anew, Ctrl+Shift+D copies this one. Then both stand here side \
             by side, with what they place differently.",
        );
        return;
    }
    state.follow(panes, intents);
    let room = ui.available_rect_before_wrap();
    let below = BELOW.min(room.height() * 0.45);
    let upper = Rect::from_min_max(room.min, pos2(room.right(), room.bottom() - below));
    let width = upper.width() / panes.len() as f32;
    let cameras: Vec<Option<Camera>> =
        state.maps.iter().map(|map| (!map.is_new()).then_some(map.camera)).collect();
    for (index, pane) in panes.iter().enumerate() {
        let corner = upper.min + vec2(index as f32 * width, 0.0);
        let area = Rect::from_min_size(corner, vec2(width, upper.height()));
        pane_ui(ui, area, index, pane, state, intents);
    }
    link_cameras(state, &cameras);
    let lower = Rect::from_min_max(pos2(room.left(), room.bottom() - below), room.max);
    below_ui(ui, lower, panes, state, intents);
}

fn pane_ui(
    ui: &mut Ui,
    area: Rect,
    index: usize,
    pane: &Pane<'_>,
    state: &mut CompareState,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let head = Rect::from_min_size(area.min, vec2(area.width(), HEAD));
    let Some(shown) = state.shown.get(index) else { return };
    let different = shown.marked.len();
    let name = &pane.view.proposal.name;
    ui.painter().rect_filled(head, 0.0, colours.panel);
    let end = write(
        ui,
        head.left_center() + vec2(16.0, 0.0),
        name,
        font::semibold(13.5),
        colours.text,
        head.width() * 0.5,
    );
    let said = match (index, shown.is_compared) {
        (_, false) => "comparing…".to_owned(),
        (0, true) => format!("{different} pieces differ elsewhere"),
        (_, true) if different == 0 => "the same".to_owned(),
        (_, true) => format!("{different} pieces elsewhere"),
    };
    let at = pos2(end + 12.0, head.center().y);
    write(ui, at, &said, font::regular(12.0), colours.text_soft, head.right() - end - 20.0);
    let id = ui.scope_id().with(("pane head", index));
    let response = ui.interact(head, id, Sense::click());
    let label = format!("pane {name}: {said}");
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &label));
    if response.clicked() {
        state.active = Some(pane.at);
    }
    let body = Rect::from_min_max(pos2(area.left(), head.bottom()), area.max);
    let Some(map) = state.maps.get_mut(index) else { return };
    let view = View { proposal: &shown.proposal, marked: &shown.marked, ..pane.view };
    let mut asked = Vec::new();
    ui.push_id(("pane", index), |ui| {
        let builder = egui::UiBuilder::new().max_rect(body);
        ui.scope_builder(builder, |ui| map_ui(ui, &view, map, &mut asked));
    });
    if index > 0 {
        ui.painter().vline(area.left(), area.y_range(), Stroke::new(1.0, colours.edge));
    }
    hear(asked, pane, state, intents);
}

/// What is asked for in a pane is about its proposal; what is looked at is looked at in all.
fn hear(asked: Vec<Intent>, pane: &Pane<'_>, state: &mut CompareState, intents: &mut Vec<Intent>) {
    for intent in asked {
        let changes = matches!(
            intent,
            Intent::Do(_) | Intent::NewService(_) | Intent::Act(_) | Intent::Rename(_)
        );
        if changes || matches!(intent, Intent::Select(Selection::Service(_) | Selection::Pair(..)))
        {
            state.active = Some(pane.at);
        }
        match intent {
            Intent::ShowPieces(pieces) => {
                for (map, shown) in state.maps.iter_mut().zip(&state.shown) {
                    map.show_pieces(&shown.proposal, &pieces);
                }
            }
            Intent::ShowService(service) => {
                for (map, shown) in state.maps.iter_mut().zip(&state.shown) {
                    if Arc::ptr_eq(&shown.of, pane.view.proposal) {
                        map.show_service(service);
                    }
                }
            }
            other => intents.push(other),
        }
    }
}

/// Whoever moves or zooms one map moves and zooms all.
fn link_cameras(state: &mut CompareState, before: &[Option<Camera>]) {
    let moved = state
        .maps
        .iter()
        .zip(before)
        .position(|(map, before)| before.is_some_and(|before| map.camera != before));
    let Some(leader) = moved else { return };
    let Some(was) = before[leader] else { return };
    let now = state.maps[leader].camera;
    if !state.maps[leader].is_led_by_hand() {
        return;
    }
    let (dx, dy) = (now.middle.x - was.middle.x, now.middle.y - was.middle.y);
    for (at, map) in state.maps.iter_mut().enumerate() {
        if at != leader {
            map.camera.zoom *= now.zoom / was.zoom;
            map.camera.middle = map.camera.middle.plus(dx, dy);
        }
    }
}

fn below_ui(
    ui: &mut Ui,
    area: Rect,
    panes: &[Pane<'_>],
    state: &mut CompareState,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    ui.painter().rect_filled(area, 0.0, colours.panel);
    ui.painter().hline(area.x_range(), area.top(), Stroke::new(1.0, colours.border));
    let middle = area.left() + area.width() * 0.5;
    let left = Rect::from_min_max(area.min, pos2(middle, area.bottom())).shrink2(vec2(16.0, 10.0));
    let right = Rect::from_min_max(pos2(middle, area.top()), area.max).shrink2(vec2(16.0, 10.0));
    ui.push_id("compared figures", |ui| {
        ui.scope_builder(egui::UiBuilder::new().max_rect(left), |ui| {
            figures::show(ui, panes);
        });
    });
    ui.push_id("differences", |ui| {
        ui.scope_builder(egui::UiBuilder::new().max_rect(right), |ui| {
            differences::show(ui, panes, state, intents);
        });
    });
}
