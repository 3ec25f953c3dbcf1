//! One module or table: who uses it, what it uses, what moving it would change, evidence, history, notes.

use std::collections::BTreeMap;

use egui::{Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{
    FIRST, notes,
    parts::{Evidence, Source, Tone, day, evidence, in_service, more, path, service_bar, title},
    timeline::Timeline,
    why::Why,
};
use crate::{
    analysis::people::{Changes, gone},
    facts::{AccessMode, AuthorId, CallKind, Facts, Piece, PieceId, Place},
    proposal::{ServiceId, command::Command, suggest::cost},
    ui::{
        controls::{Button, counted, heading, note, number, one_line, swatch},
        design::{Colours, font},
        map::effects::phrase,
        names::{module_name, piece_name},
        ran::{self, Line},
        view::{Intent, Selection, View, service_colour},
    },
};

/// How many other places are named.
const PLACES: usize = 3;
/// How many things that ran are told.
const MOST_RAN: usize = 12;
/// How many people and companions are named.
const MOST_NAMED: usize = 4;

pub(in crate::ui) struct Sheet {
    piece: PieceId,
    kind: &'static str,
    facts_line: String,
    /// By service: reads and writes of a table, or calls to a module.
    users: Vec<(ServiceId, u32, u32)>,
    /// By service: what a module calls, and the tables it accesses.
    used: Vec<(ServiceId, u32, u32)>,
    /// The best other places, with what each would change.
    places: Vec<(ServiceId, String, f64)>,
    why: Why,
    evidence: Vec<Evidence>,
    /// What ran here.
    ran: Vec<Line>,
    commits: usize,
    last_commit: Option<i64>,
    timeline: Option<Timeline>,
    /// What its history says in one line each.
    trend: Vec<String>,
    authors: Vec<(AuthorId, f32)>,
    /// Pieces that changed in the same commits, with how often.
    companions: Vec<(PieceId, u32)>,
}

impl Sheet {
    pub(super) fn of(view: &View<'_>, piece: PieceId) -> Self {
        let facts = view.facts;
        let uses = &view.lookup.uses;
        let (kind, facts_line) = describe(view, piece);
        let last = uses.commits(piece).map(|at| facts.commits[at].time).max();
        Self {
            piece,
            kind,
            facts_line,
            users: users(view, piece),
            used: used(view, piece),
            places: places(view, piece),
            why: Why::of(view, piece),
            evidence: all_evidence(view, piece),
            ran: ran::lines(facts, piece),
            commits: uses.commits(piece).count(),
            last_commit: last,
            timeline: Timeline::of(facts, uses.commits(piece)),
            trend: trend(view, piece),
            authors: uses.authors(facts, piece),
            companions: companions(view, piece),
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
        title(ui, &piece_name(view.facts, self.piece), self.kind);
        if matches!(view.facts.piece(self.piece), Piece::Module(_)) {
            path(ui, &view.facts.piece_name(self.piece));
        }
        note(ui, &self.facts_line);
        in_service(ui, view, view.proposal.service_of(self.piece), intents);
        self.relations(ui, view, intents);
        self.why.show(ui, view, source, intents);
        self.elsewhere(ui, view, intents);
        self.evidence_list(ui, view, shown, source);
        self.what_ran(ui, view, intents);
        self.history(ui, view, intents);
        let piece = self.piece;
        notes::show(ui, view, |note| note.pieces.contains(&piece), intents);
    }

    fn relations(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        let is_table = matches!(view.facts.piece(self.piece), Piece::Table(_));
        heading(ui, "Who uses it", "");
        if self.users.is_empty() {
            let nobody =
                if is_table { "No module reads or writes it." } else { "No module refers to it." };
            note(ui, nobody);
        }
        bars(ui, view, &self.users, is_table, intents);
        if !self.used.is_empty() {
            heading(ui, if is_table { "Keys and joins" } else { "What it uses" }, "");
            bars(ui, view, &self.used, false, intents);
        }
    }

    fn elsewhere(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        if self.places.is_empty() {
            return;
        }
        heading(ui, "What moving it would change", "");
        for (service, cost, weight) in &self.places {
            place_row(ui, view, self.piece, *service, cost, *weight, intents);
        }
    }

    fn evidence_list(&self, ui: &mut Ui, view: &View<'_>, shown: &mut usize, source: &mut Source) {
        if self.evidence.is_empty() {
            return;
        }
        let total = self.evidence.len();
        let remark = format!("{} of {}", number((*shown).min(total) as i64), number(total as i64));
        heading(ui, "Evidence", &remark);
        for item in self.evidence.iter().take(*shown) {
            evidence(ui, view, item, source);
        }
        more(ui, shown, total);
    }

    fn what_ran(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        if self.ran.is_empty() {
            return;
        }
        heading(ui, "What ran", &number(self.ran.len() as i64));
        for line in self.ran.iter().take(MOST_RAN) {
            ran_row(ui, view, line, intents);
        }
    }

    fn history(&self, ui: &mut Ui, view: &View<'_>, intents: &mut Vec<Intent>) {
        if self.commits == 0 {
            return;
        }
        let last = self.last_commit.map(|time| format!("last {}", day(time))).unwrap_or_default();
        heading(ui, "History", &last);
        if let Some(timeline) = &self.timeline {
            timeline.show(ui);
        }
        let people: Vec<String> = self
            .authors
            .iter()
            .take(MOST_NAMED)
            .map(|(author, share)| {
                let name = &view.facts.authors[author.index()].name;
                format!("{name} {:.0} %", share * 100.0)
            })
            .collect();
        let commits = counted(self.commits, "commit");
        if people.is_empty() {
            note(ui, commits);
        } else {
            note(ui, format!("{commits} · {}", people.join(", ")));
        }
        for line in &self.trend {
            note(ui, line);
        }
        for (companion, together) in self.companions.iter().take(MOST_NAMED) {
            companion_row(ui, view, *companion, *together, intents);
        }
    }
}

/// Whether a piece changes more than it did, how often it was released, and how much of its knowledge has gone.
fn trend(view: &View<'_>, piece: PieceId) -> Vec<String> {
    let facts = view.facts;
    let commits = view.lookup.uses.commits(piece);
    let Changes { lately, before, releases, gone: share, .. } =
        Changes::of(facts, &gone(facts), commits);
    let mut lines = Vec::new();
    if lately + before > 0 {
        lines.push(format!("{lately} changes in the last half year, {before} in the one before"));
    }
    if releases > 0 {
        let all = facts.releases.len();
        lines.push(format!("Changed in {releases} of {all} releases"));
    }
    if share >= 0.5 {
        let percent = share * 100.0;
        lines.push(format!("{percent:.0} % of what is known of it has gone with its authors"));
    }
    lines
}

fn describe(view: &View<'_>, piece: PieceId) -> (&'static str, String) {
    let facts = view.facts;
    let uses = &view.lookup.uses;
    match facts.piece(piece) {
        Piece::Module(id) => {
            let module = facts.module(id);
            let lines = number(i64::from(module.lines));
            let functions = counted(uses.functions(id).count(), "function");
            let entries = uses.entry_points(id).count();
            let mut text = format!("{lines} lines · {functions} · {}", module.language);
            if entries > 0 {
                text += &format!(" · {}", counted(entries, "entry point"));
            }
            ("module", text)
        }
        Piece::Table(id) => {
            let table = facts.table(id);
            let keys = || uses.keys(id).map(|at| &facts.foreign_keys[at]);
            let out = keys().filter(|key| key.from == id).count();
            let into = keys().filter(|key| key.to == id).count();
            let columns = counted(table.columns.len(), "column");
            let source = table.sources.first().map_or("", |source| source.kind.word());
            let mut text = format!("{columns} · {} out · {into} in", counted(out, "key"));
            if !source.is_empty() {
                text += &format!(" · from {source}");
            }
            (table.kind.word(), text)
        }
    }
}

/// Counts by service, the largest first.
fn by_service(
    view: &View<'_>,
    items: impl Iterator<Item = (PieceId, bool)>,
) -> Vec<(ServiceId, u32, u32)> {
    let mut counts: BTreeMap<ServiceId, (u32, u32)> = BTreeMap::new();
    for (piece, strong) in items {
        let count = counts.entry(view.proposal.service_of(piece)).or_default();
        if strong {
            count.1 += 1;
        } else {
            count.0 += 1;
        }
    }
    let mut rows: Vec<_> = counts.into_iter().map(|(service, (a, b))| (service, a, b)).collect();
    rows.sort_by_key(|(service, a, b)| (std::cmp::Reverse(a + b), *service));
    rows
}

fn users(view: &View<'_>, piece: PieceId) -> Vec<(ServiceId, u32, u32)> {
    let facts = view.facts;
    let uses = &view.lookup.uses;
    match facts.piece(piece) {
        Piece::Table(id) => by_service(
            view,
            uses.accesses_of(id).map(|at| {
                let access = &facts.accesses[at];
                (facts.module_piece(access.module), access.mode == AccessMode::Write)
            }),
        ),
        Piece::Module(id) => by_service(
            view,
            uses.calls_to(id).map(|at| (facts.module_piece(facts.calls[at].from_module), true)),
        ),
    }
}

fn used(view: &View<'_>, piece: PieceId) -> Vec<(ServiceId, u32, u32)> {
    let facts = view.facts;
    let uses = &view.lookup.uses;
    match facts.piece(piece) {
        Piece::Module(id) => {
            let calls = uses.calls_from(id).map(|at| facts.module_piece(facts.calls[at].to_module));
            let tables = uses.accesses_by(id).map(|at| facts.table_piece(facts.accesses[at].table));
            by_service(view, calls.chain(tables).map(|piece| (piece, true)))
        }
        Piece::Table(id) => {
            let keys = uses.keys(id).map(|at| {
                let key = &facts.foreign_keys[at];
                if key.from == id { key.to } else { key.from }
            });
            let joins = uses.joins(id).map(|at| {
                let join = &facts.joins[at];
                if join.table_a == id { join.table_b } else { join.table_a }
            });
            by_service(view, keys.chain(joins).map(|table| (facts.table_piece(table), true)))
        }
    }
}

fn places(view: &View<'_>, piece: PieceId) -> Vec<(ServiceId, String, f64)> {
    let home = view.proposal.service_of(piece);
    let mut places: Vec<(ServiceId, String, f64)> = view
        .session
        .effects(view.at, &[piece])
        .into_iter()
        .filter_map(|effect| {
            let service = effect.service.filter(|service| *service != home)?;
            Some((service, phrase(&effect.delta), cost(&effect.delta)))
        })
        .collect();
    places.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
    places.truncate(PLACES);
    places
}

fn all_evidence(view: &View<'_>, piece: PieceId) -> Vec<Evidence> {
    let facts = view.facts;
    let mut items = match facts.piece(piece) {
        Piece::Table(id) => table_evidence(view, id),
        Piece::Module(id) => module_evidence(view, id),
    };
    // What crosses a border is what people argue about: it comes first.
    items.sort_by_key(|item| item.tone != Tone::Crossing);
    items
}

fn tone(view: &View<'_>, a: PieceId, b: PieceId) -> Tone {
    let crosses = view.proposal.service_of(a) != view.proposal.service_of(b);
    if crosses { Tone::Crossing } else { Tone::Plain }
}

fn table_evidence(view: &View<'_>, id: crate::facts::TableId) -> Vec<Evidence> {
    let facts = view.facts;
    let uses = &view.lookup.uses;
    let piece = facts.table_piece(id);
    let accesses = uses.accesses_of(id).map(|at| {
        let access = &facts.accesses[at];
        let module = facts.module(access.module);
        let by = access
            .function
            .map_or_else(|| module_name(module), |function| facts.function(function).name.clone());
        Evidence {
            text: format!("{by} {}s it ({})", access.mode.word(), access.via.word()),
            place: Place::new(&module.path, access.line),
            tone: tone(view, piece, facts.module_piece(access.module)),
        }
    });
    let keys = uses.keys(id).map(|at| {
        let key = &facts.foreign_keys[at];
        let (from, to) = (facts.table(key.from), facts.table(key.to));
        let columns = key.columns.join(", ");
        Evidence {
            text: format!("{}.{columns} → {} ({})", from.name, to.name, key.origin.word()),
            place: key.place.clone(),
            tone: tone(view, facts.table_piece(key.from), facts.table_piece(key.to)),
        }
    });
    let table = facts.table(id);
    let sources = table.sources.iter().map(|source| Evidence {
        text: format!("Declared in a {}", source.kind.word()),
        place: source.place.clone(),
        tone: Tone::Plain,
    });
    accesses.chain(keys).chain(sources).collect()
}

fn module_evidence(view: &View<'_>, id: crate::facts::ModuleId) -> Vec<Evidence> {
    let facts = view.facts;
    let uses = &view.lookup.uses;
    let out = uses.calls_from(id).map(|at| (at, true));
    let into = uses.calls_to(id).map(|at| (at, false));
    let calls = out.chain(into).map(|(at, is_out)| {
        let call = &facts.calls[at];
        let verb = verb(call.kind);
        let target = call.to_function.map_or_else(
            || module_name(facts.module(call.to_module)),
            |function| facts.function(function).name.clone(),
        );
        let source = call.from_function.map_or_else(
            || module_name(facts.module(call.from_module)),
            |function| facts.function(function).name.clone(),
        );
        let by_name = if call.certainty.word() == "exact" { "" } else { " (by name)" };
        let text = if is_out {
            format!("{verb} {target}{by_name}")
        } else {
            format!("{source} {verb} it{by_name}")
        };
        Evidence {
            text: if is_out { capitalised(&text) } else { text },
            place: Place::new(&facts.module(call.from_module).path, call.line),
            tone: tone(
                view,
                facts.module_piece(call.from_module),
                facts.module_piece(call.to_module),
            ),
        }
    });
    let accesses = uses.accesses_by(id).map(|at| {
        let access = &facts.accesses[at];
        let table = facts.table(access.table);
        Evidence {
            text: format!(
                "{}s {} ({})",
                capitalised(access.mode.word()),
                table.full_name(),
                access.via.word()
            ),
            place: Place::new(&facts.module(id).path, access.line),
            tone: tone(view, facts.module_piece(id), facts.table_piece(access.table)),
        }
    });
    accesses.chain(calls).collect()
}

fn verb(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Call => "calls",
        CallKind::Construct => "constructs",
        CallKind::Inherit => "inherits from",
        CallKind::Type => "names the type",
        CallKind::Import => "imports",
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What changed in the same ordinary commits, the most often first.
fn companions(view: &View<'_>, piece: PieceId) -> Vec<(PieceId, u32)> {
    let facts: &Facts = view.facts;
    let mut counts: BTreeMap<PieceId, u32> = BTreeMap::new();
    for at in view.lookup.uses.commits(piece) {
        let commit = &facts.commits[at];
        if commit.bulk.is_some() {
            continue;
        }
        let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
        let tables = commit.tables.iter().map(|table| facts.table_piece(*table));
        for other in modules.chain(tables).filter(|other| *other != piece) {
            *counts.entry(other).or_default() += 1;
        }
    }
    let mut companions: Vec<(PieceId, u32)> =
        counts.into_iter().filter(|(_, together)| *together > 1).collect();
    companions.sort_by_key(|(piece, together)| (std::cmp::Reverse(*together), *piece));
    companions.truncate(FIRST);
    companions
}

fn bars(
    ui: &mut Ui,
    view: &View<'_>,
    rows: &[(ServiceId, u32, u32)],
    reads_and_writes: bool,
    intents: &mut Vec<Intent>,
) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let most = rows.iter().map(|(_, a, b)| a + b).max().unwrap_or(1).max(1) as f32;
    for (service, weak, strong) in rows.iter().take(FIRST) {
        let text = if reads_and_writes {
            let reads = counted(*weak as usize, "read");
            let writes = counted(*strong as usize, "write");
            match (weak, strong) {
                (0, _) => writes,
                (_, 0) => reads,
                _ => format!("{reads} {writes}"),
            }
        } else {
            number(i64::from(weak + strong))
        };
        let parts = (*weak as f32 / most, *strong as f32 / most);
        if service_bar(ui, view, *service, parts, &text).clicked() {
            intents.push(Intent::Select(Selection::Service(*service)));
        }
    }
    ui.spacing_mut().item_spacing.y = 6.0;
}

fn place_row(
    ui: &mut Ui,
    view: &View<'_>,
    piece: PieceId,
    service: ServiceId,
    cost: &str,
    weight: f64,
    intents: &mut Vec<Intent>,
) {
    let colours = Colours::of(ui.ctx());
    let Some(to) = view.proposal.service(service) else { return };
    let tone = colours.change(weight, true);
    let width = ui.available_width();
    let text = ui.painter().layout(cost.to_owned(), font::regular(12.0), tone, width - 90.0);
    ui.horizontal_top(|ui| {
        let (rect, response) =
            ui.allocate_exact_size(vec2(width - 70.0, 20.0 + text.size().y), Sense::hover());
        let label = format!("Moving it to {}: {cost}", to.name);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &label));
        swatch(ui, pos2(rect.left() + 5.0, rect.top() + 10.0), 10.0, service_colour(colours, to));
        let name = one_line(ui, &to.name, font::medium(12.5), colours.text, rect.width() - 22.0);
        ui.painter().galley(rect.min + vec2(18.0, 2.0), name, colours.text);
        ui.painter().galley(rect.min + vec2(18.0, 19.0), text, tone);
        let label = format!("Move to {}", to.name);
        if Button::new("Move").named(&label).show(ui).clicked() {
            intents.push(Intent::Do(Command::MovePieces { pieces: vec![piece], to: service }));
        }
    });
}

fn companion_row(
    ui: &mut Ui,
    view: &View<'_>,
    companion: PieceId,
    together: u32,
    intents: &mut Vec<Intent>,
) {
    let name = piece_name(view.facts, companion);
    let times = if together == 1 { "once".to_owned() } else { format!("{together} times") };
    let text = format!("changed with {name} {times}");
    let link = egui::RichText::new(text).font(font::regular(12.5));
    if ui.link(link).on_hover_text(view.facts.piece_name(companion)).clicked() {
        intents.push(Intent::Select(Selection::of([companion])));
        intents.push(Intent::ShowPieces(vec![companion]));
    }
}

fn ran_row(ui: &mut Ui, view: &View<'_>, line: &Line, intents: &mut Vec<Intent>) {
    let text = egui::RichText::new(&line.text).font(font::regular(12.5));
    match line.other {
        None => drop(ui.label(text)),
        Some(other) => {
            if ui.link(text).on_hover_text(view.facts.piece_name(other)).clicked() {
                intents.push(Intent::Select(Selection::of([other])));
                intents.push(Intent::ShowPieces(vec![other]));
            }
        }
    }
    note(ui, &line.told);
}
