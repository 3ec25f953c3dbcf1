//! What a newcomer sees first: which folder to open, and what will happen then.

use std::path::PathBuf;

use egui::{
    Align, Align2, Layout, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::{
    controls::{Button, entered, field, focus_ring, heading, note, one_line},
    design::{Colours, font},
    icons::{self, Icon},
};
use crate::session::job::Job;

const WIDTH: f32 = 620.0;

/// What the start screen asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Open(PathBuf),
    Browse,
}

#[derive(Default)]
pub(super) struct StartState {
    pub path: String,
    /// Why the last try came to nothing.
    pub trouble: Option<String>,
    /// A folder dialog that is open, on a thread of its own.
    pub dialog: Option<Job<Option<PathBuf>>>,
    pub is_old: bool,
}

pub(super) fn start_ui(
    ui: &mut Ui,
    state: &mut StartState,
    recent: &[PathBuf],
    sample: Option<&PathBuf>,
) -> Option<Choice> {
    let colours = Colours::of(ui.ctx());
    let screen = ui.max_rect();
    ui.painter().rect_filled(screen, 0.0, colours.ground);
    let mut choice = hear_dropped(ui);
    let width = WIDTH.min(screen.width() - 48.0);
    let top = screen.top() + (screen.height() * 0.12).max(28.0);
    let place = Rect::from_min_size(
        pos2(screen.center().x - width / 2.0, top),
        vec2(width, screen.bottom() - top),
    );
    ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
        head(ui);
        ui.add_space(22.0);
        let card = egui::Frame::new()
            .fill(colours.panel)
            .stroke(Stroke::new(1.0, colours.border))
            .corner_radius(12.0)
            .inner_margin(24.0);
        card.show(ui, |ui| {
            choice = open_form(ui, state).or(choice.take());
            if let Some(trouble) = &state.trouble {
                trouble_ui(ui, trouble);
            }
            if let Some(path) = recent_ui(ui, recent, sample) {
                choice = Some(Choice::Open(path));
            }
        });
        ui.add_space(26.0);
        steps(ui);
    });
    choice
}

fn hear_dropped(ui: &Ui) -> Option<Choice> {
    ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()))
        .map(Choice::Open)
}

fn head(ui: &mut Ui) {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 66.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, "Seamline"));
    let sign = Rect::from_min_size(rect.min + vec2(2.0, 6.0), vec2(40.0, 36.0));
    icons::sign(ui.painter(), sign, colours.selection, colours.selection.gamma_multiply(0.45));
    let left = sign.right() + 16.0;
    let title = font::semibold(26.0);
    ui.painter().text(
        pos2(left, rect.top() + 14.0),
        Align2::LEFT_CENTER,
        "Seamline",
        title,
        colours.text,
    );
    let text = "Take a monolith apart on a map, and see what each cut would cost.";
    let at = pos2(left, rect.top() + 42.0);
    ui.painter().text(at, Align2::LEFT_CENTER, text, font::regular(14.0), colours.text_soft);
}

fn open_form(ui: &mut Ui, state: &mut StartState) -> Option<Choice> {
    let mut choice = None;
    ui.label(egui::RichText::new("Open a monolith").font(font::semibold(16.0)));
    note(
        ui,
        "The folder of its source code, or a project file. A folder can also be dropped on this window.",
    );
    ui.add_space(8.0);
    let row = vec2(ui.available_width(), 32.0);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let given = state.path.trim().to_owned();
        let open = Button::new("Open").primary().enabled(!given.is_empty()).show(ui);
        if Button::new("Browse…").show(ui).clicked() {
            choice = Some(Choice::Browse);
        }
        let hint = "/path/to/the/monolith";
        let name = "Folder or project file";
        let response = field(ui, &mut state.path, hint, name, Some(Icon::Folder));
        if !state.is_old {
            state.is_old = true;
            response.request_focus();
        }
        let given = state.path.trim().to_owned();
        if !given.is_empty() && (open.clicked() || entered(ui, &response)) {
            choice = Some(Choice::Open(PathBuf::from(given)));
        }
    });
    choice
}

