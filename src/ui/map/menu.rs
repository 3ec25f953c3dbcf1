//! The context menu: the actions that make sense for what was clicked.

use egui::{Response, Ui};

use super::{MapState, hit::Target};
use crate::{
    proposal::{ServiceId, command::Command},
    ui::{
        actions::{ALL, Action, Group},
        design::Colours,
        view::{Intent, Selection, View},
    },
};

pub(super) fn show(
    canvas: &Response,
    view: &View<'_>,
    state: &MapState,
    intents: &mut Vec<Intent>,
) {
    canvas.context_menu(|ui| {
        ui.set_min_width(220.0);
        match view.selection {
            Selection::Pieces(_) => pieces_menu(ui, view, intents),
            Selection::Service(id) => service_menu(ui, view, *id, intents),
            _ => {}
        }
        if matches!(state.menu_for, Target::Ground | Target::Ribbon(..)) {
            list(ui, view, &[Group::View], intents);
        }
    });
}

fn pieces_menu(ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
    let pieces = view.selection.pieces();
    ui.menu_button("Move to", |ui| {
        for service in &view.proposal.services {
            if ui.button(&service.name).clicked() {
                let command = Command::MovePieces { pieces: pieces.clone(), to: service.id };
                intents.push(Intent::Do(command));
                ui.close();
            }
        }
    });
    item(ui, view, Action::NewService, intents);
    ui.separator();
    list(ui, view, &[Group::Piece], intents);
    ui.separator();
    for action in [Action::SelectNeighbours, Action::Invert, Action::FitSelection] {
        item(ui, view, action, intents);
    }
}

fn service_menu(ui: &mut Ui, view: &View<'_>, id: ServiceId, intents: &mut Vec<Intent>) {
    item(ui, view, Action::Rename, intents);
    ui.menu_button("Merge into", |ui| {
        for service in view.proposal.services.iter().filter(|service| service.id != id) {
            if ui.button(&service.name).clicked() {
                let command = Command::MergeServices { from: id, into: service.id };
                intents.push(Intent::Do(command));
                ui.close();
            }
        }
    });
    ui.menu_button("Colour", |ui| colours(ui, id, intents));
    ui.separator();
    for action in [
        Action::MakeService,
        Action::MakeLibrary,
        Action::MakeRemainder,
        Action::MakeExcluded,
        Action::Split,
        Action::SetOwner,
        Action::Decide,
        Action::Lock,
        Action::Unlock,
    ] {
        item(ui, view, action, intents);
    }
    ui.separator();
    let pieces: Vec<_> = view.proposal.pieces_of(id).collect();
    if ui.add_enabled(!pieces.is_empty(), egui::Button::new("Select its pieces")).clicked() {
        intents.push(Intent::Select(Selection::of(pieces)));
        ui.close();
    }
    item(ui, view, Action::FitSelection, intents);
    item(ui, view, Action::RemoveService, intents);
}

fn colours(ui: &mut Ui, id: ServiceId, intents: &mut Vec<Intent>) {
    let colours = Colours::of(ui.ctx());
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for colour in 0..colours.service_count() {
            let (rect, response) =
                ui.allocate_exact_size(egui::Vec2::splat(22.0), egui::Sense::click());
            let name = format!("Colour {}", colour + 1);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
            ui.painter().rect_filled(rect.shrink(2.0), 5.0, colours.service(colour));
            if response.clicked() {
                intents.push(Intent::Do(Command::SetColour { service: id, colour }));
                ui.close();
            }
        }
    });
}

fn list(ui: &mut Ui, view: &View<'_>, groups: &[Group], intents: &mut Vec<Intent>) {
    for entry in ALL.iter().filter(|entry| groups.contains(&entry.group)) {
        item(ui, view, entry.action, intents);
    }
}

/// One action as a line of a menu; nothing where it makes no sense now.
fn item(ui: &mut Ui, view: &View<'_>, action: Action, intents: &mut Vec<Intent>) {
    if !action.enabled(&view.situation()) {
        return;
    }
    let button = egui::Button::new(action.entry().name).shortcut_text(action.keys(ui.ctx()));
    if ui.add(button).on_hover_text(action.entry().tooltip).clicked() {
        intents.push(Intent::Act(action));
        ui.close();
    }
}
