//! What a written name means where it stands: scopes, imports, namespaces and what they hand on.

use std::{borrow::Cow, cell::Cell};

use rustc_hash::FxHashSet;

use super::{Symbols, Target};
use crate::{
    facts::ModuleId,
    import::code::{
        body::constructed,
        outline::{Import, TypeDecl, TypeKind, TypeRef},
        types::{Head, Ty, TypeId},
    },
};

/// How many aliases of aliases are followed.
const MOST_ALIASES: u32 = 5;

thread_local! {
    /// How many types of variables and fields are being resolved, one because of the other.
    static UNDER_WAY: Cell<u32> = const { Cell::new(0) };
}

/// Types may be written through variables and fields (`var a b` beside `var b a`), and those in a circle: beyond this
/// depth they stay unknown.
const DEEPEST: u32 = 8;

impl<'a> Symbols<'a> {
    /// What a type means where it is written: in a module, and in one of its declared types.
    #[must_use]
    pub fn resolve_type(&self, module: ModuleId, owner: Option<usize>, written: &TypeRef) -> Ty {
        self.type_at(module, owner, written, 0)
    }

    /// `aliases` counts how many were gone through: they may go around in circles.
    fn type_at(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        written: &TypeRef,
        aliases: u32,
    ) -> Ty {
        let each = written.args.iter();
        let args = || each.map(|arg| self.type_at(module, owner, arg, aliases)).collect();
        if let Some(decl) = self.has_type_parameter(module, owner, &written.name) {
            // Whatever it stands for, it is what it is bound to be.
            let bound = decl.bounds.iter().find(|(param, _)| *param == written.name);
            return match bound {
                Some((_, bound)) if bound.name != written.name && aliases < MOST_ALIASES => {
                    self.type_at(module, owner, bound, aliases + 1)
                }
                _ => Ty::Unknown,
            };
        }
        let head = match self.lookup(module, owner, &written.name, written.line) {
            Some(Target::Type(id)) => match self.alias_of(id) {
                Some((home, decl))
                    if decl.supers[0].name != written.name && aliases < MOST_ALIASES =>
                {
                    let of = &decl.supers[0];
                    // `type Maybe<T> = T` is what it is given.
                    let place = decl.type_params.iter().position(|param| *param == of.name);
                    return match place.map(|place| written.args.get(place)) {
                        Some(Some(arg)) => self.type_at(module, owner, arg, aliases + 1),
                        Some(None) => Ty::Unknown,
                        None => self.type_at(home, None, of, aliases + 1),
                    };
                }
                _ => Head::Monolith(self.with_arguments(id, written.args.len())),
            },
            Some(Target::Outside(name)) => Head::Outside(name.into()),
            Some(_) | None => Head::Outside(written.name.as_str().into()),
        };
        Ty::Object { head, args: args() }
    }

    /// Where an alias for one type is declared, and how.
    fn alias_of(&self, id: TypeId) -> Option<(ModuleId, &'a TypeDecl)> {
        let (module, at) = *self.entries[id.0 as usize].declarations.first()?;
        let decl = &self.sources[module.index()].outline.types[at];
        (decl.kind == TypeKind::Alias && decl.supers.len() == 1).then_some((module, decl))
    }

