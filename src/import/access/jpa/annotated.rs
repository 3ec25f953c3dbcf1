//! Mappings from annotations of Jakarta Persistence (both packages), Hibernate's own and MyBatis-Plus's.

use std::collections::BTreeMap;

use super::mapping::{
    Associated, Field, FieldKind, Inheritance, Joined, Many, Mapping, Role, Target,
};
use crate::{
    facts::{ModuleId, Place},
    import::{
        access::{
            annotation::{
                argument, as_class, class, constants, find, has, is_switched, items, nested, text,
            },
            gather::Code,
        },
        code::outline::{Annotation, ExprKind, TypeDecl, TypeRef},
    },
};

/// All annotated classes, in the order of modules.
pub(crate) fn mappings(code: Code<'_>) -> Vec<Mapping> {
    code.types()
        .filter(|(module, ..)| !crate::import::access::ecmascript::is_script(code, *module))
        .filter_map(|(module, place, decl)| {
            let role = role(&decl.annotations)?;
            Some(Reader { code, module, place, decl }.mapping(role))
        })
        .collect()
}

fn role(annotations: &[Annotation]) -> Option<Role> {
    if has(annotations, "Entity") || has(annotations, "TableName") {
        Some(Role::Entity)
    } else if has(annotations, "MappedSuperclass") {
        Some(Role::Base)
    } else if has(annotations, "Embeddable") {
        Some(Role::Embeddable)
    } else {
        None
    }
}

struct Reader<'a> {
    code: Code<'a>,
    module: ModuleId,
    /// The place of the type among those of its module.
    place: usize,
    decl: &'a TypeDecl,
}

/// A field or a property's getter, with what annotates it.
struct Member<'a> {
    name: String,
    ty: Option<&'a TypeRef>,
    annotations: Vec<&'a Annotation>,
    line: u32,
}

