//! What the reader sets: how deep, how wide, how drawn, how normed.
use crate::{
    nets::models::{FirstValues, Order, Recipe},
    site::url::Controls,
};
use serde::{Deserialize, Serialize};

pub const DEPTHS: [usize; 5] = [8, 14, 20, 32, 56];
pub const WIDTHS: [usize; 4] = [2, 4, 8, 16];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub depth: usize,
    pub width: usize,
    pub first: FirstValues,
    /// 1: with batch norm.
    pub norm: u8,
    pub order: Order,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { depth: 32, width: 8, first: FirstValues::Torch, norm: 0, order: Order::Post, seed: 1 }
    }
}

impl Controls for Settings {
    fn fitted(mut self) -> Self {
        self.depth = self.depth.clamp(Recipe::DEPTHS[0], DEPTHS[4]) / 2 * 2;
        self.width = self.width.clamp(WIDTHS[0], WIDTHS[3]);
        self.norm = self.norm.min(1);
        self
    }
}

impl Settings {
    pub fn recipe(&self) -> Recipe {
        Recipe { depth: self.depth, width: self.width, first: self.first, norm: self.norm == 1, order: self.order }
    }
}
