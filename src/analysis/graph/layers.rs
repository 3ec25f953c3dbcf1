//! The layers that are read straight off facts: calls, accesses, keys, transactions, co-change, what ran.

use rustc_hash::FxHashMap;

use super::Tie;
use crate::facts::{AccessMode, CallKind, Facts, KeyOrigin, PieceId, Table, TableId, Via};

/// Commits that touch more pieces than this say little about any two of them.
const LARGEST_COMMIT: usize = 40;

/// A schema file that declares more tables than this says nothing about any of them when it changes.
const FEW_TABLES: usize = 3;

/// Sums of strengths by pair, the lower piece first.
#[derive(Default)]
struct Ties {
    strengths: FxHashMap<(PieceId, PieceId), f64>,
}

impl Ties {
    fn add(&mut self, a: PieceId, b: PieceId, strength: f64) {
        if a != b {
            *self.strengths.entry((a.min(b), a.max(b))).or_default() += strength;
        }
    }

    /// Ordered, each sum passed through `f`.
    fn map(self, f: impl Fn(f64) -> f64) -> Vec<Tie> {
        let mut ties: Vec<Tie> = self
            .strengths
            .into_iter()
            .map(|((a, b), strength)| Tie { a, b, strength: f(strength) })
            .collect();
        ties.sort_unstable_by_key(|tie| (tie.a, tie.b));
        ties
    }
}

/// Modules that refer to each other. Repeated references count less and less.
///
/// Sums of kinds go through a logarithm, and a module that everybody refers to (or that refers to everybody) ties
/// each of them only weakly: the strength is divided by the root of both numbers of partners.
pub(super) fn calls(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    for call in &facts.calls {
        let strength = match call.kind {
            CallKind::Call | CallKind::Construct | CallKind::Inherit => 1.0,
            CallKind::Type => 0.5,
            CallKind::Import => 0.25,
        };
        let (from, to) = (facts.module_piece(call.from_module), facts.module_piece(call.to_module));
        ties.add(from, to, strength);
    }
    damped(ties.map(f64::ln_1p), facts.piece_count())
}

/// Modules and the tables they access: a write ties three times as much as a read, and the class that stands for the
/// rows of a table as much as a write.
pub(super) fn accesses(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    for access in &facts.accesses {
        let strength = match (access.mode, access.via) {
            (AccessMode::Write, _) | (_, Via::Entity) => 3.0,
            (AccessMode::Read, _) => 1.0,
        };
        let (module, table) = (facts.module_piece(access.module), facts.table_piece(access.table));
        ties.add(module, table, strength);
    }
    for (table, at) in facts.tables.iter().zip(0..) {
        let declaring =
            table.sources.iter().filter_map(|source| facts.module_at(&source.place.path));
        for module in declaring {
            ties.add(facts.module_piece(module), facts.table_piece(TableId(at)), 3.0);
        }
    }
    damped(ties.map(f64::ln_1p), facts.piece_count())
}

/// Tables that refer to each other or are joined.
pub(super) fn keys(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    for key in &facts.foreign_keys {
        let strength = if matches!(key.origin, KeyOrigin::Declared { .. }) { 1.0 } else { 0.7 };
        ties.add(facts.table_piece(key.from), facts.table_piece(key.to), strength);
    }
    for join in &facts.joins {
        ties.add(facts.table_piece(join.table_a), facts.table_piece(join.table_b), 0.5);
    }
    damped(ties.map(f64::ln_1p), facts.piece_count())
}

/// Tables written together in one unit of work, and the module that begins it.
pub(super) fn transactions(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    for transaction in &facts.transactions {
        let writes = transaction.steps.iter().filter(|step| step.mode == AccessMode::Write);
        let mut pieces: Vec<PieceId> = writes.map(|step| facts.table_piece(step.table)).collect();
        if let Some(entry) = facts.entry_points.get(transaction.entry_point.index()) {
            pieces.push(facts.module_piece(entry.module));
        }
        tie_all(&mut ties, pieces);
    }
    damped(ties.map(f64::ln_1p), facts.piece_count())
}

