//! Patterns of C#: the types they name, and the names they bind.

use super::{Lowering, parts, type_refs::type_named};
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt},
    tree::Syntax,
};

pub(super) fn is_pattern(kind: &str) -> bool {
    kind.ends_with("_pattern") || kind == "discard"
}

impl Lowering {
    /// What a pattern compares with; the names it binds go before the statement that it stands in.
    pub(super) fn pattern(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        if !self.enter() {
            self.leave();
            return Vec::new();
        }
        let mut found = Vec::new();
        match node.kind() {
            "declaration_pattern" | "recursive_pattern" | "var_pattern" => {
                let ty = node.field("type").and_then(|ty| self.type_ref(ty));
                match (node.field("name"), ty) {
                    (Some(name), ty) => self.bound.push(Stmt::Let {
                        name: name.text().to_owned(),
                        ty,
                        value: None,
                        line: name.line(),
                    }),
                    (None, Some(ty)) => found.push(type_named(ty)),
                    (None, None) => {}
                }
                for child in node.children() {
                    match child.kind() {
                        "positional_pattern_clause" | "property_pattern_clause" => {
                            for part in child.children() {
                                found.extend(self.subpattern(part));
                            }
                        }
                        "parenthesized_variable_designation" => self.designation(child),
                        _ => {}
                    }
                }
            }
            "constant_pattern" | "relational_pattern" => {
                found.extend(parts(node).into_iter().map(|part| self.expr(part)));
            }
            "type_pattern" => {
                found.extend(self.type_ref(node).map(type_named));
            }
            "parenthesized_pattern"
            | "negated_pattern"
            | "and_pattern"
            | "or_pattern"
            | "list_pattern"
            | "subpattern" => {
                for child in node.children() {
                    found.extend(self.pattern(child));
                }
            }
            _ => {}
        }
        self.leave();
        found
    }

    /// `Name: pattern`; the name belongs to whatever is looked at.
    fn subpattern(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        let children = node.children();
        let patterns = children.into_iter().filter(|child| is_pattern(child.kind()));
        patterns.flat_map(|child| self.pattern(child)).collect()
    }

    fn designation(&mut self, node: Syntax<'_>) {
        for name in node.fields("name") {
            self.bound.push(Stmt::Let {
                name: name.text().to_owned(),
                ty: None,
                value: None,
                line: name.line(),
            });
        }
    }

    pub(super) fn is_pattern_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let value = node.field("expression").map(|value| self.expr(value));
        let mut all: Vec<Expr> = value.into_iter().collect();
        if let Some(pattern) = node.field("pattern") {
            all.extend(self.pattern(pattern));
        }
        ExprKind::Other(all)
    }

    /// `value switch { pattern => result, … }`.
    pub(super) fn switch_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let line = node.line();
        let mut all = Vec::new();
        let mut arms = Vec::new();
        let wanted = self.wanted.clone();
        for child in parts(node) {
            if child.kind() != "switch_expression_arm" {
                all.push(Stmt::Expr(self.expr(child)));
                continue;
            }
            let outer = std::mem::take(&mut self.bound);
            let mut body = Vec::new();
            for part in parts(child) {
                match part.kind() {
                    kind if is_pattern(kind) => {
                        body.extend(self.pattern(part).into_iter().map(Stmt::Expr));
                    }
                    "when_clause" => {
                        let guard = parts(part).into_iter().next();
                        body.extend(guard.map(|guard| Stmt::Expr(self.expr(guard))));
                    }
                    _ => body.push(Stmt::Expr(self.expr_of(part, wanted.as_ref()))),
                }
            }
            let mut bound = std::mem::replace(&mut self.bound, outer);
            bound.append(&mut body);
            arms.push(Expr::new(ExprKind::Block(bound), child.line()));
        }
        all.push(Stmt::Expr(Expr::new(ExprKind::Choice(arms), line)));
        ExprKind::Block(all)
    }
}
