//! Replays Alembic's migrations: `op.create_table(…)`, `op.add_column(…)` and the SQL they hand to the database, in
//! the order of their revisions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    calls::{self, Call, Function, Language, Value},
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    dialect::Dialect,
    script::{self, FileReading},
};
use crate::facts::Place;

/// Reads all migrations of a folder, each given as its text and path.
pub(crate) fn read(files: &[(String, String)]) -> Vec<FileReading> {
    let mut revisions = Vec::new();
    let mut readings = Vec::new();
    for (text, path) in files {
        let mut reading = FileReading::new(path, "Alembic");
        match calls::parse(text, Language::Python) {
            Some(body) => revisions.extend(Revision::of(body, path)),
            None => reading.warn(0, "the file can't be parsed as Python", ""),
        }
        if !reading.warnings.is_empty() {
            readings.push(reading);
        }
    }
    for revision in in_order(revisions) {
        let mut reader = Reader {
            file: FileReading::new(&revision.path, "Alembic"),
            batch: None,
            functions: &revision.functions,
            depth: 0,
        };
        reader.all(&revision.upgrade);
        readings.push(reader.file);
    }
    readings
}

struct Revision {
    id: String,
    after: Vec<String>,
    path: String,
    upgrade: Vec<Value>,
    /// Other functions of the file, by name.
    functions: BTreeMap<String, Vec<Value>>,
}

impl Revision {
    fn of(body: Vec<Value>, path: &str) -> Option<Self> {
        let given = |wanted: &str| {
            body.iter().find_map(|value| match value {
                Value::Assign(name, value) if name == wanted => Some(value.texts()),
                _ => None,
            })
        };
        let id = given("revision")?.into_iter().next()?;
        let after = given("down_revision").unwrap_or_default();
        let mut functions = BTreeMap::new();
        for value in body {
            if let Value::Function(function) = value {
                let Function { name, body, .. } = *function;
                functions.insert(name, body);
            }
        }
        let upgrade = functions.remove("upgrade")?;
        Some(Self { id, after, path: path.to_owned(), upgrade, functions })
    }
}

/// Revisions after those they build on; of several that could come next, the lowest name.
fn in_order(revisions: Vec<Revision>) -> Vec<Revision> {
    let mut waiting: BTreeMap<String, Revision> =
        revisions.into_iter().map(|one| (one.id.clone(), one)).collect();
    let known: BTreeSet<String> = waiting.keys().cloned().collect();
    let mut waits_for: BTreeMap<String, usize> = BTreeMap::new();
    let mut next: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, one) in &waiting {
        let after: Vec<&String> = one.after.iter().filter(|it| known.contains(*it)).collect();
        waits_for.insert(id.clone(), after.len());
        for before in after {
            next.entry(before.clone()).or_default().push(id.clone());
        }
    }
    let mut ready: BTreeSet<String> =
        waits_for.iter().filter(|(_, count)| **count == 0).map(|(id, _)| id.clone()).collect();
    let mut ordered = Vec::new();
    loop {
        // A circle is a mistake that Alembic would refuse; the lowest name breaks it.
        let id = ready.pop_first().or_else(|| waiting.keys().next().cloned());
        let Some(id) = id else { break };
        let Some(one) = waiting.remove(&id) else { continue };
        ordered.push(one);
        for later in next.remove(&id).unwrap_or_default() {
            if let Some(count) = waits_for.get_mut(&later) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(later);
                }
            }
        }
    }
    ordered
}

/// How deep functions of a migration may call each other.
const DEEPEST: usize = 8;

struct Reader<'a> {
    file: FileReading,
    /// The table that a batch is about.
    batch: Option<TableName>,
    functions: &'a BTreeMap<String, Vec<Value>>,
    depth: usize,
}

