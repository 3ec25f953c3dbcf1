//! The symbol table: every type, function and namespace of the monolith, and what belongs to what.

mod extensions;
mod lookup;
mod namespaces;

pub use self::extensions::Fit;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    body::constructed,
    language::{Language, Layout, Project},
    outline::{FunctionDecl, Stmt, TypeDecl, TypeKind, TypeRef},
    resolve::Source,
    types::{Head, Ty, TypeId},
};
use crate::facts::{Function, FunctionId, ModuleId};

/// Every type, function and namespace of the monolith.
pub struct Symbols<'a> {
    sources: &'a [Source],
    layouts: FxHashMap<&'static str, Box<dyn Layout>>,
    entries: Vec<Entry>,
    by_name: FxHashMap<(&'static str, String), TypeId>,
    /// By module: the entry of the namespace that its top stands in.
    homes: Vec<TypeId>,
    /// By module: the entries of its declared types.
    declared: Vec<Vec<TypeId>>,
    /// By module: what its imports bring in, for languages that look namespaces up first.
    usings: Vec<namespaces::Usings>,
    /// The first function of each module, and one more at the end.
    first_function: Vec<u32>,
    /// By the family and a function's plain name.
    named: FxHashMap<(&'static str, &'a str), Vec<FunctionId>>,
    /// Functions that are called as if they were methods of their first parameter, the same way.
    extensions: FxHashMap<(&'static str, &'a str), Vec<FunctionId>>,
    /// Types that share a name with one of fewer type parameters, by that one and their number of parameters.
    by_arity: FxHashMap<(TypeId, usize), TypeId>,
    learned: Learned,
    /// The full names that paths in imports may mean, in languages where every file is a namespace.
    import_names: FxHashMap<(ModuleId, &'a str), Vec<String>>,
}

/// What is not written but was worked out from the code.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// What functions return.
    pub returns: FxHashMap<FunctionId, Ty>,
    /// What fields of types and variables of namespaces hold.
    pub members: FxHashMap<(TypeId, String), Ty>,
}

/// A type or a namespace: something that names belong to.
#[derive(Default)]
struct Entry {
    full_name: String,
    /// What it is nested in.
    around: Option<TypeId>,
    is_namespace: bool,
    declarations: Vec<(ModuleId, usize)>,
    children: FxHashMap<String, TypeId>,
    functions: FxHashMap<String, Vec<FunctionId>>,
    /// Modules whose tops stand in this namespace.
    modules: Vec<ModuleId>,
    supers: Vec<Ty>,
    /// Variables at the tops of its files, with the type they are given there.
    values: FxHashMap<String, (ModuleId, Option<TypeRef>)>,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Type(TypeId),
    Namespace(TypeId),
    Functions(Vec<FunctionId>),
    /// A variable or field, declared in that module, with what is known of its type.
    Value(ModuleId, Ty),
    /// Not of the monolith; the full name as far as it is known.
    Outside(String),
}

impl<'a> Symbols<'a> {
    /// Enters all declarations of `sources`.
    #[must_use]
    pub fn new(sources: &'a [Source], manifests: &[(String, String)]) -> Self {
        let mut symbols = Self {
            sources,
            layouts: layouts(sources, manifests),
            entries: Vec::new(),
            by_name: FxHashMap::default(),
            homes: Vec::new(),
            declared: Vec::new(),
            usings: Vec::new(),
            first_function: vec![0],
            named: FxHashMap::default(),
            extensions: FxHashMap::default(),
            by_arity: FxHashMap::default(),
            learned: Learned::default(),
            import_names: FxHashMap::default(),
        };
        for at in 0..sources.len() {
            symbols.enter(ModuleId::at(at));
        }
        symbols.enter_imports();
        symbols.split_by_arity();
        symbols.enter_usings();
        symbols.adopt_extensions();
        symbols.enter_functions();
        symbols.enter_supers();
        symbols
    }

