//! The whole plan as JSON: everything that the page for people says, with every place.

use serde_json::{Value, json};

use super::{
    json::figures,
    names::Names,
    plan::{
        Advice, BrokenJoin, Caller, CutKey, Effort, Holder, Operation, Owners, Plan, Readiness,
        Saga, Scope, SharedAdvice, SharedModule, Step, TablePlan, TableUse,
    },
};
use crate::{
    facts::{KeyOrigin, ModuleId, Place, TableId},
    proposal::ServiceId,
};

/// The plan as a JSON value.
#[must_use]
pub fn value(names: &Names<'_>, plan: &Plan) -> Value {
    let written = Written { names, plan };
    let libraries = plan.libraries.iter().map(|library| {
        json!({
            "library": names.service(library.service),
            "scope": written.scope(&library.scope),
            "users": written.services(&library.users),
            "changes_last_year": library.changes,
        })
    });
    json!({
        "steps": plan.steps.iter().map(|step| written.step(step)).collect::<Vec<_>>(),
        "libraries": libraries.collect::<Vec<_>>(),
        "shared_modules": plan.shared.iter().map(|shared| written.shared(shared)).collect::<Vec<_>>(),
        "tables": plan.tables.iter().map(|table| written.table(table)).collect::<Vec<_>>(),
        "remainder": written.scope(&plan.remainder),
        "figures_afterwards": figures(&plan.figures),
    })
}

struct Written<'a> {
    names: &'a Names<'a>,
    plan: &'a Plan,
}

fn at(place: &Place) -> Value {
    json!({ "path": place.path, "line": place.line })
}

fn list<T>(all: &[T], one: impl Fn(&T) -> Value) -> Value {
    Value::from(all.iter().map(one).collect::<Vec<_>>())
}

