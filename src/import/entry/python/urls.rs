//! Django's routes: lists of patterns that include each other, and routers that register sets of views.

use std::collections::{BTreeMap, BTreeSet};

use super::{Program, argument, last_segment, text, views::Served};
use crate::{
    facts::{EntryKind, EntryPoint, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, Stmt},
        symbols::Target,
        types::TypeId,
    },
};

/// How deep patterns may include each other.
const DEEPEST: usize = 12;

/// The name under which a module keeps its patterns.
const PATTERNS: &str = "urlpatterns";

/// One thing that a list of patterns says.
enum Pattern {
    Route { path: String, views: Vec<Served> },
    Module { path: String, module: ModuleId },
    Router { path: String, key: (ModuleId, String) },
    Nested { path: String, patterns: Vec<Pattern> },
}

/// Finds the routes of all modules that have patterns, from those that none includes.
pub(super) fn find(program: Program<'_>) -> Vec<EntryPoint> {
    let reader = Reader { program, routers: routers(program) };
    let patterns: BTreeMap<ModuleId, Vec<Pattern>> = program
        .modules()
        .filter(|(_, source)| source.outline.top.iter().any(|stmt| named(stmt, PATTERNS).is_some()))
        .map(|(module, _)| (module, reader.list(module, PATTERNS, 0)))
        .collect();
    let mut included = BTreeSet::new();
    patterns.values().flatten().for_each(|pattern| includes(pattern, &mut included));
    let mut found = Vec::new();
    for (module, list) in &patterns {
        if !included.contains(module) {
            let writer = Writer { reader: &reader, patterns: &patterns };
            writer.all(list, "", &mut vec![*module], &mut found);
        }
    }
    found
}

fn includes(pattern: &Pattern, found: &mut BTreeSet<ModuleId>) {
    match pattern {
        Pattern::Module { module, .. } => _ = found.insert(*module),
        Pattern::Nested { patterns, .. } => {
            patterns.iter().for_each(|pattern| includes(pattern, found));
        }
        Pattern::Route { .. } | Pattern::Router { .. } => {}
    }
}

/// What a statement gives a name, or adds to it.
fn named<'e>(stmt: &'e Stmt, wanted: &str) -> Option<&'e Expr> {
    match stmt {
        Stmt::Let { name, value, .. } if name == wanted => value.as_ref(),
        // `urlpatterns += […]`
        Stmt::Expr(Expr { kind: ExprKind::Other(parts), .. }) => match &parts[..] {
            [Expr { kind: ExprKind::Name(name), .. }, value] if name == wanted => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// By router, as the module and name it is kept under: the paths and classes that are registered.
type Routers = BTreeMap<(ModuleId, String), Vec<(String, TypeId)>>;

/// What a variable stands for that holds what `register` gives: the router and the path of the parent.
type Parents = BTreeMap<(ModuleId, String), ((ModuleId, String), String)>;

fn routers(program: Program<'_>) -> Routers {
    let mut routers = Routers::new();
    for (module, source) in program.modules() {
        let mut parents = Parents::new();
        for stmt in &source.outline.top {
            if let Stmt::Let { name, value: Some(value), .. } = stmt
                && let Some((router, path)) = registered(program, module, value, &parents)
            {
                parents.insert((module, name.clone()), (router, format!("{path}/{{parent}}/")));
            }
            stmt.walk(&mut |expr| {
                let ExprKind::Call { args, .. } = &expr.kind else { return };
                let class = argument(args, "viewset", 1).and_then(Expr::dotted);
                if let Some((router, path)) = registered(program, module, expr, &parents)
                    && let Some(class) = class.and_then(|it| program.class(module, &it, expr.line))
                {
                    routers.entry(router).or_default().push((path, class));
                }
            });
        }
    }
    routers
}

/// `router.register("orders", …)`: the router, and the path below those that it is nested in.
fn registered(
    program: Program<'_>,
    module: ModuleId,
    expr: &Expr,
    parents: &Parents,
) -> Option<((ModuleId, String), String)> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    let ExprKind::Member(of, name) = &callee.kind else { return None };
    if name != "register" {
        return None;
    }
    let path = argument(args, "prefix", 0).and_then(text)?;
    let key = program.value(module, of)?;
    match parents.get(&key) {
        Some((router, parent)) => Some((router.clone(), format!("{parent}{path}"))),
        None => Some((key, path.to_owned())),
    }
}

impl Program<'_> {
    /// The module and name of a variable of a module's top.
    fn value(self, module: ModuleId, expr: &Expr) -> Option<(ModuleId, String)> {
        let name = expr.dotted()?;
        match self.resolved.symbols.lookup(module, None, &name, expr.line) {
            Some(Target::Value(home, _)) => Some((home, last_segment(&name).to_owned())),
            _ => None,
        }
    }

    /// The module that a dotted name means.
    fn module(self, from: ModuleId, target: Option<Target>) -> Option<ModuleId> {
        match target? {
            Target::Namespace(id) => self.resolved.symbols.modules_of(id, from).into_iter().next(),
            _ => None,
        }
    }
}

