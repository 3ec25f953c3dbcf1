//! A project by its path: a `.seamline` file is opened, a folder is imported.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Session, SessionError};
use crate::import;
pub use crate::import::{
    ImportError, Imported, Options,
    history::{HistorySource, Kept},
    progress::{Phase, Unwatched, Watch},
    walk::Choice,
};

/// The ending of project files.
pub const EXTENSION: &str = "seamline";

/// Why a path could not be made into an open project.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0}: there is no such file or folder")]
    Missing(PathBuf),
    #[error("{0}")]
    Import(#[from] ImportError),
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl Session {
    /// Imports a folder into a project that is in memory only.
    ///
    /// # Errors
    /// When the folder is missing or may not be read, or `watch` asked to stop.
    pub fn import_folder(options: &Options, watch: &dyn Watch) -> Result<Self, ImportError> {
        let Imported { facts, history } = import::run(options, &Kept::default(), watch)?;
        let mut session = Self::from_facts(facts);
        session.history = Some(history);
        session.folder = options.folder.canonicalize().ok();
        session.asked = Some(lasting(options));
        Ok(session)
    }

    /// Opens a project file, or imports a folder with what is found in it.
    ///
    /// # Errors
    /// When there is nothing there, or it can be neither opened nor imported.
    pub fn open_or_import(path: &Path, watch: &dyn Watch) -> Result<Self, OpenError> {
        if path.is_dir() {
            let options = Options { folder: path.to_owned(), ..Options::default() };
            return Ok(Self::import_folder(&options, watch)?);
        }
        if !path.exists() {
            return Err(OpenError::Missing(path.to_owned()));
        }
        Ok(Self::open(path)?)
    }
}

/// The same options with paths that mean the same wherever the program is started.
pub(super) fn lasting(options: &Options) -> Options {
    let whole = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let history = match &options.history {
        HistorySource::Log(path) => HistorySource::Log(whole(path)),
        other => other.clone(),
    };
    // Addresses of databases may hold passwords: they are not kept.
    let is_file = |path: &&PathBuf| !path.to_string_lossy().contains("://");
    let files = |paths: &[PathBuf]| paths.iter().filter(is_file).map(whole).collect();
    Options {
        folder: whole(&options.folder),
        schema: files(&options.schema),
        traces: files(&options.traces),
        history,
        ..options.clone()
    }
}

/// The name of the project file that a folder's import is kept in: `FOLDER.seamline`.
#[must_use]
pub fn file_name_for(folder: &Path) -> PathBuf {
    let whole = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = whole.file_name().map_or_else(|| "monolith".into(), |name| name.to_os_string());
    let mut file = name;
    file.push(".");
    file.push(EXTENSION);
    PathBuf::from(file)
}

/// Writes a text file so that what was there before is replaced only by the whole.
///
/// # Errors
/// When the folder is missing or can't be written to.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    let is_special = fs::metadata(path).is_ok_and(|file| !file.is_file());
    if is_special {
        // A pipe or a device, such as /dev/stdout, can't be replaced.
        return fs::write(path, text);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = path.with_file_name(format!(".{name}.saving-{}", std::process::id()));
    let written = fs::write(&unfinished, text).and_then(|()| fs::rename(&unfinished, path));
    written.inspect_err(|_| drop(fs::remove_file(&unfinished)))
}

/// Makes a folder, and those it is in, unless it is there.
///
/// # Errors
/// When that is impossible, or something else has that name.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
