//! Expressions of Kotlin.

use super::{
    Lowering,
    type_refs::{is_type, nothing, type_named},
};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Param, Stmt},
    sums,
    tree::Syntax,
};

/// How many operands in a row are followed.
const LONGEST_SUM: usize = 5_000;

impl Lowering {
    pub(super) fn expr(&mut self, node: Syntax<'_>) -> Expr {
        if !self.enter() {
            self.leave();
            return nothing(node);
        }
        let kind = self.expr_kind(node);
        self.leave();
        Expr::new(kind, node.line())
    }

    fn expr_kind(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.kind() {
            "simple_identifier" | "interpolated_identifier" | "type_identifier" => {
                ExprKind::Name(node.text().trim_matches('`').to_owned())
            }
            "this_expression" => self.this(node),
            "super_expression" => ExprKind::Super,
            "string_literal" => self.text(node),
            "boolean_literal" => ExprKind::Name(node.text().to_owned()),
            "call_expression" => self.call(node),
            "navigation_expression" | "indexing_expression" => self.navigation(node),
            "callable_reference" => self.reference(node),
            "lambda_literal" | "annotated_lambda" | "anonymous_function" => self.lambda(node),
            "object_literal" => self.object_literal(node, None),
            "if_expression" => self.if_expression(node),
            "when_expression" => self.when(node),
            "try_expression" => self.try_expression(node),
            "as_expression" => self.cast(node),
            "check_expression" => self.check(node),
            "additive_expression" => self.sum(node),
            "elvis_expression" => ExprKind::Choice(self.parts(node)),
            "parenthesized_expression"
            | "postfix_expression"
            | "prefix_expression"
            | "spread_expression"
            | "interpolated_expression"
            | "annotated_expression" => self.only_part(node),
            "infix_expression" => self.infix(node),
            "collection_literal" => ExprKind::List(self.parts(node)),
            "jump_expression" => ExprKind::Block(self.stmt(node)),
            "statements" | "control_structure_body" => ExprKind::Block(self.body(node)),
            "assignment"
            | "property_declaration"
            | "for_statement"
            | "while_statement"
            | "do_while_statement"
            | "function_declaration"
            | "class_declaration"
            | "object_declaration" => ExprKind::Block(self.stmt(node)),
            kind if kind.ends_with("_literal") => ExprKind::Other(Vec::new()),
            kind if is_type(kind) => {
                let named = self.type_ref(node);
                named.map_or(ExprKind::Other(Vec::new()), ExprKind::Type)
            }
            "modifiers" | "label" | "annotation" => ExprKind::Other(Vec::new()),
            _ => ExprKind::Other(self.parts(node)),
        }
    }

    fn parts(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        node.children().into_iter().map(|part| self.expr(part)).collect()
    }

    fn only_part(&mut self, node: Syntax<'_>) -> ExprKind {
        let part = node
            .children()
            .into_iter()
            .rfind(|it| !matches!(it.kind(), "annotation" | "label" | "modifiers"));
        match part {
            Some(part) => ExprKind::Same(Box::new(self.expr(part))),
            None => ExprKind::Other(Vec::new()),
        }
    }

    /// `this`, or `this@Order`: the object as a type that it stands in.
    fn this(&mut self, node: Syntax<'_>) -> ExprKind {
        let named = node.child("type_identifier").and_then(|name| self.type_ref(name));
        match named {
            Some(ty) if ty.name.starts_with(char::is_uppercase) => {
                let value = Box::new(Expr::new(ExprKind::This, node.line()));
                ExprKind::Cast { ty, value }
            }
            _ => ExprKind::This,
        }
    }

    /// A text with each value in it as `?`; the values follow it.
    fn text(&mut self, node: Syntax<'_>) -> ExprKind {
        let is_raw = node.text().starts_with("\"\"\"");
        let mut values = Vec::new();
        for child in node.tokens() {
            match child.kind() {
                "string_content" => {
                    let text = if is_raw {
                        child.text().to_owned()
                    } else {
                        sums::unescaped(child.text())
                    };
                    values.push(Expr::new(ExprKind::Text(text), child.line()));
                }
                "character_escape_seq" => {
                    let text = sums::unescaped(child.text());
                    values.push(Expr::new(ExprKind::Text(text), child.line()));
                }
                "interpolated_identifier" | "interpolated_expression" => {
                    values.push(self.expr(child));
                }
                _ => {}
            }
        }
        if !values.iter().any(|value| matches!(value.kind, ExprKind::Text(_))) {
            values.insert(0, Expr::new(ExprKind::Text(String::new()), node.line()));
        }
        sums::joined(values, &self.constants)
    }

