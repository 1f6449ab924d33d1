//! Reductions and running sums along an axis that need no kernel of their own.
use super::{BinaryFn, Table, UnaryFn, Window};
use crate::{
    autograd::Var,
    error::{Error, Result},
    tensor::{Shape, Tensor},
};

impl Var {
    /// The same value without a gradient.
    pub fn detach(&self) -> Var {
        Var::constant(self.value().clone())
    }
    /// x + c.
    pub fn shift(&self, c: f32) -> Result<Var> {
        self.unary(UnaryFn::Shift(c))
    }
    /// The largest value along an axis, which keeps length 1. The gradient goes to the first of equal values. It is a max pool over the
    /// whole axis. Reference: torch.max(x, dim).
    pub fn max(&self, axis: usize) -> Result<Var> {
        let dims = self.shape().dims();
        let Some(&n) = dims.get(axis) else {
            return Err(Error::shape("max", format!("axis {axis} of {}, which has {} axes", self.shape(), self.shape().rank())));
        };
        let (outer, inner) = (dims[..axis].iter().product::<usize>(), dims[axis + 1..].iter().product::<usize>());
        let mut left = dims.to_vec();
        left[axis] = 1;
        self.reshape(Shape::new([outer, n, 1, inner]))?.max_pool2d(Window::new([n, 1]), false)?.reshape(Shape::new(left))
    }
    /// The smallest value along an axis, which keeps length 1. Reference: torch.min(x, dim).
    pub fn min(&self, axis: usize) -> Result<Var> {
        self.unary(UnaryFn::Neg)?.max(axis)?.unary(UnaryFn::Neg)
    }
    /// Σ (x − mean)² / (n − correction) over `axes`. Reference: torch.var.
    pub fn var(&self, axes: &[usize], correction: usize, keepdim: bool) -> Result<Var> {
        let count: usize = axes.iter().map(|a| self.shape().dims().get(*a).copied().unwrap_or(1)).product();
        if count <= correction {
            return Err(Error::shape("var", format!("{count} values less a correction of {correction}")));
        }
        let squares = self.sub(&self.mean(axes, true)?)?.unary(UnaryFn::Square)?;
        squares.sum(axes, keepdim)?.scale(1.0 / (count - correction) as f32)
    }
    /// √var. Reference: torch.std.
    pub fn std(&self, axes: &[usize], correction: usize, keepdim: bool) -> Result<Var> {
        self.var(axes, correction, keepdim)?.unary(UnaryFn::Sqrt)
    }
    /// √Σ x² over everything. Reference: torch.linalg.vector_norm.
    pub fn norm(&self) -> Result<Var> {
        self.unary(UnaryFn::Square)?.sum(&(0..self.shape().rank()).collect::<Vec<_>>(), false)?.unary(UnaryFn::Sqrt)
    }
    /// ln Σ eˣ along an axis, which keeps length 1. The largest x is subtracted first. Reference: torch.logsumexp.
    pub fn logsumexp(&self, axis: usize) -> Result<Var> {
        let largest = self.detach().max(axis)?;
        self.sub(&largest)?.unary(UnaryFn::Exp)?.sum(&[axis], true)?.unary(UnaryFn::Log)?.add(&largest)
    }
    /// `y[i] = x[0] + … + x[i]` along an axis, in ⌈log₂ n⌉ rounds. Each round adds the value 1, 2, 4 … places before. Reference: torch.cumsum.
    pub fn cumsum(&self, axis: usize) -> Result<Var> {
        let Some(&n) = self.shape().dims().get(axis) else {
            return Err(Error::shape("cumsum", format!("axis {axis} of {}, which has {} axes", self.shape(), self.shape().rank())));
        };
        let mut y = self.clone();
        let mut back = 1;
        while back < n {
            y = y.add(&y.shifted(axis, back)?)?;
            back *= 2;
        }
        Ok(y)
    }
    /// y[…, k, …] = x[…, index[…, k, …], …]; the index is compared with every place of the axis. `index` has the lengths of x along all
    /// other axes, and its place numbers are f32. Reference: torch.gather.
    pub fn gather(&self, axis: usize, index: &Var) -> Result<Var> {
        let rank = self.shape().rank();
        if axis >= rank || index.shape().rank() != rank {
            return Err(Error::shape("gather", format!("{} by {} along axis {axis}", self.shape(), index.shape())));
        }
        let n = Table::places("gather", self.shape(), axis)?;
        let places: Vec<f32> = (0..n).map(|i| i as f32).collect();
        let places = Var::constant(Tensor::new(&self.value().device(), Shape::new([n]), &places)?);
        // The axis moves to the end. A further axis after it holds the places that are asked for.
        let mut order: Vec<usize> = (0..rank).filter(|a| *a != axis).collect();
        order.push(axis);
        let here = index.permute(&order)?.unsqueeze(rank)?.binary(BinaryFn::Equal, &places)?;
        let found = self.permute(&order)?.unsqueeze(rank - 1)?.binary(BinaryFn::Keep, &here)?.sum(&[rank], false)?;
        let mut back = vec![0; rank];
        order.iter().enumerate().for_each(|(to, &from)| back[from] = to);
        found.permute(&back)
    }
}
