//! What methods of Rust's own library give, told by what they are called on: an element, a wrapper, a pair.

use super::types::TUPLE;
use crate::import::code::types::{Head, Ty};

/// What an outside type is like, as far as its methods go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Like {
    Option,
    Result,
    /// A list, set, iterator or stream.
    List,
    Map,
    Entry,
    Tuple,
    Function,
    /// It hands through to what it holds: `Box`, `Arc`, guards, extractors.
    Wrapper,
    Other,
}

/// What a call of an outside method gives, and what lambdas among its arguments get.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// What the parameters of lambdas are.
    pub(super) params: Vec<Ty>,
    pub(super) result: Result,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Result {
    /// Nothing is known; the method may be one of what the receiver holds.
    #[default]
    Unknown,
    /// The library's own method; its result is of no interest.
    Plain,
    Type(Ty),
    /// The receiver with what the lambda returns in place of its first argument.
    Mapped,
    /// An iterator over what the lambda returns.
    Each,
    /// An iterator over what is in what the lambda returns.
    Flat,
    /// What the lambda returns.
    Returned,
    /// A collection of the type that is expected, of the iterator's elements.
    Collected,
    /// The type of the first argument.
    Argument,
    /// Pairs of elements with those of the first argument.
    Zipped,
}

pub(super) fn like(name: &str) -> Like {
    match name.rsplit('.').next().unwrap_or(name) {
        "Option" => Like::Option,
        "Result" | "LocalResult" => Like::Result,
        "Vec"
        | "VecDeque"
        | "HashSet"
        | "BTreeSet"
        | "IndexSet"
        | "BinaryHeap"
        | "LinkedList"
        | "Iterator"
        | "IntoIterator"
        | "DoubleEndedIterator"
        | "ExactSizeIterator"
        | "Stream"
        | "Iter"
        | "SmallVec"
        | "ArrayVec"
        | "FxHashSet"
        | "DashSet"
        | "NonEmpty"
        | "FuturesUnordered"
        | "JoinSet"
        | "Receiver"
        | "UnboundedReceiver"
        | "Peekable"
        | "EnumSet" => Like::List,
        "HashMap" | "BTreeMap" | "IndexMap" | "DashMap" | "FxHashMap" | "LruCache" | "AHashMap" => {
            Like::Map
        }
        "Entry" | "OccupiedEntry" | "VacantEntry" => Like::Entry,
        TUPLE => Like::Tuple,
        "Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce" => Like::Function,
        "Box" | "Arc" | "Rc" | "RefCell" | "Cell" | "Mutex" | "RwLock" | "MutexGuard"
        | "RwLockReadGuard" | "RwLockWriteGuard" | "Ref" | "RefMut" | "Cow" | "Pin"
        | "LazyLock" | "OnceLock" | "OnceCell" | "Lazy" | "Weak" | "Future" | "BoxFuture"
        | "ReadyCache" | "Data" | "State" | "Json" | "Query" | "Path" | "Form" | "Extension"
        | "Saturating" | "Wrapping" | "ManuallyDrop" | "Guard" | "ArcSwap" | "OwnedMutexGuard"
        | "AsRef" | "Into" | "Borrow" | "Deref" | "DerefMut" | "AsMut" | "JoinHandle"
        | "ReqData" | "ThinData" => Like::Wrapper,
        _ => Like::Other,
    }
}

/// An outside type with arguments.
pub(super) fn outside(name: &str, args: Vec<Ty>) -> Ty {
    Ty::Object { head: Head::Outside(name.into()), args }
}

fn arg(receiver: &Ty, at: usize) -> Ty {
    receiver.args().get(at).cloned().unwrap_or_default()
}

/// What iterating over a value gives each time.
pub(super) fn element(ty: &Ty) -> Ty {
    let Some(name) = ty.outside_name() else { return Ty::Unknown };
    match like(name) {
        Like::Map => outside(TUPLE, vec![arg(ty, 0), arg(ty, 1)]),
        Like::List | Like::Option => arg(ty, 0),
        Like::Result | Like::Wrapper => element(&arg(ty, 0)),
        _ => Ty::Unknown,
    }
}

