//! What each entry point reads and writes, followed through calls. Bounded and safe against cycles.
//!
//! One entry point is one transaction, also where several functions on its way open and close a transaction of
//! the database: what an architect must keep together is what one request does. An entry point that reaches no
//! access has no transaction.
//!
//! A call of a function also reaches the functions that override it: those of the same short name in modules
//! that inherit its module. The object that a function was called on is remembered, so that `super.save()` or
//! `this.hook()` in a base class leads back to that object's class and not to all its siblings.

use std::collections::VecDeque;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    CallKind, EntryPoint, EntryPointId, Facts, FunctionId, ModuleId, Step, Transaction, Via,
};

/// Accesses that are further than this many calls away from their entry point are not counted to it.
pub const MAX_DEPTH: u32 = 48;
/// At most this many functions are followed for one entry point, the nearest first.
pub const MAX_FUNCTIONS: usize = 5_000;
/// At most this many steps are kept for one entry point, the first ones.
pub const MAX_STEPS: usize = 1_000;
/// A function with more overrides than this is a hook of the whole monolith: which one runs is not guessed, unless
/// it is known on which object.
pub const MAX_OVERRIDES: usize = 24;

/// Follows the calls of every entry point to the accesses they lead to.
#[must_use]
pub fn trace(facts: &Facts) -> Vec<Transaction> {
    let graph = Graph::of(facts);
    facts
        .entry_points
        .par_iter()
        .enumerate()
        .map(|(place, entry)| Transaction {
            entry_point: EntryPointId::at(place),
            steps: graph.steps(entry),
        })
        .filter(|transaction| !transaction.steps.is_empty())
        .collect()
}

/// What a function does that matters here, by line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// By its place in [`Facts::accesses`].
    Access(usize),
    Call(FunctionId),
}

/// Functions, then module bodies, with what they do; numbers are nodes.
struct Graph<'a> {
    facts: &'a Facts,
    events: Vec<Vec<(u32, Event)>>,
    overrides: Vec<Vec<FunctionId>>,
    /// All modules that a module inherits, itself left out, ordered.
    ancestors: Vec<Vec<ModuleId>>,
    /// Whether any access can be reached at all.
    productive: Vec<bool>,
}

/// A node, and the class of the object it runs on where that is known to be lower than the node's own.
type State = (usize, Option<ModuleId>);

/// What one entry point reaches: for each state where it was come from, in the order of nearness.
#[derive(Default)]
struct Reach {
    states: Vec<(State, Option<usize>, u32)>,
    place: FxHashMap<State, usize>,
}

impl<'a> Graph<'a> {
    fn of(facts: &'a Facts) -> Self {
        let ancestors = ancestors(facts);
        let mut graph = Self {
            facts,
            events: events(facts),
            overrides: overrides(facts, &ancestors),
            ancestors,
            productive: Vec::new(),
        };
        graph.productive = graph.find_productive();
        graph
    }

    /// Goes back from all accesses.
    fn find_productive(&self) -> Vec<bool> {
        let mut callers: Vec<Vec<usize>> = vec![Vec::new(); self.events.len()];
        let mut productive = vec![false; self.events.len()];
        let mut queue = Vec::new();
        for (node, events) in self.events.iter().enumerate() {
            for (_, event) in events {
                match event {
                    Event::Call(to) => callers[to.index()].push(node),
                    Event::Access(_) if productive[node] => {}
                    Event::Access(_) => {
                        productive[node] = true;
                        queue.push(node);
                    }
                }
            }
        }
        for (node, overrides) in self.overrides.iter().enumerate() {
            overrides.iter().for_each(|to| callers[to.index()].push(node));
        }
        while let Some(node) = queue.pop() {
            for caller in &callers[node] {
                if !std::mem::replace(&mut productive[*caller], true) {
                    queue.push(*caller);
                }
            }
        }
        productive
    }

    fn node(&self, module: ModuleId, function: Option<FunctionId>) -> usize {
        node(self.facts, module, function)
    }

    fn module_of(&self, node: usize) -> ModuleId {
        match self.facts.functions.get(node) {
            Some(function) => function.module,
            None => ModuleId::at(node - self.facts.functions.len()),
        }
    }

