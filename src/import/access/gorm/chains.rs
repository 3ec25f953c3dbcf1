//! Chains of calls on a database handle: `db.Where("a = ?", 1).Find(&orders)`, `sess.Insert(order)`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::models::Rows;
use crate::{
    facts::{AccessMode, ModuleId, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Expr, ExprKind},
            types::{MemberUse, Ty},
        },
    },
};

/// Everything that is needed to read chains.
pub(super) struct Chains<'a> {
    pub code: Code<'a>,
    pub rows: &'a Rows,
    pub tables: &'a Tables,
}

type ByExpr<'u, 'a> = FxHashMap<*const Expr, &'u MemberUse<'a>>;

/// What a call does to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Read,
    Write,
    ReadAndWrite,
}

impl Chains<'_> {
    pub(super) fn read(&self, gather: &mut Gather) {
        let packages = self.packages_with_mappers();
        for (module, source) in self.code.modules() {
            let is_go = source.language.name() == "Go";
            if !is_go || !packages.contains(folder(&source.path)) {
                continue;
            }
            let uses = &self.code.resolved.uses[module.index()];
            let by_expr: ByExpr<'_, '_> =
                uses.iter().map(|one| (std::ptr::from_ref(one.expr), one)).collect();
            for one in uses {
                self.one(module, one, &by_expr, gather);
            }
        }
    }

    /// Folders in which some file imports a mapper: its handles are passed around within the package.
    fn packages_with_mappers(&self) -> FxHashSet<&str> {
        let is_mapper = |path: &str| {
            ["gorm.io/gorm", "github.com/jinzhu/gorm", "xorm.io/xorm", "github.com/go-xorm/xorm"]
                .iter()
                .any(|mapper| path == *mapper || path.starts_with(&format!("{mapper}/")))
        };
        let modules = self.code.modules();
        modules
            .filter(|(_, source)| source.outline.imports.iter().any(|it| is_mapper(&it.path)))
            .map(|(_, source)| folder(&source.path))
            .collect()
    }

    fn one(
        &self,
        module: ModuleId,
        one: &MemberUse<'_>,
        by_expr: &ByExpr<'_, '_>,
        gather: &mut Gather,
    ) {
        let Some(verb) = verb(one.member) else { return };
        // What is called on the monolith's own does what it does itself.
        if one.target.is_some()
            || !matches!(one.expr.kind, ExprKind::Call { .. })
            || !is_handle(one)
        {
            return;
        }
        let own = one.arg_types.iter().find_map(|ty| self.of(ty));
        let Some(table) = self.told(one, by_expr).or(own) else { return };
        let at = At { module, function: one.function, line: one.line };
        let mut tell = |mode| gather.access(at, table, mode, Via::Orm);
        match verb {
            Verb::Read => tell(AccessMode::Read),
            Verb::Write => tell(AccessMode::Write),
            Verb::ReadAndWrite => {
                tell(AccessMode::Read);
                tell(AccessMode::Write);
            }
        }
    }

    /// `Model(&Order{})`, `Table("orders")` or `Table(new(Order))` before it.
    fn told(&self, one: &MemberUse<'_>, by_expr: &ByExpr<'_, '_>) -> Option<TableId> {
        let mut at = called_on(one.expr)?;
        for _ in 0..60 {
            if let Some(before) = by_expr.get(&std::ptr::from_ref(at))
                && matches!(before.member, "Model" | "Table")
            {
                let named = before.args.first().and_then(|arg| match &arg.value.kind {
                    ExprKind::Text(text) => {
                        let name = text.split_whitespace().next()?.trim_matches('`').to_owned();
                        self.tables.lookup(&[name])
                    }
                    _ => None,
                });
                return named.or_else(|| before.arg_types.iter().find_map(|ty| self.of(ty)));
            }
            at = called_on(at)?;
        }
        None
    }

    /// The table of a row, or of rows in a slice.
    fn of(&self, ty: &Ty) -> Option<TableId> {
        match ty.monolith() {
            Some(class) => self.rows.table(class),
            None => match ty.outside_name()? {
                "[]" => self.of(ty.args().last()?),
                _ => None,
            },
        }
    }
}

/// Whether it may be called on a database handle: a mapper's type, or something that isn't known.
fn is_handle(one: &MemberUse<'_>) -> bool {
    match &one.receiver {
        Ty::Unknown => called_on(one.expr).is_some(),
        ty => match ty.outside_name() {
            Some(name) => matches!(name, "DB" | "Session" | "Engine" | "EngineGroup" | "Interface"),
            // A type of the monolith around a handle.
            None => ty.monolith().is_some(),
        },
    }
}

fn verb(name: &str) -> Option<Verb> {
    Some(match name {
        "First" | "Take" | "Last" | "Find" | "Scan" | "FirstOrInit" | "FindInBatches" | "Pluck"
        | "Count" | "Get" | "Exist" | "Iterate" | "Rows" | "FindAndCount" | "Sum" | "SumInt"
        | "SumsInt" | "Row" | "ScanRows" | "BufferSize" => Verb::Read,
        "Create" | "CreateInBatches" | "Save" | "Delete" | "Update" | "Updates"
        | "UpdateColumn" | "UpdateColumns" | "Insert" | "InsertOne" | "InsertMulti"
        | "Unscoped" | "Truncate" => {
            if name == "Unscoped" {
                return None;
            }
            Verb::Write
        }
        "FirstOrCreate" => Verb::ReadAndWrite,
        _ => return None,
    })
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a call belongs to.
fn called_on(expr: &Expr) -> Option<&Expr> {
    let mut at = expr;
    for _ in 0..10 {
        match &at.kind {
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Member(of, _) => return Some(inside(of)),
                _ => return None,
            },
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => at = inner,
            _ => return None,
        }
    }
    None
}

fn inside(expr: &Expr) -> &Expr {
    let mut at = expr;
    while let ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } = &at.kind {
        at = inner;
    }
    at
}
