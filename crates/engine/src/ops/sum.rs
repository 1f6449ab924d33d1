//! Sums: y = Σ x along one axis, over the whole axis or in blocks.
use super::{Along, Expand, Slice, lanes::sum, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Axis `axis`, of length R, becomes `blocks` partial sums over ⌈R / blocks⌉ neighbours each. One block is the sum itself.
///
/// x outer × R × inner, y outer × blocks × inner. Reference: torch.sum with keepdim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    /// The axis that is summed. It stays, with length `blocks`.
    pub axis: usize,
    /// The number of partial sums, at least 1.
    pub blocks: usize,
}

/// The number of values that are summed in f32 before their sum is added to the total, so that a long sum stays exact.
const RUN: usize = 128;

impl Sum {
    fn sizes(&self, x: &[usize]) -> [usize; 3] {
        [x[..self.axis].iter().product(), x[self.axis], x[self.axis + 1..].iter().product()]
    }
}

fn add_rows(x: &[f32], y: &mut [f32]) {
    x.chunks_exact(y.len()).for_each(|row| y.iter_mut().zip(row).for_each(|(y, x)| *y += x));
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
        let mut part = vec![0.0; if length > RUN && inner > 1 { inner } else { 0 }];
        let y = values_mut(&mut y);
        for (outer, x) in values(&x[0]).chunks_exact(reduce * inner).enumerate() {
            for block in 0..self.blocks {
                let y = &mut y[(outer * self.blocks + block) * inner..][..inner];
                let x = &x[(block * length).min(reduce) * inner..((block + 1) * length).min(reduce) * inner];
                if inner == 1 {
                    y[0] = sum(x);
                    continue;
                }
                y.fill(0.0);
                if length <= RUN {
                    add_rows(x, y);
                    continue;
                }
                for run in x.chunks(RUN * inner) {
                    part.fill(0.0);
                    add_rows(run, &mut part);
                    y.iter_mut().zip(&part).for_each(|(y, s)| *y += s);
                }
            }
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let [_, reduce, inner] = self.sizes(x[0].dims());
        let params = [y.size(), reduce, inner, self.blocks, reduce.div_ceil(self.blocks)].into_iter().fold(Params::default(), Params::u);
        Ok(Dispatch::flat("sum", wgsl!("sum.wgsl"), y.size(), params))
    }
    /// dx is dy, repeated. The last block may be shorter than the others.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let x = b.x[0].shape();
        if self.blocks == 1 {
            return Ok(vec![Some(run(&Expand(x.clone()), &[b.dy])?)]);
        }
        let [outer, reduce, inner] = self.sizes(x.dims());
        let length = reduce.div_ceil(self.blocks);
        let apart = b.dy.reshape(Shape::new([outer, self.blocks, 1, inner]))?;
        let repeated = run(&Expand(Shape::new([outer, self.blocks, length, inner])), &[&apart])?;
        let whole = repeated.reshape(Shape::new([outer, self.blocks * length, inner]))?;
        Ok(vec![Some(run(&Slice::one(whole.shape(), 1, Along::whole(reduce)), &[&whole])?.reshape(x.clone())?)])
    }
}

/// The number of blocks for a first dispatch. On a GPU a long sum of few outputs needs two dispatches, so that its threads have work.
fn blocks_first(x: &Tensor, axis: usize) -> Option<usize> {
    let reduce = x.shape().dims().get(axis).copied().unwrap_or(1);
    let outputs = x.shape().size() / reduce.max(1);
    (x.device().is_gpu() && reduce >= 256 && outputs < 4096).then_some((reduce / 16).clamp(1, 256))
}

impl Tensor {
    /// The sum along `axis`, which keeps length 1.
    pub fn sum_axis(&self, axis: usize) -> Result<Tensor> {
        match blocks_first(self, axis) {
            Some(blocks) => run(&Sum { axis, blocks: 1 }, &[&run(&Sum { axis, blocks }, &[self])?]),
            None => run(&Sum { axis, blocks: 1 }, &[self]),
        }
    }
    /// The sum over all axes but the last one.
    pub fn sum_leading(&self) -> Result<Tensor> {
        let last = self.shape().dims().last().copied().unwrap_or(1);
        self.reshape(Shape::new([self.shape().size() / last, last]))?.sum_axis(0)?.reshape(Shape::new([last]))
    }
    /// The sum over everything that was repeated when `shape` was broadcast to this shape.
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
    /// The sum over `axes`, which keep length 1 if `keepdim`, and are removed otherwise. Reference: torch.sum.
    pub fn sum(&self, axes: &[usize], keepdim: bool) -> Result<Var> {
        let dims = self.shape().dims();
        if let Some(axis) = axes.iter().find(|a| **a >= dims.len()) {
            return Err(Error::shape("sum", format!("axis {axis} of {}, which has {} axes", self.shape(), dims.len())));
        }
        // Neighbouring axes are summed as one axis.
        let mut sum = self.clone();
        for group in
            (0..dims.len()).collect::<Vec<_>>().chunk_by(|a, b| axes.contains(a) == axes.contains(b)).filter(|g| axes.contains(&g[0]))
        {
            let (now, [first, last]) = (sum.shape().dims(), [group[0], group[group.len() - 1]]);
            let middle = now[first..=last].iter().product();
            let left = [&now[..first], &vec![1; group.len()], &now[last + 1..]].concat();
            let joined = sum.reshape(Shape::new([now[..first].iter().product(), middle, now[last + 1..].iter().product()]))?;
            let joined = match blocks_first(joined.value(), 1) {
                Some(blocks) => Var::apply(Sum { axis: 1, blocks }, &[&joined])?,
                None => joined,
            };
            sum = Var::apply(Sum { axis: 1, blocks: 1 }, &[&joined])?.reshape(Shape::new(left))?;
        }
        if keepdim {
            return Ok(sum);
        }
        let left: Vec<usize> = (0..dims.len()).filter(|a| !axes.contains(a)).map(|a| dims[a]).collect();
        sum.reshape(Shape::new(left))
    }
    /// The mean over `axes`, which keep length 1 if `keepdim`, and are removed otherwise. Reference: torch.mean.
    pub fn mean(&self, axes: &[usize], keepdim: bool) -> Result<Var> {
        let count: usize = axes.iter().map(|&a| self.shape().dims().get(a).copied().unwrap_or(1)).product();
        self.sum(axes, keepdim)?.scale(1.0 / count as f32)
    }
}
