//! What a statement means for the tables of this monolith: names resolved to tables, through models where it
//! names entities and associations.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    models::{ModelId, Models},
    sql::{Hit, Statement},
    tables::Tables,
};
use crate::facts::{AccessMode, Place, SourceKind, TableId};

/// What one statement does to known tables, each fact once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub accesses: Vec<(TableId, AccessMode)>,
    pub joins: Vec<(TableId, TableId)>,
    /// It names entities, so a mapper makes the SQL.
    pub through_models: bool,
    /// Names in the places of tables that mean nothing known.
    pub unknown: Vec<String>,
}

/// How the names of a statement are to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speech {
    /// Handed to a mapper that knows entities only.
    Entities,
    /// Text whose language is not known: tables come first.
    Either,
}

/// Resolves the names of a statement. Where no schema was given, a statement that can be nothing else brings
/// in the tables it names; `place` is then where they come from.
pub(crate) fn meaning(
    statement: &Statement,
    tables: &mut Tables,
    models: &Models,
    speech: Speech,
    place: &Place,
) -> Meaning {
    let mut reader = Reader { tables, models, speech, aliases: FxHashMap::default() };
    let hits = statement.hits();
    let mut meaning = Meaning::default();
    let mut meant: Vec<Vec<TableId>> = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut found = reader.hit(hit);
        if found.is_empty() {
            let name = hit.path.join(".");
            if reader.may_declare(statement, hit) {
                found = reader.declare(hit, place);
            } else {
                meaning.unknown.push(name);
            }
        }
        meaning.accesses.extend(found.iter().map(|table| (*table, hit.mode)));
        meant.push(found);
    }
    for tables in &meant {
        pair_up(tables, tables, &mut meaning.joins);
    }
    for (a, b) in statement.pairs() {
        pair_up(&meant[a], &meant[b], &mut meaning.joins);
    }
    meaning.through_models = !reader.aliases.is_empty();
    if meaning.through_models {
        for path in statement.paths() {
            reader.implicit(&path, &mut meaning);
        }
    }
    let mut once = FxHashSet::default();
    meaning.accesses.retain(|access| once.insert(*access));
    let mut once = FxHashSet::default();
    meaning.joins.retain(|join| once.insert(*join));
    meaning
}

fn pair_up(left: &[TableId], right: &[TableId], joins: &mut Vec<(TableId, TableId)>) {
    for a in left {
        for b in right {
            if a != b {
                joins.push((*a.min(b), *a.max(b)));
            }
        }
    }
}

struct Reader<'a> {
    tables: &'a mut Tables,
    models: &'a Models,
    speech: Speech,
    /// Lower-case aliases of entities.
    aliases: FxHashMap<String, Vec<ModelId>>,
}

