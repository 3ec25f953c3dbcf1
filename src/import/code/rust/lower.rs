//! Items of a Rust file: modules, imports, types, traits, `impl` blocks and functions.

use proc_macro2::{Span, extra::DelimSpan};
use syn::{Fields, Item, UseTree, ext::IdentExt as _};

use super::{
    attributes::{test_only, text_of, visibility},
    types::Bound,
};
use crate::import::code::outline::{
    Expr, ExprKind, FunctionDecl, Import, Outline, Part, Stmt, TypeDecl, TypeKind, TypeRef,
    Visibility,
};

/// One file on its way to an outline, with all that is in scope at the place that is being lowered.
pub(super) struct Lowering<'t> {
    pub(super) outline: Outline,
    /// The text the tokens were read from, and on which line of the file it begins, counted from 0.
    pub(super) text: &'t str,
    pub(super) line_starts: Vec<usize>,
    pub(super) first_line: u32,
    /// The inline modules around, outermost first.
    pub(super) namespaces: Vec<String>,
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
    pub(super) implementations: Vec<Implementation>,
}

/// An `impl` block with the place it stands in.
pub(super) struct Implementation {
    pub(super) item: syn::ItemImpl,
    pub(super) namespaces: Vec<String>,
    pub(super) within: Option<(u32, u32)>,
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

    pub(super) fn implement(&mut self) {
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

    pub(super) fn line_after(&self, span: Span) -> u32 {
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

    pub(super) fn module(&mut self, item: &syn::ItemMod) {
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

    pub(super) fn use_tree(&mut self, tree: &UseTree, path: &mut Vec<String>, public: bool) {
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

    pub(super) fn use_name(
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

    pub(super) fn import(
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
    pub(super) fn rooted(&self, path: &[String]) -> String {
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

    pub(super) fn prefixed(&self, name: &str) -> String {
        let mut path = self.namespaces.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        path
    }

    /// The inline module that is being lowered, by its place among the types.
    pub(super) fn namespace_type(&self) -> Option<usize> {
        let name = self.namespaces.join(".");
        self.type_named(&name)
    }

    pub(super) fn type_named(&self, name: &str) -> Option<usize> {
        self.outline.types.iter().position(|ty| ty.name == name && ty.kind != TypeKind::Extension)
    }

    pub(super) fn is_param(&self, name: &str) -> bool {
        self.params.iter().any(|bound| bound.is(name))
    }

    // ---- types

    pub(super) fn macro_item(&mut self, item: &syn::ItemMacro) {
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
    pub(super) fn declared_by_macro(&mut self, call: &syn::Macro) {
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
pub(super) fn type_stmt(ty: TypeRef) -> Stmt {
    let line = ty.line;
    Stmt::Expr(Expr::new(ExprKind::Type(ty), line))
}
