//! Finding what names mean, over all modules at once: functions, calls, and the typed view of every body.

use std::collections::BTreeMap;

use super::{language::Language, outline::Outline, symbols::Symbols, types::MemberUse};
use crate::{
    facts::{Call, Function, FunctionId, LanguageReport},
    import::progress::Watch,
};

/// One module with its outline. Its place in the list is its `ModuleId`.
pub struct Source {
    pub path: String,
    pub language: &'static dyn Language,
    pub outline: Outline,
}

/// What the names of all modules mean.
pub struct Resolved<'a> {
    /// Which types there are, and what a written type means.
    pub symbols: Symbols<'a>,
    /// All functions, module by module, in the order of [`Outline::functions`].
    pub functions: Vec<Function>,
    /// References between modules, and calls and constructions within one.
    pub calls: Vec<Call>,
    /// By module: every use of a member, in source order.
    pub uses: Vec<Vec<MemberUse<'a>>>,
    /// By the language's name; files, lines and times are not filled in here.
    pub languages: BTreeMap<&'static str, LanguageReport>,
}

/// What a language found that resolves names by rules of its own.
#[derive(Default)]
pub struct Own<'a> {
    pub calls: Vec<Call>,
    /// Every use of a member, by the place of its module among the sources.
    pub uses: Vec<(usize, Vec<MemberUse<'a>>)>,
    /// Its references and the names that could not be resolved; files, lines and times are not filled in.
    pub report: LanguageReport,
    /// Functions that open a transaction, and by what.
    pub transactions: Vec<(FunctionId, String)>,
}

/// Resolves every name in `sources`. `manifests` are paths and texts of the files that languages asked for.
#[must_use]
pub fn resolve<'a>(
    sources: &'a [Source],
    manifests: &[(String, String)],
    watch: &dyn Watch,
) -> Resolved<'a> {
    let symbols = Symbols::new(sources, manifests);
    watch.progress(crate::import::progress::Phase::Resolve, 0, sources.len());
    Resolved {
        functions: symbols.functions(),
        symbols,
        calls: Vec::new(),
        uses: sources.iter().map(|_| Vec::new()).collect(),
        languages: BTreeMap::new(),
    }
}
