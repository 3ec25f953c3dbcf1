//! What belongs to a type in Rust: methods and constants of its `impl` blocks, and of the traits it implements.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    paths::{PARAM, Paths},
    scopes::{Item, Tree},
    types::ANY_OF,
};
use crate::import::code::{
    outline::{TypeDecl, TypeKind, TypeRef},
    types::{Head, Ty, TypeId},
};

type ByName<'a> = BTreeMap<&'a str, Vec<usize>>;

/// Methods, traits and constants, by the numbers of [`Tree`].
pub(super) struct Members<'a> {
    /// By type.
    methods: Vec<ByName<'a>>,
    /// By type: traits it implements, a trait's own supertraits, a variant's enum.
    supers: Vec<Vec<Ty>>,
    /// By type: the declaration that has the constant, and its place there.
    constants: Vec<BTreeMap<&'a str, (usize, usize)>>,
    /// By the outside type's name without its path: what traits of the monolith give to it.
    outside: BTreeMap<String, Outside<'a>>,
    /// What traits of the monolith give to everything.
    blanket: Outside<'a>,
    /// By function: what `self` is in it.
    pub(super) selves: Vec<Option<Ty>>,
    /// Every method of a type or trait, by its name.
    pub(super) by_name: ByName<'a>,
}

/// What `impl` blocks of the monolith add to types of others.
#[derive(Default)]
struct Outside<'a> {
    methods: ByName<'a>,
    traits: BTreeSet<usize>,
}

impl<'a> Members<'a> {
    pub(super) fn new(tree: &Tree<'a>) -> Self {
        let types = tree.types.len();
        let mut members = Self {
            methods: vec![BTreeMap::new(); types],
            supers: vec![Vec::new(); types],
            constants: vec![BTreeMap::new(); types],
            outside: BTreeMap::new(),
            blanket: Outside::default(),
            selves: vec![None; tree.functions.len()],
            by_name: BTreeMap::new(),
        };
        let mut paths = Paths::new(tree, None);
        let owners: Vec<Option<Ty>> =
            (0..types).map(|number| owner_type(tree, &mut paths, number)).collect();
        for (number, own) in owners.iter().enumerate() {
            if let Some(own) = own {
                members.add_type(tree, &mut paths, number, own);
            }
        }
        members.add_functions(tree, &owners);
        members
    }

    fn add_type(&mut self, tree: &Tree<'a>, paths: &mut Paths<'_, 'a>, number: usize, own: &Ty) {
        let decl = tree.decl(number);
        let (source, _) = tree.types[number];
        let scope = tree.scope_at(source, decl.line);
        for written in &decl.supers {
            let implemented = paths.ty_at(scope, decl.line, written, &decl.type_params, 0);
            if implemented.is_unknown() {
                continue;
            }
            let a_trait = implemented.monolith().map(|id| id.0 as usize);
            match place_of(own) {
                Place::Monolith(target) => self.supers[target].push(implemented),
                Place::Outside(name) => {
                    self.outside.entry(name.to_owned()).or_default().traits.extend(a_trait);
                }
                Place::Anything => self.blanket.traits.extend(a_trait),
            }
        }
        if let Place::Monolith(target) = place_of(own) {
            for (at, field) in decl.fields.iter().enumerate() {
                if field.value.is_some() || decl.kind == TypeKind::Interface {
                    self.constants[target].entry(&field.name).or_insert((number, at));
                }
            }
        }
    }

    fn add_functions(&mut self, tree: &Tree<'a>, owners: &[Option<Ty>]) {
        for number in 0..tree.functions.len() {
            let (source, at) = tree.functions[number];
            let function = &tree.sources[source].outline.functions[at];
            let Some(owner) = function.owner else { continue };
            let owner = tree.type_number(source, owner);
            let Some(own) = &owners[owner] else { continue };
            self.selves[number] = Some(own.clone());
            self.by_name.entry(&function.name).or_default().push(number);
            let methods = match place_of(own) {
                Place::Monolith(target) => &mut self.methods[target],
                Place::Outside(name) => {
                    &mut self.outside.entry(name.to_owned()).or_default().methods
                }
                Place::Anything => &mut self.blanket.methods,
            };
            methods.entry(&function.name).or_default().push(number);
        }
    }

