//! The window's state: the start screen, long work, or an open project.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use egui::{Context, Ui};

use super::{
    design::{moves, set_motion},
    frames::Frames,
    preview::{self, Preview},
    progress::progress_ui,
    start::{Choice, StartState, start_ui},
    workbench::{Request, Workbench, ready::Ready},
};
use crate::session::{
    Session,
    job::Job,
    pictures::{Opened, import, open, sample_folder},
    project::{Phase, Watch},
    settings::Settings,
};

/// What the settings call who writes notes.
const AUTHOR: &str = "author";
/// What they call how it looks.
const DARK: &str = "dark";
const MOTION: &str = "motion";
const SCALE: &str = "scale";

/// Seamline's window, without the window: give it an [`Ui`] and it draws.
pub struct App {
    screen: Screen,
    settings: Settings,
    sample: Option<PathBuf>,
    frames: Frames,
}

enum Screen {
    Start(StartState),
    Preview(Box<Preview>),
    Opening(Opening),
    Open(Box<Workbench>),
}

/// A project that is being opened.
struct Opening {
    path: PathBuf,
    name: String,
    job: Job<Result<(Opened, Ready), String>>,
    stopping: bool,
}

impl App {
    /// The window as it begins; opens `path` at once if there is one.
    #[must_use]
    pub fn new(ctx: &Context, path: Option<&Path>) -> Self {
        let mut app = Self {
            screen: Screen::Start(StartState::default()),
            settings: remembered(),
            sample: sample_folder(),
            frames: Frames::from_environment(),
        };
        app.look_as_remembered(ctx);
        if let Some(path) = path {
            app.open(ctx, path);
        }
        app
    }

    /// The window with an open project.
    #[must_use]
    pub fn with_session(session: Session) -> Self {
        let screen = Screen::Open(Box::new(Workbench::new(session, String::new())));
        Self { screen, settings: Settings::default(), sample: None, frames: Frames::default() }
    }

