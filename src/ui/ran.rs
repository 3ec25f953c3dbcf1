//! What ran, between pieces and between services: beside the crossings that the source says.

use std::collections::BTreeMap;

use super::{controls::number, view::View};
use crate::{
    facts::{AccessMode, EntryPointId, Facts, ModuleId, Piece, PieceId, Timing},
    proposal::ServiceId,
};

/// What ran from one service to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ran {
    pub calls: u64,
    pub reads: u64,
    pub writes: u64,
}

impl Ran {
    pub(super) fn count(self) -> u64 {
        self.calls.saturating_add(self.reads).saturating_add(self.writes)
    }

    /// The counts in words; empty where nothing ran.
    pub(super) fn words(self) -> String {
        let parts = [(self.calls, "calls"), (self.reads, "reads"), (self.writes, "writes")];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|(count, word)| format!("{} {word}", whole(count)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// By ordered pair of different services, what ran between them. Only traces say from where.
pub(super) fn between(view: &View<'_>) -> BTreeMap<(ServiceId, ServiceId), Ran> {
    let facts = view.facts;
    let mut pairs: BTreeMap<(ServiceId, ServiceId), Ran> = BTreeMap::new();
    let module = |id: ModuleId| view.proposal.service_of(facts.module_piece(id));
    for call in &facts.runtime.calls {
        let (from, to) = (module(call.from), module(call.to));
        if from != to {
            pairs.entry((from, to)).or_default().calls += call.timing.count;
        }
    }
    for access in &facts.runtime.accesses {
        let Some(from) = access.module.map(module) else { continue };
        let to = view.proposal.service_of(facts.table_piece(access.table));
        if from != to {
            let ran = pairs.entry((from, to)).or_default();
            match access.mode {
                AccessMode::Read => ran.reads += access.timing.count,
                AccessMode::Write => ran.writes += access.timing.count,
            }
        }
    }
    pairs
}

/// One thing that ran at a piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub text: String,
    /// How often and how fast.
    pub told: String,
    /// The piece at the other end, where there is one.
    pub other: Option<PieceId>,
    count: u64,
}

/// Everything that ran at a piece, the most frequent first.
pub(super) fn lines(facts: &Facts, piece: PieceId) -> Vec<Line> {
    let mut lines = match facts.piece(piece) {
        Piece::Module(id) => of_module(facts, id),
        Piece::Table(_) => Vec::new(),
    };
    lines.extend(accesses(facts, piece));
    lines.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    lines
}

fn of_module(facts: &Facts, module: ModuleId) -> Vec<Line> {
    let mut lines = Vec::new();
    for ran in &facts.runtime.entries {
        if facts.entry_points[ran.entry_point.index()].module == module {
            let text = format!("entered by {}", entry_name(facts, ran.entry_point));
            lines.push(line(text, ran.timing, 1, None));
        }
    }
    for ran in &facts.runtime.calls {
        let (word, other) = match (ran.from == module, ran.to == module) {
            (true, _) => ("calls", ran.to),
            (_, true) => ("called by", ran.from),
            _ => continue,
        };
        let text = format!("{word} {}", facts.module(other).file_name());
        lines.push(line(
            text,
            ran.timing,
            facts.call_places_of(ran),
            Some(facts.module_piece(other)),
        ));
    }
    lines
}

fn accesses(facts: &Facts, piece: PieceId) -> Vec<Line> {
    let mut lines = Vec::new();
    for ran in &facts.runtime.accesses {
        let table = facts.table_piece(ran.table);
        let module = ran.module.map(|module| facts.module_piece(module));
        let word = ran.mode.word();
        let entry = ran.entry_point.map(|id| format!(" for {}", entry_name(facts, id)));
        let entry = entry.unwrap_or_default();
        let (text, other) = if piece == table {
            match ran.module {
                Some(by) => (format!("{} {word}s it{entry}", facts.module(by).file_name()), module),
                None => (format!("{word} in the database's {}", ran.recorder.word()), None),
            }
        } else if module == Some(piece) {
            (format!("{word}s {}{entry}", facts.table(ran.table).full_name()), Some(table))
        } else {
            continue;
        };
        lines.push(line(text, ran.timing, facts.places_of(ran), other));
    }
    lines
}

fn line(text: String, timing: Timing, places: usize, other: Option<PieceId>) -> Line {
    let p95 = timing.p95_us.map(|p95| format!(" · 95 % in {}", duration(p95)));
    let p95 = p95.unwrap_or_default();
    let source = match places {
        0 => " · not seen in the source".to_owned(),
        1 => " · 1 place in the source".to_owned(),
        many => format!(" · {many} places in the source"),
    };
    let told = format!("{} times{p95}{source}", whole(timing.count));
    Line { text, told, other, count: timing.count }
}

fn entry_name(facts: &Facts, id: EntryPointId) -> String {
    let entry = &facts.entry_points[id.index()];
    match entry.function {
        Some(function) if entry.route.is_empty() => facts.function(function).name.clone(),
        _ => entry.route.clone(),
    }
}

fn whole(count: u64) -> String {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Microseconds as people say them.
fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..10_000 => format!("{:.1} ms", micros as f64 / 1e3),
        10_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ => format!("{:.1} s", micros as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    fn check(piece: &str, expected: &[&str]) {
        let facts = parse(
            "entry http web/a.rb#show GET /a
             web/a.rb#show calls b.rb#x
             b.rb#x reads orders
             web/a.rb#show ran 7
             web/a.rb ran 1200 b.rb
             b.rb ran 3 reads orders
             - ran 9 writes orders",
        )
        .expect("good notation");
        let piece = facts.piece_named(piece).expect("a piece");
        let told = lines(&facts, piece);
        let told: Vec<String> =
            told.iter().map(|line| format!("{}: {}", line.text, line.told)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn what_ran_is_said_with_what_the_source_says() {
        check(
            "web/a.rb",
            &[
                "calls b.rb: 1,200 times · 95 % in 1.0 ms · 1 place in the source",
                "entered by GET /a: 7 times · 95 % in 1.0 ms · 1 place in the source",
            ],
        );
        check(
            "orders",
            &[
                "write in the database's statistics: 9 times · 95 % in 1.0 ms · not seen in the source",
                "b.rb reads it: 3 times · 95 % in 1.0 ms · 1 place in the source",
            ],
        );
    }

    #[test]
    fn durations_are_said_shortly() {
        let said = [7, 1_500, 25_000, 2_500_000].map(duration);
        assert_eq!(said, ["7 µs", "1.5 ms", "25 ms", "2.5 s"]);
    }
}
