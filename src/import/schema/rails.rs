//! Reads Rails' `schema.rb` and its migrations.
//!
//! A migration is walked as it would run forward: `change` or `up`, blocks of conditions taken to hold, loops
//! over literal lists unrolled.

use super::{
    calls::{self, Call, Function, Language, Value},
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    dialect::Dialect,
    inflect::{plural, singular},
    script::FileReading,
};
use crate::facts::Place;

/// Reads one file.
pub(crate) fn read(text: &str, path: &str, dialect: Dialect) -> FileReading {
    let told = if dialect == Dialect::Unknown { dialect_of(text) } else { dialect };
    let file = FileReading::new(path, &told.under("Rails"));
    let mut rails = Rails { file, dialect, bound: Vec::new() };
    match calls::parse(text, Language::Ruby) {
        Some(body) => rails.top(&body),
        None => rails.file.warn(0, "the file can't be parsed as Ruby", ""),
    }
    rails.file
}

/// Which database a schema was dumped from, as far as its options tell.
fn dialect_of(text: &str) -> Dialect {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&[
        "enable_extension",
        "t.jsonb",
        "t.citext",
        "t.hstore",
        "t.timestamptz",
        "array: true",
    ]) {
        Dialect::PostgreSql
    } else if says(&["charset: \"utf8", "ENGINE=InnoDB", "unsigned: true", "size: :long"]) {
        Dialect::MySql
    } else {
        Dialect::Unknown
    }
}

struct Rails {
    file: FileReading,
    dialect: Dialect,
    /// Variables of unrolled loops.
    bound: Vec<(String, Value)>,
}

/// How deep methods of a migration may call each other.
const DEEPEST: usize = 8;

impl Rails {
    fn top(&mut self, body: &[Value]) {
        for value in body {
            match value {
                Value::Class(class) => self.migration(&class.body),
                other => self.walk(std::slice::from_ref(other), &[], 0),
            }
        }
    }

    /// `up` says what runs forward; else `change` does.
    fn migration(&mut self, body: &[Value]) {
        let methods: Vec<&Function> = body
            .iter()
            .filter_map(|value| match value {
                Value::Function(function) => Some(&**function),
                _ => None,
            })
            .collect();
        let named = |name: &str| methods.iter().find(|method| method.name == name);
        if let Some(method) = named("up").or_else(|| named("change")) {
            self.walk(&method.body, &methods, 0);
        }
        for value in body {
            if let Value::Class(inner) = value {
                self.migration(&inner.body);
            }
        }
    }

    fn walk(&mut self, body: &[Value], methods: &[&Function], depth: usize) {
        for value in body {
            let name = match value {
                Value::Call(call) if call.on.is_none() => &call.name,
                Value::Name(name) => name,
                Value::Call(call) => {
                    self.call(call, methods, depth);
                    continue;
                }
                _ => continue,
            };
            let own = methods.iter().find(|method| method.name == *name);
            match (own, value) {
                (Some(method), _) if depth < DEEPEST => self.walk(&method.body, methods, depth + 1),
                (_, Value::Call(call)) => self.call(call, methods, depth),
                _ => {}
            }
        }
    }

    /// What a call changes; blocks of calls that aren't known are walked through.
    fn call(&mut self, call: &Call, methods: &[&Function], depth: usize) {
        if depth > DEEPEST * 4 || call.name == "down" {
            return;
        }
        if self.change(call) {
            return;
        }
        let Some(block) = call.block() else { return };
        match (&call.on, call.name.as_str()) {
            (Some(Value::List(values)), "each") => {
                for value in values {
                    let before = self.bound.len();
                    self.bind(&block.params, value);
                    self.walk(&block.body, methods, depth + 1);
                    self.bound.truncate(before);
                }
            }
            _ => self.walk(&block.body, methods, depth + 1),
        }
    }

    fn bind(&mut self, params: &[String], value: &Value) {
        match (params, value) {
            ([only], value) => self.bound.push((only.clone(), value.clone())),
            (several, Value::List(values)) => {
                self.bound.extend(several.iter().cloned().zip(values.iter().cloned()));
            }
            _ => {}
        }
    }

