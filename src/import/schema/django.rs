//! Replays Django's migrations to the models of today, and those to tables.
//!
//! Django's own tables (`auth_…`, `django_…`) are made by migrations that a project doesn't have; keys to them are
//! left out without a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    calls::{self, Call, Language, Value},
    change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
    django_types::django_column_type,
    script::FileReading,
};
use crate::facts::Place;

/// Reads all migrations of a project, each given as its text and path.
pub(crate) fn read(files: &[(String, String)]) -> Vec<FileReading> {
    let mut readings: Vec<FileReading> =
        files.iter().map(|(_, path)| FileReading::new(path, "Django")).collect();
    let mut migrations = Vec::new();
    for (index, (text, path)) in files.iter().enumerate() {
        match calls::parse(text, Language::Python) {
            Some(body) => migrations.extend(Migration::of(&body, path, index)),
            None => readings[index].warn(0, "the file can't be parsed as Python", ""),
        }
    }
    let mut state = State::default();
    for migration in in_order(migrations) {
        state.run(&migration, &mut readings[migration.file]);
    }
    for (file, table, line) in state.tables() {
        let place = Place::new(readings[file].report.path.clone(), line);
        readings[file].changes.push((Change::CreateTable(Box::new(table)), place));
    }
    readings
}

/// One migration: its app, its name, what it needs and what it does.
struct Migration {
    app: String,
    name: String,
    file: usize,
    needs: Vec<(String, String)>,
    replaces: Vec<(String, String)>,
    operations: Vec<Value>,
    /// Lists of operations that have a name.
    lists: BTreeMap<String, Vec<Value>>,
}

impl Migration {
    fn of(body: &[Value], path: &str, file: usize) -> Option<Self> {
        let mut parts = path.rsplit('/');
        let name = parts.next()?.strip_suffix(".py")?.to_owned();
        // `app/migrations/0001_x.py`
        let app = parts.nth(1).unwrap_or_default().to_owned();
        let class = body.iter().find_map(|value| match value {
            Value::Class(class) if class.name == "Migration" => Some(class),
            _ => None,
        })?;
        let scope: BTreeMap<&str, &Value> = body
            .iter()
            .chain(&class.body)
            .filter_map(|value| match value {
                Value::Assign(name, value) => Some((name.as_str(), &**value)),
                _ => None,
            })
            .collect();
        let pairs = |name: &str| -> Vec<(String, String)> {
            let Some(Value::List(values)) = scope.get(name) else { return Vec::new() };
            let pair = |value: &Value| match &value.texts()[..] {
                [app, name] => Some((app.clone(), name.clone())),
                _ => None,
            };
            values.iter().filter_map(pair).collect()
        };
        Some(Self {
            app,
            name,
            file,
            needs: pairs("dependencies"),
            replaces: pairs("replaces"),
            operations: operations(scope.get("operations").copied(), &scope),
            lists: scope
                .iter()
                .filter_map(|(name, value)| match value {
                    Value::List(values) => Some(((*name).to_owned(), values.clone())),
                    _ => None,
                })
                .collect(),
        })
    }
}

