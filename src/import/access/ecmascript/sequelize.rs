//! Sequelize's models: `sequelize.define("order", …)` and `Order.init(…, { tableName })`.

use super::{Models, bare, belongs, entities::last, entry, is_script, snake_case, table_of, text};
use crate::{
    facts::{Column, ColumnKey, ModuleId, Place},
    import::{
        access::{
            gather::{Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Arg, Expr, ExprKind},
            types::MemberUse,
        },
        schema::plural,
    },
};

/// Reads all models that calls define.
pub(super) fn read(code: Code<'_>, models: &mut Models, tables: &mut Tables, gather: &mut Gather) {
    for uses in &code.resolved.uses {
        for member_use in uses.iter().filter(|it| is_script(code, it.module)) {
            match member_use.member {
                "define" if is_medusa(code, member_use) => {
                    modelled(code, member_use, models, tables, gather);
                }
                "define" if member_use.args.len() >= 2 => {
                    defined(code, member_use, models, tables, gather);
                }
                "init" if member_use.args.len() == 2 => {
                    initialized(code, member_use, models, tables, gather);
                }
                _ => {}
            }
        }
    }
}

/// Whether `model` of Medusa is what defines.
fn is_medusa(code: Code<'_>, member_use: &MemberUse<'_>) -> bool {
    let ExprKind::Call { callee, .. } = &member_use.expr.kind else { return false };
    if callee.dotted().as_deref() != Some("model.define") {
        return false;
    }
    let imports = &code.sources[member_use.module.index()].outline.imports;
    imports
        .iter()
        .any(|it| it.member.as_deref() == Some("model") && it.path.starts_with("@medusajs/"))
}

/// `export const Order = model.define("order", { … })`
fn modelled(
    code: Code<'_>,
    member_use: &MemberUse<'_>,
    models: &mut Models,
    tables: &mut Tables,
    gather: &mut Gather,
) {
    let Some(first) = member_use.args.first() else { return };
    let name = text(&first.value)
        .or_else(|| entry(&first.value, "tableName").and_then(text))
        .or_else(|| entry(&first.value, "name").and_then(text));
    let Some(name) = name else { return };
    let names = [snake_case(name)];
    let at = place(code, member_use);
    let Some(table) = table_of(tables, None, &names, at, Vec::new()) else { return };
    let model = models.push(name, table);
    belongs(gather, member_use.module, member_use.line, table);
    for variable in variables(code, member_use.module, member_use.expr) {
        models.by_variable.insert((member_use.module, variable), model);
    }
}

/// `const Order = sequelize.define("Order", { … }, { tableName: "orders" })`
fn defined(
    code: Code<'_>,
    member_use: &MemberUse<'_>,
    models: &mut Models,
    tables: &mut Tables,
    gather: &mut Gather,
) {
    let args = member_use.args;
    let (Some(name), Some(fields)) = (text(&args[0].value), columns(&args[1].value)) else {
        return;
    };
    let names = names(name, args.get(2));
    let at = place(code, member_use);
    let Some(table) = table_of(tables, None, &names, at, fields) else { return };
    let model = models.push(name, table);
    belongs(gather, member_use.module, member_use.line, table);
    for variable in variables(code, member_use.module, member_use.expr) {
        models.by_variable.insert((member_use.module, variable), model);
    }
}

/// `Order.init({ … }, { sequelize, tableName: "orders" })`
fn initialized(
    code: Code<'_>,
    member_use: &MemberUse<'_>,
    models: &mut Models,
    tables: &mut Tables,
    gather: &mut Gather,
) {
    let args = member_use.args;
    let ExprKind::Call { callee, .. } = &member_use.expr.kind else { return };
    let ExprKind::Member(of, _) = &callee.kind else { return };
    let Some(class) = of.dotted() else { return };
    let is_model = entry(&args[1].value, "sequelize").is_some();
    let Some(fields) = columns(&args[0].value).filter(|_| is_model) else { return };
    let id = match class.as_str() {
        "this" | "super" => member_use.receiver.monolith().or_else(|| {
            let (module, decl) = code.resolved.symbols.function(member_use.function?)?;
            code.resolved.symbols.declared(module, decl.owner?)
        }),
        _ => member_use.receiver.monolith(),
    };
    let Some(id) = id else { return };
    let full = code.resolved.symbols.full_name(id);
    let name = last(&full).to_owned();
    let said = entry(&args[1].value, "modelName").and_then(text).unwrap_or(&name);
    let names = names(said, args.get(1));
    let at = place(code, member_use);
    let Some(table) = table_of(tables, None, &names, at, fields) else { return };
    let model = models.push(&name, table);
    models.by_class.insert(id, model);
    belongs(gather, member_use.module, member_use.line, table);
}

fn names(name: &str, options: Option<&Arg>) -> Vec<String> {
    let said = options.and_then(|arg| entry(&arg.value, "tableName")).and_then(text);
    match said {
        Some(table) => vec![table.to_owned()],
        None => {
            let snake = snake_case(name);
            vec![plural(name), plural(&snake), snake, name.to_owned()]
        }
    }
}

fn place(code: Code<'_>, member_use: &MemberUse<'_>) -> Place {
    Place::new(code.sources[member_use.module.index()].path.as_str(), member_use.line)
}

/// The columns of an object of attributes; `None` where it does not look like one.
fn columns(object: &Expr) -> Option<Vec<Column>> {
    let ExprKind::Map(pairs) = &bare(object).kind else { return None };
    let mut columns = Vec::new();
    let mut typed = false;
    for (key, value) in pairs {
        let ExprKind::Text(name) = &key.kind else { continue };
        let ty = entry(value, "type").unwrap_or(value);
        let written = type_name(ty);
        typed |= written.is_some();
        let is_primary = entry(value, "primaryKey").is_some();
        columns.push(Column {
            name: entry(value, "field").and_then(text).unwrap_or(name).to_owned(),
            data_type: written.unwrap_or_default(),
            nullable: entry(value, "allowNull").is_none() && !is_primary,
            key: if is_primary { ColumnKey::Primary } else { ColumnKey::None },
        });
    }
    typed.then_some(columns)
}

/// `DataTypes.STRING(30)` is a `string`.
fn type_name(expr: &Expr) -> Option<String> {
    let name = match &bare(expr).kind {
        ExprKind::Call { callee, .. } => callee.dotted()?,
        _ => bare(expr).dotted()?,
    };
    let mut parts = name.split('.');
    let found = parts.any(|part| matches!(part, "DataTypes" | "Sequelize" | "DataType"));
    let ty = parts.next().filter(|_| found)?;
    Some(ty.to_lowercase())
}

/// The variables at the top of a module, or on the way out of it, that hold what a call gives.
fn variables(code: Code<'_>, module: ModuleId, call: &Expr) -> Vec<String> {
    let outline = &code.sources[module.index()].outline;
    let mut found = Vec::new();
    for stmt in &outline.top {
        if let crate::import::code::outline::Stmt::Let { name, value: Some(value), .. } = stmt
            && holds(value, call)
        {
            found.push(name.clone());
        }
    }
    found
}

/// Whether a value is what a call gives, or what further calls on that give: `model.define(…).indexes(…)`.
fn holds(value: &Expr, call: &Expr) -> bool {
    let mut at = bare(value);
    for _ in 0..20 {
        if std::ptr::eq(at, call) {
            return true;
        }
        let ExprKind::Call { callee, .. } = &at.kind else { return false };
        let ExprKind::Member(of, _) = &bare(callee).kind else { return false };
        at = bare(of);
    }
    false
}
