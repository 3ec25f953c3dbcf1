//! What a service offers to others and needs from them: the operations a step has to build.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Crossings,
    world::{Holder, World},
};
use crate::{
    facts::{AccessMode, CallKind, FunctionId, ModuleId},
    proposal::{
        ServiceId,
        reach::{ancestors, gives_nothing_back, reaching},
    },
};

/// A caller that uses this many operations of one service wants one coarse operation, or a back end for the front end.
const CHATTY: usize = 3;

/// The border of a service, as far as it is code.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// Functions of this service that others call.
    pub offers: Vec<Operation>,
    /// Functions of others that this service calls.
    pub needs: Vec<Operation>,
    /// Modules of this service whose types others name, inherit or import, and the other way round. What a type calls of
    /// those it inherits from is counted here too: no request goes to one's own ancestors.
    pub types: Vec<SharedType>,
    /// Functions that use many operations of one holder, on either side.
    pub chatty: Vec<Chatty>,
}

/// A function called from another service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub module: ModuleId,
    /// Absent where the call is known to go to the module, but not to which function.
    pub function: Option<FunctionId>,
    /// Who offers it.
    pub at: Holder,
    pub callers: Vec<Caller>,
    /// It, or what it calls, writes a table: it needs an idempotence key.
    pub writes: bool,
    /// It gives nothing back: its callers need not wait, an event would do.
    pub could_be_event: bool,
    /// Neither it nor what it calls reaches a table: a getter, a rule, a calculation.
    pub touches_no_data: bool,
    /// Call sites that stand in a loop.
    pub in_loops: usize,
}

impl Operation {
    /// Whether the step needs an operation that a service offers since it left: then only the caller moves.
    #[must_use]
    pub fn is_there_already(&self, step: &super::Step) -> bool {
        self.at != Holder::Monolith && self.at != Holder::Service(step.service)
    }
}

/// Somebody who calls, with the call sites as places in [`crate::facts::Facts::calls`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub by: Holder,
    pub calls: Vec<usize>,
}

/// A module whose types are named across the border: a model to narrow, or a contract to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedType {
    pub module: ModuleId,
    pub at: Holder,
    pub users: Vec<Caller>,
    /// Operations of it are called across the border too: then it is named only to be called, and is no model.
    pub is_called: bool,
}

/// One function that talks a lot to one other service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chatty {
    pub function: FunctionId,
    pub by: Holder,
    pub to: Holder,
    /// How many different operations it uses.
    pub operations: usize,
    /// Places in [`crate::facts::Facts::calls`].
    pub calls: Vec<usize>,
}

pub(super) fn api(world: &World<'_>, service: ServiceId, crossings: &Crossings) -> Api {
    let facts = world.facts;
    let writing = reaching(facts, |access| access.mode == AccessMode::Write);
    let working = reaching(facts, |_| true);
    let own = Holder::Service(service);
    let ancestors = ancestors(world.facts);
    let mut operations: BTreeMap<(Holder, ModuleId, Option<FunctionId>), Calls> = BTreeMap::new();
    let mut types: BTreeMap<(Holder, ModuleId), Calls> = BTreeMap::new();
    for at in &crossings.calls {
        let call = &facts.calls[*at];
        let to = world.module_holder(call.to_module);
        let by = world.module_holder(call.from_module);
        let is_inherited =
            ancestors.get(&call.from_module).is_some_and(|bases| bases.contains(&call.to_module));
        let is_request = matches!(call.kind, CallKind::Call | CallKind::Construct);
        let calls = if is_request && !is_inherited {
            operations.entry((to, call.to_module, call.to_function)).or_default()
        } else {
            types.entry((to, call.to_module)).or_default()
        };
        calls.entry(by).or_default().push(*at);
    }
    let called: BTreeSet<ModuleId> = operations.keys().map(|(_, module, _)| *module).collect();
    let operations = operations.into_iter().map(|((at, module, function), calls)| {
        let in_loops = calls.values().flatten().filter(|at| facts.calls[**at].in_loop).count();
        let writes = function.is_some_and(|function| writing[function.index()]);
        let could_be_event = function.is_some_and(|function| gives_nothing_back(facts, function));
        let touches_no_data = function.is_some_and(|function| !working[function.index()]);
        let callers = callers(calls);
        Operation {
            module,
            function,
            at,
            callers,
            writes,
            could_be_event,
            touches_no_data,
            in_loops,
        }
    });
    let (offers, needs) = operations.partition(|operation| operation.at == own);
    let types = types.into_iter();
    Api {
        offers,
        needs,
        types: types
            .map(|((at, module), calls)| SharedType {
                module,
                at,
                users: callers(calls),
                is_called: called.contains(&module),
            })
            .collect(),
        chatty: chatty(world, crossings),
    }
}

type Calls = BTreeMap<Holder, Vec<usize>>;

fn callers(calls: Calls) -> Vec<Caller> {
    calls.into_iter().map(|(by, calls)| Caller { by, calls }).collect()
}

fn chatty(world: &World<'_>, crossings: &Crossings) -> Vec<Chatty> {
    let facts = world.facts;
    let mut talks: BTreeMap<(FunctionId, Holder), (BTreeSet<FunctionId>, Vec<usize>)> =
        BTreeMap::new();
    for at in &crossings.calls {
        let call = &facts.calls[*at];
        if let (CallKind::Call, Some(from), Some(to)) =
            (call.kind, call.from_function, call.to_function)
        {
            let talk = talks.entry((from, world.module_holder(call.to_module))).or_default();
            talk.0.insert(to);
            talk.1.push(*at);
        }
    }
    let mut chatty: Vec<Chatty> = talks
        .into_iter()
        .filter(|(_, (operations, _))| operations.len() >= CHATTY)
        .map(|((function, to), (operations, calls))| {
            let by = world.module_holder(facts.function(function).module);
            Chatty { function, by, to, operations: operations.len(), calls }
        })
        .collect();
    chatty.sort_by_key(|talk| (std::cmp::Reverse(talk.operations), talk.function, talk.to));
    chatty
}
