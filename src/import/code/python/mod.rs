//! Python: every file is a namespace of its own, named by its path from a source root.

pub(crate) mod alchemy;
pub(crate) mod django;
mod expressions;
mod layout;
mod libraries;
mod lower;

use super::{
    language::{Language, Layout, Libraries, Project, Rules},
    outline::Outline,
    resolve::Source,
    symbols::Symbols,
    tree,
};

/// Python, by its tree-sitter grammar.
#[derive(Clone, Copy, Debug)]
pub struct Python;

static RULES: Rules = Rules {
    family: "python",
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: true,
    member_calls: true,
};

impl Language for Python {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["py"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        let Some(tree) = tree::parse(&tree_sitter_python::LANGUAGE.into(), text) else {
            return Outline { errors: vec![1], ..Outline::default() };
        };
        let root = tree::Syntax::root(&tree, text);
        let mut outline = lower::file(root);
        outline.namespace = layout::namespace(path);
        outline.lines = tree::code_lines(root);
        outline.errors = tree::errors(root);
        outline
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::PythonLayout::new(project))
    }

    fn is_builtin(&self, name: &str) -> bool {
        BUILTINS.contains(&name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        name == expressions::GET_ITEM || name == expressions::GET_PART
    }

    fn learns_types(&self) -> bool {
        true
    }

    fn libraries(&self, sources: &[Source], symbols: &Symbols<'_>) -> Option<Box<dyn Libraries>> {
        let django = django::Django::new(sources, symbols);
        let alchemy = alchemy::Alchemy::new(sources, symbols);
        Some(Box::new(libraries::PythonLibraries { django, alchemy }))
    }
}

/// Names that Python itself brings: functions, types and the more common exceptions.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "bytearray",
    "callable",
    "chr",
    "classmethod",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "Exception",
    "BaseException",
    "ValueError",
    "TypeError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "RuntimeError",
    "NotImplementedError",
    "StopIteration",
    "OSError",
    "IOError",
    "ImportError",
    "AssertionError",
    "LookupError",
    "PermissionError",
    "FileNotFoundError",
    "UnicodeDecodeError",
    "ZeroDivisionError",
    "OverflowError",
    "TimeoutError",
    "ConnectionError",
    "NotImplemented",
    "Ellipsis",
    "Union",
    "None",
    "True",
    "False",
    "__name__",
    "__file__",
    "__import__",
];
