//! What runs between two services: every crossing, with its place.

use std::collections::BTreeMap;

use egui::{Ui, pos2};

use super::parts::{Evidence, Source, Tone, evidence, in_service, more, title};
use crate::{
    analysis::figures::{Crossings, Figure, Item, Scope},
    facts::{AccessMode, FunctionId, ModuleId, Place, TableId},
    proposal::ServiceId,
    ui::{
        controls::{clickable_row, counted, heading, note, number, write, write_right},
        design::{Colours, font},
        icons::{self, Icon},
        names::{crossing_words, module_name},
        ran::{self, Ran},
        view::{Intent, Selection, View, service_colour},
    },
};

pub(in crate::ui) struct Sheet {
    from: ServiceId,
    to: ServiceId,
    out: Crossings,
    back: Crossings,
    ran: (Ran, Ran),
    /// Tables that both access: the table, who owns it, and what the other one does to it.
    shared: Vec<(TableId, ServiceId, usize, usize)>,
    /// Items by kind of crossing.
    lists: Vec<(&'static str, Vec<Evidence>)>,
}

impl Sheet {
    pub(super) fn of(view: &View<'_>, from: ServiceId, to: ServiceId) -> Self {
        let (a, b) = (from.group(), to.group());
        let scope = Scope::Between(a, b);
        let list = |title: &'static str, figures: &[Figure]| {
            let items: Vec<Evidence> = figures
                .iter()
                .flat_map(|figure| view.scorer.items(*figure, &scope))
                .filter_map(|item| as_evidence(view, &item))
                .collect();
            (title, items)
        };
        let lists = [
            list("Entry points that break: they write both", &[Figure::SpanningTransactions]),
            list("Foreign keys", &[Figure::CutDeclaredKeys, Figure::CutImpliedKeys]),
            list("Joins", &[Figure::BrokenJoins]),
            list("Writes", &[Figure::CrossingWrites]),
            list("Reads", &[Figure::CrossingReads]),
            list("Calls", &[Figure::CrossingCalls]),
        ];
        let lists = lists.into_iter().filter(|(_, items)| !items.is_empty()).collect();
        let (out, back) = (view.scorer.pair(a, b), view.scorer.pair(b, a));
        let ran = ran::between(view);
        let between = |from, to| ran.get(&(from, to)).copied().unwrap_or_default();
        let ran = (between(from, to), between(to, from));
        Self { from, to, out, back, ran, shared: shared(view, from, to), lists }
    }

    /// The tables over which the two are tied, those that are written first.
    fn shared_ui(&self, ui: &mut Ui, view: &View<'_>, shown: usize, intents: &mut Vec<Intent>) {
        if self.shared.is_empty() {
            return;
        }
        let colours = Colours::of(ui.ctx());
        heading(ui, "Shared tables", &number(self.shared.len() as i64));
        for (table, owner, reads, writes) in self.shared.iter().take(shown) {
            let name = view.facts.table(*table).full_name();
            let other = if *owner == self.from { self.to } else { self.from };
            let does: Vec<String> = [(*reads, "read"), (*writes, "write")]
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, word)| counted(count, word))
                .collect();
            let does = format!("{}: {}", view.service_name(other), does.join(", "));
            let label = format!("shared table {name}, {does}");
            let (rect, response) = clickable_row(ui, 24.0, &label, false);
            let y = rect.center().y;
            let colour = view
                .proposal
                .service(*owner)
                .map_or(colours.text_faint, |service| service_colour(colours, service));
            icons::paint(ui.painter(), Icon::Table, pos2(rect.left() + 7.0, y), 13.0, colour);
            let tone = if *writes > 0 { colours.worse } else { colours.text_soft };
            let small = font::regular(12.0);
            let room = rect.width() * 0.6;
            let end = write_right(ui, rect.right_center(), &does, small, tone, room);
            let at = pos2(rect.left() + 20.0, y);
            write(ui, at, &name, font::medium(12.5), colours.text, end - at.x - 8.0);
            if response.clicked() {
                let piece = view.facts.table_piece(*table);
                intents.push(Intent::Select(Selection::of([piece])));
                intents.push(Intent::ShowPieces(vec![piece]));
            }
        }
    }

    pub(super) fn show(
        &self,
        ui: &mut Ui,
        view: &View<'_>,
        shown: &mut usize,
        source: &mut Source,
        intents: &mut Vec<Intent>,
    ) {
        let (from, to) = (view.service_name(self.from), view.service_name(self.to));
        title(ui, &format!("{from} – {to}"), "crossings");
        ui.horizontal(|ui| {
            in_service(ui, view, self.from, intents);
            ui.add_space(8.0);
            in_service(ui, view, self.to, intents);
        });
        note(ui, format!("{from} → {to}: {}", words(&self.out)));
        note(ui, format!("{to} → {from}: {}", words(&self.back)));
        for (from, to, ran) in [(from, to, self.ran.0), (to, from, self.ran.1)] {
            if ran.count() > 0 {
                note(ui, format!("ran {from} → {to}: {}", ran.words()));
            }
        }
        let commits = self.out.plus(self.back).commits;
        if commits > 0 {
            note(ui, format!("{} commits touched both", number(commits)));
        }
        self.shared_ui(ui, view, *shown, intents);
        for (name, items) in &self.lists {
            heading(ui, name, &number(items.len() as i64));
            for item in items.iter().take(*shown) {
                evidence(ui, view, item, source);
            }
            more(ui, shown, items.len());
        }
    }
}

