//! Files, namespaces, usings and types of C#.

use super::{Lowering, parts, type_refs::type_named, unconditional};
use crate::import::code::{
    outline::{Expr, ExprKind, Field, FunctionDecl, Import, Stmt, TypeDecl, TypeKind, Visibility},
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        self.gather_constants(root);
        let mut namespaces = Vec::new();
        gather_namespaces(root, "", 0, &mut namespaces);
        let has_types = unconditional(root).iter().any(|node| is_type(node.kind()));
        let is_scoped = root.child("file_scoped_namespace_declaration").is_some();
        // Types outside any namespace keep the file's own namespace empty.
        if !has_types || is_scoped {
            self.outline.namespace = common(&namespaces);
        }
        self.declarations(root, "");
    }

    /// What stands in a file or namespace.
    fn declarations(&mut self, node: Syntax<'_>, namespace: &str) {
        if !self.enter() {
            self.leave();
            return;
        }
        let mut namespace = namespace.to_owned();
        for child in unconditional(node) {
            match child.kind() {
                "using_directive" => self.using(child),
                "file_scoped_namespace_declaration" => {
                    namespace = within(&namespace, &name_of(child));
                    self.enter_namespace(&namespace);
                    // An older grammar keeps what follows within the declaration.
                    self.declarations(child, &namespace.clone());
                }
                "namespace_declaration" => {
                    let inner = within(&namespace, &name_of(child));
                    if let Some(body) = child.field("body") {
                        self.enter_namespace(&inner);
                        self.declarations(body, &inner);
                        self.enter_namespace(&namespace);
                    }
                }
                kind if is_type(kind) => self.type_decl(child, None),
                "global_statement" => {
                    let statements = parts(child).into_iter();
                    let statements: Vec<Stmt> = statements.flat_map(|it| self.stmt(it)).collect();
                    self.outline.top.extend(statements);
                }
                // What stands around an error is still what it is.
                "ERROR" | "declaration_list" => self.declarations(child, &namespace.clone()),
                "method_declaration" => self.method(child, None),
                kind if kind.ends_with("_statement") => {
                    let statements = self.stmt(child);
                    self.outline.top.extend(statements);
                }
                _ => {}
            }
        }
        self.leave();
    }

    fn enter_namespace(&mut self, full: &str) {
        let own = self.outline.namespace.as_str();
        let inner = match full.strip_prefix(own) {
            Some(rest) if own.is_empty() => rest,
            Some(rest) => rest.strip_prefix('.').unwrap_or(""),
            None => "",
        };
        self.inner_namespace = inner.to_owned();
    }

    fn using(&mut self, node: Syntax<'_>) {
        let line = node.line();
        let alias = node.field("name").map(|name| name.text().to_owned());
        let alias_id = node.field("name").map(|name| name.node.id());
        let target = node.children().into_iter().rfind(|it| Some(it.node.id()) != alias_id);
        let Some(ty) = target.and_then(|target| self.type_ref(target)) else { return };
        let is_global = node.tokens().iter().any(|token| token.kind() == "global");
        let member = alias.is_none().then(|| "*".to_owned());
        let import =
            Import { path: ty.name, member, alias, reexport: is_global, within: None, line };
        self.outline.imports.push(import);
        for ty in ty.args {
            self.outline.top.push(Stmt::Expr(type_named(ty)));
        }
    }

    /// Notes the texts of `const string` fields, so that queries made from them read whole.
    fn gather_constants(&mut self, node: Syntax<'_>) {
        if !self.enter() {
            self.leave();
            return;
        }
        for child in unconditional(node) {
            match child.kind() {
                "field_declaration" => self.constant(child),
                "declaration_list" | "namespace_declaration" | "ERROR" => {
                    self.gather_constants(child);
                }
                "file_scoped_namespace_declaration" => self.gather_constants(child),
                kind if is_type(kind) => self.gather_constants(child),
                _ => {}
            }
        }
        self.leave();
    }

    fn constant(&mut self, node: Syntax<'_>) {
        let fixed = has_modifier(node, "const") || has_modifier(node, "readonly");
        let Some(declaration) = node.child("variable_declaration").filter(|_| fixed) else {
            return;
        };
        if declaration.field("type").is_none_or(|ty| !matches!(ty.text(), "string" | "String")) {
            return;
        }
        for declarator in declaration.children() {
            if let Some(name) = declarator.field("name")
                && let Some(value) = parts(declarator).into_iter().nth(1)
                && let ExprKind::Text(text) = self.expr(value).kind
            {
                self.constants.insert(name.text().to_owned(), text);
            }
        }
        self.bound.clear();
    }

    /// A class, struct, record, interface, enum or delegate, and all that is in it.
    pub(super) fn type_decl(&mut self, node: Syntax<'_>, outer: Option<usize>) {
        if !self.enter() {
            self.leave();
            return;
        }
        let simple = node.field("name").map_or("", Syntax::text).trim_start_matches('@');
        let name = match outer {
            Some(outer) => format!("{}.{simple}", self.outline.types[outer].name),
            None => within(&self.inner_namespace, simple),
        };
        let (type_params, bounds) = self.type_params(node);
        let bases = node.child("base_list").map(Syntax::children).unwrap_or_default();
        let supers = match node.kind() {
            // What an enum is stored as is no super type.
            "enum_declaration" => Vec::new(),
            _ => bases.iter().filter_map(|base| self.type_ref(*base)).collect(),
        };
        let kind = match node.kind() {
            "interface_declaration" => TypeKind::Interface,
            "enum_declaration" => TypeKind::Enum,
            _ => TypeKind::Class,
        };
        let place = self.outline.types.len();
        let annotations = self.annotations(node);
        self.outline.types.push(TypeDecl {
            name,
            kind,
            supers,
            type_params,
            bounds,
            fields: Vec::new(),
            annotations,
            visibility: visibility(node, false, Visibility::Package),
            line: node.line(),
            end_line: node.end_line(),
        });
        match node.kind() {
            "delegate_declaration" => self.delegate(node, place),
            _ => self.primary_constructor(node, place, &bases),
        }
        if let Some(body) = node.field("body") {
            self.members(body, place);
        }
        self.leave();
    }

    /// A delegate is a type whose one function is called by calling it.
    fn delegate(&mut self, node: Syntax<'_>, place: usize) {
        let returns = node.field("type").and_then(|ty| self.type_ref(ty));
        let params = node.field("parameters").map(|list| self.params(list)).unwrap_or_default();
        self.outline.functions.push(FunctionDecl {
            name: "Invoke".to_owned(),
            owner: Some(place),
            visibility: Visibility::Public,
            params,
            returns,
            signature: super::members::signature(node),
            line: node.line(),
            end_line: node.line(),
            ..FunctionDecl::default()
        });
    }

    /// `class Desk(Store store) : Base(store)`: parameters that all members see; in records they are properties.
    fn primary_constructor(&mut self, node: Syntax<'_>, place: usize, bases: &[Syntax<'_>]) {
        let Some(list) = node.child("parameter_list") else { return };
        let params = self.params(list);
        let fields = params.iter().map(|param| Field {
            name: param.name.clone(),
            ty: param.ty.clone(),
            value: None,
            annotations: param.annotations.clone(),
            line: param.ty.as_ref().map_or(list.line(), |ty| ty.line),
        });
        let fields: Vec<Field> = fields.collect();
        self.outline.types[place].fields.extend(fields);
        let mut body = Vec::new();
        for base in bases {
            let arguments = match base.kind() {
                "argument_list" => Some(*base),
                _ => base.child("argument_list"),
            };
            if let Some(arguments) = arguments {
                let args = self.args(arguments);
                let line = arguments.line();
                let callee = Box::new(Expr::new(ExprKind::Super, line));
                body.push(Stmt::Expr(Expr::new(ExprKind::Call { callee, args }, line)));
            }
        }
        self.outline.functions.push(FunctionDecl {
            name: node.field("name").map_or("", Syntax::text).to_owned(),
            owner: Some(place),
            visibility: Visibility::Public,
            params,
            signature: list.flat_text(),
            body,
            line: node.field("name").unwrap_or(node).line(),
            end_line: list.end_line(),
            ..FunctionDecl::default()
        });
    }
}

