//! `ALTER TABLE` in all its spellings, and the few other `ALTER`s that move tables.

use super::{Reader, column, cursor::Cursor, tokens::Token};
use crate::import::schema::{
    change::{Change, NewTable, TableName},
    dialect::Dialect,
};

/// Words that begin an action, so that what else follows a comma goes on with the action before it.
const ACTIONS: [&str; 30] = [
    "ADD",
    "DROP",
    "ALTER",
    "MODIFY",
    "CHANGE",
    "RENAME",
    "SET",
    "OWNER",
    "ENABLE",
    "DISABLE",
    "VALIDATE",
    "ATTACH",
    "DETACH",
    "CLUSTER",
    "INHERIT",
    "REPLICA",
    "ENGINE",
    "AUTO_INCREMENT",
    "COMMENT",
    "CONVERT",
    "ORDER",
    "DEFAULT",
    "CHARACTER",
    "COLLATE",
    "FORCE",
    "ALGORITHM",
    "LOCK",
    "CHECK",
    "NOCHECK",
    "WITH",
];

impl Reader {
    pub(super) fn alter(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat_any(&["FOREIGN", "MATERIALIZED", "IGNORE", "ONLINE"]);
        if cursor.eat("TABLE") {
            self.alter_table(cursor, at);
        } else if cursor.eat("VIEW") {
            self.alter_view(cursor, at);
        } else if cursor.eat("INDEX") {
            cursor.eat_all(&["IF", "EXISTS"]);
            let from = cursor.table_name();
            if let (Some(from), true) = (from, cursor.eat_all(&["RENAME", "TO"])) {
                let to = cursor.ident().unwrap_or_default();
                self.change(at, Change::RenameConstraint { from: from.name, to });
            }
        } else if cursor.eat("SCHEMA") {
            self.alter_schema(cursor, at);
        }
    }

    /// `ALTER SCHEMA a RENAME TO b`, and SQL Server's `ALTER SCHEMA new TRANSFER old.table`.
    fn alter_schema(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        let Some(schema) = cursor.ident() else { return };
        self.defines = true;
        if cursor.eat_all(&["RENAME", "TO"]) {
            let to = cursor.ident().unwrap_or_default();
            self.change(at, Change::RenameSchema { from: schema, to });
        } else if cursor.eat("TRANSFER") {
            if cursor.eat("OBJECT") {
                while cursor.eat_sign(':') {}
            }
            if let Some(table) = cursor.table_name() {
                let schema = TableName::new(&schema, "").schema;
                self.change(at, Change::MoveTable { table, schema });
            }
        }
    }

    /// `ALTER VIEW v RENAME TO w`, and MySQL's `ALTER VIEW v AS SELECT …`.
    fn alter_view(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat_all(&["IF", "EXISTS"]);
        let Some(from) = cursor.table_name() else { return };
        if cursor.eat_all(&["RENAME", "TO"]) {
            self.defines = true;
            self.renamed(cursor, from, at);
        } else if cursor.eat_all(&["RENAME", "COLUMN"]) {
            self.defines = true;
            self.rename_column(&mut cursor, &from, at);
        } else if cursor.eat_all(&["SET", "SCHEMA"]) {
            self.defines = true;
            let schema = cursor.ident().unwrap_or_default();
            self.change(at, Change::MoveTable { table: from, schema });
        }
    }

    fn alter_table(&mut self, mut cursor: Cursor<'_, '_>, at: usize) {
        cursor.eat_all(&["IF", "EXISTS"]);
        cursor.eat("ONLY");
        let Some(table) = cursor.table_name() else {
            self.defines = true;
            self.problem(at, "the table to alter has no name", "give its name");
            return;
        };
        if table.name.starts_with('#') {
            return;
        }
        cursor.eat_sign('*');
        let mut last = LastAction::Other;
        for action in cursor.elements() {
            last = self.action(action, &table, last, at);
        }
    }

