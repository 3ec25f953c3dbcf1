//! Floor 1: measuring and clustering. Groups of pieces go in; figures, groupings and reasons come out.
//!
//! Absent on purpose: names, colours, locks and notes of services (that is `proposal`), and the world outside.

pub mod figures;
pub mod grouping;
pub mod similarity;
