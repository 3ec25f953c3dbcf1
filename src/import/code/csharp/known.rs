//! What C# and its library are known to have: types of the language, members of every object, what members give.

use crate::import::code::{language::Yields, library};

/// Types that belong to the language, and those that every project sees.
pub(super) fn is_type(name: &str) -> bool {
    TYPES.binary_search(&name).is_ok()
}

const TYPES: &[&str] = &[
    "()", "[]", "bool", "byte", "char", "decimal", "double", "dynamic", "float", "int", "long",
    "nameof", "nint", "nuint", "object", "sbyte", "short", "string", "uint", "ulong", "ushort",
    "void",
];

/// Classes of the library that are named for their static members, so that these are never guessed.
pub(super) fn is_class(name: &str) -> bool {
    CLASSES.binary_search(&name).is_ok()
}

const CLASSES: &[&str] = &[
    "Activator",
    "AppContext",
    "AppDomain",
    "Array",
    "Assembly",
    "BitConverter",
    "Boolean",
    "Buffer",
    "Byte",
    "Char",
    "Console",
    "Convert",
    "CultureInfo",
    "DateOnly",
    "DateTime",
    "DateTimeOffset",
    "Debug",
    "Decimal",
    "Delegate",
    "Directory",
    "Double",
    "Encoding",
    "Enum",
    "Enumerable",
    "Environment",
    "EqualityComparer",
    "Expression",
    "File",
    "GC",
    "Guid",
    "IPAddress",
    "ImmutableArray",
    "ImmutableList",
    "Int16",
    "Int32",
    "Int64",
    "Interlocked",
    "JsonConvert",
    "JsonSerializer",
    "Lazy",
    "Marshal",
    "Math",
    "Monitor",
    "Nullable",
    "Object",
    "Parallel",
    "Path",
    "Process",
    "Queryable",
    "Random",
    "Regex",
    "RuntimeInformation",
    "SHA256",
    "Single",
    "String",
    "StringComparer",
    "Task",
    "TaskCompletionSource",
    "Thread",
    "ThreadPool",
    "TimeSpan",
    "TimeZoneInfo",
    "Tuple",
    "Type",
    "Uri",
    "ValueTask",
    "Volatile",
    "WebApplication",
];

/// Members of every object, and names that the libraries use so often that they say nothing about the monolith.
pub(super) fn is_member(name: &str) -> bool {
    MEMBERS.binary_search(&name).is_ok()
}

const MEMBERS: &[&str] = &[
    "Add",
    "AddAsync",
    "AddRange",
    "AddRangeAsync",
    "Aggregate",
    "All",
    "Any",
    "AnyAsync",
    "Append",
    "AppendLine",
    "AsEnumerable",
    "AsNoTracking",
    "AsQueryable",
    "Average",
    "BeginTransaction",
    "BeginTransactionAsync",
    "Build",
    "Cast",
    "Clear",
    "Close",
    "Commit",
    "CommitAsync",
    "CompareTo",
    "Concat",
    "Contains",
    "ContainsKey",
    "Copy",
    "CopyTo",
    "CopyToAsync",
    "Count",
    "CountAsync",
    "CreateLogger",
    "CreateScope",
    "Dispose",
    "DisposeAsync",
    "Distinct",
    "EndsWith",
    "Equals",
    "Except",
    "ExecuteAsync",
    "Find",
    "FindAsync",
    "First",
    "FirstAsync",
    "FirstOrDefault",
    "FirstOrDefaultAsync",
    "Format",
    "GetAsync",
    "GetAwaiter",
    "GetEnumerator",
    "GetHashCode",
    "GetResult",
    "GetService",
    "GetType",
    "GetValue",
    "GroupBy",
    "Include",
    "IndexOf",
    "Insert",
    "Intersect",
    "Invoke",
    "IsNullOrEmpty",
    "IsNullOrWhiteSpace",
    "Join",
    "Last",
    "LastOrDefault",
    "LogDebug",
    "LogError",
    "LogInformation",
    "LogTrace",
    "LogWarning",
    "Map",
    "Match",
    "Max",
    "MemberwiseClone",
    "Min",
    "MoveNext",
    "OfType",
    "OrderBy",
    "OrderByDescending",
    "Parse",
    "PostAsync",
    "Publish",
    "Read",
    "ReadAsync",
    "ReferenceEquals",
    "Remove",
    "RemoveAt",
    "RemoveRange",
    "Replace",
    "Reverse",
    "Rollback",
    "RollbackAsync",
    "Run",
    "SaveChanges",
    "SaveChangesAsync",
    "Select",
    "SelectMany",
    "Send",
    "SendAsync",
    "SequenceEqual",
    "Set",
    "SetValue",
    "Single",
    "SingleAsync",
    "SingleOrDefault",
    "SingleOrDefaultAsync",
    "Skip",
    "Split",
    "Start",
    "StartAsync",
    "StartsWith",
    "Stop",
    "StopAsync",
    "Substring",
    "Sum",
    "Take",
    "ThenBy",
    "ThenByDescending",
    "ThenInclude",
    "ToArray",
    "ToArrayAsync",
    "ToDictionary",
    "ToDictionaryAsync",
    "ToList",
    "ToListAsync",
    "ToLower",
    "ToLowerInvariant",
    "ToString",
    "ToUpper",
    "ToUpperInvariant",
    "Trim",
    "TryAdd",
    "TryGetValue",
    "TryParse",
    "Union",
    "Update",
    "UpdateRange",
    "Validate",
    "Where",
    "Write",
    "WriteAsync",
    "WriteLine",
];

