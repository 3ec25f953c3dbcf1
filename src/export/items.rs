//! One fact behind a figure or a symptom, in words, with its place.

use super::names::Names;
use crate::{
    analysis::figures::Item,
    facts::{Place, TableId},
    proposal::ServiceId,
};

/// A fact as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// `call`, `operation`, `access`, `table`, `foreign key`, `join`, `transaction`, `commit`, `service`, `circle`, `chain`.
    pub kind: &'static str,
    pub what: String,
    /// Where it stands, if it is in a file.
    pub place: Option<Place>,
}

/// Tells one item.
#[must_use]
pub fn tell(names: &Names<'_>, item: &Item) -> Told {
    let facts = names.facts;
    let told = |kind, what, place| Told { kind, what, place };
    match item {
        Item::Call(at) => {
            let call = &facts.calls[*at];
            let to = match call.to_function {
                Some(function) => names.function(function).to_owned(),
                None => facts.module(call.to_module).file_name().to_owned(),
            };
            let place = Place::new(names.module(call.from_module), call.line);
            told("call", format!("{} {to}", call.kind.word()), Some(place))
        }
        Item::Operation(function) => {
            let name = names.function(*function).to_owned();
            told("operation", name, Some(names.function_place(*function)))
        }
        Item::Access(at) => {
            let access = &facts.accesses[*at];
            let place = Place::new(names.module(access.module), access.line);
            told(
                "access",
                format!("{} {}", access.mode.word(), names.table(access.table)),
                Some(place),
            )
        }
        Item::Table(table) => told("table", names.table(*table), declared_at(names, *table)),
        Item::ForeignKey(at) => {
            let key = &facts.foreign_keys[*at];
            let what = format!(
                "{}({}) to {}({})",
                names.table(key.from),
                key.columns.join(", "),
                names.table(key.to),
                key.to_columns.join(", ")
            );
            told("foreign key", what, Some(key.place.clone()))
        }
        Item::Join(at) => {
            let join = &facts.joins[*at];
            let what = format!("{} with {}", names.table(join.table_a), names.table(join.table_b));
            told("join", what, Some(Place::new(names.module(join.module), join.line)))
        }
        Item::Transaction(at) => {
            let entry = facts.transactions[*at].entry_point;
            told("transaction", names.entry(entry), Some(names.entry_place(entry)))
        }
        Item::Commit(at) => told("commit", facts.commits[*at].id.clone(), None),
        Item::Author(author) => told("author", facts.authors[author.index()].name.clone(), None),
        Item::Service(group) => told("service", names.service(ServiceId::from(*group)), None),
        Item::Cycle(groups) => told("circle", services(names, groups, " ↔ "), None),
        Item::Chain(groups) => told("chain", services(names, groups, " → "), None),
    }
}

/// The most telling place that declares a table.
#[must_use]
pub fn declared_at(names: &Names<'_>, table: TableId) -> Option<Place> {
    names.facts.table(table).sources.first().map(|source| source.place.clone())
}

fn services(
    names: &Names<'_>,
    groups: &[crate::analysis::grouping::GroupId],
    separator: &str,
) -> String {
    let named = groups.iter().map(|group| names.service(ServiceId::from(*group)));
    named.collect::<Vec<_>>().join(separator)
}
