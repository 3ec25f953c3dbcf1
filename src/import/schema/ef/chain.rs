//! Builders' calls in a row, `b.HasOne("Customer").WithMany().HasForeignKey("CustomerId")`, as a list of links.

use crate::import::code::outline::{Arg, Expr, ExprKind, Stmt, TypeRef};

/// One call of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'a> {
    pub name: &'a str,
    pub types: &'a [TypeRef],
    pub args: &'a [Arg],
}

/// The calls of an expression, the first that runs first.
pub(super) fn links(expr: &Expr) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let mut next = Some(expr);
    while let Some(expr) = next.take() {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                let (callee, types) = match &callee.kind {
                    ExprKind::Applied(of, types) => (of.as_ref(), types.as_slice()),
                    _ => (callee.as_ref(), &[][..]),
                };
                match &callee.kind {
                    ExprKind::Member(of, name) => {
                        found.push(Link { name, types, args });
                        next = Some(of);
                    }
                    ExprKind::Name(name) => found.push(Link { name, types, args }),
                    _ => {}
                }
            }
            ExprKind::Member(of, _) | ExprKind::Same(of) => next = Some(of),
            _ => {}
        }
    }
    found.reverse();
    found
}

/// The expressions that a body consists of, those of inner blocks too.
pub(super) fn statements(body: &[Stmt]) -> Vec<&Expr> {
    let mut found = Vec::new();
    for stmt in body {
        match stmt {
            Stmt::Expr(expr) | Stmt::Return(expr) => found.push(expr),
            Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => found.extend(statements(inner)),
            Stmt::Let { value: Some(value), .. } => found.push(value),
            Stmt::Let { .. } | Stmt::Assign { .. } => {}
        }
    }
    found
}

impl<'a> Link<'a> {
    /// The argument of that name, else the one at that place if it has no name.
    pub(super) fn arg(&self, name: &str, place: usize) -> Option<&'a Expr> {
        let named = self.args.iter().find(|arg| arg.name.as_deref() == Some(name));
        let placed = || self.args.get(place).filter(|arg| arg.name.is_none());
        named.or_else(placed).map(|arg| &arg.value)
    }

    pub(super) fn text(&self, name: &str, place: usize) -> Option<&'a str> {
        text(self.arg(name, place)?)
    }

    /// The text of an argument that is named.
    pub(super) fn named(&self, name: &str) -> Option<&'a str> {
        self.text(name, usize::MAX)
    }

    /// All texts among the arguments, those in lists too.
    pub(super) fn texts(&self) -> Vec<String> {
        self.args.iter().flat_map(|arg| texts(&arg.value)).collect()
    }

    /// The body of the first function among the arguments.
    pub(super) fn body(&self) -> Option<&'a [Stmt]> {
        self.args.iter().find_map(|arg| lambda(&arg.value))
    }
}

pub(super) fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(own) => Some(own),
        ExprKind::Same(inner) => text(inner),
        _ => None,
    }
}

pub(super) fn texts(expr: &Expr) -> Vec<String> {
    match &expr.kind {
        ExprKind::Text(text) => vec![text.clone()],
        ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => texts(inner),
        ExprKind::List(parts) | ExprKind::Other(parts) => parts.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn lambda(expr: &Expr) -> Option<&[Stmt]> {
    match &expr.kind {
        ExprKind::Lambda { body, .. } => Some(body),
        ExprKind::Same(inner) => lambda(inner),
        _ => None,
    }
}

/// The names that a function picks of its parameter: `x => x.Id`, `x => new { x.A, x.B }`.
pub(super) fn picked(expr: &Expr) -> Vec<String> {
    let mut found = Vec::new();
    for value in lambda(expr).map(statements).unwrap_or_default() {
        match &value.kind {
            ExprKind::Member(_, name) => found.push(name.clone()),
            ExprKind::Map(pairs) => {
                for (_, value) in pairs {
                    if let ExprKind::Member(_, name) = &value.kind {
                        found.push(name.clone());
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether an argument is `true` or `false`, where it is one of them.
pub(super) fn switch(expr: Option<&Expr>) -> Option<bool> {
    match &expr?.kind {
        ExprKind::Name(name) if name == "true" => Some(true),
        ExprKind::Name(name) if name == "false" => Some(false),
        _ => None,
    }
}
