//! What people try because Gephi, Cytoscape, yEd, Structure101 or Figma taught them to, and what it does here. Help is
//! made from this list, and a test does each of them.

/// One habit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Habit {
    /// What is done with hand or keyboard.
    pub gesture: &'static str,
    /// Programs that people know it from.
    pub known_from: &'static str,
    /// What it does here.
    pub here: &'static str,
}

const fn habit(gesture: &'static str, known_from: &'static str, here: &'static str) -> Habit {
    Habit { gesture, known_from, here }
}

/// All of them, in the order help shows them.
pub(super) const HABITS: [Habit; 32] = [
    habit("Wheel", "Gephi, Cytoscape, Structure101", "Zooms at the pointer"),
    habit("Ctrl and wheel, or pinch", "Figma, yEd", "Zooms at the pointer"),
    habit("Two fingers on a touchpad", "Figma", "Move the map"),
    habit("Shift and wheel", "yEd, Figma", "Moves the map sideways"),
    habit("Drag free ground", "yEd, Structure101", "Moves the map"),
    habit("Drag with the middle button", "Cytoscape, Figma", "Moves the map"),
    habit("Drag with the right button", "Gephi", "Moves the map"),
    habit("Space and drag", "Figma", "Moves the map, also over pieces"),
    habit(
        "Drag a module, table or package",
        "Structure101",
        "Every service says what dropping would cost",
    ),
    habit(
        "Rest over a service while dragging",
        "",
        "Says which calls and tables begin or cease to cross",
    ),
    habit("Drop on free ground", "", "Makes a new service of it"),
    habit("Drag a title bar", "Cytoscape, yEd", "Places the service elsewhere on the map"),
    habit("Alt and drag a title bar", "", "Carries the whole service: drop it on another to merge"),
    habit("Drag a selected piece", "all", "Takes everything selected along"),
    habit("Click", "all", "Selects; on free ground nothing"),
    habit("Ctrl or Shift and click", "all", "Adds to the selection or takes away"),
    habit("Shift and drag", "Cytoscape, Gephi", "Selects everything in a box"),
    habit("Double-click a title", "yEd", "Renames the service where it stands"),
    habit("Double-click a piece", "Structure101", "Brings it close"),
    habit("Double-click free ground", "", "Shows the whole map"),
    habit("Right click", "all", "Offers what can be done with what is there"),
    habit("Esc", "all", "Takes a drag back; then clears the selection"),
    habit("Ctrl+A", "all", "Selects every piece that the filter shows"),
    habit(
        "Arrow keys",
        "Figma, yEd",
        "Go to the next piece on that side; with nothing selected move the map",
    ),
    habit("Tab", "all", "Goes from control to control; Enter or Space does it"),
    habit("Delete or Backspace", "all", "Puts pieces back into the remainder; removes a service"),
    habit("F2", "yEd", "Renames the selected service"),
    habit("+ and −", "Gephi, Figma", "Zoom in and out"),
    habit("Ctrl+G, Ctrl+Shift+G", "Figma, yEd", "New service from the selection; remove a service"),
    habit("Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y", "all", "Undo and redo"),
    habit("Ctrl+F or /, Ctrl+K or Ctrl+/", "Figma", "Filter the list; find anything"),
    habit("Ctrl+S", "all", "Says where everything is saved already"),
];

#[cfg(test)]
mod tests;
