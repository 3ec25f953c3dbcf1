//! What dropping pieces on each group would change, for all groups at once.
//!
//! Each fact that touches the moved pieces is looked at once and says what it would cost *anywhere*, and where it
//! would not cost that. So the work is in proportion to the facts plus the groups, not their product.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    Figures, Scorer,
    chains::Chains,
    index::commit_pieces,
    scorer::{is_request, share},
    touched::{Rest, Touched},
};
use crate::{
    analysis::grouping::{GroupId, Role},
    facts::{AccessMode, Call, FunctionId, KeyOrigin, Piece, PieceId},
};

/// What dropping the pieces on a group would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// A group, or the one that would come next: a new service.
    pub group: GroupId,
    /// The figures after minus the figures before.
    pub delta: Figures,
}

/// What is counted wherever the pieces go, except in some groups.
#[derive(Clone, Debug)]
struct Toll {
    everywhere: i64,
    /// By group: what is not counted there.
    except: Vec<i64>,
    /// What is counted even where the pieces count nowhere.
    gone: i64,
}

impl Toll {
    fn new(groups: usize) -> Self {
        Self { everywhere: 0, except: vec![0; groups], gone: 0 }
    }

    /// Counts one thing that crosses unless the pieces go home.
    fn unless(&mut self, home: GroupId) {
        self.everywhere += 1;
        self.except[home.index()] += 1;
    }

    /// Counts one thing that crosses when, with the pieces' own group, two or more groups touch it.
    fn spans(&mut self, rest: Rest) {
        match rest {
            Rest::None => {}
            Rest::One(home) => self.unless(home),
            Rest::More => {
                self.everywhere += 1;
                self.gone += 1;
            }
        }
    }

    fn at(&self, group: GroupId) -> i64 {
        self.everywhere - self.except[group.index()]
    }
}

/// The tolls of one set of pieces.
struct Tolls {
    calls_out: [Toll; 5],
    calls_in: [Toll; 5],
    /// Functions outside that only the pieces would call.
    operations_used: Toll,
    /// Functions of the pieces that others call.
    operations_offered: Toll,
    reads: Toll,
    writes: Toll,
    shared: Toll,
    multi_writer: Toll,
    declared_keys: Toll,
    implied_keys: Toll,
    joins: Toll,
    transactions: Toll,
    commits_crossing: Toll,
    commits: Toll,
    authors_shared: Toll,
    authors: Toll,
    /// What of all this is counted now.
    now: Figures,
    /// By pair of services: requests that touch the pieces now.
    requests_now: FxHashMap<(GroupId, GroupId), i64>,
    /// By group: whether the pieces request it, and it them.
    requests_out: Vec<bool>,
    requests_in: Vec<bool>,
}

impl Scorer {
    /// For each group, and last for a new service, what dropping the pieces there would change.
    #[must_use]
    pub fn effects(&self, pieces: &[PieceId]) -> Vec<Effect> {
        let moved = Moved::new(self, pieces);
        let tolls = moved.tolls();
        let without = Without::new(&moved, &tolls);
        (0..=self.grouping.roles.len())
            .map(GroupId::at)
            .map(|group| Effect { group, delta: moved.delta(&tolls, &without, group) })
            .collect()
    }
}

/// Pieces on the move.
struct Moved<'a> {
    scorer: &'a Scorer,
    pieces: Vec<PieceId>,
    /// By piece: whether it moves.
    moves: Vec<bool>,
}

impl<'a> Moved<'a> {
    fn new(scorer: &'a Scorer, pieces: &[PieceId]) -> Self {
        let mut moves = vec![false; scorer.facts.piece_count()];
        let mut once = Vec::with_capacity(pieces.len());
        for piece in pieces {
            if !std::mem::replace(&mut moves[piece.index()], true) {
                once.push(*piece);
            }
        }
        Self { scorer, pieces: once, moves }
    }

    fn moves(&self, piece: PieceId) -> bool {
        self.moves[piece.index()]
    }

    fn group(&self, piece: PieceId) -> GroupId {
        self.scorer.grouping.group(piece)
    }

    fn counts(&self, group: GroupId) -> bool {
        self.scorer.role(group) != Role::Excluded
    }

