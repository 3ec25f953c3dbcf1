//! Finds communities in a weighted network: nodes that are tied to each other more than their strengths explain.
//!
//! Deterministic: one seed, one answer, on every machine. Absent on purpose: what nodes and ties mean.

mod dendrogram;
mod leiden;
mod network;

pub(crate) use self::network::renumber;
pub use self::{
    dendrogram::{Dendrogram, Merge},
    leiden::{leiden, leiden_from, leiden_once},
    network::Network,
};
