//! Expressions.

use super::{
    Lowering,
    modules::{first_text, required, text_of},
    type_refs::type_ref,
};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Stmt, TypeRef, Visibility},
    tree::Syntax,
};

impl Lowering {
    /// Lowers an expression; what lies too deep is left out.
    pub(super) fn expr(&mut self, node: Syntax<'_>) -> Expr {
        let kind = if self.enter() { self.kind(node) } else { ExprKind::Other(Vec::new()) };
        self.leave();
        Expr::new(kind, node.line())
    }

    fn kind(&mut self, node: Syntax<'_>) -> ExprKind {
        match node.kind() {
            "identifier" | "shorthand_property_identifier" | "type_identifier" => {
                ExprKind::Name(node.text().to_owned())
            }
            "this" if self.this_is_owner => ExprKind::This,
            "this" => ExprKind::Name("this".to_owned()),
            "super" => ExprKind::Super,
            "member_expression" => match (node.field("object"), node.field("property")) {
                (Some(object), Some(name)) => {
                    ExprKind::Member(Box::new(self.expr(object)), name.text().to_owned())
                }
                _ => self.other(node),
            },
            "subscript_expression" => self.subscript(node),
            "call_expression" => self.call(node),
            "new_expression" => self.new_object(node),
            "arrow_function"
            | "function_expression"
            | "generator_function"
            | "function_declaration" => self.lambda(node).kind,
            "class" => self.class_value(node),
            "string" => ExprKind::Text(string(node)),
            "template_string" => self.template(node),
            "object" => self.object_value(node),
            "array" => ExprKind::List(self.all(node)),
            "parenthesized_expression"
            | "await_expression"
            | "non_null_expression"
            | "yield_expression"
            | "jsx_expression"
            | "instantiation_expression" => match node.children().first() {
                Some(inner) => ExprKind::Same(Box::new(self.expr(*inner))),
                None => ExprKind::Other(Vec::new()),
            },
            "as_expression" | "satisfies_expression" | "type_assertion" => self.said(node),
            "ternary_expression" => self.ternary(node),
            "binary_expression" => self.binary(node),
            "assignment_expression" => self.assignment(node),
            "sequence_expression" => {
                ExprKind::Block(self.all(node).into_iter().map(Stmt::Expr).collect())
            }
            "jsx_element" | "jsx_self_closing_element" => self.element(node),
            "jsx_attribute" => {
                let value = node.children().into_iter().nth(1);
                ExprKind::Other(value.map(|value| self.expr(value)).into_iter().collect())
            }
            "augmented_assignment_expression" => {
                let parts = [node.field("left"), node.field("right")];
                ExprKind::Other(parts.into_iter().flatten().map(|it| self.expr(it)).collect())
            }
            "jsx_text"
            | "regex"
            | "number"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "meta_property"
            | "comment"
            | "property_identifier"
            | "html_character_reference" => ExprKind::Other(Vec::new()),
            _ => self.other(node),
        }
    }

    fn all(&mut self, node: Syntax<'_>) -> Vec<Expr> {
        node.children().into_iter().map(|child| self.expr(child)).collect()
    }

    fn other(&mut self, node: Syntax<'_>) -> ExprKind {
        ExprKind::Other(self.all(node))
    }