    fn steps(&self, entry: &EntryPoint) -> Vec<Step> {
        // A function may be inherited: then it runs on an object of the entry point's own module.
        let home = entry.function.map(|id| self.facts.function(id).module);
        let inherited = home.filter(|home| *home != entry.module);
        let object = inherited.filter(|home| self.is_kind_of(entry.module, *home));
        let start = (self.node(entry.module, entry.function), object.map(|_| entry.module));
        if !self.productive[start.0] {
            return Vec::new();
        }
        let reach = self.reach(start);
        let mut steps = Vec::new();
        let mut seen = FxHashSet::default();
        let mut entered = vec![false; reach.states.len()];
        entered[0] = true;
        let mut stack = vec![(0_usize, self.successors(start).into_iter())];
        while let Some((place, events)) = stack.last_mut() {
            let place = *place;
            match events.next() {
                None => drop(stack.pop()),
                Some(Next::Access(access)) => {
                    if seen.insert(access) {
                        steps.push(self.step(access, &reach, place));
                    }
                    if steps.len() >= MAX_STEPS {
                        break;
                    }
                }
                Some(Next::State(state)) => {
                    let Some(next) = reach.place.get(&state) else { continue };
                    if !std::mem::replace(&mut entered[*next], true) {
                        stack.push((*next, self.successors(state).into_iter()));
                    }
                }
            }
        }
        steps
    }

    fn step(&self, access: usize, reach: &Reach, place: usize) -> Step {
        let access = &self.facts.accesses[access];
        let mut path = Vec::new();
        let mut at = Some(place);
        while let Some(place) = at {
            let (state, from, _) = reach.states[place];
            if state.0 < self.facts.functions.len() {
                path.push(FunctionId::at(state.0));
            }
            at = from;
        }
        path.reverse();
        Step {
            table: access.table,
            mode: access.mode,
            module: access.module,
            line: access.line,
            path,
        }
    }

    /// All that is reached, the nearest first, so that every path is a shortest one.
    fn reach(&self, start: State) -> Reach {
        let mut reach = Reach::default();
        reach.states.push((start, None, 0));
        reach.place.insert(start, 0);
        let mut queue = VecDeque::from([0_usize]);
        while let Some(place) = queue.pop_front() {
            let (state, _, depth) = reach.states[place];
            if depth >= MAX_DEPTH {
                continue;
            }
            for next in self.successors(state) {
                let Next::State(next) = next else { continue };
                if reach.states.len() >= MAX_FUNCTIONS {
                    return reach;
                }
                if !reach.place.contains_key(&next) {
                    reach.place.insert(next, reach.states.len());
                    queue.push_back(reach.states.len());
                    reach.states.push((next, Some(place), depth + 1));
                }
            }
        }
        reach
    }

    /// What a function does, overrides first, in the order of its lines.
    fn successors(&self, (node, object): State) -> Vec<Next> {
        let mut next = Vec::new();
        if let Some(overrides) = self.overrides.get(node) {
            let is_guess = object.is_none() && overrides.len() > MAX_OVERRIDES;
            for to in overrides.iter().filter(|_| !is_guess) {
                let class = self.facts.function(*to).module;
                let runs = object.is_none_or(|object| self.is_kind_of(object, class));
                if runs && self.productive[to.index()] {
                    next.push(Next::State((to.index(), Some(object.unwrap_or(class)))));
                }
            }
        }
        for (_, event) in &self.events[node] {
            match event {
                Event::Access(access) => next.push(Next::Access(*access)),
                Event::Call(to) if self.productive[to.index()] => {
                    next.push(Next::State((to.index(), self.object_of((node, object), *to))));
                }
                Event::Call(_) => {}
            }
        }
        next
    }

    fn is_kind_of(&self, module: ModuleId, other: ModuleId) -> bool {
        module == other || self.ancestors[module.index()].binary_search(&other).is_ok()
    }

    /// On which object a called function runs: the caller's own where the caller's class inherits it.
    fn object_of(&self, (from, object): State, to: FunctionId) -> Option<ModuleId> {
        let caller = self.module_of(from);
        let callee = self.facts.function(to);
        // A function that calls its own name where nothing is implemented wraps another object.
        let wraps = self.events[to.index()].is_empty()
            && self.facts.functions.get(from).map(super::Function::short_name)
                == Some(callee.short_name());
        if wraps || !self.is_kind_of(caller, callee.module) {
            None
        } else if callee.module == caller {
            object
        } else {
            Some(object.unwrap_or(caller))
        }
    }
}

enum Next {
    Access(usize),
    State(State),
}

fn node(facts: &Facts, module: ModuleId, function: Option<FunctionId>) -> usize {
    function.map_or(facts.functions.len() + module.index(), FunctionId::index)
}

fn events(facts: &Facts) -> Vec<Vec<(u32, Event)>> {
    let mut events = vec![Vec::new(); facts.functions.len() + facts.modules.len()];
    for (place, access) in facts.accesses.iter().enumerate() {
        if access.via != Via::Entity {
            let node = node(facts, access.module, access.function);
            events[node].push((access.line, Event::Access(place)));
        }
    }
    for call in &facts.calls {
        if let (CallKind::Call | CallKind::Construct, Some(to)) = (call.kind, call.to_function) {
            let node = node(facts, call.from_module, call.from_function);
            events[node].push((call.line, Event::Call(to)));
        }
    }
    for list in &mut events {
        list.sort_unstable();
        list.dedup();
    }
    events
}

