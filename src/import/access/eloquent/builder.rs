//! Laravel's query builder: `DB::table('orders')->join(…)->update(…)`, and variables that hold such a query.

use std::collections::BTreeMap;

use super::{
    uses::named_table,
    verbs::{self, Verb},
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::outline::{Arg, Expr, ExprKind, Stmt},
    },
};

/// Everything that is needed to read queries of tables by name.
pub(super) struct Builders<'a> {
    pub code: Code<'a>,
    pub tables: &'a Tables,
}

/// One call of a chain.
struct Link<'a> {
    name: &'a str,
    args: &'a [Arg],
    line: u32,
}

/// Where a body stands, and which of its variables hold queries.
struct Body {
    module: ModuleId,
    function: Option<FunctionId>,
    queries: BTreeMap<String, TableId>,
}

impl Builders<'_> {
    pub(super) fn read(&self, gather: &mut Gather) {
        for (module, source) in self.code.modules() {
            if source.language.name() != "PHP" {
                continue;
            }
            for (at, decl) in source.outline.functions.iter().enumerate() {
                let function = self.code.resolved.symbols.function_id(module, at);
                let mut body = Body { module, function, queries: BTreeMap::new() };
                self.block(&decl.body, &mut body, gather);
            }
            let mut body = Body { module, function: None, queries: BTreeMap::new() };
            self.block(&source.outline.top, &mut body, gather);
        }
    }

    fn block(&self, stmts: &[Stmt], body: &mut Body, gather: &mut Gather) {
        for stmt in stmts {
            match stmt {
                Stmt::Let { name, value: Some(value), .. } => {
                    match self.expr(value, body, gather) {
                        Some(table) => body.queries.insert(name.clone(), table),
                        None => body.queries.remove(name),
                    };
                }
                Stmt::Let { .. } => {}
                Stmt::Assign { target, value } => {
                    let table = self.expr(value, body, gather);
                    match (&target.kind, table) {
                        (ExprKind::Name(name), Some(table)) => {
                            body.queries.insert(name.clone(), table);
                        }
                        _ => {
                            self.expr(target, body, gather);
                        }
                    }
                }
                Stmt::Expr(value) | Stmt::Return(value) => {
                    self.expr(value, body, gather);
                }
                Stmt::Block(inner) => self.block(inner, body, gather),
                Stmt::Loop { each, body: inner } => {
                    if let Some((_, _, over)) = each {
                        self.expr(over, body, gather);
                    }
                    self.block(inner, body, gather);
                }
            }
        }
    }

    /// Reads an expression; the table that it is a query of, where it is one.
    fn expr(&self, expr: &Expr, body: &mut Body, gather: &mut Gather) -> Option<TableId> {
        if let Some((root, links)) = chain(expr) {
            for link in &links {
                for arg in link.args {
                    self.expr(&arg.value, body, gather);
                }
            }
            let table = self.query(root, &links, body, gather);
            if table.is_none() {
                self.expr(root, body, gather);
            }
            return table;
        }
        match &expr.kind {
            ExprKind::Lambda { body: inner, .. } | ExprKind::Block(inner) => {
                self.block(inner, body, gather);
            }
            ExprKind::Anonymous { of, body: inner } => {
                self.expr(of, body, gather);
                self.block(inner, body, gather);
            }
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } => {
                return self.expr(inner, body, gather);
            }
            ExprKind::Member(of, _) => {
                self.expr(of, body, gather);
            }
            ExprKind::Call { callee, args } => {
                self.expr(callee, body, gather);
                for arg in args {
                    self.expr(&arg.value, body, gather);
                }
            }
            ExprKind::New { args, .. } => {
                for arg in args {
                    self.expr(&arg.value, body, gather);
                }
            }
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    self.expr(key, body, gather);
                    self.expr(value, body, gather);
                }
            }
            ExprKind::List(parts) | ExprKind::Choice(parts) | ExprKind::Other(parts) => {
                for part in parts {
                    self.expr(part, body, gather);
                }
            }
            _ => {}
        }
        None
    }

    /// What a chain of calls does to the table it begins with.
    fn query(
        &self,
        root: &Expr,
        links: &[Link<'_>],
        body: &Body,
        gather: &mut Gather,
    ) -> Option<TableId> {
        let from_database = matches!(&root.kind, ExprKind::Type(ty) if ty.name.ends_with(".DB"));
        let held = match &root.kind {
            ExprKind::Name(name) => body.queries.get(name).copied(),
            _ => None,
        };
        let begin = links.iter().enumerate().position(|(at, link)| {
            let named = |link: &Link<'_>| {
                matches!(link.name, "connection" | "getConnection" | "getConnectionResolver")
            };
            let on_connection =
                from_database || is_connection(root) || at > 0 && named(&links[at - 1]);
            on_connection && (link.name == "table" || link.name == "from")
        });
        let is_named = |link: &Link<'_>| {
            link.args.first().is_some_and(|arg| matches!(arg.value.kind, ExprKind::Text(_)))
        };
        let (table, rest) = match (begin, held) {
            (Some(at), _) if is_named(&links[at]) => {
                let name = text(links[at].args.first()?)?;
                (named_table(self.tables, name)?, &links[at + 1..])
            }
            (_, Some(table)) => (table, links),
            _ => return None,
        };
        let mut last = None;
        let mut joined = Vec::new();
        for link in rest {
            match verbs::of_builder(link.name) {
                Verb::Join => {
                    let name = link.args.first().and_then(text);
                    joined.extend(
                        name.and_then(|name| named_table(self.tables, name))
                            .map(|it| (it, link.line)),
                    );
                }
                Verb::Nothing | Verb::Fluent => {}
                verb => {
                    last = last.or(Some((verb, link.line)));
                }
            }
        }
        let at = |line: u32| At { module: body.module, function: body.function, line };
        for (other, line) in joined {
            gather.access(at(line), other, AccessMode::Read, Via::Orm);
            if other != table {
                gather.join(at(line), table, other);
            }
        }
        let line = begin.map_or(root.line, |at| links[at].line);
        match last {
            Some((Verb::Write, line)) => {
                gather.access(at(line), table, AccessMode::Write, Via::Orm)
            }
            Some((Verb::ReadAndWrite, line)) => {
                gather.access(at(line), table, AccessMode::Read, Via::Orm);
                gather.access(at(line), table, AccessMode::Write, Via::Orm);
            }
            Some((_, line)) => gather.access(at(line), table, AccessMode::Read, Via::Orm),
            None if held.is_none() => gather.access(at(line), table, AccessMode::Read, Via::Orm),
            None => {}
        }
        last.is_none().then_some(table)
    }
}

/// `$db`, `$this->connection`: by its name a connection to the database.
fn is_connection(root: &Expr) -> bool {
    let name = match &root.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => name,
        ExprKind::Type(ty) => &ty.name,
        _ => return false,
    };
    let name = name.to_lowercase();
    ["db", "database", "connection", "capsule"].iter().any(|end| name.ends_with(end))
}

fn text(arg: &Arg) -> Option<&str> {
    match &arg.value.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}

/// The calls of `a->b()->c()` first to last, with what the first of them is called on.
fn chain(expr: &Expr) -> Option<(&Expr, Vec<Link<'_>>)> {
    let mut links = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Call { callee, args } => match &callee.kind {
                ExprKind::Member(of, name) if links.len() < 200 => {
                    links.push(Link { name, args, line: callee.line });
                    at = of;
                }
                _ => break,
            },
            ExprKind::Same(inner) | ExprKind::Cast { value: inner, .. } if !links.is_empty() => {
                at = inner;
            }
            _ => break,
        }
    }
    links.reverse();
    (!links.is_empty()).then_some((at, links))
}
