//! Where work enters the monolith: routes, listeners, jobs, commands, `main`.
//!
//! What annotations declare is in one table of rules for all frameworks; what classes inherit is in another.
//! A function may be several entry points, one for each route.

mod annotated;
mod constants;
mod dotnet;
mod ecmascript;
mod go_web;
mod inherited;
mod laravel;
mod python;
mod rails;
mod rust_web;

use self::constants::Constants;
use super::code::{
    outline::{FunctionDecl, Outline, TypeKind},
    resolve::{Resolved, Source},
};
use crate::facts::{Call, CallKind, Certainty, EntryKind, EntryPoint, FunctionId, ModuleId};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Entries {
    pub entry_points: Vec<EntryPoint>,
    /// What a framework calls on the way to an entry point, as calls of that entry point: Spring runs the
    /// functions that fill the model before each route of their class.
    pub calls: Vec<Call>,
}

/// Finds all entry points.
#[must_use]
pub fn find(sources: &[Source], resolved: &Resolved<'_>) -> Entries {
    let constants = Constants::new(sources);
    let mounts = python::mounts::Mounts::new(sources, resolved);
    let mut entries = Entries::default();
    for (place, source) in sources.iter().enumerate() {
        Reader { resolved, constants: &constants, mounts: &mounts, place, source }
            .module(&mut entries);
    }
    dotnet::find(sources, resolved, &constants, &mut entries);
    entries.entry_points.extend(rust_web::find(sources, resolved));
    entries.entry_points.extend(python::find(sources, resolved));
    entries.entry_points.extend(laravel::find(sources, resolved));
    entries.entry_points.extend(go_web::find(sources, resolved));
    let ruby = rails::find(sources, resolved);
    entries.entry_points.extend(ruby.entry_points);
    entries.calls.extend(ruby.calls);
    ecmascript::prefix_controllers(sources, &mut entries.entry_points);
    entries.entry_points.extend(ecmascript::find(sources, resolved));
    entries.entry_points.sort();
    entries.entry_points.dedup();
    entries
}

/// Packages of libraries that make clients of annotated interfaces.
const CLIENTS: [&str; 3] =
    ["retrofit2.http", "feign.", "org.springframework.web.service.annotation"];

struct Reader<'a> {
    resolved: &'a Resolved<'a>,
    constants: &'a Constants,
    mounts: &'a python::mounts::Mounts<'a>,
    place: usize,
    source: &'a Source,
}

impl Reader<'_> {
    fn module(&self, entries: &mut Entries) {
        let outline = &self.source.outline;
        let before = annotated::run_before(&outline.functions);
        for (index, function) in outline.functions.iter().enumerate() {
            let found = self.function(function);
            let id = self.id(index);
            let first_of_function = entries.entry_points.len();
            for (kind, route) in found {
                let module = ModuleId::at(self.place);
                entries.entry_points.push(EntryPoint { module, function: id, kind, route });
            }
            let is_entry = entries.entry_points.len() > first_of_function;
            let filled = function.owner.and_then(|owner| before.get(&owner));
            for other in filled.into_iter().flatten().filter(|other| is_entry && **other != index) {
                entries.calls.push(self.implied_call(id, self.id(*other), function.line));
            }
        }
        if is_started(&self.source.path, self.source.language.name(), outline) {
            entries.entry_points.push(EntryPoint {
                module: ModuleId::at(self.place),
                function: None,
                kind: EntryKind::Main,
                route: String::new(),
            });
        }
    }

    fn id(&self, index: usize) -> Option<FunctionId> {
        self.resolved.symbols.function_id(ModuleId::at(self.place), index)
    }

    fn implied_call(&self, from: Option<FunctionId>, to: Option<FunctionId>, line: u32) -> Call {
        let module = ModuleId::at(self.place);
        Call {
            from_module: module,
            from_function: from,
            to_module: module,
            to_function: to,
            kind: CallKind::Call,
            line,
            certainty: Certainty::Exact,
            in_loop: false,
        }
    }

    fn function(&self, function: &FunctionDecl) -> Vec<(EntryKind, String)> {
        let language = self.source.language.name();
        let owner = function.owner.and_then(|owner| self.source.outline.types.get(owner));
        let context = annotated::Context {
            module: self.place,
            language,
            owner,
            constants: self.constants,
            mounts: self.mounts,
        };
        // Interfaces with the same annotations that call others' routes: Retrofit, Feign.
        let is_client = self
            .source
            .outline
            .imports
            .iter()
            .any(|import| CLIENTS.iter().any(|client| import.path.starts_with(client)));
        let mut found = if is_client && owner.is_some_and(|it| it.kind == TypeKind::Interface) {
            Vec::new()
        } else {
            annotated::entries(function, &context)
        };
        if let (true, Some(place), Some(decl)) = (found.is_empty(), function.owner, owner) {
            let module = ModuleId::at(self.place);
            if let Some(class) = self.resolved.symbols.declared(module, place) {
                let symbols = &self.resolved.symbols;
                found =
                    inherited::entries(symbols, class, self.place, decl, function, self.constants);
            }
        }
        if is_main(function, language, &self.source.path) {
            found.push((EntryKind::Main, String::new()));
        }
        found
    }
}

/// The function that the operating system starts.
fn is_main(function: &FunctionDecl, language: &str, path: &str) -> bool {
    let free = function.owner.is_none();
    match language {
        "Java" => function.name == "main" && function.is_static && function.params.len() <= 1,
        "Kotlin" => function.name == "main" && (free || function.is_static),
        "C#" => function.name == "Main" && function.is_static,
        "Go" => function.name == "main" && free,
        "Rust" => {
            let program = path.ends_with("main.rs") || path.contains("/bin/");
            function.name == "main" && free && program
        }
        _ => false,
    }
}

/// Whether a module runs by itself, outside any function.
fn is_started(path: &str, language: &str, outline: &Outline) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    match language {
        "Python" => file == "manage.py" || file == "__main__.py",
        "C#" => file == "Program.cs" && !outline.top.is_empty(),
        "PHP" => file == "index.php" && !outline.top.is_empty(),
        "JavaScript" | "TypeScript" => {
            let program = matches!(
                file,
                "server.js"
                    | "server.ts"
                    | "main.ts"
                    | "main.js"
                    | "index.js"
                    | "app.js"
                    | "app.ts"
            );
            let shallow = path.matches('/').count() <= 1;
            program && shallow && !outline.top.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
