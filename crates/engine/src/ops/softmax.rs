//! Softmax: y = eˣ / Σ eˣ along the last axis. The largest x is subtracted first, so that nothing overflows.
use super::{BinaryFn, exponential::exp, lanes::sum, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Reference: torch.softmax over the last axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softmax;

impl Op for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if x[0].rank() == 0 { Err(Error::shape("softmax", "expected at least one axis, found a single number")) } else { Ok(x[0].clone()) }
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let classes = x[0].shape()[x[0].ndim() - 1];
        for (x, y) in values(&x[0]).chunks_exact(classes).zip(values_mut(&mut y).chunks_exact_mut(classes)) {
            softmax(x, y);
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let classes = x[0][x[0].rank() - 1];
        let rows = y.size() / classes;
        Ok(Dispatch::flat("softmax", wgsl!("softmax.wgsl"), rows, Params::default().u(rows).u(classes)))
    }
    /// dx = y · (dy − Σ dy·y).
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let mul = |a: &Tensor, c: &Tensor| run(&super::Binary(BinaryFn::Mul), &[a, c]);
        let shared = mul(b.dy, b.y)?.sum_axis(b.y.shape().rank() - 1)?;
        Ok(vec![Some(mul(b.y, &run(&super::Binary(BinaryFn::Sub), &[b.dy, &shared])?)?)])
    }
}

/// Softmax of one row.
pub(super) fn softmax(x: &[f32], y: &mut [f32]) {
    let largest = x.iter().copied().fold(f32::MIN, f32::max);
    y.iter_mut().zip(x).for_each(|(y, x)| *y = exp(x - largest));
    let sum = sum(y);
    y.iter_mut().for_each(|y| *y /= sum);
}

impl Var {
    /// Softmax along any axis, which is moved to the end and back. Reference: torch.softmax.
    pub fn softmax(&self, axis: usize) -> Result<Var> {
        self.along_last(axis, |x| Var::apply(Softmax, &[x]))
    }
    /// Applies `run`, which works along the last axis, to another axis.
    pub(super) fn along_last(&self, axis: usize, run: impl FnOnce(&Var) -> Result<Var>) -> Result<Var> {
        let rank = self.shape().rank();
        if axis + 1 == rank {
            return run(self);
        }
        if axis >= rank {
            return Err(Error::shape("softmax", format!("axis {axis} of {}, which has {rank} axes", self.shape())));
        }
        let mut swapped: Vec<usize> = (0..rank).collect();
        swapped.swap(axis, rank - 1);
        run(&self.permute(&swapped)?)?.permute(&swapped)
    }
}
