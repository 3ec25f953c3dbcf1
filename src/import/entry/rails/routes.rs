//! Routes as `config/routes.rb` draws them: resources, namespaces, scopes, concerns, files that are drawn in, and
//! engines that are mounted.

use std::collections::BTreeMap;

use super::place::{
    On, Place, Resource, actions, base_of, enter, full_controller, is_option, is_true, join,
    option, restrict, texts,
};
use crate::import::{
    code::{
        outline::{Arg, Expr, ExprKind, Stmt},
        resolve::Source,
        ruby::{BLOCK, text_of},
    },
    schema::inflect::{plural, singular},
};

/// One route: what calls which action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    /// With the folders before it: `admin/orders`.
    pub(super) controller: String,
    pub(super) action: String,
}

/// How deep blocks of routes may nest, and files draw each other.
const DEEPEST: u32 = 40;
const VERBS: [&str; 6] = ["get", "post", "put", "patch", "delete", "options"];

/// All routes of one program; `engines` that isolate a namespace, by name, have their controllers in its folder.
pub(super) fn draw(sources: &[Source], engines: &BTreeMap<String, String>) -> Vec<Route> {
    let mut files: BTreeMap<&str, &Source> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.language.name() == "Ruby") {
        if is_routes(&source.path) {
            files.insert(&source.path, source);
        }
    }
    let mut drawer = Drawer {
        files,
        mounts: BTreeMap::new(),
        engines,
        concerns: BTreeMap::new(),
        routes: Vec::new(),
    };
    // Where engines are mounted may stand in any file.
    let mains: Vec<&Source> =
        drawer.files.values().filter(|source| draws(source).is_some()).copied().collect();
    for _ in 0..2 {
        drawer.routes.clear();
        for source in &mains {
            drawer.main(source);
        }
    }
    let drawn = drawer.routes.len();
    if drawn == 0 {
        // Files without `routes.draw` around them, all of them.
        for source in drawer.files.clone().values() {
            drawer.body(&source.outline.top, &Place::default(), source, 0);
        }
    }
    drawer.routes.sort();
    drawer.routes.dedup();
    drawer.routes
}

fn is_routes(path: &str) -> bool {
    path.ends_with("routes.rb") || path.contains("config/routes/") || path.contains("/routes/")
}

/// The bodies that a file draws, with whose routes they are: `Shop::Engine.routes.draw do … end`.
fn draws(source: &Source) -> Option<Vec<(String, &[Stmt])>> {
    let mut found = Vec::new();
    for stmt in &source.outline.top {
        stmt.walk(&mut |expr| {
            let ExprKind::Call { callee, args } = &expr.kind else { return };
            let ExprKind::Member(of, name) = &callee.kind else { return };
            let of_routes = matches!(&of.kind, ExprKind::Call { callee, .. }
                if matches!(&callee.kind, ExprKind::Member(_, name) if name == "routes"));
            let draws = matches!(name.as_str(), "draw" | "append" | "prepend") && of_routes
                || matches!(name.as_str(), "add_routes" | "draw_routes");
            if let (true, Some((_, body))) = (draws, block(args)) {
                found.push((owner(of), body));
            }
        });
    }
    (!found.is_empty()).then_some(found)
}

/// The constant that a chain of calls begins with.
fn owner(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Type(ty) => ty.name.clone(),
        ExprKind::Call { callee, .. } => owner(callee),
        ExprKind::Member(of, _) => owner(of),
        _ => String::new(),
    }
}

/// The block among arguments: its parameters and body.
fn block(args: &[Arg]) -> Option<(Vec<&str>, &[Stmt])> {
    args.iter().find_map(|arg| match &arg.value.kind {
        ExprKind::Lambda { params, body } if arg.name.as_deref() == Some(BLOCK) => {
            Some((params.iter().map(|param| param.name.as_str()).collect(), body.as_slice()))
        }
        _ => None,
    })
}

struct Drawer<'a> {
    files: BTreeMap<&'a str, &'a Source>,
    /// By engine, as written: the path under which it is mounted.
    mounts: BTreeMap<String, String>,
    engines: &'a BTreeMap<String, String>,
    concerns: BTreeMap<String, (Place, &'a [Stmt], &'a Source)>,
    routes: Vec<Route>,
}

