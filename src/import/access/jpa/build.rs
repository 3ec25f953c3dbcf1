//! From mappings to models: tables found or brought in, inheritance worked out, associations connected, and the
//! foreign keys that they imply.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    mapping::{Associated, Field, FieldKind, Inheritance, Joined, Many, Mapping, Role, Target},
    names::{join_column, snake_case},
};
use crate::{
    facts::{
        AccessMode, Column, ColumnKey, ForeignKey, KeyOrigin, Place, SourceKind, TableId, Via,
    },
    import::{
        access::{
            gather::{At, Code, Gather},
            models::{Association, Model, ModelId, Models},
            tables::Tables,
        },
        code::types::TypeId,
    },
};

/// Builds the models of all mappings, and returns them with the keys that their associations imply.
pub(crate) fn build(
    code: Code<'_>,
    mappings: &[Mapping],
    declared: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> (Models, Vec<ForeignKey>) {
    let by_class = mappings
        .iter()
        .enumerate()
        .filter_map(|(place, mapping)| Some((mapping.class?, place)))
        .collect();
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, mapping) in mappings.iter().enumerate() {
        by_name.entry(mapping.name.as_str()).or_insert(place);
    }
    let mut builder = Builder {
        code,
        mappings,
        by_class,
        by_name,
        lineage: Vec::new(),
        model_of: vec![None; mappings.len()],
        declared,
        models: Models::default(),
        keys: Vec::new(),
        tables,
        gather,
    };
    builder.lineage = (0..mappings.len()).map(|place| builder.find_lineage(place)).collect();
    builder.name_tables();
    builder.stand_ins();
    builder.connect();
    builder.share_through();
    builder.fill_columns();
    (builder.models, builder.keys)
}

struct Builder<'a> {
    code: Code<'a>,
    mappings: &'a [Mapping],
    by_class: FxHashMap<TypeId, usize>,
    by_name: BTreeMap<&'a str, usize>,
    /// For each mapping, those of its base classes, the nearest first.
    lineage: Vec<Vec<usize>>,
    model_of: Vec<Option<ModelId>>,
    declared: &'a [ForeignKey],
    models: Models,
    keys: Vec<ForeignKey>,
    tables: &'a mut Tables,
    gather: &'a mut Gather,
}

/// Base classes further up than this are no one's.
const DEEPEST: usize = 30;

impl<'a> Builder<'a> {
    fn find_lineage(&self, place: usize) -> Vec<usize> {
        let mut lineage = Vec::new();
        let Some(class) = self.mappings[place].class else { return lineage };
        let mut seen = FxHashSet::from_iter([class]);
        let mut queue = std::collections::VecDeque::from([(class, 0)]);
        while let Some((class, depth)) = queue.pop_front() {
            for base in self.code.resolved.symbols.supers(class) {
                let Some(base) = base.monolith().filter(|base| seen.insert(*base)) else {
                    continue;
                };
                lineage.extend(self.by_class.get(&base));
                if depth < DEEPEST {
                    queue.push_back((base, depth + 1));
                }
            }
        }
        lineage
    }

    fn entity_bases(&self, place: usize) -> impl Iterator<Item = usize> {
        let lineage = self.lineage[place].iter().copied();
        lineage.filter(|base| self.mappings[*base].role == Role::Entity)
    }

    fn name_tables(&mut self) {
        for (place, mapping) in self.mappings.iter().enumerate() {
            if mapping.role != Role::Entity {
                continue;
            }
            let holders = self.holders(place);
            let mut ids = Vec::new();
            for holder in holders {
                ids.push(self.own_table(holder));
            }
            let Some((table, base_tables)) = ids.split_first() else { continue };
            let model = Model {
                name: mapping.name.clone(),
                class: mapping.class,
                table: *table,
                base_tables: base_tables.to_vec(),
                associations: BTreeMap::new(),
            };
            self.model_of[place] = Some(self.models.push(model));
            if let Some(module) = mapping.module {
                let at = At { module, function: None, line: mapping.line };
                self.gather.access(at, *table, AccessMode::Read, Via::Entity);
            }
        }
    }

