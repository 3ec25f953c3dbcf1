//! Lowering Python declarations and statements to an outline.

use crate::import::code::{
    outline::{
        Annotation, Arg, Expr, ExprKind, Field, FunctionDecl, Import, Outline, Param, Stmt,
        TypeDecl, TypeRef, Visibility,
    },
    tree::{DEEPEST, Syntax},
};

/// Lowers a whole file, all but its namespace, lines and errors.
pub(super) fn file(root: Syntax<'_>) -> Outline {
    let mut lowering = Lowering::default();
    let mut top = Vec::new();
    for child in root.children() {
        lowering.statement(child, &mut top);
    }
    lowering.outline.top = top;
    lowering.outline
}

/// What is being lowered: where declarations go, and within what the next one stands.
#[derive(Default)]
pub(super) struct Lowering {
    outline: Outline,
    /// The type whose body is being read.
    owner: Option<usize>,
    /// The name that stands for the object in the function being read.
    pub(super) this: Option<String>,
    /// The function being read, for imports within it.
    within: Option<(u32, u32)>,
    pub(super) depth: usize,
}

impl Lowering {
    pub(super) fn block(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let mut body = Vec::new();
        for child in node.children() {
            self.statement(child, &mut body);
        }
        body
    }

    pub(super) fn statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        match node.kind() {
            "import_statement" => self.import(node),
            "import_from_statement" => self.import_from(node),
            "future_import_statement"
            | "pass_statement"
            | "break_statement"
            | "continue_statement"
            | "global_statement"
            | "nonlocal_statement" => {}
            "class_definition" => self.class(node, &[], into),
            "function_definition" => self.function(node, Vec::new(), into),
            "decorated_definition" => self.decorated(node, into),
            "expression_statement" => {
                for child in node.children() {
                    self.expression_statement(child, into);
                }
            }
            "return_statement" => {
                let value = node.children().into_iter().next();
                into.extend(value.map(|value| Stmt::Return(self.expr(value))));
            }
            "for_statement" => self.for_loop(node, into),
            "while_statement" => {
                let mut body = Vec::new();
                if let Some(condition) = node.field("condition") {
                    body.push(Stmt::Expr(self.expr(condition)));
                }
                if let Some(block) = node.field("body") {
                    body.extend(self.block(block));
                }
                into.push(Stmt::Loop { each: None, body });
            }
            "with_statement" => self.with(node, into),
            "block" => into.push(Stmt::Block(self.block(node))),
            _ => self.parts(node, into),
        }
        self.depth -= 1;
    }

    /// Statements that are made of expressions and blocks: `if`, `try`, `match`, `raise`, `assert`, `del`. Names
    /// bound in a branch live on after it, as in Python itself.
    fn parts(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        for child in node.children() {
            match child.kind() {
                "block" => into.extend(self.block(child)),
                "elif_clause"
                | "else_clause"
                | "except_clause"
                | "except_group_clause"
                | "finally_clause"
                | "case_clause" => self.parts(child, into),
                "as_pattern" => self.bind_as(child, into),
                "comment" | "case_pattern" => {}
                _ => into.push(Stmt::Expr(self.expr(child))),
            }
        }
    }

    fn expression_statement(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        match node.kind() {
            "assignment" => self.assignment(node, into),
            "augmented_assignment" => {
                let target = node.field("left").map(|left| self.expr(left));
                let value = node.field("right").map(|right| self.expr(right));
                let parts = target.into_iter().chain(value).collect();
                into.push(Stmt::Expr(Expr::new(ExprKind::Other(parts), node.line())));
            }
            _ => into.push(Stmt::Expr(self.expr(node))),
        }
    }

    fn assignment(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let Some(left) = node.field("left") else { return };
        if let (Some(right), None, None) = (node.field("right"), self.owner, self.within)
            && let Some(supers) = made_class(right)
        {
            let (line, end_line) = (node.line(), node.end_line());
            let name = left.text().to_owned();
            let made = TypeDecl { name, supers, line, end_line, ..TypeDecl::default() };
            self.outline.types.push(made);
            return;
        }
        let ty = node.field("type").and_then(type_ref);
        let value = match node.field("right") {
            Some(right) if right.kind() == "assignment" => {
                self.assignment(right, into);
                right.field("left").map(|left| self.expr(left))
            }
            Some(right) => Some(self.expr(right)),
            None => None,
        };
        self.bind(left, ty, value, into);
    }

    /// Binds a pattern to a value: a name, a member, or several of them.
    pub(super) fn bind(
        &mut self,
        pattern: Syntax<'_>,
        ty: Option<TypeRef>,
        value: Option<Expr>,
        into: &mut Vec<Stmt>,
    ) {
        let line = pattern.line();
        match pattern.kind() {
            "identifier" => {
                let name = pattern.text().to_owned();
                into.push(Stmt::Let { name, ty, value, line });
            }
            "pattern_list" | "tuple_pattern" | "list_pattern" => {
                let parts = pattern.children();
                let values = take_apart(value, parts.len(), line, into);
                for (part, value) in parts.into_iter().zip(values) {
                    self.bind(part, None, value, into);
                }
            }
            _ => {
                let target = self.expr(pattern);
                match (value, ty) {
                    (Some(value), Some(ty)) => {
                        let kind = ExprKind::Cast { ty, value: Box::new(value) };
                        into.push(Stmt::Assign { target, value: Expr::new(kind, line) });
                    }
                    (Some(value), None) => into.push(Stmt::Assign { target, value }),
                    (None, _) => into.push(Stmt::Expr(target)),
                }
            }
        }
    }

    fn for_loop(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let over = self.expr(right);
        let mut body = Vec::new();
        let name = self.bind_each(left, &mut body);
        if let Some(block) = node.field("body") {
            body.extend(self.block(block));
        }
        into.push(Stmt::Loop { each: Some((name, None, over)), body });
        if let Some(alternative) = node.field("alternative") {
            self.parts(alternative, into);
        }
    }

    /// The name of a loop variable; where several are bound at once, they are taken out of one without a name.
    pub(super) fn bind_each(&mut self, left: Syntax<'_>, body: &mut Vec<Stmt>) -> String {
        if left.kind() == "identifier" {
            return left.text().to_owned();
        }
        let whole = nameless(left.line());
        let value = Expr::new(ExprKind::Name(whole.clone()), left.line());
        self.bind(left, None, Some(value), body);
        whole
    }

    fn with(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let items = node.child("with_clause").map(Syntax::children).unwrap_or_default();
        for item in items {
            match item.field("value") {
                Some(value) if value.kind() == "as_pattern" => self.bind_as(value, into),
                Some(value) => into.push(Stmt::Expr(self.expr(value))),
                None => {}
            }
        }
        if let Some(block) = node.field("body") {
            into.extend(self.block(block));
        }
    }

    /// `value as name`.
    fn bind_as(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let value = node.children().into_iter().next().map(|value| self.expr(value));
        let target = node.field("alias").and_then(|alias| alias.children().into_iter().next());
        match target {
            Some(target) => self.bind(target, None, value, into),
            None => into.extend(value.map(Stmt::Expr)),
        }
    }

    fn import(&mut self, node: Syntax<'_>) {
        for name in node.fields("name") {
            let (path, alias) = named(name);
            // `import a.b` binds `a`, and `a.b` is then reached by its whole name.
            let alias = alias.or_else(|| path.contains('.').then(|| path.clone()));
            self.add_import(Import { path, alias, line: name.line(), ..Import::default() });
        }
    }

    fn import_from(&mut self, node: Syntax<'_>) {
        let Some(from) = node.field("module_name") else { return };
        let path = from.text().replace(char::is_whitespace, "");
        let names = node.fields("name");
        let is_wildcard = node.child("wildcard_import").is_some();
        for name in &names {
            let (member, alias) = named(*name);
            let member = Some(member);
            let path = path.clone();
            self.add_import(Import { path, member, alias, line: name.line(), ..Import::default() });
        }
        if is_wildcard {
            let member = Some("*".to_owned());
            self.add_import(Import { path, member, line: node.line(), ..Import::default() });
        }
    }

    fn add_import(&mut self, import: Import) {
        // What a file imports at its top can be imported from it again.
        let reexport = self.within.is_none();
        self.outline.imports.push(Import { reexport, within: self.within, ..import });
    }

    fn decorated(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        let decorators: Vec<Syntax<'_>> =
            node.children().into_iter().filter(|child| child.kind() == "decorator").collect();
        let annotations = decorators.iter().filter_map(|node| self.annotation(*node)).collect();
        match node.field("definition") {
            Some(class) if class.kind() == "class_definition" => {
                self.class(class, &decorators, into);
            }
            Some(function) => self.function(function, annotations, into),
            None => {}
        }
    }

    fn annotation(&mut self, decorator: Syntax<'_>) -> Option<Annotation> {
        let value = decorator.children().into_iter().next()?;
        let line = decorator.line();
        let expr = self.expr(value);
        match expr.kind {
            ExprKind::Call { callee, args } => {
                Some(Annotation { name: callee.dotted()?, args, line })
            }
            _ => Some(Annotation { name: expr.dotted()?, args: Vec::new(), line }),
        }
    }

    fn class(&mut self, node: Syntax<'_>, decorators: &[Syntax<'_>], into: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let annotations = decorators.iter().filter_map(|node| self.annotation(*node)).collect();
        let name = match self.owner {
            Some(owner) => format!("{}.{}", self.outline.types[owner].name, name.text()),
            None => name.text().to_owned(),
        };
        let supers = node.field("superclasses").map(Syntax::children).unwrap_or_default();
        let supers = supers.into_iter().flat_map(bases).collect();
        self.outline.types.push(TypeDecl {
            visibility: visibility(&name),
            name,
            supers,
            annotations,
            line: node.line(),
            end_line: node.end_line(),
            ..TypeDecl::default()
        });
        let at = self.outline.types.len() - 1;
        let outside = (self.owner.replace(at), self.this.take());
        let body = node.field("body").map(|body| self.block(body)).unwrap_or_default();
        (self.owner, self.this) = outside;
        for stmt in body {
            match stmt {
                Stmt::Let { name, ty, value, line } => {
                    let field = Field { name, ty, value, annotations: Vec::new(), line };
                    self.outline.types[at].fields.push(field);
                }
                other => into.push(other),
            }
        }
    }

    fn function(&mut self, node: Syntax<'_>, annotations: Vec<Annotation>, into: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let name = name.text().to_owned();
        // Only says once more, for type checkers, how the function that follows may be called.
        let overload = |it: &Annotation| it.name.rsplit('.').next() == Some("overload");
        if annotations.iter().any(overload) {
            return;
        }
        let mut params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let returns = node.field("return_type").and_then(type_ref);
        let is_static = annotations.iter().any(|it| it.name == "staticmethod");
        let is_method = self.owner.is_some() && self.within.is_none();
        if self.within.is_some() {
            // A function within a function is a value of it.
            let body = node.field("body").map(|body| self.block(body)).unwrap_or_default();
            let value = Some(Expr::new(ExprKind::Lambda { params, body }, node.line()));
            into.push(Stmt::Let { name, ty: None, value, line: node.line() });
            return;
        }
        if is_method && !is_static && !params.is_empty() {
            self.this = Some(params.remove(0).name);
        }
        self.within = Some((node.line(), node.end_line()));
        let body = node.field("body").map(|body| self.block(body)).unwrap_or_default();
        self.within = None;
        self.this = None;
        self.outline.functions.push(FunctionDecl {
            bounds: Vec::new(),
            mentions: Vec::new(),
            visibility: visibility(&name),
            name,
            owner: self.owner,
            is_static: is_static || annotations.iter().any(|it| it.name == "classmethod"),
            params,
            returns,
            type_params: Vec::new(),
            annotations,
            signature: signature(node),
            body,
            line: node.line(),
            end_line: node.end_line(),
        });
    }

    pub(super) fn params(&mut self, list: Syntax<'_>) -> Vec<Param> {
        list.children().into_iter().filter_map(param).collect()
    }

    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        let arg = |node: Syntax<'_>| match node.kind() {
            "keyword_argument" => Some(Arg {
                name: node.field("name").map(|name| name.text().to_owned()),
                value: self.expr(node.field("value")?),
            }),
            _ => Some(Arg { name: None, value: self.expr(node) }),
        };
        list.children().into_iter().filter_map(arg).collect()
    }
}

