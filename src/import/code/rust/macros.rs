//! Calls of Rust macros: their tokens read as expressions as far as they are some, bad parts skipped.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Block, Expr as Rust, Macro, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _, discouraged::Speculative as _},
    punctuated::Punctuated,
};

use super::{bodies::plain, lower::Lowering};
use crate::import::code::outline::{Expr, ExprKind, Stmt};

/// Macros whose texts are formats: each `{…}` is a value that is put in.
const FORMATS: [&str; 32] = [
    "format",
    "format_args",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "todo",
    "unimplemented",
    "unreachable",
    "anyhow",
    "bail",
    "ensure",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "log",
    "event",
    "span",
    "info_span",
    "eyre",
    "format_err",
];

/// How deep macro tokens are followed into their brackets.
const DEEPEST: u32 = 40;

impl Lowering<'_> {
    /// A macro call as a call of `name!`, without arguments where those were lowered as items.
    pub(super) fn macro_call(&mut self, call: &Macro) -> Option<Expr> {
        let segments: Vec<_> = call.path.segments.iter().collect();
        let last = segments.last()?;
        let short = last.ident.unraw().to_string();
        let line = self.line(last.ident.span());
        self.last_line = line;
        let items = self.macro_items(&short, call);
        let mut callee = self.path_expr(None, &call.path);
        match &mut callee.kind {
            ExprKind::Name(name) | ExprKind::Member(_, name) => name.push('!'),
            _ => {}
        }
        let mut args = if items { Vec::new() } else { self.macro_arguments(&short, call) };
        if short == "concat" {
            return Some(joined(args, line));
        }
        if FORMATS.contains(&short.as_str()) {
            args.iter_mut().for_each(without_placeholders);
        }
        let args = args.into_iter().map(plain).collect();
        Some(Expr::new(ExprKind::Call { callee: Box::new(callee), args }, line))
    }

    fn macro_arguments(&mut self, name: &str, call: &Macro) -> Vec<Expr> {
        let tokens = call.tokens.clone();
        if name == "matches" {
            return self.salvage(tokens);
        }
        if let Ok(parts) = Punctuated::<Rust, Token![,]>::parse_terminated.parse2(tokens.clone()) {
            return parts.iter().map(|part| self.macro_argument(part)).collect();
        }
        if let Ok(parts) = Punctuated::<Rust, Token![;]>::parse_terminated.parse2(tokens.clone())
            && parts.len() == 2
        {
            return self.exprs(&parts);
        }
        if let Ok(stmts) = Block::parse_within.parse2(tokens.clone()) {
            return vec![self.statements(stmts)];
        }
        self.salvage(tokens)
    }

    /// `name = value` names an argument: the name is no reference.
    fn macro_argument(&mut self, part: &Rust) -> Expr {
        match part {
            Rust::Assign(assign) if matches!(&*assign.left, Rust::Path(_)) => {
                self.expr(&assign.right)
            }
            _ => self.expr(part),
        }
    }

    fn statements(&mut self, stmts: Vec<syn::Stmt>) -> Expr {
        let line = self.last_line;
        let block = Block { brace_token: syn::token::Brace::default(), stmts };
        let mut body = Vec::new();
        let within = self.within;
        self.block_within(&block, &mut body);
        self.within = within;
        Expr::new(ExprKind::Block(body), line)
    }

    fn block_within(&mut self, block: &Block, out: &mut Vec<Stmt>) {
        for stmt in &block.stmts {
            self.stmt(stmt, out);
        }
    }

    /// All expressions that can be made out among tokens of unknown grammar.
    pub(super) fn salvage(&mut self, tokens: TokenStream) -> Vec<Expr> {
        let mut out = Vec::new();
        self.salvage_into(tokens, 0, &mut out);
        out
    }

    fn salvage_into(&mut self, tokens: TokenStream, depth: u32, out: &mut Vec<Expr>) {
        let found = split.parse2(tokens).unwrap_or_default();
        for part in found {
            match part {
                Part::Value(value) => out.push(self.expr(&value)),
                Part::Group(inner) if depth < DEEPEST => self.group(inner, depth, out),
                Part::Group(_) => {}
            }
        }
    }

    /// The inside of brackets: statements where it reads as such, else whatever can be made out.
    fn group(&mut self, inner: TokenStream, depth: u32, out: &mut Vec<Expr>) {
        match Block::parse_within.parse2(inner.clone()) {
            Ok(stmts) => out.push(self.statements(stmts)),
            Err(_) => self.salvage_into(inner, depth + 1, out),
        }
    }

    /// Paths that a macro's definition names as `$crate::…`: they hold wherever it is used.
    pub(super) fn crate_paths(&mut self, tokens: TokenStream, depth: u32, out: &mut Vec<Stmt>) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) if depth < DEEPEST => {
                    self.crate_paths(group.stream(), depth + 1, out);
                }
                TokenTree::Ident(ident)
                    if ident == "crate" && at > 0 && is_punct(&tokens[at - 1], '$') =>
                {
                    let line = self.line(ident.span());
                    let (path, next) = segments_from(&tokens, at + 1);
                    at = next;
                    out.extend(crate_path(path, line).map(Stmt::Expr));
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// The path `crate::a::b` as an expression; a macro's name keeps its `!`.
fn crate_path(mut path: Vec<String>, line: u32) -> Option<Expr> {
    let last = path.pop()?;
    path.insert(0, "crate".to_owned());
    let base =
        crate::import::code::outline::TypeRef { name: path.join("."), args: Vec::new(), line };
    let base = Box::new(Expr::new(ExprKind::Type(base), line));
    Some(Expr::new(ExprKind::Member(base, last), line))
}

/// The segments of `::a::b!` from `at` on, and where they end.
fn segments_from(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let [first, second, TokenTree::Ident(name), ..] = tokens.get(at..).unwrap_or_default() {
        if !is_punct(first, ':') || !is_punct(second, ':') {
            break;
        }
        path.push(name.unraw().to_string());
        at += 3;
    }
    if tokens.get(at).is_some_and(|next| is_punct(next, '!'))
        && let Some(last) = path.last_mut()
    {
        last.push('!');
    }
    (path, at)
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// The types that tokens of unknown grammar declare: `pub struct Name`.
pub(super) fn declared_types(tokens: &TokenStream) -> Vec<proc_macro2::Ident> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [TokenTree::Ident(kind), TokenTree::Ident(name)]
                if kind == "struct" || kind == "enum" || kind == "trait" =>
            {
                Some(name.clone())
            }
            _ => None,
        })
        .collect()
}

