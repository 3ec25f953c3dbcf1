//! A plan as issues, one row each: what GitLab imports as it is, Jira after its columns are mapped, and GitHub by script.
//!
//! GitLab reads `title` and `description` and leaves the rest. Jira's importer maps `title` to the summary, `tags`, with
//! blanks between them, to labels, `id` and `parent` to its issue id and parent id. Scripts for GitHub read `labels`, with
//! commas between them. Descriptions are Markdown.

use super::{
    names::{Names, count},
    plan::{Advice, Caller, Holder, Operation, Plan, Step},
    rows::{Cell, Rows},
};
use crate::facts::{AccessMode, KeyOrigin, Place};

/// At most this many places stand in one issue; how many more there are is said.
const PLACES: usize = 20;
/// What is longer becomes several issues: Jira takes 32,767 letters, GitHub 65,536, GitLab more.
const LETTERS: usize = 30_000;

/// One row an issue: an epic for each step, and its work below it in the order to do it.
#[must_use]
pub fn rows(names: &Names<'_>, plan: &Plan) -> Rows {
    let mut issues = Issues {
        names,
        rows: Rows::new(&[
            "title",
            "description",
            "labels",
            "type",
            "id",
            "parent",
            "points",
            "tags",
        ]),
        epic: 0,
        service: String::new(),
    };
    for step in &plan.steps {
        issues.step(step);
    }
    issues.rows
}

struct Issues<'a> {
    names: &'a Names<'a>,
    rows: Rows,
    epic: i64,
    service: String,
}

