//! Calls in Rust: which function a path or a method names, given what its receiver and arguments are.

use super::{
    TYPE_ARGUMENT, library,
    members::object,
    paths::{PARAM, substituted},
    queries,
    scopes::Item,
    walk::Walker,
};
use crate::{
    facts::{CallKind, Certainty},
    import::code::{
        outline::{Arg, Expr, ExprKind, TypeKind, TypeRef},
        types::{Head, Ty},
    },
};

/// How many wrappers are taken off to find a method.
const DEEPEST: u32 = 8;
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

    fn path_call(
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

    fn name_call(&mut self, expr: &'a Expr, name: &'a str, args: &'a [Arg], expected: &Ty) -> Ty {
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
    fn items_call(
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
    fn lost_call(
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
    fn constructed(&mut self, expr: &'a Expr, ty: &Ty, args: &'a [Arg]) -> Ty {
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

    fn method_call(
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
    fn outside_method(
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

    /// The functions of the monolith that a method name means on a type, and the type seen without wrappers.
    fn methods(&mut self, receiver: &Ty, name: &str, depth: u32) -> Option<(Vec<usize>, Ty)> {
        if depth > DEEPEST {
            return None;
        }
        if let Some(id) = receiver.monolith() {
            if matches!(receiver, Ty::Class(_)) && queries::is_table(self.tree, id.0 as usize) {
                return None;
            }
            let found = self.members.named(self.tree, id.0 as usize, name);
            if !found.is_empty() {
                return Some((found, receiver.clone()));
            }
            if let Some(inner) = self.dereferenced(receiver)
                && let Some(found) = self.methods(&inner, name, depth + 1)
            {
                return Some(found);
            }
            return self.blanket(receiver, name);
        }
        let outside = receiver.outside_name()?.to_owned();
        if outside == super::ANY_OF {
            return receiver.args().iter().find_map(|bound| self.methods(bound, name, depth + 1));
        }
        let library = library::method(receiver, name).result;
        if matches!(library, library::Result::Unknown) && !outside.starts_with(PARAM) {
            let found = self.members.of_outside(self.tree, &outside, name);
            if !found.is_empty() {
                return Some((found, receiver.clone()));
            }
        }
        let like = library::like(&outside);
        let through = matches!(library, library::Result::Unknown) || like == library::Like::Wrapper;
        let peels = through
            && !matches!(like, library::Like::List | library::Like::Map | library::Like::Tuple);
        if peels && !(like == library::Like::Wrapper && matches!(name, "clone" | "as_ref")) {
            let inner = receiver.args().first().cloned().unwrap_or_default();
            if inner.monolith().is_some() || inner.outside_name().is_some() {
                let found = self.methods(&inner, name, depth + 1);
                if found.is_some() {
                    return found;
                }
            }
        }
        if through { self.blanket(receiver, name) } else { None }
    }

    /// A trait of the monolith that everything has, where it is in scope.
    fn blanket(&mut self, receiver: &Ty, name: &str) -> Option<(Vec<usize>, Ty)> {
        let found = self.members.of_everything(self.tree, name);
        let seen = found.iter().any(|number| {
            let traits = self.members.traits_of(self.tree, *number);
            traits.iter().any(|of| self.sees_trait(*of))
        });
        (seen && !library::is_common(name)).then(|| (found, receiver.clone()))
    }

    /// The library's method, looked for through wrappers too.
    fn library_method(&mut self, receiver: &Ty, name: &str, depth: u32) -> (library::Given, Ty) {
        if receiver.monolith().is_some() {
            let same =
                matches!(name, "clone" | "to_owned" | "borrow" | "by_ref" | "as_ref" | "as_mut");
            let result = if same && !matches!(receiver, Ty::Class(_)) {
                library::Result::Type(receiver.clone())
            } else {
                match self.dereferenced(receiver) {
                    Some(inner) if depth < DEEPEST => {
                        return self.library_method(&inner, name, depth + 1);
                    }
                    _ => library::Result::Unknown,
                }
            };
            return (library::Given { params: Vec::new(), result }, receiver.clone());
        }
        let given = library::method(receiver, name);
        let wrapper = receiver.outside_name().map(library::like) == Some(library::Like::Wrapper);
        let inner = receiver.args().first();
        if wrapper
            && depth < DEEPEST
            && let Some(inner) = inner.filter(|inner| !inner.is_unknown())
        {
            let through = self.library_method(&inner.clone(), name, depth + 1);
            let own = !matches!(given.result, library::Result::Unknown);
            let same = matches!(name, "clone" | "as_ref" | "as_mut" | "borrow" | "by_ref");
            let says_less = own && matches!(through.0.result, library::Result::Unknown);
            if !same && !says_less {
                return through;
            }
        }
        (given, receiver.clone())
    }

    /// The only method of that name, for receivers nothing is known of. Traits must be in scope.
    fn by_name(&mut self, receiver: &Ty, name: &str, args: &[Arg]) -> Option<(usize, Certainty)> {
        let Some(all) = self.members.by_name.get(name) else {
            self.out.references.outside += 1;
            return None;
        };
        let unknown = receiver.is_unknown()
            || receiver.outside_name().is_some_and(|name| name.starts_with(PARAM))
            || matches!(receiver, Ty::Callable(_));
        if !unknown || library::is_common(name) {
            let perhaps_ours = unknown && !library::is_common(name);
            if perhaps_ours {
                self.lost(name)
            } else {
                self.out.references.outside += 1
            }
            return None;
        }
        let given = args.iter().filter(|arg| arg.name.as_deref() != Some(TYPE_ARGUMENT)).count();
        let candidates: Vec<usize> = all
            .iter()
            .copied()
            .filter(|number| {
                let function = self.function_decl(*number);
                !function.is_static && function.params.len() == given
            })
            .collect();
        let mut traits: Vec<usize> = Vec::new();
        let mut inherent: Vec<usize> = Vec::new();
        for number in candidates {
            let of = self.members.traits_of(self.tree, number);
            if of.is_empty() {
                inherent.push(number);
            }
            traits.extend(of);
        }
        traits.sort_unstable();
        traits.dedup();
        traits.retain(|of| self.sees_trait(*of));
        match (traits.as_slice(), inherent.as_slice()) {
            ([of], []) => {
                let declared = self.members.named(self.tree, *of, name);
                if let [number] = declared.as_slice() {
                    return Some((*number, Certainty::ByName));
                }
            }
            // Libraries have methods of that name too: the type must be one that this module names.
            ([], [number]) if self.names_owner(*number) => {
                return Some((*number, Certainty::ByName));
            }
            ([], []) => {
                self.out.references.outside += 1;
                return None;
            }
            _ => {}
        }
        self.lost(name);
        None
    }

    /// Whether the type that a method belongs to is known by its name in this module.
    fn names_owner(&mut self, number: usize) -> bool {
        let Some(id) = self.members.selves[number].as_ref().and_then(Ty::monolith) else {
            return false;
        };
        let owner = id.0 as usize;
        let decl = self.tree.decl(owner);
        let name = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        self.paths.in_scope(self.scope, name, true).contains(&Item::Type(owner))
    }

    /// Whether a trait can be used here: declared or imported in this module.
    fn sees_trait(&mut self, number: usize) -> bool {
        let decl = self.tree.decl(number);
        let name = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        if self.paths.in_scope(self.scope, name, true).contains(&Item::Type(number)) {
            return true;
        }
        let scope = self.scope;
        let tree = self.tree;
        let source = tree.scopes[scope].source;
        let blocks = tree.block_imports.get(&source).into_iter().flatten().copied();
        let imports =
            tree.scopes[scope].imports.iter().copied().filter(|import| import.alias.is_some());
        for import in imports.chain(blocks) {
            for item in self.paths.import(scope, import, "").items {
                let seen = match item {
                    Item::Type(seen) => seen == number,
                    Item::Scope(inner) if import.member.is_some() => {
                        self.paths.in_scope(inner, name, false).contains(&Item::Type(number))
                    }
                    _ => false,
                };
                if seen {
                    return true;
                }
            }
        }
        false
    }

    // ---- functions of the monolith

    #[expect(clippy::too_many_arguments, reason = "one argument for each part of a call")]
    fn function_call(
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

    /// Of several functions of one name, as `From` for several types gives them: the one that fits.
    fn choose(&mut self, functions: &[usize], skip: usize, arg_types: &[Ty]) -> Option<usize> {
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
    fn result(
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
    fn seen_by_receiver(&self, number: usize, result: &Ty, receiver: &Ty) -> Ty {
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

    fn arguments(&mut self, args: &'a [Arg], given: &[Ty]) -> Vec<Ty> {
        self.lambda_arguments(args, given).0
    }

    /// Walks arguments; lambdas get `given`. Also tells what the last lambda returns.
    fn lambda_arguments(&mut self, args: &'a [Arg], given: &[Ty]) -> (Vec<Ty>, Ty) {
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
    fn lambda_arguments_of(&mut self, args: &'a [Arg], wanted: &[Ty]) -> (Vec<Ty>, Ty) {
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

/// What calling a value gives.
fn called(ty: &Ty) -> Ty {
    match ty {
        Ty::Callable(result) => (**result).clone(),
        Ty::Object { args, .. } if is_function(ty) => args.last().cloned().unwrap_or_default(),
        Ty::Object { args, .. } => args.first().map(called).unwrap_or_default(),
        _ => Ty::Unknown,
    }
}

/// What a callable value is called with.
fn called_with(ty: &Ty) -> Vec<Ty> {
    match ty {
        Ty::Object { args, .. } if is_function(ty) => {
            args.split_last().map_or_else(Vec::new, |(_, rest)| rest.to_vec())
        }
        Ty::Object { args, .. } => args.first().map(called_with).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn is_function(ty: &Ty) -> bool {
    ty.outside_name().map(library::like) == Some(library::Like::Function)
}

/// Learns what type parameters are from an argument that stands where `wanted` is wanted.
fn unify(wanted: &Ty, given: &Ty, known: &mut Vec<(String, Ty)>) {
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
fn replaced(ty: &Ty, from: &Head, to: &Ty) -> Ty {
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
fn collected(asked: &Ty, iterator: &Ty) -> Ty {
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
fn outside_function(
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
