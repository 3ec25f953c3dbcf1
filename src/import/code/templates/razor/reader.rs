//! Takes the C# out of Razor: statements and expressions on the lines where they stand, without the markup.

use crate::import::code::{
    outline::{Import, Part},
    templates::{jsp::attribute, lines_between},
};

/// What stands before the name of what markup refers to.
pub(super) const VIEW: &str = "view:";
pub(super) const COMPONENT: &str = "component:";
pub(super) const PAGE: &str = "page:";
/// `action:Controller/Action`.
pub(super) const ACTION: &str = "action:";

/// A view as C#, with as many lines.
pub(super) struct Page {
    pub code: String,
    pub imports: Vec<Import>,
    pub parts: Vec<Part>,
}

/// How deep markup and code are followed into each other.
const DEEPEST: u32 = 60;

/// Elements that never have content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

pub(super) fn read(path: &str, text: &str) -> Page {
    let mut reader = Reader {
        text,
        at: 0,
        code: String::with_capacity(text.len() / 2),
        in_function: false,
        depth: 0,
        imports: Vec::new(),
        parts: Vec::new(),
    };
    reader.markup(None);
    let name: String = path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let end = if reader.in_function { "}}" } else { "}" };
    let base = base(text);
    let code = format!("class {name} : {base} {{ {} {end}", reader.code);
    Page { code, imports: reader.imports, parts: reader.parts }
}

