//! What is being counted while files are read one after the other, and what could not be read in each.

use rustc_hash::FxHashMap;

use super::{
    spans::{Spans, ToldSpan},
    statements::Statements,
    timing::Counter,
};
use crate::{
    facts::{
        AccessMode, Facts, Place, Recorder, Runtime, RuntimeAccess, RuntimeSource, Table, TableId,
        Warning,
    },
    import::progress::{Phase, Watch},
};

/// How often a statement ran, as its recorder says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ran {
    /// Once, for so many microseconds where that was measured.
    Once(Option<u64>),
    /// So many times; all together and the 95th percentile in microseconds.
    Many { count: u64, total: u64, p95: Option<u64> },
}

/// Everything that was counted so far.
pub(super) struct Reading<'a> {
    pub spans: Spans<'a>,
    pub statements: Statements,
    recorded: FxHashMap<(Recorder, String, TableId, AccessMode), Counter>,
    /// Spans of the trace that is read now, with what their programs are called in it.
    processes: Vec<(usize, String)>,
    sources: Vec<RuntimeSource>,
    warnings: Vec<Warning>,
    broken: Option<Broken>,
    watch: &'a dyn Watch,
}

/// What could not be read in one file.
struct Broken {
    line: u32,
    message: String,
    count: u64,
}

/// Places that a warning names as examples.
const EXAMPLES: usize = 5;

impl<'a> Reading<'a> {
    pub(super) fn new(facts: &'a Facts, watch: &'a dyn Watch) -> Self {
        Self {
            spans: Spans::new(facts),
            statements: Statements::new(&facts.tables),
            recorded: FxHashMap::default(),
            processes: Vec::new(),
            sources: Vec::new(),
            warnings: Vec::new(),
            broken: None,
            watch,
        }
    }

    pub(super) fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }

    /// A file begins.
    pub(super) fn begin(&mut self, path: &str, format: &str) {
        self.statements.place = Place::new(path, 0);
        let (path, format) = (path.to_owned(), format.to_owned());
        self.sources.push(RuntimeSource { path, format, records: 0, understood: 0 });
        self.watch.progress(Phase::Runtime, 0, 0);
    }

    /// A file ends: what it said is known now.
    pub(super) fn end(&mut self) {
        self.processes.clear();
        let Some(source) = self.sources.last() else { return };
        let place = |line| Place::new(&source.path, line);
        if let Some(Broken { line, message, count }) = self.broken.take() {
            let parts = if count == 1 { "a part".to_owned() } else { format!("{count} parts") };
            let message =
                format!("{parts} of it could not be read as {}: {message}", source.format);
            self.warnings.push(Warning::new(
                place(line),
                message,
                "what stands elsewhere was read",
            ));
        }
        if source.understood == 0 {
            let message = format!(
                "none of its {} records leads to an entry point, a module or a table",
                source.records
            );
            let hint = "check that it was recorded from this program, with routes, code or \
                        statements in it";
            self.warnings.push(Warning::new(place(0), message, hint));
        }
    }

    /// A file that is nothing known.
    pub(super) fn refuse(&mut self, path: &str, message: &str, hint: &str) {
        self.warnings.push(Warning::new(Place::new(path, 0), message, hint));
    }

    /// A part of the file could not be read.
    pub(super) fn broken(&mut self, line: u32, message: &str) {
        let new = || Broken { line, message: message.to_owned(), count: 0 };
        self.broken.get_or_insert_with(new).count += 1;
    }

    /// A span, with the name of its program, or what its trace calls the program.
    pub(super) fn span(&mut self, span: &ToldSpan, service: &str, process: &str) {
        let number = self.spans.service(service);
        if !process.is_empty() {
            self.processes.push((self.spans.len(), process.to_owned()));
        }
        let is_understood = self.spans.add(span, number, &mut self.statements);
        self.record(is_understood);
    }

    /// The trace that was just read says what its programs are called.
    pub(super) fn name_processes(&mut self, names: &FxHashMap<String, String>) {
        for (at, process) in std::mem::take(&mut self.processes) {
            if let Some(name) = names.get(&process) {
                let service = self.spans.service(name);
                self.spans.belongs_to(at, service);
            }
        }
    }

    /// A statement that a database recorded.
    pub(super) fn statement(&mut self, by: Recorder, database: &str, text: &str, ran: Ran) {
        let id = self.statements.read(text);
        self.record(id.is_some());
        for (table, mode) in id.map(|id| self.statements.tables(id)).into_iter().flatten() {
            let key = (by, database.to_owned(), *table, *mode);
            let counter = self.recorded.entry(key).or_default();
            match ran {
                Ran::Once(duration) => counter.add(duration),
                Ran::Many { count, total, p95 } => counter.add_many(count, total, p95),
            }
        }
    }

    fn record(&mut self, is_understood: bool) {
        if let Some(source) = self.sources.last_mut() {
            source.records += 1;
            source.understood += u64::from(is_understood);
            if source.records.is_multiple_of(10_000) {
                let done = usize::try_from(source.records).unwrap_or(usize::MAX);
                self.watch.progress(Phase::Runtime, done, 0);
            }
        }
    }

    /// What was counted, the tables that only statements know, and the warnings.
    pub(super) fn finish(mut self) -> (Runtime, Vec<Table>, Vec<Warning>) {
        let routes = std::mem::take(&mut self.spans.unknown_routes);
        self.examples(
            routes,
            "requests came to",
            "no entry point of theirs was found in the source",
        );
        let unknown = std::mem::take(&mut self.statements.unknown);
        self.examples(unknown, "statements name", "give the schema that has them with --schema");
        let mut runtime = self.spans.count(&self.statements);
        let recorded = self.recorded.into_iter();
        runtime.accesses.extend(recorded.map(|((recorder, service, table, mode), counter)| {
            RuntimeAccess {
                module: None,
                entry_point: None,
                table,
                mode,
                recorder,
                service,
                timing: counter.timing(),
            }
        }));
        runtime.accesses.sort();
        self.sources.sort();
        runtime.sources = self.sources;
        (runtime, self.statements.brought_in(), self.warnings)
    }

    /// One warning for all that nothing in the monolith fits, with the most frequent as examples.
    fn examples(&mut self, unknown: FxHashMap<String, u64>, what: &str, hint: &str) {
        let mut unknown: Vec<(String, u64)> = unknown.into_iter().collect();
        if unknown.is_empty() {
            return;
        }
        unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let named: Vec<String> = unknown
            .iter()
            .take(EXAMPLES)
            .map(|(name, count)| format!("`{name}` ({count})"))
            .collect();
        let more = unknown.len().saturating_sub(EXAMPLES);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let message =
            format!("{what} {}{more}, which the monolith does not have", named.join(", "));
        self.warnings.push(Warning::new(Place::default(), message, hint));
    }
}
