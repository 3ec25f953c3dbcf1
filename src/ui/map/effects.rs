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

/// Draws the effect on every service. No label covers another: with many services each says less, and the one under
/// the pointer, which says everything, comes last.
pub(super) fn paint_all(
    ui: &Ui,
    view: &View<'_>,
    lens: &Lens,
    containers: &[Container],
    carry: &Carry,
) {
    let rank = |container: &&Container| {
        let service = Some(container.service);
        let matters = (carry.over.service() == service, carry.best == service);
        let area = container.rect.area() as u64;
        (std::cmp::Reverse((matters, carry.home == service, area)), container.service)
    };
    let mut by_rank: Vec<&Container> = containers.iter().collect();
    by_rank.sort_by_key(rank);
    let titles: Vec<(ServiceId, Rect)> = containers
        .iter()
        .map(|container| {
            let rect = crisp(lens.rect(&container.rect));
            let height = title_height(rect.height(), lens.zoom()).min(LEAST_PLATE);
            (container.service, rect.with_max_y(rect.top() + height))
        })
        .collect();
    let mut taken: Vec<Rect> = Vec::new();
    let mut labels = Vec::new();
    for container in by_rank {
        let others = titles.iter().filter(|(service, _)| *service != container.service);
        let is_free = |plate: &Rect| {
            let small = plate.shrink(1.0);
            !taken.iter().any(|other| other.intersects(small))
                && !others.clone().any(|(_, title)| title.intersects(small))
        };
        if let Some((label, plate)) = effect_on(ui, view, lens, container, carry, is_free) {
            taken.push(plate);
            labels.push((label, plate));
        }
    }
    for (label, plate) in labels.iter().rev() {
        label.paint(ui, *plate);
    }
}

/// Marks one service, and finds what its label says and where it stands.
fn effect_on(
    ui: &Ui,
    view: &View<'_>,
    lens: &Lens,
    container: &Container,
    carry: &Carry,
    is_free: impl Fn(&Rect) -> bool,
) -> Option<(Label, Rect)> {
    let colours = Colours::of(ui.ctx());
    let rect = crisp(lens.rect(&container.rect));
    let delta = carry.effect(Some(container.service))?;
    if !lens.shows(rect) {
        return None;
    }
    let pointed = carry.over.service() == Some(container.service);
    let is_best = carry.best == Some(container.service);
    let is_home = carry.home == Some(container.service);
    let tone = tone(colours, is_home, cost(delta));
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
    let make =
        |most: usize| Label::new(colours, name, delta, (is_home, is_best), (tone, colour), most);
    let title = title_height(rect.height(), lens.zoom());
    // A label may cover its neighbours only where somebody looks: elsewhere it says as much as fits.
    for most in (1..=4).rev() {
        let label = make(most);
        let plate = label.plate(ui, rect, title, lens);
        if pointed || is_best || label.width(ui) <= rect.width() || is_free(&plate) {
            return Some((label, plate));
        }
    }
    let label = make(0);
    let size = vec2(rect.width().max(50.0), LEAST_PLATE);
    let plate = Rect::from_center_size(rect.center_top() + vec2(0.0, size.y / 2.0), size);
    Some((label, keep_within(plate, lens.screen)))
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

/// Less height than this has no room for a name and what changes.
const LEAST_PLATE: f32 = 37.0;

/// The effect as it stands in a title bar: the name stays, what it says about traffic gives way.
struct Label {
    name: String,
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
        name: &str,
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
            // With room for nothing else it says at least the heaviest, and no more.
            let (shown, left_out) = heaviest(&all, most.max(1));
            let left_out = if most == 0 { 0 } else { left_out };
            words.extend(shown.into_iter().map(|change| {
                let colour = if change.delta < 0 { colours.better } else { colours.worse };
                (change.text.clone(), colour)
            }));
            if left_out > 0 {
                words.push((format!("+{left_out} more"), colours.text_soft));
            }
        }
        Self { name: name.to_owned(), words, tone, colour, is_best }
    }

    /// How wide it is in small letters.
    fn width(&self, ui: &Ui) -> f32 {
        let face = font::semibold(11.0);
        let words = self.words.iter().map(|(text, _)| width_of(ui, text, &face) + 10.0);
        words.sum::<f32>() + 22.0
    }

    /// Two lines: the name, then the changes; as wide as the container, or as the changes need.
    fn plate(&self, ui: &Ui, rect: Rect, title: f32, lens: &Lens) -> Rect {
        let wanted = (self.width(ui) + 8.0).max(rect.width());
        let mut plate = Rect::from_min_size(rect.min, vec2(wanted, title.clamp(LEAST_PLATE, 50.0)));
        if wanted > rect.width() {
            plate = plate.translate(vec2((rect.width() - wanted) / 2.0, 0.0));
        }
        keep_within(plate, lens.screen)
    }

    fn paint(&self, ui: &Ui, plate: Rect) {
        let colours = Colours::of(ui.ctx());
        let ground = mix(colours.panel, self.tone, if self.is_best { 0.16 } else { 0.09 });
        let painter = ui.painter();
        painter.add(high_shadow(colours).as_shape(plate, 7.0));
        painter.rect(
            plate,
            7.0,
            ground,
            Stroke::new(1.0, mix(colours.panel, self.tone, 0.55)),
            StrokeKind::Inside,
        );
        let narrow = plate.width() < 90.0;
        let mut left = plate.left() + 7.0;
        if !narrow {
            let mark = Rect::from_center_size(pos2(left + 3.0, plate.center().y), vec2(4.0, 24.0));
            painter.rect_filled(mark, 2.0, self.colour);
            left += 13.0;
        }
        let width = plate.right() - left - 5.0;
        let face = font::semibold(if narrow { 11.0 } else { 13.0 });
        let text = one_line(ui, &self.name, face, colours.text, width);
        let first = plate.top() + plate.height() * 0.31 - text.size().y / 2.0;
        painter.galley(pos2(left, first), text, colours.text);
        let mut x = left;
        let y = plate.top() + plate.height() * 0.72 - 7.0;
        let face = font::semibold(if narrow { 10.5 } else { 11.0 });
        for (text, colour) in &self.words {
            let galley = one_line(ui, text, face.clone(), *colour, plate.right() - x - 4.0);
            let step = galley.size().x + 10.0;
            painter.galley(pos2(x, y), galley, *colour);
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
