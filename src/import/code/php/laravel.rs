//! What Laravel makes of classes by its conventions: relations become properties, queries give models.

use super::Lowering;
use crate::import::code::{
    language::Yields,
    outline::{Expr, ExprKind, Field, FunctionDecl, Stmt, TypeRef},
};

/// Functions of a model that lead to one other model, and the class of the relation.
const TO_ONE: [(&str, &str); 5] = [
    ("belongsTo", "BelongsTo"),
    ("hasOne", "HasOne"),
    ("morphOne", "MorphOne"),
    ("hasOneThrough", "HasOneThrough"),
    ("embedsOne", "HasOne"),
];

/// Functions of a model that lead to several others.
const TO_MANY: [(&str, &str); 6] = [
    ("hasMany", "HasMany"),
    ("belongsToMany", "BelongsToMany"),
    ("morphMany", "MorphMany"),
    ("morphToMany", "MorphToMany"),
    ("morphedByMany", "MorphToMany"),
    ("hasManyThrough", "HasManyThrough"),
];

/// Classes whose descendants are models, or repositories that hand models out.
pub(super) const ROW_BASES: [&str; 9] = [
    "Model",
    "Authenticatable",
    "Pivot",
    "MorphPivot",
    "TranslatableModel",
    "BaseRepository",
    "DatabaseNotification",
    "ServiceEntityRepository",
    "EntityRepository",
];

/// A query of `active()` runs `scopeActive`.
pub(super) fn scope(member: &str) -> Option<String> {
    let mut letters = member.chars();
    let first = letters.next()?;
    Some(format!("scope{}{}", first.to_uppercase(), letters.as_str()))
}

impl Lowering {
    /// What a method says by convention about the class it belongs to.
    pub(super) fn laravel_method(&mut self, function: &mut FunctionDecl, at: usize) {
        let returned: Vec<&Expr> = function
            .body
            .iter()
            .filter_map(|stmt| match stmt {
                Stmt::Return(value) => Some(value),
                _ => None,
            })
            .collect();
        let [value] = returned[..] else { return };
        if matches!(function.name.as_str(), "model" | "getFacadeAccessor")
            && let Some(ty) = named_class(value)
        {
            let line = ty.line;
            let args = vec![ty];
            function.returns = Some(TypeRef { name: "class-string".to_owned(), args, line });
            return;
        }
        let Some((relation, target, many)) = relation(value) else { return };
        let line = function.line;
        let ty = TypeRef {
            name: format!(".Illuminate.Database.Eloquent.Relations.{relation}"),
            args: vec![target.clone()],
            line,
        };
        let property = if many {
            let name = ".Illuminate.Database.Eloquent.Collection".to_owned();
            TypeRef { name, args: vec![target], line }
        } else {
            target
        };
        function.returns = Some(ty);
        let name = format!("${}", function.name);
        let fields = &mut self.outline.types[at].fields;
        if !fields.iter().any(|field| field.name == name) {
            fields.push(Field { name, ty: Some(property), line, ..Field::default() });
        }
    }
}

/// The relation that `$this->hasMany(Post::class)->latest()` makes: its class, the other model, whether it is many.
fn relation(value: &Expr) -> Option<(&'static str, TypeRef, bool)> {
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
                let found = |list: &[(&str, &'static str)]| {
                    list.iter().find(|(call, _)| call == name).map(|(_, class)| *class)
                };
                let target = named_class(&args.first()?.value)?;
                return match (found(&TO_ONE), found(&TO_MANY)) {
                    (Some(class), _) => Some((class, target, false)),
                    (_, Some(class)) => Some((class, target, true)),
                    _ => None,
                };
            }
            _ => return None,
        }
    }
    None
}

/// The class that `Order::class`, or what stands for it, names.
pub(crate) fn named_class(value: &Expr) -> Option<TypeRef> {
    match &value.kind {
        ExprKind::Type(ty) => Some(ty.clone()),
        ExprKind::Block(body) => match body.last()? {
            Stmt::Return(value) => named_class(value),
            _ => None,
        },
        _ => None,
    }
}

/// `OrderProxy::modelClass()` of Concord is the model that the proxy stands for: the class beside it without
/// `Proxy` in its name.
pub(super) fn proxied(of: &Expr, name: &str, line: u32) -> Option<ExprKind> {
    let ExprKind::Type(ty) = &of.kind else { return None };
    let model = ty.name.strip_suffix("Proxy").filter(|_| name == "modelClass")?;
    let model = TypeRef { name: model.to_owned(), args: Vec::new(), line };
    Some(ExprKind::Block(vec![
        Stmt::Expr(of.clone()),
        Stmt::Return(Expr::new(ExprKind::Type(model), line)),
    ]))
}

