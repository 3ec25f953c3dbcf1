//! The bar on the map that says which crossings are drawn as ribbons.

use egui::{Rect, Sense, Ui, UiBuilder, vec2};

use super::{
    MapState,
    camera::Lens,
    heat::{self, Kind},
};
use crate::ui::{
    actions::Action,
    controls::{Button, floating},
    design::{Colours, font},
    icons::Icon,
    view::{Intent, View},
};

pub(super) fn show(
    ui: &mut Ui,
    view: &View<'_>,
    state: &MapState,
    lens: &Lens,
    intents: &mut Vec<Intent>,
) {
    let corner = lens.screen.left_bottom() + vec2(14.0, -54.0);
    let place = Rect::from_min_size(corner, vec2(720.0, 40.0));
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        floating(ui).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let layers = state.layers;
                for (action, name, shown) in [
                    (Action::LayerCalls, "Calls", layers.calls),
                    (Action::LayerTables, "Tables", layers.tables),
                    (Action::LayerKeys, "Keys", layers.keys),
                    (Action::LayerTransactions, "Transactions", layers.transactions),
                    (Action::LayerChange, "Change", layers.change),
                ] {
                    let button = Button::new(name).quiet().selected(shown);
                    let response = button.named(action.entry().name).show(ui);
                    if response.on_hover_text(action.hint(ui.ctx())).clicked() {
                        intents.push(Intent::Act(action));
                    }
                }
                heat_ui(ui, view, lens.screen.width(), intents);
                let (line, _) = ui.allocate_exact_size(vec2(1.0, 30.0), Sense::hover());
                let colours = Colours::of(ui.ctx());
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

/// What tiles are coloured by, and what the colours mean.
fn heat_ui(ui: &mut Ui, view: &View<'_>, room: f32, intents: &mut Vec<Intent>) {
    let now = view.heat.map(|heat| heat.kind);
    let name = now.map_or("Heat", Kind::name);
    let button = Button::new(name).quiet().selected(now.is_some());
    let response = button.named("Heat: what tiles are coloured by").show(ui);
    if let Some(kind) = now {
        legend(ui, kind, room > 1120.0);
    }
    let response = response.on_hover_text(Action::NextHeat.hint(ui.ctx()));
    egui::Popup::menu(&response).show(|ui| {
        ui.set_min_width(150.0);
        if ui.selectable_label(now.is_none(), "By service").clicked() {
            intents.push(Intent::ShowHeat(None));
            ui.close();
        }
        for kind in Kind::ALL {
            if ui.selectable_label(now == Some(kind), kind.name()).clicked() {
                intents.push(Intent::ShowHeat(Some(kind)));
                ui.close();
            }
        }
    });
}

/// From cold to hot, with what they stand for.
fn legend(ui: &mut Ui, kind: Kind, has_words: bool) {
    let colours = Colours::of(ui.ctx());
    let (cold, hot) = kind.ends();
    for (text, is_cold) in [(cold, true), (hot, false)] {
        if !is_cold {
            let (bar, response) = ui.allocate_exact_size(vec2(60.0, 10.0), Sense::hover());
            response.on_hover_text(format!("from “{cold}” to “{hot}”"));
            for step in 0..12 {
                let part =
                    Rect::from_min_size(bar.min + vec2(step as f32 * 5.0, 0.0), vec2(5.0, 10.0));
                ui.painter().rect_filled(part, 0.0, heat::ramp(colours, step as f32 / 11.0));
            }
        }
        if has_words {
            let text = egui::RichText::new(text).font(font::regular(11.0));
            ui.label(text.color(colours.text_soft));
        }
    }
}
