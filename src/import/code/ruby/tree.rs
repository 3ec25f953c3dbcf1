//! Every class and module of a Ruby program, put together from all the files that open it, and where constants
//! are looked up: the modules around, then ancestors, then the top.
//!
//! Autoloaded constants need no search in files: all declarations are known, and Zeitwerk's convention only tells
//! which of several files is the home of a class. Acronyms and inflections need no list, as names are compared
//! without case and underscores.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    lookup::Named,
    lower::{CLASS_METHODS, MODULE_FUNCTION},
    members::{self, Member},
};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::{Annotation, Expr, ExprKind, FunctionDecl, Stmt, TypeDecl, TypeKind},
        resolve::Source,
        symbols::Symbols,
        types::TypeId,
    },
};

/// A class, by its place in the tree. 0 is `Object`: the top.
pub(crate) type ClassNo = usize;

/// The top: what is in no class.
pub(crate) const TOP: ClassNo = 0;

/// All classes and modules.
pub(crate) struct Tree<'s, 'a> {
    pub(crate) sources: &'a [Source],
    pub(crate) symbols: &'s Symbols<'a>,
    pub(crate) classes: Vec<Class<'a>>,
    pub(super) by_type: FxHashMap<TypeId, ClassNo>,
    /// By module: the class of each declared type.
    pub(super) declared: Vec<Vec<ClassNo>>,
    /// By module: the type around each declared type.
    pub(super) around: Vec<Vec<Option<usize>>>,
    /// Bases from outside that make a model, as models that say so by their associations descend from them.
    pub(super) model_bases: FxHashSet<String>,
}

/// A class or module, with what all files say of it.
#[derive(Default)]
pub(crate) struct Class<'a> {
    /// With dots: `Shop.Order`.
    pub(crate) full_name: String,
    pub(crate) is_module: bool,
    pub(crate) declarations: Vec<(ModuleId, usize)>,
    /// The file that is meant when the class is named.
    pub(crate) home: Option<ModuleId>,
    pub(crate) around: ClassNo,
    pub(super) children: FxHashMap<String, ClassNo>,
    /// By the name in lower case without underscores.
    pub(super) loose_children: FxHashMap<String, ClassNo>,
    pub(super) constants: FxHashMap<&'a str, Constant<'a>>,
    pub(crate) superclass: Option<Base>,
    pub(super) includes: Vec<Base>,
    pub(super) prepends: Vec<Base>,
    pub(super) extends: Vec<Base>,
    pub(crate) functions: FxHashMap<&'a str, Vec<FunctionId>>,
    pub(crate) statics: FxHashMap<&'a str, Vec<FunctionId>>,
    /// Functions that become functions of the class that includes the module.
    pub(super) class_methods: FxHashMap<&'a str, Vec<FunctionId>>,
    /// What macros such as `has_many` declare, by name.
    pub(crate) members: FxHashMap<String, Member<'a>>,
    /// What is included, then the super class: this class first.
    pub(crate) ancestors: Vec<ClassNo>,
    /// Ancestors that are not of the monolith, as written.
    pub(crate) outside: Vec<String>,
    pub(crate) type_id: Option<TypeId>,
}

/// Something that a class descends from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    Class(ClassNo),
    Outside(String),
}

/// A constant that is no class: `LIMIT = 3`.
#[derive(Clone, Copy)]
pub(crate) struct Constant<'a> {
    pub(crate) module: ModuleId,
    pub(crate) line: u32,
    pub(crate) value: Option<&'a Expr>,
}

/// How a method is looked up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Instance,
    Static,
    ClassMethods,
}

