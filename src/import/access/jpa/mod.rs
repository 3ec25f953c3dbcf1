//! Jakarta Persistence, Hibernate, and what is built on them: entities, repositories, sessions, criteria.

pub(crate) mod annotated;
pub(crate) mod build;
mod mapping;
mod names;
pub(crate) mod repository;
pub(crate) mod session;
mod verbs;
pub(crate) mod xml_mapping;

use rustc_hash::FxHashSet;

use self::mapping::Mapping;
use super::{
    gather::{At, Code, Gather},
    meaning::Speech,
    models::Models,
    tables::Tables,
    texts::{NamedQueries, NamedQuery},
    type_names::TypeNames,
};
use crate::facts::{ForeignKey, Warning};

/// What the mappings of a monolith say.
#[derive(Default)]
pub(crate) struct Mapped {
    pub models: Models,
    pub keys: Vec<ForeignKey>,
    pub named: NamedQueries,
    pub warnings: Vec<Warning>,
}

/// Reads all mappings, from annotations and from files.
pub(crate) fn read(
    code: Code<'_>,
    types: &TypeNames,
    files: &[(String, String)],
    declared: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Mapped {
    let xml = xml_mapping::read(code, types, files);
    let mut mappings = annotated::mappings(code);
    let annotated: FxHashSet<_> = mappings.iter().filter_map(|mapping| mapping.class).collect();
    let only_in_xml = |mapping: &Mapping| mapping.class.is_none_or(|c| !annotated.contains(&c));
    mappings.extend(xml.mappings.into_iter().filter(only_in_xml));
    let (models, keys) = build::build(code, &mappings, declared, tables, gather);
    let mut named = NamedQueries::default();
    let mut enter = |name: String, text: String, native: bool, at: Option<At>| {
        let speech = if native { Speech::Either } else { Speech::Entities };
        named.by_name.entry(name).or_insert(NamedQuery { text, speech, at });
    };
    for (module, _, decl) in code.types() {
        let at = At { module, function: None, line: decl.line };
        for (name, text, native) in annotated::named_queries(&decl.annotations) {
            enter(name, text, native, Some(at));
        }
    }
    for (name, text, native) in xml.queries {
        enter(name, text, native, None);
    }
    Mapped { models, keys, named, warnings: xml.warnings }
}