    /// The arguments between parentheses.
    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        let arguments = list.children().into_iter();
        let arguments = arguments.filter(|it| it.kind() == "value_argument");
        arguments.map(|argument| self.arg(argument)).collect()
    }

    fn arg(&mut self, node: Syntax<'_>) -> Arg {
        let is_named = node.tokens().iter().any(|token| token.kind() == "=");
        let mut children = node.children().into_iter();
        let name = if is_named { children.next() } else { None };
        let value = children.next_back();
        let value = value.map_or_else(|| nothing(node), |value| self.expr(value));
        Arg { name: name.map(|name| name.text().to_owned()), value }
    }

    fn call(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut children = node.children().into_iter();
        let (Some(function), Some(suffix)) = (children.next(), children.next()) else {
            return ExprKind::Other(self.parts(node));
        };
        if function.kind() == "object_literal" {
            // The grammar takes the body of `object : Listener() { … }` for a lambda that it is called with.
            let body = suffix.child("annotated_lambda").and_then(|it| it.child("lambda_literal"));
            return self.object_literal(function, body);
        }
        let callee = self.expr(function);
        let mut args = Vec::new();
        let mut types = Vec::new();
        for part in suffix.children() {
            match part.kind() {
                "value_arguments" => args.extend(self.args(part)),
                "type_arguments" => types = self.type_args(part),
                "annotated_lambda" | "lambda_literal" => {
                    args.push(Arg { name: None, value: self.expr(part) });
                }
                _ => {}
            }
        }
        let mut callee = Box::new(callee);
        if !types.is_empty() {
            let line = callee.line;
            callee = Box::new(Expr::new(ExprKind::Applied(callee, types), line));
        }
        ExprKind::Call { callee, args }
    }

    fn navigation(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut children = node.children().into_iter();
        let Some(of) = children.next() else { return ExprKind::Other(Vec::new()) };
        // `Order::class.java` is the class.
        let of = self.expr(of);
        let whole = children.fold(of, |of, suffix| self.suffixed(of, suffix));
        whole.kind
    }

    /// `.total`, `?.total`, `[0]` after an expression.
    pub(super) fn suffixed(&mut self, of: Expr, suffix: Syntax<'_>) -> Expr {
        let line = suffix.line();
        match suffix.kind() {
            "navigation_suffix" => {
                let name = suffix.children().into_iter().next();
                match name.map(|name| (name.kind(), name)) {
                    Some(("simple_identifier", name)) => {
                        let member = name.text().trim_matches('`').to_owned();
                        if matches!(of.kind, ExprKind::Type(_))
                            && matches!(member.as_str(), "java" | "javaObjectType")
                        {
                            return of;
                        }
                        Expr::new(ExprKind::Member(Box::new(of), member), name.line())
                    }
                    Some((_, value)) => {
                        let value = self.expr(value);
                        Expr::new(ExprKind::Other(vec![of, value]), line)
                    }
                    None => of,
                }
            }
            "indexing_suffix" => {
                let args = self.parts(suffix).into_iter();
                let args = args.map(|value| Arg { name: None, value }).collect();
                let callee = ExprKind::Member(Box::new(of), "[]".to_owned());
                let callee = Box::new(Expr::new(callee, line));
                Expr::new(ExprKind::Call { callee, args }, line)
            }
            _ => of,
        }
    }

    /// `Order::class` names the type; `Order::total` is the member itself, not called; `::Order` the function.
    fn reference(&mut self, node: Syntax<'_>) -> ExprKind {
        let children = node.children();
        let is_class = node.text().trim_end().ends_with("::class");
        let of = children.first().filter(|it| {
            matches!(it.kind(), "type_identifier" | "user_type") || is_type(it.kind())
        });
        let named = of.and_then(|of| self.type_ref(*of));
        if is_class {
            return match (named, children.first()) {
                (Some(ty), _) => ExprKind::Type(ty),
                (None, Some(of)) => ExprKind::Other(vec![self.expr(*of)]),
                _ => ExprKind::Other(Vec::new()),
            };
        }
        let Some(last) = children.last() else { return ExprKind::Other(Vec::new()) };
        let member = last.text().trim_matches('`');
        match (children.len(), named) {
            (1, _) => ExprKind::Name(member.to_owned()),
            (_, Some(ty)) => {
                let line = ty.line;
                // What stands before `::` may be a type or a property.
                let of = match ty.name.starts_with(char::is_lowercase) {
                    true => Expr::new(ExprKind::Name(ty.name), line),
                    false => type_named(ty),
                };
                ExprKind::Member(Box::new(of), format!("::{member}"))
            }
            (_, None) => {
                let of = self.expr(children[0]);
                ExprKind::Member(Box::new(of), format!("::{member}"))
            }
        }
    }

    fn lambda(&mut self, node: Syntax<'_>) -> ExprKind {
        if node.kind() == "annotated_lambda" {
            return match node.child("lambda_literal") {
                Some(inner) => self.lambda(inner),
                None => ExprKind::Other(Vec::new()),
            };
        }
        if node.kind() == "anonymous_function" {
            let list = node.child("function_value_parameters");
            let params = list.map(|list| self.params(list)).unwrap_or_default();
            let body = node.child("function_body").map(|body| self.function_body(body));
            return ExprKind::Lambda { params, body: body.unwrap_or_default() };
        }
        let (mut params, mut body) = (Vec::new(), Vec::new());
        match node.child("lambda_parameters") {
            Some(list) => {
                for declared in list.children() {
                    if declared.kind() == "multi_variable_declaration" {
                        body.extend(self.several(declared));
                        params.push(Param::default());
                        continue;
                    }
                    let name = declared.child("simple_identifier").map_or("", Syntax::text);
                    let name = name.trim_matches('`').to_owned();
                    let ty = self.child_type(declared);
                    params.push(Param { name, ty, annotations: Vec::new() });
                }
            }
            None => params.push(Param { name: "it".to_owned(), ..Param::default() }),
        }
        if let Some(statements) = node.child("statements") {
            body.extend(self.block(statements));
        }
        ExprKind::Lambda { params, body }
    }

    /// An object without a class name; `body` where the grammar keeps it elsewhere.
    fn object_literal(&mut self, node: Syntax<'_>, body: Option<Syntax<'_>>) -> ExprKind {
        let line = node.line();
        let mut supers = self.supers(node).into_iter();
        let args = node
            .child("delegation_specifier")
            .and_then(|it| it.child("constructor_invocation"))
            .and_then(|it| it.child("value_arguments"))
            .map(|args| self.args(args));
        let members = match body.or_else(|| node.child("class_body")) {
            Some(body) if body.kind() == "lambda_literal" => {
                body.child("statements").map(|body| self.object_body(body))
            }
            body => body.map(|body| self.object_body(body)),
        };
        let mut members = members.unwrap_or_default();
        let Some(ty) = supers.next() else { return ExprKind::Block(vec![Stmt::Block(members)]) };
        members.splice(0..0, supers.map(|ty| Stmt::Expr(type_named(ty))));
        let made = ExprKind::New { ty, args: args.unwrap_or_default() };
        let of = Box::new(Expr::new(made, line));
        ExprKind::Anonymous { of, body: members }
    }

    /// Functions and properties of an object without a class name, as names with values.
    pub(super) fn object_body(&mut self, body: Syntax<'_>) -> Vec<Stmt> {
        body.children().into_iter().flat_map(|member| self.stmt(member)).collect()
    }

    fn if_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut all = Vec::new();
        let mut branches = Vec::new();
        let mut known = Vec::new();
        let consequence = node.field("consequence").map(|it| it.node.id());
        for child in node.children() {
            if child.kind() == "control_structure_body" {
                let mut body = Vec::new();
                if Some(child.node.id()) == consequence || branches.is_empty() {
                    body.append(&mut known);
                }
                body.extend(self.body(child));
                branches.push(Expr::new(ExprKind::Block(body), child.line()));
            } else {
                known.extend(self.seen_as(child));
                all.push(Stmt::Expr(self.expr(child)));
            }
        }
        all.push(Stmt::Expr(Expr::new(ExprKind::Choice(branches), node.line())));
        ExprKind::Block(all)
    }

    /// What a condition says about names where it holds: `order is Paid`.
    fn seen_as(&mut self, condition: Syntax<'_>) -> Vec<Stmt> {
        let mut found = Vec::new();
        let mut waiting = vec![condition];
        while let Some(node) = waiting.pop() {
            match node.kind() {
                "conjunction_expression" | "parenthesized_expression" => {
                    waiting.extend(node.children());
                }
                "check_expression" => {
                    let children = node.children();
                    let holds = node.tokens().iter().any(|token| token.kind() == "is");
                    if let [name, ty] = children[..]
                        && holds
                        && name.kind() == "simple_identifier"
                        && let Some(ty) = self.type_ref(ty)
                    {
                        let (name, line) = (name.text().to_owned(), name.line());
                        found.push(Stmt::Let { name, ty: Some(ty), value: None, line });
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn when(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut all = Vec::new();
        let mut arms = Vec::new();
        let mut subject = None;
        for child in node.children() {
            match child.kind() {
                "when_subject" => {
                    let value = child.children().into_iter().next_back();
                    let declared = child.child("variable_declaration");
                    let name = declared.and_then(|it| it.child("simple_identifier"));
                    let lowered = value.map(|value| self.expr(value));
                    match name {
                        Some(name) => {
                            subject = Some(name.text().to_owned());
                            all.push(Stmt::Let {
                                name: name.text().to_owned(),
                                ty: None,
                                value: lowered,
                                line: name.line(),
                            });
                        }
                        None => {
                            let plain = value.filter(|it| it.kind() == "simple_identifier");
                            subject = plain.map(|it| it.text().to_owned());
                            all.extend(lowered.map(Stmt::Expr));
                        }
                    }
                }
                "when_entry" => arms.push(self.when_entry(child, subject.as_deref())),
                _ => {}
            }
        }
        all.push(Stmt::Expr(Expr::new(ExprKind::Choice(arms), node.line())));
        ExprKind::Block(all)
    }

    fn when_entry(&mut self, node: Syntax<'_>, subject: Option<&str>) -> Expr {
        let mut body = Vec::new();
        for child in node.children() {
            match child.kind() {
                "when_condition" => {
                    for part in child.children() {
                        if part.kind() != "type_test" {
                            let known = self.seen_as(part);
                            body.push(Stmt::Expr(self.expr(part)));
                            body.extend(known);
                            continue;
                        }
                        let Some(ty) = self.child_type(part) else { continue };
                        match subject {
                            Some(name) => body.push(Stmt::Let {
                                name: name.to_owned(),
                                line: ty.line,
                                ty: Some(ty),
                                value: None,
                            }),
                            None => body.push(Stmt::Expr(type_named(ty))),
                        }
                    }
                }
                _ => body.extend(self.body(child)),
            }
        }
        Expr::new(ExprKind::Block(body), node.line())
    }

    fn try_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut arms = Vec::new();
        for child in node.children() {
            let line = child.line();
            match child.kind() {
                "catch_block" => {
                    let name = child.child("simple_identifier").map_or("", Syntax::text).to_owned();
                    let ty = self.child_type(child);
                    let mut body = vec![Stmt::Let { name, ty, value: None, line }];
                    body.extend(
                        child.child("statements").map(|it| self.block(it)).unwrap_or_default(),
                    );
                    arms.push(Expr::new(ExprKind::Block(body), line));
                }
                "finally_block" => {
                    let body = child.child("statements").map(|it| self.block(it));
                    let mut body = body.unwrap_or_default();
                    // What a `finally` ends with is not the value.
                    body.push(Stmt::Expr(Expr::new(ExprKind::Other(Vec::new()), line)));
                    arms.push(Expr::new(ExprKind::Block(body), line));
                }
                _ => arms.push(Expr::new(ExprKind::Block(self.body(child)), line)),
            }
        }
        ExprKind::Choice(arms)
    }

    fn cast(&mut self, node: Syntax<'_>) -> ExprKind {
        let children = node.children();
        let value = children.first().map_or_else(|| nothing(node), |value| self.expr(*value));
        match children.last().and_then(|ty| self.type_ref(*ty)) {
            Some(ty) => ExprKind::Cast { ty, value: Box::new(value) },
            None => ExprKind::Same(Box::new(value)),
        }
    }

    /// `x is Order`, `x in orders`.
    fn check(&mut self, node: Syntax<'_>) -> ExprKind {
        ExprKind::Other(self.parts(node))
    }

    /// `a to b`, `orders intersect others`: a function between its receiver and its argument.
    fn infix(&mut self, node: Syntax<'_>) -> ExprKind {
        let children = node.children();
        let [left, name, right] = children[..] else { return ExprKind::Other(self.parts(node)) };
        if name.kind() != "simple_identifier" || left.kind() == "object_literal" {
            return ExprKind::Other(self.parts(node));
        }
        let (left, value) = (self.expr(left), self.expr(right));
        if name.text() == "to" {
            return ExprKind::Other(vec![left, value]);
        }
        let line = name.line();
        let callee = ExprKind::Member(Box::new(left), name.text().to_owned());
        let callee = Box::new(Expr::new(callee, line));
        ExprKind::Call { callee, args: vec![Arg { name: None, value }] }
    }

    /// Joins what `+` puts together into one text; long sums are unrolled.
    fn sum(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut operands = Vec::new();
        let mut left = node;
        let mut is_sum = true;
        while left.kind() == "additive_expression" && operands.len() < LONGEST_SUM {
            is_sum &= left.tokens().iter().any(|token| token.kind() == "+");
            let children = left.children();
            let [first, second] = children[..] else { break };
            operands.push(second);
            left = first;
        }
        operands.push(left);
        operands.reverse();
        let values: Vec<Expr> = operands
            .into_iter()
            .map(|operand| match operand.node.id() == node.node.id() {
                true => nothing(operand),
                false => self.expr(operand),
            })
            .collect();
        if is_sum { sums::joined(values, &self.constants) } else { ExprKind::Other(values) }
    }
}
