//! Entry points of Laravel: routes by facade, with what groups put before them; commands, schedules, queued jobs
//! and listeners.

mod starts;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::starts::is_schedule;
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, Stmt, TypeRef},
        resolve::{Resolved, Source},
        types::TypeId,
    },
};

/// Finds the entry points of all PHP files that annotations do not tell.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    let Some(any) = sources.iter().position(|source| source.language.name() == "PHP") else {
        return Vec::new();
    };
    let mut reader = Reader {
        any: ModuleId::at(any),
        sources,
        resolved,
        by_path: sources.iter().enumerate().map(|(at, it)| (it.path.as_str(), at)).collect(),
        included: BTreeMap::new(),
        commands: BTreeMap::new(),
        found: Vec::new(),
    };
    reader.classes();
    // What loads a file of routes says what stands before them, wherever that is.
    for round in [false, true] {
        reader.found.retain(|it| it.kind != EntryKind::Http);
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() == "PHP" {
                reader.module(at, round);
            }
        }
    }
    reader.found
}

/// What groups have said of the routes within them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    prefix: String,
    controller: Option<TypeRef>,
    /// The namespace of controllers that are named by text, segments joined by `.`.
    namespace: String,
}

/// One call of a chain.
struct Link<'a> {
    name: &'a str,
    args: &'a [Arg],
}

struct Reader<'a> {
    /// Some module of PHP: full names mean the same in all of them.
    any: ModuleId,
    sources: &'a [Source],
    resolved: &'a Resolved<'a>,
    by_path: BTreeMap<&'a str, usize>,
    /// Files of routes that others load, with what they put before them.
    included: BTreeMap<usize, Vec<Group>>,
    /// Commands by the name they are started by.
    commands: BTreeMap<String, (ModuleId, FunctionId)>,
    found: Vec<EntryPoint>,
}

/// How deep groups may be nested.
const DEEPEST: u32 = 40;

impl<'a> Reader<'a> {
    fn module(&mut self, at: usize, last: bool) {
        let outline = &self.sources[at].outline;
        let groups = match self.included.get(&at) {
            Some(groups) => groups.clone(),
            None => vec![default_group(&self.sources[at].path, last, &self.included)],
        };
        for group in groups {
            self.block(at, &outline.top, &group, 0);
        }
        for function in &outline.functions {
            self.block(at, &function.body, &Group::default(), 0);
        }
    }