/// What a base of a class adds to it: `Manager.from_queryset(Q)` is a `Manager` with the functions of `Q`.
fn bases(node: Syntax<'_>) -> Vec<TypeRef> {
    let Some(made) = made_class(node) else { return type_ref(node).into_iter().collect() };
    made
}

/// The bases of a class that a call makes from others.
fn made_class(node: Syntax<'_>) -> Option<Vec<TypeRef>> {
    let function =
        node.field("function").filter(|it| node.kind() == "call" && it.kind() == "attribute")?;
    if function.field("attribute")?.text() != "from_queryset" {
        return None;
    }
    let rows = node.field("arguments")?.children();
    let parts = [Some(function.field("object")?), rows.first().copied()];
    Some(parts.into_iter().flatten().filter_map(type_ref).collect())
}

/// The name of a value that the source gives none.
fn nameless(line: u32) -> String {
    format!("?{line}")
}

/// The values of so many parts of a value.
fn take_apart(
    value: Option<Expr>,
    parts: usize,
    line: u32,
    into: &mut Vec<Stmt>,
) -> Vec<Option<Expr>> {
    match value {
        None => vec![None; parts],
        Some(Expr { kind: ExprKind::List(values), .. }) if values.len() == parts => {
            values.into_iter().map(Some).collect()
        }
        Some(whole) => {
            let name = match &whole.kind {
                ExprKind::Name(name) => name.clone(),
                _ => {
                    let name = nameless(line);
                    let value = Some(whole);
                    into.push(Stmt::Let { name: name.clone(), ty: None, value, line });
                    name
                }
            };
            let part = |at: usize| {
                let whole = Expr::new(ExprKind::Name(name.clone()), line);
                Some(Expr::new(ExprKind::Member(Box::new(whole), at.to_string()), line))
            };
            (0..parts).map(part).collect()
        }
    }
}

