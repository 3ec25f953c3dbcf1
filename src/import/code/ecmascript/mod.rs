//! TypeScript and JavaScript: every file is a module of its own, and both see each other's names.

mod bindings;
mod builtins;
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

use self::builtins::{MEMBERS, is_builtin, outside_member};
use super::{
    language::{Language, Layout, Project, Rules, Yields},
    outline::{FunctionDecl, Outline},
    tree::{self, DEEPEST, Syntax},
};

/// TypeScript or JavaScript: one language in files of different endings.
#[derive(Clone, Copy, Debug)]
pub struct EcmaScript {
    name: &'static str,
    extensions: &'static [&'static str],
}

/// JavaScript in all its flavours.
pub const JAVASCRIPT: EcmaScript =
    EcmaScript { name: "JavaScript", extensions: &["js", "jsx", "mjs", "cjs", "vue", "svelte"] };

/// TypeScript, by its tree-sitter grammars.
pub const TYPESCRIPT: EcmaScript =
    EcmaScript { name: "TypeScript", extensions: &["ts", "tsx", "mts", "cts"] };

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

impl Language for EcmaScript {
    fn name(&self) -> &'static str {
        self.name
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
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
