//! PHP: files parsed by tree-sitter and lowered to outlines, with every class name in full.

mod annotations;
mod blade;
mod container;
mod declarations;
mod doc;
mod expressions;
mod laravel;
mod layout;
mod links;
mod names;
mod statements;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub(crate) use self::laravel::named_class;
use self::names::Names;
use super::{
    language::{Language, Layout, Project, Rules, Yields},
    outline::{Outline, Stmt},
    resolve::Source,
    tree,
};

/// The PHP programming language.
#[derive(Clone, Copy, Debug)]
pub struct Php;

static RULES: Rules = Rules {
    family: "PHP",
    file_namespaces: false,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: false,
    member_calls: false,
};

impl Language for Php {
    fn name(&self) -> &'static str {
        "PHP"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["php", "phtml", "inc"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        if path.ends_with(".blade.php") {
            let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
            let lines = u32::try_from(lines).unwrap_or(u32::MAX);
            let outline = self.outline("template.php", &blade::as_php(text));
            // What is not understood is most likely markup.
            return Outline { lines, errors: Vec::new(), ..outline };
        }
        tree::outline(&tree_sitter_php::LANGUAGE_PHP.into(), text, |root| {
            let mut lowering = Lowering::default();
            lowering.file(root);
            lowering.outline
        })
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn layout(&self, _project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(layout::PhpLayout)
    }

    /// Every class name is full, so what is plain is a type of PHP itself, or one of its functions.
    fn is_builtin(&self, _name: &str) -> bool {
        true
    }

    fn links(&self, sources: &[Source]) -> Vec<(usize, usize, u32)> {
        links::links(sources)
    }

    fn stands_for_rows(&self, base: &str) -> Option<&'static str> {
        laravel::ROW_BASES.contains(&base).then_some("Builder")
    }

    fn front_accessor(&self) -> Option<&'static str> {
        Some("getFacadeAccessor")
    }

    fn other_name(&self, member: &str) -> Option<String> {
        laravel::scope(member)
    }

    fn guesses_among_named(&self) -> bool {
        true
    }

    fn foreign_gives_foreign(&self) -> bool {
        true
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        laravel::member(receiver, member)
    }
}

/// One file on its way to an outline.
#[derive(Default)]
struct Lowering {
    outline: Outline,
    names: Names,
    /// The type whose body is being read.
    owner: Option<usize>,
    /// What stands before the names of types: their namespace, where the file has several.
    prefix: String,
    /// Variables that the function being read has assigned so far.
    seen: BTreeSet<String>,
    /// How many conditions the code being read depends on.
    conditions: u32,
    /// Assignments within the statement being read: they stand before it.
    bound: Vec<Stmt>,
    depth: usize,
    /// What is being read are the arguments of an attribute, where `true` is a word like any other.
    in_attribute: bool,
}

impl Lowering {
    /// Whether code may be followed one level deeper. Each `true` is answered by an [`Self::leave`].
    fn enter(&mut self) -> bool {
        self.depth += 1;
        let fits = self.depth < tree::DEEPEST;
        if !fits {
            self.depth -= 1;
        }
        fits
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}
