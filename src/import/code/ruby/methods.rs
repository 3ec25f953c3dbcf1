//! Lowers methods: those that are written, those that macros make, and who may call them.

use super::{
    lower::{Lowering, MODULE_FUNCTION, SCOPE, TASK, constant_path, plain_annotation, text_of},
    members,
};
use crate::import::code::{
    outline::{Annotation, Expr, ExprKind, FunctionDecl, Param, Stmt, Visibility},
    tree::Syntax,
};

impl<'t> Lowering<'t> {
    pub(super) fn method(&mut self, node: Syntax<'t>) {
        let Some(name) = node.field("name") else { return };
        let name = name.text().to_owned();
        let object = node.field("object");
        let is_static = self.section.is_static
            || node.kind() == "singleton_method"
                && object.is_some_and(|it| it.kind() == "self" || constant_path(it).is_some());
        self.enter(false);
        let mut body = Vec::new();
        let params = self.params(node.field("parameters"), &mut body);
        if let Some(inner) = node.field("body") {
            if inner.kind() == "body_statement" {
                body.extend(self.body(inner));
            } else {
                self.stmt(inner, &mut body);
            }
        }
        self.leave();
        let signature = node.field("parameters").map(Syntax::flat_text).unwrap_or_default();
        let mark = self.section.mark.filter(|_| object.is_none());
        self.outline.functions.push(FunctionDecl {
            visibility: if object.is_some() { Visibility::Public } else { self.section.visibility },
            owner: self.owner,
            is_static,
            params,
            annotations: mark.map(|mark| plain_annotation(mark, node.line())).into_iter().collect(),
            signature: if signature.starts_with('(') {
                signature
            } else {
                format!("({signature})")
            },
            body,
            line: node.line(),
            end_line: node.end_line(),
            name,
            ..FunctionDecl::default()
        });
        if is_static && self.owner.is_some() {
            let hook = self.outline.functions.last().is_some_and(|function| {
                matches!(function.name.as_str(), "included" | "extended" | "prepended")
            });
            if hook {
                self.hook(node);
            }
        }
    }

    /// `def self.included(base)` says what happens to the classes that include the module.
    fn hook(&mut self, node: Syntax<'t>) {
        let Some(body) = node.field("body") else { return };
        self.enter(false);
        for param in node.field("parameters").map(Syntax::children).unwrap_or_default() {
            self.declare(param.text());
        }
        let section = std::mem::take(&mut self.section);
        for child in body.children() {
            let is_call = child.kind() == "call" && child.field("receiver").is_some();
            let name = child.field("method").map_or("", Syntax::text);
            if is_call && !matches!(name, "send" | "extend") {
                self.class_stmt(child, &mut Vec::new());
            }
        }
        self.section = section;
        self.leave();
    }

    /// The names of parameters. Values that stand in for missing arguments are read as statements.
    pub(super) fn params(&mut self, list: Option<Syntax<'t>>, body: &mut Vec<Stmt>) -> Vec<Param> {
        let mut params = Vec::new();
        for node in list.map(Syntax::children).unwrap_or_default() {
            match node.kind() {
                "identifier" => params.push(self.param(node.text())),
                "destructured_parameter" => {
                    // Its parts are names of their own; the whole has none.
                    params.push(Param::default());
                    self.parts_of(node, 0);
                }
                _ => {
                    let Some(name) = node.field("name") else { continue };
                    params.push(self.param(name.text()));
                    if let Some(value) = node.field("value") {
                        body.push(Stmt::Expr(self.expr(value)));
                    }
                }
            }
        }
        params
    }

    fn parts_of(&mut self, node: Syntax<'t>, depth: usize) {
        for child in node.children() {
            match child.kind() {
                "identifier" => self.declare(child.text()),
                _ if depth < 8 => self.parts_of(child, depth + 1),
                _ => {}
            }
        }
    }

    fn param(&mut self, name: &str) -> Param {
        self.declare(name);
        Param { name: name.to_owned(), ty: None, annotations: Vec::new() }
    }

