//! Each entry point's way through services as a sequence, those that write tables of several services first.

use std::{collections::BTreeMap, sync::Arc};

use egui::{Align2, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::{
    controls::{clickable_row, empty_stage, field, note, number, swatch, write, write_right},
    design::{Colours, font, mix},
    icons::Icon,
    view::{Intent, Selection, View, service_colour},
};
use crate::{
    export::names::Names,
    facts::{AccessMode, EntryKind, Transaction},
    proposal::{Proposal, ServiceId},
};

const LIST: f32 = 360.0;
const STEP: f32 = 44.0;
const LANE: f32 = 170.0;

#[derive(Default)]
pub(super) struct TransactionsState {
    filter: String,
    /// Which transaction is open, by its place in the facts.
    open: Option<usize>,
    made: Option<(Arc<Proposal>, Vec<Way>)>,
}

/// One transaction as a line of the list.
struct Way {
    at: usize,
    name: String,
    kind: &'static str,
    /// Services whose tables it writes, in the order they are first written.
    written: Vec<ServiceId>,
    /// All services it comes through, in order.
    passed: Vec<ServiceId>,
}

pub(super) fn transactions_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut TransactionsState,
    intents: &mut Vec<Intent>,
) {
    if view.facts.transactions.is_empty() {
        empty_stage(
            ui,
            "No transactions were found",
            "A transaction is what one entry point, such as a route or a job, reads and writes in one go. None of the \
             entry points that were found reaches a table.",
        );
        return;
    }
    if !state.made.as_ref().is_some_and(|(of, _)| Arc::ptr_eq(of, view.proposal)) {
        let ways = ways(view);
        // What spans most is what people come here for.
        state.open = state.open.or_else(|| ways.first().map(|way| way.at));
        state.made = Some((Arc::clone(view.proposal), ways));
    }
    let room = ui.available_rect_before_wrap();
    let list = Rect::from_min_max(
        room.min,
        pos2(room.left() + LIST.min(room.width() * 0.45), room.bottom()),
    );
    let rest = Rect::from_min_max(pos2(list.right(), room.top()), room.max);
    let colours = Colours::of(ui.ctx());
    ui.painter().rect_filled(list, 0.0, colours.panel);
    ui.painter().vline(list.right(), list.y_range(), Stroke::new(1.0, colours.border));
    ui.scope_builder(egui::UiBuilder::new().max_rect(list.shrink2(vec2(14.0, 12.0))), |ui| {
        list_ui(ui, view, state, intents);
    });
    ui.scope_builder(egui::UiBuilder::new().max_rect(rest.shrink2(vec2(24.0, 16.0))), |ui| {
        match state.open.and_then(|at| view.facts.transactions.get(at)) {
            Some(transaction) => sequence_ui(ui, view, transaction, intents),
            None => empty_stage(
                ui,
                "Choose an entry point",
                "Its way through services stands here: which tables it reads and writes, in which order, and where it \
                 crosses a border.",
            ),
        }
    });
}

fn ways(view: &View<'_>) -> Vec<Way> {
    let names = Names::new(view.facts, view.proposal);
    let mut ways: Vec<Way> = view
        .facts
        .transactions
        .iter()
        .enumerate()
        .map(|(at, transaction)| {
            let entry = &view.facts.entry_points[transaction.entry_point.index()];
            let home = view.proposal.service_of(view.facts.module_piece(entry.module));
            let (mut written, mut passed) = (Vec::new(), vec![home]);
            for step in &transaction.steps {
                let owner = view.proposal.service_of(view.facts.table_piece(step.table));
                let by = view.proposal.service_of(view.facts.module_piece(step.module));
                if step.mode == AccessMode::Write {
                    push_new(&mut written, owner);
                }
                push_new(&mut passed, by);
                push_new(&mut passed, owner);
            }
            Way {
                at,
                name: names.entry(transaction.entry_point),
                kind: entry.kind.word(),
                written,
                passed,
            }
        })
        .collect();
    // Whatever a program does is reached from where it begins: that says least, and comes last of those that span.
    let begins = |way: &Way| way.kind == EntryKind::Main.word();
    let rank = |way: &Way| (way.written.len() < 2, begins(way) && way.written.len() > 1);
    ways.sort_by_key(|way| {
        (
            rank(way),
            std::cmp::Reverse(way.written.len()),
            std::cmp::Reverse(way.passed.len()),
            way.at,
        )
    });
    ways
}

