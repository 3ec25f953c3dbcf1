//! Floor 3: a proposal becomes an extraction plan, a plan becomes text. Strings only; `session` writes files.
//!
//! Absent on purpose: files, the clock, colours of the window.

pub mod check;
pub mod cml;
pub mod csv;
pub mod diagnosis;
pub mod document;
pub mod dot;
pub mod drafts;
pub mod dump;
pub mod format;
pub mod html;
pub mod issues;
pub mod items;
pub mod json;
pub mod markdown;
pub mod mermaid;
pub mod names;
pub mod plan;
pub mod plan_json;
mod ran;
pub mod relations;
pub mod ron;
pub mod rows;
pub mod split;
pub mod sql;
pub mod structurizr;
pub mod svg;
