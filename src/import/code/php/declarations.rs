//! Files, namespaces, classes, functions and properties of PHP.

use super::{
    Lowering, annotations, doc,
    names::{Names, Used, dotted},
};
use crate::import::code::{
    outline::{
        Annotation, Arg, Expr, ExprKind, Field, FunctionDecl, Import, Param, Stmt, TypeDecl,
        TypeKind, TypeRef, Visibility,
    },
    tree::Syntax,
};

impl Lowering {
    pub(super) fn file(&mut self, root: Syntax<'_>) {
        let namespaces: Vec<Syntax<'_>> =
            root.children().into_iter().filter(|it| it.kind() == "namespace_definition").collect();
        if let [only] = namespaces[..] {
            self.outline.namespace =
                only.field("name").map(|name| dotted(name.text())).unwrap_or_default();
        }
        let is_mixed = namespaces.len() > 1;
        let mut top = Vec::new();
        for child in root.children() {
            if child.kind() == "namespace_definition" {
                self.namespace(child, is_mixed, &mut top);
            } else {
                self.statement(child, &mut top);
            }
        }
        // Variables of a script are its own: a block keeps them from being seen by other files.
        if !top.is_empty() {
            self.outline.top = vec![Stmt::Block(top)];
        }
    }

    fn namespace(&mut self, node: Syntax<'_>, is_mixed: bool, top: &mut Vec<Stmt>) {
        let name = node.field("name").map(Syntax::text).unwrap_or_default();
        self.names.begin(name);
        if is_mixed {
            let namespace = &self.names.namespace;
            self.prefix =
                if namespace.is_empty() { String::new() } else { format!("{namespace}.") };
        }
        if let Some(body) = node.field("body") {
            self.block(body, top);
        }
    }

