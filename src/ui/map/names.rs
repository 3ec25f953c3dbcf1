//! What is said of a service beside its name, and its name where its container is too small to hold it.

use egui::{Rect, Ui, pos2, vec2};

use crate::{
    analysis::grouping::Role as GroupRole,
    proposal::{Service, map::Container},
    ui::{
        controls::short_number,
        design::{Colours, font},
    },
};

/// Names of services that are too small to hold them, beside the services: the first ones that were drawn first, none
/// on top of another.
pub(super) fn paint_outside(
    ui: &Ui,
    colours: &Colours,
    names: &[(Rect, String)],
    containers: &[Rect],
) {
    let mut taken: Vec<Rect> = Vec::new();
    for (bar, name) in names {
        let face = font::semibold(10.5);
        let galley = ui.painter().layout_no_wrap(name.clone(), face, colours.text);
        let size = galley.size() + vec2(8.0, 3.0);
        let middle = pos2(bar.center().x, bar.top() - size.y / 2.0 - 2.0);
        let places = [middle, bar.center(), pos2(middle.x, bar.bottom() + size.y / 2.0 + 2.0)];
        let plates = places.map(|place| Rect::from_center_size(place, size));
        let is_alone = |plate: &&Rect| !taken.iter().any(|other| other.intersects(**plate));
        let own = |other: &&Rect| !other.expand(2.0).contains(bar.center());
        let hides =
            |plate: &&Rect| containers.iter().filter(own).any(|other| other.intersects(**plate));
        let free = plates.iter().filter(is_alone).find(|plate| !hides(plate));
        let Some(plate) = free.or_else(|| plates.iter().find(is_alone)).copied() else { continue };
        taken.push(plate);
        ui.painter().rect_filled(plate, 4.0, colours.panel.gamma_multiply(0.88));
        ui.painter().galley(plate.min + vec2(4.0, 1.5), galley, colours.text);
    }
}

/// What a title bar says below the name, the most telling first.
pub(super) fn subtitle(service: &Service, container: &Container) -> Vec<String> {
    let contents = &container.contents;
    let role = match service.role {
        GroupRole::Service => "",
        GroupRole::Library => "Library",
        GroupRole::Remainder => "Stays for now",
        GroupRole::Excluded => "Left out",
    };
    let modules = contents.tiles.len();
    let tables = contents.chips.len();
    let mut parts: Vec<String> = [role, service.owner.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect();
    if modules > 0 {
        parts.push(format!("{} lines", short_number(contents.lines)));
        parts.push(crate::ui::controls::counted(modules, "module"));
    }
    if tables > 0 {
        parts.push(crate::ui::controls::counted(tables, "table"));
    }
    if modules + tables == 0 {
        parts.push("empty".to_owned());
    }
    parts
}
