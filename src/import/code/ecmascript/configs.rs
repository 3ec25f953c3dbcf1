//! What `package.json`, `tsconfig.json` and their like say about where modules are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A package of the monolith.
#[derive(Clone, Debug, Default)]
pub(super) struct Package {
    pub folder: String,
    pub exports: Option<Value>,
    pub imports: Option<Value>,
    /// `source`, `types`, `module`, `main`: where it begins, the likeliest to be source first.
    pub entries: Vec<String>,
    /// Names of packages that it takes from elsewhere in the tree: `file:`, `link:`, `workspace:`.
    pub linked: BTreeSet<String>,
    /// Names of packages that it takes from a registry.
    pub foreign: BTreeSet<String>,
}

/// One `tsconfig.json` or `jsconfig.json`, what it extends included.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    pub base_url: Option<String>,
    /// Patterns with the paths from the root that may be meant, in order.
    pub paths: Vec<(String, Vec<String>)>,
    pub out_dir: Option<String>,
    pub root_dir: Option<String>,
}

/// All that manifests say.
#[derive(Clone, Debug, Default)]
pub(super) struct Configs {
    /// By the folder they stand in.
    pub packages: BTreeMap<String, Package>,
    /// Folders of the packages that belong to a workspace, by their names.
    pub workspace: BTreeMap<String, String>,
    /// Every package by its name, whether of a workspace or not.
    pub named: BTreeMap<String, String>,
    /// By the folder they hold for.
    pub configs: BTreeMap<String, Config>,
}

/// Whether a file of that name tells something about where modules are.
pub(super) fn is_manifest(name: &str) -> bool {
    let is_config = name.contains("tsconfig") || name.contains("jsconfig");
    matches!(name, "package.json" | "pnpm-workspace.yaml" | "lerna.json")
        || is_config && name.ends_with(".json")
        || name.ends_with(".prisma")
}

impl Configs {
    pub(super) fn new(manifests: &[(String, String)]) -> Self {
        let mut configs = Self::default();
        let mut globs = Vec::new();
        let mut raw: BTreeMap<&str, Value> = BTreeMap::new();
        for (path, text) in manifests {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            match name {
                "package.json" => configs.package(folder, text, &mut globs),
                "lerna.json" => {
                    let listed = parse(text).and_then(|json| json.get("packages").cloned());
                    globs.extend(texts(listed.as_ref()).map(|glob| (folder.to_owned(), glob)));
                }
                "pnpm-workspace.yaml" => {
                    globs.extend(yaml_packages(text).map(|glob| (folder.to_owned(), glob)));
                }
                _ if name.ends_with(".json") => {
                    raw.extend(parse(text).map(|json| (path.as_str(), json)));
                }
                _ => {}
            }
        }
        configs.members(&globs);
        configs.read_configs(&raw);
        configs
    }

    fn package(&mut self, folder: &str, text: &str, globs: &mut Vec<(String, String)>) {
        let Some(json) = parse(text) else { return };
        let workspaces = json.get("workspaces");
        let workspaces = workspaces.and_then(|it| it.get("packages")).or(workspaces);
        globs.extend(texts(workspaces).map(|glob| (folder.to_owned(), glob)));
        let text = |key: &str| json.get(key).and_then(Value::as_str).map(str::to_owned);
        let entries = ["source", "types", "typings", "module", "main"];
        let package = Package {
            folder: folder.to_owned(),
            exports: json.get("exports").cloned(),
            imports: json.get("imports").cloned(),
            entries: entries.into_iter().filter_map(text).collect(),
            linked: required(&json, true),
            foreign: required(&json, false),
        };
        if let Some(name) = text("name") {
            self.named.entry(name).or_insert_with(|| folder.to_owned());
        }
        self.packages.insert(folder.to_owned(), package);
    }

    /// Works out which packages belong to a workspace.
    fn members(&mut self, globs: &[(String, String)]) {
        let below = |folder: &str, root: &str| -> Option<String> {
            if root.is_empty() {
                return Some(folder.to_owned());
            }
            folder.strip_prefix(root)?.strip_prefix('/').map(str::to_owned)
        };
        let is_member = |folder: &str| {
            let mut member = false;
            for (root, glob) in globs {
                let (glob, wanted) = match glob.strip_prefix('!') {
                    Some(glob) => (glob, false),
                    None => (glob.as_str(), true),
                };
                let glob = glob.trim_start_matches("./").trim_end_matches('/');
                if let Some(rest) = below(folder, root)
                    && fits(glob, &rest)
                {
                    member = wanted;
                }
            }
            member
        };
        self.workspace = self
            .named
            .iter()
            .filter(|(_, folder)| is_member(folder))
            .map(|(name, folder)| (name.clone(), folder.clone()))
            .collect();
    }

    fn read_configs(&mut self, raw: &BTreeMap<&str, Value>) {
        for path in raw.keys() {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if !matches!(name, "tsconfig.json" | "jsconfig.json") {
                continue;
            }
            let mut config = self.config(raw, path, 0);
            // A config that only lists others speaks through them.
            let references = raw[path].get("references").and_then(Value::as_array);
            for reference in references.into_iter().flatten() {
                let Some(to) = reference.get("path").and_then(Value::as_str) else { continue };
                let Some(to) = join(folder, to) else { continue };
                if to.ends_with(".json") && config.paths.is_empty() {
                    let other = self.config(raw, &to, 0);
                    config.paths = other.paths;
                    config.base_url = config.base_url.or(other.base_url);
                }
            }
            let known = self.configs.entry(folder.to_owned()).or_insert_with(|| config.clone());
            if name == "tsconfig.json" {
                *known = config;
            }
        }
    }

