//! Foreign keys that no constraint declares: a column named after another table's key, of the same type.
//!
//! Nothing is guessed among several: a key is only implied where exactly one table fits.

use rustc_hash::{FxHashMap, FxHashSet};

use super::NamedForeignKey;
use crate::facts::{Column, ColumnKey, KeyOrigin, Place, Table, TableKind};

/// How many tables must share a prefix (`m_`, `catalog_`) before names are compared without it.
const COMMON_PREFIX: usize = 3;

/// Key columns that are called the same everywhere, so that their name alone says nothing.
const BLAND_KEYS: [&str; 12] = [
    "id", "uuid", "guid", "code", "name", "key", "type", "value", "version", "slug", "token",
    "number",
];

/// How a column ends that can be an abbreviated table with its key: `suppid`, `catcode`.
const KEY_ENDS: [&str; 7] = ["uuid", "guid", "code", "num", "id", "no", "nr"];

/// The foreign keys that names and types imply, beside those that are declared.
#[must_use]
pub fn imply(tables: &[Table], declared: &[NamedForeignKey]) -> Vec<NamedForeignKey> {
    let targets = Targets::of(tables);
    let taken: FxHashSet<(String, String)> = declared
        .iter()
        .flat_map(|key| key.columns.iter().map(|c| (key.from.to_lowercase(), c.to_lowercase())))
        .collect();
    let mut implied = Vec::new();
    for (at, table) in tables.iter().enumerate().filter(|(_, table)| table.kind == TableKind::Table)
    {
        for column in &table.columns {
            let pair = (table.full_name().to_lowercase(), column.name.to_lowercase());
            if taken.contains(&pair) || is_polymorphic(table, column) {
                continue;
            }
            if let Some((to, reason)) = targets.target(at, column) {
                let key = &targets.tables[to].1;
                implied.push(NamedForeignKey {
                    from: table.full_name(),
                    columns: vec![column.name.clone()],
                    to: tables[to].full_name(),
                    to_columns: vec![key.name.clone()],
                    origin: KeyOrigin::Implied { reason },
                    place: place(table),
                });
            }
        }
    }
    implied
}

fn place(table: &Table) -> Place {
    table.sources.first().map(|source| source.place.clone()).unwrap_or_default()
}

/// `owner_id` beside `owner_type` may refer to any table.
fn is_polymorphic(table: &Table, column: &Column) -> bool {
    let lower = column.name.to_lowercase();
    let Some(stem) = lower.strip_suffix("_id") else { return false };
    let kind = format!("{stem}_type");
    table.columns.iter().any(|other| other.name.eq_ignore_ascii_case(&kind))
}

/// The tables that can be referred to, by the names a column may use for their keys.
struct Targets<'a> {
    /// Each table with its one key column; tables without one are bare.
    tables: Vec<(&'a Table, Column)>,
    /// What a column that refers to it would be called, to the tables it could mean.
    by_name: FxHashMap<String, Vec<usize>>,
    /// Tables by the name of their key column, where that name abbreviates the table's.
    by_key: FxHashMap<String, Vec<usize>>,
    /// The words of all tables' names, sorted.
    words: Vec<String>,
}

impl<'a> Targets<'a> {
    fn of(tables: &'a [Table]) -> Self {
        let prefixes = common_prefixes(tables);
        let mut targets = Self {
            tables: Vec::new(),
            by_name: FxHashMap::default(),
            by_key: FxHashMap::default(),
            words: tables.iter().flat_map(|table| words(&table.name)).collect(),
        };
        targets.words.sort();
        targets.words.dedup();
        for (at, table) in tables.iter().enumerate() {
            let key = single_key(table).cloned();
            let bare = Column {
                name: String::new(),
                data_type: String::new(),
                nullable: true,
                key: ColumnKey::None,
            };
            let known = key.is_some() && table.kind == TableKind::Table;
            targets.tables.push((table, key.unwrap_or(bare)));
            if known {
                targets.add(at, &prefixes);
            }
        }
        targets
    }

    fn add(&mut self, at: usize, prefixes: &FxHashSet<String>) {
        let (table, key) = &self.tables[at];
        let key = plain(&key.name);
        let mut stems = names_for_one(&table.name);
        if let Some((prefix, rest)) = split_prefix(&table.name)
            && prefixes.contains(&prefix)
        {
            stems.extend(names_for_one(rest));
        }
        stems.sort();
        stems.dedup();
        for stem in &stems {
            let tail = key.strip_prefix(stem.as_str()).filter(|tail| !tail.is_empty());
            let name = format!("{stem}{}", tail.unwrap_or(&key));
            let list = self.by_name.entry(name).or_default();
            if !list.contains(&at) {
                list.push(at);
            }
        }
        if abbreviates(&key, &table.name) {
            self.by_key.entry(key).or_default().push(at);
        }
    }