fn named(name: Syntax<'_>) -> (String, Option<String>) {
    let text = |node: Syntax<'_>| node.text().to_owned();
    match name.kind() {
        "aliased_import" => {
            (name.field("name").map(text).unwrap_or_default(), name.field("alias").map(text))
        }
        _ => (text(name), None),
    }
}

fn param(node: Syntax<'_>) -> Option<Param> {
    let ty = node.field("type").and_then(type_ref);
    let name = match node.kind() {
        "identifier" => node,
        "default_parameter" | "typed_default_parameter" => node.field("name")?,
        "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => {
            node.children().into_iter().next()?
        }
        _ => return None,
    };
    Some(Param {
        name: name.text().trim_start_matches('*').to_owned(),
        ty,
        annotations: Vec::new(),
    })
}

fn signature(node: Syntax<'_>) -> String {
    let parameters = node.field("parameters").map(Syntax::flat_text).unwrap_or_default();
    match node.field("return_type") {
        Some(returns) => format!("{parameters}: {}", returns.flat_text()),
        None => parameters,
    }
}

fn visibility(name: &str) -> Visibility {
    let is_dunder = name.starts_with("__") && name.ends_with("__");
    if name.starts_with('_') && !is_dunder { Visibility::Private } else { Visibility::Public }
}

