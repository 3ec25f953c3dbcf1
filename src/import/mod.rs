//! Floor 1: reading the monolith from the world into facts.
//!
//! The phases, in order: walk the folder; outline every source file; read schemas; resolve references; find
//! accesses, joins and entry points; read history; follow transactions; count what ran. Each phase reports progress and can be
//! cancelled, and gives data plus warnings, never an error for the whole.
//!
//! Absent on purpose: executing anything of the monolith, the network, and any judgement of where to cut.

pub mod access;
pub mod code;
pub mod entry;
pub mod history;
pub mod progress;
mod run;
pub mod runtime;
pub mod schema;
mod texts;
pub mod walk;

pub use self::run::{ImportError, Imported, Options, run};
