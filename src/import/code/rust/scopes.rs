//! The module tree of every crate: which file and which inline module is where, and what each declares.

use std::collections::{BTreeMap, BTreeSet};

use super::crates::{Packages, folder, join};
use crate::import::code::{
    outline::{Import, Outline, Stmt, TypeDecl, TypeKind},
    resolve::Source,
};

/// What a name can stand for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// A module, by its place in [`Tree::scopes`].
    Scope(usize),
    /// A type, by its number.
    Type(usize),
    /// A function or macro, by its number.
    Function(usize),
    /// A constant: the source it stands in and its place at the top of that.
    Constant(usize, usize),
    /// A unit variant, associated constant or column: a type's number and the place of the field.
    Field(usize, usize),
    /// Something outside of the monolith, by its path.
    Outside(String),
}

/// A module: a file, or an inline module of one.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) parent: Option<usize>,
    /// The scope its crate begins with.
    pub(super) root: usize,
    pub(super) package: usize,
    pub(super) source: usize,
    /// The path from the crate, joined by `.`.
    pub(super) path: String,
    /// The lines of an inline module.
    lines: Option<(u32, u32)>,
    pub(super) items: BTreeMap<String, Vec<Item>>,
    pub(super) imports: Vec<&'a Import>,
}

/// All modules of all crates, and numbers for types and functions.
pub(super) struct Tree<'a> {
    pub(super) sources: &'a [Source],
    /// The places of the Rust files among the sources.
    pub(super) files: Vec<usize>,
    pub(super) packages: Packages,
    pub(super) scopes: Vec<Scope<'a>>,
    /// By place in [`Packages::crates`].
    pub(super) crate_scopes: Vec<Option<usize>>,
    /// By source.
    file_scopes: BTreeMap<usize, usize>,
    /// The inline modules of each source.
    inline_scopes: BTreeMap<usize, Vec<usize>>,
    /// The number of the first type and function of each source.
    type_base: BTreeMap<usize, usize>,
    function_base: BTreeMap<usize, usize>,
    /// By a type's number: source and place in the outline.
    pub(super) types: Vec<(usize, usize)>,
    /// By a function's number: source and place in the outline.
    pub(super) functions: Vec<(usize, usize)>,
    /// By a type's number: types nested in it.
    pub(super) nested: Vec<BTreeMap<&'a str, usize>>,
    /// Imports inside of functions, by source.
    pub(super) block_imports: BTreeMap<usize, Vec<&'a Import>>,
    /// Every name that any module declares.
    names: BTreeSet<String>,
    /// Files that are built for tests only.
    pub(super) tests: BTreeSet<usize>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(sources: &'a [Source], manifests: &[(String, String)]) -> Self {
        let files: Vec<usize> =
            (0..sources.len()).filter(|at| sources[*at].language.name() == "Rust").collect();
        let paths: BTreeSet<&str> = files.iter().map(|at| sources[*at].path.as_str()).collect();
        let packages = Packages::read(manifests, &paths);
        let mut tree = Self {
            sources,
            files,
            packages,
            scopes: Vec::new(),
            crate_scopes: Vec::new(),
            file_scopes: BTreeMap::new(),
            inline_scopes: BTreeMap::new(),
            type_base: BTreeMap::new(),
            function_base: BTreeMap::new(),
            types: Vec::new(),
            functions: Vec::new(),
            nested: Vec::new(),
            block_imports: BTreeMap::new(),
            names: BTreeSet::new(),
            tests: BTreeSet::new(),
        };
        tree.number();
        tree.plant();
        for file in tree.files.clone() {
            tree.declare(file);
        }
        tree.names = tree.scopes.iter().flat_map(|scope| scope.items.keys().cloned()).collect();
        tree
    }

    fn number(&mut self) {
        for file in &self.files {
            let outline = &self.sources[*file].outline;
            self.type_base.insert(*file, self.types.len());
            self.function_base.insert(*file, self.functions.len());
            self.types.extend((0..outline.types.len()).map(|at| (*file, at)));
            self.functions.extend((0..outline.functions.len()).map(|at| (*file, at)));
        }
        self.nested = vec![BTreeMap::new(); self.types.len()];
    }

    // ---- which file is which module

    fn plant(&mut self) {
        let by_path: BTreeMap<&'a str, usize> =
            self.files.iter().map(|at| (self.sources[*at].path.as_str(), *at)).collect();
        let crates = self.packages.crates.clone();
        for krate in &crates {
            let file = by_path.get(krate.root.as_str()).copied();
            let free = file.filter(|file| !self.file_scopes.contains_key(file));
            let scope = free.map(|file| {
                let scope = self.add_file(file, None, krate.package, krate.name.clone());
                self.add_parts(scope, &by_path);
                scope
            });
            self.crate_scopes.push(scope);
        }
        self.plant_strays(&by_path);
    }

    fn add_file(
        &mut self,
        file: usize,
        parent: Option<usize>,
        package: usize,
        path: String,
    ) -> usize {
        let scope = self.add_scope(file, parent, package, path);
        self.file_scopes.insert(file, scope);
        self.add_inline(file, scope);
        scope
    }

    fn add_scope(
        &mut self,
        source: usize,
        parent: Option<usize>,
        package: usize,
        path: String,
    ) -> usize {
        let at = self.scopes.len();
        let root = parent.map_or(at, |parent| self.scopes[parent].root);
        self.scopes.push(Scope {
            parent,
            root,
            package,
            source,
            path,
            lines: None,
            items: BTreeMap::new(),
            imports: Vec::new(),
        });
        at
    }

    /// Inline modules of a file. A namespace within a type is no module but belongs to that type.
    fn add_inline(&mut self, file: usize, file_scope: usize) {
        let outline = &self.sources[file].outline;
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for decl in outline.types.iter().filter(|decl| decl.kind == TypeKind::Namespace) {
            let (around, name) = decl.name.rsplit_once('.').unwrap_or(("", &decl.name));
            let parent =
                if around.is_empty() { Some(file_scope) } else { known.get(around).copied() };
            let Some(parent) = parent else { continue };
            let path = format!("{}.{name}", self.scopes[parent].path);
            let scope = self.add_scope(file, Some(parent), self.scopes[parent].package, path);
            self.scopes[scope].lines = Some((decl.line, decl.end_line));
            self.add_item(parent, name, Item::Scope(scope));
            known.insert(&decl.name, scope);
            self.inline_scopes.entry(file).or_default().push(scope);
        }
    }

    fn add_item(&mut self, scope: usize, name: &str, item: Item) {
        self.scopes[scope].items.entry(name.to_owned()).or_default().push(item);
    }

    /// Follows `mod x;` from a file on; every file is taken once.
    fn add_parts(&mut self, first: usize, by_path: &BTreeMap<&'a str, usize>) {
        let mut waiting = vec![first];
        while let Some(scope) = waiting.pop() {
            let file = self.scopes[scope].source;
            for part in &self.sources[file].outline.parts {
                let (around, name) = part.name.rsplit_once('.').unwrap_or(("", &part.name));
                let Some(parent) = self.inline_named(scope, around) else { continue };
                let places = part_places(
                    &self.sources[file].path,
                    self.is_home(scope),
                    around,
                    name,
                    part.path.as_deref(),
                );
                let Some(child) =
                    places.iter().find_map(|path| by_path.get(path.as_str()).copied())
                else {
                    continue;
                };
                let inner = match self.file_scopes.get(&child) {
                    Some(known) => *known,
                    None => {
                        let path = format!("{}.{name}", self.scopes[parent].path);
                        let package = self.scopes[parent].package;
                        let inner = self.add_file(child, Some(parent), package, path);
                        waiting.push(inner);
                        inner
                    }
                };
                if part.test || self.tests.contains(&file) {
                    self.tests.insert(child);
                }
                self.add_item(parent, name, Item::Scope(inner));
            }
        }
    }

    /// The inline module of that dotted name in a file; the file itself for the empty name.
    fn inline_named(&self, file_scope: usize, name: &str) -> Option<usize> {
        let mut scope = file_scope;
        for segment in name.split('.').filter(|segment| !segment.is_empty()) {
            let items = self.scopes[scope].items.get(segment)?;
            scope = items.iter().find_map(|item| match item {
                Item::Scope(inner) => Some(*inner),
                _ => None,
            })?;
        }
        Some(scope)
    }

    /// Whether the files of this module's parts lie beside it: roots of crates and `mod.rs`.
    fn is_home(&self, scope: usize) -> bool {
        let path = &self.sources[self.scopes[scope].source].path;
        self.scopes[scope].parent.is_none() || path.ends_with("/mod.rs") || path == "mod.rs"
    }

    /// Files that nothing declares: by their place they belong to the module around them, or stand alone.
    fn plant_strays(&mut self, by_path: &BTreeMap<&'a str, usize>) {
        let mut strays: Vec<usize> = self
            .files
            .iter()
            .copied()
            .filter(|file| !self.file_scopes.contains_key(file))
            .collect();
        strays.sort_by_key(|file| {
            let path = &self.sources[*file].path;
            (path.matches('/').count() + usize::from(!path.ends_with("/mod.rs")), path.clone())
        });
        for file in strays {
            if self.file_scopes.contains_key(&file) {
                continue;
            }
            let path = self.sources[file].path.as_str();
            let (name, around) = place_of(path);
            let parent = around
                .iter()
                .find_map(|path| self.file_scopes.get(by_path.get(path.as_str())?).copied());
            let package = parent
                .map(|parent| self.scopes[parent].package)
                .or_else(|| self.packages.package_of(path))
                .unwrap_or(usize::MAX);
            let full = parent.map_or_else(
                || name.to_owned(),
                |parent| format!("{}.{name}", self.scopes[parent].path),
            );
            let scope = self.add_file(file, parent, package, full);
            if let Some(parent) = parent {
                self.add_item(parent, name, Item::Scope(scope));
            }
            self.add_parts(scope, by_path);
        }
    }

    // ---- what a module declares

    fn declare(&mut self, file: usize) {
        let outline = &self.sources[file].outline;
        let file_scope = self.file_scopes[&file];
        self.declare_types(file, file_scope, outline);
        for (at, function) in outline.functions.iter().enumerate() {
            let number = self.function_base[&file] + at;
            let scope = match function.owner {
                None => Some(file_scope),
                Some(owner) => self.namespace_scope(file_scope, &outline.types[owner]),
            };
            if let Some(scope) = scope {
                self.add_item(scope, &function.name, Item::Function(number));
            }
            let exported = function.annotations.iter().any(|note| note.name == "macro_export");
            if exported && scope != Some(self.scopes[file_scope].root) {
                self.add_item(self.scopes[file_scope].root, &function.name, Item::Function(number));
            }
        }
        for (at, stmt) in outline.top.iter().enumerate() {
            if let Stmt::Let { name, .. } = stmt {
                self.add_item(file_scope, name, Item::Constant(file, at));
            }
        }
        for import in &outline.imports {
            self.declare_import(file, file_scope, import);
        }
    }

    fn namespace_scope(&self, file_scope: usize, decl: &TypeDecl) -> Option<usize> {
        if decl.kind == TypeKind::Namespace {
            self.inline_named(file_scope, &decl.name)
        } else {
            None
        }
    }

    fn declare_types(&mut self, file: usize, file_scope: usize, outline: &'a Outline) {
        let base = self.type_base[&file];
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, decl) in outline.types.iter().enumerate() {
            if decl.kind != TypeKind::Extension {
                by_name.entry(&decl.name).or_insert(base + at);
            }
        }
        for (at, decl) in outline.types.iter().enumerate() {
            if decl.kind == TypeKind::Extension {
                continue;
            }
            let (around, name) = decl.name.rsplit_once('.').unwrap_or(("", &decl.name));
            if let Some(scope) = self.namespace_scope(file_scope, decl) {
                for place in 0..decl.fields.len() {
                    self.add_item(scope, &decl.fields[place].name, Item::Field(base + at, place));
                }
            } else if let Some(scope) = self.inline_named(file_scope, around) {
                self.add_item(scope, name, Item::Type(base + at));
            } else if let Some(outer) = by_name.get(around) {
                self.nested[*outer].insert(name, base + at);
            }
        }
    }

    fn declare_import(&mut self, file: usize, file_scope: usize, import: &'a Import) {
        let scope = self.scope_at(file, import.line);
        let whole_module = match (import.within, self.scopes[scope].lines) {
            (None, _) => true,
            (Some((from, to)), Some(lines)) => from >= lines.0 && to == lines.1,
            (Some(_), None) => false,
        };
        if whole_module {
            let scope = if import.within.is_none() { file_scope } else { scope };
            self.scopes[scope].imports.push(import);
        } else {
            self.block_imports.entry(file).or_default().push(import);
        }
    }

    // ---- asking

    /// Whether anything of the monolith has that plain name.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Macros can be used by their plain name all over the crate that defines them.
    pub(super) fn macros_named(&self, scope: usize, name: &str) -> Vec<Item> {
        let root = self.scopes[scope].root;
        let mut all: Vec<Item> = self
            .scopes
            .iter()
            .filter(|scope| scope.root == root)
            .filter_map(|scope| scope.items.get(name))
            .flatten()
            .cloned()
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// The innermost module around a line of a file.
    pub(super) fn scope_at(&self, file: usize, line: u32) -> usize {
        let inline = self.inline_scopes.get(&file).into_iter().flatten().copied();
        inline
            .filter(|scope| {
                self.scopes[*scope].lines.is_some_and(|(from, to)| from <= line && line <= to)
            })
            .min_by_key(|scope| self.scopes[*scope].lines.map(|(from, to)| to - from))
            .unwrap_or_else(|| self.file_scopes[&file])
    }

    pub(super) fn file_scope(&self, file: usize) -> usize {
        self.file_scopes[&file]
    }

    pub(super) fn type_number(&self, file: usize, at: usize) -> usize {
        self.type_base[&file] + at
    }

    pub(super) fn function_number(&self, file: usize, at: usize) -> usize {
        self.function_base[&file] + at
    }

    pub(super) fn decl(&self, number: usize) -> &'a TypeDecl {
        let (source, at) = self.types[number];
        &self.sources[source].outline.types[at]
    }

    /// Whether `scope` is `around` or a module inside it: then it sees what is private there.
    pub(super) fn is_within(&self, scope: usize, around: usize) -> bool {
        let mut at = Some(scope);
        while let Some(scope) = at {
            if scope == around {
                return true;
            }
            at = self.scopes[scope].parent;
        }
        false
    }
}

/// Where the file of `mod name;` may be.
fn part_places(
    file: &str,
    is_home: bool,
    around: &str,
    name: &str,
    path: Option<&str>,
) -> Vec<String> {
    let beside = folder(file);
    let own = if is_home { beside.to_owned() } else { file.trim_end_matches(".rs").to_owned() };
    let inner = join(&own, &around.replace('.', "/"));
    if let Some(path) = path {
        let from = if around.is_empty() { beside } else { &inner };
        return vec![join(from, path)];
    }
    vec![join(&inner, &format!("{name}.rs")), join(&inner, &format!("{name}/mod.rs"))]
}

/// The name of a file as a module, and the files that may be the module around it.
fn place_of(path: &str) -> (&str, Vec<String>) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let mut within = folder(path);
    let mut name = file.trim_end_matches(".rs");
    if name == "mod" {
        name = within.rsplit('/').next().unwrap_or(within);
        within = folder(within);
    }
    let mut around = vec![join(within, "mod.rs"), join(within, "lib.rs"), join(within, "main.rs")];
    if !within.is_empty() {
        around.insert(0, format!("{within}.rs"));
    }
    (name, around)
}
