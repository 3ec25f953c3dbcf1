//! Runs an import from the folder to the facts, phase by phase.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    access,
    code::resolve::{self, Source},
    entry,
    history::{self, HistorySource, Kept, Raw, Today},
    progress::{Phase, Watch},
    runtime,
    schema::{self, Live, NamedForeignKey, Schema},
    texts,
    walk::{self, Choice, Walked},
};
use crate::facts::{
    Excluded, Facts, ForeignKey, LanguageReport, Module, Place, TableId, Warning, transactions,
};

/// The stack of each thread, in bytes: deeply nested code is followed by recursion, to a fixed depth.
const STACK: usize = 32 << 20;

/// What is to be imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    pub folder: PathBuf,
    /// More schema files than those found in the folder, wherever they are; and addresses of databases.
    pub schema: Vec<PathBuf>,
    /// Traces, query logs and statistics of databases.
    pub traces: Vec<PathBuf>,
    pub history: HistorySource,
    pub choice: Choice,
    /// Threads to use; as many as there are processors where nothing is said.
    #[serde(skip)]
    pub jobs: Option<usize>,
}

/// Why there are no facts at all. Everything less is a warning.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{} is no folder that can be read: {reason}", folder.display())]
    Folder { folder: PathBuf, reason: String },
    #[error("the import was cancelled")]
    Cancelled,
}

/// What an import gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    pub facts: Facts,
    /// History as it was read, for the next import of the same folder.
    pub history: Kept,
}

/// Imports a folder. Commits that are `known` from an earlier import of it are not read again.
///
/// # Errors
/// The folder is missing, is no folder or may not be read; or `watch` asked to stop.
pub fn run(options: &Options, known: &Kept, watch: &dyn Watch) -> Result<Imported, ImportError> {
    let folder = |reason: String| ImportError::Folder { folder: options.folder.clone(), reason };
    let root = options.folder.canonicalize().map_err(|error| folder(error.to_string()))?;
    std::fs::read_dir(&root).map_err(|error| folder(error.to_string()))?;
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs.unwrap_or(0))
        .stack_size(STACK)
        .build();
    let import = || import(&root, options, known, watch);
    match threads {
        Ok(threads) => threads.install(import),
        Err(_) => import(),
    }
}

fn import(
    root: &Path,
    options: &Options,
    known: &Kept,
    watch: &dyn Watch,
) -> Result<Imported, ImportError> {
    let go_on = || if watch.cancelled() { Err(ImportError::Cancelled) } else { Ok(()) };
    watch.progress(Phase::Walk, 0, 0);
    let mut walked = walk::walk(root, &options.choice, watch);
    go_on()?;
    let living = living(&walked);
    let living: Vec<&str> = living.iter().map(String::as_str).collect();
    let (raw, facts) = rayon::join(
        || history::read_raw(root, &options.history, &living, known, watch),
        || pieces(root, options, &mut walked, watch),
    );
    go_on()?;
    watch.progress(Phase::History, 0, 0);
    let mut facts = with_history(facts, root, &raw);
    let history = Kept::of(&raw);
    drop(raw);
    facts.name = root.file_name().unwrap_or_default().to_string_lossy().into_owned();
    facts.report.excluded = walked.excluded;
    facts.warnings.extend(walked.warnings);
    go_on()?;
    watch.progress(Phase::Transactions, 0, 0);
    let mut facts = facts.canonical();
    facts.transactions = transactions::trace(&facts);
    go_on()?;
    let facts = with_runtime(facts, root, &options.traces, watch);
    go_on()?;
    Ok(Imported { facts, history })
}

/// The files that can become modules or say what tables there are.
fn living(walked: &Walked) -> Vec<String> {
    let sources = walked.sources.iter().map(|(path, _)| path);
    sources.chain(&walked.schema).chain(&walked.xml).cloned().collect()
}

