//! What builds and runs a service: an image by the language it is written in, and Terraform for a Kubernetes cluster.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Drafts, contract::configuration, word_of};
use crate::{export::plan::Step, proposal::ServiceId};

/// The port that drafts agree on.
const PORT: u16 = 8080;

/// The language in which most lines of a step's modules are written; the first by name among equals.
fn language<'a>(drafts: &Drafts<'a>, step: &Step) -> &'a str {
    let facts = drafts.names.facts;
    let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
    for module in &step.scope.modules {
        let module = facts.module(*module);
        *lines.entry(&module.language).or_default() += u64::from(module.lines);
    }
    let most = lines.iter().max_by_key(|(name, lines)| (**lines, std::cmp::Reverse(**name)));
    most.map_or("", |(name, _)| name)
}

/// A Dockerfile.
pub(super) fn image(drafts: &Drafts<'_>, step: &Step) -> String {
    let word = drafts.word(step.service);
    let language = language(drafts, step);
    let name = drafts.name(step.service).replace(|letter: char| letter.is_control(), " ");
    let written_in =
        if language.is_empty() { String::new() } else { format!(", written in {language}") };
    format!(
        "# A draft for {name}{written_in}: the same image in every environment, configured from outside.\n\
         # Whoever runs it asks /health/live and /health/ready on port {PORT}.\n{}",
        stages(language, word)
    )
}

/// How services in a language are built and started; settings and paths are what its tools use by default.
fn stages(language: &str, word: &str) -> String {
    let run = |base: &str, steps: &str, start: &str| {
        format!(
            "FROM {base}\nWORKDIR /app\n{steps}ENV PORT={PORT}\nEXPOSE {PORT}\nUSER 10001\n{start}\n"
        )
    };
    match language {
        "Java" | "Kotlin" => run(
            "eclipse-temurin:21-jre",
            "# The pipeline builds it before: Maven leaves it in target/, Gradle in build/libs/.\n\
             ARG ARTIFACT=target/app.jar\nCOPY ${ARTIFACT} app.jar\n",
            "ENTRYPOINT [\"java\", \"-jar\", \"app.jar\"]",
        ),
        "C#" => run(
            "mcr.microsoft.com/dotnet/aspnet:8.0",
            "# The pipeline builds it before: dotnet publish -c Release -o publish\nCOPY publish/ .\n",
            &format!("ENTRYPOINT [\"dotnet\", \"{word}.dll\"]"),
        ),
        "Python" => run(
            "python:3.13-slim",
            "COPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n",
            &format!("CMD [\"python\", \"-m\", \"{}\"]", word.replace('-', "_")),
        ),
        "Ruby" => run(
            "ruby:3.4-slim",
            "COPY Gemfile Gemfile.lock ./\n\
             RUN bundle config set without 'development test' && bundle install\nCOPY . .\n",
            &format!("CMD [\"bundle\", \"exec\", \"puma\", \"-p\", \"{PORT}\"]"),
        ),
        "PHP" => run(
            "php:8.4-cli",
            "# The pipeline installs what it needs before: composer install --no-dev\nCOPY . .\n",
            &format!("CMD [\"php\", \"-S\", \"0.0.0.0:{PORT}\", \"-t\", \"public\"]"),
        ),
        "TypeScript" | "JavaScript" => run(
            "node:22-slim",
            "COPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n\
             # The pipeline builds it before: npm run build\nCOPY dist/ dist/\n",
            "CMD [\"node\", \"dist/main.js\"]",
        ),
        "Go" => format!(
            "FROM golang:1.25 AS build\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n\
             RUN CGO_ENABLED=0 go build -o /out/{word} .\n\n{}",
            run(
                "alpine:3.22",
                &format!("COPY --from=build /out/{word} .\n"),
                &format!("ENTRYPOINT [\"/app/{word}\"]"),
            )
        ),
        "Rust" => format!(
            "FROM rust:1-slim AS build\nWORKDIR /src\nCOPY . .\nRUN cargo build --release --bin {word}\n\n{}",
            run(
                "debian:stable-slim",
                &format!("COPY --from=build /src/target/release/{word} .\n"),
                &format!("ENTRYPOINT [\"/app/{word}\"]"),
            )
        ),
        _ => run("debian:stable-slim", "COPY . .\n", &format!("ENTRYPOINT [\"/app/{word}\"]")),
    }
}

