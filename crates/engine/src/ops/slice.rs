//! y[i] = x[(start + step·i) / every] along each axis, and a fill value where x has no such place. It slices, strides, flips, crops and pads with zeros.
use super::{MAX_AXES, eight, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// One axis of a slice. If `every` is n > 1, only each n-th place reads a value of x, and the others are filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Along {
    /// The length in y.
    pub length: usize,
    /// The place of x that the first place of y reads, times `every`. It may lie outside x.
    pub start: isize,
    /// The distance to the place of x that the next place of y reads, times `every`. Negative to reverse, never 0.
    pub step: isize,
    /// At least 1. Place i reads x only where start + step·i is a multiple of this.
    pub every: usize,
}

/// A slice, with one `Along` for each axis of x.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// In the order of x's axes, and as many as x has.
    pub axes: Vec<Along>,
    /// The value of a place of y that reads no place of x.
    pub fill: f32,
}

impl Along {
    /// A whole axis of length `length`, unchanged.
    pub fn whole(length: usize) -> Along {
        Along { length, start: 0, step: 1, every: 1 }
    }
    /// `length` neighbouring places from `start` on. Places outside x are filled.
    pub fn from(start: isize, length: usize) -> Along {
        Along { length, start, step: 1, every: 1 }
    }
    /// The place that place `i` of y reads, in an axis of `len` values.
    fn source(&self, i: usize, len: usize) -> Option<usize> {
        let at = self.start + self.step * i as isize;
        let place = at.div_euclid(self.every as isize);
        (at.rem_euclid(self.every as isize) == 0 && (0..len as isize).contains(&place)).then_some(place as usize)
    }
    /// The places of x that the given places of y read, from the first to the one after the last. Outside x they are filled.
    fn reads(&self, [first, end]: [isize; 2]) -> [isize; 2] {
        let at = |place: isize| (self.start + self.step * place).div_euclid(self.every as isize);
        let ends = [at(first), at(end - 1)];
        [ends[0].min(ends[1]), ends[0].max(ends[1]) + 1]
    }
    /// The inverse: which place of y reads each place of an axis of `len` values.
    fn back(&self, len: usize) -> Along {
        let forward = self.step.signum();
        Along { length: len, start: -self.start * forward, step: self.every as isize * forward, every: self.step.unsigned_abs() }
    }
}

impl Slice {
    /// A slice along one axis; the other axes stay whole.
    pub(super) fn one(x: &Shape, axis: usize, along: Along) -> Slice {
        Slice { axes: (0..x.rank()).map(|a| if a == axis { along } else { Along::whole(x[a]) }).collect(), fill: 0.0 }
    }
}

/// Copies the values of y under the remaining axes, starting at `x`.
fn copy(axes: &[(Along, usize, usize)], x: &[f32], y: &mut [f32], fill: f32) {
    let Some(((along, len, stride), inner)) = axes.split_first() else {
        y.copy_from_slice(&x[..y.len()]);
        return;
    };
    let piece = y.len() / along.length;
    if inner.is_empty() && along.step == 1 && along.every == 1 {
        // Neighbours stay neighbours, so the part inside x is one piece.
        let first = along.start.min(0).unsigned_abs().min(along.length);
        let from = along.start.max(0) as usize;
        let count = (along.length - first).min(len.saturating_sub(from));
        let (before, rest) = y.split_at_mut(first * piece);
        let (inside, after) = rest.split_at_mut(count * piece);
        before.fill(fill);
        after.fill(fill);
        return inside.copy_from_slice(&x[(from * stride).min(x.len())..][..count * piece]);
    }
    for (i, y) in y.chunks_exact_mut(piece).enumerate() {
        match along.source(i, *len) {
            Some(at) => copy(inner, &x[at * stride..], y, fill),
            None => y.fill(fill),
        }
    }
}