    fn tolls(&self) -> Tolls {
        let groups = self.scorer.grouping.roles.len() + 1;
        let toll = || Toll::new(groups);
        let by_kind = || [toll(), toll(), toll(), toll(), toll()];
        let mut tolls = Tolls {
            calls_out: by_kind(),
            calls_in: by_kind(),
            operations_used: toll(),
            operations_offered: toll(),
            reads: toll(),
            writes: toll(),
            shared: toll(),
            multi_writer: toll(),
            declared_keys: toll(),
            implied_keys: toll(),
            joins: toll(),
            transactions: toll(),
            commits_crossing: toll(),
            commits: toll(),
            authors_shared: toll(),
            authors: toll(),
            now: Figures::default(),
            requests_now: FxHashMap::default(),
            requests_out: vec![false; groups],
            requests_in: vec![false; groups],
        };
        self.calls(&mut tolls);
        self.accesses(&mut tolls);
        self.keys_and_joins(&mut tolls);
        self.shared_tables(&mut tolls);
        self.transactions(&mut tolls);
        self.commits(&mut tolls);
        self.authors(&mut tolls);
        tolls
    }

    fn calls(&self, tolls: &mut Tolls) {
        let facts = &self.scorer.facts;
        let mut used: FxHashMap<FunctionId, (GroupId, u32)> = FxHashMap::default();
        let mut offered: Vec<(FunctionId, GroupId)> = Vec::new();
        let mut offered_now: Vec<FunctionId> = Vec::new();
        for piece in &self.pieces {
            for at in self.scorer.index.calls.of(*piece) {
                let call = &facts.calls[*at as usize];
                let from = facts.module_piece(call.from_module);
                let to = facts.module_piece(call.to_module);
                let leaves = from == *piece;
                if !leaves && self.moves(from) {
                    continue; // seen from its other end
                }
                let crosses = self.call_now(tolls, call);
                let request = call.to_function.filter(|_| is_request(call.kind));
                if !leaves || self.moves(to) {
                    offered_now.extend(request.filter(|_| crosses));
                }
                if !leaves {
                    self.call_in(tolls, call);
                    offered.extend(request.map(|function| (function, self.group(from))));
                } else if !self.moves(to) {
                    self.call_out(tolls, call);
                    if let Some(function) = request {
                        let entry = used.entry(function).or_insert((self.group(to), 0));
                        entry.1 += u32::from(crosses);
                    }
                }
            }
        }
        self.operations(tolls, used, offered, offered_now);
    }

    /// Counts a call as it is now; whether it crosses.
    fn call_now(&self, tolls: &mut Tolls, call: &Call) -> bool {
        let from = self.scorer.grouping.of[call.from_module.index()];
        let to = self.scorer.grouping.of[call.to_module.index()];
        let crosses = self.scorer.call_crosses(from, to);
        if crosses {
            tolls.now.crossing_calls += 1;
            tolls.now.crossing_calls_by_kind[call.kind as usize] += 1;
            if is_request(call.kind) {
                *tolls.requests_now.entry((from, to)).or_default() += 1;
            }
        }
        crosses
    }

    /// A call from the pieces to a module that stays.
    fn call_out(&self, tolls: &mut Tolls, call: &Call) {
        let home = self.scorer.grouping.of[call.to_module.index()];
        if !matches!(self.scorer.role(home), Role::Excluded | Role::Library) {
            tolls.calls_out[call.kind as usize].unless(home);
            tolls.requests_out[home.index()] |= is_request(call.kind);
        }
    }

    /// A call to the pieces from a module that stays.
    fn call_in(&self, tolls: &mut Tolls, call: &Call) {
        let home = self.scorer.grouping.of[call.from_module.index()];
        if self.counts(home) {
            tolls.calls_in[call.kind as usize].unless(home);
            tolls.requests_in[home.index()] |= is_request(call.kind);
        }
    }

    fn operations(
        &self,
        tolls: &mut Tolls,
        used: FxHashMap<FunctionId, (GroupId, u32)>,
        mut offered: Vec<(FunctionId, GroupId)>,
        mut offered_now: Vec<FunctionId>,
    ) {
        let mut used: Vec<_> = used.into_iter().collect();
        used.sort_unstable();
        for (function, (home, calls)) in used {
            let callers = self.scorer.callers[function.index()];
            if callers > calls {
                continue; // an operation wherever the pieces go
            }
            tolls.now.operations += i64::from(callers > 0);
            if !matches!(self.scorer.role(home), Role::Excluded | Role::Library) {
                tolls.operations_used.unless(home);
            }
        }
        offered_now.sort_unstable();
        offered_now.dedup();
        tolls.now.operations += i64::try_from(offered_now.len()).unwrap_or(i64::MAX);
        offered.retain(|(_, group)| self.counts(*group));
        offered.sort_unstable();
        offered.dedup();
        for callers in offered.chunk_by(|a, b| a.0 == b.0) {
            match callers {
                [(_, home)] => tolls.operations_offered.unless(*home),
                _ => tolls.operations_offered.everywhere += 1,
            }
        }
    }

