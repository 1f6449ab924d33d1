//! y = x · w + b with a factor and an offset for each channel.
use super::{Binary, BinaryFn, moments::rows_and_channels, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// y = x · w + b. x … × C, w C, b C, y as x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine;

impl Op for Affine {
    fn name(&self) -> &'static str {
        "affine"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [_, c] = rows_and_channels("affine", x[0])?;
        if x[1].dims() != [c] || x[2].dims() != [c] {
            return Err(Error::shape("affine", format!("{c} channels with factors of {} and offsets of {}", x[1], x[2])));
        }
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (w, b) = (values(&x[1]), values(&x[2]));
        for (y, x) in values_mut(&mut y).chunks_exact_mut(w.len()).zip(values(&x[0]).chunks_exact(w.len())) {
            y.iter_mut().zip(x).zip(w.iter().zip(b)).for_each(|((y, x), (w, b))| *y = x * w + b);
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let params = Params::default().u(y.size()).u(x[1].size());
        Ok(Dispatch::flat("affine", wgsl!("affine.wgsl"), y.size().div_ceil(4), params))
    }
    /// dx = dy · w, dw = Σ dy · x, db = Σ dy.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let product = |other: &Tensor| run(&Binary(BinaryFn::Mul), &[b.dy, other]);
        Ok(vec![b.wanted(0, || product(&b.x[1]))?, b.wanted(1, || product(&b.x[0])?.sum_leading())?, b.wanted(2, || b.dy.sum_leading())?])
    }
}

impl Var {
    /// x · factor + offset. x … × C, factor and offset C. Refuses other lengths: nothing is broadcast here.
    pub fn affine(&self, factor: &Var, offset: &Var) -> Result<Var> {
        Var::apply(Affine, &[self, factor, offset])
    }
}
