//! Finds how many services there are: the division that comes back when the evidence is disturbed.

use rayon::prelude::*;

use super::constraints::Nodes;
use crate::{
    analysis::cluster::{Dendrogram, Network, leiden, leiden_from, leiden_once, renumber},
    facts::seeded::Seeded,
};

/// Runs with disturbed evidence for every resolution that is tried.
const RUNS: u64 = 8;
/// Networks with more nodes are searched by their densest knots, and only the answer is refined node by node.
const LARGE: usize = 1_500;
/// The resolution that finds knots.
const KNOTS: f64 = 24.0;
/// How much agreement a number of services may lack for being nearer to the usual one: times the square of the natural
/// logarithm of how many times it is off.
const USUAL: f64 = 1.0;
/// What share of all pieces a service may have before it speaks against a division, and how much.
const LARGEST: f64 = 0.4;
const GIANT: f64 = 1.0;
/// Numbers of services that are off by a larger factor are not looked at.
const FAR: f64 = 3.0;

/// A division of nodes into services.
#[derive(Clone, Debug)]
pub(super) struct Division {
    /// By node; parts are numbered without gaps. Small parts are still among them.
    pub(super) part_of: Vec<u32>,
    /// By node: the share of disturbed runs that put it with the same others.
    pub(super) agreement: Vec<f64>,
    /// By part: whether it is large enough to be a service of its own, or kept.
    pub(super) stands: Vec<bool>,
    /// Fewer pieces than this are no service of their own.
    pub(super) least: u32,
    pub(super) reason: String,
}

pub(super) struct Search<'a> {
    pub(super) network: &'a Network,
    pub(super) nodes: &'a Nodes,
    pub(super) wanted: Option<usize>,
    pub(super) seed: u64,
}

/// Some nodes of a network, with their parts.
struct Subset {
    network: Network,
    apart: Vec<(u32, u32)>,
    part_of: Vec<u32>,
    /// By node of the whole: its number among these.
    number: Vec<Option<u32>>,
    /// By node of the whole: its part before.
    all: Vec<u32>,
}

impl Subset {
    /// Other parts for these nodes; all others as they were. Parts are numbered without gaps.
    fn put_back(&self, parts: &[u32]) -> Vec<u32> {
        let first_free = u32::try_from(self.all.len()).expect("fewer nodes than four billion");
        let mut of_node = self.all.clone();
        for (part, number) in of_node.iter_mut().zip(&self.number) {
            if let Some(number) = number {
                *part = first_free + parts[*number as usize];
            }
        }
        renumber(&mut of_node);
        of_node
    }
}

/// What one resolution leads to.
struct Candidate {
    resolution: f64,
    part_of: Vec<u32>,
    services: usize,
    /// How many services of one size would be as varied as these are.
    effective: f64,
    /// The share of all pieces that the largest service has.
    largest: f64,
    runs: Vec<Vec<u32>>,
    stability: f64,
}

/// The network that is searched: the nodes themselves, or their knots.
struct Ground {
    network: Network,
    /// By node: its place on the ground.
    knot_of: Vec<u32>,
    apart: Vec<(u32, u32)>,
    sizes: Vec<u32>,
    kept: Vec<bool>,
}

