//! What macros in class bodies declare: accessors, associations, delegation, enums.

use rustc_hash::FxHashMap;

use super::lower::text_of;
use crate::{
    facts::ModuleId,
    import::{
        code::outline::{Annotation, Arg, Expr, ExprKind},
        schema::inflect::singular,
    },
};

/// A method that a macro declares.
#[derive(Clone)]
pub(crate) struct Member<'a> {
    pub(crate) kind: MemberKind<'a>,
    pub(crate) module: ModuleId,
}

#[derive(Clone)]
pub(crate) enum MemberKind<'a> {
    /// `attr_reader :total` gives `@total`.
    Reader(String),
    /// `attr_accessor`, a column's alias, an attribute: what it gives is not known.
    Attribute,
    /// The same of the class itself: `class_attribute`, the scopes of an enum.
    Static,
    /// `belongs_to`, `has_one`, `has_many`.
    Association(Association<'a>),
    /// `build_customer`: an object of what an association leads to.
    Made(Association<'a>),
    /// The rows of an enum's value: `Order.draft`.
    Scope,
    /// `draft?`, `draft!` of an enum.
    Predicate,
}

/// An association of a model, as written.
#[derive(Clone)]
pub(crate) struct Association<'a> {
    pub(crate) name: String,
    /// `has_many` and its like, by name.
    pub(crate) macro_name: &'a str,
    pub(crate) note: &'a Annotation,
}

impl<'a> Association<'a> {
    pub(crate) fn is_many(&self) -> bool {
        matches!(self.macro_name, "has_many" | "has_and_belongs_to_many" | "embeds_many")
    }

    /// An option that is a text or symbol.
    pub(crate) fn option(&self, name: &str) -> Option<&'a str> {
        option(self.note, name).and_then(text_of)
    }

    pub(crate) fn is_polymorphic(&self) -> bool {
        let value = option(self.note, "polymorphic");
        value.is_some_and(|value| matches!(&value.kind, ExprKind::Name(name) if name == "true"))
    }

    /// The class it leads to as written, or the word that Rails makes one of.
    pub(crate) fn class_word(&self) -> String {
        let written = self.option("class_name").map(str::to_owned).or_else(|| {
            match option(self.note, "class_name").or_else(|| option(self.note, "class")) {
                Some(Expr { kind: ExprKind::Type(ty), .. }) => Some(ty.name.clone()),
                // `Order.name`, `Order.to_s`.
                Some(Expr { kind: ExprKind::Call { callee, .. }, .. }) => match &callee.kind {
                    ExprKind::Member(of, _) => match &of.kind {
                        ExprKind::Type(ty) => Some(ty.name.clone()),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            }
        });
        match written {
            Some(written) => written,
            None if self.is_many() => singular(&self.name),
            None => self.name.clone(),
        }
    }
}

impl Member<'_> {
    pub(crate) fn is_static(&self) -> bool {
        matches!(self.kind, MemberKind::Static | MemberKind::Scope)
    }
}

/// The argument of that name.
pub(crate) fn option<'a>(note: &'a Annotation, name: &str) -> Option<&'a Expr> {
    note.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
}

/// The names that stand first among the arguments of a macro, lists of them too.
pub(crate) fn names(note: &Annotation) -> Vec<&str> {
    let unnamed = note.args.iter().filter(|arg| arg.name.is_none());
    unnamed
        .flat_map(|arg| match &arg.value.kind {
            ExprKind::List(items) => items.iter().filter_map(text_of).collect(),
            _ => text_of(&arg.value).into_iter().collect::<Vec<_>>(),
        })
        .collect()
}

/// Enters what one macro declares.
pub(super) fn declare<'a>(
    note: &'a Annotation,
    module: ModuleId,
    into: &mut FxHashMap<String, Member<'a>>,
) {
    let mut add = |name: String, kind: MemberKind<'a>| {
        into.entry(name).or_insert(Member { kind, module });
    };
    let named = names(note);
    match note.name.as_str() {
        "attr_reader" => {
            for name in named {
                add(name.to_owned(), MemberKind::Reader(format!("@{name}")));
            }
        }
        "attr_accessor" | "attr_writer" => {
            for name in named {
                add(format!("{name}="), MemberKind::Attribute);
                if note.name == "attr_accessor" {
                    add(name.to_owned(), MemberKind::Attribute);
                }
            }
        }
        "cattr_accessor"
        | "mattr_accessor"
        | "cattr_reader"
        | "mattr_reader"
        | "class_attribute"
        | "thread_mattr_accessor"
        | "thread_cattr_accessor"
        | "config_accessor" => {
            for name in named {
                add(format!("{name}="), MemberKind::Static);
                add(name.to_owned(), MemberKind::Static);
            }
        }
        "belongs_to" | "has_one" | "has_many" | "has_and_belongs_to_many" => {
            if let Some(name) = named.first() {
                let name = (*name).to_owned();
                let macro_name = note.name.as_str();
                let association = Association { name: name.clone(), macro_name, note };
                for generated in association_methods(&association) {
                    let made = ["build_", "create_", "reload_"];
                    let kind = if made.iter().any(|start| generated.starts_with(start)) {
                        MemberKind::Made(association.clone())
                    } else {
                        MemberKind::Attribute
                    };
                    add(generated, kind);
                }
                add(name, MemberKind::Association(association));
            }
        }
        "enum" => enumerated(note, &named, &mut add),
        "attribute" | "store_accessor" | "has_one_attached" | "has_many_attached"
        | "has_rich_text" | "mount_uploader" | "option" | "param" | "monetize" => {
            let skip = usize::from(note.name == "store_accessor");
            let one = matches!(note.name.as_str(), "attribute" | "option" | "param");
            for name in named.into_iter().skip(skip).take(if one { 1 } else { usize::MAX }) {
                add(name.to_owned(), MemberKind::Attribute);
                add(format!("{name}="), MemberKind::Attribute);
            }
        }
        _ => {}
    }
}