    /// `use A\B as C`, `use A\{B, C}`, `use function A\b`.
    pub(super) fn use_declaration(&mut self, node: Syntax<'_>) {
        let kind_of = |node: Syntax<'_>| match node.field("type").map(Syntax::text) {
            Some("function") => Used::Function,
            Some("const") => Used::Constant,
            _ => Used::Class,
        };
        let what = kind_of(node);
        let before = node.child("namespace_name").map(Syntax::text).unwrap_or_default();
        let group = node.field("body");
        let clauses = group.unwrap_or(node).children();
        for clause in clauses.into_iter().filter(|it| it.kind() == "namespace_use_clause") {
            let alias = clause.field("alias").map(Syntax::text);
            let named = clause
                .children()
                .into_iter()
                .find(|child| matches!(child.kind(), "name" | "qualified_name" | "namespace_name"));
            let Some(named) = named else { continue };
            let full = if group.is_some() {
                format!("{before}\\{}", named.text())
            } else {
                named.text().to_owned()
            };
            let what = if what == Used::Class { kind_of(clause) } else { what };
            self.names.bring_in(&full, alias, what);
            let path = dotted(&full);
            let path = if path.contains('.') { path } else { format!(".{path}") };
            self.outline.imports.push(Import {
                path,
                alias: alias.map(str::to_owned),
                line: clause.line(),
                ..Import::default()
            });
        }
    }

    pub(super) fn class(&mut self, node: Syntax<'_>) {
        let Some(name) = node.field("name") else { return };
        let kind = match node.kind() {
            "interface_declaration" => TypeKind::Interface,
            "enum_declaration" => TypeKind::Enum,
            _ => TypeKind::Class,
        };
        let own = self.names.own_name(name.text());
        let parents = self.named_in(node, "base_clause");
        let outer = (self.names.own.replace(own), self.names.parent.take(), self.names.in_trait);
        self.names.parent = parents.first().map(|parent| parent.name.clone());
        self.names.in_trait = node.kind() == "trait_declaration";
        let mut supers = parents;
        supers.extend(self.named_in(node, "class_interface_clause"));
        let annotations = self.attributes(node);
        self.outline.types.push(TypeDecl {
            name: format!("{}{}", self.prefix, name.text()),
            kind,
            supers,
            annotations,
            visibility: Visibility::Public,
            line: name.line(),
            end_line: node.end_line(),
            ..TypeDecl::default()
        });
        let at = self.outline.types.len() - 1;
        let outer_owner = self.owner.replace(at);
        let seen = std::mem::take(&mut self.seen);
        self.doc_properties(node, at);
        if let Some(body) = node.field("body") {
            self.members(body, at);
        }
        self.doctrine_repository(at);
        self.seen = seen;
        self.owner = outer_owner;
        (self.names.own, self.names.parent, self.names.in_trait) = outer;
    }

    /// A repository of Doctrine says in its constructor which entity it is for; its base then holds that entity.
    fn doctrine_repository(&mut self, at: usize) {
        let is_base = |ty: &TypeRef| ty.name.ends_with("EntityRepository") && ty.args.is_empty();
        let Some(place) = self.outline.types[at].supers.iter().position(is_base) else { return };
        let mut entity = None;
        for function in self.outline.functions.iter().filter(|it| it.owner == Some(at)) {
            let calls = function.body.iter().filter_map(|stmt| match stmt {
                Stmt::Expr(expr) if function.name == "__construct" => Some(expr),
                _ => None,
            });
            for call in calls {
                let ExprKind::Call { callee, args } = &call.kind else { continue };
                let is_parent =
                    matches!(&callee.kind, ExprKind::Member(_, name) if name == "__construct");
                if let (true, Some(Arg { value, .. })) = (is_parent, args.get(1))
                    && let ExprKind::Type(ty) = &value.kind
                {
                    entity = Some(ty.clone());
                }
            }
        }
        if let Some(entity) = entity {
            self.outline.types[at].supers[place].args.push(entity);
        }
    }

    /// The classes that a clause lists.
    fn named_in(&self, node: Syntax<'_>, clause: &str) -> Vec<TypeRef> {
        let list = node.child(clause).map(Syntax::children).unwrap_or_default();
        list.into_iter().map(|name| self.class_ref(name)).collect()
    }

    pub(super) fn class_ref(&self, name: Syntax<'_>) -> TypeRef {
        TypeRef { name: self.names.class(name.text()), args: Vec::new(), line: name.line() }
    }

    /// `@property` says what a magic property is.
    fn doc_properties(&mut self, node: Syntax<'_>, at: usize) {
        let Some(comment) = node.comment_above() else { return };
        for tag in doc::tags(comment.text(), comment.line(), &self.names) {
            if tag.name.starts_with("property") && !tag.variable.is_empty() {
                let line = tag.ty.line;
                let field =
                    Field { name: tag.variable, ty: Some(tag.ty), line, ..Field::default() };
                self.outline.types[at].fields.push(field);
            }
        }
    }

    fn members(&mut self, body: Syntax<'_>, at: usize) {
        for member in body.children() {
            match member.kind() {
                "method_declaration" => self.function(member),
                "property_declaration" => self.property(member, at),
                "const_declaration" => self.constants(member, at),
                "enum_case" => self.enum_case(member, at),
                "use_declaration" => {
                    // Traits come before the class that is extended, as their functions do.
                    let traits: Vec<TypeRef> = member
                        .children()
                        .into_iter()
                        .filter(|it| it.kind() != "use_list")
                        .map(|name| self.class_ref(name))
                        .collect();
                    self.outline.types[at].supers.splice(0..0, traits);
                }
                _ => {}
            }
        }
    }

    fn property(&mut self, node: Syntax<'_>, at: usize) {
        let written = node.field("type").and_then(|ty| self.type_ref(ty));
        let said = self.doc_tags(node).into_iter().find(|tag| tag.name == "var").map(|tag| tag.ty);
        let ty = better(written, said);
        let annotations = self.attributes(node);
        for element in node.children().into_iter().filter(|it| it.kind() == "property_element") {
            let Some(name) = element.field("name") else { continue };
            let value = element.field("default_value").map(|value| self.expr(value));
            self.add_field(
                at,
                Field {
                    name: name.text().to_owned(),
                    ty: ty.clone(),
                    value,
                    annotations: annotations.clone(),
                    line: element.line(),
                },
            );
        }
    }

    /// A declared property takes the place of one that only a comment told of.
    fn add_field(&mut self, at: usize, field: Field) {
        let fields = &mut self.outline.types[at].fields;
        match fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => {
                let ty = field.ty.clone().or_else(|| known.ty.take());
                *known = Field { ty, ..field };
            }
            None => fields.push(field),
        }
    }

    pub(super) fn constants(&mut self, node: Syntax<'_>, at: usize) {
        for element in node.children().into_iter().filter(|it| it.kind() == "const_element") {
            let mut parts = element.children().into_iter();
            let Some(name) = parts.next() else { continue };
            let value = parts.next().map(|value| self.expr(value));
            let (name, line) = (name.text().to_owned(), element.line());
            self.outline.types[at].fields.push(Field { name, value, line, ..Field::default() });
        }
    }

    fn enum_case(&mut self, node: Syntax<'_>, at: usize) {
        let Some(name) = node.field("name") else { return };
        let value = node.field("value").map(|value| self.expr(value));
        let own = self.names.own.clone().unwrap_or_default();
        let (name, line) = (name.text().to_owned(), node.line());
        let annotations = self.attributes(node);
        let ty = Some(TypeRef { name: own, args: Vec::new(), line });
        self.outline.types[at].fields.push(Field { name, ty, value, annotations, line });
    }

    /// A function or method.
    pub(super) fn function(&mut self, node: Syntax<'_>) {
        let Some(name) = node.field("name") else { return };
        let tags = self.doc_tags(node);
        let seen = std::mem::take(&mut self.seen);
        let conditions = std::mem::take(&mut self.conditions);
        let bound = std::mem::take(&mut self.bound);
        let annotations = self.attributes(node);
        let mut body = Vec::new();
        let params = node
            .field("parameters")
            .map(|list| self.params(list, &tags, &mut body))
            .unwrap_or_default();
        let written = node.field("return_type").and_then(|ty| self.type_ref(ty));
        let said = tags.iter().find(|tag| tag.name == "return").map(|tag| tag.ty.clone());
        if let Some(block) = node.field("body") {
            self.block(block, &mut body);
        }
        let returns = better(written, said);
        let is_method = self.owner.is_some() && node.kind() == "method_declaration";
        let mut function = FunctionDecl {
            name: name.text().to_owned(),
            owner: self.owner.filter(|_| is_method),
            visibility: visibility(node),
            is_static: node.child("static_modifier").is_some(),
            params,
            returns,
            annotations,
            signature: signature(node),
            body,
            line: name.line(),
            end_line: node.end_line(),
            ..FunctionDecl::default()
        };
        if let (true, Some(at)) = (is_method, self.owner) {
            self.type_properties(&function, at);
            self.laravel_method(&mut function, at);
        }
        self.outline.functions.push(function);
        (self.seen, self.conditions, self.bound) = (seen, conditions, bound);
    }

    /// What a constructor puts into a property says what the property is, where nothing else does.
    fn type_properties(&mut self, function: &FunctionDecl, at: usize) {
        if !matches!(function.name.as_str(), "__construct" | "boot" | "setUp" | "init") {
            return;
        }
        for stmt in &function.body {
            let Stmt::Assign { target, value } = stmt else { continue };
            let ExprKind::Member(of, name) = &target.kind else { continue };
            if of.kind != ExprKind::This {
                continue;
            }
            let ty = match &value.kind {
                ExprKind::Name(variable) => function
                    .params
                    .iter()
                    .find(|param| param.name == *variable)
                    .and_then(|param| param.ty.clone()),
                ExprKind::New { ty, .. } | ExprKind::Cast { ty, .. } => Some(ty.clone()),
                _ => None,
            };
            let Some(ty) = ty else { continue };
            let fields = &mut self.outline.types[at].fields;
            match fields.iter_mut().find(|field| field.name == *name) {
                Some(field) => field.ty = field.ty.take().or(Some(ty)),
                None => {
                    let line = target.line;
                    fields.push(Field {
                        name: name.clone(),
                        ty: Some(ty),
                        line,
                        ..Field::default()
                    });
                }
            }
        }
    }

    /// Parameters; promoted ones are properties too.
    pub(super) fn params(
        &mut self,
        list: Syntax<'_>,
        tags: &[doc::Tag],
        body: &mut Vec<Stmt>,
    ) -> Vec<Param> {
        let mut params = Vec::new();
        for node in list.children() {
            let Some(name) = node.field("name") else { continue };
            let name = name.text().trim_start_matches('&').to_owned();
            let written = node.field("type").and_then(|ty| self.type_ref(ty));
            let own = self.doc_tags(node).into_iter().find(|tag| tag.name == "var");
            let said = tags.iter().find(|tag| tag.name == "param" && tag.variable == name);
            let ty = better(written, own.as_ref().or(said).map(|tag| tag.ty.clone()));
            let annotations = self.attributes(node);
            let default = node.field("default_value").map(|value| self.expr(value));
            body.extend(
                default.filter(|value| !matches!(value.kind, ExprKind::Text(_))).map(Stmt::Expr),
            );
            if let ("property_promotion_parameter", Some(at)) = (node.kind(), self.owner) {
                let (name, ty, line) = (name.clone(), ty.clone(), node.line());
                let annotations = annotations.clone();
                self.add_field(at, Field { name, ty, value: None, annotations, line });
            }
            self.seen.insert(name.clone());
            let ty = match (node.kind(), ty) {
                ("variadic_parameter", Some(ty)) => {
                    let line = ty.line;
                    Some(TypeRef { name: "array".to_owned(), args: vec![ty], line })
                }
                (_, ty) => ty,
            };
            params.push(Param { name, ty, annotations });
        }
        params
    }

    pub(super) fn doc_tags(&self, node: Syntax<'_>) -> Vec<doc::Tag> {
        let Some(comment) = node.comment_above() else { return Vec::new() };
        doc::tags(comment.text(), comment.line(), &self.names)
    }

    /// `#[Route('/orders', methods: ['GET'])]`.
    pub(super) fn attributes(&mut self, node: Syntax<'_>) -> Vec<Annotation> {
        let groups = node.field("attributes").map(Syntax::children).unwrap_or_default();
        let mut annotations = match node.comment_above() {
            Some(comment) => annotations::annotations(comment.text(), comment.line(), &self.names),
            None => Vec::new(),
        };
        for attribute in groups.into_iter().flat_map(Syntax::children) {
            let Some(name) = attribute.children().into_iter().next() else { continue };
            self.in_attribute = true;
            let args = attribute.field("parameters").map(|list| self.args(list));
            self.in_attribute = false;
            annotations.push(Annotation {
                name: self.names.class(name.text()),
                args: args.unwrap_or_default(),
                line: attribute.line(),
            });
        }
        annotations
    }

    pub(super) fn args(&mut self, list: Syntax<'_>) -> Vec<Arg> {
        let mut args = Vec::new();
        for node in list.children() {
            if node.kind() != "argument" {
                continue;
            }
            let name = node.field("name");
            let value = node.children().into_iter().rfind(|child| {
                name.is_none_or(|name| name.node.id() != child.node.id())
                    && child.kind() != "reference_modifier"
            });
            let Some(value) = value else { continue };
            args.push(Arg { name: name.map(|it| it.text().to_owned()), value: self.expr(value) });
        }
        args
    }

    /// A type where it is written; `None` where it names no class.
    pub(super) fn type_ref(&self, node: Syntax<'_>) -> Option<TypeRef> {
        match node.kind() {
            "named_type" => {
                let name = self.class_ref(node);
                (name.name.starts_with('.') || name.name == "static").then_some(name)
            }
            "optional_type" => node.children().into_iter().find_map(|it| self.type_ref(it)),
            "union_type" | "disjunctive_normal_form_type" | "type_list" => {
                let parts = node.children().into_iter().filter_map(|it| self.type_ref(it));
                doc::union(parts.collect())
            }
            "intersection_type" => {
                let parts: Vec<TypeRef> =
                    node.children().into_iter().filter_map(|it| self.type_ref(it)).collect();
                doc::union(parts)
            }
            "name" | "qualified_name" => Some(self.class_ref(node)),
            _ => None,
        }
    }
}

