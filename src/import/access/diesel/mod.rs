//! Diesel: the tables that `table!` declares, the structs that stand for their rows, and the keys between them.
//!
//! A file that only declares tables accesses nothing: accesses are what functions do.

mod queries;

use std::collections::BTreeMap;

use super::{
    gather::{At, Code, Gather},
    tables::Tables,
};
use crate::{
    facts::{
        AccessMode, Column, ColumnKey, ForeignKey, KeyOrigin, ModuleId, Place, SourceKind, TableId,
        Via,
    },
    import::code::{
        outline::{Annotation, Arg, Expr, ExprKind, Stmt, TypeDecl, TypeRef},
        rust::TABLE,
        types::TypeId,
    },
};

/// What Diesel's declarations say.
#[derive(Default)]
pub(super) struct Declared {
    /// By the type that `table!` declares.
    tables: BTreeMap<TypeId, TableId>,
    /// By the name of the table's module.
    by_name: BTreeMap<String, Vec<TableId>>,
    /// By the struct that stands for rows.
    models: BTreeMap<TypeId, TableId>,
    models_by_name: BTreeMap<String, Vec<TableId>>,
}

/// Reads declarations, then what functions do with them. Returns the keys that Diesel knows of and the schema
/// does not.
pub(super) fn read(
    code: Code<'_>,
    known: &[ForeignKey],
    tables: &mut Tables,
    gather: &mut Gather,
) -> Vec<ForeignKey> {
    let mut declared = Declared::default();
    for said in real_tables(code, tables) {
        declared.table(code, &said, tables);
    }
    if declared.tables.is_empty() {
        return Vec::new();
    }
    declared.find_models(code, gather);
    queries::accesses(code, &declared, gather);
    let mut keys = declared.joinable(code, tables);
    keys.extend(declared.belonging(code, tables));
    keys.sort();
    keys.dedup_by(|a, b| a.from == b.from && a.columns == b.columns && a.to == b.to);
    keys.retain(|key| {
        !known
            .iter()
            .any(|old| old.from == key.from && old.to == key.to && old.columns == key.columns)
    });
    keys
}

/// One `table!`, with the name it has in the database.
struct Said<'a> {
    module: ModuleId,
    at: usize,
    decl: &'a TypeDecl,
    note: &'a Annotation,
    schema: Option<&'a str>,
    name: &'a str,
}

/// The `table!`s that stand for tables of the monolith. Programs also declare the database's own catalogue, and
/// temporary tables beside the queries that use them: where the schema knows most tables, those it does not know
/// count only if they are declared together with the others.
fn real_tables<'a>(code: Code<'a>, tables: &Tables) -> Vec<Said<'a>> {
    let mut all: Vec<Said<'a>> = code.types().filter_map(said).collect();
    all.retain(|one| !one.name.starts_with("pg_") && one.schema != Some("information_schema"));
    let known = |one: &Said<'_>| {
        let path = one.schema.into_iter().chain([one.name]).map(str::to_owned).collect::<Vec<_>>();
        tables.lookup(&path).is_some()
    };
    let known_count = all.iter().filter(|one| known(one)).count();
    if known_count * 2 < all.len() {
        return all;
    }
    let mut by_module: BTreeMap<ModuleId, usize> = BTreeMap::new();
    for one in &all {
        *by_module.entry(one.module).or_default() += 1;
    }
    let home = by_module.into_iter().max_by_key(|(_, count)| *count).map(|(module, _)| module);
    all.retain(|one| Some(one.module) == home || known(one));
    all
}

fn said<'a>((module, at, decl): (ModuleId, usize, &'a TypeDecl)) -> Option<Said<'a>> {
    let note = decl.annotations.iter().find(|note| note.name == TABLE)?;
    let ExprKind::Text(full_name) = argument(note, "name")? else { return None };
    let (schema, name) = match full_name.rsplit_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, full_name.as_str()),
    };
    Some(Said { module, at, decl, note, schema, name })
}

fn argument<'a>(note: &'a Annotation, name: &str) -> Option<&'a ExprKind> {
    note.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value.kind)
}

