//! Proposals that were made elsewhere, read from files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Session, SessionError};
use crate::{
    export::{
        ron,
        split::{self, SplitError},
    },
    facts::Warning,
};

/// Why a split could not be adopted.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    #[error("{path}: {reason}")]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// A file that is larger is no split: it would name millions of pieces.
const MOST_BYTES: u64 = 256 << 20;

impl Session {
    /// Adopts a split, CSV or RON by the ending of its name, and answers the proposal's place and what did not fit.
    /// A name that is empty leaves RON its own, and names CSV after its file.
    ///
    /// # Errors
    /// When the file can't be read, names no piece of this monolith, or the proposal's name is taken.
    pub fn adopt(&mut self, name: &str, path: &Path) -> Result<(usize, Vec<Warning>), AdoptError> {
        let unreadable = |reason| AdoptError::Unreadable { path: path.to_owned(), reason };
        if fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
            return Err(unreadable(io::Error::other("it is too large to be a split")));
        }
        let bytes = fs::read(path).map_err(unreadable)?;
        let text = String::from_utf8_lossy(&bytes);
        let shown = path.display().to_string();
        let is_ron = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron"));
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let (proposal, warnings) = if is_ron {
            ron::read(self.facts(), name.trim(), &shown, &text)?
        } else {
            let name = if name.trim().is_empty() { &*stem } else { name.trim() };
            split::read(self.facts(), name, &shown, &text)?
        };
        let at = self.add_proposal(proposal, &format!("Adopt {shown}"))?;
        Ok((at, warnings))
    }
}
