//! `impl` blocks and functions of a Rust file.

use proc_macro2::Span;
use syn::{ImplItem, Signature, ext::IdentExt as _};

use super::{
    attributes::{test_only, visibility},
    lower::{Lowering, type_stmt},
    types::unwritten,
};
use crate::import::code::outline::{FunctionDecl, Stmt, TypeDecl, TypeKind, TypeRef, Visibility};

impl Lowering<'_> {
    pub(super) fn implementation(&mut self, item: &syn::ItemImpl) {
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
    pub(super) fn owner_of(&mut self, own: &TypeRef, type_params: Vec<String>, line: u32) -> usize {
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

    pub(super) fn impl_items(&mut self, item: &syn::ItemImpl, at: usize) {
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

    pub(super) fn function(
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
    pub(super) fn signature(&self, sig: &Signature, block: Option<&syn::Block>) -> String {
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
    pub(super) fn offset(&self, span: Span) -> Option<usize> {
        let start = span.start();
        let line = *self.line_starts.get(start.line.checked_sub(1)?)?;
        let rest = self.text.get(line..)?;
        let (at, _) = rest.char_indices().nth(start.column)?;
        Some(line + at)
    }

    // ---- macros as items
}
