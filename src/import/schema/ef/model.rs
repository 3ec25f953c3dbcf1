//! A model as a snapshot tells it: entities with properties, keys and relations; and the tables that follow.

use std::collections::BTreeMap;

use crate::{
    facts::TableKind,
    import::schema::change::{NewColumn, NewForeignKey, NewKey, NewTable, TableName},
};

/// A class with what is stored of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity {
    /// The full name of the class; for an owned one with that of its owner before it.
    pub name: String,
    /// What it is stored in, where that is said: none where it is stored nowhere of its own.
    pub table: Option<Option<TableName>>,
    pub is_view: bool,
    pub base: Option<String>,
    /// The name of the entity that this one is a part of, and of the property that it is.
    pub owner: Option<(String, String)>,
    /// Its properties are columns of one table with those of its owner, whatever is said.
    pub is_inline: bool,
    /// It is one column, as JSON.
    pub json: Option<String>,
    pub properties: Vec<Property>,
    pub key: Vec<String>,
    pub unique: Vec<Vec<String>>,
    pub relations: Vec<Relation>,
    pub line: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Property {
    pub name: String,
    /// Where that differs from the name.
    pub column: Option<String>,
    pub data_type: String,
    pub nullable: bool,
}

/// Rows of one entity name a row of another.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    /// The entity whose rows name others, where that is not the one it was found at.
    pub dependent: Option<String>,
    pub to: String,
    pub properties: Vec<String>,
    pub to_properties: Vec<String>,
    pub line: u32,
}

/// Entities by name, in the order they are told of.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub default_schema: String,
    entities: Vec<Entity>,
    by_name: BTreeMap<String, usize>,
}

/// How many classes above one another are followed.
const HIGHEST: usize = 30;

