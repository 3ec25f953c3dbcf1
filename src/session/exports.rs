//! An open project's proposals as text, in the formats that both faces share.

use std::sync::Arc;

use super::Session;
pub use crate::export::format::{Format, pulls};
use crate::proposal::Proposal;

impl Session {
    /// A proposal in one of the formats; empty when there is no such proposal.
    #[must_use]
    pub fn export(&self, at: usize, format: Format) -> String {
        let text = |proposal: &Arc<Proposal>| format.text(self.facts(), proposal, None);
        self.proposal(at).map(text).unwrap_or_default()
    }
}