/// The class that a view says it extends, or some class of the library's.
fn base(text: &str) -> &str {
    let written = text.lines().find_map(|line| line.trim_start().strip_prefix("@inherits "));
    written.map_or("RazorPageBase", str::trim)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    code: String,
    /// Code is being written into a function, not beside it.
    in_function: bool,
    depth: u32,
    imports: Vec<Import>,
    parts: Vec<Part>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn line(&self) -> u32 {
        lines_between(self.text, 0, self.at) + 1
    }

    /// Passes over text that is no code; its line ends are kept.
    fn skip(&mut self, length: usize) {
        let mut end = (self.at + length).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let lines = self.text[self.at..end].matches('\n').count();
        self.code.push_str(&"\n".repeat(lines));
        self.at = end;
    }

    /// Takes text over as code.
    fn take(&mut self, length: usize) {
        let mut end = (self.at + length).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.code.push_str(&self.text[self.at..end]);
        self.at = end;
    }

    fn open_function(&mut self) {
        if !self.in_function {
            self.code.push_str(" void Execute() { ");
            self.in_function = true;
        }
    }

    /// Reads markup to the end of the text, or to the end of the element that it stands in.
    fn markup(&mut self, element: Option<&str>) {
        let mut open = 1;
        while self.at < self.text.len() {
            let rest = self.rest();
            if rest.starts_with('@') {
                self.at_sign();
            } else if rest.starts_with("<!--") {
                // Comments of HTML are sent to the browser, with what they evaluate.
                self.skip(4);
            } else if let Some(name) = tag_name(rest) {
                self.tag(rest);
                if element == Some(name) && !is_closed(rest) {
                    open += 1;
                }
                self.skip(1 + name.len());
            } else if let (Some(element), Some(inner)) = (element, rest.strip_prefix("</")) {
                if inner.starts_with(element) {
                    open -= 1;
                }
                let length = inner.find('>').map_or(inner.len(), |end| end + 1);
                self.skip(2 + length);
                if open == 0 {
                    return;
                }
            } else {
                self.skip(1);
            }
        }
    }

    /// `@` and what follows, in markup.
    fn at_sign(&mut self) {
        let rest = self.rest();
        let before = self.text[..self.at].chars().next_back();
        if rest.starts_with("@*") {
            self.skip(rest.find("*@").map_or(rest.len(), |end| end + 2));
        } else if rest.starts_with("@@") || before.is_some_and(char::is_alphanumeric) {
            self.skip(2);
        } else if rest.starts_with("@{") {
            self.skip(1);
            self.open_function();
            self.block();
        } else if rest.starts_with("@(") {
            self.skip(1);
            let length = balanced(self.rest());
            self.value(length);
        } else {
            self.skip(1);
            let word = word(self.rest());
            if !self.directive(word) && !self.statement(word) {
                let length = implicit(self.rest());
                self.value(length);
            }
        }
    }

    /// An expression that is evaluated and shown.
    fn value(&mut self, length: usize) {
        if length == 0 {
            return;
        }
        self.open_function();
        self.code.push_str(" _ = ");
        self.take(length);
        self.code.push_str("; ");
    }

    /// `@model`, `@inject`, `@using` and their like: the rest of the line.
    fn directive(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let after = &rest[word.len()..];
        let line = after.lines().next().unwrap_or_default();
        let told = line.trim().trim_end_matches(';').trim();
        match word {
            "using" if !told.starts_with('(') => self.using(told),
            "model" if !told.is_empty() => {
                self.code.push_str(&format!(" {told} Model; "));
            }
            "inject" => self.code.push_str(&format!(" {told}; ")),
            "implements" | "attribute" | "inherits" | "layout" | "typeparam" | "page"
            | "namespace" | "addTagHelper" | "removeTagHelper" | "tagHelperPrefix"
            | "preservewhitespace" | "rendermode" => {}
            "section" => {
                let length = after.find('{').map_or(line.len(), |at| at + 1);
                self.skip(word.len() + length);
                return true;
            }
            "functions" | "code" if after.trim_start().starts_with('{') => {
                self.members(word.len());
                return true;
            }
            _ => return false,
        }
        self.skip(word.len() + line.len());
        true
    }

    fn using(&mut self, told: &str) {
        let told = told.strip_prefix("static ").unwrap_or(told);
        let (alias, path) = match told.split_once('=') {
            Some((alias, path)) => (Some(alias.trim().to_owned()), path.trim()),
            None => (None, told),
        };
        let member = alias.is_none().then(|| "*".to_owned());
        let line = self.line();
        let path = path.trim_start_matches("global::").to_owned();
        self.imports.push(Import { path, member, alias, line, ..Import::default() });
    }

    /// `@functions { … }` and `@code { … }`: members of the class.
    fn members(&mut self, word: usize) {
        if self.in_function {
            self.code.push_str(" } ");
            self.in_function = false;
        }
        let open = self.rest()[word..].find('{').unwrap_or(0);
        self.skip(word + open + 1);
        let length = self.block_length();
        self.take(length);
        self.skip(1);
    }

    /// How long the code is up to the `}` that closes it.
    fn block_length(&self) -> usize {
        let rest = self.rest();
        let mut depth = 1;
        let mut at = 0;
        while at < rest.len() {
            let here = &rest[at..];
            if let Some(length) = literal(here) {
                at += length.max(1);
                continue;
            }
            match here.as_bytes()[0] {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
            at += here.chars().next().map_or(1, char::len_utf8);
        }
        rest.len()
    }

    /// `@if (…) { … } else { … }`, `@foreach (…) { … }` and their like.
    fn statement(&mut self, word: &str) -> bool {
        if !matches!(
            word,
            "if" | "foreach" | "for" | "while" | "switch" | "using" | "lock" | "try" | "do"
        ) {
            return false;
        }
        self.open_function();
        self.head(word);
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let next = &rest[blank..];
            let following = next.strip_prefix('@').unwrap_or(next);
            let word = self::word(following);
            if !matches!(word, "else" | "catch" | "finally") || next.starts_with('@') {
                return true;
            }
            self.take(blank);
            self.head(word);
        }
    }

    /// A word, what stands in parentheses behind it, and its block.
    fn head(&mut self, word: &str) {
        self.take(word.len());
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            let next = &rest[blank..];
            if next.starts_with('(') {
                self.take(blank);
                let length = balanced(self.rest());
                self.take(length);
            } else if next.starts_with('{') {
                self.take(blank);
                self.block();
                return;
            } else if word == "else" && next.starts_with("if") {
                self.take(blank + 2);
            } else {
                return;
            }
        }
    }

    /// Code in braces, with markup where statements may begin.
    fn block(&mut self) {
        self.depth += 1;
        self.take(1);
        let mut depth = 1;
        let mut may_begin = true;
        while self.at < self.text.len() && depth > 0 {
            let rest = self.rest();
            if let Some(length) = literal(rest) {
                if rest.starts_with('/') {
                    self.skip(length)
                } else {
                    self.take(length)
                }
                continue;
            }
            let first = rest.chars().next().unwrap_or(' ');
            match first {
                '{' => depth += 1,
                '}' => depth -= 1,
                '@' if self.depth < DEEPEST => {
                    self.at_sign_in_code();
                    may_begin = true;
                    continue;
                }
                '<' if may_begin && self.depth < DEEPEST && tag_name(rest).is_some() => {
                    self.element();
                    continue;
                }
                _ => {}
            }
            if !first.is_whitespace() {
                may_begin = matches!(first, '{' | '}' | ';' | ':');
            }
            self.take(first.len_utf8());
        }
        self.depth -= 1;
    }

    fn at_sign_in_code(&mut self) {
        let rest = self.rest();
        if let Some(line) = rest.strip_prefix("@:") {
            let end = self.at + 2 + line.lines().next().unwrap_or_default().len();
            self.skip(2);
            while self.at < end {
                if self.rest().starts_with('@') { self.at_sign() } else { self.skip(1) }
            }
        } else {
            self.at_sign();
        }
    }

    /// An element among code, with all that is in it.
    fn element(&mut self) {
        let rest = self.rest();
        let Some(name) = tag_name(rest) else { return };
        self.depth += 1;
        if is_closed(rest) || VOID.contains(&name) {
            self.tag(rest);
            let end = self.at + tag_length(rest);
            self.skip(1 + name.len());
            while self.at < end {
                if self.rest().starts_with('@') { self.at_sign() } else { self.skip(1) }
            }
        } else {
            self.tag(rest);
            self.skip(1 + name.len());
            self.markup(Some(name));
        }
        self.depth -= 1;
    }

    /// What a tag refers to by its name and attributes.
    fn tag(&mut self, rest: &'t str) {
        let tag = &rest[..tag_length(rest)];
        let Some(name) = tag_name(rest) else { return };
        if name == "partial" {
            self.part(VIEW, attribute(tag, "name"));
        } else if let Some(component) = name.strip_prefix("vc:") {
            let words = component.split('-').map(|word| {
                let mut letters = word.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                first.into_iter().chain(letters).collect::<String>()
            });
            let component: String = words.collect();
            self.part(COMPONENT, Some(&component));
        } else if name.starts_with(char::is_uppercase) {
            self.part(COMPONENT, Some(name));
        }
        if tag.contains("asp-") {
            self.part(PAGE, attribute(tag, "asp-page"));
            let action = attribute(tag, "asp-action");
            let controller = attribute(tag, "asp-controller");
            if action.is_some() || controller.is_some() {
                let (controller, action) = (controller.unwrap_or(""), action.unwrap_or(""));
                self.part(ACTION, Some(&format!("{controller}/{action}")));
            }
        }
    }

    fn part(&mut self, kind: &str, name: Option<&str>) {
        let Some(name) = name.filter(|name| !name.is_empty() && !name.contains('@')) else {
            return;
        };
        let (path, line) = (Some(format!("{kind}{name}")), self.line());
        self.parts.push(Part { path, line, ..Part::default() });
    }
}

