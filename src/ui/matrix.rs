//! The dependency structure matrix: who depends on whom, with services, packages or modules in rows and columns.
//!
//! A cell says how much its row depends on its column. What stands above the diagonal goes one way; what stands below
//! it goes against that, and may close circles.

use std::{collections::BTreeMap, sync::Arc};

use egui::{
    Align2, Color32, Mesh, Rect, Role, ScrollArea, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2,
};

use super::{
    controls::{empty_stage, number, short_number, tabs, write, write_right},
    design::{Colours, font, mix},
    names::module_name,
    view::{Intent, Selection, View, service_colour},
};
use crate::{
    facts::PieceId,
    proposal::{Proposal, ServiceId},
};

/// More rows than this are not shown: the largest are.
const MOST_ROWS: usize = 400;
const NAMES: f32 = 210.0;
const HIGHEST_HEAD: f32 = 130.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Grain {
    #[default]
    Services,
    Packages,
    Modules,
}

impl Grain {
    const ALL: [Self; 3] = [Self::Services, Self::Packages, Self::Modules];
}

#[derive(Default)]
pub(super) struct MatrixState {
    grain: Grain,
    /// Cells count what ran, in place of what the source says.
    counts_runs: bool,
    made: Option<Made>,
}

/// The matrix of one proposal.
struct Made {
    of: Arc<Proposal>,
    grain: Grain,
    counts_runs: bool,
    rows: Vec<Row>,
    /// By row and column: how much the row depends on the column.
    cells: BTreeMap<(usize, usize), u32>,
    most: u32,
    left_out: usize,
}

struct Row {
    name: String,
    service: ServiceId,
    pieces: Vec<PieceId>,
}

pub(super) fn matrix_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut MatrixState,
    intents: &mut Vec<Intent>,
) {
    let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(24, 12));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            let names = [("Services", ""), ("Packages", ""), ("Modules", "")];
            let now = Grain::ALL.iter().position(|grain| *grain == state.grain).unwrap_or(0);
            if let Some(chosen) = tabs(ui, &names, now) {
                state.grain = Grain::ALL[chosen];
            }
            if !view.facts.runtime.is_empty() {
                let hint = "Count calls and accesses that ran, as traces say, in place of places in the source";
                ui.checkbox(&mut state.counts_runs, "What ran").on_hover_text(hint);
            }
            let text = "How much each row depends on each column: calls and table accesses. Warm cells go against \
                        the order and may close circles.";
            super::controls::note(ui, text);
        });
        ui.add_space(10.0);
        let is_made = state
            .made
            .as_ref()
            .is_some_and(|made| Arc::ptr_eq(&made.of, view.proposal) && made.is_for(state));
        if !is_made {
            state.made = Some(make(view, state.grain, state.counts_runs));
        }
        let Some(made) = &state.made else { return };
        if made.rows.is_empty() {
            empty_stage(ui, "Nothing to show", "No modules and no tables were found.");
            return;
        }
        if made.left_out > 0 {
            let text = format!(
                "The {} largest are shown; {} smaller ones are left out.",
                number(made.rows.len() as i64),
                number(made.left_out as i64)
            );
            super::controls::note(ui, text);
        }
        made.show(ui, view, intents);
    });
}

fn make(view: &View<'_>, grain: Grain, counts_runs: bool) -> Made {
    let (mut rows, row_of) = rows(view, grain);
    let (facts, mut cells) = (view.facts, BTreeMap::new());
    let mut add = |from: PieceId, to: PieceId, count: u64| {
        let (Some(from), Some(to)) = (row_of[from.index()], row_of[to.index()]) else { return };
        if from != to {
            let cell = cells.entry((from, to)).or_insert(0_u32);
            *cell = cell.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        }
    };
    if counts_runs {
        for ran in &facts.runtime.calls {
            add(facts.module_piece(ran.from), facts.module_piece(ran.to), ran.timing.count);
        }
        for ran in &facts.runtime.accesses {
            if let Some(module) = ran.module {
                add(facts.module_piece(module), facts.table_piece(ran.table), ran.timing.count);
            }
        }
    } else {
        for call in &facts.calls {
            add(facts.module_piece(call.from_module), facts.module_piece(call.to_module), 1);
        }
        for access in &facts.accesses {
            add(facts.module_piece(access.module), facts.table_piece(access.table), 1);
        }
    }
    let left_out = rows.len().saturating_sub(MOST_ROWS);
    let order = order(&rows, &cells, grain);
    let place: BTreeMap<usize, usize> =
        order.iter().take(MOST_ROWS).enumerate().map(|(at, row)| (*row, at)).collect();
    let cells: BTreeMap<(usize, usize), u32> = cells
        .into_iter()
        .filter_map(|((from, to), count)| Some(((*place.get(&from)?, *place.get(&to)?), count)))
        .collect();
    let mut taken: Vec<Option<Row>> = rows.drain(..).map(Some).collect();
    let rows = order.iter().take(MOST_ROWS).filter_map(|at| taken[*at].take()).collect();
    let most = cells.values().copied().max().unwrap_or(1);
    Made { of: Arc::clone(view.proposal), grain, counts_runs, rows, cells, most, left_out }
}

