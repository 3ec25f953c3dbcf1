//! Entry points of Rust programs: routes by attribute (Rocket, Actix, utoipa), routes by builder (axum, Actix),
//! and jobs. A builder's paths are put together across the functions that nest, merge and configure each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{CallKind, EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Annotation, Arg, Expr, ExprKind, FunctionDecl, Stmt},
        resolve::{Resolved, Source},
    },
};

/// The words that name a method of HTTP.
const METHODS: [&str; 8] = ["get", "post", "put", "delete", "patch", "head", "options", "trace"];
/// Traits whose `run` is a job.
const JOBS: [&str; 3] = ["BackgroundJob", "AsyncRunnable", "Job"];
/// How many builders may include each other.
const DEEPEST: usize = 16;

/// Finds the entry points of all Rust files, `main` excepted.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    let mut reader = Reader::new(resolved);
    for (at, source) in sources.iter().enumerate() {
        if source.language.name() == "Rust" {
            reader.module(ModuleId::at(at), source);
        }
    }
    reader.entry_points()
}

/// What one function builds.
#[derive(Default)]
struct Built {
    /// Handlers with the method and the path they are given.
    routes: Vec<(FunctionId, String, String)>,
    /// Other builders, and handlers that have their route as an attribute, with the path before them.
    includes: Vec<(FunctionId, String)>,
}

struct Reader<'a> {
    resolved: &'a Resolved<'a>,
    /// By module and line: the functions that are named there.
    named: BTreeMap<(ModuleId, u32), Vec<FunctionId>>,
    built: BTreeMap<FunctionId, Built>,
    /// Method and path that attributes say.
    attributed: BTreeMap<FunctionId, Vec<(String, String)>>,
    jobs: BTreeSet<FunctionId>,
}

impl<'a> Reader<'a> {
    fn new(resolved: &'a Resolved<'a>) -> Self {
        let mut named: BTreeMap<(ModuleId, u32), Vec<FunctionId>> = BTreeMap::new();
        for call in resolved.calls.iter().filter(|call| call.kind == CallKind::Call) {
            if let Some(to) = call.to_function {
                named.entry((call.from_module, call.line)).or_default().push(to);
            }
        }
        Self {
            resolved,
            named,
            built: BTreeMap::new(),
            attributed: BTreeMap::new(),
            jobs: BTreeSet::new(),
        }
    }

    fn module(&mut self, module: ModuleId, source: &Source) {
        for (at, function) in source.outline.functions.iter().enumerate() {
            let Some(id) = self.resolved.symbols.function_id(module, at) else { continue };
            let routes: Vec<(String, String)> =
                function.annotations.iter().flat_map(attribute_routes).collect();
            if !routes.is_empty() {
                self.attributed.insert(id, routes);
            }
            let owner = function.owner.and_then(|owner| source.outline.types.get(owner));
            let is_job = owner.is_some_and(|owner| {
                owner.supers.iter().any(|of| JOBS.contains(&last_segment(&of.name)))
            });
            if function.name == "run" && is_job && !function.is_static {
                self.jobs.insert(id);
            }
            self.function(module, id, function);
        }
    }

    fn function(&mut self, module: ModuleId, id: FunctionId, function: &FunctionDecl) {
        let mut built = Built::default();
        for stmt in &function.body {
            self.stmt(module, stmt, &mut built);
        }
        if !built.routes.is_empty() || !built.includes.is_empty() {
            self.built.insert(id, built);
        }
    }

    fn stmt(&mut self, module: ModuleId, stmt: &Stmt, built: &mut Built) {
        match stmt {
            Stmt::Let { value: Some(value), .. } | Stmt::Expr(value) | Stmt::Return(value) => {
                self.expr(module, value, "", built);
            }
            Stmt::Assign { value, .. } => self.expr(module, value, "", built),
            Stmt::Block(body) | Stmt::Loop { body, .. } => {
                body.iter().for_each(|stmt| self.stmt(module, stmt, built));
            }
            Stmt::Let { value: None, .. } => {}
        }
    }

    /// Reads an expression that may build routes below `prefix`.
    fn expr(&mut self, module: ModuleId, expr: &Expr, prefix: &str, built: &mut Built) {
        let (root, links) = chain(expr);
        let mut prefix = prefix.to_owned();
        if let ExprKind::Call { callee, args } = &root.kind {
            match last_name(callee) {
                Some("scope" | "resource") => prefix = joined(&prefix, &path_of(args.first())),
                Some("new" | "new_async") if is_path_of(callee, "Job") => self.job(module, args),
                _ => self.inside(module, args, &prefix, built),
            }
        } else {
            self.within(module, root, &prefix, built);
        }
        let scheduled = links.iter().any(|link| link.name == "every");
        for link in &links {
            self.link(module, link, &prefix, scheduled, built);
        }
    }

