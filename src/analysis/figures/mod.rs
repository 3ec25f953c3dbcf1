//! The figures of a grouping: counts and shares that can each be listed item by item.
//!
//! What counts, and for whom, is fixed here once:
//! - A call within one module counts nowhere. A call into a library crosses nothing, because the library's code
//!   is copied or published; a call *out of* a library into a service does cross.
//! - Accesses, keys and joins cross whatever the roles are: data can't be copied like code. An access from a
//!   library counts as one from the library's group.
//! - Whatever touches an excluded group counts nowhere.
//! - Circles and chains look only at services and the remainder, and only at calls that would become requests:
//!   the kinds `call` and `construct`.

#[cfg(test)]
mod afresh;
mod chains;
mod effects;
mod index;
mod items;
mod scorer;
mod touched;

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

pub use self::{
    effects::Effect,
    items::{Item, Scope},
    scorer::{Crossings, GroupSize, Scorer},
};

/// What a grouping costs. Lower is better everywhere, except where a field says otherwise.
///
/// Groups that are excluded count nowhere; the remainder counts like a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Groups with at least one piece that run on their own: services and the remainder. No direction.
    pub services: i64,
    /// Calls (of every kind, one a line of `dump calls`) from a module of one group into a module of another;
    /// libraries excluded as targets.
    pub crossing_calls: i64,
    /// The same, by kind, in the order of [`crate::facts::CallKind::ALL`].
    pub crossing_calls_by_kind: [i64; 5],
    /// Distinct functions called or constructed from another group; libraries excluded as targets.
    pub operations: i64,
    /// Reads of a table by a module outside the group that owns it.
    pub crossing_reads: i64,
    /// Writes of a table by a module outside the group that owns it.
    pub crossing_writes: i64,
    /// Tables accessed from two or more groups.
    pub shared_tables: i64,
    /// Tables written from two or more groups.
    pub multi_writer_tables: i64,
    /// Declared foreign keys between tables of two groups.
    pub cut_declared_keys: i64,
    /// Implied foreign keys between tables of two groups.
    pub cut_implied_keys: i64,
    /// Joins between tables of two groups.
    pub broken_joins: i64,
    /// Transactions whose writes fall into tables of two or more groups.
    pub spanning_transactions: i64,
    /// Commits, bulk ones left out, that touch two or more groups.
    pub crossing_commits: i64,
    /// Commits, bulk ones left out, that touch any group: what `crossing_commits` is a share of. No direction.
    pub commits: i64,
    /// Authors whose recent commits ([`crate::facts::Facts::recent_commits`]) changed pieces of two or more groups.
    pub shared_authors: i64,
    /// Authors whose recent commits changed any group: what `shared_authors` is a share of. No direction.
    pub authors: i64,
    /// Groups of two or more services that call each other in a circle.
    pub cycles: i64,
    /// Services on the longest chain of calls among services, each circle on it with all its services, because whoever
    /// calls into one may have to wait for all of it. 1 where services don't call each other, 0 where there are none.
    pub longest_chain: i64,
    /// Lines of the largest group, of all lines, from 0 to 1.
    pub largest_share: f64,
}

/// Applies one operation to every field of two figures.
macro_rules! each_field {
    ($a:expr, $b:expr, $op:path, $op_float:path) => {{
        let (a, b) = ($a, $b);
        let mut by_kind = [0; 5];
        for (kind, value) in by_kind.iter_mut().enumerate() {
            *value = $op(a.crossing_calls_by_kind[kind], b.crossing_calls_by_kind[kind]);
        }
        Figures {
            services: $op(a.services, b.services),
            crossing_calls: $op(a.crossing_calls, b.crossing_calls),
            crossing_calls_by_kind: by_kind,
            operations: $op(a.operations, b.operations),
            crossing_reads: $op(a.crossing_reads, b.crossing_reads),
            crossing_writes: $op(a.crossing_writes, b.crossing_writes),
            shared_tables: $op(a.shared_tables, b.shared_tables),
            multi_writer_tables: $op(a.multi_writer_tables, b.multi_writer_tables),
            cut_declared_keys: $op(a.cut_declared_keys, b.cut_declared_keys),
            cut_implied_keys: $op(a.cut_implied_keys, b.cut_implied_keys),
            broken_joins: $op(a.broken_joins, b.broken_joins),
            spanning_transactions: $op(a.spanning_transactions, b.spanning_transactions),
            crossing_commits: $op(a.crossing_commits, b.crossing_commits),
            commits: $op(a.commits, b.commits),
            shared_authors: $op(a.shared_authors, b.shared_authors),
            authors: $op(a.authors, b.authors),
            cycles: $op(a.cycles, b.cycles),
            longest_chain: $op(a.longest_chain, b.longest_chain),
            largest_share: $op_float(a.largest_share, b.largest_share),
        }
    }};
}

