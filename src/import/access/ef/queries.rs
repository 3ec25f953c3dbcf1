//! What functions do with stored classes: sets and queries, contexts, repositories, and properties that are set before
//! changes are saved.

use rustc_hash::{FxHashMap, FxHashSet};

use super::entities::{Entities, text};
use crate::{
    facts::{AccessMode, FunctionId, TableId, Via},
    import::{
        access::gather::{At, Code, Gather},
        code::{
            outline::{Expr, ExprKind, Stmt},
            types::{Head, MemberUse, Ty, TypeId},
        },
    },
};

pub(super) struct Queries<'a> {
    code: Code<'a>,
    entities: &'a Entities,
}

/// What is seen of one module before its uses are read one by one.
#[derive(Default)]
struct Seen<'a> {
    /// By the expression that something is called on: the name that is called.
    called: FxHashMap<*const Expr, &'a str>,
    /// Expressions that a value is given to.
    assigned: FxHashSet<*const Expr>,
    /// Expressions within functions that are handed to a query.
    in_query: FxHashSet<*const Expr>,
    /// Functions that save changes.
    saves: FxHashSet<FunctionId>,
}

/// Outside types that stand for rows that are still in the database.
const QUERIES: [&str; 7] = [
    "DbSet",
    "IDbSet",
    "ObjectSet",
    "IQueryable",
    "IOrderedQueryable",
    "IIncludableQueryable",
    "DbQuery",
];

impl<'a> Queries<'a> {
    pub(super) fn new(code: Code<'a>, entities: &'a Entities) -> Self {
        Self { code, entities }
    }

    pub(super) fn accesses(&self, gather: &mut Gather) {
        for (module, source) in self.code.modules() {
            if source.language.name() != "C#" {
                continue;
            }
            let uses = &self.code.resolved.uses[module.index()];
            let seen = self.seen(uses, module.index());
            for use_ in uses {
                let at = At { module, function: use_.function, line: use_.line };
                self.set(use_, at, &seen, gather);
                self.query(use_, at, gather);
                self.navigation(use_, at, &seen, gather);
                self.context(use_, at, gather);
                self.repository(use_, at, gather);
                self.assignment(use_, at, &seen, gather);
            }
        }
    }

