//! The figures that the literature compares partitions by, each under the name of its variant.
//!
//! Several variants of SM, ICP, IFN and NED are in use, and the same partition reads differently under each: compare
//! only under the same name, and over the same graph of calls. Ours is static: every reference between two modules
//! counts, whatever its kind. Modules of libraries and excluded ones are left out; tables take no part.

use std::collections::{BTreeMap, BTreeSet};

use super::grouping::{Grouping, Role};
use crate::facts::{Facts, FunctionId};

/// A service with fewer modules is extreme for [`Literature::ned_fse21`].
const SMALLEST: usize = 5;
/// A service with more modules is extreme for [`Literature::ned_fse21`].
const LARGEST: usize = 20;

/// All of them, for one grouping. 0 where there is nothing to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Literature {
    /// Structural modularity: `1/K Σ_i μ_i / N_i² - 2 / (K (K-1)) Σ_{i<j} σ_ij / (2 N_i N_j)`.
    ///
    /// `μ_i` are the ordered pairs of different modules of service `i` of which the first refers to the second, `σ_ij`
    /// those between `i` and `j` in either direction, `N` modules, `K` services. From -1 to 1, higher is better.
    ///
    /// Sources: Kalia, Xiao, Krishna, Sinha, Vukovic, Banerjee, "Mono2Micro: a practical and effective tool for
    /// decomposing monolithic Java applications to microservices", ESEC/FSE 2021, arXiv 2107.09698 (as all `_fse21`);
    /// the formula goes back to Jin, Liu, Cai, Kazman, Mo, Zheng, "Service candidate identification from monolithic
    /// systems based on execution traces", IEEE TSE 47, 2021 (SMQ). Other variants are in use: the code published with
    /// Mathai, Bandyopadhyay, Desai, Tamilselvam, "Monolith to microservices: representing application software through
    /// heterogeneous graph neural network", IJCAI 2022, drops directions, so that a pair within a service counts twice
    /// and one across once.
    pub sm_fse21: f64,
    /// Inter-call percentage: the share of references between different modules that go from one service into another.
    ///
    /// From 0 to 1, lower is better. The source counts calls at run time; without traces, call sites are counted. Others
    /// count the logarithm of the calls of each pair.
    pub icp_fse21: f64,
    /// Interface number: modules of a service that another service refers to, on average over services.
    ///
    /// From 0 up, lower is better. Jin and others (see [`Self::sm_fse21`]) count interfaces, this source the classes that
    /// are called from outside.
    pub ifn_fse21: f64,
    /// Non-extreme distribution: `1 - Σ n_i / n` over the services `i` with 5 to 20 modules.
    ///
    /// From 0 to 1, lower is better. Other variants: the share of services rather than of modules, bounds of 5 and 19, or
    /// of half and one and a half times the mean size; some leave out the "1 -", and higher is better.
    pub ned_fse21: f64,
    /// Business context purity: `1/K Σ_i log2 |B_i|`, the entropy of the business contexts that pass through a service,
    /// each as likely as the others, on average. The contexts are the entry points from which its modules are reached.
    ///
    /// From 0 up, lower is better: 0 where every service serves one entry point.
    pub bcp_fse21: f64,
    /// `Σ_i 2 μ_i / (2 μ_i + ε_i)`, where `ε_i` are the ordered pairs of modules that cross the border of service `i`, in
    /// either direction; a service without inner pairs adds 0. From 0 to the number of services, higher is better.
    ///
    /// Source: Mitchell, Mancoridis, "On the automatic modularization of software systems using the Bunch tool", IEEE
    /// TSE 32, 2006.
    pub turbo_mq: f64,
    /// Newman modularity of the undirected graph of references, each call site counted: `Σ_i [w_i / m - (K_i / 2m)²]`.
    ///
    /// From -1/2 to 1, higher is better. Source: Newman, Girvan, "Finding and evaluating community structure in
    /// networks", Physical Review E 69, 2004.
    pub newman_modularity: f64,
}

impl Literature {
    /// Measures a grouping.
    #[must_use]
    pub fn of(facts: &Facts, grouping: &Grouping) -> Self {
        let graph = Graph::new(facts, grouping);
        Self {
            sm_fse21: graph.structural_modularity(),
            icp_fse21: ratio(graph.crossing_calls, graph.calls),
            ifn_fse21: graph.interfaces(),
            ned_fse21: graph.non_extreme(),
            bcp_fse21: business_contexts(facts, &graph),
            turbo_mq: graph.turbo_mq(),
            newman_modularity: graph.newman(),
        }
    }

