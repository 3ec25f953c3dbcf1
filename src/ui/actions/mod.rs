//! The closed list of actions: menus, the command palette, shortcuts, tooltips and help are all made from it.

mod list;

use egui::{Context, Key, KeyboardShortcut};

pub(super) use self::list::ALL;

/// Everything that can be done without pointing at something on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Action {
    OpenAnother,
    ImportAgain,
    Propose,
    ProposeAs,
    Undo,
    Redo,
    Find,
    Palette,
    NewService,
    MoveTo,
    Rename,
    MergeInto,
    Split,
    SetOwner,
    RemoveService,
    Lock,
    Unlock,
    MakeService,
    MakeLibrary,
    MakeRemainder,
    MakeExcluded,
    NextColour,
    KeepTogether,
    FreeTogether,
    KeepApart,
    FreeApart,
    Exclude,
    ToRemainder,
    Accept,
    Note,
    Decide,
    OneOwner,
    CutApart,
    SelectAll,
    Invert,
    SelectNeighbours,
    Clear,
    Fit,
    FitSelection,
    ZoomIn,
    ZoomOut,
    ActualSize,
    Tidy,
    LayerCalls,
    LayerTables,
    LayerKeys,
    LayerTransactions,
    LayerChange,
    LayerRuntime,
    Focus,
    OnlyCrossing,
    NoFilter,
    NextHeat,
    Moves,
    ShowMap,
    ShowMatrix,
    ShowTransactions,
    ShowTables,
    ShowCompare,
    ShowDiagnosis,
    ShowPlan,
    ShowDecisions,
    NewProposal,
    CopyProposal,
    RenameProposal,
    RemoveProposal,
    NextProposal,
    Save,
    Export,
    ExportComparison,
    ExportScreen,
    Theme,
    Motion,
    Present,
    Larger,
    Smaller,
    Warnings,
    Help,
}

/// Where an action is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Project,
    Edit,
    Select,
    Service,
    Piece,
    View,
}

impl Group {
    pub(super) const ALL: [Self; 6] =
        [Self::Project, Self::Edit, Self::Select, Self::Service, Self::Piece, Self::View];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Edit => "Edit",
            Self::Select => "Select",
            Self::Service => "Services",
            Self::Piece => "Pieces",
            Self::View => "View",
        }
    }
}

/// What an action is called and does.
pub(super) struct Entry {
    pub action: Action,
    pub group: Group,
    pub name: &'static str,
    pub tooltip: &'static str,
    pub shortcut: Option<KeyboardShortcut>,
}

/// What is there to act on: decides which actions are enabled.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Situation {
    pub pieces: usize,
    /// One table is selected, and nothing else.
    pub one_table: bool,
    /// Two pieces of one service are selected.
    pub pair: bool,
    pub service: bool,
    pub locked: bool,
    pub services: usize,
    pub proposals: usize,
    pub undo: bool,
    pub redo: bool,
    pub warnings: bool,
    /// Pieces that a new import placed and nobody has looked at.
    pub arrived: bool,
    /// The folder of the source is known and there.
    pub folder: bool,
    pub together: bool,
    pub apart: bool,
}

impl Action {
    /// Its line in the list.
    pub(super) fn entry(self) -> &'static Entry {
        ALL.iter().find(|entry| entry.action == self).unwrap_or(&ALL[0])
    }

    /// Whether it can be done now.
    pub(super) fn enabled(self, now: &Situation) -> bool {
        match self {
            Self::Undo => now.undo,
            Self::OneOwner => now.one_table,
            Self::CutApart => now.pair,
            Self::Redo => now.redo,
            Self::MoveTo => now.pieces > 0 && now.services > 1,
            Self::KeepTogether | Self::KeepApart => now.pieces > 1,
            Self::Invert | Self::SelectNeighbours => now.pieces > 0,
            Self::Lock => (now.pieces > 0 || now.service) && !now.locked,
            Self::Unlock => now.locked,
            Self::Rename | Self::NextColour => now.service,
            Self::MakeService | Self::MakeLibrary | Self::MakeRemainder | Self::MakeExcluded => {
                now.service
            }
            Self::MergeInto | Self::RemoveService => now.service && now.services > 1,
            Self::Split | Self::SetOwner => now.service,
            Self::FreeTogether => now.together,
            Self::FreeApart => now.apart,
            Self::Exclude | Self::ToRemainder => now.pieces > 0,
            Self::Accept => now.arrived,
            Self::ImportAgain => now.folder,
            Self::RemoveProposal | Self::ShowCompare | Self::ExportComparison => now.proposals > 1,
            Self::Clear | Self::FitSelection => now.pieces > 0 || now.service,
            Self::NextProposal => now.proposals > 1,
            Self::Warnings => now.warnings,
            _ => true,
        }
    }

    /// The keys, as the system writes them; empty where there are none.
    pub(super) fn keys(self, ctx: &Context) -> String {
        self.entry().shortcut.map(|keys| ctx.format_shortcut(&keys)).unwrap_or_default()
    }

    /// What the tooltip of a button says.
    pub(super) fn hint(self, ctx: &Context) -> String {
        let (tooltip, keys) = (self.entry().tooltip, self.keys(ctx));
        if keys.is_empty() { tooltip.to_owned() } else { format!("{tooltip}  ({keys})") }
    }
}

/// The actions whose keys were pressed. While somebody writes, only those with Ctrl count.
pub(super) fn pressed(ctx: &Context, now: &Situation) -> Vec<Action> {
    let writing = ctx.egui_wants_keyboard_input();
    let own = ALL.iter().filter_map(|entry| Some((entry.action, entry.shortcut?)));
    let mut all: Vec<(Action, KeyboardShortcut)> =
        own.chain(list::ALIASES).filter(|(action, _)| action.enabled(now)).collect();
    // Ctrl+Shift+Z must be looked for before Ctrl+Z, which it would match too.
    all.sort_by_key(|(_, keys)| !keys.modifiers.shift);
    let mut actions = Vec::new();
    for (action, keys) in all {
        let plain = !keys.modifiers.command && !is_function_key(keys.logical_key);
        let edits_text = matches!(keys.logical_key, Key::A | Key::Y | Key::Z) && writing;
        let escape = keys.logical_key == Key::Escape;
        if (writing && (plain || edits_text)) || escape {
            continue;
        }
        // Whoever presses undo twice within one slow frame means two steps.
        let times =
            ctx.input_mut(|input| input.count_and_consume_key(keys.modifiers, keys.logical_key));
        actions.extend(std::iter::repeat_n(action, times));
    }
    actions
}

fn is_function_key(key: Key) -> bool {
    matches!(key, Key::F1 | Key::F2 | Key::F5)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_action_is_listed_once_with_a_name_and_keys_of_its_own() {
        let names: BTreeSet<&str> = ALL.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), ALL.len());
        let aliases = list::ALIASES.iter().map(|(_, keys)| *keys);
        let keys: Vec<String> = ALL
            .iter()
            .filter_map(|entry| entry.shortcut)
            // What Delete and Backspace remove depends on what is selected.
            .chain(aliases.filter(|keys| keys.logical_key != Key::Delete))
            .map(|keys| format!("{:?} {:?}", keys.modifiers, keys.logical_key))
            .collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        for entry in &ALL {
            assert_eq!(entry.action.entry().name, entry.name);
            assert!(!entry.tooltip.is_empty());
        }
    }
}
