//! What the block that describes a table says, column by column: `$table->foreignId('user_id')->constrained()`.

use super::super::{
    calls::{Call, Value},
    change::{NewColumn, NewForeignKey, NewKey, TableName},
    inflect::plural,
};

/// One call of a chain, with what the first of them is called on.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub call: &'a Call,
    pub on: Option<&'a Value>,
}

/// The calls of `$a->b()->c()`, first to last.
pub(super) fn chain(call: &Call) -> Vec<Link<'_>> {
    let mut links = Vec::new();
    let mut at = call;
    loop {
        let on = match &at.on {
            Some(Value::Call(_)) | None => None,
            Some(other) => Some(other),
        };
        links.push(Link { call: at, on });
        match &at.on {
            Some(Value::Call(inner)) if links.len() < 60 => at = inner,
            _ => break,
        }
    }
    links.reverse();
    links
}

/// What a block says about its table.
#[derive(Default)]
pub(super) struct Blueprint {
    table: String,
    pub columns: Vec<NewColumn>,
    pub changed: Vec<NewColumn>,
    pub keys: Vec<NewKey>,
    pub foreign_keys: Vec<NewForeignKey>,
    pub dropped: Vec<String>,
    pub renamed: Vec<(String, String)>,
    pub dropped_constraints: Vec<String>,
    pub dropped_foreign_keys: Vec<Vec<String>>,
    pub drops_primary: bool,
    pub drops_table: bool,
    pub renamed_to: Option<String>,
}

impl Blueprint {
    pub(super) fn new(table: &str) -> Self {
        Self { table: table.to_owned(), ..Self::default() }
    }

