//! The memory address of each number of a batch, in both orders of axes.
use super::edits::{index, place};

/// The lengths of the axes, or a position along them, as N, C, H, W.
pub type Axes = [usize; 4];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Nchw,
    Nhwc,
}

impl Order {
    pub fn name(self) -> &'static str {
        match self {
            Order::Nchw => "NCHW",
            Order::Nhwc => "NHWC",
        }
    }
    /// Reorders N, C, H, W into this order.
    fn arrange([n, c, h, w]: Axes, order: Order) -> Axes {
        match order {
            Order::Nchw => [n, c, h, w],
            Order::Nhwc => [n, h, w, c],
        }
    }
    pub fn address(self, shape: Axes, at: Axes) -> Option<usize> {
        index(&Order::arrange(shape, self), &Order::arrange(at, self))
    }
    /// The position at an address.
    pub fn place(self, shape: Axes, address: usize) -> Axes {
        let own = place(&Order::arrange(shape, self), address);
        match self {
            Order::Nchw => [own[0], own[1], own[2], own[3]],
            Order::Nhwc => [own[0], own[3], own[1], own[2]],
        }
    }
    /// The address as a formula with its numbers.
    pub fn formula(self, shape: Axes, at: Axes) -> String {
        let ([_, b, c, d], [w, x, y, z]) = (Order::arrange(shape, self), Order::arrange(at, self));
        format!("(({w}·{b} + {x})·{c} + {y})·{d} + {z}")
    }
    pub fn symbols(self) -> &'static str {
        match self {
            Order::Nchw => "((n·C + c)·H + h)·W + w",
            Order::Nhwc => "((n·H + h)·W + w)·C + c",
        }
    }
    /// Whether a run (a row of pixels, or a pixel's channels) ends before this address; and whether a larger run does.
    pub fn breaks(self, shape: Axes, address: usize) -> [bool; 2] {
        let [_, _, rows, length] = Order::arrange(shape, self);
        [address.is_multiple_of(length), address.is_multiple_of(length * rows)]
    }
    /// The distances in memory to the neighbours along N, C, H and W.
    pub fn strides(self, shape: Axes) -> Axes {
        let [_, c, h, w] = shape;
        match self {
            Order::Nchw => [c * h * w, h * w, w, 1],
            Order::Nhwc => [h * w * c, 1, w * c, c],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tensor::Layout;

    /// Two images of 3 channels and 2 × 4 pixels, the example of the lecture.
    const SHAPE: Axes = [2, 3, 2, 4];

    #[test]
    fn the_example_has_these_addresses() {
        for (at, nchw, nhwc) in
            [([0, 0, 0, 0], 0, 0), ([0, 1, 0, 0], 8, 1), ([0, 0, 1, 0], 4, 12), ([1, 2, 0, 3], 43, 35), ([1, 2, 1, 3], 47, 47)]
        {
            assert_eq!(Order::Nchw.address(SHAPE, at), Some(nchw));
            assert_eq!(Order::Nhwc.address(SHAPE, at), Some(nhwc));
        }
        assert_eq!(Order::Nhwc.formula(SHAPE, [1, 2, 0, 3]), "((1·2 + 0)·4 + 3)·3 + 2");
        assert_eq!(Order::Nchw.address(SHAPE, [2, 0, 0, 0]), None);
    }

    #[test]
    fn the_engines_own_memory_agrees() {
        let values: Vec<f32> = (0..48).map(|v| v as f32).collect();
        let memory = Layout::Image.from_outside(&SHAPE, &values).unwrap();
        for (address, value) in memory.iter().enumerate() {
            let at = Order::Nchw.place(SHAPE, *value as usize);
            assert_eq!(Order::Nhwc.address(SHAPE, at), Some(address));
            assert_eq!(Order::Nhwc.place(SHAPE, address), at);
            let strides = Order::Nhwc.strides(SHAPE);
            assert_eq!(at.iter().zip(strides).map(|(a, s)| a * s).sum::<usize>(), address);
        }
    }
}
