//! Kotlin: files parsed by tree-sitter and lowered to outlines; names are shared with Java.

mod declarations;
mod expressions;
mod known;
mod statements;
mod type_refs;

#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use super::{
    language::{Language, Rules, Scope, Yields},
    outline::{Outline, Stmt},
    tree,
};

/// The Kotlin programming language.
#[derive(Clone, Copy, Debug)]
pub struct Kotlin;

static RULES: Rules = Rules {
    family: "JVM",
    file_namespaces: false,
    enclosing_namespaces: false,
    implicit_this: true,
    call_constructs: true,
    member_calls: true,
};

impl Language for Kotlin {
    fn name(&self) -> &'static str {
        "Kotlin"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["kt", "kts"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        tree::outline(&tree_sitter_kotlin_sg::LANGUAGE.into(), text, |root| {
            let mut lowering = Lowering::default();
            // Build scripts say nothing about the program.
            if !path.ends_with(".gradle.kts") {
                lowering.file(root);
            }
            lowering.outline
        })
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn is_builtin(&self, name: &str) -> bool {
        known::is_builtin(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        known::is_member(name)
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        known::member(receiver, member)
    }

    fn outside_generic(&self, member: &str) -> Yields {
        match member {
            "readValue" | "convertValue" | "getBean" | "body" | "toEntity" | "bodyToMono"
            | "awaitBody" | "get" | "inject" | "mock" => Yields::Argument,
            "listOf" | "setOf" | "mutableListOf" | "mutableSetOf" | "emptyList" | "emptySet"
            | "arrayListOf" | "filterIsInstance" | "arrayOf" | "getBeansOfType" => {
                Yields::Arguments
            }
            _ => Yields::Unknown,
        }
    }

    fn scope_function(&self, member: &str) -> Option<Scope> {
        match member {
            "let" => Some(Scope { is_this: false, gives_object: false }),
            "also" | "takeIf" | "takeUnless" => Some(Scope { is_this: false, gives_object: true }),
            "run" | "with" => Some(Scope { is_this: true, gives_object: false }),
            "apply" => Some(Scope { is_this: true, gives_object: true }),
            _ => None,
        }
    }

    fn has_getters(&self) -> bool {
        true
    }

    fn learns_types(&self) -> bool {
        true
    }

    fn guesses_among_named(&self) -> bool {
        true
    }
}

/// One file on its way to an outline.
#[derive(Default)]
struct Lowering {
    outline: Outline,
    /// Texts of the constants of this file, by name: queries are put together from them.
    constants: FxHashMap<String, String>,
    /// Names that the statement being lowered binds: they stand before it.
    bound: Vec<Stmt>,
    /// The type whose code is being lowered.
    owner: Option<usize>,
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
