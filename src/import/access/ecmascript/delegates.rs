//! What Prisma's client does with a model, and with those that its arguments lead to.

use super::{
    ModelAt, bare,
    chains::Chain,
    queries::{Reading, is_client},
};
use crate::{
    facts::AccessMode,
    import::{
        access::gather::Gather,
        code::outline::{Expr, ExprKind},
    },
};

/// Operations of Prisma's client that no other library has under these names.
const PRISMA_ONLY: [&str; 13] = [
    "findMany",
    "findUnique",
    "findUniqueOrThrow",
    "findFirst",
    "findFirstOrThrow",
    "createMany",
    "createManyAndReturn",
    "updateMany",
    "updateManyAndReturn",
    "deleteMany",
    "groupBy",
    "upsert",
    "aggregate",
];

const PRISMA_ALSO: [&str; 4] = ["create", "update", "delete", "count"];

impl<'a> Reading<'a, '_> {
    /// `prisma.order.findMany({ … })`, and `db.query.orders.findMany({ … })` of Drizzle.
    pub(super) fn delegate(&self, chain: &Chain<'a>, at: usize, gather: &mut Gather) -> bool {
        let link = &chain.links[at];
        let only = PRISMA_ONLY.contains(&link.name);
        if !only && !PRISMA_ALSO.contains(&link.name) {
            return false;
        }
        let Some(before) = at.checked_sub(1).filter(|it| chain.links[*it].args.is_none()) else {
            return false;
        };
        let name = chain.links[before].name;
        let client = chain.before(before);
        let models = self.queries.models;
        let found = models
            .by_delegate
            .get(name)
            .copied()
            .or_else(|| (client == "query").then(|| models.named(name)).flatten());
        let Some(model) = found else { return false };
        if !only && !is_client(client) {
            return false;
        }
        let is_read =
            ["find", "count", "aggregate", "groupBy"].iter().any(|it| link.name.starts_with(it));
        let mode = if is_read { AccessMode::Read } else { AccessMode::Write };
        let line = link.expr.line;
        self.access(models.table(model), mode, line, gather);
        if let Some(argument) = link.arg(0) {
            self.nested(model, argument, false, line, 0, gather);
        }
        true
    }

    /// What the argument of an operation reads and writes besides.
    fn nested(
        &self,
        model: ModelAt,
        argument: &'a Expr,
        writing: bool,
        line: u32,
        depth: u32,
        gather: &mut Gather,
    ) {
        let ExprKind::Map(pairs) = &bare(argument).kind else {
            if let ExprKind::List(parts) = &bare(argument).kind
                && depth < 12
            {
                for part in parts {
                    self.nested(model, part, writing, line, depth + 1, gather);
                }
            }
            return;
        };
        let models = self.queries.models;
        for (key, value) in pairs {
            let ExprKind::Text(key) = &key.kind else { continue };
            if depth > 12 {
                return;
            }
            match models.list[model].relations.get(key) {
                Some(other) => {
                    let (own, table) = (models.table(model), models.table(*other));
                    let writes = writing && does_write(value);
                    let mode = if writes { AccessMode::Write } else { AccessMode::Read };
                    self.access(table, mode, line, gather);
                    if !writing && own != table {
                        gather.join(self.at(line), own, table);
                    }
                    self.nested(*other, value, writing, line, depth + 1, gather);
                }
                None => {
                    let writing = writing
                        || matches!(key.as_str(), "data" | "create" | "update") && depth < 2;
                    self.nested(model, value, writing, line, depth + 1, gather);
                }
            }
        }
    }
}

/// Whether what is said of a related model within written data writes it.
fn does_write(value: &Expr) -> bool {
    let ExprKind::Map(pairs) = &bare(value).kind else { return false };
    pairs.iter().any(|(key, _)| match &key.kind {
        ExprKind::Text(key) => matches!(
            key.as_str(),
            "create"
                | "createMany"
                | "connectOrCreate"
                | "update"
                | "updateMany"
                | "upsert"
                | "delete"
                | "deleteMany"
        ),
        _ => false,
    })
}
