//! What views of Razor name and what names them: views by their places, controllers, view components and pages.

use std::collections::BTreeMap;

use super::{
    NAME,
    reader::{ACTION, COMPONENT, PAGE, VIEW},
};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, FunctionDecl, Stmt, TypeDecl},
    resolve::Source,
    templates::named::shared_folders,
};

/// Pairs of modules, each with the line that names the other, by their places among the sources.
pub(super) fn links(sources: &[Source]) -> Vec<(usize, usize, u32)> {
    let index = Index::new(sources);
    let mut links = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        match source.language.name() {
            NAME => index.view(at, source, &mut links),
            "C#" => index.code(at, source, &mut links),
            _ => {}
        }
    }
    links.retain(|(from, to, _)| from != to);
    links.sort_unstable();
    links.dedup();
    links
}

type Links = Vec<(usize, usize, u32)>;

struct Index<'s> {
    sources: &'s [Source],
    /// Views by the names of their files without endings, in lower case.
    views: BTreeMap<String, Vec<usize>>,
    /// Files of C# by the plain names of the classes in them.
    classes: BTreeMap<&'s str, Vec<usize>>,
    by_path: BTreeMap<&'s str, usize>,
}

impl<'s> Index<'s> {
    fn new(sources: &'s [Source]) -> Self {
        let mut index = Self {
            sources,
            views: BTreeMap::new(),
            classes: BTreeMap::new(),
            by_path: BTreeMap::new(),
        };
        for (at, source) in sources.iter().enumerate() {
            index.by_path.insert(&source.path, at);
            match source.language.name() {
                NAME => index.views.entry(stem(&source.path).to_lowercase()).or_default().push(at),
                "C#" => {
                    for decl in &source.outline.types {
                        let name = decl.name.rsplit('.').next().unwrap_or_default();
                        index.classes.entry(name).or_default().push(at);
                    }
                }
                _ => {}
            }
        }
        index
    }

