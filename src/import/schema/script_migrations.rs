//! Reads what migrations in TypeScript and JavaScript do through builders: Knex's, Sequelize's and TypeORM's.
//!
//! A migration is walked as its `up` would run: conditions are taken to hold, and functions that are handed to
//! transactions or tables are run.

use super::{
    calls::{self, Call, Function, Language, Value},
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    script::FileReading,
};
use crate::facts::Place;

/// How deep functions in a migration may be nested.
const DEEPEST: usize = 12;

/// Enters the changes of one migration.
pub(super) fn read(text: &str, path: &str, file: &mut FileReading) {
    let hints = ["createTable", "alterTable", "addColumn", "dropTable", "renameTable", ".table("];
    if !hints.iter().any(|hint| text.contains(hint)) {
        return;
    }
    let Some(body) = calls::parse(text, Language::EcmaScript) else { return };
    let mut migration = Migration { file, path, schema: String::new() };
    if let Some(up) = up(&body) {
        migration.walk(&up.body, 0);
    }
}

/// The function that runs forward.
fn up(body: &[Value]) -> Option<&Function> {
    let named = |it: &Function| it.name == "up" || it.name == "change";
    body.iter().find_map(|value| match value {
        Value::Function(function) if named(function) => Some(&**function),
        Value::Class(class) => up(&class.body),
        Value::Assign(name, value) => match (name.rsplit('.').next(), &**value) {
            (Some("up"), Value::Function(function)) => Some(&**function),
            (_, Value::Map(pairs)) => pairs.iter().find_map(|(key, value)| match value {
                Value::Function(function) if key.text() == Some("up") => Some(&**function),
                _ => None,
            }),
            (_, Value::Class(class)) => up(&class.body),
            _ => None,
        },
        _ => None,
    })
}

struct Migration<'a> {
    file: &'a mut FileReading,
    path: &'a str,
    /// Of the builder that is being read.
    schema: String,
}

