//! Prisma's models by the names that its client has for them, and how they lead to each other.

use std::collections::BTreeMap;

use super::{ModelAt, Models};
use crate::import::access::tables::Tables;

/// A model as the schema writes it.
struct Written<'a> {
    name: &'a str,
    mapped: Option<&'a str>,
    fields: Vec<(&'a str, &'a str)>,
}

/// Enters the models of all Prisma schemas.
pub(super) fn read(manifests: &[(String, String)], models: &mut Models, tables: &Tables) {
    let schemas = manifests.iter().filter(|(path, _)| path.ends_with(".prisma"));
    let written: Vec<Written<'_>> = schemas.flat_map(|(_, text)| written(text)).collect();
    let mut entered: BTreeMap<&str, ModelAt> = BTreeMap::new();
    for model in &written {
        let name = model.mapped.unwrap_or(model.name);
        let Some(table) = tables.lookup_loosely(None, name) else { continue };
        let at = models.push(model.name, table);
        entered.insert(model.name, at);
        models.by_delegate.insert(delegate(model.name), at);
    }
    for model in &written {
        let Some(at) = entered.get(model.name) else { continue };
        for (field, ty) in &model.fields {
            if let Some(to) = entered.get(ty.trim_end_matches(['?', '[', ']'])) {
                models.list[*at].relations.insert((*field).to_owned(), *to);
            }
        }
    }
}

/// `OrderLine` is `client.orderLine`.
fn delegate(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|it| it.to_lowercase().collect::<String>());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

fn written(text: &str) -> Vec<Written<'_>> {
    let mut models = Vec::new();
    let mut open: Option<Written<'_>> = None;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or(line).trim();
        let mut words = line.split_whitespace();
        match (&mut open, words.next(), words.next()) {
            (None, Some("model" | "view"), Some(name)) => {
                let name = name.trim_end_matches('{');
                open = Some(Written { name, mapped: None, fields: Vec::new() });
            }
            (Some(_), Some("}"), _) => models.extend(open.take()),
            (Some(model), Some(first), _) if first.starts_with("@@map") => {
                model.mapped = line.split('"').nth(1);
            }
            (Some(model), Some(field), Some(ty)) => model.fields.push((field, ty)),
            _ => {}
        }
    }
    models
}
