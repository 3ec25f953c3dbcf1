//! The bar on the map: which crossings are drawn as ribbons, what tiles are coloured by, what stays, and how large.

use egui::{Rect, Sense, Ui, UiBuilder, vec2};

use super::{
    MapState,
    camera::Lens,
    filter::filter_ui,
    heat::{self, Kind},
};
use crate::ui::{
    actions::Action,
    controls::{Button, floating},
    design::{Colours, font},
    icons::Icon,
    view::{Intent, View},
};

/// On a narrower map the layers stand in a list.
const LEAST_WIDTH_FOR_ALL: f32 = 860.0;

pub(super) fn show(
    ui: &mut Ui,
    view: &View<'_>,
    state: &MapState,
    lens: &Lens,
    intents: &mut Vec<Intent>,
) {
    let corner = lens.screen.left_bottom() + vec2(14.0, -54.0);
    let is_wide = lens.screen.width() >= LEAST_WIDTH_FOR_ALL;
    let place = Rect::from_min_size(corner, vec2(lens.screen.width() - 28.0, 40.0));
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        floating(ui).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = if is_wide { 4.0 } else { 1.0 };
                if is_wide {
                    layer_buttons(ui, view, state, intents);
                    line(ui);
                } else {
                    layers_menu(ui, view, state, intents);
                }
                heat_ui(ui, view, lens.screen.width(), intents);
                filter_ui(ui, view, state.filter.as_ref(), intents);
                line(ui);
                zoom_ui(ui, state, is_wide, intents);
            });
        });
    });
}

fn layer_buttons(ui: &mut Ui, view: &View<'_>, state: &MapState, intents: &mut Vec<Intent>) {
    for (action, name, shown) in layers(view, state) {
        let button = Button::new(name).quiet().selected(shown);
        let response = button.named(action.entry().name).show(ui);
        if response.on_hover_text(action.hint(ui.ctx())).clicked() {
            intents.push(Intent::Act(action));
        }
    }
}

fn layers(view: &View<'_>, state: &MapState) -> Vec<(Action, &'static str, bool)> {
    let layers = state.layers;
    let mut all = vec![
        (Action::LayerCalls, "Calls", layers.calls),
        (Action::LayerTables, "Tables", layers.tables),
        (Action::LayerKeys, "Keys", layers.keys),
        (Action::LayerTransactions, "Transactions", layers.transactions),
        (Action::LayerChange, "Change", layers.change),
    ];
    // Without traces there is nothing that this layer could show.
    if !view.facts.runtime.is_empty() {
        all.push((Action::LayerRuntime, "Runtime", layers.runtime));
    }
    all
}

fn layers_menu(ui: &mut Ui, view: &View<'_>, state: &MapState, intents: &mut Vec<Intent>) {
    let button = Button::new("Ribbons").quiet().named("Ribbons: what is drawn between services");
    let response = button.show(ui);
    egui::Popup::menu(&response)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_min_width(150.0);
            for (action, name, shown) in layers(view, state) {
                let mut is_shown = shown;
                if ui.checkbox(&mut is_shown, name).clicked() {
                    intents.push(Intent::Act(action));
                }
            }
        });
}

fn line(ui: &mut Ui) {
    let (line, _) = ui.allocate_exact_size(vec2(1.0, 30.0), Sense::hover());
    let colours = Colours::of(ui.ctx());
    ui.painter().rect_filled(line.shrink2(vec2(0.0, 6.0)), 0.0, colours.border);
}

/// Smaller, how large it is, larger; everything; tidy.
fn zoom_ui(ui: &mut Ui, state: &MapState, is_wide: bool, intents: &mut Vec<Intent>) {
    let icon = |ui: &mut Ui, action: Action, icon: Icon, intents: &mut Vec<Intent>| {
        let button = Button::icon_only(icon, action.entry().name);
        if button.show(ui).on_hover_text(action.hint(ui.ctx())).clicked() {
            intents.push(Intent::Act(action));
        }
    };
    icon(ui, Action::ZoomOut, Icon::Minus, intents);
    if is_wide {
        let percent = format!("{:.0} %", state.camera.zoom * 100.0);
        let (rect, response) = ui.allocate_exact_size(vec2(44.0, 30.0), Sense::click());
        let name = format!("Zoom: {percent}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        let colours = Colours::of(ui.ctx());
        let centre = egui::Align2::CENTER_CENTER;
        let colour = if response.hovered() { colours.text } else { colours.text_soft };
        ui.painter().text(rect.center(), centre, percent, font::medium(12.0), colour);
        if response.on_hover_text(Action::ActualSize.hint(ui.ctx())).clicked() {
            intents.push(Intent::Act(Action::ActualSize));
        }
    }
    icon(ui, Action::ZoomIn, Icon::Plus, intents);
    icon(ui, Action::Fit, Icon::Fit, intents);
    if is_wide {
        icon(ui, Action::Tidy, Icon::Tidy, intents);
    }
}

/// What tiles are coloured by, and what the colours mean.
fn heat_ui(ui: &mut Ui, view: &View<'_>, room: f32, intents: &mut Vec<Intent>) {
    let now = view.heat.map(|heat| heat.kind);
    let name = now.map_or("Heat", Kind::name);
    let button = Button::new(name).quiet().selected(now.is_some());
    let response = button.named("Heat: what tiles are coloured by").show(ui);
    if let Some(kind) = now
        && room >= LEAST_WIDTH_FOR_ALL
    {
        legend(ui, kind, room > 1200.0);
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
