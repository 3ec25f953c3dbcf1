//! SQL and query-language text in source code of any language, found wherever a string stands.
//!
//! A text is taken for a statement when it fits one and names a known table or entity. A constant counts where it
//! is used; a text that is put together piece by piece within a function is read as a whole; the name of a named
//! query counts as its text.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    annotation,
    gather::{At, Code, Gather},
    meaning::{Meaning, Speech, meaning},
    models::Models,
    sql::{self, Statement},
    tables::Tables,
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId, Place, TableId, Via},
    import::code::{
        outline::{Annotation, Expr, ExprKind, Outline, Stmt},
        types::TypeId,
    },
};

/// Queries that have a name: by that name, what they say.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamedQueries {
    pub by_name: BTreeMap<String, NamedQuery>,
}

#[derive(Clone, Debug)]
pub(crate) struct NamedQuery {
    pub text: String,
    pub speech: Speech,
    /// Where it counts if nothing in the monolith uses it; none where that is no module.
    pub at: Option<At>,
}

/// Everything that is needed to understand a text.
pub(crate) struct TextReader<'a> {
    pub code: Code<'a>,
    pub tables: &'a mut Tables,
    pub models: &'a Models,
    pub named: &'a NamedQueries,
    /// What `#{#entityName}` stands for in the queries of a repository.
    pub entity_names: &'a FxHashMap<TypeId, String>,
    pub gather: &'a mut Gather,
    used_names: FxHashSet<String>,
    used_constants: FxHashSet<(ModuleId, String)>,
}

/// A string that a field or a variable of the whole file holds.
struct Constant {
    text: String,
    line: u32,
}

type Constants = BTreeMap<(ModuleId, String), Constant>;

/// The pieces of a statement so far, within one function.
#[derive(Default)]
struct Pieces {
    text: String,
    count: usize,
    /// All texts of the function, where some of them may open a part of a statement.
    around: String,
    told: FxHashSet<(TableId, AccessMode)>,
    told_joins: FxHashSet<(TableId, TableId)>,
}

/// More pieces than this are a document, not a statement.
const MOST_PIECES: usize = 60;
/// Longer pieces are texts of their own.
const LONGEST_PIECE: usize = 4_000;

impl Pieces {
    /// A new statement within the same function.
    fn begun(&mut self, text: String) -> Self {
        let around = std::mem::take(&mut self.around);
        Self { text, count: 1, around, ..Self::default() }
    }

    /// Whether a text goes on with the statement so far.
    fn takes(&self, text: &str) -> bool {
        let open = !self.text.is_empty()
            && self.count < MOST_PIECES
            && text.len() < LONGEST_PIECE
            && !text.is_empty();
        let hangs = self.told.is_empty() || self.text.trim_end().ends_with(['(', ',', '=']);
        let begins = sql::begins_statement(text) && !(hangs && sql::may_follow(text));
        open && !begins && (hangs || sql::is_clause(text))
    }
}

impl<'a> TextReader<'a> {
    pub(crate) fn new(
        code: Code<'a>,
        tables: &'a mut Tables,
        models: &'a Models,
        named: &'a NamedQueries,
        entity_names: &'a FxHashMap<TypeId, String>,
        gather: &'a mut Gather,
    ) -> Self {
        Self {
            code,
            tables,
            models,
            named,
            entity_names,
            gather,
            used_names: FxHashSet::default(),
            used_constants: FxHashSet::default(),
        }
    }

    /// Reads every text of every module.
    pub(crate) fn run(&mut self) {
        let constants = self.constants();
        for (module, source) in self.code.modules().filter(|(_, it)| !is_translation(&it.path)) {
            self.module(module, &source.outline, &constants);
        }
        self.foreign_constants(&constants);
        for ((module, name), constant) in &constants {
            if !self.used_constants.contains(&(*module, name.clone())) {
                let at = At { module: *module, function: None, line: constant.line };
                self.whole(at, &constant.text, Speech::Either);
            }
        }
        let unused = self.named.by_name.iter().filter(|(name, _)| !self.used_names.contains(*name));
        for (at, query) in
            unused.filter_map(|(_, query)| Some((query.at?, query))).collect::<Vec<_>>()
        {
            self.whole(at, &query.text, query.speech);
        }
    }

