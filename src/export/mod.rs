//! Floor 3: a proposal becomes an extraction plan, a plan becomes text. Strings only; `session` writes files.
//!
//! Absent on purpose: files, the clock, colours of the window.

pub mod csv;
pub mod diagnosis;
pub mod document;
pub mod dump;
pub mod html;
pub mod items;
pub mod json;
pub mod markdown;
pub mod names;
pub mod plan;
pub mod ron;
pub mod rows;
pub mod split;
pub mod svg;