impl Migration<'_> {
    fn walk(&mut self, body: &[Value], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for value in body {
            match value {
                Value::Call(call) => self.call(call, depth),
                Value::Assign(_, value) => self.walk(std::slice::from_ref(value), depth + 1),
                Value::List(list) => self.walk(list, depth + 1),
                Value::Function(function) => self.walk(&function.body, depth + 1),
                _ => {}
            }
        }
    }

    fn call(&mut self, call: &Call, depth: usize) {
        if depth > DEEPEST * 4 {
            return;
        }
        if let Some(Value::Call(on)) = &call.on {
            self.call(on, depth + 1);
        } else {
            self.schema.clear();
        }
        if call.name == "withSchema" {
            self.schema = call.args.first().and_then(Value::literal).unwrap_or("").to_owned();
            return;
        }
        if !self.change(call) {
            self.walk(&call.args, depth + 1);
        }
    }

    fn push(&mut self, change: Change, line: u32) {
        self.file.report.statements += 1;
        self.file.report.understood += 1;
        self.file.changes.push((change, Place::new(self.path, line)));
    }

    /// Enters what a call changes; `false` where it is none that changes a schema.
    fn change(&mut self, call: &Call) -> bool {
        let first = call.args.first();
        let second = call.args.get(1);
        let table = first.and_then(|it| self.table(it));
        let text = |at: usize| call.args.get(at).and_then(Value::literal).map(str::to_owned);
        match (call.name.as_str(), table) {
            ("createTable" | "createTableIfNotExists", Some(table)) => {
                let created = match (second, first) {
                    (Some(Value::Function(block)), _) => Blueprint::of(block).created(table),
                    (Some(Value::Map(columns)), _) => self.defined(table, columns),
                    (_, Some(value)) => match options(value) {
                        Some(options) => self.described(table, options),
                        None => return false,
                    },
                    _ => return false,
                };
                self.push(Change::CreateTable(Box::new(created)), call.line);
            }
            ("table" | "alterTable", Some(table)) => {
                let Some(block) = call.block() else { return false };
                for change in Blueprint::of(block).altered(&table) {
                    self.push(change, call.line);
                }
            }
            ("dropTable" | "dropTableIfExists", Some(table)) => {
                self.push(Change::DropTable { table, view: false }, call.line);
            }
            ("renameTable", Some(from)) => {
                let Some(to) = second.and_then(|it| self.table(it)) else { return false };
                self.push(Change::RenameTable { from, to }, call.line);
            }
            ("addColumn", Some(table)) => self.add_column(&table, call),
            ("removeColumn" | "dropColumn", Some(table)) => {
                let Some(column) = text(1) else { return false };
                self.push(Change::DropColumn { table, column }, call.line);
            }
            ("renameColumn", Some(table)) => {
                let (Some(from), Some(to)) = (text(1), text(2)) else { return false };
                self.push(Change::RenameColumn { table, from, to }, call.line);
            }
            ("addConstraint" | "createForeignKey", Some(table)) => {
                let given = second.and_then(|it| options(it)).or(match second {
                    Some(Value::Map(pairs)) => Some(pairs.as_slice()),
                    _ => None,
                });
                let Some(key) = given.and_then(foreign_key) else { return false };
                self.push(Change::AddForeignKey { table, key }, call.line);
            }
            _ => return false,
        }
        true
    }

    /// A table's name: a text, `{ tableName, schema }`, or what a description of a table says.
    fn table(&self, value: &Value) -> Option<TableName> {
        match value {
            Value::Text(name) if self.schema.is_empty() => Some(TableName::of(name)),
            Value::Text(name) => Some(TableName::new(&self.schema, name)),
            Value::Map(pairs) => {
                let name = text(pairs, "tableName")?;
                Some(TableName::new(text(pairs, "schema").unwrap_or(""), name))
            }
            Value::Call(_) => {
                let options = options(value)?;
                let name = text(options, "name")?;
                Some(match text(options, "schema") {
                    Some(schema) => TableName::new(schema, name),
                    None => TableName::of(name),
                })
            }
            _ => None,
        }
    }

    /// Sequelize's columns.
    fn defined(&self, name: TableName, columns: &[(Value, Value)]) -> NewTable {
        let mut table = NewTable { name, ..NewTable::default() };
        for (key, definition) in columns {
            let Some(field) = key.text() else { continue };
            let pairs = match definition {
                Value::Map(pairs) => pairs.as_slice(),
                _ => &[],
            };
            let column = text(pairs, "field").unwrap_or(field);
            table.columns.push(sequelize_column(column, definition));
            if is_true(pairs, "primaryKey") {
                table.keys.push(NewKey::primary(vec![column.to_owned()]));
            } else if is_true(pairs, "unique") {
                table.keys.push(NewKey::unique("", vec![column.to_owned()]));
            }
            table.foreign_keys.extend(self.referenced(column, pairs));
        }
        table
    }

    fn referenced(&self, column: &str, pairs: &[(Value, Value)]) -> Option<NewForeignKey> {
        let Some(Value::Map(reference)) = get(pairs, "references") else { return None };
        let to = get(reference, "model").and_then(|it| self.table(it))?;
        let to_columns = text(reference, "key").map(str::to_owned).into_iter().collect();
        Some(NewForeignKey {
            columns: vec![column.to_owned()],
            to,
            to_columns,
            ..Default::default()
        })
    }

    fn add_column(&mut self, table: &TableName, call: &Call) {
        let (column, keys) = match (call.args.get(1), call.args.get(2)) {
            (Some(Value::Text(name)), Some(definition)) => {
                let pairs = match definition {
                    Value::Map(pairs) => pairs.as_slice(),
                    _ => &[],
                };
                let key = self.referenced(name, pairs);
                (sequelize_column(name, definition), key)
            }
            (Some(described), _) => match options(described).and_then(described_column) {
                Some(column) => (column, None),
                None => return,
            },
            _ => return,
        };
        let table = table.clone();
        let add = Change::AddColumn { table: table.clone(), column, only_if_absent: false };
        self.push(add, call.line);
        if let Some(key) = keys {
            self.push(Change::AddForeignKey { table, key }, call.line);
        }
    }

    /// TypeORM's `new Table({ name, columns, foreignKeys })`.
    fn described(&self, name: TableName, pairs: &[(Value, Value)]) -> NewTable {
        let mut table = NewTable { name, ..NewTable::default() };
        let list = |key: &str| match get(pairs, key) {
            Some(Value::List(list)) => list.as_slice(),
            _ => &[],
        };
        let mut primary = Vec::new();
        for column in list("columns") {
            let Some(pairs) = map_or_options(column) else { continue };
            let Some(new) = described_column(pairs) else { continue };
            if is_true(pairs, "isPrimary") {
                primary.push(new.name.clone());
            } else if is_true(pairs, "isUnique") {
                table.keys.push(NewKey::unique("", vec![new.name.clone()]));
            }
            table.columns.push(new);
        }
        if !primary.is_empty() {
            table.keys.push(NewKey::primary(primary));
        }
        let keys = list("foreignKeys").iter().filter_map(map_or_options);
        table.foreign_keys = keys.filter_map(foreign_key).collect();
        table
    }
}

fn get<'a>(pairs: &'a [(Value, Value)], key: &str) -> Option<&'a Value> {
    pairs.iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
}

