//! Elementwise functions as operations: y = f(x) and dx = dy · f′(x).
use super::{UnaryFn, values, values_mut};
use crate::{
    autograd::{Backward, Op, ReluRule, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// One elementwise function as an operation. y has x's shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unary(pub UnaryFn);

/// The gradient, from dy, x and y = f(x).
#[derive(Clone, Copy, Debug, PartialEq)]
struct UnaryGrad(UnaryFn);

/// A dispatch in which each thread computes four values.
fn dispatch(label: &'static str, source: &'static str, function: UnaryFn, len: usize) -> Dispatch {
    let [a, b] = function.settings();
    Dispatch::flat(label, source, len.div_ceil(4), Params::default().u(len).f(a).f(b)).constant("FUNCTION", function.code().into())
}

impl Op for Unary {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn formula(&self) -> Option<String> {
        Some(self.0.formula())
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        self.0.values(values(&x[0]), values_mut(&mut y));
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(dispatch("unary", concat!(wgsl!("unary_fn.wgsl"), wgsl!("unary.wgsl")), self.0, y.size()))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let gradient = || run(&UnaryGrad(self.0), &[b.dy, &b.x[0], b.y]);
        let positive = |dy: &Tensor| run(&Unary(UnaryFn::Relu), &[dy]);
        let dx = match b.rule {
            ReluRule::Guided if self.0.rectifies() => positive(&gradient()?),
            ReluRule::Deconvnet if self.0.rectifies() => positive(b.dy),
            _ => gradient(),
        };
        Ok(vec![Some(dx?)])
    }
}

impl Op for UnaryGrad {
    fn name(&self) -> &'static str {
        "unary gradient"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        Ok(x[1].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut dx: ArrayViewMutD<f32>) {
        self.0.slopes([values(&x[0]), values(&x[1]), values(&x[2])], values_mut(&mut dx));
    }
    fn gpu(&self, _: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        Ok(dispatch("unary_grad", concat!(wgsl!("unary_fn.wgsl"), wgsl!("unary_grad.wgsl")), self.0, y.size()))
    }
    fn grad(&self, _: &Backward) -> Result<Vec<Option<Tensor>>> {
        Err(Error::unsupported("the second derivative of an elementwise function", "gradients of gradients are left out"))
    }
}

impl Var {
    /// f(x) for each value.
    pub fn unary(&self, function: UnaryFn) -> Result<Var> {
        Var::apply(Unary(function), &[self])
    }
    /// torch.relu: max(x, 0). At 0 its gradient is 0.
    pub fn relu(&self) -> Result<Var> {
        self.unary(UnaryFn::Relu)
    }
    /// torch.tanh: (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
    pub fn tanh(&self) -> Result<Var> {
        self.unary(UnaryFn::Tanh)
    }
    /// torch.sigmoid: 1 / (1 + e⁻ˣ).
    pub fn sigmoid(&self) -> Result<Var> {
        self.unary(UnaryFn::Sigmoid)
    }
    /// PReLU: max(x, 0) + w · min(x, 0), with a slope for each value along the last axis, or one slope for all. Reference: torch.nn.functional.prelu.
    pub fn prelu(&self, slope: &Var) -> Result<Var> {
        self.relu()?.sub(&self.unary(UnaryFn::Neg)?.relu()?.mul(slope)?)
    }
}
