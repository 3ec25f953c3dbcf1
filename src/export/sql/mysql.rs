//! MySQL and MariaDB: a database for each service on the same server, tables renamed into it with their keys.

use super::{Change, Cut, Dialect, Located, Move, is_view, text};

pub(super) struct MySql;

const FORTH: &str = r"CREATE TABLE seamline_dropped_keys (
  id integer AUTO_INCREMENT PRIMARY KEY, step integer NOT NULL, child_schema varchar(64) NOT NULL,
  child varchar(64) NOT NULL, name varchar(64) NOT NULL, definition text NOT NULL
);
DELIMITER //
CREATE PROCEDURE seamline_drop_key(
  IN of_step integer, IN of_schema varchar(64), IN of_child varchar(64), IN of_columns text, IN of_parent varchar(64))
BEGIN
  DECLARE found varchar(64) DEFAULT NULL;
  DECLARE is_done boolean DEFAULT FALSE;
  DECLARE keys_found CURSOR FOR
    SELECT k.CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE k
    WHERE k.TABLE_SCHEMA = IF(of_schema = '', DATABASE(), of_schema) AND k.TABLE_NAME = of_child
      AND k.REFERENCED_TABLE_NAME = of_parent
    GROUP BY k.CONSTRAINT_NAME
    HAVING GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION) = of_columns;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET is_done = TRUE;
  SET @in_schema = IF(of_schema = '', DATABASE(), of_schema);
  OPEN keys_found;
  every_key: LOOP
    FETCH keys_found INTO found;
    IF is_done THEN LEAVE every_key; END IF;
    INSERT INTO seamline_dropped_keys (step, child_schema, child, name, definition)
    SELECT of_step, @in_schema, of_child, found, CONCAT(
      'FOREIGN KEY (', GROUP_CONCAT('`', k.COLUMN_NAME, '`' ORDER BY k.ORDINAL_POSITION), ') REFERENCES `',
      MAX(k.REFERENCED_TABLE_SCHEMA), '`.`', of_parent, '` (',
      GROUP_CONCAT('`', k.REFERENCED_COLUMN_NAME, '`' ORDER BY k.ORDINAL_POSITION), ') ON DELETE ', MAX(r.DELETE_RULE),
      ' ON UPDATE ', MAX(r.UPDATE_RULE))
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
     AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = @in_schema AND k.TABLE_NAME = of_child AND k.CONSTRAINT_NAME = found;
    SET @statement = CONCAT('ALTER TABLE `', @in_schema, '`.`', of_child, '` DROP FOREIGN KEY `', found, '`');
    PREPARE prepared FROM @statement;
    EXECUTE prepared;
    DEALLOCATE PREPARE prepared;
  END LOOP;
  CLOSE keys_found;
END //
CREATE PROCEDURE seamline_restore_keys(IN of_step integer, IN of_schema varchar(64), IN of_child varchar(64))
BEGIN
  DECLARE kept integer DEFAULT NULL;
  SET @in_schema = IF(of_schema = '', DATABASE(), of_schema);
  every_key: LOOP
    SET kept = (SELECT MAX(id) FROM seamline_dropped_keys
                WHERE step = of_step AND child_schema = @in_schema AND child = of_child);
    IF kept IS NULL THEN LEAVE every_key; END IF;
    SELECT CONCAT('ALTER TABLE `', child_schema, '`.`', child, '` ADD CONSTRAINT `', name, '` ', definition)
      INTO @statement FROM seamline_dropped_keys WHERE id = kept;
    PREPARE prepared FROM @statement;
    EXECUTE prepared;
    DEALLOCATE PREPARE prepared;
    DELETE FROM seamline_dropped_keys WHERE id = kept;
  END LOOP;
END //
DELIMITER ;
";

const BACK: &str = "DROP PROCEDURE seamline_drop_key;\nDROP PROCEDURE seamline_restore_keys;\nDROP TABLE \
                    seamline_dropped_keys;\n";

impl Dialect for MySql {
    fn frame(&self) -> Change {
        Change { about: String::new(), forth: FORTH.to_owned(), back: BACK.to_owned() }
    }

    fn schema(&self, name: &str) -> Change {
        let name = self.quote(name);
        Change {
            about: "The users of the monolith need the rights they have today here too".to_owned(),
            forth: format!("CREATE DATABASE {name};"),
            back: format!("DROP DATABASE {name};"),
        }
    }

    fn drop_key(&self, cut: &Cut<'_>) -> Change {
        let schema = text(cut.from.schema);
        let child = text(&cut.from.table.name);
        let parent = text(&cut.to.table.name);
        let columns = text(&cut.key.columns.join(","));
        Change {
            about: String::new(),
            forth: format!(
                "CALL seamline_drop_key({}, {schema}, {child}, {columns}, {parent});",
                cut.step
            ),
            back: format!("CALL seamline_restore_keys({}, {schema}, {child});", cut.step),
        }
    }

    fn move_table(&self, moved: &Move<'_>) -> Change {
        let old = self.name(&moved.from);
        let new = self.in_schema(moved.to, &moved.from.table.name);
        if is_view(moved.from.table) {
            let say = format!(
                "-- {old} is a view: make it anew in {} from its definition.",
                self.quote(moved.to)
            );
            return Change { about: String::new(), forth: say, back: String::new() };
        }
        Change {
            about: "A table with triggers can't be renamed into another database: drop them first, and make them anew there"
                .to_owned(),
            forth: format!("RENAME TABLE {old} TO {new};\nCREATE VIEW {old} AS SELECT * FROM {new};"),
            back: format!("DROP VIEW IF EXISTS {old};\nRENAME TABLE {new} TO {old};"),
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
        format!("`{}`", name.replace('`', "``"))
    }
}
