//! Transactions that no longer fit into one database: the writes in order, and what takes each of them back.

use std::collections::{BTreeMap, BTreeSet};

use super::world::{Holder, World};
use crate::facts::{AccessMode, EntryPointId, Facts, FunctionId, ModuleId, TableId};

/// A transaction that writes tables of two or more holders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saga {
    /// By its place in [`Facts::transactions`].
    pub transaction: usize,
    pub entry: EntryPointId,
    /// In the order the code does it; a write of the same table in the same function is named once.
    pub writes: Vec<SagaWrite>,
    /// Whose tables are written, in the order of the first write.
    pub holders: Vec<Holder>,
}

/// One write of a saga.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SagaWrite {
    pub table: TableId,
    pub holder: Holder,
    pub module: ModuleId,
    pub line: u32,
    /// The functions passed on the way, the entry point's first.
    pub path: Vec<FunctionId>,
    /// A function that writes the same table and, by its name, takes something back; a guess to look at.
    pub undo: Option<FunctionId>,
}

/// Verbs of functions that take something back.
const TAKES_BACK: [&str; 22] = [
    "cancel",
    "release",
    "void",
    "refund",
    "revert",
    "undo",
    "rollback",
    "remove",
    "delete",
    "destroy",
    "restore",
    "giveback",
    "give_back",
    "revoke",
    "abort",
    "compensate",
    "expire",
    "withdraw",
    "unreserve",
    "discard",
    "clear",
    "reset",
];

pub(super) fn sagas(world: &World<'_>, transactions: &[usize]) -> Vec<Saga> {
    if transactions.is_empty() {
        return Vec::new();
    }
    let undoing = functions_that_take_back(world.facts);
    transactions.iter().map(|at| saga(world, &undoing, *at)).collect()
}

fn saga(world: &World<'_>, undoing: &Undoing, at: usize) -> Saga {
    let facts = world.facts;
    let transaction = &facts.transactions[at];
    let mut seen = BTreeSet::new();
    let mut holders: Vec<Holder> = Vec::new();
    let mut writes = Vec::new();
    for step in transaction.steps.iter().filter(|step| step.mode == AccessMode::Write) {
        let is_new = seen.insert((step.table, step.module, step.path.last().copied()));
        if !is_new || world.is_excluded(facts.table_piece(step.table)) {
            continue;
        }
        let holder = world.table_holder(step.table);
        if !holders.contains(&holder) {
            holders.push(holder);
        }
        writes.push(SagaWrite {
            table: step.table,
            holder,
            module: step.module,
            line: step.line,
            path: step.path.clone(),
            undo: undo_of(facts, undoing, step.table, &step.path),
        });
    }
    Saga { transaction: at, entry: transaction.entry_point, writes, holders }
}

/// By table: functions that write it, directly or one call away, and whose name takes something back.
type Undoing = BTreeMap<TableId, BTreeSet<FunctionId>>;

fn functions_that_take_back(facts: &Facts) -> Undoing {
    let mut direct: BTreeMap<FunctionId, BTreeSet<TableId>> = BTreeMap::new();
    for access in facts.accesses.iter().filter(|access| access.mode == AccessMode::Write) {
        if let Some(function) = access.function {
            direct.entry(function).or_default().insert(access.table);
        }
    }
    let mut undoing = Undoing::new();
    let mut note = |function: FunctionId, tables: &BTreeSet<TableId>| {
        if begins_with(facts.function(function).short_name(), &TAKES_BACK) {
            for table in tables {
                undoing.entry(*table).or_default().insert(function);
            }
        }
    };
    for (function, tables) in &direct {
        note(*function, tables);
    }
    for call in &facts.calls {
        if let (Some(from), Some(to)) = (call.from_function, call.to_function)
            && let Some(tables) = direct.get(&to)
        {
            note(from, tables);
        }
    }
    undoing
}

/// Verbs of functions that make rows: only these are taken back by deleting.
const MAKES_ROWS: [&str; 11] = [
    "insert", "add", "create", "save", "place", "store", "new", "register", "append", "open", "put",
];
/// Of [`TAKES_BACK`], those that delete.
const DELETES: [&str; 5] = ["remove", "delete", "destroy", "discard", "clear"];

fn begins_with(name: &str, verbs: &[&str]) -> bool {
    let name = name.to_lowercase();
    verbs.iter().any(|verb| name.starts_with(verb))
}

/// Whether one function may take back what another wrote, as far as names tell.
fn may_undo(undo: &str, written_by: &str) -> bool {
    let is_taking_back = begins_with(written_by, &TAKES_BACK);
    !is_taking_back && (begins_with(written_by, &MAKES_ROWS) || !begins_with(undo, &DELETES))
}

/// The one in the module nearest to the write: that of the write itself, or of a function that led to it.
fn undo_of(
    facts: &Facts,
    undoing: &Undoing,
    table: TableId,
    path: &[FunctionId],
) -> Option<FunctionId> {
    let candidates = undoing.get(&table)?;
    let written_by = facts.function(*path.last()?).short_name();
    let fits = |function: FunctionId| {
        !path.contains(&function) && may_undo(facts.function(function).short_name(), written_by)
    };
    let near = path.iter().rev().find_map(|passed| {
        let module = facts.function(*passed).module;
        let in_module = |function: &&FunctionId| facts.function(**function).module == module;
        candidates.iter().find(|function| in_module(function) && fits(**function))
    });
    near.copied()
}
