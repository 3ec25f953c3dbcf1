//! The import report: how much of the monolith was understood, language by language.

use serde::{Deserialize, Serialize};

/// What the import did and what it left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// One entry a language, ordered by name.
    pub languages: Vec<LanguageReport>,
    /// What was not taken as a module, ordered by path; folders stand for what is in them.
    pub excluded: Vec<Excluded>,
    /// Where the schema came from: files and how much of each was understood.
    pub schema: Vec<SchemaReport>,
    /// Where history came from, or why there is none; a phrase for people.
    pub history: String,
}

/// How well one language was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LanguageReport {
    pub language: String,
    pub files: u32,
    pub lines: u32,
    /// Files with at least one syntax error; what stands outside the error was read.
    pub files_with_errors: u32,
    pub references: References,
    /// The names that most often could not be resolved, with their counts, the most frequent first.
    pub most_unresolved: Vec<(String, u32)>,
    /// Processor time, summed over threads. Zero where the clock was not passed in.
    pub milliseconds: u64,
}

/// References in source code, counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// Resolved through imports, scopes and types, to the monolith.
    pub exact: u32,
    /// Resolved because only one definition in the monolith has that name.
    pub by_name: u32,
    /// In the monolith perhaps, but not known where.
    pub unresolved: u32,
    /// To the language's own library or a third party's.
    pub outside: u32,
}

/// A file or folder that was not read as code, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excluded {
    pub path: String,
    pub reason: Exclusion,
    pub files: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Exclusion {
    Test,
    Generated,
    Vendored,
    Asked,
}

impl Exclusion {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Generated => "generated",
            Self::Vendored => "vendored",
            Self::Asked => "asked for",
        }
    }
}

/// How much of one schema file was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SchemaReport {
    pub path: String,
    /// `PostgreSQL`, `MySQL`, `SQLite`, `HSQLDB`, …
    pub dialect: String,
    /// Statements that define tables or keys, and how many of them were understood.
    pub statements: u32,
    pub understood: u32,
}
