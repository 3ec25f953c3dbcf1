//! What Twig's templates lead to: controllers by the names of their routes, classes by their full names, and the
//! functions, filters and tests that extensions add.

use std::collections::BTreeMap;

use crate::{
    facts::ModuleId,
    import::code::{
        outline::{Annotation, Arg, ExprKind, TypeRef},
        resolve::Source,
        symbols::Symbols,
    },
};

/// Where names that templates use are found; what two modules have is left out.
pub(super) struct Controllers {
    routes: BTreeMap<String, Vec<ModuleId>>,
    functions: BTreeMap<String, Vec<ModuleId>>,
    classes: BTreeMap<String, ModuleId>,
}

impl Controllers {
    pub(super) fn new(sources: &[Source], symbols: &Symbols<'_>) -> Self {
        let mut found =
            Self { routes: BTreeMap::new(), functions: BTreeMap::new(), classes: BTreeMap::new() };
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() == "PHP" {
                found.module(ModuleId::at(at), source, symbols);
            }
        }
        found
    }

    fn module(&mut self, module: ModuleId, source: &Source, symbols: &Symbols<'_>) {
        let outline = &source.outline;
        for (at, decl) in outline.types.iter().enumerate() {
            if let Some(id) = symbols.declared(module, at) {
                self.classes.entry(symbols.full_name(id)).or_insert(module);
            }
            // A class with one function may be the controller itself.
            for route in decl.annotations.iter().filter_map(route_name) {
                self.routes.entry(route.to_owned()).or_default().push(module);
            }
        }
        for function in &outline.functions {
            let owner = function.owner.and_then(|at| outline.types.get(at));
            let prefix = owner.and_then(|decl| decl.annotations.iter().find_map(route_name));
            for note in &function.annotations {
                if let Some(name) = route_name(note) {
                    let full = format!("{}{name}", prefix.unwrap_or_default());
                    self.routes.entry(full).or_default().push(module);
                }
                let added = ["AsTwigFunction", "AsTwigFilter", "AsTwigTest"];
                if added.contains(&note.name.rsplit('.').next().unwrap_or_default())
                    && let Some(name) = first_text(&note.args)
                {
                    self.add(&note.name, name, module);
                }
            }
        }
        outline.walk(&mut |_, expr| {
            if let ExprKind::New { ty: TypeRef { name: class, .. }, args } = &expr.kind
                && let Some(name) = first_text(args)
            {
                self.add(class, name, module);
            }
        });
    }

    /// What `new TwigFunction('name', …)` and its like add. Filters stand behind a bar.
    fn add(&mut self, class: &str, name: &str, module: ModuleId) {
        let class = class.rsplit('.').next().unwrap_or(class);
        let class = class.trim_start_matches("As").trim_start_matches("Twig_Simple");
        let name = match class.trim_start_matches("Twig") {
            "Function" => name.to_owned(),
            "Filter" => format!("|{name}"),
            _ => return,
        };
        self.functions.entry(name).or_default().push(module);
    }

    pub(super) fn route(&self, name: &str) -> Option<ModuleId> {
        only(self.routes.get(name)?)
    }

    pub(super) fn function(&self, name: &str) -> Option<ModuleId> {
        only(self.functions.get(name)?)
    }

    /// A class by its full name with `\`.
    pub(super) fn class(&self, name: &str) -> Option<ModuleId> {
        self.classes.get(&name.trim_start_matches('\\').replace('\\', ".")).copied()
    }
}

fn only(modules: &[ModuleId]) -> Option<ModuleId> {
    let first = modules.first()?;
    modules.iter().all(|module| module == first).then_some(*first)
}

/// The name that an attribute gives a route.
fn route_name(note: &Annotation) -> Option<&str> {
    if note.name.rsplit('.').next() != Some("Route") {
        return None;
    }
    let named = note.args.iter().find(|arg| arg.name.as_deref() == Some("name"))?;
    as_text(named)
}

fn first_text(args: &[Arg]) -> Option<&str> {
    args.first().and_then(as_text)
}

fn as_text(arg: &Arg) -> Option<&str> {
    match &arg.value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