    /// Each with its name, in the order of the definition.
    #[must_use]
    pub fn named(&self) -> [(&'static str, f64); 7] {
        [
            ("sm_fse21", self.sm_fse21),
            ("icp_fse21", self.icp_fse21),
            ("ifn_fse21", self.ifn_fse21),
            ("ned_fse21", self.ned_fse21),
            ("bcp_fse21", self.bcp_fse21),
            ("turbo_mq", self.turbo_mq),
            ("newman_modularity", self.newman_modularity),
        ]
    }
}

/// References between modules, by service.
struct Graph {
    /// By module: its service, counted from 0; `None` where it takes no part.
    service_of: Vec<Option<usize>>,
    /// By service: its modules.
    sizes: Vec<usize>,
    /// Ordered pairs of different modules, by their services, the lower one first.
    pairs: BTreeMap<(usize, usize), usize>,
    /// By service: its modules that others refer to.
    interfaces: Vec<BTreeSet<u32>>,
    calls: usize,
    crossing_calls: usize,
    /// By service: call sites within it, and call sites' ends at it.
    inside: Vec<usize>,
    ends: Vec<usize>,
}

impl Graph {
    fn new(facts: &Facts, grouping: &Grouping) -> Self {
        let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
        let mut service_of = Vec::with_capacity(facts.modules.len());
        for group in &grouping.of[..facts.modules.len()] {
            let counts = matches!(grouping.roles[group.index()], Role::Service | Role::Remainder);
            let next = numbers.len();
            service_of.push(counts.then(|| *numbers.entry(group.0).or_insert(next)));
        }
        let services = numbers.len();
        let mut graph = Self {
            sizes: vec![0; services],
            pairs: BTreeMap::new(),
            interfaces: vec![BTreeSet::new(); services],
            calls: 0,
            crossing_calls: 0,
            inside: vec![0; services],
            ends: vec![0; services],
            service_of,
        };
        for service in graph.service_of.iter().flatten() {
            graph.sizes[*service] += 1;
        }
        graph.count(facts);
        graph
    }

    fn count(&mut self, facts: &Facts) {
        let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
        for call in facts.calls.iter().filter(|call| call.from_module != call.to_module) {
            let [from, to] =
                [call.from_module, call.to_module].map(|id| self.service_of[id.index()]);
            let (Some(from), Some(to)) = (from, to) else { continue };
            self.calls += 1;
            self.ends[from] += 1;
            self.ends[to] += 1;
            if from == to {
                self.inside[from] += 1;
            } else {
                self.crossing_calls += 1;
                self.interfaces[to].insert(call.to_module.0);
            }
            if seen.insert((call.from_module.0, call.to_module.0)) {
                *self.pairs.entry((from.min(to), from.max(to))).or_default() += 1;
            }
        }
    }

    fn structural_modularity(&self) -> f64 {
        let services = self.sizes.len();
        let (mut cohesion, mut coupling) = (0.0, 0.0);
        for ((a, b), pairs) in &self.pairs {
            if a == b {
                cohesion += ratio(*pairs, self.sizes[*a] * self.sizes[*a]);
            } else {
                coupling += ratio(*pairs, 2 * self.sizes[*a] * self.sizes[*b]);
            }
        }
        let between = services * services.saturating_sub(1);
        let coupling = if between == 0 { 0.0 } else { coupling * ratio(2, between) };
        if services == 0 { 0.0 } else { cohesion * ratio(1, services) - coupling }
    }

    fn interfaces(&self) -> f64 {
        ratio(self.interfaces.iter().map(BTreeSet::len).sum(), self.sizes.len())
    }

    fn non_extreme(&self) -> f64 {
        let all: usize = self.sizes.iter().sum();
        let usual = self.sizes.iter().filter(|size| (SMALLEST..=LARGEST).contains(*size));
        if all == 0 { 0.0 } else { 1.0 - ratio(usual.sum(), all) }
    }

    fn turbo_mq(&self) -> f64 {
        let mut crossing = vec![0; self.sizes.len()];
        for ((a, b), pairs) in self.pairs.iter().filter(|((a, b), _)| a != b) {
            crossing[*a] += pairs;
            crossing[*b] += pairs;
        }
        let factor = |(service, crossing): (usize, usize)| {
            let inside = self.pairs.get(&(service, service)).copied().unwrap_or(0);
            ratio(2 * inside, 2 * inside + crossing)
        };
        crossing.into_iter().enumerate().map(factor).sum()
    }

