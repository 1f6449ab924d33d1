//! Weighted sums: y = Σ cᵢ · xᵢ for one to three tensors of equal shape. Used for scaling, momentum and the optimisers' steps.
use super::{values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// A weighted sum of one to three tensors, with one coefficient for each.
#[derive(Clone, Debug, PartialEq)]
pub struct Combine(pub Vec<f32>);

impl Combine {
    /// Σ cᵢ · xᵢ. Refuses more than three tensors, none, or different shapes.
    pub fn of(terms: &[(f32, &Tensor)]) -> Result<Tensor> {
        let (factors, x): (Vec<f32>, Vec<&Tensor>) = terms.iter().copied().unzip();
        run(&Combine(factors), &x)
    }
}

impl Op for Combine {
    fn name(&self) -> &'static str {
        "combine"
    }
    fn formula(&self) -> Option<String> {
        if let [factor] = self.0[..] { Some(format!("x · {factor}")) } else { None }
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if x.len() != self.0.len() || !(1..=3).contains(&x.len()) || x.iter().any(|s| s != &x[0]) {
            let found: Vec<String> = x.iter().map(|s| s.to_string()).collect();
            return Err(Error::shape(
                "combine",
                format!("expected {} equal shapes (at most 3), found {}", self.0.len(), found.join(" and ")),
            ));
        }
        Ok(x[0].clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let y = values_mut(&mut y);
        y.iter_mut().zip(values(&x[0])).for_each(|(y, x)| *y = self.0[0] * x);
        for (c, x) in self.0.iter().zip(x).skip(1) {
            y.iter_mut().zip(values(x)).for_each(|(y, x)| *y += c * x);
        }
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let source = [wgsl!("combine1.wgsl"), wgsl!("combine2.wgsl"), wgsl!("combine3.wgsl")][x.len() - 1];
        let params = self.0.iter().fold(Params::default().u(y.size()), |p, c| p.f(*c));
        Ok(Dispatch::flat("combine", source, y.size().div_ceil(4), params))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        self.0.iter().enumerate().map(|(i, c)| b.wanted(i, || Combine::of(&[(*c, b.dy)]))).collect()
    }
}

impl Var {
    /// c · x.
    pub fn scale(&self, factor: f32) -> Result<Var> {
        Var::apply(Combine(vec![factor]), &[self])
    }
}
