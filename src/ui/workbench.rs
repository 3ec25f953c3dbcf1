//! An open project in the window: panels around a map, and the one place where their intents are carried out.

use std::{path::PathBuf, sync::Arc};

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::{
    actions::{self, Action},
    controls::counted,
    design::{Colours, size},
    explorer::{ExplorerState, explorer_ui},
    figures::{figures_ui, status_ui},
    inspector::{InspectorState, inspector_ui},
    map::{Carry, MapState, map_ui},
    names::{Lookup, name_for},
    picker::{Kind, Picker},
    sheets,
    top_bar::top_bar_ui,
    view::{Intent, Selection, View},
};
use crate::{
    analysis::{grouping::Role, propose::Wish},
    facts::PieceId,
    proposal::{Proposal, ServiceId, command::Command},
    session::{
        Session,
        job::Job,
        propose::{Outcome, wish_from, work},
    },
};

/// What an open project asks of the window around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    OpenAnother,
    SavePicture(String),
}

/// What lies over the panels.
enum Over {
    Picker(Picker),
    Help,
    Warnings,
}

/// What the status line says besides what goes on, until something else is done.
#[derive(Default)]
struct Remark {
    text: String,
    is_trouble: bool,
}

/// An open project and everything the window remembers about it.
pub(super) struct Workbench {
    session: Session,
    folder: Option<PathBuf>,
    lookup: Lookup,
    at: usize,
    /// By proposal.
    maps: Vec<MapState>,
    selection: Selection,
    explorer: ExplorerState,
    inspector: InspectorState,
    over: Option<Over>,
    remark: Remark,
    proposing: Option<Job<Outcome>>,
}

impl Workbench {
    pub(super) fn new(mut session: Session, folder: Option<PathBuf>) -> Self {
        if session.proposals().is_empty() {
            let whole = Proposal::undivided("Proposal A", session.facts().piece_count());
            // A name that is not empty and the only one can't be refused; a file that can't be written is told
            // when something is done.
            drop(session.add_proposal(whole, "Begin with everything in one place"));
        }
        let lookup = Lookup::of(session.facts());
        let explorer = ExplorerState::new(session.facts(), &lookup);
        Self {
            maps: session.proposals().iter().map(|_| MapState::new()).collect(),
            session,
            folder,
            lookup,
            at: 0,
            selection: Selection::Nothing,
            explorer,
            inspector: InspectorState::default(),
            over: None,
            remark: Remark::default(),
            proposing: None,
        }
    }

    /// The open project.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// Draws everything and carries out what was asked for.
    pub(super) fn ui(&mut self, ui: &mut Ui) -> Option<Request> {
        self.take_proposed();
        while self.maps.len() < self.session.proposals().len() {
            self.maps.push(MapState::new());
        }
        let mut intents = Vec::new();
        let mut map = std::mem::take(&mut self.maps[self.at]);
        let mut explorer = std::mem::take(&mut self.explorer);
        let mut inspector = std::mem::take(&mut self.inspector);
        let mut over = self.over.take();
        if let Some(view) = self.view() {
            if over.is_none() {
                let pressed = actions::pressed(ui.ctx(), &view.situation());
                intents.extend(pressed.into_iter().map(Intent::Act));
                hear_escape(ui, &map, &self.selection, &mut intents);
            }
            Self::panels(
                ui,
                &view,
                &self.remark,
                &mut map,
                &mut explorer,
                &mut inspector,
                &mut intents,
            );
            over = over.filter_map_open(ui, &view, &mut intents);
        }
        self.maps[self.at] = map;
        self.explorer = explorer;
        self.inspector = inspector;
        self.over = over;
        let mut request = None;
        for intent in intents {
            request = self.carry_out(ui, intent).or(request);
        }
        request
    }

