//! What calls on models, relations and rows do to tables.

use rustc_hash::{FxHashMap, FxHashSet};

use super::tables::{Models, associations};
use crate::{
    facts::{AccessMode, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Arg, Expr, ExprKind},
            ruby::{
                RELATION,
                members::Association,
                text_of,
                tree::{ClassNo, Tree},
            },
            types::{Head, MemberUse, Ty},
        },
    },
};

/// Methods of model classes and relations that read.
const READS: &str = "where find find_by find_by! first first! last last! take take! all order joins \
    includes preload eager_load left_joins left_outer_joins select pluck count sum average minimum \
    maximum ids pick exists? any? empty? none? many? limit offset group having distinct find_each \
    find_in_batches in_batches sole find_sole_by second third fourth fifth size length to_a lock \
    reorder rewhere merge or not from unscoped load load_async each map find_or_initialize_by \
    first_or_initialize references in_order_of page accessible_by count_by_sql";
/// Methods of model classes and relations that write.
const WRITES: &str = "create create! insert insert! insert_all insert_all! upsert upsert_all update \
    update! update_all delete delete_all delete_by destroy destroy! destroy_all destroy_by \
    update_counters increment_counter decrement_counter touch_all import import! reset_counters \
    create_or_find_by create_or_find_by! bulk_insert bulk_import";
/// Those that do both.
const BOTH: &str = "find_or_create_by find_or_create_by! first_or_create first_or_create!";
/// Methods of collections that write what they are given.
const FILLS: &str = "<< push append concat replace clear";
/// Methods of a relation that say no more than what is changed: the chain before them reads nothing.
const DIRECT: &str = "update_all delete_all touch_all insert_all insert_all! upsert_all insert insert! \
    upsert create create! new build import import! << push append concat";
/// Methods of a row that write it.
const ROW_WRITES: &str = "save save! update update! update_attribute update_attribute! \
    update_attributes update_attributes! update_column update_columns destroy destroy! delete touch \
    increment! decrement! toggle! really_destroy! soft_delete";
const ROW_READS: &str = "reload lock! with_lock";
/// Methods that name associations.
const JOINS: &str =
    "joins includes preload eager_load left_joins left_outer_joins missing associated";

/// Reads all uses of members.
pub(super) fn read(
    code: Code<'_>,
    tree: &Tree<'_, '_>,
    models: &Models,
    tables: &Tables,
    gather: &mut Gather,
) {
    for uses in &code.resolved.uses {
        let by_expr = uses.iter().map(|one| (std::ptr::from_ref(one.expr), one)).collect();
        let silent = silent(uses, &by_expr);
        let reader = Reader { tree, models, tables, by_expr, silent };
        for one in uses {
            reader.one(one, gather);
        }
    }
}

/// The expressions that only lead to a direct change: back to the class or row that it begins with.
fn silent(
    uses: &[MemberUse<'_>],
    by_expr: &FxHashMap<*const Expr, &MemberUse<'_>>,
) -> FxHashSet<*const Expr> {
    let mut silent = FxHashSet::default();
    for one in uses.iter().filter(|one| has(DIRECT, one.member)) {
        let mut at = receiver_of(one.expr);
        while let Some(expr) = at {
            let asked = by_expr.get(&std::ptr::from_ref(expr));
            silent.insert(std::ptr::from_ref(expr));
            let of_row = asked.is_some_and(|asked| {
                matches!(&asked.receiver, Ty::Object { head: Head::Monolith(_), .. })
            });
            at = if of_row { None } else { receiver_of(expr) };
        }
    }
    silent
}

fn receiver_of(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, _) => Some(of),
            _ => None,
        },
        _ => None,
    }
}

