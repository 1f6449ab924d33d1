//! A convolution, its batch norm and its activation as references vary them: by name, ε, momentum and TensorFlow's padding.
use super::{Activation, BatchNorm2d, Conv2d, SamePad, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

/// What a convolution without bias is followed by. For [`conv_norm`](super::conv_norm) with PyTorch's defaults no brick is needed.
#[derive(Clone, Copy)]
pub struct ConvNormActivation {
    /// After the batch norm; None: the brick ends with it.
    pub activation: Option<UnaryFn>,
    /// ε of the batch norm: what is added to the variance.
    pub epsilon: f32,
    /// How far a batch moves the running statistics.
    pub momentum: f32,
    /// TensorFlow's padding `SAME` in place of the window's own: the odd row and column at the end.
    pub same: bool,
}

impl ConvNormActivation {
    /// PyTorch's: ε = 10⁻⁵, momentum 0.1.
    pub const fn new(activation: UnaryFn) -> ConvNormActivation {
        ConvNormActivation { activation: Some(activation), epsilon: 1e-5, momentum: 0.1, same: false }
    }
    /// The same with another ε.
    pub const fn epsilon(self, epsilon: f32) -> ConvNormActivation {
        ConvNormActivation { epsilon, ..self }
    }
    /// The same with another momentum.
    pub const fn momentum(self, momentum: f32) -> ConvNormActivation {
        ConvNormActivation { momentum, ..self }
    }
    /// The same with TensorFlow's padding `SAME`, or with the window's own.
    pub const fn same(self, same: bool) -> ConvNormActivation {
        ConvNormActivation { same, ..self }
    }
    /// The same without an activation.
    pub const fn linear(self) -> ConvNormActivation {
        ConvNormActivation { activation: None, ..self }
    }
    /// Appends convolution, batch norm and, with an activation, that, under these names; a padding ahead of them has none.
    pub fn append(self, seq: Seq, names: [&str; 3], channels: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
        let [inputs, outputs] = channels;
        // With stride 1 and an odd window, `SAME` is what the window itself can say.
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
    /// Children `0`, `1`, `2`, as torchvision numbers them.
    pub fn numbered(self, scope: &Scope, channels: [usize; 2], window: Window, groups: usize) -> Result<Seq> {
        self.append(Seq::new(scope), ["0", "1", "2"], channels, window, groups)
    }
}
