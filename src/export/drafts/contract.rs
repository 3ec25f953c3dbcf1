//! How a service is deployed and run, and where it stands in catalogues: contract, Compose, Backstage, owners.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use serde_json::Value;

use super::Drafts;
use crate::{
    export::{
        names::count,
        plan::{Operation, Step},
    },
    facts::EntryKind,
    proposal::ServiceId,
};

/// The deploy contract of a service.
pub(super) fn deploy(drafts: &Drafts<'_>, step: &Step) -> String {
    let name = drafts.name(step.service);
    let word = drafts.word(step.service);
    let downstream = drafts.downstream(step.service);
    let mut text = format!(
        "# {name}: deploy contract\n\nA draft. One command deploys artifact, version and environment.\n"
    );
    let mut put = |line: &str| text.push_str(&format!("{line}\n"));
    put("\n## What is deployed\n");
    put(&format!("- artifact: container image `{word}`, the same in every environment"));
    put("- version: the commit it was built from; the one before stays deployable");
    let owner = drafts.owner(step.service);
    put(&format!("- owner and on call: {}", if owner.is_empty() { "to be named" } else { &owner }));
    put("\n## Configuration, from outside\n");
    put("| variable | what |\n| --- | --- |");
    for (variable, what) in configuration(drafts, step) {
        put(&format!("| `{variable}` | {what} |"));
    }
    put("\n## Health\n");
    put("- `/health/live`: the process answers");
    put(&format!(
        "- `/health/ready`: it can work{}; it does not ask its downstream services",
        if step.data.tables.is_empty() { "" } else { ", its database answers" }
    ));
    put("\n## Downstream: a timeout, a circuit breaker and a pool for each\n");
    if downstream.is_empty() {
        put("It calls nobody.");
    } else {
        put(
            "| service | operations | call sites | timeout | when it does not answer |\n| --- | --- | --- | --- | --- |",
        );
        for (service, operations) in &downstream {
            let sites: usize = operations
                .iter()
                .flat_map(|one| &one.callers)
                .map(|caller| caller.calls.len())
                .sum();
            put(&format!(
                "| {} | {} | {sites} | 1 s, to be agreed | to be decided |",
                drafts.name(*service),
                operations.len()
            ));
        }
    }
    put("\n## Idempotence keys\n");
    let writing = writing(drafts, step);
    if writing.is_empty() {
        put("No operation that others call writes.");
    }
    for operation in writing {
        put(&format!("- `{operation}`"));
    }
    put("\n## Dashboards and alerts\n");
    for line in &step.readiness.dashboards {
        put(&format!("- {line}"));
    }
    for service in downstream.keys() {
        put(&format!(
            "- Alert: the circuit breaker to {} is open for five minutes.",
            drafts.name(*service)
        ));
    }
    for line in &step.readiness.must_be_there {
        if line.contains("saga") {
            put(&format!("- {line}"));
        }
    }
    text
}

fn writing(drafts: &Drafts<'_>, step: &Step) -> Vec<String> {
    let writing = step.api.offers.iter().filter(|operation| operation.writes);
    let named = |operation: &Operation| {
        operation.function.map(|function| drafts.names.function(function).to_owned())
    };
    writing.filter_map(named).collect()
}

