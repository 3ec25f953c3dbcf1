//! SQLAlchemy: the tables of mapped classes, the keys between them, and which code reads, writes and joins them.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{
        AccessMode, Column, ColumnKey, ForeignKey, FunctionId, KeyOrigin, ModuleId, Place,
        SourceKind, TableId, Via,
    },
    import::code::{
        outline::{Arg, Expr, ExprKind, Stmt},
        python::alchemy::{Alchemy, Mapped, MappedColumn, option},
        symbols::Target,
        types::{Head, MemberUse, Ty, TypeId},
    },
};

/// Reads mapped classes, then what functions do with them. Returns the keys that they imply and the schema does
/// not declare.
pub(super) fn read(
    code: Code<'_>,
    known: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    let alchemy = Alchemy::new(code.sources, &code.resolved.symbols);
    if alchemy.is_empty() {
        return Vec::new();
    }
    let mut of_class = BTreeMap::new();
    for (class, mapped) in &alchemy.mapped {
        let table = declare(code, mapped.module, mapped.line, &mapped.table, tables);
        if tables.get(table).columns.is_empty() {
            tables.get_mut(table).columns = columns(mapped);
        }
        let at = At { module: mapped.module, function: None, line: mapped.line };
        gather.access(at, table, AccessMode::Read, Via::Entity);
        of_class.insert(*class, table);
    }
    let mut of_variable = BTreeMap::new();
    for ((module, name), (table, line)) in &alchemy.tables {
        let table = declare(code, *module, *line, table, tables);
        of_variable.insert((*module, name.clone()), table);
    }
    let keys = keys(code, &alchemy, &of_class, known, tables);
    Reader { code, alchemy: &alchemy, of_class: &of_class, of_variable: &of_variable, tables }
        .run(gather);
    keys
}

fn declare(
    code: Code<'_>,
    module: ModuleId,
    line: u32,
    name: &str,
    tables: &mut Tables,
) -> TableId {
    let place = Place::new(code.sources[module.index()].path.as_str(), line);
    let (schema, name) = match name.rsplit_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, name),
    };
    tables.declare(schema, name, SourceKind::OrmModel, place)
}

fn columns(mapped: &Mapped) -> Vec<Column> {
    let is = |args: &[Arg], name: &str| {
        option(args, name)
            .is_some_and(|it| matches!(&it.kind, ExprKind::Name(name) if name == "True"))
    };
    let column = |one: &MappedColumn| {
        let key = if is(&one.args, "primary_key") {
            ColumnKey::Primary
        } else if is(&one.args, "unique") {
            ColumnKey::Unique
        } else {
            ColumnKey::None
        };
        let nullable = is(&one.args, "nullable");
        Column { name: one.column.clone(), data_type: String::new(), nullable, key }
    };
    mapped.columns.iter().map(column).collect()
}

/// Keys that `ForeignKey("orders.id")` implies and the schema does not declare.
fn keys(
    code: Code<'_>,
    alchemy: &Alchemy,
    of_class: &BTreeMap<TypeId, TableId>,
    known: &[ForeignKey],
    tables: &Tables,
) -> Vec<ForeignKey> {
    let mut keys = Vec::new();
    for (class, mapped) in &alchemy.mapped {
        for column in &mapped.columns {
            for arg in &column.args {
                let ExprKind::Call { callee, args } = &arg.value.kind else { continue };
                let name = callee.dotted().unwrap_or_default();
                let target = args.first().map(|arg| &arg.value);
                let target = match target.map(|it| (&it.kind, it)) {
                    Some((ExprKind::Text(text), _)) => text.clone(),
                    // `ForeignKey(Order.id)`
                    Some((ExprKind::Member(of, column), _)) => {
                        let of = of.dotted().unwrap_or_default();
                        let symbols = &code.resolved.symbols;
                        match symbols.lookup(mapped.module, None, &of, arg.value.line) {
                            Some(Target::Type(id)) if alchemy.mapped.contains_key(&id) => {
                                format!("{}.{column}", alchemy.mapped[&id].table)
                            }
                            _ => continue,
                        }
                    }
                    _ => continue,
                };
                if !name.ends_with("ForeignKey") {
                    continue;
                }
                let Some((table, to_column)) = target.rsplit_once('.') else { continue };
                let path: Vec<String> = table.split('.').map(str::to_owned).collect();
                let Some(to) = tables.lookup(&path) else { continue };
                let place = &code.sources[mapped.module.index()].path;
                keys.push(ForeignKey {
                    from: of_class[class],
                    columns: vec![column.column.clone()],
                    to,
                    to_columns: vec![to_column.to_owned()],
                    origin: KeyOrigin::Implied {
                        reason: format!("`{}` is a ForeignKey to `{target}`", column.name),
                    },
                    place: Place::new(place.as_str(), column.line),
                });
            }
        }
    }
    keys.retain(|key| !known.iter().any(|old| old.from == key.from && old.columns == key.columns));
    keys.sort();
    keys.dedup_by(|a, b| a.from == b.from && a.columns == b.columns && a.to == b.to);
    keys
}