    /// The mappings whose tables hold the rows of one, its own or that of its root first.
    fn holders(&self, place: usize) -> Vec<usize> {
        let bases: Vec<usize> = self.entity_bases(place).collect();
        let Some(root) = bases.last().copied() else { return vec![place] };
        let mapping = &self.mappings[place];
        let names_known_table = mapping.table.as_ref().is_some_and(|name| {
            self.tables.lookup_loosely(mapping.schema.as_deref(), name).is_some()
        });
        match self.mappings[root].inheritance.unwrap_or(Inheritance::SingleTable) {
            Inheritance::TablePerClass => vec![place],
            Inheritance::SingleTable if !names_known_table => vec![root],
            Inheritance::Joined | Inheritance::SingleTable => {
                std::iter::once(place).chain(bases).collect()
            }
        }
    }

    fn own_table(&mut self, place: usize) -> TableId {
        let mapping = &self.mappings[place];
        let name = mapping.table.clone().unwrap_or_else(|| snake_case(&mapping.name));
        let schema = mapping.schema.as_deref();
        self.tables.declare(schema, &name, SourceKind::OrmModel, mapping.place.clone())
    }

    /// Interfaces and base classes that stand for few models: `Product` for `ProductImpl`.
    fn stand_ins(&mut self) {
        let symbols = &self.code.resolved.symbols;
        let mut below: BTreeMap<TypeId, BTreeSet<usize>> = BTreeMap::new();
        for (place, mapping) in self.mappings.iter().enumerate() {
            let (Some(class), Some(_)) = (mapping.class, self.model_of[place]) else { continue };
            let mut seen = FxHashSet::from_iter([class]);
            let mut queue = vec![class];
            while let Some(class) = queue.pop() {
                for base in symbols.supers(class).iter().filter_map(|base| base.monolith()) {
                    if seen.insert(base) {
                        below.entry(base).or_default().insert(place);
                        queue.push(base);
                    }
                }
            }
        }
        for (class, places) in below {
            let is_root =
                |place: &&usize| !self.entity_bases(**place).any(|base| places.contains(&base));
            let roots: Vec<usize> = places.iter().filter(is_root).copied().collect();
            if roots.len() <= MOST_STOOD_FOR {
                let models: Vec<ModelId> =
                    roots.iter().filter_map(|place| self.model_of[*place]).collect();
                let name = symbols.full_name(class);
                let short = name.rsplit('.').next().unwrap_or(&name);
                self.models.stand_in(class, short, &models);
            }
        }
    }

    fn target(&self, target: &Target) -> Option<ModelId> {
        let place = match target {
            Target::Unknown => return None,
            Target::Class(class) => match self.models.of_class(*class) {
                [only] => return Some(*only),
                _ => return None,
            },
            Target::Named(name) => {
                let short = name.rsplit(['.', '$']).next().unwrap_or(name);
                self.by_name.get(short)?
            }
        };
        self.model_of[*place]
    }

    fn connect(&mut self) {
        for place in 0..self.mappings.len() {
            let Some(model) = self.model_of[place] else { continue };
            let mut below_entity = true;
            let mut holders = vec![(place, true)];
            for base in &self.lineage[place] {
                below_entity &= self.mappings[*base].role != Role::Entity;
                holders.push((*base, below_entity));
            }
            for (holder, own) in holders {
                for field in &self.mappings[holder].fields {
                    self.connect_field(place, model, field, String::new(), own, 0);
                }
            }
            self.key_to_base(place);
        }
    }

