//! Walks the bodies of one Rust file: what every expression is, and whom it refers to.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    bodies::TYPE_ARGUMENT,
    library,
    members::{Members, object},
    paths::{PARAM, Paths},
    scopes::{Item, Tree},
};
use crate::{
    facts::{Call, CallKind, Certainty, FunctionId, ModuleId, References},
    import::code::{
        outline::{Arg, Expr, ExprKind, FunctionDecl, Param, Stmt, TypeRef},
        symbols::Symbols,
        types::{Head, MemberUse, Ty},
    },
};

/// What walking a file found.
#[derive(Default)]
pub(super) struct Output<'a> {
    pub(super) calls: Vec<Call>,
    pub(super) uses: Vec<MemberUse<'a>>,
    pub(super) references: References,
    /// Names that could not be resolved, with counts.
    pub(super) unresolved: BTreeMap<String, u32>,
    pub(super) transactions: Vec<(FunctionId, String)>,
}

/// What a function takes and gives, with type parameters still in it.
#[derive(Clone, Default)]
pub(super) struct Signature {
    pub(super) params: Vec<Ty>,
    pub(super) result: Ty,
}

/// The place that is being walked, and all that is known there.
pub(super) struct Walker<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) members: &'t Members<'a>,
    pub(super) symbols: &'t Symbols<'a>,
    pub(super) paths: Paths<'t, 'a>,
    pub(super) source: usize,
    pub(super) scope: usize,
    function: Option<FunctionId>,
    self_type: Ty,
    params: Vec<String>,
    locals: Vec<(String, Ty)>,
    /// What the function is said to return.
    returns: Ty,
    loops: u32,
    signatures: FxHashMap<usize, Signature>,
    pub(super) out: Output<'a>,
}

impl<'t, 'a> Walker<'t, 'a> {
    pub(super) fn new(
        tree: &'t Tree<'a>,
        members: &'t Members<'a>,
        symbols: &'t Symbols<'a>,
        source: usize,
    ) -> Self {
        Self {
            tree,
            members,
            symbols,
            paths: Paths::new(tree, Some(members)),
            source,
            scope: tree.file_scope(source),
            function: None,
            self_type: Ty::Unknown,
            params: Vec::new(),
            locals: Vec::new(),
            returns: Ty::Unknown,
            loops: 0,
            signatures: FxHashMap::default(),
            out: Output::default(),
        }
    }

