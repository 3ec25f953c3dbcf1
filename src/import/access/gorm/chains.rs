//! Chains of calls on a database handle: `db.Where("a = ?", 1).Find(&orders)`, `sess.Insert(order)`.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{
    handles::{ByExpr, Handles, is_mapper_type},
    models::Rows,
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId, TableId, Via},
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

/// What a call does to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Read,
    Write,
    ReadAndWrite,
}

/// What is known around a call.
struct Around<'m, 'u, 'a> {
    handles: &'m Handles<'a>,
    by_expr: &'m ByExpr<'u, 'a>,
    /// The package uses a mapper, so that what is not known may be its handle.
    in_package: bool,
    /// The module knows the builder of SQL that comes with xorm.
    has_builder: bool,
}

impl Chains<'_> {
    pub(super) fn read(&self, gather: &mut Gather) {
        let packages = self.packages_with_mappers();
        for (module, source) in self.code.modules() {
            if source.language.name() != "Go" {
                continue;
            }
            let uses = &self.code.resolved.uses[module.index()];
            let by_expr: ByExpr<'_, '_> =
                uses.iter().map(|one| (std::ptr::from_ref(one.expr), one)).collect();
            let handles = self.handles(module);
            let none = Handles::default();
            let has_builder =
                source.outline.imports.iter().any(|it| it.path.starts_with("xorm.io/builder"));
            for one in uses {
                let around = Around {
                    handles: one.function.and_then(|it| handles.get(&it)).unwrap_or(&none),
                    by_expr: &by_expr,
                    in_package: packages.contains(folder(&source.path)),
                    has_builder,
                };
                self.one(module, one, &around, gather);
            }
        }
    }

    fn handles(&self, module: ModuleId) -> BTreeMap<FunctionId, Handles<'_>> {
        let outline = &self.code.sources[module.index()].outline;
        let functions = outline.functions.iter().enumerate();
        functions
            .filter_map(|(index, decl)| {
                let id = self.code.resolved.symbols.function_id(module, index)?;
                Some((id, Handles::of(decl)))
            })
            .collect()
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
        around: &Around<'_, '_, '_>,
        gather: &mut Gather,
    ) {
        // What is called on the monolith's own does what it does itself.
        if one.target.is_some() || !matches!(one.expr.kind, ExprKind::Call { .. }) {
            return;
        }
        let at = At { module, function: one.function, line: one.line };
        if around.has_builder
            && matches!(one.member, "From" | "Into")
            && let Some(table) = one.args.first().and_then(|arg| self.named(&arg.value))
        {
            let mode = if one.member == "Into" { AccessMode::Write } else { AccessMode::Read };
            gather.access(at, table, mode, Via::Orm);
            return;
        }
        let joined = self.joined(one);
        let verb = verb(one.member);
        if verb.is_none() && joined.is_empty()
            || !(is_handle(one, around) || around.has_builder && !joined.is_empty())
        {
            return;
        }
        for table in joined {
            gather.access(at, table, AccessMode::Read, Via::Orm);
        }
        let Some(verb) = verb else { return };
        let own = one.arg_types.iter().find_map(|ty| self.of(ty));
        let before = around.handles.before(one.expr);
        let before: Vec<_> =
            before.iter().filter_map(|it| around.by_expr.get(&std::ptr::from_ref(*it))).collect();
        let told = before.iter().find_map(|it| self.told(it, around.by_expr));
        let Some(table) = told.or(own) else { return };
        let mut tell = |mode| gather.access(at, table, mode, Via::Orm);
        match verb {
            Verb::Read => tell(AccessMode::Read),
            Verb::Write => tell(AccessMode::Write),
            Verb::ReadAndWrite => {
                tell(AccessMode::Read);
                tell(AccessMode::Write);
            }
        }
        for other in before.iter().flat_map(|it| self.joined(it)).filter(|it| *it != table) {
            gather.join(at, table, other);
        }
    }

    /// `Model(&Order{})`, `Table("orders")`, `Table(new(Order))` or `Table(Order{}.TableName())`.
    fn told(&self, one: &MemberUse<'_>, by_expr: &ByExpr<'_, '_>) -> Option<TableId> {
        if !matches!(one.member, "Model" | "Table") {
            return None;
        }
        let first = &one.args.first()?.value;
        // `Table(Order{}.TableName())`
        let asked = by_expr.get(&std::ptr::from_ref(first)).filter(|it| it.member == "TableName");
        let named = self.named(first).or_else(|| self.of(&asked?.receiver));
        named.or_else(|| one.arg_types.iter().find_map(|ty| self.of(ty)))
    }

    /// The tables that a call adds to a query: `Join("INNER", "lines", …)`, `Joins("LEFT JOIN lines ON …")`,
    /// `Preload("Lines")`.
    fn joined(&self, one: &MemberUse<'_>) -> Vec<TableId> {
        match one.member {
            "Join" => {
                let second = one.args.get(1).and_then(|arg| self.named(&arg.value));
                let typed = || one.arg_types.get(1).and_then(|ty| self.of(ty));
                second.or_else(typed).into_iter().collect()
            }
            "InnerJoin" | "LeftJoin" | "RightJoin" => {
                one.args.first().and_then(|arg| self.named(&arg.value)).into_iter().collect()
            }
            "Joins" | "InnerJoins" => match one.args.first().map(|arg| &arg.value.kind) {
                Some(ExprKind::Text(text)) => self.after_join(text),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The known tables after each `JOIN` of a piece of SQL.
    fn after_join(&self, text: &str) -> Vec<TableId> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let pairs = words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("join"));
        pairs.filter_map(|pair| self.lookup(pair[1])).collect()
    }

    /// The table that a text names, with or without an alias: `"orders as o"`, `[]string{"orders", "o"}`.
    fn named(&self, expr: &Expr) -> Option<TableId> {
        match &expr.kind {
            ExprKind::Text(text) => self.lookup(text.split_whitespace().next()?),
            ExprKind::List(parts) | ExprKind::Other(parts) => self.named(parts.first()?),
            ExprKind::New { ty, args } if ty.name == "[]" => self.named(&args.first()?.value),
            ExprKind::Same(inner) => self.named(inner),
            _ => None,
        }
    }

    fn lookup(&self, name: &str) -> Option<TableId> {
        let path: Vec<String> =
            name.split('.').map(|part| part.trim_matches(['`', '"']).to_owned()).collect();
        self.tables.lookup(&path)
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

/// Whether it may be called on a database handle: a mapper's type, or within a package that uses a mapper,
/// something that isn't known or that the monolith wraps around one.
fn is_handle(one: &MemberUse<'_>, around: &Around<'_, '_, '_>) -> bool {
    if around.handles.is_handle(one, around.by_expr) {
        return true;
    }
    around.in_package
        && match &one.receiver {
            Ty::Unknown => super::handles::called_on(one.expr).is_some(),
            ty => is_mapper_type(ty) || ty.monolith().is_some(),
        }
}

fn verb(name: &str) -> Option<Verb> {
    Some(match name {
        "First" | "Take" | "Last" | "Find" | "Scan" | "FirstOrInit" | "FindInBatches" | "Pluck"
        | "Count" | "Get" | "Exist" | "Iterate" | "Rows" | "FindAndCount" | "Sum" | "SumInt"
        | "SumsInt" | "Row" | "ScanRows" | "BufferSize" => Verb::Read,
        "Create" | "CreateInBatches" | "Save" | "Delete" | "Update" | "Updates"
        | "UpdateColumn" | "UpdateColumns" | "Insert" | "InsertOne" | "InsertMulti"
        | "Truncate" => Verb::Write,
        "FirstOrCreate" => Verb::ReadAndWrite,
        _ => return None,
    })
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
