//! The list at the left: packages with their modules, or tables, by name; the same pieces as on the map.

use std::collections::BTreeSet;

use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    controls::{field, focus_ring, number, one_line, short_number, swatch, tabs},
    design::{Colours, font, size},
    icons::{self, Icon},
    moves::{MovesState, moves_ui},
    names::module_name,
    tree::Tree,
    view::{Intent, Selection, View, service_colour},
};
use crate::facts::{Facts, Piece, PieceId};

/// With more modules than this packages begin closed.
const OPEN_AT_FIRST: usize = 160;

#[derive(Default)]
pub(super) struct ExplorerState {
    shows_tables: bool,
    shows_moves: bool,
    pub filter: String,
    /// Set when the filter should get the keyboard.
    pub wants_focus: bool,
    open: BTreeSet<usize>,
    tree: Tree,
    rows: Vec<Row>,
    /// What `rows` was made for.
    made_for: Option<(bool, String, usize)>,
    edition: usize,
    /// What was chosen when the list last moved to it.
    seen: Option<PieceId>,
}

/// One line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Package { node: usize, depth: usize },
    Piece { piece: PieceId, depth: usize },
}

impl ExplorerState {
    pub(super) fn new(facts: &Facts, lookup: &super::names::Lookup) -> Self {
        let tree = Tree::of(facts, lookup);
        let open = if facts.modules.len() <= OPEN_AT_FIRST {
            (0..tree.nodes.len()).collect()
        } else {
            // A few roots say nothing: what is in them does.
            tree.roots.iter().copied().filter(|_| tree.roots.len() < 4).collect()
        };
        Self { tree, open, ..Self::default() }
    }

    /// Turns to the next best moves.
    pub(super) fn show_moves(&mut self) {
        self.shows_moves = true;
    }

    /// The pieces that the filter shows, whether their packages are open or not.
    pub(super) fn shown(&self, facts: &Facts) -> Vec<PieceId> {
        let filter = self.filter.to_lowercase();
        let matches = |piece: &PieceId| {
            filter.is_empty() || facts.piece_name(*piece).to_lowercase().contains(&filter)
        };
        facts.pieces().filter(matches).collect()
    }

    fn follow(&mut self, facts: &Facts) {
        let wanted = (self.shows_tables, self.filter.to_lowercase(), self.edition);
        if self.made_for.as_ref() == Some(&wanted) {
            return;
        }
        let filter = &wanted.1;
        self.rows.clear();
        if self.shows_tables {
            let tables = facts.tables.iter().enumerate();
            let found =
                tables.filter(|(_, table)| table.full_name().to_lowercase().contains(filter));
            let rows = found.map(|(at, _)| {
                let piece = PieceId::at(facts.modules.len() + at);
                Row::Piece { piece, depth: 0 }
            });
            self.rows.extend(rows);
        } else {
            for root in self.tree.roots.clone() {
                self.add_rows(facts, root, 0, filter);
            }
        }
        self.made_for = Some(wanted);
    }

    /// Adds a package and what is open in it; says whether anything was found.
    fn add_rows(&mut self, facts: &Facts, node: usize, depth: usize, filter: &str) -> bool {
        let at = self.rows.len();
        self.rows.push(Row::Package { node, depth });
        let is_open = self.open.contains(&node) || !filter.is_empty();
        let mut found = filter.is_empty();
        if is_open {
            for child in self.tree.nodes[node].children.clone() {
                found |= self.add_rows(facts, child, depth + 1, filter);
            }
            for piece in &self.tree.nodes[node].modules {
                if facts.piece_name(*piece).to_lowercase().contains(filter) {
                    self.rows.push(Row::Piece { piece: *piece, depth: depth + 1 });
                    found = true;
                }
            }
        }
        if !found {
            self.rows.truncate(at);
        }
        found
    }

    fn toggle(&mut self, node: usize) {
        if !self.open.remove(&node) {
            self.open.insert(node);
        }
        self.edition += 1;
    }