struct Reader<'a> {
    program: Program<'a>,
    routers: Routers,
}

impl Reader<'_> {
    /// All that a module puts into a list of that name.
    fn list(&self, module: ModuleId, name: &str, depth: usize) -> Vec<Pattern> {
        let top = &self.program.sources[module.index()].outline.top;
        let values = top.iter().filter_map(|stmt| named(stmt, name));
        values.flat_map(|value| self.patterns(module, value, depth + 1)).collect()
    }

    fn patterns(&self, module: ModuleId, expr: &Expr, depth: usize) -> Vec<Pattern> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let each = |parts: &[Expr]| {
            parts.iter().flat_map(|part| self.patterns(module, part, depth + 1)).collect()
        };
        match &expr.kind {
            ExprKind::List(parts) | ExprKind::Other(parts) | ExprKind::Choice(parts) => each(parts),
            ExprKind::Same(inner) => self.patterns(module, inner, depth + 1),
            ExprKind::Name(name) => self.list(module, name, depth + 1),
            ExprKind::Member(of, name) if name == "urls" => {
                let key = self.program.value(module, of);
                let path = String::new();
                key.map(|key| Pattern::Router { path, key }).into_iter().collect()
            }
            ExprKind::Call { callee, args } => {
                let name = callee.dotted().unwrap_or_default();
                match last_segment(&name) {
                    "path" | "re_path" | "url" => self.route(module, &name, args, depth),
                    "include" => self.included(module, args, depth),
                    // `i18n_patterns(…)`, `format_suffix_patterns(…)`
                    _ => {
                        let parts = args.iter().map(|arg| &arg.value);
                        parts.flat_map(|part| self.patterns(module, part, depth + 1)).collect()
                    }
                }
            }
            _ => Vec::new(),
        }
    }

    fn route(&self, module: ModuleId, name: &str, args: &[Arg], depth: usize) -> Vec<Pattern> {
        let (Some(path), Some(view)) = (argument(args, "route", 0), argument(args, "view", 1))
        else {
            return Vec::new();
        };
        let path = text(path).unwrap_or_default();
        let path = if last_segment(name) == "path" { plain(path) } else { of_regex(path) };
        let inner = match &view.kind {
            ExprKind::Call { callee, args }
                if callee.dotted().as_deref().map(last_segment) == Some("include") =>
            {
                self.included(module, args, depth + 1)
            }
            ExprKind::Member(_, name) if name == "urls" => self.patterns(module, view, depth + 1),
            _ => {
                let views = self.program.view(module, view, 0);
                return vec![Pattern::Route { path, views }];
            }
        };
        vec![Pattern::Nested { path, patterns: inner }]
    }

    fn included(&self, module: ModuleId, args: &[Arg], depth: usize) -> Vec<Pattern> {
        let Some(what) = args.first().map(|arg| &arg.value) else { return Vec::new() };
        let symbols = &self.program.resolved.symbols;
        let (path, what) = (
            String::new(),
            match &what.kind {
                // `include((patterns, "shop"))`
                ExprKind::List(parts) if parts.last().is_some_and(|part| text(part).is_some()) => {
                    parts.first().unwrap_or(what)
                }
                _ => what,
            },
        );
        if let Some(name) = text(what) {
            let target = symbols.import_path(module, name);
            let module = self.program.module(module, target);
            return module.map(|module| Pattern::Module { path, module }).into_iter().collect();
        }
        let named = what.dotted();
        let target = named.and_then(|name| symbols.lookup(module, None, &name, what.line));
        match target {
            Some(Target::Value(home, _)) if home != module => {
                let name = what.dotted().unwrap_or_default();
                self.list(home, last_segment(&name), depth + 1)
            }
            target => match self.program.module(module, target) {
                Some(module) => vec![Pattern::Module { path, module }],
                None => self.patterns(module, what, depth + 1),
            },
        }
    }
}