    /// One action; an element that begins with no action goes on with the last one.
    fn action(
        &mut self,
        mut cursor: Cursor<'_, '_>,
        table: &TableName,
        last: LastAction,
        statement_at: usize,
    ) -> LastAction {
        // SQL Server: `WITH CHECK ADD CONSTRAINT …`.
        if cursor.eat("WITH") {
            cursor.eat_any(&["CHECK", "NOCHECK"]);
        }
        let at = cursor.position();
        let Some(head) = cursor.peek().copied() else { return last };
        if !head.is_any(&ACTIONS) {
            return match last {
                LastAction::Add => {
                    self.add(cursor, table);
                    last
                }
                LastAction::DropColumn => {
                    self.drop_column(&mut cursor, table);
                    last
                }
                LastAction::Other => {
                    self.unknown_action(&head, statement_at);
                    last
                }
            };
        }
        cursor.next();
        match head.text.to_ascii_uppercase().as_str() {
            "ADD" => {
                self.add(cursor, table);
                return LastAction::Add;
            }
            "DROP" => return self.drop_action(cursor, table),
            "ALTER" => self.alter_column(cursor, table, at),
            "MODIFY" => self.modify(cursor, table),
            "CHANGE" => self.change_column(cursor, table, at),
            "RENAME" => self.rename_action(cursor, table, at),
            "SET" if cursor.eat("SCHEMA") => {
                self.defines = true;
                let schema = cursor.ident().unwrap_or_default();
                let schema = TableName::new(&schema, "").schema;
                self.change(at, Change::MoveTable { table: table.clone(), schema });
            }
            "ATTACH" if cursor.eat("PARTITION") => {
                if let Some(partition) = cursor.table_name() {
                    self.defines = true;
                    let parent = table.clone();
                    self.change(at, Change::AttachPartition { parent, partition });
                }
            }
            "DETACH" if cursor.eat("PARTITION") => {
                if let Some(partition) = cursor.table_name() {
                    self.defines = true;
                    self.change(at, Change::DetachPartition { partition });
                }
            }
            _ => {}
        }
        LastAction::Other
    }

    fn unknown_action(&mut self, head: &Token<'_>, at: usize) {
        const QUIET: [&str; 44] = [
            "NO",
            "NOT",
            "ROW_FORMAT",
            "PARTITION",
            "TRUNCATE",
            "EXCHANGE",
            "REORGANIZE",
            "REBUILD",
            "COALESCE",
            "ANALYZE",
            "OPTIMIZE",
            "REPAIR",
            "REMOVE",
            "UPGRADE",
            "IMPORT",
            "DISCARD",
            "MOVE",
            "SHRINK",
            "SPLIT",
            "MERGE",
            "SWITCH",
            "LOGGING",
            "NOLOGGING",
            "PARALLEL",
            "NOPARALLEL",
            "CACHE",
            "NOCACHE",
            "RESET",
            "OF",
            "CHARSET",
            "TABLESPACE",
            "KEY_BLOCK_SIZE",
            "MAX_ROWS",
            "AVG_ROW_LENGTH",
            "CHECKSUM",
            "PACK_KEYS",
            "STATS_PERSISTENT",
            "ACTIVATE",
            "READ",
            "INITRANS",
            "PCTFREE",
            "UNSET",
            "OPTIONS",
            "SECONDARY_LOAD",
        ];
        if !head.is_any(&QUIET) {
            self.defines = true;
            let action = column::shortened(head.text);
            let message = format!("`{action}` isn't something that `ALTER TABLE` can do");
            self.problem(
                at.max(head.at),
                message,
                "correct it, if it is to change columns or keys",
            );
        }
    }

    /// `ADD [COLUMN] …`, `ADD CONSTRAINT …`, `ADD (a int, b int)`.
    fn add(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName) {
        let at = cursor.position();
        if cursor.sees_all(&["PARTITION"]) && !cursor.peek_at(2).is_none_or(|t| t.is_sign(',')) {
            return;
        }
        // A default of SQL Server that is added to a column, and other things that are no columns.
        if cursor.sees("DEFAULT") || cursor.sees_all(&["GENERATED"]) {
            return;
        }
        self.defines = true;
        let explicit = cursor.eat("COLUMN");
        let only_if_absent = cursor.eat_all(&["IF", "NOT", "EXISTS"]);
        let elements = match cursor.parens() {
            Some(list) => list.elements(),
            None => vec![cursor],
        };
        for element in elements {
            let mut parts = NewTable { name: table.clone(), ..NewTable::default() };
            if element.is_done() {
                self.problem(at, "nothing is added here", "complete the statement");
            } else if !explicit && column::is_constraint(&element) {
                self.table_constraint(element, &mut parts);
            } else {
                self.table_element(element, &mut parts);
            }
            self.added(parts, only_if_absent, at);
        }
    }

