//! The figures of proposals that stand side by side, in one table; the best of each is marked.

use egui::{ScrollArea, Sense, Ui, pos2, vec2};

use super::Pane;
use crate::{
    analysis::figures::Figure,
    ui::{
        controls::{write, write_right},
        design::{Colours, font},
        figures::{change, definition, label, value},
    },
};

const ROW: f32 = 22.0;
const NAME: f32 = 150.0;

pub(super) fn show(ui: &mut Ui, panes: &[Pane<'_>]) {
    let colours = Colours::of(ui.ctx());
    let column = ((ui.available_width() - NAME) / panes.len() as f32).min(190.0);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    for (at, pane) in panes.iter().enumerate() {
        let x = head.left() + NAME + (at as f32 + 1.0) * column - 8.0;
        let name = &pane.view.proposal.name;
        let place = pos2(x, head.center().y);
        write_right(ui, place, name, font::semibold(12.0), colours.text, column - 12.0);
    }
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for figure in Figure::ALL {
            row(ui, figure, panes, column);
        }
    });
}

fn row(ui: &mut Ui, figure: Figure, panes: &[Pane<'_>], column: f32) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let y = rect.center().y;
    write(ui, pos2(rect.left(), y), label(figure), font::regular(12.5), colours.text_soft, NAME);
    let Some(first) = panes.first().map(|pane| pane.view.scorer.figures()) else { return };
    let mut said = Vec::new();
    for (at, pane) in panes.iter().enumerate() {
        let figures = pane.view.scorer.figures();
        let x = rect.left() + NAME + (at as f32 + 1.0) * column - 8.0;
        let (delta, text) = change(figure, figures, first);
        let mut right = x;
        if at > 0 && delta != 0.0 {
            let colour = colours.change(delta, figure.lower_is_better());
            right = write_right(ui, pos2(x, y), &text, font::medium(11.5), colour, 70.0) - 8.0;
        }
        let value = value(figure, figures);
        write_right(ui, pos2(right, y), &value, font::semibold(13.0), colours.text, 90.0);
        said.push(format!("{} {value}", pane.view.proposal.name));
    }
    let label = format!("compared {}: {}", label(figure), said.join(", "));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Row, true, &label));
    response.on_hover_text(definition(figure));
}
