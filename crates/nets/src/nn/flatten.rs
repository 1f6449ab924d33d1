//! Flattening: an image becomes one long vector, channel by channel, as published dense weights expect it.
use super::{Cx, Module};
use engine::{Result, autograd::Var};

/// torch.nn.Flatten: N×C×H×W to N×(C·H·W), in PyTorch's order C, H, W.
pub struct Flatten;

impl Module for Flatten {
    fn describe(&self) -> String {
        "flatten".into()
    }
    fn torch(&self) -> Option<String> {
        Some("nn.Flatten()".into())
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.flatten_image()
    }
}
