//! Migrations of EF Core (`migrationBuilder.CreateTable(name: …, columns: table => new { … })`) and of EF6
//! (`CreateTable("dbo.Orders", c => new { … }).PrimaryKey(t => t.Id)`), as `Up` would run.

use super::chain::{Link, links, picked, statements, switch, text, texts};
use crate::{
    facts::Place,
    import::{
        code::outline::{Expr, ExprKind, Stmt},
        schema::{
            change::{Change, NewColumn, NewForeignKey, NewKey, NewTable, TableName},
            dialect::Dialect,
            script::{self, FileReading},
        },
    },
};

pub(super) fn read(body: &[Stmt], dialect: Dialect, file: &mut FileReading) {
    for expr in statements(body) {
        let row = links(expr);
        let Some(link) = row.first() else { continue };
        if matches!(link.name, "Sql" | "SqlResource" | "SqlFile") {
            if link.name == "Sql" {
                sql(link, dialect, expr.line, file);
            }
            continue;
        }
        let changes = changes(link, &row[1..], expr.line);
        if changes.is_empty() {
            continue;
        }
        file.report.statements += 1;
        file.report.understood += 1;
        let place = Place::new(file.report.path.clone(), expr.line);
        file.changes.extend(changes.into_iter().map(|change| (change, place.clone())));
    }
}

/// SQL that the migration hands to the database.
fn sql(link: &Link<'_>, dialect: Dialect, line: u32, file: &mut FileReading) {
    let Some(sql) = link.text("sql", 0) else { return };
    let inner = script::read(sql.as_bytes(), &file.report.path, dialect);
    file.report.statements += inner.report.statements;
    file.report.understood += inner.report.understood;
    let placed = |place: Place| Place::new(place.path, line.saturating_add(place.line.max(1) - 1));
    let changes = inner.changes.into_iter();
    file.changes.extend(changes.map(|(change, place)| (change, placed(place))));
    for warning in inner.warnings {
        file.warn(line, warning.message, &warning.hint);
    }
}

fn table(link: &Link<'_>, argument: &str, schema: &str, place: usize) -> Option<TableName> {
    let name = link.text(argument, place)?;
    Some(match link.named(schema) {
        Some(schema) => TableName::new(schema, name),
        None => TableName::of(name),
    })
}

/// The names of an argument for one column, or for several.
fn columns(link: &Link<'_>, one: &str, several: &str, place: usize) -> Vec<String> {
    let value = link.arg(one, place).or_else(|| link.arg(several, place));
    value.map(texts).unwrap_or_default()
}

fn changes(link: &Link<'_>, rest: &[Link<'_>], line: u32) -> Vec<Change> {
    let mut found = match link.name {
        "CreateTable" => create(link, rest, line).into_iter().collect(),
        "AddForeignKey" => add_foreign_key(link, line).into_iter().collect(),
        _ => simple(link).into_iter().collect::<Vec<_>>(),
    };
    found.dedup();
    found
}