/// The rows, and for every piece the row it belongs to.
fn rows(view: &View<'_>, grain: Grain) -> (Vec<Row>, Vec<Option<usize>>) {
    let mut at: BTreeMap<(ServiceId, String), usize> = BTreeMap::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut row_of = vec![None; view.facts.piece_count()];
    for piece in view.facts.pieces() {
        let service = view.proposal.service_of(piece);
        let module = view.facts.modules.get(piece.index());
        let key = match (grain, module) {
            (Grain::Services, _) => String::new(),
            (Grain::Packages, Some(module)) => module.package.clone(),
            (Grain::Modules, Some(module)) => module.path.clone(),
            // Tables have no packages: those of one service are one row.
            (_, None) => "\u{10ffff}tables".to_owned(),
        };
        let index = *at.entry((service, key)).or_insert_with(|| {
            let name = match (grain, module) {
                (Grain::Services, _) => view.service_name(service).to_owned(),
                (Grain::Packages, Some(module)) => view.lookup.package(&module.package).to_owned(),
                (Grain::Modules, Some(module)) => module_name(module),
                (_, None) => format!("{}: tables", view.service_name(service)),
            };
            rows.push(Row { name, service, pieces: Vec::new() });
            rows.len() - 1
        });
        rows[index].pieces.push(piece);
        row_of[piece.index()] = Some(index);
    }
    (rows, row_of)
}

