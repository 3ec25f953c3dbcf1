//! What names, paths and fields are as values.

use super::{
    library,
    members::object,
    references::head_of,
    scopes::Item,
    walk::{Walker, tried},
};
use crate::{
    facts::{CallKind, Certainty},
    import::code::{
        outline::{Expr, Stmt, TypeRef},
        types::{Head, Ty},
    },
};

impl<'a> Walker<'_, 'a> {
    pub(super) fn name(&mut self, expr: &'a Expr, name: &'a str) -> Ty {
        if let Some((_, ty)) = self.locals.iter().rev().find(|(local, _)| local == name) {
            return ty.clone();
        }
        let found = self.paths.path(self.scope, expr.line, name);
        if found.items.is_empty() {
            self.unknown_name(name, expr.line);
            return Ty::Unknown;
        }
        self.value_of(&found.items, expr.line)
    }

    /// `a::b` where it is not called.
    pub(super) fn path_value(&mut self, expr: &'a Expr, of: &'a TypeRef, name: &'a str) -> Ty {
        self.arguments_of(of);
        let path = format!("{}.{name}", of.name);
        let found = self.items_of(expr.line, of, name, &path);
        if found.is_empty() {
            self.lost_path(expr.line, of, &path);
            return Ty::Unknown;
        }
        let value = self.value_of(&found, expr.line);
        let receiver = self.receiver_of(&found, of, expr.line);
        self.used(expr, &receiver, name, &[], Vec::new(), &value, target_of(&found));
        value
    }

    /// What the last name of a path means; `Self` and type parameters may stand before it.
    pub(super) fn items_of(
        &mut self,
        line: u32,
        of: &TypeRef,
        name: &str,
        path: &str,
    ) -> Vec<Item> {
        if self.params.contains(&of.name) {
            return Vec::new();
        }
        if of.name == super::ANY_OF {
            for bound in &of.args {
                let path = format!("{}.{name}", bound.name);
                let found = self.paths.path(self.scope, line, &path);
                if !found.items.is_empty() {
                    return found.items;
                }
            }
            return Vec::new();
        }
        let found = self.paths.path(self.scope, line, path).items;
        if !found.iter().all(|item| matches!(item, Item::Outside(_))) || found.is_empty() {
            return found;
        }
        // `String::from_thing` may be a trait of the monolith that is implemented for the library's type.
        let short = of.name.rsplit('.').next().unwrap_or(&of.name);
        let added = self.members.of_outside(self.tree, short, name);
        if added.is_empty() { found } else { added.into_iter().map(Item::Function).collect() }
    }

    /// What the type or module before the last name of a path is.
    pub(super) fn receiver_of(&mut self, found: &[Item], of: &TypeRef, line: u32) -> Ty {
        if let Some(Item::Outside(path)) = found.first() {
            let around = path.rsplit_once('.').map_or(path.as_str(), |(around, _)| around);
            return Ty::Class(Head::Outside(around.into()));
        }
        let ty = self.paths.ty_at(self.scope, line, of, &self.params, 0);
        ty.head().map_or(Ty::Unknown, |head| Ty::Class(head.clone()))
    }

    /// Refers to what a name stands for, and tells what it is as a value.
    pub(super) fn value_of(&mut self, items: &[Item], line: u32) -> Ty {
        let preferred = items
            .iter()
            .min_by_key(|item| match item {
                Item::Constant(..) | Item::Field(..) => 0,
                Item::Function(_) => 1,
                Item::Type(_) => 2,
                Item::Outside(_) => 3,
                Item::Scope(_) => 4,
            })
            .cloned();
        match preferred {
            Some(Item::Function(number)) => {
                self.refer_to_function(number, line, Certainty::Exact);
                let signature = self.signature(number);
                Ty::Callable(Box::new(signature.result))
            }
            Some(Item::Type(number)) => {
                self.refer(CallKind::Type, self.tree.types[number].0, None, line, Certainty::Exact);
                let value = object(self.tree, number);
                if self.tree.decl(number).fields.is_empty() {
                    value
                } else {
                    Ty::Callable(Box::new(value))
                }
            }
            Some(Item::Constant(source, at)) => {
                self.refer(CallKind::Type, source, None, line, Certainty::Exact);
                self.constant_type(source, at)
            }
            Some(Item::Field(number, at)) => {
                self.refer(CallKind::Type, self.tree.types[number].0, None, line, Certainty::Exact);
                self.field_constant(number, at)
            }
            Some(Item::Scope(scope)) => {
                let source = self.tree.scopes[scope].source;
                self.refer(CallKind::Type, source, None, line, Certainty::Exact);
                Ty::Unknown
            }
            Some(Item::Outside(path)) => {
                self.out.references.outside += 1;
                let short = path.rsplit('.').next().unwrap_or(&path);
                if short.starts_with(char::is_uppercase) { Ty::outside(&path) } else { Ty::Unknown }
            }
            None => Ty::Unknown,
        }
    }

    pub(super) fn constant_type(&mut self, source: usize, at: usize) -> Ty {
        let Some(Stmt::Let { ty: Some(ty), line, .. }) =
            self.tree.sources[source].outline.top.get(at)
        else {
            return Ty::Unknown;
        };
        let scope = self.tree.scope_at(source, *line);
        self.paths.ty_at(scope, *line, ty, &[], 0)
    }

    /// A variant without values is its enum; what Diesel's `table!` declares is the table.
    pub(super) fn field_constant(&mut self, number: usize, at: usize) -> Ty {
        if let Some(table) = super::queries::table_named_by(self.tree, number, at) {
            return Ty::Class(head_of(table));
        }
        self.field_type(number, at, &[])
    }

    pub(super) fn field_type(&mut self, number: usize, at: usize, args: &[Ty]) -> Ty {
        let decl = self.tree.decl(number);
        let Some(field) = decl.fields.get(at) else { return Ty::Unknown };
        let Some(written) = &field.ty else { return Ty::Unknown };
        let (source, _) = self.tree.types[number];
        let scope = self.tree.scope_at(source, decl.line);
        let ty = self.paths.ty_at(scope, field.line, written, &decl.type_params, 0);
        super::paths::substituted(&ty, &|param| {
            let at = decl.type_params.iter().position(|own| own == param)?;
            args.get(at).cloned()
        })
    }

    // ---- fields

    pub(super) fn field(&mut self, expr: &'a Expr, of: &'a Expr, name: &'a str) -> Ty {
        let receiver = self.expr(of, &Ty::Unknown);
        let value = self.field_of(&receiver, name, 0);
        if name != "?" && !name.starts_with(|c: char| c.is_ascii_digit()) {
            self.used(expr, &receiver, name, &[], Vec::new(), &value, None);
        }
        value
    }

    pub(super) fn field_of(&mut self, receiver: &Ty, name: &str, depth: u32) -> Ty {
        if depth > 6 {
            return Ty::Unknown;
        }
        if name == "?" {
            return tried(receiver);
        }
        if let Some(id) = receiver.monolith() {
            let number = id.0 as usize;
            let decl = self.tree.decl(number);
            if let Some(at) = decl.fields.iter().position(|field| field.name == name) {
                return self.field_type(number, at, receiver.args());
            }
            return match self.dereferenced(receiver) {
                Some(inner) => self.field_of(&inner, name, depth + 1),
                None => Ty::Unknown,
            };
        }
        let Some(outside) = receiver.outside_name() else { return Ty::Unknown };
        match library::like(outside) {
            library::Like::Tuple => {
                let at: Option<usize> = name.parse().ok();
                at.and_then(|at| receiver.args().get(at)).cloned().unwrap_or_default()
            }
            library::Like::Option | library::Like::Result => {
                match library::method(receiver, name).result {
                    library::Result::Type(ty) => ty,
                    _ => Ty::Unknown,
                }
            }
            library::Like::Wrapper | library::Like::Other => match receiver.args() {
                [inner, ..] if name == "0" && library::like(outside) == library::Like::Wrapper => {
                    inner.clone()
                }
                [inner, ..] => self.field_of(&inner.clone(), name, depth + 1),
                [] => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// What a type of the monolith hands through to: by `Deref`, written or derived.
    pub(super) fn dereferenced(&mut self, receiver: &Ty) -> Option<Ty> {
        let number = receiver.monolith()?.0 as usize;
        if let [function] = self.members.named(self.tree, number, "deref").as_slice() {
            let signature = self.signature(*function);
            return Some(self.with_arguments(number, &signature.result, receiver));
        }
        let decl = self.tree.decl(number);
        let derives = decl.annotations.iter().any(|note| {
            note.name == "derive"
                && note.args.iter().any(|arg| {
                    arg.value
                        .dotted()
                        .is_some_and(|name| name == "Deref" || name.ends_with(".Deref"))
                })
        });
        if derives && !decl.fields.is_empty() {
            return Some(self.field_type(number, 0, receiver.args()));
        }
        // A variant is its enum.
        let outer = self.members.supers(number).first().cloned()?;
        let is_variant = outer.monolith().is_some_and(|id| {
            self.tree.nested[id.0 as usize].values().any(|inner| *inner == number)
        });
        is_variant.then_some(outer)
    }

    pub(super) fn with_arguments(&self, number: usize, ty: &Ty, receiver: &Ty) -> Ty {
        let decl = self.tree.decl(number);
        super::paths::substituted(ty, &|param| {
            let at = decl.type_params.iter().position(|own| own == param)?;
            receiver.args().get(at).cloned()
        })
    }

    // ---- lambdas and constructions
}

pub(super) fn target_of(items: &[Item]) -> Option<usize> {
    items.iter().find_map(|item| match item {
        Item::Function(number) => Some(*number),
        _ => None,
    })
}

/// The declared type, with what it leaves open taken from the value.
pub(super) fn filled(declared: Ty, found: Ty) -> Ty {
    match (declared, found) {
        (Ty::Unknown, found) => found,
        (Ty::Object { head, args }, found) if args.iter().any(Ty::is_unknown) => {
            let args = args
                .into_iter()
                .enumerate()
                .map(|(at, arg)| filled(arg, found.args().get(at).cloned().unwrap_or_default()))
                .collect();
            Ty::Object { head, args }
        }
        (declared, _) => declared,
    }
}