fn shared(
    view: &View<'_>,
    from: ServiceId,
    to: ServiceId,
) -> Vec<(TableId, ServiceId, usize, usize)> {
    let facts = view.facts;
    let mut found: BTreeMap<TableId, (ServiceId, usize, usize)> = BTreeMap::new();
    for access in &facts.accesses {
        let owner = view.proposal.service_of(facts.table_piece(access.table));
        let by = view.proposal.service_of(facts.module_piece(access.module));
        if (owner, by) == (from, to) || (owner, by) == (to, from) {
            let (_, reads, writes) = found.entry(access.table).or_insert((owner, 0, 0));
            match access.mode {
                AccessMode::Read => *reads += 1,
                AccessMode::Write => *writes += 1,
            }
        }
    }
    let mut shared: Vec<_> = found
        .into_iter()
        .map(|(table, (owner, reads, writes))| (table, owner, reads, writes))
        .collect();
    shared.sort_by_key(|(table, _, reads, writes)| (std::cmp::Reverse((*writes, *reads)), *table));
    shared
}

fn words(crossings: &Crossings) -> String {
    let words = crossing_words(crossings);
    if words.is_empty() { "nothing".to_owned() } else { words }
}

fn caller(view: &View<'_>, module: ModuleId, function: Option<FunctionId>) -> String {
    match function {
        Some(function) => view.facts.function(function).name.clone(),
        None => module_name(view.facts.module(module)),
    }
}

fn as_evidence(view: &View<'_>, item: &Item) -> Option<Evidence> {
    let facts = view.facts;
    let place = |module: ModuleId, line| Place::new(&facts.module(module).path, line);
    let (text, place) = match item {
        Item::Call(at) => {
            let call = &facts.calls[*at];
            let from = caller(view, call.from_module, call.from_function);
            let to = caller(view, call.to_module, call.to_function);
            (format!("{from} → {to} ({})", call.kind.word()), place(call.from_module, call.line))
        }
        Item::Access(at) => {
            let access = &facts.accesses[*at];
            let from = caller(view, access.module, access.function);
            let table = facts.table(access.table).full_name();
            (format!("{from} {}s {table}", access.mode.word()), place(access.module, access.line))
        }
        Item::ForeignKey(at) => {
            let key = &facts.foreign_keys[*at];
            let (from, to) = (facts.table(key.from).full_name(), facts.table(key.to).full_name());
            let columns = key.columns.join(", ");
            (format!("{from}.{columns} → {to} ({})", key.origin.word()), key.place.clone())
        }
        Item::Join(at) => {
            let join = &facts.joins[*at];
            let (a, b) =
                (facts.table(join.table_a).full_name(), facts.table(join.table_b).full_name());
            (format!("{a} with {b}"), place(join.module, join.line))
        }
        Item::Transaction(at) => {
            let entry = &facts.entry_points[facts.transactions[*at].entry_point.index()];
            let name = if entry.route.is_empty() {
                caller(view, entry.module, entry.function)
            } else {
                entry.route.clone()
            };
            let line = entry.function.map_or(0, |function| facts.function(function).line);
            (name, place(entry.module, line))
        }
        _ => return None,
    };
    Some(Evidence { text, place, tone: Tone::Crossing })
}