    fn subscript(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(object), Some(index)) = (node.field("object"), node.field("index")) else {
            return self.other(node);
        };
        let object = self.expr(object);
        if index.kind() == "string" {
            return ExprKind::Member(Box::new(object), text_of(index));
        }
        ExprKind::Other(vec![object, self.expr(index)])
    }

    fn call(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(function) = node.field("function") else { return self.other(node) };
        let line = node.line();
        let args_node = node.field("arguments");
        if let Some(path) = required(node) {
            return self.loaded(path, true, line);
        }
        if function.kind() == "import" {
            return match args_node.and_then(first_text) {
                Some(path) => self.loaded(path, false, line),
                None => self.other(node),
            };
        }
        let callee = self.expr(function);
        let args = match args_node {
            Some(text) if text.kind() == "template_string" => self.tagged(text),
            Some(list) => self.args(list),
            None => Vec::new(),
        };
        let types: Vec<TypeRef> = node
            .field("type_arguments")
            .map(|list| list.children().into_iter().map(type_ref).collect())
            .unwrap_or_default();
        typed_call(callee, args, types, line)
    }

    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        self.all(list).into_iter().map(|value| Arg { name: None, value }).collect()
    }

    /// The text of a tagged template, then the values in it.
    fn tagged(&mut self, template: Syntax<'_>) -> Vec<Arg> {
        let (text, values) = self.template_parts(template);
        let text = Expr::new(ExprKind::Text(text), template.line());
        [text].into_iter().chain(values).map(|value| Arg { name: None, value }).collect()
    }

    fn new_object(&mut self, node: Syntax<'_>) -> ExprKind {
        let Some(constructor) = node.field("constructor") else { return self.other(node) };
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        let types = node.field("type_arguments").map(Syntax::children).unwrap_or_default();
        match constructor.kind() {
            "identifier" | "member_expression" => {
                let name: String = constructor.text().split_whitespace().collect();
                if name.split('.').all(is_plain_name) && !name.starts_with("this.") {
                    let args_of_type = types.into_iter().map(type_ref).collect();
                    let ty = TypeRef { name, args: args_of_type, line: node.line() };
                    return ExprKind::New { ty, args };
                }
                let callee = self.expr(constructor);
                let parts = [callee].into_iter().chain(args.into_iter().map(|it| it.value));
                ExprKind::Other(parts.collect())
            }
            _ => {
                let callee = self.expr(constructor);
                let parts = [callee].into_iter().chain(args.into_iter().map(|it| it.value));
                ExprKind::Other(parts.collect())
            }
        }
    }

    fn class_value(&mut self, node: Syntax<'_>) -> ExprKind {
        let start = node.node.start_position();
        let name = node.field("name").map_or_else(
            || format!("class {} {}", start.row + 1, start.column),
            |name| name.text().to_owned(),
        );
        let mut rest = Vec::new();
        self.class(node, name.clone(), Visibility::Private, &[], &mut rest);
        let name = match self.owner {
            Some(owner) => format!("{}.{name}", self.outline.types[owner].name),
            None => name,
        };
        let ty = TypeRef { name, args: Vec::new(), line: node.line() };
        rest.push(Stmt::Expr(Expr::new(ExprKind::Type(ty), node.line())));
        ExprKind::Block(rest)
    }

    fn object_value(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut pairs = Vec::new();
        for member in node.children() {
            let line = member.line();
            let text = |name: String| Expr::new(ExprKind::Text(name), line);
            match member.kind() {
                "pair" => {
                    let (Some(key), Some(value)) = (member.field("key"), member.field("value"))
                    else {
                        continue;
                    };
                    let key = match key.kind() {
                        "computed_property_name" => self.expr(key),
                        _ => text(text_of(key)),
                    };
                    pairs.push((key, self.expr(value)));
                }
                "shorthand_property_identifier" => {
                    pairs.push((text(member.text().to_owned()), self.expr(member)));
                }
                "method_definition" => {
                    let name = member.field("name").map(text_of).unwrap_or_default();
                    pairs.push((text(name), self.lambda(member)));
                }
                _ => {
                    let rest = Expr::new(ExprKind::Name("...".to_owned()), line);
                    pairs.push((rest, self.expr(member)));
                }
            }
        }
        ExprKind::Map(pairs)
    }

    fn said(&mut self, node: Syntax<'_>) -> ExprKind {
        let mut parts = node.children();
        if node.kind() == "type_assertion" {
            parts.reverse();
        }
        let Some(value) = parts.first().map(|value| self.expr(*value)) else {
            return ExprKind::Other(Vec::new());
        };
        let Some(ty) = parts.get(1) else { return ExprKind::Same(Box::new(value)) };
        let ty = match ty.kind() {
            "type_arguments" => ty.children().first().map(|it| type_ref(*it)).unwrap_or_default(),
            _ => type_ref(*ty),
        };
        if matches!(ty.name.as_str(), "any" | "unknown" | "const") {
            let is_const = ty.name == "const";
            return if is_const {
                ExprKind::Same(Box::new(value))
            } else {
                ExprKind::Other(vec![Expr::new(ExprKind::Other(Vec::new()), node.line()), value])
            };
        }
        if node.kind() == "satisfies_expression" {
            let named = Expr::new(ExprKind::Type(ty), node.line());
            return ExprKind::Block(vec![Stmt::Expr(named), Stmt::Expr(value)]);
        }
        ExprKind::Cast { ty, value: Box::new(value) }
    }

    fn ternary(&mut self, node: Syntax<'_>) -> ExprKind {
        let parts = [node.field("condition"), node.field("consequence"), node.field("alternative")];
        let [Some(condition), Some(then), Some(otherwise)] = parts else {
            return self.other(node);
        };
        let condition = self.expr(condition);
        let choice = vec![self.expr(then), self.expr(otherwise)];
        let choice = Expr::new(ExprKind::Choice(choice), node.line());
        ExprKind::Block(vec![Stmt::Expr(condition), Stmt::Return(choice)])
    }

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
            ("+", ExprKind::Other(mut parts), ExprKind::Text(b))
                if matches!(parts.first().map(|it| &it.kind), Some(ExprKind::Text(_))) =>
            {
                if let Some(ExprKind::Text(text)) = parts.first_mut().map(|it| &mut it.kind) {
                    text.push_str(&b);
                }
                ExprKind::Other(parts)
            }
            ("+", a, ExprKind::Text(b)) => {
                with_values(format!("?{b}"), vec![Expr::new(a, left.line)], node.line())
            }
            ("||" | "??", a, b) => {
                ExprKind::Choice(vec![Expr::new(a, left.line), Expr::new(b, right.line)])
            }
            ("&&", a, b) => ExprKind::Block(vec![
                Stmt::Expr(Expr::new(a, left.line)),
                Stmt::Expr(Expr::new(b, right.line)),
            ]),
            (_, a, b) => {
                let nothing = Expr::new(ExprKind::Other(Vec::new()), node.line());
                ExprKind::Other(vec![nothing, Expr::new(a, left.line), Expr::new(b, right.line)])
            }
        }
    }

    fn assignment(&mut self, node: Syntax<'_>) -> ExprKind {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return self.other(node);
        };
        let value = self.expr(right);
        let mut body = Vec::new();
        if matches!(left.kind(), "identifier" | "object_pattern" | "array_pattern") {
            let target = self.expr(left);
            body.push(Stmt::Assign { target, value });
        } else {
            self.bind(left, None, Some(value), &mut body);
        }
        ExprKind::Block(body)
    }

    fn template(&mut self, node: Syntax<'_>) -> ExprKind {
        let (text, values) = self.template_parts(node);
        with_values(text, values, node.line())
    }

    fn template_parts(&mut self, node: Syntax<'_>) -> (String, Vec<Expr>) {
        let mut text = String::new();
        let mut values = Vec::new();
        for part in node.children() {
            match part.kind() {
                "string_fragment" => text.push_str(part.text()),
                "escape_sequence" => text.push_str(&unescaped(part.text())),
                "template_substitution" => {
                    text.push('?');
                    values.extend(self.all(part));
                }
                _ => {}
            }
        }
        (text, values)
    }

    /// `<Cart items={x}>…</Cart>` calls `Cart` with its attributes.
    fn element(&mut self, node: Syntax<'_>) -> ExprKind {
        let open = node.field("open_tag").unwrap_or(node);
        let mut attributes = Vec::new();
        for attribute in open.fields("attribute") {
            attributes.push(self.expr(attribute));
        }
        let line = node.line();
        let nothing = Expr::new(ExprKind::Other(Vec::new()), line);
        let is_component = |name: &Syntax<'_>| {
            name.kind() == "member_expression"
                || name.text().starts_with(|c: char| c.is_uppercase() || c == '_' || c == '$')
        };
        let mut parts = vec![nothing];
        match open.field("name").filter(is_component) {
            Some(name) => {
                let callee = Box::new(self.expr(name));
                let props = Expr::new(ExprKind::Other(attributes), line);
                let args = vec![Arg { name: None, value: props }];
                parts.push(Expr::new(ExprKind::Call { callee, args }, line));
            }
            None => parts.extend(attributes),
        }
        for child in node.children() {
            if matches!(child.kind(), "jsx_element" | "jsx_self_closing_element" | "jsx_expression")
            {
                parts.push(self.expr(child));
            }
        }
        ExprKind::Other(parts)
    }
}