    /// `private def total`, `private :total`, `private`.
    pub(super) fn visibility_call(&mut self, node: Syntax<'t>, name: &str, rest: &mut Vec<Stmt>) {
        let visibility = match name {
            "private" | "private_class_method" => Visibility::Private,
            "protected" => Visibility::Protected,
            _ => Visibility::Public,
        };
        let arguments = node.field("arguments").map(Syntax::children).unwrap_or_default();
        if arguments.is_empty() {
            self.section.visibility = visibility;
            return;
        }
        for argument in arguments {
            if matches!(argument.kind(), "method" | "singleton_method") {
                self.method(argument);
                if let Some(function) = self.outline.functions.last_mut() {
                    function.visibility = visibility;
                    if name == MODULE_FUNCTION {
                        function.is_static = true;
                        function.annotations.push(plain_annotation(MODULE_FUNCTION, node.line()));
                    }
                }
                continue;
            }
            if argument.kind() == "call" {
                self.class_stmt(argument, rest);
                continue;
            }
            let expr = self.expr(argument);
            let names: Vec<String> = match &expr.kind {
                ExprKind::List(items) => {
                    items.iter().filter_map(text_of).map(str::to_owned).collect()
                }
                _ => text_of(&expr).map(str::to_owned).into_iter().collect(),
            };
            let owner = self.owner;
            let own = self.outline.functions.iter_mut().filter(|function| function.owner == owner);
            for function in own.filter(|function| names.contains(&function.name)) {
                function.visibility = visibility;
                if name == MODULE_FUNCTION {
                    function.is_static = true;
                    function.annotations.push(plain_annotation(MODULE_FUNCTION, node.line()));
                }
            }
        }
    }

    /// `scope :open, -> { … }`, `define_method(:total) { … }`: false where the name is not literal.
    pub(super) fn made_method(&mut self, node: Syntax<'t>, made_by: &str) -> bool {
        self.enter(true);
        let Expr { kind, .. } = self.expr(node);
        self.leave();
        let ExprKind::Call { args, .. } = kind else { return false };
        let Some(name) = args.first().and_then(|arg| text_of(&arg.value)).map(str::to_owned) else {
            return false;
        };
        let mut params = Vec::new();
        let mut body = Vec::new();
        for arg in args.into_iter().skip(1) {
            match arg.value.kind {
                ExprKind::Lambda { params: inner, body: block } if body.is_empty() => {
                    params = inner;
                    body = block;
                }
                _ => body.push(Stmt::Expr(arg.value)),
            }
        }
        let is_scope = made_by == SCOPE;
        let mut annotations = Vec::new();
        if is_scope {
            annotations.push(plain_annotation(SCOPE, node.line()));
        }
        let mark = if is_scope && self.section.mark.is_none() { None } else { self.section.mark };
        annotations.extend(mark.map(|mark| plain_annotation(mark, node.line())));
        let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
        let signature = format!("({})", names.join(", "));
        self.outline.functions.push(FunctionDecl {
            name,
            owner: self.owner,
            visibility: self.section.visibility,
            is_static: is_scope || self.section.is_static || made_by == "define_singleton_method",
            params,
            annotations,
            signature,
            body,
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
        true
    }

    /// A rake task is a function that is called from outside.
    pub(super) fn task(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let name = self.first_name(node);
        let full: Vec<&str> =
            self.tasks.iter().map(String::as_str).chain([name.as_str()]).collect();
        let full = full.join(":");
        let Some(block) = node.field("block") else { return };
        if name.is_empty() {
            self.stmt(node, rest);
            return;
        }
        self.enter(false);
        let params = self.params(block.field("parameters"), &mut Vec::new());
        let body = block.field("body").map(|body| self.body(body)).unwrap_or_default();
        self.leave();
        self.outline.functions.push(FunctionDecl {
            name: full,
            owner: None,
            is_static: true,
            params,
            annotations: vec![plain_annotation(TASK, node.line())],
            body,
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    /// Methods that hand on to another one: `delegate :name, to: :customer` is `def name = customer.name`.
    pub(super) fn forward(&mut self, annotation: &Annotation) {
        let line = annotation.line;
        for forwarded in members::forwarded(annotation) {
            let body = vec![Stmt::Expr(forwarded.body)];
            self.outline.functions.push(FunctionDecl {
                name: forwarded.name,
                owner: self.owner,
                visibility: self.section.visibility,
                is_static: self.section.is_static,
                annotations: self
                    .section
                    .mark
                    .map(|mark| plain_annotation(mark, line))
                    .into_iter()
                    .collect(),
                signature: "(...)".to_owned(),
                body,
                line,
                end_line: line,
                ..FunctionDecl::default()
            });
        }
    }
}