impl Search<'_> {
    pub(super) fn run(&self) -> Division {
        let ground = self.ground();
        let pieces: u32 = self.nodes.sizes.iter().sum();
        let least = least(pieces);
        let mut candidates = self.candidates(&ground, least);
        let (best, mut reason) = choose(&candidates, usual(pieces));
        let chosen = candidates.swap_remove(best);
        let start: Vec<u32> =
            ground.knot_of.iter().map(|knot| chosen.part_of[*knot as usize]).collect();
        let resolution = chosen.resolution;
        let mut part_of =
            leiden_from(self.network, &self.nodes.apart, resolution, self.seed, &start);
        let coarse = part_of.clone();
        let stands = match self.wanted {
            Some(wanted) => {
                reason = format!("{wanted} services were asked for");
                self.nested(&mut part_of, wanted, least)
            }
            None => self.large(&mut part_of, least),
        };
        let agreement = self.agreement(&ground, &chosen.runs, &coarse);
        Division { part_of, agreement, stands, least, reason }
    }

    /// A division with about the usual number of services, without asking how sure it is.
    pub(super) fn rough(&self) -> Division {
        let ground = self.ground();
        let pieces: u32 = self.nodes.sizes.iter().sum();
        let (least, usual) = (least(pieces), usual(pieces));
        let mut part_of = Vec::new();
        for resolution in resolutions() {
            part_of = leiden(&ground.network, &ground.apart, resolution, self.seed);
            if ground.effective(&part_of, least) >= usual {
                break;
            }
        }
        let mut part_of: Vec<u32> =
            ground.knot_of.iter().map(|knot| part_of[*knot as usize]).collect();
        let agreement = vec![1.0; part_of.len()];
        let stands = self.large(&mut part_of, least);
        Division { part_of, agreement, stands, least, reason: String::new() }
    }

    fn ground(&self) -> Ground {
        let count = self.network.len();
        let mut knot_of: Vec<u32> =
            (0..count).map(|node| u32::try_from(node).expect("fewer nodes than pieces")).collect();
        if count > LARGE {
            knot_of = leiden(self.network, &self.nodes.apart, KNOTS, self.seed);
        }
        let knots = renumber(&mut knot_of);
        let mut sizes = vec![0; knots];
        let mut kept = vec![false; knots];
        for (node, knot) in knot_of.iter().enumerate() {
            sizes[*knot as usize] += self.nodes.sizes[node];
            kept[*knot as usize] |= self.nodes.kept[node].is_some();
        }
        let apart = self.nodes.apart.iter();
        let apart = apart.map(|(a, b)| (knot_of[*a as usize], knot_of[*b as usize])).collect();
        Ground { network: self.network.aggregate(&knot_of, knots), knot_of, apart, sizes, kept }
    }

    /// Divisions from coarse to fine. Only those near the usual number of services are disturbed.
    fn candidates(&self, ground: &Ground, least: u32) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let usual = usual(self.nodes.sizes.iter().sum());
        for resolution in resolutions() {
            let part_of = leiden(&ground.network, &ground.apart, resolution, self.seed);
            let services = ground.services(&part_of, least);
            let effective = ground.effective(&part_of, least);
            let likely = effective > usual / FAR && effective < usual * FAR;
            let runs = if likely { self.disturbed(ground, resolution) } else { Vec::new() };
            let stability = ground.stability(&part_of, &runs);
            let largest = ground.largest(&part_of);
            let candidate =
                Candidate { resolution, part_of, services, effective, largest, runs, stability };
            candidates.push(candidate);
            if effective >= usual * FAR {
                break;
            }
        }
        candidates
    }

    /// Divisions of the same network with every tie made up to half weaker or stronger.
    fn disturbed(&self, ground: &Ground, resolution: f64) -> Vec<Vec<u32>> {
        let run = |number: u64| {
            let mut seeded = Seeded::new(self.seed ^ (number << 32) ^ 0x5EED);
            let network = ground.network.disturbed(&mut seeded);
            leiden_once(&network, &ground.apart, resolution, seeded.number())
        };
        (1..=RUNS).into_par_iter().map(run).collect()
    }

    /// By part: whether it is large enough to be a service, or kept. Numbers the parts without gaps.
    fn large(&self, part_of: &mut [u32], least: u32) -> Vec<bool> {
        let count = renumber(part_of);
        let sizes = self.sizes(part_of, count);
        sizes.into_iter().map(|(size, kept)| kept || size >= least).collect()
    }

    /// Makes as many services as are wanted out of the division that the evidence supports: its services are merged, or
    /// divided where they hang together least. So every number of services is nested in every smaller one. Small parts
    /// stay out of it: they find their place later, and must not be counted. Answers which parts are services.
    fn nested(&self, part_of: &mut [u32], wanted: usize, least: u32) -> Vec<bool> {
        let large = self.large(part_of, least);
        let services = large.iter().filter(|large| **large).count();
        if services == wanted {
            return large;
        }
        let in_service: Vec<bool> = part_of.iter().map(|part| large[*part as usize]).collect();
        let divided = if services < wanted {
            self.divided(part_of, &in_service, wanted)
        } else {
            self.merged(part_of, |node| in_service[node], wanted)
        };
        part_of.copy_from_slice(&divided);
        let mut stands = vec![false; renumber(part_of)];
        for (node, part) in part_of.iter().enumerate() {
            stands[*part as usize] |= in_service[node];
        }
        stands
    }

    /// By part: how many pieces it has, and whether it is kept.
    fn sizes(&self, part_of: &[u32], count: usize) -> Vec<(u32, bool)> {
        let mut sizes = vec![(0, false); count];
        for (node, part) in part_of.iter().enumerate() {
            let (size, kept) = &mut sizes[*part as usize];
            *size += self.nodes.sizes[node];
            *kept |= self.nodes.kept[node].is_some();
        }
        sizes
    }

    /// The parts of those nodes merged until `wanted` are left; all others as they are.
    fn merged(&self, part_of: &[u32], of: impl Fn(usize) -> bool, wanted: usize) -> Vec<u32> {
        let some = self.only(part_of, of, |_, _| true);
        some.put_back(&Dendrogram::new(&some.network, &some.part_of, &some.apart).cut(wanted))
    }

    /// The parts of some nodes divided until there are `wanted`: what is tied least for its size comes apart first.
    /// All others as they are.
    fn divided(&self, part_of: &[u32], of: &[bool], wanted: usize) -> Vec<u32> {
        let some = self.only(part_of, |node| of[node], |a, b| part_of[a] == part_of[b]);
        let mut fine = leiden_from(&some.network, &some.apart, KNOTS, self.seed, &some.part_of);
        // Parts that one run of the algorithm leaves whole, such as two tied pieces, are taken apart to the end.
        if renumber(&mut fine) < wanted {
            for (part, node) in fine.iter_mut().zip(0..) {
                *part = node;
            }
        }
        some.put_back(&Dendrogram::new(&some.network, &fine, &some.apart).cut(wanted))
    }

    /// Some of the nodes and some of the ties among them.
    fn only(
        &self,
        part_of: &[u32],
        of: impl Fn(usize) -> bool,
        keep: impl Fn(usize, usize) -> bool,
    ) -> Subset {
        let mut number = vec![None; self.network.len()];
        let mut parts = Vec::new();
        for node in (0..part_of.len()).filter(|node| of(*node)) {
            number[node] = u32::try_from(parts.len()).ok();
            parts.push(part_of[node]);
        }
        renumber(&mut parts);
        let ties = self.ties(|a, b| number[a].is_some() && number[b].is_some() && keep(a, b));
        let ties = ties
            .filter_map(|(a, b, weight)| Some((number[a as usize]?, number[b as usize]?, weight)));
        let network = Network::new(parts.len(), ties);
        let apart = self.nodes.apart.iter();
        let apart: Vec<(u32, u32)> =
            apart.filter_map(|(a, b)| Some((number[*a as usize]?, number[*b as usize]?))).collect();
        Subset { network, apart, part_of: parts, number, all: part_of.to_vec() }
    }

    fn ties(&self, keep: impl Fn(usize, usize) -> bool) -> impl Iterator<Item = (u32, u32, f64)> {
        (0..self.network.len()).flat_map(move |node| {
            let list: Vec<(u32, u32, f64)> = self
                .network
                .ties_of(node)
                .iter()
                .filter(|(other, _)| *other as usize > node && keep(node, *other as usize))
                .map(|(other, weight)| {
                    (u32::try_from(node).expect("fewer nodes than pieces"), *other, *weight)
                })
                .collect();
            list
        })
    }

    /// By node: in how many disturbed runs the part it falls into is mostly the part it belongs to.
    #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
    fn agreement(&self, ground: &Ground, runs: &[Vec<u32>], part_of: &[u32]) -> Vec<f64> {
        let mut agreeing = vec![0_u32; part_of.len()];
        for run in runs {
            let parts = run.iter().max().map_or(0, |last| *last as usize + 1);
            let mut shares: Vec<std::collections::BTreeMap<u32, u32>> =
                vec![std::collections::BTreeMap::new(); parts];
            for (node, part) in part_of.iter().enumerate() {
                let there = run[ground.knot_of[node] as usize] as usize;
                *shares[there].entry(*part).or_default() += self.nodes.sizes[node];
            }
            let mostly = |share: &std::collections::BTreeMap<u32, u32>| {
                share
                    .iter()
                    .max_by_key(|(part, size)| (**size, std::cmp::Reverse(**part)))
                    .map(|best| *best.0)
            };
            let mostly: Vec<Option<u32>> = shares.iter().map(mostly).collect();
            for (node, part) in part_of.iter().enumerate() {
                let there = run[ground.knot_of[node] as usize] as usize;
                agreeing[node] += u32::from(mostly[there] == Some(*part));
            }
        }
        let runs = runs.len().max(1) as f64;
        agreeing.into_iter().map(|count| f64::from(count) / runs).collect()
    }
}

