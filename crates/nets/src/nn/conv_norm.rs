//! Conv-norm-activation, the standard block of networks since 2015: a convolution without bias, batch norm, and often an activation.
use super::{Activation, BatchNorm2d, Conv2d, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

/// The children are named `0`, `1` and, if there is an activation, `2`. Reference: torchvision.ops.Conv2dNormActivation.
pub fn conv_norm(
    scope: &Scope,
    channels: [usize; 2],
    window: Window,
    groups: usize,
    activation: impl Into<Option<UnaryFn>>,
) -> Result<Seq> {
    let [inputs, outputs] = channels;
    let pair =
        Seq::new(scope).push(|s| Conv2d::without_bias(s, inputs, outputs, window, groups))?.push(|s| BatchNorm2d::new(s, outputs))?;
    match activation.into() {
        Some(function) => pair.push(|_| Ok(Activation(function))),
        None => Ok(pair),
    }
}
