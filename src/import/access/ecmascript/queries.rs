//! What functions do with models and tables through mappers and query builders.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ModelAt, Models, bare,
    chains::{Chain, Constants, Link, chain, row_mode},
    is_script,
    medusa::{self, Services},
    text,
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Expr, ExprKind, Stmt},
            types::{MemberUse, Ty, TypeId},
        },
    },
};

/// Types that stand for all rows of the type that is their argument.
const REPOSITORIES: [&str; 8] = [
    "Repository",
    "TreeRepository",
    "MongoRepository",
    "EntityRepository",
    "SqlEntityRepository",
    "MikroOrmRepository",
    "BaseEntityRepository",
    "ModelStatic",
];

/// Types whose functions are told the model first.
const MANAGERS: [&str; 7] = [
    "EntityManager",
    "SqlEntityManager",
    "DataSource",
    "Connection",
    "QueryRunner",
    "MikroORM",
    "MongoEntityManager",
];

const MANAGER_NAMES: [&str; 8] = [
    "em",
    "manager",
    "entityManager",
    "transactionalEntityManager",
    "transactionManager",
    "transactionalManager",
    "txManager",
    "forkedEm",
];

const JOINS: [&str; 16] = [
    "join",
    "innerJoin",
    "leftJoin",
    "rightJoin",
    "fullJoin",
    "crossJoin",
    "leftOuterJoin",
    "rightOuterJoin",
    "fullOuterJoin",
    "outerJoin",
    "leftJoinAndSelect",
    "innerJoinAndSelect",
    "leftJoinAndMapOne",
    "leftJoinAndMapMany",
    "innerJoinLateral",
    "leftJoinLateral",
];

/// Calls that only a query builder's chain has after its table.
const BUILDER: [&str; 32] = [
    "where",
    "whereIn",
    "whereNotIn",
    "whereNull",
    "whereNotNull",
    "whereRaw",
    "andWhere",
    "orWhere",
    "select",
    "insert",
    "update",
    "del",
    "delete",
    "first",
    "join",
    "leftJoin",
    "innerJoin",
    "orderBy",
    "groupBy",
    "count",
    "countDistinct",
    "sum",
    "max",
    "min",
    "pluck",
    "returning",
    "limit",
    "increment",
    "decrement",
    "truncate",
    "distinct",
    "columns",
];

pub(super) struct Queries<'a> {
    pub(super) code: Code<'a>,
    pub(super) models: &'a Models,
    tables: &'a Tables,
    constants: Constants,
    /// By module.
    pub(super) uses: Vec<Uses<'a>>,
    /// Functions that hand a class they are given to a repository, and what they do with its rows.
    pub(super) handing: BTreeMap<FunctionId, BTreeSet<AccessMode>>,
    /// What Medusa's factory makes.
    pub(super) services: Services,
}

pub(super) type Uses<'a> = FxHashMap<*const Expr, &'a MemberUse<'a>>;

/// The place that is being read.
pub(super) struct Reading<'a, 'q> {
    pub(super) queries: &'q Queries<'a>,
    pub(super) uses: &'q Uses<'a>,
    seen: FxHashSet<*const Expr>,
    pub(super) module: ModuleId,
    pub(super) function: Option<FunctionId>,
}

impl<'a> Queries<'a> {
    pub(super) fn new(code: Code<'a>, models: &'a Models, tables: &'a Tables) -> Self {
        let uses = code.resolved.uses.iter();
        let uses =
            uses.map(|uses| uses.iter().map(|it| (std::ptr::from_ref(it.expr), it)).collect());
        let mut queries = Self {
            code,
            models,
            tables,
            constants: Constants::new(code),
            uses: uses.collect(),
            handing: BTreeMap::new(),
            services: Services::default(),
        };
        if medusa::is_used(code) {
            queries.services = Services::find(&queries);
        }
        if !models.by_class.is_empty() {
            for _ in 0..3 {
                queries.hand_on();
            }
        }
        queries
    }