/// A call whose type arguments are said: `container.resolve<Cart>("cart")` gives a `Cart`.
fn typed_call(callee: Expr, args: Vec<Arg>, types: Vec<TypeRef>, line: u32) -> ExprKind {
    let gives = match &callee.kind {
        ExprKind::Member(_, name) => {
            types.len() == 1 && matches!(name.as_str(), "resolve" | "resolveAsync")
        }
        _ => false,
    };
    if let Some(of) = repository_of(&callee, &args) {
        let of = TypeRef { name: of, args: Vec::new(), line };
        let ty = TypeRef { name: "orm.Repository".to_owned(), args: vec![of], line };
        let call = ExprKind::Call { callee: Box::new(callee), args };
        return ExprKind::Cast { ty, value: Box::new(Expr::new(call, line)) };
    }
    let call = ExprKind::Call { callee: Box::new(callee), args };
    if types.is_empty() {
        return call;
    }
    let call = Expr::new(call, line);
    if gives {
        let ty = types.into_iter().next().unwrap_or_default();
        return ExprKind::Cast { ty, value: Box::new(call) };
    }
    let named = types.into_iter().map(|ty| Stmt::Expr(Expr::new(ExprKind::Type(ty), line)));
    ExprKind::Block(named.chain([Stmt::Expr(call)]).collect())
}

