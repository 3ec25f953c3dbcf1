//! What annotations or mapping files say of one class, before tables and other classes are looked up.

use crate::{
    facts::{ModuleId, Place},
    import::code::types::TypeId,
};

/// A class with a mapping.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping {
    pub class: Option<TypeId>,
    /// What queries call it; the class's name unless the mapping says otherwise.
    pub name: String,
    pub role: Role,
    pub module: Option<ModuleId>,
    /// Where it is mapped.
    pub place: Place,
    /// The line of the class in its module.
    pub line: u32,
    pub schema: Option<String>,
    pub table: Option<String>,
    pub inheritance: Option<Inheritance>,
    /// The column that joins a subclass's table to its base class's.
    pub key_column: Option<String>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    #[default]
    Entity,
    /// It has no table: its fields belong to the entities that descend from it.
    Base,
    /// Its fields belong to the entities that hold one.
    Embeddable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inheritance {
    SingleTable,
    Joined,
    TablePerClass,
}

/// A mapped field.
#[derive(Clone, Debug, Default)]
pub(crate) struct Field {
    pub name: String,
    pub line: u32,
    pub column: Option<String>,
    /// The column's type as the mapping writes it; empty where it does not.
    pub data_type: String,
    pub is_key: bool,
    pub not_null: bool,
    pub kind: FieldKind,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum FieldKind {
    #[default]
    Column,
    /// An object of a class of the monolith; embedded where that class is embeddable, else one column.
    Embedded(Target),
    Association(Associated),
    /// Plain values in a table of their own.
    Values(Joined),
}

/// The class at the other end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    #[default]
    Unknown,
    Class(TypeId),
    Named(String),
}

/// An association with another class.
#[derive(Clone, Debug, Default)]
pub(crate) struct Associated {
    pub target: Target,
    pub many: Many,
    /// The field of the other class that holds the key.
    pub mapped_by: Option<String>,
    /// Columns with the columns they refer to, where those are named.
    pub columns: Vec<(String, Option<String>)>,
    /// The table between the two, as far as it is described.
    pub through: Option<Joined>,
    pub saved_along: bool,
    pub deleted_along: bool,
    /// The mapping itself says that loading the one loads the other.
    pub loaded_along: bool,
}

/// How many there are on each side; the first word is this side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "they are called so everywhere")]
pub(crate) enum Many {
    #[default]
    ManyToOne,
    OneToOne,
    OneToMany,
    ManyToMany,
}

impl Many {
    /// As people write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::ManyToOne => "many-to-one",
            Self::OneToOne => "one-to-one",
            Self::OneToMany => "one-to-many",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// A table that belongs to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Joined {
    pub schema: Option<String>,
    pub table: Option<String>,
    /// Columns that refer to the side of the field.
    pub own_columns: Vec<String>,
    /// Columns that refer to the other side.
    pub other_columns: Vec<String>,
}
