//! The bar at the top: which monolith, which proposal, find, undo, export.

use egui::{Align, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::{
    actions::{ALL, Action, Group},
    controls::{Button, counted, focus_ring, one_line},
    design::{Colours, font, size},
    icons::{self, Icon},
    view::{Intent, View},
};
use crate::session::exports::Format;

pub(super) fn top_bar_ui(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        title(ui, view);
        proposals(ui, view, intents);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.add_space(size::SIDE - 8.0);
            right(ui, view, intents);
        });
    });
}

fn title(ui: &mut Ui, view: &View<'_>) {
    let colours = Colours::of(ui.ctx());
    ui.add_space(size::SIDE - 8.0);
    let (sign, _) = ui.allocate_exact_size(vec2(20.0, 18.0), Sense::hover());
    icons::sign(ui.painter(), sign, colours.selection, colours.selection.gamma_multiply(0.45));
    ui.add_space(4.0);
    let name = one_line(ui, &view.facts.name, font::semibold(15.0), colours.text, 200.0);
    let modules = counted(view.facts.modules.len(), "module");
    let tables = counted(view.facts.tables.len(), "table");
    let text = format!("{modules} · {tables}");
    let counts = one_line(ui, &text, font::regular(11.5), colours.text_soft, 240.0);
    let width = name.size().x.max(counts.size().x);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 36.0), Sense::hover());
    let label = format!("{}: {text}", view.facts.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, &label));
    let top = rect.center().y - (name.size().y + counts.size().y) / 2.0;
    let below = top + name.size().y;
    ui.painter().galley(pos2(rect.left(), top), name, colours.text);
    ui.painter().galley(pos2(rect.left(), below), counts, colours.text_soft);
    ui.add_space(18.0);
}

fn proposals(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    for (at, history) in view.session.proposals().iter().enumerate() {
        let name = &history.current().name;
        let chosen = at == view.at;
        let font = if chosen { font::semibold(13.0) } else { font::medium(13.0) };
        let text = one_line(ui, name, font, colours.text, 170.0);
        let wanted = vec2(text.size().x + 26.0, 30.0);
        let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
        let label = format!("proposal {name}");
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, &label));
        if chosen {
            let border = Stroke::new(1.0, colours.border);
            ui.painter().rect(rect, size::RADIUS, colours.well, border, StrokeKind::Inside);
        } else if response.hovered() {
            ui.painter().rect_filled(rect, size::RADIUS, colours.hover);
        }
        focus_ring(ui, &response, rect);
        let colour = if chosen { colours.text } else { colours.text_soft };
        let at_text = rect.center() - text.size() / 2.0;
        ui.painter().galley_with_override_text_color(at_text, text, colour);
        if response.clicked() {
            intents.push(Intent::ShowProposal(at));
        }
    }
    let more = Button::icon_only(Icon::Plus, "Add a proposal").show(ui);
    egui::Popup::menu(&more).show(|ui| {
        for action in [
            Action::Propose,
            Action::ProposeAs,
            Action::NewProposal,
            Action::CopyProposal,
            Action::RenameProposal,
            Action::RemoveProposal,
        ] {
            menu_item(ui, view, action, intents);
        }
    });
}

/// From right to left.
fn right(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let more = Button::icon_only(Icon::More, "All actions").show(ui);
    egui::Popup::menu(&more).show(|ui| all_actions(ui, view, intents));
    let export = Button::new("Export").icon(Icon::Export).primary().show(ui);
    egui::Popup::menu(&export).show(|ui| {
        ui.set_min_width(220.0);
        for format in Format::ALL {
            if ui.button(format.name()).clicked() {
                intents.push(Intent::Export(format));
                ui.close();
            }
        }
        ui.separator();
        menu_item(ui, view, Action::ExportComparison, intents);
        menu_item(ui, view, Action::ExportScreen, intents);
    });
    let theme = if ui.ctx().theme() == egui::Theme::Dark { Icon::Sun } else { Icon::Moon };
    for (action, icon) in [
        (Action::Help, Icon::Help),
        (Action::Theme, theme),
        (Action::Redo, Icon::Redo),
        (Action::Undo, Icon::Undo),
    ] {
        let enabled = action.enabled(&view.situation());
        let button = Button::icon_only(icon, action.entry().name).enabled(enabled).show(ui);
        if button.on_hover_text(hint(ui, view, action)).clicked() {
            intents.push(Intent::Act(action));
        }
    }
    ui.add_space(6.0);
    search(ui, intents);
}

/// Undo and redo say what they would take back.
fn hint(ui: &Ui, view: &View<'_>, action: Action) -> String {
    let history = view.session.proposals().get(view.at);
    let what = match action {
        Action::Undo => history.and_then(|history| history.undo_what()),
        Action::Redo => history.and_then(|history| history.redo_what()),
        _ => None,
    };
    match what {
        Some(what) => {
            format!("{}: {what}  ({})", action.entry().name, action.keys(ui.ctx()))
        }
        None => action.hint(ui.ctx()),
    }
}

/// Looks like a field; opens the palette.
fn search(ui: &mut Ui, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    let width = (ui.available_width() - 12.0).clamp(40.0, 280.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, 30.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Find a piece or an action"));
    let border = if response.hovered() { colours.edge } else { colours.border };
    let stroke = Stroke::new(1.0, border);
    ui.painter().rect(rect, size::RADIUS, colours.well, stroke, StrokeKind::Inside);
    focus_ring(ui, &response, rect);
    let icon = pos2(rect.left() + 16.0, rect.center().y);
    icons::paint(ui.painter(), Icon::Search, icon, 13.0, colours.text_faint);
    let inner = Rect::from_min_max(rect.min + vec2(30.0, 0.0), rect.max - vec2(10.0, 0.0));
    let keys = Action::Palette.keys(ui.ctx());
    if inner.width() > 150.0 {
        let hint = one_line(
            ui,
            "Find a piece or an action",
            font::regular(13.0),
            colours.text_faint,
            inner.width() - 50.0,
        );
        let at = pos2(inner.left(), inner.center().y - hint.size().y / 2.0);
        ui.painter().galley(at, hint, colours.text_faint);
        ui.painter().text(
            inner.right_center(),
            egui::Align2::RIGHT_CENTER,
            keys,
            font::medium(11.0),
            colours.text_faint,
        );
    }
    if response.clicked() {
        intents.push(Intent::Act(Action::Palette));
    }
}

fn all_actions(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    ui.set_min_width(200.0);
    for group in Group::ALL {
        ui.menu_button(group.name(), |ui| {
            ui.set_min_width(240.0);
            for entry in ALL.iter().filter(|entry| entry.group == group) {
                menu_item(ui, view, entry.action, intents);
            }
        });
    }
}

fn menu_item(ui: &mut Ui, view: &View<'_>, action: Action, intents: &mut Vec<Intent>) {
    let button = egui::Button::new(action.entry().name).shortcut_text(action.keys(ui.ctx()));
    let response = ui.add_enabled(action.enabled(&view.situation()), button);
    if response.on_hover_text(action.entry().tooltip).clicked() {
        intents.push(Intent::Act(action));
        ui.close();
    }
}