fn ancestors(facts: &Facts) -> Vec<Vec<ModuleId>> {
    let mut parents: Vec<Vec<ModuleId>> = vec![Vec::new(); facts.modules.len()];
    for call in facts.calls.iter().filter(|call| call.kind == CallKind::Inherit) {
        if call.from_module != call.to_module {
            parents[call.from_module.index()].push(call.to_module);
        }
    }
    (0..parents.len())
        .map(|module| {
            let mut all = Vec::new();
            let mut seen = FxHashSet::from_iter([ModuleId::at(module)]);
            let mut queue = parents[module].clone();
            while let Some(parent) = queue.pop() {
                if seen.insert(parent) {
                    all.push(parent);
                    queue.extend(&parents[parent.index()]);
                }
            }
            all.sort_unstable();
            all
        })
        .collect()
}

/// For each function, those that may run in its place.
fn overrides(facts: &Facts, ancestors: &[Vec<ModuleId>]) -> Vec<Vec<FunctionId>> {
    let mut named: FxHashMap<(ModuleId, &str), Vec<FunctionId>> = FxHashMap::default();
    for (place, function) in facts.functions.iter().enumerate() {
        let name = (function.module, function.short_name());
        named.entry(name).or_default().push(FunctionId::at(place));
    }
    let mut overrides = vec![Vec::new(); facts.functions.len()];
    for (place, function) in facts.functions.iter().enumerate() {
        for ancestor in &ancestors[function.module.index()] {
            let name = (*ancestor, function.short_name());
            let Some(overridden) = named.get(&name) else { continue };
            for over in same_arity(facts, overridden, &function.signature) {
                overrides[over.index()].push(FunctionId::at(place));
            }
        }
    }
    overrides
}

/// Those with as many parameters as the signature, or all where none has.
fn same_arity<'a>(
    facts: &Facts,
    functions: &'a [FunctionId],
    signature: &str,
) -> impl Iterator<Item = &'a FunctionId> {
    let wanted = arity(signature);
    let fits = |id: &FunctionId| arity(&facts.function(*id).signature) == wanted;
    let fitting: Vec<_> = functions.iter().filter(|id| fits(id)).collect();
    if fitting.is_empty() { functions.iter().collect() } else { fitting }.into_iter()
}

