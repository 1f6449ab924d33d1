//! Residual layers: a branch and a skip connection around it. They let networks of a hundred layers learn.
use super::{Cx, Module, Seq};
use engine::{
    Error, Result,
    autograd::{Param, Var},
    ops::{Along, Slice, UnaryFn},
};
use std::rc::Rc;

/// y = φ(branch(x) + shortcut(x)). By default the shortcut is x itself, and there is no activation φ. Source: He et al., 2015.
pub struct Residual {
    branch: Seq,
    shortcut: Option<Box<dyn Module>>,
    activation: Option<UnaryFn>,
}

impl Residual {
    /// y = branch(x) + x.
    pub fn new(branch: Seq) -> Residual {
        Residual { branch, shortcut: None, activation: None }
    }
    /// Puts a layer on the shortcut. It is needed where the branch changes the shape.
    pub fn shortcut(self, shortcut: impl Module + 'static) -> Residual {
        Residual { shortcut: Some(Box::new(shortcut)), ..self }
    }
    /// Applies an activation φ after the sum.
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
        let around = self.shortcut.as_ref().map_or(Ok(x.clone()), |shortcut| shortcut.forward(x, cx))?;
        self.branch.forward_onto(x, &around, self.activation, cx)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.branch.params().into_iter().chain(self.shortcut.iter().flat_map(|s| s.params())).collect()
    }
}

/// A shortcut without parameters: every `stride`-th row and column, in `outputs` channels. `before` channels of zeros come first, then the
/// input's channels, then zeros. Source: He et al., 2015, option A.
pub struct Subsample {
    /// The distance between rows and columns that are kept. 0 is refused.
    pub stride: usize,
    /// The number of zero channels before the input's channels.
    pub before: usize,
    /// The number of output channels. Refused if `before` and the input's channels exceed it.
    pub outputs: usize,
}

impl Module for Subsample {
    fn describe(&self) -> String {
        format!("every {}th pixel, zeros up to {} channels", self.stride, self.outputs)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let [n, h, w, c] = x.shape().axes("subsample")?;
        let Subsample { stride, before, outputs } = *self;
        if stride == 0 || before + c > outputs {
            return Err(Error::shape(
                "subsample",
                format!("{before} channels of zeros and {c} of the input into {outputs}, stride {stride}"),
            ));
        }
        let sparse = |length: usize| Along { length: length.div_ceil(stride), start: 0, step: stride as isize, every: 1 };
        let axes = vec![Along::whole(n), sparse(h), sparse(w), Along::from(-(before as isize), outputs)];
        Var::apply(Slice { axes, fill: 0.0 }, &[x])
    }
}
