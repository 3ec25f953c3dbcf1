//! What a path means in Rust: imports, globs, re-exports and crates followed to what is declared.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{
    TABLE,
    members::Members,
    scopes::{Item, Tree},
};
use crate::import::code::{
    outline::{Import, TypeKind, TypeRef},
    types::{Head, Ty, TypeId},
};

/// How many names may be followed one through the other.
const LONGEST_CHAIN: usize = 48;
/// The sign that the name of an outside type is a type parameter.
pub(super) const PARAM: char = '\'';

/// Looks up names, and remembers what it found.
pub(super) struct Paths<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    /// Known once all `impl` blocks have been read.
    pub(super) members: Option<&'t Members<'a>>,
    found: FxHashMap<(usize, String, bool), Rc<[Item]>>,
    /// Found while another search goes on: perhaps not complete.
    partly: FxHashMap<(usize, String, bool), Rc<[Item]>>,
    active: Vec<(usize, String)>,
}

/// What a path led to.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) items: Vec<Item>,
    /// The last module or type on the way where the end could not be found: macros may have made it.
    pub(super) stopped_at: Option<Item>,
}

impl<'t, 'a> Paths<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, members: Option<&'t Members<'a>>) -> Self {
        Self {
            tree,
            members,
            found: FxHashMap::default(),
            partly: FxHashMap::default(),
            active: Vec::new(),
        }
    }

    /// What `name` means in a module; `private` where the asker sees what is not handed on.
    pub(super) fn in_scope(&mut self, scope: usize, name: &str, private: bool) -> Rc<[Item]> {
        let key = (scope, name.to_owned(), private);
        if let Some(known) = self.found.get(&key).or_else(|| self.partly.get(&key)) {
            return Rc::clone(known);
        }
        let own = self.tree.scopes[scope].items.get(name).map_or_else(Vec::new, Clone::clone);
        let cyclic = self.active.iter().any(|(at, active)| *at == scope && active == name);
        if cyclic || self.active.len() > LONGEST_CHAIN {
            return own.into();
        }
        self.active.push((scope, name.to_owned()));
        let items = self.declared_or_imported(scope, name, private, own);
        self.active.pop();
        let items: Rc<[Item]> = items.into();
        if self.active.is_empty() {
            self.partly.clear();
            self.found.insert(key, Rc::clone(&items));
        } else {
            self.partly.insert(key, Rc::clone(&items));
        }
        items
    }

    fn declared_or_imported(
        &mut self,
        scope: usize,
        name: &str,
        private: bool,
        mut items: Vec<Item>,
    ) -> Vec<Item> {
        let imports = &self.tree.scopes[scope].imports;
        let (plain, mark) = name.strip_suffix('!').map_or((name, ""), |plain| (plain, "!"));
        for import in imports.iter().filter(|import| private || import.reexport) {
            if import.member.is_none() && bound_name(import) == plain {
                let found = self.import(scope, import, mark);
                items.extend(found.items);
            }
        }
        if items.is_empty() {
            for import in imports.iter().filter(|import| private || import.reexport) {
                if import.member.is_some() {
                    items.extend(self.through_glob(scope, import, name));
                }
            }
        }
        items.sort();
        items.dedup();
        items
    }

    /// What a glob import gives for a name.
    fn through_glob(&mut self, scope: usize, import: &Import, name: &str) -> Vec<Item> {
        let target = self.import(scope, import, "");
        let mut items = Vec::new();
        for item in target.items {
            match item {
                Item::Scope(inner) => {
                    let private = self.tree.is_within(scope, inner);
                    items.extend(self.in_scope(inner, name, private).iter().cloned());
                }
                Item::Type(number) => items.extend(self.nested(number, name)),
                _ => {}
            }
        }
        items
    }

    /// What an import names. `mark` is appended: `!` where a macro is wanted.
    pub(super) fn import(&mut self, scope: usize, import: &Import, mark: &str) -> Found {
        let segments: Vec<String> = import.path.split('.').map(str::to_owned).collect();
        self.path_marked(scope, None, &segments, mark)
    }

    /// What a path means at a line of a module.
    pub(super) fn path(&mut self, scope: usize, line: u32, path: &str) -> Found {
        let segments: Vec<String> = path.split('.').map(str::to_owned).collect();
        self.path_marked(scope, Some(line), &segments, "")
    }

    fn path_marked(
        &mut self,
        scope: usize,
        line: Option<u32>,
        segments: &[String],
        mark: &str,
    ) -> Found {
        let Some(first) = segments.first() else { return Found::default() };
        let (mut items, mut at) = match first.as_str() {
            "crate" | "$crate" => (vec![Item::Scope(self.tree.scopes[scope].root)], 1),
            "self" => (vec![Item::Scope(self.file_of(scope))], 1),
            "super" => self.outwards(scope, segments),
            _ if segments.len() == 1 => (self.first(scope, line, &format!("{first}{mark}")), 1),
            _ => (self.first(scope, line, first), 1),
        };
        let mut stopped_at = None;
        while at < segments.len() && !items.is_empty() {
            let last = at + 1 == segments.len();
            let name = if last { format!("{}{mark}", segments[at]) } else { segments[at].clone() };
            let next = self.step(scope, &items, &name);
            if next.is_empty() {
                stopped_at = items.into_iter().find(|item| !matches!(item, Item::Outside(_)));
                return Found { items: Vec::new(), stopped_at: stopped_at.filter(|_| last) };
            }
            items = next;
            at += 1;
        }
        if items.is_empty() {
            stopped_at = None;
        }
        Found { items, stopped_at }
    }

    /// `self` and `super` count from the file: inline modules were taken out when it was lowered.
    fn file_of(&self, scope: usize) -> usize {
        self.tree.file_scope(self.tree.scopes[scope].source)
    }

    fn outwards(&self, scope: usize, segments: &[String]) -> (Vec<Item>, usize) {
        let mut at = 0;
        let mut scope = Some(self.file_of(scope));
        while segments.get(at).is_some_and(|segment| segment == "super") {
            scope = scope.and_then(|scope| self.tree.scopes[scope].parent);
            at += 1;
        }
        (scope.map(Item::Scope).into_iter().collect(), at)
    }

    /// What the first name of a path means.
    fn first(&mut self, scope: usize, line: Option<u32>, name: &str) -> Vec<Item> {
        if let Some(line) = line {
            let found = self.in_blocks(scope, line, name);
            if !found.is_empty() {
                return found;
            }
        }
        let found = self.in_scope(scope, name, true);
        if !found.is_empty() {
            return found.to_vec();
        }
        // A function inside of an inline module may stand in a block: what the file has is seen there too.
        let package = self.tree.scopes[scope].package;
        if let Some(krate) = self.tree.packages.library(package, name)
            && let Some(root) = self.tree.crate_scopes[krate]
        {
            return vec![Item::Scope(root)];
        }
        if self.tree.packages.names_outside(package, name) {
            return vec![Item::Outside(name.to_owned())];
        }
        Vec::new()
    }

    /// What imports inside of functions say, the innermost block first.
    fn in_blocks(&mut self, scope: usize, line: u32, name: &str) -> Vec<Item> {
        let source = self.tree.scopes[scope].source;
        let Some(imports) = self.tree.block_imports.get(&source) else { return Vec::new() };
        let (plain, mark) = name.strip_suffix('!').map_or((name, ""), |plain| (plain, "!"));
        let mut seen: Vec<(u32, &Import)> = imports
            .iter()
            .filter_map(|import| {
                let (from, to) = import.within?;
                (from <= line && line <= to).then_some((to - from, *import))
            })
            .collect();
        seen.sort_by_key(|(length, import)| (*length, import.member.is_some(), import.line));
        for (_, import) in seen {
            let found = if import.member.is_some() {
                self.through_glob(scope, import, name)
            } else if bound_name(import) == plain {
                self.block_import(scope, import, mark)
            } else {
                Vec::new()
            };
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// An import inside of a block sees those around it.
    fn block_import(&mut self, scope: usize, import: &Import, mark: &str) -> Vec<Item> {
        let found = self.import(scope, import, mark);
        if !found.items.is_empty() {
            return found.items;
        }
        let segments: Vec<String> = import.path.split('.').map(str::to_owned).collect();
        let cyclic = segments.first().is_none_or(|first| *first == bound_name(import));
        if cyclic || self.active.len() > LONGEST_CHAIN {
            return Vec::new();
        }
        self.active.push((usize::MAX, import.path.clone()));
        let found = self.path_marked(scope, Some(import.line), &segments, mark);
        self.active.pop();
        found.items
    }

    /// What `name` means within any of `items`.
    fn step(&mut self, scope: usize, items: &[Item], name: &str) -> Vec<Item> {
        let mut out = Vec::new();
        for item in items {
            match item {
                Item::Scope(inner) => {
                    let private = self.tree.is_within(scope, *inner);
                    out.extend(self.in_scope(*inner, name, private).iter().cloned());
                }
                Item::Type(number) => out.extend(self.within_type(*number, name, 0)),
                Item::Outside(path) => out.push(Item::Outside(format!("{path}.{name}"))),
                Item::Function(_) | Item::Constant(..) | Item::Field(..) => {}
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// Variants, columns and nested types.
    fn nested(&self, number: usize, name: &str) -> Vec<Item> {
        let decl = self.tree.decl(number);
        if let Some(inner) = self.tree.nested[number].get(name) {
            return vec![Item::Type(*inner)];
        }
        let has_names = matches!(decl.kind, TypeKind::Enum | TypeKind::Namespace)
            || decl.annotations.iter().any(|note| note.name == TABLE);
        decl.fields
            .iter()
            .position(|field| field.name == name && (has_names || field.value.is_some()))
            .map(|at| Item::Field(number, at))
            .into_iter()
            .collect()
    }

    /// What `Type::name` means.
    pub(super) fn within_type(&mut self, number: usize, name: &str, depth: u32) -> Vec<Item> {
        let found = self.nested(number, name);
        if !found.is_empty() || depth > 8 {
            return found;
        }
        let decl = self.tree.decl(number);
        if decl.kind == TypeKind::Alias {
            let target = self.alias_target(number);
            return match target.monolith() {
                Some(target) => self.within_type(target.0 as usize, name, depth + 1),
                None => target
                    .head()
                    .and_then(Head::outside_name)
                    .filter(|outside| !outside.starts_with(PARAM))
                    .map(|outside| Item::Outside(format!("{outside}.{name}")))
                    .into_iter()
                    .collect(),
            };
        }
        let Some(members) = self.members else { return Vec::new() };
        let methods = members.named(self.tree, number, name);
        if !methods.is_empty() {
            return methods.into_iter().map(Item::Function).collect();
        }
        members.constant(self.tree, number, name).into_iter().collect()
    }

    fn alias_target(&mut self, number: usize) -> Ty {
        let decl = self.tree.decl(number);
        let (source, _) = self.tree.types[number];
        let scope = self.tree.scope_at(source, decl.line);
        match decl.supers.first() {
            Some(target) => self.ty(scope, target, &decl.type_params),
            None => Ty::Unknown,
        }
    }

    // ---- types

    /// What a written type means at its place. Type parameters are outside types whose name begins with
    /// [`PARAM`].
    pub(super) fn ty(&mut self, scope: usize, written: &TypeRef, params: &[String]) -> Ty {
        self.ty_at(scope, written.line, written, params, 0)
    }

    /// The same for a type without a line of its own, named at `line`.
    pub(super) fn ty_at(
        &mut self,
        scope: usize,
        line: u32,
        written: &TypeRef,
        params: &[String],
        depth: u32,
    ) -> Ty {
        if written.name.is_empty() || depth > 16 {
            return Ty::Unknown;
        }
        let line = if written.line > 0 { written.line } else { line };
        let args: Vec<Ty> = written
            .args
            .iter()
            .map(|arg| self.ty_at(scope, line, arg, params, depth + 1))
            .collect();
        if params.contains(&written.name) {
            return Ty::Object {
                head: Head::Outside(format!("{PARAM}{}", written.name).into()),
                args,
            };
        }
        let found = self.path(scope, line, &written.name);
        for item in &found.items {
            match item {
                Item::Type(number) => return self.expanded(*number, args, depth),
                Item::Outside(path) => {
                    return Ty::Object { head: Head::Outside(path.as_str().into()), args };
                }
                _ => {}
            }
        }
        if found.items.is_empty() && !written.name.contains('.') {
            return Ty::Object { head: Head::Outside(written.name.as_str().into()), args };
        }
        Ty::Unknown
    }

    /// A type with its arguments; an alias as what it stands for.
    fn expanded(&mut self, number: usize, args: Vec<Ty>, depth: u32) -> Ty {
        let decl = self.tree.decl(number);
        if decl.kind != TypeKind::Alias || depth > 8 {
            let id = TypeId(u32::try_from(number).unwrap_or(u32::MAX));
            return Ty::Object { head: Head::Monolith(id), args };
        }
        let (source, _) = self.tree.types[number];
        let scope = self.tree.scope_at(source, decl.line);
        let Some(target) = decl.supers.first() else { return Ty::Unknown };
        let target = self.ty_at(scope, decl.line, target, &decl.type_params, depth + 1);
        substituted(&target, &|name| {
            let at = decl.type_params.iter().position(|param| param == name)?;
            Some(args.get(at).cloned().unwrap_or(Ty::Unknown))
        })
    }
}

/// The name an import gives to what it brings in.
pub(super) fn bound_name(import: &Import) -> &str {
    match &import.alias {
        Some(alias) => alias,
        None => import.path.rsplit('.').next().unwrap_or(&import.path),
    }
}

/// The type with its parameters replaced where `by` knows them.
pub(super) fn substituted(ty: &Ty, by: &dyn Fn(&str) -> Option<Ty>) -> Ty {
    match ty {
        Ty::Object { head, args } => {
            if let Head::Outside(name) = head
                && let Some(param) = name.strip_prefix(PARAM)
                && let Some(known) = by(param)
            {
                return known;
            }
            let args = args.iter().map(|arg| substituted(arg, by)).collect();
            Ty::Object { head: head.clone(), args }
        }
        Ty::Callable(result) => Ty::Callable(Box::new(substituted(result, by))),
        _ => ty.clone(),
    }
}