    /// The declared type around, where it has a type parameter of that name.
    fn has_type_parameter(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &str,
    ) -> Option<&'a TypeDecl> {
        let decl = self.sources[module.index()].outline.types.get(owner?)?;
        decl.type_params.iter().any(|param| param == name).then_some(decl)
    }

    /// What a written name means: its first segment in the place where it stands, the others within that.
    #[must_use]
    pub fn lookup(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        written: &str,
        line: u32,
    ) -> Option<Target> {
        if self.language(module).namespaces_before_imports() {
            return self.lookup_by_namespaces(module, owner, written);
        }
        let (first, rest) = match written.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (written, None),
        };
        match (self.lookup_plain(module, owner, first, line), rest) {
            (Some(target), None) => Some(target),
            (Some(target), Some(rest)) => self.within(&target, rest),
            (None, _) => {
                let source = &self.sources[module.index()];
                let namespace = &self.entries[self.homes[module.index()].0 as usize].full_name;
                let names = self.layout(module).full_names(&source.path, namespace, written);
                names.iter().filter(|name| name.contains('.')).find_map(|name| {
                    self.full(self.family(module), name, &mut FxHashSet::default())
                })
            }
        }
    }

    pub(super) fn within(&self, target: &Target, rest: &str) -> Option<Target> {
        let mut target = target.clone();
        for segment in rest.split('.') {
            target = match &target {
                Target::Type(id) | Target::Namespace(id) => {
                    self.member(*id, segment, &mut FxHashSet::default())?
                }
                Target::Outside(name) => Target::Outside(format!("{name}.{segment}")),
                Target::Functions(_) | Target::Value(..) => return None,
            };
        }
        Some(target)
    }

    fn lookup_plain(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &str,
        line: u32,
    ) -> Option<Target> {
        if let Some(found) = self.in_owner(module, owner, name) {
            return Some(found);
        }
        let source = &self.sources[module.index()];
        let holds = |import: &&Import| {
            import.within.is_none_or(|(first, last)| (first..=last).contains(&line))
        };
        let bound = source.outline.imports.iter().filter(holds);
        if let Some(import) = bound.clone().find(|import| bound_name(import) == Some(name)) {
            return Some(self.imported(module, import, &mut FxHashSet::default()));
        }
        let home = self.homes[module.index()];
        if let Some(found) = self.own_member(home, name) {
            return Some(found);
        }
        for import in bound.filter(|import| import.member.as_deref() == Some("*")) {
            if let Some(Target::Namespace(id) | Target::Type(id)) =
                self.import_path(module, &import.path)
                && id != home
                && let Some(found) = self.member(id, name, &mut FxHashSet::default())
            {
                return Some(found);
            }
        }
        let rules = source.language.rules();
        if !rules.enclosing_namespaces {
            return None;
        }
        let mut around = self.entries[home.0 as usize].full_name.as_str();
        while !around.is_empty() {
            around = around.rsplit_once('.').map_or("", |(outer, _)| outer);
            let id = *self.by_name.get(&(rules.family, around.to_owned()))?;
            if let Some(found) = self.own_member(id, name) {
                return Some(found);
            }
        }
        None
    }

    /// Types nested in the own type or one around it, and in their super types.
    pub(super) fn in_owner(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &str,
    ) -> Option<Target> {
        let own = self.declared(module, owner?)?;
        let mut around = own;
        loop {
            if let Some(id) = self.nested(around, name, 0) {
                return Some(self.as_target(id));
            }
            let entry = &self.entries[around.0 as usize];
            let is_it = entry.full_name.rsplit('.').next() == Some(name);
            if is_it && !entry.is_namespace {
                return Some(Target::Type(around));
            }
            let (outer, _) = entry.full_name.rsplit_once('.')?;
            around = *self.by_name.get(&(self.family(module), outer.to_owned()))?;
            if self.entries[around.0 as usize].is_namespace {
                return None;
            }
        }
    }

    fn nested(&self, id: TypeId, name: &str, depth: u32) -> Option<TypeId> {
        let entry = &self.entries[id.0 as usize];
        if let Some(found) = entry.children.get(name) {
            return Some(*found);
        }
        let mut supers = entry.supers.iter().filter_map(Ty::monolith);
        if depth > 8 { None } else { supers.find_map(|id| self.nested(id, name, depth + 1)) }
    }

    pub(super) fn as_target(&self, id: TypeId) -> Target {
        let entry = &self.entries[id.0 as usize];
        if entry.declarations.is_empty() { Target::Namespace(id) } else { Target::Type(id) }
    }

    /// What an import means, `Outside` where the monolith has nothing of that name.
    pub fn imported(
        &self,
        module: ModuleId,
        import: &Import,
        seen: &mut FxHashSet<(TypeId, String)>,
    ) -> Target {
        let member = import.member.as_deref().filter(|member| *member != "*");
        let written = match member {
            Some(member) if import.path.ends_with('.') => format!("{}{member}", import.path),
            Some(member) => format!("{}.{member}", import.path),
            None => import.path.clone(),
        };
        let family = self.family(module);
        for name in self.names_of(module, &import.path).iter() {
            let found = match member {
                Some(member) => self.full(family, name, seen).and_then(|target| match target {
                    Target::Type(id) | Target::Namespace(id) => {
                        let whole = matches!(member, "default" | "export=");
                        let module = whole.then_some(Target::Namespace(id));
                        self.member(id, member, seen).or(module)
                    }
                    _ => None,
                }),
                None => self.full(family, name, seen),
            };
            if let Some(found) = found {
                return found;
            }
        }
        Target::Outside(written)
    }

    /// The namespace or type that an import's path names.
    pub fn import_path(&self, module: ModuleId, path: &str) -> Option<Target> {
        let family = self.family(module);
        let names = self.names_of(module, path);
        names.iter().find_map(|name| self.full(family, name, &mut FxHashSet::default()))
    }

    /// The full names that a path in an import may mean.
    fn names_of<'b>(&'b self, module: ModuleId, path: &'b str) -> Cow<'b, [String]> {
        match self.import_names.get(&(module, path)) {
            Some(names) => Cow::Borrowed(names),
            None => Cow::Owned(self.names_as_written(module, path)),
        }
    }

    fn names_as_written(&self, module: ModuleId, path: &str) -> Vec<String> {
        let source = &self.sources[module.index()];
        let namespace = &self.entries[self.homes[module.index()].0 as usize].full_name;
        self.layout(module).full_names(&source.path, namespace, path)
    }

    /// Looks for the files of all imports once: what is handed on is asked for again and again.
    pub(super) fn enter_imports(&mut self) {
        let sources = self.sources;
        for (at, source) in sources.iter().enumerate() {
            if !source.language.rules().file_namespaces {
                continue;
            }
            let module = ModuleId::at(at);
            for import in &source.outline.imports {
                if !self.import_names.contains_key(&(module, import.path.as_str())) {
                    let names = self.names_as_written(module, &import.path);
                    self.import_names.insert((module, &import.path), names);
                }
            }
        }
    }

    /// What a full name means: the longest part of it that is an entry, then members within that.
    fn full(
        &self,
        family: &'static str,
        name: &str,
        seen: &mut FxHashSet<(TypeId, String)>,
    ) -> Option<Target> {
        if let Some(id) = self.by_name.get(&(family, name.to_owned())) {
            return Some(self.as_target(*id));
        }
        let (around, last) = name.rsplit_once('.')?;
        match self.full(family, around, seen)? {
            Target::Type(id) | Target::Namespace(id) => self.member(id, last, seen),
            _ => None,
        }
    }

    /// What an entry declares itself under a name: a type, a function, a variable.
    fn own_member(&self, id: TypeId, name: &str) -> Option<Target> {
        let entry = &self.entries[id.0 as usize];
        if let Some(child) = entry.children.get(name)
            && (!self.entries[child.0 as usize].declarations.is_empty()
                || !entry.functions.contains_key(name))
        {
            return Some(self.as_target(*child));
        }
        if let Some(functions) = entry.functions.get(name) {
            return Some(Target::Functions(functions.clone()));
        }
        let (module, written) = entry.values.get(name)?;
        let ty = written.as_ref();
        let ty = ty.and_then(|ty| guarded(|| self.resolve_type(*module, None, ty)));
        let ty = ty.or_else(|| self.learned_member(id, name).cloned());
        Some(Target::Value(*module, ty.unwrap_or_default()))
    }

    /// What an entry has under a name, its super types and what its files hand on included.
    pub fn member(
        &self,
        id: TypeId,
        name: &str,
        seen: &mut FxHashSet<(TypeId, String)>,
    ) -> Option<Target> {
        if !seen.insert((id, name.to_owned())) {
            return None;
        }
        if let Some(found) = self.own_member(id, name) {
            return Some(found);
        }
        let entry = &self.entries[id.0 as usize];
        for ty in &entry.supers {
            if let Some(id) = ty.monolith()
                && let Some(found) = self.member(id, name, seen)
            {
                return Some(found);
            }
        }
        if let Some((module, field)) = self.own_field(id, name) {
            return Some(Target::Value(module, field));
        }
        if let (Some(ty), Some((module, _))) =
            (self.learned_member(id, name), entry.declarations.first())
        {
            return Some(Target::Value(*module, ty.clone()));
        }
        entry.modules.iter().find_map(|module| self.handed_on(*module, name, seen))
    }

    fn handed_on(
        &self,
        module: ModuleId,
        name: &str,
        seen: &mut FxHashSet<(TypeId, String)>,
    ) -> Option<Target> {
        let imports = self.sources[module.index()].outline.imports.iter();
        for import in imports.filter(|import| import.reexport) {
            if bound_name(import) == Some(name) {
                let target = self.imported(module, import, seen);
                if !matches!(target, Target::Outside(_)) {
                    return Some(target);
                }
            }
            if import.member.as_deref() == Some("*")
                && let Some(Target::Namespace(id) | Target::Type(id)) =
                    self.import_path(module, &import.path)
                && let Some(found) = self.member(id, name, seen)
            {
                return Some(found);
            }
        }
        None
    }

    pub(super) fn own_field(&self, id: TypeId, name: &str) -> Option<(ModuleId, Ty)> {
        self.entries[id.0 as usize].declarations.iter().find_map(|(module, at)| {
            let decl = &self.sources[module.index()].outline.types[*at];
            let field = decl.fields.iter().find(|field| field.name == name)?;
            let written = field.ty.clone().or_else(|| field.value.as_ref().and_then(constructed));
            let ty = written.and_then(|ty| guarded(|| self.resolve_type(*module, Some(*at), &ty)));
            let ty = ty.or_else(|| self.learned_member(id, name).cloned());
            Some((*module, ty.unwrap_or_default()))
        })
    }

    fn learned_member(&self, id: TypeId, name: &str) -> Option<&Ty> {
        if self.learned.members.is_empty() {
            return None;
        }
        self.learned.members.get(&(id, name.to_owned()))
    }
}

/// Resolves a type, unless too many others wait for it.
fn guarded<T>(resolve: impl FnOnce() -> T) -> Option<T> {
    let depth = UNDER_WAY.get();
    if depth >= DEEPEST {
        return None;
    }
    UNDER_WAY.set(depth + 1);
    let resolved = resolve();
    UNDER_WAY.set(depth);
    Some(resolved)
}

/// The name that an import binds in its file.
fn bound_name(import: &Import) -> Option<&str> {
    let member = import.member.as_deref();
    if member == Some("*") {
        return import.alias.as_deref();
    }
    let named = import.alias.as_deref().or(member);
    named.or_else(|| import.path.rsplit(['.', '/']).next())
}
