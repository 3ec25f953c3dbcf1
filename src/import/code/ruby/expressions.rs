//! Lowers Ruby's statements and expressions.

use super::lower::{BLOCK, Lowering, constant_path};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Param, Stmt, TypeRef},
    tree::{self, Syntax},
};

impl<'t> Lowering<'t> {
    /// The statements of a method, block or branch.
    pub(super) fn body(&mut self, node: Syntax<'t>) -> Vec<Stmt> {
        let mut body = Vec::new();
        for child in node.children() {
            self.stmt(child, &mut body);
        }
        body
    }

    pub(super) fn stmt(&mut self, node: Syntax<'t>, into: &mut Vec<Stmt>) {
        if self.depth > tree::DEEPEST {
            return;
        }
        self.depth += 1;
        match node.kind() {
            "assignment" => self.assignment(node, into),
            "operator_assignment" => self.operator_assignment(node, into),
            "return" | "next" | "break" => {
                let values = node.child("argument_list").map(Syntax::children).unwrap_or_default();
                for value in values {
                    let value = self.expr(value);
                    into.push(if node.kind() == "return" {
                        Stmt::Return(value)
                    } else {
                        Stmt::Expr(value)
                    });
                }
            }
            "while" | "until" => {
                if let Some(condition) = node.field("condition") {
                    into.push(Stmt::Expr(self.expr(condition)));
                }
                let body = node.field("body").map(|body| self.body(body)).unwrap_or_default();
                into.push(Stmt::Loop { each: None, body });
            }
            "while_modifier" | "until_modifier" => {
                if let Some(condition) = node.field("condition") {
                    into.push(Stmt::Expr(self.expr(condition)));
                }
                let mut body = Vec::new();
                if let Some(inner) = node.field("body") {
                    self.stmt(inner, &mut body);
                }
                into.push(Stmt::Loop { each: None, body });
            }
            "for" => self.for_loop(node, into),
            "class" | "module" | "method" | "singleton_method" | "singleton_class" => {
                self.class_stmt(node, into);
            }
            "empty_statement" | "comment" | "undef" | "uninterpreted" | "heredoc_body" => {}
            _ => {
                let expr = self.expr(node);
                into.push(Stmt::Expr(expr));
            }
        }
        self.depth -= 1;
    }

    fn for_loop(&mut self, node: Syntax<'t>, into: &mut Vec<Stmt>) {
        let Some(pattern) = node.field("pattern") else { return };
        let over = node.field("value").and_then(|value| value.children().into_iter().next());
        let over = over.map_or_else(
            || Expr::new(ExprKind::Other(Vec::new()), node.line()),
            |over| self.expr(over),
        );
        let name = if pattern.kind() == "identifier" { pattern.text() } else { "" };
        self.declare(name);
        let body = node.field("body").map(|body| self.body(body)).unwrap_or_default();
        into.push(Stmt::Loop { each: Some((name.to_owned(), None, over)), body });
    }