fn simple(link: &Link<'_>) -> Option<Change> {
    // EF Core names the column before the table, EF6 the table before the column.
    let is_core = link.args.iter().any(|arg| arg.name.as_deref() == Some("table"));
    let of = |place: usize| match is_core {
        true => table(link, "table", "schema", usize::MAX),
        false => table(link, "table", "schema", place),
    };
    let name = |place: usize| link.text("name", place).map(str::to_owned);
    match link.name {
        "DropTable" => {
            Some(Change::DropTable { table: table(link, "name", "schema", 0)?, view: false })
        }
        "RenameTable" | "MoveTable" if link.name == "MoveTable" => {
            let table = table(link, "name", "schema", 0)?;
            let schema = link.text("newSchema", 1)?.to_owned();
            Some(Change::MoveTable { table, schema })
        }
        "RenameTable" => {
            let from = table(link, "name", "schema", 0)?;
            let schema = link.named("newSchema").unwrap_or(&from.schema).to_owned();
            let to = link.text("newName", 1).unwrap_or(&from.name).to_owned();
            let to = TableName::new(&schema, &to);
            Some(Change::RenameTable { from, to })
        }
        "AddColumn" => {
            let table = of(0)?;
            let column = match is_core {
                true => core_column(link, &name(0)?),
                false => old_column(link.text("name", 1)?, link.arg("columnAction", 2)?),
            };
            Some(Change::AddColumn { table, column, only_if_absent: false })
        }
        "DropColumn" => {
            let column = if is_core { name(0)? } else { link.text("name", 1)?.to_owned() };
            Some(Change::DropColumn { table: of(0)?, column })
        }
        "RenameColumn" => {
            let from = if is_core { name(0)? } else { link.text("name", 1)?.to_owned() };
            let to = link.text("newName", 2)?.to_owned();
            Some(Change::RenameColumn { table: of(0)?, from, to })
        }
        "AlterColumn" => {
            let table = of(0)?;
            let column = match is_core {
                true => core_column(link, &name(0)?),
                false => old_column(link.text("name", 1)?, link.arg("columnAction", 2)?),
            };
            (!column.data_type.is_empty()).then_some(Change::SetType {
                table,
                column: column.name,
                data_type: column.data_type,
            })
        }
        "AddPrimaryKey" => {
            let place = if is_core { usize::MAX } else { 1 };
            let columns = columns(link, "column", "columns", place);
            Some(Change::AddKey { table: of(0)?, key: NewKey::primary(columns) })
        }
        "AddUniqueConstraint" => {
            let columns = columns(link, "column", "columns", usize::MAX);
            let key = NewKey::unique(link.named("name").unwrap_or_default(), columns);
            Some(Change::AddKey { table: of(0)?, key })
        }
        "CreateIndex" if switch(link.arg("unique", 2)) == Some(true) => {
            let place = if is_core { usize::MAX } else { 1 };
            let columns = columns(link, "column", "columns", place);
            let key = NewKey::unique(link.named("name").unwrap_or_default(), columns);
            Some(Change::AddKey { table: of(0)?, key })
        }
        "DropPrimaryKey" => Some(Change::DropPrimaryKey { table: of(0)? }),
        "DropForeignKey" if !is_core && link.args.len() >= 2 => {
            let columns = columns(link, "dependentColumn", "dependentColumns", 1);
            let table = table(link, "dependentTable", "schema", 0)?;
            Some(Change::DropForeignKeyOver { table, columns })
        }
        "DropForeignKey" | "DropUniqueConstraint" | "DropIndex" => {
            Some(Change::DropConstraint { table: of(0), name: name(0)? })
        }
        _ => None,
    }
}

fn add_foreign_key(link: &Link<'_>, line: u32) -> Option<Change> {
    if link.args.iter().any(|arg| arg.name.as_deref() == Some("principalTable")) {
        let key = NewForeignKey {
            name: link.named("name").unwrap_or_default().to_owned(),
            columns: columns(link, "column", "columns", usize::MAX),
            to: table(link, "principalTable", "principalSchema", usize::MAX)?,
            to_columns: columns(link, "principalColumn", "principalColumns", usize::MAX),
            line,
        };
        let table = table(link, "table", "schema", usize::MAX)?;
        return Some(Change::AddForeignKey { table, key });
    }
    let key = NewForeignKey {
        name: link.named("name").unwrap_or_default().to_owned(),
        columns: columns(link, "dependentColumn", "dependentColumns", 1),
        to: TableName::of(link.text("principalTable", 2)?),
        to_columns: columns(link, "principalColumn", "principalColumns", 3),
        line,
    };
    let table = table(link, "dependentTable", "schema", 0)?;
    Some(Change::AddForeignKey { table, key })
}

