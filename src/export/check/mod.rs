//! The check for continuous integration: what crosses between services now, compared with what was allowed before.
//!
//! A crossing is known by what it connects, not by its line, so that code may move within a file. The baseline says how
//! often each may occur; it is a ratchet: what is fixed leaves it, and nothing new enters.

mod baseline;
mod report;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub use self::{
    baseline::{Baseline, BaselineError},
    report::{json, sarif, text},
};
use super::names::{Names, join};
use crate::{
    analysis::{
        figures::{Figure, Item, Scope, Scorer},
        grouping::Role,
    },
    facts::{AccessMode, CallKind, Place, Step, TableId},
    proposal::ServiceId,
};

/// What a crossing breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A function of another service is called or constructed.
    Call,
    /// A type of another service is named, inherited or imported.
    Type,
    Read,
    Write,
    ForeignKey,
    Join,
    Transaction,
}

impl Rule {
    pub const ALL: [Self; 7] = [
        Self::Call,
        Self::Type,
        Self::Read,
        Self::Write,
        Self::ForeignKey,
        Self::Join,
        Self::Transaction,
    ];

    /// The name in baselines and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Type => "type",
            Self::Read => "read",
            Self::Write => "write",
            Self::ForeignKey => "foreign-key",
            Self::Join => "join",
            Self::Transaction => "transaction",
        }
    }

    /// The rule of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }

    /// The rule as a sentence.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Call => "No service calls functions of another one directly",
            Self::Type => "No service names types of another one",
            Self::Read => "No service reads tables of another one",
            Self::Write => "No service writes tables of another one",
            Self::ForeignKey => "No foreign key leads from one service to another",
            Self::Join => "No query joins tables of two services",
            Self::Transaction => "No entry point writes tables of two services",
        }
    }

    /// What to do instead.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Call => {
                "ask it through an operation it offers, send it an event, or place the module in the service it works for"
            }
            Self::Type => {
                "keep a type of your own with only what you need of it, or publish it in a library"
            }
            Self::Read => "ask its owner, or keep a copy that the owner's events bring up to date",
            Self::Write => {
                "only its owner writes a table: call an operation of the owner, or send it an event"
            }
            Self::ForeignKey => {
                "keep the id without a constraint, and let the owner announce when a row is gone"
            }
            Self::Join => "ask the other service for its part by ids, or keep a projection of it",
            Self::Transaction => {
                "write to one service and let the other follow by an event, or make it a saga"
            }
        }
    }
}

/// What a crossing connects: the same as long as its two ends have their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub rule: Rule,
    /// A module's path, a table with columns, or an entry point.
    pub from: String,
    /// `path#function`, a module's path, or a table. Never a service: renaming one breaks nothing.
    pub to: String,
}

/// Everything of the code that has one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    pub key: Key,
    /// The services it connects, the one that reaches out first; of a transaction the one whose table is written is
    /// last.
    pub services: Vec<String>,
    /// Where it stands, one place for each time it occurs.
    pub places: Vec<Place>,
}

