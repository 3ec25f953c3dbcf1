//! Walks what Ruby code does: what every expression is, as far as that is certain, and which constants it names.
//!
//! Types are sets of one: what may be several things is unknown. `nil` counts as nothing beside another type.

use rustc_hash::FxHashMap;

use super::{
    library::{self, array, join, nil},
    lookup::Named,
    lower::BLOCK,
    names::Names,
    tree::{ClassNo, Tree},
    views::Views,
};
use crate::{
    facts::{Call, CallKind, Certainty, FunctionId, ModuleId, References},
    import::code::{
        outline::{Arg, Expr, ExprKind, FunctionDecl, Param, Stmt},
        resolve::Source,
        types::{Head, MemberUse, Ty},
    },
};

/// What is the same for all files.
pub(super) struct Context<'t, 's, 'a> {
    pub(super) tree: &'t Tree<'s, 'a>,
    /// The classes that include each module.
    pub(super) includers: FxHashMap<ClassNo, Vec<ClassNo>>,
    pub(super) names: Names<'a>,
    pub(super) views: Views<'a>,
}

/// What earlier rounds learned.
#[derive(Default)]
pub(super) struct Known<'a> {
    pub(super) returns: FxHashMap<FunctionId, Ty>,
    pub(super) ivars: FxHashMap<(ClassNo, &'a str), Ty>,
}

/// What was found in one file.
#[derive(Default)]
pub(super) struct Output<'a> {
    pub(super) calls: Vec<Call>,
    pub(super) uses: Vec<MemberUse<'a>>,
    pub(super) references: References,
    pub(super) unresolved: FxHashMap<&'a str, u32>,
    pub(super) transactions: Vec<(FunctionId, String)>,
    pub(super) returns: Vec<(FunctionId, Ty)>,
    pub(super) ivars: Vec<((ClassNo, &'a str), Ty)>,
}

pub(super) struct Walker<'c, 's, 'a> {
    pub(super) context: &'c Context<'c, 's, 'a>,
    pub(super) known: &'c Known<'a>,
    pub(super) source: &'a Source,
    pub(super) module: ModuleId,
    pub(super) function: Option<FunctionId>,
    pub(super) decl: Option<&'a FunctionDecl>,
    /// The class that the code stands in.
    pub(super) class: Option<ClassNo>,
    pub(super) nesting: Vec<ClassNo>,
    /// What `self` is.
    pub(super) this: Ty,
    pub(super) env: FxHashMap<&'a str, Ty>,
    pub(super) returned: Vec<Ty>,
    pub(super) loops: u32,
    depth: u32,
    /// Whether calls are written down, or only types learned.
    pub(super) records: bool,
    pub(super) out: Output<'a>,
}

impl<'c, 's, 'a> Walker<'c, 's, 'a> {
    pub(super) fn new(
        context: &'c Context<'c, 's, 'a>,
        known: &'c Known<'a>,
        module: ModuleId,
        records: bool,
    ) -> Self {
        Self {
            context,
            known,
            source: &context.tree.sources[module.index()],
            module,
            function: None,
            decl: None,
            class: None,
            nesting: Vec::new(),
            this: Ty::Unknown,
            env: FxHashMap::default(),
            returned: Vec::new(),
            loops: 0,
            depth: 0,
            records,
            out: Output::default(),
        }
    }