impl Reader<'_> {
    fn all(&mut self, body: &[Value]) {
        for value in body {
            match value {
                Value::Call(call) => self.call(call),
                Value::Assign(_, value) => {
                    if let Value::Call(call) = &**value {
                        self.call(call);
                    }
                }
                _ => {}
            }
        }
    }

    fn call(&mut self, call: &Call) {
        let Some(Value::Name(on)) = &call.on else {
            // A function of the same file.
            if let Some(body) = self.functions.get(&call.name)
                && call.on.is_none()
                && self.depth < DEEPEST
            {
                self.depth += 1;
                self.all(body);
                self.depth -= 1;
            }
            return;
        };
        let is_operations = on == "op" || on.ends_with(".op");
        if call.name == "batch_alter_table" && is_operations {
            self.batch = self.table(call, call.given("table_name", 0));
            return;
        }
        if call.name == "execute" {
            self.sql(call);
            return;
        }
        let batch = self.batch.clone().filter(|_| !is_operations);
        if !is_operations && batch.is_none() {
            return;
        }
        match self.change(call, batch) {
            Known::Says(changes) => {
                self.file.report.statements += 1;
                self.file.report.understood += 1;
                let place = Place::new(self.file.report.path.clone(), call.line);
                self.file.changes.extend(changes.into_iter().map(|it| (it, place.clone())));
            }
            Known::Unclear => {
                self.file.report.statements += 1;
                let message = format!("`{}` isn't written in literals", call.name);
                self.file.warn(call.line, message, "the tables may differ from what it does");
            }
            Known::Nothing => {}
        }
    }

    /// SQL that is handed to the database.
    fn sql(&mut self, call: &Call) {
        let literal = match call.args.first() {
            Some(Value::Call(inner)) => inner.args.first().and_then(Value::literal),
            other => other.and_then(Value::literal),
        };
        let Some(text) = literal else { return };
        let path = self.file.report.path.clone();
        let dialect = Dialect::best(&Dialect::score(&path, text));
        let inner = script::read(text.as_bytes(), &path, dialect);
        self.file.report.statements += inner.report.statements;
        self.file.report.understood += inner.report.understood;
        let place = Place::new(path, call.line);
        let changes = inner.changes.into_iter().map(|(change, _)| (change, place.clone()));
        self.file.changes.extend(changes);
        for warning in inner.warnings {
            self.file.warn(call.line, warning.message, &warning.hint);
        }
    }

    fn table(&self, call: &Call, name: Option<&Value>) -> Option<TableName> {
        Some(TableName::new(call.option_text("schema").unwrap_or_default(), literal(name?)?))
    }

    fn change(&self, call: &Call, batch: Option<TableName>) -> Known {
        // In a batch the table is not said again.
        let at = |place: usize| if batch.is_some() { place - 1 } else { place };
        let named = |names: [&str; 2], place: usize| {
            let by_name = names.iter().find_map(|name| call.option(name));
            by_name.or_else(|| call.args.get(place))
        };
        let table = |place: usize| {
            let said = || self.table(call, named(["table_name", "source_table"], place));
            batch.clone().or_else(said)
        };
        let found = match call.name.as_str() {
            "create_table" => self.create(call),
            "drop_table" => table(0).map(|table| vec![Change::DropTable { table, view: false }]),
            "rename_table" => self.rename(call),
            "add_column" => add_column(call, table(0), at(1)),
            "drop_column" => table(0).zip(call.given("column_name", at(1)).and_then(literal)).map(
                |(table, column)| vec![Change::DropColumn { table, column: column.to_owned() }],
            ),
            "alter_column" => alter_column(call, table(0), at(1)),
            "create_primary_key" => key(call, table(1), at(2), true),
            "create_unique_constraint" => key(call, table(1), at(2), false),
            "create_index" if call.option("unique").is_some_and(Value::is_true) => {
                let partial = call.named.iter().any(|(name, _)| name.ends_with("_where"));
                if partial { Some(Vec::new()) } else { key(call, table(1), at(2), false) }
            }
            "create_foreign_key" => self.foreign_key(call, batch.clone()),
            "drop_constraint" | "drop_index" => self.drop_named(call, batch),
            _ => return Known::Nothing,
        };
        found.map_or(Known::Unclear, Known::Says)
    }

    fn create(&self, call: &Call) -> Option<Vec<Change>> {
        let name = self.table(call, call.given("table_name", 0))?;
        let mut table = NewTable { name, ..NewTable::default() };
        for part in call.args.iter().skip(1).filter_map(Value::as_call) {
            match part.name.as_str() {
                "Column" => {
                    let column = Column::of(part)?;
                    table.keys.extend(column.key());
                    table.foreign_keys.extend(column.foreign_keys());
                    table.columns.push(column.new);
                }
                "PrimaryKeyConstraint" => {
                    let name = constraint_name(part);
                    let columns = part.args.iter().filter_map(literal).map(str::to_owned).collect();
                    table.keys.push(NewKey { name, ..NewKey::primary(columns) });
                }
                "UniqueConstraint" => {
                    let columns = part.args.iter().filter_map(literal).map(str::to_owned).collect();
                    table.keys.push(NewKey::unique(&constraint_name(part), columns));
                }
                "ForeignKeyConstraint" => table.foreign_keys.extend(composite(part)),
                _ => {}
            }
        }
        for column in &mut table.columns {
            let primary = |key: &NewKey| key.primary && key.columns.contains(&column.name);
            column.nullable &= !table.keys.iter().any(primary);
        }
        Some(vec![Change::CreateTable(Box::new(table))])
    }

    fn rename(&self, call: &Call) -> Option<Vec<Change>> {
        let from = self.table(call, call.given("old_table_name", 0))?;
        let to = self.table(call, call.given("new_table_name", 1))?;
        Some(vec![Change::RenameTable { from, to }])
    }

    fn foreign_key(&self, call: &Call, batch: Option<TableName>) -> Option<Vec<Change>> {
        let at = usize::from(batch.is_none());
        let schema = |name: &str| call.option_text(name).unwrap_or_default();
        let said = || {
            let name = call.given("source_table", 1).and_then(literal)?;
            Some(TableName::new(schema("source_schema"), name))
        };
        let table = batch.clone().or_else(said)?;
        let to = call.given("referent_table", 1 + at).and_then(literal)?;
        let key = NewForeignKey {
            name: call.given("constraint_name", 0).and_then(literal).unwrap_or_default().to_owned(),
            columns: call.given("local_cols", 2 + at)?.texts(),
            to: TableName::new(schema("referent_schema"), to),
            to_columns: call.given("remote_cols", 3 + at)?.texts(),
            line: call.line,
        };
        Some(vec![Change::AddForeignKey { table, key }])
    }

    fn drop_named(&self, call: &Call, batch: Option<TableName>) -> Option<Vec<Change>> {
        let name = call.args.first().or_else(|| call.option("constraint_name"));
        let name = name.or_else(|| call.option("index_name")).and_then(literal)?.to_owned();
        let table = batch.or_else(|| self.table(call, call.given("table_name", 1)));
        Some(vec![Change::DropConstraint { table, name }])
    }
}

