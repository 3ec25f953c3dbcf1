//! Sheets over the window: keys and gestures, and the list of warnings.

use egui::{Align2, Color32, Id, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    actions::{ALL, Group},
    controls::{Button, counted, heading, note, one_line},
    design::{Colours, font},
    icons::{self, Icon},
    view::View,
};

/// Gestures of the pointer, which no action stands for.
const GESTURES: [(&str, &str); 9] = [
    ("Wheel, pinch", "Zoom at the pointer"),
    ("Drag free ground, middle button, Space", "Move the map"),
    ("Drag a module, table or package", "See what every service would cost; release to move"),
    ("Drop on free ground", "Make a new service of it"),
    ("Drag a title bar", "Place a service elsewhere on the map"),
    ("Click, Ctrl or Shift and click", "Select; add to the selection"),
    ("Shift and drag", "Select everything in a box"),
    ("Double-click a title", "Rename the service"),
    ("Tab, arrow keys, Enter", "Reach and select every piece without a pointer"),
];

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
    sheet(ui, "Keys and gestures", 860.0, |ui| {
        ui.columns(2, |columns| {
            let (left, right) = columns.split_at_mut(1);
            heading(&mut left[0], "Pointer", "");
            for (gesture, meaning) in GESTURES {
                gesture_row(&mut left[0], gesture, meaning);
            }
            group(&mut left[0], Group::Select);
            group(&mut left[0], Group::Edit);
            for of in [Group::Project, Group::Service, Group::Piece, Group::View] {
                group(&mut right[0], of);
            }
        });
    })
}

fn gesture_row(ui: &mut Ui, gesture: &str, meaning: &str) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 34.0), Sense::hover());
    response
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{gesture}: {meaning}")));
    let width = rect.width();
    let top = one_line(ui, meaning, font::regular(12.5), colours.text, width);
    ui.painter().galley(rect.min, top, colours.text);
    let below = one_line(ui, gesture, font::regular(11.5), colours.text_faint, width);
    ui.painter().galley(rect.min + vec2(0.0, 16.0), below, colours.text_faint);
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
