//! What each action does to an open project.

use std::collections::BTreeSet;

use egui::Ui;

use super::{Over, Request, Workbench};
use crate::{
    analysis::{grouping::Role, propose::Wish},
    proposal::{Proposal, ServiceId, command::Command},
    ui::{
        actions::Action,
        forms::Form,
        map::{Filter, Heat, MapState, heat},
        picker::{Kind, Picker},
        stage::Stage,
        view::Selection,
    },
};

/// What people left out of the figures stands here.
const LEFT_OUT: &str = "Left out";

impl Workbench {
    pub(super) fn act(&mut self, ui: &Ui, action: Action) -> Option<Request> {
        if !self.view().is_some_and(|view| action.enabled(&view.situation())) {
            return None;
        }
        let pieces = self.selection.pieces();
        match action {
            Action::OpenAnother => return Some(Request::OpenAnother),
            Action::ImportAgain => self.import_again(ui.ctx()),
            Action::Export => self.pick(Kind::Export),
            Action::ExportComparison => self.export_comparison(ui.ctx()),
            Action::ExportScreen => self.export_screen(ui.ctx()),
            Action::Undo | Action::Redo => self.travel(action == Action::Undo),
            Action::Find => self.explorer.wants_focus = true,
            Action::Palette => self.pick(Kind::Anything),
            Action::MoveTo if !pieces.is_empty() => self.pick(Kind::MoveTo(pieces)),
            Action::NewService => self.new_service(pieces),
            Action::SelectAll => {
                self.selection = Selection::of(self.explorer.shown(self.session.facts()));
            }
            Action::Invert => self.invert(),
            Action::SelectNeighbours => self.select_neighbours(),
            Action::Clear => self.selection = Selection::Nothing,
            Action::Propose => self.propose_as(ui.ctx(), Wish::default(), false),
            Action::ProposeAs => self.over = Some(Over::Form(Form::propose(self.session.facts()))),
            Action::NewProposal | Action::CopyProposal => {
                self.add_proposal(action == Action::CopyProposal);
            }
            Action::RenameProposal => {
                let name = self.session.proposal(self.at).map(|now| now.name.clone());
                self.over = Some(Over::Form(Form::proposal_name(name.unwrap_or_default())));
            }
            Action::RemoveProposal => self.remove_proposal(),
            Action::NextProposal => {
                self.show_proposal((self.at + 1) % self.session.proposals().len().max(1));
            }
            Action::Note | Action::Decide => {
                let form = Form::note(&self.selection, action == Action::Decide, &self.author);
                self.over = Some(Over::Form(form));
            }
            Action::Warnings => self.over = Some(Over::Warnings),
            Action::Help => self.over = Some(Over::Help),
            Action::KeepTogether | Action::FreeTogether => {
                let keep = action == Action::KeepTogether;
                self.apply(&Command::KeepTogether { pieces, keep });
            }
            Action::KeepApart | Action::FreeApart => {
                let keep = action == Action::KeepApart;
                self.apply(&Command::KeepApart { pieces, keep });
            }
            Action::Exclude => self.exclude(pieces),
            Action::ToRemainder => self.put_back(pieces),
            Action::Save => self.say_where_saved(),
            Action::Accept => self.accept(),
            Action::Lock | Action::Unlock if !pieces.is_empty() => {
                let locked = action == Action::Lock;
                self.apply(&Command::LockPieces { pieces, locked });
            }
            _ => self.act_on_look(ui, action),
        }
        let changes_look =
            matches!(action, Action::Theme | Action::Motion | Action::Larger | Action::Smaller);
        (changes_look && !self.is_presenting).then_some(Request::RememberLook)
    }

    fn pick(&mut self, kind: Kind) {
        self.over = Some(Over::Picker(Picker::new(kind)));
    }

    /// Actions that change what is shown, and nothing of the proposal.
    fn act_on_look(&mut self, ui: &Ui, action: Action) {
        if let Some(stage) = Stage::ALL.into_iter().find(|stage| stage.action() == action) {
            self.stage = stage;
            return;
        }
        match action {
            Action::FitSelection => self.fit_selection(),
            Action::NextHeat => {
                let now = self.heat.as_ref().map(|heat| heat.kind);
                let next = heat::Kind::after(now);
                self.heat = next.and_then(|kind| self.measured(kind));
            }
            Action::Moves | Action::OneOwner | Action::CutApart => self.explorer.show_moves(),
            Action::Theme => switch_theme(ui),
            Action::Motion => switch_motion(ui),
            Action::Present => self.present(ui),
            Action::Larger => scale(ui, 1.1),
            Action::Smaller => scale(ui, 1.0 / 1.1),
            _ => {
                let mut is_done = false;
                for map in self.shown_maps() {
                    is_done |= act_on_map(map, action);
                }
                if !is_done {
                    self.act_on_service(ui, action);
                }
            }
        }
    }

    fn measured(&self, kind: heat::Kind) -> Option<Heat> {
        self.view().map(|view| heat::measure(&view, kind))
    }