fn create(link: &Link<'_>, rest: &[Link<'_>], line: u32) -> Option<Change> {
    let mut new = NewTable { name: table(link, "name", "schema", 0)?, ..NewTable::default() };
    let declared = link.arg("columns", 1).or_else(|| link.arg("columnsAction", 1))?;
    for value in super::chain::lambda(declared).map(statements).unwrap_or_default() {
        let ExprKind::Map(pairs) = &value.kind else { continue };
        for (key, value) in pairs {
            let ExprKind::Name(name) = &key.kind else { continue };
            new.columns.push(column(name, value));
        }
    }
    let constraints = link.arg("constraints", 3).and_then(super::chain::lambda);
    for expr in constraints.map(statements).unwrap_or_default() {
        for constraint in links(expr) {
            core_constraint(&constraint, expr.line, &mut new);
        }
    }
    for constraint in rest {
        old_constraint(constraint, line, &mut new);
    }
    Some(Change::CreateTable(Box::new(new)))
}

/// `table.Column<int>(type: "int", nullable: false)`, or `c.Int(nullable: false)`.
fn column(name: &str, value: &Expr) -> NewColumn {
    match links(value).first() {
        Some(link) if link.name == "Column" => core_column(link, name),
        _ => old_column(name, value),
    }
}

fn core_column(link: &Link<'_>, name: &str) -> NewColumn {
    let name = link.named("name").unwrap_or(name).to_owned();
    let data_type =
        link.named("type").or_else(|| link.text("type", 0).filter(|_| link.name == "Column"));
    let data_type = data_type.unwrap_or_default().to_lowercase();
    let nullable = switch(link.arg("nullable", usize::MAX)).unwrap_or(false);
    NewColumn { name, data_type, nullable }
}

/// A column of EF6, whose type is the name of a function.
fn old_column(name: &str, value: &Expr) -> NewColumn {
    let value = match super::chain::lambda(value).map(statements) {
        Some(body) => body.first().copied().unwrap_or(value),
        None => value,
    };
    let row = links(value);
    let Some(link) = row.first() else {
        return NewColumn { name: name.to_owned(), nullable: true, ..NewColumn::default() };
    };
    let name = link.named("name").unwrap_or(name).to_owned();
    let said = link.named("storeType").map(str::to_lowercase);
    let data_type = said.unwrap_or_else(|| link.name.to_lowercase());
    let nullable = switch(link.arg("nullable", 0)).unwrap_or(true);
    NewColumn { name, data_type, nullable }
}

fn core_constraint(link: &Link<'_>, line: u32, new: &mut NewTable) {
    let picks = |name: &str, place: usize| link.arg(name, place).map(picked).unwrap_or_default();
    // What a function picks are names of the object made of columns, which may be called otherwise.
    match link.name {
        "PrimaryKey" => new.keys.push(NewKey::primary(picks("columns", 1))),
        "UniqueConstraint" => {
            let name = link.text("name", 0).unwrap_or_default();
            new.keys.push(NewKey::unique(name, picks("columns", 1)));
        }
        "ForeignKey" => {
            let mut columns = picks("column", 1);
            if columns.is_empty() {
                columns = picks("columns", 1);
            }
            let Some(to) = table(link, "principalTable", "principalSchema", 2) else { return };
            new.foreign_keys.push(NewForeignKey {
                name: link.text("name", 0).unwrap_or_default().to_owned(),
                columns,
                to,
                to_columns: self::columns(link, "principalColumn", "principalColumns", 3),
                line,
            });
        }
        _ => {}
    }
}

fn old_constraint(link: &Link<'_>, line: u32, new: &mut NewTable) {
    let picks =
        |place: usize| link.args.get(place).map(|arg| picked(&arg.value)).unwrap_or_default();
    match link.name {
        "PrimaryKey" => new.keys.push(NewKey::primary(picks(0))),
        "ForeignKey" => {
            let Some(to) = link.args.first().and_then(|arg| text(&arg.value)) else { return };
            new.foreign_keys.push(NewForeignKey {
                name: String::new(),
                columns: picks(1),
                to: TableName::of(to),
                to_columns: Vec::new(),
                line,
            });
        }
        "Index" if switch(link.arg("unique", usize::MAX)) == Some(true) => {
            new.keys.push(NewKey::unique("", picks(0)));
        }
        _ => {}
    }
}
