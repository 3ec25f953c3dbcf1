//! What calls give: declared results with type parameters filled in, from the receiver, the arguments, and types in
//! angle brackets; and calls of functions that extend a type from elsewhere.

use super::{
    body::Walker,
    language::Yields,
    outline::{Arg, ExprKind, FunctionDecl, TypeRef},
    symbols::Fit,
    types::{Head, Ty, TypeId},
};
use crate::facts::{CallKind, Certainty, FunctionId, ModuleId};

/// What the type parameters of a function stand for in one call.
type Given<'a> = Vec<(&'a str, Ty)>;

impl<'a> Walker<'_, 'a> {
    /// What a function gives, as far as its declaration says. Type parameters of the receiver's type are
    /// replaced by its arguments.
    pub(super) fn returns(&self, id: FunctionId, receiver: &Ty) -> Ty {
        self.returned(id, receiver, &Vec::new())
    }

    /// What calling a function with arguments of these types gives.
    pub(super) fn given(&self, id: FunctionId, receiver: &Ty, args: &[Ty]) -> Ty {
        let Some((_, decl)) = self.symbols.function(id) else { return Ty::Unknown };
        if decl.type_params.is_empty() {
            return self.returned(id, receiver, &Vec::new());
        }
        let said = self.applied.iter().cloned();
        let mut given: Given<'_> = decl.type_params.iter().map(String::as_str).zip(said).collect();
        for (param, ty) in decl.params.iter().zip(args) {
            if let Some(written) = &param.ty {
                infer(decl, written, ty, &mut given);
            }
        }
        self.returned(id, receiver, &given)
    }

    /// What one of several functions gives that is named, not called: a property its value, a function itself.
    pub(super) fn given_by(&self, ids: &[FunctionId], receiver: &Ty) -> Ty {
        let Some(id) = ids.first() else { return Ty::Unknown };
        let result = self.returns(*id, receiver);
        let takes = self.symbols.function(*id).is_some_and(|(_, decl)| !decl.params.is_empty());
        let is_class = matches!(receiver, Ty::Class(_));
        let is_function = match self.source.language.rules().implicit_this {
            true => takes,
            false => is_class,
        };
        if is_function { Ty::Callable(Box::new(result)) } else { result }
    }

    fn returned(&self, id: FunctionId, receiver: &Ty, given: &Given<'_>) -> Ty {
        let Some((module, decl)) = self.symbols.function(id) else { return Ty::Unknown };
        let Some(written) = &decl.returns else {
            return match (self.symbols.learned_return(id), receiver) {
                // What gives objects of the receiver's own type gives them with its arguments.
                (Some(Ty::Object { head, .. }), Ty::Object { head: own, .. }) if head == own => {
                    receiver.clone()
                }
                (learned, _) => learned.cloned().unwrap_or_default(),
            };
        };
        if matches!(written.name.as_str(), "Self" | "self" | "static" | "this") {
            return match receiver {
                Ty::Class(head) | Ty::Object { head, .. } => Ty::object(head.clone()),
                _ => decl
                    .owner
                    .and_then(|owner| self.symbols.declared(module, owner))
                    .map_or(Ty::Unknown, |id| Ty::object(Head::Monolith(id))),
            };
        }
        self.filled(module, decl, written, receiver, given, 0)
    }

    /// A written type of a function's head, with what is known of its type parameters.
    fn filled(
        &self,
        module: ModuleId,
        decl: &FunctionDecl,
        written: &TypeRef,
        receiver: &Ty,
        given: &Given<'_>,
        depth: u32,
    ) -> Ty {
        if decl.type_params.contains(&written.name) {
            let known = given.iter().find(|(name, _)| *name == written.name);
            return known.map(|(_, ty)| ty.clone()).unwrap_or_default();
        }
        if let Some(given) = self.argument(module, decl.owner, &written.name, receiver) {
            return given;
        }
        match self.symbols.resolve_type(module, decl.owner, written) {
            Ty::Object { head, mut args } if depth < 8 => {
                for (arg, written) in args.iter_mut().zip(&written.args) {
                    *arg = self.filled(module, decl, written, receiver, given, depth + 1);
                }
                Ty::Object { head, args }
            }
            other => other,
        }
    }

    /// What a type parameter of a declaring type stands for in a receiver.
    fn argument(
        &self,
        module: ModuleId,
        owner: Option<usize>,
        name: &str,
        receiver: &Ty,
    ) -> Option<Ty> {
        let id = self.symbols.declared(module, owner?)?;
        let (_, decl) = self.symbols.declarations(id).into_iter().next()?;
        let at = decl.type_params.iter().position(|param| param == name)?;
        let seen_as = self.symbols.seen_as(receiver, id)?;
        seen_as.args().get(at).cloned()
    }

    /// Calls a function that extends what the receiver is, where one is seen from here.
    pub(super) fn extension(
        &mut self,
        name: &'a str,
        receiver: &Ty,
        args: &[Ty],
        line: u32,
    ) -> Option<(Ty, Option<FunctionId>)> {
        let found = self.symbols.extensions(self.module, self.owner, name, receiver);
        let best = found.iter().map(|(_, fit)| *fit).max()?;
        // A library may have a function of a common name for just that type.
        if best == Fit::Possible && self.source.language.is_builtin_member(name) {
            return None;
        }
        let ids: Vec<FunctionId> =
            found.iter().filter(|(_, fit)| *fit == best).map(|(id, _)| *id).collect();
        // Several that may all be meant are none.
        let first = ids.first().and_then(|id| self.symbols.function(*id))?.0;
        let elsewhere =
            |id: &FunctionId| self.symbols.function(*id).is_none_or(|(module, _)| module != first);
        if best == Fit::Possible && ids.iter().any(elsewhere) {
            return None;
        }
        let id = self.fitting(&ids, args.len() + 1)?;
        let (module, _) = self.symbols.function(id)?;
        let certainty = match best {
            Fit::Sure => {
                self.found.references.exact += 1;
                Certainty::Exact
            }
            Fit::Possible => {
                self.found.references.by_name += 1;
                Certainty::ByName
            }
        };
        self.call(CallKind::Call, module, Some(id), line, certainty);
        let mut all = vec![receiver.clone()];
        all.extend(args.iter().cloned());
        Some((self.given(id, receiver, &all), Some(id)))
    }

    /// A property that extends a type from elsewhere, as Kotlin has them; what extends types in C# is called.
    pub(super) fn extension_property(
        &mut self,
        name: &'a str,
        receiver: &Ty,
        line: u32,
    ) -> Option<Ty> {
        if !self.source.language.has_getters() {
            return None;
        }
        self.extension(name, receiver, &[], line).map(|(ty, _)| ty)
    }

    /// What an object of a library gives: something of the library where nothing else is known, if the language says
    /// so. Containers hand out what they hold.
    pub(super) fn or_foreign(&self, result: Ty, receiver: &Ty) -> Ty {
        let is_plain =
            matches!(receiver, Ty::Object { head: Head::Outside(_), args } if args.is_empty());
        if result.is_unknown() && is_plain && self.source.language.foreign_gives_foreign() {
            Ty::outside("?")
        } else {
            result
        }
    }

    /// A member without parentheses that a type does not declare under that name: an extension, or in Kotlin the
    /// getter of a class written in Java.
    pub(super) fn read_elsewhere(
        &mut self,
        id: TypeId,
        name: &'a str,
        receiver: &Ty,
        line: u32,
    ) -> Ty {
        if let Some(ty) = self.extension_property(name, receiver, line) {
            return ty;
        }
        if !self.source.language.has_getters() {
            return Ty::Unknown;
        }
        let mut letters = name.chars();
        let Some(first) = letters.next() else { return Ty::Unknown };
        let getter = format!("get{}{}", first.to_uppercase(), letters.as_str());
        let ids = self.symbols.methods(id, &getter);
        if ids.is_empty() {
            return Ty::Unknown;
        }
        self.found.references.exact += 1;
        let target = self.reach(&ids, 0, CallKind::Call, line);
        target.map(|id| self.returns(id, receiver)).unwrap_or_default()
    }

    /// Calls a function of the library that hands its lambda the object it is called on: `order.apply { … }`.
    pub(super) fn scoped(&mut self, name: &str, object: &Ty, args: &'a [Arg]) -> Option<Ty> {
        let scope = self.source.language.scope_function(name)?;
        let [Arg { value, .. }] = args else { return None };
        let ExprKind::Lambda { params, body } = &value.kind else { return None };
        let own = object.monolith();
        if own.is_some_and(|id| !self.symbols.methods(id, name).is_empty()) {
            return None;
        }
        self.found.references.outside += 1;
        let result = if scope.is_this {
            self.objects.push(object.clone());
            let result = self.lambda(params, body, &[]);
            self.objects.pop();
            result
        } else {
            self.lambda(params, body, std::slice::from_ref(object))
        };
        match result {
            _ if scope.gives_object => Some(object.clone()),
            Ty::Callable(result) => Some(*result),
            other => Some(other),
        }
    }

    /// `with(order) { … }`.
    pub(super) fn with_object(&mut self, name: &str, args: &'a [Arg]) -> Option<Ty> {
        let [object, block] = args else { return None };
        self.source.language.scope_function(name)?;
        let is_lambda = matches!(block.value.kind, ExprKind::Lambda { .. });
        if !is_lambda || self.own_method(name).is_some() {
            return None;
        }
        let object = self.expr(&object.value);
        self.scoped(name, &object, std::slice::from_ref(block))
    }

    /// What a function of a library gives that is called with one type in angle brackets.
    pub(super) fn outside_applied(&self, name: &str) -> Ty {
        let [ty] = &self.applied[..] else { return Ty::Unknown };
        match self.source.language.outside_generic(name) {
            Yields::Argument => ty.clone(),
            Yields::Arguments => {
                let head = match name {
                    "Set" => "DbSet",
                    "Entity" => "EntityTypeBuilder",
                    _ => "IEnumerable",
                };
                Ty::Object { head: Head::Outside(head.into()), args: vec![ty.clone()] }
            }
            _ => Ty::Unknown,
        }
    }

    /// Whether the own type, or one around it, may inherit what is not of the monolith.
    pub(super) fn may_inherit(&self) -> bool {
        let around =
            std::iter::successors(self.own_type(), |id| self.symbols.around(self.module, *id));
        around.into_iter().any(|id| self.symbols.has_outside_super(id))
    }

    /// Keeps what an `Include` reached for the `ThenInclude` that may follow.
    pub(super) fn follow_include(&mut self, name: &str, args: &[Ty]) {
        if !matches!(name, "Include" | "ThenInclude") {
            return;
        }
        let reached = args.iter().find_map(|ty| match ty {
            Ty::Callable(result) => Some(result.as_ref().clone()),
            _ => None,
        });
        let reached = reached.unwrap_or_default();
        let element = reached.element().clone();
        self.included = Ty::Object { head: Head::Outside("List".into()), args: vec![element] };
    }
}

/// Finds out what type parameters stand for by laying a written type over a known one.
fn infer<'a>(decl: &'a FunctionDecl, written: &'a TypeRef, ty: &Ty, given: &mut Given<'a>) {
    let is_param = decl.type_params.contains(&written.name);
    if is_param {
        let known = given.iter().any(|(name, _)| *name == written.name);
        if !known && !ty.is_unknown() && !matches!(ty, Ty::Callable(_) | Ty::Class(_)) {
            given.push((&written.name, ty.clone()));
        }
        return;
    }
    if written.args.len() == ty.args().len() {
        for (written, ty) in written.args.iter().zip(ty.args()) {
            infer(decl, written, ty, given);
        }
    }
    if let (Ty::Callable(result), Some(last)) = (ty, written.args.last())
        && matches!(written.name.as_str(), "Func" | "Function" | "Supplier" | "Expression")
    {
        infer(decl, last, result, given);
    }
}
