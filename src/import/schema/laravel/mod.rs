//! Reads migrations in PHP: those of Laravel's schema builder, and SQL that they or Doctrine's hand to the database.
//!
//! A migration is walked as its `up` would run: conditions are taken to hold, loops over literal lists unrolled.

mod columns;

#[cfg(test)]
mod tests;

use self::columns::{Blueprint, Link, chain};
use super::{
    calls::{self, Call, Function, Language, Value},
    change::{Change, NewTable, TableName},
    dialect::Dialect,
    script::FileReading,
};
use crate::facts::Place;

/// Reads one file.
pub(crate) fn read(text: &str, path: &str, dialect: Dialect) -> FileReading {
    let mut reader = Migration {
        file: FileReading::new(path, &dialect.under("Laravel")),
        dialect,
        bound: Vec::new(),
    };
    match calls::parse(text, Language::Php) {
        Some(body) => reader.top(&body),
        None => reader.file.warn(0, "the file can't be parsed as PHP", ""),
    }
    reader.file
}

struct Migration {
    file: FileReading,
    dialect: Dialect,
    /// Variables: those of unrolled loops, and those that were given literals.
    bound: Vec<(String, Value)>,
}

/// How deep methods of a migration may call each other, and blocks may be nested.
const DEEPEST: usize = 12;

impl Migration {
    fn top(&mut self, body: &[Value]) {
        for value in body {
            let Value::Class(class) = value else { continue };
            let methods: Vec<&Function> = class
                .body
                .iter()
                .filter_map(|value| match value {
                    Value::Function(function) => Some(&**function),
                    _ => None,
                })
                .collect();
            if let Some(up) = methods.iter().find(|method| method.name == "up") {
                self.walk(&up.body, &methods, 0);
            }
        }
    }

    fn walk(&mut self, body: &[Value], methods: &[&Function], depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for value in body {
            match value {
                Value::Assign(name, value) => {
                    if let Some(known) = self.literal(value) {
                        self.bound.push((name.clone(), known));
                    }
                }
                Value::Call(call) => self.call(call, methods, depth),
                _ => {}
            }
        }
    }

