//! What is remembered between runs: recent projects, and the choices of the window.
//!
//! Losing it costs nobody any work, so whatever can't be read or written is as if it were not there.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Names another folder to keep settings in; the tests do.
pub const FOLDER_VARIABLE: &str = "SEAMLINE_CONFIG_DIR";

/// At most this many projects are remembered.
pub const MOST_RECENT: usize = 12;

/// What is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Projects that were open, the latest first.
    pub recent: Vec<PathBuf>,
    /// Choices of the window, by the names it gives them.
    pub choices: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the settings; the defaults where there are none.
    #[must_use]
    pub fn load() -> Self {
        let text = file().and_then(|path| fs::read_to_string(path).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes the settings; says whether that was possible.
    pub fn save(&self) -> bool {
        let Some(path) = file() else { return false };
        let Ok(text) = serde_json::to_string_pretty(self) else { return false };
        let unfinished = path.with_extension(format!("json.{}", std::process::id()));
        path.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok())
            && fs::write(&unfinished, text).is_ok()
            && fs::rename(&unfinished, &path).is_ok()
    }

    /// Puts a project first among the recent ones.
    pub fn remember(&mut self, project: &Path) {
        let project = project.canonicalize().unwrap_or_else(|_| project.to_owned());
        self.recent.retain(|other| *other != project);
        self.recent.insert(0, project);
        self.recent.truncate(MOST_RECENT);
    }

    /// Drops projects that are no longer there.
    pub fn forget_missing(&mut self) {
        self.recent.retain(|project| project.exists());
    }
}

/// Where projects are kept that nobody has given a file yet.
#[must_use]
pub fn unsaved_folder() -> Option<PathBuf> {
    Some(folder()?.join("unsaved"))
}

fn file() -> Option<PathBuf> {
    Some(folder()?.join("settings.json"))
}

/// The folder for settings that the platform's users expect.
fn folder() -> Option<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = variable(FOLDER_VARIABLE) {
        return Some(folder.into());
    }
    let home = || variable("HOME").map(PathBuf::from);
    let base = if cfg!(windows) {
        variable("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        let configured = variable("XDG_CONFIG_HOME").map(PathBuf::from);
        let absolute = configured.filter(|path| path.is_absolute());
        absolute.or_else(|| home().map(|home| home.join(".config")))
    };
    base.map(|base| base.join("seamline"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_latest_project_is_first_and_none_is_there_twice() {
        let mut settings = Settings::default();
        for name in ["a", "b", "a"] {
            settings.remember(Path::new(name));
        }
        assert_eq!(settings.recent, [Path::new("a"), Path::new("b")]);
        for number in 0..20 {
            settings.remember(Path::new(&number.to_string()));
        }
        assert_eq!(settings.recent.len(), MOST_RECENT);
    }
}
