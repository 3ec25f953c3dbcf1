//! Says which frames took long, and what was done in them, for whoever looks for what makes the window wait.

use std::{
    io::Write as _,
    time::{Duration, Instant},
};

/// Holds the number of milliseconds from which a frame is told; nothing is told where it is not set.
const VARIABLE: &str = "SEAMLINE_SLOW_FRAMES";

/// What is told of frames.
#[derive(Default)]
pub(super) struct Frames {
    limit: Option<Duration>,
}

impl Frames {
    pub(super) fn from_environment() -> Self {
        let limit = std::env::var(VARIABLE).ok().and_then(|limit| limit.parse().ok());
        Self { limit: limit.map(Duration::from_millis) }
    }

    pub(super) fn are_told(&self) -> bool {
        self.limit.is_some()
    }

    /// Tells of a frame that began then, if it took long.
    pub(super) fn tell(&self, began: Instant, doing: &str) {
        let took = began.elapsed();
        if self.limit.is_some_and(|limit| took >= limit) {
            let line = format!("frame: {} ms {doing}\n", took.as_millis());
            // Whoever closed the output does not want to know.
            drop(std::io::stderr().write_all(line.as_bytes()));
        }
    }
}
