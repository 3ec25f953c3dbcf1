//! What functions do with Django's models: calls of managers and querysets, of rows, and of what leads on.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{lookups, tables::ModelTables};
use crate::{
    facts::{AccessMode, FunctionId, Via},
    import::{
        access::gather::{At, Code, Gather},
        code::{
            outline::{Expr, ExprKind, Stmt},
            python::django::Django,
            symbols::Symbols,
            types::{MemberUse, TypeId},
        },
    },
};

/// What a call does with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Reads,
    Writes,
    Both,
}

/// Everything that is needed to understand a use.
pub(super) struct Queries<'a> {
    pub code: Code<'a>,
    pub symbols: &'a Symbols<'a>,
    pub django: &'a Django,
    pub tables: &'a ModelTables,
    /// The class that each method belongs to.
    pub owners: BTreeMap<FunctionId, TypeId>,
}

/// Where an expression stands in memory: tells two equal ones apart.
type Spot = *const Expr;

/// What is known of a module before its uses are read one by one.
#[derive(Default)]
struct Marks {
    /// What is given a value: the name of a field there is no read of it.
    assigned: FxHashSet<Spot>,
    /// Queries that a write narrows down: they are part of it.
    within_writes: FxHashSet<Spot>,
}

impl Queries<'_> {
    /// Enters what every function does with rows.
    pub(super) fn accesses(&self, gather: &mut Gather) {
        for (module, uses) in self.code.resolved.uses.iter().enumerate() {
            let source = &self.code.sources[module];
            if source.language.name() != "Python" {
                continue;
            }
            let mut marks = Marks::default();
            for decl in &source.outline.functions {
                decl.body.iter().for_each(|stmt| assigned(stmt, &mut marks.assigned));
            }
            for one in uses {
                self.mark(one, &mut marks);
            }
            for one in uses {
                self.one(one, &marks, gather);
            }
        }
    }

    fn mark(&self, one: &MemberUse<'_>, marks: &mut Marks) {
        let ExprKind::Call { callee, .. } = &one.expr.kind else { return };
        let ExprKind::Member(of, _) = &callee.kind else { return };
        let writes = rows_call(one.member) == Some(Doing::Writes);
        if writes && self.rows(one).is_some() {
            let mut inner = of.as_ref();
            while let Some(of) = receiver(inner) {
                marks.within_writes.insert(std::ptr::from_ref(inner));
                inner = of;
            }
        }
    }

    /// The model whose rows the receiver of a use gives.
    fn rows(&self, one: &MemberUse<'_>) -> Option<TypeId> {
        self.django.rows_of(self.symbols, &one.receiver).or_else(|| {
            let own = self.own_of_super(one)?;
            let object = crate::import::code::types::Ty::object(
                crate::import::code::types::Head::Monolith(own),
            );
            self.django.rows_of(self.symbols, &object)
        })
    }

    /// The class that the code stands in, where it calls what it inherits.
    fn own_of_super(&self, one: &MemberUse<'_>) -> Option<TypeId> {
        let ExprKind::Call { callee, .. } = &one.expr.kind else { return None };
        let ExprKind::Member(of, _) = &callee.kind else { return None };
        (of.kind == ExprKind::Super).then(|| self.owners.get(&one.function?).copied()).flatten()
    }

    fn one(&self, one: &MemberUse<'_>, marks: &Marks, gather: &mut Gather) {
        let is_call = matches!(one.expr.kind, ExprKind::Call { .. });
        if let Some(id) = self.rows(one) {
            if is_call {
                self.on_rows(id, one, marks, gather);
            }
            return;
        }
        let row = self.django.row(&one.receiver);
        let row = row.or_else(|| self.own_of_super(one).filter(|id| self.is_model(*id)));
        if let Some(id) = row {
            match row_call(one.member) {
                Some(doing) if is_call => self.touch(id, doing, one, gather),
                _ => self.attribute(id, one, marks, gather),
            }
            return;
        }
        if is_call {
            self.shortcut(one, gather);
        }
    }

    fn is_model(&self, id: TypeId) -> bool {
        self.django.models.contains_key(&id)
    }

    fn on_rows(&self, id: TypeId, one: &MemberUse<'_>, marks: &Marks, gather: &mut Gather) {
        let within_write = marks.within_writes.contains(&std::ptr::from_ref(one.expr));
        for (from, to) in lookups::steps(self.django, self.tables, id, one.member, one.args) {
            gather.access(at(one), to, AccessMode::Read, Via::Orm);
            if from != to {
                gather.join(at(one), from, to);
            }
        }
        let called = rows_call(one.member).or(one.target.map(|_| Doing::Reads));
        let Some(doing) = called else { return };
        if let Some(lead) = self.django.many(&one.receiver)
            && let Some(between) =
                lead.through.as_ref().and_then(|through| self.tables.through(through))
        {
            let pairs_only = matches!(
                one.member,
                "add" | "aadd" | "set" | "aset" | "remove" | "aremove" | "clear" | "aclear"
            );
            let made = matches!(one.member, "create" | "acreate") || doing == Doing::Both;
            let mode = if pairs_only || made { AccessMode::Write } else { AccessMode::Read };
            gather.access(at(one), between, mode, Via::Orm);
            if pairs_only {
                return;
            }
            if let Some(own) = self.tables.of(id).first() {
                gather.join(at(one), *own, between);
            }
        }
        if doing != Doing::Reads || !within_write {
            self.touch(id, doing, one, gather);
        }
    }

    /// A row's attribute that leads to other rows loads them.
    fn attribute(&self, id: TypeId, one: &MemberUse<'_>, marks: &Marks, gather: &mut Gather) {
        let is_member = matches!(one.expr.kind, ExprKind::Member(..));
        if !is_member || marks.assigned.contains(&std::ptr::from_ref(one.expr)) {
            return;
        }
        if let Some(lead) = self.django.attribute(id, one.member)
            && !lead.many
        {
            self.touch(lead.to, Doing::Reads, one, gather);
        }
    }

    /// Functions of Django that take a model, and forms and serializers that save one.
    fn shortcut(&self, one: &MemberUse<'_>, gather: &mut Gather) {
        match one.member {
            "get_object_or_404" | "get_list_or_404" | "aget_object_or_404" | "aget_list_or_404" => {
                let first = one.arg_types.first();
                let named = first.and_then(|ty| self.django.named_rows(self.symbols, ty));
                if let Some(id) = named {
                    self.touch(id, Doing::Reads, one, gather);
                    let rest = one.args.get(1..).unwrap_or_default();
                    let steps =
                        lookups::steps(self.django, self.tables, id, "get_object_or_404", rest);
                    for (from, to) in steps {
                        gather.access(at(one), to, AccessMode::Read, Via::Orm);
                        gather.join(at(one), from, to);
                    }
                }
            }
            "save" if one.target.is_none() => {
                if let Some(class) = one.receiver.monolith()
                    && let Some(id) = self.django.form_model(self.symbols, class)
                {
                    self.touch(id, Doing::Writes, one, gather);
                }
            }
            _ => {}
        }
    }

    fn touch(&self, id: TypeId, doing: Doing, one: &MemberUse<'_>, gather: &mut Gather) {
        let modes: &[AccessMode] = match doing {
            Doing::Reads => &[AccessMode::Read],
            Doing::Writes => &[AccessMode::Write],
            Doing::Both => &[AccessMode::Read, AccessMode::Write],
        };
        for table in self.tables.of(id) {
            for mode in modes {
                gather.access(at(one), *table, *mode, Via::Orm);
            }
        }
    }
}

