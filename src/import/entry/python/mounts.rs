//! Under which path a router or blueprint is mounted: Flask's and FastAPI's, as far as they are put together in
//! the open.

use std::collections::BTreeMap;

use super::{argument, last_segment, text};
use crate::{
    facts::ModuleId,
    import::code::{
        outline::{Expr, ExprKind, Stmt},
        resolve::{Resolved, Source},
        symbols::Target,
    },
};

/// A variable of a module's top.
type Key = (ModuleId, String);

/// How deep routers may hold each other.
const DEEPEST: usize = 8;

/// A router as it is made.
#[derive(Default)]
struct Router {
    prefix: String,
    /// A prefix that it is mounted under takes the place of its own: Flask's.
    is_replaced: bool,
}

/// One router within another.
struct Mount {
    /// None for what can't be known: it counts as the root.
    parent: Option<Key>,
    prefix: Option<String>,
}

/// All routers, and where they are mounted.
pub(in crate::import::entry) struct Mounts<'a> {
    resolved: &'a Resolved<'a>,
    routers: BTreeMap<Key, Router>,
    mounts: BTreeMap<Key, Vec<Mount>>,
}

impl<'a> Mounts<'a> {
    pub(in crate::import::entry) fn new(sources: &[Source], resolved: &'a Resolved<'a>) -> Self {
        let mut mounts = Self { resolved, routers: BTreeMap::new(), mounts: BTreeMap::new() };
        let python = || {
            let all = sources.iter().enumerate();
            all.filter(|(_, it)| it.language.name() == "Python")
                .map(|(at, it)| (ModuleId::at(at), it))
        };
        for (module, source) in python() {
            for stmt in &source.outline.top {
                if let Stmt::Let { name, value: Some(value), .. } = stmt
                    && let Some(router) = router(value)
                {
                    mounts.routers.insert((module, name.clone()), router);
                }
            }
        }
        for (module, source) in python() {
            let bodies = source.outline.functions.iter().flat_map(|function| &function.body);
            for stmt in source.outline.top.iter().chain(bodies) {
                stmt.walk(&mut |expr| mounts.mount(module, expr));
            }
        }
        mounts
    }

    fn mount(&mut self, module: ModuleId, expr: &Expr) {
        let ExprKind::Call { callee, args } = &expr.kind else { return };
        let ExprKind::Member(of, name) = &callee.kind else { return };
        let (child, prefix) = match name.as_str() {
            "include_router" => (argument(args, "router", 0), argument(args, "prefix", 9)),
            "register_blueprint" => {
                (argument(args, "blueprint", 0), argument(args, "url_prefix", 9))
            }
            "mount" => (argument(args, "app", 1), argument(args, "path", 0)),
            _ => return,
        };
        let Some(child) = child.and_then(|child| self.key(module, child)) else { return };
        let prefix = prefix.and_then(text).map(str::to_owned);
        let parent = self.key(module, of).filter(|parent| *parent != child);
        self.mounts.entry(child).or_default().push(Mount { parent, prefix });
    }

    /// The router that an expression names.
    fn key(&self, module: ModuleId, expr: &Expr) -> Option<Key> {
        self.named(module, &expr.dotted()?, expr.line)
    }

    fn named(&self, module: ModuleId, name: &str, line: u32) -> Option<Key> {
        let Some(Target::Value(home, _)) = self.resolved.symbols.lookup(module, None, name, line)
        else {
            return None;
        };
        let key = (home, last_segment(name).to_owned());
        if self.routers.contains_key(&key) {
            return Some(key);
        }
        // It may be known by another name here; it is clear which is meant where there is only one.
        let mut there = self.routers.keys().filter(|(module, _)| *module == home);
        match (there.next(), there.next()) {
            (Some(only), None) => Some(only.clone()),
            _ => None,
        }
    }

    /// The paths before the routes of a router, by the name that a decorator gives it.
    pub(in crate::import::entry) fn prefixes(
        &self,
        module: ModuleId,
        name: &str,
        line: u32,
    ) -> Vec<String> {
        self.named(module, name, line).map(|key| self.under(&key, 0)).unwrap_or_default()
    }

    fn under(&self, key: &Key, depth: usize) -> Vec<String> {
        let Some(own) = self.routers.get(key).filter(|_| depth < DEEPEST) else {
            return vec![String::new()];
        };
        let Some(mounts) = self.mounts.get(key) else { return vec![own.prefix.clone()] };
        let mut found = Vec::new();
        for mount in mounts {
            let own = match &mount.prefix {
                Some(prefix) if own.is_replaced => prefix.clone(),
                Some(prefix) => format!("{prefix}{}", own.prefix),
                None => own.prefix.clone(),
            };
            match &mount.parent {
                Some(parent) => {
                    let parents = self.under(parent, depth + 1);
                    found.extend(parents.iter().map(|parent| format!("{parent}{own}")));
                }
                None => found.push(own),
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

fn router(value: &Expr) -> Option<Router> {
    let ExprKind::Call { callee, args } = &value.kind else { return None };
    let name = callee.dotted()?;
    let prefix = |name: &str| argument(args, name, 9).and_then(text).unwrap_or_default().to_owned();
    match last_segment(&name) {
        "APIRouter" => Some(Router { prefix: prefix("prefix"), is_replaced: false }),
        "Blueprint" => Some(Router { prefix: prefix("url_prefix"), is_replaced: true }),
        "FastAPI" | "Flask" | "Starlette" | "Quart" | "Sanic" => Some(Router::default()),
        _ => None,
    }
}