    fn seen(&self, uses: &'a [MemberUse<'a>], module: usize) -> Seen<'a> {
        let mut seen = Seen::default();
        for use_ in uses {
            if use_.member.starts_with("SaveChanges") || use_.member == "SaveAsync" {
                seen.saves.extend(use_.function);
            }
            if let Some(of) = receiver(use_.expr) {
                seen.called.insert(std::ptr::from_ref(inner(of)), use_.member);
            }
            if self.is_query(&use_.receiver) {
                for arg in use_.args {
                    arg.value.walk(&mut |expr| {
                        seen.in_query.insert(std::ptr::from_ref(expr));
                    });
                }
            }
        }
        let outline = &self.code.sources[module].outline;
        for function in &outline.functions {
            assigned(&function.body, &mut seen.assigned);
        }
        assigned(&outline.top, &mut seen.assigned);
        seen
    }

    fn is_query(&self, ty: &Ty) -> bool {
        ty.outside_name().is_some_and(|name| QUERIES.contains(&name))
    }

    /// A set that is named, `db.Orders` or `db.Set<Order>()`: what is called on it tells whether it is written.
    fn set(&self, use_: &MemberUse<'_>, at: At, seen: &Seen<'_>, gather: &mut Gather) {
        let is_set = matches!(use_.result.outside_name(), Some("DbSet" | "IDbSet" | "ObjectSet"));
        if !is_set || self.is_query(&use_.receiver) || !self.may_hold_sets(&use_.receiver) {
            return;
        }
        // What a property of the context hands out is read where it is named.
        let function = use_.function.and_then(|id| self.code.resolved.symbols.function(id));
        let returns = function.and_then(|(_, decl)| decl.returns.as_ref());
        if returns.is_some_and(|ty| matches!(ty.name.as_str(), "DbSet" | "IDbSet")) {
            return;
        }
        let Some((_, table)) = self.entities.in_type(&use_.result) else { return };
        let verb = seen.called.get(&std::ptr::from_ref(use_.expr)).copied();
        for mode in verb.map_or(&[AccessMode::Read][..], modes_of_set) {
            gather.access(at, table, *mode, Via::Orm);
        }
    }

    fn may_hold_sets(&self, ty: &Ty) -> bool {
        ty.is_unknown() || self.entities.is_context(ty) || ty.monolith().is_some()
    }

    /// A call on a query: joins by `Include` and `Join`, and rows that are written where they are.
    fn query(&self, use_: &MemberUse<'_>, at: At, gather: &mut Gather) {
        if !self.is_query(&use_.receiver) {
            return;
        }
        let Some((class, table)) = self.entities.in_type(&use_.receiver) else { return };
        match use_.member {
            "ExecuteDelete" | "ExecuteDeleteAsync" | "ExecuteUpdate" | "ExecuteUpdateAsync"
            | "BatchDelete" | "BatchUpdate" | "DeleteFromQuery" | "UpdateFromQuery" => {
                gather.access(at, table, AccessMode::Write, Via::Orm);
            }
            "Join" | "GroupJoin" => {
                let other = use_.arg_types.first().and_then(|ty| self.entities.in_type(ty));
                if let Some((_, other)) = other {
                    gather.join(at, table, other);
                }
            }
            "Include" => {
                if let Some(path) = use_.args.first().and_then(|arg| text(&arg.value)) {
                    self.named_path(class, table, path, at, gather);
                }
            }
            _ => {
                // A set that stands in a field of its own type has no context before it.
                let is_field = receiver(use_.expr)
                    .is_some_and(|of| matches!(inner(of).kind, ExprKind::Name(_)));
                let is_set = use_.receiver.outside_name() == Some("DbSet");
                if is_field && is_set {
                    for mode in modes_of_set(use_.member) {
                        gather.access(at, table, *mode, Via::Orm);
                    }
                }
            }
        }
    }

    /// `Include("Customer.Address")`.
    fn named_path(&self, class: TypeId, table: TableId, path: &str, at: At, gather: &mut Gather) {
        let (mut class, mut table) = (class, table);
        for name in path.split('.') {
            let ty = self.code.resolved.symbols.field_type(class, name);
            let Some((next, other)) = self.entities.in_type(&ty) else { return };
            gather.access(at, other, AccessMode::Read, Via::Orm);
            if other != table {
                gather.join(at, table, other);
            }
            (class, table) = (next, other);
        }
    }

    /// A property that leads to another stored class, within a function that is handed to a query: a join.
    fn navigation(&self, use_: &MemberUse<'_>, at: At, seen: &Seen<'_>, gather: &mut Gather) {
        if !matches!(use_.expr.kind, ExprKind::Member(..))
            || !seen.in_query.contains(&std::ptr::from_ref(use_.expr))
        {
            return;
        }
        let from = use_.receiver.monolith().and_then(|class| self.entities.of(class));
        let (Some(from), Some((_, to))) = (from, self.entities.in_type(&use_.result)) else {
            return;
        };
        gather.access(at, to, AccessMode::Read, Via::Orm);
        if from != to {
            gather.join(at, from, to);
        }
    }

    /// `context.Add(order)`, `context.Find<Order>(id)`.
    fn context(&self, use_: &MemberUse<'_>, at: At, gather: &mut Gather) {
        if !self.entities.is_context(&use_.receiver) {
            return;
        }
        let verb = use_.member.strip_suffix("Async").unwrap_or(use_.member);
        match verb {
            "Add" | "AddRange" | "Update" | "UpdateRange" | "Remove" | "RemoveRange"
            | "BulkInsert" | "BulkUpdate" | "BulkDelete" | "BulkInsertOrUpdate" => {
                let found = use_.arg_types.iter().filter_map(|ty| self.entities.in_type(ty));
                for (_, table) in found {
                    gather.access(at, table, AccessMode::Write, Via::Orm);
                }
            }
            "Find" => {
                if let Some((_, table)) = self.entities.in_type(&use_.result) {
                    gather.access(at, table, AccessMode::Read, Via::Orm);
                }
            }
            _ => {}
        }
    }

    /// A call on a repository of a stored class, where the function is one that all repositories share: what it does
    /// is told by its name.
    fn repository(&self, use_: &MemberUse<'_>, at: At, gather: &mut Gather) {
        if !matches!(use_.expr.kind, ExprKind::Call { .. }) {
            return;
        }
        let symbols = &self.code.resolved.symbols;
        let shared = match use_.target.and_then(|id| symbols.function(id)) {
            Some((module, decl)) => decl.owner.is_some_and(|at| {
                !self.code.sources[module.index()].outline.types[at].type_params.is_empty()
            }),
            None => true,
        };
        if !shared {
            return;
        }
        let Some(table) = self.repository_of(&use_.receiver, 0) else { return };
        for mode in modes_of_repository(use_.member) {
            gather.access(at, table, *mode, Via::Orm);
        }
    }

    /// The table of the class that a repository is one of.
    fn repository_of(&self, ty: &Ty, depth: u32) -> Option<TableId> {
        let name = match ty.head()? {
            Head::Outside(_) => ty.outside_name()?.to_owned(),
            Head::Monolith(id) => self.code.resolved.symbols.full_name(*id),
        };
        let simple = name.rsplit('.').next().unwrap_or(&name);
        let is_one = ["Repository", "Repo", "RepositoryWithTypedId", "RepositoryBase"]
            .iter()
            .any(|ending| simple.ends_with(ending))
            || simple.contains("Repository");
        if is_one {
            let mut held = ty.args().iter().filter_map(Ty::monolith);
            if let Some(table) = held.find_map(|class| self.entities.of(class)) {
                return Some(table);
            }
        }
        let class = ty.monolith().filter(|_| depth < 6)?;
        let supers = self.code.resolved.symbols.supers(class);
        supers.iter().find_map(|ty| self.repository_of(ty, depth + 1))
    }

    /// A property of a stored object that is set in a function that saves changes.
    fn assignment(&self, use_: &MemberUse<'_>, at: At, seen: &Seen<'_>, gather: &mut Gather) {
        let saves = use_.function.is_some_and(|function| seen.saves.contains(&function));
        if !saves || !seen.assigned.contains(&std::ptr::from_ref(use_.expr)) {
            return;
        }
        let class = use_.receiver.monolith();
        if let Some(table) = class.and_then(|class| self.entities.of(class)) {
            gather.access(at, table, AccessMode::Write, Via::Orm);
        }
    }
}

