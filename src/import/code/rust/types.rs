//! Rust types where they are named: references and `impl Trait` fall away, type parameters become their bounds.

use syn::{
    AngleBracketedGenericArguments, GenericArgument, GenericParam, Generics, Path, PathArguments,
    PathSegment, ReturnType, Type, TypeParamBound, WherePredicate, ext::IdentExt as _,
};

use super::lower::Lowering;
use crate::import::code::outline::TypeRef;

/// A type parameter in scope and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    name: String,
    /// `None` where nothing bounds it.
    stands_for: Option<TypeRef>,
}

impl Bound {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

/// Traits that say nothing about who is used.
const PLAIN: [&str; 13] = [
    "Send",
    "Sync",
    "Sized",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Unpin",
    "Eq",
    "PartialEq",
    "Ord",
    "PartialOrd",
    "Hash",
];

/// What several bounds together stand for; the bounds are its arguments.
pub(crate) const ANY_OF: &str = "impl";
/// The name a tuple goes by; its parts are its arguments.
pub(crate) const TUPLE: &str = "()";

impl Lowering<'_> {
    /// A type as an outline names it; `None` where nothing is named (`_`, `!`, a macro).
    pub(super) fn type_ref(&mut self, ty: &Type) -> Option<TypeRef> {
        match ty {
            Type::Path(path) => {
                Some(self.path_type(path.qself.as_ref().map(|of| &*of.ty), &path.path))
            }
            Type::Reference(inner) => self.type_ref(&inner.elem),
            Type::Ptr(inner) => self.type_ref(&inner.elem),
            Type::Paren(inner) => self.type_ref(&inner.elem),
            Type::Group(inner) => self.type_ref(&inner.elem),
            Type::Array(list) => Some(self.wrapped("Vec", [&*list.elem])),
            Type::Slice(list) => Some(self.wrapped("Vec", [&*list.elem])),
            Type::Tuple(tuple) => Some(self.wrapped(TUPLE, tuple.elems.iter())),
            Type::ImplTrait(bounds) => self.bounds_type(bounds.bounds.iter()),
            Type::TraitObject(bounds) => self.bounds_type(bounds.bounds.iter()),
            Type::FnPtr(function) => {
                let inputs: Vec<&Type> = function.inputs.iter().map(|input| &input.ty).collect();
                Some(self.function_type("Fn".to_owned(), 0, &inputs, &function.output))
            }
            _ => None,
        }
    }

