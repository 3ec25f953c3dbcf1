//! Files, types, functions and variables of Go.

use super::{Lowering, TUPLE, type_refs::types_of};
use crate::import::code::{
    outline::{
        Annotation, Arg, Expr, ExprKind, Field, FunctionDecl, Import, Param, Stmt, TypeDecl,
        TypeKind, TypeRef, Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        let mut top = Vec::new();
        // Types first: methods may stand above the type they belong to.
        for child in root.children() {
            match child.kind() {
                "package_clause" => {
                    let name = child.children().into_iter().next();
                    self.outline.package = name.map_or("", Syntax::text).to_owned();
                }
                "import_declaration" => self.imports(child),
                "type_declaration" => self.types(child),
                _ => {}
            }
        }
        for child in root.children() {
            match child.kind() {
                "function_declaration" => self.function(child, None),
                "method_declaration" => self.method(child),
                "var_declaration" | "const_declaration" => self.variables(child, &mut top),
                _ => {}
            }
        }
        self.outline.top = top;
    }

    fn imports(&mut self, node: Syntax<'_>) {
        let list = node.child("import_spec_list").unwrap_or(node);
        for spec in list.children().into_iter().filter(|it| it.kind() == "import_spec") {
            let Some(path) = spec.field("path") else { continue };
            let path = path.text().trim_matches(['"', '`']).to_owned();
            let name = spec.field("name").map(Syntax::text);
            let member = (name == Some(".")).then(|| "*".to_owned());
            let alias = name.filter(|name| !matches!(*name, "." | "_")).map(str::to_owned);
            // The last segment may be a version: `example.com/db/v2` is called `db`.
            let alias = alias.or_else(|| versioned(&path));
            let line = spec.line();
            self.outline.imports.push(Import { path, member, alias, line, ..Import::default() });
        }
    }

    fn types(&mut self, node: Syntax<'_>) {
        for spec in node.children() {
            let (Some(name), Some(ty)) = (spec.field("name"), spec.field("type")) else { continue };
            let kind = match (spec.kind(), ty.kind()) {
                ("type_alias", _) => TypeKind::Alias,
                (_, "interface_type") => TypeKind::Interface,
                _ => TypeKind::Class,
            };
            let (type_params, bounds) = self.type_params(spec);
            self.outline.types.push(TypeDecl {
                name: name.text().to_owned(),
                kind,
                type_params,
                bounds,
                visibility: visibility(name.text()),
                line: name.line(),
                end_line: spec.end_line(),
                ..TypeDecl::default()
            });
            let at = self.outline.types.len() - 1;
            match ty.kind() {
                "struct_type" => self.fields(ty, at),
                "interface_type" => self.interface(ty, at),
                "type_identifier" | "qualified_type" | "generic_type" => {
                    let of = self.type_ref(ty);
                    self.outline.types[at].supers.extend(of);
                }
                _ => {
                    // What it is made of has no name of its own.
                    let ty = self.type_ref(ty);
                    let line = spec.line();
                    let field = Field { ty, line, ..Field::default() };
                    self.outline.types[at].fields.push(field);
                }
            }
        }
    }

    fn type_params(&self, node: Syntax<'_>) -> (Vec<String>, Vec<(String, TypeRef)>) {
        let list = node.field("type_parameters").map(Syntax::children).unwrap_or_default();
        let (mut names, mut bounds) = (Vec::new(), Vec::new());
        for param in list {
            let bound = param.field("type").and_then(|bound| self.type_ref(bound));
            for name in param.fields("name") {
                names.push(name.text().to_owned());
                bounds.extend(bound.clone().map(|bound| (name.text().to_owned(), bound)));
            }
        }
        (names, bounds)
    }

    fn fields(&mut self, node: Syntax<'_>, at: usize) {
        let list = node.child("field_declaration_list").map(Syntax::children).unwrap_or_default();
        for declaration in list {
            let ty = declaration.field("type").and_then(|ty| self.type_ref(ty));
            let annotations = declaration.field("tag").map(tags).unwrap_or_default();
            let line = declaration.line();
            let names = declaration.fields("name");
            if names.is_empty() {
                // An embedded type: its fields and methods are had as well.
                let Some(ty) = ty else { continue };
                let name = ty.name.rsplit('.').next().unwrap_or(&ty.name).to_owned();
                self.outline.types[at].supers.push(ty.clone());
                let field = Field { name, ty: Some(ty), value: None, annotations, line };
                self.outline.types[at].fields.push(field);
                continue;
            }
            for name in names {
                self.outline.types[at].fields.push(Field {
                    name: name.text().to_owned(),
                    ty: ty.clone(),
                    value: None,
                    annotations: annotations.clone(),
                    line: name.line(),
                });
            }
        }
    }

    fn interface(&mut self, node: Syntax<'_>, at: usize) {
        for element in node.children() {
            if element.kind() == "method_elem" {
                self.function(element, Some(at));
                continue;
            }
            let parts = element.children();
            if let [_] = parts[..] {
                let of = self.type_ref(element);
                self.outline.types[at].supers.extend(of);
            } else {
                let types: Vec<TypeRef> =
                    parts.into_iter().filter_map(|part| self.type_ref(part)).collect();
                for ty in types {
                    let line = ty.line;
                    let field = Field { ty: Some(ty), line, ..Field::default() };
                    self.outline.types[at].fields.push(field);
                }
            }
        }
    }

    fn method(&mut self, node: Syntax<'_>) {
        let receiver = node.field("receiver").and_then(|list| list.children().into_iter().next());
        let Some(receiver) = receiver else { return };
        let Some(ty) = receiver.field("type").and_then(|ty| self.type_ref(ty)) else { return };
        let types = &mut self.outline.types;
        let owner = types.iter().position(|decl| decl.name == ty.name).unwrap_or_else(|| {
            types.push(TypeDecl {
                name: ty.name.clone(),
                kind: TypeKind::Extension,
                visibility: visibility(&ty.name),
                line: node.line(),
                end_line: node.end_line(),
                ..TypeDecl::default()
            });
            types.len() - 1
        });
        self.this = receiver.field("name").map(|name| name.text().to_owned());
        self.function(node, Some(owner));
        self.this = None;
        if let Some(function) = self.outline.functions.last_mut() {
            function.mentions.push(ty);
        }
    }

    fn function(&mut self, node: Syntax<'_>, owner: Option<usize>) {
        let Some(name) = node.field("name") else { return };
        let params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        let mut results = node.field("result").map(|it| types_of(it, 0)).unwrap_or_default();
        let returns = match results.len() {
            0 | 1 => results.pop(),
            _ => Some(TypeRef { name: TUPLE.to_owned(), args: results, line: name.line() }),
        };
        let (type_params, bounds) = self.type_params(node);
        let mut body = Vec::new();
        // Results may have names.
        let named = node.field("result").filter(|it| it.kind() == "parameter_list");
        for param in named.map(|list| self.params(list)).unwrap_or_default() {
            if !param.name.is_empty() {
                let line = node.line();
                body.push(Stmt::Let { name: param.name, ty: param.ty, value: None, line });
            }
        }
        if let Some(block) = node.field("body") {
            self.block(block, &mut body);
        }
        self.outline.functions.push(FunctionDecl {
            name: name.text().to_owned(),
            owner,
            visibility: visibility(name.text()),
            params,
            returns,
            type_params,
            bounds,
            signature: signature(node),
            body,
            line: name.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    pub(super) fn params(&mut self, list: Syntax<'_>) -> Vec<Param> {
        let mut params = Vec::new();
        for declaration in list.children() {
            let ty = declaration.field("type").and_then(|ty| self.type_ref(ty));
            let ty = match (declaration.kind(), ty) {
                ("variadic_parameter_declaration", Some(ty)) => {
                    let line = ty.line;
                    Some(TypeRef { name: "[]".to_owned(), args: vec![ty], line })
                }
                (_, ty) => ty,
            };
            let names = declaration.fields("name");
            if names.is_empty() {
                params.push(Param { name: String::new(), ty, annotations: Vec::new() });
                continue;
            }
            for name in names {
                let name = name.text().to_owned();
                params.push(Param { name, ty: ty.clone(), annotations: Vec::new() });
            }
        }
        params
    }

    /// `var` and `const`, in a file or in a function.
    pub(super) fn variables(&mut self, node: Syntax<'_>, into: &mut Vec<Stmt>) {
        for spec in node.children() {
            if spec.kind() == "var_spec_list" {
                self.variables(spec, into);
                continue;
            }
            let ty = spec.field("type").and_then(|ty| self.type_ref(ty));
            let names: Vec<Syntax<'_>> =
                spec.fields("name").into_iter().filter(|it| it.kind() == "identifier").collect();
            let values = spec.field("value").map(Syntax::children).unwrap_or_default();
            let mut values: std::collections::VecDeque<Expr> =
                values.into_iter().map(|value| self.expr(value)).collect();
            for name in names {
                let value = values.pop_front();
                let (name, line) = (name.text().to_owned(), name.line());
                if name == "_" {
                    let types =
                        ty.clone().map(|ty| Stmt::Expr(Expr::new(ExprKind::Type(ty), line)));
                    into.extend(types);
                    into.extend(value.map(Stmt::Expr));
                } else {
                    into.push(Stmt::Let { name, ty: ty.clone(), value, line });
                }
            }
        }
    }
}

/// The name of a package whose path ends in a version.
fn versioned(path: &str) -> Option<String> {
    let (before, last) = path.rsplit_once('/')?;
    let is_version = last.strip_prefix('v')?.bytes().all(|byte| byte.is_ascii_digit());
    is_version.then(|| before.rsplit('/').next().unwrap_or(before).to_owned())
}

/// `gorm:"primaryKey;column:id" json:"id"` as one annotation for each key.
fn tags(node: Syntax<'_>) -> Vec<Annotation> {
    let text = node.text();
    let text = match text.strip_prefix('`') {
        Some(raw) => raw.trim_end_matches('`').to_owned(),
        None => text.trim_matches('"').replace("\\\"", "\""),
    };
    let line = node.line();
    let mut annotations = Vec::new();
    let mut rest = text.as_str();
    while let Some((key, after)) = rest.split_once(":\"") {
        let mut end = 0;
        let bytes = after.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let value = after.get(..end).unwrap_or(after);
        let text = ExprKind::Text(value.replace("\\\"", "\""));
        let args = vec![Arg { name: None, value: Expr::new(text, line) }];
        annotations.push(Annotation { name: key.trim().to_owned(), args, line });
        rest = after.get(end + 1..).unwrap_or_default();
    }
    annotations
}

fn visibility(name: &str) -> Visibility {
    if name.starts_with(char::is_uppercase) { Visibility::Public } else { Visibility::Package }
}

fn signature(node: Syntax<'_>) -> String {
    let parameters = node.field("parameters").map(Syntax::flat_text).unwrap_or_default();
    match node.field("result") {
        Some(result) => format!("{parameters} {}", result.flat_text()),
        None => parameters,
    }
}
