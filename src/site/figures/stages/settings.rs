//! What the reader sets: how many layers, how a block goes around them, where it steps, and how large a picture comes in.
use crate::{
    nets::models::resnet::{self, Block},
    site::url::Controls,
};
use serde::{Deserialize, Serialize};

/// Ends and step of the picture's side.
pub const SIDES: [usize; 2] = [32, 448];
pub const STEP: usize = 16;

/// A network of the paper: layers, blocks of each stage, and billions of multiply-adds as its table 1 has them (it says FLOPs).
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

/// How a block goes around its layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shortcut {
    /// By a convolution of 1 × 1 where the shape changes.
    #[default]
    Projection,
    /// With channels of 0 where new ones are needed.
    Zeros,
    /// Not at all.
    None,
}

impl Shortcut {
    pub const ALL: [(Shortcut, &str, &str); 3] = [
        (Shortcut::Projection, "projection", "1 × 1 where the shape changes"),
        (Shortcut::Zeros, "zeros", "zeros for new channels"),
        (Shortcut::None, "none", "none: the plain network"),
    ];

    pub fn key(self) -> &'static str {
        Shortcut::ALL.iter().find(|(kind, ..)| *kind == self).map_or("projection", |(_, key, _)| key)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub layers: usize,
    /// Height and width of the picture.
    pub side: usize,
    pub shortcut: Shortcut,
    /// Whether bottlenecks step in their first 1 × 1, as in the paper, instead of their 3 × 3.
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
    /// The block of this network among them.
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

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        // The nearest depth of the paper.
        self.layers = ROWS.iter().map(|row| row.layers).min_by_key(|layers| layers.abs_diff(self.layers)).unwrap_or(50);
        let [least, most] = SIDES;
        self.side = (self.side.clamp(least, most) + STEP / 2) / STEP * STEP;
        self
    }
}
