//! Before an import: what was found in the folder, to be corrected before the long work begins.

use std::path::PathBuf;

use egui::{Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};

use super::{
    controls::{Button, counted, field, heading, note, number},
    design::{Colours, font},
};
use crate::session::{
    job::Job,
    look::{Look, look},
    project::{Choice, HistorySource, Options},
};

const WIDTH: f32 = 640.0;
/// Folders that are named.
const MOST: usize = 12;

/// A folder that somebody wants to import, and what was found in it.
pub(super) struct Preview {
    pub folder: PathBuf,
    job: Option<Job<Look>>,
    found: Option<Look>,
    /// Globs of what to leave out, apart by commas.
    exclude: String,
    /// Paths of traces, query logs and statistics, apart by commas.
    traces: String,
    /// What was looked for last.
    looked_for: Choice,
    includes_excluded: bool,
    with_history: bool,
}

/// What came of a frame.
pub(super) enum Came {
    Waits,
    Back,
    Import(Box<Options>),
}

impl Preview {
    pub(super) fn new(ctx: &egui::Context, folder: PathBuf) -> Self {
        let mut preview = Self {
            folder,
            job: None,
            found: None,
            exclude: String::new(),
            traces: String::new(),
            looked_for: Choice::default(),
            includes_excluded: false,
            with_history: true,
        };
        preview.look(ctx);
        preview
    }

    fn choice(&self) -> Choice {
        let globs = self.exclude.split(',').map(str::trim).filter(|glob| !glob.is_empty());
        Choice {
            exclude: globs.map(str::to_owned).collect(),
            include_excluded: self.includes_excluded,
        }
    }

    fn look(&mut self, ctx: &egui::Context) {
        let (folder, choice, wake) = (self.folder.clone(), self.choice(), ctx.clone());
        self.looked_for = choice.clone();
        let job = Job::start(
            "Looking through the folder",
            move || wake.request_repaint(),
            move |watch| look(&folder, &choice, watch),
        );
        self.job = Some(job);
    }

    fn traces(&self) -> impl Iterator<Item = PathBuf> {
        let paths = self.traces.split(',').map(str::trim).filter(|path| !path.is_empty());
        // A path without a root is meant from the folder.
        paths.map(|path| self.folder.join(path))
    }

    fn options(&self) -> Options {
        let history = if self.with_history { HistorySource::Found } else { HistorySource::None };
        Options {
            folder: self.folder.clone(),
            history,
            choice: self.choice(),
            traces: self.traces().collect(),
            ..Options::default()
        }
    }

