//! Which plain names the program gives to methods, and how often: what may be known by its name alone.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{library, lower::text_of, tree::Tree};
use crate::{
    facts::{FunctionId, ModuleId},
    import::code::{
        outline::{Expr, ExprKind, Stmt},
        resolve::Source,
    },
};

/// Every name under which something is declared.
pub(super) struct Names<'a> {
    functions: FxHashMap<&'a str, Vec<FunctionId>>,
    /// Accessors, associations and what else macros declare.
    members: FxHashSet<String>,
    columns: FxHashSet<String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(tree: &Tree<'_, 'a>, manifests: &[(String, String)]) -> Self {
        let mut names = Self {
            functions: FxHashMap::default(),
            members: FxHashSet::default(),
            columns: FxHashSet::default(),
        };
        for (at, source) in tree.sources.iter().enumerate() {
            if source.language.rules().family != super::FAMILY {
                continue;
            }
            for (index, function) in source.outline.functions.iter().enumerate() {
                let id = tree.symbols.function_id(ModuleId::at(at), index);
                names.functions.entry(function.name.as_str()).or_default().extend(id);
            }
            if source.path.contains("migrate/") {
                names.migration(source);
            }
        }
        for class in &tree.classes {
            names.members.extend(class.members.keys().cloned());
        }
        for (_, text) in manifests.iter().filter(|(path, _)| path.ends_with("schema.rb")) {
            names.columns.extend(columns(text).map(str::to_owned));
        }
        names
    }

    /// Names of columns that a migration adds.
    fn migration(&mut self, source: &'a Source) {
        let mut note = |expr: &'a Expr| {
            let ExprKind::Call { args, .. } = &expr.kind else { return };
            for arg in args.iter().take(3) {
                if let Some(name) = text_of(&arg.value).filter(|name| name.len() < 60) {
                    self.columns.insert(name.to_owned());
                }
            }
        };
        let bodies = source.outline.functions.iter().flat_map(|function| &function.body);
        bodies.chain(&source.outline.top).for_each(|stmt: &'a Stmt| stmt.walk(&mut note));
    }

    /// Whether the program declares anything of that name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.functions.contains_key(name) || self.members.contains(name)
    }

    /// The only method of that name, where the name is that of nothing else.
    pub(super) fn only(&self, name: &str) -> Option<FunctionId> {
        let plain = name.trim_end_matches(['?', '=', '!']);
        if !is_specific(plain)
            || library::is_common(name)
            || self.members.contains(name)
            || self.columns.contains(plain)
            || plain.strip_suffix("_id").is_some_and(|it| self.members.contains(it))
        {
            return None;
        }
        match self.functions.get(name)?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}

/// The names of columns in `schema.rb`: `t.string "name"`.
fn columns(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("t.")?;
        let (_, rest) = line.split_once(' ')?;
        let rest = rest.trim_start().strip_prefix(['"', ':'])?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
    })
}

/// Whether a name is unlikely to be that of something else too: several words, and none of those that
/// libraries make names with.
fn is_specific(name: &str) -> bool {
    let ends = ["_tag", "_field", "_select", "_path", "_url", "_helpers", "_by", "_for", "_with"];
    let underscores = name.matches('_').count();
    !ends.iter().any(|end| name.ends_with(end))
        && (underscores >= 2 || underscores == 1 && name.len() >= 14)
}