/// What is known of a call.
enum Known {
    Says(Vec<Change>),
    /// It changes tables, but not in words that can be read.
    Unclear,
    /// It has nothing to do with tables.
    Nothing,
}

/// A name, also within `op.f(…)`.
fn literal(value: &Value) -> Option<&str> {
    match value {
        Value::Call(call) if call.name == "f" => call.args.first().and_then(Value::literal),
        Value::Call(call) if call.name == "quoted_name" => {
            call.args.first().and_then(Value::literal)
        }
        _ => value.literal(),
    }
}

fn constraint_name(call: &Call) -> String {
    call.option("name").and_then(literal).unwrap_or_default().to_owned()
}

fn add_column(call: &Call, table: Option<TableName>, at: usize) -> Option<Vec<Change>> {
    let table = table?;
    let column = Column::of(call.given("column", at)?.as_call()?)?;
    let key = column.key();
    let foreign_keys = column.foreign_keys();
    let new = Change::AddColumn { table: table.clone(), column: column.new, only_if_absent: false };
    let keys = key.map(|key| Change::AddKey { table: table.clone(), key });
    let foreign =
        foreign_keys.into_iter().map(|key| Change::AddForeignKey { table: table.clone(), key });
    Some(std::iter::once(new).chain(keys).chain(foreign).collect())
}