    fn assignment(&mut self, node: Syntax<'t>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        if left.kind() == "left_assignment_list" {
            let value = self.several(right);
            into.push(Stmt::Expr(value));
            for target in left.children() {
                let target = self.target(target);
                let value = Expr::new(ExprKind::Other(Vec::new()), node.line());
                into.push(Stmt::Assign { target, value });
            }
            return;
        }
        let value = self.several(right);
        let target = self.target(left);
        into.push(Stmt::Assign { target, value });
    }

    /// A value, or several of them between commas.
    fn several(&mut self, node: Syntax<'t>) -> Expr {
        if node.kind() == "right_assignment_list" {
            let parts = node.children().into_iter().map(|part| self.expr(part)).collect();
            return Expr::new(ExprKind::List(parts), node.line());
        }
        self.expr(node)
    }

    /// What is assigned to: a new local is one from here on.
    pub(super) fn target(&mut self, node: Syntax<'t>) -> Expr {
        match node.kind() {
            "identifier" => {
                self.declare(node.text());
                Expr::new(ExprKind::Name(node.text().to_owned()), node.line())
            }
            "call" => {
                // `order.state = x` calls `state=`.
                let line = node.line();
                let method = node.field("method").map_or("", Syntax::text);
                match node.field("receiver") {
                    Some(receiver) => {
                        let of = Box::new(self.expr(receiver));
                        Expr::new(ExprKind::Member(of, format!("{method}=")), line)
                    }
                    None => self.expr(node),
                }
            }
            "rest_assignment" | "destructured_left_assignment" => {
                let parts = node.children().into_iter().map(|part| self.target(part)).collect();
                Expr::new(ExprKind::Other(parts), node.line())
            }
            _ => self.expr(node),
        }
    }

    /// `x ||= y` gives `x` the value of `y`, if anything; so does `x += y` as far as types go.
    fn operator_assignment(&mut self, node: Syntax<'t>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let operator = node.field("operator").map_or("", Syntax::text);
        let line = node.line();
        let known = left.kind() != "identifier" || self.is_local(left.text());
        let value = self.expr(right);
        let target = self.target(left);
        let value = match (operator, known) {
            ("||=", true) => {
                let now = match &target.kind {
                    ExprKind::Member(of, name) if name.ends_with('=') => {
                        let name = name.trim_end_matches('=').to_owned();
                        ExprKind::Member(of.clone(), name)
                    }
                    other => other.clone(),
                };
                Expr::new(ExprKind::Choice(vec![Expr::new(now, line), value]), line)
            }
            ("||=" | "&&=", _) => value,
            _ => Expr::new(ExprKind::Other(vec![value]), line),
        };
        into.push(Stmt::Assign { target, value });
    }

    pub(super) fn expr(&mut self, node: Syntax<'t>) -> Expr {
        let line = node.line();
        if self.depth > tree::DEEPEST {
            return Expr::new(ExprKind::Other(Vec::new()), line);
        }
        self.depth += 1;
        let expr = self.expr_at(node, line);
        self.depth -= 1;
        expr
    }

    fn expr_at(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let plain = |kind: ExprKind| Expr::new(kind, line);
        match node.kind() {
            "identifier" => plain(self.bare_name(node)),
            "constant" | "scope_resolution" => self.constant_or_call(node, line),
            "instance_variable" | "class_variable" => {
                let this = Box::new(plain(ExprKind::This));
                plain(ExprKind::Member(this, node.text().to_owned()))
            }
            "self" => plain(ExprKind::This),
            "super" => plain(super_call(Vec::new(), line)),
            "nil" | "true" | "false" => plain(ExprKind::Name(node.text().to_owned())),
            "call" => self.call(node, line),
            "element_reference" => self.element(node, line),
            "string" | "delimited_symbol" | "bare_string" | "bare_symbol" | "chained_string"
            | "subshell" | "regex" => {
                let text = self.text(node);
                match node.kind() {
                    // Neither is text that a database would get.
                    "regex" | "subshell" => plain(ExprKind::Other(parts_of(text))),
                    _ => Expr { line, ..text },
                }
            }
            "simple_symbol" => {
                plain(ExprKind::Text(node.text().trim_start_matches(':').to_owned()))
            }
            "heredoc_beginning" => self.heredoc(node),
            "array" | "string_array" | "symbol_array" => plain(ExprKind::List(self.exprs(node))),
            "hash" => self.hash(node, line),
            "lambda" => self.lambda(node, line),
            "if" | "unless" | "elsif" | "conditional" | "if_modifier" | "unless_modifier" => {
                self.condition(node, line)
            }
            "case" => self.case(node, line),
            "case_match" => self.case_match(node, line),
            "begin"
            | "body_statement"
            | "then"
            | "else"
            | "ensure"
            | "block_body"
            | "do"
            | "parenthesized_statements" => self.block_of(node, line),
            "rescue" => self.rescue(node, line),
            "rescue_modifier" => {
                let parts = ["body", "handler"].into_iter().filter_map(|field| node.field(field));
                let parts: Vec<Syntax<'t>> = parts.collect();
                plain(ExprKind::Choice(parts.into_iter().map(|part| self.expr(part)).collect()))
            }
            "binary" => self.binary(node, line),
            "unary" => {
                let operand = node.field("operand").map(|it| self.expr(it));
                plain(ExprKind::Other(operand.into_iter().collect()))
            }
            "assignment"
            | "operator_assignment"
            | "return"
            | "next"
            | "break"
            | "while"
            | "until"
            | "for"
            | "while_modifier"
            | "until_modifier"
            | "class"
            | "module"
            | "method"
            | "singleton_method"
            | "singleton_class" => {
                let mut body = Vec::new();
                self.stmt(node, &mut body);
                plain(ExprKind::Block(body))
            }
            "yield" => {
                let args = node.child("argument_list").map(|list| self.exprs(list));
                plain(ExprKind::Other(args.unwrap_or_default()))
            }
            "splat_argument" | "hash_splat_argument" | "block_argument" => {
                plain(ExprKind::Other(self.exprs(node)))
            }
            "integer" | "float" | "character" | "rational" | "complex" => {
                plain(ExprKind::Other(Vec::new()))
            }
            _ => plain(ExprKind::Other(self.exprs(node))),
        }
    }

    pub(super) fn exprs(&mut self, node: Syntax<'t>) -> Vec<Expr> {
        node.children().into_iter().map(|child| self.expr(child)).collect()
    }

    /// A local, or a method of the object itself.
    fn bare_name(&mut self, node: Syntax<'t>) -> ExprKind {
        let name = node.text().to_owned();
        if self.is_local(&name) {
            return ExprKind::Name(name);
        }
        let callee = Box::new(Expr::new(ExprKind::Name(name), node.line()));
        ExprKind::Call { callee, args: Vec::new() }
    }

    fn constant_or_call(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        if let Some(name) = constant_path(node) {
            return Expr::new(ExprKind::Type(TypeRef { name, args: Vec::new(), line }), line);
        }
        // `order.class::LIMIT`: a constant of something that has to be run first.
        let scope = node.field("scope").map(|scope| self.expr(scope));
        Expr::new(ExprKind::Other(scope.into_iter().collect()), line)
    }

    fn call(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let receiver = node.field("receiver").map(|receiver| self.expr(receiver));
        let method = node.field("method");
        let mut args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        if let Some(block) = node.field("block") {
            let value = self.lambda(block, block.line());
            args.push(Arg { name: Some(BLOCK.to_owned()), value });
        }
        let line = method.map_or(line, |method| method.line());
        if method.is_some_and(|method| method.kind() == "super") {
            return Expr::new(super_call(args, line), line);
        }
        let name = match method {
            Some(method) => method.text().to_owned(),
            // `handler.(order)`.
            None => "call".to_owned(),
        };
        let callee = match receiver {
            Some(receiver) => ExprKind::Member(Box::new(receiver), name),
            None => ExprKind::Name(name),
        };
        let callee = Box::new(Expr::new(callee, line));
        Expr::new(ExprKind::Call { callee, args }, line)
    }

    /// `orders[0]` calls `[]`.
    fn element(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let Some(object) = node.field("object") else {
            return Expr::new(ExprKind::Other(self.exprs(node)), line);
        };
        let of = self.expr(object);
        let inner: Vec<Syntax<'t>> = node
            .children()
            .into_iter()
            .filter(|child| child.node.id() != object.node.id())
            .collect();
        let args = inner.into_iter().map(|child| Arg { name: None, value: self.expr(child) });
        let args = args.collect();
        let callee = Box::new(Expr::new(ExprKind::Member(Box::new(of), "[]".to_owned()), line));
        Expr::new(ExprKind::Call { callee, args }, line)
    }

    pub(super) fn args(&mut self, list: Syntax<'t>) -> Vec<Arg> {
        let mut args = Vec::new();
        for node in list.children() {
            match node.kind() {
                "pair" => {
                    let (key, value) = self.pair(node);
                    let arg = match (&key.kind, value) {
                        (ExprKind::Text(name), value) => Arg { name: Some(name.clone()), value },
                        (_, value) => {
                            let line = node.line();
                            let map = ExprKind::Map(vec![(key, value)]);
                            Arg { name: None, value: Expr::new(map, line) }
                        }
                    };
                    args.push(arg);
                }
                "block_argument" => {
                    let value = node.children().into_iter().next().map(|child| self.expr(child));
                    let nothing = Expr::new(ExprKind::Other(Vec::new()), node.line());
                    let value = value.unwrap_or(nothing);
                    args.push(Arg { name: Some(BLOCK.to_owned()), value });
                }
                _ => args.push(Arg { name: None, value: self.expr(node) }),
            }
        }
        args
    }

    fn pair(&mut self, node: Syntax<'t>) -> (Expr, Expr) {
        let line = node.line();
        let nothing = || Expr::new(ExprKind::Other(Vec::new()), line);
        let key_node = node.field("key");
        let key = match key_node {
            Some(key) if key.kind() == "hash_key_symbol" => {
                Expr::new(ExprKind::Text(key.text().to_owned()), line)
            }
            Some(key) => self.expr(key),
            None => nothing(),
        };
        let value = match (node.field("value"), key_node) {
            (Some(value), _) => self.expr(value),
            // `{ order: }` stands for `{ order: order }`.
            (None, Some(key)) if key.kind() == "hash_key_symbol" => {
                let name = key.text().to_owned();
                if self.is_local(&name) {
                    Expr::new(ExprKind::Name(name), line)
                } else {
                    let callee = Box::new(Expr::new(ExprKind::Name(name), line));
                    Expr::new(ExprKind::Call { callee, args: Vec::new() }, line)
                }
            }
            _ => nothing(),
        };
        (key, value)
    }

    fn hash(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let mut pairs = Vec::new();
        for child in node.children() {
            if child.kind() == "pair" {
                pairs.push(self.pair(child));
            } else {
                let value = self.expr(child);
                pairs.push((Expr::new(ExprKind::Text(String::new()), line), value));
            }
        }
        Expr::new(ExprKind::Map(pairs), line)
    }

    /// A block or lambda.
    fn lambda(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        self.enter(true);
        let mut body = Vec::new();
        let mut params = self.params(node.field("parameters"), &mut body);
        let inner = match node.field("body") {
            Some(inner) if matches!(inner.kind(), "block" | "do_block") => inner.field("body"),
            inner => inner,
        };
        if params.is_empty() {
            // Blocks without parameters may name them by number, or `it`.
            params = self.numbered(inner);
        }
        if let Some(inner) = inner {
            body.extend(self.body(inner));
        }
        self.leave();
        Expr::new(ExprKind::Lambda { params, body }, line)
    }

    fn numbered(&mut self, body: Option<Syntax<'t>>) -> Vec<Param> {
        let text = body.map_or("", Syntax::text);
        let names: &[&str] = if text.contains("_2") && text.contains("_1") {
            &["_1", "_2"]
        } else if text.contains("_1") {
            &["_1"]
        } else if has_word(text, "it") && !self.is_local("it") {
            &["it"]
        } else {
            &[]
        };
        names
            .iter()
            .map(|name| {
                self.declare(name);
                Param { name: (*name).to_owned(), ty: None, annotations: Vec::new() }
            })
            .collect()
    }

    /// `a || b` is one of both; `list << x` calls `<<`; the rest gives nothing that is known.
    fn binary(&mut self, node: Syntax<'t>, line: u32) -> Expr {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return Expr::new(ExprKind::Other(self.exprs(node)), line);
        };
        let operator = node.field("operator").map_or("", Syntax::text);
        let left = self.expr(left);
        let right = self.expr(right);
        let kind = match operator {
            "||" | "or" => ExprKind::Choice(vec![left, right]),
            "&&" | "and" => ExprKind::Block(vec![Stmt::Expr(left), Stmt::Expr(right)]),
            "<<" | "+" | "-" | "|" | "&" => {
                let callee = Expr::new(ExprKind::Member(Box::new(left), operator.to_owned()), line);
                let args = vec![Arg { name: None, value: right }];
                ExprKind::Call { callee: Box::new(callee), args }
            }
            _ => ExprKind::Other(vec![left, right]),
        };
        Expr::new(kind, line)
    }
}

fn super_call(args: Vec<Arg>, line: u32) -> ExprKind {
    ExprKind::Call { callee: Box::new(Expr::new(ExprKind::Super, line)), args }
}

/// What is interpolated, without the text around it.
fn parts_of(text: Expr) -> Vec<Expr> {
    match text.kind {
        ExprKind::Other(parts) => parts.into_iter().skip(1).collect(),
        _ => Vec::new(),
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}