    fn path(&self, at: usize) -> &'s str {
        &self.sources[at].path
    }

    /// What a view names.
    fn view(&self, at: usize, source: &Source, links: &mut Links) {
        // The code beside it is part of it.
        if let Some(to) = self.by_path.get(format!("{}.cs", source.path).as_str()) {
            links.push((at, *to, 1));
        }
        for part in &source.outline.parts {
            let told = part.path.as_deref().unwrap_or_default();
            let found = if let Some(name) = told.strip_prefix(VIEW) {
                self.find_view(at, name)
            } else if let Some(name) = told.strip_prefix(COMPONENT) {
                self.component(at, name)
            } else if let Some(name) = told.strip_prefix(PAGE) {
                self.page(at, name)
            } else {
                let (controller, _) =
                    told.strip_prefix(ACTION).and_then(|it| it.split_once('/')).unwrap_or_default();
                self.controller(at, controller)
            };
            links.extend(found.map(|to| (at, to, part.line)));
        }
        source.outline.walk(&mut |_, expr| {
            if let ExprKind::Call { callee, args } = &expr.kind {
                let found = self.called(at, &last(callee), args);
                links.extend(found.map(|to| (at, to, expr.line)));
            }
        });
        for function in &source.outline.functions {
            for stmt in &function.body {
                self.layouts(at, stmt, links);
            }
        }
    }

    /// `Layout = "_Layout"`, wherever it stands.
    fn layouts(&self, at: usize, stmt: &Stmt, links: &mut Links) {
        match stmt {
            Stmt::Assign { target, value } if target.dotted().as_deref() == Some("Layout") => {
                if let ExprKind::Text(name) = &value.kind {
                    let found = self.find_view(at, name);
                    links.extend(found.map(|to| (at, to, target.line)));
                }
            }
            Stmt::Block(body) | Stmt::Loop { body, .. } => {
                body.iter().for_each(|stmt| self.layouts(at, stmt, links));
            }
            Stmt::Expr(Expr { kind: ExprKind::Block(body), .. }) => {
                body.iter().for_each(|stmt| self.layouts(at, stmt, links));
            }
            _ => {}
        }
    }

    /// What a call within a view names by texts.
    fn called(&self, at: usize, name: &str, args: &[Arg]) -> Option<usize> {
        let text = |place: usize| args.get(place).and_then(as_text);
        match name {
            "Partial" | "PartialAsync" | "RenderPartial" | "RenderPartialAsync" => {
                self.find_view(at, text(0)?)
            }
            "InvokeAsync" => self.component(at, text(0)?),
            "Action" | "RenderAction" => match text(1) {
                Some(controller) => self.controller(at, controller),
                None => text(0).and_then(|_| self.controller(at, "")),
            },
            "ActionLink" => match text(2) {
                Some(controller) => self.controller(at, controller),
                None => text(1).and_then(|_| self.controller(at, "")),
            },
            "BeginForm" => self.controller(at, text(1)?),
            _ => None,
        }
    }

    /// The view of a name: by path from the root of its project, else beside the one that names it, else among the
    /// shared ones, the nearest first.
    fn find_view(&self, from: usize, name: &str) -> Option<usize> {
        let name = name.trim_start_matches(['~', '/']);
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let file = file.strip_suffix(".cshtml").unwrap_or(file);
        let candidates = self.views.get(&file.to_lowercase())?;
        if !folder.is_empty() {
            let end = format!("/{name}").to_lowercase();
            let end = end.strip_suffix(".cshtml").unwrap_or(&end);
            let fits = |at: &usize| {
                let path = format!("/{}", self.path(*at)).to_lowercase();
                path.strip_suffix(".cshtml").is_some_and(|path| path.ends_with(end))
            };
            return self.nearest(from, candidates.iter().copied().filter(fits));
        }
        let own = folder_of(self.path(from));
        let beside = candidates.iter().copied().find(|at| folder_of(self.path(*at)) == own);
        // Pages look in the folders around them, up to the root.
        let around = |at: &usize| {
            let folder = folder_of(self.path(*at));
            folder.ends_with("/Shared") || folder == "Shared" || own.starts_with(folder)
        };
        beside.or_else(|| self.nearest(from, candidates.iter().copied().filter(around)))
    }

    /// The one of several files that is nearest to another by path; none where several are.
    fn nearest(&self, from: usize, found: impl Iterator<Item = usize>) -> Option<usize> {
        let mut found: Vec<usize> = found.collect();
        found.sort_unstable();
        found.dedup();
        let near = |at: &usize| shared_folders(self.path(*at), self.path(from));
        let most = found.iter().map(near).max()?;
        let mut best = found.iter().filter(|at| near(at) == most);
        best.next().filter(|_| best.next().is_none()).copied()
    }

    fn class(&self, from: usize, name: &str) -> Option<usize> {
        self.nearest(from, self.classes.get(name)?.iter().copied())
    }

    /// A view component, or one of Blazor's.
    fn component(&self, from: usize, name: &str) -> Option<usize> {
        let found = self
            .class(from, &format!("{name}ViewComponent"))
            .or_else(|| self.class(from, name).filter(|_| name.ends_with("ViewComponent")));
        found.or_else(|| {
            let views = self.views.get(&name.to_lowercase())?.iter().copied();
            let is_it =
                |at: &usize| self.path(*at).ends_with(".razor") && stem(self.path(*at)) == name;
            self.nearest(from, views.filter(is_it))
        })
    }

    /// A controller by its name without `Controller`; the view's own where no name is given.
    fn controller(&self, from: usize, name: &str) -> Option<usize> {
        let folder = folder_of(self.path(from));
        let name = if name.is_empty() { folder.rsplit('/').next()? } else { name };
        self.class(from, &format!("{name}Controller"))
    }

    fn page(&self, from: usize, name: &str) -> Option<usize> {
        let name = name.trim_start_matches("./");
        let views = self.views.get(&stem(name).to_lowercase())?.iter().copied();
        let end = match name.strip_prefix('/') {
            Some(path) => format!("Pages/{path}.cshtml"),
            None => format!("{}/{name}.cshtml", folder_of(self.path(from))),
        };
        self.nearest(from, views.filter(|at| self.path(*at).ends_with(&end)))
    }

    /// Views that the functions of controllers and view components show, by name or by convention.
    fn code(&self, at: usize, source: &Source, links: &mut Links) {
        for function in &source.outline.functions {
            let owner = function.owner.and_then(|at| source.outline.types.get(at));
            let Some(folder) = owner.and_then(folder_of_views) else { continue };
            for stmt in &function.body {
                stmt.walk(&mut |expr| {
                    let found = self.shown(at, expr, function, &folder);
                    links.extend(found.map(|to| (at, to, expr.line)));
                });
            }
        }
    }

    /// The view that `View()` or `PartialView("_Line")` shows.
    fn shown(
        &self,
        at: usize,
        expr: &Expr,
        function: &FunctionDecl,
        folder: &str,
    ) -> Option<usize> {
        let ExprKind::Call { callee, args } = &expr.kind else { return None };
        let is_own = match &callee.kind {
            ExprKind::Name(_) => true,
            ExprKind::Member(of, _) => of.kind == ExprKind::This,
            _ => false,
        };
        if !is_own || !matches!(last(callee).as_str(), "View" | "PartialView") {
            return None;
        }
        let named = args.iter().find(|arg| arg.name.as_deref() == Some("viewName"));
        let name = named.or(args.first()).and_then(as_text);
        let default = if folder.starts_with("Components/") { "Default" } else { &function.name };
        let name = name.unwrap_or(default);
        if name.contains('/') {
            return self.find_view(at, name);
        }
        let plain = name.strip_suffix("Async").unwrap_or(name);
        let in_folder = |name: &str, folder: &str| {
            let candidates = self.views.get(&name.to_lowercase())?.iter().copied();
            let fits = |it: &usize| {
                let own = folder_of(self.path(*it));
                own.strip_suffix(folder).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
            };
            self.nearest(at, candidates.filter(fits))
        };
        in_folder(name, folder)
            .or_else(|| in_folder(plain, folder))
            .or_else(|| in_folder(name, "Views/Shared"))
    }
}

/// Where the views of a controller (`Views/Cart`) or view component (`Components/CartBadge`) are.
fn folder_of_views(decl: &TypeDecl) -> Option<String> {
    let name = decl.name.rsplit('.').next().unwrap_or_default();
    if let Some(name) = name.strip_suffix("ViewComponent") {
        return Some(format!("Components/{name}"));
    }
    name.strip_suffix("Controller").map(|name| format!("Views/{name}"))
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn last(callee: &Expr) -> String {
    match &callee.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name.clone(),
        ExprKind::Applied(of, _) | ExprKind::Same(of) => last(of),
        _ => String::new(),
    }
}

fn as_text(arg: &Arg) -> Option<&str> {
    match &arg.value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
