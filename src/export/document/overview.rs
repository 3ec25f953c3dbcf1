//! The chapters about the proposal as a whole: what it costs, its services, the order of steps, what is shared.

use super::{Block, Line, Section, Span, Table, cell, code, code_cell, number, plain, separated};
use crate::{
    analysis::{figures::Figure, grouping::Role},
    export::{
        names::{Names, count, join},
        plan::{
            Appeal, Owners, Pattern, Plan, Scope, SharedAdvice, Step, TablePlan, WEEKS_OF_FIRST_TWO,
        },
    },
    proposal::{Note, ServiceId, Vanished, command::role_word},
};

pub(super) fn summary(names: &Names<'_>, plan: &Plan) -> Section {
    let facts = names.facts;
    let lines: u64 = facts.modules.iter().map(|module| u64::from(module.lines)).sum();
    let weeks: f64 = plan.steps.iter().map(|step| step.effort.weeks).sum();
    let size = format!(
        "{} has {} of {lines} lines and {}. The proposal “{}” takes {} out of it, one at a time; each step leaves a \
         working system.",
        if facts.name.is_empty() { "The monolith" } else { &facts.name },
        count(facts.modules.len(), "module", "modules"),
        count(facts.tables.len(), "table", "tables"),
        names.proposal.name,
        count(plan.steps.len(), "service", "services"),
    );
    let mut section = Section::new("summary", 2, "Summary").with_text(size);
    if plan.steps.len() > 1 {
        section = section.with_text(format!(
            "About {weeks:.0} weeks one after the other, if two services of average size take {WEEKS_OF_FIRST_TWO:.0} weeks \
             together at first and what was learnt makes the others faster. This is a guess from counts: correct it after \
             the first step."
        ));
    }
    section.with_text(
        "Every step lists what crosses borders at that point: the services of earlier steps run on their own, everything \
         else is still one monolith.",
    )
}

pub(super) fn figures(plan: &Plan) -> Section {
    let mut table = Table::new(&["figure", "#when all steps are done"]);
    for figure in Figure::ALL {
        let value = figure.of(&plan.figures);
        let shown = if figure == Figure::LargestShare {
            format!("{:.0} %", value * 100.0)
        } else {
            format!("{value:.0}")
        };
        table.row(vec![cell(figure.name()), number(shown)]);
    }
    Section::new("figures", 2, "What the proposal costs").with_table(table)
}

pub(super) fn services(names: &Names<'_>, plan: &Plan) -> Section {
    let mut table = Table::new(&[
        "service",
        "kind",
        "owner",
        "#modules",
        "#lines",
        "#tables",
        "#entry points",
        "#commits last year",
        "changed by",
    ]);
    for service in &names.proposal.services {
        let scope = scope_of(plan, service.id, service.role);
        let Some(scope) = scope else { continue };
        table.row(vec![
            service_link(names, plan, service.id),
            cell(role_word(service.role)),
            cell(owner(names, service.id, scope)),
            number(scope.modules.len()),
            number(scope.lines),
            number(scope.tables.len()),
            number(scope.entry_points.len()),
            number(scope.owners.commits),
            cell(people(names, &scope.owners)),
        ]);
    }
    Section::new("services", 2, "Services").with_table(table)
}

fn scope_of(plan: &Plan, service: ServiceId, role: Role) -> Option<&Scope> {
    let step = plan.steps.iter().find(|step| step.service == service).map(|step| &step.scope);
    let library = || plan.libraries.iter().find(|library| library.service == service);
    match role {
        Role::Service => step,
        Role::Library => library().map(|library| &library.scope),
        Role::Remainder if !plan.remainder.modules.is_empty() => Some(&plan.remainder),
        Role::Remainder | Role::Excluded => None,
    }
}

