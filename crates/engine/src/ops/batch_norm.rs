//! Batch normalisation: y = (x − mean) / √(variance + ε) · w + b for each channel, with the batch's own statistics or with fixed ones.
use super::{
    Combine,
    moments::{blocks, rows_and_channels},
    values, values_mut,
};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Batch normalisation in training. x … × C, w C, b C, and statistics 2 × C: mean and biased variance of the channels. The statistics are
/// `x.channel_stats()`, computed outside the tape. `grad` is the whole formula, in which they depend on x. Source: Ioffe and Szegedy, 2015.
/// Reference: torch.nn.functional.batch_norm with training=True.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNorm {
    /// ε, added to the variance under the root.
    pub epsilon: f32,
}

/// Σ dy and Σ dy·x̂ over blocks of rows, where x̂ is the normalised x; from dy, x and statistics. y blocks × 2 × C. Summed over the blocks they are db and dw.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BatchNormSums {
    epsilon: f32,
    blocks: usize,
}

/// dx = w / √(variance + ε) · (dy − mean of dy − x̂ · mean of dy·x̂), from dy, x, w, the statistics and the 2 × C sums over all `rows` rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BatchNormGrad {
    epsilon: f32,
    rows: usize,
}

/// The rows of x and of y, in pairs.
fn rows<'a>(x: &'a ArrayViewD<f32>, y: &'a mut [f32], c: usize) -> impl Iterator<Item = (&'a mut [f32], &'a [f32])> {
    y.chunks_exact_mut(c).zip(values(x).chunks_exact(c))
}

/// 1 / √(variance + ε) of each channel.
fn inverse(stats: &ArrayViewD<f32>, epsilon: f32) -> Vec<f32> {
    values(stats)[stats.shape()[1]..].iter().map(|v| 1.0 / (v + epsilon).sqrt()).collect()
}

impl Op for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [_, c] = rows_and_channels("batch_norm", x[0])?;
        if x[1].dims() != [c] || x[2].dims() != [c] || x[3].dims() != [2, c] {
            let found = format!("a weight of {}, a bias of {} and statistics of {}", x[1], x[2], x[3]);
            return Err(Error::shape("batch_norm", format!("{c} channels with {found}")));
        }
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (w, b, mean) = (values(&x[1]), values(&x[2]), values(&x[3]));
        let factor: Vec<f32> = inverse(&x[3], self.epsilon).iter().zip(w).map(|(r, w)| r * w).collect();
        let c = w.len();
        for (y, x) in rows(&x[0], values_mut(&mut y), c) {
            for i in 0..c {
                y[i] = (x[i] - mean[i]) * factor[i] + b[i];
            }
        }
    }
    fn reads(&self, i: usize, axis: usize, x: &[&Shape], _: &Shape, _: [isize; 2]) -> [isize; 2] {
        // The statistics depend on all places.
        [0, x[i].dims().get(axis).map_or(1, |length| *length as isize)]
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let [_, c] = rows_and_channels("batch_norm", x[0])?;
        let params = Params::default().u(y.size()).u(c).f(self.epsilon);
        Ok(Dispatch::flat("batch_norm", wgsl!("batch_norm.wgsl"), y.size().div_ceil(4), params))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let (x, w, stats) = (&b.x[0], &b.x[1], &b.x[3]);
        let [rows, c] = rows_and_channels("batch_norm", x.shape())?;
        let blocks = blocks(rows, c, b.dy.device().is_gpu());
        let sums = run(&BatchNormSums { epsilon: self.epsilon, blocks }, &[b.dy, x, stats])?.sum_axis(0)?.reshape(Shape::new([2, c]))?;
        let dx = b.wanted(0, || run(&BatchNormGrad { epsilon: self.epsilon, rows }, &[b.dy, x, w, stats, &sums]))?;
        let half = |i| sums.row(i);
        Ok(vec![dx, b.wanted(1, || half(1))?, b.wanted(2, || half(0))?, None])
    }
}