    /// Enters a field of a model; `own` where the model's own table holds it, so that its keys count.
    fn connect_field(
        &mut self,
        place: usize,
        model: ModelId,
        field: &'a Field,
        prefix: String,
        own: bool,
        depth: usize,
    ) {
        let name = format!("{prefix}{}", field.name);
        let association = match &field.kind {
            FieldKind::Column => return,
            FieldKind::Embedded(Target::Class(class)) => {
                let Some(embedded) = self.by_class.get(class).copied() else { return };
                let is_embeddable = self.mappings[embedded].role == Role::Embeddable;
                if is_embeddable && depth < 4 {
                    for inner in &self.mappings[embedded].fields {
                        let prefix = format!("{name}.");
                        self.connect_field(place, model, inner, prefix, own, depth + 1);
                    }
                }
                return;
            }
            FieldKind::Embedded(_) => return,
            FieldKind::Values(joined) => {
                let default = format!(
                    "{}_{}",
                    snake_case(&self.mappings[place].name),
                    snake_case(&field.name)
                );
                let table = self.joined_table(place, field, joined, default);
                let reason = format!(
                    "`{}.{name}` holds values in a table of its own",
                    self.mappings[place].name
                );
                self.key_of_through(own, table, &joined.own_columns, model, reason, field, place);
                Association {
                    through: Some(table),
                    saved_along: true,
                    deleted_along: true,
                    owns_through: true,
                    ..Association::default()
                }
            }
            FieldKind::Association(associated) => {
                self.associate(place, model, field, associated, &name, own)
            }
        };
        let loaded_along =
            matches!(&field.kind, FieldKind::Association(associated) if associated.loaded_along);
        if let Some(table) = association.through.filter(|_| own && association.owns_through)
            && let Some(module) = self.mappings[place].module
        {
            let at = At { module, function: None, line: self.mappings[place].line };
            self.gather.access(at, table, AccessMode::Read, Via::Entity);
        }
        if own && loaded_along {
            self.join_loaded(place, model, field, &association);
        }
        self.models.get_mut(model).associations.entry(name).or_insert(association);
    }

    fn associate(
        &mut self,
        place: usize,
        model: ModelId,
        field: &Field,
        associated: &Associated,
        name: &str,
        own: bool,
    ) -> Association {
        let target = self.target(&associated.target);
        let mut association = Association {
            target,
            saved_along: associated.saved_along,
            deleted_along: associated.deleted_along,
            loaded_along: associated.loaded_along,
            ..Association::default()
        };
        let Some(target) = target else { return association };
        if associated.mapped_by.as_ref().is_some_and(|by| !by.is_empty()) {
            return association;
        }
        let (this, other) = (&self.mappings[place].name, &self.models.get(target).name);
        let reason =
            format!("`{this}.{name}` is a {} association to `{other}`", associated.many.word());
        let plural = matches!(associated.many, Many::OneToMany | Many::ManyToMany);
        if associated.through.is_some() || plural && associated.columns.is_empty() {
            let joined = associated.through.clone().unwrap_or_default();
            let tables = (self.models.get(model).table, self.models.get(target).table);
            let names = (self.tables.get(tables.0).name.clone(), &self.tables.get(tables.1).name);
            let default = format!("{}_{}", names.0, names.1);
            let table = self.joined_table(place, field, &joined, default);
            association.through = Some(table);
            association.owns_through = true;
            let columns = &joined.own_columns;
            self.key_of_through(own, table, columns, model, reason.clone(), field, place);
            let columns = &joined.other_columns;
            self.key_of_through(own, table, columns, target, reason, field, place);
        } else if own && plural {
            let columns = associated.columns.clone();
            self.key(target, columns, model, reason, field, place);
        } else if own {
            let columns = if associated.columns.is_empty() {
                let column = field.column.clone();
                let default = || join_column(&field.name, &self.key_columns(target)[0]);
                vec![(column.unwrap_or_else(default), None)]
            } else {
                associated.columns.clone()
            };
            self.key(model, columns, target, reason, field, place);
        }
        association
    }