impl<'s, 'a> Tree<'s, 'a> {
    /// Puts together the classes of all Ruby files.
    pub(crate) fn new(sources: &'a [Source], symbols: &'s Symbols<'a>) -> Self {
        let mut tree = Self {
            sources,
            symbols,
            classes: vec![Class::default()],
            by_type: FxHashMap::default(),
            declared: vec![Vec::new(); sources.len()],
            around: vec![Vec::new(); sources.len()],
            model_bases: FxHashSet::default(),
        };
        let files: Vec<usize> = (0..sources.len())
            .filter(|at| sources[*at].language.rules().family == super::FAMILY)
            .collect();
        tree.declare(&files);
        for file in &files {
            tree.enter_contents(ModuleId::at(*file));
        }
        tree.choose_homes();
        // What a class descends from may be found through what another one descends from.
        for _ in 0..2 {
            tree.enter_bases();
            tree.linearize();
        }
        tree.enter_members();
        tree.find_model_bases();
        tree
    }

    fn decl(&self, module: ModuleId, at: usize) -> &'a TypeDecl {
        &self.sources[module.index()].outline.types[at]
    }

    // ---- declarations

    /// Enters all classes: first those whose full name stands in their file, then `class Orders::Cart` within a
    /// module, then additions to classes that are declared elsewhere.
    fn declare(&mut self, files: &[usize]) {
        for file in files {
            let types = &self.sources[*file].outline.types;
            self.around[*file] = around(types);
            self.declared[*file] = vec![TOP; types.len()];
        }
        for round in 0..3 {
            for file in files {
                for at in 0..self.sources[*file].outline.types.len() {
                    if self.round(*file, at) == round {
                        let class = self.class_of(*file, at, round);
                        self.join(*file, at, class);
                    }
                }
            }
        }
    }

    fn round(&self, file: usize, at: usize) -> u32 {
        let decl = &self.sources[file].outline.types[at];
        let written = self.written(file, at);
        match (decl.kind, self.around[file][at]) {
            (TypeKind::Extension, _) => 2,
            (_, Some(outer)) if written.contains('.') || self.round(file, outer) == 1 => 1,
            _ => 0,
        }
    }

    /// The name as it stands behind `class`.
    fn written(&self, file: usize, at: usize) -> &'a str {
        let types = &self.sources[file].outline.types;
        let name = types[at].name.as_str();
        let outer = self.around[file][at].map(|outer| types[outer].name.as_str());
        let inner = outer.and_then(|outer| name.strip_prefix(outer)?.strip_prefix('.'));
        inner.unwrap_or(name)
    }

    fn class_of(&mut self, file: usize, at: usize, round: u32) -> ClassNo {
        let decl = &self.sources[file].outline.types[at];
        let outer = self.around[file][at];
        let written = self.written(file, at);
        if round == 2 {
            let nesting = self.nesting_of(ModuleId::at(file), outer);
            return match self.named(&nesting, &decl.name) {
                Some(Named::Class(class)) => class,
                _ => self.enter(TOP, &decl.name),
            };
        }
        let is_absolute = written.len() == decl.name.len();
        match outer.filter(|_| !is_absolute) {
            None => self.enter(TOP, &decl.name),
            Some(outer) => {
                let around = self.declared[file][outer];
                let (first, _) = written.split_once('.').unwrap_or((written, ""));
                if first.len() < written.len() {
                    let nesting = self.nesting_of(ModuleId::at(file), Some(outer));
                    let holder = nesting.iter().chain(&[TOP]).copied();
                    let holder = holder.into_iter().find(|it| self.child(*it, first).is_some());
                    return self.enter(holder.unwrap_or(around), written);
                }
                self.enter(around, written)
            }
        }
    }

    fn join(&mut self, file: usize, at: usize, class: ClassNo) {
        let module = ModuleId::at(file);
        let decl = self.decl(module, at);
        self.declared[file][at] = class;
        let type_id = self.symbols.declared(module, at);
        if let Some(id) = type_id {
            self.by_type.entry(id).or_insert(class);
        }
        let entry = &mut self.classes[class];
        entry.declarations.push((module, at));
        entry.type_id = entry.type_id.or(type_id);
        entry.is_module |= decl.annotations.iter().any(|note| note.name == "module");
    }

    /// The class of that dotted name below another, made if it is new.
    fn enter(&mut self, around: ClassNo, name: &str) -> ClassNo {
        let mut at = around;
        for segment in name.split('.').filter(|segment| !segment.is_empty()) {
            at = match self.classes[at].children.get(segment) {
                Some(found) => *found,
                None => {
                    let outer = &self.classes[at].full_name;
                    let full_name = if outer.is_empty() {
                        segment.to_owned()
                    } else {
                        format!("{outer}.{segment}")
                    };
                    let new = self.classes.len();
                    self.classes.push(Class { full_name, around: at, ..Class::default() });
                    self.classes[at].children.insert(segment.to_owned(), new);
                    self.classes[at].loose_children.entry(loose(segment)).or_insert(new);
                    new
                }
            };
        }
        at
    }

    /// Functions and constants of a file, each with its class.
    fn enter_contents(&mut self, module: ModuleId) {
        let outline = &self.sources[module.index()].outline;
        for (at, function) in outline.functions.iter().enumerate() {
            let Some(id) = self.symbols.function_id(module, at) else { continue };
            let Some(owner) = function.owner else { continue };
            let class = &mut self.classes[self.declared[module.index()][owner]];
            for side in sides(function) {
                let functions = match side {
                    Side::Instance => &mut class.functions,
                    Side::Static => &mut class.statics,
                    Side::ClassMethods => &mut class.class_methods,
                };
                functions.entry(function.name.as_str()).or_default().push(id);
            }
        }
        for (at, decl) in outline.types.iter().enumerate() {
            let class = self.declared[module.index()][at];
            for field in &decl.fields {
                let constant = Constant { module, line: field.line, value: field.value.as_ref() };
                self.classes[class].constants.entry(field.name.as_str()).or_insert(constant);
            }
        }
        for stmt in &outline.top {
            if let Stmt::Let { name, value, line, .. } = stmt
                && name.starts_with(char::is_uppercase)
            {
                let constant = Constant { module, line: *line, value: value.as_ref() };
                self.classes[TOP].constants.entry(name.as_str()).or_insert(constant);
            }
        }
    }

    /// The home of a class is the file that Zeitwerk would load for it; without one, the file that says most.
    fn choose_homes(&mut self) {
        for class in 1..self.classes.len() {
            let entry = &self.classes[class];
            if is_core(&entry.full_name) {
                continue;
            }
            let mut ranked = Vec::new();
            for (module, at) in &entry.declarations {
                let path = &self.sources[module.index()].path;
                let decl = self.decl(*module, *at);
                let fits = convention(path, &entry.full_name);
                let content = self.content(*module, *at);
                let is_addition = decl.kind == TypeKind::Extension || is_patch(path);
                let says = content > 0 || !entry.is_module && decl.kind != TypeKind::Extension;
                if fits == 0 && (is_addition || !says) {
                    continue;
                }
                ranked.push(((fits, content, std::cmp::Reverse(path.len())), *module));
            }
            // The first of the best: `max_by_key` would take the last.
            let best = ranked.into_iter().rev().max_by_key(|(rank, _)| *rank);
            self.classes[class].home = best.map(|(_, module)| module);
        }
    }

    /// How much a declaration says about its class itself.
    fn content(&self, module: ModuleId, at: usize) -> usize {
        let outline = &self.sources[module.index()].outline;
        let own = outline.functions.iter().filter(|function| function.owner == Some(at)).count();
        let decl = &outline.types[at];
        own + decl.fields.len() + decl.supers.len() + decl.annotations.len()
            - usize::from(decl.annotations.iter().any(|note| note.name == "module"))
    }

    // ---- what classes descend from

    fn enter_bases(&mut self) {
        for class in 1..self.classes.len() {
            let (mut superclass, mut mixed) = (None, [const { Vec::new() }; 3]);
            for (module, at) in self.classes[class].declarations.clone() {
                let decl = self.decl(module, at);
                let outer = self.nesting_of(module, self.around[module.index()][at]);
                let own = self.nesting_of(module, Some(at));
                let is_mixed_in = |name: &str| {
                    decl.annotations.iter().any(|note| is_mix_in(note) && names(note, name))
                };
                let first = decl.supers.first().filter(|base| !is_mixed_in(&base.name));
                if let Some(base) = first {
                    superclass = superclass.or(Some(self.base(&outer, &base.name)));
                }
                for note in decl.annotations.iter().filter(|note| is_mix_in(note)) {
                    let list = match note.name.as_str() {
                        "include" => &mut mixed[0],
                        "prepend" => &mut mixed[1],
                        _ => &mut mixed[2],
                    };
                    list.extend(note.args.iter().filter_map(|arg| match &arg.value.kind {
                        ExprKind::Type(ty) => Some(self.base(&own, &ty.name)),
                        ExprKind::This => Some(Base::Class(class)),
                        _ => None,
                    }));
                }
            }
            let [includes, prepends, extends] = mixed;
            let entry = &mut self.classes[class];
            entry.superclass = superclass.filter(|base| *base != Base::Class(class));
            (entry.includes, entry.prepends, entry.extends) = (includes, prepends, extends);
        }
    }

    fn base(&self, nesting: &[ClassNo], name: &str) -> Base {
        match self.named(nesting, name) {
            Some(Named::Class(class)) if self.classes[class].type_id.is_some() => {
                Base::Class(class)
            }
            _ => Base::Outside(name.trim_start_matches("::").to_owned()),
        }
    }

    /// Puts the ancestors of every class in the order in which Ruby asks them.
    fn linearize(&mut self) {
        for class in 0..self.classes.len() {
            let (mut list, mut outside) = (Vec::new(), Vec::new());
            self.ask(class, &mut list, &mut outside, 0);
            self.classes[class].ancestors = list;
            self.classes[class].outside = outside;
        }
    }

    fn ask(&self, class: ClassNo, list: &mut Vec<ClassNo>, outside: &mut Vec<String>, depth: u32) {
        if list.contains(&class) || depth > 40 {
            return;
        }
        let entry = &self.classes[class];
        for base in entry.prepends.iter().rev() {
            self.ask_base(base, list, outside, depth);
        }
        list.push(class);
        for base in entry.includes.iter().rev().chain(&entry.superclass) {
            self.ask_base(base, list, outside, depth);
        }
        // A class that is also declared outside has more ancestors than are known.
        if is_core(&entry.full_name) {
            outside.push(entry.full_name.clone());
        }
    }

    fn ask_base(
        &self,
        base: &Base,
        list: &mut Vec<ClassNo>,
        outside: &mut Vec<String>,
        depth: u32,
    ) {
        match base {
            Base::Class(class) => self.ask(*class, list, outside, depth + 1),
            Base::Outside(name) => outside.push(name.clone()),
        }
    }

    fn enter_members(&mut self) {
        for class in 1..self.classes.len() {
            let mut found = FxHashMap::default();
            for (module, at) in &self.classes[class].declarations {
                for note in &self.decl(*module, *at).annotations {
                    members::declare(note, *module, &mut found);
                }
            }
            self.classes[class].members = found;
        }
    }
}