    /// The functions of that name that a type has: its own, or else those of its traits.
    pub(super) fn named(&self, tree: &Tree<'a>, number: usize, name: &str) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![number];
        let mut found = Vec::new();
        while let Some(number) = waiting.pop() {
            if !seen.insert(number) {
                continue;
            }
            if let Some(own) = self.methods[number].get(name) {
                if seen.len() == 1 {
                    return own.clone();
                }
                found.extend(own.iter().copied());
                continue;
            }
            waiting.extend(self.supers_of(tree, number));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The monolith's traits that a type implements directly, its enum where it is a variant.
    fn supers_of(&self, tree: &Tree<'a>, number: usize) -> Vec<usize> {
        let decl = tree.decl(number);
        if decl.kind == TypeKind::Alias {
            return Vec::new();
        }
        self.supers[number].iter().filter_map(|ty| ty.monolith().map(|id| id.0 as usize)).collect()
    }

    /// Everything a type implements or is, directly.
    pub(super) fn supers(&self, number: usize) -> &[Ty] {
        &self.supers[number]
    }

    /// An associated constant of a type.
    pub(super) fn constant(&self, tree: &Tree<'a>, number: usize, name: &str) -> Option<Item> {
        let own = self.constants[number].get(name);
        let found = own.or_else(|| {
            self.supers_of(tree, number).into_iter().find_map(|of| self.constants[of].get(name))
        });
        found.map(|(decl, at)| Item::Field(*decl, *at))
    }

    /// What a trait of the monolith gives to an outside type under that name.
    pub(super) fn of_outside(&self, tree: &Tree<'a>, outside: &str, name: &str) -> Vec<usize> {
        let short = outside.rsplit('.').next().unwrap_or(outside);
        self.outside.get(short).map_or_else(Vec::new, |added| self.added(tree, added, name))
    }

    /// What a trait of the monolith gives to everything under that name.
    pub(super) fn of_everything(&self, tree: &Tree<'a>, name: &str) -> Vec<usize> {
        self.added(tree, &self.blanket, name)
    }

    fn added(&self, tree: &Tree<'a>, added: &Outside<'a>, name: &str) -> Vec<usize> {
        if let Some(own) = added.methods.get(name) {
            return own.clone();
        }
        let mut found: Vec<usize> =
            added.traits.iter().flat_map(|of| self.named(tree, *of, name)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The traits among whose methods a method stands: where it is declared, or what its `impl` is of.
    pub(super) fn traits_of(&self, tree: &Tree<'a>, function: usize) -> Vec<usize> {
        let (source, at) = tree.functions[function];
        let decl = &tree.sources[source].outline.functions[at];
        let Some(owner) = decl.owner else { return Vec::new() };
        let owner = tree.type_number(source, owner);
        if tree.decl(owner).kind == TypeKind::Interface {
            return vec![owner];
        }
        let all: Vec<usize> = match self.selves[function].as_ref().map(place_of) {
            Some(Place::Monolith(target)) => self.supers_of(tree, target),
            Some(Place::Outside(name)) => self
                .outside
                .get(name)
                .map_or_else(Vec::new, |added| added.traits.iter().copied().collect()),
            Some(Place::Anything) => self.blanket.traits.iter().copied().collect(),
            None => Vec::new(),
        };
        all.into_iter().filter(|of| self.methods[*of].contains_key(decl.name.as_str())).collect()
    }
}

/// To whom an `impl` block adds.
enum Place<'t> {
    Monolith(usize),
    Outside(&'t str),
    Anything,
}

fn place_of(own: &Ty) -> Place<'_> {
    if let Some(id) = own.monolith() {
        return Place::Monolith(id.0 as usize);
    }
    match own.head().and_then(Head::outside_name) {
        Some(name) if !name.starts_with(PARAM) && name != ANY_OF => Place::Outside(name),
        _ => Place::Anything,
    }
}

/// What `Self` is in a declaration; `None` where it has no methods.
fn owner_type<'a>(tree: &Tree<'a>, paths: &mut Paths<'_, 'a>, number: usize) -> Option<Ty> {
    let decl = tree.decl(number);
    match decl.kind {
        TypeKind::Namespace | TypeKind::Alias => None,
        TypeKind::Extension => {
            let (source, _) = tree.types[number];
            let scope = tree.scope_at(source, decl.line);
            let written = TypeRef { name: decl.name.clone(), args: Vec::new(), line: decl.line };
            let mut own = paths.ty_at(scope, decl.line, &written, &decl.type_params, 0);
            if let Some(id) = own.monolith() {
                own = object(tree, id.0 as usize);
            }
            (!own.is_unknown()).then_some(own)
        }
        _ => Some(object(tree, number)),
    }
}

/// A type with its own parameters as arguments.
pub(super) fn object(tree: &Tree<'_>, number: usize) -> Ty {
    let decl: &TypeDecl = tree.decl(number);
    let args =
        decl.type_params.iter().map(|param| Ty::outside(&format!("{PARAM}{param}"))).collect();
    let id = TypeId(u32::try_from(number).unwrap_or(u32::MAX));
    Ty::Object { head: Head::Monolith(id), args }
}
