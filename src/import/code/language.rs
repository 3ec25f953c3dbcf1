//! What a language has to say about itself, so that everything after the outline is written once.

use super::{
    outline::{Arg, Expr, FunctionDecl, Import, Outline},
    resolve::{Own, Source},
    symbols::Symbols,
    types::{Ty, TypeId},
};
use crate::facts::ModuleId;

/// A programming language: how its files become outlines, and where its names are looked up.
pub trait Language: Send + Sync {
    /// The name as people write it: `Java`, `C#`.
    fn name(&self) -> &'static str;

    /// Endings of its files, without the dot, in lower case.
    fn extensions(&self) -> &'static [&'static str];

    /// Whether a file with one of those endings is of this language, told by its path: pages below `templates/`.
    fn reads(&self, _path: &str) -> bool {
        true
    }

    /// Lowers one file. Never fails: what is not understood is left out, and its lines go into
    /// [`Outline::errors`]. `text` has no byte order mark and its lines end in `\n`.
    fn outline(&self, path: &str, text: &str) -> Outline;

    /// Where names are looked up.
    fn rules(&self) -> &Rules;

    /// File names (such as `Cargo.toml`, or `*.csproj` for an ending) that [`Language::layout`] wants to read.
    fn manifests(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a file of that name is one that [`Language::layout`] wants to read.
    fn is_manifest(&self, name: &str) -> bool {
        self.manifests().iter().any(|manifest| crate::import::walk::is_named(name, manifest))
    }

    /// What the files of the project say about paths and packages, read once before names are resolved.
    fn layout(&self, _project: &Project<'_>) -> Box<dyn Layout> {
        Box::new(PlainLayout)
    }

    /// Names of the namespaces around come before imports, and imports of namespaces bring in their types only; a
    /// type that is found nowhere is not of the monolith: C#.
    fn namespaces_before_imports(&self) -> bool {
        false
    }

    /// What may be left out at the end of an annotation's name: `Attribute`.
    fn annotation_suffix(&self) -> &'static str {
        ""
    }

    /// What calling a library's member gives that is told one type in angle brackets: `Argument` for that type,
    /// `Arguments` for a collection of it.
    fn outside_generic(&self, _member: &str) -> Yields {
        Yields::Unknown
    }

    /// Whether a function of the library hands its lambda the object that it is called on: Kotlin's `let`, `apply`.
    fn scope_function(&self, _member: &str) -> Option<Scope> {
        None
    }

    /// Whether `order.total` may mean `order.getTotal()`: Kotlin, of classes written in Java.
    fn has_getters(&self) -> bool {
        false
    }

    /// Whether a plain name that nothing declares belongs to the language itself: `String`, `println`, `len`.
    fn is_builtin(&self, name: &str) -> bool;

    /// Whether every object, or every type, has a member of that name from the language: `equals`, `toString`.
    fn is_builtin_member(&self, _name: &str) -> bool {
        false
    }

    /// Whether a plain name that nothing declares is a value that the language or its host brings, so that its
    /// members are not of the monolith: `console`, `process`.
    fn has_global(&self, _name: &str) -> bool {
        false
    }

    /// What a type is that is named for its own sake, where that is an object: `Order.class` is a `Class`.
    fn class_object(&self) -> Option<&'static str> {
        None
    }

    /// Whether what an object of a library gives is the library's too where nothing else is known, so that nothing is
    /// guessed of it.
    fn foreign_gives_foreign(&self) -> bool {
        false
    }

    /// Whether a call on something unknown may be taken for the only function of that name.
    fn guesses_by_name(&self) -> bool {
        true
    }

    /// Whether an import names the file it is written for, whatever that file only hands on from others.
    fn imports_files(&self) -> bool {
        false
    }

    /// What a member of a type outside the monolith yields, where the language's library is known:
    /// `get` of `List<Order>` is an `Order`. `receiver` is the type's name without its package.
    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        super::library::common_member(receiver, member)
    }

    /// Modules that name others by path, not by what these declare: both by their places among `sources`, with the
    /// line.
    fn links(&self, _sources: &[Source]) -> Vec<(usize, usize, u32)> {
        Vec::new()
    }

    /// What objects of a type of the monolith, which extends `base` from outside it, answer for: a collection-like
    /// type of themselves, whose members they hand on. Classes of rows do where a mapper has them do queries.
    fn stands_for_rows(&self, _base: &str) -> Option<&'static str> {
        None
    }

    /// The function of a front by which it says which class it stands before.
    fn front_accessor(&self) -> Option<&'static str> {
        None
    }

    /// The function that a member means which is called by another name: `active` is `scopeActive`.
    fn other_name(&self, _member: &str) -> Option<String> {
        None
    }

    /// Whether the only function of a name is taken for a call on something unknown just where the module
    /// already names the module that has it.
    fn guesses_among_named(&self) -> bool {
        false
    }

    /// Whether types are seldom written, so that what functions return and fields hold is first worked out from
    /// the code.
    fn learns_types(&self) -> bool {
        false
    }

    /// What the libraries that a project uses add to its classes, read off all sources.
    fn libraries(&self, _sources: &[Source], _symbols: &Symbols<'_>) -> Option<Box<dyn Libraries>> {
        None
    }

    /// Resolves all modules of this language by rules of its own, where the shared ones are too far from them;
    /// `None` leaves them to the shared resolver. Types and functions are numbered by `symbols` in any case.
    fn resolve<'a>(
        &self,
        _sources: &'a [Source],
        _symbols: &Symbols<'a>,
        _manifests: &[(String, String)],
    ) -> Option<Own<'a>> {
        None
    }
}

