//! Types and annotations of Java where they are named.

use super::Lowering;
use crate::import::code::{
    outline::{Annotation, Arg, Expr, ExprKind, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// The type that a type node names; `None` for primitive ones, `void` and `var`.
    pub(super) fn type_ref(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        if !self.enter() {
            self.leave();
            return None;
        }
        let line = node.line();
        let found = match node.kind() {
            "type_identifier" | "identifier" if node.text() == "var" => None,
            "type_identifier" | "identifier" => {
                Some(TypeRef { name: node.text().to_owned(), args: Vec::new(), line })
            }
            "scoped_type_identifier" | "scoped_identifier" => self.scoped(node),
            "generic_type" => self.generic(node),
            "array_type" => {
                let args = node.field("element").and_then(|element| self.type_ref(element));
                let args = args.into_iter().collect();
                Some(TypeRef { name: "[]".to_owned(), args, line })
            }
            "annotated_type" | "wildcard" | "catch_type" | "superclass" => {
                node.children().into_iter().find_map(|child| self.type_ref(child))
            }
            _ => None,
        };
        self.leave();
        found
    }

    fn scoped(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let mut parts = Vec::new();
        let mut args = Vec::new();
        for child in node.children() {
            if let Some(part) = self.type_ref(child) {
                parts.push(part.name);
                args = part.args;
            }
        }
        (!parts.is_empty()).then(|| TypeRef { name: parts.join("."), args, line: node.line() })
    }

    fn generic(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let mut children = node.children().into_iter();
        let mut base = self.type_ref(children.next()?)?;
        if let Some(arguments) = children.find(|child| child.kind() == "type_arguments") {
            // An argument that says nothing, such as `?` or `byte[]`, keeps its place.
            base.args = arguments
                .children()
                .into_iter()
                .map(|argument| self.type_ref(argument).unwrap_or_else(|| any(argument)))
                .collect();
        }
        Some(base)
    }

    /// All types of a list such as `implements A, B`.
    pub(super) fn types_in(&mut self, node: Syntax<'_>) -> Vec<TypeRef> {
        let mut types = Vec::new();
        for child in node.children() {
            if child.kind() == "type_list" {
                types.extend(self.types_in(child));
            } else {
                types.extend(self.type_ref(child));
            }
        }
        types
    }

    /// Names of type parameters, and what they extend.
    pub(super) fn type_params(
        &mut self,
        node: Option<Syntax<'_>>,
    ) -> (Vec<String>, Vec<(String, TypeRef)>) {
        let mut names = Vec::new();
        let mut bounds = Vec::new();
        for param in node.into_iter().flat_map(Syntax::children) {
            let name = param.child("type_identifier").or_else(|| param.child("identifier"));
            let Some(name) = name.map(|name| name.text().to_owned()) else { continue };
            if let Some(bound) = param.child("type_bound") {
                bounds.extend(self.types_in(bound).into_iter().map(|ty| (name.clone(), ty)));
            }
            names.push(name);
        }
        (names, bounds)
    }

    /// The annotations among the modifiers of a declaration.
    pub(super) fn annotations(&mut self, declaration: Syntax<'_>) -> Vec<Annotation> {
        let modifiers = declaration.child("modifiers");
        let nodes = modifiers.map(Syntax::children).unwrap_or_default();
        nodes.into_iter().filter_map(|node| self.annotation(node)).collect()
    }

    pub(super) fn annotation(&mut self, node: Syntax<'_>) -> Option<Annotation> {
        if !matches!(node.kind(), "annotation" | "marker_annotation") || !self.enter() {
            return None;
        }
        let name = node.field("name").map(|name| name.text().split_whitespace().collect());
        let arguments = node.field("arguments").map(Syntax::children).unwrap_or_default();
        let args = arguments.into_iter().map(|argument| self.element(argument)).collect();
        self.leave();
        Some(Annotation { name: name?, args, line: node.line() })
    }

    fn element(&mut self, node: Syntax<'_>) -> Arg {
        if node.kind() != "element_value_pair" {
            return Arg { name: None, value: self.element_value(node) };
        }
        let name = node.field("key").map(|key| key.text().to_owned());
        let value = node.field("value").map(|value| self.element_value(value));
        Arg { name, value: value.unwrap_or_else(|| nothing(node)) }
    }

    fn element_value(&mut self, node: Syntax<'_>) -> Expr {
        let line = node.line();
        match node.kind() {
            "element_value_array_initializer" => {
                let parts = node.children().into_iter().map(|part| self.element_value(part));
                Expr::new(ExprKind::List(parts.collect()), line)
            }
            "annotation" | "marker_annotation" => match self.annotation(node) {
                // An annotation as a value is the construction of one.
                Some(Annotation { name, args, line }) => {
                    let ty = TypeRef { name, args: Vec::new(), line };
                    Expr::new(ExprKind::New { ty, args }, line)
                }
                None => nothing(node),
            },
            _ => self.expr(node),
        }
    }
}

/// A type argument that names no type.
fn any(node: Syntax<'_>) -> TypeRef {
    TypeRef { name: "Object".to_owned(), args: Vec::new(), line: node.line() }
}

/// An expression that says nothing.
pub(super) fn nothing(node: Syntax<'_>) -> Expr {
    Expr::new(ExprKind::Other(Vec::new()), node.line())
}
