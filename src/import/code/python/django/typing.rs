//! What Django's managers, querysets, rows, views and functions give.

use super::{Django, Lead, MANAGER, MANY, ROWS, VALUES, models};
use crate::facts::ModuleId;
use crate::import::code::{
    language::Reached,
    outline::{Arg, Expr, ExprKind, FunctionDecl},
    python::libraries::{list_of, tuple_of},
    symbols::Symbols,
    types::{Head, Ty, TypeId},
};

fn object(id: TypeId) -> Ty {
    Ty::object(Head::Monolith(id))
}

fn rows(kind: &str, id: TypeId) -> Ty {
    Ty::Object { head: Head::Outside(kind.into()), args: vec![object(id)] }
}

impl Django {
    /// What a member is, as far as Django says.
    pub(crate) fn member(&self, used: &Reached<'_>) -> Option<Ty> {
        if self.is_empty() {
            return None;
        }
        let receiver = used.receiver;
        let of_super = || match (&used.of.kind, used.owner) {
            (ExprKind::Super, Some(own)) => Some(object(own)),
            _ => None,
        };
        if let Some(id) = self
            .rows_of(used.symbols, receiver)
            .or_else(|| self.rows_of(used.symbols, &of_super()?))
        {
            let kept = of_super().unwrap_or_else(|| receiver.clone());
            return self.of_rows(id, &kept, used.member);
        }
        if let Some(id) = self.class(receiver) {
            return self.manager(id, used.member);
        }
        if let Some(id) = self.row(receiver) {
            return self.of_row(id, used.member).or_else(|| self.manager(id, used.member));
        }
        match (used.member, used.args) {
            ("get_model", Some(args)) => self.by_text(args).map(|id| Ty::Class(Head::Monolith(id))),
            ("user", None) if is_request(used.of) => self.user.map(object),
            (name, Some(_)) if matches!(receiver, Ty::Class(Head::Outside(_))) => {
                self.shortcut(used.symbols, name, used.arg_types)
            }
            _ => self.of_view(used),
        }
    }

    /// What Django hands to functions: rows to what listens to them and what shows them, querysets to what filters.
    pub(crate) fn params(
        &self,
        symbols: &Symbols<'_>,
        module: ModuleId,
        owner: Option<TypeId>,
        decl: &FunctionDecl,
    ) -> Vec<Ty> {
        if self.is_empty() || decl.params.iter().all(|param| param.ty.is_some()) {
            return Vec::new();
        }
        let sender = || self.sender(symbols, module, decl);
        let named = |bases: &[&str]| {
            let class = owner?;
            let outside = symbols.outside_super_names(class);
            let fits = outside.iter().any(|base| bases.iter().any(|end| base.ends_with(end)));
            fits.then(|| self.form_model(symbols, class)).flatten()
        };
        let ty = |name: &str| match name {
            "instance" => sender().or_else(|| named(&["Serializer"])).map(object),
            "obj" => named(&["Serializer"]).map(object),
            "queryset" | "qs" => named(&["FilterSet"]).map(|id| rows(ROWS, id)),
            "sender" => sender().map(|id| Ty::Class(Head::Monolith(id))),
            _ => None,
        };
        decl.params.iter().map(|param| ty(&param.name).unwrap_or_default()).collect()
    }

    /// The model whose signals a function listens to: `@receiver(post_save, sender=Order)`.
    fn sender(
        &self,
        symbols: &Symbols<'_>,
        module: ModuleId,
        decl: &FunctionDecl,
    ) -> Option<TypeId> {
        let mut senders = decl.annotations.iter().filter(|note| note.name.ends_with("receiver"));
        let note = senders.next().filter(|_| senders.next().is_none())?;
        let sender = note.args.iter().find(|arg| arg.name.as_deref() == Some("sender"))?;
        match models::named(symbols, module, &sender.value)? {
            models::Named::Class(id) => self.models.contains_key(&id).then_some(id),
            models::Named::User => self.user,
            models::Named::Text(_) => None,
        }
    }

    /// What a function of Django gives.
    pub(crate) fn function(
        &self,
        symbols: &Symbols<'_>,
        name: &str,
        args: &[Arg],
        types: &[Ty],
    ) -> Option<Ty> {
        if name == "get_model" {
            return self.by_text(args).map(|id| Ty::Class(Head::Monolith(id)));
        }
        self.shortcut(symbols, name, types)
    }

    fn shortcut(&self, symbols: &Symbols<'_>, name: &str, types: &[Ty]) -> Option<Ty> {
        match name {
            "get_object_or_404" | "aget_object_or_404" => {
                self.named_rows(symbols, types.first()?).map(object)
            }
            "get_list_or_404" | "aget_list_or_404" => {
                self.named_rows(symbols, types.first()?).map(|id| list_of(object(id)))
            }
            "get_user_model" => self.user.map(|id| Ty::Class(Head::Monolith(id))),
            _ => None,
        }
    }

    /// The model that is meant by a class, a manager or a queryset.
    pub(crate) fn named_rows(&self, symbols: &Symbols<'_>, ty: &Ty) -> Option<TypeId> {
        self.class(ty).or_else(|| self.rows_of(symbols, ty))
    }

    /// `get_model("shop", "Order")`, `get_model("shop.Order")`.
    fn by_text(&self, args: &[Arg]) -> Option<TypeId> {
        let mut texts = args.iter().filter_map(|arg| models::text(&arg.value));
        let first = texts.next()?;
        match (texts.next(), first.rsplit_once('.')) {
            (Some(name), _) => self.model_named(first, name),
            (None, Some((app, name))) => self.model_named(app, name),
            (None, None) => None,
        }
    }

