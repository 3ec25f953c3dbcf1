//! Expressions of PHP.

use super::{Lowering, declarations::named_in_text};
use crate::import::code::{
    outline::{Expr, ExprKind, Stmt, TypeRef},
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
            "variable_name" if node.text() == "$this" => ExprKind::This,
            "variable_name" => ExprKind::Name(node.text().to_owned()),
            "member_access_expression" | "nullsafe_member_access_expression" => {
                self.property_access(node)
            }
            "scoped_property_access_expression" => self.static_property(node),
            "class_constant_access_expression" => self.class_constant(node),
            "member_call_expression" | "nullsafe_member_call_expression" => self.method_call(node),
            "scoped_call_expression" => self.static_call(node),
            "function_call_expression" => self.function_call(node),
            "object_creation_expression" => self.new_object(node),
            "string" | "encapsed_string" | "nowdoc" | "heredoc" => self.string(node),
            "assignment_expression" | "reference_assignment_expression" => {
                self.nested_assignment(node)
            }
            "parenthesized_expression" | "clone_expression" | "error_suppression_expression" => {
                match node.children()[..] {
                    [inner] => ExprKind::Same(Box::new(self.expr(inner))),
                    _ => self.other(node),
                }
            }
            "array_creation_expression" => self.array(node),
            "binary_expression" => self.binary(node),
            "conditional_expression" => self.conditional(node),
            "match_expression" => self.match_expression(node),
            "anonymous_function" | "arrow_function" => self.closure(node),
            "include_expression"
            | "include_once_expression"
            | "require_expression"
            | "require_once_expression" => {
                let mut parts = self.all(node);
                if let Some(value) = parts.pop() {
                    self.include(node, &value);
                    parts.push(value);
                }
                ExprKind::Other(parts)
            }
            "by_ref" | "variadic_unpacking" | "array_element_initializer" => {
                match node.children()[..] {
                    [inner] => ExprKind::Same(Box::new(self.expr(inner))),
                    _ => self.other(node),
                }
            }
            "boolean" if self.in_attribute => ExprKind::Name(node.text().to_lowercase()),
            "name" | "qualified_name" | "relative_name" => ExprKind::Other(Vec::new()),
            _ => self.other(node),
        }
    }

    fn all(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        node.children().into_iter().map(|child| self.expr(child)).collect()
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        ExprKind::Other(self.all(node))
    }

    fn property_access(&mut self, node: Syntax<'_>) -> ExprKind {
        match (node.field("object"), node.field("name")) {
            (Some(object), Some(name)) if name.kind() == "name" => {
                ExprKind::Member(Box::new(self.expr(object)), format!("${}", name.text()))
            }
            _ => self.other(node),
        }
    }

    fn static_property(&mut self, node: Syntax<'_>) -> ExprKind {
        match (node.field("scope"), node.field("name")) {
            (Some(scope), Some(name)) if name.kind() == "variable_name" => {
                ExprKind::Member(Box::new(self.scope(scope)), name.text().to_owned())
            }
            _ => self.other(node),
        }
    }

    /// What stands before `::`.
    fn scope(&mut self, node: Syntax<'_>) -> Expr {
        match node.kind() {
            "name" | "qualified_name" | "relative_name" | "relative_scope" => {
                let ty = self.class_ref(node);
                let is_own = matches!(node.text(), "self" | "static") || ty.name == "static";
                let kind = if is_own { ExprKind::This } else { ExprKind::Type(ty) };
                Expr::new(kind, node.line())
            }
            _ => self.expr(node),
        }
    }

    fn class_constant(&mut self, node: Syntax<'_>) -> ExprKind {
        let parts = node.children();
        let [scope, name] = parts[..] else { return self.other(node) };
        let of = self.scope(scope);
        if name.text() != "class" {
            return match name.kind() {
                "name" => ExprKind::Member(Box::new(of), name.text().to_owned()),
                _ => ExprKind::Other(vec![of, self.expr(name)]),
            };
        }
        match (of.kind, &self.names.own) {
            (ExprKind::This, Some(own)) => {
                let (name, line) = (own.clone(), node.line());
                ExprKind::Type(TypeRef { name, args: Vec::new(), line })
            }
            (kind @ ExprKind::Type(_), _) => kind,
            (kind, _) => ExprKind::Other(vec![Expr::new(kind, of.line)]),
        }
    }

    fn method_call(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(object), Some(name)) = (node.field("object"), node.field("name")) else {
            return self.other(node);
        };
        let of = self.expr(object);
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        if name.kind() != "name" {
            let mut parts = vec![of, self.expr(name)];
            parts.extend(args.into_iter().map(|arg| arg.value));
            return ExprKind::Other(parts);
        }
        let line = name.line();
        let given = super::container::given_by_method(name.text(), &of, &args);
        let callee =
            Box::new(Expr::new(ExprKind::Member(Box::new(of), name.text().to_owned()), line));
        with_type(ExprKind::Call { callee, args }, given, node.line())
    }

    fn static_call(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(scope), Some(name)) = (node.field("scope"), node.field("name")) else {
            return self.other(node);
        };
        let of = self.scope(scope);
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        if name.kind() != "name" {
            let mut parts = vec![of];
            parts.extend(args.into_iter().map(|arg| arg.value));
            return ExprKind::Other(parts);
        }
        let line = name.line();
        if let Some(model) = super::laravel::proxied(&of, name.text(), line) {
            return model;
        }
        let given = super::container::given_by_static(name.text(), &of, &args);
        let callee =
            Box::new(Expr::new(ExprKind::Member(Box::new(of), name.text().to_owned()), line));
        with_type(ExprKind::Call { callee, args }, given, node.line())
    }

    fn function_call(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(function) = node.field("function") else { return self.other(node) };
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        let callee = match function.kind() {
            "name" | "qualified_name" | "relative_name" => {
                let name = self.names.function(function.text());
                Expr::new(ExprKind::Name(name), function.line())
            }
            _ => self.expr(function),
        };
        if let ("view", Some(ExprKind::Text(view))) =
            (function.text(), args.first().map(|arg| &arg.value.kind))
        {
            self.view(view, node.line());
        }
        let given = match &callee.kind {
            ExprKind::Name(name) => super::container::given_by_function(name, &args),
            _ => None,
        };
        with_type(ExprKind::Call { callee: Box::new(callee), args }, given, node.line())
    }

    fn new_object(&mut self, node: Syntax<'_>) -> ExprKind {
        let args = node.child("arguments").map(|list| self.args(list)).unwrap_or_default();
        let parts = node.children();
        let Some(what) = parts.iter().find(|part| part.kind() != "arguments") else {
            return self.other(node);
        };
        match what.kind() {
            "name" | "qualified_name" | "relative_name" => {
                let mut ty = self.class_ref(*what);
                if let ("static", Some(own)) = (ty.name.as_str(), &self.names.own) {
                    ty.name.clone_from(own);
                }
                ExprKind::New { ty, args }
            }
            "anonymous_class" => self.anonymous(*what),
            _ => {
                let mut parts = vec![self.expr(*what)];
                parts.extend(args.into_iter().map(|arg| arg.value));
                ExprKind::Other(parts)
            }
        }
    }

    /// `new class extends Base { … }`.
    fn anonymous(&mut self, node: Syntax<'_>) -> ExprKind {
        let line = node.line();
        let args = node.child("arguments").map(|list| self.args(list)).unwrap_or_default();
        let clause = |name: &str| node.child(name).map(Syntax::children).unwrap_or_default();
        let base = clause("base_clause").first().map(|name| self.class_ref(*name));
        let named: Vec<TypeRef> =
            clause("class_interface_clause").into_iter().map(|name| self.class_ref(name)).collect();
        let parent =
            std::mem::replace(&mut self.names.parent, base.as_ref().map(|base| base.name.clone()));
        let mut body: Vec<Stmt> = named
            .iter()
            .map(|ty| Stmt::Expr(Expr::new(ExprKind::Type(ty.clone()), ty.line)))
            .collect();
        let ty = base.or_else(|| named.into_iter().next());
        let ty =
            ty.unwrap_or_else(|| TypeRef { name: "object".to_owned(), args: Vec::new(), line });
        for member in node.field("body").map(Syntax::children).unwrap_or_default() {
            self.anonymous_member(member, &mut body);
        }
        self.names.parent = parent;
        let of = Box::new(Expr::new(ExprKind::New { ty, args }, line));
        ExprKind::Anonymous { of, body }
    }

    fn anonymous_member(&mut self, member: Syntax<'_>, body: &mut Vec<Stmt>) {
        let line = member.line();
        match member.kind() {
            "method_declaration" => {
                let name = member.field("name").map(Syntax::text).unwrap_or_default().to_owned();
                let value = Some(Expr::new(self.closure(member), line));
                body.push(Stmt::Let { name, ty: None, value, line });
            }
            "property_declaration" => {
                let ty = member.field("type").and_then(|ty| self.type_ref(ty));
                for element in member.children() {
                    let Some(name) = element.field("name") else { continue };
                    let value = element.field("default_value").map(|value| self.expr(value));
                    let name = name.text().to_owned();
                    body.push(Stmt::Let { name, ty: ty.clone(), value, line });
                }
            }
            "use_declaration" => {
                for name in member.children().into_iter().filter(|it| it.kind() != "use_list") {
                    body.push(Stmt::Expr(Expr::new(ExprKind::Type(self.class_ref(name)), line)));
                }
            }
            _ => {}
        }
    }

    /// A function without a name. Its variables are its own.
    fn closure(&mut self, node: Syntax<'_>) -> ExprKind {
        let tags = self.doc_tags(node);
        let bound = std::mem::take(&mut self.bound);
        let seen = self.seen.clone();
        let conditions = std::mem::take(&mut self.conditions);
        let owner = self.owner.take();
        let mut body = Vec::new();
        let params = node
            .field("parameters")
            .map(|list| self.params(list, &tags, &mut body))
            .unwrap_or_default();
        self.owner = owner;
        if let Some(ty) = node.field("return_type").and_then(|ty| self.type_ref(ty)) {
            let line = ty.line;
            body.push(Stmt::Expr(Expr::new(ExprKind::Type(ty), line)));
        }
        match node.field("body") {
            Some(block) if block.kind() == "compound_statement" => self.block(block, &mut body),
            Some(value) => {
                let value = self.bound_expr(value, &mut body);
                body.push(Stmt::Return(value));
            }
            None => {}
        }
        (self.bound, self.seen, self.conditions) = (bound, seen, conditions);
        ExprKind::Lambda { params, body }
    }

    fn nested_assignment(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut stmts = Vec::new();
        self.assignment(node, None, &mut stmts);
        self.bound.append(&mut stmts);
        match node.field("left") {
            Some(left) if left.kind() == "variable_name" => ExprKind::Name(left.text().to_owned()),
            _ => ExprKind::Other(Vec::new()),
        }
    }

    fn array(&mut self, node: Syntax<'_>) -> ExprKind {
        let elements = node.children();
        if elements.iter().all(|element| element.children().len() < 2) {
            let value = |it: Syntax<'_>| match (it.kind(), &it.children()[..]) {
                ("array_element_initializer", [inner]) => self.expr(*inner),
                _ => self.expr(it),
            };
            return ExprKind::List(elements.into_iter().map(value).collect());
        }
        let mut pairs = Vec::new();
        for element in elements {
            match element.children()[..] {
                [key, value] => pairs.push((self.expr(key), self.expr(value))),
                [value] => {
                    let key = Expr::new(ExprKind::Other(Vec::new()), value.line());
                    pairs.push((key, self.expr(value)));
                }
                _ => {}
            }
        }
        ExprKind::Map(pairs)
    }

    fn binary(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return self.other(node);
        };
        let operator = node.field("operator").map(Syntax::text).unwrap_or_default();
        let a = self.expr(left);
        if operator.eq_ignore_ascii_case("instanceof") {
            let b = match right.kind() {
                "name" | "qualified_name" | "relative_name" => {
                    let ty = self.class_ref(right);
                    Expr::new(ExprKind::Type(ty), right.line())
                }
                _ => self.expr(right),
            };
            return ExprKind::Other(vec![a, b]);
        }
        let b = self.expr(right);
        match operator {
            "." => concatenated(a, b, node.line()),
            "??" | "?:" => ExprKind::Choice(vec![a, b]),
            _ => ExprKind::Other(vec![a, b]),
        }
    }

    fn conditional(&mut self, node: Syntax<'_>) -> ExprKind {
        let condition = node.field("condition").map(|it| self.expr(it));
        let body = node.field("body").map(|it| self.expr(it));
        let alternative = node.field("alternative").map(|it| self.expr(it));
        let (before, first) = match body {
            Some(body) => (condition, Some(body)),
            // `a ?: b` gives what it asks for.
            None => (None, condition),
        };
        let choice = ExprKind::Choice(first.into_iter().chain(alternative).collect());
        match before {
            Some(before) => ExprKind::Block(vec![
                Stmt::Expr(before),
                Stmt::Return(Expr::new(choice, node.line())),
            ]),
            None => choice,
        }
    }

    fn match_expression(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut body = Vec::new();
        if let Some(condition) = node.field("condition") {
            body.push(Stmt::Expr(self.expr(condition)));
        }
        let mut choice = Vec::new();
        for arm in node.field("body").map(Syntax::children).unwrap_or_default() {
            if let Some(list) = arm.field("conditional_expressions") {
                body.extend(self.all(list).into_iter().map(Stmt::Expr));
            }
            choice.extend(arm.field("return_expression").map(|value| self.expr(value)));
        }
        body.push(Stmt::Return(Expr::new(ExprKind::Choice(choice), node.line())));
        ExprKind::Block(body)
    }

    /// A string; interpolated values stand behind the text. One that is a class name is that class.
    fn string(&mut self, node: Syntax<'_>) -> ExprKind {
        let (mut text, mut values) = (String::new(), Vec::new());
        let body = node.field("value").unwrap_or(node);
        for part in body.children() {
            match part.kind() {
                "string_content" | "nowdoc_string" => text.push_str(part.text()),
                "escape_sequence" => text.push_str(unescaped(part.text())),
                _ => {
                    text.push('?');
                    values.push(self.expr(part));
                }
            }
            if part.kind() == "nowdoc_string" {
                text.push('\n');
            }
        }
        if values.is_empty() {
            return match named_in_text(&text, node.line()) {
                Some(class) if text.contains('@') => {
                    ExprKind::Other(vec![Expr::new(ExprKind::Text(text), node.line()), class])
                }
                Some(class) => class.kind,
                None => ExprKind::Text(text),
            };
        }
        values.insert(0, Expr::new(ExprKind::Text(text), node.line()));
        ExprKind::Other(values)
    }
}