impl Sub for &Figures {
    type Output = Figures;

    /// What changed from `before` to `self`, figure by figure.
    fn sub(self, before: Self) -> Figures {
        each_field!(self, before, i64::sub, f64::sub)
    }
}

impl Add for &Figures {
    type Output = Figures;

    fn add(self, delta: Self) -> Figures {
        each_field!(self, delta, i64::add, f64::add)
    }
}

/// The figures by name: what panels, tables and comparisons go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Figure {
    Services,
    CrossingCalls,
    Operations,
    CrossingReads,
    CrossingWrites,
    SharedTables,
    MultiWriterTables,
    CutDeclaredKeys,
    CutImpliedKeys,
    BrokenJoins,
    SpanningTransactions,
    CrossingCommits,
    SharedAuthors,
    Cycles,
    LongestChain,
    LargestShare,
}

impl Figure {
    pub const ALL: [Self; 16] = [
        Self::Services,
        Self::CrossingCalls,
        Self::Operations,
        Self::CrossingReads,
        Self::CrossingWrites,
        Self::SharedTables,
        Self::MultiWriterTables,
        Self::CutDeclaredKeys,
        Self::CutImpliedKeys,
        Self::BrokenJoins,
        Self::SpanningTransactions,
        Self::CrossingCommits,
        Self::SharedAuthors,
        Self::Cycles,
        Self::LongestChain,
        Self::LargestShare,
    ];

    /// The name that the screen and tables show.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Services => "services",
            Self::CrossingCalls => "crossing calls",
            Self::Operations => "operations",
            Self::CrossingReads => "crossing reads",
            Self::CrossingWrites => "crossing writes",
            Self::SharedTables => "shared tables",
            Self::MultiWriterTables => "multi-writer tables",
            Self::CutDeclaredKeys => "cut declared keys",
            Self::CutImpliedKeys => "cut implied keys",
            Self::BrokenJoins => "broken joins",
            Self::SpanningTransactions => "spanning transactions",
            Self::CrossingCommits => "crossing commits",
            Self::SharedAuthors => "shared authors",
            Self::Cycles => "cycles",
            Self::LongestChain => "longest chain",
            Self::LargestShare => "largest share",
        }
    }

    /// The value; a count, except [`Figure::LargestShare`], which is a share from 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no monolith has 2^52 of anything")]
    pub fn of(self, figures: &Figures) -> f64 {
        let count = match self {
            Self::Services => figures.services,
            Self::CrossingCalls => figures.crossing_calls,
            Self::Operations => figures.operations,
            Self::CrossingReads => figures.crossing_reads,
            Self::CrossingWrites => figures.crossing_writes,
            Self::SharedTables => figures.shared_tables,
            Self::MultiWriterTables => figures.multi_writer_tables,
            Self::CutDeclaredKeys => figures.cut_declared_keys,
            Self::CutImpliedKeys => figures.cut_implied_keys,
            Self::BrokenJoins => figures.broken_joins,
            Self::SpanningTransactions => figures.spanning_transactions,
            Self::CrossingCommits => figures.crossing_commits,
            Self::SharedAuthors => figures.shared_authors,
            Self::Cycles => figures.cycles,
            Self::LongestChain => figures.longest_chain,
            Self::LargestShare => return figures.largest_share,
        };
        count as f64
    }

    /// What the figure is a share of, where that says more than the count; `None` for all other figures.
    #[must_use]
    pub fn whole(self, figures: &Figures) -> Option<i64> {
        match self {
            Self::CrossingCommits => Some(figures.commits),
            Self::SharedAuthors => Some(figures.authors),
            _ => None,
        }
    }

    /// Whether less is better: so for every figure but the number of services, which has no direction.
    #[must_use]
    pub fn lower_is_better(self) -> bool {
        self != Self::Services
    }
}