impl Reader<'_> {
    fn mapping(&self, role: Role) -> Mapping {
        let annotations = &self.decl.annotations;
        let path = self.code.sources[self.module.index()].path.as_str();
        let short = self.decl.name.rsplit('.').next().unwrap_or(&self.decl.name);
        let entity_name = find(annotations, "Entity").and_then(|entity| self.text(entity, "name"));
        let table = find(annotations, "Table");
        let plus = find(annotations, "TableName").and_then(|plus| self.text(plus, "value"));
        let in_table = |name: &str| {
            table.and_then(|table| self.text(table, name)).filter(|text| !text.is_empty())
        };
        Mapping {
            class: self.code.resolved.symbols.declared(self.module, self.place),
            name: entity_name.filter(|name| !name.is_empty()).unwrap_or_else(|| short.to_owned()),
            role,
            module: Some(self.module),
            place: Place::new(path, self.decl.line),
            line: self.decl.line,
            schema: in_table("schema").or_else(|| in_table("catalog")),
            table: in_table("name").or_else(|| in_table("value")).or(plus),
            inheritance: inheritance(annotations),
            key_column: find(annotations, "PrimaryKeyJoinColumn")
                .and_then(|column| self.text(column, "name")),
            fields: self.members().iter().filter_map(|member| self.field(member)).collect(),
        }
    }

    /// The text of an argument: a literal, or a constant of the same class.
    fn text(&self, annotation: &Annotation, name: &str) -> Option<String> {
        if let Some(text) = text(annotation, name) {
            return Some(text.to_owned());
        }
        let constant = match &argument(annotation, name)?.kind {
            ExprKind::Name(constant) | ExprKind::Member(_, constant) => constant,
            _ => return None,
        };
        let outline = &self.code.sources[self.module.index()].outline;
        let fields = outline.types.iter().flat_map(|decl| &decl.fields);
        let field = fields.into_iter().find(|field| field.name == *constant)?;
        field.value.as_ref().and_then(super::super::annotation::as_text).map(str::to_owned)
    }

    /// Fields, and getters that are annotated, in the order of names.
    fn members(&self) -> Vec<Member<'_>> {
        let outline = &self.code.sources[self.module.index()].outline;
        let mut members: BTreeMap<&str, Member<'_>> = BTreeMap::new();
        for field in &self.decl.fields {
            // Variables of PHP have a sign before their names; columns have none.
            let name = field.name.trim_start_matches('$');
            members.insert(
                name,
                Member {
                    name: name.to_owned(),
                    ty: field.ty.as_ref(),
                    annotations: field.annotations.iter().collect(),
                    line: field.line,
                },
            );
        }
        let mut getters = Vec::new();
        for function in outline.functions.iter().filter(|f| f.owner == Some(self.place)) {
            let property = property(&function.name).filter(|_| function.params.is_empty());
            if let Some(name) = property.filter(|_| !function.annotations.is_empty()) {
                getters.push((name, function));
            }
        }
        let mut more = Vec::new();
        for (name, function) in getters {
            let annotations: Vec<&Annotation> = function.annotations.iter().collect();
            match members.get_mut(name.as_str()) {
                Some(member) => {
                    member.annotations.extend(annotations);
                    member.ty = member.ty.or(function.returns.as_ref());
                }
                None => more.push(Member {
                    name,
                    ty: function.returns.as_ref(),
                    annotations,
                    line: function.line,
                }),
            }
        }
        members.into_values().chain(more).collect()
    }

    fn target(&self, ty: Option<&TypeRef>) -> Target {
        let Some(ty) = ty else { return Target::Unknown };
        let resolved = self.code.resolved.symbols.resolve_type(self.module, Some(self.place), ty);
        match resolved.element().monolith().or_else(|| resolved.monolith()) {
            Some(class) => Target::Class(class),
            None => Target::Unknown,
        }
    }

    fn field(&self, member: &Member<'_>) -> Option<Field> {
        let of = |name: &str| {
            let is = |a: &&&Annotation| super::super::annotation::last_segment(&a.name) == name;
            member.annotations.iter().find(is).copied()
        };
        let is_constant =
            member.name.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric());
        if of("Transient").is_some() || is_constant || member.name == "serialVersionUID" {
            return None;
        }
        let column = of("Column").or(of("TableField")).or(of("JoinColumn"));
        let mut field = Field {
            name: member.name.clone(),
            line: member.line,
            column: column.and_then(|column| {
                self.text(column, "name").or_else(|| self.text(column, "value"))
            }),
            data_type: column
                .and_then(|column| self.text(column, "columnDefinition"))
                .unwrap_or_default()
                .to_lowercase(),
            is_key: of("Id").or(of("EmbeddedId")).or(of("TableId")).is_some(),
            not_null: column.is_some_and(|column| is_switched(column, "nullable", false))
                || of("NotNull").is_some(),
            kind: FieldKind::Column,
        };
        let many = [
            ("ManyToOne", Many::ManyToOne),
            ("OneToOne", Many::OneToOne),
            ("OneToMany", Many::OneToMany),
            ("ManyToMany", Many::ManyToMany),
        ];
        if let Some((annotation, many)) =
            many.into_iter().find_map(|(name, many)| Some((of(name)?, many)))
        {
            field.kind = FieldKind::Association(self.association(member, annotation, many));
        } else if of("ElementCollection").or(of("CollectionOfElements")).is_some() {
            let table = of("CollectionTable").or(of("JoinTable"));
            field.kind = FieldKind::Values(self.joined(table));
        } else if let target @ Target::Class(_) = self.target(member.ty) {
            field.kind = FieldKind::Embedded(target);
        }
        Some(field)
    }

    fn association(&self, member: &Member<'_>, annotation: &Annotation, many: Many) -> Associated {
        let of = |name: &str| {
            let is = |a: &&&Annotation| super::super::annotation::last_segment(&a.name) == name;
            member.annotations.iter().find(is).copied()
        };
        let explicit = class(annotation, "targetEntity");
        let through = of("JoinTable").map(|table| self.joined(Some(table)));
        let mut columns: Vec<(String, Option<String>)> = Vec::new();
        let many_columns = of("JoinColumns").map(|list| nested(list, "value")).unwrap_or_default();
        for column in of("JoinColumn").into_iter().chain(&many_columns) {
            if let Some(name) = self.text(column, "name") {
                columns.push((name, self.text(column, "referencedColumnName")));
            }
        }
        let mut cascades = constants(annotation, "cascade");
        cascades.extend(of("Cascade").map(|list| constants(list, "value")).unwrap_or_default());
        let cascades = |words: &[&str]| cascades.iter().any(|word| words.contains(word));
        Associated {
            target: self.target(explicit.or(member.ty)),
            many,
            mapped_by: self.text(annotation, "mappedBy"),
            columns,
            through,
            saved_along: cascades(&["ALL", "PERSIST", "MERGE", "SAVE_UPDATE"]),
            deleted_along: cascades(&["ALL", "REMOVE", "DELETE"])
                || is_switched(annotation, "orphanRemoval", true),
            loaded_along: constants(annotation, "fetch").contains(&"EAGER"),
        }
    }

    fn joined(&self, annotation: Option<&Annotation>) -> Joined {
        let Some(annotation) = annotation else { return Joined::default() };
        let columns = |name: &str| {
            let columns = nested(annotation, name);
            columns.iter().filter_map(|column| self.text(column, "name")).collect()
        };
        Joined {
            schema: self.text(annotation, "schema").filter(|text| !text.is_empty()),
            table: self.text(annotation, "name").filter(|text| !text.is_empty()),
            own_columns: columns("joinColumns"),
            other_columns: columns("inverseJoinColumns"),
        }
    }
}

