//! The panel at the right: everything about what is selected, with where each fact was read.

mod notes;
mod parts;
mod piece;
mod project;
mod relations;
mod service;
mod several;
mod timeline;
mod why;

use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::view::{Intent, Selection, View};
use crate::proposal::Proposal;

/// What the inspector remembers between frames, so that nothing is counted twice for the same selection.
#[derive(Default)]
pub(super) struct InspectorState {
    made_for: Option<(Selection, Arc<Proposal>)>,
    content: Content,
    /// How many items each list shows.
    shown: usize,
    /// The evidence whose source is open.
    source: parts::Source,
}

/// What is shown, counted once for a selection.
#[derive(Default)]
enum Content {
    #[default]
    Nothing,
    Piece(Box<piece::Sheet>),
    Several(several::Sheet),
    Service(service::Sheet),
    Pair(relations::Sheet),
}

/// How many items of a list are shown until more are asked for.
const FIRST: usize = 8;

impl InspectorState {
    fn follow(&mut self, view: &View<'_>) {
        let same = self.made_for.as_ref().is_some_and(|(selection, proposal)| {
            selection == view.selection && Arc::ptr_eq(proposal, view.proposal)
        });
        if same {
            return;
        }
        let other = self.made_for.as_ref().is_none_or(|(selection, _)| selection != view.selection);
        if other {
            self.shown = FIRST;
            self.source = None;
        }
        self.content = match view.selection {
            Selection::Nothing => Content::Nothing,
            Selection::Pieces(pieces) if pieces.len() == 1 => match pieces.first() {
                Some(piece) => Content::Piece(Box::new(piece::Sheet::of(view, *piece))),
                None => Content::Nothing,
            },
            Selection::Pieces(pieces) => {
                Content::Several(several::Sheet::of(view, pieces.iter().copied().collect()))
            }
            Selection::Service(id) => Content::Service(service::Sheet::of(view, *id)),
            Selection::Pair(from, to) => Content::Pair(relations::Sheet::of(view, *from, *to)),
        };
        self.made_for = Some((view.selection.clone(), Arc::clone(view.proposal)));
    }
}

pub(super) fn inspector_ui(
    ui: &mut Ui,
    view: &View<'_>,
    state: &mut InspectorState,
    intents: &mut Vec<Intent>,
) {
    state.follow(view);
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        ui.add_space(14.0);
        let InspectorState { content, shown, source, .. } = state;
        match content {
            Content::Nothing => project::show(ui, view, intents),
            Content::Piece(sheet) => sheet.show(ui, view, shown, source, intents),
            Content::Several(sheet) => sheet.show(ui, view, intents),
            Content::Service(sheet) => sheet.show(ui, view, intents),
            Content::Pair(sheet) => sheet.show(ui, view, shown, source, intents),
        }
        ui.add_space(24.0);
    });
}
