//! What a step does to data: tables that move, keys that go, joins and accesses that have to be rewritten.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Crossings,
    world::{Holder, World},
};
use crate::{
    facts::{AccessMode, Facts, KeyOrigin, ModuleId, TableId},
    proposal::ServiceId,
};

/// From this many places that read one table from outside, a replica is cheaper than asking each time.
const READS_FOR_A_REPLICA: usize = 4;

/// The border of a service, as far as it is data.
#[derive(Clone, Debug, Default)]
pub struct DataWork {
    /// Its tables in the order to move them: what others refer to comes first.
    pub tables: Vec<TableId>,
    pub keys: Vec<CutKey>,
    pub joins: Vec<BrokenJoin>,
    /// Others use its tables, or it uses tables of others.
    pub uses: Vec<TableUse>,
}

/// A foreign key that ends at the border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutKey {
    /// By its place in [`Facts::foreign_keys`].
    pub key: usize,
    pub from: Holder,
    pub to: Holder,
    pub declared: bool,
    /// Rows may lack the reference, so a missing row elsewhere can be answered with null.
    pub nullable: bool,
}

impl CutKey {
    /// Whether it is cut now: a key to a service that is out already was cut when that one left.
    #[must_use]
    pub fn is_new(&self) -> bool {
        [self.from, self.to].contains(&Holder::Monolith)
    }
}

/// A query over tables of two or more holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenJoin {
    pub module: ModuleId,
    pub line: u32,
    /// Who asks.
    pub by: Holder,
    /// The tables that are joined across a border, with who holds them.
    pub tables: BTreeSet<(Holder, TableId)>,
    /// Pairs of tables, by their places in [`Facts::joins`].
    pub joins: Vec<usize>,
}

/// One holder uses a table of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableUse {
    pub table: TableId,
    pub owner: Holder,
    pub by: Holder,
    pub mode: AccessMode,
    /// Places in [`Facts::accesses`].
    pub accesses: Vec<usize>,
    pub advice: Advice,
}

/// What becomes of an access across the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// A write: only the owner may do it, so it becomes an operation or a command.
    Command,
    /// Read in a join or in many places: keep a copy that the owner's events bring up to date.
    Replica,
    /// Read in few places: ask the owner.
    Ask,
}

pub(super) fn data_work(
    world: &World<'_>,
    service: ServiceId,
    tables: &[TableId],
    crossings: &Crossings,
) -> DataWork {
    DataWork {
        tables: order_of_moving(world.facts, tables),
        keys: crossings.keys.iter().map(|key| cut_key(world, *key)).collect(),
        joins: broken_joins(world, crossings),
        uses: table_uses(world, service, crossings),
    }
}

fn broken_joins(world: &World<'_>, crossings: &Crossings) -> Vec<BrokenJoin> {
    let mut queries: BTreeMap<(ModuleId, u32), BrokenJoin> = BTreeMap::new();
    for at in &crossings.joins {
        let join = &world.facts.joins[*at];
        let query = queries.entry((join.module, join.line)).or_insert_with(|| BrokenJoin {
            module: join.module,
            line: join.line,
            by: world.module_holder(join.module),
            tables: BTreeSet::new(),
            joins: Vec::new(),
        });
        for table in [join.table_a, join.table_b] {
            query.tables.insert((world.table_holder(table), table));
        }
        query.joins.push(*at);
    }
    queries.into_values().collect()
}

fn cut_key(world: &World<'_>, at: usize) -> CutKey {
    let key = &world.facts.foreign_keys[at];
    let from = world.facts.table(key.from);
    let column = |name: &String| from.columns.iter().find(|column| column.name == *name);
    CutKey {
        key: at,
        from: world.table_holder(key.from),
        to: world.table_holder(key.to),
        declared: matches!(key.origin, KeyOrigin::Declared { .. }),
        nullable: key.columns.iter().filter_map(column).any(|column| column.nullable),
    }
}

fn table_uses(world: &World<'_>, service: ServiceId, crossings: &Crossings) -> Vec<TableUse> {
    let facts = world.facts;
    let mut uses: BTreeMap<(Holder, TableId, Holder, AccessMode), Vec<usize>> = BTreeMap::new();
    for at in &crossings.accesses {
        let access = &facts.accesses[*at];
        let (owner, by) = (world.table_holder(access.table), world.module_holder(access.module));
        uses.entry((owner, access.table, by, access.mode)).or_default().push(*at);
    }
    let joined: BTreeSet<(Holder, TableId)> = crossings
        .joins
        .iter()
        .map(|at| &facts.joins[*at])
        .flat_map(|join| {
            let by = world.module_holder(join.module);
            [(by, join.table_a), (by, join.table_b)]
        })
        .collect();
    let mut uses: Vec<TableUse> = uses
        .into_iter()
        .map(|((owner, table, by, mode), accesses)| {
            let advice = match mode {
                AccessMode::Write => Advice::Command,
                AccessMode::Read
                    if joined.contains(&(by, table)) || accesses.len() >= READS_FOR_A_REPLICA =>
                {
                    Advice::Replica
                }
                AccessMode::Read => Advice::Ask,
            };
            TableUse { table, owner, by, mode, accesses, advice }
        })
        .collect();
    // Others' uses of the service's own tables first: they block the move.
    uses.sort_by_key(|used| {
        (used.owner != Holder::Service(service), used.table, used.by, used.mode)
    });
    uses
}

/// Tables that others refer to come first; circles are broken at their lowest table.
fn order_of_moving(facts: &Facts, tables: &[TableId]) -> Vec<TableId> {
    let mut waits: BTreeMap<TableId, BTreeSet<TableId>> =
        tables.iter().map(|table| (*table, BTreeSet::new())).collect();
    for key in facts.foreign_keys.iter().filter(|key| key.from != key.to) {
        if waits.contains_key(&key.to)
            && let Some(waits_for) = waits.get_mut(&key.from)
        {
            waits_for.insert(key.to);
        }
    }
    let mut ordered = Vec::new();
    while !waits.is_empty() {
        let ready = waits.iter().find(|(_, waits_for)| waits_for.is_empty());
        let next = *ready.or_else(|| waits.iter().next()).expect("some are left").0;
        waits.remove(&next);
        for waits_for in waits.values_mut() {
            waits_for.remove(&next);
        }
        ordered.push(next);
    }
    ordered
}