/// Pieces that worked together while the monolith ran. Only traces say which module it was; counts go through a
/// logarithm, because a loop that ran a million times ties no more than a use case that ran a thousand times.
pub(super) fn runtime(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    for call in &facts.runtime.calls {
        let (from, to) = (facts.module_piece(call.from), facts.module_piece(call.to));
        ties.add(from, to, real(call.timing.count));
    }
    for access in &facts.runtime.accesses {
        let Some(module) = access.module else { continue };
        let weight = if access.mode == AccessMode::Write { 3.0 } else { 1.0 };
        let (module, table) = (facts.module_piece(module), facts.table_piece(access.table));
        ties.add(module, table, weight * real(access.timing.count));
    }
    damped(ties.map(f64::ln_1p), facts.piece_count())
}

#[expect(clippy::cast_precision_loss, reason = "a logarithm is taken of it")]
fn real(count: u64) -> f64 {
    count as f64
}

/// Pieces that change together, corrected for how often each changes at all.
///
/// A commit of `n` pieces gives each of its pairs `1 / (n - 1)`, so that every commit speaks once for each of its
/// pieces; the sum is divided by the root of both pieces' numbers of commits (a cosine). Bulk commits are out.
pub(super) fn cochange(facts: &Facts) -> Vec<Tie> {
    let mut ties = Ties::default();
    let mut commits_of = vec![0_u32; facts.piece_count()];
    let telling = tables_with_files_of_their_own(facts);
    for commit in facts.commits.iter().filter(|commit| commit.bulk.is_none()) {
        let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
        let tables = commit.tables.iter().filter(|table| telling[table.index()]);
        let tables = tables.map(|table| facts.table_piece(*table));
        let pieces: Vec<PieceId> = modules.chain(tables).collect();
        for piece in &pieces {
            commits_of[piece.index()] += 1;
        }
        if pieces.len() <= LARGEST_COMMIT {
            tie_all(&mut ties, pieces);
        }
    }
    let mut ties = ties.map(|strength| strength);
    for tie in &mut ties {
        let [a, b] = [tie.a, tie.b].map(|piece| f64::from(commits_of[piece.index()]));
        // Two commits more than there were: a single shared commit is hardly evidence.
        tie.strength /= ((a + 2.0) * (b + 2.0)).sqrt();
    }
    ties.retain(|tie| tie.strength > 0.0);
    ties
}

/// By table: whether a change of its schema file says something about it. A file that declares many tables changes
/// with all of them at once.
pub(crate) fn tables_with_files_of_their_own(facts: &Facts) -> Vec<bool> {
    let mut declared: FxHashMap<&str, usize> = FxHashMap::default();
    for table in &facts.tables {
        for source in &table.sources {
            *declared.entry(&source.place.path).or_default() += 1;
        }
    }
    let few = |table: &Table| {
        table.sources.iter().all(|source| declared[source.place.path.as_str()] <= FEW_TABLES)
    };
    facts.tables.iter().map(few).collect()
}

/// Ties every two of the pieces so that each piece gets 1 in all.
#[expect(clippy::cast_precision_loss, reason = "lists of pieces are far below 2^52")]
fn tie_all(ties: &mut Ties, mut pieces: Vec<PieceId>) {
    pieces.sort_unstable();
    pieces.dedup();
    let strength = 1.0 / pieces.len().saturating_sub(1).max(1) as f64;
    for (at, a) in pieces.iter().enumerate() {
        for b in &pieces[at + 1..] {
            ties.add(*a, *b, strength);
        }
    }
}

/// Divides each tie by the root of both pieces' numbers of partners, so that what everybody uses glues nobody.
fn damped(mut ties: Vec<Tie>, pieces: usize) -> Vec<Tie> {
    let mut partners = vec![0_u32; pieces];
    for tie in &ties {
        partners[tie.a.index()] += 1;
        partners[tie.b.index()] += 1;
    }
    for tie in &mut ties {
        let [a, b] = [tie.a, tie.b].map(|piece| f64::from(partners[piece.index()]));
        tie.strength /= (a * b).sqrt();
    }
    ties
}
