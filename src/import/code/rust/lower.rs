//! Items of a Rust file: modules, imports, types, traits, `impl` blocks and functions.

use proc_macro2::{Span, extra::DelimSpan};
use syn::{Fields, ImplItem, Item, Signature, TraitItem, UseTree, ext::IdentExt as _};

use super::{
    attributes::{test_only, text_of, visibility},
    types::{Bound, unwritten},
};
use crate::import::code::outline::{
    Expr, ExprKind, Field, FunctionDecl, Import, Outline, Part, Stmt, TypeDecl, TypeKind, TypeRef,
    Visibility,
};

/// One file on its way to an outline, with all that is in scope at the place that is being lowered.
pub(super) struct Lowering<'t> {
    pub(super) outline: Outline,
    /// The text the tokens were read from, and on which line of the file it begins, counted from 0.
    text: &'t str,
    line_starts: Vec<usize>,
    first_line: u32,
    /// The inline modules around, outermost first.
    namespaces: Vec<String>,
    /// Type parameters in scope, the innermost last.
    pub(super) params: Vec<Bound>,
    /// What `Self` is.
    pub(super) self_type: Option<TypeRef>,
    pub(super) associated_types: Vec<(String, TypeRef)>,
    /// Types that were named where no expression stands: handed to the next body.
    pub(super) named: Vec<TypeRef>,
    /// The lines for which imports hold, inside of blocks and inline modules.
    pub(super) within: Option<(u32, u32)>,
    /// The line of the name that was lowered last.
    pub(super) last_line: u32,
    pub(super) hidden_count: u32,
    /// `impl` blocks wait until all types of the file are known.
    implementations: Vec<Implementation>,
}

/// An `impl` block with the place it stands in.
struct Implementation {
    item: syn::ItemImpl,
    namespaces: Vec<String>,
    within: Option<(u32, u32)>,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(outline: Outline) -> Self {
        Self {
            outline,
            text: "",
            line_starts: Vec::new(),
            first_line: 0,
            namespaces: Vec::new(),
            params: Vec::new(),
            self_type: None,
            associated_types: Vec::new(),
            named: Vec::new(),
            within: None,
            last_line: 0,
            hidden_count: 0,
            implementations: Vec::new(),
        }
    }

