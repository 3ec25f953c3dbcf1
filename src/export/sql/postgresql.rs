//! PostgreSQL: schemas, tables that move with their keys, views that can be written to.

use super::{Change, Cut, Dialect, Located, Move, text};

pub(super) struct PostgreSql;

const FORTH: &str = r"CREATE SCHEMA seamline;
CREATE TABLE seamline.dropped_keys (
  id serial PRIMARY KEY, step integer NOT NULL, child oid NOT NULL, name text NOT NULL, definition text NOT NULL
);
CREATE FUNCTION seamline.drop_key(step integer, child regclass, key_columns text[], parent regclass) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  found record;
  dropped integer := 0;
BEGIN
  FOR found IN
    SELECT c.oid, c.conname FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conrelid = child AND c.confrelid = parent
      AND key_columns = ARRAY(
        SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number ORDER BY k.place)
  LOOP
    INSERT INTO seamline.dropped_keys (step, child, name, definition)
    VALUES (step, child, found.conname, pg_get_constraintdef(found.oid));
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', child, found.conname);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
CREATE FUNCTION seamline.restore_keys(of_step integer, of_child regclass) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  kept record;
  restored integer := 0;
BEGIN
  FOR kept IN
    SELECT * FROM seamline.dropped_keys k WHERE k.step = of_step AND k.child = of_child::oid ORDER BY k.id DESC
  LOOP
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', kept.child::regclass, kept.name, kept.definition);
    DELETE FROM seamline.dropped_keys k WHERE k.id = kept.id;
    restored := restored + 1;
  END LOOP;
  RETURN restored;
END $$;
";

impl Dialect for PostgreSql {
    fn frame(&self) -> Change {
        Change {
            about: String::new(),
            forth: FORTH.to_owned(),
            back: "DROP SCHEMA seamline CASCADE;\n".to_owned(),
        }
    }

    fn schema(&self, name: &str) -> Change {
        let name = self.quote(name);
        Change {
            about: String::new(),
            forth: format!("CREATE SCHEMA {name};"),
            back: format!("DROP SCHEMA {name};"),
        }
    }

    fn drop_key(&self, cut: &Cut<'_>) -> Change {
        let (from, to) = (text(&self.name(&cut.from)), text(&self.name(&cut.to)));
        let columns: Vec<String> = cut.key.columns.iter().map(|column| text(column)).collect();
        Change {
            about: String::new(),
            forth: format!(
                "SELECT seamline.drop_key({}, {from}, ARRAY[{}], {to});",
                cut.step,
                columns.join(", ")
            ),
            back: format!("SELECT seamline.restore_keys({}, {from});", cut.step),
        }
    }

    fn move_table(&self, moved: &Move<'_>) -> Change {
        let old = self.name(&moved.from);
        let new = self.in_schema(moved.to, &moved.from.table.name);
        let home = if moved.from.schema.is_empty() { "public" } else { moved.from.schema };
        Change {
            about: String::new(),
            forth: format!(
                "ALTER TABLE {old} SET SCHEMA {};\nCREATE VIEW {old} AS SELECT * FROM {new};",
                self.quote(moved.to)
            ),
            back: format!(
                "DROP VIEW IF EXISTS {old};\nALTER TABLE {new} SET SCHEMA {};",
                self.quote(home)
            ),
        }
    }

    fn copy(&self, table: &Located<'_>, into: &str, name: &str) -> Change {
        let (source, copy) = (self.name(table), self.in_schema(into, name));
        Change {
            about: String::new(),
            forth: format!("CREATE TABLE {copy} AS SELECT * FROM {source};"),
            back: format!("DROP TABLE {copy};"),
        }
    }

    fn quote(&self, name: &str) -> String {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
