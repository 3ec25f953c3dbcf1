//! Statements that ran, and the tables that each reads and writes: most come many times, so each is read once.

use rustc_hash::FxHashMap;

use crate::{
    facts::{AccessMode, Place, Table, TableId},
    import::access::Running,
};

/// Texts that are remembered; programs that write values into their statements would fill the memory otherwise.
const MOST_REMEMBERED: usize = 100_000;
/// Longer statements carry data: what comes later in them names hardly any table.
pub(super) const LONGEST: usize = 64 * 1024;
/// Names of tables nobody knows that are remembered for the warning.
const MOST_UNKNOWN: usize = 1_000;

/// What a statement does to tables; equal ones are equal numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct StatementId(pub u32);

/// The tables of a statement, ascending.
pub(super) type TableModes = Vec<(TableId, AccessMode)>;

pub(super) struct Statements {
    running: Running,
    /// Where the statements come from that are read now.
    pub place: Place,
    by_text: FxHashMap<String, Option<StatementId>>,
    by_tables: FxHashMap<TableModes, StatementId>,
    list: Vec<TableModes>,
    /// By name of a table that the schema lacks: how many kinds of statements named it.
    pub unknown: FxHashMap<String, u64>,
}

impl Statements {
    pub(super) fn new(tables: &[Table]) -> Self {
        Self {
            running: Running::new(tables),
            place: Place::default(),
            by_text: FxHashMap::default(),
            by_tables: FxHashMap::default(),
            list: Vec::new(),
            unknown: FxHashMap::default(),
        }
    }

    /// What a statement does; none where it names no table of the monolith.
    pub(super) fn read(&mut self, text: &str) -> Option<StatementId> {
        let text = shortened(text);
        let key = without_values(text);
        if let Some(known) = self.by_text.get(&key) {
            return *known;
        }
        let (tables, unknown) = self.running.read(text, &self.place);
        for name in unknown {
            if self.unknown.len() < MOST_UNKNOWN || self.unknown.contains_key(&name) {
                *self.unknown.entry(name).or_default() += 1;
            }
        }
        let id = (!tables.is_empty()).then(|| self.enter(tables));
        if self.by_text.len() >= MOST_REMEMBERED {
            self.by_text.clear();
        }
        self.by_text.insert(key, id);
        id
    }

    /// A table by its name where the trace holds no text, with what was done to it.
    pub(super) fn operation(&mut self, operation: &str, table: &str) -> Option<StatementId> {
        let name = table.trim();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '"' | '`');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let text = match operation.trim().to_ascii_uppercase().as_str() {
            "INSERT" | "REPLACE" | "MERGE" => format!("INSERT INTO {name} VALUES (?)"),
            "UPDATE" => format!("UPDATE {name} SET a = ?"),
            "DELETE" => format!("DELETE FROM {name} WHERE a = ?"),
            "SELECT" => format!("SELECT * FROM {name} WHERE a = ?"),
            _ => return None,
        };
        self.read(&text)
    }

    pub(super) fn tables(&self, id: StatementId) -> &TableModes {
        &self.list[id.0 as usize]
    }

    /// The tables that only statements know, to stand after those of the facts.
    pub(super) fn brought_in(self) -> Vec<Table> {
        self.running.brought_in()
    }

    fn enter(&mut self, tables: TableModes) -> StatementId {
        let next = StatementId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let list = &mut self.list;
        *self.by_tables.entry(tables).or_insert_with_key(|tables| {
            list.push(tables.clone());
            next
        })
    }
}

fn shortened(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A statement without its numbers and strings, so that one kind of statement is one text.
fn without_values(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(1_024));
    let mut letters = text.chars().peekable();
    let mut in_name = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                kept.push('?');
                while let Some(inside) = letters.next() {
                    if inside == '\\' || inside == '\'' && letters.peek() == Some(&'\'') {
                        letters.next();
                    } else if inside == '\'' {
                        break;
                    }
                }
            }
            '0'..='9' if !in_name => {
                if !kept.ends_with('?') {
                    kept.push('?');
                }
                continue;
            }
            _ => kept.push(letter),
        }
        in_name = letter.is_alphanumeric() || letter == '_';
    }
    kept
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    fn check(text: &str, expected: &str) {
        let facts = parse("table orders\ntable crm.customers\ntable order_lines2").expect("tables");
        let mut statements = Statements::new(&facts.tables);
        let found = statements.read(text).map(|id| statements.tables(id).clone());
        let told: Vec<String> = found
            .unwrap_or_default()
            .into_iter()
            .map(|(table, mode)| format!("{} {}", mode.word(), facts.table(table).full_name()))
            .collect();
        assert_eq!(told.join(", "), expected, "{text}");
    }

    #[test]
    fn statements_are_read_as_databases_and_tracers_write_them() {
        check("SELECT * FROM orders WHERE id = $1", "read orders");
        check("/* web */ select o.id from orders o where o.id=?", "read orders");
        check("SELECT * FROM `shop` . `orders` WHERE `id` = ?", "read orders");
        check("INSERT INTO \"orders\" ( \"id\" ) VALUES (...)", "write orders");
        check("INSERT INTO `orders` (`id`) VALUES (...) /* , ... */", "write orders");
        check(
            "update orders set a = $1 from crm.customers c where c.id = $2",
            "read crm.customers, write orders",
        );
        check("DELETE FROM order_lines2 WHERE id IN (...)", "write order_lines2");
        check("BEGIN", "");
        check("SELECT pg_catalog.version()", "");
    }

    #[test]
    fn one_kind_of_statement_is_one_text() {
        assert_eq!(without_values("a1 = 12 and b = 'it''s \\' 3' or c"), "a1 = ? and b = ? or c");
        assert_eq!(without_values("in (1, 2.5)"), "in (?, ?.?)");
        assert_eq!(without_values("'unfinished"), "?");
    }

    #[test]
    fn tables_without_text_are_told_by_their_operation() {
        let facts = parse("table orders").expect("a table");
        let mut statements = Statements::new(&facts.tables);
        let write = statements.operation("insert", "orders").expect("a known table");
        assert_eq!(statements.tables(write), &vec![(TableId(0), AccessMode::Write)]);
        assert_eq!(statements.operation("SELECT", "orders; drop"), None);
        assert_eq!(statements.operation("PING", "orders"), None);
    }
}
