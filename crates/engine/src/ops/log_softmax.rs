//! Log-softmax: y = x − ln Σ eˣ along the last axis. The largest x is subtracted first.
use super::{Binary, BinaryFn, Unary, UnaryFn, exponential::exp, lanes::sum_of, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Reference: torch.log_softmax over the last axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogSoftmax;

impl Op for LogSoftmax {
    fn name(&self) -> &'static str {
        "log_softmax"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if x[0].rank() == 0 {
            return Err(Error::shape("log_softmax", "expected at least one axis, found a single number"));
        }
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let classes = x[0].shape()[x[0].ndim() - 1];
        for (x, y) in values(&x[0]).chunks_exact(classes).zip(values_mut(&mut y).chunks_exact_mut(classes)) {
            let largest = x.iter().copied().fold(f32::MIN, f32::max);
            let sum = sum_of(x, x, |x, _| exp(x - largest));
            y.iter_mut().zip(x).for_each(|(y, x)| *y = x - largest - sum.ln());
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let classes = x[0][x[0].rank() - 1];
        let rows = y.size() / classes;
        Ok(Dispatch::flat("log_softmax", wgsl!("log_softmax.wgsl"), rows, Params::default().u(rows).u(classes)))
    }
    /// dx = dy − eʸ · Σ dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let sum = b.dy.sum_axis(b.y.shape().rank() - 1)?;
        let share = run(&Binary(BinaryFn::Mul), &[&run(&Unary(UnaryFn::Exp), &[b.y])?, &sum])?;
        Ok(vec![Some(run(&Binary(BinaryFn::Sub), &[b.dy, &share])?)])
    }
}

impl Var {
    /// Log-softmax along any axis, which is moved to the end and back. Reference: torch.log_softmax.
    pub fn log_softmax(&self, axis: usize) -> Result<Var> {
        self.along_last(axis, |x| Var::apply(LogSoftmax, &[x]))
    }
}
