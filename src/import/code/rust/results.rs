//! What calls give: types filled in from arguments and receivers, and what functions of libraries are known to give.

use super::{
    library,
    members::object,
    paths::{PARAM, substituted},
    walk::Walker,
};
use crate::import::code::{
    outline::TypeKind,
    types::{Head, Ty},
};

impl<'a> Walker<'_, 'a> {
    /// Of several functions of one name, as `From` for several types gives them: the one that fits.
    pub(super) fn choose(
        &mut self,
        functions: &[usize],
        skip: usize,
        arg_types: &[Ty],
    ) -> Option<usize> {
        if let [only] = functions {
            return Some(*only);
        }
        let first = arg_types.get(skip).and_then(|ty| ty.head().cloned());
        let fitting: Vec<usize> = functions
            .iter()
            .copied()
            .filter(|number| {
                let wanted =
                    self.signature(*number).params.first().and_then(|ty| ty.head().cloned());
                first.is_some() && wanted == first
            })
            .collect();
        if let [only] = fitting.as_slice() {
            return Some(*only);
        }
        let home = |number: &usize| self.tree.functions[*number].0;
        let one_home = functions.iter().all(|number| home(number) == home(&functions[0]));
        one_home.then(|| functions[0])
    }

    /// What a function gives, with its type parameters and `Self` replaced.
    pub(super) fn result(
        &mut self,
        number: usize,
        receiver: &Ty,
        skip: usize,
        arg_types: &[Ty],
        types: &[Ty],
    ) -> Ty {
        let signature = self.signature(number);
        let decl = self.function_decl(number);
        let mut known: Vec<(String, Ty)> =
            decl.type_params.iter().cloned().zip(types.iter().cloned()).collect();
        for (wanted, given) in signature.params.iter().zip(arg_types.iter().skip(skip)) {
            unify(wanted, given, &mut known);
        }
        if let Some(Ty::Object { head: Head::Monolith(id), .. }) = &self.members.selves[number] {
            let own = self.tree.decl(id.0 as usize);
            for (param, arg) in own.type_params.iter().zip(receiver.args()) {
                known.push((param.clone(), arg.clone()));
            }
        }
        let result = substituted(&signature.result, &|param| {
            known
                .iter()
                .find(|(name, ty)| name == param && !ty.is_unknown())
                .map(|(_, ty)| ty.clone())
        });
        self.seen_by_receiver(number, &result, receiver)
    }

    /// A trait's own methods give `Self`: that is what they are called on.
    pub(super) fn seen_by_receiver(&self, number: usize, result: &Ty, receiver: &Ty) -> Ty {
        let Some(Ty::Object { head: Head::Monolith(id), .. }) = &self.members.selves[number] else {
            return result.clone();
        };
        let is_trait = self.tree.decl(id.0 as usize).kind == TypeKind::Interface;
        let own = match receiver {
            Ty::Class(Head::Monolith(id)) => object(self.tree, id.0 as usize),
            _ => receiver.clone(),
        };
        if !is_trait || own.is_unknown() || own.monolith() == Some(*id) {
            return result.clone();
        }
        replaced(result, &Head::Monolith(*id), &own)
    }

    // ---- arguments
}

/// What calling a value gives.
pub(super) fn called(ty: &Ty) -> Ty {
    match ty {
        Ty::Callable(result) => (**result).clone(),
        Ty::Object { args, .. } if is_function(ty) => args.last().cloned().unwrap_or_default(),
        Ty::Object { args, .. } => args.first().map(called).unwrap_or_default(),
        _ => Ty::Unknown,
    }
}

/// What a callable value is called with.
pub(super) fn called_with(ty: &Ty) -> Vec<Ty> {
    match ty {
        Ty::Object { args, .. } if is_function(ty) => {
            args.split_last().map_or_else(Vec::new, |(_, rest)| rest.to_vec())
        }
        Ty::Object { args, .. } => args.first().map(called_with).unwrap_or_default(),
        _ => Vec::new(),
    }
}

pub(super) fn is_function(ty: &Ty) -> bool {
    ty.outside_name().map(library::like) == Some(library::Like::Function)
}

