//! Entry points of Go programs: routes of net/http, chi, gin, echo, gorilla, macaron and flamego; commands of cobra
//! and cli; jobs of cron. Paths are put together across functions that hand a router on.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    facts::{CallKind, EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, Stmt},
        resolve::{Resolved, Source},
    },
};

/// How deep groups may be nested, and how many functions may hand a router on.
const DEEPEST: u32 = 30;

/// Finds the entry points of all Go files, `main` excepted.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    if !sources.iter().any(|source| source.language.name() == "Go") {
        return Vec::new();
    }
    let mut named: BTreeMap<(ModuleId, u32), Vec<FunctionId>> = BTreeMap::new();
    for call in resolved.calls.iter().filter(|call| call.kind == CallKind::Call) {
        if let Some(to) = call.to_function {
            named.entry((call.from_module, call.line)).or_default().push(to);
        }
    }
    let mut reader = Reader {
        resolved,
        named,
        built: BTreeMap::new(),
        found: Vec::new(),
        module: ModuleId::at(0),
    };
    for (at, source) in sources.iter().enumerate() {
        if source.language.name() != "Go" {
            continue;
        }
        reader.module = ModuleId::at(at);
        for (index, function) in source.outline.functions.iter().enumerate() {
            let Some(id) = resolved.symbols.function_id(reader.module, index) else { continue };
            let mut body = Body::default();
            reader.block(&function.body, &mut body, "", 0);
            reader.built.insert(id, body.built);
        }
        let mut body = Body::default();
        reader.block(&source.outline.top, &mut body, "", 0);
    }
    reader.routes();
    reader.found
}

/// What one function registers.
#[derive(Default)]
struct Built {
    routes: Vec<Route>,
    /// Functions that a router is handed to, with the path before what they register.
    includes: Vec<(FunctionId, String)>,
}

struct Route {
    method: String,
    path: String,
    module: ModuleId,
    handler: Option<FunctionId>,
}

/// A function as it is walked: variables that hold groups, with their paths.
#[derive(Default)]
struct Body {
    groups: BTreeMap<String, String>,
    built: Built,
}

struct Reader<'a> {
    resolved: &'a Resolved<'a>,
    /// By module and line: the functions that are named there.
    named: BTreeMap<(ModuleId, u32), Vec<FunctionId>>,
    built: BTreeMap<FunctionId, Built>,
    found: Vec<EntryPoint>,
    /// The module being read.
    module: ModuleId,
}

/// One call of a chain.
struct Link<'a> {
    name: &'a str,
    args: &'a [Arg],
}

impl<'a> Reader<'a> {
    fn block(&mut self, stmts: &'a [Stmt], body: &mut Body, prefix: &str, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        for stmt in stmts {
            match stmt {
                Stmt::Let { name, value: Some(value), .. } => {
                    if let Some(group) = group_of(value, body, prefix) {
                        body.groups.insert(name.clone(), group);
                    }
                    self.expr(value, body, prefix, depth);
                }
                Stmt::Let { .. } => {}
                Stmt::Assign { target, value } => {
                    if let (ExprKind::Name(name), Some(group)) =
                        (&target.kind, group_of(value, body, prefix))
                    {
                        body.groups.insert(name.clone(), group);
                    }
                    self.expr(value, body, prefix, depth);
                }
                Stmt::Expr(value) | Stmt::Return(value) => self.expr(value, body, prefix, depth),
                Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
                    self.block(inner, body, prefix, depth + 1);
                }
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr, body: &mut Body, prefix: &str, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        self.command(expr);
        let (root, links) = chain(expr);
        if links.is_empty() {
            self.parts(expr, body, prefix, depth);
            return;
        }
        if let ExprKind::Call { callee, args } = &expr.kind {
            self.handed_on(callee, args, body, prefix);
        }
        let begin = match &root.kind {
            ExprKind::Name(name) => body.groups.get(name).cloned(),
            _ => None,
        };
        let mut at = begin.unwrap_or_else(|| prefix.to_owned());
        let mut combo: Option<String> = None;
        for (index, link) in links.iter().enumerate() {
            if link.name == "PathPrefix" || link.name == "Combo" {
                let path = link.args.first().and_then(text).unwrap_or_default();
                match link.name {
                    "Combo" => combo = Some(joined(&at, path)),
                    _ => at = joined(&at, path),
                }
                continue;
            }
            if self.nested(link, body, &at, depth) {
                continue;
            }
            if let Some(path) = &combo
                && let Some(method) = method_of(link.name)
                && let Some(handler) = link.args.last()
            {
                self.add(body, method, path, handler);
            } else {
                self.register(link, links.get(index + 1), body, &at);
            }
            for arg in link.args {
                self.expr(&arg.value, body, prefix, depth + 1);
            }
        }
        self.expr(root, body, prefix, depth + 1);
    }

