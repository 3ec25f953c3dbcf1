//! What a statement, a migration or a model says about tables: the one list that every reader of schemas fills.

use crate::facts::TableKind;

/// A table's name as it was written, default schemas left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TableName {
    /// Empty where none is written, or where it is the database's default.
    pub schema: String,
    pub name: String,
}

impl TableName {
    pub(crate) fn new(schema: &str, name: &str) -> Self {
        let default =
            ["public", "dbo", "main"].iter().any(|word| schema.eq_ignore_ascii_case(word));
        let schema = if default { String::new() } else { schema.to_owned() };
        Self { schema, name: name.to_owned() }
    }

    /// A name with a schema before a dot, or without.
    pub(crate) fn of(full: &str) -> Self {
        full.rsplit_once('.')
            .map_or_else(|| Self::bare(full), |(schema, name)| Self::new(schema, name))
    }

    /// A name without a schema.
    pub(crate) fn bare(name: &str) -> Self {
        Self::new("", name)
    }

    /// What [`crate::facts::Table::full_name`] will be.
    pub(crate) fn full(&self) -> String {
        if self.schema.is_empty() {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    /// The full name without regard to case.
    pub(crate) fn lower(&self) -> String {
        self.full().to_lowercase()
    }
}

/// A column as it is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewColumn {
    pub name: String,
    /// In lower case, as written; empty where nothing says it.
    pub data_type: String,
    pub nullable: bool,
}

/// A primary or unique key as it is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewKey {
    /// Empty where the database makes one up.
    pub name: String,
    pub columns: Vec<String>,
    pub primary: bool,
    /// The unique index that becomes the key, where no columns are named.
    pub index: String,
}

impl NewKey {
    pub(crate) fn primary(columns: Vec<String>) -> Self {
        Self { columns, primary: true, ..Self::default() }
    }

    pub(crate) fn unique(name: &str, columns: Vec<String>) -> Self {
        Self { name: name.to_owned(), columns, ..Self::default() }
    }
}

/// A foreign key as it is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewForeignKey {
    /// Empty where the database makes one up.
    pub name: String,
    pub columns: Vec<String>,
    pub to: TableName,
    /// Empty where the key of the other table is meant.
    pub to_columns: Vec<String>,
    pub line: u32,
}

/// A table or view as it is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NewTable {
    pub name: TableName,
    pub kind: TableKind,
    pub columns: Vec<NewColumn>,
    pub keys: Vec<NewKey>,
    pub foreign_keys: Vec<NewForeignKey>,
    /// Tables whose columns it takes over.
    pub like: Vec<TableName>,
    /// The query that fills it, for views and `CREATE TABLE … AS`.
    pub query: Option<Query>,
    /// The table it stores a part of. A partition is no table of its own: its parent stands for it.
    pub partition_of: Option<TableName>,
    /// `IF NOT EXISTS`.
    pub only_if_absent: bool,
}

/// What a query says about the columns it gives and the tables it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub columns: Vec<QueryColumn>,
    /// The names that it and the queries inside it give to columns, each with what it is made from.
    pub aliases: Vec<(String, Origin)>,
    /// The tables it reads, in the order of their first mention.
    pub reads: Vec<TableName>,
}

/// What a column of a query's result is made from, as far as that tells its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Another column, perhaps through a function that keeps the type.
    Column(String),
    /// A cast to a type, or an operator that always gives one.
    Type(String),
    Unknown,
}

/// One column of a query's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum QueryColumn {
    /// A column with the name it gets.
    Named { name: String, from: Origin },
    /// `*`, or `x.*` with the table it stands for.
    All(Option<TableName>),
}

/// One change of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    CreateTable(Box<NewTable>),
    /// `view`: whether it must be a view.
    DropTable {
        table: TableName,
        view: bool,
    },
    RenameTable {
        from: TableName,
        to: TableName,
    },
    MoveTable {
        table: TableName,
        schema: String,
    },
    AttachPartition {
        parent: TableName,
        partition: TableName,
    },
    DetachPartition {
        partition: TableName,
    },
    AddColumn {
        table: TableName,
        column: NewColumn,
        only_if_absent: bool,
    },
    DropColumn {
        table: TableName,
        column: String,
    },
    RenameColumn {
        table: TableName,
        from: String,
        to: String,
    },
    SetType {
        table: TableName,
        column: String,
        data_type: String,
    },
    SetNullable {
        table: TableName,
        column: String,
        nullable: bool,
    },
    AddKey {
        table: TableName,
        key: NewKey,
    },
    AddForeignKey {
        table: TableName,
        key: NewForeignKey,
    },
    /// Any constraint or index of that name.
    DropConstraint {
        table: Option<TableName>,
        name: String,
    },
    DropPrimaryKey {
        table: TableName,
    },
    /// The foreign keys over just these columns, whatever they are called.
    DropForeignKeyOver {
        table: TableName,
        columns: Vec<String>,
    },
    RenameConstraint {
        from: String,
        to: String,
    },
    DropSchema {
        schema: String,
    },
    RenameSchema {
        from: String,
        to: String,
    },
    /// Unqualified names mean this schema from now on.
    UseSchema {
        schema: String,
    },
}

impl Change {
    /// The table that must be there for the change to make sense.
    pub(crate) fn needs(&self) -> Option<&TableName> {
        match self {
            Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::SetType { table, .. }
            | Self::SetNullable { table, .. }
            | Self::AddKey { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::DropPrimaryKey { table }
            | Self::DropForeignKeyOver { table, .. }
            | Self::MoveTable { table, .. }
            | Self::RenameTable { from: table, .. } => Some(table),
            Self::DropConstraint { table, .. } => table.as_ref(),
            _ => None,
        }
    }
}
