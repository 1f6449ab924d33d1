//! TensorFlow's padding `SAME` as a layer. It is needed where the padding differs between the two sides.
use super::{Cx, Module};
use engine::{
    Result,
    autograd::Var,
    ops::{Border, PadMode, Window},
};

/// Adds zeros around an image, so that this window has ⌈n / stride⌉ places along each axis. An odd row or column is added at the end.
pub struct SamePad(pub Window);

impl Module for SamePad {
    fn describe(&self) -> String {
        let [height, width] = self.0.kernel;
        format!("same padding for {height}×{width}, stride {}", self.0.stride[0])
    }
    fn forward(&self, x: &Var, _: &mut Cx) -> Result<Var> {
        let [_, height, width, _] = x.shape().axes("same padding")?;
        x.pad(Border::same(&self.0, [height, width])?, PadMode::Constant(0.0))
    }
}