/// What a method of an outside type gives.
pub(super) fn method(receiver: &Ty, name: &str) -> Given {
    let kind = receiver.outside_name().map_or(Like::Other, like);
    if matches!(
        name,
        "clone" | "to_owned" | "by_ref" | "borrow" | "borrow_mut" | "as_ref" | "as_mut" | "inspect"
    ) {
        return Given { params: vec![arg(receiver, 0)], result: Result::Type(receiver.clone()) };
    }
    match kind {
        Like::Option => of_option(receiver, name),
        Like::Result => of_result(receiver, name),
        Like::List => of_list(receiver, name),
        Like::Map => of_map(receiver, name),
        Like::Entry => of_entry(receiver, name),
        Like::Wrapper => of_wrapper(receiver, name),
        Like::Tuple | Like::Function | Like::Other => Given::default(),
    }
}

fn given(params: Vec<Ty>, result: Result) -> Given {
    Given { params, result }
}

fn of_option(receiver: &Ty, name: &str) -> Given {
    let inner = arg(receiver, 0);
    let params = vec![inner.clone()];
    let result = match name {
        "0" | "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else"
        | "get_or_insert_with" | "get_or_insert" | "insert" | "unwrap_unchecked" => {
            Result::Type(inner)
        }
        "as_deref" | "as_deref_mut" | "cloned" | "copied" | "take" | "filter" | "or"
        | "or_else" | "replace" | "xor" => Result::Type(receiver.clone()),
        "ok_or" | "ok_or_else" => Result::Type(outside("Result", vec![inner, Ty::Unknown])),
        "iter" | "into_iter" | "iter_mut" => Result::Type(outside("Iterator", vec![inner])),
        "flatten" => Result::Type(inner),
        "transpose" => Result::Type(transposed(&inner, "Option")),
        "map" => Result::Mapped,
        "and_then" | "map_or" | "map_or_else" | "is_some_and" | "is_none_or" => Result::Returned,
        "zip" => Result::Zipped,
        "is_some" | "is_none" | "and" => Result::Plain,
        _ => Result::Unknown,
    };
    given(params, result)
}

/// `Option<Result<T, E>>` as `Result<Option<T>, E>`, and the other way round.
fn transposed(inner: &Ty, wrapper: &str) -> Ty {
    let Some(name) = inner.outside_name().map(str::to_owned) else { return Ty::Unknown };
    let mut args = inner.args().to_vec();
    if let Some(first) = args.first_mut() {
        *first = outside(wrapper, vec![first.clone()]);
    }
    outside(&name, args)
}

fn of_result(receiver: &Ty, name: &str) -> Given {
    let (inner, error) = (arg(receiver, 0), arg(receiver, 1));
    let on_error =
        matches!(name, "map_err" | "unwrap_or_else" | "or_else" | "inspect_err" | "is_err_and");
    let params = vec![if on_error { error.clone() } else { inner.clone() }];
    let result = match name {
        "0" | "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else"
        | "into_ok" => Result::Type(inner),
        "Err" | "unwrap_err" | "expect_err" => Result::Type(error),
        "ok" => Result::Type(outside("Option", vec![inner])),
        "err" => Result::Type(outside("Option", vec![error])),
        "map_err" | "or_else" | "or" | "inspect_err" | "context" | "with_context" | "cloned"
        | "copied" | "as_deref" | "wrap_err" => Result::Type(receiver.clone()),
        "optional" => Result::Type(outside("Result", vec![outside("Option", vec![inner]), error])),
        "iter" | "into_iter" => Result::Type(outside("Iterator", vec![inner])),
        "flatten" => Result::Type(inner),
        "transpose" => Result::Type(transposed(&inner, "Result")),
        "map" => Result::Mapped,
        "and_then" | "map_or" | "map_or_else" | "is_ok_and" => Result::Returned,
        "is_ok" | "is_err" | "and" => Result::Plain,
        _ => Result::Unknown,
    };
    given(params, result)
}

