//! What a walk notes of types that are not written, and what libraries say of members and functions.

use super::{
    body::Walker,
    language::Reached,
    outline::{Arg, Expr, ExprKind, FunctionDecl},
    types::{Ty, TypeId},
};

impl<'a> Walker<'_, 'a> {
    /// Notes what a member was seen to be given; `None` and its like tell nothing.
    pub(super) fn noted(&mut self, of: Option<TypeId>, name: &'a str, ty: Ty) {
        if let Some(id) = of.filter(|_| self.learns) {
            self.found.given.push((id, name, ty));
        }
    }

    /// What libraries hand to the parameters of a function.
    pub(super) fn handed(&self, decl: &FunctionDecl) -> Vec<Ty> {
        let said =
            self.libraries.map(|it| it.params(self.symbols, self.module, self.own_type(), decl));
        said.unwrap_or_default()
    }

    /// What the libraries of the language say of a member.
    pub(super) fn added(
        &self,
        (of, receiver): (&Expr, &Ty),
        member: &str,
        args: Option<&[Arg]>,
        arg_types: &[Ty],
    ) -> Option<Ty> {
        self.libraries?.member(&Reached {
            symbols: self.symbols,
            module: self.module,
            owner: self.own_type(),
            receiver,
            of,
            member,
            args,
            arg_types,
        })
    }

    /// What the libraries of the language say that a function gives.
    pub(super) fn library_function(&self, name: &str, args: &[Arg], types: &[Ty]) -> Option<Ty> {
        self.libraries?.function(self.symbols, name, args, types)
    }
}

/// `None`, `null`, `nil`: says nothing of what else may stand in its place.
pub(super) fn is_nothing(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if matches!(name.as_str(), "None" | "null" | "nil" | "undefined"))
}
