//! What the sheets of the inspector are made of: titles, bars by service, evidence.

use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::{
    facts::Place,
    proposal::ServiceId,
    session::{SourceError, source_lines},
    ui::{
        controls::{bar, focus_ring, number, one_line, swatch},
        design::{Colours, font},
        view::{Intent, Selection, View, service_colour},
    },
};

/// The name of what is selected, and what it is.
pub(super) fn title(ui: &mut Ui, name: &str, kind: &str) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, name));
    let right = ui.painter().text(
        rect.right_center() + vec2(0.0, 2.0),
        Align2::RIGHT_CENTER,
        kind,
        font::regular(12.0),
        colours.text_faint,
    );
    let width = right.left() - rect.left() - 10.0;
    let text = one_line(ui, name, font::semibold(19.0), colours.text, width);
    let at = pos2(rect.left(), rect.center().y - text.size().y / 2.0);
    ui.painter().galley(at, text, colours.text);
    response.on_hover_text(name);
}

/// A line in the monospaced face, such as a path; wrapped.
pub(super) fn path(ui: &mut Ui, text: &str) {
    let colours = Colours::of(ui.ctx());
    let text = egui::RichText::new(text).font(font::code(11.5)).color(colours.text_soft);
    ui.add(egui::Label::new(text).wrap());
}

/// Which service something is in; selects it.
pub(super) fn in_service(
    ui: &mut Ui,
    view: &View<'_>,
    service: ServiceId,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let Some(service) = view.proposal.service(service) else { return };
    let text = ui.painter().layout_no_wrap(service.name.clone(), font::medium(13.0), colours.text);
    let wanted = vec2(text.size().x + 22.0, 24.0);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::click());
    let label = format!("in {}", service.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, colours.hover);
    }
    focus_ring(ui, &response, rect);
    swatch(ui, pos2(rect.left() + 6.0, rect.center().y), 11.0, service_colour(colours, service));
    ui.painter().galley(
        pos2(rect.left() + 20.0, rect.center().y - text.size().y / 2.0),
        text,
        colours.text,
    );
    if response.clicked() {
        intents.push(Intent::Select(Selection::Service(service.id)));
        intents.push(Intent::ShowService(service.id));
    }
}

/// A service with a bar of one or two parts and what they count.
pub(super) fn service_bar(
    ui: &mut Ui,
    view: &View<'_>,
    service: ServiceId,
    parts: (f32, f32),
    text: &str,
) -> egui::Response {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
    let name = view.service_name(service);
    let label = format!("{name}: {text}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, colours.hover);
    }
    focus_ring(ui, &response, rect);
    let colour = view
        .proposal
        .service(service)
        .map_or(colours.text_faint, |service| service_colour(colours, service));
    let y = rect.center().y;
    swatch(ui, pos2(rect.left() + 5.0, y), 10.0, colour);
    let right = font::regular(12.0);
    ui.painter().text(rect.right_center(), Align2::RIGHT_CENTER, text, right, colours.text);
    let middle = rect.left() + rect.width() * 0.38;
    let width = middle - rect.left() - 24.0;
    let galley = one_line(ui, name, font::regular(12.5), colours.text, width);
    ui.painter().galley(pos2(rect.left() + 18.0, y - galley.size().y / 2.0), galley, colours.text);
    let track =
        Rect::from_min_max(pos2(middle, y - 4.5), pos2(rect.left() + rect.width() * 0.66, y + 4.5));
    bar(ui, track, &[(parts.0, colours.tile_strong(colour)), (parts.1, colour)]);
    response
}

/// One thing that was read, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Evidence {
    /// What it says.
    pub text: String,
    pub place: Place,
    pub tone: Tone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    /// It crosses a border.
    Crossing,
}

/// A place that is open: its source lines with their numbers, and why there are none.
pub(super) type Source = Option<(Place, Vec<(u32, String)>, String)>;

/// Lines before and after the one that is meant.
const AROUND: u32 = 2;