    fn view(&self) -> Option<View<'_>> {
        Some(View {
            session: &self.session,
            at: self.at,
            facts: self.session.facts(),
            lookup: &self.lookup,
            proposal: self.session.proposal(self.at)?,
            scorer: self.session.scorer(self.at)?,
            selection: &self.selection,
            folder: self.folder.as_deref(),
        })
    }

    fn panels(
        ui: &mut Ui,
        view: &View<'_>,
        remark: &Remark,
        map: &mut MapState,
        explorer: &mut ExplorerState,
        inspector: &mut InspectorState,
        intents: &mut Vec<Intent>,
    ) {
        let colours = Colours::of(ui.ctx());
        let frame = Frame::new().fill(colours.panel);
        let top = Panel::top("top bar").exact_size(size::TOP_BAR).frame(frame).resizable(false);
        top.show(ui, |ui| top_bar_ui(ui, view, intents));
        let bottom =
            Panel::bottom("figures").exact_size(size::FIGURES).frame(frame).resizable(false);
        bottom.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let preview = map.carry.as_ref().and_then(Carry::effect_here);
            figures_ui(ui, view, preview);
            let (left, is_loud) = match &map.carry {
                Some(carry) => (carry.status(view), true),
                None => (remark.text.clone(), remark.is_trouble),
            };
            status_ui(ui, (&left, is_loud), &chosen(view));
        });
        let side = frame.inner_margin(Margin::symmetric(size::SIDE as i8, 0));
        let left = Panel::left("explorer")
            .default_size(size::EXPLORER)
            .size_range(190.0..=440.0)
            .frame(side)
            .resizable(true);
        left.show(ui, |ui| explorer_ui(ui, view, explorer, intents));
        let right = Panel::right("inspector")
            .default_size(size::INSPECTOR)
            .size_range(260.0..=520.0)
            .frame(side)
            .resizable(true);
        right.show(ui, |ui| inspector_ui(ui, view, inspector, intents));
        let centre = CentralPanel::default().frame(Frame::new().fill(colours.ground));
        centre.show(ui, |ui| map_ui(ui, view, map, intents));
    }

    fn carry_out(&mut self, ui: &Ui, intent: Intent) -> Option<Request> {
        match intent {
            Intent::Do(command) => {
                self.apply(&command);
            }
            Intent::NewService(pieces) => self.new_service(pieces),
            Intent::Act(action) => return self.act(ui, action),
            Intent::Select(selection) => {
                self.selection = selection;
                self.remark = Remark::default();
            }
            Intent::ShowPieces(pieces) => {
                if let Some(proposal) = self.session.proposal(self.at) {
                    self.maps[self.at].show_pieces(proposal, &pieces);
                }
            }
            Intent::ShowService(service) => self.maps[self.at].show_service(service),
            Intent::ShowProposal(at) => self.show_proposal(at),
            Intent::Carry(pieces) => self.begin_carry(ui, pieces),
            Intent::Rename(service) => self.rename(service),
        }
        None
    }

    /// Does a command; says what was done, or why it was not.
    fn apply(&mut self, command: &Command) -> bool {
        let done = self.session.apply(self.at, command);
        self.remark = match done {
            Ok(()) => {
                let history = self.session.proposals().get(self.at);
                let what = history.and_then(|history| history.undo_what()).unwrap_or_default();
                Remark { text: what.to_owned(), is_trouble: false }
            }
            Err(refusal) => Remark { text: refusal.to_string(), is_trouble: true },
        };
        self.keep_selection_possible();
        !self.remark.is_trouble
    }

    fn keep_selection_possible(&mut self) {
        if let Some(proposal) = self.session.proposal(self.at) {
            self.selection = std::mem::take(&mut self.selection).within(proposal);
        }
    }

    fn new_service(&mut self, pieces: Vec<PieceId>) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let name = name_for(self.session.facts(), proposal, &pieces);
        let id = ServiceId(proposal.next_service);
        let command = Command::NewService { name: name.clone(), role: Role::Service, pieces };
        if !self.apply(&command) {
            return;
        }
        self.selection = Selection::Service(id);
        self.maps[self.at].rename = Some((id, name));
    }

    fn rename(&mut self, service: ServiceId) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        if let Some(found) = proposal.service(service) {
            self.maps[self.at].rename = Some((service, found.name.clone()));
        }
    }

    fn begin_carry(&mut self, ui: &Ui, pieces: Vec<PieceId>) {
        let start = ui.input(|input| input.pointer.press_origin()).unwrap_or_default();
        let Some(view) = self.view() else { return };
        let carry = Carry::take_up(&view, pieces, start);
        self.maps[self.at].carry = Some(carry);
    }

    fn show_proposal(&mut self, at: usize) {
        if at < self.session.proposals().len() {
            self.at = at;
            self.remark = Remark::default();
            self.keep_selection_possible();
            while self.maps.len() <= at {
                self.maps.push(MapState::new());
            }
        }
    }

    fn act(&mut self, ui: &Ui, action: Action) -> Option<Request> {
        let pieces = self.selection.pieces();
        let map = &mut self.maps[self.at];
        match action {
            Action::OpenAnother => return Some(Request::OpenAnother),
            Action::ExportPicture => return self.picture().map(Request::SavePicture),
            Action::Undo | Action::Redo => self.travel(action == Action::Undo),
            Action::Find => self.explorer.wants_focus = true,
            Action::Palette => self.over = Some(Over::Picker(Picker::new(Kind::Anything))),
            Action::MoveTo if !pieces.is_empty() => {
                self.over = Some(Over::Picker(Picker::new(Kind::MoveTo(pieces))));
            }
            Action::NewService => self.new_service(pieces),
            Action::SelectAll => {
                self.selection = Selection::of(self.explorer.shown(self.session.facts()));
            }
            Action::Invert => self.invert(),
            Action::SelectNeighbours => self.select_neighbours(),
            Action::Clear => self.selection = Selection::Nothing,
            Action::Fit => map.fit(),
            Action::FitSelection => self.fit_selection(),
            Action::ZoomIn => map.zoom_by(1.25),
            Action::ZoomOut => map.zoom_by(0.8),
            Action::ActualSize => map.actual_size(),
            Action::Tidy => map.tidy(),
            Action::LayerCalls => map.layers.calls = !map.layers.calls,
            Action::LayerTables => map.layers.tables = !map.layers.tables,
            Action::LayerKeys => map.layers.keys = !map.layers.keys,
            Action::LayerChange => map.layers.change = !map.layers.change,
            Action::Propose => self.propose(ui.ctx()),
            Action::NewProposal | Action::CopyProposal => {
                self.add_proposal(action == Action::CopyProposal);
            }
            Action::NextProposal => {
                self.show_proposal((self.at + 1) % self.session.proposals().len().max(1));
            }
            Action::Theme => switch_theme(ui),
            Action::Larger => scale(ui, 1.1),
            Action::Smaller => scale(ui, 1.0 / 1.1),
            Action::Warnings => self.over = Some(Over::Warnings),
            Action::Help => self.over = Some(Over::Help),
            Action::KeepTogether => {
                self.apply(&Command::KeepTogether { pieces, keep: true });
            }
            Action::KeepApart => {
                self.apply(&Command::KeepApart { pieces, keep: true });
            }
            Action::Lock | Action::Unlock if !pieces.is_empty() => {
                let locked = action == Action::Lock;
                self.apply(&Command::LockPieces { pieces, locked });
            }
            _ => self.act_on_service(action),
        }
        None
    }

    fn act_on_service(&mut self, action: Action) {
        let Selection::Service(service) = self.selection else { return };
        let set_role = |role| Command::SetRole { service, role };
        let command = match action {
            Action::Rename => return self.rename(service),
            Action::MergeInto => {
                self.over = Some(Over::Picker(Picker::new(Kind::MergeInto(service))));
                return;
            }
            Action::RemoveService => Command::RemoveService { service },
            Action::Lock => Command::LockService { service, locked: true },
            Action::Unlock => Command::LockService { service, locked: false },
            Action::MakeService => set_role(Role::Service),
            Action::MakeLibrary => set_role(Role::Library),
            Action::MakeRemainder => set_role(Role::Remainder),
            Action::MakeExcluded => set_role(Role::Excluded),
            Action::NextColour => {
                let Some(proposal) = self.session.proposal(self.at) else { return };
                let now = proposal.service(service).map_or(0, |service| service.colour);
                Command::SetColour { service, colour: now.wrapping_add(1) }
            }
            _ => return,
        };
        self.apply(&command);
    }

    fn travel(&mut self, back: bool) {
        let what = self.session.proposals().get(self.at).and_then(|history| {
            let what = if back { history.undo_what() } else { history.redo_what() };
            what.map(str::to_owned)
        });
        let gone = if back { self.session.undo(self.at) } else { self.session.redo(self.at) };
        self.remark = match (gone, what) {
            (Ok(true), Some(what)) if back => {
                Remark { text: format!("Taken back: {what}"), is_trouble: false }
            }
            (Ok(_), Some(what)) => Remark { text: what, is_trouble: false },
            (Ok(_), None) => Remark::default(),
            (Err(trouble), _) => Remark { text: trouble.to_string(), is_trouble: true },
        };
        self.keep_selection_possible();
    }

    /// Lets the clusterer work beside the window; what people decided in the proposal that is shown stays.
    fn propose(&mut self, ctx: &egui::Context) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        if self.proposing.is_some() {
            return;
        }
        let wish = wish_from(proposal, Wish::default());
        let facts = Arc::clone(self.session.facts());
        let wake = ctx.clone();
        let job = Job::start(
            "Proposing services",
            move || wake.request_repaint(),
            move |_| work(&facts, &wish),
        );
        self.proposing = Some(job);
        self.remark = Remark { text: "Proposing services…".to_owned(), is_trouble: false };
    }

    /// Takes in what the clusterer made, once it is there.
    fn take_proposed(&mut self) {
        let Some(result) = self.proposing.as_mut().and_then(Job::poll) else { return };
        self.proposing = None;
        let name = self.next_name();
        let added = match result {
            Ok(outcome) => {
                let reason = outcome.proposed.reason.clone();
                self.session.add_proposed(&name, &outcome).map(|at| (at, reason))
            }
            Err(broken) => {
                self.remark = Remark { text: broken.to_string(), is_trouble: true };
                return;
            }
        };
        match added {
            Ok((at, reason)) => {
                self.show_proposal(at);
                self.remark = Remark { text: reason, is_trouble: false };
            }
            Err(trouble) => self.remark = Remark { text: trouble.to_string(), is_trouble: true },
        }
    }

    fn next_name(&self) -> String {
        let letter =
            char::from(b'A' + u8::try_from(self.session.proposals().len() % 26).unwrap_or(0));
        self.session.free_name(&format!("Proposal {letter}"))
    }

    fn add_proposal(&mut self, copy: bool) {
        let name = self.next_name();
        let added = if copy {
            self.session.copy_proposal(self.at, &name)
        } else {
            let whole = Proposal::undivided(&name, self.session.facts().piece_count());
            self.session.add_proposal(whole, "Begin with everything in one place")
        };
        match added {
            Ok(at) => self.show_proposal(at),
            Err(trouble) => self.remark = Remark { text: trouble.to_string(), is_trouble: true },
        }
    }

    fn invert(&mut self) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let chosen = self.selection.pieces();
        let services: std::collections::BTreeSet<ServiceId> =
            chosen.iter().map(|piece| proposal.service_of(*piece)).collect();
        let others = self
            .session
            .facts()
            .pieces()
            .filter(|piece| services.contains(&proposal.service_of(*piece)))
            .filter(|piece| !self.selection.holds(*piece));
        self.selection = Selection::of(others.collect::<Vec<_>>());
    }

    fn select_neighbours(&mut self) {
        let chosen = self.selection.pieces();
        let mut all = chosen.clone();
        for piece in chosen {
            let neighbours = self.lookup.uses.neighbours(self.session.facts(), piece);
            all.extend(neighbours.into_iter().map(|(other, _)| other));
        }
        self.selection = Selection::of(all);
    }

    fn fit_selection(&mut self) {
        match self.selection {
            Selection::Service(service) => self.maps[self.at].show_service(service),
            _ => {
                let pieces = self.selection.pieces();
                if let Some(proposal) = self.session.proposal(self.at) {
                    self.maps[self.at].show_pieces(proposal, &pieces);
                }
            }
        }
    }

    fn picture(&self) -> Option<String> {
        let view = self.view()?;
        let pairs: Vec<_> = view.scorer.pairs().collect();
        let layout = self.maps[self.at].layout();
        Some(crate::export::svg::picture(view.facts, view.proposal, layout, &pairs))
    }

    /// Says something in the status line.
    pub(super) fn say(&mut self, text: String, is_trouble: bool) {
        self.remark = Remark { text, is_trouble };
    }
}