/// Learns what type parameters are from an argument that stands where `wanted` is wanted.
pub(super) fn unify(wanted: &Ty, given: &Ty, known: &mut Vec<(String, Ty)>) {
    match (wanted, given) {
        (_, Ty::Unknown) => {}
        (Ty::Object { head: Head::Outside(name), .. }, _) if name.starts_with(PARAM) => {
            known.push((name[PARAM.len_utf8()..].to_owned(), given.clone()));
        }
        (Ty::Object { args, .. }, Ty::Callable(result)) if is_function(wanted) => {
            if let Some(last) = args.last() {
                unify(last, result, known);
            }
        }
        (Ty::Object { head, args }, Ty::Object { head: given_head, args: given_args })
            if head == given_head =>
        {
            for (wanted, given) in args.iter().zip(given_args) {
                unify(wanted, given, known);
            }
        }
        _ => {}
    }
}

/// The type with objects of one type replaced by another type.
pub(super) fn replaced(ty: &Ty, from: &Head, to: &Ty) -> Ty {
    match ty {
        Ty::Object { head, .. } if head == from => to.clone(),
        Ty::Object { head, args } => {
            let args = args.iter().map(|arg| replaced(arg, from, to)).collect();
            Ty::Object { head: head.clone(), args }
        }
        _ => ty.clone(),
    }
}

/// A collection of the asked type, of the elements that are there.
pub(super) fn collected(asked: &Ty, iterator: &Ty) -> Ty {
    let element = library::element(iterator);
    match asked {
        Ty::Object { head, args } => {
            let name = asked.outside_name().unwrap_or_default();
            let given: Vec<Ty> = match library::like(name) {
                library::Like::Map => element.args().to_vec(),
                library::Like::Result | library::Like::Option => {
                    let inner = library::outside(
                        "Iterator",
                        vec![element.args().first().cloned().unwrap_or_default()],
                    );
                    let first = collected(args.first().unwrap_or(&Ty::Unknown), &inner);
                    return Ty::Object {
                        head: head.clone(),
                        args: vec![first, args.get(1).cloned().unwrap_or_default()],
                    };
                }
                _ => vec![element],
            };
            let length = args.len().max(given.len());
            let args = (0..length)
                .map(|at| {
                    let said = args.get(at).filter(|ty| !ty.is_unknown());
                    said.or(given.get(at)).cloned().unwrap_or_default()
                })
                .collect();
            Ty::Object { head: head.clone(), args }
        }
        _ => library::outside("Vec", vec![element]),
    }
}

/// What a few functions of libraries give that hand their arguments through.
pub(super) fn outside_function(
    path: &str,
    receiver: &Ty,
    arg_types: &[Ty],
    types: &[Ty],
    expected: &Ty,
) -> Ty {
    let first = || arg_types.first().cloned().unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or(path);
    let owner = receiver.outside_name().unwrap_or_default().to_owned();
    if matches!(
        last,
        "insert_into" | "replace_into" | "insert_or_ignore_into" | "update" | "delete"
    ) && let Ty::Class(_) = first()
    {
        return first();
    }
    match (owner.as_str(), last) {
        (
            "Box" | "Arc" | "Rc" | "Mutex" | "RwLock" | "RefCell" | "Cell" | "Pin" | "LazyLock"
            | "Lazy",
            "new" | "pin" | "from",
        ) => {
            let inner = match first() {
                Ty::Callable(result) => *result,
                ty => ty,
            };
            library::outside(&owner, vec![inner])
        }
        ("Arc" | "Rc", "clone") => first(),
        ("mem", "take" | "replace") => first(),
        ("Option" | "Result", "Some" | "Ok") => library::outside(&owner, vec![first()]),
        (
            "Vec" | "HashMap" | "HashSet" | "BTreeMap" | "BTreeSet" | "IndexMap",
            "new" | "with_capacity" | "default",
        ) => {
            if expected.is_unknown() {
                Ty::outside(&owner)
            } else {
                expected.clone()
            }
        }
        ("future" | "try_join", _) => Ty::Unknown,
        (_, "default") if !expected.is_unknown() => expected.clone(),
        (_, "from_str" | "from_slice" | "from_value" | "from_reader" | "from_bytes") => {
            let wanted = types.first().cloned().filter(|ty| !ty.is_unknown()).unwrap_or_default();
            library::outside("Result", vec![wanted, Ty::Unknown])
        }
        (_, "new" | "default" | "builder") => match receiver {
            Ty::Class(head) => Ty::object(head.clone()),
            _ => Ty::Unknown,
        },
        _ => Ty::Unknown,
    }
}
