//! Recording what a Rust file refers to, and what could not be found.

use super::{paths::PARAM, scopes::Item, walk::Walker};
use crate::{
    facts::{Call, CallKind, Certainty, FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, TypeRef},
        types::{Head, MemberUse, Ty},
    },
};

impl<'a> Walker<'_, 'a> {
    pub(super) fn refer(
        &mut self,
        kind: CallKind,
        to_source: usize,
        to_function: Option<FunctionId>,
        line: u32,
        certainty: Certainty,
    ) {
        match certainty {
            Certainty::Exact => self.out.references.exact += 1,
            Certainty::ByName => self.out.references.by_name += 1,
        }
        let inner = to_source == self.source;
        if inner && !matches!(kind, CallKind::Call | CallKind::Construct) {
            return;
        }
        self.out.calls.push(Call {
            from_module: ModuleId::at(self.source),
            from_function: self.function,
            to_module: ModuleId::at(to_source),
            to_function,
            kind,
            line,
            certainty,
            in_loop: self.loops > 0,
        });
    }

    pub(super) fn refer_to_function(&mut self, number: usize, line: u32, certainty: Certainty) {
        let (source, at) = self.tree.functions[number];
        let id = self.symbols.function_id(ModuleId::at(source), at);
        self.refer(CallKind::Call, source, id, line, certainty);
    }

    pub(super) fn refer_to_written(&mut self, ty: &Ty, written: &TypeRef, kind: CallKind) {
        // An alias is what is named, not what it stands for.
        let found = self.paths.path(self.scope, written.line, &written.name);
        let named = found.items.iter().find_map(|item| match item {
            Item::Type(number) => Some(*number),
            _ => None,
        });
        match named {
            Some(number) => {
                self.refer(kind, self.tree.types[number].0, None, written.line, Certainty::Exact);
            }
            None => self.refer_to_type(ty, written, kind, written.line),
        }
    }

    pub(super) fn refer_to_type(&mut self, ty: &Ty, written: &TypeRef, kind: CallKind, line: u32) {
        if let Some(id) = ty.monolith() {
            let (source, _) = self.tree.types[id.0 as usize];
            self.refer(kind, source, None, line, Certainty::Exact);
            return;
        }
        if ty.outside_name().is_some_and(|name| name.starts_with(PARAM)) {
            return;
        }
        if written.name.is_empty() || matches!(written.name.as_str(), super::TUPLE | super::ANY_OF)
        {
            return;
        }
        let found = self.paths.path(self.scope, line, &written.name);
        let modules: Vec<usize> = found
            .items
            .iter()
            .chain(found.stopped_at.iter())
            .filter_map(|item| self.home_of(item))
            .collect();
        match modules.first() {
            Some(source) => self.refer(kind, *source, None, line, Certainty::Exact),
            None if found.items.is_empty() => self.unknown_name(&written.name, line),
            None => self.out.references.outside += 1,
        }
    }

    /// The source in which something is declared.
    pub(super) fn home_of(&self, item: &Item) -> Option<usize> {
        match item {
            Item::Scope(scope) => Some(self.tree.scopes[*scope].source),
            Item::Type(number) | Item::Field(number, _) => Some(self.tree.types[*number].0),
            Item::Function(number) => Some(self.tree.functions[*number].0),
            Item::Constant(source, _) => Some(*source),
            Item::Outside(_) => None,
        }
    }

    /// A path that led nowhere: to a module whose names a macro makes, or outside.
    pub(super) fn lost_path(&mut self, line: u32, of: &TypeRef, path: &str) {
        let found = self.paths.path(self.scope, line, path);
        match found.stopped_at.as_ref().and_then(|item| self.home_of(item)) {
            Some(source) => self.refer(CallKind::Type, source, None, line, Certainty::Exact),
            None if self.params.contains(&of.name) => {}
            None => self.unknown_name(path, line),
        }
    }

    /// Counts a name that was not found: outside where nothing of the monolith is called so.
    pub(super) fn unknown_name(&mut self, name: &str, line: u32) {
        let first = name.split('.').next().unwrap_or(name);
        let begins_here = matches!(first, "crate" | "self" | "super")
            || !self.paths.path(self.scope, line, first).items.is_empty();
        let last = name.rsplit('.').next().unwrap_or(name);
        let single = first.len() == name.len();
        let known = if single { self.tree.declares(last) } else { begins_here };
        if known && !super::is_prelude(name) {
            self.lost(last);
        } else {
            self.out.references.outside += 1;
        }
    }

    pub(super) fn lost(&mut self, name: &str) {
        self.out.references.unresolved += 1;
        *self.out.unresolved.entry(name.to_owned()).or_default() += 1;
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one argument for each thing that a use of a member tells"
    )]
    pub(super) fn used(
        &mut self,
        expr: &'a Expr,
        receiver: &Ty,
        member: &'a str,
        args: &'a [Arg],
        arg_types: Vec<Ty>,
        result: &Ty,
        target: Option<usize>,
    ) {
        let target = target.and_then(|number| {
            let (source, at) = self.tree.functions[number];
            self.symbols.function_id(ModuleId::at(source), at)
        });
        let arg_types = arg_types.iter().map(|ty| self.public(ty)).collect();
        self.out.uses.push(MemberUse {
            module: ModuleId::at(self.source),
            function: self.function,
            line: expr.line,
            expr,
            receiver: self.public(receiver),
            member,
            args,
            arg_types,
            result: self.public(result),
            target,
            in_loop: self.loops > 0,
        });
    }

    pub(super) fn opens_transaction(&mut self, by: String) {
        if let Some(function) = self.function {
            self.out.transactions.push((function, by));
        }
    }

    /// A type as all languages see it: numbered by the symbol table.
    pub(super) fn public(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Object { head, args } => {
                let args = args.iter().map(|arg| self.public(arg)).collect();
                self.public_head(head).map_or(Ty::Unknown, |head| Ty::Object { head, args })
            }
            Ty::Class(head) => self.public_head(head).map_or(Ty::Unknown, Ty::Class),
            Ty::Callable(result) => Ty::Callable(Box::new(self.public(result))),
            Ty::Namespace(_) | Ty::Unknown => Ty::Unknown,
        }
    }

    pub(super) fn public_head(&self, head: &Head) -> Option<Head> {
        match head {
            Head::Monolith(id) => {
                let (source, at) = self.tree.types[id.0 as usize];
                self.symbols.declared(ModuleId::at(source), at).map(Head::Monolith)
            }
            Head::Outside(name) if name.starts_with(PARAM) => None,
            Head::Outside(_) => Some(head.clone()),
        }
    }
}

/// The number of a type as the head of one.
pub(super) fn head_of(number: usize) -> Head {
    Head::Monolith(crate::import::code::types::TypeId(u32::try_from(number).unwrap_or(u32::MAX)))
}
