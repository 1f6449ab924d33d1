//! The geometry of a sliding window: where it starts, its stride, and its number of places.
use crate::error::{Error, Result};

/// A sliding window. Pairs are (height, width), as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The number of taps, in rows and columns; at least 1.
    pub kernel: [usize; 2],
    /// The distance between neighbouring places of the window; at least 1.
    pub stride: [usize; 2],
    /// Rows above and below, columns left and right. A convolution reads zeros there, and a max pool reads nothing.
    pub padding: [usize; 2],
    /// The distance between neighbouring taps; 1 if they lie side by side.
    pub dilation: [usize; 2],
}

impl Window {
    /// The upper bound of each of these numbers.
    pub const MOST: usize = 1 << 24;

    /// A window with PyTorch's defaults for a convolution: stride 1, no padding, dilation 1. (The default stride of a pool is its kernel.)
    pub fn new(kernel: [usize; 2]) -> Window {
        Window { kernel, stride: [1, 1], padding: [0, 0], dilation: [1, 1] }
    }
    /// Like [`Window::new`], for `kernel` × `kernel` taps.
    pub fn square(kernel: usize) -> Window {
        Window::new([kernel, kernel])
    }
    /// Sets the stride along both axes.
    pub fn stride(self, stride: usize) -> Window {
        Window { stride: [stride, stride], ..self }
    }
    /// Sets the padding on all four sides.
    pub fn padding(self, padding: usize) -> Window {
        Window { padding: [padding, padding], ..self }
    }
    /// Sets the dilation along both axes.
    pub fn dilation(self, dilation: usize) -> Window {
        Window { dilation: [dilation, dilation], ..self }
    }
    /// The extent of the window along an axis: d·(k − 1) + 1.
    pub fn reach(&self, axis: usize) -> usize {
        self.dilation[axis].saturating_mul(self.kernel[axis] - 1).saturating_add(1)
    }
    /// The number of places on an input of h × w: ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1 along each axis. Refuses a window that is larger than the padded input.
    pub fn places(&self, op: &'static str, input: [usize; 2]) -> Result<[usize; 2]> {
        self.check(op)?;
        let along = |axis: usize| {
            let room = input[axis] + 2 * self.padding[axis];
            let left = room.checked_sub(self.reach(axis)).ok_or_else(|| {
                Error::shape(
                    op,
                    format!(
                        "a window of {} (dilation {}) reaches over {}, but the {} of {} with padding {} on both sides has only {room}",
                        self.kernel[axis],
                        self.dilation[axis],
                        self.reach(axis),
                        ["height", "width"][axis],
                        input[axis],
                        self.padding[axis]
                    ),
                )
            })?;
            Ok(left / self.stride[axis] + 1)
        };
        Ok([along(0)?, along(1)?])
    }
    /// Like [`Window::places`], but rounded up as PyTorch's `ceil_mode` does. The last window may extend beyond the end, but must start
    /// inside the input or its left padding.
    pub fn places_rounding_up(&self, op: &'static str, input: [usize; 2]) -> Result<[usize; 2]> {
        self.check(op)?;
        let along = |axis: usize| {
            let (stride, room) = (self.stride[axis], input[axis] + 2 * self.padding[axis]);
            match (room + stride - 1).checked_sub(self.reach(axis)) {
                // What does not overhang is refused as it is without rounding.
                None => self.places(op, input).map(|places| places[axis]),
                Some(left) => {
                    let last = left / stride;
                    Ok(last + usize::from(last * stride < input[axis] + self.padding[axis]))
                }
            }
        };
        Ok([along(0)?, along(1)?])
    }
    /// Refuses a pool whose padding is more than half its window, since some window would then see only padding.
    pub fn check_pool(&self, op: &'static str) -> Result<()> {
        match (0..2).find(|&a| 2 * self.padding[a] > self.kernel[a]) {
            Some(a) => Err(Error::shape(op, format!("padding {} is more than half of the window of {}", self.padding[a], self.kernel[a]))),
            None => Ok(()),
        }
    }
    pub(super) fn check(&self, op: &'static str) -> Result<()> {
        for (what, pair) in [("window", self.kernel), ("stride", self.stride), ("dilation", self.dilation)] {
            if pair.contains(&0) {
                return Err(Error::shape(op, format!("{what} {}×{}: each must be at least 1", pair[0], pair[1])));
            }
        }
        for (what, pair) in [("window", self.kernel), ("stride", self.stride), ("padding", self.padding), ("dilation", self.dilation)] {
            if pair.iter().any(|n| *n > Window::MOST) {
                return Err(Error::shape(op, format!("{what} {}×{}: each must be at most {}", pair[0], pair[1], Window::MOST)));
            }
        }
        Ok(())
    }
    /// The places of the input that the given places of the window read along an axis, from the first to the one after the last. Outside the input is padding.
    pub(super) fn reads(&self, axis: usize, [first, end]: [isize; 2]) -> [isize; 2] {
        let start = |place: isize| place * self.stride[axis] as isize - self.padding[axis] as isize;
        [start(first), start(end - 1) + self.reach(axis) as isize]
    }
    /// The input row (axis 0) or column (axis 1) that tap `tap` reads at place `place`. None in the padding.
    pub fn read_at(&self, axis: usize, place: usize, tap: usize, len: usize) -> Option<usize> {
        (place * self.stride[axis] + tap * self.dilation[axis]).checked_sub(self.padding[axis]).filter(|&at| at < len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As torch.nn.MaxPool2d has it: input, kernel, stride, padding, and the places.
    #[test]
    fn places_are_rounded_up_as_in_pytorch() {
        let up = |[input, kernel, stride, padding]: [usize; 4]| {
            Window::square(kernel).stride(stride).padding(padding).places_rounding_up("pool", [input; 2]).map(|places| places[0])
        };
        for (case, places) in [
            ([5, 2, 2, 0], 3),
            ([6, 2, 2, 0], 3),
            // The third would start in the padding on the right.
            ([3, 2, 2, 1], 2),
            ([4, 3, 3, 1], 2),
            ([5, 3, 3, 1], 2),
            // The only window overhangs.
            ([2, 3, 2, 0], 1),
            ([1, 3, 3, 0], 1),
        ] {
            assert_eq!(up(case), Ok(places), "{case:?}");
        }
        assert!(up([1, 3, 2, 0]).is_err(), "a window that overhangs by a stride has no place");
    }
}