pub(super) fn evidence(ui: &mut Ui, view: &View<'_>, item: &Evidence, source: &mut Source) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::click());
    let place = item.place.to_string();
    let label = format!("{}, {place}", item.text);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    let is_open = source.as_ref().is_some_and(|(open, ..)| *open == item.place);
    if response.hovered() || is_open {
        ui.painter().rect_filled(rect.expand2(vec2(4.0, 0.0)), 4.0, colours.hover);
    }
    focus_ring(ui, &response, rect);
    let left = rect.left() + 12.0;
    let dot = if item.tone == Tone::Crossing { colours.worse } else { colours.edge };
    ui.painter().circle_filled(pos2(rect.left() + 3.0, rect.top() + 11.0), 3.0, dot);
    let width = rect.right() - left;
    let text = one_line(ui, &item.text, font::regular(12.5), colours.text, width);
    ui.painter().galley(pos2(left, rect.top() + 3.0), text, colours.text);
    let below =
        one_line(ui, &end_of(ui, &place, width), font::code(10.5), colours.selection, width);
    ui.painter().galley(pos2(left, rect.top() + 20.0), below, colours.selection);
    if response.clicked() {
        *source = if is_open { None } else { Some(read(view, &item.place)) };
    }
    response.on_hover_text(place);
    if let Some((open, lines, trouble)) = source
        && *open == item.place
    {
        code(ui, open, lines, trouble);
    }
}

/// A long path loses its beginning, not its end: the file and line are what people look for.
fn end_of(ui: &Ui, place: &str, width: f32) -> String {
    let letter = ui.fonts_mut(|fonts| fonts.glyph_width(&font::code(10.5), '0')).max(1.0);
    let most = ((width / letter) as usize).saturating_sub(1);
    let letters = place.chars().count();
    if letters <= most {
        return place.to_owned();
    }
    let end: String = place.chars().skip(letters - most + 1).collect();
    format!("…{end}")
}

fn read(view: &View<'_>, place: &Place) -> (Place, Vec<(u32, String)>, String) {
    let read = match view.folder {
        Some(folder) => source_lines(folder, place, AROUND),
        None => Err(SourceError::NoFolder),
    };
    match read {
        Ok(lines) => (place.clone(), lines, String::new()),
        Err(trouble) => (place.clone(), Vec::new(), trouble.to_string()),
    }
}

fn code(ui: &mut Ui, place: &Place, lines: &[(u32, String)], trouble: &str) {
    let colours = Colours::of(ui.ctx());
    if lines.is_empty() {
        let why = if trouble.is_empty() { "There is no such line any more." } else { trouble };
        crate::ui::controls::note(ui, why);
        return;
    }
    let height = 17.0;
    let wanted = vec2(ui.available_width(), lines.len() as f32 * height + 12.0);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    let spoken: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Code, true, spoken.join("\n")));
    let border = Stroke::new(1.0, colours.border);
    ui.painter().rect(rect, 6.0, colours.well, border, StrokeKind::Inside);
    let indent = common_indent(lines);
    for (at, (line, text)) in lines.iter().enumerate() {
        let top = rect.top() + 6.0 + at as f32 * height;
        let row =
            Rect::from_min_size(pos2(rect.left() + 1.0, top), vec2(rect.width() - 2.0, height));
        if *line == place.line {
            ui.painter().rect_filled(row, 0.0, colours.selection_ground);
        }
        let number_font = font::code(10.5);
        let right = pos2(rect.left() + 38.0, row.center().y);
        ui.painter().text(right, Align2::RIGHT_CENTER, line, number_font, colours.text_faint);
        let text: String = text.chars().skip(indent).collect();
        let galley = one_line(ui, &text, font::code(11.0), colours.text, rect.width() - 56.0);
        ui.painter().galley(
            pos2(rect.left() + 46.0, row.center().y - galley.size().y / 2.0),
            galley,
            colours.text,
        );
    }
    ui.add_space(4.0);
}

fn common_indent(lines: &[(u32, String)]) -> usize {
    let indent = |text: &str| text.chars().take_while(|letter| letter.is_whitespace()).count();
    let filled = lines.iter().filter(|(_, text)| !text.trim().is_empty());
    filled.map(|(_, text)| indent(text)).min().unwrap_or(0)
}

/// The end of a list that shows only some of its items.
pub(super) fn more(ui: &mut Ui, shown: &mut usize, total: usize) {
    if total > *shown {
        let text = format!("Show {} more", number((total - *shown).min(40) as i64));
        if ui.link(egui::RichText::new(text).font(font::medium(12.5))).clicked() {
            *shown += 40;
        }
    }
}

/// When a commit was made, as a day.
pub(super) fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map(|time| time.strftime("%-d %b %Y").to_string())
        .unwrap_or_default()
}
