//! What runs between services, for pictures and models: one relation for each ordered pair, with its numbers.

use crate::{
    analysis::{
        figures::{Crossings, Scorer},
        grouping::Role,
    },
    proposal::{Proposal, Service, ServiceId},
};

/// One service uses another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub from: ServiceId,
    pub to: ServiceId,
    /// Joins, transactions and commits, which have no direction, are left out.
    pub crossings: Crossings,
}

/// The services that are drawn: those that have pieces and are not excluded, in the order of the proposal.
pub fn drawn<'a>(proposal: &'a Proposal, scorer: &Scorer) -> impl Iterator<Item = &'a Service> {
    proposal.services.iter().filter(|service| {
        let size = scorer.size(service.id.group());
        service.role != Role::Excluded && size.modules + size.tables > 0
    })
}

/// Who uses whom, in the order of the proposal. The use of a library is no crossing and is told by no number.
#[must_use]
pub fn relations(proposal: &Proposal, scorer: &Scorer) -> Vec<Relation> {
    let services: Vec<ServiceId> = drawn(proposal, scorer).map(|service| service.id).collect();
    let mut relations = Vec::new();
    for from in &services {
        for to in services.iter().filter(|to| *to != from) {
            let both = scorer.pair(from.group(), to.group());
            let crossings = Crossings { joins: 0, transactions: 0, commits: 0, ..both };
            if crossings != Crossings::default() {
                relations.push(Relation { from: *from, to: *to, crossings });
            }
        }
    }
    relations
}

impl Relation {
    /// The numbers in words: `12 calls, 3 reads, 1 write, 2 keys`.
    #[must_use]
    pub fn words(&self) -> String {
        let Crossings { calls, reads, writes, declared_keys, implied_keys, .. } = self.crossings;
        let parts = [
            (calls, "call", "calls"),
            (reads, "read", "reads"),
            (writes, "write", "writes"),
            (declared_keys + implied_keys, "key", "keys"),
        ];
        let told =
            parts.into_iter().filter(|(number, ..)| *number > 0).map(|(number, one, many)| {
                format!("{number} {}", if number == 1 { one } else { many })
            });
        told.collect::<Vec<_>>().join(", ")
    }

    /// Whether code is called, and not only data used.
    #[must_use]
    pub fn calls(&self) -> bool {
        self.crossings.calls > 0
    }
}

/// Words that may be used in languages of other tools: letters, digits and `_`, beginning with a letter, each once.
#[derive(Clone, Debug, Default)]
pub struct Identifiers {
    taken: std::collections::BTreeSet<String>,
}

impl Identifiers {
    /// `Order Service` becomes `Order_Service`; what is taken gets a number. Names that differ in case only are the same.
    #[must_use]
    pub fn next(&mut self, name: &str) -> String {
        let mut word: String = name
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
            .collect();
        while word.contains("__") {
            word = word.replace("__", "_");
        }
        let word = word.trim_matches('_');
        let is_word = word.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let word = if is_word {
            word.to_owned()
        } else {
            format!("s_{word}").trim_end_matches('_').to_owned()
        };
        let numbered = (2_u32..).map(|number| format!("{word}_{number}"));
        let mut all = std::iter::once(word.clone()).chain(numbered);
        let free = all.find(|word| !self.taken.contains(&word.to_lowercase())).unwrap_or(word);
        self.taken.insert(free.to_lowercase());
        free
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn identifiers_are_words_and_each_is_there_once() {
        let mut identifiers = Identifiers::default();
        let words: Vec<String> = ["Order & Cart", "order - cart", "2nd", "", "Größe"]
            .into_iter()
            .map(|name| identifiers.next(name))
            .collect();
        assert_eq!(words, ["Order_Cart", "order_cart_2", "s_2nd", "s", "Gr_e"]);
    }
}