/// The methods beside the association itself.
fn association_methods(association: &Association<'_>) -> Vec<String> {
    let name = &association.name;
    if association.is_many() {
        let one = singular(name);
        vec![format!("{name}="), format!("{one}_ids"), format!("{one}_ids=")]
    } else {
        ["build_?", "create_?", "create_?!", "reload_?", "?="]
            .iter()
            .map(|pattern| pattern.replace('?', name))
            .collect()
    }
}

/// A method that hands on to another one.
pub(super) struct Forwarded {
    pub(super) name: String,
    /// The call that it consists of.
    pub(super) body: Expr,
}

/// What `delegate`, `def_delegators` and `alias_method` declare.
pub(super) fn forwarded(note: &Annotation) -> Vec<Forwarded> {
    let named = names(note);
    let line = note.line;
    let call = |callee: ExprKind| {
        let callee = Box::new(Expr::new(callee, line));
        Expr::new(ExprKind::Call { callee, args: Vec::new() }, line)
    };
    let own = |name: &str| match name.strip_prefix("self.") {
        Some(name) => call(ExprKind::Name(name.to_owned())),
        None if name.starts_with('@') => {
            let this = Box::new(Expr::new(ExprKind::This, line));
            Expr::new(ExprKind::Member(this, name.to_owned()), line)
        }
        None => call(ExprKind::Name(name.to_owned())),
    };
    let on = |to: Expr, name: String, method: &str| {
        let body = call(ExprKind::Member(Box::new(to), method.to_owned()));
        Forwarded { name, body }
    };
    match (note.name.as_str(), named.as_slice()) {
        ("delegate", methods) => {
            let Some(target) = option(note, "to") else { return Vec::new() };
            let (to, word) = match &target.kind {
                ExprKind::Text(word) => (own(word), word.as_str()),
                ExprKind::Type(_) => (target.clone(), ""),
                _ => return Vec::new(),
            };
            let prefix = match option(note, "prefix").map(|prefix| &prefix.kind) {
                Some(ExprKind::Name(yes)) if yes == "true" => format!("{word}_"),
                Some(ExprKind::Text(prefix)) => format!("{prefix}_"),
                _ => String::new(),
            };
            methods.iter().map(|name| on(to.clone(), format!("{prefix}{name}"), name)).collect()
        }
        ("def_delegators" | "instance_delegate", [to, methods @ ..]) => {
            methods.iter().map(|name| on(own(to), (*name).to_owned(), name)).collect()
        }
        ("def_delegator", [to, method, rest @ ..]) => {
            let name = rest.first().unwrap_or(method);
            vec![on(own(to), (*name).to_owned(), method)]
        }
        ("alias_method" | "alias_attribute", [new, old, ..]) if new != old => {
            let body = call(ExprKind::Name((*old).to_owned()));
            vec![Forwarded { name: (*new).to_owned(), body }]
        }
        _ => Vec::new(),
    }
}

/// `enum status: { open: 0 }`, `enum :status, [:open]`.
fn enumerated<'a>(
    note: &'a Annotation,
    named: &[&str],
    add: &mut impl FnMut(String, MemberKind<'a>),
) {
    const OPTIONS: [&str; 8] =
        ["prefix", "suffix", "_prefix", "_suffix", "scopes", "_scopes", "default", "validate"];
    let mut values: Vec<&str> = Vec::new();
    let by_option = |arg: &'a Arg| {
        let name = arg.name.as_deref().filter(|name| !OPTIONS.contains(name));
        name.map(|name| (name, &arg.value))
    };
    if let Some(first) = named.first() {
        add(format!("{first}s"), MemberKind::Static);
        for arg in note.args.iter().skip(1) {
            values.extend(arg.name.as_deref().filter(|name| !OPTIONS.contains(name)));
            values.extend(value_names(&arg.value));
        }
    } else {
        for (name, value) in note.args.iter().filter_map(by_option) {
            add(format!("{name}s"), MemberKind::Static);
            values.extend(value_names(value));
        }
    }
    let is_affixed =
        ["prefix", "suffix", "_prefix", "_suffix"].iter().any(|name| option(note, name).is_some());
    if is_affixed {
        return;
    }
    for value in values {
        add(format!("{value}?"), MemberKind::Predicate);
        add(format!("{value}!"), MemberKind::Predicate);
        add(value.to_owned(), MemberKind::Scope);
    }
}

fn value_names(value: &Expr) -> Vec<&str> {
    match &value.kind {
        ExprKind::Map(pairs) => pairs.iter().filter_map(|(key, _)| text_of(key)).collect(),
        ExprKind::List(items) => items.iter().filter_map(text_of).collect(),
        _ => Vec::new(),
    }
}
