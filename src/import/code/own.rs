//! Names without anything before them: what the own file, the own type and those around it declare.

use super::{
    body::{Walker, constructed},
    outline::Stmt,
    symbols::Target,
    types::{Ty, TypeId},
};

impl Walker<'_, '_> {
    /// Whether a name stands for a type parameter of the own type or function.
    pub(super) fn is_type_parameter(&self, name: &str) -> bool {
        let own = self.owner.map_or(&[][..], |at| &self.source.outline.types[at].type_params);
        own.iter().chain(self.type_params).any(|param| param == name)
    }

    /// What a variable at the top of the own file is, in languages whose files share a namespace.
    pub(super) fn own_value(&self, name: &str) -> Option<Ty> {
        if self.source.language.rules().file_namespaces {
            return None;
        }
        let top = self.source.outline.top.iter();
        let mut lets = top.flat_map(|stmt| match stmt {
            Stmt::Block(inner) => inner.as_slice(),
            other => std::slice::from_ref(other),
        });
        lets.find_map(|stmt| match stmt {
            Stmt::Let { name: own, ty, value, .. } if own == name => {
                let written = ty.clone().or_else(|| value.as_ref().and_then(constructed));
                let ty = written.map(|ty| self.symbols.resolve_type(self.module, None, &ty));
                Some(ty.unwrap_or_default())
            }
            _ => None,
        })
    }

    /// The type of a field named without `this`: of the object or type it stands in, or of one around that.
    pub(super) fn own_field(&self, name: &str) -> Option<Ty> {
        let objects = self.objects.iter().rev().filter_map(Ty::monolith);
        let around =
            std::iter::successors(self.own_type(), |id| self.symbols.around(self.module, *id));
        let mut types = objects.chain(around);
        types.find_map(|id| self.symbols.own_or_inherited_field(id, name))
    }

    /// A method of the own type or of one around it, named without `this`.
    pub(super) fn own_method(&self, name: &str) -> Option<Target> {
        if !self.source.language.rules().implicit_this {
            return None;
        }
        let objects = self.objects.iter().rev().filter_map(Ty::monolith);
        let around =
            std::iter::successors(self.own_type(), |id| self.symbols.around(self.module, *id));
        // A constructor goes by the name of its type, which means the type where it is not called for.
        let constructs = |id: &TypeId| {
            let full = self.symbols.full_name(*id);
            full.rsplit('.').next() == Some(name)
        };
        objects
            .chain(around)
            .filter(|id| !constructs(id))
            .map(|id| self.symbols.methods(id, name))
            .find(|found| !found.is_empty())
            .map(Target::Functions)
    }
}
