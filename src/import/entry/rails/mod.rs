//! Entry points of Ruby programs: routes with what runs before their actions, jobs, channels, tasks and schedules.

mod place;
mod routes;

#[cfg(test)]
mod tests;

use super::Entries;
use crate::{
    facts::{Call, CallKind, Certainty, EntryKind, EntryPoint, FunctionId, ModuleId, Visibility},
    import::code::{
        outline::{Annotation, Arg, Expr, ExprKind, Stmt},
        resolve::{Resolved, Source},
        ruby::{
            FAMILY, TASK,
            lookup::Found,
            text_of,
            tree::{ClassNo, TOP, Tree},
            underscored,
        },
    },
};

/// What jobs descend from or include.
const JOBS: &[&str] = &[
    "ActiveJob.Base",
    "ApplicationJob",
    "Sidekiq.Worker",
    "Sidekiq.Job",
    "ApplicationWorker",
    "Resque.Job",
    "Shoryuken.Worker",
    "Sneakers.Worker",
    "GoodJob.Job",
    "Delayed.Job",
    "SuckerPunch.Job",
    "Que.Job",
    "Faktory.Job",
    "Karafka.BaseConsumer",
    "Racecar.Consumer",
    "Hutch.Consumer",
];
const CHANNELS: &[&str] = &["ActionCable.Channel.Base", "ApplicationCable.Channel"];
const SMALL_WEB: &[&str] = &["Sinatra.Base", "Sinatra.Application", "Grape.API", "Hanami.Action"];
const HOOKS: &[&str] = &[
    "before_action",
    "after_action",
    "around_action",
    "prepend_before_action",
    "append_before_action",
    "before_filter",
];

/// Finds the entry points of all Ruby files.
pub(super) fn find(sources: &[Source], resolved: &Resolved<'_>) -> Entries {
    let mut entries = Entries::default();
    if !sources.iter().any(|source| source.language.rules().family == FAMILY) {
        return entries;
    }
    let tree = Tree::new(sources, &resolved.symbols);
    let reader = Reader { tree: &tree, sources };
    let engines = tree.isolated().into_iter().map(|(engine, of)| {
        let path: Vec<String> = tree.class(of).full_name.split('.').map(underscored).collect();
        (tree.class(engine).full_name.clone(), path.join("/"))
    });
    let engines = engines.collect();
    for route in routes::draw(sources, &engines) {
        reader.route(&route, &mut entries);
    }
    for class in 1..tree.classes.len() {
        reader.class(class, &mut entries);
    }
    for (at, source) in sources.iter().enumerate() {
        if source.language.rules().family == FAMILY {
            reader.file(ModuleId::at(at), source, &mut entries);
        }
    }
    entries.calls.sort();
    entries.calls.dedup();
    entries
}

struct Reader<'t, 's, 'a> {
    tree: &'t Tree<'s, 'a>,
    sources: &'a [Source],
}