    /// The only table a column can refer to, with the reason.
    fn target(&self, from: usize, column: &Column) -> Option<(usize, String)> {
        if BLAND_KEYS.contains(&plain(&column.name).as_str()) {
            return None;
        }
        if let Some(found) = self.parent(from, column) {
            return Some(found);
        }
        let words = words(&column.name);
        // `billing_address_id`: the longest end of the name that means a table.
        for begin in 0..words.len() {
            let Some(candidates) = self.by_name.get(&words[begin..].concat()) else { continue };
            // `org_user_id` may well mean a table of both, not the users.
            let compound = words[..begin].iter().any(|word| self.begins_table(word));
            if compound || candidates.contains(&from) {
                return None;
            }
            let to = self.only(Some(candidates), from, column)?;
            return Some((to, self.reason(column, to)));
        }
        let to = self.only(self.by_key.get(&plain(&column.name)), from, column)?;
        Some((to, self.reason(column, to)))
    }

    /// Whether a word is one that a table's name has, or short for one.
    fn begins_table(&self, word: &str) -> bool {
        let at = self.words.partition_point(|other| other.as_str() < word);
        word.len() > 2 && self.words.get(at).is_some_and(|other| other.starts_with(word))
    }

    /// `parent_id` refers to the table it stands in.
    fn parent(&self, from: usize, column: &Column) -> Option<(usize, String)> {
        let (table, key) = &self.tables[from];
        if key.name.is_empty() || !same_family(&column.data_type, &key.data_type) {
            return None;
        }
        let name = plain(&column.name);
        let rest = name.strip_prefix("parent")?;
        let own = plain(&key.name);
        if !KEY_ENDS.iter().any(|end| own.ends_with(end)) {
            return None;
        }
        let means_own = rest == own
            || names_for_one(&table.name).iter().any(|stem| rest == format!("{stem}{own}"));
        means_own.then(|| (from, self.reason(column, from)))
    }

    fn only(&self, candidates: Option<&Vec<usize>>, from: usize, column: &Column) -> Option<usize> {
        let fits = |to: &usize| {
            *to != from && same_family(&column.data_type, &self.tables[*to].1.data_type)
        };
        let fitting: Vec<usize> = candidates?.iter().copied().filter(fits).collect();
        if let [only] = fitting[..] {
            return Some(only);
        }
        let schema = &self.tables[from].0.schema;
        let mut near = fitting.into_iter().filter(|to| self.tables[*to].0.schema == *schema);
        near.next().filter(|_| near.next().is_none())
    }

    fn reason(&self, column: &Column, to: usize) -> String {
        let (table, key) = &self.tables[to];
        let types = match family(&key.data_type) {
            _ if column.data_type.is_empty() || key.data_type.is_empty() => String::new(),
            Family::Number => ", and both are numbers".to_owned(),
            Family::Text => ", and both are text".to_owned(),
            Family::Uuid => ", and both are UUIDs".to_owned(),
            Family::Other => format!(", and both are {}", key.data_type),
        };
        format!(
            "`{}` is named after the key `{}` of `{}`{types}",
            column.name,
            key.name,
            table.full_name()
        )
    }
}

/// Whether a key's name begins like a word of its table's: `suppid` of `supplier`.
fn abbreviates(key: &str, table: &str) -> bool {
    let end = KEY_ENDS.iter().find(|end| key.ends_with(**end)).map_or("", |end| *end);
    let stem = &key[..key.len() - end.len()];
    !end.is_empty() && stem.len() > 2 && words(table).iter().any(|word| word.starts_with(stem))
}

/// The column that alone is the primary key.
fn single_key(table: &Table) -> Option<&Column> {
    let mut primary = table.columns.iter().filter(|column| column.key == ColumnKey::Primary);
    primary.next().filter(|_| primary.next().is_none())
}

/// Prefixes before the first `_` that several tables share, unless they name a table themselves: an
/// `edition_author` is no author.
fn common_prefixes(tables: &[Table]) -> FxHashSet<String> {
    let own: FxHashSet<String> = tables.iter().flat_map(|t| names_for_one(&t.name)).collect();
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for table in tables {
        if let Some((prefix, _)) = split_prefix(&table.name) {
            *counts.entry(prefix).or_default() += 1;
        }
    }
    counts.retain(|prefix, count| *count >= COMMON_PREFIX && !own.contains(prefix));
    counts.into_keys().collect()
}

fn split_prefix(name: &str) -> Option<(String, &str)> {
    let (prefix, rest) = name.split_once('_')?;
    (!prefix.is_empty() && !rest.is_empty()).then(|| (prefix.to_lowercase(), rest))
}

/// A name without case and underscores.
fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '_').collect::<String>().to_lowercase()
}

/// The words of a column's name: `billingAddressId` and `billing_address_id` are the same three.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in name.split('_').filter(|part| !part.is_empty()) {
        words.push(String::new());
        let mut last_lower = false;
        for c in part.chars() {
            if c.is_uppercase() && last_lower {
                words.push(String::new());
            }
            last_lower = c.is_lowercase() || c.is_ascii_digit();
            words.last_mut().expect("one was pushed just before").extend(c.to_lowercase());
        }
    }
    words
}