#[expect(clippy::too_many_lines, reason = "one line for each group of methods of the library")]
fn of_list(receiver: &Ty, name: &str) -> Given {
    let element = arg(receiver, 0);
    let option = || Result::Type(outside("Option", vec![element.clone()]));
    let iterator = || Result::Type(outside("Iterator", vec![element.clone()]));
    let mut params = vec![element.clone()];
    let result = match name {
        "iter"
        | "iter_mut"
        | "into_iter"
        | "drain"
        | "rev"
        | "skip"
        | "take"
        | "chain"
        | "filter"
        | "peekable"
        | "cloned"
        | "copied"
        | "step_by"
        | "skip_while"
        | "take_while"
        | "dedup"
        | "unique"
        | "sorted"
        | "sorted_by"
        | "sorted_by_key"
        | "into_par_iter"
        | "par_iter"
        | "fuse"
        | "cycle"
        | "union"
        | "intersection"
        | "difference"
        | "buffered"
        | "buffer_unordered"
        | "into_iter_sorted"
        | "range"
        | "symmetric_difference"
        | "retain_mut"
        | "as_slice"
        | "to_vec"
        | "into_boxed_slice"
        | "split_off"
        | "unique_by"
        | "dedup_by_key"
        | "extract_if"
        | "as_mut_slice"
        | "into_stream"
        | "into_inner" => iterator(),
        "first" | "last" | "pop" | "pop_front" | "pop_back" | "next" | "nth" | "find"
        | "min_by" | "max_by" | "min_by_key" | "max_by_key" | "min" | "max" | "get" | "get_mut"
        | "first_mut" | "last_mut" | "front" | "back" | "peek" | "reduce" | "next_back"
        | "pop_first" | "pop_last" | "try_next" | "recv" | "rfind" | "join_next" | "iter_next"
        | "choose" | "pop_if" | "try_recv" => option(),
        "remove" | "swap_remove" | "[]" | "index" => Result::Type(element.clone()),
        "chunks" | "windows" | "chunks_exact" | "split" | "tuple_windows" | "array_chunks"
        | "ready_chunks" => {
            Result::Type(outside("Iterator", vec![outside("Vec", vec![element.clone()])]))
        }
        "enumerate" => {
            let pair = outside(TUPLE, vec![Ty::outside("usize"), element.clone()]);
            Result::Type(outside("Iterator", vec![pair]))
        }
        "zip" => Result::Zipped,
        "map" | "map_while" | "then" => Result::Each,
        "filter_map" | "flat_map" | "find_map" | "scan" => Result::Flat,
        "flatten" | "try_flatten" | "concat" => {
            Result::Type(outside("Iterator", vec![super::library::element(&element)]))
        }
        "fold" | "try_fold" => {
            params = vec![Ty::Unknown, element.clone()];
            Result::Argument
        }
        "collect" | "try_collect" | "collect_vec" => Result::Collected,
        "partition" => {
            let half = outside("Vec", vec![element.clone()]);
            Result::Type(outside(TUPLE, vec![half.clone(), half]))
        }
        "sort_by" | "sort_unstable_by" | "sort_by_cached_key" | "dedup_by" => {
            params = vec![element.clone(), element.clone()];
            Result::Plain
        }
        "len"
        | "is_empty"
        | "contains"
        | "push"
        | "extend"
        | "retain"
        | "sort"
        | "sort_by_key"
        | "for_each"
        | "any"
        | "all"
        | "count"
        | "sum"
        | "product"
        | "position"
        | "clear"
        | "truncate"
        | "insert"
        | "append"
        | "join"
        | "push_back"
        | "push_front"
        | "reverse"
        | "try_for_each"
        | "swap"
        | "resize"
        | "reserve"
        | "unzip"
        | "sort_unstable"
        | "sort_unstable_by_key"
        | "binary_search"
        | "starts_with"
        | "ends_with"
        | "extend_from_slice"
        | "dedup_by_keys"
        | "for_each_concurrent"
        | "is_subset"
        | "is_superset"
        | "capacity"
        | "splice"
        | "fill"
        | "copy_from_slice"
        | "eq"
        | "cmp"
        | "partition_point"
        | "binary_search_by" => Result::Plain,
        _ => Result::Unknown,
    };
    given(params, result)
}

fn of_map(receiver: &Ty, name: &str) -> Given {
    let (key, value) = (arg(receiver, 0), arg(receiver, 1));
    let pair = outside(TUPLE, vec![key.clone(), value.clone()]);
    let iterator = |of: Ty| Result::Type(outside("Iterator", vec![of]));
    let option = |of: Ty| Result::Type(outside("Option", vec![of]));
    let result = match name {
        "iter" | "into_iter" | "iter_mut" | "drain" | "range" => iterator(pair),
        "keys" | "into_keys" => iterator(key.clone()),
        "values" | "values_mut" | "into_values" => iterator(value.clone()),
        "get" | "get_mut" | "remove" | "insert" | "swap_remove" | "shift_remove"
        | "get_or_init" => option(value.clone()),
        "first_key_value" | "last_key_value" | "pop_first" | "pop_last" | "remove_entry"
        | "get_key_value" | "first" | "last" | "get_index" => option(pair),
        "entry" => Result::Type(outside("Entry", vec![key.clone(), value.clone()])),
        "[]" | "index" => Result::Type(value.clone()),
        "len" | "is_empty" | "contains_key" | "extend" | "retain" | "clear" => Result::Plain,
        _ => Result::Unknown,
    };
    given(vec![key, value], result)
}