impl Tree<'_, '_> {
    /// Gems bring bases of their own for models: what is associated in a folder of models descends from one.
    fn find_model_bases(&mut self) {
        let mut found = FxHashSet::default();
        for class in self.classes.iter().filter(|class| !class.is_module) {
            let Some(Base::Outside(base)) = &class.superclass else { continue };
            let associates = class
                .members
                .values()
                .any(|member| matches!(member.kind, members::MemberKind::Association(_)));
            let is_model = class
                .declarations
                .iter()
                .any(|(module, _)| self.sources[module.index()].path.contains("/models/"));
            if associates && is_model && !is_plain_base(base) {
                found.insert(base.clone());
            }
        }
        self.model_bases = found;
    }
}

/// What rows descend from.
pub(crate) const MODEL_BASES: &[&str] = &["ActiveRecord.Base", "ApplicationRecord"];

fn sides(function: &FunctionDecl) -> Vec<Side> {
    let marked = |mark: &str| function.annotations.iter().any(|note| note.name == mark);
    if marked(CLASS_METHODS) {
        vec![Side::ClassMethods]
    } else if marked(MODULE_FUNCTION) {
        vec![Side::Static, Side::Instance]
    } else if marked(super::lower::SCOPE) {
        // A scope of a concern is one of what includes it.
        vec![Side::Static, Side::ClassMethods]
    } else if function.is_static {
        vec![Side::Static]
    } else {
        vec![Side::Instance]
    }
}

