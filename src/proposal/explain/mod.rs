//! Why a piece is where it is: what ties it to each service, grouped by kind and weighed, with its evidence.

mod gather;
mod kin;

use std::collections::BTreeMap;

use self::gather::Ties;
use super::{Proposal, ServiceId};
use crate::facts::{Facts, PieceId, Place};

/// What ties one piece to the services of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pub piece: PieceId,
    pub service: ServiceId,
    /// The strongest first, its own service among them.
    pub pulls: Vec<Pull>,
}

/// What ties a piece to one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    pub service: ServiceId,
    /// By kind, the strongest first.
    pub groups: Vec<Group>,
    /// The sum over the groups.
    pub strength: f64,
}

/// All ties of one kind to the pieces of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub kind: TieKind,
    /// By other piece, the most first; none for what is shared without naming anybody.
    pub ties: Vec<Tie>,
    /// How many in all: references, accesses, keys; commits, each once; pieces that share a folder or a word.
    pub count: u32,
    /// How much it holds, in units of one read: every further tie to the same piece counts less than the one before.
    pub strength: f64,
    /// The folder or the word that is shared; for commits, of how many.
    pub what: String,
}

/// All ties of one kind to one other piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    pub other: PieceId,
    pub count: u32,
    /// The first place that shows it; for commits there is none.
    pub place: Option<Place>,
}

/// In which way two pieces are tied, seen from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TieKind {
    Calls,
    CalledBy,
    Inherits,
    InheritedBy,
    Names,
    NamedBy,
    Writes,
    WrittenBy,
    Reads,
    ReadBy,
    DeclaredKey,
    ImpliedKey,
    Join,
    Commit,
    Folder,
    Word,
}

impl TieKind {
    /// The words between the piece and the others.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::CalledBy => "is called by",
            Self::Inherits => "inherits from",
            Self::InheritedBy => "is inherited by",
            Self::Names => "names",
            Self::NamedBy => "is named by",
            Self::Writes => "writes",
            Self::WrittenBy => "is written by",
            Self::Reads => "reads",
            Self::ReadBy => "is read by",
            Self::DeclaredKey => "has a declared key with",
            Self::ImpliedKey => "has an implied key with",
            Self::Join => "is joined with",
            Self::Commit => "changes with",
            Self::Folder => "lives in",
            Self::Word => "speaks of",
        }
    }

    /// How much one tie counts. A write or a key holds pieces together more than a call, because it is harder to
    /// cut; that something is only named says little.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Names | Self::NamedBy => 0.5,
            Self::ImpliedKey | Self::Calls | Self::CalledBy | Self::Folder | Self::Word => 1.0,
            Self::Reads | Self::ReadBy => 1.0,
            Self::Inherits | Self::InheritedBy | Self::Join | Self::Commit => 1.5,
            Self::Writes | Self::WrittenBy | Self::DeclaredKey => 2.0,
        }
    }
}

impl Group {
    /// The group as one line, naming at most `most` pieces by `name`.
    #[must_use]
    pub fn line(&self, most: usize, name: impl Fn(PieceId) -> String) -> String {
        let (words, what, count) = (self.kind.words(), &self.what, self.count);
        let times = |count: u32| if count > 1 { format!(" {count} times") } else { String::new() };
        let named: Vec<String> = self
            .ties
            .iter()
            .take(most)
            .map(|tie| match self.kind {
                TieKind::Commit => format!("{} ({})", name(tie.other), tie.count),
                _ => format!("{}{}", name(tie.other), times(tie.count)),
            })
            .collect();
        let more = self.ties.len().saturating_sub(most);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let list = format!("{}{more}", named.join(", "));
        let others = |verb: [&'static str; 2]| {
            let [one, many] = verb;
            if count == 1 {
                format!("as 1 piece here {one}")
            } else {
                format!("as {count} here {many}")
            }
        };
        match self.kind {
            TieKind::Commit => format!("{words} {list}: {count} {what} commits"),
            TieKind::Folder => {
                let folder = if what.is_empty() { "the root" } else { what };
                format!("{words} {folder}, {}", others(["does", "do"]))
            }
            TieKind::Word => format!("{words} “{what}”, {}", others(["does", "do"])),
            _ => format!("{words} {list}"),
        }
    }
}

