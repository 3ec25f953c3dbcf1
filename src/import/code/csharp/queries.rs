//! LINQ written as a query: `from o in orders where … select …` becomes the calls that it stands for.

use super::{Lowering, parts, type_refs::nothing};
use crate::import::code::{
    outline::{Arg, Expr, ExprKind, Param, Stmt},
    tree::Syntax,
};

impl Lowering {
    pub(super) fn query(&mut self, node: Syntax<'_>) -> ExprKind {
        let clauses = parts(node);
        self.clauses(&clauses).kind
    }

    /// A query from its first `from` on: what it runs over, called with a function of each element.
    fn clauses(&mut self, clauses: &[Syntax<'_>]) -> Expr {
        let Some((from, rest)) = clauses.split_first() else {
            return Expr::new(ExprKind::Other(Vec::new()), 0);
        };
        if !self.enter() {
            self.leave();
            return nothing(*from);
        }
        let line = from.line();
        let name = from.field("name").map_or("", Syntax::text).to_owned();
        let ty = from.field("type").and_then(|ty| self.type_ref(ty));
        let over = self.source_of(*from);
        let (body, is_nested) = self.rest(rest);
        let member = if is_nested { "SelectMany" } else { "Select" };
        let lambda = Expr::new(
            ExprKind::Lambda { params: vec![Param { name, ty, annotations: Vec::new() }], body },
            line,
        );
        self.leave();
        call(over, member, vec![lambda])
    }

    /// What a `from` or `join` runs over: its last part that is no name or type of it.
    fn source_of(&mut self, clause: Syntax<'_>) -> Expr {
        let named = [clause.field("name"), clause.field("type")];
        let named: Vec<usize> = named.into_iter().flatten().map(|it| it.node.id()).collect();
        let source = parts(clause).into_iter().find(|it| !named.contains(&it.node.id()));
        source.map_or_else(|| nothing(clause), |source| self.expr(source))
    }

    /// What is done with each element, and whether that is another query.
    fn rest(&mut self, clauses: &[Syntax<'_>]) -> (Vec<Stmt>, bool) {
        let mut body = Vec::new();
        for (at, clause) in clauses.iter().enumerate() {
            match clause.kind() {
                "from_clause" => {
                    let inner = self.clauses(&clauses[at..]);
                    body.push(Stmt::Return(inner));
                    return (body, true);
                }
                "let_clause" => {
                    let value = parts(*clause).into_iter().next_back();
                    let value = value.map(|value| self.expr(value));
                    let name = clause.child("identifier").map_or("", Syntax::text).to_owned();
                    body.push(Stmt::Let { name, ty: None, value, line: clause.line() });
                }
                "join_clause" => body.extend(self.join(*clause)),
                "select_clause" => {
                    let value = parts(*clause).into_iter().next();
                    body.extend(value.map(|value| Stmt::Return(self.expr(value))));
                }
                // `into g` goes on with what was selected, under another name.
                "identifier" => body.push(Stmt::Let {
                    name: clause.text().to_owned(),
                    ty: None,
                    value: None,
                    line: clause.line(),
                }),
                _ => {
                    let all = parts(*clause).into_iter();
                    body.extend(all.map(|part| Stmt::Expr(self.expr(part))).collect::<Vec<_>>());
                }
            }
        }
        (body, false)
    }

    /// `join c in customers on o.CustomerId equals c.Id [into all]`: each name stands for an element, with `into`
    /// for several of them.
    fn join(&mut self, clause: Syntax<'_>) -> Vec<Stmt> {
        let line = clause.line();
        let ty = clause.field("type");
        let written = ty.and_then(|ty| self.type_ref(ty));
        let mut all = parts(clause).into_iter().filter(|it| {
            Some(it.node.id()) != ty.map(|ty| ty.node.id()) && it.kind() != "join_into_clause"
        });
        let name = all.next().map_or("", Syntax::text).to_owned();
        let over = all.next().map_or_else(|| nothing(clause), |over| self.expr(over));
        let mut found = Vec::new();
        let into = clause.child("join_into_clause").and_then(|into| into.child("identifier"));
        let element = call(over.clone(), "FirstOrDefault", Vec::new());
        found.push(Stmt::Let { name, ty: written, value: Some(element), line });
        found.extend(all.map(|key| Stmt::Expr(self.expr(key))).collect::<Vec<_>>());
        if let Some(into) = into {
            let value = Some(call(over, "AsEnumerable", Vec::new()));
            found.push(Stmt::Let { name: into.text().to_owned(), ty: None, value, line });
        }
        found
    }
}

fn call(of: Expr, member: &str, args: Vec<Expr>) -> Expr {
    let line = of.line;
    let callee = Box::new(Expr::new(ExprKind::Member(Box::new(of), member.to_owned()), line));
    let args = args.into_iter().map(|value| Arg { name: None, value }).collect();
    Expr::new(ExprKind::Call { callee, args }, line)
}
