//! The layouts of tensors, in PyTorch (outside) and in the engine (inside). Only this file knows both: it is the door between them.
//!
//! | layout | outside | inside |
//! | --- | --- | --- |
//! | `Image` | N, C, H, W | N, H, W, C |
//! | `Kernel` | O, I/g, H, W | H, W, I/g, O |
//! | `TransposedKernel` | I, O/g, H, W | H, W, O/g, I |
//! | `Dense` | O, I | I, O |
use super::Shape;
use crate::error::{Error, Result};

/// The kind of a tensor. It decides how the axes are reordered between PyTorch and the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The same axes inside and outside, in any number: biases, statistics, rows of numbers.
    Plain,
    /// A batch of images or activations: N×C×H×W outside, N×H×W×C inside.
    Image,
    /// A convolution's weight: O×(I/groups)×H×W outside, H×W×(I/groups)×O inside.
    Kernel,
    /// A transposed convolution's weight: I×(O/groups)×H×W outside, H×W×(O/groups)×I inside.
    TransposedKernel,
    /// The weight of torch.nn.Linear: O×I outside, I×O inside.
    Dense,
}

impl Layout {
    /// For each inner axis, the number of its outer axis. None if the order is the same.
    fn axes(self) -> Option<&'static [usize]> {
        match self {
            Layout::Plain => None,
            Layout::Image => Some(&[0, 2, 3, 1]),
            Layout::Kernel | Layout::TransposedKernel => Some(&[2, 3, 1, 0]),
            Layout::Dense => Some(&[1, 0]),
        }
    }
    /// The engine's shape of a tensor with the PyTorch shape `outer`. Refuses a number of axes that the layout does not have.
    pub fn inside(self, outer: &[usize]) -> Result<Shape> {
        let Some(axes) = self.axes() else { return Ok(Shape::new(outer)) };
        self.check(axes, outer)?;
        Ok(Shape::new(axes.iter().map(|&a| outer[a]).collect::<Vec<_>>()))
    }
    /// The PyTorch shape of a tensor with the engine's shape `inner`. Refuses a number of axes that the layout does not have.
    pub fn outside(self, inner: &Shape) -> Result<Vec<usize>> {
        let Some(axes) = self.axes() else { return Ok(inner.dims().to_vec()) };
        self.check(axes, inner.dims())?;
        let mut outer = vec![0; axes.len()];
        axes.iter().zip(inner.dims()).for_each(|(&a, &n)| outer[a] = n);
        Ok(outer)
    }
    /// Reorders values of shape `outer` from PyTorch's order into the engine's.
    pub fn from_outside(self, outer: &[usize], values: &[f32]) -> Result<Vec<f32>> {
        let mut inside = vec![0.0; values.len()];
        self.fill_from_outside(outer, values, &mut inside)?;
        Ok(inside)
    }
    /// Like `from_outside`, into existing memory, so that a large weight needs no second copy. `values` and `inside` must be as long as the shape says.
    pub(super) fn fill_from_outside(self, outer: &[usize], values: &[f32], inside: &mut [f32]) -> Result<()> {
        let Some(axes) = self.axes() else {
            inside.copy_from_slice(values);
            return Ok(());
        };
        let inner = self.inside(outer)?;
        let strides = Shape::new(outer).strides();
        let steps: Vec<usize> = axes.iter().map(|&a| strides[a]).collect();
        inside.iter_mut().zip(walk(&inner, &steps)).for_each(|(value, at)| *value = values[at]);
        Ok(())
    }
    /// Reorders values of shape `inner` from the engine's order into PyTorch's.
    pub fn to_outside(self, inner: &Shape, values: &[f32]) -> Result<Vec<f32>> {
        let Some(axes) = self.axes() else { return Ok(values.to_vec()) };
        let outer = self.outside(inner)?;
        let strides = inner.strides();
        let mut steps = vec![0; axes.len()];
        axes.iter().zip(&strides).for_each(|(&a, &s)| steps[a] = s);
        Ok(walk(&Shape::new(outer), &steps).map(|at| values[at]).collect())
    }
    fn check(self, axes: &[usize], dims: &[usize]) -> Result<()> {
        if dims.len() == axes.len() {
            return Ok(());
        }
        Err(Error::shape("layout", format!("{self:?} has {} axes, found {}", axes.len(), Shape::new(dims))))
    }
}

/// The positions of the elements of `shape` in row-major order, where a step along axis `a` is `steps[a]`.
fn walk(shape: &Shape, steps: &[usize]) -> impl Iterator<Item = usize> {
    let (dims, steps) = (shape.dims().to_vec(), steps.to_vec());
    (0..shape.size()).map(move |i| {
        let mut rest = i;
        dims.iter().zip(&steps).rev().fold(0, |at, (&n, &step)| {
            let here = rest % n;
            rest /= n;
            at + here * step
        })
    })
}
