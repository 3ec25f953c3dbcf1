//! Calls that go on from each other, as routers and builders are written.

use rustc_hash::FxHashSet;

use crate::import::code::outline::{Arg, Expr, ExprKind, Stmt};

/// One member of a chain that is called, or that is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<'a> {
    pub name: &'a str,
    /// None where it is not called.
    pub args: Option<&'a [Arg]>,
}

/// What a chain begins with, and its members from there on.
pub(super) struct Chain<'a> {
    pub root: &'a Expr,
    pub links: Vec<Link<'a>>,
}

impl Chain<'_> {
    /// The name of what the member at a place is called on.
    pub(super) fn receiver(&self, at: usize) -> &str {
        match at.checked_sub(1) {
            Some(before) => self.links[before].name,
            None => match &self.root.kind {
                ExprKind::Name(name) => name,
                ExprKind::This => "this",
                _ => "",
            },
        }
    }
}

/// All chains of a body, the outermost of each.
pub(super) fn chains(body: &[Stmt]) -> Vec<Chain<'_>> {
    let mut all = Vec::new();
    for stmt in body {
        stmt.walk(&mut |expr| all.push(expr));
    }
    let mut seen: FxHashSet<*const Expr> = FxHashSet::default();
    let mut found = Vec::new();
    for expr in all {
        let is_one = matches!(expr.kind, ExprKind::Call { .. } | ExprKind::New { .. });
        if is_one && !seen.contains(&std::ptr::from_ref(expr)) {
            found.push(chain(expr, &mut seen));
        }
    }
    found
}

fn chain<'a>(expr: &'a Expr, seen: &mut FxHashSet<*const Expr>) -> Chain<'a> {
    let mut links = Vec::new();
    let mut expr = bare(expr);
    while links.len() < 300 {
        seen.insert(std::ptr::from_ref(expr));
        let (callee, args) = match &expr.kind {
            ExprKind::Call { callee, args } => (bare(callee), Some(args.as_slice())),
            _ => (expr, None),
        };
        let ExprKind::Member(of, name) = &callee.kind else { break };
        links.push(Link { name, args });
        expr = bare(of);
    }
    links.reverse();
    Chain { root: expr, links }
}

/// An expression without what only passes its value through.
pub(super) fn bare(expr: &Expr) -> &Expr {
    let mut expr = expr;
    for _ in 0..20 {
        expr = match &expr.kind {
            ExprKind::Same(inner) => inner,
            ExprKind::Cast { value, .. } => value,
            ExprKind::Block(body) => match body.last() {
                Some(Stmt::Expr(last)) => last,
                _ => return expr,
            },
            _ => return expr,
        };
    }
    expr
}

pub(super) fn text(expr: &Expr) -> Option<&str> {
    match &bare(expr).kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// The value of a key in an object literal.
pub(super) fn entry<'a>(object: &'a Expr, key: &str) -> Option<&'a Expr> {
    let ExprKind::Map(pairs) = &bare(object).kind else { return None };
    pairs.iter().find_map(|(name, value)| match &name.kind {
        ExprKind::Text(text) if text == key => Some(value),
        _ => None,
    })
}
