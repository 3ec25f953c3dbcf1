//! Medusa: services that a factory makes for models, with functions named after them, the services of single models
//! that are handed to them, and queries that name a model.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    ModelAt, Models, bare,
    chains::Chain,
    entry, is_script,
    queries::{Queries, Reading},
    snake_case, text,
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId},
    import::{
        access::gather::{Code, Gather},
        code::{
            outline::{Expr, ExprKind, Stmt, TypeKind},
            types::TypeId,
        },
        schema::plural,
    },
};

/// One class that `MedusaService` makes.
#[derive(Clone, Debug)]
struct Service {
    class: TypeId,
    /// The functions that it is given: `listOrderLines`.
    functions: BTreeMap<String, (ModelAt, AccessMode)>,
    /// The services of single models, by the names under which they are handed in: `orderLineService`.
    inner: BTreeMap<String, ModelAt>,
}

/// All such classes of a program.
#[derive(Clone, Debug, Default)]
pub(super) struct Services {
    list: Vec<Service>,
    /// By the class itself and by the interfaces that only it implements.
    by_type: FxHashMap<TypeId, Option<usize>>,
    /// Classes that `MedusaInternalService` makes for one model.
    of_model: FxHashMap<TypeId, ModelAt>,
    /// By the name that queries have for a model; none where several are called so.
    by_entity: BTreeMap<String, Option<ModelAt>>,
}

/// What the factory puts before the name of a model, and whether that is used in the singular.
const FUNCTIONS: [(&str, bool, AccessMode); 8] = [
    ("retrieve", true, AccessMode::Read),
    ("list", false, AccessMode::Read),
    ("listAndCount", false, AccessMode::Read),
    ("create", false, AccessMode::Write),
    ("update", false, AccessMode::Write),
    ("delete", false, AccessMode::Write),
    ("softDelete", false, AccessMode::Write),
    ("restore", false, AccessMode::Write),
];

/// Functions and steps that are told a model by name.
const QUERIES: [&str; 6] = [
    "graph",
    "useQueryGraphStep",
    "useRemoteQueryStep",
    "remoteQueryObjectFromString",
    "refetchEntity",
    "refetchEntities",
];

impl Services {
    pub(super) fn find(queries: &Queries<'_>) -> Self {
        let mut services = Self::default();
        let code = queries.code;
        let uses_it = |(module, source): &(ModuleId, &crate::import::code::resolve::Source)| {
            is_script(code, *module) && imports_medusa(source)
        };
        for (module, _) in code.modules().filter(uses_it) {
            services.of_module(queries, module);
        }
        if code.modules().any(|it| uses_it(&it)) {
            services.name_entities(queries.models);
        }
        services
    }

    fn of_module(&mut self, queries: &Queries<'_>, module: ModuleId) {
        let outline = &queries.code.sources[module.index()].outline;
        let mut made = Vec::new();
        let mut made_for_one = Vec::new();
        for stmt in &outline.top {
            stmt.walk(&mut |expr| {
                made.extend(made_of(expr, "MedusaService").map(|it| (expr.line, it)));
                let one = made_of(expr, "MedusaInternalService");
                made_for_one.extend(one.map(|it| (expr.line, it)));
            });
        }
        for (line, model) in made_for_one {
            let class = class_around(queries, module, line);
            let model =
                bare(model).dotted().and_then(|name| model_named(queries, module, &name, model));
            if let (Some(class), Some(model)) = (class, model) {
                self.of_model.insert(class, model);
            }
        }
        for (line, models) in made {
            let Some(class) = class_around(queries, module, line) else { continue };
            let symbols = &queries.code.resolved.symbols;
            let Some(pairs) = entries(models, &outline.top) else { continue };
            let mut service = Service { class, functions: BTreeMap::new(), inner: BTreeMap::new() };
            for (key, value) in pairs {
                let ExprKind::Text(key) = &key.kind else { continue };
                if let Some(model) = model_named(queries, module, key, value) {
                    service.enter(key, model);
                }
            }
            let at = self.list.len();
            self.list.push(service);
            let interfaces = symbols.supers(class);
            let interfaces = interfaces.iter().filter_map(crate::import::code::types::Ty::monolith);
            for id in interfaces.chain([class]) {
                let one = self.by_type.entry(id).or_insert(Some(at));
                one.take_if(|known| *known != at);
            }
        }
    }

