//! Layer normalisation: the channels of each pixel, or the features of each token, get mean 0 and variance 1.
use super::{Cx, Init, Module, Scope};
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// y = (x − mean) / √(variance + ε) · w + b, where mean and variance are those of one pixel's channels. It needs no statistics of a batch.
///
/// # Shapes
/// Input and output N×C×H×W, or N×T×C for T tokens; weight and bias C. Source: Ba et al., 2016. Reference: torch.nn.LayerNorm over C, and
/// torchvision's LayerNorm2d.
pub struct LayerNorm {
    weight: Rc<Param>,
    bias: Rc<Param>,
    /// ε, which is added to the variance.
    epsilon: f32,
}

impl LayerNorm {
    /// At first weight 1 and bias 0.
    pub fn new(scope: &Scope, channels: usize, epsilon: f32) -> Result<LayerNorm> {
        Ok(LayerNorm {
            weight: scope.vector("weight", channels, Init::Constant(1.0))?,
            bias: scope.vector("bias", channels, Init::Constant(0.0))?,
            epsilon,
        })
    }
}

impl Module for LayerNorm {
    fn describe(&self) -> String {
        "layer norm".into()
    }
    fn torch(&self) -> Option<String> {
        Some(format!("nn.LayerNorm({}, eps={:?})", self.weight.value().shape().size(), self.epsilon))
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        x.layer_norm(&x.param(&self.weight), &x.param(&self.bias), self.epsilon)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        vec![self.weight.clone(), self.bias.clone()]
    }
}
