//! Circles and chains among services that call each other.

use petgraph::{algo::kosaraju_scc, graph::DiGraph};

/// Services that call each other, circles folded into one step each that is as long as they have services: whoever
/// calls into a circle may have to wait for all of it.
pub(super) struct Chains {
    /// The services of each step, ordered; callees stand before their callers.
    steps: Vec<Vec<usize>>,
    /// For each step how many services the longest chain from it has, and the next step on it.
    below: Vec<(i64, Option<usize>)>,
}

impl Chains {
    /// `edges` are calls between services below `count`; they may repeat.
    pub(super) fn new(count: usize, edges: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(count, 0);
        let nodes: Vec<_> = (0..count).map(|_| graph.add_node(())).collect();
        for (from, to) in edges {
            graph.add_edge(nodes[from], nodes[to], ());
        }
        let components = kosaraju_scc(&graph);
        let mut step_of = vec![0; count];
        for (step, component) in components.iter().enumerate() {
            for node in component {
                step_of[node.index()] = step;
            }
        }
        let length = |step: usize| i64::try_from(components[step].len()).unwrap_or(i64::MAX);
        let mut below: Vec<(i64, Option<usize>)> =
            (0..components.len()).map(|step| (length(step), None)).collect();
        for (step, component) in components.iter().enumerate() {
            for callee in component.iter().flat_map(|node| graph.neighbors(*node)) {
                let next = step_of[callee.index()];
                let through = below[next].0.saturating_add(length(step));
                if next != step && through > below[step].0 {
                    below[step] = (through, Some(next));
                }
            }
        }
        let ordered = |component: Vec<petgraph::graph::NodeIndex>| {
            let mut services: Vec<usize> = component.into_iter().map(|node| node.index()).collect();
            services.sort_unstable();
            services
        };
        Self { steps: components.into_iter().map(ordered).collect(), below }
    }

    /// The circles: services that reach each other, two or more.
    pub(super) fn circles(&self) -> Vec<&[usize]> {
        let mut circles: Vec<&[usize]> =
            self.steps.iter().map(Vec::as_slice).filter(|step| step.len() > 1).collect();
        circles.sort_unstable();
        circles
    }

    /// How many circles there are.
    pub(super) fn cycles(&self) -> i64 {
        self.steps.iter().filter(|step| step.len() > 1).map(|_| 1).sum()
    }

    /// How many services the longest chain has.
    pub(super) fn longest(&self) -> i64 {
        self.below.iter().map(|(length, _)| *length).max().unwrap_or(0)
    }

    /// One longest chain, callers first; those of a circle in their order.
    pub(super) fn longest_chain(&self) -> Vec<usize> {
        let rank = |step: &usize| (self.below[*step].0, std::cmp::Reverse(self.steps[*step][0]));
        let mut next = (0..self.steps.len()).max_by_key(rank);
        let mut chain = Vec::new();
        while let Some(step) = next {
            chain.extend(&self.steps[step]);
            next = self.below[step].1;
        }
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_on_a_chain_counts_with_all_its_services() {
        let chains = Chains::new(5, [(0, 1), (1, 2), (2, 1), (2, 3)].into_iter());
        assert_eq!((chains.cycles(), chains.longest()), (1, 4));
        assert_eq!(chains.circles(), [&[1, 2]]);
        assert_eq!(chains.longest_chain(), [0, 1, 2, 3]);
    }

    #[test]
    fn services_that_call_nobody_are_chains_of_one() {
        let alone = Chains::new(2, [].into_iter());
        assert_eq!((alone.cycles(), alone.longest()), (0, 1));
        let none = Chains::new(0, [].into_iter());
        assert_eq!((none.cycles(), none.longest()), (0, 0));
    }
}
