//! Django: models, how they lead to each other, and what its managers and querysets give.

pub(crate) mod apps;
pub(crate) mod models;
mod typing;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use self::{
    apps::Apps,
    models::{Model, ModelField, Named},
};
use crate::{
    facts::ModuleId,
    import::code::{
        outline::Expr,
        resolve::Source,
        symbols::Symbols,
        types::{Head, Ty, TypeId},
    },
};

/// A manager or queryset that the monolith declares nothing of.
pub(crate) const MANAGER: &str = "django.db.models.Manager";
const ROWS: &str = "django.db.models.QuerySet";
/// Rows as tables of values: the model, and what each row is.
const VALUES: &str = "django.db.models.ValuesQuerySet";
/// The rows that a many-to-many field leads to: their model, the model of the field, and its name.
const MANY: &str = "django.db.models.ManyRelatedManager";

/// What leads from one model to another, by one name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lead {
    pub to: TypeId,
    /// It gives rows, not one row.
    pub many: bool,
    /// What holds the pairs, where it leads over a table between the two.
    pub through: Option<Through>,
}

/// A table between two models.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Through {
    /// Made for the field of that name of that model.
    Field(TypeId, String),
    Model(TypeId),
}

/// All models of a monolith.
#[derive(Clone, Debug, Default)]
pub(crate) struct Django {
    pub models: BTreeMap<TypeId, Model>,
    /// By app and name, in lower case.
    by_name: BTreeMap<(String, String), TypeId>,
    /// By model: the attributes of its rows that lead on.
    attributes: FxHashMap<TypeId, BTreeMap<String, Lead>>,
    /// By model: the names that lead on in lookups.
    lookups: FxHashMap<TypeId, BTreeMap<String, Lead>>,
    /// By manager or queryset: the one model that it serves.
    serves: FxHashMap<TypeId, Option<TypeId>>,
    user: Option<TypeId>,
    /// Managers and querysets of the monolith.
    row_classes: FxHashSet<TypeId>,
}

impl Django {
    pub(crate) fn new(sources: &[Source], symbols: &Symbols<'_>) -> Self {
        let apps = Apps::new(sources);
        let mut django = Self::default();
        for model in models::read(sources, symbols, &apps) {
            let key = (model.app.to_lowercase(), model.name.to_lowercase());
            django.by_name.entry(key).or_insert(model.class);
            django.models.entry(model.class).or_insert(model);
        }
        if django.is_empty() {
            return django;
        }
        django.row_classes = models::row_classes(sources, symbols);
        django.user = django.find_user(symbols, apps.user.as_deref());
        django.connect(symbols);
        django.find_served();
        django
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.models.is_empty()
    }

    fn find_user(&self, symbols: &Symbols<'_>, said: Option<&str>) -> Option<TypeId> {
        if let Some((app, name)) = said.and_then(|said| said.rsplit_once('.')) {
            return self.model_named(app, name);
        }
        let is_user = |id: &TypeId| {
            ["AbstractUser", "AbstractBaseUser"].iter().any(|base| symbols.descends_from(*id, base))
        };
        self.models.values().filter(|it| !it.is_abstract).map(|it| it.class).find(is_user)
    }

    pub(crate) fn model_named(&self, app: &str, name: &str) -> Option<TypeId> {
        self.by_name.get(&(app.to_lowercase(), name.to_lowercase())).copied()
    }

    /// What a model of an app means by the name of another one.
    pub(crate) fn target(
        &self,
        symbols: &Symbols<'_>,
        module: ModuleId,
        own: TypeId,
        expr: &Expr,
    ) -> Option<TypeId> {
        match models::named(symbols, module, expr)? {
            Named::Class(id) => self.models.contains_key(&id).then_some(id),
            Named::User => self.user,
            Named::Text("self") => Some(own),
            Named::Text(text) => match text.rsplit_once('.') {
                Some((app, name)) => self.model_named(app.rsplit('.').next().unwrap_or(app), name),
                None => self.model_named(&self.models.get(&own)?.app, text),
            },
        }
    }