impl<'a> Drawer<'a> {
    fn main(&mut self, source: &'a Source) {
        for (owner, body) in draws(source).unwrap_or_default() {
            let mut place = Place::default();
            if owner.ends_with("Engine") {
                let short = owner.trim_start_matches("::").to_owned();
                place.path = self.mounts.get(&short).cloned().unwrap_or_default();
                place.modules.extend(self.engines.get(&short).cloned());
            }
            self.body(body, &place, source, 0);
        }
    }

    fn body(&mut self, body: &'a [Stmt], place: &Place, source: &'a Source, depth: u32) {
        if depth > DEEPEST {
            return;
        }
        for stmt in body {
            match stmt {
                Stmt::Expr(expr) | Stmt::Return(expr) => self.expr(expr, place, source, depth),
                Stmt::Block(body) | Stmt::Loop { body, .. } => {
                    self.body(body, place, source, depth + 1);
                }
                Stmt::Let { .. } | Stmt::Assign { .. } => {}
            }
        }
    }

    fn expr(&mut self, expr: &'a Expr, place: &Place, source: &'a Source, depth: u32) {
        match &expr.kind {
            ExprKind::Block(body) => self.body(body, place, source, depth + 1),
            ExprKind::Choice(parts) => {
                for part in parts {
                    self.expr(part, place, source, depth + 1);
                }
            }
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Name(name) => self.call(name, args, place, source, depth + 1),
                ExprKind::Member(of, name) => {
                    self.on_something(of, name, args, place, source, depth + 1);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// `%i[a b].each do |name| … end`, `by.resources …` in a block that is handed the mapper.
    fn on_something(
        &mut self,
        of: &'a Expr,
        name: &str,
        args: &'a [Arg],
        place: &Place,
        source: &'a Source,
        depth: u32,
    ) {
        match (&of.kind, name, block(args)) {
            (ExprKind::List(items), "each", Some((params, body))) => {
                for item in items {
                    let mut inner = place.clone();
                    if let (Some(param), Some(text)) = (params.first(), text_of(item)) {
                        inner.bound.push(((*param).to_owned(), text.to_owned()));
                    }
                    self.body(body, &inner, source, depth);
                }
            }
            (ExprKind::Name(_) | ExprKind::This, ..) => self.call(name, args, place, source, depth),
            (ExprKind::Call { .. } | ExprKind::Type(_), _, Some((_, body))) => {
                let draws = matches!(name, "draw" | "append" | "prepend" | "add_routes");
                if !draws {
                    self.body(body, place, source, depth);
                }
            }
            _ => {}
        }
    }

    fn call(&mut self, name: &str, args: &'a [Arg], place: &Place, source: &'a Source, depth: u32) {
        let inner = block(args).map(|(_, body)| body);
        match name {
            "namespace" => self.namespace(args, place, source, depth),
            "scope" => self.scope(args, place, source, depth),
            "resources" | "resource" => {
                for resource in self.names(args, place) {
                    self.resource(&resource, name == "resource", args, place, source, depth);
                }
            }
            "member" | "collection" | "new" | "nested" | "shallow" => {
                let mut place = place.clone();
                match name {
                    "member" => place.on = On::Member,
                    "collection" => place.on = On::Collection,
                    "shallow" => place.shallow = true,
                    "new" => {
                        place.on = On::Collection;
                        if let Some(resource) = &mut place.resource {
                            resource.collection.push_str("/new");
                        }
                    }
                    _ => {}
                }
                self.inner(inner, &place, source, depth);
            }
            "concern" => {
                if let (Some(name), Some(body)) = (self.names(args, place).first(), inner) {
                    self.concerns.insert(name.clone(), (place.clone(), body, source));
                }
            }
            "concerns" => {
                for name in self.names(args, place) {
                    self.concern(&name, place, depth);
                }
            }
            "controller" => {
                let mut place = place.clone();
                place.controller = self.names(args, &place).first().cloned();
                self.inner(inner, &place, source, depth);
            }
            "draw" => {
                for name in self.names(args, place) {
                    self.file(&name, place, source, depth);
                }
            }
            "mount" => self.mount(args, place),
            "root" => self.root(args, place),
            "match" => {
                let verbs = option(args, "via").map(texts).unwrap_or_default();
                let verbs = if verbs.is_empty() { vec!["any".to_owned()] } else { verbs };
                for verb in verbs {
                    self.route(&verb, args, place);
                }
            }
            "devise_for" => self.devise(args, place),
            "direct" | "resolve" | "get_redirect" => {}
            verb if VERBS.contains(&verb) => self.route(verb, args, place),
            _ => self.inner(inner, place, source, depth),
        }
    }

    fn inner(&mut self, body: Option<&'a [Stmt]>, place: &Place, source: &'a Source, depth: u32) {
        if let Some(body) = body {
            self.body(body, place, source, depth);
        }
    }

    /// The names that stand first among arguments, lists of them too.
    fn names(&self, args: &[Arg], place: &Place) -> Vec<String> {
        let unnamed = args.iter().filter(|arg| arg.name.is_none());
        unnamed.flat_map(|arg| self.values(&arg.value, place)).collect()
    }

    fn values(&self, expr: &Expr, place: &Place) -> Vec<String> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let bound = place.bound.iter().rev().find(|(bound, _)| bound == name);
                bound.map(|(_, value)| value.clone()).into_iter().collect()
            }
            ExprKind::List(items) => {
                items.iter().flat_map(|item| self.values(item, place)).collect()
            }
            // `"orders/#{name}"` in an unrolled loop.
            ExprKind::Other(parts) => {
                let Some((first, rest)) = parts.split_first() else { return Vec::new() };
                let Some(text) = text_of(first) else { return Vec::new() };
                let mut text = text.to_owned();
                for part in rest {
                    let Some(value) = self.values(part, place).into_iter().next() else {
                        return Vec::new();
                    };
                    text = text.replacen('?', &value, 1);
                }
                vec![text]
            }
            _ => text_of(expr).map(str::to_owned).into_iter().collect(),
        }
    }