/// What an expression is called or taken on.
fn receiver(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, _) => Some(of),
            ExprKind::Applied(callee, _) => match &callee.kind {
                ExprKind::Member(of, _) => Some(of),
                _ => None,
            },
            _ => None,
        },
        ExprKind::Member(of, _) => Some(of),
        _ => None,
    }
}

fn inner(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Same(of) => inner(of),
        _ => expr,
    }
}

/// The targets of all assignments in a body, those in functions within it too.
fn assigned(body: &[Stmt], found: &mut FxHashSet<*const Expr>) {
    for stmt in body {
        match stmt {
            Stmt::Assign { target, .. } => {
                found.insert(std::ptr::from_ref(target));
            }
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => assigned(inner, found),
            _ => {}
        }
        stmt.walk(&mut |expr| match &expr.kind {
            ExprKind::Block(inner) | ExprKind::Lambda { body: inner, .. } => {
                for stmt in inner {
                    if let Stmt::Assign { target, .. } = stmt {
                        found.insert(std::ptr::from_ref(target));
                    }
                }
            }
            _ => {}
        });
    }
}

const READ: &[AccessMode] = &[AccessMode::Read];
const WRITE: &[AccessMode] = &[AccessMode::Write];

/// What a function of a set does with its rows.
fn modes_of_set(member: &str) -> &'static [AccessMode] {
    let verb = member.strip_suffix("Async").unwrap_or(member);
    match verb {
        "Add" | "AddRange" | "Update" | "UpdateRange" | "Remove" | "RemoveRange"
        | "AddOrUpdate" | "DeleteObject" | "AddObject" | "ExecuteDelete" | "ExecuteUpdate"
        | "BulkInsert" | "BulkUpdate" | "BulkDelete" | "InsertOnSubmit" | "DeleteOnSubmit"
        | "DeleteAllOnSubmit" | "InsertAllOnSubmit" => WRITE,
        "Attach" | "AttachRange" | "Entry" => &[],
        _ => READ,
    }
}

/// What a function of a repository does, by its name.
fn modes_of_repository(member: &str) -> &'static [AccessMode] {
    let begins = |words: &[&str]| words.iter().any(|word| member.starts_with(word));
    if member.starts_with("SaveChange") || matches!(member, "Save" | "SaveAsync" | "Commit") {
        return &[];
    }
    if begins(&[
        "Add",
        "Insert",
        "Update",
        "Remove",
        "Delete",
        "Create",
        "Save",
        "Upsert",
        "Store",
        "Edit",
        "BulkInsert",
        "BulkUpdate",
        "BulkDelete",
    ]) {
        return WRITE;
    }
    if begins(&[
        "Query",
        "Get",
        "Find",
        "List",
        "First",
        "Single",
        "Any",
        "Count",
        "All",
        "Exists",
        "Load",
        "Read",
        "Search",
        "Where",
        "Select",
        "Fetch",
        "Last",
        "Table",
        "ToList",
        "AsQueryable",
        "AsAsyncEnumerable",
        "Include",
        "Max",
        "Min",
        "Sum",
        "Page",
        "Contains",
        "By",
        "Entities",
    ]) {
        return READ;
    }
    &[]
}