pub(super) fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_declaration"
            | "struct_declaration"
            | "record_declaration"
            | "record_struct_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "delegate_declaration"
    )
}

pub(super) fn has_modifier(node: Syntax<'_>, modifier: &str) -> bool {
    node.children().iter().any(|child| child.kind() == "modifier" && child.text() == modifier)
}

/// `public` and its like; without any of them what the language takes.
pub(super) fn visibility(node: Syntax<'_>, in_interface: bool, plain: Visibility) -> Visibility {
    if has_modifier(node, "public") {
        Visibility::Public
    } else if has_modifier(node, "protected") {
        Visibility::Protected
    } else if has_modifier(node, "internal") {
        Visibility::Package
    } else if has_modifier(node, "private") {
        Visibility::Private
    } else if in_interface {
        Visibility::Public
    } else {
        plain
    }
}

fn name_of(node: Syntax<'_>) -> String {
    let name = node.field("name").map_or("", Syntax::text);
    name.split_whitespace().collect::<String>().replace('@', "")
}

fn within(namespace: &str, name: &str) -> String {
    match (namespace, name) {
        ("", name) => name.to_owned(),
        (namespace, "") => namespace.to_owned(),
        (namespace, name) => format!("{namespace}.{name}"),
    }
}

/// The full names of all namespaces that hold types, or that hold nothing.
fn gather_namespaces(node: Syntax<'_>, around: &str, depth: usize, found: &mut Vec<String>) {
    for child in unconditional(node) {
        match child.kind() {
            "file_scoped_namespace_declaration" => found.push(name_of(child)),
            "namespace_declaration" => {
                let full = within(around, &name_of(child));
                let Some(body) = child.field("body") else { continue };
                let inner = unconditional(body);
                let only_inner = !inner.is_empty()
                    && inner.iter().all(|it| {
                        matches!(it.kind(), "namespace_declaration" | "using_directive" | "comment")
                    });
                if !only_inner {
                    found.push(full.clone());
                }
                if depth < 20 {
                    gather_namespaces(body, &full, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

/// What all namespaces begin with.
fn common(namespaces: &[String]) -> String {
    let Some((first, others)) = namespaces.split_first() else { return String::new() };
    let mut shared: Vec<&str> = first.split('.').collect();
    for other in others {
        let same = shared.iter().zip(other.split('.')).take_while(|(a, b)| **a == *b).count();
        shared.truncate(same);
    }
    shared.join(".")
}
