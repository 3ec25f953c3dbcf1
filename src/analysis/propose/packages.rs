//! Packages that are a service or a part of one already, because what the code does agrees with where it lives.
//!
//! Folders are cut where the evidence without names and folders would cut them. A package that holds together is
//! placed as one; in a monolith whose packages are layers there is none, and nothing is concluded from folders.

use std::collections::BTreeMap;

use crate::{
    analysis::{
        cluster::Network,
        graph::{Coupling, Signal, Weights},
        words::{is_layer_word, words},
    },
    facts::{Facts, PieceId},
};

/// The resolution of the cut: half as much again as that of plain modularity, so that packages are rather smaller than
/// services. Leaving out any one of six monoliths, 1 or 1.5 was best on the others, and better on it than 2 and more.
const RESOLUTION: f64 = 1.5;
/// What share of the ties of its modules a package keeps within itself, corrected for chance.
const COHESIVE: f64 = 0.3;
/// What holds more of all ties than this is the monolith, not a package of it.
const LARGEST: f64 = 0.2;
/// Fewer modules are no package worth keeping together.
const LEAST_MODULES: usize = 3;

/// The modules of each package that holds together, in the order of packages.
pub(super) fn find(facts: &Facts, coupling: &Coupling, weights: &Weights) -> Vec<Vec<PieceId>> {
    let count = facts.modules.len();
    let mut seen = *weights;
    seen.set(Signal::Names, 0.0);
    seen.set(Signal::Packages, 0.0);
    let ties = coupling.weighted(&seen);
    let ties = ties.filter(|tie| tie.a.index() < count && tie.b.index() < count);
    let network = Network::new(count, ties.map(|tie| (tie.a.0, tie.b.0, tie.strength)));
    if network.total() <= 0.0 {
        return Vec::new();
    }
    let mut tree = Tree::new(facts);
    tree.weigh(&network);
    tree.cut(network.total());
    let cohesive = tree.cohesive(network.total());
    let mut modules: Vec<Vec<PieceId>> = vec![Vec::new(); tree.folders.len()];
    for module in 0..count {
        if let Some(folder) = tree.path(tree.of[module]).find(|at| !tree.folders[*at].split)
            && cohesive[folder]
        {
            modules[folder].push(PieceId::at(module));
        }
    }
    let named = tree.namesakes(&network, &modules);
    let mut joined: BTreeMap<usize, Vec<PieceId>> = BTreeMap::new();
    for (folder, modules) in modules.into_iter().enumerate() {
        joined.entry(named[folder]).or_default().extend(modules);
    }
    let mut packages: Vec<Vec<PieceId>> = joined.into_values().collect();
    packages.retain(|modules| modules.len() >= LEAST_MODULES);
    packages
}

/// The folders of a monolith; the first is its root, parents come before children.
struct Tree {
    folders: Vec<Folder>,
    /// By module.
    of: Vec<usize>,
}

#[derive(Default)]
struct Folder {
    above: usize,
    depth: usize,
    /// All words of its name name technical layers.
    layer: bool,
    /// The words of its name.
    words: String,
    modules: usize,
    /// The strengths of all modules in it and below, and of those directly in it.
    strength: f64,
    own_strength: f64,
    /// How much of that ends within it, each tie counted at both ends.
    inside: f64,
    own_inside: f64,
    /// Its parts are worth more than the whole.
    split: bool,
}

impl Tree {
    fn new(facts: &Facts) -> Self {
        let mut number_of: BTreeMap<String, usize> = BTreeMap::from([(String::new(), 0)]);
        let mut folders = vec![Folder { layer: true, ..Folder::default() }];
        let mut of = Vec::with_capacity(facts.modules.len());
        for module in &facts.modules {
            let (mut at, mut path) = (0, String::new());
            for part in module.folder().split('/').filter(|part| !part.is_empty()) {
                path.push('/');
                path.push_str(part);
                at = *number_of.entry(path.clone()).or_insert_with(|| {
                    let named = words(part);
                    let layer = named.iter().all(|word| is_layer_word(word));
                    let depth = folders[at].depth + 1;
                    let words = named.join(" ");
                    folders.push(Folder { above: at, depth, layer, words, ..Folder::default() });
                    folders.len() - 1
                });
            }
            of.push(at);
        }
        Self { folders, of }
    }

