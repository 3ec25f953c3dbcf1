//! Walking what functions do: what every expression is, whom it calls, and which types it names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    language::Libraries,
    notes::is_nothing,
    outline::{Annotation, Expr, ExprKind, Param, Stmt, TypeRef},
    resolve::Source,
    symbols::{Symbols, Target},
    types::{Head, MemberUse, Ty, TypeId},
};
use crate::facts::{Call, CallKind, Certainty, FunctionId, ModuleId, References};

/// What was found in one module.
#[derive(Default)]
pub struct Found<'a> {
    pub calls: Vec<Call>,
    pub uses: Vec<MemberUse<'a>>,
    pub references: References,
    pub unresolved: FxHashMap<&'a str, u32>,
    /// What functions were seen to return: each returned value.
    pub returned: Vec<(FunctionId, Ty)>,
    /// What members of types and namespaces were seen to be given.
    pub given: Vec<(TypeId, &'a str, Ty)>,
}

/// The type that an expression constructs by name: `new Order()`.
#[must_use]
pub fn constructed(expr: &Expr) -> Option<TypeRef> {
    match &expr.kind {
        ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } => Some(ty.clone()),
        ExprKind::Same(inner) => constructed(inner),
        // jOOQ's tables are constants, each of a type of its own.
        ExprKind::Member(of, name) if of.dotted().is_some_and(|of| of.ends_with("Tables")) => {
            let name = format!("{}.{name}", of.dotted()?);
            Some(TypeRef { name, args: Vec::new(), line: expr.line })
        }
        ExprKind::Call { callee, .. } => {
            let name = callee.dotted()?;
            let last = name.rsplit('.').next()?;
            let is_type = last.chars().next().is_some_and(char::is_uppercase);
            is_type.then_some(TypeRef { name, args: Vec::new(), line: expr.line })
        }
        _ => None,
    }
}

/// Reads one module.
#[must_use]
pub fn read<'a>(
    symbols: &Symbols<'a>,
    libraries: Option<&dyn Libraries>,
    source: &'a Source,
    module: ModuleId,
) -> Found<'a> {
    let mut walker = Walker {
        symbols,
        libraries,
        source,
        module,
        learns: source.language.learns_types(),
        function: None,
        is_static: false,
        owner: None,
        type_params: &[],
        bounds: &[],
        scopes: vec![FxHashMap::default()],
        loops: 0,
        lambdas: 0,
        depth: 0,
        applied: Vec::new(),
        included: Ty::Unknown,
        objects: Vec::new(),
        outside_names: symbols.imports_all_from_outside(module),
        found: Found::default(),
    };
    walker.imports();
    walker.types();
    walker.functions();
    walker.block(&source.outline.top);
    walker.found
}

pub(super) struct Walker<'s, 'a> {
    pub(super) symbols: &'s Symbols<'a>,
    pub(super) libraries: Option<&'s dyn Libraries>,
    pub(super) source: &'a Source,
    pub(super) module: ModuleId,
    /// Whether what is returned and given is to be noted.
    pub(super) learns: bool,
    pub(super) function: Option<FunctionId>,
    /// The function belongs to the type itself, not to its objects.
    is_static: bool,
    pub(super) owner: Option<usize>,
    pub(super) type_params: &'a [String],
    bounds: &'a [(String, TypeRef)],
    scopes: Vec<FxHashMap<&'a str, Ty>>,
    pub(super) loops: u32,
    /// How many functions without a name the code being read stands in.
    lambdas: u32,
    depth: u32,
    /// Types that the call being read says in angle brackets.
    pub(super) applied: Vec<Ty>,
    /// What the last `Include` of a query reached, which a `ThenInclude` goes on from.
    pub(super) included: Ty,
    /// The objects without a class name that the code being read stands in, the innermost last.
    pub(super) objects: Vec<Ty>,
    /// Names that nothing declares come from packages outside the monolith.
    pub(super) outside_names: bool,
    pub(super) found: Found<'a>,
}