/// How many parameters a signature such as `(Map<K, V> map, int count): Order` has.
fn arity(signature: &str) -> usize {
    let (mut depth, mut count, mut any) = (0_i32, 0, false);
    for letter in signature.chars() {
        match letter {
            '(' | '<' | '[' | '{' => depth += 1,
            ')' | '>' | ']' | '}' => depth -= 1,
            ',' if depth == 1 => count += 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        any |= depth >= 1 && !matches!(letter, '(' | ' ');
    }
    count + usize::from(any)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{AccessMode, notation};

    /// `entry: R table by path, …` for each transaction of the notation.
    fn check(facts: &str, expected: &str) {
        let facts = notation::parse(facts).expect("a good notation");
        let told: Vec<String> = trace(&facts)
            .iter()
            .map(|transaction| {
                let entry = &facts.entry_points[transaction.entry_point.index()];
                let steps: Vec<String> =
                    transaction.steps.iter().map(|step| tell(&facts, step)).collect();
                format!("{}: {}", entry.route, steps.join(", "))
            })
            .collect();
        assert_eq!(told.join("\n"), expected);
    }

    fn tell(facts: &Facts, step: &Step) -> String {
        let path: Vec<&str> =
            step.path.iter().map(|id| facts.function(*id).name.as_str()).collect();
        let verb = if step.mode == AccessMode::Read { "reads" } else { "writes" };
        format!("{verb} {} by {}", facts.table(step.table).name, path.join(">"))
    }

    #[test]
    fn accesses_are_told_in_the_order_of_lines_and_calls() {
        check(
            "\
entry http a.java#A.post POST /a
a.java#A.post reads carts
a.java#A.post calls b.java#B.place
a.java#A.post writes audit
b.java#B.place writes orders
b.java#B.place calls a.java#A.post
",
            "POST /a: reads carts by A.post, writes orders by A.post>B.place, writes audit by A.post",
        );
    }

    #[test]
    fn a_call_of_an_interface_reaches_what_implements_it() {
        check(
            "\
entry http web.java#Web.list GET /
web.java#Web.list calls repo.java#Repo.find
jdbc.java inherits repo.java
mapper.xml inherits repo.java
jdbc.java#Jdbc.find reads owners
mapper.xml#find reads pets
",
            "GET /: reads owners by Web.list>Repo.find>Jdbc.find, reads pets by Web.list>Repo.find>find",
        );
    }

    #[test]
    fn a_base_class_leads_back_to_the_object_it_was_called_on() {
        check(
            "\
entry http a.java#A.save POST /a
a.java inherits base.java
b.java inherits base.java
a.java#A.save calls base.java#Base.save
base.java#Base.save calls base.java#Base.hook
base.java#Base.hook reads settings
a.java#A.hook writes a
b.java#B.hook writes b
b.java#B.save writes b
",
            "POST /a: writes a by A.save>Base.save>Base.hook>A.hook, \
             reads settings by A.save>Base.save>Base.hook",
        );
    }

    #[test]
    fn a_wrapper_of_an_interface_reaches_what_it_wraps() {
        check(
            "\
entry http cache.java#Cache.find GET /
cache.java inherits repo.java
jdbc.java inherits repo.java
cache.java#Cache.find calls repo.java#Repo.find
jdbc.java#Jdbc.find reads owners
",
            "GET /: reads owners by Cache.find>Repo.find>Jdbc.find",
        );
    }

    #[test]
    fn a_module_that_is_started_itself_has_a_path_without_functions() {
        check("entry main job.py run\njob.py reads orders", "run: reads orders by ");
    }

    #[test]
    fn parameters_are_counted_at_the_top_level_only() {
        assert_eq!(arity("()"), 0);
        assert_eq!(arity("(Map<K, V> map, int[] counts): Map<A, B>"), 2);
        assert_eq!(arity(""), 0);
    }

    fn facts_of(
        calls: &[(u8, u8)],
        accesses: &[(u8, u8)],
        inherits: &[(u8, u8)],
        entries: &[u8],
    ) -> Facts {
        let at =
            |function: &u8| format!("m{}.java#C{}.f{}", function % 7, function % 7, function % 3);
        let mut text = String::new();
        for (from, to) in calls {
            text += &format!("{} calls {}\n", at(from), at(to));
        }
        for (from, table) in accesses {
            text += &format!("{} writes t{}\n", at(from), table % 4);
        }
        for (from, to) in inherits {
            text += &format!("m{}.java inherits m{}.java\n", from % 7, to % 7);
        }
        for entry in entries {
            text += &format!("entry http {} GET /{entry}\n", at(entry));
        }
        notation::parse(&text).expect("a good notation")
    }

    /// Whether the facts say that the one function calls the other or is overridden by it.
    fn leads_to(
        facts: &Facts,
        ancestors: &[Vec<ModuleId>],
        from: FunctionId,
        to: FunctionId,
    ) -> bool {
        let called = facts
            .calls
            .iter()
            .any(|call| call.from_function == Some(from) && call.to_function == Some(to));
        let (from, to) = (facts.function(from), facts.function(to));
        let overridden = ancestors[to.module.index()].contains(&from.module)
            && from.short_name() == to.short_name();
        called || overridden
    }

    proptest! {
        #[test]
        fn every_step_is_true_also_on_cyclic_graphs(
            calls in prop::collection::vec((any::<u8>(), any::<u8>()), 0..60),
            accesses in prop::collection::vec((any::<u8>(), any::<u8>()), 0..12),
            inherits in prop::collection::vec((any::<u8>(), any::<u8>()), 0..8),
            entries in prop::collection::vec(any::<u8>(), 1..4),
        ) {
            let facts = facts_of(&calls, &accesses, &inherits, &entries);
            let ancestors = ancestors(&facts);
            for transaction in trace(&facts) {
                let entry = &facts.entry_points[transaction.entry_point.index()];
                for step in &transaction.steps {
                    prop_assert_eq!(step.path.first().copied(), entry.function);
                    let last = step.path.last().copied();
                    prop_assert!(facts.accesses.iter().any(|access| access.function == last
                        && access.table == step.table
                        && access.mode == step.mode
                        && access.line == step.line));
                    for edge in step.path.windows(2) {
                        prop_assert!(leads_to(&facts, &ancestors, edge[0], edge[1]));
                    }
                }
            }
        }

        #[test]
        fn a_called_access_is_found(chain in 1_u8..40) {
            let mut text = String::from("entry http m0.java#A.f GET /\n");
            for link in 0..chain {
                text += &format!("m{link}.java#A.f calls m{}.java#A.f\n", link + 1);
            }
            text += &format!("m{chain}.java#A.f writes t\n");
            let facts = notation::parse(&text).expect("a good notation");
            prop_assert_eq!(facts.transactions[0].steps[0].path.len(), usize::from(chain) + 1);
        }
    }
}
