//! The items behind each figure: which calls, tables, keys, transactions, commits and authors are counted.

use super::{Figure, Scorer, index::commit_pieces, scorer::is_request};
use crate::{
    analysis::grouping::{GroupId, Role},
    facts::{AccessMode, AuthorId, FunctionId, KeyOrigin, PieceId, TableId},
};

/// One thing that a figure counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// By its place in [`crate::facts::Facts::calls`].
    Call(usize),
    Operation(FunctionId),
    /// By its place in [`crate::facts::Facts::accesses`].
    Access(usize),
    Table(TableId),
    /// By its place in [`crate::facts::Facts::foreign_keys`].
    ForeignKey(usize),
    /// By its place in [`crate::facts::Facts::joins`].
    Join(usize),
    /// By its place in [`crate::facts::Facts::transactions`].
    Transaction(usize),
    /// By its place in [`crate::facts::Facts::commits`].
    Commit(usize),
    Author(AuthorId),
    /// A service.
    Service(GroupId),
    /// Services that call each other in a circle, ordered.
    Cycle(Vec<GroupId>),
    /// Services on the longest chain, callers first.
    Chain(Vec<GroupId>),
}

/// Which items are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// Those that touch both groups, whatever the direction.
    Between(GroupId, GroupId),
    /// Those that touch the group.
    Group(GroupId),
    /// Those that touch one of the pieces.
    Pieces(Vec<PieceId>),
}

impl Scope {
    /// Whether something that touches these pieces, in these groups, is meant.
    fn holds(&self, touched: &[(PieceId, GroupId)]) -> bool {
        let touches = |wanted: GroupId| touched.iter().any(|(_, group)| *group == wanted);
        match self {
            Self::All => true,
            Self::Between(a, b) => touches(*a) && touches(*b),
            Self::Group(group) => touches(*group),
            Self::Pieces(pieces) => touched.iter().any(|(piece, _)| pieces.contains(piece)),
        }
    }
}

impl Scorer {
    /// The items that a figure counts, in the order of the facts. With [`Scope::All`] there are as many as the
    /// figure says; [`Figure::LargestShare`] lists the largest group, [`Figure::LongestChain`] one chain.
    #[must_use]
    pub fn items(&self, figure: Figure, scope: &Scope) -> Vec<Item> {
        match figure {
            Figure::Services => self.running().into_iter().map(Item::Service).collect(),
            Figure::CrossingCalls => {
                self.crossing_calls(scope).into_iter().map(Item::Call).collect()
            }
            Figure::Operations => self.operations(scope),
            Figure::CrossingReads => self.crossing_accesses(AccessMode::Read, scope),
            Figure::CrossingWrites => self.crossing_accesses(AccessMode::Write, scope),
            Figure::SharedTables => self.shared_tables(scope, None),
            Figure::MultiWriterTables => self.shared_tables(scope, Some(AccessMode::Write)),
            Figure::CutDeclaredKeys => self.cut_keys(true, scope),
            Figure::CutImpliedKeys => self.cut_keys(false, scope),
            Figure::BrokenJoins => self.broken_joins(scope),
            Figure::SpanningTransactions => self.spanning_transactions(scope),
            Figure::CrossingCommits => self.crossing_commits(scope),
            Figure::SharedAuthors => self.shared_authors(scope),
            Figure::Cycles => self.circles(scope),
            Figure::LongestChain => self.longest_chain(),
            Figure::LargestShare => self.largest_group(),
        }
    }

    fn with_group(&self, piece: PieceId) -> (PieceId, GroupId) {
        (piece, self.grouping.group(piece))
    }

    fn crossing_calls(&self, scope: &Scope) -> Vec<usize> {
        let crosses = |at: &usize| {
            let call = &self.facts.calls[*at];
            let from = self.with_group(self.facts.module_piece(call.from_module));
            let to = self.with_group(self.facts.module_piece(call.to_module));
            self.call_crosses(from.1, to.1) && scope.holds(&[from, to])
        };
        (0..self.facts.calls.len()).filter(crosses).collect()
    }

    fn operations(&self, scope: &Scope) -> Vec<Item> {
        let calls = self.crossing_calls(scope).into_iter().map(|at| &self.facts.calls[at]);
        let requests = calls.filter(|call| is_request(call.kind));
        let mut functions: Vec<_> = requests.filter_map(|call| call.to_function).collect();
        functions.sort_unstable();
        functions.dedup();
        functions.into_iter().map(Item::Operation).collect()
    }

    fn crossing_accesses(&self, mode: AccessMode, scope: &Scope) -> Vec<Item> {
        let crosses = |at: &usize| {
            let access = &self.facts.accesses[*at];
            let module = self.with_group(self.facts.module_piece(access.module));
            let table = self.with_group(self.facts.table_piece(access.table));
            access.mode == mode
                && self.data_crosses(module.1, table.1)
                && scope.holds(&[module, table])
        };
        (0..self.facts.accesses.len()).filter(crosses).map(Item::Access).collect()
    }

