//! What panels draw from, and what they ask for: immutable state in, intents out.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use egui::Color32;

use super::{
    actions::{Action, Situation},
    design::Colours,
    map::{Filter, Heat, heat},
    names::Lookup,
    stage::Stage,
};
use crate::{
    analysis::{figures::Scorer, graph::Weights, grouping::Role, propose::Wish},
    facts::{Facts, PieceId},
    proposal::{Note, Proposal, Service, ServiceId, advice::Question, command::Command},
    session::{Session, exports::Format},
};

/// An open project as panels see it: nothing in it can be changed.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub session: &'a Session,
    /// Which proposal is shown.
    pub at: usize,
    pub facts: &'a Arc<Facts>,
    pub lookup: &'a Lookup,
    pub proposal: &'a Arc<Proposal>,
    pub scorer: &'a Scorer,
    pub selection: &'a Selection,
    /// Where the source is, if that is known.
    pub folder: Option<&'a Path>,
    /// Pieces that stand out, such as those that another proposal places differently.
    pub marked: &'a BTreeSet<PieceId>,
    /// What tiles are coloured by, in place of their service.
    pub heat: Option<&'a Heat>,
    /// Long work goes on beside the window.
    pub busy: bool,
}

impl View<'_> {
    /// The service a piece is in.
    pub(super) fn service_of(&self, piece: PieceId) -> Option<&Service> {
        self.proposal.service(self.proposal.service_of(piece))
    }

    /// What there is to act on.
    pub(super) fn situation(&self) -> Situation {
        let history = self.session.proposals().get(self.at);
        let chosen_service = match self.selection {
            Selection::Service(id) => self.proposal.service(*id),
            _ => None,
        };
        let locked = match self.selection {
            Selection::Pieces(pieces) => {
                pieces.iter().any(|piece| self.proposal.locked.contains(piece))
            }
            _ => chosen_service.is_some_and(|service| service.locked),
        };
        let pieces = self.selection.pieces();
        let tables = pieces.iter().filter(|piece| piece.index() >= self.facts.modules.len());
        let one_service = |pair: &[PieceId]| {
            self.proposal.service_of(pair[0]) == self.proposal.service_of(pair[1])
        };
        Situation {
            pieces: pieces.len(),
            one_table: pieces.len() == 1 && tables.count() == 1,
            pair: pieces.len() == 2 && one_service(&pieces),
            service: chosen_service.is_some(),
            locked,
            services: self.proposal.services.len(),
            proposals: self.session.proposals().len(),
            undo: history.is_some_and(|history| history.undo_what().is_some()),
            redo: history.is_some_and(|history| history.redo_what().is_some()),
            warnings: !self.facts.warnings.is_empty(),
            arrived: !self.proposal.arrived.is_empty(),
            folder: self.folder.is_some(),
            together: self.bound(&self.proposal.together),
            apart: self.bound(&self.proposal.apart),
        }
    }

    /// Whether a selected piece is in one of these pairs.
    fn bound(&self, pairs: &BTreeSet<(PieceId, PieceId)>) -> bool {
        pairs.iter().any(|(a, b)| self.selection.holds(*a) || self.selection.holds(*b))
    }

    /// The name of a service, or of nothing.
    pub(super) fn service_name(&self, id: ServiceId) -> &str {
        self.proposal.service(id).map_or("a service that is gone", |service| &service.name)
    }
}

/// The colour that says which service. What stays behind has none of its own.
pub(super) fn service_colour(colours: &Colours, service: &Service) -> Color32 {
    match service.role {
        Role::Service | Role::Library => colours.service(service.colour),
        Role::Remainder => colours.text_soft,
        Role::Excluded => colours.text_faint,
    }
}

/// What is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Selection {
    #[default]
    Nothing,
    /// Never empty.
    Pieces(BTreeSet<PieceId>),
    Service(ServiceId),
    /// What runs from one service to another.
    Pair(ServiceId, ServiceId),
}

impl Selection {
    /// Exactly these pieces.
    pub(super) fn of(pieces: impl IntoIterator<Item = PieceId>) -> Self {
        let pieces: BTreeSet<PieceId> = pieces.into_iter().collect();
        if pieces.is_empty() { Self::Nothing } else { Self::Pieces(pieces) }
    }

