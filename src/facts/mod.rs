//! Floor 0: what was read from a monolith. Immutable after import.
//!
//! Absent on purpose: reading files, clustering, services, anything that draws. A fact never says where a
//! piece should go; it says what the source, the schema or the history says, and where it says so.

mod canonical;
pub mod code;
pub mod data;
pub mod ids;
pub mod notation;
pub mod people;
pub mod place;
pub mod report;
pub mod runtime;
pub mod seeded;
pub mod synthetic;
pub mod transactions;
pub mod uses;
pub mod work;

use serde::{Deserialize, Serialize};

pub use self::{
    code::{Call, CallKind, Certainty, Function, Module, Visibility},
    data::{
        Access, AccessMode, Column, ColumnKey, ForeignKey, Join, KeyOrigin, SourceKind, Table,
        TableKind, TableSource, Via,
    },
    ids::{AuthorId, EntryPointId, FunctionId, ModuleId, Piece, PieceId, TableId, TeamId},
    people::{Author, Commit, Ownership, Release, Team},
    place::{Place, Warning},
    report::{Excluded, Exclusion, ImportReport, LanguageReport, References, SchemaReport},
    runtime::{Recorder, Runtime, RuntimeAccess, RuntimeCall, RuntimeEntry, RuntimeSource, Timing},
    uses::Uses,
    work::{EntryKind, EntryPoint, Step, Transaction},
};

/// Everything that was read from one monolith.
///
/// Ids are places in these lists. After [`Facts::canonical`] modules stand in the order of their paths, tables
/// in the order of their full names, and every other list in its own natural order, so that the same monolith
/// always gives the same facts, to the byte.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What people call the monolith: the name of its folder.
    pub name: String,
    pub modules: Vec<Module>,
    pub functions: Vec<Function>,
    pub calls: Vec<Call>,
    pub tables: Vec<Table>,
    pub foreign_keys: Vec<ForeignKey>,
    pub accesses: Vec<Access>,
    pub joins: Vec<Join>,
    pub entry_points: Vec<EntryPoint>,
    pub transactions: Vec<Transaction>,
    /// What ran, where traces or statistics were given.
    pub runtime: Runtime,
    /// The youngest first, as the version control system lists them.
    pub commits: Vec<Commit>,
    pub authors: Vec<Author>,
    /// The oldest first; empty where the history has no tags.
    pub releases: Vec<Release>,
    pub teams: Vec<Team>,
    pub warnings: Vec<Warning>,
    pub report: ImportReport,
}

impl Facts {
    /// How many pieces there are: modules and tables together.
    #[must_use]
    pub fn piece_count(&self) -> usize {
        self.modules.len() + self.tables.len()
    }

    /// All pieces in their order: the modules, then the tables.
    pub fn pieces(&self) -> impl Iterator<Item = PieceId> + use<> {
        (0..self.piece_count()).map(PieceId::at)
    }

    /// What a piece is.
    #[must_use]
    pub fn piece(&self, id: PieceId) -> Piece {
        match id.index().checked_sub(self.modules.len()) {
            None => Piece::Module(ModuleId(id.0)),
            Some(table) => Piece::Table(TableId::at(table)),
        }
    }

    /// The piece that a module is.
    #[must_use]
    pub fn module_piece(&self, id: ModuleId) -> PieceId {
        PieceId(id.0)
    }

    /// The piece that a table is.
    #[must_use]
    pub fn table_piece(&self, id: TableId) -> PieceId {
        PieceId::at(self.modules.len() + id.index())
    }

    #[must_use]
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    #[must_use]
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.index()]
    }

    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The piece's name in commands and files: a module's path, a table's full name.
    #[must_use]
    pub fn piece_name(&self, id: PieceId) -> String {
        match self.piece(id) {
            Piece::Module(module) => self.module(module).path.clone(),
            Piece::Table(table) => self.table(table).full_name(),
        }
    }

    /// The piece of that name; modules are looked up by path, tables by full name.
    #[must_use]
    pub fn piece_named(&self, name: &str) -> Option<PieceId> {
        self.module_at(name)
            .map(|module| self.module_piece(module))
            .or_else(|| self.table_named(name).map(|table| self.table_piece(table)))
    }

    /// The module with that path. Needs canonical facts.
    #[must_use]
    pub fn module_at(&self, path: &str) -> Option<ModuleId> {
        self.modules
            .binary_search_by(|module| module.path.as_str().cmp(path))
            .ok()
            .map(ModuleId::at)
    }

    /// The table with that full name. Needs canonical facts.
    #[must_use]
    pub fn table_named(&self, full_name: &str) -> Option<TableId> {
        self.tables
            .binary_search_by(|table| table.full_name().as_str().cmp(full_name))
            .ok()
            .map(TableId::at)
    }
}
