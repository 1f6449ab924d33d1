//! Standardisation: y = (x − mean) / √(variance + ε) over each line along the last axis. It is the middle part of layer, group and instance norm.
use super::{lanes::sum_of, moments::rows_and_channels, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Standardises each row of rows × n. The variance is the biased one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardise {
    /// ε, added to the variance under the root.
    pub epsilon: f32,
}

/// dx = (dy − mean of dy − y · mean of dy·y) / √(variance + ε), from dy and x.
#[derive(Clone, Copy, Debug, PartialEq)]
struct StandardiseGrad {
    epsilon: f32,
}

fn mean(a: &[f32], b: &[f32], f: impl Fn(f32, f32) -> f32) -> f32 {
    sum_of(a, b, f) / a.len() as f32
}

/// Mean and 1 / √(variance + ε) of a line.
fn moments(x: &[f32], epsilon: f32) -> [f32; 2] {
    let middle = mean(x, x, |x, _| x);
    let variance = mean(x, x, |x, _| (x - middle) * (x - middle));
    [middle, 1.0 / (variance + epsilon).sqrt()]
}

fn dispatch(label: &'static str, source: &'static str, x: &Shape, epsilon: f32) -> Result<Dispatch> {
    let [rows, n] = rows_and_channels(label, x)?;
    Ok(Dispatch::flat(label, source, rows, Params::default().u(rows).u(n).f(epsilon)))
}

impl Op for Standardise {
    fn name(&self) -> &'static str {
        "standardise"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        rows_and_channels("standardise", x[0])?;
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let n = x[0].shape()[x[0].ndim() - 1];
        for (y, x) in values_mut(&mut y).chunks_exact_mut(n).zip(values(&x[0]).chunks_exact(n)) {
            let [mean, inverse] = moments(x, self.epsilon);
            y.iter_mut().zip(x).for_each(|(y, x)| *y = (x - mean) * inverse);
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        dispatch("standardise", wgsl!("standardise.wgsl"), x[0], self.epsilon)
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(run(&StandardiseGrad { epsilon: self.epsilon }, &[b.dy, &b.x[0]])?)])
    }
}

impl Op for StandardiseGrad {
    fn name(&self) -> &'static str {
        "standardise gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let n = x[0].shape()[x[0].ndim() - 1];
        let lines = values(&x[0]).chunks_exact(n).zip(values(&x[1]).chunks_exact(n));
        for (dx, (dy, x)) in values_mut(&mut dx).chunks_exact_mut(n).zip(lines) {
            let [middle, inverse] = moments(x, self.epsilon);
            let plain = mean(dy, dy, |dy, _| dy);
            let along = mean(dy, x, |dy, x| dy * (x - middle) * inverse);
            for (dx, (dy, x)) in dx.iter_mut().zip(dy.iter().zip(x)) {
                *dx = (dy - plain - (x - middle) * inverse * along) * inverse;
            }
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        dispatch("standardise_grad", wgsl!("standardise_grad.wgsl"), x[0], self.epsilon)
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of standardise", "gradients of gradients are left out"))
    }
}

impl Var {
    /// Standardises each line along the last axis to mean 0 and variance 1.
    pub fn standardise(&self, epsilon: f32) -> Result<Var> {
        Var::apply(Standardise { epsilon }, &[self])
    }
}
