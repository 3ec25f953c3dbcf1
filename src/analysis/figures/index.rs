//! Which facts touch a piece: what makes a move cost only what it touches.

use crate::facts::{AccessMode, Facts, PieceId};

/// For each piece a slice of fact numbers, all in one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Adjacency {
    starts: Vec<u32>,
    facts: Vec<u32>,
}

impl Adjacency {
    /// Lists, for each of `count` pieces, the numbers of the facts that name it, in their order.
    pub(crate) fn new<I>(count: usize, facts: impl Fn() -> I) -> Self
    where
        I: Iterator<Item = (PieceId, u32)>,
    {
        let mut starts = vec![0; count + 1];
        for (piece, _) in facts() {
            starts[piece.index() + 1] += 1;
        }
        for piece in 0..count {
            starts[piece + 1] += starts[piece];
        }
        let mut next = starts.clone();
        let mut list = vec![0; starts[count] as usize];
        for (piece, fact) in facts() {
            let at = &mut next[piece.index()];
            list[*at as usize] = fact;
            *at += 1;
        }
        Self { starts, facts: list }
    }

    /// The facts that touch a piece.
    pub(crate) fn of(&self, piece: PieceId) -> &[u32] {
        let range = self.starts[piece.index()] as usize..self.starts[piece.index() + 1] as usize;
        &self.facts[range]
    }
}

/// Everything the scorer needs to look up by piece. Immutable; shared by all scorers of the same facts.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) calls: Adjacency,
    pub(super) accesses: Adjacency,
    pub(super) keys: Adjacency,
    pub(super) joins: Adjacency,
    pub(super) transactions: Adjacency,
    pub(super) commits: Adjacency,
    pub(super) authors: Adjacency,
    /// By author: the pieces that recent commits of theirs changed, each once.
    pub(super) changed: Vec<Vec<PieceId>>,
    /// The tables each transaction writes, each once.
    pub(super) written: Vec<Vec<PieceId>>,
}

impl Index {
    pub(super) fn new(facts: &Facts) -> Self {
        let count = facts.piece_count();
        let written = written_tables(facts);
        let changed = changed_pieces(facts);
        Self {
            calls: Adjacency::new(count, || {
                let calls = facts.calls.iter().zip(0..);
                calls.filter(|(call, _)| call.from_module != call.to_module).flat_map(
                    |(call, at)| {
                        [(facts.module_piece(call.from_module), at)]
                            .into_iter()
                            .chain([(facts.module_piece(call.to_module), at)])
                    },
                )
            }),
            accesses: Adjacency::new(count, || {
                facts.accesses.iter().zip(0..).flat_map(|(access, at)| {
                    [(facts.module_piece(access.module), at), (facts.table_piece(access.table), at)]
                })
            }),
            keys: Adjacency::new(count, || {
                let keys = facts.foreign_keys.iter().zip(0..).filter(|(key, _)| key.from != key.to);
                keys.flat_map(|(key, at)| [(key.from, at), (key.to, at)])
                    .map(|(table, at)| (facts.table_piece(table), at))
            }),
            joins: Adjacency::new(count, || {
                let joins = facts.joins.iter().zip(0..);
                joins
                    .filter(|(join, _)| join.table_a != join.table_b)
                    .flat_map(|(join, at)| [(join.table_a, at), (join.table_b, at)])
                    .map(|(table, at)| (facts.table_piece(table), at))
            }),
            transactions: Adjacency::new(count, || {
                let all = written.iter().zip(0..);
                all.flat_map(|(tables, at)| tables.iter().map(move |table| (*table, at)))
            }),
            commits: Adjacency::new(count, || {
                (0..facts.commits.len()).zip(0..).flat_map(|(commit, at)| {
                    commit_pieces(facts, commit).map(move |piece| (piece, at))
                })
            }),
            authors: Adjacency::new(count, || {
                let all = changed.iter().zip(0..);
                all.flat_map(|(pieces, at)| pieces.iter().map(move |piece| (*piece, at)))
            }),
            changed,
            written,
        }
    }
}

/// The pieces that a commit changed; none for a bulk commit.
pub(super) fn commit_pieces(facts: &Facts, commit: usize) -> impl Iterator<Item = PieceId> {
    let commit = &facts.commits[commit];
    let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
    let tables = commit.tables.iter().map(|table| facts.table_piece(*table));
    modules.chain(tables).filter(|_| commit.bulk.is_none())
}

fn changed_pieces(facts: &Facts) -> Vec<Vec<PieceId>> {
    let mut changed = vec![Vec::new(); facts.authors.len()];
    for commit in facts.recent_commits() {
        let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
        let tables = commit.tables.iter().map(|table| facts.table_piece(*table));
        changed[commit.author.index()].extend(modules.chain(tables));
    }
    for pieces in &mut changed {
        pieces.sort_unstable();
        pieces.dedup();
    }
    changed
}

fn written_tables(facts: &Facts) -> Vec<Vec<PieceId>> {
    let writes_of = |transaction: &crate::facts::Transaction| {
        let steps = transaction.steps.iter().filter(|step| step.mode == AccessMode::Write);
        let mut tables: Vec<PieceId> = steps.map(|step| facts.table_piece(step.table)).collect();
        tables.sort_unstable();
        tables.dedup();
        tables
    };
    facts.transactions.iter().map(writes_of).collect()
}