/// Puts the paths together.
struct Writer<'a> {
    reader: &'a Reader<'a>,
    patterns: &'a BTreeMap<ModuleId, Vec<Pattern>>,
}

impl Writer<'_> {
    fn all(
        &self,
        list: &[Pattern],
        before: &str,
        within: &mut Vec<ModuleId>,
        found: &mut Vec<EntryPoint>,
    ) {
        for pattern in list {
            match pattern {
                Pattern::Route { path, views } => {
                    views.iter().for_each(|view| found.push(entry(view, before, path)));
                }
                Pattern::Nested { path, patterns } => {
                    self.all(patterns, &join(before, path), within, found);
                }
                Pattern::Module { path, module } => {
                    if let Some(list) = self.patterns.get(module)
                        && !within.contains(module)
                    {
                        within.push(*module);
                        self.all(list, &join(before, path), within, found);
                        within.pop();
                    }
                }
                Pattern::Router { path, key } => {
                    let before = join(before, path);
                    for (path, class) in self.reader.routers.get(key).into_iter().flatten() {
                        let under = join(&before, &format!("{}/", plain(path)));
                        let set = self.reader.program.set(*class);
                        set.iter().for_each(|view| found.push(entry(view, &under, "")));
                    }
                }
            }
        }
    }
}

fn entry(view: &Served, before: &str, path: &str) -> EntryPoint {
    let path = join(&join(before, path), &view.path);
    let route = format!("{} /{}", view.method, path.trim_start_matches('/'));
    EntryPoint { module: view.module, function: view.function, kind: EntryKind::Http, route }
}

fn join(before: &str, path: &str) -> String {
    let slash = if before.ends_with('/') && path.starts_with('/') { 1 } else { 0 };
    format!("{before}{}", &path[slash..])
}

/// `orders/<int:pk>/` as `orders/{pk}/`.
fn plain(path: &str) -> String {
    let mut plain = String::new();
    let mut rest = path;
    while let Some((before, inner)) = rest.split_once('<') {
        let Some((name, after)) = inner.split_once('>') else { break };
        let name = name.rsplit(':').next().unwrap_or(name);
        plain.push_str(&format!("{before}{{{name}}}"));
        rest = after;
    }
    plain + rest
}

/// `^orders/(?P<pk>[0-9]+)/$` as `orders/{pk}/`.
fn of_regex(pattern: &str) -> String {
    let mut plain = String::new();
    let mut rest = pattern.trim_start_matches('^').trim_end_matches('$').chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '(' => {
                let mut group = String::new();
                let mut depth = 1;
                while let Some(c) = rest.next() {
                    match c {
                        '\\' => group.extend(rest.next()),
                        '(' => depth += 1,
                        ')' => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                    group.push(c);
                }
                let name = group.strip_prefix("?P<").and_then(|it| it.split_once('>'));
                plain.push_str(&format!("{{{}}}", name.map_or("", |(name, _)| name)));
            }
            '\\' => match rest.next() {
                Some('Z' | 'b' | 'A') | None => {}
                Some(c) => plain.push(c),
            },
            '?' | '^' | '$' => {}
            c => plain.push(c),
        }
    }
    plain
}
