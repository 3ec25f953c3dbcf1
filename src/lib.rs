//! Seamline reads a monolith, proposes services, and shows what every cut would cost.
//!
//! The floors, from the ground up: [`facts`]; [`import`] and [`analysis`]; [`proposal`]; [`export`];
//! [`session`]; [`ui`] and [`cli`]. A module names only lower floors; `tests/architecture.rs` keeps it so.

pub mod facts;

pub mod analysis;
pub mod import;

pub mod proposal;

pub mod export;

pub mod session;

pub mod cli;
pub mod ui;
