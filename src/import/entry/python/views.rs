//! What a route of Django leads to: functions, classes with one function for each method of HTTP, sets of views.

use super::{Program, last_segment, text};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, FunctionDecl, Stmt},
        symbols::Target,
        types::TypeId,
    },
};

/// What serves a route: where, by which function if one is written, for which method of HTTP.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Served {
    pub module: ModuleId,
    pub function: Option<FunctionId>,
    pub method: String,
    /// What comes after the path of the route.
    pub path: String,
}

/// The functions of a view that are called by the name of a method of HTTP.
const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// What a set of views does by default: its function, the method of HTTP, whether it is about one thing, and the
/// classes that bring it.
const SET: [(&str, &str, bool, &[&str]); 6] = [
    ("list", "GET", false, &["ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin"]),
    ("create", "POST", false, &["ModelViewSet", "CreateModelMixin"]),
    ("retrieve", "GET", true, &["ModelViewSet", "ReadOnlyModelViewSet", "RetrieveModelMixin"]),
    ("update", "PUT", true, &["ModelViewSet", "UpdateModelMixin"]),
    ("partial_update", "PATCH", true, &["ModelViewSet", "UpdateModelMixin"]),
    ("destroy", "DELETE", true, &["ModelViewSet", "DestroyModelMixin"]),
];

/// How many times a view may be wrapped or named anew.
const DEEPEST: usize = 6;

