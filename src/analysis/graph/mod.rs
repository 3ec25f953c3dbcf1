//! The coupling of pieces, layer by layer: what pulls modules and tables together.
//!
//! Each layer is scaled so that a piece which the layer knows at all is held with a strength of 1 on average. So a
//! weight means the same on every monolith, however many calls, commits or names it has.

pub(crate) mod cohesion;
mod features;
pub(crate) mod layers;

use rayon::prelude::*;

use self::cohesion::Evidence;
use crate::facts::{Facts, PieceId};

/// A kind of evidence that pieces belong together.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Signal {
    /// Modules that call, construct, inherit from, name or import each other.
    Calls,
    /// Modules and the tables they read and, weighing more, write.
    Accesses,
    /// Tables tied by foreign keys and joins.
    Keys,
    /// Tables that are written in one transaction.
    Transactions,
    /// Pieces that change in the same commits, more often than their own numbers of commits explain.
    CoChange,
    /// Pieces whose names, functions and columns use the same words of the domain.
    Names,
    /// Modules that live in the same or neighbouring folders, as far as folders speak of the domain.
    Packages,
    /// Modules that the same people change lately, or that the same team answers for.
    Owners,
    /// Pieces that worked together while the monolith ran.
    Runtime,
}

impl Signal {
    pub const ALL: [Self; 9] = [
        Self::Calls,
        Self::Accesses,
        Self::Keys,
        Self::Transactions,
        Self::CoChange,
        Self::Names,
        Self::Packages,
        Self::Owners,
        Self::Runtime,
    ];

    /// The word that `--weight` and the screen use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Accesses => "accesses",
            Self::Keys => "keys",
            Self::Transactions => "transactions",
            Self::CoChange => "cochange",
            Self::Names => "names",
            Self::Packages => "packages",
            Self::Owners => "owners",
            Self::Runtime => "runtime",
        }
    }

    /// The signal of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.word() == word)
    }
}

/// How much each signal counts. 0 switches a signal off; only ratios matter.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Weights {
    pub calls: f64,
    pub accesses: f64,
    pub keys: f64,
    pub transactions: f64,
    pub cochange: f64,
    pub names: f64,
    pub packages: f64,
    #[serde(default)]
    pub owners: f64,
    #[serde(default = "usual_runtime")]
    pub runtime: f64,
}

/// What ran counts like history: it is telling, but thin, and only of the hours that were recorded.
fn usual_runtime() -> f64 {
    0.5
}

impl Default for Weights {
    /// One set for every monolith: what the code does counts as much as what people called it; history and
    /// transactions, which are often thin, a little less.
    fn default() -> Self {
        Self {
            calls: 1.0,
            accesses: 1.0,
            keys: 0.5,
            transactions: 0.5,
            cochange: 0.5,
            names: 1.0,
            packages: 1.0,
            owners: 0.0,
            runtime: usual_runtime(),
        }
    }
}

impl Weights {
    /// The weight of a signal.
    #[must_use]
    pub fn of(&self, signal: Signal) -> f64 {
        match signal {
            Signal::Calls => self.calls,
            Signal::Accesses => self.accesses,
            Signal::Keys => self.keys,
            Signal::Transactions => self.transactions,
            Signal::CoChange => self.cochange,
            Signal::Names => self.names,
            Signal::Packages => self.packages,
            Signal::Owners => self.owners,
            Signal::Runtime => self.runtime,
        }
    }

    /// Sets the weight of a signal; below 0 counts as 0.
    pub fn set(&mut self, signal: Signal, weight: f64) {
        let weight = if weight.is_finite() { weight.max(0.0) } else { 0.0 };
        match signal {
            Signal::Calls => self.calls = weight,
            Signal::Accesses => self.accesses = weight,
            Signal::Keys => self.keys = weight,
            Signal::Transactions => self.transactions = weight,
            Signal::CoChange => self.cochange = weight,
            Signal::Names => self.names = weight,
            Signal::Packages => self.packages = weight,
            Signal::Owners => self.owners = weight,
            Signal::Runtime => self.runtime = weight,
        }
    }
}

/// From which side a monolith is looked at: each gives another proposal, not another version of the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Angle {
    /// Who owns which data: tables that are written and referred to together, and the code that uses them.
    Data,
    /// What things are called: the words of the business.
    Vocabulary,
    /// What changes together, whatever it is called and wherever it lives.
    Change,
    /// Who works on what: the teams and people that answer for code and change it.
    Team,
    /// Everything that is known, in the usual weights.
    #[default]
    Balanced,
}

