//! Files, types, fields and methods of Java.

use super::Lowering;
use crate::import::code::{
    outline::{
        Expr, ExprKind, Field, FunctionDecl, Import, Param, Stmt, TypeDecl, TypeKind, TypeRef,
        Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        self.gather_constants(root);
        for node in root.children() {
            match node.kind() {
                "package_declaration" => {
                    let name = node.children().into_iter().rfind(|child| is_name(*child));
                    self.outline.namespace = name.map(plain).unwrap_or_default();
                }
                "import_declaration" => self.outline.imports.extend(import(node)),
                "module_declaration" => {}
                kind if is_type(kind) => self.type_decl(node, None),
                // A class with an error around it is still a class.
                "ERROR" => self.declarations_in(node),
                "method_declaration" => self.method(node, None),
                _ => {
                    let statements = self.stmt(node);
                    self.outline.top.extend(statements);
                }
            }
        }
    }

    fn declarations_in(&mut self, node: Syntax<'_>) {
        for child in node.children() {
            match child.kind() {
                "package_declaration" | "import_declaration" => {
                    self.outline.imports.extend(import(child));
                }
                kind if is_type(kind) => self.type_decl(child, None),
                "method_declaration" => self.method(child, None),
                _ => {}
            }
        }
    }

    /// Notes the texts of `static final String` fields, so that queries made from them read whole.
    fn gather_constants(&mut self, node: Syntax<'_>) {
        if !self.enter() {
            self.leave();
            return;
        }
        for child in node.children() {
            match child.kind() {
                "field_declaration" | "constant_declaration" => self.constant(child),
                kind if is_type(kind) || kind.ends_with("_body") => self.gather_constants(child),
                "ERROR" | "enum_body_declarations" => self.gather_constants(child),
                _ => {}
            }
        }
        self.leave();
    }

    fn constant(&mut self, node: Syntax<'_>) {
        let is_string = node.field("type").is_some_and(|ty| ty.text() == "String");
        let is_final = node.kind() == "constant_declaration"
            || node.child("modifiers").is_some_and(|modifiers| modifiers.text().contains("final"));
        if !is_string || !is_final {
            return;
        }
        for declarator in node.fields("declarator") {
            let (Some(name), Some(value)) = (declarator.field("name"), declarator.field("value"))
            else {
                continue;
            };
            if let ExprKind::Text(text) = self.expr(value).kind {
                self.constants.insert(name.text().to_owned(), text);
            }
        }
    }

    /// A class, interface, record, enum or annotation type, and all that is in it.
    pub(super) fn type_decl(&mut self, node: Syntax<'_>, outer: Option<usize>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let simple = node.field("name").map_or("", Syntax::text);
        let name = match outer {
            Some(outer) => format!("{}.{simple}", self.outline.types[outer].name),
            None => simple.to_owned(),
        };
        let in_interface =
            outer.is_some_and(|outer| self.outline.types[outer].kind == TypeKind::Interface);
        let mut supers = Vec::new();
        for child in node.children() {
            if matches!(child.kind(), "superclass" | "super_interfaces" | "extends_interfaces") {
                supers.extend(self.types_in(child));
            }
        }
        let permitted = node.child("permits").map(|permits| self.types_in(permits));
        for ty in permitted.unwrap_or_default() {
            self.outline.top.push(Stmt::Expr(type_named(ty)));
        }
        let (type_params, bounds) = self.type_params(node.field("type_parameters"));
        let decl = TypeDecl {
            name,
            kind: match node.kind() {
                "interface_declaration" | "annotation_type_declaration" => TypeKind::Interface,
                "enum_declaration" => TypeKind::Enum,
                _ => TypeKind::Class,
            },
            supers,
            type_params,
            bounds,
            fields: Vec::new(),
            annotations: self.annotations(node),
            visibility: visibility(node, in_interface),
            line: node.line(),
            end_line: node.end_line(),
        };
        let place = self.outline.types.len();
        self.outline.types.push(decl);
        self.record_components(node, place);
        if let Some(body) = node.field("body") {
            self.members(body, place);
        }
        self.leave();
    }

    fn record_components(&mut self, node: Syntax<'_>, place: usize) {
        if node.kind() != "record_declaration" {
            return;
        }
        let Some(components) = node.field("parameters") else { return };
        let params = self.params(components);
        let (line, signature) = (components.line(), components.flat_text());
        let fields = params.iter().map(|param| Field {
            name: param.name.clone(),
            ty: param.ty.clone(),
            value: None,
            annotations: param.annotations.clone(),
            line: param.ty.as_ref().map_or(line, |ty| ty.line),
        });
        self.outline.types[place].fields.extend(fields);
        let has_constructor = node.field("body").is_some_and(|body| {
            body.children().iter().any(|child| child.kind() == "compact_constructor_declaration")
        });
        if !has_constructor {
            self.outline.functions.push(FunctionDecl {
                name: node.field("name").map_or("", Syntax::text).to_owned(),
                owner: Some(place),
                params: params.into_iter().map(|param| Param { ty: param.ty, ..param }).collect(),
                signature,
                line,
                end_line: line,
                ..FunctionDecl::default()
            });
        }
    }

    fn members(&mut self, body: Syntax<'_>, owner: usize) {
        for node in body.children() {
            match node.kind() {
                "field_declaration" | "constant_declaration" => self.field(node, owner),
                "enum_constant" => self.enum_constant(node, owner),
                "method_declaration"
                | "constructor_declaration"
                | "compact_constructor_declaration"
                | "annotation_type_element_declaration" => self.method(node, Some(owner)),
                "static_initializer" | "block" => self.initializer(node, owner),
                "enum_body_declarations" | "ERROR" => self.members(node, owner),
                kind if is_type(kind) => self.type_decl(node, Some(owner)),
                _ => {}
            }
        }
    }

    fn field(&mut self, node: Syntax<'_>, owner: usize) {
        let annotations = self.annotations(node);
        let ty = node.field("type").and_then(|ty| self.type_ref(ty));
        for (place, declarator) in node.fields("declarator").into_iter().enumerate() {
            let name = declarator.field("name").map_or("", Syntax::text).to_owned();
            let value = declarator.field("value").map(|value| self.expr(value));
            let ty = with_dimensions(ty.clone(), declarator);
            let annotations = if place == 0 { annotations.clone() } else { Vec::new() };
            let line = declarator.line();
            self.outline.types[owner].fields.push(Field { name, ty, value, annotations, line });
        }
        self.bound.clear();
    }

    fn enum_constant(&mut self, node: Syntax<'_>, owner: usize) {
        let line = node.line();
        let own = self.outline.types[owner].name.clone();
        let ty = TypeRef { name: own, args: Vec::new(), line };
        let args = node.field("arguments").map(|args| self.args(args)).unwrap_or_default();
        let mut value = Expr::new(ExprKind::New { ty: ty.clone(), args }, line);
        if let Some(body) = node.field("body") {
            value = self.anonymous(value, body);
        }
        let field = Field {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            ty: Some(ty),
            value: Some(value),
            annotations: self.annotations(node),
            line,
        };
        self.outline.types[owner].fields.push(field);
    }

    fn initializer(&mut self, node: Syntax<'_>, owner: usize) {
        let is_static = node.kind() == "static_initializer";
        let body = match node.child("block") {
            Some(block) if is_static => self.block(block),
            _ => self.block(node),
        };
        let name = if is_static { "<static>" } else { "<init>" };
        self.outline.functions.push(FunctionDecl {
            name: name.to_owned(),
            owner: Some(owner),
            visibility: Visibility::Private,
            is_static,
            body,
            line: node.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        });
    }

    fn method(&mut self, node: Syntax<'_>, owner: Option<usize>) {
        let outer = owner.map(|owner| self.outline.types[owner].kind);
        let mut params = node.field("parameters").map(|list| self.params(list));
        if node.kind() == "compact_constructor_declaration" {
            params = owner.map(|owner| components(&self.outline.types[owner]));
        }
        let returns = node.field("type").and_then(|ty| self.type_ref(ty));
        let (type_params, bounds) = self.type_params(node.field("type_parameters"));
        let mentions = node.child("throws").map(|throws| self.types_in(throws));
        let annotations = self.annotations(node);
        // The default of an annotation's element is what the element does.
        let default = node.field("value").map(|value| vec![Stmt::Expr(self.expr(value))]);
        let body = node.field("body").map(|body| self.block(body)).or(default);
        self.outline.functions.push(FunctionDecl {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            owner,
            visibility: visibility(node, outer == Some(TypeKind::Interface)),
            is_static: has_modifier(node, "static"),
            params: params.unwrap_or_default(),
            returns: with_dimensions(returns, node),
            type_params,
            bounds,
            mentions: mentions.unwrap_or_default(),
            annotations,
            signature: signature(node),
            body: body.unwrap_or_default(),
            line: node.field("name").unwrap_or(node).line(),
            end_line: node.end_line(),
        });
    }

    pub(super) fn params(&mut self, list: Syntax<'_>) -> Vec<Param> {
        list.children().into_iter().filter_map(|node| self.param(node)).collect()
    }

    fn param(&mut self, node: Syntax<'_>) -> Option<Param> {
        let annotations = self.annotations(node);
        match node.kind() {
            "formal_parameter" => {
                let ty = node.field("type").and_then(|ty| self.type_ref(ty));
                let name = node.field("name").map_or("", Syntax::text).to_owned();
                Some(Param { name, ty: with_dimensions(ty, node), annotations })
            }
            "spread_parameter" => {
                let children = node.children();
                let element = children.iter().find_map(|child| self.type_ref(*child));
                let declarator = node.child("variable_declarator")?;
                let name = declarator.field("name").map_or("", Syntax::text).to_owned();
                let ty = TypeRef {
                    name: "[]".to_owned(),
                    args: element.into_iter().collect(),
                    line: node.line(),
                };
                Some(Param { name, ty: Some(ty), annotations })
            }
            _ => None,
        }
    }
}

