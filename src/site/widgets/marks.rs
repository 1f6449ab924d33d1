//! The marks of a cell in a grid, besides its number.
use super::number::figures;

/// The marks of a cell, besides its number. Each mark is a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// The number is negative.
    pub const BELOW: Marks = Marks(1);
    /// The colour is so strong that the number needs another ink (`number::strong`).
    pub const STRONG: Marks = Marks(1 << 1);
    /// Smaller text: the number is 3.2 to 4.2 digits wide (`number::figures`; a minus counts as one).
    pub const LONG: Marks = Marks(1 << 2);
    /// The cell belongs to what the reader looks at.
    pub const LIT: Marks = Marks(1 << 3);
    /// The product that was just added.
    pub const NOW: Marks = Marks(1 << 4);
    /// The cell belongs to the padding.
    pub const PADDING: Marks = Marks(1 << 5);
    /// No window reads the cell.
    pub const UNREAD: Marks = Marks(1 << 6);
    /// The value is not computed yet.
    pub const COMING: Marks = Marks(1 << 7);
    /// The reader wrote the value.
    pub const WRITTEN: Marks = Marks(1 << 8);
    /// The value is the largest in its window.
    pub const WINNER: Marks = Marks(1 << 9);
    /// A run in memory ends before the cell; with WIDE_GAP a larger run.
    pub const GAP: Marks = Marks(1 << 10);
    /// A larger run ends before the cell, in addition to GAP.
    pub const WIDE_GAP: Marks = Marks(1 << 11);
    /// Smaller text still: 4.2 to 5.2 digits wide.
    pub const LONGER: Marks = Marks(1 << 12);
    /// The smallest text: at least 5.2 digits wide.
    pub const LONGEST: Marks = Marks(1 << 13);
    const NAMES: [&str; 14] = [
        "below", "strong", "long", "lit", "now", "padding", "unread", "coming", "written", "winner", "gap", "wide-gap", "longer", "longest",
    ];

    /// Adds the mark for the size of the text, so that numbers keep a distance from their neighbours.
    pub fn sized(self, text: &str) -> Marks {
        let room = figures(text);
        self.with(Marks::LONG, (3.2..4.2).contains(&room)).with(Marks::LONGER, (4.2..5.2).contains(&room)).with(Marks::LONGEST, room >= 5.2)
    }
    /// Adds this mark if `when` holds.
    pub fn with(self, mark: Marks, when: bool) -> Marks {
        if when { Marks(self.0 | mark.0) } else { self }
    }
    pub(super) fn classes(self, kind: &str) -> String {
        let own = Self::NAMES.iter().enumerate().filter(|(bit, _)| self.0 >> bit & 1 == 1);
        own.fold(format!("cell {kind}"), |all, (_, name)| all + " " + name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_numbers_are_set_smaller() {
        let classes = |text: &str| Marks::default().sized(text).classes("value");
        let cases = [
            ("−36", ""),
            ("0.5", ""),
            ("−255", " long"),
            ("0.25", " long"),
            ("−12.5", " longer"),
            ("−1234", " longer"),
            ("−12345", " longest"),
        ];
        for (text, class) in cases {
            assert_eq!(classes(text), format!("cell value{class}"), "{text}");
        }
    }

    #[test]
    fn marks_are_classes() {
        let marks = Marks::default().with(Marks::LIT, true).with(Marks::BELOW, true).with(Marks::LONG, false);
        assert_eq!(marks.classes("value"), "cell value below lit");
    }
}
