//! Members of C# types: fields, properties, events, methods, constructors, operators.

use super::{
    Lowering,
    declarations::{has_modifier, is_type, visibility},
    parts, unconditional,
};
use crate::import::code::{
    outline::{
        Annotation, Expr, ExprKind, Field, FunctionDecl, Param, Stmt, TypeKind, TypeRef, Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn members(&mut self, body: Syntax<'_>, owner: usize) {
        for node in unconditional(body) {
            match node.kind() {
                "field_declaration" | "event_field_declaration" => self.field(node, owner),
                "enum_member_declaration" => self.enum_member(node, owner),
                "property_declaration" | "event_declaration" | "indexer_declaration" => {
                    self.property(node, owner);
                }
                "method_declaration"
                | "constructor_declaration"
                | "destructor_declaration"
                | "operator_declaration"
                | "conversion_operator_declaration" => self.method(node, Some(owner)),
                "ERROR" | "declaration_list" if self.enter() => {
                    self.members(node, owner);
                    self.leave();
                }
                kind if is_type(kind) => self.type_decl(node, Some(owner)),
                _ => {}
            }
        }
    }

    fn field(&mut self, node: Syntax<'_>, owner: usize) {
        let annotations = self.annotations(node);
        let Some(declaration) = node.child("variable_declaration") else { return };
        let ty = declaration.field("type").and_then(|ty| self.type_ref(ty));
        let declarators = declaration.children().into_iter();
        let declarators = declarators.filter(|it| it.kind() == "variable_declarator");
        for (place, declarator) in declarators.enumerate() {
            let name = declarator.field("name").map_or("", Syntax::text).to_owned();
            let value = self.initial(declarator, ty.as_ref());
            let annotations = if place == 0 { annotations.clone() } else { Vec::new() };
            let line = declarator.line();
            let ty = ty.clone();
            self.outline.types[owner].fields.push(Field { name, ty, value, annotations, line });
        }
        self.bound.clear();
    }

    /// The value that a variable or field begins with.
    pub(super) fn initial(&mut self, declarator: Syntax<'_>, ty: Option<&TypeRef>) -> Option<Expr> {
        let name = declarator.field("name").map(|name| name.node.id());
        let value = parts(declarator).into_iter().find(|part| {
            Some(part.node.id()) != name
                && !matches!(part.kind(), "bracketed_argument_list" | "tuple_pattern")
        })?;
        Some(self.expr_of(value, ty))
    }

    fn enum_member(&mut self, node: Syntax<'_>, owner: usize) {
        let own = self.outline.types[owner].name.clone();
        let line = node.line();
        // The name within the file says which type it is only for types outside others.
        let simple = own.rsplit('.').next().unwrap_or(&own).to_owned();
        let field = Field {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            ty: Some(TypeRef { name: simple, args: Vec::new(), line }),
            value: None,
            annotations: self.annotations(node),
            line,
        };
        self.outline.types[owner].fields.push(field);
    }

    /// A property is a field where nothing runs when it is read or written, else a function without parameters.
    fn property(&mut self, node: Syntax<'_>, owner: usize) {
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        let annotations = self.annotations(node);
        let name = match node.kind() {
            "indexer_declaration" => "[]".to_owned(),
            _ => node.field("name").map_or("", Syntax::text).trim_start_matches('@').to_owned(),
        };
        let value = node.field("value");
        let arrow = value.filter(|value| value.kind() == "arrow_expression_clause");
        let accessors = node.field("accessors").map(unconditional).unwrap_or_default();
        let bodies: Vec<_> = accessors.iter().filter_map(|it| it.field("body")).collect();
        let line = node.field("name").unwrap_or(node).line();
        if arrow.is_none() && bodies.is_empty() && node.kind() != "indexer_declaration" {
            let value = value.map(|value| self.expr_of(value, ty.as_ref()));
            self.outline.types[owner].fields.push(Field { name, ty, value, annotations, line });
            self.bound.clear();
            return;
        }
        let given = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let outer = std::mem::replace(&mut self.returns, ty.clone());
        let mut body = Vec::new();
        for part in arrow.into_iter().chain(bodies) {
            body.push(Stmt::Block(self.function_body(part)));
        }
        self.returns = outer;
        let in_interface = self.outline.types[owner].kind == TypeKind::Interface;
        self.outline.functions.push(FunctionDecl {
            name,
            owner: Some(owner),
            visibility: visibility(node, in_interface, Visibility::Private),
            is_static: has_modifier(node, "static"),
            params: given,
            signature: ty.as_ref().map(|_| signature(node)).unwrap_or_default(),
            returns: ty,
            annotations,
            body,
            line,
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    pub(super) fn method(&mut self, node: Syntax<'_>, owner: Option<usize>) {
        let in_interface =
            owner.is_some_and(|owner| self.outline.types[owner].kind == TypeKind::Interface);
        let params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let returns = node.field("returns").or_else(|| node.field("type"));
        let returns = returns.and_then(|ty| self.type_ref(ty));
        let (type_params, bounds) = self.type_params(node);
        let annotations = self.annotations(node);
        let of_interface = node.child("explicit_interface_specifier");
        let mentions = of_interface
            .and_then(|of| of.children().into_iter().next())
            .and_then(|name| self.type_ref(name));
        let outer = std::mem::replace(&mut self.returns, returns.clone());
        let mut body = self.other_constructor(node);
        body.extend(node.field("body").map(|body| self.function_body(body)).unwrap_or_default());
        self.returns = outer;
        self.bound.clear();
        let is_explicit = of_interface.is_some();
        self.outline.functions.push(FunctionDecl {
            name: function_name(node),
            owner,
            visibility: visibility(node, in_interface || is_explicit, Visibility::Private),
            is_static: has_modifier(node, "static"),
            params,
            returns,
            type_params,
            bounds,
            mentions: mentions.into_iter().collect(),
            annotations,
            signature: signature(node),
            body,
            line: node.field("name").unwrap_or(node).line(),
            end_line: node.end_line(),
        });
    }

    /// `: this(…)` and `: base(…)`.
    fn other_constructor(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        let Some(initializer) = node.child("constructor_initializer") else { return Vec::new() };
        let line = initializer.line();
        let is_base = initializer.tokens().iter().any(|token| token.kind() == "base");
        let callee = Expr::new(if is_base { ExprKind::Super } else { ExprKind::This }, line);
        let args = initializer.child("argument_list").map(|args| self.args(args));
        let (callee, args) = (Box::new(callee), args.unwrap_or_default());
        vec![Stmt::Expr(Expr::new(ExprKind::Call { callee, args }, line))]
    }

    /// A block, or `=> value`.
    pub(super) fn function_body(&mut self, node: Syntax<'_>) -> Vec<Stmt> {
        if node.kind() == "block" {
            return self.block(node);
        }
        let value = match node.kind() {
            "arrow_expression_clause" => parts(node).into_iter().next(),
            _ => Some(node),
        };
        let outer = std::mem::take(&mut self.bound);
        let wanted = self.returns.clone();
        let value = value.map(|value| self.expr_of(value, wanted.as_ref()));
        let mut all = std::mem::replace(&mut self.bound, outer);
        all.extend(value.map(Stmt::Return));
        all
    }

    pub(super) fn params(&mut self, list: Syntax<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for node in unconditional(list) {
            if node.kind() == "parameter" {
                params.push(self.param(node));
            }
        }
        // `params T[] all` has no node of its own.
        if let Some(name) = list.field("name") {
            let ty = list.field("type").and_then(|ty| self.type_ref(ty));
            params.push(Param { name: name.text().to_owned(), ty, annotations: Vec::new() });
        }
        params
    }

    pub(super) fn param(&mut self, node: Syntax<'_>) -> Param {
        let mut annotations = self.annotations(node);
        let name = node.field("name").or_else(|| node.child("identifier"));
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        // The parameter that an extension method is called on.
        if has_modifier(node, "this") || node.tokens().iter().any(|it| it.kind() == "this") {
            annotations.push(Annotation {
                name: "this".to_owned(),
                args: Vec::new(),
                line: node.line(),
            });
        }
        let name = name.map_or("", Syntax::text).trim_start_matches('@').to_owned();
        Param { name, ty, annotations }
    }
}

fn function_name(node: Syntax<'_>) -> String {
    let name = node.field("name").map_or("", Syntax::text).trim_start_matches('@');
    match node.kind() {
        "destructor_declaration" => format!("~{name}"),
        "operator_declaration" => {
            format!("operator {}", node.field("operator").map_or("", Syntax::text))
        }
        "conversion_operator_declaration" => {
            format!("operator {}", node.field("type").map_or(String::new(), Syntax::flat_text))
        }
        _ => name.to_owned(),
    }
}

/// Parameters and result on one line.
pub(super) fn signature(node: Syntax<'_>) -> String {
    let params = node.field("parameters").map_or_else(String::new, Syntax::flat_text);
    match node.field("returns").or_else(|| node.field("type")) {
        Some(ty) => format!("{params}: {}", ty.flat_text()),
        None => params,
    }
}
