//! What ran as rows, each beside what the source says of the same: how many places call, read or write there.

use std::collections::BTreeMap;

use super::rows::{Cell, Rows};
use crate::facts::{AccessMode, EntryPointId, Facts, ModuleId, TableId, Timing};

/// The rows of what ran. `kind` is `entry`, `call`, `read` or `write`; `static` counts the calls from one module to
/// the other, or the accesses of the table by the module (by all modules where none is named); times are in
/// milliseconds.
pub(super) fn rows(facts: &Facts) -> Rows {
    let mut rows = Rows::new(&[
        "kind",
        "from",
        "entry_point",
        "to",
        "count",
        "total_ms",
        "p95_ms",
        "static",
        "service",
        "recorder",
    ]);
    let places = Places::new(facts);
    let path = |id: ModuleId| facts.module(id).path.as_str();
    for ran in &facts.runtime.entries {
        let entry = &facts.entry_points[ran.entry_point.index()];
        let (to, by) = (path(entry.module), ran.service.as_str());
        let names = ["entry", "", &called(facts, ran.entry_point), to, by, "trace"];
        rows.rows.push(row(names, ran.timing, 1));
    }
    for ran in &facts.runtime.calls {
        let names = ["call", path(ran.from), "", path(ran.to), &ran.service, "trace"];
        rows.rows.push(row(names, ran.timing, places.calls(ran.from, ran.to)));
    }
    for ran in &facts.runtime.accesses {
        let table = facts.table(ran.table).full_name();
        let entry = ran.entry_point.map(|id| called(facts, id)).unwrap_or_default();
        let by = ran.module.map_or("", path);
        let names = [ran.mode.word(), by, &entry, &table, &ran.service, ran.recorder.word()];
        rows.rows.push(row(names, ran.timing, places.accesses(ran.module, ran.table, ran.mode)));
    }
    rows
}

fn row(names: [&str; 6], timing: Timing, places: u32) -> Vec<Cell> {
    let [kind, from, entry, to, service, recorder] = names;
    let count = Cell::Number(i64::try_from(timing.count).unwrap_or(i64::MAX));
    let p95 = timing.p95_us.map_or(Cell::from(""), |p95| millis(p95).into());
    let total = millis(timing.total_us).into();
    let [kind, from, entry, to, service, recorder] =
        [kind, from, entry, to, service, recorder].map(Cell::from);
    vec![kind, from, entry, to, count, total, p95, places.into(), service, recorder]
}

/// Microseconds as milliseconds, to the microsecond.
fn millis(micros: u64) -> String {
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

/// What calls an entry point: its route, or the function.
fn called(facts: &Facts, id: EntryPointId) -> String {
    let entry = &facts.entry_points[id.index()];
    match entry.function {
        Some(function) if entry.route.is_empty() => facts.function(function).name.clone(),
        _ => entry.route.clone(),
    }
}

/// How many places in the source do what ran.
struct Places {
    calls: BTreeMap<(ModuleId, ModuleId), u32>,
    accesses: BTreeMap<(TableId, AccessMode, ModuleId), u32>,
}

impl Places {
    fn new(facts: &Facts) -> Self {
        let mut places = Self { calls: BTreeMap::new(), accesses: BTreeMap::new() };
        for call in &facts.calls {
            *places.calls.entry((call.from_module, call.to_module)).or_default() += 1;
        }
        for access in &facts.accesses {
            let key = (access.table, access.mode, access.module);
            *places.accesses.entry(key).or_default() += 1;
        }
        places
    }

    fn calls(&self, from: ModuleId, to: ModuleId) -> u32 {
        self.calls.get(&(from, to)).copied().unwrap_or(0)
    }

    fn accesses(&self, module: Option<ModuleId>, table: TableId, mode: AccessMode) -> u32 {
        let all = self
            .accesses
            .range((table, mode, ModuleId(0))..=(table, mode, ModuleId(u32::MAX)))
            .filter(|((.., by), _)| module.is_none_or(|module| module == *by));
        all.map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{export::csv, facts::notation::parse};

    #[test]
    fn what_ran_stands_beside_what_the_source_says() {
        let facts = parse(
            "entry http a.rb#show GET /a
             a.rb#show calls b.rb#x
             a.rb#show calls b.rb#y
             b.rb#x reads orders
             a.rb#show ran 7
             a.rb ran 12 b.rb
             b.rb ran 3 reads orders
             a.rb#show ran 4 writes orders
             - ran 9 reads orders",
        )
        .expect("good notation");
        assert_eq!(
            csv::print(&rows(&facts).sorted()),
            "kind,from,entry_point,to,count,total_ms,p95_ms,static,service,recorder\n\
             call,a.rb,,b.rb,12,12.000,1.000,2,,trace\n\
             entry,,GET /a,a.rb,7,7.000,1.000,1,,trace\n\
             read,,,orders,9,9.000,1.000,1,,statistics\n\
             read,b.rb,,orders,3,3.000,1.000,1,,trace\n\
             write,a.rb,GET /a,orders,4,4.000,1.000,0,,trace\n"
        );
    }
}
