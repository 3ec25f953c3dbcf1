//! Finding what names mean, over all modules at once: functions, calls, and the typed view of every body.

use std::{
    collections::{BTreeMap, hash_map::Entry},
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    body::{self, Found},
    language::{Language, Libraries},
    outline::Outline,
    symbols::{Learned, Symbols},
    types::{MemberUse, Ty},
};
use crate::{
    facts::{Call, CallKind, Certainty, Function, FunctionId, LanguageReport, ModuleId},
    import::progress::{Phase, Watch},
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

/// How many of the most frequent unresolved names a report tells.
const MOST_UNRESOLVED: usize = 10;
/// How often modules are walked to learn what is not written; each walk sees one step further.
const LEARNING_WALKS: usize = 2;

/// Resolves every name in `sources`. `manifests` are paths and texts of the files that languages asked for.
#[must_use]
pub fn resolve<'a>(
    sources: &'a [Source],
    manifests: &[(String, String)],
    watch: &dyn Watch,
) -> Resolved<'a> {
    let mut symbols = Symbols::new(sources, manifests);
    let own = own(sources, &symbols, manifests);
    let libraries = libraries(sources, &symbols);
    learn(sources, &mut symbols, &libraries, watch);
    let done = AtomicUsize::new(0);
    let found: Vec<Found<'a>> = sources
        .par_iter()
        .enumerate()
        .map(|(at, source)| {
            let count = done.fetch_add(1, Ordering::Relaxed);
            if count.is_multiple_of(100) {
                watch.progress(Phase::Resolve, count, sources.len());
            }
            let language = source.language.name();
            if watch.cancelled() || own.contains_key(language) {
                return Found::default();
            }
            let libraries = libraries.get(language).map(AsRef::as_ref);
            body::read(&symbols, libraries, source, ModuleId::at(at))
        })
        .collect();
    let mut languages = report(sources, &found);
    let mut functions = symbols.functions();
    let mut calls = Vec::new();
    let mut uses = Vec::new();
    for module in found {
        calls.extend(module.calls);
        uses.push(module.uses);
    }
    calls.extend(links(sources));
    for (language, own) in own {
        calls.extend(own.calls);
        for (at, list) in own.uses {
            uses[at] = list;
        }
        for (function, by) in own.transactions {
            functions[function.index()].transaction = Some(by);
        }
        languages.insert(language, own.report);
    }
    Resolved { functions, symbols, calls, uses, languages }
}

type LibrariesOf = BTreeMap<&'static str, Box<dyn Libraries>>;

/// What the libraries of each language are known to add.
fn libraries(sources: &[Source], symbols: &Symbols<'_>) -> LibrariesOf {
    let known = |language: &'static dyn Language| {
        Some((language.name(), language.libraries(sources, symbols)?))
    };
    languages(sources).into_values().filter_map(known).collect()
}

/// Walks the modules of languages that seldom write types, to see what functions return and fields are given. What
/// one walk finds helps the next one further.
fn learn(
    sources: &[Source],
    symbols: &mut Symbols<'_>,
    libraries: &LibrariesOf,
    watch: &dyn Watch,
) {
    if !sources.iter().any(|source| source.language.learns_types()) {
        return;
    }
    for _ in 0..LEARNING_WALKS {
        let found: Vec<Found<'_>> = sources
            .par_iter()
            .enumerate()
            .map(|(at, source)| {
                if watch.cancelled() || !source.language.learns_types() {
                    return Found::default();
                }
                let libraries = libraries.get(source.language.name()).map(AsRef::as_ref);
                body::read(symbols, libraries, source, ModuleId::at(at))
            })
            .collect();
        let mut learned = Learned::default();
        for module in &found {
            for (function, ty) in &module.returned {
                agree(learned.returns.entry(*function), ty);
            }
            for (id, name, ty) in &module.given {
                agree(learned.members.entry((*id, (*name).to_owned())), ty);
            }
        }
        learned.returns.retain(|_, ty| !ty.is_unknown());
        learned.members.retain(|_, ty| !ty.is_unknown());
        symbols.learn(learned);
    }
}

/// Only what is always the same is known.
fn agree<K>(entry: Entry<'_, K, Ty>, ty: &Ty) {
    match entry {
        Entry::Vacant(entry) => _ = entry.insert(ty.clone()),
        Entry::Occupied(mut entry) if entry.get() != ty => _ = entry.insert(Ty::Unknown),
        Entry::Occupied(_) => {}
    }
}

/// The languages of the sources, by name.
fn languages(sources: &[Source]) -> BTreeMap<&'static str, &'static dyn Language> {
    sources.iter().map(|source| (source.language.name(), source.language)).collect()
}

/// What modules name by path.
fn links(sources: &[Source]) -> Vec<Call> {
    let languages: BTreeMap<&'static str, &'static dyn Language> =
        sources.iter().map(|source| (source.language.name(), source.language)).collect();
    let found = languages.values().flat_map(|language| language.links(sources));
    let call = |(from, to, line)| Call {
        from_module: ModuleId::at(from),
        from_function: None,
        to_module: ModuleId::at(to),
        to_function: None,
        kind: CallKind::Import,
        line,
        certainty: Certainty::Exact,
        in_loop: false,
    };
    found.map(call).collect()
}

/// What the languages found that resolve names by rules of their own.
fn own<'a>(
    sources: &'a [Source],
    symbols: &Symbols<'a>,
    manifests: &[(String, String)],
) -> BTreeMap<&'static str, Own<'a>> {
    languages(sources)
        .into_iter()
        .filter_map(|(name, language)| Some((name, language.resolve(sources, symbols, manifests)?)))
        .collect()
}

fn report(sources: &[Source], found: &[Found<'_>]) -> BTreeMap<&'static str, LanguageReport> {
    let mut reports: BTreeMap<&'static str, LanguageReport> = BTreeMap::new();
    let mut names: BTreeMap<&'static str, FxHashMap<&str, u32>> = BTreeMap::new();
    for (source, found) in sources.iter().zip(found) {
        let language = source.language.name();
        let report = reports.entry(language).or_default();
        report.references.exact += found.references.exact;
        report.references.by_name += found.references.by_name;
        report.references.unresolved += found.references.unresolved;
        report.references.outside += found.references.outside;
        let names = names.entry(language).or_default();
        let counts: BTreeMap<&str, u32> = found.unresolved.iter().map(|(a, b)| (*a, *b)).collect();
        for (name, count) in counts {
            *names.entry(name).or_insert(0) += count;
        }
    }
    for (language, names) in names {
        let mut most: Vec<(String, u32)> =
            names.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        most.truncate(MOST_UNRESOLVED);
        if let Some(report) = reports.get_mut(language) {
            report.most_unresolved = most;
        }
    }
    reports
}