    /// Opens what a newly selected piece is in, and answers where it stands then.
    fn reveal(&mut self, facts: &Facts, piece: PieceId) -> Option<usize> {
        let is_table = matches!(facts.piece(piece), Piece::Table(_));
        if is_table != self.shows_tables && self.filter.is_empty() {
            return None;
        }
        if !is_table {
            for node in self.tree.path_to(piece) {
                self.edition += usize::from(self.open.insert(node));
            }
            self.follow(facts);
        }
        self.rows.iter().position(|row| matches!(row, Row::Piece { piece: p, .. } if *p == piece))
    }
}

pub(super) fn explorer_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut ExplorerState,
    moves: &mut MovesState,
    intents: &mut Vec<Intent>,
) {
    let modules = number(i64::try_from(view.facts.modules.len()).unwrap_or(i64::MAX));
    let tables = number(i64::try_from(view.facts.tables.len()).unwrap_or(i64::MAX));
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        let names =
            [("Modules", modules.as_str()), ("Tables", tables.as_str()), ("Next moves", "")];
        let now = if state.shows_moves { 2 } else { usize::from(state.shows_tables) };
        if let Some(chosen) = tabs(ui, &names, now) {
            state.shows_moves = chosen == 2;
            if chosen < 2 {
                state.shows_tables = chosen == 1;
            }
        }
    });
    ui.add_space(4.0);
    state.shows_moves &= !state.wants_focus;
    if state.shows_moves {
        moves_ui(ui, view, moves, intents);
        return;
    }
    let filter = field(ui, &mut state.filter, "Filter by name", "Filter", Some(Icon::Search));
    if std::mem::take(&mut state.wants_focus) {
        filter.request_focus();
    }
    ui.add_space(2.0);
    state.follow(view.facts);
    if state.rows.is_empty() {
        nothing(ui, view, state);
        return;
    }
    rows_ui(ui, view, state, intents);
}

fn nothing(ui: &mut Ui, view: &View<'_>, state: &ExplorerState) {
    ui.add_space(12.0);
    let text = if !state.filter.is_empty() {
        format!("Nothing is called “{}”.", state.filter)
    } else if state.shows_tables {
        "No tables were found. Import again with a schema dump, migrations or a SQLite file to see them.".to_owned()
    } else {
        "No modules were found. See the warnings for what could not be read.".to_owned()
    };
    let _ = view;
    super::controls::note(ui, text);
}

fn rows_ui(ui: &mut Ui, view: &View<'_>, state: &mut ExplorerState, intents: &mut Vec<Intent>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    // Each list keeps its own place.
    let name = if state.shows_tables { "tables" } else { "modules" };
    let mut area = ScrollArea::vertical().id_salt(name).auto_shrink([false, false]);
    let chosen = match view.selection {
        Selection::Pieces(pieces) if pieces.len() == 1 => pieces.first().copied(),
        _ => None,
    };
    if chosen != state.seen {
        state.seen = chosen;
        if let Some(at) = chosen.and_then(|piece| state.reveal(view.facts, piece)) {
            let middle = at as f32 * size::ROW - ui.available_height() / 2.0;
            area = area.vertical_scroll_offset(middle.max(0.0));
        }
    }
    let mut toggled = None;
    area.show_rows(ui, size::ROW, state.rows.len(), |ui, range| {
        for row in &state.rows[range] {
            match *row {
                Row::Package { node, depth } => {
                    if package_row(ui, view, state, node, depth, intents) {
                        toggled = Some(node);
                    }
                }
                Row::Piece { piece, depth } => piece_row(ui, view, piece, depth, intents),
            }
        }
    });
    if let Some(node) = toggled {
        state.toggle(node);
    }
}

fn row(ui: &mut Ui) -> (Rect, egui::Response) {
    ui.allocate_exact_size(vec2(ui.available_width(), size::ROW), Sense::click_and_drag())
}

