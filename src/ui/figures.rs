//! The bar at the bottom: every figure with its change since the last command and since the proposal began; while
//! something is carried, what it would become.

use egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{
    controls::{number, signed},
    design::{Colours, font, size},
    view::View,
};
use crate::analysis::figures::{Figure, Figures};

/// A narrower cell would cut its numbers; what has no room then stands behind a button.
const LEAST_CELL: f32 = 92.0;

/// Short enough to stand over its number.
pub(super) fn label(figure: Figure) -> &'static str {
    match figure {
        Figure::Services => "Services",
        Figure::CrossingCalls => "Crossing calls",
        Figure::Operations => "Operations",
        Figure::CrossingReads => "Crossing reads",
        Figure::CrossingWrites => "Crossing writes",
        Figure::SharedTables => "Shared tables",
        Figure::MultiWriterTables => "Multi-writer",
        Figure::CutDeclaredKeys => "Cut keys",
        Figure::CutImpliedKeys => "Implied keys",
        Figure::BrokenJoins => "Broken joins",
        Figure::SpanningTransactions => "Transactions",
        Figure::CrossingCommits => "Commits",
        Figure::SharedAuthors => "Authors",
        Figure::Cycles => "Cycles",
        Figure::LongestChain => "Longest chain",
        Figure::LargestShare => "Largest share",
    }
}

/// What the figure counts, in words.
pub(super) fn definition(figure: Figure) -> &'static str {
    match figure {
        Figure::Services => {
            "Services and the remainder that have at least one piece. More is neither better nor worse."
        }
        Figure::CrossingCalls => {
            "Call sites from a module of one service into a module of another. Calls into libraries don't count."
        }
        Figure::Operations => {
            "Distinct functions that another service calls or constructs: the API the split would need."
        }
        Figure::CrossingReads => "Places where a module reads a table that another service owns.",
        Figure::CrossingWrites => "Places where a module writes a table that another service owns.",
        Figure::SharedTables => "Tables that two or more services access.",
        Figure::MultiWriterTables => "Tables that two or more services write.",
        Figure::CutDeclaredKeys => {
            "Foreign keys of the schema between tables of two services: the database can no longer keep them."
        }
        Figure::CutImpliedKeys => {
            "Foreign keys that the schema doesn't declare but the code relies on, between tables of two services."
        }
        Figure::BrokenJoins => "Queries that join tables of two services.",
        Figure::SpanningTransactions => {
            "Entry points whose writes fall into tables of two or more services: each would need a saga."
        }
        Figure::CrossingCommits => {
            "Commits, bulk ones left out, that touch two or more services, of all that touch any."
        }
        Figure::SharedAuthors => {
            "People whose commits of the last year touch two or more services, of all who committed then."
        }
        Figure::Cycles => "Groups of services that call each other in a circle.",
        Figure::LongestChain => {
            "Services on the longest chain of calls: all of them have to be up for one request."
        }
        Figure::LargestShare => "Lines of the largest service, of all lines.",
    }
}

pub(super) fn value(figure: Figure, figures: &Figures) -> String {
    match figure {
        Figure::LargestShare => format!("{:.0} %", figures.largest_share * 100.0),
        _ => match figure.whole(figures) {
            Some(0) => "–".to_owned(),
            Some(whole) => format!("{:.0} %", figure.of(figures) / whole as f64 * 100.0),
            None => number(figure.of(figures) as i64),
        },
    }
}

pub(super) fn change(figure: Figure, now: &Figures, before: &Figures) -> (f64, String) {
    let delta = figure.of(now) - figure.of(before);
    match figure {
        Figure::LargestShare => {
            let points = (delta * 100.0).round();
            (points, signed(points as i64))
        }
        _ => (delta, signed(delta as i64)),
    }
}

/// The bar. `preview` is what would change if what is carried were dropped now.
pub(super) fn figures_ui(ui: &mut Ui, view: &View<'_>, preview: Option<&Figures>) {
    let now = view.scorer.figures();
    let start = view.session.figures_at_start(view.at).unwrap_or_else(|| now.clone());
    let (shown, before) = match preview {
        Some(delta) => (now + delta, now.clone()),
        None => (now.clone(), view.session.figures_before(view.at).unwrap_or_else(|| now.clone())),
    };
    let room = ui.available_width() - 2.0 * size::SIDE;
    let fit = ((room / LEAST_CELL) as usize).max(1);
    let is_whole = fit >= Figure::ALL.len();
    let width = room / if is_whole { Figure::ALL.len() } else { fit } as f32;
    let cell = |figure| Cell {
        figure,
        now: &shown,
        before: &before,
        start: &start,
        preview: preview.is_some(),
    };
    let (seen, hidden): (Vec<Figure>, Vec<Figure>) = if is_whole {
        (Figure::ALL.to_vec(), Vec::new())
    } else {
        let mut by_worth = BY_WORTH.to_vec();
        let hidden = by_worth.split_off(fit.saturating_sub(1).min(by_worth.len()));
        Figure::ALL.into_iter().partition(|figure| !hidden.contains(figure))
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(size::SIDE);
        for figure in seen {
            cell(figure).show(ui, width);
        }
        if !hidden.is_empty() {
            more_ui(ui, width, &hidden, cell);
        }
    });
}

