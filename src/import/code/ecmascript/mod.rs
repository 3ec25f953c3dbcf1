//! TypeScript and JavaScript: every file is a module of its own, and both see each other's names.

mod bindings;
mod classes;
mod configs;
mod declarations;
mod expressions;
mod layout;
mod modules;
mod statements;
mod type_refs;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use super::{
    language::{Language, Layout, Project, Rules, Yields},
    outline::{FunctionDecl, Outline},
    tree::{self, DEEPEST, Syntax},
};

/// TypeScript, by its tree-sitter grammars.
#[derive(Clone, Copy, Debug)]
pub struct TypeScript;

/// JavaScript in all its flavours.
#[derive(Clone, Copy, Debug)]
pub struct JavaScript;

static RULES: Rules = Rules {
    family: "ecmascript",
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

/// The path by which a file names itself: what it hands on under another name.
const HERE: &str = "";

/// The member that stands for a whole module where it is one thing: `module.exports = …`.
const WHOLE: &str = "export=";

impl Language for TypeScript {
    fn name(&self) -> &'static str {
        "TypeScript"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ts", "tsx", "mts", "cts"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        outline(path, text)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn is_manifest(&self, name: &str) -> bool {
        configs::is_manifest(name)
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::EcmaScriptLayout::new(project))
    }

    fn is_builtin(&self, name: &str) -> bool {
        is_builtin(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        MEMBERS.contains(&name)
    }

    fn has_global(&self, name: &str) -> bool {
        is_builtin(name)
    }

    fn guesses_by_name(&self) -> bool {
        false
    }

    fn imports_files(&self) -> bool {
        true
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        outside_member(receiver, member)
    }
}

impl Language for JavaScript {
    fn name(&self) -> &'static str {
        "JavaScript"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["js", "jsx", "mjs", "cjs", "vue", "svelte"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        outline(path, text)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn is_manifest(&self, name: &str) -> bool {
        configs::is_manifest(name)
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::EcmaScriptLayout::new(project))
    }

    fn is_builtin(&self, name: &str) -> bool {
        is_builtin(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        MEMBERS.contains(&name)
    }

    fn has_global(&self, name: &str) -> bool {
        is_builtin(name)
    }

    fn guesses_by_name(&self) -> bool {
        false
    }

    fn imports_files(&self) -> bool {
        true
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        outside_member(receiver, member)
    }
}

/// What is being lowered: where declarations go, and within what the next one stands.
struct Lowering {
    outline: Outline,
    /// The type whose body is being read.
    owner: Option<usize>,
    /// The function being read, for imports within it.
    within: Option<(u32, u32)>,
    /// `this` is an object of the type being read, not of some function.
    this_is_owner: bool,
    /// Names that imports bind in the whole file.
    imported: FxHashSet<String>,
    /// Names that are exported apart from their declaration.
    handed_on: FxHashSet<String>,
    /// Functions without a body: overloads, and what interfaces and declaration files say.
    signatures: Vec<FunctionDecl>,
    depth: usize,
}

fn outline(path: &str, text: &str) -> Outline {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let script;
    let (text, typed) = match ending {
        "vue" | "svelte" => {
            let (code, typed) = scripts(text);
            script = code;
            (script.as_str(), typed)
        }
        _ => (text, matches!(ending, "ts" | "tsx" | "mts" | "cts")),
    };
    let head = text.get(..text.floor_char_boundary(400)).unwrap_or(text);
    let grammar = match ending {
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX,
        _ if typed => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        _ if head.contains("@flow") => tree_sitter_typescript::LANGUAGE_TSX,
        _ => tree_sitter_javascript::LANGUAGE,
    };
    let mut lowered = match tree::parse(&grammar.into(), text) {
        Some(tree) => lower(Syntax::root(&tree, text)),
        None => Outline { errors: vec![1], ..Outline::default() },
    };
    lowered.namespace = layout::namespace(path);
    lowered
}

fn lower(root: Syntax<'_>) -> Outline {
    let mut lowering = Lowering {
        outline: Outline::default(),
        owner: None,
        within: None,
        this_is_owner: false,
        imported: FxHashSet::default(),
        handed_on: FxHashSet::default(),
        signatures: Vec::new(),
        depth: 0,
    };
    lowering.file(root);
    let mut outline = lowering.finished();
    outline.lines = tree::code_lines(root);
    outline.errors = tree::errors(root);
    outline
}

/// The scripts of a component file, at the lines where they stand, and whether they are TypeScript.
fn scripts(text: &str) -> (String, bool) {
    let mut code = String::new();
    let mut inside = false;
    let mut typed = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if inside && trimmed.starts_with("</script") {
            inside = false;
        } else if inside {
            code.push_str(line);
        } else if let Some(tag) = trimmed.strip_prefix("<script") {
            inside = !tag.contains("</script") && !tag.trim_end().ends_with("/>");
            typed |= tag.contains("\"ts\"") || tag.contains("'ts'") || tag.contains("typescript");
        }
        code.push('\n');
    }
    (code, typed)
}

