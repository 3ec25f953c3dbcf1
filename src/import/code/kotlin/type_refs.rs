//! Types and annotations of Kotlin where they are named.

use super::Lowering;
use crate::import::code::{
    outline::{Annotation, Arg, Expr, ExprKind, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// The type that a type node names; what may be null is what it is.
    pub(super) fn type_ref(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        if !self.enter() {
            self.leave();
            return None;
        }
        let line = node.line();
        let found = match node.kind() {
            "type_identifier" | "simple_identifier" => {
                let name = node.text().trim_matches('`').to_owned();
                Some(TypeRef { name, args: Vec::new(), line })
            }
            "user_type" => self.user_type(node),
            "function_type" => {
                let mut args: Vec<TypeRef> = Vec::new();
                for child in node.children() {
                    match child.kind() {
                        "function_type_parameters" => {
                            for param in child.children() {
                                let ty = match param.kind() {
                                    "parameter" => self.child_type(param),
                                    _ => self.type_ref(param),
                                };
                                args.extend(ty);
                            }
                        }
                        _ => args.extend(self.type_ref(child)),
                    }
                }
                Some(TypeRef { name: "Function".to_owned(), args, line })
            }
            "nullable_type"
            | "type_projection"
            | "parenthesized_type"
            | "receiver_type"
            | "not_nullable_type"
            | "parenthesized_user_type" => self.child_type(node),
            _ => None,
        };
        self.leave();
        found
    }

    /// The first child that is a type.
    pub(super) fn child_type(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        node.children()
            .into_iter()
            .filter(|child| is_type(child.kind()))
            .find_map(|child| self.type_ref(child))
    }

    fn user_type(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let mut names = Vec::new();
        let mut args = Vec::new();
        for child in node.children() {
            match child.kind() {
                "type_identifier" | "simple_identifier" => {
                    names.push(child.text().trim_matches('`').to_owned());
                }
                "type_arguments" => args = self.type_args(child),
                _ => {}
            }
        }
        let name = names.join(".");
        (!name.is_empty()).then(|| TypeRef { name, args, line: node.line() })
    }

    /// The arguments between `<` and `>`; one that says nothing keeps its place.
    pub(super) fn type_args(&mut self, list: Syntax<'_>) -> Vec<TypeRef> {
        let any = |line| TypeRef { name: "Any".to_owned(), args: Vec::new(), line };
        let args = list.children().into_iter();
        args.map(|arg| self.type_ref(arg).unwrap_or_else(|| any(arg.line()))).collect()
    }

    /// Names of type parameters, and what they extend.
    pub(super) fn type_params(
        &mut self,
        declaration: Syntax<'_>,
    ) -> (Vec<String>, Vec<(String, TypeRef)>) {
        let (mut names, mut bounds) = (Vec::new(), Vec::new());
        let list = declaration.child("type_parameters");
        for param in list.map(Syntax::children).unwrap_or_default() {
            let Some(name) = param.child("type_identifier").map(Syntax::text) else { continue };
            let bound = param.children().into_iter().filter(|it| it.kind() != "type_identifier");
            for bound in bound {
                if let Some(ty) = self.type_ref(bound) {
                    bounds.push((name.to_owned(), ty));
                }
            }
            names.push(name.to_owned());
        }
        (names, bounds)
    }

    /// The annotations among the modifiers of a declaration or parameter.
    pub(super) fn annotations(&mut self, node: Syntax<'_>) -> Vec<Annotation> {
        let lists = node.children().into_iter();
        let lists = lists.filter(|it| matches!(it.kind(), "modifiers" | "parameter_modifiers"));
        self.annotations_in(lists.collect())
    }

    pub(super) fn annotations_in(&mut self, lists: Vec<Syntax<'_>>) -> Vec<Annotation> {
        let nodes: Vec<_> = lists.into_iter().flat_map(Syntax::children).collect();
        let mut found = Vec::new();
        for node in nodes.into_iter().filter(|node| node.kind() == "annotation") {
            for child in node.children() {
                found.extend(self.annotation(child));
            }
        }
        found
    }

    fn annotation(&mut self, node: Syntax<'_>) -> Option<Annotation> {
        let line = node.line();
        match node.kind() {
            "user_type" => {
                let name = self.type_ref(node)?.name;
                Some(Annotation { name, args: Vec::new(), line })
            }
            "constructor_invocation" => {
                let name = self.child_type(node)?.name;
                let list = node.child("value_arguments");
                let args = list.map(|list| self.args(list)).unwrap_or_default();
                let args = args.into_iter().map(|arg| Arg { value: listed(arg.value), ..arg });
                Some(Annotation { name, args: args.collect(), line })
            }
            _ => None,
        }
    }
}

/// `arrayOf(a, b)` is a list.
fn listed(value: Expr) -> Expr {
    let line = value.line;
    match value.kind {
        ExprKind::Call { callee, args } if callee.dotted().as_deref() == Some("arrayOf") => {
            let parts = args.into_iter().map(|arg| arg.value).collect();
            Expr::new(ExprKind::List(parts), line)
        }
        kind => Expr::new(kind, line),
    }
}

pub(super) fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "user_type"
            | "nullable_type"
            | "function_type"
            | "parenthesized_type"
            | "not_nullable_type"
            | "type_projection"
            | "parenthesized_user_type"
    )
}

/// An expression that says nothing.
pub(super) fn nothing(node: Syntax<'_>) -> Expr {
    Expr::new(ExprKind::Other(Vec::new()), node.line())
}

/// An expression that only names a type.
pub(super) fn type_named(ty: TypeRef) -> Expr {
    let line = ty.line;
    Expr::new(ExprKind::Type(ty), line)
}
