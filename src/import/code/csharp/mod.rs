//! C#: files parsed by tree-sitter and lowered to outlines.

mod declarations;
mod expressions;
mod known;
mod layout;
mod members;
mod patterns;
mod queries;
mod statements;
mod type_refs;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::{
    language::{Language, Layout, Project, Rules, Yields},
    outline::{Outline, Stmt, TypeRef},
    tree::{self, Syntax},
};

/// The C# programming language.
#[derive(Clone, Copy, Debug)]
pub struct CSharp;

static RULES: Rules = Rules {
    family: "CLR",
    file_namespaces: false,
    enclosing_namespaces: true,
    implicit_this: true,
    call_constructs: false,
    member_calls: true,
};

impl Language for CSharp {
    fn name(&self) -> &'static str {
        "C#"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["cs"]
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        tree::outline(&tree_sitter_c_sharp::LANGUAGE.into(), text, |root| {
            let mut lowering = Lowering::default();
            lowering.file(root);
            lowering.outline
        })
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["*.csproj", "Directory.Build.props"]
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::Projects::new(project))
    }

    fn namespaces_before_imports(&self) -> bool {
        true
    }

    fn guesses_among_named(&self) -> bool {
        true
    }

    fn annotation_suffix(&self) -> &'static str {
        "Attribute"
    }

    fn is_builtin(&self, name: &str) -> bool {
        known::is_type(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        known::is_member(name)
    }

    fn has_global(&self, name: &str) -> bool {
        known::is_class(name)
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        known::member(receiver, member)
    }

    fn outside_generic(&self, member: &str) -> Yields {
        known::generic(member)
    }
}

/// The outline of a text with `?` kept in the names of types that may be null, for who wants to know of which columns
/// that is said.
#[must_use]
pub fn outline_as_written(text: &str) -> Outline {
    let Some(tree) = tree::parse(&tree_sitter_c_sharp::LANGUAGE.into(), text) else {
        return Outline::default();
    };
    let mut lowering = Lowering { keeps_null: true, ..Lowering::default() };
    lowering.file(Syntax::root(&tree, text));
    lowering.outline
}

/// One file on its way to an outline.
#[derive(Default)]
struct Lowering {
    outline: Outline,
    /// The namespaces of this file that the outline's own does not say, before each name.
    inner_namespace: String,
    /// Texts of the string constants of this file, by name: queries are put together from them.
    constants: FxHashMap<String, String>,
    /// Names that patterns and `out var` in the statement being lowered bind: they stand before it.
    bound: Vec<Stmt>,
    /// What `new(…)` without a type constructs where the code being lowered stands.
    wanted: Option<TypeRef>,
    /// What the function being lowered gives back.
    returns: Option<TypeRef>,
    /// Types that may be null keep their `?`.
    keeps_null: bool,
    /// How deeply nested the code being lowered is.
    depth: usize,
}

impl Lowering {
    /// Whether code may be followed one level deeper. Each call is answered by a [`Self::leave`].
    fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth < tree::DEEPEST
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// The children that mean something: those with names, and `this` and `base`, which have none.
fn parts<'a>(node: Syntax<'a>) -> Vec<Syntax<'a>> {
    let tokens = node.tokens().into_iter();
    tokens
        .filter(|token| {
            let named = token.node.is_named() && !token.node.is_extra();
            named || matches!(token.kind(), "this" | "base")
        })
        .collect()
}

/// The children of a node with those of both sides of `#if … #else … #endif` in their place.
fn unconditional<'a>(node: Syntax<'a>) -> Vec<Syntax<'a>> {
    let mut found = Vec::new();
    let mut waiting: Vec<Syntax<'a>> = parts(node);
    waiting.reverse();
    while let Some(child) = waiting.pop() {
        match child.kind() {
            "preproc_if" | "preproc_elif" | "preproc_else" | "preproc_if_in_attribute_list" => {
                let condition = child.field("condition").map(|it| it.node.id());
                let inner = parts(child).into_iter().rev();
                waiting.extend(inner.filter(|it| Some(it.node.id()) != condition));
            }
            kind if kind.starts_with("preproc_") => {}
            _ => found.push(child),
        }
    }
    found
}
