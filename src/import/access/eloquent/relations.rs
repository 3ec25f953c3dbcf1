//! Relations of models: which function leads to which other model, through which table, over which columns.

use std::collections::BTreeMap;

use super::models::{Rows, snake, text};
use crate::{
    facts::{ForeignKey, FunctionId, KeyOrigin, ModuleId, Place, TableId},
    import::{
        access::{gather::Code, tables::Tables},
        code::{
            outline::{Arg, ExprKind, Stmt, TypeRef},
            php::named_class,
            types::TypeId,
        },
        schema::inflect::plural,
    },
};

/// One function of a model that leads to another.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub target: TypeId,
    /// The table between the two.
    pub through: Option<TableId>,
    /// Keys that it implies: table and column, and the table that it refers to.
    keys: Vec<(TableId, String, TableId)>,
    place: Place,
}

/// All relations, by the function that gives them.
#[derive(Default)]
pub(super) struct Relations {
    by_function: BTreeMap<FunctionId, Relation>,
}

/// What a call of a relation says.
struct Said<'a> {
    kind: &'a str,
    target: TypeRef,
    args: &'a [Arg],
}

impl Relations {
    pub(super) fn find(code: Code<'_>, rows: &Rows, tables: &mut Tables) -> Self {
        let mut relations = Self::default();
        for (model, table) in rows.models() {
            for (module, decl) in code.resolved.symbols.declarations(model) {
                let class = decl.name.rsplit('.').next().unwrap_or(&decl.name);
                let outline = &code.sources[module.index()].outline;
                for (at, function) in outline.functions.iter().enumerate() {
                    let owner = function
                        .owner
                        .and_then(|owner| code.resolved.symbols.declared(module, owner));
                    if owner != Some(model) {
                        continue;
                    }
                    let Some(said) = function.body.iter().find_map(said) else { continue };
                    let Some(id) = code.resolved.symbols.function_id(module, at) else { continue };
                    let place =
                        Place::new(code.sources[module.index()].path.as_str(), function.line);
                    let own =
                        Own { module, owner: function.owner, class, table, name: &function.name };
                    if let Some(relation) = relation(code, rows, tables, &own, &said, place) {
                        relations.by_function.insert(id, relation);
                    }
                }
            }
        }
        relations
    }

    pub(super) fn get(&self, function: FunctionId) -> Option<&Relation> {
        self.by_function.get(&function)
    }

    /// The relation that a model has under a name.
    pub(super) fn named(&self, code: Code<'_>, model: TypeId, name: &str) -> Option<&Relation> {
        let methods = code.resolved.symbols.methods(model, name);
        methods.into_iter().find_map(|id| self.by_function.get(&id))
    }

    /// The keys that relations imply where the schema declares none over the column.
    pub(super) fn implied_keys(
        &self,
        code: Code<'_>,
        known: &[ForeignKey],
        tables: &Tables,
    ) -> Vec<ForeignKey> {
        let mut keys: Vec<ForeignKey> = Vec::new();
        for (function, relation) in &self.by_function {
            let name = code.resolved.functions.get(function.index()).map(|it| it.name.clone());
            let name = name.unwrap_or_default();
            for (from, column, to) in &relation.keys {
                let has = |table: TableId| {
                    let columns = &tables.get(table).columns;
                    columns.is_empty() || columns.iter().any(|it| it.name == *column)
                };
                let is_over =
                    |key: &ForeignKey| key.from == *from && key.columns == [column.clone()];
                if !has(*from) || known.iter().chain(&keys).any(is_over) {
                    continue;
                }
                let key = tables.get(*to).columns.iter().find(|column| column.name == "id");
                keys.push(ForeignKey {
                    from: *from,
                    columns: vec![column.clone()],
                    to: *to,
                    to_columns: vec![key.map_or_else(|| "id".to_owned(), |key| key.name.clone())],
                    origin: KeyOrigin::Implied {
                        reason: format!("the relation `{name}` is over it"),
                    },
                    place: relation.place.clone(),
                });
            }
        }
        keys
    }
}

