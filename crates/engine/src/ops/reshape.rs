//! y = x with other axes. The values stay where they are, in row-major order.
use super::{values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch},
    tensor::{Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};

/// torch.reshape to this shape, which must have as many values as x. The memory is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Reshape(pub Shape);

impl Op for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        if x[0].size() != self.0.size() {
            return Err(Error::shape("reshape", format!("{} holds {} values, {} holds {}", x[0], x[0].size(), self.0, self.0.size())));
        }
        Ok(self.0.clone())
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        values_mut(&mut y).copy_from_slice(values(&x[0]));
    }
    fn gpu(&self, _: &[&Shape], _: &Shape, _: &Caps) -> Result<Dispatch> {
        Err(Error::unsupported("reshape", "it shares its input's memory and is never dispatched"))
    }
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        Ok(vec![Some(b.dy.reshape(b.x[0].shape().clone())?)])
    }
    fn renames(&self) -> bool {
        true
    }
}

impl Tensor {
    /// torch.reshape: the same memory with other axes. Refuses a shape with another number of values.
    pub fn reshape(&self, shape: Shape) -> Result<Tensor> {
        run(&Reshape(shape), &[self])
    }
}

impl Var {
    /// The same values with other axes. Refuses a shape with another number of values. Reference: torch.reshape.
    pub fn reshape(&self, shape: Shape) -> Result<Var> {
        if &shape == self.shape() {
            return Ok(self.clone());
        }
        Var::apply(Reshape(shape), &[self])
    }
    /// Joins all axes but the first. An image, which is N×H×W×C inside, is flattened in the order C, H, W, so that published dense weights
    /// fit. Reference: torch.flatten(x, 1) of N×C×H×W.
    pub fn flatten_image(&self) -> Result<Var> {
        let [n, h, w, c] = self.shape().axes("flatten")?;
        let planes = if h * w == 1 { self.clone() } else { self.permute(&[0, 3, 1, 2])? };
        planes.reshape(Shape::new([n, h * w * c]))
    }
}
