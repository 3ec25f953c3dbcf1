//! What ran: how often entry points, modules and tables were used, as traces and the database's own records count it.
//!
//! It stands beside what was read from source and is never mixed with it: what ran in some hours somewhere is no
//! proof of what can run, and what stands in the source is none that it ever does.

use serde::{Deserialize, Serialize};

use super::{
    Facts,
    data::AccessMode,
    ids::{EntryPointId, ModuleId, TableId},
};

/// Everything that was counted while the monolith ran; empty where no traces and no statistics were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runtime {
    pub entries: Vec<RuntimeEntry>,
    pub calls: Vec<RuntimeCall>,
    pub accesses: Vec<RuntimeAccess>,
    /// What it was counted from, in the order of the paths.
    pub sources: Vec<RuntimeSource>,
}

impl Runtime {
    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.calls.is_empty() && self.accesses.is_empty()
    }
}

/// How often something happened, and how long it took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Timing {
    pub count: u64,
    /// All of them together, in microseconds.
    pub total_us: u64,
    /// 95 of 100 took no longer, in microseconds, to 6 %; none where the source says nothing of single ones.
    pub p95_us: Option<u64>,
}

/// An entry point that work came in through.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuntimeEntry {
    pub entry_point: EntryPointId,
    /// The running program that took it, as it calls itself in its traces.
    pub service: String,
    pub timing: Timing,
}

/// Work that went from one module to another within one trace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuntimeCall {
    pub from: ModuleId,
    pub to: ModuleId,
    /// The running program of the module that was called.
    pub service: String,
    pub timing: Timing,
}

/// Statements that read or wrote a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuntimeAccess {
    /// The nearest module that the trace names above the statement; none for the records of a database.
    pub module: Option<ModuleId>,
    /// The entry point that the work came in through, where a trace says it.
    pub entry_point: Option<EntryPointId>,
    pub table: TableId,
    pub mode: AccessMode,
    pub recorder: Recorder,
    /// The running program that sent the statement; for the records of a database, the database where they say it.
    pub service: String,
    pub timing: Timing,
}

impl Facts {
    /// At how many places the source says what ran: those of the module that is named, and those that the entry point
    /// reaches through calls; all places where neither is known. Each as a module and a line.
    #[must_use]
    pub fn places_of(&self, ran: &RuntimeAccess) -> usize {
        let is_of = |module: ModuleId| match (ran.module, ran.entry_point) {
            (None, None) => true,
            (of, _) => of == Some(module),
        };
        let accesses = self.accesses.iter();
        let accesses =
            accesses.filter(|it| (it.table, it.mode) == (ran.table, ran.mode) && is_of(it.module));
        let reached = self.transactions.iter();
        let reached = reached.filter(|it| Some(it.entry_point) == ran.entry_point);
        let steps = reached.flat_map(|transaction| &transaction.steps);
        let steps = steps.filter(|step| (step.table, step.mode) == (ran.table, ran.mode));
        let mut places: Vec<(ModuleId, u32)> = accesses
            .map(|access| (access.module, access.line))
            .chain(steps.map(|step| (step.module, step.line)))
            .collect();
        places.sort_unstable();
        places.dedup();
        places.len()
    }

    /// At how many places the source makes the calls that ran.
    #[must_use]
    pub fn call_places_of(&self, ran: &RuntimeCall) -> usize {
        let calls = self.calls.iter();
        calls.filter(|it| (it.from_module, it.to_module) == (ran.from, ran.to)).count()
    }
}

/// Who counted. Two recorders of the same hours count the same statements, so they are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Recorder {
    /// Traces of the program.
    Trace,
    /// Statistics that the database keeps of each kind of statement.
    Statistics,
    /// A log of statements that the database writes: often of slow ones only.
    Log,
}

impl Recorder {
    pub const ALL: [Self; 3] = [Self::Trace, Self::Statistics, Self::Log];

    /// The word that dumps use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Statistics => "statistics",
            Self::Log => "log",
        }
    }
}

/// A file that was counted from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RuntimeSource {
    pub path: String,
    /// What it turned out to be: `OTLP JSON`, `pg_stat_statements`, …
    pub format: String,
    /// Spans or statements in it.
    pub records: u64,
    /// Those that lead to an entry point, a module or a table of the monolith.
    pub understood: u64,
}