    /// The chosen pieces; none where something else is chosen.
    pub(super) fn pieces(&self) -> Vec<PieceId> {
        match self {
            Self::Pieces(pieces) => pieces.iter().copied().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn holds(&self, piece: PieceId) -> bool {
        matches!(self, Self::Pieces(pieces) if pieces.contains(&piece))
    }

    /// With these pieces added, or taken away if all of them are chosen already.
    pub(super) fn toggled(&self, pieces: &[PieceId]) -> Self {
        let mut chosen: BTreeSet<PieceId> = self.pieces().into_iter().collect();
        if pieces.iter().all(|piece| chosen.contains(piece)) {
            chosen.retain(|piece| !pieces.contains(piece));
        } else {
            chosen.extend(pieces);
        }
        Self::of(chosen)
    }

    /// Without what is no longer there.
    pub(super) fn within(self, proposal: &Proposal) -> Self {
        let exists = |id: &ServiceId| proposal.service(*id).is_some();
        match self {
            Self::Service(id) if !exists(&id) => Self::Nothing,
            Self::Pair(a, b) if !exists(&a) || !exists(&b) => Self::Nothing,
            other => other,
        }
    }
}

/// A wish for a proposal, as far as people choose it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub services: Option<u32>,
    /// The fewest and the most pieces of a service.
    pub sizes: Option<(u32, u32)>,
    pub weights: Weights,
    pub seed: u64,
    /// What is placed in the proposal that is shown stays, unless it clearly belongs elsewhere.
    pub near: bool,
}

impl From<Asked> for Wish {
    fn from(asked: Asked) -> Self {
        let Asked { services, sizes, weights, seed, near: _ } = asked;
        let (smallest, largest) = (sizes.map(|(least, _)| least), sizes.map(|(_, most)| most));
        Self { services, weights, seed, smallest, largest, ..Self::default() }
    }
}

impl Intent {
    /// What kind of intent it is, without what it is about.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Act(action) => first_word(action),
            Self::Do(command) => first_word(command),
            other => first_word(other),
        }
    }
}

/// The first word of what something is made of. What comes after it, such as thousands of pieces, is not written.
fn first_word(of: &impl std::fmt::Debug) -> String {
    struct FirstWord(String);
    impl std::fmt::Write for FirstWord {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            let end = text.find(|letter: char| !letter.is_alphanumeric());
            self.0.push_str(&text[..end.unwrap_or(text.len())]);
            if end.is_some() { Err(std::fmt::Error) } else { Ok(()) }
        }
    }
    let mut word = FirstWord(String::new());
    // It ends with an error as soon as the word is whole.
    let _is_one_word = std::fmt::write(&mut word, format_args!("{of:?}")).is_ok();
    word.0
}

/// What a panel asks for. All intents of a frame are carried out after everything is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Intent {
    Do(Command),
    /// Makes a service of these pieces and lets its name be written at once.
    NewService(Vec<PieceId>),
    Act(Action),
    Select(Selection),
    /// Brings pieces into view.
    ShowPieces(Vec<PieceId>),
    ShowService(ServiceId),
    /// Moves the map no farther than this piece needs to be seen.
    KeepInView(PieceId),
    ShowProposal(usize),
    /// Starts to carry pieces at the pointer.
    Carry(Vec<PieceId>),
    /// Lets a service's name be written where it stands.
    Rename(ServiceId),
    ShowStage(Stage),
    /// What tiles are coloured by; `None` for their service.
    ShowHeat(Option<heat::Kind>),
    /// What stays on the map while everything else fades; `None` for everything.
    Filter(Option<Filter>),
    Export(Format),
    /// Lets the clusterer make a proposal to this wish.
    Propose(Box<Asked>),
    RenameProposal(String),
    /// Writes a note, and who wrote it.
    Write(Note, String),
    /// Shows these proposals beside the one that is shown.
    CompareWith(Vec<usize>),
    /// Lets be found out how the proposals side by side differ.
    Compare,
    /// Lets the next best moves be looked for.
    Suggest,
    /// Looks for larger moves, or for ways with what is selected.
    Advise(Question),
    MakePlan,
    Diagnose,
    /// Makes another revision of the proposal count.
    GoTo(usize),
}