fn push_new(services: &mut Vec<ServiceId>, service: ServiceId) {
    if !services.contains(&service) {
        services.push(service);
    }
}

fn list_ui(ui: &mut Ui, view: &View<'_>, state: &mut TransactionsState, intents: &mut Vec<Intent>) {
    let TransactionsState { filter, open, made } = state;
    let Some((_, ways)) = made else { return };
    let spanning = ways.iter().filter(|way| way.written.len() > 1).count();
    note(
        ui,
        format!(
            "{} transactions · {} write tables of two or more services",
            number(ways.len() as i64),
            number(spanning as i64)
        ),
    );
    ui.add_space(4.0);
    field(ui, filter, "Filter entry points", "Filter entry points", Some(Icon::Search));
    ui.add_space(4.0);
    let wanted = filter.to_lowercase();
    let shown: Vec<&Way> =
        ways.iter().filter(|way| way.name.to_lowercase().contains(&wanted)).collect();
    let area = ScrollArea::vertical().auto_shrink([false, false]);
    ui.spacing_mut().item_spacing.y = 0.0;
    area.show_rows(ui, 42.0, shown.len(), |ui, range| {
        for way in &shown[range] {
            if way_ui(ui, view, way, *open == Some(way.at)) {
                *open = Some(way.at);
                let entry = view.facts.transactions[way.at].entry_point;
                let module = view.facts.entry_points[entry.index()].module;
                intents.push(Intent::Select(Selection::of([view.facts.module_piece(module)])));
            }
        }
    });
}

fn way_ui(ui: &mut Ui, view: &View<'_>, way: &Way, chosen: bool) -> bool {
    let colours = Colours::of(ui.ctx());
    let label = format!("transaction {}", way.name);
    let (rect, response) = clickable_row(ui, 42.0, &label, chosen);
    let left = rect.left() + 2.0;
    let spans = way.written.len() > 1;
    let (text, colour) = match way.written.len() {
        0 => ("reads only".to_owned(), colours.text_faint),
        1 => ("local".to_owned(), colours.text_soft),
        many => (format!("spans {many}"), colours.worse),
    };
    let y = rect.top() + 13.0;
    let right = pos2(rect.right() - 2.0, y);
    let end = write_right(ui, right, &text, font::medium(11.5), colour, 90.0);
    let face = if spans { font::semibold(13.0) } else { font::medium(13.0) };
    write(ui, pos2(left, y), &way.name, face, colours.text, end - left - 8.0);
    let y = rect.top() + 30.0;
    let mut x =
        write(ui, pos2(left, y), way.kind, font::regular(11.0), colours.text_faint, 70.0) + 10.0;
    for service in &way.passed {
        let Some(service) = view.proposal.service(*service) else { continue };
        if x > rect.right() - 82.0 {
            write(ui, pos2(x, y), "…", font::regular(11.0), colours.text_faint, 20.0);
            break;
        }
        swatch(ui, pos2(x + 4.0, y), 8.0, service_colour(colours, service));
        x = write(
            ui,
            pos2(x + 12.0, y),
            &service.name,
            font::regular(11.0),
            colours.text_soft,
            (rect.right() - x - 30.0).min(110.0),
        ) + 10.0;
    }
    response.on_hover_text(&way.name).clicked()
}