/// Services so that as little as possible stands above the diagonal: whoever uses most and is used least comes first.
/// Finer rows stay with their service.
fn order(rows: &[Row], cells: &BTreeMap<(usize, usize), u32>, grain: Grain) -> Vec<usize> {
    let mut out = vec![0_i64; rows.len()];
    let mut services: BTreeMap<ServiceId, i64> = BTreeMap::new();
    for ((from, to), count) in cells {
        out[*from] -= i64::from(*count);
        out[*to] += i64::from(*count);
        *services.entry(rows[*from].service).or_default() -= i64::from(*count);
        *services.entry(rows[*to].service).or_default() += i64::from(*count);
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    if grain == Grain::Modules && rows.len() > MOST_ROWS {
        // What is tied to most is shown.
        let mut ties = vec![0_u64; rows.len()];
        for ((from, to), count) in cells {
            ties[*from] += u64::from(*count);
            ties[*to] += u64::from(*count);
        }
        order.sort_by_key(|at| std::cmp::Reverse(ties[*at]));
        order.truncate(MOST_ROWS);
    }
    order.sort_by_key(|at| {
        let service = rows[*at].service;
        (services.get(&service).copied().unwrap_or(0), service, out[*at], *at)
    });
    order
}

impl Made {
    fn show(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        let count = self.rows.len() as f32;
        let head = self.head(ui);
        let room = ui.available_size() - vec2(NAMES + 16.0, head + 16.0);
        let side = (room.x.min(room.y) / count).clamp(15.0, 58.0);
        ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
            let wanted = vec2(NAMES + count * side + 20.0, head + count * side + 20.0);
            let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Table, true, "Dependency structure matrix")
            });
            let origin = rect.min + vec2(NAMES, head);
            // Names stay in view, however far the cells are scrolled.
            let seen = ui.clip_rect();
            let names = pos2(origin.x.max(seen.left() + NAMES), origin.y.max(seen.top() + head));
            let cells = Rect::from_min_max(names, seen.max);
            let pointed = ui
                .input(|input| input.pointer.hover_pos())
                .filter(|at| cells.contains(*at) && response.contains_pointer())
                .and_then(|at| self.at((at - origin) / side));
            self.paint_cells(ui, view, origin, side, pointed);
            let ground = Colours::of(ui.ctx()).ground;
            let left = Rect::from_min_max(seen.min, pos2(names.x - 1.0, seen.bottom()));
            let top = Rect::from_min_max(seen.min, pos2(seen.right(), names.y - 1.0));
            for (covered, is_stuck) in [(left, names.x > origin.x), (top, names.y > origin.y)] {
                if is_stuck {
                    ui.painter().rect_filled(covered, 0.0, ground);
                }
            }
            self.names(ui, view, (origin, names), side, pointed, intents);
            if let Some((row, column)) = pointed.filter(|(row, column)| row != column) {
                let (from, to) = (&self.rows[row].name, &self.rows[column].name);
                let (there, back) = (self.count(row, column), self.count(column, row));
                let text = format!("{from} → {to}: {there}\n{to} → {from}: {back}");
                if response.clicked() {
                    intents.push(self.chosen(row, column));
                }
                response.on_hover_text_at_pointer(text);
            }
        });
    }

    fn is_for(&self, state: &MatrixState) -> bool {
        (self.grain, self.counts_runs) == (state.grain, state.counts_runs)
    }

    /// As high as the longest name needs.
    fn head(&self, ui: &Ui) -> f32 {
        let face = font::regular(12.0);
        let wide = |row: &Row| {
            ui.fonts_mut(|fonts| row.name.chars().map(|c| fonts.glyph_width(&face, c)).sum::<f32>())
        };
        let longest = self.rows.iter().map(wide).fold(30.0, f32::max);
        (longest + 14.0).min(HIGHEST_HEAD)
    }

    fn chosen(&self, row: usize, column: usize) -> Intent {
        let (from, to) = (&self.rows[row], &self.rows[column]);
        if self.grain == Grain::Services
            || from.service != to.service && self.grain == Grain::Packages
        {
            return Intent::Select(Selection::Pair(from.service, to.service));
        }
        Intent::Select(Selection::of(from.pieces.iter().chain(&to.pieces).copied()))
    }

    fn count(&self, row: usize, column: usize) -> u32 {
        self.cells.get(&(row, column)).copied().unwrap_or(0)
    }

    /// Row and column of a place, in cells.
    fn at(&self, place: egui::Vec2) -> Option<(usize, usize)> {
        if place.x < 0.0 || place.y < 0.0 {
            return None;
        }
        let (row, column) = (place.y as usize, place.x as usize);
        (row < self.rows.len() && column < self.rows.len()).then_some((row, column))
    }

    fn paint_cells(
        &self,
        ui: &Ui,
        view: &View<'_>,
        origin: egui::Pos2,
        side: f32,
        pointed: Option<(usize, usize)>,
    ) {
        let colours = Colours::of(ui.ctx());
        let seen = ui.clip_rect();
        let all = Rect::from_min_size(origin, vec2(1.0, 1.0) * side * self.rows.len() as f32);
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(all, colours.panel);
        let cell = |row: usize, column: usize| {
            let min = origin + vec2(column as f32, row as f32) * side;
            Rect::from_min_size(min, vec2(side - 1.0, side - 1.0))
        };
        for (at, row) in self.rows.iter().enumerate() {
            let colour = view.proposal.service(row.service).map_or(colours.edge, |service| {
                colours.tile_strong(service_colour(colours, service))
            });
            mesh.add_colored_rect(cell(at, at), colour);
        }
        if let Some((row, column)) = pointed {
            let tint = colours.hover;
            let length = vec2(all.width(), side - 1.0);
            mesh.add_colored_rect(Rect::from_min_size(cell(row, 0).min, length), tint);
            mesh.add_colored_rect(
                Rect::from_min_size(cell(0, column).min, vec2(length.y, length.x)),
                tint,
            );
        }
        let mut texts: Vec<(Rect, u32)> = Vec::new();
        for ((row, column), count) in &self.cells {
            let rect = cell(*row, *column);
            if !seen.intersects(rect) {
                continue;
            }
            mesh.add_colored_rect(rect, self.colour(colours, *row, *column, *count));
            if side >= 20.0 {
                texts.push((rect, *count));
            }
        }
        ui.painter().add(Shape::mesh(mesh));
        let size = if side >= 46.0 {
            13.0
        } else if side >= 30.0 {
            11.5
        } else {
            9.5
        };
        for (rect, count) in texts {
            let text = if side >= 30.0 { short_number(u64::from(count)) } else { tiny(count) };
            let face = font::medium(size);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, text, face, colours.text);
        }
        self.borders(ui, origin, side, colours);
    }

    /// What goes against the order is warm; all others are as strong as they are many.
    fn colour(&self, colours: &Colours, row: usize, column: usize, count: u32) -> Color32 {
        let share = (count as f32).ln_1p() / (self.most as f32).ln_1p().max(0.1);
        let over = if column < row { colours.heat } else { colours.selection };
        mix(colours.panel, over, 0.08 + 0.5 * share)
    }

    /// Lines between services.
    fn borders(&self, ui: &Ui, origin: egui::Pos2, side: f32, colours: &Colours) {
        let length = self.rows.len() as f32 * side;
        let line = Stroke::new(1.0, colours.edge);
        for at in 0..=self.rows.len() {
            let is_border = at == 0
                || at == self.rows.len()
                || self.rows[at - 1].service != self.rows[at].service;
            if is_border && (self.grain != Grain::Services || at == 0 || at == self.rows.len()) {
                let by = at as f32 * side - 0.5;
                ui.painter().hline(origin.x..=origin.x + length, origin.y + by, line);
                ui.painter().vline(origin.x + by, origin.y..=origin.y + length, line);
            }
        }
    }

    fn names(
        &self,
        ui: &Ui,
        view: &View<'_>,
        (origin, stuck): (egui::Pos2, egui::Pos2),
        side: f32,
        pointed: Option<(usize, usize)>,
        intents: &mut Vec<Intent>,
    ) {
        let colours = Colours::of(ui.ctx());
        let seen = ui.clip_rect();
        for (at, row) in self.rows.iter().enumerate() {
            let y = origin.y + (at as f32 + 0.5) * side;
            let is_pointed = pointed.is_some_and(|(row, _)| row == at);
            let colour = if is_pointed { colours.text } else { colours.text_soft };
            let face = if is_pointed { font::semibold(12.0) } else { font::regular(12.0) };
            if seen.y_range().contains(y) && y > stuck.y {
                let area =
                    Rect::from_center_size(pos2(stuck.x - NAMES / 2.0, y), vec2(NAMES, side));
                let id = ui.scope_id().with(("matrix row", at));
                let response = ui.interact(area, id, Sense::click());
                let label = format!("matrix row {}", row.name);
                response.widget_info(|| WidgetInfo::labeled(Role::RowHeader, true, &label));
                if response.clicked() {
                    intents.push(self.chosen_row(at));
                }
                let x = stuck.x - 10.0;
                let left = write_right(ui, pos2(x, y), &row.name, face, colour, NAMES - 44.0);
                if let Some(service) = view.proposal.service(row.service) {
                    let mark = pos2(left - 10.0, y);
                    super::controls::swatch(ui, mark, 8.0, service_colour(colours, service));
                }
            }
            let x = origin.x + (at as f32 + 0.5) * side;
            if seen.x_range().contains(x) && x > stuck.x {
                let is_pointed = pointed.is_some_and(|(_, column)| column == at);
                let colour = if is_pointed { colours.text } else { colours.text_soft };
                column_name(ui, &row.name, pos2(x, stuck.y - 6.0), colour);
            }
        }
        let at = pos2(stuck.x - NAMES + 8.0, stuck.y - 14.0);
        write(ui, at, "row depends on column", font::regular(11.0), colours.text_faint, NAMES);
    }

    fn chosen_row(&self, at: usize) -> Intent {
        match self.grain {
            Grain::Services => Intent::Select(Selection::Service(self.rows[at].service)),
            _ => Intent::Select(Selection::of(self.rows[at].pieces.iter().copied())),
        }
    }
}

/// Upwards along its column.
fn column_name(ui: &Ui, name: &str, foot: egui::Pos2, colour: Color32) {
    let galley =
        super::controls::one_line(ui, name, font::regular(12.0), colour, HIGHEST_HEAD - 14.0);
    let at = pos2(foot.x - galley.size().y / 2.0, foot.y);
    let shape =
        egui::epaint::TextShape::new(at, galley, colour).with_angle(-std::f32::consts::FRAC_PI_2);
    ui.painter().add(shape);
}

/// A number in at most three letters.
fn tiny(count: u32) -> String {
    match count {
        0..1000 => count.to_string(),
        1000..10_000 => format!("{}k", count / 1000),
        10_000..100_000 => format!("{}k", count / 1000),
        _ => "99k".to_owned(),
    }
}