    /// Arguments of calls that mean nothing here may still build routes.
    fn inside(&mut self, module: ModuleId, args: &[Arg], prefix: &str, built: &mut Built) {
        for arg in args {
            self.expr(module, &arg.value, prefix, built);
        }
    }

    fn within(&mut self, module: ModuleId, expr: &Expr, prefix: &str, built: &mut Built) {
        match &expr.kind {
            ExprKind::Lambda { body, .. } | ExprKind::Block(body) => {
                body.iter().for_each(|stmt| self.stmt(module, stmt, built));
            }
            ExprKind::Choice(parts) | ExprKind::List(parts) | ExprKind::Other(parts) => {
                parts.iter().for_each(|part| self.expr(module, part, prefix, built));
            }
            _ => {}
        }
    }

    fn link(
        &mut self,
        module: ModuleId,
        link: &Link<'_>,
        prefix: &str,
        scheduled: bool,
        built: &mut Built,
    ) {
        match (link.name, link.args) {
            ("route", [path, handlers]) if text_of(&path.value).is_some() => {
                let path = joined(prefix, &path_of(Some(path)));
                self.handlers(module, &handlers.value, &path, built);
            }
            ("route", [handlers]) => self.handlers(module, &handlers.value, prefix, built),
            ("to", [handler]) => self.handler(module, &handler.value, "ANY", prefix, built),
            ("nest" | "nest_service", [path, inner]) => {
                let path = joined(prefix, &path_of(Some(path)));
                self.include(module, &inner.value, &path, built);
            }
            ("merge" | "configure" | "service", [inner]) => {
                self.include(module, &inner.value, prefix, built);
            }
            ("run", args) if scheduled => self.job(module, args),
            (_, args) => self.inside(module, args, prefix, built),
        }
    }

    /// A builder within a builder: built here, or by a function that is named or called.
    fn include(&mut self, module: ModuleId, inner: &Expr, prefix: &str, built: &mut Built) {
        let named = match &inner.kind {
            ExprKind::Call { callee, .. } => self.function_named(module, callee),
            _ => self.function_named(module, inner),
        };
        match named {
            Some(function) => built.includes.push((function, prefix.to_owned())),
            None => self.expr(module, inner, prefix, built),
        }
    }

    /// `get(list).post(add)`, `web::get().to(list)`.
    fn handlers(&mut self, module: ModuleId, expr: &Expr, path: &str, built: &mut Built) {
        let (root, links) = chain(expr);
        let mut method = "ANY".to_owned();
        if let ExprKind::Call { callee, args } = &root.kind
            && let Some(name) = last_name(callee)
        {
            if METHODS.contains(&name) {
                method = name.to_uppercase();
            }
            if let Some(handler) = args.first() {
                self.handler(module, &handler.value, &method, path, built);
            }
        }
        for link in links {
            let Some(handler) = link.args.first() else { continue };
            if METHODS.contains(&link.name) {
                self.handler(module, &handler.value, &link.name.to_uppercase(), path, built);
            } else if link.name == "to" {
                self.handler(module, &handler.value, &method, path, built);
            }
        }
    }

    fn handler(
        &mut self,
        module: ModuleId,
        expr: &Expr,
        method: &str,
        path: &str,
        built: &mut Built,
    ) {
        if let Some(function) = self.function_named(module, expr) {
            built.routes.push((function, method.to_owned(), path.to_owned()));
        }
    }

    /// The function of the monolith that a name or path means where it stands.
    fn function_named(&self, module: ModuleId, expr: &Expr) -> Option<FunctionId> {
        let name = last_name(expr)?;
        let named = self.named.get(&(module, expr.line))?;
        named.iter().copied().find(|id| self.resolved.functions[id.index()].short_name() == name)
    }

    /// What a scheduled lambda calls, or the function that is scheduled.
    fn job(&mut self, module: ModuleId, args: &[Arg]) {
        for arg in args {
            if let Some(function) = self.function_named(module, &arg.value) {
                self.jobs.insert(function);
            }
            if !matches!(arg.value.kind, ExprKind::Lambda { .. }) {
                continue;
            }
            let mut called = Vec::new();
            arg.value.walk(&mut |part| {
                if let ExprKind::Call { callee, .. } = &part.kind {
                    called.extend(self.function_named(module, callee));
                }
            });
            self.jobs.extend(called);
        }
    }

    // ---- putting paths together

