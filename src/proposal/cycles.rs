//! Circles among services or packages, and the least that has to be cut so that none is left.

use std::collections::BTreeMap;

use super::Proposal;
use crate::{
    analysis::{cut::least_feedback, grouping::Role},
    facts::{Call, CallKind, Facts, ModuleId, Place},
};

/// What stands in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Services and the remainder, by calls that would become requests.
    Services,
    /// Packages, by every kind of reference.
    Packages,
}

impl Level {
    pub const ALL: [Self; 2] = [Self::Services, Self::Packages];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::Packages => "packages",
        }
    }
}

/// One direction between two services or packages that has to go, with everything that runs along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub from: String,
    pub to: String,
    /// Each reference: the function or module it names, and where.
    pub references: Vec<(String, Place)>,
}

/// The links to cut so that no circle is left, those with the fewest references first. Their references are as few as
/// possible, or close to that where very many stand in one circle.
#[must_use]
pub fn links_to_cut(facts: &Facts, proposal: &Proposal, level: Level) -> Vec<Link> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let names: Vec<Option<String>> = (0..facts.modules.len())
        .map(|module| name(facts, proposal, level, ModuleId::at(module)))
        .collect();
    for name in names.iter().flatten() {
        let next = u32::try_from(numbers.len()).expect("fewer names than modules");
        numbers.entry(name.clone()).or_insert(next);
    }
    let number = |module: ModuleId| names[module.index()].as_ref().map(|name| numbers[name]);
    let mut calls: BTreeMap<(u32, u32), Vec<&Call>> = BTreeMap::new();
    for call in facts.calls.iter().filter(|call| counts(level, call.kind)) {
        if let (Some(from), Some(to)) = (number(call.from_module), number(call.to_module))
            && from != to
        {
            calls.entry((from, to)).or_default().push(call);
        }
    }
    let arcs: Vec<(u32, u32, u64)> =
        calls.iter().map(|((from, to), calls)| (*from, *to, calls.len() as u64)).collect();
    let lists: Vec<&Vec<&Call>> = calls.values().collect();
    let cut = least_feedback(numbers.len(), &arcs);
    let mut name_of = vec![String::new(); numbers.len()];
    for (name, number) in numbers {
        name_of[number as usize] = name;
    }
    let mut links: Vec<Link> = cut
        .into_iter()
        .map(|at| Link {
            from: name_of[arcs[at].0 as usize].clone(),
            to: name_of[arcs[at].1 as usize].clone(),
            references: lists[at].iter().map(|call| reference(facts, call)).collect(),
        })
        .collect();
    links.sort_by(|a, b| {
        let key = |link: &Link| (link.references.len(), link.from.clone(), link.to.clone());
        key(a).cmp(&key(b))
    });
    links
}

/// What a module stands in, if it takes part.
fn name(facts: &Facts, proposal: &Proposal, level: Level, module: ModuleId) -> Option<String> {
    match level {
        Level::Packages => Some(facts.module(module).package.clone()),
        Level::Services => {
            let service = proposal.service(proposal.service_of(facts.module_piece(module)))?;
            let counts = matches!(service.role, Role::Service | Role::Remainder);
            counts.then(|| service.name.clone())
        }
    }
}

fn counts(level: Level, kind: CallKind) -> bool {
    level == Level::Packages || matches!(kind, CallKind::Call | CallKind::Construct)
}

fn reference(facts: &Facts, call: &Call) -> (String, Place) {
    let what = match call.to_function {
        Some(function) => facts.function(function).name.clone(),
        None => facts.module(call.to_module).file_name().to_owned(),
    };
    (what, Place::new(facts.module(call.from_module).path.clone(), call.line))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    #[test]
    fn the_fewest_references_are_cut() {
        let facts = parse(
            "orders/cart.rb calls billing/invoice.rb
             orders/order.rb calls billing/invoice.rb
             billing/invoice.rb calls orders/order.rb
             billing/invoice.rb calls mail/mailer.rb",
        )
        .expect("good notation");
        let proposal = Proposal::undivided("All", facts.piece_count());
        let links = links_to_cut(&facts, &proposal, Level::Packages);
        let written: Vec<String> = links
            .iter()
            .map(|link| format!("{} to {}: {}", link.from, link.to, link.references[0].1))
            .collect();
        assert_eq!(written, ["billing to orders: billing/invoice.rb:3"]);
        assert_eq!(links_to_cut(&facts, &proposal, Level::Services), []);
    }
}
