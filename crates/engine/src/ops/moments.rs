//! Mean and variance of each channel, for batch norm. They are computed before the operation and outside the tape.
use super::{values, values_mut};
use crate::{
    autograd::{Backward, Op, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// The mean and Σ (x − mean)² of each channel in each of `blocks` blocks of rows. x … × C, y blocks × 2 × C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct MomentBlocks {
    pub blocks: usize,
}

/// Mean and biased variance of all `rows` rows, from the moments of blocks. x blocks × 2 × C, y 2 × C. Source: Chan, Golub and LeVeque, 1979.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MergeMoments {
    rows: usize,
}

/// The number of rows and of channels of x … × C.
pub(super) fn rows_and_channels(op: &'static str, x: &Shape) -> Result<[usize; 2]> {
    match x.dims().split_last() {
        Some((&c, outer)) if !outer.is_empty() => Ok([outer.iter().product(), c]),
        _ => Err(Error::shape(op, format!("expected channels along the last of at least two axes, found {x}"))),
    }
}

/// The number of blocks: enough to keep a GPU's threads busy. On the CPU a block has as many rows as stay in its cache.
pub(super) fn blocks(rows: usize, channels: usize, on_gpu: bool) -> usize {
    let wanted = if on_gpu { (16384 / channels.max(1)).clamp(1, rows.div_ceil(16)) } else { rows * channels / 16384 + 1 };
    wanted.min(rows)
}

impl Op for MomentBlocks {
    fn name(&self) -> &'static str {
        "channel moments"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [_, c] = rows_and_channels(self.name(), x[0])?;
        Ok(Shape::new([self.blocks, 2, c]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let c = y.shape()[2];
        let x = values(&x[0]);
        let length = (x.len() / c).div_ceil(self.blocks) * c;
        for (block, y) in values_mut(&mut y).chunks_exact_mut(2 * c).enumerate() {
            let x = &x[(block * length).min(x.len())..((block + 1) * length).min(x.len())];
            let (mean, squares) = y.split_at_mut(c);
            mean.fill(0.0);
            squares.fill(0.0);
            x.chunks_exact(c).for_each(|row| mean.iter_mut().zip(row).for_each(|(m, x)| *m += x));
            let share = 1.0 / (x.len() / c).max(1) as f32;
            mean.iter_mut().for_each(|m| *m *= share);
            for row in x.chunks_exact(c) {
                squares.iter_mut().zip(row.iter().zip(&*mean)).for_each(|(s, (x, m))| *s += (x - m) * (x - m));
            }
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let [rows, c] = rows_and_channels(self.name(), x[0])?;
        let params = Params::default().u(rows).u(c).u(self.blocks).u(rows.div_ceil(self.blocks));
        Ok(Dispatch::flat("moment_blocks", wgsl!("moment_blocks.wgsl"), self.blocks * c, params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        untaped(self.name())
    }
}

impl Op for MergeMoments {
    fn name(&self) -> &'static str {
        "merged moments"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [_, two, c] = x[0].axes(self.name())?;
        Ok(Shape::new([two, c]))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let c = y.shape()[1];
        let length = self.rows.div_ceil(x[0].shape()[0]);
        let (mean, variance) = values_mut(&mut y).split_at_mut(c);
        mean.fill(0.0);
        variance.fill(0.0);
        let mut seen = 0.0;
        for (block, x) in values(&x[0]).chunks_exact(2 * c).enumerate() {
            let count = ((block + 1) * length).min(self.rows).saturating_sub(block * length) as f32;
            if count == 0.0 {
                break;
            }
            let share = count / (seen + count);
            for i in 0..c {
                let away = x[i] - mean[i];
                mean[i] += away * share;
                variance[i] += x[c + i] + away * away * seen * share;
            }
            seen += count;
        }
        variance.iter_mut().for_each(|v| *v /= seen);
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let [blocks, _, c] = x[0].axes(self.name())?;
        let params = Params::default().u(self.rows).u(c).u(blocks).u(self.rows.div_ceil(blocks));
        Ok(Dispatch::flat("merge_moments", wgsl!("merge_moments.wgsl"), c, params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        untaped(self.name())
    }
}

fn untaped(op: &str) -> Result<Vec<Option<Tensor>>> {
    Err(Error::unsupported(format!("the gradient of {op}"), "batch_norm holds the whole formula; take moments outside the tape"))
}

impl Tensor {
    /// Mean and biased variance of each channel of x … × C, as 2 × C.
    pub fn channel_stats(&self) -> Result<Tensor> {
        let [rows, channels] = rows_and_channels("channel moments", self.shape())?;
        let blocks = blocks(rows, channels, self.device().is_gpu());
        run(&MergeMoments { rows }, &[&run(&MomentBlocks { blocks }, &[self])?])
    }
}
