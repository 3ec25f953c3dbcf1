//! Expressions of C#.

use super::{
    Lowering, parts,
    type_refs::{nothing, type_named},
    unconditional,
};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Param, Stmt, TypeRef},
    sums,
    tree::Syntax,
};

/// How many operands in a row are followed.
const LONGEST_SUM: usize = 5_000;

impl Lowering {
    pub(super) fn expr(&mut self, node: Syntax<'_>) -> Expr {
        self.expr_of(node, None)
    }

    /// An expression where a value of a known type is wanted: `new()` constructs that.
    pub(super) fn expr_of(&mut self, node: Syntax<'_>, wanted: Option<&TypeRef>) -> Expr {
        if !self.enter() {
            self.leave();
            return nothing(node);
        }
        let outer = std::mem::replace(&mut self.wanted, wanted.cloned());
        let kind = self.expr_kind(node);
        self.wanted = outer;
        self.leave();
        Expr::new(kind, node.line())
    }

    fn expr_kind(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.kind() {
            "identifier" => ExprKind::Name(node.text().trim_start_matches('@').to_owned()),
            "this" => ExprKind::This,
            "base" => ExprKind::Super,
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                ExprKind::Text(text_of(node))
            }
            "interpolated_string_expression" => self.interpolated(node),
            "invocation_expression" => self.invocation(node),
            "member_access_expression" => self.member_access(node),
            "conditional_access_expression" => self.conditional_access(node),
            "element_access_expression" => self.element_access(node),
            "object_creation_expression" => self.creation(node),
            "implicit_object_creation_expression" => self.implicit_creation(node),
            "generic_name" => self.generic_value(node),
            "qualified_name" | "alias_qualified_name" | "predefined_type" => {
                let named = self.type_ref(node);
                named.map_or(ExprKind::Other(Vec::new()), |ty| dotted(&ty.name, ty.line).kind)
            }
            "lambda_expression" | "anonymous_method_expression" => self.lambda(node),
            "binary_expression" => self.binary(node),
            "conditional_expression" => self.conditional(node),
            "cast_expression" => self.cast(node, "type", "value"),
            "as_expression" => self.cast(node, "right", "left"),
            "is_expression" => self.is_expression(node),
            "is_pattern_expression" => self.is_pattern_expression(node),
            "switch_expression" => self.switch_expression(node),
            "query_expression" => self.query(node),
            "typeof_expression" | "sizeof_expression" | "default_expression" => {
                let named = node.field("type").and_then(|ty| self.type_ref(ty));
                named.map_or(ExprKind::Other(Vec::new()), ExprKind::Type)
            }
            "assignment_expression" => ExprKind::Block(vec![self.expr_stmt(node)]),
            "parenthesized_expression"
            | "await_expression"
            | "checked_expression"
            | "ref_expression" => self.only_part(node),
            "postfix_unary_expression" | "prefix_unary_expression" | "unary_expression" => {
                self.only_part(node)
            }
            "array_creation_expression" => self.array(node),
            "implicit_array_creation_expression"
            | "initializer_expression"
            | "collection_expression"
            | "implicit_stackalloc_expression" => ExprKind::List(self.elements(node)),
            "anonymous_object_creation_expression" => self.anonymous_object(node),
            "with_expression" => self.with_expression(node),
            "declaration_expression" => self.declaration(node),
            "tuple_expression" => {
                let args = self.args(node);
                ExprKind::Other(args.into_iter().map(|arg| arg.value).collect())
            }
            "boolean_literal" => ExprKind::Name(node.text().to_owned()),
            kind if kind.ends_with("_literal") => ExprKind::Other(Vec::new()),
            kind if kind.starts_with("preproc_") || kind == "comment" => {
                ExprKind::Other(Vec::new())
            }
            _ => self.other(node),
        }
    }

    fn only_part(&mut self, node: Syntax<'_>) -> ExprKind {
        let wanted = self.wanted.clone();
        match parts(node).first() {
            Some(part) => ExprKind::Same(Box::new(self.expr_of(*part, wanted.as_ref()))),
            None => ExprKind::Other(Vec::new()),
        }
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        let children = unconditional(node).into_iter();
        let found = children.map(|child| match child.kind() {
            kind if kind == "block" || kind.ends_with("_statement") => {
                let line = child.line();
                Expr::new(ExprKind::Block(self.stmt(child)), line)
            }
            _ => self.expr(child),
        });
        ExprKind::Other(found.collect())
    }

    /// The arguments between parentheses or brackets.
    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        let arguments = unconditional(list).into_iter();
        arguments.filter(|it| it.kind() == "argument").map(|it| self.arg(it)).collect()
    }

    fn arg(&mut self, node: Syntax<'_>) -> Arg {
        let name = node.field("name");
        let value = parts(node).into_iter().rfind(|part| {
            Some(part.node.id()) != name.map(|name| name.node.id()) && part.kind() != "modifier"
        });
        let value = value.map_or_else(|| nothing(node), |value| self.expr(value));
        Arg { name: name.map(|name| name.text().to_owned()), value }
    }

    fn invocation(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(function) = node.field("function") else { return self.other(node) };
        let callee = self.expr(function);
        let args = node.field("arguments").map(|args| self.args(args)).unwrap_or_default();
        match callee.kind {
            // A task that is waited for without its context is the same task.
            ExprKind::Member(of, name) if name == "ConfigureAwait" => ExprKind::Same(of),
            kind => {
                let callee = Box::new(Expr::new(kind, callee.line));
                ExprKind::Call { callee, args }
            }
        }
    }

    fn member_access(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(of), Some(name)) = (node.field("expression"), node.field("name")) else {
            return self.other(node);
        };
        let of = match of.kind() {
            // `Repository<Order>.Empty`: a type, seen by what belongs to it.
            "generic_name" => match self.type_ref(of) {
                Some(ty) => type_named(ty),
                None => nothing(of),
            },
            _ => self.expr(of),
        };
        self.member_of(of, name)
    }

    /// A member by its name, which may say type arguments.
    fn member_of(&mut self, of: Expr, name: Syntax<'_>) -> ExprKind {
        let line = name.line();
        if name.kind() != "generic_name" {
            let member = name.text().trim_start_matches('@').to_owned();
            return ExprKind::Member(Box::new(of), member);
        }
        let member = name.child("identifier").map_or("", Syntax::text).to_owned();
        let types = name.child("type_argument_list").map(|list| self.type_args(list));
        let member = Expr::new(ExprKind::Member(Box::new(of), member), line);
        ExprKind::Applied(Box::new(member), types.unwrap_or_default())
    }

    /// `Create<Order>` where a value stands.
    fn generic_value(&mut self, node: Syntax<'_>) -> ExprKind {
        let name = node.child("identifier").map_or("", Syntax::text).to_owned();
        let types = node.child("type_argument_list").map(|list| self.type_args(list));
        let name = Expr::new(ExprKind::Name(name), node.line());
        ExprKind::Applied(Box::new(name), types.unwrap_or_default())
    }

    /// `order?.Customer`, `lines?[0]`: what is there when the object is.
    fn conditional_access(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(condition) = node.field("condition") else { return self.other(node) };
        let of = self.expr(condition);
        let rest = parts(node).into_iter().next_back();
        match rest {
            Some(rest) if rest.kind() == "member_binding_expression" => match rest.field("name") {
                Some(name) => self.member_of(of, name),
                None => of.kind,
            },
            Some(rest) if rest.kind() == "element_binding_expression" => {
                let args = self.args(rest);
                element(of, args)
            }
            Some(rest) if rest.node.id() != condition.node.id() => {
                ExprKind::Other(vec![of, self.expr(rest)])
            }
            _ => of.kind,
        }
    }

    fn element_access(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(of) = node.field("expression") else { return self.other(node) };
        let of = self.expr(of);
        let args = node.field("subscript").map(|list| self.args(list)).unwrap_or_default();
        element(of, args)
    }

    fn creation(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(ty) = node.field("type").and_then(|ty| self.type_ref(ty)) else {
            return self.other(node);
        };
        self.constructed(node, ty)
    }

    fn implicit_creation(&mut self, node: Syntax<'_>) -> ExprKind {
        match self.wanted.clone() {
            Some(ty) if ty.name != "[]" => {
                let ty = TypeRef { line: node.line(), ..ty };
                self.constructed(node, ty)
            }
            _ => {
                let args = node.child("argument_list").map(|args| self.args(args));
                let args = args.unwrap_or_default().into_iter().map(|arg| arg.value);
                let mut all: Vec<Expr> = args.collect();
                all.extend(self.initializer(node));
                ExprKind::Other(all)
            }
        }
    }

    fn constructed(&mut self, node: Syntax<'_>, ty: TypeRef) -> ExprKind {
        let line = ty.line;
        let arguments = node.field("arguments").or_else(|| node.child("argument_list"));
        let args = arguments.map(|args| self.args(args)).unwrap_or_default();
        let values = self.initializer(node);
        let made = ExprKind::New { ty, args };
        if values.is_empty() {
            return made;
        }
        let values = Expr::new(ExprKind::Other(values), line);
        ExprKind::Block(vec![Stmt::Expr(values), Stmt::Expr(Expr::new(made, line))])
    }

    /// The values between the braces after a `new`; the names before them belong to what is made.
    fn initializer(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        let list = node.field("initializer").or_else(|| node.child("initializer_expression"));
        list.map(|list| self.elements(list)).unwrap_or_default()
    }

    /// The values of an initializer, array or collection.
    fn elements(&mut self, list: Syntax<'_>) -> Vec<Expr> {
        let mut found = Vec::new();
        for child in unconditional(list) {
            match child.kind() {
                "assignment_expression" => {
                    let left = child.field("left").filter(|left| left.kind() != "identifier");
                    found.extend(left.map(|left| self.expr(left)));
                    found.extend(child.field("right").map(|right| self.expr(right)));
                }
                "initializer_expression"
                | "collection_element"
                | "expression_element"
                | "spread_element"
                    if self.enter() =>
                {
                    found.extend(self.elements(child));
                    self.leave();
                }
                _ => found.push(self.expr(child)),
            }
        }
        found
    }

    fn array(&mut self, node: Syntax<'_>) -> ExprKind {
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let element = ty.as_ref().and_then(|ty| ty.args.first().cloned());
        let mut values = Vec::new();
        if let Some(list) = node.child("initializer_expression") {
            for part in parts(list) {
                values.push(self.expr_of(part, element.as_ref()));
            }
        }
        let value = Box::new(Expr::new(ExprKind::Other(values), node.line()));
        match ty {
            Some(ty) => ExprKind::Cast { ty, value },
            None => ExprKind::Same(value),
        }
    }

    /// `new { order.Total, Name = x }`: the names before `=`, and of members that stand alone, are the object's own.
    fn anonymous_object(&mut self, node: Syntax<'_>) -> ExprKind {
        let tokens = node.tokens();
        let mut pairs = Vec::new();
        let mut key = None;
        for (at, token) in tokens.iter().enumerate() {
            let counts = token.node.is_named() || matches!(token.kind(), "this" | "base");
            if !counts || token.node.is_extra() {
                continue;
            }
            if tokens.get(at + 1).is_some_and(|next| next.kind() == "=") {
                key = Some(token.text().to_owned());
                continue;
            }
            let value = self.expr(*token);
            let own = match &value.kind {
                ExprKind::Name(name) | ExprKind::Member(_, name) => name.clone(),
                _ => String::new(),
            };
            let key = key.take().unwrap_or(own);
            pairs.push((Expr::new(ExprKind::Name(key), token.line()), value));
        }
        ExprKind::Map(pairs)
    }

    fn with_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut children = parts(node).into_iter();
        let Some(of) = children.next() else { return ExprKind::Other(Vec::new()) };
        let of = self.expr(of);
        let line = of.line;
        let mut values = Vec::new();
        for initializer in children {
            let value = parts(initializer).into_iter().next_back();
            values.extend(value.map(|value| self.expr(value)));
        }
        let values = Expr::new(ExprKind::Other(values), line);
        ExprKind::Block(vec![Stmt::Expr(values), Stmt::Expr(of)])
    }

    /// `out var order`, which binds a name before the statement.
    fn declaration(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(name) = node.field("name") else { return ExprKind::Other(Vec::new()) };
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let (name, line) = (name.text().to_owned(), name.line());
        self.bound.push(Stmt::Let { name: name.clone(), ty, value: None, line });
        ExprKind::Name(name)
    }

    fn lambda(&mut self, node: Syntax<'_>) -> ExprKind {
        let params = match node.field("parameters") {
            Some(list) if list.kind() == "parameter_list" => self.params(list),
            Some(name) => {
                let name = name.text().trim_start_matches('@').to_owned();
                vec![Param { name, ty: None, annotations: Vec::new() }]
            }
            None => Vec::new(),
        };
        let outer = self.returns.take();
        let body = match node.field("body").or_else(|| node.child("block")) {
            Some(body) => self.function_body(body),
            None => Vec::new(),
        };
        self.returns = outer;
        ExprKind::Lambda { params, body }
    }

    fn conditional(&mut self, node: Syntax<'_>) -> ExprKind {
        let line = node.line();
        let wanted = self.wanted.clone();
        let test = node.field("condition").map_or_else(|| nothing(node), |it| self.expr(it));
        let mut choice = Vec::new();
        for branch in ["consequence", "alternative"] {
            choice.extend(node.field(branch).map(|it| self.expr_of(it, wanted.as_ref())));
        }
        let choice = Expr::new(ExprKind::Choice(choice), line);
        ExprKind::Block(vec![Stmt::Expr(test), Stmt::Expr(choice)])
    }

    fn cast(&mut self, node: Syntax<'_>, ty: &str, value: &str) -> ExprKind {
        let ty = node.field(ty).and_then(|ty| self.type_ref(ty));
        let value = node.field(value).map_or_else(|| nothing(node), |it| self.expr(it));
        match ty {
            Some(ty) => ExprKind::Cast { ty, value: Box::new(value) },
            None => ExprKind::Same(Box::new(value)),
        }
    }

    fn is_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut all: Vec<Expr> = Vec::new();
        all.extend(node.field("left").map(|left| self.expr(left)));
        all.extend(node.field("right").and_then(|ty| self.type_ref(ty)).map(type_named));
        ExprKind::Other(all)
    }

    /// Joins what `+` puts together into one text; `??` gives one of two; long rows are unrolled.
    fn binary(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut operands = Vec::new();
        let mut left = node;
        let (mut is_sum, mut is_choice) = (true, true);
        while left.kind() == "binary_expression" && operands.len() < LONGEST_SUM {
            let operator = left.field("operator").map_or("", |operator| operator.kind());
            is_sum &= operator == "+";
            is_choice &= operator == "??";
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
        let values: Vec<Expr> = operands.into_iter().map(|operand| self.expr(operand)).collect();
        match (is_sum, is_choice) {
            (true, _) => sums::joined(values, &self.constants),
            (_, true) => ExprKind::Choice(values),
            _ => ExprKind::Other(values),
        }
    }

    /// A text with each value in it as `?`; the values follow it.
    fn interpolated(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut values = Vec::new();
        for child in node.tokens() {
            match child.kind() {
                "interpolation" => {
                    let value = parts(child).into_iter().find(|part| {
                        !matches!(
                            part.kind(),
                            "interpolation_brace"
                                | "interpolation_alignment_clause"
                                | "interpolation_format_clause"
                        )
                    });
                    values.extend(value.map(|value| self.expr(value)));
                }
                "string_content" => {
                    values.push(Expr::new(ExprKind::Text(child.text().to_owned()), child.line()));
                }
                "escape_sequence" => {
                    let text = sums::unescaped(child.text());
                    values.push(Expr::new(ExprKind::Text(text), child.line()));
                }
                _ => {}
            }
        }
        if values.is_empty() {
            return ExprKind::Text(String::new());
        }
        if !values.iter().any(|value| matches!(value.kind, ExprKind::Text(_))) {
            values.insert(0, Expr::new(ExprKind::Text(String::new()), node.line()));
        }
        sums::joined(values, &self.constants)
    }
}

