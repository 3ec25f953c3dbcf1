//! What stands in the middle of the window: the map, or another way to look at the same proposal.

use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::{
    actions::Action,
    controls::focus_ring,
    design::{Colours, font, size},
    view::{Intent, View},
};

/// How high the row of tabs is.
const HEIGHT: f32 = 38.0;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    #[default]
    Map,
    Matrix,
    Transactions,
    Tables,
    Compare,
    Diagnosis,
    Plan,
    Decisions,
}

impl Stage {
    pub(super) const ALL: [Self; 8] = [
        Self::Map,
        Self::Matrix,
        Self::Transactions,
        Self::Tables,
        Self::Compare,
        Self::Diagnosis,
        Self::Plan,
        Self::Decisions,
    ];

    /// The action that shows it.
    pub(super) fn action(self) -> Action {
        match self {
            Self::Map => Action::ShowMap,
            Self::Matrix => Action::ShowMatrix,
            Self::Transactions => Action::ShowTransactions,
            Self::Tables => Action::ShowTables,
            Self::Compare => Action::ShowCompare,
            Self::Diagnosis => Action::ShowDiagnosis,
            Self::Plan => Action::ShowPlan,
            Self::Decisions => Action::ShowDecisions,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Map => "Map",
            Self::Matrix => "Matrix",
            Self::Transactions => "Transactions",
            Self::Tables => "Tables",
            Self::Compare => "Compare",
            Self::Diagnosis => "Diagnosis",
            Self::Plan => "Plan",
            Self::Decisions => "Decisions",
        }
    }
}

/// The tabs over the stage.
pub(super) fn tabs_ui(ui: &mut Ui, view: &View<'_>, shown: Stage, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ui.painter().rect_filled(bar, 0.0, colours.panel);
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, Stroke::new(1.0, colours.border));
    let mut left = bar.left() + size::SIDE - 6.0;
    for stage in Stage::ALL {
        let is_shown = stage == shown;
        let colour = if is_shown { colours.text } else { colours.text_soft };
        let face = if is_shown { font::semibold(12.5) } else { font::medium(12.5) };
        let name = ui.painter().layout_no_wrap(stage.name().to_owned(), face, colour);
        let tab = Rect::from_min_size(
            egui::pos2(left, bar.top() + 5.0),
            vec2(name.size().x + 20.0, HEIGHT - 11.0),
        );
        let response =
            ui.interact(tab, ui.scope_id().with(("stage", stage.name())), Sense::click());
        let label = format!("view {}", stage.name());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_shown, &label));
        if is_shown {
            let border = Stroke::new(1.0, colours.border);
            ui.painter().rect(tab, size::RADIUS, colours.well, border, StrokeKind::Inside);
        } else if response.hovered() {
            ui.painter().rect_filled(tab, size::RADIUS, colours.hover);
        }
        focus_ring(ui, &response, tab);
        ui.painter().galley(tab.center() - name.size() / 2.0, name, colour);
        if response.on_hover_text(stage.action().hint(ui.ctx())).clicked() {
            intents.push(Intent::ShowStage(stage));
        }
        left = tab.right() + 4.0;
    }
    let name = &view.proposal.name;
    let right = bar.right_center() - vec2(size::SIDE, 0.0);
    if right.x - left > 200.0 {
        let small = font::regular(12.0);
        ui.painter().text(right, Align2::RIGHT_CENTER, name, small, colours.text_faint);
    }
}
