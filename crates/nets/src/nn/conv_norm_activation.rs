//! Conv-norm-activation with the settings in which references differ: names, ε, momentum and TensorFlow's padding.
use super::{Activation, BatchNorm2d, Conv2d, SamePad, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

/// What follows a convolution without bias. For PyTorch's defaults there is [`conv_norm`](super::conv_norm).
#[derive(Clone, Copy)]
pub struct ConvNormActivation {
    /// The activation after the batch norm, if any.
    pub activation: Option<UnaryFn>,
    /// ε of the batch norm, which is added to the variance.
    pub epsilon: f32,
    /// How far a batch moves the running statistics.
    pub momentum: f32,
    /// Whether TensorFlow's padding `SAME` replaces the window's own. An odd row or column is added at the end.
    pub same: bool,
}

impl ConvNormActivation {
    /// PyTorch's defaults: ε = 10⁻⁵, momentum 0.1.
    pub const fn new(activation: UnaryFn) -> ConvNormActivation {
        ConvNormActivation { activation: Some(activation), epsilon: 1e-5, momentum: 0.1, same: false }
    }
    /// Sets another ε.
    pub const fn epsilon(self, epsilon: f32) -> ConvNormActivation {
        ConvNormActivation { epsilon, ..self }
    }
    /// Sets another momentum.
    pub const fn momentum(self, momentum: f32) -> ConvNormActivation {
        ConvNormActivation { momentum, ..self }
    }
    /// Chooses TensorFlow's padding `SAME` (true) or the window's own padding (false).
    pub const fn same(self, same: bool) -> ConvNormActivation {
        ConvNormActivation { same, ..self }
    }
    /// Removes the activation.
    pub const fn linear(self) -> ConvNormActivation {
        ConvNormActivation { activation: None, ..self }
    }
    /// Appends a convolution, a batch norm and, if there is one, an activation, under these names. A padding layer before them has no name.
    pub fn append(self, seq: Seq, names: [&str; 3], channels: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
        let [inputs, outputs] = channels;
        // With stride 1 and an odd window, `SAME` can be written as the window's own padding.
        let asymmetric = self.same && window.stride != [1, 1];
        let seq = if asymmetric { seq.add(&format!("{}.pad", names[0]), SamePad(window)) } else { seq };
        let window = if asymmetric { window.padding(0) } else { window };
        let seq = seq
            .then(names[0], |s| Conv2d::without_bias(s, inputs, outputs, window, groups))?
            .then(names[1], |s| Ok(BatchNorm2d::with_epsilon(s, outputs, self.epsilon)?.momentum(self.momentum)))?;
        Ok(match self.activation {
            Some(function) => seq.add(names[2], Activation(function)),
            None => seq,
        })
    }
    /// The block with children `0`, `1` and `2`, as torchvision numbers them.
    pub fn numbered(self, scope: &Scope, channels: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
        self.append(Seq::new(scope), ["0", "1", "2"], channels, window, groups)
    }
}