impl Crossing {
    /// What happens there, as a sentence without a final stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (from, to) = match self.services.as_slice() {
            [from, to, ..] => (from.as_str(), to.as_str()),
            _ => ("", ""),
        };
        let what = self.key.to.rsplit('#').next().unwrap_or(&self.key.to);
        match self.key.rule {
            Rule::Call => format!("{from} calls {what} of {to}"),
            Rule::Type => format!("{from} names a type of {to} ({})", last(what)),
            Rule::Read => format!("{from} reads {what} of {to}"),
            Rule::Write => format!("{from} writes {what} of {to}"),
            Rule::ForeignKey => format!("{} of {from} refers to {what} of {to}", self.key.from),
            Rule::Join => format!("{what} are joined, of {from} and {to}"),
            Rule::Transaction => match self.services.as_slice() {
                [others @ .., owner] => format!(
                    "{} writes {what} of {owner} in one go with tables of {}",
                    self.key.from,
                    join(others)
                ),
                [] => format!("{} writes {what}", self.key.from),
            },
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// All crossings of a proposal, ordered by key. `scorer` must hold the proposal's grouping.
#[must_use]
pub fn crossings(names: &Names<'_>, scorer: &Scorer) -> Vec<Crossing> {
    let mut found: BTreeMap<Key, Crossing> = BTreeMap::new();
    let figures = [
        Figure::CrossingCalls,
        Figure::CrossingReads,
        Figure::CrossingWrites,
        Figure::CutDeclaredKeys,
        Figure::CutImpliedKeys,
        Figure::BrokenJoins,
        Figure::SpanningTransactions,
    ];
    for item in figures.into_iter().flat_map(|figure| scorer.items(figure, &Scope::All)) {
        let told = match item {
            Item::Transaction(at) => spanning(names, at),
            other => told(names, &other).into_iter().collect(),
        };
        for (key, services, place) in told {
            let crossing = Crossing { key: key.clone(), services, places: Vec::new() };
            found.entry(key).or_insert(crossing).places.push(place);
        }
    }
    let mut all: Vec<Crossing> = found.into_values().collect();
    for crossing in &mut all {
        crossing.places.sort();
        if crossing.key.rule == Rule::Type {
            // Whether a type is named once or ten times says nothing: the first line stands for all.
            crossing.places.truncate(1);
        }
    }
    all
}

/// What a crossing is told as: its key, the services it connects, and one place.
type Told = (Key, Vec<String>, Place);

/// A transaction that spans services: one crossing for each table that it writes outside the service it enters, so that
/// each can be allowed and mended on its own. Where it writes nothing at home, every table is one.
fn spanning(names: &Names<'_>, at: usize) -> Vec<Told> {
    let (facts, proposal) = (names.facts, names.proposal);
    let transaction = &facts.transactions[at];
    let entry = &facts.entry_points[transaction.entry_point.index()];
    let home = proposal.service_of(facts.module_piece(entry.module));
    let owner = |table: TableId| proposal.service_of(facts.table_piece(table));
    let counts =
        |id: ServiceId| proposal.service(id).is_some_and(|service| service.role != Role::Excluded);
    let mut written: BTreeMap<TableId, &Step> = BTreeMap::new();
    let writes = transaction.steps.iter().filter(|step| step.mode == AccessMode::Write);
    for step in writes.filter(|step| counts(owner(step.table))) {
        written.entry(step.table).or_insert(step);
    }
    let owners: BTreeSet<ServiceId> = written.keys().map(|table| owner(*table)).collect();
    let away = written.into_iter().filter(|(table, _)| owner(*table) != home);
    let told = away.map(|(table, step)| {
        let key = Key {
            rule: Rule::Transaction,
            from: names.entry(transaction.entry_point),
            to: names.table(table),
        };
        let mut services: Vec<String> = owners
            .iter()
            .filter(|service| **service != owner(table))
            .map(|service| names.service(*service))
            .collect();
        services.push(names.service(owner(table)));
        (key, services, Place::new(names.module(step.module), step.line))
    });
    told.collect()
}

fn told(names: &Names<'_>, item: &Item) -> Option<Told> {
    let facts = names.facts;
    let service = |id: ServiceId| names.service(id);
    let of_module = |module| service(names.proposal.service_of(facts.module_piece(module)));
    let of_table = |table| service(names.proposal.service_of(facts.table_piece(table)));
    Some(match item {
        Item::Call(at) => {
            let call = &facts.calls[*at];
            let (from, to) = (names.module(call.from_module), names.module(call.to_module));
            let is_call = matches!(call.kind, CallKind::Call | CallKind::Construct);
            let (rule, to) = match (is_call, call.to_function) {
                (true, Some(function)) => {
                    (Rule::Call, format!("{to}#{}", names.function(function)))
                }
                (true, None) => (Rule::Call, to.to_owned()),
                (false, _) => (Rule::Type, to.to_owned()),
            };
            let key = Key { rule, from: from.to_owned(), to };
            let services = vec![of_module(call.from_module), of_module(call.to_module)];
            (key, services, Place::new(from, call.line))
        }
        Item::Access(at) => {
            let access = &facts.accesses[*at];
            let rule = if access.mode == AccessMode::Read { Rule::Read } else { Rule::Write };
            let from = names.module(access.module);
            let key = Key { rule, from: from.to_owned(), to: names.table(access.table) };
            let services = vec![of_module(access.module), of_table(access.table)];
            (key, services, Place::new(from, access.line))
        }
        Item::ForeignKey(at) => {
            let key = &facts.foreign_keys[*at];
            let from = format!("{}({})", names.table(key.from), key.columns.join(", "));
            let services = vec![of_table(key.from), of_table(key.to)];
            let key_of = Key { rule: Rule::ForeignKey, from, to: names.table(key.to) };
            (key_of, services, key.place.clone())
        }
        Item::Join(at) => {
            let join = &facts.joins[*at];
            let from = names.module(join.module);
            let to = format!("{} and {}", names.table(join.table_a), names.table(join.table_b));
            let services = vec![of_table(join.table_a), of_table(join.table_b)];
            let key = Key { rule: Rule::Join, from: from.to_owned(), to };
            (key, services, Place::new(from, join.line))
        }
        _ => return None,
    })
}

/// Crossings compared with a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Crossings that occur more often than allowed, with how often they may.
    pub new: Vec<(Crossing, usize)>,
    /// How many crossings, counted by occurrence, the baseline allows and the code has.
    pub allowed: usize,
    /// What the baseline allows and the code no longer has, with how often it was allowed and how often it is there.
    pub fixed: Vec<(Key, usize, usize)>,
    /// Rule by rule, how much crossed when the baseline was made and how much of that is left.
    pub burnt: Vec<(Rule, usize, usize)>,
    /// Services of which something has left the monolith: steps that are done, or under way.
    pub progress: Vec<Progress>,
}

