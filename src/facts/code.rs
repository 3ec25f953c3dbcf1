//! What was read from source code: modules, their functions, and who calls whom.

use serde::{Deserialize, Serialize};

use super::ids::{FunctionId, ModuleId};

/// One source file: the smallest piece of code that can be placed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// The path from the root of the monolith, with `/` on every system.
    pub path: String,
    /// The language's name as people write it: `Java`, `C#`, `TypeScript`.
    pub language: String,
    /// Lines that are neither blank nor only a comment.
    pub lines: u32,
    /// The package the language gives it; the folder where the language has none.
    pub package: String,
}

impl Module {
    /// The file name without its folder, as tiles and lists show it.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// A template of a page, by its ending: it shows what other code decides.
    #[must_use]
    pub fn is_view(&self) -> bool {
        const ENDINGS: [&str; 14] = [
            ".blade.php",
            ".cshtml",
            ".erb",
            ".haml",
            ".htm",
            ".html",
            ".j2",
            ".jinja",
            ".jinja2",
            ".jsp",
            ".jspf",
            ".slim",
            ".tag",
            ".twig",
        ];
        ENDINGS.iter().any(|ending| self.path.ends_with(ending))
    }

    /// The folder, without a final `/`; empty at the root.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// A function or method of a module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    pub module: ModuleId,
    /// The name with the type it belongs to: `OrderService.place`, or `place` for a free one.
    pub name: String,
    pub line: u32,
    pub end_line: u32,
    pub visibility: Visibility,
    /// Parameters and result as the source writes them: `(Order order, int count): Receipt`.
    pub signature: String,
    /// What opens a transaction around it, as written: `@Transactional`, `transaction.atomic`.
    pub transaction: Option<String>,
}

impl Function {
    /// The name without the type it belongs to.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }
}

/// Who may call a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Visibility {
    #[default]
    Public,
    Package,
    Protected,
    Private,
}

/// One reference from one module to another, with the line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Call {
    pub from_module: ModuleId,
    pub from_function: Option<FunctionId>,
    pub to_module: ModuleId,
    pub to_function: Option<FunctionId>,
    pub kind: CallKind,
    pub line: u32,
    pub certainty: Certainty,
    /// It stands inside a loop, so it may happen many times for one request.
    pub in_loop: bool,
}

/// In which way one module refers to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CallKind {
    Call,
    Construct,
    Inherit,
    Type,
    Import,
}

impl CallKind {
    pub const ALL: [Self; 5] =
        [Self::Call, Self::Construct, Self::Inherit, Self::Type, Self::Import];

    /// The word that dumps and the notation use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Construct => "construct",
            Self::Inherit => "inherit",
            Self::Type => "type",
            Self::Import => "import",
        }
    }
}

/// How surely the target of a call is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// Resolved through imports, scopes and types.
    Exact,
    /// The only definition of that name in the monolith.
    ByName,
}

impl Certainty {
    /// The words that dumps use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ByName => "by name",
        }
    }
}
