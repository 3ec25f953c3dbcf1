//! Floor 1: measuring and clustering. Groups of pieces go in; figures, groupings and reasons come out.
//!
//! Absent on purpose: names, colours, locks and notes of services (that is `proposal`), and the world outside.

pub mod cluster;
pub mod cut;
pub mod figures;
pub mod graph;
pub mod grouping;
pub mod literature;
pub mod naming;
pub mod people;
pub mod propose;
pub mod similarity;
pub mod words;
