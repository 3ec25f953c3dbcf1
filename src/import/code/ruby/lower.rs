//! Lowers Ruby's declarations: classes and modules with what their bodies declare, methods with their visibility.
//!
//! A class body is code that runs. What it says about the class by calling a method of its own, such as
//! `has_many :orders` or `include Priced`, becomes an annotation of the type; what it does to others goes to the
//! top of the file, where lines tell which type it stands in.

use rustc_hash::FxHashSet;

use crate::import::code::{
    outline::{
        Annotation, Arg, Expr, ExprKind, Field, Outline, Stmt, TypeDecl, TypeKind, TypeRef,
        Visibility,
    },
    tree::{self, Syntax},
};

use super::texts::Heredocs;

/// Marks functions that a concern gives to the classes that include it, as functions of the class.
pub(crate) const CLASS_METHODS: &str = "class_methods";
/// Marks functions that are those of the module and of what includes it.
pub(crate) const MODULE_FUNCTION: &str = "module_function";
/// Marks scopes, with the name of the model method that makes them.
pub(crate) const SCOPE: &str = "scope";
/// Marks rake tasks.
pub(crate) const TASK: &str = "task";
/// The name of the argument that is a block.
pub(crate) const BLOCK: &str = "&";

/// Lowers a whole file; `is_rake` says that it declares tasks.
pub(super) fn file(root: Syntax<'_>, is_rake: bool) -> Outline {
    let mut lowering = Lowering {
        outline: Outline::default(),
        owner: None,
        scopes: vec![Scope::default()],
        heredocs: Heredocs::of(root),
        depth: 0,
        section: Section::default(),
        tasks: Vec::new(),
        is_rake,
    };
    let top = lowering.class_body(root);
    lowering.outline.top.extend(top);
    lowering.outline
}

/// Local names, as the parser of Ruby keeps them: a name is a local from its first assignment on.
#[derive(Default)]
struct Scope {
    names: FxHashSet<String>,
    /// Blocks see the names around them; methods and classes do not.
    sees_out: bool,
}

/// What `private`, `class << self` and their like say about the methods that follow.
#[derive(Clone, Default)]
pub(super) struct Section {
    pub(super) visibility: Visibility,
    pub(super) is_static: bool,
    pub(super) mark: Option<&'static str>,
}

pub(super) struct Lowering<'t> {
    pub(super) outline: Outline,
    pub(super) owner: Option<usize>,
    scopes: Vec<Scope>,
    pub(super) heredocs: Heredocs<'t>,
    pub(super) depth: usize,
    pub(super) section: Section,
    /// Names of the rake namespaces around.
    pub(super) tasks: Vec<String>,
    is_rake: bool,
}

impl<'t> Lowering<'t> {
    // ---- local names

