//! What things are called in everything that is exported.

use crate::{
    analysis::figures::{Figure, Figures},
    export::plan::Holder,
    facts::{EntryPointId, Facts, FunctionId, ModuleId, Place, TableId},
    proposal::{Proposal, ServiceId},
};

/// Names of the facts of one monolith and the services of one proposal.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    pub facts: &'a Facts,
    pub proposal: &'a Proposal,
}

impl<'a> Names<'a> {
    #[must_use]
    pub fn new(facts: &'a Facts, proposal: &'a Proposal) -> Self {
        Self { facts, proposal }
    }

    #[must_use]
    pub fn service(&self, id: ServiceId) -> String {
        self.proposal.service(id).map_or_else(String::new, |service| service.name.clone())
    }

    #[must_use]
    pub fn holder(&self, holder: Holder) -> String {
        match holder {
            Holder::Service(id) => self.service(id),
            Holder::Monolith => "the monolith".to_owned(),
        }
    }

    #[must_use]
    pub fn module(&self, id: ModuleId) -> &'a str {
        &self.facts.module(id).path
    }

    #[must_use]
    pub fn table(&self, id: TableId) -> String {
        self.facts.table(id).full_name()
    }

    #[must_use]
    pub fn function(&self, id: FunctionId) -> &'a str {
        &self.facts.function(id).name
    }

    /// Where a function stands.
    #[must_use]
    pub fn function_place(&self, id: FunctionId) -> Place {
        let function = self.facts.function(id);
        Place::new(self.module(function.module), function.line)
    }

    /// What enters there: `POST /orders`, or the function that is started.
    #[must_use]
    pub fn entry(&self, id: EntryPointId) -> String {
        let entry = &self.facts.entry_points[id.index()];
        let name = match entry.function {
            Some(function) => self.function(function),
            None => self.facts.module(entry.module).file_name(),
        };
        if entry.route.is_empty() { name.to_owned() } else { entry.route.clone() }
    }

    /// Where an entry point stands.
    #[must_use]
    pub fn entry_place(&self, id: EntryPointId) -> Place {
        let entry = &self.facts.entry_points[id.index()];
        match entry.function {
            Some(function) => self.function_place(function),
            None => Place::new(self.module(entry.module), 0),
        }
    }
}

/// `1 table`, `2 tables`.
#[must_use]
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// Names in one sentence: `a, b and c`.
#[must_use]
pub fn join(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What a change of figures says: those that change, with their sign.
#[must_use]
pub fn effect(delta: &Figures) -> String {
    let changed = Figure::ALL.iter().filter_map(|figure| {
        let by = figure.of(delta);
        match figure {
            Figure::LargestShare if by.abs() < 0.005 => None,
            Figure::LargestShare => Some(format!("{:+.0}% {}", by * 100.0, figure.name())),
            _ if by == 0.0 => None,
            _ => Some(format!("{by:+.0} {}", figure.name())),
        }
    });
    let changed: Vec<String> = changed.collect();
    if changed.is_empty() { "no figure changes".to_owned() } else { changed.join(", ") }
}
