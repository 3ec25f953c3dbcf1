//! Routes that programs put on routers, with the paths under which routers are mounted: Express, Fastify, Koa, Hono,
//! Hapi and their like.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Scene,
    chain::{Chain, Link, bare, entry, text},
    is_router_type, variables,
};
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind},
        symbols::Target,
        types::Ty,
    },
};

/// Packages whose objects take routes.
const PACKAGES: [&str; 18] = [
    "express",
    "fastify",
    "koa",
    "koa-router",
    "@koa/router",
    "hono",
    "@hono/zod-openapi",
    "elysia",
    "restify",
    "polka",
    "itty-router",
    "express-promise-router",
    "find-my-way",
    "hyper-express",
    "router",
    "@hapi/hapi",
    "h3",
    "@feathersjs/express",
];

const METHODS: [(&str, &str); 9] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("del", "DELETE"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("all", "ANY"),
];

/// How many routers may be mounted in each other.
const DEEPEST: usize = 8;

/// What routes are put on: a variable of a module; all of a module where it is only known from outside.
type Router = (ModuleId, Option<String>);

struct Route {
    router: Router,
    method: &'static str,
    path: String,
    module: ModuleId,
    function: Option<FunctionId>,
}

#[derive(Default)]
pub(super) struct Routers {
    routes: Vec<Route>,
    /// By the router that is mounted: on what, and under which path.
    mounts: BTreeMap<Router, BTreeSet<(Router, String)>>,
}