/// The owner that was decided, or else the team that answers for most of it.
pub(super) fn owner(names: &Names<'_>, service: ServiceId, scope: &Scope) -> String {
    let decided = names.proposal.service(service).map(|service| service.owner.as_str());
    if let Some(owner) = decided.filter(|owner| !owner.is_empty()) {
        return owner.to_owned();
    }
    match scope.owners.teams.first() {
        Some((team, modules)) => format!(
            "{} ({modules} of {})",
            names.facts.teams[team.index()].name,
            count(scope.modules.len(), "module", "modules")
        ),
        None => String::new(),
    }
}

/// The three who changed it most, with their commits.
pub(super) fn people(names: &Names<'_>, owners: &Owners) -> String {
    let named = owners.people.iter().take(3).map(|(author, commits)| {
        format!("{} ({commits})", names.facts.authors[author.index()].name)
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if owners.people.len() > 3 {
        named.push_str(&format!(" and {} more", owners.people.len() - 3));
    }
    named
}

/// The service's name, leading to its step where it has one.
pub(super) fn service_link(names: &Names<'_>, plan: &Plan, service: ServiceId) -> Line {
    let text = names.service(service);
    match plan.steps.iter().find(|step| step.service == service) {
        Some(step) => vec![Span::Link { to: step_id(step), text }],
        None => cell(text),
    }
}

pub(super) fn step_id(step: &Step) -> String {
    format!("step-{}", step.number)
}

pub(super) fn schedule(names: &Names<'_>, plan: &Plan) -> Section {
    let mut table = Table::new(&[
        "#step",
        "service",
        "#points",
        "#weeks",
        "risk",
        "#operations offered",
        "#operations needed",
        "#accesses",
        "#keys",
        "#queries to rewrite",
        "#sagas",
        "#crossing calls afterwards",
    ]);
    for step in &plan.steps {
        table.row(vec![
            number(step.number),
            service_link(names, plan, step.service),
            number(format!("{:.0}", step.effort.points)),
            number(format!("{:.1}", step.effort.weeks)),
            cell(step.risk.level.word()),
            number(step.api.offers.len()),
            number(step.api.needs.len()),
            number(step.crossings.accesses.len()),
            number(step.crossings.keys.len()),
            number(step.data.joins.len()),
            number(step.crossings.transactions.len()),
            number(step.after.crossing_calls),
        ]);
    }
    Section::new("order", 2, "Order of steps")
        .with_text(
            "First what comes off easily and teaches most: few new crossings with what remains, data of its own, one \
             owner, many changes. Points compare steps and are no days; each step says what they were made from.",
        )
        .with_table(table)
}

/// Why a step comes when it comes.
pub(super) fn why_now(appeal: &Appeal) -> Vec<String> {
    let mut list = vec![format!(
        "Between it and what remains arise {}, {}, {}, {} and {}.",
        count(appeal.calls, "call", "calls"),
        count(appeal.accesses, "access", "accesses"),
        count(appeal.keys, "cut key", "cut keys"),
        count(appeal.joins, "broken join", "broken joins"),
        count(appeal.transactions, "spanning transaction", "spanning transactions"),
    )];
    if appeal.own_data > 0.0 {
        list.push(format!(
            "{:.0} % of all accesses by it or of its tables stay within it.",
            appeal.own_data * 100.0
        ));
    }
    if appeal.commits > 0 {
        let faster = if appeal.changes > 0.5 { "more" } else { "less" };
        list.push(format!(
            "{} last year touched it: for its size it changes {faster} than the whole.",
            count(appeal.commits, "commit", "commits")
        ));
    }
    if appeal.owner > 0.25 {
        list.push(format!("One team or person answers for {:.0} % of it.", appeal.owner * 200.0));
    }
    if appeal.worker > 0.0 {
        list.push(
            "Nobody waits for it: all its entry points are jobs, messages or commands.".to_owned(),
        );
    }
    list
}

pub(super) fn notes(names: &Names<'_>) -> Option<Section> {
    let notes = &names.proposal.notes;
    if notes.is_empty() {
        return None;
    }
    let mut table = Table::new(&["when", "who", "about", "what"]);
    for note in notes {
        let what = if note.decision { "Decision: " } else { "" };
        table.row(vec![
            cell(date(note.time)),
            cell(note.author.clone()),
            about(names, note),
            cell(format!("{what}{}", note.text)),
        ]);
    }
    Some(Section::new("decisions", 2, "Decisions and notes").with_table(table))
}

fn about(names: &Names<'_>, note: &Note) -> Line {
    let services = note.services.iter().map(|service| cell(names.service(*service)));
    let pieces = note.pieces.iter().map(|piece| code_cell(names.facts.piece_name(*piece)));
    separated(services.chain(pieces), ", ")
}

/// The day, in UTC; empty where nobody noted the time.
fn date(seconds: i64) -> String {
    match jiff::Timestamp::from_second(seconds) {
        Ok(time) if seconds != 0 => time.strftime("%Y-%m-%d").to_string(),
        _ => String::new(),
    }
}

pub(super) fn libraries(names: &Names<'_>, plan: &Plan) -> Option<Section> {
    if plan.libraries.is_empty() {
        return None;
    }
    let mut table = Table::new(&[
        "library",
        "#modules",
        "#lines",
        "used by",
        "#users",
        "#commits last year",
        "#deployments",
    ]);
    for library in &plan.libraries {
        let users: Vec<String> = library.users.iter().map(|user| names.service(*user)).collect();
        table.row(vec![
            cell(names.service(library.service)),
            number(library.scope.modules.len()),
            number(library.scope.lines),
            cell(join(&users)),
            number(users.len()),
            number(library.changes),
            number(users.len() * library.changes),
        ]);
    }
    let section = Section::new("libraries", 2, "Libraries")
        .with_text(
            "Published as packages, or copied, before the step that first needs them. A change to one has to be tested and \
             deployed with each of its users: the last column is how often that would have been within a year. Copy \
             what rarely changes.",
        )
        .with_table(table);
    Some(section)
}

pub(super) fn shared(names: &Names<'_>, plan: &Plan) -> Option<Section> {
    if plan.shared.is_empty() {
        return None;
    }
    let mut table = Table::new(&["module", "in", "#users", "used by", "#references", "what to do"]);
    for module in &plan.shared {
        let users: Vec<String> = module.users.iter().map(|user| names.service(*user)).collect();
        table.row(vec![
            code_cell(names.module(module.module)),
            service_link(names, plan, module.service),
            number(users.len()),
            cell(join(&users)),
            number(module.calls),
            cell(shared_advice(module.advice)),
        ]);
    }
    let section = Section::new("shared-code", 2, "Shared code")
        .with_text("Modules outside libraries that three or more other services use.")
        .with_table(table);
    Some(section)
}

/// Tables that others use, with what becomes of each; those that nobody else knows are only counted.
pub(super) fn tables(names: &Names<'_>, plan: &Plan) -> Option<Section> {
    let (alone, used): (Vec<&TablePlan>, Vec<&TablePlan>) =
        plan.tables.iter().partition(|table| table.pattern == Pattern::Move);
    if plan.tables.is_empty() {
        return None;
    }
    let mut table =
        Table::new(&["table", "owner", "read by", "written by", "what becomes of it", "because"]);
    for one in used {
        table.row(vec![
            code_cell(names.table(one.table)),
            service_link(names, plan, one.owner),
            cell(users(names, &one.readers)),
            cell(users(names, &one.writers)),
            cell(one.pattern.words()),
            cell(because(names, one)),
        ]);
    }
    let text = format!(
        "{} used by their owner alone and move with it; the others are below.",
        count(alone.len(), "table is", "tables are")
    );
    Some(Section::new("tables", 2, "What becomes of the tables").with_text(text).with_table(table))
}

fn users(names: &Names<'_>, users: &std::collections::BTreeMap<ServiceId, usize>) -> String {
    let told = users.iter().map(|(id, places)| format!("{} ({places})", names.service(*id)));
    told.collect::<Vec<_>>().join(", ")
}

fn because(names: &Names<'_>, table: &TablePlan) -> String {
    let named = |services: &std::collections::BTreeSet<ServiceId>| {
        join(&services.iter().map(|id| names.service(*id)).collect::<Vec<_>>())
    };
    let places = |users: &std::collections::BTreeMap<ServiceId, usize>| {
        count(users.values().sum(), "place", "places")
    };
    match table.pattern {
        Pattern::Move => String::new(),
        Pattern::ReferenceById => format!("only keys of {} lead to it", named(&table.referring)),
        Pattern::Ask => format!("others read it in {}", places(&table.readers)),
        Pattern::Replicate if table.joining.is_empty() => {
            format!("others read it in {}", places(&table.readers))
        }
        Pattern::Replicate => format!("{} joins it", named(&table.joining)),
        Pattern::OwnWrites => format!("others write it in {}", places(&table.writers)),
        Pattern::SplitColumns => format!(
            "others write it in {}, and it has {} columns",
            places(&table.writers),
            names.facts.table(table.table).columns.len()
        ),
    }
}

/// Services of which pieces are gone from the monolith since they were placed: steps that are done, or under way.
pub(super) fn done(names: &Names<'_>) -> Option<Section> {
    let proposal = names.proposal;
    let mut table =
        Table::new(&["service", "#pieces gone", "#keys gone", "#pieces left", "state", "gone"]);
    for service in proposal.services.iter().filter(|service| service.role == Role::Service) {
        let of_service = |vanished: &&Vanished| vanished.service == service.id;
        let all: Vec<&Vanished> = proposal.vanished.iter().filter(of_service).collect();
        let keys = all.iter().filter(|vanished| vanished.is_key).count();
        let gone: Vec<&str> = all.iter().map(|vanished| vanished.name.as_str()).collect();
        if gone.is_empty() {
            continue;
        }
        let left = proposal.pieces_of(service.id).count();
        let shown =
            gone.iter().take(DONE).map(|name| vec![Span::Struck { text: (*name).to_owned() }]);
        let mut names_gone = separated(shown, ", ");
        if gone.len() > DONE {
            names_gone.push(plain(format!(" and {} more", gone.len() - DONE)));
        }
        let name = if left == 0 {
            vec![Span::Struck { text: service.name.clone() }]
        } else {
            cell(service.name.clone())
        };
        table.row(vec![
            name,
            number(gone.len() - keys),
            number(keys),
            number(left),
            cell(if left == 0 { "done" } else { "under way" }),
            names_gone,
        ]);
    }
    let section = Section::new("done", 2, "What is done").with_text(
        "Pieces that were in the monolith when the proposal was made, and foreign keys between services, that the last \
         import no longer found there.",
    );
    (!table.rows.is_empty()).then(|| section.with_table(table))
}

/// At most this many pieces that are gone are named for one service.
const DONE: usize = 20;

fn shared_advice(advice: SharedAdvice) -> &'static str {
    match advice {
        SharedAdvice::Library => {
            "reaches no data and is only called: publish as a library, or copy"
        }
        SharedAdvice::Narrow => {
            "a model that is handed around: each service keeps the narrow view it needs"
        }
        SharedAdvice::Operation => "works on data: stays with its owner and is asked",
    }
}

pub(super) fn remainder(names: &Names<'_>, plan: &Plan) -> Option<Section> {
    let scope = &plan.remainder;
    if scope.modules.is_empty() && scope.tables.is_empty() {
        return None;
    }
    let text = format!(
        "{} of {} lines and {} stay in the monolith for now.",
        count(scope.modules.len(), "module", "modules"),
        scope.lines,
        count(scope.tables.len(), "table", "tables"),
    );
    let tables = scope.tables.iter().map(|table| vec![code(names.table(*table))]);
    let section = Section::new("remainder", 2, "What remains").with_text(text);
    if scope.tables.is_empty() {
        return Some(section);
    }
    let mut line = vec![plain("Tables: ")];
    line.extend(separated(tables, ", "));
    Some(section.with(Block::Text(line)))
}
