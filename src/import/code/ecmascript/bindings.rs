//! Names that are bound: variables, parameters, and the patterns that take objects and lists apart.

use super::{
    Lowering,
    modules::{name as named, text_of},
    type_refs::annotated,
};
use crate::import::code::{
    outline::{Annotation, Arg, Expr, ExprKind, Param, Stmt, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// `name: type = value`, whatever the name is.
    pub(super) fn declared(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let ty = node.field("type").and_then(annotated);
        let Some(value) = node.field("value") else {
            self.bind(name, ty, None, into);
            return;
        };
        if self.common_import(name, value) {
            return;
        }
        let value = self.expr(value);
        self.bind(name, ty, Some(value), into);
    }

    /// Binds a pattern to a value.
    pub(super) fn bind(
        &mut self,
        pattern: Syntax<'_>,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        into: &mut Vec<Stmt>,
    ) {
        if self.enter() {
            self.bind_at(pattern, ty, value, into);
        }
        self.leave();
    }

    fn bind_at(
        &mut self,
        pattern: Syntax<'_>,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        into: &mut Vec<Stmt>,
    ) {
        let line = pattern.line();
        match pattern.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => {
                let name = pattern.text().to_owned();
                into.push(Stmt::Let { name, ty, value, line });
            }
            "object_pattern" => {
                let whole = whole(pattern, ty, value, into);
                for part in pattern.children() {
                    self.bind_part(part, &whole, into);
                }
            }
            "array_pattern" => self.bind_list(pattern, ty, value, into),
            "assignment_pattern" | "object_assignment_pattern" => {
                let (Some(left), Some(right)) = (pattern.field("left"), pattern.field("right"))
                else {
                    return;
                };
                let otherwise = self.expr(right);
                let choice = value.into_iter().chain([otherwise]).collect();
                let value = Expr::new(ExprKind::Choice(choice), line);
                self.bind(left, ty, Some(value), into);
            }
            "rest_pattern" => {
                into.extend(value.map(Stmt::Expr));
                for name in pattern.children() {
                    self.bind(name, ty.clone(), None, into);
                }
            }
            "parenthesized_expression" | "non_null_expression" => {
                for inner in pattern.children() {
                    self.bind(inner, ty.clone(), value.clone(), into);
                }
            }
            _ => {
                let target = self.expr(pattern);
                into.push(match value {
                    Some(value) => Stmt::Assign { target, value },
                    None => Stmt::Expr(target),
                });
            }
        }
    }

    fn bind_part(&mut self, part: Syntax<'_>, whole: &str, into: &mut Vec<Stmt>) {
        let line = part.line();
        let member = |name: &str| {
            Expr::new(ExprKind::Member(Box::new(named(whole, line)), name.to_owned()), line)
        };
        match part.kind() {
            "shorthand_property_identifier_pattern" => {
                self.bind(part, None, Some(member(part.text())), into);
            }
            "pair_pattern" => {
                let (Some(key), Some(value)) = (part.field("key"), part.field("value")) else {
                    return;
                };
                self.bind(value, None, Some(member(&text_of(key))), into);
            }
            "object_assignment_pattern" => {
                let name = part.field("left").map(text_of).unwrap_or_default();
                self.bind(part, None, Some(member(&name)), into);
            }
            _ => self.bind(part, None, None, into),
        }
    }

    /// `[a, b] = [x, y]` and `[a, b] = await Promise.all([x, y])` bind one by one.
    fn bind_list(
        &mut self,
        pattern: Syntax<'_>,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        into: &mut Vec<Stmt>,
    ) {
        let element = ty.filter(|ty| ty.name == "[]").and_then(|ty| ty.args.into_iter().next());
        let mut values = match value.map(listed) {
            Some(Ok(values)) => values.into_iter(),
            Some(Err(whole)) => {
                into.push(Stmt::Expr(whole));
                Vec::new().into_iter()
            }
            None => Vec::new().into_iter(),
        };
        let mut is_empty = true;
        for token in pattern.tokens() {
            match token.kind() {
                "[" | "]" => {}
                "," => {
                    if is_empty {
                        into.extend(values.next().map(Stmt::Expr));
                    }
                    is_empty = true;
                }
                _ => {
                    is_empty = false;
                    let value = values.next();
                    self.bind(token, element.clone(), value, into);
                }
            }
        }
        into.extend(values.map(Stmt::Expr));
    }

    /// Parameters and body of a function; what parameters take apart is bound where the body begins.
    pub(super) fn params_and_body(&mut self, node: Syntax<'_>) -> (Vec<Param>, Vec<Stmt>) {
        let mut body = Vec::new();
        let mut params = Vec::new();
        if let Some(single) = node.field("parameter") {
            params.push(Param { name: single.text().to_owned(), ..Param::default() });
        }
        let list = node.field("parameters").map(Syntax::children).unwrap_or_default();
        for parameter in list {
            if let Some(param) = self.param(parameter, &mut body) {
                params.push(param);
            }
        }
        match node.field("body") {
            Some(block) if block.kind() == "statement_block" => body.extend(self.block(block)),
            Some(value) => body.push(Stmt::Return(self.expr(value))),
            None => {}
        }
        (params, body)
    }

    fn param(&mut self, node: Syntax<'_>, body: &mut Vec<Stmt>) -> Option<Param> {
        let written = matches!(node.kind(), "required_parameter" | "optional_parameter");
        let pattern = if written { node.field("pattern")? } else { node };
        if pattern.kind() == "this" {
            return None;
        }
        let decorators = node.fields("decorator");
        let annotations: Vec<Annotation> =
            decorators.into_iter().filter_map(|it| self.annotation(it)).collect();
        let written_type = node.field("type");
        let mut ty = written_type.and_then(annotated);
        let default = node.field("value").map(|value| self.expr(value)).or_else(|| {
            let right = pattern.field("right").filter(|_| pattern.kind() == "assignment_pattern");
            right.map(|right| self.expr(right))
        });
        if let (None, Some(ExprKind::New { ty: made, .. })) =
            (&ty, default.as_ref().map(|it| &it.kind))
        {
            ty = Some(made.clone());
        }
        body.extend(default.map(Stmt::Expr));
        let inner = if pattern.kind() == "assignment_pattern" {
            pattern.field("left").unwrap_or(pattern)
        } else {
            pattern
        };
        let line = node.line();
        let name = match inner.kind() {
            "identifier" => inner.text().to_owned(),
            "rest_pattern" => {
                let name = inner.children().into_iter().next();
                name.filter(|it| it.kind() == "identifier").map(text_of).unwrap_or_default()
            }
            "object_pattern" => {
                let hidden = format!("(parameter {line} {})", body.len());
                match written_type.and_then(object_type) {
                    Some(members) => self.bind_typed(inner, members, &hidden, body),
                    None => self.bind(inner, None, Some(named(&hidden, line)), body),
                }
                hidden
            }
            _ => {
                let hidden = format!("(parameter {line} {})", body.len());
                self.bind(inner, None, Some(named(&hidden, line)), body);
                hidden
            }
        };
        Some(Param { name, ty, annotations })
    }

    /// `({ a, b }: { a: A; b: B })`: each name has the type that is written for it.
    fn bind_typed(
        &mut self,
        pattern: Syntax<'_>,
        members: Syntax<'_>,
        whole: &str,
        into: &mut Vec<Stmt>,
    ) {
        for part in pattern.children() {
            let key = match part.kind() {
                "shorthand_property_identifier_pattern" => text_of(part),
                "pair_pattern" => part.field("key").map(text_of).unwrap_or_default(),
                "object_assignment_pattern" => part.field("left").map(text_of).unwrap_or_default(),
                _ => String::new(),
            };
            let member = members
                .children()
                .into_iter()
                .find(|it| it.field("name").map(text_of).as_deref() == Some(key.as_str()));
            let ty = member.and_then(|it| it.field("type")).and_then(annotated);
            let before = into.len();
            self.bind_part(part, whole, into);
            if let Some(Stmt::Let { ty: known, .. }) = into.get_mut(before) {
                *known = ty;
            }
        }
    }

    /// A decorator.
    pub(super) fn annotation(&mut self, decorator: Syntax<'_>) -> Option<Annotation> {
        let value = decorator.children().into_iter().next()?;
        let line = decorator.line();
        let expr = self.expr(value);
        match expr.kind {
            ExprKind::Call { callee, args } => {
                let mut flat = Vec::new();
                for arg in args {
                    flat.extend(spread_out(arg));
                }
                Some(Annotation { name: callee.dotted()?, args: flat, line })
            }
            _ => Some(Annotation { name: expr.dotted()?, args: Vec::new(), line }),
        }
    }
}

