//! Keeps the figures of a grouping right while pieces move, at the cost of what the moved pieces touch.

use std::{collections::BTreeMap, sync::Arc};

use super::{Figures, chains::Chains, index::Index, touched::Touched};
use crate::{
    analysis::grouping::{GroupId, Grouping, Role},
    facts::{AccessMode, CallKind, Facts, KeyOrigin, Piece, PieceId},
};

/// How much crosses from one group to another: the ribbon between them, layer by layer.
///
/// Joins, transactions and commits have no direction; they are kept under the lower group first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossings {
    pub calls: i64,
    /// Those of `calls` that would become requests: the kinds `call` and `construct`.
    pub requests: i64,
    pub reads: i64,
    pub writes: i64,
    pub declared_keys: i64,
    pub implied_keys: i64,
    pub joins: i64,
    /// Transactions that write tables of both groups.
    pub transactions: i64,
    /// Commits, bulk ones left out, that touch both groups.
    pub commits: i64,
}

impl Crossings {
    /// Both together, for ribbons without direction.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            requests: self.requests + other.requests,
            reads: self.reads + other.reads,
            writes: self.writes + other.writes,
            declared_keys: self.declared_keys + other.declared_keys,
            implied_keys: self.implied_keys + other.implied_keys,
            joins: self.joins + other.joins,
            transactions: self.transactions + other.transactions,
            commits: self.commits + other.commits,
        }
    }
}

/// What is in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupSize {
    pub modules: i64,
    pub tables: i64,
    pub lines: i64,
}

impl GroupSize {
    /// Modules and tables together.
    #[must_use]
    pub fn pieces(self) -> i64 {
        self.modules + self.tables
    }
}

/// A grouping and its figures, kept together.
#[derive(Clone, Debug)]
pub struct Scorer {
    pub(super) facts: Arc<Facts>,
    pub(super) index: Arc<Index>,
    pub(super) grouping: Grouping,
    pub(super) figures: Figures,
    pub(super) pairs: BTreeMap<(GroupId, GroupId), Crossings>,
    pub(super) sizes: Vec<GroupSize>,
    /// By function: crossing calls and constructions of it.
    pub(super) callers: Vec<u32>,
    /// By table: the groups of the modules that access, and that write it.
    pub(super) accessors: Vec<Touched>,
    pub(super) writers: Vec<Touched>,
    /// By transaction: the groups of the tables it writes.
    pub(super) transactions: Vec<Touched>,
    /// By commit: the groups of the pieces it changed.
    pub(super) commits: Vec<Touched>,
    /// By author: the groups of the pieces they changed lately.
    pub(super) authors: Vec<Touched>,
    /// Whether a pair of groups began or ceased to request, or a group to have pieces.
    chains_stale: bool,
}

impl Scorer {
    /// Counts everything once. Costs time in proportion to the facts.
    ///
    /// # Panics
    /// If the grouping doesn't place exactly the pieces of these facts.
    #[must_use]
    pub fn new(facts: Arc<Facts>, grouping: Grouping) -> Self {
        let index = Arc::new(Index::new(&facts));
        let mut scorer = Self {
            facts,
            index,
            grouping: Grouping::default(),
            figures: Figures::default(),
            pairs: BTreeMap::new(),
            sizes: Vec::new(),
            callers: Vec::new(),
            accessors: Vec::new(),
            writers: Vec::new(),
            transactions: Vec::new(),
            commits: Vec::new(),
            authors: Vec::new(),
            chains_stale: false,
        };
        scorer.regroup(grouping);
        scorer
    }

    #[must_use]
    pub fn facts(&self) -> &Arc<Facts> {
        &self.facts
    }

    #[must_use]
    pub fn grouping(&self) -> &Grouping {
        &self.grouping
    }

    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// What crosses from `from` to `to`; nothing within one group.
    #[must_use]
    pub fn pair(&self, from: GroupId, to: GroupId) -> Crossings {
        self.pairs.get(&(from, to)).copied().unwrap_or_default()
    }

