//! Which table each model's rows are in, as Active Record works it out.

use std::collections::BTreeMap;

use crate::{
    facts::{Place, SourceKind, TableId},
    import::{
        access::tables::Tables,
        code::{
            outline::{Expr, ExprKind, Stmt},
            ruby::{
                members::Association,
                text_of,
                tree::{Base, ClassNo, TOP, Tree},
                underscored,
            },
        },
        schema::inflect::{plural, singular},
    },
};

/// The models of a program.
pub(super) struct Models {
    /// By class, those that share a table among them.
    pub(super) by_class: BTreeMap<ClassNo, TableId>,
    /// Modules that only models of one table include.
    pub(super) by_module: BTreeMap<ClassNo, TableId>,
    /// By the class that declares it and its name: the table of `has_and_belongs_to_many`.
    pub(super) between: BTreeMap<(ClassNo, String), TableId>,
}

impl Models {
    pub(super) fn find(tree: &Tree<'_, '_>, tables: &mut Tables) -> Self {
        let prefixes = engine_prefixes(tree);
        let finder = Finder { tree, prefixes };
        let mut by_class = BTreeMap::new();
        for class in 1..tree.classes.len() {
            if tree.is_model(class)
                && !finder.is_abstract(class)
                && let Some(table) = finder.table(class, tables)
            {
                by_class.insert(class, table);
            }
        }
        let mut models = Self { by_class, by_module: BTreeMap::new(), between: BTreeMap::new() };
        models.find_modules(tree);
        models.find_between(tree, tables);
        models
    }

    fn find_modules(&mut self, tree: &Tree<'_, '_>) {
        let mut includers: Vec<(ClassNo, Vec<ClassNo>)> = tree.includers().into_iter().collect();
        includers.sort();
        for (module, classes) in includers {
            let all: Vec<Option<TableId>> =
                classes.iter().map(|class| self.by_class.get(class).copied()).collect();
            if let Some(Some(table)) = all.first().copied()
                && all.iter().all(|it| *it == Some(table))
            {
                self.by_module.insert(module, table);
            }
        }
    }

    fn find_between(&mut self, tree: &Tree<'_, '_>, tables: &mut Tables) {
        for class in self.by_class.keys().copied().collect::<Vec<_>>() {
            for association in associations(tree, class) {
                if association.macro_name != "has_and_belongs_to_many" {
                    continue;
                }
                if let Some(table) = self.join_table(tree, class, association, tables) {
                    self.between.insert((class, association.name.clone()), table);
                }
            }
        }
    }

    /// The two names in the order of the alphabet; what both begin with up to a `_` stands once.
    fn join_table(
        &self,
        tree: &Tree<'_, '_>,
        class: ClassNo,
        association: &Association<'_>,
        tables: &mut Tables,
    ) -> Option<TableId> {
        let name = match association.option("join_table") {
            Some(name) => name.to_owned(),
            None => {
                let own = tables.get(*self.by_class.get(&class)?).name.clone();
                let target = tree.association_class(class, association)?;
                let other = tables.get(*self.by_class.get(&target)?).name.clone();
                let mut both = [own, other];
                both.sort();
                let [a, b] = both;
                let shared = common_prefix(&a, &b);
                format!("{a}_{}", &b[shared..])
            }
        };
        let place = Place::default();
        known_or_new(tables, &name, place, false)
    }

    pub(super) fn table(&self, class: ClassNo) -> Option<TableId> {
        self.by_class.get(&class).or_else(|| self.by_module.get(&class)).copied()
    }
}

/// The associations that a class declares itself or gets from modules, by name.
pub(super) fn associations<'t, 'a>(
    tree: &'t Tree<'_, 'a>,
    class: ClassNo,
) -> Vec<&'t Association<'a>> {
    let mut found: BTreeMap<&str, &Association<'a>> = BTreeMap::new();
    let own = |ancestor: &&ClassNo| **ancestor == class || tree.class(**ancestor).is_module;
    for ancestor in tree.class(class).ancestors.iter().filter(own) {
        // Sorted by name in the end, so the order of entry does not show.
        let mut members: Vec<_> = tree.class(*ancestor).members.iter().collect();
        members.sort_by_key(|(name, _)| name.as_str());
        for (name, member) in members {
            if let crate::import::code::ruby::members::MemberKind::Association(association) =
                &member.kind
            {
                found.entry(name.as_str()).or_insert(association);
            }
        }
    }
    found.into_values().collect()
}

struct Finder<'t, 's, 'a> {
    tree: &'t Tree<'s, 'a>,
    /// By module: what its tables begin with.
    prefixes: BTreeMap<ClassNo, String>,
}

impl<'a> Finder<'_, '_, 'a> {
    fn is_abstract(&self, class: ClassNo) -> bool {
        self.notes(class).any(|(name, value)| match name {
            "primary_abstract_class" => true,
            "abstract_class=" => {
                value.is_some_and(|it| matches!(&it.kind, ExprKind::Name(name) if name == "true"))
            }
            _ => false,
        })
    }

    /// Macros of a class with their first argument.
    fn notes(&self, class: ClassNo) -> impl Iterator<Item = (&'a str, Option<&'a Expr>)> {
        let sources = self.tree.sources;
        self.tree.class(class).declarations.iter().flat_map(move |(module, at)| {
            let notes = &sources[module.index()].outline.types[*at].annotations;
            notes.iter().map(|note| (note.name.as_str(), note.args.first().map(|arg| &arg.value)))
        })
    }