/// How far a service has left the monolith, as its code shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub service: String,
    /// Modules and tables of it that the monolith no longer has, and keys across its border that the schema no longer
    /// has, by name, sorted.
    pub gone: Vec<String>,
    /// How many of its modules and tables are still there.
    pub left: usize,
}

impl Progress {
    /// Whether nothing of it is left in the monolith.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.left == 0
    }
}

impl Checked {
    /// Whether nothing new crosses.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.new.is_empty()
    }
}

/// Compares. Without a baseline nothing may cross.
#[must_use]
pub fn compare(crossings: &[Crossing], baseline: Option<&Baseline>) -> Checked {
    let empty = BTreeMap::new();
    let allowed = baseline.map_or(&empty, |baseline| &baseline.crossings);
    let mut checked = Checked::default();
    let mut seen: BTreeMap<&Key, usize> = BTreeMap::new();
    for crossing in crossings {
        let (now, may) = (crossing.places.len(), allowed.get(&crossing.key).copied().unwrap_or(0));
        seen.insert(&crossing.key, now);
        checked.allowed += now.min(may);
        if now > may {
            checked.new.push((crossing.clone(), may));
        }
    }
    for (key, may) in allowed {
        let now = seen.get(key).copied().unwrap_or(0);
        if now < *may {
            checked.fixed.push((key.clone(), *may, now));
        }
    }
    let left = baseline::by_rule(
        &crossings
            .iter()
            .map(|crossing| {
                let may = allowed.get(&crossing.key).copied().unwrap_or(0);
                (crossing.key.clone(), crossing.places.len().min(may))
            })
            .collect(),
    );
    for (rule, began) in baseline.iter().flat_map(|baseline| &baseline.began) {
        let left = left.get(rule).copied().unwrap_or(0);
        checked.burnt.push((*rule, *began, left));
    }
    checked
}