fn inheritance(annotations: &[Annotation]) -> Option<Inheritance> {
    let annotation = find(annotations, "Inheritance")?;
    let strategy = constants(annotation, "strategy").first().copied();
    Some(match strategy {
        Some("JOINED") => Inheritance::Joined,
        Some("TABLE_PER_CLASS") => Inheritance::TablePerClass,
        _ => Inheritance::SingleTable,
    })
}

/// The property that a getter is of: `name` of `getName`.
fn property(function: &str) -> Option<String> {
    let rest = function.strip_prefix("get").or_else(|| function.strip_prefix("is"))?;
    let mut letters = rest.chars();
    let first = letters.next().filter(|c| c.is_uppercase())?;
    Some(first.to_lowercase().chain(letters).collect())
}

/// The queries that a class's annotations name, with their texts and whether they are SQL.
pub(crate) fn named_queries(annotations: &[Annotation]) -> Vec<(String, String, bool)> {
    let mut queries = Vec::new();
    for annotation in annotations {
        let name = super::super::annotation::last_segment(&annotation.name);
        let list = match name {
            "NamedQueries" | "NamedNativeQueries" => nested(annotation, "value"),
            "NamedQuery" | "NamedNativeQuery" => vec![annotation.clone()],
            _ => continue,
        };
        for query in list {
            let found = text(&query, "name").zip(text(&query, "query"));
            queries.extend(
                found.map(|(id, text)| (id.to_owned(), text.to_owned(), name.contains("Native"))),
            );
        }
    }
    queries
}

/// The paths that an `@EntityGraph` loads along with its entity.
pub(crate) fn graph_paths(annotations: &[Annotation]) -> Vec<String> {
    let paths =
        find(annotations, "EntityGraph").and_then(|graph| argument(graph, "attributePaths"));
    let items = paths.map(items).unwrap_or_default();
    let texts = items.into_iter().filter_map(super::super::annotation::as_text);
    texts.map(str::to_owned).collect()
}

/// The class that an annotation's argument names, such as the domain of a repository.
pub(crate) fn named_class<'a>(
    annotations: &'a [Annotation],
    annotation: &str,
    argument_name: &str,
) -> Option<&'a TypeRef> {
    find(annotations, annotation).and_then(|a| argument(a, argument_name)).and_then(as_class)
}