impl Op for BatchNormSums {
    fn name(&self) -> &'static str {
        "batch_norm sums"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [_, c] = rows_and_channels(self.name(), x[0])?;
        Ok(Shape::new([self.blocks, 2, c]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let c = y.shape()[2];
        let (dy, input, mean) = (values(&x[0]), values(&x[1]), values(&x[2]));
        let inverse = inverse(&x[2], self.epsilon);
        let length = (dy.len() / c).div_ceil(self.blocks) * c;
        for (block, y) in values_mut(&mut y).chunks_exact_mut(2 * c).enumerate() {
            let range = (block * length).min(dy.len())..((block + 1) * length).min(dy.len());
            y.fill(0.0);
            let (plain, along) = y.split_at_mut(c);
            for (dy, x) in dy[range.clone()].chunks_exact(c).zip(input[range].chunks_exact(c)) {
                for i in 0..c {
                    plain[i] += dy[i];
                    along[i] += dy[i] * (x[i] - mean[i]);
                }
            }
            along.iter_mut().zip(&inverse).for_each(|(s, r)| *s *= r);
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let [rows, c] = rows_and_channels(self.name(), x[0])?;
        let params = Params::default().u(rows).u(c).u(self.blocks).u(rows.div_ceil(self.blocks)).f(self.epsilon);
        Ok(Dispatch::flat("batch_norm_sums", wgsl!("batch_norm_sums.wgsl"), self.blocks * c, params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        twice()
    }
}

impl Op for BatchNormGrad {
    fn name(&self) -> &'static str {
        "batch_norm gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let (dy, w, mean) = (values(&x[0]), values(&x[2]), values(&x[3]));
        let c = w.len();
        let (plain, along) = values(&x[4]).split_at(c);
        let inverse = inverse(&x[3], self.epsilon);
        let share = 1.0 / self.rows as f32;
        // dx = factor · dy − slope · (x − mean) − rest
        let factor: Vec<f32> = (0..c).map(|i| w[i] * inverse[i]).collect();
        let slope: Vec<f32> = (0..c).map(|i| factor[i] * along[i] * share * inverse[i]).collect();
        let rest: Vec<f32> = (0..c).map(|i| factor[i] * plain[i] * share).collect();
        for ((dx, x), dy) in rows(&x[1], values_mut(&mut dx), c).zip(dy.chunks_exact(c)) {
            for i in 0..c {
                dx[i] = factor[i] * dy[i] - slope[i] * (x[i] - mean[i]) - rest[i];
            }
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let [rows, c] = rows_and_channels(self.name(), x[0])?;
        let params = Params::default().u(y.size()).u(c).u(rows).f(self.epsilon);
        Ok(Dispatch::flat("batch_norm_grad", wgsl!("batch_norm_grad.wgsl"), y.size().div_ceil(4), params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        twice()
    }
}

fn twice() -> Result<Vec<Option<Tensor>>> {
    Err(Error::unsupported("the second derivative of batch_norm", "gradients of gradients are left out"))
}

impl Tensor {
    /// The running mean and variance, each C, moved by `momentum` towards a batch's statistics (2 × C, of `rows` rows): r ← (1 − m)·r +
    /// m·batch. The batch's variance is made unbiased first. Reference: torch.nn.BatchNorm2d.
    pub fn running_stats(&self, rows: usize, running: [&Tensor; 2], momentum: f32) -> Result<[Tensor; 2]> {
        let unbiased = rows as f32 / (rows.max(2) - 1) as f32;
        let moved = |i: usize, factor: f32| Combine::of(&[(1.0 - momentum, running[i]), (momentum * factor, &self.row(i)?)]);
        Ok([moved(0, 1.0)?, moved(1, unbiased)?])
    }
}

impl Var {
    /// Normalises with the statistics of the batch, which must be `channel_stats` of this tensor. weight and bias C. Reference:
    /// torch.nn.functional.batch_norm.
    pub fn batch_norm(&self, weight: &Var, bias: &Var, stats: &Tensor, epsilon: f32) -> Result<Var> {
        Var::apply(BatchNorm { epsilon }, &[self, weight, bias, &Var::constant(stats.clone())])
    }
    /// Normalises with fixed statistics, each C: y = x · f + o. Reference: torch.nn.functional.batch_norm with training=False.
    pub fn batch_norm_fixed(&self, weight: &Var, bias: &Var, mean: &Var, variance: &Var, epsilon: f32) -> Result<Var> {
        let [factor, offset] = Var::fixed_norm(weight, bias, mean, variance, epsilon)?;
        self.affine(&factor, &offset)
    }
    /// Batch norm with fixed statistics as a factor and an offset, each C: f = w / √(variance + ε) and o = b − mean · f.
    pub fn fixed_norm(weight: &Var, bias: &Var, mean: &Var, variance: &Var, epsilon: f32) -> Result<[Var; 2]> {
        let factor = variance.shift(epsilon)?.unary(super::UnaryFn::Rsqrt)?.mul(weight)?;
        let offset = bias.sub(&mean.mul(&factor)?)?;
        Ok([factor, offset])
    }
}
