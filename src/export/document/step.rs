//! The chapter about one step: scope, operations, data, sagas, shared code, conditions, effort and risk.

use std::collections::BTreeMap;

use super::{
    Block, Line, Section, Span, Table, cell, code, code_cell, number,
    overview::{owner, people, step_id, why_now},
    place, places, plain, separated,
};
use crate::{
    export::{
        names::{Names, count, join},
        plan::{Advice, Caller, CutKey, Holder, Operation, Plan, Saga, Step},
    },
    facts::{AccessMode, KeyOrigin, Place, TableId},
};

/// The sections of one step, the chapter's heading first.
pub(super) fn step_sections(names: &Names<'_>, plan: &Plan, step: &Step) -> Vec<Section> {
    let mut sections = vec![heading(names, step), scope(names, step)];
    sections.extend(entry_points(names, step));
    sections.extend(operations(names, step));
    sections.extend(data(names, step));
    sections.extend(sagas(names, step));
    sections.extend(shared_code(names, plan, step));
    sections.extend(conditions(step));
    sections.push(effort(step));
    sections
}

fn sub(step: &Step, what: &str, title: &str) -> Section {
    Section::new(format!("{}-{what}", step_id(step)), 3, title)
}

fn heading(names: &Names<'_>, step: &Step) -> Section {
    let title = format!("Step {}: {}", step.number, names.service(step.service));
    let mut section = Section::new(step_id(step), 2, title);
    if step.is_last_of_monolith {
        section = section.with_text(
            "When the steps before are done, this is all that is left in the monolith: the step gives the rest its name, \
             and cleans up.",
        );
    }
    section.with_list(&why_now(&step.appeal))
}

fn scope(names: &Names<'_>, step: &Step) -> Section {
    let scope = &step.scope;
    let mut table = Table::new(&["module", "package", "#lines"]);
    for module in &scope.modules {
        let module = names.facts.module(*module);
        table.row(vec![code_cell(&module.path), code_cell(&module.package), number(module.lines)]);
    }
    let owner = owner(names, step.service, scope);
    let mut lines = vec![cell(format!(
        "{} of {} lines, {}, {}.",
        count(scope.modules.len(), "module", "modules"),
        scope.lines,
        count(scope.tables.len(), "table", "tables"),
        count(scope.entry_points.len(), "entry point", "entry points"),
    ))];
    if !owner.is_empty() {
        lines.push(cell(format!("Owner: {owner}.")));
    }
    let people = people(names, &scope.owners);
    if !people.is_empty() {
        lines.push(cell(format!("Changed last year by {people}.")));
    }
    sub(step, "scope", "What moves").with(Block::List(lines)).with_table(table)
}

fn entry_points(names: &Names<'_>, step: &Step) -> Option<Section> {
    let mut table = Table::new(&["kind", "route", "function", "place"]);
    for id in &step.scope.entry_points {
        let entry = &names.facts.entry_points[id.index()];
        table.row(vec![
            cell(entry.kind.word()),
            code_cell(names.entry(*id)),
            entry.function.map(|function| code_cell(names.function(function))).unwrap_or_default(),
            vec![place(names.entry_place(*id))],
        ]);
    }
    filled(sub(step, "entry-points", "Entry points that move"), table)
}

/// The section with its table; nothing where the table is empty.
fn filled(section: Section, table: Table) -> Option<Section> {
    (!table.rows.is_empty()).then(|| section.with_table(table))
}