/// A piece of a macro's tokens.
enum Part {
    Value(Rust),
    Group(TokenStream),
}

/// Takes expressions where they parse, and single tokens where none does.
fn split(input: ParseStream) -> syn::Result<Vec<Part>> {
    let mut parts = Vec::new();
    while !input.is_empty() {
        if Rust::peek(input) {
            let ahead = input.fork();
            if let Ok(value) = ahead.call(Rust::parse_without_eager_brace) {
                input.advance_to(&ahead);
                parts.push(Part::Value(value));
                continue;
            }
            // A type, such as `a::B<'_>`: its path is a reference all the same.
            let ahead = input.fork();
            if let Ok(path) = ahead.call(syn::Path::parse_mod_style)
                && path.segments.len() > 1
            {
                input.advance_to(&ahead);
                let path = syn::ExprPath { attrs: Vec::new(), qself: None, path };
                parts.push(Part::Value(Rust::Path(path)));
                continue;
            }
        }
        let token: TokenTree = input.parse()?;
        if let TokenTree::Group(group) = token
            && group.delimiter() != Delimiter::None
        {
            parts.push(Part::Group(group.stream()));
        }
    }
    Ok(parts)
}

/// The texts of `concat!` as one.
fn joined(parts: Vec<Expr>, line: u32) -> Expr {
    let text = parts
        .iter()
        .map(|part| match &part.kind {
            ExprKind::Text(text) => text.as_str(),
            _ => "?",
        })
        .collect();
    Expr::new(ExprKind::Text(text), line)
}

/// Puts `?` for every `{…}` of a format, and `{` for `{{`.
fn without_placeholders(part: &mut Expr) {
    let ExprKind::Text(text) = &mut part.kind else { return };
    if !text.contains(['{', '}']) {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                out.push(c);
            }
            '{' => {
                for inner in chars.by_ref() {
                    if inner == '}' {
                        break;
                    }
                }
                out.push('?');
            }
            _ => out.push(c),
        }
    }
    *text = out;
}
