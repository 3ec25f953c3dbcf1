//! Reads SQL that migrations in TypeScript and JavaScript hand to the database: MikroORM's `addSql("…")` and
//! TypeORM's and Sequelize's `query("…")`, Knex's `raw("…")`, in what runs forward.

use super::{
    dialect::Dialect,
    script::{self, FileReading},
    script_migrations,
};
use crate::facts::Place;

/// The calls that take SQL.
const CALLS: [&str; 3] = [".addSql(", ".query(", ".raw("];

/// Reads one migration.
pub(crate) fn read(text: &str, path: &str, _: Dialect) -> FileReading {
    let dialect = Dialect::best(&Dialect::score(path, text));
    let mut file = FileReading::new(path, dialect.name());
    for call in CALLS {
        for (at, _) in text.match_indices(call) {
            let before = &text[..at];
            let forward = method(before, "up") >= method(before, "down");
            let given = &text[at + call.len()..];
            let sql = literal(given).or_else(|| variable(before, given));
            let Some(sql) = sql.filter(|_| forward) else { continue };
            let line = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
            let inner = script::read(sql.as_bytes(), path, dialect);
            file.report.statements += inner.report.statements;
            file.report.understood += inner.report.understood;
            let placed = |place: Place| Place::new(place.path, line.saturating_add(place.line - 1));
            let changes = inner.changes.into_iter();
            file.changes.extend(changes.map(|(change, place)| (change, placed(place))));
            for warning in inner.warnings {
                file.warn(line, warning.message, &warning.hint);
            }
        }
    }
    script_migrations::read(text, path, &mut file);
    file.changes.sort_by_key(|(_, place)| place.line);
    file
}

/// Where the method of that name last began before; 0 if it did not.
fn method(before: &str, name: &str) -> usize {
    [format!(" {name}("), format!(" {name} ("), format!(".{name} ="), format!(" {name}:")]
        .iter()
        .filter_map(|head| before.rfind(head.as_str()))
        .max()
        .map_or(0, |at| at + 1)
}

/// The string that a variable was given before, where the text begins with one.
fn variable(before: &str, text: &str) -> Option<String> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let name = text.get(..end).filter(|name| !name.is_empty())?;
    let heads = [format!("{name} = "), format!("{name}: string = "), format!("{name} =\n")];
    let found = heads.iter().filter_map(|head| Some(before.rfind(head.as_str())? + head.len()));
    literal(&before[found.max()?..])
}

/// The string that the text begins with.
fn literal(text: &str) -> Option<String> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'))?;
    let mut literal = String::new();
    let mut letters = text[1..].chars();
    while let Some(c) = letters.next() {
        match c {
            c if c == quote => return Some(literal),
            '\\' => match letters.next()? {
                'n' => literal.push('\n'),
                't' => literal.push('\t'),
                '\n' => {}
                other => literal.push(other),
            },
            c => literal.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::import::schema::tests::check;

    #[test]
    fn sql_in_migrations_is_replayed() {
        check(
            "== src/modules/cart/migrations/Migration1.ts
export class Migration1 extends Migration {
  override async up(): Promise<void> {
    this.addSql('create table if not exists \"cart\" (\"id\" text not null, \"note\" text default \\'x\\');')
    this.addSql(`alter table \"cart\" add constraint \"pk\"
      primary key (\"id\");`)
  }
  override async down(): Promise<void> {
    this.addSql('drop table if exists \"cart\" cascade;')
  }
}
== src/modules/cart/migrations/Migration2.ts
export class M2 {
  public async up(queryRunner: QueryRunner): Promise<any> {
    await queryRunner.query(\"ALTER TABLE `cart` DROP COLUMN `note`\");
  }
}
",
            "table cart: id text primary\n",
        );
    }
}
