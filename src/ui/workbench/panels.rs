//! Which panel stands where around the stage, and what the stage shows.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::{Stages, Workbench};
use crate::ui::{
    compare::{self, Pane},
    controls::counted,
    decisions::decisions_ui,
    design::{Colours, size},
    diagnosis::diagnosis_ui,
    explorer::explorer_ui,
    figures::{figures_ui, status_ui},
    inspector::inspector_ui,
    map::{Carry, MapState, map_ui},
    matrix::matrix_ui,
    plan::plan_ui,
    stage::{self, Stage},
    tables::tables_ui,
    top_bar::top_bar_ui,
    transactions::transactions_ui,
    view::{Intent, Selection, View},
};

impl Workbench {
    /// Draws everything but what lies over the panels.
    pub(super) fn panels(&mut self, ui: &mut Ui, intents: &mut Vec<Intent>) {
        let mut maps = std::mem::take(&mut self.maps);
        let mut explorer = std::mem::take(&mut self.explorer);
        let mut inspector = std::mem::take(&mut self.inspector);
        let mut stages = std::mem::take(&mut self.stages);
        if let Some(view) = self.view() {
            let colours = Colours::of(ui.ctx());
            let frame = Frame::new().fill(colours.panel);
            let top = Panel::top("top bar").exact_size(size::TOP_BAR).frame(frame).resizable(false);
            top.show(ui, |ui| top_bar_ui(ui, &view, intents));
            let carry = match self.stage {
                Stage::Compare => stages.compare.carry(),
                _ => maps[self.at].carry.as_ref(),
            };
            self.bottom(ui, &view, carry);
            let side = frame.inner_margin(Margin::symmetric(size::SIDE as i8, 0));
            if !self.is_presenting {
                let left = Panel::left("explorer")
                    .default_size(size::EXPLORER)
                    .size_range(190.0..=440.0)
                    .frame(side)
                    .resizable(true);
                left.show(ui, |ui| {
                    explorer_ui(ui, &view, &mut explorer, &mut stages.moves, intents)
                });
            }
            if self.shows_inspector() {
                let right = Panel::right("inspector")
                    .default_size(size::INSPECTOR)
                    .size_range(260.0..=520.0)
                    .frame(side)
                    .resizable(true);
                right.show(ui, |ui| inspector_ui(ui, &view, &mut inspector, intents));
            }
            let centre = CentralPanel::default().frame(Frame::new().fill(colours.ground));
            centre.show(ui, |ui| {
                let spacing = ui.spacing().item_spacing;
                ui.spacing_mut().item_spacing.y = 0.0;
                stage::tabs_ui(ui, &view, self.stage, intents);
                ui.spacing_mut().item_spacing = spacing;
                self.stage_ui(ui, &view, &mut maps, &mut stages, intents);
            });
        }
        self.maps = maps;
        self.explorer = explorer;
        self.inspector = inspector;
        self.stages = stages;
        if let Some(at) = self.stages.compare.take_active() {
            self.show_proposal(at);
        }
    }

    /// Whoever presents has the floor to the stage, until something is chosen; what stands side by side needs it too.
    fn shows_inspector(&self) -> bool {
        match self.stage {
            Stage::Compare => false,
            _ => !self.is_presenting || self.selection != Selection::Nothing,
        }
    }

    fn bottom(&self, ui: &mut Ui, view: &View<'_>, carry: Option<&Carry>) {
        let frame = Frame::new().fill(Colours::of(ui.ctx()).panel);
        let bottom =
            Panel::bottom("figures").exact_size(size::FIGURES).frame(frame).resizable(false);
        bottom.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let preview = carry.and_then(Carry::effect_here);
            figures_ui(ui, view, preview);
            let (left, is_loud) = match carry {
                Some(carry) => (carry.status(view), true),
                None => self.status(),
            };
            status_ui(ui, (&left, is_loud), &chosen(view));
        });
    }

    /// What goes on, or else what was done last.
    fn status(&self) -> (String, bool) {
        let Some(job) = self.works.first() else {
            return (self.remark.text.clone(), self.remark.is_trouble);
        };
        let progress = job.progress();
        match progress.doing.as_str() {
            "" => (format!("{}…", job.name()), false),
            doing => (format!("{}: {doing}…", job.name()), false),
        }
    }

    fn stage_ui(
        &self,
        ui: &mut Ui,
        view: &View<'_>,
        maps: &mut [MapState],
        stages: &mut Stages,
        intents: &mut Vec<Intent>,
    ) {
        match self.stage {
            Stage::Map => map_ui(ui, view, &mut maps[self.at], intents),
            Stage::Matrix => matrix_ui(ui, view, &mut stages.matrix, intents),
            Stage::Transactions => {
                transactions_ui(ui, view, &mut stages.transactions, intents);
            }
            Stage::Tables => tables_ui(ui, view, &mut stages.tables, intents),
            Stage::Compare => {
                let panes = stages.compare.proposals(self.at, self.session.proposals().len());
                let panes: Vec<Pane<'_>> = panes
                    .into_iter()
                    .filter_map(|at| Some(Pane { at, view: self.view_of(at)? }))
                    .collect();
                compare::compare_ui(ui, &panes, &mut stages.compare, intents);
            }
            Stage::Diagnosis => diagnosis_ui(ui, view, &mut stages.diagnosis, intents),
            Stage::Plan => plan_ui(ui, view, &mut stages.plan, intents),
            Stage::Decisions => decisions_ui(ui, view, intents),
        }
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