    /// A literal, or what a loop's variable stands for.
    fn name(&self, value: Option<&Value>) -> Option<String> {
        match value? {
            Value::Text(text) => Some(text.clone()),
            Value::Name(name) => {
                let bound = self.bound.iter().rev().find(|(bound, _)| bound == name);
                bound.and_then(|(_, value)| value.literal()).map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Does one command of Active Record's; false where it is none.
    fn change(&mut self, call: &Call) -> bool {
        let first = self.name(call.args.first());
        let second = self.name(call.args.get(1));
        let table = || TableName::of(first.as_deref().unwrap_or_default());
        match (call.name.as_str(), &first) {
            ("create_table", Some(name)) => self.create_table(call, name),
            ("create_join_table", Some(name)) => {
                self.create_join_table(call, name, second.as_deref().unwrap_or_default());
            }
            ("change_table", Some(name)) => {
                let block = call.block().map_or(&[][..], |block| &block.body);
                let mut columns = Columns::default();
                self.columns(name, block, &mut columns);
                self.changed(call, name, columns);
            }
            ("drop_table", Some(_)) => {
                for name in
                    call.args.iter().filter_map(|value| self.name(Some(value))).collect::<Vec<_>>()
                {
                    self.push(call, Change::DropTable { table: TableName::of(&name), view: false });
                }
            }
            ("rename_table", Some(_)) => {
                let to = TableName::of(&second.unwrap_or_default());
                self.push(call, Change::RenameTable { from: table(), to });
            }
            ("rename_column", Some(_)) => {
                let (from, to) =
                    (second.unwrap_or_default(), self.name(call.args.get(2)).unwrap_or_default());
                self.push(call, Change::RenameColumn { table: table(), from, to });
            }
            ("remove_column" | "remove_columns", Some(_)) => {
                // After the first name stands its type, where there is only one.
                let several = call.name == "remove_columns";
                let count = if several { usize::MAX } else { 1 };
                let columns: Vec<String> = call
                    .args
                    .iter()
                    .skip(1)
                    .take(count)
                    .filter_map(|value| self.name(Some(value)))
                    .collect();
                for column in columns {
                    self.push(call, Change::DropColumn { table: table(), column });
                }
            }
            ("execute", Some(sql)) => self.execute(call, sql),
            ("create_view", Some(name)) => self.create_view(call, name),
            ("drop_view", Some(_)) => {
                self.push(call, Change::DropTable { table: table(), view: true })
            }
            (_, Some(name)) => return self.column_change(call, name, second.as_deref()),
            _ => return false,
        }
        true
    }

    fn push(&mut self, call: &Call, change: Change) {
        self.file.report.statements += 1;
        self.file.report.understood += 1;
        let place = Place::new(self.file.report.path.clone(), call.line);
        self.file.changes.push((change, place));
    }

    fn execute(&mut self, call: &Call, sql: &str) {
        let inner = super::script::read(sql.as_bytes(), &self.file.report.path, self.dialect);
        self.file.report.statements += inner.report.statements;
        self.file.report.understood += inner.report.understood;
        for (change, place) in inner.changes {
            let line = call.line.saturating_add(place.line - 1);
            self.file.changes.push((change, Place::new(place.path, line)));
        }
    }

    /// A view of the Scenic library, whose query may stand beside it.
    fn create_view(&mut self, call: &Call, name: &str) {
        if let Some(sql) = call.option_text("sql_definition") {
            self.execute(call, &format!("CREATE VIEW {name} AS {sql}"));
        } else {
            let kind = crate::facts::TableKind::View;
            let table = NewTable { name: TableName::of(name), kind, ..NewTable::default() };
            self.push(call, Change::CreateTable(Box::new(table)));
        }
    }

    fn create_table(&mut self, call: &Call, name: &str) {
        let mut columns = Columns::default();
        let id = call.option("id");
        let primary = call.option("primary_key").map(Value::texts).unwrap_or_default();
        if !id.is_some_and(Value::is_false) && primary.len() < 2 {
            let name = primary.first().map_or("id", String::as_str);
            let data_type = match id {
                Some(Value::Text(data_type)) => data_type.clone(),
                Some(Value::Map(options)) => {
                    let kind = options.iter().find(|(key, _)| key.text() == Some("type"));
                    kind.and_then(|(_, value)| value.literal()).unwrap_or("bigint").to_owned()
                }
                _ => "bigint".to_owned(),
            };
            columns.add(name, &data_type, false);
            columns.keys.push(NewKey::primary(vec![name.to_owned()]));
        } else if primary.len() > 1 {
            columns.keys.push(NewKey::primary(primary));
        }
        let block = call.block();
        self.columns(name, block.map_or(&[], |block| &block.body), &mut columns);
        let table = NewTable {
            name: TableName::of(name),
            columns: columns.columns,
            keys: columns.keys,
            foreign_keys: columns.foreign_keys,
            only_if_absent: call.option("if_not_exists").is_some_and(Value::is_true),
            ..NewTable::default()
        };
        self.push(call, Change::CreateTable(Box::new(table)));
    }

    fn create_join_table(&mut self, call: &Call, a: &str, b: &str) {
        let (a, b) = (plural(&singular(a)), plural(&singular(b)));
        let mut names = [a.clone(), b.clone()];
        names.sort();
        let table = call.option_text("table_name").map_or_else(|| names.join("_"), str::to_owned);
        let mut columns = Columns::default();
        for name in [a, b] {
            columns.add(&format!("{}_id", singular(&name)), "bigint", false);
        }
        self.columns(&table, call.block().map_or(&[], |block| &block.body), &mut columns);
        let name = TableName::of(&table);
        let (columns, keys, foreign_keys) = (columns.columns, columns.keys, columns.foreign_keys);
        let table = NewTable { name, columns, keys, foreign_keys, ..NewTable::default() };
        self.push(call, Change::CreateTable(Box::new(table)));
    }

    /// What stands in the block of `create_table` and `change_table`.
    fn columns(&mut self, table: &str, body: &[Value], columns: &mut Columns) {
        for call in body.iter().filter_map(Value::as_call) {
            // Loops over literal lists.
            if let (Some(Value::List(values)), Some(block)) = (&call.on, call.block()) {
                for value in values {
                    let before = self.bound.len();
                    self.bind(&block.params, value);
                    self.columns(table, &block.body, columns);
                    self.bound.truncate(before);
                }
                continue;
            }
            self.column(table, call, columns);
        }
    }

    fn column(&mut self, table: &str, call: &Call, columns: &mut Columns) {
        let names: Vec<String> = call
            .args
            .iter()
            .flat_map(|value| match value {
                Value::List(values) => {
                    values.iter().filter_map(|one| self.name(Some(one))).collect()
                }
                one => self.name(Some(one)).into_iter().collect::<Vec<String>>(),
            })
            .collect();
        let nullable = !call.option("null").is_some_and(Value::is_false);
        match call.name.as_str() {
            "timestamps" => {
                columns.add("created_at", "datetime", nullable && call.option("null").is_some());
                columns.add("updated_at", "datetime", nullable && call.option("null").is_some());
            }
            "references" | "belongs_to" | "attachment" if call.name != "attachment" => {
                for name in &names {
                    columns.reference(table, name, call, nullable);
                }
            }
            "column" => {
                let data_type = names.get(1).map_or("", String::as_str);
                if let Some(name) = names.first() {
                    columns.add(name, &sized(data_type, call), nullable);
                }
            }
            "index" => columns.index(call, names),
            "primary_key" => {
                if let Some(name) = names.first() {
                    columns.add(name, names.get(1).map_or("bigint", String::as_str), false);
                    columns.keys.push(NewKey::primary(vec![name.clone()]));
                }
            }
            "foreign_key" => {
                if let Some(to) = names.first() {
                    columns.foreign_keys.push(foreign_key(call, to));
                }
            }
            "remove" | "remove_columns" => columns.removed.extend(names),
            "remove_references" | "remove_belongs_to" => {
                columns.removed.extend(names.iter().map(|name| format!("{name}_id")));
            }
            "rename" => {
                if let [from, to] = &names[..] {
                    columns.renamed.push((from.clone(), to.clone()));
                }
            }
            "change" | "change_default" | "change_null" => {
                if let [name, data_type, ..] = &names[..]
                    && call.name == "change"
                {
                    columns.retyped.push((name.clone(), sized(data_type, call)));
                }
            }
            "check_constraint"
            | "exclusion_constraint"
            | "unique_constraint"
            | "remove_index"
            | "remove_foreign_key"
            | "comment"
            | "attachment"
            | "remove_timestamps"
            | "remove_check_constraint" => {}
            data_type => {
                for name in &names {
                    columns.add(name, &sized(data_type, call), nullable);
                    if call.option("primary_key").is_some_and(Value::is_true) {
                        columns.keys.push(NewKey::primary(vec![name.clone()]));
                    }
                    if call.option("index").is_some_and(is_unique_index) {
                        columns.keys.push(NewKey::unique("", vec![name.clone()]));
                    }
                }
            }
        }
    }

    /// What `change_table` collected.
    fn changed(&mut self, call: &Call, name: &str, columns: Columns) {
        let table = TableName::of(name);
        for (from, to) in columns.renamed {
            self.push(call, Change::RenameColumn { table: table.clone(), from, to });
        }
        for column in columns.removed {
            self.push(call, Change::DropColumn { table: table.clone(), column });
        }
        for (column, data_type) in columns.retyped {
            self.push(call, Change::SetType { table: table.clone(), column, data_type });
        }
        for column in columns.columns {
            self.push(
                call,
                Change::AddColumn { table: table.clone(), column, only_if_absent: false },
            );
        }
        for key in columns.keys {
            self.push(call, Change::AddKey { table: table.clone(), key });
        }
        for key in columns.foreign_keys {
            self.push(call, Change::AddForeignKey { table: table.clone(), key });
        }
    }

    /// `add_column :t, :c, :string` and everything else that begins with a table's name.
    fn column_change(&mut self, call: &Call, table: &str, second: Option<&str>) -> bool {
        let name = TableName::of(table);
        let column = second.unwrap_or_default().to_owned();
        let nullable = !call.option("null").is_some_and(Value::is_false);
        let data_type = || sized(&self.name(call.args.get(2)).unwrap_or_default(), call);
        let mut columns = Columns::default();
        match call.name.as_str() {
            "add_column" => columns.add(&column, &data_type(), nullable),
            "add_timestamps" => {
                columns.add("created_at", "datetime", false);
                columns.add("updated_at", "datetime", false);
            }
            "add_reference" | "add_belongs_to" => columns.reference(table, &column, call, nullable),
            "add_index" => {
                let names = call.args.get(1).map(Value::texts).unwrap_or_default();
                columns.index(call, names);
            }
            "add_foreign_key" => columns.foreign_keys.push(foreign_key(call, &column)),
            "change_column" => columns.retyped.push((column, data_type())),
            "change_column_null" => {
                let nullable = call.args.get(2).is_some_and(Value::is_true);
                self.push(call, Change::SetNullable { table: name, column, nullable });
                return true;
            }
            "remove_reference" | "remove_belongs_to" => {
                columns.removed.push(format!("{column}_id"))
            }
            "remove_timestamps" => {
                columns.removed.extend(["created_at", "updated_at"].map(str::to_owned));
            }
            "remove_index" => {
                if let Some(index) = call.option_text("name") {
                    let (table, name) = (Some(name), index.to_owned());
                    self.push(call, Change::DropConstraint { table, name });
                    return true;
                }
                let columns = call.option("column").or_else(|| call.args.get(1));
                let columns = columns.map(Value::texts).unwrap_or_default();
                let name = index_name(table, &columns);
                self.push(call, Change::DropConstraint { table: Some(TableName::of(table)), name });
                return true;
            }
            "remove_foreign_key" => {
                self.remove_foreign_key(call, table, &column);
                return true;
            }
            "change_column_default"
            | "change_column_comment"
            | "change_table_comment"
            | "add_check_constraint"
            | "remove_check_constraint"
            | "validate_foreign_key" => return true,
            _ => return false,
        }
        for key in &mut columns.keys {
            if key.name.is_empty() {
                key.name = index_name(table, &key.columns);
            }
        }
        self.changed(call, table, columns);
        true
    }

    fn remove_foreign_key(&mut self, call: &Call, table: &str, to: &str) {
        let table = TableName::of(table);
        if let Some(name) = call.option_text("name") {
            let (table, name) = (Some(table), name.to_owned());
            self.push(call, Change::DropConstraint { table, name });
            return;
        }
        let column = call
            .option_text("column")
            .map_or_else(|| format!("{}_id", singular(to)), str::to_owned);
        self.push(call, Change::DropForeignKeyOver { table, columns: vec![column] });
    }
}

/// What a block says about columns.
#[derive(Default)]
struct Columns {
    columns: Vec<NewColumn>,
    keys: Vec<NewKey>,
    foreign_keys: Vec<NewForeignKey>,
    removed: Vec<String>,
    renamed: Vec<(String, String)>,
    retyped: Vec<(String, String)>,
}

impl Columns {
    fn add(&mut self, name: &str, data_type: &str, nullable: bool) {
        let data_type = data_type.to_owned();
        self.columns.push(NewColumn { name: name.to_owned(), data_type, nullable });
    }

    /// `references :user` is a column `user_id`, and a key if `foreign_key` says so.
    fn reference(&mut self, table: &str, name: &str, call: &Call, nullable: bool) {
        let column = format!("{name}_id");
        let data_type = call.option_text("type").unwrap_or("bigint");
        self.add(&column, data_type, nullable);
        if call.option("polymorphic").is_some_and(|value| *value != Value::Bool(false)) {
            self.add(&format!("{name}_type"), "string", nullable);
        }
        if call.option("index").is_some_and(is_unique_index) {
            self.keys.push(NewKey::unique(
                &index_name(table, std::slice::from_ref(&column)),
                vec![column.clone()],
            ));
        }
        let to = match call.option("foreign_key") {
            Some(Value::Bool(true)) => plural(name),
            Some(Value::Map(options)) => options
                .iter()
                .find(|(key, _)| key.text() == Some("to_table"))
                .and_then(|(_, value)| value.literal())
                .map_or_else(|| plural(name), str::to_owned),
            _ => return,
        };
        let columns = vec![column];
        let (to, line) = (TableName::of(&to), call.line);
        self.foreign_keys.push(NewForeignKey { columns, to, line, ..NewForeignKey::default() });
    }

    fn index(&mut self, call: &Call, columns: Vec<String>) {
        let unique = call.option("unique").is_some_and(Value::is_true);
        let plain = columns
            .iter()
            .all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
        if unique && plain && !columns.is_empty() && call.option("where").is_none() {
            self.keys.push(NewKey::unique(call.option_text("name").unwrap_or_default(), columns));
        }
    }
}

/// `index: { unique: true }`.
fn is_unique_index(value: &Value) -> bool {
    matches!(value, Value::Map(options)
        if options.iter().any(|(key, value)| key.text() == Some("unique") && value.is_true()))
}

/// The name that Rails gives an index.
fn index_name(table: &str, columns: &[String]) -> String {
    format!("index_{table}_on_{}", columns.join("_and_"))
}

fn foreign_key(call: &Call, to: &str) -> NewForeignKey {
    let columns = call.option("column").map(Value::texts).filter(|texts| !texts.is_empty());
    NewForeignKey {
        name: call.option_text("name").unwrap_or_default().to_owned(),
        columns: columns.unwrap_or_else(|| {
            let bare = to.rsplit('.').next().unwrap_or(to);
            vec![format!("{}_id", singular(bare))]
        }),
        to: TableName::of(to),
        to_columns: call.option("primary_key").map(Value::texts).unwrap_or_default(),
        line: call.line,
    }
}

/// The type with its length or precision: `string(80)`, `decimal(10,2)`.
fn sized(data_type: &str, call: &Call) -> String {
    let number = |name: &str| match call.option(name) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    };
    let array = if call.option("array").is_some_and(Value::is_true) { "[]" } else { "" };
    match (number("limit"), number("precision"), number("scale")) {
        (Some(limit), ..) => format!("{data_type}({limit}){array}"),
        (_, Some(precision), Some(scale)) => format!("{data_type}({precision},{scale}){array}"),
        (_, Some(precision), None) if data_type == "decimal" => {
            format!("{data_type}({precision}){array}")
        }
        _ => format!("{data_type}{array}"),
    }
}

#[cfg(test)]
mod tests;
