//! Calls of an entity manager or session, and of the builders of criteria queries.
//!
//! Which table is meant is told by a class literal or class name among the arguments, else by the type of the
//! object that is handed over. A function that hands on one of its own parameters, as generic base classes and
//! wrappers of sessions do, accesses nothing by itself: the access is where it is called with something known, or
//! for a class that says what its type parameter is.

use std::collections::{BTreeMap, BTreeSet};

use super::repository::{Writer, domain};
use crate::{
    facts::{AccessMode, FunctionId, Via},
    import::{
        access::{
            annotation::{as_class, as_text, last_segment},
            gather::{At, Code, Gather},
            models::{ModelId, Models},
            tables::Tables,
            type_names::TypeNames,
        },
        code::{
            outline::{Expr, ExprKind},
            types::{MemberUse, Ty, TypeId},
        },
    },
};

const SESSIONS: &[&str] = &[
    "EntityManager",
    "EntityManagerInterface",
    "ObjectManager",
    "Session",
    "StatelessSession",
    "SharedSessionContract",
    "HibernateTemplate",
    "HibernateOperations",
    "JpaTemplate",
    "JpaOperations",
    "R2dbcEntityTemplate",
    "JdbcAggregateTemplate",
    "JdbcAggregateOperations",
    "DbSession",
    "EntityManagerProxy",
    "Database",
];

/// What criteria queries start from.
const QUERIES: &[&str] = &[
    "CriteriaQuery",
    "Subquery",
    "AbstractQuery",
    "JpaCriteriaQuery",
    "CriteriaUpdate",
    "CriteriaDelete",
    "JPAQuery",
    "JPAQueryFactory",
    "JPQLQuery",
    "JPQLQueryFactory",
];

/// What the rows of a criteria query are seen as.
const ROOTS: &[&str] = &[
    "Root",
    "From",
    "Join",
    "Fetch",
    "SetJoin",
    "ListJoin",
    "CollectionJoin",
    "MapJoin",
    "JpaRoot",
];

/// What an action on a session does to the rows of its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Read,
    Save,
    Delete,
}

/// For each function, what it does with which of its parameters; with rows of its type parameter where none.
type Handing = BTreeMap<FunctionId, BTreeSet<(Action, Option<usize>)>>;

pub(crate) struct Sessions<'a> {
    pub code: Code<'a>,
    pub models: &'a Models,
    pub tables: &'a Tables,
    pub types: &'a TypeNames,
}

