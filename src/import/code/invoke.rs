//! Members and calls: which function a call reaches, what it gives, and what is recorded of it.

use rustc_hash::FxHashSet;

use super::{
    body::Walker,
    language::Yields,
    outline::{Arg, Expr, ExprKind, TypeRef},
    symbols::Target,
    types::{Head, MemberUse, Ty, TypeId},
};
use crate::facts::{CallKind, Certainty, FunctionId};

/// Names under which languages keep the function that constructs.
const CONSTRUCTORS: [&str; 4] = ["__init__", "constructor", "initialize", "__construct"];

impl<'a> Walker<'_, 'a> {
    pub(super) fn member(&mut self, expr: &'a Expr, of: &'a Expr, name: &'a str) -> Ty {
        if let Some(target) = self.whole_name(expr) {
            return self.target_value(&target, expr.line);
        }
        let receiver = self.expr(of);
        let name = name.strip_prefix("::").unwrap_or(name);
        let declared = match entry_of(&receiver) {
            Some(id) => match self.taken(id, name, &receiver, expr.line) {
                Ty::Unknown => match self.rows(&receiver) {
                    Some(rows) => self.outside(&rows, name, &[], None),
                    None => Ty::Unknown,
                },
                found => found,
            },
            None => match self.extension_property(name, &receiver, expr.line) {
                Some(ty) => ty,
                None => self.outside(&receiver, name, &[], None),
            },
        };
        let result = self.added((of, &receiver), name, None, &[]).unwrap_or(declared);
        self.used(expr, receiver, name, &[], Vec::new(), &result, None);
        result
    }

    /// A member that is taken without parentheses: a field, a nested type, a property or a function as a value.
    fn taken(&mut self, id: TypeId, name: &'a str, receiver: &Ty, line: u32) -> Ty {
        let is_object = matches!(receiver, Ty::Object { .. });
        let target = self.symbols.member(id, name, &mut FxHashSet::default());
        match target {
            Some(Target::Value(_, ty)) if is_object => {
                // `case SENT:` names the type of what is switched over.
                if self.symbols.is_enum(id) {
                    self.name_type(id, CallKind::Type, None, line);
                }
                ty
            }
            Some(Target::Functions(ids)) => {
                self.reach(&ids, 0, CallKind::Call, line);
                if self.source.language.rules().member_calls {
                    self.given_by(&ids, receiver)
                } else {
                    let result = ids.first().map(|id| self.returns(*id, receiver));
                    Ty::Callable(Box::new(result.unwrap_or_default()))
                }
            }
            Some(target) => self.target_value(&target, line),
            None if is_object => self.read_elsewhere(id, name, receiver, line),
            None => Ty::Unknown,
        }
    }

    /// A dotted name that only means something as a whole: a full name, a namespace's member.
    fn whole_name(&self, expr: &Expr) -> Option<Target> {
        let dotted = expr.dotted()?;
        let (first, _) = dotted.split_once('.')?;
        let is_known = first == "this"
            || self.local(first).is_some()
            || self.symbols.lookup(self.module, self.owner, first, expr.line).is_some();
        if is_known {
            return None;
        }
        self.symbols.lookup(self.module, self.owner, &dotted, expr.line)
    }

    pub(super) fn called(&mut self, expr: &'a Expr, callee: &'a Expr, args: &'a [Arg]) -> Ty {
        match &callee.kind {
            ExprKind::Name(name) => self.plain_call(expr, name, args),
            ExprKind::Member(of, name) => self.member_call(expr, callee, of, name, args),
            ExprKind::Applied(of, types) => {
                let types: Vec<Ty> =
                    types.iter().map(|ty| self.type_ref(ty, CallKind::Type)).collect();
                let outer = std::mem::replace(&mut self.applied, types);
                let result = self.called(expr, of, args);
                self.applied = outer;
                result
            }
            // `this(…)` and `super(…)` run another constructor.
            ExprKind::This | ExprKind::Super => {
                let ty = self.expr(callee);
                self.args(args, &Ty::Unknown);
                if let Some(id) = ty.monolith() {
                    self.construct(id, args.len(), expr.line);
                }
                match ty {
                    Ty::Class(head) => Ty::object(head),
                    _ => Ty::Unknown,
                }
            }
            _ => {
                let callee = self.expr(callee);
                self.args(args, &Ty::Unknown);
                self.called_value(callee, args.len(), expr.line)
            }
        }
    }

    /// What calling a value gives: a function's result, or an object of a class.
    fn called_value(&mut self, callee: Ty, args: usize, line: u32) -> Ty {
        match callee {
            Ty::Callable(result) => *result,
            Ty::Class(head) if self.source.language.rules().call_constructs => {
                if let Head::Monolith(id) = head {
                    self.construct(id, args, line);
                }
                Ty::object(head)
            }
            other => other,
        }
    }

    fn plain_call(&mut self, expr: &'a Expr, name: &'a str, args: &'a [Arg]) -> Ty {
        if let Some(ty) = self.with_object(name, args) {
            return ty;
        }
        let applied = std::mem::take(&mut self.applied);
        let arg_types = self.args(args, &Ty::Unknown);
        self.applied = applied;
        if let Some(local) = self.local(name) {
            return match local.clone() {
                Ty::Callable(result) => *result,
                Ty::Class(head) => self.called_value(Ty::Class(head), args.len(), expr.line),
                _ => Ty::Unknown,
            };
        }
        let target = self
            .own_method(name)
            .or_else(|| self.symbols.lookup(self.module, self.owner, name, expr.line));
        let known = match &target {
            Some(Target::Outside(full)) => self.library_function(full, args, &arg_types),
            None => self.library_function(name, args, &arg_types),
            Some(_) => None,
        };
        let (result, target) = self.invoke(target, name, &arg_types, expr.line);
        let result = known.unwrap_or(result);
        self.used(expr, Ty::Unknown, name, args, arg_types, &result, target);
        result
    }

    /// Calls what a plain name means.
    fn invoke(
        &mut self,
        target: Option<Target>,
        name: &'a str,
        args: &[Ty],
        line: u32,
    ) -> (Ty, Option<FunctionId>) {
        match target {
            Some(Target::Functions(ids)) => {
                self.found.references.exact += 1;
                let id = self.reach(&ids, args.len(), CallKind::Call, line);
                (id.map(|id| self.given(id, &Ty::Unknown, args)).unwrap_or_default(), id)
            }
            Some(Target::Type(id)) => {
                self.found.references.exact += 1;
                (Ty::object(Head::Monolith(id)), self.construct(id, args.len(), line))
            }
            Some(Target::Value(module, ty)) => {
                self.found.references.exact += 1;
                self.name_target(&Target::Value(module, ty.clone()), CallKind::Call, line);
                (ty, None)
            }
            Some(Target::Outside(full)) => {
                self.found.references.outside += 1;
                let is_type =
                    full.rsplit('.').next().is_some_and(|it| it.starts_with(char::is_uppercase));
                (if is_type { Ty::outside(&full) } else { Ty::Unknown }, None)
            }
            Some(Target::Namespace(_)) => (Ty::Unknown, None),
            None if self.source.language.is_builtin(name) => {
                self.found.references.outside += 1;
                (Ty::Unknown, None)
            }
            None if self.source.language.rules().implicit_this && self.may_inherit() => {
                self.found.references.outside += 1;
                (self.outside_applied(name), None)
            }
            None => {
                let id = self.by_name(name, line);
                (id.map(|id| self.returns(id, &Ty::Unknown)).unwrap_or_default(), id)
            }
        }
    }

    fn member_call(
        &mut self,
        expr: &'a Expr,
        callee: &'a Expr,
        of: &'a Expr,
        name: &'a str,
        args: &'a [Arg],
    ) -> Ty {
        let applied = std::mem::take(&mut self.applied);
        if let Some(target) = self.whole_name(callee) {
            let arg_types = self.args(args, &Ty::Unknown);
            self.applied = applied;
            let (result, target) = self.invoke(Some(target), name, &arg_types, expr.line);
            self.used(expr, Ty::Unknown, name, args, arg_types, &result, target);
            return result;
        }
        let receiver = match &of.kind {
            ExprKind::Super => self.super_with(name),
            ExprKind::Type(_) if let Some(class) = self.source.language.class_object() => {
                let of = self.expr(of);
                self.as_class_object(of, class)
            }
            _ => self.expr(of),
        };
        if let Some(ty) = self.scoped(name, &receiver, args) {
            self.used(expr, receiver, name, args, Vec::new(), &ty, None);
            return ty;
        }
        let arg_types = match name {
            "ThenInclude" => self.args(args, &self.included.clone()),
            // Jobs are told as what is to be called on an object of a type.
            "AddOrUpdate" | "Enqueue" | "Schedule" | "ContinueJobWith" if applied.len() == 1 => {
                let given = Head::Outside("Action".into());
                self.args(args, &Ty::Object { head: given, args: applied.clone() })
            }
            "Entity" if applied.len() == 1 => {
                let head = Head::Outside("EntityTypeBuilder".into());
                let builder = Ty::Object { head, args: applied.clone() };
                let given = Head::Outside("Action".into());
                self.args(args, &Ty::Object { head: given, args: vec![builder] })
            }
            _ => self.args(args, &receiver),
        };
        self.applied = applied;
        let declares = |id: TypeId| !self.symbols.methods(id, name).is_empty();
        let declared = entry_of(&receiver).filter(|id| declares(*id));
        let added = self.added((of, &receiver), name, Some(args), &arg_types);
        let (result, target) = match entry_of(&receiver) {
            Some(id) if declared.is_some() || added.is_none() => {
                let id = self.fronted(id, name, &receiver).unwrap_or(id);
                let found = self.call_on(id, name, &receiver, &arg_types, expr.line);
                match found {
                    (Ty::Unknown, None) => self.as_rows(&receiver, name, &arg_types, expr.line),
                    (Ty::Unknown, target) => (added.unwrap_or_default(), target),
                    found => found,
                }
            }
            _ if let Some(added) = added => {
                self.found.references.outside += 1;
                (added, None)
            }
            Some(_) => (Ty::Unknown, None),
            None if let Some(found) = self.extension(name, &receiver, &arg_types, expr.line) => {
                found
            }
            None if receiver.is_unknown() => {
                let id = self.by_name(name, expr.line);
                let result = match id {
                    Some(id) => self.given(id, &receiver, &arg_types),
                    None => self.outside_applied(name),
                };
                (result, id)
            }
            None if let Some(found) = self.by_other_name(&receiver, name, expr.line) => found,
            None => {
                self.found.references.outside += 1;
                let returned = arg_types.iter().find_map(|ty| match ty {
                    Ty::Callable(result) => Some(result.as_ref().clone()),
                    _ => None,
                });
                let result = match self.outside_applied(name) {
                    Ty::Unknown => self.outside(&receiver, name, &arg_types, returned),
                    said => said,
                };
                (self.or_foreign(result, &receiver), None)
            }
        };
        self.follow_include(name, &arg_types);
        self.used(expr, receiver, name, args, arg_types, &result, target);
        result
    }

    /// The object that stands for a type: `Order.class`.
    fn as_class_object(&self, of: Ty, class: &str) -> Ty {
        match of {
            Ty::Class(head) => {
                Ty::Object { head: Head::Outside(class.into()), args: vec![Ty::object(head)] }
            }
            other => other,
        }
    }

    /// The class that a front such as a facade stands before, where the front has no such function itself.
    fn fronted(&self, id: TypeId, name: &str, receiver: &Ty) -> Option<TypeId> {
        let accessor = self.source.language.front_accessor()?;
        if !matches!(receiver, Ty::Class(_)) || !self.symbols.methods(id, name).is_empty() {
            return None;
        }
        let accessors = self.symbols.methods(id, accessor);
        accessors.into_iter().find_map(|accessor| match self.returns(accessor, receiver) {
            Ty::Object { head: Head::Outside(name), args } if *name == *"class-string" => {
                args.first()?.monolith()
            }
            _ => None,
        })
    }

    /// What a member gives that a class of rows inherits from its mapper.
    fn as_rows(
        &mut self,
        receiver: &Ty,
        name: &str,
        args: &[Ty],
        line: u32,
    ) -> (Ty, Option<FunctionId>) {
        let Some(rows) = self.rows(receiver) else { return (Ty::Unknown, None) };
        if let Some(found) = self.by_other_name(&rows, name, line) {
            return found;
        }
        (self.outside(&rows, name, args, None), None)
    }

    /// The query or collection that stands behind a class of rows, or behind one that hands them out.
    fn rows(&self, receiver: &Ty) -> Option<Ty> {
        let id = receiver.monolith()?;
        let language = self.source.language;
        let bases = self.symbols.outside_supers(id);
        let base = bases.iter().find_map(|base| language.stands_for_rows(base))?;
        let told = self.symbols.methods(id, "model").into_iter().find_map(|model| {
            let Ty::Object { head, args } = self.returns(model, receiver) else { return None };
            let is_class = matches!(&head, Head::Outside(name) if **name == *"class-string");
            args.into_iter().next().filter(|_| is_class)
        });
        // Or the base that it extends says so: `extends EntityRepository<Order>`.
        let told = told.or_else(|| {
            let supers = self.symbols.supers(id);
            supers
                .iter()
                .find(|ty| ty.monolith().is_none())
                .and_then(|ty| ty.args().last().cloned())
        });
        let row = told.unwrap_or_else(|| Ty::object(Head::Monolith(id)));
        Some(Ty::Object { head: Head::Outside(base.into()), args: vec![row] })
    }

    /// A member of what a query is about, under the name that it has there.
    fn by_other_name(
        &mut self,
        receiver: &Ty,
        name: &str,
        line: u32,
    ) -> Option<(Ty, Option<FunctionId>)> {
        let other = self.source.language.other_name(name)?;
        let id = receiver.args().last()?.monolith()?;
        let methods = self.symbols.methods(id, &other);
        let target = methods.first().copied()?;
        self.found.references.exact += 1;
        let (module, _) = self.symbols.function(target)?;
        self.call(CallKind::Call, module, Some(target), line, Certainty::Exact);
        Some((receiver.clone(), Some(target)))
    }

    /// The super type that has a function of that name; the first one that is not of the monolith where none has.
    fn super_with(&self, name: &str) -> Ty {
        let supers = self.own_type().map(|id| self.symbols.supers(id)).unwrap_or_default();
        let has =
            |ty: &&Ty| ty.monolith().is_some_and(|id| !self.symbols.methods(id, name).is_empty());
        let outside = |ty: &&Ty| ty.monolith().is_none_or(|id| self.symbols.has_outside_super(id));
        let found = supers.iter().find(has).or_else(|| supers.iter().find(outside));
        found.or(supers.first()).cloned().unwrap_or_default()
    }

    /// Calls a member of a type or namespace of the monolith.
    fn call_on(
        &mut self,
        id: TypeId,
        name: &'a str,
        receiver: &Ty,
        args: &[Ty],
        line: u32,
    ) -> (Ty, Option<FunctionId>) {
        let methods = self.symbols.methods(id, name);
        if !methods.is_empty() {
            self.found.references.exact += 1;
            let target = self.reach(&methods, args.len(), CallKind::Call, line);
            let result = target.map(|id| self.given(id, receiver, args)).unwrap_or_default();
            return (result, target);
        }
        match self.symbols.member(id, name, &mut FxHashSet::default()) {
            Some(Target::Value(_, Ty::Callable(result))) => (*result, None),
            Some(Target::Value(_, ty)) if matches!(receiver, Ty::Object { .. }) => (ty, None),
            Some(target) => self.invoke(Some(target), name, args, line),
            None if let Some(found) = self.extension(name, receiver, args, line) => found,
            None if self.source.language.is_builtin_member(name) => {
                self.found.references.outside += 1;
                let said = self.outside_applied(name);
                (if said.is_unknown() { builtin_result(id, name) } else { said }, None)
            }
            None if let Some(ty) = self.generated_accessor(id, name) => {
                self.found.references.exact += 1;
                self.name_type(id, CallKind::Call, None, line);
                (ty, None)
            }
            None if self.symbols.has_outside_super(id) || matches!(receiver, Ty::Class(_)) => {
                self.found.references.outside += 1;
                (self.outside_applied(name), None)
            }
            None => {
                self.unresolved(name);
                (Ty::Unknown, None)
            }
        }
    }

    /// What an accessor gives that is not written down, because an annotation generates it from a field.
    fn generated_accessor(&self, id: TypeId, name: &str) -> Option<Ty> {
        let field = ["get", "is", "set"].iter().find_map(|prefix| name.strip_prefix(prefix))?;
        let mut letters = field.chars();
        let first = letters.next().filter(|first| first.is_uppercase())?;
        let field = format!("{}{}", first.to_lowercase(), letters.as_str());
        match self.symbols.member(id, &field, &mut FxHashSet::default())? {
            Target::Value(_, _) if name.starts_with("set") => Some(Ty::Unknown),
            Target::Value(_, ty) => Some(ty),
            _ => None,
        }
    }

    pub(super) fn new_object(&mut self, expr: &'a Expr, ty: &'a TypeRef, args: &'a [Arg]) -> Ty {
        let arg_types = self.args(args, &Ty::Unknown);
        let made = self.symbols.resolve_type(self.module, self.owner, ty);
        let target = match made.monolith() {
            Some(id) => {
                self.found.references.exact += 1;
                self.construct(id, args.len(), ty.line)
            }
            None => {
                self.type_ref_head(ty);
                None
            }
        };
        for arg in &ty.args {
            self.type_ref(arg, CallKind::Type);
        }
        let name = ty.name.rsplit('.').next().unwrap_or(&ty.name);
        self.used(expr, Ty::Unknown, name, args, arg_types, &made, target);
        made
    }

    /// Counts a type that is not of the monolith.
    fn type_ref_head(&mut self, ty: &'a TypeRef) {
        let target = self.symbols.lookup(self.module, self.owner, &ty.name, ty.line);
        let is_known = self.outside_names || matches!(target, Some(Target::Outside(_)));
        if is_known || self.source.language.is_builtin(&ty.name) || ty.name.contains('.') {
            self.found.references.outside += 1;
        } else {
            self.unresolved(&ty.name);
        }
    }

    fn construct(&mut self, id: TypeId, args: usize, line: u32) -> Option<FunctionId> {
        let full = self.symbols.full_name(id);
        let simple = full.rsplit('.').next().unwrap_or(&full);
        let simple = simple.split('`').next().unwrap_or(simple);
        let named = CONSTRUCTORS.into_iter().chain([simple]);
        let found = named.map(|name| self.symbols.methods(id, name)).find(|ids| !ids.is_empty());
        let target = found.and_then(|ids| self.fitting(&ids, args));
        self.name_type(id, CallKind::Construct, target, line);
        target
    }

    /// Reads arguments. Functions among them bind what the receiver holds.
    fn args(&mut self, args: &'a [Arg], receiver: &Ty) -> Vec<Ty> {
        let holds = if receiver.monolith().is_none() { receiver.args() } else { &[] };
        let element = holds.last().cloned();
        let pair: Vec<Ty> = match holds {
            [key, value] => vec![key.clone(), value.clone()],
            _ => element.iter().cloned().cycle().take(2).collect(),
        };
        let mut types = Vec::new();
        for arg in args {
            types.push(match &arg.value.kind {
                ExprKind::Lambda { params, body } => {
                    let given: Vec<Ty> = if params.len() == 1 {
                        element.iter().cloned().collect()
                    } else {
                        pair.clone()
                    };
                    self.loops += u32::from(element.is_some());
                    let ty = self.lambda(params, body, &given);
                    self.loops -= u32::from(element.is_some());
                    ty
                }
                _ => self.expr(&arg.value),
            });
        }
        types
    }

    /// What a member of something outside the monolith gives.
    fn outside(&self, receiver: &Ty, name: &str, args: &[Ty], returned: Option<Ty>) -> Ty {
        let of = receiver.outside_name().unwrap_or_default();
        let list = |ty: Option<Ty>| match ty {
            Some(ty) if !ty.is_unknown() => {
                Ty::Object { head: Head::Outside("List".into()), args: vec![ty] }
            }
            _ => Ty::Unknown,
        };
        let held = receiver.args();
        if of == "tuple"
            && let Ok(place) = name.parse::<usize>()
        {
            return held.get(place).cloned().unwrap_or_default();
        }
        match self.source.language.outside_member(of, name) {
            Yields::Unknown => Ty::Unknown,
            Yields::Receiver => receiver.clone(),
            Yields::Element => held.last().cloned().unwrap_or_default(),
            Yields::Key => held.first().cloned().unwrap_or_default(),
            Yields::Elements => list(held.last().cloned()),
            Yields::Keys => list(held.first().cloned()),
            Yields::Mapped => list(returned),
            Yields::Returned => returned.unwrap_or_default(),
            Yields::Argument => args.first().cloned().unwrap_or_default(),
            Yields::Arguments => list(args.first().cloned()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one for each field of the record it makes")]
    fn used(
        &mut self,
        expr: &'a Expr,
        receiver: Ty,
        member: &'a str,
        args: &'a [Arg],
        arg_types: Vec<Ty>,
        result: &Ty,
        target: Option<FunctionId>,
    ) {
        self.found.uses.push(MemberUse {
            module: self.module,
            function: self.function,
            line: expr.line,
            expr,
            receiver,
            member,
            args,
            arg_types,
            result: result.clone(),
            target,
            in_loop: self.loops > 0,
        });
    }
}

/// The monolith's type or namespace whose members are meant.
fn entry_of(ty: &Ty) -> Option<TypeId> {
    match ty {
        Ty::Namespace(id) => Some(*id),
        _ => ty.monolith(),
    }
}

/// What a member that the language gives every type yields.
fn builtin_result(id: TypeId, name: &str) -> Ty {
    let own = Ty::object(Head::Monolith(id));
    match name {
        "values" => Ty::Object { head: Head::Outside("[]".into()), args: vec![own] },
        "valueOf" | "clone" => own,
        "toString" | "name" => Ty::outside("String"),
        "getClass" => Ty::outside("Class"),
        _ => Ty::Unknown,
    }
}
