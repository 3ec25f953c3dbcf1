//! Lowers what may run and what may not: conditions, cases, rescues.

use super::lower::Lowering;
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt},
    tree::Syntax,
};

impl<'t> Lowering<'t> {
    /// Both branches; what the condition names comes before them.
    pub(super) fn condition(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let is_modifier = node.kind().ends_with("_modifier");
        let mut body = Vec::new();
        if let Some(condition) = node.field("condition") {
            self.stmt(condition, &mut body);
        }
        let mut branches = Vec::new();
        let fields: &[&str] = if is_modifier { &["body"] } else { &["consequence", "alternative"] };
        for field in fields {
            if let Some(branch) = node.field(field) {
                branches.push(self.branch(branch));
            }
        }
        if branches.len() < 2 {
            branches.push(Expr::new(ExprKind::Name("nil".to_owned()), line));
        }
        body.push(Stmt::Expr(Expr::new(ExprKind::Choice(branches), line)));
        Expr::new(ExprKind::Block(body), line)
    }

    fn branch(&mut self, node: Syntax<'t>) -> Expr {
        let mut body = Vec::new();
        if matches!(node.kind(), "then" | "else") {
            body = self.body(node);
        } else {
            self.stmt(node, &mut body);
        }
        Expr::new(ExprKind::Block(body), node.line())
    }

    pub(super) fn case(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let mut body = Vec::new();
        if let Some(value) = node.field("value") {
            self.stmt(value, &mut body);
        }
        let mut branches = Vec::new();
        let mut has_else = false;
        for child in node.children() {
            match child.kind() {
                "when" => {
                    for pattern in child.fields("pattern") {
                        body.extend(self.exprs(pattern).into_iter().map(Stmt::Expr));
                    }
                    if let Some(then) = child.field("body") {
                        branches.push(self.branch(then));
                    }
                }
                "else" => {
                    has_else = true;
                    branches.push(self.branch(child));
                }
                _ => {}
            }
        }
        if !has_else {
            branches.push(Expr::new(ExprKind::Name("nil".to_owned()), line));
        }
        body.push(Stmt::Expr(Expr::new(ExprKind::Choice(branches), line)));
        Expr::new(ExprKind::Block(body), line)
    }

    pub(super) fn case_match(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let mut body = Vec::new();
        if let Some(value) = node.field("value") {
            self.stmt(value, &mut body);
        }
        let mut branches = Vec::new();
        for clause in node.fields("clauses") {
            if let Some(pattern) = clause.field("pattern") {
                self.pattern_names(pattern, 0);
                body.push(Stmt::Expr(self.expr(pattern)));
            }
            for part in [clause.field("guard"), clause.field("body")].into_iter().flatten() {
                branches.push(self.branch(part));
            }
        }
        if let Some(other) = node.field("else") {
            branches.push(self.branch(other));
        }
        body.push(Stmt::Expr(Expr::new(ExprKind::Choice(branches), line)));
        Expr::new(ExprKind::Block(body), line)
    }

    /// What a pattern binds are locals.
    fn pattern_names(&mut self, node: Syntax<'t>, depth: usize) {
        if node.kind() == "identifier" {
            self.declare(node.text());
        }
        if node.kind() == "keyword_pattern" && node.field("value").is_none() {
            self.declare(node.field("key").map_or("", Syntax::text));
        }
        if depth < 16 {
            for child in node.children() {
                self.pattern_names(child, depth + 1);
            }
        }
    }

    /// Statements, and what is done when they fail.
    pub(super) fn block_of(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let mut body = Vec::new();
        let mut rescues = Vec::new();
        for child in node.children() {
            if child.kind() == "rescue" {
                rescues.push(self.expr(child));
            } else {
                self.stmt(child, &mut body);
            }
        }
        let block = Expr::new(ExprKind::Block(body), line);
        if rescues.is_empty() {
            return block;
        }
        rescues.insert(0, block);
        Expr::new(ExprKind::Choice(rescues), line)
    }

    pub(super) fn rescue(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let mut body = Vec::new();
        let mut caught = Vec::new();
        if let Some(exceptions) = node.field("exceptions") {
            caught = self.exprs(exceptions);
        }
        let variable = node.field("variable").and_then(|it| it.children().into_iter().next());
        let ty = match caught.first().map(|first| &first.kind) {
            Some(ExprKind::Type(ty)) if caught.len() == 1 => Some(ty.clone()),
            _ => None,
        };
        body.extend(caught.into_iter().map(Stmt::Expr));
        if let Some(variable) = variable {
            let target = self.target(variable);
            if let ExprKind::Name(name) = target.kind {
                body.push(Stmt::Let { name, ty, value: None, line });
            }
        }
        if let Some(then) = node.field("body") {
            body.extend(self.body(then));
        }
        Expr::new(ExprKind::Block(body), line)
    }
}
