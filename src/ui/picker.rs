//! A list to choose from by writing: the command palette, and the services to move or merge into.

use egui::{
    Align2, Color32, Id, Key, Modifiers, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::{
    actions::{ALL, Action},
    controls::{field, one_line, swatch},
    design::{Colours, font},
    icons::{self, Icon},
    map::effects::{best, phrase},
    names::{piece_name, pieces_name},
    view::{Intent, Selection, View, service_colour},
};
use crate::{
    facts::{Piece, PieceId},
    proposal::{ServiceId, command::Command, suggest::cost},
    session::exports::Format,
};

const WIDTH: f32 = 580.0;
const ROW: f32 = 40.0;
/// More would not be read.
const MOST: usize = 60;

/// What is chosen from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Actions, services and pieces.
    Anything,
    /// Where to put these pieces.
    MoveTo(Vec<PieceId>),
    /// Into which service to merge this one.
    MergeInto(ServiceId),
    /// What to write the proposal as.
    Export,
}

pub(super) struct Picker {
    kind: Kind,
    text: String,
    at: usize,
    rows: Vec<Row>,
    made_for: Option<String>,
    is_new: bool,
}

#[derive(Clone)]
struct Row {
    mark: Mark,
    title: String,
    detail: String,
    tone: Option<Color32>,
    keys: String,
    intents: Vec<Intent>,
    score: i32,
}

#[derive(Clone, Copy)]
enum Mark {
    Icon(Icon),
    Service(Color32),
}

impl Picker {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, text: String::new(), at: 0, rows: Vec::new(), made_for: None, is_new: true }
    }

    /// Draws the list; answers whether it is still open.
    pub(super) fn show(&mut self, ui: &Ui, view: &View<'_>, intents: &mut Vec<Intent>) -> bool {
        let mut chosen = None;
        let screen = ui.ctx().content_rect();
        let response = egui::Modal::new(Id::unique("picker"))
            .backdrop_color(Color32::from_black_alpha(40))
            .frame(egui::Frame::popup(ui.style()).inner_margin(10.0).corner_radius(10.0))
            .area(
                egui::Modal::default_area(Id::unique("picker"))
                    .anchor(Align2::CENTER_TOP, vec2(0.0, (screen.height() * 0.14).max(40.0))),
            )
            .show(ui.ctx(), |ui| {
                ui.set_width(WIDTH.min(screen.width() - 60.0));
                chosen = self.contents(ui, view);
            });
        if let Some(at) = chosen {
            intents.extend(self.rows[at].intents.clone());
            return false;
        }
        !response.should_close()
    }

    fn contents(&mut self, ui: &mut Ui, view: &View<'_>) -> Option<usize> {
        let (hint, name) = match &self.kind {
            Kind::Anything => ("Find a piece, a service or an action".to_owned(), "Find anything"),
            Kind::MoveTo(pieces) => {
                (format!("Move {} to…", pieces_name(view.facts, pieces)), "Move to service")
            }
            Kind::Export => ("Export as…".to_owned(), "Export as"),
            Kind::MergeInto(from) => {
                (format!("Merge {} into…", view.service_name(*from)), "Merge into service")
            }
        };
        let moved = ui.input_mut(|input| {
            let down = input.consume_key(Modifiers::NONE, Key::ArrowDown) as isize;
            let up = input.consume_key(Modifiers::NONE, Key::ArrowUp) as isize;
            down - up
        });
        let response = field(ui, &mut self.text, &hint, name, Some(Icon::Search));
        if std::mem::take(&mut self.is_new) || !response.has_focus() && !response.lost_focus() {
            response.request_focus();
        }
        let enter = ui.input(|input| input.key_pressed(Key::Enter));
        self.follow(ui, view);
        if !self.rows.is_empty() {
            let last = self.rows.len() - 1;
            self.at = self.at.min(last).saturating_add_signed(moved).min(last);
        }
        ui.add_space(6.0);
        let clicked = self.list(ui, moved != 0);
        if enter && !self.rows.is_empty() { Some(self.at) } else { clicked }
    }

    fn list(&self, ui: &mut Ui, moved: bool) -> Option<usize> {
        if self.rows.is_empty() {
            super::controls::note(ui, format!("Nothing is called “{}”.", self.text));
            return None;
        }
        let mut clicked = None;
        ScrollArea::vertical()
            .max_height(ROW * 10.0)
            .min_scrolled_height(ROW * 10.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                for (at, row) in self.rows.iter().enumerate() {
                    let response = row.show(ui, at == self.at);
                    if at == self.at && moved {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        clicked = Some(at);
                    }
                }
            });
        clicked
    }

    fn follow(&mut self, ui: &Ui, view: &View<'_>) {
        if self.made_for.as_ref() == Some(&self.text) {
            return;
        }
        let colours = Colours::of(ui.ctx());
        self.rows = match &self.kind {
            Kind::Anything => anything(ui, view, colours, &self.text),
            Kind::MoveTo(pieces) => places_for(view, colours, pieces, &self.text),
            Kind::MergeInto(from) => merges(view, colours, *from, &self.text),
            Kind::Export => formats(ui, &self.text),
        };
        self.rows.truncate(MOST);
        self.at = 0;
        self.made_for = Some(self.text.clone());
    }
}

