//! Statements of PHP.

use super::Lowering;
use crate::import::code::{
    outline::{Expr, ExprKind, Part, Stmt, TypeRef},
    tree::Syntax,
};

impl Lowering {
    pub(super) fn block(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        for child in node.children() {
            self.statement(child, into);
        }
    }

    pub(super) fn statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if !self.enter() {
            return;
        }
        self.documented(node, into);
        match node.kind() {
            "php_tag"
            | "php_end_tag"
            | "text"
            | "text_interpolation"
            | "empty_statement"
            | "break_statement"
            | "continue_statement"
            | "goto_statement"
            | "named_label_statement" => {}
            "namespace_use_declaration" => self.use_declaration(node),
            "class_declaration"
            | "interface_declaration"
            | "trait_declaration"
            | "enum_declaration" => self.class(node),
            "function_definition" => {
                let owner = self.owner.take();
                self.function(node);
                self.owner = owner;
            }
            "expression_statement" => {
                for child in node.children() {
                    self.expression_statement(child, into);
                }
            }
            "return_statement" => {
                for value in node.children() {
                    let value = self.bound_expr(value, into);
                    into.push(Stmt::Return(value));
                }
            }
            "if_statement" => self.if_statement(node, into),
            "while_statement" | "do_statement" => self.while_loop(node, into),
            "for_statement" => self.for_loop(node, into),
            "foreach_statement" => self.foreach(node, into),
            "switch_statement" => self.switch(node, into),
            "try_statement" => self.try_statement(node, into),
            "compound_statement" | "colon_block" | "declare_statement" | "else_clause" => {
                self.block(node, into);
            }
            "const_declaration" => {
                for value in
                    node.children().into_iter().filter_map(|it| it.children().into_iter().nth(1))
                {
                    let value = self.bound_expr(value, into);
                    into.push(Stmt::Expr(value));
                }
            }
            "function_static_declaration" => {
                for it in node.children() {
                    let value = it.field("value").map(|value| self.expr(value));
                    if let Some(name) = it.field("name") {
                        self.assign_variable(name.text(), None, value, it.line(), into);
                    }
                }
            }
            _ => {
                for child in node.children() {
                    let value = self.bound_expr(child, into);
                    into.push(Stmt::Expr(value));
                }
            }
        }
        self.leave();
    }

    /// `/** @var Order $order */` above a statement.
    fn documented(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if !matches!(
            node.kind(),
            "expression_statement"
                | "foreach_statement"
                | "if_statement"
                | "return_statement"
                | "echo_statement"
        ) {
            return;
        }
        for tag in self.doc_tags(node).into_iter().filter(|tag| tag.name == "var") {
            let assigned = node.children().into_iter().next().and_then(|it| it.field("left"));
            let is_assigned = assigned.is_some_and(|left| left.text() == tag.variable);
            if tag.variable.is_empty() || tag.variable == "$this" || is_assigned {
                continue;
            }
            let line = tag.ty.line;
            self.seen.insert(tag.variable.clone());
            into.push(Stmt::Let { name: tag.variable, ty: Some(tag.ty), value: None, line });
        }
    }

    /// An expression; what it assigns on the way stands before it.
    pub(super) fn bound_expr(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) -> Expr {
        let outer = std::mem::take(&mut self.bound);
        let value = self.expr(node);
        into.append(&mut self.bound);
        self.bound = outer;
        value
    }

    fn expression_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if matches!(node.kind(), "assignment_expression" | "reference_assignment_expression") {
            let ty = node
                .parent()
                .map(|it| self.doc_tags(it))
                .unwrap_or_default()
                .into_iter()
                .find(|tag| tag.name == "var" && self.fits(&tag.variable, node))
                .map(|tag| tag.ty);
            self.assignment(node, ty, into);
            return;
        }
        let value = self.bound_expr(node, into);
        into.push(Stmt::Expr(value));
    }

    fn fits(&self, variable: &str, assignment: Syntax<'_>) -> bool {
        variable.is_empty() || assignment.field("left").is_some_and(|left| left.text() == variable)
    }

    /// `$a = b`, `$this->a = b`, `[$a, $b] = c`, `$a[] = b`.
    pub(super) fn assignment(
        &mut self,
        node: Syntax<'_>,
        ty: Option<TypeRef>,
        into: &mut Vec<Stmt>,
    ) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let value = self.bound_expr(right, into);
        self.assign(left, ty, value, into);
    }

    fn assign(&mut self, left: Syntax<'_>, ty: Option<TypeRef>, value: Expr, into: &mut Vec<Stmt>) {
        match left.kind() {
            "variable_name" if left.text() != "$this" => {
                self.assign_variable(left.text(), ty, Some(value), left.line(), into);
            }
            "list_literal" | "array_creation_expression" => {
                into.push(Stmt::Expr(value));
                self.bind_parts(left, into);
            }
            _ => {
                let target = self.bound_expr(left, into);
                into.push(Stmt::Assign { target, value });
            }
        }
    }

    /// Variables that a pattern binds: nothing is known of them.
    fn bind_parts(&mut self, pattern: Syntax<'_>, into: &mut Vec<Stmt>) {
        if !self.enter() {
            return;
        }
        for part in pattern.children() {
            if part.kind() == "variable_name" {
                self.assign_variable(part.text(), None, None, part.line(), into);
            } else {
                self.bind_parts(part, into);
            }
        }
        self.leave();
    }

    /// A variable holds in the whole function; what is assigned under a condition only adds to what is known.
    pub(super) fn assign_variable(
        &mut self,
        name: &str,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        line: u32,
        into: &mut Vec<Stmt>,
    ) {
        let is_new = self.seen.insert(name.to_owned());
        match value {
            Some(value) if !is_new && self.conditions > 0 && ty.is_none() => {
                let target = Expr::new(ExprKind::Name(name.to_owned()), line);
                into.push(Stmt::Assign { target, value });
            }
            value => into.push(Stmt::Let { name: name.to_owned(), ty, value, line }),
        }
    }

    fn if_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(condition) = node.field("condition") {
            let condition = self.bound_expr(condition, into);
            into.push(Stmt::Expr(condition));
        }
        self.conditions += 1;
        if let Some(body) = node.field("body") {
            self.statement(body, into);
        }
        for alternative in node.fields("alternative") {
            if alternative.kind() == "else_if_clause" {
                self.if_statement(alternative, into);
            } else {
                self.block(alternative, into);
            }
        }
        self.conditions -= 1;
    }

    fn while_loop(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let mut body = Vec::new();
        self.conditions += 1;
        if let Some(condition) = node.field("condition") {
            let condition = self.bound_expr(condition, &mut body);
            body.push(Stmt::Expr(condition));
        }
        if let Some(block) = node.field("body") {
            self.statement(block, &mut body);
        }
        self.conditions -= 1;
        into.push(Stmt::Loop { each: None, body });
    }

    fn for_loop(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        for first in node.fields("initialize") {
            self.expression_statement(first, into);
        }
        let mut body = Vec::new();
        self.conditions += 1;
        for field in ["condition", "update"] {
            for part in node.fields(field) {
                let value = self.bound_expr(part, &mut body);
                body.push(Stmt::Expr(value));
            }
        }
        for block in node.fields("body") {
            self.statement(block, &mut body);
        }
        self.conditions -= 1;
        into.push(Stmt::Loop { each: None, body });
    }

    fn foreach(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let block = node.field("body");
        let parts = node
            .children()
            .into_iter()
            .filter(|child| block.is_none_or(|block| block.node.id() != child.node.id()));
        let parts: Vec<Syntax<'_>> = parts.collect();
        let (Some(over), Some(each)) = (parts.first(), parts.get(1)) else { return };
        let over = self.bound_expr(*over, into);
        let mut body = Vec::new();
        let each = match each.kind() {
            "pair" => {
                let pair = each.children();
                if let Some(key) = pair.first() {
                    self.bind_parts(*each, &mut Vec::new());
                    self.assign_variable(key.text(), None, None, key.line(), &mut body);
                }
                pair.get(1).copied().unwrap_or(*each)
            }
            _ => *each,
        };
        let each = if each.kind() == "by_ref" {
            each.children().first().copied().unwrap_or(each)
        } else {
            each
        };
        let name = if each.kind() == "variable_name" {
            self.seen.insert(each.text().to_owned());
            each.text().to_owned()
        } else {
            self.bind_parts(each, &mut body);
            String::new()
        };
        self.conditions += 1;
        if let Some(block) = block {
            self.statement(block, &mut body);
        }
        self.conditions -= 1;
        into.push(Stmt::Loop { each: Some((name, None, over)), body });
    }

    fn switch(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(condition) = node.field("condition") {
            let condition = self.bound_expr(condition, into);
            into.push(Stmt::Expr(condition));
        }
        self.conditions += 1;
        for case in node.field("body").map(Syntax::children).unwrap_or_default() {
            let value = case.field("value");
            if let Some(value) = value {
                let value = self.bound_expr(value, into);
                into.push(Stmt::Expr(value));
            }
            for child in case.children() {
                if value.is_none_or(|value| value.node.id() != child.node.id()) {
                    self.statement(child, into);
                }
            }
        }
        self.conditions -= 1;
    }

    fn try_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if let Some(body) = node.field("body") {
            self.block(body, into);
        }
        self.conditions += 1;
        for clause in node.children() {
            if let Some(caught) = clause.field("type") {
                let types: Vec<TypeRef> =
                    caught.children().into_iter().map(|it| self.class_ref(it)).collect();
                let ty = super::doc::union(types);
                let name = clause.field("name").map(Syntax::text).unwrap_or_default();
                into.push(Stmt::Let {
                    name: name.to_owned(),
                    ty,
                    value: None,
                    line: clause.line(),
                });
            }
            if let Some(body) = clause.field("body") {
                self.block(body, into);
            } else if clause.kind() == "finally_clause" {
                self.block(clause, into);
            }
        }
        self.conditions -= 1;
    }

    /// `view('shop::cart')`: a template is shown.
    pub(super) fn view(&mut self, name: &str, line: u32) {
        let path = Some(format!("{}{name}", super::links::VIEW));
        self.outline.parts.push(Part { name: String::new(), path, test: false, line });
    }

    /// `require __DIR__ . '/routes.php'`: another file becomes part of this one.
    pub(super) fn include(&mut self, node: Syntax<'_>, value: &Expr) {
        let text = match &value.kind {
            ExprKind::Text(text) => text.clone(),
            ExprKind::Other(parts) => match parts.first().map(|part| &part.kind) {
                Some(ExprKind::Text(text)) => text.clone(),
                _ => return,
            },
            ExprKind::Same(inner) => return self.include(node, inner),
            _ => return,
        };
        let is_path = text.ends_with(".php") || text.ends_with(".inc") || text.ends_with(".phtml");
        if is_path && !text.contains('?') {
            let (path, line) = (Some(text), node.line());
            self.outline.parts.push(Part { name: String::new(), path, test: false, line });
        }
    }
}