/// What a string stands for where it follows a backslash.
fn unescaped(sequence: &str) -> &str {
    match sequence {
        "\\n" | "\\r" | "\\t" => " ",
        "\\\\" => "\\",
        "\\'" => "'",
        "\\\"" => "\"",
        "\\$" => "$",
        _ => sequence,
    }
}

/// A value that is known to be of a type, or just the value.
fn with_type(kind: ExprKind, given: Option<TypeRef>, line: u32) -> ExprKind {
    match given {
        Some(ty) => ExprKind::Cast { ty, value: Box::new(Expr::new(kind, line)) },
        None => kind,
    }
}

/// `'a' . $b . 'c'` is text with a gap.
fn concatenated(a: Expr, b: Expr, line: u32) -> ExprKind {
    let (mut text, mut values) = (String::new(), Vec::new());
    let mut is_text = false;
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
            // `__DIR__ . '/a.php'` is a path from this folder.
            ExprKind::Other(parts) if parts.is_empty() => {}
            kind => {
                text.push('?');
                values.push(Expr::new(kind, part.line));
            }
        }
    }
    if !is_text {
        return ExprKind::Other(values);
    }
    if values.is_empty() {
        return ExprKind::Text(text);
    }
    values.insert(0, Expr::new(ExprKind::Text(text), line));
    ExprKind::Other(values)
}