/// The sequence: a lane for each service, a line for each step.
fn sequence_ui(ui: &mut Ui, view: &View<'_>, transaction: &Transaction, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let names = Names::new(view.facts, view.proposal);
    let name = names.entry(transaction.entry_point);
    ui.label(egui::RichText::new(&name).font(font::semibold(17.0)));
    let entry = &view.facts.entry_points[transaction.entry_point.index()];
    note(ui, format!("{} · {}", entry.kind.word(), names.entry_place(transaction.entry_point)));
    ui.add_space(10.0);
    let home = view.proposal.service_of(view.facts.module_piece(entry.module));
    let mut lanes = vec![home];
    for step in &transaction.steps {
        push_new(&mut lanes, view.proposal.service_of(view.facts.module_piece(step.module)));
        push_new(&mut lanes, view.proposal.service_of(view.facts.table_piece(step.table)));
    }
    let lane_of: BTreeMap<ServiceId, usize> =
        lanes.iter().enumerate().map(|(at, service)| (*service, at)).collect();
    let width = ((ui.available_width() - 20.0) / lanes.len() as f32).clamp(LANE * 0.7, LANE * 1.6);
    ScrollArea::both().auto_shrink([false, false]).show(ui, |ui| {
        let height = 50.0 + transaction.steps.len() as f32 * STEP;
        let wanted = vec2(lanes.len() as f32 * width, height);
        let (rect, _) = ui.allocate_exact_size(wanted, Sense::hover());
        let x = |service: ServiceId| {
            rect.left() + (lane_of.get(&service).copied().unwrap_or(0) as f32 + 0.5) * width
        };
        for service in &lanes {
            lane_ui(ui, view, *service, (x(*service), rect.y_range()), width);
        }
        for (at, step) in transaction.steps.iter().enumerate() {
            let y = rect.top() + 50.0 + (at as f32 + 0.5) * STEP;
            let owner = view.proposal.service_of(view.facts.table_piece(step.table));
            let by = view.proposal.service_of(view.facts.module_piece(step.module));
            let crosses = owner != by;
            let writes = step.mode == AccessMode::Write;
            let colour = match (crosses, writes) {
                (true, true) => colours.worse,
                (true, false) => colours.caution,
                _ => colours.text_soft,
            };
            step_line(
                ui,
                (x(by), x(owner)),
                y,
                Stroke::new(if writes { 2.0 } else { 1.2 }, colour),
            );
            let table = view.facts.table(step.table).full_name();
            let verb = if writes { "writes" } else { "reads" };
            let chip = chip_ui(ui, (x(owner), y), &table, colour, width - 14.0, writes);
            let id = ui.scope_id().with(("step", at));
            let response = ui.interact(chip, id, Sense::click());
            let module = super::names::module_name(view.facts.module(step.module));
            let label = format!("step {}: {module} {verb} {table}", at + 1);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
            let path: Vec<&str> =
                step.path.iter().map(|id| view.facts.function(*id).name.as_str()).collect();
            let place = format!("{}:{}", view.facts.module(step.module).path, step.line);
            let told = format!("{module} {verb} {table}\n{}\n{place}", path.join(" → "));
            if response.on_hover_text(told).clicked() {
                intents.push(Intent::Select(Selection::of([view.facts.table_piece(step.table)])));
            }
        }
    });
}

fn lane_ui(ui: &Ui, view: &View<'_>, service: ServiceId, (x, y): (f32, egui::Rangef), width: f32) {
    let colours = Colours::of(ui.ctx());
    let colour = view
        .proposal
        .service(service)
        .map_or(colours.text_faint, |service| service_colour(colours, service));
    let head = Rect::from_center_size(pos2(x, y.min + 15.0), vec2(width - 12.0, 30.0));
    ui.painter().rect_filled(head, 6.0, colours.title(colour));
    let name = super::controls::one_line(
        ui,
        view.service_name(service),
        font::semibold(13.0),
        colours.text,
        head.width() - 16.0,
    );
    ui.painter().galley(head.center() - name.size() / 2.0, name, colours.text);
    let line = Stroke::new(1.0, mix(colours.ground, colour, 0.45));
    ui.painter().vline(x, y.min + 32.0..=y.max, line);
}

fn step_line(ui: &Ui, (from, to): (f32, f32), y: f32, stroke: Stroke) {
    if from == to {
        return;
    }
    ui.painter().hline(from.min(to)..=from.max(to), y, stroke);
    ui.painter().circle_filled(pos2(from, y), 3.5, stroke.color);
}

/// A table on its lane.
fn chip_ui(
    ui: &Ui,
    (x, y): (f32, f32),
    table: &str,
    colour: egui::Color32,
    width: f32,
    writes: bool,
) -> Rect {
    let colours = Colours::of(ui.ctx());
    let face = if writes { font::semibold(12.0) } else { font::regular(12.0) };
    let name = super::controls::one_line(ui, table, face, colours.text, width - 58.0);
    let size = vec2(name.size().x + 62.0, 26.0);
    let rect = Rect::from_center_size(pos2(x, y), size);
    let fill = if writes { mix(colours.panel, colour, 0.12) } else { colours.panel };
    ui.painter().rect(rect, 5.0, fill, Stroke::new(1.2, colour), StrokeKind::Inside);
    let verb = if writes { "writes" } else { "reads" };
    let at = pos2(rect.left() + 8.0, y);
    ui.painter().text(at, Align2::LEFT_CENTER, verb, font::regular(10.5), colours.text_faint);
    ui.painter().galley(pos2(rect.left() + 48.0, y - name.size().y / 2.0), name, colours.text);
    rect
}
