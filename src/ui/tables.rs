//! Which service reads and which writes each table: the shared ones first.

use std::{collections::BTreeMap, sync::Arc};

use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::{
    controls::{clickable_row, empty_stage, field, note, number, swatch, write},
    design::{Colours, font, mix},
    icons::Icon,
    view::{Intent, Selection, View, service_colour},
};
use crate::{
    facts::{AccessMode, PieceId},
    proposal::{Proposal, ServiceId},
};

const ROW: f32 = 30.0;
const NAME: f32 = 230.0;
const OWNER: f32 = 150.0;
const HEAD: f32 = 104.0;

#[derive(Default)]
pub(super) struct TablesState {
    filter: String,
    only_shared: bool,
    made: Option<Made>,
}

struct Made {
    of: Arc<Proposal>,
    rows: Vec<Row>,
    /// Services that read or write anything, those that do most first.
    services: Vec<ServiceId>,
}

/// One table: how often each service reads and writes it.
struct Row {
    piece: PieceId,
    name: String,
    owner: ServiceId,
    uses: BTreeMap<ServiceId, (u32, u32)>,
}

impl Row {
    fn writers(&self) -> usize {
        self.uses.values().filter(|(_, writes)| *writes > 0).count()
    }

    /// Somebody other than the owner uses it.
    fn is_shared(&self) -> bool {
        self.uses.keys().any(|service| *service != self.owner) || self.uses.len() > 1
    }
}

pub(super) fn tables_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut TablesState,
    intents: &mut Vec<Intent>,
) {
    if view.facts.tables.is_empty() {
        empty_stage(
            ui,
            "No tables were found",
            "Import again with a schema dump, migrations or a SQLite file to see who reads and writes which table.",
        );
        return;
    }
    if !state.made.as_ref().is_some_and(|made| Arc::ptr_eq(&made.of, view.proposal)) {
        state.made = Some(make(view));
    }
    let frame = egui::Frame::new().inner_margin(egui::Margin::symmetric(24, 12));
    frame.show(ui, |ui| {
        let TablesState { filter, only_shared, made } = state;
        let Some(made) = made else { return };
        let shared = made.rows.iter().filter(|row| row.uses.len() > 1).count();
        let several = made.rows.iter().filter(|row| row.writers() > 1).count();
        ui.horizontal(|ui| {
            let wide = vec2(260.0, 32.0);
            ui.allocate_ui(wide, |ui| {
                field(ui, filter, "Filter tables", "Filter tables", Some(Icon::Search));
            });
            ui.checkbox(only_shared, "Only what services share");
            note(
                ui,
                format!(
                    "{} tables · {shared} used by two or more services · {several} written (w) by two or more · warm: not the owner",
                    number(made.rows.len() as i64)
                ),
            );
        });
        ui.add_space(8.0);
        let wanted = filter.to_lowercase();
        let rows: Vec<&Row> = made
            .rows
            .iter()
            .filter(|row| row.name.to_lowercase().contains(&wanted))
            .filter(|row| !*only_shared || row.is_shared())
            .collect();
        grid_ui(ui, view, made, &rows, intents);
    });
}

fn make(view: &View<'_>) -> Made {
    let facts = view.facts;
    let mut rows: Vec<Row> = (0..facts.tables.len())
        .map(|at| {
            let piece = PieceId::at(facts.modules.len() + at);
            let owner = view.proposal.service_of(piece);
            Row { piece, name: facts.tables[at].full_name(), owner, uses: BTreeMap::new() }
        })
        .collect();
    let mut busy: BTreeMap<ServiceId, u32> = BTreeMap::new();
    for access in &facts.accesses {
        let service = view.proposal.service_of(facts.module_piece(access.module));
        *busy.entry(service).or_default() += 1;
        let uses = rows[access.table.index()].uses.entry(service).or_default();
        match access.mode {
            AccessMode::Read => uses.0 += 1,
            AccessMode::Write => uses.1 += 1,
        }
    }
    rows.sort_by(|a, b| {
        let rank = |row: &Row| (row.writers(), row.uses.len());
        rank(b).cmp(&rank(a)).then_with(|| a.name.cmp(&b.name))
    });
    let mut services: Vec<ServiceId> = busy.keys().copied().collect();
    services.sort_by_key(|service| (std::cmp::Reverse(busy[service]), *service));
    Made { of: Arc::clone(view.proposal), rows, services }
}