fn alter_column(call: &Call, table: Option<TableName>, at: usize) -> Option<Vec<Change>> {
    let table = table?;
    let column = call.given("column_name", at).and_then(literal)?.to_owned();
    let mut changes = Vec::new();
    if let Some(data_type) = call.option("type_") {
        let data_type = type_of(data_type);
        let (table, column) = (table.clone(), column.clone());
        changes.push(Change::SetType { table, column, data_type });
    }
    if let Some(Value::Bool(nullable)) = call.option("nullable") {
        let (table, column, nullable) = (table.clone(), column.clone(), *nullable);
        changes.push(Change::SetNullable { table, column, nullable });
    }
    if let Some(to) = call.option("new_column_name").and_then(literal) {
        changes.push(Change::RenameColumn { table, from: column, to: to.to_owned() });
    }
    Some(changes)
}

fn key(call: &Call, table: Option<TableName>, at: usize, primary: bool) -> Option<Vec<Change>> {
    let name = call.args.first().and_then(literal).unwrap_or_default();
    let Value::List(columns) = call.option("columns").or_else(|| call.args.get(at))? else {
        return None;
    };
    // An index over expressions is no key.
    let columns: Option<Vec<String>> =
        columns.iter().map(|it| it.literal().map(str::to_owned)).collect();
    let Some(columns) = columns else { return Some(Vec::new()) };
    let key = NewKey { name: name.to_owned(), columns, primary, ..NewKey::default() };
    Some(vec![Change::AddKey { table: table?, key }])
}

/// `ForeignKeyConstraint(["a"], ["t.b"])`
fn composite(call: &Call) -> Option<NewForeignKey> {
    let targets = call.given("refcolumns", 1)?.texts();
    let (to, _) = target(targets.first()?);
    Some(NewForeignKey {
        name: constraint_name(call),
        columns: call.given("columns", 0)?.texts(),
        to,
        to_columns: targets.iter().map(|it| target(it).1).collect(),
        line: call.line,
    })
}

/// `schema.table.column`
fn target(text: &str) -> (TableName, String) {
    let (table, column) = text.rsplit_once('.').unwrap_or((text, ""));
    (TableName::of(table), column.to_owned())
}

/// A `Column(…)`.
struct Column<'a> {
    new: NewColumn,
    call: &'a Call,
}

impl<'a> Column<'a> {
    fn of(call: &'a Call) -> Option<Self> {
        let is_primary = call.option("primary_key").is_some_and(Value::is_true);
        let nullable = match call.option("nullable") {
            Some(value) => !value.is_false(),
            None => !is_primary,
        };
        let name = call.given("name", 0).and_then(literal)?.to_owned();
        let is_type = |value: &&Value| match value {
            Value::Call(call) => {
                !matches!(call.name.as_str(), "ForeignKey" | "Identity" | "Computed" | "Sequence")
            }
            Value::Name(_) => true,
            _ => false,
        };
        let said = call.option("type_").or_else(|| call.args.iter().skip(1).find(is_type));
        let data_type = said.map(type_of).unwrap_or_default();
        Some(Self { new: NewColumn { name, data_type, nullable }, call })
    }

    fn key(&self) -> Option<NewKey> {
        let is = |name: &str| self.call.option(name).is_some_and(Value::is_true);
        let columns = vec![self.new.name.clone()];
        if is("primary_key") {
            return Some(NewKey::primary(columns));
        }
        is("unique").then(|| NewKey::unique("", columns))
    }