impl Ground {
    /// Parts that are large enough to be services, or kept.
    fn services(&self, part_of: &[u32], least: u32) -> usize {
        let count = part_of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut sizes = vec![0; count];
        let mut kept = vec![false; count];
        for (knot, part) in part_of.iter().enumerate() {
            sizes[*part as usize] += self.sizes[knot];
            kept[*part as usize] |= self.kept[knot];
        }
        (0..count).filter(|part| sizes[*part] >= least || kept[*part]).count()
    }

    /// The effective number of services: `exp(-Σ s ln s)` over their shares `s` of all pieces in services.
    ///
    /// From 1 to the number of services, where all are of one size. Source: Hill, "Diversity and evenness", Ecology
    /// 54, 1973 (the number of order 1).
    fn effective(&self, part_of: &[u32], least: u32) -> f64 {
        let count = part_of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut sizes = vec![0; count];
        for (knot, part) in part_of.iter().enumerate() {
            sizes[*part as usize] += self.sizes[knot];
        }
        sizes.retain(|size| *size >= least);
        let all = f64::from(sizes.iter().sum::<u32>());
        let shares = sizes.into_iter().map(|size| f64::from(size) / all);
        shares.map(|share| -share * share.ln()).sum::<f64>().exp()
    }

    /// The share of all pieces that the largest part has.
    fn largest(&self, part_of: &[u32]) -> f64 {
        let mut sizes = vec![0; part_of.len()];
        for (knot, part) in part_of.iter().enumerate() {
            sizes[*part as usize] += self.sizes[knot];
        }
        let all = self.sizes.iter().sum::<u32>().max(1);
        f64::from(sizes.into_iter().max().unwrap_or(0)) / f64::from(all)
    }

