//! Chains of calls, as query builders are written: `db.select().from(orders).where(…)`.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{bare, text};
use crate::{
    facts::{AccessMode, ModuleId},
    import::{
        access::gather::Code,
        code::outline::{Arg, Expr, ExprKind, Stmt},
    },
};

/// One member of a chain: called, or only taken.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub name: &'a str,
    /// None where it is not called.
    pub args: Option<&'a [Arg]>,
    pub expr: &'a Expr,
}

impl<'a> Link<'a> {
    /// An argument of the call.
    pub(super) fn arg(&self, at: usize) -> Option<&'a Expr> {
        self.args?.get(at).map(|arg| &arg.value)
    }
}

/// A whole chain, from what it begins with to what is done last.
pub(super) struct Chain<'a> {
    pub root: &'a Expr,
    pub links: Vec<Link<'a>>,
}

impl<'a> Chain<'a> {
    /// The name just before a link: of the link before, or of what the chain begins with.
    pub(super) fn before(&self, at: usize) -> &'a str {
        match at.checked_sub(1) {
            Some(before) => self.links[before].name,
            None => match &self.root.kind {
                ExprKind::Name(name) => name,
                ExprKind::This => "this",
                ExprKind::Call { callee, .. } => match &bare(callee).kind {
                    ExprKind::Name(name) => name,
                    _ => "",
                },
                _ => "",
            },
        }
    }

    /// Whether the chain has a call of one of these names at a place or after it.
    pub(super) fn calls_after(&self, at: usize, names: &[&str]) -> bool {
        self.links[at..].iter().any(|link| link.args.is_some() && names.contains(&link.name))
    }

    /// What a query that is built from a place on does.
    pub(super) fn mode(&self, at: usize) -> AccessMode {
        let writes = [
            "insert",
            "update",
            "delete",
            "del",
            "softDelete",
            "restore",
            "upsert",
            "truncate",
            "increment",
            "decrement",
            "replace",
            "insertIgnore",
            "onConflict",
        ];
        if self.calls_after(at, &writes) { AccessMode::Write } else { AccessMode::Read }
    }
}

/// Longer chains are not followed to their beginning.
const LONGEST: usize = 400;

/// Takes an expression apart; `seen` hears of every part, so that no chain is read twice.
pub(super) fn chain<'a>(expr: &'a Expr, seen: &mut FxHashSet<*const Expr>) -> Chain<'a> {
    let mut links = Vec::new();
    let mut expr = bare(expr);
    while links.len() < LONGEST {
        seen.insert(std::ptr::from_ref(expr));
        let (callee, args) = match &expr.kind {
            ExprKind::Call { callee, args } => (bare(callee), Some(args.as_slice())),
            _ => (expr, None),
        };
        let ExprKind::Member(of, name) = &callee.kind else { break };
        seen.insert(std::ptr::from_ref(callee));
        links.push(Link { name, args, expr });
        expr = bare(of);
    }
    links.reverse();
    Chain { root: expr, links }
}

/// Texts that variables, enums and objects at the tops of modules hold.
#[derive(Default)]
pub(super) struct Constants {
    here: BTreeMap<(ModuleId, String), String>,
    /// None where several of that name differ.
    anywhere: BTreeMap<String, Option<String>>,
}

impl Constants {
    pub(super) fn new(code: Code<'_>) -> Self {
        let mut constants = Self::default();
        for (module, source) in code.modules().filter(|(module, _)| super::is_script(code, *module))
        {
            for stmt in &source.outline.top {
                let Stmt::Let { name, value: Some(value), .. } = stmt else { continue };
                constants.enter(module, name, value);
                let ExprKind::Map(pairs) = &bare(value).kind else { continue };
                for (key, value) in pairs {
                    if let ExprKind::Text(key) = &key.kind {
                        constants.enter(module, &format!("{name}.{key}"), value);
                    }
                }
            }
            for decl in &source.outline.types {
                for field in &decl.fields {
                    if let Some(value) = &field.value {
                        constants.enter(module, &format!("{}.{}", decl.name, field.name), value);
                    }
                }
            }
        }
        constants
    }

    fn enter(&mut self, module: ModuleId, name: &str, value: &Expr) {
        let Some(text) = text(value) else { return };
        self.here.insert((module, name.to_owned()), text.to_owned());
        self.anywhere
            .entry(name.to_owned())
            .and_modify(|known| {
                known.take_if(|known| known != text);
            })
            .or_insert_with(|| Some(text.to_owned()));
    }

    /// The text that an expression is, or that it names.
    pub(super) fn text(&self, module: ModuleId, expr: &Expr) -> Option<String> {
        if let Some(text) = text(expr) {
            return Some(text.to_owned());
        }
        let name = bare(expr).dotted()?;
        let here = self.here.get(&(module, name.clone()));
        here.cloned().or_else(|| self.anywhere.get(&name).cloned().flatten())
    }
}

/// What a function of a repository, a manager, a model or a row does to rows; `statics` are those of a class, which
/// also create.
pub(super) fn row_mode(name: &str, statics: bool) -> Option<AccessMode> {
    let writes = matches!(
        name,
        "save"
            | "saveAndFlush"
            | "insert"
            | "insertMany"
            | "update"
            | "updateAll"
            | "upsert"
            | "upsertMany"
            | "delete"
            | "deleteAll"
            | "remove"
            | "softDelete"
            | "softRemove"
            | "restore"
            | "recover"
            | "clear"
            | "increment"
            | "decrement"
            | "persist"
            | "persistAndFlush"
            | "removeAndFlush"
            | "nativeInsert"
            | "nativeUpdate"
            | "nativeDelete"
            | "destroy"
            | "truncate"
    ) || statics && matches!(name, "create" | "bulkCreate" | "findOrCreate");
    if writes {
        return Some(AccessMode::Write);
    }
    let reads = name.starts_with("find")
        || name.starts_with("count")
        || name.starts_with("exist")
        || matches!(name, "sum" | "average" | "minimum" | "maximum" | "max" | "min" | "aggregate")
        || matches!(name, "reload" | "refresh" | "populate" | "preload");
    reads.then_some(AccessMode::Read)
}
