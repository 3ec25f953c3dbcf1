//! What opens a transaction around a function: annotations on it or its type, and calls that run a block in one.

use super::{
    outline::{Annotation, Expr, ExprKind, FunctionDecl},
    resolve::Source,
};

/// Annotations whose last segment opens a transaction.
const ANNOTATIONS: [&str; 7] = [
    "InjectTransactionManager",
    "Transactional",
    "transactional",
    "atomic",
    "Transaction",
    "UnitOfWork",
    "commit_on_success",
];

/// Calls that open a transaction, by the last segments of what is called.
const CALLS: [&str; 21] = [
    "SaveChanges",
    "SaveChangesAsync",
    "ExecuteInTransactionAsync",
    "transactionResult",
    "transaction.atomic",
    "DB.transaction",
    "DB.beginTransaction",
    "Base.transaction",
    "BeginTransaction",
    "BeginTransactionAsync",
    "build_transaction",
    "run_transaction",
    "$transaction",
    "beginTransaction",
    "transactionTemplate.execute",
    "inTransaction",
    "withTransaction",
    "wrapInTransaction",
    "startTransaction",
    "transactional",
    "TransactionScope",
];

/// What opens a transaction around the function, as written; `None` where nothing does.
#[must_use]
pub(super) fn opened_by(source: &Source, decl: &FunctionDecl) -> Option<String> {
    // Ruby tells transactions by their blocks, and finds them while it walks.
    if source.language.rules().family == super::ruby::FAMILY {
        return None;
    }
    let of_type = decl.owner.map(|at| source.outline.types[at].annotations.as_slice());
    let annotations = decl.annotations.iter().chain(of_type.unwrap_or_default());
    if let Some(annotation) = annotations.into_iter().find(|it| opens(it)) {
        return Some(format!("@{}", annotation.name));
    }
    let mut found = None;
    for stmt in &decl.body {
        stmt.walk(&mut |expr| found = found.take().or_else(|| opening_call(expr)));
    }
    found
}

fn opens(annotation: &Annotation) -> bool {
    let last = annotation.name.rsplit('.').next().unwrap_or(&annotation.name);
    ANNOTATIONS.contains(&last)
}

fn opening_call(expr: &Expr) -> Option<String> {
    let name = match &expr.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Member(of, name) => match of.dotted() {
                Some(of) => format!("{of}.{name}"),
                None => name.clone(),
            },
            _ => callee.dotted()?,
        },
        ExprKind::New { ty, .. } => ty.name.clone(),
        _ => return None,
    };
    let is_one = |call: &&str| {
        name == **call
            || name.ends_with(&format!(".{call}"))
            || name.to_lowercase().ends_with(&format!(".{}", call.to_lowercase()))
                && call.contains('.')
    };
    let plain = name.rsplit('.').next() == Some("transaction");
    (plain || CALLS.iter().any(is_one)).then_some(name)
}