/// The entity whose repository is asked for: `dataSource.getRepository(Order)`.
fn repository_of(callee: &Expr, args: &[Arg]) -> Option<String> {
    let (ExprKind::Member(_, name) | ExprKind::Name(name)) = &callee.kind else { return None };
    let asks =
        matches!(name.as_str(), "getRepository" | "getTreeRepository" | "getMongoRepository");
    let mut classes = args.iter().filter(|_| asks && args.len() <= 3).filter_map(|arg| {
        let of = arg.value.dotted()?;
        of.starts_with(char::is_uppercase).then_some(of)
    });
    classes.next_back()
}

fn is_plain_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// The text of a string literal.
pub(super) fn string(node: Syntax<'_>) -> String {
    let mut text = String::new();
    for part in node.children() {
        match part.kind() {
            "escape_sequence" => text.push_str(&unescaped(part.text())),
            _ => text.push_str(part.text()),
        }
    }
    text
}

fn unescaped(sequence: &str) -> String {
    match sequence.strip_prefix('\\') {
        Some("n") => "\n".to_owned(),
        Some("t") => "\t".to_owned(),
        Some("r" | "\n") => String::new(),
        Some(rest) => rest.to_owned(),
        None => sequence.to_owned(),
    }
}

fn with_values(text: String, mut values: Vec<Expr>, line: u32) -> ExprKind {
    if values.is_empty() {
        return ExprKind::Text(text);
    }
    values.insert(0, Expr::new(ExprKind::Text(text), line));
    ExprKind::Other(values)
}
