//! The crates of a project: which file each begins at, and under which names it sees the others.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// What Cargo makes of one file and all that hang on it: a library, a program, a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crate {
    /// The name by which a library is named in `use`; for a program, its own name.
    pub(super) name: String,
    pub(super) is_library: bool,
    /// The path of the file it begins at.
    pub(super) root: String,
    /// Which package it belongs to, by its place in [`Packages::packages`].
    pub(super) package: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    /// The folder of its manifest, without a final `/`.
    folder: String,
    name: String,
    /// Names its sources may use for libraries, and the packages they stand for; dashes as underscores.
    dependencies: BTreeMap<String, String>,
    /// It has a manifest that could be read: then only what that names can be used.
    manifest: bool,
}

/// All packages of the project and the crates in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Packages {
    pub(super) packages: Vec<Package>,
    /// Libraries first, then programs, then the rest; within each, by path.
    pub(super) crates: Vec<Crate>,
}

impl Packages {
    /// Reads the manifests. `modules` are the paths of all Rust files.
    pub(super) fn read(manifests: &[(String, String)], modules: &BTreeSet<&str>) -> Self {
        let tables: Vec<(&str, Option<Table>)> = manifests
            .iter()
            .filter(|(path, _)| file_name(path) == "Cargo.toml")
            .map(|(path, text)| (folder(path), text.parse::<Table>().ok()))
            .collect();
        let mut all = Self::default();
        for (folder, table) in &tables {
            let Some(table) = table else {
                all.add_package(folder, &Table::new(), modules, &BTreeMap::new(), false);
                continue;
            };
            if table.contains_key("package") || table.contains_key("lib") {
                let shared = workspace_dependencies(folder, &tables);
                all.add_package(folder, table, modules, &shared, true);
            }
        }
        all.add_orphans(modules);
        all.crates.sort_by(|a, b| {
            (!a.is_library, is_side(&a.root), &a.root).cmp(&(
                !b.is_library,
                is_side(&b.root),
                &b.root,
            ))
        });
        all.crates.dedup_by(|a, b| a.root == b.root);
        all
    }

    fn add_package(
        &mut self,
        folder: &str,
        table: &Table,
        modules: &BTreeSet<&str>,
        shared: &BTreeMap<String, String>,
        manifest: bool,
    ) {
        let name = text(table, &["package", "name"])
            .unwrap_or_else(|| file_name(folder))
            .replace('-', "_");
        let dependencies = dependencies(table, shared);
        let package = self.packages.len();
        self.packages.push(Package {
            folder: folder.to_owned(),
            name: name.clone(),
            dependencies,
            manifest,
        });
        for (crate_name, is_library, path) in targets(table, &name, folder, modules) {
            self.crates.push(Crate { name: crate_name, is_library, root: path, package });
        }
    }

    /// Roots that no manifest covers, as in a project without any.
    fn add_orphans(&mut self, modules: &BTreeSet<&str>) {
        for path in modules {
            let (file, within) = (file_name(path), folder(path));
            let is_library = file == "lib.rs";
            if !(is_library || file == "main.rs")
                || self.crates.iter().any(|known| known.root == *path)
            {
                continue;
            }
            if self
                .packages
                .iter()
                .any(|package| package.manifest && is_within(path, &package.folder))
            {
                continue;
            }
            let home = within.strip_suffix("src").map_or(within, |home| home.trim_end_matches('/'));
            let name = file_name(home).replace('-', "_");
            let package = self.packages.len();
            self.packages.push(Package {
                folder: home.to_owned(),
                name: name.clone(),
                ..Package::default()
            });
            self.crates.push(Crate { name, is_library, root: (*path).to_owned(), package });
        }
    }

    /// The library that sources of `package` mean by `name`, as a place in [`Packages::crates`].
    pub(super) fn library(&self, package: usize, name: &str) -> Option<usize> {
        let own = self.packages.get(package)?;
        let listed = own.dependencies.get(name);
        if let Some(target) = listed {
            return self.crates.iter().position(|krate| {
                krate.is_library && self.packages[krate.package].name == *target
            });
        }
        self.crates.iter().position(|krate| {
            krate.is_library
                && krate.name == name
                && (krate.package == package
                    || !own.manifest
                    || self.reaches_by_other_name(own, krate))
        })
    }

