//! What Kotlin and its library are known to have.

use crate::import::code::{language::Yields, library};

/// Types and functions that every file sees without an import.
pub(super) fn is_builtin(name: &str) -> bool {
    BUILTIN.binary_search(&name).is_ok()
}

const BUILTIN: &[&str] = &[
    "Annotation",
    "Any",
    "Array",
    "ArrayDeque",
    "ArrayList",
    "AutoCloseable",
    "Boolean",
    "BooleanArray",
    "Byte",
    "ByteArray",
    "Char",
    "CharArray",
    "CharSequence",
    "Class",
    "Cloneable",
    "Closeable",
    "Collection",
    "Comparable",
    "Comparator",
    "Deprecated",
    "Double",
    "DoubleArray",
    "Enum",
    "Error",
    "Exception",
    "Float",
    "FloatArray",
    "Function",
    "FunctionalInterface",
    "HashMap",
    "HashSet",
    "IllegalArgumentException",
    "IllegalStateException",
    "IndexOutOfBoundsException",
    "Int",
    "IntArray",
    "IntRange",
    "Integer",
    "Iterable",
    "Iterator",
    "JvmField",
    "JvmOverloads",
    "JvmStatic",
    "Lazy",
    "LinkedHashMap",
    "LinkedHashSet",
    "List",
    "Long",
    "LongArray",
    "LongRange",
    "Map",
    "Math",
    "MutableCollection",
    "MutableIterable",
    "MutableIterator",
    "MutableList",
    "MutableMap",
    "MutableSet",
    "NoSuchElementException",
    "NotImplementedError",
    "Nothing",
    "NullPointerException",
    "Number",
    "NumberFormatException",
    "Object",
    "Override",
    "Pair",
    "Random",
    "Regex",
    "RegexOption",
    "Result",
    "Runnable",
    "RuntimeException",
    "SecurityException",
    "Sequence",
    "Set",
    "Short",
    "String",
    "StringBuilder",
    "Suppress",
    "Synchronized",
    "System",
    "Thread",
    "ThreadLocal",
    "Throwable",
    "Throws",
    "Triple",
    "UByte",
    "UInt",
    "ULong",
    "UShort",
    "Unit",
    "UnsupportedOperationException",
    "Void",
    "[]",
    "arrayListOf",
    "arrayOf",
    "arrayOfNulls",
    "assert",
    "buildList",
    "buildMap",
    "buildSet",
    "buildString",
    "byteArrayOf",
    "charArrayOf",
    "check",
    "checkNotNull",
    "compareBy",
    "compareByDescending",
    "compareValues",
    "compareValuesBy",
    "contract",
    "emptyArray",
    "emptyList",
    "emptyMap",
    "emptySequence",
    "emptySet",
    "error",
    "floatArrayOf",
    "generateSequence",
    "hashMapOf",
    "hashSetOf",
    "intArrayOf",
    "lazy",
    "lazyOf",
    "linkedMapOf",
    "linkedSetOf",
    "listOf",
    "listOfNotNull",
    "longArrayOf",
    "mapOf",
    "maxOf",
    "minOf",
    "mutableListOf",
    "mutableMapOf",
    "mutableSetOf",
    "print",
    "println",
    "readLine",
    "repeat",
    "require",
    "requireNotNull",
    "run",
    "runCatching",
    "sequence",
    "sequenceOf",
    "setOf",
    "setOfNotNull",
    "sortedMapOf",
    "sortedSetOf",
    "suspend",
    "synchronized",
    "takeIf",
    "to",
    "with",
];

/// Members of every object, and names that the libraries use so often that they say nothing about the monolith.
pub(super) fn is_member(name: &str) -> bool {
    matches!(
        name,
        "toLocalDateTime"
            | "toLocalDate"
            | "toInstant"
            | "toPath"
            | "toFile"
            | "toUri"
            | "toUrl"
            | "toURI"
            | "toURL"
            | "toByteArray"
            | "toInt"
            | "toLong"
            | "toDouble"
            | "toDate"
            | "toList"
            | "toSet"
            | "equals"
            | "hashCode"
            | "toString"
            | "getClass"
            | "notify"
            | "notifyAll"
            | "wait"
            | "clone"
            | "compareTo"
            | "name"
            | "ordinal"
            | "valueOf"
            | "values"
            | "entries"
            | "copy"
            | "component1"
            | "component2"
            | "component3"
            | "component4"
            | "component5"
            | "javaClass"
            | "java"
            | "let"
            | "also"
            | "apply"
            | "run"
            | "takeIf"
            | "takeUnless"
            | "to"
            | "use"
            | "Companion"
            | "simpleName"
            | "qualifiedName"
            | "save"
            | "delete"
            | "findAll"
            | "get"
            | "set"
            | "add"
            | "remove"
            | "contains"
            | "isEmpty"
            | "size"
            | "map"
            | "filter"
            | "first"
            | "forEach"
            | "info"
            | "debug"
            | "warn"
            | "error"
            | "trace"
            | "invoke"
            | "execute"
            | "fetch"
            | "build"
            | "submit"
            | "close"
            | "write"
            | "read"
            | "update"
            | "insert"
            | "count"
            | "format"
            | "parse"
            | "replace"
            | "split"
            | "trim"
            | "join"
            | "where"
            | "from"
            | "select"
            | "orderBy"
            | "groupBy"
            | "limit"
            | "offset"
            | "values_"
            | "put"
            | "getOrNull"
    )
}

/// What a member of a type of the library gives.
pub(super) fn member(receiver: &str, member: &str) -> Yields {
    match member {
        "[]" | "elementAt" | "getOrElse" | "getValue" | "random" | "maxByOrNull"
        | "minByOrNull" | "maxBy" | "minBy" | "maxOrNull" | "minOrNull" | "firstNotNullOf"
        | "removeAt" | "orNull" | "getOrThrow" | "await" | "block" | "removeFirstOrNull"
        | "elementAtOrNull" | "content" | "blockFirst" | "awaitSingle" | "awaitSingleOrNull"
        | "orElseNull" => Yields::Element,
        "sortedWith" | "takeLast" | "dropLast" | "shuffled" | "plus" | "minus" | "distinctBy"
        | "reversed" | "asIterable" | "toSortedSet" | "orEmpty" | "asFlow" | "union"
        | "subtract" | "intersect" | "filterNotNullTo" | "filterIndexed" | "onEach"
        | "filterKeys" | "filterValues" | "toHashSet" | "toMap" | "toMutableMap" | "asList"
        | "ifEmpty" | "toTypedArray" | "toCollection" | "sortedDescending" | "sorted"
        | "sortedBy" | "sortedByDescending" | "distinct" => Yields::Receiver,
        "associateBy" | "groupBy" if receiver != "KClass" => Yields::Unknown,
        "mapNotNullTo" | "mapTo" | "mapIndexedNotNull" | "mapKeys" | "mapValues" => Yields::Mapped,
        "use" | "fold" | "runCatching" => Yields::Returned,
        _ => library::common_member(receiver, member),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(BUILTIN.is_sorted());
    }
}
