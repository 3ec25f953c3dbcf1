//! The least that has to be cut so that no circle is left.
//!
//! Circles of few nodes are solved exactly, by looking at all sets of nodes that may come first (Held and Karp, 1962);
//! larger ones by the greedy order of Eades, Lin and Smyth ("A fast and effective heuristic for the feedback arc set
//! problem", 1993), improved by moving single nodes until nothing is gained.

use std::collections::BTreeMap;

use petgraph::{algo::tarjan_scc, graph::DiGraph};

/// Circles of at most so many nodes are solved exactly.
const EXACT: usize = 14;
/// Circles of more nodes are left as the greedy order has them.
const IMPROVED: usize = 1_500;

/// The arcs, by their places in the list, whose weight is least among those whose removal leaves no circle (or close to
/// it in large circles). An arc from a node to itself is no circle. Ordered.
#[must_use]
pub fn least_feedback(nodes: usize, arcs: &[(u32, u32, u64)]) -> Vec<usize> {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let indices: Vec<_> = (0..nodes).map(|_| graph.add_node(())).collect();
    for (from, to, _) in arcs {
        graph.add_edge(indices[*from as usize], indices[*to as usize], ());
    }
    // By node: its circle and its place in an order of that circle.
    let mut place: Vec<(usize, usize)> = vec![(usize::MAX, 0); nodes];
    let mut circle_of: Vec<usize> = vec![usize::MAX; nodes];
    let mut circles: Vec<Vec<usize>> = tarjan_scc(&graph)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.into_iter().map(petgraph::graph::NodeIndex::index).collect())
        .collect();
    for (at, circle) in circles.iter_mut().enumerate() {
        circle.sort_unstable();
        circle.iter().for_each(|node| circle_of[*node] = at);
    }
    let mut inside: Vec<BTreeMap<(usize, usize), u64>> = vec![BTreeMap::new(); circles.len()];
    for (from, to, weight) in arcs {
        let (from, to) = (*from as usize, *to as usize);
        let circle = circle_of[from];
        if from != to && circle == circle_of[to] && circle != usize::MAX {
            let number = |node: usize| circles[circle].binary_search(&node).unwrap_or(0);
            *inside[circle].entry((number(from), number(to))).or_default() += weight;
        }
    }
    for (at, circle) in circles.iter().enumerate() {
        for (rank, node) in order(circle.len(), &inside[at]).into_iter().enumerate() {
            place[circle[node]] = (at, rank);
        }
    }
    let backwards = |(from, to, _): &(u32, u32, u64)| {
        let (from, to) = (place[*from as usize], place[*to as usize]);
        from.0 != usize::MAX && from.0 == to.0 && from.1 > to.1
    };
    (0..arcs.len()).filter(|at| backwards(&arcs[*at])).collect()
}

/// An order of the nodes in which little leads backwards.
fn order(nodes: usize, arcs: &BTreeMap<(usize, usize), u64>) -> Vec<usize> {
    if nodes <= EXACT {
        return exact(nodes, arcs);
    }
    let mut order = greedy(nodes, arcs);
    if nodes <= IMPROVED {
        improve(&mut order, arcs);
    }
    order
}

/// The best order: for every set of nodes the least that leads backwards when they come first.
fn exact(nodes: usize, arcs: &BTreeMap<(usize, usize), u64>) -> Vec<usize> {
    let mut weight = vec![vec![0_u64; nodes]; nodes];
    for ((from, to), arc) in arcs {
        weight[*from][*to] = *arc;
    }
    let sets = 1_usize << nodes;
    let mut least = vec![(u64::MAX, usize::MAX); sets];
    least[0].0 = 0;
    for set in 1..sets {
        for last in (0..nodes).filter(|node| set >> node & 1 == 1) {
            let before = set & !(1 << last);
            let back: u64 =
                (0..nodes).filter(|node| before >> node & 1 == 1).map(|to| weight[last][to]).sum();
            let cost = least[before].0.saturating_add(back);
            if cost < least[set].0 {
                least[set] = (cost, last);
            }
        }
    }
    let mut order = Vec::with_capacity(nodes);
    let mut set = sets - 1;
    while set != 0 {
        let last = least[set].1;
        order.push(last);
        set &= !(1 << last);
    }
    order.reverse();
    order
}