    /// A query knows a model by the name that it was defined with, or by the plural of that.
    fn name_entities(&mut self, models: &Models) {
        for (name, model) in &models.by_name {
            let snake = snake_case(name);
            for name in [plural(&snake), snake] {
                let known = self.by_entity.entry(name).or_insert(*model);
                known.take_if(|known| Some(*known) != *model);
            }
        }
    }

    /// The service that a value of a type is.
    fn of(&self, id: TypeId) -> Option<&Service> {
        Some(&self.list[(*self.by_type.get(&id)?)?])
    }
}

impl Service {
    fn enter(&mut self, key: &str, model: ModelAt) {
        for (verb, singular, mode) in FUNCTIONS {
            let name = if singular { key.to_owned() } else { plural_of(key) };
            self.functions.insert(format!("{verb}{}", upper_first(&name)), (model, mode));
        }
        self.inner.insert(format!("{}Service", lower_first(key)), model);
    }
}

impl<'a> Reading<'a, '_> {
    /// `this.orderLineService_.create(…)`, `orders.listOrderLines(…)`, `query.graph({ entity: "order" })`.
    pub(super) fn service(&self, chain: &Chain<'a>, at: usize, gather: &mut Gather) -> bool {
        let link = &chain.links[at];
        let services = &self.queries.services;
        if QUERIES.contains(&link.name) {
            return self.query(link.arg(0), link.expr.line, gather);
        }
        if services.list.is_empty() && services.of_model.is_empty() {
            return false;
        }
        let line = link.expr.line;
        if let Some((model, mode)) = self.of_inner(chain, at) {
            self.access(self.queries.models.table(model), mode, line, gather);
            return true;
        }
        let Some(member_use) = self.uses.get(&std::ptr::from_ref(link.expr)) else { return false };
        let Some(id) = member_use.receiver.monolith() else { return false };
        if let (Some(model), Some(mode)) = (services.of_model.get(&id), inner_mode(link.name)) {
            if !self.is_written(id, link.name) {
                self.access(self.queries.models.table(*model), mode, line, gather);
            }
            return true;
        }
        let Some(service) = services.of(id) else { return false };
        let Some((model, mode)) = service.functions.get(link.name) else { return false };
        // What the class says itself is called as it stands there.
        if self.is_written(service.class, link.name) {
            return false;
        }
        self.access(self.queries.models.table(*model), *mode, line, gather);
        true
    }

    /// What a function at the root of a chain is told to query.
    pub(super) fn asked(&self, chain: &Chain<'a>, gather: &mut Gather) {
        if let ExprKind::Call { callee, args } = &chain.root.kind
            && let ExprKind::Name(name) = &bare(callee).kind
            && QUERIES.contains(&name.as_str())
        {
            self.query(args.first().map(|arg| &arg.value), chain.root.line, gather);
        }
    }

    fn query(&self, told: Option<&Expr>, line: u32, gather: &mut Gather) -> bool {
        let services = &self.queries.services;
        let Some(told) = told.filter(|_| !services.by_entity.is_empty()) else { return false };
        if !imports_medusa(&self.queries.code.sources[self.module.index()]) {
            return false;
        }
        let said = ["entity", "entryPoint", "entry_point"];
        let name = match text(told) {
            Some(name) => Some(name),
            None => said.iter().find_map(|key| entry(told, key).and_then(text)),
        };
        let model = name.and_then(|name| services.by_entity.get(name).copied().flatten());
        let Some(model) = model else { return false };
        self.access(self.queries.models.table(model), AccessMode::Read, line, gather);
        true
    }

    /// A call on the service of a single model, which the class was handed.
    fn of_inner(&self, chain: &Chain<'a>, at: usize) -> Option<(ModelAt, AccessMode)> {
        let before = at.checked_sub(1).filter(|it| *it == 0 && chain.links[0].args.is_none())?;
        let service = self.queries.services.of(self.queries.owner(self.function?)?)?;
        if chain.root.kind != ExprKind::This {
            return None;
        }
        let field = chain.links[before].name.trim_end_matches('_');
        let model = *service.inner.get(field)?;
        let ty = self.queries.field_type_name(service.class, chain.links[before].name)?;
        let mode = inner_mode(chain.links[at].name)?;
        ty.ends_with("MedusaInternalService").then_some((model, mode))
    }

    fn is_written(&self, class: TypeId, name: &str) -> bool {
        let symbols = &self.queries.code.resolved.symbols;
        symbols.methods(class, name).into_iter().any(|id| self.queries.owner(id) == Some(class))
    }
}

