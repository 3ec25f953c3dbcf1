//! SQLAlchemy: classes that stand for tables, how they lead to each other, and what sessions and queries give.

use std::collections::BTreeMap;

use super::libraries::list_of;
use crate::{
    facts::ModuleId,
    import::code::{
        language::Reached,
        outline::{Arg, Expr, ExprKind, Field, Stmt, TypeDecl},
        resolve::Source,
        symbols::{Symbols, Target},
        types::{Head, Ty, TypeId},
    },
};

/// A query about rows of a class.
const QUERY: &str = "sqlalchemy.orm.Query";
/// A statement that was not run yet: `select(Order)`.
const STATEMENT: &str = "sqlalchemy.Select";
/// What running a statement gives.
const RESULT: &str = "sqlalchemy.ScalarResult";

/// A class whose objects are rows.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    pub module: ModuleId,
    pub line: u32,
    /// With its schema before a dot, where it has one.
    pub table: String,
    pub columns: Vec<MappedColumn>,
    /// By the name of the attribute: the class it leads to, whether it gives many, and the table between.
    pub relations: BTreeMap<String, Relation>,
}

#[derive(Clone, Debug)]
pub(crate) struct MappedColumn {
    /// The attribute.
    pub name: String,
    pub column: String,
    pub args: Vec<Arg>,
    pub line: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub to: TypeId,
    pub many: bool,
    /// What is written as `secondary`.
    pub secondary: Option<String>,
}

/// All classes and tables that SQLAlchemy knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alchemy {
    pub mapped: BTreeMap<TypeId, Mapped>,
    /// Classes that share the table of another one, with that.
    shares: BTreeMap<TypeId, TypeId>,
    /// `orders = Table("orders", …)`: by module and variable, the table and its line.
    pub tables: BTreeMap<(ModuleId, String), (String, u32)>,
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Same(inner) => text(inner),
        _ => None,
    }
}

fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The call that a field is given, by the last segment of what is called.
fn call(field: &Field) -> Option<(String, &[Arg])> {
    let ExprKind::Call { callee, args } = &field.value.as_ref()?.kind else { return None };
    Some((last_segment(&callee.dotted()?).to_owned(), args))
}

pub(crate) fn option<'e>(args: &'e [Arg], name: &str) -> Option<&'e Expr> {
    args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
}