fn operations(names: &Names<'_>, step: &Step) -> Vec<Section> {
    let api = &step.api;
    let mut offers =
        Table::new(&["operation", "signature", "place", "callers", "called at", "notes"]);
    for operation in &api.offers {
        offers.row(operation_row(names, step, operation, callers(names, &operation.callers)));
    }
    let mut needs =
        Table::new(&["operation", "signature", "place", "offered by", "called at", "notes"]);
    for operation in &api.needs {
        needs.row(operation_row(names, step, operation, cell(names.holder(operation.at))));
    }
    let mut types = Table::new(&["module", "held by", "named by", "named at"]);
    for shared in api.types.iter().filter(|shared| !shared.is_called) {
        types.row(vec![
            code_cell(names.module(shared.module)),
            cell(names.holder(shared.at)),
            callers(names, &shared.users),
            call_places(names, &shared.users),
        ]);
    }
    let mut chatty = Table::new(&["function", "of", "talks to", "#operations", "calls"]);
    for talk in &api.chatty {
        let calls = [Caller { by: talk.by, calls: talk.calls.clone() }];
        chatty.row(vec![
            code_cell(names.function(talk.function)),
            cell(names.holder(talk.by)),
            cell(names.holder(talk.to)),
            number(talk.operations),
            call_places(names, &calls),
        ]);
    }
    let sections = [
        filled(sub(step, "offers", "Operations it offers"), offers),
        filled(sub(step, "needs", "Operations it needs"), needs),
        filled(
            sub(step, "types", "Types named across the border").with_text(
                "Each side keeps its own, with only what it needs; what is handed over becomes part of the contract.",
            ),
            types,
        ),
        filled(
            sub(step, "chatty", "Chatty functions").with_text(
                "Each wants one coarse operation, or a back end for the front end, instead of several requests.",
            ),
            chatty,
        ),
    ];
    sections.into_iter().flatten().collect()
}

fn operation_row(names: &Names<'_>, step: &Step, operation: &Operation, who: Line) -> Vec<Line> {
    let (name, signature, at) = match operation.function {
        Some(id) => {
            let function = names.facts.function(id);
            (function.name.clone(), function.signature.clone(), names.function_place(id))
        }
        None => {
            let path = names.module(operation.module);
            (
                names.facts.module(operation.module).file_name().to_owned(),
                String::new(),
                Place::new(path, 0),
            )
        }
    };
    let mut notes = Vec::new();
    if operation.writes {
        notes.push("writes: idempotence key".to_owned());
    }
    if operation.could_be_event {
        notes.push("gives nothing back: could be an event".to_owned());
    }
    if operation.touches_no_data {
        notes.push("touches no data: hand the value over, or copy the code".to_owned());
    }
    if operation.is_there_already(step) {
        notes.push("offered since that service left: only its caller moves".to_owned());
    }
    if operation.in_loops > 0 {
        let loops = count(operation.in_loops, "call", "calls");
        notes.push(format!("{loops} in a loop: wants one for many"));
    }
    vec![
        code_cell(name),
        if signature.is_empty() { Line::new() } else { code_cell(signature) },
        vec![place(at)],
        who,
        call_places(names, &operation.callers),
        cell(notes.join("; ")),
    ]
}

fn callers(names: &Names<'_>, callers: &[Caller]) -> Line {
    let named = callers
        .iter()
        .map(|caller| format!("{} ({})", names.holder(caller.by), caller.calls.len()));
    cell(named.collect::<Vec<_>>().join(", "))
}

fn call_places(names: &Names<'_>, callers: &[Caller]) -> Line {
    places(callers.iter().flat_map(|caller| &caller.calls).map(|at| {
        let call = &names.facts.calls[*at];
        Place::new(names.module(call.from_module), call.line)
    }))
}

fn data(names: &Names<'_>, step: &Step) -> Vec<Section> {
    let sections = [
        tables(names, step),
        keys(names, step),
        joins(names, step),
        uses(names, step, true),
        uses(names, step, false),
    ];
    sections.into_iter().flatten().collect()
}

fn tables(names: &Names<'_>, step: &Step) -> Option<Section> {
    let mut table = Table::new(&["#order", "table", "kind", "#columns", "declared at"]);
    for (at, id) in (1..).zip(&step.data.tables) {
        let moved = names.facts.table(*id);
        table.row(vec![
            number(at),
            code_cell(moved.full_name()),
            cell(moved.kind.word()),
            number(moved.columns.len()),
            moved
                .sources
                .first()
                .map(|source| vec![place(source.place.clone())])
                .unwrap_or_default(),
        ]);
    }
    let text = "In this order: what others refer to comes first. Copy, keep in step, compare, switch reads, then writes.";
    filled(sub(step, "tables", "Tables to move").with_text(text), table)
}

