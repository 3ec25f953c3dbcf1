//! What functions do with Diesel's tables: which query reads, writes and joins which.

use std::collections::{BTreeMap, BTreeSet};

use super::Declared;
use crate::{
    facts::{AccessMode, FunctionId, TableId, Via},
    import::{
        access::gather::{At, Code, Gather},
        code::{
            outline::{Arg, Expr, ExprKind},
            rust::TYPE_ARGUMENT,
            types::{Head, MemberUse, Ty},
        },
    },
};

/// Functions whose first argument is what is written.
const WRITES: [&str; 6] =
    ["insert_into", "replace_into", "insert_or_ignore_into", "update", "delete", "uplete"];
/// Methods whose argument is the table that the receiver is written into.
const WRITES_INTO: [&str; 2] = ["insert_into", "into"];

/// Where an expression stands in memory: tells two equal ones apart.
type Spot = *const Expr;

/// Enters what every function does with tables.
pub(super) fn accesses(code: Code<'_>, declared: &Declared, gather: &mut Gather) {
    for uses in &code.resolved.uses {
        let uses: Vec<&MemberUse<'_>> = uses.iter().filter(|one| one.function.is_some()).collect();
        if uses.iter().any(|one| declared.names(one)) {
            Reader {
                declared,
                uses: &uses,
                mentions: BTreeMap::new(),
                written: BTreeSet::new(),
                writers: BTreeSet::new(),
            }
            .run(gather);
        }
    }
}

impl Declared {
    fn table_of_class(&self, ty: &Ty) -> Option<TableId> {
        match ty {
            Ty::Class(Head::Monolith(id)) => self.tables.get(id).copied(),
            _ => None,
        }
    }

    /// The table that a row's struct belongs to, through a wrapper or two.
    fn table_of_row(&self, ty: &Ty) -> Option<TableId> {
        match ty {
            Ty::Object { head: Head::Monolith(id), .. } | Ty::Class(Head::Monolith(id)) => {
                self.models.get(id).copied()
            }
            Ty::Object { args, .. } => args.first().and_then(|inner| self.table_of_row(inner)),
            _ => None,
        }
    }

    /// Whether a use has anything to do with tables or rows.
    fn names(&self, one: &MemberUse<'_>) -> bool {
        self.table_of_class(&one.receiver).is_some()
            || one.arg_types.iter().any(|ty| self.table_of_class(ty).is_some())
            || matches!(one.member, "update" | "delete" | "save_changes" | "belonging_to")
    }
}

/// The uses of one module.
struct Reader<'a> {
    declared: &'a Declared,
    uses: &'a [&'a MemberUse<'a>],
    /// Where a table is named, and which.
    mentions: BTreeMap<Spot, (TableId, At)>,
    /// The mentions that are written.
    written: BTreeSet<Spot>,
    /// By function: the tables it writes.
    writers: BTreeSet<(Option<FunctionId>, TableId)>,
}

