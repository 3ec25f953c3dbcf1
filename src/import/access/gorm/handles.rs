//! What the variables of one function hold: which of them are database handles, and which tables and joins a
//! handle was already told.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::import::code::{
    outline::{Expr, ExprKind, FunctionDecl, Stmt},
    types::{MemberUse, Ty},
};

/// The uses of a module, by their expressions.
pub(super) type ByExpr<'u, 'a> = FxHashMap<*const Expr, &'u MemberUse<'a>>;

/// The values that the variables of a function are given, in source order.
#[derive(Default)]
pub(super) struct Handles<'a> {
    values: BTreeMap<&'a str, Vec<&'a Expr>>,
    /// Calls on a variable that stand for themselves or are given back to it: `sess.Table("orders")`.
    told: BTreeMap<&'a str, Vec<&'a Expr>>,
}

/// Chains longer than this are no chains that a person wrote.
const LONGEST: usize = 60;

impl<'a> Handles<'a> {
    pub(super) fn of(decl: &'a FunctionDecl) -> Self {
        let mut handles = Self::default();
        decl.body.iter().for_each(|stmt| handles.statement(stmt));
        handles
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Let { name, value: Some(value), .. } => self.given(name, value),
            Stmt::Assign { target, value } => {
                if let ExprKind::Name(name) = &inside(target).kind {
                    self.given(name, value);
                }
                self.within(value);
            }
            Stmt::Expr(expr) | Stmt::Return(expr) => {
                self.alone(expr);
                self.within(expr);
            }
            Stmt::Block(body) | Stmt::Loop { body, .. } => {
                body.iter().for_each(|stmt| self.statement(stmt));
            }
            Stmt::Let { value: None, .. } => {}
        }
    }

    fn given(&mut self, name: &'a str, value: &'a Expr) {
        if root(value) == Some(name) {
            self.alone(value);
        } else {
            self.values.entry(name).or_default().push(value);
        }
        self.within(value);
    }

    fn alone(&mut self, expr: &'a Expr) {
        if let Some(name) = root(expr) {
            self.told.entry(name).or_default().push(expr);
        }
    }

    /// Statements of blocks, branches and functions within an expression.
    fn within(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Lambda { body, .. } | ExprKind::Block(body) => {
                body.iter().for_each(|stmt| self.statement(stmt));
            }
            ExprKind::Call { callee, args } => {
                self.within(callee);
                args.iter().for_each(|arg| self.within(&arg.value));
            }
            ExprKind::Member(of, _)
            | ExprKind::Same(of)
            | ExprKind::Applied(of, _)
            | ExprKind::Cast { value: of, .. } => self.within(of),
            ExprKind::List(parts) | ExprKind::Choice(parts) | ExprKind::Other(parts) => {
                parts.iter().for_each(|part| self.within(part));
            }
            _ => {}
        }
    }

    /// Whether a call's receiver is a handle: a mapper's type at some place of the chain, or at the beginning of
    /// the chain that its variable was given.
    pub(super) fn is_handle(&self, one: &MemberUse<'_>, by_expr: &ByExpr<'_, '_>) -> bool {
        is_mapper_type(&one.receiver)
            || one.receiver.is_unknown()
                && called_on(one.expr).is_some_and(|of| self.leads_to_handle(of, by_expr, 0))
    }

    fn leads_to_handle(&self, expr: &Expr, by_expr: &ByExpr<'_, '_>, depth: usize) -> bool {
        let mut at = inside(expr);
        for _ in 0..LONGEST {
            if let Some(one) = by_expr.get(&std::ptr::from_ref(at)) {
                if is_mapper_type(&one.receiver) || is_mapper_type(&one.result) {
                    return true;
                }
                if one.target.is_some() {
                    return false;
                }
            }
            match &at.kind {
                ExprKind::Name(name) => {
                    let values = self.values.get(name.as_str());
                    return depth < 8
                        && values.is_some_and(|values| {
                            values.iter().any(|it| self.leads_to_handle(it, by_expr, depth + 1))
                        });
                }
                ExprKind::Call { callee, .. } => at = inside(callee),
                ExprKind::Member(of, _) => at = inside(of),
                _ => return false,
            }
        }
        false
    }

    /// The calls that a chain consists of before `expr`, the nearest first: those of the chain itself, those that
    /// its variable was given, and those that were called on that variable.
    pub(super) fn before<'e>(&'e self, expr: &'e Expr) -> Vec<&'e Expr> {
        let mut found = Vec::new();
        if let Some(of) = called_on(expr) {
            self.calls(of, &mut found, 0);
        }
        found
    }

    fn calls<'e>(&'e self, expr: &'e Expr, found: &mut Vec<&'e Expr>, depth: usize) {
        let mut at = inside(expr);
        for _ in 0..LONGEST {
            match &at.kind {
                ExprKind::Call { callee, .. } => {
                    found.push(at);
                    at = inside(callee);
                }
                ExprKind::Member(of, _) => at = inside(of),
                ExprKind::Name(name) if depth < 4 => {
                    for told in self.told.get(name.as_str()).into_iter().flatten() {
                        self.calls(told, found, 4);
                    }
                    for value in self.values.get(name.as_str()).into_iter().flatten() {
                        self.calls(value, found, depth + 1);
                    }
                    return;
                }
                _ => return,
            }
        }
    }
}

/// A session, engine or connection of GORM or xorm.
pub(super) fn is_mapper_type(ty: &Ty) -> bool {
    ty.outside_name().is_some_and(|name| {
        matches!(
            name,
            "DB" | "Session" | "Engine" | "EngineGroup" | "EngineInterface" | "Interface"
        )
    })
}

/// The variable that a chain of calls begins with.
fn root(expr: &Expr) -> Option<&str> {
    let mut at = inside(expr);
    let mut called = false;
    for _ in 0..LONGEST {
        match &at.kind {
            ExprKind::Call { callee, .. } => {
                called = true;
                at = inside(callee);
            }
            ExprKind::Member(of, _) => at = inside(of),
            ExprKind::Name(name) => return called.then_some(name.as_str()),
            _ => return None,
        }
    }
    None
}

/// What a call belongs to.
pub(super) fn called_on(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Call { callee, .. } = &inside(expr).kind else { return None };
    match &inside(callee).kind {
        ExprKind::Member(of, _) => Some(inside(of)),
        _ => None,
    }
}

pub(super) fn inside(expr: &Expr) -> &Expr {
    let mut at = expr;
    while let ExprKind::Same(inner)
    | ExprKind::Cast { value: inner, .. }
    | ExprKind::Applied(inner, _) = &at.kind
    {
        at = inner;
    }
    at
}
