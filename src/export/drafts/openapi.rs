//! The operations that a service offers, and the routes that move with it, as an OpenAPI 3.1 draft.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Drafts, types, word_of};
use crate::{
    export::plan::{Operation, Step},
    facts::{EntryKind, ModuleId, Via},
};

/// Writes the draft.
pub(super) fn print(drafts: &Drafts<'_>, step: &Step) -> String {
    let mut writer =
        Writer { drafts, paths: Map::new(), schemas: BTreeMap::new(), taken: BTreeSet::new() };
    for operation in &step.api.offers {
        writer.operation(operation);
    }
    writer.routes(step);
    let schemas = writer.finish_schemas();
    let name = drafts.name(step.service);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "version": "0.1.0",
            "description": "A draft made from the calls of today. Agree with the callers on what is left out, on how long \
                            an answer may take and on what is answered when something fails.",
        },
        "paths": writer.paths,
        "components": {
            "schemas": schemas,
            "parameters": {
                "IdempotencyKey": {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": true,
                    "description": "The same key does the same work once, however often it is asked for.",
                    "schema": { "type": "string", "format": "uuid" },
                },
            },
        },
    });
    format!("{document:#}\n")
}

struct Writer<'a> {
    drafts: &'a Drafts<'a>,
    paths: Map<String, Value>,
    /// Types of the monolith that are handed over, by the name they have here.
    schemas: BTreeMap<String, ModuleId>,
    /// Ids of operations.
    taken: BTreeSet<String>,
}

impl Writer<'_> {
    fn operation(&mut self, operation: &Operation) {
        let facts = self.drafts.names.facts;
        let module = facts.module(operation.module);
        let stem = module.file_name().split('.').next().unwrap_or_default().to_owned();
        let function = operation.function.map(|id| facts.function(id));
        let short = function.map_or("use", |function| function.short_name()).to_owned();
        let signature = function.map_or("", |function| function.signature.as_str()).to_owned();
        let language = module.language.clone();
        let id = self.id(&format!("{stem}.{short}"));
        let path = self.path(&format!("/{}/{}", word_of(&stem), word_of(&short)));
        let mut properties = Map::new();
        for parameter in types::parameters(&signature, &language) {
            let schema = types::schema(&parameter.type_name, &mut |name| self.named(name));
            properties.insert(parameter.name, schema);
        }
        let required: Vec<String> = properties.keys().cloned().collect();
        let result = types::result(&signature).to_owned();
        let answer = if result.is_empty() {
            json!({ "204": { "description": "Done" } })
        } else {
            let schema = types::schema(&result, &mut |name| self.named(name));
            json!({ "200": { "description": "Done", "content": { "application/json": { "schema": schema } } } })
        };
        let mut draft = json!({
            "operationId": id,
            "tags": [stem],
            "summary": format!("{short}{signature}"),
            "responses": answer,
            "x-callers": self.callers(operation),
            "x-source": { "path": module.path, "line": function.map(|function| function.line) },
        });
        if !properties.is_empty() {
            let body = json!({ "type": "object", "properties": properties, "required": required });
            draft["requestBody"] =
                json!({ "required": true, "content": { "application/json": { "schema": body } } });
        }
        if operation.writes {
            draft["parameters"] = json!([{ "$ref": "#/components/parameters/IdempotencyKey" }]);
        }
        let mut notes = Vec::new();
        if operation.could_be_event {
            notes.push("It gives nothing back: an event would do.");
        }
        if operation.touches_no_data {
            notes.push(
                "It touches no data: hand the value over with another answer, or copy the code.",
            );
        }
        if operation.in_loops > 0 {
            notes.push("It is called in a loop: offer one operation for many.");
        }
        if !notes.is_empty() {
            draft["description"] = Value::from(notes.join(" "));
        }
        self.paths.insert(path, json!({ "post": draft }));
    }

    fn callers(&self, operation: &Operation) -> Value {
        let callers = self.drafts.callers(operation).into_iter().map(|(service, places)| {
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            json!({ "service": service, "at": places })
        });
        Value::from(callers.collect::<Vec<_>>())
    }

    fn id(&mut self, wanted: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted}.{number}"));
        let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
        all.find(|id| self.taken.insert(id.clone())).unwrap_or_default()
    }

    fn path(&self, wanted: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
        let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
        all.find(|path| !self.paths.contains_key(path)).unwrap_or_default()
    }

    /// The reference to a type that a module of the monolith defines, by the name of its file.
    fn named(&mut self, name: &str) -> Option<Value> {
        let name = name.trim_matches(['"', '\'']);
        let facts = self.drafts.names.facts;
        let is_it =
            |module: &crate::facts::Module| module.file_name().split('.').next() == Some(name);
        let mut found = facts.modules.iter().enumerate().filter(|(_, module)| is_it(module));
        let (at, _) = found.next()?;
        // What is there twice is not guessed.
        if found.next().is_some()
            || !name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        {
            return None;
        }
        self.schemas.insert(name.to_owned(), ModuleId::at(at));
        Some(json!({ "$ref": format!("#/components/schemas/{name}") }))
    }

    /// Each type with what callers really use of it; where that is not known, with the columns it stands for.
    fn finish_schemas(&self) -> Map<String, Value> {
        let facts = self.drafts.names.facts;
        let schemas = self.schemas.iter().map(|(name, module)| {
            let used = self.used_of(*module);
            let (properties, what) = if used.is_empty() {
                (self.columns_of(*module), "What its table has: keep what the callers need.")
            } else {
                (used, "What callers use of it today.")
            };
            let path = &facts.module(*module).path;
            let schema = json!({ "type": "object", "description": what, "properties": properties, "x-source": path });
            (name.clone(), schema)
        });
        schemas.collect()
    }

    /// Getters of a type that other services call.
    fn used_of(&self, module: ModuleId) -> Map<String, Value> {
        let facts = self.drafts.names.facts;
        let home = self.drafts.home(module);
        let mut used = Map::new();
        for call in facts.calls.iter().filter(|call| call.to_module == module) {
            let Some(function) = call.to_function.map(|id| facts.function(id)) else { continue };
            let is_crossing = self.drafts.home(call.from_module) != home;
            if !is_crossing || !types::parameters(&function.signature, "").is_empty() {
                continue;
            }
            let result = types::result(&function.signature);
            if let Some(name) = property(function.short_name()).filter(|_| !result.is_empty()) {
                let mut named = |name: &str| {
                    let known = self.schemas.contains_key(name);
                    known.then(|| json!({ "$ref": format!("#/components/schemas/{name}") }))
                };
                used.insert(name, types::schema(result, &mut named));
            }
        }
        used
    }

    fn columns_of(&self, module: ModuleId) -> Map<String, Value> {
        let facts = self.drafts.names.facts;
        let tables = facts
            .accesses
            .iter()
            .filter(|access| access.module == module && access.via == Via::Entity);
        let columns = tables.flat_map(|access| &facts.table(access.table).columns);
        columns
            .map(|column| {
                let word = column.data_type.split(['(', ' ']).next().unwrap_or_default();
                let word = match word {
                    "bigint" | "smallint" | "serial" | "bigserial" | "tinyint" | "mediumint" => {
                        "integer"
                    }
                    "varchar" | "text" | "character" | "nvarchar" | "longtext" | "citext" => {
                        "string"
                    }
                    "numeric" | "real" | "money" => "number",
                    "timestamptz" => "timestamp",
                    other => other,
                };
                (column.name.clone(), types::schema(word, &mut |_| None))
            })
            .collect()
    }

    /// Routes that move: they stay what they are, behind a gateway.
    fn routes(&mut self, step: &Step) {
        let facts = self.drafts.names.facts;
        for entry in step.scope.entry_points.iter().map(|id| &facts.entry_points[id.index()]) {
            let Some((method, path)) = entry.route.split_once(' ') else { continue };
            let method = method.to_ascii_lowercase();
            let is_known = ["get", "post", "put", "patch", "delete", "head", "options"]
                .contains(&method.as_str());
            if entry.kind != EntryKind::Http || !is_known || !path.starts_with('/') {
                continue;
            }
            let path = templated(path);
            let path = self.same_path(&path).unwrap_or(path);
            let id = self.id(&format!("{method} {path}"));
            let function = entry.function.map(|id| facts.function(id).name.clone());
            let draft = json!({
                "operationId": id,
                "tags": ["routes that move"],
                "summary": function.unwrap_or_default(),
                "parameters": parameters_of(&path),
                "responses": { "200": { "description": "As today" } },
                "x-source": facts.module(entry.module).path,
            });
            let item = self.paths.entry(path).or_insert_with(|| json!({}));
            if item.get(&method).is_none() {
                item[&method] = draft;
            }
        }
    }

    /// A path that is there already and differs in the names of parameters only: OpenAPI takes both for one.
    fn same_path(&self, path: &str) -> Option<String> {
        self.paths.keys().find(|known| shape(known) == shape(path)).cloned()
    }
}