    fn act_on_service(&mut self, ui: &Ui, action: Action) {
        let Selection::Service(service) = self.selection else { return };
        let set_role = |role| Command::SetRole { service, role };
        let command = match action {
            Action::Rename => return self.rename(service),
            Action::MergeInto => return self.pick(Kind::MergeInto(service)),
            Action::Split => return self.split(ui.ctx(), service),
            Action::SetOwner => {
                let Some(proposal) = self.session.proposal(self.at) else { return };
                let owner = proposal.service(service).map(|found| found.owner.clone());
                let form = Form::owner(service, owner.unwrap_or_default());
                self.over = Some(Over::Form(form));
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

    /// Puts pieces where no figure counts them.
    fn exclude(&mut self, pieces: Vec<crate::facts::PieceId>) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let there = proposal.services.iter().find(|service| service.role == Role::Excluded);
        let command = match there {
            Some(service) => Command::MovePieces { pieces, to: service.id },
            None => Command::NewService { name: LEFT_OUT.to_owned(), role: Role::Excluded, pieces },
        };
        self.apply(&command);
    }

    /// Puts pieces where what stays in the monolith is.
    fn put_back(&mut self, pieces: Vec<crate::facts::PieceId>) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let remainder = proposal.services.iter().find(|it| it.role == Role::Remainder);
        let command = match remainder {
            Some(service) => Command::MovePieces { pieces, to: service.id },
            None => {
                let name = crate::proposal::REMAINDER_NAME.to_owned();
                Command::NewService { name, role: Role::Remainder, pieces }
            }
        };
        self.apply(&command);
    }

    fn say_where_saved(&mut self) {
        let said = match self.session.path() {
            Some(path) => format!("Every command is saved at once, in {}", path.display()),
            None => "This project has no file: export what you want to keep".to_owned(),
        };
        self.tell(Ok::<_, String>(said));
    }

    /// What a new import placed is where it should be.
    fn accept(&mut self) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let chosen = self.selection.pieces();
        let arrived = proposal.arrived.iter().copied();
        let pieces: Vec<_> =
            arrived.filter(|piece| chosen.is_empty() || chosen.contains(piece)).collect();
        self.apply(&Command::AcceptPieces { pieces });
    }

    fn travel(&mut self, back: bool) {
        let what = self.session.proposals().get(self.at).and_then(|history| {
            let what = if back { history.undo_what() } else { history.redo_what() };
            what.map(str::to_owned)
        });
        let gone = if back { self.session.undo(self.at) } else { self.session.redo(self.at) };
        let what = what.unwrap_or_default();
        let said = if back { format!("Taken back: {what}") } else { what };
        self.tell(gone.map(|_| said));
        self.keep_selection_possible();
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
            Ok(at) => {
                let from = self.at;
                self.follow();
                // A copy stands where the first one does; nobody waits for another map of the same.
                if copy && let Some(proposal) = self.session.proposal(at) {
                    let layout = self.maps[from].layout().clone();
                    if !layout.containers.is_empty() {
                        self.maps[at] = MapState::arranged(std::sync::Arc::clone(proposal), layout);
                    }
                }
                self.show_proposal(at);
            }
            Err(trouble) => self.tell(Err(trouble)),
        }
    }

    fn remove_proposal(&mut self) {
        let Some(name) = self.session.proposal(self.at).map(|now| now.name.clone()) else { return };
        let removed = self.session.remove_proposal(self.at);
        if removed.is_ok() {
            self.maps.remove(self.at);
            self.at = self.at.saturating_sub(1);
            self.stages.compare = Default::default();
            self.follow();
            self.keep_selection_possible();
        }
        self.tell(removed.map(|()| format!("{name} is removed")));
    }

    fn invert(&mut self) {
        let Some(proposal) = self.session.proposal(self.at) else { return };
        let chosen = self.selection.pieces();
        let services: BTreeSet<ServiceId> =
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

    /// Large letters and nothing beside the stage, for a projector; and back.
    fn present(&mut self, ui: &Ui) {
        self.is_presenting = !self.is_presenting;
        ui.ctx().set_zoom_factor(if self.is_presenting { 1.35 } else { 1.0 });
        self.maps[self.at].fit_when_shown();
    }
}

/// Actions that change how a map is looked at; says whether this was one.
fn act_on_map(map: &mut MapState, action: Action) -> bool {
    let layers = &mut map.layers;
    match action {
        Action::Fit => map.fit(),
        Action::ZoomIn => map.zoom_by(1.25),
        Action::ZoomOut => map.zoom_by(0.8),
        Action::ActualSize => map.actual_size(),
        Action::Tidy => map.tidy(),
        Action::LayerCalls => layers.calls = !layers.calls,
        Action::LayerTables => layers.tables = !layers.tables,
        Action::LayerKeys => layers.keys = !layers.keys,
        Action::LayerTransactions => layers.transactions = !layers.transactions,
        Action::LayerChange => layers.change = !layers.change,
        Action::LayerRuntime => layers.runtime = !layers.runtime,
        Action::Focus => map.focuses = !map.focuses,
        Action::OnlyCrossing => {
            let now = map.filter.take();
            map.filter = (now != Some(Filter::Crossing)).then_some(Filter::Crossing);
        }
        Action::NoFilter => map.filter = None,
        _ => return false,
    }
    true
}

fn switch_theme(ui: &Ui) {
    let theme = match ui.ctx().theme() {
        egui::Theme::Dark => egui::Theme::Light,
        egui::Theme::Light => egui::Theme::Dark,
    };
    ui.ctx().set_theme(theme);
}

/// Whether anything slides, fades or flies.
fn switch_motion(ui: &Ui) {
    let moves = crate::ui::design::moves(ui.ctx());
    crate::ui::design::set_motion(ui.ctx(), !moves);
}

fn scale(ui: &Ui, factor: f32) {
    let scale = (ui.ctx().zoom_factor() * factor).clamp(0.6, 2.5);
    ui.ctx().set_zoom_factor(scale);
}