    fn table(&self, class: ClassNo, tables: &mut Tables) -> Option<TableId> {
        let place = || {
            let (module, at) = self.tree.class(class).declarations.first()?;
            let source = &self.tree.sources[module.index()];
            Some(Place::new(source.path.as_str(), source.outline.types[*at].line))
        };
        if let Some(name) = self.said_name(class) {
            return known_or_new(tables, &name, place()?, true);
        }
        if let Some(base) = self.base(class) {
            return self.table(base, tables);
        }
        let name = self.conventional(class, tables)?;
        known_or_new(tables, &name, place()?, false)
    }

    /// `self.table_name = "orders"`, `def self.table_name = "orders"`.
    fn said_name(&self, class: ClassNo) -> Option<String> {
        let said = self.notes(class).find_map(|(name, value)| {
            let names = matches!(name, "table_name=" | "set_table_name");
            value.filter(|_| names).and_then(text_in)
        });
        said.or_else(|| self.returned_text(class, "table_name"))
    }

    fn returned_text(&self, class: ClassNo, function: &str) -> Option<String> {
        let id = self.tree.class(class).statics.get(function)?.first()?;
        let (_, decl) = self.tree.symbols.function(*id)?;
        match decl.body.last()? {
            Stmt::Expr(expr) | Stmt::Return(expr) => text_in(expr),
            _ => None,
        }
    }

    /// The model whose table holds the rows of its descendants too.
    fn base(&self, class: ClassNo) -> Option<ClassNo> {
        let Some(Base::Class(base)) = self.tree.class(class).superclass else { return None };
        if base == class || !self.tree.is_model(base) {
            return None;
        }
        if self.is_abstract(base) || is_application_record(&self.tree.class(base).full_name) {
            return None;
        }
        Some(base)
    }

    fn conventional(&self, class: ClassNo, tables: &mut Tables) -> Option<String> {
        let entry = self.tree.class(class);
        let short = entry.full_name.rsplit('.').next()?;
        let own = plural(&underscored(short));
        let around = entry.around;
        if around != TOP && self.tree.is_model(around) && !self.is_abstract(around) {
            let outer = self.table(around, tables)?;
            return Some(format!("{}_{own}", singular(&tables.get(outer).name)));
        }
        Some(format!("{}{own}", self.prefix(class)))
    }

    /// What the nearest module around says that tables begin with.
    fn prefix(&self, class: ClassNo) -> String {
        let mut at = self.tree.class(class).around;
        while at != TOP {
            if let Some(prefix) = self.own_prefix(at) {
                return prefix;
            }
            at = self.tree.class(at).around;
        }
        let ancestors = self.tree.class(class).ancestors.iter();
        let inherited =
            ancestors.filter(|it| self.tree.is_model(**it)).find_map(|it| self.own_prefix(*it));
        inherited.unwrap_or_default()
    }

    fn own_prefix(&self, class: ClassNo) -> Option<String> {
        let said = self.notes(class).find_map(|(name, value)| {
            value.filter(|_| name == "table_name_prefix=").and_then(text_in)
        });
        said.or_else(|| self.returned_text(class, "table_name_prefix"))
            .or_else(|| self.prefixes.get(&class).cloned())
    }
}

/// Engines that isolate their namespace put its name before all their tables.
fn engine_prefixes(tree: &Tree<'_, '_>) -> BTreeMap<ClassNo, String> {
    let isolated = tree.isolated().into_iter().map(|(_, of)| {
        let path: Vec<String> = tree.class(of).full_name.split('.').map(underscored).collect();
        (of, format!("{}_", path.join("_")))
    });
    isolated.collect()
}

/// A literal; what is interpolated into it is a prefix or suffix that is mostly empty.
fn text_in(expr: &Expr) -> Option<String> {
    if let Some(text) = text_of(expr) {
        return Some(text.to_owned());
    }
    match &expr.kind {
        ExprKind::Other(parts) => {
            let text = text_of(parts.first()?)?;
            Some(text.replace('?', "")).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

fn is_application_record(full_name: &str) -> bool {
    full_name == "ApplicationRecord" || full_name.ends_with(".ApplicationRecord")
}

/// The table of that name; entered where there is no schema to know it, or where the code insists.
fn known_or_new(tables: &mut Tables, name: &str, place: Place, insists: bool) -> Option<TableId> {
    let path: Vec<String> =
        name.split('.').map(|part| part.trim_matches(['`', '"']).to_owned()).collect();
    if let Some(found) = tables.lookup(&path) {
        return Some(found);
    }
    let (last, before) = path.split_last()?;
    let schema = before.last().map(String::as_str);
    if let Some(found) = tables.lookup_loosely(schema, last) {
        return Some(found);
    }
    // Importers name the tables of other programs, and stand outside `app`.
    let insists = insists && (place.path.starts_with("app/") || place.path.contains("/app/"));
    let may = (tables.is_open() || insists) && !last.is_empty() && !place.path.is_empty();
    may.then(|| tables.declare(schema, last, SourceKind::OrmModel, place))
}

/// How much two names share up to and with a `_`.
fn common_prefix(a: &str, b: &str) -> usize {
    let shared = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.get(..shared).and_then(|shared| shared.rfind('_')).map_or(0, |at| at + 1)
}
