//! Names as C# looks them up: in the namespaces around first, then in what imports bring in.

use rustc_hash::FxHashSet;

use super::{Symbols, Target};
use crate::{
    facts::ModuleId,
    import::code::{outline::Import, types::TypeId},
};

/// What the imports of one file bring in, its own and those that hold in it without standing there.
#[derive(Default)]
pub(super) struct Usings {
    /// Namespaces and types whose members are seen.
    spaces: Vec<TypeId>,
    /// Other names for what they stand for.
    aliases: Vec<(String, Target)>,
}

impl Symbols<'_> {
    pub(super) fn enter_usings(&mut self) {
        let modules = (0..self.sources.len()).map(ModuleId::at);
        self.usings = modules.map(|module| self.usings_of(module)).collect();
    }

    /// In C# `Result` and `Result<T>` are two types: each but the one with the fewest parameters gets an entry of its
    /// own, called as its metadata is: ``Result`1``.
    pub(super) fn split_by_arity(&mut self) {
        for at in 0..self.entries.len() {
            let declarations = self.entries[at].declarations.clone();
            let [(first, _), _, ..] = declarations[..] else { continue };
            if !self.language(first).namespaces_before_imports() {
                continue;
            }
            let sources = self.sources;
            let arity = |module: ModuleId, decl: usize| {
                sources[module.index()].outline.types[decl].type_params.len()
            };
            let least = declarations.iter().map(|(module, decl)| arity(*module, *decl)).min();
            let family = self.family(first);
            for (module, decl) in declarations {
                let count = arity(module, decl);
                if Some(count) == least {
                    continue;
                }
                let full = format!("{}`{count}", self.entries[at].full_name);
                let id = self.entry(family, &full);
                let children = self.entries[at].children.clone();
                self.entries[at].declarations.retain(|known| *known != (module, decl));
                let entry = &mut self.entries[id.0 as usize];
                entry.is_namespace = false;
                entry.declarations.push((module, decl));
                entry.children = children;
                self.declared[module.index()][decl] = id;
                let own = TypeId(u32::try_from(at).unwrap_or(u32::MAX));
                self.by_arity.insert((own, count), id);
            }
        }
    }

    /// A type as it is meant with so many type arguments.
    #[must_use]
    pub fn with_arguments(&self, id: TypeId, arguments: usize) -> TypeId {
        self.by_arity.get(&(id, arguments)).copied().unwrap_or(id)
    }

    fn usings_of(&self, module: ModuleId) -> Usings {
        let mut usings = Usings::default();
        if !self.language(module).namespaces_before_imports() {
            return usings;
        }
        let source = &self.sources[module.index()];
        let also = self.layout(module).also_imported(&source.path);
        for import in source.outline.imports.iter().chain(also) {
            if let Some(alias) = &import.alias {
                let target = self.imported(module, import, &mut FxHashSet::default());
                usings.aliases.push((alias.clone(), target));
            } else if let Some(id) = self.space(module, import)
                && !usings.spaces.contains(&id)
            {
                usings.spaces.push(id);
            }
        }
        usings
    }

    fn space(&self, module: ModuleId, import: &Import) -> Option<TypeId> {
        match self.import_path(module, &import.path)? {
            Target::Type(id) | Target::Namespace(id) => Some(id),
            _ => None,
        }
    }

    /// What a written name means. Of a plain name it is the first type, else the first namespace; of a dotted one
    /// the first meaning of its beginning that has the rest.
    pub(super) fn lookup_by_namespaces(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        written: &str,
    ) -> Option<Target> {
        let (first, rest) = match written.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (written, None),
        };
        let mut namespace = None;
        let mut accept = |target: Target| match rest {
            Some(rest) => self.within(&target, rest),
            None if matches!(target, Target::Namespace(_)) => {
                namespace.get_or_insert(target);
                None
            }
            None => Some(target),
        };
        let found = self
            .in_owner(module, owner, first)
            .and_then(&mut accept)
            .or_else(|| self.in_namespaces(module, owner, first, &mut accept))
            .or_else(|| self.in_usings(module, first, &mut accept));
        found.or(namespace)
    }

    fn in_namespaces(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &str,
        accept: &mut impl FnMut(Target) -> Option<Target>,
    ) -> Option<Target> {
        let mut around = Some(self.namespace_around(module, owner));
        while let Some(id) = around {
            let entry = &self.entries[id.0 as usize];
            if let Some(child) = entry.children.get(name)
                && let Some(found) = accept(self.as_target(*child))
            {
                return Some(found);
            }
            around = entry.around;
        }
        None
    }

    /// The namespace that a type of a file stands in, or the top of the file.
    fn namespace_around(&self, module: ModuleId, owner: Option<usize>) -> TypeId {
        let home = self.homes[module.index()];
        let Some(mut id) = owner.and_then(|owner| self.declared(module, owner)) else {
            return home;
        };
        while let Some(around) = self.entries[id.0 as usize].around {
            id = around;
            if self.entries[id.0 as usize].is_namespace {
                return id;
            }
        }
        home
    }

    fn in_usings(
        &self,
        module: ModuleId,
        name: &str,
        accept: &mut impl FnMut(Target) -> Option<Target>,
    ) -> Option<Target> {
        let usings = &self.usings[module.index()];
        let alias = usings.aliases.iter().find(|(alias, _)| alias == name);
        if let Some((_, target)) = alias {
            return accept(target.clone());
        }
        for id in &usings.spaces {
            let entry = &self.entries[id.0 as usize];
            let target = if entry.declarations.is_empty() {
                // A using of a namespace brings in its types, not the namespaces within it.
                let child = entry.children.get(name).copied();
                child.filter(|child| !self.entries[child.0 as usize].declarations.is_empty())
            } else {
                None
            };
            let target = match target {
                Some(child) => Some(self.as_target(child)),
                None if entry.declarations.is_empty() => None,
                None => self.member(*id, name, &mut FxHashSet::default()),
            };
            if let Some(found) = target.and_then(&mut *accept) {
                return Some(found);
            }
        }
        None
    }

    /// Whether the names of a namespace or type are seen in a file without being qualified.
    pub(super) fn sees(&self, module: ModuleId, owner: Option<usize>, id: TypeId) -> bool {
        let mut around = Some(self.namespace_around(module, owner));
        while let Some(own) = around {
            if own == id {
                return true;
            }
            around = self.entries[own.0 as usize].around;
        }
        self.usings[module.index()].spaces.contains(&id)
    }
}
