//! Which function a name means, of several that have it: the one that takes the arguments, or the only one there is.

use super::body::Walker;
use crate::facts::{CallKind, Certainty, FunctionId, ModuleId};

impl<'a> Walker<'_, 'a> {
    /// Records a call of one of several functions: the first that takes so many arguments.
    pub(super) fn reach(
        &mut self,
        ids: &[FunctionId],
        args: usize,
        kind: CallKind,
        line: u32,
    ) -> Option<FunctionId> {
        let id = self.fitting(ids, args)?;
        let (module, _) = self.symbols.function(id)?;
        self.call(kind, module, Some(id), line, Certainty::Exact);
        Some(id)
    }

    pub(super) fn fitting(&self, ids: &[FunctionId], args: usize) -> Option<FunctionId> {
        let takes = |id: &&FunctionId| {
            self.symbols.function(**id).is_some_and(|(_, decl)| decl.params.len() == args)
        };
        let may_take = |id: &&FunctionId| {
            self.symbols.function(**id).is_some_and(|(_, decl)| decl.params.len() > args)
        };
        // Of several that other files have too, a file means its own.
        let is_near = |id: &&FunctionId| {
            takes(id) && self.symbols.function(**id).is_some_and(|(it, _)| it == self.module)
        };
        let found = ids.iter().find(is_near).or(ids.iter().find(takes));
        found.or(ids.iter().find(may_take)).or(ids.first()).copied()
    }

    /// The only function of that name in the monolith, if the name is specific; else it is counted.
    pub(super) fn by_name(&mut self, name: &'a str, line: u32) -> Option<FunctionId> {
        let named = self.symbols.named(self.module, name);
        if named.is_empty() || self.source.language.is_builtin_member(name) {
            self.found.references.outside += 1;
            return None;
        }
        if let [id] = named
            && self.source.language.guesses_by_name()
            && is_specific(name)
            && let Some((module, _)) = self.symbols.function(*id)
            && self.may_guess(module)
            && self.may_be_member(*id)
        {
            self.found.references.by_name += 1;
            self.call(CallKind::Call, module, Some(*id), line, Certainty::ByName);
            return Some(*id);
        }
        self.unresolved(name);
        None
    }

    fn may_guess(&self, module: ModuleId) -> bool {
        !self.source.language.guesses_among_named()
            || module == self.module
            || self.found.calls.iter().any(|call| call.to_module == module)
    }

    /// Whether a function may be what is called on something unknown, where the language is sure about the rest: not
    /// one that stands outside types or extends one from elsewhere, for those would have been seen; and not one
    /// whose type may have it from a library, for then the library's own types have it too.
    fn may_be_member(&self, id: FunctionId) -> bool {
        if !self.source.language.has_getters() && !self.source.language.namespaces_before_imports()
        {
            return true;
        }
        let Some((module, decl)) = self.symbols.function(id) else { return false };
        let owner = decl.owner.and_then(|at| self.symbols.declared(module, at));
        let extends = decl.params.iter().any(|it| it.annotations.iter().any(|a| a.name == "this"));
        owner.is_some_and(|owner| !self.symbols.has_outside_super(owner)) && !extends
    }
}

/// Whether a name is unlikely to be that of something else too: several words, or long.
fn is_specific(name: &str) -> bool {
    let words = name.chars().skip(1).filter(|c| c.is_uppercase() || *c == '_').count();
    name.len() >= 8 && words >= 1 || name.len() >= 14
}
