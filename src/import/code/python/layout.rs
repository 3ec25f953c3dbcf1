//! Where Python looks for modules: source roots, packages, and relative imports.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::code::{
    language::{Layout, Project},
    outline::Outline,
};

/// The namespace of a file as seen from the root of the monolith: `shop/orders/models.py` is
/// `shop.orders.models`, `shop/__init__.py` is `shop`.
pub(super) fn namespace(path: &str) -> String {
    let path = path.strip_suffix(".py").unwrap_or(path);
    let path = path.strip_suffix("/__init__").unwrap_or(path);
    path.replace('/', ".")
}

/// The source roots: folders whose modules are imported by names that begin below them.
///
/// A folder is a source root if it holds Python and neither it nor a folder around it is a package, that is, has an
/// `__init__.py`: without one, a folder within a package is a package too. By the first segment of a name it is
/// known which roots can mean it.
pub(super) struct PythonLayout {
    roots_of: BTreeMap<String, Vec<String>>,
    packages: BTreeSet<String>,
}

impl PythonLayout {
    pub(super) fn new(project: &Project<'_>) -> Self {
        let paths = || project.modules.iter().map(|(path, _)| *path);
        let packages: BTreeSet<String> = paths()
            .filter_map(|path| path.strip_suffix("/__init__.py"))
            .map(|folder| folder.replace('/', "."))
            .collect();
        let mut roots_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in paths() {
            let full = namespace(path);
            let mut parts: Vec<&str> = full.split('.').collect();
            while let Some(first) = parts.pop() {
                let root = parts.join(".");
                let within = |end: &usize| packages.contains(&parts[..*end].join("."));
                if !(1..=parts.len()).any(|end| within(&end)) {
                    let roots = roots_of.entry(first.to_owned()).or_default();
                    if !roots.contains(&root) {
                        roots.push(root);
                    }
                }
            }
        }
        Self { roots_of, packages }
    }

    /// `..cart` in `shop.orders.models` is `shop.cart`; in the package `shop.orders` itself too.
    fn relative(&self, namespace: &str, written: &str) -> Option<String> {
        let rest = written.trim_start_matches('.');
        let mut up = written.len() - rest.len();
        if self.packages.contains(namespace) {
            up -= 1;
        }
        let mut parts: Vec<&str> = namespace.split('.').collect();
        parts.truncate(parts.len().checked_sub(up)?);
        parts.extend(rest.split('.').filter(|part| !part.is_empty()));
        Some(parts.join("."))
    }
}

impl Layout for PythonLayout {
    fn namespace(&self, path: &str, _outline: &Outline) -> String {
        namespace(path)
    }

    fn full_names(&self, path: &str, _namespace: &str, written: &str) -> Vec<String> {
        let own = namespace(path);
        if written.starts_with('.') {
            return self.relative(&own, written).into_iter().collect();
        }
        let first = written.split('.').next().unwrap_or(written);
        let Some(roots) = self.roots_of.get(first) else { return Vec::new() };
        let is_library = LIBRARY.contains(&first);
        let mut names: Vec<(usize, String)> = roots
            .iter()
            .filter(|root| !is_library || common(root, &own) > 0)
            .map(|root| {
                let full =
                    if root.is_empty() { written.to_owned() } else { format!("{root}.{written}") };
                (common(root, &own), full)
            })
            .collect();
        // The root that shares most with the file's own path is meant: a project in a project sees itself first.
        names.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        names.into_iter().map(|(_, name)| name).collect()
    }
}

/// Modules of Python's own library that projects like to call theirs too: a file means its own only if it lies
/// below the same root.
const LIBRARY: [&str; 40] = [
    "abc",
    "argparse",
    "array",
    "ast",
    "asyncio",
    "base64",
    "calendar",
    "cmd",
    "code",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "email",
    "enum",
    "fractions",
    "functools",
    "html",
    "http",
    "inspect",
    "io",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "os",
    "platform",
    "queue",
    "random",
    "re",
    "select",
    "signal",
    "string",
    "time",
    "types",
    "typing",
    "uuid",
];

/// How many segments a root shares with a namespace, or nothing where it is not around it: then only the
/// shortest roots count.
fn common(root: &str, namespace: &str) -> usize {
    if root.is_empty() {
        return 1;
    }
    match namespace.strip_prefix(root) {
        Some(rest) if rest.starts_with('.') => 1 + root.split('.').count(),
        _ => 0,
    }
}