    /// A table is in scope by itself and by the modules that access it.
    fn shared_tables(&self, scope: &Scope, mode: Option<AccessMode>) -> Vec<Item> {
        let shared = |table: &TableId| {
            let piece = self.facts.table_piece(*table);
            let group = self.grouping.group(piece);
            let accesses = self.index.accesses.of(piece).iter();
            let accesses = accesses.map(|at| &self.facts.accesses[*at as usize]);
            let mut touched: Vec<_> = accesses
                .filter(|access| mode.is_none_or(|mode| access.mode == mode))
                .map(|access| self.with_group(self.facts.module_piece(access.module)))
                .filter(|(_, group)| self.role(*group) != Role::Excluded)
                .collect();
            let mut groups: Vec<GroupId> = touched.iter().map(|(_, group)| *group).collect();
            groups.sort_unstable();
            groups.dedup();
            touched.push((piece, group));
            groups.len() > 1 && self.role(group) != Role::Excluded && scope.holds(&touched)
        };
        (0..self.facts.tables.len()).map(TableId::at).filter(shared).map(Item::Table).collect()
    }

    fn cut_keys(&self, declared: bool, scope: &Scope) -> Vec<Item> {
        let cut = |at: &usize| {
            let key = &self.facts.foreign_keys[*at];
            let from = self.with_group(self.facts.table_piece(key.from));
            let to = self.with_group(self.facts.table_piece(key.to));
            declared == matches!(key.origin, KeyOrigin::Declared { .. })
                && self.data_crosses(from.1, to.1)
                && scope.holds(&[from, to])
        };
        (0..self.facts.foreign_keys.len()).filter(cut).map(Item::ForeignKey).collect()
    }

    fn broken_joins(&self, scope: &Scope) -> Vec<Item> {
        let broken = |at: &usize| {
            let join = &self.facts.joins[*at];
            let a = self.with_group(self.facts.table_piece(join.table_a));
            let b = self.with_group(self.facts.table_piece(join.table_b));
            self.data_crosses(a.1, b.1) && scope.holds(&[a, b])
        };
        (0..self.facts.joins.len()).filter(broken).map(Item::Join).collect()
    }

    fn spanning_transactions(&self, scope: &Scope) -> Vec<Item> {
        let spans = |at: &usize| {
            let tables = self.index.written[*at].iter().map(|table| self.with_group(*table));
            self.transactions[*at].len() > 1 && scope.holds(&tables.collect::<Vec<_>>())
        };
        (0..self.transactions.len()).filter(spans).map(Item::Transaction).collect()
    }

    fn crossing_commits(&self, scope: &Scope) -> Vec<Item> {
        let crosses = |at: &usize| {
            let pieces = commit_pieces(&self.facts, *at).map(|piece| self.with_group(piece));
            self.commits[*at].len() > 1 && scope.holds(&pieces.collect::<Vec<_>>())
        };
        (0..self.commits.len()).filter(crosses).map(Item::Commit).collect()
    }

    fn shared_authors(&self, scope: &Scope) -> Vec<Item> {
        let shared = |at: &usize| {
            let pieces = self.index.changed[*at].iter().map(|piece| self.with_group(*piece));
            self.authors[*at].len() > 1 && scope.holds(&pieces.collect::<Vec<_>>())
        };
        let shared = (0..self.authors.len()).filter(shared);
        shared.map(|at| Item::Author(AuthorId::at(at))).collect()
    }

    fn circles(&self, scope: &Scope) -> Vec<Item> {
        let running = self.running();
        let chains = self.chains();
        let circles = chains.circles().into_iter();
        let circles =
            circles.map(|circle| circle.iter().map(|at| running[*at]).collect::<Vec<GroupId>>());
        let wanted = |circle: &Vec<GroupId>| match scope {
            Scope::All => true,
            Scope::Between(a, b) => circle.contains(a) && circle.contains(b),
            Scope::Group(group) => circle.contains(group),
            Scope::Pieces(pieces) => {
                pieces.iter().any(|piece| circle.contains(&self.grouping.group(*piece)))
            }
        };
        circles.filter(wanted).map(Item::Cycle).collect()
    }

    fn longest_chain(&self) -> Vec<Item> {
        let running = self.running();
        let chain = self.chains().longest_chain().into_iter().map(|at| running[at]);
        let chain: Vec<GroupId> = chain.collect();
        if chain.is_empty() { Vec::new() } else { vec![Item::Chain(chain)] }
    }

    fn largest_group(&self) -> Vec<Item> {
        let groups = (0..self.sizes.len()).map(GroupId::at);
        let counted = groups.filter(|group| self.role(*group) != Role::Excluded);
        let largest =
            counted.max_by_key(|group| (self.size(*group).lines, std::cmp::Reverse(*group)));
        largest.map(Item::Service).into_iter().collect()
    }
}