impl Routers {
    pub(super) fn read<'a>(
        &mut self,
        scene: &Scene<'a>,
        function: Option<FunctionId>,
        chain: &Chain<'a>,
    ) {
        self.handed_to(scene, chain);
        let mut path_before: Option<String> = None;
        for (at, link) in chain.links.iter().enumerate() {
            let Some(args) = link.args.filter(|_| is_relevant(link.name)) else { continue };
            if at > 0 && chain.links[..at].iter().all(|it| it.args.is_none())
                || at == 0
                || path_before.is_some()
                || self.is_fluent(scene, chain, at)
            {
                let Some(router) = router(scene, function, chain, at) else { continue };
                self.link(scene, function, &router, link, args, &mut path_before);
            }
        }
    }

    /// `new Hono().get(…).post(…)`, `app.get(…).get(…)`: every call gives the router again.
    fn is_fluent(&self, scene: &Scene<'_>, chain: &Chain<'_>, at: usize) -> bool {
        let only_routes = chain.links[..at].iter().filter(|it| it.args.is_some()).all(|it| {
            METHODS.iter().any(|(name, _)| *name == it.name)
                || matches!(it.name, "use" | "route" | "basePath" | "register" | "on" | "openapi")
        });
        only_routes && scene.imports(&PACKAGES)
    }

    fn link<'a>(
        &mut self,
        scene: &Scene<'a>,
        function: Option<FunctionId>,
        router: &Router,
        link: &Link<'a>,
        args: &'a [Arg],
        path_before: &mut Option<String>,
    ) {
        let first = args.first().map(|arg| &arg.value);
        let method = METHODS.iter().find(|(name, _)| *name == link.name).map(|(_, method)| *method);
        let paths = first.map(paths).unwrap_or_default();
        match (link.name, method) {
            ("route", _) if args.len() == 1 && !paths.is_empty() => {
                *path_before = paths.into_iter().next();
            }
            ("route", _) if args.len() == 1 => self.described(scene, function, router, args),
            ("use" | "route" | "register" | "mount", _) => self.mounted(scene, router, args),
            ("prefix" | "basePath", _) if !paths.is_empty() => {
                let outer = (router.0, router.1.as_ref().map(|it| format!("{it} ")));
                for path in paths {
                    self.mounts.entry(router.clone()).or_default().insert((outer.clone(), path));
                }
            }
            (_, Some(method)) if path_before.is_some() => {
                let path = path_before.clone().unwrap_or_default();
                self.route(scene, function, router, method, path, args.last());
            }
            (_, Some(method)) if args.len() >= 2 && !paths.is_empty() => {
                let last = args.last();
                let takes = last.is_some_and(|arg| is_handler(&arg.value));
                for path in paths.into_iter().filter(|_| takes) {
                    self.route(scene, function, router, method, path, last);
                }
            }
            _ => {}
        }
    }

    fn route<'a>(
        &mut self,
        scene: &Scene<'a>,
        within: Option<FunctionId>,
        router: &Router,
        method: &'static str,
        path: String,
        handler: Option<&'a Arg>,
    ) {
        let function = handler.and_then(|arg| scene.handler(&arg.value, within));
        let home = function.and_then(|id| scene.resolved.symbols.function(id));
        let module = home.map_or(scene.module, |(module, _)| module);
        self.routes.push(Route { router: router.clone(), method, path, module, function });
    }

    /// `server.route({ method: "GET", url: "/orders", handler })`, also several of them.
    fn described<'a>(
        &mut self,
        scene: &Scene<'a>,
        within: Option<FunctionId>,
        router: &Router,
        args: &'a [Arg],
    ) {
        let Some(first) = args.first() else { return };
        let each: Vec<&'a Expr> = match &bare(&first.value).kind {
            ExprKind::List(parts) => parts.iter().collect(),
            _ => vec![&first.value],
        };
        for one in each {
            let path = entry(one, "url").or_else(|| entry(one, "path")).and_then(text);
            let Some(path) = path.map(str::to_owned) else { continue };
            let methods: Vec<String> = match entry(one, "method").map(|it| &bare(it).kind) {
                Some(ExprKind::Text(method)) => vec![method.to_lowercase()],
                Some(ExprKind::List(list)) => {
                    list.iter().filter_map(text).map(str::to_lowercase).collect()
                }
                _ => continue,
            };
            let handler = entry(one, "handler");
            let function = handler.and_then(|it| scene.handler(it, within)).or(within);
            for method in methods {
                let known = METHODS.iter().find(|(name, _)| *name == method);
                let method = known.map_or("ANY", |(_, method)| *method);
                let (router, path, module) = (router.clone(), path.clone(), scene.module);
                self.routes.push(Route { router, method, path, module, function });
            }
        }
    }

    /// `app.use("/orders", orders)`, `app.register(orders, { prefix: "/orders" })`
    fn mounted<'a>(&mut self, scene: &Scene<'a>, router: &Router, args: &'a [Arg]) {
        let mut path = args.first().and_then(|arg| text(&arg.value)).unwrap_or("").to_owned();
        if let Some(prefix) = args.get(1).and_then(|arg| entry(&arg.value, "prefix")) {
            path = text(prefix).unwrap_or("").to_owned();
        }
        for arg in args {
            if let Some(child) = mounted_router(scene, &arg.value)
                && child != *router
            {
                self.mounts.entry(child).or_default().insert((router.clone(), path.clone()));
            }
        }
    }

    /// `routes(app)`, `require("./routes")(app)`: what is put on a parameter there is put on what is handed over.
    fn handed_to(&mut self, scene: &Scene<'_>, chain: &Chain<'_>) {
        let ExprKind::Call { callee, args } = &chain.root.kind else { return };
        let ExprKind::Name(name) = &bare(callee).kind else { return };
        for arg in args {
            let ExprKind::Name(given) = &bare(&arg.value).kind else { continue };
            if !is_router_name(given) {
                continue;
            }
            let Some(module) = module_of(scene, name, callee.line) else { continue };
            if module != scene.module {
                let child = (module, None);
                let parent = (scene.module, Some(given.clone()));
                self.mounts.entry(child).or_default().insert((parent, String::new()));
            }
        }
    }

    /// All routes, each under every path that its router is mounted on.
    pub(super) fn finished(self, modules: usize) -> Vec<EntryPoint> {
        let mut entries = Vec::new();
        for route in self.routes.iter().filter(|route| route.module.index() < modules) {
            for prefix in self.prefixes(&route.router, 0) {
                let path = joined(&prefix, &route.path);
                entries.push(EntryPoint {
                    module: route.module,
                    function: route.function,
                    kind: EntryKind::Http,
                    route: format!("{} {path}", route.method),
                });
            }
        }
        entries
    }

    fn prefixes(&self, router: &Router, depth: usize) -> Vec<String> {
        if depth > DEEPEST {
            return vec![String::new()];
        }
        let own = self.mounts.get(router);
        let of_module = || self.mounts.get(&(router.0, None)).filter(|_| router.1.is_some());
        let Some(mounts) = own.or_else(of_module) else { return vec![String::new()] };
        let mut prefixes = Vec::new();
        for (on, path) in mounts {
            for prefix in self.prefixes(on, depth + 1) {
                prefixes.push(joined(&prefix, path));
            }
        }
        prefixes.sort();
        prefixes.dedup();
        prefixes.truncate(16);
        prefixes
    }
}