    /// Walks the whole file.
    pub(super) fn file(mut self) -> Output<'a> {
        let outline = &self.tree.sources[self.source].outline;
        self.imports(outline);
        for (at, decl) in outline.types.iter().enumerate() {
            self.declaration(at, decl);
        }
        self.scope = self.tree.file_scope(self.source);
        self.params = Vec::new();
        self.self_type = Ty::Unknown;
        for stmt in &outline.top {
            self.scope =
                stmt_line(stmt).map_or(self.scope, |line| self.tree.scope_at(self.source, line));
            self.stmt(stmt);
        }
        self.locals.clear();
        for (at, function) in outline.functions.iter().enumerate() {
            self.function(at, function);
        }
        self.out
    }

    fn function(&mut self, at: usize, function: &'a FunctionDecl) {
        let number = self.tree.function_number(self.source, at);
        self.scope = self.tree.scope_at(self.source, function.line);
        self.function = self.symbols.function_id(ModuleId::at(self.source), at);
        self.self_type = self.members.selves[number].clone().unwrap_or_default();
        self.params = self.type_params(function);
        self.locals.clear();
        self.loops = 0;
        for param in &function.params {
            let ty = self.declared_type(param.ty.as_ref(), function.line);
            self.locals.push((param.name.clone(), ty));
        }
        self.returns = match &function.returns {
            Some(written) => self.named_type(written, function.line),
            None => Ty::Unknown,
        };
        self.annotations(&function.annotations);
        for stmt in &function.body {
            self.stmt(stmt);
        }
        self.function = None;
        self.returns = Ty::Unknown;
    }

    fn type_params(&self, function: &FunctionDecl) -> Vec<String> {
        let mut params = function.type_params.clone();
        if let Some(owner) = function.owner {
            let owner = &self.tree.sources[self.source].outline.types[owner];
            params.extend(owner.type_params.iter().cloned());
        }
        params
    }

    // ---- statements

    fn block(&mut self, stmts: &'a [Stmt]) -> Ty {
        let outer = self.locals.len();
        let mut value = Ty::Unknown;
        for (at, stmt) in stmts.iter().enumerate() {
            match stmt {
                Stmt::Expr(expr) if at + 1 == stmts.len() => value = self.expr(expr, &Ty::Unknown),
                Stmt::Return(expr) => {
                    let returns = self.returns.clone();
                    value = self.expr(expr, &returns);
                }
                _ => self.stmt(stmt),
            }
        }
        self.locals.truncate(outer);
        value
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Let { name, ty, value, line } => {
                let declared = self.declared_type(ty.as_ref(), *line);
                let found = match value {
                    Some(value) => self.expr(value, &declared),
                    None => Ty::Unknown,
                };
                self.locals.push((name.clone(), filled(declared, found)));
            }
            Stmt::Assign { target, value } => {
                let ty = self.expr(target, &Ty::Unknown);
                let found = self.expr(value, &ty);
                self.learn(target, found);
            }
            Stmt::Expr(expr) => {
                self.expr(expr, &Ty::Unknown);
            }
            Stmt::Return(expr) => {
                let returns = self.returns.clone();
                self.expr(expr, &returns);
            }
            Stmt::Block(body) => {
                self.block(body);
            }
            Stmt::Loop { each, body } => self.repeat(each.as_ref(), body),
        }
    }

    /// A local without a known type gets that of what is assigned to it.
    fn learn(&mut self, target: &Expr, found: Ty) {
        if let ExprKind::Name(name) = &target.kind
            && let Some((_, ty)) = self.locals.iter_mut().rev().find(|(local, _)| local == name)
            && ty.is_unknown()
        {
            *ty = found;
        }
    }

    fn repeat(&mut self, each: Option<&'a (String, Option<TypeRef>, Expr)>, body: &'a [Stmt]) {
        let outer = self.locals.len();
        if let Some((name, ty, over)) = each {
            let collection = self.expr(over, &Ty::Unknown);
            let declared = self.declared_type(ty.as_ref(), over.line);
            self.locals.push((name.clone(), filled(declared, library::element(&collection))));
        }
        self.loops += 1;
        self.block(body);
        self.loops -= 1;
        self.locals.truncate(outer);
    }

    // ---- expressions

    /// Refers to all that an expression names, and tells what it is. `expected` is what its place asks for.
    pub(super) fn expr(&mut self, expr: &'a Expr, expected: &Ty) -> Ty {
        match &expr.kind {
            ExprKind::Name(name) => self.name(expr, name),
            ExprKind::This => self.self_type.clone(),
            ExprKind::Member(of, name) => match &of.kind {
                ExprKind::Type(written) => self.path_value(expr, written, name),
                _ => self.field(expr, of, name),
            },
            ExprKind::Call { callee, args } => self.call(expr, callee, args, expected),
            ExprKind::New { ty, args } => self.construction(expr, ty, args),
            ExprKind::Lambda { params, body } => {
                let result = self.lambda(params, body, &[]);
                Ty::Callable(Box::new(result))
            }
            ExprKind::Applied(of, _) => self.expr(of, expected),
            ExprKind::Cast { ty, value } => {
                let found = self.expr(value, &Ty::Unknown);
                let seen = self.named_type(ty, expr.line);
                self.variant_of(seen, &found)
            }
            ExprKind::Type(written) => {
                let ty = self.named_type(written, expr.line);
                ty.head().map_or(Ty::Unknown, |head| Ty::Class(head.clone()))
            }
            ExprKind::Same(inner) => self.expr(inner, expected),
            ExprKind::Block(stmts) => self.block(stmts),
            ExprKind::Choice(branches) => {
                let found: Vec<Ty> =
                    branches.iter().map(|branch| self.expr(branch, expected)).collect();
                found.into_iter().find(|ty| !ty.is_unknown()).unwrap_or_default()
            }
            ExprKind::List(parts) => self.list(parts),
            ExprKind::Other(parts) => {
                for part in parts {
                    self.expr(part, &Ty::Unknown);
                }
                Ty::Unknown
            }
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    self.expr(key, &Ty::Unknown);
                    self.expr(value, &Ty::Unknown);
                }
                Ty::Unknown
            }
            ExprKind::Anonymous { of, body } => {
                self.block(body);
                self.expr(of, expected)
            }
            ExprKind::Text(_) => Ty::outside("str"),
            ExprKind::Super => Ty::Unknown,
        }
    }

    fn list(&mut self, parts: &'a [Expr]) -> Ty {
        let found: Vec<Ty> = parts.iter().map(|part| self.expr(part, &Ty::Unknown)).collect();
        let first = found.into_iter().find(|ty| !ty.is_unknown()).unwrap_or_default();
        library::outside("Vec", vec![first])
    }

    /// A pattern names the variant; the type arguments are those of what is matched.
    fn variant_of(&self, seen: Ty, found: &Ty) -> Ty {
        match seen {
            Ty::Object { head, args } if args.is_empty() => {
                Ty::Object { head, args: found.args().to_vec() }
            }
            _ => seen,
        }
    }

    fn name(&mut self, expr: &'a Expr, name: &'a str) -> Ty {
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
    fn path_value(&mut self, expr: &'a Expr, of: &'a TypeRef, name: &'a str) -> Ty {
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
    fn value_of(&mut self, items: &[Item], line: u32) -> Ty {
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

    fn constant_type(&mut self, source: usize, at: usize) -> Ty {
        let Some(Stmt::Let { ty: Some(ty), line, .. }) =
            self.tree.sources[source].outline.top.get(at)
        else {
            return Ty::Unknown;
        };
        let scope = self.tree.scope_at(source, *line);
        self.paths.ty_at(scope, *line, ty, &[], 0)
    }

    /// A variant without values is its enum; what Diesel's `table!` declares is the table.
    fn field_constant(&mut self, number: usize, at: usize) -> Ty {
        if let Some(table) = super::queries::table_named_by(self.tree, number, at) {
            return Ty::Class(head_of(table));
        }
        self.field_type(number, at, &[])
    }

    fn field_type(&mut self, number: usize, at: usize, args: &[Ty]) -> Ty {
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

    fn field(&mut self, expr: &'a Expr, of: &'a Expr, name: &'a str) -> Ty {
        let receiver = self.expr(of, &Ty::Unknown);
        let value = self.field_of(&receiver, name, 0);
        if name != "?" && !name.starts_with(|c: char| c.is_ascii_digit()) {
            self.used(expr, &receiver, name, &[], Vec::new(), &value, None);
        }
        value
    }

    fn field_of(&mut self, receiver: &Ty, name: &str, depth: u32) -> Ty {
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

    pub(super) fn lambda(&mut self, params: &'a [Param], body: &'a [Stmt], given: &[Ty]) -> Ty {
        let outer = self.locals.len();
        let returns = std::mem::take(&mut self.returns);
        for (at, param) in params.iter().enumerate() {
            let declared = self.declared_type(param.ty.as_ref(), 0);
            let known = given.get(at).cloned().unwrap_or_default();
            self.locals.push((param.name.clone(), filled(declared, known)));
        }
        let result = self.block(body);
        self.returns = returns;
        self.locals.truncate(outer);
        result
    }

    /// A lambda that is handed to something which may run it many times.
    pub(super) fn repeated<R>(&mut self, many: bool, walk: impl FnOnce(&mut Self) -> R) -> R {
        self.loops += u32::from(many);
        let result = walk(self);
        self.loops -= u32::from(many);
        result
    }

    fn construction(&mut self, expr: &'a Expr, written: &'a TypeRef, args: &'a [Arg]) -> Ty {
        let line = expr.line;
        let mut ty = self.paths.ty_at(self.scope, line, written, &self.params, 0);
        if ty.is_unknown() && written.name.is_empty() {
            ty = self.self_type.clone();
        }
        if ty.args().is_empty()
            && let Some(id) = ty.monolith()
        {
            ty = object(self.tree, id.0 as usize);
        }
        self.refer_to_type(&ty, written, CallKind::Construct, line);
        self.arguments_of(written);
        let mut arg_types = Vec::new();
        for arg in args {
            let expected = match &arg.name {
                Some(name) => self.field_of(&ty, name, 0),
                None => ty.clone(),
            };
            arg_types.push(self.expr(&arg.value, &expected));
        }
        let member = written.name.rsplit('.').next().unwrap_or(&written.name);
        let receiver = ty.head().map_or(Ty::Unknown, |head| Ty::Class(head.clone()));
        self.used(expr, &receiver, member, args, arg_types, &ty, None);
        ty
    }

    // ---- types that are named

    fn declared_type(&mut self, written: Option<&'a TypeRef>, line: u32) -> Ty {
        written.map_or(Ty::Unknown, |written| self.named_type(written, line))
    }

    /// Refers to a type that is written, and to its arguments, and tells what it is.
    pub(super) fn named_type(&mut self, written: &TypeRef, line: u32) -> Ty {
        let at = if written.line > 0 { written.line } else { line };
        let ty = self.paths.ty_at(self.scope, at, written, &self.params, 0);
        if written.line > 0 {
            self.refer_to_written(&ty, written, CallKind::Type);
        }
        self.arguments_of(written);
        ty
    }

    /// The arguments of a written type are named too.
    pub(super) fn arguments_of(&mut self, written: &TypeRef) {
        for arg in &written.args {
            self.named_type(arg, written.line);
        }
    }

    /// The same for the type arguments of a call.
    pub(super) fn type_arguments(&mut self, args: &'a [Arg]) -> Vec<Ty> {
        args.iter()
            .filter(|arg| arg.name.as_deref() == Some(TYPE_ARGUMENT))
            .map(|arg| match &arg.value.kind {
                ExprKind::Type(written) => self.named_type(written, arg.value.line),
                _ => Ty::Unknown,
            })
            .collect()
    }

    pub(super) fn set_declaration(&mut self, line: u32, params: &[String], own: Ty) {
        self.scope = self.tree.scope_at(self.source, line);
        self.params = params.to_vec();
        self.self_type = own;
    }

    // ---- what is known of functions

    pub(super) fn signature(&mut self, number: usize) -> Signature {
        if let Some(known) = self.signatures.get(&number) {
            return known.clone();
        }
        let (source, at) = self.tree.functions[number];
        let outline = &self.tree.sources[source].outline;
        let function = &outline.functions[at];
        let mut params = function.type_params.clone();
        if let Some(owner) = function.owner {
            params.extend(outline.types[owner].type_params.iter().cloned());
        }
        let scope = self.tree.scope_at(source, function.line);
        let mut ty = |written: Option<&TypeRef>| match written {
            Some(written) => self.paths.ty_at(scope, function.line, written, &params, 0),
            None => Ty::Unknown,
        };
        let signature = Signature {
            params: function.params.iter().map(|param| ty(param.ty.as_ref())).collect(),
            result: ty(function.returns.as_ref()),
        };
        self.signatures.insert(number, signature.clone());
        signature
    }

    pub(super) fn function_decl(&self, number: usize) -> &'a FunctionDecl {
        let (source, at) = self.tree.functions[number];
        &self.tree.sources[source].outline.functions[at]
    }

    pub(super) fn is_local(&self, name: &str) -> Option<Ty> {
        self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, ty)| ty.clone())
    }

    // ---- writing down

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

    fn refer_to_written(&mut self, ty: &Ty, written: &TypeRef, kind: CallKind) {
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

    fn refer_to_type(&mut self, ty: &Ty, written: &TypeRef, kind: CallKind, line: u32) {
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
    fn public(&self, ty: &Ty) -> Ty {
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

    fn public_head(&self, head: &Head) -> Option<Head> {
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

fn target_of(items: &[Item]) -> Option<usize> {
    items.iter().find_map(|item| match item {
        Item::Function(number) => Some(*number),
        _ => None,
    })
}

/// What `?` gives.
fn tried(ty: &Ty) -> Ty {
    match ty.outside_name().map(library::like) {
        Some(library::Like::Option | library::Like::Result) => {
            ty.args().first().cloned().unwrap_or_default()
        }
        Some(library::Like::Wrapper) => ty.args().first().map(tried).unwrap_or_default(),
        _ => ty.clone(),
    }
}

/// The declared type, with what it leaves open taken from the value.
fn filled(declared: Ty, found: Ty) -> Ty {
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

fn stmt_line(stmt: &Stmt) -> Option<u32> {
    match stmt {
        Stmt::Let { line, .. } => Some(*line),
        Stmt::Expr(expr) | Stmt::Return(expr) => Some(expr.line),
        _ => None,
    }
}
