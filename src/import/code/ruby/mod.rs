//! Ruby, and the views that embed it: constants as Ruby and Zeitwerk resolve them, methods through classes,
//! mix-ins and the macros of Rails.

mod associations;
mod branches;
mod calls;
mod declarations;
mod embedded;
mod expressions;
mod files;
mod library;
pub(crate) mod lookup;
mod lower;
pub(crate) mod members;
mod methods;
mod names;
mod resolve;
mod texts;
pub(crate) mod tree;
mod views;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    files::underscored,
    library::RELATION,
    lower::{BLOCK, TASK, text_of},
};
use super::{
    language::{Language, Rules},
    outline::Outline,
    resolve::{Own, Source},
    symbols::Symbols,
    tree as syntax,
};

/// Ruby and the views that embed it see each other.
pub(crate) const FAMILY: &str = "ruby";

static RULES: Rules = Rules {
    family: FAMILY,
    file_namespaces: false,
    enclosing_namespaces: true,
    implicit_this: true,
    call_constructs: false,
    member_calls: true,
};

/// A kind of file with Ruby in it, by Ruby's tree-sitter grammar.
#[derive(Clone, Copy, Debug)]
pub struct Ruby {
    name: &'static str,
    extensions: &'static [&'static str],
    /// What a file at a path with a text outlines.
    outline: fn(&str, &str) -> Outline,
}

/// Ruby itself.
pub const RUBY: Ruby = Ruby {
    name: "Ruby",
    extensions: &["rb", "rake", "ru", "jbuilder", "builder", "ruby", "axlsx", "prawn", "rabl"],
    outline: |path, text| outline(text, path.ends_with(".rake") || path.ends_with("Rakefile")),
};

/// Views with Ruby in them: ERB.
pub const ERB: Ruby = Ruby {
    name: "ERB",
    extensions: &["erb", "rhtml"],
    outline: |_, text| view(&embedded::from_erb(text), text),
};

/// Views with Ruby in them that indentation gives their shape: HAML and Slim.
pub const HAML: Ruby = Ruby {
    name: "HAML",
    extensions: &["haml", "slim"],
    outline: |_, text| view(&embedded::from_indented(text), text),
};

impl Language for Ruby {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        (self.outline)(path, text)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["schema.rb"]
    }

    fn is_builtin(&self, _name: &str) -> bool {
        false
    }

    fn resolve<'a>(
        &self,
        sources: &'a [Source],
        symbols: &Symbols<'a>,
        manifests: &[(String, String)],
    ) -> Option<Own<'a>> {
        Some(resolve::resolve(sources, symbols, manifests, self.name()))
    }
}

fn outline(text: &str, is_rake: bool) -> Outline {
    let Some(tree) = syntax::parse(&tree_sitter_ruby::LANGUAGE.into(), text) else {
        return Outline { errors: vec![1], ..Outline::default() };
    };
    let root = syntax::Syntax::root(&tree, text);
    let mut outline = lower::file(root, is_rake);
    outline.lines = syntax::code_lines(root);
    outline.errors = syntax::errors(root);
    outline
}

/// A view: the Ruby within it, and the lines of the whole. What does not parse once the rest is taken away is not
/// the author's error.
fn view(ruby: &str, text: &str) -> Outline {
    let mut outline = outline(ruby, false);
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    outline.lines = u32::try_from(lines).unwrap_or(u32::MAX);
    outline.errors.clear();
    outline
}