/// `{id}`, `:id`, `<int:id>` as `{id}`, each name once.
fn templated(path: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let segments = path.split('/').map(|segment| {
        let bare = segment
            .strip_prefix(':')
            .or_else(|| segment.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')))
            .or_else(|| segment.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')));
        let Some(bare) = bare else {
            return segment.replace(['{', '}', '?', '#', ' '], "-");
        };
        let name = bare.rsplit(':').next().filter(|_| segment.starts_with('<')).unwrap_or(bare);
        let name = name.split([':', '?', '=']).next().unwrap_or(name);
        let name: String = name
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
            .collect();
        let name = if name.is_empty() || names.contains(&name) {
            format!("part{}", names.len() + 1)
        } else {
            name
        };
        names.push(name.clone());
        format!("{{{name}}}")
    });
    segments.collect::<Vec<_>>().join("/")
}

fn parameters_of(path: &str) -> Value {
    let in_path =
        path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let parameters = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    Value::from(parameters.collect::<Vec<_>>())
}

fn shape(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

/// `getTotal`, `isPaid` and `total` stand for the property they read.
fn property(function: &str) -> Option<String> {
    let bare = ["get_", "get", "is_", "is"].into_iter().find_map(|prefix| {
        let rest = function.strip_prefix(prefix)?;
        let begins_word =
            prefix.ends_with('_') || rest.starts_with(|letter: char| letter.is_ascii_uppercase());
        (begins_word && !rest.is_empty()).then_some(rest)
    });
    let name = bare.unwrap_or(function);
    let mut letters = name.chars();
    let first = letters.next()?;
    Some(format!("{}{}", first.to_ascii_lowercase(), letters.as_str()))
}
