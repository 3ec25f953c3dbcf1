//! The packages of a monolith as a tree, with chains of lonely packages told as one.

use std::collections::BTreeMap;

use super::names::Lookup;
use crate::facts::{Facts, ModuleId, PieceId};

/// One package, or a chain of packages of which each has only the next.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub name: String,
    pub children: Vec<usize>,
    /// The modules right in it, by name.
    pub modules: Vec<PieceId>,
    /// Modules in it and in all packages below.
    pub count: usize,
    parent: Option<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub roots: Vec<usize>,
    /// By module: the node it is in.
    home: Vec<usize>,
}

/// A package while the tree grows.
#[derive(Default)]
struct Branch<'a> {
    children: BTreeMap<&'a str, Branch<'a>>,
    modules: Vec<PieceId>,
}

impl Tree {
    pub(super) fn of(facts: &Facts, lookup: &Lookup) -> Self {
        let mut root = Branch::default();
        for (at, module) in facts.modules.iter().enumerate() {
            let mut branch = &mut root;
            for part in lookup.package(&module.package).split(['.', '/', '\\']) {
                branch = branch.children.entry(part).or_default();
            }
            branch.modules.push(facts.module_piece(ModuleId::at(at)));
        }
        let mut tree = Self { home: vec![0; facts.modules.len()], ..Self::default() };
        for (name, branch) in root.children {
            let node = tree.add(name.to_owned(), branch, None);
            tree.roots.push(node);
        }
        tree
    }

    fn add(&mut self, mut name: String, mut branch: Branch<'_>, parent: Option<usize>) -> usize {
        while branch.modules.is_empty() && branch.children.len() == 1 {
            let Some((part, only)) = branch.children.pop_first() else { break };
            name = format!("{name}/{part}");
            branch = only;
        }
        let at = self.nodes.len();
        self.nodes.push(Node { name, parent, ..Node::default() });
        for piece in &branch.modules {
            self.home[piece.index()] = at;
        }
        let mut count = branch.modules.len();
        let mut children = Vec::with_capacity(branch.children.len());
        for (part, child) in branch.children {
            let child = self.add(part.to_owned(), child, Some(at));
            count += self.nodes[child].count;
            children.push(child);
        }
        let node = &mut self.nodes[at];
        (node.children, node.modules, node.count) = (children, branch.modules, count);
        at
    }

    /// All modules in a package and below.
    pub(super) fn all_in(&self, node: usize) -> Vec<PieceId> {
        let mut pieces = self.nodes[node].modules.clone();
        for child in &self.nodes[node].children {
            pieces.extend(self.all_in(*child));
        }
        pieces
    }

    /// The packages that have to be open to see a module.
    pub(super) fn path_to(&self, piece: PieceId) -> Vec<usize> {
        let mut path = Vec::new();
        let mut at = self.home.get(piece.index()).copied();
        while let Some(node) = at {
            path.push(node);
            at = self.nodes.get(node).and_then(|node| node.parent);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation;

    fn check(text: &str, expected: &str) {
        let facts = notation::parse(text).expect("a good notation");
        let tree = Tree::of(&facts, &Lookup::of(&facts));
        let mut shown = String::new();
        for root in &tree.roots {
            print(&tree, &facts, *root, 0, &mut shown);
        }
        assert_eq!(shown, expected);
    }

    fn print(tree: &Tree, facts: &Facts, node: usize, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        let Node { name, count, .. } = &tree.nodes[node];
        writeln!(out, "{indent}{name} {count}").expect("a string");
        for child in &tree.nodes[node].children {
            print(tree, facts, *child, depth + 1, out);
        }
        for piece in &tree.nodes[node].modules {
            writeln!(out, "{indent}  - {}", facts.piece_name(*piece)).expect("a string");
        }
    }

    #[test]
    fn lonely_packages_are_told_as_one() {
        check(
            "module src/shop/orders/api/v1/cart.rb
             module src/shop/orders/api/v1/line.rb
             module src/shop/money.rb
             module src/shop/users/user.rb",
            "\
orders/api/v1 2
  - src/shop/orders/api/v1/cart.rb
  - src/shop/orders/api/v1/line.rb
shop 1
  - src/shop/money.rb
users 1
  - src/shop/users/user.rb
",
        );
    }
}
