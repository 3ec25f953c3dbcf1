//! Files that PHP names by path or as a view: `require 'lib/cart.php'`, `view('shop::cart.index')`.

use std::collections::BTreeMap;

use crate::import::code::resolve::Source;

/// What stands before the name of a view among the parts of an outline.
pub(super) const VIEW: &str = "view:";

/// Pairs of modules, each with the line that names the other, by their places among the sources.
pub(super) fn links(sources: &[Source]) -> Vec<(usize, usize, u32)> {
    let by_path: BTreeMap<&str, usize> =
        sources.iter().enumerate().map(|(at, source)| (source.path.as_str(), at)).collect();
    let mut views: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        if let Some((_, name)) = source.path.rsplit_once("views/") {
            views.entry(name).or_default().push(at);
        }
    }
    let mut links = Vec::new();
    for (from, source) in sources.iter().enumerate() {
        if source.language.name() != "PHP" {
            continue;
        }
        for part in &source.outline.parts {
            let Some(path) = &part.path else { continue };
            let found = match path.strip_prefix(VIEW) {
                Some(view) => view_of(view, &source.path, sources, &views),
                None => by_path.get(resolved(path, &source.path).as_str()).copied(),
            };
            links.extend(found.filter(|to| *to != from).map(|to| (from, to, part.line)));
        }
    }
    links.sort_unstable();
    links.dedup();
    links
}

/// A path as it is written in a file, from the root of the monolith.
fn resolved(written: &str, from: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    path.join("/")
}

/// The template of a view. The namespace before `::` is a package's name for itself, which is part of its folder.
fn view_of(
    view: &str,
    from: &str,
    sources: &[Source],
    views: &BTreeMap<&str, Vec<usize>>,
) -> Option<usize> {
    let (namespace, name) = view.split_once("::").unwrap_or(("", view));
    let path = name.replace('.', "/");
    let files = [".blade.php", ".php", "/index.blade.php"].map(|ending| format!("{path}{ending}"));
    let candidates = files.iter().find_map(|file| views.get(file.as_str()))?;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let fits = |at: &&usize| {
        let path = &sources[**at].path;
        match namespace {
            // Views without a namespace are the application's own.
            "" => {
                let before = path.split("resources/views/").next().unwrap_or_default();
                before.len() < path.len() && from.starts_with(before)
            }
            namespace => path.split('/').any(|part| plain(part) == plain(namespace)),
        }
    };
    let mut found = candidates.iter().filter(fits);
    let first = found.next().copied();
    first.filter(|_| found.next().is_none())
}
