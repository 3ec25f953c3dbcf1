//! Where calls lead: which functions reach data, and which services an entry point needs to be up.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rayon::prelude::*;

use super::{Proposal, ServiceId};
use crate::{
    analysis::grouping::Role,
    facts::{Access, Call, CallKind, EntryPointId, Facts, FunctionId, ModuleId, Via},
};

/// At most this many functions are followed from one entry point, the nearest first.
const MOST_FUNCTIONS: usize = 5_000;

/// What an entry point needs besides the service it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    pub entry_point: EntryPointId,
    /// The service it is in.
    pub at: ServiceId,
    /// Other services and the remainder that calls from it lead to, ordered.
    pub services: Vec<ServiceId>,
    /// The farthest of them by calls from service to service, its own first. Circles are cut short.
    pub chain: Vec<ServiceId>,
}

/// For every entry point what it needs; those that need nobody else are left out.
#[must_use]
pub fn needs(facts: &Facts, proposal: &Proposal) -> Vec<Needs> {
    let graph = Graph::of(facts, proposal);
    let entries = (0..facts.entry_points.len()).into_par_iter().map(EntryPointId::at);
    entries.filter_map(|entry| graph.needs(entry)).collect()
}

/// Functions, then module bodies, and whom they call.
struct Graph<'a> {
    facts: &'a Facts,
    calls: Vec<Vec<u32>>,
    /// By node: the service it runs in; `None` for code of libraries, which runs in its caller's.
    service: Vec<Option<ServiceId>>,
}

impl<'a> Graph<'a> {
    fn of(facts: &'a Facts, proposal: &Proposal) -> Self {
        let works = works(facts);
        let count = facts.functions.len() + facts.modules.len();
        let mut calls: Vec<Vec<u32>> = vec![Vec::new(); count];
        let number = |node: usize| u32::try_from(node).unwrap_or(u32::MAX);
        for call in &facts.calls {
            if matches!(call.kind, CallKind::Call | CallKind::Construct) && works.call(call) {
                let from = node(facts, call.from_module, call.from_function);
                calls[from].push(number(node(facts, call.to_module, call.to_function)));
            }
        }
        for (base, overriding) in overrides(facts) {
            calls[base.index()].push(overriding.0);
        }
        for list in &mut calls {
            list.sort_unstable();
            list.dedup();
        }
        let of_functions = facts.functions.iter().map(|function| function.module);
        let modules = of_functions.chain((0..facts.modules.len()).map(ModuleId::at));
        let runs = |module: ModuleId| {
            let service = proposal.service(proposal.service_of(facts.module_piece(module)))?;
            matches!(service.role, Role::Service | Role::Remainder).then_some(service.id)
        };
        Self { facts, calls, service: modules.map(runs).collect() }
    }

    /// Nearest by services passed: calls within a service cost nothing.
    fn needs(&self, id: EntryPointId) -> Option<Needs> {
        let entry = &self.facts.entry_points[id.index()];
        let start = node(self.facts, entry.module, entry.function);
        let at = self.service[start]?;
        let mut chains: BTreeMap<ServiceId, Vec<ServiceId>> = BTreeMap::from([(at, vec![at])]);
        let mut seen: BTreeSet<(usize, ServiceId)> = BTreeSet::new();
        let mut queue = VecDeque::from([(start, at)]);
        while let Some((node, service)) = queue.pop_front() {
            if seen.len() >= MOST_FUNCTIONS || !seen.insert((node, service)) {
                continue;
            }
            for next in self.calls[node].iter().map(|next| *next as usize) {
                let runs_in = self.service[next].unwrap_or(service);
                if runs_in == service {
                    queue.push_front((next, service));
                    continue;
                }
                if !chains.contains_key(&runs_in) {
                    let mut chain = chains[&service].clone();
                    chain.push(runs_in);
                    chains.insert(runs_in, chain);
                }
                queue.push_back((next, runs_in));
            }
        }
        let longest = chains.values().max_by_key(|chain| (chain.len(), std::cmp::Reverse(*chain)));
        let chain = longest.cloned().unwrap_or_default();
        chains.remove(&at);
        let services: Vec<ServiceId> = chains.into_keys().collect();
        (!services.is_empty()).then_some(Needs { entry_point: id, at, services, chain })
    }
}

fn node(facts: &Facts, module: ModuleId, function: Option<FunctionId>) -> usize {
    function.map_or(facts.functions.len() + module.index(), FunctionId::index)
}

/// Which calls would have to become requests if they crossed, as far as that can be told: what reaches data is work that
/// only the owner can do. A getter of a model, a rule, a calculation goes where it is needed, as shared code.
#[derive(Clone, Debug)]
pub struct Works {
    functions: Vec<bool>,
    modules: Vec<bool>,
    ancestors: BTreeMap<ModuleId, BTreeSet<ModuleId>>,
    /// Where no accesses are known, nothing is known of work, and every call is taken for a request.
    is_known: bool,
}

