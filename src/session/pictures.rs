//! Files beside the project: pictures that are saved, and the sample that comes with the program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    Session,
    project::{EXTENSION, OpenError, Options, Watch},
    propose::work,
    settings::unsaved_folder,
};
use crate::{analysis::propose::Wish, import::progress::Phase};

/// An open project, and where it is kept.
#[derive(Debug)]
pub struct Opened {
    pub session: Session,
    /// What to open next time to go on.
    pub home: PathBuf,
}

/// Opens a project file, or imports a folder and keeps it in a project file of its own, so that a killed program
/// loses nothing.
///
/// # Errors
/// When there is nothing there, or it can be neither opened nor imported.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Opened, OpenError> {
    let mut session = Session::open_or_import(path, watch)?;
    propose_first(&mut session, watch);
    if !path.is_dir() {
        return Ok(Opened { session, home: path.to_owned() });
    }
    let home = free_home(path).filter(|home| session.save_as(home).is_ok());
    Ok(Opened { session, home: home.unwrap_or_else(|| path.to_owned()) })
}

/// Imports a folder with choices, and keeps it in a project file of its own.
///
/// # Errors
/// When the folder can't be imported, or `watch` asked to stop.
pub fn import(options: &Options, watch: &dyn Watch) -> Result<Opened, OpenError> {
    let mut session = Session::import_folder(options, watch)?;
    propose_first(&mut session, watch);
    let home = free_home(&options.folder).filter(|home| session.save_as(home).is_ok());
    Ok(Opened { session, home: home.unwrap_or_else(|| options.folder.clone()) })
}

/// Whoever opens a monolith for the first time sees services, not one heap.
fn propose_first(session: &mut Session, watch: &dyn Watch) {
    let is_empty = session.facts().piece_count() == 0;
    if is_empty || !session.proposals().is_empty() || watch.cancelled() {
        return;
    }
    watch.progress(Phase::Propose, 0, 0);
    let outcome = work(session.facts(), &Wish::default());
    // The first name can't be taken; a file that can't be written is told when something is done.
    drop(session.add_proposed("Proposal A", &outcome));
}

/// A file that is not there yet, for a project that nobody gave a file.
fn free_home(folder: &Path) -> Option<PathBuf> {
    let homes = unsaved_folder()?;
    fs::create_dir_all(&homes).ok()?;
    let whole = folder.canonicalize().ok()?;
    let name = whole.file_name()?.to_string_lossy().into_owned();
    let names = (1..1000).map(|attempt| match attempt {
        1 => format!("{name}.{EXTENSION}"),
        _ => format!("{name}-{attempt}.{EXTENSION}"),
    });
    names.map(|name| homes.join(name)).find(|path| !path.exists())
}

/// The sample monolith, where it lies beside the program or in the folder it was built from.
#[must_use]
pub fn sample_folder() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let beside = program.ancestors().skip(1).take(4);
    beside.map(|folder| folder.join("sample_projects/storefront")).find(|path| path.is_dir())
}

/// Writes a text beside the project file, or where the program was started, and answers where it is. A file that is
/// there already is never replaced.
///
/// # Errors
/// A sentence for people: why it can't be written.
pub fn save_text(project: Option<&Path>, name: &str, text: &str) -> Result<PathBuf, String> {
    save(project, name, text.as_bytes())
}

/// Writes pixels, three bytes each, as a PNG in the same place.
///
/// # Errors
/// A sentence for people: why it can't be written.
pub fn save_picture(
    project: Option<&Path>,
    name: &str,
    (width, height): (usize, usize),
    pixels: &[u8],
) -> Result<PathBuf, String> {
    let wide =
        |side: usize| u32::try_from(side).map_err(|_more| "The picture is too large".to_owned());
    let (width, height) = (wide(width)?, wide(height)?);
    let mut png = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    image::ImageEncoder::write_image(
        encoder,
        pixels,
        width,
        height,
        image::ExtendedColorType::Rgb8,
    )
    .map_err(|error| format!("The picture can't be made: {error}"))?;
    save(project, name, &png)
}

/// Where files go that nobody gave a place: beside the project file if people chose where that is, else where the
/// program was started.
fn place_for_files(project: Option<&Path>) -> Result<PathBuf, String> {
    let chosen = project.and_then(Path::parent).filter(|folder| {
        !folder.as_os_str().is_empty() && unsaved_folder().as_deref() != Some(*folder)
    });
    match chosen {
        Some(folder) => Ok(folder.to_owned()),
        None => std::env::current_dir()
            .map_err(|error| format!("There is no folder to write to: {error}")),
    }
}

fn save(project: Option<&Path>, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    use std::io::Write as _;
    let folder = place_for_files(project)?;
    let (stem, ending) = name.split_once('.').unwrap_or((name, "txt"));
    for attempt in 1..1000 {
        let name =
            if attempt == 1 { name.to_owned() } else { format!("{stem}-{attempt}.{ending}") };
        let path = folder.join(&name);
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                return file
                    .write_all(bytes)
                    .map(|()| path)
                    .map_err(|error| format!("{name} can't be written: {error}"));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{name} can't be written: {error}")),
        }
    }
    Err(format!("There are too many files called {name} already"))
}
