//! y = Σ x along one axis, whole or in blocks.
use super::{Expand, values, values_mut};
use crate::{
    engine::{
        autograd::{Backward, Op, Var, run},
        gpu::{Caps, Dispatch, Params},
        tensor::{Shape, Tensor},
    },
    error::{Error, Result},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Axis `axis`, of length R, becomes `blocks` partial sums over ⌈R / blocks⌉ neighbours each; one block is the sum itself.
///
/// x outer × R × inner, y outer × blocks × inner. Reference: torch.sum with keepdim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    pub axis: usize,
    pub blocks: usize,
}

/// Values that are summed in f32 before their sum is added to the total, so that a long sum keeps its digits.
const RUN: usize = 128;

impl Sum {
    fn sizes(&self, x: &[usize]) -> [usize; 3] {
        [x[..self.axis].iter().product(), x[self.axis], x[self.axis + 1..].iter().product()]
    }
}

impl Op for Sum {
    fn name(&self) -> &'static str {
        "sum"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if self.axis >= x[0].rank() || self.blocks == 0 {
            return Err(Error::shape("sum", format!("axis {} in {} blocks of {}", self.axis, self.blocks, x[0])));
        }
        let mut dims = x[0].dims().to_vec();
        dims[self.axis] = self.blocks;
        Ok(Shape::new(dims))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let [_, reduce, inner] = self.sizes(x[0].shape());
        let length = reduce.div_ceil(self.blocks);
        let mut part = vec![0.0; inner];
        let y = values_mut(&mut y);
        for (outer, x) in values(&x[0]).chunks_exact(reduce * inner).enumerate() {
            for block in 0..self.blocks {
                let y = &mut y[(outer * self.blocks + block) * inner..][..inner];
                y.fill(0.0);
                let (from, to) = ((block * length).min(reduce), ((block + 1) * length).min(reduce));
                for run in x[from * inner..to * inner].chunks(RUN * inner) {
                    if inner == 1 {
                        y[0] += run.iter().sum::<f32>();
                        continue;
                    }
                    part.fill(0.0);
                    run.chunks_exact(inner).for_each(|row| part.iter_mut().zip(row).for_each(|(s, v)| *s += v));
                    y.iter_mut().zip(&part).for_each(|(y, s)| *y += s);
                }
            }
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let [_, reduce, inner] = self.sizes(x[0].dims());
        let params = [y.size(), reduce, inner, self.blocks, reduce.div_ceil(self.blocks)].into_iter().fold(Params::default(), Params::u);
        Ok(Dispatch::flat("sum", include_str!("sum.wgsl"), y.size(), params))
    }
    /// dx is dy, repeated.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        if self.blocks != 1 {
            return Err(Error::unsupported("the gradient of sum in blocks", "sum the blocks of an untaped tensor, or sum at once"));
        }
        Ok(vec![Some(run(&Expand(b.x[0].shape().clone()), &[b.dy])?)])
    }
}

impl Tensor {
    /// The sum along `axis`, which keeps length 1. A long sum of few outputs goes in two dispatches on a GPU, so that its threads have work.
    pub fn sum_axis(&self, axis: usize) -> Result<Tensor> {
        let reduce = self.shape().dims().get(axis).copied().unwrap_or(1);
        let outputs = self.shape().size() / reduce.max(1);
        if self.device().is_gpu() && reduce >= 256 && outputs < 4096 {
            let partial = run(&Sum { axis, blocks: (reduce / 16).clamp(1, 256) }, &[self])?;
            return run(&Sum { axis, blocks: 1 }, &[&partial]);
        }
        run(&Sum { axis, blocks: 1 }, &[self])
    }
    /// The sum over all axes but the last.
    pub fn sum_leading(&self) -> Result<Tensor> {
        let last = self.shape().dims().last().copied().unwrap_or(1);
        self.reshape(Shape::new([self.shape().size() / last, last]))?.sum_axis(0)?.reshape(Shape::new([last]))
    }
    /// The sum over whatever was repeated to make this shape from `shape`.
    pub fn sum_to(&self, shape: &Shape) -> Result<Tensor> {
        let new = self.shape().rank() - shape.rank();
        let mut sum = self.clone();
        for axis in 0..self.shape().rank() {
            if (axis < new || shape[axis - new] == 1) && self.shape()[axis] != 1 {
                sum = sum.sum_axis(axis)?;
            }
        }
        sum.reshape(shape.clone())
    }
}

impl Var {
    /// The sum over `axes`, which keep length 1 if `keepdim` and vanish otherwise. Reference: torch.sum.
    pub fn sum(&self, axes: &[usize], keepdim: bool) -> Result<Var> {
        let mut sum = self.clone();
        for &axis in axes {
            sum = Var::apply(Sum { axis, blocks: 1 }, &[&sum])?;
        }
        if keepdim {
            return Ok(sum);
        }
        let left: Vec<usize> = (0..self.shape().rank()).filter(|a| !axes.contains(a)).map(|a| self.shape()[a]).collect();
        sum.reshape(Shape::new(left))
    }
    /// The mean over `axes`. Reference: torch.mean.
    pub fn mean(&self, axes: &[usize], keepdim: bool) -> Result<Var> {
        let count: usize = axes.iter().map(|&a| self.shape().dims().get(a).copied().unwrap_or(1)).product();
        self.sum(axes, keepdim)?.scale(1.0 / count as f32)
    }
}
