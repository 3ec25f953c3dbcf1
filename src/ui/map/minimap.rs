//! The whole map in a corner, with what is on the screen; dragging in it moves the view.

use egui::{Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::{MapState, camera::Lens};
use crate::{
    proposal::map,
    ui::{
        design::{Colours, mix},
        view::{View, service_colour},
    },
};

const LARGEST: egui::Vec2 = vec2(168.0, 112.0);

pub(super) fn show(ui: &mut Ui, view: &View<'_>, state: &mut MapState, lens: &Lens) {
    let colours = Colours::of(ui.ctx());
    let bounds = state.layout.bounds.grown(state.layout.bounds.width * 0.03);
    if bounds.area() <= 0.0 || lens.screen.width() < 520.0 {
        return;
    }
    let all_seen = lens.screen.expand(1.0).contains_rect(lens.rect(&state.layout.bounds));
    if all_seen {
        return;
    }
    let scale = (LARGEST.x / bounds.width).min(LARGEST.y / bounds.height);
    let inner_size = vec2(bounds.width, bounds.height) * scale;
    let size = inner_size + vec2(12.0, 12.0);
    let corner = lens.screen.right_bottom() - vec2(14.0, 14.0);
    let outer = Rect::from_min_max(corner - size, corner);
    let inner = outer.shrink(6.0);
    let response = ui.interact(outer, ui.scope_id().with("minimap"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Overview of the map"));
    if let Some(at) = response.interact_pointer_pos() {
        let from_corner = (at - inner.min) / scale;
        state.flight = None;
        state.camera.middle = map::Point::new(bounds.x + from_corner.x, bounds.y + from_corner.y);
    }
    let painter = ui.painter();
    painter.rect(outer, 8.0, colours.panel, Stroke::new(1.0, colours.border), StrokeKind::Inside);
    let place = |rect: &map::Rect| {
        let min = inner.min + vec2(rect.x - bounds.x, rect.y - bounds.y) * scale;
        Rect::from_min_size(min, vec2(rect.width, rect.height) * scale)
    };
    for container in &state.layout.containers {
        let Some(service) = view.proposal.service(container.service) else { continue };
        let colour = mix(colours.panel, service_colour(colours, service), 0.6);
        painter.rect_filled(place(&container.rect), 2.0, colour);
    }
    let seen = place(&lens.map_rect(lens.screen)).intersect(inner);
    painter.rect_stroke(seen, 2.0, Stroke::new(1.5, colours.selection), StrokeKind::Inside);
}