    /// The open project, if there is one.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        match &self.screen {
            Screen::Open(workbench) => Some(workbench.session()),
            _ => None,
        }
    }

    /// Draws a frame and carries out what was asked for in it.
    pub fn ui(&mut self, ui: &mut Ui) {
        match &mut self.screen {
            Screen::Start(_) => self.start(ui),
            Screen::Preview(preview) => {
                let came = preview.show(ui);
                self.hear_preview(ui.ctx(), came);
            }
            Screen::Opening(_) => self.wait(ui),
            Screen::Open(workbench) => {
                if let Some(request) = workbench.ui(ui) {
                    self.answer(ui.ctx(), request);
                }
            }
        }
    }

    fn start(&mut self, ui: &mut Ui) {
        let Screen::Start(state) = &mut self.screen else { return };
        if let Some(chosen) = state.dialog.as_mut().and_then(Job::poll) {
            state.dialog = None;
            if let Ok(Some(path)) = chosen {
                state.path = path.to_string_lossy().into_owned();
                return self.look_or_open(ui.ctx(), &path);
            }
        }
        match start_ui(
            ui,
            state,
            &self.settings.recent[..self.settings.recent.len().min(6)],
            self.sample.as_ref(),
        ) {
            Some(Choice::Open(path)) => self.look_or_open(ui.ctx(), &path),
            Some(Choice::Browse) if state.dialog.is_none() => {
                let wake = ui.ctx().clone();
                state.dialog = Some(Job::start(
                    "Choosing a folder",
                    move || wake.request_repaint(),
                    |_| rfd::FileDialog::new().set_title("Open a monolith").pick_folder(),
                ));
            }
            _ => {}
        }
    }

    /// A folder is looked at before the long work; a project file and the sample are opened at once.
    fn look_or_open(&mut self, ctx: &Context, path: &Path) {
        if path.is_dir() && self.sample.as_deref() != Some(path) {
            self.screen = Screen::Preview(Box::new(Preview::new(ctx, path.to_owned())));
        } else {
            self.open(ctx, path);
        }
    }

    fn hear_preview(&mut self, ctx: &Context, came: preview::Came) {
        match came {
            preview::Came::Waits => {}
            preview::Came::Back => self.screen = Screen::Start(StartState::default()),
            preview::Came::Import(options) => {
                let folder = options.folder.clone();
                self.begin(ctx, &folder, move |watch| {
                    import(&options, watch).map_err(|error| error.to_string())
                });
            }
        }
    }

    fn open(&mut self, ctx: &Context, path: &Path) {
        let to_open = path.to_owned();
        self.begin(ctx, path, move |watch| {
            open(&to_open, watch).map_err(|error| error.to_string())
        });
    }

    fn begin(
        &mut self,
        ctx: &Context,
        path: &Path,
        work: impl FnOnce(&dyn Watch) -> Result<Opened, String> + Send + 'static,
    ) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = format!("Opening {name}");
        let wake = ctx.clone();
        let ready = move |watch: &dyn Watch| {
            let opened = work(watch)?;
            watch.progress(Phase::Propose, 0, 0);
            let ready = Ready::of_session(&opened.session);
            Ok((opened, ready))
        };
        let job = Job::start(&name, move || wake.request_repaint(), ready);
        self.screen =
            Screen::Opening(Opening { path: path.to_owned(), name, job, stopping: false });
    }

    fn wait(&mut self, ui: &mut Ui) {
        let Screen::Opening(opening) = &mut self.screen else { return };
        if let Some(result) = opening.job.poll() {
            let path = opening.path.clone();
            let result = result.unwrap_or_else(|broken| Err(broken.to_string()));
            return self.opened(ui, &path, result);
        }
        let progress = opening.job.progress();
        if progress_ui(ui, &opening.name, &progress, opening.stopping) {
            opening.stopping = true;
            opening.job.cancel();
        }
    }

    fn opened(&mut self, ui: &Ui, path: &Path, result: Result<(Opened, Ready), String>) {
        self.screen = match result {
            Ok((opened, ready)) => {
                self.settings.remember(&opened.home);
                // A list of recent projects that can't be written is only forgotten.
                let _remembered = self.settings.save();
                let author = self.author();
                Screen::Open(Box::new(Workbench::with(opened.session, author, ready)))
            }
            Err(trouble) => Screen::Start(StartState {
                path: path.to_string_lossy().into_owned(),
                trouble: Some(trouble),
                ..StartState::default()
            }),
        };
        ui.ctx().request_repaint();
    }

    /// Who writes notes: who wrote the last one, or whoever is logged in.
    fn author(&self) -> String {
        let user = || std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
        self.settings.choices.get(AUTHOR).cloned().or_else(|| user().ok()).unwrap_or_default()
    }

    /// Light or dark, motion and scale as they were in the last run.
    fn look_as_remembered(&self, ctx: &Context) {
        let choice = |name: &str| self.settings.choices.get(name).map(String::as_str);
        if let Some(dark) = choice(DARK) {
            let is_dark = dark == "true";
            ctx.set_theme(if is_dark { egui::Theme::Dark } else { egui::Theme::Light });
        }
        set_motion(ctx, choice(MOTION) != Some("false"));
        if let Some(scale) = choice(SCALE).and_then(|scale| scale.parse::<f32>().ok()) {
            ctx.set_zoom_factor(if scale.is_finite() { scale.clamp(0.6, 2.5) } else { 1.0 });
        }
    }

    /// What the window shows and was last asked for, in a few words.
    fn doing(&self) -> String {
        match &self.screen {
            Screen::Start(_) => "start".to_owned(),
            Screen::Preview(_) => "preview".to_owned(),
            Screen::Opening(_) => "opening".to_owned(),
            Screen::Open(workbench) => workbench.doing(),
        }
    }

    fn answer(&mut self, ctx: &Context, request: Request) {
        match request {
            Request::OpenAnother => self.screen = Screen::Start(StartState::default()),
            Request::RememberLook => {
                let choices = &mut self.settings.choices;
                let is_dark = ctx.theme() == egui::Theme::Dark;
                choices.insert(DARK.to_owned(), is_dark.to_string());
                choices.insert(MOTION.to_owned(), moves(ctx).to_string());
                choices.insert(SCALE.to_owned(), ctx.zoom_factor().to_string());
                let _remembered = self.settings.save();
            }
            Request::RememberAuthor(author) => {
                self.settings.choices.insert(AUTHOR.to_owned(), author);
                // Whoever writes the next note can say again who that is.
                let _remembered = self.settings.save();
            }
        }
    }
}

/// The settings of earlier runs, without what is gone.
fn remembered() -> Settings {
    let mut settings = Settings::load();
    settings.forget_missing();
    settings
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let began = Instant::now();
        Self::ui(self, ui);
        if self.frames.are_told() {
            self.frames.tell(began, &self.doing());
        }
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}