fn grid_ui(ui: &mut Ui, view: &View<'_>, made: &Made, rows: &[&Row], intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let count = made.services.len().max(1) as f32;
    let cell = ((ui.available_width() - NAME - OWNER - 20.0) / count).clamp(34.0, 84.0);
    ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| {
        let width = NAME + OWNER + count * cell + 40.0;
        ui.set_min_width(width);
        let (head, _) = ui.allocate_exact_size(vec2(width, HEAD), Sense::hover());
        let y = head.bottom() - 10.0;
        let small = font::medium(11.5);
        write(ui, pos2(head.left() + 4.0, y), "Table", small.clone(), colours.text_faint, NAME);
        write(ui, pos2(head.left() + NAME, y), "Owned by", small, colours.text_faint, OWNER);
        for (at, service) in made.services.iter().enumerate() {
            let x = head.left() + NAME + OWNER + (at as f32 + 0.5) * cell;
            slanted(ui, view.service_name(*service), pos2(x, y + 4.0), colours.text_soft);
        }
        ui.painter().hline(head.x_range(), head.bottom(), Stroke::new(1.0, colours.edge));
        ui.spacing_mut().item_spacing.y = 0.0;
        let area = ScrollArea::vertical().auto_shrink([false, false]);
        area.show_rows(ui, ROW, rows.len(), |ui, range| {
            for row in &rows[range] {
                row_ui(ui, view, made, row, cell, intents);
            }
        });
    });
}

fn row_ui(
    ui: &mut Ui,
    view: &View<'_>,
    made: &Made,
    row: &Row,
    cell: f32,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let label = format!("uses of {}", row.name);
    let (rect, response) = clickable_row(ui, ROW, &label, view.selection.holds(row.piece));
    let y = rect.center().y;
    let face = if row.writers() > 1 { font::semibold(12.5) } else { font::regular(12.5) };
    write(ui, pos2(rect.left() + 4.0, y), &row.name, face, colours.text, NAME - 16.0);
    if let Some(owner) = view.proposal.service(row.owner) {
        swatch(ui, pos2(rect.left() + NAME + 5.0, y), 9.0, service_colour(colours, owner));
        let at = pos2(rect.left() + NAME + 17.0, y);
        write(ui, at, &owner.name, font::regular(12.0), colours.text_soft, OWNER - 26.0);
    }
    for (at, service) in made.services.iter().enumerate() {
        let Some((reads, writes)) = row.uses.get(service) else { continue };
        let x = rect.left() + NAME + OWNER + at as f32 * cell;
        let area =
            Rect::from_min_size(pos2(x + 2.0, rect.top() + 3.0), vec2(cell - 4.0, ROW - 6.0));
        use_ui(ui, area, (*reads, *writes), *service == row.owner);
    }
    if response.clicked() {
        intents.push(Intent::Select(Selection::of([row.piece])));
        intents.push(Intent::ShowPieces(vec![row.piece]));
    }
}

/// Writes bold, reads light; what is not the owner's is warm.
fn use_ui(ui: &Ui, area: Rect, (reads, writes): (u32, u32), is_own: bool) {
    let colours = Colours::of(ui.ctx());
    let tone = match (is_own, writes > 0) {
        (true, _) => colours.text_faint,
        (false, true) => colours.worse,
        (false, false) => colours.caution,
    };
    ui.painter().rect_filled(area, 4.0, mix(colours.ground, tone, 0.16));
    let text = match (reads, writes) {
        (reads, 0) => format!("{reads}"),
        (0, writes) => format!("{writes} w"),
        // Writes are what people argue about; the tooltip has both.
        (_, writes) if area.width() < 62.0 => format!("{writes} w"),
        (reads, writes) => format!("{reads} · {writes} w"),
    };
    let face = if writes > 0 { font::semibold(11.0) } else { font::regular(11.0) };
    ui.painter().text(area.center(), Align2::CENTER_CENTER, text, face, colours.text);
    let id = ui.scope_id().with(("use", area.min.x as i32, area.min.y as i32));
    let response = ui.interact(area, id, Sense::hover());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("{reads} reads, {writes} writes"))
    });
    response.on_hover_text(format!("{reads} reads, {writes} writes"));
}

fn slanted(ui: &Ui, name: &str, foot: egui::Pos2, colour: egui::Color32) {
    let galley = super::controls::one_line(ui, name, font::regular(12.0), colour, HEAD);
    let shape =
        egui::epaint::TextShape::new(foot - vec2(4.0, 8.0), galley, colour).with_angle(-0.95);
    ui.painter().add(shape);
}
