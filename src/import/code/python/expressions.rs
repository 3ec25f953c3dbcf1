//! Lowering Python expressions to an outline.

use super::lower::{Lowering, type_ref};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Stmt},
    tree::{DEEPEST, Syntax},
};

/// What `x[i]` calls.
pub(super) const GET_ITEM: &str = "__getitem__";
/// What `x[i:j]` is lowered to.
pub(super) const GET_PART: &str = "__getslice__";

impl Lowering {
    /// Lowers an expression; what lies too deep is left out.
    pub(super) fn expr(&mut self, node: Syntax<'_>) -> Expr {
        self.depth += 1;
        let kind = if self.depth > DEEPEST { ExprKind::Other(Vec::new()) } else { self.kind(node) };
        self.depth -= 1;
        Expr::new(kind, node.line())
    }

    fn kind(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.kind() {
            "identifier" => match &self.this {
                Some(this) if this == node.text() => ExprKind::This,
                _ => ExprKind::Name(node.text().to_owned()),
            },
            "attribute" => match (node.field("object"), node.field("attribute")) {
                (Some(object), Some(name)) => {
                    ExprKind::Member(Box::new(self.expr(object)), name.text().to_owned())
                }
                _ => self.other(node),
            },
            "call" => self.call(node),
            "string" | "concatenated_string" => self.string(node),
            "lambda" => {
                let params =
                    node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
                let body = node.field("body").map(|body| Stmt::Return(self.expr(body)));
                ExprKind::Lambda { params, body: body.into_iter().collect() }
            }
            "await"
            | "parenthesized_expression"
            | "not_operator"
            | "list_splat"
            | "dictionary_splat" => match node.children()[..] {
                [inner] => ExprKind::Same(Box::new(self.expr(inner))),
                _ => self.other(node),
            },
            "conditional_expression" => match node.children()[..] {
                [then, condition, otherwise] => {
                    let condition = self.expr(condition);
                    let choice = vec![self.expr(then), self.expr(otherwise)];
                    let choice = Expr::new(ExprKind::Choice(choice), node.line());
                    ExprKind::Block(vec![Stmt::Expr(condition), Stmt::Return(choice)])
                }
                _ => self.other(node),
            },
            "boolean_operator" => ExprKind::Choice(self.all(node)),
            "list" | "set" | "tuple" | "expression_list" | "pattern_list" => {
                ExprKind::List(self.all(node))
            }
            "dictionary" => self.dictionary(node),
            "list_comprehension"
            | "set_comprehension"
            | "generator_expression"
            | "dictionary_comprehension" => self.comprehension(node),
            "named_expression" => {
                let name = node.field("name").map(|name| name.text().to_owned());
                let value = node.field("value").map(|value| self.expr(value));
                let line = node.line();
                let name = name.unwrap_or_default();
                ExprKind::Block(vec![Stmt::Let { name, ty: None, value, line }])
            }
            "binary_operator" => self.binary(node),
            "subscript" => self.subscript(node),
            "none" | "true" | "false" | "integer" | "float" => {
                ExprKind::Name(node.text().to_owned())
            }
            "type" => match type_ref(node) {
                Some(ty) => ExprKind::Type(ty),
                None => self.other(node),
            },
            _ => self.other(node),
        }
    }

    fn all(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        node.children().into_iter().map(|child| self.expr(child)).collect()
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        ExprKind::Other(self.all(node))
    }

    fn call(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(function) = node.field("function") else { return self.other(node) };
        if function.text() == "super" {
            return ExprKind::Super;
        }
        let args = match node.field("arguments") {
            Some(list) if list.kind() == "argument_list" => self.args(list),
            Some(generator) => vec![Arg { name: None, value: self.expr(generator) }],
            None => Vec::new(),
        };
        ExprKind::Call { callee: Box::new(self.expr(function)), args }
    }

