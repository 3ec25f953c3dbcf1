//! Walking a syntax tree of tree-sitter: what every lowering needs, and nothing of any one language.

use std::{cell::RefCell, ops::ControlFlow};

use super::outline::Outline;
use tree_sitter::{Language as Grammar, Node, ParseOptions, ParseState, Parser, Point, Tree};

/// A node together with the text it stands in.
#[derive(Clone, Copy)]
pub struct Syntax<'a> {
    pub node: Node<'a>,
    source: &'a str,
}

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// Parses a text; `None` where the grammar does not load or the parser gives up. A text that ends in the middle is
/// read as if what is open there were closed: the tree then reaches beyond the text, and [`errors`] says so.
#[must_use]
pub fn parse(grammar: &Grammar, text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(grammar).ok()?;
        let tree = bounded(parser, text)?;
        let mut best = (unread(&tree), tree);
        for whole in completed(&best.1, text) {
            let tree = bounded(parser, &whole)?;
            let unread = unread(&tree);
            if unread < best.0 {
                best = (unread, tree);
            }
        }
        Some(best.1)
    })
}

/// Parses a text with an effort that grows with its length only: what is ambiguous on every level, as no program is,
/// would take forever.
fn bounded(parser: &mut Parser, text: &str) -> Option<Tree> {
    let mut left = 5_000 + text.len() / 20;
    let mut go_on = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut go_on);
    let bytes = text.as_bytes();
    let mut rest = |at: usize, _: Point| bytes.get(at..).unwrap_or_default();
    let tree = parser.parse_with_options(&mut rest, None, Some(options));
    if tree.is_none() {
        parser.reset();
    }
    tree
}

/// What a text that ends in the middle may have been meant to be: with its brackets closed, and without the statement
/// that it ends in.
fn completed(tree: &Tree, text: &str) -> Vec<String> {
    let closers = missing_closers(tree, text.len());
    if closers.is_empty() {
        return Vec::new();
    }
    let kept = text.rfind([';', '{', '}']).map_or(0, |at| at + 1);
    let blank = " ".repeat(text.len() - kept);
    let fewer = missing_closers(tree, kept);
    vec![format!("{text}{closers}"), format!("{}{blank}{fewer}", &text[..kept])]
}

/// How many brackets may be open where a text ends; what opens more is no program that somebody was writing.
const MOST_OPEN: usize = 64;

/// What closes the brackets that are open at a place in a text with syntax errors.
fn missing_closers(tree: &Tree, end: usize) -> String {
    let mut open = Vec::new();
    if tree.root_node().has_error() {
        visit(&mut tree.walk(), &mut |node| {
            match node.kind() {
                _ if node.start_byte() >= end => {}
                "(" => open.push(')'),
                "[" => open.push(']'),
                "{" | "${" | "#{" => open.push('}'),
                kind @ (")" | "]" | "}")
                    if !node.is_missing()
                        && kind.ends_with(open.last().copied().unwrap_or(' ')) =>
                {
                    open.pop();
                }
                _ => {}
            }
            true
        });
    }
    if open.len() > MOST_OPEN { String::new() } else { open.into_iter().rev().collect() }
}

/// How many bytes of a text could not be made sense of.
fn unread(tree: &Tree) -> usize {
    let mut bytes = 0;
    visit(&mut tree.walk(), &mut |node| {
        if node.is_error() {
            bytes += node.byte_range().len();
        }
        node.has_error() && !node.is_error()
    });
    bytes
}