    /// Walks the whole file.
    pub(super) fn file(mut self) -> Output<'a> {
        if self.records {
            for at in 0..self.source.outline.types.len() {
                self.type_decl(at);
            }
        }
        for (at, decl) in self.source.outline.functions.iter().enumerate() {
            self.function(at, decl);
        }
        if self.records {
            self.top();
        }
        self.out
    }

    pub(super) fn class_type(&self, class: ClassNo, as_object: bool) -> Ty {
        match self.context.tree.class(class).type_id {
            Some(id) if as_object => Ty::object(Head::Monolith(id)),
            Some(id) => Ty::Class(Head::Monolith(id)),
            None => Ty::Unknown,
        }
    }

    pub(super) fn object_of(&self, class: ClassNo) -> Ty {
        self.class_type(class, true)
    }

    pub(super) fn stand_in(&mut self, at: Option<usize>) {
        self.nesting = self.context.tree.nesting_of(self.module, at);
        self.class = self.nesting.first().copied();
        self.this = match self.class {
            Some(class) => self.class_type(class, false),
            None => Ty::Unknown,
        };
        self.env.clear();
    }

    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Ty {
        let mut last = nil();
        for stmt in body {
            last = self.stmt(stmt);
        }
        last
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Ty {
        match stmt {
            Stmt::Let { name, ty, value, .. } => {
                let said = ty.as_ref().map(|ty| match self.class_named(&ty.name) {
                    Some(class) => self.object_of(class),
                    None => Ty::Unknown,
                });
                let value = value.as_ref().map(|value| self.expr(value));
                let ty = said.or(value).unwrap_or_default();
                self.env.insert(name.as_str(), ty.clone());
                ty
            }
            Stmt::Assign { target, value } => self.assign(target, value),
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::Return(expr) => {
                let ty = self.expr(expr);
                self.returned.push(ty);
                nil()
            }
            Stmt::Block(body) => self.body(body),
            Stmt::Loop { each, body } => {
                let before = self.env.clone();
                if let Some((name, _, over)) = each {
                    let over = self.expr(over);
                    let element = library::element(&over).cloned().unwrap_or_default();
                    self.env.insert(name.as_str(), element);
                }
                self.loops += 1;
                self.body(body);
                self.loops -= 1;
                self.merge(before);
                nil()
            }
        }
    }

    pub(super) fn assign(&mut self, target: &'a Expr, value: &'a Expr) -> Ty {
        // `x ||= y`: what it was before is either nothing, or the same.
        let (ty, or_before) = match &value.kind {
            ExprKind::Choice(parts) if parts.len() == 2 && names_the_same(&parts[0], target) => {
                let before = match &parts[0].kind {
                    ExprKind::Name(name) => self.env.get(name.as_str()).cloned(),
                    _ => None,
                };
                (self.expr(&parts[1]), before)
            }
            _ => (self.expr(value), None),
        };
        let ty = match or_before {
            Some(before) if !library::is_nil(&before) => join([before, ty]),
            _ => ty,
        };
        match &target.kind {
            ExprKind::Name(name) => {
                self.env.insert(name.as_str(), ty.clone());
            }
            ExprKind::Member(of, name)
                if matches!(of.kind, ExprKind::This) && name.starts_with('@') =>
            {
                self.env.insert(name.as_str(), ty.clone());
                if let (Some(class), Ty::Object { .. }) = (self.class, &self.this) {
                    self.out.ivars.push(((class, name.as_str()), ty.clone()));
                }
            }
            ExprKind::Member(of, name) => {
                let receiver = self.expr(of);
                self.setter(target, receiver, name);
            }
            _ => {
                self.expr(target);
                self.forget(target);
            }
        }
        ty
    }

    /// Names that are assigned within a pattern.
    fn forget(&mut self, target: &'a Expr) {
        match &target.kind {
            ExprKind::Name(name) => {
                self.env.insert(name.as_str(), Ty::Unknown);
            }
            ExprKind::Other(parts) => parts.iter().for_each(|part| self.forget(part)),
            _ => {}
        }
    }

    /// What is known after code that may have run, given what was known before it.
    fn merge(&mut self, before: FxHashMap<&'a str, Ty>) {
        let after = std::mem::replace(&mut self.env, before);
        self.env.iter_mut().for_each(|(name, ty)| {
            if let Some(now) = after.get(name).filter(|now| *now != ty) {
                *ty = join([std::mem::take(ty), now.clone()]);
            }
        });
        // Sorted, as the order in which names are entered must not matter.
        let mut new: Vec<(&'a str, Ty)> =
            after.into_iter().filter(|(name, _)| !self.env.contains_key(name)).collect();
        new.sort_by_key(|(name, _)| *name);
        self.env.extend(new);
    }

    // ---- expressions

    /// What an expression is; everything that it names and calls is recorded on the way.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Ty {
        if self.depth > 300 {
            return Ty::Unknown;
        }
        self.depth += 1;
        let ty = self.expr_at(expr);
        self.depth -= 1;
        ty
    }

    fn expr_at(&mut self, expr: &'a Expr) -> Ty {
        match &expr.kind {
            ExprKind::Name(name) => match name.as_str() {
                "nil" => nil(),
                "true" | "false" => Ty::outside("Boolean"),
                name => self.env.get(name).cloned().unwrap_or_default(),
            },
            ExprKind::Member(of, name) if matches!(of.kind, ExprKind::This) => self.ivar(name),
            ExprKind::Member(of, _) => {
                self.expr(of);
                Ty::Unknown
            }
            ExprKind::Call { callee, args } => self.called(expr, callee, args),
            ExprKind::Text(_) => Ty::outside("String"),
            ExprKind::This => self.this.clone(),
            ExprKind::Lambda { params, body } => self.lambda(params, body, &[]),
            ExprKind::Type(ty) => self.constant(&ty.name, CallKind::Type, ty.line),
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    self.expr(key);
                    self.expr(value);
                }
                Ty::outside("Hash")
            }
            ExprKind::List(parts) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.expr(part)).collect();
                array(join(parts))
            }
            ExprKind::Same(inner)
            | ExprKind::Applied(inner, _)
            | ExprKind::Cast { value: inner, .. } => self.expr(inner),
            ExprKind::Block(body) => self.body(body),
            ExprKind::Choice(parts) => self.choice(parts),
            ExprKind::Other(parts) => {
                for part in parts {
                    self.expr(part);
                }
                match parts.first().map(|first| &first.kind) {
                    Some(ExprKind::Text(_)) => Ty::outside("String"),
                    _ => Ty::Unknown,
                }
            }
            ExprKind::Super | ExprKind::New { .. } | ExprKind::Anonymous { .. } => Ty::Unknown,
        }
    }

    /// Each branch begins with what was known before all of them.
    fn choice(&mut self, parts: &'a [Expr]) -> Ty {
        let before = self.env.clone();
        let mut types = Vec::new();
        let mut ends: Vec<FxHashMap<&'a str, Ty>> = Vec::new();
        for part in parts {
            self.env = before.clone();
            types.push(self.expr(part));
            ends.push(std::mem::take(&mut self.env));
        }
        let mut ends = ends.into_iter();
        self.env = ends.next().unwrap_or(before);
        for end in ends {
            self.merge(end);
        }
        join(types)
    }

    pub(super) fn lambda(&mut self, params: &'a [Param], body: &'a [Stmt], given: &[Ty]) -> Ty {
        let before = self.env.clone();
        for (at, param) in params.iter().enumerate() {
            let ty = given.get(at).cloned().unwrap_or_default();
            self.env.insert(param.name.as_str(), ty);
        }
        let result = self.body(body);
        for param in params {
            self.env.remove(param.name.as_str());
        }
        self.merge(before);
        Ty::Callable(Box::new(result))
    }

    /// An instance variable: as assigned before in the same method, else as all methods of the class assign it.
    pub(super) fn ivar(&self, name: &str) -> Ty {
        if let Some(ty) = self.env.get(name).filter(|ty| !ty.is_unknown()) {
            return ty.clone();
        }
        let is_object = matches!(self.this, Ty::Object { .. });
        let class = match (self.class, is_object) {
            (Some(class), true) => Some(class),
            (None, _) => self.context.views.owner(&self.source.path),
            _ => None,
        };
        class.map_or(Ty::Unknown, |class| self.ivar_of(class, name))
    }

    pub(super) fn ivar_of(&self, class: ClassNo, name: &str) -> Ty {
        let ancestors = self.context.tree.class(class).ancestors.iter();
        let found = ancestors.filter_map(|class| self.known.ivars.get(&(*class, name)));
        join(found.cloned())
    }

    // ---- naming

    pub(super) fn class_named(&self, written: &str) -> Option<ClassNo> {
        match self.context.tree.named(&self.nesting, written)? {
            Named::Class(class) => Some(class),
            Named::Constant(_) => None,
        }
    }

    /// A constant where it stands.
    pub(super) fn constant(&mut self, written: &'a str, kind: CallKind, line: u32) -> Ty {
        match self.context.tree.named(&self.nesting, written) {
            Some(Named::Class(class)) => {
                self.name_class(class, kind, line);
                self.class_type(class, false)
            }
            Some(Named::Constant(constant)) => {
                self.out.references.exact += 1;
                self.call(kind, constant.module, None, line, Certainty::Exact);
                Ty::Unknown
            }
            None => {
                self.out.references.outside += 1;
                Ty::Class(Head::Outside(written.trim_start_matches("::").into()))
            }
        }
    }

    pub(super) fn name_class(&mut self, class: ClassNo, kind: CallKind, line: u32) {
        match self.context.tree.class(class).home {
            Some(home) => {
                self.out.references.exact += 1;
                self.call(kind, home, None, line, Certainty::Exact);
            }
            None => self.out.references.outside += 1,
        }
    }

    pub(super) fn call_function(&mut self, id: FunctionId, line: u32) {
        if let Some((module, _)) = self.context.tree.symbols.function(id) {
            self.call(CallKind::Call, module, Some(id), line, Certainty::Exact);
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
        if !self.records || to_module == self.module && (!is_run || to_function.is_none()) {
            return;
        }
        self.out.calls.push(Call {
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

    /// Arguments, with what is handed to the block among them. Answers their types, and what the block returns.
    pub(super) fn args(
        &mut self,
        args: &'a [Arg],
        given: &[Ty],
        loops: bool,
    ) -> (Vec<Ty>, Option<Ty>) {
        let mut returned = None;
        let mut types = Vec::with_capacity(args.len());
        for arg in args {
            let is_block = arg.name.as_deref() == Some(BLOCK);
            let ty = match &arg.value.kind {
                ExprKind::Lambda { params, body } if is_block => {
                    self.loops += u32::from(loops);
                    let ty = self.lambda(params, body, given);
                    self.loops -= u32::from(loops);
                    ty
                }
                // `&:total`
                ExprKind::Text(method) if is_block => {
                    let receiver = given.first().cloned().unwrap_or_default();
                    self.loops += u32::from(loops);
                    let ty = self.symbol_call(&arg.value, receiver, method);
                    self.loops -= u32::from(loops);
                    Ty::Callable(Box::new(ty))
                }
                _ => self.expr(&arg.value),
            };
            if let (true, Ty::Callable(result)) = (is_block, &ty) {
                returned = Some(result.as_ref().clone());
            }
            types.push(ty);
        }
        (types, returned)
    }
}

/// Whether an expression reads what another one assigns.
fn names_the_same(read: &Expr, written: &Expr) -> bool {
    match (&read.kind, &written.kind) {
        (ExprKind::Name(a), ExprKind::Name(b)) => a == b,
        (ExprKind::Member(_, a), ExprKind::Member(_, b)) => a == b && a.starts_with('@'),
        _ => false,
    }
}
