//! Repositories whose functions a framework writes: Spring Data, Micronaut Data, MyBatis-Plus and their like.
//!
//! A function that the repository declares accesses its tables there, at its own line. One that it inherits from
//! the framework accesses them where it is called.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    annotated::{graph_paths, named_class},
    verbs::{deletes, mode_of, properties},
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId, TableId, Via},
    import::{
        access::{
            annotation,
            gather::{At, Code, Gather},
            models::{Association, ModelId, Models},
        },
        code::{outline::FunctionDecl, types::TypeId},
    },
};

/// Types of frameworks that repositories descend from.
const BASES: &[&str] = &[
    "Repository",
    "CrudRepository",
    "ListCrudRepository",
    "PagingAndSortingRepository",
    "ListPagingAndSortingRepository",
    "JpaRepository",
    "JpaRepositoryImplementation",
    "SimpleJpaRepository",
    "JpaSpecificationExecutor",
    "QuerydslPredicateExecutor",
    "RevisionRepository",
    "PageableRepository",
    "ReactiveCrudRepository",
    "ReactiveSortingRepository",
    "R2dbcRepository",
    "CoroutineCrudRepository",
    "GenericRepository",
    "PanacheRepository",
    "PanacheRepositoryBase",
    "BasicRepository",
    "DataRepository",
];

/// Like [`BASES`], but what they do not inherit is written by hand or in mapper files.
const BASES_WITHOUT_DERIVED: &[&str] = &[
    "BaseMapper",
    "IService",
    "ServiceImpl",
    "Mapper",
    "ServiceEntityRepository",
    "EntityRepository",
];

/// Which repositories there are, and which model each is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repositories {
    domains: BTreeMap<TypeId, Domain>,
}

#[derive(Clone, Copy, Debug)]
struct Domain {
    /// None for a base of repositories that is for no model of its own.
    model: Option<ModelId>,
    /// The framework makes queries out of the names of declared functions.
    derives: bool,
}

impl Repositories {
    /// Finds all repositories.
    pub(crate) fn find(code: Code<'_>, models: &Models) -> Self {
        let symbols = &code.resolved.symbols;
        let mut domains = BTreeMap::new();
        if models.is_empty() {
            return Self { domains };
        }
        for (module, place, decl) in code.types() {
            let Some(class) = symbols.declared(module, place) else { continue };
            let named = named_class(&decl.annotations, "RepositoryDefinition", "domainClass");
            let named = named.map(|ty| symbols.resolve_type(module, Some(place), ty));
            let derives = named.is_some() || descends(code, class, BASES);
            if derives || descends(code, class, BASES_WITHOUT_DERIVED) {
                let model = match named.and_then(|ty| ty.monolith()) {
                    Some(named) => models.of_class(named).first().copied(),
                    None => domain(code, models, class),
                };
                domains.insert(class, Domain { model, derives });
            }
        }
        Self { domains }
    }

    /// What queries call the model of each repository.
    pub(crate) fn entity_names(&self, models: &Models) -> FxHashMap<TypeId, String> {
        let named = self.domains.iter();
        named.filter_map(|(class, of)| Some((*class, models.get(of.model?).name.clone()))).collect()
    }

    /// Enters the accesses of declared and inherited functions.
    pub(crate) fn accesses(&self, code: Code<'_>, models: &Models, gather: &mut Gather) {
        let mut writer = Writer { models, gather };
        for (class, domain) in &self.domains {
            let Some(model) = domain.model.filter(|_| domain.derives) else { continue };
            self.declared(code, *class, model, &mut writer);
        }
        for member_use in code.resolved.uses.iter().flatten() {
            let Some(class) = member_use.receiver.monolith() else { continue };
            let Some(Domain { model: Some(model), .. }) = self.domains.get(&class) else {
                continue;
            };
            let inherited = match member_use.target {
                None => true,
                Some(target) => self.is_of_base(code, target),
            };
            if inherited {
                let at = At {
                    module: member_use.module,
                    function: member_use.function,
                    line: member_use.line,
                };
                writer.function(at, *model, member_use.member);
            }
        }
    }

    /// Whether a function is declared by a repository that is for no model of its own, without a body.
    fn is_of_base(&self, code: Code<'_>, target: FunctionId) -> bool {
        let Some((module, decl)) = code.resolved.symbols.function(target) else { return false };
        let owner = decl.owner.and_then(|owner| code.resolved.symbols.declared(module, owner));
        let is_base = owner
            .and_then(|owner| self.domains.get(&owner))
            .is_some_and(|domain| domain.model.is_none());
        is_base && decl.body.is_empty()
    }

    fn declared(&self, code: Code<'_>, class: TypeId, model: ModelId, writer: &mut Writer<'_>) {
        for (module, function, decl) in functions_of(code, class) {
            let has_query = decl.annotations.iter().any(|a| {
                let name = annotation::last_segment(&a.name);
                name.ends_with("Query")
                    || matches!(name, "Select" | "Insert" | "Update" | "Delete")
                        && !a.args.is_empty()
            });
            let at = At { module, function, line: decl.line };
            for path in graph_paths(&decl.annotations) {
                writer.graph(at, model, &path);
            }
            if !has_query && decl.body.is_empty() {
                writer.function(at, model, &decl.name);
                writer.criteria(at, model, &decl.name);
            }
        }
    }
}