impl Issues<'_> {
    fn add(&mut self, kind: &str, title: String, description: &[String], label: &str, points: f64) {
        let parts = parts(description);
        let count = parts.len();
        for (number, part) in (1..).zip(parts) {
            let kind = if number == 1 { kind } else { "Task" };
            let title =
                if count > 1 { format!("{title} ({number} of {count})") } else { title.clone() };
            self.row(kind, &title, &part, label, points / real(count));
        }
    }

    fn row(&mut self, kind: &str, title: &str, description: &str, label: &str, points: f64) {
        let id = i64::try_from(self.rows.rows.len()).unwrap_or(i64::MAX).saturating_add(1);
        let parent =
            if kind == "Epic" { Cell::Text(String::new()) } else { Cell::Number(self.epic) };
        if kind == "Epic" {
            self.epic = id;
        }
        let labels = format!("seamline,{label},{}", label_of(&self.service));
        self.rows.rows.push(vec![
            one_line(title).into(),
            description.into(),
            labels.clone().into(),
            kind.into(),
            Cell::Number(id),
            parent,
            Cell::Text(format!("{points:.0}")),
            labels.replace(',', " ").into(),
        ]);
    }

    fn task(&mut self, title: String, description: &[String], label: &str, points: f64) {
        self.add("Task", title, description, label, points);
    }

    fn step(&mut self, step: &Step) {
        self.service = self.names.service(step.service);
        let service = self.service.clone();
        let mut about = vec![format!(
            "{}, {} lines, {}. About {:.1} weeks; risk: {}.",
            count(step.scope.modules.len(), "module", "modules"),
            step.scope.lines,
            count(step.scope.tables.len(), "table", "tables"),
            step.effort.weeks,
            step.risk.level.word()
        )];
        about.extend(list("Risks", &step.risk.reasons));
        about.extend(checklist("Must be there", &step.readiness.must_be_there));
        about.extend(checklist("Done when", &step.readiness.done_when));
        about.extend(list("How to go back", &step.readiness.go_back));
        let title = format!("Step {}: {service} leaves the monolith", step.number);
        self.add("Epic", title, &about, "step", step.effort.points);
        let foundations = &step.readiness.foundations;
        if !foundations.is_empty() {
            let what = "Build what every service needs".to_owned();
            self.task(what, &checklist("Built once", foundations), "foundation", 5.0);
        }
        self.modules(step);
        self.operations(step);
        self.data(step);
        self.sagas(step);
    }

    fn modules(&mut self, step: &Step) {
        let names = self.names;
        let modules = step.scope.modules.iter();
        let modules: Vec<String> =
            modules.map(|module| format!("`{}`", names.module(*module))).collect();
        if !modules.is_empty() {
            let title =
                format!("Move the code of {} into a package of its own, then out", self.service);
            let lines = f64::from(u32::try_from(step.scope.lines).unwrap_or(u32::MAX));
            self.task(title, &bullets(&modules), "code", (lines / 400.0).max(1.0));
        }
        let entries: Vec<String> = step
            .scope
            .entry_points
            .iter()
            .map(|entry| format!("`{}`", names.entry(*entry)))
            .collect();
        if !entries.is_empty() {
            let title = format!(
                "Route {} to {}",
                count(entries.len(), "entry point", "entry points"),
                self.service
            );
            self.task(title, &bullets(&entries), "code", 1.0);
        }
    }

    fn operations(&mut self, step: &Step) {
        let offers: Vec<String> =
            step.api.offers.iter().flat_map(|operation| self.operation(operation)).collect();
        if !offers.is_empty() {
            let number = count(step.api.offers.len(), "operation", "operations");
            let title = format!("Offer {number} of {}", self.service);
            self.task(title, &offers, "api", 2.0 * real(step.api.offers.len()));
        }
        let needs: Vec<String> =
            step.api.needs.iter().flat_map(|operation| self.operation(operation)).collect();
        if !needs.is_empty() {
            let number = count(step.api.needs.len(), "operation", "operations");
            let title = format!("Call {number} of others from {}", self.service);
            self.task(title, &needs, "api", 3.0 * real(step.api.needs.len()));
        }
    }

    /// An operation with where it is called.
    fn operation(&self, operation: &Operation) -> Vec<String> {
        let (name, signature) = match operation.function {
            Some(id) => {
                let function = self.names.facts.function(id);
                (function.name.as_str(), function.signature.as_str())
            }
            None => (self.names.facts.module(operation.module).file_name(), ""),
        };
        let calls = operation.callers.iter().flat_map(|Caller { calls, .. }| calls);
        let places = calls.map(|at| {
            let call = &self.names.facts.calls[*at];
            Place::new(self.names.module(call.from_module), call.line)
        });
        let at = self.names.holder(operation.at);
        vec![format!("- [ ] `{name}{signature}` of {at}, called at {}", places_in(places))]
    }

    fn data(&mut self, step: &Step) {
        let names = self.names;
        let own = Holder::Service(step.service);
        for used in &step.data.uses {
            let (table, by) = (names.table(used.table), names.holder(used.by));
            let places = used.accesses.iter().map(|at| {
                let access = &names.facts.accesses[*at];
                Place::new(names.module(access.module), access.line)
            });
            let (title, points) = match (used.mode, used.advice) {
                (AccessMode::Write, _) => (
                    format!("{by} no longer writes {table}: call {}", names.holder(used.owner)),
                    5.0,
                ),
                (_, Advice::Replica) => (format!("{by} reads a replica of {table}"), 2.0),
                _ => (format!("{by} asks {} for {table}", names.holder(used.owner)), 2.0),
            };
            let what =
                vec![format!("Today it {}s the table at {}.", used.mode.word(), places_in(places))];
            self.task(title, &what, if used.owner == own { "data" } else { "data,others" }, points);
        }
        for query in &step.data.joins {
            let tables: Vec<String> =
                query.tables.iter().map(|(_, table)| names.table(*table)).collect();
            let place = Place::new(names.module(query.module), query.line);
            let title = format!("Rewrite the query over {}", tables.join(", "));
            self.task(
                title,
                &[format!("At `{place}`, asked by {}.", names.holder(query.by))],
                "data",
                3.0,
            );
        }
        self.keys_and_tables(step);
    }

    fn keys_and_tables(&mut self, step: &Step) {
        let names = self.names;
        let keys: Vec<String> = step
            .data
            .keys
            .iter()
            .filter(|cut| cut.is_new())
            .map(|cut| {
                let key = &names.facts.foreign_keys[cut.key];
                let (from, to) = (names.table(key.from), names.table(key.to));
                let name = match &key.origin {
                    KeyOrigin::Declared { constraint } if !constraint.is_empty() => {
                        format!(" ({constraint})")
                    }
                    origin => format!(" ({})", origin.word()),
                };
                format!("- [ ] `{from}({})` to `{to}`{name}", key.columns.join(", "))
            })
            .collect();
        if !keys.is_empty() {
            let title = format!(
                "Replace {} of {}",
                count(keys.len(), "foreign key", "foreign keys"),
                self.service
            );
            self.task(title, &keys, "data", 2.0 * real(keys.len()));
        }
        let tables: Vec<String> = step
            .data
            .tables
            .iter()
            .map(|table| format!("- [ ] `{}`", names.table(*table)))
            .collect();
        if !tables.is_empty() {
            let title =
                format!("Move {} of {}", count(tables.len(), "table", "tables"), self.service);
            self.task(title, &tables, "data", 2.0 * real(tables.len()));
        }
    }

    fn sagas(&mut self, step: &Step) {
        let names = self.names;
        for saga in &step.sagas {
            let writes: Vec<String> = saga
                .writes
                .iter()
                .zip(1..)
                .map(|(write, number)| {
                    let place = Place::new(names.module(write.module), write.line);
                    let undo = match write.undo {
                        Some(function) => format!("perhaps `{}`", names.function(function)),
                        None => "to be written".to_owned(),
                    };
                    let of = names.holder(write.holder);
                    format!(
                        "{number}. `{}` of {of} at `{place}`; taken back by: {undo}",
                        names.table(write.table)
                    )
                })
                .collect();
            let title = format!("Turn the transaction of {} into a saga", names.entry(saga.entry));
            self.task(title, &writes, "saga", 8.0);
        }
    }
}