    /// What the mapping always loads together is joined where the mapping says so, once for all that load it.
    fn join_loaded(&mut self, place: usize, model: ModelId, field: &Field, along: &Association) {
        let (Some(module), Some(target)) = (self.mappings[place].module, along.target) else {
            return;
        };
        let at = At { module, function: None, line: field.line.max(self.mappings[place].line) };
        let tables: Vec<TableId> = std::iter::once(self.models.get(model).table)
            .chain(along.through)
            .chain([self.models.get(target).table])
            .collect();
        for pair in tables.windows(2).filter(|pair| pair[0] != pair[1]) {
            self.gather.join(at, pair[0], pair[1]);
        }
    }

    fn joined_table(
        &mut self,
        place: usize,
        field: &Field,
        joined: &Joined,
        default: String,
    ) -> TableId {
        let name = joined.table.clone().unwrap_or(default);
        let at = Place::new(self.mappings[place].place.path.as_str(), field.line);
        self.tables.declare(joined.schema.as_deref(), &name, SourceKind::OrmModel, at)
    }

    /// The key columns of a model's table: the schema's word goes before the mapping's.
    fn key_columns(&self, model: ModelId) -> Vec<String> {
        let table = self.tables.get(self.models.get(model).table);
        let primary = table.columns.iter().filter(|column| column.key == ColumnKey::Primary);
        let known: Vec<String> = primary.map(|column| column.name.clone()).collect();
        if !known.is_empty() {
            return known;
        }
        let place = self.model_of.iter().position(|id| *id == Some(model));
        let places =
            place.into_iter().flat_map(|p| std::iter::once(p).chain(self.lineage[p].clone()));
        let mapped: Vec<String> = places
            .flat_map(|place| &self.mappings[place].fields)
            .filter(|field| field.is_key)
            .map(|field| field.column.clone().unwrap_or_else(|| snake_case(&field.name)))
            .collect();
        if mapped.is_empty() { vec!["id".to_owned()] } else { mapped }
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is what one key is made of")]
    fn key_of_through(
        &mut self,
        own: bool,
        table: TableId,
        columns: &[String],
        to: ModelId,
        reason: String,
        field: &Field,
        place: usize,
    ) {
        if !own {
            return;
        }
        let to_columns = self.key_columns(to);
        let columns = if columns.is_empty() {
            vec![join_column(&self.models.get(to).name, &to_columns[0])]
        } else {
            columns.to_vec()
        };
        let to = self.models.get(to).table;
        self.push_key(table, columns, to, to_columns, reason, field, place);
    }

    fn key(
        &mut self,
        from: ModelId,
        columns: Vec<(String, Option<String>)>,
        to: ModelId,
        reason: String,
        field: &Field,
        place: usize,
    ) {
        let keys = self.key_columns(to);
        let to_columns = columns
            .iter()
            .enumerate()
            .map(|(at, (_, refers))| {
                refers.clone().unwrap_or_else(|| keys.get(at).unwrap_or(&keys[0]).clone())
            })
            .collect();
        let columns = columns.into_iter().map(|(name, _)| name).collect();
        let (from, to) = (self.models.get(from).table, self.models.get(to).table);
        self.push_key(from, columns, to, to_columns, reason, field, place);
    }

    #[expect(clippy::too_many_arguments, reason = "all of it is what one key is made of")]
    fn push_key(
        &mut self,
        from: TableId,
        columns: Vec<String>,
        to: TableId,
        to_columns: Vec<String>,
        reason: String,
        field: &Field,
        place: usize,
    ) {
        let columns: Vec<String> =
            columns.into_iter().map(|column| self.column_as_known(from, column)).collect();
        let same = |a: &[String], b: &[String]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b))
        };
        let is_known = |key: &ForeignKey| key.from == from && same(&key.columns, &columns);
        if self.declared.iter().any(is_known) || self.keys.iter().any(is_known) {
            return;
        }
        let at = Place::new(self.mappings[place].place.path.as_str(), field.line);
        let origin = KeyOrigin::Implied { reason };
        self.keys.push(ForeignKey { from, columns, to, to_columns, origin, place: at });
    }

    /// A column by the name the schema gives it, where it differs in case and underscores only.
    fn column_as_known(&self, table: TableId, column: String) -> String {
        let columns = &self.tables.get(table).columns;
        let same = |known: &&Column| {
            known.name.replace('_', "").eq_ignore_ascii_case(&column.replace('_', ""))
        };
        columns.iter().find(same).map_or(column, |known| known.name.clone())
    }

    /// A subclass with a table of its own shares its key with its base class's table.
    fn key_to_base(&mut self, place: usize) {
        let Some(model) = self.model_of[place] else { return };
        let (table, bases) =
            (self.models.get(model).table, self.models.get(model).base_tables.clone());
        let base = self.entity_bases(place).next().and_then(|base| self.model_of[base]);
        let (Some(base), true) = (base, !bases.is_empty()) else { return };
        let to_columns = self.key_columns(base);
        let columns = match &self.mappings[place].key_column {
            Some(column) => vec![column.clone()],
            None => to_columns.clone(),
        };
        let to = self.models.get(base).table;
        if to != table {
            let (this, other) = (&self.mappings[place].name, &self.models.get(base).name);
            let reason = format!("`{this}` extends `{other}`, and each has a table");
            let field = Field { line: self.mappings[place].place.line, ..Field::default() };
            self.push_key(table, columns, to, to_columns, reason, &field, place);
        }
    }

    /// The side that is mapped by the other goes through the same table.
    fn share_through(&mut self) {
        let mut shared = Vec::new();
        for (place, mapping) in self.mappings.iter().enumerate() {
            let Some(model) = self.model_of[place] else { continue };
            for field in &mapping.fields {
                let FieldKind::Association(Associated { mapped_by: Some(by), .. }) = &field.kind
                else {
                    continue;
                };
                let target = self.models.get(model).associations.get(&field.name);
                let Some(target) = target.and_then(|association| association.target) else {
                    continue;
                };
                let other = self.models.get(target).associations.get(by);
                if let Some(through) = other.and_then(|other| other.through) {
                    shared.push((model, &field.name, through));
                }
            }
        }
        for (model, field, through) in shared {
            if let Some(association) = self.models.get_mut(model).associations.get_mut(field) {
                association.through = Some(through);
            }
        }
    }

    /// Tables that only mappings know have the columns that mappings tell.
    fn fill_columns(&mut self) {
        let mut columns: BTreeMap<TableId, Vec<Column>> = BTreeMap::new();
        for (place, mapping) in self.mappings.iter().enumerate() {
            let Some(model) = self.model_of[place] else { continue };
            let table = self.models.get(model).table;
            let bases = self.lineage[place]
                .iter()
                .take_while(|base| self.mappings[**base].role == Role::Base)
                .map(|base| &self.mappings[*base]);
            let list = columns.entry(table).or_default();
            for field in bases.chain([mapping]).flat_map(|mapping| &mapping.fields) {
                if let FieldKind::Column | FieldKind::Embedded(_) = field.kind {
                    list.push(column(field));
                }
            }
        }
        for key in &self.keys {
            let list = columns.entry(key.from).or_default();
            for name in &key.columns {
                let (name, data_type) = (name.clone(), String::new());
                list.push(Column { name, data_type, nullable: true, key: ColumnKey::None });
            }
        }
        for (table, list) in columns {
            let table = self.tables.get_mut(table);
            let only_mapped =
                table.sources.iter().all(|source| source.kind == SourceKind::OrmModel);
            if only_mapped {
                for column in list {
                    let known = |known: &Column| known.name.eq_ignore_ascii_case(&column.name);
                    if !table.columns.iter().any(known) {
                        table.columns.push(column);
                    }
                }
            }
        }
    }
}

/// An interface that more models than this implement says nothing about which one is meant.
const MOST_STOOD_FOR: usize = 2;

fn column(field: &Field) -> Column {
    Column {
        name: field.column.clone().unwrap_or_else(|| snake_case(&field.name)),
        data_type: field.data_type.clone(),
        nullable: !field.is_key && !field.not_null,
        key: if field.is_key { ColumnKey::Primary } else { ColumnKey::None },
    }
}