    /// The folders from the root down to one.
    fn path(&self, folder: usize) -> impl Iterator<Item = usize> + use<> {
        let mut path = vec![folder];
        let mut at = folder;
        while at != 0 {
            at = self.folders[at].above;
            path.push(at);
        }
        path.into_iter().rev()
    }

    fn weigh(&mut self, network: &Network) {
        for module in 0..self.of.len() {
            let home = self.of[module];
            self.folders[home].own_strength += network.strength(module);
            for at in self.path(home) {
                self.folders[at].strength += network.strength(module);
                self.folders[at].modules += 1;
            }
            for (other, weight) in network.ties_of(module) {
                let there = self.of[*other as usize];
                if there == home {
                    self.folders[home].own_inside += weight;
                }
                for at in self.path(self.common(home, there)) {
                    self.folders[at].inside += weight;
                }
            }
        }
    }

    /// The deepest folder that is above both or is one of them.
    fn common(&self, mut a: usize, mut b: usize) -> usize {
        while a != b {
            if self.folders[a].depth >= self.folders[b].depth {
                a = self.folders[a].above;
            } else {
                b = self.folders[b].above;
            }
        }
        a
    }

    /// Finds the cut through the tree that has the highest modularity, from the leaves up.
    fn cut(&mut self, total: f64) {
        let worth = |inside: f64, strength: f64| {
            inside / total - RESOLUTION * (strength / total) * (strength / total)
        };
        let mut parts = vec![0.0; self.folders.len()];
        for at in (0..self.folders.len()).rev() {
            let folder = &mut self.folders[at];
            let divided = parts[at] + worth(folder.own_inside, folder.own_strength);
            let whole = worth(folder.inside, folder.strength);
            folder.split = divided > whole + 1e-12;
            let above = folder.above;
            if at != 0 {
                parts[above] += divided.max(whole);
            }
        }
    }

    /// By folder: whether it holds together. A folder with the name of a layer must have neighbours that do, more
    /// than half of them by modules: `core` beside `orders` and `billing` is a package, `web` beside `db` is not.
    fn cohesive(&self, total: f64) -> Vec<bool> {
        let holds = |folder: &Folder| {
            let chance = folder.strength / total;
            let kept = if folder.strength > 0.0 { folder.inside / folder.strength } else { 0.0 };
            !folder.split && chance < LARGEST && (kept - chance) / (1.0 - chance) >= COHESIVE
        };
        let mut beside = vec![(0, 0); self.folders.len()];
        for folder in self.folders.iter().skip(1).filter(|folder| !folder.layer) {
            let (all, holding) = &mut beside[folder.above];
            *all += folder.modules;
            *holding += if holds(folder) { folder.modules } else { 0 };
        }
        let cohesive = |folder: &Folder| {
            let (all, holding) = beside[folder.above];
            holds(folder) && (!folder.layer || 2 * holding > all)
        };
        self.folders.iter().map(cohesive).collect()
    }

    /// By folder: the first that it belongs to, because both hold together, have the same name, and are tied more than
    /// chance would have it: `api/orders` and `domain/orders`.
    fn namesakes(&self, network: &Network, modules: &[Vec<PieceId>]) -> Vec<usize> {
        let mut folder_of = vec![None; self.of.len()];
        let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (folder, modules) in modules.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
            for module in modules {
                folder_of[module.index()] = Some(folder);
            }
            if !self.folders[folder].layer {
                named.entry(&self.folders[folder].words).or_default().push(folder);
            }
        }
        let mut first: Vec<usize> = (0..modules.len()).collect();
        for folders in named.values().filter(|folders| folders.len() > 1) {
            for (at, other) in folders.iter().enumerate().skip(1) {
                let tied = folders[..at].iter().copied().find(|one| {
                    let between: f64 = modules[*other]
                        .iter()
                        .flat_map(|module| network.ties_of(module.index()))
                        .filter(|(to, _)| folder_of[*to as usize] == Some(*one))
                        .map(|(_, weight)| weight)
                        .sum();
                    let [a, b] = [*one, *other].map(|folder| self.folders[folder].strength);
                    between * network.total() > a * b
                });
                first[*other] = tied.map_or(*other, |one| first[one]);
            }
        }
        first
    }
}
