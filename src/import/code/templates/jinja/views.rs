//! What templates of Python programs lead to: views by the names of their routes, and libraries of tags.

use std::collections::BTreeMap;

use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::{Arg, Expr, ExprKind, FunctionDecl, Outline, Stmt},
        resolve::Source,
        symbols::{Symbols, Target},
        templates::named::shared_folders,
    },
};

/// Views by the names of their routes.
pub(super) struct Views<'s> {
    sources: &'s [Source],
    /// By the plain name: the application or blueprint it belongs to, and where the view is.
    by_name: BTreeMap<String, Vec<(String, ModuleId)>>,
    /// Modules below `templatetags`, by their names.
    libraries: BTreeMap<&'s str, Vec<usize>>,
}

/// What the name of a template ends with where a view of Django's does not say it.
const GENERIC: [(&str, &str); 5] = [
    ("ListView", "_list"),
    ("DetailView", "_detail"),
    ("CreateView", "_form"),
    ("UpdateView", "_form"),
    ("DeleteView", "_confirm_delete"),
];

impl<'s> Views<'s> {
    pub(super) fn new(sources: &'s [Source], symbols: &Symbols<'_>) -> Self {
        let mut views = Self { sources, by_name: BTreeMap::new(), libraries: BTreeMap::new() };
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() == "Python" {
                views.module(ModuleId::at(at), source, symbols);
            }
        }
        views
    }

    fn module(&mut self, module: ModuleId, source: &'s Source, symbols: &Symbols<'_>) {
        if let Some((folder, file)) = source.path.rsplit_once('/')
            && folder.ends_with("templatetags")
        {
            let name = file.trim_end_matches(".py");
            self.libraries.entry(name).or_default().push(module.index());
        }
        let outline = &source.outline;
        let own = application(outline);
        outline.walk(&mut |_, expr| {
            if let ExprKind::Call { callee, args } = &expr.kind
                && let Some(name) = text(args, "name")
                && matches!(last(callee).as_str(), "path" | "re_path" | "url")
                && let Some(view) = args.get(1).and_then(|arg| view(symbols, module, &arg.value))
            {
                self.add(name, &own, view);
            }
        });
        for function in &outline.functions {
            self.decorated(function, &own, module);
        }
        for decl in &outline.types {
            let of_pyramid = ["view_config", "view_defaults"];
            let names_route = |name: &str| of_pyramid.iter().any(|it| name.ends_with(it));
            for note in decl.annotations.iter().filter(|note| names_route(&note.name)) {
                if let Some(name) = text(&note.args, "route_name") {
                    self.add(name, "", module);
                }
            }
        }
    }

    /// Functions that are views by their decorators: Flask's and Pyramid's.
    fn decorated(&mut self, function: &FunctionDecl, own: &str, module: ModuleId) {
        for note in &function.annotations {
            match note.name.rsplit('.').next() {
                Some("route" | "get" | "post" | "put" | "delete" | "patch")
                    if note.name.contains('.') =>
                {
                    let name = text(&note.args, "endpoint").unwrap_or(&function.name);
                    self.add(name, own, module);
                }
                Some("view_config") => {
                    if let Some(name) = text(&note.args, "route_name") {
                        self.add(name, "", module);
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, name: &str, own: &str, view: ModuleId) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        let new = (own.to_owned(), view);
        if !known.contains(&new) {
            known.push(new);
        }
    }

    /// The view that a route leads to, named in full (Pyramid), with its application before it, or alone; the
    /// nearest by path where several applications have that name.
    pub(super) fn named(&self, from: usize, name: &str) -> Option<ModuleId> {
        if let Some(found) = self.by_name.get(name) {
            return self.nearest(from, found.iter().map(|(_, view)| *view));
        }
        let (own, plain) = name.rsplit_once([':', '.'])?;
        let own = own.rsplit([':', '.']).next().unwrap_or(own);
        let found = self.by_name.get(plain)?;
        let of_own = found.iter().filter(|(known, _)| known == own).map(|(_, view)| *view);
        self.nearest(from, of_own)
    }

    fn nearest(&self, from: usize, views: impl Iterator<Item = ModuleId>) -> Option<ModuleId> {
        let mut views: Vec<ModuleId> = views.collect();
        views.sort_unstable();
        views.dedup();
        let near = |view: &ModuleId| {
            shared_folders(&self.sources[view.index()].path, &self.sources[from].path)
        };
        let most = views.iter().map(near).max()?;
        let mut best = views.iter().filter(|view| near(view) == most);
        best.next().filter(|_| best.next().is_none()).copied()
    }

    /// The module of a library of tags.
    pub(super) fn library(&self, from: usize, name: &str) -> Option<ModuleId> {
        let found = self.libraries.get(name)?;
        self.nearest(from, found.iter().copied().map(ModuleId::at))
    }

    /// The templates of Django's generic views, where the class says only the model: `shop/order_list.html`.
    pub(super) fn implied_templates(&self) -> Vec<(ModuleId, Option<FunctionId>, String, u32)> {
        let mut found = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            if source.language.name() != "Python" {
                continue;
            }
            for decl in &source.outline.types {
                let field = |name: &str| decl.fields.iter().find(|field| field.name == name);
                let value = |name: &str| field(name).and_then(|field| field.value.as_ref());
                let ending = decl.supers.iter().find_map(|base| {
                    let base = base.name.rsplit('.').next().unwrap_or_default();
                    GENERIC.iter().find(|(view, _)| *view == base).map(|(_, ending)| *ending)
                });
                if let (Some(ending), Some(model), None) =
                    (ending, value("model").and_then(Expr::dotted), value("template_name"))
                {
                    let model = model.rsplit('.').next().unwrap_or_default().to_lowercase();
                    let suffix = match value("template_name_suffix").map(|value| &value.kind) {
                        Some(ExprKind::Text(text)) => text.as_str(),
                        _ => ending,
                    };
                    let folders = source.path.split('/').rev().skip(1);
                    let app = folders.into_iter().find(|folder| *folder != "views");
                    let name = format!("{}/{model}{suffix}.html", app.unwrap_or_default());
                    found.push((ModuleId::at(at), None, name, decl.line));
                }
            }
        }
        found
    }
}

/// What stands before the names of a module's routes: `app_name = "shop"`, `Blueprint("shop", …)`.
fn application(outline: &Outline) -> String {
    let found = outline.top.iter().find_map(|stmt| {
        let Stmt::Let { name, value: Some(value), .. } = stmt else { return None };
        match &value.kind {
            ExprKind::Text(text) if name == "app_name" => Some(text.clone()),
            ExprKind::Call { callee, args } if last(callee) == "Blueprint" => {
                match args.first().map(|arg| &arg.value.kind) {
                    Some(ExprKind::Text(text)) => Some(text.clone()),
                    _ => None,
                }
            }
            _ => None,
        }
    });
    found.unwrap_or_default()
}

/// The module of the view that an expression means: a function, a class, or either wrapped into calls.
fn view(symbols: &Symbols<'_>, module: ModuleId, expr: &Expr) -> Option<ModuleId> {
    match &expr.kind {
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Member(of, name) if name == "as_view" => view(symbols, module, of),
            _ => args.iter().find_map(|arg| view(symbols, module, &arg.value)),
        },
        ExprKind::Same(inner) => view(symbols, module, inner),
        _ => match symbols.lookup(module, None, &expr.dotted()?, expr.line)? {
            Target::Type(id) => symbols.declarations(id).first().map(|(module, _)| *module),
            Target::Functions(ids) => Some(symbols.function(*ids.first()?)?.0),
            Target::Value(module, _) => Some(module),
            Target::Namespace(_) | Target::Outside(_) => None,
        },
    }
}

fn text<'e>(args: &'e [Arg], name: &str) -> Option<&'e str> {
    args.iter().find(|arg| arg.name.as_deref() == Some(name)).and_then(|arg| {
        match &arg.value.kind {
            ExprKind::Text(text) => Some(text.as_str()),
            _ => None,
        }
    })
}

fn last(callee: &Expr) -> String {
    let name = callee.dotted().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default().to_owned()
}