/// An object among the arguments of a decorator says its arguments by name.
fn spread_out(arg: Arg) -> Vec<Arg> {
    let is_plain = |pairs: &Vec<(Expr, Expr)>| {
        pairs.iter().all(|(key, _)| matches!(key.kind, ExprKind::Text(_)))
    };
    match arg.value.kind {
        ExprKind::Map(pairs) if is_plain(&pairs) => pairs
            .into_iter()
            .map(|(key, value)| match key.kind {
                ExprKind::Text(name) => Arg { name: Some(name), value },
                _ => Arg { name: None, value },
            })
            .collect(),
        _ => vec![arg],
    }
}

/// The members of a type annotation that is nothing but an object type.
fn object_type(annotation: Syntax<'_>) -> Option<Syntax<'_>> {
    annotation.children().into_iter().next().filter(|it| it.kind() == "object_type")
}

/// A name for a value that is taken apart.
fn whole(
    pattern: Syntax<'_>,
    ty: Option<TypeRef>,
    value: Option<Expr>,
    into: &mut Vec<Stmt>,
) -> String {
    if let (None, Some(ExprKind::Name(name))) = (&ty, value.as_ref().map(|it| &it.kind)) {
        return name.clone();
    }
    let start = pattern.node.start_position();
    let name = format!("(object {} {})", start.row, start.column);
    into.push(Stmt::Let { name: name.clone(), ty, value, line: pattern.line() });
    name
}

/// The expressions that a list is made of, or the value as it was.
fn listed(value: Expr) -> Result<Vec<Expr>, Expr> {
    match value.kind {
        ExprKind::List(parts) => Ok(parts),
        ExprKind::Same(inner) => listed(*inner),
        ExprKind::Call { callee, mut args } => {
            let all = callee.dotted().is_some_and(|it| it == "Promise.all" || it == "promiseAll");
            match (all, args.len()) {
                (true, 1) if matches!(args[0].value.kind, ExprKind::List(_)) => {
                    listed(args.remove(0).value)
                }
                _ => Err(Expr::new(ExprKind::Call { callee, args }, value.line)),
            }
        }
        kind => Err(Expr::new(kind, value.line)),
    }
}