fn of_entry(receiver: &Ty, name: &str) -> Given {
    let value = arg(receiver, 1);
    let result = match name {
        "or_insert" | "or_insert_with" | "or_default" | "get" | "get_mut" | "into_mut"
        | "or_insert_with_key" => Result::Type(value.clone()),
        "and_modify" => Result::Type(receiver.clone()),
        _ => Result::Unknown,
    };
    given(vec![value], result)
}

fn of_wrapper(receiver: &Ty, name: &str) -> Given {
    let inner = arg(receiver, 0);
    let result = match name {
        "lock" | "read" | "write" | "try_lock" | "try_read" | "try_write" | "get" | "get_mut"
        | "into_inner" | "deref" | "deref_mut" | "upgrade" | "load" | "load_full"
        | "get_or_init" | "get_or_try_init" | "into_owned" | "to_mut" | "as_deref"
        | "unwrap_or_clone" | "0" | "into" | "blocking_lock" | "force" => {
            Result::Type(inner.clone())
        }
        "downgrade" => Result::Type(receiver.clone()),
        _ => Result::Unknown,
    };
    given(vec![inner], result)
}

/// Methods whose names say nothing: common traits and library types have them.
pub(super) fn is_common(name: &str) -> bool {
    COMMON.binary_search(&name).is_ok()
}

/// Sorted.
const COMMON: [&str; 175] = [
    "abs",
    "add",
    "all",
    "and_then",
    "any",
    "append",
    "args",
    "as_bytes",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "await",
    "bind",
    "body",
    "borrow",
    "build",
    "builder",
    "bytes",
    "call",
    "chain",
    "chars",
    "children",
    "clear",
    "clone",
    "close",
    "cmp",
    "code",
    "collect",
    "commit",
    "connect",
    "contains",
    "contains_key",
    "context",
    "copied",
    "count",
    "create",
    "cursor",
    "data",
    "date",
    "decode",
    "default",
    "deref",
    "deserialize",
    "display",
    "drain",
    "drop",
    "encode",
    "end",
    "ends_with",
    "entry",
    "enumerate",
    "eq",
    "err",
    "error",
    "execute",
    "exists",
    "expect",
    "extend",
    "extension",
    "extensions",
    "fetch",
    "filter",
    "filter_map",
    "find",
    "first",
    "flush",
    "fmt",
    "fold",
    "for_each",
    "format",
    "from",
    "get",
    "get_mut",
    "get_result",
    "handle",
    "has",
    "hash",
    "header",
    "headers",
    "host",
    "id",
    "index",
    "init",
    "insert",
    "into",
    "into_inner",
    "into_iter",
    "is_empty",
    "is_err",
    "is_none",
    "is_ok",
    "is_some",
    "iter",
    "iter_mut",
    "join",
    "json",
    "key",
    "keys",
    "kind",
    "last",
    "len",
    "limit",
    "lines",
    "load",
    "lock",
    "map",
    "map_err",
    "matches",
    "max",
    "merge",
    "message",
    "method",
    "min",
    "name",
    "new",
    "next",
    "now",
    "ok",
    "open",
    "or",
    "or_else",
    "order",
    "params",
    "parent",
    "parse",
    "partial_cmp",
    "path",
    "poll",
    "pop",
    "position",
    "push",
    "query",
    "read",
    "recv",
    "register",
    "remove",
    "render",
    "replace",
    "reset",
    "response",
    "retain",
    "rev",
    "run",
    "save",
    "search",
    "send",
    "serialize",
    "set",
    "size",
    "skip",
    "sort",
    "source",
    "spawn",
    "split",
    "start",
    "starts_with",
    "status",
    "stop",
    "sum",
    "take",
    "text",
    "then",
    "title",
    "to_owned",
    "to_string",
    "to_vec",
    "trim",
    "ty",
    "unwrap",
    "update",
    "uri",
    "url",
    "validate",
    "value",
];
