//! Floor 4: an open project, without a window: facts, proposals with their histories, the project file, and the
//! long work that runs beside the face that shows it.
//!
//! Absent on purpose: anything that draws or prints.

mod adopt;
pub mod check;
pub mod exports;
pub mod job;
mod kept_runtime;
pub mod look;
mod open;
pub mod pictures;
mod progress;
pub mod project;
pub mod propose;
pub mod reimport;
mod scores;
pub mod settings;
pub mod snapshot;
mod source;
mod store;

pub use self::{
    adopt::AdoptError,
    open::{Session, SessionError},
    scores::ServiceEffect,
    source::{SourceError, source_lines},
    store::StoreError,
};