impl<'a> Walker<'_, 'a> {
    fn imports(&mut self) {
        // What a file hands on of itself is no import.
        let imports = self.source.outline.imports.iter().filter(|it| !it.path.is_empty());
        for import in imports {
            let whole = import.member.as_deref() == Some("*");
            let target = if whole || self.source.language.imports_files() {
                self.symbols.import_path(self.module, &import.path)
            } else {
                Some(self.symbols.imported(self.module, import, &mut FxHashSet::default()))
            };
            let namespace = || match self.symbols.import_path(self.module, &import.path) {
                Some(Target::Namespace(id)) => Some(Target::Namespace(id)),
                _ => None,
            };
            let target = match target {
                Some(Target::Outside(_)) | None => namespace(),
                found => found,
            };
            match target {
                Some(target) => {
                    self.found.references.exact += 1;
                    self.name_target(&target, CallKind::Import, import.line);
                }
                None => self.found.references.outside += 1,
            }
        }
    }

    fn types(&mut self) {
        for (at, decl) in self.source.outline.types.iter().enumerate() {
            self.owner = Some(at);
            self.type_params = &decl.type_params;
            self.bounds = &decl.bounds;
            for written in &decl.supers {
                self.type_ref(written, CallKind::Inherit);
            }
            for (_, bound) in &decl.bounds {
                self.type_ref(bound, CallKind::Type);
            }
            self.annotations(&decl.annotations);
            for field in &decl.fields {
                self.annotations(&field.annotations);
                if let Some(ty) = &field.ty {
                    self.type_ref(ty, CallKind::Type);
                }
                if let Some(value) = &field.value {
                    let ty = self.expr(value);
                    if !is_nothing(value) {
                        self.noted(self.own_type(), &field.name, ty);
                    }
                }
            }
        }
        self.owner = None;
        self.type_params = &[];
        self.bounds = &[];
    }

    fn functions(&mut self) {
        for (at, decl) in self.source.outline.functions.iter().enumerate() {
            self.function = self.symbols.function_id(self.module, at);
            self.owner = decl.owner;
            self.is_static = decl.is_static;
            self.type_params = &decl.type_params;
            self.bounds = &decl.bounds;
            self.annotations(&decl.annotations);
            if let Some(returns) = &decl.returns {
                self.type_ref(returns, CallKind::Type);
            }
            for named in decl.bounds.iter().map(|(_, bound)| bound).chain(&decl.mentions) {
                self.type_ref(named, CallKind::Type);
            }
            self.scopes.push(FxHashMap::default());
            let handed = self.handed(decl);
            self.params(&decl.params, &handed);
            // Within an extension, what it is called on is the object.
            let object = self.local("this").cloned();
            self.objects.extend(object.clone());
            self.block(&decl.body);
            if object.is_some() {
                self.objects.pop();
            }
            self.scopes.pop();
        }
        self.function = None;
        self.owner = None;
        self.is_static = false;
        self.type_params = &[];
        self.bounds = &[];
    }

    pub(super) fn params(&mut self, params: &'a [Param], given: &[Ty]) {
        for (at, param) in params.iter().enumerate() {
            self.annotations(&param.annotations);
            let ty = match &param.ty {
                Some(written) => self.type_ref(written, CallKind::Type),
                None => given.get(at).cloned().unwrap_or_default(),
            };
            self.bind(&param.name, ty);
        }
    }

    fn annotations(&mut self, annotations: &'a [Annotation]) {
        for annotation in annotations {
            let lookup = |name: &str| {
                let found = self.symbols.lookup(self.module, self.owner, name, annotation.line);
                found.filter(|target| !matches!(target, Target::Outside(_)))
            };
            let suffix = self.source.language.annotation_suffix();
            let target = lookup(&annotation.name).or_else(|| {
                (!suffix.is_empty()).then(|| lookup(&format!("{}{suffix}", annotation.name)))?
            });
            match target {
                None => {}
                Some(target) => self.name_target(&target, CallKind::Type, annotation.line),
            }
            for arg in &annotation.args {
                self.expr(&arg.value);
            }
        }
    }

    fn bind(&mut self, name: &'a str, ty: Ty) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, ty);
        }
    }

    pub(super) fn block(&mut self, body: &'a [Stmt]) -> Ty {
        let mut last = Ty::Unknown;
        for stmt in body {
            last = self.stmt(stmt);
        }
        last
    }

    /// The value of a statement is that of the expression it consists of.
    fn stmt(&mut self, stmt: &'a Stmt) -> Ty {
        match stmt {
            Stmt::Let { name, ty, value, .. } => {
                let said = ty.as_ref().map(|ty| self.type_ref(ty, CallKind::Type));
                let value = value.as_ref().map(|value| self.expr(value));
                let ty = said.filter(|ty| !ty.is_unknown()).or(value).unwrap_or_default();
                self.bind(name, ty.clone());
                if self.learns && self.function.is_none() && self.scopes.len() == 1 {
                    self.noted(Some(self.symbols.home(self.module)), name, ty.clone());
                }
                ty
            }
            Stmt::Assign { target, value } => {
                let ty = self.expr(value);
                self.expr(target);
                match &target.kind {
                    ExprKind::Name(name) if !ty.is_unknown() => self.rebind(name, ty),
                    ExprKind::Member(of, name)
                        if self.learns && of.kind == ExprKind::This && !is_nothing(value) =>
                    {
                        self.noted(self.own_type(), name, ty);
                    }
                    _ => {}
                }
                Ty::Unknown
            }
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::Return(expr) => {
                let ty = self.expr(expr);
                if self.learns
                    && self.lambdas == 0
                    && !is_nothing(expr)
                    && let Some(function) = self.function
                {
                    self.found.returned.push((function, ty.clone()));
                }
                ty
            }
            Stmt::Block(body) => {
                self.scopes.push(FxHashMap::default());
                let last = self.block(body);
                self.scopes.pop();
                last
            }
            Stmt::Loop { each, body } => {
                self.scopes.push(FxHashMap::default());
                if let Some((name, ty, over)) = each {
                    let over = self.expr(over);
                    let said = ty.as_ref().map(|ty| self.type_ref(ty, CallKind::Type));
                    let ty = said.filter(|ty| !ty.is_unknown());
                    let element =
                        if over.args().is_empty() { Ty::Unknown } else { over.element().clone() };
                    self.bind(name, ty.unwrap_or(element));
                }
                self.loops += 1;
                self.block(body);
                self.loops -= 1;
                self.scopes.pop();
                Ty::Unknown
            }
        }
    }

    fn rebind(&mut self, name: &str, ty: Ty) {
        let scope = self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(name));
        if let Some(known) = scope
            && known.is_unknown()
        {
            *known = ty;
        }
    }

    pub(super) fn local(&self, name: &str) -> Option<&Ty> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(super) fn own_type(&self) -> Option<TypeId> {
        self.symbols.declared(self.module, self.owner?)
    }

    /// Records a written type with its arguments, and answers what objects of it are.
    pub(super) fn type_ref(&mut self, written: &'a TypeRef, kind: CallKind) -> Ty {
        let ty = self.resolve_type(written);
        match &ty {
            // What it is bound to be is named where the type is declared.
            _ if self.is_type_parameter(&written.name) => {}
            Ty::Object { head: Head::Monolith(_), .. } => {
                // An alias stands for another type, but it is the alias that is named.
                let name = &written.name;
                let target = self.symbols.lookup(self.module, self.owner, name, written.line);
                let meant = |target| match target {
                    Target::Type(id) => {
                        Target::Type(self.symbols.with_arguments(id, written.args.len()))
                    }
                    other => other,
                };
                if let Some(target) = target.map(meant) {
                    self.name_target(&target, kind, written.line);
                }
                self.found.references.exact += 1;
            }
            Ty::Object { head: Head::Outside(name), .. } => {
                let known = name.contains('.') || self.source.language.is_builtin(name);
                if known || name.is_empty() || self.outside_names {
                    self.found.references.outside += 1;
                } else {
                    self.unresolved(&written.name);
                }
            }
            _ => {}
        }
        for arg in &written.args {
            self.type_ref(arg, CallKind::Type);
        }
        ty
    }

    fn resolve_type(&self, written: &TypeRef) -> Ty {
        if self.type_params.contains(&written.name) {
            let bound = self.bounds.iter().find(|(param, _)| *param == written.name);
            return match bound {
                Some((_, bound)) if bound.name != written.name => {
                    self.symbols.resolve_type(self.module, self.owner, bound)
                }
                _ => Ty::Unknown,
            };
        }
        self.symbols.resolve_type(self.module, self.owner, written)
    }

    pub(super) fn unresolved(&mut self, name: &'a str) {
        self.found.references.unresolved += 1;
        *self.found.unresolved.entry(name).or_insert(0) += 1;
    }

    /// Records that a target is named.
    pub(super) fn name_target(&mut self, target: &Target, kind: CallKind, line: u32) {
        match target {
            Target::Type(id) => self.name_type(*id, kind, None, line),
            Target::Namespace(id) => {
                // A package of many files names none of them; a file does.
                if let [module] = self.symbols.modules_of(*id, self.module)[..]
                    && self.source.language.rules().file_namespaces
                {
                    self.call(kind, module, None, line, Certainty::Exact);
                }
            }
            Target::Functions(ids) => {
                if let Some((module, _)) = ids.first().and_then(|id| self.symbols.function(*id)) {
                    self.call(kind, module, ids.first().copied(), line, Certainty::Exact);
                }
            }
            Target::Value(module, _) => self.call(kind, *module, None, line, Certainty::Exact),
            Target::Outside(_) => {}
        }
    }

    pub(super) fn name_type(
        &mut self,
        id: TypeId,
        kind: CallKind,
        to: Option<FunctionId>,
        line: u32,
    ) {
        let modules = self.symbols.modules_of(id, self.module);
        if let Some(module) = modules.first().filter(|_| !modules.contains(&self.module)) {
            self.call(kind, *module, to, line, Certainty::Exact);
        } else if to.is_some() {
            self.call(kind, self.module, to, line, Certainty::Exact);
        }
    }

    pub(super) fn call(
        &mut self,
        kind: CallKind,
        to_module: ModuleId,
        to_function: Option<FunctionId>,
        line: u32,
        certainty: Certainty,
    ) {
        let is_run = matches!(kind, CallKind::Call | CallKind::Construct);
        if to_module == self.module && (!is_run || to_function.is_none()) {
            return;
        }
        self.found.calls.push(Call {
            from_module: self.module,
            from_function: self.function,
            to_module,
            to_function: to_function.filter(|_| is_run),
            kind,
            line,
            certainty,
            in_loop: self.loops > 0,
        });
    }

    /// What an expression is; everything that it names and calls is recorded on the way.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Ty {
        if self.depth > 400 {
            return Ty::Unknown;
        }
        self.depth += 1;
        let ty = self.expr_at(expr);
        self.depth -= 1;
        ty
    }

    fn expr_at(&mut self, expr: &'a Expr) -> Ty {
        match &expr.kind {
            ExprKind::Name(name) => self.name(name, expr.line),
            ExprKind::Member(of, name) => self.member(expr, of, name),
            ExprKind::Call { callee, args } => self.called(expr, callee, args),
            ExprKind::New { ty, args } => self.new_object(expr, ty, args),
            ExprKind::Text(_) => Ty::outside("String"),
            ExprKind::This => match (self.objects.last(), self.own_type()) {
                (Some(object), _) => object.clone(),
                (None, Some(id)) if self.is_static => Ty::Class(Head::Monolith(id)),
                (None, Some(id)) => Ty::object(Head::Monolith(id)),
                (None, None) => Ty::Unknown,
            },
            ExprKind::Super => {
                let supers = self.own_type().map(|id| self.symbols.supers(id)).unwrap_or_default();
                supers.into_iter().next().unwrap_or_default()
            }
            ExprKind::Lambda { params, body } => self.lambda(params, body, &[]),
            ExprKind::Anonymous { of, body } => {
                let ty = self.expr(of);
                self.scopes.push(FxHashMap::default());
                self.objects.push(ty.clone());
                self.block(body);
                self.objects.pop();
                self.scopes.pop();
                ty
            }
            ExprKind::Cast { ty, value } => {
                self.expr(value);
                self.type_ref(ty, CallKind::Type)
            }
            ExprKind::Type(ty) => match self.type_ref(ty, CallKind::Type) {
                Ty::Object { head, .. } => Ty::Class(head),
                other => other,
            },
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    if !matches!(key.kind, ExprKind::Name(_)) {
                        self.expr(key);
                    }
                    self.expr(value);
                }
                Ty::Unknown
            }
            ExprKind::List(parts) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.expr(part)).collect();
                let element = parts.into_iter().find(|ty| !ty.is_unknown());
                let args = element.into_iter().collect();
                Ty::Object { head: Head::Outside("List".into()), args }
            }
            ExprKind::Same(inner) => self.expr(inner),
            ExprKind::Applied(of, types) => {
                for ty in types {
                    self.type_ref(ty, CallKind::Type);
                }
                self.expr(of)
            }
            ExprKind::Block(body) => {
                self.scopes.push(FxHashMap::default());
                let ty = self.block(body);
                self.scopes.pop();
                ty
            }
            ExprKind::Choice(parts) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.expr(part)).collect();
                parts.into_iter().find(|ty| !ty.is_unknown()).unwrap_or_default()
            }
            ExprKind::Other(parts) => {
                for part in parts {
                    self.expr(part);
                }
                match parts.first().map(|first| &first.kind) {
                    // Texts that are put together from parts.
                    Some(ExprKind::Text(_)) => Ty::outside("String"),
                    _ => Ty::Unknown,
                }
            }
        }
    }

    pub(super) fn lambda(&mut self, params: &'a [Param], body: &'a [Stmt], given: &[Ty]) -> Ty {
        self.scopes.push(FxHashMap::default());
        self.params(params, given);
        self.lambdas += 1;
        let result = self.block(body);
        self.lambdas -= 1;
        self.scopes.pop();
        Ty::Callable(Box::new(result))
    }

    fn name(&mut self, name: &'a str, line: u32) -> Ty {
        if let Some(ty) = self.local(name) {
            return ty.clone();
        }
        let rules = self.source.language.rules();
        if rules.implicit_this {
            if let Some(field) = self.own_field(name) {
                return field;
            }
            if rules.member_calls
                && let Some(Target::Functions(ids)) = self.own_method(name)
            {
                self.found.references.exact += 1;
                self.reach(&ids, 0, CallKind::Call, line);
                return self.given_by(&ids, &Ty::Unknown);
            }
        }
        if let Some(ty) = self.own_value(name) {
            return ty;
        }
        match self.symbols.lookup(self.module, self.owner, name, line) {
            Some(target) => self.target_value(&target, line),
            None if self.source.language.has_global(name) => Ty::Class(Head::Outside(name.into())),
            None => Ty::Unknown,
        }
    }

    /// What a named target is as a value; naming it is recorded.
    pub(super) fn target_value(&mut self, target: &Target, line: u32) -> Ty {
        if !matches!(target, Target::Namespace(_)) {
            let kind = match target {
                Target::Functions(_) => CallKind::Call,
                _ => CallKind::Type,
            };
            self.name_target(target, kind, line);
        }
        match target {
            Target::Type(id) => Ty::Class(Head::Monolith(*id)),
            Target::Namespace(id) => Ty::Namespace(*id),
            Target::Functions(ids) => {
                let result = ids.first().map(|id| self.returns(*id, &Ty::Unknown));
                Ty::Callable(Box::new(result.unwrap_or_default()))
            }
            Target::Value(_, ty) => ty.clone(),
            Target::Outside(name) => Ty::Class(Head::Outside(name.as_str().into())),
        }
    }
}
