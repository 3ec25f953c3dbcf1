//! The spans of traces, a few bytes each, and what follows from who is whose parent: calls and accesses.

use rustc_hash::FxHashMap;

use super::{
    names::{CodeNames, Names},
    routes::Routes,
    statements::{StatementId, Statements},
    timing::Counter,
};
use crate::facts::{
    AccessMode, EntryPointId, Facts, ModuleId, Recorder, Runtime, RuntimeAccess, RuntimeCall,
    RuntimeEntry, TableId,
};

/// A span as a file tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ToldSpan {
    pub trace: u64,
    pub id: u64,
    pub parent: Option<u64>,
    pub name: String,
    pub kind: SpanKind,
    /// Microseconds.
    pub duration: u64,
    pub code: CodeNames,
    pub method: String,
    pub route: String,
    /// What was asked for, where no route is told.
    pub path: String,
    /// The topic or queue.
    pub destination: String,
    pub statement: String,
    /// What was done to which table, where the statement is not told.
    pub operation: String,
    pub collection: String,
}

/// Which side of a conversation a span stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum SpanKind {
    #[default]
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl SpanKind {
    /// The kind in any of the spellings in use: `SPAN_KIND_SERVER`, `SpanKind.SERVER`, `server`.
    pub(super) fn named(text: &str) -> Self {
        let text = text.to_ascii_lowercase();
        match text.rsplit(['_', '.']).next().unwrap_or_default() {
            "server" => Self::Server,
            "client" => Self::Client,
            "producer" => Self::Producer,
            "consumer" => Self::Consumer,
            _ => Self::Internal,
        }
    }

    /// The kind by its number in the protocol.
    pub(super) fn numbered(number: u64) -> Self {
        [Self::Internal, Self::Internal, Self::Server, Self::Client, Self::Producer, Self::Consumer]
            .get(usize::try_from(number).unwrap_or(0))
            .copied()
            .unwrap_or_default()
    }
}

/// A span as it is kept.
#[derive(Clone, Copy, Debug)]
struct Span {
    trace: u64,
    id: u64,
    parent: Option<u64>,
    /// Microseconds; longer than 71 minutes counts as that.
    duration: u32,
    service: u32,
    module: Option<ModuleId>,
    entry: Option<EntryPointId>,
    statement: Option<StatementId>,
    /// Its place in what was read: who else has the same id said the same again.
    order: u32,
}

/// The module and the entry point that a span runs under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Under {
    module: Option<ModuleId>,
    entry: Option<EntryPointId>,
}

/// All spans of all files.
pub(super) struct Spans<'a> {
    names: Names<'a>,
    routes: Routes,
    entry_of: FxHashMap<(ModuleId, u32), EntryPointId>,
    facts: &'a Facts,
    list: Vec<Span>,
    services: Vec<String>,
    /// Routes of requests that no entry point has, with how often each was asked for.
    pub unknown_routes: FxHashMap<String, u64>,
}

/// Routes nobody knows that are remembered for the warning.
const MOST_UNKNOWN: usize = 1_000;
/// Spans under spans, deeper than any program calls.
const DEEPEST: usize = 100_000;