    /// Every pair of groups with a crossing, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (GroupId, GroupId, Crossings)> {
        self.pairs.iter().map(|((from, to), crossings)| (*from, *to, *crossings))
    }

    /// What is in a group; also where it is excluded.
    #[must_use]
    pub fn size(&self, group: GroupId) -> GroupSize {
        self.sizes.get(group.index()).copied().unwrap_or_default()
    }

    /// Puts pieces into a group and brings the figures up to date.
    ///
    /// # Panics
    /// If there is no such group or piece.
    pub fn place(&mut self, pieces: &[PieceId], group: GroupId) {
        assert!(group.index() < self.grouping.roles.len(), "pieces go into a group that exists");
        for piece in pieces {
            self.move_piece(*piece, group);
        }
        self.sum_up();
    }

    /// Adds an empty group.
    pub fn add_group(&mut self, role: Role) -> GroupId {
        self.grouping.roles.push(role);
        self.sizes.push(GroupSize::default());
        GroupId::at(self.grouping.roles.len() - 1)
    }

    /// Gives a group another role. Counts everything again unless the group is empty.
    pub fn set_role(&mut self, group: GroupId, role: Role) {
        if self.size(group).pieces() == 0 {
            self.grouping.roles[group.index()] = role;
            return;
        }
        let mut grouping = self.grouping.clone();
        grouping.roles[group.index()] = role;
        self.regroup(grouping);
    }

    /// Takes another grouping of the same pieces: the moved ones only where the roles stay as they are and few
    /// pieces move, otherwise everything again.
    ///
    /// # Panics
    /// If the grouping doesn't place exactly the pieces of these facts.
    pub fn regroup(&mut self, grouping: Grouping) {
        assert_eq!(grouping.of.len(), self.facts.piece_count(), "every piece has a group");
        let same_pieces = grouping.of.len() == self.grouping.of.len();
        let same_roles =
            grouping.roles.iter().zip(&self.grouping.roles).all(|(new, old)| new == old);
        if same_pieces && same_roles {
            let moved: Vec<PieceId> = (0..grouping.of.len())
                .filter(|at| grouping.of[*at] != self.grouping.of[*at])
                .map(PieceId::at)
                .collect();
            if moved.len() * 4 <= grouping.of.len() {
                self.take_over(&moved, grouping);
                return;
            }
        }
        self.count(grouping);
    }

    /// Moves a few pieces to where `grouping` has them.
    fn take_over(&mut self, moved: &[PieceId], grouping: Grouping) {
        while self.grouping.roles.len() < grouping.roles.len() {
            self.add_group(grouping.roles[self.grouping.roles.len()]);
        }
        for piece in moved {
            self.move_piece(*piece, grouping.group(*piece));
        }
        self.sizes.truncate(grouping.roles.len());
        self.grouping.roles.truncate(grouping.roles.len());
        self.sum_up();
    }

    fn count(&mut self, grouping: Grouping) {
        let (facts, index) = (Arc::clone(&self.facts), Arc::clone(&self.index));
        self.grouping = grouping;
        self.figures = Figures::default();
        self.pairs.clear();
        self.sizes = vec![GroupSize::default(); self.grouping.roles.len()];
        self.callers = vec![0; facts.functions.len()];
        self.accessors = vec![Touched::default(); facts.tables.len()];
        self.writers = vec![Touched::default(); facts.tables.len()];
        self.transactions = vec![Touched::default(); index.written.len()];
        self.commits = vec![Touched::default(); facts.commits.len()];
        self.authors = vec![Touched::default(); facts.authors.len()];
        for at in 0..facts.calls.len() {
            let call = &facts.calls[at];
            let (from, to) = (call.from_module, call.to_module);
            self.call(at, self.grouping.of[from.index()], self.grouping.of[to.index()], 1);
        }
        for at in 0..facts.accesses.len() {
            let access = &facts.accesses[at];
            let table = self.grouping.group(facts.table_piece(access.table));
            self.access(at, self.grouping.of[access.module.index()], table, 1);
        }
        let group = |table| self.grouping.group(facts.table_piece(table));
        let keys: Vec<_> =
            facts.foreign_keys.iter().map(|k| (group(k.from), group(k.to))).collect();
        let joins: Vec<_> =
            facts.joins.iter().map(|join| (group(join.table_a), group(join.table_b))).collect();
        for (at, (from, to)) in keys.into_iter().enumerate() {
            self.key(at, from, to, 1);
        }
        for (a, b) in joins {
            self.join(a, b, 1);
        }
        for piece in facts.pieces() {
            let group = self.grouping.group(piece);
            self.count_piece(piece, group, 1);
            self.touch(piece, group, 1);
        }
        self.chains_stale = true;
        self.sum_up();
    }

    fn move_piece(&mut self, piece: PieceId, new: GroupId) {
        let old = self.grouping.group(piece);
        if old == new {
            return;
        }
        let (facts, index) = (Arc::clone(&self.facts), Arc::clone(&self.index));
        let place = |group_now: &Grouping, other: PieceId, group: GroupId| {
            if other == piece { group } else { group_now.group(other) }
        };
        for (group, sign) in [(old, -1), (new, 1)] {
            for at in index.calls.of(piece) {
                let call = &facts.calls[*at as usize];
                let from = place(&self.grouping, facts.module_piece(call.from_module), group);
                let to = place(&self.grouping, facts.module_piece(call.to_module), group);
                self.call(*at as usize, from, to, sign);
            }
            for at in index.accesses.of(piece) {
                let access = &facts.accesses[*at as usize];
                let from = place(&self.grouping, facts.module_piece(access.module), group);
                let to = place(&self.grouping, facts.table_piece(access.table), group);
                self.access(*at as usize, from, to, sign);
            }
            for at in index.keys.of(piece) {
                let key = &facts.foreign_keys[*at as usize];
                let from = place(&self.grouping, facts.table_piece(key.from), group);
                let to = place(&self.grouping, facts.table_piece(key.to), group);
                self.key(*at as usize, from, to, sign);
            }
            for at in index.joins.of(piece) {
                let join = &facts.joins[*at as usize];
                let a = place(&self.grouping, facts.table_piece(join.table_a), group);
                let b = place(&self.grouping, facts.table_piece(join.table_b), group);
                self.join(a, b, sign);
            }
            self.count_piece(piece, group, sign);
            self.own(piece, group, sign);
            self.touch(piece, group, sign);
        }
        self.grouping.of[piece.index()] = new;
    }

    pub(super) fn role(&self, group: GroupId) -> Role {
        self.grouping.roles.get(group.index()).copied().unwrap_or_default()
    }

    /// Whether a call from one group into the other crosses.
    pub(super) fn call_crosses(&self, from: GroupId, to: GroupId) -> bool {
        from != to
            && self.role(from) != Role::Excluded
            && !matches!(self.role(to), Role::Excluded | Role::Library)
    }

    /// Whether an access, key or join between the groups crosses.
    pub(super) fn data_crosses(&self, a: GroupId, b: GroupId) -> bool {
        a != b && self.role(a) != Role::Excluded && self.role(b) != Role::Excluded
    }

    /// Whether the group would run on its own.
    pub(super) fn runs(&self, group: GroupId) -> bool {
        matches!(self.role(group), Role::Service | Role::Remainder)
    }

    fn cross(&mut self, from: GroupId, to: GroupId, change: impl FnOnce(&mut Crossings)) {
        let crossings = self.pairs.entry((from, to)).or_default();
        let requested = crossings.requests != 0;
        change(crossings);
        self.chains_stale |= requested != (crossings.requests != 0);
        if *crossings == Crossings::default() {
            self.pairs.remove(&(from, to));
        }
    }

    fn call(&mut self, at: usize, from: GroupId, to: GroupId, sign: i64) {
        if !self.call_crosses(from, to) {
            return;
        }
        let call = self.facts.calls[at];
        let requests = if is_request(call.kind) { sign } else { 0 };
        self.figures.crossing_calls += sign;
        self.figures.crossing_calls_by_kind[call.kind as usize] += sign;
        self.cross(from, to, |crossings| {
            crossings.calls += sign;
            crossings.requests += requests;
        });
        if let (Some(function), true) = (call.to_function, requests != 0) {
            let callers = &mut self.callers[function.index()];
            let before = *callers > 0;
            *callers = callers.saturating_add_signed(if sign > 0 { 1 } else { -1 });
            self.figures.operations += i64::from(*callers > 0) - i64::from(before);
        }
    }

    fn access(&mut self, at: usize, from: GroupId, to: GroupId, sign: i64) {
        if !self.data_crosses(from, to) {
            return;
        }
        let write = self.facts.accesses[at].mode == AccessMode::Write;
        let (reads, writes) = if write { (0, sign) } else { (sign, 0) };
        self.figures.crossing_reads += reads;
        self.figures.crossing_writes += writes;
        self.cross(from, to, |crossings| {
            crossings.reads += reads;
            crossings.writes += writes;
        });
    }

    fn key(&mut self, at: usize, from: GroupId, to: GroupId, sign: i64) {
        if !self.data_crosses(from, to) {
            return;
        }
        let declared = matches!(self.facts.foreign_keys[at].origin, KeyOrigin::Declared { .. });
        let (declared, implied) = if declared { (sign, 0) } else { (0, sign) };
        self.figures.cut_declared_keys += declared;
        self.figures.cut_implied_keys += implied;
        self.cross(from, to, |crossings| {
            crossings.declared_keys += declared;
            crossings.implied_keys += implied;
        });
    }

    fn join(&mut self, a: GroupId, b: GroupId, sign: i64) {
        if self.data_crosses(a, b) {
            self.figures.broken_joins += sign;
            self.cross(a.min(b), a.max(b), |crossings| crossings.joins += sign);
        }
    }

    fn count_piece(&mut self, piece: PieceId, group: GroupId, sign: i64) {
        let runs = self.runs(group);
        let size = &mut self.sizes[group.index()];
        let before = size.pieces();
        match self.facts.piece(piece) {
            Piece::Module(module) => {
                size.modules += sign;
                size.lines += sign * i64::from(self.facts.module(module).lines);
            }
            Piece::Table(_) => size.tables += sign,
        }
        if runs && (before == 0 || size.pieces() == 0) {
            self.figures.services += sign;
            self.chains_stale = true;
        }
    }

    /// Counts a table as shared where its new owner counts at all.
    fn own(&mut self, piece: PieceId, group: GroupId, sign: i64) {
        if let Piece::Table(table) = self.facts.piece(piece)
            && self.role(group) != Role::Excluded
        {
            let shared = self.accessors[table.index()].len() > 1;
            let multi_writer = self.writers[table.index()].len() > 1;
            self.figures.shared_tables += sign * i64::from(shared);
            self.figures.multi_writer_tables += sign * i64::from(multi_writer);
        }
    }

    /// Keeps what counts groups rather than crossings: who shares tables, transactions, commits.
    fn touch(&mut self, piece: PieceId, group: GroupId, sign: i64) {
        if self.role(group) == Role::Excluded {
            return;
        }
        let index = Arc::clone(&self.index);
        if let Piece::Module(_) = self.facts.piece(piece) {
            for at in index.accesses.of(piece) {
                self.touch_table(*at as usize, group, sign);
            }
        }
        for at in index.transactions.of(piece) {
            let mut touched = std::mem::take(&mut self.transactions[*at as usize]);
            self.figures.spanning_transactions +=
                self.retouch(&mut touched, group, sign, |crossings| &mut crossings.transactions);
            self.transactions[*at as usize] = touched;
        }
        for at in index.commits.of(piece) {
            let mut touched = std::mem::take(&mut self.commits[*at as usize]);
            let before = touched.len();
            self.figures.crossing_commits +=
                self.retouch(&mut touched, group, sign, |crossings| &mut crossings.commits);
            self.figures.commits += i64::from(touched.len() > 0) - i64::from(before > 0);
            self.commits[*at as usize] = touched;
        }
        for at in index.authors.of(piece) {
            let touched = &mut self.authors[*at as usize];
            let before = touched.len();
            self.figures.shared_authors += retouch(touched, group, sign);
            self.figures.authors += i64::from(touched.len() > 0) - i64::from(before > 0);
        }
    }

    fn touch_table(&mut self, access: usize, group: GroupId, sign: i64) {
        let access = self.facts.accesses[access];
        let table = access.table.index();
        let counts = self.grouping.role(self.facts.table_piece(access.table)) != Role::Excluded;
        let shared = retouch(&mut self.accessors[table], group, sign);
        let multi_writer = match access.mode {
            AccessMode::Write => retouch(&mut self.writers[table], group, sign),
            AccessMode::Read => 0,
        };
        if counts {
            self.figures.shared_tables += shared;
            self.figures.multi_writer_tables += multi_writer;
        }
    }

    /// Adds or takes one group, keeps the pairs of groups, and tells by how much "two or more" changed.
    fn retouch(
        &mut self,
        touched: &mut Touched,
        group: GroupId,
        sign: i64,
        layer: fn(&mut Crossings) -> &mut i64,
    ) -> i64 {
        let before = touched.len();
        let change = retouch(touched, group, sign);
        if touched.len() != before {
            for other in touched.groups().filter(|other| *other != group) {
                let (low, high) = (other.min(group), other.max(group));
                self.cross(low, high, |crossings| *layer(crossings) += sign);
            }
        }
        change
    }

    /// Brings the figures up to date that are about all groups at once.
    fn sum_up(&mut self) {
        if std::mem::take(&mut self.chains_stale) {
            let chains = self.chains();
            self.figures.cycles = chains.cycles();
            self.figures.longest_chain = chains.longest();
        }
        let counted = || {
            let sizes = self.sizes.iter().zip(&self.grouping.roles);
            sizes.filter(|(_, role)| **role != Role::Excluded).map(|(size, _)| size.lines)
        };
        self.figures.largest_share = share(counted().max().unwrap_or(0), counted().sum());
    }

    /// The services that have pieces: the nodes of [`Scorer::chains`].
    pub(super) fn running(&self) -> Vec<GroupId> {
        let groups = (0..self.sizes.len()).map(GroupId::at);
        groups.filter(|group| self.runs(*group) && self.size(*group).pieces() > 0).collect()
    }

    /// Circles and chains of requests; services are numbered as in [`Scorer::running`].
    pub(super) fn chains(&self) -> Chains {
        let running = self.running();
        let place = |group: GroupId| running.binary_search(&group).ok();
        let requests = self.pairs.iter().filter(|(_, crossings)| crossings.requests > 0);
        let edges = requests.filter_map(|((from, to), _)| Some((place(*from)?, place(*to)?)));
        Chains::new(running.len(), edges)
    }
}

/// Whether calls of this kind would become requests between services.
pub(super) fn is_request(kind: CallKind) -> bool {
    matches!(kind, CallKind::Call | CallKind::Construct)
}

/// A part of a whole, from 0 to 1; 0 where there is nothing.
#[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 lines")]
pub(super) fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Adds or takes one group; by how much "two or more groups" changed.
fn retouch(touched: &mut Touched, group: GroupId, sign: i64) -> i64 {
    let before = touched.len() > 1;
    if sign > 0 {
        touched.add(group);
    } else {
        touched.remove(group);
    }
    i64::from(touched.len() > 1) - i64::from(before)
}