/// Gathers what ties a piece to each service.
#[must_use]
pub fn explain(facts: &Facts, proposal: &Proposal, piece: PieceId) -> Explanation {
    let mut groups: BTreeMap<(ServiceId, TieKind), Group> = BTreeMap::new();
    for ((kind, other), (count, place)) in Ties::of(facts, piece).ties {
        let none =
            || Group { kind, ties: Vec::new(), count: 0, strength: 0.0, what: String::new() };
        let group = groups.entry((proposal.service_of(other), kind)).or_insert_with(none);
        group.count += count;
        group.strength += kind.weight() * (1.0 + f64::from(count).ln());
        group.ties.push(Tie { other, count, place: Some(place) });
    }
    let kin = [kin::commits, kin::folder, kin::words].map(|kin| kin(facts, proposal, piece));
    for (service, group) in kin.into_iter().flatten() {
        groups.insert((service, group.kind), group);
    }
    let mut pulls: BTreeMap<ServiceId, Pull> = BTreeMap::new();
    for ((service, _), mut group) in groups {
        group.ties.sort_by_key(|tie| (std::cmp::Reverse(tie.count), tie.other));
        let nothing = || Pull { service, groups: Vec::new(), strength: 0.0 };
        let pull = pulls.entry(service).or_insert_with(nothing);
        pull.strength += group.strength;
        pull.groups.push(group);
    }
    let mut pulls: Vec<Pull> = pulls.into_values().collect();
    pulls.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.service.cmp(&b.service)));
    for pull in &mut pulls {
        pull.groups.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.kind.cmp(&b.kind)));
    }
    Explanation { piece, service: proposal.service_of(piece), pulls }
}

impl Explanation {
    /// The share, from 0 to 1, of everything that ties the piece which one pull is.
    #[must_use]
    pub fn share(&self, pull: &Pull) -> f64 {
        let all: f64 = self.pulls.iter().map(|pull| pull.strength).sum();
        if all > 0.0 { pull.strength / all } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{facts::notation::parse, proposal::replacement::Part};

    #[test]
    fn every_tie_is_told_with_its_evidence() {
        let facts = parse(
            "orders/cart.rb writes orders
             orders/cart.rb calls billing/invoice.rb
             orders/cart.rb calls billing/invoice.rb
             billing/invoice.rb imports orders/cart.rb
             commit ada billing/invoice.rb orders/cart.rb",
        )
        .expect("good notation");
        let named = |name: &str| facts.piece_named(name).expect("a piece");
        let part = |name: &str, pieces: &[&str]| Part {
            name: name.to_owned(),
            pieces: pieces.iter().map(|name| named(name)).collect(),
            ..Part::default()
        };
        let parts = vec![
            part("Billing", &["billing/invoice.rb"]),
            part("Orders", &["orders/cart.rb", "orders"]),
        ];
        let proposal = Proposal::of_parts("First", facts.piece_count(), parts);
        let explained = explain(&facts, &proposal, named("orders/cart.rb"));
        let mut written = Vec::new();
        for pull in &explained.pulls {
            let service = &proposal.service(pull.service).expect("it exists").name;
            let share = explained.share(pull) * 100.0;
            for group in &pull.groups {
                let line = group.line(2, |piece| facts.piece_name(piece));
                written.push(format!("{service} {share:.0}%: {line}"));
            }
        }
        let expected = [
            "Billing 62%: calls billing/invoice.rb 2 times",
            "Billing 62%: changes with billing/invoice.rb (1): 1 of 1 commits",
            "Billing 62%: is named by billing/invoice.rb",
            "Orders 38%: writes orders",
        ];
        assert_eq!(written, expected);
    }
}