/// The type in the code, unless the comment says more of it.
pub(super) fn better(written: Option<TypeRef>, said: Option<TypeRef>) -> Option<TypeRef> {
    match (written, said) {
        (Some(written), Some(said)) if said.name == written.name && !said.args.is_empty() => {
            Some(said)
        }
        (Some(written), Some(said)) if is_wide(&written) && said.name != "|" => Some(said),
        (Some(written), _) => Some(written),
        (None, said) => said,
    }
}

/// A type of the language's or a framework's own that says little about what is in it.
fn is_wide(ty: &TypeRef) -> bool {
    !ty.name.starts_with('.') && ty.name != "static"
}

fn visibility(node: Syntax<'_>) -> Visibility {
    match node.child("visibility_modifier").map(Syntax::text) {
        Some("private") => Visibility::Private,
        Some("protected") => Visibility::Protected,
        _ => Visibility::Public,
    }
}

fn signature(node: Syntax<'_>) -> String {
    let parameters = node.field("parameters").map(Syntax::flat_text).unwrap_or_default();
    match node.field("return_type") {
        Some(returns) => format!("{parameters}: {}", returns.flat_text()),
        None => parameters,
    }
}

/// A class that a text names, as an expression.
pub(super) fn named_in_text(text: &str, line: u32) -> Option<Expr> {
    Names::in_text(text, line).map(|ty| Expr::new(ExprKind::Type(ty), line))
}
