//! Rust attributes as annotations, with `cfg_attr` unfolded, and which of them say "only for tests".

use proc_macro2::TokenStream;
use syn::{
    Attribute, Meta, Token, Visibility as RustVisibility, ext::IdentExt as _,
    punctuated::Punctuated,
};

use super::lower::Lowering;
use crate::import::code::outline::{Annotation, Arg, Expr, ExprKind, Visibility};

/// Attributes that say nothing about references.
const SILENT: [&str; 9] =
    ["doc", "allow", "expect", "warn", "deny", "must_use", "inline", "rustfmt.skip", "cold"];

impl Lowering<'_> {
    pub(super) fn annotations(&mut self, attrs: &[Attribute]) -> Vec<Annotation> {
        let mut out = Vec::new();
        for attr in attrs {
            let line = self.line(attr.pound_token.span);
            self.take_meta(&attr.meta, line, 0, &mut out);
        }
        out
    }

    fn take_meta(&mut self, meta: &Meta, line: u32, depth: u32, out: &mut Vec<Annotation>) {
        let name = dotted(meta.path());
        if SILENT.contains(&name.as_str()) {
            return;
        }
        if name == "cfg_attr" && depth < 8 {
            for inner in conditional(meta) {
                self.take_meta(&inner, line, depth + 1, out);
            }
            return;
        }
        let args = match meta {
            Meta::Path(_) => Vec::new(),
            Meta::NameValue(pair) => vec![super::bodies::plain(self.expr(&pair.value))],
            Meta::List(list) => self.named_arguments(list.tokens.clone()),
        };
        out.push(Annotation { name, args, line });
    }

    /// `a = 1, b, c(d)` as arguments, some with names.
    fn named_arguments(&mut self, tokens: TokenStream) -> Vec<Arg> {
        let parsed = syn::parse::Parser::parse2(
            Punctuated::<syn::Expr, Token![,]>::parse_terminated,
            tokens.clone(),
        );
        match parsed {
            Ok(parts) => parts.iter().map(|part| self.named_argument(part)).collect(),
            Err(_) => self.salvage(tokens).into_iter().map(super::bodies::plain).collect(),
        }
    }

    fn named_argument(&mut self, part: &syn::Expr) -> Arg {
        if let syn::Expr::Assign(assign) = part
            && let syn::Expr::Path(name) = &*assign.left
        {
            return Arg { name: Some(dotted(&name.path)), value: self.expr(&assign.right) };
        }
        super::bodies::plain(self.expr(part))
    }
}

/// What `cfg_attr(condition, a, b)` adds, unless the condition is "in tests".
fn conditional(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else { return Vec::new() };
    let all = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let mut all = all.into_iter().flatten();
    match all.next() {
        Some(condition) if !asks_for_test(&condition) => all.collect(),
        _ => Vec::new(),
    }
}

/// Whether an item with these attributes exists only when tests are built.
pub(super) fn test_only(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        let name = dotted(attr.path());
        match name.rsplit('.').next().unwrap_or(&name) {
            "cfg" => match &attr.meta {
                Meta::List(list) => {
                    list.parse_args::<Meta>().is_ok_and(|asked| asks_for_test(&asked))
                }
                _ => false,
            },
            "test" | "rstest" | "bench" | "test_case" | "quickcheck" | "test_log"
            | "wasm_bindgen_test" => true,
            _ => false,
        }
    })
}

/// `test`, `all(test, …)`; not `any(test, …)`, which also holds elsewhere.
fn asks_for_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(asks_for_test)),
        _ => false,
    }
}

/// The text of `#[name = "text"]`.
pub(super) fn text_of(annotations: &[Annotation], name: &str) -> Option<String> {
    let found = annotations.iter().find(|annotation| annotation.name == name)?;
    match found.args.first() {
        Some(Arg { value: Expr { kind: ExprKind::Text(text), .. }, .. }) => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn visibility(visibility: &RustVisibility) -> Visibility {
    match visibility {
        RustVisibility::Public(_) => Visibility::Public,
        RustVisibility::Restricted(_) => Visibility::Package,
        RustVisibility::Inherited => Visibility::Private,
    }
}

/// A path as written, joined by `.`, without generic arguments.
pub(super) fn dotted(path: &syn::Path) -> String {
    let segments: Vec<String> =
        path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
    segments.join(".")
}
