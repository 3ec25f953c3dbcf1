//! Mappings and named queries from XML: Hibernate's `hbm.xml` and Jakarta Persistence's `orm.xml`.

use super::mapping::{
    Associated, Field, FieldKind, Inheritance, Joined, Many, Mapping, Role, Target,
};
use crate::{
    facts::{Place, Warning},
    import::access::{
        gather::Code,
        type_names::TypeNames,
        xml::{self, Element},
    },
    import::code::types::TypeId,
};

/// What mapping files say.
#[derive(Clone, Debug, Default)]
pub(crate) struct XmlMappings {
    pub mappings: Vec<Mapping>,
    /// Name, text, and whether it is SQL.
    pub queries: Vec<(String, String, bool)>,
    pub warnings: Vec<Warning>,
}

/// Reads the mapping files among `files`; other files are left alone.
pub(crate) fn read(code: Code<'_>, types: &TypeNames, files: &[(String, String)]) -> XmlMappings {
    let mut found = XmlMappings::default();
    for (path, text) in files {
        if !(text.contains("<hibernate-mapping") || text.contains("<entity-mappings")) {
            continue;
        }
        let (root, error) = xml::parse(text);
        if let Some(line) = error {
            found.warnings.push(Warning::new(
                Place::new(path.as_str(), line),
                "the mapping file is not well-formed XML",
                "what stands before this line was read",
            ));
        }
        let Some(root) = root else { continue };
        let package = root
            .attribute("package")
            .map(str::to_owned)
            .or_else(|| root.first("package").map(Element::text))
            .unwrap_or_default();
        let mut reader = Reader { code, types, path, package, found: &mut found };
        match root.name.as_str() {
            "hibernate-mapping" => reader.hibernate(&root),
            "entity-mappings" => reader.persistence(&root),
            _ => {}
        }
    }
    found
}

struct Reader<'a> {
    code: Code<'a>,
    types: &'a TypeNames,
    path: &'a str,
    package: String,
    found: &'a mut XmlMappings,
}

const SUBCLASSES: &[&str] = &["subclass", "joined-subclass", "union-subclass"];

