//! Where accesses and joins are collected while code is read, with the place of each.

use std::collections::BTreeMap;

use super::meaning::Meaning;
use crate::{
    facts::{Access, AccessMode, FunctionId, Join, ModuleId, Place, TableId, Via},
    import::code::{
        outline::TypeDecl,
        resolve::{Resolved, Source},
    },
};

/// The code as all detectors see it: outlines, and what their names mean.
#[derive(Clone, Copy)]
pub(crate) struct Code<'a> {
    pub sources: &'a [Source],
    pub resolved: &'a Resolved<'a>,
}

impl<'a> Code<'a> {
    /// All modules with their ids, in their order.
    pub(crate) fn modules(self) -> impl Iterator<Item = (ModuleId, &'a Source)> {
        self.sources.iter().enumerate().map(|(place, source)| (ModuleId::at(place), source))
    }

    /// All type declarations with their modules and their places in the outline.
    pub(crate) fn types(self) -> impl Iterator<Item = (ModuleId, usize, &'a TypeDecl)> {
        self.modules().flat_map(|(module, source)| {
            let types = source.outline.types.iter().enumerate();
            types.map(move |(place, decl)| (module, place, decl))
        })
    }

    pub(crate) fn place(self, at: At) -> Place {
        Place::new(self.sources[at.module.index()].path.as_str(), at.line)
    }
}

/// Where an access happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub module: ModuleId,
    pub function: Option<FunctionId>,
    pub line: u32,
}

/// What was found so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gather {
    pub accesses: Vec<Access>,
    pub joins: Vec<Join>,
    /// Names that certain statements use as tables and that mean nothing known, with the first place of each.
    pub unknown: BTreeMap<String, Place>,
}

impl Gather {
    pub(crate) fn access(&mut self, at: At, table: TableId, mode: AccessMode, via: Via) {
        let At { module, function, line } = at;
        self.accesses.push(Access { module, function, table, mode, line, via });
    }

    pub(crate) fn join(&mut self, at: At, a: TableId, b: TableId) {
        let At { module, function, line } = at;
        let (table_a, table_b) = (a.min(b), a.max(b));
        self.joins.push(Join { module, function, line, table_a, table_b });
    }

    /// Enters all that a statement does.
    pub(crate) fn meaning(&mut self, at: At, meaning: &Meaning, via: Via) {
        for (table, mode) in &meaning.accesses {
            self.access(at, *table, *mode, via);
        }
        for (a, b) in &meaning.joins {
            self.join(at, *a, *b);
        }
    }
}