impl Works {
    /// Whether the call has to become a request where it crosses. What a type calls of those that it inherits from does not:
    /// they come with it.
    #[must_use]
    pub fn request(&self, call: &Call) -> bool {
        let inherited = self.ancestors.get(&call.from_module);
        matches!(call.kind, CallKind::Call | CallKind::Construct)
            && !inherited.is_some_and(|bases| bases.contains(&call.to_module))
            && self.call(call)
    }

    fn call(&self, call: &Call) -> bool {
        !self.is_known
            || call.to_function.map_or(self.modules[call.to_module.index()], |function| {
                self.functions[function.index()]
            })
    }
}

/// Finds out which calls lead to work on data.
#[must_use]
pub fn works(facts: &Facts) -> Works {
    // A class that stands for rows is a model; the query that reads or writes them is the work.
    let is_work = |access: &Access| access.via != Via::Entity;
    let functions = reaching(facts, is_work);
    let mut modules = vec![false; facts.modules.len()];
    for access in facts.accesses.iter().filter(|access| is_work(access)) {
        modules[access.module.index()] = true;
    }
    for (at, function) in facts.functions.iter().enumerate() {
        modules[function.module.index()] |= functions[at];
    }
    let is_known = facts.accesses.iter().any(is_work);
    Works { functions, modules, ancestors: ancestors(facts), is_known }
}

/// By module: those that its types inherit from, directly or not.
#[must_use]
pub fn ancestors(facts: &Facts) -> BTreeMap<ModuleId, BTreeSet<ModuleId>> {
    let mut bases: BTreeMap<ModuleId, BTreeSet<ModuleId>> = BTreeMap::new();
    for call in facts.calls.iter().filter(|call| call.kind == CallKind::Inherit) {
        bases.entry(call.from_module).or_default().insert(call.to_module);
    }
    let all = bases.keys().map(|heir| {
        let mut known: BTreeSet<ModuleId> = BTreeSet::new();
        let mut open = vec![*heir];
        while let Some(module) = open.pop() {
            for base in bases.get(&module).into_iter().flatten() {
                if base != heir && known.insert(*base) {
                    open.push(*base);
                }
            }
        }
        (*heir, known)
    });
    all.collect()
}

/// By function: whether it, or anything it leads to, makes such an access of a table. Calls of an inherited function also lead to
/// the functions of the same name that override it.
#[must_use]
pub fn reaching(facts: &Facts, is_meant: impl Fn(&Access) -> bool) -> Vec<bool> {
    let mut callers: Vec<Vec<FunctionId>> = vec![Vec::new(); facts.functions.len()];
    for call in &facts.calls {
        if let (Some(from), Some(to)) = (call.from_function, call.to_function) {
            callers[to.index()].push(from);
        }
    }
    for (base, overriding) in overrides(facts) {
        callers[overriding.index()].push(base);
    }
    let mut reaches = vec![false; facts.functions.len()];
    let accesses = facts.accesses.iter().filter(|access| is_meant(access));
    let mut open: Vec<FunctionId> = accesses.filter_map(|access| access.function).collect();
    while let Some(function) = open.pop() {
        if !std::mem::replace(&mut reaches[function.index()], true) {
            open.extend(&callers[function.index()]);
        }
    }
    reaches
}

/// Functions with those that override them, one level down.
fn overrides(facts: &Facts) -> Vec<(FunctionId, FunctionId)> {
    let mut by_module: BTreeMap<(ModuleId, &str), FunctionId> = BTreeMap::new();
    for (at, function) in facts.functions.iter().enumerate() {
        by_module.entry((function.module, function.short_name())).or_insert(FunctionId::at(at));
    }
    let heirs: BTreeSet<(ModuleId, ModuleId)> = facts
        .calls
        .iter()
        .filter(|call| call.kind == CallKind::Inherit)
        .map(|call| (call.to_module, call.from_module))
        .collect();
    let mut pairs = Vec::new();
    for (base, heir) in heirs {
        let of_base = by_module.range((base, "")..).take_while(|((module, _), _)| *module == base);
        for ((_, name), function) in of_base {
            pairs.extend(by_module.get(&(heir, *name)).map(|overriding| (*function, *overriding)));
        }
    }
    pairs
}

/// Whether the signature says that nothing comes back. A language that need not say so is not guessed.
#[must_use]
pub fn gives_nothing_back(facts: &Facts, function: FunctionId) -> bool {
    let function = facts.function(function);
    let result = function.signature.rsplit_once(')').map_or("", |(_, result)| result);
    let result = result.trim_start_matches([':', '-', '>', ' ']).trim();
    let silence_is_void =
        matches!(facts.module(function.module).language.as_str(), "Rust" | "Go" | "Kotlin");
    match result {
        "" => silence_is_void && !function.signature.is_empty(),
        "void" | "Unit" | "None" | "nil" => true,
        _ => false,
    }
}