fn keys(names: &Names<'_>, step: &Step) -> Option<Section> {
    let mut table = Table::new(&["from", "to", "origin", "what replaces it", "place"]);
    let (new, cut_before): (Vec<&CutKey>, Vec<&CutKey>) =
        step.data.keys.iter().partition(|cut| cut.is_new());
    for cut in new {
        let key = &names.facts.foreign_keys[cut.key];
        let end = |id: TableId, columns: &[String]| {
            code_cell(format!("{}({})", names.table(id), columns.join(", ")))
        };
        let mut origin = cell(key.origin.word());
        if let KeyOrigin::Declared { constraint } = &key.origin
            && !constraint.is_empty()
        {
            origin.extend([plain(" "), code(constraint)]);
        }
        table.row(vec![
            end(key.from, &key.columns),
            end(key.to, &key.to_columns),
            origin,
            cell(replacement(names, step, cut)),
            vec![place(key.place.clone())],
        ]);
    }
    let mut section = sub(step, "keys", "Foreign keys to cut");
    if !cut_before.is_empty() && !table.rows.is_empty() {
        section = section.with_text(format!(
            "{} more between this service and those that left before: cut in their steps.",
            count(cut_before.len(), "key", "keys")
        ));
    }
    filled(section, table)
}

/// What keeps the two sides in step when no constraint does.
fn replacement(names: &Names<'_>, step: &Step, cut: &CutKey) -> String {
    let key = &names.facts.foreign_keys[cut.key];
    let (from, to) = (names.holder(cut.from), names.holder(cut.to));
    let table = names.table(key.to);
    let columns = join(&key.columns);
    let first = if cut.declared { "drop the constraint; " } else { "nothing to drop; " };
    let missing = if cut.nullable { "is set to null" } else { "is deleted or marked" };
    if cut.from == Holder::Service(step.service) {
        format!(
            "{first}{columns} stays as a plain id; {from} asks {to} before it writes one; when {to} announces that a row \
             of {table} is gone, what refers to it {missing}"
        )
    } else {
        format!(
            "{first}{from} keeps {columns} as a plain id; {to} announces when a row of {table} is gone or changes its id"
        )
    }
}

fn joins(names: &Names<'_>, step: &Step) -> Option<Section> {
    let mut table = Table::new(&["place", "asked by", "tables", "what to do"]);
    for query in &step.data.joins {
        let mut by_holder: BTreeMap<Holder, Vec<Line>> = BTreeMap::new();
        for (holder, id) in &query.tables {
            by_holder.entry(*holder).or_default().push(code_cell(names.table(*id)));
        }
        let others: Vec<String> = by_holder
            .keys()
            .filter(|holder| **holder != query.by)
            .map(|holder| names.holder(*holder))
            .collect();
        let todo = if others.len() == 1 {
            format!("ask {} for its part by ids, or keep a projection of it", join(&others))
        } else {
            format!("read from a projection that {} feed with events", join(&others))
        };
        let tables = by_holder.into_iter().map(|(holder, tables)| {
            let mut line = cell(format!("{}: ", names.holder(holder)));
            line.extend(separated(tables, ", "));
            line
        });
        table.row(vec![
            vec![place(Place::new(names.module(query.module), query.line))],
            cell(names.holder(query.by)),
            separated(tables, "; "),
            cell(todo),
        ]);
    }
    filled(sub(step, "joins", "Queries to rewrite: they join across the border"), table)
}

/// Accesses across the border: of the service's own tables by others, or the other way round.
fn uses(names: &Names<'_>, step: &Step, own: bool) -> Option<Section> {
    let service = Holder::Service(step.service);
    let mut table =
        Table::new(&["table", "of", "used by", "mode", "#places", "at", "what replaces it"]);
    for used in step.data.uses.iter().filter(|used| (used.owner == service) == own) {
        let at = used.accesses.iter().map(|at| {
            let access = &names.facts.accesses[*at];
            Place::new(names.module(access.module), access.line)
        });
        let advice = match (used.mode, used.advice) {
            (AccessMode::Write, _) | (_, Advice::Command) => "an operation of the owner",
            (_, Advice::Replica) => {
                "a replica or projection that the owner's events keep up to date"
            }
            (_, Advice::Ask) => "an operation of the owner that answers this question",
        };
        table.row(vec![
            code_cell(names.table(used.table)),
            cell(names.holder(used.owner)),
            cell(names.holder(used.by)),
            cell(used.mode.word()),
            number(used.accesses.len()),
            places(at),
            cell(advice),
        ]);
    }
    let (what, title) = if own {
        ("used-by-others", "Its tables, used by others")
    } else {
        ("uses-of-others", "Tables of others that it uses")
    };
    filled(sub(step, what, title), table)
}

