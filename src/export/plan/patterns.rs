//! What becomes of each table: who uses it when the proposal is carried out, and the pattern that fits, with its reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    analysis::grouping::Role,
    facts::{AccessMode, Facts, TableId, Via},
    proposal::{Proposal, ServiceId},
};

/// From this many places that read one table from outside, a replica is cheaper than asking each time.
const READS_FOR_A_REPLICA: usize = 4;
/// A table of this many columns that several services write may be two things.
const COLUMNS_OF_TWO_THINGS: usize = 12;

/// A table with its users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePlan {
    pub table: TableId,
    pub owner: ServiceId,
    /// Other services, with the places where they read and write it.
    pub readers: BTreeMap<ServiceId, usize>,
    pub writers: BTreeMap<ServiceId, usize>,
    /// Other services whose tables refer to it.
    pub referring: BTreeSet<ServiceId>,
    /// Other services whose queries join it.
    pub joining: BTreeSet<ServiceId>,
    pub pattern: Pattern,
}

/// What becomes of a table, besides moving with its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// Nobody else knows it.
    Move,
    /// Others only refer to it: a plain id stays, events tell what is gone.
    ReferenceById,
    /// Read in few places: others ask.
    Ask,
    /// Read in many places or joined: others keep a copy.
    Replicate,
    /// Others write it: they call the owner, or send events.
    OwnWrites,
    /// Others write it, and it has many columns: perhaps each writes columns of its own.
    SplitColumns,
}

impl Pattern {
    /// The pattern as a phrase.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Move => "move with its owner",
            Self::ReferenceById => "move; reference by id",
            Self::Ask => "move; others ask",
            Self::Replicate => "move; replicate read-only",
            Self::OwnWrites => "move; writes become operations or events",
            Self::SplitColumns => {
                "look whether its columns split by writer; else writes become operations"
            }
        }
    }
}

/// Every table of services and the remainder, in the order of the facts.
#[must_use]
pub fn table_plans(facts: &Facts, proposal: &Proposal) -> Vec<TablePlan> {
    let role = |service: ServiceId| {
        proposal.service(service).map_or(Role::Excluded, |service| service.role)
    };
    let owner = |table: TableId| proposal.service_of(facts.table_piece(table));
    let mut plans: Vec<TablePlan> = (0..facts.tables.len())
        .map(TableId::at)
        .map(|table| TablePlan {
            table,
            owner: owner(table),
            readers: BTreeMap::new(),
            writers: BTreeMap::new(),
            referring: BTreeSet::new(),
            joining: BTreeSet::new(),
            pattern: Pattern::Move,
        })
        .collect();
    for access in &facts.accesses {
        let by = proposal.service_of(facts.module_piece(access.module));
        let plan = &mut plans[access.table.index()];
        // A class that stands for the rows is shared code, told elsewhere.
        if by == plan.owner || role(by) == Role::Excluded || access.via == Via::Entity {
            continue;
        }
        let users =
            if access.mode == AccessMode::Read { &mut plan.readers } else { &mut plan.writers };
        *users.entry(by).or_default() += 1;
    }
    for key in facts.foreign_keys.iter().filter(|key| owner(key.from) != owner(key.to)) {
        plans[key.to.index()].referring.insert(owner(key.from));
    }
    for join in &facts.joins {
        let by = proposal.service_of(facts.module_piece(join.module));
        for table in [join.table_a, join.table_b] {
            if owner(table) != by && role(by) != Role::Excluded {
                plans[table.index()].joining.insert(by);
            }
        }
    }
    for plan in &mut plans {
        plan.pattern = pattern(facts, plan);
    }
    plans.retain(|plan| role(plan.owner) != Role::Excluded);
    plans
}

fn pattern(facts: &Facts, plan: &TablePlan) -> Pattern {
    let columns = facts.table(plan.table).columns.len();
    let reads: usize = plan.readers.values().sum();
    if !plan.writers.is_empty() && columns >= COLUMNS_OF_TWO_THINGS {
        Pattern::SplitColumns
    } else if !plan.writers.is_empty() {
        Pattern::OwnWrites
    } else if !plan.joining.is_empty() || reads >= READS_FOR_A_REPLICA {
        Pattern::Replicate
    } else if reads > 0 {
        Pattern::Ask
    } else if !plan.referring.is_empty() {
        Pattern::ReferenceById
    } else {
        Pattern::Move
    }
}