impl Written<'_> {
    fn services(&self, services: &[ServiceId]) -> Vec<String> {
        services.iter().map(|service| self.names.service(*service)).collect()
    }

    fn holder(&self, holder: Holder) -> String {
        self.names.holder(holder)
    }

    fn module(&self, module: ModuleId) -> &str {
        self.names.module(module)
    }

    fn tables(&self, tables: &[TableId]) -> Vec<String> {
        tables.iter().map(|table| self.names.table(*table)).collect()
    }

    fn table(&self, plan: &TablePlan) -> Value {
        let counted = |users: &std::collections::BTreeMap<ServiceId, usize>| {
            let users = users.iter();
            let told = users.map(
                |(id, places)| json!({ "service": self.names.service(*id), "places": places }),
            );
            told.collect::<Vec<_>>()
        };
        let named = |services: &std::collections::BTreeSet<ServiceId>| -> Vec<String> {
            services.iter().map(|id| self.names.service(*id)).collect()
        };
        json!({
            "table": self.names.table(plan.table),
            "owner": self.names.service(plan.owner),
            "readers": counted(&plan.readers),
            "writers": counted(&plan.writers),
            "referring": named(&plan.referring),
            "joining": named(&plan.joining),
            "pattern": plan.pattern.words(),
        })
    }

    fn scope(&self, scope: &Scope) -> Value {
        let facts = self.names.facts;
        let entries = scope.entry_points.iter().map(|id| {
            let entry = &facts.entry_points[id.index()];
            json!({
                "kind": entry.kind.word(),
                "route": entry.route,
                "function": entry.function.map(|function| self.names.function(function)),
                "place": at(&self.names.entry_place(*id)),
            })
        });
        json!({
            "modules": scope.modules.iter().map(|module| self.module(*module)).collect::<Vec<_>>(),
            "tables": self.tables(&scope.tables),
            "lines": scope.lines,
            "entry_points": entries.collect::<Vec<_>>(),
            "owners": self.owners(&scope.owners),
        })
    }

    fn owners(&self, owners: &Owners) -> Value {
        let facts = self.names.facts;
        json!({
            "teams": list(&owners.teams, |(team, modules)| {
                json!({ "team": facts.teams[team.index()].name, "modules": modules })
            }),
            "people": list(&owners.people, |(author, commits)| {
                json!({ "name": facts.authors[author.index()].name, "commits": commits })
            }),
            "commits_last_year": owners.commits,
        })
    }

    fn step(&self, step: &Step) -> Value {
        json!({
            "number": step.number,
            "service": self.names.service(step.service),
            "is_last_of_monolith": step.is_last_of_monolith,
            "scope": self.scope(&step.scope),
            "why_now": {
                "points_that_arise": step.appeal.new_points,
                "calls": step.appeal.calls,
                "accesses": step.appeal.accesses,
                "keys": step.appeal.keys,
                "joins": step.appeal.joins,
                "transactions": step.appeal.transactions,
                "commits_last_year": step.appeal.commits,
                "own_data": step.appeal.own_data,
            },
            "api": {
                "offers": list(&step.api.offers, |operation| self.operation(operation)),
                "needs": list(&step.api.needs, |operation| self.operation(operation)),
                "types": list(&step.api.types, |shared| json!({
                    "module": self.module(shared.module),
                    "held_by": self.holder(shared.at),
                    "named_by": self.callers(&shared.users),
                    "is_called": shared.is_called,
                })),
                "chatty": list(&step.api.chatty, |talk| json!({
                    "function": self.names.function(talk.function),
                    "by": self.holder(talk.by),
                    "to": self.holder(talk.to),
                    "operations": talk.operations,
                    "calls": self.calls(&talk.calls),
                })),
            },
            "data": {
                "tables_in_order": self.tables(&step.data.tables),
                "keys": list(&step.data.keys, |cut| self.key(cut)),
                "queries": list(&step.data.joins, |query| self.query(query)),
                "uses": list(&step.data.uses, |used| self.used(used)),
            },
            "sagas": list(&step.sagas, |saga| self.saga(saga)),
            "libraries": list(&step.libraries, |(library, references)| {
                json!({ "library": self.names.service(*library), "references": references })
            }),
            "shared_modules": list(&step.shared, |at| Value::from(self.module(self.plan.shared[*at].module))),
            "readiness": readiness(&step.readiness),
            "effort": effort(&step.effort),
            "risk": { "level": step.risk.level.word(), "reasons": step.risk.reasons },
            "figures_before": figures(&step.before),
            "figures_after": figures(&step.after),
        })
    }

    fn calls(&self, calls: &[usize]) -> Value {
        list(calls, |place| {
            let call = &self.names.facts.calls[*place];
            json!({
                "path": self.module(call.from_module),
                "line": call.line,
                "function": call.from_function.map(|function| self.names.function(function)),
                "kind": call.kind.word(),
                "certainty": call.certainty.word(),
            })
        })
    }

    fn callers(&self, callers: &[Caller]) -> Value {
        list(
            callers,
            |caller| json!({ "by": self.holder(caller.by), "calls": self.calls(&caller.calls) }),
        )
    }

    fn operation(&self, operation: &Operation) -> Value {
        let function = operation.function.map(|id| self.names.facts.function(id));
        json!({
            "operation": function.map(|function| &function.name),
            "signature": function.map(|function| &function.signature),
            "module": self.module(operation.module),
            "line": function.map(|function| function.line),
            "offered_by": self.holder(operation.at),
            "callers": self.callers(&operation.callers),
            "writes": operation.writes,
            "could_be_event": operation.could_be_event,
            "touches_no_data": operation.touches_no_data,
            "calls_in_loops": operation.in_loops,
        })
    }

    fn key(&self, cut: &CutKey) -> Value {
        let key = &self.names.facts.foreign_keys[cut.key];
        let constraint = match &key.origin {
            KeyOrigin::Declared { constraint } => constraint.as_str(),
            KeyOrigin::Implied { .. } => "",
        };
        json!({
            "table": self.names.table(key.from),
            "columns": key.columns,
            "of": self.holder(cut.from),
            "to_table": self.names.table(key.to),
            "to_columns": key.to_columns,
            "to": self.holder(cut.to),
            "origin": key.origin.word(),
            "constraint": constraint,
            "nullable": cut.nullable,
            "place": at(&key.place),
        })
    }

    fn query(&self, query: &BrokenJoin) -> Value {
        let tables = query.tables.iter().map(|(holder, table)| {
            json!({ "table": self.names.table(*table), "of": self.holder(*holder) })
        });
        json!({
            "path": self.module(query.module),
            "line": query.line,
            "by": self.holder(query.by),
            "tables": tables.collect::<Vec<_>>(),
        })
    }

    fn used(&self, used: &TableUse) -> Value {
        let advice = match used.advice {
            Advice::Command => "operation that writes",
            Advice::Replica => "replica",
            Advice::Ask => "operation that reads",
        };
        json!({
            "table": self.names.table(used.table),
            "owner": self.holder(used.owner),
            "by": self.holder(used.by),
            "mode": used.mode.word(),
            "advice": advice,
            "accesses": list(&used.accesses, |place| {
                let access = &self.names.facts.accesses[*place];
                json!({ "path": self.module(access.module), "line": access.line, "via": access.via.word() })
            }),
        })
    }

    fn saga(&self, saga: &Saga) -> Value {
        let writes = list(&saga.writes, |write| {
            json!({
                "table": self.names.table(write.table),
                "of": self.holder(write.holder),
                "path": self.module(write.module),
                "line": write.line,
                "through": list(&write.path, |function| Value::from(self.names.function(*function))),
                "perhaps_taken_back_by": write.undo.map(|function| self.names.function(function)),
            })
        });
        json!({
            "entry_point": self.names.entry(saga.entry),
            "place": at(&self.names.entry_place(saga.entry)),
            "holders": list(&saga.holders, |holder| Value::from(self.holder(*holder))),
            "writes": writes,
        })
    }

    fn shared(&self, shared: &SharedModule) -> Value {
        let advice = match shared.advice {
            SharedAdvice::Library => "library",
            SharedAdvice::Narrow => "narrow views",
            SharedAdvice::Operation => "operation",
        };
        json!({
            "module": self.module(shared.module),
            "service": self.names.service(shared.service),
            "users": self.services(&shared.users),
            "references": shared.calls,
            "advice": advice,
        })
    }
}

