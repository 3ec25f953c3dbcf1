//! Who reads and writes which table, from where, and through what.
//!
//! Each way of reaching a table has its detector: SQL text anywhere in code, mapper files, object-relational
//! mappers. Detectors read outlines and what the resolver says of them, so they do not know the syntax of any
//! language. What is found at one place twice is one fact.
//!
//! An entity class has one `entity` read of its table at the line of the class: it accesses nothing by itself,
//! but class and table belong together.

mod active_record;
mod alchemy;
mod annotation;
mod diesel;
mod django;
mod ecmascript;
mod ef;
mod eloquent;
mod gather;
mod gorm;
mod jooq;
mod jpa;
mod meaning;
mod models;
mod mybatis;
mod running;
mod sql;
mod tables;
mod texts;
mod type_names;
mod xml;

pub(crate) use self::running::Running;
use self::{
    gather::{Code, Gather},
    jpa::{repository::Repositories, session::Sessions},
    tables::Tables,
    texts::TextReader,
    type_names::TypeNames,
};
use super::code::resolve::{Resolved, Source};
use crate::facts::{Access, Call, ForeignKey, Function, FunctionId, Join, Module, Table, Warning};
use rustc_hash::FxHashSet;

/// What accesses are looked for in.
pub struct Input<'a> {
    pub sources: &'a [Source],
    pub resolved: &'a Resolved<'a>,
    /// Path and text of XML files that may map classes or statements to tables.
    pub mappers: &'a [(String, String)],
    /// Path and text of the files that languages asked for: some hold models.
    pub manifests: &'a [(String, String)],
    /// The tables of the schema; empty where none was found.
    pub tables: Vec<Table>,
    /// Full names of classes with the full names of the tables that hold their objects, where the schema says so.
    pub entities: &'a [(String, String)],
    /// The keys of the schema, declared and implied.
    pub foreign_keys: &'a [ForeignKey],
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub accesses: Vec<Access>,
    pub joins: Vec<Join>,
    /// The tables that came in, in their places, then those that only code knows.
    pub tables: Vec<Table>,
    /// Keys that associations imply, and that were not known.
    pub foreign_keys: Vec<ForeignKey>,
    /// Mapper files, to stand after the modules that came in.
    pub modules: Vec<Module>,
    /// Their statements, to stand after the functions that came in.
    pub functions: Vec<Function>,
    /// References from and to mapper files.
    pub calls: Vec<Call>,
    pub warnings: Vec<Warning>,
}

/// At most this many warnings name tables that no schema declares.
const MOST_UNKNOWN: usize = 50;

/// Finds all accesses, joins, and the tables and keys that only code tells of.
#[must_use]
pub fn find(input: Input<'_>) -> Found {
    let code = Code { sources: input.sources, resolved: input.resolved };
    let mut tables = Tables::new(input.tables);
    let mut gather = Gather::default();
    let types = TypeNames::new(code);
    let mapped =
        jpa::read(code, &types, input.mappers, input.foreign_keys, &mut tables, &mut gather);
    let models = mapped.models;
    let scripted =
        ecmascript::read(code, input.manifests, input.foreign_keys, &mut tables, &mut gather);
    let repositories = Repositories::find(code, &models);
    repositories.accesses(code, &models, &mut gather);
    let sessions = Sessions { code, models: &models, tables: &tables, types: &types };
    sessions.accesses(&mut gather);
    let active_keys = active_record::read(code, input.foreign_keys, &mut tables, &mut gather);
    let entity_names = repositories.entity_names(&models);
    // Tables that structs stand for are known before text is read: it then brings in no others.
    let structs = gorm::read(code, input.foreign_keys, &mut tables, &mut gather);
    TextReader::new(code, &mut tables, &models, &mapped.named, &entity_names, &mut gather).run();
    let files = mybatis::read(code, &types, input.mappers, &mut tables, &models, &mut gather);

    ecmascript::accesses(code, &scripted, &tables, &mut gather);
    let mut keys = mapped.keys;
    keys.extend(structs);
    jooq::read(code, &tables, &mut gather);
    keys.extend(ef::read(code, input.entities, input.foreign_keys, &mut tables, &mut gather));
    keys.extend(active_keys);
    keys.extend(scripted.keys);
    keys.extend(diesel::read(code, input.foreign_keys, &mut tables, &mut gather));
    keys.extend(django::read(code, input.foreign_keys, &mut tables, &mut gather));
    keys.extend(eloquent::read(code, input.foreign_keys, &mut tables, &mut gather));
    keys.extend(alchemy::read(code, input.foreign_keys, &mut tables, &mut gather));

    let mut warnings = mapped.warnings;
    warnings.extend(files.warnings);
    warnings.extend(unknown_tables(&gather, tables.is_open()));
    let mut found = Found {
        accesses: gather.accesses,
        joins: gather.joins,
        tables: tables.into_list(),
        foreign_keys: keys,
        modules: files.modules,
        functions: files.functions,
        calls: files.calls,
        warnings,
    };
    let undoing = undoing(code);
    found.accesses.retain(|it| it.function.is_none_or(|function| !undoing.contains(&function)));
    found.joins.retain(|it| it.function.is_none_or(|function| !undoing.contains(&function)));
    found.accesses.sort();
    found.accesses.dedup();
    found.joins.sort();
    found.joins.dedup();
    found
}

/// Functions that take back what another one beside them does, as migrations have them: nothing runs them while
/// the program works.
fn undoing(code: Code<'_>) -> FxHashSet<FunctionId> {
    const PAIRS: [(&str, &str); 4] = [
        ("down", "up"),
        ("downgrade", "upgrade"),
        ("backwards", "forwards"),
        ("safeDown", "safeUp"),
    ];
    let mut found = FxHashSet::default();
    for (module, source) in code.modules() {
        let functions = &source.outline.functions;
        for (at, function) in functions.iter().enumerate() {
            let Some((_, forth)) = PAIRS.iter().find(|(back, _)| *back == function.name) else {
                continue;
            };
            let has_forth =
                functions.iter().any(|it| it.name == *forth && it.owner == function.owner);
            let id = code.resolved.symbols.function_id(module, at);
            found.extend(id.filter(|_| has_forth));
        }
    }
    found
}

fn unknown_tables(gather: &Gather, open: bool) -> Vec<Warning> {
    if open {
        return Vec::new();
    }
    let unknown = gather.unknown.iter().take(MOST_UNKNOWN);
    unknown
        .map(|(name, place)| {
            Warning::new(
                place.clone(),
                format!("SQL names `{name}`, which is no table of the schema"),
                "give the schema that has it with --schema",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests;