    fn added(&mut self, parts: NewTable, only_if_absent: bool, at: usize) {
        let table = parts.name;
        for column in parts.columns {
            let table = table.clone();
            self.change(at, Change::AddColumn { table, column, only_if_absent });
        }
        for key in parts.keys {
            self.change(at, Change::AddKey { table: table.clone(), key });
        }
        for key in parts.foreign_keys {
            self.change(at, Change::AddForeignKey { table: table.clone(), key });
        }
    }

    fn drop_action(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName) -> LastAction {
        let at = cursor.position();
        let owner = Some(table.clone());
        if cursor.eat("PARTITION") || cursor.eat("DEFAULT") || cursor.eat("CHECK") {
            return LastAction::Other;
        }
        self.defines = true;
        if cursor.eat_all(&["PRIMARY", "KEY"]) {
            self.change(at, Change::DropPrimaryKey { table: table.clone() });
            return LastAction::Other;
        }
        let constraint = cursor.eat_any(&["CONSTRAINT", "INDEX"])
            || cursor.eat_all(&["FOREIGN", "KEY"])
            // MySQL's `DROP KEY name`; a column may be called `key`.
            || (cursor.sees("KEY") && cursor.peek_at(1).is_some() && cursor.eat("KEY"));
        if constraint {
            cursor.eat_all(&["IF", "EXISTS"]);
            match cursor.ident() {
                Some(name) => self.change(at, Change::DropConstraint { table: owner, name }),
                None => self.problem(at, "the constraint to drop has no name", "give its name"),
            }
            return LastAction::Other;
        }
        if cursor.sees_sign('(') {
            let list = cursor.parens().map(|list| list.elements()).unwrap_or_default();
            for mut element in list {
                self.drop_column(&mut element, table);
            }
            return LastAction::Other;
        }
        cursor.eat("COLUMN");
        self.drop_column(&mut cursor, table);
        LastAction::DropColumn
    }

    fn drop_column(&mut self, cursor: &mut Cursor<'_, '_>, table: &TableName) {
        let at = cursor.position();
        cursor.eat_all(&["IF", "EXISTS"]);
        match cursor.ident() {
            Some(column) => {
                self.change(at, Change::DropColumn { table: table.clone(), column });
            }
            None => self.problem(at, "the column to drop has no name", "give its name"),
        }
    }

    /// `ALTER [COLUMN] c …`, as PostgreSQL, SQL Server, H2 and HSQLDB write it.
    fn alter_column(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName, at: usize) {
        if cursor.eat_any(&["CONSTRAINT", "INDEX", "CHECK"]) {
            return;
        }
        cursor.eat("COLUMN");
        cursor.eat_all(&["IF", "EXISTS"]);
        let Some(column) = cursor.ident() else { return };
        let table = table.clone();
        self.defines = true;
        if cursor.eat_all(&["SET", "NOT", "NULL"]) {
            self.change(at, Change::SetNullable { table, column, nullable: false });
        } else if cursor.eat_all(&["DROP", "NOT", "NULL"]) || cursor.eat_all(&["SET", "NULL"]) {
            self.change(at, Change::SetNullable { table, column, nullable: true });
        } else if cursor.eat_all(&["RENAME", "TO"]) {
            let to = cursor.ident().unwrap_or_default();
            self.change(at, Change::RenameColumn { table, from: column, to });
        } else if cursor.eat_all(&["SET", "DATA", "TYPE"]) || cursor.eat("TYPE") {
            let data_type = column::data_type(&mut cursor);
            self.change(at, Change::SetType { table, column, data_type });
        } else if !cursor.peek().is_some_and(|token| {
            token.is_any(&["SET", "DROP", "ADD", "RESTART", "RESET", "OPTIONS", "DEFAULT"])
        }) {
            let data_type = column::data_type(&mut cursor);
            if data_type.is_empty() {
                return;
            }
            let not_null =
                cursor.rest().windows(2).any(|two| two[0].is("NOT") && two[1].is("NULL"));
            let set = Change::SetType { table: table.clone(), column: column.clone(), data_type };
            self.change(at, set);
            self.change(at, Change::SetNullable { table, column, nullable: !not_null });
        }
    }