    fn language(&self, module: ModuleId) -> &'static dyn Language {
        self.sources[module.index()].language
    }

    fn family(&self, module: ModuleId) -> &'static str {
        self.language(module).rules().family
    }

    fn layout(&self, module: ModuleId) -> &dyn Layout {
        self.layouts[self.family(module)].as_ref()
    }

    fn enter(&mut self, module: ModuleId) {
        let source = &self.sources[module.index()];
        let family = self.family(module);
        let namespace = self.layout(module).namespace(&source.path, &source.outline);
        let home = self.namespace_entry(family, &namespace);
        self.entries[home.0 as usize].modules.push(module);
        self.homes.push(home);
        for stmt in &source.outline.top {
            if let Stmt::Let { name, ty, value, .. } = stmt {
                let written = ty.clone().or_else(|| value.as_ref().and_then(constructed));
                let values = &mut self.entries[home.0 as usize].values;
                values.entry(name.clone()).or_insert((module, written));
            }
        }
        let mut declared = Vec::new();
        for (at, decl) in source.outline.types.iter().enumerate() {
            let full = join(&namespace, &decl.name);
            let id = self.entry(family, &full);
            let entry = &mut self.entries[id.0 as usize];
            entry.is_namespace = decl.kind == TypeKind::Namespace;
            if decl.kind != TypeKind::Extension {
                entry.declarations.push((module, at));
            }
            declared.push(id);
        }
        self.declared.push(declared);
    }

    fn namespace_entry(&mut self, family: &'static str, full: &str) -> TypeId {
        let id = self.entry(family, full);
        // A class may be called as a namespace is.
        let entry = &mut self.entries[id.0 as usize];
        entry.is_namespace = entry.declarations.is_empty();
        id
    }

    /// The entry with that full name, made together with those around it if it is new.
    fn entry(&mut self, family: &'static str, full: &str) -> TypeId {
        if let Some(id) = self.by_name.get(&(family, full.to_owned())) {
            return *id;
        }
        let id = TypeId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let full_name = full.to_owned();
        self.entries.push(Entry { full_name, is_namespace: true, ..Entry::default() });
        self.by_name.insert((family, full.to_owned()), id);
        if !full.is_empty() {
            let (around, name) = full.rsplit_once('.').unwrap_or(("", full));
            let around = self.entry(family, around);
            self.entries[id.0 as usize].around = Some(around);
            self.entries[around.0 as usize].children.insert(name.to_owned(), id);
        }
        id
    }

    /// Extensions of types that are declared elsewhere become part of them.
    fn adopt_extensions(&mut self) {
        for module in (0..self.sources.len()).map(ModuleId::at) {
            let source = &self.sources[module.index()];
            for (at, decl) in source.outline.types.iter().enumerate() {
                if decl.kind != TypeKind::Extension {
                    continue;
                }
                let written =
                    TypeRef { name: decl.name.clone(), args: Vec::new(), line: decl.line };
                let own = self.declared[module.index()][at];
                let is_own = !self.entries[own.0 as usize].declarations.is_empty();
                let found = match self.resolve_type(module, None, &written).head() {
                    Some(Head::Monolith(id)) if !is_own => *id,
                    _ => own,
                };
                self.entries[found.0 as usize].declarations.push((module, at));
                self.entries[found.0 as usize].is_namespace = false;
                self.declared[module.index()][at] = found;
            }
        }
    }

    fn enter_functions(&mut self) {
        let mut next = 0;
        for module in (0..self.sources.len()).map(ModuleId::at) {
            let family = self.family(module);
            let functions = &self.sources[module.index()].outline.functions;
            for decl in functions {
                let id = FunctionId(next);
                next += 1;
                let owner = match decl.owner {
                    Some(at) => self.declared[module.index()][at],
                    None => self.homes[module.index()],
                };
                let entry = &mut self.entries[owner.0 as usize];
                entry.functions.entry(decl.name.clone()).or_default().push(id);
                self.named.entry((family, decl.name.as_str())).or_default().push(id);
                if extensions::is_extension(decl) {
                    self.extensions.entry((family, decl.name.as_str())).or_default().push(id);
                }
            }
            self.first_function.push(next);
        }
    }

    fn enter_supers(&mut self) {
        for at in 0..self.entries.len() {
            let mut supers = Vec::new();
            for (module, decl) in self.entries[at].declarations.clone() {
                for written in &self.sources[module.index()].outline.types[decl].supers {
                    let ty = self.resolve_type(module, Some(decl), written);
                    let is_itself =
                        ty.monolith() == Some(TypeId(u32::try_from(at).unwrap_or(u32::MAX)));
                    if !is_itself && !supers.contains(&ty) {
                        supers.push(ty);
                    }
                }
            }
            self.entries[at].supers = supers;
        }
    }

    /// Takes over what was worked out from the code, in place of what was before.
    pub fn learn(&mut self, learned: Learned) {
        self.learned = learned;
    }

    /// What a function without a written result was seen to return.
    #[must_use]
    pub fn learned_return(&self, id: FunctionId) -> Option<&Ty> {
        self.learned.returns.get(&id)
    }

    /// The namespace that the top of a module stands in.
    #[must_use]
    pub fn home(&self, module: ModuleId) -> TypeId {
        self.homes[module.index()]
    }

    /// All functions as facts, module by module.
    #[must_use]
    pub fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            for decl in &source.outline.functions {
                let name = match decl.owner {
                    Some(owner) => format!("{}.{}", source.outline.types[owner].name, decl.name),
                    None => decl.name.clone(),
                };
                functions.push(Function {
                    module: ModuleId::at(at),
                    name,
                    line: decl.line,
                    end_line: decl.end_line,
                    visibility: decl.visibility,
                    signature: decl.signature.clone(),
                    transaction: super::transaction::opened_by(source, decl),
                });
            }
        }
        functions
    }

    /// The type that a declaration of a module declares, or adds to.
    #[must_use]
    pub fn declared(&self, module: ModuleId, type_index: usize) -> Option<TypeId> {
        self.declared.get(module.index())?.get(type_index).copied()
    }

    /// Every place that declares a type or adds to it, the one that matters most first.
    #[must_use]
    pub fn declarations(&self, id: TypeId) -> Vec<(ModuleId, &'a TypeDecl)> {
        let places = self.entries[id.0 as usize].declarations.iter();
        places
            .map(|(module, at)| (*module, &self.sources[module.index()].outline.types[*at]))
            .collect()
    }

    /// The modules that a type or namespace stands for, seen from a module: the one that declares it, or the files
    /// that it is. Of several declarations of one full name it is the own one, else the one nearest by path.
    #[must_use]
    pub fn modules_of(&self, id: TypeId, from: ModuleId) -> Vec<ModuleId> {
        let entry = &self.entries[id.0 as usize];
        if entry.declarations.is_empty() {
            return entry.modules.clone();
        }
        // What only adds to a type does not stand for it.
        let is_whole = |(module, at): &&(ModuleId, usize)| {
            self.sources[module.index()].outline.types[*at].kind != TypeKind::Extension
        };
        let has_whole = entry.declarations.iter().any(|place| is_whole(&place));
        let declared = || {
            let places = entry.declarations.iter().filter(|place| !has_whole || is_whole(place));
            places.map(|(module, _)| *module)
        };
        let near = |module: &ModuleId| {
            let (a, b) = (&self.sources[module.index()].path, &self.sources[from.index()].path);
            let shared = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count();
            (*module == from, shared, std::cmp::Reverse(*module))
        };
        declared().max_by_key(near).into_iter().collect()
    }

    /// Whether a module imports all of some package that is not of the monolith: then names that nothing declares
    /// come from there.
    #[must_use]
    pub fn imports_all_from_outside(&self, module: ModuleId) -> bool {
        if self.language(module).namespaces_before_imports() {
            return true;
        }
        let imports = self.sources[module.index()].outline.imports.iter();
        imports
            .filter(|import| import.member.as_deref() == Some("*"))
            .any(|import| self.import_path(module, &import.path).is_none())
    }

    #[must_use]
    pub fn is_enum(&self, id: TypeId) -> bool {
        self.declarations(id).first().is_some_and(|(_, decl)| decl.kind == TypeKind::Enum)
    }

    /// The type around a nested one.
    #[must_use]
    pub fn around(&self, module: ModuleId, id: TypeId) -> Option<TypeId> {
        let full = &self.entries[id.0 as usize].full_name;
        self.type_named(module, full.rsplit_once('.')?.0)
    }

    /// The type's full name, with its namespace.
    #[must_use]
    pub fn full_name(&self, id: TypeId) -> String {
        self.entries[id.0 as usize].full_name.clone()
    }

    /// The type's super types, directly extended and implemented, with their arguments.
    #[must_use]
    pub fn supers(&self, id: TypeId) -> Vec<Ty> {
        self.entries[id.0 as usize].supers.clone()
    }

    /// Whether a type is, extends or implements, over however many steps, an outside type of that name
    /// (without its package).
    #[must_use]
    pub fn descends_from(&self, id: TypeId, outside_name: &str) -> bool {
        self.any_super(id, |ty| ty.outside_name() == Some(outside_name))
    }

    /// The full names of all super types that are not of the monolith, over however many steps.
    #[must_use]
    pub fn outside_super_names(&self, id: TypeId) -> Vec<String> {
        let ids = self.with_supers(id);
        let supers = ids.iter().flat_map(|id| &self.entries[id.0 as usize].supers);
        let outside = supers.filter_map(|ty| match ty.head() {
            Some(Head::Outside(name)) => Some(name.to_string()),
            _ => None,
        });
        outside.collect()
    }

    /// A type and all its super types of the monolith, the nearest first.
    #[must_use]
    pub fn with_supers(&self, id: TypeId) -> Vec<TypeId> {
        let mut seen = vec![id];
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            for ty in &self.entries[id.0 as usize].supers {
                seen.extend(ty.monolith().filter(|id| !seen.contains(id)));
            }
        }
        seen
    }

    /// The type of that name that is declared within a type.
    #[must_use]
    pub fn nested_type(&self, id: TypeId, name: &str) -> Option<TypeId> {
        let nested = *self.entries[id.0 as usize].children.get(name)?;
        (!self.entries[nested.0 as usize].declarations.is_empty()).then_some(nested)
    }

    /// Whether some super type, over however many steps, is not of the monolith.
    #[must_use]
    pub fn has_outside_super(&self, id: TypeId) -> bool {
        self.any_super(id, |ty| ty.monolith().is_none())
    }

    /// The types from outside that a type extends and implements, over however many steps, without their packages.
    #[must_use]
    pub fn outside_supers(&self, id: TypeId) -> Vec<String> {
        let found = std::cell::RefCell::new(Vec::new());
        self.any_super(id, |ty| {
            found.borrow_mut().extend(ty.outside_name().map(str::to_owned));
            false
        });
        found.into_inner()
    }

    /// Whether something holds of a super type, over however many steps. Circles end.
    fn any_super(&self, id: TypeId, holds: impl Fn(&Ty) -> bool) -> bool {
        let mut seen = FxHashSet::default();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            for ty in &self.entries[id.0 as usize].supers {
                if holds(ty) {
                    return true;
                }
                waiting.extend(ty.monolith());
            }
        }
        false
    }

    /// The type of a field, inherited ones included, as far as it is known; `None` where there is no such field.
    #[must_use]
    pub fn own_or_inherited_field(&self, id: TypeId, field: &str) -> Option<Ty> {
        match self.member(id, field, &mut FxHashSet::default()) {
            Some(Target::Value(_, ty)) => Some(ty),
            _ => self.own_field(id, field).map(|(_, ty)| ty),
        }
    }

    /// The type of a field, inherited ones included.
    #[must_use]
    pub fn field_type(&self, id: TypeId, field: &str) -> Ty {
        match self.member(id, field, &mut FxHashSet::default()) {
            Some(Target::Value(_, ty)) => ty,
            _ => self.own_field(id, field).map_or(Ty::Unknown, |(_, ty)| ty),
        }
    }

    /// The functions of that name of a type, inherited ones included; the own ones first.
    #[must_use]
    pub fn methods(&self, id: TypeId, name: &str) -> Vec<FunctionId> {
        let mut seen = FxHashSet::default();
        let mut waiting = vec![id];
        let mut found = Vec::new();
        while let Some(id) = waiting.pop() {
            if !seen.insert(id) {
                continue;
            }
            let entry = &self.entries[id.0 as usize];
            found.extend(entry.functions.get(name).into_iter().flatten().copied());
            waiting.extend(entry.supers.iter().rev().filter_map(Ty::monolith));
        }
        found
    }

    /// The type of that full name in the languages of a module's family.
    #[must_use]
    pub fn type_named(&self, module: ModuleId, full: &str) -> Option<TypeId> {
        let id = *self.by_name.get(&(self.family(module), full.to_owned()))?;
        (!self.entries[id.0 as usize].is_namespace).then_some(id)
    }

    /// An object's type as one of its super types, with the arguments that it has there.
    #[must_use]
    pub fn seen_as(&self, object: &Ty, id: TypeId) -> Option<Ty> {
        let mut waiting = vec![object.clone()];
        let mut seen = FxHashSet::default();
        while let Some(ty) = waiting.pop() {
            let Some(own) = ty.monolith() else { continue };
            if own == id {
                return Some(ty);
            }
            if seen.insert(own) {
                waiting.extend(self.supers_of(&ty, own));
            }
        }
        None
    }

    /// The super types of an object's type, with its arguments in the place of type parameters.
    fn supers_of(&self, ty: &Ty, id: TypeId) -> Vec<Ty> {
        let entry = &self.entries[id.0 as usize];
        if ty.args().is_empty() {
            return entry.supers.clone();
        }
        let mut supers = Vec::new();
        for (module, at) in &entry.declarations {
            let decl = &self.sources[module.index()].outline.types[*at];
            for written in &decl.supers {
                let mut found = self.resolve_type(*module, Some(*at), written);
                let given = |written: &TypeRef| {
                    let place = decl.type_params.iter().position(|it| *it == written.name)?;
                    ty.args().get(place).cloned()
                };
                if let Ty::Object { args, .. } = &mut found {
                    for (arg, written) in args.iter_mut().zip(&written.args) {
                        *arg = given(written).unwrap_or_else(|| arg.clone());
                    }
                }
                if found.monolith() != Some(id) && !supers.contains(&found) {
                    supers.push(found);
                }
            }
        }
        supers
    }

    /// Every function of that plain name in the languages of a module's family.
    #[must_use]
    pub fn named(&self, module: ModuleId, name: &'a str) -> &[FunctionId] {
        self.named.get(&(self.family(module), name)).map_or(&[], Vec::as_slice)
    }

    /// The module and declaration of a function.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> Option<(ModuleId, &'a FunctionDecl)> {
        let module = self.first_function.partition_point(|first| *first <= id.0).checked_sub(1)?;
        let source = self.sources.get(module)?;
        let at = (id.0 - self.first_function[module]) as usize;
        Some((ModuleId::at(module), source.outline.functions.get(at)?))
    }

    /// The function at a place of a module's list.
    #[must_use]
    pub fn function_id(&self, module: ModuleId, function_index: usize) -> Option<FunctionId> {
        let source = self.sources.get(module.index())?;
        source.outline.functions.get(function_index)?;
        let at = u32::try_from(function_index).ok()?;
        Some(FunctionId(self.first_function[module.index()] + at))
    }
}

fn join(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { format!("{namespace}.{name}") }
}

fn layouts(
    sources: &[Source],
    manifests: &[(String, String)],
) -> FxHashMap<&'static str, Box<dyn Layout>> {
    let mut layouts: FxHashMap<&'static str, Box<dyn Layout>> = FxHashMap::default();
    for source in sources {
        let family = source.language.rules().family;
        if layouts.contains_key(family) {
            continue;
        }
        let modules: Vec<(&str, &super::outline::Outline)> = sources
            .iter()
            .filter(|source| source.language.rules().family == family)
            .map(|source| (source.path.as_str(), &source.outline))
            .collect();
        let manifests: Vec<(String, String)> = manifests
            .iter()
            .filter(|(path, _)| {
                let name = path.rsplit('/').next().unwrap_or(path);
                source.language.is_manifest(name)
            })
            .cloned()
            .collect();
        let project = Project { modules: &modules, manifests: &manifests };
        layouts.insert(family, source.language.layout(&project));
    }
    layouts
}