    fn parts(&mut self, expr: &'a Expr, body: &mut Body, prefix: &str, depth: u32) {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                self.handed_on(callee, args, body, prefix);
                for arg in args {
                    self.expr(&arg.value, body, prefix, depth + 1);
                }
            }
            ExprKind::Lambda { body: inner, .. } | ExprKind::Block(inner) => {
                self.block(inner, body, prefix, depth + 1);
            }
            ExprKind::Same(inner)
            | ExprKind::Cast { value: inner, .. }
            | ExprKind::Member(inner, _) => {
                self.expr(inner, body, prefix, depth + 1);
            }
            ExprKind::New { args, .. } => {
                for arg in args {
                    self.expr(&arg.value, body, prefix, depth + 1);
                }
            }
            ExprKind::List(parts) | ExprKind::Choice(parts) | ExprKind::Other(parts) => {
                for part in parts {
                    self.expr(part, body, prefix, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// `Group("/x", func() { … })`, `Route("/x", func(r chi.Router) { … })`, `Mount("/x", orders())`.
    fn nested(&mut self, link: &Link<'a>, body: &mut Body, prefix: &str, depth: u32) -> bool {
        if !matches!(link.name, "Group" | "Route" | "With" | "Mount") {
            return false;
        }
        let path = link.args.first().and_then(text);
        let within = joined(prefix, path.unwrap_or_default());
        let mut any = false;
        for arg in link.args {
            match &arg.value.kind {
                ExprKind::Lambda { params, body: inner } => {
                    // The router within goes by the parameter's name.
                    let router = params.first().map(|param| param.name.clone());
                    let before = router.as_ref().and_then(|name| body.groups.remove(name));
                    self.block(inner, body, &within, depth + 1);
                    if let (Some(name), Some(before)) = (router, before) {
                        body.groups.insert(name, before);
                    }
                    any = true;
                }
                ExprKind::Call { .. } if link.name == "Mount" => {
                    if let Some(function) = self.function(&arg.value) {
                        body.built.includes.push((function, within.clone()));
                        any = true;
                    }
                }
                ExprKind::Name(_) | ExprKind::Member(..) if path.is_some() => {
                    if let Some(function) = self.function(&arg.value) {
                        body.built.includes.push((function, within.clone()));
                        any = true;
                    }
                }
                _ => {}
            }
        }
        any
    }

    /// A function of the monolith that gets a router registers its routes there.
    fn handed_on(&mut self, callee: &Expr, args: &[Arg], body: &mut Body, prefix: &str) {
        let Some(function) = self.function(callee) else { return };
        let group = args.iter().find_map(|arg| match &arg.value.kind {
            ExprKind::Name(name) => body.groups.get(name).cloned(),
            _ => group_of(&arg.value, body, prefix),
        });
        let prefix = group.unwrap_or_else(|| prefix.to_owned());
        body.built.includes.push((function, prefix));
    }

    /// `r.Get("/x", h)`, `http.HandleFunc("POST /x", h)`, `c.AddFunc("@daily", job)`.
    fn register(
        &mut self,
        link: &Link<'_>,
        next: Option<&Link<'_>>,
        body: &mut Body,
        prefix: &str,
    ) {
        let Some(first) = link.args.first().and_then(text) else { return };
        let [.., handler] = link.args else { return };
        if link.args.len() < 2 {
            return;
        }
        if link.name == "AddFunc" {
            if let Some(function) = self.handler(&handler.value) {
                let route =
                    link.args.iter().filter_map(text).next_back().unwrap_or(first).to_owned();
                self.enter(EntryKind::Job, function, route);
            }
            return;
        }
        let is_path = first.starts_with('/') || first.is_empty() && !prefix.is_empty();
        match link.name {
            "Handle" | "HandleFunc" => {
                let (method, path) = first.split_once(' ').unwrap_or(("", first));
                let told =
                    next.filter(|next| next.name == "Methods").and_then(|next| next.args.first());
                let method =
                    told.and_then(text).unwrap_or(if method.is_empty() { "ANY" } else { method });
                if path.contains('/') {
                    let path = path.find('/').map_or(path, |at| &path[at..]);
                    let method = method.to_owned();
                    self.add(body, &method, &joined(prefix, path), handler);
                }
            }
            // gin's `Handle("GET", "/x", h)` and chi's `Method("GET", "/x", h)`.
            "Method" | "MethodFunc" | "Add" | "Match" => {
                let path = link.args.get(1).and_then(text).filter(|path| path.starts_with('/'));
                if let Some(path) = path {
                    self.add(body, &first.to_uppercase(), &joined(prefix, path), handler);
                }
            }
            name => {
                if let (Some(method), true) = (method_of(name), is_path) {
                    self.add(body, method, &joined(prefix, first), handler);
                }
            }
        }
    }

    fn add(&mut self, body: &mut Body, method: &str, path: &str, handler: &Arg) {
        let known = self.handler(&handler.value);
        // Clients of HTTP have functions of the same names; they get no handler.
        let is_inline = has_lambda(&handler.value, 0);
        if known.is_none() && !is_inline {
            return;
        }
        let (method, path) = (method.to_owned(), path.to_owned());
        body.built.routes.push(Route { method, path, module: self.module, handler: known });
    }

    /// The function that handles: named, or wrapped in others.
    fn handler(&self, value: &Expr) -> Option<FunctionId> {
        match &value.kind {
            ExprKind::Name(_) | ExprKind::Member(..) => self.function(value),
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => self.handler(inner),
            ExprKind::Call { callee, args } => {
                let inner = args.iter().rev().find_map(|arg| self.handler(&arg.value));
                inner.or_else(|| self.function(callee))
            }
            _ => None,
        }
    }

    /// The monolith's function that an expression names or calls.
    fn function(&self, value: &Expr) -> Option<FunctionId> {
        let name = match &value.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) => name,
            ExprKind::Call { callee, .. } => return self.function(callee),
            _ => return None,
        };
        let named = self.named.get(&(self.module, value.line))?;
        named.iter().copied().find(|id| {
            let (_, decl) = match self.resolved.symbols.function(*id) {
                Some(found) => found,
                None => return false,
            };
            decl.name == *name
        })
    }

    fn enter(&mut self, kind: EntryKind, function: FunctionId, route: String) {
        if let Some((module, _)) = self.resolved.symbols.function(function) {
            self.found.push(EntryPoint { module, function: Some(function), kind, route });
        }
    }

    /// `&cobra.Command{Use: "serve", RunE: serve}`, `cli.Command{Name: "serve", Action: serve}`.
    fn command(&mut self, expr: &Expr) {
        let ExprKind::New { ty, args } = &expr.kind else { return };
        if !ty.name.ends_with(".Command") {
            return;
        }
        let named = |names: &[&str]| {
            args.iter().find(|arg| arg.name.as_deref().is_some_and(|name| names.contains(&name)))
        };
        let name = named(&["Use", "Name"]).and_then(text).unwrap_or_default();
        let name = name.split_whitespace().next().unwrap_or_default().to_owned();
        let run = named(&["RunE", "Run", "Action"]);
        if let Some(function) = run.and_then(|run| self.handler(&run.value)) {
            self.enter(EntryKind::Command, function, name);
        }
    }

    /// Puts paths together, from the functions that nobody hands a router to.
    fn routes(&mut self) {
        let with_routes = self.with_routes();
        let included: BTreeSet<FunctionId> = self
            .built
            .iter()
            .filter(|(id, _)| with_routes.contains(id))
            .flat_map(|(id, built)| {
                built.includes.iter().map(|(to, _)| *to).filter(move |to| to != id)
            })
            .collect();
        let starts: Vec<FunctionId> =
            self.built.keys().copied().filter(|id| !included.contains(id)).collect();
        let mut found = BTreeSet::new();
        for start in starts {
            self.expand(start, "", 0, &with_routes, &mut found);
        }
        self.found.extend(found);
    }

    /// Functions that register something themselves or hand a router on to one that does.
    fn with_routes(&self) -> BTreeSet<FunctionId> {
        let mut known: BTreeSet<FunctionId> = self
            .built
            .iter()
            .filter(|(_, built)| !built.routes.is_empty())
            .map(|(id, _)| *id)
            .collect();
        for _ in 0..DEEPEST {
            let more: Vec<FunctionId> = self
                .built
                .iter()
                .filter(|(id, built)| {
                    !known.contains(id) && built.includes.iter().any(|(to, _)| known.contains(to))
                })
                .map(|(id, _)| *id)
                .collect();
            if more.is_empty() {
                break;
            }
            known.extend(more);
        }
        known
    }

    fn expand(
        &self,
        function: FunctionId,
        prefix: &str,
        depth: u32,
        with_routes: &BTreeSet<FunctionId>,
        found: &mut BTreeSet<EntryPoint>,
    ) {
        let Some(built) = self.built.get(&function).filter(|_| depth < 12 && found.len() < 20_000)
        else {
            return;
        };
        for route in &built.routes {
            let module = route.handler.and_then(|id| self.resolved.symbols.function(id));
            let path = joined(prefix, &route.path);
            found.insert(EntryPoint {
                module: module.map_or(route.module, |(module, _)| module),
                function: route.handler,
                kind: EntryKind::Http,
                route: format!("{} {path}", route.method),
            });
        }
        for (to, before) in &built.includes {
            if with_routes.contains(to) && *to != function {
                self.expand(*to, &joined(prefix, before), depth + 1, with_routes, found);
            }
        }
    }
}

/// The path of the group that a value is: `router.Group("/x")`, `r.PathPrefix("/x").Subrouter()`.
fn group_of(value: &Expr, body: &Body, prefix: &str) -> Option<String> {
    let (root, links) = chain(value);
    let begin = match &root.kind {
        ExprKind::Name(name) => body.groups.get(name).cloned(),
        _ => None,
    };
    let mut path = begin.clone().unwrap_or_else(|| prefix.to_owned());
    let mut any = false;
    for link in &links {
        if matches!(link.name, "Group" | "PathPrefix" | "Party") {
            let text = link.args.first().and_then(text)?;
            path = joined(&path, text);
            any = true;
        }
    }
    any.then_some(path)
}

fn method_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "Get" | "GET" => "GET",
        "Post" | "POST" => "POST",
        "Put" | "PUT" => "PUT",
        "Patch" | "PATCH" => "PATCH",
        "Delete" | "DELETE" => "DELETE",
        "Head" | "HEAD" => "HEAD",
        "Options" | "OPTIONS" => "OPTIONS",
        "Any" | "All" => "ANY",
        _ => return None,
    })
}

