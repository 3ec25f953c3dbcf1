//! Standard output, standard error, and the progress bar between them.

use std::{
    io::{self, IsTerminal as _, Write as _},
    sync::Mutex,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    facts::Warning,
    session::project::{Phase, Watch},
};

/// At most this many warnings are printed; `dump` prints all.
const MOST_WARNINGS: usize = 20;

/// Writes data to standard output. Whoever reads it may stop reading: that ends the program quietly.
pub(super) fn data(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Says something on standard error. If even that is impossible, there is nobody to tell.
pub(super) fn say(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Prints warnings, the first ones only where they are many.
pub(super) fn warn(warnings: &[Warning], rest: &str) {
    for warning in warnings.iter().take(MOST_WARNINGS) {
        say(&format!("warning: {warning}"));
    }
    if let Some(more) = warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        say(&format!("warning: and {more} more{rest}"));
    }
}

/// A progress bar on standard error, if that is a terminal.
pub(super) struct Bar {
    bar: ProgressBar,
    phase: Mutex<Option<Phase>>,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = if io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, phase: Mutex::new(None) }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Bar {
    fn progress(&self, phase: Phase, done: usize, total: usize) {
        if self.bar.is_hidden() {
            return;
        }
        let mut now = self.phase.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *now != Some(phase) {
            *now = Some(phase);
            let template = if total > 0 { "{msg} {bar:30} {pos}/{len}" } else { "{spinner} {msg}" };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            self.bar.set_message(phase.label());
        }
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
    }

    fn cancelled(&self) -> bool {
        false
    }
}
