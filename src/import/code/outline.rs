//! What one source file says, in words that all languages share: the outline.
//!
//! Every language lowers its own syntax tree to an outline. All that follows (resolving names, finding
//! accesses, entry points and transactions) reads outlines only, so it is written once.
//!
//! Absent on purpose: anything that needs a second file. An outline is what can be said with one file open.

/// One source file, lowered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The package or namespace that the file declares, segments joined by `.`; empty where there is none.
    /// In a language where every file is a namespace of its own, that namespace, made from the path.
    pub namespace: String,
    /// The name that it goes by where others import it, if that need not be the last segment of its path: Go's
    /// package clause.
    pub package: String,
    pub imports: Vec<Import>,
    pub types: Vec<TypeDecl>,
    /// Files that this one makes part of itself: `mod cart;`.
    pub parts: Vec<Part>,
    /// Free functions and methods, in source order.
    pub functions: Vec<FunctionDecl>,
    /// What the file does outside any function: class bodies of scripting languages, scripts, routes.
    pub top: Vec<Stmt>,
    /// Lines that are neither blank nor only a comment.
    pub lines: u32,
    /// Lines of the first few syntax errors; empty for a well-formed file.
    pub errors: Vec<u32>,
}

/// A name brought in from elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// What is named, as written, with segments joined by `.` (a file path stays as it is): `java.util.List`,
    /// `./cart`, `crate.billing`.
    pub path: String,
    /// What of it is taken: `None` for the thing itself, `*` for everything, else one name.
    pub member: Option<String>,
    /// The name it has in this file, where that differs from the member or the last segment of the path.
    pub alias: Option<String>,
    /// It is handed on to whoever imports this file: `pub use`, `export … from`.
    pub reexport: bool,
    /// The lines within which the name holds, first and last; `None` for the whole file.
    pub within: Option<(u32, u32)>,
    pub line: u32,
}

/// A file that another one declares to be part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The name it has in the file that declares it, with the namespaces of that file around it: `orders.cart`.
    pub name: String,
    /// Where its file is, from the folder of the declaring file, where the declaration says so.
    pub path: Option<String>,
    /// It is part of the tests only.
    pub test: bool,
    pub line: u32,
}

/// A class, interface, struct, enum, trait, module of functions…
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeDecl {
    /// The name with the types it is nested in: `Order.Builder`.
    pub name: String,
    pub kind: TypeKind,
    /// Extended and implemented types, as written; for an alias, what it stands for.
    pub supers: Vec<TypeRef>,
    /// Names of type parameters: they are no types of the monolith.
    pub type_params: Vec<String>,
    /// What type parameters are at least: `T extends Order`.
    pub bounds: Vec<(String, TypeRef)>,
    pub fields: Vec<Field>,
    pub annotations: Vec<Annotation>,
    pub visibility: Visibility,
    pub line: u32,
    pub end_line: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypeKind {
    #[default]
    Class,
    Interface,
    Enum,
    Alias,
    /// A bare namespace within a file: a Ruby module, an inline Rust `mod`.
    Namespace,
    /// More of a type that is declared elsewhere, by another file or library: a Rust `impl`, a Go method, a C#
    /// partial class. Its name is as written there, segments joined by `.`.
    Extension,
}

pub use crate::facts::Visibility;

/// A field, property, enum constant or association of a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: Option<TypeRef>,
    pub value: Option<Expr>,
    pub annotations: Vec<Annotation>,
    pub line: u32,
}

/// A function, method, constructor or property with a body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FunctionDecl {
    pub name: String,
    /// The type it belongs to, by its place in [`Outline::types`].
    pub owner: Option<usize>,
    pub visibility: Visibility,
    pub is_static: bool,
    pub params: Vec<Param>,
    pub returns: Option<TypeRef>,
    pub type_params: Vec<String>,
    /// What type parameters are at least: `T extends Order`.
    pub bounds: Vec<(String, TypeRef)>,
    /// Other types that its head names: what it throws.
    pub mentions: Vec<TypeRef>,
    pub annotations: Vec<Annotation>,
    /// Parameters and result as the source writes them, on one line.
    pub signature: String,
    pub body: Vec<Stmt>,
    pub line: u32,
    pub end_line: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Param {
    pub name: String,
    pub ty: Option<TypeRef>,
    pub annotations: Vec<Annotation>,
}

/// A type where it is named: `Map<String, Order>` is `Map` with two arguments.
///
/// Wrappers that say nothing about who is used (references, arrays, optionals of the language itself) are
/// lowered to what they wrap, or kept as arguments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeRef {
    /// As written, segments joined by `.`.
    pub name: String,
    pub args: Vec<TypeRef>,
    pub line: u32,
}

/// `@Table(name = "orders")`, `#[diesel(table_name = posts)]`, `[HttpGet("…")]`, a decorator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotation {
    /// As written, segments joined by `.`.
    pub name: String,
    pub args: Vec<Arg>,
    pub line: u32,
}

/// An argument, with its name where the language has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    pub name: Option<String>,
    pub value: Expr,
}

/// What a function does, in source order; only what matters for scopes and references.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// A new local name, with its declared type or the value it begins with.
    Let {
        name: String,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        line: u32,
    },
    /// A name that already exists gets another value; also fields (`self.x = …`).
    Assign {
        target: Expr,
        value: Expr,
    },
    Expr(Expr),
    Return(Expr),
    /// A scope of its own.
    Block(Vec<Stmt>),
    /// A body that may run many times. `each` is the loop variable and what it runs over.
    Loop {
        each: Option<(String, Option<TypeRef>, Expr)>,
        body: Vec<Stmt>,
    },
}