    /// The models that a model takes fields from: itself, then what it descends from.
    pub(crate) fn lineage(&self, id: TypeId) -> Vec<&Model> {
        let mut found: Vec<&Model> = Vec::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let Some(model) = self.models.get(&id) else { continue };
            if !found.iter().any(|other| other.class == id) {
                found.push(model);
                waiting.extend(model.bases.iter().rev());
            }
        }
        found
    }

    /// The fields that the rows of a model's own table have: its own, and those of abstract models above it.
    pub(crate) fn own_fields(&self, id: TypeId) -> Vec<&ModelField> {
        let mut fields: Vec<&ModelField> = Vec::new();
        let mut waiting = vec![id];
        while let Some(at) = waiting.pop() {
            let Some(model) = self.models.get(&at) else { continue };
            if at != id && !model.is_abstract {
                continue;
            }
            for field in &model.fields {
                if !fields.iter().any(|known| known.name == field.name) {
                    fields.push(field);
                }
            }
            waiting.extend(model.bases.iter().rev());
        }
        fields
    }

    /// The concrete models above a model, whose tables hold a part of each of its rows; for a proxy, the model it
    /// stands for.
    pub(crate) fn concrete_bases(&self, id: TypeId) -> Vec<TypeId> {
        let lineage = self.lineage(id).into_iter().skip(1);
        lineage.filter(|it| !it.is_abstract && !it.is_proxy).map(|it| it.class).collect()
    }

    fn connect(&mut self, symbols: &Symbols<'_>) {
        let concrete: Vec<TypeId> =
            self.models.values().filter(|it| !it.is_abstract).map(|it| it.class).collect();
        let mut attributes: Vec<(TypeId, String, Lead)> = Vec::new();
        let mut lookups: Vec<(TypeId, String, Lead)> = Vec::new();
        for id in self.models.keys() {
            for field in self.own_fields(*id).into_iter().filter(|field| field.leads_on()) {
                let Some(to) =
                    field.to().and_then(|to| self.target(symbols, field.module, *id, to))
                else {
                    continue;
                };
                let through = self.through(symbols, *id, field);
                let many = field.is_many() || field.is_generic_relation();
                let lead = Lead { to, many, through: through.clone() };
                attributes.push((*id, field.name.clone(), lead.clone()));
                lookups.push((*id, field.name.clone(), lead));
                if !concrete.contains(id) || field.is_generic_relation() {
                    continue;
                }
                let back = Lead { to: *id, many: !field.is_one(), through };
                let (attribute, lookup) = self.names_back(*id, field);
                attributes.extend(attribute.map(|name| (to, name, back.clone())));
                lookups.extend(lookup.map(|name| (to, name, back)));
            }
        }
        for id in &concrete {
            for base in self.concrete_bases(*id) {
                let name = self.models[id].name.to_lowercase();
                let lead = Lead { to: *id, many: false, through: None };
                attributes.push((base, name.clone(), lead.clone()));
                lookups.push((base, name, lead));
            }
        }
        for (id, name, lead) in attributes {
            self.attributes.entry(id).or_default().entry(name).or_insert(lead);
        }
        for (id, name, lead) in lookups {
            self.lookups.entry(id).or_default().entry(name).or_insert(lead);
        }
    }

    fn through(&self, symbols: &Symbols<'_>, id: TypeId, field: &ModelField) -> Option<Through> {
        if !field.is_many() {
            return None;
        }
        let Some(said) = field.option("through") else {
            return Some(Through::Field(id, field.name.clone()));
        };
        self.target(symbols, field.module, id, said).map(Through::Model)
    }

    /// The names by which the other model leads back: as attribute and in lookups.
    fn names_back(&self, id: TypeId, field: &ModelField) -> (Option<String>, Option<String>) {
        let model = &self.models[&id];
        let own = model.name.to_lowercase();
        let filled = |text: &str| {
            text.replace("%(class)s", &own)
                .replace("%(model_name)s", &own)
                .replace("%(app_label)s", &model.app.to_lowercase())
        };
        let name = field.text("related_name").map(filled);
        if name.as_deref().is_some_and(|name| name.ends_with('+')) {
            return (None, None);
        }
        let in_lookups = field.text("related_query_name").map(filled).or_else(|| name.clone());
        let default = if field.is_one() { own.clone() } else { format!("{own}_set") };
        (name.or(Some(default)), in_lookups.or(Some(own)))
    }

    fn find_served(&mut self) {
        let mut serves: FxHashMap<TypeId, Option<TypeId>> = FxHashMap::default();
        for model in self.models.values() {
            for (_, manager) in &model.managers {
                let Some(class) = manager.monolith() else { continue };
                let served = (!model.is_abstract).then_some(model.class);
                let known = serves.entry(class).or_insert(served);
                if *known != served {
                    *known = None;
                }
            }
        }
        self.serves = serves;
    }

    /// The attribute of a model's rows that leads on, inherited ones included.
    pub(crate) fn attribute(&self, id: TypeId, name: &str) -> Option<&Lead> {
        self.lineage(id).into_iter().find_map(|it| self.attributes.get(&it.class)?.get(name))
    }

    /// The name that leads on in a lookup.
    pub(crate) fn lookup(&self, id: TypeId, name: &str) -> Option<&Lead> {
        self.lineage(id).into_iter().find_map(|it| self.lookups.get(&it.class)?.get(name))
    }

    /// The model whose rows an object gives: a manager, a queryset, what leads to many rows.
    pub(crate) fn rows_of(&self, symbols: &Symbols<'_>, ty: &Ty) -> Option<TypeId> {
        let Ty::Object { head, args } = ty else { return None };
        match head {
            Head::Outside(name) if models::is_rows_name(name) => {
                args.first()?.monolith().filter(|id| self.models.contains_key(id))
            }
            Head::Monolith(class) if self.row_classes.contains(class) => {
                let given = args.first().and_then(Ty::monolith);
                given
                    .filter(|id| self.models.contains_key(id))
                    .or_else(|| self.served(symbols, *class))
            }
            _ => None,
        }
    }

    /// The one model that a manager or queryset serves: as its type arguments say, or as its only user.
    fn served(&self, symbols: &Symbols<'_>, class: TypeId) -> Option<TypeId> {
        let of_super = symbols.supers(class).iter().find_map(|ty| match ty.args() {
            [only] => only.monolith().filter(|id| self.models.contains_key(id)),
            _ => None,
        });
        of_super.or_else(|| self.serves.get(&class).copied().flatten())
    }

    /// The model that an object is a row of.
    pub(crate) fn row(&self, ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Object { head: Head::Monolith(id), .. } => {
                self.models.contains_key(id).then_some(*id)
            }
            _ => None,
        }
    }

    /// The model that is named as such.
    pub(crate) fn class(&self, ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Class(Head::Monolith(id)) => self.models.contains_key(id).then_some(*id),
            _ => None,
        }
    }

    /// The field behind the rows of a many-to-many field, where a receiver is such.
    pub(crate) fn many(&self, ty: &Ty) -> Option<Lead> {
        let Ty::Object { head: Head::Outside(name), args } = ty else { return None };
        let [_, owner, Ty::Object { head: Head::Outside(field), .. }] = &args[..] else {
            return None;
        };
        (&**name == MANY).then(|| self.attribute(owner.monolith()?, field).cloned()).flatten()
    }
}