impl Reader<'_> {
    fn hibernate(&mut self, root: &Element) {
        self.queries(root);
        for element in root.elements() {
            let name = element.name.as_str();
            if name == "class" || SUBCLASSES.contains(&name) {
                self.hibernate_class(element);
            }
        }
    }

    fn queries(&mut self, parent: &Element) {
        for element in parent.elements() {
            let native = match element.name.as_str() {
                "query" | "named-query" => false,
                "sql-query" | "named-native-query" => true,
                _ => continue,
            };
            let inner = element.first("query");
            let text = inner.map_or_else(|| element.text(), Element::text);
            let name = element.attribute("name").unwrap_or_default();
            if !name.is_empty() && !text.is_empty() {
                self.found.queries.push((name.to_owned(), text, native));
            }
        }
    }

    fn full_name(&self, class: &str) -> String {
        if class.contains('.') || self.package.is_empty() {
            class.to_owned()
        } else {
            format!("{}.{class}", self.package)
        }
    }

    /// A mapping with all that does not depend on which of the two kinds of files it is from.
    fn begin(&self, class: &str, name: Option<&str>, line: u32) -> Mapping {
        let full = self.full_name(class);
        let named = self.types.find(&full).map(|(named, _)| named);
        let decl =
            named.map(|named| &self.code.sources[named.module.index()].outline.types[named.place]);
        let short = full.rsplit(['.', '$']).next().unwrap_or(&full).to_owned();
        Mapping {
            class: named.map(|named| named.class),
            name: name.map_or(short, str::to_owned),
            role: Role::Entity,
            module: named.map(|named| named.module),
            place: Place::new(self.path, line),
            line: decl.map_or(0, |decl| decl.line),
            ..Mapping::default()
        }
    }

    fn hibernate_class(&mut self, element: &Element) {
        self.queries(element);
        let Some(class) = element.attribute("name").or(element.attribute("entity-name")) else {
            return;
        };
        let mut mapping = self.begin(class, element.attribute("entity-name"), element.line);
        mapping.schema =
            element.attribute("schema").or(element.attribute("catalog")).map(str::to_owned);
        mapping.table = element.attribute("table").map(|name| name.trim_matches('`').to_owned());
        let has = |name: &str| element.named(name).next().is_some();
        mapping.inheritance = if has("joined-subclass") {
            Some(Inheritance::Joined)
        } else if has("union-subclass") {
            Some(Inheritance::TablePerClass)
        } else {
            Some(Inheritance::SingleTable)
        };
        if element.name == "joined-subclass" {
            mapping.key_column = element.named("key").next().and_then(column_of);
        }
        let owner = mapping.class;
        self.hibernate_fields(element, owner, &mut mapping.fields);
        self.found.mappings.push(mapping);
        for subclass in element.elements().filter(|e| SUBCLASSES.contains(&e.name.as_str())) {
            self.hibernate_class(subclass);
        }
    }

    fn hibernate_fields(&self, parent: &Element, owner: Option<TypeId>, fields: &mut Vec<Field>) {
        for element in parent.elements() {
            let name = element.attribute("name").unwrap_or_default().to_owned();
            let mut field = Field {
                line: element.line,
                column: column_of(element),
                data_type: sql_type(element),
                not_null: element.attribute("not-null") == Some("true"),
                name,
                ..Field::default()
            };
            match element.name.as_str() {
                "id" | "version" | "property" | "timestamp" => {
                    field.is_key = element.name == "id";
                }
                "composite-id" | "component" | "join" | "properties" | "natural-id" => {
                    let first = fields.len();
                    self.hibernate_fields(element, owner, fields);
                    let is_key = element.name == "composite-id";
                    fields[first..].iter_mut().for_each(|field| field.is_key |= is_key);
                    continue;
                }
                "key-property" => field.is_key = true,
                "many-to-one" | "one-to-one" | "key-many-to-one" => {
                    let many =
                        if element.name == "one-to-one" { Many::OneToOne } else { Many::ManyToOne };
                    let columns = columns_of(element).into_iter().map(|c| (c, None)).collect();
                    let mapped_by = (many == Many::OneToOne && columns_of(element).is_empty())
                        .then(|| "id".to_owned());
                    field.kind = FieldKind::Association(Associated {
                        target: self.hibernate_target(element, owner, &field.name),
                        many,
                        mapped_by,
                        columns,
                        ..along(element)
                    });
                }
                "set" | "bag" | "list" | "map" | "idbag" | "array" => {
                    field.kind = self.collection(element, owner, &field.name);
                }
                _ => continue,
            }
            fields.push(field);
        }
    }

    fn hibernate_target(&self, element: &Element, owner: Option<TypeId>, field: &str) -> Target {
        match element.attribute("class").or(element.attribute("entity-name")) {
            Some(class) => Target::Named(self.full_name(class)),
            None => owner
                .and_then(|owner| {
                    let ty = self.code.resolved.symbols.field_type(owner, field);
                    ty.element().monolith().or_else(|| ty.monolith())
                })
                .map_or(Target::Unknown, Target::Class),
        }
    }

    fn collection(&self, element: &Element, owner: Option<TypeId>, field: &str) -> FieldKind {
        let own_columns = element.first("key").map(columns_of).unwrap_or_default();
        let joined = Joined {
            schema: element.attribute("schema").map(str::to_owned),
            table: element.attribute("table").map(|name| name.trim_matches('`').to_owned()),
            own_columns: own_columns.clone(),
            other_columns: element.first("many-to-many").map(columns_of).unwrap_or_default(),
        };
        let inverse = (element.attribute("inverse") == Some("true")).then(|| String::from("?"));
        let associated = along(element);
        if let Some(other) = element.first("one-to-many") {
            FieldKind::Association(Associated {
                target: self.hibernate_target(other, owner, field),
                many: Many::OneToMany,
                mapped_by: inverse,
                columns: own_columns.into_iter().map(|column| (column, None)).collect(),
                ..associated
            })
        } else if let Some(other) = element.first("many-to-many") {
            FieldKind::Association(Associated {
                target: self.hibernate_target(other, owner, field),
                many: Many::ManyToMany,
                through: Some(joined),
                ..associated
            })
        } else {
            FieldKind::Values(joined)
        }
    }

    fn persistence(&mut self, root: &Element) {
        self.queries(root);
        for element in root.elements() {
            let role = match element.name.as_str() {
                "entity" => Role::Entity,
                "mapped-superclass" => Role::Base,
                "embeddable" => Role::Embeddable,
                _ => continue,
            };
            self.queries(element);
            let Some(class) = element.attribute("class") else { continue };
            let mut mapping = self.begin(class, element.attribute("name"), element.line);
            mapping.role = role;
            if let Some(table) = element.first("table") {
                mapping.table = table.attribute("name").map(str::to_owned);
                mapping.schema = table.attribute("schema").map(str::to_owned);
            }
            mapping.inheritance = element
                .first("inheritance")
                .and_then(|e| e.attribute("strategy"))
                .map(|s| match s {
                    "JOINED" => Inheritance::Joined,
                    "TABLE_PER_CLASS" => Inheritance::TablePerClass,
                    _ => Inheritance::SingleTable,
                });
            let key = element.first("primary-key-join-column");
            mapping.key_column = key.and_then(|key| key.attribute("name")).map(str::to_owned);
            let Some(attributes) = element.first("attributes") else {
                // Without attributes it only adds queries to what annotations map.
                continue;
            };
            for attribute in attributes.elements() {
                mapping.fields.extend(self.attribute(attribute, mapping.class));
            }
            self.found.mappings.push(mapping);
        }
    }

    fn attribute(&self, element: &Element, owner: Option<TypeId>) -> Option<Field> {
        let name = element.attribute("name")?.to_owned();
        let column = element.first("column").and_then(|column| column.attribute("name"));
        let joins = |parent: &Element, name: &str| -> Vec<(String, Option<String>)> {
            parent
                .named(name)
                .filter_map(|join| {
                    let refers = join.attribute("referenced-column-name").map(str::to_owned);
                    Some((join.attribute("name")?.to_owned(), refers))
                })
                .collect()
        };
        let joined = |table: &Element| Joined {
            schema: table.attribute("schema").map(str::to_owned),
            table: table.attribute("name").map(str::to_owned),
            own_columns: joins(table, "join-column").into_iter().map(|join| join.0).collect(),
            other_columns: joins(table, "inverse-join-column").into_iter().map(|j| j.0).collect(),
        };
        let target = || match element.attribute("target-entity") {
            Some(class) => Target::Named(self.full_name(class)),
            None => owner
                .and_then(|owner| {
                    let ty = self.code.resolved.symbols.field_type(owner, &name);
                    ty.element().monolith().or_else(|| ty.monolith())
                })
                .map_or(Target::Unknown, Target::Class),
        };
        let associated = |many: Many| {
            let cascades = |words: &[&str]| {
                element.first("cascade").is_some_and(|list| {
                    list.elements().any(|cascade| words.contains(&cascade.name.as_str()))
                })
            };
            FieldKind::Association(Associated {
                target: target(),
                many,
                mapped_by: element.attribute("mapped-by").map(str::to_owned),
                columns: joins(element, "join-column"),
                through: element.first("join-table").map(&joined),
                saved_along: cascades(&["cascade-all", "cascade-persist", "cascade-merge"]),
                deleted_along: cascades(&["cascade-all", "cascade-remove"])
                    || element.attribute("orphan-removal") == Some("true"),
                loaded_along: element.attribute("fetch") == Some("EAGER"),
            })
        };
        let kind = match element.name.as_str() {
            "id" | "basic" | "version" => FieldKind::Column,
            "many-to-one" => associated(Many::ManyToOne),
            "one-to-one" => associated(Many::OneToOne),
            "one-to-many" => associated(Many::OneToMany),
            "many-to-many" => associated(Many::ManyToMany),
            "element-collection" => FieldKind::Values(
                element.first("collection-table").map(&joined).unwrap_or_default(),
            ),
            "embedded" | "embedded-id" => FieldKind::Embedded(target()),
            _ => return None,
        };
        Some(Field {
            line: element.line,
            column: column.map(str::to_owned),
            is_key: element.name == "id",
            kind,
            name,
            ..Field::default()
        })
    }
}

/// What the cascade and fetch attributes of an `hbm.xml` element say.
fn along(element: &Element) -> Associated {
    let cascade = element.attribute("cascade").unwrap_or_default();
    let cascades =
        |words: &[&str]| cascade.split([',', ' ']).any(|word| words.contains(&word.trim()));
    Associated {
        saved_along: cascades(&["all", "save-update", "persist", "merge", "all-delete-orphan"]),
        deleted_along: cascades(&["all", "delete", "all-delete-orphan", "delete-orphan"]),
        loaded_along: element.attribute("lazy") == Some("false")
            || element.attribute("fetch") == Some("join"),
        ..Associated::default()
    }
}

fn column_of(element: &Element) -> Option<String> {
    columns_of(element).into_iter().next()
}

fn columns_of(element: &Element) -> Vec<String> {
    let plain = |name: &str| name.trim_matches('`').to_owned();
    match element.attribute("column") {
        Some(column) => vec![plain(column)],
        None => element.named("column").filter_map(|c| c.attribute("name")).map(plain).collect(),
    }
}

fn sql_type(element: &Element) -> String {
    let column = element.first("column");
    column.and_then(|column| column.attribute("sql-type")).unwrap_or_default().to_lowercase()
}
