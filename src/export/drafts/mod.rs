//! Drafts of the files that a service needs from its first day: contracts, deployment, catalogue, owners, decisions.

mod asyncapi;
mod contract;
mod decisions;
mod openapi;
mod provision;
#[cfg(test)]
mod tests;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    names::Names,
    plan::{Caller, Operation, Plan, Step},
};
use crate::{
    analysis::{figures::Scorer, grouping::Role},
    facts::{ModuleId, Place},
    proposal::ServiceId,
};

/// A file to be written below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// With `/`, relative to the folder.
    pub path: String,
    pub text: String,
}

/// All drafts of a plan, ordered by path.
#[must_use]
pub fn files(names: &Names<'_>, plan: &Plan, scorer: &Scorer) -> Vec<File> {
    let drafts = Drafts::new(names, plan);
    let mut files = Vec::new();
    let mut add = |path: String, text: String| files.push(File { path, text });
    for step in &plan.steps {
        let word = drafts.word(step.service);
        add(format!("{word}/openapi.json"), openapi::print(&drafts, step));
        if let Some(text) = asyncapi::print(&drafts, step) {
            add(format!("{word}/asyncapi.json"), text);
        }
        add(format!("{word}/deploy.md"), contract::deploy(&drafts, step));
        add(format!("{word}/Dockerfile"), provision::image(&drafts, step));
        add(format!("terraform/{word}.tf"), provision::terraform(&drafts, step));
    }
    if !plan.steps.is_empty() {
        // `_` stands in no service's word.
        add("terraform/_cluster.tf".to_owned(), provision::cluster());
    }
    add("compose.yaml".to_owned(), contract::compose(&drafts));
    add("catalog-info.yaml".to_owned(), contract::catalogue(&drafts));
    add("CODEOWNERS".to_owned(), contract::owners(&drafts));
    for (number, (title, text)) in (1..).zip(decisions::records(&drafts, scorer)) {
        add(format!("decisions/{number:04}-{}.md", word_of(&title)), text);
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What all drafts are made from.
struct Drafts<'a> {
    names: &'a Names<'a>,
    plan: &'a Plan,
    words: BTreeMap<ServiceId, String>,
}

impl<'a> Drafts<'a> {
    fn new(names: &'a Names<'a>, plan: &'a Plan) -> Self {
        let mut taken = BTreeSet::from(["terraform".to_owned(), "decisions".to_owned()]);
        let services = names.proposal.services.iter();
        let words = services.map(|service| {
            let word = word_of(&service.name);
            let numbered = (2_u32..).map(|number| format!("{word}-{number}"));
            let mut all = std::iter::once(word.clone()).chain(numbered);
            let free = all.find(|word| taken.insert(word.clone())).unwrap_or_default();
            (service.id, free)
        });
        Self { names, plan, words: words.collect() }
    }

    /// The service's name as paths and catalogues have it: lower-case letters, digits and `-`.
    fn word(&self, service: ServiceId) -> &str {
        self.words.get(&service).map_or("", String::as_str)
    }

    /// The variable that tells where a service is.
    fn url_variable(&self, service: ServiceId) -> String {
        format!("{}_URL", self.word(service).replace('-', "_").to_uppercase())
    }

    fn name(&self, service: ServiceId) -> String {
        self.names.service(service)
    }

    fn owner(&self, service: ServiceId) -> String {
        let decided = self.names.proposal.service(service).map(|service| service.owner.clone());
        if let Some(owner) = decided.filter(|owner| !owner.is_empty()) {
            return owner;
        }
        let scope =
            self.plan.steps.iter().find(|step| step.service == service).map(|step| &step.scope);
        let scope = scope.or_else(|| {
            let libraries = self.plan.libraries.iter();
            libraries
                .filter(|library| library.service == service)
                .map(|library| &library.scope)
                .next()
        });
        let team = scope.and_then(|scope| scope.owners.teams.first());
        team.map_or_else(String::new, |(team, _)| self.names.facts.teams[team.index()].name.clone())
    }

    /// The services whose operations a service calls when all steps are done, with those operations.
    fn downstream(&self, service: ServiceId) -> BTreeMap<ServiceId, Vec<&'a Operation>> {
        let mut needed: BTreeMap<ServiceId, Vec<&Operation>> = BTreeMap::new();
        let Some(step) = self.step(service) else { return needed };
        for operation in &step.api.needs {
            needed.entry(self.home(operation.module)).or_default().push(operation);
        }
        needed
    }

    fn step(&self, service: ServiceId) -> Option<&'a Step> {
        self.plan.steps.iter().find(|step| step.service == service)
    }

    fn home(&self, module: ModuleId) -> ServiceId {
        self.names.proposal.service_of(self.names.facts.module_piece(module))
    }

    /// Who calls an operation when all steps are done, with the places.
    fn callers(&self, operation: &Operation) -> BTreeMap<String, Vec<Place>> {
        let mut callers: BTreeMap<String, Vec<Place>> = BTreeMap::new();
        for at in operation.callers.iter().flat_map(|Caller { calls, .. }| calls) {
            let call = &self.names.facts.calls[*at];
            let place = Place::new(self.names.module(call.from_module), call.line);
            callers.entry(self.name(self.home(call.from_module))).or_default().push(place);
        }
        callers
    }

    fn is_library(&self, service: ServiceId) -> bool {
        self.names.proposal.service(service).is_some_and(|service| service.role == Role::Library)
    }
}

/// Lower-case letters and digits with `-` between words; never empty, at most 50 letters.
fn word_of(name: &str) -> String {
    let mut word = String::new();
    let mut before_is_lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before_is_lower {
            word.push('-');
        }
        before_is_lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        word.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    }
    while word.contains("--") {
        word = word.replace("--", "-");
    }
    let word: String = word.trim_matches('-').chars().take(50).collect();
    if word.is_empty() { "service".to_owned() } else { word.trim_matches('-').to_owned() }
}
