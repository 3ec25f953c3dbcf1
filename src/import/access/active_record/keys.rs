//! Foreign keys that associations imply and the schema does not declare.

use super::tables::{Models, associations};
use crate::{
    facts::{ColumnKey, ForeignKey, KeyOrigin, Place, TableId},
    import::{
        access::{gather::Code, tables::Tables},
        code::ruby::{
            members::Association,
            tree::{ClassNo, Tree},
            underscored,
        },
    },
};

/// The keys that are not known yet.
pub(super) fn implied(
    code: Code<'_>,
    tree: &Tree<'_, '_>,
    models: &Models,
    known: &[ForeignKey],
    tables: &Tables,
) -> Vec<ForeignKey> {
    let reader = Reader { code, tree, models, tables };
    let mut keys: Vec<ForeignKey> = Vec::new();
    for class in models.by_class.keys() {
        for association in associations(tree, *class) {
            let key = reader.key(*class, association);
            keys.extend(key.filter(|key| {
                let same = |old: &ForeignKey| old.from == key.from && old.columns == key.columns;
                !known.iter().any(same)
            }));
        }
    }
    keys.sort();
    keys.dedup_by(|a, b| a.from == b.from && a.columns == b.columns);
    keys
}

struct Reader<'t, 's, 'a> {
    code: Code<'a>,
    tree: &'t Tree<'s, 'a>,
    models: &'t Models,
    tables: &'t Tables,
}

impl<'a> Reader<'_, '_, 'a> {
    fn key(&self, class: ClassNo, association: &Association<'a>) -> Option<ForeignKey> {
        let skips = ["through", "as"].iter().any(|name| association.option(name).is_some());
        if skips || association.macro_name == "has_and_belongs_to_many" {
            return None;
        }
        let target = self.tree.association_class(class, association)?;
        let (own, other) = (self.models.table(class)?, self.models.table(target)?);
        let belongs = association.macro_name == "belongs_to";
        let (from, to) = if belongs { (own, other) } else { (other, own) };
        let column = match association.option("foreign_key") {
            Some(column) => column.to_owned(),
            None if belongs => format!("{}_id", association.name),
            None => {
                let full = &self.tree.class(class).full_name;
                format!("{}_id", underscored(full.rsplit('.').next().unwrap_or(full)))
            }
        };
        let columns = &self.tables.get(from).columns;
        if !columns.is_empty() && !columns.iter().any(|it| it.name.eq_ignore_ascii_case(&column)) {
            return None;
        }
        let short = |class: ClassNo| self.tree.class(class).full_name.replace('.', "::");
        let reason = format!(
            "`{}` says `{} :{}`, which leads to `{}`",
            short(class),
            association.macro_name,
            association.name,
            short(target)
        );
        let to_column =
            association.option("primary_key").map_or_else(|| self.primary(to), str::to_owned);
        Some(ForeignKey {
            from,
            columns: vec![column],
            to,
            to_columns: vec![to_column],
            origin: KeyOrigin::Implied { reason },
            place: self.place(class, association),
        })
    }

    fn primary(&self, table: TableId) -> String {
        let mut keys =
            self.tables.get(table).columns.iter().filter(|it| it.key == ColumnKey::Primary);
        keys.next().map_or_else(|| "id".to_owned(), |key| key.name.clone())
    }

    fn place(&self, class: ClassNo, association: &Association<'a>) -> Place {
        let line = association.note.line;
        let home = self.tree.class(class).home;
        let path = home.map_or("", |home| self.code.sources[home.index()].path.as_str());
        Place::new(path, line)
    }
}