impl Program<'_> {
    /// What the second argument of `path(…)` leads to.
    pub(super) fn view(self, module: ModuleId, expr: &Expr, depth: usize) -> Vec<Served> {
        if depth > DEEPEST {
            return Vec::new();
        }
        match &expr.kind {
            ExprKind::Same(inner) => self.view(module, inner, depth + 1),
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Member(of, name) if name == "as_view" => {
                    let class = of.dotted().and_then(|name| self.class(module, &name, of.line));
                    class.map(|id| self.handlers(id, args)).unwrap_or_default()
                }
                // `csrf_exempt(view)`, `cache_page(60)(view)`
                _ => {
                    let wrapped = args.iter().map(|arg| self.view(module, &arg.value, depth + 1));
                    let found = wrapped.into_iter().find(|found| !found.is_empty());
                    found.unwrap_or_default()
                }
            },
            _ => {
                let name = expr.dotted().or_else(|| text(expr).map(str::to_owned));
                name.map(|name| self.named(module, &name, expr.line, depth)).unwrap_or_default()
            }
        }
    }

    fn named(self, module: ModuleId, name: &str, line: u32, depth: usize) -> Vec<Served> {
        let symbols = &self.resolved.symbols;
        match symbols.lookup(module, None, name, line) {
            Some(Target::Functions(ids)) => {
                let found = ids.first().and_then(|id| Some((*id, symbols.function(*id)?)));
                let Some((id, (module, decl))) = found else { return Vec::new() };
                let served = |method: String| Served {
                    module,
                    function: Some(id),
                    method,
                    path: String::new(),
                };
                methods_of(decl).into_iter().map(served).collect()
            }
            Some(Target::Type(id)) => self.handlers(id, &[]),
            Some(Target::Value(home, _)) => {
                let top = &self.sources[home.index()].outline.top;
                let given = top.iter().find_map(|stmt| match stmt {
                    Stmt::Let { name: known, value, .. } if known == last_segment(name) => {
                        value.as_ref()
                    }
                    _ => None,
                });
                given.map(|value| self.view(home, value, depth + 1)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn class(self, module: ModuleId, name: &str, line: u32) -> Option<TypeId> {
        match self.resolved.symbols.lookup(module, None, name, line) {
            Some(Target::Type(id)) => Some(id),
            _ => None,
        }
    }

    /// The functions of a class that serve a route; the class itself where all are inherited from elsewhere.
    fn handlers(self, class: TypeId, args: &[Arg]) -> Vec<Served> {
        let symbols = &self.resolved.symbols;
        let Some((module, _)) = symbols.declarations(class).first().copied() else {
            return Vec::new();
        };
        let served = |name: &str, method: &str| {
            let function = symbols.methods(class, name).first().copied();
            let method = method.to_uppercase();
            Served { module, function, method, path: String::new() }
        };
        // `as_view({"get": "list"})`
        if let Some(ExprKind::Map(pairs)) = args.first().map(|arg| &arg.value.kind) {
            let pairs =
                pairs.iter().filter_map(|(method, name)| Some((text(method)?, text(name)?)));
            return pairs.map(|(method, name)| served(name, method)).collect();
        }
        let own = METHODS.iter().filter(|method| !symbols.methods(class, method).is_empty());
        let found: Vec<Served> = own.map(|method| served(method, method)).collect();
        if found.is_empty() { vec![served("", "ANY")] } else { found }
    }

    /// The routes of a set of views that a router has registered.
    pub(super) fn set(self, class: TypeId) -> Vec<Served> {
        let symbols = &self.resolved.symbols;
        let Some((module, _)) = symbols.declarations(class).first().copied() else {
            return Vec::new();
        };
        let outside = symbols.outside_supers(class);
        let mut found = Vec::new();
        for (name, method, is_one, brought_by) in SET {
            let function = symbols.methods(class, name).first().copied();
            let is_brought = || outside.iter().any(|base| brought_by.contains(&last_segment(base)));
            if function.is_some() || is_brought() {
                let path = if is_one { "{pk}/" } else { "" };
                let (method, path) = (method.to_owned(), path.to_owned());
                found.push(Served { module, function, method, path });
            }
        }
        for id in symbols.with_supers(class) {
            for (home, _) in symbols.declarations(id) {
                for (at, decl) in self.sources[home.index()].outline.functions.iter().enumerate() {
                    let is_own = decl.owner.and_then(|at| symbols.declared(home, at)) == Some(id);
                    if is_own {
                        let function = symbols.function_id(home, at);
                        found.extend(action(decl).into_iter().map(|(method, path)| Served {
                            module,
                            function,
                            method,
                            path,
                        }));
                    }
                }
            }
        }
        found
    }
}

/// The methods of HTTP that decorators allow.
fn methods_of(decl: &FunctionDecl) -> Vec<String> {
    for note in &decl.annotations {
        match last_segment(&note.name) {
            "require_GET" | "require_safe" => return vec!["GET".to_owned()],
            "require_POST" => return vec!["POST".to_owned()],
            "require_http_methods" | "api_view" => {
                let listed = note.args.first().map(|arg| texts(&arg.value)).unwrap_or_default();
                if !listed.is_empty() {
                    return listed.into_iter().map(|method| method.to_uppercase()).collect();
                }
            }
            _ => {}
        }
    }
    vec!["ANY".to_owned()]
}

/// What `@action(detail=True, methods=["post"])` adds to a set of views.
fn action(decl: &FunctionDecl) -> Vec<(String, String)> {
    let note = decl
        .annotations
        .iter()
        .find(|note| matches!(last_segment(&note.name), "action" | "detail_route" | "list_route"));
    let Some(note) = note else { return Vec::new() };
    let option = |name: &str| {
        note.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
    };
    let is_true = |expr: &Expr| matches!(&expr.kind, ExprKind::Name(name) if name == "True");
    let is_one =
        last_segment(&note.name) == "detail_route" || option("detail").is_some_and(is_true);
    let path = option("url_path").and_then(text).unwrap_or(&decl.name);
    let path = if is_one { format!("{{pk}}/{path}/") } else { format!("{path}/") };
    let mut methods = option("methods").map(texts).unwrap_or_default();
    if methods.is_empty() {
        methods.push("GET".to_owned());
    }
    methods.into_iter().map(|method| (method.to_uppercase(), path.clone())).collect()
}

fn texts(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::List(parts) => parts.iter().filter_map(text).map(str::to_owned).collect(),
        ExprKind::Same(inner) => texts(inner),
        _ => text(expr).into_iter().map(str::to_owned).collect(),
    }
}
