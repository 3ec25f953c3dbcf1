//! Go: files parsed by tree-sitter and lowered to outlines; a folder is a package, `go.mod` says what it is called.

mod declarations;
mod expressions;
mod layout;
mod statements;
mod type_refs;

#[cfg(test)]
mod tests;

use super::{
    language::{Language, Layout, Project, Rules, Yields},
    outline::Outline,
    tree,
};

/// The Go programming language.
#[derive(Clone, Copy, Debug)]
pub struct Go;

static RULES: Rules = Rules {
    family: "Go",
    file_namespaces: false,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

impl Language for Go {
    fn name(&self) -> &'static str {
        "Go"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["go"]
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        tree::outline(&tree_sitter_go::LANGUAGE.into(), text, |root| {
            let mut lowering = Lowering::default();
            lowering.file(root);
            lowering.outline
        })
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["go.mod"]
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::GoLayout::new(project))
    }

    fn is_builtin(&self, name: &str) -> bool {
        name == TUPLE || BUILTINS.contains(&name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        matches!(name, "[]" | "Error")
    }

    fn guesses_among_named(&self) -> bool {
        true
    }

    fn outside_member(&self, _receiver: &str, member: &str) -> Yields {
        if member == "[]" { Yields::Element } else { Yields::Unknown }
    }
}

/// The type of what a call gives that has several results.
const TUPLE: &str = "tuple";

/// The name under which several results of a call are kept; no program can have it.
const RESULTS: &str = "results of a call";

/// One file on its way to an outline.
#[derive(Default)]
struct Lowering {
    outline: Outline,
    /// The name that stands for the object in the method being read.
    this: Option<String>,
    depth: usize,
}

impl Lowering {
    /// Whether code may be followed one level deeper. Each `true` is answered by an [`Self::leave`].
    fn enter(&mut self) -> bool {
        let fits = self.depth + 1 < tree::DEEPEST;
        self.depth += usize::from(fits);
        fits
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What Go itself declares, and the words that stand for types without a name.
const BUILTINS: &[&str] = &[
    "[]",
    "any",
    "append",
    "bool",
    "byte",
    "cap",
    "chan",
    "clear",
    "close",
    "comparable",
    "complex",
    "complex64",
    "complex128",
    "copy",
    "delete",
    "error",
    "float32",
    "float64",
    "func",
    "imag",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "interface",
    "len",
    "make",
    "map",
    "max",
    "min",
    "new",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "rune",
    "string",
    "struct",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
];