    fn namespace(&mut self, args: &'a [Arg], place: &Place, source: &'a Source, depth: u32) {
        let mut inner = place.clone();
        let Some(name) = self.names(args, place).into_iter().next() else {
            self.inner(block(args).map(|it| it.1), place, source, depth);
            return;
        };
        let path = option(args, "path").map_or(Some(name.as_str()), text_of).unwrap_or_default();
        enter(&mut inner, path);
        let module = option(args, "module").map_or(Some(name.as_str()), text_of);
        inner.modules.extend(module.filter(|it| !it.is_empty()).map(str::to_owned));
        restrict(&mut inner, args);
        self.inner(block(args).map(|it| it.1), &inner, source, depth);
    }

    fn scope(&mut self, args: &'a [Arg], place: &Place, source: &'a Source, depth: u32) {
        let mut inner = place.clone();
        for name in self.names(args, place) {
            enter(&mut inner, &name);
        }
        if let Some(path) = option(args, "path").and_then(text_of) {
            enter(&mut inner, path);
        }
        let module = option(args, "module").and_then(text_of);
        inner.modules.extend(module.map(str::to_owned));
        if let Some(controller) = option(args, "controller").and_then(text_of) {
            inner.controller = Some(controller.to_owned());
        }
        restrict(&mut inner, args);
        inner.shallow |= is_true(option(args, "shallow"));
        self.inner(block(args).map(|it| it.1), &inner, source, depth);
    }