impl Row {
    fn show(&self, ui: &mut Ui, chosen: bool) -> egui::Response {
        let colours = Colours::of(ui.ctx());
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        let label = if self.detail.is_empty() {
            self.title.clone()
        } else {
            format!("{}: {}", self.title, self.detail)
        };
        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &label));
        if chosen || response.hovered() {
            let ground = if chosen { colours.selection_ground } else { colours.hover };
            ui.painter().rect_filled(rect, 6.0, ground);
        }
        let mark = pos2(rect.left() + 18.0, rect.center().y);
        match self.mark {
            Mark::Icon(icon) => icons::paint(ui.painter(), icon, mark, 14.0, colours.text_soft),
            Mark::Service(colour) => swatch(ui, mark, 11.0, colour),
        }
        let keys = ui.painter().text(
            pos2(rect.right() - 10.0, rect.center().y),
            Align2::RIGHT_CENTER,
            &self.keys,
            font::medium(11.5),
            colours.text_faint,
        );
        let left = rect.left() + 36.0;
        let width = keys.left() - left - 12.0;
        let title = one_line(ui, &self.title, font::medium(13.0), colours.text, width);
        let y = if self.detail.is_empty() { rect.center().y } else { rect.top() + 13.0 };
        ui.painter().galley(pos2(left, y - title.size().y / 2.0), title, colours.text);
        if !self.detail.is_empty() {
            let tone = self.tone.unwrap_or(colours.text_soft);
            let detail = one_line(ui, &self.detail, font::regular(11.5), tone, width);
            let y = rect.bottom() - 12.0 - detail.size().y / 2.0;
            ui.painter().galley(pos2(left, y), detail, tone);
        }
        response
    }
}

/// How well `name` answers to what was written: letters in order; runs, beginnings of words and short names count
/// more. `None` where it does not.
fn score(name: &str, written: &str) -> Option<i32> {
    if written.trim().is_empty() {
        return Some(0);
    }
    let mut score = 0;
    let mut wanted = written.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase);
    let mut next = wanted.next();
    let (mut run, mut before) = (0, ' ');
    for letter in name.chars() {
        let Some(want) = next else { break };
        if letter.to_lowercase().eq(std::iter::once(want)) {
            let begins =
                !before.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase());
            run += 1;
            score += 4 + 3 * run + if begins { 12 } else { 0 };
            next = wanted.next();
        } else {
            run = 0;
        }
        before = letter;
    }
    let length = i32::try_from(name.chars().count()).unwrap_or(i32::MAX);
    next.is_none().then(|| score * 4 + closeness(name, written) - length.min(200))
}

/// Whoever wrote the whole name means that one; whoever wrote its beginning rather means it than a longer run.
fn closeness(name: &str, written: &str) -> i32 {
    let (name, written) = (name.to_lowercase(), written.trim().to_lowercase());
    if name == written {
        2_000
    } else if name.starts_with(&written) {
        150
    } else {
        0
    }
}

fn anything(ui: &Ui, view: &View<'_>, colours: &Colours, written: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let situation = view.situation();
    for entry in ALL.iter().filter(|entry| entry.action.enabled(&situation)) {
        let hidden = matches!(entry.action, Action::Palette);
        let Some(score) = score(entry.name, written).filter(|_| !hidden) else { continue };
        rows.push(Row {
            mark: Mark::Icon(Icon::ArrowRight),
            title: entry.name.to_owned(),
            detail: entry.tooltip.to_owned(),
            tone: None,
            keys: entry.action.keys(ui.ctx()),
            intents: vec![Intent::Act(entry.action)],
            score,
        });
    }
    for service in &view.proposal.services {
        let Some(score) = score(&service.name, written) else { continue };
        let size = view.scorer.size(service.id.group());
        rows.push(Row {
            mark: Mark::Service(service_colour(colours, service)),
            title: service.name.clone(),
            detail: format!("service · {} modules · {} tables", size.modules, size.tables),
            tone: None,
            keys: String::new(),
            intents: vec![
                Intent::Select(Selection::Service(service.id)),
                Intent::ShowService(service.id),
            ],
            score: score + 10,
        });
    }
    if !written.trim().is_empty() {
        rows.extend(pieces(view, written));
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.score));
    rows
}

