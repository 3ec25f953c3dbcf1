//! Where work enters the monolith, and what it does to tables in one go.

use serde::{Deserialize, Serialize};

use super::{
    data::AccessMode,
    ids::{EntryPointId, FunctionId, ModuleId, TableId},
};

/// Where work enters: a route, a listener, a job, a command, `main`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryPoint {
    pub module: ModuleId,
    /// Absent where the module itself is what is started, such as a script or a page.
    pub function: Option<FunctionId>,
    pub kind: EntryKind,
    /// What calls it: `GET /orders/{id}`, a topic, a schedule; empty where nothing says.
    pub route: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    Http,
    Message,
    Job,
    Command,
    Main,
}

impl EntryKind {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Message => "message",
            Self::Job => "job",
            Self::Command => "command",
            Self::Main => "main",
        }
    }
}

/// What one entry point reads and writes in one unit of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    pub entry_point: EntryPointId,
    /// In the order the code does it, as far as that is known without running it.
    pub steps: Vec<Step>,
}

/// One access within a transaction, with the calls that lead to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub table: TableId,
    pub mode: AccessMode,
    pub module: ModuleId,
    pub line: u32,
    /// The functions passed on the way, the entry point's first, the accessing one last.
    pub path: Vec<FunctionId>,
}