/// A type where it is written, also within quotes. What holds nothing but `None` beside it is lowered to itself.
pub(super) fn type_ref(node: Syntax<'_>) -> Option<TypeRef> {
    let line = node.line();
    let plain = |name: &str| {
        let name: String = name.split_whitespace().collect();
        Some(TypeRef { name, args: Vec::new(), line })
    };
    match node.kind() {
        "type" | "parenthesized_expression" => type_ref(node.children().into_iter().next()?),
        "identifier" | "attribute" | "member_type" => plain(node.text()),
        "string" => quoted(node.text().trim_matches(['"', '\''])).map(|ty| TypeRef { line, ..ty }),
        "keyword_argument" => None,
        "generic_type" | "subscript" => {
            let mut parts = node.children().into_iter();
            let name = parts.next()?.text().to_owned();
            let args: Vec<TypeRef> = parts
                .flat_map(|part| match part.kind() {
                    "type_parameter" => part.children(),
                    _ => vec![part],
                })
                .filter_map(type_ref)
                .collect();
            let wraps = [
                "Mapped",
                "Optional",
                "Annotated",
                "ClassVar",
                "Final",
                "Type",
                "type",
                "Required",
            ];
            let short = name.rsplit('.').next().unwrap_or(&name);
            if wraps.contains(&short) {
                args.into_iter().next()
            } else {
                Some(TypeRef { name, args, line })
            }
        }
        "union_type" | "binary_operator" => {
            let parts = node.children().into_iter().filter_map(type_ref);
            let mut parts: Vec<TypeRef> = parts.filter(|part| part.name != "None").collect();
            match parts.len() {
                0 | 1 => parts.pop(),
                _ => Some(TypeRef { name: "Union".to_owned(), args: parts, line }),
            }
        }
        "call" => type_ref(node.field("function")?),
        _ => None,
    }
}

/// A type within quotes: `"Order"`, `"list[Order]"`, `"Order | None"`.
fn quoted(text: &str) -> Option<TypeRef> {
    let text = text.split('|').map(str::trim).find(|part| *part != "None")?;
    let (name, args) = match text.split_once('[') {
        Some((name, args)) => (
            name,
            args.trim_end_matches(']').split(',').filter_map(|arg| quoted(arg.trim())).collect(),
        ),
        None => (text, Vec::new()),
    };
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let fits = !name.is_empty() && name.chars().all(is_name);
    fits.then(|| TypeRef { name: name.to_owned(), args, line: 0 })
}
