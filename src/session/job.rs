//! Long work on a thread of its own: who started it asks how far it is, cancels it, and picks up the result.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crate::import::progress::{Phase, Watch};

/// How far long work is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing, as a phrase; empty before it began.
    pub doing: String,
    /// Steps of this phase that are over.
    pub done: usize,
    /// Steps of this phase; 0 while that is not known.
    pub total: usize,
}

impl Progress {
    /// The share of the phase that is over, from 0 to 1; `None` while it is not known.
    #[must_use]
    pub fn share(&self) -> Option<f32> {
        #[expect(clippy::cast_precision_loss, reason = "a share of a progress bar")]
        (self.total > 0).then(|| (self.done as f32 / self.total as f32).clamp(0.0, 1.0))
    }
}

/// Work that ended without a result because it failed in a way nobody foresaw.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{job} stopped because of a mistake in Seamline: {message}")]
pub struct Broken {
    /// What the work was.
    pub job: String,
    pub message: String,
}

/// Work under way on a thread. Dropping it asks it to stop.
#[derive(Debug)]
pub struct Job<T> {
    name: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts work. `wake` is called from that thread whenever there is something new to show, and at the end.
    pub fn start(
        name: &str,
        wake: impl Fn() + Send + Sync + 'static,
        work: impl FnOnce(&dyn Watch) -> T + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            progress: Mutex::default(),
            cancelled: AtomicBool::new(false),
            wake: Box::new(wake),
        });
        let watch = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let _at_end = WakeAtEnd(Arc::clone(&watch));
            work(&*watch)
        });
        Self { name: name.to_owned(), shared, thread: Some(thread) }
    }

    /// What the work is, as a phrase.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks it to stop; it ends soon and still gives a result.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// The result, once, when the work is over. Never waits.
    pub fn poll(&mut self) -> Option<Result<T, Broken>> {
        if !self.thread.as_ref()?.is_finished() {
            return None;
        }
        self.wait()
    }

    /// The result, once. Waits until the work is over.
    pub fn wait(&mut self) -> Option<Result<T, Broken>> {
        let result = self.thread.take()?.join();
        Some(result.map_err(|panic| Broken { job: self.name.clone(), message: words(&*panic) }))
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }
}

struct Shared {
    progress: Mutex<Progress>,
    cancelled: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("progress", &self.progress).finish_non_exhaustive()
    }
}

impl Watch for Shared {
    fn progress(&self, phase: Phase, done: usize, total: usize) {
        let now = Progress { doing: phase.label().to_owned(), done, total };
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = now;
        (self.wake)();
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

struct WakeAtEnd(Arc<Shared>);

impl Drop for WakeAtEnd {
    fn drop(&mut self) {
        (self.0.wake)();
    }
}

/// What a panic said.
fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_job_says_how_far_it_is_and_gives_its_result_once() {
        let mut job = Job::start(
            "Counting",
            || {},
            |watch| {
                watch.progress(Phase::Outline, 3, 4);
                7
            },
        );
        assert_eq!(job.wait(), Some(Ok(7)));
        assert_eq!(job.progress().doing, "Reading source code");
        assert_eq!(job.progress().share(), Some(0.75));
        assert_eq!(job.poll(), None);
    }

    #[test]
    fn a_cancelled_job_hears_it() {
        let mut job = Job::start(
            "Waiting",
            || {},
            |watch| {
                while !watch.cancelled() {
                    std::thread::yield_now();
                }
                "stopped"
            },
        );
        job.cancel();
        assert_eq!(job.wait(), Some(Ok("stopped")));
    }

    #[test]
    fn a_panic_is_told_not_spread() {
        let mut job: Job<()> = Job::start("Failing", || {}, |_| panic!("no ground"));
        let broken = job.wait().expect("it is over").expect_err("it panicked");
        assert_eq!(broken.message, "no ground");
    }
}