impl Reader<'_> {
    fn hit(&mut self, hit: &Hit) -> Vec<TableId> {
        if let Some((models, tables)) = self.association(&hit.path) {
            self.remember(hit, models);
            return tables;
        }
        if self.speech == Speech::Either
            && let Some(table) = self.tables.lookup(&hit.path)
            && !self.means_entity(hit)
        {
            return vec![table];
        }
        let models = self.models.named(&hit.path.join(".")).to_vec();
        if !models.is_empty() {
            let tables = models.iter().flat_map(|model| self.models.tables_of(*model)).collect();
            self.remember(hit, models);
            return tables;
        }
        self.tables.lookup(&hit.path).into_iter().collect()
    }

    /// `Order` is the entity and not the table `order`, when a query language knows the one by that very name.
    fn means_entity(&self, hit: &Hit) -> bool {
        let [name] = hit.path.as_slice() else { return false };
        let title = name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase);
        title && !self.models.named(name).is_empty() && !self.is_written_so(hit)
    }

    fn is_written_so(&self, hit: &Hit) -> bool {
        let table = self.tables.lookup(&hit.path);
        table.is_some_and(|table| Some(&self.tables.get(table).name) == hit.path.last())
    }

    fn remember(&mut self, hit: &Hit, models: Vec<ModelId>) {
        let name = hit.alias.as_ref().or(hit.path.last()).map(|name| name.to_lowercase());
        self.aliases.insert(name.unwrap_or_default(), models);
    }

    /// What `o.lines.product` leads to: the models at its end, and all tables on its way.
    fn association(&self, path: &[String]) -> Option<(Vec<ModelId>, Vec<TableId>)> {
        let fields: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        let starts = self.aliases.get(&path.first()?.to_lowercase())?;
        starts.iter().find_map(|start| self.follow(*start, &fields, fields.len()))
    }

    /// Follows fields from a model while they are associations, at most `until` of them.
    fn follow(
        &self,
        start: ModelId,
        fields: &[&str],
        until: usize,
    ) -> Option<(Vec<ModelId>, Vec<TableId>)> {
        let (mut at, mut taken, mut tables) = (Some(start), 0, Vec::new());
        while let Some(model) = at {
            let Some((association, take)) = self.models.association(model, &fields[taken..until])
            else {
                break;
            };
            tables.extend(association.through);
            at = association.target;
            tables.extend(at.map(|target| self.models.tables_of(target)).unwrap_or_default());
            taken += take;
        }
        (taken > 0).then(|| (at.into_iter().collect(), tables))
    }

    /// `o.customer.name` in a condition reads the customer's table; `o.customer.id` and `o.customer` do not.
    fn implicit(&self, path: &[&str], meaning: &mut Meaning) {
        let Some(starts) = self.aliases.get(&path[0].to_lowercase()) else { return };
        let fields = &path[1..];
        let is_key = matches!(fields.last(), Some(&"id"));
        let until = fields.len() - usize::from(is_key && fields.len() > 1);
        for start in starts {
            let Some((_, tables)) = self.follow(*start, fields, until.saturating_sub(1)) else {
                continue;
            };
            meaning.accesses.extend(tables.iter().map(|table| (*table, AccessMode::Read)));
            pair_up(&[self.models.get(*start).table], &tables, &mut meaning.joins);
            pair_up(&tables, &tables, &mut meaning.joins);
        }
    }

    /// Without a schema, what a certain statement names is a table; not what looks like a class.
    fn may_declare(&self, statement: &Statement, hit: &Hit) -> bool {
        const NO_TABLES: &[&str] = &["dual", "unnest", "information_schema", "pg_catalog", "sys"];
        let Some(name) = hit.path.last() else { return false };
        let class = name.starts_with(char::is_uppercase) && name.chars().any(char::is_lowercase);
        let system =
            hit.path.iter().any(|part| NO_TABLES.contains(&part.to_ascii_lowercase().as_str()));
        self.tables.is_open()
            && statement.certain
            && self.speech == Speech::Either
            && self.aliases.is_empty()
            && !(system || class && !self.models.is_empty() || name.len() < 2)
    }

    fn declare(&mut self, hit: &Hit, place: &Place) -> Vec<TableId> {
        let Some((name, before)) = hit.path.split_last() else { return Vec::new() };
        let schema = before.last().map(String::as_str);
        vec![self.tables.declare(schema, name, SourceKind::Query, place.clone())]
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{
        super::{
            models::{Association, Model},
            sql,
        },
        *,
    };
    use crate::facts::{Table, TableKind};

    fn tables(names: &[&str]) -> Tables {
        let table = |name: &&str| Table {
            schema: String::new(),
            name: (*name).to_owned(),
            kind: TableKind::Table,
            columns: Vec::new(),
            sources: Vec::new(),
        };
        Tables::new(names.iter().map(table).collect())
    }

    /// Order (orders) has lines (Line, order_lines) through nothing, and tags (Tag, tags) through order_tags.
    fn shop() -> (Tables, Models) {
        let tables = tables(&["orders", "order_lines", "order_tags", "tags"]);
        let mut models = Models::default();
        let model = |name: &str, table: u32| Model {
            name: name.to_owned(),
            class: None,
            table: TableId(table),
            base_tables: Vec::new(),
            associations: std::collections::BTreeMap::default(),
        };
        let order = models.push(model("Order", 0));
        let line = models.push(model("Line", 1));
        let tag = models.push(model("Tag", 3));
        let lines = Association { target: Some(line), ..Association::default() };
        let tags =
            Association { target: Some(tag), through: Some(TableId(2)), ..Association::default() };
        models.get_mut(order).associations.insert("lines".to_owned(), lines);
        models.get_mut(line).associations.insert("tags".to_owned(), tags);
        (tables, models)
    }

    fn check(tables: &mut Tables, models: &Models, text: &str, expected: &str) {
        let mut told = Vec::new();
        for statement in sql::read(text) {
            let meaning =
                meaning(&statement, tables, models, Speech::Either, &Place::new("a.java", 1));
            let name = |id: TableId| tables.get(id).name.clone();
            let word = |mode| if mode == AccessMode::Read { "reads" } else { "writes" };
            told.extend(
                meaning.accesses.iter().map(|(t, mode)| format!("{} {}", word(*mode), name(*t))),
            );
            told.extend(
                meaning.joins.iter().map(|(a, b)| format!("joins {} {}", name(*a), name(*b))),
            );
        }
        assert_eq!(told.join("; "), expected, "{text}");
    }

    #[test]
    fn entities_and_associations_are_tables() {
        let (mut tables, models) = shop();
        check(
            &mut tables,
            &models,
            "select o from Order o join o.lines l where o.id = 1",
            "reads orders; reads order_lines; joins orders order_lines",
        );
        check(
            &mut tables,
            &models,
            "select l from Line l where l.tags.name = :name",
            "reads order_lines; reads order_tags; reads tags; joins order_lines order_tags; \
             joins order_lines tags; joins order_tags tags",
        );
        check(&mut tables, &models, "delete from Order o where o.id = 1", "writes orders");
        check(&mut tables, &models, "select * from ORDERS where a = 1", "reads orders");
    }

    #[test]
    fn unknown_names_are_tables_only_without_a_schema() {
        let (mut known, models) = shop();
        check(&mut known, &models, "SELECT * FROM stock WHERE a = 1", "");
        let mut open = tables(&[]);
        check(&mut open, &Models::default(), "SELECT * FROM stock WHERE a = 1", "reads stock");
        check(&mut open, &Models::default(), "SELECT 1 FROM dual WHERE a = 1", "");
        check(&mut open, &Models::default(), "SELECT a FROM stock", "reads stock");
    }
}
