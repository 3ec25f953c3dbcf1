//! The few controls that panels are made of: buttons, fields, tabs, bars, rows of text.

use egui::{
    Align2, Color32, FontId, Frame, Key, Margin, Rect, Response, Role, Sense, Stroke, StrokeKind,
    TextEdit, Ui, Vec2, WidgetInfo, pos2, text::LayoutJob, text::TextFormat, text::TextWrapping,
    vec2,
};

use super::{
    design::{Colours, font, size},
    icons::{self, Icon},
};

/// How loud a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loudness {
    /// The one thing to do here.
    Primary,
    Normal,
    /// Only text, until it is pointed at.
    Quiet,
}

/// A button with a text, an icon, or both.
pub(super) struct Button<'a> {
    text: &'a str,
    icon: Option<Icon>,
    loudness: Loudness,
    enabled: bool,
    selected: bool,
    name: Option<&'a str>,
}

impl<'a> Button<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let loudness = Loudness::Normal;
        Self { text, icon: None, loudness, enabled: true, selected: false, name: None }
    }

    /// A button that shows only an icon; `name` is what it is called.
    pub(super) fn icon_only(icon: Icon, name: &'a str) -> Self {
        Self { icon: Some(icon), name: Some(name), ..Self::new("") }.quiet()
    }

    pub(super) fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    pub(super) fn primary(self) -> Self {
        Self { loudness: Loudness::Primary, ..self }
    }

    pub(super) fn quiet(self) -> Self {
        Self { loudness: Loudness::Quiet, ..self }
    }

    pub(super) fn enabled(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    pub(super) fn selected(self, selected: bool) -> Self {
        Self { selected, ..self }
    }

    /// What screen readers call it, where the text is not enough.
    pub(super) fn named(self, name: &'a str) -> Self {
        Self { name: Some(name), ..self }
    }

    pub(super) fn show(self, ui: &mut Ui) -> Response {
        let colours = Colours::of(ui.ctx());
        let galley = ui.painter().layout_no_wrap(
            self.text.to_owned(),
            font::medium(13.0),
            Color32::PLACEHOLDER,
        );
        let icon_width = if self.icon.is_some() { 16.0 } else { 0.0 };
        let between = if self.icon.is_some() && !self.text.is_empty() { 7.0 } else { 0.0 };
        let width = galley.size().x + icon_width + between;
        let side = if self.text.is_empty() { 6.0 } else { 11.0 };
        let wanted = vec2(width + 2.0 * side, size::BUTTON);
        let enabled = self.enabled && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(wanted, sense);
        let name = self.name.unwrap_or(self.text);
        response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, self.selected, name));
        if ui.is_rect_visible(rect) {
            let (fill, border, text) = self.look(colours, &response, enabled);
            let painter = ui.painter();
            painter.rect(rect, size::RADIUS, fill, Stroke::new(1.0, border), StrokeKind::Inside);
            focus_ring(ui, &response, rect);
            let mut x = rect.center().x - width / 2.0;
            if let Some(icon) = self.icon {
                icons::paint(painter, icon, pos2(x + 8.0, rect.center().y), 14.0, text);
                x += icon_width + between;
            }
            let y = rect.center().y - galley.size().y / 2.0;
            painter.galley(pos2(x, y), galley, text);
        }
        response
    }

    fn look(
        &self,
        colours: &Colours,
        response: &Response,
        enabled: bool,
    ) -> (Color32, Color32, Color32) {
        let clear = Color32::TRANSPARENT;
        let pointed = enabled && response.hovered();
        let text = if enabled { colours.text } else { colours.text_faint.gamma_multiply(0.75) };
        match self.loudness {
            _ if self.selected => {
                (colours.selection_ground, colours.selection_ground, colours.selection)
            }
            Loudness::Primary if enabled => {
                let fill = colours.selection;
                let fill = if pointed { fill.lerp_to_gamma(colours.text, 0.12) } else { fill };
                (fill, fill, colours.on_selection)
            }
            Loudness::Quiet if pointed => (colours.hover, colours.hover, text),
            Loudness::Quiet => (clear, clear, text),
            _ if pointed => (colours.hover, colours.edge, text),
            _ => (colours.well, colours.border, text),
        }
    }
}

