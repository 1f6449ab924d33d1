//! TensorFlow's padding `SAME` as a layer of its own, where it is not the same on both sides.
use super::{Cx, Module};
use engine::{
    Result,
    autograd::Var,
    ops::{Border, PadMode, Window},
};

/// Zeros around an image, so that this window has ⌈n / stride⌉ places along each axis; the odd row and column come last.
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
