//! What dropping would cost, said by every service at once: in its title bar, where it hides nothing.

use egui::{Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::{
    camera::{Lens, crisp},
    carry::Carry,
    containers::title_height,
    wrapped::width_of,
};
use crate::{
    analysis::figures::Figures,
    facts::PieceId,
    proposal::{
        Proposal, ServiceId,
        map::Container,
        suggest::{self, cost},
    },
    session::ServiceEffect,
    ui::{
        controls::{one_line, signed},
        design::{Colours, font, high_shadow, mix},
        view::{View, service_colour},
    },
};

/// One change, in words.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct Change {
    pub text: String,
    /// Below 0 is better.
    pub delta: i64,
    weight: f64,
}

/// The changes of figures that people weigh against each other, in the order they are always said.
pub(in crate::ui) fn changes(delta: &Figures) -> Vec<Change> {
    let said = [
        (delta.crossing_calls, "call", 1.0),
        (delta.operations, "operation", 3.0),
        (delta.crossing_writes, "write", 4.0),
        (delta.crossing_reads, "read", 2.0),
        (delta.shared_tables, "shared table", 5.0),
        (delta.multi_writer_tables, "multi-writer table", 8.0),
        (delta.cut_declared_keys + delta.cut_implied_keys, "key", 2.0),
        (delta.broken_joins, "join", 3.0),
        (delta.spanning_transactions, "transaction", 12.0),
        (delta.cycles, "cycle", 10.0),
        (delta.crossing_commits, "commit", 0.2),
    ];
    said.into_iter()
        .filter(|(delta, ..)| *delta != 0)
        .map(|(delta, word, weight)| {
            let plural = if delta.abs() == 1 { "" } else { "s" };
            let text = format!("{} {word}{plural}", signed(delta));
            Change { text, delta, weight: weight * delta.abs() as f64 }
        })
        .collect()
}

/// The `most` heaviest changes, still in the order they are always said, and how many are left out.
pub(in crate::ui) fn heaviest(changes: &[Change], most: usize) -> (Vec<&Change>, usize) {
    let mut by_weight: Vec<usize> = (0..changes.len()).collect();
    by_weight.sort_by(|a, b| changes[*b].weight.total_cmp(&changes[*a].weight).then(a.cmp(b)));
    let left_out = changes.len().saturating_sub(most);
    by_weight.truncate(most);
    by_weight.sort_unstable();
    (by_weight.into_iter().map(|at| &changes[at]).collect(), left_out)
}

/// All changes as one phrase.
pub(in crate::ui) fn phrase(delta: &Figures) -> String {
    let changes = changes(delta);
    if changes.is_empty() {
        return "no change".to_owned();
    }
    changes.iter().map(|change| change.text.as_str()).collect::<Vec<_>>().join(", ")
}

/// The service where the pieces would cost least, if that is less than now and they may go there: staying where they
/// are costs nothing, so nothing is best that costs something.
pub(in crate::ui) fn best(
    proposal: &Proposal,
    pieces: &[PieceId],
    effects: &[ServiceEffect],
) -> Option<ServiceId> {
    if !suggest::movable(proposal, pieces) {
        return None;
    }
    effects
        .iter()
        .filter_map(|effect| Some((effect.service?, cost(&effect.delta))))
        .filter(|(service, _)| suggest::takes(proposal, pieces, *service))
        .filter(|(_, weight)| *weight < 0.0)
        .min_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(service, _)| service)
}

/// Draws the effect on one service.
pub(super) fn paint(
    ui: &Ui,
    view: &View<'_>,
    lens: &Lens,
    container: &Container,
    carry: &Carry,
    pointed: bool,
) {
    let colours = Colours::of(ui.ctx());
    let rect = crisp(lens.rect(&container.rect));
    let Some(delta) = carry.effect(Some(container.service)) else { return };
    if !lens.shows(rect) {
        return;
    }
    let is_best = carry.best == Some(container.service);
    let is_home = carry.home == Some(container.service);
    let weight = cost(delta);
    let tone = tone(colours, is_home, weight);
    let title = title_height(rect.height(), lens.zoom());
    border(ui, rect, colours, is_best, pointed, is_home);
    let name = view.service_name(container.service);
    let words = if is_home { "It is here".to_owned() } else { phrase(delta) };
    let best = if is_best { ", the best place" } else { "" };
    let response = ui.interact(
        rect.intersect(lens.screen),
        ui.scope_id().with(("effect", container.service)),
        Sense::hover(),
    );
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("Dropping on {name}: {words}{best}"))
    });
    let service = view.proposal.service(container.service);
    let colour = service.map_or(colours.text_soft, |service| service_colour(colours, service));
    // A label may be wider than its service only where somebody looks: elsewhere it says as much as fits.
    let make = |most: usize| Label::new(colours, delta, (is_home, is_best), (tone, colour), most);
    let fits = |most: &usize| pointed || is_best || make(*most).width(ui) <= rect.width();
    let most = (1..=4).rev().find(fits).unwrap_or(1);
    make(most).paint(ui, name, rect, title, lens);
}

fn tone(colours: &Colours, is_home: bool, weight: f64) -> Color32 {
    if is_home || weight == 0.0 {
        colours.text_soft
    } else if weight < 0.0 {
        colours.better
    } else {
        colours.worse
    }
}