    /// What is known of a value: itself where it is literal, what a variable was given.
    fn literal(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Text(_) | Value::List(_) | Value::Map(_) => Some(value.clone()),
            Value::Name(name) => {
                let known = self.bound.iter().rev().find(|(bound, _)| bound == name);
                known.map(|(_, value)| value.clone())
            }
            _ => None,
        }
    }

    fn text(&self, value: Option<&Value>) -> Option<String> {
        self.literal(value?)?.literal().map(str::to_owned)
    }

    fn call(&mut self, call: &Call, methods: &[&Function], depth: usize) {
        let links = chain(call);
        let Some(last) = links.last() else { return };
        let root = links.first().and_then(|link| link.on);
        if let Some(Value::Name(on)) = root {
            let own = methods.iter().find(|method| method.name == links[0].call.name);
            if let (true, Some(method)) = (is_own(on), own) {
                self.walk(&method.body, methods, depth + 1);
                return;
            }
            if is_schema(on) || links.iter().any(|link| link.call.name == "getSchemaBuilder") {
                self.schema(last.call, methods, depth);
                return;
            }
        }
        let is_sql = matches!(last.call.name.as_str(), "statement" | "unprepared" | "addSql");
        if let (true, Some(sql)) = (is_sql, self.text(last.call.args.first())) {
            self.execute(last.call, &sql);
            return;
        }
        self.blocks(last.call, methods, depth);
    }

    /// Blocks handed to calls that aren't known run; over a literal list, once for each element.
    fn blocks(&mut self, call: &Call, methods: &[&Function], depth: usize) {
        let Some(block) = call.block() else { return };
        let over = call.on.as_ref().and_then(|on| self.literal(on));
        let before = self.bound.len();
        match over {
            Some(Value::List(values)) if call.name == "each" => {
                for value in values.iter().take(200) {
                    self.bind(&block.params, value);
                    self.walk(&block.body, methods, depth + 1);
                    self.bound.truncate(before);
                }
            }
            Some(Value::Map(pairs)) if call.name == "each" => {
                for (key, value) in pairs.iter().take(200) {
                    let both = Value::List(vec![key.clone(), value.clone()]);
                    let several = block.params.len() > 1;
                    self.bind(&block.params, if several { &both } else { value });
                    self.walk(&block.body, methods, depth + 1);
                    self.bound.truncate(before);
                }
            }
            _ => self.walk(&block.body, methods, depth + 1),
        }
        self.bound.truncate(before);
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

    /// A call of the schema builder.
    fn schema(&mut self, call: &Call, methods: &[&Function], depth: usize) {
        let first = self.text(call.args.first());
        let Some(name) = first else {
            if matches!(call.name.as_str(), "create" | "rename" | "drop" | "dropIfExists") {
                let message =
                    format!("the table that `{}` is about is not written here", call.name);
                self.file.report.statements += 1;
                self.file.warn(
                    call.line,
                    message,
                    "its name comes from a variable or configuration",
                );
            }
            return;
        };
        let table = TableName::of(&name);
        match call.name.as_str() {
            "create" => {
                let blueprint = self.blueprint(call, &name, methods, depth);
                self.create(call, table, blueprint);
            }
            "table" => {
                let blueprint = self.blueprint(call, &name, methods, depth);
                self.alter(call, &table, blueprint);
            }
            "rename" => {
                if let Some(to) = self.text(call.args.get(1)) {
                    let to = TableName::of(&to);
                    self.push(call.line, Change::RenameTable { from: table, to });
                }
            }
            "drop" | "dropIfExists" => {
                self.push(call.line, Change::DropTable { table, view: false });
            }
            "dropColumns" => {
                let columns = call.args.get(1).map(Value::texts).unwrap_or_default();
                for column in columns {
                    self.push(call.line, Change::DropColumn { table: table.clone(), column });
                }
            }
            "createView" | "createOrReplaceView" => {
                let kind = crate::facts::TableKind::View;
                let view = NewTable { name: table, kind, ..NewTable::default() };
                self.push(call.line, Change::CreateTable(Box::new(view)));
            }
            // `Schema::whenTableHasColumn('orders', 'paid', function …)`.
            _ => {
                if let Some(block) = call.block() {
                    let blueprint = self.blueprint(call, &name, methods, depth);
                    if blueprint.is_empty() {
                        self.walk(&block.body, methods, depth + 1);
                    } else {
                        self.alter(call, &table, blueprint);
                    }
                }
            }
        }
    }

    /// What the block that describes a table says.
    fn blueprint(
        &mut self,
        call: &Call,
        table: &str,
        methods: &[&Function],
        depth: usize,
    ) -> Blueprint {
        let mut blueprint = Blueprint::new(table);
        if let Some(block) = call.block() {
            self.describe(&block.body, methods, depth, &mut blueprint);
        }
        blueprint
    }

    fn describe(
        &mut self,
        body: &[Value],
        methods: &[&Function],
        depth: usize,
        blueprint: &mut Blueprint,
    ) {
        if depth > DEEPEST {
            return;
        }
        for value in body {
            let call = match value {
                Value::Call(call) => call,
                Value::Assign(name, value) => {
                    if let Some(known) = self.literal(value) {
                        self.bound.push((name.clone(), known));
                    }
                    match &**value {
                        Value::Call(call) => call,
                        _ => continue,
                    }
                }
                _ => continue,
            };
            if call.name == "each"
                && let (Some(block), Some(on)) = (call.block(), call.on.as_ref())
                && let Some(Value::List(values)) = self.literal(on)
            {
                let before = self.bound.len();
                for value in values.iter().take(200) {
                    self.bind(&block.params, value);
                    self.describe(&block.body, methods, depth + 1, blueprint);
                    self.bound.truncate(before);
                }
                continue;
            }
            let links = chain(call);
            let root = links.first().and_then(|link| link.on);
            let own = links
                .first()
                .and_then(|first| methods.iter().find(|method| method.name == first.call.name));
            if let (Some(Value::Name(on)), Some(method)) = (root, own)
                && is_own(on)
            {
                self.describe(&method.body, methods, depth + 1, blueprint);
                continue;
            }
            let named: Vec<Link<'_>> = links;
            blueprint.column(&named, &|value| self.literal(value));
        }
    }

    fn create(&mut self, call: &Call, name: TableName, blueprint: Blueprint) {
        let later = blueprint.dropped.clone();
        let table = NewTable {
            name,
            columns: blueprint.columns,
            keys: blueprint.keys,
            foreign_keys: blueprint.foreign_keys,
            // Where two migrations create one table, the second finds it there or was never run.
            only_if_absent: true,
            ..NewTable::default()
        };
        let name = table.name.clone();
        self.push(call.line, Change::CreateTable(Box::new(table)));
        for column in later {
            self.push(call.line, Change::DropColumn { table: name.clone(), column });
        }
    }

    fn alter(&mut self, call: &Call, table: &TableName, blueprint: Blueprint) {
        let line = call.line;
        for name in blueprint.dropped_constraints {
            self.push(line, Change::DropConstraint { table: Some(table.clone()), name });
        }
        for columns in blueprint.dropped_foreign_keys {
            self.push(line, Change::DropForeignKeyOver { table: table.clone(), columns });
        }
        if blueprint.drops_primary {
            self.push(line, Change::DropPrimaryKey { table: table.clone() });
        }
        for column in blueprint.dropped {
            self.push(line, Change::DropColumn { table: table.clone(), column });
        }
        for (from, to) in blueprint.renamed {
            self.push(line, Change::RenameColumn { table: table.clone(), from, to });
        }
        for column in blueprint.changed {
            let (name, data_type, nullable) = (column.name, column.data_type, column.nullable);
            let (set, column) = (table.clone(), name.clone());
            self.push(line, Change::SetType { table: set, column, data_type });
            self.push(line, Change::SetNullable { table: table.clone(), column: name, nullable });
        }
        for column in blueprint.columns {
            self.push(
                line,
                Change::AddColumn { table: table.clone(), column, only_if_absent: true },
            );
        }
        for key in blueprint.keys {
            self.push(line, Change::AddKey { table: table.clone(), key });
        }
        for key in blueprint.foreign_keys {
            self.push(line, Change::AddForeignKey { table: table.clone(), key });
        }
        if blueprint.drops_table {
            self.push(line, Change::DropTable { table: table.clone(), view: false });
        }
        if let Some(to) = blueprint.renamed_to {
            let to = TableName::of(&to);
            self.push(line, Change::RenameTable { from: table.clone(), to });
        }
    }

    fn push(&mut self, line: u32, change: Change) {
        self.file.report.statements += 1;
        self.file.report.understood += 1;
        let place = Place::new(self.file.report.path.clone(), line);
        self.file.changes.push((change, place));
    }

    fn execute(&mut self, call: &Call, sql: &str) {
        let inner = super::script::read(sql.as_bytes(), &self.file.report.path, self.dialect);
        self.file.report.statements += inner.report.statements;
        self.file.report.understood += inner.report.understood;
        for (change, place) in inner.changes {
            let line = call.line.saturating_add(place.line.saturating_sub(1));
            self.file.changes.push((change, Place::new(place.path, line)));
        }
    }
}

/// `$this`, `self` and `static` lead to the migration's own methods.
fn is_own(on: &str) -> bool {
    matches!(on, "$this" | "self" | "static")
}

/// `Schema`, `$schema`, `$this->schema`.
fn is_schema(on: &str) -> bool {
    let last = on.rsplit(['\\', '>', '$']).next().unwrap_or(on);
    last.eq_ignore_ascii_case("schema") || last.eq_ignore_ascii_case("schemabuilder")
}
