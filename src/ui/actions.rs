//! The closed list of actions: menus, the command palette, shortcuts, tooltips and help are all made from it.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

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
    Accept,
    Note,
    Decide,
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
    Focus,
    NextHeat,
    Moves,
    ShowMap,
    ShowMatrix,
    ShowTransactions,
    ShowTables,
    ShowCompare,
    ShowPlan,
    ShowDecisions,
    NewProposal,
    CopyProposal,
    RenameProposal,
    RemoveProposal,
    NextProposal,
    Export,
    ExportScreen,
    Theme,
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

const NONE: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;
const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

const fn entry(
    action: Action,
    group: Group,
    name: &'static str,
    tooltip: &'static str,
    shortcut: Option<(Modifiers, Key)>,
) -> Entry {
    let shortcut = match shortcut {
        Some((modifiers, key)) => Some(KeyboardShortcut::new(modifiers, key)),
        None => None,
    };
    Entry { action, group, name, tooltip, shortcut }
}

/// How many actions there are.
const COUNT: usize = 68;

/// All actions, in the order menus show them.
pub(super) const ALL: [Entry; COUNT] = {
    use Action as A;
    use Group as G;
    [
        entry(
            A::OpenAnother,
            G::Project,
            "Open another monolith",
            "Back to the start: choose a folder or a project file",
            Some((CTRL, Key::O)),
        ),
        entry(
            A::ImportAgain,
            G::Project,
            "Import again",
            "Read the source as it is now; every proposal is kept, what is new is marked",
            None,
        ),
        entry(
            A::Propose,
            G::Project,
            "Propose services",
            "Add a proposal by calls, data and change; what is locked or kept together stays so",
            Some((CTRL, Key::P)),
        ),
        entry(
            A::ProposeAs,
            G::Project,
            "Propose with choices…",
            "Say how many services, what counts how much, and where chance begins",
            Some((CTRL_SHIFT, Key::P)),
        ),
        entry(
            A::NewProposal,
            G::Project,
            "New proposal",
            "Begin again with everything in the remainder",
            Some((CTRL_SHIFT, Key::N)),
        ),
        entry(
            A::CopyProposal,
            G::Project,
            "Copy this proposal",
            "Try another way without losing this one",
            Some((CTRL_SHIFT, Key::D)),
        ),
        entry(
            A::RenameProposal,
            G::Project,
            "Rename this proposal…",
            "Say what it is about",
            None,
        ),
        entry(
            A::RemoveProposal,
            G::Project,
            "Remove this proposal",
            "Forget it with its history; this can't be taken back",
            None,
        ),
        entry(
            A::NextProposal,
            G::Project,
            "Next proposal",
            "Show the next proposal",
            Some((CTRL, Key::Tab)),
        ),
        entry(
            A::Export,
            G::Project,
            "Export…",
            "Write the plan, the placement or the map to a file",
            Some((CTRL, Key::E)),
        ),
        entry(
            A::ExportScreen,
            G::Project,
            "Save the screen as PNG",
            "A picture of exactly what is shown now",
            Some((CTRL_SHIFT, Key::E)),
        ),
        entry(
            A::Warnings,
            G::Project,
            "Show warnings",
            "What could not be read, where, and what to do about it",
            None,
        ),
        entry(A::Undo, G::Edit, "Undo", "Take the last step back", Some((CTRL, Key::Z))),
        entry(A::Redo, G::Edit, "Redo", "Do again what was taken back", Some((CTRL_SHIFT, Key::Z))),
        entry(
            A::Find,
            G::Edit,
            "Find a piece",
            "Filter modules and tables by name",
            Some((CTRL, Key::F)),
        ),
        entry(
            A::Palette,
            G::Edit,
            "Find anything",
            "Find a piece, a service or an action by name",
            Some((CTRL, Key::K)),
        ),
        entry(
            A::SelectAll,
            G::Select,
            "Select all",
            "Select every piece that the filter shows",
            Some((CTRL, Key::A)),
        ),
        entry(
            A::Invert,
            G::Select,
            "Invert the selection",
            "Within the services of the selected pieces",
            Some((CTRL, Key::I)),
        ),
        entry(
            A::SelectNeighbours,
            G::Select,
            "Add neighbours",
            "Also select what calls, uses or is used by the selected pieces",
            Some((SHIFT, Key::N)),
        ),
        entry(
            A::Clear,
            G::Select,
            "Clear the selection",
            "Select nothing; during a drag, take it back",
            Some((NONE, Key::Escape)),
        ),
        entry(
            A::NewService,
            G::Service,
            "New service from selection",
            "Put the selected pieces into a service of their own",
            Some((CTRL, Key::N)),
        ),
        entry(
            A::Rename,
            G::Service,
            "Rename",
            "Rename the selected service",
            Some((NONE, Key::F2)),
        ),
        entry(
            A::MergeInto,
            G::Service,
            "Merge into…",
            "Put everything in this service into another one",
            Some((CTRL_SHIFT, Key::M)),
        ),
        entry(
            A::Split,
            G::Service,
            "Split",
            "Take the service apart where it hangs together least",
            Some((CTRL_SHIFT, Key::X)),
        ),
        entry(
            A::SetOwner,
            G::Service,
            "Owner…",
            "Say which team or person would own the service",
            None,
        ),
        entry(
            A::RemoveService,
            G::Service,
            "Remove service",
            "Its pieces go back to the remainder",
            Some((NONE, Key::Delete)),
        ),
        entry(A::MakeService, G::Service, "Make it a service", "It would run on its own", None),
        entry(
            A::MakeLibrary,
            G::Service,
            "Make it a library",
            "Its code would be copied or published, not called over the network",
            None,
        ),
        entry(
            A::MakeRemainder,
            G::Service,
            "Make it the remainder",
            "It stays in the monolith for now",
            None,
        ),
        entry(A::MakeExcluded, G::Service, "Leave it out", "No figure counts its pieces", None),
        entry(A::NextColour, G::Service, "Next colour", "Give the service another colour", None),
        entry(
            A::MoveTo,
            G::Piece,
            "Move to…",
            "Choose a service for the selected pieces and see what each would cost",
            Some((NONE, Key::M)),
        ),
        entry(
            A::Lock,
            G::Piece,
            "Lock",
            "Nothing moves the selected pieces, or anything in or out of the service",
            Some((NONE, Key::L)),
        ),
        entry(A::Unlock, G::Piece, "Unlock", "They can be moved again", Some((SHIFT, Key::L))),
        entry(
            A::KeepTogether,
            G::Piece,
            "Keep together",
            "Whoever moves one of the selected pieces moves all",
            Some((NONE, Key::T)),
        ),
        entry(
            A::FreeTogether,
            G::Piece,
            "No longer keep together",
            "Each of the selected pieces moves on its own again",
            Some((SHIFT, Key::T)),
        ),
        entry(
            A::KeepApart,
            G::Piece,
            "Keep apart",
            "The selected pieces never share a service",
            Some((NONE, Key::A)),
        ),
        entry(
            A::FreeApart,
            G::Piece,
            "No longer keep apart",
            "The selected pieces may share a service again",
            Some((SHIFT, Key::A)),
        ),
        entry(
            A::Exclude,
            G::Piece,
            "Leave out of the figures",
            "Generated or dead code: no figure counts it any more",
            Some((NONE, Key::X)),
        ),
        entry(
            A::Accept,
            G::Piece,
            "Accept new pieces",
            "What the last import placed stays where it is and is no longer marked as new",
            None,
        ),
        entry(
            A::Note,
            G::Piece,
            "Write a note…",
            "On what is selected, or on the whole proposal",
            Some((NONE, Key::N)),
        ),
        entry(
            A::Decide,
            G::Piece,
            "Write down a decision…",
            "What was decided, by whom, and why",
            Some((NONE, Key::D)),
        ),
        entry(
            A::Fit,
            G::View,
            "Show the whole map",
            "Zoom so that every service is in view",
            Some((NONE, Key::F)),
        ),
        entry(
            A::FitSelection,
            G::View,
            "Show the selection",
            "Zoom to what is selected",
            Some((SHIFT, Key::F)),
        ),
        entry(
            A::ZoomIn,
            G::View,
            "Zoom in",
            "The wheel does it at the pointer",
            Some((CTRL, Key::Plus)),
        ),
        entry(
            A::ZoomOut,
            G::View,
            "Zoom out",
            "The wheel does it at the pointer",
            Some((CTRL, Key::Minus)),
        ),
        entry(
            A::ActualSize,
            G::View,
            "Zoom to 100 %",
            "One map unit is one point on the screen",
            Some((CTRL, Key::Num0)),
        ),
        entry(
            A::Tidy,
            G::View,
            "Tidy the map",
            "Place all services anew: connected ones near each other",
            None,
        ),
        entry(
            A::LayerCalls,
            G::View,
            "Ribbons: calls",
            "Show or hide calls between services",
            Some((NONE, Key::Num1)),
        ),
        entry(
            A::LayerTables,
            G::View,
            "Ribbons: tables",
            "Show or hide reads and writes of another service's tables",
            Some((NONE, Key::Num2)),
        ),
        entry(
            A::LayerKeys,
            G::View,
            "Ribbons: keys",
            "Show or hide foreign keys and joins between services",
            Some((NONE, Key::Num3)),
        ),
        entry(
            A::LayerTransactions,
            G::View,
            "Ribbons: transactions",
            "Show or hide transactions that write tables of two services",
            Some((NONE, Key::Num5)),
        ),
        entry(
            A::LayerChange,
            G::View,
            "Ribbons: change",
            "Show or hide commits that touch two services",
            Some((NONE, Key::Num4)),
        ),
        entry(
            A::Focus,
            G::View,
            "Only the neighbourhood",
            "Fade everything that has nothing to do with the selection",
            Some((NONE, Key::O)),
        ),
        entry(
            A::NextHeat,
            G::View,
            "Next heat",
            "Colour modules by change rate, authors, size, coupling or age; then by service again",
            Some((NONE, Key::H)),
        ),
        entry(
            A::Moves,
            G::View,
            "Next moves",
            "The single moves that would make the proposal cheaper, each with its effect",
            Some((NONE, Key::S)),
        ),
        entry(
            A::ShowMap,
            G::View,
            "Show the map",
            "Services, what is in them, and what runs between them",
            Some((CTRL, Key::Num1)),
        ),
        entry(
            A::ShowMatrix,
            G::View,
            "Show the matrix",
            "Who depends on whom: services, packages or modules in rows and columns",
            Some((CTRL, Key::Num2)),
        ),
        entry(
            A::ShowTransactions,
            G::View,
            "Show transactions",
            "Each entry point's way through services, those that span services first",
            Some((CTRL, Key::Num3)),
        ),
        entry(
            A::ShowTables,
            G::View,
            "Show tables",
            "Which service reads and which writes each table",
            Some((CTRL, Key::Num4)),
        ),
        entry(
            A::ShowCompare,
            G::View,
            "Compare proposals",
            "Two or three proposals side by side, with what they place differently",
            Some((CTRL, Key::Num5)),
        ),
        entry(
            A::ShowPlan,
            G::View,
            "Show the plan",
            "The steps in which the services would leave the monolith",
            Some((CTRL, Key::Num6)),
        ),
        entry(
            A::ShowDecisions,
            G::View,
            "Show decisions",
            "What was written down, by whom and why, and every step of the proposal",
            Some((CTRL, Key::Num7)),
        ),
        entry(
            A::Present,
            G::View,
            "Presenter mode",
            "Large letters and only the stage, for a projector",
            Some((NONE, Key::F5)),
        ),
        entry(
            A::Theme,
            G::View,
            "Light or dark",
            "Change between the light and the dark look",
            Some((CTRL_SHIFT, Key::L)),
        ),
        entry(
            A::Larger,
            G::View,
            "Larger letters",
            "Make everything larger, for a projector",
            Some((CTRL_SHIFT, Key::Plus)),
        ),
        entry(
            A::Smaller,
            G::View,
            "Smaller letters",
            "Make everything smaller",
            Some((CTRL_SHIFT, Key::Minus)),
        ),
        entry(
            A::Help,
            G::View,
            "Keys and gestures",
            "Everything the keyboard and the pointer can do",
            Some((NONE, Key::F1)),
        ),
    ]
};

