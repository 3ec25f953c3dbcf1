//! SQL Server: schemas, tables transferred with their keys, views under the old names.

use super::{Change, Cut, Dialect, Located, Move, text};

pub(super) struct SqlServer;

const FORTH: &str = r"EXEC('CREATE SCHEMA [seamline]');
GO
CREATE TABLE [seamline].[dropped_keys] (
  id int IDENTITY PRIMARY KEY, step int NOT NULL, child int NOT NULL, name sysname NOT NULL, definition nvarchar(max) NOT NULL
);
GO
CREATE PROCEDURE [seamline].[drop_key] @step int, @child nvarchar(300), @columns nvarchar(max), @parent nvarchar(300) AS
BEGIN
  DECLARE @statements nvarchar(max) = N'';
  INSERT INTO [seamline].[dropped_keys] (step, child, name, definition)
  SELECT @step, k.parent_object_id, k.name, CONCAT(N'FOREIGN KEY (', c.own, N') REFERENCES ', @parent, N' (', c.other,
    N') ON DELETE ', REPLACE(k.delete_referential_action_desc, '_', ' '),
    N' ON UPDATE ', REPLACE(k.update_referential_action_desc, '_', ' '))
  FROM sys.foreign_keys k CROSS APPLY (
    SELECT STRING_AGG(QUOTENAME(a.name), ', ') WITHIN GROUP (ORDER BY p.constraint_column_id) AS own,
      STRING_AGG(QUOTENAME(b.name), ', ') WITHIN GROUP (ORDER BY p.constraint_column_id) AS other,
      STRING_AGG(a.name, ',') WITHIN GROUP (ORDER BY p.constraint_column_id) AS plain
    FROM sys.foreign_key_columns p
    JOIN sys.columns a ON a.object_id = p.parent_object_id AND a.column_id = p.parent_column_id
    JOIN sys.columns b ON b.object_id = p.referenced_object_id AND b.column_id = p.referenced_column_id
    WHERE p.constraint_object_id = k.object_id) c
  WHERE k.parent_object_id = OBJECT_ID(@child) AND k.referenced_object_id = OBJECT_ID(@parent) AND c.plain = @columns;
  SELECT @statements += CONCAT(N'ALTER TABLE ', @child, N' DROP CONSTRAINT ', QUOTENAME(name), N';')
  FROM [seamline].[dropped_keys] WHERE step = @step AND child = OBJECT_ID(@child)
    AND OBJECT_ID(CONCAT(QUOTENAME(OBJECT_SCHEMA_NAME(child)), '.', QUOTENAME(name)), 'F') IS NOT NULL;
  EXEC sp_executesql @statements;
END;
GO
CREATE PROCEDURE [seamline].[restore_keys] @step int, @child nvarchar(300) AS
BEGIN
  DECLARE @statements nvarchar(max) = N'';
  SELECT @statements += CONCAT(N'ALTER TABLE ', @child, N' ADD CONSTRAINT ', QUOTENAME(name), N' ', definition, N';')
  FROM [seamline].[dropped_keys] WHERE step = @step AND child = OBJECT_ID(@child);
  EXEC sp_executesql @statements;
  DELETE FROM [seamline].[dropped_keys] WHERE step = @step AND child = OBJECT_ID(@child);
END;
GO
";

const BACK: &str = "DROP PROCEDURE [seamline].[drop_key];\nDROP PROCEDURE [seamline].[restore_keys];\nDROP TABLE \
                    [seamline].[dropped_keys];\nGO\nDROP SCHEMA [seamline];\nGO\n";

impl SqlServer {
    fn full(&self, located: &Located<'_>) -> String {
        let schema = if located.schema.is_empty() { "dbo" } else { located.schema };
        self.in_schema(schema, &located.table.name)
    }
}

impl Dialect for SqlServer {
    fn frame(&self) -> Change {
        Change { about: String::new(), forth: FORTH.to_owned(), back: BACK.to_owned() }
    }

    fn schema(&self, name: &str) -> Change {
        let name = self.quote(name);
        Change {
            about: String::new(),
            forth: format!("EXEC({});\nGO", text(&format!("CREATE SCHEMA {name}"))),
            back: format!("DROP SCHEMA {name};\nGO"),
        }
    }

    fn drop_key(&self, cut: &Cut<'_>) -> Change {
        let (from, to) = (text(&self.full(&cut.from)), text(&self.full(&cut.to)));
        let columns = text(&cut.key.columns.join(","));
        Change {
            about: String::new(),
            forth: format!(
                "EXEC [seamline].[drop_key] {}, N{from}, N{columns}, N{to};\nGO",
                cut.step
            ),
            back: format!("EXEC [seamline].[restore_keys] {}, N{from};\nGO", cut.step),
        }
    }

    fn move_table(&self, moved: &Move<'_>) -> Change {
        let old = self.full(&moved.from);
        let new = self.in_schema(moved.to, &moved.from.table.name);
        let home = if moved.from.schema.is_empty() { "dbo" } else { moved.from.schema };
        Change {
            about: String::new(),
            forth: format!(
                "ALTER SCHEMA {} TRANSFER {old};\nGO\nCREATE VIEW {old} AS SELECT * FROM {new};\nGO",
                self.quote(moved.to)
            ),
            back: format!(
                "DROP VIEW IF EXISTS {old};\nGO\nALTER SCHEMA {} TRANSFER {new};\nGO",
                self.quote(home)
            ),
        }
    }

    fn copy(&self, table: &Located<'_>, into: &str, name: &str) -> Change {
        let into = if into.is_empty() { "dbo" } else { into };
        let (source, copy) = (self.full(table), self.in_schema(into, name));
        Change {
            about: String::new(),
            forth: format!("SELECT * INTO {copy} FROM {source};\nGO"),
            back: format!("DROP TABLE {copy};\nGO"),
        }
    }

    fn quote(&self, name: &str) -> String {
        format!("[{}]", name.replace(']', "]]"))
    }
}
