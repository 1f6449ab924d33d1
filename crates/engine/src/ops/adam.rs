//! The two elementwise formulas of adaptive optimisers that are not weighted sums. Source: Kingma and Ba, 2015, algorithm 1.
use super::{values, values_mut};
use crate::{
    autograd::{Backward, Op},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// Second moment: v′ = keep·v + gain·g², from v and g. In Adam keep is β₂ and gain is 1 − β₂.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondMoment {
    /// β₂ in Adam, α in RMSprop, 1 in Adagrad.
    pub keep: f32,
    /// 1 − β₂ in Adam, 1 − α in RMSprop, 1 in Adagrad.
    pub gain: f32,
}

/// Adam's step: w′ = keep·w − rate · m / (√(v / `correction`) + ε), from w, m and v. In Adam the rate contains 1 / (1 − β₁ᵗ), and `correction` is 1 − β₂ᵗ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep {
    /// 1, or 1 − learning rate · weight decay in AdamW.
    pub keep: f32,
    /// The length of the step: learning rate / (1 − β₁ᵗ) in Adam.
    pub rate: f32,
    /// Divides v: 1 − β₂ᵗ in Adam, 1 if v is used as it is.
    pub correction: f32,
    /// ε. It is added to the root, not under it.
    pub epsilon: f32,
}

fn equal(op: &'static str, x: &[&Shape]) -> Result<Shape> {
    if x.iter().all(|s| s == &x[0]) { Ok(x[0].clone()) } else { Err(Error::shape(op, "its inputs differ in shape")) }
}
fn refuse(op: &str) -> Result<Vec<Option<Tensor>>> {
    Err(Error::unsupported(format!("the gradient of {op}"), "an optimiser's step is not differentiated"))
}

impl Op for SecondMoment {
    fn name(&self) -> &'static str {
        "second moment"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        equal(self.name(), x)
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (v, g) = (values(&x[0]), values(&x[1]));
        values_mut(&mut y).iter_mut().zip(v.iter().zip(g)).for_each(|(y, (v, g))| *y = self.keep * v + self.gain * g * g);
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(Dispatch::flat("second_moment", wgsl!("second_moment.wgsl"), y.size(), Params::default().u(y.size()).f(self.keep).f(self.gain)))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        refuse(self.name())
    }
}

impl Op for AdamStep {
    fn name(&self) -> &'static str {
        "adam step"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        equal(self.name(), x)
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let (w, m, v) = (values(&x[0]), values(&x[1]), values(&x[2]));
        for (i, y) in values_mut(&mut y).iter_mut().enumerate() {
            *y = self.keep * w[i] - self.rate * m[i] / ((v[i] / self.correction).sqrt() + self.epsilon);
        }
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let params = Params::default().u(y.size()).f(self.keep).f(self.rate).f(self.correction).f(self.epsilon);
        Ok(Dispatch::flat("adam_step", wgsl!("adam_step.wgsl"), y.size(), params))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        refuse(self.name())
    }
}
