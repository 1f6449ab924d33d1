//! The table of keys: whoever listens for one and the help dialog read the same entry.
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// A key, and what it does.
#[derive(Debug)]
pub struct Shortcut {
    /// The names that the browser gives this key, as in `KeyboardEvent.key`. Empty for one that a browser handles, or a figure's cells.
    keys: &'static [&'static str],
    /// The key as a reader finds it.
    pub shown: &'static str,
    /// What it does, and where.
    pub what: &'static str,
}

const fn listened(keys: &'static [&'static str], shown: &'static str, what: &'static str) -> Shortcut {
    Shortcut { keys, shown, what }
}

const fn known(shown: &'static str, what: &'static str) -> Shortcut {
    listened(&[], shown, what)
}

/// Opens and closes the help.
pub const HELP: Shortcut = listened(&["?"], "?", "opens and closes this page");
/// Goes to the search field.
pub const SEARCH: Shortcut = listened(&["/"], "/", "goes to the search field, when no control has the focus");
/// Starts and stops what a lab does.
pub const PLAY: Shortcut =
    listened(&[" "], "Space", "in a lab: plays or pauses training, starts or stops measuring, when no control has the focus");
/// One step of training.
pub const STEP: Shortcut = listened(&["s", "S"], "S", "trains one step, when no control has the focus");
/// Plays and pauses the desk.
pub const DESK_PLAY: Shortcut = listened(&["p", "P"], "P", "plays or pauses, at the convolution desk");
/// One step back at the desk.
pub const DESK_BACK: Shortcut = listened(&[","], ",", "steps back, at the convolution desk");
/// One step on at the desk.
pub const DESK_ON: Shortcut = listened(&["."], ".", "steps on, at the convolution desk");
/// Leaves a cell at which the desk stays.
pub const DESK_LEAVE: Shortcut = listened(&["Escape"], "Esc", "leaves the cell at which the convolution desk stays");

/// All of them, in the order of the help.
pub const SHORTCUTS: &[Shortcut] = &[
    HELP,
    SEARCH,
    known("Tab", "goes from control to control"),
    known("← → ↑ ↓", "in a figure's cells: look at the next cell; on a slider: change its value"),
    PLAY,
    STEP,
    DESK_PLAY,
    DESK_BACK,
    DESK_ON,
    known("Enter", "in a cell of the desk: stays at it, or writes in it; so does a digit"),
    DESK_LEAVE,
    known("Back", "the browser's back button undoes a change of a control"),
];

impl Shortcut {
    /// Whether this key was pressed, by itself: with a modifier a key belongs to the browser.
    pub fn pressed(&self, event: &KeyboardEvent) -> bool {
        !event.ctrl_key() && !event.meta_key() && !event.alt_key() && self.keys.contains(&event.key().as_str())
    }
}

/// Whether a key press goes to a control, so that it must not be used as a shortcut.
pub fn typing() -> bool {
    let Some(element) = document().active_element() else { return false };
    let name = element.tag_name();
    ["INPUT", "SELECT", "TEXTAREA", "BUTTON", "A", "SUMMARY"].contains(&name.as_str()) || element.get_attribute("tabindex").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things_and_every_one_is_named() {
        let mut keys: Vec<&str> = SHORTCUTS.iter().flat_map(|shortcut| shortcut.keys).copied().collect();
        keys.sort_unstable();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all, "{keys:?}");
        assert!(SHORTCUTS.iter().all(|shortcut| !shortcut.shown.is_empty() && !shortcut.what.is_empty()));
    }
}
