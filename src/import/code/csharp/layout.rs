//! The projects of a C# monolith: which files share global usings.

use std::collections::BTreeMap;

use crate::import::code::{
    language::{Layout, Project},
    outline::Import,
};

/// The projects by their folders, with what all of their files see without a using of their own.
pub(super) struct Projects {
    /// By the folder of the project file, with a `/` at its end unless it is the root.
    usings: BTreeMap<String, Vec<Import>>,
    /// What views see besides, by their folders: usings of their project, and of `_ViewImports.cshtml` and
    /// `_Imports.razor` around them.
    views: BTreeMap<String, Vec<Import>>,
}

impl Projects {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let is_project = |path: &str| path.ends_with(".csproj");
        let folders = project.manifests.iter().filter(|(path, _)| is_project(path));
        let mut usings: BTreeMap<String, Vec<Import>> =
            folders.map(|(path, _)| (folder(path), Vec::new())).collect();
        for (path, outline) in project.modules {
            let global = outline.imports.iter().filter(|import| import.reexport);
            let own = nearest(&usings, path).unwrap_or_default();
            usings.entry(own).or_default().extend(global.cloned());
        }
        for (path, text) in project.manifests {
            let found = usings_in(text);
            let folder = folder(path);
            if is_project(path) {
                usings.entry(folder).or_default().extend(found);
            } else {
                // What is said for a folder holds for all projects below it.
                let below = usings.iter_mut().filter(|(at, _)| at.starts_with(&folder));
                below.for_each(|(_, usings)| usings.extend(found.iter().cloned()));
            }
        }
        let views = views(project, &usings);
        Self { usings, views }
    }
}

/// The usings of every folder that has views.
fn views(
    project: &Project<'_>,
    usings: &BTreeMap<String, Vec<Import>>,
) -> BTreeMap<String, Vec<Import>> {
    let is_shared = |path: &str| {
        matches!(path.rsplit('/').next(), Some("_ViewImports.cshtml" | "_Imports.razor"))
    };
    let shared: Vec<(String, &[Import])> = project
        .modules
        .iter()
        .filter(|(path, _)| is_shared(path))
        .map(|(path, outline)| (folder(path), outline.imports.as_slice()))
        .collect();
    let mut views = BTreeMap::new();
    for (path, _) in project.modules.iter().filter(|(path, _)| is_view(path)) {
        views.entry(folder(path)).or_insert_with_key(|own| {
            let of_project = nearest(usings, own).and_then(|own| usings.get(&own));
            let around = shared.iter().filter(|(at, _)| own.starts_with(at));
            let around = around.flat_map(|(_, imports)| imports.iter());
            of_project.into_iter().flatten().chain(around).cloned().collect()
        });
    }
    views
}

fn is_view(path: &str) -> bool {
    path.ends_with(".cshtml") || path.ends_with(".razor")
}

impl Layout for Projects {
    fn full_names(&self, _path: &str, namespace: &str, written: &str) -> Vec<String> {
        let mut names = vec![written.to_owned()];
        let mut around = namespace;
        while !around.is_empty() {
            names.push(format!("{around}.{written}"));
            around = around.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        names
    }

    fn also_imported(&self, path: &str) -> &[Import] {
        if is_view(path) {
            return self.views.get(&folder(path)).map_or(&[], Vec::as_slice);
        }
        let own = nearest(&self.usings, path);
        own.and_then(|own| self.usings.get(&own)).map_or(&[], Vec::as_slice)
    }
}

fn folder(path: &str) -> String {
    path.rfind('/').map_or_else(String::new, |at| path[..=at].to_owned())
}

/// The innermost project folder around a file.
fn nearest(usings: &BTreeMap<String, Vec<Import>>, path: &str) -> Option<String> {
    let mut around = folder(path);
    loop {
        if usings.contains_key(&around) {
            return Some(around);
        }
        if around.is_empty() {
            return None;
        }
        around = folder(&around[..around.len() - 1]);
    }
}

/// `<Using Include="Shop.Orders" Alias="…" Static="true" />` of a project file.
fn usings_in(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for tag in text.split("<Using ").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(path) = attribute(tag, "Include") else { continue };
        let alias = attribute(tag, "Alias").map(str::to_owned);
        let member = alias.is_none().then(|| "*".to_owned());
        found.push(Import { path: path.to_owned(), member, alias, ..Import::default() });
    }
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest[1..].split(quote).next()
}