/// What a call on a manager or queryset does with the rows; `None` where it does nothing with them.
fn rows_call(name: &str) -> Option<Doing> {
    Some(match name {
        "create" | "acreate" | "bulk_create" | "abulk_create" | "update" | "aupdate"
        | "bulk_update" | "abulk_update" | "delete" | "adelete" | "_raw_delete" | "add"
        | "aadd" | "set" | "aset" | "remove" | "aremove" | "clear" | "aclear" | "create_user"
        | "create_superuser" => Doing::Writes,
        "get_or_create" | "aget_or_create" | "update_or_create" | "aupdate_or_create" => {
            Doing::Both
        }
        "all" | "filter" | "exclude" | "get" | "aget" | "first" | "afirst" | "last" | "alast"
        | "earliest" | "aearliest" | "latest" | "alatest" | "count" | "acount" | "exists"
        | "aexists" | "aggregate" | "aaggregate" | "values" | "values_list" | "order_by"
        | "select_related" | "prefetch_related" | "annotate" | "alias" | "distinct" | "only"
        | "defer" | "reverse" | "select_for_update" | "iterator" | "aiterator" | "in_bulk"
        | "ain_bulk" | "raw" | "dates" | "datetimes" | "extra" | "contains" | "acontains"
        | "explain" | "union" | "intersection" | "difference" | "complex_filter" | "using"
        | "__getitem__" | "__getslice__" | "get_by_natural_key" | "get_queryset" => Doing::Reads,
        _ => return None,
    })
}

/// What a call on one row does with it.
fn row_call(name: &str) -> Option<Doing> {
    match name {
        "save" | "asave" | "delete" | "adelete" | "save_base" => Some(Doing::Writes),
        "refresh_from_db" | "arefresh_from_db" => Some(Doing::Reads),
        _ => None,
    }
}

fn at(one: &MemberUse<'_>) -> At {
    At { module: one.module, function: one.function, line: one.line }
}

/// The receiver of a call or member.
fn receiver(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, _) => Some(of),
            _ => None,
        },
        ExprKind::Member(of, _) | ExprKind::Same(of) => Some(of),
        _ => None,
    }
}

/// The members that are given values somewhere in a statement.
fn assigned(stmt: &Stmt, found: &mut FxHashSet<Spot>) {
    match stmt {
        Stmt::Assign { target, .. } => _ = found.insert(std::ptr::from_ref(target)),
        Stmt::Block(body) | Stmt::Loop { body, .. } => {
            body.iter().for_each(|stmt| assigned(stmt, found));
        }
        Stmt::Let { .. } | Stmt::Expr(_) | Stmt::Return(_) => {}
    }
}
