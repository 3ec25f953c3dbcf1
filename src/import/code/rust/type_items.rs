//! Types, traits and constants of a Rust file.

use syn::{Fields, TraitItem, ext::IdentExt as _};

use super::{
    attributes::{test_only, visibility},
    lower::{Lowering, type_stmt},
    types::unwritten,
};
use crate::import::code::outline::{Field, Stmt, TypeDecl, TypeKind, TypeRef, Visibility};

impl Lowering<'_> {
    pub(super) fn new_type(
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
    pub(super) fn with_generics(
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

    pub(super) fn fields(&mut self, fields: &Fields) -> Vec<Field> {
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
    pub(super) fn enumeration(&mut self, item: &syn::ItemEnum) {
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

    pub(super) fn trait_item(&mut self, item: &syn::ItemTrait) {
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

    pub(super) fn constant_field(
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
    pub(super) fn name_at_top(&mut self) {
        for ty in std::mem::take(&mut self.named) {
            self.outline.top.push(type_stmt(ty));
        }
    }

    // ---- impl blocks
}