fn text<'a>(pairs: &'a [(Value, Value)], key: &str) -> Option<&'a str> {
    get(pairs, key).and_then(Value::literal)
}

fn is_true(pairs: &[(Value, Value)], key: &str) -> bool {
    get(pairs, key).is_some_and(Value::is_true)
}

/// The object that a description is made from: `new Table({ … })`.
fn options(value: &Value) -> Option<&[(Value, Value)]> {
    match value.as_call()?.args.first()? {
        Value::Map(pairs) => Some(pairs),
        _ => None,
    }
}

fn map_or_options(value: &Value) -> Option<&[(Value, Value)]> {
    match value {
        Value::Map(pairs) => Some(pairs),
        _ => options(value),
    }
}

fn described_column(pairs: &[(Value, Value)]) -> Option<NewColumn> {
    Some(NewColumn {
        name: text(pairs, "name")?.to_owned(),
        data_type: text(pairs, "type").unwrap_or("").to_lowercase(),
        nullable: is_true(pairs, "isNullable"),
    })
}

fn sequelize_column(name: &str, definition: &Value) -> NewColumn {
    let (ty, nullable) = match definition {
        Value::Map(pairs) => {
            let forbidden = get(pairs, "allowNull").is_some_and(Value::is_false);
            (get(pairs, "type"), !forbidden && !is_true(pairs, "primaryKey"))
        }
        other => (Some(other), true),
    };
    let data_type = match ty {
        Some(Value::Name(name) | Value::Text(name)) => {
            name.rsplit('.').next().unwrap_or(name).to_lowercase()
        }
        Some(Value::Call(call)) => call.name.to_lowercase(),
        _ => String::new(),
    };
    NewColumn { name: name.to_owned(), data_type, nullable }
}

/// A foreign key of Sequelize's or TypeORM's descriptions.
fn foreign_key(pairs: &[(Value, Value)]) -> Option<NewForeignKey> {
    let texts = |key: &str| get(pairs, key).map(Value::texts).unwrap_or_default();
    let name = text(pairs, "name").unwrap_or("").to_owned();
    if let Some(table) = text(pairs, "referencedTableName") {
        let columns = texts("columnNames");
        let to_columns = texts("referencedColumnNames");
        return Some(NewForeignKey {
            name,
            columns,
            to: TableName::of(table),
            to_columns,
            line: 0,
        });
    }
    let Some(Value::Map(reference)) = get(pairs, "references") else { return None };
    let to = TableName::of(text(reference, "table")?);
    let to_columns = get(reference, "field").map(Value::texts).unwrap_or_default();
    Some(NewForeignKey { name, columns: texts("fields"), to, to_columns, line: 0 })
}

/// What the function does that Knex hands a table to.
#[derive(Default)]
struct Blueprint {
    columns: Vec<NewColumn>,
    keys: Vec<NewKey>,
    foreign_keys: Vec<NewForeignKey>,
    dropped: Vec<String>,
    renamed: Vec<(String, String)>,
}

impl Blueprint {
    fn of(block: &Function) -> Self {
        let mut blueprint = Self::default();
        let Some(table) = block.params.first() else { return blueprint };
        for value in &block.body {
            if let Value::Call(call) = value {
                let mut links = Vec::new();
                let mut call = Some(&**call);
                while let Some(link) = call {
                    links.push(link);
                    call = match &link.on {
                        Some(Value::Call(on)) => Some(on),
                        _ => None,
                    };
                }
                links.reverse();
                let is_own = links.first().is_some_and(
                    |first| matches!(&first.on, Some(Value::Name(name)) if name == table),
                );
                if is_own {
                    blueprint.column(&links);
                }
            }
        }
        blueprint
    }