fn package_row(
    ui: &mut Ui,
    view: &View<'_>,
    state: &ExplorerState,
    at: usize,
    depth: usize,
    intents: &mut Vec<Intent>,
) -> bool {
    let colours = Colours::of(ui.ctx());
    let node = &state.tree.nodes[at];
    let is_open = state.open.contains(&at) || !state.filter.is_empty();
    let (rect, response) = row(ui);
    response.widget_info(|| {
        WidgetInfo::selected(Role::TreeItem, true, is_open, format!("package {}", node.name))
    });
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, colours.hover);
    }
    focus_ring(ui, &response, rect);
    let x = rect.left() + depth as f32 * 12.0;
    let icon = if is_open { Icon::ChevronDown } else { Icon::ChevronRight };
    icons::paint(ui.painter(), icon, pos2(x + 5.0, rect.center().y), 9.0, colours.text_faint);
    let count = short_number(node.count as u64);
    let right = ui.painter().text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        count,
        font::regular(11.5),
        colours.text_faint,
    );
    let left = x + 16.0;
    let name =
        one_line(ui, &node.name, font::semibold(12.5), colours.text, right.left() - left - 6.0);
    ui.painter().galley(pos2(left, rect.center().y - name.size().y / 2.0), name, colours.text);
    let pieces = || state.tree.all_in(at);
    if response.drag_started() {
        intents.push(Intent::Carry(pieces()));
    }
    if response.clicked() && ui.input(|input| input.modifiers.command) {
        intents.push(Intent::Select(Selection::of(pieces())));
        return false;
    }
    let _ = view;
    response.clicked()
}

fn piece_row(
    ui: &mut Ui,
    view: &View<'_>,
    piece: PieceId,
    depth: usize,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = row(ui);
    let chosen = view.selection.holds(piece);
    let (kind, name, amount) = match view.facts.piece(piece) {
        Piece::Module(id) => {
            let module = view.facts.module(id);
            ("module", module_name(module), number(i64::from(module.lines)))
        }
        Piece::Table(id) => {
            let uses = view.lookup.uses.accesses_of(id).count();
            ("table", view.facts.table(id).full_name(), number(uses as i64))
        }
    };
    response.widget_info(|| {
        WidgetInfo::selected(Role::TreeItem, true, chosen, format!("{kind} {name}"))
    });
    let ground = match (chosen, response.hovered()) {
        (true, _) => Some(colours.selection_ground),
        (false, true) => Some(colours.hover),
        _ => None,
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, ground);
    }
    focus_ring(ui, &response, rect);
    let x = rect.left() + depth as f32 * 12.0;
    let service = view.service_of(piece);
    let colour = service.map_or(colours.text_faint, |service| service_colour(colours, service));
    let mark = pos2(x + 5.0, rect.center().y);
    if kind == "table" {
        icons::paint(ui.painter(), Icon::Table, mark, 13.0, colour);
    } else {
        swatch(ui, mark, 9.0, colour);
    }
    let right = ui.painter().text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        amount,
        font::regular(11.5),
        colours.text_faint,
    );
    let left = x + 16.0;
    let galley = one_line(ui, &name, font::regular(12.5), colours.text, right.left() - left - 6.0);
    ui.painter().galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, colours.text);
    if response.drag_started() {
        let pieces = if chosen { view.selection.pieces() } else { vec![piece] };
        intents.push(Intent::Carry(pieces));
    }
    if response.clicked() {
        if ui.input(|input| input.modifiers.command || input.modifiers.shift) {
            intents.push(Intent::Select(view.selection.toggled(&[piece])));
        } else {
            intents.push(Intent::Select(Selection::of([piece])));
            intents.push(Intent::ShowPieces(vec![piece]));
        }
    }
    let full = view.facts.piece_name(piece);
    let service = service.map(|service| service.name.clone()).unwrap_or_default();
    response.on_hover_text(format!("{full}\nin {service}"));
}
