//! The events that a service announces and the commands it could take as messages, as an AsyncAPI 3.0 draft.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Drafts, types, word_of};
use crate::{
    export::plan::{Advice, Step},
    facts::{AccessMode, TableId},
    proposal::ServiceId,
};

/// Writes the draft; nothing where the service has no reason for messages.
pub(super) fn print(drafts: &Drafts<'_>, step: &Step) -> Option<String> {
    let mut document = Messages { channels: Map::new(), operations: Map::new() };
    let service = drafts.word(step.service);
    for (table, readers) in announced(drafts, step.service) {
        let name = drafts.names.table(table);
        let columns = drafts.names.facts.table(table).columns.iter().map(|column| {
            let of = column.data_type.split(['(', ' ']).next().unwrap_or_default();
            (column.name.clone(), types::schema(of, &mut |_| None))
        });
        let why = readers.into_iter().collect::<Vec<_>>().join(", ");
        let properties: Map<String, Value> = columns.collect();
        let address = format!("{service}.{}.changed", word_of(&name));
        document.add(
            "send",
            &address,
            &format!("A row of {name} was made, changed or removed; for {why}."),
            &properties,
        );
    }
    for operation in
        step.api.offers.iter().filter(|operation| operation.could_be_event && operation.writes)
    {
        let Some(function) = operation.function.map(|id| drafts.names.facts.function(id)) else {
            continue;
        };
        let language = &drafts.names.facts.module(operation.module).language;
        let parameters = types::parameters(&function.signature, language);
        let properties: Map<String, Value> = parameters
            .into_iter()
            .map(|parameter| (parameter.name, types::schema(&parameter.type_name, &mut |_| None)))
            .collect();
        let address = format!("{service}.{}", word_of(&function.name));
        let callers: Vec<String> = drafts.callers(operation).into_keys().collect();
        let what = format!(
            "In place of calls of {}, which give nothing back; from {}.",
            function.name,
            callers.join(", ")
        );
        document.add("receive", &address, &what, &properties);
    }
    (!document.channels.is_empty()).then(|| document.print(&drafts.name(step.service)))
}

/// Tables of a service of which others keep a copy or a reference, with who wants to know.
fn announced(drafts: &Drafts<'_>, service: ServiceId) -> Vec<(TableId, BTreeSet<String>)> {
    let facts = drafts.names.facts;
    let is_own =
        |table: TableId| drafts.names.proposal.service_of(facts.table_piece(table)) == service;
    let mut announced: std::collections::BTreeMap<TableId, BTreeSet<String>> =
        std::collections::BTreeMap::new();
    for step in &drafts.plan.steps {
        let reads = step
            .data
            .uses
            .iter()
            .filter(|used| used.mode == AccessMode::Read && used.advice == Advice::Replica);
        for used in reads.filter(|used| is_own(used.table)) {
            let homes = used.accesses.iter().map(|at| drafts.home(facts.accesses[*at].module));
            let homes = homes.filter(|home| *home != service).map(|home| drafts.name(home));
            announced.entry(used.table).or_default().extend(homes);
        }
        for key in step.data.keys.iter().map(|cut| &facts.foreign_keys[cut.key]) {
            if is_own(key.to) && !is_own(key.from) {
                let home = drafts.names.proposal.service_of(facts.table_piece(key.from));
                announced.entry(key.to).or_default().insert(drafts.name(home));
            }
        }
    }
    announced.into_iter().collect()
}

struct Messages {
    channels: Map<String, Value>,
    operations: Map<String, Value>,
}

impl Messages {
    fn add(&mut self, action: &str, wanted: &str, what: &str, properties: &Map<String, Value>) {
        let numbered = (2_u32..).map(|number| format!("{wanted}.{number}"));
        let mut all = std::iter::once(wanted.to_owned()).chain(numbered);
        let address = all
            .find(|address| !self.channels.contains_key(&address.replace('.', "_")))
            .unwrap_or_default();
        let id = address.replace('.', "_");
        let payload = json!({
            "type": "object",
            "properties": {
                "id": { "type": "string", "format": "uuid", "description": "The same for every delivery: handle it once." },
                "version": { "type": "integer" },
                "at": { "type": "string", "format": "date-time" },
                "data": { "type": "object", "properties": properties },
            },
            "required": ["id", "version", "at", "data"],
        });
        let message = json!({ "name": id, "summary": what, "contentType": "application/json", "payload": payload });
        self.channels
            .insert(id.clone(), json!({ "address": address, "messages": { "message": message } }));
        let operation = json!({
            "action": action,
            "channel": { "$ref": format!("#/channels/{id}") },
            "summary": what,
            "messages": [{ "$ref": format!("#/channels/{id}/messages/message") }],
        });
        self.operations.insert(format!("{action}_{id}"), operation);
    }

    fn print(self, name: &str) -> String {
        let document = json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": format!("{name}: messages"),
                "version": "0.1.0",
                "description": "A draft made from the calls and accesses of today. Messages come at least once, in no order.",
            },
            "channels": self.channels,
            "operations": self.operations,
        });
        format!("{document:#}\n")
    }
}
