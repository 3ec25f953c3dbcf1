//! Rust: files parsed by `syn`, item by item where one of them is bad, and lowered to outlines.

mod attributes;
mod bodies;
mod implementations;
mod lower;
mod macros;
mod patterns;
mod shape;
mod tables;
mod type_items;
mod types;

mod calls;
mod crates;
mod library;
mod members;
mod methods;
mod paths;
mod queries;
mod references;
mod resolve;
mod results;
mod scopes;
mod values;
mod walk;

#[cfg(test)]
mod tests;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Item,
    parse::{ParseStream, Parser as _, discouraged::Speculative as _},
};

use self::{lower::Lowering, shape::Shape};
use super::{
    language::{Language, Rules},
    outline::Outline,
    resolve::{Own, Source},
    symbols::Symbols,
};

pub(crate) use self::{
    bodies::TYPE_ARGUMENT,
    tables::TABLE,
    types::{ANY_OF, TUPLE},
};

/// Brackets nested deeper than this are no program of anybody: parsing them would exhaust the stack.
const DEEPEST: u32 = 200;
/// From here on a file is read on a thread with a stack of its own.
const DEEP: u32 = 40;
/// Operators and calls in one statement above which it is generated, or hostile.
const LONGEST: u32 = 20_000;
const LONG: u32 = 400;
/// The stack for deeply nested files, in bytes.
const STACK: usize = 512 << 20;
/// How many lines with errors an outline names.
const ERRORS: usize = 5;

/// The Rust programming language.
#[derive(Clone, Copy, Debug)]
pub struct Rust;

/// The shared rules that come closest; how Rust looks up names is said in `names`.
const RULES: Rules = Rules {
    family: "Rust",
    file_namespaces: true,
    enclosing_namespaces: false,
    implicit_this: false,
    call_constructs: true,
    member_calls: false,
};

impl Language for Rust {
    fn name(&self) -> &'static str {
        "Rust"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rs"]
    }

    fn outline(&self, _path: &str, text: &str) -> Outline {
        outline(text)
    }

    fn rules(&self) -> &Rules {
        &RULES
    }

    fn manifests(&self) -> &'static [&'static str] {
        &["Cargo.toml"]
    }

    fn is_builtin(&self, name: &str) -> bool {
        name.ends_with('!') || is_prelude(name)
    }

    fn resolve<'a>(
        &self,
        sources: &'a [Source],
        symbols: &Symbols<'a>,
        manifests: &[(String, String)],
    ) -> Option<Own<'a>> {
        Some(resolve::resolve(sources, symbols, manifests))
    }
}

fn is_prelude(name: &str) -> bool {
    PRELUDE.contains(&name)
}

/// Names that Rust knows everywhere without an import.
const PRELUDE: [&str; 62] = [
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "ToString",
    "ToOwned",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "FromIterator",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "Debug",
    "Hash",
    "drop",
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "std",
    "core",
    "alloc",
    "()",
    "impl",
];

/// Reads one file. What can't be parsed is left out, with its line.
#[must_use]
pub fn outline(text: &str) -> Outline {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let shape = Shape::of(text);
    let mut outline = if shape.deepest > DEEPEST || shape.longest > LONGEST {
        Outline { errors: vec![shape.line], ..Outline::default() }
    } else if shape.deepest > DEEP || shape.longest > LONG {
        on_a_deep_stack(text, shape.line)
    } else {
        lowered(text)
    };
    outline.lines = shape.code_lines;
    outline
}

fn on_a_deep_stack(text: &str, line: u32) -> Outline {
    let failed = || Outline { errors: vec![line], ..Outline::default() };
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || lowered(text));
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(failed)
    })
}

fn lowered(text: &str) -> Outline {
    let mut lowering = Lowering::new(Outline::default());
    lowering.source(text, 0);
    match syn::parse_file(text) {
        Ok(file) => {
            if !attributes::test_only(&file.attrs) {
                lowering.items(&file.items);
            }
        }
        Err(error) => {
            let line = u32::try_from(error.span().start().line).unwrap_or(0).max(1);
            lowering.outline.errors.push(line);
            salvage(text, &mut lowering);
        }
    }
    let outline = std::mem::take(&mut lowering.outline);
    drop(lowering);
    // The parser keeps the text of every file that a thread has read; nothing of this one is needed any more.
    proc_macro2::extra::invalidate_current_thread_spans();
    outline
}

/// Lowers the good items of a bad file: from its tokens, or, where even those can't be had, piece by piece.
fn salvage<'t>(text: &'t str, lowering: &mut Lowering<'t>) {
    if let Ok(tokens) = text.parse::<TokenStream>() {
        let items = items_among.parse2(tokens).unwrap_or_default();
        lowering.items(&items);
        return;
    }
    for (first_line, piece) in pieces(text) {
        lowering.source(piece, first_line);
        match syn::parse_file(piece) {
            Ok(file) => lowering.items(&file.items),
            Err(error) => {
                let line = u32::try_from(error.span().start().line).unwrap_or(0).max(1);
                if lowering.outline.errors.len() < ERRORS {
                    lowering.outline.errors.push(first_line + line);
                }
            }
        }
    }
    lowering.outline.errors.sort_unstable();
    lowering.outline.errors.dedup();
}

/// Items where they parse; what doesn't is skipped up to its end.
fn items_among(input: ParseStream) -> syn::Result<Vec<Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        if let Ok(item) = ahead.parse::<Item>() {
            input.advance_to(&ahead);
            items.push(item);
            continue;
        }
        let token: TokenTree = input.parse()?;
        drop(token);
    }
    Ok(items)
}

/// The text cut after each line that begins with a closing brace, with the number of lines before each piece.
fn pieces(text: &str) -> Vec<(u32, &str)> {
    let mut pieces = Vec::new();
    let (mut begin, mut begin_line, mut at, mut line) = (0, 0, 0, 0);
    for row in text.split_inclusive('\n') {
        at += row.len();
        line += 1;
        if row.starts_with('}') || row.trim().is_empty() {
            pieces.push((begin_line, &text[begin..at]));
            (begin, begin_line) = (at, line);
        }
    }
    pieces.push((begin_line, &text[begin..]));
    pieces
}