/// The name of the element that begins here.
fn tag_name(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('<')?;
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | ':' | '.' | '_');
    Some(&inner[..inner.find(|c: char| !part(c)).unwrap_or(inner.len())])
}

/// How long a tag is: to the `>` that stands in no text and in no expression.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    let mut parens = 0;
    for (at, c) in rest.char_indices().take(20_000) {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return at + 1,
            (Some(_), '(') => parens += 1,
            (Some(_), ')') => parens -= 1,
            (Some(open), c) if c == open && parens <= 0 => {
                quote = None;
                parens = 0;
            }
            _ => {}
        }
    }
    let length = rest.find('>').map_or(rest.len(), |at| at + 1);
    length.min(rest.len())
}

fn is_closed(rest: &str) -> bool {
    rest[..tag_length(rest)].ends_with("/>")
}

fn word(rest: &str) -> &str {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    &rest[..rest.find(|c: char| !part(c)).unwrap_or(rest.len())]
}

/// How long what begins with a bracket is, its end included.
fn balanced(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if let Some(length) = literal(here) {
            at += length.max(1);
            continue;
        }
        match here.as_bytes()[0] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += here.chars().next().map_or(1, char::len_utf8);
        if depth <= 0 {
            break;
        }
    }
    at
}

/// How long an expression is that no parentheses stand around: `Model.Lines[0].Total()`.
fn implicit(rest: &str) -> usize {
    let mut at = match rest.strip_prefix("await ") {
        Some(inner) => rest.len() - inner.len(),
        None => 0,
    };
    let first = word(&rest[at..]);
    if !first.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return 0;
    }
    at += first.len();
    loop {
        let here = &rest[at..];
        let member = here.strip_prefix("?.").or_else(|| here.strip_prefix('.'));
        if let Some(inner) = member.filter(|it| it.starts_with(|c: char| c.is_alphabetic())) {
            at += here.len() - inner.len() + word(inner).len();
        } else if here.starts_with(['(', '[']) {
            at += balanced(here);
        } else {
            return at;
        }
    }
}