    pub(super) fn run(&self, gather: &mut Gather) {
        for (module, source) in self.code.modules() {
            if !is_script(self.code, module) {
                continue;
            }
            let Some(uses) = self.uses.get(module.index()) else { continue };
            let mut reading =
                Reading { queries: self, uses, seen: FxHashSet::default(), module, function: None };
            for (at, function) in source.outline.functions.iter().enumerate() {
                reading.function = self.code.resolved.symbols.function_id(module, at);
                reading.body(&function.body, gather);
            }
            reading.function = None;
            reading.body(&source.outline.top, gather);
            for field in source.outline.types.iter().flat_map(|it| &it.fields) {
                if let Some(value) = &field.value {
                    reading.expr(value, gather);
                }
            }
        }
    }

    /// The model that a repository is for.
    fn repository(&self, ty: &Ty, depth: u32) -> Option<ModelAt> {
        let of_args =
            || ty.args().iter().find_map(|arg| self.models.by_class.get(&arg.monolith()?)).copied();
        match ty.outside_name() {
            Some(name) if REPOSITORIES.contains(&name) => return of_args(),
            Some(_) => return None,
            None => {}
        }
        let id = ty.monolith().filter(|_| depth < 10)?;
        let symbols = &self.code.resolved.symbols;
        symbols.supers(id).iter().find_map(|base| {
            self.repository(base, depth + 1).or_else(|| {
                let is_one =
                    |id: TypeId| REPOSITORIES.iter().any(|name| symbols.descends_from(id, name));
                let args = base.args().iter().filter(|_| base.monolith().is_some_and(is_one));
                args.filter_map(|arg| self.models.by_class.get(&arg.monolith()?)).next().copied()
            })
        })
    }

