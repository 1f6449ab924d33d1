//! Cross-entropy with softmax: y = ln Σ eˣ − x[target], one loss for each row.
use super::{exponential::exp, lanes::sum_of, softmax::softmax, values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// x N×C logits, target N class numbers (as f32), y N losses. Reference: torch.nn.functional.cross_entropy with reduction='none'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossEntropy;

/// dx[n, c] = dy[n] · (softmax(x)[n, c] − [c = target]), from dy, x and target.
#[derive(Clone, Copy, Debug, PartialEq)]
struct CrossEntropyGrad;

impl Op for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let [n, _] = x[0].axes("cross_entropy")?;
        if x[1].dims() != [n] {
            return Err(Error::shape("cross_entropy", format!("expected {n} targets, found {}", x[1])));
        }
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let classes = x[0].shape()[1];
        let rows = values(&x[0]).chunks_exact(classes).zip(values(&x[1]));
        for (y, (x, target)) in values_mut(&mut y).iter_mut().zip(rows) {
            let largest = x.iter().copied().fold(f32::MIN, f32::max);
            let sum = sum_of(x, x, |x, _| exp(x - largest));
            // A target that is not a class gives NaN, which tests and charts will show.
            *y = sum.ln() + largest - x.get(*target as usize).copied().unwrap_or(f32::NAN);
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let [n, classes] = x[0].axes("cross_entropy")?;
        Ok(Dispatch::flat("cross_entropy", wgsl!("cross_entropy.wgsl"), n, Params::default().u(n).u(classes)))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![b.wanted(0, || run(&CrossEntropyGrad, &[b.dy, &b.x[0], &b.x[1]]))?, None])
    }
}

impl Op for CrossEntropyGrad {
    fn name(&self) -> &'static str {
        "cross_entropy gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        let classes = x[1].shape()[1];
        let rows = values(&x[1]).chunks_exact(classes).zip(values(&x[0]).iter().zip(values(&x[2])));
        for (dx, (x, (dy, target))) in values_mut(&mut dx).chunks_exact_mut(classes).zip(rows) {
            softmax(x, dx);
            if let Some(right) = dx.get_mut(*target as usize) {
                *right -= 1.0;
            }
            dx.iter_mut().for_each(|dx| *dx *= dy);
        }
    }
    fn gpu(&self, x: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        let [n, classes] = x[1].axes("cross_entropy")?;
        Ok(Dispatch::flat("cross_entropy_grad", wgsl!("cross_entropy_grad.wgsl"), n, Params::default().u(n).u(classes)))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of cross_entropy", "gradients of gradients are left out"))
    }
}

impl Var {
    /// Cross-entropy of each row. This N×C logits, `target` N class numbers as f32. A number that is not a class gives NaN.
    pub fn cross_entropy(&self, target: &Var) -> Result<Var> {
        Var::apply(CrossEntropy, &[self, target])
    }
}