/// What a function of the service of a single model does.
fn inner_mode(name: &str) -> Option<AccessMode> {
    match name {
        "retrieve" | "list" | "listAndCount" => Some(AccessMode::Read),
        "create" | "update" | "delete" | "softDelete" | "restore" | "upsert"
        | "upsertWithReplace" => Some(AccessMode::Write),
        _ => None,
    }
}

impl Queries<'_> {
    /// The class that a function is written in.
    fn owner(&self, id: FunctionId) -> Option<TypeId> {
        let symbols = &self.code.resolved.symbols;
        let (module, decl) = symbols.function(id)?;
        symbols.declared(module, decl.owner?)
    }

    /// The name of a field's type, as written.
    fn field_type_name(&self, class: TypeId, field: &str) -> Option<&str> {
        let declarations = self.code.resolved.symbols.declarations(class);
        declarations.into_iter().find_map(|(_, decl)| {
            let field = decl.fields.iter().find(|it| it.name == field)?;
            field.ty.as_ref().map(|ty| ty.name.as_str())
        })
    }
}

fn imports_medusa(source: &crate::import::code::resolve::Source) -> bool {
    source.outline.imports.iter().any(|it| it.path.starts_with("@medusajs/"))
}

/// The class that is written around a line.
fn class_around(queries: &Queries<'_>, module: ModuleId, line: u32) -> Option<TypeId> {
    let types = &queries.code.sources[module.index()].outline.types;
    let around = types.iter().enumerate().filter(|(_, decl)| {
        decl.kind == TypeKind::Class && decl.line <= line && line <= decl.end_line
    });
    let (place, _) = around.max_by_key(|(_, decl)| decl.line)?;
    queries.code.resolved.symbols.declared(module, place)
}

/// What `MedusaService({ Order, OrderLine })` is told.
fn made_of<'e>(expr: &'e Expr, factory: &str) -> Option<&'e Expr> {
    let ExprKind::Call { callee, args } = &expr.kind else { return None };
    let name = bare(callee).dotted()?;
    (name.rsplit('.').next() == Some(factory)).then(|| Some(&args.first()?.value))?
}

/// The entries of an object that stands there, or that a variable at the top of the module holds.
fn entries<'e>(told: &'e Expr, top: &'e [Stmt]) -> Option<&'e [(Expr, Expr)]> {
    match &bare(told).kind {
        ExprKind::Map(pairs) => Some(pairs),
        ExprKind::Name(name) => top.iter().find_map(|stmt| match stmt {
            Stmt::Let { name: variable, value: Some(value), .. } if variable == name => {
                match &bare(value).kind {
                    ExprKind::Map(pairs) => Some(pairs.as_slice()),
                    _ => None,
                }
            }
            _ => None,
        }),
        _ => None,
    }
}

fn model_named(
    queries: &Queries<'_>,
    module: ModuleId,
    key: &str,
    value: &Expr,
) -> Option<ModelAt> {
    let models = queries.models;
    let of_class = queries.class_in(module, value);
    let snake = snake_case(key);
    let defined = || {
        let mut found = models.by_name.iter().filter(|(name, _)| snake_case(name) == snake);
        let (_, model) = found.next()?;
        model.filter(|_| found.next().is_none())
    };
    of_class.or_else(|| queries.variable_in(module, value)).or_else(defined)
}

/// `OrderAddress` is `OrderAddresses`.
fn plural_of(key: &str) -> String {
    let last = key.rfind(char::is_uppercase).unwrap_or(0);
    let (before, word) = key.split_at(last);
    let plural = plural(&word.to_lowercase());
    format!("{before}{}", upper_first(&plural))
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Whether anything in the code needs this reader.
pub(super) fn is_used(code: Code<'_>) -> bool {
    code.sources.iter().any(imports_medusa)
}