    /// The model that a variable at the top of a module stands for, here or where it is imported from.
    pub(super) fn variable_in(&self, module: ModuleId, expr: &Expr) -> Option<ModelAt> {
        let name = bare(expr).dotted()?;
        let models = self.models;
        if models.by_variable.is_empty() {
            return None;
        }
        let last = name.rsplit('.').next().unwrap_or(&name);
        if let Some(model) = models.by_variable.get(&(module, name.clone())) {
            return Some(*model);
        }
        let first = name.split('.').next().unwrap_or(&name);
        let outline = &self.code.sources[module.index()].outline;
        let import = outline
            .imports
            .iter()
            .find(|import| import.alias.as_deref().or(import.member.as_deref()) == Some(first))?;
        let member = match &import.member {
            Some(member) if first == name && member != "default" && member != "export=" => member,
            _ => last,
        };
        let candidates = models.by_variable.iter().filter(|((_, variable), _)| variable == member);
        let mut found: Vec<ModelAt> = candidates.map(|(_, model)| *model).collect();
        found.sort_unstable();
        found.dedup();
        match found[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The model of a class that is named in a module.
    pub(super) fn class_in(&self, module: ModuleId, expr: &Expr) -> Option<ModelAt> {
        let written = crate::import::code::outline::TypeRef {
            name: bare(expr).dotted()?,
            line: expr.line,
            ..crate::import::code::outline::TypeRef::default()
        };
        let id = self.code.resolved.symbols.resolve_type(module, None, &written).monolith()?;
        self.models.by_class.get(&id).copied()
    }

    /// The model that a class, an object of it, or a list of such objects is of.
    fn model_of(&self, ty: &Ty) -> Option<ModelAt> {
        match ty.monolith() {
            Some(id) => self.models.by_class.get(&id).copied(),
            None => self.models.by_class.get(&ty.args().first()?.monolith()?).copied(),
        }
    }
}

impl<'a> Reading<'a, '_> {
    fn body(&mut self, body: &'a [Stmt], gather: &mut Gather) {
        let mut found = Vec::new();
        for stmt in body {
            stmt.walk(&mut |expr| found.push(expr));
        }
        for expr in found {
            self.one(expr, gather);
        }
    }

    fn expr(&mut self, expr: &'a Expr, gather: &mut Gather) {
        let mut found = Vec::new();
        expr.walk(&mut |expr| found.push(expr));
        for expr in found {
            self.one(expr, gather);
        }
    }

    fn one(&mut self, expr: &'a Expr, gather: &mut Gather) {
        let is_chain = matches!(expr.kind, ExprKind::Call { .. } | ExprKind::Member(..));
        if is_chain && !self.seen.contains(&std::ptr::from_ref(expr)) {
            let chain = chain(expr, &mut self.seen);
            self.chain(&chain, gather);
        }
    }

    pub(super) fn at(&self, line: u32) -> At {
        At { module: self.module, function: self.function, line }
    }

    pub(super) fn access(&self, table: TableId, mode: AccessMode, line: u32, gather: &mut Gather) {
        gather.access(self.at(line), table, mode, Via::Orm);
    }

    fn chain(&self, chain: &Chain<'a>, gather: &mut Gather) {
        self.builder(chain, gather);
        if self.queries.models.is_empty() {
            return;
        }
        self.asked(chain, gather);
        for at in 0..chain.links.len() {
            let link = &chain.links[at];
            if link.args.is_none() {
                continue;
            }
            if self.delegate(chain, at, gather)
                || self.variable(chain, at, gather)
                || self.service(chain, at, gather)
            {
                continue;
            }
            self.typed(chain, at, gather);
        }
    }

    // --- Query builders

    /// Knex, Kysely and Drizzle, and other builders that are told tables by text or by variable.
    fn builder(&self, chain: &Chain<'a>, gather: &mut Gather) {
        let mut base: Option<TableId> = None;
        let line = chain.root.line;
        if let Some(table) = self.root_table(chain) {
            self.access(table, chain.mode(0), line, gather);
            base = Some(table);
        }
        for (at, link) in chain.links.iter().enumerate() {
            let line = link.expr.line;
            let mode = match link.name {
                "selectFrom" => AccessMode::Read,
                "insertInto" | "updateTable" | "deleteFrom" | "replaceInto" | "mergeInto" => {
                    AccessMode::Write
                }
                "from" | "into" | "table" if at > 0 || is_client(chain.before(0)) => chain.mode(0),
                "insert" | "update" | "delete" | "$count" if self.variable_of(link).is_some() => {
                    if link.name == "$count" {
                        AccessMode::Read
                    } else {
                        AccessMode::Write
                    }
                }
                name if JOINS.contains(&name) && base.is_some() => AccessMode::Read,
                _ => continue,
            };
            for table in self.tables_of(link, at) {
                self.access(table, mode, line, gather);
                match base {
                    Some(base) if base != table => gather.join(self.at(line), base, table),
                    Some(_) => {}
                    None => base = Some(table),
                }
            }
        }
    }

    /// `knex("orders")`
    fn root_table(&self, chain: &Chain<'a>) -> Option<TableId> {
        let (callee, args) = match &chain.root.kind {
            ExprKind::Call { callee, args } => (bare(callee), args),
            _ => return None,
        };
        let ExprKind::Name(name) = &callee.kind else { return None };
        let built = chain.calls_after(0, &BUILDER) && (is_client(name) || name == "qb");
        let first = args.first().filter(|_| built)?;
        self.table_named(&first.value)
    }

    fn table_named(&self, expr: &Expr) -> Option<TableId> {
        let written = self.queries.constants.text(self.module, expr)?;
        let lower = written.to_lowercase();
        let end = lower.find(" as ").unwrap_or(written.len());
        let name = written.get(..end)?.trim();
        let path: Vec<String> =
            name.split('.').map(|part| part.trim_matches(['"', '`']).to_owned()).collect();
        let is_name = path.iter().all(|part| !part.is_empty() && !part.contains(' '));
        self.queries.tables.lookup(&path).filter(|_| is_name)
    }

    fn tables_of(&self, link: &Link<'a>, at: usize) -> Vec<TableId> {
        let Some(first) = link.arg(0) else { return Vec::new() };
        let several = match &bare(first).kind {
            ExprKind::List(parts) => parts.iter().collect(),
            _ => vec![first],
        };
        let models = self.queries.models;
        // `Array.from("orders")`, `Buffer.from("…")`
        let by_text = link.name != "from" || at > 0;
        let one = |expr: &Expr| {
            let variable = self.variable_named(expr).map(|model| models.table(model));
            variable.or_else(|| self.table_named(expr).filter(|_| by_text))
        };
        several.into_iter().filter_map(one).collect()
    }

    fn variable_of(&self, link: &Link<'a>) -> Option<ModelAt> {
        self.variable_named(link.arg(0)?)
    }

    fn variable_named(&self, expr: &Expr) -> Option<ModelAt> {
        self.queries.variable_in(self.module, expr)
    }

    /// `Order.findAll()` where `Order` is a variable: Sequelize's `define`.
    fn variable(&self, chain: &Chain<'a>, at: usize, gather: &mut Gather) -> bool {
        let link = &chain.links[at];
        let target = match at.checked_sub(1) {
            None => chain.root,
            Some(before) if chain.links[before].args.is_none() => chain.links[before].expr,
            Some(_) => return false,
        };
        let Some(mode) = row_mode(link.name, true) else { return false };
        let Some(model) = self.variable_named(target) else { return false };
        let table = self.queries.models.table(model);
        self.access(table, mode, link.expr.line, gather);
        true
    }

    // --- Mappers with classes

    /// What is done with repositories, managers and classes of entities.
    fn typed(&self, chain: &Chain<'a>, at: usize, gather: &mut Gather) {
        let link = &chain.links[at];
        let Some(member_use) = self.uses.get(&std::ptr::from_ref(link.expr)) else { return };
        let queries = self.queries;
        let line = link.expr.line;
        let name = link.name;
        let repository = queries.repository(&member_use.receiver, 0);
        let own_code = member_use.target.is_some();
        if let Some(modes) = member_use.target.and_then(|it| queries.handing.get(&it)) {
            let classes = member_use.arg_types.iter().filter(|ty| matches!(ty, Ty::Class(_)));
            for model in classes.filter_map(|ty| queries.model_of(ty)) {
                for mode in modes {
                    self.access(queries.models.table(model), *mode, line, gather);
                }
            }
        }
        if let Some(model) = repository.filter(|_| !own_code) {
            if name == "createQueryBuilder" || name == "qb" {
                self.built(model, chain, at, gather);
            } else if let Some(mode) = row_mode(name, false) {
                self.access(queries.models.table(model), mode, line, gather);
                self.related(model, link, gather);
            }
            return;
        }
        if self.is_manager(member_use, chain, at) {
            let model = member_use.arg_types.first().and_then(|ty| queries.model_of(ty));
            let Some(model) = model else { return };
            if name == "createQueryBuilder" || name == "qb" {
                self.built(model, chain, at, gather);
            } else if let Some(mode) = row_mode(name, false) {
                self.access(queries.models.table(model), mode, line, gather);
                self.related(model, link, gather);
            }
            return;
        }
        let of_builder = matches!(name, "from" | "into" | "update" | "leftJoin" | "innerJoin");
        if of_builder && chain.calls_after(0, &["createQueryBuilder", "from", "into"]) {
            let class = member_use.arg_types.first().filter(|ty| matches!(ty, Ty::Class(_)));
            if let Some(model) = class.and_then(|ty| queries.model_of(ty)) {
                self.access(queries.models.table(model), chain.mode(0), line, gather);
            }
            return;
        }
        let Some(id) = member_use.receiver.monolith().filter(|_| !own_code) else { return };
        let Some(model) = queries.models.by_class.get(&id) else { return };
        let is_class = matches!(member_use.receiver, Ty::Class(_));
        if let Some(mode) = row_mode(name, is_class) {
            self.access(queries.models.table(*model), mode, line, gather);
            self.related(*model, link, gather);
        }
    }

    fn is_manager(&self, member_use: &MemberUse<'a>, chain: &Chain<'a>, at: usize) -> bool {
        match member_use.receiver.outside_name() {
            Some(name) if MANAGERS.contains(&name) => true,
            _ => {
                member_use.receiver.monolith().is_none()
                    && MANAGER_NAMES.contains(&chain.before(at).trim_end_matches('_'))
            }
        }
    }

    /// `orders.createQueryBuilder("o").leftJoin("o.lines", "l")…`
    fn built(&self, model: ModelAt, chain: &Chain<'a>, at: usize, gather: &mut Gather) {
        let models = self.queries.models;
        let own = models.table(model);
        self.access(own, chain.mode(at), chain.links[at].expr.line, gather);
        let mut aliases: BTreeMap<&str, ModelAt> = BTreeMap::new();
        let args = [chain.links[at].arg(0), chain.links[at].arg(1)];
        for alias in args.into_iter().flatten().filter_map(text) {
            aliases.insert(alias, model);
        }
        for link in chain.links[at + 1..].iter().filter(|link| JOINS.contains(&link.name)) {
            let Some(first) = link.arg(0) else { continue };
            let typed = self.uses.get(&std::ptr::from_ref(link.expr));
            let class = typed.and_then(|it| self.queries.model_of(it.arg_types.first()?));
            let path = text(first).and_then(|it| it.split_once('.'));
            let by_path = path.and_then(|(alias, field)| {
                models.list[*aliases.get(alias)?].relations.get(field).copied()
            });
            let Some(other) = class.or(by_path) else { continue };
            let alias = [1, 2].into_iter().filter_map(|at| link.arg(at)).find_map(text);
            aliases.extend(alias.map(|alias| (alias, other)));
            let table = models.table(other);
            let line = link.expr.line;
            self.access(table, AccessMode::Read, line, gather);
            if table != own {
                gather.join(self.at(line), own, table);
            }
        }
    }

    /// Other tables that are read along: `relations`, `include`, `populate`.
    fn related(&self, model: ModelAt, link: &Link<'a>, gather: &mut Gather) {
        for arg in link.args.into_iter().flatten() {
            let ExprKind::Map(pairs) = &bare(&arg.value).kind else { continue };
            for (key, value) in pairs {
                let ExprKind::Text(key) = &key.kind else { continue };
                if matches!(key.as_str(), "relations" | "include" | "populate") {
                    self.along(model, value, link.expr.line, 0, gather);
                }
            }
        }
    }

    fn along(&self, model: ModelAt, value: &'a Expr, line: u32, depth: u32, gather: &mut Gather) {
        if depth > 8 {
            return;
        }
        let models = self.queries.models;
        let go = |from: ModelAt, field: &str, gather: &mut Gather| {
            let other = models.list[from].relations.get(field).copied()?;
            let (own, table) = (models.table(from), models.table(other));
            self.access(table, AccessMode::Read, line, gather);
            if own != table {
                gather.join(self.at(line), own, table);
            }
            Some(other)
        };
        match &bare(value).kind {
            ExprKind::List(parts) => {
                for part in parts {
                    self.along(model, part, line, depth + 1, gather);
                }
            }
            ExprKind::Text(path) => {
                let mut from = model;
                for field in path.split('.') {
                    match go(from, field, gather) {
                        Some(other) => from = other,
                        None => break,
                    }
                }
            }
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    let ExprKind::Text(key) = &key.kind else { continue };
                    match go(model, key, gather) {
                        Some(other) => self.along(other, value, line, depth + 1, gather),
                        // `include: [{ model: Line }]`
                        None if key == "model" => self.along(model, value, line, depth + 1, gather),
                        None => {}
                    }
                }
            }
            ExprKind::Name(_) | ExprKind::Member(..) => {
                let class = self.class_named(value).or_else(|| self.variable_named(value));
                if let Some(other) = class {
                    let (own, table) = (models.table(model), models.table(other));
                    self.access(table, AccessMode::Read, line, gather);
                    if own != table {
                        gather.join(self.at(line), own, table);
                    }
                }
            }
            _ => {}
        }
    }

    fn class_named(&self, expr: &Expr) -> Option<ModelAt> {
        self.queries.class_in(self.module, expr)
    }
}

/// Whether a name is one that people give to a client, a connection or a transaction.
pub(super) fn is_client(name: &str) -> bool {
    let name = name.trim_start_matches('$').trim_end_matches('_').to_lowercase();
    matches!(name.as_str(), "tx" | "trx" | "db" | "client" | "qb" | "t" | "conn" | "connection")
        || ["prisma", "knex", "kysely", "drizzle", "database", "transaction", "orm", "trx"]
            .iter()
            .any(|part| name.contains(part))
        || name.ends_with("db")
}