/// The operations of a list, with lists that are named put in.
fn operations(value: Option<&Value>, scope: &BTreeMap<&str, &Value>) -> Vec<Value> {
    match value {
        Some(Value::List(values)) => values.clone(),
        Some(Value::Name(name)) => match scope.get(name.as_str()) {
            Some(Value::List(values)) => values.clone(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Migrations after what they need; those that a squashed one replaces are left out.
fn in_order(mut migrations: Vec<Migration>) -> Vec<Migration> {
    let replaced: BTreeSet<(String, String)> =
        migrations.iter().flat_map(|one| one.replaces.iter().cloned()).collect();
    migrations.retain(|one| {
        let own = (one.app.clone(), one.name.clone());
        !replaced.contains(&own) || one.replaces.contains(&own)
    });
    migrations.sort_by(|a, b| (&a.app, &a.name).cmp(&(&b.app, &b.name)));
    let known: BTreeSet<(String, String)> =
        migrations.iter().map(|one| (one.app.clone(), one.name.clone())).collect();
    let mut done: BTreeSet<(String, String)> = BTreeSet::new();
    let mut ordered = Vec::new();
    while !migrations.is_empty() {
        let ready = |one: &Migration| {
            one.needs.iter().all(|need| done.contains(need) || !known.contains(need))
        };
        // A circle is a mistake that Django would refuse; the names break it.
        let mut waiting = Vec::new();
        let before = ordered.len();
        for one in std::mem::take(&mut migrations) {
            if ready(&one) {
                ordered.push(one);
            } else {
                waiting.push(one);
            }
        }
        if ordered.len() == before && !waiting.is_empty() {
            ordered.push(waiting.remove(0));
        }
        done.extend(ordered[before..].iter().map(|one| (one.app.clone(), one.name.clone())));
        migrations = waiting;
    }
    ordered
}

/// A model is known by its app and its name in lower case.
type ModelKey = (String, String);

#[derive(Default)]
struct State {
    models: BTreeMap<ModelKey, Model>,
    /// New names by old ones, for references that were written before.
    renamed: BTreeMap<ModelKey, ModelKey>,
}

struct Model {
    /// As `db_table` says, where it says so.
    table: Option<String>,
    proxy: bool,
    fields: Vec<(String, Call)>,
    unique: Vec<(String, Vec<String>)>,
    file: usize,
    line: u32,
}

impl State {
    fn run(&mut self, migration: &Migration, reading: &mut FileReading) {
        for operation in &migration.operations {
            if let Some(call) = operation.as_call() {
                self.operation(call, migration, reading);
            }
        }
    }

    fn operation(&mut self, call: &Call, migration: &Migration, reading: &mut FileReading) {
        if call.name == "SeparateDatabaseAndState" {
            // What Django believes is what its models say; the rest brings the database there.
            let listed = match call.given("state_operations", 1) {
                Some(Value::List(values)) => Some(values),
                Some(Value::Name(name)) => migration.lists.get(name),
                _ => None,
            };
            if let Some(values) = listed {
                for inner in values.iter().filter_map(Value::as_call) {
                    if inner.name != "SeparateDatabaseAndState" {
                        self.operation(inner, migration, reading);
                    }
                }
            }
            return;
        }
        let text = |name: &str, index: usize| {
            call.given(name, index).and_then(Value::literal).map(str::to_owned)
        };
        let own =
            |name: Option<String>| name.map(|name| (migration.app.clone(), name.to_lowercase()));
        let understood = match call.name.as_str() {
            "CreateModel" => self.create(call, migration),
            "DeleteModel" => own(text("name", 0)).map(|key| _ = self.models.remove(&key)),
            "RenameModel" => self.rename(own(text("old_name", 0)), own(text("new_name", 1))),
            "AlterModelTable" => own(text("name", 0)).map(|key| {
                if let Some(model) = self.models.get_mut(&key) {
                    model.table = text("table", 1);
                }
            }),
            "AddConstraint" => {
                own(text("model_name", 0)).map(|key| self.add_constraint(call, &key))
            }
            "RemoveConstraint" => own(text("model_name", 0)).map(|key| {
                let name = text("name", 1).unwrap_or_default();
                if let Some(model) = self.models.get_mut(&key) {
                    model.unique.retain(|(other, _)| *other != name);
                }
            }),
            "AddField" | "AlterField" | "RemoveField" | "RenameField" => {
                own(text("model_name", 0)).and_then(|key| self.field(call, &key))
            }
            _ => return,
        };
        reading.report.statements += 1;
        match understood {
            Some(()) => reading.report.understood += 1,
            None => {
                let message = format!("`{}` isn't written in literals", call.name);
                reading.warn(call.line, message, "the tables may differ from what it does");
            }
        }
    }

    fn create(&mut self, call: &Call, migration: &Migration) -> Option<()> {
        let name = call.given("name", 0)?.literal()?;
        let Value::List(list) = call.given("fields", 1)? else { return None };
        let mut fields = Vec::new();
        for field in list {
            if let Value::List(pair) = field
                && let [Value::Text(name), Value::Call(field)] = &pair[..]
            {
                fields.push((name.clone(), (**field).clone()));
            }
        }
        let options = match call.given("options", 2) {
            Some(Value::Map(options)) => &options[..],
            _ => &[],
        };
        let option = |name: &str| {
            options.iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
        };
        let key = (migration.app.clone(), name.to_lowercase());
        self.models.insert(
            key.clone(),
            Model {
                table: option("db_table").and_then(Value::literal).map(str::to_owned),
                proxy: option("proxy").is_some_and(Value::is_true),
                fields,
                unique: Vec::new(),
                file: migration.file,
                line: call.line,
            },
        );
        if let Some(Value::List(constraints)) = option("constraints") {
            for constraint in constraints.iter().filter_map(Value::as_call) {
                self.constraint(constraint, &key);
            }
        }
        Some(())
    }

    fn rename(&mut self, from: Option<ModelKey>, to: Option<ModelKey>) -> Option<()> {
        let (from, to) = (from?, to?);
        if let Some(model) = self.models.remove(&from) {
            self.models.insert(to.clone(), model);
            self.renamed.insert(from, to);
        }
        Some(())
    }

    fn field(&mut self, call: &Call, key: &ModelKey) -> Option<()> {
        let name = || call.given("name", 1).and_then(Value::literal).map(str::to_owned);
        let model = self.models.get_mut(key);
        match call.name.as_str() {
            "RemoveField" => {
                let name = name()?;
                if let Some(model) = model {
                    model.fields.retain(|(other, _)| *other != name);
                }
            }
            "RenameField" => {
                let from = call.given("old_name", 1)?.literal()?;
                let to = call.given("new_name", 2)?.literal()?;
                let fields = model.map_or(&mut [][..], |model| &mut model.fields[..]);
                for (name, _) in fields.iter_mut().filter(|(name, _)| name == from) {
                    to.clone_into(name);
                }
            }
            _ => {
                let (name, field) = (name()?, call.given("field", 2)?.as_call()?.clone());
                // The model may be one of another app, or of a migration that is no literal.
                let Some(model) = model else { return Some(()) };
                match model.fields.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, old)) => *old = field,
                    None => model.fields.push((name, field)),
                }
            }
        }
        Some(())
    }

    fn add_constraint(&mut self, call: &Call, key: &ModelKey) {
        if let Some(constraint) = call.given("constraint", 1).and_then(Value::as_call) {
            self.constraint(constraint, key);
        }
    }

    fn constraint(&mut self, constraint: &Call, key: &ModelKey) {
        let whole = constraint.option("condition").is_none();
        if constraint.name == "UniqueConstraint"
            && whole
            && let Some(fields) = constraint.option("fields")
            && let Some(model) = self.models.get_mut(key)
        {
            let name = constraint.option_text("name").unwrap_or_default().to_owned();
            model.unique.push((name, fields.texts()));
        }
    }

    /// The tables of all models, with the file and line of each.
    fn tables(&self) -> Vec<(usize, NewTable, u32)> {
        let mut tables = Vec::new();
        for (key, model) in self.models.iter().filter(|(_, model)| !model.proxy) {
            tables.push((model.file, self.table(key, model), model.line));
            for (name, field) in &model.fields {
                if field.name.ends_with("ManyToManyField") && field.option("through").is_none() {
                    let table = self.join_table(key, model, name, field);
                    tables.push((model.file, table, field.line));
                }
            }
        }
        tables
    }

    fn table(&self, key: &ModelKey, model: &Model) -> NewTable {
        let mut table = NewTable { name: model.table_name(key), ..NewTable::default() };
        for (name, field) in &model.fields {
            let Some((column, data_type)) = self.column(key, name, field) else { continue };
            if is_true(field, "primary_key") {
                table.keys.push(NewKey::primary(vec![column.clone()]));
            } else if is_true(field, "unique") || field.name.ends_with("OneToOneField") {
                table.keys.push(NewKey::unique("", vec![column.clone()]));
            }
            if let Some(to) = self.target(key, field) {
                table.foreign_keys.extend(self.foreign_key(&column, &to, field.line));
            }
            let nullable = is_true(field, "null");
            table.columns.push(NewColumn { name: column, data_type, nullable });
        }
        for (name, fields) in &model.unique {
            let column = |field: &String| {
                let definition = model.fields.iter().find(|(other, _)| other == field);
                let column = definition.and_then(|(name, call)| self.column(key, name, call));
                column.map_or_else(|| field.clone(), |(column, _)| column)
            };
            table.keys.push(NewKey::unique(name, fields.iter().map(column).collect()));
        }
        table
    }

    /// The column and type of a field; many-to-many fields have none.
    fn column(&self, key: &ModelKey, name: &str, field: &Call) -> Option<(String, String)> {
        let kind = field.name.as_str();
        if kind.ends_with("ManyToManyField")
            || kind.ends_with("Manager")
            || kind == "GenericRelation"
        {
            return None;
        }
        let refers = refers(field);
        let column = match field.option_text("db_column") {
            Some(column) => column.to_owned(),
            None if refers => format!("{name}_id"),
            None => name.to_owned(),
        };
        let data_type = if refers {
            let target = self.target(key, field);
            target.and_then(|to| self.key_type(&to)).unwrap_or_default()
        } else {
            column_type(field)
        };
        Some((column, data_type))
    }

    /// The type of a model's primary key, without following keys that are references themselves.
    fn key_type(&self, key: &ModelKey) -> Option<String> {
        let (_, field) = self.primary_key(key)?;
        (!refers(field))
            .then(|| column_type(field).replace("serial", "int").replace("smallint", "integer"))
    }

    fn primary_key(&self, key: &ModelKey) -> Option<&(String, Call)> {
        self.models.get(key)?.fields.iter().find(|(_, field)| is_true(field, "primary_key"))
    }

    /// The model a field refers to; nothing where this project doesn't have it.
    fn target(&self, from: &ModelKey, field: &Call) -> Option<ModelKey> {
        if !refers(field) && !field.name.ends_with("ManyToManyField") {
            return None;
        }
        let mut key = match field.given("to", 0)? {
            Value::Text(text) if text == "self" => from.clone(),
            Value::Text(text) => match text.split_once('.') {
                Some((app, model)) => (app.to_owned(), model.to_lowercase()),
                None => (from.0.clone(), text.to_lowercase()),
            },
            Value::Name(name) if name.ends_with("AUTH_USER_MODEL") => self.user()?,
            _ => return None,
        };
        for _ in 0..16 {
            match self.renamed.get(&key) {
                Some(new) if !self.models.contains_key(&key) => key = new.clone(),
                _ => break,
            }
        }
        self.models.contains_key(&key).then_some(key)
    }

    /// The model that stands for users: the one with a password and a last login.
    fn user(&self) -> Option<ModelKey> {
        let has = |model: &Model, name: &str| model.fields.iter().any(|(field, _)| field == name);
        let users = self
            .models
            .iter()
            .find(|(_, model)| has(model, "password") && has(model, "last_login"));
        users.map(|(key, _)| key.clone())
    }

    fn foreign_key(&self, column: &str, to: &ModelKey, line: u32) -> Option<NewForeignKey> {
        let model = self.models.get(to)?;
        let primary = self.primary_key(to).and_then(|(name, field)| self.column(to, name, field));
        Some(NewForeignKey {
            columns: vec![column.to_owned()],
            to: model.table_name(to),
            to_columns: primary.map(|(column, _)| column).into_iter().collect(),
            line,
            ..NewForeignKey::default()
        })
    }

    fn join_table(&self, key: &ModelKey, model: &Model, name: &str, field: &Call) -> NewTable {
        let own = model.table_name(key);
        let table = field.option_text("db_table");
        let table = table.map_or_else(|| format!("{}_{name}", own.name), str::to_owned);
        let mut table = NewTable { name: TableName::of(&table), ..NewTable::default() };
        let id =
            NewColumn { name: "id".to_owned(), data_type: "bigint".to_owned(), nullable: false };
        table.columns.push(id);
        table.keys.push(NewKey::primary(vec!["id".to_owned()]));
        let other = self.target(key, field);
        let written = match field.given("to", 0) {
            Some(Value::Text(text)) => text.rsplit('.').next().unwrap_or_default().to_lowercase(),
            _ => String::new(),
        };
        let other_name = other.as_ref().map_or(written, |key| key.1.clone());
        let same = other.as_ref() == Some(key);
        let (from_prefix, to_prefix) = if same { ("from_", "to_") } else { ("", "") };
        let sides = [
            (format!("{from_prefix}{}_id", key.1), Some(key.clone())),
            (format!("{to_prefix}{other_name}_id"), other),
        ];
        for (column, to) in sides {
            let data_type = to.as_ref().and_then(|to| self.key_type(to)).unwrap_or_default();
            if let Some(to) = &to {
                table.foreign_keys.extend(self.foreign_key(&column, to, field.line));
            }
            table.columns.push(NewColumn { name: column, data_type, nullable: false });
        }
        table
    }
}

impl Model {
    fn table_name(&self, key: &ModelKey) -> TableName {
        let default = || format!("{}_{}", key.0, key.1);
        let name = self.table.clone().unwrap_or_else(default);
        // `schema"."table` is a known way to name a schema.
        match name.split_once("\".\"") {
            Some((schema, name)) => {
                TableName::new(schema.trim_matches('"'), name.trim_matches('"'))
            }
            None => TableName::bare(&name),
        }
    }
}

fn is_true(field: &Call, option: &str) -> bool {
    field.option(option).is_some_and(Value::is_true)
}

fn refers(field: &Call) -> bool {
    field.name.ends_with("ForeignKey") || field.name.ends_with("OneToOneField")
}

fn column_type(field: &Call) -> String {
    django_column_type(&field.name, |option| match field.option(option) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::import::schema::tests::check;

    #[test]
    fn migrations_are_replayed_to_tables() {
        check(
            "== shop/account/migrations/0001_initial.py
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [('auth', '0006_x')]
    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.AutoField(verbose_name='ID', primary_key=True)),
                ('email', models.EmailField(unique=True, max_length=254)),
                ('password', models.CharField(max_length=128)),
                ('last_login', models.DateTimeField(null=True)),
                ('groups', models.ManyToManyField(to='auth.Group')),
                ('friends', models.ManyToManyField(to='account.User')),
            ],
            options={'db_table': 'userprofile_user'},
        ),
        migrations.CreateModel('Ghost', [('id', models.AutoField(primary_key=True))]),
        migrations.CreateModel(name='Staff', fields=[], options={'proxy': True}, bases=('account.user',)),
    ]
== shop/order/migrations/0001_initial.py
class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(name='Basket', fields=[
            ('id', models.UUIDField(primary_key=True)),
            ('old', models.TextField()),
        ]),
    ]