    /// Sets the text that the next items were read from.
    pub(super) fn source(&mut self, text: &'t str, first_line: u32) {
        self.text = text;
        self.first_line = first_line;
        self.line_starts = std::iter::once(0)
            .chain(
                text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1),
            )
            .collect();
    }

    /// Lowers items of one text, then the `impl` blocks among them.
    pub(super) fn items(&mut self, items: &[Item]) {
        for item in items {
            self.item(item);
        }
        self.implement();
    }

    fn implement(&mut self) {
        while !self.implementations.is_empty() {
            for waiting in std::mem::take(&mut self.implementations) {
                let namespaces = std::mem::replace(&mut self.namespaces, waiting.namespaces);
                let within = std::mem::replace(&mut self.within, waiting.within);
                self.implementation(&waiting.item);
                self.namespaces = namespaces;
                self.within = within;
            }
        }
    }

    pub(super) fn line(&mut self, span: Span) -> u32 {
        let line = u32::try_from(span.start().line).unwrap_or(u32::MAX);
        self.last_line = self.first_line.saturating_add(line);
        self.last_line
    }

    fn line_after(&self, span: Span) -> u32 {
        self.first_line.saturating_add(u32::try_from(span.end().line).unwrap_or(u32::MAX))
    }

    /// Narrows the lines for which imports hold to those of a block; gives the lines of before.
    pub(super) fn enter_lines(&mut self, open: Span, close: Span) -> Option<(u32, u32)> {
        let from = self.first_line.saturating_add(u32::try_from(open.start().line).unwrap_or(0));
        self.within.replace((from, self.line_after(close)))
    }

    pub(super) fn item(&mut self, item: &Item) {
        match item {
            Item::Use(item) if !test_only(&item.attrs) => {
                let public = visibility(&item.vis) != Visibility::Private;
                self.use_tree(&item.tree, &mut Vec::new(), public);
            }
            Item::ExternCrate(item) => {
                let line = self.line(item.ident.span());
                let alias = item.rename.as_ref().map(|(_, name)| name.unraw().to_string());
                self.import(item.ident.unraw().to_string(), None, alias, false, line);
            }
            Item::Mod(item) => self.module(item),
            Item::Fn(item) if !test_only(&item.attrs) => {
                let block = Some(&*item.block);
                let visibility = visibility(&item.vis);
                let owner = self.namespace_type();
                self.function(&item.attrs, visibility, &item.sig, block, owner);
            }
            Item::Struct(item) if !test_only(&item.attrs) => {
                let at = self.new_type(&item.attrs, &item.ident, TypeKind::Class, &item.vis);
                self.with_generics(at, &item.generics, |me| me.fields(&item.fields));
            }
            Item::Union(item) if !test_only(&item.attrs) => {
                let at = self.new_type(&item.attrs, &item.ident, TypeKind::Class, &item.vis);
                let fields = Fields::Named(item.fields.clone());
                self.with_generics(at, &item.generics, |me| me.fields(&fields));
            }
            Item::Enum(item) if !test_only(&item.attrs) => self.enumeration(item),
            Item::Trait(item) if !test_only(&item.attrs) => self.trait_item(item),
            Item::TraitAlias(item) if !test_only(&item.attrs) => {
                let at = self.new_type(&item.attrs, &item.ident, TypeKind::Alias, &item.vis);
                self.outline.types[at].supers = self.bound_refs(&item.bounds);
            }
            Item::Type(item) if !test_only(&item.attrs) => {
                let at = self.new_type(&item.attrs, &item.ident, TypeKind::Alias, &item.vis);
                let params = self.params.len();
                self.outline.types[at].type_params = self.enter_generics(&item.generics);
                self.outline.types[at].supers = self.type_ref(&item.ty).into_iter().collect();
                self.params.truncate(params);
            }
            Item::Const(item) if !test_only(&item.attrs) => {
                self.constant(&item.ident, &item.ty, Some(&item.expr));
            }
            Item::Static(item) if !test_only(&item.attrs) => {
                self.constant(&item.ident, &item.ty, Some(&item.expr));
            }
            Item::Impl(item) if !test_only(&item.attrs) => {
                let namespaces = self.namespaces.clone();
                let within = self.within;
                self.implementations.push(Implementation {
                    item: item.clone(),
                    namespaces,
                    within,
                });
            }
            Item::Macro(item) if !test_only(&item.attrs) => self.macro_item(item),
            _ => {}
        }
    }

    // ---- modules and imports

    fn module(&mut self, item: &syn::ItemMod) {
        let name = item.ident.unraw().to_string();
        let line = self.line(item.ident.span());
        let test = test_only(&item.attrs);
        match &item.content {
            None => {
                let annotations = self.annotations(&item.attrs);
                let path = text_of(&annotations, "path");
                let name = self.prefixed(&name);
                self.outline.parts.push(Part { name, path, test, line });
            }
            Some(_) if test => {}
            Some((braces, items)) => {
                let at = self.new_type(&item.attrs, &item.ident, TypeKind::Namespace, &item.vis);
                self.outline.types[at].end_line = self.line_after(braces.span.close());
                let outer = self.enter_lines(braces.span.open(), braces.span.close());
                self.namespaces.push(name);
                for item in items {
                    self.item(item);
                }
                self.namespaces.pop();
                self.within = outer;
            }
        }
    }

    fn use_tree(&mut self, tree: &UseTree, path: &mut Vec<String>, public: bool) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.unraw().to_string());
                self.use_tree(&step.tree, path, public);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, path, public);
                }
            }
            UseTree::Glob(glob) => {
                let line = self.line(glob.star_token.spans[0]);
                let path = self.rooted(path);
                self.import(path, Some("*".to_owned()), None, public, line);
            }
            UseTree::Name(name) => self.use_name(path, &name.ident, None, public),
            UseTree::Rename(name) => {
                let alias = name.rename.unraw().to_string();
                self.use_name(path, &name.ident, Some(alias), public);
            }
        }
    }

    fn use_name(
        &mut self,
        path: &mut Vec<String>,
        name: &syn::Ident,
        alias: Option<String>,
        public: bool,
    ) {
        let line = self.line(name.span());
        let name = name.unraw().to_string();
        let takes_itself = name == "self" && !path.is_empty();
        if !takes_itself {
            path.push(name);
        }
        let full = self.rooted(path);
        if !takes_itself {
            path.pop();
        }
        self.import(full, None, alias, public, line);
    }

    fn import(
        &mut self,
        path: String,
        member: Option<String>,
        alias: Option<String>,
        reexport: bool,
        line: u32,
    ) {
        let within = self.within;
        self.outline.imports.push(Import { path, member, alias, reexport, within, line });
    }

    /// A path with `self` and `super` of inline modules taken out: what is left counts from this file.
    fn rooted(&self, path: &[String]) -> String {
        let first = path.first().map(String::as_str);
        if self.namespaces.is_empty() || !matches!(first, Some("self" | "super")) {
            return path.join(".");
        }
        let mut around: Vec<&str> = self.namespaces.iter().map(String::as_str).collect();
        let mut rest = path;
        if first == Some("self") {
            rest = &rest[1..];
        }
        while rest.first().is_some_and(|segment| segment == "super") && !around.is_empty() {
            around.pop();
            rest = &rest[1..];
        }
        if rest.first().is_none_or(|segment| segment != "super") {
            around.insert(0, "self");
        }
        around.extend(rest.iter().map(String::as_str));
        around.join(".")
    }

    /// The path of a type or value as an outline writes it.
    pub(super) fn path_name(&self, segments: &[&syn::PathSegment]) -> String {
        let path: Vec<String> =
            segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        self.rooted(&path)
    }

    fn prefixed(&self, name: &str) -> String {
        let mut path = self.namespaces.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        path
    }

    /// The inline module that is being lowered, by its place among the types.
    fn namespace_type(&self) -> Option<usize> {
        let name = self.namespaces.join(".");
        self.type_named(&name)
    }

    fn type_named(&self, name: &str) -> Option<usize> {
        self.outline.types.iter().position(|ty| ty.name == name && ty.kind != TypeKind::Extension)
    }

    pub(super) fn is_param(&self, name: &str) -> bool {
        self.params.iter().any(|bound| bound.is(name))
    }

    // ---- types

    fn new_type(
        &mut self,
        attrs: &[syn::Attribute],
        ident: &syn::Ident,
        kind: TypeKind,
        vis: &syn::Visibility,
    ) -> usize {
        let annotations = self.annotations(attrs);
        let name = self.prefixed(&ident.unraw().to_string());
        let line = self.line(ident.span());
        let visibility = visibility(vis);
        self.outline.types.push(TypeDecl {
            name,
            kind,
            annotations,
            visibility,
            line,
            end_line: line,
            ..TypeDecl::default()
        });
        self.outline.types.len() - 1
    }

    /// Lowers the fields of a type with its parameters in scope.
    fn with_generics(
        &mut self,
        at: usize,
        generics: &syn::Generics,
        lower: impl FnOnce(&mut Self) -> Vec<Field>,
    ) {
        let params = self.params.len();
        let name = self.outline.types[at].name.clone();
        let outer = self.self_type.replace(TypeRef { name, ..TypeRef::default() });
        self.outline.types[at].type_params = self.enter_generics(generics);
        let fields = lower(self);
        let last = fields.last().map_or(0, |field| field.line);
        let decl = &mut self.outline.types[at];
        decl.fields.extend(fields);
        decl.end_line = decl.end_line.max(last);
        self.params.truncate(params);
        self.self_type = outer;
        self.name_at_top();
    }

    fn fields(&mut self, fields: &Fields) -> Vec<Field> {
        fields
            .iter()
            .enumerate()
            .filter(|(_, field)| !test_only(&field.attrs))
            .map(|(at, field)| {
                let name = field.ident.as_ref().map(|ident| ident.unraw().to_string());
                let annotations = self.annotations(&field.attrs);
                let line = match &field.ident {
                    Some(ident) => self.line(ident.span()),
                    None => self.last_line,
                };
                let ty = self.type_ref(&field.ty);
                let name = name.unwrap_or_else(|| at.to_string());
                Field { name, ty, value: None, annotations, line }
            })
            .collect()
    }

    /// An enum; variants that carry values are types of their own, which are that enum.
    fn enumeration(&mut self, item: &syn::ItemEnum) {
        let at = self.new_type(&item.attrs, &item.ident, TypeKind::Enum, &item.vis);
        let name = item.ident.unraw().to_string();
        let whole = TypeRef { name: name.clone(), ..TypeRef::default() };
        let mut variants = Vec::new();
        self.with_generics(at, &item.generics, |me| {
            let mut units = Vec::new();
            for variant in item.variants.iter().filter(|variant| !test_only(&variant.attrs)) {
                let line = me.line(variant.ident.span());
                let annotations = me.annotations(&variant.attrs);
                let variant_name = variant.ident.unraw().to_string();
                if variant.fields.is_empty() {
                    let ty = Some(whole.clone());
                    units.push(Field { name: variant_name, ty, value: None, annotations, line });
                    continue;
                }
                let fields = me.fields(&variant.fields);
                let name = me.prefixed(&format!("{name}.{variant_name}"));
                let supers = vec![whole.clone()];
                let visibility = visibility(&item.vis);
                variants.push(TypeDecl {
                    name,
                    supers,
                    fields,
                    annotations,
                    visibility,
                    line,
                    end_line: line,
                    ..TypeDecl::default()
                });
            }
            units
        });
        let params = self.outline.types[at].type_params.clone();
        for mut variant in variants {
            variant.type_params.clone_from(&params);
            self.outline.types.push(variant);
        }
        let end = self.line_after(item.brace_token.span.close());
        self.outline.types[at].end_line = end;
    }

    fn trait_item(&mut self, item: &syn::ItemTrait) {
        let at = self.new_type(&item.attrs, &item.ident, TypeKind::Interface, &item.vis);
        let params = self.params.len();
        let name = self.outline.types[at].name.clone();
        let own = TypeRef { name: item.ident.unraw().to_string(), ..TypeRef::default() };
        let outer = self.self_type.replace(own);
        self.outline.types[at].type_params = self.enter_generics(&item.generics);
        self.outline.types[at].supers = self.bound_refs(&item.supertraits);
        let associated = std::mem::take(&mut self.associated_types);
        for inner in &item.items {
            if let TraitItem::Type(ty) = inner {
                let bounds = self.bound_refs(&ty.bounds);
                let stands_for = bounds.first().cloned().map_or_else(
                    || TypeRef {
                        name: format!("{name}.{}", ty.ident.unraw()),
                        ..TypeRef::default()
                    },
                    unwritten,
                );
                self.named.extend(bounds);
                self.associated_types.push((ty.ident.unraw().to_string(), stands_for));
            }
        }
        for inner in &item.items {
            match inner {
                TraitItem::Fn(function) if !test_only(&function.attrs) => {
                    let block = function.default.as_ref();
                    self.function(
                        &function.attrs,
                        Visibility::Public,
                        &function.sig,
                        block,
                        Some(at),
                    );
                }
                TraitItem::Const(constant) => {
                    let field = self.constant_field(&constant.ident, &constant.ty, None);
                    self.outline.types[at].fields.push(field);
                }
                _ => {}
            }
        }
        self.associated_types = associated;
        self.self_type = outer;
        self.params.truncate(params);
        self.outline.types[at].end_line = self.line_after(item.brace_token.span.close());
        self.name_at_top();
    }

    // ---- constants

    /// Constants are what the file does at its top; in an inline module, fields of it.
    pub(super) fn constant(
        &mut self,
        ident: &syn::Ident,
        ty: &syn::Type,
        value: Option<&syn::Expr>,
    ) {
        match self.namespace_type() {
            Some(at) => {
                let field = self.constant_field(ident, ty, value);
                self.outline.types[at].fields.push(field);
            }
            None => {
                let line = self.line(ident.span());
                let name = ident.unraw().to_string();
                let ty = self.type_ref(ty);
                let value = value.map(|value| self.expr(value));
                self.outline.top.push(Stmt::Let { name, ty, value, line });
            }
        }
        self.name_at_top();
    }

    fn constant_field(
        &mut self,
        ident: &syn::Ident,
        ty: &syn::Type,
        value: Option<&syn::Expr>,
    ) -> Field {
        let line = self.line(ident.span());
        let ty = self.type_ref(ty);
        let value = value.map(|value| self.expr(value));
        Field { name: ident.unraw().to_string(), ty, value, annotations: Vec::new(), line }
    }

    /// Puts types that were named outside any body where the file's own statements are.
    fn name_at_top(&mut self) {
        for ty in std::mem::take(&mut self.named) {
            self.outline.top.push(type_stmt(ty));
        }
    }

    // ---- impl blocks

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let params = self.params.len();
        let type_params = self.enter_generics(&item.generics);
        let line = self.line(item.impl_token.span);
        let Some(own) = self.type_ref(&item.self_ty) else {
            self.params.truncate(params);
            return;
        };
        let at = self.owner_of(&own, type_params, line);
        self.outline.types[at].end_line =
            self.outline.types[at].end_line.max(self.line_after(item.brace_token.span.close()));
        if let Some((implemented, _)) = &item.trait_ {
            let implemented = self.path_type(None, implemented);
            self.outline.types[at].supers.push(implemented);
        }
        let outer = self.self_type.replace(unwritten(own.clone()));
        self.named.extend(own.args.into_iter().filter(|arg| !arg.name.is_empty()));
        self.impl_items(item, at);
        self.self_type = outer;
        self.params.truncate(params);
        self.name_at_top();
    }

    /// The type that an `impl` block adds to: one of this file, or more of one that is declared elsewhere.
    fn owner_of(&mut self, own: &TypeRef, type_params: Vec<String>, line: u32) -> usize {
        let name = own.name.strip_prefix("self.").unwrap_or(&own.name);
        let here = self.type_named(&self.prefixed(name)).or_else(|| self.type_named(name));
        if let Some(at) = here
            && !matches!(self.outline.types[at].kind, TypeKind::Alias | TypeKind::Namespace)
        {
            return at;
        }
        self.outline.types.push(TypeDecl {
            name: own.name.clone(),
            kind: TypeKind::Extension,
            type_params,
            line,
            end_line: line,
            ..TypeDecl::default()
        });
        if own.line > 0 {
            self.named.push(TypeRef { args: Vec::new(), ..own.clone() });
        }
        self.outline.types.len() - 1
    }

    fn impl_items(&mut self, item: &syn::ItemImpl, at: usize) {
        let associated = std::mem::take(&mut self.associated_types);
        for inner in &item.items {
            if let ImplItem::Type(ty) = inner
                && let Some(stands_for) = self.type_ref(&ty.ty)
            {
                self.named.push(stands_for.clone());
                self.associated_types.push((ty.ident.unraw().to_string(), unwritten(stands_for)));
            }
        }
        self.name_at_top();
        for inner in &item.items {
            match inner {
                ImplItem::Fn(function) if !test_only(&function.attrs) => {
                    let visibility = match item.trait_ {
                        Some(_) => Visibility::Public,
                        None => visibility(&function.vis),
                    };
                    let block = Some(&function.block);
                    self.function(&function.attrs, visibility, &function.sig, block, Some(at));
                }
                ImplItem::Const(constant) if !test_only(&constant.attrs) => {
                    let field =
                        self.constant_field(&constant.ident, &constant.ty, Some(&constant.expr));
                    self.outline.types[at].fields.push(field);
                }
                ImplItem::Macro(call) => {
                    if let Some(call) = self.macro_call(&call.mac) {
                        self.outline.top.push(Stmt::Expr(call));
                    }
                }
                _ => {}
            }
        }
        self.associated_types = associated;
    }

    // ---- functions

    fn function(
        &mut self,
        attrs: &[syn::Attribute],
        visibility: Visibility,
        sig: &Signature,
        block: Option<&syn::Block>,
        owner: Option<usize>,
    ) {
        let line = self.line(sig.ident.span());
        let annotations = self.annotations(attrs);
        let params_before = self.params.len();
        let outer_named = std::mem::take(&mut self.named);
        let type_params = self.enter_generics(&sig.generics);
        let mut body = Vec::new();
        let mut params = Vec::new();
        for input in &sig.inputs {
            match input {
                syn::FnArg::Typed(typed) => {
                    let mut param = self.param(&syn::Pat::Type(typed.clone()), None, &mut body);
                    param.annotations = self.annotations(&typed.attrs);
                    params.push(param);
                }
                syn::FnArg::Receiver(_) => {}
            }
        }
        let returns = self.return_type(&sig.output);
        // The place is taken before the body, so that functions inside it come after.
        let at = self.outline.functions.len();
        self.outline.functions.push(FunctionDecl {
            bounds: Vec::new(),
            mentions: Vec::new(),
            name: sig.ident.unraw().to_string(),
            owner,
            visibility,
            is_static: sig.receiver().is_none(),
            params,
            returns,
            type_params,
            annotations,
            signature: self.signature(sig, block),
            body: Vec::new(),
            line,
            end_line: line,
        });
        if let Some(block) = block {
            let namespaces = self.namespaces.clone();
            self.body(block, &mut body);
            self.namespaces = namespaces;
            self.outline.functions[at].end_line = self.line_after(block.brace_token.span.close());
        }
        let named = std::mem::replace(&mut self.named, outer_named);
        let mut stmts: Vec<Stmt> = named.into_iter().map(type_stmt).collect();
        stmts.append(&mut body);
        self.outline.functions[at].body = stmts;
        self.params.truncate(params_before);
    }

    /// Parameters and result as written, on one line.
    fn signature(&self, sig: &Signature, block: Option<&syn::Block>) -> String {
        let from = self.offset(sig.paren_token.span.open());
        let close = self.offset(sig.paren_token.span.close()).map(|at| at + 1);
        let to = match (&sig.output, block) {
            (syn::ReturnType::Default, _) => close,
            (_, Some(block)) => self.offset(block.brace_token.span.open()),
            (_, None) => {
                let rest = close.and_then(|close| self.text.get(close..));
                rest.and_then(|rest| rest.find(';'))
                    .zip(close)
                    .map(|(length, close)| close + length)
            }
        };
        let written =
            from.zip(to).and_then(|(from, to)| self.text.get(from..to)).unwrap_or_default();
        let one_line: Vec<&str> = written.split_whitespace().collect();
        let one_line = one_line.join(" ").replace("( ", "(").replace(", )", ")");
        one_line.split(" where ").next().unwrap_or_default().to_owned()
    }

    /// Where a token begins in the text, in bytes.
    fn offset(&self, span: Span) -> Option<usize> {
        let start = span.start();
        let line = *self.line_starts.get(start.line.checked_sub(1)?)?;
        let rest = self.text.get(line..)?;
        let (at, _) = rest.char_indices().nth(start.column)?;
        Some(line + at)
    }

    // ---- macros as items

    fn macro_item(&mut self, item: &syn::ItemMacro) {
        let line = self.line(item.mac.bang_token.span);
        let Some(name) = &item.ident else {
            let before = self.outline.types.len();
            if let Some(call) = self.macro_call(&item.mac) {
                self.outline.top.push(Stmt::Expr(call));
            }
            if self.outline.types.len() == before {
                self.declared_by_macro(&item.mac);
            }
            return;
        };
        let annotations = self.annotations(&item.attrs);
        let exported = annotations.iter().any(|annotation| annotation.name == "macro_export");
        let visibility = if exported { Visibility::Public } else { Visibility::Package };
        let mut body = Vec::new();
        self.crate_paths(item.mac.tokens.clone(), 0, &mut body);
        self.outline.functions.push(FunctionDecl {
            name: format!("{}!", name.unraw()),
            visibility,
            is_static: true,
            annotations,
            body,
            line,
            end_line: self.line_after(DelimSpan::close(item.mac.delimiter.span())),
            ..FunctionDecl::default()
        });
    }

    /// Types that a macro of unknown grammar declares are at least known by name.
    fn declared_by_macro(&mut self, call: &syn::Macro) {
        for name in super::macros::declared_types(&call.tokens) {
            let line = self.line(name.span());
            let name = name.unraw().to_string();
            self.declare(TypeDecl { name, line, end_line: line, ..TypeDecl::default() });
        }
    }

    /// Lowers a macro call whose tokens are items; `false` where they are none.
    pub(super) fn macro_items(&mut self, name: &str, call: &syn::Macro) -> bool {
        match name {
            "table" => super::tables::table(self, call),
            "lazy_static" => super::tables::statics(self, call),
            "macro_rules" => true,
            _ => {
                let items =
                    call.parse_body::<syn::File>().map(|file| file.items).unwrap_or_default();
                let declares =
                    items.iter().any(|item| !matches!(item, Item::Macro(_) | Item::Verbatim(_)));
                if declares {
                    for item in &items {
                        self.item(item);
                    }
                }
                declares
            }
        }
    }

    /// A type that a macro declares.
    pub(super) fn declare(&mut self, mut decl: TypeDecl) {
        decl.name = self.prefixed(&decl.name);
        self.outline.types.push(decl);
    }
}

/// A type named for its own sake, as a statement.
fn type_stmt(ty: TypeRef) -> Stmt {
    let line = ty.line;
    Stmt::Expr(Expr::new(ExprKind::Type(ty), line))
}
