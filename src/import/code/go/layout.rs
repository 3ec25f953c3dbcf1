//! Where Go finds packages: in the modules that `go.mod` files name, folder by folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::code::{
    language::{Layout, Project},
    outline::Outline,
};

/// The packages of a project by the paths that import them.
pub(super) struct GoLayout {
    /// The paths of modules with the folders they begin in, the longest path first.
    modules: Vec<(String, String)>,
    /// Folders that hold Go.
    folders: BTreeSet<String>,
    /// By file and name: the package that goes by another name than its folder's.
    renamed: BTreeMap<(String, String), String>,
}

impl GoLayout {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let manifest = |(path, text): &(String, String)| {
            let line = text.lines().map(str::trim).find_map(|line| line.strip_prefix("module "))?;
            let name = line.split("//").next()?.trim().trim_matches('"').to_owned();
            Some((name, folder_of(path).to_owned()))
        };
        let mut modules: Vec<(String, String)> =
            project.manifests.iter().filter_map(manifest).collect();
        modules.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        let folders = project.modules.iter().map(|(path, _)| folder_of(path).to_owned()).collect();
        let mut layout = Self { modules, folders, renamed: BTreeMap::new() };
        layout.find_renamed(project);
        layout
    }

    /// A file imports a package by its folder and names it by its package clause.
    fn find_renamed(&mut self, project: &Project<'_>) {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for (path, outline) in project.modules {
            let folder = folder_of(path);
            let last = folder.rsplit('/').next().unwrap_or(folder);
            if !outline.package.is_empty() && outline.package != last {
                names.insert(folder, &outline.package);
            }
        }
        for (path, outline) in project.modules {
            for import in outline.imports.iter().filter(|import| import.alias.is_none()) {
                let Some(folder) = self.folder(&import.path) else { continue };
                if let Some(name) = names.get(folder.as_str()) {
                    let key = ((*path).to_owned(), (*name).to_owned());
                    self.renamed.insert(key, namespace(&folder));
                }
            }
        }
    }

    /// The folder of an imported package.
    fn folder(&self, import: &str) -> Option<String> {
        for (module, root) in &self.modules {
            let rest = import.strip_prefix(module.as_str());
            if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                let folder = format!("{root}{rest}");
                return Some(folder.trim_matches('/').to_owned());
            }
        }
        if !self.modules.is_empty() {
            return None;
        }
        // Before modules there was one tree for everything: the folder is what the path ends in.
        let parts: Vec<&str> = import.split('/').collect();
        (1..parts.len().min(5))
            .map(|skipped| parts[skipped..].join("/"))
            .find(|folder| self.folders.contains(folder))
    }
}

impl Layout for GoLayout {
    fn namespace(&self, path: &str, _outline: &Outline) -> String {
        namespace(folder_of(path))
    }

    fn full_names(&self, path: &str, _namespace: &str, written: &str) -> Vec<String> {
        if let Some(folder) = self.folder(written) {
            return vec![namespace(&folder)];
        }
        let Some((first, rest)) = written.split_once('.') else { return Vec::new() };
        let found = self.renamed.get(&(path.to_owned(), first.to_owned()));
        found.map(|package| format!("{package}.{rest}")).into_iter().collect()
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// `internal/db` as `internal.db`; a dot in a folder's name is none between two.
fn namespace(folder: &str) -> String {
    folder.replace('.', "·").replace('/', ".")
}
