//! Expressions of Java.

use super::{
    Lowering,
    declarations::{is_type, type_named},
    type_refs::nothing,
};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Param, Stmt, TypeRef},
    sums,
    tree::Syntax,
};

/// How far two texts may be apart to be one: operands of `+` in a row.
const LONGEST_SUM: usize = 5_000;

/// The name of what is switched over; no program can have it.
const SWITCHED: &str = "switch";

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
            "identifier" => ExprKind::Name(node.text().to_owned()),
            "this" => ExprKind::This,
            "super" => ExprKind::Super,
            "string_literal" => self.text(node),
            "method_invocation" => self.call(node),
            "object_creation_expression" => self.creation(node),
            "field_access" => self.field_access(node),
            "scoped_identifier" => self.scoped_name(node),
            "array_access" => self.array_access(node),
            "lambda_expression" => self.lambda(node),
            "method_reference" => self.method_reference(node),
            "binary_expression" => self.binary(node),
            "ternary_expression" => {
                let test = self.part(node, "condition");
                let choice = vec![self.part(node, "consequence"), self.part(node, "alternative")];
                let choice = Expr::new(ExprKind::Choice(choice), node.line());
                ExprKind::Block(vec![Stmt::Expr(test), Stmt::Expr(choice)])
            }
            "cast_expression" => self.cast(node),
            "instanceof_expression" => self.instance_of(node),
            "class_literal" => {
                let named = node.children().into_iter().find_map(|child| self.type_ref(child));
                named.map_or(ExprKind::Other(Vec::new()), ExprKind::Type)
            }
            "assignment_expression" => {
                let statement = self.expr_stmt(node);
                ExprKind::Block(vec![statement])
            }
            "parenthesized_expression" => self.only_child(node),
            "switch_expression" => self.switch(node),
            "array_creation_expression" => self.array(node),
            "array_initializer" | "element_value_array_initializer" => {
                let parts = node.children().into_iter().map(|part| self.expr(part));
                ExprKind::List(parts.collect())
            }
            "annotation" | "marker_annotation" => match self.annotation(node) {
                Some(annotation) => ExprKind::New {
                    ty: TypeRef { name: annotation.name, args: Vec::new(), line: annotation.line },
                    args: annotation.args,
                },
                None => ExprKind::Other(Vec::new()),
            },
            kind if kind.ends_with("_literal") => ExprKind::Other(Vec::new()),
            kind if is_type(kind) => ExprKind::Other(Vec::new()),
            _ => self.other(node),
        }
    }

    /// The expression at a field of a node.
    fn part(&mut self, node: Syntax<'_>, field: &str) -> Expr {
        node.field(field).map_or_else(|| nothing(node), |part| self.expr(part))
    }

    fn only_child(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.children().first() {
            Some(child) => ExprKind::Same(Box::new(self.expr(*child))),
            None => ExprKind::Other(Vec::new()),
        }
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        let children = node.children().into_iter();
        let parts = children.map(|child| match child.kind() {
            kind if kind == "block" || kind.ends_with("_statement") => {
                let line = child.line();
                Expr::new(ExprKind::Block(self.stmt(child)), line)
            }
            _ => self.expr(child),
        });
        ExprKind::Other(parts.collect())
    }

    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        let values = list.children().into_iter();
        values.map(|value| Arg { name: None, value: self.expr(value) }).collect()
    }

    /// A literal, or a text block without the indentation that all its lines share.
    fn text(&mut self, node: Syntax<'_>) -> ExprKind {
        let written = node.text();
        let text = match written.strip_prefix("\"\"\"") {
            Some(block) => sums::unindented(block.strip_suffix("\"\"\"").unwrap_or(block)),
            None => {
                let body = written.strip_prefix('"').unwrap_or(written);
                body.strip_suffix('"').unwrap_or(body).to_owned()
            }
        };
        ExprKind::Text(sums::unescaped(&text))
    }

    fn call(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(name) = node.field("name") else { return self.other(node) };
        let line = name.line();
        let member = name.text().to_owned();
        let callee = match node.field("object") {
            Some(object) => {
                let receiver = match node.child("super") {
                    // `Outer.super.method()`: the method of an interface that is named.
                    Some(of) if object.kind() != "super" => {
                        let named = self.type_of_name(object);
                        seen_as(named, Expr::new(ExprKind::Super, of.line()))
                    }
                    _ => self.expr(object),
                };
                ExprKind::Member(Box::new(receiver), member)
            }
            None => ExprKind::Name(member),
        };
        let args = node.field("arguments").map(|args| self.args(args)).unwrap_or_default();
        let callee = Box::new(Expr::new(callee, line));
        let call = ExprKind::Call { callee, args };
        let named = node.field("type_arguments").map(|types| self.types_in(types));
        with_types(call, named.unwrap_or_default(), line)
    }

    fn creation(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(ty) = node.field("type").and_then(|ty| self.type_ref(ty)) else {
            return self.other(node);
        };
        let line = ty.line;
        let args = node.field("arguments").map(|args| self.args(args)).unwrap_or_default();
        // `outer.new Inner()` has the outer object before it.
        let outer = node.tokens().first().filter(|first| first.kind() != "new").copied();
        let outer = outer.map(|outer| self.expr(outer));
        let mut made = Expr::new(ExprKind::New { ty, args }, line);
        if let Some(body) = node.child("class_body") {
            made = self.anonymous(made, body);
        }
        match outer {
            Some(outer) => ExprKind::Block(vec![Stmt::Expr(outer), Stmt::Expr(made)]),
            None => made.kind,
        }
    }

    /// What `made` is, with the functions and fields of its own class.
    pub(super) fn anonymous(&mut self, made: Expr, body: Syntax<'_>) -> Expr {
        let line = made.line;
        let mut members = Vec::new();
        for node in body.children() {
            match node.kind() {
                "field_declaration" => members.extend(self.stmt_of_field(node)),
                "method_declaration" => members.push(self.method_of_object(node)),
                "block" => members.extend(self.stmt(node)),
                kind if is_type(kind) => {
                    let outer = self.outline.types.len().checked_sub(1);
                    self.type_decl(node, outer);
                }
                _ => {}
            }
        }
        Expr::new(ExprKind::Anonymous { of: Box::new(made), body: members }, line)
    }

    fn stmt_of_field(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let declarators = node.fields("declarator").into_iter();
        declarators
            .map(|declarator| Stmt::Let {
                name: declarator.field("name").map_or("", Syntax::text).to_owned(),
                ty: ty.clone(),
                value: declarator.field("value").map(|value| self.expr(value)),
                line: declarator.line(),
            })
            .collect()
    }

    fn method_of_object(&mut self, node: Syntax<'_>) -> Stmt {
        let params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let mut named: Vec<TypeRef> = Vec::new();
        named.extend(node.field("type").and_then(|ty| self.type_ref(ty)));
        named.extend(node.child("throws").map(|list| self.types_in(list)).unwrap_or_default());
        let mut body: Vec<Stmt> = named.into_iter().map(|ty| Stmt::Expr(type_named(ty))).collect();
        body.extend(node.field("body").map(|block| self.block(block)).unwrap_or_default());
        let line = node.line();
        Stmt::Let {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            ty: None,
            value: Some(Expr::new(ExprKind::Lambda { params, body }, line)),
            line,
        }
    }

    fn field_access(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(object), Some(field)) = (node.field("object"), node.field("field")) else {
            return self.other(node);
        };
        if field.kind() == "this" {
            let named = self.type_of_name(object);
            return seen_as(named, Expr::new(ExprKind::This, node.line())).kind;
        }
        ExprKind::Member(Box::new(self.expr(object)), field.text().to_owned())
    }

    /// `a.b.c` where only names can stand, such as in annotations.
    fn scoped_name(&mut self, node: Syntax<'_>) -> ExprKind {
        let scope = self.part(node, "scope");
        let name = node.field("name").map_or("", Syntax::text).to_owned();
        ExprKind::Member(Box::new(scope), name)
    }

    /// The type that a plain or dotted name before `.this` or `.super` is.
    fn type_of_name(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let name = self.expr(node).dotted()?;
        Some(TypeRef { name, args: Vec::new(), line: node.line() })
    }

    fn array_access(&mut self, node: Syntax<'_>) -> ExprKind {
        let array = self.part(node, "array");
        let index = self.part(node, "index");
        let callee = ExprKind::Member(Box::new(array), "[]".to_owned());
        let callee = Box::new(Expr::new(callee, node.line()));
        ExprKind::Call { callee, args: vec![Arg { name: None, value: index }] }
    }

    fn array(&mut self, node: Syntax<'_>) -> ExprKind {
        let element = node.field("type").and_then(|ty| self.type_ref(ty));
        let mut parts: Vec<Expr> = Vec::new();
        for dimensions in node.fields("dimensions") {
            parts.extend(dimensions.children().into_iter().map(|size| self.expr(size)));
        }
        parts.extend(node.field("value").map(|value| self.expr(value)));
        let ty = TypeRef {
            name: "[]".to_owned(),
            args: element.into_iter().collect(),
            line: node.line(),
        };
        let value = Box::new(Expr::new(ExprKind::Other(parts), node.line()));
        ExprKind::Cast { ty, value }
    }

    fn lambda(&mut self, node: Syntax<'_>) -> ExprKind {
        let params = match node.field("parameters") {
            Some(list) if list.kind() == "formal_parameters" => self.params(list),
            Some(list) if list.kind() == "inferred_parameters" => {
                list.children().into_iter().map(untyped).collect()
            }
            Some(name) => vec![untyped(name)],
            None => Vec::new(),
        };
        let body = match node.field("body") {
            Some(body) if body.kind() == "block" => self.block(body),
            Some(body) => {
                let outer = std::mem::take(&mut self.bound);
                let value = self.expr(body);
                let mut all = std::mem::replace(&mut self.bound, outer);
                all.push(Stmt::Return(value));
                all
            }
            None => Vec::new(),
        };
        ExprKind::Lambda { params, body }
    }

    /// `Order::total` becomes the member itself, not called; `Order::new` a function that constructs.
    fn method_reference(&mut self, node: Syntax<'_>) -> ExprKind {
        let tokens = node.tokens();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return ExprKind::Other(Vec::new());
        };
        let is_type = matches!(
            first.kind(),
            "generic_type" | "array_type" | "scoped_type_identifier" | "type_identifier"
        );
        if last.kind() == "new" {
            let line = node.line();
            let ty = match is_type {
                true => self.type_ref(*first),
                false => self.type_of_name(*first),
            };
            let Some(ty) = ty else { return ExprKind::Other(Vec::new()) };
            let made = Expr::new(ExprKind::New { ty, args: Vec::new() }, line);
            return ExprKind::Lambda { params: Vec::new(), body: vec![Stmt::Return(made)] };
        }
        let of = match is_type {
            true => match self.type_ref(*first) {
                Some(ty) => Expr::new(ExprKind::Type(ty), first.line()),
                None => nothing(*first),
            },
            false => self.expr(*first),
        };
        ExprKind::Member(Box::new(of), format!("::{}", last.text()))
    }

    fn cast(&mut self, node: Syntax<'_>) -> ExprKind {
        let types = node.fields("type").into_iter();
        let mut types: Vec<TypeRef> = types.filter_map(|ty| self.type_ref(ty)).collect();
        let value = self.part(node, "value");
        if types.is_empty() {
            return ExprKind::Same(Box::new(value));
        }
        let ty = types.remove(0);
        with_types(ExprKind::Cast { ty, value: Box::new(value) }, types, node.line())
    }

    fn instance_of(&mut self, node: Syntax<'_>) -> ExprKind {
        let value = self.part(node, "left");
        let mut parts = vec![value];
        if let Some(pattern) = node.field("pattern") {
            self.pattern(pattern);
        }
        if let Some(ty) = node.field("right").and_then(|ty| self.type_ref(ty)) {
            match node.field("name") {
                Some(name) => self.bind(name, Some(ty)),
                None => parts.push(type_named(ty)),
            }
        }
        ExprKind::Other(parts)
    }

    fn bind(&mut self, name: Syntax<'_>, ty: Option<TypeRef>) {
        let (name, line) = (name.text().to_owned(), name.line());
        self.bound.push(Stmt::Let { name, ty, value: None, line });
    }

    /// A type or record pattern: its types are named, its names bound.
    fn pattern(&mut self, node: Syntax<'_>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let mut ty = None;
        for child in node.children() {
            match child.kind() {
                "pattern"
                | "record_pattern"
                | "type_pattern"
                | "record_pattern_body"
                | "record_pattern_component" => self.pattern(child),
                "identifier" if node.kind() == "record_pattern" => {
                    let named = self.type_ref(child);
                    self.bound.extend(named.map(|ty| Stmt::Expr(type_named(ty))));
                }
                "identifier" => self.bind(child, ty.take()),
                _ => ty = self.type_ref(child),
            }
        }
        self.bound.extend(ty.map(|ty| Stmt::Expr(type_named(ty))));
        self.leave();
    }

    fn switch(&mut self, node: Syntax<'_>) -> ExprKind {
        let over = self.part(node, "condition");
        let line = over.line;
        let mut all =
            vec![Stmt::Let { name: SWITCHED.to_owned(), ty: None, value: Some(over), line }];
        let outer = std::mem::take(&mut self.bound);
        let mut arms = Vec::new();
        for group in node.field("body").map(Syntax::children).unwrap_or_default() {
            let mut body = Vec::new();
            for child in group.children() {
                match child.kind() {
                    "switch_label" => body.extend(self.label(child)),
                    "expression_statement" if group.kind() == "switch_rule" => {
                        body.extend(self.stmt(child));
                    }
                    _ => body.extend(self.stmt(child)),
                }
            }
            arms.push(Expr::new(ExprKind::Block(body), group.line()));
        }
        self.bound = outer;
        let line = node.line();
        all.push(Stmt::Expr(Expr::new(ExprKind::Choice(arms), line)));
        ExprKind::Block(all)
    }

    fn label(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        for child in node.children() {
            match child.kind() {
                "pattern" | "record_pattern" | "type_pattern" => self.pattern(child),
                // A plain constant belongs to the type of what is switched over.
                "identifier" => {
                    let line = child.line();
                    let over = Box::new(Expr::new(ExprKind::Name(SWITCHED.to_owned()), line));
                    let constant = ExprKind::Member(over, child.text().to_owned());
                    all.push(Expr::new(constant, line));
                }
                "guard" => all.extend(child.children().into_iter().map(|part| self.expr(part))),
                _ => all.push(self.expr(child)),
            }
        }
        let mut statements = std::mem::take(&mut self.bound);
        statements.extend(all.into_iter().map(Stmt::Expr));
        statements
    }

    /// Joins what `+` puts together into one text, each part that is no constant as `?`; the parts that are no
    /// text follow it.
    fn binary(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut operands = Vec::new();
        let mut left = node;
        let mut is_sum = true;
        // Long sums nest to the left: they are unrolled without recursion.
        while left.kind() == "binary_expression" && operands.len() < LONGEST_SUM {
            is_sum &= left.field("operator").is_some_and(|operator| operator.kind() == "+");
            operands.extend(left.field("right"));
            match left.field("left") {
                Some(next) => left = next,
                None => break,
            }
        }
        if operands.len() < LONGEST_SUM {
            operands.push(left);
        }
        operands.reverse();
        let parts: Vec<Expr> = operands.into_iter().map(|operand| self.expr(operand)).collect();
        if is_sum { sums::joined(parts, &self.constants) } else { ExprKind::Other(parts) }
    }
}

fn untyped(node: Syntax<'_>) -> Param {
    Param { name: node.text().to_owned(), ty: None, annotations: Vec::new() }
}

/// `value`, and the types that its arguments name.
fn with_types(value: ExprKind, types: Vec<TypeRef>, line: u32) -> ExprKind {
    if types.is_empty() {
        return value;
    }
    let mut all: Vec<Stmt> = types.into_iter().map(|ty| Stmt::Expr(type_named(ty))).collect();
    all.push(Stmt::Expr(Expr::new(value, line)));
    ExprKind::Block(all)
}

/// An object seen as a type, where the type is known.
fn seen_as(ty: Option<TypeRef>, value: Expr) -> Expr {
    let line = value.line;
    match ty {
        Some(ty) => Expr::new(ExprKind::Cast { ty, value: Box::new(value) }, line),
        None => value,
    }
}
