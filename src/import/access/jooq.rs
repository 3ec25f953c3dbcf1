//! jOOQ: tables as constants of classes that are generated, `Tables.ORDERS`, and what is done with them.

use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{AccessMode, TableId, Via},
    import::code::{
        outline::{Expr, ExprKind},
        types::{Head, MemberUse, Ty},
    },
};

/// Finds what queries made of jOOQ's tables read, write and join.
pub(crate) fn read(code: Code<'_>, tables: &Tables, gather: &mut Gather) {
    for (module, source) in code.modules() {
        if !matches!(source.language.name(), "Java" | "Kotlin") {
            continue;
        }
        let uses = &code.resolved.uses[module.index()];
        for use_ in uses {
            let Some(mode) = mode_of(use_.member) else { continue };
            let at = At { module, function: use_.function, line: use_.line };
            let found: Vec<TableId> =
                use_.arg_types.iter().filter_map(|ty| table(ty, tables)).collect();
            for id in &found {
                gather.access(at, *id, mode, Via::Orm);
            }
            if use_.member.to_lowercase().ends_with("join")
                && let Some(joined) = found.first()
            {
                // What is joined to stands further left in the same query.
                for other in before(use_, uses, tables) {
                    if other != *joined {
                        gather.join(at, other, *joined);
                    }
                }
            }
        }
    }
}

/// What a function of the query builder does with the tables it is given.
fn mode_of(member: &str) -> Option<AccessMode> {
    Some(match member {
        "from" | "selectFrom" | "join" | "innerJoin" | "leftJoin" | "leftOuterJoin"
        | "rightJoin" | "rightOuterJoin" | "fullJoin" | "fullOuterJoin" | "crossJoin"
        | "naturalJoin" | "leftSemiJoin" | "leftAntiJoin" | "straightJoin" | "fetchCount"
        | "fetchAny" | "fetchOne" | "fetchSingle" | "fetchOptional" | "fetchExists"
        | "usingTable" => AccessMode::Read,
        "insertInto" | "update" | "deleteFrom" | "delete" | "mergeInto" | "truncate"
        | "truncateTable" | "newRecord" | "loadInto" => AccessMode::Write,
        _ => return None,
    })
}

/// The table that a constant of a class called `Tables` stands for.
fn table(ty: &Ty, tables: &Tables) -> Option<TableId> {
    let Some(Head::Outside(full)) = ty.head() else { return None };
    let (before, name) = full.rsplit_once('.')?;
    let class = before.rsplit('.').next().unwrap_or(before);
    let is_constant =
        name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if class != "Tables" || !is_constant {
        return None;
    }
    tables.lookup_loosely(None, name)
}

/// The tables that a query names before a join.
fn before(join: &MemberUse<'_>, uses: &[MemberUse<'_>], tables: &Tables) -> Vec<TableId> {
    let mut found = Vec::new();
    let mut next = receiver(join.expr);
    while let Some(expr) = next {
        let own = uses.iter().find(|use_| std::ptr::eq(use_.expr, expr));
        if let Some(own) = own.filter(|own| mode_of(own.member).is_some()) {
            found.extend(own.arg_types.iter().filter_map(|ty| table(ty, tables)));
        }
        next = receiver(expr);
    }
    found
}

fn receiver(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, _) => Some(of),
            ExprKind::Applied(callee, _) => match &callee.kind {
                ExprKind::Member(of, _) => Some(of),
                _ => None,
            },
            _ => None,
        },
        ExprKind::Same(inner) | ExprKind::Member(inner, _) => Some(inner),
        _ => None,
    }
}