impl Lowering {
    /// Goes one level deeper; whoever hears `false` leaves out what lies there.
    fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth <= DEEPEST
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What members of arrays, maps and sets give.
fn outside_member(receiver: &str, member: &str) -> Yields {
    let holds = matches!(
        receiver,
        "[]" | "List"
            | "Array"
            | "ReadonlyArray"
            | "Set"
            | "Map"
            | "ReadonlyMap"
            | "ReadonlySet"
            | "WeakMap"
            | "Record"
            | "Iterable"
            | "Generator"
            | "AsyncGenerator"
            | "QueryList"
    );
    if !holds {
        return Yields::Unknown;
    }
    match member {
        "filter" | "slice" | "concat" | "reverse" | "sort" | "splice" | "toSorted" | "add"
        | "toReversed" | "fill" | "with" => Yields::Receiver,
        "find" | "at" | "pop" | "shift" | "findLast" | "get" => Yields::Element,
        "map" | "flatMap" => Yields::Mapped,
        "values" => Yields::Elements,
        "keys" => Yields::Keys,
        _ => Yields::Unknown,
    }
}

fn is_builtin(name: &str) -> bool {
    TYPES.contains(&name) || GLOBALS.contains(&name)
}

/// Types that the language and the browser bring.
const TYPES: &[&str] = &[
    "string",
    "number",
    "boolean",
    "any",
    "unknown",
    "never",
    "void",
    "object",
    "symbol",
    "bigint",
    "undefined",
    "null",
    "[]",
    "",
    "this",
    "Array",
    "ReadonlyArray",
    "Record",
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "WeakRef",
    "ReadonlyMap",
    "ReadonlySet",
    "Promise",
    "PromiseLike",
    "Date",
    "RegExp",
    "Error",
    "TypeError",
    "RangeError",
    "SyntaxError",
    "AggregateError",
    "EvalError",
    "Function",
    "Object",
    "String",
    "Number",
    "Boolean",
    "Symbol",
    "BigInt",
    "Buffer",
    "Uint8Array",
    "Uint16Array",
    "Uint32Array",
    "Int8Array",
    "Int16Array",
    "Int32Array",
    "Float32Array",
    "Float64Array",
    "ArrayBuffer",
    "SharedArrayBuffer",
    "DataView",
    "Iterable",
    "Iterator",
    "IterableIterator",
    "AsyncIterable",
    "AsyncIterator",
    "AsyncIterableIterator",
    "Generator",
    "AsyncGenerator",
    "Partial",
    "Required",
    "Readonly",
    "Pick",
    "Omit",
    "Exclude",
    "Extract",
    "NonNullable",
    "Parameters",
    "ConstructorParameters",
    "ReturnType",
    "InstanceType",
    "Awaited",
    "ThisType",
    "Uppercase",
    "Lowercase",
    "Capitalize",
    "Uncapitalize",
    "PropertyKey",
    "ArrayLike",
    "TemplateStringsArray",
    "NodeJS",
    "JSX",
    "React",
    "Express",
    "Element",
    "HTMLElement",
    "Node",
    "Event",
    "MouseEvent",
    "KeyboardEvent",
    "CustomEvent",
    "EventTarget",
    "HTMLInputElement",
    "HTMLDivElement",
    "HTMLButtonElement",
    "HTMLFormElement",
    "HTMLAnchorElement",
    "HTMLTextAreaElement",
    "HTMLSpanElement",
    "HTMLCanvasElement",
    "HTMLImageElement",
    "HTMLSelectElement",
    "SVGSVGElement",
    "SVGElement",
    "DragEvent",
    "PointerEvent",
    "DOMRect",
    "File",
    "FileList",
    "FileReader",
    "Blob",
    "FormData",
    "Headers",
    "Request",
    "Response",
    "RequestInit",
    "BodyInit",
    "ReadableStream",
    "WritableStream",
    "TransformStream",
    "AbortSignal",
    "AbortController",
    "URL",
    "URLSearchParams",
    "WebSocket",
    "Worker",
    "Storage",
    "Window",
    "Document",
    "IntersectionObserver",
    "ResizeObserver",
    "MutationObserver",
    "TextEncoder",
    "TextDecoder",
    "Proxy",
    "Intl",
    "CSSStyleDeclaration",
    "MediaQueryList",
    "Location",
    "Crypto",
    "CryptoKey",
    "EventListener",
    "ErrorEvent",
    "MessageEvent",
    "ProgressEvent",
    "StorageEvent",
    "ClipboardEvent",
    "FocusEvent",
    "TouchEvent",
    "WheelEvent",
    "ChangeEvent",
    "XMLHttpRequest",
    "BigInt64Array",
    "BigUint64Array",
    "Uint8ClampedArray",
    "PropertyDescriptor",
    "ErrorOptions",
    "ClassDecorator",
    "MethodDecorator",
    "PropertyDecorator",
    "ParameterDecorator",
    "TypedPropertyDescriptor",
    "DOMException",
    "Range",
    "Selection",
    "DataTransfer",
    "Image",
];

/// Values that the language, the browser, Node and test runners bring.
const GLOBALS: &[&str] = &[
    "console",
    "process",
    "JSON",
    "Math",
    "Reflect",
    "Atomics",
    "globalThis",
    "global",
    "window",
    "document",
    "navigator",
    "location",
    "history",
    "localStorage",
    "sessionStorage",
    "fetch",
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
    "setImmediate",
    "queueMicrotask",
    "clearImmediate",
    "requestAnimationFrame",
    "cancelAnimationFrame",
    "parseInt",
    "parseFloat",
    "isNaN",
    "isFinite",
    "encodeURIComponent",
    "decodeURIComponent",
    "encodeURI",
    "decodeURI",
    "escape",
    "unescape",
    "structuredClone",
    "alert",
    "confirm",
    "prompt",
    "atob",
    "btoa",
    "require",
    "module",
    "exports",
    "__dirname",
    "__filename",
    "crypto",
    "performance",
    "self",
    "screen",
    "CSS",
    "NaN",
    "Infinity",
    "arguments",
    "eval",
    "import",
    "describe",
    "it",
    "test",
    "expect",
    "beforeEach",
    "afterEach",
    "beforeAll",
    "afterAll",
    "jest",
    "vi",
    "getComputedStyle",
    "matchMedia",
    "addEventListener",
    "removeEventListener",
    "dispatchEvent",
    "$",
    "jQuery",
    "requestIdleCallback",
    "cancelIdleCallback",
    "postMessage",
    "scrollTo",
    "caches",
    "indexedDB",
    "defineProps",
    "defineEmits",
    "defineExpose",
    "withDefaults",
    "useNuxtApp",
    "chrome",
    "Deno",
    "Bun",
    "Symbol",
    "super",
    "angular",
    "_",
];

/// Members that objects, arrays, texts, promises and events have from the language.
const MEMBERS: &[&str] = &[
    "then",
    "catch",
    "finally",
    "map",
    "filter",
    "reduce",
    "forEach",
    "find",
    "findIndex",
    "some",
    "every",
    "includes",
    "indexOf",
    "lastIndexOf",
    "push",
    "pop",
    "shift",
    "unshift",
    "slice",
    "splice",
    "concat",
    "join",
    "sort",
    "reverse",
    "flat",
    "flatMap",
    "keys",
    "values",
    "entries",
    "fill",
    "at",
    "split",
    "trim",
    "trimStart",
    "trimEnd",
    "toLowerCase",
    "toUpperCase",
    "replace",
    "replaceAll",
    "startsWith",
    "endsWith",
    "padStart",
    "padEnd",
    "repeat",
    "charAt",
    "charCodeAt",
    "codePointAt",
    "substring",
    "substr",
    "match",
    "matchAll",
    "search",
    "localeCompare",
    "normalize",
    "toString",
    "toLocaleString",
    "toLocaleLowerCase",
    "toLocaleUpperCase",
    "toFixed",
    "toPrecision",
    "toISOString",
    "toJSON",
    "getTime",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDay",
    "getHours",
    "getMinutes",
    "getSeconds",
    "setDate",
    "setMonth",
    "setHours",
    "setFullYear",
    "setMinutes",
    "setSeconds",
    "setMilliseconds",
    "toLocaleDateString",
    "toLocaleTimeString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "bind",
    "call",
    "apply",
    "preventDefault",
    "stopPropagation",
    "findLast",
    "findLastIndex",
    "reduceRight",
    "toSorted",
    "toReversed",
    "toSpliced",
    "exec",
    "test",
    "has",
];
