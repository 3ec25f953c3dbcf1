//! Teams: from a CODEOWNERS file, and from a file that says who is in which team.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::facts::{Author, Facts, ModuleId, Team};

/// Where hosts look for the file, the first that exists wins.
const PLACES: [&str; 4] =
    ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Where a file may lie that says who is in which team, the first that exists wins.
const TEAM_PLACES: [&str; 3] = ["TEAMS", ".github/TEAMS", "docs/TEAMS"];

/// Reads the teams and what they answer for; none where there is no such file.
pub fn read(root: &Path, modules: &[String]) -> Vec<Team> {
    let text = first_file(root, &PLACES);
    text.map(|text| teams(&text, modules)).unwrap_or_default()
}

/// Who is in which team, where a file says so.
pub fn read_members(root: &Path) -> Vec<Members> {
    first_file(root, &TEAM_PLACES).map(|text| members(&text)).unwrap_or_default()
}

fn first_file(root: &Path, places: &[&str]) -> Option<String> {
    let is_inside = |path: &Path| {
        fs::symlink_metadata(path).is_ok_and(|data| data.is_file() && data.len() < 4 << 20)
    };
    places
        .iter()
        .map(|place| root.join(place))
        .find(|path| is_inside(path))
        .and_then(|path| fs::read(path).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A team by its people, each a name or an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    pub team: String,
    pub people: Vec<String>,
}

/// The teams of a text with lines such as `billing: Ada Lovelace, grace@example.org`.
#[must_use]
pub fn members(text: &str) -> Vec<Members> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or(line));
    let team = |line: &str| {
        let (team, people) = line.split_once(':')?;
        let people = people.split([',', ';']).map(|it| it.trim().to_lowercase());
        let people: Vec<String> = people.filter(|person| !person.is_empty()).collect();
        let team = team.trim().to_owned();
        (!team.is_empty() && !people.is_empty()).then_some(Members { team, people })
    };
    lines.filter_map(team).collect()
}

/// What these teams answer for, where no team does so far: a module belongs to the team whose people made most of its
/// changes within the last year. Teams that are there already keep what they have.
pub fn add_by_people(facts: &mut Facts, listed: &[Members]) {
    if listed.is_empty() {
        return;
    }
    let has_team = |author: &Author| {
        let (name, email) = (author.name.to_lowercase(), author.email.to_lowercase());
        listed.iter().position(|it| it.people.contains(&name) || it.people.contains(&email))
    };
    let team_of: Vec<Option<usize>> = facts.authors.iter().map(has_team).collect();
    let mut changes: BTreeMap<ModuleId, BTreeMap<usize, u32>> = BTreeMap::new();
    for commit in facts.recent_commits() {
        let Some(team) = team_of[commit.author.index()] else { continue };
        for module in &commit.modules {
            *changes.entry(*module).or_default().entry(team).or_default() += 1;
        }
    }
    let owned: BTreeSet<ModuleId> =
        facts.teams.iter().flat_map(|team| team.modules.iter().copied()).collect();
    for (module, counts) in changes {
        let most = counts.into_iter().max_by_key(|(team, count)| (*count, Reverse(*team)));
        let Some((team, _)) = most.filter(|_| !owned.contains(&module)) else { continue };
        let name = &listed[team].team;
        match facts.teams.iter_mut().find(|it| it.name == *name) {
            Some(team) => team.modules.push(module),
            None => facts.teams.push(Team { name: name.clone(), modules: vec![module] }),
        }
    }
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
    use crate::facts::notation::parse;

    #[test]
    fn a_team_has_what_its_people_change_unless_another_has_it() {
        let mut facts = parse(
            "team shop orders.rb
             commit ada billing.rb orders.rb
             commit ada billing.rb
             commit bob billing.rb
             commit bob cart.rb
             commit eve other.rb",
        )
        .expect("good notation");
        let listed =
            members("# who is where\nmoney: Ada, grace@x.org\nshop : bob # he, too\nnobody:\n");
        add_by_people(&mut facts, &listed);
        let named = |team: &Team| {
            let modules = team.modules.iter().map(|id| facts.module(*id).path.as_str());
            format!("{}: {}", team.name, modules.collect::<Vec<_>>().join(" "))
        };
        let teams: Vec<String> = facts.teams.iter().map(named).collect();
        assert_eq!(teams, ["shop: orders.rb cart.rb", "money: billing.rb"]);
    }

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
