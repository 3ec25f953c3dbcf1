//! What long work is doing, how far it is, and a way to stop it.

use egui::{Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::{
    controls::{Button, note, number},
    design::{Colours, font},
};
use crate::session::job::Progress;

/// Draws how far the work is; answers whether it shall stop.
pub(super) fn progress_ui(ui: &mut Ui, name: &str, progress: &Progress, stopping: bool) -> bool {
    let colours = Colours::of(ui.ctx());
    let screen = ui.max_rect();
    ui.painter().rect_filled(screen, 0.0, colours.ground);
    let width = 460.0_f32.min(screen.width() - 48.0);
    let corner = pos2(screen.center().x - width / 2.0, screen.center().y - 120.0);
    let place = Rect::from_min_size(corner, vec2(width, 240.0));
    let mut stop = false;
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        let card = egui::Frame::new()
            .fill(colours.panel)
            .stroke(Stroke::new(1.0, colours.border))
            .corner_radius(12.0)
            .inner_margin(24.0);
        card.show(ui, |ui| {
            ui.label(egui::RichText::new(name).font(font::semibold(16.0)));
            let doing = match (stopping, progress.doing.as_str()) {
                (true, _) => "Stopping",
                (false, "") => "Starting",
                (false, doing) => doing,
            };
            note(ui, doing);
            ui.add_space(8.0);
            track(ui, progress, doing);
            let count = if progress.total > 0 {
                format!("{} of {}", number(progress.done as i64), number(progress.total as i64))
            } else if progress.done > 0 {
                number(progress.done as i64)
            } else {
                " ".to_owned()
            };
            note(ui, count);
            ui.add_space(8.0);
            stop = Button::new("Cancel").enabled(!stopping).show(ui).clicked();
        });
    });
    let escape = ui.input(|input| input.key_pressed(egui::Key::Escape));
    stop || (escape && !stopping)
}

fn track(ui: &mut Ui, progress: &Progress, doing: &str) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 6.0), Sense::hover());
    let share = progress.share();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, doing);
        info.value = share.map(|share| f64::from(share) * 100.0);
        info
    });
    ui.painter().rect_filled(rect, 3.0, colours.hover);
    let done = match share {
        Some(share) => Rect::from_min_size(rect.min, vec2(rect.width() * share, rect.height())),
        None => {
            // How much there is to do isn't known: a part that wanders says that it goes on.
            ui.ctx().request_repaint_after_secs(0.05);
            let time = ui.input(|input| input.time) as f32;
            let at = (time * 0.6).rem_euclid(1.3) - 0.3;
            let part = Rect::from_min_size(
                pos2(rect.left() + rect.width() * at, rect.top()),
                vec2(rect.width() * 0.3, rect.height()),
            );
            part.intersect(rect)
        }
    };
    ui.painter().rect_filled(done, 3.0, colours.selection);
}
