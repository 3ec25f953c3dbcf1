//! Walks the bodies of one Rust file: what every expression is, and whom it refers to.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    bodies::TYPE_ARGUMENT,
    library,
    members::{Members, object},
    paths::Paths,
    scopes::Tree,
    values::filled,
};
use crate::{
    facts::{Call, CallKind, FunctionId, ModuleId, References},
    import::code::{
        outline::{Arg, Expr, ExprKind, FunctionDecl, Param, Stmt, TypeRef},
        symbols::Symbols,
        types::{MemberUse, Ty},
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
    pub(super) function: Option<FunctionId>,
    pub(super) self_type: Ty,
    pub(super) params: Vec<String>,
    pub(super) locals: Vec<(String, Ty)>,
    /// What the function is said to return.
    pub(super) returns: Ty,
    pub(super) loops: u32,
    pub(super) signatures: FxHashMap<usize, Signature>,
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

    pub(super) fn function(&mut self, at: usize, function: &'a FunctionDecl) {
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

    pub(super) fn type_params(&self, function: &FunctionDecl) -> Vec<String> {
        let mut params = function.type_params.clone();
        if let Some(owner) = function.owner {
            let owner = &self.tree.sources[self.source].outline.types[owner];
            params.extend(owner.type_params.iter().cloned());
        }
        params
    }

    // ---- statements

    pub(super) fn block(&mut self, stmts: &'a [Stmt]) -> Ty {
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

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) {
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
    pub(super) fn learn(&mut self, target: &Expr, found: Ty) {
        if let ExprKind::Name(name) = &target.kind
            && let Some((_, ty)) = self.locals.iter_mut().rev().find(|(local, _)| local == name)
            && ty.is_unknown()
        {
            *ty = found;
        }
    }

    pub(super) fn repeat(
        &mut self,
        each: Option<&'a (String, Option<TypeRef>, Expr)>,
        body: &'a [Stmt],
    ) {
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

    pub(super) fn list(&mut self, parts: &'a [Expr]) -> Ty {
        let found: Vec<Ty> = parts.iter().map(|part| self.expr(part, &Ty::Unknown)).collect();
        let first = found.into_iter().find(|ty| !ty.is_unknown()).unwrap_or_default();
        library::outside("Vec", vec![first])
    }

    /// A pattern names the variant; the type arguments are those of what is matched.
    pub(super) fn variant_of(&self, seen: Ty, found: &Ty) -> Ty {
        match seen {
            Ty::Object { head, args } if args.is_empty() => {
                Ty::Object { head, args: found.args().to_vec() }
            }
            _ => seen,
        }
    }

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

    pub(super) fn construction(
        &mut self,
        expr: &'a Expr,
        written: &'a TypeRef,
        args: &'a [Arg],
    ) -> Ty {
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

    pub(super) fn declared_type(&mut self, written: Option<&'a TypeRef>, line: u32) -> Ty {
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
}

/// What `?` gives.
pub(super) fn tried(ty: &Ty) -> Ty {
    match ty.outside_name().map(library::like) {
        Some(library::Like::Option | library::Like::Result) => {
            ty.args().first().cloned().unwrap_or_default()
        }
        Some(library::Like::Wrapper) => ty.args().first().map(tried).unwrap_or_default(),
        _ => ty.clone(),
    }
}

fn stmt_line(stmt: &Stmt) -> Option<u32> {
    match stmt {
        Stmt::Let { line, .. } => Some(*line),
        Stmt::Expr(expr) | Stmt::Return(expr) => Some(expr.line),
        _ => None,
    }
}