/// What all services need from Terraform.
pub(super) fn cluster() -> String {
    "# A draft: every service as a deployment of its own in one namespace for each environment.\n\
     # One command deploys artifact, version and environment:\n\
     #   terraform apply -var environment=test -var 'versions={\"NAME\"=\"VERSION\"}'\n\
     terraform {\n  required_providers {\n    kubernetes = {\n      source  = \"hashicorp/kubernetes\"\n      \
     version = \"~> 2.0\"\n    }\n  }\n}\n\n\
     variable \"environment\" {\n  type        = string\n  description = \"The namespace that is deployed to.\"\n}\n\n\
     variable \"images\" {\n  type        = string\n  description = \"Where images are kept, without a slash at the end.\"\n}\n\n\
     variable \"versions\" {\n  type        = map(string)\n  description = \"By service, the version that runs.\"\n}\n\n\
     variable \"secrets\" {\n  type        = map(map(string))\n  \
     description = \"By service, what it is told and nobody else may know: DATABASE_URL and the like.\"\n  \
     sensitive   = true\n  default     = {}\n}\n"
        .to_owned()
}

/// A service for Terraform.
pub(super) fn terraform(drafts: &Drafts<'_>, step: &Step) -> String {
    let word = drafts.word(step.service);
    let id = word.replace('-', "_");
    let owner = drafts.owner(step.service);
    let owner = if owner.is_empty() { "nobody-yet".to_owned() } else { word_of(&owner) };
    let mut text = String::new();
    let mut put = |depth: usize, line: &str| {
        writeln!(text, "{:indent$}{line}", "", indent = 2 * depth).expect("a string takes all");
    };
    put(0, &format!("resource \"kubernetes_secret_v1\" \"{id}\" {{"));
    metadata(&mut put, 1, word);
    put(1, &format!("data = lookup(var.secrets, \"{word}\", {{}})"));
    put(0, "}\n");
    put(0, &format!("resource \"kubernetes_deployment_v1\" \"{id}\" {{"));
    metadata(&mut put, 1, word);
    put(1, "spec {");
    put(2, "replicas = 2");
    block(&mut put, 2, "selector", &[format!("match_labels = {{ app = \"{word}\" }}")]);
    put(2, "template {");
    block(
        &mut put,
        3,
        "metadata",
        &[format!("labels = {{ app = \"{word}\", team = \"{owner}\" }}")],
    );
    put(3, "spec {");
    put(4, "container {");
    put(5, &format!("name  = \"{word}\""));
    put(5, &format!("image = \"${{var.images}}/{word}:${{var.versions[\"{word}\"]}}\""));
    block(&mut put, 5, "port", &[format!("container_port = {PORT}")]);
    for (variable, value) in settings(drafts, step) {
        let lines = [format!("name  = \"{variable}\""), format!("value = \"{value}\"")];
        block(&mut put, 5, "env", &lines);
    }
    put(5, "env_from {");
    block(
        &mut put,
        6,
        "secret_ref",
        &[format!("name = kubernetes_secret_v1.{id}.metadata[0].name")],
    );
    put(5, "}");
    for (probe, path) in [("liveness_probe", "live"), ("readiness_probe", "ready")] {
        put(5, &format!("{probe} {{"));
        let lines = [format!("path = \"/health/{path}\""), format!("port = {PORT}")];
        block(&mut put, 6, "http_get", &lines);
        put(5, "}");
    }
    let resources = "requests = { cpu = \"100m\", memory = \"256Mi\" }".to_owned();
    block(&mut put, 5, "resources", &[resources]);
    for depth in (0..5).rev() {
        put(depth, "}");
    }
    put(0, "");
    put(0, &format!("resource \"kubernetes_service_v1\" \"{id}\" {{"));
    metadata(&mut put, 1, word);
    put(1, "spec {");
    put(2, &format!("selector = {{ app = \"{word}\" }}"));
    block(&mut put, 2, "port", &[format!("port = {PORT}"), format!("target_port = {PORT}")]);
    put(1, "}");
    put(0, "}");
    text
}

fn metadata(put: &mut impl FnMut(usize, &str), depth: usize, word: &str) {
    let lines = [format!("name      = \"{word}\""), "namespace = var.environment".to_owned()];
    block(put, depth, "metadata", &lines);
}

fn block(put: &mut impl FnMut(usize, &str), depth: usize, name: &str, lines: &[String]) {
    put(depth, &format!("{name} {{"));
    for line in lines {
        put(depth + 1, line);
    }
    put(depth, "}");
}

/// What a service is told that is no secret: where it listens, and where the others are.
fn settings(drafts: &Drafts<'_>, step: &Step) -> Vec<(String, String)> {
    let mut urls: BTreeMap<String, ServiceId> = BTreeMap::new();
    for service in drafts.downstream(step.service).into_keys() {
        urls.insert(drafts.url_variable(service), service);
    }
    let all = configuration(drafts, step).into_iter();
    let known = all.filter_map(|(variable, _)| {
        let value = match urls.get(&variable) {
            // What stays in the monolith is not run from here.
            Some(service) if drafts.step(*service).is_some() => {
                format!("http://{}:{PORT}", drafts.word(*service))
            }
            None if variable == "PORT" => PORT.to_string(),
            _ => return None,
        };
        Some((variable, value))
    });
    known.collect()
}
