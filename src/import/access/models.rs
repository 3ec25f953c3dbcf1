//! Classes that stand for rows of tables, whatever mapper they are written for, and how they are associated.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{facts::TableId, import::code::types::TypeId};

/// A class whose objects are rows.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    /// What queries call it.
    pub name: String,
    /// The class, where it is one of the monolith.
    pub class: Option<TypeId>,
    pub table: TableId,
    /// The tables of its base classes that hold a part of each row.
    pub base_tables: Vec<TableId>,
    /// By the name of the field, dotted where it is part of an embedded object.
    pub associations: BTreeMap<String, Association>,
}

/// A field that leads to rows of another table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Association {
    /// The model it leads to; none where it holds plain values in a table of their own.
    pub target: Option<ModelId>,
    /// A table between the two, or the one that holds the plain values.
    pub through: Option<TableId>,
    /// Saving the one saves the other.
    pub saved_along: bool,
    /// Deleting the one deletes the other.
    pub deleted_along: bool,
    /// The mapping says that loading the one loads the other.
    pub loaded_along: bool,
    /// Only this side of the association writes the table between the two.
    pub owns_through: bool,
}

/// A model, by its place in the list of models.
pub(crate) type ModelId = usize;

/// All models of the monolith.
#[derive(Clone, Debug, Default)]
pub(crate) struct Models {
    list: Vec<Model>,
    by_name: FxHashMap<String, Vec<ModelId>>,
    /// Also interfaces and base classes, when what descends from them is few enough to mean them.
    by_class: FxHashMap<TypeId, Vec<ModelId>>,
}

impl Models {
    pub(crate) fn push(&mut self, model: Model) -> ModelId {
        let id = self.list.len();
        self.by_name.entry(model.name.clone()).or_default().push(id);
        if let Some(class) = model.class {
            self.by_class.entry(class).or_default().push(id);
        }
        self.list.push(model);
        id
    }

    pub(crate) fn get(&self, id: ModelId) -> &Model {
        &self.list[id]
    }

    pub(crate) fn get_mut(&mut self, id: ModelId) -> &mut Model {
        &mut self.list[id]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Says that objects seen as `class`, called `name` in queries, are those of `models`.
    pub(crate) fn stand_in(&mut self, class: TypeId, name: &str, models: &[ModelId]) {
        self.by_class.entry(class).or_insert_with(|| models.to_vec());
        self.by_name.entry(name.to_owned()).or_insert_with(|| models.to_vec());
    }

    /// The models that a query means by a name, with or without its package; none where several are called so
    /// and it is not known which is meant.
    pub(crate) fn named(&self, name: &str) -> &[ModelId] {
        let short = name.rsplit('.').next().unwrap_or(name);
        match self.by_name.get(short).map(Vec::as_slice) {
            Some(ids) if ids.len() == 1 || self.share_a_table(ids) => ids,
            _ => &[],
        }
    }

    fn share_a_table(&self, ids: &[ModelId]) -> bool {
        let tables: FxHashSet<TableId> = ids.iter().map(|id| self.list[*id].table).collect();
        tables.len() <= 3
    }

    /// The models of a class, or of an interface that few classes implement.
    pub(crate) fn of_class(&self, class: TypeId) -> &[ModelId] {
        self.by_class.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The tables that hold a model's rows, its own first.
    pub(crate) fn tables_of(&self, id: ModelId) -> Vec<TableId> {
        let model = &self.list[id];
        std::iter::once(model.table).chain(model.base_tables.iter().copied()).collect()
    }

    /// The association that a path of fields begins with, and how many of the fields it takes.
    pub(crate) fn association(
        &self,
        id: ModelId,
        fields: &[&str],
    ) -> Option<(&Association, usize)> {
        let associations = &self.list[id].associations;
        let longest = fields.len().min(3);
        (1..=longest).rev().find_map(|take| {
            let found = associations.get(&fields[..take].join("."));
            found.map(|association| (association, take))
        })
    }

    /// All tables that are read with a model's row, its own first: those that the mapping says are loaded along.
    pub(crate) fn tables_loaded(&self, id: ModelId) -> Vec<TableId> {
        let mut tables = Vec::new();
        let mut seen = FxHashSet::default();
        let mut queue = std::collections::VecDeque::from([id]);
        while let Some(id) = queue.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            tables.extend(self.tables_of(id));
            for association in self.list[id].associations.values().filter(|it| it.loaded_along) {
                tables.extend(association.through);
                queue.extend(association.target);
            }
        }
        tables
    }

    /// All tables that are touched with a model's row, its own first: those of associations that `along` follows.
    pub(crate) fn tables_along(
        &self,
        id: ModelId,
        along: fn(&Association) -> bool,
    ) -> Vec<TableId> {
        let mut tables = Vec::new();
        let mut seen = FxHashSet::default();
        let mut queue = std::collections::VecDeque::from([id]);
        while let Some(id) = queue.pop_front() {
            if !seen.insert(id) {
                continue;
            }
            tables.extend(self.tables_of(id));
            for association in self.list[id].associations.values() {
                let holds_values = association.target.is_none();
                if holds_values || association.owns_through && along(association) {
                    tables.extend(association.through);
                }
                if along(association) {
                    queue.extend(association.target);
                }
            }
        }
        let mut once = FxHashSet::default();
        tables.retain(|table| once.insert(*table));
        tables
    }
}
