//! An open project's proposals as text, in the formats that both faces share.

use std::sync::Arc;

use super::Session;
pub use crate::export::format::{Format, pulls};
use crate::{
    export::{
        drafts::{File, files},
        names::Names,
        plan::plan,
    },
    proposal::{Proposal, ServiceId},
};

impl Session {
    /// A proposal in one of the formats; empty when there is no such proposal.
    #[must_use]
    pub fn export(&self, at: usize, format: Format) -> String {
        self.export_in(at, format, &[])
    }

    /// The same, with the services that leave first in the order in which they do.
    #[must_use]
    pub fn export_in(&self, at: usize, format: Format, order: &[ServiceId]) -> String {
        let text = |proposal: &Arc<Proposal>| format.text_in(self.facts(), proposal, None, order);
        self.proposal(at).map(text).unwrap_or_default()
    }

    /// Drafts of what each service needs from its first day, as files below a folder.
    #[must_use]
    pub fn drafts(&self, at: usize) -> Vec<File> {
        let (Some(proposal), Some(scorer)) = (self.proposal(at), self.scorer(at)) else {
            return Vec::new();
        };
        let plan = plan(self.facts(), proposal);
        files(&Names::new(self.facts(), proposal), &plan, scorer)
    }
}
