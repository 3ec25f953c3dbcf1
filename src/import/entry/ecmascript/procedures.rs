//! Procedures of tRPC: routers are made of objects of them, and nested into each other by name.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Scene, chain::bare, is_script};
use crate::{
    facts::{EntryKind, EntryPoint, FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, Stmt},
        resolve::{Resolved, Source},
        symbols::{Symbols, Target},
    },
};

/// How deep routers and objects of procedures may be nested.
const DEEPEST: u32 = 8;

/// A router by the module and the name it is declared under.
type Router = (ModuleId, String);

/// Under which names routers are nested into others.
#[derive(Default)]
pub(super) struct Nested {
    /// By the object that a router is made of: what stands before the names in it.
    prefixes: FxHashMap<*const Expr, String>,
    /// Objects of routers that are written within others: they are entered with those.
    inner: FxHashSet<*const Expr>,
}

impl Nested {
    pub(super) fn new(sources: &[Source], resolved: &Resolved<'_>) -> Self {
        let mut made: BTreeMap<Router, *const Expr> = BTreeMap::new();
        let mut parents: BTreeMap<Router, (Router, String)> = BTreeMap::new();
        let mut inner = FxHashSet::default();
        for (at, source) in sources.iter().enumerate().filter(|(_, source)| is_script(source)) {
            let module = ModuleId::at(at);
            for (name, value) in declared(source) {
                let Some(object) = router_of(value) else { continue };
                let own = (module, name.to_owned());
                made.insert(own.clone(), std::ptr::from_ref(object));
                object.walk(&mut |expr| {
                    inner.extend(router_of(expr).map(std::ptr::from_ref::<Expr>));
                });
                children(&resolved.symbols, module, object, "", 0, &mut |name, child| {
                    parents.entry(child).or_insert_with(|| (own.clone(), name));
                });
            }
        }
        let prefix = |router: &Router| {
            let mut prefix = String::new();
            let mut around = router;
            for _ in 0..DEEPEST {
                let Some((parent, name)) = parents.get(around) else { break };
                prefix = format!("{name}.{prefix}");
                around = parent;
            }
            prefix.trim_end_matches('.').to_owned()
        };
        let prefixes = made.iter().map(|(router, object)| (*object, prefix(router))).collect();
        Self { prefixes, inner }
    }

    /// Enters the procedures in the object that a router is made of.
    pub(super) fn enter<'a>(
        &self,
        scene: &Scene<'a>,
        function: Option<FunctionId>,
        args: &'a [Arg],
        entries: &mut Vec<EntryPoint>,
    ) {
        let Some(object) = args.first().map(|arg| bare(&arg.value)) else { return };
        if self.inner.contains(&std::ptr::from_ref(object)) {
            return;
        }
        let prefix = self.prefixes.get(&std::ptr::from_ref(object));
        procedures(scene, function, object, prefix.map_or("", String::as_str), entries, 0);
    }
}

/// What a file declares at its top, with its value.
fn declared(source: &Source) -> Vec<(&str, &Expr)> {
    let mut found = Vec::new();
    for stmt in &source.outline.top {
        if let Stmt::Let { name, value: Some(value), .. } = stmt {
            found.push((name.as_str(), value));
        }
    }
    for function in source.outline.functions.iter().filter(|it| it.owner.is_none()) {
        if let [Stmt::Expr(value)] = &function.body[..] {
            found.push((function.name.as_str(), value));
        }
    }
    found
}

/// The object that a router is made of.
fn router_of(value: &Expr) -> Option<&Expr> {
    let ExprKind::Call { callee, args } = &bare(value).kind else { return None };
    let name = match &bare(callee).kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name,
        _ => return None,
    };
    let object = bare(&args.first()?.value);
    (is_router_maker(name) && matches!(object.kind, ExprKind::Map(_))).then_some(object)
}