/// A piece of code that has a value, with the line it begins on.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `order`, `Order`, `$order`: one plain name (without sigils).
    Name(String),
    /// `order.total`, `Order::Draft`, `posts::table`, `self.items`, `@items`. A function that is named, not called,
    /// has `::` before its name where the language tells the difference: `Order::total` is `::total` of `Order`.
    Member(Box<Expr>, String),
    /// `callee(args)`; macros and decorators that act like calls too.
    Call { callee: Box<Expr>, args: Vec<Arg> },
    /// `new T(args)`, `T { … }` where that constructs.
    New { ty: TypeRef, args: Vec<Arg> },
    /// The text of a string literal: parts joined when concatenated, each interpolated value as `?`.
    Text(String),
    /// The object itself: `this`, `self`, `$this`.
    This,
    /// The object seen as its super type.
    Super,
    /// A function without a name, with the names it binds.
    Lambda { params: Vec<Param>, body: Vec<Stmt> },
    /// An object of a class without a name: what it is made of (a `New`), and the functions and fields of the
    /// class as `Let`s, functions as lambdas. Within them `This` is that object.
    Anonymous { of: Box<Expr>, body: Vec<Stmt> },
    /// A value whose type is said: casts, `x as T`, `instanceof T`.
    Cast { ty: TypeRef, value: Box<Expr> },
    /// A function or type with type arguments that are said: `Set<Order>` in `db.Set<Order>()`.
    Applied(Box<Expr>, Vec<TypeRef>),
    /// A type named for its own sake: `Order.class`, `typeof(Order)`, generic arguments of a call.
    Type(TypeRef),
    /// `{ "a": x, b: y }`: an object, hash or keyword table.
    Map(Vec<(Expr, Expr)>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `await x`, `x?`, `&x`, `(x)`, `!x`: the value passes through.
    Same(Box<Expr>),
    /// Statements that have the value of the last one: `{ let a = …; a }`, `begin … end`.
    Block(Vec<Stmt>),
    /// One of these, whichever was chosen: the branches of `if`, `match`, `when`, `? :`.
    Choice(Vec<Expr>),
    /// Anything else: its parts in order. Nothing is known about its type.
    Other(Vec<Expr>),
}

impl Outline {
    /// Hands every expression of the file to `visit`, with the function that it stands in by its place in
    /// [`Outline::functions`]. Expressions in annotations and fields count too.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(Option<usize>, &'a Expr)) {
        let args = |annotations: &'a [Annotation], visit: &mut dyn FnMut(&'a Expr)| {
            annotations.iter().flat_map(|it| &it.args).for_each(|arg| arg.value.walk(visit));
        };
        for decl in &self.types {
            args(&decl.annotations, &mut |expr| visit(None, expr));
            for field in &decl.fields {
                args(&field.annotations, &mut |expr| visit(None, expr));
                if let Some(value) = &field.value {
                    value.walk(&mut |expr| visit(None, expr));
                }
            }
        }
        for (at, function) in self.functions.iter().enumerate() {
            args(&function.annotations, &mut |expr| visit(Some(at), expr));
            function.body.iter().for_each(|stmt| stmt.walk(&mut |expr| visit(Some(at), expr)));
        }
        self.top.iter().for_each(|stmt| stmt.walk(&mut |expr| visit(None, expr)));
    }
}

impl Expr {
    #[must_use]
    pub fn new(kind: ExprKind, line: u32) -> Self {
        Self { kind, line }
    }

    /// Plain dotted names (`a.b.c`, `T::f`) as one text; `None` for anything that is more than names.
    #[must_use]
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::This => Some("this".to_owned()),
            ExprKind::Type(ty) => Some(ty.name.clone()),
            ExprKind::Member(of, name) => of.dotted().map(|of| format!("{of}.{name}")),
            ExprKind::Same(inner) | ExprKind::Applied(inner, _) => inner.dotted(),
            _ => None,
        }
    }

    /// Hands this expression and all within it, bodies of lambdas included, to `visit`, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Name(_)
            | ExprKind::Text(_)
            | ExprKind::This
            | ExprKind::Super
            | ExprKind::Type(_) => {}
            ExprKind::Member(of, _)
            | ExprKind::Same(of)
            | ExprKind::Applied(of, _)
            | ExprKind::Cast { value: of, .. } => of.walk(visit),
            ExprKind::Call { callee, args } => {
                callee.walk(visit);
                args.iter().for_each(|arg| arg.value.walk(visit));
            }
            ExprKind::New { args, .. } => args.iter().for_each(|arg| arg.value.walk(visit)),
            ExprKind::Lambda { body, .. } | ExprKind::Block(body) => {
                body.iter().for_each(|stmt| stmt.walk(visit));
            }
            ExprKind::Anonymous { of, body } => {
                of.walk(visit);
                body.iter().for_each(|stmt| stmt.walk(visit));
            }
            ExprKind::Map(pairs) => pairs.iter().for_each(|(key, value)| {
                key.walk(visit);
                value.walk(visit);
            }),
            ExprKind::List(parts) | ExprKind::Choice(parts) | ExprKind::Other(parts) => {
                parts.iter().for_each(|part| part.walk(visit));
            }
        }
    }
}

impl Stmt {
    /// Hands every expression of this statement to `visit`, outermost first, in source order.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match self {
            Self::Let { value, .. } => {
                if let Some(value) = value {
                    value.walk(visit);
                }
            }
            Self::Assign { target, value } => {
                target.walk(visit);
                value.walk(visit);
            }
            Self::Expr(expr) | Self::Return(expr) => expr.walk(visit),
            Self::Block(body) => body.iter().for_each(|stmt| stmt.walk(visit)),
            Self::Loop { each, body } => {
                if let Some((_, _, over)) = each {
                    over.walk(visit);
                }
                body.iter().for_each(|stmt| stmt.walk(visit));
            }
        }
    }
}