    fn block(&mut self, at: usize, body: &'a [Stmt], group: &Group, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        for stmt in body {
            match stmt {
                Stmt::Expr(value) | Stmt::Return(value) | Stmt::Let { value: Some(value), .. } => {
                    self.expr(at, value, group, depth + 1);
                }
                Stmt::Assign { value, .. } => self.expr(at, value, group, depth + 1),
                Stmt::Let { .. } => {}
                Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
                    self.block(at, inner, group, depth + 1);
                }
            }
        }
    }

    fn expr(&mut self, at: usize, expr: &'a Expr, group: &Group, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        let (root, links) = chain(expr);
        if !links.is_empty() && is_router(root) {
            self.route(at, &links, group, depth);
            return;
        }
        if !links.is_empty() && is_schedule(root) {
            self.scheduled(at, &links);
        }
        if links.iter().any(|link| link.name == "withRouting") {
            self.routing(at, &links);
        }
        for link in &links {
            for arg in link.args {
                self.expr(at, &arg.value, group, depth + 1);
            }
        }
        match &root.kind {
            ExprKind::Lambda { body, .. } | ExprKind::Block(body) => {
                self.block(at, body, group, depth + 1);
            }
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => {
                self.expr(at, inner, group, depth + 1);
            }
            ExprKind::Call { args, .. } | ExprKind::New { args, .. } => {
                for arg in args {
                    self.expr(at, &arg.value, group, depth + 1);
                }
            }
            ExprKind::Other(parts) | ExprKind::Choice(parts) => {
                for part in parts {
                    self.expr(at, part, group, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// One chain of calls on the router.
    fn route(&mut self, at: usize, links: &[Link<'a>], group: &Group, depth: u32) {
        let mut own = group.clone();
        let mut only: Option<Vec<String>> = None;
        let mut except: Vec<String> = Vec::new();
        for link in links {
            let first = link.args.first().map(|arg| &arg.value);
            match link.name {
                "prefix" => {
                    let prefix = first.and_then(path_text).unwrap_or_default();
                    own.prefix = joined(&own.prefix, &prefix);
                }
                "controller" => own.controller = first.and_then(class),
                "namespace" => {
                    let namespace = first.and_then(text).unwrap_or_default();
                    own.namespace = within(&own.namespace, namespace);
                }
                "only" => only = Some(link.args.iter().flat_map(|arg| texts(&arg.value)).collect()),
                "except" => except.extend(link.args.iter().flat_map(|arg| texts(&arg.value))),
                _ => {}
            }
        }
        for link in links {
            match link.name {
                "group" => self.group(at, link, &own, depth),
                "resource" | "apiResource" | "singleton" | "apiSingleton" => {
                    let name = link.args.first().and_then(|arg| path_text(&arg.value));
                    let controller = link.args.get(1).map(|arg| &arg.value);
                    let options = link.args.get(2).map(|arg| &arg.value);
                    let chosen = only.clone().or_else(|| options.and_then(|it| option(it, "only")));
                    let mut left_out = except.clone();
                    left_out
                        .extend(options.and_then(|it| option(it, "except")).unwrap_or_default());
                    if let (Some(name), Some(controller)) = (name, controller) {
                        self.resource(
                            &own,
                            link.name,
                            &name,
                            controller,
                            chosen.as_deref(),
                            &left_out,
                        );
                    }
                }
                "resources" | "apiResources" => {
                    self.resources(&own, link, only.as_deref(), &except);
                }
                _ => self.verb(at, link, &own),
            }
        }
    }

    /// `resources(['orders' => Orders::class])`.
    fn resources(
        &mut self,
        group: &Group,
        link: &Link<'a>,
        only: Option<&[String]>,
        except: &[String],
    ) {
        let single = link.name.trim_end_matches('s');
        let Some(ExprKind::Map(pairs)) = link.args.first().map(|arg| &arg.value.kind) else {
            return;
        };
        for (name, controller) in pairs {
            if let Some(name) = path_text(name) {
                self.resource(group, single, &name, controller, only, except);
            }
        }
    }

    /// `get('/orders/{id}', […])` and its like.
    fn verb(&mut self, at: usize, link: &Link<'a>, group: &Group) {
        let listed =
            |arg: &Arg| texts(&arg.value).iter().map(|it| it.to_uppercase()).collect::<Vec<_>>();
        let (methods, args): (Vec<String>, &[Arg]) = match link.name {
            "get" | "post" | "put" | "patch" | "delete" | "options" => {
                (vec![link.name.to_uppercase()], link.args)
            }
            "any" | "view" | "redirect" | "permanentRedirect" | "livewire" | "inertia" => {
                (vec![if link.name == "view" { "GET" } else { "ANY" }.to_owned()], link.args)
            }
            "match" if link.args.len() > 1 => (listed(&link.args[0]), &link.args[1..]),
            "fallback" => {
                let action = link.args.first().map(|arg| &arg.value);
                self.add(at, "ANY *", action, group);
                return;
            }
            _ => return,
        };
        let Some(path) = args.first().and_then(|arg| path_text(&arg.value)) else { return };
        let path = joined(&group.prefix, &path);
        let action = args.get(1).map(|arg| &arg.value);
        for method in methods {
            self.add(at, &format!("{method} {path}"), action, group);
        }
    }

    fn add(&mut self, at: usize, route: &str, action: Option<&Expr>, group: &Group) {
        let target = action.and_then(|action| self.action(action, group));
        let (module, function) = match target {
            Some((module, function)) => (module, function),
            None => (ModuleId::at(at), None),
        };
        let route = route.to_owned();
        self.found.push(EntryPoint { module, function, kind: EntryKind::Http, route });
    }

    /// The function that an action names: `[X::class, 'show']`, `X::class`, `'X@show'`, `'show'`.
    fn action(&self, action: &Expr, group: &Group) -> Option<(ModuleId, Option<FunctionId>)> {
        match &action.kind {
            ExprKind::List(parts) => {
                let (class, name) = (class(parts.first()?)?, text(parts.get(1)?)?);
                self.method(&class, name)
            }
            ExprKind::Map(pairs) => {
                let uses = pairs.iter().find(|(key, _)| text(key) == Some("uses"))?;
                self.action(&uses.1, group)
            }
            ExprKind::Type(ty) => self.method(ty, "__invoke"),
            ExprKind::Other(parts) => {
                let (text, class) = (text(parts.first()?)?, class(parts.get(1)?)?);
                self.method(&class, text.split_once('@')?.1)
            }
            ExprKind::Text(text) => match (text.split_once('@'), &group.controller) {
                (Some((class, name)), _) => {
                    let class = class.replace('\\', ".");
                    let full = ["", "App.Http.Controllers"]
                        .iter()
                        .map(|base| within(base, &group.namespace));
                    full.map(|base| format!(".{}", within(&base, &class))).find_map(|name_of| {
                        let ty = TypeRef { name: name_of, args: Vec::new(), line: 0 };
                        self.method(&ty, name)
                    })
                }
                (None, Some(controller)) => self.method(controller, text),
                (None, None) => None,
            },
            _ => None,
        }
    }

    fn method(&self, class: &TypeRef, name: &str) -> Option<(ModuleId, Option<FunctionId>)> {
        let id = self.class(class)?;
        let symbols = &self.resolved.symbols;
        let found = symbols.methods(id, name).into_iter().next();
        match found {
            Some(function) => Some((symbols.function(function)?.0, Some(function))),
            None => Some((symbols.declarations(id).first()?.0, None)),
        }
    }

    fn class(&self, class: &TypeRef) -> Option<TypeId> {
        self.resolved.symbols.resolve_type(self.any, None, class).monolith()
    }

    fn group(&mut self, at: usize, link: &Link<'a>, group: &Group, depth: u32) {
        let mut own = group.clone();
        if let [options, _, ..] = link.args
            && let ExprKind::Map(pairs) = &options.value.kind
        {
            for (key, value) in pairs {
                match text(key) {
                    Some("prefix") => {
                        let prefix = path_text(value).unwrap_or_default();
                        own.prefix = joined(&own.prefix, &prefix);
                    }
                    Some("controller") => own.controller = class(value),
                    Some("namespace") => {
                        own.namespace = within(&own.namespace, text(value).unwrap_or_default());
                    }
                    _ => {}
                }
            }
        }
        let Some(body) = link.args.last().map(|arg| &arg.value) else { return };
        match &body.kind {
            ExprKind::Lambda { body, .. } => self.block(at, body, &own, depth + 1),
            _ => {
                if let Some(file) = self.file(at, body) {
                    self.include(file, own);
                }
            }
        }
    }

    fn include(&mut self, file: usize, group: Group) {
        let groups = self.included.entry(file).or_default();
        if !groups.contains(&group) && groups.len() < 8 {
            groups.push(group);
        }
    }

    /// The file that `__DIR__.'/../routes/web.php'` or `base_path('routes/api.php')` names.
    fn file(&self, at: usize, value: &Expr) -> Option<usize> {
        let (written, from_root) = match &value.kind {
            ExprKind::Text(text) => (text.as_str(), false),
            ExprKind::Other(parts) => (text(parts.first()?)?, false),
            ExprKind::Call { args, .. } => (text(&args.first()?.value)?, true),
            _ => return None,
        };
        let from = self.sources[at].path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut path: Vec<&str> = if from_root { Vec::new() } else { from.split('/').collect() };
        path.retain(|part| !part.is_empty());
        for part in written.trim_start_matches('?').split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    path.pop();
                }
                part => path.push(part),
            }
        }
        let path = path.join("/");
        self.by_path.get(path.as_str()).copied().or_else(|| {
            // The application may lie in a folder of the monolith.
            let ending = format!("/{path}");
            let mut found = self.by_path.iter().filter(|(known, _)| known.ends_with(&ending));
            let first = found.next().map(|(_, at)| *at);
            first.filter(|_| from_root && found.next().is_none())
        })
    }

    /// `->withRouting(api: …, apiPrefix: 'api')` in `bootstrap/app.php`.
    fn routing(&mut self, at: usize, links: &[Link<'a>]) {
        for link in links.iter().filter(|link| link.name == "withRouting") {
            let named = |name: &str| {
                link.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
            };
            let prefix = named("apiPrefix").and_then(text).unwrap_or("api").to_owned();
            for (name, prefix) in [("web", String::new()), ("api", prefix)] {
                let files = match named(name).map(|value| (&value.kind, value)) {
                    Some((ExprKind::List(parts), _)) => parts.iter().collect(),
                    Some((_, value)) => vec![value],
                    None => Vec::new(),
                };
                for file in files {
                    if let Some(file) = self.file(at, file) {
                        self.include(file, Group { prefix: prefix.clone(), ..Group::default() });
                    }
                }
            }
        }
    }

    fn resource(
        &mut self,
        group: &Group,
        kind: &str,
        name: &str,
        controller: &Expr,
        only: Option<&[String]>,
        except: &[String],
    ) {
        let class = class(controller).or_else(|| {
            let written = text(controller)?.replace('\\', ".");
            let name =
                format!(".{}", within("App.Http.Controllers", &within(&group.namespace, &written)));
            Some(TypeRef { name, args: Vec::new(), line: 0 })
        });
        let Some(class) = class else { return };
        let name = name.trim_matches('/');
        let mut path = String::new();
        let parts: Vec<&str> = name.split('.').collect();
        for (at, part) in parts.iter().enumerate() {
            path = joined(&path, part);
            if at + 1 < parts.len() {
                path = format!("{path}/{{{}}}", parameter(part));
            }
        }
        let path = joined(&group.prefix, &path);
        let last = parameter(parts.last().copied().unwrap_or(name));
        let one =
            if kind.ends_with("ingleton") { path.clone() } else { format!("{path}/{{{last}}}") };
        for (method, action, route) in [
            ("GET", "index", path.clone()),
            ("GET", "create", format!("{path}/create")),
            ("POST", "store", path.clone()),
            ("GET", "show", one.clone()),
            ("GET", "edit", format!("{one}/edit")),
            ("PUT", "update", one.clone()),
            ("DELETE", "destroy", one.clone()),
        ] {
            let api = kind.starts_with("api") && matches!(action, "create" | "edit");
            let single = kind.ends_with("ingleton")
                && matches!(action, "index" | "create" | "store" | "destroy");
            let chosen = only.is_none_or(|only| only.iter().any(|it| it == action));
            if api || single || !chosen || except.iter().any(|it| it == action) {
                continue;
            }
            if let Some((module, function)) = self.method(&class, action) {
                let route = format!("{method} {route}");
                self.found.push(EntryPoint { module, function, kind: EntryKind::Http, route });
            }
        }
    }
}

/// Without a word about it, `routes/api.php` has `api` before its routes, as Laravel's own provider had it.
fn default_group(path: &str, last: bool, included: &BTreeMap<usize, Vec<Group>>) -> Group {
    let is_api = path == "routes/api.php" || path.ends_with("/routes/api.php");
    let prefix = if is_api && last && included.is_empty() { "api" } else { "" };
    Group { prefix: prefix.to_owned(), ..Group::default() }
}

/// The calls of `A::b()->c()` first to last, with what the first of them is called on.
fn chain(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Member(of, name) if links.len() < 100 => {
                    links.push(Link { name, args });
                    at = of;
                }
                _ => break,
            },
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } if !links.is_empty() => {
                at = inner;
            }
            _ => break,
        }
    }
    links.reverse();
    (at, links)
}

