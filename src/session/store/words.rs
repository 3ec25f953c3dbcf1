//! The words that stand for choices in the project file, and back. They are part of the file's format: they stay
//! when the words on the screen change.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::{
    analysis::grouping::Role,
    facts::{
        AccessMode, CallKind, Certainty, ColumnKey, EntryKind, Exclusion, Recorder, SourceKind,
        TableKind, Via, Visibility,
    },
};

/// A choice among few, written as its word.
pub(super) struct Word<T>(pub(super) T);

/// What has a word for each of its choices.
pub(super) trait Worded: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
}

impl<T: Worded> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.word().into())
    }
}

impl<T: Worded> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let text = value.as_str()?;
        let found = T::ALL.iter().find(|choice| choice.word() == text);
        found.map(|choice| Self(*choice)).ok_or(FromSqlError::InvalidType)
    }
}

macro_rules! worded {
    ($($choice:ident { $($case:ident $word:literal),+ $(,)? })+) => {$(
        impl Worded for $choice {
            const ALL: &'static [Self] = &[$(Self::$case),+];

            fn word(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }
        }
    )+};
}

worded! {
    CallKind { Call "call", Construct "construct", Inherit "inherit", Type "type", Import "import" }
    Certainty { Exact "exact", ByName "by name" }
    Visibility { Public "public", Package "package", Protected "protected", Private "private" }
    TableKind { Table "table", View "view" }
    ColumnKey { None "", Primary "primary", Unique "unique" }
    SourceKind {
        SqliteFile "sqlite file",
        Dump "dump",
        Migration "migration",
        OrmModel "orm model",
        Query "query",
        Log "log",
    }
    AccessMode { Read "read", Write "write" }
    Via { Sql "sql", Orm "orm", Mapper "mapper", Entity "entity" }
    EntryKind { Http "http", Message "message", Job "job", Command "command", Main "main" }
    Recorder { Trace "trace", Statistics "statistics", Log "log" }
    Exclusion { Test "test", Generated "generated", Vendored "vendored", Asked "asked for" }
    Role { Service "service", Library "library", Remainder "remainder", Excluded "excluded" }
}