impl Reader<'_> {
    fn run(mut self, gather: &mut Gather) {
        for one in self.uses {
            self.mention(one);
            self.writes(one, gather);
            self.joins(one, gather);
        }
        for (spot, (table, at)) in &self.mentions {
            if !self.written.contains(spot) {
                gather.access(*at, *table, AccessMode::Read, Via::Orm);
            }
        }
        self.foreign_columns(gather);
    }

    /// Notes where a table itself is named: `posts::table`, `posts.filter(…)`, `join(posts)`.
    fn mention(&mut self, one: &MemberUse<'_>) {
        if let Some(table) = self.declared.table_of_class(&one.receiver) {
            if let ExprKind::Call { callee, .. } = &one.expr.kind
                && let ExprKind::Member(of, _) = &callee.kind
            {
                self.mention_root(of, table, at(one));
            } else if one.member == "table" {
                self.mentions.insert(std::ptr::from_ref(one.expr), (table, at(one)));
            }
        }
        for (arg, ty) in plain_args(one) {
            if let Some(table) = self.declared.table_of_class(ty) {
                self.mention_root(&arg.value, table, at(one));
            }
        }
    }

    fn mention_root(&mut self, expr: &Expr, table: TableId, at: At) {
        if let Some(root) = root(expr) {
            let line = root.line;
            self.mentions.entry(std::ptr::from_ref(root)).or_insert((table, At { line, ..at }));
        }
    }

    fn writes(&mut self, one: &MemberUse<'_>, gather: &mut Gather) {
        let is_method = matches!(&one.expr.kind, ExprKind::Call { callee, .. }
            if matches!(&callee.kind, ExprKind::Member(of, _) if !matches!(of.kind, ExprKind::Type(_))));
        let of_diesel = one.target.is_none();
        let writing: &[&str] = if is_method { &WRITES_INTO } else { &WRITES };
        if of_diesel && writing.contains(&one.member) {
            let Some((arg, ty)) = plain_args(one).next() else { return };
            let table = self.declared.table_of_class(ty);
            let row = || self.declared.table_of_row(ty).filter(|_| !is_method);
            if let Some(table) = table.or_else(row) {
                gather.access(at(one), table, AccessMode::Write, Via::Orm);
                self.writers.insert((one.function, table));
                if let Some(root) = root(&arg.value) {
                    self.written.insert(std::ptr::from_ref(root));
                }
            }
        }
        let row = || self.declared.table_of_row(&one.receiver);
        match one.member {
            "save_changes" if of_diesel => {
                if let Some(table) = row() {
                    gather.access(at(one), table, AccessMode::Write, Via::Orm);
                }
            }
            "belonging_to" if of_diesel => {
                if let Some(table) = row() {
                    gather.access(at(one), table, AccessMode::Read, Via::Orm);
                }
            }
            _ => {}
        }
    }

    fn joins(&self, one: &MemberUse<'_>, gather: &mut Gather) {
        if !one.member.ends_with("join") || one.target.is_some() {
            return;
        }
        let base = self.declared.table_of_class(&one.receiver);
        for (_, ty) in plain_args(one) {
            if let (Some(base), Some(joined)) = (base, self.declared.table_of_class(ty))
                && base != joined
            {
                gather.join(at(one), base, joined);
            }
        }
    }

    /// Columns and tables that a query names besides those it begins with: they are read, and joined.
    fn foreign_columns(&self, gather: &mut Gather) {
        let mut within: BTreeMap<Spot, TableId> = BTreeMap::new();
        for one in self.uses {
            let Some(base) = self.declared.table_of_class(&one.receiver) else { continue };
            if matches!(one.expr.kind, ExprKind::Call { .. }) {
                for arg in one.args {
                    arg.value.walk(&mut |part| {
                        within.entry(std::ptr::from_ref(part)).or_insert(base);
                    });
                }
            }
        }
        for (spot, (table, at)) in &self.mentions {
            if let Some(base) = within.get(spot)
                && base != table
            {
                gather.join(*at, *base, *table);
            }
        }
        let mut named = self.writers.clone();
        named.extend(self.mentions.values().map(|(table, at)| (at.function, *table)));
        for one in self.uses {
            let is_column = matches!(one.expr.kind, ExprKind::Member(..)) && one.member != "table";
            let Some(table) = self.declared.table_of_class(&one.receiver).filter(|_| is_column)
            else {
                continue;
            };
            let base = within.get(&std::ptr::from_ref(one.expr)).copied();
            if base == Some(table) || base.is_none() && named.contains(&(one.function, table)) {
                continue;
            }
            gather.access(at(one), table, AccessMode::Read, Via::Orm);
            if let Some(base) = base {
                gather.join(at(one), base, table);
            }
        }
    }
}

fn at(one: &MemberUse<'_>) -> At {
    At { module: one.module, function: one.function, line: one.line }
}

fn plain_args<'u>(one: &'u MemberUse<'_>) -> impl Iterator<Item = (&'u Arg, &'u Ty)> {
    one.args.iter().filter(|arg| arg.name.as_deref() != Some(TYPE_ARGUMENT)).zip(&one.arg_types)
}

/// The name that a chain of calls begins with; `None` where it begins with a call of a path.
fn root(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, _) if !matches!(of.kind, ExprKind::Type(_)) => root(of),
            _ => None,
        },
        ExprKind::Same(inner) => root(inner),
        ExprKind::Member(of, _) if matches!(of.kind, ExprKind::Type(_)) => Some(expr),
        ExprKind::Name(_) => Some(expr),
        _ => None,
    }
}
