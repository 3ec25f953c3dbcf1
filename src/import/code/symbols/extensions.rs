//! Functions that are called as if they were methods of their first parameter's type: which of them are seen where.

use super::{Symbols, Target};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::FunctionDecl,
        types::{Head, Ty},
    },
};

/// Whether a function is called on its first parameter.
pub(super) fn is_extension(decl: &FunctionDecl) -> bool {
    let first = decl.params.first();
    first.is_some_and(|first| first.annotations.iter().any(|it| it.name == "this"))
}

/// How well a function fits what it is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Nothing is known that speaks against it.
    Possible,
    /// Its first parameter is that type, one that it descends from, or anything.
    Sure,
}

impl<'a> Symbols<'a> {
    /// The functions of that name that may be called on `receiver` where they are seen from a place, with how well
    /// they fit.
    #[must_use]
    pub fn extensions(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &'a str,
        receiver: &Ty,
    ) -> Vec<(FunctionId, Fit)> {
        let Some(named) = self.extensions.get(&(self.family(module), name)) else {
            return Vec::new();
        };
        let seen = named.iter().filter(|id| self.is_seen(module, owner, name, **id));
        seen.filter_map(|id| Some((*id, self.fit(*id, receiver)?))).collect()
    }

    fn is_seen(&self, module: ModuleId, owner: Option<usize>, name: &str, id: FunctionId) -> bool {
        let Some((declaring, decl)) = self.function(id) else { return false };
        if self.language(module).namespaces_before_imports() {
            let Some(class) = decl.owner.and_then(|at| self.declared(declaring, at)) else {
                return false;
            };
            let namespace = self.entries[class.0 as usize].around;
            return self.sees(module, owner, class)
                || namespace.is_some_and(|namespace| self.sees(module, owner, namespace));
        }
        if let (Some(of), Some(here)) = (decl.owner, owner) {
            let of = self.declared(declaring, of);
            let mut around = self.declared(module, here);
            while let Some(own) = around {
                if Some(own) == of {
                    return true;
                }
                around = self.around(module, own);
            }
        }
        match self.lookup(module, owner, name, 0) {
            Some(Target::Functions(ids)) => ids.contains(&id),
            _ => false,
        }
    }

    /// Whether a function may be called on an object, and how sure that is.
    fn fit(&self, id: FunctionId, receiver: &Ty) -> Option<Fit> {
        let (module, decl) = self.function(id)?;
        let Some(written) = decl.params.first().and_then(|first| first.ty.as_ref()) else {
            return Some(Fit::Possible);
        };
        let is_any = |name: &str| matches!(name, "object" | "Object" | "Any" | "dynamic");
        if decl.type_params.contains(&written.name) {
            let bound = decl.bounds.iter().find(|(param, _)| *param == written.name);
            return match bound {
                None => Some(Fit::Sure),
                Some((_, bound)) => {
                    let wanted = self.resolve_type(module, decl.owner, bound);
                    self.fits(receiver, &wanted)
                }
            };
        }
        if is_any(&written.name) {
            return Some(Fit::Sure);
        }
        let wanted = self.resolve_type(module, decl.owner, written);
        self.fits(receiver, &wanted)
    }

    fn fits(&self, receiver: &Ty, wanted: &Ty) -> Option<Fit> {
        if matches!(receiver, Ty::Class(_)) {
            return None;
        }
        match (receiver.head(), wanted.head()) {
            (None, _) | (_, None) => Some(Fit::Possible),
            (Some(Head::Monolith(_)), Some(Head::Monolith(wanted))) => {
                self.seen_as(receiver, *wanted).map(|_| Fit::Sure)
            }
            (Some(Head::Monolith(own)), Some(head @ Head::Outside(_))) => {
                let name = head.outside_name()?;
                if self.descends_from(*own, name) {
                    return Some(Fit::Sure);
                }
                self.has_outside_super(*own).then_some(Fit::Possible)
            }
            (Some(Head::Outside(_)), Some(Head::Monolith(_))) => None,
            (Some(own), Some(wanted)) => {
                let same = own.outside_name() == wanted.outside_name();
                Some(if same { Fit::Sure } else { Fit::Possible })
            }
        }
    }
}