    fn accesses(&self, tolls: &mut Tolls) {
        let facts = &self.scorer.facts;
        for piece in &self.pieces {
            for at in self.scorer.index.accesses.of(*piece) {
                let access = &facts.accesses[*at as usize];
                let module = facts.module_piece(access.module);
                let table = facts.table_piece(access.table);
                let other = if module == *piece { table } else { module };
                if self.moves(other) && *piece == table {
                    continue; // seen from its other end
                }
                let crosses = self.scorer.data_crosses(self.group(module), self.group(table));
                let write = access.mode == AccessMode::Write;
                let (toll, now) = if write {
                    (&mut tolls.writes, &mut tolls.now.crossing_writes)
                } else {
                    (&mut tolls.reads, &mut tolls.now.crossing_reads)
                };
                *now += i64::from(crosses);
                if !self.moves(other) && self.counts(self.group(other)) {
                    toll.unless(self.group(other));
                }
            }
        }
    }

    fn keys_and_joins(&self, tolls: &mut Tolls) {
        let facts = &self.scorer.facts;
        for piece in &self.pieces {
            for at in self.scorer.index.keys.of(*piece) {
                let key = &facts.foreign_keys[*at as usize];
                let ends = [facts.table_piece(key.from), facts.table_piece(key.to)];
                let declared = matches!(key.origin, KeyOrigin::Declared { .. });
                let (toll, now) = if declared {
                    (&mut tolls.declared_keys, &mut tolls.now.cut_declared_keys)
                } else {
                    (&mut tolls.implied_keys, &mut tolls.now.cut_implied_keys)
                };
                self.link(*piece, ends, toll, now);
            }
            for at in self.scorer.index.joins.of(*piece) {
                let join = &facts.joins[*at as usize];
                let ends = [facts.table_piece(join.table_a), facts.table_piece(join.table_b)];
                self.link(*piece, ends, &mut tolls.joins, &mut tolls.now.broken_joins);
            }
        }
    }

    /// A key or join between two tables, one of them moving.
    fn link(&self, piece: PieceId, ends: [PieceId; 2], toll: &mut Toll, now: &mut i64) {
        let other = if ends[0] == piece { ends[1] } else { ends[0] };
        if self.moves(other) && other < piece {
            return; // seen from its other end
        }
        *now += i64::from(self.scorer.data_crosses(self.group(ends[0]), self.group(ends[1])));
        if !self.moves(other) && self.counts(self.group(other)) {
            toll.unless(self.group(other));
        }
    }

    /// Tables that move, and tables that moving modules access.
    fn shared_tables(&self, tolls: &mut Tolls) {
        let scorer = self.scorer;
        let mut leaving: FxHashMap<usize, (Touched, Touched, bool, bool)> = FxHashMap::default();
        for piece in &self.pieces {
            if let Piece::Table(table) = scorer.facts.piece(*piece) {
                leaving.entry(table.index()).or_default();
                continue;
            }
            for at in scorer.index.accesses.of(*piece) {
                let access = &scorer.facts.accesses[*at as usize];
                let entry = leaving.entry(access.table.index()).or_default();
                let write = access.mode == AccessMode::Write;
                entry.2 = true;
                entry.3 |= write;
                if self.counts(self.group(*piece)) {
                    entry.0.add(self.group(*piece));
                    if write {
                        entry.1.add(self.group(*piece));
                    }
                }
            }
        }
        let mut leaving: Vec<_> = leaving.into_iter().collect();
        leaving.sort_unstable_by_key(|(table, _)| *table);
        for (table, (accessors, writers, accesses, writes)) in leaving {
            let piece = PieceId::at(scorer.facts.modules.len() + table);
            let counts = self.counts(self.group(piece));
            if !self.moves(piece) && !counts {
                continue;
            }
            let each = [
                (&scorer.accessors[table], accessors, accesses, &mut tolls.shared),
                (&scorer.writers[table], writers, writes, &mut tolls.multi_writer),
            ];
            let mut now = [0, 0];
            for ((touched, leaving, comes_along, toll), now) in each.into_iter().zip(&mut now) {
                *now = i64::from(counts && touched.len() > 1);
                let rest = touched.without(&leaving);
                match (self.moves(piece), comes_along, rest) {
                    (true, _, Rest::More) => toll.everywhere += 1,
                    (false, _, Rest::More) | (_, true, _) => toll.spans(rest),
                    _ => {}
                }
            }
            tolls.now.shared_tables += now[0];
            tolls.now.multi_writer_tables += now[1];
        }
    }

