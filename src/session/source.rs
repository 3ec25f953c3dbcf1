//! The source lines around a piece of evidence, read from the chosen folder and from nowhere else.

use std::{fs::File, io::Read as _, path::Path};

use crate::facts::Place;

/// Larger files are not opened only to show a few lines.
const MOST_BYTES: u64 = 4 << 20;

/// Why the source of a place can't be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error("The source folder isn't known. Import the monolith again to see its source here.")]
    NoFolder,
    #[error("{0} isn't there any more")]
    Missing(String),
    #[error("{0} is not inside the monolith's folder")]
    Outside(String),
    #[error("{0} is too large to be shown")]
    TooLarge(String),
}

/// The line that a place names, with up to `around` lines before and after it. Line 0, the whole file, shows its
/// beginning.
///
/// # Errors
/// When the file is gone, too large, or would be read through a link from outside `folder`.
pub fn source_lines(
    folder: &Path,
    place: &Place,
    around: u32,
) -> Result<Vec<(u32, String)>, SourceError> {
    let missing = || SourceError::Missing(place.path.clone());
    let folder = folder.canonicalize().map_err(|_gone| missing())?;
    let path = folder.join(&place.path).canonicalize().map_err(|_gone| missing())?;
    if !path.starts_with(&folder) {
        return Err(SourceError::Outside(place.path.clone()));
    }
    let mut file = File::open(&path).map_err(|_gone| missing())?;
    let metadata = file.metadata().map_err(|_gone| missing())?;
    if !metadata.is_file() {
        return Err(missing());
    }
    if metadata.len() > MOST_BYTES {
        return Err(SourceError::TooLarge(place.path.clone()));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|_unreadable| missing())?;
    let text = String::from_utf8_lossy(&bytes);
    let middle = place.line.max(1);
    let (first, last) = (middle.saturating_sub(around).max(1), middle.saturating_add(around));
    let lines = text.lines().zip(1_u32..).skip(first as usize - 1);
    let shown = lines.take_while(|(_, number)| *number <= last);
    Ok(shown.map(|(line, number)| (number, line.trim_end().replace('\t', "    "))).collect())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn lines_are_read_inside_the_folder_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("monolith");
        std::fs::create_dir(&root).expect("it can be made");
        std::fs::write(root.join("a.rb"), "one\ntwo\nthree\nfour\n").expect("written");
        std::fs::write(folder.path().join("secret"), "secret").expect("written");
        let lines = source_lines(&root, &Place::new("a.rb", 3), 1).expect("it is there");
        assert_eq!(lines, [(2, "two".to_owned()), (3, "three".to_owned()), (4, "four".to_owned())]);
        let outside = source_lines(&root, &Place::new("../secret", 1), 1);
        assert_eq!(outside, Err(SourceError::Outside("../secret".to_owned())));
        let gone = source_lines(&root, &Place::new("b.rb", 1), 1);
        assert_eq!(gone, Err(SourceError::Missing("b.rb".to_owned())));
    }
}
