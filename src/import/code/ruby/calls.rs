//! Calls: which method answers, what it gives, and what is recorded of it.

use super::{
    library::{self, element, is_relation, relation},
    lookup::{Found, only},
    lower::{BLOCK, SCOPE, text_of},
    members::MemberKind,
    tree::ClassNo,
    walk::Walker,
};
use crate::{
    facts::{CallKind, Certainty, FunctionId},
    import::code::{
        outline::{Arg, Expr, ExprKind},
        types::{Head, MemberUse, Ty},
    },
};

/// What is handed to whom.
struct Said<'a, 'b> {
    expr: &'a Expr,
    name: &'a str,
    args: &'a [Arg],
    returned: Option<&'b Ty>,
}

impl Said<'_, '_> {
    fn count(&self) -> usize {
        self.args.iter().filter(|arg| arg.name.is_none()).count()
    }

    fn has_block(&self) -> bool {
        self.args.iter().any(|arg| arg.name.as_deref() == Some(BLOCK))
    }
}

/// Methods of a job's class that run its `perform`, now or later.
const ENQUEUES: &[&str] = &[
    "perform_async",
    "perform_in",
    "perform_at",
    "perform_later",
    "perform_now",
    "perform_inline",
    "perform_sync",
    "perform_bulk",
    "perform_unique_async",
];
/// Methods that a class often has beside the method of an object of the same name, which they run.
const RUNS: &[&str] = &["call", "perform", "run", "execute", "process"];
/// What a component or controller has to reach the helpers of views.
const HELPERS: &str = "ViewHelpers";

impl<'a> Walker<'_, '_, 'a> {
    pub(super) fn called(&mut self, expr: &'a Expr, callee: &'a Expr, args: &'a [Arg]) -> Ty {
        match &callee.kind {
            ExprKind::Name(name) => self.plain_call(expr, name, args),
            ExprKind::Member(of, name) => {
                let receiver = self.expr(of);
                self.member_call(expr, receiver, name, args)
            }
            ExprKind::Super => self.super_call(expr, args),
            _ => {
                self.expr(callee);
                self.args(args, &[], false);
                Ty::Unknown
            }
        }
    }

    fn plain_call(&mut self, expr: &'a Expr, name: &'a str, args: &'a [Arg]) -> Ty {
        match name {
            "require" | "require_relative" | "load" | "require_dependency" => {
                self.required(expr, name, args);
            }
            "render" | "render_to_string" => self.render(expr, args),
            "lambda" | "proc" => {
                let (types, _) = self.args(args, &[], false);
                return types.into_iter().next_back().unwrap_or_default();
            }
            "helpers" if args.is_empty() => return Ty::outside(HELPERS),
            _ => {}
        }
        let this = self.this.clone();
        self.opens_transaction(name, None, args);
        let given = self.given(&this, name, args);
        let (types, returned) = self.args(args, &given, false);
        let said = Said { expr, name, args, returned: returned.as_ref() };
        let (result, target) = self.on_self(&this, &said);
        self.used(&said, this, types, &result, target);
        result
    }

    /// A method of `self`, or what else is seen without naming it: helpers in views.
    fn on_self(&mut self, this: &Ty, said: &Said<'a, '_>) -> (Ty, Option<FunctionId>) {
        let owner = this.monolith().and_then(|id| self.context.tree.class_of_type(id));
        if let Some(class) = owner {
            let found = self.find(class, this, said.name);
            if found.is_some() || said.name == "new" {
                return self.dispatch(this, said);
            }
        } else if let Some(id) = self.free_function(said.name) {
            self.out.references.exact += 1;
            self.call_function(id, said.expr.line);
            return (self.known.returns.get(&id).cloned().unwrap_or_default(), Some(id));
        }
        if self.sees_helpers()
            && let Some(id) =
                self.context.views.helper(self.context.tree, &self.source.path, said.name)
        {
            return self.reach(id, this, said);
        }
        match owner {
            Some(_) => self.dispatch(this, said),
            None => {
                if self.sees_helpers() && self.context.views.knows_helper(said.name) {
                    self.unresolved(said.name);
                } else {
                    self.out.references.outside += 1;
                }
                (Ty::Unknown, None)
            }
        }
    }