impl Alchemy {
    pub(crate) fn new(sources: &[Source], symbols: &Symbols<'_>) -> Self {
        let mut found = Self::default();
        let mut others = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() != "Python" {
                continue;
            }
            let module = ModuleId::at(at);
            found.core_tables(module, &source.outline.top);
            for (place, decl) in source.outline.types.iter().enumerate() {
                let Some(class) = symbols.declared(module, place) else { continue };
                match table_of(symbols, class, decl) {
                    Some(table) => {
                        let mapped = Mapped {
                            module,
                            line: decl.line,
                            table,
                            columns: columns(symbols, class),
                            relations: BTreeMap::new(),
                        };
                        found.mapped.entry(class).or_insert(mapped);
                    }
                    None => others.push(class),
                }
            }
        }
        if found.mapped.is_empty() {
            return found;
        }
        for class in others {
            let base = symbols.with_supers(class).into_iter().skip(1);
            if let Some(base) = base.into_iter().find(|id| found.mapped.contains_key(id)) {
                found.shares.insert(class, base);
            }
        }
        found.connect(sources, symbols);
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.mapped.is_empty() && self.tables.is_empty()
    }

    fn core_tables(&mut self, module: ModuleId, top: &[Stmt]) {
        for stmt in top {
            if let Stmt::Let { name, value: Some(value), line, .. } = stmt
                && let ExprKind::Call { callee, args } = &value.kind
                && callee.dotted().as_deref().map(last_segment) == Some("Table")
                && let [first, _, ..] = &args[..]
                && let Some(table) = text(&first.value)
            {
                let schema = option(args, "schema").and_then(text);
                let table = schema.map_or_else(|| table.to_owned(), |it| format!("{it}.{table}"));
                self.tables.insert((module, name.clone()), (table, *line));
            }
        }
    }

    fn connect(&mut self, sources: &[Source], symbols: &Symbols<'_>) {
        let mut by_name: BTreeMap<String, Option<TypeId>> = BTreeMap::new();
        for class in self.mapped.keys() {
            let full = symbols.full_name(*class);
            let known = by_name.entry(last_segment(&full).to_owned()).or_insert(Some(*class));
            if *known != Some(*class) {
                *known = None;
            }
        }
        let mut all = Vec::new();
        for class in self.mapped.keys() {
            for id in symbols.with_supers(*class) {
                for (module, decl) in symbols.declarations(id) {
                    for field in &decl.fields {
                        let relation = relation(symbols, module, field, &by_name);
                        let relation = relation.filter(|it| self.mapped.contains_key(&it.to));
                        all.extend(relation.map(|it| (*class, field.name.clone(), it)));
                    }
                }
            }
        }
        for (class, name, relation) in &all {
            if let Some(back) = backref(sources, symbols, self, *class, name) {
                let many =
                    Relation { to: *class, many: true, secondary: relation.secondary.clone() };
                if let Some(mapped) = self.mapped.get_mut(&relation.to) {
                    mapped.relations.entry(back).or_insert(many);
                }
            }
        }
        for (class, name, relation) in all {
            if let Some(mapped) = self.mapped.get_mut(&class) {
                mapped.relations.entry(name).or_insert(relation);
            }
        }
    }

    /// The class with a table that a class is, or shares.
    fn known(&self, id: TypeId) -> Option<TypeId> {
        if self.mapped.contains_key(&id) {
            return Some(id);
        }
        self.shares.get(&id).copied()
    }

    /// The class that an object is a row of.
    pub(crate) fn row(&self, ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Object { head: Head::Monolith(id), .. } => self.known(*id),
            _ => None,
        }
    }

    /// The class that is named as such.
    pub(crate) fn class(&self, ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Class(Head::Monolith(id)) => self.known(*id),
            _ => None,
        }
    }

    /// The class that a query or statement is about.
    pub(crate) fn asked(&self, ty: &Ty) -> Option<TypeId> {
        let Ty::Object { head: Head::Outside(name), args } = ty else { return None };
        matches!(&**name, QUERY | STATEMENT | RESULT).then(|| self.row(args.first()?)).flatten()
    }

    pub(crate) fn relation(&self, id: TypeId, name: &str) -> Option<&Relation> {
        self.mapped.get(&id)?.relations.get(name)
    }

    pub(super) fn member(&self, used: &Reached<'_>) -> Option<Ty> {
        if self.is_empty() {
            return None;
        }
        let receiver = used.receiver;
        if let Some(id) = self.asked(receiver) {
            return of_query(id, receiver, used.member);
        }
        if let Some(id) = self.row(receiver) {
            let relation = self.relation(id, used.member)?;
            let one = Ty::object(Head::Monolith(relation.to));
            return Some(if relation.many { list_of(one) } else { one });
        }
        if self.class(receiver).is_some() && used.member == "query" && used.args.is_none() {
            return self.class(receiver).map(|id| about(QUERY, id));
        }
        let first = used.arg_types.first();
        match used.member {
            "query" if used.args.is_some() => first_class(self, used).map(|id| about(QUERY, id)),
            "select" => first_class(self, used).map(|id| about(STATEMENT, id)),
            "get" | "get_one" if used.args.is_some_and(|args| args.len() > 1) => {
                self.class(first?).map(|id| Ty::object(Head::Monolith(id)))
            }
            "scalars" | "execute" => self.asked(first?).map(|id| about(RESULT, id)),
            "scalar" | "scalar_one" => self.asked(first?).map(|id| Ty::object(Head::Monolith(id))),
            "merge" => self.row(first?).map(|id| Ty::object(Head::Monolith(id))),
            _ => None,
        }
    }

    pub(super) fn function(&self, name: &str, types: &[Ty]) -> Option<Ty> {
        match name {
            "select" | "insert" | "update" | "delete" => {
                self.class(types.first()?).map(|id| about(STATEMENT, id))
            }
            _ => None,
        }
    }
}

