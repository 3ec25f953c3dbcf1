//! Whole files, and what they declare at their tops: functions, variables, namespaces.

use rustc_hash::FxHashSet;

use super::{
    Lowering,
    modules::{text_of, unwrapped},
    type_refs::{annotated, parameters},
};
use crate::import::code::{
    outline::{
        Annotation, Expr, ExprKind, FunctionDecl, Outline, Stmt, TypeDecl, TypeKind, TypeRef,
        Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        let mut top = Vec::new();
        for node in root.children() {
            self.at_top(node, &mut top);
        }
        self.outline.top.splice(0..0, top);
    }

    /// A statement at the top of a file or namespace.
    pub(super) fn at_top(&mut self, node: Syntax<'_>, top: &mut Vec<Stmt>) {
        if self.enter() {
            match node.kind() {
                "import_statement" => self.import(node),
                "export_statement" => self.export(node),
                "expression_statement" if self.is_namespace(node) => {
                    for child in node.children() {
                        self.declaration(child, false, &[], top);
                    }
                }
                "ERROR" => {
                    for child in node.children() {
                        if is_declaration(child.kind()) || child.kind() == "import_statement" {
                            self.at_top(child, top);
                        }
                    }
                }
                kind if is_declaration(kind) => self.declaration(node, false, &[], top),
                _ => self.statement(node, top),
            }
        }
        self.leave();
    }

    fn is_namespace(&self, node: Syntax<'_>) -> bool {
        node.children().first().is_some_and(|it| it.kind() == "internal_module")
    }

    /// Puts together what was read.
    pub(super) fn finished(mut self) -> Outline {
        let functions = &mut self.outline.functions;
        let written: FxHashSet<(Option<usize>, String)> =
            functions.iter().map(|it| (it.owner, it.name.clone())).collect();
        let only_said = |it: &FunctionDecl| !written.contains(&(it.owner, it.name.clone()));
        functions.extend(self.signatures.into_iter().filter(only_said));
        functions.sort_by_key(|it| it.line);
        for function in functions.iter_mut() {
            if function.owner.is_none() && self.handed_on.contains(&function.name) {
                function.visibility = Visibility::Public;
            }
        }
        for decl in &mut self.outline.types {
            if self.handed_on.contains(&decl.name) {
                decl.visibility = Visibility::Public;
            }
        }
        self.outline
    }

    pub(super) fn exported_declaration(&mut self, node: Syntax<'_>, declaration: Syntax<'_>) {
        let mut top = Vec::new();
        self.declaration(declaration, true, &node.fields("decorator"), &mut top);
        self.outline.top.extend(top);
        if node.child("default").is_some()
            && let Some(name) = declaration.field("name")
        {
            self.hand_on(name.text(), "default", node.line());
        }
    }

    pub(super) fn declaration(
        &mut self,
        node: Syntax<'_>,
        exported: bool,
        decorators: &[Syntax<'_>],
        top: &mut Vec<Stmt>,
    ) {
        let visibility = if exported { Visibility::Public } else { Visibility::Private };
        let name = node.field("name").map(text_of).unwrap_or_default();
        match node.kind() {
            "function_declaration" | "generator_function_declaration" => {
                let function = self.function(node, name, visibility, Vec::new());
                self.outline.functions.push(function);
            }
            "function_signature" => {
                let function = self.function(node, name, visibility, Vec::new());
                self.signatures.push(function);
            }
            "class_declaration" | "abstract_class_declaration" => {
                self.class(node, name, visibility, decorators, top);
            }
            "interface_declaration" => self.interface(node, name, visibility),
            "type_alias_declaration" => self.alias(node, name, visibility),
            "enum_declaration" => self.enumeration(node, name, visibility),
            "lexical_declaration" | "variable_declaration" => {
                for declarator in node.children() {
                    self.variable(declarator, exported, top);
                }
            }
            "internal_module" | "module" => self.namespace(node, name, visibility, top),
            "ambient_declaration" => {
                for child in node.children() {
                    if is_declaration(child.kind()) {
                        self.declaration(child, exported, &[], top);
                    }
                }
            }
            _ => {}
        }
    }

    fn namespace(
        &mut self,
        node: Syntax<'_>,
        name: String,
        visibility: Visibility,
        top: &mut Vec<Stmt>,
    ) {
        // `declare module "x"` speaks of another module.
        let is_other = node.field("name").is_some_and(|it| it.kind() == "string");
        let Some(body) = node.field("body").filter(|_| !is_other) else { return };
        let at = self.type_decl(node, name, TypeKind::Namespace, visibility);
        let outside = self.owner.replace(at);
        for child in body.children() {
            match child.kind() {
                "export_statement" => match child.field("declaration") {
                    Some(inner) => self.declaration(inner, true, &child.fields("decorator"), top),
                    None => continue,
                },
                _ => self.at_top(child, top),
            }
        }
        self.owner = outside;
    }

    /// Enters a type, named with the one it stands in.
    pub(super) fn type_decl(
        &mut self,
        node: Syntax<'_>,
        name: String,
        kind: TypeKind,
        visibility: Visibility,
    ) -> usize {
        let name = match self.owner {
            Some(owner) => format!("{}.{name}", self.outline.types[owner].name),
            None => name,
        };
        let (type_params, bounds) = parameters(node);
        let (line, end_line) = (node.line(), node.end_line());
        self.outline.types.push(TypeDecl {
            name,
            kind,
            visibility,
            type_params,
            bounds,
            line,
            end_line,
            ..TypeDecl::default()
        });
        self.outline.types.len() - 1
    }

    /// A variable at the top: often a function, a class or an object of functions.
    fn variable(&mut self, node: Syntax<'_>, exported: bool, top: &mut Vec<Stmt>) {
        let Some(name) = node.field("name") else { return };
        let ty = node.field("type").and_then(annotated);
        let Some(value) = node.field("value") else {
            self.bind(name, ty, None, top);
            return;
        };
        if self.common_import(name, value) {
            return;
        }
        if name.kind() == "identifier" {
            self.named_value(name.text(), ty, value, exported, top);
        } else {
            self.declared(node, top);
        }
    }

    /// What has a name at the top of a file because it is assigned or exported.
    pub(super) fn named_value(
        &mut self,
        name: &str,
        ty: Option<TypeRef>,
        value: Syntax<'_>,
        exported: bool,
        top: &mut Vec<Stmt>,
    ) {
        let visibility = if exported { Visibility::Public } else { Visibility::Private };
        let inner = unwrapped(value);
        let name = name.to_owned();
        match inner.kind() {
            "arrow_function" | "function_expression" | "generator_function" => {
                let mut function = self.function(inner, name, visibility, Vec::new());
                function.mentions.extend(ty);
                self.outline.functions.push(function);
            }
            "class" => self.class(inner, name, visibility, &[], top),
            "object" if holds_functions(inner) => self.object(inner, name, ty, visibility, top),
            "call_expression" if assigned(inner).is_some() => {
                if let Some((root, members)) = assigned(inner) {
                    let root = self.expr(root);
                    top.push(Stmt::Expr(root));
                    self.object(members, name, ty, visibility, top);
                }
            }
            "call_expression" if takes_function(inner) => {
                let outside = self.enter_function(inner);
                let value = self.expr(inner);
                self.within = outside;
                let returns = ty.filter(|ty| !ty.name.is_empty());
                self.outline.functions.push(FunctionDecl {
                    name,
                    owner: self.owner,
                    visibility,
                    mentions: returns.into_iter().collect(),
                    body: vec![Stmt::Expr(value)],
                    line: inner.line(),
                    end_line: inner.end_line(),
                    ..FunctionDecl::default()
                });
            }
            _ => {
                let (line, end_line) = (value.line(), value.end_line());
                let mut value = self.expr(value);
                if self.within.is_none() && self.owner.is_none() {
                    self.name_procedures(&name, &mut value, end_line);
                }
                top.push(Stmt::Let { name, ty, value: Some(value), line });
            }
        }
    }

    /// Procedures that are written where a router of tRPC is made are functions of the file, named after both.
    fn name_procedures(&mut self, router: &str, value: &mut Expr, end_line: u32) {
        let ExprKind::Call { callee, args } = &mut value.kind else { return };
        let makes = callee.dotted().is_some_and(|it| {
            matches!(
                it.rsplit('.').next(),
                Some("router" | "createTRPCRouter" | "createRouter" | "trpcRouter")
            )
        });
        let Some(first) = args.first_mut().filter(|_| makes) else { return };
        let ExprKind::Map(pairs) = &mut first.value.kind else { return };
        for (key, procedure) in pairs {
            let (ExprKind::Text(key), ExprKind::Call { callee, .. }) = (&key.kind, &procedure.kind)
            else {
                continue;
            };
            let runs = matches!(&callee.kind, ExprKind::Member(_, name)
                if matches!(name.as_str(), "query" | "mutation" | "subscription"));
            if !runs || key.contains('.') {
                continue;
            }
            let name = format!("{router} {key}");
            let line = procedure.line;
            let named = Expr::new(ExprKind::Name(name.clone()), line);
            let body = vec![Stmt::Expr(std::mem::replace(procedure, named))];
            let visibility = Visibility::Private;
            let function =
                FunctionDecl { name, visibility, body, line, end_line, ..Default::default() };
            self.outline.functions.push(function);
        }
    }

    /// An object of functions: something whose members are known by name.
    fn object(
        &mut self,
        node: Syntax<'_>,
        name: String,
        ty: Option<TypeRef>,
        visibility: Visibility,
        top: &mut Vec<Stmt>,
    ) {
        let at = self.type_decl(node, name, TypeKind::Class, visibility);
        self.outline.types[at].supers.extend(ty.filter(|ty| !ty.name.is_empty()));
        let outside = (self.owner.replace(at), self.this_is_owner);
        for member in node.children() {
            self.this_is_owner = true;
            let key = member.field("key").map(text_of).unwrap_or_default();
            match member.kind() {
                "method_definition" => self.free_method(member),
                "pair" => match member.field("value") {
                    Some(value) if is_function(unwrapped(value).kind()) => {
                        let inner = unwrapped(value);
                        let mut function =
                            self.function(inner, key, Visibility::Public, Vec::new());
                        function.is_static = true;
                        self.outline.functions.push(function);
                    }
                    Some(value) if unwrapped(value).kind() == "call_expression" => {
                        let inner = unwrapped(value);
                        if takes_function(inner) {
                            self.named_value(&key, None, value, true, top);
                        } else {
                            self.field_of(at, key, value);
                        }
                    }
                    Some(value) => self.field_of(at, key, value),
                    None => {}
                },
                "shorthand_property_identifier" => {
                    self.field_of(at, text_of(member), member);
                }
                _ => {
                    let value = self.expr(member);
                    top.push(Stmt::Expr(value));
                }
            }
        }
        (self.owner, self.this_is_owner) = outside;
    }

    /// A function in an object.
    pub(super) fn free_method(&mut self, node: Syntax<'_>) {
        let Some(name) = node.field("name").map(text_of) else { return };
        let mut function = self.function(node, name, Visibility::Public, Vec::new());
        function.is_static = true;
        self.outline.functions.push(function);
    }

    /// Notes that a function is being read; what is answered has to be put back.
    pub(super) fn enter_function(&mut self, node: Syntax<'_>) -> Option<(u32, u32)> {
        let outside = self.within;
        self.within = outside.or(Some((node.line(), node.end_line())));
        outside
    }

    /// A function or method with all its parts.
    pub(super) fn function(
        &mut self,
        node: Syntax<'_>,
        name: String,
        visibility: Visibility,
        annotations: Vec<Annotation>,
    ) -> FunctionDecl {
        let this = self.this_is_owner;
        let is_plain = !matches!(node.kind(), "arrow_function" | "method_definition");
        self.this_is_owner &= !is_plain;
        let outside = self.enter_function(node);
        let (params, body) = self.params_and_body(node);
        self.within = outside;
        self.this_is_owner = this;
        let (type_params, bounds) = parameters(node);
        let written = node.field("return_type").and_then(annotated);
        FunctionDecl {
            name,
            owner: self.owner,
            visibility,
            params,
            returns: written.or_else(|| given_back(&body)),
            type_params,
            bounds,
            annotations,
            signature: signature(node),
            body,
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        }
    }
}

/// What a function gives that does not say so, where all that it returns is the same kind of new object.
fn given_back(body: &[Stmt]) -> Option<TypeRef> {
    let mut found: Vec<Option<TypeRef>> = Vec::new();
    returned(body, &mut found);
    let first = found.first()?.clone()?;
    found.iter().all(|it| it.as_ref().is_some_and(|it| it.name == first.name)).then_some(first)
}

fn returned(body: &[Stmt], found: &mut Vec<Option<TypeRef>>) {
    for stmt in body {
        match stmt {
            Stmt::Return(value) => found.push(made(value)),
            Stmt::Block(body) | Stmt::Loop { body, .. } => returned(body, found),
            _ => {}
        }
    }
}

fn made(value: &Expr) -> Option<TypeRef> {
    match &value.kind {
        ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } => Some(ty.clone()),
        ExprKind::This => Some(TypeRef { name: "this".to_owned(), ..TypeRef::default() }),
        ExprKind::Same(inner) => made(inner),
        _ => None,
    }
}

