//! Model snapshots of EF Core: `modelBuilder.Entity("Shop.Order", b => { … })`.

use super::{
    chain::{Link, links, statements, switch, text},
    model::{Model, Property, Relation},
};
use crate::{
    facts::Place,
    import::{
        code::outline::{Expr, ExprKind, Stmt},
        schema::{
            change::{Change, TableName},
            script::FileReading,
        },
    },
};

/// How deep parts of parts are followed.
const DEEPEST: usize = 12;

pub(super) fn read(body: &[Stmt], file: &mut FileReading) {
    let mut model = Model::default();
    for expr in statements(body) {
        let mut row = links(expr).into_iter();
        while let Some(link) = row.next() {
            match link.name {
                "HasDefaultSchema" => {
                    model.default_schema = link.text("schema", 0).unwrap_or_default().to_owned();
                }
                "Entity" => {
                    let Some(name) = link.text("name", 0) else { continue };
                    model.entity(name, expr.line);
                    match link.body() {
                        Some(body) => entity(&mut model, name, body, 0),
                        // `Entity("X").ToTable("Y")` in one row.
                        None => one(&mut model, name, &row.collect::<Vec<_>>(), expr, 0),
                    }
                    break;
                }
                _ => {}
            }
        }
    }
    file.entities = model.classes();
    for (table, line) in model.tables() {
        file.report.statements += 1;
        file.report.understood += 1;
        let place = Place::new(file.report.path.clone(), line);
        file.changes.push((Change::CreateTable(Box::new(table)), place));
    }
}

/// What the function given to `Entity` says of an entity.
fn entity(model: &mut Model, name: &str, body: &[Stmt], depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for expr in statements(body) {
        one(model, name, &links(expr), expr, depth);
    }
}

