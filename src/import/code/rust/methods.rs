//! Finding the method that a receiver has: its own, those of traits, those of what it wraps, and the only one of a name.

use super::{TYPE_ARGUMENT, library, paths::PARAM, queries, scopes::Item, walk::Walker};
use crate::{
    facts::Certainty,
    import::code::{outline::Arg, types::Ty},
};

/// How many wrappers are taken off to find a method.
const DEEPEST: u32 = 8;

impl<'a> Walker<'_, 'a> {
    /// The functions of the monolith that a method name means on a type, and the type seen without wrappers.
    pub(super) fn methods(
        &mut self,
        receiver: &Ty,
        name: &str,
        depth: u32,
    ) -> Option<(Vec<usize>, Ty)> {
        if depth > DEEPEST {
            return None;
        }
        if let Some(id) = receiver.monolith() {
            if matches!(receiver, Ty::Class(_)) && queries::is_table(self.tree, id.0 as usize) {
                return None;
            }
            let found = self.members.named(self.tree, id.0 as usize, name);
            if !found.is_empty() {
                return Some((found, receiver.clone()));
            }
            if let Some(inner) = self.dereferenced(receiver)
                && let Some(found) = self.methods(&inner, name, depth + 1)
            {
                return Some(found);
            }
            return self.blanket(receiver, name);
        }
        let outside = receiver.outside_name()?.to_owned();
        if outside == super::ANY_OF {
            return receiver.args().iter().find_map(|bound| self.methods(bound, name, depth + 1));
        }
        let library = library::method(receiver, name).result;
        if matches!(library, library::Result::Unknown) && !outside.starts_with(PARAM) {
            let found = self.members.of_outside(self.tree, &outside, name);
            if !found.is_empty() {
                return Some((found, receiver.clone()));
            }
        }
        let like = library::like(&outside);
        let through = matches!(library, library::Result::Unknown) || like == library::Like::Wrapper;
        let peels = through
            && !matches!(like, library::Like::List | library::Like::Map | library::Like::Tuple);
        if peels && !(like == library::Like::Wrapper && matches!(name, "clone" | "as_ref")) {
            let inner = receiver.args().first().cloned().unwrap_or_default();
            if inner.monolith().is_some() || inner.outside_name().is_some() {
                let found = self.methods(&inner, name, depth + 1);
                if found.is_some() {
                    return found;
                }
            }
        }
        if through { self.blanket(receiver, name) } else { None }
    }

    /// A trait of the monolith that everything has, where it is in scope.
    pub(super) fn blanket(&mut self, receiver: &Ty, name: &str) -> Option<(Vec<usize>, Ty)> {
        let found = self.members.of_everything(self.tree, name);
        let seen = found.iter().any(|number| {
            let traits = self.members.traits_of(self.tree, *number);
            traits.iter().any(|of| self.sees_trait(*of))
        });
        (seen && !library::is_common(name)).then(|| (found, receiver.clone()))
    }

    /// The library's method, looked for through wrappers too.
    pub(super) fn library_method(
        &mut self,
        receiver: &Ty,
        name: &str,
        depth: u32,
    ) -> (library::Given, Ty) {
        if receiver.monolith().is_some() {
            let same =
                matches!(name, "clone" | "to_owned" | "borrow" | "by_ref" | "as_ref" | "as_mut");
            let result = if same && !matches!(receiver, Ty::Class(_)) {
                library::Result::Type(receiver.clone())
            } else {
                match self.dereferenced(receiver) {
                    Some(inner) if depth < DEEPEST => {
                        return self.library_method(&inner, name, depth + 1);
                    }
                    _ => library::Result::Unknown,
                }
            };
            return (library::Given { params: Vec::new(), result }, receiver.clone());
        }
        let given = library::method(receiver, name);
        let wrapper = receiver.outside_name().map(library::like) == Some(library::Like::Wrapper);
        let inner = receiver.args().first();
        if wrapper
            && depth < DEEPEST
            && let Some(inner) = inner.filter(|inner| !inner.is_unknown())
        {
            let through = self.library_method(&inner.clone(), name, depth + 1);
            let own = !matches!(given.result, library::Result::Unknown);
            let same = matches!(name, "clone" | "as_ref" | "as_mut" | "borrow" | "by_ref");
            let says_less = own && matches!(through.0.result, library::Result::Unknown);
            if !same && !says_less {
                return through;
            }
        }
        (given, receiver.clone())
    }

    /// The only method of that name, for receivers nothing is known of. Traits must be in scope.
    pub(super) fn by_name(
        &mut self,
        receiver: &Ty,
        name: &str,
        args: &[Arg],
    ) -> Option<(usize, Certainty)> {
        let Some(all) = self.members.by_name.get(name) else {
            self.out.references.outside += 1;
            return None;
        };
        let unknown = receiver.is_unknown()
            || receiver.outside_name().is_some_and(|name| name.starts_with(PARAM))
            || matches!(receiver, Ty::Callable(_));
        if !unknown || library::is_common(name) {
            let perhaps_ours = unknown && !library::is_common(name);
            if perhaps_ours {
                self.lost(name)
            } else {
                self.out.references.outside += 1
            }
            return None;
        }
        let given = args.iter().filter(|arg| arg.name.as_deref() != Some(TYPE_ARGUMENT)).count();
        let candidates: Vec<usize> = all
            .iter()
            .copied()
            .filter(|number| {
                let function = self.function_decl(*number);
                !function.is_static && function.params.len() == given
            })
            .collect();
        let mut traits: Vec<usize> = Vec::new();
        let mut inherent: Vec<usize> = Vec::new();
        for number in candidates {
            let of = self.members.traits_of(self.tree, number);
            if of.is_empty() {
                inherent.push(number);
            }
            traits.extend(of);
        }
        traits.sort_unstable();
        traits.dedup();
        traits.retain(|of| self.sees_trait(*of));
        match (traits.as_slice(), inherent.as_slice()) {
            ([of], []) => {
                let declared = self.members.named(self.tree, *of, name);
                if let [number] = declared.as_slice() {
                    return Some((*number, Certainty::ByName));
                }
            }
            // Libraries have methods of that name too: the type must be one that this module names.
            ([], [number]) if self.names_owner(*number) => {
                return Some((*number, Certainty::ByName));
            }
            ([], []) => {
                self.out.references.outside += 1;
                return None;
            }
            _ => {}
        }
        self.lost(name);
        None
    }

    /// Whether the type that a method belongs to is known by its name in this module.
    pub(super) fn names_owner(&mut self, number: usize) -> bool {
        let Some(id) = self.members.selves[number].as_ref().and_then(Ty::monolith) else {
            return false;
        };
        let owner = id.0 as usize;
        let decl = self.tree.decl(owner);
        let name = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        self.paths.in_scope(self.scope, name, true).contains(&Item::Type(owner))
    }

    /// Whether a trait can be used here: declared or imported in this module.
    pub(super) fn sees_trait(&mut self, number: usize) -> bool {
        let decl = self.tree.decl(number);
        let name = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        if self.paths.in_scope(self.scope, name, true).contains(&Item::Type(number)) {
            return true;
        }
        let scope = self.scope;
        let tree = self.tree;
        let source = tree.scopes[scope].source;
        let blocks = tree.block_imports.get(&source).into_iter().flatten().copied();
        let imports =
            tree.scopes[scope].imports.iter().copied().filter(|import| import.alias.is_some());
        for import in imports.chain(blocks) {
            for item in self.paths.import(scope, import, "").items {
                let seen = match item {
                    Item::Type(seen) => seen == number,
                    Item::Scope(inner) if import.member.is_some() => {
                        self.paths.in_scope(inner, name, false).contains(&Item::Type(number))
                    }
                    _ => false,
                };
                if seen {
                    return true;
                }
            }
        }
        false
    }

    // ---- functions of the monolith
}
