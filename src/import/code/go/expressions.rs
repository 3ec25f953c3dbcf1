//! Expressions of Go.

use super::Lowering;
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// Lowers an expression; what lies too deep is left out.
    pub(super) fn expr(&mut self, node: Syntax<'_>) -> Expr {
        if !self.enter() {
            return Expr::new(ExprKind::Other(Vec::new()), node.line());
        }
        let kind = self.kind(node);
        self.leave();
        Expr::new(kind, node.line())
    }

    fn kind(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.kind() {
            "identifier" if self.this.as_deref() == Some(node.text()) => ExprKind::This,
            "identifier" => ExprKind::Name(node.text().to_owned()),
            "selector_expression" => match (node.field("operand"), node.field("field")) {
                (Some(of), Some(name)) => {
                    ExprKind::Member(Box::new(self.expr(of)), name.text().to_owned())
                }
                _ => self.other(node),
            },
            "call_expression" => self.call(node),
            "composite_literal" => self.composite(node),
            "unary_expression" | "parenthesized_expression" => {
                match node.field("operand").or_else(|| node.children().into_iter().next()) {
                    Some(inner) => ExprKind::Same(Box::new(self.expr(inner))),
                    None => self.other(node),
                }
            }
            "index_expression" => self.index(node),
            "slice_expression" => match node.field("operand") {
                Some(of) => ExprKind::Same(Box::new(self.expr(of))),
                None => self.other(node),
            },
            "type_assertion_expression" | "type_conversion_expression" => {
                let value = node.field("operand").map(|value| self.expr(value));
                match (node.field("type").and_then(|ty| self.type_ref(ty)), value) {
                    (Some(ty), Some(value)) => ExprKind::Cast { ty, value: Box::new(value) },
                    _ => self.other(node),
                }
            }
            "func_literal" => {
                let params =
                    node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
                let mut body = Vec::new();
                if let Some(block) = node.field("body") {
                    self.block(block, &mut body);
                }
                ExprKind::Lambda { params, body }
            }
            "interpreted_string_literal" | "raw_string_literal" => ExprKind::Text(text(node)),
            "binary_expression" => self.binary(node),
            "slice_type"
            | "map_type"
            | "pointer_type"
            | "qualified_type"
            | "generic_type"
            | "type_identifier"
            | "array_type"
            | "channel_type"
            | "function_type"
            | "struct_type"
            | "type_instantiation_expression" => match self.type_ref(node) {
                Some(ty) => ExprKind::Type(ty),
                None => self.other(node),
            },
            _ => self.other(node),
        }
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        ExprKind::Other(node.children().into_iter().map(|child| self.expr(child)).collect())
    }

    fn call(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(function) = node.field("function") else { return self.other(node) };
        let list = node.field("arguments").map(Syntax::children).unwrap_or_default();
        if let ("new" | "make", Some(first)) = (function.text(), list.first())
            && let Some(ty) = self.type_ref(*first)
        {
            let args = list[1..].iter().map(|arg| self.arg(*arg)).collect();
            return match function.text() {
                "new" => ExprKind::New { ty, args },
                _ => {
                    let values = args.into_iter().map(|arg: Arg| arg.value).collect();
                    let value = Box::new(Expr::new(ExprKind::Other(values), node.line()));
                    ExprKind::Cast { ty, value }
                }
            };
        }
        let args: Vec<Arg> = list.into_iter().map(|arg| self.arg(arg)).collect();
        if function.text() == "append" {
            return ExprKind::Choice(args.into_iter().map(|arg| arg.value).collect());
        }
        let mut callee = self.expr(function);
        if let Some(types) = node.field("type_arguments") {
            let types = types.children().into_iter().filter_map(|ty| self.type_ref(ty));
            let mut parts: Vec<Expr> =
                types.map(|ty| Expr::new(ExprKind::Type(ty.clone()), ty.line)).collect();
            let call = ExprKind::Call { callee: Box::new(callee), args };
            parts.push(Expr::new(call, node.line()));
            let stmts = parts.into_iter().map(crate::import::code::outline::Stmt::Expr);
            return ExprKind::Block(stmts.collect());
        }
        callee.line = function.end_line();
        ExprKind::Call { callee: Box::new(callee), args }
    }

    fn arg(&mut self, node: Syntax<'_>) -> Arg {
        let node = match node.kind() {
            "variadic_argument" => node.children().into_iter().next().unwrap_or(node),
            _ => node,
        };
        Arg { name: None, value: self.expr(node) }
    }

    /// `Order{ID: 1}`, `[]Order{{ID: 1}}`, `map[string]Order{"a": {ID: 1}}`.
    fn composite(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(written) = node.field("type") else { return self.other(node) };
        let ty = self.type_ref(written);
        match (ty, node.field("body")) {
            (Some(ty), Some(body)) => self.literal(ty, body),
            (Some(ty), None) => ExprKind::New { ty, args: Vec::new() },
            (None, _) => self.other(node),
        }
    }

    fn literal(&mut self, ty: TypeRef, body: Syntax<'_>) -> ExprKind {
        let line = body.line();
        let holds = matches!(ty.name.as_str(), "[]" | "map");
        if !holds {
            let args =
                body.children().into_iter().map(|element| self.field_value(element)).collect();
            return ExprKind::New { ty, args };
        }
        let element = ty.args.last().cloned();
        let mut parts = Vec::new();
        for child in body.children() {
            let (key, value) = match child.kind() {
                "keyed_element" => (child.field("key"), child.field("value")),
                _ => (None, Some(child)),
            };
            parts.extend(key.map(|key| self.element(key, ty.args.first().cloned())));
            parts.extend(value.map(|value| self.element(value, element.clone())));
        }
        let value = Box::new(Expr::new(ExprKind::Other(parts), line));
        ExprKind::Cast { ty, value }
    }

    fn field_value(&mut self, element: Syntax<'_>) -> Arg {
        if element.kind() != "keyed_element" {
            return Arg { name: None, value: self.element(element, None) };
        }
        let name = element.field("key").map(|key| key.text().to_owned());
        let line = element.line();
        let value = element.field("value").map(|value| self.element(value, None));
        Arg { name, value: value.unwrap_or_else(|| Expr::new(ExprKind::Other(Vec::new()), line)) }
    }

    /// An element of a literal; `{…}` alone is of the type that the literal holds.
    fn element(&mut self, node: Syntax<'_>, ty: Option<TypeRef>) -> Expr {
        if !self.enter() {
            return Expr::new(ExprKind::Other(Vec::new()), node.line());
        }
        let inner = match node.kind() {
            "literal_element" => node.children().into_iter().next().unwrap_or(node),
            _ => node,
        };
        let value = match (inner.kind(), ty) {
            ("literal_value", Some(ty)) => Expr::new(self.literal(ty, inner), inner.line()),
            ("literal_value", None) => {
                let parts = inner.children().into_iter().map(|it| self.field_value(it).value);
                let parts = parts.collect();
                Expr::new(ExprKind::Other(parts), inner.line())
            }
            _ => self.expr(inner),
        };
        self.leave();
        value
    }

    /// `orders[0]` gives what `orders` holds.
    fn index(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(of), Some(at)) = (node.field("operand"), node.field("index")) else {
            return self.other(node);
        };
        let callee = ExprKind::Member(Box::new(self.expr(of)), "[]".to_owned());
        let callee = Box::new(Expr::new(callee, node.line()));
        ExprKind::Call { callee, args: vec![Arg { name: None, value: self.expr(at) }] }
    }

    /// `"a" + b + "c"` is text with a gap.
    fn binary(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return self.other(node);
        };
        let operator = node.field("operator").map(Syntax::text).unwrap_or_default();
        let (a, b) = (self.expr(left), self.expr(right));
        if operator != "+" {
            return ExprKind::Other(vec![a, b]);
        }
        let (mut text, mut values, mut is_text) = (String::new(), Vec::new(), false);
        for part in [a, b] {
            match part.kind {
                ExprKind::Text(more) => {
                    text.push_str(&more);
                    is_text = true;
                }
                ExprKind::Other(mut parts)
                    if matches!(parts.first().map(|it| &it.kind), Some(ExprKind::Text(_))) =>
                {
                    if let ExprKind::Text(more) = parts.remove(0).kind {
                        text.push_str(&more);
                    }
                    values.extend(parts);
                    is_text = true;
                }
                kind => {
                    text.push('?');
                    values.push(Expr::new(kind, part.line));
                }
            }
        }
        match (is_text, values.is_empty()) {
            (true, true) => ExprKind::Text(text),
            (true, false) => {
                values.insert(0, Expr::new(ExprKind::Text(text), node.line()));
                ExprKind::Other(values)
            }
            (false, _) => ExprKind::Other(values),
        }
    }
}

/// The text of a literal.
fn text(node: Syntax<'_>) -> String {
    let mut text = String::new();
    for part in node.children() {
        match part.kind() {
            "escape_sequence" => text.push_str(match part.text() {
                "\\n" | "\\r" | "\\t" => " ",
                "\\\"" => "\"",
                "\\\\" => "\\",
                _ => "",
            }),
            _ => text.push_str(part.text()),
        }
    }
    text
}
