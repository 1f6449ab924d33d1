//! Squeeze-and-excitation: channels are weighted by what the whole image shows.
use super::{Activation, Conv2d, Cx, Module, Pool, Scope, Seq};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{UnaryFn, Window},
};
use std::rc::Rc;

/// y = x · gate(fc2(φ(fc1(mean of x over its pixels)))). Source: Hu et al., 2018. Reference: torchvision.ops.SqueezeExcitation.
///
/// # Shapes
/// Input and output N×C×H×W; the weights are those of 1×1 convolutions, squeezed×C×1×1 and C×squeezed×1×1.
pub struct SqueezeExcite(Seq);

impl SqueezeExcite {
    /// A block with torchvision's names `fc1` and `fc2`. It goes from `channels` to `squeezed` and back, with φ = `activation` between them
    /// and `gate` at the end. Torchvision uses ReLU and a sigmoid, MobileNetV3 ReLU and a hard sigmoid, EfficientNet SiLU and a sigmoid.
    pub fn new(scope: &Scope, channels: usize, squeezed: usize, activation: UnaryFn, gate: UnaryFn) -> Result<SqueezeExcite> {
        SqueezeExcite::named(scope, ["fc1", "fc2"], [channels, squeezed], [activation, gate])
    }
    /// A block with other names for its two convolutions. The pairs are the numbers of channels (outside, inside), and the functions after each convolution.
    pub fn named(
        scope: &Scope,
        names: [&str; 2],
        [channels, squeezed]: [usize; 2],
        [activation, gate]: [UnaryFn; 2],
    ) -> Result<SqueezeExcite> {
        let share = Seq::new(scope)
            .add("avgpool", Pool::Global)
            .then(names[0], |s| Conv2d::new(s, channels, squeezed, Window::square(1)))?
            .add("activation", Activation(activation))
            .then(names[1], |s| Conv2d::new(s, squeezed, channels, Window::square(1)))?
            .add("scale_activation", Activation(gate));
        Ok(SqueezeExcite(share))
    }
}

impl Module for SqueezeExcite {
    fn describe(&self) -> String {
        "squeeze and excite".into()
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        x.mul(&self.0.forward(x, cx)?)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.0.params()
    }
}
