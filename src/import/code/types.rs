//! What an expression is known to be, and where it was used: the typed view of the source.

use std::sync::Arc;

use super::outline::{Arg, Expr};
use crate::facts::{FunctionId, ModuleId};

/// A type of the monolith, by its place in the symbol table. Only meaningful together with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// What an expression is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ty {
    #[default]
    Unknown,
    /// An object of a type, with type arguments where they are known.
    Object { head: Head, args: Vec<Ty> },
    /// A type itself, named to reach what belongs to it: `Order` in `Order.count()`.
    Class(Head),
    /// A function, seen as what calling it gives.
    Callable(Box<Ty>),
    /// A namespace of the monolith, or a module imported as a whole.
    Namespace(TypeId),
}

/// The type without its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Head {
    Monolith(TypeId),
    /// The full name as far as imports tell it, else the name as written: `java.util.List`, `Session`.
    Outside(Arc<str>),
}

impl Head {
    /// The name of a type outside the monolith, without its package.
    #[must_use]
    pub fn outside_name(&self) -> Option<&str> {
        match self {
            Self::Monolith(_) => None,
            Self::Outside(name) => Some(name.rsplit('.').next().unwrap_or(name)),
        }
    }
}

impl Ty {
    /// An object of a type, without arguments.
    #[must_use]
    pub fn object(head: Head) -> Self {
        Self::Object { head, args: Vec::new() }
    }

    /// An object of a type outside the monolith.
    #[must_use]
    pub fn outside(name: &str) -> Self {
        Self::object(Head::Outside(name.into()))
    }

    /// What it is an object of, or the type that it is.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        match self {
            Self::Object { head, .. } | Self::Class(head) => Some(head),
            Self::Unknown | Self::Callable(_) | Self::Namespace(_) => None,
        }
    }

    /// The monolith's type that it is an object of, or that it is.
    #[must_use]
    pub fn monolith(&self) -> Option<TypeId> {
        match self.head() {
            Some(Head::Monolith(id)) => Some(*id),
            _ => None,
        }
    }

    /// The name, without its package, of the outside type that it is an object of, or that it is.
    #[must_use]
    pub fn outside_name(&self) -> Option<&str> {
        self.head().and_then(Head::outside_name)
    }

    /// The arguments of an object's type.
    #[must_use]
    pub fn args(&self) -> &[Self] {
        match self {
            Self::Object { args, .. } => args,
            _ => &[],
        }
    }

    /// What a collection or optional holds: its last argument; the thing itself where it holds nothing.
    #[must_use]
    pub fn element(&self) -> &Self {
        self.args().last().unwrap_or(self)
    }

    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

/// One place where a member of something is called or taken, a function is called, or a type is constructed.
#[derive(Clone, Debug)]
pub struct MemberUse<'a> {
    pub module: ModuleId,
    /// The function it stands in, annotations and fields of a type left out.
    pub function: Option<FunctionId>,
    pub line: u32,
    /// The whole expression: a `Call`, `New` or `Member`.
    pub expr: &'a Expr,
    /// What the member belongs to; `Unknown` also where there is no receiver.
    pub receiver: Ty,
    /// The name called or taken; the type's name for a construction.
    pub member: &'a str,
    /// Empty where nothing is called.
    pub args: &'a [Arg],
    /// By the place in `args`.
    pub arg_types: Vec<Ty>,
    /// What it gives.
    pub result: Ty,
    /// The monolith's function that it calls, where there is one.
    pub target: Option<FunctionId>,
    /// It stands in a loop or in a lambda that is handed to one.
    pub in_loop: bool,
}