fn about(kind: &str, id: TypeId) -> Ty {
    Ty::Object { head: Head::Outside(kind.into()), args: vec![Ty::object(Head::Monolith(id))] }
}

/// The class whose rows are asked for: only where the class itself is.
fn first_class(alchemy: &Alchemy, used: &Reached<'_>) -> Option<TypeId> {
    alchemy.class(used.arg_types.first()?)
}

/// What a query, a statement or its result gives.
fn of_query(id: TypeId, receiver: &Ty, name: &str) -> Option<Ty> {
    let row = Ty::object(Head::Monolith(id));
    Some(match name {
        "one" | "one_or_none" | "first" | "get" | "scalar" | "scalar_one" | "first_or_404"
        | "get_or_404" | "one_or_404" | "scalar_one_or_none" | "__getitem__" => row,
        "all" | "scalars_all" | "fetchall" | "unique" | "partitions" => list_of(row),
        "scalars" => about(RESULT, id),
        "filter"
        | "filter_by"
        | "where"
        | "join"
        | "outerjoin"
        | "options"
        | "order_by"
        | "limit"
        | "offset"
        | "distinct"
        | "group_by"
        | "having"
        | "with_for_update"
        | "select_from"
        | "enable_eagerloads"
        | "populate_existing"
        | "execution_options"
        | "correlate"
        | "union"
        | "yield_per"
        | "__getslice__"
        | "values"
        | "returning"
        | "on_conflict_do_nothing"
        | "on_conflict_do_update"
        | "add_columns"
        | "isouter" => receiver.clone(),
        _ => return None,
    })
}

/// The table that a class says it stands for.
fn table_of(symbols: &Symbols<'_>, class: TypeId, decl: &TypeDecl) -> Option<String> {
    let field = |name: &str| decl.fields.iter().find(|field| field.name == name);
    if field("__abstract__").is_some() {
        return None;
    }
    let schema = field("__table_args__").and_then(|field| schema_of(field.value.as_ref()?));
    let qualified = |name: &str| match &schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    };
    if let Some(name) = field("__tablename__") {
        return name.value.as_ref().and_then(text).map(qualified);
    }
    // `__table__ = Table("orders", …)`
    if let Some(("Table", args)) =
        field("__table__").and_then(call).as_ref().map(|(a, b)| (a.as_str(), *b))
    {
        return args.first().and_then(|arg| text(&arg.value)).map(qualified);
    }
    let is_flask = symbols.outside_super_names(class).iter().any(|base| base == "db.Model");
    let has_key = || {
        let columns = columns(symbols, class);
        columns.iter().any(|column| option(&column.args, "primary_key").is_some())
    };
    (is_flask && has_key()).then(|| qualified(&snake(last_segment(&decl.name))))
}

/// The `schema` among the arguments of a table.
fn schema_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Map(pairs) => {
            let schema = pairs.iter().find(|(key, _)| text(key) == Some("schema"));
            schema.and_then(|(_, value)| text(value)).map(str::to_owned)
        }
        ExprKind::List(parts) => parts.last().and_then(schema_of),
        ExprKind::Same(inner) => schema_of(inner),
        _ => None,
    }
}

/// The name that Flask-SQLAlchemy gives: `OrderLine` as `order_line`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_small = at > 0 && !letters[at - 1].is_uppercase();
        let before_small = at > 0 && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_small || before_small) && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake.trim_start_matches('_').to_owned()
}

