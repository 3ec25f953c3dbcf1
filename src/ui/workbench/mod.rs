//! An open project in the window: panels around a stage, and the one place where their intents are carried out.

mod acts;
mod panels;
pub(super) mod ready;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use egui::Ui;

use self::{
    ready::{Arranged, Ready},
    work::Done,
};
use super::{
    actions::{self, Action},
    compare::CompareState,
    diagnosis::DiagnosisState,
    explorer::ExplorerState,
    forms::Form,
    inspector::InspectorState,
    map::{Carry, Heat, MapState, heat},
    matrix::MatrixState,
    moves::MovesState,
    names::{Lookup, name_for},
    picker::Picker,
    plan::PlanState,
    sheets,
    stage::Stage,
    tables::TablesState,
    transactions::TransactionsState,
    view::{Intent, Selection, View},
};
use crate::{
    analysis::grouping::Role,
    facts::PieceId,
    proposal::{Proposal, ServiceId, command::Command, map::Layout},
    session::{Session, job::Job},
};

/// What an open project asks of the window around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    OpenAnother,
    /// The look was changed: remembered for the next time.
    RememberLook,
    /// Who writes notes: remembered for the next time.
    RememberAuthor(String),
}

/// What lies over the panels.
enum Over {
    Picker(Picker),
    Form(Form),
    Help,
    Warnings,
}

/// What the status line says besides what goes on, until something else is done.
#[derive(Default)]
struct Remark {
    text: String,
    is_trouble: bool,
}

/// What each stage remembers between frames.
#[derive(Default)]
struct Stages {
    matrix: MatrixState,
    transactions: TransactionsState,
    tables: TablesState,
    compare: CompareState,
    plan: PlanState,
    diagnosis: DiagnosisState,
    moves: MovesState,
}

/// An open project and everything the window remembers about it.
pub(super) struct Workbench {
    session: Session,
    lookup: Lookup,
    at: usize,
    stage: Stage,
    /// By proposal.
    maps: Vec<MapState>,
    stages: Stages,
    heat: Option<Heat>,
    selection: Selection,
    explorer: ExplorerState,
    inspector: InspectorState,
    over: Option<Over>,
    remark: Remark,
    /// Long work under way beside the window.
    works: Vec<Job<Done>>,
    /// Who writes notes and decisions.
    author: String,
    is_presenting: bool,
    /// What the last frame asked for, one word each.
    asked: Vec<String>,
}

impl Workbench {
    pub(super) fn new(session: Session, author: String) -> Self {
        let ready = Ready::of(session.facts());
        Self::with(session, author, ready)
    }

    /// The same with what a thread of its own has made ready.
    pub(super) fn with(mut session: Session, author: String, ready: Ready) -> Self {
        if session.proposals().is_empty() {
            let whole = Proposal::undivided("Proposal A", session.facts().piece_count());
            // A name that is not empty and the only one can't be refused; a file that can't be written is told
            // when something is done.
            drop(session.add_proposal(whole, "Begin with everything in one place"));
        }
        let Ready { lookup, explorer, first } = ready;
        let restored = |at: usize| session.layout(at).and_then(Layout::restored);
        let mut maps: Vec<MapState> =
            (0..session.proposals().len()).map(|at| MapState::new(restored(at))).collect();
        if let (Some(Arranged { of, layout }), Some(map)) = (first, maps.first_mut()) {
            *map = MapState::arranged(of, layout);
        }
        Self {
            maps,
            session,
            lookup,
            at: 0,
            stage: Stage::Map,
            stages: Stages::default(),
            heat: None,
            selection: Selection::Nothing,
            explorer,
            inspector: InspectorState::default(),
            over: None,
            remark: Remark::default(),
            works: Vec::new(),
            author,
            is_presenting: false,
            asked: Vec::new(),
        }
    }

    /// The open project.
    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// Draws everything and carries out what was asked for.
    pub(super) fn ui(&mut self, ui: &mut Ui) -> Option<Request> {
        self.take_finished(ui.ctx());
        self.follow();
        let mut intents = Vec::new();
        let mut over = self.over.take();
        if over.is_none()
            && let Some(view) = self.view()
        {
            let pressed = actions::pressed(ui.ctx(), &view.situation());
            intents.extend(pressed.into_iter().map(Intent::Act));
            hear_escape(ui, &self.maps[self.at], &self.selection, &mut intents);
        }
        self.panels(ui, &mut intents);
        if let Some(view) = self.view() {
            over = over.filter_map_open(ui, &view, &mut intents);
        }
        self.over = over;
        let mut request = None;
        self.asked.clear();
        for intent in intents {
            self.asked.push(intent.word());
            request = self.carry_out(ui, intent).or(request);
        }
        self.keep_layout();
        request
    }

    /// Which stage is shown, and what was asked for in the last frame.
    pub(super) fn doing(&self) -> String {
        format!("{:?} {}", self.stage, self.asked.join(" "))
    }

