//! Resolves all Ruby files of a project: types first, in rounds, as methods tell what other methods give.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    names::Names,
    tree::Tree,
    views::Views,
    walk::{Context, Known, Output, Walker},
};
use crate::{
    facts::{LanguageReport, ModuleId},
    import::code::{
        resolve::{Own, Source},
        symbols::Symbols,
        types::Ty,
    },
};

/// How many of the names that could not be resolved the report lists.
const MOST_UNRESOLVED: usize = 10;
/// In how many rounds types spread from method to method.
const ROUNDS: usize = 3;

/// Resolves all names in the files of one language of the family.
pub(super) fn resolve<'a>(
    sources: &'a [Source],
    symbols: &Symbols<'a>,
    manifests: &[(String, String)],
    language: &'static str,
) -> Own<'a> {
    let tree = Tree::new(sources, symbols);
    let context = Context {
        includers: tree.includers(),
        names: Names::new(&tree, manifests),
        views: Views::new(&tree),
        tree: &tree,
    };
    let is_family = |at: &usize| sources[*at].language.rules().family == super::FAMILY;
    let files: Vec<usize> = (0..sources.len()).filter(is_family).collect();
    let mut known = Known::default();
    for round in 0..ROUNDS {
        let learned: Vec<Output<'a>> = files
            .par_iter()
            .filter(|file| !sources[**file].outline.functions.is_empty())
            .map(|file| Walker::new(&context, &known, ModuleId::at(*file), false).file())
            .collect();
        known = Known::of(learned, round == 0);
    }
    let outputs: Vec<(usize, Output<'a>)> = files
        .par_iter()
        .filter(|file| sources[**file].language.name() == language)
        .map(|file| (*file, Walker::new(&context, &known, ModuleId::at(*file), true).file()))
        .collect();
    gathered(outputs, language)
}

fn gathered<'a>(outputs: Vec<(usize, Output<'a>)>, language: &str) -> Own<'a> {
    let report = LanguageReport { language: language.to_owned(), ..LanguageReport::default() };
    let mut own = Own { report, ..Own::default() };
    let mut unresolved: BTreeMap<String, u32> = BTreeMap::new();
    for (file, output) in outputs {
        own.calls.extend(output.calls);
        own.uses.push((file, output.uses));
        own.transactions.extend(output.transactions);
        let total = &mut own.report.references;
        total.exact += output.references.exact;
        total.by_name += output.references.by_name;
        total.unresolved += output.references.unresolved;
        total.outside += output.references.outside;
        let names: BTreeMap<&str, u32> = output.unresolved.into_iter().collect();
        for (name, count) in names {
            *unresolved.entry(name.to_owned()).or_insert(0) += count;
        }
    }
    let mut unresolved: Vec<(String, u32)> = unresolved.into_iter().collect();
    unresolved.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    unresolved.truncate(MOST_UNRESOLVED);
    own.report.most_unresolved = unresolved;
    own
}

impl<'a> Known<'a> {
    /// What the walks of one round learned. In the first one, variables that are given each other's values are not
    /// known yet: that alone says nothing against what else they are given, and later rounds ask again.
    fn of(outputs: Vec<Output<'a>>, is_first: bool) -> Self {
        let mut known = Self::default();
        let mut ivars: BTreeMap<(usize, &'a str), Vec<Ty>> = BTreeMap::new();
        for output in outputs {
            known.returns.extend(output.returns);
            for (variable, ty) in output.ivars {
                if is_first && ty.is_unknown() {
                    continue;
                }
                ivars.entry(variable).or_default().push(ty);
            }
        }
        for (variable, types) in ivars {
            let ty = super::library::join(types);
            if !ty.is_unknown() && !super::library::is_nil(&ty) {
                known.ivars.insert(variable, ty);
            } else {
                known.ivars.insert(variable, Ty::Unknown);
            }
        }
        known
    }
}