    fn transactions(&self, tolls: &mut Tolls) {
        let index = &self.scorer.index;
        let mut all: Vec<u32> =
            self.pieces.iter().flat_map(|piece| index.transactions.of(*piece)).copied().collect();
        all.sort_unstable();
        all.dedup();
        for at in all {
            let touched = &self.scorer.transactions[at as usize];
            tolls.now.spanning_transactions += i64::from(touched.len() > 1);
            let leaving = self.leaving(index.written[at as usize].iter().copied());
            tolls.transactions.spans(touched.without(&leaving));
        }
    }

    fn commits(&self, tolls: &mut Tolls) {
        let scorer = self.scorer;
        let mut all: Vec<u32> =
            self.pieces.iter().flat_map(|piece| scorer.index.commits.of(*piece)).copied().collect();
        all.sort_unstable();
        all.dedup();
        for at in all {
            let touched = &scorer.commits[at as usize];
            tolls.now.crossing_commits += i64::from(touched.len() > 1);
            tolls.now.commits += i64::from(touched.len() > 0);
            let rest = touched.without(&self.leaving(commit_pieces(&scorer.facts, at as usize)));
            tolls.commits_crossing.spans(rest);
            tolls.commits.everywhere += 1;
            tolls.commits.gone += i64::from(!matches!(rest, Rest::None));
        }
    }

    /// An author may have changed thousands of pieces, so only the moving ones are looked at.
    fn authors(&self, tolls: &mut Tolls) {
        let mut leaving: BTreeMap<u32, Touched> = BTreeMap::new();
        for piece in &self.pieces {
            for author in self.scorer.index.authors.of(*piece) {
                let leaving = leaving.entry(*author).or_default();
                if self.counts(self.group(*piece)) {
                    leaving.add(self.group(*piece));
                }
            }
        }
        for (author, leaving) in leaving {
            let touched = &self.scorer.authors[author as usize];
            tolls.now.shared_authors += i64::from(touched.len() > 1);
            tolls.now.authors += i64::from(touched.len() > 0);
            let rest = touched.without(&leaving);
            tolls.authors_shared.spans(rest);
            tolls.authors.everywhere += 1;
            tolls.authors.gone += i64::from(!matches!(rest, Rest::None));
        }
    }

    /// The groups that the moving ones among these pieces touch now.
    fn leaving(&self, pieces: impl Iterator<Item = PieceId>) -> Touched {
        let mut leaving = Touched::default();
        for piece in pieces.filter(|piece| self.moves(*piece)) {
            if self.counts(self.group(piece)) {
                leaving.add(self.group(piece));
            }
        }
        leaving
    }

    fn delta(&self, tolls: &Tolls, without: &Without, group: GroupId) -> Figures {
        let role = self.scorer.role(group);
        let callable = matches!(role, Role::Service | Role::Remainder);
        let excluded = role == Role::Excluded;
        let toll = |toll: &Toll| if excluded { toll.gone } else { toll.at(group) };
        let mut after = Figures {
            operations: toll(&tolls.operations_used)
                + if callable { toll(&tolls.operations_offered) } else { 0 },
            crossing_reads: toll(&tolls.reads),
            crossing_writes: toll(&tolls.writes),
            shared_tables: toll(&tolls.shared),
            multi_writer_tables: toll(&tolls.multi_writer),
            cut_declared_keys: toll(&tolls.declared_keys),
            cut_implied_keys: toll(&tolls.implied_keys),
            broken_joins: toll(&tolls.joins),
            spanning_transactions: toll(&tolls.transactions),
            crossing_commits: toll(&tolls.commits_crossing),
            commits: toll(&tolls.commits),
            shared_authors: toll(&tolls.authors_shared),
            authors: toll(&tolls.authors),
            ..Figures::default()
        };
        for kind in 0..after.crossing_calls_by_kind.len() {
            let incoming = if callable { toll(&tolls.calls_in[kind]) } else { 0 };
            let calls = toll(&tolls.calls_out[kind]) + incoming;
            after.crossing_calls_by_kind[kind] = calls;
            after.crossing_calls += calls;
        }
        let mut delta = &after - &tolls.now;
        without.add_to(&mut delta, self, tolls, group);
        delta
    }
}