/// What one row of a table is called: the name itself and its singulars.
fn names_for_one(table: &str) -> Vec<String> {
    let name = plain(table);
    let mut names = vec![name.clone()];
    for (plural, singular) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("ses", "s"),
        ("ses", "se"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("people", "person"),
        ("children", "child"),
        ("ices", "ex"),
        ("s", ""),
    ] {
        let irregular = matches!(plural, "people" | "children");
        let stem = name.strip_suffix(plural).filter(|stem| irregular || !stem.is_empty());
        if let Some(stem) = stem.filter(|_| !(plural == "s" && name.ends_with("ss"))) {
            names.push(format!("{stem}{singular}"));
        }
    }
    names
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Number,
    Text,
    Uuid,
    Other,
}

fn family(data_type: &str) -> Family {
    let word = data_type.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match word {
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint" | "serial"
        | "bigserial" | "smallserial" | "number" | "numeric" | "decimal" | "int2" | "int4"
        | "int8" | "long" | "identity" | "unsigned" | "references" | "belongs" | "short" => {
            Family::Number
        }
        "char" | "varchar" | "varchar2" | "nvarchar" | "nchar" | "text" | "character"
        | "citext" | "string" | "longvarchar" | "nvarchar2" | "tinytext" | "national" => {
            Family::Text
        }
        "uuid" | "uniqueidentifier" | "guid" => Family::Uuid,
        _ => Family::Other,
    }
}

/// Whether one type can refer to the other; what isn't known fits everything.
fn same_family(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() || a == b {
        return true;
    }
    let (a, b) = (family(a), family(b));
    a == b && a != Family::Other
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    /// Each line is a table and its columns; the first is the key; `name:type`, a number where none is given.
    #[track_caller]
    fn check(schema: &str, expect: &[&str]) {
        let tables: Vec<Table> = schema.lines().map(table).collect();
        let shown: Vec<String> = imply(&tables, &[])
            .iter()
            .map(|key| format!("{}.{} > {}", key.from, key.columns[0], key.to))
            .collect();
        assert_eq!(shown, expect);
    }

    fn table(line: &str) -> Table {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a name").to_owned();
        let columns = words
            .enumerate()
            .map(|(at, word)| {
                let (name, data_type) = word.split_once(':').unwrap_or((word, "int"));
                let key = if at == 0 { ColumnKey::Primary } else { ColumnKey::None };
                Column {
                    name: name.to_owned(),
                    data_type: data_type.to_owned(),
                    nullable: false,
                    key,
                }
            })
            .collect();
        Table { schema: String::new(), name, kind: TableKind::Table, columns, sources: Vec::new() }
    }

    #[test]
    fn a_column_named_after_a_key_refers_to_it() {
        check(
            "customers id\naddresses id\norders id customer_id billing_address_id total",
            &["orders.customer_id > customers", "orders.billing_address_id > addresses"],
        );
        check("Customer Id\nOrder Id CustomerId", &["Order.CustomerId > Customer"]);
        check("orders orderid\nlineitem lineid orderid", &["lineitem.orderid > orders"]);
        check("categories id\nboxes id category_id box_id", &["boxes.category_id > categories"]);
    }

    #[test]
    fn a_key_that_abbreviates_its_table_is_known_anywhere() {
        check("supplier suppid\nitem itemid suppid", &["item.suppid > supplier"]);
        check("received_activity ap_id:text\npost id ap_id:text", &[]);
        check("invitations email:text\nusers id email:text", &[]);
    }

    #[test]
    fn a_compound_name_may_mean_another_table() {
        check("users id\norganizations id\nevents n org_user_id", &[]);
        check("orders order_id\ndrug_order order_id", &["drug_order.order_id > orders"]);
    }

    #[test]
    fn what_several_tables_could_mean_is_not_guessed() {
        check("account userid:text\nprofile userid:text\norders id userid:text", &[]);
        check("user id\nusers id\norders id user_id", &[]);
    }

    #[test]
    fn types_must_agree() {
        check("customers id:uuid\norders id customer_id:varchar(36)", &[]);
        check(
            "customers id:bigserial\norders id customer_id:bigint",
            &["orders.customer_id > customers"],
        );
    }

    #[test]
    fn a_table_refers_to_itself_only_as_parent() {
        check("nodes id parent_id node_id", &["nodes.parent_id > nodes"]);
    }

    #[test]
    fn prefixes_of_many_tables_are_seen_through() {
        check("m_client id\nm_office id\nm_loan id client_id", &["m_loan.client_id > m_client"]);
    }

    #[test]
    fn a_reference_to_any_table_implies_nothing() {
        check("owners id\npets id owner_id owner_type:text", &[]);
    }
}