pub(super) fn signature(node: Syntax<'_>) -> String {
    let parameters = node.field("parameters").or_else(|| node.field("parameter"));
    let parameters = parameters.map(Syntax::flat_text).unwrap_or_default();
    let returns = node.field("return_type").map(Syntax::flat_text).unwrap_or_default();
    let signature = format!("{parameters}{returns}");
    if signature.len() <= 300 {
        return signature;
    }
    let end = signature.floor_char_boundary(300);
    format!("{}…", &signature[..end])
}

pub(super) fn is_function(kind: &str) -> bool {
    matches!(kind, "arrow_function" | "function_expression" | "generator_function")
}

fn is_declaration(kind: &str) -> bool {
    matches!(
        kind,
        "function_declaration"
            | "generator_function_declaration"
            | "function_signature"
            | "class_declaration"
            | "abstract_class_declaration"
            | "interface_declaration"
            | "type_alias_declaration"
            | "enum_declaration"
            | "lexical_declaration"
            | "variable_declaration"
            | "internal_module"
            | "module"
            | "ambient_declaration"
    )
}

/// The members that an object is given: `Object.assign(Form, { Item, Label })`.
fn assigned(call: Syntax<'_>) -> Option<(Syntax<'_>, Syntax<'_>)> {
    let assigns = call.field("function").is_some_and(|it| it.text() == "Object.assign");
    let args = call.field("arguments").filter(|_| assigns)?.children();
    match args[..] {
        [root, members] => (members.kind() == "object").then_some((root, members)),
        _ => None,
    }
}

fn holds_functions(object: Syntax<'_>) -> bool {
    object.children().into_iter().any(|member| {
        member.kind() == "method_definition"
            || member.field("value").is_some_and(|value| is_function(unwrapped(value).kind()))
    })
}

/// Whether a function is among the arguments of a call, or of one it goes on from; objects that are made with
/// `new` stay objects.
fn takes_function(call: Syntax<'_>) -> bool {
    let mut call = call;
    let mut takes = false;
    for _ in 0..50 {
        let args = call.field("arguments").map(Syntax::children).unwrap_or_default();
        takes |= args.into_iter().any(|arg| is_function(arg.kind()));
        let Some(function) = call.field("function") else { return false };
        call = match function.kind() {
            "member_expression" => match function.field("object") {
                Some(object) => unwrapped(object),
                None => return takes,
            },
            "call_expression" => function,
            _ => return takes,
        };
        match call.kind() {
            "call_expression" => {}
            "new_expression" => return false,
            _ => return takes,
        }
    }
    takes
}