/// What a member of a type of the library gives.
pub(super) fn member(receiver: &str, member: &str) -> Yields {
    match member {
        "Key" if receiver == "IGrouping" => Yields::Key,
        "[]"
        | "FirstOrDefaultAsync"
        | "LastAsync"
        | "LastOrDefaultAsync"
        | "ElementAtOrDefault"
        | "SingleOrDefaultAsync"
        | "Entity"
        | "MaxBy"
        | "MinBy"
        | "GetValueOrDefault"
        | "Peek"
        | "Pop"
        | "Dequeue"
        | "CurrentValue"
        | "Current"
        | "Await" => Yields::Element,
        "Add" | "AddAsync" | "Update" | "Attach" | "Entry"
            if matches!(receiver, "DbContext" | "DbSet") =>
        {
            Yields::Argument
        }
        "Where"
        | "ThenInclude"
        | "Skip"
        | "Take"
        | "Union"
        | "Concat"
        | "Except"
        | "Intersect"
        | "Reverse"
        | "Append"
        | "Prepend"
        | "DefaultIfEmpty"
        | "ToHashSet"
        | "ToArrayAsync"
        | "AsNoTrackingWithIdentityResolution"
        | "AsTracking"
        | "AsSplitQuery"
        | "IgnoreQueryFilters"
        | "FromSqlRaw"
        | "FromSqlInterpolated"
        | "FromSql"
        | "TagWith"
        | "AsAsyncEnumerable"
        | "SkipWhile"
        | "TakeWhile"
        | "DistinctBy"
        | "OrderBy"
        | "Order"
        | "IncludeFilter"
        | "AsReadOnly"
        | "ToHashSetAsync"
        | "ToImmutableList"
        | "FindAll"
        | "Local"
        | "AsParallel"
        | "ExceptBy"
        | "UnionBy" => Yields::Receiver,
        "WhenAll" => Yields::Argument,
        "Select" | "SelectMany" | "ConvertAll" | "ProjectTo" => Yields::Mapped,
        "FromResult" => Yields::Argument,
        "Run" | "StartNew" if matches!(receiver, "Task" | "Factory") => Yields::Returned,
        _ => library::common_member(receiver, member),
    }
}

/// What a member of the library that is called with a type in angle brackets gives.
pub(super) fn generic(member: &str) -> Yields {
    match member {
        "GetService"
        | "GetRequiredService"
        | "GetKeyedService"
        | "GetRequiredKeyedService"
        | "GetInstance"
        | "Resolve"
        | "ResolveOptional"
        | "ResolveNamed"
        | "ResolveKeyed"
        | "Deserialize"
        | "DeserializeAsync"
        | "DeserializeObject"
        | "ReadFromJsonAsync"
        | "GetFromJsonAsync"
        | "ReadAsAsync"
        | "ToObject"
        | "CreateInstance"
        | "Map"
        | "Get"
        | "GetSection"
        | "QueryFirst"
        | "QueryFirstAsync"
        | "QueryFirstOrDefault"
        | "QueryFirstOrDefaultAsync"
        | "QuerySingle"
        | "QuerySingleAsync"
        | "QuerySingleOrDefault"
        | "QuerySingleOrDefaultAsync"
        | "GetCustomAttribute"
        | "FindAsync" => Yields::Argument,
        "Set" | "Entity" | "OfType" | "Cast" | "Empty" | "GetServices" | "Query" | "QueryAsync"
        | "SqlQuery" | "SqlQueryRaw" | "Entries" | "Repeat" => Yields::Arguments,
        _ => Yields::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        assert!(TYPES.is_sorted() && MEMBERS.is_sorted());
    }
}