/// What libraries are known to give, and what they add to classes of the monolith at run time, so that no source
/// declares it: managers of rows, rows that refer back.
pub trait Libraries: Send + Sync {
    /// What a member is, taken or called; `None` where the libraries say nothing of it.
    fn member(&self, used: &Reached<'_>) -> Option<Ty>;

    /// What a library hands to the parameters of a function that it calls, by their places.
    fn params(
        &self,
        _symbols: &Symbols<'_>,
        _module: ModuleId,
        _owner: Option<TypeId>,
        _decl: &FunctionDecl,
    ) -> Vec<Ty> {
        Vec::new()
    }

    /// What calling a function outside the monolith gives, told by its full name as far as that is known.
    fn function(&self, symbols: &Symbols<'_>, name: &str, args: &[Arg], types: &[Ty])
    -> Option<Ty>;
}

/// A member that is taken or called.
#[derive(Clone, Copy)]
pub struct Reached<'u> {
    pub symbols: &'u Symbols<'u>,
    pub module: ModuleId,
    /// The type that the code stands in.
    pub owner: Option<TypeId>,
    pub receiver: &'u Ty,
    /// The expression that is the receiver.
    pub of: &'u Expr,
    pub member: &'u str,
    /// `None` where nothing is called.
    pub args: Option<&'u [Arg]>,
    /// By the place in `args`.
    pub arg_types: &'u [Ty],
}

/// Where a language looks up names.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Languages of one family see each other's names: Java and Kotlin, TypeScript and JavaScript.
    pub family: &'static str,
    /// Every file is a namespace of its own (Python, TypeScript, Rust). Otherwise all files of one namespace see
    /// each other's names (Java, C#, Go), and the namespace is the module's package.
    pub file_namespaces: bool,
    /// Names of the namespaces around the own one, the nameless one included, are seen without an import: C#,
    /// Ruby.
    pub enclosing_namespaces: bool,
    /// Members of the own type are named without `this`: Java, C#, Ruby.
    pub implicit_this: bool,
    /// Calling a type constructs it: `Order(…)` in Python and Kotlin.
    pub call_constructs: bool,
    /// A name taken from an object without parentheses may be a method: Ruby, and properties elsewhere.
    pub member_calls: bool,
}

/// The project as a language sees it when it works out its layout.
#[derive(Clone, Copy, Debug)]
pub struct Project<'a> {
    /// The modules of this language's family, sorted by path.
    pub modules: &'a [(&'a str, &'a Outline)],
    /// Path and text of every file that [`Language::manifests`] names, sorted by path.
    pub manifests: &'a [(String, String)],
}

/// How paths that are written in the source become full names.
pub trait Layout: Send + Sync {
    /// The namespace that the top of a file stands in: its own where every file is one. What the outline says,
    /// unless only the whole project can tell.
    fn namespace(&self, _path: &str, outline: &Outline) -> String {
        outline.namespace.clone()
    }

    /// The full names (a namespace as in [`Outline::namespace`], and names within it, joined by `.`) that
    /// `written` may mean in the file at `path`, the likeliest first. `written` is [`Import::path`], or a dotted
    /// name whose first segment means nothing in the file.
    ///
    /// [`Import::path`]: super::outline::Import::path
    fn full_names(&self, path: &str, namespace: &str, written: &str) -> Vec<String>;

    /// Imports that hold in the file at `path` without standing there: C#'s global usings.
    fn also_imported(&self, _path: &str) -> &[Import] {
        &[]
    }
}

/// What is written is the full name: Java, C#, PHP.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainLayout;

impl Layout for PlainLayout {
    fn full_names(&self, _path: &str, _namespace: &str, written: &str) -> Vec<String> {
        vec![written.to_owned()]
    }
}

/// What a function does with the object that it is called on and the lambda that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Within the lambda the object is `this`; otherwise it is the first parameter.
    pub is_this: bool,
    /// The call gives the object; otherwise what the lambda gives.
    pub gives_object: bool,
}

/// What a member of a type outside the monolith gives, told by the receiver's type arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yields {
    Unknown,
    /// The receiver's type again: `stream.filter(…)`.
    Receiver,
    /// What the receiver holds, its last type argument: `list.get(0)`, `map.get(key)`. Lambdas get it too.
    Element,
    /// The first type argument: `entry.getKey()`.
    Key,
    /// A collection of the last type arguments: `map.values()`.
    Elements,
    /// A collection of the first type arguments: `map.keySet()`.
    Keys,
    /// A collection of what the lambda among the arguments returns: `stream.map(…)`.
    Mapped,
    /// What the lambda among the arguments returns: `template.execute(…)`, `let`.
    Returned,
    /// The first argument's type: `Objects.requireNonNull(order)`.
    Argument,
    /// A collection of the first argument's type: `List.of(order)`.
    Arguments,
}
