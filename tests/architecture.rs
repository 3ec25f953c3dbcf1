//! Keeps the architecture true: floors, homes of the outside world, a first sentence in every file, the map of modules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use pretty_assertions::assert_eq;
use syn::{UseTree, visit::Visit};

/// The floors, each with the modules that stand on it, from the ground up.
const FLOORS: [&[&str]; 6] =
    [&["facts"], &["import", "analysis"], &["proposal"], &["export"], &["session"], &["ui", "cli"]];

/// Crates and modules of the outside world, and the only modules that may name them.
const HOMES: [(&str, &[&str]); 9] = [
    ("egui", &["ui"]),
    ("eframe", &["ui"]),
    ("egui_extras", &["ui"]),
    ("rfd", &["ui"]),
    ("std::fs", &["import", "session"]),
    ("std::process", &["import", "session", "main"]),
    ("std::net", &[]),
    ("gix", &["import"]),
    ("rusqlite", &["import", "session"]),
];

/// A source file: its path below `src`, and every path that it names, segments joined by `::`.
struct Source {
    path: String,
    first_line: String,
    first_sentence: String,
    names: BTreeSet<String>,
}

impl Source {
    /// The folder or file directly below `src` that it belongs to.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or(&self.path).trim_end_matches(".rs")
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    paths.iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("an entry of src").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a source file");
    let file = syn::parse_file(&text).expect("our own source parses");
    let mut names = Names::default();
    names.visit_file(&file);
    let below = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
    Source {
        path: below,
        first_line: text.lines().next().unwrap_or_default().to_owned(),
        first_sentence: first_sentence(&text),
        names: names.0,
    }
}

fn first_sentence(text: &str) -> String {
    let docs = text.lines().map_while(|line| line.strip_prefix("//!"));
    let paragraph: Vec<&str> = docs.map(str::trim).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    match paragraph.find(". ") {
        Some(end) => paragraph[..=end].to_owned(),
        None => paragraph,
    }
}

/// Every path that a file names: in `use`, in types and in expressions.
#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn tree(&mut self, tree: &UseTree, prefix: &str) {
        let join = |name: &dyn std::fmt::Display| match prefix {
            "" => name.to_string(),
            _ => format!("{prefix}::{name}"),
        };
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &join(&path.ident)),
            UseTree::Name(name) => drop(self.0.insert(join(&name.ident))),
            UseTree::Rename(rename) => drop(self.0.insert(join(&rename.ident))),
            UseTree::Glob(_) => drop(self.0.insert(join(&"*"))),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.tree(item, prefix);
                }
            }
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.tree(&item.tree, "");
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.0.insert(segments.join("::"));
        syn::visit::visit_path(self, path);
    }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn a_module_names_only_lower_floors() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some(own) = floor(source.module()) else { continue };
        for name in &source.names {
            let Some(other) = name.strip_prefix("crate::") else { continue };
            let other = other.split("::").next().unwrap_or(other);
            let named = floor(other).unwrap_or_else(|| panic!("`{other}` stands on no floor"));
            if other != source.module() && named >= own {
                broken.push(format!("src/{} names {name}", source.path));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn both_faces_reach_import_only_through_the_session() {
    let faces = sources().into_iter().filter(|source| ["ui", "cli"].contains(&source.module()));
    let broken: Vec<String> = faces
        .filter(|source| source.names.iter().any(|name| name.starts_with("crate::import")))
        .map(|source| source.path)
        .collect();
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn the_outside_world_is_named_only_at_home() {
    let mut broken = Vec::new();
    for source in sources() {
        for (name, homes) in HOMES {
            let names_it =
                |path: &&String| **path == name || path.starts_with(&format!("{name}::"));
            let is_exit_code = |path: &String| path.starts_with("std::process::ExitCode");
            if homes.contains(&source.module()) {
                continue;
            }
            let found = source.names.iter().filter(names_it).find(|path| !is_exit_code(path));
            if let Some(path) = found {
                broken.push(format!("src/{} names {path}", source.path));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.first_line.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_is_two_things() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let long: BTreeMap<String, usize> = sources()
        .into_iter()
        .map(|source| {
            let text = fs::read_to_string(root.join(&source.path)).expect("a source file");
            (source.path, text.lines().count())
        })
        .filter(|(_, lines)| *lines > 600)
        .collect();
    assert_eq!(long, BTreeMap::new());
}

/// The table of modules in ARCHITECTURE.md is made from the first sentences of the files.
/// `UPDATE_ARCHITECTURE=1 cargo test --test architecture` writes it anew.
#[test]
fn the_map_of_modules_equals_the_source() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let text = fs::read_to_string(&document).expect("ARCHITECTURE.md");
    let (begin, end) = ("<!-- modules -->\n", "<!-- end of modules -->");
    let from = text.find(begin).expect("where the table begins") + begin.len();
    let to = text.find(end).expect("where the table ends");
    let table = table_of_modules();
    if std::env::var_os("UPDATE_ARCHITECTURE").is_some() {
        let new = format!("{}{table}{}", &text[..from], &text[to..]);
        fs::write(&document, new).expect("ARCHITECTURE.md can be written");
        return;
    }
    assert_eq!(&text[from..to], table);
}

fn table_of_modules() -> String {
    let rank = |source: &Source| floor(source.module()).unwrap_or(FLOORS.len());
    let mut sources = sources();
    sources.sort_by_key(|source| (rank(source), source.path.clone()));
    let mut table = "| module | what it is for |\n| --- | --- |\n".to_owned();
    for source in sources.iter().filter(|source| !source.path.ends_with("/tests.rs")) {
        let name = source.path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let what = source.first_sentence.replace('|', "\\|");
        writeln!(table, "| `{name}` | {what} |").expect("writing to a string cannot fail");
    }
    table
}
