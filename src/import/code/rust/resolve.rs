//! Resolves all Rust files of a project: every name followed to its declaration by Rust's own rules.

use rayon::prelude::*;

use super::{
    members::Members,
    scopes::{Item, Tree},
    walk::{Output, Walker},
};
use crate::{
    facts::{CallKind, Certainty, LanguageReport},
    import::code::{
        outline::{Annotation, Expr, ExprKind, Import, Outline, TypeDecl, TypeKind},
        resolve::{Own, Source},
        symbols::Symbols,
        types::Ty,
    },
};

/// How many of the names that could not be resolved the report lists.
const MOST_UNRESOLVED: usize = 20;

/// Resolves all names in Rust files.
pub(super) fn resolve<'a>(
    sources: &'a [Source],
    symbols: &Symbols<'a>,
    manifests: &[(String, String)],
) -> Own<'a> {
    let tree = Tree::new(sources, manifests);
    let members = Members::new(&tree);
    let outputs: Vec<(usize, Output<'a>)> = tree
        .files
        .par_iter()
        .map(|file| (*file, Walker::new(&tree, &members, symbols, *file).file()))
        .collect();
    let mut own = Own {
        report: LanguageReport { language: "Rust".to_owned(), ..LanguageReport::default() },
        ..Own::default()
    };
    let mut unresolved = std::collections::BTreeMap::new();
    for (file, output) in outputs {
        own.calls.extend(output.calls);
        own.uses.push((file, output.uses));
        own.transactions.extend(output.transactions);
        let total = &mut own.report.references;
        total.exact += output.references.exact;
        total.by_name += output.references.by_name;
        total.unresolved += output.references.unresolved;
        total.outside += output.references.outside;
        for (name, count) in output.unresolved {
            *unresolved.entry(name).or_insert(0) += count;
        }
    }
    let mut unresolved: Vec<(String, u32)> = unresolved.into_iter().collect();
    unresolved.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    unresolved.truncate(MOST_UNRESOLVED);
    own.report.most_unresolved = unresolved;
    own
}

impl<'a> Walker<'_, 'a> {
    pub(super) fn imports(&mut self, outline: &'a Outline) {
        for import in &outline.imports {
            self.import(import);
        }
    }

    fn import(&mut self, import: &'a Import) {
        let scope = self.tree.scope_at(self.source, import.line);
        let mut items = self.paths.import(scope, import, "").items;
        let mut stopped_at = None;
        if import.member.is_none() {
            let marked = self.paths.import(scope, import, "!");
            items.extend(marked.items);
        }
        if items.is_empty() {
            let found = self.paths.path(scope, import.line, &import.path);
            items = found.items;
            stopped_at = found.stopped_at;
        }
        let mut homes: Vec<usize> =
            items.iter().chain(stopped_at.iter()).filter_map(|item| self.home_of(item)).collect();
        homes.sort_unstable();
        homes.dedup();
        if homes.is_empty() {
            self.outside_import(scope, import, &items);
        }
        for home in homes {
            self.refer(CallKind::Import, home, None, import.line, Certainty::Exact);
        }
    }

    fn outside_import(&mut self, scope: usize, import: &Import, items: &[Item]) {
        let first = import.path.split('.').next().unwrap_or_default();
        let is_ours = matches!(first, "crate" | "self" | "super")
            || self
                .paths
                .path(scope, import.line, first)
                .items
                .iter()
                .any(|item| !matches!(item, Item::Outside(_)));
        if items.is_empty() && is_ours {
            let name = import.path.rsplit('.').next().unwrap_or(&import.path);
            self.lost(name);
        } else {
            self.out.references.outside += 1;
        }
    }

    /// What a type's declaration names: supers, fields, attributes.
    pub(super) fn declaration(&mut self, at: usize, decl: &'a TypeDecl) {
        let number = self.tree.type_number(self.source, at);
        let own = match decl.kind {
            TypeKind::Extension | TypeKind::Namespace => Ty::Unknown,
            _ => super::members::object(self.tree, number),
        };
        self.set_declaration(decl.line, &decl.type_params, own);
        for written in decl.supers.iter().filter(|written| written.line > 0) {
            self.inherited(decl, written);
        }
        self.annotations(&decl.annotations);
        for field in &decl.fields {
            if let Some(written) = &field.ty {
                self.named_type(written, field.line);
            }
            if let Some(value) = &field.value {
                self.expr(value, &Ty::Unknown);
            }
            self.annotations(&field.annotations);
        }
    }

    fn inherited(&mut self, decl: &TypeDecl, written: &'a crate::import::code::outline::TypeRef) {
        if decl.kind == TypeKind::Alias {
            self.named_type(written, decl.line);
            return;
        }
        let before = self.out.calls.len();
        self.named_type(written, decl.line);
        if let Some(call) = self.out.calls.get_mut(before)
            && call.line == written.line
        {
            let trait_home = self.paths.path(self.scope, written.line, &written.name);
            let home = trait_home.items.iter().find_map(|item| self.home_of(item));
            if home == Some(self.out.calls[before].to_module.index()) {
                self.out.calls[before].kind = CallKind::Inherit;
            }
        }
    }

    /// Names in attributes that mean something of the monolith: `#[diesel(table_name = posts)]`.
    pub(super) fn annotations(&mut self, annotations: &'a [Annotation]) {
        for note in
            annotations.iter().filter(|note| note.name != "derive" && note.name != super::TABLE)
        {
            for arg in &note.args {
                arg.value.walk(&mut |part| self.named_in_annotation(part));
            }
        }
    }

    fn named_in_annotation(&mut self, part: &'a Expr) {
        let path = match &part.kind {
            ExprKind::Name(name) => name.clone(),
            ExprKind::Member(of, _) if matches!(of.kind, ExprKind::Type(_)) => {
                match part.dotted() {
                    Some(path) => path,
                    None => return,
                }
            }
            _ => return,
        };
        let found = self.paths.path(self.scope, part.line, &path);
        let home = found.items.iter().find_map(|item| match item {
            Item::Scope(_) | Item::Outside(_) => None,
            item => self.home_of(item),
        });
        if let Some(home) = home {
            self.refer(CallKind::Type, home, None, part.line, Certainty::Exact);
        }
    }
}