/// Parses a text and lowers it; says how long it is and where it is wrong.
#[must_use]
pub fn outline(
    grammar: &Grammar,
    text: &str,
    lower: impl FnOnce(Syntax<'_>) -> Outline,
) -> Outline {
    let Some(tree) = parse(grammar, text) else {
        return Outline { errors: vec![1], ..Outline::default() };
    };
    let root = Syntax::root(&tree, text);
    Outline { lines: code_lines(root), errors: errors(root), ..lower(root) }
}

impl<'a> Syntax<'a> {
    /// The whole file.
    #[must_use]
    pub fn root(tree: &'a Tree, source: &'a str) -> Self {
        Self { node: tree.root_node(), source }
    }

    #[must_use]
    pub fn kind(self) -> &'a str {
        self.node.kind()
    }

    /// The first line, counted from 1.
    #[must_use]
    pub fn line(self) -> u32 {
        row(self.node.start_position().row)
    }

    /// The last line, counted from 1.
    #[must_use]
    pub fn end_line(self) -> u32 {
        row(self.node.end_position().row)
    }

    #[must_use]
    pub fn text(self) -> &'a str {
        let range = self.node.byte_range();
        self.source.get(range.start..range.end.min(self.source.len())).unwrap_or("")
    }

    /// The text with every run of white space as one space.
    #[must_use]
    pub fn flat_text(self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[must_use]
    pub fn field(self, name: &str) -> Option<Self> {
        self.node.child_by_field_name(name).map(|node| self.at(node))
    }

    /// Every child with that field name.
    #[must_use]
    pub fn fields(self, name: &str) -> Vec<Self> {
        let mut cursor = self.node.walk();
        self.node.children_by_field_name(name, &mut cursor).map(|node| self.at(node)).collect()
    }

    /// The children that have names, comments left out.
    #[must_use]
    pub fn children(self) -> Vec<Self> {
        let mut cursor = self.node.walk();
        self.node
            .named_children(&mut cursor)
            .filter(|node| !node.is_extra())
            .map(|node| self.at(node))
            .collect()
    }

    /// Every child, punctuation and keywords too.
    #[must_use]
    pub fn tokens(self) -> Vec<Self> {
        let mut cursor = self.node.walk();
        self.node.children(&mut cursor).map(|node| self.at(node)).collect()
    }

    /// The first child of that kind.
    #[must_use]
    pub fn child(self, kind: &str) -> Option<Self> {
        self.tokens().into_iter().find(|child| child.kind() == kind)
    }

    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.node.parent().map(|node| self.at(node))
    }

    /// The comment that stands right before it.
    #[must_use]
    pub fn comment_above(self) -> Option<Self> {
        let before = self.node.prev_sibling().filter(|node| node.kind().contains("comment"))?;
        Some(self.at(before))
    }

    fn at(self, node: Node<'a>) -> Self {
        Self { node, source: self.source }
    }
}

fn row(row: usize) -> u32 {
    u32::try_from(row + 1).unwrap_or(u32::MAX)
}

/// How deep a lowering follows nested code; what lies deeper is left out, so that hostile files cannot exhaust the
/// stack.
pub const DEEPEST: usize = 200;

/// Lines of the first few syntax errors; the last line where the text ends in the middle.
#[must_use]
pub fn errors(root: Syntax<'_>) -> Vec<u32> {
    let mut lines = Vec::new();
    if root.node.has_error() {
        let mut cursor = root.node.walk();
        visit(&mut cursor, &mut |node| {
            if node.is_error() || node.is_missing() {
                lines.push(row(node.start_position().row));
            }
            node.has_error() && lines.len() < 5
        });
    }
    if root.node.end_byte() > root.source.len() {
        lines.push(row(root.source.lines().count().saturating_sub(1)));
    }
    lines.dedup();
    lines
}

/// Lines that are neither blank nor only a comment.
#[must_use]
pub fn code_lines(root: Syntax<'_>) -> u32 {
    let lines: Vec<&str> = root.source.lines().collect();
    let mut silent: Vec<bool> = lines.iter().map(|line| line.trim().is_empty()).collect();
    let mut cursor = root.node.walk();
    visit(&mut cursor, &mut |node| {
        if !node.kind().contains("comment") {
            return true;
        }
        let (start, end) = (node.start_position(), node.end_position());
        for (row, line) in lines.iter().enumerate().take(end.row + 1).skip(start.row) {
            let before = if row == start.row { line.get(..start.column) } else { None };
            let after = if row == end.row { line.get(end.column..) } else { None };
            if [before, after].into_iter().flatten().all(|rest| rest.trim().is_empty()) {
                silent[row] = true;
            }
        }
        false
    });
    row(silent.iter().filter(|silent| !**silent).count()) - 1
}

/// Walks all nodes, without recursion; `enter` says whether to go below a node.
fn visit<'a>(cursor: &mut tree_sitter::TreeCursor<'a>, enter: &mut dyn FnMut(Node<'a>) -> bool) {
    loop {
        if enter(cursor.node()) && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    /// The names of the methods that are found in a Java text, and the lines of its errors.
    fn check(text: &str, methods: &[&str], errors_at: &[u32]) {
        let tree = parse(&tree_sitter_java::LANGUAGE.into(), text).expect("a tree");
        let root = Syntax::root(&tree, text);
        let mut found = Vec::new();
        visit(&mut tree.walk(), &mut |node| {
            if node.kind() == "method_declaration" {
                found.extend(root.at(node).field("name").map(Syntax::text));
            }
            true
        });
        assert_eq!(found, methods, "{text}");
        assert_eq!(errors(root), errors_at, "{text}");
    }

    #[test]
    fn a_text_that_ends_in_the_middle_is_read_up_to_there() {
        check("class A {\n void a() { }\n void b() { if (", &["a", "b"], &[3]);
        check("class A {\n void a() { }\n void b(", &["a", "b"], &[3]);
        check("class A {\n void a() { }\n void b() { c.d(e, f[", &["a", "b"], &[3]);
        check("class A {\n void a() { }\n}\n", &["a"], &[]);
    }
}
