//! What ran, kept when the monolith is imported again without traces: by the pieces and entry points that are still
//! there.

use std::collections::BTreeMap;

use crate::facts::{EntryPointId, Facts, ModuleId, Piece, PieceId, Runtime, TableId};

/// What ran of `old`, told of `new`; `piece` says what became of a piece. What is gone takes with it what ran there.
pub(super) fn keep(
    old: &Facts,
    new: &Facts,
    piece: impl Fn(PieceId) -> Option<PieceId>,
) -> Runtime {
    let module = |id: ModuleId| match new.piece(piece(old.module_piece(id))?) {
        Piece::Module(id) => Some(id),
        Piece::Table(_) => None,
    };
    let table = |id: TableId| match new.piece(piece(old.table_piece(id))?) {
        Piece::Table(id) => Some(id),
        Piece::Module(_) => None,
    };
    let today: BTreeMap<Name<'_>, EntryPointId> =
        (0..new.entry_points.len()).map(EntryPointId::at).map(|id| (name(new, id), id)).collect();
    let entry = |id: EntryPointId| {
        let (of, function, kind, route) = name(old, id);
        today.get(&(module(of)?, function, kind, route)).copied()
    };
    let mut kept = old.runtime.clone();
    kept.entries.retain_mut(|ran| entry(ran.entry_point).map(|id| ran.entry_point = id).is_some());
    kept.calls.retain_mut(|ran| match (module(ran.from), module(ran.to)) {
        (Some(from), Some(to)) => {
            (ran.from, ran.to) = (from, to);
            true
        }
        _ => false,
    });
    kept.accesses.retain_mut(|ran| {
        let by = ran.module.map(&module);
        let Some(of) = table(ran.table).filter(|_| by != Some(None)) else { return false };
        (ran.table, ran.module) = (of, by.flatten());
        ran.entry_point = ran.entry_point.and_then(&entry);
        true
    });
    kept.entries.sort();
    kept.calls.sort();
    kept.accesses.sort();
    kept
}

/// What tells an entry point from all others: where it is, its function, its kind and its route.
type Name<'a> = (ModuleId, &'a str, &'static str, &'a str);

fn name(facts: &Facts, id: EntryPointId) -> Name<'_> {
    let entry = &facts.entry_points[id.index()];
    let function = entry.function.map_or("", |function| facts.function(function).name.as_str());
    (entry.module, function, entry.kind.word(), entry.route.as_str())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    const RAN: &str = "
        entry http web/a.rb#show GET /a
        web/a.rb#show ran 7
        web/a.rb ran 12 lib/b.rb
        lib/b.rb ran 3 reads orders
        - ran 9 reads stock";

    fn check(today: &str, expected: &str) {
        let old = parse(RAN).expect("good notation");
        let new = parse(today).expect("good notation");
        let by_name = |piece| new.piece_named(&old.piece_name(piece));
        let ran = keep(&old, &new, by_name);
        let entries = ran.entries.iter().map(|ran| {
            format!("{}x {}", ran.timing.count, new.entry_points[ran.entry_point.index()].route)
        });
        let calls = ran.calls.iter().map(|ran| {
            let (from, to) = (&new.module(ran.from).path, &new.module(ran.to).path);
            format!("{}x {from} {to}", ran.timing.count)
        });
        let accesses = ran.accesses.iter().map(|ran| {
            let by = ran.module.map_or("-", |id| new.module(id).path.as_str());
            format!("{}x {by} {}", ran.timing.count, new.table(ran.table).full_name())
        });
        let told: Vec<String> = entries.chain(calls).chain(accesses).collect();
        assert_eq!(told.join("; "), expected);
    }

    #[test]
    fn what_ran_follows_the_pieces_that_are_still_there() {
        let all = "entry http web/a.rb#show GET /a\nmodule aa.rb\nmodule lib/b.rb\ntable a\ntable orders\ntable stock";
        check(all, "7x GET /a; 12x web/a.rb lib/b.rb; 9x - stock; 3x lib/b.rb orders");
        check("module web/a.rb\ntable stock\ntable orders", "9x - stock");
        check("entry http web/a.rb#show POST /a\nmodule lib/b.rb", "12x web/a.rb lib/b.rb");
    }
}