/// What one statement says of an entity.
fn one(model: &mut Model, name: &str, row: &[Link<'_>], expr: &Expr, depth: usize) {
    let Some(link) = row.first() else { return };
    let own = |model: &mut Model| model.entity(name, expr.line).name.clone();
    debug_assert!(!own(model).is_empty() || name.is_empty());
    match link.name {
        "Property" | "IndexerProperty" => property(model, name, row),
        "HasKey" => model.entity(name, expr.line).key = link.texts(),
        "HasAlternateKey" => model.entity(name, expr.line).unique.push(link.texts()),
        "HasIndex" => {
            let unique = row.iter().find(|link| link.name == "IsUnique");
            if unique.is_some_and(|it| switch(it.args.first().map(|a| &a.value)) != Some(false)) {
                let columns = match link.args.first().map(|first| &first.value.kind) {
                    // The second argument is the name of the index.
                    Some(ExprKind::List(parts) | ExprKind::Other(parts)) => {
                        parts.iter().filter_map(text).map(str::to_owned).collect()
                    }
                    _ => link.texts(),
                };
                model.entity(name, expr.line).unique.push(columns);
            }
        }
        "ToTable" | "ToView" => {
            let table = link
                .text("name", 0)
                .map(|table| TableName::new(link.text("schema", 1).unwrap_or_default(), table));
            let is_view = link.name == "ToView" && table.is_some();
            let entity = model.entity(name, expr.line);
            if is_view || link.name == "ToTable" {
                entity.is_view |= is_view;
                let unsaid = link
                    .args
                    .first()
                    .is_some_and(|first| matches!(first.value.kind, ExprKind::Lambda { .. }));
                // Of `ToTable(t => …)` nothing but triggers and checks is told.
                if !unsaid {
                    entity.table = Some(table);
                }
            }
        }
        "ToJson" => {
            let column = link.text("jsonColumnName", 0).map(str::to_owned);
            let entity = model.entity(name, expr.line);
            let property = entity.owner.as_ref().map(|(_, property)| property.clone());
            entity.json = column.or(property);
            entity.is_inline = true;
        }
        "ToSqlQuery" | "ToFunction" => model.entity(name, expr.line).table = Some(None),
        "HasBaseType" => {
            model.entity(name, expr.line).base = link.text("name", 0).map(str::to_owned);
        }
        "HasOne" | "HasMany" => relation(model, name, row, expr.line),
        "OwnsOne" | "OwnsMany" | "ComplexProperty" => part(model, name, row, expr, depth),
        "WithOwner" => {
            let keys = row.iter().find(|link| link.name == "HasForeignKey");
            let properties = keys.map(Link::texts).unwrap_or_default();
            let entity = model.entity(name, expr.line);
            if let Some((owner, _)) = entity.owner.clone() {
                let line = expr.line;
                entity.relations.push(Relation {
                    to: owner,
                    properties,
                    line,
                    ..Relation::default()
                });
            }
        }
        _ => {}
    }
}

/// `b.Property<int?>("CustomerId").HasColumnType("int").HasColumnName("customer")`.
fn property(model: &mut Model, entity: &str, row: &[Link<'_>]) {
    let Some(link) = row.first() else { return };
    let Some(name) = link.text("propertyName", 0).or_else(|| link.named("name")) else { return };
    let ty = link.types.first().map_or("", |ty| ty.name.as_str());
    let said = |name: &str| row.iter().find(|link| link.name == name);
    let text =
        |name: &str| said(name).and_then(|link| link.text("name", 0).or(link.text("typeName", 0)));
    let required = said("IsRequired")
        .is_some_and(|link| switch(link.args.first().map(|arg| &arg.value)) != Some(false));
    let nullable = match ty.strip_suffix('?') {
        Some(_) => true,
        None => !required && !is_value(ty),
    };
    let found = Property {
        name: name.to_owned(),
        column: text("HasColumnName").map(str::to_owned),
        data_type: text("HasColumnType").unwrap_or_default().to_lowercase(),
        nullable: nullable && !required,
    };
    let entity = model.entity(entity, 0);
    match entity.properties.iter_mut().find(|known| known.name == found.name) {
        Some(known) => {
            if found.column.is_some() {
                known.column = found.column;
            }
        }
        None => entity.properties.push(found),
    }
}

/// Types whose values are never missing.
fn is_value(ty: &str) -> bool {
    let simple = ty.rsplit('.').next().unwrap_or(ty);
    matches!(
        simple,
        "int"
            | "long"
            | "short"
            | "byte"
            | "sbyte"
            | "uint"
            | "ulong"
            | "ushort"
            | "bool"
            | "char"
            | "decimal"
            | "double"
            | "float"
            | "Guid"
            | "DateTime"
            | "DateTimeOffset"
            | "TimeSpan"
            | "DateOnly"
            | "TimeOnly"
            | "Int32"
            | "Int64"
            | "Int16"
            | "Boolean"
            | "Decimal"
            | "Instant"
            | "LocalDate"
            | "LocalDateTime"
            | "LocalTime"
    )
}

/// `b.HasOne("Shop.Customer", "Customer").WithMany("Orders").HasForeignKey("CustomerId")`.
fn relation(model: &mut Model, name: &str, row: &[Link<'_>], line: u32) {
    let Some(link) = row.first() else { return };
    let Some(to) = link.text("relatedTypeName", 0) else { return };
    let Some(keys) = row.iter().find(|link| link.name == "HasForeignKey") else { return };
    let one_to_one = row.iter().any(|link| link.name == "WithOne") && link.name == "HasOne";
    let mut properties = keys.texts();
    let mut dependent = None;
    if one_to_one && properties.len() > 1 {
        // Of two that name each other once it is said who does it.
        dependent = Some(properties.remove(0));
    }
    let mut to_properties =
        row.iter().find(|link| link.name == "HasPrincipalKey").map(Link::texts).unwrap_or_default();
    if one_to_one && to_properties.len() > 1 {
        to_properties.remove(0);
    }
    let to = to.to_owned();
    let relation = Relation { dependent, to, properties, to_properties, line };
    model.entity(name, line).relations.push(relation);
}

/// A property that is an object of its own: columns of the same row, or rows of another table.
fn part(model: &mut Model, owner: &str, row: &[Link<'_>], expr: &Expr, depth: usize) {
    let Some(link) = row.first() else { return };
    let texts: Vec<String> =
        link.args.iter().filter_map(|arg| text(&arg.value)).map(str::to_owned).collect();
    let (Some(body), Some(first)) = (link.body(), texts.first()) else { return };
    // `OwnsOne("Shop.Address", "ShipTo", …)`, but `ComplexProperty("ShipTo", "Shop.Order.ShipTo#Address", …)`.
    let property = match link.name {
        "ComplexProperty" => first,
        _ => texts.get(1).unwrap_or(first),
    };
    let name = format!("{owner}#{property}");
    let entity = model.entity(&name, expr.line);
    entity.owner = Some((owner.to_owned(), property.clone()));
    entity.is_inline = link.name == "ComplexProperty";
    self::entity(model, &name, body, depth + 1);
}