fn trouble_ui(ui: &mut Ui, trouble: &str) {
    let colours = Colours::of(ui.ctx());
    ui.add_space(6.0);
    let text = ui.painter().layout(
        trouble.to_owned(),
        font::regular(13.0),
        colours.worse,
        ui.available_width() - 44.0,
    );
    let wanted = vec2(ui.available_width(), text.size().y + 18.0);
    let (rect, response) = ui.allocate_exact_size(wanted, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, trouble));
    let ground = super::design::mix(colours.panel, colours.worse, 0.07);
    let border = Stroke::new(1.0, super::design::mix(colours.panel, colours.worse, 0.4));
    ui.painter().rect(rect, 6.0, ground, border, StrokeKind::Inside);
    let mark = pos2(rect.left() + 18.0, rect.top() + 17.0);
    icons::paint(ui.painter(), Icon::Warning, mark, 14.0, colours.worse);
    ui.painter().galley(rect.min + vec2(34.0, 9.0), text, colours.worse);
}

fn recent_ui(ui: &mut Ui, recent: &[PathBuf], sample: Option<&PathBuf>) -> Option<PathBuf> {
    let mut chosen = None;
    if !recent.is_empty() {
        heading(ui, "Recent", "");
        for path in recent {
            if path_row(ui, path, Icon::Folder, None) {
                chosen = Some(path.clone());
            }
        }
    }
    if let Some(sample) = sample {
        heading(ui, "To try it out", "");
        if path_row(
            ui,
            sample,
            Icon::Module,
            Some("The sample: a small shop with six hidden contexts"),
        ) {
            chosen = Some(sample.clone());
        }
    }
    chosen
}

fn path_row(ui: &mut Ui, path: &std::path::Path, icon: Icon, title: Option<&str>) -> bool {
    let colours = Colours::of(ui.ctx());
    let name =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let title = title.unwrap_or(&name);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 42.0), Sense::click());
    let label = format!("Open {title}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(8.0, 0.0)), 6.0, colours.hover);
    }
    focus_ring(ui, &response, rect);
    icons::paint(
        ui.painter(),
        icon,
        pos2(rect.left() + 10.0, rect.center().y),
        16.0,
        colours.text_soft,
    );
    let left = rect.left() + 32.0;
    let title = one_line(ui, title, font::medium(13.5), colours.text, rect.width() - 40.0);
    ui.painter().galley(pos2(left, rect.top() + 4.0), title, colours.text);
    let shown = path.to_string_lossy();
    let below = one_line(ui, &shown, font::regular(12.0), colours.text_faint, rect.width() - 40.0);
    ui.painter().galley(pos2(left, rect.top() + 22.0), below, colours.text_faint);
    response.clicked()
}

fn steps(ui: &mut Ui) {
    let colours = Colours::of(ui.ctx());
    let steps = [
        (
            "Read",
            "Source, schema and git history are read where they are. Nothing is run, nothing leaves this machine.",
        ),
        (
            "Drag",
            "Modules and tables stand on a map. Whatever you drag, every service says what dropping it there would cost.",
        ),
        (
            "Plan",
            "The proposal that wins becomes an extraction plan with every call, table and key that has to change.",
        ),
    ];
    let gap = 28.0;
    let width = (ui.available_width() - 2.0 * gap) / 3.0;
    let start = ui.cursor().min;
    for (at, (title, text)) in steps.iter().enumerate() {
        let corner = start + vec2(at as f32 * (width + gap), 0.0);
        let place = Rect::from_min_size(corner, vec2(width, 160.0));
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(24.0, 24.0), Sense::hover());
            ui.painter().circle_filled(rect.center(), 11.0, colours.selection_ground);
            let number = (at + 1).to_string();
            let font = font::semibold(12.0);
            ui.painter().text(
                rect.center(),
                Align2::CENTER_CENTER,
                number,
                font,
                colours.selection,
            );
            ui.label(egui::RichText::new(*title).font(font::semibold(14.0)));
            note(ui, *text);
        });
    }
}
