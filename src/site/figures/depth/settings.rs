//! The settings: depth, width, first values, and norm.
use crate::{
    nets::models::{FirstValues, Order, Recipe},
    site::controls::{Choices, Control, Controls, Kind, key, named},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub depth: usize,
    pub width: usize,
    pub first: FirstValues,
    /// 1 for batch norm, 0 for none.
    pub norm: u8,
    pub order: Order,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { depth: 32, width: 8, first: FirstValues::Torch, norm: 0, order: Order::Post, seed: 1 }
    }
}

fn firsts() -> Choices {
    let names = ["He's", "PyTorch's default", "A quarter of He's", "Twice He's"];
    FirstValues::ALL.into_iter().map(key).zip(names.map(String::from)).collect()
}

fn orders() -> Choices {
    named(&[(Order::Post, "ReLU after the sum"), (Order::Pre, "ReLU before the weights")])
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        // A block has two layers, so the depth is even.
        Control {
            key: "depth",
            label: "Layers",
            kind: Kind::Numbers { offered: &[8, 14, 20, 32, 56], ends: [Recipe::DEPTHS[0] as u64, 56], step: 2 },
        },
        Control { key: "width", label: "Channels", kind: Kind::Numbers { offered: &[2, 4, 8, 16], ends: [2, 16], step: 1 } },
        Control { key: "first", label: "First weights", kind: Kind::Choice(firsts) },
        Control { key: "order", label: "Inside a block", kind: Kind::Choice(orders) },
        Control::switch("norm", "Batch norm"),
    ];
}

impl Settings {
    pub fn recipe(&self) -> Recipe {
        Recipe { depth: self.depth, width: self.width, first: self.first, norm: self.norm == 1, order: self.order }
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
