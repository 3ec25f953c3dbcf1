//! Statements of Go.

use std::collections::VecDeque;

use super::{Lowering, RESULTS};
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt},
    tree::Syntax,
};

impl Lowering {
    pub(super) fn block(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        for child in node.children() {
            if child.kind() == "statement_list" {
                self.block(child, into);
            } else {
                self.statement(child, into);
            }
        }
    }

    fn scope(&mut self, node: Syntax<'_>) -> Stmt {
        let mut body = Vec::new();
        self.block(node, &mut body);
        Stmt::Block(body)
    }

    pub(super) fn statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if !self.enter() {
            return;
        }
        match node.kind() {
            "empty_statement"
            | "break_statement"
            | "continue_statement"
            | "goto_statement"
            | "fallthrough_statement"
            | "type_declaration"
            | "label_name" => {}
            "short_var_declaration" => self.short(node, into),
            "assignment_statement" => self.assignment(node, into),
            "var_declaration" | "const_declaration" => self.variables(node, into),
            "return_statement" => {
                let values =
                    node.child("expression_list").map(Syntax::children).unwrap_or_default();
                into.extend(values.into_iter().map(|value| Stmt::Return(self.expr(value))));
            }
            "if_statement" => {
                let mut body = Vec::new();
                self.if_statement(node, &mut body);
                into.push(Stmt::Block(body));
            }
            "for_statement" => self.for_loop(node, into),
            "expression_switch_statement" | "type_switch_statement" | "select_statement" => {
                self.switch(node, into);
            }
            "block" => into.push(self.scope(node)),
            "labeled_statement" | "statement_list" => self.block(node, into),
            _ => {
                let values = match node.kind() {
                    "expression_statement"
                    | "go_statement"
                    | "defer_statement"
                    | "send_statement"
                    | "inc_statement"
                    | "dec_statement" => node.children(),
                    _ => vec![node],
                };
                into.extend(values.into_iter().map(|value| Stmt::Expr(self.expr(value))));
            }
        }
        self.leave();
    }

    /// `a, b := f()`.
    fn short(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let names = left.children();
        let mut values = self.values(right, names.len(), into);
        for name in names {
            let value = values.pop_front();
            let (name, line) = (name.text().to_owned(), name.line());
            if name == "_" {
                into.extend(value.map(Stmt::Expr));
            } else {
                into.push(Stmt::Let { name, ty: None, value, line });
            }
        }
    }

    /// What stands on the right: as many values as are wanted, where one call gives them all.
    fn values(&mut self, right: Syntax<'_>, wanted: usize, into: &mut Vec<Stmt>) -> VecDeque<Expr> {
        let mut values: VecDeque<Expr> =
            right.children().into_iter().map(|value| self.expr(value)).collect();
        let gives_several = |value: &Expr| match &value.kind {
            ExprKind::Call { callee, .. } => {
                !matches!(&callee.kind, ExprKind::Member(_, name) if name == "[]")
            }
            _ => false,
        };
        if wanted > 1 && values.len() == 1 && values.front().is_some_and(gives_several) {
            let line = right.line();
            let call = values.pop_front();
            into.push(Stmt::Let { name: RESULTS.to_owned(), ty: None, value: call, line });
            let results = || Box::new(Expr::new(ExprKind::Name(RESULTS.to_owned()), line));
            let one = |place| Expr::new(ExprKind::Member(results(), format!("{place}")), line);
            values.extend((0..wanted).map(one));
        }
        values
    }

    fn assignment(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let targets = left.children();
        let mut values = self.values(right, targets.len(), into);
        for target in targets {
            match values.pop_front() {
                Some(value) if target.text() == "_" => into.push(Stmt::Expr(value)),
                Some(value) => {
                    let target = self.expr(target);
                    into.push(Stmt::Assign { target, value });
                }
                None => into.push(Stmt::Expr(self.expr(target))),
            }
        }
    }

    fn if_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(first) = node.field("initializer") {
            self.statement(first, into);
        }
        if let Some(condition) = node.field("condition") {
            into.push(Stmt::Expr(self.expr(condition)));
        }
        if let Some(then) = node.field("consequence") {
            into.push(self.scope(then));
        }
        if let Some(otherwise) = node.field("alternative") {
            self.statement(otherwise, into);
        }
    }

    fn for_loop(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let mut body = Vec::new();
        let mut before = Vec::new();
        let mut each = None;
        for part in node.children() {
            match part.kind() {
                "range_clause" => each = self.range(part, &mut body),
                "for_clause" => {
                    if let Some(first) = part.field("initializer") {
                        self.statement(first, &mut before);
                    }
                    for rest in ["condition", "update"].into_iter().filter_map(|it| part.field(it))
                    {
                        self.statement(rest, &mut body);
                    }
                }
                "block" => self.block(part, &mut body),
                _ => body.push(Stmt::Expr(self.expr(part))),
            }
        }
        before.push(Stmt::Loop { each, body });
        into.push(Stmt::Block(before));
    }

    /// `for key, value := range over`.
    fn range(
        &mut self,
        node: Syntax<'_>,
        body: &mut Vec<Stmt>,
    ) -> Option<(String, Option<crate::import::code::outline::TypeRef>, Expr)> {
        let over = self.expr(node.field("right")?);
        let names = node.field("left").map(Syntax::children).unwrap_or_default();
        if let Some(key) = names.first().filter(|key| key.kind() == "identifier") {
            let (name, line) = (key.text().to_owned(), key.line());
            body.push(Stmt::Let { name, ty: None, value: None, line });
        }
        let value = names.get(1).map(|value| value.text().to_owned()).unwrap_or_default();
        Some((value, None, over))
    }

    fn switch(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let mut body = Vec::new();
        if let Some(first) = node.field("initializer") {
            self.statement(first, &mut body);
        }
        if let Some(value) = node.field("value") {
            body.push(Stmt::Expr(self.expr(value)));
        }
        let alias = node.field("alias").and_then(|alias| alias.children().into_iter().next());
        for case in node.children() {
            let mut inner = Vec::new();
            match case.kind() {
                "expression_case" => {
                    let values = case.field("value").map(Syntax::children).unwrap_or_default();
                    inner.extend(values.into_iter().map(|value| Stmt::Expr(self.expr(value))));
                }
                "type_case" => self.type_case(case, alias, &mut inner),
                "communication_case" => {
                    if let Some(communication) = case.field("communication") {
                        self.communication(communication, &mut inner);
                    }
                }
                "default_case" => {}
                _ => continue,
            }
            for list in case.children().into_iter().filter(|it| it.kind() == "statement_list") {
                self.block(list, &mut inner);
            }
            body.push(Stmt::Block(inner));
        }
        into.push(Stmt::Block(body));
    }

    /// `case *Order:` of `switch x := y.(type)`.
    fn type_case(&mut self, case: Syntax<'_>, alias: Option<Syntax<'_>>, into: &mut Vec<Stmt>) {
        let types: Vec<_> =
            case.fields("type").into_iter().filter_map(|ty| self.type_ref(ty)).collect();
        let only = if types.len() == 1 { types.first().cloned() } else { None };
        if only.is_none() || alias.is_none() {
            for ty in types {
                let line = ty.line;
                into.push(Stmt::Expr(Expr::new(ExprKind::Type(ty), line)));
            }
        }
        if let Some(alias) = alias {
            let (name, line) = (alias.text().to_owned(), case.line());
            into.push(Stmt::Let { name, ty: only, value: None, line });
        }
    }

    fn communication(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if node.kind() != "receive_statement" {
            self.statement(node, into);
            return;
        }
        let value = node.field("right").map(|right| self.expr(right));
        match node.field("left").and_then(|left| left.children().into_iter().next()) {
            Some(name) if name.kind() == "identifier" => {
                let (name, line) = (name.text().to_owned(), name.line());
                into.push(Stmt::Let { name, ty: None, value, line });
            }
            _ => into.extend(value.map(Stmt::Expr)),
        }
    }
}