impl Sessions<'_> {
    /// Enters the accesses of all calls.
    pub(crate) fn accesses(&self, gather: &mut Gather) {
        let mut handing = Handing::new();
        for uses in &self.code.resolved.uses {
            let roots = self.criteria_roots(uses);
            for member_use in uses {
                self.inserts(member_use, gather);
                if self.models.is_empty() {
                    continue;
                }
                let mut writer = Writer { models: self.models, gather };
                self.criteria(member_use, &roots, &mut writer);
                let Some(action) = action(member_use) else { continue };
                let models = self.models_among(member_use);
                for model in &models {
                    act(&mut writer, at(member_use), *model, action);
                }
                if let (true, Some(function)) = (models.is_empty(), member_use.function) {
                    let handed = (action, self.parameter_handed(member_use, None));
                    handing.entry(function).or_default().insert(handed);
                }
            }
        }
        if !handing.is_empty() {
            self.handed_on(handing, gather);
        }
    }

    /// `insert.withTableName("orders")` of Spring's JDBC.
    fn inserts(&self, member_use: &MemberUse<'_>, gather: &mut Gather) {
        if member_use.member != "withTableName" {
            return;
        }
        let name = member_use.args.first().and_then(|arg| as_text(&arg.value));
        let path: Vec<String> = name.unwrap_or_default().split('.').map(str::to_owned).collect();
        if let Some(table) = self.tables.lookup(&path) {
            gather.access(at(member_use), table, AccessMode::Write, Via::Sql);
        }
    }

    /// The models that the arguments name or are objects of.
    fn models_among(&self, member_use: &MemberUse<'_>) -> Vec<ModelId> {
        let first_two =
            (0..member_use.args.len().min(2)).map(|place| self.models_at(member_use, place));
        first_two.into_iter().find(|models| !models.is_empty()).unwrap_or_default()
    }

    fn models_at(&self, member_use: &MemberUse<'_>, place: usize) -> Vec<ModelId> {
        let Some(arg) = member_use.args.get(place) else { return Vec::new() };
        let named = self.named_within(member_use, &arg.value);
        if !named.is_empty() {
            return named;
        }
        let Some(ty) = member_use.arg_types.get(place) else { return Vec::new() };
        let held = ty.element().monolith().or_else(|| ty.monolith());
        held.map(|class| self.models.of_class(class).to_vec()).unwrap_or_default()
    }

    /// Models by class literals and by full class names in texts.
    fn named_within(&self, member_use: &MemberUse<'_>, expr: &Expr) -> Vec<ModelId> {
        let symbols = &self.code.resolved.symbols;
        let owner = member_use.function.and_then(|id| symbols.function(id)?.1.owner);
        let mut classes: Vec<TypeId> = Vec::new();
        expr.walk(&mut |expr| {
            if let Some(ty) = as_class(expr) {
                let resolved = symbols.resolve_type(member_use.module, owner, ty);
                classes.extend(resolved.monolith());
            } else if let Some(name) = as_text(expr).filter(|text| text.contains('.')) {
                classes.extend(self.types.find(name).map(|(named, _)| named.class));
            }
        });
        let models = classes.iter().map(|class| self.models.of_class(*class));
        models.into_iter().find(|models| !models.is_empty()).unwrap_or_default().to_vec()
    }

    /// For each function, the models that its older criteria queries start from.
    fn criteria_roots(&self, uses: &[MemberUse<'_>]) -> BTreeMap<FunctionId, Vec<ModelId>> {
        let mut roots: BTreeMap<FunctionId, Vec<ModelId>> = BTreeMap::new();
        for member_use in uses {
            let begins = matches!(member_use.member, "createCriteria" | "forClass" | "from");
            if let (true, Some(function)) = (begins, member_use.function) {
                let named =
                    member_use.args.first().map(|arg| self.named_within(member_use, &arg.value));
                roots.entry(function).or_default().extend(named.unwrap_or_default());
            }
        }
        roots
    }

    fn criteria(
        &self,
        member_use: &MemberUse<'_>,
        roots: &BTreeMap<FunctionId, Vec<ModelId>>,
        writer: &mut Writer<'_>,
    ) {
        let receiver = member_use.receiver.outside_name().unwrap_or_default();
        let at = at(member_use);
        let first = member_use.args.first();
        let field = first.and_then(|arg| field_name(&arg.value));
        match member_use.member {
            "join" | "fetch" | "leftJoin" if ROOTS.contains(&receiver) => {
                let class = member_use.receiver.element().monolith();
                let model = class.and_then(|class| self.models.of_class(class).first().copied());
                let known = roots_of(member_use, roots).iter().copied();
                if let Some(field) = field {
                    let start = model
                        .into_iter()
                        .chain(known)
                        .find(|model| self.models.get(*model).associations.contains_key(field));
                    start.and_then(|start| writer.association(at, start, field));
                }
            }
            "createAlias" | "createCriteria" if field.is_some() => {
                let field = field.unwrap_or_default();
                let mut path = field.split('.');
                let head = path.next().unwrap_or_default();
                let start = roots_of(member_use, roots)
                    .iter()
                    .copied()
                    .find(|model| self.models.get(*model).associations.contains_key(head));
                let mut model = start.and_then(|start| writer.association(at, start, head));
                for field in path {
                    model = model.and_then(|from| writer.association(at, from, field));
                }
            }
            "from" | "selectFrom" | "update" | "delete" | "join" | "leftJoin" | "innerJoin"
                if QUERIES.contains(&receiver) =>
            {
                let mut models =
                    first.map(|arg| self.named_within(member_use, &arg.value)).unwrap_or_default();
                if models.is_empty() {
                    let query_type = first.and_then(|arg| query_type_model(&arg.value));
                    let named = query_type.map(|name| self.models.named(name));
                    models.extend(named.unwrap_or_default());
                }
                let writes = matches!(member_use.member, "update" | "delete")
                    || matches!(receiver, "CriteriaUpdate" | "CriteriaDelete");
                for model in models {
                    if writes {
                        writer.gather.access(
                            at,
                            self.models.get(model).table,
                            AccessMode::Write,
                            Via::Orm,
                        );
                    } else {
                        writer.read(at, model);
                    }
                }
            }
            _ => {}
        }
    }

    /// The parameter of the function around a call that the call hands on: at `place` of its arguments, or among
    /// the first two.
    fn parameter_handed(&self, member_use: &MemberUse<'_>, place: Option<usize>) -> Option<usize> {
        let (_, decl) = self.code.resolved.symbols.function(member_use.function?)?;
        let first = place.unwrap_or(0);
        let args = member_use.args.iter().skip(first).take(if place.is_some() { 1 } else { 2 });
        args.into_iter().find_map(|arg| {
            let name = plain_name(&arg.value)?;
            decl.params.iter().position(|param| param.name == name)
        })
    }

    /// Calls of functions that hand their parameters, or rows of their type parameter, to a session.
    fn handed_on(&self, mut handing: Handing, gather: &mut Gather) {
        let is_generic = |function: FunctionId| {
            let owner = self.code.resolved.symbols.function(function).and_then(|(module, decl)| {
                Some(&self.code.sources[module.index()].outline.types[decl.owner?])
            });
            owner.is_some_and(|owner| !owner.type_params.is_empty())
        };
        handing.retain(|function, handed| {
            handed.iter().any(|(_, parameter)| parameter.is_some()) || is_generic(*function)
        });
        // Such functions call each other; what they do is handed on a few times.
        for _ in 0..4 {
            let mut more = Vec::new();
            self.each_handing_call(&handing, |member_use, action, parameter, models| {
                if let (true, Some(function)) = (models.is_empty(), member_use.function) {
                    let own = parameter.and_then(|p| self.parameter_handed(member_use, Some(p)));
                    if own.is_some() || is_generic(function) {
                        more.push((function, (action, own)));
                    }
                }
            });
            for (function, handed) in more {
                handing.entry(function).or_default().insert(handed);
            }
        }
        self.each_handing_call(&handing, |member_use, action, _, models| {
            let mut writer = Writer { models: self.models, gather };
            for model in models {
                act(&mut writer, at(member_use), *model, action);
            }
        });
    }

    /// Every call of a function that hands on, with the models it is called with.
    fn each_handing_call(
        &self,
        handing: &Handing,
        mut visit: impl FnMut(&MemberUse<'_>, Action, Option<usize>, &[ModelId]),
    ) {
        for member_use in self.code.resolved.uses.iter().flatten() {
            let handed = member_use.target.and_then(|target| handing.get(&target));
            for (action, parameter) in handed.into_iter().flatten() {
                let mut models =
                    parameter.map(|p| self.models_at(member_use, p)).unwrap_or_default();
                if models.is_empty() {
                    models.extend(self.domain_of(&member_use.receiver));
                }
                visit(member_use, *action, *parameter, &models);
            }
        }
    }

    /// What a generic receiver is for: by its own type arguments, else by those of its super types.
    fn domain_of(&self, receiver: &Ty) -> Option<ModelId> {
        let own = receiver
            .args()
            .iter()
            .find_map(|argument| self.models.of_class(argument.monolith()?).first().copied());
        own.or_else(|| domain(self.code, self.models, receiver.monolith()?))
    }
}

fn at(member_use: &MemberUse<'_>) -> At {
    At { module: member_use.module, function: member_use.function, line: member_use.line }
}

fn act(writer: &mut Writer<'_>, at: At, model: ModelId, action: Action) {
    match action {
        Action::Read => writer.read(at, model),
        Action::Save => writer.write(at, model, false),
        Action::Delete => writer.write(at, model, true),
    }
}

/// The outside type of a call's receiver; `Session` where the receiver is not typed but was asked for as one:
/// `factory.getCurrentSession().save(order)`.
fn session_name<'a>(member_use: &'a MemberUse<'_>) -> Option<&'a str> {
    const ASKED: &[&str] = &[
        "getCurrentSession",
        "openSession",
        "getSession",
        "currentSession",
        "getEntityManager",
        "createEntityManager",
        "getHibernateTemplate",
        "getJpaTemplate",
        "openStatelessSession",
        "session",
        "entityManager",
        "em",
    ];
    if let Some(name) = member_use.receiver.outside_name() {
        return Some(name);
    }
    if !member_use.receiver.is_unknown() {
        return None;
    }
    let ExprKind::Call { callee, .. } = &member_use.expr.kind else { return None };
    let ExprKind::Member(of, _) = &callee.kind else { return None };
    let asked = match &of.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(_, name) | ExprKind::Name(name) => name,
            _ => return None,
        },
        _ => return None,
    };
    ASKED.contains(&asked.as_str()).then_some("Session")
}

