//! Django's models as their classes declare them: fields, what they lead to, managers.

use rustc_hash::FxHashSet;

use super::apps::Apps;
use crate::{
    facts::ModuleId,
    import::code::{
        outline::{Arg, Expr, ExprKind, Field, TypeDecl, TypeRef},
        resolve::Source,
        symbols::{Symbols, Target},
        types::{Head, Ty, TypeId},
    },
};

/// A class that Django keeps rows for, or that such classes take fields from.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub class: TypeId,
    pub module: ModuleId,
    pub line: u32,
    /// The label of its app.
    pub app: String,
    pub name: String,
    /// As its options say.
    pub table: Option<String>,
    pub is_abstract: bool,
    pub is_proxy: bool,
    /// The models that it descends from, directly.
    pub bases: Vec<TypeId>,
    /// Those it declares itself.
    pub fields: Vec<ModelField>,
    /// By name, in source order; the first is the default one.
    pub managers: Vec<(String, Ty)>,
}

/// A field of a model.
#[derive(Clone, Debug)]
pub(crate) struct ModelField {
    pub name: String,
    /// The class of the field, without what qualifies it: `CharField`.
    pub kind: String,
    pub args: Vec<Arg>,
    pub module: ModuleId,
    pub line: u32,
}

impl ModelField {
    pub(crate) fn is_many(&self) -> bool {
        self.kind.ends_with("ManyToManyField")
    }

    pub(crate) fn is_one(&self) -> bool {
        self.kind.ends_with("OneToOneField")
    }

    /// It holds the key of a row elsewhere.
    pub(crate) fn is_key(&self) -> bool {
        let generic = self.kind.starts_with("Generic");
        (self.kind.ends_with("ForeignKey") || self.kind.ends_with("ParentalKey")) && !generic
            || self.is_one()
    }

    /// It stands for rows that refer to this one by type and key.
    pub(crate) fn is_generic_relation(&self) -> bool {
        self.kind == "GenericRelation"
    }

    pub(crate) fn leads_on(&self) -> bool {
        self.is_many() || self.is_key() || self.is_generic_relation()
    }

    pub(crate) fn option(&self, name: &str) -> Option<&Expr> {
        self.args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        text(self.option(name)?)
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.option(name).is_some_and(is_true)
    }

    /// What the field leads to, as written.
    pub(crate) fn to(&self) -> Option<&Expr> {
        let first = self.args.first().filter(|arg| arg.name.is_none()).map(|arg| &arg.value);
        self.option("to").or(first)
    }

    /// The column it has; many-to-many fields have none.
    pub(crate) fn column(&self) -> Option<String> {
        let none = self.is_many() || self.is_generic_relation() || self.kind == "GenericForeignKey";
        let default = || match self.is_key() {
            true => format!("{}_id", self.name),
            false => self.name.clone(),
        };
        (!none).then(|| self.text("db_column").map_or_else(default, str::to_owned))
    }
}

pub(crate) fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        ExprKind::Same(inner) => text(inner),
        _ => None,
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if name == "True")
}

/// All models of the sources, abstract ones among them.
pub(super) fn read(sources: &[Source], symbols: &Symbols<'_>, apps: &Apps) -> Vec<Model> {
    let mut models = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        if source.language.name() != "Python" {
            continue;
        }
        let module = ModuleId::at(at);
        for (place, decl) in source.outline.types.iter().enumerate() {
            let Some(class) = symbols.declared(module, place) else { continue };
            if decl.name.ends_with(".Meta") || !is_model(symbols, class) {
                continue;
            }
            models.push(model(source, symbols, apps, (module, decl, class)));
        }
    }
    models
}

/// Libraries whose models are not Django's.
const OTHERS: [&str; 9] = [
    "peewee",
    "tortoise",
    "pydantic",
    "mongoengine",
    "sqlmodel",
    "ormar",
    "odoo",
    "sqlalchemy",
    "gino",
];

/// Whether a class descends from Django's models: from Django's own, or from those of an app that is installed
/// from elsewhere, if it has fields as only models have.
fn is_model(symbols: &Symbols<'_>, class: TypeId) -> bool {
    let outside = symbols.outside_super_names(class);
    outside.iter().any(|name| {
        let Some((package, short)) = name.rsplit_once('.') else { return false };
        let package = package.strip_suffix(".base").unwrap_or(package);
        let other = ["Manager", "QuerySet", "Field", "Mixin", "Form", "Admin"];
        if package == "django.db.models" || package == "django.contrib.gis.db.models" {
            return short == "Model";
        }
        let root = package.split('.').next().unwrap_or(package);
        let among_models = package.ends_with(".models") || package.contains(".models.");
        if OTHERS.contains(&root) || other.iter().any(|end| short.ends_with(end)) {
            return false;
        }
        match root {
            "django" => {
                let is_user = matches!(short, "AbstractBaseUser" | "AbstractBaseSession");
                package.starts_with("django.contrib.") && (among_models || is_user)
            }
            _ => (among_models || short.ends_with("Model")) && has_fields(symbols, class),
        }
    })
}