    /// Whether `name` is a library from elsewhere, as far as the package's manifest tells.
    pub(super) fn names_outside(&self, package: usize, name: &str) -> bool {
        matches!(name, "std" | "core" | "alloc" | "proc_macro" | "test")
            || self.packages.get(package).is_some_and(|own| own.dependencies.contains_key(name))
    }

    /// Whether a package that is depended on calls its library `krate` differently from itself.
    fn reaches_by_other_name(&self, own: &Package, krate: &Crate) -> bool {
        let target = &self.packages[krate.package].name;
        *target != krate.name && own.dependencies.values().any(|name| name == target)
    }

    /// The package whose folder holds `path`, the innermost.
    pub(super) fn package_of(&self, path: &str) -> Option<usize> {
        (0..self.packages.len())
            .filter(|at| is_within(path, &self.packages[*at].folder))
            .max_by_key(|at| self.packages[*at].folder.len())
    }
}

/// Tests, benchmarks and examples come after the programs they try.
fn is_side(root: &str) -> bool {
    root.split('/').any(|segment| matches!(segment, "tests" | "benches" | "examples"))
}

pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// A path within a folder, with `.` and `..` taken out.
pub(super) fn join(folder: &str, path: &str) -> String {
    let mut all: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(all.pop()),
            _ => all.push(segment),
        }
    }
    all.join("/")
}

fn value<'t>(table: &'t Table, keys: &[&str]) -> Option<&'t Value> {
    let (last, rest) = keys.split_last()?;
    let mut table = table;
    for key in rest {
        table = table.get(*key)?.as_table()?;
    }
    table.get(*last)
}

fn text<'t>(table: &'t Table, keys: &[&str]) -> Option<&'t str> {
    value(table, keys)?.as_str()
}

/// Name, library or not, and path of everything that Cargo builds in a package.
fn targets(
    table: &Table,
    name: &str,
    folder: &str,
    modules: &BTreeSet<&str>,
) -> Vec<(String, bool, String)> {
    let mut out = Vec::new();
    let library = join(folder, text(table, &["lib", "path"]).unwrap_or("src/lib.rs"));
    if modules.contains(library.as_str()) {
        let library_name = text(table, &["lib", "name"]).unwrap_or(name).replace('-', "_");
        out.push((library_name, true, library));
    }
    for kind in ["bin", "test", "bench", "example"] {
        for target in value(table, &[kind]).and_then(Value::as_array).into_iter().flatten() {
            let path = target.get("path").and_then(Value::as_str);
            let own = target.get("name").and_then(Value::as_str).unwrap_or(name);
            let path = path.map(|path| join(folder, path));
            out.extend(
                path.filter(|path| modules.contains(path.as_str()))
                    .map(|path| (own.to_owned(), false, path)),
            );
        }
    }
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    for path in modules.range(prefix.as_str()..).take_while(|path| path.starts_with(&prefix)) {
        let inside: Vec<&str> = path[prefix.len()..].split('/').collect();
        let own = match inside.as_slice() {
            ["src", "main.rs"] | ["build.rs"] => name,
            ["src", "bin", file] | ["tests" | "benches" | "examples", file] => {
                file.trim_end_matches(".rs")
            }
            ["src", "bin", own, "main.rs"] | ["tests" | "benches" | "examples", own, "main.rs"] => {
                own
            }
            _ => continue,
        };
        out.push((own.replace('-', "_"), false, (*path).to_owned()));
    }
    out
}

/// Every table of dependencies in a manifest.
fn dependency_tables(table: &Table) -> Vec<&Table> {
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let own = kinds.iter().filter_map(|kind| table.get(*kind)?.as_table());
    let targets = table.get("target").and_then(Value::as_table);
    let of_targets =
        targets.into_iter().flat_map(Table::values).filter_map(Value::as_table).flat_map(
            move |target| kinds.into_iter().filter_map(|kind| target.get(kind)?.as_table()),
        );
    own.chain(of_targets).collect()
}