impl Declared {
    fn table(&mut self, code: Code<'_>, said: &Said<'_>, tables: &mut Tables) {
        let (module, decl) = (said.module, said.decl);
        let place = Place::new(code.sources[module.index()].path.as_str(), decl.line);
        let id = tables.declare(said.schema, said.name, SourceKind::OrmModel, place);
        if tables.get(id).columns.is_empty() {
            let key = match argument(said.note, "key") {
                Some(ExprKind::List(parts)) => parts.iter().filter_map(text_of).collect(),
                _ => Vec::new(),
            };
            tables.get_mut(id).columns = columns(decl, &key);
        }
        let short = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        self.by_name.entry(short.to_owned()).or_default().push(id);
        if let Some(ty) = code.resolved.symbols.declared(module, said.at) {
            self.tables.insert(ty, id);
        }
    }

    /// The only table whose module is called so; the last segment of a path tells.
    fn named(&self, path: &str) -> Option<TableId> {
        let short = path.rsplit('.').next().unwrap_or(path);
        let all = self.by_name.get(short)?;
        all.iter().all(|id| *id == all[0]).then(|| all[0])
    }

    // ---- structs that stand for rows

    fn find_models(&mut self, code: Code<'_>, gather: &mut Gather) {
        for (module, at, decl) in code.types() {
            let Some(table) = self.table_of(decl) else { continue };
            let place = At { module, function: None, line: decl.line };
            gather.access(place, table, AccessMode::Read, Via::Entity);
            let short = decl.name.rsplit('.').next().unwrap_or(&decl.name);
            self.models_by_name.entry(short.to_owned()).or_default().push(table);
            if let Some(ty) = code.resolved.symbols.declared(module, at) {
                self.models.insert(ty, table);
            }
        }
    }

    /// The table whose rows a struct stands for: named by it, or by convention.
    fn table_of(&self, decl: &TypeDecl) -> Option<TableId> {
        let said = decl.annotations.iter().find_map(|note| match note.name.as_str() {
            "diesel" => {
                let arg = note.args.iter().find(|arg| arg.name.as_deref() == Some("table_name"))?;
                arg.value.dotted().or_else(|| text_of(&arg.value))
            }
            "table_name" => note.args.first().and_then(|arg| text_of(&arg.value)),
            _ => None,
        });
        if let Some(said) = said {
            return self.named(&said);
        }
        let tells = ["Insertable", "AsChangeset", "Identifiable", "Selectable"];
        if !derives(decl, &tells) {
            return None;
        }
        let short = decl.name.rsplit('.').next().unwrap_or(&decl.name);
        self.named(&format!("{}s", snake_case(short)))
    }

    // ---- keys

    /// `joinable!(posts -> users (author_id));`
    fn joinable(&self, code: Code<'_>, tables: &Tables) -> Vec<ForeignKey> {
        let mut keys = Vec::new();
        for (_, source) in code.modules() {
            for stmt in &source.outline.top {
                let Stmt::Expr(expr) = stmt else { continue };
                let ExprKind::Call { callee, args } = &expr.kind else { continue };
                if last_name(callee).is_none_or(|name| name != "joinable!") {
                    continue;
                }
                let [from, to] = args.as_slice() else { continue };
                let ExprKind::Call { callee: to, args: columns } = &to.value.kind else { continue };
                let from = from.value.dotted().and_then(|name| self.named(&name));
                let to = to.dotted().and_then(|name| self.named(&name));
                let columns: Vec<String> =
                    columns.iter().filter_map(|arg| arg.value.dotted()).collect();
                if let (Some(from), Some(to)) = (from, to) {
                    let place = Place::new(source.path.as_str(), expr.line);
                    keys.push(key(
                        tables,
                        from,
                        columns,
                        to,
                        "Diesel's `joinable!` says so",
                        place,
                    ));
                }
            }
        }
        keys
    }

