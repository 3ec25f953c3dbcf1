//! Statements of Java.

use super::{
    Lowering,
    declarations::{is_type, type_named, with_dimensions},
};
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt},
    tree::Syntax,
};

impl Lowering {
    /// The statements of a block, a method body or a constructor body.
    pub(super) fn block(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        node.children().into_iter().flat_map(|child| self.stmt(child)).collect()
    }

    /// One statement, preceded by the names that patterns in it bind.
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
            "block" => vec![Stmt::Block(self.block(node))],
            "local_variable_declaration" => self.local(node),
            "if_statement" => self.branches(node),
            "while_statement" | "do_statement" => {
                let mut body = self.condition(node);
                body.extend(self.body(node));
                vec![Stmt::Loop { each: None, body }]
            }
            "for_statement" => self.for_loop(node),
            "enhanced_for_statement" => self.for_each(node),
            "return_statement" | "yield_statement" => {
                let value = node.children().into_iter().next();
                value.map(|value| Stmt::Return(self.expr(value))).into_iter().collect()
            }
            "switch_expression" => {
                let value = self.expr(node);
                vec![Stmt::Expr(value)]
            }
            "try_statement" | "try_with_resources_statement" => self.try_statement(node),
            "expression_statement" => {
                node.children().into_iter().map(|child| self.expr_stmt(child)).collect()
            }
            "break_statement" | "continue_statement" => Vec::new(),
            "labeled_statement" => {
                let body = node.children().into_iter().skip(1);
                body.flat_map(|child| self.stmt(child)).collect()
            }
            kind if is_type(kind) => {
                let outer = self.outline.types.len().checked_sub(1);
                self.type_decl(node, outer);
                Vec::new()
            }
            "synchronized_statement"
            | "throw_statement"
            | "assert_statement"
            | "ERROR"
            | "explicit_constructor_invocation" => self.parts(node),
            _ => vec![self.expr_stmt(node)],
        }
    }

    /// Whatever stands in a statement that has no shape of its own.
    fn parts(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        if node.kind() == "explicit_constructor_invocation" {
            return vec![self.constructor_call(node)];
        }
        let children = node.children().into_iter();
        children
            .flat_map(|child| match child.kind() {
                "block" => vec![Stmt::Block(self.block(child))],
                kind if kind.ends_with("_statement") || kind.ends_with("_declaration") => {
                    self.stmt(child)
                }
                _ => vec![Stmt::Expr(self.expr(child))],
            })
            .collect()
    }

    /// `this(…)` and `super(…)`.
    fn constructor_call(&mut self, node: Syntax<'_>) -> Stmt {
        let line = node.line();
        let is_super = node.field("constructor").is_some_and(|of| of.kind() == "super");
        let callee = Expr::new(if is_super { ExprKind::Super } else { ExprKind::This }, line);
        let args = node.field("arguments").map(|args| self.args(args)).unwrap_or_default();
        Stmt::Expr(Expr::new(ExprKind::Call { callee: Box::new(callee), args }, line))
    }

    pub(super) fn expr_stmt(&mut self, node: Syntax<'_>) -> Stmt {
        if node.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (node.field("left"), node.field("right"))
        {
            return Stmt::Assign { target: self.expr(left), value: self.expr(right) };
        }
        Stmt::Expr(self.expr(node))
    }

    fn local(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all: Vec<Stmt> = Vec::new();
        for annotation in self.annotations(node) {
            let ty = crate::import::code::outline::TypeRef {
                name: annotation.name,
                args: Vec::new(),
                line: annotation.line,
            };
            all.push(Stmt::Expr(type_named(ty)));
        }
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        for declarator in node.fields("declarator") {
            let value = declarator.field("value").map(|value| self.expr(value));
            all.push(Stmt::Let {
                name: declarator.field("name").map_or("", Syntax::text).to_owned(),
                ty: with_dimensions(ty.clone(), declarator),
                value,
                line: declarator.line(),
            });
        }
        all
    }

    fn condition(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let condition = node.field("condition").map(|condition| self.expr(condition));
        condition.map(Stmt::Expr).into_iter().collect()
    }

    fn body(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        node.field("body").map(|body| self.stmt(body)).unwrap_or_default()
    }

    fn branches(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = self.condition(node);
        for branch in ["consequence", "alternative"] {
            if let Some(branch) = node.field(branch) {
                all.push(Stmt::Block(self.stmt(branch)));
            }
        }
        all
    }

    fn for_loop(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all: Vec<Stmt> =
            node.fields("init").into_iter().flat_map(|init| self.stmt(init)).collect();
        let mut body = self.condition(node);
        body.extend(self.body(node));
        let updates = node.fields("update");
        body.extend(updates.into_iter().map(|update| self.expr_stmt(update)));
        all.push(Stmt::Loop { each: None, body });
        vec![Stmt::Block(all)]
    }

    fn for_each(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let name = node.field("name").map_or("", Syntax::text).to_owned();
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let ty = with_dimensions(ty, node);
        let each = node.field("value").map(|over| (name, ty, self.expr(over)));
        let body = self.body(node);
        vec![Stmt::Loop { each, body }]
    }

    fn try_statement(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        let mut guarded = Vec::new();
        for resource in node.field("resources").map(Syntax::children).unwrap_or_default() {
            guarded.push(self.resource(resource));
        }
        if let Some(body) = node.field("body") {
            guarded.extend(self.block(body));
        }
        all.push(Stmt::Block(guarded));
        for child in node.children() {
            match child.kind() {
                "catch_clause" => all.push(Stmt::Block(self.catch(child))),
                "finally_clause" => {
                    let blocks = child.children().into_iter();
                    all.extend(blocks.flat_map(|block| self.stmt(block)).collect::<Vec<_>>());
                }
                _ => {}
            }
        }
        all
    }

    fn resource(&mut self, node: Syntax<'_>) -> Stmt {
        let line = node.line();
        match node.field("name") {
            Some(name) => Stmt::Let {
                name: name.text().to_owned(),
                ty: node.field("type").and_then(|ty| self.type_ref(ty)),
                value: node.field("value").map(|value| self.expr(value)),
                line,
            },
            None => {
                let parts = node.children().into_iter().map(|part| self.expr(part)).collect();
                Stmt::Expr(Expr::new(ExprKind::Other(parts), line))
            }
        }
    }

    fn catch(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        if let Some(parameter) = node.child("catch_formal_parameter") {
            let mut types = Vec::new();
            if let Some(caught) = parameter.child("catch_type") {
                types = self.types_in(caught);
            }
            let name = parameter.field("name").map_or("", Syntax::text).to_owned();
            let others = types.split_off(types.len().min(1));
            let ty = types.pop();
            all.push(Stmt::Let { name, ty, value: None, line: parameter.line() });
            all.extend(others.into_iter().map(|ty| Stmt::Expr(type_named(ty))));
        }
        if let Some(body) = node.field("body") {
            all.extend(self.block(body));
        }
        all
    }
}
