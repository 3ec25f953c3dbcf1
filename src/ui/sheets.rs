//! Sheets over the window: keys and gestures, and the list of warnings.

use egui::{Align2, Color32, Id, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    actions::{ALL, Group},
    controls::{Button, counted, heading, note, one_line},
    design::{Colours, font},
    habits::{HABITS, Habit},
    icons::{self, Icon},
    view::View,
};

/// A sheet; answers whether it is still open.
fn sheet(ui: &Ui, name: &str, width: f32, contents: impl FnOnce(&mut Ui)) -> bool {
    let mut closed = false;
    let screen = ui.ctx().content_rect();
    let response = egui::Modal::new(Id::unique(name))
        .backdrop_color(Color32::from_black_alpha(60))
        .frame(egui::Frame::popup(ui.style()).inner_margin(20.0).corner_radius(12.0))
        .show(ui.ctx(), |ui| {
            ui.set_width(width.min(screen.width() - 80.0));
            ui.horizontal(|ui| {
                ui.label(egui::RichText::new(name).font(font::semibold(18.0)));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    closed = Button::icon_only(Icon::Close, "Close").show(ui).clicked();
                });
            });
            let height = screen.height() * 0.72;
            let area = ScrollArea::vertical().max_height(height).min_scrolled_height(height);
            area.show(ui, |ui| {
                // The scroll bar floats over the right border: what is there keeps off it.
                ui.set_max_width(ui.available_width() - 14.0);
                contents(ui);
            });
        });
    !closed && !response.should_close()
}

pub(super) fn help(ui: &Ui) -> bool {
    sheet(ui, "Keys and gestures", 980.0, |ui| {
        // Keys at the right border of a column keep off what begins the next one.
        ui.spacing_mut().item_spacing.x = 32.0;
        ui.columns(2, |columns| {
            let (left, right) = columns.split_at_mut(1);
            heading(&mut left[0], "As in other programs", "");
            for habit in &HABITS {
                habit_row(&mut left[0], habit);
            }
            for of in Group::ALL {
                group(&mut right[0], of);
            }
        });
    })
}

/// What is done, where people know it from, and what it does here.
fn habit_row(ui: &mut Ui, habit: &Habit) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::hover());
    let label = format!("{}: {}", habit.gesture, habit.here);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
    let known = ui.painter().text(
        rect.right_top() + vec2(0.0, 8.0),
        Align2::RIGHT_CENTER,
        habit.known_from,
        font::regular(11.0),
        colours.text_faint,
    );
    let width = known.left() - rect.left() - 12.0;
    let top = one_line(ui, habit.gesture, font::medium(12.5), colours.text, width);
    ui.painter().galley(rect.min, top, colours.text);
    let below = one_line(ui, habit.here, font::regular(11.5), colours.text_soft, rect.width());
    ui.painter().galley(rect.min + vec2(0.0, 16.0), below, colours.text_soft);
}

fn group(ui: &mut Ui, group: Group) {
    let colours = Colours::of(ui.ctx());
    heading(ui, group.name(), "");
    for entry in ALL.iter().filter(|entry| entry.group == group && entry.shortcut.is_some()) {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        let keys = entry.action.keys(ui.ctx());
        let label = format!("{}: {keys}", entry.name);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
        let name =
            one_line(ui, entry.name, font::regular(12.5), colours.text, rect.width() - 110.0);
        ui.painter().galley(
            pos2(rect.left(), rect.center().y - name.size().y / 2.0),
            name,
            colours.text,
        );
        ui.painter().text(
            rect.right_center(),
            Align2::RIGHT_CENTER,
            keys,
            font::medium(12.0),
            colours.text_soft,
        );
    }
}

pub(super) fn warnings(ui: &Ui, view: &View<'_>) -> bool {
    let warnings = &view.facts.warnings;
    sheet(ui, "Warnings", 760.0, |ui| {
        note(
            ui,
            format!(
                "{} while reading {}. What stands around them was read; nothing was guessed.",
                counted(warnings.len(), "warning"),
                view.facts.name
            ),
        );
        ui.add_space(8.0);
        let colours = Colours::of(ui.ctx());
        for warning in warnings {
            ui.horizontal_top(|ui| {
                let (mark, _) = ui.allocate_exact_size(vec2(18.0, 18.0), Sense::hover());
                icons::paint(ui.painter(), Icon::Warning, mark.center(), 13.0, colours.caution);
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add(
                        egui::Label::new(
                            egui::RichText::new(&warning.message).font(font::medium(12.5)),
                        )
                        .wrap(),
                    );
                    let place = warning.place.to_string();
                    if !place.is_empty() {
                        let text = egui::RichText::new(place).font(font::code(11.5));
                        ui.label(text.color(colours.text_soft));
                    }
                    if !warning.hint.is_empty() {
                        note(ui, &warning.hint);
                    }
                });
            });
            ui.add_space(6.0);
        }
    })
}