struct Reader<'a> {
    code: Code<'a>,
    alchemy: &'a Alchemy,
    of_class: &'a BTreeMap<TypeId, TableId>,
    of_variable: &'a BTreeMap<(ModuleId, String), TableId>,
    tables: &'a Tables,
}

/// Where an expression stands in memory: tells two equal ones apart.
type Spot = *const Expr;

/// What the functions of a module were seen to touch.
#[derive(Default)]
struct Seen {
    touched: BTreeSet<(Option<FunctionId>, TableId)>,
}

/// What makes a session write what it is given.
const SAVES: [&str; 3] = ["add", "merge", "delete"];
const SAVES_ALL: [&str; 3] = ["add_all", "bulk_save_objects", "delete_all"];

impl Reader<'_> {
    fn run(&self, gather: &mut Gather) {
        for (module, uses) in self.code.resolved.uses.iter().enumerate() {
            let source = &self.code.sources[module];
            if source.language.name() != "Python" {
                continue;
            }
            let mut assigned = FxHashSet::default();
            for decl in &source.outline.functions {
                decl.body.iter().for_each(|stmt| targets(stmt, &mut assigned));
            }
            let mut seen = Seen::default();
            let within = narrowing(uses);
            for one in uses {
                self.one(one, (&assigned, &within), &mut seen, gather);
            }
            for one in uses {
                self.mention(one, &mut seen, gather);
            }
        }
    }

    fn table(&self, id: TypeId) -> Option<TableId> {
        self.of_class.get(&id).copied()
    }

    /// The table that an argument names: a class, one of its columns, or a variable.
    fn named(&self, one: &MemberUse<'_>, place: usize) -> Option<TableId> {
        if let Some(id) = one.arg_types.get(place).and_then(|ty| self.alchemy.class(ty)) {
            return self.table(id);
        }
        let arg = &one.args.get(place)?.value;
        self.variable(one.module, arg)
    }

    /// `orders`, `Order.__table__`
    fn variable(&self, module: ModuleId, expr: &Expr) -> Option<TableId> {
        let symbols = &self.code.resolved.symbols;
        if let ExprKind::Member(of, name) = &expr.kind
            && name == "__table__"
            && let Target::Type(id) = symbols.lookup(module, None, &of.dotted()?, expr.line)?
        {
            return self.table(id);
        }
        if self.of_variable.is_empty() {
            return None;
        }
        let name = expr.dotted()?;
        let name = name.strip_suffix(".c").unwrap_or(&name);
        match symbols.lookup(module, None, name, expr.line)? {
            Target::Value(home, _) => {
                let short = name.rsplit('.').next().unwrap_or(name).to_owned();
                self.of_variable.get(&(home, short)).copied()
            }
            _ => None,
        }
    }

    fn one(
        &self,
        one: &MemberUse<'_>,
        (assigned, within): (&FxHashSet<Spot>, &FxHashSet<Spot>),
        seen: &mut Seen,
        gather: &mut Gather,
    ) {
        let spot = std::ptr::from_ref(one.expr);
        if !matches!(one.expr.kind, ExprKind::Call { .. }) {
            self.attribute(one, assigned.contains(&spot), seen, gather);
            return;
        }
        let asked = self.alchemy.asked(&one.receiver).and_then(|id| self.table(id));
        let mut touch = |table: TableId, mode: AccessMode| {
            seen.touched.insert((one.function, table));
            gather.access(at(one), table, mode, Via::Orm);
        };
        match one.member {
            "insert" | "update" | "delete" if asked.is_some() && one.target.is_none() => {
                asked.into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            "insert" | "update" | "delete" if is_plain(one) || is_of_sql(one) => {
                self.named(one, 0).into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            // `orders.insert()`
            "insert" | "update" if one.target.is_none() => {
                let table = receiver(one).and_then(|of| self.variable(one.module, of));
                table.into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            name if SAVES.contains(&name) && one.target.is_none() => {
                let rows = one.arg_types.first().and_then(|ty| self.alchemy.row(ty));
                let table = rows.and_then(|id| self.table(id)).filter(|_| asked.is_none());
                table.into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            name if SAVES_ALL.contains(&name) => {
                let rows = one.arg_types.first().map(Ty::element);
                let table = rows.and_then(|ty| self.alchemy.row(ty)).and_then(|id| self.table(id));
                table.into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            "bulk_insert_mappings" | "bulk_update_mappings" => {
                self.named(one, 0).into_iter().for_each(|table| touch(table, AccessMode::Write));
            }
            "query" | "select" | "select_from" | "exists" | "aliased" | "get" | "get_one" => {
                let narrows = within.contains(&spot);
                for place in 0..one.args.len() {
                    let table = self.named(one, place).filter(|_| one.target.is_none());
                    table
                        .filter(|_| !narrows)
                        .into_iter()
                        .for_each(|it| touch(it, AccessMode::Read));
                }
            }
            "join" | "outerjoin" => {
                let joined = self.named(one, 0);
                if let Some(joined) = joined {
                    touch(joined, AccessMode::Read);
                    if let Some(base) = asked.filter(|base| *base != joined) {
                        gather.join(at(one), base, joined);
                    }
                }
            }
            "first" | "one" | "all" | "get_or_404" | "first_or_404" | "count" | "paginate"
            | "filter" | "filter_by" | "one_or_none" => {
                let narrows = within.contains(&spot);
                let table = asked.filter(|_| !narrows);
                let is_new = |table: &TableId| !seen.touched.contains(&(one.function, *table));
                if let Some(table) = table.filter(is_new) {
                    seen.touched.insert((one.function, table));
                    gather.access(at(one), table, AccessMode::Read, Via::Orm);
                }
            }
            _ => {}
        }
    }

    /// A row's attribute: what leads on loads other rows, and giving it a value writes the row.
    fn attribute(&self, one: &MemberUse<'_>, given: bool, seen: &mut Seen, gather: &mut Gather) {
        let Some(id) = self.alchemy.row(&one.receiver) else { return };
        let Some(mapped) = self.alchemy.mapped.get(&id) else { return };
        let relation = mapped.relations.get(one.member);
        let is_column = mapped.columns.iter().any(|column| column.name == one.member);
        if given {
            let table = self.table(id).filter(|_| is_column || relation.is_some());
            if let Some(table) = table {
                seen.touched.insert((one.function, table));
                gather.access(at(one), table, AccessMode::Write, Via::Orm);
            }
            return;
        }
        let Some(relation) = relation else { return };
        if let Some(table) = self.table(relation.to) {
            seen.touched.insert((one.function, table));
            gather.access(at(one), table, AccessMode::Read, Via::Orm);
        }
        let between = relation.secondary.as_deref().and_then(|name| self.between(mapped, name));
        if let Some(between) = between {
            gather.access(at(one), between, AccessMode::Read, Via::Orm);
        }
    }

    /// The table that `secondary` names: a text, a variable, or a class's `__table__`.
    fn between(&self, mapped: &Mapped, name: &str) -> Option<TableId> {
        let path: Vec<String> = name.split('.').map(str::to_owned).collect();
        let symbols = &self.code.resolved.symbols;
        let class = name.strip_suffix(".__table__");
        let class = class.and_then(|class| symbols.lookup(mapped.module, None, class, mapped.line));
        match class {
            Some(Target::Type(id)) => self.table(id),
            _ => {
                let variable = symbols.lookup(mapped.module, None, name, mapped.line);
                let of_variable = match variable {
                    Some(Target::Value(home, _)) => {
                        let short = name.rsplit('.').next().unwrap_or(name).to_owned();
                        self.of_variable.get(&(home, short)).copied()
                    }
                    _ => None,
                };
                of_variable.or_else(|| self.tables.lookup(&path))
            }
        }
    }

    /// A class whose column stands in a query that says nothing else of it is read there.
    fn mention(&self, one: &MemberUse<'_>, seen: &mut Seen, gather: &mut Gather) {
        let Ty::Class(Head::Monolith(_)) = &one.receiver else { return };
        if one.function.is_none() || matches!(one.expr.kind, ExprKind::Call { .. }) {
            return;
        }
        let Some(id) = self.alchemy.class(&one.receiver) else { return };
        let Some(mapped) = self.alchemy.mapped.get(&id) else { return };
        let is_column = mapped.columns.iter().any(|column| column.name == one.member)
            || mapped.relations.contains_key(one.member);
        let Some(table) = self.table(id).filter(|_| is_column) else { return };
        if seen.touched.insert((one.function, table)) {
            gather.access(at(one), table, AccessMode::Read, Via::Orm);
        }
    }
}

fn at(one: &MemberUse<'_>) -> At {
    At { module: one.module, function: one.function, line: one.line }
}

/// A function is called by its plain name: `insert(Order)`.
fn is_plain(one: &MemberUse<'_>) -> bool {
    let ExprKind::Call { callee, .. } = &one.expr.kind else { return false };
    matches!(callee.kind, ExprKind::Name(_)) && one.target.is_none()
}

/// `sa.insert(Order)`
fn is_of_sql(one: &MemberUse<'_>) -> bool {
    matches!(&one.receiver, Ty::Class(Head::Outside(name)) if name.starts_with("sqlalchemy"))
}

fn receiver<'e>(one: &'e MemberUse<'_>) -> Option<&'e Expr> {
    let ExprKind::Call { callee, .. } = &one.expr.kind else { return None };
    match &callee.kind {
        ExprKind::Member(of, _) => Some(of),
        _ => None,
    }
}

/// The calls that a later `update` or `delete` of the same chain narrows down: they read nothing by themselves.
fn narrowing(uses: &[MemberUse<'_>]) -> FxHashSet<Spot> {
    let mut found = FxHashSet::default();
    for one in uses.iter().filter(|one| matches!(one.member, "update" | "delete")) {
        let mut inner = receiver(one);
        while let Some(expr) = inner {
            found.insert(std::ptr::from_ref(expr));
            inner = match &expr.kind {
                ExprKind::Call { callee, .. } => match &callee.kind {
                    ExprKind::Member(of, _) => Some(of),
                    _ => None,
                },
                ExprKind::Same(inner) => Some(inner),
                _ => None,
            };
        }
    }
    found
}

/// The members that are given values somewhere in a statement.
fn targets(stmt: &Stmt, found: &mut FxHashSet<Spot>) {
    match stmt {
        Stmt::Assign { target, .. } => _ = found.insert(std::ptr::from_ref(target)),
        Stmt::Block(body) | Stmt::Loop { body, .. } => {
            body.iter().for_each(|stmt| targets(stmt, found));
        }
        Stmt::Let { .. } | Stmt::Expr(_) | Stmt::Return(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::import::access::tests::check;

    #[test]
    fn sessions_and_queries_read_and_write() {
        check(
            &[],
            r#"
== shop/models.py
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase):
    pass
labels = Table("order_labels", Base.metadata, Column("order_id", ForeignKey("orders.id")))
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column()
    lines: Mapped[list["Line"]] = relationship(back_populates="order")
class Line(Base):
    __tablename__ = "lines"
    __table_args__ = {"schema": "shop"}
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
== shop/service.py
from sqlalchemy import select, update, delete
from .models import Order, Line, labels
def by_state(session):
    return session.query(Order).filter(Order.state == "a").all()
def with_lines(session):
    return session.query(Order).join(Line).filter(Line.id == 1).first()
def close(session, pk):
    order = session.get(Order, pk)
    order.state = "closed"
    for line in order.lines:
        session.delete(line)
def drop(session):
    session.query(Line).filter(Line.id == 1).delete()
    session.execute(delete(Order).where(Order.id == 2))
def place(session):
    session.add(Order(state="new"))
def label(session):
    session.execute(labels.insert())
def chosen(session):
    stmt = select(Line).where(Line.order_id == Order.id)
    return session.scalars(stmt).all()
"#,
            "
by_state reads orders (orm)
chosen reads orders (orm)
chosen reads shop.lines (orm)
close reads orders (orm)
close reads shop.lines (orm)
close writes orders (orm)
close writes shop.lines (orm)
drop writes orders (orm)
drop writes shop.lines (orm)
label writes order_labels (orm)
place writes orders (orm)
shop.lines(order_id) implies orders
shop/models.py reads orders (entity)
shop/models.py reads shop.lines (entity)
with_lines joins orders shop.lines
with_lines reads orders (orm)
with_lines reads shop.lines (orm)
",
        );
    }
}
