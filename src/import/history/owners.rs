//! Teams from a CODEOWNERS file.

use std::{collections::BTreeMap, fs, path::Path};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::facts::{ModuleId, Team};

/// Where hosts look for the file, the first that exists wins.
const PLACES: [&str; 4] =
    ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Reads the teams and what they answer for; none where there is no such file.
pub fn read(root: &Path, modules: &[String]) -> Vec<Team> {
    let is_inside = |path: &Path| {
        fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && data.len() < 4 << 20)
    };
    PLACES
        .iter()
        .map(|place| root.join(place))
        .find(|path| is_inside(path))
        .and_then(|path| fs::read(path).ok())
        .map(|bytes| teams(&String::from_utf8_lossy(&bytes), modules))
        .unwrap_or_default()
}

/// The teams of a CODEOWNERS text: of all patterns that fit a module the last one counts, and of its owners the
/// first one is the team.
#[must_use]
pub fn teams(text: &str, modules: &[String]) -> Vec<Team> {
    let rules: Vec<(Gitignore, String)> = text.lines().filter_map(rule).collect();
    let mut teams: BTreeMap<&str, Vec<ModuleId>> = BTreeMap::new();
    for (at, path) in modules.iter().enumerate() {
        let fits = |rule: &&(Gitignore, String)| {
            rule.0.matched_path_or_any_parents(path, false).is_ignore()
        };
        if let Some((_, owner)) = rules.iter().rev().find(fits)
            && !owner.is_empty()
        {
            teams.entry(owner).or_default().push(ModuleId::at(at));
        }
    }
    teams.into_iter().map(|(name, modules)| Team { name: name.to_owned(), modules }).collect()
}

fn rule(line: &str) -> Option<(Gitignore, String)> {
    let line = line.split(" #").next().unwrap_or(line).trim();
    if line.is_empty() || line.starts_with(['#', '[', '^']) {
        return None;
    }
    let mut words = line.split_whitespace();
    let pattern = words.next()?;
    let owner = words.next().unwrap_or("");
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, pattern).ok()?;
    Some((builder.build().ok()?, team_name(owner)))
}

/// `@acme/billing` is the team `billing`; a person stays as written.
fn team_name(owner: &str) -> String {
    owner.rsplit('/').next().unwrap_or(owner).trim_start_matches('@').to_owned()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_last_pattern_that_fits_names_the_team() {
        let modules = ["app/a.rb", "app/billing/b.rb", "lib/c.rb"].map(str::to_owned);
        let found = teams("# teams\n/app/ @acme/shop\n/app/billing/ @acme/money @ada\n", &modules);
        let found: Vec<(&str, Vec<u32>)> = found
            .iter()
            .map(|team| (team.name.as_str(), team.modules.iter().map(|id| id.0).collect()))
            .collect();
        assert_eq!(found, [("money", vec![1]), ("shop", vec![0])]);
    }
}