    fn foreign_keys(&self) -> Vec<NewForeignKey> {
        let keys = self.call.args.iter().filter_map(Value::as_call);
        keys.filter(|call| call.name == "ForeignKey")
            .filter_map(|call| {
                let (to, column) = target(call.given("column", 0)?.literal()?);
                Some(NewForeignKey {
                    name: constraint_name(call),
                    columns: vec![self.new.name.clone()],
                    to,
                    to_columns: vec![column],
                    line: call.line,
                })
            })
            .collect()
    }
}

/// The type that a database has for one of SQLAlchemy's.
fn type_of(value: &Value) -> String {
    let none = Call::default();
    let (name, call) = match value {
        Value::Call(call) => (call.name.as_str(), &**call),
        Value::Name(name) => (name.as_str(), &none),
        _ => return String::new(),
    };
    let short = name.rsplit('.').next().unwrap_or(name);
    let number = |name: &str, at: usize| match call.given(name, at) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    };
    let sized = |base: &str| match number("length", 0) {
        Some(length) => format!("{base}({length})"),
        None => base.to_owned(),
    };
    let with_zone = call.option("timezone").is_some_and(Value::is_true);
    match short {
        "String" | "Unicode" | "VARCHAR" | "NVARCHAR" | "AutoString" => sized("varchar"),
        "CHAR" => sized("char"),
        "Text" | "UnicodeText" | "TEXT" => "text".to_owned(),
        "Integer" | "INTEGER" | "Int" => "integer".to_owned(),
        "BigInteger" | "BIGINT" => "bigint".to_owned(),
        "SmallInteger" | "SMALLINT" => "smallint".to_owned(),
        "Boolean" | "BOOLEAN" => "boolean".to_owned(),
        "DateTime" | "TIMESTAMP" if with_zone => "timestamp with time zone".to_owned(),
        "DateTime" | "TIMESTAMP" => "timestamp".to_owned(),
        "Float" | "Double" => "double precision".to_owned(),
        "Numeric" | "NUMERIC" | "DECIMAL" => match (number("precision", 0), number("scale", 1)) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "LargeBinary" | "BYTEA" => "bytea".to_owned(),
        "Enum" | "ENUM" => call.option_text("name").unwrap_or("enum").to_owned(),
        "ARRAY" => format!("{}[]", call.args.first().map(type_of).unwrap_or_default()),
        other => other.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use crate::import::schema::tests::check;

    #[test]
    fn revisions_are_replayed_in_their_order() {
        check(
            r#"== shop/migrations/versions/1_lines.py
revision = "b2"
down_revision = "a1"
def upgrade():
    op.create_table(
        "lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), sa.ForeignKey("orders.id", name="fk"), nullable=False),
        sa.Column("sku", sa.String(9)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
        sa.UniqueConstraint("sku"),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=True))
        batch_op.alter_column("number", nullable=False, type_=sa.BigInteger())
    op.execute("ALTER TABLE orders ADD COLUMN extra text")
def downgrade():
    op.drop_table("lines")
== shop/migrations/versions/2_orders.py
revision = "a1"
down_revision = None
def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("number", sa.Integer))
    op.create_table("old", sa.Column("id", sa.Integer))
== shop/migrations/versions/0_last.py
revision: str = "c3"
down_revision = ("b2",)
def upgrade():
    op.drop_table("old")
    op.alter_column("lines", "sku", new_column_name="code")
    op.drop_constraint("fk", "lines", type_="foreignkey")
    op.create_foreign_key(None, "lines", "orders", ["order_id"], ["id"])
    op.rename_table("lines", "order_lines")
"#,
            "table order_lines: id integer primary, order_id integer, code varchar(9) unique null
table orders: id integer primary, number bigint, note text null, extra text null
key order_lines(order_id) -> orders(id)
",
        );
    }
}