/// Adds what ran, where somebody recorded it.
fn with_runtime(mut facts: Facts, root: &Path, traces: &[PathBuf], watch: &dyn Watch) -> Facts {
    if traces.is_empty() {
        return facts;
    }
    watch.progress(Phase::Runtime, 0, 0);
    let ran = runtime::read(root, traces, &facts, watch);
    facts.runtime = ran.runtime;
    facts.warnings.extend(ran.warnings);
    facts.tables.extend(ran.tables);
    facts.canonical()
}

/// Modules and tables with everything between them, in canonical order.
fn pieces(root: &Path, options: &Options, walked: &mut Walked, watch: &dyn Watch) -> Facts {
    let read_all = |paths: &[String], warnings: &mut Vec<Warning>| -> Vec<(String, String)> {
        let texts = paths.iter().map(|path| (path, texts::read(root, path, warnings)));
        texts.filter_map(|(path, text)| Some((path.clone(), text?))).collect()
    };
    let (schema_files, databases) = schema_sources(&walked.schema, &options.schema);
    let (sources, schema) = rayon::join(
        || outline(root, walked, options.choice.include_excluded, watch),
        || schema::read_with(root, &schema_files, &databases, watch),
    );
    walked.warnings.extend(sources.warnings);
    walked.excluded.extend(sources.excluded);
    walked.excluded.sort();
    let manifests = read_all(&walked.manifests, &mut walked.warnings);
    let xml = read_all(&walked.xml, &mut walked.warnings);
    assemble(&sources.list, &manifests, &xml, schema, watch)
}

/// The files that were found and those that were asked for, and the databases that were.
fn schema_sources(found: &[String], asked: &[PathBuf]) -> (Vec<String>, Vec<Live>) {
    let (mut files, mut databases) = (found.to_vec(), Vec::new());
    for path in asked {
        match path.to_str().and_then(Live::of) {
            Some(database) => databases.push(database),
            None => {
                let path = path.canonicalize().unwrap_or_else(|_| path.clone());
                files.push(path.to_string_lossy().into_owned());
            }
        }
    }
    (files, databases)
}

#[derive(Default)]
struct Outlined {
    list: Vec<Source>,
    excluded: Vec<Excluded>,
    warnings: Vec<Warning>,
}

/// Outlines every source file, in parallel. A file that says it was generated is left out here.
fn outline(root: &Path, walked: &Walked, include_excluded: bool, watch: &dyn Watch) -> Outlined {
    let done = AtomicUsize::new(0);
    let total = walked.sources.len();
    let each: Vec<Outlined> = walked
        .sources
        .par_iter()
        .map(|(path, language)| {
            let count = done.fetch_add(1, Ordering::Relaxed);
            if count.is_multiple_of(50) {
                watch.progress(Phase::Outline, count, total);
            }
            let mut one = Outlined::default();
            if watch.cancelled() {
                return one;
            }
            let Some(text) = texts::read(root, path, &mut one.warnings) else { return one };
            if let Some(reason) = walk::content(&text).filter(|_| !include_excluded) {
                one.excluded.push(Excluded { path: path.clone(), reason, files: 1 });
                return one;
            }
            let outline = language.outline(path, &text);
            if let Some(line) = outline.errors.first() {
                let hint = "what stands outside the error was read";
                let place = Place::new(path.as_str(), *line);
                one.warnings.push(Warning::new(place, "syntax error", hint));
            }
            one.list.push(Source { path: path.clone(), language: *language, outline });
            one
        })
        .collect();
    let mut all = Outlined::default();
    for one in each {
        all.list.extend(one.list);
        all.excluded.extend(one.excluded);
        all.warnings.extend(one.warnings);
    }
    all
}