    pub(super) fn declare(&mut self, name: &str) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name.to_owned());
        }
    }

    pub(super) fn is_local(&self, name: &str) -> bool {
        for scope in self.scopes.iter().rev() {
            if scope.names.contains(name) {
                return true;
            }
            if !scope.sees_out {
                return false;
            }
        }
        false
    }

    pub(super) fn enter(&mut self, sees_out: bool) {
        self.scopes.push(Scope { names: FxHashSet::default(), sees_out });
    }

    pub(super) fn leave(&mut self) {
        self.scopes.pop();
    }

    // ---- bodies of classes and files

    /// The statements of a class body or file; what declares something goes into the outline.
    fn class_body(&mut self, node: Syntax<'t>) -> Vec<Stmt> {
        let mut rest = Vec::new();
        for child in node.children() {
            self.class_stmt(child, &mut rest);
        }
        rest
    }

    pub(super) fn class_stmt(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        if self.depth > tree::DEEPEST {
            return;
        }
        self.depth += 1;
        match node.kind() {
            "class" => self.class(node, rest),
            "module" => self.module(node, rest),
            "method" | "singleton_method" => self.method(node),
            "singleton_class" => self.singleton_class(node, rest),
            "identifier" => self.bare_word(node, rest),
            "call" => self.class_call(node, rest),
            "assignment" => self.class_assignment(node, rest),
            "alias" => self.alias(node),
            "if"
            | "unless"
            | "then"
            | "else"
            | "elsif"
            | "begin"
            | "body_statement"
            | "parenthesized_statements"
            | "ensure"
            | "block_body"
            | "rescue" => {
                for child in node.children() {
                    self.class_stmt(child, rest);
                }
            }
            "if_modifier" | "unless_modifier" | "rescue_modifier" => {
                if let Some(condition) = node.field("condition").or_else(|| node.field("handler")) {
                    rest.push(Stmt::Expr(self.expr(condition)));
                }
                if let Some(body) = node.field("body") {
                    self.class_stmt(body, rest);
                }
            }
            _ => self.stmt(node, rest),
        }
        self.depth -= 1;
    }

    fn class(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let base = node.field("superclass").and_then(|base| base.children().into_iter().next());
        let (supers, extra) = match base.map(|base| (base, constant_path(base))) {
            Some((base, Some(name))) => {
                (vec![TypeRef { name, args: Vec::new(), line: base.line() }], None)
            }
            Some((base, None)) => {
                // `Struct.new(:a)`, `ActiveRecord::Migration[7.0]`: what it is made of.
                let made = base.field("receiver").or_else(|| base.field("object"));
                let name = made.and_then(constant_path);
                let method = base.field("method").map_or("new", Syntax::text);
                // `Shop.base_class`: what it gives is not known, only that it is the same wherever it is asked.
                let name = match (name, method) {
                    (name, "new" | "define" | "create") => name,
                    (name, method) => name.map(|name| format!("{name}.{method}")),
                };
                let line = base.line();
                let supers = name.map(|name| TypeRef { name, args: Vec::new(), line });
                (supers.into_iter().collect(), Some(self.expr(base)))
            }
            None => (Vec::new(), None),
        };
        let at = self.open_type(node, &self.full_name(name), TypeKind::Class, supers);
        if let Some(extra) = extra {
            self.struct_members(at, &extra);
            rest.push(Stmt::Expr(extra));
        }
        if let Some(body) = node.field("body") {
            self.within(at, body, rest);
        }
    }

    fn module(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let at = self.open_type(node, &self.full_name(name), TypeKind::Class, Vec::new());
        self.outline.types[at].annotations.push(plain_annotation("module", node.line()));
        if let Some(body) = node.field("body") {
            self.within(at, body, rest);
        }
    }

    fn open_type(
        &mut self,
        node: Syntax<'t>,
        name: &str,
        kind: TypeKind,
        supers: Vec<TypeRef>,
    ) -> usize {
        self.outline.types.push(TypeDecl {
            name: name.to_owned(),
            kind,
            supers,
            line: node.line(),
            end_line: node.end_line(),
            ..TypeDecl::default()
        });
        self.outline.types.len() - 1
    }

    /// Reads a body as that of a type.
    fn within(&mut self, at: usize, body: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let owner = self.owner.replace(at);
        let section = std::mem::take(&mut self.section);
        self.enter(false);
        let inner = self.class_body(body);
        self.leave();
        rest.extend(inner);
        self.section = section;
        self.owner = owner;
    }

    /// The name with the types around it; `::Order` stands for itself.
    fn full_name(&self, name: Syntax<'t>) -> String {
        let written = constant_path(name).unwrap_or_default();
        match (written.strip_prefix("::"), self.owner) {
            (Some(absolute), _) => absolute.to_owned(),
            (None, Some(owner)) => format!("{}.{written}", self.outline.types[owner].name),
            (None, None) => written,
        }
    }

    fn singleton_class(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let section = self.section.clone();
        self.section = Section { is_static: true, ..Section::default() };
        if let Some(body) = node.field("body") {
            for child in body.children() {
                self.class_stmt(child, rest);
            }
        }
        self.section = section;
    }

    /// `private` on a line of its own, or a macro without arguments.
    fn bare_word(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        match node.text() {
            "private" => self.section.visibility = Visibility::Private,
            "protected" => self.section.visibility = Visibility::Protected,
            "public" => self.section.visibility = Visibility::Public,
            "module_function" => {
                self.section.is_static = true;
                self.section.mark = Some(MODULE_FUNCTION);
            }
            name if self.owner.is_some() && !self.is_local(name) => {
                self.annotate(plain_annotation(name, node.line()));
            }
            _ => self.stmt(node, rest),
        }
    }

    pub(super) fn annotate(&mut self, annotation: Annotation) {
        if let Some(owner) = self.owner {
            self.outline.types[owner].annotations.push(annotation);
        }
    }

    /// A call in a class body.
    fn class_call(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let name = node.field("method").map_or("", Syntax::text);
        let receiver = node.field("receiver");
        let block = node.field("block");
        let to_self = receiver.is_none_or(|it| it.kind() == "self");
        // `with_options(…) do |by| by.belongs_to …` and `base.has_many …`.
        let to_local =
            receiver.is_some_and(|it| it.kind() == "identifier" && self.is_local(it.text()));
        if let (Some(receiver), Some(block)) = (receiver, block)
            && matches!(name, "class_eval" | "class_exec" | "instance_eval")
        {
            if let Some(path) = constant_path(receiver) {
                self.reopened(node, &path, block, rest);
                return;
            }
            if to_local || to_self {
                self.block_as_body(block, rest);
                return;
            }
        }
        if let Some(path) = receiver.and_then(constant_path)
            && matches!(name, "include" | "prepend" | "extend")
        {
            let at = self.open_extension(node, &path);
            let owner = self.owner.replace(at);
            self.mix_in(node, name);
            self.owner = owner;
            return;
        }
        if !(to_self || to_local && self.owner.is_some()) {
            self.stmt(node, rest);
            return;
        }
        self.own_call(node, name, block, rest);
    }

    /// `Order.class_eval do … end`: more of a class that is declared elsewhere.
    fn reopened(&mut self, node: Syntax<'t>, path: &str, block: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let at = self.open_extension(node, path);
        let owner = self.owner.replace(at);
        let section = std::mem::take(&mut self.section);
        self.block_as_body(block, rest);
        self.section = section;
        self.owner = owner;
    }

    fn open_extension(&mut self, node: Syntax<'t>, path: &str) -> usize {
        let name = path.strip_prefix("::").unwrap_or(path);
        self.open_type(node, name, TypeKind::Extension, Vec::new())
    }

    fn block_as_body(&mut self, block: Syntax<'t>, rest: &mut Vec<Stmt>) {
        self.enter(true);
        for param in block.field("parameters").map(Syntax::children).unwrap_or_default() {
            if param.kind() == "identifier" {
                self.declare(param.text());
            }
        }
        if let Some(body) = block.field("body") {
            for child in body.children() {
                self.class_stmt(child, rest);
            }
        }
        self.leave();
    }

    /// A call of a method of the class itself, in its body.
    fn own_call(
        &mut self,
        node: Syntax<'t>,
        name: &str,
        block: Option<Syntax<'t>>,
        rest: &mut Vec<Stmt>,
    ) {
        match (name, block) {
            (
                "private" | "protected" | "public" | "module_function" | "private_class_method",
                _,
            ) => {
                self.visibility_call(node, name, rest);
            }
            ("include" | "extend" | "prepend", None) if self.owner.is_some() => {
                self.mix_in(node, name);
            }
            ("included" | "prepended" | "extended", Some(block)) if self.owner.is_some() => {
                let section = std::mem::take(&mut self.section);
                self.block_as_body(block, rest);
                self.section = section;
            }
            ("class_methods", Some(block)) if self.owner.is_some() => {
                let section = std::mem::take(&mut self.section);
                self.section.is_static = true;
                self.section.mark = Some(CLASS_METHODS);
                self.block_as_body(block, rest);
                self.section = section;
            }
            ("with_options" | "concerning" | "class_eval", Some(block)) if self.owner.is_some() => {
                if let Some(arguments) = node.field("arguments") {
                    for arg in self.args(arguments) {
                        rest.push(Stmt::Expr(arg.value));
                    }
                }
                self.block_as_body(block, rest);
            }
            ("define_method" | "define_singleton_method", Some(_)) | (SCOPE, _)
                if self.owner.is_some() =>
            {
                if !self.made_method(node, name) {
                    rest.push(Stmt::Expr(self.expr(node)));
                }
            }
            ("namespace", Some(block)) if self.owner.is_none() && self.is_rake => {
                let name = self.first_name(node);
                self.tasks.push(name);
                self.block_as_body(block, rest);
                self.tasks.pop();
            }
            ("task" | "multitask", Some(_)) if self.owner.is_none() && self.is_rake => {
                self.task(node, rest);
            }
            _ if self.owner.is_some() => {
                let line = node.line();
                let Expr { kind, .. } = self.expr(node);
                if let ExprKind::Call { args, .. } = kind {
                    let annotation = Annotation { name: name.to_owned(), args, line };
                    self.forward(&annotation);
                    self.annotate(annotation);
                }
            }
            _ => self.stmt(node, rest),
        }
    }

    pub(super) fn first_name(&mut self, node: Syntax<'t>) -> String {
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        match args.first() {
            Some(Arg { name: Some(name), .. }) if name != BLOCK => name.clone(),
            Some(Arg { value, .. }) => text_of(value).unwrap_or_default().to_owned(),
            None => String::new(),
        }
    }

    /// `include Priced, Taxed`.
    fn mix_in(&mut self, node: Syntax<'t>, name: &str) {
        let Some(owner) = self.owner else { return };
        let args = node.field("arguments").map(|list| self.args(list)).unwrap_or_default();
        let name = if self.section.is_static && name == "include" { "extend" } else { name };
        if name != "extend" {
            for arg in &args {
                if let ExprKind::Type(ty) = &arg.value.kind {
                    self.outline.types[owner].supers.push(ty.clone());
                }
            }
        }
        let annotation = Annotation { name: name.to_owned(), args, line: node.line() };
        self.outline.types[owner].annotations.push(annotation);
    }

    fn class_assignment(&mut self, node: Syntax<'t>, rest: &mut Vec<Stmt>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else { return };
        let line = node.line();
        match left.kind() {
            "constant" => self.constant(node, left, right, rest),
            // `self.table_name = "orders"`.
            "call"
                if left.field("receiver").is_some_and(|it| it.kind() == "self")
                    && self.owner.is_some() =>
            {
                let name = format!("{}=", left.field("method").map_or("", Syntax::text));
                let value = self.expr(right);
                self.annotate(Annotation { name, args: vec![Arg { name: None, value }], line });
            }
            _ => self.stmt(node, rest),
        }
    }

    /// `Point = Struct.new(:x) do … end` declares a class; any other constant is a field.
    fn constant(
        &mut self,
        node: Syntax<'t>,
        left: Syntax<'t>,
        right: Syntax<'t>,
        rest: &mut Vec<Stmt>,
    ) {
        let line = node.line();
        let maker = right.field("receiver").and_then(constant_path).unwrap_or_default();
        let method = right.field("method").map_or("", Syntax::text);
        let makes = right.kind() == "call"
            && matches!(
                (maker.trim_start_matches("::"), method),
                ("Struct" | "Class" | "Module", "new") | ("Data", "define")
            );
        let block = right.field("block");
        if makes {
            let args = right.field("arguments").map(|list| self.args(list)).unwrap_or_default();
            let base = match args.first().map(|arg| &arg.value.kind) {
                Some(ExprKind::Type(ty)) if maker.ends_with("Class") => Some(ty.clone()),
                _ => (!maker.ends_with("Class")).then(|| TypeRef {
                    name: maker.clone(),
                    args: Vec::new(),
                    line,
                }),
            };
            let name = self.full_name(left);
            let at = self.open_type(node, &name, TypeKind::Class, base.into_iter().collect());
            self.attributes(at, &args, line);
            if let Some(block) = block {
                let owner = self.owner.replace(at);
                let section = std::mem::take(&mut self.section);
                self.block_as_body(block, rest);
                self.section = section;
                self.owner = owner;
            }
            return;
        }
        let value = self.expr(right);
        let name = left.text().to_owned();
        match self.owner {
            Some(owner) => self.outline.types[owner].fields.push(Field {
                name,
                ty: None,
                value: Some(value),
                annotations: Vec::new(),
                line,
            }),
            None => rest.push(Stmt::Let { name, ty: None, value: Some(value), line }),
        }
    }

    /// The members of `class Point < Struct.new(:x, :y)`.
    fn struct_members(&mut self, at: usize, base: &Expr) {
        if let ExprKind::Call { args, .. } = &base.kind {
            self.attributes(at, args, base.line);
        }
    }

    fn attributes(&mut self, at: usize, args: &[Arg], line: u32) {
        let names: Vec<Arg> = args
            .iter()
            .filter(|arg| arg.name.is_none() && text_of(&arg.value).is_some())
            .cloned()
            .collect();
        if !names.is_empty() {
            let name = "attr_accessor".to_owned();
            self.outline.types[at].annotations.push(Annotation { name, args: names, line });
        }
    }

    fn alias(&mut self, node: Syntax<'t>) {
        let text = |field: &str| {
            let name = node.field(field).map_or("", Syntax::text).trim_start_matches(':');
            let value = Expr::new(ExprKind::Text(name.to_owned()), node.line());
            Arg { name: None, value }
        };
        let args = vec![text("name"), text("alias")];
        self.forward(&Annotation { name: "alias_method".to_owned(), args, line: node.line() });
    }
}

pub(super) fn plain_annotation(name: &str, line: u32) -> Annotation {
    Annotation { name: name.to_owned(), args: Vec::new(), line }
}

/// The text of a literal.
pub(crate) fn text_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Same(inner) => text_of(inner),
        _ => None,
    }
}

/// `Shop::Order` with dots; with `::` before it where it begins so. `None` for anything but constants.
pub(super) fn constant_path(node: Syntax<'_>) -> Option<String> {
    match node.kind() {
        "constant" => Some(node.text().to_owned()),
        "scope_resolution" => {
            let name = node.field("name")?;
            if name.kind() != "constant" {
                return None;
            }
            match node.field("scope") {
                Some(scope) => Some(format!("{}.{}", constant_path(scope)?, name.text())),
                None => Some(format!("::{}", name.text())),
            }
        }
        _ => None,
    }
}
