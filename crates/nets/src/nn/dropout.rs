//! Dropout and stochastic depth: during training, single values or a whole branch are set to 0 at random.
use super::{Cx, Module, Part};
use engine::{Result, autograd::Var, tensor::Shape};

/// Dropout: each value is set to 0 with probability p, and the others are divided by 1 − p. Source: Srivastava et al., 2014. Reference: torch.nn.Dropout.
pub struct Dropout(pub f32);

/// Stochastic depth: for each image the branch is set to 0 with probability p, or else divided by 1 − p. Source: Huang et al., 2016.
/// Reference: torchvision.ops.StochasticDepth with mode `row`.
pub struct StochasticDepth(pub f32);

fn dropped(x: &Var, mask: Shape, p: f32, cx: &mut Cx) -> Result<Var> {
    match cx.draw() {
        Some(seed) if p > 0.0 => x.dropout(&x.random_mask(mask, p, seed)?, p),
        _ => Ok(x.clone()),
    }
}

impl Module for Dropout {
    fn describe(&self) -> String {
        format!("dropout, {}", self.0)
    }
    fn torch(&self) -> Option<String> {
        Some(format!("nn.Dropout({:?})", self.0))
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        dropped(x, x.shape().clone(), self.0, cx)
    }
    fn part(&self) -> Part<'_> {
        Part::Nothing
    }
}

impl Module for StochasticDepth {
    fn describe(&self) -> String {
        format!("stochastic depth, {}", self.0)
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let images = x.shape().dims().iter().enumerate().map(|(axis, n)| if axis == 0 { *n } else { 1 });
        dropped(x, Shape::new(images.collect::<Vec<_>>()), self.0, cx)
    }
    fn part(&self) -> Part<'_> {
        Part::Nothing
    }
}