/// `Route`, `$router`, `$this->router`.
fn is_router(root: &Expr) -> bool {
    match &root.kind {
        ExprKind::Type(ty) => {
            matches!(ty.name.as_str(), ".Illuminate.Support.Facades.Route" | ".Route")
        }
        ExprKind::Name(name) => name == "$router",
        ExprKind::Member(of, name) => of.kind == ExprKind::This && name == "$router",
        _ => false,
    }
}

fn class(value: &Expr) -> Option<TypeRef> {
    match &value.kind {
        ExprKind::Type(ty) | ExprKind::New { ty, .. } => Some(ty.clone()),
        ExprKind::Same(inner) => class(inner),
        _ => None,
    }
}

fn text(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// A path; what only running tells is `?`.
fn path_text(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Text(text) => Some(text.clone()),
        ExprKind::Other(parts) => path_text(parts.first()?),
        ExprKind::Same(inner) => path_text(inner),
        ExprKind::Call { .. } | ExprKind::Name(_) | ExprKind::Member(..) => Some("?".to_owned()),
        _ => None,
    }
}

fn texts(value: &Expr) -> Vec<String> {
    match &value.kind {
        ExprKind::List(parts) => parts.iter().filter_map(text).map(str::to_owned).collect(),
        _ => text(value).map(str::to_owned).into_iter().collect(),
    }
}

/// A list of texts under a key.
fn option(value: &Expr, name: &str) -> Option<Vec<String>> {
    let ExprKind::Map(pairs) = &value.kind else { return None };
    pairs.iter().find(|(key, _)| text(key) == Some(name)).map(|(_, value)| texts(value))
}

fn joined(prefix: &str, path: &str) -> String {
    let path = path.trim_matches('/');
    let prefix = prefix.trim_end_matches('/');
    match (prefix, path) {
        ("", path) => format!("/{path}"),
        (prefix, "") => prefix.to_owned(),
        (prefix, path) => format!("/{}/{path}", prefix.trim_start_matches('/')),
    }
}

fn within(namespace: &str, name: &str) -> String {
    let name = name.replace('\\', ".");
    let name = name.trim_matches('.');
    match (namespace, name) {
        ("", name) => name.to_owned(),
        (namespace, "") => namespace.to_owned(),
        (namespace, name) => format!("{namespace}.{name}"),
    }
}

/// The parameter that a resource's routes have: `order-lines` gives `order_line`.
fn parameter(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    crate::import::schema::inflect::singular(&last.replace('-', "_"))
}
