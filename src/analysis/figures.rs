//! The figures of a grouping: counts and shares that can each be listed item by item.

use serde::{Deserialize, Serialize};

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
    /// Groups of two or more services that call each other in a circle.
    pub cycles: i64,
    /// Services on the longest chain of calls among services, each circle counted as one step.
    pub longest_chain: i64,
    /// Lines of the largest group, of all lines, from 0 to 1.
    pub largest_share: f64,
}