/// All groups as they would be without the pieces.
struct Without {
    /// By group, with one more for the new one: the pieces and lines that stay.
    pieces: Vec<i64>,
    lines: Vec<i64>,
    moved_lines: i64,
    /// Pairs of services that request each other without the pieces' help, ordered.
    requests: Vec<(GroupId, GroupId)>,
    /// Circles and the longest chain where the pieces add no request that isn't there anyway.
    cycles: i64,
    longest_chain: i64,
}

impl Without {
    fn new(moved: &Moved<'_>, tolls: &Tolls) -> Self {
        let scorer = moved.scorer;
        let mut pieces: Vec<i64> = scorer.sizes.iter().map(|size| size.pieces()).collect();
        let mut lines: Vec<i64> = scorer.sizes.iter().map(|size| size.lines).collect();
        pieces.push(0);
        lines.push(0);
        let mut moved_lines = 0;
        for piece in &moved.pieces {
            let group = moved.group(*piece).index();
            pieces[group] -= 1;
            if let Piece::Module(module) = scorer.facts.piece(*piece) {
                lines[group] -= i64::from(scorer.facts.module(module).lines);
                moved_lines += i64::from(scorer.facts.module(module).lines);
            }
        }
        let leaving = |pair| tolls.requests_now.get(&pair).copied().unwrap_or(0);
        let requests = scorer.pairs().filter(|(from, to, crossings)| {
            crossings.requests > leaving((*from, *to)) && scorer.runs(*from) && scorer.runs(*to)
        });
        let requests = requests.map(|(from, to, _)| (from, to)).collect();
        let (cycles, longest_chain) = (0, 0);
        let mut without = Self { pieces, lines, moved_lines, requests, cycles, longest_chain };
        let chains = without.chains(&without.running(scorer, None), &[]);
        (without.cycles, without.longest_chain) = (chains.cycles(), chains.longest());
        without
    }

    /// The services that have pieces once the moved ones have landed.
    fn running(&self, scorer: &Scorer, landed: Option<GroupId>) -> Vec<GroupId> {
        let groups = (0..self.pieces.len()).map(GroupId::at).filter(|group| scorer.runs(*group));
        groups.filter(|group| self.pieces[group.index()] > 0 || Some(*group) == landed).collect()
    }

    /// What is about all groups at once: how many run, circles, chains, the largest share.
    fn add_to(&self, delta: &mut Figures, moved: &Moved<'_>, tolls: &Tolls, group: GroupId) {
        if moved.pieces.is_empty() {
            return;
        }
        let scorer = moved.scorer;
        let before = &scorer.figures;
        let running = self.running(scorer, Some(group));
        let added = self.added_requests(scorer, tolls, group);
        let (mut cycles, mut longest_chain) = (self.cycles, self.longest_chain);
        if !added.is_empty() || self.pieces[group.index()] == 0 {
            let chains = self.chains(&running, &added);
            (cycles, longest_chain) = (chains.cycles(), chains.longest());
        }
        delta.services = i64::try_from(running.len()).unwrap_or(i64::MAX) - before.services;
        delta.cycles = cycles - before.cycles;
        delta.longest_chain = longest_chain - before.longest_chain;
        let groups = || (0..self.pieces.len()).map(GroupId::at);
        let counted = || groups().filter(|other| scorer.role(*other) != Role::Excluded);
        let lines = |other: GroupId| {
            self.lines[other.index()] + if other == group { self.moved_lines } else { 0 }
        };
        let largest = counted().map(lines).max().unwrap_or(0);
        delta.largest_share = share(largest, counted().map(lines).sum()) - before.largest_share;
    }

    /// Requests that exist only because the pieces are in that group.
    fn added_requests(
        &self,
        scorer: &Scorer,
        tolls: &Tolls,
        group: GroupId,
    ) -> Vec<(GroupId, GroupId)> {
        if !scorer.runs(group) {
            return Vec::new();
        }
        let others = |requests: &[bool]| -> Vec<GroupId> {
            let others = (0..requests.len()).filter(|other| requests[*other]).map(GroupId::at);
            others.filter(|other| *other != group && scorer.runs(*other)).collect()
        };
        let out = others(&tolls.requests_out).into_iter().map(|to| (group, to));
        let incoming = others(&tolls.requests_in).into_iter().map(|from| (from, group));
        out.chain(incoming).filter(|pair| self.requests.binary_search(pair).is_err()).collect()
    }

    fn chains(&self, running: &[GroupId], added: &[(GroupId, GroupId)]) -> Chains {
        let place = |group: GroupId| running.binary_search(&group).ok();
        let pairs = self.requests.iter().chain(added);
        Chains::new(
            running.len(),
            pairs.filter_map(|(from, to)| Some((place(*from)?, place(*to)?))),
        )
    }
}