pub(super) fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "annotation_type_declaration"
    )
}

/// An expression that only names a type.
pub(super) fn type_named(ty: TypeRef) -> Expr {
    let line = ty.line;
    Expr::new(ExprKind::Type(ty), line)
}

/// `String names[]` is an array too.
pub(super) fn with_dimensions(ty: Option<TypeRef>, node: Syntax<'_>) -> Option<TypeRef> {
    if node.field("dimensions").is_none() {
        return ty;
    }
    let line = node.line();
    Some(TypeRef { name: "[]".to_owned(), args: ty.into_iter().collect(), line })
}

fn is_name(node: Syntax<'_>) -> bool {
    matches!(node.kind(), "identifier" | "scoped_identifier")
}

/// A dotted name without the white space and comments that may stand in it.
fn plain(node: Syntax<'_>) -> String {
    node.text().split_whitespace().collect()
}

fn import(node: Syntax<'_>) -> Option<Import> {
    let path = plain(node.children().into_iter().find(|child| is_name(*child))?);
    let is_static = node.tokens().iter().any(|token| token.kind() == "static");
    let line = node.line();
    if node.child("asterisk").is_some() {
        return Some(Import { path, member: Some("*".to_owned()), line, ..Import::default() });
    }
    if is_static && let Some((of, member)) = path.rsplit_once('.') {
        let (path, member) = (of.to_owned(), Some(member.to_owned()));
        return Some(Import { path, member, line, ..Import::default() });
    }
    Some(Import { path, line, ..Import::default() })
}

fn has_modifier(node: Syntax<'_>, modifier: &str) -> bool {
    let modifiers = node.child("modifiers").map(Syntax::tokens).unwrap_or_default();
    modifiers.iter().any(|token| token.kind() == modifier)
}

fn visibility(node: Syntax<'_>, in_interface: bool) -> Visibility {
    if has_modifier(node, "public") {
        Visibility::Public
    } else if has_modifier(node, "protected") {
        Visibility::Protected
    } else if has_modifier(node, "private") {
        Visibility::Private
    } else if in_interface {
        Visibility::Public
    } else {
        Visibility::Package
    }
}

/// The components of a record, as the parameters of its compact constructor.
fn components(record: &TypeDecl) -> Vec<Param> {
    let fields = record.fields.iter();
    fields
        .map(|field| Param {
            name: field.name.clone(),
            ty: field.ty.clone(),
            annotations: Vec::new(),
        })
        .collect()
}

fn signature(node: Syntax<'_>) -> String {
    let params = node.field("parameters").map_or_else(|| "()".to_owned(), Syntax::flat_text);
    match node.field("type") {
        Some(ty) => format!("{params}: {}", ty.flat_text()),
        None => params,
    }
}