/// Functions of a query that give its rows.
const FETCHES: [&str; 19] = [
    "get",
    "all",
    "paginate",
    "simplePaginate",
    "cursorPaginate",
    "cursor",
    "lazy",
    "lazyById",
    "findMany",
    "getModels",
    "findWhere",
    "findWhereIn",
    "findWhereNotIn",
    "findWhereBetween",
    "findByField",
    "findAll",
    "findBy",
    "createMany",
    "saveMany",
];

/// Classes of Laravel and its libraries nearly all of whose functions give an object of the same class again.
const FLUENT_CLASSES: [&str; 8] =
    ["Route", "Carbon", "CarbonImmutable", "Stringable", "Schedule", "Schema", "Blueprint", "Rule"];

/// What a member of a class of Laravel's gives, told by what the class is of: a query or collection of models.
pub(super) fn member(receiver: &str, member: &str) -> Yields {
    let is_rows = matches!(
        receiver,
        "Builder"
            | "List"
            | "Collection"
            | "LazyCollection"
            | "LengthAwarePaginator"
            | "Paginator"
            | "CursorPaginator"
            | "ArrayCollection"
            | "PersistentCollection"
    ) || TO_ONE.iter().chain(&TO_MANY).any(|(_, class)| *class == receiver);
    if FLUENT_CLASSES.contains(&receiver) {
        return Yields::Receiver;
    }
    if !is_rows {
        return Yields::Unknown;
    }
    let is_query =
        !receiver.ends_with("Collection") && !receiver.ends_with("Paginator") && receiver != "List";
    if is_query && FETCHES.contains(&member) {
        return Yields::Elements;
    }
    match member {
        "find" | "findOrFail" | "findOrNew" | "first" | "firstOrFail" | "firstOrCreate"
        | "firstOrNew" | "firstWhere" | "firstOr" | "create" | "createQuietly" | "forceCreate"
        | "updateOrCreate" | "make" | "sole" | "last" | "pop" | "shift" | "fresh"
        | "getRelated" | "getModel" | "newModelInstance" | "createOrFirst" | "current"
        | "findSole" | "random" | "findByField" | "findOneByField" | "findOneBy"
        | "findOneWhere" | "update" | "replicate" | "save" | "associate" | "refresh"
        | "newInstance" | "getResults" | "offsetGet" | "getParent"
            if element_of(receiver, member) =>
        {
            Yields::Element
        }
        "map" | "flatMap" | "mapWithKeys" | "pluckMap" => Yields::Mapped,
        "count" | "exists" | "doesntExist" | "sum" | "avg" | "max" | "min" | "pluck" | "value"
        | "insert" | "insertGetId" | "upsert" | "delete" | "forceDelete" | "restore"
        | "increment" | "decrement" | "toArray" | "toJson" | "toSql" | "implode" | "isEmpty"
        | "isNotEmpty" | "contains" | "keys" | "groupBy" | "attach" | "detach" | "sync"
        | "chunk" | "chunkById" | "toggle" | "groupByMany" | "partition" | "reduce" | "getKey"
        | "total" | "update" | "save" | "random" | "push" | "has" | "keyBy"
            if member != "keyBy" =>
        {
            Yields::Unknown
        }
        // A repository's own query.
        "$model" | "$query" if receiver == "Builder" => Yields::Receiver,
        _ if is_fluent(member) => Yields::Receiver,
        _ => Yields::Unknown,
    }
}

/// Some names give a row on one class and something else on another.
fn element_of(receiver: &str, member: &str) -> bool {
    match member {
        "update" | "save" | "associate" | "refresh" | "replicate" => false,
        "random" | "pop" | "shift" | "last" => {
            receiver.contains("Collection") || receiver == "List"
        }
        _ => true,
    }
}

fn is_fluent(member: &str) -> bool {
    const BEGIN: [&str; 12] = [
        "where",
        "orWhere",
        "with",
        "order",
        "having",
        "join",
        "leftJoin",
        "rightJoin",
        "select",
        "load",
        "sort",
        "doesntHave",
    ];
    const WHOLE: [&str; 44] = [
        "query",
        "newQuery",
        "get",
        "all",
        "latest",
        "oldest",
        "limit",
        "take",
        "skip",
        "offset",
        "distinct",
        "lockForUpdate",
        "sharedLock",
        "paginate",
        "simplePaginate",
        "cursorPaginate",
        "cursor",
        "lazy",
        "lazyById",
        "each",
        "filter",
        "reject",
        "unique",
        "values",
        "reverse",
        "slice",
        "merge",
        "concat",
        "tap",
        "when",
        "unless",
        "scopes",
        "onlyTrashed",
        "inRandomOrder",
        "groupBy",
        "keyBy",
        "findMany",
        "forPage",
        "has",
        "collect",
        "getCollection",
        "reorder",
        "union",
        "toBase",
    ];
    WHOLE.contains(&member) || BEGIN.iter().any(|begin| member.starts_with(begin))
}