/// The model that a relation belongs to.
struct Own<'a> {
    module: ModuleId,
    owner: Option<usize>,
    class: &'a str,
    table: TableId,
    /// The function's name.
    name: &'a str,
}

fn relation(
    code: Code<'_>,
    rows: &Rows,
    tables: &mut Tables,
    own: &Own<'_>,
    said: &Said<'_>,
    place: Place,
) -> Option<Relation> {
    let target = code.resolved.symbols.resolve_type(own.module, own.owner, &said.target);
    let target = rows.model(target.monolith()?)?;
    let to = rows.table(target)?;
    let given = |at: usize, names: &[&str]| {
        let named = said
            .args
            .iter()
            .find(|arg| arg.name.as_deref().is_some_and(|name| names.contains(&name)));
        let plain = said.args.get(at).filter(|arg| arg.name.is_none());
        named.or(plain).and_then(|arg| text(&arg.value))
    };
    let target_class = said.target.name.rsplit('.').next().unwrap_or_default();
    let own_key = || format!("{}_id", snake(own.class));
    let mut relation = Relation { target, through: None, keys: Vec::new(), place };
    match said.kind {
        "belongsTo" => {
            let name = given(3, &["relation"]).unwrap_or_else(|| own.name.to_owned());
            let column =
                given(1, &["foreignKey"]).unwrap_or_else(|| format!("{}_id", snake(&name)));
            relation.keys.push((own.table, column, to));
        }
        "hasMany" | "hasOne" => {
            let column = given(1, &["foreignKey"]).unwrap_or_else(own_key);
            relation.keys.push((to, column, own.table));
        }
        "belongsToMany" => {
            let mut both = [snake(own.class), snake(target_class)];
            both.sort();
            let class = said.args.get(1).and_then(|arg| match &arg.value.kind {
                ExprKind::Type(ty) => {
                    code.resolved.symbols.resolve_type(own.module, own.owner, ty).monolith()
                }
                _ => None,
            });
            let named = given(1, &["table"]).unwrap_or_else(|| both.join("_"));
            let through = class.and_then(|class| rows.table(class));
            relation.through = through.or_else(|| tables.lookup_loosely(None, &named));
            if let Some(through) = relation.through {
                let mine = given(2, &["foreignPivotKey"]).unwrap_or_else(own_key);
                let others = given(3, &["relatedPivotKey"])
                    .unwrap_or_else(|| format!("{}_id", snake(target_class)));
                relation.keys.push((through, mine, own.table));
                relation.keys.push((through, others, to));
            }
        }
        "morphToMany" | "morphedByMany" => {
            let name = given(1, &["name"])?;
            let named = given(2, &["table"]).unwrap_or_else(|| plural(&name));
            relation.through = tables.lookup_loosely(None, &named);
        }
        "hasManyThrough" | "hasOneThrough" => {
            let between = said.args.get(1).and_then(|arg| named_class(&arg.value))?;
            let between = code.resolved.symbols.resolve_type(own.module, own.owner, &between);
            let between = between.monolith().and_then(|class| rows.model(class));
            relation.through = between.and_then(|model| rows.table(model));
        }
        _ => {}
    }
    Some(relation)
}

const KINDS: [&str; 11] = [
    "belongsTo",
    "hasMany",
    "hasOne",
    "belongsToMany",
    "morphMany",
    "morphOne",
    "morphToMany",
    "morphedByMany",
    "hasManyThrough",
    "hasOneThrough",
    "hasOneOrMany",
];

/// `return $this->hasMany(Post::class)->latest()`.
fn said(stmt: &Stmt) -> Option<Said<'_>> {
    let Stmt::Return(value) = stmt else { return None };
    let mut at = value;
    for _ in 0..40 {
        match &at.kind {
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => at = inner,
            ExprKind::Call { callee, args } => {
                let ExprKind::Member(of, name) = &callee.kind else { return None };
                if of.kind != ExprKind::This {
                    at = of;
                    continue;
                }
                let kind = KINDS.iter().find(|kind| *kind == name)?;
                return Some(Said { kind, target: named_class(&args.first()?.value)?, args });
            }
            _ => return None,
        }
    }
    None
}