    /// `lines[0]` is a call of what Python calls for it; of a part, of the same with another name.
    fn subscript(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(value) = node.field("value") else { return self.other(node) };
        let indexes = node.fields("subscript");
        let is_part = indexes.iter().any(|index| index.kind() == "slice");
        let name = if is_part { GET_PART } else { GET_ITEM };
        let of = Box::new(self.expr(value));
        let args =
            indexes.into_iter().map(|index| Arg { name: None, value: self.expr(index) }).collect();
        let callee = Expr::new(ExprKind::Member(of, name.to_owned()), node.line());
        ExprKind::Call { callee: Box::new(callee), args }
    }

    fn dictionary(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut pairs = Vec::new();
        let mut rest = Vec::new();
        for child in node.children() {
            match (child.field("key"), child.field("value")) {
                (Some(key), Some(value)) => pairs.push((self.expr(key), self.expr(value))),
                _ => rest.push(self.expr(child)),
            }
        }
        if rest.is_empty() {
            return ExprKind::Map(pairs);
        }
        rest.insert(0, Expr::new(ExprKind::Map(pairs), node.line()));
        ExprKind::Other(rest)
    }

    /// `[f(x) for x in xs if g(x)]` runs like a loop within a loop, and gives a list.
    fn comprehension(&mut self, node: Syntax<'_>) -> ExprKind {
        let clauses = node.children();
        let body = node.field("body").map(|body| vec![Stmt::Expr(self.expr(body))]);
        let mut body = body.unwrap_or_default();
        for clause in clauses.into_iter().rev() {
            match clause.kind() {
                "if_clause" => {
                    let conditions = self.all(clause).into_iter().map(Stmt::Expr);
                    body.splice(0..0, conditions);
                }
                "for_in_clause" => {
                    let (Some(left), Some(right)) = (clause.field("left"), clause.field("right"))
                    else {
                        continue;
                    };
                    let over = self.expr(right);
                    let mut bound = Vec::new();
                    let name = self.bind_each(left, &mut bound);
                    body.splice(0..0, bound);
                    body = vec![Stmt::Loop { each: Some((name, None, over)), body }];
                }
                _ => {}
            }
        }
        ExprKind::Block(body)
    }

    /// A string, or several beside each other; interpolated values stand behind the text.
    fn string(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut text = String::new();
        let mut values = Vec::new();
        self.string_parts(node, &mut text, &mut values);
        with_values(text, values, node.line())
    }

    fn string_parts(&mut self, node: Syntax<'_>, text: &mut String, values: &mut Vec<Expr>) {
        for part in node.children() {
            match part.kind() {
                "string" => self.string_parts(part, text, values),
                "string_content" => text.push_str(part.text()),
                "interpolation" => {
                    text.push('?');
                    values.extend(part.field("expression").map(|value| self.expr(value)));
                }
                _ => {}
            }
        }
    }

    /// `"a" + b` and `"a %s" % b` are still text.
    fn binary(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return self.other(node);
        };
        let (left, right) = (self.expr(left), self.expr(right));
        let operator = node.field("operator").map(Syntax::text).unwrap_or_default();
        match (operator, left.kind, right.kind) {
            ("+", ExprKind::Text(a), ExprKind::Text(b)) => ExprKind::Text(a + &b),
            ("+", ExprKind::Text(a), b) => {
                with_values(a + "?", vec![Expr::new(b, right.line)], node.line())
            }
            ("+", a, ExprKind::Text(b)) => {
                with_values(format!("?{b}"), vec![Expr::new(a, left.line)], node.line())
            }
            (_, a, b) => ExprKind::Other(vec![Expr::new(a, left.line), Expr::new(b, right.line)]),
        }
    }
}

fn with_values(text: String, mut values: Vec<Expr>, line: u32) -> ExprKind {
    if values.is_empty() {
        return ExprKind::Text(text);
    }
    values.insert(0, Expr::new(ExprKind::Text(text), line));
    ExprKind::Other(values)
}