== shop/order/migrations/0002_b.py
later = [migrations.RemoveField('order', 'old')]
class Migration(migrations.Migration):
    dependencies = [('order', '0001_initial'), ('account', '0001_initial')]
    operations = [
        migrations.RenameModel(old_name='Basket', new_name='Order'),
        migrations.AddField(model_name='order', name='user',
            field=models.ForeignKey(null=True, to=settings.AUTH_USER_MODEL, on_delete=models.CASCADE)),
        migrations.AddField(model_name='order', name='total',
            field=models.DecimalField(max_digits=12, decimal_places=2)),
        migrations.RenameField('order', 'total', 'net'),
        migrations.SeparateDatabaseAndState(state_operations=later),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('order', 'old')]),
    ]
== shop/account/migrations/0002_c.py
class Migration(migrations.Migration):
    operations = [migrations.DeleteModel(name='Ghost')]
",
            "table order_order: id uuid primary, user_id int null, net numeric(12,2)
table userprofile_user: id serial primary, email varchar(254) unique, password varchar(128), \
             last_login timestamp with time zone null
table userprofile_user_friends: id bigint primary, from_user_id int, to_user_id int
table userprofile_user_groups: id bigint primary, user_id int, group_id
key order_order(user_id) -> userprofile_user(id)
key userprofile_user_friends(from_user_id) -> userprofile_user(id)
key userprofile_user_friends(to_user_id) -> userprofile_user(id)
key userprofile_user_groups(user_id) -> userprofile_user(id)
",
        );
    }
}
