//! Which classes are models, the table of each, and which classes hand models out: repositories, contracts.

use std::collections::BTreeMap;

use crate::{
    facts::{AccessMode, SourceKind, TableId, Via},
    import::{
        access::{
            gather::{At, Code, Gather},
            tables::Tables,
        },
        code::{
            outline::{Expr, ExprKind, FunctionDecl, Stmt, TypeDecl, TypeKind},
            types::{Head, Ty, TypeId},
        },
        schema::inflect::{plural, singular},
    },
};

/// Classes of Laravel whose descendants are models.
const BASES: [&str; 5] =
    ["Model", "Authenticatable", "Pivot", "MorphPivot", "DatabaseNotification"];

/// Models by class.
#[derive(Default)]
pub(super) struct Rows {
    tables: BTreeMap<TypeId, TableId>,
    /// Classes whose queries are those of a model: repositories that name it, contracts that only it fulfils.
    stand_ins: BTreeMap<TypeId, TypeId>,
}

impl Rows {
    pub(super) fn find(code: Code<'_>, tables: &mut Tables, gather: &mut Gather) -> Self {
        let mut rows = Self::default();
        let mut contracts: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        for (module, place, decl) in code.types() {
            let source = &code.sources[module.index()];
            if source.language.name() != "PHP" || decl.kind != TypeKind::Class {
                continue;
            }
            let symbols = &code.resolved.symbols;
            let Some(class) = symbols.declared(module, place) else { continue };
            let bases = symbols.outside_supers(class);
            if !bases.iter().any(|base| BASES.contains(&base.as_str())) {
                continue;
            }
            let is_pivot = bases.iter().any(|base| base.ends_with("Pivot"));
            let written = table_of(code, class);
            let name = written.clone().unwrap_or_else(|| by_convention(&decl.name, is_pivot));
            let at = At { module, function: None, line: decl.line };
            let found = tables.lookup_loosely(None, &name);
            let table = match found {
                Some(table) => table,
                // A base class of models has no table, and a model of a package has its own elsewhere.
                None if tables.is_open() || written.is_some() => {
                    tables.declare(None, &name, SourceKind::OrmModel, code.place(at))
                }
                None => continue,
            };
            gather.access(at, table, AccessMode::Read, Via::Entity);
            rows.tables.insert(class, table);
            for contract in symbols.supers(class).iter().filter_map(Ty::monolith) {
                let is_interface = symbols
                    .declarations(contract)
                    .first()
                    .is_some_and(|(_, decl)| decl.kind == TypeKind::Interface);
                if is_interface {
                    contracts.entry(contract).or_default().push(class);
                }
            }
        }
        for (contract, models) in contracts {
            if let [model] = models[..] {
                rows.stand_ins.insert(contract, model);
            }
        }
        rows.find_repositories(code);
        rows
    }

    /// A class whose `model()` names a model queries that model.
    fn find_repositories(&mut self, code: Code<'_>) {
        for (module, source) in code.modules() {
            if source.language.name() != "PHP" {
                continue;
            }
            for decl in source.outline.functions.iter().filter(|decl| decl.name == "model") {
                let Some(class) =
                    decl.owner.and_then(|owner| code.resolved.symbols.declared(module, owner))
                else {
                    continue;
                };
                let named = decl.returns.as_ref().filter(|it| it.name == "class-string");
                let Some(named) = named.and_then(|it| it.args.first()) else { continue };
                let model = code.resolved.symbols.resolve_type(module, decl.owner, named);
                if let Some(model) = model.monolith().and_then(|id| self.model(id)) {
                    self.stand_ins.insert(class, model);
                }
            }
        }
    }

    /// The model that a class is or stands for.
    pub(super) fn model(&self, class: TypeId) -> Option<TypeId> {
        if self.tables.contains_key(&class) {
            return Some(class);
        }
        self.stand_ins.get(&class).copied()
    }

    /// Whether a class is a model itself, or a contract that stands for one: its objects are rows.
    pub(super) fn is_repository(&self, class: TypeId, code: Code<'_>) -> bool {
        let is_interface = |class: TypeId| {
            let declarations = code.resolved.symbols.declarations(class);
            declarations.first().is_some_and(|(_, decl)| decl.kind == TypeKind::Interface)
        };
        self.stand_ins.contains_key(&class) && !is_interface(class)
    }

    pub(super) fn table(&self, model: TypeId) -> Option<TableId> {
        self.tables.get(&model).copied()
    }

    pub(super) fn models(&self) -> impl Iterator<Item = (TypeId, TableId)> {
        self.tables.iter().map(|(model, table)| (*model, *table))
    }

    /// The model whose rows an object of a type holds or is.
    pub(super) fn of(&self, ty: &Ty) -> Option<TypeId> {
        match ty {
            Ty::Object { head: Head::Outside(_), args } => self.model(args.last()?.monolith()?),
            other => self.model(other.monolith()?),
        }
    }
}

/// `$table`, own or inherited, or what `getTable()` returns.
fn table_of(code: Code<'_>, class: TypeId) -> Option<String> {
    let symbols = &code.resolved.symbols;
    let own = symbols.methods(class, "getTable").into_iter().find_map(|id| {
        let (_, decl) = symbols.function(id)?;
        returned_text(decl)
    });
    if own.is_some() {
        return own;
    }
    let mut waiting = vec![class];
    for _ in 0..20 {
        let class = waiting.pop()?;
        let found =
            symbols.declarations(class).into_iter().find_map(|(_, decl)| declared_table(decl));
        if found.is_some() {
            return found;
        }
        waiting.extend(symbols.supers(class).iter().filter_map(Ty::monolith));
    }
    None
}

fn declared_table(decl: &TypeDecl) -> Option<String> {
    let field = decl.fields.iter().find(|field| field.name == "$table")?;
    text(field.value.as_ref()?)
}

fn returned_text(decl: &FunctionDecl) -> Option<String> {
    decl.body.iter().find_map(|stmt| match stmt {
        Stmt::Return(value) => text(value),
        _ => None,
    })
}

/// The text of a literal.
pub(super) fn text(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Text(text) => Some(text.clone()),
        ExprKind::Same(inner) => text(inner),
        _ => None,
    }
}

fn by_convention(class: &str, is_pivot: bool) -> String {
    let class = class.rsplit('.').next().unwrap_or(class);
    let snake = snake(class);
    if is_pivot { singular(&snake) } else { plural(&snake) }
}

/// `OrderLine` as `order_line`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.char_indices() {
        if c.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
