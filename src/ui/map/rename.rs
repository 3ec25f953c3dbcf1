//! Writing a service's name where it stands.

use egui::{Key, Modifiers, Rect, TextEdit, Ui, vec2};

use super::{MapState, camera::Lens, containers::title_height};
use crate::{
    proposal::command::Command,
    ui::{
        actions::Action,
        design::{Colours, font},
        view::Intent,
    },
};

/// Undo before anything was written takes back what the name was asked for.
pub(super) fn show(ui: &mut Ui, state: &mut MapState, lens: &Lens, intents: &mut Vec<Intent>) {
    let Some((service, name)) = &mut state.rename else { return };
    let service = *service;
    let Some(container) = state.layout.container(service) else {
        state.rename = None;
        return;
    };
    let rect = lens.rect(&container.rect);
    let height = title_height(rect.height(), lens.zoom());
    let width = (rect.width() - 16.0).max(180.0);
    let place = Rect::from_min_size(rect.min + vec2(8.0, (height - 28.0) / 2.0), vec2(width, 28.0));
    let colours = Colours::of(ui.ctx());
    let id = ui.scope_id().with("rename");
    let began: Option<String> = ui.ctx().data(|data| data.get_temp(id));
    let untouched = began.as_ref() == Some(name);
    if untouched && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z)) {
        close(ui, state, id);
        intents.push(Intent::Act(Action::Undo));
        return;
    }
    let response = ui.put(
        place,
        TextEdit::singleline(name)
            .font(font::semibold(14.0))
            .background_color(colours.panel)
            .id(id),
    );
    let response = response.accessible_name("Name of the service");
    let is_new = began.is_none();
    if is_new {
        response.request_focus();
        select_all(ui, id, name.chars().count());
        ui.ctx().data_mut(|data| data.insert_temp(id, name.clone()));
    }
    let (escape, enter) =
        ui.input(|input| (input.key_pressed(Key::Escape), input.key_pressed(Key::Enter)));
    if !is_new && (response.lost_focus() || escape || enter) {
        let name = name.trim().to_owned();
        close(ui, state, id);
        if !escape {
            intents.push(Intent::Do(Command::RenameService { service, name }));
        }
    }
}

fn close(ui: &Ui, state: &mut MapState, id: egui::Id) {
    ui.ctx().data_mut(|data| data.remove::<String>(id));
    state.rename = None;
}

fn select_all(ui: &Ui, id: egui::Id, letters: usize) {
    let mut edit = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let all = egui::text::CCursorRange::two(
        egui::text::CCursor::new(egui::text::CharIndex(0)),
        egui::text::CCursor::new(egui::text::CharIndex(letters)),
    );
    edit.cursor.set_char_range(Some(all));
    TextEdit::store_state(ui.ctx(), id, edit);
}
