//! Entry points of TypeScript and JavaScript programs that no decorator declares: routes of routers, routes that are
//! files, procedures, jobs and consumers.

mod chain;
mod files;
mod handlers;
mod procedures;
mod routers;

use rustc_hash::FxHashMap;

use self::chain::{Chain, chains};
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Expr, ExprKind, Stmt, TypeRef},
        resolve::{Resolved, Source},
        symbols::Target,
        types::MemberUse,
    },
};

/// Finds them all.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Vec<EntryPoint> {
    let mut entries = files::find(sources, resolved);
    let mut routers = routers::Routers::default();
    let nested = procedures::Nested::new(sources, resolved);
    for (at, source) in sources.iter().enumerate() {
        if !is_script(source) {
            continue;
        }
        let scene = Scene::new(resolved, source, ModuleId::at(at));
        for (function, chain) in &scene.chains {
            handlers::read(&scene, *function, chain, &nested, &mut entries);
            routers.read(&scene, *function, chain);
        }
    }
    entries.extend(routers.finished(sources.len()));
    entries
}

/// Puts the prefix that a Nest application has for all routes before those of its controllers.
pub(super) fn prefix_controllers(sources: &[Source], entries: &mut [EntryPoint]) {
    let scripts = || sources.iter().filter(|source| is_script(source));
    let is_nest =
        |source: &&Source| source.outline.imports.iter().any(|it| it.path.starts_with("@nestjs/"));
    let mut prefixes: Vec<String> = Vec::new();
    for source in scripts().filter(is_nest) {
        let bodies = source.outline.functions.iter().map(|it| &it.body);
        for stmt in bodies.chain([&source.outline.top]).flatten() {
            stmt.walk(&mut |expr| prefixes.extend(global_prefix(expr)));
        }
    }
    prefixes.sort();
    prefixes.dedup();
    // Several applications in one tree: which one a controller belongs to is not known here.
    let [prefix] = &prefixes[..] else { return };
    for entry in entries.iter_mut().filter(|it| it.kind == EntryKind::Http) {
        let source = &sources[entry.module.index()];
        let has_controller = source
            .outline
            .types
            .iter()
            .any(|decl| decl.annotations.iter().any(|it| it.name.ends_with("Controller")));
        if !is_script(source) || !has_controller {
            continue;
        }
        if let Some((method, path)) = entry.route.split_once(" /") {
            let prefix = prefix.trim_matches('/');
            let path = format!("{prefix}/{path}");
            entry.route = format!("{method} /{}", path.trim_end_matches('/'));
        }
    }
}

fn global_prefix(expr: &Expr) -> Option<String> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    let ExprKind::Member(_, name) = &callee.kind else { return None };
    let first = args.first().filter(|_| name == "setGlobalPrefix")?;
    chain::text(&first.value).map(str::to_owned)
}

fn is_script(source: &Source) -> bool {
    source.language.rules().family == "ecmascript"
}

/// One module as it is searched.
struct Scene<'a> {
    resolved: &'a Resolved<'a>,
    source: &'a Source,
    module: ModuleId,
    uses: FxHashMap<*const Expr, &'a MemberUse<'a>>,
    /// Every chain of calls, with the function it stands in.
    chains: Vec<(Option<FunctionId>, Chain<'a>)>,
}

impl<'a> Scene<'a> {
    fn new(resolved: &'a Resolved<'a>, source: &'a Source, module: ModuleId) -> Self {
        let uses = resolved.uses.get(module.index()).into_iter().flatten();
        let mut all = Vec::new();
        for (at, function) in source.outline.functions.iter().enumerate() {
            let id = resolved.symbols.function_id(module, at);
            all.extend(chains(&function.body).into_iter().map(|chain| (id, chain)));
        }
        all.extend(chains(&source.outline.top).into_iter().map(|chain| (None, chain)));
        Self {
            resolved,
            source,
            module,
            uses: uses.map(|it| (std::ptr::from_ref(it.expr), it)).collect(),
            chains: all,
        }
    }

    /// The path of the package or file that a name comes from.
    fn package_of(&self, name: &str) -> Option<&'a str> {
        let imports = self.source.outline.imports.iter();
        let bound = |import: &&crate::import::code::outline::Import| {
            import.alias.as_deref().or(import.member.as_deref()) == Some(name)
        };
        imports.filter(|it| it.within != Some((0, 0))).find(bound).map(|it| it.path.as_str())
    }

    fn imports(&self, packages: &[&str]) -> bool {
        self.source.outline.imports.iter().any(|import| {
            packages.iter().any(|package| {
                import.path == *package
                    || import.path.strip_prefix(package).is_some_and(|it| it.starts_with('/'))
            })
        })
    }

    /// What a name means at the top of the module.
    fn target(&self, name: &str, line: u32) -> Option<Target> {
        self.resolved.symbols.lookup(self.module, None, name, line)
    }

    /// The function that a handler is: named, a method, wrapped by others, or `within` where it has no name.
    fn handler(&self, expr: &'a Expr, within: Option<FunctionId>) -> Option<FunctionId> {
        let mut expr = chain::bare(expr);
        for _ in 0..8 {
            match &expr.kind {
                ExprKind::Name(name) => return self.first(name, expr.line).or(within),
                ExprKind::Member(_, name) => {
                    if let Some(found) = self.method(expr, name) {
                        return Some(found);
                    }
                    return expr.dotted().and_then(|it| self.first(&it, expr.line)).or(within);
                }
                ExprKind::List(parts) => expr = chain::bare(parts.last()?),
                ExprKind::Call { callee, args } => {
                    let bound = match &callee.kind {
                        ExprKind::Member(of, name) if name == "bind" => Some(of.as_ref()),
                        _ => None,
                    };
                    match bound.or_else(|| args.last().map(|arg| &arg.value)) {
                        Some(inner) => expr = chain::bare(inner),
                        None => return within,
                    }
                }
                _ => return within,
            }
        }
        within
    }

    fn method(&self, expr: &Expr, name: &str) -> Option<FunctionId> {
        let member_use = self.uses.get(&std::ptr::from_ref(expr))?;
        let id = member_use.receiver.monolith()?;
        self.resolved.symbols.methods(id, name).first().copied()
    }

    fn first(&self, name: &str, line: u32) -> Option<FunctionId> {
        match self.target(name, line)? {
            Target::Functions(ids) => ids.first().copied(),
            _ => None,
        }
    }

    fn entry(&self, kind: EntryKind, function: Option<FunctionId>, route: String) -> EntryPoint {
        let home = function.and_then(|id| self.resolved.symbols.function(id));
        let module = home.map_or(self.module, |(module, _)| module);
        EntryPoint { module, function, kind, route }
    }
}

/// Whether a type is one that frameworks give what routes are put on.
fn is_router_type(ty: &TypeRef) -> bool {
    let name = ty.name.rsplit('.').next().unwrap_or(&ty.name);
    matches!(
        name,
        "Express"
            | "Application"
            | "Router"
            | "IRouter"
            | "FastifyInstance"
            | "Hono"
            | "OpenAPIHono"
            | "Koa"
            | "Elysia"
            | "Server"
    )
}

/// Every variable that a body binds, with its value.
fn variables<'a>(body: &'a [Stmt], found: &mut Vec<(&'a str, &'a Expr)>) {
    for stmt in body {
        match stmt {
            Stmt::Let { name, value: Some(value), .. } => found.push((name, value)),
            Stmt::Block(body) | Stmt::Loop { body, .. } => variables(body, found),
            _ => {}
        }
    }
}
