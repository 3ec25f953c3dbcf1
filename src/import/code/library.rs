//! What the libraries of all languages have in common: collections hold elements and hand them out.

use super::language::Yields;

/// What a member of a collection, optional, stream, future or iterator yields in most languages.
#[must_use]
pub fn common_member(receiver: &str, member: &str) -> Yields {
    let entry = matches!(receiver, "Entry" | "KeyValuePair");
    match member {
        "getKey" | "Key" | "key" if entry => Yields::Key,
        "getValue" | "Value" | "value" if entry => Yields::Element,
        "keySet" | "keys" | "Keys" | "navigableKeySet" => Yields::Keys,
        "values" | "Values" | "into_values" | "values_mut" => Yields::Elements,
        _ => plain_member(member),
    }
}

fn plain_member(member: &str) -> Yields {
    match member {
        "get"
        | "getFirst"
        | "getLast"
        | "first"
        | "last"
        | "next"
        | "previous"
        | "orElse"
        | "orElseThrow"
        | "orElseGet"
        | "poll"
        | "pop"
        | "peek"
        | "pollFirst"
        | "pollLast"
        | "element"
        | "remove"
        | "removeFirst"
        | "removeLast"
        | "join"
        | "getOrDefault"
        | "computeIfAbsent"
        | "putIfAbsent"
        | "put"
        | "unwrap"
        | "expect"
        | "unwrap_or"
        | "unwrap_or_default"
        | "unwrap_or_else"
        | "First"
        | "FirstOrDefault"
        | "Single"
        | "SingleOrDefault"
        | "Last"
        | "LastOrDefault"
        | "ElementAt"
        | "firstOrNull"
        | "lastOrNull"
        | "single"
        | "singleOrNull"
        | "find"
        | "findLast"
        | "at"
        | "shift"
        | "getObject"
        | "getIfAvailable"
        | "getBody"
        | "min_by"
        | "max_by"
        | "FirstAsync"
        | "FirstOrDefaultAsync"
        | "SingleAsync"
        | "SingleOrDefaultAsync"
        | "FindAsync"
        | "Find"
        | "Result"
        | "Value"
        | "firstOrFail"
        | "findOrFail"
        | "sole"
        | "iloc"
        | "getOrNull"
        | "getReferenceById"
        | "getOne" => Yields::Element,
        "stream" | "parallelStream" | "filter" | "sorted" | "distinct" | "limit" | "skip"
        | "findFirst" | "findAny" | "iterator" | "listIterator" | "subList" | "toList"
        | "collect" | "or" | "entrySet" | "reversed" | "descendingIterator" | "subSet"
        | "headSet" | "tailSet" | "min" | "max" | "iter" | "iter_mut" | "into_iter" | "cloned"
        | "copied" | "as_ref" | "as_mut" | "as_deref" | "take" | "rev" | "peekable" | "Where"
        | "OrderBy" | "OrderByDescending" | "ThenBy" | "Take" | "Skip" | "Distinct" | "ToList"
        | "ToArray" | "ToListAsync" | "AsEnumerable" | "AsQueryable" | "Include"
        | "AsNoTracking" | "ThenByDescending" | "sortedBy" | "sortedByDescending" | "filterNot"
        | "filterNotNull" | "toSet" | "toMutableList" | "toMutableSet" | "drop" | "asSequence"
        | "takeIf" | "slice" | "reverse" | "sort" | "concat" | "all" | "where" | "order_by"
        | "order" | "includes" | "select" | "ok" | "ok_or" | "ok_or_else" | "map_err"
        | "context" | "with_context" | "boxed" | "parallel" | "unordered" | "dropWhile"
        | "takeWhile" | "peekEach" | "onEach" | "also" | "apply" => Yields::Receiver,
        "map" | "flatMap" | "mapNotNull" | "Select" | "SelectMany" | "and_then" | "filter_map"
        | "flat_map" | "thenApply" | "thenCompose" | "flatMapIndexed" | "mapIndexed" => {
            Yields::Mapped
        }
        "execute" | "let" | "run" | "with" | "supplyAsync" | "call" => Yields::Returned,
        "of" | "asList" | "singletonList" | "singleton" | "listOf" | "setOf" | "ofNullable"
        | "mutableListOf" | "Some" | "Ok" | "unmodifiableList" => Yields::Arguments,
        "requireNonNull" | "notNull" | "checkNotNull" | "requireNotNull" | "unproxy" => {
            Yields::Argument
        }
        _ => Yields::Unknown,
    }
}