fn pieces(view: &View<'_>, written: &str) -> Vec<Row> {
    let mut found: Vec<(i32, PieceId)> = view
        .facts
        .pieces()
        .filter_map(|piece| {
            let name = piece_name(view.facts, piece);
            let by_name = score(&name, written).map(|score| score + 8);
            let by_path = || score(&view.facts.piece_name(piece), written);
            Some((by_name.or_else(by_path)?, piece))
        })
        .collect();
    found.sort_by_key(|(score, piece)| (std::cmp::Reverse(*score), *piece));
    found.truncate(MOST);
    let row = |(score, piece): (i32, PieceId)| {
        let icon = match view.facts.piece(piece) {
            Piece::Module(_) => Icon::Module,
            Piece::Table(_) => Icon::Table,
        };
        let service = view.service_of(piece).map_or("", |service| &service.name);
        Row {
            mark: Mark::Icon(icon),
            title: piece_name(view.facts, piece),
            detail: format!("{} · in {service}", view.facts.piece_name(piece)),
            tone: None,
            keys: String::new(),
            intents: vec![Intent::Select(Selection::of([piece])), Intent::ShowPieces(vec![piece])],
            score,
        }
    };
    found.into_iter().map(row).collect()
}

/// The services, those first where the pieces would cost least.
fn places_for(view: &View<'_>, colours: &Colours, pieces: &[PieceId], written: &str) -> Vec<Row> {
    let effects = view.session.effects(view.at, pieces);
    let best = best(view.proposal, pieces, &effects);
    let mut rows: Vec<(f64, Row)> = Vec::new();
    for effect in &effects {
        let weight = cost(&effect.delta);
        let tone = if weight < 0.0 { colours.better } else { colours.worse };
        let cost = phrase(&effect.delta);
        let (title, mark, intents) = match effect.service.and_then(|id| view.proposal.service(id)) {
            Some(service) => {
                if pieces.iter().all(|piece| view.proposal.service_of(*piece) == service.id) {
                    continue;
                }
                let command = Command::MovePieces { pieces: pieces.to_vec(), to: service.id };
                let mark = Mark::Service(service_colour(colours, service));
                (service.name.clone(), mark, vec![Intent::Do(command)])
            }
            None => (
                "A new service".to_owned(),
                Mark::Icon(Icon::Plus),
                vec![Intent::NewService(pieces.to_vec())],
            ),
        };
        if score(&title, written).is_none() {
            continue;
        }
        let is_best = effect.service.is_some() && effect.service == best;
        let detail = if is_best { format!("best place · {cost}") } else { cost };
        let tone = (weight != 0.0).then_some(tone);
        let row = Row { mark, title, detail, tone, keys: String::new(), intents, score: 0 };
        rows.push((weight, row));
    }
    rows.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Every format, and the screen as it is.
fn formats(ui: &Ui, written: &str) -> Vec<Row> {
    let row = |name: &str, detail: String, intent: Intent, keys: String| Row {
        mark: Mark::Icon(Icon::Export),
        title: name.to_owned(),
        detail,
        tone: None,
        keys,
        intents: vec![intent],
        score: 0,
    };
    let formats = Format::ALL.into_iter().map(|format| {
        let detail = format!("a file that ends in .{}", format.ending());
        row(format.name(), detail, Intent::Export(format), String::new())
    });
    let screen = Action::ExportScreen;
    let entry = screen.entry();
    let keys = screen.keys(ui.ctx());
    let screen = row(entry.name, entry.tooltip.to_owned(), Intent::Act(screen), keys);
    let wanted = |row: &Row| score(&row.title, written).is_some();
    formats.chain(std::iter::once(screen)).filter(wanted).collect()
}

fn merges(view: &View<'_>, colours: &Colours, from: ServiceId, written: &str) -> Vec<Row> {
    let others = view.proposal.services.iter().filter(|service| service.id != from);
    others
        .filter(|service| score(&service.name, written).is_some())
        .map(|service| {
            let size = view.scorer.size(service.id.group());
            let both = view
                .scorer
                .pair(from.group(), service.id.group())
                .plus(view.scorer.pair(service.id.group(), from.group()));
            Row {
                mark: Mark::Service(service_colour(colours, service)),
                title: service.name.clone(),
                detail: format!(
                    "{} modules · {} tables · {} calls between the two",
                    size.modules, size.tables, both.calls
                ),
                tone: None,
                keys: String::new(),
                intents: vec![Intent::Do(Command::MergeServices { from, into: service.id })],
                score: 0,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn beginnings_and_runs_come_first() {
        let of = |name| score(name, "os").unwrap_or(i32::MIN);
        assert!(of("OrderService") > of("CostSheet"));
        assert!(score("Order", "xyz").is_none());
        assert!(score("anything", "").is_some());
        assert!(score("OrderService", "order s").is_some());
        assert!(score("orders", "orders") > score("OrderStatus", "orders"));
        assert!(score("order", "order") > score("OrderRepositoryOfOrders", "order"));
    }
}