/// Esc clears the selection, unless it ends something else.
fn hear_escape(ui: &Ui, map: &MapState, selection: &Selection, intents: &mut Vec<Intent>) {
    let busy = map.carry.is_some() || map.rename.is_some() || ui.ctx().egui_wants_keyboard_input();
    let open = ui.ctx().any_popup_open();
    let escape = ui.input(|input| input.key_pressed(egui::Key::Escape));
    if escape && !busy && !open && *selection != Selection::Nothing {
        intents.push(Intent::Act(Action::Clear));
    }
}

trait StaysOpen: Sized {
    fn filter_map_open(self, ui: &Ui, view: &View<'_>, intents: &mut Vec<Intent>) -> Self;
}

impl StaysOpen for Option<Over> {
    fn filter_map_open(self, ui: &Ui, view: &View<'_>, intents: &mut Vec<Intent>) -> Self {
        let mut over = self?;
        let open = match &mut over {
            Over::Picker(picker) => picker.show(ui, view, intents),
            Over::Help => sheets::help(ui),
            Over::Warnings => sheets::warnings(ui, view),
        };
        open.then_some(over)
    }
}

fn chosen(view: &View<'_>) -> String {
    match view.selection {
        Selection::Nothing => String::new(),
        Selection::Pieces(pieces) => format!("{} selected", counted(pieces.len(), "piece")),
        Selection::Service(id) => format!("{} selected", view.service_name(*id)),
        Selection::Pair(from, to) => {
            format!("{} – {} selected", view.service_name(*from), view.service_name(*to))
        }
    }
}

fn switch_theme(ui: &Ui) {
    let theme = match ui.ctx().theme() {
        egui::Theme::Dark => egui::Theme::Light,
        egui::Theme::Light => egui::Theme::Dark,
    };
    ui.ctx().set_theme(theme);
}

fn scale(ui: &Ui, factor: f32) {
    let scale = (ui.ctx().zoom_factor() * factor).clamp(0.6, 2.5);
    ui.ctx().set_zoom_factor(scale);
}
