//! Statements of Kotlin.

use super::Lowering;
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// The statements of a block.
    pub(super) fn block(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        node.children().into_iter().flat_map(|child| self.stmt(child)).collect()
    }

    /// The body of a function: a block, or `= value`.
    pub(super) fn function_body(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        if let Some(statements) = node.child("statements") {
            return self.block(statements);
        }
        let Some(value) = node.children().into_iter().next() else { return Vec::new() };
        let outer = std::mem::take(&mut self.bound);
        let value = self.expr(value);
        let mut all = std::mem::replace(&mut self.bound, outer);
        all.push(Stmt::Return(value));
        all
    }

    /// One statement, preceded by the names that it binds.
    pub(super) fn stmt(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        if !self.enter() {
            self.leave();
            return Vec::new();
        }
        let outer = std::mem::take(&mut self.bound);
        let own = self.plain_stmt(node);
        let mut all = std::mem::replace(&mut self.bound, outer);
        all.extend(own);
        self.leave();
        all
    }

    fn plain_stmt(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        match node.kind() {
            "property_declaration" => self.property_stmt(node),
            "assignment" => self.assignment(node),
            "for_statement" => self.for_loop(node),
            "while_statement" | "do_while_statement" => {
                let mut body = Vec::new();
                for child in node.children() {
                    body.extend(match child.kind() {
                        "control_structure_body" => self.body(child),
                        _ => vec![Stmt::Expr(self.expr(child))],
                    });
                }
                vec![Stmt::Loop { each: None, body }]
            }
            "function_declaration" => vec![self.local_function(node)],
            "class_declaration" | "object_declaration" => {
                let owner = self.owner;
                self.type_decl(node, owner);
                Vec::new()
            }
            "statements" | "control_structure_body" => self.body(node),
            "jump_expression" => {
                let is_return = node.text().starts_with("return");
                let value = node.children().into_iter().find(|it| it.kind() != "label");
                let value = value.map(|value| self.expr(value));
                let stmt = |value| if is_return { Stmt::Return(value) } else { Stmt::Expr(value) };
                value.map(stmt).into_iter().collect()
            }
            "label" | "type_alias" => Vec::new(),
            _ => vec![Stmt::Expr(self.expr(node))],
        }
    }

    /// `{ … }` or a single statement.
    pub(super) fn body(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        node.children()
            .into_iter()
            .flat_map(|child| match child.kind() {
                "statements" => self.block(child),
                _ => self.stmt(child),
            })
            .collect()
    }

    /// `val order: Order = …`, `val (a, b) = …`.
    pub(super) fn property_stmt(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let value = self.property_value(node);
        let line = node.line();
        if let Some(declared) = node.child("variable_declaration") {
            let name = declared.child("simple_identifier").map_or("", Syntax::text);
            let name = name.trim_matches('`').to_owned();
            let ty = self.child_type(declared);
            return vec![Stmt::Let { name, ty, value, line }];
        }
        let mut all: Vec<Stmt> = value.map(Stmt::Expr).into_iter().collect();
        if let Some(several) = node.child("multi_variable_declaration") {
            all.extend(self.several(several));
        }
        all
    }

    /// The names that `(a, b)` binds.
    pub(super) fn several(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        for declared in node.children() {
            let name = declared.child("simple_identifier").map_or("", Syntax::text).to_owned();
            let ty = self.child_type(declared);
            all.push(Stmt::Let { name, ty, value: None, line: declared.line() });
        }
        all
    }

    fn assignment(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut children = node.children().into_iter();
        let (Some(target), Some(value)) = (children.next(), children.next_back()) else {
            return Vec::new();
        };
        let target = match target.kind() {
            "directly_assignable_expression" => self.assignable(target),
            _ => self.expr(target),
        };
        vec![Stmt::Assign { target, value: self.expr(value) }]
    }

    /// `order.total`, `orders[0]` before `=`.
    fn assignable(&mut self, node: Syntax<'_>) -> Expr {
        let mut children = node.children().into_iter();
        let Some(first) = children.next() else { return super::type_refs::nothing(node) };
        let of = match first.kind() {
            "directly_assignable_expression" => self.assignable(first),
            _ => self.expr(first),
        };
        children.fold(of, |of, suffix| self.suffixed(of, suffix))
    }

    fn for_loop(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut names: Vec<Stmt> = Vec::new();
        let mut each: Option<(String, Option<TypeRef>)> = None;
        let mut over = None;
        let mut body = Vec::new();
        for child in node.children() {
            match child.kind() {
                "variable_declaration" if over.is_none() => {
                    let name = child.child("simple_identifier").map_or("", Syntax::text);
                    each = Some((name.to_owned(), self.child_type(child)));
                }
                "multi_variable_declaration" if over.is_none() => names = self.several(child),
                "control_structure_body" => body = self.body(child),
                "annotation" => {}
                _ => over = Some(self.expr(child)),
            }
        }
        names.extend(body);
        let (name, ty) = each.unwrap_or_default();
        let each = over.map(|over| (name, ty, over));
        vec![Stmt::Loop { each, body: names }]
    }

    fn local_function(&mut self, node: Syntax<'_>) -> Stmt {
        let line = node.line();
        let list = node.child("function_value_parameters");
        let params = list.map(|list| self.params(list)).unwrap_or_default();
        let returns = self.returns(node);
        let body = node.child("function_body");
        let mut body = body.map(|body| self.function_body(body)).unwrap_or_default();
        if let Some(ty) = returns {
            let value = Box::new(Expr::new(ExprKind::Other(Vec::new()), line));
            body.push(Stmt::Return(Expr::new(ExprKind::Cast { ty, value }, line)));
        }
        Stmt::Let {
            name: node.child("simple_identifier").map_or("", Syntax::text).to_owned(),
            ty: None,
            value: Some(Expr::new(ExprKind::Lambda { params, body }, line)),
            line,
        }
    }
}
