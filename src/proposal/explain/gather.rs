//! Everything that ties one piece to others, kind by kind, with where it was read.

use std::collections::BTreeMap;

use super::TieKind;
use crate::facts::{AccessMode, CallKind, Facts, KeyOrigin, ModuleId, PieceId, Place};

/// By kind and other piece: how often, and the first place that shows it.
pub(super) struct Ties {
    piece: PieceId,
    pub(super) ties: BTreeMap<(TieKind, PieceId), (u32, Place)>,
}

impl Ties {
    /// Calls, accesses, keys and joins of one piece.
    pub(super) fn of(facts: &Facts, piece: PieceId) -> Self {
        let mut ties = Self { piece, ties: BTreeMap::new() };
        ties.calls(facts);
        ties.accesses(facts);
        ties.keys_and_joins(facts);
        ties
    }

    /// Adds a tie between two pieces if one of them is ours: `kinds` seen from the first, and from the second.
    fn between(&mut self, a: PieceId, b: PieceId, kinds: [TieKind; 2], place: impl Fn() -> Place) {
        let (kind, other) = match (a == self.piece, b == self.piece) {
            (true, false) => (kinds[0], b),
            (false, true) => (kinds[1], a),
            _ => return,
        };
        self.ties.entry((kind, other)).or_insert_with(|| (0, place())).0 += 1;
    }

    fn calls(&mut self, facts: &Facts) {
        for call in &facts.calls {
            let (from, to) =
                (facts.module_piece(call.from_module), facts.module_piece(call.to_module));
            let kinds = match call.kind {
                CallKind::Call | CallKind::Construct => [TieKind::Calls, TieKind::CalledBy],
                CallKind::Inherit => [TieKind::Inherits, TieKind::InheritedBy],
                CallKind::Type | CallKind::Import => [TieKind::Names, TieKind::NamedBy],
            };
            self.between(from, to, kinds, || place(facts, call.from_module, call.line));
        }
    }

    fn accesses(&mut self, facts: &Facts) {
        for access in &facts.accesses {
            let (module, table) =
                (facts.module_piece(access.module), facts.table_piece(access.table));
            let kinds = match access.mode {
                AccessMode::Read => [TieKind::Reads, TieKind::ReadBy],
                AccessMode::Write => [TieKind::Writes, TieKind::WrittenBy],
            };
            self.between(module, table, kinds, || place(facts, access.module, access.line));
        }
    }

    fn keys_and_joins(&mut self, facts: &Facts) {
        for key in &facts.foreign_keys {
            let kind = match key.origin {
                KeyOrigin::Declared { .. } => TieKind::DeclaredKey,
                KeyOrigin::Implied { .. } => TieKind::ImpliedKey,
            };
            let (from, to) = (facts.table_piece(key.from), facts.table_piece(key.to));
            self.between(from, to, [kind, kind], || key.place.clone());
        }
        for join in &facts.joins {
            let (a, b) = (facts.table_piece(join.table_a), facts.table_piece(join.table_b));
            let kind = [TieKind::Join, TieKind::Join];
            self.between(a, b, kind, || place(facts, join.module, join.line));
        }
    }
}

fn place(facts: &Facts, module: ModuleId, line: u32) -> Place {
    Place::new(facts.module(module).path.clone(), line)
}