impl Reader<'_, '_, '_> {
    fn route(&self, route: &routes::Route, entries: &mut Entries) {
        let path = format!("{}_controller", route.controller);
        let Some(class) = self.tree.below(TOP, &path) else { return };
        let told = format!("{} {}", route.method, route.path);
        match self.tree.instance_method(class, &route.action) {
            Some(Found::Function(id)) => {
                if let Some((module, _)) = self.tree.symbols.function(id) {
                    let function = Some(id);
                    entries.entry_points.push(EntryPoint {
                        module,
                        function,
                        kind: EntryKind::Http,
                        route: told,
                    });
                    // What is inherited is told once, as the class says it that declares the action.
                    let owner = self.owner(id).unwrap_or(class);
                    self.hooks(owner, &route.action, module, id, entries);
                }
            }
            // An action that only renders its view needs no method.
            _ => {
                if let Some(module) = self.tree.class(class).home {
                    let kind = EntryKind::Http;
                    entries.entry_points.push(EntryPoint {
                        module,
                        function: None,
                        kind,
                        route: told,
                    });
                }
            }
        }
    }

    fn owner(&self, id: FunctionId) -> Option<ClassNo> {
        let (module, decl) = self.tree.symbols.function(id)?;
        self.tree.declared(module, decl.owner?)
    }

    /// What runs before and after an action, as calls of it.
    fn hooks(
        &self,
        class: ClassNo,
        action: &str,
        module: ModuleId,
        function: FunctionId,
        entries: &mut Entries,
    ) {
        for ancestor in &self.tree.class(class).ancestors {
            for (declaring, at) in &self.tree.class(*ancestor).declarations {
                let notes = &self.sources[declaring.index()].outline.types[*at].annotations;
                for note in notes.iter().filter(|note| HOOKS.contains(&note.name.as_str())) {
                    if !applies(note, action) {
                        continue;
                    }
                    let names = note.args.iter().filter(|arg| arg.name.is_none());
                    let called = names
                        .filter_map(|arg| self.tree.instance_method(class, text_of(&arg.value)?))
                        .filter_map(|found| match found {
                            Found::Function(id) => self.call(module, function, id),
                            _ => None,
                        });
                    entries.calls.extend(called);
                }
            }
        }
    }

    fn call(&self, from_module: ModuleId, from: FunctionId, to: FunctionId) -> Option<Call> {
        let (to_module, _) = self.tree.symbols.function(to)?;
        let (_, decl) = self.tree.symbols.function(from)?;
        Some(Call {
            from_module,
            from_function: Some(from),
            to_module,
            to_function: Some(to),
            kind: CallKind::Call,
            line: decl.line,
            certainty: Certainty::Exact,
            in_loop: false,
        })
    }

    fn class(&self, class: ClassNo, entries: &mut Entries) {
        let entry = self.tree.class(class);
        if entry.is_module {
            return;
        }
        if self.tree.descends_from(class, JOBS)
            && let Some(ids) =
                entry.functions.get("perform").or_else(|| entry.functions.get("consume"))
        {
            let queue = self.queue(class).unwrap_or_else(|| entry.full_name.clone());
            for id in ids {
                self.push(*id, EntryKind::Message, &queue, entries);
            }
        }
        if self.tree.descends_from(class, CHANNELS) {
            let mut names: Vec<&&str> = entry.functions.keys().collect();
            names.sort();
            for name in names {
                for id in &entry.functions[*name] {
                    let decl = self.tree.symbols.function(*id).map(|(_, decl)| decl);
                    if decl.is_some_and(|decl| decl.visibility == Visibility::Public) {
                        let route = format!("{}#{name}", entry.full_name);
                        self.push(*id, EntryKind::Message, &route, entries);
                    }
                }
            }
        }
        // Resque calls `perform` of the class itself.
        for id in entry.statics.get("perform").into_iter().flatten() {
            let module = self.tree.symbols.function(*id).map(|(module, _)| module);
            let path = module.map_or("", |module| self.sources[module.index()].path.as_str());
            if path.contains("/jobs/") || path.contains("/workers/") {
                self.push(*id, EntryKind::Message, &entry.full_name, entries);
            }
        }
        if self.tree.descends_from(class, SMALL_WEB) {
            self.small_web(class, entries);
        }
    }

    /// The queue that a job says it reads from.
    fn queue(&self, class: ClassNo) -> Option<String> {
        let declarations = &self.tree.class(class).declarations;
        let notes = declarations
            .iter()
            .flat_map(|(module, at)| &self.sources[module.index()].outline.types[*at].annotations);
        notes.into_iter().find_map(|note| {
            let value = match note.name.as_str() {
                "queue_as" | "from_queue" => note.args.first().map(|arg| &arg.value),
                "sidekiq_options" | "shoryuken_options" => option(note, "queue"),
                _ => None,
            };
            value.and_then(text_of).map(str::to_owned)
        })
    }

    /// `get "/orders" do … end` in the body of a class.
    fn small_web(&self, class: ClassNo, entries: &mut Entries) {
        for (module, at) in &self.tree.class(class).declarations {
            for note in &self.sources[module.index()].outline.types[*at].annotations {
                let is_verb =
                    matches!(note.name.as_str(), "get" | "post" | "put" | "patch" | "delete");
                let path = note.args.first().filter(|arg| arg.name.is_none());
                let path = path.and_then(|arg| text_of(&arg.value)).filter(|_| is_verb);
                if let Some(path) = path {
                    entries.entry_points.push(EntryPoint {
                        module: *module,
                        function: None,
                        kind: EntryKind::Http,
                        route: format!(
                            "{} /{}",
                            note.name.to_uppercase(),
                            path.trim_start_matches('/')
                        ),
                    });
                }
            }
        }
    }

    fn push(&self, id: FunctionId, kind: EntryKind, route: &str, entries: &mut Entries) {
        if let Some((module, _)) = self.tree.symbols.function(id) {
            let (function, route) = (Some(id), route.to_owned());
            entries.entry_points.push(EntryPoint { module, function, kind, route });
        }
    }

    fn file(&self, module: ModuleId, source: &Source, entries: &mut Entries) {
        for (at, function) in source.outline.functions.iter().enumerate() {
            if function.annotations.iter().any(|note| note.name == TASK)
                && let Some(id) = self.tree.symbols.function_id(module, at)
            {
                self.push(id, EntryKind::Command, &function.name, entries);
            }
        }
        if source.path.ends_with("config/schedule.rb") {
            for stmt in &source.outline.top {
                self.schedule(stmt, entries);
            }
        }
    }

    /// `every 1.day do runner "Order.expire" end`, as Whenever reads it.
    fn schedule(&self, stmt: &Stmt, entries: &mut Entries) {
        let mut said: Vec<(&str, &[Arg])> = Vec::new();
        stmt.walk(&mut |expr: &Expr| {
            if let ExprKind::Call { callee, args } = &expr.kind
                && let ExprKind::Name(name) = &callee.kind
            {
                said.push((name, args));
            }
        });
        for (name, args) in said {
            let Some(text) = args.first().and_then(|arg| text_of(&arg.value)) else { continue };
            let id = match name {
                "runner" => self.runner(text),
                "rake" => self.task(text),
                _ => None,
            };
            if let Some(id) = id {
                self.push(id, EntryKind::Job, &format!("{name} {text}"), entries);
            }
        }
    }

    /// The method that a line of Ruby calls: `Order.expire`.
    fn runner(&self, text: &str) -> Option<FunctionId> {
        let text = text.split(['(', ' ', ';']).next()?;
        let (class, method) = text.rsplit_once('.')?;
        let class = self.tree.below(TOP, class.strip_suffix(".new").unwrap_or(class))?;
        let found = self
            .tree
            .static_method(class, method)
            .or_else(|| self.tree.instance_method(class, method))
            .or_else(|| {
                self.tree
                    .instance_method(class, "perform")
                    .filter(|_| method.starts_with("perform"))
            });
        match found {
            Some(Found::Function(id)) => Some(id),
            _ => None,
        }
    }

    fn task(&self, name: &str) -> Option<FunctionId> {
        self.sources.iter().enumerate().find_map(|(at, source)| {
            let functions = &source.outline.functions;
            let is_it = |function: &crate::import::code::outline::FunctionDecl| {
                function.name == name && function.annotations.iter().any(|note| note.name == TASK)
            };
            let index = functions.iter().position(is_it)?;
            self.tree.symbols.function_id(ModuleId::at(at), index)
        })
    }
}

fn option<'a>(note: &'a Annotation, name: &str) -> Option<&'a Expr> {
    note.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
}

/// Whether a hook runs for an action, as `only` and `except` say.
fn applies(note: &Annotation, action: &str) -> bool {
    let listed = |name: &str| {
        option(note, name).map(|value| match &value.kind {
            ExprKind::List(items) => items.iter().filter_map(text_of).any(|item| item == action),
            _ => text_of(value) == Some(action),
        })
    };
    listed("only").unwrap_or(true) && !listed("except").unwrap_or(false)
}