/// Environment variables with what they are for.
pub(super) fn configuration(drafts: &Drafts<'_>, step: &Step) -> Vec<(String, String)> {
    let mut variables = vec![("PORT".to_owned(), "where it listens".to_owned())];
    if !step.data.tables.is_empty() {
        let tables = count(step.data.tables.len(), "table", "tables");
        variables.push((
            "DATABASE_URL".to_owned(),
            format!("its own database, {tables}; nobody else has these credentials"),
        ));
    }
    for service in drafts.downstream(step.service).keys() {
        let where_it_is = format!("where {} is", drafts.name(*service));
        variables.push((drafts.url_variable(*service), where_it_is));
    }
    let facts = drafts.names.facts;
    let kinds = step.scope.entry_points.iter().map(|id| facts.entry_points[id.index()].kind);
    let kinds: BTreeSet<EntryKind> = kinds.collect();
    if kinds.contains(&EntryKind::Message) || super::asyncapi::print(drafts, step).is_some() {
        variables
            .push(("BROKER_URL".to_owned(), "where its messages come from and go to".to_owned()));
    }
    if kinds.contains(&EntryKind::Job) {
        variables.push(("SCHEDULES_ENABLED".to_owned(), "off in all but one instance".to_owned()));
    }
    variables.push((
        "OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(),
        "where traces, figures and logs go".to_owned(),
    ));
    variables
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// All services with their databases for one machine.
pub(super) fn compose(drafts: &Drafts<'_>) -> String {
    let mut text = String::from(
        "# A draft for one machine: every service with its own database.\nservices:\n",
    );
    let mut put = |line: &str| writeln!(text, "{line}").expect("a string takes all");
    for step in &drafts.plan.steps {
        let word = drafts.word(step.service);
        put(&format!(
            "  {word}:\n    image: {}\n    environment:",
            quoted(&format!("{word}:latest"))
        ));
        for (variable, _) in configuration(drafts, step) {
            put(&format!("      {variable}: \"${{{variable}:-}}\""));
        }
        put(
            "    healthcheck:\n      test: [\"CMD\", \"wget\", \"-qO-\", \"http://localhost:8080/health/live\"]",
        );
        if !step.data.tables.is_empty() {
            put(&format!("    depends_on:\n      - {word}-database"));
            put(&format!(
                "  {word}-database:\n    image: \"${{DATABASE_IMAGE:-postgres:17}}\"\n    volumes:\n      - {word}-data:/var/lib/data"
            ));
        }
    }
    let with_data: Vec<ServiceId> = drafts
        .plan
        .steps
        .iter()
        .filter(|step| !step.data.tables.is_empty())
        .map(|step| step.service)
        .collect();
    if !with_data.is_empty() {
        put("volumes:");
    }
    for service in with_data {
        put(&format!("  {}-data: {{}}", drafts.word(service)));
    }
    text
}

/// Backstage entities: the system, a component and an API for each service, a resource for each database.
pub(super) fn catalogue(drafts: &Drafts<'_>) -> String {
    let facts = drafts.names.facts;
    let system = super::word_of(if facts.name.is_empty() { "monolith" } else { &facts.name });
    let mut text = String::new();
    let mut entity = |kind: &str, name: &str, title: &str, spec: &[(String, String)]| {
        write!(
            text,
            "---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n  title: {}\nspec:\n",
            quoted(title)
        )
        .expect("a string takes all");
        for (field, value) in spec {
            writeln!(text, "  {field}: {value}").expect("a string takes all");
        }
    };
    let pair = |field: &str, value: &str| (field.to_owned(), value.to_owned());
    entity("System", &system, &facts.name, &[pair("owner", "unknown")]);
    let services = drafts.plan.steps.iter().map(|step| step.service);
    let libraries = drafts.plan.libraries.iter().map(|library| library.service);
    let apis: BTreeSet<ServiceId> = drafts
        .plan
        .steps
        .iter()
        .filter(|step| !step.api.offers.is_empty())
        .map(|step| step.service)
        .collect();
    for service in services.chain(libraries) {
        let word = drafts.word(service);
        let owner = super::word_of(&drafts.owner(service));
        let owner = if drafts.owner(service).is_empty() { "unknown" } else { &owner };
        let kind = if drafts.is_library(service) { "library" } else { "service" };
        let mut spec = vec![
            pair("type", kind),
            pair("lifecycle", "experimental"),
            pair("owner", owner),
            pair("system", &system),
        ];
        if apis.contains(&service) {
            spec.push(pair("providesApis", &format!("[{word}-api]")));
        }
        let downstream = drafts.downstream(service);
        let consumed = downstream.keys().filter(|other| apis.contains(other));
        let consumed: Vec<String> =
            consumed.map(|other| format!("{}-api", drafts.word(*other))).collect();
        if !consumed.is_empty() {
            spec.push(pair("consumesApis", &format!("[{}]", consumed.join(", "))));
        }
        let tables = drafts.step(service).map_or(0, |step| step.data.tables.len());
        if tables > 0 {
            spec.push(pair("dependsOn", &format!("[\"resource:{word}-database\"]")));
        }
        entity("Component", word, &drafts.name(service), &spec);
        if apis.contains(&service) {
            let api = [
                pair("type", "openapi"),
                pair("lifecycle", "experimental"),
                pair("owner", owner),
                pair("system", &system),
                pair("definition", &format!("\n    $text: ./{word}/openapi.json")),
            ];
            entity("API", &format!("{word}-api"), &drafts.name(service), &api);
        }
        if tables > 0 {
            let resource =
                [pair("type", "database"), pair("owner", owner), pair("system", &system)];
            let title = format!("{}: {}", drafts.name(service), count(tables, "table", "tables"));
            entity("Resource", &format!("{word}-database"), &title, &resource);
        }
    }
    text
}

/// Folders that lie in one service whole, else modules, with the owner of their service.
pub(super) fn owners(drafts: &Drafts<'_>) -> String {
    let facts = drafts.names.facts;
    let mut homes: BTreeMap<String, BTreeSet<ServiceId>> = BTreeMap::new();
    for module in &facts.modules {
        let piece = facts.module_at(&module.path).map(|id| facts.module_piece(id));
        let Some(service) = piece.map(|piece| drafts.names.proposal.service_of(piece)) else {
            continue;
        };
        let mut folder = module.folder();
        while !folder.is_empty() {
            homes.entry(folder.to_owned()).or_default().insert(service);
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    let is_whole = |folder: &str| homes.get(folder).is_some_and(|services| services.len() == 1);
    let mut lines: BTreeSet<(String, ServiceId)> = BTreeSet::new();
    for (at, module) in facts.modules.iter().enumerate() {
        let service = drafts.names.proposal.placement[at];
        let mut best = None;
        let mut folder = module.folder();
        while !folder.is_empty() && is_whole(folder) {
            best = Some(folder);
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        let pattern =
            best.map_or_else(|| format!("/{}", module.path), |folder| format!("/{folder}/"));
        lines.insert((pattern.replace(' ', "\\ "), service));
    }
    let mut text =
        String::from("# A draft: who answers for which code when the proposal is carried out.\n");
    for (pattern, service) in lines {
        let owner = drafts.owner(service);
        let word = if owner.starts_with('@') || owner.contains('@') {
            owner.replace(' ', "-")
        } else {
            format!("@{}", owner.replace(' ', "-"))
        };
        if owner.is_empty() {
            writeln!(text, "# {pattern} ({}: nobody yet)", drafts.name(service))
                .expect("a string takes all");
        } else {
            writeln!(text, "{pattern} {word}").expect("a string takes all");
        }
    }
    text
}