/// Marks what has the keyboard.
pub(super) fn focus_ring(ui: &Ui, response: &Response, rect: Rect) {
    if response.has_focus() {
        let colours = Colours::of(ui.ctx());
        let stroke = Stroke::new(2.0, colours.selection);
        ui.painter().rect_stroke(rect.expand(1.0), size::RADIUS, stroke, StrokeKind::Outside);
    }
}

/// A one-line field with a hint; `name` is what it is called.
pub(super) fn field(
    ui: &mut Ui,
    text: &mut String,
    hint: &str,
    name: &str,
    icon: Option<Icon>,
) -> Response {
    let colours = Colours::of(ui.ctx());
    let left = if icon.is_some() { 30 } else { 10 };
    let response = ui.add(
        TextEdit::singleline(text)
            .hint_text(egui::RichText::new(hint).color(colours.text_faint))
            .desired_width(f32::INFINITY)
            .margin(Margin { left, right: 10, top: 6, bottom: 6 })
            .font(font::regular(13.0)),
    );
    if let Some(icon) = icon {
        let at = pos2(response.rect.left() + 17.0, response.rect.center().y);
        icons::paint(ui.painter(), icon, at, 13.0, colours.text_faint);
    }
    response.accessible_name(name)
}

/// Whether a field was left with the Enter key.
pub(super) fn entered(ui: &Ui, response: &Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}

/// Tabs of which one is chosen; answers the one that was clicked.
pub(super) fn tabs(ui: &mut Ui, names: &[(&str, &str)], chosen: usize) -> Option<usize> {
    let colours = Colours::of(ui.ctx());
    let mut clicked = None;
    for (index, (name, count)) in names.iter().enumerate() {
        let is_chosen = index == chosen;
        let colour = if is_chosen { colours.text } else { colours.text_faint };
        let mut job = LayoutJob::default();
        job.append(name, 0.0, TextFormat::simple(font::semibold(13.0), colour));
        job.append(count, 6.0, TextFormat::simple(font::regular(12.0), colours.text_faint));
        let galley = ui.painter().layout_job(job);
        let (rect, response) =
            ui.allocate_exact_size(galley.size() + vec2(2.0, 8.0), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_chosen, name));
        ui.painter().galley(rect.min + vec2(1.0, 4.0), galley, colour);
        if is_chosen {
            let line = Stroke::new(2.0, colours.selection);
            ui.painter().hline(rect.x_range(), rect.bottom() + 1.0, line);
        }
        focus_ring(ui, &response, rect);
        if response.clicked() {
            clicked = Some(index);
        }
    }
    clicked
}

/// The head of a section of a panel, with a remark at the right.
pub(super) fn heading(ui: &mut Ui, title: &str, remark: &str) {
    let colours = Colours::of(ui.ctx());
    ui.add_space(10.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    let painter = ui.painter();
    painter.text(
        rect.left_center(),
        Align2::LEFT_CENTER,
        title,
        font::semibold(12.5),
        colours.text,
    );
    let right = font::regular(12.0);
    painter.text(rect.right_center(), Align2::RIGHT_CENTER, remark, right, colours.text_faint);
}

/// A text of one line that is cut with an ellipsis where it does not fit.
pub(super) fn one_line(
    ui: &Ui,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = TextWrapping {
        max_width: width.max(0.0),
        max_rows: 1,
        break_anywhere: true,
        overflow_character: Some('…'),
    };
    ui.painter().layout_job(job)
}

/// A paragraph in the soft colour.
pub(super) fn note(ui: &mut Ui, text: impl Into<String>) -> Response {
    let colours = Colours::of(ui.ctx());
    ui.add(
        egui::Label::new(
            egui::RichText::new(text).font(font::regular(12.5)).color(colours.text_soft),
        )
        .wrap(),
    )
}

/// A bar of two parts on a quiet track; shares are of the whole width.
pub(super) fn bar(ui: &Ui, rect: Rect, parts: &[(f32, Color32)]) {
    let mut x = rect.left();
    for (share, colour) in parts {
        let width = (rect.width() * share).max(if *share > 0.0 { 2.0 } else { 0.0 });
        let part = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        ui.painter().rect_filled(part.intersect(rect), 2.0, *colour);
        x += width;
    }
}

/// A line that can be clicked, over the whole width; what is on it is painted by whoever asked for it.
pub(super) fn clickable_row(
    ui: &mut Ui,
    height: f32,
    name: &str,
    chosen: bool,
) -> (Rect, Response) {
    let colours = Colours::of(ui.ctx());
    let wanted = vec2(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, name));
    if ui.is_rect_visible(rect) {
        let ground = rect.expand2(vec2(4.0, 0.0));
        if chosen {
            ui.painter().rect_filled(ground, 4.0, colours.selection_ground);
        } else if response.hovered() {
            ui.painter().rect_filled(ground, 4.0, colours.hover);
        }
        focus_ring(ui, &response, rect);
    }
    (rect, response)
}