    /// MySQL's `MODIFY [COLUMN] c type …`, Oracle's `MODIFY (c type, …)`.
    fn modify(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName) {
        cursor.eat("COLUMN");
        cursor.eat_all(&["IF", "EXISTS"]);
        let elements = match cursor.parens() {
            Some(list) => list.elements(),
            None => vec![cursor],
        };
        self.defines = true;
        for mut element in elements {
            let at = element.position();
            if let Some(parts) = self.column(&mut element) {
                let name = parts.column.name.clone();
                self.redefined(parts, table, &name, at);
            }
        }
    }

    /// MySQL's `CHANGE [COLUMN] old new type …`.
    fn change_column(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName, at: usize) {
        cursor.eat("COLUMN");
        cursor.eat_all(&["IF", "EXISTS"]);
        self.defines = true;
        let Some(from) = cursor.ident() else { return };
        let Some(parts) = self.column(&mut cursor) else {
            self.problem(at, "the column has no new name", "complete the statement");
            return;
        };
        let to = parts.column.name.clone();
        if from != to {
            let (table, to) = (table.clone(), to.clone());
            self.change(at, Change::RenameColumn { table, from, to });
        }
        self.redefined(parts, table, &to, at);
    }

    fn redefined(&mut self, parts: column::ColumnParts, table: &TableName, name: &str, at: usize) {
        let (table, column) = (table.clone(), name.to_owned());
        let data_type = parts.column.data_type;
        let nullable = parts.column.nullable;
        let typed = !data_type.is_empty();
        if typed {
            let (table, column) = (table.clone(), column.clone());
            self.change(at, Change::SetType { table, column, data_type });
        }
        // Oracle's `MODIFY (c NULL)` says only that; a type without a word means nullable in MySQL.
        if self.dialect != Dialect::Oracle || !typed {
            self.change(at, Change::SetNullable { table: table.clone(), column, nullable });
        }
        for key in parts.keys {
            self.change(at, Change::AddKey { table: table.clone(), key });
        }
    }

    fn rename_action(&mut self, mut cursor: Cursor<'_, '_>, table: &TableName, at: usize) {
        self.defines = true;
        if cursor.eat("COLUMN") {
            cursor.eat_all(&["IF", "EXISTS"]);
            self.rename_column(&mut cursor, table, at);
        } else if cursor.eat_any(&["CONSTRAINT", "INDEX", "KEY"]) {
            let from = cursor.ident().unwrap_or_default();
            cursor.eat("TO");
            let to = cursor.ident().unwrap_or_default();
            self.change(at, Change::RenameConstraint { from, to });
        } else if cursor.eat_any(&["TO", "AS"]) {
            self.renamed(cursor, table.clone(), at);
        } else if cursor.peek_at(1).is_some_and(|token| token.is("TO")) {
            self.rename_column(&mut cursor, table, at);
        } else {
            self.renamed(cursor, table.clone(), at);
        }
    }

    fn rename_column(&mut self, cursor: &mut Cursor<'_, '_>, table: &TableName, at: usize) {
        let from = cursor.ident();
        cursor.eat("TO");
        match (from, cursor.ident()) {
            (Some(from), Some(to)) => {
                self.change(at, Change::RenameColumn { table: table.clone(), from, to });
            }
            _ => self.problem(at, "the column's names aren't understood", "write `a TO b`"),
        }
    }

    /// The new name of a table: in the old schema unless it brings its own.
    pub(super) fn renamed(&mut self, mut cursor: Cursor<'_, '_>, from: TableName, at: usize) {
        match cursor.table_name() {
            Some(mut to) => {
                if to.schema.is_empty() {
                    to.schema.clone_from(&from.schema);
                }
                self.change(at, Change::RenameTable { from, to });
            }
            None => self.problem(at, "the table has no new name", "complete the statement"),
        }
    }
}

/// What the last action was, for lists that don't repeat it.
#[derive(Clone, Copy)]
enum LastAction {
    Add,
    DropColumn,
    Other,
}
