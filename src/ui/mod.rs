//! Floor 5: the window. It draws from an open session's immutable state and sends commands.
//!
//! Absent on purpose: anything that reads or writes a file itself, and any figure computed here.

mod actions;
mod advice;
mod app;
mod compare;
mod controls;
mod decisions;
mod design;
mod diagnosis;
mod explorer;
mod figures;
mod forms;
mod frames;
mod habits;
mod icons;
mod inspector;
mod map;
mod matrix;
mod moves;
mod names;
mod picker;
mod plan;
mod preview;
mod progress;
mod ran;
mod sheets;
mod stage;
mod start;
mod tables;
mod top_bar;
mod transactions;
mod tree;
mod view;
mod workbench;

use std::path::PathBuf;

pub use self::{app::App, design::install};

/// Why the window could not be shown.
#[derive(Debug, thiserror::Error)]
#[error(
    "The window can't be shown: {0}. On a machine without a display, use the commands; see seamline --help"
)]
pub struct WindowError(String);

/// Shows the window until it is closed; opens `path`, a project file or a monolith's folder, at once.
///
/// # Errors
/// When there is no display, or no way to draw on it.
pub fn run(path: Option<PathBuf>) -> Result<(), WindowError> {
    let options = eframe::NativeOptions {
        // Said outright: if a dependency turned another backend on, that would be the default.
        renderer: eframe::Renderer::Glow,
        viewport: egui::ViewportBuilder::default()
            .with_title("Seamline")
            .with_app_id("seamline")
            .with_inner_size([1600.0, 1000.0])
            .with_min_inner_size([900.0, 600.0]),
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        install(&creation.egui_ctx);
        Ok(Box::new(App::new(&creation.egui_ctx, path.as_deref())))
    });
    eframe::run_native("Seamline", options, create).map_err(|error| WindowError(error.to_string()))
}