fn border(ui: &Ui, rect: Rect, colours: &Colours, is_best: bool, pointed: bool, is_home: bool) {
    let stroke = match (is_best, pointed && !is_home) {
        (true, true) => Stroke::new(4.0, colours.better),
        (true, false) => Stroke::new(3.0, colours.better),
        (false, true) => Stroke::new(3.0, colours.selection),
        (false, false) => return,
    };
    ui.painter().rect_stroke(rect.expand(1.0), 9.0, stroke, StrokeKind::Outside);
}

/// The effect as it stands in a title bar: the name stays, what it says about traffic gives way.
struct Label {
    /// Each change with its colour, in one line.
    words: Vec<(String, Color32)>,
    tone: Color32,
    /// The colour of the service.
    colour: Color32,
    is_best: bool,
}

impl Label {
    fn new(
        colours: &Colours,
        delta: &Figures,
        (is_home, is_best): (bool, bool),
        (tone, colour): (Color32, Color32),
        most: usize,
    ) -> Self {
        let all = changes(delta);
        let mut words = Vec::new();
        if is_best {
            words.push(("Best place".to_owned(), colours.better));
        }
        if is_home {
            words.push(("It is here".to_owned(), colours.text_soft));
        } else if all.is_empty() {
            words.push(("No change".to_owned(), colours.text_soft));
        } else {
            let (shown, left_out) = heaviest(&all, most);
            words.extend(shown.into_iter().map(|change| {
                let colour = if change.delta < 0 { colours.better } else { colours.worse };
                (change.text.clone(), colour)
            }));
            if left_out > 0 {
                words.push((format!("+{left_out} more"), colours.text_soft));
            }
        }
        Self { words, tone, colour, is_best }
    }

    /// How wide it is in small letters.
    fn width(&self, ui: &Ui) -> f32 {
        let face = font::semibold(11.0);
        let words = self.words.iter().map(|(text, _)| width_of(ui, text, &face) + 10.0);
        words.sum::<f32>() + 22.0
    }

    fn paint(&self, ui: &Ui, name: &str, rect: Rect, title: f32, lens: &Lens) {
        let colours = Colours::of(ui.ctx());
        let size = if lens.zoom() >= 0.75 { 12.0 } else { 11.0 };
        let galleys: Vec<_> = self
            .words
            .iter()
            .map(|(text, colour)| {
                (ui.painter().layout_no_wrap(text.clone(), font::semibold(size), *colour), *colour)
            })
            .collect();
        let width: f32 =
            galleys.iter().map(|(galley, _)| galley.size().x + 10.0).sum::<f32>() - 10.0;
        // Two lines: the name, then the changes; as wide as the container, or as the changes need.
        let wanted = (width + 32.0).max(rect.width());
        let height = title.clamp(37.0, 50.0);
        let mut plate = Rect::from_min_size(rect.min, vec2(wanted, height));
        if wanted > rect.width() {
            plate = plate.translate(vec2((rect.width() - wanted) / 2.0, 0.0));
        }
        let plate = keep_within(plate, lens.screen);
        let ground = mix(colours.panel, self.tone, if self.is_best { 0.16 } else { 0.09 });
        let painter = ui.painter();
        if wanted > rect.width() || title < 37.0 {
            painter.add(high_shadow(colours).as_shape(plate, 7.0));
        }
        painter.rect(
            plate,
            7.0,
            ground,
            Stroke::new(1.0, mix(colours.panel, self.tone, 0.55)),
            StrokeKind::Inside,
        );
        let mark = Rect::from_center_size(plate.left_center() + vec2(10.0, 0.0), vec2(4.0, 24.0));
        painter.rect_filled(mark, 2.0, self.colour);
        let left = plate.left() + 20.0;
        let text = one_line(ui, name, font::semibold(13.0), colours.text, plate.width() - 30.0);
        let first = plate.top() + plate.height() * 0.31 - text.size().y / 2.0;
        painter.galley(pos2(left, first), text, colours.text);
        let mut x = left;
        let y = plate.top() + plate.height() * 0.72 - size * 0.6;
        for (galley, colour) in galleys {
            let step = galley.size().x + 10.0;
            painter.galley(pos2(x, y), galley, colour);
            x += step;
        }
    }
}

fn keep_within(rect: Rect, screen: Rect) -> Rect {
    let dx = (screen.left() + 4.0 - rect.left()).max(0.0)
        - (rect.right() + 4.0 - screen.right()).max(0.0);
    rect.translate(vec2(dx, 0.0))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_heaviest_changes_are_said_in_their_usual_order() {
        let delta = Figures {
            crossing_calls: -14,
            shared_tables: -1,
            cut_declared_keys: 1,
            crossing_commits: 3,
            ..Figures::default()
        };
        let all = changes(&delta);
        let (shown, left_out) = heaviest(&all, 3);
        let words: Vec<&str> = shown.iter().map(|change| change.text.as_str()).collect();
        assert_eq!(words, ["−14 calls", "−1 shared table", "+1 key"]);
        assert_eq!(left_out, 1);
        assert_eq!(phrase(&Figures::default()), "no change");
    }
}