    /// Brings up to date what depends on the proposals.
    fn follow(&mut self) {
        while self.maps.len() < self.session.proposals().len() {
            let restored = self.session.layout(self.maps.len()).and_then(Layout::restored);
            self.maps.push(MapState::new(restored));
        }
        self.maps.truncate(self.session.proposals().len().max(1));
        self.at = self.at.min(self.maps.len() - 1);
        if let Some(kind) = self.heat.as_ref().map(|heat| heat.kind) {
            let stale = self.view().is_some_and(|view| {
                self.heat.as_ref().is_some_and(|heat| !heat.is_for(view.proposal))
            });
            if stale {
                self.heat = self.view().map(|view| heat::measure(&view, kind));
            }
        }
    }

    /// Where the map shows things is written down as soon as it has changed.
    fn keep_layout(&mut self) {
        let Some(saved) = self.maps.get_mut(self.at).and_then(MapState::take_changed_places) else {
            return;
        };
        if self.session.layout(self.at) != Some(&saved) {
            // Losing it costs nobody any work; that the file can't be written is told by commands.
            drop(self.session.set_layout(self.at, saved));
        }
    }

    fn view(&self) -> Option<View<'_>> {
        self.view_of(self.at)
    }

    fn view_of(&self, at: usize) -> Option<View<'_>> {
        static NOTHING: BTreeSet<PieceId> = BTreeSet::new();
        Some(View {
            session: &self.session,
            at,
            facts: self.session.facts(),
            lookup: &self.lookup,
            proposal: self.session.proposal(at)?,
            scorer: self.session.scorer(at)?,
            selection: &self.selection,
            folder: self.session.folder(),
            marked: &NOTHING,
            heat: self.heat.as_ref(),
            busy: !self.works.is_empty(),
        })
    }

    /// The maps that the stage shows.
    fn shown_maps(&mut self) -> &mut [MapState] {
        match self.stage {
            Stage::Compare => self.stages.compare.maps(),
            _ => std::slice::from_mut(&mut self.maps[self.at]),
        }
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
            Intent::KeepInView(piece) => {
                if let Some(proposal) = self.session.proposal(self.at) {
                    self.maps[self.at].keep_in_view(proposal, piece);
                }
            }
            Intent::ShowService(service) => self.maps[self.at].show_service(service),
            Intent::ShowProposal(at) => self.show_proposal(at),
            Intent::Carry(pieces) => self.begin_carry(ui, pieces),
            Intent::Rename(service) => self.rename(service),
            Intent::ShowStage(stage) => self.stage = stage,
            Intent::ShowHeat(kind) => {
                self.heat =
                    kind.and_then(|kind| self.view().map(|view| heat::measure(&view, kind)));
            }
            Intent::Filter(filter) => {
                for map in self.shown_maps() {
                    map.filter.clone_from(&filter);
                }
            }
            Intent::Export(format) => self.export(ui.ctx(), format),
            Intent::Propose(asked) => {
                let near = asked.near;
                self.propose_as(ui.ctx(), (*asked).into(), near);
            }
            Intent::RenameProposal(name) => {
                let renamed = self.session.rename_proposal(self.at, &name);
                self.tell(renamed.map(|()| format!("The proposal is called {name} now")));
            }
            Intent::Write(note, author) => {
                self.author.clone_from(&author);
                self.apply(&Command::AddNote { note });
                return Some(Request::RememberAuthor(author));
            }
            Intent::CompareWith(others) => {
                self.stages.compare.choose(self.at, others);
                self.stage = Stage::Compare;
            }
            Intent::Compare => self.compare(ui.ctx()),
            Intent::Suggest => self.suggest(ui.ctx()),
            Intent::Advise(question) => self.advise(ui.ctx(), question),
            Intent::MakePlan => self.make_plan(ui.ctx()),
            Intent::Diagnose => self.diagnose(ui.ctx()),
            Intent::GoTo(revision) => {
                let gone = self.session.go_to(self.at, revision);
                self.tell(gone.map(|_| "Back at an earlier step; redo goes on".to_owned()));
                self.keep_selection_possible();
            }
        }
        None
    }

    /// Does a command; says what was done, or why it was not.
    fn apply(&mut self, command: &Command) -> bool {
        let done = self.session.apply(self.at, command);
        let history = self.session.proposals().get(self.at);
        let what = history.and_then(|history| history.undo_what()).unwrap_or_default().to_owned();
        self.tell(done.map(|()| what));
        self.keep_selection_possible();
        !self.remark.is_trouble
    }

    /// Says in the status line what came of something.
    fn tell(&mut self, came: Result<String, impl std::fmt::Display>) {
        self.remark = match came {
            Ok(text) => Remark { text, is_trouble: false },
            Err(trouble) => Remark { text: trouble.to_string(), is_trouble: true },
        };
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
            self.stage = Stage::Map;
        }
    }

    fn begin_carry(&mut self, ui: &Ui, pieces: Vec<PieceId>) {
        let start = ui.input(|input| input.pointer.press_origin()).unwrap_or_default();
        let Some(view) = self.view() else { return };
        let carry = Carry::take_up(&view, pieces, start);
        self.maps[self.at].carry = Some(carry);
        self.stage = Stage::Map;
    }

    fn show_proposal(&mut self, at: usize) {
        if at < self.session.proposals().len() {
            self.at = at;
            self.remark = Remark::default();
            self.keep_selection_possible();
            self.follow();
        }
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
            Over::Form(form) => form.show(ui, view, intents),
            Over::Help => sheets::help(ui),
            Over::Warnings => sheets::warnings(ui, view),
        };
        open.then_some(over)
    }
}