fn has(words: &str, name: &str) -> bool {
    words.split_whitespace().any(|word| word == name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Class,
    Relation,
    Row,
}

struct Reader<'t, 's, 'a, 'u> {
    tree: &'t Tree<'s, 'a>,
    models: &'t Models,
    tables: &'t Tables,
    by_expr: FxHashMap<*const Expr, &'u MemberUse<'a>>,
    silent: FxHashSet<*const Expr>,
}

impl<'a> Reader<'_, '_, 'a, '_> {
    fn one(&self, one: &MemberUse<'a>, gather: &mut Gather) {
        let Some((class, shape)) = self.model(&one.receiver) else { return };
        let at = At { module: one.module, function: one.function, line: one.line };
        let is_silent = self.silent.contains(&std::ptr::from_ref(one.expr));
        if one.target.is_some() {
            // A scope reads where it is asked for; what other methods do is told by their bodies.
            let gives_rows = is_relation(&one.result);
            if let (true, false, Some(table)) = (gives_rows, is_silent, self.models.table(class)) {
                gather.access(at, table, AccessMode::Read, Via::Orm);
            }
            return;
        }
        if shape == Shape::Row
            && let Some((owner, association)) = self.association(class, one.member)
        {
            if !is_silent {
                self.follow(owner, association, at, AccessMode::Read, gather);
            }
            return;
        }
        let Some(table) = self.models.table(class) else { return };
        if shape == Shape::Row {
            self.row(one, class, table, at, gather);
            return;
        }
        self.query(one, class, table, shape, at, is_silent, gather);
    }

    /// The model that something is a class, relation or row of.
    fn model(&self, ty: &Ty) -> Option<(ClassNo, Shape)> {
        let (ty, shape) = match ty {
            Ty::Class(_) => (ty, Shape::Class),
            Ty::Object { head: Head::Outside(name), args } if name.as_ref() == RELATION => {
                (args.first()?, Shape::Relation)
            }
            Ty::Object { head: Head::Monolith(_), .. } => (ty, Shape::Row),
            _ => return None,
        };
        Some((self.tree.class_of_type(ty.monolith()?)?, shape))
    }

    fn association(&self, class: ClassNo, name: &str) -> Option<(ClassNo, &Association<'a>)> {
        self.tree.named_association(class, name)
    }

    fn row(
        &self,
        one: &MemberUse<'a>,
        class: ClassNo,
        table: TableId,
        at: At,
        gather: &mut Gather,
    ) {
        if has(ROW_WRITES, one.member) {
            gather.access(at, table, AccessMode::Write, Via::Orm);
            if one.member.contains("destroy") {
                self.dependents(class, at, gather, &mut FxHashSet::default());
            }
        } else if has(ROW_READS, one.member) {
            gather.access(at, table, AccessMode::Read, Via::Orm);
        } else if let Some(name) = one.member.strip_prefix("create_")
            && let Some((owner, association)) = self.association(class, name.trim_end_matches('!'))
        {
            self.follow(owner, association, at, AccessMode::Write, gather);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what is done, on what, where")]
    fn query(
        &self,
        one: &MemberUse<'a>,
        class: ClassNo,
        table: TableId,
        shape: Shape,
        at: At,
        is_silent: bool,
        gather: &mut Gather,
    ) {
        let name = one.member;
        let finds = name.starts_with("find_by_") && name != "find_by_sql";
        let both = has(BOTH, name);
        let fills = shape == Shape::Relation && has(FILLS, name);
        let writes = has(WRITES, name) && !self.is_list(one);
        if fills && !self.is_association(one) {
            return;
        }
        if (has(READS, name) || finds || both) && !is_silent {
            gather.access(at, table, AccessMode::Read, Via::Orm);
        }
        if writes || both || fills {
            gather.access(at, table, AccessMode::Write, Via::Orm);
            if name.starts_with("destroy") {
                self.dependents(class, at, gather, &mut FxHashSet::default());
            }
            if let Some(between) = self.between(one) {
                gather.access(at, between, AccessMode::Write, Via::Orm);
            }
        }
        if has(JOINS, name) {
            self.joined(class, table, one.args, at, gather, 0);
        }
        if matches!(name, "where" | "not" | "find_by" | "find_by!" | "rewhere" | "exists?") {
            self.conditions(class, one.args, at, gather);
        }
    }

    /// Whether the receiver is an array of rows, not a relation.
    fn is_list(&self, one: &MemberUse<'a>) -> bool {
        matches!(&one.receiver, Ty::Object { head: Head::Outside(name), .. } if name.as_ref() != RELATION)
    }

    fn is_association(&self, one: &MemberUse<'a>) -> bool {
        self.asked_association(one).is_some()
    }

    /// The association that the receiver of a call is: `order.tags` in `order.tags << tag`.
    fn asked_association(&self, one: &MemberUse<'a>) -> Option<(ClassNo, &Association<'a>)> {
        let receiver = receiver_of(one.expr)?;
        let asked = self.by_expr.get(&std::ptr::from_ref(receiver))?;
        let (class, shape) = self.model(&asked.receiver)?;
        if shape == Shape::Row { self.association(class, asked.member) } else { None }
    }

    /// The table between, which changes when rows are put together.
    fn between(&self, one: &MemberUse<'a>) -> Option<TableId> {
        let (owner, association) = self.asked_association(one)?;
        self.table_between(owner, association)
    }

    fn table_between(&self, owner: ClassNo, association: &Association<'a>) -> Option<TableId> {
        if let Some(through) = association.option("through") {
            let (class, between) = self.association(owner, through)?;
            return self.models.table(self.tree.association_class(class, between)?);
        }
        self.models.between.get(&(owner, association.name.clone())).copied()
    }

    /// Reads or writes what an association leads to, with what lies between.
    fn follow(
        &self,
        owner: ClassNo,
        association: &Association<'a>,
        at: At,
        mode: AccessMode,
        gather: &mut Gather,
    ) {
        let target = self.tree.association_class(owner, association);
        let target = target.and_then(|target| self.models.table(target));
        let between = self.table_between(owner, association);
        for table in target.into_iter().chain(between) {
            gather.access(at, table, mode, Via::Orm);
        }
        if let (Some(a), Some(b)) = (target, between)
            && a != b
        {
            gather.join(at, a, b);
        }
    }

    /// What goes with a row that is destroyed.
    fn dependents(
        &self,
        class: ClassNo,
        at: At,
        gather: &mut Gather,
        seen: &mut FxHashSet<ClassNo>,
    ) {
        if !seen.insert(class) || seen.len() > 40 {
            return;
        }
        for association in associations(self.tree, class) {
            let Some(what) = association.option("dependent") else { continue };
            if what.starts_with("restrict") || what.ends_with("async") {
                continue;
            }
            let Some(target) = self.tree.association_class(class, association) else { continue };
            if let Some(table) = self.models.table(target) {
                gather.access(at, table, AccessMode::Write, Via::Orm);
            }
            if what == "destroy" {
                self.dependents(target, at, gather, seen);
            }
        }
    }

    /// `joins(:customer, lines: :product)`, `joins("LEFT JOIN customers ON …")`.
    fn joined(
        &self,
        class: ClassNo,
        table: TableId,
        args: &[Arg],
        at: At,
        gather: &mut Gather,
        depth: u32,
    ) {
        if depth > 8 {
            return;
        }
        for arg in args {
            match arg.name.as_deref() {
                Some(name) => {
                    if let Some((target, found)) = self.join(class, table, name, at, gather) {
                        self.join_value(target, found, &arg.value, at, gather, depth + 1);
                    }
                }
                None => self.join_value(class, table, &arg.value, at, gather, depth + 1),
            }
        }
    }

    fn join_value(
        &self,
        class: ClassNo,
        table: TableId,
        value: &Expr,
        at: At,
        gather: &mut Gather,
        depth: u32,
    ) {
        if depth > 8 {
            return;
        }
        match &value.kind {
            ExprKind::Text(text) if text.contains(' ') => self.raw_join(table, text, at, gather),
            ExprKind::Text(name) => {
                self.join(class, table, name, at, gather);
            }
            ExprKind::Other(parts) => {
                if let Some(text) = parts.first().and_then(text_of) {
                    self.raw_join(table, text, at, gather);
                }
            }
            ExprKind::List(items) => {
                for item in items {
                    self.join_value(class, table, item, at, gather, depth + 1);
                }
            }
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    let Some(name) = text_of(key) else { continue };
                    if let Some((target, found)) = self.join(class, table, name, at, gather) {
                        self.join_value(target, found, value, at, gather, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// Joins along one association.
    fn join(
        &self,
        class: ClassNo,
        table: TableId,
        name: &str,
        at: At,
        gather: &mut Gather,
    ) -> Option<(ClassNo, TableId)> {
        let (owner, association) = self.association(class, name)?;
        let target = self.tree.association_class(owner, association)?;
        let found = self.models.table(target)?;
        gather.access(at, found, AccessMode::Read, Via::Orm);
        match self.table_between(owner, association).filter(|it| *it != found) {
            Some(between) => {
                gather.access(at, between, AccessMode::Read, Via::Orm);
                gather.join(at, between, found);
                if between != table {
                    gather.join(at, table, between);
                }
            }
            None if found != table => gather.join(at, table, found),
            None => {}
        }
        Some((target, found))
    }

    /// Tables after each `JOIN` of a fragment of SQL.
    fn raw_join(&self, table: TableId, text: &str, at: At, gather: &mut Gather) {
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("join")) {
            let path: Vec<String> = pair[1]
                .split('.')
                .map(|part| part.trim_matches(['"', '`', '(', ')', ',']).to_owned())
                .collect();
            if let Some(found) = self.tables.lookup(&path) {
                gather.access(at, found, AccessMode::Read, Via::Orm);
                if found != table {
                    gather.join(at, table, found);
                }
            }
        }
    }

    /// `where(customers: { city: "…" })` names a table or association.
    fn conditions(&self, class: ClassNo, args: &[Arg], at: At, gather: &mut Gather) {
        for arg in args {
            let (Some(name), ExprKind::Map(_)) = (arg.name.as_deref(), &arg.value.kind) else {
                continue;
            };
            let by_association = self.association(class, name).and_then(|(owner, association)| {
                self.models.table(self.tree.association_class(owner, association)?)
            });
            let found = by_association.or_else(|| self.tables.lookup(&[name.to_owned()]));
            if let Some(found) = found {
                gather.access(at, found, AccessMode::Read, Via::Orm);
            }
        }
    }
}

fn is_relation(ty: &Ty) -> bool {
    matches!(ty, Ty::Object { head: Head::Outside(name), .. } if name.as_ref() == RELATION)
}
