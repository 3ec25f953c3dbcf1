//! Source code as plain calls with literal arguments, whatever the language: what migrations and schemas in code
//! consist of. Nothing is evaluated; what isn't literal is [`Value::Unknown`].

mod ecmascript;
mod php;
mod python;
mod ruby;

use tree_sitter::{Node, Parser};

/// An expression or statement, as far as it is literal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Value {
    Text(String),
    /// A number as written.
    Number(String),
    Bool(bool),
    Null,
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    /// A variable, a constant, or a path of names, as written.
    Name(String),
    Call(Box<Call>),
    Function(Box<Function>),
    Class(Box<Class>),
    Assign(String, Box<Value>),
    #[default]
    Unknown,
}

/// A call; a block or lambda given to it is its last argument.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Call {
    /// What it is called on.
    pub on: Option<Value>,
    pub name: String,
    pub args: Vec<Value>,
    pub named: Vec<(String, Value)>,
    /// Counted from 1.
    pub line: u32,
}

/// A function, method, block or lambda.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Function {
    /// Empty where it has none.
    pub name: String,
    pub params: Vec<String>,
    pub body: Vec<Value>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Class {
    pub name: String,
    pub bases: Vec<Value>,
    pub body: Vec<Value>,
}

/// Source languages that schemas are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    EcmaScript,
    Php,
    Python,
    Ruby,
}

/// Reads a source text. Nothing where the parser gives up.
pub(crate) fn parse(text: &str, language: Language) -> Option<Vec<Value>> {
    let grammar = match language {
        Language::EcmaScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        Language::Php => tree_sitter_php::LANGUAGE_PHP,
        Language::Python => tree_sitter_python::LANGUAGE,
        Language::Ruby => tree_sitter_ruby::LANGUAGE,
    };
    let mut parser = Parser::new();
    parser.set_language(&grammar.into()).ok()?;
    let tree = parser.parse(text, None)?;
    let reader = Reader { text, depth: 0 };
    Some(match language {
        Language::EcmaScript => ecmascript::statements(tree.root_node(), reader),
        Language::Php => php::statements(tree.root_node(), reader),
        Language::Python => python::statements(tree.root_node(), reader),
        Language::Ruby => ruby::statements(tree.root_node(), reader),
    })
}

/// The deepest nesting that is followed: no migration comes near it, and no stack overflows.
const DEEPEST: u32 = 100;

/// The text that nodes are taken from, and how deep the walk is.
#[derive(Clone, Copy)]
struct Reader<'t> {
    text: &'t str,
    depth: u32,
}

impl<'t> Reader<'t> {
    fn of(self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// One level deeper, unless that is too deep.
    fn deeper(self) -> Option<Self> {
        (self.depth < DEEPEST).then(|| Self { depth: self.depth + 1, ..self })
    }

    fn line(node: Node<'_>) -> u32 {
        u32::try_from(node.start_position().row + 1).unwrap_or(u32::MAX)
    }

    /// The texts of all direct children of a kind, one after the other.
    fn joined(self, node: Node<'_>, kind: &str) -> String {
        children(node)
            .into_iter()
            .filter(|child| child.kind() == kind)
            .map(|child| self.of(child))
            .collect()
    }
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).collect()
}

impl Value {
    /// What the value says as a name or text.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Name(text) | Self::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a literal only.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, or the one text.
    pub(crate) fn texts(&self) -> Vec<String> {
        match self {
            Self::List(values) => {
                values.iter().filter_map(Self::literal).map(str::to_owned).collect()
            }
            other => other.literal().map(str::to_owned).into_iter().collect(),
        }
    }

    pub(crate) fn as_call(&self) -> Option<&Call> {
        match self {
            Self::Call(call) => Some(call),
            _ => None,
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    pub(crate) fn is_false(&self) -> bool {
        *self == Self::Bool(false)
    }
}

impl Call {
    /// The argument of that name, or the one at that place.
    pub(crate) fn given(&self, name: &str, index: usize) -> Option<&Value> {
        self.option(name).or_else(|| self.args.get(index))
    }

    /// A named argument.
    pub(crate) fn option(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A named argument as a literal text.
    pub(crate) fn option_text(&self, name: &str) -> Option<&str> {
        self.option(name).and_then(Value::literal)
    }

    /// The block or lambda it was given.
    pub(crate) fn block(&self) -> Option<&Function> {
        self.args.iter().rev().find_map(|value| match value {
            Value::Function(function) => Some(&**function),
            _ => None,
        })
    }
}