    fn resource(
        &mut self,
        name: &str,
        is_single: bool,
        args: &'a [Arg],
        place: &Place,
        source: &'a Source,
        depth: u32,
    ) {
        let base = base_of(place);
        let path = option(args, "path").and_then(text_of).unwrap_or(name).trim_matches('/');
        let controller = option(args, "controller").and_then(text_of).map_or_else(
            || {
                if is_single { plural(&singular(name)) } else { name.to_owned() }
            },
            str::to_owned,
        );
        let mut modules = place.modules.clone();
        let module = option(args, "module").and_then(text_of);
        modules.extend(module.map(str::to_owned));
        let param = option(args, "param").and_then(text_of).unwrap_or("id").to_owned();
        let collection = join(&base, path);
        let shallow = place.shallow || is_true(option(args, "shallow"));
        let single = singular(name.rsplit('/').next().unwrap_or(name));
        let own = if shallow && place.resource.is_some() {
            join(&place.shallow_path, path)
        } else {
            collection.clone()
        };
        let (member, nested) = if is_single {
            (collection.clone(), collection.clone())
        } else {
            (join(&own, &format!(":{param}")), join(&own, &format!(":{single}_{param}")))
        };
        let full = match controller.strip_prefix('/') {
            Some(absolute) => absolute.to_owned(),
            None => {
                let parts = modules.iter().map(String::as_str).chain([controller.as_str()]);
                parts.collect::<Vec<_>>().join("/")
            }
        };
        let mut inner = Place {
            resource: Some(Resource {
                controller: full.clone(),
                collection: collection.clone(),
                member: member.clone(),
                nested,
            }),
            on: On::Nested,
            controller: None,
            modules,
            only: None,
            except: Vec::new(),
            shallow,
            shallow_path: if place.resource.is_none() {
                base.clone()
            } else {
                place.shallow_path.clone()
            },
            ..place.clone()
        };
        let mut limits = place.clone();
        restrict(&mut limits, args);
        for (action, verbs, on_member, end) in actions(is_single) {
            let left = limits.only.as_ref().is_none_or(|only| only.iter().any(|it| it == action))
                && !limits.except.iter().any(|it| it == action);
            if !left {
                continue;
            }
            let path = join(if on_member { &member } else { &collection }, end);
            for verb in verbs {
                self.push(verb, &path, full.clone(), action.to_owned());
            }
        }
        for name in option(args, "concerns").map(texts).unwrap_or_default() {
            self.concern(&name, &inner, depth);
        }
        inner.path = base;
        self.inner(block(args).map(|it| it.1), &inner, source, depth);
    }

    fn concern(&mut self, name: &str, place: &Place, depth: u32) {
        if let Some((_, body, source)) = self.concerns.get(name).cloned() {
            self.body(body, place, source, depth + 1);
        }
    }

    /// `draw :admin` reads `config/routes/admin.rb`.
    fn file(&mut self, name: &str, place: &Place, source: &Source, depth: u32) {
        let folder = source.path.rsplit_once("config/").map_or("", |(folder, _)| folder);
        let path = format!("{folder}config/routes/{name}.rb");
        let Some(file) = self.files.get(path.as_str()).copied() else { return };
        if draws(file).is_none() {
            self.body(&file.outline.top, place, file, depth + 1);
        }
    }

    /// `mount Shop::Engine => "/shop"`, `mount Shop::Engine, at: "/shop"`.
    fn mount(&mut self, args: &[Arg], place: &Place) {
        for arg in args {
            let found = match &arg.value.kind {
                ExprKind::Map(pairs) => pairs.iter().find_map(|(engine, at)| match &engine.kind {
                    ExprKind::Type(ty) => Some((ty.name.clone(), text_of(at)?.to_owned())),
                    _ => None,
                }),
                ExprKind::Type(ty) => {
                    let at = option(args, "at").and_then(text_of);
                    at.map(|at| (ty.name.clone(), at.to_owned()))
                }
                _ => None,
            };
            if let Some((engine, at)) = found {
                let path = join(&place.path, &at);
                self.mounts.insert(engine.trim_start_matches("::").to_owned(), path);
            }
        }
    }

    fn root(&mut self, args: &[Arg], place: &Place) {
        let to = option(args, "to").and_then(text_of).map(str::to_owned);
        let to = to.or_else(|| self.names(args, place).into_iter().next());
        if let Some((controller, action)) = to.as_deref().and_then(|to| to.split_once('#')) {
            let path = base_of(place);
            let path = if path.is_empty() { "/" } else { &path };
            self.push("get", path, full_controller(place, controller), action.to_owned());
        }
    }

    /// `get "orders" => "orders#index"`, `get "orders", to: "orders#index"`, `get :preview, on: :member`.
    fn route(&mut self, verb: &str, args: &[Arg], place: &Place) {
        let mut place = place.clone();
        match option(args, "on").and_then(text_of) {
            Some("member") => place.on = On::Member,
            Some("collection") => place.on = On::Collection,
            Some("new") => {
                place.on = On::Collection;
                if let Some(resource) = &mut place.resource {
                    resource.collection.push_str("/new");
                }
            }
            _ => {}
        }
        let mut targets: Vec<(String, Option<String>)> = Vec::new();
        for arg in args {
            let Some(path) = arg.name.as_deref() else { continue };
            if let Some(to) = text_of(&arg.value).filter(|_| !is_option(path)) {
                targets.push((path.to_owned(), Some(to.to_owned())));
            }
        }
        let to = option(args, "to");
        // A redirection, or something that is no controller.
        if to.is_some_and(|to| text_of(to).is_none()) && option(args, "action").is_none() {
            return;
        }
        let to = to.and_then(text_of);
        for path in self.names(args, &place) {
            targets.push((path, to.map(str::to_owned)));
        }
        for (path, to) in targets {
            self.target(verb, &path, to, args, &place);
        }
    }