    /// Fields and variables of whole files whose texts may matter.
    fn constants(&self) -> Constants {
        let mut constants = Constants::new();
        for (module, source) in self.code.modules() {
            let fields = source.outline.types.iter().flat_map(|decl| &decl.fields);
            let fields =
                fields.filter_map(|field| Some((&field.name, field.value.as_ref()?, field.line)));
            let variables = source.outline.top.iter().filter_map(|stmt| match stmt {
                Stmt::Let { name, value: Some(value), line, .. } => Some((name, value, *line)),
                _ => None,
            });
            for (name, value, line) in fields.chain(variables) {
                let Some(text) = annotation::as_text(value) else { continue };
                if !sql::read(text).is_empty() || self.named.by_name.contains_key(text) {
                    let constant = Constant { text: text.to_owned(), line };
                    constants.entry((module, name.clone())).or_insert(constant);
                }
            }
        }
        constants
    }

    fn module(&mut self, module: ModuleId, outline: &'a Outline, constants: &Constants) {
        for (index, function) in outline.functions.iter().enumerate() {
            let id = self.code.resolved.symbols.function_id(module, index);
            let owner =
                function.owner.and_then(|owner| self.code.resolved.symbols.declared(module, owner));
            let entity_name = owner.and_then(|owner| self.entity_names.get(&owner)).cloned();
            let at = At { module, function: id, line: function.line };
            self.annotations(at, &function.annotations, entity_name.as_deref(), constants);
            self.body(module, id, &function.body, constants);
        }
        for decl in &outline.types {
            let at = At { module, function: None, line: decl.line };
            self.annotations(at, &decl.annotations, None, constants);
            for field in &decl.fields {
                let at = At { module, function: None, line: field.line };
                self.annotations(at, &field.annotations, None, constants);
                let is_constant = constants.contains_key(&(module, field.name.clone()));
                if let Some(value) = field.value.as_ref().filter(|_| !is_constant) {
                    self.exprs(module, None, collect_expr(value), constants);
                }
            }
        }
        let top: Vec<&Stmt> = outline
            .top
            .iter()
            .filter(|stmt| match stmt {
                Stmt::Let { name, .. } => !constants.contains_key(&(module, name.clone())),
                _ => true,
            })
            .collect();
        let exprs = top.into_iter().flat_map(collect).collect();
        self.exprs(module, None, exprs, constants);
    }

    fn body(
        &mut self,
        module: ModuleId,
        function: Option<FunctionId>,
        body: &'a [Stmt],
        constants: &Constants,
    ) {
        self.exprs(module, function, body.iter().flat_map(collect).collect(), constants);
    }

    fn exprs(
        &mut self,
        module: ModuleId,
        function: Option<FunctionId>,
        exprs: Vec<&'a Expr>,
        constants: &Constants,
    ) {
        let mut pieces = Pieces { around: around(&exprs), ..Pieces::default() };
        for expr in exprs {
            let at = At { module, function, line: expr.line };
            match &expr.kind {
                ExprKind::Text(text) => self.piece(at, text, &mut pieces),
                ExprKind::Name(name) | ExprKind::Member(_, name) => {
                    let key = (module, name.clone());
                    if let Some(constant) = constants.get(&key) {
                        self.piece(at, &constant.text, &mut pieces);
                        self.used_constants.insert(key);
                    }
                }
                _ => {}
            }
        }
    }

    /// Constants of one module that another one names.
    fn foreign_constants(&mut self, constants: &Constants) {
        if constants.is_empty() {
            return;
        }
        let code = self.code;
        for member_use in code.resolved.uses.iter().flatten() {
            if member_use.target.is_some() || !member_use.args.is_empty() {
                continue;
            }
            let Some(owner) = member_use.receiver.monolith() else { continue };
            for (home, _) in code.resolved.symbols.declarations(owner) {
                let key = (home, member_use.member.to_owned());
                if home == member_use.module || !constants.contains_key(&key) {
                    continue;
                }
                let at = At {
                    module: member_use.module,
                    function: member_use.function,
                    line: member_use.line,
                };
                self.whole(at, &constants[&key].text, Speech::Either);
                self.used_constants.insert(key);
            }
        }
    }

    /// Texts in annotations; a list of texts is one text.
    fn annotations(
        &mut self,
        at: At,
        annotations: &'a [Annotation],
        entity_name: Option<&str>,
        constants: &Constants,
    ) {
        for annotation in annotations {
            let name = annotation::last_segment(&annotation.name);
            if name.starts_with("Named") && name.contains("Quer") {
                // They count where their names are used.
                continue;
            }
            let native = annotation::is_switched(annotation, "nativeQuery", true);
            let speech = if name == "Query" && !native { Speech::Entities } else { Speech::Either };
            for arg in &annotation.args {
                let items = annotation::items(&arg.value);
                let texts: Vec<String> = items
                    .into_iter()
                    .filter_map(|item| self.literal(at.module, item, constants))
                    .collect();
                let text = without_tags(&texts.join(" "));
                let text = match entity_name {
                    Some(entity) => text.replace("#{#entityName}", entity),
                    None => text,
                };
                self.whole(at, &text, speech);
            }
        }
    }