    /// A function of the same file that stands in no class.
    fn free_function(&self, name: &str) -> Option<FunctionId> {
        let functions = &self.source.outline.functions;
        let at = functions.iter().position(|it| it.owner.is_none() && it.name == name)?;
        self.context.tree.symbols.function_id(self.module, at)
    }

    fn sees_helpers(&self) -> bool {
        let path = &self.source.path;
        path.contains("/helpers/") || path.contains("/views/") || path.contains("/components/")
    }

    fn find(&self, class: ClassNo, this: &Ty, name: &str) -> Option<Found<'_, 'a>> {
        let tree = self.context.tree;
        match this {
            Ty::Class(_) => tree.static_method(class, name),
            _ => tree.instance_method(class, name),
        }
    }

    pub(super) fn member_call(
        &mut self,
        expr: &'a Expr,
        receiver: Ty,
        name: &'a str,
        args: &'a [Arg],
    ) -> Ty {
        self.opens_transaction(name, Some(expr), args);
        let given = self.given(&receiver, name, args);
        let loops =
            library::is_iteration(name) || name == "find_in_batches" || name == "in_batches";
        let (types, returned) = self.args(args, &given, loops);
        // `order.send(:total)`, `order.try(:total)`.
        if matches!(name, "send" | "public_send" | "__send__" | "try" | "try!")
            && let Some(method) = args.first().and_then(|arg| text_of(&arg.value))
        {
            return self.symbol_call(expr, receiver, method);
        }
        let said = Said { expr, name, args, returned: returned.as_ref() };
        let (result, target) = self.dispatch(&receiver, &said);
        self.used(&said, receiver, types, &result, target);
        result
    }

    /// A method that is named by a symbol.
    pub(super) fn symbol_call(&mut self, expr: &'a Expr, receiver: Ty, name: &'a str) -> Ty {
        let said = Said { expr, name, args: &[], returned: None };
        let (result, target) = self.dispatch(&receiver, &said);
        self.used(&said, receiver, Vec::new(), &result, target);
        result
    }

    pub(super) fn setter(&mut self, expr: &'a Expr, receiver: Ty, name: &'a str) {
        let said = Said { expr, name, args: &[], returned: None };
        let (result, target) = self.dispatch(&receiver, &said);
        self.used(&said, receiver, Vec::new(), &result, target);
    }