impl Action {
    /// Its line in the list.
    pub(super) fn entry(self) -> &'static Entry {
        ALL.iter().find(|entry| entry.action == self).unwrap_or(&ALL[0])
    }

    /// Whether it can be done now.
    pub(super) fn enabled(self, now: &Situation) -> bool {
        match self {
            Self::Undo => now.undo,
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
            Self::Exclude => now.pieces > 0,
            Self::Accept => now.arrived,
            Self::ImportAgain => now.folder,
            Self::RemoveProposal | Self::ShowCompare => now.proposals > 1,
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
    let mut actions = Vec::new();
    let mut by_strictness: Vec<&Entry> = ALL.iter().filter(|e| e.action.enabled(now)).collect();
    // Ctrl+Shift+Z must be looked for before Ctrl+Z, which it would match too.
    by_strictness
        .sort_by_key(|entry| entry.shortcut.map_or(0, |keys| usize::from(!keys.modifiers.shift)));
    for entry in by_strictness {
        let Some(keys) = entry.shortcut else { continue };
        let plain = !keys.modifiers.command && !is_function_key(keys.logical_key);
        let edits_text = matches!(keys.logical_key, Key::A | Key::Z) && writing;
        let escape = keys.logical_key == Key::Escape;
        if (writing && (plain || edits_text)) || escape {
            continue;
        }
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
            actions.push(entry.action);
        }
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
        let keys: Vec<String> = ALL
            .iter()
            .filter_map(|entry| entry.shortcut)
            .map(|keys| format!("{:?} {:?}", keys.modifiers, keys.logical_key))
            .collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
        for entry in &ALL {
            assert_eq!(entry.action.entry().name, entry.name);
            assert!(!entry.tooltip.is_empty());
        }
    }
}
