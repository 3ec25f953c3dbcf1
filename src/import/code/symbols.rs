//! The symbol table: every type, function and namespace of the monolith, and where names are looked up.

use super::{
    outline::{FunctionDecl, TypeDecl, TypeRef},
    resolve::Source,
    types::{Ty, TypeId},
};
use crate::facts::{Function, FunctionId, ModuleId};

/// Every type, function and namespace of the monolith.
pub struct Symbols<'a> {
    sources: &'a [Source],
}

impl<'a> Symbols<'a> {
    /// Enters all declarations of `sources`.
    #[must_use]
    pub fn new(sources: &'a [Source], _manifests: &[(String, String)]) -> Self {
        Self { sources }
    }

    /// All functions as facts, module by module.
    #[must_use]
    pub fn functions(&self) -> Vec<Function> {
        Vec::new()
    }

    /// The type that a declaration of a module declares, or adds to.
    #[must_use]
    pub fn declared(&self, _module: ModuleId, _type_index: usize) -> Option<TypeId> {
        None
    }

    /// Every place that declares a type or adds to it, the one that matters most first.
    #[must_use]
    pub fn declarations(&self, _id: TypeId) -> Vec<(ModuleId, &'a TypeDecl)> {
        let _ = self.sources;
        Vec::new()
    }

    /// The type's full name, with its namespace.
    #[must_use]
    pub fn full_name(&self, _id: TypeId) -> String {
        String::new()
    }

    /// What a type means where it is written: in a module, and in one of its declared types.
    #[must_use]
    pub fn resolve_type(&self, _module: ModuleId, _owner: Option<usize>, _written: &TypeRef) -> Ty {
        Ty::Unknown
    }

    /// The type's super types, directly extended and implemented, with their arguments.
    #[must_use]
    pub fn supers(&self, _id: TypeId) -> Vec<Ty> {
        Vec::new()
    }

    /// Whether a type is, extends or implements, over however many steps, an outside type of that name
    /// (without its package).
    #[must_use]
    pub fn descends_from(&self, _id: TypeId, _outside_name: &str) -> bool {
        false
    }

    /// The type of a field, inherited ones included.
    #[must_use]
    pub fn field_type(&self, _id: TypeId, _field: &str) -> Ty {
        Ty::Unknown
    }

    /// The module and declaration of a function.
    #[must_use]
    pub fn function(&self, _id: FunctionId) -> Option<(ModuleId, &'a FunctionDecl)> {
        None
    }

    /// The function at a place of a module's list.
    #[must_use]
    pub fn function_id(&self, _module: ModuleId, _function_index: usize) -> Option<FunctionId> {
        None
    }
}