    /// What the block of a call is handed.
    fn given(&self, receiver: &Ty, name: &str, args: &[Arg]) -> Vec<Ty> {
        if !args.iter().any(|arg| arg.name.as_deref() == Some(BLOCK)) {
            return Vec::new();
        }
        if let Some(element) = element(receiver) {
            return match name {
                "find_in_batches" | "each_slice" => vec![library::array(element.clone())],
                "in_batches" => vec![relation(element.clone())],
                "tap" => vec![receiver.clone()],
                "create"
                | "create!"
                | "build"
                | "new"
                | "find_or_create_by"
                | "find_or_create_by!"
                | "find_or_initialize_by" => vec![element.clone()],
                _ if library::is_iteration(name) => vec![element.clone()],
                _ => Vec::new(),
            };
        }
        match (name, receiver) {
            ("tap" | "then" | "yield_self", _) => vec![receiver.clone()],
            (
                "create"
                | "create!"
                | "new"
                | "find_or_create_by"
                | "find_or_create_by!"
                | "find_or_initialize_by"
                | "find_each",
                Ty::Class(head),
            ) => {
                let is_model = self.model_of(receiver).is_some();
                if is_model || name == "new" { vec![Ty::object(head.clone())] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn model_of(&self, ty: &Ty) -> Option<ClassNo> {
        let class = self.context.tree.class_of_type(ty.monolith()?)?;
        self.context.tree.is_model(class).then_some(class)
    }

    /// Finds who answers.
    fn dispatch(&mut self, receiver: &Ty, said: &Said<'a, '_>) -> (Ty, Option<FunctionId>) {
        let class = receiver.monolith().and_then(|id| self.context.tree.class_of_type(id));
        match (receiver, class) {
            (Ty::Object { .. }, Some(class)) => self.on_object(class, receiver, said),
            (Ty::Class(_), Some(class)) => self.on_class(class, receiver, said),
            (Ty::Callable(result), _) => {
                let runs = matches!(said.name, "call" | "[]" | "yield" | "()" | "===");
                (if runs { result.as_ref().clone() } else { Ty::Unknown }, None)
            }
            (Ty::Unknown | Ty::Namespace(_), _) => self.on_unknown(said),
            _ if element(receiver).is_some() => self.on_list(receiver, said),
            (Ty::Object { .. }, None) if receiver.outside_name() == Some(HELPERS) => {
                match self.context.views.helper(self.context.tree, &self.source.path, said.name) {
                    Some(id) => self.reach(id, receiver, said),
                    None => self.outside(),
                }
            }
            _ => self.outside(),
        }
    }

    fn outside(&mut self) -> (Ty, Option<FunctionId>) {
        self.out.references.outside += 1;
        (Ty::Unknown, None)
    }

    fn on_object(
        &mut self,
        class: ClassNo,
        receiver: &Ty,
        said: &Said<'a, '_>,
    ) -> (Ty, Option<FunctionId>) {
        let tree = self.context.tree;
        if let Some(found) = tree.instance_method(class, said.name) {
            return self.hit(found, class, receiver, said);
        }
        if said.name == "class" {
            self.out.references.outside += 1;
            let head = receiver.head().cloned();
            return (head.map_or(Ty::Unknown, Ty::Class), None);
        }
        if library::gives_itself(said.name) {
            self.out.references.outside += 1;
            return (receiver.clone(), None);
        }
        // A module's method may call those of the only classes that include it.
        if tree.class(class).is_module {
            let includers = self.context.includers.get(&class).map_or(&[][..], Vec::as_slice);
            let methods = includers.iter().filter_map(|it| tree.instance_method(*it, said.name));
            let functions: Vec<Option<FunctionId>> = methods
                .map(|found| match found {
                    Found::Function(id) => Some(id),
                    Found::Member(..) => None,
                })
                .collect();
            if let Some(Some(id)) = only(functions.iter().copied()) {
                return self.reach(id, receiver, said);
            }
            if !functions.is_empty() {
                self.unresolved(said.name);
                return (Ty::Unknown, None);
            }
            return self.outside();
        }
        self.missing(class, said)
    }

    fn missing(&mut self, class: ClassNo, said: &Said<'a, '_>) -> (Ty, Option<FunctionId>) {
        let known = self.context.names.knows(said.name) && !library::is_core_member(said.name);
        if known && !self.context.tree.has_outside(class) {
            self.unresolved(said.name);
        } else {
            self.out.references.outside += 1;
        }
        (Ty::Unknown, None)
    }

    fn on_class(
        &mut self,
        class: ClassNo,
        receiver: &Ty,
        said: &Said<'a, '_>,
    ) -> (Ty, Option<FunctionId>) {
        let tree = self.context.tree;
        let object = receiver.head().cloned().map_or(Ty::Unknown, Ty::object);
        if let Some(found) = tree.static_method(class, said.name) {
            let (result, target) = self.hit(found, class, receiver, said);
            if RUNS.contains(&said.name)
                && let Some(Found::Function(id)) = tree.instance_method(class, said.name)
                && target.is_some_and(|target| self.owner(target) != Some(class))
            {
                self.call_function(id, said.expr.line);
            }
            return (result, target);
        }
        if said.name == "new" {
            return (object, self.construct(class, said));
        }
        if tree.is_model(class)
            && let Some(ty) = library::of_model(said.name, &object, said.count(), said.has_block())
        {
            self.out.references.outside += 1;
            return (ty, None);
        }
        if ENQUEUES.contains(&said.name)
            && let Some(Found::Function(id)) = tree.instance_method(class, "perform")
        {
            let (_, target) = self.reach(id, &object, said);
            return (Ty::Unknown, target);
        }
        match said.name {
            "set" | "with" if tree.has_outside(class) => {
                self.out.references.outside += 1;
                return (receiver.clone(), None);
            }
            "instance" | "allocate" if tree.descends_from(class, &["Singleton"]) => {
                self.out.references.outside += 1;
                return (object, None);
            }
            _ => {}
        }
        // A mailer's methods are called on its class.
        if tree.class(class).full_name.ends_with("Mailer")
            && let Some(Found::Function(id)) = tree.instance_method(class, said.name)
        {
            let (_, target) = self.reach(id, &object, said);
            return (Ty::outside("ActionMailer.MessageDelivery"), target);
        }
        if tree.class(class).is_module {
            let known = self.context.names.knows(said.name) && !library::is_core_member(said.name);
            let in_module = matches!(self.this, Ty::Class(_)) && self.class == Some(class);
            if known && in_module {
                self.unresolved(said.name);
                return (Ty::Unknown, None);
            }
        }
        self.missing(class, said)
    }

    fn owner(&self, id: FunctionId) -> Option<ClassNo> {
        let (module, decl) = self.context.tree.symbols.function(id)?;
        self.context.tree.declared(module, decl.owner?)
    }

    fn construct(&mut self, class: ClassNo, said: &Said<'a, '_>) -> Option<FunctionId> {
        let tree = self.context.tree;
        self.out.references.exact += 1;
        let line = said.expr.line;
        let made = match tree.instance_method(class, "initialize") {
            Some(Found::Function(id)) => Some(id),
            _ => None,
        };
        if let Some(home) = tree.class(class).home {
            let own = made
                .filter(|id| tree.symbols.function(*id).is_some_and(|(module, _)| module == home));
            self.call(CallKind::Construct, home, own, line, Certainty::Exact);
            // What is inherited runs too.
            if let Some(id) = made.filter(|_| own.is_none()) {
                self.call_function(id, line);
            }
        }
        made
    }

    /// A relation or array: relations first answer as their model's class does.
    fn on_list(&mut self, list: &Ty, said: &Said<'a, '_>) -> (Ty, Option<FunctionId>) {
        let tree = self.context.tree;
        let row = element(list).cloned().unwrap_or_default();
        let class = row.monolith().and_then(|id| tree.class_of_type(id));
        if let (true, Some(class)) = (is_relation(list), class) {
            if let Some(found) = tree.static_method(class, said.name) {
                let receiver = row.head().cloned().map_or(Ty::Unknown, Ty::Class);
                return self.hit(found, class, &receiver, said);
            }
            if let Some(ty) = library::of_model(said.name, &row, said.count(), said.has_block()) {
                self.out.references.outside += 1;
                let ty = if said.name == "reload" { list.clone() } else { ty };
                return (ty, None);
            }
        }
        self.out.references.outside += 1;
        (library::of_list(said.name, list, said.count(), said.returned), None)
    }

    fn on_unknown(&mut self, said: &Said<'a, '_>) -> (Ty, Option<FunctionId>) {
        if !self.context.names.knows(said.name) || library::is_core_member(said.name) {
            return self.outside();
        }
        match self.context.names.only(said.name) {
            Some(id) => {
                self.out.references.by_name += 1;
                if let Some((module, _)) = self.context.tree.symbols.function(id) {
                    let line = said.expr.line;
                    self.call(CallKind::Call, module, Some(id), line, Certainty::ByName);
                }
                (Ty::Unknown, Some(id))
            }
            None => {
                self.unresolved(said.name);
                (Ty::Unknown, None)
            }
        }
    }

    pub(super) fn unresolved(&mut self, name: &'a str) {
        self.out.references.unresolved += 1;
        *self.out.unresolved.entry(name).or_insert(0) += 1;
    }

    fn hit(
        &mut self,
        found: Found<'_, 'a>,
        class: ClassNo,
        receiver: &Ty,
        said: &Said<'a, '_>,
    ) -> (Ty, Option<FunctionId>) {
        match found {
            Found::Function(id) => self.reach(id, receiver, said),
            Found::Member(declaring, member) => {
                self.out.references.exact += 1;
                let (module, kind) = (member.module, member.kind.clone());
                let is_mixed_in = self.context.tree.class(declaring).is_module;
                let declaring = if is_mixed_in { class } else { declaring };
                self.call(CallKind::Call, module, None, said.expr.line, Certainty::Exact);
                let ty = match &kind {
                    MemberKind::Reader(variable) => self.ivar_of(class, variable),
                    MemberKind::Association(association) => {
                        let target = self.context.tree.association_class(declaring, association);
                        let row = target.map_or(Ty::Unknown, |target| self.object_of(target));
                        if association.is_many() { relation(row) } else { row }
                    }
                    MemberKind::Made(target) => {
                        let target = self.context.tree.association_class(declaring, target);
                        target.map_or(Ty::Unknown, |target| self.object_of(target))
                    }
                    MemberKind::Scope => match receiver.head() {
                        Some(head) => relation(Ty::object(head.clone())),
                        None => Ty::Unknown,
                    },
                    MemberKind::Attribute | MemberKind::Static | MemberKind::Predicate => {
                        Ty::Unknown
                    }
                };
                (ty, None)
            }
        }
    }

    /// Calls a function that is known.
    fn reach(
        &mut self,
        id: FunctionId,
        receiver: &Ty,
        said: &Said<'a, '_>,
    ) -> (Ty, Option<FunctionId>) {
        self.out.references.exact += 1;
        self.call_function(id, said.expr.line);
        let tree = self.context.tree;
        let is_scope = tree
            .symbols
            .function(id)
            .is_some_and(|(_, decl)| decl.annotations.iter().any(|note| note.name == SCOPE));
        if is_scope {
            let row = receiver.head().cloned().map(Ty::object);
            return (row.map_or(Ty::Unknown, relation), Some(id));
        }
        let ty = self.known.returns.get(&id).cloned().unwrap_or_default();
        (self.seen_from(ty, id, receiver), Some(id))
    }

    /// What an inherited method gives of its own class is of the receiver's class.
    fn seen_from(&self, ty: Ty, id: FunctionId, receiver: &Ty) -> Ty {
        let own = self.owner(id).and_then(|class| self.context.tree.class(class).type_id);
        let (Some(own), Some(head)) = (own, receiver.head()) else { return ty };
        if *head == Head::Monolith(own) {
            return ty;
        }
        let is_own = |ty: &Ty| ty.monolith() == Some(own);
        match ty {
            Ty::Object { .. } if is_own(&ty) => Ty::object(head.clone()),
            Ty::Class(_) if is_own(&ty) => Ty::Class(head.clone()),
            Ty::Object { head: list, args } if args.first().is_some_and(is_own) => {
                Ty::Object { head: list, args: vec![Ty::object(head.clone())] }
            }
            other => other,
        }
    }

    fn super_call(&mut self, expr: &'a Expr, args: &'a [Arg]) -> Ty {
        self.args(args, &[], false);
        let (Some(class), Some(decl)) = (self.class, self.decl) else { return Ty::Unknown };
        let is_static = matches!(self.this, Ty::Class(_));
        let found = self.context.tree.super_method(class, &decl.name, is_static);
        let this = self.this.clone();
        match found {
            Some(found) => {
                let said = Said { expr, name: decl.name.as_str(), args, returned: None };
                self.hit(found, class, &this, &said).0
            }
            None => {
                self.out.references.outside += 1;
                Ty::Unknown
            }
        }
    }

    fn used(
        &mut self,
        said: &Said<'a, '_>,
        receiver: Ty,
        arg_types: Vec<Ty>,
        result: &Ty,
        target: Option<FunctionId>,
    ) {
        if !self.records || receiver.is_unknown() {
            return;
        }
        self.out.uses.push(MemberUse {
            module: self.module,
            function: self.function,
            line: said.expr.line,
            expr: said.expr,
            receiver,
            member: said.name,
            args: said.args,
            arg_types,
            result: result.clone(),
            target,
            in_loop: self.loops > 0,
        });
    }

    /// `Order.transaction do`, `order.with_lock do`.
    fn opens_transaction(&mut self, name: &str, on: Option<&'a Expr>, args: &[Arg]) {
        let has_block = args.iter().any(|arg| arg.name.as_deref() == Some(BLOCK));
        let opens = matches!(name, "transaction" | "with_lock" | "with_transaction");
        let (true, true, Some(function)) = (has_block, opens, self.function) else { return };
        let receiver = on.and_then(|expr| match &expr.kind {
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Member(of, _) => of.dotted(),
                _ => None,
            },
            _ => None,
        });
        let said = match receiver {
            Some(of) => format!("{}.{name}", of.replace("this", "self")),
            None => name.to_owned(),
        };
        if !self.out.transactions.iter().any(|(known, _)| *known == function) {
            self.out.transactions.push((function, said));
        }
    }
}