    fn column(&mut self, links: &[&Call]) {
        let Some(first) = links.first() else { return };
        let name = first.args.first().and_then(Value::literal).unwrap_or("").to_owned();
        let names = || first.args.first().map(Value::texts).unwrap_or_default();
        let has = |word: &str| links.iter().any(|link| link.name == word);
        match first.name.as_str() {
            "timestamps" => {
                for name in ["created_at", "updated_at"] {
                    self.add(name, "timestamp", true);
                }
                return;
            }
            "primary" => return self.keys.push(NewKey::primary(names())),
            "unique" => return self.keys.push(NewKey::unique("", names())),
            "foreign" => return self.reference(links, names()),
            "dropColumn" | "dropColumns" => {
                return self.dropped.extend(first.args.iter().flat_map(Value::texts));
            }
            "renameColumn" => {
                if let Some(to) = first.args.get(1).and_then(Value::literal) {
                    self.renamed.push((name, to.to_owned()));
                }
                return;
            }
            "index" | "dropIndex" | "dropForeign" | "dropUnique" | "dropPrimary" | "comment"
            | "dropTimestamps" | "setNullable" | "dropNullable" | "engine" | "charset"
            | "collate" | "check" | "queryContext" | "inherits" => return,
            _ => {}
        }
        let increments = matches!(first.name.as_str(), "increments" | "bigIncrements");
        let name = if increments && name.is_empty() { "id".to_owned() } else { name };
        if name.is_empty() || has("alter") {
            return;
        }
        let data_type = match first.name.as_str() {
            "specificType" => first.args.get(1).and_then(Value::literal).unwrap_or(""),
            other => other,
        };
        let is_key = increments || has("primary");
        self.add(&name, &data_type.to_lowercase(), !is_key && !has("notNullable"));
        if is_key {
            self.keys.push(NewKey::primary(vec![name]));
        } else {
            if has("unique") {
                self.keys.push(NewKey::unique("", vec![name.clone()]));
            }
            self.reference(links, vec![name]);
        }
    }

    fn add(&mut self, name: &str, data_type: &str, nullable: bool) {
        let (name, data_type) = (name.to_owned(), data_type.to_owned());
        self.columns.push(NewColumn { name, data_type, nullable });
    }

    /// `.references("id").inTable("orders")`, `.references("orders.id")`
    fn reference(&mut self, links: &[&Call], columns: Vec<String>) {
        let said = |name: &str| {
            let link = links.iter().find(|link| link.name == name)?;
            link.args.first().map(Value::texts)
        };
        let Some(to_columns) = said("references") else { return };
        let table = said("inTable").and_then(|it| it.into_iter().next());
        let (table, to_columns) =
            match (table, to_columns.first().and_then(|it| it.rsplit_once('.'))) {
                (Some(table), _) => (table, to_columns),
                (None, Some((table, column))) => (table.to_owned(), vec![column.to_owned()]),
                (None, None) => return,
            };
        let to = TableName::of(&table);
        self.foreign_keys.push(NewForeignKey { columns, to, to_columns, ..Default::default() });
    }

    fn created(self, name: TableName) -> NewTable {
        let Self { columns, keys, foreign_keys, .. } = self;
        NewTable { name, columns, keys, foreign_keys, ..NewTable::default() }
    }

    fn altered(self, table: &TableName) -> Vec<Change> {
        let renamed = self.renamed.into_iter().map(|(from, to)| Change::RenameColumn {
            table: table.clone(),
            from,
            to,
        });
        let dropped = self
            .dropped
            .into_iter()
            .map(|column| Change::DropColumn { table: table.clone(), column });
        let added = self.columns.into_iter().map(|column| Change::AddColumn {
            table: table.clone(),
            column,
            only_if_absent: false,
        });
        let keys = self.keys.into_iter().map(|key| Change::AddKey { table: table.clone(), key });
        let foreign = self
            .foreign_keys
            .into_iter()
            .map(|key| Change::AddForeignKey { table: table.clone(), key });
        renamed.chain(dropped).chain(added).chain(keys).chain(foreign).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::import::schema::tests::check;

    #[test]
    fn builders_of_knex_sequelize_and_type_orm_are_replayed() {
        check(
            "== db/migrations/20200101_a.js
exports.up = async (knex) => {
  await knex.schema.createTable('users', (t) => { t.increments(); t.string('email').notNullable().unique() })
    .createTable('orders', (table) => {
      table.increments('id').primary()
      table.integer('user_id').references('id').inTable('users')
    })
}
exports.down = (knex) => knex.schema.dropTable('users')
== db/migrations/20200102_b.js
exports.up = (knex) => knex.schema.alterTable('orders', t => { t.text('note'); t.dropColumn('gone') })
== other/migrations/1-lines.js
module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('lines', {
      id: { type: Sequelize.INTEGER, primaryKey: true },
      order_id: { type: Sequelize.INTEGER, references: { model: 'orders', key: 'id' } },
    })
  },
  down: async (q) => { await q.dropTable('lines') },
}
== third/migrations/1-stock.ts
export class Stock1 implements MigrationInterface {
  public async up(queryRunner: QueryRunner) {
    await queryRunner.createTable(new Table({ name: 'stock', columns: [{ name: 'id', type: 'int', isPrimary: true }] }))
  }
}
",
            "table lines: id integer primary, order_id integer null
table orders: id increments primary, user_id integer null, note text null
table stock: id int primary
table users: id increments primary, email string unique
key lines(order_id) -> orders(id)
key orders(user_id) -> users(id)
",
        );
    }
}