fn is_mix_in(note: &Annotation) -> bool {
    matches!(note.name.as_str(), "include" | "prepend" | "extend")
}

fn names(note: &Annotation, name: &str) -> bool {
    note.args.iter().any(|arg| matches!(&arg.value.kind, ExprKind::Type(ty) if ty.name == name))
}

/// The type around each type, told by lines.
fn around(types: &[TypeDecl]) -> Vec<Option<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut around = Vec::with_capacity(types.len());
    for (at, decl) in types.iter().enumerate() {
        while open.last().is_some_and(|last| {
            let outer = &types[*last];
            let inside = outer.line <= decl.line && decl.end_line <= outer.end_line;
            // Two classes on one line are beside each other.
            let nested = outer.line < decl.line || decl.name.starts_with(&outer.name);
            !(inside && nested)
        }) {
            open.pop();
        }
        around.push(open.last().copied());
        open.push(at);
    }
    around
}

/// A name as all spellings agree on it.
pub(crate) fn loose(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

/// How well a file's path fits a class: 2 where Zeitwerk would load it from a usual root, 1 from any other.
fn convention(path: &str, full_name: &str) -> u32 {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut folders: Vec<&str> = stem.split('/').collect();
    for segment in full_name.rsplit('.') {
        match folders.pop() {
            Some(folder) if loose(folder) == loose(segment) => {}
            _ => return 0,
        }
    }
    let is_root = match folders.as_slice() {
        [] | [.., "lib"] | [.., "app", _] | [.., "app", _, "concerns"] => true,
        [.., last] => *last == "autoload",
    };
    if is_root { 2 } else { 1 }
}

/// Files that add to classes of others.
fn is_patch(path: &str) -> bool {
    const FOLDERS: [&str; 9] = [
        "initializers",
        "core_ext",
        "core_extensions",
        "extensions",
        "ext",
        "monkey_patches",
        "monkeypatches",
        "patches",
        "overrides",
    ];
    path.split('/').any(|folder| FOLDERS.contains(&folder))
}

/// Bases that bring no methods that matter.
pub(super) fn is_plain_base(name: &str) -> bool {
    matches!(name, "Object" | "BasicObject" | "Comparable" | "Enumerable" | "Kernel")
        || name.ends_with("Error")
        || name == "Exception"
}

/// Classes that Ruby and Rails bring; a file that opens them is not what their name means.
fn is_core(full_name: &str) -> bool {
    const CORE: [&str; 34] = [
        "Object",
        "BasicObject",
        "Kernel",
        "Module",
        "Class",
        "String",
        "Symbol",
        "Array",
        "Hash",
        "Integer",
        "Float",
        "Numeric",
        "NilClass",
        "TrueClass",
        "FalseClass",
        "Range",
        "Regexp",
        "Time",
        "Date",
        "DateTime",
        "Struct",
        "Proc",
        "Method",
        "Enumerable",
        "Comparable",
        "File",
        "Dir",
        "IO",
        "Set",
        "Thread",
        "Exception",
        "StandardError",
        "Rails",
        "Random",
    ];
    const LIBRARIES: [&str; 14] = [
        "ActiveRecord",
        "ActiveSupport",
        "ActiveModel",
        "ActionController",
        "ActionView",
        "ActionDispatch",
        "ActionMailer",
        "ActiveJob",
        "ActiveStorage",
        "ActionCable",
        "ActionText",
        "ActionPack",
        "Rack",
        "Net",
    ];
    let first = full_name.split('.').next().unwrap_or(full_name);
    CORE.contains(&full_name) || LIBRARIES.contains(&first)
}
