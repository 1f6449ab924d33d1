//! The lengths of a tensor's axes, outermost first.
use crate::error::{Error, Result};
use std::{fmt, ops::Index};

/// torch.Size: the lengths of the axes, outermost first. `shape[a]` is the length of axis a. It is displayed as 2×3×4.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// A shape with these lengths; there may be none. Lengths that no tensor can have are refused later, by [`Shape::possible`].
    pub fn new(dims: impl Into<Vec<usize>>) -> Shape {
        Shape(dims.into())
    }
    /// The lengths of all axes, outermost first.
    pub fn dims(&self) -> &[usize] {
        &self.0
    }
    /// The number of axes; 0 for a single number.
    pub fn rank(&self) -> usize {
        self.0.len()
    }
    /// The largest number of values in one tensor. It is small enough that sums and products of a tensor's sizes do not overflow.
    pub const MOST: usize = if usize::BITS > 40 { 1 << 40 } else { isize::MAX as usize / 4 };

    /// The number of values, which is the product of the lengths. A shape without axes holds one value.
    pub fn size(&self) -> usize {
        if self.0.contains(&0) { 0 } else { self.0.iter().fold(1, |size: usize, axis| size.saturating_mul(*axis)) }
    }
    /// Refuses a shape that no tensor can have: one without values, or with more than [`Shape::MOST`].
    pub fn possible(&self, op: &'static str) -> Result<()> {
        match self.size() {
            0 => Err(Error::shape(op, format!("{self} holds no value, and a tensor has at least one"))),
            size if size > Shape::MOST => Err(Error::shape(op, format!("{self} is more than {} values", Shape::MOST))),
            _ => Ok(()),
        }
    }
    /// The lengths of exactly `N` axes. Refuses another number of axes.
    pub fn axes<const N: usize>(&self, op: &'static str) -> Result<[usize; N]> {
        self.0.clone().try_into().map_err(|_| Error::shape(op, format!("expected {N} axes, found {self}")))
    }
    /// The distance between neighbours along each axis, in row-major order.
    pub fn strides(&self) -> Vec<usize> {
        let mut strides = vec![1; self.rank()];
        for a in (1..self.rank()).rev() {
            strides[a - 1] = strides[a] * self.0[a];
        }
        strides
    }
    /// The number of an axis, which is counted from the end if `axis` is negative, as in PyTorch. Refuses an axis that the shape does not have.
    pub fn axis(&self, op: &'static str, axis: isize) -> Result<usize> {
        let rank = self.rank() as isize;
        let from_front = if axis < 0 { axis + rank } else { axis };
        if (0..rank).contains(&from_front) {
            Ok(from_front as usize)
        } else {
            Err(Error::shape(op, format!("axis {axis} of {self}, which has {rank} axes")))
        }
    }
}

impl Index<usize> for Shape {
    type Output = usize;
    fn index(&self, axis: usize) -> &usize {
        &self.0[axis]
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("a single number");
        }
        let dims: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.write_str(&dims.join("×"))
    }
}
