//! Why a piece is where it is: everything that ties it to each service, with its evidence.

use std::collections::BTreeMap;

use super::{Proposal, ServiceId};
use crate::facts::{AccessMode, CallKind, Facts, KeyOrigin, ModuleId, PieceId, Place};

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
    /// By kind of tie and other piece.
    pub ties: Vec<Tie>,
    /// The sum of all ties, each counted by [`TieKind::weight`].
    pub strength: u32,
}

/// All ties of one kind to one other piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    pub kind: TieKind,
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
}

impl TieKind {
    /// The words between the two pieces.
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
        }
    }

    /// How much one tie counts. A write or a key holds pieces together more than a call, because it is harder to
    /// cut; that something is only named says little.
    #[must_use]
    pub fn weight(self) -> u32 {
        match self {
            Self::Names | Self::NamedBy | Self::Commit => 1,
            Self::Calls | Self::CalledBy | Self::Reads | Self::ReadBy | Self::ImpliedKey => 2,
            Self::Inherits | Self::InheritedBy | Self::Join => 3,
            Self::Writes | Self::WrittenBy | Self::DeclaredKey => 4,
        }
    }
}

/// Gathers what ties a piece to each service.
#[must_use]
pub fn explain(facts: &Facts, proposal: &Proposal, piece: PieceId) -> Explanation {
    let mut ties = Ties { piece, ties: BTreeMap::new() };
    ties.calls(facts);
    ties.accesses(facts);
    ties.keys_and_joins(facts);
    ties.commits(facts);
    let mut pulls: BTreeMap<ServiceId, Pull> = BTreeMap::new();
    for ((kind, other), (count, place)) in ties.ties {
        let service = proposal.service_of(other);
        let nothing = Pull { service, ties: Vec::new(), strength: 0 };
        let pull = pulls.entry(service).or_insert(nothing);
        pull.strength += count * kind.weight();
        pull.ties.push(Tie { kind, other, count, place });
    }
    let mut pulls: Vec<Pull> = pulls.into_values().collect();
    pulls.sort_by_key(|pull| (std::cmp::Reverse(pull.strength), pull.service));
    for pull in &mut pulls {
        pull.ties.sort_by_key(|tie| (std::cmp::Reverse(tie.count * tie.kind.weight()), tie.kind));
    }
    Explanation { piece, service: proposal.service_of(piece), pulls }
}

struct Ties {
    piece: PieceId,
    ties: BTreeMap<(TieKind, PieceId), (u32, Option<Place>)>,
}

impl Ties {
    fn add(&mut self, kind: TieKind, other: PieceId, place: Option<Place>) {
        if other != self.piece {
            self.ties.entry((kind, other)).or_insert((0, place)).0 += 1;
        }
    }

    /// Adds a tie between two pieces if one of them is ours: `kinds` seen from the first, and from the second.
    fn between(&mut self, a: PieceId, b: PieceId, kinds: [TieKind; 2], place: impl Fn() -> Place) {
        if a == self.piece {
            self.add(kinds[0], b, Some(place()));
        } else if b == self.piece {
            self.add(kinds[1], a, Some(place()));
        }
    }

    fn calls(&mut self, facts: &Facts) {
        for call in &facts.calls {
            let (from, to) =
                (facts.module_piece(call.from_module), facts.module_piece(call.to_module));
            let kinds = match call.kind {
                CallKind::Call | CallKind::Construct => [TieKind::Calls, TieKind::CalledBy],
                CallKind::Inherit => [TieKind::Inherits, TieKind::InheritedBy],
                CallKind::Type | CallKind::Import => [TieKind::Names, TieKind::NamedBy],
            };
            self.between(from, to, kinds, || place(facts, call.from_module, call.line));
        }
    }

    fn accesses(&mut self, facts: &Facts) {
        for access in &facts.accesses {
            let (module, table) =
                (facts.module_piece(access.module), facts.table_piece(access.table));
            let kinds = match access.mode {
                AccessMode::Read => [TieKind::Reads, TieKind::ReadBy],
                AccessMode::Write => [TieKind::Writes, TieKind::WrittenBy],
            };
            self.between(module, table, kinds, || place(facts, access.module, access.line));
        }
    }

    fn keys_and_joins(&mut self, facts: &Facts) {
        for key in &facts.foreign_keys {
            let kind = match key.origin {
                KeyOrigin::Declared { .. } => TieKind::DeclaredKey,
                KeyOrigin::Implied { .. } => TieKind::ImpliedKey,
            };
            let (from, to) = (facts.table_piece(key.from), facts.table_piece(key.to));
            self.between(from, to, [kind, kind], || key.place.clone());
        }
        for join in &facts.joins {
            let (a, b) = (facts.table_piece(join.table_a), facts.table_piece(join.table_b));
            let kind = [TieKind::Join, TieKind::Join];
            self.between(a, b, kind, || place(facts, join.module, join.line));
        }
    }

    fn commits(&mut self, facts: &Facts) {
        for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
            let modules = commit.modules.iter().map(|id| facts.module_piece(*id));
            let pieces: Vec<PieceId> =
                modules.chain(commit.tables.iter().map(|id| facts.table_piece(*id))).collect();
            if pieces.contains(&self.piece) {
                for other in pieces {
                    self.add(TieKind::Commit, other, None);
                }
            }
        }
    }
}

fn place(facts: &Facts, module: ModuleId, line: u32) -> Place {
    Place::new(facts.module(module).path.clone(), line)
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
            for tie in &pull.ties {
                let place = tie.place.as_ref().map_or(String::new(), Place::to_string);
                let other = facts.piece_name(tie.other);
                let (words, count) = (tie.kind.words(), tie.count);
                written
                    .push(format!("{service} {}: {words} {other} {count} {place}", pull.strength));
            }
        }
        let expected = [
            "Billing 6: calls billing/invoice.rb 2 orders/cart.rb:2",
            "Billing 6: is named by billing/invoice.rb 1 billing/invoice.rb:4",
            "Billing 6: changes with billing/invoice.rb 1 ",
            "Orders 4: writes orders 1 orders/cart.rb:1",
        ];
        assert_eq!(written, expected);
    }
}