    fn wrapped<'t>(&mut self, name: &str, parts: impl IntoIterator<Item = &'t Type>) -> TypeRef {
        let args = parts.into_iter().map(|part| self.type_ref(part).unwrap_or_default()).collect();
        TypeRef { name: name.to_owned(), args, line: 0 }
    }

    fn function_type(
        &mut self,
        name: String,
        line: u32,
        inputs: &[&Type],
        output: &ReturnType,
    ) -> TypeRef {
        let mut args: Vec<TypeRef> =
            inputs.iter().map(|input| self.type_ref(input).unwrap_or_default()).collect();
        args.push(self.return_type(output).unwrap_or_default());
        TypeRef { name, args, line }
    }

    pub(super) fn return_type(&mut self, output: &ReturnType) -> Option<TypeRef> {
        match output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => self.type_ref(ty),
        }
    }

    /// Several bounds as one type: the only telling one, or [`ANY_OF`] them.
    fn bounds_type<'t>(
        &mut self,
        bounds: impl IntoIterator<Item = &'t TypeParamBound>,
    ) -> Option<TypeRef> {
        let mut all = self.bound_refs(bounds);
        if all.len() > 1 {
            all.retain(|bound| !PLAIN.contains(&bound.name.as_str()));
        }
        match all.len() {
            0 => None,
            1 => all.pop(),
            _ => Some(TypeRef { name: ANY_OF.to_owned(), args: all, line: 0 }),
        }
    }

    pub(super) fn bound_refs<'t>(
        &mut self,
        bounds: impl IntoIterator<Item = &'t TypeParamBound>,
    ) -> Vec<TypeRef> {
        bounds
            .into_iter()
            .filter_map(|bound| match bound {
                TypeParamBound::Trait(bound) => Some(self.path_type(None, &bound.path)),
                _ => None,
            })
            .collect()
    }

    /// A path that names a type. `Self`, associated types and type parameters become what they stand for.
    pub(super) fn path_type(&mut self, of: Option<&Type>, path: &Path) -> TypeRef {
        let segments: Vec<&PathSegment> = path.segments.iter().collect();
        if let Some(of) = of {
            return self.associated_type(of, &segments, path);
        }
        if let Some(known) = self.stands_for(&segments) {
            return known;
        }
        let line = segments.first().map_or(0, |segment| self.line(segment.ident.span()));
        let mut named = TypeRef { name: self.path_name(&segments), args: Vec::new(), line };
        for segment in &segments {
            self.take_arguments(&segment.arguments, &mut named);
        }
        named
    }

    /// `<T as Trait>::Item`: the trait is named; the type is known where this very `impl` says it.
    fn associated_type(&mut self, of: &Type, segments: &[&PathSegment], path: &Path) -> TypeRef {
        if segments.len() > 1 {
            let mut bound = path.clone();
            bound.segments.pop();
            bound.segments.pop_punct();
            let bound = self.path_type(None, &bound);
            self.named.push(bound);
        }
        let last =
            segments.last().map_or_else(String::new, |segment| segment.ident.unraw().to_string());
        let of = self.type_ref(of).unwrap_or_default();
        let in_this_impl = self.self_type.as_ref().is_some_and(|own| own.name == of.name);
        if in_this_impl && let Some(known) = self.associated(&last) {
            return known;
        }
        if of.line > 0 {
            self.named.push(of.clone());
        }
        TypeRef { name: format!("{}.{last}", of.name), args: Vec::new(), line: 0 }
    }

    /// What `Self`, `Self::Item`, `T` or `T::Item` stands for here.
    fn stands_for(&mut self, segments: &[&PathSegment]) -> Option<TypeRef> {
        let first = segments.first()?.ident.to_string();
        let rest: Vec<String> =
            segments[1..].iter().map(|segment| segment.ident.unraw().to_string()).collect();
        if first == "Self" {
            if let [item] = rest.as_slice()
                && let Some(known) = self.associated(item)
            {
                return Some(known);
            }
            let own = self.self_type.clone()?;
            return Some(TypeRef { line: 0, ..extended(own, &rest) });
        }
        let bound = self.params.iter().rev().find(|bound| bound.name == first)?;
        let own = bound
            .stands_for
            .clone()
            .unwrap_or_else(|| TypeRef { name: first, ..TypeRef::default() });
        Some(TypeRef { line: 0, ..extended(own, &rest) })
    }

    /// The associated type of that name in the `impl` that is being lowered.
    fn associated(&self, name: &str) -> Option<TypeRef> {
        let found = self.associated_types.iter().find(|(own, _)| own == name)?;
        Some(TypeRef { line: 0, ..found.1.clone() })
    }

    /// Generic arguments of one path segment, added to those of the type.
    fn take_arguments(&mut self, arguments: &PathArguments, into: &mut TypeRef) {
        match arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(list) => into.args.extend(self.generic_arguments(list)),
            PathArguments::Parenthesized(function) => {
                let inputs: Vec<&Type> = function.inputs.iter().map(|input| &input.ty).collect();
                let function = self.function_type(String::new(), 0, &inputs, &function.output);
                into.args.extend(function.args);
            }
        }
    }

    pub(super) fn generic_arguments(
        &mut self,
        list: &AngleBracketedGenericArguments,
    ) -> Vec<TypeRef> {
        list.args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(self.type_ref(ty).unwrap_or_default()),
                GenericArgument::AssocType(bound) => self.type_ref(&bound.ty),
                GenericArgument::Constraint(bound) => self.bounds_type(bound.bounds.iter()),
                _ => None,
            })
            .collect()
    }

    /// Brings type parameters into scope; the traits that bound them are named here. Returns their names.
    pub(super) fn enter_generics(&mut self, generics: &Generics) -> Vec<String> {
        let first_new = self.params.len();
        let names: Vec<String> =
            generics.type_params().map(|param| param.ident.unraw().to_string()).collect();
        for name in &names {
            self.params.push(Bound { name: name.clone(), stands_for: None });
        }
        let mut bounds: Vec<(String, Vec<TypeRef>)> = Vec::new();
        for param in &generics.params {
            if let GenericParam::Type(param) = param {
                let refs = self.bound_refs(param.bounds.iter());
                bounds.push((param.ident.unraw().to_string(), refs));
            }
        }
        for predicate in generics.where_clause.iter().flat_map(|clause| clause.predicates.iter()) {
            self.take_predicate(predicate, &mut bounds);
        }
        for (name, refs) in bounds {
            self.named.extend(refs.iter().cloned());
            let stands_for = one_of(refs);
            let known = self.params[first_new..].iter_mut().find(|bound| bound.name == name);
            match (known, stands_for) {
                (Some(known), Some(ty)) => known.stands_for = Some(ty),
                (None, Some(ty)) => self.params.push(Bound { name, stands_for: Some(ty) }),
                _ => {}
            }
        }
        names
    }

    fn take_predicate(
        &mut self,
        predicate: &WherePredicate,
        bounds: &mut [(String, Vec<TypeRef>)],
    ) {
        let WherePredicate::Type(predicate) = predicate else { return };
        let refs = self.bound_refs(predicate.bounds.iter());
        let param = match &predicate.bounded_ty {
            Type::Path(path) if path.qself.is_none() => {
                path.path.get_ident().map(|ident| ident.unraw().to_string())
            }
            _ => None,
        };
        match param.and_then(|param| bounds.iter_mut().find(|(name, _)| *name == param)) {
            Some((_, known)) => known.extend(refs),
            None => {
                let bounded = self.type_ref(&predicate.bounded_ty);
                self.named.extend(bounded.filter(|ty| ty.line > 0));
                self.named.extend(refs);
            }
        }
    }
}

/// What a type parameter stands for that has these bounds.
fn one_of(mut bounds: Vec<TypeRef>) -> Option<TypeRef> {
    if bounds.len() > 1 {
        bounds.retain(|bound| !PLAIN.contains(&bound.name.as_str()));
    }
    match bounds.len() {
        0 => None,
        1 => bounds.pop().map(unwritten),
        _ => Some(TypeRef {
            name: ANY_OF.to_owned(),
            args: bounds.into_iter().map(unwritten).collect(),
            line: 0,
        }),
    }
}

/// The same type, implied here and written elsewhere: line 0, so that it is not counted again.
pub(super) fn unwritten(mut ty: TypeRef) -> TypeRef {
    ty.line = 0;
    ty.args = ty.args.into_iter().map(unwritten).collect();
    ty
}

fn extended(mut ty: TypeRef, rest: &[String]) -> TypeRef {
    for segment in rest {
        ty.name.push('.');
        ty.name.push_str(segment);
        ty.args.clear();
    }
    unwritten(ty)
}
