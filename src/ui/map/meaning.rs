//! What dropping would mean, call by call and table by table: said when what is carried rests over a service.

use std::collections::BTreeMap;

use egui::{Ui, vec2};

use super::{MapState, carry::Carry, hit::Target};
use crate::{
    analysis::grouping::Role,
    facts::{AccessMode, PieceId},
    proposal::ServiceId,
    ui::{
        controls::{counted, note},
        design::{Colours, font},
        names::piece_name,
        view::View,
    },
};

/// How long what is carried rests before something is said, in seconds.
const DELAY: f64 = 0.5;
/// Lines of each list.
const MOST: usize = 5;

/// What would cross a border that does not now, and the other way round: whom with, and how often.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::ui) struct Meaning {
    begins: Vec<(String, Count)>,
    ends: Vec<(String, Count)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    calls: usize,
    reads: usize,
    writes: usize,
    keys: usize,
}

impl Count {
    fn total(self) -> usize {
        self.calls + self.reads + self.writes + self.keys
    }

    fn words(self) -> String {
        [(self.calls, "call"), (self.reads, "read"), (self.writes, "write"), (self.keys, "key")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| counted(count, word))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// One fact that ties a carried piece to another one.
struct Tie {
    from: PieceId,
    to: PieceId,
    /// The one that is not carried.
    other: PieceId,
    count: Count,
}

impl Meaning {
    /// Of dropping the pieces on a service.
    fn of(view: &View<'_>, pieces: &[PieceId], on: ServiceId) -> Self {
        let is_carried = |piece: PieceId| pieces.binary_search(&piece).is_ok();
        let is_library = |service: ServiceId| {
            view.proposal.service(service).is_some_and(|it| it.role == Role::Library)
        };
        // Whoever calls into a library crosses no border; whoever touches its tables does.
        let crosses = |from: ServiceId, to: ServiceId, tie: &Tie| {
            from != to && !(tie.count.calls > 0 && is_library(to))
        };
        let mut begins: BTreeMap<PieceId, Count> = BTreeMap::new();
        let mut ends: BTreeMap<PieceId, Count> = BTreeMap::new();
        for piece in pieces {
            for tie in ties(view, *piece).filter(|tie| !is_carried(tie.other)) {
                let now = |piece: PieceId| view.proposal.service_of(piece);
                let then = |piece: PieceId| if is_carried(piece) { on } else { now(piece) };
                let before = crosses(now(tie.from), now(tie.to), &tie);
                let after = crosses(then(tie.from), then(tie.to), &tie);
                let list = match (before, after) {
                    (false, true) => &mut begins,
                    (true, false) => &mut ends,
                    _ => continue,
                };
                let sum = list.entry(tie.other).or_default();
                sum.calls += tie.count.calls;
                sum.reads += tie.count.reads;
                sum.writes += tie.count.writes;
                sum.keys += tie.count.keys;
            }
        }
        Self { begins: named(view, begins), ends: named(view, ends) }
    }
}

fn named(view: &View<'_>, counts: BTreeMap<PieceId, Count>) -> Vec<(String, Count)> {
    let mut counts: Vec<(PieceId, Count)> = counts.into_iter().collect();
    counts.sort_by_key(|(piece, count)| (std::cmp::Reverse(count.total()), *piece));
    counts.into_iter().map(|(piece, count)| (piece_name(view.facts, piece), count)).collect()
}

fn ties<'a>(view: &'a View<'_>, piece: PieceId) -> impl Iterator<Item = Tie> + 'a {
    use crate::facts::Piece;
    let (facts, uses) = (view.facts, &view.lookup.uses);
    let (module, table) = match facts.piece(piece) {
        Piece::Module(id) => (Some(id), None),
        Piece::Table(id) => (None, Some(id)),
    };
    let call = |at: usize| {
        let call = &facts.calls[at];
        (facts.module_piece(call.from_module), facts.module_piece(call.to_module))
    };
    let calls = module.into_iter().flat_map(move |id| {
        let all = uses.calls_from(id).chain(uses.calls_to(id)).map(call);
        all.map(|(from, to)| (from, to, Count { calls: 1, ..Count::default() }))
    });
    let access = |at: usize| {
        let access = &facts.accesses[at];
        let is_write = access.mode == AccessMode::Write;
        let count = Count {
            reads: usize::from(!is_write),
            writes: usize::from(is_write),
            ..Count::default()
        };
        (facts.module_piece(access.module), facts.table_piece(access.table), count)
    };
    let by = module.into_iter().flat_map(move |id| uses.accesses_by(id).map(access));
    let of = table.into_iter().flat_map(move |id| uses.accesses_of(id).map(access));
    let keys = table.into_iter().flat_map(move |id| {
        uses.keys(id).map(move |at| {
            let key = &facts.foreign_keys[at];
            let count = Count { keys: 1, ..Count::default() };
            (facts.table_piece(key.from), facts.table_piece(key.to), count)
        })
    });
    calls.chain(by).chain(of).chain(keys).map(move |(from, to, count)| {
        let other = if from == piece { to } else { from };
        Tie { from, to, other, count }
    })
}

/// Says what dropping here would mean, once the pointer rests.
pub(super) fn show(ui: &Ui, view: &View<'_>, state: &mut MapState) {
    let now = ui.input(|input| input.time);
    let Some(carry) = &mut state.carry else { return };
    let on = carry.over.service().filter(|service| Some(*service) != carry.home);
    let Some(on) = on else {
        state.rests = (Target::Ground, now);
        return;
    };
    let moves = ui.input(|input| input.pointer.delta().length() > 2.0);
    if state.rests.0 != Target::Title(on) || moves && carry.meaning.is_none() {
        state.rests = (Target::Title(on), now);
    }
    let rested = now - state.rests.1;
    if rested < DELAY {
        ui.ctx().request_repaint_after_secs((DELAY - rested) as f32 + 0.01);
        return;
    }
    if carry.meaning.as_ref().is_none_or(|(of, _)| *of != on) {
        carry.meaning = Some((on, Meaning::of(view, &sorted(carry), on)));
    }
    let Some((_, meaning)) = &carry.meaning else { return };
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()) else { return };
    egui::Area::new(ui.scope_id().with("what dropping means"))
        .order(egui::Order::Tooltip)
        .fixed_pos(pointer + vec2(-18.0, 26.0))
        .constrain(true)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).inner_margin(10.0).show(ui, |ui| {
                ui.set_max_width(320.0);
                ui.spacing_mut().item_spacing.y = 3.0;
                let colours = Colours::of(ui.ctx());
                list(ui, "No longer crosses", &meaning.ends, colours.better);
                list(ui, "Would cross", &meaning.begins, colours.worse);
                if meaning.ends.is_empty() && meaning.begins.is_empty() {
                    note(ui, "No call, access or key begins or ceases to cross.");
                }
            });
        });
}

fn sorted(carry: &Carry) -> Vec<PieceId> {
    let mut pieces = carry.all.clone();
    pieces.sort_unstable();
    pieces
}

fn list(ui: &mut Ui, title: &str, items: &[(String, Count)], colour: egui::Color32) {
    if items.is_empty() {
        return;
    }
    ui.label(egui::RichText::new(title).font(font::semibold(12.5)).color(colour));
    for (name, count) in items.iter().take(MOST) {
        note(ui, format!("{name}: {}", count.words()));
    }
    if items.len() > MOST {
        note(ui, format!("and {} more", items.len() - MOST));
    }
}