/// The functions that a type declares, in all the places that declare it.
pub(crate) fn functions_of<'a>(
    code: Code<'a>,
    class: TypeId,
) -> Vec<(ModuleId, Option<FunctionId>, &'a FunctionDecl)> {
    let symbols = &code.resolved.symbols;
    let mut functions = Vec::new();
    let mut seen = FxHashSet::default();
    for (module, _) in symbols.declarations(class) {
        if !seen.insert(module) {
            continue;
        }
        for (place, decl) in code.sources[module.index()].outline.functions.iter().enumerate() {
            let owner = decl.owner.and_then(|owner| symbols.declared(module, owner));
            if owner == Some(class) {
                functions.push((module, symbols.function_id(module, place), decl));
            }
        }
    }
    functions
}

fn descends(code: Code<'_>, class: TypeId, bases: &[&str]) -> bool {
    bases.iter().any(|base| code.resolved.symbols.descends_from(class, base))
}

/// The model that a class's super types are made for, told by their type arguments: `JpaRepository<Order, Long>`.
pub(crate) fn domain(code: Code<'_>, models: &Models, class: TypeId) -> Option<ModelId> {
    let mut seen = FxHashSet::from_iter([class]);
    let mut queue = VecDeque::from([class]);
    while let Some(class) = queue.pop_front() {
        for base in code.resolved.symbols.supers(class) {
            for argument in base.args() {
                let meant = argument.monolith().map(|class| models.of_class(class));
                if let Some([model, ..]) = meant {
                    return Some(*model);
                }
            }
            queue.extend(base.monolith().filter(|base| seen.insert(*base)));
        }
    }
    None
}

/// Enters what functions of mappers do to the tables of models.
pub(crate) struct Writer<'a> {
    pub models: &'a Models,
    pub gather: &'a mut Gather,
}

impl Writer<'_> {
    /// A function that does what its name says.
    pub(crate) fn function(&mut self, at: At, model: ModelId, name: &str) {
        match mode_of(name) {
            Some(AccessMode::Write) => self.write(at, model, deletes(name)),
            Some(AccessMode::Read) => self.read(at, model),
            None => {}
        }
    }

    /// Rows of a model are written, and those of associations that are written along.
    pub(crate) fn write(&mut self, at: At, model: ModelId, delete: bool) {
        let along: fn(&Association) -> bool =
            if delete { |a| a.deleted_along } else { |a| a.saved_along };
        for table in self.models.tables_along(model, along) {
            self.gather.access(at, table, AccessMode::Write, Via::Orm);
        }
    }

    /// Rows of a model are read.
    pub(crate) fn read(&mut self, at: At, model: ModelId) {
        self.join_all(at, &self.models.tables_of(model));
        for table in self.models.tables_loaded(model) {
            self.gather.access(at, table, AccessMode::Read, Via::Orm);
        }
    }

    /// Follows one association of a model for a query; where it leads.
    pub(crate) fn association(&mut self, at: At, model: ModelId, field: &str) -> Option<ModelId> {
        let association = self.models.get(model).associations.get(field)?.clone();
        let mut tables: Vec<TableId> = vec![self.models.get(model).table];
        tables.extend(association.through);
        tables.extend(association.target.map(|target| self.models.get(target).table));
        self.join_all(at, &tables);
        for table in &tables[1..] {
            self.gather.access(at, *table, AccessMode::Read, Via::Orm);
        }
        association.target
    }

    fn join_all(&mut self, at: At, tables: &[TableId]) {
        for (place, a) in tables.iter().enumerate() {
            for b in &tables[place + 1..] {
                if a != b {
                    self.gather.join(at, *a, *b);
                }
            }
        }
    }

    fn graph(&mut self, at: At, model: ModelId, path: &str) {
        let mut model = Some(model);
        for field in path.split('.') {
            let Some(from) = model else { return };
            model = self.association(at, from, field);
        }
    }

    /// `findByOwnerLastName` joins the table of the association `owner`.
    fn criteria(&mut self, at: At, model: ModelId, function: &str) {
        for words in properties(function) {
            let mut rest = words.as_slice();
            let mut model = Some(model);
            while let Some(from) = model {
                let found = (1..=rest.len()).rev().find_map(|take| {
                    let field = lower_first(&rest[..take].concat());
                    let known = self.models.get(from).associations.contains_key(&field);
                    known.then_some((field, take))
                });
                let Some((field, take)) = found else { break };
                // `findByOwner` and `findByOwnerId` compare the key that the own table holds.
                let past = &rest[take..];
                let plural = field.ends_with('s');
                if !plural && (past.is_empty() || past.len() == 1 && past[0] == "Id") {
                    break;
                }
                model = self.association(at, from, &field);
                rest = past;
            }
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