fn plain_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Same(inner) => plain_name(inner),
        ExprKind::Cast { value, .. } => plain_name(value),
        _ => None,
    }
}

/// What a call does if its receiver is a session; also what begins an older criteria query.
fn action(member_use: &MemberUse<'_>) -> Option<Action> {
    let receiver = session_name(member_use)?;
    if member_use.member == "forClass" && receiver == "DetachedCriteria" {
        return Some(Action::Read);
    }
    if !SESSIONS.contains(&receiver) {
        let builds = receiver.ends_with("CriteriaBuilder");
        return match member_use.member {
            "createCriteriaUpdate" if builds => Some(Action::Save),
            "createCriteriaDelete" if builds => Some(Action::Delete),
            _ => None,
        };
    }
    match member_use.member {
        "find" | "get" | "load" | "getReference" | "byId" | "byMultipleIds" | "byNaturalId"
        | "bySimpleNaturalId" | "refresh" | "createCriteria" | "loadAll" | "findAll"
        | "findById" | "getAll" | "select" | "selectOne" | "findByCriteria" => Some(Action::Read),
        "persist" | "merge" | "save" | "saveOrUpdate" | "update" | "insert" | "upsert"
        | "replicate" | "saveOrUpdateAll" | "saveAll" | "insertMultiple" | "updateMultiple" => {
            Some(Action::Save)
        }
        "delete" | "remove" | "deleteAll" | "deleteById" | "deleteMultiple" => Some(Action::Delete),
        _ => None,
    }
}

fn roots_of<'a>(
    member_use: &MemberUse<'_>,
    roots: &'a BTreeMap<FunctionId, Vec<ModelId>>,
) -> &'a [ModelId] {
    member_use.function.and_then(|function| roots.get(&function)).map_or(&[], Vec::as_slice)
}

/// The field that an argument names: `"lines"` or `Order_.lines`.
fn field_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Member(of, field) if of.dotted().is_some_and(|of| of.ends_with('_')) => {
            Some(field)
        }
        _ => None,
    }
}

/// `Order` where the argument is `QOrder.order`, the generated type of a query library.
fn query_type_model(expr: &Expr) -> Option<&str> {
    let name = match &expr.kind {
        ExprKind::Member(of, _) => match &of.kind {
            ExprKind::Name(name) => name,
            ExprKind::Member(_, name) => name,
            _ => return None,
        },
        _ => return None,
    };
    last_segment(name).strip_prefix('Q')
}
