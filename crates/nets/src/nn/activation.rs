//! Activation functions as layers.
use super::{Cx, Module, Part, torch};
use engine::{Result, autograd::Var, ops::UnaryFn};

/// y = f(x), value by value, like torch.nn.ReLU. The output has the input's shape.
pub struct Activation(pub UnaryFn);

impl Module for Activation {
    fn describe(&self) -> String {
        self.0.name().into()
    }
    fn torch(&self) -> Option<String> {
        torch::activation(self.0)
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.unary(self.0)
    }
    fn part(&self) -> Part<'_> {
        Part::Activation(self.0)
    }
}
