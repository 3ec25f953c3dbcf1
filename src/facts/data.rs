//! What was read about data: tables and their keys, and which code reads, writes and joins them.

use serde::{Deserialize, Serialize};

use super::{
    ids::{FunctionId, ModuleId, TableId},
    place::Place,
};

/// A table or view of the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The schema, unless it is the database's default (`public`, `dbo`, `main`): then it is empty.
    pub schema: String,
    pub name: String,
    pub kind: TableKind,
    pub columns: Vec<Column>,
    /// Every place that declares it, the most telling first.
    pub sources: Vec<TableSource>,
}

impl Table {
    /// The name that commands, dumps and the screen use: preceded by `schema.` where that is not the default.
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.schema.is_empty() {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TableKind {
    #[default]
    Table,
    View,
}

impl TableKind {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
        }
    }
}

/// One column, in the order of its table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// The type as the schema writes it, in lower case; empty where nothing says it.
    pub data_type: String,
    pub nullable: bool,
    pub key: ColumnKey,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ColumnKey {
    #[default]
    None,
    Primary,
    Unique,
}

impl ColumnKey {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Primary => "primary",
            Self::Unique => "unique",
        }
    }
}

/// A place that declares a table, and what kind of place it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableSource {
    pub kind: SourceKind,
    pub place: Place,
}

/// Where knowledge of a table comes from, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SourceKind {
    SqliteFile,
    Dump,
    Migration,
    OrmModel,
    Query,
    Log,
}

impl SourceKind {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SqliteFile => "sqlite file",
            Self::Dump => "dump",
            Self::Migration => "migration",
            Self::OrmModel => "orm model",
            Self::Query => "query",
            Self::Log => "log",
        }
    }
}

/// One table refers to the key of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignKey {
    pub from: TableId,
    pub columns: Vec<String>,
    pub to: TableId,
    pub to_columns: Vec<String>,
    pub origin: KeyOrigin,
    pub place: Place,
}

/// Whether the schema says so, or we conclude it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum KeyOrigin {
    /// A constraint of the schema, with its name where it has one.
    Declared { constraint: String },
    /// Not in the schema; the reason is a sentence for people.
    Implied { reason: String },
}

impl KeyOrigin {
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Declared { .. } => "declared",
            Self::Implied { .. } => "implied",
        }
    }
}

/// A module reads or writes a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Access {
    pub module: ModuleId,
    pub function: Option<FunctionId>,
    pub table: TableId,
    pub mode: AccessMode,
    pub line: u32,
    pub via: Via,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AccessMode {
    Read,
    Write,
}

impl AccessMode {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// Through what a module reaches a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Via {
    /// SQL text in the source.
    Sql,
    /// A call of an object-relational mapper or a query builder.
    Orm,
    /// A mapper file, such as MyBatis XML.
    Mapper,
    /// The module is the class that stands for the table's rows.
    Entity,
}

impl Via {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sql => "sql",
            Self::Orm => "orm",
            Self::Mapper => "mapper",
            Self::Entity => "entity",
        }
    }
}

/// Two tables in one query; `table_a` is the lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Join {
    pub module: ModuleId,
    pub function: Option<FunctionId>,
    pub line: u32,
    pub table_a: TableId,
    pub table_b: TableId,
}
