//! Classes, interfaces, type aliases and enums.

use super::{
    Lowering,
    declarations::{is_function, signature},
    modules::{text_of, unwrapped},
    type_refs::{annotated, parameters, type_ref},
};
use crate::import::code::{
    outline::{
        Annotation, Expr, ExprKind, Field, FunctionDecl, Param, Stmt, TypeKind, TypeRef, Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn class(
        &mut self,
        node: Syntax<'_>,
        name: String,
        visibility: Visibility,
        decorators: &[Syntax<'_>],
        into: &mut Vec<Stmt>,
    ) {
        let mut annotations = Vec::new();
        for decorator in decorators.iter().copied().chain(node.fields("decorator")) {
            annotations.extend(self.annotation(decorator));
        }
        let at = self.type_decl(node, name, TypeKind::Class, visibility);
        let supers = self.heritage(node, into);
        let decl = &mut self.outline.types[at];
        decl.annotations = annotations;
        decl.supers = supers;
        let outside = (self.owner.replace(at), self.this_is_owner, self.within.take());
        let mut pending: Vec<Annotation> = Vec::new();
        for member in node.field("body").map(Syntax::tokens).unwrap_or_default() {
            self.this_is_owner = true;
            match member.kind() {
                "decorator" => pending.extend(self.annotation(member)),
                "{" | "}" | ";" | "," | "comment" => {}
                _ => {
                    let annotations = std::mem::take(&mut pending);
                    self.class_member(at, member, annotations, into);
                }
            }
        }
        (self.owner, self.this_is_owner, self.within) = outside;
        self.assigned_fields(at);
    }

    /// What a class extends and implements.
    fn heritage(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) -> Vec<TypeRef> {
        let mut supers = Vec::new();
        let Some(heritage) = node.child("class_heritage") else { return supers };
        for clause in heritage.children() {
            match clause.kind() {
                "extends_clause" => {
                    let args = clause.field("type_arguments").map(Syntax::children);
                    let args: Vec<TypeRef> =
                        args.unwrap_or_default().into_iter().map(type_ref).collect();
                    for value in clause.fields("value") {
                        self.extended(value, args.clone(), &mut supers, into);
                    }
                }
                "implements_clause" => {
                    supers.extend(clause.children().into_iter().map(type_ref));
                }
                _ => self.extended(clause, Vec::new(), &mut supers, into),
            }
        }
        supers
    }

    /// A class may extend what a function makes of other classes: `extends Timestamped(Base)`.
    fn extended(
        &mut self,
        value: Syntax<'_>,
        args: Vec<TypeRef>,
        supers: &mut Vec<TypeRef>,
        into: &mut Vec<Stmt>,
    ) {
        let line = value.line();
        match value.kind() {
            "identifier" | "member_expression" => {
                let name = value.text().split_whitespace().collect();
                supers.push(TypeRef { name, args, line });
            }
            _ => {
                let value = self.expr(value);
                let mut names = Vec::new();
                mixed_in(&value, &mut names);
                supers.extend(names.into_iter().map(|name| TypeRef {
                    name,
                    line,
                    ..TypeRef::default()
                }));
                into.push(Stmt::Expr(value));
            }
        }
    }

    fn class_member(
        &mut self,
        at: usize,
        node: Syntax<'_>,
        annotations: Vec<Annotation>,
        into: &mut Vec<Stmt>,
    ) {
        match node.kind() {
            "method_definition" => self.method(at, node, annotations),
            "method_signature" | "abstract_method_signature" => {
                let Some(name) = node.field("name").map(text_of) else { return };
                let function = self.function(node, name, visibility(node), annotations);
                self.signatures.push(function);
            }
            "public_field_definition" | "field_definition" => {
                self.class_field(at, node, annotations);
            }
            "class_static_block" => {
                for block in node.children() {
                    into.extend(self.block(block));
                }
            }
            _ => {}
        }
    }

    fn method(&mut self, at: usize, node: Syntax<'_>, annotations: Vec<Annotation>) {
        let Some(name) = node.field("name").map(text_of) else { return };
        if name == "constructor" {
            self.parameter_properties(at, node);
        }
        let has = |word: &str| node.tokens().iter().any(|token| token.kind() == word);
        let (getter, setter, is_static) = (has("get"), has("set"), has("static"));
        let mut function = self.function(node, name.clone(), visibility(node), annotations);
        function.is_static = is_static;
        if getter || setter {
            let ty = match function.params.first() {
                Some(param) if setter => param.ty.clone(),
                _ => function.returns.clone(),
            };
            let known = self.outline.types[at].fields.iter().any(|field| field.name == name);
            if !known {
                let annotations = function.annotations.clone();
                let line = node.line();
                self.outline.types[at].fields.push(Field {
                    name: name.clone(),
                    ty,
                    value: None,
                    annotations,
                    line,
                });
            }
            function.name = format!("{} {name}", if getter { "get" } else { "set" });
        }
        self.outline.functions.push(function);
    }

    /// `constructor(private readonly orders: Orders)` declares a field.
    fn parameter_properties(&mut self, at: usize, node: Syntax<'_>) {
        let list = node.field("parameters").map(Syntax::children).unwrap_or_default();
        for parameter in list {
            let declares = parameter.tokens().iter().any(|token| {
                matches!(token.kind(), "accessibility_modifier" | "readonly" | "override_modifier")
            });
            let Some(pattern) = parameter.field("pattern").filter(|_| declares) else { continue };
            let mut annotations = Vec::new();
            for decorator in parameter.fields("decorator") {
                annotations.extend(self.annotation(decorator));
            }
            self.outline.types[at].fields.push(Field {
                name: pattern.text().to_owned(),
                ty: parameter.field("type").and_then(annotated),
                value: None,
                annotations,
                line: parameter.line(),
            });
        }
    }

    fn class_field(&mut self, at: usize, node: Syntax<'_>, mut annotations: Vec<Annotation>) {
        let name = node.field("name").or_else(|| node.field("property"));
        let Some(name) = name.map(text_of) else { return };
        for decorator in node.fields("decorator") {
            annotations.extend(self.annotation(decorator));
        }
        let ty = node.field("type").and_then(annotated);
        match node.field("value") {
            Some(value) if is_function(unwrapped(value).kind()) => {
                let function = self.function(unwrapped(value), name, visibility(node), annotations);
                self.outline.functions.push(FunctionDecl { line: node.line(), ..function });
            }
            Some(value) => {
                let value = self.expr(value);
                let ty = ty.or_else(|| injected(&value));
                let line = node.line();
                let field = Field { name, ty, value: Some(value), annotations, line };
                self.outline.types[at].fields.push(field);
            }
            None => {
                let line = node.line();
                let field = Field { name, ty, value: None, annotations, line };
                self.outline.types[at].fields.push(field);
            }
        }
    }

    /// A member of an object that is no function.
    pub(super) fn field_of(&mut self, at: usize, name: String, value: Syntax<'_>) {
        let line = value.line();
        let value = Some(self.expr(value));
        let field = Field { name, ty: None, value, annotations: Vec::new(), line };
        self.outline.types[at].fields.push(field);
    }

    /// Fields that only the constructor tells of, or whose type only it tells: `this.orders = orders`.
    fn assigned_fields(&mut self, at: usize) {
        let is_constructor = |it: &&FunctionDecl| it.owner == Some(at) && it.name == "constructor";
        let Some(constructor) = self.outline.functions.iter().rev().find(is_constructor) else {
            return;
        };
        let mut found = Vec::new();
        for stmt in &constructor.body {
            let Stmt::Assign { target, value } = stmt else { continue };
            let ExprKind::Member(of, name) = &target.kind else { continue };
            if of.kind != ExprKind::This {
                continue;
            }
            let ty = given_type(value, &constructor.params, &constructor.body);
            found.push((name.clone(), ty, target.line));
        }
        let fields = &mut self.outline.types[at].fields;
        for (name, ty, line) in found {
            match fields.iter_mut().find(|field| field.name == name) {
                Some(field) if field.ty.is_none() && field.value.is_none() => field.ty = ty,
                Some(_) => {}
                None => fields.push(Field { name, ty, line, ..Field::default() }),
            }
        }
    }

    pub(super) fn interface(&mut self, node: Syntax<'_>, name: String, visibility: Visibility) {
        let at = self.type_decl(node, name, TypeKind::Interface, visibility);
        for clause in node.children() {
            if matches!(clause.kind(), "extends_type_clause" | "extends_clause") {
                self.outline.types[at].supers.extend(clause.children().into_iter().map(type_ref));
            }
        }
        if let Some(body) = node.field("body") {
            self.type_members(at, body);
        }
    }

    /// What an interface or object type has.
    fn type_members(&mut self, at: usize, body: Syntax<'_>) {
        let outside = self.owner.replace(at);
        for member in body.children() {
            let Some(name) = member.field("name").map(text_of) else { continue };
            match member.kind() {
                "method_signature" => {
                    let function = self.function(member, name, Visibility::Public, Vec::new());
                    self.signatures.push(function);
                }
                "property_signature" => self.property(at, member, name),
                _ => {}
            }
        }
        self.owner = outside;
    }

    fn property(&mut self, at: usize, member: Syntax<'_>, name: String) {
        let written = member.field("type");
        let inner = written.and_then(|it| it.children().into_iter().next());
        if let Some(function) = inner.filter(|it| it.kind() == "function_type") {
            let list = function.field("parameters").map(Syntax::children).unwrap_or_default();
            let param = |it: Syntax<'_>| Param {
                name: it.field("pattern").map(text_of).unwrap_or_default(),
                ty: it.field("type").and_then(annotated),
                annotations: Vec::new(),
            };
            let (type_params, bounds) = parameters(function);
            self.signatures.push(FunctionDecl {
                name,
                owner: Some(at),
                params: list.into_iter().map(param).collect(),
                returns: function.field("return_type").map(type_ref),
                type_params,
                bounds,
                signature: signature(function),
                line: member.line(),
                end_line: member.end_line(),
                ..FunctionDecl::default()
            });
            return;
        }
        let ty = written.and_then(annotated);
        let line = member.line();
        self.outline.types[at].fields.push(Field { name, ty, line, ..Field::default() });
    }

    /// `type A = …`: an object type is like an interface; one type by another name is an alias.
    pub(super) fn alias(&mut self, node: Syntax<'_>, name: String, visibility: Visibility) {
        let Some(value) = node.field("value") else { return };
        let at = self.type_decl(node, name, TypeKind::Interface, visibility);
        self.alias_part(at, value, true, 0);
    }

    fn alias_part(&mut self, at: usize, value: Syntax<'_>, alone: bool, depth: u32) {
        match value.kind() {
            "object_type" => self.type_members(at, value),
            "parenthesized_type" if depth < 20 => {
                for inner in value.children() {
                    self.alias_part(at, inner, alone, depth + 1);
                }
            }
            "intersection_type" if depth < 20 => {
                for part in value.children() {
                    self.alias_part(at, part, false, depth + 1);
                }
            }
            _ => {
                let ty = type_ref(value);
                let decl = &mut self.outline.types[at];
                if ty.name.is_empty() || ty.name == "[]" {
                    // What it mentions is named, without being a super type.
                    decl.bounds.push((String::new(), ty));
                    return;
                }
                if alone {
                    decl.kind = TypeKind::Alias;
                }
                decl.supers.push(ty);
            }
        }
    }

    pub(super) fn enumeration(&mut self, node: Syntax<'_>, name: String, visibility: Visibility) {
        let at = self.type_decl(node, name, TypeKind::Enum, visibility);
        let Some(body) = node.field("body") else { return };
        for member in body.children() {
            let key = member.field("name").unwrap_or(member);
            let value = member.field("value").map(|value| self.expr(value));
            self.outline.types[at].fields.push(Field {
                name: text_of(key),
                ty: None,
                value,
                annotations: Vec::new(),
                line: member.line(),
            });
        }
    }
}

fn visibility(node: Syntax<'_>) -> Visibility {
    let is_hidden = node.field("name").is_some_and(|it| it.kind() == "private_property_identifier");
    match node.child("accessibility_modifier").map(Syntax::text) {
        Some("private") => Visibility::Private,
        Some("protected") => Visibility::Protected,
        _ if is_hidden => Visibility::Private,
        _ => Visibility::Public,
    }
}

/// Classes among the arguments of the calls that make a base class.
fn mixed_in(value: &Expr, names: &mut Vec<String>) {
    let ExprKind::Call { args, .. } = &value.kind else { return };
    for arg in args {
        match &arg.value.kind {
            ExprKind::Name(name) if name.starts_with(char::is_uppercase) => {
                names.push(name.clone())
            }
            ExprKind::Call { .. } => mixed_in(&arg.value, names),
            _ => {}
        }
    }
}

/// `orders = inject(Orders)` is an `Orders`.
fn injected(value: &Expr) -> Option<TypeRef> {
    let ExprKind::Call { callee, args } = &value.kind else { return None };
    let is_injection = matches!(callee.dotted()?.as_str(), "inject" | "Container.get");
    let first = args.first().filter(|_| is_injection)?;
    let name = first.value.dotted().filter(|name| name.starts_with(char::is_uppercase))?;
    Some(TypeRef { name, args: Vec::new(), line: value.line })
}

/// The type of what a constructor gives a field: a parameter's, or that of what it makes.
fn given_type(value: &Expr, params: &[Param], body: &[Stmt]) -> Option<TypeRef> {
    match &value.kind {
        ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } => Some(ty.clone()),
        ExprKind::Same(inner) => given_type(inner, params, body),
        ExprKind::Name(name) => {
            let param = params.iter().find(|param| param.name == *name);
            let bound = || {
                body.iter().find_map(|stmt| match stmt {
                    Stmt::Let { name: bound, ty, .. } if bound == name => ty.clone(),
                    _ => None,
                })
            };
            param.and_then(|param| param.ty.clone()).or_else(bound)
        }
        _ => injected(value),
    }
}
