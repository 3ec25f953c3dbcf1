//! Lookups: names with `__` between them that lead from one model to others within one query.

use crate::facts::TableId;
use crate::import::{
    access::django::tables::ModelTables,
    code::{
        outline::{Arg, Expr, ExprKind},
        python::django::{Django, models::text},
        types::TypeId,
    },
};

/// Functions of a queryset whose named arguments are lookups.
const BY_NAME: [&str; 11] = [
    "filter",
    "exclude",
    "get",
    "aget",
    "get_or_create",
    "update_or_create",
    "annotate",
    "aggregate",
    "alias",
    "complex_filter",
    "get_object_or_404",
];
/// Functions of a queryset whose texts are lookups.
const BY_TEXT: [&str; 12] = [
    "select_related",
    "prefetch_related",
    "order_by",
    "values",
    "values_list",
    "only",
    "defer",
    "distinct",
    "dates",
    "datetimes",
    "earliest",
    "latest",
];

/// What a query walks over: each table with the one it comes from.
pub(super) type Steps = Vec<(TableId, TableId)>;

/// Where the arguments of a call on a model's rows lead.
pub(super) fn steps(
    django: &Django,
    tables: &ModelTables,
    id: TypeId,
    member: &str,
    args: &[Arg],
) -> Steps {
    let reader = Reader { django, tables, id };
    let mut steps = Steps::new();
    for arg in args {
        match &arg.name {
            Some(name) if BY_NAME.contains(&member) => {
                reader.condition(name, &mut steps);
                reader.expressions(&arg.value, &mut steps);
            }
            None if BY_TEXT.contains(&member) => {
                let loads = matches!(member, "select_related" | "prefetch_related");
                reader.texts(&arg.value, loads, &mut steps);
                reader.expressions(&arg.value, &mut steps);
            }
            _ => reader.expressions(&arg.value, &mut steps),
        }
    }
    steps
}

/// Functions within a query that take the name of a field as a text.
fn takes_field(name: &str) -> bool {
    matches!(
        name,
        "F" | "Count"
            | "Sum"
            | "Avg"
            | "Min"
            | "Max"
            | "Prefetch"
            | "ArrayAgg"
            | "StringAgg"
            | "JSONBAgg"
            | "Coalesce"
            | "Lower"
            | "Upper"
            | "Concat"
            | "Greatest"
            | "Least"
            | "StdDev"
            | "Variance"
            | "Length"
            | "SearchVector"
            | "TruncDay"
            | "TruncMonth"
            | "FilteredRelation"
            | "Cast"
            | "Func"
    )
}

struct Reader<'a> {
    django: &'a Django,
    tables: &'a ModelTables,
    id: TypeId,
}

impl Reader<'_> {
    /// Texts that name fields, in a list or by themselves.
    fn texts(&self, expr: &Expr, loads: bool, steps: &mut Steps) {
        match &expr.kind {
            ExprKind::List(parts) => parts.iter().for_each(|part| self.texts(part, loads, steps)),
            ExprKind::Same(inner) => self.texts(inner, loads, steps),
            _ => match text(expr).map(|text| text.trim_start_matches('-')) {
                Some(text) if loads => self.path(text, steps),
                Some(text) => self.condition(text, steps),
                None => {}
            },
        }
    }

    /// `Q(customer__name=…)`, `F("customer__name")`, `Count("lines")`, wherever they stand in an argument.
    fn expressions(&self, expr: &Expr, steps: &mut Steps) {
        match &expr.kind {
            ExprKind::Call { callee, args } => {
                let name = callee.dotted();
                let name = name.as_deref().and_then(|name| name.rsplit('.').next());
                let Some(name) = name.filter(|name| *name == "Q" || takes_field(name)) else {
                    // Something else is asked for here: another query has lookups of its own.
                    return;
                };
                for arg in args {
                    match (&arg.name, text(&arg.value)) {
                        (Some(field), _) if name == "Q" => self.condition(field, steps),
                        (None, Some(text)) if name == "Prefetch" => self.path(text, steps),
                        (None, Some(text)) if name != "Q" => self.condition(text, steps),
                        _ => {}
                    }
                    self.expressions(&arg.value, steps);
                }
            }
            ExprKind::Same(inner) => self.expressions(inner, steps),
            ExprKind::List(parts) | ExprKind::Other(parts) | ExprKind::Choice(parts) => {
                parts.iter().for_each(|part| self.expressions(part, steps));
            }
            _ => {}
        }
    }

    /// Follows a path as far as it leads from model to model and loads what it leads to.
    fn path(&self, path: &str, steps: &mut Steps) {
        self.follow(path, true, steps);
    }

    /// Follows a path within a condition: a key at its end is compared where it stands, so that the row that it
    /// leads to is not asked for.
    fn condition(&self, path: &str, steps: &mut Steps) {
        self.follow(path, false, steps);
    }

    fn follow(&self, path: &str, loads: bool, steps: &mut Steps) {
        let mut id = self.id;
        let mut names = path.split("__").peekable();
        while let Some(name) = names.next() {
            let at_end = names.peek().is_none_or(|next| compares(next)) && !loads;
            if at_end && self.holds_key(id, name) {
                return;
            }
            let Some(lead) = self.django.lookup(id, name) else { return };
            let (Some(from), Some(to)) =
                (self.tables.of(id).first(), self.tables.of(lead.to).first())
            else {
                return;
            };
            match lead.through.as_ref().map(|through| self.tables.through(through)) {
                Some(Some(between)) if at_end => steps.push((*from, between)),
                Some(Some(between)) => steps.extend([(*from, between), (between, *to)]),
                Some(None) => return,
                None => steps.push((*from, *to)),
            }
            id = lead.to;
        }
    }

    /// Whether the rows of a model hold the key of what a field of theirs leads to.
    fn holds_key(&self, id: TypeId, name: &str) -> bool {
        let lineage = self.django.lineage(id);
        let mut fields = lineage.iter().flat_map(|model| &model.fields);
        fields.any(|field| field.name == name && field.is_key())
    }
}

/// What may follow a key in a condition without leading to the row it belongs to.
fn compares(name: &str) -> bool {
    matches!(name, "exact" | "in" | "isnull" | "pk" | "id" | "gt" | "gte" | "lt" | "lte" | "range")
}