fn has_lambda(value: &Expr, depth: u32) -> bool {
    match &value.kind {
        ExprKind::Lambda { .. } => true,
        ExprKind::Call { args, .. } if depth < 6 => {
            args.iter().any(|arg| has_lambda(&arg.value, depth + 1))
        }
        ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } if depth < 6 => {
            has_lambda(inner, depth + 1)
        }
        _ => false,
    }
}

fn text(arg: &Arg) -> Option<&str> {
    match &arg.value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

fn joined(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_end_matches('/'), path.trim_start_matches('/'));
    match (prefix, path) {
        ("", path) => format!("/{path}"),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("{prefix}/{path}"),
    }
}

/// The calls of `a.b().c()` first to last, with what the first of them is called on.
fn chain(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut at = expr;
    while let ExprKind::Call { callee, args } = &at.kind {
        let ExprKind::Member(of, name) = &callee.kind else { break };
        if links.len() > 200 {
            break;
        }
        links.push(Link { name, args });
        at = of;
    }
    links.reverse();
    (at, links)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::import::{
        code::{LANGUAGES, resolve::resolve},
        progress::Unwatched,
    };

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let go = *LANGUAGES.iter().find(|it| it.name() == "Go").expect("Go is read");
        let source = Source {
            path: "web/web.go".to_owned(),
            language: go,
            outline: go.outline("web/web.go", &format!("package web\n{text}")),
        };
        let sources = [source];
        let resolved = resolve(&sources, &[], &Unwatched);
        let mut told: Vec<String> = find(&sources, &resolved)
            .into_iter()
            .map(|entry| {
                let function = entry.function.map(|id| resolved.functions[id.index()].name.clone());
                let place = function.unwrap_or_else(|| "-".to_owned());
                format!("{} {} {place}", entry.kind.word(), entry.route)
            })
            .collect();
        told.sort();
        assert_eq!(told, expected);
    }

    const HANDLERS: &str = "func list() {}\nfunc add() {}\nfunc need(h any) any { return h }\n";

    #[test]
    fn routes_of_many_routers_are_found() {
        check(
            &format!(
                "{HANDLERS}func run() {{
                  http.HandleFunc(\"/a\", list)
                  http.HandleFunc(\"POST /b\", need(add))
                  r.Route(\"/c\", func(r chi.Router) {{
                    r.Get(\"/d\", list)
                    r.Group(func(r chi.Router) {{ r.Post(\"/e\", add) }})
                  }})
                  v1 := engine.Group(\"/v1\")
                  v1.GET(\"/f\", list)
                  m.Combo(\"/g\").Get(list).Post(add)
                  client.Get(\"/not/a/route\", params)
                }}"
            ),
            &[
                "http ANY /a list",
                "http GET /c/d list",
                "http GET /g list",
                "http GET /v1/f list",
                "http POST /b add",
                "http POST /c/e add",
                "http POST /g add",
            ],
        );
    }

    #[test]
    fn routers_are_handed_on_and_commands_are_started() {
        check(
            &format!(
                "{HANDLERS}func run(m *Router) {{
                  m.Group(\"/api\", func() {{
                    register(m)
                  }})
                }}
                func (s *Shop) Register(m *Router) {{
                  m.Get(\"/y\", add)
                }}
                func register(m *Router) {{
                  m.Get(\"/x\", list)
                  s := &Shop{{}}
                  s.Register(m)
                }}
                type Shop struct {{}}
                var serve = &cobra.Command{{Use: \"serve now\", RunE: add}}"
            ),
            &["command serve add", "http GET /api/x list", "http GET /api/y add"],
        );
    }
}
