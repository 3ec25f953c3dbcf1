//! The shelf of a service: its tables, with their names where these can be read.

use egui::{Color32, Rect, Stroke, StrokeKind, pos2};

use super::{
    camera::crisp,
    containers::{Drawing, apart},
    hit::Target,
};
use crate::{
    facts::{Piece, PieceId},
    proposal::map::{CHIP, Container},
    ui::{
        controls::one_line,
        design::{font, mix},
        icons::{self, Icon},
    },
};

/// Below this height a table has no name.
const LEAST_CHIP: f32 = 12.0;

impl Drawing<'_> {
    pub(super) fn shelf(&mut self, container: &Container, colour: Color32) {
        let contents = &container.contents;
        if contents.chips.is_empty() {
            return;
        }
        let zoom = self.lens.zoom();
        if contents.field.height > 0.0 {
            let shelf = self.lens.inner(&container.rect, &contents.shelf);
            let line = Stroke::new(1.0, self.colours.border);
            let range = (shelf.left() + 10.0 * zoom)..=(shelf.right() - 10.0 * zoom);
            self.painter().hline(range, shelf.top().round() + 0.5, line);
        }
        for chip in &contents.chips {
            let rect = self.lens.inner(&container.rect, &chip.rect);
            if self.lens.shows(rect) {
                self.chip(chip.piece, rect, colour);
            }
        }
    }

    fn chip(&mut self, piece: PieceId, rect: Rect, colour: Color32) {
        let colours = self.colours;
        let rect = crisp(rect);
        let faded = self.carried.contains(&piece) || self.state.is_far(piece);
        let chosen = self.view.selection.holds(piece);
        let pointed = matches!(self.hover, Target::Piece(_, p) if p == piece);
        let strength = if faded { 0.35 } else { 0.9 };
        let border = mix(colours.panel, colour, strength);
        let fill = if pointed || chosen { colours.title(colour) } else { colours.panel };
        let (stroke, radius) = if chosen {
            (Stroke::new(2.0, colours.selection), 4.0)
        } else if self.view.marked.contains(&piece) {
            (Stroke::new(2.0, colours.caution), 4.0)
        } else {
            (Stroke::new(if self.lens.zoom() > 0.5 { 1.4 } else { 1.0 }, border), 4.0)
        };
        // Empty frames would say nothing: where no name fits, tables are quiet bars.
        if CHIP * self.lens.zoom() < LEAST_CHIP {
            let border = mix(colours.panel, colour, strength * 0.5);
            let fill = if chosen { colours.selection } else { border };
            self.painter().rect_filled(apart(rect), 2.0, fill);
            return;
        }
        self.painter().rect(rect, radius, fill, stroke, StrokeKind::Inside);
        let text = if faded { colours.text_faint } else { colours.text };
        let icon = (CHIP * self.lens.zoom() * 0.5).clamp(9.0, 15.0);
        icons::paint(
            self.painter(),
            Icon::Table,
            pos2(rect.left() + 5.0 + icon * 0.7, rect.center().y),
            icon,
            border,
        );
        let size = (11.5 * self.lens.zoom()).clamp(8.5, 13.0);
        let left = rect.left() + 7.0 + icon * 1.15;
        let Piece::Table(id) = self.view.facts.piece(piece) else { return };
        let name = &self.view.facts.table(id).name;
        let galley = one_line(self.ui, name, font::medium(size), text, rect.right() - left - 3.0);
        self.painter().galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, text);
        self.name(piece, rect);
    }
}
