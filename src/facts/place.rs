//! Where something was read, and what could not be read there.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A file of the monolith, and a line in it where that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The path from the root of the monolith, with `/`.
    pub path: String,
    /// Counted from 1; 0 where the whole file is meant.
    pub line: u32,
}

impl Place {
    #[must_use]
    pub fn new(path: impl Into<String>, line: u32) -> Self {
        Self { path: path.into(), line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}", self.path)
        } else {
            write!(f, "{}:{}", self.path, self.line)
        }
    }
}

/// Something that could not be read, and what to do about it. The rest was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Warning {
    pub place: Place,
    /// What is wrong, as a sentence without a final stop.
    pub message: String,
    /// What the user can do; empty where there is nothing to do.
    pub hint: String,
}

impl Warning {
    #[must_use]
    pub fn new(place: Place, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.path.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " ({})", self.hint)?;
        }
        Ok(())
    }
}