    /// One config with what it extends.
    fn config(&self, raw: &BTreeMap<&str, Value>, path: &str, depth: u32) -> Config {
        let Some(json) = raw.get(path).filter(|_| depth < 8) else { return Config::default() };
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut config = Config::default();
        for base in texts(json.get("extends")) {
            if let Some(found) = self.extended(raw, folder, &base) {
                let base = self.config(raw, &found, depth + 1);
                config.base_url = base.base_url.or(config.base_url);
                config.out_dir = base.out_dir.or(config.out_dir);
                config.root_dir = base.root_dir.or(config.root_dir);
                if !base.paths.is_empty() {
                    config.paths = base.paths;
                }
            }
        }
        let Some(options) = json.get("compilerOptions") else { return config };
        let option = |name: &str| {
            let written = options.get(name)?.as_str()?;
            join(folder, written.strip_prefix("${configDir}/").unwrap_or(written))
        };
        config.base_url = option("baseUrl").or(config.base_url);
        config.out_dir = option("outDir").or(config.out_dir);
        config.root_dir = option("rootDir").or(config.root_dir);
        if let Some(paths) = options.get("paths").and_then(Value::as_object) {
            let from = config.base_url.clone().unwrap_or_else(|| folder.to_owned());
            let target =
                |text: String| join(&from, text.strip_prefix("${configDir}/").unwrap_or(&text));
            let one = |(pattern, to): (&String, &Value)| {
                (pattern.clone(), texts(Some(to)).filter_map(target).collect())
            };
            config.paths = paths.iter().map(one).collect();
        }
        config
    }

    /// The path of a config that another one extends, where it is one of the tree.
    fn extended(&self, raw: &BTreeMap<&str, Value>, folder: &str, base: &str) -> Option<String> {
        let stem = if base.starts_with('.') {
            join(folder, base)?
        } else {
            let (package, rest) = split_package(base);
            join(self.named.get(package)?, rest.unwrap_or("tsconfig.json"))?
        };
        let tried = [stem.clone(), format!("{stem}.json"), format!("{stem}/tsconfig.json")];
        tried.into_iter().find(|path| raw.contains_key(path.as_str()))
    }
}

/// `@shop/cart/api` is the package `@shop/cart` and `api` in it.
pub(super) fn split_package(written: &str) -> (&str, Option<&str>) {
    let names = if written.starts_with('@') { 2 } else { 1 };
    match written.match_indices('/').nth(names - 1) {
        Some((at, _)) => (&written[..at], Some(&written[at + 1..])),
        None => (written, None),
    }
}

/// A path written in a folder, from the root; `None` where it leads out of the monolith.
pub(super) fn join(folder: &str, written: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Names of the packages that a package takes from elsewhere in the tree, or from a registry.
fn required(json: &Value, linked: bool) -> BTreeSet<String> {
    let lists = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let entries = lists.iter().filter_map(|list| json.get(list)?.as_object()).flatten();
    let is_local = |version: &str| {
        ["file:", "link:", "workspace:", "portal:"].iter().any(|it| version.starts_with(it))
    };
    entries
        .filter(|(_, version)| version.as_str().is_some_and(|it| is_local(it) == linked))
        .map(|(name, _)| name.clone())
        .collect()
}

/// JSON as people write it in configs: with comments and commas too many.
fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&plain_json(text))).ok()
}

fn plain_json(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('"', _) => {
                plain.push('"');
                let mut escaped = false;
                for letter in letters.by_ref() {
                    plain.push(letter);
                    match letter {
                        _ if escaped => escaped = false,
                        '\\' => escaped = true,
                        '"' => break,
                        _ => {}
                    }
                }
            }
            ('/', Some('/')) => while letters.next_if(|letter| *letter != '\n').is_some() {},
            ('/', Some('*')) => {
                let mut last = ' ';
                for letter in letters.by_ref().skip(1) {
                    if last == '*' && letter == '/' {
                        break;
                    }
                    last = letter;
                }
            }
            ('}' | ']', _) => {
                let kept = plain.trim_end().len();
                if plain[..kept].ends_with(',') {
                    plain.truncate(kept - 1);
                }
                plain.push(letter);
            }
            _ => plain.push(letter),
        }
    }
    plain
}

/// A text or the texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = String> {
    let list: Vec<String> = match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => {
            list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    list.into_iter()
}

/// The globs of `pnpm-workspace.yaml`.
fn yaml_packages(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().skip_while(|line| !line.starts_with("packages:")).skip(1);
    let list = lines.take_while(|line| {
        let first = line.chars().next();
        first.is_none_or(|first| first.is_whitespace() || first == '-' || first == '#')
    });
    list.filter_map(|line| {
        let item = line.trim().strip_prefix('-')?.trim();
        let item = item.split(" #").next().unwrap_or(item).trim();
        Some(item.trim_matches(['"', '\'']).to_owned())
    })
}

/// Whether a path fits a glob of `*` within one name and `**` for any number of folders.
fn fits(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = glob.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    fits_parts(&glob, &path)
}

fn fits_parts(glob: &[&str], path: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| fits_parts(rest, &path[skip..])),
        (Some((first, rest)), Some((name, names))) => {
            let one = match first.split_once('*') {
                Some((before, after)) => {
                    name.len() >= before.len() + after.len()
                        && name.starts_with(before)
                        && name.ends_with(after)
                }
                None => first == name,
            };
            one && fits_parts(rest, names)
        }
        _ => false,
    }
}