/// One line of text at a place, cut where `width` ends; answers where it ended.
pub(super) fn write(
    ui: &Ui,
    at: egui::Pos2,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> f32 {
    let galley = one_line(ui, text, font, colour, width);
    let size = galley.size();
    ui.painter().galley(pos2(at.x, at.y - size.y / 2.0), galley, colour);
    at.x + size.x
}

/// The same, ending at a place; answers where it began.
pub(super) fn write_right(
    ui: &Ui,
    at: egui::Pos2,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> f32 {
    let galley = one_line(ui, text, font, colour, width);
    let size = galley.size();
    ui.painter().galley(pos2(at.x - size.x, at.y - size.y / 2.0), galley, colour);
    at.x - size.x
}

/// What a stage says where it has nothing to show: what would be here, and how to get it.
pub(super) fn empty_stage(ui: &mut Ui, title: &str, text: &str) {
    let colours = Colours::of(ui.ctx());
    let room = ui.available_rect_before_wrap();
    let width = 420.0_f32.min(room.width() - 40.0);
    let place = Rect::from_center_size(room.center(), vec2(width, 120.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        ui.vertical_centered(|ui| {
            ui.label(egui::RichText::new(title).font(font::semibold(16.0)).color(colours.text));
            note(ui, text);
        });
    });
}

/// The small square that says which service.
pub(super) fn swatch(ui: &Ui, centre: egui::Pos2, side: f32, colour: Color32) {
    ui.painter().rect_filled(
        Rect::from_center_size(centre, Vec2::splat(side)),
        side * 0.28,
        colour,
    );
}

/// A panel that floats on the map.
pub(super) fn floating(ui: &Ui) -> Frame {
    let colours = Colours::of(ui.ctx());
    Frame::new()
        .fill(colours.panel)
        .stroke(Stroke::new(1.0, colours.border))
        .corner_radius(8.0)
        .inner_margin(Margin::same(4))
}

/// A number as people write it: thousands apart.
pub(super) fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A change, always with its sign; `0` without.
pub(super) fn signed(value: i64) -> String {
    if value > 0 { format!("+{}", number(value)) } else { number(value) }
}

/// A number in few letters: `16.8k`.
pub(super) fn short_number(value: u64) -> String {
    match value {
        0..10_000 => number(i64::try_from(value).unwrap_or(i64::MAX)),
        10_000..1_000_000 => format!("{:.1}k", value as f64 / 1e3),
        _ => format!("{:.1}M", value as f64 / 1e6),
    }
}

/// `1 module`, `2 modules`.
pub(super) fn counted(count: usize, one: &str) -> String {
    let number = number(i64::try_from(count).unwrap_or(i64::MAX));
    if count == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(number(-1_234_567), "−1,234,567");
        assert_eq!(signed(41), "+41");
        assert_eq!(signed(0), "0");
        assert_eq!(short_number(16_800), "16.8k");
        assert_eq!(counted(1, "module"), "1 module");
        assert_eq!(counted(2200, "table"), "2,200 tables");
    }
}
