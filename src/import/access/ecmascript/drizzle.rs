//! Drizzle's tables: `export const orders = pgTable("orders", { … })`.

use super::{Models, Relation, bare, belongs, is_script, table_of, text};
use crate::{
    facts::{Column, ColumnKey, ModuleId, Place},
    import::{
        access::{
            gather::{Code, Gather},
            tables::Tables,
        },
        code::outline::{Expr, ExprKind, Stmt},
    },
};

const TABLES: [&str; 6] =
    ["pgTable", "mysqlTable", "sqliteTable", "singlestoreTable", "createTable", "table"];

/// A table as it is declared.
struct Declared<'a> {
    module: ModuleId,
    variable: &'a str,
    name: &'a str,
    line: u32,
    columns: &'a [(Expr, Expr)],
}

/// Reads all tables.
pub(super) fn read(
    code: Code<'_>,
    models: &mut Models,
    relations: &mut Vec<Relation>,
    tables: &mut Tables,
    gather: &mut Gather,
) {
    let mut all = Vec::new();
    for (module, source) in code.modules().filter(|(module, _)| is_script(code, *module)) {
        let is_drizzle = source.outline.imports.iter().any(|it| it.path.starts_with("drizzle-orm"));
        if !is_drizzle {
            continue;
        }
        let variables = source.outline.top.iter().filter_map(|stmt| match stmt {
            Stmt::Let { name, value: Some(value), .. } => Some((name.as_str(), value)),
            _ => None,
        });
        let functions = source.outline.functions.iter().filter_map(|it| match &it.body[..] {
            [Stmt::Expr(value)] => Some((it.name.as_str(), value)),
            _ => None,
        });
        let declared = variables.chain(functions);
        all.extend(declared.filter_map(|(name, value)| declared_table(module, name, value)));
    }
    let mut entered = Vec::new();
    for declared in all {
        let path = code.sources[declared.module.index()].path.as_str();
        let columns = declared.columns.iter().filter_map(column).collect();
        let place = Place::new(path, declared.line);
        let names = [declared.name.to_owned()];
        let Some(table) = table_of(tables, None, &names, place, columns) else { continue };
        let model = models.push(declared.variable, table);
        models.by_variable.insert((declared.module, declared.variable.to_owned()), model);
        belongs(gather, declared.module, declared.line, table);
        entered.push((declared, table));
    }
    for (declared, table) in entered {
        for (key, value) in declared.columns {
            let Some((other, column)) = reference(value) else { continue };
            let Some(to) = models.named(&other) else { continue };
            let Some(own) = self::column(&(key.clone(), value.clone())) else { continue };
            let path = code.sources[declared.module.index()].path.as_str();
            relations.push(Relation {
                from: table,
                columns: vec![own.name],
                to,
                to_columns: vec![column],
                reason: format!("`{}` references `{other}`", declared.variable),
                place: Place::new(path, key.line),
            });
        }
    }
}

fn declared_table<'a>(
    module: ModuleId,
    variable: &'a str,
    value: &'a Expr,
) -> Option<Declared<'a>> {
    let ExprKind::Call { callee, args } = &bare(value).kind else { return None };
    let callee = callee.dotted()?;
    let function = callee.rsplit('.').next().unwrap_or(&callee);
    let is_table = TABLES.contains(&function) || function.ends_with("Table");
    let name = text(&args.first().filter(|_| is_table)?.value)?;
    let ExprKind::Map(columns) = &bare(&args.get(1)?.value).kind else { return None };
    Some(Declared { module, variable, name, line: value.line, columns })
}

/// The calls of a chain, the first one last: `integer("id").primaryKey().notNull()`.
fn calls(expr: &Expr) -> Vec<(&str, &[crate::import::code::outline::Arg])> {
    let mut found = Vec::new();
    let mut expr = bare(expr);
    for _ in 0..50 {
        let ExprKind::Call { callee, args } = &expr.kind else { break };
        match &callee.kind {
            ExprKind::Member(of, name) => {
                found.push((name.as_str(), args.as_slice()));
                expr = bare(of);
            }
            ExprKind::Name(name) => {
                found.push((name.as_str(), args.as_slice()));
                break;
            }
            _ => break,
        }
    }
    found
}

fn column((key, value): &(Expr, Expr)) -> Option<Column> {
    let ExprKind::Text(field) = &key.kind else { return None };
    let calls = calls(value);
    let (data_type, args) = calls.last()?;
    let has = |name: &str| calls.iter().any(|(it, _)| *it == name);
    let name = args.first().and_then(|arg| text(&arg.value)).unwrap_or(field);
    Some(Column {
        name: name.to_owned(),
        data_type: data_type.to_lowercase(),
        nullable: !has("notNull") && !has("primaryKey"),
        key: if has("primaryKey") {
            ColumnKey::Primary
        } else if has("unique") {
            ColumnKey::Unique
        } else {
            ColumnKey::None
        },
    })
}

/// `.references(() => users.id)`
fn reference(value: &Expr) -> Option<(String, String)> {
    let calls = calls(value);
    let (_, args) = calls.iter().find(|(name, _)| *name == "references")?;
    let ExprKind::Lambda { body, .. } = &bare(&args.first()?.value).kind else { return None };
    let Some(Stmt::Return(value)) = body.last() else { return None };
    let dotted = bare(value).dotted()?;
    let (table, column) = dotted.rsplit_once('.')?;
    Some((table.to_owned(), column.to_owned()))
}
