//! What Python's own library gives, and what the libraries of a project add to its classes.

use super::{
    alchemy::Alchemy,
    django::Django,
    expressions::{GET_ITEM, GET_PART},
};
use crate::facts::ModuleId;
use crate::import::code::{
    language::{Libraries, Reached},
    outline::{Arg, ExprKind, FunctionDecl},
    symbols::Symbols,
    types::{Head, Ty, TypeId},
};

/// All libraries of which something is known.
pub(super) struct PythonLibraries {
    pub django: Django,
    pub alchemy: Alchemy,
}

impl Libraries for PythonLibraries {
    fn member(&self, used: &Reached<'_>) -> Option<Ty> {
        let of_mapper = self.django.member(used).or_else(|| self.alchemy.member(used));
        of_mapper.or_else(|| of_collection(used)).or_else(|| of_service(used))
    }

    fn params(
        &self,
        symbols: &Symbols<'_>,
        module: ModuleId,
        owner: Option<TypeId>,
        decl: &FunctionDecl,
    ) -> Vec<Ty> {
        self.django.params(symbols, module, owner, decl)
    }

    fn function(
        &self,
        symbols: &Symbols<'_>,
        name: &str,
        args: &[Arg],
        types: &[Ty],
    ) -> Option<Ty> {
        let short = name.rsplit('.').next().unwrap_or(name);
        builtin(short, types)
            .or_else(|| self.django.function(symbols, short, args, types))
            .or_else(|| self.alchemy.function(short, types))
    }
}

/// A list of things.
pub(super) fn list_of(ty: Ty) -> Ty {
    let args = if ty.is_unknown() { Vec::new() } else { vec![ty] };
    Ty::Object { head: Head::Outside("list".into()), args }
}

/// Several things of their own types.
pub(super) fn tuple_of(args: Vec<Ty>) -> Ty {
    Ty::Object { head: Head::Outside("tuple".into()), args }
}

fn held(ty: &Ty) -> Ty {
    if ty.args().is_empty() { Ty::Unknown } else { ty.element().clone() }
}

fn builtin(name: &str, types: &[Ty]) -> Option<Ty> {
    let first = types.first();
    match name {
        "list" | "sorted" | "set" | "reversed" | "iter" | "frozenset" => {
            Some(list_of(held(first?)))
        }
        "enumerate" => Some(list_of(tuple_of(vec![Ty::Unknown, held(first?)]))),
        "zip" => Some(list_of(tuple_of(types.iter().map(held).collect()))),
        "next" | "min" | "max" if !first?.args().is_empty() => Some(held(first?)),
        "copy" | "deepcopy" => first.cloned(),
        "cast" => match first? {
            Ty::Class(head) => Some(Ty::object(head.clone())),
            _ => None,
        },
        "type" => match first? {
            Ty::Object { head, .. } => Some(Ty::Class(head.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// What is asked for by its interface: `request.find_service(IMailer)`, `registry.getUtility(IMailer)`.
fn of_service(used: &Reached<'_>) -> Option<Ty> {
    if !matches!(used.member, "find_service" | "getUtility" | "queryUtility" | "getAdapter") {
        return None;
    }
    used.args?;
    match used.arg_types.first()? {
        Ty::Class(head) => Some(Ty::object(head.clone())),
        _ => None,
    }
}

fn of_collection(used: &Reached<'_>) -> Option<Ty> {
    let Ty::Object { head: Head::Outside(_), args } = used.receiver else { return None };
    let of_list = |ty: &Ty| list_of(ty.clone());
    match used.member {
        GET_PART => Some(used.receiver.clone()),
        GET_ITEM if used.receiver.outside_name() == Some("tuple") => {
            let ExprKind::Name(place) = &used.args?.first()?.value.kind else { return None };
            args.get(place.parse::<usize>().ok()?).cloned()
        }
        GET_ITEM => Some(held(used.receiver)),
        "items" if args.len() == 2 => Some(list_of(tuple_of(args.clone()))),
        "values" if args.len() == 2 => args.last().map(of_list),
        "keys" if args.len() == 2 => args.first().map(of_list),
        _ => None,
    }
}