/// Where not all figures have room, those that people argue about stay.
const BY_WORTH: [Figure; 16] = [
    Figure::CrossingCalls,
    Figure::SharedTables,
    Figure::SpanningTransactions,
    Figure::CrossingWrites,
    Figure::CrossingReads,
    Figure::Operations,
    Figure::CutDeclaredKeys,
    Figure::CrossingCommits,
    Figure::MultiWriterTables,
    Figure::Cycles,
    Figure::Services,
    Figure::BrokenJoins,
    Figure::LargestShare,
    Figure::SharedAuthors,
    Figure::CutImpliedKeys,
    Figure::LongestChain,
];

/// The figures that have no room, behind a button.
fn more_ui<'a>(ui: &mut Ui, width: f32, hidden: &[Figure], cell: impl Fn(Figure) -> Cell<'a>) {
    let (rect, _) = ui.allocate_exact_size(vec2(width, size::FIGURES - 24.0), Sense::hover());
    let place = Rect::from_center_size(rect.center(), vec2(width - 8.0, size::BUTTON));
    let text = format!("{} more", hidden.len());
    let response = ui
        .scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
            super::controls::Button::new(&text).quiet().named("More figures").show(ui)
        })
        .inner;
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(LEAST_CELL + 40.0);
        for figure in hidden {
            cell(*figure).show(ui, LEAST_CELL + 40.0);
        }
    });
}

struct Cell<'a> {
    figure: Figure,
    now: &'a Figures,
    before: &'a Figures,
    start: &'a Figures,
    preview: bool,
}

impl Cell<'_> {
    fn show(&self, ui: &mut Ui, width: f32) {
        let colours = Colours::of(ui.ctx());
        let figure = self.figure;
        let (rect, response) =
            ui.allocate_exact_size(vec2(width, size::FIGURES - 24.0), Sense::hover());
        let (delta, delta_text) = change(figure, self.now, self.before);
        let (since_start, start_text) = change(figure, self.now, self.start);
        let value = value(figure, self.now);
        let lower = figure.lower_is_better();
        response.widget_info(|| {
            WidgetInfo::labeled(
                Role::Label,
                true,
                format!("{}: {value}, {delta_text}", label(figure)),
            )
        });
        let painter = ui.painter();
        let left = rect.left();
        painter.text(
            pos2(left, rect.top() + 16.0),
            Align2::LEFT_CENTER,
            label(figure),
            font::regular(11.5),
            colours.text_soft,
        );
        let number = painter.layout_no_wrap(value.clone(), font::semibold(20.0), colours.text);
        let number_width = number.size().x;
        let middle = rect.top() + 36.0;
        painter.galley(pos2(left, middle - number.size().y / 2.0), number, colours.text);
        let mut is_below = false;
        if delta != 0.0 {
            let colour = colours.change(delta, lower);
            let galley = painter.layout_no_wrap(delta_text.clone(), font::semibold(12.0), colour);
            // Beside its number while it keeps off the next one.
            is_below = number_width + galley.size().x + 14.0 > width;
            let at = if is_below {
                pos2(left, rect.top() + 57.0)
            } else {
                pos2(left + number_width + 6.0, middle + 1.5)
            };
            painter.galley(at - vec2(0.0, galley.size().y / 2.0), galley, colour);
        }
        if since_start != 0.0 && !self.preview && !is_below {
            let text = format!("{start_text} since start");
            let colour = colours.change(since_start, lower);
            let at = pos2(left, rect.top() + 57.0);
            painter.text(at, Align2::LEFT_CENTER, text, font::regular(10.5), colour);
        }
        if self.preview && delta != 0.0 && !is_below {
            let line = Stroke::new(2.0, colours.change(delta, lower));
            painter.hline(left..=(left + (width - 14.0).min(64.0)), rect.top() + 55.0, line);
        }
        response.on_hover_ui(|ui| self.tooltip(ui, &delta_text, &start_text));
    }

    fn tooltip(&self, ui: &mut Ui, delta: &str, since_start: &str) {
        let figure = self.figure;
        let mut name = figure.name().to_owned();
        if let Some(first) = name.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        ui.label(egui::RichText::new(name).font(font::semibold(13.0)));
        super::controls::note(ui, definition(figure));
        let exact = match figure.whole(self.now) {
            Some(whole) => format!("{} of {whole}", figure.of(self.now)),
            None => value(figure, self.now),
        };
        super::controls::note(
            ui,
            format!(
                "Now {exact} · {delta} since the last step · {since_start} since the proposal began"
            ),
        );
    }
}

/// The line below the figures: what is going on at the left, what is chosen at the right.
pub(super) fn status_ui(ui: &mut Ui, left: (&str, bool), right: &str) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let said: Vec<&str> = [left.0, right].into_iter().filter(|text| !text.is_empty()).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, said.join(" · ")));
    let line = Stroke::new(1.0, colours.border);
    ui.painter().hline(rect.x_range(), rect.top(), line);
    let inner =
        Rect::from_min_max(rect.min + vec2(size::SIDE, 0.0), rect.max - vec2(size::SIDE, 0.0));
    let colour = if left.1 { colours.selection } else { colours.text_soft };
    let font = if left.1 { font::medium(12.0) } else { font::regular(12.0) };
    ui.painter().text(inner.left_center(), Align2::LEFT_CENTER, left.0, font, colour);
    let right_font = font::regular(12.0);
    ui.painter().text(
        inner.right_center(),
        Align2::RIGHT_CENTER,
        right,
        right_font,
        colours.text_soft,
    );
}