    /// How much the runs agree with a division: the mean adjusted Rand index, by pieces. 0 without runs.
    #[expect(clippy::cast_precision_loss, reason = "a handful of runs")]
    fn stability(&self, part_of: &[u32], runs: &[Vec<u32>]) -> f64 {
        let sum: f64 = runs.iter().map(|run| self.rand(part_of, run)).sum();
        sum / runs.len().max(1) as f64
    }

    fn rand(&self, a: &[u32], b: &[u32]) -> f64 {
        let count = |parts: &[u32]| parts.iter().max().map_or(0, |last| *last as usize + 1);
        let (count_a, count_b) = (count(a), count(b));
        let mut common: std::collections::BTreeMap<(u32, u32), f64> =
            std::collections::BTreeMap::new();
        let (mut sizes_a, mut sizes_b) = (vec![0.0; count_a], vec![0.0; count_b]);
        for (knot, size) in self.sizes.iter().enumerate() {
            let size = f64::from(*size);
            *common.entry((a[knot], b[knot])).or_default() += size;
            sizes_a[a[knot] as usize] += size;
            sizes_b[b[knot] as usize] += size;
        }
        let pairs = |size: &f64| size * (size - 1.0) / 2.0;
        let index: f64 = common.values().map(pairs).sum();
        let (sum_a, sum_b): (f64, f64) =
            (sizes_a.iter().map(pairs).sum(), sizes_b.iter().map(pairs).sum());
        let all = pairs(&sizes_a.iter().sum::<f64>());
        let expected = if all > 0.0 { sum_a * sum_b / all } else { 0.0 };
        let most = f64::midpoint(sum_a, sum_b);
        if (most - expected).abs() < 1e-9 { 1.0 } else { (index - expected) / (most - expected) }
    }
}

/// A handful of pieces is a service in a small monolith, and a fragment in a large one: the fifth part of the root of
/// all pieces, at least two.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small root")]
fn least(pieces: u32) -> u32 {
    ((f64::from(pieces).sqrt() / 5.0) as u32).max(2)
}

/// The resolutions that are tried, from coarse to fine.
fn resolutions() -> impl Iterator<Item = f64> {
    std::iter::successors(Some(0.2), |resolution| Some(resolution * 1.25))
        .take_while(|resolution| *resolution < 40.0)
}

/// See [`usual`].
const FACTOR: f64 = 0.44;

/// How many services monoliths of that size are usually divided into, as an effective number: services grow with the
/// system, and so does their number, both with the root of its size.
///
/// The factor is the geometric mean over ten monoliths whose divisions are known, from 37 to 4,500 pieces; leaving out
/// any one of them moves it between 0.41 and 0.49. They scatter by a factor of 1.7 around it, so it is a hint among
/// others and never decides alone.
fn usual(pieces: u32) -> f64 {
    (FACTOR * f64::from(pieces).sqrt()).max(2.0)
}

/// The candidate that comes back most reliably, among those that aren't far from the usual number.
fn choose(candidates: &[Candidate], usual: f64) -> (usize, String) {
    let worth = |candidate: &Candidate| {
        let far = (candidate.effective / usual).ln();
        let giant = GIANT * (candidate.largest - LARGEST).max(0.0);
        candidate.stability
            - USUAL * far * far
            - giant
            - if candidate.services < 2 { 1.0 } else { 0.0 }
    };
    let mut best = 0;
    for at in 1..candidates.len() {
        if worth(&candidates[at]) > worth(&candidates[best]) + 1e-9 {
            best = at;
        }
    }
    let chosen = &candidates[best];
    let mut others: Vec<String> = Vec::new();
    for other in [best.wrapping_sub(2), best + 2].into_iter().filter_map(|at| candidates.get(at)) {
        if other.services != chosen.services {
            others.push(format!("{} services: {:.2}", other.services, other.stability));
        }
    }
    let others =
        if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
    let reason = format!(
        "disturbed evidence leads back to this division with an agreement of {:.2}{others}; about {usual:.0} \
         services are usual for a monolith of this size",
        chosen.stability
    );
    (best, reason)
}