fn element(of: Expr, args: Vec<Arg>) -> ExprKind {
    let line = of.line;
    let callee = Box::new(Expr::new(ExprKind::Member(Box::new(of), "[]".to_owned()), line));
    ExprKind::Call { callee, args }
}

/// `a.b.c` as a member of a member of a name.
fn dotted(name: &str, line: u32) -> Expr {
    let mut segments = name.split('.');
    let first = segments.next().unwrap_or_default().to_owned();
    segments.fold(Expr::new(ExprKind::Name(first), line), |of, segment| {
        Expr::new(ExprKind::Member(Box::new(of), segment.to_owned()), line)
    })
}

/// The text of a literal, whichever way it is quoted.
fn text_of(node: Syntax<'_>) -> String {
    let written = node.text();
    match node.kind() {
        "verbatim_string_literal" => {
            let body = written.strip_prefix("@\"").unwrap_or(written);
            body.strip_suffix('"').unwrap_or(body).replace("\"\"", "\"")
        }
        "raw_string_literal" => {
            let content = node.child("raw_string_content").map_or("", Syntax::text);
            if content.contains('\n') { sums::unindented(content) } else { content.to_owned() }
        }
        _ => {
            let body = written.strip_prefix('"').unwrap_or(written);
            sums::unescaped(body.strip_suffix('"').unwrap_or(body))
        }
    }
}
