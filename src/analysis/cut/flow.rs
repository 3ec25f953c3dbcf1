//! The least that has to be cut so that two nodes of a network come apart.
//!
//! Source: Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation", 1970. By the
//! theorem of Ford and Fulkerson the largest flow between two nodes is as large as the least cut.

use std::collections::VecDeque;

/// Two sides of a network with as little between them as possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// By node: whether it stays with the first of the two.
    pub with_first: Vec<bool>,
    /// The weight of all ties between the two sides.
    pub weight: u64,
}

/// The least cut between two nodes of an undirected network; ties may repeat. Where several cuts weigh the same, one
/// that takes as little as possible to the first node's side or as much as possible is answered, whichever is more
/// even. `None` if the two are one node, or are not among the nodes.
#[must_use]
pub fn minimum_cut(
    nodes: usize,
    ties: impl IntoIterator<Item = (u32, u32, u64)>,
    first: u32,
    second: u32,
) -> Option<Cut> {
    if first == second || first as usize >= nodes || second as usize >= nodes {
        return None;
    }
    let mut flow = Flow::new(nodes, ties);
    let weight = flow.run(first as usize, second as usize);
    let near = flow.reached(first as usize, |arc| arc.left > 0);
    let far = flow.reached_backwards(second as usize);
    let far: Vec<bool> = far.into_iter().map(|reaches| !reaches).collect();
    let even = |side: &[bool]| side.iter().filter(|with| **with).count().abs_diff(nodes / 2);
    let with_first = if even(&far) < even(&near) { far } else { near };
    Some(Cut { with_first, weight })
}

/// A direction of a tie: how much more can flow to `to`. The other direction stands beside it, at the place with the
/// last bit turned.
#[derive(Clone, Copy)]
struct Arc {
    to: u32,
    left: u64,
}

struct Flow {
    arcs: Vec<Arc>,
    /// By node: the places of its arcs.
    out: Vec<Vec<u32>>,
    /// By node: its distance from the source, in arcs that can take more.
    level: Vec<u32>,
    /// By node: the first of its arcs that may still lead on.
    next: Vec<usize>,
}

impl Flow {
    fn new(nodes: usize, ties: impl IntoIterator<Item = (u32, u32, u64)>) -> Self {
        let mut flow = Self {
            arcs: Vec::new(),
            out: vec![Vec::new(); nodes],
            level: vec![0; nodes],
            next: vec![0; nodes],
        };
        for (a, b, weight) in ties.into_iter().filter(|(a, b, weight)| a != b && *weight > 0) {
            for (from, to) in [(a, b), (b, a)] {
                let at = u32::try_from(flow.arcs.len()).expect("fewer ties than two billion");
                flow.out[from as usize].push(at);
                flow.arcs.push(Arc { to, left: weight });
            }
        }
        flow
    }

    fn run(&mut self, source: usize, sink: usize) -> u64 {
        let mut flown: u64 = 0;
        while self.measure(source, sink) {
            self.next.fill(0);
            while let Some(more) = self.push(source, sink) {
                flown = flown.saturating_add(more);
            }
        }
        flown
    }

    /// Measures distances from the source; answers whether the sink can be reached.
    fn measure(&mut self, source: usize, sink: usize) -> bool {
        self.level.fill(u32::MAX);
        self.level[source] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for arc in self.out[node].iter().map(|at| self.arcs[*at as usize]) {
                let to = arc.to as usize;
                if arc.left > 0 && self.level[to] == u32::MAX {
                    self.level[to] = self.level[node] + 1;
                    queue.push_back(to);
                }
            }
        }
        self.level[sink] != u32::MAX
    }

    /// Lets as much flow as one path takes; `None` when no path of the shortest length is left.
    fn push(&mut self, source: usize, sink: usize) -> Option<u64> {
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        while node != sink {
            let onward = self.out[node].get(self.next[node]).copied();
            match onward {
                Some(at) => {
                    let arc = self.arcs[at as usize];
                    if arc.left > 0 && self.level[arc.to as usize] == self.level[node] + 1 {
                        path.push(at);
                        node = arc.to as usize;
                    } else {
                        self.next[node] += 1;
                    }
                }
                // A dead end: one step back, and not this way again.
                None => {
                    let at = path.pop()?;
                    node = self.arcs[(at ^ 1) as usize].to as usize;
                    self.next[node] += 1;
                }
            }
        }
        let most = path.iter().map(|at| self.arcs[*at as usize].left).min()?;
        for at in path {
            self.arcs[at as usize].left -= most;
            let back = &mut self.arcs[(at ^ 1) as usize].left;
            *back = back.saturating_add(most);
        }
        Some(most)
    }

    /// By node: whether arcs that fit lead there from one.
    fn reached(&self, from: usize, fits: impl Fn(Arc) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.out.len()];
        seen[from] = true;
        let mut next = vec![from];
        while let Some(node) = next.pop() {
            for arc in self.out[node].iter().map(|at| self.arcs[*at as usize]) {
                if fits(arc) && !std::mem::replace(&mut seen[arc.to as usize], true) {
                    next.push(arc.to as usize);
                }
            }
        }
        seen
    }

    /// By node: whether more could flow from it to one.
    fn reached_backwards(&self, to: usize) -> Vec<bool> {
        let mut seen = vec![false; self.out.len()];
        seen[to] = true;
        let mut next = vec![to];
        while let Some(node) = next.pop() {
            for at in &self.out[node] {
                let (arc, back) = (self.arcs[*at as usize], self.arcs[(at ^ 1) as usize]);
                if back.left > 0 && !std::mem::replace(&mut seen[arc.to as usize], true) {
                    next.push(arc.to as usize);
                }
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_weakest_ties_are_cut() {
        // Two triangles, tied by two weak ties.
        let ties = [
            (0, 1, 5),
            (1, 2, 5),
            (0, 2, 5),
            (3, 4, 5),
            (4, 5, 5),
            (3, 5, 5),
            (2, 3, 1),
            (1, 4, 2),
        ];
        let cut = minimum_cut(6, ties, 0, 5).expect("two nodes");
        assert_eq!(cut.weight, 3);
        assert_eq!(cut.with_first, [true, true, true, false, false, false]);
        assert_eq!(minimum_cut(6, ties, 2, 2), None);
        assert_eq!(minimum_cut(2, [], 0, 1).map(|cut| cut.weight), Some(0));
    }

    /// The least weight over all ways to put the nodes on two sides.
    fn by_trying(nodes: u32, ties: &[(u32, u32, u64)]) -> u64 {
        let between = |sides: u32| {
            let crosses = |node: u32| sides >> node & 1;
            ties.iter().filter(|(a, b, _)| crosses(*a) != crosses(*b)).map(|tie| tie.2).sum()
        };
        // The first node is 0 and the second the last one.
        (0..1 << nodes)
            .filter(|sides| sides & 1 == 1 && sides >> (nodes - 1) & 1 == 0)
            .map(between)
            .min()
            .expect("at least one way")
    }

    proptest! {
        #[test]
        fn no_other_cut_weighs_less(ties in prop::collection::vec((0_u32..7, 0_u32..7, 0_u64..9), 0..20)) {
            let cut = minimum_cut(7, ties.iter().copied(), 0, 6).expect("two nodes");
            let side = |node: u32| cut.with_first[node as usize];
            let between: u64 = ties.iter().filter(|(a, b, _)| side(*a) != side(*b)).map(|tie| tie.2).sum();
            prop_assert!(side(0) && !side(6));
            prop_assert_eq!(cut.weight, between);
            prop_assert_eq!(cut.weight, by_trying(7, &ties));
        }
    }
}
