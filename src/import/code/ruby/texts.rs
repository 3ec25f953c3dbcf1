//! Ruby's ways to write text: strings, symbols, heredocs, with what is interpolated in them.

use rustc_hash::FxHashMap;

use super::lower::Lowering;
use crate::import::code::{
    outline::{Expr, ExprKind},
    tree::Syntax,
};

/// The bodies of heredocs, by where `<<~SQL` announces them.
pub(super) struct Heredocs<'t> {
    bodies: FxHashMap<usize, Syntax<'t>>,
}

impl<'t> Heredocs<'t> {
    /// Finds all of a file. Bodies stand in the order in which they are announced.
    pub(super) fn of(root: Syntax<'t>) -> Self {
        let (mut beginnings, mut bodies) = (Vec::new(), Vec::new());
        if root.text().contains("<<") {
            let mut waiting = vec![root];
            while let Some(node) = waiting.pop() {
                match node.kind() {
                    "heredoc_beginning" => beginnings.push(node.node.start_byte()),
                    "heredoc_body" => bodies.push(node),
                    _ => {}
                }
                waiting.extend(node.tokens());
            }
        }
        beginnings.sort_unstable();
        bodies.sort_by_key(|body| body.node.start_byte());
        Self { bodies: beginnings.into_iter().zip(bodies).collect() }
    }

    fn body(&self, node: Syntax<'t>) -> Option<Syntax<'t>> {
        self.bodies.get(&node.node.start_byte()).copied()
    }
}

impl<'t> Lowering<'t> {
    pub(super) fn heredoc(&mut self, node: Syntax<'t>) -> Expr {
        match self.heredocs.body(node) {
            Some(body) => {
                let text = self.text(body);
                Expr::new(text.kind, node.line())
            }
            None => Expr::new(ExprKind::Text(String::new()), node.line()),
        }
    }

    /// The text of a literal. What is interpolated stands as `?` in it, and as an expression after it.
    pub(super) fn text(&mut self, node: Syntax<'t>) -> Expr {
        let mut text = String::new();
        let mut parts = Vec::new();
        self.text_parts(node, &mut text, &mut parts);
        let line = node.line();
        let literal = Expr::new(ExprKind::Text(text), line);
        if parts.is_empty() {
            return literal;
        }
        parts.insert(0, literal);
        Expr::new(ExprKind::Other(parts), line)
    }

    fn text_parts(&mut self, node: Syntax<'t>, text: &mut String, parts: &mut Vec<Expr>) {
        for child in node.children() {
            match child.kind() {
                "string_content" | "heredoc_content" => text.push_str(child.text()),
                "escape_sequence" => text.push_str(match child.text() {
                    "\\n" => "\n",
                    "\\t" => "\t",
                    other => other.get(1..).unwrap_or_default(),
                }),
                "interpolation" => {
                    text.push('?');
                    for inner in child.children() {
                        parts.push(self.expr(inner));
                    }
                }
                "string" => self.text_parts(child, text, parts),
                _ => {}
            }
        }
    }
}
