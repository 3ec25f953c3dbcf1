//! Statements of C#.

use super::{Lowering, declarations::is_type, parts, unconditional};
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// The statements of a block.
    pub(super) fn block(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        unconditional(node).into_iter().flat_map(|child| self.stmt(child)).collect()
    }

    /// One statement, preceded by the names that patterns and arguments in it bind.
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
            "local_declaration_statement" => self.declared(node),
            "variable_declaration" => self.variables(node),
            "if_statement" => self.branches(node),
            "while_statement" | "do_statement" => {
                let mut body = self.condition(node);
                body.extend(self.body(node));
                vec![Stmt::Loop { each: None, body }]
            }
            "for_statement" => self.for_loop(node),
            "foreach_statement" => self.for_each(node),
            "return_statement" => {
                let wanted = self.returns.clone();
                let value = parts(node).into_iter().next();
                let value = value.map(|value| self.expr_of(value, wanted.as_ref()));
                value.map(Stmt::Return).into_iter().collect()
            }
            "yield_statement" => {
                let wanted = self.returns.as_ref().and_then(|ty| ty.args.last().cloned());
                let value = parts(node).into_iter().next();
                let value = value.map(|value| self.expr_of(value, wanted.as_ref()));
                value.map(Stmt::Expr).into_iter().collect()
            }
            "switch_statement" => self.switch(node),
            "try_statement" => self.try_statement(node),
            "using_statement" | "lock_statement" | "fixed_statement" | "checked_statement"
            | "unsafe_statement" | "labeled_statement" | "ERROR" => {
                let children = parts(node).into_iter();
                vec![Stmt::Block(children.flat_map(|child| self.stmt(child)).collect())]
            }
            "local_function_statement" => vec![self.local_function(node)],
            "break_statement" | "continue_statement" | "goto_statement" | "empty_statement" => {
                Vec::new()
            }
            "expression_statement" => {
                let children = parts(node).into_iter();
                children.map(|child| self.expr_stmt(child)).collect()
            }
            "throw_statement" => {
                let value = parts(node).into_iter().next();
                value.map(|value| Stmt::Expr(self.expr(value))).into_iter().collect()
            }
            kind if kind.starts_with("preproc_") => {
                unconditional(node).into_iter().flat_map(|child| self.stmt(child)).collect()
            }
            kind if is_type(kind) => {
                self.type_decl(node, None);
                Vec::new()
            }
            _ => vec![self.expr_stmt(node)],
        }
    }

    pub(super) fn expr_stmt(&mut self, node: Syntax<'_>) -> Stmt {
        if node.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (node.field("left"), node.field("right"))
        {
            return Stmt::Assign { target: self.expr(left), value: self.expr(right) };
        }
        Stmt::Expr(self.expr(node))
    }

    fn declared(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let declaration = node.child("variable_declaration");
        declaration.map(|declaration| self.variables(declaration)).unwrap_or_default()
    }

    fn variables(&mut self, declaration: Syntax<'_>) -> Vec<Stmt> {
        let ty = declaration.field("type").and_then(|ty| self.type_ref(ty));
        let mut all = Vec::new();
        for declarator in declaration.children() {
            if declarator.kind() != "variable_declarator" {
                continue;
            }
            let line = declarator.line();
            let value = self.initial(declarator, ty.as_ref());
            match (declarator.field("name"), declarator.child("tuple_pattern")) {
                (Some(name), _) => all.push(Stmt::Let {
                    name: name.text().trim_start_matches('@').to_owned(),
                    ty: ty.clone(),
                    value,
                    line,
                }),
                (None, names) => {
                    all.extend(value.map(Stmt::Expr));
                    all.extend(names.into_iter().flat_map(names_in));
                }
            }
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

    /// `else if` in a row are unrolled, so that a long row is not deep.
    fn branches(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.take() {
            all.extend(self.condition(node));
            all.append(&mut self.bound);
            if let Some(branch) = node.field("consequence") {
                all.push(Stmt::Block(self.stmt(branch)));
            }
            match node.field("alternative") {
                Some(other) if other.kind() == "if_statement" => next = Some(other),
                Some(other) => all.push(Stmt::Block(self.stmt(other))),
                None => {}
            }
        }
        // Names that conditions bind stand before what they guard.
        let (mut first, rest): (Vec<Stmt>, Vec<Stmt>) =
            all.into_iter().partition(|stmt| matches!(stmt, Stmt::Let { .. }));
        first.extend(rest);
        first
    }

    fn for_loop(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all: Vec<Stmt> = Vec::new();
        for initializer in node.fields("initializer") {
            if initializer.node.is_named() {
                all.extend(self.stmt(initializer));
            }
        }
        let mut body = self.condition(node);
        body.extend(self.body(node));
        for update in node.fields("update") {
            if update.node.is_named() {
                body.push(self.expr_stmt(update));
            }
        }
        all.push(Stmt::Loop { each: None, body });
        vec![Stmt::Block(all)]
    }

    fn for_each(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let over = node.field("right").map(|over| self.expr(over));
        let mut names = Vec::new();
        let mut each = None;
        if let (Some(left), Some(over)) = (node.field("left"), over) {
            match left.kind() {
                "identifier" => each = Some((left.text().to_owned(), ty, over)),
                _ => {
                    names = names_in(left);
                    each = Some((String::new(), None, over));
                }
            }
        }
        let mut body = names;
        body.extend(self.body(node));
        vec![Stmt::Loop { each, body }]
    }

    fn switch(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let value = node.field("value").map(|value| self.expr(value));
        let mut all: Vec<Stmt> = value.map(Stmt::Expr).into_iter().collect();
        for section in node.field("body").map(unconditional).unwrap_or_default() {
            let mut body = Vec::new();
            for child in unconditional(section) {
                match child.kind() {
                    "when_clause" => {
                        let guard = parts(child).into_iter().next();
                        body.extend(guard.map(|guard| Stmt::Expr(self.expr(guard))));
                        let bound = std::mem::take(&mut self.bound);
                        body.splice(0..0, bound);
                    }
                    kind if super::patterns::is_pattern(kind) => {
                        let named = self.pattern(child);
                        body.append(&mut self.bound);
                        body.extend(named.into_iter().map(Stmt::Expr));
                    }
                    _ => body.extend(self.stmt(child)),
                }
            }
            all.push(Stmt::Block(body));
        }
        all
    }

    fn try_statement(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        if let Some(body) = node.field("body") {
            all.push(Stmt::Block(self.block(body)));
        }
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

    fn catch(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        if let Some(caught) = node.child("catch_declaration") {
            let ty = caught.field("type").and_then(|ty| self.type_ref(ty));
            let name = caught.field("name").map_or("", Syntax::text).to_owned();
            all.push(Stmt::Let { name, ty, value: None, line: caught.line() });
        }
        if let Some(filter) = node.child("catch_filter_clause") {
            let filter = parts(filter).into_iter().next();
            all.extend(filter.map(|filter| Stmt::Expr(self.expr(filter))));
            let bound = std::mem::take(&mut self.bound);
            all.extend(bound);
        }
        if let Some(body) = node.field("body") {
            all.extend(self.block(body));
        }
        all
    }

    fn local_function(&mut self, node: Syntax<'_>) -> Stmt {
        let line = node.line();
        let params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let returns = node.field("type").and_then(|ty| self.type_ref(ty));
        let outer = std::mem::replace(&mut self.returns, returns.clone());
        let mut body = node.field("body").map(|body| self.function_body(body)).unwrap_or_default();
        self.returns = outer;
        if let Some(ty) = returns {
            // What the function gives is what is said, not what its last statement is.
            body.push(Stmt::Return(said(ty)));
        }
        let lambda = ExprKind::Lambda { params, body };
        Stmt::Let {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            ty: None,
            value: Some(Expr::new(lambda, line)),
            line,
        }
    }
}

/// A value of a type that is said and nothing else known of it.
fn said(ty: TypeRef) -> Expr {
    let line = ty.line;
    let value = Box::new(Expr::new(ExprKind::Other(Vec::new()), line));
    Expr::new(ExprKind::Cast { ty, value }, line)
}

/// The names that `(a, b)` binds, of which nothing else is known.
fn names_in(pattern: Syntax<'_>) -> Vec<Stmt> {
    let mut found = Vec::new();
    let mut waiting = vec![pattern];
    while let Some(node) = waiting.pop() {
        for child in node.children() {
            match child.kind() {
                "identifier" => found.push(Stmt::Let {
                    name: child.text().to_owned(),
                    ty: None,
                    value: None,
                    line: child.line(),
                }),
                _ => waiting.push(child),
            }
        }
    }
    found
}