impl<'a> Spans<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut entry_of = FxHashMap::default();
        for (entry, at) in facts.entry_points.iter().zip(0..) {
            if let Some(function) = entry.function {
                // A function with several routes is told apart by the route alone.
                entry_of
                    .entry((entry.module, function.0))
                    .and_modify(|known| *known = None)
                    .or_insert(Some(EntryPointId(at)));
            }
        }
        let entry_of = entry_of.into_iter().filter_map(|(key, only)| Some((key, only?))).collect();
        Self {
            names: Names::new(facts),
            routes: Routes::new(facts),
            entry_of,
            facts,
            list: Vec::new(),
            services: Vec::new(),
            unknown_routes: FxHashMap::default(),
        }
    }

    /// The number of a running program by its name.
    pub(super) fn service(&mut self, name: &str) -> u32 {
        let found = self.services.iter().position(|known| known == name).unwrap_or_else(|| {
            self.services.push(name.to_owned());
            self.services.len() - 1
        });
        u32::try_from(found).unwrap_or(u32::MAX)
    }

    /// How many spans there are: where those begin that come next.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Says which program the spans from `first` on belong to.
    pub(super) fn belong_to(&mut self, first: usize, service: u32) {
        for span in &mut self.list[first..] {
            span.service = service;
        }
    }

    /// Says which program one span belongs to.
    pub(super) fn belongs_to(&mut self, at: usize, service: u32) {
        if let Some(span) = self.list.get_mut(at) {
            span.service = service;
        }
    }

    /// Takes a span; answers whether it leads anywhere in the monolith.
    pub(super) fn add(
        &mut self,
        told: &ToldSpan,
        service: u32,
        statements: &mut Statements,
    ) -> bool {
        let statement = if told.statement.is_empty() {
            let named = !told.collection.is_empty();
            named.then(|| statements.operation(&told.operation, &told.collection)).flatten()
        } else {
            statements.read(&told.statement)
        };
        let spot = self.names.spot(&told.code).or_else(|| self.names.spot_of_name(&told.name));
        let of_function =
            spot.and_then(|spot| self.entry_of.get(&(spot.module, spot.function?.0)).copied());
        let entry = self.entry(told).or(of_function);
        let of_entry = entry.map(|entry| self.facts.entry_points[entry.index()].module);
        let module = spot.map(|spot| spot.module).or(of_entry);
        self.list.push(Span {
            trace: told.trace,
            id: told.id,
            parent: told.parent.filter(|parent| *parent != told.id),
            duration: u32::try_from(told.duration).unwrap_or(u32::MAX),
            service,
            module,
            entry,
            statement,
            order: u32::try_from(self.list.len()).unwrap_or(u32::MAX),
        });
        module.is_some() || statement.is_some()
    }

    /// The entry point that a span says it came in through.
    fn entry(&mut self, told: &ToldSpan) -> Option<EntryPointId> {
        match told.kind {
            SpanKind::Server => {
                let found = self.routed(told);
                if found.is_none() && !told.method.is_empty() {
                    let asked = if told.route.is_empty() { &told.path } else { &told.route };
                    let unknown = &mut self.unknown_routes;
                    let name = format!("{} {asked}", told.method);
                    if unknown.len() < MOST_UNKNOWN || unknown.contains_key(&name) {
                        *unknown.entry(name).or_default() += 1;
                    }
                }
                found
            }
            SpanKind::Consumer => self.routes.of_name(&told.destination),
            SpanKind::Internal | SpanKind::Client | SpanKind::Producer => None,
        }
    }

    fn routed(&self, told: &ToldSpan) -> Option<EntryPointId> {
        // ASP.NET names the pattern of all conventional routes: it says nothing of this one.
        let is_pattern = told.route.contains("{controller") || told.route.contains("{action");
        if !told.route.is_empty() && !is_pattern {
            return self.routes.of_route(&told.method, &told.route);
        }
        let of_path = || self.routes.of_path(&told.method, &told.path);
        if told.path.is_empty() { None } else { of_path() }
    }

    /// Counts what ran.
    pub(super) fn count(mut self, statements: &Statements) -> Runtime {
        self.list.sort_unstable_by_key(|span| (span.trace, span.id, span.order));
        self.list.dedup_by_key(|span| (span.trace, span.id));
        self.list.shrink_to_fit();
        let parents: Vec<Option<u32>> = (0..self.list.len()).map(|at| self.parent_of(at)).collect();
        let under = self.all_under(&parents);
        self.tally(&parents, &under, statements)
    }

    fn parent_of(&self, at: usize) -> Option<u32> {
        let span = &self.list[at];
        let key = (span.trace, span.parent?);
        let found = self.list.binary_search_by_key(&key, |span| (span.trace, span.id)).ok()?;
        u32::try_from(found).ok()
    }

    /// For each span, the module and entry point that it is or runs under. Circles, which no honest trace has, end.
    fn all_under(&self, parents: &[Option<u32>]) -> Vec<Under> {
        let mut known: Vec<Option<Under>> = vec![None; self.list.len()];
        let mut way = Vec::new();
        for start in 0..self.list.len() {
            let mut at = start;
            while known[at].is_none() && way.len() < DEEPEST {
                // Entered before its parent is known, so that a circle comes back to something.
                known[at] = Some(self.own(at, Under::default()));
                way.push(at);
                match parents[at] {
                    Some(parent) => at = parent as usize,
                    None => break,
                }
            }
            while let Some(at) = way.pop() {
                let above =
                    parents[at].and_then(|parent| known[parent as usize]).unwrap_or_default();
                known[at] = Some(self.own(at, above));
            }
        }
        known.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn own(&self, at: usize, above: Under) -> Under {
        let span = &self.list[at];
        Under { module: span.module.or(above.module), entry: span.entry.or(above.entry) }
    }

    fn tally(&self, parents: &[Option<u32>], under: &[Under], statements: &Statements) -> Runtime {
        let mut entries: FxHashMap<(EntryPointId, u32), Counter> = FxHashMap::default();
        let mut calls: FxHashMap<(ModuleId, ModuleId, u32), Counter> = FxHashMap::default();
        let mut accesses: FxHashMap<Accessed, Counter> = FxHashMap::default();
        for (at, span) in self.list.iter().enumerate() {
            let above = parents[at].map(|parent| under[parent as usize]).unwrap_or_default();
            let duration = Some(u64::from(span.duration));
            if let Some(entry) = span.entry.filter(|entry| above.entry != Some(*entry)) {
                entries.entry((entry, span.service)).or_default().add(duration);
            }
            if let (Some(from), Some(to)) = (above.module, span.module)
                && from != to
            {
                calls.entry((from, to, span.service)).or_default().add(duration);
            }
            for (table, mode) in
                span.statement.map(|id| statements.tables(id)).into_iter().flatten()
            {
                let key = (under[at], span.service, *table, *mode);
                accesses.entry(key).or_default().add(duration);
            }
        }
        self.told(entries, calls, accesses)
    }

    /// What was counted, ordered.
    fn told(
        &self,
        entries: FxHashMap<(EntryPointId, u32), Counter>,
        calls: FxHashMap<(ModuleId, ModuleId, u32), Counter>,
        accesses: FxHashMap<Accessed, Counter>,
    ) -> Runtime {
        let service = |id: u32| self.services.get(id as usize).cloned().unwrap_or_default();
        let mut runtime = Runtime {
            entries: entries
                .into_iter()
                .map(|((entry_point, by), counter)| RuntimeEntry {
                    entry_point,
                    service: service(by),
                    timing: counter.timing(),
                })
                .collect(),
            calls: calls
                .into_iter()
                .map(|((from, to, by), counter)| RuntimeCall {
                    from,
                    to,
                    service: service(by),
                    timing: counter.timing(),
                })
                .collect(),
            accesses: accesses
                .into_iter()
                .map(|((under, by, table, mode), counter)| RuntimeAccess {
                    module: under.module,
                    entry_point: under.entry,
                    table,
                    mode,
                    recorder: Recorder::Trace,
                    service: service(by),
                    timing: counter.timing(),
                })
                .collect(),
            sources: Vec::new(),
        };
        runtime.entries.sort();
        runtime.calls.sort();
        runtime.accesses.sort();
        runtime
    }
}

/// Under what, in which program, which table was accessed how.
type Accessed = (Under, u32, TableId, AccessMode);
