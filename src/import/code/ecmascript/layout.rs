//! Where Node, bundlers and the TypeScript compiler look for modules: paths, packages, and names that configs give.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::configs::{Config, Configs, Package, join, split_package};
use crate::import::code::language::{Layout, Project};

/// The namespace of a file: its path, with nothing in it that would be taken apart as a dotted name.
pub(super) fn namespace(path: &str) -> String {
    path.replace('.', ":")
}

/// Endings that are tried for a path without one, in the order in which the TypeScript compiler tries them.
const ENDINGS: [&str; 11] =
    [".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte"];

/// What stands in a path for compiled code that is not there, and the endings of its source.
const COMPILED: [(&str, &[&str]); 6] = [
    (".d.ts", &[".ts", ".tsx"]),
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts", ".ts"]),
    (".cjs", &[".cts", ".ts"]),
    (".d.mts", &[".mts", ".ts"]),
];

/// Folders that builds write into.
const BUILT: [&str; 10] =
    ["dist", "build", "lib", "out", "output", "cjs", "esm", "es", "types", ".output"];

/// Modules of the monolith, and what configs say of them.
pub(super) struct EcmaScriptLayout {
    files: FxHashSet<String>,
    configs: Configs,
}

impl EcmaScriptLayout {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let files = project.modules.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self { files, configs: Configs::new(project.manifests) }
    }

    /// The module that `written` names in the file at `path`.
    fn find(&self, path: &str, written: &str) -> Option<String> {
        // Bundlers' loaders and queries say how to read, not what: `raw-loader!./a`, `./icon.svg?url`.
        let written = written.rsplit('!').next().unwrap_or(written);
        let written = written.split('?').next().unwrap_or(written);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_relative = written == "." || written == ".." || written.starts_with("./");
        if is_relative || written.starts_with("../") {
            return self.at(&join(folder, written)?);
        }
        if written.is_empty() || written.starts_with('/') || written.contains(':') {
            return None;
        }
        if written.starts_with('#')
            && let Some(package) = self.package_around(folder)
            && let Some(imports) = &package.imports
            && let Some(found) = self.mapped(package, imports, written)
        {
            return Some(found);
        }
        self.by_config(folder, written).or_else(|| self.in_package(folder, written))
    }

    /// What `paths` and `baseUrl` of the nearest configs say.
    fn by_config(&self, folder: &str, written: &str) -> Option<String> {
        folders_up(folder).filter_map(|folder| self.configs.configs.get(folder)).find_map(|it| {
            let patterned = it
                .paths
                .iter()
                .filter_map(|(pattern, targets)| {
                    Some((matched(pattern, written)?, pattern, targets))
                })
                .max_by_key(|(_, pattern, _)| (!pattern.contains('*'), pattern.len()));
            let by_pattern = patterned.and_then(|(star, _, targets)| {
                targets.iter().find_map(|target| {
                    let target = target.replacen('*', star, 1);
                    self.at(&target).or_else(|| self.source_of(&target, it))
                })
            });
            let from_base = || {
                let base = it.base_url.as_deref().filter(|_| !self.is_foreign(folder, written))?;
                self.at(&join(base, written)?)
            };
            by_pattern.or_else(from_base)
        })
    }

    /// Whether a name is that of a package from a registry, though a folder may be called as it is.
    fn is_foreign(&self, folder: &str, written: &str) -> bool {
        let (name, _) = split_package(written);
        let own = self.package_around(folder);
        own.is_some_and(|own| own.foreign.contains(name))
            && !self.configs.workspace.contains_key(name)
    }

    /// What a package of the monolith has under a name.
    fn in_package(&self, folder: &str, written: &str) -> Option<String> {
        let (name, rest) = split_package(written);
        let configs = &self.configs;
        let own = self.package_around(folder);
        let named = configs.named.get(name);
        let is_linked =
            || own.is_some_and(|own| own.linked.contains(name) || Some(&own.folder) == named);
        let home = configs.workspace.get(name).or_else(|| named.filter(|_| is_linked()))?;
        let package = configs.packages.get(home)?;
        let key = rest.map_or_else(|| ".".to_owned(), |rest| format!("./{rest}"));
        let exported =
            package.exports.as_ref().and_then(|exports| self.mapped(package, exports, &key));
        if exported.is_some() {
            return exported;
        }
        match rest {
            Some(rest) => self.in_folder(package, rest),
            None => package
                .entries
                .iter()
                .find_map(|entry| self.in_folder(package, entry))
                .or_else(|| self.in_folder(package, "src/index"))
                .or_else(|| self.in_folder(package, "index")),
        }
    }

    /// What `exports` or `imports` of a package say of a key; the longest pattern is meant.
    fn mapped(&self, package: &Package, map: &Value, key: &str) -> Option<String> {
        let Value::Object(entries) = map else {
            return (key == ".").then(|| self.target(package, map, ""))?;
        };
        if !entries.keys().any(|it| it.starts_with(['.', '#'])) {
            return (key == ".").then(|| self.target(package, map, ""))?;
        }
        let (star, _, value) = entries
            .iter()
            .filter_map(|(pattern, value)| Some((matched(pattern, key)?, pattern, value)))
            .max_by_key(|(_, pattern, _)| (!pattern.contains('*'), pattern.len()))?;
        self.target(package, value, star)
    }

    /// The module that a target stands for, whatever the condition it holds under.
    fn target(&self, package: &Package, value: &Value, star: &str) -> Option<String> {
        match value {
            Value::String(text) => self.in_folder(package, &text.replace('*', star)),
            Value::Array(list) => list.iter().find_map(|it| self.target(package, it, star)),
            Value::Object(conditions) => {
                let first = ["source", "development", "types", "import"];
                let first = first.iter().filter_map(|name| conditions.get(*name));
                first.chain(conditions.values()).find_map(|it| self.target(package, it, star))
            }
            _ => None,
        }
    }

    /// A path in a package: source, or what its source was compiled to.
    fn in_folder(&self, package: &Package, written: &str) -> Option<String> {
        let path = join(&package.folder, written)?;
        let config = self.configs.configs.get(&package.folder);
        self.at(&path)
            .or_else(|| self.source_of(&path, config?))
            .or_else(|| self.unbuilt(package, written))
    }

    /// The source of a compiled file, by where the compiler is told to write.
    fn source_of(&self, path: &str, config: &Config) -> Option<String> {
        let out = config.out_dir.as_deref()?;
        let rest = path.strip_prefix(out)?.strip_prefix('/')?;
        let around = out.rsplit_once('/').map_or("", |(around, _)| around);
        let root = config.root_dir.as_deref().unwrap_or(around);
        let plain = self.at(&join(root, rest)?);
        plain.or_else(|| self.at(&join(&join(root, "src")?, rest)?))
    }

    /// The source of a file in a folder that builds write into, by convention: the same path in `src`, or without.
    fn unbuilt(&self, package: &Package, written: &str) -> Option<String> {
        let mut parts: Vec<&str> = written.split('/').filter(|part| *part != ".").collect();
        let mut is_built = false;
        loop {
            let rest = parts.join("/");
            let source = join(&package.folder, &format!("src/{rest}")).and_then(|it| self.at(&it));
            let beside = || self.at(&join(&package.folder, &rest)?).filter(|_| is_built);
            if let Some(found) = source.or_else(beside) {
                return Some(found);
            }
            // `dist/types/index.js` is `src/types/index.ts` before it is `src/index.ts`.
            if parts.len() < 2 || !BUILT.contains(&parts[0]) {
                return None;
            }
            is_built = true;
            parts.remove(0);
        }
    }

    fn package_around(&self, folder: &str) -> Option<&Package> {
        folders_up(folder).find_map(|folder| self.configs.packages.get(folder))
    }

    /// The module at a path: the file itself, with an ending, the source of what it would be compiled to, or the
    /// folder's index.
    fn at(&self, path: &str) -> Option<String> {
        self.file(path).or_else(|| self.folder(path))
    }

    fn file(&self, path: &str) -> Option<String> {
        if self.files.contains(path) {
            return Some(path.to_owned());
        }
        let known = |stem: &str, ending: &str| {
            let whole = format!("{stem}{ending}");
            self.files.contains(&whole).then_some(whole)
        };
        let plain = ENDINGS.iter().find_map(|ending| known(path, ending));
        plain.or_else(|| {
            COMPILED.iter().find_map(|(compiled, endings)| {
                let stem = path.strip_suffix(compiled)?;
                endings.iter().find_map(|ending| known(stem, ending))
            })
        })
    }

    fn folder(&self, path: &str) -> Option<String> {
        let index = || {
            self.file(&if path.is_empty() { "index".to_owned() } else { format!("{path}/index") })
        };
        let Some(package) = self.configs.packages.get(path) else { return index() };
        let entry = || {
            package.entries.iter().find_map(|entry| {
                let path = join(&package.folder, entry)?;
                self.file(&path).or_else(|| self.file(&format!("{path}/index")))
            })
        };
        entry()
            .or_else(index)
            .or_else(|| package.entries.iter().find_map(|entry| self.unbuilt(package, entry)))
    }
}

impl Layout for EcmaScriptLayout {
    fn full_names(&self, path: &str, namespace: &str, written: &str) -> Vec<String> {
        if written == super::HERE {
            return vec![namespace.to_owned()];
        }
        self.find(path, written).map(|found| self::namespace(&found)).into_iter().collect()
    }
}

/// A folder and all those around it, the innermost first.
fn folders_up(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(up, _)| up))
    })
}

/// What `*` in a pattern stands for in a name; empty where the pattern is the name itself.
fn matched<'a>(pattern: &str, written: &'a str) -> Option<&'a str> {
    match pattern.split_once('*') {
        Some((before, after)) => {
            written.strip_prefix(before).and_then(|rest| rest.strip_suffix(after))
        }
        None => (pattern == written).then_some(""),
    }
}
