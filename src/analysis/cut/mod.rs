//! What has to be cut: the least that ties two nodes together, and the least that closes circles.

mod feedback;
mod flow;

pub use self::{
    feedback::least_feedback,
    flow::{Cut, minimum_cut},
};