impl Angle {
    pub const ALL: [Self; 5] =
        [Self::Data, Self::Vocabulary, Self::Change, Self::Team, Self::Balanced];

    /// The word that `--by` uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Vocabulary => "vocabulary",
            Self::Change => "change",
            Self::Team => "team",
            Self::Balanced => "balanced",
        }
    }

    /// How much each signal counts from that side. Folders count only where everything does: where packages are
    /// services already, all sides would look the same.
    #[must_use]
    pub fn weights(self) -> Weights {
        let [calls, accesses, keys, transactions, cochange, names, owners, runtime] = match self {
            Self::Data => [0.5, 2.0, 1.5, 1.5, 0.1, 0.3, 0.0, 0.5],
            Self::Vocabulary => [0.3, 0.3, 0.1, 0.1, 0.1, 3.0, 0.0, 0.1],
            Self::Change => [0.3, 0.3, 0.1, 0.1, 3.0, 0.1, 0.0, 0.1],
            Self::Team => [0.3, 0.3, 0.1, 0.1, 0.3, 0.1, 3.0, 0.1],
            Self::Balanced => return Weights::default(),
        };
        let packages = 0.0;
        Weights { calls, accesses, keys, transactions, cochange, names, packages, owners, runtime }
    }
}

/// Two pieces and how strongly something ties them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tie {
    pub a: PieceId,
    pub b: PieceId,
    pub strength: f64,
}

/// The ties of one signal.
#[derive(Clone, Debug)]
pub struct Layer {
    pub signal: Signal,
    /// Ordered by pieces, the lower one first, each pair once.
    pub ties: Vec<Tie>,
}

/// What ties the pieces of a monolith, signal by signal.
#[derive(Clone, Debug)]
pub struct Coupling {
    pub pieces: usize,
    pub layers: Vec<Layer>,
}

impl Coupling {
    /// Reads the coupling off the facts.
    #[must_use]
    pub fn new(facts: &Facts) -> Self {
        /// Reads one layer off facts.
        type Reader = fn(&Facts) -> Vec<Tie>;
        let readers: [(Signal, Reader); 7] = [
            (Signal::Calls, layers::calls),
            (Signal::Accesses, layers::accesses),
            (Signal::Keys, layers::keys),
            (Signal::Transactions, layers::transactions),
            (Signal::CoChange, layers::cochange),
            (Signal::Runtime, layers::runtime),
            (Signal::Owners, features::owners),
        ];
        let layer = |(signal, read): &(Signal, Reader)| Layer {
            signal: *signal,
            ties: scaled(read(facts)),
        };
        let mut layers: Vec<Layer> = readers.par_iter().map(layer).collect();
        let owners = layers.pop();
        let pieces = facts.piece_count();
        let read = Self { pieces, layers };
        let evidence = Evidence::new(pieces, read.weighted(&Weights::default()).collect());
        layers = read.layers;
        let (names, packages) = rayon::join(
            || scaled(features::names(facts, &evidence)),
            || scaled(features::packages(facts, &evidence)),
        );
        layers.push(Layer { signal: Signal::Names, ties: names });
        layers.push(Layer { signal: Signal::Packages, ties: packages });
        layers.extend(owners);
        Self { pieces, layers }
    }

    /// All ties with their weights, layer after layer.
    pub fn weighted(&self, weights: &Weights) -> impl Iterator<Item = Tie> {
        self.layers.iter().flat_map(|layer| {
            let weight = weights.of(layer.signal);
            let ties = layer.ties.iter().filter(move |_| weight > 0.0);
            ties.map(move |tie| Tie { strength: tie.strength * weight, ..*tie })
        })
    }
}

/// Scales ties so that the pieces they touch have a mean strength of 1.
#[expect(clippy::cast_precision_loss, reason = "counts of pieces are far below 2^52")]
fn scaled(mut ties: Vec<Tie>) -> Vec<Tie> {
    let mut touched: Vec<PieceId> = ties.iter().flat_map(|tie| [tie.a, tie.b]).collect();
    touched.sort_unstable();
    touched.dedup();
    let total: f64 = ties.iter().map(|tie| 2.0 * tie.strength).sum();
    if total > 0.0 {
        let factor = touched.len() as f64 / total;
        for tie in &mut ties {
            tie.strength *= factor;
        }
    }
    ties
}