    /// The manager of a model that has that name.
    pub(crate) fn manager(&self, id: TypeId, name: &str) -> Option<Ty> {
        let with_model = |ty: &Ty| match ty {
            Ty::Object { head, .. } => Ty::Object { head: head.clone(), args: vec![object(id)] },
            other => other.clone(),
        };
        let lineage = self.lineage(id);
        let mut declared = lineage.iter().flat_map(|model| &model.managers);
        let default = matches!(name, "_default_manager" | "_base_manager");
        let found = declared.find(|(known, _)| known == name || default);
        match found {
            Some((_, ty)) => Some(with_model(ty)),
            None => (default || name == "objects").then(|| rows(MANAGER, id)),
        }
    }

    fn of_row(&self, id: TypeId, name: &str) -> Option<Ty> {
        let lead = self.attribute(id, name)?;
        Some(self.led_to(id, name, lead))
    }

    fn led_to(&self, from: TypeId, name: &str, lead: &Lead) -> Ty {
        if !lead.many {
            return object(lead.to);
        }
        if lead.through.is_some() {
            let args = vec![object(lead.to), object(from), Ty::outside(name)];
            return Ty::Object { head: Head::Outside(MANY.into()), args };
        }
        self.manager(lead.to, "_default_manager").unwrap_or_else(|| rows(MANAGER, lead.to))
    }

    fn of_rows(&self, id: TypeId, receiver: &Ty, name: &str) -> Option<Ty> {
        let same = || match receiver.head() {
            Some(Head::Monolith(class)) => {
                Ty::Object { head: Head::Monolith(*class), args: vec![object(id)] }
            }
            Some(Head::Outside(kind)) if &**kind == VALUES => receiver.clone(),
            _ => rows(ROWS, id),
        };
        let one = name.strip_prefix('a').unwrap_or(name);
        Some(match name {
            "all" | "filter" | "exclude" | "order_by" | "select_related" | "prefetch_related"
            | "annotate" | "alias" | "distinct" | "using" | "only" | "defer" | "reverse"
            | "none" | "union" | "intersection" | "difference" | "select_for_update" | "extra"
            | "complex_filter" | "get_queryset" | "iterator" | "aiterator" | "raw"
            | "__getslice__" | "db_manager" => same(),
            "dates" | "datetimes" | "values" | "values_list" => {
                let args = vec![object(id), Ty::outside("dict")];
                Ty::Object { head: Head::Outside(VALUES.into()), args }
            }
            "model" => Ty::Class(Head::Monolith(id)),
            "in_bulk" => {
                let args = vec![Ty::Unknown, object(id)];
                Ty::Object { head: Head::Outside("dict".into()), args }
            }
            "bulk_create" | "abulk_create" => list_of(object(id)),
            "get_or_create" | "update_or_create" | "aget_or_create" | "aupdate_or_create" => {
                tuple_of(vec![object(id), Ty::Unknown])
            }
            "create_user" | "create_superuser" | "get_by_natural_key" => object(id),
            "__getitem__" => self.each(id, receiver),
            _ if matches!(one, "get" | "first" | "last" | "earliest" | "latest" | "create")
                || matches!(name, "get" | "first" | "last" | "earliest" | "latest" | "create") =>
            {
                self.each(id, receiver)
            }
            _ => return None,
        })
    }

    /// What each of the rows is.
    fn each(&self, id: TypeId, receiver: &Ty) -> Ty {
        match receiver {
            Ty::Object { head: Head::Outside(kind), .. } if &**kind == VALUES => {
                Ty::outside("dict")
            }
            _ => object(id),
        }
    }

    /// What generic views, forms and serializers have: the model that their class names.
    fn of_view(&self, used: &Reached<'_>) -> Option<Ty> {
        let Ty::Object { head: Head::Monolith(class), .. } = used.receiver else { return None };
        if !used.symbols.has_outside_super(*class) {
            return None;
        }
        match (used.member, used.args) {
            ("get_object", Some(_)) | ("object" | "instance", None) => {
                self.served_by(used.symbols, *class).map(object)
            }
            ("save", Some(_)) => self.form_model(used.symbols, *class).map(object),
            ("get_queryset", Some(_)) => {
                let queryset = used.symbols.field_type(*class, "queryset");
                match self.rows_of(used.symbols, &queryset) {
                    Some(_) => Some(queryset),
                    None => self.served_by(used.symbols, *class).map(|id| rows(ROWS, id)),
                }
            }
            ("get_serializer", Some(_)) => class_field(used.symbols, *class, "serializer_class"),
            ("get_form", Some(_)) => class_field(used.symbols, *class, "form_class"),
            _ => None,
        }
    }

    /// The model that a view, form or serializer is for.
    pub(crate) fn served_by(&self, symbols: &Symbols<'_>, class: TypeId) -> Option<TypeId> {
        let queryset = self.rows_of(symbols, &symbols.field_type(class, "queryset"));
        queryset
            .or_else(|| self.class(&symbols.field_type(class, "model")))
            .or_else(|| self.form_model(symbols, class))
    }

    /// The model that the options of a form or serializer name.
    pub(crate) fn form_model(&self, symbols: &Symbols<'_>, class: TypeId) -> Option<TypeId> {
        symbols.with_supers(class).into_iter().find_map(|id| {
            let meta = symbols.nested_type(id, "Meta")?;
            self.class(&symbols.field_type(meta, "model"))
        })
    }
}

fn class_field(symbols: &Symbols<'_>, class: TypeId, name: &str) -> Option<Ty> {
    match symbols.field_type(class, name) {
        Ty::Class(head) => Some(Ty::object(head)),
        _ => None,
    }
}

/// `request`, `self.request`, `info.context`.
fn is_request(of: &Expr) -> bool {
    let Some(name) = of.dotted() else { return false };
    matches!(name.rsplit('.').next(), Some("request")) || name == "info.context"
}
