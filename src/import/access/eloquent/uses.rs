//! What code does with models: queries, relations, rows that are saved.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    models::Rows,
    relations::{Relation, Relations},
    verbs::{self, Verb},
};
use crate::{
    facts::{AccessMode, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Arg, Expr, ExprKind},
            types::{Head, MemberUse, Ty, TypeId},
        },
    },
};

/// Everything that is needed to read what is done with models.
pub(super) struct Uses<'a> {
    pub code: Code<'a>,
    pub rows: &'a Rows,
    pub relations: &'a Relations,
    pub tables: &'a Tables,
}

/// What a member is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    /// A query, a relation, a model's class, a repository.
    Query,
    Row,
    /// Rows in memory.
    List,
}

/// A use that is about rows of a model.
struct RowUse<'u, 'a> {
    of: &'u MemberUse<'a>,
    model: TypeId,
    on: On,
}

/// The uses of one module by the expression they are.
type ByExpr<'u, 'a> = FxHashMap<*const Expr, &'u MemberUse<'a>>;

impl Uses<'_> {
    pub(super) fn read(&self, gather: &mut Gather) {
        for (module, source) in self.code.modules() {
            if source.language.name() != "PHP" {
                continue;
            }
            let uses = &self.code.resolved.uses[module.index()];
            let by_expr: ByExpr<'_, '_> =
                uses.iter().map(|one| (std::ptr::from_ref(one.expr), one)).collect();
            let of_rows: Vec<RowUse<'_, '_>> =
                uses.iter().filter_map(|one| self.row_use(one)).collect();
            // What a query goes on with is told where it ends.
            let inner: FxHashSet<*const Expr> = of_rows
                .iter()
                .filter_map(|one| called_on(one.of.expr).map(std::ptr::from_ref))
                .collect();
            for one in &of_rows {
                let goes_on = inner.contains(&std::ptr::from_ref(one.of.expr));
                self.one(one, goes_on, &by_expr, gather);
            }
        }
    }

    fn row_use<'u, 'b>(&self, of: &'u MemberUse<'b>) -> Option<RowUse<'u, 'b>> {
        let model = self.rows.of(&of.receiver).or_else(|| self.of_parent(of))?;
        let on = match &of.receiver {
            Ty::Class(_) => On::Query,
            Ty::Object { head: Head::Monolith(class), .. } => {
                let own = self.rows.model(*class).is_none();
                if own || self.rows.is_repository(*class, self.code) { On::Query } else { On::Row }
            }
            Ty::Object { head: Head::Outside(name), .. } => {
                let name = name.rsplit('.').next().unwrap_or(name);
                let is_query = name == "Builder"
                    || ["BelongsTo", "HasOne", "HasMany", "Morph"]
                        .iter()
                        .any(|it| name.starts_with(it));
                if is_query { On::Query } else { On::List }
            }
            _ => return None,
        };
        Some(RowUse { of, model, on })
    }

    /// `parent::create()` in a repository is about the repository's own model.
    fn of_parent(&self, of: &MemberUse<'_>) -> Option<TypeId> {
        let above = of.receiver.monolith()?;
        let (module, decl) = self.code.resolved.symbols.function(of.function?)?;
        let own = self.code.resolved.symbols.declared(module, decl.owner?)?;
        let model = self.rows.model(own)?;
        let own = Ty::object(Head::Monolith(own));
        self.code.resolved.symbols.seen_as(&own, above).map(|_| model)
    }

    fn one(
        &self,
        one: &RowUse<'_, '_>,
        goes_on: bool,
        by_expr: &ByExpr<'_, '_>,
        gather: &mut Gather,
    ) {
        let of = one.of;
        let at = At { module: of.module, function: of.function, line: of.line };
        let Some(table) = self.rows.table(one.model) else { return };
        if matches!(of.expr.kind, ExprKind::Member(..)) {
            if let Some(name) = of.member.strip_prefix('$').filter(|_| one.on == On::Row)
                && let Some(relation) = self.relations.named(self.code, one.model, name)
            {
                self.along(at, relation, gather);
            }
            return;
        }
        // A function of the monolith's own does what it does itself; a scope goes on with the query, and what a
        // common base of repositories does is done for the repository's model.
        let is_own = of.target.is_some() && !self.is_scope(of);
        if is_own && !self.is_of_base(of) {
            return;
        }
        let verb = match one.on {
            On::Query if of.target.is_some() && !is_own => Verb::Fluent,
            On::Query => verbs::of_query(of.member),
            On::Row => verbs::of_row(of.member),
            On::List => match verbs::of_row(of.member) {
                Verb::Along => Verb::Along,
                _ => Verb::Nothing,
            },
        };
        let relation = if one.on == On::Query { self.relation_of(of.expr, by_expr) } else { None };
        let through = relation.and_then(|relation| relation.through);
        let mut tell = |table: TableId, mode: AccessMode| gather.access(at, table, mode, Via::Orm);
        match verb {
            Verb::Read => {
                tell(table, AccessMode::Read);
                through.iter().for_each(|through| tell(*through, AccessMode::Read));
            }
            Verb::Write => tell(table, AccessMode::Write),
            Verb::ReadAndWrite => {
                tell(table, AccessMode::Read);
                tell(table, AccessMode::Write);
            }
            Verb::Link => through.iter().for_each(|through| tell(*through, AccessMode::Write)),
            Verb::Fluent | Verb::Join | Verb::Along if !goes_on && one.on == On::Query => {
                tell(table, AccessMode::Read);
            }
            _ => {}
        }
        match verb {
            Verb::Along => self.paths(at, one.model, of.args, gather),
            Verb::Join => self.join(at, table, of.args, gather),
            _ => {}
        }
    }

    /// Whether what is called belongs to a class that is for no model of its own.
    fn is_of_base(&self, of: &MemberUse<'_>) -> bool {
        let symbols = &self.code.resolved.symbols;
        let found = of.target.and_then(|id| symbols.function(id));
        let class = found.and_then(|(module, decl)| symbols.declared(module, decl.owner?));
        let own = of.receiver.monolith().filter(|own| Some(*own) != class);
        own.is_some() && class.is_some_and(|class| self.rows.model(class).is_none())
    }

    fn is_scope(&self, of: &MemberUse<'_>) -> bool {
        let name = of.target.and_then(|id| self.code.resolved.symbols.function(id));
        name.is_some_and(|(_, decl)| decl.name.starts_with("scope") && decl.name != of.member)
    }

    fn along(&self, at: At, relation: &Relation, gather: &mut Gather) {
        for table in self.rows.table(relation.target).into_iter().chain(relation.through) {
            gather.access(at, table, AccessMode::Read, Via::Orm);
        }
    }

    /// The relation that a query began with: `$user->roles()->wherePivot(…)`.
    fn relation_of(&self, expr: &Expr, by_expr: &ByExpr<'_, '_>) -> Option<&Relation> {
        let mut at = called_on(expr)?;
        for _ in 0..40 {
            let target = by_expr.get(&std::ptr::from_ref(at)).and_then(|one| one.target);
            if let Some(relation) = target.and_then(|target| self.relations.get(target)) {
                return Some(relation);
            }
            at = called_on(at)?;
        }
        None
    }

    /// `with('lines.product', 'customer')`, also as a list or as keys.
    fn paths(&self, at: At, model: TypeId, args: &[Arg], gather: &mut Gather) {
        let mut paths = Vec::new();
        for arg in args {
            match &arg.value.kind {
                ExprKind::Text(text) => paths.push(text.as_str()),
                ExprKind::List(parts) => paths.extend(parts.iter().filter_map(text)),
                ExprKind::Map(pairs) => {
                    for (key, value) in pairs {
                        paths.extend(text(key).or_else(|| text(value)));
                    }
                }
                _ => {}
            }
        }
        for path in paths {
            let mut model = model;
            let path = path.split([':', ' ']).next().unwrap_or(path);
            for name in path.split('.') {
                let Some(relation) = self.relations.named(self.code, model, name) else { break };
                self.along(at, relation, gather);
                model = relation.target;
            }
        }
    }

    fn join(&self, at: At, table: TableId, args: &[Arg], gather: &mut Gather) {
        let Some(name) = args.first().and_then(|arg| text(&arg.value)) else { return };
        if let Some(other) = named_table(self.tables, name) {
            gather.access(at, other, AccessMode::Read, Via::Orm);
            if other != table {
                gather.join(at, table, other);
            }
        }
    }
}

/// A table by the name that a query builder is given: `orders as o`.
pub(super) fn named_table(tables: &Tables, name: &str) -> Option<TableId> {
    let name = name.split_whitespace().next()?;
    let path: Vec<String> = name.split('.').map(str::to_owned).collect();
    tables.lookup(&path)
}

fn text(value: &Expr) -> Option<&str> {
    match &value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// What a call or member belongs to.
pub(super) fn called_on(expr: &Expr) -> Option<&Expr> {
    let mut at = expr;
    for _ in 0..10 {
        match &at.kind {
            ExprKind::Call { callee, .. } => match &callee.kind {
                ExprKind::Member(of, _) => return Some(inside(of)),
                _ => return None,
            },
            ExprKind::Member(of, _) => return Some(inside(of)),
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