/// The columns of a class, those of what it extends included, up to the next class with a table.
fn columns(symbols: &Symbols<'_>, class: TypeId) -> Vec<MappedColumn> {
    let mut found: Vec<MappedColumn> = Vec::new();
    for id in symbols.with_supers(class) {
        for (_, decl) in symbols.declarations(id) {
            let has_table = decl.fields.iter().any(|field| field.name == "__tablename__");
            if id != class && has_table {
                continue;
            }
            for field in &decl.fields {
                let Some((name, args)) = call(field) else { continue };
                if !matches!(name.as_str(), "Column" | "mapped_column")
                    || found.iter().any(|known| known.name == field.name)
                {
                    continue;
                }
                let said = args.first().filter(|arg| arg.name.is_none());
                let column = said.and_then(|arg| text(&arg.value)).unwrap_or(&field.name);
                found.push(MappedColumn {
                    name: field.name.clone(),
                    column: column.to_owned(),
                    args: args.to_vec(),
                    line: field.line,
                });
            }
        }
    }
    found
}

/// `lines: Mapped[list[Line]] = relationship(…)`, `lines = relationship("Line", …)`.
fn relation(
    symbols: &Symbols<'_>,
    module: ModuleId,
    field: &Field,
    by_name: &BTreeMap<String, Option<TypeId>>,
) -> Option<Relation> {
    let (name, args) = call(field)?;
    if !matches!(name.as_str(), "relationship" | "relation" | "dynamic_loader") {
        return None;
    }
    let first = args.first().filter(|arg| arg.name.is_none()).map(|arg| &arg.value);
    let target = first.or_else(|| option(args, "argument"));
    let by_text = |text: &str| by_name.get(last_segment(text)).copied().flatten();
    let named = target.and_then(|target| match &target.kind {
        ExprKind::Lambda { body, .. } => match body.first() {
            Some(Stmt::Return(value)) => class_named(symbols, module, value),
            _ => None,
        },
        _ => text(target).and_then(by_text).or_else(|| class_named(symbols, module, target)),
    });
    let said = field.ty.as_ref().map(|ty| symbols.resolve_type(module, None, ty));
    let (to, of_type) = match &said {
        Some(ty) => (ty.element().monolith(), Some(!ty.args().is_empty())),
        None => (None, None),
    };
    let written = field.ty.as_ref().and_then(|ty| by_text(&ty.args.last().unwrap_or(ty).name));
    let is_one = option(args, "uselist")
        .is_some_and(|it| matches!(&it.kind, ExprKind::Name(name) if name == "False"));
    let secondary = option(args, "secondary");
    Some(Relation {
        to: named.or(to).or(written)?,
        many: of_type.unwrap_or(!is_one) && !is_one,
        secondary: secondary.and_then(|it| text(it).map(str::to_owned).or_else(|| it.dotted())),
    })
}

fn class_named(symbols: &Symbols<'_>, module: ModuleId, expr: &Expr) -> Option<TypeId> {
    match symbols.lookup(module, None, &expr.dotted()?, expr.line)? {
        Target::Type(id) => Some(id),
        _ => None,
    }
}

/// The name by which the other class leads back, where a relation makes one.
fn backref(
    sources: &[Source],
    symbols: &Symbols<'_>,
    alchemy: &Alchemy,
    class: TypeId,
    name: &str,
) -> Option<String> {
    let mapped = alchemy.mapped.get(&class)?;
    let outline = &sources[mapped.module.index()].outline;
    let places = 0..outline.types.len();
    let mut own = places.filter(|at| symbols.declared(mapped.module, *at) == Some(class));
    let decl = &outline.types[own.next()?];
    let (_, args) = call(decl.fields.iter().find(|field| field.name == name)?)?;
    let said = option(args, "backref")?;
    match &said.kind {
        ExprKind::Call { args, .. } => text(&args.first()?.value).map(str::to_owned),
        _ => text(said).map(str::to_owned),
    }
}
