//! Calls in Rust: which function a path or a method names, given what its receiver and arguments are.

use super::{
    TYPE_ARGUMENT, library,
    members::object,
    paths::substituted,
    queries,
    results::{called, called_with, collected, outside_function, unify},
    scopes::Item,
    walk::Walker,
};
use crate::{
    facts::{CallKind, Certainty},
    import::code::{
        outline::{Arg, Expr, ExprKind, TypeRef},
        types::{Head, Ty},
    },
};

/// Methods that run the closure they are given in a transaction.
const TRANSACTIONS: [&str; 8] = [
    "transaction",
    "build_transaction",
    "run_transaction",
    "immediate_transaction",
    "exclusive_transaction",
    "with_transaction",
    "in_transaction",
    "test_transaction",
];

impl<'a> Walker<'_, 'a> {
    pub(super) fn call(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        args: &'a [Arg],
        expected: &Ty,
    ) -> Ty {
        match &callee.kind {
            ExprKind::Member(of, name) => match &of.kind {
                ExprKind::Type(written) => self.path_call(expr, written, name, args, expected),
                _ => self.method_call(expr, of, name, args, expected),
            },
            ExprKind::Name(name) => match self.is_local(name) {
                Some(ty) => {
                    let given = called_with(&ty);
                    self.arguments(args, &given);
                    called(&ty)
                }
                None => self.name_call(expr, name, args, expected),
            },
            ExprKind::Type(written) => {
                let ty = self.named_type(written, expr.line);
                self.constructed(expr, &ty, args)
            }
            _ => {
                let ty = self.expr(callee, &Ty::Unknown);
                let given = called_with(&ty);
                self.arguments(args, &given);
                called(&ty)
            }
        }
    }

    pub(super) fn path_call(
        &mut self,
        expr: &'a Expr,
        of: &'a TypeRef,
        name: &'a str,
        args: &'a [Arg],
        expected: &Ty,
    ) -> Ty {
        self.arguments_of(of);
        let path = format!("{}.{name}", of.name);
        let found = self.items_of(expr.line, of, name, &path);
        let receiver = self.receiver_of(&found, of, expr.line);
        if found.is_empty() {
            return self.lost_call(expr, of, name, &path, args, &receiver);
        }
        self.items_call(expr, &found, &receiver, name, args, expected)
    }

    pub(super) fn name_call(
        &mut self,
        expr: &'a Expr,
        name: &'a str,
        args: &'a [Arg],
        expected: &Ty,
    ) -> Ty {
        let mut found = self.paths.path(self.scope, expr.line, name).items;
        if found.is_empty() && name.ends_with('!') {
            found = self.tree.macros_named(self.scope, name);
        }
        if !found.is_empty() {
            let receiver = match found.first() {
                Some(Item::Outside(path)) => {
                    let around = path.rsplit_once('.').map_or("", |(around, _)| around);
                    if around.is_empty() {
                        Ty::Unknown
                    } else {
                        Ty::Class(Head::Outside(around.into()))
                    }
                }
                _ => Ty::Unknown,
            };
            return self.items_call(expr, &found, &receiver, name, args, expected);
        }
        let arg_types = self.arguments(args, &[]);
        let first = || arg_types.first().cloned().unwrap_or_default();
        let result = match name {
            "Some" => library::outside("Option", vec![first()]),
            "Ok" => library::outside(
                "Result",
                vec![first(), expected.args().get(1).cloned().unwrap_or_default()],
            ),
            "Err" => expected.clone(),
            "vec!" => library::outside("Vec", vec![first()]),
            "dbg!" => first(),
            "format!" => Ty::outside("String"),
            _ => Ty::Unknown,
        };
        self.unknown_name(name, expr.line);
        self.used(expr, &Ty::Unknown, name, args, arg_types, &result, None);
        result
    }

    /// A call of something that a path leads to.
    pub(super) fn items_call(
        &mut self,
        expr: &'a Expr,
        found: &[Item],
        receiver: &Ty,
        name: &'a str,
        args: &'a [Arg],
        expected: &Ty,
    ) -> Ty {
        let functions: Vec<usize> = found
            .iter()
            .filter_map(|item| match item {
                Item::Function(number) => Some(*number),
                _ => None,
            })
            .collect();
        if !functions.is_empty() {
            return self.function_call(
                expr,
                &functions,
                receiver,
                name,
                args,
                Certainty::Exact,
                false,
            );
        }
        if let Some(Item::Type(number)) = found.iter().find(|item| matches!(item, Item::Type(_))) {
            self.refer(
                CallKind::Construct,
                self.tree.types[*number].0,
                None,
                expr.line,
                Certainty::Exact,
            );
            return self.constructed(expr, &object(self.tree, *number), args);
        }
        let arg_types = self.arguments(args, &[]);
        let types = self.type_arguments(args);
        let mut result = Ty::Unknown;
        let mut outside = false;
        match found.first() {
            Some(Item::Outside(path)) => {
                self.out.references.outside += 1;
                outside = true;
                result = outside_function(path, receiver, &arg_types, &types, expected);
            }
            Some(item) => {
                if let Some(source) = self.home_of(item) {
                    self.refer(CallKind::Type, source, None, expr.line, Certainty::Exact);
                }
            }
            None => {}
        }
        if outside && TRANSACTIONS.contains(&name) {
            self.opens_transaction(name.to_owned());
        }
        self.used(expr, receiver, name, args, arg_types, &result, None);
        result
    }

    /// `Type::name(…)` where the type has no such function: derived, or of a trait from elsewhere.
    pub(super) fn lost_call(
        &mut self,
        expr: &'a Expr,
        of: &'a TypeRef,
        name: &'a str,
        path: &str,
        args: &'a [Arg],
        receiver: &Ty,
    ) -> Ty {
        let arg_types = self.arguments(args, &[]);
        self.type_arguments(args);
        let mut result = Ty::Unknown;
        if let Ty::Class(Head::Monolith(id)) = receiver {
            let number = id.0 as usize;
            self.refer(
                CallKind::Type,
                self.tree.types[number].0,
                None,
                expr.line,
                Certainty::Exact,
            );
            let gives_itself = name.starts_with("from")
                || name.starts_with("new")
                || matches!(
                    name,
                    "default" | "clone" | "deserialize" | "builder" | "parse" | "try_parse"
                );
            if queries::is_table(self.tree, number) {
                result = receiver.clone();
            } else if gives_itself {
                result = object(self.tree, number);
            }
        } else {
            self.lost_path(expr.line, of, path);
        }
        self.used(expr, receiver, name, args, arg_types, &result, None);
        result
    }

    /// `Type(…)`: a tuple struct, or a variant with values.
    pub(super) fn constructed(&mut self, expr: &'a Expr, ty: &Ty, args: &'a [Arg]) -> Ty {
        let mut ty = ty.clone();
        if ty.args().is_empty()
            && let Some(id) = ty.monolith()
        {
            ty = object(self.tree, id.0 as usize);
        }
        let arg_types = self.arguments(args, &[]);
        let class = ty.head().map_or(Ty::Unknown, |head| Ty::Class(head.clone()));
        self.used(expr, &class, "", args, arg_types, &ty, None);
        ty
    }

    // ---- methods

    pub(super) fn method_call(
        &mut self,
        expr: &'a Expr,
        of: &'a Expr,
        name: &'a str,
        args: &'a [Arg],
        expected: &Ty,
    ) -> Ty {
        let receiver = self.expr(of, &Ty::Unknown);
        if TRANSACTIONS.contains(&name) {
            let by = of.dotted().map_or_else(|| name.to_owned(), |of| format!("{of}.{name}"));
            self.opens_transaction(by);
        }
        if let Some((functions, seen)) = self.methods(&receiver, name, 0) {
            return self.function_call(expr, &functions, &seen, name, args, Certainty::Exact, true);
        }
        let given = self.library_method(&receiver, name, 0);
        let known = !matches!(given.0.result, library::Result::Unknown);
        if !known && let Some((number, certainty)) = self.by_name(&receiver, name, args) {
            return self.function_call(expr, &[number], &receiver, name, args, certainty, true);
        }
        self.outside_method(expr, &receiver, name, args, expected, given)
    }

    /// A method of a library's type, or one that derives and macros made.
    pub(super) fn outside_method(
        &mut self,
        expr: &'a Expr,
        receiver: &Ty,
        name: &'a str,
        args: &'a [Arg],
        expected: &Ty,
        (given, seen): (library::Given, Ty),
    ) -> Ty {
        let many =
            seen.outside_name().map(library::like) == Some(library::Like::List) && name != "find";
        let (arg_types, returned) =
            self.repeated(many, |me| me.lambda_arguments(args, &given.params));
        let types = self.type_arguments(args);
        let result = match given.result {
            library::Result::Unknown => queries::method(self.tree, receiver, name, &types),
            library::Result::Plain => Ty::Unknown,
            library::Result::Type(ty) => ty,
            library::Result::Mapped => {
                let mut all = seen.args().to_vec();
                if let Some(first) = all.first_mut() {
                    *first = returned;
                }
                seen.outside_name().map_or(Ty::Unknown, |name| library::outside(name, all))
            }
            library::Result::Each => library::outside("Iterator", vec![returned]),
            library::Result::Flat => {
                library::outside("Iterator", vec![library::element(&returned)])
            }
            library::Result::Returned => returned,
            library::Result::Argument => arg_types.first().cloned().unwrap_or_default(),
            library::Result::Zipped => {
                let other = arg_types.first().map(library::element).unwrap_or_default();
                let pair = library::outside(super::TUPLE, vec![library::element(&seen), other]);
                library::outside("Iterator", vec![pair])
            }
            library::Result::Collected => collected(types.first().unwrap_or(expected), &seen),
        };
        self.used(expr, receiver, name, args, arg_types, &result, None);
        result
    }

    #[expect(clippy::too_many_arguments, reason = "one argument for each part of a call")]
    pub(super) fn function_call(
        &mut self,
        expr: &'a Expr,
        functions: &[usize],
        receiver: &Ty,
        name: &'a str,
        args: &'a [Arg],
        certainty: Certainty,
        method: bool,
    ) -> Ty {
        let chosen = functions[0];
        let signature = self.signature(chosen);
        let decl = self.function_decl(chosen);
        // `Type::method(receiver, …)` names the receiver as an argument.
        let skip = usize::from(!method && !decl.is_static);
        let mut expected = vec![Ty::Unknown; skip];
        expected.extend(signature.params.iter().cloned());
        let (arg_types, _) = self.lambda_arguments_of(args, &expected);
        let types = self.type_arguments(args);
        let number = self.choose(functions, skip, &arg_types);
        let Some(number) = number else {
            self.lost(name);
            self.used(expr, receiver, name, args, arg_types, &Ty::Unknown, None);
            return Ty::Unknown;
        };
        self.refer_to_function(number, expr.line, certainty);
        let result = self.result(number, receiver, skip, &arg_types, &types);
        self.used(expr, receiver, name, args, arg_types, &result, Some(number));
        result
    }

    pub(super) fn arguments(&mut self, args: &'a [Arg], given: &[Ty]) -> Vec<Ty> {
        self.lambda_arguments(args, given).0
    }

    /// Walks arguments; lambdas get `given`. Also tells what the last lambda returns.
    pub(super) fn lambda_arguments(&mut self, args: &'a [Arg], given: &[Ty]) -> (Vec<Ty>, Ty) {
        let mut returned = Ty::Unknown;
        let mut all = Vec::with_capacity(args.len());
        for arg in args.iter().filter(|arg| arg.name.as_deref() != Some(TYPE_ARGUMENT)) {
            let ty = match &arg.value.kind {
                ExprKind::Lambda { params, body } => {
                    returned = self.lambda(params, body, given);
                    Ty::Callable(Box::new(returned.clone()))
                }
                _ => {
                    let ty = self.expr(&arg.value, &Ty::Unknown);
                    if let Ty::Callable(result) = &ty {
                        returned = (**result).clone();
                    }
                    ty
                }
            };
            all.push(ty);
        }
        (all, returned)
    }

    /// Walks arguments whose types are known from the function's parameters.
    pub(super) fn lambda_arguments_of(&mut self, args: &'a [Arg], wanted: &[Ty]) -> (Vec<Ty>, Ty) {
        let mut known = Vec::new();
        let mut all = Vec::with_capacity(args.len());
        let plain = args.iter().filter(|arg| arg.name.as_deref() != Some(TYPE_ARGUMENT));
        for (at, arg) in plain.enumerate() {
            let expected = wanted.get(at).cloned().unwrap_or_default();
            let ty = match &arg.value.kind {
                ExprKind::Lambda { params, body } => {
                    let given: Vec<Ty> = called_with(&expected)
                        .iter()
                        .map(|ty| {
                            substituted(ty, &|param| {
                                known
                                    .iter()
                                    .find(|(name, _)| name == param)
                                    .map(|(_, ty): &(String, Ty)| ty.clone())
                            })
                        })
                        .collect();
                    Ty::Callable(Box::new(self.lambda(params, body, &given)))
                }
                _ => self.expr(&arg.value, &expected),
            };
            unify(&expected, &ty, &mut known);
            all.push(ty);
        }
        (all, Ty::Unknown)
    }
}
