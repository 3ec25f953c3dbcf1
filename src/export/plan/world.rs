//! The monolith at one point of the plan: some services are out, everything else is still one.

use std::sync::Arc;

use super::Crossings;
use crate::{
    analysis::{
        figures::{Figure, Figures, Item, Scope, Scorer},
        grouping::{GroupId, Grouping, Role},
    },
    facts::{Facts, ModuleId, PieceId, TableId},
    proposal::{Proposal, ServiceId},
};

/// Who has a piece at some point of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A service that is out, or a library.
    Service(ServiceId),
    /// The monolith, as far as it is still one.
    Monolith,
}

/// The facts under the grouping of one point of the plan.
pub(super) struct World<'a> {
    pub(super) facts: &'a Facts,
    pub(super) proposal: &'a Proposal,
    scorer: Scorer,
    /// The group of everything that is not out yet.
    rest: GroupId,
}

impl<'a> World<'a> {
    /// Before the first step: one monolith, its libraries, and what is excluded.
    pub(super) fn undivided(facts: &'a Arc<Facts>, proposal: &'a Proposal) -> Self {
        let (grouping, rest) = undivided_grouping(proposal);
        let scorer = Scorer::new(Arc::clone(facts), grouping);
        Self { facts, proposal, scorer, rest }
    }

    /// A service begins to run on its own.
    pub(super) fn take_out(&mut self, service: ServiceId) {
        let pieces: Vec<PieceId> = self.proposal.pieces_of(service).collect();
        self.scorer.place(&pieces, service.group());
    }

    pub(super) fn figures(&self) -> &Figures {
        self.scorer.figures()
    }

    pub(super) fn module_holder(&self, module: ModuleId) -> Holder {
        self.holder(self.facts.module_piece(module))
    }

    pub(super) fn table_holder(&self, table: TableId) -> Holder {
        self.holder(self.facts.table_piece(table))
    }

    /// Whether the piece counts at all.
    pub(super) fn is_excluded(&self, piece: PieceId) -> bool {
        self.scorer.grouping().role(piece) == Role::Excluded
    }

    fn holder(&self, piece: PieceId) -> Holder {
        let group = self.scorer.grouping().group(piece);
        if group == self.rest { Holder::Monolith } else { Holder::Service(ServiceId(group.0)) }
    }

    /// What crosses the border of a service now.
    pub(super) fn crossings(&self, service: ServiceId) -> Crossings {
        let scope = Scope::Group(service.group());
        let list = |figures: &[Figure]| {
            let items = figures.iter().flat_map(|figure| self.scorer.items(*figure, &scope));
            let mut places: Vec<usize> = items.filter_map(|item| place_of(&item)).collect();
            places.sort_unstable();
            places
        };
        Crossings {
            calls: list(&[Figure::CrossingCalls]),
            accesses: list(&[Figure::CrossingReads, Figure::CrossingWrites]),
            keys: list(&[Figure::CutDeclaredKeys, Figure::CutImpliedKeys]),
            joins: list(&[Figure::BrokenJoins]),
            transactions: list(&[Figure::SpanningTransactions]),
            commits: list(&[Figure::CrossingCommits]),
        }
    }
}

/// Everything that becomes a service is still in the remainder; libraries and what is excluded are where they are.
/// With the group of the remainder, which is a new one where the proposal has none.
pub(super) fn undivided_grouping(proposal: &Proposal) -> (Grouping, GroupId) {
    let mut grouping = proposal.grouping();
    let rest = proposal.remainder().map(|service| service.id.group()).unwrap_or_else(|| {
        grouping.roles.push(Role::Remainder);
        GroupId::at(grouping.roles.len() - 1)
    });
    for group in &mut grouping.of {
        if matches!(grouping.roles[group.index()], Role::Service | Role::Remainder) {
            *group = rest;
        }
    }
    (grouping, rest)
}

fn place_of(item: &Item) -> Option<usize> {
    match item {
        Item::Call(at)
        | Item::Access(at)
        | Item::ForeignKey(at)
        | Item::Join(at)
        | Item::Transaction(at)
        | Item::Commit(at) => Some(*at),
        Item::Operation(_)
        | Item::Table(_)
        | Item::Author(_)
        | Item::Service(_)
        | Item::Cycle(_)
        | Item::Chain(_) => None,
    }
}
