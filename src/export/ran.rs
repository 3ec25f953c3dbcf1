//! What ran as rows, each beside what the source says of the same: how many places call, read or write there.

use super::rows::{Cell, Rows};
use crate::facts::{EntryPointId, Facts, ModuleId, Timing};

/// The rows of what ran. `kind` is `entry`, `call`, `read` or `write`; `static` counts the calls from one module to
/// the other, or the accesses of the table by the module and by what its entry point reaches (by all modules where
/// neither is known); times are in milliseconds.
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
    let path = |id: ModuleId| facts.module(id).path.as_str();
    for ran in &facts.runtime.entries {
        let entry = &facts.entry_points[ran.entry_point.index()];
        let (to, by) = (path(entry.module), ran.service.as_str());
        let names = ["entry", "", &called(facts, ran.entry_point), to, by, "trace"];
        rows.rows.push(row(names, ran.timing, 1));
    }
    for ran in &facts.runtime.calls {
        let names = ["call", path(ran.from), "", path(ran.to), &ran.service, "trace"];
        rows.rows.push(row(names, ran.timing, facts.call_places_of(ran)));
    }
    for ran in &facts.runtime.accesses {
        let table = facts.table(ran.table).full_name();
        let entry = ran.entry_point.map(|id| called(facts, id)).unwrap_or_default();
        let by = ran.module.map_or("", path);
        let names = [ran.mode.word(), by, &entry, &table, &ran.service, ran.recorder.word()];
        rows.rows.push(row(names, ran.timing, facts.places_of(ran)));
    }
    rows
}

fn row(names: [&str; 6], timing: Timing, places: usize) -> Vec<Cell> {
    let [kind, from, entry, to, service, recorder] = names;
    let count = Cell::Number(i64::try_from(timing.count).unwrap_or(i64::MAX));
    let p95 = timing.p95_us.map_or(Cell::from(""), |p95| millis(p95).into());
    let places = Cell::Number(i64::try_from(places).unwrap_or(i64::MAX));
    let total = millis(timing.total_us).into();
    let [kind, from, entry, to, service, recorder] =
        [kind, from, entry, to, service, recorder].map(Cell::from);
    vec![kind, from, entry, to, count, total, p95, places, service, recorder]
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
             a.rb#show ran 2 reads orders
             - ran 9 reads orders",
        )
        .expect("good notation");
        assert_eq!(
            csv::print(&rows(&facts).sorted()),
            "kind,from,entry_point,to,count,total_ms,p95_ms,static,service,recorder\n\
             call,a.rb,,b.rb,12,12.000,1.000,2,,trace\n\
             entry,,GET /a,a.rb,7,7.000,1.000,1,,trace\n\
             read,,,orders,9,9.000,1.000,1,,statistics\n\
             read,a.rb,GET /a,orders,2,2.000,1.000,1,,trace\n\
             read,b.rb,,orders,3,3.000,1.000,1,,trace\n\
             write,a.rb,GET /a,orders,4,4.000,1.000,0,,trace\n"
        );
    }
}