/// How long the text, character or comment is that begins here.
fn literal(rest: &str) -> Option<usize> {
    let end = |from: usize, mark: &str| {
        rest[from..].find(mark).map_or(rest.len(), |at| from + at + mark.len())
    };
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(end(2, "*/"));
    }
    if rest.starts_with("@\"") || rest.starts_with("$@\"") || rest.starts_with("@$\"") {
        let start = rest.find('"').unwrap_or(0) + 1;
        return Some(end(start, "\""));
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return Some(at),
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    Some(rest.len())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(view: &str, expected: &str) {
        let page = read("V", view);
        let code: Vec<&str> = page.code.split_whitespace().collect();
        assert_eq!(code.join(" "), expected);
        assert_eq!(page.code.matches('\n').count(), view.matches('\n').count());
    }

    #[test]
    fn values_and_statements_become_code() {
        check(
            "@model Shop.Order\n<p class=\"a\">@Model.Total() @(1 + 2)</p>",
            "class V : RazorPageBase { Shop.Order Model; void Execute() { _ = Model.Total(); _ = (1 + 2); }}",
        );
        check(
            "@foreach (var a in Model) {\n<b>@a.Name</b>\n}",
            "class V : RazorPageBase { void Execute() { foreach (var a in Model) { _ = a.Name; } }}",
        );
        check(
            "@if (a) { <br> b(); } else { @:x @c\n}",
            "class V : RazorPageBase { void Execute() { if (a) { b(); } else { _ = c; } }}",
        );
        check(
            "@* x *@ me@example.com @@y @functions { int A() { return 1; } }",
            "class V : RazorPageBase { int A() { return 1; } }",
        );
    }

    #[test]
    fn tags_refer_to_views_and_actions() {
        let page = read(
            "V",
            "<partial name=\"_Line\" />\n<a asp-controller=\"Cart\" asp-action=\"Index\">\n<vc:cart-badge />",
        );
        let parts: Vec<(&str, u32)> =
            page.parts.iter().map(|it| (it.path.as_deref().unwrap_or(""), it.line)).collect();
        assert_eq!(
            parts,
            [("view:_Line", 1), ("action:Cart/Index", 2), ("component:CartBadge", 3)]
        );
    }
}