/// Sinks last, sources first, and of the others always the one that leads out most compared with what leads in.
fn greedy(nodes: usize, arcs: &BTreeMap<(usize, usize), u64>) -> Vec<usize> {
    let mut out: Vec<Vec<(usize, i64)>> = vec![Vec::new(); nodes];
    let mut into: Vec<Vec<(usize, i64)>> = vec![Vec::new(); nodes];
    let (mut leads_out, mut leads_in) = (vec![0_i64; nodes], vec![0_i64; nodes]);
    for ((from, to), weight) in arcs {
        let weight = i64::try_from(*weight).unwrap_or(i64::MAX / 4);
        out[*from].push((*to, weight));
        into[*to].push((*from, weight));
        leads_out[*from] += weight;
        leads_in[*to] += weight;
    }
    let mut left: Vec<usize> = (0..nodes).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let sink = left.iter().position(|node| leads_out[*node] == 0);
        let source = || left.iter().position(|node| leads_in[*node] == 0);
        let most = || {
            let worth = |at: &usize| leads_out[left[*at]] - leads_in[left[*at]];
            (0..left.len()).max_by_key(|at| (worth(at), std::cmp::Reverse(left[*at])))
        };
        let Some(at) = sink.or_else(source).or_else(most) else { break };
        let node = left.remove(at);
        for (to, weight) in &out[node] {
            leads_in[*to] -= weight;
        }
        for (from, weight) in &into[node] {
            leads_out[*from] -= weight;
        }
        if sink.is_some() { last.push(node) } else { first.push(node) }
    }
    first.extend(last.into_iter().rev());
    first
}

/// Moves single nodes to where least leads backwards, as long as that gains something.
fn improve(order: &mut Vec<usize>, arcs: &BTreeMap<(usize, usize), u64>) {
    /// Rounds over all nodes; few are ever needed.
    const ROUNDS: usize = 12;
    let nodes = order.len();
    let mut weight = vec![0_i64; nodes * nodes];
    for ((from, to), arc) in arcs {
        weight[from * nodes + to] = i64::try_from(*arc).unwrap_or(i64::MAX / 4);
    }
    for _ in 0..ROUNDS {
        let mut gained = false;
        for node in 0..nodes {
            let at = order.iter().position(|other| *other == node).unwrap_or(0);
            order.remove(at);
            // What leads backwards if the node comes first, then place by place.
            let mut cost: i64 = order.iter().map(|other| weight[other * nodes + node]).sum();
            let mut costs = vec![cost];
            for other in order.iter() {
                cost += weight[node * nodes + other] - weight[other * nodes + node];
                costs.push(cost);
            }
            let mut best = at;
            for (place, cost) in costs.iter().enumerate() {
                if *cost < costs[best] {
                    best = place;
                }
            }
            gained |= best != at;
            order.insert(best, node);
        }
        if !gained {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_cheapest_link_of_a_circle_is_cut() {
        // A circle of three, a circle of two beside it, and an arc between them that is in no circle.
        let arcs = [(0, 1, 9), (1, 2, 9), (2, 0, 2), (3, 4, 1), (4, 3, 5), (2, 3, 1)];
        assert_eq!(least_feedback(5, &arcs), [2, 3]);
        assert_eq!(least_feedback(3, &[(0, 1, 1), (1, 2, 1), (0, 0, 7)]), [] as [usize; 0]);
    }

    fn weight(arcs: &BTreeMap<(usize, usize), u64>, order: &[usize]) -> u64 {
        let mut rank = vec![0; order.len()];
        order.iter().enumerate().for_each(|(at, node)| rank[*node] = at);
        arcs.iter()
            .filter(|((from, to), _)| rank[*from] > rank[*to])
            .map(|(_, weight)| weight)
            .sum()
    }

    proptest! {
        #[test]
        fn what_is_left_has_no_circle(arcs in prop::collection::vec((0_u32..20, 0_u32..20, 1_u64..9), 0..80)) {
            let cut = least_feedback(20, &arcs);
            let left: Vec<_> = (0..arcs.len())
                .filter(|at| cut.binary_search(at).is_err() && arcs[*at].0 != arcs[*at].1)
                .map(|at| arcs[at])
                .collect();
            prop_assert_eq!(least_feedback(20, &left), Vec::<usize>::new());
        }

        #[test]
        fn the_quick_order_is_near_the_best(list in prop::collection::vec((0_usize..8, 0_usize..8, 1_u64..9), 0..30)) {
            let mut arcs = BTreeMap::new();
            for (from, to, weight) in list.into_iter().filter(|(from, to, _)| from != to) {
                *arcs.entry((from, to)).or_default() += weight;
            }
            let best = weight(&arcs, &exact(8, &arcs));
            let mut quick = greedy(8, &arcs);
            improve(&mut quick, &arcs);
            prop_assert!(best <= weight(&arcs, &quick));
            prop_assert!(weight(&arcs, &quick) <= best * 2 + 4);
        }
    }
}
