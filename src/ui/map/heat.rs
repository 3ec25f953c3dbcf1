//! Heat: modules and tables coloured by what people ask about them, from cold to hot, in place of their service.

use std::{collections::BTreeSet, sync::Arc};

use egui::Color32;

use crate::{
    facts::{Piece, PieceId},
    proposal::Proposal,
    ui::{
        design::{Colours, mix},
        view::View,
    },
};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Kind {
    Change,
    Authors,
    Size,
    Coupling,
    Age,
}

impl Kind {
    pub(in crate::ui) const ALL: [Self; 5] =
        [Self::Change, Self::Authors, Self::Size, Self::Coupling, Self::Age];

    pub(in crate::ui) fn name(self) -> &'static str {
        match self {
            Self::Change => "Change rate",
            Self::Authors => "Authors",
            Self::Size => "Size",
            Self::Coupling => "Coupling",
            Self::Age => "Age",
        }
    }

    /// What cold and hot stand for.
    pub(in crate::ui) fn ends(self) -> (&'static str, &'static str) {
        match self {
            Self::Change => ("never changed", "changed most"),
            Self::Authors => ("one author", "most authors"),
            Self::Size => ("small", "large"),
            Self::Coupling => ("nothing crosses", "most crossings"),
            Self::Age => ("changed lately", "untouched longest"),
        }
    }

    /// The next in turn; after the last comes none.
    pub(in crate::ui) fn after(now: Option<Self>) -> Option<Self> {
        match now {
            None => Self::ALL.first().copied(),
            Some(kind) => {
                let at = Self::ALL.iter().position(|other| *other == kind)?;
                Self::ALL.get(at + 1).copied()
            }
        }
    }
}

/// How hot every piece is.
pub(in crate::ui) struct Heat {
    pub kind: Kind,
    /// By piece: from 0, cold, to 1, hot.
    shares: Vec<f32>,
    /// By piece: what was measured, in its own unit.
    values: Vec<u64>,
    made_for: Arc<Proposal>,
}

impl Heat {
    /// Only coupling depends on where pieces are.
    pub(in crate::ui) fn is_for(&self, proposal: &Arc<Proposal>) -> bool {
        self.kind != Kind::Coupling || Arc::ptr_eq(&self.made_for, proposal)
    }

    /// The colour of a piece.
    pub(super) fn colour(&self, colours: &Colours, piece: PieceId) -> Color32 {
        ramp(colours, self.shares.get(piece.index()).copied().unwrap_or(0.0))
    }

    /// The colour of several pieces that are drawn as one: that of the hottest.
    pub(super) fn colour_of(
        &self,
        colours: &Colours,
        pieces: impl Iterator<Item = PieceId>,
    ) -> Color32 {
        let share = |piece: PieceId| self.shares.get(piece.index()).copied().unwrap_or(0.0);
        ramp(colours, pieces.map(share).fold(0.0, f32::max))
    }

    /// The pieces that are at least so hot.
    pub(super) fn at_least(&self, share: f32) -> BTreeSet<PieceId> {
        let hot = self.shares.iter().enumerate().filter(|(_, piece)| **piece >= share);
        hot.map(|(at, _)| PieceId::at(at)).collect()
    }

    /// What was measured of a piece, in words.
    pub(super) fn words(&self, piece: PieceId) -> String {
        let value = self.values.get(piece.index()).copied().unwrap_or(0);
        match self.kind {
            Kind::Change => format!("{value} commits"),
            Kind::Authors => format!("{value} authors"),
            Kind::Size => format!("size {value}"),
            Kind::Coupling => format!("{value} facts cross a border"),
            Kind::Age => format!("{value} days since its last change"),
        }
    }
}

/// From the ground to the one warm colour that says neither a service nor better or worse.
pub(super) fn ramp(colours: &Colours, share: f32) -> Color32 {
    // The cold end still stands out from the panel: in the dark, too, every tile can be seen.
    let cold = mix(colours.panel, colours.text, 0.09);
    mix(cold, colours.heat, 0.8 * share.clamp(0.0, 1.0))
}

/// Measures all pieces.
pub(in crate::ui) fn measure(view: &View<'_>, kind: Kind) -> Heat {
    let latest = view.facts.commits.iter().map(|commit| commit.time).max().unwrap_or(0);
    let values: Vec<u64> =
        view.facts.pieces().map(|piece| value(view, kind, piece, latest)).collect();
    // Ranks rather than amounts: one module with ten thousand lines would leave all others cold.
    let mut sorted: Vec<u64> = values.iter().copied().filter(|value| *value > 0).collect();
    sorted.sort_unstable();
    let count = sorted.len().max(1) as f32;
    let rank = |value: &u64| {
        if *value == 0 {
            return 0.0;
        }
        let share = sorted.partition_point(|other| other <= value) as f32 / count;
        share * share
    };
    let shares = values.iter().map(rank).collect();
    Heat { kind, shares, values, made_for: Arc::clone(view.proposal) }
}

fn value(view: &View<'_>, kind: Kind, piece: PieceId, latest: i64) -> u64 {
    let (facts, uses) = (view.facts, &view.lookup.uses);
    let ordinary =
        || uses.commits(piece).map(|at| &facts.commits[at]).filter(|commit| commit.bulk.is_none());
    match kind {
        Kind::Change => ordinary().count() as u64,
        Kind::Authors => uses.authors(facts, piece).len() as u64,
        Kind::Size => match facts.piece(piece) {
            Piece::Module(id) => u64::from(facts.module(id).lines),
            Piece::Table(id) => facts.table(id).columns.len() as u64,
        },
        Kind::Coupling => {
            let home = view.proposal.service_of(piece);
            let neighbours = uses.neighbours(facts, piece).into_iter();
            let crossing = neighbours.filter(|(other, _)| view.proposal.service_of(*other) != home);
            crossing.map(|(_, count)| u64::from(count)).sum()
        }
        Kind::Age => {
            let last = ordinary().map(|commit| commit.time).max();
            last.map_or(0, |last| u64::try_from((latest - last) / 86_400).unwrap_or(0))
        }
    }
}