fn has_fields(symbols: &Symbols<'_>, class: TypeId) -> bool {
    symbols.with_supers(class).into_iter().any(|id| {
        symbols.declarations(id).into_iter().any(|(_, decl)| {
            decl.fields.iter().any(|field| field_of(ModuleId::at(0), field).is_some())
        })
    })
}

fn model(
    source: &Source,
    symbols: &Symbols<'_>,
    apps: &Apps,
    (module, decl, class): (ModuleId, &TypeDecl, TypeId),
) -> Model {
    let meta_name = format!("{}.Meta", decl.name);
    let meta = source.outline.types.iter().find(|other| other.name == meta_name);
    let option = |name: &str| {
        let field = meta?.fields.iter().find(|field| field.name == name)?;
        field.value.as_ref()
    };
    let supers = symbols.supers(class);
    let bases = supers.iter().filter_map(Ty::monolith).filter(|id| is_model(symbols, *id));
    let label = option("app_label").and_then(text).map(str::to_owned);
    Model {
        class,
        module,
        line: decl.line,
        app: label.unwrap_or_else(|| apps.label(&source.outline.namespace)),
        name: decl.name.rsplit('.').next().unwrap_or(&decl.name).to_owned(),
        table: option("db_table").and_then(text).map(str::to_owned),
        is_abstract: option("abstract").is_some_and(is_true),
        is_proxy: option("proxy").is_some_and(is_true),
        bases: bases.collect(),
        fields: decl.fields.iter().filter_map(|field| field_of(module, field)).collect(),
        managers: decl.fields.iter().filter_map(|it| manager(symbols, module, class, it)).collect(),
    }
}

/// A field of a model is made by calling a class whose name says that it is one.
fn field_of(module: ModuleId, field: &Field) -> Option<ModelField> {
    let ExprKind::Call { callee, args } = &field.value.as_ref()?.kind else { return None };
    let full = callee.dotted()?;
    let kind = full.rsplit('.').next()?;
    let is_field = kind.ends_with("Field") && kind != "Field"
        || kind.ends_with("ForeignKey")
        || kind.ends_with("ParentalKey")
        || kind == "GenericRelation";
    is_field.then(|| ModelField {
        name: field.name.clone(),
        kind: kind.to_owned(),
        args: args.clone(),
        module,
        line: field.line,
    })
}

/// `objects = Orders()`, `Orders.as_manager()`, `Manager.from_queryset(Orders)()`.
fn manager(
    symbols: &Symbols<'_>,
    module: ModuleId,
    model: TypeId,
    field: &Field,
) -> Option<(String, Ty)> {
    let ExprKind::Call { callee, .. } = &field.value.as_ref()?.kind else { return None };
    let made = match &callee.kind {
        ExprKind::Member(of, name) if name == "as_manager" => of.as_ref(),
        ExprKind::Call { callee, args } => match &callee.kind {
            ExprKind::Member(_, name) if name == "from_queryset" => &args.first()?.value,
            _ => return None,
        },
        _ => callee.as_ref(),
    };
    let args = vec![Ty::object(Head::Monolith(model))];
    match symbols.lookup(module, None, &made.dotted()?, field.line)? {
        Target::Type(id) if is_rows(symbols, id) => {
            Some((field.name.clone(), Ty::Object { head: Head::Monolith(id), args }))
        }
        Target::Outside(name) if name.ends_with("Manager") => {
            let head = Head::Outside(super::MANAGER.into());
            Some((field.name.clone(), Ty::Object { head, args }))
        }
        _ => None,
    }
}

/// All managers and querysets of the monolith.
pub(super) fn row_classes(sources: &[Source], symbols: &Symbols<'_>) -> FxHashSet<TypeId> {
    let declared = |(at, source): (usize, &Source)| {
        let places = 0..source.outline.types.len();
        places
            .filter_map(move |place| symbols.declared(ModuleId::at(at), place))
            .collect::<Vec<_>>()
    };
    let python = sources.iter().enumerate().filter(|(_, it)| it.language.name() == "Python");
    python.flat_map(declared).filter(|id| is_rows(symbols, *id)).collect()
}

/// Whether a class of the monolith is a manager or a set of rows.
fn is_rows(symbols: &Symbols<'_>, id: TypeId) -> bool {
    symbols.outside_super_names(id).iter().any(|name| is_rows_name(name))
}

/// Whether that is what an outside class is called.
pub(super) fn is_rows_name(name: &str) -> bool {
    let short = name.rsplit('.').next().unwrap_or(name);
    short.ends_with("Manager") || short.ends_with("QuerySet")
}

/// What a model names as another one: a class, or a text as Django reads it.
pub(super) fn named<'e>(
    symbols: &Symbols<'_>,
    module: ModuleId,
    expr: &'e Expr,
) -> Option<Named<'e>> {
    if let Some(text) = text(expr) {
        return Some(Named::Text(text));
    }
    let dotted = expr.dotted()?;
    if dotted.ends_with("AUTH_USER_MODEL") {
        return Some(Named::User);
    }
    let written = TypeRef { name: dotted, args: Vec::new(), line: expr.line };
    symbols.resolve_type(module, None, &written).monolith().map(Named::Class)
}

/// How a model is named by another one.
pub(super) enum Named<'e> {
    Class(TypeId),
    /// `self`, `Order`, `shop.Order`.
    Text(&'e str),
    User,
}