    /// Whether it says nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.columns.is_empty()
            && self.changed.is_empty()
            && self.keys.is_empty()
            && self.foreign_keys.is_empty()
            && self.dropped.is_empty()
            && self.renamed.is_empty()
            && self.dropped_constraints.is_empty()
            && self.dropped_foreign_keys.is_empty()
    }

    /// One statement of the block; `known` gives literals and what variables stand for.
    pub(super) fn column(&mut self, links: &[Link<'_>], known: &dyn Fn(&Value) -> Option<Value>) {
        let Some(first) = links.first() else { return };
        if !matches!(first.on, Some(Value::Name(name)) if name.starts_with('$')) {
            return;
        }
        let call = first.call;
        let says = |name: &str| links.iter().skip(1).find(|link| link.call.name == name);
        let names: Vec<String> =
            call.args.iter().take(1).filter_map(known).flat_map(|value| value.texts()).collect();
        let name = names.first().cloned().unwrap_or_default();
        if self.drops(call, &names, known) || self.indexes(call, names.clone(), known) {
            return;
        }
        match call.name.as_str() {
            "foreign" => {
                let key =
                    NewForeignKey { columns: names, line: call.line, ..NewForeignKey::default() };
                self.references(key, links, known);
                return;
            }
            "renameColumn" => {
                let to =
                    call.args.get(1).and_then(known).and_then(|to| to.literal().map(str::to_owned));
                self.renamed.extend(to.map(|to| (name, to)));
                return;
            }
            "rename" => {
                self.renamed_to = Some(name);
                return;
            }
            "drop" | "dropIfExists" => {
                self.drops_table = true;
                return;
            }
            _ => {}
        }
        let nullable = says("nullable")
            .is_some_and(|link| !link.call.args.first().is_some_and(Value::is_false));
        let new = columns(call, &name, nullable);
        let changes = says("change").is_some();
        if let Some(one) = new.first() {
            let own = vec![one.name.clone()];
            let increments = is_increment(&call.name) || says("autoIncrement").is_some();
            if (increments || says("primary").is_some()) && !changes {
                self.keys.push(NewKey::primary(own.clone()));
            }
            if let Some(unique) = says("unique")
                && !unique.call.args.first().is_some_and(Value::is_false)
            {
                let name = unique.call.args.first().and_then(Value::literal).map(str::to_owned);
                let name = name.unwrap_or_else(|| self.index_name(&own, "unique"));
                self.keys.push(NewKey::unique(&name, own.clone()));
            }
            self.constrained(call, own, links, known);
        }
        if changes {
            self.changed.extend(new);
        } else {
            self.columns.extend(new);
        }
    }

    /// `constrained()` and `references()` behind a column.
    fn constrained(
        &mut self,
        call: &Call,
        columns: Vec<String>,
        links: &[Link<'_>],
        known: &dyn Fn(&Value) -> Option<Value>,
    ) {
        let says = |name: &str| links.iter().skip(1).find(|link| link.call.name == name);
        let key = NewForeignKey { columns, line: call.line, ..NewForeignKey::default() };
        if says("references").is_some() {
            self.references(key, links, known);
        } else if let Some(constrained) = says("constrained") {
            let given = |name: &str, at: usize| {
                let value = constrained.call.given(name, at).and_then(known)?;
                value.literal().map(str::to_owned)
            };
            let column = key.columns.first().cloned().unwrap_or_default();
            let stem = column.rsplit_once('_').map_or(column.as_str(), |(stem, _)| stem);
            let model =
                call.args.first().and_then(Value::text).filter(|_| call.name == "foreignIdFor");
            let by_convention = match model {
                Some(model) => plural(&snake(model.rsplit('\\').next().unwrap_or(model))),
                None => plural(stem),
            };
            let to = TableName::of(&given("table", 0).unwrap_or(by_convention));
            let to_columns = vec![given("column", 1).unwrap_or_else(|| "id".to_owned())];
            let name =
                given("indexName", 2).unwrap_or_else(|| self.index_name(&key.columns, "foreign"));
            self.foreign_keys.push(NewForeignKey { name, to, to_columns, ..key });
        }
    }

    /// `->references('id')->on('users')`.
    fn references(
        &mut self,
        key: NewForeignKey,
        links: &[Link<'_>],
        known: &dyn Fn(&Value) -> Option<Value>,
    ) {
        let texts = |name: &str| {
            let link = links.iter().skip(1).find(|link| link.call.name == name)?;
            Some(link.call.args.first().and_then(known)?.texts())
        };
        let Some(to) = texts("on").and_then(|names| names.into_iter().next()) else { return };
        let to_columns = texts("references").unwrap_or_default();
        let own = links.first().and_then(|link| link.call.args.get(1)).and_then(Value::literal);
        let name = own
            .filter(|_| links.first().is_some_and(|link| link.call.name == "foreign"))
            .map_or_else(|| self.index_name(&key.columns, "foreign"), str::to_owned);
        self.foreign_keys.push(NewForeignKey { name, to: TableName::of(&to), to_columns, ..key });
    }

    /// What takes something away; false where the call does not.
    fn drops(
        &mut self,
        call: &Call,
        names: &[String],
        known: &dyn Fn(&Value) -> Option<Value>,
    ) -> bool {
        let first = call.args.first().and_then(known);
        let listed = matches!(first, Some(Value::List(_)));
        match call.name.as_str() {
            "dropColumn" | "removeColumn" => {
                let all = call.args.iter().filter_map(known).flat_map(|value| value.texts());
                self.dropped.extend(all);
            }
            "dropTimestamps" | "dropTimestampsTz" => {
                self.dropped.extend(["created_at", "updated_at"].map(str::to_owned));
            }
            "dropSoftDeletes" | "dropSoftDeletesTz" => {
                self.dropped
                    .push(names.first().cloned().unwrap_or_else(|| "deleted_at".to_owned()));
            }
            "dropRememberToken" => self.dropped.push("remember_token".to_owned()),
            "dropMorphs" => {
                for name in names {
                    self.dropped.extend([format!("{name}_type"), format!("{name}_id")]);
                }
            }
            "dropForeign" if listed => self.dropped_foreign_keys.push(names.to_vec()),
            "dropForeign" | "dropIndex" | "dropUnique" => {
                let kind = call.name.trim_start_matches("drop").to_lowercase();
                let name = match names {
                    [only] if !listed => only.clone(),
                    several => self.index_name(several, &kind),
                };
                self.dropped_constraints.push(name);
            }
            "dropConstrainedForeignId" | "dropConstrainedForeignIdFor" | "dropForeignIdFor" => {
                for name in names {
                    self.dropped_foreign_keys.push(vec![name.clone()]);
                    self.dropped.push(name.clone());
                }
            }
            "dropPrimary" => self.drops_primary = true,
            "renameIndex" | "dropFullText" | "dropSpatialIndex" => {}
            _ => return false,
        }
        true
    }

    /// Indexes of several columns; false where the call makes none.
    fn indexes(
        &mut self,
        call: &Call,
        columns: Vec<String>,
        known: &dyn Fn(&Value) -> Option<Value>,
    ) -> bool {
        let own = call.given("name", 1).and_then(known);
        let own = own.and_then(|name| name.literal().map(str::to_owned));
        match call.name.as_str() {
            "primary" => self.keys.push(NewKey::primary(columns)),
            "unique" if !columns.is_empty() => {
                let name = own.unwrap_or_else(|| self.index_name(&columns, "unique"));
                self.keys.push(NewKey::unique(&name, columns));
            }
            "unique" | "index" | "fullText" | "spatialIndex" | "rawIndex" | "comment"
            | "engine" | "charset" | "collation" | "temporary" | "innoDb" | "getTable"
            | "after" => {}
            _ => return false,
        }
        true
    }

    /// The name that Laravel gives an index.
    fn index_name(&self, columns: &[String], kind: &str) -> String {
        let name = format!("{}_{}_{kind}", self.table, columns.join("_"));
        name.to_lowercase().replace(['-', '.'], "_")
    }
}

fn is_increment(method: &str) -> bool {
    method == "id" || method.ends_with("ncrements")
}

/// The columns that one call makes.
fn columns(call: &Call, name: &str, nullable: bool) -> Vec<NewColumn> {
    let column = |name: &str, data_type: &str, nullable: bool| NewColumn {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable,
    };
    let or = |given: &str, default: &str| {
        if given.is_empty() { default.to_owned() } else { given.to_owned() }
    };
    match call.name.as_str() {
        "id" => vec![column(&or(name, "id"), "bigint unsigned", false)],
        "timestamps" | "nullableTimestamps" | "timestampsTz" | "datetimes" => {
            let kind = if call.name == "datetimes" { "datetime" } else { "timestamp" };
            vec![column("created_at", kind, true), column("updated_at", kind, true)]
        }
        "softDeletes" | "softDeletesTz" | "softDeletesDatetime" => {
            vec![column(&or(name, "deleted_at"), "timestamp", true)]
        }
        "rememberToken" => vec![column("remember_token", "varchar(100)", true)],
        "foreignIdFor" => {
            let model = call.args.first().and_then(Value::text).unwrap_or_default();
            let own = call.given("column", 1).and_then(Value::literal).map(str::to_owned);
            let model = model.rsplit('\\').next().unwrap_or(model);
            let name = own.unwrap_or_else(|| format!("{}_id", snake(model)));
            vec![column(&name, "bigint unsigned", nullable)]
        }
        "addColumn" => {
            let kind = call.args.first().and_then(Value::literal).unwrap_or_default();
            let name = call.args.get(1).and_then(Value::literal).unwrap_or_default();
            vec![column(name, &data_type(call, kind), nullable)]
        }
        morphs if morphs.ends_with("orphs") => {
            let nullable = nullable || morphs.starts_with("nullable");
            let kind = if morphs.to_lowercase().contains("uuid") {
                "char(36)"
            } else if morphs.to_lowercase().contains("ulid") {
                "char(26)"
            } else {
                "bigint unsigned"
            };
            let kind_of = column(&format!("{name}_type"), "varchar(255)", nullable);
            vec![kind_of, column(&format!("{name}_id"), kind, nullable)]
        }
        method => {
            let fallback = match method {
                "uuid" => "uuid",
                "ulid" => "ulid",
                "ipAddress" => "ip_address",
                "macAddress" => "mac_address",
                _ => "",
            };
            let name = or(name, fallback);
            if name.is_empty() {
                return Vec::new();
            }
            vec![column(&name, &data_type(call, method), nullable)]
        }
    }
}

/// The SQL type of a column, as MySQL has it.
fn data_type(call: &Call, method: &str) -> String {
    let number = |name: &str, at: usize| match call.given(name, at) {
        Some(Value::Number(number)) => Some(number.clone()),
        _ => None,
    };
    let plain = match method.to_lowercase().as_str() {
        "increments" | "integerincrements" | "unsignedinteger" => "int unsigned",
        "bigincrements" | "unsignedbiginteger" | "foreignid" => "bigint unsigned",
        "mediumincrements" | "unsignedmediuminteger" => "mediumint unsigned",
        "smallincrements" | "unsignedsmallinteger" => "smallint unsigned",
        "tinyincrements" | "unsignedtinyinteger" => "tinyint unsigned",
        "integer" => "int",
        "biginteger" => "bigint",
        "mediuminteger" => "mediumint",
        "smallinteger" => "smallint",
        "tinyinteger" => "tinyint",
        "boolean" => "tinyint(1)",
        "jsonb" => "json",
        "datetimetz" => "datetime",
        "timestamptz" => "timestamp",
        "timetz" => "time",
        "uuid" | "foreignuuid" => "char(36)",
        "ulid" | "foreignulid" => "char(26)",
        "ipaddress" => "varchar(45)",
        "macaddress" => "varchar(17)",
        "string" => {
            return format!("varchar({})", number("length", 1).unwrap_or_else(|| "255".into()));
        }
        "char" => return format!("char({})", number("length", 1).unwrap_or_else(|| "255".into())),
        "binary" => "blob",
        "decimal" | "unsigneddecimal" => {
            let total = number("total", 1).unwrap_or_else(|| "8".to_owned());
            let places = number("places", 2).unwrap_or_else(|| "2".to_owned());
            return format!("decimal({total},{places})");
        }
        other => return other.to_owned(),
    };
    plain.to_owned()
}

/// `OrderLine` as `order_line`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
