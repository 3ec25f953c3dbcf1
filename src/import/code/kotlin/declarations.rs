//! Files, types, functions and properties of Kotlin.

use super::{
    Lowering,
    type_refs::{is_type, type_named},
};
use crate::import::code::{
    outline::{
        Annotation, Expr, ExprKind, Field, FunctionDecl, Import, Param, Stmt, TypeDecl, TypeKind,
        TypeRef, Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        self.gather_constants(root, 0);
        self.top_level(root);
    }

    fn top_level(&mut self, root: Syntax<'_>) {
        let children = root.children();
        for (at, node) in children.iter().enumerate() {
            match node.kind() {
                "package_header" => {
                    let name = node.child("identifier").map(plain);
                    self.outline.namespace = name.unwrap_or_default();
                }
                "import_list" => {
                    let imports = node.children().into_iter().filter_map(import);
                    self.outline.imports.extend(imports);
                }
                "import_header" => self.outline.imports.extend(import(*node)),
                "type_alias" => self.alias(*node),
                "property_declaration" => self.top_property(*node, &children[at + 1..]),
                "function_declaration" => self.function(*node, None),
                "class_declaration" | "object_declaration" => self.type_decl(*node, None),
                "infix_expression" => match object_in(*node) {
                    Some((name, body)) => self.object(name, body, None),
                    None => {
                        let statements = self.stmt(*node);
                        self.outline.top.extend(statements);
                    }
                },
                "getter" | "setter" | "file_annotation" | "shebang_line" => {}
                // What stands around an error is still what it is.
                "ERROR" if self.enter() => {
                    self.top_level(*node);
                    self.leave();
                }
                _ => {
                    let statements = self.stmt(*node);
                    self.outline.top.extend(statements);
                }
            }
        }
    }

    /// Notes the texts of constants, so that queries made from them read whole.
    fn gather_constants(&mut self, node: Syntax<'_>, depth: u32) {
        for child in node.children() {
            match child.kind() {
                "property_declaration" => {
                    let name = child.child("variable_declaration");
                    let name = name.and_then(|it| it.child("simple_identifier"));
                    let value = child.child("string_literal");
                    let value = value.or_else(|| child.child("additive_expression"));
                    if let (Some(name), Some(value)) = (name, value)
                        && let ExprKind::Text(text) = self.expr(value).kind
                    {
                        self.constants.insert(name.text().to_owned(), text);
                    }
                }
                "class_declaration" | "object_declaration" | "class_body" | "companion_object"
                    if depth < 12 =>
                {
                    self.gather_constants(child, depth + 1);
                }
                _ => {}
            }
        }
        self.bound.clear();
    }

    fn alias(&mut self, node: Syntax<'_>) {
        let name = node.child("type_identifier").map_or("", Syntax::text).to_owned();
        let of = self.child_type(node);
        let (type_params, bounds) = self.type_params(node);
        self.outline.types.push(TypeDecl {
            name,
            kind: TypeKind::Alias,
            supers: of.into_iter().collect(),
            type_params,
            bounds,
            line: node.line(),
            end_line: node.end_line(),
            ..TypeDecl::default()
        });
    }

    /// A property outside types. One that only its file sees stands in a block of its own.
    fn top_property(&mut self, node: Syntax<'_>, after: &[Syntax<'_>]) {
        if has_code(node, after) {
            self.property_function(node, after, None);
            return;
        }
        let is_private = visibility(node) == Visibility::Private;
        let statements = self.property_stmt(node);
        if is_private {
            self.outline.top.push(Stmt::Block(statements));
        } else {
            self.outline.top.extend(statements);
        }
    }

    /// A class, interface, object or enum, and all that is in it.
    pub(super) fn type_decl(&mut self, node: Syntax<'_>, outer: Option<usize>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let simple = node.child("type_identifier").or_else(|| node.child("simple_identifier"));
        let simple = simple.map_or("", Syntax::text).trim_matches('`');
        let place = self.declare(node, simple, outer);
        let around = self.owner.replace(place);
        if let Some(constructor) = node.child("primary_constructor") {
            self.primary_constructor(constructor, place, simple, node);
        }
        for body in node.children() {
            if matches!(body.kind(), "class_body" | "enum_class_body") {
                self.members(body, place);
            }
        }
        self.owner = around;
        self.leave();
    }

    fn declare(&mut self, node: Syntax<'_>, simple: &str, outer: Option<usize>) -> usize {
        let tokens = node.tokens();
        let kind = if tokens.iter().any(|token| token.kind() == "interface") {
            TypeKind::Interface
        } else if node.child("enum_class_body").is_some() {
            TypeKind::Enum
        } else {
            TypeKind::Class
        };
        let (type_params, bounds) = self.type_params(node);
        let supers = self.supers(node);
        let annotations = self.annotations(node);
        self.outline.types.push(TypeDecl {
            name: self.nested(simple, outer),
            kind,
            supers,
            type_params,
            bounds,
            fields: Vec::new(),
            annotations,
            visibility: visibility(node),
            line: node.line(),
            end_line: node.end_line(),
        });
        self.outline.types.len() - 1
    }

    fn nested(&self, simple: &str, outer: Option<usize>) -> String {
        match outer {
            Some(outer) => format!("{}.{simple}", self.outline.types[outer].name),
            None => simple.to_owned(),
        }
    }

    pub(super) fn supers(&mut self, node: Syntax<'_>) -> Vec<TypeRef> {
        let mut supers = Vec::new();
        for specifier in node.children() {
            if specifier.kind() != "delegation_specifier" {
                continue;
            }
            for child in specifier.children() {
                supers.extend(match child.kind() {
                    "constructor_invocation" | "explicit_delegation" => self.child_type(child),
                    _ => self.type_ref(child),
                });
            }
        }
        supers
    }

    /// An object that the grammar takes for an expression: `object Prices { … }`.
    fn object(&mut self, name: Syntax<'_>, body: Syntax<'_>, outer: Option<usize>) {
        let place = self.outline.types.len();
        self.outline.types.push(TypeDecl {
            name: self.nested(name.text(), outer),
            line: name.line(),
            end_line: body.end_line(),
            ..TypeDecl::default()
        });
        let around = self.owner.replace(place);
        if self.enter() {
            for statements in body.children() {
                self.members(statements, place);
            }
        }
        self.leave();
        self.owner = around;
    }

    /// Parameters of the primary constructor are seen by all that runs when an object is made; those with `val` or
    /// `var` are properties.
    fn primary_constructor(
        &mut self,
        constructor: Syntax<'_>,
        place: usize,
        simple: &str,
        class: Syntax<'_>,
    ) {
        let mut params = Vec::new();
        for node in constructor.children() {
            if node.kind() != "class_parameter" {
                continue;
            }
            let name = node.child("simple_identifier").map_or("", Syntax::text);
            let name = name.trim_matches('`').to_owned();
            let ty = self.child_type(node);
            let annotations = self.annotations(node);
            let line = node.line();
            let own = ty.clone();
            let value = None;
            let field = Field { name: name.clone(), ty: own, value, annotations, line };
            self.outline.types[place].fields.push(field);
            params.push(Param { name, ty, annotations: Vec::new() });
        }
        // What the super type is given, and what parameters are by default.
        let mut body = Vec::new();
        for specifier in class.children() {
            let made = specifier.child("constructor_invocation");
            let Some(args) = made.and_then(|made| made.child("value_arguments")) else { continue };
            if specifier.kind() == "delegation_specifier" {
                let line = args.line();
                let callee = Box::new(Expr::new(ExprKind::Super, line));
                let args = self.args(args);
                body.push(Stmt::Expr(Expr::new(ExprKind::Call { callee, args }, line)));
            }
        }
        let annotations = self.annotations(constructor);
        self.outline.functions.push(FunctionDecl {
            name: simple.to_owned(),
            owner: Some(place),
            visibility: visibility(constructor),
            params,
            annotations,
            signature: constructor.flat_text(),
            body,
            line: constructor.line(),
            end_line: constructor.end_line(),
            ..FunctionDecl::default()
        });
    }

    pub(super) fn members(&mut self, body: Syntax<'_>, owner: usize) {
        let children = body.children();
        for (at, node) in children.iter().enumerate() {
            match node.kind() {
                "property_declaration" => self.property(*node, &children[at + 1..], owner),
                "function_declaration" => self.function(*node, Some(owner)),
                "secondary_constructor" => self.constructor(*node, owner),
                "anonymous_initializer" => self.initializer(*node, owner),
                "enum_entry" => self.enum_entry(*node, owner),
                // What a companion has is reached through the name of its class.
                "companion_object" => {
                    let supers = self.supers(*node);
                    self.outline
                        .top
                        .extend(supers.into_iter().map(|ty| Stmt::Expr(type_named(ty))));
                    if let Some(body) = node.child("class_body") {
                        self.members(body, owner);
                    }
                }
                "class_declaration" | "object_declaration" => self.type_decl(*node, Some(owner)),
                "infix_expression" => {
                    if let Some((name, body)) = object_in(*node) {
                        self.object(name, body, Some(owner));
                    }
                }
                "ERROR" | "statements" if self.enter() => {
                    self.members(*node, owner);
                    self.leave();
                }
                _ => {}
            }
        }
    }

    fn property(&mut self, node: Syntax<'_>, after: &[Syntax<'_>], owner: usize) {
        if has_code(node, after) {
            self.property_function(node, after, Some(owner));
            return;
        }
        let Some(declared) = node.child("variable_declaration") else { return };
        let name = declared.child("simple_identifier").map_or("", Syntax::text);
        let name = name.trim_matches('`').to_owned();
        let ty = self.child_type(declared);
        let value = self.property_value(node);
        let annotations = self.annotations(node);
        let line = declared.line();
        self.outline.types[owner].fields.push(Field { name, ty, value, annotations, line });
        self.bound.clear();
    }

    /// What a property begins with; of `by lazy { … }` what the block gives.
    pub(super) fn property_value(&mut self, node: Syntax<'_>) -> Option<Expr> {
        if let Some(delegate) = node.child("property_delegate") {
            let by = delegate.children().into_iter().next()?;
            let value = self.expr(by);
            return Some(match value.kind {
                ExprKind::Call { callee, mut args }
                    if callee.dotted().as_deref() == Some("lazy") =>
                {
                    match args.pop().map(|arg| arg.value.kind) {
                        Some(ExprKind::Lambda { mut body, .. }) if body.len() == 1 => {
                            match body.pop() {
                                Some(Stmt::Expr(only) | Stmt::Return(only)) => only,
                                other => {
                                    let body = other.into_iter().collect();
                                    Expr::new(ExprKind::Block(body), value.line)
                                }
                            }
                        }
                        Some(ExprKind::Lambda { body, .. }) => {
                            Expr::new(ExprKind::Block(body), value.line)
                        }
                        _ => Expr::new(ExprKind::Other(Vec::new()), value.line),
                    }
                }
                kind => Expr::new(ExprKind::Other(vec![Expr::new(kind, value.line)]), value.line),
            });
        }
        let value = node.children().into_iter().rfind(|child| {
            !matches!(
                child.kind(),
                "modifiers"
                    | "binding_pattern_kind"
                    | "variable_declaration"
                    | "multi_variable_declaration"
                    | "type_parameters"
                    | "type_constraints"
                    | "receiver_type"
                    | "getter"
                    | "setter"
            ) && !is_type(child.kind())
        })?;
        Some(self.expr(value))
    }

    /// A property that runs code when it is read or written is a function without parameters.
    fn property_function(&mut self, node: Syntax<'_>, after: &[Syntax<'_>], owner: Option<usize>) {
        let Some(declared) = node.child("variable_declaration") else { return };
        let name = declared.child("simple_identifier").map_or("", Syntax::text).to_owned();
        let returns = self.child_type(declared);
        let mut body = Vec::new();
        if let Some(value) = self.property_value(node) {
            body.push(Stmt::Expr(value));
        }
        let own = node.children();
        let beside = after.iter().take_while(|it| matches!(it.kind(), "getter" | "setter"));
        for accessor in own.iter().chain(beside) {
            if matches!(accessor.kind(), "getter" | "setter")
                && let Some(code) = accessor.child("function_body")
            {
                body.push(Stmt::Block(self.function_body(code)));
            }
        }
        let params = self.receiver(node).into_iter().collect();
        let annotations = self.annotations(node);
        self.outline.functions.push(FunctionDecl {
            name: name.trim_matches('`').to_owned(),
            owner,
            visibility: visibility(node),
            params,
            signature: returns.as_ref().map(|ty| format!(": {}", ty.name)).unwrap_or_default(),
            returns,
            annotations,
            body,
            line: declared.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    /// What an extension is called on, as its first parameter.
    fn receiver(&mut self, node: Syntax<'_>) -> Option<Param> {
        let receiver = node.field("receiver").or_else(|| node.child("receiver_type"))?;
        let ty = self.type_ref(receiver).or_else(|| self.child_type(receiver));
        let line = receiver.line();
        let mark = Annotation { name: "this".to_owned(), args: Vec::new(), line };
        Some(Param { name: "this".to_owned(), ty, annotations: vec![mark] })
    }

    pub(super) fn function(&mut self, node: Syntax<'_>, owner: Option<usize>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let name = node.child("simple_identifier").map_or("", Syntax::text).trim_matches('`');
        let mut params: Vec<Param> = self.receiver(node).into_iter().collect();
        let list = node.child("function_value_parameters");
        params.extend(list.map(|list| self.params(list)).unwrap_or_default());
        let returns = self.returns(node);
        let (type_params, bounds) = self.type_params(node);
        let annotations = self.annotations(node);
        let body = node.child("function_body");
        let body = body.map(|body| self.function_body(body)).unwrap_or_default();
        self.bound.clear();
        // A function that is one expression gives what that constructs.
        let returns = returns.or_else(|| match &body[..] {
            [Stmt::Return(value)] => crate::import::code::body::constructed(value),
            _ => None,
        });
        self.outline.functions.push(FunctionDecl {
            name: name.to_owned(),
            owner,
            visibility: visibility(node),
            is_static: owner.is_none(),
            params,
            signature: signature(node),
            returns,
            type_params,
            bounds,
            mentions: Vec::new(),
            annotations,
            body,
            line: node.child("simple_identifier").unwrap_or(node).line(),
            end_line: node.end_line(),
        });
        self.leave();
    }

    /// The type after the parameters of a function.
    pub(super) fn returns(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let after = node.children().into_iter();
        let after = after.skip_while(|child| child.kind() != "function_value_parameters");
        let ty = after.skip(1).find(|child| is_type(child.kind()))?;
        self.type_ref(ty).filter(|ty| ty.name != "Unit")
    }

    pub(super) fn params(&mut self, list: Syntax<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        let mut annotations = Vec::new();
        for node in list.children() {
            match node.kind() {
                "parameter_modifiers" => annotations = self.annotations_in(vec![node]),
                "parameter" => {
                    let name = node.child("simple_identifier").map_or("", Syntax::text);
                    let name = name.trim_matches('`').to_owned();
                    let ty = self.child_type(node);
                    let annotations = std::mem::take(&mut annotations);
                    params.push(Param { name, ty, annotations });
                }
                _ => {}
            }
        }
        params
    }

    fn constructor(&mut self, node: Syntax<'_>, owner: usize) {
        let own = &self.outline.types[owner].name;
        let name = own.rsplit('.').next().unwrap_or(own).to_owned();
        let list = node.child("function_value_parameters");
        let params = list.map(|list| self.params(list)).unwrap_or_default();
        let mut body = Vec::new();
        if let Some(call) = node.child("constructor_delegation_call") {
            let is_super = call.tokens().iter().any(|token| token.kind() == "super");
            let line = call.line();
            let callee = if is_super { ExprKind::Super } else { ExprKind::This };
            let args = call.child("value_arguments").map(|args| self.args(args));
            let (callee, args) = (Box::new(Expr::new(callee, line)), args.unwrap_or_default());
            body.push(Stmt::Expr(Expr::new(ExprKind::Call { callee, args }, line)));
        }
        if let Some(statements) = node.child("statements") {
            body.extend(self.block(statements));
        }
        let annotations = self.annotations(node);
        self.outline.functions.push(FunctionDecl {
            name,
            owner: Some(owner),
            visibility: visibility(node),
            params,
            annotations,
            signature: list.map(Syntax::flat_text).unwrap_or_default(),
            body,
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    fn initializer(&mut self, node: Syntax<'_>, owner: usize) {
        let body = node.child("statements").map(|statements| self.block(statements));
        self.outline.functions.push(FunctionDecl {
            name: "<init>".to_owned(),
            owner: Some(owner),
            visibility: Visibility::Private,
            body: body.unwrap_or_default(),
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    fn enum_entry(&mut self, node: Syntax<'_>, owner: usize) {
        let line = node.line();
        let own = self.outline.types[owner].name.clone();
        let ty = TypeRef { name: own, args: Vec::new(), line };
        let args = node.child("value_arguments").map(|args| self.args(args)).unwrap_or_default();
        let mut value = Expr::new(ExprKind::New { ty: ty.clone(), args }, line);
        if let Some(body) = node.child("class_body") {
            let body = self.object_body(body);
            value = Expr::new(ExprKind::Anonymous { of: Box::new(value), body }, line);
        }
        let field = Field {
            name: node.child("simple_identifier").map_or("", Syntax::text).to_owned(),
            ty: Some(ty),
            value: Some(value),
            annotations: self.annotations(node),
            line,
        };
        self.outline.types[owner].fields.push(field);
    }
}

/// `object Prices { … }` where the grammar sees an expression: its name, and the block that is its body.
fn object_in(node: Syntax<'_>) -> Option<(Syntax<'_>, Syntax<'_>)> {
    match node.children()[..] {
        [first, name, body]
            if first.kind() == "object_literal"
                && name.kind() == "simple_identifier"
                && body.kind() == "lambda_literal" =>
        {
            Some((name, body))
        }
        _ => None,
    }
}

/// Whether something runs when a property is read or written.
fn has_code(node: Syntax<'_>, after: &[Syntax<'_>]) -> bool {
    let extends = node.child("receiver_type").is_some() || node.field("receiver").is_some();
    let own = node.children();
    let beside = after.iter().take_while(|it| matches!(it.kind(), "getter" | "setter"));
    extends
        || own.iter().chain(beside).any(|it| {
            matches!(it.kind(), "getter" | "setter") && it.child("function_body").is_some()
        })
}

fn plain(node: Syntax<'_>) -> String {
    node.text().split_whitespace().collect::<String>().replace('`', "")
}

fn import(node: Syntax<'_>) -> Option<Import> {
    let path = plain(node.child("identifier")?);
    let line = node.line();
    let alias = node.child("import_alias").and_then(|alias| alias.child("type_identifier"));
    let alias = alias.map(|alias| alias.text().to_owned());
    let member = node.child("wildcard_import").map(|_| "*".to_owned());
    Some(Import { path, member, alias, line, ..Import::default() })
}

fn visibility(node: Syntax<'_>) -> Visibility {
    let modifiers = node.child("modifiers").map(Syntax::children).unwrap_or_default();
    let said = modifiers.iter().find(|it| it.kind() == "visibility_modifier");
    match said.map(|said| said.text()) {
        Some("private") => Visibility::Private,
        Some("protected") => Visibility::Protected,
        Some("internal") => Visibility::Package,
        _ => Visibility::Public,
    }
}

fn signature(node: Syntax<'_>) -> String {
    let params = node.child("function_value_parameters");
    let params = params.map_or_else(|| "()".to_owned(), Syntax::flat_text);
    let after = node.children().into_iter();
    let after = after.skip_while(|child| child.kind() != "function_value_parameters");
    match after.skip(1).find(|child| is_type(child.kind())) {
        Some(ty) => format!("{params}: {}", ty.flat_text()),
        None => params,
    }
}