    fn target(&mut self, verb: &str, path: &str, to: Option<String>, args: &[Arg], place: &Place) {
        let clean = path.trim_matches('/').split("(.").next().unwrap_or_default();
        let named = option(args, "controller").and_then(text_of);
        let action = option(args, "action").and_then(text_of);
        let (controller, action) = match to.as_deref() {
            Some(to) => match to.split_once('#') {
                Some((controller, action)) if !controller.is_empty() => {
                    (Some(controller.to_owned()), action.to_owned())
                }
                Some((_, action)) => (named.map(str::to_owned), action.to_owned()),
                // An action of the controller around.
                None => (named.map(str::to_owned), to.to_owned()),
            },
            None => {
                let own = named.is_some() || place.resource.is_some() || place.controller.is_some();
                match clean.rsplit_once('/') {
                    Some((controller, last)) if !own && action.is_none() => {
                        (Some(controller.to_owned()), last.to_owned())
                    }
                    _ => {
                        let last = clean.replace(['/', '-'], "_");
                        (named.map(str::to_owned), action.map_or(last, str::to_owned))
                    }
                }
            }
        };
        let controller = match controller {
            Some(controller) => full_controller(place, &controller),
            None => match (&place.controller, &place.resource) {
                (Some(controller), _) => full_controller(place, controller),
                (None, Some(resource)) => resource.controller.clone(),
                (None, None) => return,
            },
        };
        let shown = option(args, "path").and_then(text_of).unwrap_or(path);
        let shown = shown.trim_matches('/').replace("(.:format)", "");
        self.push(verb, &join(&base_of(place), &shown), controller, action.replace('-', "_"));
    }

    /// The controllers that take over what Devise would do itself.
    fn devise(&mut self, args: &[Arg], place: &Place) {
        let Some(scope) = self.names(args, place).into_iter().next() else { return };
        let path = option(args, "path").and_then(text_of).unwrap_or(&scope);
        let base = join(&place.path, path);
        let Some(ExprKind::Map(pairs)) = option(args, "controllers").map(|map| &map.kind) else {
            return;
        };
        for (key, value) in pairs {
            let (Some(key), Some(controller)) = (text_of(key), text_of(value)) else { continue };
            let (end, actions): (&str, &[(&str, &str, &str)]) = match key {
                "sessions" => (
                    "",
                    &[
                        ("get", "sign_in", "new"),
                        ("post", "sign_in", "create"),
                        ("delete", "sign_out", "destroy"),
                    ],
                ),
                "registrations" => (
                    "",
                    &[
                        ("get", "sign_up", "new"),
                        ("post", "", "create"),
                        ("get", "edit", "edit"),
                        ("patch", "", "update"),
                        ("put", "", "update"),
                        ("delete", "", "destroy"),
                        ("get", "cancel", "cancel"),
                    ],
                ),
                "passwords" => (
                    "password",
                    &[
                        ("get", "new", "new"),
                        ("get", "edit", "edit"),
                        ("post", "", "create"),
                        ("patch", "", "update"),
                        ("put", "", "update"),
                    ],
                ),
                "confirmations" => (
                    "confirmation",
                    &[("get", "new", "new"), ("get", "", "show"), ("post", "", "create")],
                ),
                "unlocks" => (
                    "unlock",
                    &[("get", "new", "new"), ("get", "", "show"), ("post", "", "create")],
                ),
                _ => continue,
            };
            for (verb, last, action) in actions {
                let path = join(&join(&base, end), last);
                self.push(verb, &path, controller.to_owned(), (*action).to_owned());
            }
        }
    }

    fn push(&mut self, verb: &str, path: &str, controller: String, action: String) {
        let method = match verb {
            "any" | "all" => "ANY".to_owned(),
            verb => verb.to_uppercase(),
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        self.routes.push(Route { method, path, controller, action });
    }
}