fn sagas(names: &Names<'_>, step: &Step) -> Vec<Section> {
    if step.sagas.is_empty() {
        return Vec::new();
    }
    let text = "Each of these writes to two or more databases from now on. The service of the entry point leads: it does one \
                write after the other, remembers how far it came, and takes back what was done when a later one fails.";
    let mut sections = vec![sub(step, "sagas", "Transactions that become sagas").with_text(text)];
    for (at, saga) in (1..).zip(&step.sagas) {
        let id = format!("{}-saga-{at}", step_id(step));
        sections.push(saga_section(names, id, saga));
    }
    sections
}

fn saga_section(names: &Names<'_>, id: String, saga: &Saga) -> Section {
    let mut table = Table::new(&["#write", "table", "of", "at", "through", "taken back by"]);
    for (at, write) in (1..).zip(&saga.writes) {
        let through = write.path.iter().map(|function| code_cell(names.function(*function)));
        let undo = match write.undo {
            Some(function) => {
                vec![
                    plain("perhaps "),
                    code(names.function(function)),
                    plain(" "),
                    place(names.function_place(function)),
                ]
            }
            None => cell("to be written"),
        };
        table.row(vec![
            number(at),
            code_cell(names.table(write.table)),
            cell(names.holder(write.holder)),
            vec![place(Place::new(names.module(write.module), write.line))],
            separated(through, " → "),
            undo,
        ]);
    }
    let holders: Vec<String> = saga.holders.iter().map(|holder| names.holder(*holder)).collect();
    let line = vec![
        plain("Begins at "),
        place(names.entry_place(saga.entry)),
        plain(format!(" and writes to {}, in this order.", join(&holders))),
    ];
    Section::new(id, 4, names.entry(saga.entry)).with(Block::Text(line)).with_table(table)
}

fn shared_code(names: &Names<'_>, plan: &Plan, step: &Step) -> Option<Section> {
    let libraries = step.libraries.iter().map(|(library, calls)| {
        let references = count(*calls, "reference", "references");
        cell(format!("Library {}: {references}.", names.service(*library)))
    });
    let shared = step.shared.iter().map(|at| {
        let module = &plan.shared[*at];
        let owner = names.service(module.service);
        let users = count(module.users.len(), "service", "services");
        let tail = if module.service == step.service {
            format!(" of this service is used by {users}.")
        } else {
            format!(" of {owner} is used here and by {} in all.", users)
        };
        vec![code(names.module(module.module)), plain(tail)]
    });
    let lines: Vec<Line> = libraries.chain(shared).collect();
    if lines.is_empty() {
        return None;
    }
    let mut section = sub(step, "shared", "Shared code").with(Block::List(lines));
    if !step.shared.is_empty() {
        let link = Span::Link { to: "shared-code".to_owned(), text: "Shared code".to_owned() };
        section =
            section.with(Block::Text(vec![plain("What to do about each: see "), link, plain(".")]));
    }
    Some(section)
}

fn conditions(step: &Step) -> Vec<Section> {
    let ready = &step.readiness;
    let all = [
        ("foundations", "Built once, now", &ready.foundations),
        ("must-be-there", "What must be there", &ready.must_be_there),
        ("dashboards", "On its dashboard", &ready.dashboards),
        ("done-when", "Done when", &ready.done_when),
        ("go-back", "How to go back", &ready.go_back),
    ];
    let filled = all.into_iter().filter(|(_, _, list)| !list.is_empty());
    filled.map(|(what, title, list)| sub(step, what, title).with_list(list)).collect()
}

fn effort(step: &Step) -> Section {
    let mut table = Table::new(&["what", "#count", "#points each", "#points"]);
    for cost in &step.effort.costs {
        table.row(vec![
            cell(cost.what),
            number(cost.count),
            number(format!("{:.4}", cost.each).trim_end_matches('0').trim_end_matches('.')),
            number(format!("{:.1}", cost.points())),
        ]);
    }
    let text = format!(
        "{:.0} points, about {:.1} weeks. Risk: {}.",
        step.effort.points,
        step.effort.weeks,
        step.risk.level.word()
    );
    sub(step, "effort", "Effort and risk")
        .with_text(text)
        .with_list(&step.risk.reasons)
        .with_table(table)
}