impl Op for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if self.axes.len() != x[0].rank() {
            return Err(Error::shape("slice", format!("expected {} axes, as {} has, found {}", x[0].rank(), x[0], self.axes.len())));
        }
        if let Some((a, along)) = self.axes.iter().enumerate().find(|(_, a)| a.length == 0 || a.step == 0 || a.every == 0) {
            let Along { length, step, .. } = along;
            return Err(Error::shape("slice", format!("axis {a} of {} would have {length} values in steps of {step}", x[0])));
        }
        Ok(Shape::new(self.axes.iter().map(|a| a.length).collect::<Vec<_>>()))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let shape = Shape::new(x[0].shape());
        let strides = shape.strides();
        // Trailing axes that are not cut are copied as one piece.
        let cut = self.axes.iter().zip(shape.dims()).rposition(|(a, n)| *a != Along::whole(*n)).map_or(0, |a| a + 1);
        let axes: Vec<(Along, usize, usize)> = (0..cut).map(|a| (self.axes[a], shape[a], strides[a])).collect();
        copy(&axes, values(&x[0]), values_mut(&mut y), self.fill);
    }
    fn reads(&self, _: usize, axis: usize, x: &[&Shape], _: &Shape, [first, end]: [isize; 2]) -> [isize; 2] {
        match self.axes.get(axis) {
            Some(along) if x[0].rank() == 4 => along.reads([first, end]),
            _ => [0, x[0].dims().get(axis).map_or(1, |length| *length as isize)],
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        if y.rank() > MAX_AXES {
            return Err(Error::unsupported("slice", format!("{y} has more than {MAX_AXES} axes")));
        }
        let signed = |params, list: Vec<isize>| (0..MAX_AXES).fold(params, |p: Params, i| p.i(list.get(i).copied().unwrap_or(0) as i32));
        let mut params = eight(eight(eight(Params::default(), y.dims()), x[0].dims()), &x[0].strides());
        params = signed(params, self.axes.iter().map(|a| a.start).collect());
        params = signed(params, self.axes.iter().map(|a| a.step).collect());
        params = signed(params, self.axes.iter().map(|a| a.every as isize).collect());
        Ok(Dispatch::flat("slice", wgsl!("slice.wgsl"), y.size(), params.u(y.rank()).u(y.size()).f(self.fill)))
    }
    /// Each value goes back to the place where it was read. This is a slice again.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let axes = self.axes.iter().zip(b.x[0].shape().dims()).map(|(along, n)| along.back(*n)).collect();
        Ok(vec![Some(run(&Slice { axes, fill: 0.0 }, &[b.dy])?)])
    }
}

impl Tensor {
    /// The row at `index` of the first axis, which is removed.
    pub(super) fn row(&self, index: usize) -> Result<Tensor> {
        let left = self.shape().dims().get(1..).unwrap_or_default().to_vec();
        run(&Slice::one(self.shape(), 0, Along::from(index as isize, 1)), &[self])?.reshape(Shape::new(left))
    }
}

impl Var {
    /// x[start..stop] in steps of `step` along an axis. Refuses anything but 0 ≤ start < stop ≤ n and step ≥ 1. Reference: Python's slices.
    pub fn slice(&self, axis: usize, start: usize, stop: usize, step: usize) -> Result<Var> {
        let n = self.shape().dims().get(axis).copied().unwrap_or(0);
        if step == 0 || start >= stop || stop > n {
            return Err(Error::shape("slice", format!("{start}..{stop} in steps of {step} along axis {axis} of {}", self.shape())));
        }
        let along = Along { length: (stop - start).div_ceil(step), start: start as isize, step: step as isize, every: 1 };
        Var::apply(Slice::one(self.shape(), axis, along), &[self])
    }
    /// Every value moved forward by `places` along an axis. Zeros come in.
    pub(super) fn shifted(&self, axis: usize, places: usize) -> Result<Var> {
        let length = self.shape().dims().get(axis).copied().unwrap_or(0);
        Var::apply(Slice::one(self.shape(), axis, Along::from(-(places as isize), length)), &[self])
    }
    /// `length` places from `start` on along an axis. Reference: torch.narrow.
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> Result<Var> {
        self.slice(axis, start, start.saturating_add(length), 1)
    }
    /// One place along an axis, which is removed. Reference: torch.select.
    pub fn select(&self, axis: usize, index: usize) -> Result<Var> {
        let left: Vec<usize> = (0..self.shape().rank()).filter(|a| *a != axis).map(|a| self.shape()[a]).collect();
        self.narrow(axis, index, 1)?.reshape(Shape::new(left))
    }
    /// At most `chunks` pieces of ⌈n / chunks⌉ values along an axis. The last piece may be shorter. Reference: torch.chunk.
    pub fn chunk(&self, axis: usize, chunks: usize) -> Result<Vec<Var>> {
        let n = self.shape().dims().get(axis).copied().unwrap_or(0);
        if chunks == 0 || n == 0 {
            return Err(Error::shape("chunk", format!("{chunks} chunks along axis {axis} of {}", self.shape())));
        }
        let length = n.div_ceil(chunks);
        (0..n.div_ceil(length)).map(|i| self.narrow(axis, i * length, length.min(n - i * length))).collect()
    }
    /// Reverses the order along each of `axes`. Reference: torch.flip.
    pub fn flip(&self, axes: &[usize]) -> Result<Var> {
        let reversed =
            |a, n| if axes.contains(&a) { Along { start: n as isize - 1, step: -1, ..Along::whole(n) } } else { Along::whole(n) };
        if let Some(axis) = axes.iter().find(|a| **a >= self.shape().rank()) {
            return Err(Error::shape("flip", format!("axis {axis} of {}, which has {} axes", self.shape(), self.shape().rank())));
        }
        Var::apply(Slice { axes: self.shape().dims().iter().enumerate().map(|(a, n)| reversed(a, *n)).collect(), fill: 0.0 }, &[self])
    }
}