/// The names a package uses, and the packages they stand for.
fn dependencies(table: &Table, shared: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for dependencies in dependency_tables(table) {
        for (name, what) in dependencies {
            let package = what.get("package").and_then(Value::as_str);
            let name = name.replace('-', "_");
            let package = match package {
                Some(package) => package.replace('-', "_"),
                None => shared.get(&name).cloned().unwrap_or_else(|| name.clone()),
            };
            out.insert(name, package);
        }
    }
    out
}

/// What the workspace around a folder says about dependencies that its packages share.
fn workspace_dependencies(
    folder: &str,
    tables: &[(&str, Option<Table>)],
) -> BTreeMap<String, String> {
    let around = tables
        .iter()
        .filter(|(at, _)| *at == folder || is_within(folder, at))
        .filter_map(|(at, table)| {
            Some((at.len(), value(table.as_ref()?, &["workspace", "dependencies"])?))
        })
        .max_by_key(|(length, _)| *length);
    let Some(shared) = around.and_then(|(_, shared)| shared.as_table()) else {
        return BTreeMap::new();
    };
    shared
        .iter()
        .filter_map(|(name, what)| {
            let package = what.get("package")?.as_str()?;
            Some((name.replace('-', "_"), package.replace('-', "_")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(manifests: &[(&str, &str)], modules: &[&str]) -> String {
        let manifests: Vec<(String, String)> =
            manifests.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let packages = Packages::read(&manifests, &modules.iter().copied().collect());
        let lines: Vec<String> = packages
            .crates
            .iter()
            .map(|krate| {
                let kind = if krate.is_library { "lib" } else { "bin" };
                format!("{kind} {} {}", krate.name, krate.root)
            })
            .collect();
        lines.join("\n")
    }

    #[test]
    fn libraries_programs_and_their_paths() {
        let found = check(
            &[
                ("Cargo.toml", "[workspace]\nmembers = ['crates/*']"),
                (
                    "crates/shop-core/Cargo.toml",
                    "[package]\nname = 'shop-core'\n[lib]\npath = 'lib.rs'",
                ),
                (
                    "crates/web/Cargo.toml",
                    "[package]\nname = 'web'\n[[bin]]\nname='extra'\npath='x/y.rs'",
                ),
            ],
            &[
                "crates/shop-core/lib.rs",
                "crates/web/src/bin/job.rs",
                "crates/web/src/main.rs",
                "crates/web/x/y.rs",
            ],
        );
        assert_eq!(
            found,
            "lib shop_core crates/shop-core/lib.rs\nbin job crates/web/src/bin/job.rs\n\
             bin web crates/web/src/main.rs\nbin extra crates/web/x/y.rs"
        );
    }

    #[test]
    fn a_project_without_manifests_or_with_a_broken_one() {
        assert_eq!(check(&[], &["shop/src/lib.rs"]), "lib shop shop/src/lib.rs");
        let broken = check(&[("shop/Cargo.toml", "[package")], &["shop/src/lib.rs"]);
        assert_eq!(broken, "lib shop shop/src/lib.rs");
    }

    #[test]
    fn renamed_dependencies_are_followed() {
        let manifests = [
            ("Cargo.toml", "[workspace.dependencies]\ndb = { package = 'shop-db', path = 'db' }"),
            ("db/Cargo.toml", "[package]\nname = 'shop-db'"),
            (
                "web/Cargo.toml",
                "[package]\nname = 'web'\n[dependencies]\ndb = { workspace = true }",
            ),
        ];
        let manifests: Vec<(String, String)> =
            manifests.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let modules = BTreeSet::from(["db/src/lib.rs", "web/src/lib.rs"]);
        let packages = Packages::read(&manifests, &modules);
        let web = packages.package_of("web/src/lib.rs").expect("web is a package");
        let meant = packages.library(web, "db").map(|at| packages.crates[at].root.as_str());
        assert_eq!(meant, Some("db/src/lib.rs"));
        assert_eq!(packages.library(web, "shop_db"), None);
    }
}