fn real(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn bullets(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("- {line}")).collect()
}

fn list(title: &str, lines: &[String]) -> Vec<String> {
    titled(title, lines, "- ")
}

fn checklist(title: &str, lines: &[String]) -> Vec<String> {
    titled(title, lines, "- [ ] ")
}

fn titled(title: &str, lines: &[String], mark: &str) -> Vec<String> {
    if lines.is_empty() {
        return Vec::new();
    }
    let head = [String::new(), format!("**{title}**"), String::new()];
    head.into_iter().chain(lines.iter().map(|line| format!("{mark}{line}"))).collect()
}

fn places_in(places: impl Iterator<Item = Place>) -> String {
    let mut places: Vec<Place> = places.collect();
    places.sort();
    places.dedup();
    let more = places.len().saturating_sub(PLACES);
    places.truncate(PLACES);
    let mut told: Vec<String> = places.iter().map(|place| format!("`{place}`")).collect();
    if more > 0 {
        told.push(format!("and {more} more"));
    }
    told.join(", ")
}

/// Lines in texts that are not too long for one issue.
fn parts(lines: &[String]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = 0;
    for line in lines {
        let line: String = line.chars().take(LETTERS).collect();
        let more = line.chars().count() + 1;
        if letters > 0 && letters + more > LETTERS {
            parts.push(String::new());
            letters = 0;
        }
        if let Some(part) = parts.last_mut() {
            if letters > 0 {
                part.push('\n');
            }
            part.push_str(&line);
        }
        letters += more;
    }
    parts
}

fn one_line(title: &str) -> String {
    let line: String =
        title.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    line.chars().take(255).collect()
}

/// Labels have no blanks in Jira and no commas anywhere.
fn label_of(name: &str) -> String {
    name.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::export::{format::tests::shop, plan::plan};

    #[test]
    fn what_is_too_long_for_one_issue_becomes_several() {
        assert_eq!(parts(&[]), [""]);
        let short = ["a".to_owned(), "b".to_owned()];
        assert_eq!(parts(&short), ["a\nb"]);
        let long = vec!["x".repeat(9_999); 7];
        let lengths: Vec<usize> = parts(&long).iter().map(String::len).collect();
        assert_eq!(lengths, [29_999, 29_999, 9_999]);
    }

    #[test]
    fn a_step_is_an_epic_with_its_work() {
        let (facts, proposal, _) = shop();
        let rows = rows(&Names::new(&facts, &proposal), &plan(&facts, &proposal));
        let told: Vec<String> = rows
            .rows
            .iter()
            .map(|row| {
                format!("{} {} {}: {}", row[4].text(), row[3].text(), row[5].text(), row[0].text())
            })
            .collect();
        assert_eq!(
            told,
            [
                "1 Epic : Step 1: Mail leaves the monolith",
                "2 Task 1: Build what every service needs",
                "3 Task 1: Move the code of Mail into a package of its own, then out",
                "4 Task 1: Route 1 entry point to Mail",
                "5 Task 1: Move 1 table of Mail",
                "6 Epic : Step 2: Stock leaves the monolith",
                "7 Task 6: Move the code of Stock into a package of its own, then out",
                "8 Task 6: Offer 1 operation of Stock",
                "9 Task 6: the monolith reads a replica of stock",
                "10 Task 6: Rewrite the query over stock, orders",
                "11 Task 6: Replace 1 foreign key of Stock",
                "12 Task 6: Move 1 table of Stock",
                "13 Task 6: Turn the transaction of POST /orders into a saga",
            ]
        );
    }
}
