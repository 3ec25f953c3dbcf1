//! Types and attributes of C# where they are named.

use super::{Lowering, unconditional};
use crate::import::code::{
    outline::{Annotation, Arg, Expr, ExprKind, TypeRef},
    tree::Syntax,
};

impl Lowering {
    /// The type that a type node names; `None` for `void`, `var` and `dynamic`. A task is what it gives, and what
    /// may be null is what it is.
    pub(super) fn type_ref(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        if !self.enter() {
            self.leave();
            return None;
        }
        let line = node.line();
        let plain = |name: &str| Some(TypeRef { name: name.to_owned(), args: Vec::new(), line });
        let found = match node.kind() {
            "identifier" | "predefined_type" | "type_identifier" => match node.text() {
                "void" | "var" | "dynamic" | "_" | "" => None,
                name => plain(name.trim_start_matches('@')),
            },
            "qualified_name" => self.qualified(node),
            "alias_qualified_name" => node.field("name").and_then(|name| self.type_ref(name)),
            "generic_name" => self.generic(node),
            "array_type" => {
                let args = node.field("type").and_then(|ty| self.type_ref(ty));
                Some(TypeRef { name: "[]".to_owned(), args: args.into_iter().collect(), line })
            }
            "tuple_type" => {
                let elements = node.children().into_iter();
                let args = elements.map(|it| self.field_type(it).unwrap_or_else(|| any(it)));
                Some(TypeRef { name: "()".to_owned(), args: args.collect(), line })
            }
            "nullable_type" if self.keeps_null => self.field_type(node).map(|mut ty| {
                ty.name.push('?');
                ty
            }),
            "nullable_type"
            | "ref_type"
            | "scoped_type"
            | "pointer_type"
            | "type_pattern"
            | "primary_constructor_base_type"
            | "type_parameter_constraint" => self.field_type(node),
            _ => None,
        };
        self.leave();
        found
    }

    fn field_type(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let ty = node.field("type").or_else(|| node.children().into_iter().next())?;
        self.type_ref(ty)
    }

    fn qualified(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let last = node.field("name").and_then(|name| self.type_ref(name));
        let before = node.field("qualifier").and_then(|name| self.type_ref(name));
        match (before, last) {
            (Some(before), Some(last)) => {
                let name = format!("{}.{}", before.name, last.name);
                Some(unwrapped(TypeRef { name, args: last.args, line: last.line }))
            }
            (before, last) => last.or(before),
        }
    }

    fn generic(&mut self, node: Syntax<'_>) -> Option<TypeRef> {
        let name = node.child("identifier")?.text().trim_start_matches('@').to_owned();
        let args = node.child("type_argument_list").map(|list| self.type_args(list));
        Some(unwrapped(TypeRef { name, args: args.unwrap_or_default(), line: node.line() }))
    }

    /// The arguments between `<` and `>`; one that says nothing keeps its place.
    pub(super) fn type_args(&mut self, list: Syntax<'_>) -> Vec<TypeRef> {
        let args = list.children().into_iter();
        args.map(|arg| self.type_ref(arg).unwrap_or_else(|| any(arg))).collect()
    }

    /// Names of type parameters, and what the `where` clauses of a declaration say of them.
    pub(super) fn type_params(
        &mut self,
        declaration: Syntax<'_>,
    ) -> (Vec<String>, Vec<(String, TypeRef)>) {
        let list = declaration.child("type_parameter_list");
        let names = list.map(Syntax::children).unwrap_or_default().into_iter();
        let names = names.filter_map(|param| Some(param.field("name")?.text().to_owned()));
        let names = names.collect();
        let mut bounds = Vec::new();
        for clause in declaration.children() {
            if clause.kind() != "type_parameter_constraints_clause" {
                continue;
            }
            let Some(name) = clause.child("identifier").map(Syntax::text) else { continue };
            for constraint in clause.children().into_iter().skip(1) {
                if constraint.field("type").is_some()
                    && let Some(bound) = self.type_ref(constraint)
                {
                    bounds.push((name.to_owned(), bound));
                }
            }
        }
        (names, bounds)
    }

    /// The attributes before a declaration or parameter.
    pub(super) fn annotations(&mut self, declaration: Syntax<'_>) -> Vec<Annotation> {
        let lists = unconditional(declaration).into_iter();
        let lists = lists.filter(|child| child.kind() == "attribute_list");
        let attributes: Vec<_> = lists.flat_map(unconditional).collect();
        attributes.into_iter().filter_map(|attribute| self.attribute(attribute)).collect()
    }

    fn attribute(&mut self, node: Syntax<'_>) -> Option<Annotation> {
        if node.kind() != "attribute" {
            return None;
        }
        let name = self.type_ref(node.field("name")?)?.name;
        let arguments = node.child("attribute_argument_list").map(Syntax::children);
        let arguments = arguments.unwrap_or_default().into_iter();
        let args = arguments.map(|argument| self.attribute_argument(argument)).collect();
        Some(Annotation { name, args, line: node.line() })
    }

    fn attribute_argument(&mut self, node: Syntax<'_>) -> Arg {
        let name = node.field("name").map(|name| name.text().to_owned());
        let value = super::parts(node).into_iter().next_back();
        Arg { name, value: value.map_or_else(|| nothing(node), |value| self.expr(value)) }
    }
}

/// What a task or a value that may be missing holds: whoever waits for it or asks for it gets that.
fn unwrapped(mut ty: TypeRef) -> TypeRef {
    let last = ty.name.rsplit('.').next().unwrap_or(&ty.name);
    if matches!(last, "Task" | "ValueTask" | "Nullable") && ty.args.len() == 1 {
        return ty.args.remove(0);
    }
    ty
}

/// A type argument that names no type.
fn any(node: Syntax<'_>) -> TypeRef {
    TypeRef { name: "object".to_owned(), args: Vec::new(), line: node.line() }
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