    /// `#[diesel(belongs_to(User, foreign_key = author_id))]`
    fn belonging(&self, code: Code<'_>, tables: &Tables) -> Vec<ForeignKey> {
        let mut keys = Vec::new();
        for (module, _, decl) in code.types() {
            let notes = decl
                .annotations
                .iter()
                .filter(|note| note.name == "diesel" || note.name == "belongs_to");
            let owners = notes.flat_map(|note| match note.name.as_str() {
                "belongs_to" => vec![note.args.as_slice()],
                _ => note.args.iter().filter_map(|arg| belongs_to(&arg.value)).collect(),
            });
            let owners: Vec<&[Arg]> = owners.collect();
            if owners.is_empty() {
                continue;
            }
            let Some(from) = self.table_of(decl) else { continue };
            for args in owners {
                let Some(model) = args.first().and_then(|arg| arg.value.dotted()) else { continue };
                let short = model.rsplit('.').next().unwrap_or(&model);
                let Some(to) = self.model_named(short) else { continue };
                let said = args.iter().find_map(foreign_key);
                let column = said.unwrap_or_else(|| format!("{}_id", snake_case(short)));
                let place = Place::new(code.sources[module.index()].path.as_str(), decl.line);
                let reason = "Diesel's `belongs_to` says so";
                keys.push(key(tables, from, vec![column], to, reason, place));
            }
        }
        keys
    }

    fn model_named(&self, name: &str) -> Option<TableId> {
        let all = self.models_by_name.get(name)?;
        all.iter().all(|id| *id == all[0]).then(|| all[0])
    }
}

fn columns(decl: &TypeDecl, key: &[String]) -> Vec<Column> {
    decl.fields
        .iter()
        .filter_map(|field| {
            let ty = field.ty.as_ref()?;
            let renamed = field.annotations.iter().find(|note| note.name == "sql_name");
            let name = renamed
                .and_then(|note| note.args.first())
                .and_then(|arg| text_of(&arg.value))
                .unwrap_or_else(|| field.name.clone());
            let nullable = ty.name.ends_with("Nullable");
            let inner = if nullable { ty.args.first().unwrap_or(ty) } else { ty };
            let primary = key.contains(&field.name);
            Some(Column {
                name,
                data_type: type_text(inner),
                nullable,
                key: if primary { ColumnKey::Primary } else { ColumnKey::None },
            })
        })
        .collect()
}

/// A column's type in lower case, without its path.
fn type_text(ty: &TypeRef) -> String {
    let name = ty.name.rsplit('.').next().unwrap_or(&ty.name).to_lowercase();
    if ty.args.is_empty() {
        return name;
    }
    let args: Vec<String> = ty.args.iter().map(type_text).collect();
    format!("{name}<{}>", args.join(", "))
}

fn key(
    tables: &Tables,
    from: TableId,
    columns: Vec<String>,
    to: TableId,
    reason: &str,
    place: Place,
) -> ForeignKey {
    let primary = tables.get(to).columns.iter().filter(|column| column.key == ColumnKey::Primary);
    let to_columns = primary.map(|column| column.name.clone()).collect();
    let origin = KeyOrigin::Implied { reason: reason.to_owned() };
    ForeignKey { from, columns, to, to_columns, origin, place }
}

fn derives(decl: &TypeDecl, names: &[&str]) -> bool {
    let derived =
        decl.annotations.iter().filter(|note| note.name == "derive").flat_map(|note| &note.args);
    derived
        .filter_map(|arg| arg.value.dotted())
        .any(|name| names.contains(&name.rsplit('.').next().unwrap_or(&name)))
}

fn belongs_to(value: &Expr) -> Option<&[Arg]> {
    match &value.kind {
        ExprKind::Call { callee, args } if last_name(callee) == Some("belongs_to") => Some(args),
        _ => None,
    }
}

/// `foreign_key = column`, which inside of a call is an assignment of two names.
fn foreign_key(arg: &Arg) -> Option<String> {
    if arg.name.as_deref() == Some("foreign_key") {
        return arg.value.dotted().or_else(|| text_of(&arg.value));
    }
    match &arg.value.kind {
        ExprKind::Other(parts) => match parts.as_slice() {
            [name, value] if name.dotted().as_deref() == Some("foreign_key") => {
                value.dotted().or_else(|| text_of(value))
            }
            _ => None,
        },
        _ => None,
    }
}

fn text_of(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn last_name(callee: &Expr) -> Option<&str> {
    match &callee.kind {
        ExprKind::Name(name) | ExprKind::Member(_, name) => Some(name),
        _ => None,
    }
}

/// `CrateOwner` as `crate_owner`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests;
