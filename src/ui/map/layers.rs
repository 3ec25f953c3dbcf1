//! The bar on the map that says which crossings are drawn as ribbons.

use egui::{Rect, Sense, Ui, UiBuilder, vec2};

use super::{MapState, camera::Lens};
use crate::ui::{
    actions::Action,
    controls::{Button, floating},
    icons::Icon,
    view::Intent,
};

pub(super) fn show(ui: &mut Ui, state: &MapState, lens: &Lens, intents: &mut Vec<Intent>) {
    let corner = lens.screen.left_bottom() + vec2(14.0, -54.0);
    let place = Rect::from_min_size(corner, vec2(520.0, 40.0));
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        floating(ui).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let layers = state.layers;
                for (action, name, shown) in [
                    (Action::LayerCalls, "Calls", layers.calls),
                    (Action::LayerTables, "Tables", layers.tables),
                    (Action::LayerKeys, "Keys", layers.keys),
                    (Action::LayerChange, "Change", layers.change),
                ] {
                    let button = Button::new(name).quiet().selected(shown);
                    let response = button.named(action.entry().name).show(ui);
                    if response.on_hover_text(action.hint(ui.ctx())).clicked() {
                        intents.push(Intent::Act(action));
                    }
                }
                let (line, _) = ui.allocate_exact_size(vec2(1.0, 30.0), Sense::hover());
                let colours = crate::ui::design::Colours::of(ui.ctx());
                ui.painter().rect_filled(line.shrink2(vec2(0.0, 6.0)), 0.0, colours.border);
                for (action, icon) in [
                    (Action::ZoomOut, Icon::Minus),
                    (Action::ZoomIn, Icon::Plus),
                    (Action::Fit, Icon::Fit),
                    (Action::Tidy, Icon::Tidy),
                ] {
                    let button = Button::icon_only(icon, action.entry().name);
                    if button.show(ui).on_hover_text(action.hint(ui.ctx())).clicked() {
                        intents.push(Intent::Act(action));
                    }
                }
            });
        });
    });
}