    /// A literal text, or that of a constant of the same module.
    fn literal(&mut self, module: ModuleId, expr: &Expr, constants: &Constants) -> Option<String> {
        match &expr.kind {
            ExprKind::Text(text) => Some(text.clone()),
            ExprKind::Name(name) | ExprKind::Member(_, name) => {
                let key = (module, name.clone());
                let text = constants.get(&key)?.text.clone();
                self.used_constants.insert(key);
                Some(text)
            }
            _ => None,
        }
    }

    /// A text that stands for itself.
    pub(crate) fn whole(&mut self, at: At, text: &str, speech: Speech) {
        if let Some((text, speech)) = self.named_text(text) {
            for statement in sql::read(&text) {
                self.statement(at, &statement, speech);
            }
        } else {
            for statement in sql::read(text) {
                self.statement(at, &statement, speech);
            }
        }
    }

    fn named_text(&mut self, text: &str) -> Option<(String, Speech)> {
        let query = self.named.by_name.get(text)?;
        self.used_names.insert(text.to_owned());
        Some((query.text.clone(), query.speech))
    }

    fn statement(&mut self, at: At, statement: &Statement, speech: Speech) {
        let meaning = self.meaning(at, statement, speech);
        if statement.begins_with_from && !meaning.through_models {
            return;
        }
        let via = if meaning.through_models { Via::Orm } else { Via::Sql };
        self.gather.meaning(at, &meaning, via);
    }

    fn meaning(&mut self, at: At, statement: &Statement, speech: Speech) -> Meaning {
        let place = self.code.place(at);
        let meaning = meaning(statement, self.tables, self.models, speech, &place);
        if statement.certain {
            self.note_unknown(&meaning, &place);
        }
        meaning
    }

    fn note_unknown(&mut self, meaning: &Meaning, place: &Place) {
        for name in &meaning.unknown {
            self.gather.unknown.entry(name.clone()).or_insert_with(|| place.clone());
        }
    }

    /// A text that may be a statement, or go on with the one before it in the same function.
    fn piece(&mut self, at: At, text: &str, pieces: &mut Pieces) {
        if self.named.by_name.contains_key(text) {
            self.whole(at, text, Speech::Either);
            return;
        }
        if pieces.takes(text) {
            pieces.text.push(' ');
            pieces.text.push_str(text);
            pieces.count += 1;
            if !sql::names_tables(text) && !pieces.told.is_empty() {
                return;
            }
        } else if let Some(whole) = sql::completed_among(text, &pieces.around) {
            *pieces = pieces.begun(whole);
        } else if sql::begins_statement(text) || !sql::read(text).is_empty() {
            *pieces = pieces.begun(text.to_owned());
        } else {
            return;
        }
        for statement in sql::read(&pieces.text) {
            let mut meaning = self.meaning(at, &statement, Speech::Either);
            if statement.begins_with_from && !meaning.through_models {
                continue;
            }
            let via = if meaning.through_models { Via::Orm } else { Via::Sql };
            meaning.accesses.retain(|access| pieces.told.insert(*access));
            meaning.joins.retain(|join| pieces.told_joins.insert(*join));
            self.gather.meaning(at, &meaning, via);
        }
    }
}

/// Texts of translations are for people, whatever they look like.
fn is_translation(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| matches!(folder, "lang" | "locales" | "translations" | "i18n"))
}

/// The texts of a function, one after the other, if one of them may open a part of a statement.
fn around(exprs: &[&Expr]) -> String {
    let texts = || {
        exprs.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Text(text) => Some(text.as_str()),
            _ => None,
        })
    };
    if texts().any(sql::may_open) { texts().collect::<Vec<_>>().join(" ") } else { String::new() }
}

fn collect(stmt: &Stmt) -> Vec<&Expr> {
    let mut exprs = Vec::new();
    stmt.walk(&mut |expr| exprs.push(expr));
    exprs
}

fn collect_expr(expr: &Expr) -> Vec<&Expr> {
    let mut exprs = Vec::new();
    expr.walk(&mut |expr| exprs.push(expr));
    exprs
}

/// MyBatis allows its XML in annotations, within `<script>`.
fn without_tags(text: &str) -> String {
    if !text.trim_start().starts_with("<script>") {
        return text.to_owned();
    }
    let (root, _) = super::xml::parse(text);
    root.map(|root| super::mybatis::flatten(&root)).unwrap_or_default()
}