impl Model {
    pub(super) fn entity(&mut self, name: &str, line: u32) -> &mut Entity {
        let next = self.entities.len();
        let at = *self.by_name.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.entities.push(Entity { name: name.to_owned(), line, ..Entity::default() });
        }
        &mut self.entities[at]
    }

    fn get(&self, name: &str) -> Option<&Entity> {
        self.by_name.get(name).map(|at| &self.entities[*at])
    }

    /// The table that an entity's rows are in.
    fn table_of(&self, entity: &Entity) -> Option<TableName> {
        let mut entity = entity;
        for _ in 0..HIGHEST {
            if let Some(said) = entity.table.as_ref().filter(|_| !entity.is_inline) {
                return self.in_default_schema(said.clone()?);
            }
            let above = entity.base.as_ref().or(entity.owner.as_ref().map(|(owner, _)| owner));
            match above {
                Some(above) => entity = self.get(above)?,
                None => {
                    let simple = entity.name.rsplit(['.', '+']).next().unwrap_or(&entity.name);
                    return self.in_default_schema(TableName::bare(simple));
                }
            }
        }
        None
    }

    fn in_default_schema(&self, table: TableName) -> Option<TableName> {
        if table.schema.is_empty() && !self.default_schema.is_empty() {
            return Some(TableName::new(&self.default_schema, &table.name));
        }
        Some(table)
    }

    /// What stands before the names of an entity's properties where they are columns of its owner's table.
    fn prefix(&self, entity: &Entity) -> String {
        let mut prefix = String::new();
        let mut entity = entity;
        for _ in 0..HIGHEST {
            let Some((owner, property)) = &entity.owner else { break };
            let Some(owner) = self.get(owner) else { break };
            if self.table_of(owner) != self.table_of(entity) {
                break;
            }
            prefix = format!("{property}_{prefix}");
            entity = owner;
        }
        prefix
    }

    /// The column of a property, looked for in the classes above too.
    fn column(&self, entity: &Entity, property: &str) -> Option<String> {
        let mut next = Some(entity);
        for _ in 0..HIGHEST {
            let entity = next?;
            if let Some(found) = entity.properties.iter().find(|it| it.name == property) {
                let plain = || format!("{}{}", self.prefix(entity), found.name);
                return Some(found.column.clone().unwrap_or_else(plain));
            }
            next = entity.base.as_ref().and_then(|base| self.get(base));
        }
        None
    }

    fn columns(&self, entity: &Entity, properties: &[String]) -> Vec<String> {
        let named = |it: &String| self.column(entity, it).unwrap_or_else(|| it.clone());
        properties.iter().map(named).collect()
    }

    /// Every entity with its table; parts of others left out.
    pub(super) fn classes(&self) -> Vec<(String, TableName)> {
        let own = self.entities.iter().filter(|entity| !entity.name.contains('#'));
        own.filter_map(|entity| Some((entity.name.clone(), self.table_of(entity)?))).collect()
    }

    /// The tables, each with the line that its first entity stands on.
    pub(super) fn tables(&self) -> Vec<(NewTable, u32)> {
        let mut tables: Vec<(NewTable, u32)> = Vec::new();
        let mut places: BTreeMap<TableName, usize> = BTreeMap::new();
        for entity in &self.entities {
            let Some(name) = self.table_of(entity) else { continue };
            let at = *places.entry(name.clone()).or_insert_with(|| {
                tables.push((NewTable { name, ..NewTable::default() }, entity.line));
                tables.len() - 1
            });
            let table = &mut tables[at].0;
            if entity.is_view {
                table.kind = TableKind::View;
            }
            self.fill(entity, table);
        }
        for entity in &self.entities {
            for (table, key) in self.foreign_keys(entity) {
                if let Some(at) = places.get(&table) {
                    let keys = &mut tables[*at].0.foreign_keys;
                    if !keys.iter().any(|known| known.columns == key.columns && known.to == key.to)
                    {
                        keys.push(key);
                    }
                }
            }
        }
        tables
    }

    fn fill(&self, entity: &Entity, table: &mut NewTable) {
        let prefix = self.prefix(entity);
        // What a part of another row, or of a class above, leaves open may be missing.
        let shares = entity.base.is_some() || !prefix.is_empty();
        if let Some(column) = &entity.json {
            let column = NewColumn { name: column.clone(), nullable: true, ..NewColumn::default() };
            table.columns.push(column);
            return;
        }
        for property in &entity.properties {
            // The key of an owned part is that of the row it is in.
            if !prefix.is_empty() && entity.key.contains(&property.name) {
                continue;
            }
            let plain = || format!("{prefix}{}", property.name);
            let name = property.column.clone().unwrap_or_else(plain);
            if table.columns.iter().any(|known| known.name == name) {
                continue;
            }
            let is_key = entity.key.contains(&property.name);
            let nullable = (property.nullable || shares) && !is_key;
            table.columns.push(NewColumn { name, data_type: property.data_type.clone(), nullable });
        }
        if prefix.is_empty() && !entity.key.is_empty() {
            let has_key = table.keys.iter().any(|key| key.primary);
            if !has_key {
                table.keys.push(NewKey::primary(self.columns(entity, &entity.key)));
            }
        }
        for unique in &entity.unique {
            table.keys.push(NewKey::unique("", self.columns(entity, unique)));
        }
    }

    fn foreign_keys(&self, entity: &Entity) -> Vec<(TableName, NewForeignKey)> {
        let mut found = Vec::new();
        for relation in &entity.relations {
            let turned = relation.dependent.as_ref().is_some_and(|it| *it != entity.name);
            let (dependent, to) = if turned {
                let dependent = relation.dependent.as_ref().and_then(|name| self.get(name));
                (dependent, Some(entity))
            } else {
                (Some(entity), self.get(&relation.to))
            };
            let (Some(dependent), Some(to)) = (dependent, to) else { continue };
            let (Some(from), Some(target)) = (self.table_of(dependent), self.table_of(to)) else {
                continue;
            };
            let columns = self.columns(dependent, &relation.properties);
            let to_properties = match relation.to_properties.is_empty() {
                true => &to.key,
                false => &relation.to_properties,
            };
            let to_columns = self.columns(to, to_properties);
            // A part in the row of its owner is found without a key.
            let is_part = from == target
                && dependent.owner.as_ref().is_some_and(|(owner, _)| *owner == to.name);
            let is_itself = is_part || from == target && columns == to_columns;
            if columns.is_empty() || is_itself || to.is_view {
                continue;
            }
            let key = NewForeignKey {
                name: String::new(),
                columns,
                to: target,
                to_columns,
                line: relation.line,
            };
            found.push((from, key));
        }
        found
    }
}