/// Puts together what the phases found. `sources` are in the order of their paths.
fn assemble(
    sources: &[Source],
    manifests: &[(String, String)],
    xml: &[(String, String)],
    schema: Schema,
    watch: &dyn Watch,
) -> Facts {
    let mut facts = Facts { modules: modules(sources), ..Facts::default() };
    facts.foreign_keys = numbered(&schema);
    facts.warnings = schema.warnings;
    facts.report.schema = schema.reports;
    if sources.is_empty() {
        let names: Vec<&str> = super::code::LANGUAGES.iter().map(|it| it.name()).collect();
        let hint = format!("choose a folder with source in {}", names.join(", "));
        let message = "no source code was found here";
        facts.warnings.push(Warning::new(Place::default(), message, hint));
    }
    watch.progress(Phase::Resolve, 0, sources.len());
    let resolved = resolve::resolve(sources, manifests, watch);
    watch.progress(Phase::Access, 0, 0);
    let found = access::find(access::Input {
        sources,
        resolved: &resolved,
        mappers: xml,
        manifests,
        tables: schema.tables,
        entities: &schema.entities,
        foreign_keys: &facts.foreign_keys,
    });
    let entries = entry::find(sources, &resolved);
    facts.entry_points = entries.entry_points;
    facts.report.languages = languages(sources, resolved.languages);
    facts.functions = resolved.functions;
    facts.functions.extend(found.functions);
    facts.calls = resolved.calls;
    facts.calls.extend(entries.calls);
    facts.calls.extend(found.calls);
    facts.modules.extend(found.modules);
    facts.tables = found.tables;
    facts.foreign_keys.extend(found.foreign_keys);
    facts.accesses = found.accesses;
    facts.joins = found.joins;
    facts.warnings.extend(found.warnings);
    facts.canonical()
}

fn modules(sources: &[Source]) -> Vec<Module> {
    let module = |source: &Source| {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let namespace = source.outline.namespace.as_str();
        let of_file = source.language.rules().file_namespaces || namespace.is_empty();
        Module {
            path: source.path.clone(),
            language: source.language.name().to_owned(),
            lines: source.outline.lines,
            package: if of_file { folder } else { namespace }.to_owned(),
        }
    };
    sources.iter().map(module).collect()
}

fn numbered(schema: &Schema) -> Vec<ForeignKey> {
    let ids: BTreeMap<String, TableId> = schema
        .tables
        .iter()
        .enumerate()
        .map(|(at, table)| (table.full_name(), TableId::at(at)))
        .collect();
    let key = |key: &NamedForeignKey| {
        Some(ForeignKey {
            from: *ids.get(&key.from)?,
            columns: key.columns.clone(),
            to: *ids.get(&key.to)?,
            to_columns: key.to_columns.clone(),
            origin: key.origin.clone(),
            place: key.place.clone(),
        })
    };
    schema.foreign_keys.iter().filter_map(key).collect()
}

fn languages(
    sources: &[Source],
    mut resolved: BTreeMap<&'static str, LanguageReport>,
) -> Vec<LanguageReport> {
    for source in sources {
        let name = source.language.name();
        let report = resolved.entry(name).or_default();
        report.language = name.to_owned();
        report.files += 1;
        report.lines += source.outline.lines;
        report.files_with_errors += u32::from(!source.outline.errors.is_empty());
    }
    resolved.into_values().collect()
}

fn with_history(mut facts: Facts, root: &Path, raw: &Raw) -> Facts {
    let paths: Vec<String> = facts.modules.iter().map(|module| module.path.clone()).collect();
    let mut schema: BTreeMap<String, Vec<TableId>> = BTreeMap::new();
    for (at, table) in facts.tables.iter().enumerate() {
        for source in &table.sources {
            schema.entry(source.place.path.clone()).or_default().push(TableId::at(at));
        }
    }
    let history = history::map(raw, &Today { modules: &paths, schema: &schema });
    facts.commits = history.commits;
    facts.authors = history.authors;
    facts.releases = history.releases;
    facts.teams = history::owners::read(root, &paths);
    history::owners::add_by_people(&mut facts, &history::owners::read_members(root));
    facts.warnings.extend(history.warnings);
    facts.report.history = history.note;
    facts
}