    pub(super) fn show(&mut self, ui: &mut Ui) -> Came {
        if let Some(result) = self.job.as_mut().and_then(Job::poll) {
            self.job = None;
            self.found = result.ok();
        }
        let colours = Colours::of(ui.ctx());
        let screen = ui.max_rect();
        ui.painter().rect_filled(screen, 0.0, colours.ground);
        let width = WIDTH.min(screen.width() - 48.0);
        let top = screen.top() + (screen.height() * 0.08).max(20.0);
        let place = Rect::from_min_max(
            pos2(screen.center().x - width / 2.0, top),
            pos2(screen.center().x + width / 2.0, screen.bottom() - 20.0),
        );
        let mut came = Came::Waits;
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            let card = egui::Frame::new()
                .fill(colours.panel)
                .stroke(Stroke::new(1.0, colours.border))
                .corner_radius(12.0)
                .inner_margin(24.0);
            card.show(ui, |ui| came = self.contents(ui));
        });
        if ui.input(|input| input.key_pressed(egui::Key::Escape)) {
            came = Came::Back;
        }
        came
    }

    fn contents(&mut self, ui: &mut Ui) -> Came {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let title = format!("Import {name}");
        ui.label(egui::RichText::new(title).font(font::semibold(18.0)));
        note(ui, self.folder.display().to_string());
        let room = (ui.available_height() - 288.0).max(120.0);
        ScrollArea::vertical().max_height(room).auto_shrink([false, true]).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 14.0);
            match &self.found {
                None => drop(note(ui, "Looking through the folder…")),
                Some(found) => found_ui(ui, found, self.includes_excluded),
            }
        });
        self.choices(ui);
        ui.add_space(12.0);
        let anything = self
            .found
            .as_ref()
            .is_some_and(|found| !found.languages.is_empty() || !found.schema.is_empty());
        let mut came = Came::Waits;
        ui.horizontal(|ui| {
            if Button::new("Import").primary().enabled(anything).show(ui).clicked() {
                came = Came::Import(Box::new(self.options()));
            }
            if Button::new("Back").show(ui).clicked() {
                came = Came::Back;
            }
            note(ui, "Nothing is run, and nothing leaves this machine.");
        });
        let enter = ui.input(|input| input.key_pressed(egui::Key::Enter));
        if enter && anything && self.choice() == self.looked_for {
            came = Came::Import(Box::new(self.options()));
        }
        came
    }

    fn choices(&mut self, ui: &mut Ui) {
        heading(ui, "Choices", "");
        let hint = "legacy/**, *.gen.java";
        let response = field(ui, &mut self.exclude, hint, "Leave out as well", None);
        note(ui, "Leave out as well: patterns as in .gitignore, apart by commas.");
        field(ui, &mut self.traces, "traces.json, pg_stat_statements.csv", "What ran", None);
        note(ui, "What ran: traces, query logs or statistics of statements, apart by commas.");
        ui.checkbox(&mut self.includes_excluded, "Read tests, generated and foreign code too");
        ui.checkbox(
            &mut self.with_history,
            "Read history: who changed what, and together with what",
        );
        let is_written = response.lost_focus() || !response.has_focus();
        if is_written && self.job.is_none() && self.choice() != self.looked_for {
            self.look(&ui.ctx().clone());
        }
    }
}

fn found_ui(ui: &mut Ui, found: &Look, includes_excluded: bool) {
    heading(ui, "Source code", "");
    if found.languages.is_empty() {
        note(ui, "No source code in a language that Seamline reads was found here.");
    }
    for (language, files) in &found.languages {
        let text = format!("{language}: {}", counted(*files, "file"));
        ui.label(egui::RichText::new(text).font(font::medium(13.0)));
    }
    heading(ui, "Database schema", "");
    if found.schema.is_empty() {
        note(ui, "No schema file was found. Tables are taken from what the code says about them.");
    } else {
        note(ui, format!("{}:", counted(found.schema.len(), "file")));
        some(ui, found.schema.iter().map(String::clone), found.schema.len());
    }
    heading(ui, "History", "");
    note(
        ui,
        if found.has_git {
            "The folder's own git history."
        } else {
            "The folder is no git checkout: history is read from a log that lies in it, if there is one."
        },
    );
    if found.excluded_files > 0 && !includes_excluded {
        heading(ui, "Left out", &number(i64::from(found.excluded_files)));
        let rows = found
            .excluded
            .iter()
            .map(|(reason, path, files)| format!("{path}: {files}, {}", reason.word()));
        some(ui, rows, found.excluded.len());
    }
    if !found.warnings.is_empty() {
        heading(ui, "Could not be looked at", &number(found.warnings.len() as i64));
        some(ui, found.warnings.iter().map(String::clone), found.warnings.len());
    }
}

/// The first lines of a list, and how many more there are.
fn some(ui: &mut Ui, rows: impl Iterator<Item = String>, count: usize) {
    let colours = Colours::of(ui.ctx());
    for row in rows.take(MOST) {
        let (rect, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), 17.0), egui::Sense::hover());
        let at = pos2(rect.left(), rect.center().y);
        super::controls::write(ui, at, &row, font::code(11.0), colours.text_soft, rect.width());
    }
    if count > MOST {
        note(ui, format!("and {} more", number((count - MOST) as i64)));
    }
}
