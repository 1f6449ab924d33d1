//! What a cell of a grid is besides its number.
use super::number::figures;

/// What a cell is besides its number: each mark is a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// Its number is below zero.
    pub const BELOW: Marks = Marks(1);
    /// Its colour is so full that its number takes another ink (`number::strong`).
    pub const STRONG: Marks = Marks(1 << 1);
    /// Set smaller: its number is 3.2 to 4.2 figures wide (`number::figures`; a minus counts as one).
    pub const LONG: Marks = Marks(1 << 2);
    /// Belongs to what is looked at.
    pub const LIT: Marks = Marks(1 << 3);
    /// The product that was just added.
    pub const NOW: Marks = Marks(1 << 4);
    /// Belongs to the padding.
    pub const PADDING: Marks = Marks(1 << 5);
    /// Nothing reads it.
    pub const UNREAD: Marks = Marks(1 << 6);
    /// Not computed yet.
    pub const COMING: Marks = Marks(1 << 7);
    /// The reader wrote it.
    pub const WRITTEN: Marks = Marks(1 << 8);
    /// The largest of its window.
    pub const WINNER: Marks = Marks(1 << 9);
    /// A run in memory ends before it; a larger one does.
    pub const GAP: Marks = Marks(1 << 10);
    /// A larger run ends before it, as GAP says.
    pub const WIDE_GAP: Marks = Marks(1 << 11);
    /// Set smaller still: 4.2 to 5.2 figures wide.
    pub const LONGER: Marks = Marks(1 << 12);
    /// Set smallest: 5.2 figures wide or wider.
    pub const LONGEST: Marks = Marks(1 << 13);
    const NAMES: [&str; 14] = [
        "below", "strong", "long", "lit", "now", "padding", "unread", "coming", "written", "winner", "gap", "wide-gap", "longer", "longest",
    ];

    /// So that a number keeps a distance from its neighbours.
    pub fn sized(self, text: &str) -> Marks {
        let room = figures(text);
        self.with(Marks::LONG, (3.2..4.2).contains(&room)).with(Marks::LONGER, (4.2..5.2).contains(&room)).with(Marks::LONGEST, room >= 5.2)
    }
    /// With this mark too, where `when` holds; otherwise as it was.
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
