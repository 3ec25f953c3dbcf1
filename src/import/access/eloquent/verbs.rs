//! What the names of functions say they do to the rows of a model.

/// What a function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Read,
    Write,
    ReadAndWrite,
    /// Writes the table between two models.
    Link,
    /// Goes on with the query.
    Fluent,
    /// Reads the relations that its texts name, with the query.
    Along,
    /// Joins the table that its first text names.
    Join,
    Nothing,
}

/// What a query, a model's class or a repository does.
#[expect(clippy::too_many_lines, reason = "a table of names")]
pub(super) fn of_query(name: &str) -> Verb {
    match name {
        "find"
        | "findOrFail"
        | "findMany"
        | "findOr"
        | "findSole"
        | "findOrNew"
        | "first"
        | "firstOrFail"
        | "firstWhere"
        | "firstOr"
        | "firstOrNew"
        | "get"
        | "all"
        | "paginate"
        | "simplePaginate"
        | "cursorPaginate"
        | "cursor"
        | "lazy"
        | "lazyById"
        | "lazyByIdDesc"
        | "chunk"
        | "chunkById"
        | "chunkMap"
        | "each"
        | "eachById"
        | "count"
        | "exists"
        | "doesntExist"
        | "existsOr"
        | "doesntExistOr"
        | "sum"
        | "avg"
        | "average"
        | "min"
        | "max"
        | "pluck"
        | "value"
        | "valueOrFail"
        | "sole"
        | "soleValue"
        | "implode"
        | "getModels"
        | "findByField"
        | "findWhere"
        | "findWhereIn"
        | "findWhereNotIn"
        | "findWhereBetween"
        | "findOneByField"
        | "findOneWhere"
        | "lists"
        | "aggregate"
        | "getResults"
        | "getCountForPagination"
        | "findOneBy"
        | "findBy"
        | "findAll"
        | "explain"
        | "numericAggregate" => Verb::Read,
        "create"
        | "createQuietly"
        | "createMany"
        | "createManyQuietly"
        | "forceCreate"
        | "forceCreateQuietly"
        | "insert"
        | "insertGetId"
        | "insertOrIgnore"
        | "insertUsing"
        | "insertOrIgnoreUsing"
        | "update"
        | "updateFrom"
        | "updateQuietly"
        | "delete"
        | "forceDelete"
        | "upsert"
        | "increment"
        | "decrement"
        | "incrementEach"
        | "decrementEach"
        | "truncate"
        | "save"
        | "saveMany"
        | "saveQuietly"
        | "saveManyQuietly"
        | "restore"
        | "touch"
        | "destroy"
        | "deleteWhere"
        | "push"
        | "forceDestroy"
        | "fillAndInsert"
        | "prune" => Verb::Write,
        "firstOrCreate" | "updateOrCreate" | "createOrFirst" | "updateOrInsert"
        | "incrementOrCreate" | "restoreOrCreate" => Verb::ReadAndWrite,
        "attach"
        | "detach"
        | "sync"
        | "syncWithoutDetaching"
        | "toggle"
        | "updateExistingPivot"
        | "syncWithPivotValues" => Verb::Link,
        "with" | "withCount" | "withSum" | "withMax" | "withMin" | "withAvg" | "withExists"
        | "withWhereHas" | "has" | "orHas" | "whereHas" | "orWhereHas" | "doesntHave"
        | "orDoesntHave" | "whereDoesntHave" | "orWhereDoesntHave" | "whereRelation"
        | "orWhereRelation" | "load" | "loadMissing" | "loadCount" => Verb::Along,
        "join" | "leftJoin" | "rightJoin" | "crossJoin" | "joinWhere" | "leftJoinWhere" => {
            Verb::Join
        }
        "query"
        | "newQuery"
        | "newModelQuery"
        | "select"
        | "selectRaw"
        | "addSelect"
        | "latest"
        | "oldest"
        | "limit"
        | "take"
        | "skip"
        | "offset"
        | "distinct"
        | "lockForUpdate"
        | "sharedLock"
        | "groupBy"
        | "groupByRaw"
        | "when"
        | "unless"
        | "tap"
        | "withTrashed"
        | "onlyTrashed"
        | "withoutTrashed"
        | "withoutGlobalScope"
        | "withoutGlobalScopes"
        | "on"
        | "inRandomOrder"
        | "reorder"
        | "union"
        | "unionAll"
        | "forPage"
        | "from"
        | "withoutEagerLoads"
        | "withOnly"
        | "without"
        | "scopes"
        | "search"
        | "resetModel" => Verb::Fluent,
        _ if ["where", "orWhere", "orderBy", "having", "orHaving"]
            .iter()
            .any(|it| name.starts_with(it)) =>
        {
            Verb::Fluent
        }
        _ => Verb::Nothing,
    }
}

/// What one row does.
pub(super) fn of_row(name: &str) -> Verb {
    match name {
        "save" | "saveQuietly" | "saveOrFail" | "update" | "updateQuietly" | "updateOrFail"
        | "delete" | "deleteQuietly" | "deleteOrFail" | "forceDelete" | "forceDeleteQuietly"
        | "restore" | "restoreQuietly" | "push" | "pushQuietly" | "touch" | "touchQuietly"
        | "increment" | "decrement" => Verb::Write,
        "refresh" | "fresh" => Verb::Read,
        "load" | "loadMissing" | "loadCount" | "loadSum" | "loadExists" => Verb::Along,
        _ => Verb::Nothing,
    }
}

/// What a query of the query builder does at its end.
pub(super) fn of_builder(name: &str) -> Verb {
    match of_query(name) {
        Verb::Link | Verb::Along => Verb::Nothing,
        verb => verb,
    }
}