/// Whether a member of that name may put something on a router.
fn is_relevant(name: &str) -> bool {
    METHODS.iter().any(|(method, _)| *method == name)
        || matches!(name, "route" | "use" | "register" | "mount" | "prefix" | "basePath")
}

fn joined(prefix: &str, path: &str) -> String {
    let both = format!("{prefix}/{path}");
    let parts: Vec<&str> = both.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// The paths that an argument says: one, or a list of them.
fn paths(expr: &Expr) -> Vec<String> {
    let is_path = |it: &&str| it.starts_with('/') || it.is_empty() || it.starts_with('*');
    match &bare(expr).kind {
        ExprKind::Text(text) if is_path(&text.as_str()) => vec![text.clone()],
        ExprKind::List(parts) => {
            parts.iter().filter_map(text).filter(is_path).map(str::to_owned).collect()
        }
        // `${base}/orders`
        ExprKind::Other(parts) => match parts.first().map(|it| &it.kind) {
            Some(ExprKind::Text(text)) if text.starts_with(['/', '?']) => {
                vec![text.replace('?', ":_")]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_handler(expr: &Expr) -> bool {
    matches!(
        bare(expr).kind,
        ExprKind::Lambda { .. }
            | ExprKind::Name(_)
            | ExprKind::Member(..)
            | ExprKind::Call { .. }
            | ExprKind::List(_)
    )
}

/// What the member at a place is put on, where that takes routes.
fn router<'a>(
    scene: &Scene<'a>,
    function: Option<FunctionId>,
    chain: &Chain<'a>,
    at: usize,
) -> Option<Router> {
    let first_call = chain.links.iter().position(|it| it.args.is_some()).unwrap_or(at).min(at);
    let name = match first_call.checked_sub(1) {
        Some(before) => chain.links[before].name,
        None => match &chain.root.kind {
            ExprKind::Name(name) => name.as_str(),
            ExprKind::New { .. } | ExprKind::Call { .. } => {
                let known = is_made(scene, chain.root);
                return known.then_some((scene.module, None));
            }
            _ => return None,
        },
    };
    let is_field = first_call > 0;
    let made = made_here(scene, name);
    let param = function
        .and_then(|id| scene.resolved.symbols.function(id))
        .and_then(|(_, it)| it.params.iter().find(|param| param.name == name));
    let takes = match (made, param.and_then(|it| it.ty.as_ref())) {
        (Some(made), _) => made,
        (None, Some(ty)) => is_router_type(ty),
        (None, None) => {
            is_router_name(name) && (is_field || param.is_some() || is_known(scene, name))
        }
    };
    takes.then(|| (scene.module, Some(name.to_owned())))
}

/// Whether a name comes from outside the function: an import of the monolith, or a parameter of some function around.
fn is_known(scene: &Scene<'_>, name: &str) -> bool {
    match scene.package_of(name) {
        Some(path) => path.starts_with(['.', '@', '~', '#']) || PACKAGES.contains(&path),
        None => scene.imports(&PACKAGES) || name != "server",
    }
}

/// Whether a variable of the module is made by a framework; `None` where there is no such variable.
fn made_here(scene: &Scene<'_>, name: &str) -> Option<bool> {
    let mut all = Vec::new();
    let outline = &scene.source.outline;
    variables(&outline.top, &mut all);
    for function in &outline.functions {
        variables(&function.body, &mut all);
    }
    let mut known = all.into_iter().filter(|(bound, _)| *bound == name);
    known.next().map(|(_, value)| is_made(scene, value) || known.any(|it| is_made(scene, it.1)))
}

/// `express()`, `express.Router()`, `new Hono()`, `fastify({ … })`, and what they give when they are configured.
fn is_made(scene: &Scene<'_>, value: &Expr) -> bool {
    let mut expr = bare(value);
    for _ in 0..20 {
        let name = match &expr.kind {
            ExprKind::New { ty, .. } => ty.name.clone(),
            ExprKind::Call { callee, .. } => match callee.dotted() {
                Some(name) => name,
                None => match &bare(callee).kind {
                    ExprKind::Member(of, _) => {
                        expr = bare(of);
                        continue;
                    }
                    _ => return false,
                },
            },
            _ => return false,
        };
        let first = name.split('.').next().unwrap_or(&name);
        return scene.package_of(first).is_some_and(|it| PACKAGES.contains(&it));
    }
    false
}

fn is_router_name(name: &str) -> bool {
    let name = name.trim_start_matches('_').trim_end_matches('_');
    matches!(name, "app" | "router" | "fastify" | "server")
        || name.ends_with("Router")
        || name.ends_with("App")
}

/// The module that declares what a name means.
fn module_of(scene: &Scene<'_>, name: &str, line: u32) -> Option<ModuleId> {
    let symbols = &scene.resolved.symbols;
    match scene.target(name, line)? {
        Target::Functions(ids) => symbols.function(*ids.first()?).map(|(module, _)| module),
        Target::Value(module, _) => Some(module),
        Target::Type(id) | Target::Namespace(id) => {
            symbols.modules_of(id, scene.module).first().copied()
        }
        Target::Outside(_) => None,
    }
}

/// The router that an argument is: a variable, what a function makes, what a module is.
fn mounted_router<'a>(scene: &Scene<'a>, expr: &'a Expr) -> Option<Router> {
    let expr = bare(expr);
    match &expr.kind {
        ExprKind::Name(name) => {
            if made_here(scene, name) == Some(true) {
                return Some((scene.module, Some(name.clone())));
            }
            let module = module_of(scene, name, expr.line)?;
            (module != scene.module).then_some((module, None))
        }
        ExprKind::Member(of, _) => match scene.uses.get(&std::ptr::from_ref(expr)) {
            Some(member_use) => member_router(scene, &member_use.receiver),
            None => mounted_router(scene, of),
        },
        // `orders.routes()`, `ordersRouter(services)`
        ExprKind::Call { callee, .. } => match &bare(callee).kind {
            ExprKind::Member(of, name) if matches!(name.as_str(), "routes" | "middleware") => {
                mounted_router(scene, of)
            }
            ExprKind::Name(_) => mounted_router(scene, callee),
            _ => None,
        },
        ExprKind::New { ty, .. } => {
            let module = module_of(scene, &ty.name, expr.line)?;
            (module != scene.module).then_some((module, None))
        }
        _ => None,
    }
}

fn member_router(scene: &Scene<'_>, receiver: &Ty) -> Option<Router> {
    let id = match receiver {
        Ty::Namespace(id) => *id,
        _ => receiver.monolith()?,
    };
    let module = *scene.resolved.symbols.modules_of(id, scene.module).first()?;
    (module != scene.module).then_some((module, None))
}
