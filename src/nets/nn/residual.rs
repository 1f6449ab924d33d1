//! A branch and a way around it: what lets a hundred layers learn.
use super::{Cx, Module, Seq};
use crate::{
    engine::{
        autograd::{Param, Var},
        ops::{Along, Slice, UnaryFn},
    },
    error::Result,
};
use std::rc::Rc;

/// y = φ(branch(x) + shortcut(x)); without a shortcut x itself, without an activation the sum itself. Source: He et al., 2015.
pub struct Residual {
    branch: Seq,
    shortcut: Option<Box<dyn Module>>,
    activation: Option<UnaryFn>,
}

impl Residual {
    pub fn new(branch: Seq) -> Residual {
        Residual { branch, shortcut: None, activation: None }
    }
    pub fn shortcut(self, shortcut: impl Module + 'static) -> Residual {
        Residual { shortcut: Some(Box::new(shortcut)), ..self }
    }
    pub fn activation(self, function: UnaryFn) -> Residual {
        Residual { activation: Some(function), ..self }
    }
}

impl Module for Residual {
    fn describe(&self) -> String {
        let around = self.shortcut.as_ref().map_or("input".into(), |s| s.describe());
        let after = self.activation.map_or(String::new(), |f| format!(", {}", f.name()));
        format!("{} + {around}{after}", self.branch.describe())
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let branch = self.branch.forward(x, cx)?;
        let sum = match &self.shortcut {
            Some(shortcut) => branch.add(&shortcut.forward(x, cx)?)?,
            None => branch.add(x)?,
        };
        self.activation.map_or(Ok(sum.clone()), |function| sum.unary(function))
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.branch.params().into_iter().chain(self.shortcut.iter().flat_map(|s| s.params())).collect()
    }
}

/// Every `stride`-th row and column, and channels of 0 after the existing ones up to `outputs`: a shortcut without parameters.
/// Source: He et al., 2015, option A.
pub struct Subsample {
    pub stride: usize,
    pub outputs: usize,
}

impl Module for Subsample {
    fn describe(&self) -> String {
        format!("every {}th pixel, zeros up to {} channels", self.stride, self.outputs)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let [n, h, w, _] = x.shape().axes("subsample")?;
        let sparse = |length: usize| Along { length: length.div_ceil(self.stride), start: 0, step: self.stride as isize, every: 1 };
        let axes = vec![Along::whole(n), sparse(h), sparse(w), Along::from(0, self.outputs)];
        Var::apply(Slice { axes, fill: 0.0 }, &[x])
    }
}
