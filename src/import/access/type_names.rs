//! Classes by the names that files outside the code use for them: in full, or the bare name where it is unique.

use rustc_hash::FxHashMap;

use super::gather::Code;
use crate::{
    facts::{Certainty, ModuleId},
    import::code::types::TypeId,
};

/// A class with its module and its place among the types of that module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NamedType {
    pub class: TypeId,
    pub module: ModuleId,
    pub place: usize,
}

/// Every class of the monolith by its names.
pub(crate) struct TypeNames {
    full: FxHashMap<String, NamedType>,
    /// In lower case: aliases are compared without case.
    short: FxHashMap<String, Vec<NamedType>>,
}

impl TypeNames {
    pub(crate) fn new(code: Code<'_>) -> Self {
        let mut names = Self { full: FxHashMap::default(), short: FxHashMap::default() };
        for (module, place, decl) in code.types() {
            let Some(class) = code.resolved.symbols.declared(module, place) else { continue };
            let named = NamedType { class, module, place };
            names.full.entry(code.resolved.symbols.full_name(class)).or_insert(named);
            let short = decl.name.rsplit('.').next().unwrap_or(&decl.name).to_lowercase();
            names.short.entry(short).or_default().push(named);
        }
        names
    }

    /// The class of that name, and how surely.
    pub(crate) fn find(&self, name: &str) -> Option<(NamedType, Certainty)> {
        let name = name.trim().replace('$', ".");
        if let Some(named) = self.full.get(&name) {
            return Some((*named, Certainty::Exact));
        }
        match self.short.get(&name.to_lowercase())?.as_slice() {
            [named] => Some((*named, Certainty::ByName)),
            _ => None,
        }
    }
}