    fn newman(&self) -> f64 {
        let services = self.inside.iter().zip(&self.ends);
        let share = |(inside, ends): (&usize, &usize)| {
            ratio(*inside, self.calls) - ratio(*ends, 2 * self.calls).powi(2)
        };
        services.map(share).sum()
    }
}

/// Business context purity. What an entry point reaches is followed through calls whose function is known.
fn business_contexts(facts: &Facts, graph: &Graph) -> f64 {
    let mut calls_of: Vec<Vec<usize>> = vec![Vec::new(); facts.functions.len()];
    for (at, call) in facts.calls.iter().enumerate() {
        if let Some(from) = call.from_function {
            calls_of[from.index()].push(at);
        }
    }
    let mut contexts = vec![0_usize; graph.sizes.len()];
    let mut seen_in = vec![usize::MAX; facts.functions.len()];
    for (at, entry) in facts.entry_points.iter().enumerate() {
        let mut services: BTreeSet<usize> =
            graph.service_of[entry.module.index()].into_iter().collect();
        let mut next: Vec<FunctionId> = entry.function.into_iter().collect();
        while let Some(function) = next.pop() {
            if std::mem::replace(&mut seen_in[function.index()], at) == at {
                continue;
            }
            for call in calls_of[function.index()].iter().map(|call| &facts.calls[*call]) {
                services.extend(graph.service_of[call.to_module.index()]);
                next.extend(call.to_function);
            }
        }
        for service in services {
            contexts[service] += 1;
        }
    }
    let entropy = |count: usize| if count == 0 { 0.0 } else { ratio(count, 1).log2() };
    let services = contexts.len();
    let sum: f64 = contexts.into_iter().map(entropy).sum();
    if services == 0 { 0.0 } else { sum * ratio(1, services) }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::grouping::GroupId,
        facts::{EntryKind, EntryPoint, ModuleId, notation::parse},
    };

    /// Two services of two modules. Pairs: a1 to a2, a2 to a1, b1 to b2, and one across, a1 to b1, called twice.
    fn measured() -> Literature {
        let mut facts = parse(
            "a/1.rb calls a/2.rb
             a/2.rb calls a/1.rb
             b/1.rb calls b/2.rb
             a/1.rb calls b/1.rb
             a/1.rb calls b/1.rb",
        )
        .expect("good notation");
        let entry = |module| EntryPoint {
            module: ModuleId(module),
            function: None,
            kind: EntryKind::Http,
            route: String::new(),
        };
        // Two ways into the first service, one into the second.
        facts.entry_points = vec![entry(0), entry(1), entry(2)];
        let of = [0, 0, 1, 1].map(GroupId).into();
        Literature::of(&facts, &Grouping { of, roles: vec![Role::Service; 2] })
    }

    #[track_caller]
    fn check(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
    }

    /// Cohesion (2/4 + 1/4) / 2, coupling 1 / (2 * 2 * 2) over one pair of services.
    #[test]
    fn sm_is_cohesion_less_coupling() {
        check(measured().sm_fse21, 0.375 - 0.125);
    }

    /// Two of five call sites cross, into one module; one interface over two services.
    #[test]
    fn icp_and_ifn_count_what_crosses() {
        check(measured().icp_fse21, 2.0 / 5.0);
        check(measured().ifn_fse21, 1.0 / 2.0);
    }

    /// Both services have fewer than five modules.
    #[test]
    fn ned_is_one_where_all_are_extreme() {
        check(measured().ned_fse21, 1.0);
    }

    /// Of eight modules, two are in a service that is too small.
    #[test]
    fn ned_counts_modules_in_services_of_a_usual_size() {
        let modules: Vec<String> = (0..8).map(|at| format!("module m{at}.rb")).collect();
        let facts = parse(&modules.join("\n")).expect("good notation");
        let of = [0, 0, 0, 0, 0, 0, 1, 1].map(GroupId).into();
        let measured = Literature::of(&facts, &Grouping { of, roles: vec![Role::Service; 2] });
        check(measured.ned_fse21, 2.0 / 8.0);
    }

    /// One bit for two entry points in the first service, none in the second.
    #[test]
    fn bcp_is_the_mean_entropy_of_entry_points() {
        check(measured().bcp_fse21, 0.5);
    }

    /// 4 / (4 + 1) and 2 / (2 + 1).
    #[test]
    fn turbo_mq_sums_the_factors_of_services() {
        check(measured().turbo_mq, 4.0 / 5.0 + 2.0 / 3.0);
    }

    /// 2/5 - (6/10)² and 1/5 - (4/10)².
    #[test]
    fn modularity_is_newmans() {
        check(measured().newman_modularity, 0.04 + 0.04);
    }

    #[test]
    fn nothing_measures_nothing() {
        let nothing = Literature::of(&Facts::default(), &Grouping::default());
        assert_eq!(nothing, Literature::default());
    }
}