/// The routers that are named in an object, with the names they have there.
fn children(
    symbols: &Symbols<'_>,
    module: ModuleId,
    object: &Expr,
    prefix: &str,
    depth: u32,
    found: &mut dyn FnMut(String, Router),
) {
    let ExprKind::Map(pairs) = &object.kind else { return };
    for (key, value) in pairs {
        let ExprKind::Text(key) = &key.kind else { continue };
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let value = bare(value);
        match &value.kind {
            ExprKind::Name(of) => match symbols.lookup(module, None, of, value.line) {
                Some(Target::Value(home, _)) => found(name, (home, of.clone())),
                Some(Target::Functions(ids)) => {
                    let first = ids.first().and_then(|id| symbols.function(*id));
                    if let Some((home, decl)) = first {
                        found(name, (home, decl.name.clone()));
                    }
                }
                _ => {}
            },
            ExprKind::Map(_) if depth < DEEPEST => {
                children(symbols, module, value, &name, depth + 1, found);
            }
            ExprKind::Call { .. } if depth < DEEPEST => {
                if let Some(inner) = router_of(value) {
                    children(symbols, module, inner, &name, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

pub(super) fn is_router_maker(name: &str) -> bool {
    matches!(
        name,
        "router" | "createTRPCRouter" | "createRouter" | "trpcRouter" | "createTRPCRouterFactory"
    )
}

/// The procedures in an object, and in those within it.
fn procedures<'a>(
    scene: &Scene<'a>,
    function: Option<FunctionId>,
    object: &'a Expr,
    prefix: &str,
    entries: &mut Vec<EntryPoint>,
    depth: u32,
) {
    let ExprKind::Map(pairs) = &object.kind else { return };
    for (key, value) in pairs {
        let ExprKind::Text(key) = &key.kind else { continue };
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        let value = bare(value);
        if let Some(word) = procedure(value) {
            entries.push(scene.entry(EntryKind::Http, function, format!("{word} {name}")));
            continue;
        }
        match &value.kind {
            ExprKind::Map(_) if depth < DEEPEST => {
                procedures(scene, function, value, &name, entries, depth + 1);
            }
            ExprKind::Call { .. } if depth < DEEPEST => {
                if let Some(inner) = router_of(value) {
                    procedures(scene, function, inner, &name, entries, depth + 1);
                }
            }
            ExprKind::Name(of) => named(scene, of, value.line, &name, entries),
            _ => {}
        }
    }
}

/// A procedure that is declared elsewhere.
fn named(scene: &Scene<'_>, of: &str, line: u32, name: &str, entries: &mut Vec<EntryPoint>) {
    let Some(id) = scene.first(of, line) else { return };
    let Some((_, decl)) = scene.resolved.symbols.function(id) else { return };
    let Some(Stmt::Expr(value)) = decl.body.first() else { return };
    if let Some(word) = procedure(bare(value)) {
        entries.push(scene.entry(EntryKind::Http, Some(id), format!("{word} {name}")));
    }
}

/// `procedure.input(…).query(…)`
fn procedure(value: &Expr) -> Option<&'static str> {
    let ExprKind::Call { callee, args } = &value.kind else { return None };
    let ExprKind::Member(of, name) = &bare(callee).kind else { return None };
    let word = match name.as_str() {
        "query" => "QUERY",
        "mutation" => "MUTATION",
        "subscription" => "SUBSCRIPTION",
        _ => return None,
    };
    let mut of = bare(of);
    for _ in 0..40 {
        of = match &of.kind {
            ExprKind::Call { callee, .. } => bare(callee),
            ExprKind::Member(of, name) if !name.to_lowercase().ends_with("procedure") => bare(of),
            ExprKind::Member(..) => return (args.len() == 1).then_some(word),
            ExprKind::Name(name) => {
                let is_one = name.to_lowercase().contains("procedure") || name == "t";
                return (is_one && args.len() == 1).then_some(word);
            }
            _ => return None,
        };
    }
    None
}