    fn entry_points(&self) -> Vec<EntryPoint> {
        let mut routes: BTreeSet<(FunctionId, String)> = BTreeSet::new();
        let included: BTreeSet<FunctionId> = self
            .built
            .values()
            .flat_map(|built| &built.includes)
            .map(|(function, _)| *function)
            .collect();
        for function in self.built.keys().filter(|function| !included.contains(function)) {
            self.spread(*function, "", &mut Vec::new(), &mut routes);
        }
        let reached: BTreeSet<FunctionId> = routes.iter().map(|(function, _)| *function).collect();
        for (function, attributed) in &self.attributed {
            if !reached.contains(function) {
                routes.extend(
                    attributed.iter().map(|(method, path)| (*function, route(method, path))),
                );
            }
        }
        let http = routes.into_iter().map(|(function, route)| (function, EntryKind::Http, route));
        let jobs = self.jobs.iter().map(|function| (*function, EntryKind::Job, String::new()));
        http.chain(jobs)
            .map(|(function, kind, route)| EntryPoint {
                module: self.resolved.functions[function.index()].module,
                function: Some(function),
                kind,
                route,
            })
            .collect()
    }

    /// Follows a builder and all it includes, below `prefix`.
    fn spread(
        &self,
        function: FunctionId,
        prefix: &str,
        path: &mut Vec<FunctionId>,
        routes: &mut BTreeSet<(FunctionId, String)>,
    ) {
        if path.contains(&function) || path.len() > DEEPEST {
            return;
        }
        for (method, own) in self.attributed.get(&function).into_iter().flatten() {
            routes.insert((function, route(method, &joined(prefix, own))));
        }
        let Some(built) = self.built.get(&function) else { return };
        for (handler, method, own) in &built.routes {
            routes.insert((*handler, route(method, &joined(prefix, own))));
        }
        path.push(function);
        for (inner, own) in &built.includes {
            self.spread(*inner, &joined(prefix, own), path, routes);
        }
        path.pop();
    }
}

/// `.name(args)` in a chain of calls.
struct Link<'e> {
    name: &'e str,
    args: &'e [Arg],
}

/// What a chain of method calls begins with, and its calls in the order of the source.
fn chain(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Same(inner) => at = inner,
            ExprKind::Member(inner, name) if name == "?" => at = inner,
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Member(of, name) if !matches!(of.kind, ExprKind::Type(_)) => {
                    links.push(Link { name, args });
                    at = of;
                }
                _ => break,
            },
            _ => break,
        }
    }
    links.reverse();
    (at, links)
}

/// `#[get("/path")]`, `#[route("/path", method = "GET")]`, `#[utoipa::path(get, path = "/path")]`.
fn attribute_routes(note: &Annotation) -> Vec<(String, String)> {
    let name = last_segment(&note.name);
    let first = note.args.first().and_then(|arg| text_of(&arg.value));
    if METHODS.contains(&name) {
        return first
            .filter(|path| path.starts_with('/'))
            .map(|path| vec![(name.to_uppercase(), path)])
            .unwrap_or_default();
    }
    let named = |wanted: &str| {
        let args = note.args.iter().filter(|arg| arg.name.as_deref() == Some(wanted));
        args.filter_map(|arg| text_of(&arg.value)).collect::<Vec<_>>()
    };
    if name == "route" {
        let Some(path) = first.filter(|path| path.starts_with('/')) else { return Vec::new() };
        return named("method")
            .into_iter()
            .map(|method| (method.to_uppercase(), path.clone()))
            .collect();
    }
    if note.name == "utoipa.path" {
        let methods = note.args.iter().filter_map(|arg| arg.value.dotted());
        let methods: Vec<String> =
            methods.filter(|name| METHODS.contains(&name.as_str())).collect();
        let paths = named("path");
        return methods
            .iter()
            .flat_map(|method| paths.iter().map(|path| (method.to_uppercase(), path.clone())))
            .collect();
    }
    Vec::new()
}

/// A path below another one.
fn joined(prefix: &str, path: &str) -> String {
    let prefix = prefix.trim_end_matches('/');
    match path {
        "" => prefix.to_owned(),
        _ if path.starts_with('/') => format!("{prefix}{path}"),
        _ => format!("{prefix}/{path}"),
    }
}

fn route(method: &str, path: &str) -> String {
    let path = if path.is_empty() { "/" } else { path };
    if method == "ANY" { path.to_owned() } else { format!("{method} {path}") }
}

fn path_of(arg: Option<&Arg>) -> String {
    arg.and_then(|arg| text_of(&arg.value)).unwrap_or_default()
}

fn text_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text.clone()),
        ExprKind::Same(inner) => text_of(inner),
        _ => None,
    }
}

fn last_name(callee: &Expr) -> Option<&str> {
    match &callee.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => Some(name),
        _ => None,
    }
}

fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether a path is `owner::something`.
fn is_path_of(callee: &Expr, owner: &str) -> bool {
    match &callee.kind {
        ExprKind::Member(of, _) => {
            matches!(&of.kind, ExprKind::Type(ty) if last_segment(&ty.name) == owner)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
