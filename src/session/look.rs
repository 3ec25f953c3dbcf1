//! A quick look at a folder before the long work: what would be read, what would be left out, and why.

use std::{collections::BTreeMap, path::Path};

use super::project::{Choice, Watch};
use crate::{facts::Exclusion, import::walk};

/// Folders that are left out are named up to this many.
const MOST_FOLDERS: usize = 40;

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Source files by language, the most first.
    pub languages: Vec<(String, usize)>,
    /// Files that a schema could be read from.
    pub schema: Vec<String>,
    /// What is left out, where it is, and how many source files that are; the most first.
    pub excluded: Vec<(Exclusion, String, u32)>,
    /// Source files that are left out.
    pub excluded_files: u32,
    /// The folder has a git history of its own.
    pub has_git: bool,
    /// What could not be looked at, as sentences.
    pub warnings: Vec<String>,
}

/// Looks through a folder; reads no file.
#[must_use]
pub fn look(folder: &Path, choice: &Choice, watch: &dyn Watch) -> Look {
    let walked = walk::walk(folder, choice, watch);
    let mut languages: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (_, language) in &walked.sources {
        *languages.entry(language.name()).or_default() += 1;
    }
    let mut languages: Vec<(String, usize)> =
        languages.into_iter().map(|(name, files)| (name.to_owned(), files)).collect();
    languages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut excluded: Vec<(Exclusion, String, u32)> = walked
        .excluded
        .into_iter()
        .map(|excluded| (excluded.reason, excluded.path, excluded.files))
        .collect();
    excluded.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.1.cmp(&b.1)));
    let excluded_files = excluded.iter().map(|(.., files)| files).sum();
    excluded.truncate(MOST_FOLDERS);
    let warnings = walked.warnings.into_iter().map(|warning| {
        let place = warning.place.to_string();
        if place.is_empty() { warning.message } else { format!("{place}: {}", warning.message) }
    });
    Look {
        languages,
        schema: walked.schema,
        excluded,
        excluded_files,
        has_git: folder.join(".git").exists(),
        warnings: warnings.collect(),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::session::project::Unwatched;

    #[test]
    fn a_look_says_what_would_be_read_and_what_is_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in [
            ("src/Order.java", "class Order {}"),
            ("src/Cart.java", "class Cart {}"),
            ("src/legacy/Old.java", "class Old {}"),
            ("db/schema.sql", "CREATE TABLE orders (id int);"),
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("it is below")).expect("a folder");
            std::fs::write(path, text).expect("it can be written");
        }
        let choice = Choice { exclude: vec!["src/legacy/**".to_owned()], ..Choice::default() };
        let look = look(folder.path(), &choice, &Unwatched);
        assert_eq!(look.languages, [("Java".to_owned(), 2)]);
        assert_eq!(look.schema, ["db/schema.sql"]);
        assert_eq!((look.excluded_files, look.has_git), (1, false));
    }
}