fn readiness(readiness: &Readiness) -> Value {
    json!({
        "foundations": readiness.foundations,
        "must_be_there": readiness.must_be_there,
        "dashboards": readiness.dashboards,
        "done_when": readiness.done_when,
        "go_back": readiness.go_back,
    })
}

fn effort(effort: &Effort) -> Value {
    let costs = list(
        &effort.costs,
        |cost| json!({ "what": cost.what, "count": cost.count, "points_each": cost.each }),
    );
    json!({ "points": effort.points, "weeks": effort.weeks, "costs": costs })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::export::{format::tests::shop, plan::plan};

    #[test]
    fn a_step_says_all_that_the_page_says() {
        let (facts, proposal, _) = shop();
        let names = Names::new(&facts, &proposal);
        let plan = value(&names, &plan(&facts, &proposal));
        let step = &plan["steps"][1];
        assert_eq!(step["service"], "Stock");
        assert_eq!(step["api"]["offers"][0]["operation"], "reserve");
        assert_eq!(step["api"]["offers"][0]["callers"][0]["calls"][0]["path"], "shop/cart.java");
        assert_eq!(step["data"]["uses"][0]["advice"], "replica");
        assert_eq!(step["sagas"][0]["entry_point"], "POST /orders");
        assert_eq!(step["sagas"][0]["writes"][1]["perhaps_taken_back_by"], "release");
        assert_eq!(plan["remainder"]["tables"][0], "orders");
    }
}
