//! The rows and columns that each place of a pool reads. The window either slides, or adapts to a given number of places.
use super::Window;
use crate::{
    error::{Error, Result},
    gpu::{Dispatch, Params},
    tensor::Shape,
};
use std::{iter::StepBy, ops::Range};

/// Where a pool's windows lie, and thus how many places y has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Places {
    /// A window of fixed size. With `ceil_mode` the last window may extend beyond the end.
    Sliding {
        /// Kernel, stride, padding and dilation. The padding is at most half the kernel.
        window: Window,
        /// Whether the number of places is rounded up, not down.
        ceil_mode: bool,
    },
    /// This number of rows and columns of places: place i of o reads ⌊i·n/o⌋ … ⌈(i + 1)·n/o⌉ − 1. Reference: torch.nn.AdaptiveAvgPool2d.
    Adaptive([usize; 2]),
}

impl Places {
    /// A sliding window, with the number of places rounded down (PyTorch's default).
    pub fn of(window: Window) -> Places {
        Places::Sliding { window, ceil_mode: false }
    }
    /// The places of x that the given places of y read along a spatial axis (1 or 2) of N×H×W×C. Both ranges go from the first to the one after the last.
    pub(super) fn reads(&self, axis: usize, x: &Shape, y: &Shape, [first, end]: [isize; 2]) -> [isize; 2] {
        match self {
            Places::Sliding { window, .. } => window.reads(axis - 1, [first, end]),
            Places::Adaptive(_) => {
                let (n, o) = (x[axis] as isize, y[axis] as isize);
                [(first * n).div_euclid(o), -(-end * n).div_euclid(o)]
            }
        }
    }
}

/// A pool's sizes: x N×H×W×C, y N×OH×OW×C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Geometry {
    n: usize,
    /// Height and width of x and of y.
    x: [usize; 2],
    y: [usize; 2],
    pub c: usize,
    window: Window,
    adaptive: bool,
}

/// Rows or columns of x, from first to last.
type Line = StepBy<Range<usize>>;

/// One place of a window.
pub(super) struct View {
    /// Its pixel in y, counted over the whole batch.
    pub out: usize,
    /// The number of pixels before its image in x, and the length of a row.
    image: usize,
    width: usize,
    rows: Line,
    columns: Line,
    /// The number of values under the window, padding included, without those beyond the padded input.
    pub whole: usize,
}

impl View {
    /// The pixels of x under the window in row-major order, counted over the whole batch.
    pub(super) fn pixels(&self) -> impl Iterator<Item = usize> {
        let at = |row| self.image + row * self.width;
        self.rows.clone().flat_map(move |row| self.columns.clone().map(move |column| at(row) + column))
    }
    /// The number of pixels of x under the window.
    pub(super) fn inside(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}

impl Geometry {
    pub(super) fn new(op: &'static str, places: Places, shape: &Shape) -> Result<Geometry> {
        let [n, h, w, c] = shape.axes(op)?;
        let x = [h, w];
        let (y, window, adaptive) = match places {
            Places::Adaptive(y) if y.contains(&0) => {
                return Err(Error::shape(op, format!("{}×{} places: each must be at least 1", y[0], y[1])));
            }
            Places::Adaptive(y) => (y, Window::square(1), true),
            Places::Sliding { window, ceil_mode } => {
                window.check_pool(op)?;
                (if ceil_mode { window.places_rounding_up(op, x)? } else { window.places(op, x)? }, window, false)
            }
        };
        Ok(Geometry { n, x, y, c, window, adaptive })
    }
    pub(super) fn output(&self) -> Shape {
        Shape::new([self.n, self.y[0], self.y[1], self.c])
    }
    pub(super) fn input(&self) -> Shape {
        Shape::new([self.n, self.x[0], self.x[1], self.c])
    }
    /// The beginning of `struct Params` in pool.wgsl.
    pub(super) fn params(&self) -> Params {
        let Window { kernel, stride, padding, dilation } = self.window;
        let sizes = [self.n].into_iter().chain(self.x).chain([self.c]).chain(self.y);
        sizes.chain(kernel).chain(stride).chain(padding).chain(dilation).fold(Params::default(), Params::u)
    }
    /// A dispatch of a shader whose text follows pool.wgsl.
    pub(super) fn dispatch(&self, label: &'static str, source: &'static str, threads: usize, params: Params) -> Dispatch {
        Dispatch::flat(label, source, threads, params).constant("ADAPTIVE", f64::from(u8::from(self.adaptive)))
    }
    /// The number of threads if each takes up to four channels of one place or pixel.
    pub(super) fn fours(&self, values: &Shape) -> usize {
        values.size() / self.c * self.c.div_ceil(4)
    }
    /// The number of tiles if windows lie side by side: each value is then in exactly one window, or in the rest at the end. None if
    /// windows overlap or leave gaps.
    pub(super) fn tiles(&self) -> Option<usize> {
        let Window { kernel, stride, padding, dilation } = self.window;
        let [high, wide] = [0, 1].map(|axis| self.x[axis].div_ceil(kernel[axis]));
        (!self.adaptive && kernel == stride && padding == [0; 2] && dilation == [1; 2]).then_some(self.n * high * wide * self.c)
    }
    /// The rows or columns that place `place` reads along an axis, and how many taps of its window lie in the padded input.
    fn line(&self, axis: usize, place: usize) -> (Line, usize) {
        let (n, o) = (self.x[axis], self.y[axis]);
        if self.adaptive {
            let seen = place * n / o..((place + 1) * n).div_ceil(o);
            return (seen.clone().step_by(1), seen.len());
        }
        let Window { kernel, stride, padding, dilation } = self.window;
        let (start, step, padding) = (place * stride[axis], dilation[axis], padding[axis]);
        let end = (start + self.window.reach(axis)).min(n + 2 * padding);
        let first = start + padding.saturating_sub(start).div_ceil(step) * step;
        let seen = first - padding..end.saturating_sub(padding).min(n);
        (seen.step_by(step), (end - start).div_ceil(step).min(kernel[axis]))
    }
    /// Calls `see` for each place, in row-major order.
    pub(super) fn walk(&self, mut see: impl FnMut(View)) {
        let mut out = 0;
        for n in 0..self.n {
            for i in 0..self.y[0] {
                let (rows, high) = self.line(0, i);
                for j in 0..self.y[1] {
                    let (columns, wide) = self.line(1, j);
                    let image = n * self.x[0] * self.x[1];
                    see(View { out, image, width: self.x[1], rows: rows.clone(), columns, whole: high * wide });
                    out += 1;
                }
            }
        }
    }
}
