//! The settings: the number of layers, the shortcut, the position of the stride, and the size of the picture.
use crate::{
    nets::models::resnet::{self, Block},
    site::controls::{Choices, Control, Controls, Kind, fitted, named},
};
use serde::{Deserialize, Serialize};

/// The difference between two sizes of the picture.
const STEP: usize = 16;

/// A network of the paper: layers, blocks of each stage, and billions of multiply-adds from its table 1 (which calls them FLOPs).
pub struct Row {
    pub layers: usize,
    pub blocks: [usize; 4],
    pub published: f64,
}

const fn row(layers: usize, blocks: [usize; 4], published: f64) -> Row {
    Row { layers, blocks, published }
}

pub const ROWS: [Row; 5] = [
    row(18, [2, 2, 2, 2], 1.8),
    row(34, [3, 4, 6, 3], 3.6),
    row(50, [3, 4, 6, 3], 3.8),
    row(101, [3, 4, 23, 3], 7.6),
    row(152, [3, 8, 36, 3], 11.3),
];

impl Row {
    pub fn is_bottleneck(&self) -> bool {
        self.layers >= 50
    }
}

/// The shortcut of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shortcut {
    /// A 1 × 1 convolution where the shape changes.
    #[default]
    Projection,
    /// New channels of zeros where they are needed.
    Zeros,
    /// No shortcut.
    None,
}

impl Shortcut {
    pub const ALL: [(Shortcut, &str); 3] = [
        (Shortcut::Projection, "1 × 1 where the shape changes"),
        (Shortcut::Zeros, "zeros for new channels"),
        (Shortcut::None, "none: the plain network"),
    ];
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub layers: usize,
    /// Height and width of the picture.
    pub side: usize,
    pub shortcut: Shortcut,
    /// Whether bottlenecks have their stride in their first 1 × 1, as in the paper, and not in their 3 × 3.
    pub early: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { layers: 50, side: 224, shortcut: Shortcut::Projection, early: false }
    }
}

impl Settings {
    pub fn row(&self) -> &'static Row {
        ROWS.iter().find(|row| row.layers == self.layers).unwrap_or(&ROWS[0])
    }
    /// The block of this network with these settings.
    pub fn block(&self, row: &Row) -> Block {
        let shortcut = match self.shortcut {
            Shortcut::Projection => Some(resnet::Shortcut::Projection),
            Shortcut::Zeros => Some(resnet::Shortcut::ZerosAfter),
            Shortcut::None => None,
        };
        let block = if row.is_bottleneck() { Block::bottleneck(1, 64) } else { Block::PLAIN };
        block.with(shortcut, self.early)
    }
}

fn depths() -> Choices {
    ROWS.iter().map(|row| (row.layers.to_string(), row.layers.to_string())).collect()
}

fn ways() -> Choices {
    named(&Shortcut::ALL)
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control { key: "layers", label: "Layers", kind: Kind::Choice(depths) },
        Control { key: "shortcut", label: "Around a block", kind: Kind::Choice(ways) },
        Control::switch("early", "Bottlenecks step in their first 1 × 1, as in the paper"),
        Control {
            key: "side",
            label: "Picture’s side:",
            kind: Kind::Slider { ends: |_| [32.0, 448.0], step: STEP as f64, unit: "", late: false },
        },
    ];

    fn fitted(mut self) -> Self {
        // The nearest depth of the paper, and the nearest position of the slider.
        self.layers = ROWS.iter().map(|row| row.layers).min_by_key(|layers| layers.abs_diff(self.layers)).unwrap_or(50);
        self.side = self.side.saturating_add(STEP / 2) / STEP * STEP;
        fitted(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls;

    #[test]
    fn the_table_of_controls_holds() {
        controls::tests::holds::<Settings>();
    }
}
